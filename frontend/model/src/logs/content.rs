//! What is stored of a call's prompt and answer, as text. Where LiteLLM stores nothing, it leaves an empty object.

use serde_json::Value;

use crate::wire::LogContent;

/// LiteLLM's word where `turn_off_message_logging` is set.
const REDACTED: &str = "redacted-by-litellm";

/// More of a text is no use on a page, and slow.
pub const MOST_CHARACTERS: usize = 200_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    Prompt,
    Answer,
    Request,
}

/// One text.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub title: Title,
    pub text: String,
    /// It is longer than what is here.
    pub is_cut: bool,
}

/// What is stored; empty: nothing.
pub fn parts(content: &LogContent) -> Vec<Part> {
    let mut parts = Vec::new();
    let request = if is_empty(&content.messages) {
        (Title::Request, &content.request)
    } else {
        (Title::Prompt, &content.messages)
    };
    for (title, value) in [request, (Title::Answer, &content.response)] {
        if !is_empty(value) {
            let text = written(value);
            let end = text.char_indices().nth(MOST_CHARACTERS).map(|(at, _)| at);
            let is_cut = end.is_some();
            parts.push(Part { title, text: end.map_or(text.clone(), |end| text[..end].to_owned()), is_cut });
        }
    }
    parts
}

/// Whether LiteLLM was told to leave the words out.
pub fn is_redacted(content: &LogContent) -> bool {
    [&content.messages, &content.response, &content.request]
        .into_iter()
        .any(|value| value.to_string().contains(REDACTED))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => matches!(text.trim(), "" | "{}" | "[]" | "null"),
        _ => false,
    }
}

/// A conversation as its speakers and words, what is said in one piece as it is, and everything else as JSON.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            // Some versions store JSON as a text of it.
            Ok(inner) if inner.is_object() || inner.is_array() => written(&inner),
            _ => text.clone(),
        },
        Value::Array(messages) if messages.iter().all(is_plain_message) => {
            let mut text = String::new();
            for message in messages {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(
                    &[
                        message["role"].as_str().unwrap_or_default(),
                        ":\n",
                        message["content"].as_str().unwrap_or_default(),
                    ]
                    .concat(),
                );
            }
            text
        }
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

fn is_plain_message(message: &Value) -> bool {
    message.as_object().is_some_and(|fields| fields.len() == 2)
        && message["role"].is_string()
        && message["content"].is_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(messages: Value, response: Value, request: Value) -> Vec<(Title, String)> {
        let content = LogContent { messages, response, request, ..LogContent::default() };
        parts(&content).into_iter().map(|part| (part.title, part.text)).collect()
    }

    #[test]
    fn what_is_not_stored_is_nothing() {
        for empty in [json!(null), json!({}), json!([]), json!(""), json!("{}")] {
            assert_eq!(texts(empty.clone(), empty.clone(), empty.clone()), [], "{empty}");
        }
    }

    #[test]
    fn a_conversation_is_shown_as_one_and_what_else_there_is_as_it_is() {
        let messages = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "<b>Hi</b>"}]);
        let found = texts(messages.clone(), json!("Hello"), json!({"model": "m"}));
        assert_eq!(found[0], (Title::Prompt, "system:\nBe brief.\n\nuser:\n<b>Hi</b>".to_owned()));
        assert_eq!(found[1], (Title::Answer, "Hello".to_owned()));
        assert_eq!(texts(json!(messages.to_string()), json!({}), json!({}))[0].1, found[0].1);
        let with_image = json!([{"role": "user", "content": [{"type": "image_url"}]}]);
        assert!(texts(with_image, json!({}), json!({}))[0].1.contains("\"image_url\""));
        assert_eq!(
            texts(json!({}), json!({}), json!({"model": "m"}))[0],
            (Title::Request, "{\n  \"model\": \"m\"\n}".to_owned())
        );
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_says_so() {
        let content = LogContent { response: json!("é".repeat(MOST_CHARACTERS + 1)), ..LogContent::default() };
        let found = parts(&content);
        assert!(found[0].is_cut && found[0].text.chars().count() == MOST_CHARACTERS);
    }

    #[test]
    fn words_that_litellm_left_out_are_told() {
        let content = LogContent {
            messages: json!([{"role": "user", "content": "redacted-by-litellm"}]),
            ..LogContent::default()
        };
        assert!(is_redacted(&content) && !is_redacted(&LogContent::default()));
    }
}
