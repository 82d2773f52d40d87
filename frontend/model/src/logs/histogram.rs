//! How many calls there were and how many failed, over the time of a question: as the gateway counts them, or, where it cannot
//! count what is asked for, as far as they were read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    call,
    question::{Question, window},
    reading::{PAGE, Reading},
};
use crate::{
    clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS},
    finality::finality,
    route::{Edge, TimeRange},
    wire::{LogCount, LogRow},
};

/// Each bar may take two questions, so there are few.
const MOST: i64 = 24;

/// So many stand beside each other when new calls have come in for a long time.
const KEPT: usize = 48;

/// So often the bar that is still growing is counted while new calls come in.
const GROWS_MS: i64 = 30 * SECOND_MS;

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
    /// When the gateway gave the older of both; what it is asked for again by.
    given_ms: i64,
    /// Whether both are to be asked for, again or for the first time.
    due: (bool, bool),
}

impl Bar {
    pub fn new(start_ms: i64, end_ms: i64) -> Bar {
        Bar { start_ms, end_ms, all: None, failed: None, given_ms: i64::MAX, due: (true, true) }
    }

    /// Failed and others, where both are known to be the numbers they are: a part of a number that stopped at its bound says
    /// nothing.
    pub fn parts(&self) -> Option<(f64, f64)> {
        let (all, failed) = (self.all?, self.failed?);
        (!all.is_capped && !failed.is_capped).then(|| (failed.number, (all.number - failed.number).max(0.0)))
    }

    pub fn is_due(&self) -> bool {
        self.due.0 || self.due.1
    }

    fn take_all(&mut self, count: Count, given_ms: i64) {
        (self.all, self.due.0) = (Some(count), false);
        self.given_ms = self.given_ms.min(given_ms);
        // Of no calls none failed.
        if count.number == 0.0 && self.due.1 {
            self.take_failed(count, given_ms);
        }
    }

    fn take_failed(&mut self, count: Count, given_ms: i64) {
        (self.failed, self.due.1) = (Some(count), false);
        self.given_ms = self.given_ms.min(given_ms);
    }

    /// What may have changed is to be counted again; its number stays until then.
    fn ask_again(&mut self, now_ms: i64) {
        if self.is_due() || finality(self.end_ms, self.given_ms, false).is_due(self.given_ms, now_ms) {
            (self.due, self.given_ms) = ((true, true), i64::MAX);
        }
    }
}

/// How long bars are that divide a time.
pub fn length(start_ms: i64, end_ms: i64) -> i64 {
    let fits = |length: &i64| (end_ms - 1).div_euclid(*length) - start_ms.div_euclid(*length) < MOST;
    // Ten years of four weeks each are more than there is room for; then bars are longer than any of these.
    LENGTHS.into_iter().find(fits).unwrap_or_else(|| ((end_ms - start_ms) / MOST + 1).max(MINUTE_MS))
}

/// The bars of a time, oldest first.
pub fn bars(start_ms: i64, end_ms: i64) -> Vec<Bar> {
    divided(start_ms, end_ms, length(start_ms, end_ms))
}

fn divided(start_ms: i64, end_ms: i64, length: i64) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut from = start_ms;
    while from < end_ms {
        let to = ((from.div_euclid(length) + 1) * length).min(end_ms);
        bars.push(Bar::new(from, to));
        from = to;
    }
    bars
}

/// Counts again what may have changed, of a time that may have moved on: what is over stays as it was counted.
pub fn again(known: &[Bar], start_ms: i64, end_ms: i64, now_ms: i64) -> Vec<Bar> {
    let mut bars = bars(start_ms, end_ms);
    carry(known, &mut bars);
    for bar in &mut bars {
        bar.ask_again(now_ms);
        if bar.start_ms > now_ms {
            // What is still to come has no calls.
            let none = Some(Count::default());
            *bar = Bar { all: none, failed: none, given_ms: now_ms, due: (false, false), ..*bar };
        }
    }
    bars
}

/// The same bars and those that came after them, as time goes on while new calls come in. Of many the oldest go.
pub fn extended(known: &[Bar], length: i64, end_ms: i64, now_ms: i64, reading: &Reading) -> Vec<Bar> {
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return Vec::new() };
    let back_ms = told_back_to_ms(reading);
    // One that has to be counted for it ends where it was counted for a while.
    let grows = end_ms > last.end_ms && (last.start_ms >= back_ms || end_ms - last.end_ms >= GROWS_MS);
    let mut bars = known.to_vec();
    if grows {
        bars = divided(first.start_ms, end_ms, length);
        bars.drain(..bars.len().saturating_sub(KEPT));
        carry(known, &mut bars);
    }
    for bar in &mut bars {
        let runs = bar.start_ms <= now_ms && bar.end_ms > now_ms - GROWS_MS && bar.start_ms < back_ms;
        if runs && !bar.is_due() && now_ms - bar.given_ms >= GROWS_MS {
            (bar.due, bar.given_ms) = ((true, true), i64::MAX);
        }
    }
    bars
}

