//! The newest calls.

use model::{clock, endpoint::Endpoint, wire::LogPage};
use serde_json::json;

use super::{Api, Read};

/// The newest rows since a moment (ms, UTC), at most `most` (100).
pub fn since(api: &Api, start_ms: i64, now_ms: i64, most: usize) -> Read<LogPage> {
    // The end is a little ahead, rounded to ten seconds: clocks differ, and equal questions of several tabs share an answer.
    let end_ms = (now_ms / 10_000 + 1) * 10_000 + clock::MINUTE_MS;
    let params =
        json!({ "start": clock::format_utc(start_ms), "end": clock::format_utc(end_ms), "page": 1, "page_size": most });
    api.read(Endpoint::LogsList, params)
}
