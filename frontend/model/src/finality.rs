//! When a figure changes no more, and when it is asked for again.
//!
//! PHP keeps answers by the same rule; `tests/fixtures/contract/finality.json` holds both to it.

use crate::clock::{self, DAY_MS, HOUR_MS};

/// LiteLLM writes calls up to 15 s late; the hour leaves room for a busy one.
const SETTLES_MS: i64 = HOUR_MS;

/// So long after its end a period may still get calls that were written very late: by an instance that was cut off from
/// its database, or from a queue.
const LATE_MS: i64 = 7 * DAY_MS;

/// How often what is over, but not for long, is asked for again.
const AGAIN_MS: i64 = HOUR_MS;

/// What an answer says about its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    /// It still grows.
    Running,
    /// It is over; what was written late may come in yet.
    Recent,
    Final,
}

/// What counts is when it was asked, not when it is looked at: the sum of a day that was asked for in the evening
/// stays the sum of that evening. An old answer, given because the gateway fails now, is never final.
pub fn finality(end_ms: i64, asked_ms: i64, answer_is_old: bool) -> Finality {
    if answer_is_old || asked_ms <= end_ms.saturating_add(SETTLES_MS) {
        Finality::Running
    } else if asked_ms <= end_ms.saturating_add(LATE_MS) {
        Finality::Recent
    } else {
        Finality::Final
    }
}

impl Finality {
    /// Whether what was asked for at `asked_ms` has to be asked for again at `now_ms`.
    pub fn is_due(self, asked_ms: i64, now_ms: i64) -> bool {
        match self {
            Finality::Running => true,
            // An answer from the time to come is one of a clock that was put back.
            Finality::Recent => !(asked_ms..asked_ms.saturating_add(AGAIN_MS)).contains(&now_ms),
            Finality::Final => false,
        }
    }
}

/// Whether what is known, of one moment, is newer than an answer of another. Ages are in whole seconds: the same answer may
/// seem a little older the second time.
pub fn is_newer(known_ms: i64, answer_ms: i64) -> bool {
    known_ms > answer_ms.saturating_add(2 * clock::SECOND_MS)
}

/// The end of a UTC day, `YYYY-MM-DD`; none where there is no such day.
pub fn day_end_ms(date: &str) -> Option<i64> {
    let start_ms = clock::parse_utc_ms(date)?;
    // The clock takes a 30 February for a day of March.
    (clock::day(start_ms) == date).then_some(start_ms + DAY_MS)
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::panic)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// A moment as parameters have it; none where there is no such moment.
    fn moment_ms(text: &str) -> Option<i64> {
        clock::parse_utc_ms(text).filter(|moment_ms| clock::format_utc(*moment_ms) == text)
    }

    #[test]
    fn the_rule_is_the_one_of_php() {
        let table: Value = serde_json::from_str(include_str!("../../../tests/fixtures/contract/finality.json"))
            .expect("tests/fixtures/contract/finality.json is JSON");
        let rows = table.as_array().expect("tests/fixtures/contract/finality.json is a list");
        assert!(rows.len() > 40, "{} rows in tests/fixtures/contract/finality.json", rows.len());
        for row in rows {
            let value = row["value"].as_str().expect("each row has a value");
            let end_ms = if row["param"] == "day" { day_end_ms(value) } else { moment_ms(value) };
            let asked_ms = row["asked_ms"].as_i64().expect("each row says when it was asked");
            let found = end_ms.map_or(Finality::Running, |end_ms| finality(end_ms, asked_ms, false));
            let expected = match row["finality"].as_str() {
                Some("running") => Finality::Running,
                Some("recent") => Finality::Recent,
                Some("final") => Finality::Final,
                other => panic!("{other:?} in tests/fixtures/contract/finality.json"),
            };
            assert_eq!(found, expected, "{}", row["name"]);
        }
    }

    #[test]
    fn the_same_answer_a_second_time_is_no_older_one() {
        assert!(!is_newer(10_000, 8_500));
        assert!(is_newer(10_000, 7_000));
        assert!(!is_newer(i64::MAX, i64::MAX));
    }

    #[test]
    fn an_old_answer_is_never_final() {
        assert_eq!(finality(0, 8 * DAY_MS, false), Finality::Final);
        assert_eq!(finality(0, 8 * DAY_MS, true), Finality::Running);
        assert_eq!(finality(0, i64::MAX, true), Finality::Running);
        assert_eq!(finality(i64::MAX, i64::MAX, false), Finality::Running);
    }

    /// A thousand calls of five days ago came in late; the day stayed wrong for a month.
    #[test]
    fn what_is_over_but_not_for_long_is_asked_for_again_after_an_hour() {
        for (finality, after_ms, due) in [
            (Finality::Running, 0, true),
            (Finality::Recent, 0, false),
            (Finality::Recent, HOUR_MS - 1, false),
            (Finality::Recent, HOUR_MS, true),
            (Finality::Recent, -1, true),
            (Finality::Final, 400 * DAY_MS, false),
        ] {
            assert_eq!(finality.is_due(DAY_MS, DAY_MS + after_ms), due, "{finality:?} after {after_ms} ms");
        }
        assert!(!Finality::Recent.is_due(i64::MAX - 1, i64::MAX - 1));
    }
}
