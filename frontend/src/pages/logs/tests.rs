#![allow(clippy::expect_used)]

use model::{
    failure::ApiError,
    logs::{question::Question, reading::Reading},
    route::CallStatus,
    wire::{LogPage, LogRow},
};

use super::{source::Log, *};

/// 2026-11-20 12:00 UTC.
const NOON: i64 = 1_795_176_000_000;

fn page(calls: usize, total: f64, total_is_capped: Option<bool>) -> LogPage {
    let row = |id: usize| LogRow {
        request_id: id.to_string(),
        start_time: format!("2026-11-20T11:{:02}:{:02}Z", 59 - id / 60, 59 - id % 60),
        ..LogRow::default()
    };
    LogPage { data: (0..calls).map(row).collect(), total, total_is_capped }
}

fn log(route: &LogsRoute, page: &LogPage) -> Log {
    let mut reading = Reading::new(Question::of(route, NOON, str::to_lowercase));
    let next = reading.following().expect("something to ask");
    reading.take(next, page, 0, str::to_lowercase);
    Log::read(reading)
}

#[test]
fn a_number_is_told_only_as_far_as_it_is_known() {
    let plain = LogsRoute::default();
    assert_eq!(count_of(&log(&plain, &page(7, 7.0, None))), "7 calls");
    assert_eq!(count_of(&log(&plain, &page(50, 1_234.0, None))), "1234 calls");
    assert_eq!(count_of(&log(&plain, &page(50, 10_000.0, Some(true)))), "10000 calls or more");
    let mut searching = plain.clone();
    searching.search = "11".to_owned();
    assert_eq!(count_of(&log(&searching, &page(50, 1_234.0, None))), "1 among 50 calls that were read");
    // 1.80.11 passes over the model, and counts all.
    let mut by_model = plain;
    by_model.calls.model = "gpt-4o".to_owned();
    assert_eq!(count_of(&log(&by_model, &page(50, 1_234.0, None))), "0 among 50 calls that were read");
}

#[test]
fn nothing_is_told_for_what_it_is() {
    let plain = LogsRoute::default();
    let none = nothing(&log(&plain, &page(0, 0.0, None)), &plain);
    assert!(none.as_str().contains("disable_spend_logs"), "{none:?}");
    let failed = LogsRoute::default();
    let failed =
        LogsRoute { calls: model::route::CallFilter { status: CallStatus::Failure, ..failed.calls.clone() }, ..failed };
    let none = nothing(&log(&failed, &page(0, 0.0, None)), &failed);
    assert!(none.as_str().contains("matches these filters") && none.as_str().contains("Clear filters"), "{none:?}");
    let mut broken = log(&plain, &page(0, 0.0, None));
    broken.error = Some(ApiError::Offline);
    assert!(nothing(&broken, &plain).as_str().contains("Try again"));
}

#[test]
fn what_broke_off_says_that_there_is_more() {
    let mut log = log(&LogsRoute::default(), &page(50, 1_234.0, None));
    log.error = Some(ApiError::Offline);
    let notice = noticed(&log, Some(3));
    assert!(notice.as_str().contains("not all there are"), "{notice:?}");
    log.error = None;
    assert_eq!(noticed(&log, Some(3)).as_str(), "");
    log.reading.left_out = 2;
    assert!(noticed(&log, Some(3)).as_str().contains("2 calls are left out"));
}
