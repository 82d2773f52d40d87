//! What needs somebody now: why calls fail, models that fail, keys near their budget.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{self, call, calls, day, key, keys, token},
    navigation::menu,
    stage::{Page, Reply, Stage, error, unreachable},
};

/// A call of this model that failed so.
fn failed(id: &str, second: u32, model: &str, class: &str) -> Value {
    let why = json!({ "error_code": "", "error_class": class, "error_message": "" });
    call(
        id,
        second,
        json!({
            "status": "failure", "model": model, "model_group": model, "metadata": { "status": "failure", "error_information": why },
        }),
    )
}

/// A gateway whose log has these calls of the last hour, and these failed ones of whatever range.
fn gateway(hour: Value, of_range: Value) -> Stage {
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[]));
    stage.answer_with("logs.outcomes", move |params| {
        Reply::Good(if params["status"] == "failure" { of_range.clone() } else { hour.clone() })
    });
    stage
}

fn in_two_models() -> Value {
    calls(&[
        failed("a", 3_500, "gpt-4o", "RateLimitError"),
        failed("b", 3_400, "gone", "ProxyModelNotFoundError"),
        call("c", 3_300, json!({})),
        failed("d", 3_200, "gone", "ProxyModelNotFoundError"),
    ])
}

/// Questions beside those of the live log, in order: what was asked for, and from when.
fn asked(page: &Page) -> Vec<(String, Value)> {
    let of = |operation: &str| -> Vec<(String, Value)> {
        page.asked(operation).into_iter().map(|params| (operation.to_owned(), params)).collect()
    };
    let mut all = of("logs.outcomes");
    all.extend(of("keys.list"));
    all
}

#[wasm_bindgen_test]
async fn nothing_of_it_is_asked_for_before_the_figures_are_there_and_each_by_itself() {
    let stage = gateway(in_two_models(), calls(&[failed("a", 10, "gone", "NotFoundError")]));
    stage.hold_after(0, "batch");
    let page = stage.open("overview");
    page.pass(3_000).await;
    assert_eq!(asked(&page), [], "the figures are awaited");
    page.release();
    page.see("API requests 70").await;
    assert_eq!(asked(&page), [], "the page is left alone for a moment");
    let before = page.requests("batch");
    page.pass(500).await;
    page.see("What fails now").await;
    page.see("None: no key has spent").await;
    assert_eq!(page.requests("batch"), before + 3, "one question at a time");
    let asked = asked(&page);
    assert_eq!(asked[0].1["start"], "2026-11-20 11:00:03");
    assert_eq!((&asked[1].1["start"], &asked[1].1["status"]), (&json!("2026-11-14 00:00:00"), &json!("failure")));
    assert_eq!(
        asked[2].1,
        json!({ "page": 1, "size": 100, "sort_by": "spend", "sort_order": "desc" }),
        "not ten thousand keys"
    );
    page.pass(61_000).await;
    page.quiet().await;
    let again = self::asked(&page);
    assert_eq!(again.len(), 4, "what changes slowly is asked for less often");
}

#[wasm_bindgen_test]
async fn a_hidden_tab_asks_nothing() {
    let page = gateway(in_two_models(), calls(&[])).open("overview");
    page.see("API requests 70").await;
    page.hide_tab();
    page.pass(600_000).await;
    assert_eq!(asked(&page), []);
    page.show_tab();
    page.pass(0).await;
    page.see("What fails now gone 2 of 2 calls failed").await;
}

#[wasm_bindgen_test]
async fn models_that_fail_are_told_worst_first_and_lead_to_their_calls() {
    let page = gateway(in_two_models(), calls(&[])).open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see(
        "What fails now gone 2 of 2 calls failed no such model gpt-4o 1 of 2 calls failed too many requests or tokens Of 3 failed calls of the last hour.",
    )
    .await;
    let href = page.control("gone").await.attribute("href").unwrap_or_default();
    assert!(href.ends_with("page=litellm-dashboard-logs&range=1h&model=gone&status=failure"), "{href}");
    page.click("All of them").await;
    page.see_address("page=litellm-dashboard-logs&range=1h&status=failure").await;
}

