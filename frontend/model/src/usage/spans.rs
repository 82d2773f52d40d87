//! Calls of the log added up by hours, or by the days of the site: what LiteLLM, which adds up UTC days, does not tell.

use super::{
    days::{Days, Periods, a_year_back, day_of},
    sample::Sample,
    shelf::{self, Day, Shelf, Source},
};
use crate::{
    clock::{DAY_MS, HOUR_MS, MINUTE_MS},
    logs::{call, endpoint::endpoint},
    route::{Bounds, Compare, Dimension, Grain, TimeRange},
    wire::{LogRow, Metrics},
};

/// Longer ranges have no hours.
pub const HOURS_MOST_MS: i64 = 2 * DAY_MS;

/// Parts of the time, oldest first, without a gap: where each begins, and where the last ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spans {
    pub grain: Grain,
    edges: Vec<i64>,
}

impl Spans {
    /// The hours of a time. The first and the last may be cut.
    pub fn hours(bounds: Bounds) -> Spans {
        let mut edges = Vec::new();
        let mut at = bounds.start_ms;
        while at < bounds.end_ms {
            edges.push(at);
            at = (at.div_euclid(HOUR_MS) + 1) * HOUR_MS;
        }
        if !edges.is_empty() {
            edges.push(bounds.end_ms);
        }
        Spans { grain: Grain::Hours, edges }
    }

    /// Days of a calendar that has `offset` to UTC at a moment; until now, where they are not over.
    pub fn days(days: Days, offset: &dyn Fn(i64) -> i64, now_ms: i64) -> Spans {
        let mut edges = Vec::new();
        for day in days.first..=days.end {
            let begin = day_begin(day, offset);
            if begin >= now_ms {
                break;
            }
            edges.push(begin);
        }
        if !edges.is_empty() && (edges.len() as i64) < days.end - days.first + 1 {
            edges.push(now_ms);
        }
        Spans { grain: Grain::SiteDays, edges }
    }

    pub fn bounds(&self) -> Option<Bounds> {
        Some(Bounds { start_ms: *self.edges.first()?, end_ms: *self.edges.last()? })
    }

    pub fn len(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, span: usize) -> Option<Bounds> {
        Some(Bounds { start_ms: *self.edges.get(span)?, end_ms: *self.edges.get(span + 1)? })
    }

    /// The same hours so many days before.
    fn back(&self, days: i64) -> Spans {
        Spans { grain: self.grain, edges: self.edges.iter().map(|edge| edge - days * DAY_MS).collect() }
    }

    fn of(&self, ms: i64) -> Option<usize> {
        (0..self.len()).find(|span| ms >= self.edges[*span] && ms < self.edges[*span + 1])
    }
}

/// The first moment of a day, also where the clock is put forward or back at midnight, and so none of that day is in none.
fn day_begin(day: i64, offset: &dyn Fn(i64) -> i64) -> i64 {
    let local = day * DAY_MS;
    // The offsets of the days around; where they are equal there is but one moment.
    let candidates = [local - offset(local - DAY_MS), local - offset(local + DAY_MS)];
    let begins = |at: &i64| {
        let reads = |ms: i64| ms + offset(ms);
        reads(*at) >= local && reads(*at - MINUTE_MS) < local
    };
    let latest = candidates.into_iter().filter(begins).max();
    latest.unwrap_or(candidates[0])
}

/// What hours are compared with: the same hours as many days before as the range has, or on the same dates a year ago.
pub fn hours_before(range: TimeRange, compare: Compare, hours: &Spans) -> Option<Spans> {
    let Bounds { start_ms, end_ms } = hours.bounds()?;
    let days = match compare {
        Compare::Nothing => return None,
        // From its start to its planned end: a day that runs is as long as one that is over.
        Compare::Before => {
            let planned = range.bounds(end_ms);
            ((planned.end_ms - planned.start_ms + DAY_MS - 1) / DAY_MS).max(1)
        }
        Compare::Year => {
            let day = day_of(start_ms);
            day - a_year_back(day)
        }
    };
    Some(hours.back(days))
}

/// The calls of each span, by what they are told apart by, as LiteLLM's own days are shelved.
#[derive(Debug, Clone, Default)]
pub struct Timed {
    pub spans: Spans,
    /// Spans are shelved from 0 on, those that they are compared with before it.
    pub shelf: Shelf,
    pub periods: Periods,
    /// What they are compared with; none where that was not read, or not wanted.
    pub before: Option<Spans>,
}

