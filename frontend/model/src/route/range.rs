//! The range of time that *Usage* and *Logs* look at. What stands in the address is UTC, so that it means the same to everybody.

use super::{Get, Printed};
use crate::{
    clock::{self, DAY_MS, HOUR_MS, MINUTE_MS},
    msg,
    text::Msg,
};

/// From now back, or by the calendar; days are LiteLLM's, that is UTC days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quick {
    QuarterHour,
    Hour,
    FourHours,
    Day,
    Today,
    Week,
    Month,
    Ninety,
    ThisMonth,
    LastMonth,
    Quarter,
}

impl Quick {
    pub const ALL: [Quick; 11] = [
        Quick::QuarterHour,
        Quick::Hour,
        Quick::FourHours,
        Quick::Day,
        Quick::Today,
        Quick::Week,
        Quick::Month,
        Quick::Ninety,
        Quick::ThisMonth,
        Quick::LastMonth,
        Quick::Quarter,
    ];

    /// How it stands in the address.
    pub fn value(self) -> &'static str {
        match self {
            Quick::QuarterHour => "15m",
            Quick::Hour => "1h",
            Quick::FourHours => "4h",
            Quick::Day => "24h",
            Quick::Today => "today",
            Quick::Week => "7d",
            Quick::Month => "30d",
            Quick::Ninety => "90d",
            Quick::ThisMonth => "month",
            Quick::LastMonth => "last-month",
            Quick::Quarter => "quarter",
        }
    }

    /// To be translated.
    pub fn label(self) -> Msg {
        match self {
            Quick::QuarterHour => msg!("15 minutes"),
            Quick::Hour => msg!("1 hour"),
            Quick::FourHours => msg!("4 hours"),
            Quick::Day => msg!("24 hours"),
            Quick::Today => msg!("Today"),
            Quick::Week => msg!("7 days"),
            Quick::Month => msg!("30 days"),
            Quick::Ninety => msg!("90 days"),
            Quick::ThisMonth => msg!("This month"),
            Quick::LastMonth => msg!("Last month"),
            Quick::Quarter => msg!("This quarter"),
        }
    }

    /// Whether it consists of whole UTC days, of which the last may not be over.
    pub fn is_of_days(self) -> bool {
        !matches!(self, Quick::QuarterHour | Quick::Hour | Quick::FourHours | Quick::Day)
    }

    fn bounds(self, now_ms: i64) -> Bounds {
        let today = clock::day_start(now_ms);
        let (start_ms, end_ms) = match self {
            Quick::QuarterHour => (now_ms - 15 * MINUTE_MS, now_ms),
            Quick::Hour => (now_ms - HOUR_MS, now_ms),
            Quick::FourHours => (now_ms - 4 * HOUR_MS, now_ms),
            Quick::Day => (now_ms - DAY_MS, now_ms),
            Quick::Today => (today, today + DAY_MS),
            Quick::Week => (today - 6 * DAY_MS, today + DAY_MS),
            Quick::Month => (today - 29 * DAY_MS, today + DAY_MS),
            Quick::Ninety => (today - 89 * DAY_MS, today + DAY_MS),
            Quick::ThisMonth => (clock::month_start(now_ms, 0), today + DAY_MS),
            Quick::LastMonth => (clock::month_start(now_ms, -1), clock::month_start(now_ms, 0)),
            Quick::Quarter => (clock::month_start(now_ms, -clock::month_of_quarter(now_ms)), today + DAY_MS),
        };
        Bounds { start_ms, end_ms }
    }
}

/// A day or a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Its first moment, Unix time in milliseconds.
    pub ms: i64,
    pub is_day: bool,
}

impl Edge {
    /// The minute that a moment is in.
    pub fn minute(ms: i64) -> Edge {
        Edge { ms: ms.div_euclid(MINUTE_MS) * MINUTE_MS, is_day: false }
    }

    /// The UTC day that a moment is in.
    pub fn day(ms: i64) -> Edge {
        Edge { ms: clock::day_start(ms), is_day: true }
    }

    /// Of `2026-11-20` and `2026-11-20T06:57`.
    pub fn parse(text: &str) -> Option<Edge> {
        let is_day = text.len() == 10;
        let is_minute = text.len() == 16 && text.as_bytes().get(10) == Some(&b'T');
        let ms = clock::parse_utc_ms(text).filter(|_| is_day || is_minute)?;
        Some(Edge { ms, is_day })
    }

    pub fn value(self) -> String {
        if self.is_day {
            return clock::day(self.ms);
        }
        let text = clock::format_utc(self.ms);
        [&text[..10], "T", &text[11..16]].concat()
    }
}

/// Somebody's own range, from the first to the last moment of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    pub from: Edge,
    /// None: until now. A day is a part of the range; a minute is its end.
    pub to: Option<Edge>,
}

/// Unix times in milliseconds: from the first to before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub start_ms: i64,
    pub end_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeRange {
    Quick(Quick),
    Own(Own),
}

