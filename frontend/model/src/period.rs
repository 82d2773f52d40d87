//! The ranges of the overview. Days are LiteLLM's, that is UTC days; today is one of them and not over yet.

use crate::clock::{self, DAY_MS, HOUR_MS};
use crate::{
    msg,
    route::{Quick, TimeRange},
    text::Msg,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Range {
    Today,
    #[default]
    Week,
    Month,
}

impl Range {
    pub const ALL: [Range; 3] = [Range::Today, Range::Week, Range::Month];

    /// How the range stands in the address.
    pub fn value(self) -> &'static str {
        match self {
            Range::Today => "today",
            Range::Week => "7d",
            Range::Month => "30d",
        }
    }

    /// The range of an address; anything unknown is the default.
    pub fn from_value(value: &str) -> Range {
        Range::ALL.into_iter().find(|range| range.value() == value).unwrap_or_default()
    }

    /// To be translated.
    pub fn label(self) -> Msg {
        match self {
            Range::Today => msg!("Today"),
            Range::Week => msg!("7 days"),
            Range::Month => msg!("30 days"),
        }
    }

    pub fn days(self) -> usize {
        match self {
            Range::Today => 1,
            Range::Week => 7,
            Range::Month => 30,
        }
    }

    /// The same range for the pages that take any.
    pub fn in_time(self) -> TimeRange {
        TimeRange::Quick(match self {
            Range::Today => Quick::Today,
            Range::Week => Quick::Week,
            Range::Month => Quick::Month,
        })
    }

    /// The days of the range, oldest first; the last is today.
    pub fn current(self, now_ms: i64) -> Vec<String> {
        days_back(now_ms, 0, self.days())
    }

    /// The days of the range that are over, oldest first: those that can be compared with whole days.
    pub fn whole(self, now_ms: i64) -> Vec<String> {
        days_back(now_ms, 1, self.days() - 1)
    }

    /// The days of the period before, oldest first: as many as of this one are over, and each as long before; for today,
    /// yesterday.
    pub fn previous(self, now_ms: i64) -> Vec<String> {
        days_back(now_ms, self.days() + usize::from(self != Range::Today), (self.days() - 1).max(1))
    }

    /// All days that a view of this range needs, the most important (newest) first, and without a gap: the day between both
    /// periods is one of them tomorrow.
    pub fn needed(self, now_ms: i64) -> Vec<String> {
        let mut days = days_back(now_ms, 0, 2 * self.days());
        days.reverse();
        days
    }
}

/// One hour of a chart by the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub start_ms: i64,
}

impl Hour {
    pub fn end_ms(self) -> i64 {
        self.start_ms + HOUR_MS
    }

    /// `start` and `end` of the question for its log rows. LiteLLM counts both ends in, so the end is the last second.
    pub fn bounds(self) -> (String, String) {
        (clock::format_utc(self.start_ms), clock::format_utc(self.end_ms() - clock::SECOND_MS))
    }
}

/// The hours of the UTC day of `now_ms`, up to the running one.
pub fn hours_of_today(now_ms: i64) -> Vec<Hour> {
    let start = clock::day_start(now_ms);
    (0..24).map(|hour| Hour { start_ms: start + hour * HOUR_MS }).take_while(|hour| hour.start_ms <= now_ms).collect()
}

fn days_back(now_ms: i64, skip: usize, count: usize) -> Vec<String> {
    (skip..skip + count).rev().map(|back| clock::day(now_ms - back as i64 * DAY_MS)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_176_000_000; // 2026-11-20 12:00 UTC

    #[test]
    fn a_week_ends_today_and_whole_days_are_compared_with_the_same_days_of_the_week_before() {
        let current = Range::Week.current(NOON);
        assert_eq!((current[0].as_str(), current[6].as_str()), ("2026-11-14", "2026-11-20"));
        let whole = Range::Week.whole(NOON);
        assert_eq!((whole.len(), whole[0].as_str(), whole[5].as_str()), (6, "2026-11-14", "2026-11-19"));
        let previous = Range::Week.previous(NOON);
        assert_eq!((previous.len(), previous[0].as_str(), previous[5].as_str()), (6, "2026-11-07", "2026-11-12"));
        assert_eq!((Range::Today.whole(NOON).len(), Range::Today.previous(NOON)), (0, vec!["2026-11-19".to_owned()]));
    }

    /// A figure leads to the calls of the same days.
    #[test]
    fn a_range_is_the_same_on_each_page() {
        for range in Range::ALL {
            let (days, bounds) = (range.current(NOON), range.in_time().bounds(NOON));
            assert_eq!(clock::day(bounds.start_ms), days[0], "{range:?}");
            assert_eq!(bounds.end_ms - bounds.start_ms, range.days() as i64 * DAY_MS, "{range:?}");
        }
    }

    #[test]
    fn what_a_view_needs_comes_newest_first_and_once() {
        for (range, count) in [(Range::Today, 2), (Range::Week, 14), (Range::Month, 60)] {
            let mut days = range.needed(NOON);
            assert!(range.current(NOON).iter().chain(&range.previous(NOON)).all(|day| days.contains(day)), "{range:?}");
            assert_eq!((days.len(), days[0].as_str()), (count, "2026-11-20"), "{range:?}");
            days.dedup();
            assert_eq!(days.len(), count, "{range:?}");
        }
    }

    #[test]
    fn an_unknown_range_in_the_address_is_the_default() {
        assert_eq!(Range::from_value("30d"), Range::Month);
        assert_eq!(Range::from_value("'; drop"), Range::Week);
    }

    #[test]
    fn hours_end_with_the_running_one_and_do_not_overlap() {
        let hours = hours_of_today(NOON);
        assert_eq!(hours.len(), 13);
        assert_eq!(hours[0].bounds(), ("2026-11-20 00:00:00".into(), "2026-11-20 00:59:59".into()));
        assert_eq!(hours_of_today(NOON - 12 * HOUR_MS).len(), 1);
    }
}
