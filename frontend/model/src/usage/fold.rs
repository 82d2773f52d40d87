//! The days of a range, added up: all calls, and those of each model, key, team…

use super::{
    days::{Days, Periods},
    shelf::{Part, Shelf, Source, add},
};
use crate::{
    number::{self, Change},
    route::{Dimension, Unit},
    series,
    wire::Metrics,
};

/// Sums of a range, and of what it is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// All days that have begun.
    pub now: Metrics,
    /// The whole ones of them.
    pub whole: Metrics,
    /// What these are compared with; of a range without a whole day, the day before. None: not asked for, or not all there.
    pub before: Option<Metrics>,
}

/// One model, key, team…
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Empty: calls of none.
    pub id: String,
    pub name: String,
    /// Of a key: the team that it is in now.
    pub team: String,
    pub sums: Sums,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    pub total: Sums,
    /// By id. But for tags they add up to the total.
    pub lines: Vec<Line>,
    /// Days of the range that are not known.
    pub missing: usize,
    /// A call may be in several lines.
    pub overlaps: bool,
    /// There are calls, and LiteLLM does not tell them apart by this.
    pub is_untold: bool,
}

/// What the shelf has of a range.
pub fn fold(shelf: &Shelf, dimension: Dimension, periods: &Periods) -> Usage {
    let source = Source::of(dimension);
    let overlaps = dimension == Dimension::Tag;
    let now = sum(shelf, dimension, periods.current, overlaps);
    let whole = sum(shelf, dimension, periods.whole, overlaps);
    let before = periods.before.map(|days| sum(shelf, dimension, days, overlaps)).filter(|sum| sum.missing == 0);
    let is_untold = now.told == 0 && series::requests(&now.total) > 0.0 && dimension == Dimension::Endpoint;
    let mut lines = Vec::new();
    let mut all: Vec<Part> = now.parts;
    // Who was there before, and is no more, has fallen to nothing.
    for part in before.iter().flat_map(|before| &before.parts) {
        add(&mut all, &part.id, &part.name, &part.team, &Metrics::default());
    }
    for part in all {
        let of = |sum: &Sum| find(&sum.parts, &part.id).map(|part| part.sums).unwrap_or_default();
        let sums = Sums { now: part.sums, whole: of(&whole), before: before.as_ref().map(of) };
        lines.push(Line { id: part.id, name: part.name, team: part.team, sums });
    }
    let total = Sums { now: now.total, whole: whole.total, before: before.map(|before| before.total) };
    let missing = periods.current.iter().filter(|day| !is_known(shelf, source, *day)).count();
    Usage { total, lines, missing, overlaps, is_untold }
}

/// Whether both the sum of a day and its parts are there.
pub fn is_known(shelf: &Shelf, source: Source, day: i64) -> bool {
    shelf.has(Source::Models, day) && shelf.has(source, day)
}

#[derive(Default)]
struct Sum {
    total: Metrics,
    parts: Vec<Part>,
    missing: usize,
    /// How many parts LiteLLM has told.
    told: usize,
}

fn sum(shelf: &Shelf, dimension: Dimension, days: Days, overlaps: bool) -> Sum {
    let mut sum = Sum::default();
    for day in days.iter() {
        let (Some(all), Some(known)) = (shelf.get(Source::Models, day), shelf.get(Source::of(dimension), day)) else {
            sum.missing += 1;
            continue;
        };
        series::add(&mut sum.total, &all.total);
        let mut rest = all.total;
        for part in known.parts(dimension) {
            add(&mut sum.parts, &part.id, &part.name, &part.team, &part.sums);
            take_away(&mut rest, &part.sums);
            sum.told += 1;
        }
        // What LiteLLM counts and does not put down to anyone.
        if !overlaps && (series::requests(&rest) >= 1.0 || rest.spend > 1e-9 * all.total.spend.abs()) {
            add(&mut sum.parts, "", "", "", &rest);
        }
    }
    sum
}

