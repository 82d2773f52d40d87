//! The four figures: requests, tokens, cost, error rate.

use model::{
    chart::Color,
    language::{t, tf, tn},
    msg,
    number::{self, Change},
    period::Range,
    plural,
    route::Unit,
    series::{self, Compared, Figure, Summary},
    text::Msg,
};

use super::{CANNOT_BE_TRUE, links, source::Activity};
use crate::{
    components::sparkline,
    format,
    markup::{Markup, around, html},
};

/// How a figure is written.
struct Kind {
    label: Msg,
    write: fn(f64) -> String,
    exact: fn(f64) -> String,
    color: Color,
    of: fn(&Summary) -> &Figure,
    /// A provider may give money back; less than no calls there cannot be.
    may_be_negative: bool,
    /// What of it *Usage* shows; none: it leads to the failed calls, and says why they failed.
    unit: Option<Unit>,
}

const KINDS: [Kind; 4] = [
    Kind {
        label: msg!("API requests"),
        write: format::count,
        exact: format::whole,
        color: Color::Series(0),
        of: |summary| &summary.requests,
        may_be_negative: false,
        unit: Some(Unit::Requests),
    },
    Kind {
        label: msg!("Tokens"),
        write: format::count,
        exact: format::whole,
        color: Color::Series(0),
        of: |summary| &summary.tokens,
        may_be_negative: false,
        unit: Some(Unit::Tokens),
    },
    Kind {
        label: msg!("Cost"),
        write: format::usd,
        exact: format::usd_exact,
        color: Color::Series(0),
        of: |summary| &summary.cost,
        may_be_negative: true,
        unit: Some(Unit::Cost),
    },
    Kind {
        label: msg!("Error rate"),
        write: format::percent,
        exact: format::percent,
        color: Color::Failed,
        of: |summary| &summary.error_rate,
        may_be_negative: false,
        unit: None,
    },
];

/// `cause`: why calls of the range failed; empty where that is not known.
pub fn cards(activity: &Activity, cause: &Markup, now_ms: i64) -> Markup {
    let summary = series::summary(&activity.days, activity.range, now_ms);
    let waiting = activity.loading || activity.trouble.is_none();
    // With the calls the rate goes too.
    let absurd = |value: f64, may_be_negative: bool| !number::is_plausible(value) || (value < 0.0 && !may_be_negative);
    let absurd_calls = absurd(summary.requests.value, false);
    html! {
        @for kind in &KINDS {
            section.gw-card {
                h2.gw-card-label { (kind.label) }
                // Half a range says nothing: a figure appears when all its days have arrived.
                @if summary.missing == 0 && (absurd_calls || absurd((kind.of)(&summary).value, kind.may_be_negative)) {
                    p.gw-card-value { "–" }
                    p.gw-card-change { span.gw-minor { (CANNOT_BE_TRUE) } }
                } @else if summary.missing == 0 {
                    (figure(kind, (kind.of)(&summary), activity.range))
                } @else if waiting {
                    p.gw-card-value { span .gw-skeleton .gw-skeleton-value {} }
                    p.gw-card-change { span .gw-skeleton .gw-skeleton-text {} }
                } @else {
                    p.gw-card-value { "–" }
                    p.gw-card-change {}
                }
                // It comes later than the figure, and its room is kept.
                @if kind.unit.is_none() {
                    p .gw-card-more .gw-card-cause {
                        @if summary.missing == 0 && summary.error_rate.value > 0.0 { (cause) }
                    }
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
    let link = kind.unit.map_or_else(|| links::failed(range), |unit| links::usage(range, unit));
    let value = (kind.write)(figure.value);
    let name = tf(msg!("{name}: {value}"), &[("name", &*t(kind.label)), ("value", &*value)]);
    html! {
        p.gw-card-value title=((kind.exact)(figure.value)) { @if link.is_empty() { (value) } @else { a.gw-card-link href=(link) aria-label=(name) { (value) } } }
        p.gw-card-change {
            @match figure.compared {
                Some(Compared::Yesterday(before)) => { (yesterday(kind, before)) }
                Some(Compared::Before(before, change)) => { (compared(kind, before, change, range)) }
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

fn yesterday(kind: &Kind, before: f64) -> Markup {
    let value = html! { span.gw-change title=((kind.exact)(before)) { ((kind.write)(before)) } };
    html! { span.gw-minor { (around(&t(msg!("{value} in all of yesterday")), "{value}", &value)) } }
}

fn compared(kind: &Kind, before: f64, change: Change, range: Range) -> Markup {
    let class = match change {
        Change::Points(more) if more > 0.002 => "gw-change gw-change-bad",
        Change::Points(less) if less < -0.002 => "gw-change gw-change-good",
        _ => "gw-change",
    };
    let (sentence, shown) = match change {
        Change::FromNothing => return html! { span.gw-minor { (msg!("Nothing before")) } },
        Change::NotComparable => return html! { span.gw-minor { (msg!("No comparable period before")) } },
        Change::Same => {
            (plural!("Unchanged against {count} day earlier", "Unchanged against {count} days earlier"), String::new())
        }
        Change::Manifold => (
            plural!(
                "More than ten times that of {count} day earlier",
                "More than ten times that of {count} days earlier"
            ),
            String::new(),
        ),
        Change::Ratio(ratio) => (
            plural!("{change} against {count} day earlier", "{change} against {count} days earlier"),
            format::signed_percent(ratio),
        ),
        Change::Points(difference) => (
            plural!("{change} points against {count} day earlier", "{change} points against {count} days earlier"),
            format::points(difference),
        ),
    };
    let days = range.days();
    let sentence = tn(sentence, days as u64, &format::count(days as f64));
    let shown = html! { span class=(class) { (shown) } };
    let title = tf(msg!("Whole days, without today; before: {value}"), &[("value", &(kind.exact)(before))]);
    html! { span.gw-minor title=(title) { (around(&sentence, "{change}", &shown)) } }
}
