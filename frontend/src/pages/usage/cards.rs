//! The figures of all calls of the range, each with its change.

use model::{
    language::{t, tf},
    msg,
    number::{self, Change},
    route::Compare,
    series,
    text::Msg,
    usage::fold::{Sums, change, cost_of_a_call, cost_of_a_million},
    wire::Metrics,
};

use super::{source::State, words};
use crate::{
    format,
    markup::{Markup, around, html},
};

/// How a figure is written.
struct Kind {
    label: Msg,
    /// None: nothing to divide by.
    of: fn(&Metrics) -> Option<f64>,
    write: fn(f64) -> String,
    exact: fn(f64) -> String,
    /// A share: its change is in points.
    is_share: bool,
    /// The calls behind it are those that failed.
    failed: bool,
    /// A part of it is what caches had to do with.
    of_caches: bool,
}

const fn kind(label: Msg, of: fn(&Metrics) -> Option<f64>) -> Kind {
    Kind { label, of, write: format::count, exact: format::whole, is_share: false, failed: false, of_caches: false }
}

const fn money(label: Msg, of: fn(&Metrics) -> Option<f64>) -> Kind {
    Kind { write: format::usd, exact: format::usd_exact, ..kind(label, of) }
}

const KINDS: [Kind; 8] = [
    money(msg!("Cost"), |sums| Some(sums.spend)),
    kind(msg!("Requests"), |sums| Some(series::requests(sums))),
    Kind { failed: true, ..kind(msg!("Failed requests"), |sums| Some(sums.failed_requests)) },
    Kind {
        write: format::percent,
        exact: format::percent,
        is_share: true,
        failed: true,
        ..kind(msg!("Error rate"), |sums| (series::requests(sums) > 0.0).then(|| series::error_rate(sums)))
    },
    Kind { of_caches: true, ..kind(msg!("Tokens in"), |sums| Some(sums.prompt_tokens)) },
    kind(msg!("Tokens out"), |sums| Some(sums.completion_tokens)),
    money(msg!("Cost per request"), cost_of_a_call),
    money(msg!("Cost per million tokens"), cost_of_a_million),
];

pub fn cards(state: &State) -> Markup {
    let missing = state.missing_totals();
    let waiting = state.loading || state.trouble.is_none();
    let total = state.total();
    let calls = series::requests(&total.now);
    let absurd = calls < 0.0 || !number::is_plausible(calls) || !number::is_plausible(total.now.spend);
    html! {
        @for kind in &KINDS {
            section.gw-card {
                h2.gw-card-label { (kind.label) }
                // Half a range says nothing: a figure appears when all its days have arrived.
                @if missing == 0 && absurd {
                    p.gw-card-value { "–" }
                    p.gw-card-change { span.gw-minor { (msg!("The gateway gives a number that cannot be true")) } }
                } @else if missing == 0 {
                    (figure(kind, &total, state))
                } @else if waiting {
                    p.gw-card-value { span .gw-skeleton .gw-skeleton-value {} }
                    p.gw-card-change { span .gw-skeleton .gw-skeleton-text {} }
                } @else {
                    p.gw-card-value { "–" }
                    p.gw-card-change {}
                }
            }
        }
    }
}

fn figure(kind: &Kind, total: &Sums, state: &State) -> Markup {
    let Some(value) = (kind.of)(&total.now) else {
        return html! { p.gw-card-value { "–" } p.gw-card-change {} };
    };
    let link = words::calls(&state.linked(), None, kind.failed);
    let cached = cached(kind, &total.now);
    html! {
        p.gw-card-value title=((kind.exact)(value)) { @if link.is_empty() { ((kind.write)(value)) } @else { a.gw-plain-link href=(link) { ((kind.write)(value)) } } }
        p.gw-card-change {
            @if let Some(before) = &total.before { (compared(kind, total, before, state)) }
            @else if state.awaits_comparison() { span .gw-skeleton .gw-skeleton-text {} }
        }
        @if !cached.is_empty() { p.gw-card-more { (cached) } }
    }
}

/// What of the tokens in came out of the provider's cache, and what went into it.
fn cached(kind: &Kind, sums: &Metrics) -> String {
    let (read, written) = (sums.cache_read_input_tokens, sums.cache_creation_input_tokens);
    if !kind.of_caches || (read <= 0.0 && written <= 0.0) {
        return String::new();
    }
    let values = [("read", &*format::count(read)), ("written", &*format::count(written))];
    tf(msg!("Of these {read} read from a cache, {written} written to it"), &values)
}

fn compared(kind: &Kind, total: &Sums, before: &Metrics, state: &State) -> Markup {
    let Some(was) = (kind.of)(before) else {
        return html! { span.gw-minor { (msg!("Nothing before")) } };
    };
    let value = html! { span.gw-change title=((kind.exact)(was)) { ((kind.write)(was)) } };
    // A day that still runs is not set against a whole one.
    if !state.shown().1.is_compared() {
        let sentence = match state.route.compare {
            Compare::Year => msg!("{value} in all of that day a year ago"),
            _ => msg!("{value} in all of the day before"),
        };
        return html! { span.gw-minor { (around(&t(sentence), "{value}", &value)) } };
    }
    let of = |sums: &Metrics| (kind.of)(sums).unwrap_or(0.0);
    let change = match series::incomparable(&total.whole, before) {
        None if kind.is_share => number::change_of_share(of(&total.whole), was),
        _ => change(total, &of).unwrap_or(Change::NotComparable),
    };
    let class = match change {
        Change::Points(more) if more > 0.002 => "gw-change gw-change-bad",
        Change::Points(less) if less < -0.002 => "gw-change gw-change-good",
        _ => "gw-change",
    };
    let shown = html! { span class=(class) { (in_words(change).unwrap_or_default()) } };
    let sentence = match change {
        Change::FromNothing => return html! { span.gw-minor { (msg!("Nothing before")) } },
        Change::NotComparable => return html! { span.gw-minor { (msg!("No comparable period before")) } },
        Change::Same => msg!("Unchanged from {value}"),
        Change::Manifold => msg!("More than ten times {value}"),
        Change::Ratio(_) | Change::Points(_) => msg!("{change} from {value}"),
    };
    let sentence = tf(sentence, &[("value", &(kind.write)(was))]);
    let title = words::before(state.shown_grain(), &(kind.exact)(was));
    html! { span.gw-minor title=(title) { (around(&sentence, "{change}", &shown)) } }
}

/// Short, for a card or a cell; none where there is nothing to measure it against.
pub fn in_words(change: Change) -> Option<String> {
    Some(match change {
        Change::FromNothing | Change::NotComparable => return None,
        Change::Same => t(msg!("Unchanged")),
        Change::Manifold => t(msg!("More than tenfold")),
        Change::Ratio(ratio) => format::signed_percent(ratio),
        Change::Points(points) => tf(msg!("{points} points"), &[("points", &format::points(points))]),
    })
}
