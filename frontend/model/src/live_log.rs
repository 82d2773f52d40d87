//! The newest calls, kept up to date by asking only for what is new.
//!
//! Rows are written up to 15 s after the call, so that each question reaches back a little and what is known is sorted out.
//! A call is filed under its start: one that ran for longer than the overlap turns up at the next full refresh.

mod line;
mod reason;

use crate::clock;
use crate::wire::LogRow;

pub use line::LogLine;
pub use reason::{Reason, reason};

/// How many calls are kept.
pub const MAX_LINES: usize = 100;

/// How far a question reaches back before the newest call seen.
pub const OVERLAP_MS: i64 = 2 * clock::MINUTE_MS;

/// How far the first question, and a full refresh, reaches back.
pub const WINDOW_MS: i64 = clock::DAY_MS;

/// The newest calls.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LiveLog {
    /// Newest first by start; those without a readable start last.
    pub lines: Vec<LogLine>,
}

impl LiveLog {
    /// Takes in an answer, in any order; tells how many of its calls are new and newer than what is dropped.
    pub fn merge(&mut self, rows: &[LogRow]) -> usize {
        let mut added = Vec::new();
        for row in rows {
            let line = LogLine::from_row(row);
            match self.lines.iter().position(|known| known.id == line.id) {
                Some(at) => drop(self.lines.remove(at)),
                None => added.push(line.id.clone()),
            }
            // Among calls of the same millisecond, after those that are there: an answer's order is kept.
            let at = self.lines.partition_point(|known| known.start_ms >= line.start_ms);
            self.lines.insert(at, line);
        }
        self.lines.truncate(MAX_LINES);
        self.lines.iter().filter(|line| added.contains(&line.id)).count()
    }

    /// From when to ask next (Unix time in milliseconds): a little before the newest call seen,
    /// or everything of the last 24 hours when there is none.
    pub fn since(&self, now_ms: i64) -> i64 {
        let newest = self.lines.first().and_then(|line| line.start_ms);
        // A gateway whose clock is ahead must not move the question into the future.
        let start = newest.map(|newest| newest.min(now_ms) - OVERLAP_MS);
        start.unwrap_or(i64::MIN).max(LiveLog::window_start(now_ms))
    }

    /// From when to ask for a full refresh.
    pub fn window_start(now_ms: i64) -> i64 {
        now_ms - WINDOW_MS
    }
}

/// How long polling waits: 5 s, twice as long after each failure up to a minute, 5 s again after a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    /// Failures in a row.
    pub failures: u32,
}

impl Backoff {
    pub const SHORTEST_MS: u32 = 5_000;
    pub const LONGEST_MS: u32 = 60_000;

    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// Milliseconds until the next question.
    pub fn wait_ms(self) -> u32 {
        (Backoff::SHORTEST_MS << self.failures.min(8)).min(Backoff::LONGEST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    /// A call `second` seconds after noon.
    fn row(id: &str, second: u32) -> LogRow {
        let start_time = format!("2026-11-20T12:{:02}:{:02}.064000Z", second / 60, second % 60);
        LogRow { request_id: id.into(), start_time, status: "success".into(), ..LogRow::default() }
    }

    fn ids(log: &LiveLog) -> Vec<&str> {
        log.lines.iter().map(|line| line.id.as_str()).collect()
    }

    #[test]
    fn answers_are_merged_newest_first() {
        let mut log = LiveLog::default();
        assert_eq!(log.merge(&[row("b", 20), row("a", 10)]), 2);
        assert_eq!(log.merge(&[row("b", 20), row("d", 40), row("c", 30)]), 2);
        assert_eq!(log.merge(&[row("d", 40)]), 0);
        assert_eq!(ids(&log), ["d", "c", "b", "a"]);
    }

    #[test]
    fn a_row_that_was_written_late_is_new() {
        let mut log = LiveLog::default();
        log.merge(&[row("a", 10), row("c", 30)]);
        assert_eq!(log.merge(&[row("b", 20), row("c", 30)]), 1);
        assert_eq!(ids(&log), ["c", "b", "a"]);
    }

    #[test]
    fn a_call_twice_in_one_answer_counts_once() {
        let mut log = LiveLog::default();
        assert_eq!(log.merge(&[row("a", 10), row("a", 10)]), 1);
    }

    #[test]
    fn what_is_older_than_the_oldest_kept_is_not_new() {
        let mut log = LiveLog::default();
        let rows: Vec<LogRow> = (0..130).map(|i| row(&i.to_string(), 100 + i)).collect();
        assert_eq!(log.merge(&rows), MAX_LINES);
        assert_eq!(log.lines.len(), MAX_LINES);
        assert_eq!(log.lines[0].id, "129");
        assert_eq!(log.merge(&[row("old", 1)]), 0);
        assert_eq!(log.merge(&rows), 0);
    }

    #[test]
    fn rows_without_a_start_come_last_and_without_an_id_are_told_apart() {
        let mut log = LiveLog::default();
        let odd = LogRow { api_key: "k".into(), ..LogRow::default() };
        assert_eq!(log.merge(&[odd.clone(), row("", 10), row("", 20), odd]), 3);
        assert_eq!(log.lines[2].start_ms, None);
    }

    fn assert_since(starts_after_noon_s: &[u32], now_ms: i64, expected_before_noon_ms: i64) {
        let mut log = LiveLog::default();
        let rows: Vec<LogRow> = starts_after_noon_s.iter().map(|s| row(&s.to_string(), *s)).collect();
        log.merge(&rows);
        assert_eq!(NOW - log.since(now_ms), expected_before_noon_ms, "{starts_after_noon_s:?} at {now_ms}");
    }

    #[test]
    fn the_next_question_reaches_back_a_little() {
        assert_since(&[], NOW, clock::DAY_MS);
        assert_since(&[30, 60], NOW + 90_000, 120_000 - 60_064);
        // The gateway's clock is ahead by a minute.
        assert_since(&[60], NOW, 120_000);
        // The page slept for two days.
        assert_since(&[0], NOW + 2 * clock::DAY_MS, -clock::DAY_MS);
    }

    #[test]
    fn polling_backs_off_and_recovers() {
        let mut backoff = Backoff::default();
        let mut waits = vec![backoff.wait_ms()];
        for _ in 0..6 {
            backoff.failed();
            waits.push(backoff.wait_ms());
        }
        assert_eq!(waits, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
        backoff.failures = u32::MAX;
        backoff.failed();
        assert_eq!(backoff.wait_ms(), 60_000);
        backoff.succeeded();
        assert_eq!(backoff.wait_ms(), 5_000);
    }
}