/// Nothing is below zero: both were asked for in different moments.
fn take_away(rest: &mut Metrics, part: &Metrics) {
    let less = |from: f64, part: f64| if from > part { from - part } else { 0.0 };
    rest.spend = less(rest.spend, part.spend);
    rest.prompt_tokens = less(rest.prompt_tokens, part.prompt_tokens);
    rest.completion_tokens = less(rest.completion_tokens, part.completion_tokens);
    rest.total_tokens = rest.prompt_tokens + rest.completion_tokens;
    rest.cache_read_input_tokens = less(rest.cache_read_input_tokens, part.cache_read_input_tokens);
    rest.cache_creation_input_tokens = less(rest.cache_creation_input_tokens, part.cache_creation_input_tokens);
    rest.api_requests = less(rest.api_requests, part.api_requests);
    rest.successful_requests = less(rest.successful_requests, part.successful_requests);
    rest.failed_requests = less(rest.failed_requests, part.failed_requests);
}

fn find<'a>(parts: &'a [Part], id: &str) -> Option<&'a Part> {
    let at = parts.binary_search_by(|part| part.id.as_str().cmp(id)).ok()?;
    parts.get(at)
}

/// The figure that shares and bars are of.
pub fn value(unit: Unit, sums: &Metrics) -> f64 {
    number::sane(match unit {
        Unit::Cost => sums.spend,
        Unit::Requests => series::requests(sums),
        Unit::Failed => sums.failed_requests,
        Unit::Tokens => series::tokens(sums),
    })
}

/// US dollars for a call, also one that failed; none without calls.
pub fn cost_of_a_call(sums: &Metrics) -> Option<f64> {
    let calls = series::requests(sums);
    (calls > 0.0).then(|| number::sane(sums.spend / calls))
}

/// US dollars for a million tokens, in and out; none without tokens.
pub fn cost_of_a_million(sums: &Metrics) -> Option<f64> {
    let tokens = series::tokens(sums);
    (tokens > 0.0).then(|| number::sane(sums.spend / tokens * 1e6))
}

/// The whole days against those before; none where there is nothing to compare with.
pub fn change(sums: &Sums, of: &dyn Fn(&Metrics) -> f64) -> Option<Change> {
    let before = sums.before.as_ref()?;
    Some(series::incomparable(&sums.whole, before).unwrap_or_else(|| number::change(of(&sums.whole), of(before))))
}

/// What a chart by day shows of one line, or of what is left over.
#[derive(Debug, Clone, PartialEq)]
pub struct Stacked {
    /// Its place among the lines; none: all others.
    pub line: Option<usize>,
    /// By day; not a number where the day is not known.
    pub values: Vec<f64>,
}

/// The largest of the lines, at most `most`, the largest first; and the others as one, where there are any.
pub fn stack(shelf: &Shelf, dimension: Dimension, days: Days, unit: Unit, usage: &Usage, most: usize) -> Vec<Stacked> {
    let top = largest(&usage.lines, unit, most);
    let source = Source::of(dimension);
    let mut stacked: Vec<Stacked> = top.iter().map(|line| Stacked { line: Some(*line), values: Vec::new() }).collect();
    let mut others = Stacked { line: None, values: Vec::new() };
    for day in days.iter() {
        let known = shelf.get(Source::Models, day).zip(shelf.get(source, day));
        let Some((all, parts)) = known else {
            for stacked in stacked.iter_mut().chain([&mut others]) {
                stacked.values.push(f64::NAN);
            }
            continue;
        };
        let parts = parts.parts(dimension);
        let mut rest = if usage.overlaps {
            parts.iter().map(|part| value(unit, &part.sums)).sum()
        } else {
            value(unit, &all.total)
        };
        for stacked in &mut stacked {
            let id = stacked.line.map_or("", |line| usage.lines[line].id.as_str());
            let own = match id {
                // Nobody's calls are what is left of the day.
                "" => left(unit, &all.total, parts),
                _ => find(parts, id).map_or(0.0, |part| value(unit, &part.sums)),
            };
            rest -= own;
            stacked.values.push(own);
        }
        others.values.push(if rest > 1e-9 { rest } else { 0.0 });
    }
    if others.values.iter().any(|value| *value > 0.0) {
        stacked.push(others);
    }
    stacked
}

