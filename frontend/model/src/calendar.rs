//! Two months to choose days from: what stands where, where a key leads, and what is chosen. Days are counted from 1970.

use crate::clock::{self, DAY_MS};

/// The days that can be written with four digits of a year.
const LAST: i64 = 2_932_896;

/// The first day of the month of a day, or of one so many months later.
pub fn month(day: i64, months: i64) -> i64 {
    clock::month_start(day.clamp(0, LAST) * DAY_MS, months).div_euclid(DAY_MS)
}

fn length(first: i64) -> i64 {
    month(first, 1) - first
}

/// 1 is Monday, as in ISO 8601.
fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7) + 1
}

/// The weeks of a month, which begin with this day of the week; none where a week has days of another month.
pub fn weeks(first: i64, begins: i64) -> Vec<[Option<i64>; 7]> {
    let before = (weekday(first) - begins).rem_euclid(7);
    let end = first + length(first);
    let mut weeks = Vec::new();
    let mut start = first - before;
    while start < end {
        let mut week = [None; 7];
        for (day, place) in (start..).zip(&mut week) {
            *place = (day >= first && day < end).then_some(day);
        }
        weeks.push(week);
        start += 7;
    }
    weeks
}

/// The same day of another month, or its last where it is shorter.
fn months_on(day: i64, months: i64) -> i64 {
    let (here, there) = (month(day, 0), month(day, months));
    there + (day - here).min(length(there) - 1)
}

/// Where a key leads from a day, as ARIA's practices have it; none for keys that are not ours.
pub fn moved(day: i64, key: &str, shift: bool, is_rtl: bool, begins: i64) -> Option<i64> {
    let on = if is_rtl { -1 } else { 1 };
    let in_week = (weekday(day) - begins).rem_euclid(7);
    let to = match key {
        "ArrowLeft" => day - on,
        "ArrowRight" => day + on,
        "ArrowUp" => day - 7,
        "ArrowDown" => day + 7,
        "Home" => day - in_week,
        "End" => day - in_week + 6,
        "PageUp" => months_on(day, if shift { -12 } else { -1 }),
        "PageDown" => months_on(day, if shift { 12 } else { 1 }),
        _ => return None,
    };
    Some(to.clamp(0, LAST))
}

/// What is chosen: nothing, a first day, or a first and a last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Picked {
    pub first: Option<i64>,
    pub last: Option<i64>,
}

impl Picked {
    /// The first click is the beginning, the second the end, in whichever order they come; a third begins anew.
    pub fn pick(self, day: i64) -> Picked {
        match (self.first, self.last) {
            (Some(first), None) => Picked { first: Some(first.min(day)), last: Some(first.max(day)) },
            _ => Picked { first: Some(day), last: None },
        }
    }

    pub fn whole(self) -> Option<(i64, i64)> {
        self.first.zip(self.last)
    }

    pub fn is_end(self, day: i64) -> bool {
        self.first == Some(day) || self.last == Some(day)
    }

    /// Whether a day is in the range; while only its first is chosen, in the one to where one is.
    pub fn contains(self, day: i64, at: i64) -> bool {
        let Some(first) = self.first else { return false };
        let last = self.last.unwrap_or(at);
        (first.min(last)..=first.max(last)).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        clock::parse_utc_ms(text).unwrap_or_default().div_euclid(DAY_MS)
    }

    fn date(day: i64) -> String {
        clock::day(day * DAY_MS)
    }

    #[test]
    fn a_month_has_each_of_its_days_once_under_its_day_of_the_week() {
        for begins in 1..=7 {
            for months in 0..500 {
                let first = month(day("2000-01-15"), months);
                let weeks = weeks(first, begins);
                let days: Vec<i64> = weeks.iter().flatten().filter_map(|day| *day).collect();
                assert_eq!(days, (first..first + length(first)).collect::<Vec<_>>());
                for week in &weeks {
                    for (at, day) in week.iter().enumerate() {
                        let expected = (begins - 1 + at as i64).rem_euclid(7) + 1;
                        assert!(day.is_none_or(|day| weekday(day) == expected), "{begins} {week:?}");
                    }
                }
                assert!((4..=6).contains(&weeks.len()));
            }
        }
        // A Friday.
        assert_eq!(weekday(day("2026-11-20")), 5);
        assert_eq!(weeks(day("2026-11-01"), 7)[0][0], Some(day("2026-11-01")), "a Sunday, where weeks begin with one");
        assert_eq!(weeks(day("2026-11-01"), 1)[0][6], Some(day("2026-11-01")));
        assert_eq!(weeks(day("2027-02-01"), 1).len(), 4);
    }

    #[test]
    fn keys_lead_where_the_practices_say() {
        let to = |from: &str, key: &str, shift: bool| moved(day(from), key, shift, false, 1).map(date);
        for (from, key, shift, expected) in [
            ("2026-11-30", "ArrowRight", false, "2026-12-01"),
            ("2026-11-01", "ArrowLeft", false, "2026-10-31"),
            ("2026-11-20", "ArrowUp", false, "2026-11-13"),
            ("2026-11-20", "ArrowDown", false, "2026-11-27"),
            ("2026-11-20", "Home", false, "2026-11-16"),
            ("2026-11-20", "End", false, "2026-11-22"),
            ("2026-03-31", "PageUp", false, "2026-02-28"),
            ("2026-01-31", "PageDown", false, "2026-02-28"),
            ("2024-02-29", "PageDown", true, "2025-02-28"),
            ("2026-11-20", "PageUp", true, "2025-11-20"),
            ("1970-01-01", "ArrowLeft", false, "1970-01-01"),
            ("9999-12-31", "PageDown", true, "9999-12-31"),
        ] {
            assert_eq!(to(from, key, shift).as_deref(), Some(expected), "{key} from {from}");
        }
        assert_eq!(to("2026-11-20", "Tab", false), None);
        let rtl = moved(day("2026-11-20"), "ArrowLeft", false, true, 6).map(date);
        assert_eq!(rtl.as_deref(), Some("2026-11-21"), "time goes with the reading");
        // A week that begins on Saturday, as in Arabic.
        assert_eq!(moved(day("2026-11-20"), "Home", false, true, 6).map(date).as_deref(), Some("2026-11-14"));
    }

    #[test]
    fn two_clicks_are_a_range_in_whichever_order() {
        let picked = Picked::default().pick(10);
        assert_eq!((picked.whole(), picked.contains(12, 15), picked.contains(16, 15)), (None, true, false));
        assert!(picked.contains(7, 5), "backwards, too");
        assert_eq!(picked.pick(5).whole(), Some((5, 10)));
        assert_eq!(picked.pick(10).whole(), Some((10, 10)), "one day");
        let whole = picked.pick(20);
        assert!(whole.contains(15, 0) && !whole.contains(21, 99) && whole.is_end(20));
        assert_eq!(whole.pick(3), Picked { first: Some(3), last: None }, "a third click begins anew");
        assert!(!Picked::default().contains(1, 1));
    }
}
