//! The page of logs: which calls it shows, and which of them is open.

use super::{CallFilter, Get, Printed, Quick, TimeRange, UsageRoute, safe_search};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsRoute {
    pub range: TimeRange,
    pub calls: CallFilter,
    pub request: String,
    pub session: String,
    /// A part of what a call says of itself; among the calls that were read.
    pub search: String,
    /// The class or the status of an error.
    pub error: String,
    // US dollars as digits; empty: no bound.
    pub cost_from: String,
    pub cost_to: String,
    /// New calls come in by themselves.
    pub live: bool,
    /// The id of the call that is open.
    pub open: String,
}

impl Default for LogsRoute {
    fn default() -> Self {
        LogsRoute::of(TimeRange::Quick(LogsRoute::RANGE), CallFilter::default())
    }
}

impl LogsRoute {
    pub const RANGE: Quick = Quick::Day;

    /// The calls that a filter leaves in a range.
    pub fn of(range: TimeRange, calls: CallFilter) -> LogsRoute {
        LogsRoute {
            range,
            calls,
            request: String::new(),
            session: String::new(),
            search: String::new(),
            error: String::new(),
            cost_from: String::new(),
            cost_to: String::new(),
            live: false,
            open: String::new(),
        }
    }

    /// What the same calls cost.
    pub fn usage(&self) -> UsageRoute {
        UsageRoute::of(self.range, self.calls.clone())
    }

    /// All calls of the same range.
    pub fn unfiltered(&self) -> LogsRoute {
        LogsRoute { live: self.live, ..LogsRoute::of(self.range, CallFilter::default()) }
    }

    pub fn is_filtered(&self) -> bool {
        LogsRoute { open: String::new(), ..self.clone() } != self.unfiltered()
    }

    pub(super) fn parse(get: Get) -> LogsRoute {
        LogsRoute {
            range: TimeRange::parse(get, LogsRoute::RANGE),
            calls: CallFilter::parse(get),
            request: safe_search(get("request")),
            session: safe_search(get("session")),
            search: safe_search(get("s")),
            error: safe_search(get("error")),
            cost_from: amount(get("cost_from")),
            cost_to: amount(get("cost_to")),
            live: get("live") == "1",
            open: safe_search(get("open")),
        }
    }

    pub(super) fn print(&self, query: &mut Printed) {
        self.range.print(query, LogsRoute::RANGE);
        self.calls.print(query);
        query.text("request", &self.request);
        query.text("session", &self.session);
        query.text("s", &self.search);
        query.text("error", &self.error);
        query.text("cost_from", &amount(&self.cost_from));
        query.text("cost_to", &amount(&self.cost_to));
        query.add("live", "1", !self.live);
        query.text("open", &self.open);
    }
}

/// An amount of money as an address may have it; anything else is none.
pub fn amount(text: &str) -> String {
    let is_amount = text.len() <= 20
        && text.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0)
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_amount { text.to_owned() } else { String::new() }
}
