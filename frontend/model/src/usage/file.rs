//! What the page shows as a file: the table as it is, or each day of the range. For spreadsheets, where no name is a formula, and
//! for programs.

use serde_json::{Map, Value, json};

use super::{
    days::{Days, date},
    fold::{self, Line, Usage},
    shelf::{Part, Shelf, Source},
};
use crate::{
    clock,
    keys_table::csv::{Cell, line},
    route::Dimension,
    series,
    wire::Metrics,
};

/// A figure of each line: its name for programs, and the figure.
pub type Figure = (&'static str, fn(&Metrics) -> Option<f64>);

pub const FIGURES: [Figure; 9] = [
    ("cost_usd", |sums| Some(sums.spend)),
    ("requests", |sums| Some(series::requests(sums))),
    ("failed_requests", |sums| Some(sums.failed_requests)),
    ("tokens_in", |sums| Some(sums.prompt_tokens)),
    ("tokens_out", |sums| Some(sums.completion_tokens)),
    ("tokens_cache_read", |sums| Some(sums.cache_read_input_tokens)),
    ("tokens_cache_written", |sums| Some(sums.cache_creation_input_tokens)),
    ("cost_usd_per_request", fold::cost_of_a_call),
    ("cost_usd_per_million_tokens", fold::cost_of_a_million),
];

/// Tells spreadsheets that it is UTF-8.
const MARK: &str = "\u{feff}";

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Nothing } else { Cell::Text(text.to_owned()) }
}

/// `heads`: of the name, of the id, of each figure, and of the sums before; all of them for people.
pub fn table_csv(heads: &[String], usage: &Usage, places: &[usize], name: &dyn Fn(&Line) -> String) -> String {
    let mut file = [MARK, &line(&heads.iter().map(|head| Cell::Text(head.clone())).collect::<Vec<_>>())].concat();
    for place in places {
        let Line { id, sums, .. } = &usage.lines[*place];
        let mut cells = vec![Cell::Text(name(&usage.lines[*place])), text(id)];
        for (_, figure) in FIGURES {
            cells.push(figure(&sums.now).into());
        }
        cells.push(sums.before.map(|before| before.spend).into());
        cells.push(sums.before.as_ref().map(series::requests).into());
        file.push_str(&line(&cells));
    }
    file
}

/// The days of a file, or the hours, and how they are called there.
pub struct Called<'a> {
    pub days: Days,
    pub are_hours: bool,
    /// Of which zone they are.
    pub zone: &'a str,
    pub name: &'a dyn Fn(i64) -> String,
}

/// A line for each day and part; what is put down to nobody has no id. `heads`: of the day, the name, the id, each figure.
pub fn days_csv(
    heads: &[String],
    shelf: &Shelf,
    dimension: Dimension,
    called: &Called,
    name: &dyn Fn(&str, &str) -> String,
) -> String {
    let mut file = [MARK, &line(&heads.iter().map(|head| Cell::Text(head.clone())).collect::<Vec<_>>())].concat();
    each_day(shelf, dimension, called.days, &mut |day, part| {
        let mut cells = vec![Cell::Text((called.name)(day)), Cell::Text(name(&part.id, &part.name)), text(&part.id)];
        for (_, figure) in &FIGURES[..7] {
            cells.push(figure(&part.sums).into());
        }
        file.push_str(&line(&cells));
    });
    file
}

/// The same, for programs, with the sums of the days.
pub fn days_json(shelf: &Shelf, dimension: Dimension, called: &Called, asked_at: &str) -> String {
    let (days, what) = (called.days, if called.are_hours { "hour" } else { "day" });
    let mut rows: Vec<Value> = Vec::new();
    each_day(shelf, dimension, days, &mut |day, part| {
        let mut row = figures(&part.sums);
        row.insert(what.to_owned(), (called.name)(day).into());
        row.insert("id".to_owned(), if part.id.is_empty() { Value::Null } else { part.id.as_str().into() });
        row.insert("name".to_owned(), if part.name.is_empty() { Value::Null } else { part.name.as_str().into() });
        rows.push(row.into());
    });
    let mut totals: Vec<Value> = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for day in days.iter() {
        match shelf.get(Source::Models, day) {
            Some(known) if fold::is_known(shelf, Source::of(dimension), day) => {
                let mut row = figures(&known.total);
                row.insert(what.to_owned(), (called.name)(day).into());
                totals.push(row.into());
            }
            _ => missing.push((called.name)(day)),
        }
    }
    let file = json!({
        "by": dimension.value(),
        "from": (called.name)(days.first),
        "to": (called.name)(days.end - 1),
        "days_are": called.zone,
        "asked_at": asked_at,
        "missing_days": missing,
        "totals": totals,
        "rows": rows,
    });
    file.to_string()
}

