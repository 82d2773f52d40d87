//! How many calls there were and how many failed, over the time of a question: as the gateway counts them, or, where it cannot
//! count what is asked for, as far as they were read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    question::{Question, window},
    reading::Reading,
};
use crate::{
    clock::{DAY_MS, HOUR_MS, MINUTE_MS},
    route::{Edge, TimeRange},
    wire::LogCount,
};

/// Each bar may take two questions, so there are few.
const MOST: i64 = 24;

/// How long a bar may be: bars begin where the clock does, so that answers are the same for everybody.
const LENGTHS: [i64; 16] = [
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    7 * DAY_MS,
    14 * DAY_MS,
    28 * DAY_MS,
];

/// A number of calls.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Count {
    pub number: f64,
    /// There may be more.
    pub is_capped: bool,
}

impl From<&LogCount> for Count {
    fn from(count: &LogCount) -> Count {
        Count { number: count.total, is_capped: count.total_is_capped }
    }
}

/// A part of the time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    pub start_ms: i64,
    pub end_ms: i64,
    /// None: not known yet.
    pub all: Option<Count>,
    pub failed: Option<Count>,
}

impl Bar {
    /// Failed and others, where both are known to be the numbers they are: a part of a number that stopped at its bound says
    /// nothing.
    pub fn parts(&self) -> Option<(f64, f64)> {
        let (all, failed) = (self.all?, self.failed?);
        (!all.is_capped && !failed.is_capped).then(|| (failed.number, (all.number - failed.number).max(0.0)))
    }
}

/// The bars of a time, oldest first.
pub fn bars(start_ms: i64, end_ms: i64) -> Vec<Bar> {
    let fits = |length: &i64| (end_ms - 1).div_euclid(*length) - start_ms.div_euclid(*length) < MOST;
    // Ten years of four weeks each are more than there is room for; then bars are longer than any of these.
    let length = LENGTHS.into_iter().find(fits).unwrap_or_else(|| ((end_ms - start_ms) / MOST + 1).max(MINUTE_MS));
    let mut bars = Vec::new();
    let mut from = start_ms;
    while from < end_ms {
        let to = ((from.div_euclid(length) + 1) * length).min(end_ms);
        bars.push(Bar { start_ms: from, end_ms: to, all: None, failed: None });
        from = to;
    }
    bars
}

/// The largest number of all bars.
pub fn most(bars: &[Bar]) -> f64 {
    bars.iter().filter_map(|bar| bar.all).map(|all| all.number).fold(0.0, f64::max)
}

/// As far as calls were read: bars that are known as a whole have both numbers, the others none.
pub fn of_rows(mut bars: Vec<Bar>, tally: &BTreeMap<i64, (u32, u32)>, back_to_ms: i64) -> Vec<Bar> {
    for bar in bars.iter_mut().filter(|bar| bar.start_ms >= back_to_ms) {
        let (mut all, mut failed) = (0, 0);
        // By minutes; a bar begins with one, but for the first and where the last ends.
        let first = bar.start_ms.div_euclid(MINUTE_MS) * MINUTE_MS;
        for (of_all, of_failed) in tally.range(first..bar.end_ms).map(|(_, counts)| counts) {
            all += of_all;
            failed += of_failed;
        }
        let count = |number: u32| Some(Count { number: f64::from(number), is_capped: false });
        (bar.all, bar.failed) = (count(all), count(failed));
    }
    bars
}

/// Whether the gateway is asked: it counts what is asked for, and the calls that were read do not tell already.
pub fn is_counted(reading: &Reading) -> bool {
    reading.is_narrowed() && !reading.is_whole()
}

/// What the gateway is asked for one number of a bar: of all calls of the question, or of those that failed.
pub fn params(question: &Question, bar: &Bar, failed: bool) -> Value {
    let mut params: Map<String, Value> = question.params();
    if failed {
        params.insert("status".to_owned(), json!("failure"));
    }
    // LiteLLM counts the end in: a call of just that moment stands in two bars. With a second less, those of a whole second
    // would be in none.
    for (name, value) in window(bar.start_ms, bar.end_ms) {
        params.insert(name.to_owned(), value);
    }
    Value::Object(params)
}

