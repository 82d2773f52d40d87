//! The newest calls.

use model::{clock, endpoint::Endpoint, wire::LogPage};
use serde_json::{Value, json};

use super::{Api, Read};

/// The newest rows since a moment (ms, UTC), at most `most` (100).
pub fn since(api: &Api, start_ms: i64, now_ms: i64, most: usize) -> Read<LogPage> {
    api.read(Endpoint::LogsList, params(start_ms, now_ms, most))
}

/// The same of one key, by its hash.
pub fn of_key(api: &Api, token: &str, start_ms: i64, now_ms: i64, most: usize) -> Read<LogPage> {
    let mut params = params(start_ms, now_ms, most);
    params["key"] = json!(token);
    api.read(Endpoint::LogsList, params)
}

fn params(start_ms: i64, now_ms: i64, most: usize) -> Value {
    // The end is a little ahead, rounded to ten seconds: clocks differ, and equal questions of several tabs share an answer.
    let end_ms = (now_ms / 10_000 + 1) * 10_000 + clock::MINUTE_MS;
    json!({ "start": clock::format_utc(start_ms), "end": clock::format_utc(end_ms), "page": 1, "page_size": most })
}
