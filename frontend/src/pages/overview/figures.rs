//! The four figures: requests, tokens, cost, error rate.

use model::{
    chart::{self, Palette, Size},
    number::{self, Change},
    period::Range,
    series::{self, Figure, Summary},
    text::Msg,
};

use super::{PALETTE, source::Activity};
use crate::{
    format,
    i18n::{t, tf},
    markup::{Html, html},
    poll::now_ms,
};

/// How a figure is written.
struct Kind {
    label: Msg,
    write: fn(f64) -> String,
    exact: fn(f64) -> String,
    color: &'static str,
    /// A rate changes by points, not by the ratio of two rates.
    is_rate: bool,
}

const fn plain(label: Msg, write: fn(f64) -> String, exact: fn(f64) -> String) -> Kind {
    Kind { label, write, exact, color: PALETTE.primary, is_rate: false }
}

const KINDS: [Kind; 4] = [
    plain(msg!("API requests"), format::count, format::whole),
    plain(msg!("Tokens"), format::count, format::whole),
    plain(msg!("Cost"), format::usd, format::usd_exact),
    Kind {
        label: msg!("Error rate"),
        write: format::percent,
        exact: format::percent,
        color: PALETTE.failed,
        is_rate: true,
    },
];

pub fn cards(activity: &Activity) -> String {
    let range = activity.range;
    let summary = series::summary(&activity.days, range, now_ms());
    let waiting = activity.loading || activity.trouble.is_none();
    let mut h = Html::new();
    for (kind, figure) in KINDS.iter().zip(parts(&summary)) {
        html!(h, r#"<section class="gw-card"><h2 class="gw-card-label">"# [kind.label] "</h2>");
        match (summary.missing, waiting) {
            // Half a range says nothing: a figure appears when all its days have arrived.
            (0, _) => there(&mut h, kind, figure, range),
            (_, true) => {
                h.raw(r#"<p class="gw-card-value"><span class="gw-skeleton gw-skeleton-value"></span></p><p class="gw-card-change"><span class="gw-skeleton gw-skeleton-text"></span></p><div class="gw-card-trend"></div>"#);
            }
            (_, false) => {
                h.raw(
                    r#"<p class="gw-card-value">–</p><p class="gw-card-change"></p><div class="gw-card-trend"></div>"#,
                );
            }
        }
        h.raw("</section>");
    }
    h.finish()
}

fn parts(summary: &Summary) -> [&Figure; 4] {
    [&summary.requests, &summary.tokens, &summary.cost, &summary.error_rate]
}

fn there(h: &mut Html, kind: &Kind, figure: &Figure, range: Range) {
    let mut values = Vec::new();
    for value in &figure.trend {
        values.push((kind.write)(*value));
    }
    let trend =
        tf(msg!("{figure} by day: {values}"), &[("figure", &t(kind.label)), ("values", &format::list(&values))]);
    html!(h, r#"<p class="gw-card-value" title=""# {(kind.exact)(figure.value)} "\">" {(kind.write)(figure.value)} r#"</p><p class="gw-card-change">"#);
    match figure.previous {
        Some(before) => change(h, kind, figure.value, before, range),
        None => {
            h.raw(r#"<span class="gw-skeleton gw-skeleton-text"></span>"#);
        }
    }
    let palette = Palette { primary: kind.color, ..PALETTE };
    html!(h, r#"</p><div class="gw-card-trend" role="img" aria-label=""# {trend} "\">");
    h.drawing(&chart::sparkline(&figure.trend, Size { width: 240, height: 40 }, &palette)).raw("</div>");
}

fn change(h: &mut Html, kind: &Kind, now: f64, before: f64, range: Range) {
    if kind.is_rate {
        let class = match now - before {
            more if more > 0.002 => "gw-change gw-change-bad",
            less if less < -0.002 => "gw-change gw-change-good",
            _ => "gw-change",
        };
        let points = tf(msg!("{change} points"), &[("change", &format::points(now - before))]);
        html!(h, r#"<span class=""# {class} r#"" title=""# {tf(msg!("{rate} in the period before"), &[("rate", &format::percent(before))])} "\">" {points}
            r#"</span> <span class="gw-minor">"# [range.before_label()] "</span>");
        return;
    }
    let text = match number::change(now, before) {
        Change::Same => t(msg!("Unchanged")),
        Change::FromNothing => t(msg!("Nothing before")),
        Change::Ratio(ratio) => format::signed_percent(ratio),
    };
    html!(h, r#"<span class="gw-change">"# {text} r#"</span> <span class="gw-minor">"# [range.before_label()] "</span>");
}
