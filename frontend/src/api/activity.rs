//! The sums of LiteLLM's days, and the counts of today's hours.

use model::{
    endpoint::Endpoint,
    period::Hour,
    wire::{Activity, LogCount},
};
use serde_json::json;

use super::{Api, Read};

/// One UTC day, `YYYY-MM-DD`. `anew`: for someone who asks by hand.
pub fn day(api: &Api, date: &str, anew: bool) -> Read<Activity> {
    api.read_anew(Endpoint::ActivityDay, json!({ "day": date }), anew)
}

/// How many calls began in an hour, or how many of them failed. Rows are counted, never loaded.
pub fn hour(api: &Api, hour: Hour, failed_only: bool, anew: bool) -> Read<LogCount> {
    let (start, end) = hour.bounds();
    let mut params = json!({ "start": start, "end": end });
    if failed_only {
        params["status"] = json!("failure");
    }
    api.read_anew(Endpoint::LogsCount, params, anew)
}
