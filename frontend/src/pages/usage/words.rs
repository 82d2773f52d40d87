//! What dimensions, units and lines are called, and where their calls are.

use model::{
    language::{t, tf},
    logs::endpoint,
    msg,
    route::{CallFilter, CallStatus, Compare, Dimension, Grain, LogsRoute, Route, Unit, UsageRoute, WITHOUT},
    text::Msg,
    usage::{days::date, fold::Line},
    visible::visible,
};

use super::source::State;
use crate::{format, router::href};

pub fn dimension(by: Dimension) -> Msg {
    match by {
        Dimension::Model => msg!("Model"),
        Dimension::Provider => msg!("Provider"),
        Dimension::Key => msg!("Key"),
        Dimension::Owner => msg!("Owner"),
        Dimension::Team => msg!("Team"),
        Dimension::Organization => msg!("Organization"),
        Dimension::Tag => msg!("Tag"),
        Dimension::EndUser => msg!("End user"),
        Dimension::Endpoint => msg!("Endpoint"),
    }
}

/// Above the chart.
pub fn title(by: Dimension, unit: Unit) -> Msg {
    match (unit, by) {
        (Unit::Cost, Dimension::Model) => msg!("Cost by model"),
        (Unit::Cost, Dimension::Provider) => msg!("Cost by provider"),
        (Unit::Cost, Dimension::Key) => msg!("Cost by key"),
        (Unit::Cost, Dimension::Owner) => msg!("Cost by owner"),
        (Unit::Cost, Dimension::Team) => msg!("Cost by team"),
        (Unit::Cost, Dimension::Organization) => msg!("Cost by organization"),
        (Unit::Cost, Dimension::Tag) => msg!("Cost by tag"),
        (Unit::Cost, Dimension::EndUser) => msg!("Cost by end user"),
        (Unit::Cost, Dimension::Endpoint) => msg!("Cost by endpoint"),
        (Unit::Requests, _) => msg!("Requests"),
        (Unit::Failed, _) => msg!("Failed requests"),
        (Unit::Tokens, _) => msg!("Tokens"),
    }
}

pub fn unit(unit: Unit) -> Msg {
    match unit {
        Unit::Cost => msg!("Cost"),
        Unit::Requests => msg!("Requests"),
        Unit::Failed => msg!("Failed"),
        Unit::Tokens => msg!("Tokens"),
    }
}

/// Of a change: what it was before.
pub fn before(grain: Grain, value: &str) -> String {
    let text = match grain {
        Grain::Hours => msg!("Before: {value}"),
        Grain::UtcDays | Grain::SiteDays => msg!("Whole days; before: {value}"),
    };
    tf(text, &[("value", value)])
}

pub fn compare(compare: Compare) -> Msg {
    match compare {
        Compare::Before => msg!("Against the period before"),
        Compare::Year => msg!("Against a year ago"),
        Compare::Nothing => msg!("Without comparison"),
    }
}

/// A bar of the chart: under the axis, and in full.
pub fn bar(state: &State, day: i64) -> (String, String) {
    let span = state.timed().and_then(|timed| Some((timed.spans.grain, timed.spans.get(usize::try_from(day).ok()?)?)));
    match span {
        Some((Grain::Hours, span)) => (format::time(span.start_ms), format::date_time(span.start_ms)),
        Some((_, span)) => {
            let date = format::iso_day(span.start_ms);
            (format::day(&date), format::day_long(&date))
        }
        None => (format::day(&date(day)), format::day_long(&date(day))),
    }
}

/// Why there are no lines by endpoint.
pub fn untold(state: &State) -> Msg {
    if state.timed().is_some() {
        msg!("LiteLLM names no endpoint for the calls of this range.")
    } else {
        msg!("The gateway does not tell calls apart by endpoint. Newer LiteLLM does.")
    }
}

/// Who the calls are of that are put down to nobody.
fn nobody(by: Dimension) -> Msg {
    match by {
        Dimension::Model => msg!("Unknown model"),
        Dimension::Provider => msg!("Unknown provider"),
        Dimension::Key => msg!("No known key"),
        Dimension::Owner => msg!("No owner"),
        Dimension::Team => msg!("No team"),
        Dimension::Organization => msg!("No organization"),
        Dimension::Tag => msg!("No tag"),
        Dimension::EndUser => msg!("No end user"),
        Dimension::Endpoint => msg!("Unknown endpoint"),
    }
}

/// How many characters of a hash tell keys apart.
const HASH: usize = 12;

/// How a line is called, as it may stand on the page.
pub fn name(by: Dimension, id: &str, name: &str) -> String {
    if id.is_empty() {
        return t(nobody(by));
    }
    if !name.is_empty() {
        return visible(name);
    }
    match by {
        // A key that is gone, or never had a name.
        Dimension::Key if id.len() == 64 && id.is_ascii() => [&id[..HASH], "…"].concat(),
        _ => visible(id),
    }
}

pub fn name_of(by: Dimension, line: &Line) -> String {
    name(by, &line.id, &line.name)
}

pub fn write(unit: Unit, value: f64) -> String {
    if unit == Unit::Cost { format::usd(value) } else { format::count(value) }
}

pub fn write_exact(unit: Unit, value: f64) -> String {
    if unit == Unit::Cost { format::usd_exact(value) } else { format::whole(value) }
}

/// The calls behind the figures of all, or of one line; empty where the log does not tell them apart so.
pub fn calls(route: &UsageRoute, line: Option<&str>, failed: bool) -> String {
    let mut calls = CallFilter::default();
    if failed {
        calls.status = CallStatus::Failure;
    }
    // Of some kinds of calls LiteLLM names no endpoint.
    if route.by == Dimension::Endpoint && line.is_some_and(|line| !endpoint::is_known(line)) {
        return String::new();
    }
    if let Some(id) = line {
        let place = match route.by {
            Dimension::Model => &mut calls.model,
            Dimension::Provider => &mut calls.provider,
            Dimension::Key => &mut calls.key,
            Dimension::Owner => &mut calls.owner,
            Dimension::Team => &mut calls.team,
            Dimension::Organization => &mut calls.organization,
            Dimension::Tag => &mut calls.tag,
            Dimension::EndUser => &mut calls.end_user,
            Dimension::Endpoint => &mut calls.call,
        };
        *place = if id.is_empty() { WITHOUT.to_owned() } else { id.to_owned() };
    }
    href(&Route::Logs(LogsRoute::of(route.range, calls)))
}
