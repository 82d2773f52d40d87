//! What a key did on each of LiteLLM's days, which are UTC days.

use crate::{
    clock::{self, DAY_MS},
    number,
    wire::{Activity, Metrics},
};

/// How many days are looked at, with today.
pub const DAYS: usize = 30;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyDay {
    /// `YYYY-MM-DD`
    pub date: String,
    /// US dollars.
    pub spend: f64,
    pub requests: f64,
    pub failed: f64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyDays {
    /// Oldest first; also those without calls.
    pub days: Vec<KeyDay>,
    /// US dollars by public model name, the dearest first. The empty name stands for calls of a model that does not exist.
    pub cost: Vec<(String, f64)>,
}

/// The last days, oldest first; the last is today.
pub fn dates(now_ms: i64) -> Vec<String> {
    (0..DAYS as i64).rev().map(|back| clock::day(now_ms - back * DAY_MS)).collect()
}

impl KeyDays {
    /// The answer to `keys.activity` for these days. A day may come in several parts.
    pub fn of(answer: &Activity, dates: Vec<String>) -> KeyDays {
        let mut days: Vec<KeyDay> = dates.into_iter().map(|date| KeyDay { date, ..KeyDay::default() }).collect();
        let mut cost: Vec<(String, f64)> = Vec::new();
        for result in &answer.results {
            let Some(day) = days.iter_mut().find(|day| day.date == result.date) else { continue };
            let metrics = &result.metrics;
            day.spend = number::sane(day.spend + metrics.spend.max(0.0));
            day.requests = number::sane(day.requests + requests(metrics));
            day.failed = number::sane(day.failed + metrics.failed_requests.max(0.0));
            for (name, group) in &result.breakdown.model_groups {
                add(&mut cost, name, group.metrics.spend.max(0.0));
            }
        }
        KeyDays { days, cost: dearest_first(cost) }
    }

    pub fn spend(&self) -> f64 {
        number::sane(self.days.iter().map(|day| day.spend).sum())
    }

    pub fn requests(&self) -> f64 {
        number::sane(self.days.iter().map(|day| day.requests).sum())
    }

    pub fn failed(&self) -> f64 {
        number::sane(self.days.iter().map(|day| day.failed).sum())
    }
}

/// LiteLLM counts successes and failures apart; their sum is what both versions agree on.
fn requests(metrics: &Metrics) -> f64 {
    metrics.api_requests.max(metrics.successful_requests + metrics.failed_requests).max(0.0)
}

fn add(cost: &mut Vec<(String, f64)>, name: &str, spend: f64) {
    match cost.iter_mut().find(|(known, _)| known == name) {
        Some((_, sum)) => *sum = number::sane(*sum + spend),
        None if spend > 0.0 => cost.push((name.to_owned(), spend)),
        None => {}
    }
}

/// Inserted in order: there are few, and a sort is many times the code.
fn dearest_first(cost: Vec<(String, f64)>) -> Vec<(String, f64)> {
    let mut sorted: Vec<(String, f64)> = Vec::new();
    for (name, spend) in cost {
        let at = sorted.iter().position(|(_, known)| *known < spend).unwrap_or(sorted.len());
        sorted.insert(at, (name, spend));
    }
    sorted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::Wire;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    #[test]
    fn thirty_days_end_today() {
        let dates = dates(NOW);
        assert_eq!((dates.len(), dates[0].as_str(), dates[29].as_str()), (30, "2026-10-22", "2026-11-20"));
    }

    #[test]
    fn days_in_parts_and_days_without_calls_are_days() {
        let group = |spend: f64| json!({ "metrics": { "spend": spend } });
        let part = |date: &str, spend: f64, failed: u32, groups: serde_json::Value| {
            json!({ "date": date, "metrics": { "spend": spend, "api_requests": 3, "failed_requests": failed },
                "breakdown": { "model_groups": groups } })
        };
        let answer = Activity::read(&json!({ "results": [
            part("2026-11-20", 1.0, 1, json!({ "gpt-4o": group(0.25), "claude": group(0.75) })),
            part("2026-11-20", 0.5, 0, json!({ "gpt-4o": group(0.5) })),
            part("2026-11-18", 2.0, 0, json!({ "": group(2.0), "free": group(0.0) })),
            part("2026-01-01", 9.0, 0, json!({ "gpt-4o": group(9.0) })),
        ] }));
        let days = KeyDays::of(&answer, dates(NOW));
        let last: Vec<f64> = days.days[27..].iter().map(|day| day.spend).collect();
        assert_eq!(last, [2.0, 0.0, 1.5]);
        assert_eq!((days.spend(), days.requests(), days.failed()), (3.5, 9.0, 1.0));
        let cost: Vec<(&str, f64)> = days.cost.iter().map(|(name, spend)| (name.as_str(), *spend)).collect();
        assert_eq!(cost, [("", 2.0), ("claude", 0.75), ("gpt-4o", 0.75)]);
    }

    #[test]
    fn absurd_sums_stay_numbers() {
        let answer = Activity::read(&json!({ "results": [
            { "date": "2026-11-20", "metrics": { "spend": "1e300", "api_requests": -4 } },
            { "date": "2026-11-19", "metrics": { "spend": -1 } },
        ] }));
        let days = KeyDays::of(&answer, dates(NOW));
        assert_eq!((days.spend(), days.requests()), (number::LARGEST, 0.0));
    }
}
