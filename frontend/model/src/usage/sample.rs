//! Which calls of a time are read for what LiteLLM does not add up: all where there are few; of many the newest of each of as
//! many equal parts of the time as may be asked for, which then count for all calls of their part.
//!
//! As on the page of logs no page is deep: the next question is the first page of what is before the oldest call that was read.
//! That reading also filters, goes back and gives up; this one does not, and would cost every page's first view if they shared.

use serde_json::{Map, Value};

use crate::{
    clock::SECOND_MS,
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
    read: usize,
    /// All of its calls.
    is_read: bool,
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
                parts.push(Part { start_ms, end_ms, total: None, read: 0, is_read: false });
            }
        }
        self.parts = parts;
        self.rows.clear();
        self.begin(0);
    }

    fn begin(&mut self, at: usize) {
        self.at = at;
        self.edge.clear();
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
        let mut oldest = place.end_ms;
        for row in &page.data {
            let (id, start) = (id_of(row), start_ms(row).unwrap_or(place.end_ms));
            oldest = oldest.min(start);
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
        let is_enough = if self.parts.len() > 1 {
            // One answer of a part is enough, unless it had to be smaller.
            place.size == PAGE || self.parts[at].read >= PAGE
        } else {
            // Calls that were written meanwhile.
            self.is_cut = self.rows.len() >= MOST + PAGE;
            self.is_cut
        };
        if is_enough || page.data.len() < place.size {
            self.parts[at].is_read = page.data.len() < place.size;
            self.begin(at + 1);
            return;
        }
        let end_ms = up_to_second(oldest);
        self.next = Some(if end_ms < place.end_ms && self.left_out == 0 {
            self.edge.retain(|(_, start)| *start <= end_ms);
            Place { end_ms, page: 1, size: self.size, ..place }
        } else {
            // One second has more calls than a page, or one of them cannot be had.
            Place { page: place.page + 1, ..place }
        });
    }

    /// The answer is larger than this site can take: fewer calls are asked for, and one that is too large by itself is left
    /// out. Says whether it can go on.
    pub fn too_large(&mut self, place: Place) -> bool {
        let smaller = SIZES.into_iter().find(|smaller| *smaller < place.size);
        let next = match smaller {
            Some(smaller) => {
                self.size = smaller;
                Place { page: (place.page - 1) * (place.size / smaller) + 1, size: smaller, ..place }
            }
            None if self.left_in_row >= LEFT_IN_ROW => return false,
            None => {
                self.left_out += 1;
                self.left_in_row += 1;
                Place { page: place.page + 1, ..place }
            }
        };
        self.next = Some(next);
        true
    }

    pub fn rows(&self) -> impl Iterator<Item = &LogRow> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// Each call with how many it stands for.
    pub fn weighted(&self) -> impl Iterator<Item = (f64, &LogRow)> {
        self.rows.iter().map(|(part, row)| (self.parts.get(*part).map_or(1.0, |part| self.weight(part)), row))
    }

    fn weight(&self, part: &Part) -> f64 {
        let all = part.total.map_or(0.0, |(total, _)| total);
        // LiteLLM counts both ends in, so calls of that moment are in two totals.
        if self.is_of_parts() && !part.is_read && part.read > 0 { (all / part.read as f64).max(1.0) } else { 1.0 }
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
            let (of_part, more) = part.total.unwrap_or((0.0, true));
            sum += of_part;
            is_capped |= more;
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
    }

    impl Gateway {
        fn new(mut starts: Vec<i64>) -> Gateway {
            starts.sort_unstable_by(|a, b| b.cmp(a));
            Gateway { starts, capped_at: None, questions: 0, too_large_above: PAGE }
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
                let rows: Vec<Value> = found
                    .iter()
                    .skip((place.page - 1) * place.size)
                    .take(place.size)
                    .map(|(id, start)| {
                        let at = format!("{}.{:03}", clock::format_utc(*start), start.rem_euclid(1_000));
                        json!({ "request_id": format!("r-{id}"), "startTime": at })
                    })
                    .collect();
                let most = self.capped_at.unwrap_or(usize::MAX);
                let answer = json!({
                    "data": rows, "total": found.len().min(most), "total_is_capped": found.len() > most,
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
    fn a_time_without_calls_or_without_length_is_read() {
        let mut gateway = Gateway::new(Vec::new());
        let sample = read(&mut gateway, NOON, NOON + 1_000);
        assert_eq!((sample.total(), sample.is_whole(), sample.count()), (Some((0.0, false)), true, 0));
        assert_eq!(Sample::new(NOON, NOON - 5).next(), None);
    }
}
