//! Which lines the table shows, and in which order.

use std::cmp::Ordering;

use super::fold::{self, Line, value};
use crate::{number, order::sorted, route::Unit, series};

/// The columns by which lines can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineSort {
    Name,
    Cost,
    Requests,
    Failed,
    ErrorRate,
    TokensIn,
    TokensOut,
    CacheRead,
    CacheWritten,
    CostOfCall,
    CostOfMillion,
    Share,
    Change,
}

impl LineSort {
    pub const ALL: [LineSort; 13] = [
        LineSort::Name,
        LineSort::Cost,
        LineSort::Requests,
        LineSort::Failed,
        LineSort::ErrorRate,
        LineSort::TokensIn,
        LineSort::TokensOut,
        LineSort::CacheRead,
        LineSort::CacheWritten,
        LineSort::CostOfCall,
        LineSort::CostOfMillion,
        LineSort::Share,
        LineSort::Change,
    ];

    /// The name of its column; in the address, too.
    pub fn value(self) -> &'static str {
        match self {
            LineSort::Name => "name",
            LineSort::Cost => "cost",
            LineSort::Requests => "requests",
            LineSort::Failed => "failed",
            LineSort::ErrorRate => "error_rate",
            LineSort::TokensIn => "tokens_in",
            LineSort::TokensOut => "tokens_out",
            LineSort::CacheRead => "cache_read",
            LineSort::CacheWritten => "cache_written",
            LineSort::CostOfCall => "per_call",
            LineSort::CostOfMillion => "per_million",
            LineSort::Share => "share",
            LineSort::Change => "change",
        }
    }

    /// What an address says, and whether the largest is first; where it says nothing, the share.
    pub fn parse(text: &str) -> (LineSort, bool) {
        let (column, reversed) = match text.strip_prefix('-') {
            Some(column) => (column, true),
            None => (text, false),
        };
        match LineSort::ALL.into_iter().find(|sort| sort.value() == column) {
            Some(sort) => (sort, reversed != sort.starts_descending()),
            None => (LineSort::Share, true),
        }
    }

    /// The address of a click on this column, after that of another or of the same.
    pub fn turned(self, before: &str) -> String {
        let (sorted, descending) = LineSort::parse(before);
        let reversed = sorted == self && descending == self.starts_descending();
        [if reversed { "-" } else { "" }, self.value()].concat()
    }

    fn starts_descending(self) -> bool {
        self != LineSort::Name
    }

    fn number(self, line: &Line, unit: Unit) -> f64 {
        let sums = &line.sums.now;
        match self {
            LineSort::Name => 0.0,
            LineSort::Cost => sums.spend,
            LineSort::Requests => series::requests(sums),
            LineSort::Failed => sums.failed_requests,
            LineSort::ErrorRate => series::error_rate(sums),
            LineSort::TokensIn => sums.prompt_tokens,
            LineSort::TokensOut => sums.completion_tokens,
            LineSort::CacheRead => sums.cache_read_input_tokens,
            LineSort::CacheWritten => sums.cache_creation_input_tokens,
            LineSort::CostOfCall => fold::cost_of_a_call(sums).unwrap_or(-1.0),
            LineSort::CostOfMillion => fold::cost_of_a_million(sums).unwrap_or(-1.0),
            LineSort::Share => value(unit, sums),
            // By how much, as a share of a new line cannot be told.
            LineSort::Change => {
                line.sums.before.map_or(0.0, |before| value(unit, &line.sums.whole) - value(unit, &before))
            }
        }
    }
}

/// The places of the lines whose name or id has the text, in order. `name`: how a line is called; `lower`: in small letters.
pub fn select(
    lines: &[Line],
    search: &str,
    sort: (LineSort, bool),
    unit: Unit,
    name: &dyn Fn(&Line) -> String,
    lower: fn(&str) -> String,
) -> Vec<usize> {
    let wanted = lower(search.trim());
    let mut found: Vec<(usize, String, f64)> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let called = lower(&name(line));
        if called.contains(&wanted) || (!wanted.is_empty() && lower(&line.id).contains(&wanted)) {
            found.push((place, called, number::sane(sort.0.number(line, unit))));
        }
    }
    let compare = |a: u32, b: u32| {
        let (a, b) = (&found[a as usize], &found[b as usize]);
        let by_name = || a.1.cmp(&b.1);
        let by_number = a.2.partial_cmp(&b.2).unwrap_or(Ordering::Equal);
        match (sort.0, sort.1) {
            (LineSort::Name, false) => by_name(),
            (LineSort::Name, true) => by_name().reverse(),
            (_, true) => by_number.reverse().then_with(by_name),
            (_, false) => by_number.then_with(by_name),
        }
    };
    sorted(found.len(), &compare).into_iter().map(|at| found[at as usize].0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{usage::fold::Sums, wire::Metrics};

    fn line(id: &str, name: &str, spend: f64, calls: f64, before: f64) -> Line {
        let metrics = |spend: f64| Metrics { spend, api_requests: calls, ..Metrics::default() };
        let sums = Sums { now: metrics(spend), whole: metrics(spend), before: Some(metrics(before)) };
        Line { id: id.to_owned(), name: name.to_owned(), sums, ..Line::default() }
    }

    fn found(search: &str, sort: &str) -> Vec<&'static str> {
        let ids = ["k1", "k2", "k3"];
        let lines =
            [line("k1", "Web", 1.0, 5.0, 9.0), line("k2", "batch", 3.0, 1.0, 0.0), line("k3", "App", 2.0, 5.0, 2.0)];
        let name = |line: &Line| line.name.clone();
        let places = select(&lines, search, LineSort::parse(sort), Unit::Cost, &name, str::to_lowercase);
        places.into_iter().map(|place| ids[place]).collect()
    }

    #[test]
    fn lines_are_found_by_name_and_id_and_put_in_order() {
        assert_eq!(found("", ""), ["k2", "k3", "k1"], "the largest of the unit first");
        assert_eq!(found("", "name"), ["k3", "k2", "k1"]);
        assert_eq!(found("", "-name"), ["k1", "k2", "k3"]);
        assert_eq!(found("", "requests"), ["k3", "k1", "k2"], "what is equal is in the order of names");
        assert_eq!(found("", "-cost"), ["k1", "k3", "k2"]);
        assert_eq!(found("", "change"), ["k2", "k3", "k1"]);
        assert_eq!(found("", "per_call"), ["k2", "k3", "k1"]);
        assert_eq!((found(" BAT ", ""), found("k1", ""), found("zz", "")), (vec!["k2"], vec!["k1"], vec![]));
    }

    #[test]
    fn a_second_click_turns_the_order_round() {
        for sort in LineSort::ALL {
            let first = sort.turned("");
            assert_eq!(LineSort::parse(&first).0, sort);
            let second = sort.turned(&first);
            assert_eq!(LineSort::parse(&second), (sort, !LineSort::parse(&first).1), "{sort:?}");
            assert_eq!(sort.turned(&second), first, "{sort:?}");
        }
        assert_eq!(LineSort::parse("'; drop"), (LineSort::Share, true));
    }
}
