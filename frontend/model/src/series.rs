//! Folds the days that LiteLLM gives into the figures, lines and bars of the overview.

use crate::{
    finality::{self, Finality, finality},
    number::{self, Change, MANIFOLD},
    period::Range,
    wire::{Activity, Metrics},
};

/// The sums of one UTC day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Day {
    pub metrics: Metrics,
    /// US dollars by public model name, of models that were paid for or gave tokens.
    pub cost: Vec<(String, f64)>,
}

/// The days that have arrived. A list, as a map would cost the module more than a search in some sixty dates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Days(Vec<Arrived>);

#[derive(Debug, Clone, PartialEq)]
struct Arrived {
    date: String,
    day: Day,
    asked_ms: i64,
    old: bool,
}

impl Days {
    pub fn new() -> Days {
        Days::default()
    }

    pub fn get(&self, date: &str) -> Option<&Day> {
        self.find(date).map(|arrived| &arrived.day)
    }

    pub fn contains(&self, date: &str) -> bool {
        self.find(date).is_some()
    }

    /// Whether that day has to be asked for, again or for the first time.
    pub fn is_due(&self, date: &str, now_ms: i64) -> bool {
        self.find(date).is_none_or(|arrived| arrived.finality().is_due(arrived.asked_ms, now_ms))
    }

    /// When the oldest of these days was asked for that may still change; none when one is missing, or none may change.
    pub fn oldest_ms(&self, dates: &[String]) -> Option<i64> {
        let mut oldest = None;
        for date in dates {
            let arrived = self.find(date)?;
            if arrived.finality() != Finality::Final {
                oldest = Some(oldest.map_or(arrived.asked_ms, |known: i64| known.min(arrived.asked_ms)));
            }
        }
        oldest
    }

    /// Takes the place of what was known of that day, unless that is newer. `asked_ms`: when LiteLLM was asked, which for an
    /// answer from a cache is its age ago. `old`: an answer that was given because the gateway fails now.
    pub fn insert(&mut self, date: String, day: Day, asked_ms: i64, old: bool) {
        let arrived = Arrived { date, day, asked_ms, old };
        match self.0.iter_mut().find(|known| known.date == arrived.date) {
            Some(known) if finality::is_newer(known.asked_ms, asked_ms) => {}
            Some(known) => *known = arrived,
            None => self.0.push(arrived),
        }
    }

    fn find(&self, date: &str) -> Option<&Arrived> {
        self.0.iter().find(|known| known.date == date)
    }
}

impl Arrived {
    fn finality(&self) -> Finality {
        finality::day_end_ms(&self.date).map_or(Finality::Running, |end_ms| finality(end_ms, self.asked_ms, self.old))
    }
}

/// One figure of the overview.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    pub value: f64,
    /// What it is compared with; none while that is still on its way.
    pub compared: Option<Compared>,
    /// By day, oldest first.
    pub trend: Vec<f64>,
}

/// A day that still runs is not compared with whole ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Compared {
    /// Beside today's figure: that of all of yesterday.
    Yesterday(f64),
    /// The whole days of the range against the same days of the period before, which had this figure.
    Before(f64, Change),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    pub requests: Figure,
    pub tokens: Figure,
    /// US dollars.
    pub cost: Figure,
    /// 0–1.
    pub error_rate: Figure,
    /// Days of the range that have not arrived yet.
    pub missing: usize,
}

/// The day of an answer to `activity.day`. A day without calls has no results; a day may come in several parts.
pub fn day(answer: &Activity) -> Day {
    let mut day = Day::default();
    for result in &answer.results {
        add(&mut day.metrics, &result.metrics);
        for (name, group) in &result.breakdown.model_groups {
            // Failed calls have tokens, too, and cost nothing.
            let gave = tokens(&group.metrics) > 0.0 && group.metrics.successful_requests > 0.0;
            if group.metrics.spend != 0.0 || gave {
                add_cost(&mut day.cost, name, group.metrics.spend);
            }
        }
    }
    day
}

