//! Time as the app counts it: milliseconds since 1970 in UTC, and LiteLLM's texts for it.
//!
//! LiteLLM's days are UTC days. How a moment is shown is the browser's business, not this file's.

pub const SECOND_MS: i64 = 1_000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// So far two clocks may seem apart because of the way between them.
const AGREE_MS: i64 = 30 * SECOND_MS;

/// How far the server's clock is ahead of the browser's; 0 where they agree. What was known of it stays unless it is clearly
/// wrong: time must not jump with each answer, and some servers date an answer by when the question came.
pub fn ahead_ms(server_ms: i64, browser_ms: i64, known_ms: i64) -> i64 {
    let ahead = server_ms.saturating_sub(browser_ms);
    if ahead.saturating_sub(known_ms).saturating_abs() <= AGREE_MS {
        known_ms
    } else if ahead.saturating_abs() > AGREE_MS {
        ahead
    } else {
        0
    }
}

/// Reads `2026-11-20T06:57:20.064000Z`, `…20.064+00:00`, `2026-11-20 06:57:20` and `2026-11-20`.
/// A text without a zone is UTC.
pub fn parse_utc_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let midnight = days_since_epoch(year, month, day) * DAY_MS;
    if rest.is_empty() {
        return Some(midnight);
    }
    let rest = rest.strip_prefix(['T', ' '])?;
    let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone_at);
    Some(midnight + time_of_day_ms(time)? - zone_ms(zone)?)
}

/// `YYYY-MM-DD HH:MM:SS` in UTC, as `/spend/logs/v2` wants it; parts of a second are cut off.
pub fn format_utc(ms: i64) -> String {
    let second = ms.rem_euclid(DAY_MS) / SECOND_MS;
    format!("{} {:02}:{:02}:{:02}", day(ms), second / 3600, second / 60 % 60, second % 60)
}

/// The UTC day of a moment, `YYYY-MM-DD`.
pub fn day(ms: i64) -> String {
    let (year, month, day) = civil(ms.div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The first moment of the UTC day of `ms`.
pub fn day_start(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS) * DAY_MS
}

/// The first moment of the UTC month of `ms`, or of one so many months later; earlier ones are negative.
pub fn month_start(ms: i64, months: i64) -> i64 {
    let (year, month, _) = civil(ms.div_euclid(DAY_MS));
    let month = year * 12 + month - 1 + months;
    days_since_epoch(month.div_euclid(12), month.rem_euclid(12) + 1, 1) * DAY_MS
}

/// How many months of its quarter are over at the UTC day of `ms`: 0 to 2.
pub fn month_of_quarter(ms: i64) -> i64 {
    let (_, month, _) = civil(ms.div_euclid(DAY_MS));
    (month - 1) % 3
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `06:57:20.064000`, to the millisecond.
fn time_of_day_ms(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let hour = number(parts.next()?)?;
    let minute = number(parts.next()?)?;
    let second = parts.next().map_or(Some(0), number)?;
    let mut ms = 0;
    for place in 0..3 {
        let digit = fraction.as_bytes().get(place).copied().unwrap_or(b'0');
        if !digit.is_ascii_digit() {
            return None;
        }
        ms = ms * 10 + i64::from(digit - b'0');
    }
    (hour < 24 && minute < 60 && second < 61).then_some(hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms)
}

/// `Z`, nothing, `+02:00` or `-0530`.
fn zone_ms(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first() {
        None | Some(b'Z') => return Some(0),
        Some(b'-') => -1,
        _ => 1,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let hour = number(digits.get(..2)?)?;
    let minute = digits.get(2..4).map_or(Some(0), number)?;
    Some(sign * (hour * HOUR_MS + minute * MINUTE_MS))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; years begin in March, so that the leap day comes last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The date of a number of days since 1970-01-01: the inverse of [`days_since_epoch`].
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_on_their_first_day_also_across_years() {
        let day_of = |text: &str, months| parse_utc_ms(text).map(|ms| format_utc(month_start(ms, months)));
        for (text, months, expected) in [
            ("2026-11-20 12:00:00", 0, "2026-11-01 00:00:00"),
            ("2026-01-31", -1, "2025-12-01 00:00:00"),
            ("2026-12-31", 1, "2027-01-01 00:00:00"),
            ("2024-03-31", -1, "2024-02-01 00:00:00"),
            ("2026-02-01", -14, "2024-12-01 00:00:00"),
        ] {
            assert_eq!(day_of(text, months).as_deref(), Some(expected), "{text} and {months}");
        }
        let quarter = |text: &str| parse_utc_ms(text).map(month_of_quarter);
        assert_eq!((quarter("2026-01-01"), quarter("2026-11-20"), quarter("2026-12-31")), (Some(0), Some(1), Some(2)));
    }

    #[test]
    fn clocks_that_are_apart_are_told_from_a_slow_way() {
        for (server, ahead) in [(1_000, 0), (31_000, 0), (31_001, 30_001), (-29_000, 0), (-29_001, -30_001)] {
            assert_eq!(ahead_ms(server, 1_000, 0), ahead, "{server}");
        }
        assert_eq!(ahead_ms(i64::MAX, -1, 0), i64::MAX);
        assert_eq!(ahead_ms(i64::MIN, 1, 0), i64::MIN);
    }

    /// With clocks 30 seconds apart time went to and fro, and a newer answer counted as an older one.
    #[test]
    fn what_is_known_of_the_clocks_stays_until_it_is_clearly_wrong() {
        let hour = 3_600_000;
        for (server, known, ahead) in [
            (31_000, 0, 31_000),
            (29_900, 31_000, 31_000),
            (hour - 25_000, hour, hour),
            (hour - 31_000, hour, hour - 31_000),
            (5_000, hour, 0),
        ] {
            assert_eq!(ahead_ms(server, 0, known), ahead, "{server} after {known}");
        }
    }

    #[test]
    fn every_shape_of_litellm_reads_as_the_same_moment() {
        for text in [
            "2026-11-20T06:57:20.064000Z",
            "2026-11-20T06:57:20.064+00:00",
            "2026-11-20 06:57:20.064",
            "2026-11-20T08:57:20.064+02:00",
        ] {
            assert_eq!(parse_utc_ms(text), Some(1_795_157_840_064), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-11-20T25:00:00Z",
            "2026-11-20Tnoon",
            "2026-11-20T06:57:20.xZ",
            "20২6-11-20",
        ] {
            assert_eq!(parse_utc_ms(text), None, "{text}");
        }
    }

    #[test]
    fn days_and_texts_go_both_ways() {
        for day_number in (-800_000..800_000).step_by(97) {
            let text = day(day_number * DAY_MS + 5 * HOUR_MS);
            if !text.starts_with('-') && text.len() == 10 {
                assert_eq!(parse_utc_ms(&text), Some(day_number * DAY_MS), "{text}");
            }
        }
        assert_eq!(day(parse_utc_ms("2028-02-29").unwrap_or_default()), "2028-02-29");
    }

    #[test]
    fn the_text_for_log_questions_has_no_fraction() {
        assert_eq!(format_utc(1_795_157_840_999), "2026-11-20 06:57:20");
    }
}