impl Timed {
    /// None where not all calls of the time were read: then no sum would be true.
    pub fn of(spans: Spans, sample: &Sample, now_ms: i64) -> Option<Timed> {
        if !sample.is_whole() {
            return None;
        }
        let mut shelf = Shelf::default();
        put(&mut shelf, &spans, 0, sample, now_ms);
        let current = Days::new(0, spans.len() as i64);
        let periods = Periods { current, whole: current, before: None, is_cut: false, is_wider: false };
        Some(Timed { spans, shelf, periods, before: None })
    }

    /// Adds what they are compared with: nothing, where not all of its calls were read. `whole`: as many of the spans are over.
    pub fn compare(&mut self, before: Spans, sample: &Sample, whole: usize, now_ms: i64) {
        self.forget_before();
        if sample.is_whole() && !before.is_empty() {
            let first = -(before.len() as i64);
            put(&mut self.shelf, &before, first, sample, now_ms);
            self.periods.whole = Days::new(0, whole as i64);
            self.periods.before = Some(Days::new(first, 0));
            self.before = Some(before);
        }
    }

    pub fn forget_before(&mut self) {
        (self.periods.whole, self.periods.before, self.before) = (self.periods.current, None, None);
    }
}

/// Shelves the calls of each span, the first as that day.
fn put(shelf: &mut Shelf, spans: &Spans, first: i64, sample: &Sample, now_ms: i64) {
    let sources = [
        (Source::Models, Dimension::Model),
        (Source::Calls, Dimension::Provider),
        (Source::Keys, Dimension::Key),
        (Source::Owners, Dimension::Owner),
        (Source::Teams, Dimension::Team),
        (Source::Organizations, Dimension::Organization),
        (Source::Tags, Dimension::Tag),
        (Source::EndUsers, Dimension::EndUser),
    ];
    for (source, dimension) in sources {
        let mut days = vec![Day::default(); spans.len()];
        for row in sample.rows() {
            let span = call::start_ms(row).and_then(|start| spans.of(start));
            if let Some(day) = span.and_then(|span| days.get_mut(span)) {
                let sums = sums(row);
                crate::series::add(&mut day.total, &sums);
                add(&mut day.parts, dimension, row, &sums);
                if source == Source::Calls {
                    add(&mut day.others, Dimension::Endpoint, row, &sums);
                }
            }
        }
        for (span, day) in days.into_iter().enumerate() {
            shelf.insert(source, first + span as i64, day, now_ms, false);
        }
    }
}

fn add(parts: &mut Vec<shelf::Part>, dimension: Dimension, row: &LogRow, sums: &Metrics) {
    let meta = &row.metadata;
    let (id, name) = match dimension {
        Dimension::Model => (call::model(row), ""),
        Dimension::Provider => (row.custom_llm_provider.as_str(), ""),
        Dimension::Key => (row.api_key.as_str(), meta.user_api_key_alias.as_str()),
        Dimension::Owner => (row.user.as_str(), ""),
        Dimension::Team => (row.team_id.as_str(), meta.user_api_key_team_alias.as_str()),
        Dimension::Organization => (call::organization(row), ""),
        Dimension::EndUser => (row.end_user.as_str(), ""),
        Dimension::Tag => {
            for tag in call::tags(row) {
                shelf::add(parts, tag, "", "", sums);
            }
            return;
        }
        Dimension::Endpoint => (endpoint(&row.call_type), ""),
    };
    // What is of nobody is what is left of the sum.
    if !id.is_empty() {
        let team = if dimension == Dimension::Key { row.team_id.as_str() } else { "" };
        shelf::add(parts, id, name, team, sums);
    }
}