fn carry(known: &[Bar], bars: &mut [Bar]) {
    for bar in bars {
        if let Some(same) = known.iter().find(|known| known.start_ms == bar.start_ms) {
            let (end_ms, grew) = (bar.end_ms, bar.end_ms != same.end_ms);
            *bar = Bar { end_ms, ..*same };
            if grew {
                (bar.due, bar.given_ms) = ((true, true), i64::MAX);
            }
        }
    }
}

/// The largest number of all bars.
pub fn most(bars: &[Bar]) -> f64 {
    bars.iter().filter_map(|bar| bar.all).map(|all| all.number).fold(0.0, f64::max)
}

/// As far as calls were read: bars that are known as a whole have both numbers of them.
fn of_rows(mut bars: Vec<Bar>, tally: &BTreeMap<i64, (u32, u32)>, back_to_ms: i64, read_ms: i64) -> Vec<Bar> {
    for bar in bars.iter_mut().filter(|bar| bar.start_ms >= back_to_ms) {
        let (mut all, mut failed) = (0, 0);
        // By minutes; a bar begins with one, but for the first and where the last ends.
        let first = bar.start_ms.div_euclid(MINUTE_MS) * MINUTE_MS;
        for (of_all, of_failed) in tally.range(first..bar.end_ms).map(|(_, counts)| counts) {
            all += of_all;
            failed += of_failed;
        }
        let count = |number: u32| Some(Count { number: f64::from(number), is_capped: false });
        *bar = Bar { all: count(all), failed: count(failed), given_ms: read_ms, due: (false, false), ..*bar };
    }
    bars
}

/// Whether the gateway is asked: it counts what is asked for, and the calls that were read do not tell already.
pub fn is_counted(reading: &Reading) -> bool {
    reading.is_narrowed() && (!reading.is_whole() || reading.left_out > 0)
}

/// As the gateway counts; where the calls themselves were read, by them. `read_ms`: when that began.
pub fn known(bars: &[Bar], reading: &Reading, read_ms: i64) -> Vec<Bar> {
    let mut bars = bars.to_vec();
    if !is_counted(reading) {
        // What was read before says nothing of these.
        for bar in &mut bars {
            *bar = Bar::new(bar.start_ms, bar.end_ms);
        }
    }
    of_rows(bars, &reading.tally, told_back_to_ms(reading), read_ms)
}

/// From where on the calls that were read tell all there is.
fn told_back_to_ms(reading: &Reading) -> i64 {
    // What is left out is missing among them; who counts has it.
    let lacks = reading.left_out > 0 && reading.is_narrowed();
    reading.read_back_to_ms().filter(|_| !lacks).unwrap_or(i64::MAX)
}

/// What the gateway is asked next for the bars: the question that tells most first.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The newest calls that failed in a time: there are few as a rule, so that they tell of many bars at once.
    Failures { start_ms: i64, end_ms: i64 },
    /// One number of a bar, of all calls or of those that failed.
    One { bar: Bar, failed: bool },
    /// Whether there are any calls in a time; mostly there are none before one without.
    Any { start_ms: i64, end_ms: i64 },
}

/// What has been asked for the bars as they are now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    failures: bool,
    /// The bar that was counted last has no calls.
    is_empty: bool,
    /// Nobody has looked yet whether that goes on.
    may_go_on: bool,
}

/// Failures of fewer bars are counted one by one.
const FAILURES_FROM: usize = 3;

/// `one_status`: the calls that are asked for ended in one way, so that there is one number.
pub fn next(bars: &[Bar], asked: Asked, reading: &Reading, one_status: bool, now_ms: i64) -> Option<Ask> {
    if !is_counted(reading) {
        return None;
    }
    let back_ms = told_back_to_ms(reading);
    let mut due = bars.iter().filter(|bar| bar.is_due() && bar.start_ms < back_ms && bar.start_ms <= now_ms).rev();
    let newest = due.next()?;
    let (mut start_ms, end_ms, mut count) = (newest.start_ms, newest.end_ms, 1);
    for bar in due {
        start_ms = bar.start_ms;
        count += 1;
    }
    Some(if !asked.failures && !one_status && count >= FAILURES_FROM {
        Ask::Failures { start_ms, end_ms }
    } else if asked.may_go_on && newest.due.0 && count > 1 {
        Ask::Any { start_ms, end_ms }
    } else {
        Ask::One { bar: *newest, failed: !newest.due.0 }
    })
}

