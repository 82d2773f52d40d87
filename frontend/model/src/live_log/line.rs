//! One call as the log shows it.

use crate::clock;
use crate::logs::call::id_of;
use crate::wire::LogRow;

use super::reason::{Reason, reason};

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
            id: id_of(row),
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

/// The alias, else `…1a2b`, else nothing. The name of a call by LiteLLM itself, and what the plugin has masked, is shown as it
/// is.
fn key_label(alias: &str, hash: &str) -> Option<String> {
    if !alias.is_empty() {
        return Some(alias.to_owned());
    }
    if hash.is_empty() {
        return None;
    }
    if hash.starts_with("litellm") || hash.contains('…') {
        return Some(hash.to_owned());
    }
    let ends = hash.char_indices().rev().nth(3).filter(|(at, _)| *at > 4).map_or("", |(at, _)| &hash[at..]);
    Some(["…", ends].concat())
}

fn duration_ms(row: &LogRow, start_ms: Option<i64>) -> Option<f64> {
    let measured = row.request_duration_ms.filter(|ms| *ms >= 0.0);
    measured.or_else(|| {
        let took = clock::parse_utc_ms(&row.end_time)? - start_ms?;
        // LiteLLM 1.80.11 gives failed calls the same start and end: that is not a duration.
        if took <= 0 { None } else { Some(took as f64) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        // LiteLLM has logged the key itself instead of its hash.
        assert_eq!(key_label("", "sk-Kq7vN2xPz0aJm4RtYw9BcD").as_deref(), Some("…9BcD"));
        assert_eq!(key_label("", "sk-…9BcD").as_deref(), Some("sk-…9BcD"));
        assert_eq!(key_label("", "sk-1234").as_deref(), Some("…"));
        let hash = "cbf39a6d0b49b856ed6026af50eb5d70f0a5f037ac89bb9406d412e988e6c87e";
        assert_eq!(key_label("web", hash).as_deref(), Some("web"));
        assert_eq!(key_label("", hash).as_deref(), Some("…c87e"));
        assert_eq!(key_label("", ""), None);
        assert_eq!(key_label("", "litellm-health-check").as_deref(), Some("litellm-health-check"));
    }

    fn assert_duration(measured: Option<f64>, end: &str, expected: Option<f64>) {
        let row = LogRow {
            request_duration_ms: measured,
            end_time: end.into(),
            start_time: "2026-11-20T12:00:00.064000Z".into(),
            ..LogRow::default()
        };
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
}
