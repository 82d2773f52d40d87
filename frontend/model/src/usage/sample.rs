//! Which calls of a time are read for what LiteLLM does not add up: all where there are few; of many the newest of each of as
//! many equal parts of the time as may be asked for, which then count for all calls of their part.
//!
//! As on the page of logs no page is deep: the next question is the first page of what is before the oldest call that was read.
//! That reading also filters, goes back and gives up; this one does not, and would cost every page's first view if they shared.

use serde_json::{Map, Value};

use super::days::day_of;
use crate::{
    clock::{DAY_MS, SECOND_MS},
    logs::{
        call::{id_of, start_ms},
        question::up_to_second,
        reading::Place,
    },
    wire::{LogPage, LogRow},
};

/// So many calls are read, one question a second.
pub const MOST: usize = 2_000;
/// Calls of an answer: the most that 1.80.11 gives.
pub const PAGE: usize = 100;
/// Of a time with more calls so many parts are asked for.
pub const PARTS: usize = MOST / PAGE;
/// Calls of an answer where more are too large; each divides the one before.
const SIZES: [usize; 4] = [PAGE, 25, 5, 1];
/// After so many calls in a row that are too large there is no more to be had.
const LEFT_IN_ROW: usize = 10;

/// A part of the time.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    start_ms: i64,
    end_ms: i64,
    /// How many calls it has as LiteLLM counts them, and whether there may be more.
    total: Option<(f64, bool)>,
    /// How many it has by LiteLLM's sums of the days, where LiteLLM has stopped counting.
    reckoned: Option<f64>,
    read: usize,
    /// All of its calls.
    is_read: bool,
}

impl Part {
    fn is_capped(&self) -> bool {
        self.total.is_some_and(|(_, is_capped)| is_capped)
    }

    fn calls(&self) -> f64 {
        self.reckoned.or(self.total.map(|(total, _)| total)).unwrap_or(0.0)
    }

    /// How much of a time lies within it.
    fn shared_ms(&self, start_ms: i64, end_ms: i64) -> f64 {
        (self.end_ms.min(end_ms) - self.start_ms.max(start_ms)).max(0) as f64
    }
}

/// The calls of a time, as far as they were read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub start_ms: i64,
    pub end_ms: i64,
    /// Newest first; one where all calls are read.
    parts: Vec<Part>,
    at: usize,
    next: Option<Place>,
    /// Calls that may come again with the next answer, and when they began.
    edge: Vec<(String, i64)>,
    size: usize,
    /// Pages that were too large and are read in smaller ones, each within the one before: their sizes, and how many calls of
    /// them are still to come.
    too_large: Vec<(usize, usize)>,
    /// A call was left out: when the first call behind it began. What is asked for again from there on would have it again.
    behind_ms: Option<i64>,
    /// Each with the place of its part.
    rows: Vec<(usize, LogRow)>,
    total: Option<(f64, bool)>,
    /// Calls that are too large to be had.
    pub left_out: usize,
    left_in_row: usize,
    /// There were more calls than the first answer told.
    is_cut: bool,
}

impl Sample {
    pub fn new(start_ms: i64, end_ms: i64) -> Sample {
        let mut sample = Sample {
            start_ms,
            end_ms: end_ms.max(start_ms),
            parts: Vec::new(),
            at: 0,
            next: None,
            edge: Vec::new(),
            size: PAGE,
            too_large: Vec::new(),
            behind_ms: None,
            rows: Vec::new(),
            total: None,
            left_out: 0,
            left_in_row: 0,
            is_cut: false,
        };
        sample.divide(1);
        sample
    }

    /// Equal parts; they begin with a second, as LiteLLM's do.
    fn divide(&mut self, count: i64) {
        let length = self.end_ms - self.start_ms;
        let edge = |part: i64| match part {
            0 => self.start_ms,
            _ if part == count => self.end_ms,
            _ => up_to_second(self.start_ms + length * part / count),
        };
        let mut parts = Vec::new();
        for part in (0..count).rev() {
            let (start_ms, end_ms) = (edge(part), edge(part + 1));
            if end_ms > start_ms {
                parts.push(Part { start_ms, end_ms, total: None, reckoned: None, read: 0, is_read: false });
            }
        }
        self.parts = parts;
        self.rows.clear();
        // It comes again.
        self.left_out = 0;
        self.begin(0);
    }