impl Ask {
    /// As the gateway is asked.
    pub fn params(&self, question: &Question) -> Value {
        match self {
            Ask::One { bar, failed } => params(question, bar, *failed),
            Ask::Any { start_ms, end_ms } => params(question, &Bar::new(*start_ms, *end_ms), false),
            Ask::Failures { start_ms, end_ms } => {
                let mut params = params(question, &Bar::new(*start_ms, *end_ms), true);
                params["page"] = json!(1);
                params["page_size"] = json!(PAGE);
                params
            }
        }
    }
}

/// Takes in a number. `one_status`: of calls that ended in one way, whether they failed.
pub fn take_count(
    bars: &mut [Bar],
    asked: &mut Asked,
    ask: &Ask,
    count: Count,
    given_ms: i64,
    one_status: Option<bool>,
) {
    match ask {
        Ask::Any { start_ms, end_ms } => {
            asked.may_go_on = false;
            let within = |bar: &&mut Bar| bar.start_ms >= *start_ms && bar.end_ms <= *end_ms && bar.is_due();
            for bar in bars.iter_mut().filter(within).filter(|_| count.number == 0.0) {
                bar.take_all(count, given_ms);
            }
        }
        Ask::One { bar, failed } => {
            let same = bars.iter_mut().find(|one| (one.start_ms, one.end_ms) == (bar.start_ms, bar.end_ms));
            let Some(bar) = same else { return };
            match one_status {
                _ if *failed => bar.take_failed(count, given_ms),
                None => bar.take_all(count, given_ms),
                Some(fails) => {
                    bar.take_failed(if fails { count } else { Count::default() }, given_ms);
                    bar.take_all(count, given_ms);
                }
            }
            if !*failed {
                let is_empty = count.number == 0.0;
                (asked.may_go_on, asked.is_empty) = (is_empty && !asked.is_empty, is_empty);
            }
        }
        Ask::Failures { .. } => {}
    }
}

/// Takes in the newest calls that failed; none: there was no answer, and they are counted one by one.
pub fn take_failures(bars: &mut [Bar], asked: &mut Asked, ask: &Ask, rows: Option<&[LogRow]>, given_ms: i64) {
    asked.failures = true;
    let (Some(rows), Ask::Failures { start_ms, end_ms }) = (rows, ask) else { return };
    let starts: Vec<i64> = rows.iter().filter_map(call::start_ms).collect();
    // Where there are more, what is older than these is not known.
    let back_ms = if rows.len() < PAGE { *start_ms } else { starts.iter().copied().min().unwrap_or(*end_ms) + 1 };
    let within = |bar: &&mut Bar| bar.start_ms >= back_ms.max(*start_ms) && bar.end_ms <= *end_ms && bar.due.1;
    for bar in bars.iter_mut().filter(within) {
        let number = starts.iter().filter(|start| **start >= bar.start_ms && **start < bar.end_ms).count();
        bar.take_failed(Count { number: number as f64, is_capped: false }, given_ms);
    }
}