pub fn summary(days: &Days, range: Range, now_ms: i64) -> Summary {
    let current = range.current(now_ms);
    let now = total(days, &current);
    let whole = total(days, &range.whole(now_ms));
    let previous = range.previous(now_ms);
    let before = previous.iter().all(|date| days.contains(date)).then(|| total(days, &previous));
    let figure = |of: fn(&Metrics) -> f64, change: fn(f64, f64) -> Change| Figure {
        value: of(&now),
        compared: before.as_ref().map(|before| match range {
            Range::Today => Compared::Yesterday(of(before)),
            _ => {
                let change = incomparable(&whole, before).unwrap_or_else(|| change(of(&whole), of(before)));
                Compared::Before(of(before), change)
            }
        }),
        trend: current.iter().map(|date| days.get(date).map_or(0.0, |day| of(&day.metrics))).collect(),
    };
    // Where nothing was called, there is no share of it.
    let of_share = if requests(&whole) > 0.0 { number::change_of_share } else { |_, _| Change::NotComparable };
    Summary {
        requests: figure(requests, number::change),
        tokens: figure(|metrics| metrics.total_tokens, number::change),
        cost: figure(|metrics| metrics.spend, number::change),
        error_rate: figure(error_rate, of_share),
        missing: current.iter().filter(|date| !days.contains(date)).count(),
    }
}

/// Why two periods are not compared, which then holds for each of their figures.
pub fn incomparable(now: &Metrics, before: &Metrics) -> Option<Change> {
    match (requests(now), requests(before)) {
        (now, before) if before <= 0.0 => Some(if now > 0.0 { Change::FromNothing } else { Change::Same }),
        (now, before) if now > MANIFOLD * before => Some(Change::NotComparable),
        _ => None,
    }
}

fn cost_by_name(days: &Days, range: Range, now_ms: i64) -> Vec<(String, f64)> {
    let mut by_name = Vec::new();
    for date in range.current(now_ms) {
        let Some(day) = days.get(&date) else { continue };
        for (name, spend) in &day.cost {
            add_cost(&mut by_name, name, *spend);
        }
    }
    by_name
}

/// Models of the range that gave tokens and cost nothing: LiteLLM knows no price for them, or they are free.
pub fn without_price(days: &Days, range: Range, now_ms: i64) -> Vec<String> {
    let mut names = Vec::new();
    for (name, spend) in cost_by_name(days, range, now_ms) {
        if spend == 0.0 && !name.is_empty() {
            names.push(name);
        }
    }
    names
}

/// The dearest models of the range, at most `most`; what is left over is summed under `None`.
/// The empty name stands for calls of a model that does not exist.
pub fn cost_by_model(days: &Days, range: Range, now_ms: i64, most: usize) -> Vec<(Option<String>, f64)> {
    // Inserted in order: there are few, and a sort is many times the code.
    let mut bars: Vec<(Option<String>, f64)> = Vec::new();
    for (name, spend) in cost_by_name(days, range, now_ms) {
        if spend > 0.0 {
            let at = bars.iter().position(|(_, known)| *known < spend).unwrap_or(bars.len());
            bars.insert(at, (Some(name), spend));
        }
    }
    if bars.len() > most {
        let rest = bars.split_off(most.saturating_sub(1)).iter().map(|(_, spend)| spend).sum();
        bars.push((None, rest));
    }
    bars
}

/// All calls of a day. LiteLLM counts successes and failures apart; their sum is what both versions agree on.
pub fn requests(metrics: &Metrics) -> f64 {
    metrics.api_requests.max(metrics.successful_requests + metrics.failed_requests)
}

/// In and out. LiteLLM's own sum of both is not asked for everywhere.
pub fn tokens(metrics: &Metrics) -> f64 {
    metrics.total_tokens.max(metrics.prompt_tokens + metrics.completion_tokens)
}

/// 0–1; no calls, no errors.
pub fn error_rate(metrics: &Metrics) -> f64 {
    let all = requests(metrics);
    // Within its bounds also where LiteLLM counts more failures than calls, or fewer than none.
    if all > 0.0 { (metrics.failed_requests / all).clamp(0.0, 1.0) } else { 0.0 }
}

fn add_cost(costs: &mut Vec<(String, f64)>, name: &str, spend: f64) {
    match costs.iter_mut().find(|(known, _)| known == name) {
        Some((_, sum)) => *sum += spend,
        None => costs.push((name.to_owned(), spend)),
    }
}

