//! Where a figure leads: to what it is made of, in the same range.

use model::{
    clock::HOUR_MS,
    logs::failing,
    period::Range,
    route::{CallFilter, Edge, LogsRoute, Route, TimeRange, Unit, UsageRoute, WITHOUT},
};

use crate::router::href;

pub fn usage(range: Range, unit: Unit) -> String {
    href(&Route::Usage(UsageRoute { unit, ..UsageRoute::of(range.in_time(), CallFilter::default()) }))
}

pub fn failed(range: Range) -> String {
    href(&Route::Logs(failing::failed(range.in_time())))
}

/// The calls of a UTC day.
pub fn day(start_ms: i64) -> String {
    let day = Edge::day(start_ms);
    between(day, day)
}

pub fn hour(start_ms: i64) -> String {
    between(Edge::minute(start_ms), Edge::minute(start_ms + HOUR_MS))
}

fn between(from: Edge, to: Edge) -> String {
    TimeRange::own(from, Some(to)).map_or_else(String::new, |range| calls(range, CallFilter::default()))
}

/// The calls of a model; of all others, what each of them cost.
pub fn model(range: Range, name: Option<&str>) -> String {
    let Some(name) = name else { return usage(range, Unit::Cost) };
    let model = if name.is_empty() { WITHOUT } else { name }.to_owned();
    calls(range.in_time(), CallFilter { model, ..CallFilter::default() })
}

/// One call, among those of the last day.
pub fn call(id: &str) -> String {
    href(&Route::Logs(LogsRoute { open: id.to_owned(), ..LogsRoute::default() }))
}

fn calls(range: TimeRange, calls: CallFilter) -> String {
    href(&Route::Logs(LogsRoute::of(range, calls)))
}
