//! An error as it came, read leniently.

use serde_json::Value;

use super::{Failure, envelope};
use crate::{html_text, msg, sentence::Sentence, text::Msg, visible::visible};

impl Failure {
    /// Reads the error of a batch or of an old answer; takes any JSON.
    pub fn from_value(value: &Value) -> Self {
        let data = &value["data"];
        Failure {
            code: words(&value["code"]),
            message: html_text::plain(&words(&value["message"])),
            status: status(&data["status"]),
            reason: words(&data["reason"]),
            detail: words(&data["detail"]),
            gateway_status: status(&data["gateway_status"]),
            path: words(&data["path"]),
            address: words(&data["address"]),
            endpoint: "",
            hint: words(&data["hint"]),
            marks: marks(data),
            asks_login: data["scheme"] == "basic",
            proxy: words(&data["proxy"]),
            is_kit: data["kit"] == true,
            retry_after_s: data["retry_after_s"].as_u64().map_or(0, |seconds| seconds.min(3_600) as u32),
            in_doubt: data["outcome"] == "unknown",
            fields: fields(data),
        }
    }

    /// Reads the body of a failed request; takes any text. `status` is that of the answer.
    pub fn from_body(status: u16, body: &str) -> Self {
        Failure { status, ..Failure::from_value(&envelope::lenient(body)) }
    }
}

fn marks(data: &Value) -> String {
    let mut marks = String::new();
    for name in ["gateway_status", "server", "title"] {
        let mark = words(&data[name]);
        if !mark.is_empty() && !marks.is_empty() {
            marks.push_str(" · ");
        }
        marks.push_str(&visible(&mark));
    }
    marks
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn status(value: &Value) -> u16 {
    value.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0)
}

/// The `params` that a schema refused (the plugin gives WordPress's code, WordPress's own check words), and LiteLLM's words
/// in `fields`, which count for more.
fn fields(data: &Value) -> Vec<(String, Sentence)> {
    let mut found: Vec<(String, Sentence)> = Vec::new();
    for (name, value) in data["fields"].as_object().into_iter().flatten() {
        let text = words(value);
        if !text.is_empty() {
            found.push((name.clone(), Sentence::Theirs(text)));
        }
    }
    for (name, value) in data["params"].as_object().into_iter().flatten() {
        let text = words(value);
        if !text.is_empty() && !found.iter().any(|(known, _)| known == name) {
            found.push((name.clone(), param_problem(&text).map_or(Sentence::Theirs(text), Sentence::from)));
        }
    }
    found
}

fn param_problem(code: &str) -> Option<Msg> {
    Some(match code {
        "missing" => msg!("This is missing."),
        "unknown" => msg!("The plugin does not know this field. Reload the page."),
        "characters" => msg!("Line breaks and control characters are not allowed."),
        "rest_too_short" | "rest_too_few_items" => msg!("This is too short."),
        "rest_too_long" | "rest_too_many_items" => msg!("This is too long."),
        "rest_out_of_bounds" => msg!("This number is too small or too large."),
        "rest_not_in_enum" => msg!("This is none of the possible values."),
        "rest_duplicate_items" => msg!("One of these is there twice."),
        "limit" => msg!("This site allows less."),
        "limit_required" => msg!("This site wants a limit here."),
        "limit_short" => msg!("This site wants a longer period."),
        "json" => msg!("This is no JSON object."),
        "reserved" => msg!("It has a field that only LiteLLM’s operators set."),
        _ if code.starts_with("rest_") => msg!("This does not have the right form."),
        _ => return None,
    })
}
