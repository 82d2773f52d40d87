//! LiteLLM's log of calls.

use model::{
    clock,
    endpoint::Endpoint,
    wire::{LogContents, LogCount, LogPage},
};
use serde_json::{Value, json};

use super::{Api, Read};

/// The newest rows since a moment (ms, UTC), at most `most` (100).
pub fn since(api: &Api, start_ms: i64, now_ms: i64, most: usize) -> Read<LogPage> {
    api.read(Endpoint::LogsList, params(start_ms, now_ms, most))
}

/// Of the newest calls since a moment, or of those that failed: the model and how they ended.
pub fn outcomes(api: &Api, start_ms: i64, now_ms: i64, most: usize, failed: bool) -> Read<LogPage> {
    let mut params = params(start_ms, now_ms, most);
    if failed {
        params["status"] = json!("failure");
    }
    api.read(Endpoint::LogsOutcomes, params)
}

/// How many calls of a model, by its public name, began since a moment. Older LiteLLM counts those of all models.
pub fn count_of_model(api: &Api, model: &str, start_ms: i64, now_ms: i64) -> Read<LogCount> {
    let window = params(start_ms, now_ms, 1);
    api.read(Endpoint::LogsCount, json!({ "start": window["start"], "end": window["end"], "model": model }))
}

/// The newest rows of one key, by its hash.
pub fn of_key(api: &Api, token: &str, start_ms: i64, now_ms: i64, most: usize) -> Read<LogPage> {
    let mut params = params(start_ms, now_ms, most);
    params["key"] = json!(token);
    api.read(Endpoint::LogsList, params)
}

/// A page of what a filter leaves; `model::logs` makes the parameters.
pub fn page(api: &Api, params: Value) -> Read<LogPage> {
    api.read(Endpoint::LogsList, params)
}

pub fn count(api: &Api, params: Value) -> Read<LogCount> {
    api.read(Endpoint::LogsCount, params)
}

/// One call, whenever it was: by its id, which LiteLLM finds without looking at others.
pub fn one(api: &Api, request: &str, now_ms: i64) -> Read<LogPage> {
    let mut params = params(0, now_ms, 5);
    params["request"] = json!(request);
    api.read(Endpoint::LogsList, params)
}

/// The calls of a session, in an order that depends on the version.
pub fn session(api: &Api, session: &str, most: usize) -> Read<LogPage> {
    api.read(Endpoint::LogsSession, json!({ "session": session, "page": 1, "page_size": most }))
}

/// What is stored of prompt and answer.
pub fn content(api: &Api, request: &str) -> Read<LogContents> {
    api.read(Endpoint::LogsContent, json!({ "request": request }))
}

fn params(start_ms: i64, now_ms: i64, most: usize) -> Value {
    // The end is a little ahead, rounded to ten seconds: clocks differ, and equal questions of several tabs share an answer.
    let end_ms = (now_ms / 10_000 + 1) * 10_000 + clock::MINUTE_MS;
    json!({ "start": clock::format_utc(start_ms), "end": clock::format_utc(end_ms), "page": 1, "page_size": most })
}