    fn begin(&mut self, at: usize) {
        self.at = at;
        self.edge.clear();
        self.too_large.clear();
        (self.size, self.behind_ms) = (PAGE, None);
        self.next = self.parts.get(at).map(|part| Place {
            start_ms: part.start_ms.div_euclid(SECOND_MS) * SECOND_MS,
            end_ms: up_to_second(part.end_ms),
            page: 1,
            size: self.size,
        });
    }

    /// What is to be asked next; none: that was all.
    pub fn next(&self) -> Option<Place> {
        self.next
    }

    /// As LiteLLM is asked.
    pub fn params(place: Place) -> Value {
        place.params(Map::new())
    }

    pub fn take(&mut self, place: Place, page: &LogPage) {
        self.left_in_row = 0;
        let told = (page.total, page.total_is_capped == Some(true));
        if self.total.is_none() {
            self.total = Some(told);
            let are_many = told.1 || told.0 > MOST as f64;
            if are_many && self.end_ms - self.start_ms >= PARTS as i64 * SECOND_MS {
                self.divide(PARTS as i64);
                return;
            }
        }
        let at = self.at;
        let Some(part) = self.parts.get_mut(at) else { return };
        part.total = part.total.or(Some(told));
        let (mut oldest, mut newest) = (place.end_ms, i64::MIN);
        for row in &page.data {
            let (id, start) = (id_of(row), start_ms(row).unwrap_or(place.end_ms));
            (oldest, newest) = (oldest.min(start), newest.max(start));
            if self.edge.iter().any(|(known, _)| *known == id) {
                continue;
            }
            self.edge.push((id, start));
            // LiteLLM counts both ends in, and they are whole seconds.
            if start >= part.start_ms && start < part.end_ms {
                part.read += 1;
                self.rows.push((at, row.clone()));
            }
        }
        if self.behind_ms == Some(i64::MAX) && newest > i64::MIN {
            self.behind_ms = Some(newest);
        }
        if page.data.len() < place.size {
            self.parts[at].is_read = true;
            return self.begin(at + 1);
        }
        self.go_on(place, oldest);
    }

    /// Past a page that was read, or a call that was left out.
    fn go_on(&mut self, place: Place, oldest: i64) {
        for (_, to_come) in &mut self.too_large {
            *to_come = to_come.saturating_sub(place.size);
        }
        while let Some((size, 0)) = self.too_large.last().copied() {
            // What was too large in it is behind.
            self.too_large.pop();
            self.size = size;
        }
        let is_page = self.too_large.is_empty();
        // Of a part one page is enough, in however many pieces it came. Of the rest only calls that were written meanwhile can
        // be more.
        let is_part = self.is_of_parts();
        self.is_cut |= !is_part && self.rows.len() >= MOST + PAGE;
        if is_part && is_page || self.is_cut {
            return self.begin(self.at + 1);
        }
        let end_ms = up_to_second(oldest);
        let is_behind = self.behind_ms.is_none_or(|start_ms| end_ms < start_ms);
        self.next = Some(if is_page && is_behind && end_ms < place.end_ms {
            self.edge.retain(|(_, start)| *start <= end_ms);
            self.behind_ms = None;
            Place { end_ms, page: 1, size: self.size, ..place }
        } else {
            // One second has more calls than a page, or they come in pieces.
            Place { page: place.page * place.size / self.size + 1, size: self.size, ..place }
        });
    }

    /// The answer is larger than this site can take: its calls are asked for in smaller pieces, and one that is too large by
    /// itself is left out. Says whether it can go on.
    pub fn too_large(&mut self, place: Place) -> bool {
        let smaller = SIZES.into_iter().find(|smaller| *smaller < place.size);
        match smaller {
            Some(smaller) => {
                self.too_large.push((place.size, place.size));
                self.size = smaller;
                let page = (place.page - 1) * (place.size / smaller) + 1;
                self.next = Some(Place { page, size: smaller, ..place });
            }
            None if self.left_in_row >= LEFT_IN_ROW => return false,
            None => {
                self.left_out += 1;
                self.left_in_row += 1;
                self.behind_ms = Some(i64::MAX);
                self.go_on(place, place.end_ms);
            }
        }
        true
    }

