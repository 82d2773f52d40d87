//! The four figures: requests, tokens, cost, error rate.

use model::{
    chart::Color,
    language::{t, tf},
    msg,
    number::{self, Change},
    period::Range,
    series::{self, Figure, Summary},
    text::Msg,
};

use super::source::Activity;
use crate::{
    components::sparkline,
    format,
    markup::{Markup, html},
};

/// How a figure is written.
struct Kind {
    label: Msg,
    write: fn(f64) -> String,
    exact: fn(f64) -> String,
    color: Color,
    of: fn(&Summary) -> &Figure,
    /// A rate changes by points, not by the ratio of two rates.
    is_rate: bool,
}

const KINDS: [Kind; 4] = [
    Kind {
        label: msg!("API requests"),
        write: format::count,
        exact: format::whole,
        color: Color::Series(0),
        of: |summary| &summary.requests,
        is_rate: false,
    },
    Kind {
        label: msg!("Tokens"),
        write: format::count,
        exact: format::whole,
        color: Color::Series(0),
        of: |summary| &summary.tokens,
        is_rate: false,
    },
    Kind {
        label: msg!("Cost"),
        write: format::usd,
        exact: format::usd_exact,
        color: Color::Series(0),
        of: |summary| &summary.cost,
        is_rate: false,
    },
    Kind {
        label: msg!("Error rate"),
        write: format::percent,
        exact: format::percent,
        color: Color::Failed,
        of: |summary| &summary.error_rate,
        is_rate: true,
    },
];

pub fn cards(activity: &Activity, now_ms: i64) -> Markup {
    let summary = series::summary(&activity.days, activity.range, now_ms);
    let waiting = activity.loading || activity.trouble.is_none();
    html! {
        @for kind in &KINDS {
            section.gw-card {
                h2.gw-card-label { (kind.label) }
                // Half a range says nothing: a figure appears when all its days have arrived.
                @if summary.missing == 0 {
                    (figure(kind, (kind.of)(&summary), activity.range))
                } @else if waiting {
                    p.gw-card-value { span .gw-skeleton .gw-skeleton-value {} }
                    p.gw-card-change { span .gw-skeleton .gw-skeleton-text {} }
                } @else {
                    p.gw-card-value { "–" }
                    p.gw-card-change {}
                }
                // A single day has no days to run through, and those of a week would be another period than the card's.
                @if activity.range != Range::Today {
                    div.gw-card-trend { @if summary.missing == 0 { (trend(kind, (kind.of)(&summary))) } }
                }
            }
        }
    }
}

fn figure(kind: &Kind, figure: &Figure, range: Range) -> Markup {
    html! {
        p.gw-card-value title=((kind.exact)(figure.value)) { ((kind.write)(figure.value)) }
        p.gw-card-change {
            @match figure.previous {
                Some(before) => { (change(kind, figure.value, before, range)) }
                None => { span .gw-skeleton .gw-skeleton-text {} }
            }
        }
    }
}

fn trend(kind: &Kind, figure: &Figure) -> Markup {
    let values: Vec<String> = figure.trend.iter().map(|value| (kind.write)(*value)).collect();
    let label =
        tf(msg!("{figure} by day: {values}"), &[("figure", &t(kind.label)), ("values", &format::list(&values))]);
    sparkline(&figure.trend, kind.color, &label)
}

fn change(kind: &Kind, now: f64, before: f64, range: Range) -> Markup {
    let (class, text, title) = if kind.is_rate {
        let class = match now - before {
            more if more > 0.002 => "gw-change gw-change-bad",
            less if less < -0.002 => "gw-change gw-change-good",
            _ => "gw-change",
        };
        let points = tf(msg!("{change} points"), &[("change", &format::points(now - before))]);
        (class, points, tf(msg!("{rate} in the period before"), &[("rate", &format::percent(before))]))
    } else {
        let text = match number::change(now, before) {
            Change::Same => t(msg!("Unchanged")),
            Change::FromNothing => t(msg!("Nothing before")),
            Change::Ratio(ratio) => format::signed_percent(ratio),
        };
        ("gw-change", text, (kind.write)(before))
    };
    html! { span class=(class) title=(title) { (text) } " " span.gw-minor { (range.before_label()) } }
}
