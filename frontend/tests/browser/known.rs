//! What is there before it is asked for: handed over with the page, or asked for ahead; and what a page asks first.

use model::{first, route::PageName};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{day, key, keys},
    navigation::menu,
    page::Part,
    stage::{NOON_MS, Page, Reply, Stage, first},
};

/// What WordPress hands over of a page: what the stage's gateway would say, with other numbers.
fn days(fresh_s: i64, age_s: u64, requests: u32) -> Vec<Value> {
    let mut answers = Vec::new();
    for (endpoint, params) in first::reads(&first("overview"), NOON_MS) {
        let data = day(&params["day"], requests, 0, 0.5);
        answers.push(json!({
            "operation": endpoint.name(), "params": params, "fresh_s": fresh_s,
            "data": data, "age_s": age_s, "error": null, "took_ms": null,
        }));
    }
    answers
}

fn listed(alias: &str, fresh_s: i64) -> Value {
    json!([{
        "operation": "keys.list", "params": first("keys")[0]["params"], "fresh_s": fresh_s,
        "data": keys(&[key(alias, json!({}))]), "age_s": 90, "error": null, "took_ms": null,
    }])
}

fn dates(page: &Page) -> Vec<Value> {
    page.asked("activity.day").iter().map(|params| params["day"].clone()).collect()
}

/// The lists of pages.json are what WordPress hands over and what is asked for ahead: a page that asks something else first
/// would make both useless without a word.
#[wasm_bindgen_test]
async fn each_page_asks_first_what_its_list_says() {
    let contract: Value =
        serde_json::from_str(include_str!("../../../php-shim/contract.json")).expect("the contract is JSON");
    for name in PageName::ALL.map(PageName::as_str) {
        let page = Stage::new().open(name);
        page.quiet().await;
        let mut wanted: Vec<(String, Value)> = Vec::new();
        for (endpoint, params) in first::reads(&first(name), NOON_MS) {
            wanted.push((endpoint.name().to_owned(), params));
        }
        let mut asked = Vec::new();
        for operation in contract["operations"].as_object().expect("a contract has operations").keys() {
            let row = &contract["operations"][operation];
            // The status page tries everything anew: what was known before is no answer to that.
            let stored = row["ttl_s"].as_i64().unwrap_or(0) > 0 && name != "status";
            if stored || row["handler"] == "status" {
                asked.extend(page.asked(operation).into_iter().map(|params| (operation.clone(), params)));
            }
        }
        wanted.sort_by_key(|read| format!("{read:?}"));
        asked.sort_by_key(|read| format!("{read:?}"));
        assert_eq!(asked, wanted, "{name}: what it asked, and its list in pages.json");
    }
}

#[wasm_bindgen_test]
async fn what_was_handed_over_is_there_at_once_and_only_what_is_old_is_asked_for() {
    let mut stage = Stage::new();
    let mut answers = days(2_592_000, 5_000, 3);
    // Today, and yesterday as if WordPress kept it shorter than it is true.
    for answer in &mut answers[..2] {
        answer["fresh_s"] = json!(0);
        answer["age_s"] = json!(40);
    }
    stage.boot("answers", answers);
    stage.hold_after(0, "batch");
    let page = stage.open("overview");
    page.see("API requests 21").await;
    assert_eq!(page.parts(".gw-card .gw-skeleton").len(), 0);
    page.quiet().await;
    assert_eq!(dates(&page), ["2026-11-20", "2026-11-19"], "an old answer is never final");
    page.release();
    page.see("API requests 35").await;
}

fn first_keys() -> Value {
    json!([{ "operation": "keys.list", "params": first("keys")[0]["params"] }])
}

/// The text of a batch of one.
fn batch(status: u16, data: Value) -> String {
    json!({ "answers": [{ "status": status, "data": data, "age_s": 0, "error": null, "took_ms": 5 }] }).to_string()
}

#[wasm_bindgen_test]
async fn what_the_loader_asks_for_is_awaited_and_not_asked_for_again() {
    for known in [json!([]), listed("old", 0)] {
        let mut stage = Stage::new();
        let is_known = known != json!([]);
        stage.boot("answers", known);
        stage.hold_after(0, "early");
        stage.asks_early(first_keys(), &batch(200, keys(&[key("early", json!({}))])));
        let page = stage.open("keys");
        page.quiet().await;
        if is_known {
            page.row("old").await;
        }
        assert_eq!(page.asked("keys.list").len(), 0);
        page.release();
        page.row("early").await;
        assert_eq!(page.asked("keys.list").len(), 0);
        page.click("Refresh").await;
        page.row("web").await;
        assert_eq!(page.asked("keys.list").len(), 1);
    }
}

