//! What the app makes of LiteLLM's answers, against sums over LiteLLM's own database.
//!
//! `tests/php/run --contract` reads the answers through WordPress at several moments, adds up the database by SQL, writes both
//! to the file that FIGURES names, and runs this test, which by itself has nothing to look at.
#![allow(clippy::expect_used, clippy::panic)]

use model::{
    clock,
    number::{self, Change},
    period::{Hour, Range, hours_of_today},
    series::{self, Compared, Days, Figure, Summary},
    wire::{Activity, LogCount, Wire},
};
use serde_json::Value;

/// The moments that were looked at, first to last.
fn moments() -> Vec<Value> {
    let file = std::env::var("FIGURES").expect("FIGURES names what tests/php/run --contract has written down");
    let text = std::fs::read_to_string(&file).expect("the file of FIGURES can be read");
    let moments: Value = serde_json::from_str(&text).expect("the file of FIGURES is JSON");
    moments.as_array().expect("the file of FIGURES is a list").clone()
}

fn assert_close(found: f64, expected: f64, what: &str) {
    let tolerance = 1e-9 * expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance, "{what}: {found} in the app, {expected} in the database");
}

fn sum(sums: &Value, name: &str) -> f64 {
    sums[name].as_f64().unwrap_or_else(|| panic!("no {name} in {sums}"))
}

fn rate(sums: &Value) -> f64 {
    if sum(sums, "requests") > 0.0 { sum(sums, "failed") / sum(sums, "requests") } else { 0.0 }
}

/// Asks for what a page would ask for at that moment, of what was answered then.
fn look(days: &mut Days, moment: &Value, now_ms: i64) {
    for range in Range::ALL {
        for date in range.needed(now_ms) {
            if moment["anew"] == true || days.is_due(&date, now_ms) {
                let answer = &moment["days"][&date];
                let age_ms = answer["age_s"].as_i64().expect("each answer has an age") * clock::SECOND_MS;
                days.insert(date, series::day(&Activity::read(&answer["data"])), now_ms - age_ms, false);
            }
        }
    }
}

/// By which rule periods are compared: doc/decisions.md.
fn assert_compared(figure: &Figure, sums: &Value, of: fn(&Value) -> f64, is_rate: bool, what: &str) {
    let (whole, before) = (&sums["whole"], &sums["before"]);
    let (calls, calls_before) = (sum(whole, "requests"), sum(before, "requests"));
    match figure.compared {
        Some(Compared::Yesterday(value)) => assert_close(value, of(before), what),
        Some(Compared::Before(value, change)) => {
            assert_close(value, of(before), what);
            let (now, then) = (of(whole), of(before));
            match change {
                Change::FromNothing => assert!(calls > 0.0 && then == 0.0, "{what}: {sums}"),
                Change::NotComparable => {
                    assert!(calls > 10.0 * calls_before || (is_rate && calls == 0.0), "{what}: {sums}")
                }
                Change::Manifold => assert!(now > 10.0 * then, "{what}: {sums}"),
                Change::Same => assert!((now - then).abs() <= 0.005 * then.max(0.1), "{what}: {sums}"),
                Change::Ratio(ratio) => assert_close(ratio, now / then - 1.0, what),
                Change::Points(points) => assert_close(points, now - then, what),
            }
        }
        None => panic!("{what} is compared with nothing"),
    }
}

#[test]
#[ignore = "needs answers and sums of a running gateway: tests/php/run --contract"]
fn figures_are_the_sums_of_the_database() {
    let moments = moments();
    let mut kinds = Vec::new();
    let mut days = Days::new();
    let mut last_ms = i64::MAX;
    for moment in &moments {
        let now_ms = moment["now_ms"].as_i64().expect("each moment has its time");
        if now_ms < last_ms {
            // Another page.
            days = Days::new();
        }
        last_ms = now_ms;
        look(&mut days, moment, now_ms);
        for range in Range::ALL {
            let sums = &moment["expected"][range.value()];
            let what = |name: &str| format!("{name} of {} at {}", range.value(), clock::format_utc(now_ms));
            let Summary { requests, tokens, cost, error_rate, missing } = series::summary(&days, range, now_ms);
            assert_eq!(missing, 0);
            assert_close(requests.value, sum(&sums["all"], "requests"), &what("requests"));
            assert_close(tokens.value, sum(&sums["all"], "tokens"), &what("tokens"));
            assert_close(cost.value, sum(&sums["all"], "spend"), &what("cost"));
            assert_close(error_rate.value, rate(&sums["all"]), &what("error rate"));
            assert_close(requests.trend.iter().sum(), requests.value, &what("the line of requests"));
            assert_compared(&requests, sums, |sums| sum(sums, "requests"), false, &what("requests"));
            assert_compared(&tokens, sums, |sums| sum(sums, "tokens"), false, &what("tokens"));
            assert_compared(&cost, sums, |sums| sum(sums, "spend"), false, &what("cost"));
            assert_compared(&error_rate, sums, rate, true, &what("error rate"));
            kinds.push(match requests.compared {
                _ if requests.value == 0.0 => "nothing",
                Some(Compared::Before(_, Change::FromNothing)) => "nothing before",
                Some(Compared::Before(_, Change::NotComparable)) => "little before",
                _ => "calls",
            });
            for (name, spend) in series::cost_by_model(&days, range, now_ms, usize::MAX) {
                let name = name.expect("nothing is summed as the rest");
                let expected = sums["all"]["models"][&name].as_f64().unwrap_or(0.0);
                assert_close(spend, expected, &what(&format!("cost of {name}")));
            }
            assert!(number::is_plausible(requests.value));
        }
        assert_hours(moment, now_ms);
    }
    for kind in ["nothing", "nothing before", "little before", "calls"] {
        assert!(kinds.contains(&kind), "no period with {kind} was looked at: {kinds:?}");
    }
}

fn assert_hours(moment: &Value, now_ms: i64) {
    let hours = moment["hours"].as_array().expect("each moment has its hours");
    if hours.is_empty() {
        return;
    }
    let ours: Vec<Hour> = hours_of_today(now_ms);
    assert_eq!(hours.len(), ours.len());
    for (hour, answer) in ours.into_iter().zip(hours) {
        let start = hour.bounds().0;
        assert_eq!(answer["start"], *start);
        let (all, failed) = (LogCount::read(&answer["all"]), LogCount::read(&answer["failed"]));
        assert_close(all.total, sum(&answer["expected"], "calls"), &start);
        assert_close(failed.total, sum(&answer["expected"], "failed"), &start);
    }
}
