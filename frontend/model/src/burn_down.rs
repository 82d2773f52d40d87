//! How a budget is being spent, and when it will be: from the days of LiteLLM's daily table, which are UTC days.

use crate::{
    clock::{self, DAY_MS},
    key_days::KeyDay,
};

/// So many whole days are looked at, the last ones.
pub const LOOK_BACK: usize = 7;

/// With fewer whole days nothing is reckoned.
pub const FEWEST_DAYS: usize = 3;

/// Farther ahead than this nothing is said of a date.
const HORIZON_MS: i64 = 366 * DAY_MS;

/// What the last days say about the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnDown {
    /// US dollars, on average.
    pub per_day: f64,
    /// Over how many whole days.
    pub days: usize,
    pub end: End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    RunsOut {
        at_ms: i64,
    },
    /// It starts anew before it is spent; so much is left then.
    Renewed {
        at_ms: i64,
        left: f64,
    },
    /// The key expires before it is spent.
    Expires {
        at_ms: i64,
    },
    /// Not within a year.
    NotSoon,
}

/// What is left of a budget, and what ends it otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Left {
    pub left: f64,
    pub resets_ms: Option<i64>,
    pub expires_ms: Option<i64>,
    /// When the key was made: the days before say nothing of it.
    pub created_ms: Option<i64>,
}

/// Why the last days say too little of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLittle {
    /// Fewer than three whole days are known, or have passed since it was made.
    New,
    /// Nothing was spent on any of so many.
    NoSpend(usize),
    /// Something was spent on one of so many.
    OneDay(usize),
}

/// Whole days, what was spent on them, and on how many there was anything.
fn lately(days: &[KeyDay], created_ms: Option<i64>, now_ms: i64) -> (usize, f64, usize) {
    let today = clock::day_start(now_ms);
    let (mut looked_at, mut spent, mut with_spend) = (0_usize, 0.0, 0);
    for (day, back) in days.iter().rev().zip(0..=LOOK_BACK as i64).skip(1) {
        // The day on which it was made is not a whole one.
        if created_ms.is_some_and(|created_ms| created_ms > today - back * DAY_MS) {
            break;
        }
        looked_at += 1;
        spent += day.spend;
        with_spend += usize::from(day.spend > 0.0);
    }
    (looked_at, spent, with_spend)
}

/// None where the last days say enough.
pub fn too_little(days: &[KeyDay], created_ms: Option<i64>, now_ms: i64) -> Option<TooLittle> {
    match lately(days, created_ms, now_ms) {
        (looked_at, ..) if looked_at < FEWEST_DAYS => Some(TooLittle::New),
        (looked_at, _, 0) => Some(TooLittle::NoSpend(looked_at)),
        (looked_at, _, 1) => Some(TooLittle::OneDay(looked_at)),
        _ => None,
    }
}

/// The average of the last whole days, carried on. `days`: oldest first, the last is today, which is not over yet. None where
/// they say too little, and where nothing is left.
pub fn burn_down(days: &[KeyDay], budget: Left, now_ms: i64) -> Option<BurnDown> {
    let (looked_at, spent, with_spend) = lately(days, budget.created_ms, now_ms);
    if looked_at < FEWEST_DAYS || with_spend < 2 || budget.left <= 0.0 {
        return None;
    }
    let per_day = spent / looked_at as f64;
    let lasts_ms = budget.left / per_day * DAY_MS as f64;
    let runs_out_ms = if lasts_ms < HORIZON_MS as f64 { Some(now_ms + lasts_ms as i64) } else { None };
    let before = |moment: Option<i64>| moment.filter(|at_ms| runs_out_ms.is_none_or(|out_ms| *at_ms <= out_ms));
    let end = match (before(budget.resets_ms), before(budget.expires_ms), runs_out_ms) {
        (Some(at_ms), expires, _) if expires.is_none_or(|expires_ms| at_ms <= expires_ms) => {
            let until = (at_ms - now_ms).max(0) as f64 / DAY_MS as f64;
            End::Renewed { at_ms, left: (budget.left - until * per_day).max(0.0) }
        }
        (_, Some(at_ms), _) => End::Expires { at_ms },
        (_, None, Some(at_ms)) => End::RunsOut { at_ms },
        (_, None, None) => End::NotSoon,
    };
    Some(BurnDown { per_day, days: looked_at, end })
}

