//! The drawer of one key.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{call, calls, key, keys, put, token},
    page::Part,
    stage::{Page, Reply, Stage, address, error, unreachable},
};

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// A key in full, as `keys.info` gives it.
fn info(alias: &str, other: Value) -> Value {
    let mut info = key(alias, json!({ "status": "active", "settings_updated_at": null, "metadata": {} }));
    put(&mut info, other);
    json!({ "key": token(1), "info": info })
}

fn team(other: Value) -> Value {
    let mut team =
        json!({ "team_id": "team-1", "team_alias": "Support", "models": [], "spend": 0.0, "blocked": false });
    put(&mut team, other);
    json!({ "team_id": "team-1", "team_info": team, "keys": [], "team_memberships": [] })
}

/// A dollar a day, of two models.
fn activity(spend: f64) -> Value {
    let metrics =
        |spend: f64| json!({ "spend": spend, "api_requests": 4, "successful_requests": 3, "failed_requests": 1 });
    let days: Vec<Value> = (1..=20)
        .map(|day| {
            json!({ "date": format!("2026-11-{day:02}"), "metrics": metrics(spend), "breakdown": { "model_groups": {
                "gpt-4o": { "metrics": metrics(spend * 0.75) }, "claude-3-5-sonnet": { "metrics": metrics(spend * 0.25) },
            } } })
        })
        .collect();
    json!({ "results": days })
}

/// A key of a team and an owner, of which everything can be read.
fn in_order() -> Stage {
    let stage = Stage::new();
    let web = json!({ "team_id": "team-1", "user_id": "ada", "spend": 4.0, "max_budget": 10.0, "created_at": "2026-01-01T00:00:00Z" });
    stage.answer("keys.list", keys(&[key("web", web.clone())]));
    stage.answer("keys.info", info("web", web));
    stage.answer("teams.info", team(json!({ "max_budget": 50.0, "spend": 12.5, "budget_duration": "30d", "budget_reset_at": "2026-12-01T00:00:00Z", "rpm_limit": 600 })));
    stage.answer(
        "users.list",
        json!({ "users": [
        { "user_id": "adamant", "user_alias": "Somebody else" },
        { "user_id": "ada", "user_alias": "Ada", "user_email": "ada@example.test", "spend": 9.0, "max_budget": 1.0 },
    ] }),
    );
    stage.answer("keys.activity", activity(1.0));
    stage.answer(
        "logs.list",
        calls(&[
            call("a", 20, json!({})),
            call(
                "b",
                10,
                json!({ "status": "failure", "metadata": {
        "status": "failure", "error_information": { "error_code": "429", "error_message": "Too many" } } }),
            ),
        ]),
    );
    stage
}

async fn open(stage: Stage) -> (Page, Part) {
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&key={}", token(1)));
    let drawer = page.part("dialog[open]").await;
    (page, drawer)
}

#[wasm_bindgen_test]
async fn a_key_is_shown_in_full_and_the_address_knows() {
    let page = in_order().open("keys");
    page.row("web").await;
    assert!(page.asked("keys.info").is_empty(), "nothing is asked for a key that is not open");
    page.click("web").await;
    let drawer = page.part("dialog[open]").await;
    for text in [
        "web",
        "Active",
        "The key itself $4.00 of $10.00",
        "$6.00 left",
        "Never starts anew",
        "Team Support $12.50 of $50.00 a month",
        "$37.50 left Starts anew on Dec 1, 2026",
        "Team Support 600 requests/min",
        "Ada ada ada@example.test",
        "Support team-1",
        "Settings changed Not since it was created",
    ] {
        drawer.see(text).await;
    }
    // In a team the budget of the owner does not count.
    assert!(!drawer.shows("Stops calls") && !drawer.shows("over budget"), "{}", drawer.text());
    page.see_address(&format!("key={}", token(1))).await;
    assert_eq!(page.asked("keys.info"), [json!({ "key": token(1) })]);
    assert_eq!(page.asked("teams.info"), [json!({ "team": "team-1" })]);
    assert!(
        page.asked("users.list").contains(&json!({ "ids": "ada,ada", "page": 1, "page_size": 100 })),
        "owner and maker"
    );
    assert_eq!(page.asked("keys.activity"), [json!({ "key": token(1), "start": "2026-10-22", "end": "2026-11-20" })]);
    assert_eq!(page.last_asked("logs.list")["key"], token(1));
    assert!(page.asked("organizations.list").is_empty(), "it belongs to none");
    drawer.escape();
    page.wait_for("no drawer", |page| page.parts("dialog[open]").is_empty().then_some(())).await;
    assert!(!address().contains("key="));
    page.assert_harmless();
}