fn total(days: &Days, dates: &[String]) -> Metrics {
    let mut sum = Metrics::default();
    for day in dates.iter().filter_map(|date| days.get(date)) {
        add(&mut sum, &day.metrics);
    }
    sum
}

pub fn add(sum: &mut Metrics, part: &Metrics) {
    sum.spend += part.spend;
    sum.prompt_tokens += part.prompt_tokens;
    sum.completion_tokens += part.completion_tokens;
    sum.total_tokens += part.total_tokens;
    sum.cache_read_input_tokens += part.cache_read_input_tokens;
    sum.cache_creation_input_tokens += part.cache_creation_input_tokens;
    sum.api_requests += part.api_requests;
    sum.successful_requests += part.successful_requests;
    sum.failed_requests += part.failed_requests;
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::{self, DAY_MS, HOUR_MS, MINUTE_MS},
        wire::Wire,
    };

    const NOON: i64 = 1_795_176_000_000; // 2026-11-20 12:00 UTC

    fn answer(requests: u32, failed: u32, spend: f64, model: &str) -> Activity {
        Wire::read(&json!({"results": [{"date": "x",
            "metrics": {"api_requests": requests, "successful_requests": requests - failed, "failed_requests": failed, "spend": spend, "total_tokens": 10 * requests},
            "breakdown": {"model_groups": {model: {"metrics": {"spend": spend}}}}}]}))
    }

    /// `count` days back from today with the same calls each.
    fn days(count: i64) -> Days {
        let mut days = Days::new();
        for back in 0..count {
            days.insert(clock::day(NOON - back * DAY_MS), day(&answer(10, 1, 0.5, "gpt-4o")), NOON, false);
        }
        days
    }

    #[test]
    fn a_week_sums_its_days_and_compares_those_that_are_over() {
        let mut days = days(14);
        days.insert(clock::day(NOON), day(&answer(3, 0, 0.1, "gpt-4o")), NOON, false);
        let summary = summary(&days, Range::Week, NOON);
        assert_eq!(summary.requests.value, 63.0);
        assert_eq!(summary.requests.compared, Some(Compared::Before(60.0, Change::Same)), "today is not over");
        assert_eq!((summary.cost.value, summary.tokens.value), (3.1, 630.0));
        assert_eq!(summary.error_rate.value, 6.0 / 63.0);
        assert_eq!((summary.requests.trend.len(), summary.missing), (7, 0));
        let today = super::summary(&days, Range::Today, NOON);
        assert_eq!(today.requests.compared, Some(Compared::Yesterday(10.0)));
        assert_eq!(today.error_rate.compared, Some(Compared::Yesterday(0.1)));
    }

    #[test]
    fn a_period_that_has_not_arrived_is_not_compared_with() {
        let summary = summary(&days(13), Range::Week, NOON);
        assert_eq!(summary.requests.compared, None);
        assert_eq!(super::summary(&days(5), Range::Week, NOON).missing, 2);
    }

    /// A week of days with these calls and failures each, after a week of others.
    fn assert_compared(now: (u32, u32, f64), before: (u32, u32, f64), expected: [Change; 4]) {
        let mut days = Days::new();
        for back in 0..14 {
            let (requests, failed, spend) = if back < 7 { now } else { before };
            days.insert(clock::day(NOON - back * DAY_MS), day(&answer(requests, failed, spend, "gpt-4o")), NOON, false);
        }
        let summary = summary(&days, Range::Week, NOON);
        let figures = [&summary.requests, &summary.tokens, &summary.cost, &summary.error_rate];
        let changes = figures.map(|figure| match figure.compared {
            Some(Compared::Before(_, change)) => change,
            ref other => panic!("{other:?}"),
        });
        assert_eq!(changes, expected, "{now:?} after {before:?}");
    }

    /// Three cards said "Nothing before" and the fourth "+11 points"; two calls before made +412,006 %.
    #[test]
    fn one_rule_compares_all_four_figures() {
        assert_compared((10, 1, 0.5), (0, 0, 0.0), [Change::FromNothing; 4]);
        assert_compared((0, 0, 0.0), (0, 0, 0.0), [Change::Same; 4]);
        assert_compared((101, 1, 0.5), (10, 1, 0.5), [Change::NotComparable; 4]);
        let quarter = Change::Ratio(0.25);
        assert_compared((10, 1, 0.625), (8, 0, 0.5), [quarter, quarter, quarter, Change::Points(0.1)]);
        assert_compared((8, 0, 8.8), (8, 0, 0.4), [Change::Same, Change::Same, Change::Manifold, Change::Same]);
        let none = Change::Ratio(-1.0);
        assert_compared((0, 0, 0.0), (8, 4, 0.4), [none, none, none, Change::NotComparable]);
    }

    #[test]
    fn a_day_in_several_parts_is_summed() {
        let mut both = answer(10, 1, 0.5, "gpt-4o");
        both.results.extend(answer(5, 0, 0.25, "gpt-4o").results);
        let day = day(&both);
        assert_eq!((day.metrics.api_requests, day.cost), (15.0, vec![("gpt-4o".to_owned(), 0.75)]));
    }

    #[test]
    fn a_day_without_calls_counts_as_arrived() {
        let mut days = days(7);
        days.insert(clock::day(NOON), day(&Activity::default()), NOON, false);
        assert_eq!(summary(&days, Range::Today, NOON).missing, 0);
        assert_eq!(summary(&days, Range::Today, NOON).error_rate.value, 0.0);
    }

    /// A model that LiteLLM has no price for was called "nothing spent".
    #[test]
    fn models_that_gave_tokens_and_cost_nothing_are_named() {
        let model = |spend: f64, tokens: u32, good: u32| json!({"metrics": {"spend": spend, "total_tokens": tokens, "successful_requests": good}});
        let answer: Activity = Wire::read(
            &json!({"results": [{"date": "x", "metrics": {}, "breakdown": {"model_groups":
            {"paid": model(0.5, 10, 1), "free": model(0.0, 10, 1), "failed": model(0.0, 10, 0), "": model(0.0, 10, 1)}}}]}),
        );
        let mut days = Days::new();
        days.insert(clock::day(NOON), day(&answer), NOON, false);
        assert_eq!(without_price(&days, Range::Today, NOON), ["free"]);
        // What was paid for on one day has a price.
        let paid: Activity = Wire::read(&json!({"results": [{"date": "x", "metrics": {}, "breakdown": {"model_groups":
            {"free": model(0.1, 10, 1)}}}]}));
        days.insert(clock::day(NOON - DAY_MS), day(&paid), NOON, false);
        assert_eq!(without_price(&days, Range::Week, NOON), Vec::<String>::new());
        assert_eq!(without_price(&days, Range::Today, NOON), ["free"]);
    }

    #[test]
    fn models_beyond_the_most_are_summed_as_the_rest() {
        let mut days = Days::new();
        let cost = (1..=9).map(|n| (format!("m{n}"), f64::from(n))).chain([("free".to_owned(), 0.0)]).collect();
        days.insert(clock::day(NOON), Day { cost, ..Day::default() }, NOON, false);
        let bars = cost_by_model(&days, Range::Today, NOON, 4);
        assert_eq!(bars.len(), 4);
        assert_eq!(bars[0], (Some("m9".to_owned()), 9.0));
        assert_eq!(bars[3], (None, 21.0));
        assert_eq!(bars.iter().map(|bar| bar.1).sum::<f64>(), 45.0);
    }

    /// A tab that was opened in the evening, asleep over midnight and looked at in the morning showed the sum of the
    /// evening for the whole of the day, as the day was over by then.
    #[test]
    fn a_day_that_was_asked_for_while_it_ran_is_asked_for_again() {
        let (date, midnight) = ("2026-11-20", NOON + 12 * HOUR_MS);
        let mut days = Days::new();
        assert!(days.is_due(date, NOON), "a day that has not arrived");
        for (asked_ms, old, due_after_a_minute) in [
            (NOON + 6 * HOUR_MS, false, true),
            (midnight + 30 * MINUTE_MS, false, true),
            (midnight + HOUR_MS, false, true),
            (midnight + 90 * MINUTE_MS, true, true),
            (midnight + 90 * MINUTE_MS, false, false),
        ] {
            days.insert(date.to_owned(), Day::default(), asked_ms, old);
            let after_min = (asked_ms - midnight) / MINUTE_MS;
            assert_eq!(
                days.is_due(date, asked_ms + MINUTE_MS),
                due_after_a_minute,
                "asked {after_min} min after midnight"
            );
        }
        assert!(days.is_due(date, midnight + 150 * MINUTE_MS), "what was written late may have come in");
        days.insert(date.to_owned(), Day::default(), midnight + 8 * DAY_MS, false);
        assert!(!days.is_due(date, midnight + 400 * DAY_MS), "after a week nothing comes in any more");
        days.insert("2026-11-31".to_owned(), Day::default(), i64::MAX, false);
        assert!(days.is_due("2026-11-31", i64::MAX), "no day at all");
    }

    #[test]
    fn what_was_asked_later_takes_the_place_of_what_was_known() {
        let mut days = days(1);
        let today = |requests: u32| day(&answer(requests, 1, 0.5, "gpt-4o"));
        days.insert(clock::day(NOON), today(110), NOON + 20_000, false);
        assert_eq!(summary(&days, Range::Today, NOON).requests.value, 110.0);
        // An older answer of another server's cache, or one that was longer on its way.
        days.insert(clock::day(NOON), today(100), NOON + 10_000, false);
        days.insert(clock::day(NOON), today(90), NOON, true);
        assert_eq!(summary(&days, Range::Today, NOON).requests.value, 110.0);
    }

    #[test]
    fn the_age_is_that_of_the_oldest_day_that_may_still_change() {
        let mut days = days(14);
        let (current, previous) = (Range::Week.current(NOON), Range::Week.previous(NOON));
        assert_eq!(days.oldest_ms(&current), Some(NOON));
        days.insert(clock::day(NOON), Day::default(), NOON + HOUR_MS, false);
        assert_eq!(days.oldest_ms(&current), Some(NOON), "yesterday may still change");
        days.insert(clock::day(NOON + DAY_MS), Day::default(), NOON - HOUR_MS, false);
        assert_eq!(days.oldest_ms(&[clock::day(NOON + DAY_MS), clock::day(NOON)]), Some(NOON - HOUR_MS));
        assert_eq!(days.oldest_ms(&previous[..4]), None, "long over");
        assert_eq!(days.oldest_ms(&Range::Month.current(NOON)), None, "not all there");
    }

    #[test]
    fn figures_at_the_edge_are_sane() {
        let edges =
            [json!(1e300), json!(-1e300), json!("1e300"), json!("NaN"), json!("1e999"), json!(-0.0), json!("-0")];
        for spend in &edges {
            for count in &edges {
                let metrics = json!({"spend": spend, "total_tokens": count, "api_requests": count,
                    "successful_requests": count, "failed_requests": count});
                let day = day(&Wire::read(&json!({"results": [{"metrics": metrics,
                    "breakdown": {"model_groups": {"m": {"metrics": metrics}}}}]})));
                let mut days = Days::new();
                for date in Range::Month.needed(NOON) {
                    days.insert(date, day.clone(), NOON, false);
                }
                let summary = summary(&days, Range::Month, NOON);
                let bars = cost_by_model(&days, Range::Month, NOON, 6);
                for figure in [&summary.requests, &summary.tokens, &summary.cost, &summary.error_rate] {
                    let before = match &figure.compared {
                        Some(Compared::Yesterday(before) | Compared::Before(before, _)) => before,
                        None => panic!("all days are there"),
                    };
                    if let Some(Compared::Before(_, Change::Ratio(ratio) | Change::Points(ratio))) = figure.compared {
                        assert!(ratio.abs() <= MANIFOLD, "{ratio} of {metrics}");
                    }
                    let shown = figure.trend.iter().chain([&figure.value, before]);
                    for value in shown.chain(bars.iter().map(|(_, spend)| spend)) {
                        // A month of the largest figures, successes and failures.
                        assert!(value.abs() <= 60.0 * number::LARGEST, "{value} of {metrics}");
                        assert!(*value != 0.0 || value.is_sign_positive(), "{value} of {metrics}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_error_rate_is_a_share_whatever_was_counted() {
        for (successful, failed, rate) in [(-5.0, 5.0, 1.0), (3.0, -1.0, 0.0), (3.0, 1.0, 0.25)] {
            let metrics = Metrics {
                api_requests: 1.0,
                successful_requests: successful,
                failed_requests: failed,
                ..Metrics::default()
            };
            assert_eq!(error_rate(&metrics), rate, "{metrics:?}");
        }
    }
}
