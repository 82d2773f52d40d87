//! What only the log has: how long calls took, how long until the first token, hits of LiteLLM's cache, tokens of reasoning.

use super::sample::Sample;
use crate::{
    clock,
    logs::call::{cache_hit, duration_ms, first_token_ms, special_tokens, start_ms},
    order::sorted,
    wire::LogRow,
};

/// By nearest rank, and of how many calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentiles {
    pub p50: f64,
    pub p95: f64,
    pub calls: usize,
}

/// Calls without a duration that can be, by what is odd.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Without a start or an end.
    pub no_end: usize,
    pub ends_before_start: usize,
    /// 1.80.11 gives failed calls the same start and end.
    pub no_time: usize,
}

/// A number of calls that something is told of, and how much of it there is. With weights, where not all calls were read.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Told {
    /// Calls that were read and tell.
    pub calls: usize,
    /// How many these stand for.
    pub of: f64,
    pub sum: f64,
}

impl Told {
    fn add(&mut self, weight: f64, value: f64) {
        self.calls += 1;
        self.of += weight;
        self.sum += weight * value;
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Latency {
    pub duration: Option<Percentiles>,
    pub left_out: LeftOut,
    /// Of answers that came in pieces.
    pub first_token: Option<Percentiles>,
    /// Calls that were answered out of LiteLLM's own cache.
    pub hits: Told,
    pub reasoning: Told,
}

pub fn latency(sample: &Sample) -> Latency {
    let mut latency = Latency::default();
    let (mut durations, mut first_tokens) = (Vec::new(), Vec::new());
    for (weight, row) in sample.weighted() {
        match took_ms(row) {
            Ok(ms) => durations.push((ms, weight)),
            Err(odd) => *odd(&mut latency.left_out) += 1,
        }
        if let Some(ms) = first_token_ms(row) {
            first_tokens.push((ms, weight));
        }
        if let Some(hit) = cache_hit(row) {
            latency.hits.add(weight, f64::from(u8::from(hit)));
        }
        if let [_, _, Some(tokens)] = special_tokens(row) {
            latency.reasoning.add(weight, tokens);
        }
    }
    latency.duration = percentiles(&durations);
    latency.first_token = percentiles(&first_tokens);
    latency
}

type Odd = fn(&mut LeftOut) -> &mut usize;

/// How long a call took, or what is odd about it.
fn took_ms(row: &LogRow) -> Result<f64, Odd> {
    if let Some(ms) = duration_ms(row).filter(|ms| *ms > 0.0) {
        return Ok(ms);
    }
    match (start_ms(row), clock::parse_utc_ms(&row.end_time)) {
        (Some(start), Some(end)) if end < start => Err(|left_out| &mut left_out.ends_before_start),
        (Some(_), Some(_)) => Err(|left_out| &mut left_out.no_time),
        _ => Err(|left_out| &mut left_out.no_end),
    }
}

/// Of values with their weights; none without any.
fn percentiles(values: &[(f64, f64)]) -> Option<Percentiles> {
    let order = sorted(values.len(), &|a, b| values[a as usize].0.total_cmp(&values[b as usize].0));
    let all: f64 = values.iter().map(|(_, weight)| weight).sum();
    // The nearest rank: the smallest value that so large a share of the calls does not exceed.
    let rank = |share: f64| {
        let mut below = 0.0;
        for at in &order {
            let (value, weight) = values[*at as usize];
            below += weight;
            // Sums of weights differ in their last places.
            if below >= share * all - 1e-9 * all {
                return Some(value);
            }
        }
        None
    };
    Some(Percentiles { p50: rank(0.5)?, p95: rank(0.95)?, calls: values.len() })
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::wire::{LogPage, Wire};

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    fn of(rows: &[Value]) -> Latency {
        let mut sample = Sample::new(NOON, NOON + 60_000);
        let place = sample.next().expect("there is something to ask");
        let mut all = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let mut row = row.clone();
            row["request_id"] = json!(number.to_string());
            if row["startTime"].is_null() {
                row["startTime"] = json!("2026-11-20T12:00:10.000Z");
            }
            all.push(row);
        }
        sample.take(place, &LogPage::read(&json!({ "data": all, "total": rows.len() })));
        latency(&sample)
    }

    fn took(ms: f64) -> Value {
        json!({ "request_duration_ms": ms })
    }

    /// The numbers of the textbook: of 15, 20, 35, 40, 50 the median is the third.
    #[test]
    fn percentiles_are_nearest_ranks() {
        let of_five = of(&[took(40.0), took(15.0), took(50.0), took(20.0), took(35.0)]).duration;
        assert_eq!(of_five, Some(Percentiles { p50: 35.0, p95: 50.0, calls: 5 }));
        assert_eq!(of(&[took(7.0)]).duration, Some(Percentiles { p50: 7.0, p95: 7.0, calls: 1 }));
        let hundred: Vec<Value> = (1..=100).rev().map(|ms| took(f64::from(ms))).collect();
        assert_eq!(of(&hundred).duration, Some(Percentiles { p50: 50.0, p95: 95.0, calls: 100 }));
        assert_eq!(of(&[took(1.0), took(2.0)]).duration.map(|of_two| of_two.p50), Some(1.0));
        assert_eq!(of(&[]).duration, None);
    }

    #[test]
    fn a_call_counts_for_as_many_as_it_stands_for() {
        let values = [(10.0, 1.0), (20.0, 1.0), (30.0, 1.0), (500.0, 97.0)];
        assert_eq!(percentiles(&values), Some(Percentiles { p50: 500.0, p95: 500.0, calls: 4 }));
        // Thirds and the like must not move a rank by one.
        let thirds: Vec<(f64, f64)> = (1..=20).map(|value| (f64::from(value), 1.0 / 3.0)).collect();
        assert_eq!(percentiles(&thirds), Some(Percentiles { p50: 10.0, p95: 19.0, calls: 20 }));
    }

    #[test]
    fn odd_rows_are_left_out_and_counted() {
        let end = |end: &str| json!({ "endTime": end });
        let found = of(&[
            end("2026-11-20T12:00:12.000Z"),
            end(""),
            end("2026-11-20T12:00:09.000Z"),
            end("2026-11-20T12:00:10.000Z"),
            json!({ "request_duration_ms": 0, "endTime": "2026-11-20T12:00:10.000Z" }),
            json!({ "request_duration_ms": -5, "endTime": "2026-11-20T12:00:09.000Z" }),
        ]);
        assert_eq!(found.duration, Some(Percentiles { p50: 2_000.0, p95: 2_000.0, calls: 1 }));
        assert_eq!(found.left_out, LeftOut { no_end: 1, ends_before_start: 2, no_time: 2 });
    }

    #[test]
    fn only_answers_in_pieces_have_a_first_token_and_only_what_is_told_counts() {
        let call = |first: &str, hit: &str, reasoning: Option<u32>| {
            json!({
                "endTime": "2026-11-20T12:00:14.000Z", "completionStartTime": first, "cache_hit": hit,
                "metadata": { "usage_object": { "completion_tokens_details": { "reasoning_tokens": reasoning } } },
            })
        };
        let found = of(&[
            call("2026-11-20T12:00:10.400Z", "True", Some(30)),
            call("2026-11-20T12:00:14.000Z", "False", Some(0)),
            call("", "None", None),
            call("2026-11-20T12:00:11.000Z", "False", None),
        ]);
        assert_eq!(found.first_token, Some(Percentiles { p50: 400.0, p95: 1_000.0, calls: 2 }));
        assert_eq!(found.hits, Told { calls: 3, of: 3.0, sum: 1.0 });
        assert_eq!(found.reasoning, Told { calls: 2, of: 2.0, sum: 30.0 });
    }
}
