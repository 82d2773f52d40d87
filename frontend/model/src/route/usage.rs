//! The page of usage: what is summed, over what, and beside what.

use super::{CallFilter, Get, LogsRoute, Printed, Quick, TimeRange, safe_search};

/// What the sums are taken by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dimension {
    #[default]
    Model,
    Provider,
    Key,
    Owner,
    Team,
    Organization,
    Tag,
    EndUser,
    Endpoint,
}

impl Dimension {
    pub const ALL: [Dimension; 9] = [
        Dimension::Model,
        Dimension::Provider,
        Dimension::Key,
        Dimension::Owner,
        Dimension::Team,
        Dimension::Organization,
        Dimension::Tag,
        Dimension::EndUser,
        Dimension::Endpoint,
    ];

    pub fn value(self) -> &'static str {
        match self {
            Dimension::Model => "model",
            Dimension::Provider => "provider",
            Dimension::Key => "key",
            Dimension::Owner => "owner",
            Dimension::Team => "team",
            Dimension::Organization => "org",
            Dimension::Tag => "tag",
            Dimension::EndUser => "end_user",
            Dimension::Endpoint => "call",
        }
    }
}

/// What a range is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    #[default]
    Before,
    Year,
    Nothing,
}

impl Compare {
    pub const ALL: [Compare; 3] = [Compare::Before, Compare::Year, Compare::Nothing];

    pub fn value(self) -> &'static str {
        match self {
            Compare::Before => "before",
            Compare::Year => "year",
            Compare::Nothing => "nothing",
        }
    }
}

/// What shares, bars and the order are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Cost,
    Requests,
    Failed,
    Tokens,
}

impl Unit {
    pub const ALL: [Unit; 4] = [Unit::Cost, Unit::Requests, Unit::Failed, Unit::Tokens];

    pub fn value(self) -> &'static str {
        match self {
            Unit::Cost => "cost",
            Unit::Requests => "requests",
            Unit::Failed => "failed",
            Unit::Tokens => "tokens",
        }
    }
}

/// What a bar is, and whose days are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grain {
    /// LiteLLM's own.
    #[default]
    UtcDays,
    /// Added up here, from the log.
    SiteDays,
    Hours,
}

impl Grain {
    pub const ALL: [Grain; 3] = [Grain::UtcDays, Grain::SiteDays, Grain::Hours];

    pub fn value(self) -> &'static str {
        match self {
            Grain::UtcDays => "utc",
            Grain::SiteDays => "site",
            Grain::Hours => "hours",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRoute {
    pub range: TimeRange,
    pub grain: Grain,
    pub calls: CallFilter,
    pub by: Dimension,
    pub compare: Compare,
    pub unit: Unit,
    /// The column that the table is sorted by, with a minus where its smallest is first; empty: the largest of the unit.
    pub sort: String,
    /// A part of a name.
    pub search: String,
    /// As a page to print, by team and key.
    pub report: bool,
}

impl Default for UsageRoute {
    fn default() -> Self {
        UsageRoute::of(TimeRange::Quick(UsageRoute::RANGE), CallFilter::default())
    }
}

impl UsageRoute {
    pub const RANGE: Quick = Quick::Week;

    pub fn of(range: TimeRange, calls: CallFilter) -> UsageRoute {
        UsageRoute {
            range,
            grain: Grain::default(),
            calls,
            by: Dimension::default(),
            compare: Compare::default(),
            unit: Unit::default(),
            sort: String::new(),
            search: String::new(),
            report: false,
        }
    }

    /// The calls that were summed.
    pub fn logs(&self) -> LogsRoute {
        LogsRoute::of(self.range, self.calls.clone())
    }

    pub(super) fn parse(get: Get) -> UsageRoute {
        UsageRoute {
            range: TimeRange::parse(get, UsageRoute::RANGE),
            grain: Grain::ALL.into_iter().find(|grain| grain.value() == get("days")).unwrap_or_default(),
            calls: CallFilter::parse(get),
            by: Dimension::ALL.into_iter().find(|by| by.value() == get("by")).unwrap_or_default(),
            compare: Compare::ALL.into_iter().find(|compare| compare.value() == get("compare")).unwrap_or_default(),
            unit: Unit::ALL.into_iter().find(|unit| unit.value() == get("unit")).unwrap_or_default(),
            sort: safe_search(get("sort")),
            search: safe_search(get("s")),
            report: get("view") == "report",
        }
    }

    pub(super) fn print(&self, query: &mut Printed) {
        self.range.print(query, UsageRoute::RANGE);
        query.add("days", self.grain.value(), self.grain == Grain::default());
        self.calls.print(query);
        query.add("by", self.by.value(), self.by == Dimension::default());
        query.add("compare", self.compare.value(), self.compare == Compare::default());
        query.add("unit", self.unit.value(), self.unit == Unit::default());
        query.text("sort", &self.sort);
        query.text("s", &self.search);
        query.add("view", "report", !self.report);
    }
}
