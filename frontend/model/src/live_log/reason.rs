//! Why a call failed, out of what LiteLLM's log says for programs.

use crate::{
    language::{t, tf},
    msg,
    wire::LogRow,
};

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

impl Reason {
    /// One line, such as `This model is overloaded (429)` or `Refused by the gateway (ProxyException)`.
    pub fn in_words(&self) -> String {
        let words = self.words.trim_end_matches('.');
        match (words, self.code.as_str(), self.class.as_str()) {
            ("", "", "") => t(msg!("Refused by the gateway")),
            ("", "", detail) | ("", detail, _) => tf(msg!("Refused by the gateway ({detail})"), &[("detail", detail)]),
            (words, code, _) if words.starts_with(code) => words.to_owned(),
            (words, code, _) => tf(msg!("{words} ({code})"), &[("words", words), ("code", code)]),
        }
    }
}

pub fn reason(row: &LogRow) -> Option<Reason> {
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

#[cfg(test)]
mod tests {
    use crate::wire::{ErrorInformation, LogMetadata};

    use super::*;

    fn failed_row(message: &str, class: &str, code: &str) -> LogRow {
        let info = ErrorInformation {
            error_message: message.into(),
            error_class: class.into(),
            error_code: code.into(),
            ..ErrorInformation::default()
        };
        let metadata = LogMetadata { error_information: Some(info), ..LogMetadata::default() };
        LogRow { status: "failure".into(), metadata, ..LogRow::default() }
    }

    fn assert_reason(message: &str, class: &str, code: &str, expected: &str) {
        let found = reason(&failed_row(message, class, code)).map(|reason| reason.in_words());
        assert_eq!(found.as_deref(), Some(expected), "{message:?}");
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
        let words = reason(&failed_row(&"é".repeat(1000), "", "")).unwrap_or_default().words;
        assert_eq!(words.chars().count(), 301);
    }

    #[test]
    fn only_failed_calls_have_a_reason() {
        let mut row = failed_row("words", "", "");
        row.status = "success".into();
        assert_eq!(reason(&row), None);
        row.status = String::new();
        assert!(reason(&row).is_some());
        row.metadata.error_information = None;
        assert_eq!(reason(&row), None);
        row.metadata.status = "failure".into();
        assert_eq!(reason(&row), Some(Reason::default()));
    }
}