/// The range from one bar to another, as an address has it: whole minutes.
pub fn range(bars: &[Bar], one: usize, other: usize) -> Option<TimeRange> {
    let (from, to) = (bars.get(one.min(other))?, bars.get(one.max(other))?);
    let end = Edge::minute(to.end_ms + MINUTE_MS - 1);
    TimeRange::own(Edge::minute(from.start_ms), Some(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{LogsRoute, Quick};

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    #[test]
    fn bars_are_few_begin_where_the_clock_does_and_leave_nothing_out() {
        for (quick, length_ms) in [
            (Quick::QuarterHour, MINUTE_MS),
            (Quick::Hour, 5 * MINUTE_MS),
            (Quick::FourHours, 15 * MINUTE_MS),
            (Quick::Day, 2 * HOUR_MS),
            (Quick::Today, HOUR_MS),
            (Quick::Week, 12 * HOUR_MS),
            (Quick::Month, 2 * DAY_MS),
            (Quick::Ninety, 7 * DAY_MS),
        ] {
            let bounds = TimeRange::Quick(quick).bounds(NOON + 12_345);
            let bars = bars(bounds.start_ms, bounds.end_ms);
            assert!(bars.len() > 9 && bars.len() as i64 <= MOST, "{quick:?}: {}", bars.len());
            assert_eq!((bars[0].start_ms, bars[bars.len() - 1].end_ms), (bounds.start_ms, bounds.end_ms), "{quick:?}");
            for pair in bars.windows(2) {
                assert_eq!(pair[0].end_ms, pair[1].start_ms, "{quick:?}");
                assert_eq!(pair[1].start_ms.rem_euclid(length_ms), 0, "{quick:?}");
            }
        }
        assert!(bars(NOON, NOON).is_empty());
        assert!(bars(0, NOON).len() as i64 <= MOST + 1);
    }

    #[test]
    fn what_was_read_fills_the_bars_that_it_covers() {
        let tally = BTreeMap::from([(NOON, (3, 1)), (NOON + MINUTE_MS, (2, 0)), (NOON + 14 * MINUTE_MS, (1, 1))]);
        let read = of_rows(bars(NOON, NOON + 15 * MINUTE_MS), &tally, NOON + MINUTE_MS);
        assert_eq!((read[0].all, read[0].parts()), (None, None), "not all of it was read");
        assert_eq!(
            (read[1].parts(), read[2].parts(), read[14].parts()),
            (Some((0.0, 2.0)), Some((0.0, 0.0)), Some((1.0, 0.0)))
        );
        assert_eq!(most(&read), 2.0);
        let whole = of_rows(bars(NOON + 500, NOON + 15 * MINUTE_MS), &tally, NOON);
        assert_eq!(whole[0].parts(), Some((1.0, 2.0)), "a first minute that is cut");
    }

    /// 24,000 calls and 16,000 failures were both told as 10,000, and drawn as nothing but failures.
    #[test]
    fn numbers_that_stopped_at_a_bound_are_not_divided() {
        let count = |total: f64, total_is_capped| Some(Count::from(&LogCount { total, total_is_capped }));
        let bar = |all, failed| Bar { start_ms: 0, end_ms: 1, all, failed };
        assert_eq!(bar(count(10_000.0, true), count(10_000.0, true)).parts(), None);
        assert_eq!(bar(count(10_000.0, true), count(16.0, false)).parts(), None);
        assert_eq!(bar(count(24.0, false), count(16.0, false)).parts(), Some((16.0, 8.0)));
        assert_eq!(bar(count(24.0, false), None).parts(), None);
        // Counted one after the other.
        assert_eq!(bar(count(1.0, false), count(2.0, false)).parts(), Some((2.0, 0.0)));
    }

    #[test]
    fn a_bar_is_asked_for_with_the_filter_of_the_question() {
        let mut route = LogsRoute::default();
        route.calls.team = "t-1".into();
        let question = Question::of(&route, NOON, str::to_lowercase);
        let bar = bars(NOON - HOUR_MS, NOON)[0];
        let wanted =
            json!({"team": "t-1", "status": "failure", "start": "2026-11-20 11:00:00", "end": "2026-11-20 11:05:00"});
        assert_eq!(params(&question, &bar, true), wanted);
    }

    #[test]
    fn bars_that_are_chosen_are_a_range_of_whole_minutes() {
        let bars = bars(NOON + 20_500, NOON + 15 * MINUTE_MS);
        let text = |one, other| {
            let route = LogsRoute { range: range(&bars, one, other)?, ..LogsRoute::default() };
            Some(crate::route::Route::Logs(route).query().into_iter().map(|(_, value)| value).collect::<Vec<_>>())
        };
        assert_eq!(text(2, 0), Some(vec!["2026-11-20T12:00".to_owned(), "2026-11-20T12:03".to_owned()]));
        assert_eq!(text(0, 99), None);
    }
}