/// All of a range by all that calls are told apart by, written day by day: never more of it at once than a day.
pub struct Whole {
    pub is_json: bool,
    days: Days,
    /// For people: of all calls, and of each that they are told apart by.
    names: Vec<String>,
    written: bool,
    /// Days, and what of them is not known.
    missing: Vec<(i64, Dimension)>,
    /// Days of which the gateway gave nothing newer than an earlier answer, by what, and when that was asked for.
    old: Vec<(i64, Option<Dimension>, i64)>,
    /// Days that have more lines than are read, and by what.
    cut: Vec<(i64, Dimension)>,
    /// When the oldest of what is in it was asked for.
    oldest_ms: Option<i64>,
}

impl Whole {
    /// `names`: of all calls, then of each dimension, as they stand in CSV.
    pub fn new(is_json: bool, days: Days, names: Vec<String>) -> Whole {
        Whole {
            is_json,
            days,
            names,
            written: false,
            missing: Vec::new(),
            old: Vec::new(),
            cut: Vec::new(),
            oldest_ms: None,
        }
    }

    /// What stands before the first day. `heads`: of the day, the dimension, the name, the id, each figure, and
    /// of when LiteLLM was asked.
    pub fn begin(&self, heads: &[String]) -> String {
        if self.is_json {
            let (from, to) = (date(self.days.first), date(self.days.end - 1));
            return ["{\"from\":\"", &from, "\",\"to\":\"", &to, "\",\"days_are\":\"UTC\",\"rows\":["].concat();
        }
        [MARK, &line(&heads.iter().map(|head| Cell::Text(head.clone())).collect::<Vec<_>>())].concat()
    }

    /// A day of the shelf: all calls, and each line of each dimension. What is not there is noted as missing. `cut`: what has
    /// more lines than are read.
    pub fn day(
        &mut self,
        shelf: &Shelf,
        day: i64,
        cut: &[Source],
        name: &dyn Fn(Dimension, &str, &str) -> String,
    ) -> String {
        let mut text = String::new();
        if let Some(known) = shelf.get(Source::Models, day) {
            let asked_ms = self.asked(shelf, day, None);
            let part = Part { sums: known.total, ..Part::default() };
            self.row(&mut text, (day, asked_ms), None, &part, name);
        }
        for dimension in Dimension::ALL {
            let mut is_known = fold::is_known(shelf, Source::of(dimension), day);
            if is_known {
                let asked_ms = self.asked(shelf, day, Some(dimension));
                if cut.contains(&Source::of(dimension)) {
                    self.cut.push((day, dimension));
                }
                let usage = fold::fold(shelf, dimension, &of_day(day));
                is_known = !usage.is_untold;
                for Line { id, name: called, team, sums } in usage.lines.into_iter().filter(|_| is_known) {
                    let part = Part { id, name: called, team, sums: sums.now };
                    self.row(&mut text, (day, asked_ms), Some(dimension), &part, name);
                }
            }
            if !is_known {
                self.missing.push((day, dimension));
            }
        }
        text
    }

    /// When LiteLLM was asked for a day by this; what is old is noted.
    fn asked(&mut self, shelf: &Shelf, day: i64, by: Option<Dimension>) -> i64 {
        let source = by.map_or(Source::Models, Source::of);
        let (asked_ms, is_old) = shelf.asked(source, day).unwrap_or_default();
        if is_old {
            self.old.push((day, by, asked_ms));
        }
        self.oldest_ms = Some(self.oldest_ms.map_or(asked_ms, |known| known.min(asked_ms)));
        asked_ms
    }

    fn row(
        &mut self,
        text: &mut String,
        (day, asked_ms): (i64, i64),
        by: Option<Dimension>,
        part: &Part,
        name: &dyn Fn(Dimension, &str, &str) -> String,
    ) {
        if self.is_json {
            let or_null = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
            let mut row = figures(&part.sums);
            row.insert("day".to_owned(), date(day).into());
            row.insert("by".to_owned(), by.map_or("all", Dimension::value).into());
            row.insert("id".to_owned(), or_null(&part.id));
            row.insert("name".to_owned(), or_null(&part.name));
            text.push_str(if self.written { ",\n" } else { "\n" });
            text.push_str(&Value::Object(row).to_string());
        } else {
            let place = by.map_or(0, |by| by as usize + 1);
            let label = self.names.get(place).cloned().unwrap_or_default();
            let called = by.map_or_else(String::new, |by| name(by, &part.id, &part.name));
            let mut cells = vec![Cell::Text(date(day)), Cell::Text(label), self::text(&called), self::text(&part.id)];
            for (_, figure) in &FIGURES[..7] {
                cells.push(figure(&part.sums).into());
            }
            cells.push(Cell::Text(clock::format_utc(asked_ms)));
            text.push_str(&line(&cells));
        }
        self.written = true;
    }