impl TimeRange {
    /// A range of one's own, if it has any length.
    pub fn own(from: Edge, to: Option<Edge>) -> Option<TimeRange> {
        let own = Own { from, to };
        to.is_none_or(|_| own.bounds(0).end_ms > from.ms).then_some(TimeRange::Own(own))
    }

    pub(super) fn parse(get: Get, default: Quick) -> TimeRange {
        let own = Edge::parse(get("from")).and_then(|from| TimeRange::own(from, Edge::parse(get("to"))));
        own.unwrap_or_else(|| {
            let quick = Quick::ALL.into_iter().find(|quick| quick.value() == get("range"));
            TimeRange::Quick(quick.unwrap_or(default))
        })
    }

    pub(super) fn print(self, query: &mut Printed, default: Quick) {
        match self {
            TimeRange::Quick(quick) => query.add("range", quick.value(), quick == default),
            TimeRange::Own(Own { from, to }) => {
                query.add("from", &from.value(), false);
                if let Some(to) = to {
                    query.add("to", &to.value(), false);
                }
            }
        }
    }

    /// Whether it consists of whole UTC days.
    pub fn is_of_days(self) -> bool {
        match self {
            TimeRange::Quick(quick) => quick.is_of_days(),
            TimeRange::Own(Own { from, to }) => from.is_day && to.is_none_or(|to| to.is_day),
        }
    }

    pub fn bounds(self, now_ms: i64) -> Bounds {
        match self {
            TimeRange::Quick(quick) => quick.bounds(now_ms),
            TimeRange::Own(own) => own.bounds(now_ms),
        }
    }
}

impl Own {
    fn bounds(self, now_ms: i64) -> Bounds {
        let end_ms = match self.to {
            None if self.from.is_day => clock::day_start(now_ms) + DAY_MS,
            None => now_ms,
            Some(Edge { ms, is_day: true }) => ms + DAY_MS,
            Some(Edge { ms, is_day: false }) => ms,
        };
        Bounds { start_ms: self.from.ms, end_ms: end_ms.max(self.from.ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    fn assert_bounds(range: TimeRange, start: &str, end: &str) {
        let bounds = range.bounds(NOON);
        let found = (clock::format_utc(bounds.start_ms), clock::format_utc(bounds.end_ms));
        assert_eq!(found, (start.to_owned(), end.to_owned()), "{range:?}");
    }

    #[test]
    fn quick_ranges_end_now_or_with_a_day_or_a_month() {
        for (quick, start, end) in [
            (Quick::QuarterHour, "2026-11-20 11:45:00", "2026-11-20 12:00:00"),
            (Quick::Day, "2026-11-19 12:00:00", "2026-11-20 12:00:00"),
            (Quick::Today, "2026-11-20 00:00:00", "2026-11-21 00:00:00"),
            (Quick::Week, "2026-11-14 00:00:00", "2026-11-21 00:00:00"),
            (Quick::ThisMonth, "2026-11-01 00:00:00", "2026-11-21 00:00:00"),
            (Quick::LastMonth, "2026-10-01 00:00:00", "2026-11-01 00:00:00"),
            (Quick::Quarter, "2026-10-01 00:00:00", "2026-11-21 00:00:00"),
        ] {
            assert_bounds(TimeRange::Quick(quick), start, end);
        }
    }

    fn own(from: &str, to: &str) -> Option<TimeRange> {
        TimeRange::own(Edge::parse(from)?, Edge::parse(to))
    }

    #[test]
    fn the_last_day_of_an_own_range_is_a_part_of_it_and_a_minute_is_its_end() {
        let range = own("2026-11-01", "2026-11-02").unwrap_or(TimeRange::Quick(Quick::Day));
        assert_bounds(range, "2026-11-01 00:00:00", "2026-11-03 00:00:00");
        let range = own("2026-11-01T10:30", "2026-11-01T10:31").unwrap_or(TimeRange::Quick(Quick::Day));
        assert_bounds(range, "2026-11-01 10:30:00", "2026-11-01 10:31:00");
        assert_bounds(own("2026-11-18", "").unwrap_or(range), "2026-11-18 00:00:00", "2026-11-21 00:00:00");
        // Nothing can be in these.
        assert_eq!(own("2026-11-02", "2026-11-01"), None);
        assert_eq!(own("2026-11-01T10:30", "2026-11-01T10:30"), None);
        // It begins only later; nothing is in it yet.
        let later = own("2030-01-01T00:00", "").map(|range| range.bounds(NOON));
        assert!(later.is_some_and(|bounds| bounds.start_ms == bounds.end_ms));
    }

    #[test]
    fn what_is_no_day_and_no_minute_is_no_edge() {
        for odd in [
            "",
            "2026-11",
            "2026-13-01",
            "2026-11-20 10:00",
            "2026-11-20T10",
            "2026-11-20T25:00",
            "2026-11-20T10:00:00",
            "x026-11-20",
        ] {
            assert_eq!(Edge::parse(odd), None, "{odd}");
        }
        for edge in ["2026-11-20", "2026-11-20T06:57"] {
            assert_eq!(Edge::parse(edge).map(Edge::value).as_deref(), Some(edge));
        }
    }
}
