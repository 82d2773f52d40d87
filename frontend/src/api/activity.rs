//! The sums of LiteLLM's days, and the counts of today's hours.

use model::{
    endpoint::Endpoint,
    period::Hour,
    series::{self, Day},
    wire::{Activity, LogCount},
};
use serde_json::json;

use super::{Answer, Api, Result};

/// One UTC day, `YYYY-MM-DD`.
pub async fn day(api: &Api, date: &str) -> Result<Answer<Day>> {
    let answer: Answer<Activity> = api.read(Endpoint::ActivityDay, json!({ "day": date })).await?;
    Ok(answer.map(|activity| series::day(&activity)))
}

/// How many calls began in an hour, or how many of them failed; rows are counted, never loaded.
pub async fn hour(api: &Api, hour: Hour, failed_only: bool) -> Result<Answer<LogCount>> {
    let (start, end) = hour.bounds();
    let mut params = json!({ "start": start, "end": end });
    if failed_only {
        params["status"] = json!("failure");
    }
    api.read(Endpoint::LogsCount, params).await
}
