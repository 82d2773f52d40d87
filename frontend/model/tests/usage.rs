//! What the page of usage adds up, by model, key, team…, against sums over LiteLLM's own database.
//!
//! `tests/php/run --contract` reads each day through WordPress, adds up ten ranges by SQL, writes both to the file that USAGE
//! names, and runs this test, which by itself has nothing to look at.
#![allow(clippy::expect_used, clippy::panic)]

use model::{
    clock,
    route::Dimension,
    series,
    usage::{
        days::{Days, Periods, day_of},
        fold::fold,
        shelf::{Day, Shelf, Source},
    },
    wire::{Activity, Metrics, UsageDay, Wire},
};
use serde_json::Value;

/// The operations, as the app asks them.
const SOURCES: [(Source, &str); 8] = [
    (Source::Models, "activity.day"),
    (Source::Calls, "usage.calls"),
    (Source::Keys, "usage.keys"),
    (Source::Owners, "usage.owners"),
    (Source::Teams, "usage.teams"),
    (Source::Organizations, "usage.organizations"),
    (Source::Tags, "usage.tags"),
    (Source::EndUsers, "usage.end_users"),
];

fn day(date: &str) -> i64 {
    day_of(clock::parse_utc_ms(date).expect("a day"))
}

fn shelf(days: &Value) -> Shelf {
    let mut shelf = Shelf::default();
    for (source, operation) in SOURCES {
        for (date, pages) in days[operation].as_object().expect("each operation has days") {
            let mut known = Day::default();
            for page in pages.as_array().expect("a day has pages") {
                match source {
                    Source::Models => known = Day::of_models(&Activity::read(page)),
                    _ => known.take(source, &UsageDay::read(page)),
                }
            }
            shelf.insert(source, day(date), known, 0, false);
        }
    }
    shelf
}

fn assert_close(found: f64, expected: f64, what: &str) {
    let tolerance = 1e-9 * expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance, "{what}: {found} in the app, {expected} in the database");
}

fn assert_sums(found: &Metrics, sums: &Value, what: &str) {
    let of = |name: &str| sums[name].as_f64().unwrap_or(0.0);
    assert_close(series::requests(found), of("requests"), &format!("requests of {what}"));
    assert_close(found.failed_requests, of("failed"), &format!("failures of {what}"));
    assert_close(found.spend, of("spend"), &format!("cost of {what}"));
    assert_close(found.prompt_tokens, of("tokens_in"), &format!("tokens in of {what}"));
    assert_close(found.completion_tokens, of("tokens_out"), &format!("tokens out of {what}"));
}

#[test]
#[ignore = "needs answers and sums of a running gateway: tests/php/run --contract"]
fn usage_is_the_sums_of_the_database() {
    let file = std::env::var("USAGE").expect("USAGE names what tests/php/run --contract has written down");
    let text = std::fs::read_to_string(&file).expect("the file of USAGE can be read");
    let written: Value = serde_json::from_str(&text).expect("the file of USAGE is JSON");
    let shelf = shelf(&written["days"]);
    let sums = written["sums"].as_array().expect("there are sums");
    let mut compared = 0;
    for (number, range) in written["ranges"].as_array().expect("there are ranges").iter().enumerate() {
        let (from, to) = (range[0].as_str().unwrap_or_default(), range[1].as_str().unwrap_or_default());
        let days = Days::new(day(from), day(to) + 1);
        let periods = Periods { current: days, whole: days, before: None, is_cut: false, is_wider: false };
        let of = |dimension: &str, id: &str| {
            sums.iter().find(|row| row["r"] == number && row["d"] == dimension && row["id"] == id)
        };
        for dimension in Dimension::ALL {
            let name = dimension.value();
            let usage = fold(&shelf, dimension, &periods);
            let what = format!("{from} to {to}");
            assert_eq!(usage.missing, 0, "{name} of {what}");
            assert_sums(&usage.total.now, of("", "").expect("a range has a sum"), &what);
            // Older LiteLLM does not count by endpoint.
            if usage.is_untold || !sums.iter().any(|row| row["d"] == name) {
                continue;
            }
            for line in usage.lines.iter().filter(|line| !line.id.is_empty()) {
                let expected = of(name, &line.id).unwrap_or_else(|| panic!("no {name} {:?} in the database", line.id));
                assert_sums(&line.sums.now, expected, &format!("{name} {} from {what}", line.id));
                compared += 1;
            }
            let told = sums.iter().filter(|row| {
                let id = row["id"].as_str().unwrap_or_default();
                row["r"] == number && row["d"] == name && !id.is_empty() && !id.starts_with("User-Agent: ")
            });
            assert_eq!(told.count(), usage.lines.iter().filter(|line| !line.id.is_empty()).count(), "{name} of {what}");
            if !usage.overlaps {
                let all: f64 = usage.lines.iter().map(|line| line.sums.now.spend).sum();
                assert_close(all, usage.total.now.spend, &format!("all by {name} of {what}"));
                let calls: f64 = usage.lines.iter().map(|line| series::requests(&line.sums.now)).sum();
                assert_close(calls, series::requests(&usage.total.now), &format!("all calls by {name} of {what}"));
            }
        }
    }
    assert!(compared > 100, "only {compared} lines were compared");
}
