//! Which days a range is made of, and which it is compared with. Days are LiteLLM's, that is UTC days, counted from 1970.

use crate::{
    clock::{self, DAY_MS},
    route::{Bounds, Compare, Own, Quick, TimeRange},
};

/// A range has no more days than this; of a longer one the last.
pub const MOST: i64 = 400;

/// From the first to before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    pub first: i64,
    pub end: i64,
}

impl Days {
    pub fn new(first: i64, end: i64) -> Days {
        Days { first, end: end.max(first) }
    }

    pub fn len(self) -> usize {
        (self.end - self.first) as usize
    }

    pub fn is_empty(self) -> bool {
        self.first == self.end
    }

    pub fn contains(self, day: i64) -> bool {
        (self.first..self.end).contains(&day)
    }

    /// Oldest first.
    pub fn iter(self) -> std::ops::Range<i64> {
        self.first..self.end
    }
}

/// The day of a moment.
pub fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS)
}

/// `YYYY-MM-DD`.
pub fn date(day: i64) -> String {
    clock::day(day.saturating_mul(DAY_MS))
}

/// What a range is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Periods {
    /// All days of the range that have begun.
    pub current: Days,
    /// Those that are over: a day that still runs is not compared with whole ones.
    pub whole: Days,
    /// What the whole days are compared with. Of a range that has none of them, all of the day before.
    pub before: Option<Days>,
    /// The range has more days than are looked at.
    pub is_cut: bool,
    /// The range begins or ends within a day, of which LiteLLM has only the whole.
    pub is_wider: bool,
}

impl Periods {
    pub fn of(range: TimeRange, compare: Compare, now_ms: i64) -> Periods {
        let Bounds { start_ms, end_ms } = range.bounds(now_ms);
        let today = day_of(now_ms);
        let end = day_of(end_ms.saturating_sub(1)).min(today) + 1;
        let begin = day_of(start_ms).min(end);
        let first = begin.max(end - MOST);
        let current = Days::new(first, end);
        let whole = Days::new(first, end.min(today).max(first));
        let before = match compare {
            Compare::Nothing => None,
            _ if current.is_empty() => None,
            Compare::Year => Some(a_year_before(whole.is_empty(), current, whole)),
            Compare::Before if whole.is_empty() => Some(Days::new(current.first - 1, current.first)),
            Compare::Before => Some(before(range, current, whole)),
        };
        Periods { current, whole, before, is_cut: first > begin, is_wider: !range.is_of_days() }
    }

    /// All days that are to be known, the most important (newest) first.
    pub fn needed(&self) -> Vec<i64> {
        let mut days: Vec<i64> = self.current.iter().rev().collect();
        let mut before = self.before.unwrap_or_default();
        // Without a gap: the day between both is one of them tomorrow.
        if before.end + 1 == self.current.first {
            before.end += 1;
        }
        for day in before.iter().rev() {
            if !self.current.contains(day) {
                days.push(day);
            }
        }
        days
    }

    /// Whether the days before are set against as many of this range.
    pub fn is_compared(&self) -> bool {
        self.before.is_some() && !self.whole.is_empty()
    }
}

/// As many days, each as long before; of a month or a quarter the same days of the one before, as far as it has them.
fn before(range: TimeRange, current: Days, whole: Days) -> Days {
    let month = |months: i64| day_of(clock::month_start(current.first * DAY_MS, months));
    let like = |first: i64, end: i64| Days::new(first, (first + whole.len() as i64).min(end));
    match range {
        TimeRange::Quick(Quick::ThisMonth) => like(month(-1), current.first),
        TimeRange::Quick(Quick::LastMonth) => Days::new(month(-1), current.first),
        TimeRange::Quick(Quick::Quarter) => like(month(-3), current.first),
        TimeRange::Own(Own { .. }) if is_months(whole) => Days::new(month(-months_in(whole)), current.first),
        _ => {
            let back = current.len() as i64;
            Days::new(whole.first - back, whole.end - back)
        }
    }
}

/// Whether days are one or more months of the calendar.
fn is_months(days: Days) -> bool {
    let starts = |day: i64| day_of(clock::month_start(day * DAY_MS, 0)) == day;
    !days.is_empty() && starts(days.first) && starts(days.end)
}

fn months_in(days: Days) -> i64 {
    let mut months = 1;
    while day_of(clock::month_start(days.first * DAY_MS, months)) < days.end {
        months += 1;
    }
    months
}

/// The same dates; where there is no 29 February, the day before.
fn a_year_before(runs: bool, current: Days, whole: Days) -> Days {
    // Of a day that runs, all of that day.
    let days = if runs { current } else { whole };
    Days::new(a_year_back(days.first), a_year_back(days.end - 1) + 1)
}

