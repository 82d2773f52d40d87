//! The sums of LiteLLM's days, and the counts of today's hours.

use model::{endpoint::Endpoint, period::Hour};
use serde_json::json;

use super::{Api, Asked};

/// One UTC day, `YYYY-MM-DD`: a `wire::Activity`.
pub fn day(api: &Api, date: &str) -> Asked {
    api.ask(Endpoint::ActivityDay, json!({ "day": date }))
}

/// How many calls began in an hour, or how many of them failed: a `wire::LogCount`. Rows are counted, never loaded.
pub fn hour(api: &Api, hour: Hour, failed_only: bool) -> Asked {
    let (start, end) = hour.bounds();
    let mut params = json!({ "start": start, "end": end });
    if failed_only {
        params["status"] = json!("failure");
    }
    api.ask(Endpoint::LogsCount, params)
}