#[wasm_bindgen_test]
async fn what_it_spent_is_told_by_day_by_model_and_until_when_it_lasts() {
    let (_page, drawer) = open(in_order()).await;
    drawer.see("Last 30 days, UTC $20.00; requests: 80, of which failed: 20").await;
    // Six dollars are left, and one goes a day.
    drawer.see("Runs out on Nov 26, 2026, if it goes on like this.").await;
    drawer.see("Reckoned from the last 7 whole days (UTC): $1.00 a day on average.").await;
    let by_day = drawer.table("Spend by day").await;
    assert_eq!(
        (by_day.len(), by_day[29].clone()),
        (30, ["Friday, November 20", "$1.00", "4", "1"].map(str::to_owned).to_vec())
    );
    let by_model = drawer.table("Spend by model").await;
    assert_eq!(by_model[0], ["gpt-4o", "$15.00", "75%"]);
    let left = drawer.table("What was left of the budget, by day").await;
    // Four are spent: the budget began before the 17th.
    assert_eq!(left[24][1], "Before this budget began");
    assert_eq!([&left[26][1], &left[29][1]], ["$9.00", "$6.00"]);
}

#[wasm_bindgen_test]
async fn the_newest_calls_say_when_what_and_why_not() {
    let (_page, drawer) = open(in_order()).await;
    let rows = drawer.table("Newest calls").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][1..], ["gpt-4o", "Success", "$0.013", "158 ms"]);
    assert!(rows[1][2].contains("Failed") && rows[1][2].contains("429, Too many"), "{rows:?}");
}

/// A key in a blocked team was called active.
#[wasm_bindgen_test]
async fn what_stops_a_key_is_said_first() {
    let stage = in_order();
    stage.answer("teams.info", team(json!({ "blocked": true, "max_budget": 1.0, "spend": 2.0 })));
    let (_page, drawer) = open(stage).await;
    drawer.see("Held back Team Support is blocked.").await;
    drawer.see("Team Support Stops calls Team Support is blocked.").await;
    drawer.see("Team Support Stops calls $2.00 of $1.00").await;
    drawer.see("Newer versions of LiteLLM answer calls of models without a price although a budget is spent.").await;
}

#[wasm_bindgen_test]
async fn lists_without_a_model_in_common_leave_none() {
    let stage = in_order();
    stage.answer("models.list", json!({ "data": [{ "model_group": "gpt-4o" }, { "model_group": "claude" }] }));
    stage.answer("keys.info", info("web", json!({ "team_id": "team-1", "models": ["gpt-4o"] })));
    stage.answer("teams.info", team(json!({ "models": ["claude"] })));
    let (_page, drawer) = open(stage).await;
    drawer.see("Held back The key and team Support have no model in common.").await;
}

#[wasm_bindgen_test]
async fn each_part_fails_by_itself_and_is_tried_again() {
    let stage = in_order();
    for operation in ["teams.info", "keys.activity", "logs.list"] {
        stage.answer_with(operation, |_| Reply::Bad(error("gateway_error", 502, "", "no")));
    }
    let (page, drawer) = open(stage).await;
    drawer.see("What its team allows could not be read.").await;
    drawer.see("What it spent could not be read.").await;
    drawer.see("The calls could not be read.").await;
    // The others are there.
    drawer.see("$4.00 of $10.00").await;
    drawer.see("Ada").await;
    page.stage().answer("teams.info", team(json!({ "blocked": true })));
    drawer.click("Try again").await;
    drawer.see("Team Support is blocked.").await;
    drawer.see_no_more("What its team allows could not be read.").await;
    assert!(drawer.shows("What it spent could not be read."));
}