/// What was left of a budget at the end of each of these days, oldest first; the last is today, as it stands. None before the
/// budget began: what was spent since makes up all that counts as spent.
pub fn left_by_day(days: &[KeyDay], spent: f64, budget: f64) -> Vec<Option<f64>> {
    let mut left = vec![None; days.len()];
    // By the end of that day; negative once it belongs to the period before.
    let mut spent_by_then = spent.max(0.0);
    // Sums of many small numbers differ in their last places.
    let tolerance = (spent.abs() * 1e-6).max(1e-9);
    for (back, (left, day)) in left.iter_mut().zip(days).rev().enumerate() {
        // All that counts was spent later, and something on this day: at its end, as a rule midnight, it had not begun anew.
        let is_of_before = back > 0 && spent_by_then <= tolerance && day.spend > tolerance;
        if spent_by_then < -tolerance || is_of_before {
            break;
        }
        *left = Some((budget - spent_by_then.max(0.0)).max(0.0));
        spent_by_then -= day.spend;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    /// The last days, today last.
    fn days(spend: &[f64]) -> Vec<KeyDay> {
        spend.iter().map(|spend| KeyDay { spend: *spend, ..KeyDay::default() }).collect()
    }

    fn left(left: f64) -> Left {
        Left { left, ..Left::default() }
    }

    fn end(spend: &[f64], budget: Left) -> Option<End> {
        burn_down(&days(spend), budget, NOW).map(|burn_down| burn_down.end)
    }

    #[test]
    fn the_average_of_the_last_seven_whole_days_is_carried_on() {
        // Today says nothing: it is not over.
        let burn_down = burn_down(&days(&[99.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 2.0, 50.0]), left(10.0), NOW);
        assert_eq!(burn_down, Some(BurnDown { per_day: 2.0, days: 7, end: End::RunsOut { at_ms: NOW + 5 * DAY_MS } }));
    }

    #[test]
    fn too_little_is_nothing_to_reckon_with() {
        let week = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(end(&week, left(10.0)), None, "one day with a cost");
        assert_eq!(end(&[0.0; 8], left(10.0)), None, "no day with a cost");
        assert_eq!(end(&[1.0; 3], left(10.0)), None, "two whole days");
        assert_eq!(end(&[1.0; 8], left(0.0)), None, "nothing is left");
        let young = |days_ago: i64| Left { created_ms: Some(NOW - days_ago * DAY_MS), ..left(10.0) };
        assert_eq!(end(&[1.0; 8], young(3)), None, "two whole days");
        assert_eq!(burn_down(&days(&[1.0; 8]), young(4), NOW).map(|burn_down| burn_down.days), Some(3));
    }

    #[test]
    fn it_is_said_what_there_is_too_little_of() {
        let why = |spend: &[f64], created_ms: Option<i64>| too_little(&days(spend), created_ms, NOW);
        let week = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 50.0];
        assert_eq!(why(&week, None), Some(TooLittle::OneDay(7)));
        assert_eq!(why(&[0.0; 8], None), Some(TooLittle::NoSpend(7)));
        assert_eq!(why(&[1.0; 8], Some(NOW - 3 * DAY_MS)), Some(TooLittle::New));
        assert_eq!(why(&[0.0; 8], Some(NOW - 3 * DAY_MS)), Some(TooLittle::New));
        assert_eq!(why(&[0.0; 8], Some(NOW - 5 * DAY_MS)), Some(TooLittle::NoSpend(4)));
        assert_eq!(why(&[1.0; 8], None), None);
    }

    #[test]
    fn a_budget_that_starts_anew_first_does_not_run_out() {
        let renewed = |in_days: i64| Left { resets_ms: Some(NOW + in_days * DAY_MS), ..left(10.0) };
        assert_eq!(end(&[1.0; 8], renewed(4)), Some(End::Renewed { at_ms: NOW + 4 * DAY_MS, left: 6.0 }));
        assert_eq!(end(&[1.0; 8], renewed(12)), Some(End::RunsOut { at_ms: NOW + 10 * DAY_MS }));
        // The gateway is about to start it anew.
        assert_eq!(end(&[1.0; 8], renewed(-1)), Some(End::Renewed { at_ms: NOW - DAY_MS, left: 10.0 }));
        let expires = Left { expires_ms: Some(NOW + DAY_MS), ..renewed(4) };
        assert_eq!(end(&[1.0; 8], expires), Some(End::Expires { at_ms: NOW + DAY_MS }));
        let expires = Left { expires_ms: Some(NOW + 6 * DAY_MS), ..renewed(4) };
        assert_eq!(end(&[1.0; 8], expires), Some(End::Renewed { at_ms: NOW + 4 * DAY_MS, left: 6.0 }));
    }

    #[test]
    fn a_date_in_the_far_future_is_not_said() {
        assert_eq!(end(&[0.001; 8], left(1.0)), Some(End::NotSoon));
        assert_eq!(end(&[1e-12; 8], left(1e15)), Some(End::NotSoon));
        let renewed = Left { resets_ms: Some(NOW + DAY_MS), ..left(1000.0) };
        assert!(matches!(end(&[1.0; 8], renewed), Some(End::Renewed { .. })));
    }

    #[test]
    fn the_line_goes_back_to_where_the_budget_began() {
        // Five are spent since it began anew: two today, three yesterday; what was spent before counts no more.
        assert_eq!(
            left_by_day(&days(&[1.0, 4.0, 4.0, 3.0, 2.0]), 5.0, 10.0),
            [None, None, None, Some(7.0), Some(5.0)],
            "at the end of the third day the four of it were spent"
        );
        // It began anew in the course of the second day.
        assert_eq!(left_by_day(&days(&[4.0, 4.0, 2.0]), 3.0, 10.0), [None, Some(9.0), Some(7.0)]);
        assert_eq!(left_by_day(&days(&[0.0, 0.0, 2.0]), 2.0, 10.0), [Some(10.0), Some(10.0), Some(8.0)]);
        // It began anew a moment ago.
        assert_eq!(left_by_day(&days(&[4.0, 2.0]), 0.0, 10.0), [None, Some(10.0)]);
        // All of it, and more.
        assert_eq!(left_by_day(&days(&[1.0; 5]), 99.0, 98.0), [Some(3.0), Some(2.0), Some(1.0), Some(0.0), Some(0.0)]);
        assert_eq!(left_by_day(&days(&[0.1; 3]), 0.3, 1.0), [Some(0.9), Some(0.8), Some(0.7)]);
        assert_eq!(left_by_day(&days(&[0.1; 3]), 0.2, 1.0), [None, Some(0.9), Some(0.8)]);
        assert_eq!(left_by_day(&[], 1.0, 1.0), []);
    }
}