    /// What stands behind the last day; `next`: the first day that was not written.
    pub fn end(&self, next: i64) -> String {
        if !self.is_json {
            return String::new();
        }
        let mut missing: Vec<Value> = Vec::new();
        for (day, by) in &self.missing {
            missing.push(json!({ "day": date(*day), "by": by.value() }));
        }
        for day in next..self.days.end {
            missing.push(json!({ "day": date(day), "by": "all" }));
        }
        let mut old: Vec<Value> = Vec::new();
        for (day, by, asked_ms) in &self.old {
            let by = by.map_or("all", Dimension::value);
            old.push(json!({ "day": date(*day), "by": by, "asked_at": clock::format_utc(*asked_ms) }));
        }
        let mut cut: Vec<Value> = Vec::new();
        for (day, by) in &self.cut {
            cut.push(json!({ "day": date(*day), "by": by.value() }));
        }
        let end = json!({
            "is_partial": next < self.days.end,
            "missing": missing,
            "old": old,
            "cut": cut,
            "asked_at": self.oldest_ms.map(clock::format_utc),
        });
        let end = end.to_string();
        // As fields of the object that was begun.
        ["\n],", &end[1..], "\n"].concat()
    }

    /// How many days have something old.
    pub fn old_days(&self) -> usize {
        let mut days: Vec<i64> = self.old.iter().map(|(day, ..)| *day).collect();
        days.dedup();
        days.len()
    }

    /// How many days have more lines than are read.
    pub fn cut_days(&self) -> usize {
        let mut days: Vec<i64> = self.cut.iter().map(|(day, _)| *day).collect();
        days.dedup();
        days.len()
    }

    /// Each dimension of which a day is missing, once.
    pub fn lacks(&self) -> Vec<Dimension> {
        let lacks = |by: &Dimension| self.missing.iter().any(|(_, missing)| missing == by);
        Dimension::ALL.into_iter().filter(lacks).collect()
    }
}

fn figures(sums: &Metrics) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, figure) in &FIGURES[..7] {
        object.insert((*name).to_owned(), figure(sums).into());
    }
    object
}

fn of_day(day: i64) -> super::days::Periods {
    super::days::Periods { current: Days::new(day, day + 1), ..super::days::Periods::default() }
}