    /// Newer LiteLLM stops counting at 10,000. How many calls a part with more has is reckoned from LiteLLM's sums of the days
    /// (UTC): what no other part accounts for, spread evenly over the rest of the day. `requests`: those of a day, where they
    /// are known.
    pub fn count_by_days(&mut self, requests: &dyn Fn(i64) -> Option<f64>, now_ms: i64) {
        let mut reckoned: Vec<Option<f64>> = vec![Some(0.0); self.parts.len()];
        for day in day_of(self.start_ms)..=day_of(self.end_ms - 1) {
            let start_ms = day * DAY_MS;
            // A day that runs has calls until now.
            let end_ms = (start_ms + DAY_MS).min(now_ms.max(self.end_ms));
            let mut calls = requests(day);
            let mut rest_ms = (end_ms - start_ms) as f64;
            for part in self.parts.iter().filter(|part| !part.is_capped()) {
                let shared_ms = part.shared_ms(start_ms, end_ms);
                calls = calls.map(|calls| calls - part.calls() * shared_ms / (part.end_ms - part.start_ms) as f64);
                rest_ms -= shared_ms;
            }
            for (part, reckoned) in self.parts.iter().zip(&mut reckoned) {
                let shared_ms = part.shared_ms(start_ms, end_ms);
                if shared_ms > 0.0 {
                    let more = calls.map(|calls| calls.max(0.0) * shared_ms / rest_ms.max(shared_ms));
                    *reckoned = reckoned.zip(more).map(|(sum, more)| sum + more);
                }
            }
        }
        for (part, reckoned) in self.parts.iter_mut().zip(reckoned) {
            if let Some((counted, true)) = part.total {
                part.reckoned = reckoned.map(|reckoned| reckoned.max(counted));
            }
        }
    }

    /// How many calls a part has was reckoned, not counted.
    pub fn is_reckoned(&self) -> bool {
        self.is_of_parts() && self.parts.iter().any(|part| part.reckoned.is_some())
    }

    /// Of some part nothing says how many calls it has, so that nothing can be said of all.
    pub fn is_unweighted(&self) -> bool {
        self.is_of_parts() && self.parts.iter().any(|part| part.is_capped() && part.reckoned.is_none())
    }

    pub fn rows(&self) -> impl Iterator<Item = &LogRow> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// Each call with how many it stands for.
    pub fn weighted(&self) -> impl Iterator<Item = (f64, &LogRow)> {
        self.rows.iter().map(|(part, row)| (self.parts.get(*part).map_or(1.0, |part| self.weight(part)), row))
    }

    fn weight(&self, part: &Part) -> f64 {
        // LiteLLM counts both ends in, so calls of that moment are in two totals.
        let is_some = self.is_of_parts() && !part.is_read && part.read > 0;
        if is_some { (part.calls() / part.read as f64).max(1.0) } else { 1.0 }
    }

    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many calls there are as LiteLLM counts them, and whether there may be more.
    pub fn total(&self) -> Option<(f64, bool)> {
        let (total, is_capped) = self.total?;
        if !is_capped || !self.is_of_parts() {
            return Some((total.max(self.rows.len() as f64), is_capped));
        }
        // Newer versions stop counting at 10,000; of the parts they may know more.
        let (mut sum, mut is_capped) = (0.0, false);
        for part in &self.parts {
            sum += part.calls();
            is_capped |= part.total.is_none() || part.is_capped() && part.reckoned.is_none();
        }
        Some((if sum > total { sum } else { total }, is_capped))
    }

    /// The newest of each of so many parts were read, not all.
    pub fn is_of_parts(&self) -> bool {
        self.parts.len() > 1
    }

    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Whether there are clearly fewer calls than LiteLLM has counted on these UTC days.
    pub fn lacks_calls(&self, counted: &[(i64, f64)]) -> bool {
        counted.iter().filter(|(_, requests)| *requests > 0.0).any(|(day, requests)| {
            let (start, end) = (day * DAY_MS, (day + 1) * DAY_MS);
            if start < self.start_ms || end > self.end_ms {
                // Of a part of a day only an empty log says something.
                return self.count() == 0;
            }
            let read = self.rows().filter_map(start_ms).filter(|at| (start..end).contains(at)).count();
            (read as f64) < 0.95 * requests
        })
    }

