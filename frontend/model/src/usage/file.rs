//! What the page shows as a file: the table as it is, or each day of the range. For spreadsheets, where no name is a formula, and
//! for programs.

use serde_json::{Map, Value, json};

use super::{
    days::{Days, date},
    fold::{self, Line, Usage},
    shelf::{Part, Shelf, Source},
};
use crate::{
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

/// A line for each day and part; what is put down to nobody has no id. `heads`: of the day, the name, the id, each figure.
pub fn days_csv(
    heads: &[String],
    shelf: &Shelf,
    dimension: Dimension,
    days: Days,
    name: &dyn Fn(&str, &str) -> String,
) -> String {
    let mut file = [MARK, &line(&heads.iter().map(|head| Cell::Text(head.clone())).collect::<Vec<_>>())].concat();
    each_day(shelf, dimension, days, &mut |day, part| {
        let mut cells = vec![Cell::Text(date(day)), Cell::Text(name(&part.id, &part.name)), text(&part.id)];
        for (_, figure) in &FIGURES[..7] {
            cells.push(figure(&part.sums).into());
        }
        file.push_str(&line(&cells));
    });
    file
}

/// The same, for programs, with the sums of the days.
pub fn days_json(shelf: &Shelf, dimension: Dimension, days: Days, asked_at: &str) -> String {
    let figures = |sums: &Metrics| {
        let mut object = Map::new();
        for (name, figure) in &FIGURES[..7] {
            object.insert((*name).to_owned(), figure(sums).into());
        }
        object
    };
    let mut rows: Vec<Value> = Vec::new();
    each_day(shelf, dimension, days, &mut |day, part| {
        let mut row = figures(&part.sums);
        row.insert("day".to_owned(), date(day).into());
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
                row.insert("day".to_owned(), date(day).into());
                totals.push(row.into());
            }
            _ => missing.push(date(day)),
        }
    }
    let file = json!({
        "by": dimension.value(),
        "from": date(days.first),
        "to": date(days.end - 1),
        "days_are": "UTC",
        "asked_at": asked_at,
        "missing_days": missing,
        "totals": totals,
        "rows": rows,
    });
    file.to_string()
}

/// Each part of each day that is known.
fn each_day(shelf: &Shelf, dimension: Dimension, days: Days, write: &mut dyn FnMut(i64, &Part)) {
    for day in days.iter() {
        let one = super::days::Periods {
            current: Days::new(day, day + 1),
            whole: Days::default(),
            before: None,
            is_cut: false,
            is_wider: false,
        };
        let usage = fold::fold(shelf, dimension, &one);
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
        let file = days_json(&shelf(), Dimension::Model, Days::new(9, 11), "2026-11-20 12:00:00");
        let read: Value = serde_json::from_str(&file).expect("it is JSON");
        let sum: f64 = read["rows"].as_array().into_iter().flatten().filter_map(|row| row["cost_usd"].as_f64()).sum();
        assert_eq!((sum, read["totals"][0]["cost_usd"].as_f64()), (3.0, Some(3.0)));
        assert_eq!(read["missing_days"], json!(["1970-01-10"]));
        assert_eq!(read["rows"][0]["id"], Value::Null, "what is put down to nobody");
        let csv = days_csv(&heads(10), &shelf(), Dimension::Model, Days::new(9, 11), &|id, _| id.to_owned());
        assert_eq!(csv.matches("\r\n").count(), 1 + read["rows"].as_array().map_or(0, Vec::len));
    }
}
