//! The newest calls, kept up to date by asking only for what is new.
//!
//! Rows are written up to 15 s after the call, so that each question reaches back a little and what is known is sorted out.
//! A call is filed under its start: one that ran for longer than the overlap turns up at the next full refresh.

use std::fmt;

use crate::clock;
use crate::wire::LogRow;

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
            match self.lines.iter_mut().find(|known| known.id == line.id) {
                Some(known) => *known = line,
                None => {
                    added.push(line.id.clone());
                    self.lines.push(line);
                }
            }
        }
        // Stable: calls of the same millisecond stay in the order in which they came.
        self.lines.sort_by_key(|line| std::cmp::Reverse(line.start_ms));
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

    /// Until when to ask: an hour ahead, in case the gateway's clock is.
    pub fn until(now_ms: i64) -> i64 {
        now_ms + clock::HOUR_MS
    }
}

/// One call as the log shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogLine {
    /// The request id, or what else tells the call from others.
    pub id: String,
    /// Unix time in milliseconds.
    pub start_ms: Option<i64>,
    /// The public model name, else the provider's, else the path that was called; may be empty.
    pub model: String,
    /// The key's alias, else the end of its hash; `None` for a call without a valid key.
    pub key: Option<String>,
    /// The key's hash; empty for a call without a valid key.
    pub key_hash: String,
    pub tokens: f64,
    /// US dollars.
    pub spend: f64,
    pub duration_ms: Option<f64>,
    /// Why the call failed; `None`: it did not.
    pub failed: Option<Reason>,
}

impl LogLine {
    pub fn from_row(row: &LogRow) -> Self {
        let start_ms = clock::parse_utc_ms(&row.start_time);
        LogLine {
            id: if row.request_id.is_empty() {
                [&row.start_time, "/", &row.api_key, "/", &row.call_type].concat()
            } else {
                row.request_id.clone()
            },
            start_ms,
            model: model(row).to_owned(),
            key: key_label(&row.metadata.user_api_key_alias, &row.api_key),
            key_hash: row.api_key.clone(),
            tokens: row.total_tokens,
            spend: row.spend,
            duration_ms: duration_ms(row, start_ms),
            failed: reason(row),
        }
    }
}

fn model(row: &LogRow) -> &str {
    let path = if row.call_type.starts_with('/') { row.call_type.as_str() } else { "" };
    [row.model_group.as_str(), row.model.as_str(), path].into_iter().find(|name| !name.is_empty()).unwrap_or("")
}

/// The alias, else `…1a2b`, else nothing. What is no hash, such as the name of a call by LiteLLM itself, is shown as it is.
fn key_label(alias: &str, hash: &str) -> Option<String> {
    if !alias.is_empty() {
        return Some(alias.to_owned());
    }
    if hash.is_empty() {
        return None;
    }
    if hash.len() < 32 || !hash.is_ascii() {
        return Some(hash.to_owned());
    }
    Some(["…", &hash[hash.len() - 4..]].concat())
}

fn duration_ms(row: &LogRow, start_ms: Option<i64>) -> Option<f64> {
    let measured = row.request_duration_ms.filter(|ms| *ms >= 0.0);
    measured.or_else(|| {
        let took = clock::parse_utc_ms(&row.end_time)? - start_ms?;
        // LiteLLM 1.80.11 gives failed calls the same start and end: that is not a duration.
        if took <= 0 { None } else { Some(took as f64) }
    })
}

/// Why a call failed. Each part may be empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reason {
    /// LiteLLM's or the provider's own words, without what is added for programs.
    pub words: String,
    /// Such as `RateLimitError`.
    pub class: String,
    /// HTTP status as text, such as `429`.
    pub code: String,
}

impl fmt::Display for Reason {
    /// One line in English, such as `This model is overloaded (429)` or `Refused by the gateway (ProxyException)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = if self.code.is_empty() && self.words.is_empty() { &self.class } else { &self.code };
        f.write_str(if self.words.is_empty() { Reason::WITHOUT_WORDS } else { self.words.trim_end_matches('.') })?;
        if detail.is_empty() || self.words.starts_with(detail.as_str()) { Ok(()) } else { write!(f, " ({detail})") }
    }
}

impl Reason {
    /// What is said where LiteLLM gives no words: English, to be translated.
    pub const WITHOUT_WORDS: &'static str = "Refused by the gateway";
}

fn reason(row: &LogRow) -> Option<Reason> {
    let info = row.metadata.error_information.clone().unwrap_or_default();
    let found = Reason {
        words: clean(&info.error_message),
        class: present(&info.error_class).to_owned(),
        code: present(&info.error_code).to_owned(),
    };
    let status = [row.status.as_str(), row.metadata.status.as_str()].into_iter().find(|text| !text.is_empty());
    let failed = match status {
        Some(status) => status == "failure",
        None => found != Reason::default(),
    };
    failed.then_some(found)
}

/// Python's `None` arrives as a word.
fn present(text: &str) -> &str {
    let text = text.trim();
    if text == "None" { "" } else { text }
}

/// The sentence within an error message: its first line, without exception names in front,
/// without LiteLLM's notes on routing behind, and out of a Python dict.
fn clean(message: &str) -> String {
    const TAILS: [&str; 3] =
        [" Received Model Group=", " Available Model Group Fallbacks=", " No fallback model group"];
    const LONGEST: usize = 300;

    let mut text = present(message).lines().next().unwrap_or("").trim();
    for tail in TAILS {
        text = text.find(tail).map_or(text, |at| &text[..at]);
    }
    while let Some(rest) = text.split_once(": ").filter(|(name, _)| is_prefix(name)).map(|(_, rest)| rest) {
        text = rest.trim_start();
    }
    text = out_of_dict(text).trim();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => [&text[..at], "…"].concat(),
        None => text.to_owned(),
    }
}