fn sums(row: &LogRow) -> Metrics {
    let [read, written, _] = call::special_tokens(row);
    let failed = f64::from(u8::from(call::is_failed(row)));
    Metrics {
        spend: row.spend,
        prompt_tokens: row.prompt_tokens,
        completion_tokens: row.completion_tokens,
        total_tokens: row.total_tokens,
        cache_read_input_tokens: read.unwrap_or(0.0),
        cache_creation_input_tokens: written.unwrap_or(0.0),
        api_requests: 1.0,
        successful_requests: 1.0 - failed,
        failed_requests: failed,
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::{format_utc, parse_utc_ms},
        route::{Edge, Quick},
        usage::fold::fold,
        wire::{LogPage, Wire},
    };

    fn ms(text: &str) -> i64 {
        parse_utc_ms(text).expect("a moment")
    }

    /// Berlin: an hour ahead, two in summer.
    fn berlin(at: i64) -> i64 {
        let summer = ms("2026-03-29 01:00:00")..ms("2026-10-25 01:00:00");
        if summer.contains(&at) { 2 * HOUR_MS } else { HOUR_MS }
    }

    fn day(text: &str) -> i64 {
        ms(text).div_euclid(DAY_MS)
    }

    fn hours_of(spans: &Spans) -> Vec<i64> {
        (0..spans.len()).filter_map(|span| spans.get(span)).map(|one| (one.end_ms - one.start_ms) / HOUR_MS).collect()
    }

    #[test]
    fn a_day_on_which_the_clock_is_changed_has_23_or_25_hours() {
        let far = ms("2027-01-01");
        let spring = Spans::days(Days::new(day("2026-03-28"), day("2026-03-31")), &berlin, far);
        assert_eq!(hours_of(&spring), [24, 23, 24]);
        assert_eq!(spring.bounds().map(|bounds| format_utc(bounds.start_ms)), Some("2026-03-27 23:00:00".into()));
        let autumn = Spans::days(Days::new(day("2026-10-24"), day("2026-10-27")), &berlin, far);
        assert_eq!(hours_of(&autumn), [24, 25, 24]);
        assert_eq!(autumn.bounds().map(|bounds| format_utc(bounds.end_ms)), Some("2026-10-26 23:00:00".into()));
    }

    /// Where the clock goes from midnight to one, or back to eleven, the day has no midnight, or two.
    #[test]
    fn a_day_whose_midnight_is_missing_or_comes_twice_begins_once() {
        let change = ms("2026-04-24 00:00:00");
        let forward = |at: i64| if at < change - 2 * HOUR_MS { 2 * HOUR_MS } else { 3 * HOUR_MS };
        let spans = Spans::days(Days::new(day("2026-04-23"), day("2026-04-26")), &forward, ms("2027-01-01"));
        assert_eq!(hours_of(&spans), [24, 23, 24]);
        let back = |at: i64| if at < change - 3 * HOUR_MS { 3 * HOUR_MS } else { 2 * HOUR_MS };
        let spans = Spans::days(Days::new(day("2026-04-23"), day("2026-04-26")), &back, ms("2027-01-01"));
        assert_eq!(hours_of(&spans), [25, 24, 24]);
    }

    #[test]
    fn a_day_that_runs_ends_now_and_one_to_come_is_none() {
        let now = ms("2026-11-20 12:00:00");
        let kolkata = |_| 5 * HOUR_MS + 30 * MINUTE_MS;
        let spans = Spans::days(Days::new(day("2026-11-19"), day("2026-11-22")), &kolkata, now);
        let last = spans.get(1).expect("two days have begun");
        assert_eq!((spans.len(), format_utc(last.start_ms), last.end_ms), (2, "2026-11-19 18:30:00".into(), now));
        assert!(Spans::days(Days::new(day("2027-01-01"), day("2027-01-02")), &kolkata, now).is_empty());
        let over = Spans::days(Days::new(day("2026-11-18"), day("2026-11-20")), &kolkata, now);
        assert_eq!(over.bounds().map(|bounds| format_utc(bounds.end_ms)), Some("2026-11-19 18:30:00".into()));
    }

    #[test]
    fn hours_begin_where_the_clock_does_and_leave_nothing_out() {
        let bounds = Bounds { start_ms: ms("2026-11-19 12:20:00"), end_ms: ms("2026-11-20 12:20:00") };
        let spans = Spans::hours(bounds);
        assert_eq!((spans.len(), spans.bounds()), (25, Some(bounds)));
        let second = spans.get(1).expect("an hour");
        assert_eq!(
            (format_utc(second.start_ms), second.end_ms - second.start_ms),
            ("2026-11-19 13:00:00".into(), HOUR_MS)
        );
        assert!(Spans::hours(Bounds { start_ms: 5, end_ms: 5 }).is_empty());
    }

    #[test]
    fn each_call_is_in_its_hour_and_all_add_up() {
        let start = ms("2026-11-20 10:00:00");
        let bounds = Bounds { start_ms: start, end_ms: start + 3 * HOUR_MS };
        let row = |id: &str, at: &str, other: serde_json::Value| {
            let mut row = json!({
                "request_id": id, "startTime": at, "spend": 1.5, "prompt_tokens": 10, "completion_tokens": 5,
                "total_tokens": 15, "model_group": "gpt-4o", "status": "success",
            });
            for (name, value) in other.as_object().into_iter().flatten() {
                row[name] = value.clone();
            }
            row
        };
        let rows = [
            row("c", "2026-11-20T12:59:59.999Z", json!({ "model_group": "o1", "request_tags": ["a", "b"] })),
            row("b", "2026-11-20T11:00:00.000Z", json!({ "status": "failure", "spend": 0 })),
            row("a", "2026-11-20T10:30:00.000Z", json!({ "team_id": "t-1" })),
        ];
        let mut sample = Sample::new(bounds.start_ms, bounds.end_ms);
        let place = sample.next().expect("there is something to ask");
        sample.take(place, &LogPage::read(&json!({ "data": rows, "total": 3 })));
        let timed = Timed::of(Spans::hours(bounds), &sample, 0).expect("all of it was read");
        let usage = fold(&timed.shelf, Dimension::Model, &timed.periods);
        assert_eq!(
            (usage.total.now.api_requests, usage.total.now.failed_requests, usage.total.now.spend),
            (3.0, 1.0, 3.0)
        );
        assert_eq!((usage.lines.len(), usage.missing), (2, 0));
        let of = |hour: i64| timed.shelf.get(Source::Models, hour).map(|day| day.total.spend);
        assert_eq!([of(0), of(1), of(2), of(3)], [Some(1.5), Some(0.0), Some(1.5), None]);
        let teams = fold(&timed.shelf, Dimension::Team, &timed.periods);
        let found: Vec<(&str, f64)> = teams.lines.iter().map(|line| (line.id.as_str(), line.sums.now.spend)).collect();
        assert_eq!(found, [("", 1.5), ("t-1", 1.5)]);
        let tags = fold(&timed.shelf, Dimension::Tag, &timed.periods);
        assert_eq!(tags.lines.iter().map(|line| line.sums.now.spend).collect::<Vec<_>>(), [1.5, 1.5]);
    }

    #[test]
    fn hours_are_compared_with_the_same_hours_of_as_many_days_before() {
        let now = ms("2026-11-20 12:20:00");
        let edge = |text: &str| Edge::parse(text).expect("an edge");
        let own = TimeRange::own(edge("2026-11-19"), Some(edge("2026-11-20"))).expect("a range");
        for (range, compare, expected) in [
            (TimeRange::Quick(Quick::Today), Compare::Before, Some("2026-11-19 00:00:00")),
            (TimeRange::Quick(Quick::Day), Compare::Before, Some("2026-11-18 12:20:00")),
            (own, Compare::Before, Some("2026-11-17 00:00:00")),
            (TimeRange::Quick(Quick::Today), Compare::Year, Some("2025-11-20 00:00:00")),
            (TimeRange::Quick(Quick::Today), Compare::Nothing, None),
        ] {
            let bounds = range.bounds(now);
            let hours = Spans::hours(Bounds { end_ms: bounds.end_ms.min(now), ..bounds });
            let before = hours_before(range, compare, &hours);
            let began = before.as_ref().and_then(Spans::bounds).map(|bounds| format_utc(bounds.start_ms));
            assert_eq!(began.as_deref(), expected, "{range:?} {compare:?}");
            assert!(before.is_none_or(|before| hours_of(&before) == hours_of(&hours)));
        }
    }

    #[test]
    fn what_was_not_read_whole_is_not_compared_with() {
        let bounds = Bounds { start_ms: 20 * DAY_MS, end_ms: 20 * DAY_MS + HOUR_MS };
        let read = |bounds: Bounds, calls: usize| {
            let mut sample = Sample::new(bounds.start_ms, bounds.end_ms);
            let row = |call: usize| json!({ "request_id": call.to_string(), "startTime": format_utc(bounds.start_ms + 1_000) });
            let place = sample.next().expect("there is something to ask");
            let rows: Vec<_> = (0..calls).map(row).collect();
            sample.take(place, &LogPage::read(&json!({ "data": rows, "total": calls })));
            sample
        };
        let hours = Spans::hours(bounds);
        let mut timed = Timed::of(hours.clone(), &read(bounds, 3), 0).expect("all of it was read");
        let before = hours.back(1);
        timed.compare(before.clone(), &read(before.bounds().expect("a time"), 2), 1, 0);
        let requests = |timed: &Timed| {
            let total = fold(&timed.shelf, Dimension::Model, &timed.periods).total;
            (total.now.api_requests, total.whole.api_requests, total.before.map(|before| before.api_requests))
        };
        assert_eq!(requests(&timed), (3.0, 3.0, Some(2.0)));
        timed.compare(before.clone(), &Sample::new(0, HOUR_MS), 1, 0);
        assert_eq!((requests(&timed), &timed.before), ((3.0, 3.0, None), &None));
    }

    #[test]
    fn without_all_calls_there_are_no_sums() {
        let bounds = Bounds { start_ms: 0, end_ms: HOUR_MS };
        assert!(Timed::of(Spans::hours(bounds), &Sample::new(0, HOUR_MS), 0).is_none());
    }
}