    /// Every call of the time is there.
    pub fn is_whole(&self) -> bool {
        self.next.is_none() && !self.is_of_parts() && self.left_out == 0 && !self.is_cut
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{clock, wire::Wire};

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    /// A log as LiteLLM gives it: both ends count in, the newest comes first, and it may stop counting.
    struct Gateway {
        starts: Vec<i64>,
        capped_at: Option<usize>,
        questions: usize,
        too_large_above: usize,
        /// Calls that are too large by themselves, by their number.
        large: Vec<usize>,
    }

    impl Gateway {
        fn new(mut starts: Vec<i64>) -> Gateway {
            starts.sort_unstable_by(|a, b| b.cmp(a));
            Gateway { starts, capped_at: None, questions: 0, too_large_above: PAGE, large: Vec::new() }
        }

        fn read(&mut self, sample: &mut Sample) {
            while let Some(place) = sample.next() {
                self.questions += 1;
                assert!(self.questions < 5_000, "it comes to no end");
                assert!(place.start_ms % SECOND_MS == 0 && place.end_ms % SECOND_MS == 0 && place.size <= PAGE);
                if place.size > self.too_large_above {
                    assert!(sample.too_large(place));
                    continue;
                }
                let found: Vec<(usize, i64)> = self
                    .starts
                    .iter()
                    .copied()
                    .enumerate()
                    .filter(|(_, start)| (place.start_ms..=place.end_ms).contains(start))
                    .collect();
                let found_count = found.len();
                let on_page: Vec<(usize, i64)> =
                    found.into_iter().skip((place.page - 1) * place.size).take(place.size).collect();
                if on_page.iter().any(|(id, _)| self.large.contains(id)) {
                    assert!(sample.too_large(place));
                    continue;
                }
                let rows: Vec<Value> = on_page
                    .iter()
                    .map(|(id, start)| {
                        let at = format!("{}.{:03}", clock::format_utc(*start), start.rem_euclid(1_000));
                        json!({ "request_id": format!("r-{id}"), "startTime": at })
                    })
                    .collect();
                let most = self.capped_at.unwrap_or(usize::MAX);
                let answer = json!({
                    "data": rows, "total": found_count.min(most), "total_is_capped": found_count > most,
                });
                sample.take(place, &LogPage::read(&answer));
            }
        }
    }

    fn read(gateway: &mut Gateway, start_ms: i64, end_ms: i64) -> Sample {
        let mut sample = Sample::new(start_ms, end_ms);
        gateway.read(&mut sample);
        let mut ids: Vec<String> = sample.rows().map(id_of).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), sample.count(), "no call twice");
        sample
    }

    #[test]
    fn few_calls_are_read_to_the_last_and_none_twice() {
        // Three a second, and neighbours on both sides.
        let starts = (0..900).map(|number| NOON - 50_000 + number * 333).collect();
        let mut gateway = Gateway::new(starts);
        let within = gateway.starts.iter().filter(|start| (NOON..NOON + 200_000).contains(*start)).count();
        let sample = read(&mut gateway, NOON, NOON + 200_000);
        assert_eq!((sample.count(), sample.is_whole(), sample.is_of_parts()), (within, true, false));
        assert!(gateway.questions <= within / PAGE + 2, "{} questions", gateway.questions);
        assert!(sample.weighted().all(|(weight, _)| weight == 1.0));
    }

    #[test]
    fn a_second_with_more_calls_than_a_page_is_read_page_by_page() {
        let mut gateway = Gateway::new((0..250).map(|number| NOON + number).collect());
        let sample = read(&mut gateway, NOON - 10_000, NOON + 10_000);
        assert_eq!((sample.count(), sample.is_whole()), (250, true));
    }

    #[test]
    fn of_many_calls_each_part_of_the_time_has_some_which_count_for_all_of_it() {
        // A busy hour and a quiet one.
        let busy = (0..7_200).map(|number| NOON + number * 500);
        let quiet = (0..360).map(|number| NOON + clock::HOUR_MS + number * 10_000);
        let mut gateway = Gateway::new(busy.chain(quiet).collect());
        let sample = read(&mut gateway, NOON, NOON + 2 * clock::HOUR_MS);
        assert_eq!((gateway.questions, sample.parts(), sample.is_whole()), (PARTS + 1, PARTS, false));
        // A call at the end of a part is the next one's.
        assert_eq!(sample.count(), 10 * (PAGE - 1) + 360, "of a part with fewer than a page all");
        let (mut of_busy, mut of_quiet) = (0.0, 0.0);
        for (weight, row) in sample.weighted() {
            let busy = start_ms(row).is_some_and(|start| start < NOON + clock::HOUR_MS);
            *(if busy { &mut of_busy } else { &mut of_quiet }) += weight;
        }
        assert!((of_busy - 7_200.0_f64).abs() < 20.0 && (of_quiet - 360.0_f64).abs() < 5.0, "{of_busy} {of_quiet}");
        assert_eq!(sample.total(), Some((7_560.0, false)));
    }

    #[test]
    fn what_stopped_counting_is_counted_by_its_parts() {
        let starts: Vec<i64> = (0..30_000).map(|number| NOON + number * 1_000 + 1).collect();
        let mut gateway = Gateway { capped_at: Some(10_000), ..Gateway::new(starts) };
        let sample = read(&mut gateway, NOON, NOON + 30_000_000);
        assert_eq!((sample.total(), sample.count()), (Some((30_000.0, false)), MOST));
        let mut gateway = Gateway { capped_at: Some(100), ..Gateway::new(gateway.starts) };
        assert_eq!(read(&mut gateway, NOON, NOON + 30_000_000).total(), Some((2_000.0, true)));
    }

    /// Each call of a part with more than that stood for the hundredth part of 10,000.
    #[test]
    fn where_litellm_stops_counting_its_sums_of_the_days_count() {
        // 40,000 calls in the first half of two days, 2,000 in the second.
        let day = clock::day_start(NOON);
        let busy = (0..40_000).map(|number| day + number * (DAY_MS / 40_000));
        let quiet = (0..2_000).map(|number| day + DAY_MS + number * (DAY_MS / 2_000));
        let mut gateway = Gateway { capped_at: Some(1_000), ..Gateway::new(busy.chain(quiet).collect()) };
        let mut sample = read(&mut gateway, day, day + 2 * DAY_MS);
        assert!(sample.is_unweighted() && !sample.is_reckoned());
        let requests = |at: i64| Some(if at == day_of(day) { 40_000.0 } else { 2_000.0 });
        sample.count_by_days(&requests, day + 5 * DAY_MS);
        assert!(!sample.is_unweighted() && sample.is_reckoned());
        let of = |sample: &Sample, busy: bool| -> f64 {
            let is_busy = |row: &LogRow| start_ms(row).is_some_and(|start| start < day + DAY_MS);
            sample.weighted().filter(|(_, row)| is_busy(row) == busy).map(|(weight, _)| weight).sum()
        };
        let (in_busy, in_quiet) = (of(&sample, true), of(&sample, false));
        assert!((in_busy - 40_000.0).abs() < 50.0 && (in_quiet - 2_000.0).abs() < 50.0, "{in_busy} {in_quiet}");
        assert!(sample.total().is_some_and(|(total, is_capped)| (total - 42_000.0).abs() < 50.0 && !is_capped));
        // A day that is not known leaves a part without a count.
        sample.count_by_days(&|at| requests(at).filter(|_| at != day_of(day)), day + 5 * DAY_MS);
        assert!(sample.is_unweighted());
    }

    #[test]
    fn of_a_day_that_runs_or_that_the_range_cuts_only_its_own_time_counts() {
        // A call each second from eight hours before the range until now, a day and a half.
        let (start, now) = (NOON, NOON + 28 * clock::HOUR_MS);
        let calls: Vec<i64> = (0..36 * 3_600).map(|number| NOON - 8 * clock::HOUR_MS + number * SECOND_MS).collect();
        let by_day = |day: i64| Some(calls.iter().filter(|call| day_of(**call) == day).count() as f64);
        let mut gateway = Gateway { capped_at: Some(100), ..Gateway::new(calls.clone()) };
        let mut sample = read(&mut gateway, start, now);
        sample.count_by_days(&by_day, now);
        let (total, _) = sample.total().unwrap_or_default();
        // Of the first day twelve hours of calls lie in the twenty hours that it had, and it is spread over all of it.
        assert!((total / (28.0 * 3_600.0) - 1.0).abs() < 0.25, "{total}");
    }

    /// After one call that was too large each was asked for by itself.
    #[test]
    fn one_call_that_is_too_large_is_left_out_alone() {
        for large in [0, 7, 99, 100, 250, 399] {
            let starts = (0..400).map(|number| NOON + number * 700).collect();
            let mut gateway = Gateway { large: vec![large], ..Gateway::new(starts) };
            let sample = read(&mut gateway, NOON, NOON + 400_000);
            assert_eq!((sample.count(), sample.left_out, sample.is_whole()), (399, 1, false), "{large}");
            assert!(gateway.questions <= 25, "{} questions for {large}", gateway.questions);
        }
        // Two in one second, and one in the same second as the next page.
        let starts = (0..400).map(|number| NOON + number / 3 * 1_000).collect();
        let mut gateway = Gateway { large: vec![98, 99, 101], ..Gateway::new(starts) };
        let sample = read(&mut gateway, NOON, NOON + 400_000);
        assert_eq!((sample.count(), sample.left_out), (397, 3));
    }

    #[test]
    fn of_a_part_one_that_is_too_large_costs_some_questions_only() {
        let mut gateway = Gateway::new((0..4_000).map(|number| NOON + number * 1_000 + 1).collect());
        gateway.large = vec![0, 5];
        let sample = read(&mut gateway, NOON, NOON + 4_000_000);
        assert_eq!((sample.count(), sample.left_out), (MOST - 2, 2));
        assert!(gateway.questions < PARTS + 60, "{} questions", gateway.questions);
    }

    #[test]
    fn answers_that_are_too_large_are_asked_for_in_smaller_pieces() {
        let mut gateway = Gateway { too_large_above: 5, ..Gateway::new((0..40).map(|n| NOON + n * 1_500).collect()) };
        let sample = read(&mut gateway, NOON, NOON + 60_000);
        assert_eq!((sample.count(), sample.is_whole()), (40, true));
        let mut gateway = Gateway { too_large_above: 0, ..Gateway::new(vec![NOON]) };
        let mut sample = Sample::new(NOON, NOON + 60_000);
        let mut goes_on = true;
        while let (true, Some(place)) = (goes_on, sample.next()) {
            gateway.questions += 1;
            goes_on = sample.too_large(place);
        }
        assert!(!goes_on && !sample.is_whole() && gateway.questions < 20);
    }

    #[test]
    fn a_log_that_was_cut_is_seen_by_the_sums_of_its_days() {
        let day = clock::day_start(NOON);
        let starts: Vec<i64> = (0..100).map(|number| day + number * (DAY_MS / 100)).collect();
        let mut gateway = Gateway::new(starts);
        let sample = read(&mut gateway, day, day + DAY_MS);
        let counted = |requests: f64| [(day_of(day), requests)];
        assert!(!sample.lacks_calls(&counted(100.0)) && !sample.lacks_calls(&counted(104.0)));
        assert!(sample.lacks_calls(&counted(110.0)));
        let part = read(&mut gateway, day + 1_000, day + DAY_MS / 2);
        assert!(!part.lacks_calls(&counted(110.0)), "a part of a day");
        let empty = read(&mut Gateway::new(Vec::new()), day + 1_000, day + DAY_MS / 2);
        assert!(empty.lacks_calls(&counted(1.0)) && !empty.lacks_calls(&counted(0.0)));
    }

    #[test]
    fn a_time_without_calls_or_without_length_is_read() {
        let mut gateway = Gateway::new(Vec::new());
        let sample = read(&mut gateway, NOON, NOON + 1_000);
        assert_eq!((sample.total(), sample.is_whole(), sample.count()), (Some((0.0, false)), true, 0));
        assert_eq!(Sample::new(NOON, NOON - 5).next(), None);
    }
}
