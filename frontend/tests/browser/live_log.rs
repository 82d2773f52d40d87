//! The live log: what it shows, and when it asks.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{call, calls, recorded},
    page::Part,
    stage::{NOON_MS, Page, Reply, Stage, unreachable, window},
};

fn ids(page: &Part) -> Vec<String> {
    page.parts(".gw-log tbody tr").iter().map(|row| row.parts("td")[1].text()).collect()
}

/// The questions of the live log: what needs somebody now is asked for in larger pages.
fn asked(page: &Page) -> Vec<Value> {
    page.asked("logs.list").into_iter().filter(|params| params["page_size"] == 25).collect()
}

fn last_asked(page: &Page) -> Value {
    asked(page).pop().unwrap_or_default()
}

async fn see_asked(page: &Page, times: usize) {
    page.wait_for(&format!("the live log asked {times} times"), |_| (asked(page).len() == times).then_some(())).await;
}

/// A call whose key tells it from others.
fn named(id: &str, second: u32) -> serde_json::Value {
    call(id, second, json!({ "metadata": { "status": "success", "user_api_key_alias": id } }))
}

#[wasm_bindgen_test]
async fn a_call_is_told_with_all_that_matters() {
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[call("a", 3_590, json!({ "spend": 0.025, "total_tokens": 1_234 }))]));
    let page = stage.open("overview");
    page.see("Time Model Key Tokens Cost Duration Status").await;
    let row = page.row("11:59:50 AM").await;
    assert_eq!(row.text(), "11:59:50 AM gpt-4o web 1,234 $0.025 158 ms Success");
}

#[wasm_bindgen_test]
async fn a_failed_call_gives_its_reason() {
    let stage = Stage::new();
    let message = "litellm.RateLimitError: This model is overloaded. Received Model Group=gpt-4o";
    let failed = json!({
        "status": "failure", "spend": 0.0, "total_tokens": 0, "request_duration_ms": null,
        "metadata": { "status": "failure", "user_api_key_alias": "web", "error_information": { "error_code": "429", "error_class": "RateLimitError", "error_message": message } },
    });
    stage.answer("logs.list", calls(&[call("a", 10, failed)]));
    let page = stage.open("overview");
    let row = page.row("11:00:10 AM").await;
    assert_eq!(row.text(), "11:00:10 AM gpt-4o web – – – Failed This model is overloaded (429)");
    assert!(row.attribute("class").is_some_and(|class| class.contains("gw-row-failed")));
}

#[wasm_bindgen_test]
async fn the_calls_of_both_versions_are_shown() {
    let stage = Stage::new();
    stage.answer("logs.list", recorded!("1.106.2", "spend_logs_v2", "logs.list"));
    let page = stage.open("overview");
    page.see("/v1/models no key – – 6 ms Failed No api key passed in").await;
    drop(page);
    let stage = Stage::new();
    stage.answer("logs.list", recorded!("1.80.11", "spend_logs_v2", "logs.list"));
    let page = stage.open("overview");
    page.see("6:32:18 AM claude-3-5-sonnet data-batch 30").await;
}

#[wasm_bindgen_test]
async fn only_what_is_new_is_asked_for_and_merged() {
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[named("second", 3_590), named("first", 3_580)]));
    let page = stage.open("overview");
    page.row("second").await;
    assert_eq!(
        asked(&page),
        [json!({ "start": "2026-11-19 12:00:00", "end": "2026-11-20 12:01:10", "page": 1, "page_size": 25 })]
    );
    assert!(page.parts(".gw-row-new").is_empty(), "at first everything is new");
    page.stage().answer("logs.list", calls(&[named("third", 3_595), named("second", 3_590)]));
    page.pass(5_000).await;
    page.row("third").await;
    assert_eq!(last_asked(&page)["start"], "2026-11-20 11:57:50", "two minutes before the newest call");
    assert_eq!(ids(&page), ["third", "second", "first"]);
    let new = page.parts(".gw-row-new");
    assert!(new.len() == 1 && new[0].shows("third"));
}

