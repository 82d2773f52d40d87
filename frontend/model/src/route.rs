//! Where the user is: the page, and what its own part of the address says.
//!
//! Reading takes whatever an address holds and falls back to the defaults; printing leaves the defaults out.
//! How a page name becomes an address of wp-admin is the app's business.

mod audit;
mod calls;
mod keys;
mod logs;
mod people;
mod range;
#[cfg(test)]
mod tests;
mod text;
mod usage;

pub use self::{
    audit::{AuditFilter, AuditPlace, AuditRoute},
    calls::{CallFilter, CallStatus},
    keys::{KeySort, KeysList, KeysOpen, KeysRoute, WITHOUT},
    logs::{LogsRoute, amount},
    people::{PeopleList, PeopleOpen, PeopleRoute},
    range::{Bounds, Edge, Own, Quick, TimeRange},
    text::{SEARCH_MOST, hash_in, is_hash, safe_search, secret_in},
    usage::{Compare, Dimension, Grain, Unit, UsageRoute},
};

use crate::{people::Kind, period::Range};

/// The pages, by the names that PHP knows them by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageName {
    #[default]
    Overview,
    Usage,
    Logs,
    Keys,
    Teams,
    Users,
    Audit,
    Console,
    Status,
}

impl PageName {
    pub const ALL: [PageName; 9] = [
        PageName::Overview,
        PageName::Usage,
        PageName::Logs,
        PageName::Keys,
        PageName::Teams,
        PageName::Users,
        PageName::Audit,
        PageName::Console,
        PageName::Status,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            PageName::Overview => "overview",
            PageName::Usage => "usage",
            PageName::Logs => "logs",
            PageName::Keys => "keys",
            PageName::Teams => "teams",
            PageName::Users => "users",
            PageName::Audit => "audit",
            PageName::Console => "console",
            PageName::Status => "status",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Overview(OverviewRoute),
    Usage(UsageRoute),
    Logs(LogsRoute),
    Keys(KeysRoute),
    /// Teams or users.
    People(PeopleRoute),
    Audit(AuditRoute),
    Console,
    Status,
}

impl Default for Route {
    fn default() -> Self {
        Route::Overview(OverviewRoute::default())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverviewRoute {
    pub range: Range,
}

/// An argument of the address by its name; empty: it is not there.
type Get<'a> = &'a dyn Fn(&str) -> &'a str;

/// The arguments of an address, without those that say what is so anyway.
#[derive(Default)]
struct Printed(Vec<(&'static str, String)>);

impl Printed {
    fn add(&mut self, name: &'static str, value: &str, is_default: bool) {
        if !is_default {
            self.0.push((name, value.to_owned()));
        }
    }

    /// What somebody typed or chose, as far as it may stand in an address.
    fn text(&mut self, name: &'static str, text: &str) {
        let text = safe_search(text);
        self.add(name, &text, text.is_empty());
    }
}

impl Route {
    /// The route of a page with these arguments. Of an argument that is there twice the first counts, as in PHP's forms.
    pub fn parse(page_name: &str, query: &[(String, String)]) -> Route {
        let get: Get = &|name| query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
        match PageName::ALL.into_iter().find(|page| page.as_str() == page_name).unwrap_or_default() {
            PageName::Overview => Route::Overview(OverviewRoute { range: Range::from_value(get("range")) }),
            PageName::Usage => Route::Usage(UsageRoute::parse(get)),
            PageName::Logs => Route::Logs(LogsRoute::parse(get)),
            PageName::Keys => Route::Keys(KeysRoute::parse(get)),
            PageName::Teams => Route::People(PeopleRoute::parse(Kind::Team, get)),
            PageName::Users => Route::People(PeopleRoute::parse(Kind::User, get)),
            PageName::Audit => Route::Audit(AuditRoute::parse(get)),
            PageName::Console => Route::Console,
            PageName::Status => Route::Status,
        }
    }

    pub fn page(&self) -> PageName {
        match self {
            Route::Overview(_) => PageName::Overview,
            Route::Usage(_) => PageName::Usage,
            Route::Logs(_) => PageName::Logs,
            Route::Keys(_) => PageName::Keys,
            Route::People(PeopleRoute { kind: Kind::Team, .. }) => PageName::Teams,
            Route::People(PeopleRoute { kind: Kind::User, .. }) => PageName::Users,
            Route::Audit(_) => PageName::Audit,
            Route::Console => PageName::Console,
            Route::Status => PageName::Status,
        }
    }

    /// The arguments of the address, without those that say what is so anyway.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Printed::default();
        match self {
            Route::Overview(overview) => {
                query.add("range", overview.range.value(), overview.range == Range::default());
            }
            Route::Usage(usage) => usage.print(&mut query),
            Route::Logs(logs) => logs.print(&mut query),
            Route::Keys(keys) => keys.print(&mut query),
            Route::People(people) => people.print(&mut query),
            Route::Audit(audit) => audit.print(&mut query),
            Route::Console | Route::Status => {}
        }
        query.0
    }
}