/// What the gateway is asked for one number of a bar: of all calls of the question, or of those that failed.
fn params(question: &Question, bar: &Bar, failed: bool) -> Value {
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
    use crate::{
        clock,
        route::{LogsRoute, Quick},
        wire::LogPage,
    };

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
        let read = of_rows(bars(NOON, NOON + 15 * MINUTE_MS), &tally, NOON + MINUTE_MS, NOON);
        assert_eq!((read[0].all, read[0].parts()), (None, None), "not all of it was read");
        assert_eq!(
            (read[1].parts(), read[2].parts(), read[14].parts()),
            (Some((0.0, 2.0)), Some((0.0, 0.0)), Some((1.0, 0.0)))
        );
        assert_eq!(most(&read), 2.0);
        let whole = of_rows(bars(NOON + 500, NOON + 15 * MINUTE_MS), &tally, NOON, NOON);
        assert_eq!(whole[0].parts(), Some((1.0, 2.0)), "a first minute that is cut");
    }

    /// 24,000 calls and 16,000 failures were both told as 10,000, and drawn as nothing but failures.
    #[test]
    fn numbers_that_stopped_at_a_bound_are_not_divided() {
        let count = |total: f64, total_is_capped| Some(Count::from(&LogCount { total, total_is_capped }));
        let bar = |all, failed| Bar { all, failed, ..Bar::new(0, 1) };
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

    fn row(id: usize, at_ms: i64, failed: bool) -> LogRow {
        let text = clock::format_utc(at_ms);
        LogRow {
            request_id: id.to_string(),
            start_time: [&text[..10], "T", &text[11..], "Z"].concat(),
            status: if failed { "failure" } else { "success" }.into(),
            ..LogRow::default()
        }
    }

    /// The last day, of which the newest answer was read: calls a second apart.
    fn busy(total: f64) -> Reading {
        let mut reading = Reading::new(Question::of(&LogsRoute::default(), NOON, str::to_lowercase));
        let rows = (0..50).map(|id| row(id, NOON - id as i64 * 1_000, false)).collect();
        let page = LogPage { data: rows, total, total_is_capped: Some(false) };
        if let Some(next) = reading.following() {
            reading.take(next, &page, 0, str::to_lowercase);
        }
        reading
    }

    /// Counts as a gateway with these calls does, until nothing is left to be asked. Says what was asked.
    fn count(bars: &mut [Bar], reading: &Reading, log: &[LogRow], now_ms: i64) -> Vec<Ask> {
        let (mut asked, mut asks) = (Asked::default(), Vec::new());
        while let Some(ask) = next(bars, asked, reading, false, now_ms) {
            let (from, to, failed) = match &ask {
                Ask::One { bar, failed } => (bar.start_ms, bar.end_ms, *failed),
                Ask::Any { start_ms, end_ms } => (*start_ms, *end_ms, false),
                Ask::Failures { start_ms, end_ms } => (*start_ms, *end_ms, true),
            };
            let found: Vec<LogRow> = log
                .iter()
                .filter(|row| call::start_ms(row).is_some_and(|start| start >= from && start < to))
                .filter(|row| !failed || call::is_failed(row))
                .cloned()
                .collect();
            match &ask {
                Ask::Failures { .. } => {
                    take_failures(bars, &mut asked, &ask, Some(&found[..found.len().min(PAGE)]), now_ms);
                }
                _ => {
                    let number = Count { number: found.len() as f64, is_capped: false };
                    take_count(bars, &mut asked, &ask, number, now_ms, None);
                }
            }
            asks.push(ask);
            assert!(asks.len() < 100, "it does not end: {asks:?}");
        }
        asks
    }

    fn day() -> Vec<Bar> {
        bars(NOON - DAY_MS, NOON)
    }

    /// Each bar took two questions, a second each: a first view of 24 bars had its bars after 48 seconds.
    #[test]
    fn failures_are_told_at_once_and_each_bar_takes_one_question() {
        let log: Vec<LogRow> =
            (0..8_640).map(|id| row(id, NOON - 1_000 - id as i64 * 10_000, id.is_multiple_of(200))).collect();
        let mut bars = day();
        let asks = count(&mut bars, &busy(8_640.0), &log, NOON);
        assert_eq!(asks.len(), bars.len() + 1, "{asks:?}");
        assert!(matches!(asks[0], Ask::Failures { .. }));
        assert!(matches!(asks[1], Ask::One { bar, failed: false } if bar.end_ms == NOON), "the newest first");
        let parts: Vec<(f64, f64)> = bars.iter().filter_map(Bar::parts).collect();
        assert_eq!(parts.len(), bars.len());
        assert_eq!(parts.iter().map(|(failed, _)| failed).sum::<f64>(), 44.0);
        assert_eq!(parts.iter().map(|(failed, others)| failed + others).sum::<f64>(), 8_640.0);
    }

    #[test]
    fn of_many_failures_the_newest_are_told_at_once_and_the_others_are_counted() {
        let log: Vec<LogRow> =
            (0..2_880).map(|id| row(id, NOON - 1_000 - id as i64 * 30_000, id.is_multiple_of(8))).collect();
        let mut bars = day();
        let asks = count(&mut bars, &busy(2_880.0), &log, NOON);
        let counted = asks.iter().filter(|ask| matches!(ask, Ask::One { failed: true, .. })).count();
        assert!(counted > 5 && counted < bars.len(), "{counted} of {}", bars.len());
        assert_eq!(bars.iter().filter_map(Bar::parts).map(|(failed, _)| failed).sum::<f64>(), 360.0);
    }

    #[test]
    fn what_is_empty_to_its_beginning_takes_one_question() {
        let log: Vec<LogRow> = (0..3_600).map(|id| row(id, NOON - 1_000 - id as i64 * 1_000, false)).collect();
        let mut bars = day();
        let asks = count(&mut bars, &busy(3_600.0), &log, NOON);
        assert_eq!(asks.len(), 4, "failures, the newest, an empty one, and all before it: {asks:?}");
        assert!(bars.iter().all(|bar| bar.parts().is_some()));
        // A night in between is asked for once more.
        let mut gap = log;
        gap.push(row(9_999, NOON - DAY_MS + 1_000, false));
        let mut bars = day();
        let asks = count(&mut bars, &busy(3_601.0), &gap, NOON);
        assert_eq!(asks.len(), 2 + bars.len(), "{asks:?}");
        assert_eq!(bars[0].parts(), Some((0.0, 1.0)));
    }

    #[test]
    fn what_the_calls_tell_themselves_is_not_asked() {
        assert_eq!(
            next(&day(), Asked::default(), &busy(50.0), false, NOON),
            Some(Ask::Failures { start_ms: NOON - DAY_MS, end_ms: NOON })
        );
        let reading = busy(9_000.0);
        let minutes = bars(NOON - 15 * MINUTE_MS, NOON);
        let asks = count(&mut minutes.clone(), &reading, &[], NOON);
        assert!(asks.iter().all(|ask| !matches!(ask, Ask::One { bar, .. } if bar.start_ms >= NOON - 49_000)));
        let told = known(&bars(NOON - MINUTE_MS / 2, NOON + MINUTE_MS), &reading, NOON);
        assert!(!told[1].is_due());
        assert_eq!(told[1].parts(), Some((0.0, 1.0)));
    }

    /// *Refresh* counted nothing again.
    #[test]
    fn what_may_have_changed_is_counted_again_and_its_number_stays_until_then() {
        let reading = busy(9_000.0);
        let log: Vec<LogRow> = (0..8_640).map(|id| row(id, NOON - 1_000 - id as i64 * 10_000, false)).collect();
        let (now, later) = (NOON + 6 * MINUTE_MS, NOON + 11 * MINUTE_MS);
        let mut counted = bars(now - DAY_MS, now);
        count(&mut counted, &reading, &log, now);
        let due = |bars: &[Bar]| (0..bars.len()).filter(|at| bars[*at].is_due()).collect::<Vec<_>>();
        let last = counted.len() - 1;
        assert_eq!(due(&counted), [last], "the calls tell of it");
        // The one that ended less than an hour before it was counted, and the first, which is another one.
        let mut bars = again(&counted, later - DAY_MS, later, later);
        assert_eq!(due(&bars), [0, last - 1, last]);
        assert!(bars[last - 1].all.is_some() && bars[0].all.is_none());
        let asks = count(&mut bars, &reading, &log, later);
        assert!(asks.len() <= 4, "{asks:?}");
        // What was written late comes in for a week.
        assert_eq!(due(&again(&counted, now - DAY_MS, now, now + DAY_MS)).len(), counted.len());
        let old_ms = now - 30 * DAY_MS;
        let mut old = super::bars(old_ms - DAY_MS, old_ms);
        count(&mut old, &reading, &[], now);
        assert_eq!(due(&again(&old, old_ms - DAY_MS, old_ms, now + DAY_MS)).len(), 0, "for good");
    }

    #[test]
    fn bars_go_on_while_calls_come_in() {
        let reading = busy(9_000.0);
        let length = length(NOON - HOUR_MS, NOON);
        let bars = bars(NOON - HOUR_MS, NOON);
        let at = |now: i64| extended(&bars, length, now, now, &reading);
        assert_eq!(at(NOON + 20_000), bars, "not yet");
        let more = at(NOON + 6 * MINUTE_MS);
        assert_eq!(more.len(), bars.len() + 2);
        assert_eq!(more.last().map(|bar| bar.end_ms), Some(NOON + 6 * MINUTE_MS));
        assert_eq!(at(NOON + DAY_MS).len(), KEPT);
        // Of a day that goes on the bar of this hour is counted again.
        let mut day = again(&[], NOON - HOUR_MS / 2, NOON + 12 * HOUR_MS, NOON - 1);
        count(&mut day, &reading, &[], NOON - 1);
        let due = |now: i64| {
            let bars = extended(&day, HOUR_MS, now, now, &reading);
            (bars.len() == day.len()).then(|| bars.iter().filter(|bar| bar.is_due()).count())
        };
        assert_eq!((due(NOON - 1), due(NOON + 10_000), due(NOON + 40_000)), (Some(0), Some(0), Some(0)));
        let old = busy(9_000.0);
        let late = Reading::new(old.question);
        let bars = extended(&day, HOUR_MS, NOON + 40_000, NOON + 40_000, &late);
        assert_eq!(bars.iter().filter(|bar| bar.is_due()).count(), 1, "where the calls do not tell it");
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