/// With the browser's clock a quarter of an hour behind, the newest calls were never asked for.
#[wasm_bindgen_test]
async fn the_servers_clock_counts() {
    let mut stage = Stage::new();
    stage.boot("now_ms", NOON_MS + 15 * 60_000);
    let page = stage.open("overview");
    see_asked(&page, 1).await;
    assert_eq!(last_asked(&page)["end"], "2026-11-20 12:16:10");
    // Somebody has set the browser's clock right since.
    page.date_answers(-2_000);
    page.pass(5_000).await;
    page.pass(5_000).await;
    assert_eq!(last_asked(&page)["end"], "2026-11-20 12:01:20");
    page.date_answers(-3_600_000);
    page.pass(5_000).await;
    page.pass(5_000).await;
    assert_eq!(last_asked(&page)["end"], "2026-11-20 11:01:30");
}

#[wasm_bindgen_test]
async fn the_whole_day_is_asked_for_from_time_to_time() {
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[named("a", 3_590)]));
    let page = stage.open("overview");
    page.row("11:59:50").await;
    page.pass(60_000).await;
    let starts: Vec<_> =
        asked(&page).iter().map(|params| params["start"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(starts.len(), 13);
    assert!(starts[1..12].iter().all(|start| start == "2026-11-20 11:57:50"), "{starts:?}");
    assert_eq!(starts[12], "2026-11-19 12:01:00", "long calls are filed under their start");
}

#[wasm_bindgen_test]
async fn no_more_than_twenty_five_calls_are_shown() {
    let stage = Stage::new();
    let rows: Vec<_> = (0..40).map(|number| named(&format!("call-{number}"), 100 + number)).collect();
    stage.answer("logs.list", calls(&rows));
    let page = stage.open("overview");
    page.row("call-39").await;
    assert_eq!(ids(&page).len(), 25);
    assert_eq!(ids(&page)[0], "call-39", "newest first, in whatever order they came");
}

#[wasm_bindgen_test]
async fn pause_stops_asking_and_resume_asks_at_once() {
    let page = Stage::new().open("overview");
    page.see("Live calls Live").await;
    page.click("Pause").await;
    page.see("Paused").await;
    page.quiet().await;
    let before = asked(&page).len();
    page.pass(120_000).await;
    assert_eq!(asked(&page).len(), before);
    page.click("Resume").await;
    page.pass(0).await;
    see_asked(&page, before + 1).await;
    page.pass(5_000).await;
    see_asked(&page, before + 2).await;
    assert!(page.control("Pause").await.has_focus(), "the keyboard stays on the button");
}

#[wasm_bindgen_test]
async fn a_hidden_tab_asks_nothing_and_asks_at_once_when_it_is_back() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.row("no key").await;
    page.quiet().await;
    page.hide_tab();
    let (batches, days, calls) = (page.requests("batch"), page.asked("activity.day").len(), asked(&page).len());
    page.pass(600_000).await;
    assert_eq!(page.requests("batch"), batches);
    page.show_tab();
    page.pass(0).await;
    page.see_asked("activity.day", days + 1).await;
    see_asked(&page, calls + 1).await;
}

#[wasm_bindgen_test]
async fn a_paused_log_stays_paused_when_the_tab_comes_back() {
    let page = Stage::new().open("overview");
    page.row("no key").await;
    page.click("Pause").await;
    page.see("Paused").await;
    page.hide_tab();
    page.show_tab();
    page.pass(60_000).await;
    assert_eq!(asked(&page).len(), 1);
}