/// Each part of each day that is known.
fn each_day(shelf: &Shelf, dimension: Dimension, days: Days, write: &mut dyn FnMut(i64, &Part)) {
    for day in days.iter() {
        let usage = fold::fold(shelf, dimension, &of_day(day));
        for Line { id, name, team, sums } in usage.lines {
            write(day, &Part { id, name, team, sums: sums.now });
        }
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{
        super::{days::Periods, shelf::Day},
        *,
    };
    use crate::route::{Compare, Quick, TimeRange};

    const EVIL: &str = "=HYPERLINK(\"https://evil.example\")\u{202e}<b>, \"x\"";

    fn shelf() -> Shelf {
        let mut shelf = Shelf::default();
        let metrics = |spend: f64| Metrics { spend, api_requests: 2.0, prompt_tokens: 1e6, ..Metrics::default() };
        let part = |id: &str, spend: f64| Part { id: id.to_owned(), sums: metrics(spend), ..Part::default() };
        let day = Day { total: metrics(3.0), parts: vec![part(EVIL, 1.0), part("b", 1.0)], ..Day::default() };
        shelf.insert(Source::Models, 10, day, 0, false);
        shelf
    }

    fn heads(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("h{number}")).collect()
    }

    #[test]
    fn a_name_is_no_formula_and_a_quote_no_other_cell() {
        let periods =
            Periods { current: Days::new(10, 11), ..Periods::of(TimeRange::Quick(Quick::Today), Compare::Nothing, 0) };
        let usage = fold::fold(&shelf(), Dimension::Model, &periods);
        let name = |line: &Line| line.id.clone();
        let file = table_csv(&heads(13), &usage, &[1, 2], &name);
        let lines: Vec<&str> = file.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}\"h0\",\"h1\""), "{file}");
        let evil = format!("\"'{}\"", EVIL.replace('"', "\"\""));
        assert!(lines[1].starts_with(&format!("{evil},{evil},1,2,0,1000000,0,0,0,0.5,1,,")), "{file}");
        assert!(lines[2].starts_with("\"b\",\"b\",1,2,"), "{file}");
        assert_eq!(lines.len(), 4);
    }

    #[test]
    fn each_day_adds_up_to_its_total_and_a_missing_one_is_named() {
        let called = Called { days: Days::new(9, 11), are_hours: false, zone: "UTC", name: &date };
        let file = days_json(&shelf(), Dimension::Model, &called, "2026-11-20 12:00:00");
        let read: Value = serde_json::from_str(&file).expect("it is JSON");
        let sum: f64 = read["rows"].as_array().into_iter().flatten().filter_map(|row| row["cost_usd"].as_f64()).sum();
        assert_eq!((sum, read["totals"][0]["cost_usd"].as_f64()), (3.0, Some(3.0)));
        assert_eq!(read["missing_days"], json!(["1970-01-10"]));
        assert_eq!(read["rows"][0]["id"], Value::Null, "what is put down to nobody");
        let csv = days_csv(&heads(10), &shelf(), Dimension::Model, &called, &|id, _| id.to_owned());
        assert_eq!(csv.matches("\r\n").count(), 1 + read["rows"].as_array().map_or(0, Vec::len));
        // Hours are called by when they begin.
        let hours = Called { are_hours: true, name: &|hour| ["hour ", &hour.to_string()].concat(), ..called };
        let read: Value = serde_json::from_str(&days_json(&shelf(), Dimension::Model, &hours, "")).expect("it is JSON");
        assert_eq!((&read["rows"][0]["hour"], &read["from"]), (&json!("hour 10"), &json!("hour 9")));
        assert_eq!(read["rows"][0]["day"], Value::Null);
    }

    #[test]
    fn the_whole_range_is_one_document_of_which_each_dimension_adds_up() {
        let mut shelf = shelf();
        let part = |id: &str, spend: f64| Part {
            id: id.to_owned(),
            sums: Metrics { spend, api_requests: 2.0, ..Metrics::default() },
            ..Part::default()
        };
        // Of all calls it is newer.
        shelf.insert(Source::Teams, 10, Day { parts: vec![part("t-1", 2.5)], ..Day::default() }, 7_000, true);
        let models = shelf.get(Source::Models, 10).cloned().expect("it is there");
        shelf.insert(Source::Models, 10, models, 9_000, false);
        let names = || (0..10).map(|number| format!("by {number}")).collect();
        let name = |_: Dimension, id: &str, _: &str| id.to_owned();
        for (next, is_partial) in [(11, false), (10, true)] {
            let mut whole = Whole::new(true, Days::new(10, 11), names());
            let mut file = whole.begin(&[]);
            if next == 11 {
                file.push_str(&whole.day(&shelf, 10, &[Source::Teams], &name));
            }
            file.push_str(&whole.end(next));
            let read: Value = serde_json::from_str(&file).expect("a document of JSON");
            assert_eq!((&read["is_partial"], &read["days_are"]), (&json!(is_partial), &json!("UTC")), "{file}");
            if is_partial {
                assert_eq!(read["missing"], json!([{ "day": "1970-01-11", "by": "all" }]));
                continue;
            }
            let sum = |by: &str| -> f64 {
                let rows = read["rows"].as_array().into_iter().flatten().filter(|row| row["by"] == by);
                rows.filter_map(|row| row["cost_usd"].as_f64()).sum()
            };
            assert_eq!((sum("all"), sum("model"), sum("team"), sum("key")), (3.0, 3.0, 3.0, 0.0));
            assert_eq!(read["old"], json!([{ "day": "1970-01-11", "by": "team", "asked_at": "1970-01-01 00:00:07" }]));
            assert_eq!(read["cut"], json!([{ "day": "1970-01-11", "by": "team" }]));
            assert_eq!((read["asked_at"].as_str(), whole.old_days()), (Some("1970-01-01 00:00:07"), 1));
            assert!(!whole.lacks().contains(&Dimension::Team) && whole.lacks().contains(&Dimension::Key));
            assert_eq!(read["missing"].as_array().map(Vec::len), Some(7));
        }
        let mut whole = Whole::new(false, Days::new(10, 11), names());
        let file = [whole.begin(&heads(12)), whole.day(&shelf, 10, &[], &name), whole.end(11)].concat();
        assert!(file.contains("\"1970-01-11\",\"by 0\",,,3,2,0,"), "{file}");
        assert!(
            file.contains(",\"1970-01-01 00:00:07\"\r\n") && file.contains(",\"1970-01-01 00:00:09\"\r\n"),
            "{file}"
        );
        assert!(file.contains("\"by 1\",\"'=HYPERLINK") && file.contains("\"by 5\",\"t-1\",\"t-1\",2.5,"), "{file}");
    }
}
