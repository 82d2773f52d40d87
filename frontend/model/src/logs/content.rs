//! What is stored of a call's prompt and answer, as text. Where LiteLLM stores nothing, it leaves an empty object.

use serde_json::Value;

use crate::wire::LogContent;

/// LiteLLM's word where `turn_off_message_logging` is set.
const REDACTED: &str = "redacted-by-litellm";

/// More of a text is no use on a page, and slow.
pub const MOST_CHARACTERS: usize = 200_000;
/// So much of a text is shown until somebody wants more.
pub const FIRST_CHARACTERS: usize = 20_000;
/// The longest text of so many characters.
const MOST_BYTES: usize = 4 * MOST_CHARACTERS;

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

impl Part {
    /// Its beginning, where it is longer than what is shown at first.
    pub fn beginning(&self) -> Option<&str> {
        cut(&self.text, FIRST_CHARACTERS)
    }
}

/// What is stored, as far as it can be shown; empty: nothing.
pub fn parts(content: &LogContent) -> Vec<Part> {
    let mut parts = Vec::new();
    for (title, value) in stored(content) {
        let text = written(value, MOST_BYTES);
        let short = cut(&text, MOST_CHARACTERS).map(str::to_owned);
        parts.push(Part { title, is_cut: short.is_some(), text: short.unwrap_or(text) });
    }
    parts
}

/// All of one text, for a file.
pub fn whole(content: &LogContent, wanted: Title) -> String {
    stored(content)
        .into_iter()
        .find(|(title, _)| *title == wanted)
        .map(|(_, value)| written(value, usize::MAX))
        .unwrap_or_default()
}

fn stored(content: &LogContent) -> Vec<(Title, &Value)> {
    let request = if is_empty(&content.messages) {
        (Title::Request, &content.request)
    } else {
        (Title::Prompt, &content.messages)
    };
    let texts = [request, (Title::Answer, &content.response)];
    texts.into_iter().filter(|(_, value)| !is_empty(value)).collect()
}

/// The first so many characters, where there are more.
fn cut(text: &str, characters: usize) -> Option<&str> {
    // What has fewer bytes has fewer characters, too.
    if text.len() <= characters {
        return None;
    }
    text.char_indices().nth(characters).map(|(end, _)| &text[..end])
}

/// Whether LiteLLM was told to leave the words out.
pub fn is_redacted(content: &LogContent) -> bool {
    [&content.messages, &content.response, &content.request].into_iter().any(says_redacted)
}

fn says_redacted(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(REDACTED),
        Value::Array(items) => items.iter().any(says_redacted),
        Value::Object(fields) => fields.values().any(says_redacted),
        _ => false,
    }
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

/// A conversation as its speakers and words, what is said in one piece as it is, and everything else as JSON. At least so many
/// bytes of it, where there are more.
fn written(value: &Value, most: usize) -> String {
    match value {
        Value::String(text) => match inner(text) {
            Some(inner) => written(&inner, most),
            None => head(text, most).to_owned(),
        },
        Value::Array(messages) if messages.iter().all(is_plain_message) => {
            let mut text = String::new();
            for message in messages {
                if text.len() > most {
                    break;
                }
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                let words = head(message["content"].as_str().unwrap_or_default(), most);
                text.push_str(&[message["role"].as_str().unwrap_or_default(), ":\n", words].concat());
            }
            text
        }
        value => pretty(value, most),
    }
}

/// At least so many bytes of it, where there are more, and whole characters.
fn head(text: &str, most: usize) -> &str {
    let mut end = most.saturating_add(4).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Some versions store JSON as a text of it.
fn inner(text: &str) -> Option<Value> {
    let inner: Value = text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str(text).ok())??;
    (inner.is_object() || inner.is_array()).then_some(inner)
}

/// JSON to be read by people: at least so many bytes of it, where there are more.
pub fn pretty(value: &Value, most: usize) -> String {
    let mut head = Head { bytes: Vec::new(), most };
    // Where it ends early there is enough.
    let _ = serde_json::to_writer_pretty(&mut head, value);
    match String::from_utf8(head.bytes) {
        Ok(text) => text,
        // It ends within a character.
        Err(broken) => {
            let end = broken.utf8_error().valid_up_to();
            let mut bytes = broken.into_bytes();
            bytes.truncate(end);
            String::from_utf8(bytes).unwrap_or_default()
        }
    }
}

/// The beginning of what is written, which ends when there is enough of it.
struct Head {
    bytes: Vec<u8>,
    most: usize,
}

impl std::io::Write for Head {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() > self.most {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        let taken = bytes.len().min(self.most.saturating_add(4));
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
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

    /// A call of several megabytes was written in full, on each change of the page, to be cut then.
    #[test]
    fn of_what_is_very_large_no_more_is_written_than_can_be_shown() {
        let large = "ä\"".repeat(MOST_BYTES);
        for value in [
            json!(large),
            json!([{"role": "user", "content": large}]),
            json!({"choices": [{"message": {"content": large}}]}),
            json!({"data": vec![1.5; MOST_BYTES]}),
            json!(vec![json!({"role": "user", "content": "again"}); MOST_BYTES / 4]),
        ] {
            let head = written(&value, MOST_BYTES);
            assert!(head.len() > MOST_BYTES && head.len() < 2 * MOST_BYTES + 100, "{}", head.len());
            assert!(written(&value, usize::MAX).starts_with(&head));
            let content = LogContent { response: value, ..LogContent::default() };
            let found = parts(&content);
            assert_eq!((found.len(), found[0].is_cut, found[0].text.chars().count()), (1, true, MOST_CHARACTERS));
            assert_eq!(found[0].beginning().map(|text| text.chars().count()), Some(FIRST_CHARACTERS));
            assert!(whole(&content, Title::Answer).starts_with(&found[0].text));
        }
        let short = LogContent { response: json!("é".repeat(FIRST_CHARACTERS)), ..LogContent::default() };
        assert_eq!(parts(&short)[0].beginning(), None);
        assert_eq!(whole(&short, Title::Prompt), "");
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
