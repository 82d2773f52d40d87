//! A call as a command to paste: the same model and, where they are stored, the same words; never a key.

use serde_json::{Value, json};

use super::{call, content::pretty};
use crate::wire::LogRow;

/// Longer bodies are no use in a command.
const LONGEST: usize = 50_000;

/// Where LiteLLM takes calls of a type. A pass-through and the like are at addresses that the log does not tell.
fn path(call_type: &str) -> Option<&'static str> {
    Some(match call_type.strip_prefix('a').filter(|rest| !rest.starts_with("nthropic")).unwrap_or(call_type) {
        "completion" => "/v1/chat/completions",
        "text_completion" => "/v1/completions",
        "embedding" => "/v1/embeddings",
        "responses" => "/v1/responses",
        "image_generation" => "/v1/images/generations",
        "moderation" => "/v1/moderations",
        "rerank" => "/v1/rerank",
        "speech" => "/v1/audio/speech",
        "anthropic_messages" => "/v1/messages",
        _ => return None,
    })
}

/// None: nobody knows how this was called. `request`: the body that was sent, as far as it is stored.
pub fn curl(base: &str, row: &LogRow, request: &Value) -> Option<String> {
    let path = path(&row.call_type)?;
    let sent = match request {
        Value::Object(fields) if !fields.is_empty() => pretty(request, LONGEST),
        _ => String::new(),
    };
    // A part of it is no command.
    let is_told = !sent.is_empty() && sent.len() <= LONGEST;
    let body = if is_told { sent } else { pretty(&body(path, call::model(row)), LONGEST) };
    // The shell puts the key in, so that it is in no history.
    Some(
        [
            "curl ",
            &quoted(&[base.trim_end_matches('/'), path].concat()),
            " \\\n  --header \"Authorization: Bearer $LITELLM_API_KEY\" \\\n  --header 'Content-Type: application/json' \\\n  --data ",
            &quoted(&body),
            "\n",
        ]
        .concat(),
    )
}

/// What has to be filled in.
const HERE: &str = "…";

fn body(path: &str, model: &str) -> Value {
    match path {
        "/v1/chat/completions" => json!({"model": model, "messages": [{"role": "user", "content": HERE}]}),
        "/v1/messages" => json!({"model": model, "max_tokens": 1024, "messages": [{"role": "user", "content": HERE}]}),
        "/v1/completions" | "/v1/images/generations" => json!({"model": model, "prompt": HERE}),
        "/v1/rerank" => json!({"model": model, "query": HERE, "documents": [HERE]}),
        "/v1/audio/speech" => json!({"model": model, "input": HERE, "voice": "alloy"}),
        _ => json!({"model": model, "input": HERE}),
    }
}

/// One word for a shell, whatever is in it.
fn quoted(text: &str) -> String {
    ["'", &text.replace('\'', "'\\''"), "'"].concat()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn row(call_type: &str, model: &str) -> LogRow {
        LogRow { call_type: call_type.into(), model_group: model.into(), ..LogRow::default() }
    }

    /// What a shell makes of the command: its words.
    fn words(command: &str) -> Vec<String> {
        let output = std::process::Command::new("sh")
            .env("LITELLM_API_KEY", "KEY")
            .args(["-c", &["curl() { for word; do printf '%s\\0' \"$word\"; done; }\n", command].concat()])
            .output()
            .expect("there is a shell");
        let text = String::from_utf8(output.stdout).expect("words are text");
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    #[test]
    fn a_call_can_be_made_again_and_its_words_are_only_words() {
        let evil = "'; touch /tmp/x; $(id) `id` \"${HOME}\" \\";
        let sent = json!({"model": evil, "messages": [{"role": "user", "content": evil}]});
        let command = curl("https://llm.example.com/", &row("acompletion", "gpt-4o"), &sent).expect("a command");
        let words = words(&command);
        assert_eq!(words.len(), 7, "{words:?}");
        assert_eq!(
            (words[0].as_str(), words[2].as_str()),
            ("https://llm.example.com/v1/chat/completions", "Authorization: Bearer KEY")
        );
        assert_eq!(serde_json::from_str::<Value>(&words[6]).expect("JSON"), sent);
        assert!(!command.contains("sk-"));
    }

    #[test]
    fn what_is_too_long_for_a_command_has_to_be_filled_in() {
        let sent = json!({"model": "m", "messages": [{"role": "user", "content": "a".repeat(LONGEST)}]});
        let command = curl("http://x", &row("acompletion", "gpt-4o"), &sent).expect("a command");
        assert!(
            command.len() < 500 && command.contains("\"model\": \"gpt-4o\"") && command.contains(HERE),
            "{command}"
        );
    }

    #[test]
    fn what_is_not_stored_has_to_be_filled_in() {
        for call_type in
            ["completion", "aembedding", "anthropic_messages", "aresponses", "atext_completion", "arerank", "aspeech"]
        {
            let command = curl("http://x", &row(call_type, "m"), &json!({})).expect("a command");
            assert!(command.contains("\"model\": \"m\"") && command.contains(HERE), "{command}");
        }
        for unknown in ["", "pass_through_endpoint", "/v1/models", "call_mcp_tool", "arealtime", "aretrieve_batch"] {
            assert_eq!(curl("http://x", &row(unknown, "m"), &Value::Null), None, "{unknown}");
        }
    }
}