#[wasm_bindgen_test]
async fn what_the_loader_got_no_answer_to_is_asked_for() {
    let answer = batch(202, Value::Null);
    let two = json!({ "answers": [{ "status": 200 }, { "status": 200 }] }).to_string();
    for text in ["", "<html>", "{}", &two, &answer] {
        let mut stage = Stage::new();
        stage.asks_early(first_keys(), text);
        let page = stage.open("keys");
        page.row("web").await;
        assert_eq!(page.asked("keys.list").len(), 1, "{text}");
    }
    // A refusal of the gateway is an answer.
    let mut stage = Stage::new();
    let error = json!({ "code": "gateway_unreachable", "message": "", "data": { "status": 502, "reason": "refused" } });
    let refused = json!({ "answers": [{ "status": 502, "data": null, "age_s": 0, "error": error, "took_ms": null }] });
    stage.asks_early(first_keys(), &refused.to_string());
    let page = stage.open("keys");
    page.see("cannot be reached").await;
    assert_eq!(page.asked("keys.list").len(), 0);
}

#[wasm_bindgen_test]
async fn what_was_asked_for_before_a_write_is_asked_for_once_more() {
    let mut stage = Stage::new();
    stage.boot("answers", listed("old", 0));
    stage.hold_after(0, "early");
    stage.asks_early(first_keys(), &batch(200, keys(&[key("early", json!({}))])));
    let page = stage.open("keys");
    page.click("Block old").await;
    page.click("Block key").await;
    page.see_asked("keys.block", 1).await;
    page.quiet().await;
    page.release();
    page.row("web").await;
    page.quiet().await;
    assert!(!page.shows("early"), "it was asked before the write");
}

#[wasm_bindgen_test]
async fn what_was_handed_over_stays_with_its_age_when_nothing_newer_comes() {
    let mut stage = Stage::new();
    stage.boot("answers", listed("api", 0));
    stage.answer_all(&Reply::Lost);
    let page = stage.open("keys");
    page.row("api").await;
    page.see("WordPress did not answer").await;
    page.see("1 minute ago").await;
    page.row("api").await;

    let mut stage = Stage::new();
    stage.boot("answers", days(0, 7_200, 3));
    stage.answer_all(&Reply::Lost);
    let page = stage.open("overview");
    page.see("API requests 21").await;
    page.see("What is shown was read from the gateway 2 hours ago.").await;
}