/// Older LiteLLM counts the calls of all models, whatever model is asked for.
#[wasm_bindgen_test]
async fn of_many_calls_those_of_a_model_are_counted_where_the_gateway_can() {
    for (counted, words) in [(40, "gone 2 of 40 calls failed"), (900, "gone 2 failed")] {
        let mut many = in_two_models();
        many["total"] = json!(900);
        let two = calls(&[failed("b", 3_400, "gone", "NotFoundError"), failed("d", 3_200, "gone", "NotFoundError")]);
        let stage = gateway(many, two);
        stage.answer("logs.count", json!({ "total": counted, "total_is_capped": false }));
        let page = stage.open("overview");
        page.see("API requests 70").await;
        page.pass(500).await;
        page.see(words).await;
        assert_eq!(page.last_asked("logs.count")["model"], "gone");
    }
}

#[wasm_bindgen_test]
async fn that_nothing_fails_and_that_nothing_is_known_are_told_apart() {
    for (hour, words) in [
        (calls(&[call("a", 10, json!({}))]), "None: the log has 1 call of the last hour, which did not fail."),
        (calls(&[]), "None: the gateway’s log has no calls of the last hour."),
    ] {
        let page = gateway(hour, calls(&[])).open("overview");
        page.see("API requests 70").await;
        page.pass(500).await;
        page.see(words).await;
    }
    let stage = Stage::new();
    stage.answer("logs.list", calls(&[]));
    stage.answer_with("logs.outcomes", |_| Reply::Bad(error("gateway_error", 502, "database", "")));
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see("What fails now Not known: the gateway’s log could not be read. LiteLLM cannot reach its database").await;
    page.see("Keys near their budget None").await;
    assert!(!page.shows("Mostly") && page.shows("Error rate 10%"), "an error of one part is said there only");
    page.stage().answer("logs.outcomes", in_two_models());
    page.click("Try again").await;
    page.see("gone 2 of 2 calls failed").await;
    page.see("Mostly: no such model (2 of 3 failed calls that the log shows)").await;
}

/// An old answer of a gateway that fails says nothing of now.
#[wasm_bindgen_test]
async fn what_was_is_not_told_as_what_is() {
    let stage = Stage::new();
    stage.answer_with("logs.outcomes", |_| Reply::Old(in_two_models(), 600, unreachable()));
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see("Not known: the gateway’s log could not be read.").await;
    assert!(!page.shows("gone 2"));
}

#[wasm_bindgen_test]
async fn the_error_rate_says_why_and_what_that_rests_on() {
    let rows: Vec<Value> = (0..3).map(|number| failed(&number.to_string(), number, "gone", "NotFoundError")).collect();
    let mut newest = calls(&rows);
    let page = gateway(calls(&[]), newest.clone()).open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see("Mostly: no such model (3 of 3 failed calls that the log shows)").await;
    newest["total"] = json!(700);
    page.stage().answer("logs.outcomes", newest);
    page.click("30 days").await;
    page.see("API requests 300").await;
    page.see_no_more("Mostly").await;
    page.pass(500).await;
    page.see("Mostly: no such model (3 of the newest 3 failed calls)").await;
    let starts: Vec<Value> = asked(&page).into_iter().map(|(_, params)| params["start"].clone()).collect();
    assert!(starts.contains(&json!("2026-10-22 00:00:00")), "{starts:?}");
}

#[wasm_bindgen_test]
async fn where_nothing_failed_nobody_asks_why() {
    let stage = gateway(calls(&[]), in_two_models());
    stage.answer_with("activity.day", |params| Reply::Good(day(&params["day"], 10, 0, 0.5)));
    let page = stage.open("overview");
    page.see("Error rate 0%").await;
    page.pass(500).await;
    page.see("Keys near their budget None").await;
    assert!(!page.shows("Mostly") && asked(&page).iter().all(|(_, params)| params["status"].is_null()));
}