#[wasm_bindgen_test]
async fn the_question_is_put_ever_more_rarely_while_the_gateway_fails() {
    let stage = Stage::new();
    stage.answer_with("logs.list", |_| Reply::Bad(unreachable()));
    let page = stage.open("overview");
    page.see("Waiting for an answer").await;
    page.quiet().await;
    let mut times = 1;
    for wait in [10_000, 20_000, 40_000, 60_000, 60_000] {
        page.pass(wait - 1).await;
        assert_eq!(asked(&page).len(), times, "less than {wait} ms after the failure");
        page.pass(1).await;
        times += 1;
        assert_eq!(asked(&page).len(), times, "{wait} ms after the failure");
    }
    page.stage().answer("logs.list", calls(&[named("a", 10)]));
    page.pass(60_000).await;
    page.see("Live calls Live").await;
    page.pass(5_000).await;
    assert_eq!(asked(&page).len(), times + 2);
}

#[wasm_bindgen_test]
async fn a_slow_gateway_is_not_asked_twice_at_once() {
    let page = Stage::new().open("overview");
    page.row("no key").await;
    page.quiet().await;
    page.hold("batch");
    page.pass(300_000).await;
    assert_eq!(asked(&page).len(), 2);
    page.release();
    page.pass(5_000).await;
    see_asked(&page, 3).await;
}

#[wasm_bindgen_test]
async fn a_log_that_fails_from_the_start_can_be_tried_again() {
    let stage = Stage::new();
    stage.answer_in_turn("logs.list", vec![Reply::Bad(unreachable()), Reply::Good(calls(&[named("a", 10)]))]);
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.see("The gateway cannot be reached").await;
    page.click("Try again").await;
    page.row("11:00:10").await;
    page.see("Live calls Live").await;
}

#[wasm_bindgen_test]
async fn calls_stay_on_screen_when_the_gateway_goes_down() {
    let stage = Stage::new();
    stage.answer_in_turn("logs.list", vec![Reply::Good(calls(&[named("a", 10)])), Reply::Bad(unreachable())]);
    let page = stage.open("overview");
    page.row("11:00:10").await;
    page.pass(5_000).await;
    page.see("Waiting for an answer").await;
    page.see("The gateway cannot be reached Nothing answers at LITELLM_API_BASE.").await;
    assert!(page.shows("11:00:10 AM"));
}

/// Whoever wants to copy a reason has five seconds between two calls.
#[wasm_bindgen_test]
async fn what_is_selected_stays_selected_while_calls_come_in() {
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[named("first", 3_580)]));
    let page = stage.open("overview");
    let row = page.row("first").await;
    let selection = window().get_selection().expect("a window has one").expect("a window has one");
    selection.select_all_children(row.parts("td")[1].element()).expect("it can be selected");
    for (second, id) in [(3_590, "second"), (3_595, "third")] {
        page.stage().answer("logs.list", calls(&[named(id, second), named("first", 3_580)]));
        page.pass(5_000).await;
        page.row(id).await;
        assert_eq!(String::from(selection.to_string()), "first");
    }
}

#[wasm_bindgen_test]
async fn only_failed_calls_can_be_shown() {
    let stage = Stage::new();
    let failed = json!({ "status": "failure", "metadata": { "status": "failure", "user_api_key_alias": "bad" } });
    stage.answer("logs.list", calls(&[named("good", 3_590), call("bad", 3_580, failed)]));
    let page = stage.open("overview");
    page.row("good").await;
    // The chart has a button of this name as well.
    page.part(".gw-log").await.click("Failed").await;
    page.wait_for("one row", |page| (ids(page) == ["bad"]).then_some(())).await;
    page.click("All").await;
    page.row("good").await;
}

#[wasm_bindgen_test]
async fn a_call_leads_to_itself_in_the_logs() {
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[named("req/1 & more", 3_590)]));
    let page = stage.open("overview");
    page.row("11:59:50").await.click("11:59:50 AM").await;
    page.see_address("page=litellm-dashboard-logs&open=req%2F1+%26+more").await;
    page.see("11:59:50 AM").await;
}