/// `litellm.RateLimitError`, `APIConnectionError`, or a status code.
fn is_prefix(name: &str) -> bool {
    let own = name.strip_prefix("litellm.");
    let class = own.unwrap_or(name);
    let is_class = class.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && (own.is_some() || class.ends_with("Error") || class.ends_with("Exception"));
    is_class || (name.len() == 3 && name.bytes().all(|b| b.is_ascii_digit()))
}

/// `{'error': 'No keys found'}` → `No keys found`; anything else as it is.
fn out_of_dict(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("{'error': ") else {
        return text;
    };
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        return text;
    };
    let inner = &rest[1..];
    inner.find(quote).map_or(text, |end| &inner[..end])
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
    use crate::wire::{ErrorInformation, LogMetadata};

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

    fn assert_model(group: &str, model: &str, call_type: &str, expected: &str) {
        let row =
            LogRow { model_group: group.into(), model: model.into(), call_type: call_type.into(), ..LogRow::default() };
        assert_eq!(LogLine::from_row(&row).model, expected);
    }

    #[test]
    fn the_model_is_the_public_name_if_there_is_one() {
        assert_model("gpt-4o", "openai/gpt-4o", "acompletion", "gpt-4o");
        assert_model("", "no-such-model", "", "no-such-model");
        assert_model("", "", "/v1/models", "/v1/models");
        assert_model("", "", "acompletion", "");
    }

    #[test]
    fn the_key_is_its_alias_or_the_end_of_its_hash() {
        let hash = "cbf39a6d0b49b856ed6026af50eb5d70f0a5f037ac89bb9406d412e988e6c87e";
        assert_eq!(key_label("web", hash).as_deref(), Some("web"));
        assert_eq!(key_label("", hash).as_deref(), Some("…c87e"));
        assert_eq!(key_label("", ""), None);
        assert_eq!(key_label("", "litellm-health-check").as_deref(), Some("litellm-health-check"));
    }

    fn assert_duration(measured: Option<f64>, end: &str, expected: Option<f64>) {
        let row = LogRow { request_duration_ms: measured, end_time: end.into(), ..row("a", 0) };
        assert_eq!(LogLine::from_row(&row).duration_ms, expected, "{measured:?} until {end}");
    }

    #[test]
    fn the_duration_is_measured_or_computed() {
        assert_duration(Some(158.0), "2026-11-20T12:00:09Z", Some(158.0));
        assert_duration(None, "2026-11-20T12:00:01.064+00:00", Some(1000.0));
        assert_duration(None, "2026-11-20T12:00:00.064000Z", None);
        assert_duration(None, "", None);
        assert_duration(Some(-3.0), "", None);
    }

    fn failed_row(message: &str, class: &str, code: &str) -> LogRow {
        let info =
            ErrorInformation { error_message: message.into(), error_class: class.into(), error_code: code.into() };
        let metadata = LogMetadata { error_information: Some(info), ..LogMetadata::default() };
        LogRow { status: "failure".into(), metadata, ..LogRow::default() }
    }

    fn assert_reason(message: &str, class: &str, code: &str, expected: &str) {
        let reason = LogLine::from_row(&failed_row(message, class, code)).failed.map(|reason| reason.to_string());
        assert_eq!(reason.as_deref(), Some(expected), "{message:?}");
    }

    #[test]
    fn the_reason_is_a_sentence() {
        assert_reason(
            "litellm.RateLimitError: this is a mock rate limit error. Received Model Group=slow\nAvailable Model Group Fallbacks=None",
            "RateLimitError",
            "429",
            "this is a mock rate limit error (429)",
        );
        assert_reason(
            "litellm.InternalServerError: InternalServerError: OpenAIException - no: upstream",
            "",
            "",
            "OpenAIException - no: upstream",
        );
        assert_reason(
            "400: {'error': '/chat/completions: Invalid model name passed in model=x. Call `/v1/models`.'}",
            "ProxyModelNotFoundError",
            "400",
            "/chat/completions: Invalid model name passed in model=x. Call `/v1/models` (400)",
        );
        assert_reason("{'error': \"can't\"}", "", "", "can't");
        assert_reason("{'error': 7}", "", "", "{'error': 7}");
        assert_reason("No api key passed in.", "Exception", "", "No api key passed in");
        assert_reason(
            "Budget has been exceeded! Current cost: 3, Max budget: 1",
            "E",
            "",
            "Budget has been exceeded! Current cost: 3, Max budget: 1",
        );
        assert_reason("", "ProxyException", "", "Refused by the gateway (ProxyException)");
        assert_reason("", "ProxyException", "401", "Refused by the gateway (401)");
        assert_reason("None", "None", "None", "Refused by the gateway");
        assert_reason("litellm.Timeout: slow", "", "408", "slow (408)");
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let words = LogLine::from_row(&failed_row(&"é".repeat(1000), "", "")).failed.unwrap_or_default().words;
        assert_eq!(words.chars().count(), 301);
    }

    #[test]
    fn only_failed_calls_have_a_reason() {
        let mut row = failed_row("words", "", "");
        row.status = "success".into();
        assert_eq!(LogLine::from_row(&row).failed, None);
        row.status = String::new();
        assert!(LogLine::from_row(&row).failed.is_some());
        row.metadata.error_information = None;
        assert_eq!(LogLine::from_row(&row).failed, None);
        row.metadata.status = "failure".into();
        assert_eq!(LogLine::from_row(&row).failed, Some(Reason::default()));
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
