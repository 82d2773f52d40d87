//! When a figure changes no more, and need not be asked for again.
//!
//! PHP keeps answers by the same rule; `tests/fixtures/contract/finality.json` holds both to it.

use crate::clock::{self, DAY_MS, HOUR_MS};

/// LiteLLM writes calls up to 15 s late; the hour leaves room for a busy one.
const SETTLES_MS: i64 = HOUR_MS;

/// Whether what was asked for at `asked_ms` says the last word about a period that ends at `end_ms`.
///
/// What counts is when it was asked, not when it is looked at: the sum of a day that was asked for in the evening
/// stays the sum of that evening. An old answer, given because the gateway fails now, is never final.
pub fn is_final(end_ms: i64, asked_ms: i64, answer_is_old: bool) -> bool {
    !answer_is_old && asked_ms > end_ms.saturating_add(SETTLES_MS)
}

/// The end of a UTC day, `YYYY-MM-DD`; none where there is no such day.
pub fn day_end_ms(date: &str) -> Option<i64> {
    let start_ms = clock::parse_utc_ms(date)?;
    // The clock takes a 30 February for a day of March.
    (clock::day(start_ms) == date).then_some(start_ms + DAY_MS)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
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
            let found = end_ms.is_some_and(|end_ms| is_final(end_ms, asked_ms, false));
            assert_eq!(Some(found), row["final"].as_bool(), "{}", row["name"]);
        }
    }

    #[test]
    fn an_old_answer_is_never_final() {
        assert!(is_final(0, HOUR_MS + 1, false));
        assert!(!is_final(0, HOUR_MS + 1, true));
        assert!(!is_final(0, i64::MAX, true));
        assert!(!is_final(i64::MAX, i64::MAX, false));
    }
}
