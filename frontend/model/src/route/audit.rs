//! The page of the audit log: which entries it shows, from where on, and which of them is open.

use super::{Edge, Get, Printed, safe_search};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditRoute {
    pub filter: AuditFilter,
    pub place: AuditPlace,
    /// The id of the entry that is open; 0: none is.
    pub open: u64,
}

/// Which entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// A part of a key's hash or name, of a user's or a team's id.
    pub search: String,
    /// Days in the site's time, such as `2026-11-20`: the first and the last. Empty: no bound.
    pub from: String,
    pub to: String,
    /// A login name of WordPress.
    pub user: String,
    // As PHP calls them; empty: any.
    pub operation: String,
    pub result: String,
    pub channel: String,
}

/// From where on: what came later stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditPlace {
    #[default]
    Newest,
    /// What is earlier than the entry with this id.
    Before(u64),
    /// What is just later than it.
    After(u64),
}

impl AuditFilter {
    pub const RESULTS: [&'static str; 4] = ["done", "refused", "unknown", "under_way"];
    pub const CHANNELS: [&'static str; 4] = ["page", "ability", "cli", "cron"];

    pub fn is_set(&self) -> bool {
        *self != AuditFilter::default()
    }

    fn parse(get: Get) -> AuditFilter {
        let one_of =
            |known: &[&str], value: &str| known.iter().find(|word| **word == value).map_or("", |_| value).to_owned();
        AuditFilter {
            search: safe_search(get("s")),
            from: day(get("from")),
            to: day(get("to")),
            user: safe_search(get("user")),
            operation: operation(get("operation")),
            result: one_of(&AuditFilter::RESULTS, get("result")),
            channel: one_of(&AuditFilter::CHANNELS, get("channel")),
        }
    }

    fn print(&self, query: &mut Printed) {
        query.text("s", &self.search);
        query.text("user", &self.user);
        for (name, value) in [
            ("from", &self.from),
            ("to", &self.to),
            ("operation", &self.operation),
            ("result", &self.result),
            ("channel", &self.channel),
        ] {
            query.add(name, value, value.is_empty());
        }
    }
}

impl AuditRoute {
    pub(super) fn parse(get: Get) -> AuditRoute {
        let place = match (id(get("before")), id(get("after"))) {
            (0, 0) => AuditPlace::Newest,
            (0, after) => AuditPlace::After(after),
            (before, _) => AuditPlace::Before(before),
        };
        AuditRoute { filter: AuditFilter::parse(get), place, open: id(get("open")) }
    }

    pub(super) fn print(&self, query: &mut Printed) {
        self.filter.print(query);
        match self.place {
            AuditPlace::Newest => {}
            AuditPlace::Before(id) => query.add("before", &id.to_string(), id == 0),
            AuditPlace::After(id) => query.add("after", &id.to_string(), id == 0),
        }
        query.add("open", &self.open.to_string(), self.open == 0);
    }
}

/// A number that JSON and PHP have as a whole one; else 0.
fn id(text: &str) -> u64 {
    let is_plain = text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().unwrap_or(0) } else { 0 }
}

fn day(text: &str) -> String {
    let is_day = Edge::parse(text).is_some_and(|edge| edge.is_day);
    if is_day { text.to_owned() } else { String::new() }
}

fn operation(text: &str) -> String {
    let is_name = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'));
    if is_name { text.to_owned() } else { String::new() }
}