#[wasm_bindgen_test]
async fn a_key_that_is_not_in_the_list_is_asked_for_by_its_hash() {
    let stage = Stage::new();
    let mut elsewhere = info("elsewhere", json!({ "token": token(7) }));
    elsewhere["key"] = json!(token(7));
    stage.answer("keys.info", elsewhere);
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&key={}", token(7)));
    let drawer = page.part("dialog[open]").await;
    drawer.see("elsewhere").await;
    drawer.see("Nothing: it may call all models, and spend without a limit.").await;
    assert_eq!(page.last_asked("keys.info"), json!({ "key": token(7) }));
}

#[wasm_bindgen_test]
async fn a_key_that_is_gone_is_not_shown_as_if_it_were_there() {
    let stage = Stage::new();
    stage.answer_with("keys.info", |_| Reply::Bad(error("gateway_refused", 404, "", "Key not found in database")));
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&key={}", token(7)));
    page.part("dialog[open]").await.see("The gateway knows no key with this hash.").await;
    // Newer LiteLLM keeps deleted keys.
    let stage = page.leave();
    stage.answer("keys.info", info("old", json!({ "status": "deleted", "deleted_at": "2026-11-19T00:00:00Z" })));
    let (_page, drawer) = open(stage).await;
    drawer.see("This key is deleted.").await;
    assert!(drawer.find_control("Block old").is_none());
}

#[wasm_bindgen_test]
async fn a_gateway_that_is_gone_is_said_and_asked_again() {
    let stage = Stage::new();
    stage.answer_with("keys.info", |_| Reply::Bad(unreachable()));
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&key={}", token(7)));
    let drawer = page.part("dialog[open]").await;
    drawer.see("The gateway cannot be reached").await;
    page.stage().answer("keys.info", info("back", json!({ "token": token(7) })));
    drawer.part(".gw-drawer-top").await.click("Try again").await;
    drawer.see("back").await;
}

#[wasm_bindgen_test]
async fn texts_of_others_stay_texts_in_the_drawer() {
    let stage = in_order();
    let odd = json!({
        "team_id": "team-1", "user_id": HOSTILE, "models": [HOSTILE], "created_by": HOSTILE, "budget_id": HOSTILE,
        "litellm_budget_table": { "budget_id": HOSTILE, "max_budget": 1.0 },
        "metadata": { "tags": [HOSTILE], HOSTILE: HOSTILE }, "allowed_routes": [HOSTILE],
    });
    stage.answer("keys.info", info(HOSTILE, odd));
    stage.answer("teams.info", team(json!({ "team_alias": HOSTILE, "blocked": true, "models": [HOSTILE] })));
    stage.answer(
        "keys.activity",
        json!({ "results": [{ "date": "2026-11-20", "metrics": { "spend": 1.0 }, "breakdown": {
        "model_groups": { HOSTILE: { "metrics": { "spend": 1.0 } } } } }] }),
    );
    stage.answer(
        "logs.list",
        calls(&[call(
            HOSTILE,
            10,
            json!({ "model_group": HOSTILE, "status": "failure", "metadata": {
        "error_information": { "error_code": HOSTILE, "error_message": HOSTILE } } }),
        )]),
    );
    let (page, drawer) = open(stage).await;
    drawer.see(&format!("Team {HOSTILE} is blocked.")).await;
    drawer.table("Spend by model").await;
    page.quiet().await;
    page.assert_harmless();
}

#[wasm_bindgen_test]
async fn a_log_that_is_switched_off_is_not_taken_for_no_calls() {
    let stage = in_order();
    stage.answer("logs.list", calls(&[]));
    let (_page, drawer) = open(stage).await;
    drawer.see("The log has none, although the gateway has counted 80 requests.").await;
}

#[wasm_bindgen_test]
async fn blocking_from_the_drawer_shows_in_it() {
    let stage = in_order();
    let (page, drawer) = open(stage).await;
    drawer.see("Active").await;
    let blocked = json!({ "blocked": true, "updated_at": "2026-11-20T12:00:01Z" });
    page.stage().answer("keys.block", json!({ "token": token(1), "blocked": true }));
    page.stage().answer("keys.info", info("web", blocked.clone()));
    page.stage().answer("keys.list", keys(&[key("web", blocked)]));
    drawer.click("Block web").await;
    page.click("Block key").await;
    drawer.see("Blocked The key is blocked.").await;
    drawer.control("Unblock web").await;
}