/// Of a day, what is put down to nobody.
fn left(unit: Unit, total: &Metrics, parts: &[Part]) -> f64 {
    let told: f64 = parts.iter().filter(|part| !part.id.is_empty()).map(|part| value(unit, &part.sums)).sum();
    (value(unit, total) - told).max(0.0)
}

/// Places of the largest lines that have anything of the unit. Inserted in order: only a few are kept.
fn largest(lines: &[Line], unit: Unit, most: usize) -> Vec<usize> {
    let of = |line: usize| value(unit, &lines[line].sums.now);
    let mut top: Vec<usize> = Vec::new();
    for line in 0..lines.len() {
        if of(line) > 0.0 {
            let at = top.iter().position(|known| of(*known) < of(line)).unwrap_or(top.len());
            if at < most {
                top.insert(at, line);
                top.truncate(most);
            }
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use super::{super::shelf::Day, *};

    fn metrics(spend: f64, calls: f64) -> Metrics {
        Metrics {
            spend,
            api_requests: calls,
            successful_requests: calls,
            prompt_tokens: 10.0 * calls,
            ..Metrics::default()
        }
    }

    fn day(total: (f64, f64), parts: &[(&str, f64, f64)]) -> Day {
        let mut day = Day { total: metrics(total.0, total.1), ..Day::default() };
        for (id, spend, calls) in parts {
            add(&mut day.parts, id, "", "", &metrics(*spend, *calls));
        }
        day
    }

    fn shelf(days: &[(i64, Day)]) -> Shelf {
        let mut shelf = Shelf::default();
        for (number, day) in days {
            shelf.insert(Source::Models, *number, day.clone(), 0, false);
        }
        shelf
    }

    fn periods(first: i64, end: i64, before: Option<(i64, i64)>) -> Periods {
        let days = Days::new(first, end);
        let before = before.map(|(first, end)| Days::new(first, end));
        Periods { current: days, whole: days, before, is_cut: false, is_wider: false }
    }

    fn ids(usage: &Usage) -> Vec<(&str, f64)> {
        usage.lines.iter().map(|line| (line.id.as_str(), line.sums.now.spend)).collect()
    }

    #[test]
    fn lines_add_up_to_the_total_also_where_calls_are_put_down_to_nobody() {
        let shelf = shelf(&[
            (1, day((10.0, 9.0), &[("a", 4.0, 3.0), ("b", 5.0, 4.0)])),
            (2, day((1.0, 1.0), &[("a", 1.0, 1.0)])),
        ]);
        let usage = fold(&shelf, Dimension::Model, &periods(1, 3, None));
        assert_eq!(ids(&usage), [("", 1.0), ("a", 5.0), ("b", 5.0)]);
        assert_eq!((usage.total.now.spend, usage.total.now.api_requests, usage.missing), (11.0, 10.0, 0));
        let sum: f64 = usage.lines.iter().map(|line| line.sums.now.spend).sum();
        assert!((sum - usage.total.now.spend).abs() < 1e-12);
        assert_eq!(usage.total.before, None);
    }

    #[test]
    fn who_was_there_before_only_is_a_line_of_nothing() {
        let shelf = shelf(&[(1, day((3.0, 2.0), &[("gone", 3.0, 2.0)])), (2, day((2.0, 1.0), &[("new", 2.0, 1.0)]))]);
        let usage = fold(&shelf, Dimension::Model, &periods(2, 3, Some((1, 2))));
        assert_eq!(ids(&usage), [("gone", 0.0), ("new", 2.0)]);
        let of = |line: usize| change(&usage.lines[line].sums, &|sums| sums.spend);
        assert_eq!((of(0), of(1)), (Some(Change::Ratio(-1.0)), Some(Change::FromNothing)));
        // A part of the time before says nothing.
        let usage = fold(&shelf, Dimension::Model, &periods(2, 3, Some((0, 2))));
        assert_eq!(usage.lines.iter().map(|line| line.sums.before).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn a_day_counts_when_both_its_sum_and_its_parts_are_there() {
        let mut shelf = shelf(&[(1, day((3.0, 2.0), &[])), (2, day((2.0, 1.0), &[]))]);
        shelf.insert(Source::Teams, 2, day((0.0, 0.0), &[("t", 2.0, 1.0)]), 0, false);
        let usage = fold(&shelf, Dimension::Team, &periods(1, 3, None));
        assert_eq!((usage.missing, ids(&usage)), (1, vec![("t", 2.0)]));
        assert_eq!(usage.total.now.spend, 2.0);
    }

    #[test]
    fn tags_may_be_more_than_there_is_and_endpoints_untold() {
        let mut shelf = shelf(&[(1, day((3.0, 2.0), &[]))]);
        shelf.insert(Source::Tags, 1, day((0.0, 0.0), &[("x", 3.0, 2.0), ("y", 2.0, 1.0)]), 0, false);
        let usage = fold(&shelf, Dimension::Tag, &periods(1, 2, None));
        assert_eq!((ids(&usage), usage.overlaps), (vec![("x", 3.0), ("y", 2.0)], true));
        let stacked = stack(&shelf, Dimension::Tag, Days::new(1, 2), Unit::Cost, &usage, 1);
        assert_eq!(stacked.iter().map(|stacked| stacked.values[0]).collect::<Vec<_>>(), [3.0, 2.0]);
        shelf.insert(Source::Calls, 1, day((0.0, 0.0), &[("openai", 3.0, 2.0)]), 0, false);
        assert!(fold(&shelf, Dimension::Endpoint, &periods(1, 2, None)).is_untold);
        assert!(!fold(&shelf, Dimension::Provider, &periods(1, 2, None)).is_untold);
    }

    #[test]
    fn a_stack_has_the_largest_the_others_and_gaps() {
        let parts = [("a", 1.0, 1.0), ("b", 5.0, 1.0), ("c", 3.0, 1.0)];
        let shelf = shelf(&[(1, day((10.0, 4.0), &parts)), (3, day((9.0, 3.0), &parts))]);
        let usage = fold(&shelf, Dimension::Model, &periods(1, 4, None));
        let stacked = stack(&shelf, Dimension::Model, Days::new(1, 4), Unit::Cost, &usage, 2);
        let names: Vec<Option<&str>> =
            stacked.iter().map(|stacked| stacked.line.map(|line| usage.lines[line].id.as_str())).collect();
        assert_eq!(names, [Some("b"), Some("c"), None]);
        let at = |day: usize| stacked.iter().map(|stacked| stacked.values[day]).collect::<Vec<_>>();
        assert_eq!((at(0), at(2)), (vec![5.0, 3.0, 2.0], vec![5.0, 3.0, 1.0]));
        assert!(at(1).iter().all(|value| value.is_nan()), "a day that is not known is no zero");
    }

    #[test]
    fn nobodys_calls_can_be_the_largest() {
        let shelf = shelf(&[(1, day((10.0, 9.0), &[("a", 1.0, 1.0)]))]);
        let usage = fold(&shelf, Dimension::Model, &periods(1, 2, None));
        let stacked = stack(&shelf, Dimension::Model, Days::new(1, 2), Unit::Cost, &usage, 1);
        assert_eq!(stacked.iter().map(|stacked| stacked.values[0]).collect::<Vec<_>>(), [9.0, 1.0]);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!((cost_of_a_call(&Metrics::default()), cost_of_a_million(&Metrics::default())), (None, None));
        assert_eq!(
            (cost_of_a_call(&metrics(2.0, 4.0)), cost_of_a_million(&metrics(2.0, 4.0))),
            (Some(0.5), Some(50_000.0))
        );
    }
}