#[wasm_bindgen_test]
async fn what_was_handed_over_answers_once_and_not_for_long() {
    let mut stage = Stage::new();
    stage.boot("answers", listed("api", 3_600));
    let page = stage.open("keys");
    page.row("api").await;
    page.quiet().await;
    assert_eq!(page.asked("keys.list").len(), 0, "it is fresh");
    page.click("Refresh").await;
    page.row("web").await;
    assert_eq!(page.asked("keys.list").len(), 1);

    // It was not asked for in time.
    let mut stage = Stage::new();
    stage.boot("answers", listed("api", 3_600));
    let menu = menu();
    let page = stage.open_at("?page=litellm-dashboard-console");
    page.pass(10_001).await;
    menu.click("Keys").await;
    page.row("web").await;
    assert_eq!(page.asked("keys.list").len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_handed_over_serves_its_own_question_only() {
    let mut stage = Stage::new();
    let mut answers = listed("api", 3_600);
    answers[0]["params"]["page"] = json!(2);
    stage.boot("answers", answers);
    let page = stage.open("keys");
    page.row("web").await;
    assert_eq!(page.asked("keys.list").len(), 1);
}

/// The browser may have kept the page, or the clocks differ.
#[wasm_bindgen_test]
async fn what_was_printed_at_another_time_is_not_used() {
    for printed_ms in [NOON_MS - 60_001, NOON_MS + 60_001] {
        let mut stage = Stage::new();
        stage.boot("answers", listed("api", 3_600));
        stage.boot("now_ms", printed_ms);
        let page = stage.open("keys");
        page.row("web").await;
        assert_eq!(page.asked("keys.list").len(), 1, "{printed_ms}");
    }
}

fn overview_with_menu() -> (Part, Page) {
    let stage = Stage::new();
    let menu = menu();
    (menu, stage.open_at("?page=litellm-dashboard"))
}

#[wasm_bindgen_test]
async fn a_link_on_which_the_pointer_rests_is_asked_for_ahead() {
    let (menu, page) = overview_with_menu();
    page.see("API requests 70").await;
    page.quiet().await;
    let (batches, teams) = (page.requests("batch"), page.asked("teams.list").len());
    menu.control("Keys").await.happen("pointerover");
    page.pass(79).await;
    assert_eq!(page.requests("batch"), batches, "it may only pass by");
    page.pass(1).await;
    assert_eq!((page.requests("batch"), page.asked("keys.list").len()), (batches + 1, 1));
    assert_eq!((page.asked("keys.self").len(), page.asked("teams.list").len()), (0, teams), "what comes later");
    // Again and again, while it is there.
    menu.control("Keys").await.happen("pointerout");
    menu.control("Keys").await.happen("focusin");
    page.quiet().await;
    assert_eq!(page.requests("batch"), batches + 1);
    page.hold("batch");
    menu.click("Keys").await;
    page.row("web").await;
    // The journal is asked for once the keys are there.
    page.see_asked("journal.list", 1).await;
    let asked = ["keys.list", "keys.self", "teams.list"].map(|operation| page.asked(operation).len());
    assert_eq!(asked, [1, 1, teams], "nothing is asked twice, and one after the other");
    page.release();
}

#[wasm_bindgen_test]
async fn what_was_asked_for_ahead_is_awaited_and_not_asked_for_twice() {
    let (menu, page) = overview_with_menu();
    page.see("API requests 70").await;
    page.quiet().await;
    page.hold("keys.list");
    menu.control("Keys").await.happen("focusin");
    page.quiet().await;
    assert_eq!(page.asked("keys.list").len(), 1);
    menu.click("Keys").await;
    page.quiet().await;
    page.release();
    page.row("web").await;
    assert_eq!(page.asked("keys.list").len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_asked_for_ahead_is_soon_asked_for_anew() {
    let (menu, page) = overview_with_menu();
    page.see("API requests 70").await;
    page.quiet().await;
    menu.control("Keys").await.happen("focusin");
    page.pass(5_000).await;
    // Among them what the overview itself asks about keys.
    let asked = page.asked("keys.list").len();
    page.hold("keys.list");
    menu.click("Keys").await;
    page.row("web").await;
    page.quiet().await;
    assert_eq!(page.asked("keys.list").len(), asked + 1, "it is shown, and asked for");
    page.release();
}

#[wasm_bindgen_test]
async fn nothing_is_asked_for_ahead_where_it_would_be_in_the_way() {
    let (menu, page) = overview_with_menu();
    page.see("API requests 70").await;
    page.quiet().await;
    // The page that is there; one of somebody else; another address than the page begins with; a pointer that has left.
    for name in ["Overview", "Foreign"] {
        menu.control(name).await.happen("focusin");
    }
    menu.control("Keys").await.happen("pointerover");
    menu.control("Keys").await.happen("pointerout");
    page.pass(200).await;
    assert_eq!(page.asked("keys.list").len(), 0);
    // One at a time.
    page.hold("status");
    menu.control("Status").await.happen("focusin");
    menu.control("Keys").await.happen("focusin");
    page.quiet().await;
    assert_eq!((page.asked("status").len(), page.asked("keys.list").len()), (1, 0));
    page.release();
    page.quiet().await;
    // Without a login.
    page.stage().nonce_is_old("first12345");
    page.stage().give_nonce(403, "-1");
    page.pass(30_000).await;
    page.see("Your login has expired").await;
    let requests = page.requests("batch");
    menu.control("Keys").await.happen("focusin");
    page.quiet().await;
    assert_eq!(page.requests("batch"), requests);
}

#[wasm_bindgen_test]
async fn nothing_is_asked_for_ahead_where_data_are_saved() {
    let stage = Stage::new();
    stage.save_data();
    let menu = menu();
    let page = stage.open_at("?page=litellm-dashboard");
    page.see("API requests 70").await;
    page.quiet().await;
    menu.control("Keys").await.happen("focusin");
    page.pass(200).await;
    assert_eq!(page.asked("keys.list").len(), 0);
}

/// The days that are over are here already.
#[wasm_bindgen_test]
async fn of_the_overview_only_what_is_not_known_for_good_is_asked_for_ahead() {
    let (menu, page) = overview_with_menu();
    page.see("API requests 70").await;
    menu.click("Keys").await;
    page.row("web").await;
    page.quiet().await;
    menu.control("Overview").await.happen("focusin");
    page.quiet().await;
    assert_eq!(dates(&page)[14..], ["2026-11-20"]);
}