pub(super) fn a_year_back(day: i64) -> i64 {
    let ms = day * DAY_MS;
    let into_month = day - day_of(clock::month_start(ms, 0));
    let (start, end) = (day_of(clock::month_start(ms, -12)), day_of(clock::month_start(ms, -11)));
    (start + into_month).min(end - 1)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::route::Edge;

    fn ms(text: &str) -> i64 {
        clock::parse_utc_ms(text).expect("a moment")
    }

    fn dates(days: Days) -> (String, String) {
        (date(days.first), date(days.end - 1))
    }

    fn own(from: &str, to: &str) -> TimeRange {
        TimeRange::own(Edge::parse(from).expect("a day"), Edge::parse(to)).expect("a range")
    }

    fn assert_periods(now: &str, range: TimeRange, compare: Compare, current: (&str, &str), before: (&str, &str)) {
        let periods = Periods::of(range, compare, ms(now));
        let owned = |(first, last): (&str, &str)| (first.to_owned(), last.to_owned());
        assert_eq!(dates(periods.current), owned(current), "{range:?} at {now}");
        assert_eq!(periods.before.map(dates), Some(owned(before)), "before {range:?} at {now}");
    }

    #[test]
    fn whole_days_are_compared_with_the_same_days_before() {
        let noon = "2026-11-20 12:00:00";
        let quick = TimeRange::Quick;
        for (range, current, before) in [
            (quick(Quick::Week), ("2026-11-14", "2026-11-20"), ("2026-11-07", "2026-11-12")),
            (quick(Quick::ThisMonth), ("2026-11-01", "2026-11-20"), ("2026-10-01", "2026-10-19")),
            (quick(Quick::LastMonth), ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
            (quick(Quick::Quarter), ("2026-10-01", "2026-11-20"), ("2026-07-01", "2026-08-19")),
            (quick(Quick::Today), ("2026-11-20", "2026-11-20"), ("2026-11-19", "2026-11-19")),
            (own("2026-11-10", "2026-11-12"), ("2026-11-10", "2026-11-12"), ("2026-11-07", "2026-11-09")),
            (own("2026-09-01", "2026-09-30"), ("2026-09-01", "2026-09-30"), ("2026-08-01", "2026-08-31")),
            (own("2026-07-01", "2026-09-30"), ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")),
        ] {
            assert_periods(noon, range, Compare::Before, current, before);
        }
        // A month that is shorter has no more days.
        let range = quick(Quick::ThisMonth);
        let march = ("2026-03-01", "2026-03-31");
        assert_periods("2026-03-31 12:00:00", range, Compare::Before, march, ("2026-02-01", "2026-02-28"));
    }

    #[test]
    fn a_year_ago_has_the_same_dates() {
        let quick = TimeRange::Quick;
        let (week, before) = (("2026-11-14", "2026-11-20"), ("2025-11-14", "2025-11-19"));
        assert_periods("2026-11-20 12:00:00", quick(Quick::Week), Compare::Year, week, before);
        let leap = own("2024-02-29", "2024-02-29");
        let day = ("2024-02-29", "2024-02-29");
        assert_periods("2026-11-20 12:00:00", leap, Compare::Year, day, ("2023-02-28", "2023-02-28"));
        let today = ("2026-11-20", "2026-11-20");
        assert_periods("2026-11-20 12:00:00", quick(Quick::Today), Compare::Year, today, ("2025-11-20", "2025-11-20"));
    }

    #[test]
    fn what_is_needed_comes_newest_first_and_each_day_once() {
        for quick in Quick::ALL {
            for compare in Compare::ALL {
                let periods = Periods::of(TimeRange::Quick(quick), compare, ms("2026-11-20 12:00:00"));
                let needed = periods.needed();
                assert_eq!(needed[0] + 1, periods.current.end, "{quick:?}");
                let mut once = needed.clone();
                once.sort_unstable();
                once.dedup();
                assert_eq!(once.len(), needed.len(), "{quick:?} {compare:?}");
                assert!(periods.before.unwrap_or_default().iter().all(|day| needed.contains(&day)));
            }
        }
    }

    #[test]
    fn days_to_come_are_none_and_of_ages_the_last_are_shown() {
        let now = ms("2026-11-20 12:00:00");
        let ages = Periods::of(own("1990-01-01", "2026-11-20"), Compare::Nothing, now);
        assert_eq!((ages.current.len(), ages.is_cut), (MOST as usize, true));
        let to_come = Periods::of(own("2027-01-01", "2027-01-05"), Compare::Before, now);
        assert!(to_come.current.is_empty() && to_come.needed().is_empty());
        let some = Periods::of(own("2026-11-19", "2027-01-05"), Compare::Before, now);
        assert_eq!(dates(some.current), ("2026-11-19".to_owned(), "2026-11-20".to_owned()));
        let day = Periods::of(TimeRange::Quick(Quick::Day), Compare::Before, now);
        assert_eq!((day.current.len(), day.is_wider), (2, true), "both days that it touches");
    }

    /// Where a site's day is another one than LiteLLM's, the days are still LiteLLM's.
    #[test]
    fn the_first_moment_of_a_day_is_a_day() {
        let today = |now: &str| dates(Periods::of(TimeRange::Quick(Quick::Today), Compare::Before, ms(now)).current).0;
        assert_eq!(today("2026-11-20 00:00:00"), "2026-11-20");
        assert_eq!(today("2026-11-20 23:59:59"), "2026-11-20");
        let first = Periods::of(TimeRange::Quick(Quick::ThisMonth), Compare::Before, ms("2026-11-01 00:00:01"));
        assert!(first.whole.is_empty() && !first.is_compared());
        assert_eq!(first.before.map(dates), Some(("2026-10-31".to_owned(), "2026-10-31".to_owned())));
    }
}