fn near(number: u64, other: Value) -> Value {
    let mut one = key(&format!("key-{number}"), json!({ "token": token(number) }));
    canned::put(&mut one, other);
    one
}

#[wasm_bindgen_test]
async fn keys_near_their_budget_say_what_is_left_and_until_when() {
    let stage = gateway(calls(&[]), calls(&[]));
    let mut answer = keys(&[
        near(
            1,
            json!({ "spend": 9.0, "max_budget": 10.0, "budget_duration": "30d", "budget_reset_at": "2026-11-23T12:00:00Z" }),
        ),
        near(2, json!({ "spend": 12.0, "max_budget": 10.0 })),
        near(3, json!({ "spend": 1.0, "max_budget": 10.0 })),
        near(4, json!({ "spend": 1.0, "max_budget": 0.0 })),
        near(5, json!({ "spend": 1.0, "max_budget": null, "team_id": "team-1" })),
    ]);
    answer["total_count"] = json!(10_000);
    stage.answer("keys.list", answer);
    stage.answer("teams.list", json!({ "total": 1, "teams": [{
        "team_id": "team-1", "team_alias": "Support", "models": [], "blocked": false, "spend": 95.0, "max_budget": 100.0,
    }] }));
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see(
        "Keys near their budget key-2 nothing left of $10.00 does not start anew key-5 Team Support $5.00 left of $100.00 does not start anew key-1 $1.00 left of $10.00 starts anew in 3 days Of the 5 keys that have spent most, by their own budgets and their teams’. All keys",
    )
    .await;
    assert_eq!(page.asked("keys.list").len(), 1);
    page.click("key-1").await;
    page.see_address(&format!("page=litellm-dashboard-keys&key={}", token(1))).await;
}

#[wasm_bindgen_test]
async fn keys_that_the_browser_has_are_not_asked_for_again() {
    let stage = gateway(calls(&[]), calls(&[]));
    stage.answer("keys.list", keys(&[near(1, json!({ "spend": 9.0, "max_budget": 10.0 }))]));
    let menu = menu();
    let page = stage.open_at("?page=litellm-dashboard-keys");
    page.row("key-1").await;
    page.quiet().await;
    let before = page.asked("keys.list").len();
    menu.click("Overview").await;
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see("key-1 $1.00 left of $10.00").await;
    page.see("Of 1 key, by its own budget and its team’s.").await;
    assert_eq!(page.asked("keys.list").len(), before);
}

#[wasm_bindgen_test]
async fn refresh_asks_for_all_of_it_anew() {
    let page = gateway(in_two_models(), in_two_models()).open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see("Keys near their budget None").await;
    assert_eq!(asked(&page).len(), 3);
    page.stage().answer("keys.list", keys(&[near(1, json!({ "spend": 9.0, "max_budget": 10.0 }))]));
    page.control("Refresh").await.touch();
    page.pass(500).await;
    page.see("key-1 $1.00 left of $10.00").await;
    assert_eq!(asked(&page).len(), 6);
}

#[wasm_bindgen_test]
async fn who_may_not_see_the_keys_sees_no_empty_box() {
    let stage = gateway(in_two_models(), calls(&[]));
    stage.answer_with("keys.list", |_| {
        Reply::Bad(error("rest_forbidden", 403, "", "Sorry, you are not allowed to do that."))
    });
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see("gone 2 of 2 calls failed").await;
    page.see_no_more("Keys near their budget").await;
}

#[wasm_bindgen_test]
async fn what_others_chose_is_text() {
    let evil = "<img src=x onerror=alert(1)>";
    let mut of_evil = failed("a", 10, evil, evil);
    of_evil["metadata"]["error_information"]["error_message"] = json!(evil);
    let stage = gateway(calls(&[of_evil.clone()]), calls(&[of_evil]));
    stage.answer("keys.list", keys(&[near(1, json!({ "key_alias": evil, "spend": 9.0, "max_budget": 10.0 }))]));
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.pass(500).await;
    page.see(&format!("{evil} $1.00 left of $10.00")).await;
    page.assert_harmless();
}
