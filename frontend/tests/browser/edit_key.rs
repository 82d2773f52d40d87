//! Changing a key: the difference, what others do meanwhile, and what came of it.

use std::{cell::RefCell, rc::Rc};

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{key_info, token},
    create_key::{open_advanced, pick, see_marked},
    stage::{Page, Reply, Stage, error, unreachable},
};

/// The key on the gateway: what `keys.info` says, and where `keys.update` writes.
type Gateway = Rc<RefCell<Value>>;

fn gateway(stage: &Stage, info: Value) -> Gateway {
    let gateway: Gateway = Rc::new(RefCell::new(key_info("web", info)["info"].clone()));
    let (reading, writing, resetting) = (gateway.clone(), gateway.clone(), gateway.clone());
    stage.answer_with("keys.info", move |_| Reply::Good(json!({ "key": token(1), "info": *reading.borrow() })));
    stage.answer_with("keys.update", move |params| {
        write(&writing, params);
        Reply::Good(json!({ "key": token(1) }))
    });
    stage.answer_with("keys.reset_spend", move |_| {
        resetting.borrow_mut()["spend"] = json!(0.0);
        Reply::Good(json!({ "key": token(1), "spend": 0.0 }))
    });
    gateway
}

/// As PHP and LiteLLM do it: what is not named stays, metadata are merged.
fn write(gateway: &Gateway, params: &Value) {
    let mut info = gateway.borrow_mut();
    for (param, value) in params.as_object().into_iter().flatten() {
        match param.as_str() {
            "key" => {}
            "metadata" => {
                let patch: Value = serde_json::from_str(value.as_str().unwrap_or_default()).expect("metadata are JSON");
                merge(&mut info["metadata"], &patch);
            }
            "duration" if value.is_null() => info["expires"] = Value::Null,
            "duration" => {
                let days: i64 = value.as_str().unwrap_or_default().trim_end_matches('d').parse().expect("days");
                info["expires"] =
                    json!(format!("2026-{:02}-{:02}T12:00:00Z", if days > 10 { 12 } else { 11 }, (20 + days) % 30));
            }
            "temp_budget_increase" | "temp_budget_expiry" => info["metadata"][param.as_str()] = value.clone(),
            other => {
                let name = match other {
                    "alias" => "key_alias",
                    "team" => "team_id",
                    "user" => "user_id",
                    other => other,
                };
                info[name] = value.clone();
            }
        }
    }
}

fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    for (name, change) in patch {
        if change.is_null() {
            value.as_object_mut().expect("an object").remove(name);
        } else {
            merge(&mut value[name.as_str()], change);
        }
    }
}

fn open(stage: Stage) -> Page {
    stage.open_at(&format!("?page=litellm-dashboard-keys&action=edit&key={}", token(1)))
}

/// The form of a key with this on the gateway.
async fn opened(info: Value) -> (Page, Gateway) {
    let stage = Stage::new();
    let gateway = gateway(&stage, info);
    let page = open(stage);
    page.see("Edit “web”").await;
    page.control("Alias").await;
    page.quiet().await;
    (page, gateway)
}

async fn save(page: &Page) {
    page.part("form.gw-form").await.click("Save changes").await;
}

/// Yes to the question that stands there.
async fn confirm(page: &Page, action: &str) {
    page.part("#gw-edit-question[open]").await.click(action).await;
}

async fn sent(page: &Page) -> Value {
    page.see_asked("keys.update", 1).await;
    let mut sent = page.last_asked("keys.update");
    sent.as_object_mut().expect("an object").remove("key");
    sent
}

#[wasm_bindgen_test]
async fn a_key_is_changed_after_its_difference_was_shown() {
    let (page, gateway) =
        opened(json!({ "max_budget": 10.0, "budget_duration": "30d", "rpm_limit": 60, "metadata": { "a": 1 } })).await;
    page.type_into("Budget", "25").await;
    page.type_into("Requests per minute", "").await;
    save(&page).await;
    page.see("Change “web”?").await;
    page.see("Setting Now Then Budget $10.00 $25.00 Requests per minute 60 No limit").await;
    assert!(page.asked("keys.update").is_empty(), "nothing is sent before yes");
    confirm(&page, "Save changes").await;
    page.see(
        "The key was changed What was changed Setting Before Now Budget $10.00 $25.00 Requests per minute 60 No limit",
    )
    .await;
    assert_eq!(sent(&page).await, json!({ "max_budget": 25.0, "rpm_limit": null }), "what is not changed is not sent");
    assert_eq!(gateway.borrow()["metadata"], json!({ "a": 1 }));
    let message = page.part(".gw-form-message").await;
    message.wait_for("the keyboard", |message| message.has_focus().then_some(())).await;
    // It is saved: nothing would be lost.
    page.click("Back to all keys").await;
    page.row("web").await;
    assert!(!page.shows("Leave without saving?"));
}

#[wasm_bindgen_test]
async fn cancelling_sends_nothing_and_keeps_what_was_typed() {
    let (page, _) = opened(json!({})).await;
    page.type_into("Alias", "new").await;
    save(&page).await;
    confirm(&page, "Cancel").await;
    page.see_no_more("Change “web”?").await;
    assert_eq!(page.control("Alias").await.value(), "new");
    page.quiet().await;
    assert!(page.asked("keys.update").is_empty());
    page.click("Back to all keys").await;
    page.see("Leave without saving?").await;
}

#[wasm_bindgen_test]
async fn nothing_changed_is_nothing_to_save() {
    let (page, _) = opened(json!({ "max_budget": 10.0 })).await;
    page.type_into("Budget", "10.00").await;
    save(&page).await;
    page.see("Nothing is changed").await;
    assert!(page.asked("keys.update").is_empty());
}

#[wasm_bindgen_test]
async fn everything_can_be_changed() {
    let (page, gateway) = opened(json!({
        "models": ["gpt-4o"], "expires": "2026-11-25T00:00:00Z", "max_parallel_requests": 3,
        "metadata": { "tags": ["prod"], "hook": { "key": "sk-…abcd", "on": true }, "model_rpm_limit": { "gpt-4o": 5 } },
    }))
    .await;
    page.type_into("Alias", "new").await;
    page.click("All models, also those added later").await;
    pick(&page, "Owner", "ada").await;
    pick(&page, "Team", "supp").await;
    page.choose("Expires", "Never").await;
    page.type_into("Budget", "5").await;
    page.choose("Budget period", "A week").await;
    page.type_into("Tokens per minute", "1000").await;
    page.type_into("Requests at the same time", "").await;
    open_advanced(&page).await;
    page.type_into("Tokens per minute of this model", "70").await;
    page.type_into("Tags", "prod\neu").await;
    let metadata = page.control("Metadata").await.value();
    page.type_into("Metadata", &metadata.replace("true", "false")).await;
    save(&page).await;
    page.see("Change “web”?").await;
    confirm(&page, "Save changes").await;
    page.see("The key was changed").await;
    let mut sent = sent(&page).await;
    let patch: Value = serde_json::from_str(sent["metadata"].as_str().unwrap_or_default()).expect("metadata are JSON");
    // The secret is neither sent back nor lost.
    assert_eq!(patch, json!({ "hook": { "on": false }, "tags": ["prod", "eu"], "model_tpm_limit": { "gpt-4o": 70 } }));
    sent.as_object_mut().expect("an object").remove("metadata");
    let rest = json!({
        "alias": "new", "models": [], "user": "ada", "team": "team-1", "duration": null, "max_budget": 5.0, "budget_duration": "7d",
        "tpm_limit": 1000, "max_parallel_requests": null,
    });
    assert_eq!(sent, rest);
    assert_eq!(gateway.borrow()["metadata"]["hook"]["key"], "sk-…abcd");
    page.see("Edit “web”").await;
}

/// Two administrators at once: the second wrote over what the first had saved, and nobody was told.
#[wasm_bindgen_test]
async fn what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten() {
    let (page, gateway) = opened(json!({ "max_budget": 10.0, "rpm_limit": 60 })).await;
    page.type_into("Budget", "25").await;
    {
        let mut theirs = gateway.borrow_mut();
        theirs["max_budget"] = json!(99.0);
        theirs["tpm_limit"] = json!(7);
        theirs["spend"] = json!(3.0);
    }
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("“web” was changed meanwhile").await;
    let cancel = page.control("Look at it first").await;
    cancel.wait_for("the keyboard on what changes nothing", |cancel| cancel.has_focus().then_some(())).await;
    page.see("Setting When you opened it Now When you save Budget $10.00 $99.00 $25.00 Tokens per minute No limit 7 7")
        .await;
    assert!(page.asked("keys.update").is_empty());
    confirm(&page, "Look at it first").await;
    page.see("Somebody else has changed this key").await;
    assert_eq!(page.control("Budget").await.value(), "25", "what was typed stays");
    assert_eq!(page.control("Tokens per minute").await.value(), "7", "where nothing was, theirs is there");
    save(&page).await;
    page.see("Budget $99.00 $25.00").await;
    confirm(&page, "Save changes").await;
    page.see("The key was changed").await;
    assert_eq!(sent(&page).await, json!({ "max_budget": 25.0 }), "theirs is not sent back");
    assert_eq!(gateway.borrow()["tpm_limit"], 7);
}

#[wasm_bindgen_test]
async fn whoever_says_so_saves_over_the_others() {
    let (page, gateway) = opened(json!({ "max_budget": 10.0 })).await;
    page.type_into("Budget", "25").await;
    gateway.borrow_mut()["max_budget"] = json!(99.0);
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("“web” was changed meanwhile").await;
    // Once more meanwhile: that is shown as well.
    gateway.borrow_mut()["rpm_limit"] = json!(1);
    confirm(&page, "Save mine").await;
    page.see("Requests per minute No limit 1 1").await;
    assert!(page.asked("keys.update").is_empty());
    confirm(&page, "Save mine").await;
    page.see("The key was changed").await;
    assert_eq!(sent(&page).await, json!({ "max_budget": 25.0 }));
    assert_eq!(gateway.borrow()["rpm_limit"], 1);
}

/// Calls move `updated_at` and the spend: that is nobody's change.
#[wasm_bindgen_test]
async fn calls_meanwhile_are_no_change() {
    let (page, gateway) = opened(json!({})).await;
    page.type_into("Budget", "25").await;
    {
        let mut now = gateway.borrow_mut();
        now["spend"] = json!(3.0);
        now["updated_at"] = json!("2026-11-20T12:00:05Z");
        now["last_active"] = json!("2026-11-20T12:00:05Z");
    }
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("The key was changed").await;
}

#[wasm_bindgen_test]
async fn what_the_gateway_did_otherwise_is_told() {
    let stage = Stage::new();
    let gateway = gateway(&stage, json!({ "max_budget": 10.0, "budget_duration": "30d" }));
    let cutting = gateway.clone();
    stage.answer_with("keys.update", move |_| {
        let mut info = cutting.borrow_mut();
        info["max_budget"] = json!(20.0);
        info["rpm_limit"] = json!(5);
        Reply::Good(json!({ "key": token(1) }))
    });
    let page = open(stage);
    page.control("Alias").await;
    page.type_into("Budget", "50").await;
    page.choose("Budget period", "In total").await;
    page.type_into("Requests per minute", "5").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("Not all is as you chose What was changed Setting Before Now Requests per minute No limit 5").await;
    page.see("or somebody else has changed it in between. What became otherwise Setting Before You chose Now Budget $10.00 $50.00 $20.00").await;
    page.see("This is as it was before: What was not changed Setting Now You chose Budget period A month In total")
        .await;
    assert_eq!(page.control("Budget").await.value(), "20", "the form shows what is");
}

#[wasm_bindgen_test]
async fn what_litellm_refuses_lands_on_its_field() {
    let stage = Stage::new();
    gateway(&stage, json!({}));
    let mut refused = error("gateway_refused", 400, "", "LiteLLM refused it.");
    refused["data"]["fields"] =
        json!({ "alias": "Key with alias 'twin' already exists.", "metadata": "Not like this." });
    stage.answer_with("keys.update", move |_| Reply::Bad(refused.clone()));
    let page = open(stage);
    page.control("Alias").await;
    page.type_into("Alias", "twin").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    see_marked(&page, "Alias", "Key with alias 'twin' already exists.").await;
    page.see("Please check the marked fields").await;
    page.see("Not like this.").await;
    assert_eq!(page.asked("keys.update").len(), 1);
    assert!(!page.shows("Change “web”?"));
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_told_before_anything_is_asked() {
    let (page, _) = opened(json!({ "key_alias": "web", "rpm_limit": 0 })).await;
    page.type_into("Alias", "").await;
    page.type_into("Raise the budget for now", "5").await;
    save(&page).await;
    see_marked(&page, "Alias", "Enter a name by which you will recognise the key.").await;
    see_marked(&page, "Raise the budget for now", "Without a budget there is nothing to raise.").await;
    // It was so before.
    assert_eq!(page.control("Requests per minute").await.attribute("aria-invalid"), None);
    assert!(!page.shows("Change “web”?"));
}

#[wasm_bindgen_test]
async fn the_key_is_read_again_before_it_is_written() {
    let (page, _) = opened(json!({})).await;
    page.type_into("Budget", "5").await;
    page.stage().answer_with("keys.info", |_| Reply::Bad(unreachable()));
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("The gateway cannot be reached").await;
    page.quiet().await;
    assert!(page.asked("keys.update").is_empty(), "what is not known is not written over");
    page.stage().answer("keys.info", key_info("web", json!({})));
    confirm(&page, "Save changes").await;
    page.see_asked("keys.update", 1).await;
}

#[wasm_bindgen_test]
async fn after_a_lost_answer_the_key_is_read_and_the_truth_told() {
    for lost in [Reply::Lost, Reply::Http(504, "<html>Gateway timeout</html>".to_owned())] {
        let stage = Stage::new();
        let gateway = gateway(&stage, json!({ "max_budget": 10.0 }));
        let (writing, answer) = (gateway.clone(), lost.clone());
        stage.answer_with("keys.update", move |params| {
            write(&writing, params);
            answer.clone()
        });
        let page = open(stage);
        page.control("Alias").await;
        page.type_into("Budget", "25").await;
        save(&page).await;
        confirm(&page, "Save changes").await;
        page.see("The key was changed The answer got lost, but the key has the new settings.").await;
        page.quiet().await;
        assert_eq!(page.asked("keys.update").len(), 1, "nothing is sent twice");
    }
}

#[wasm_bindgen_test]
async fn what_has_not_happened_yet_can_be_looked_at_again() {
    let stage = Stage::new();
    let gateway = gateway(&stage, json!({ "max_budget": 10.0 }));
    stage.answer_with("keys.update", |_| Reply::Bad(error("gateway_unreachable", 504, "timeout", "")));
    let page = open(stage);
    page.control("Alias").await;
    page.type_into("Budget", "25").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("This is as it was before: What was not changed Setting Now You chose Budget $10.00 $25.00").await;
    page.see("The answer got lost, and the gateway may still be at it.").await;
    assert_eq!(page.control("Budget").await.value(), "25", "what was typed is not lost");
    // LiteLLM ends nine seconds later.
    gateway.borrow_mut()["max_budget"] = json!(25.0);
    page.click("Look again").await;
    page.see("The key was changed The answer got lost, but the key has the new settings.").await;
    assert_eq!(page.asked("keys.update").len(), 1);
}

/// A key whose budget is being changed to 25, with the answer lost and nothing done yet.
async fn lost_so_far() -> (Page, Gateway) {
    let stage = Stage::new();
    let gateway = gateway(&stage, json!({ "max_budget": 10.0 }));
    stage.answer_with("keys.update", |_| Reply::Bad(error("gateway_unreachable", 504, "timeout", "")));
    let page = open(stage);
    page.control("Alias").await;
    page.type_into("Budget", "25").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("The answer got lost, and the gateway may still be at it.").await;
    (page, gateway)
}

#[wasm_bindgen_test]
async fn what_is_typed_after_a_lost_answer_stays_when_it_has_happened() {
    let (page, gateway) = lost_so_far().await;
    page.type_into("Budget", "30").await;
    gateway.borrow_mut()["max_budget"] = json!(25.0);
    page.click("Look again").await;
    page.see("The key was changed The answer got lost, but the key has the new settings.").await;
    assert_eq!(page.control("Budget").await.value(), "30");
    save(&page).await;
    page.see("Budget $25.00 $30.00").await;
}

#[wasm_bindgen_test]
async fn a_change_of_ones_own_that_came_late_is_not_called_somebody_elses() {
    let (page, gateway) = lost_so_far().await;
    gateway.borrow_mut()["max_budget"] = json!(25.0);
    let writing = gateway.clone();
    page.stage().answer_with("keys.update", move |params| {
        write(&writing, params);
        Reply::Good(json!({ "key": token(1) }))
    });
    page.type_into("Alias", "site").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see_asked("keys.update", 2).await;
    page.see("The key was changed").await;
    assert_eq!(page.asked("keys.update")[1], json!({ "key": token(1), "alias": "site" }));
    assert!(!page.shows("Somebody else"));
}

#[wasm_bindgen_test]
async fn where_nothing_can_be_read_nothing_is_claimed() {
    let (page, gateway) = opened(json!({ "max_budget": 10.0 })).await;
    page.type_into("Budget", "25").await;
    save(&page).await;
    page.see("Change “web”?").await;
    let reading = gateway.clone();
    let mut left = 1;
    page.stage().answer_with("keys.info", move |_| {
        if left == 0 {
            return Reply::Bad(unreachable());
        }
        left -= 1;
        Reply::Good(json!({ "key": token(1), "info": *reading.borrow() }))
    });
    page.stage().answer_with("keys.update", |_| Reply::Lost);
    confirm(&page, "Save changes").await;
    page.see("Whether the key was changed is not known.").await;
    assert_eq!(page.control("Budget").await.value(), "25");
}

#[wasm_bindgen_test]
async fn a_budget_is_raised_for_some_days_and_that_can_be_ended() {
    let (page, gateway) = opened(json!({ "max_budget": 10.0 })).await;
    page.type_into("Raise the budget for now", "2.5").await;
    save(&page).await;
    page.see("Enter after how many days.").await;
    page.type_into("Days for which the budget is raised", "3").await;
    save(&page).await;
    page.see("Raise the budget for now None $2.50 more for 3 days").await;
    confirm(&page, "Save changes").await;
    page.see("The key was changed").await;
    assert_eq!(sent(&page).await, json!({ "temp_budget_increase": 2.5, "temp_budget_expiry": "2026-11-23T12:00:00" }));
    page.see("It is raised by $2.50 until Nov 23, 2026, 12:00 PM. Enter 0 to end that.").await;
    assert_eq!(page.control("Raise the budget for now").await.value(), "");
    page.type_into("Raise the budget for now", "0").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see_asked("keys.update", 2).await;
    page.see("Added to the budget for so many days.").await;
    assert_eq!(gateway.borrow()["metadata"], json!({}));
}

#[wasm_bindgen_test]
async fn what_was_spent_is_reset_after_a_question() {
    let (page, _) = opened(json!({ "spend": 3.25, "max_budget": 10.0 })).await;
    page.see("Spent so far $3.25").await;
    page.type_into("Budget", "25").await;
    page.click("Reset to zero").await;
    page.see("Set to zero what “web” has spent?").await;
    assert!(page.asked("keys.reset_spend").is_empty());
    confirm(&page, "Reset to zero").await;
    page.see("What the key has spent is set to zero").await;
    page.see("Spent so far $0.00").await;
    assert_eq!(page.asked("keys.reset_spend"), [json!({ "key": token(1) })]);
    assert_eq!(page.control("Budget").await.value(), "25", "what is filled in stays");
}

#[wasm_bindgen_test]
async fn a_reset_whose_answer_is_lost_is_not_done_twice() {
    let stage = Stage::new();
    gateway(&stage, json!({ "spend": 3.25 }));
    stage.answer_with("keys.reset_spend", |_| Reply::Lost);
    let page = open(stage);
    page.click("Reset to zero").await;
    confirm(&page, "Reset to zero").await;
    page.see("The gateway says that the key has spent $3.25. It may still be at it").await;
    page.quiet().await;
    assert_eq!(page.asked("keys.reset_spend").len(), 1);
}

#[wasm_bindgen_test]
async fn a_reset_that_may_have_been_done_can_be_looked_at_again() {
    let stage = Stage::new();
    let gateway = gateway(&stage, json!({ "spend": 3.25 }));
    stage.answer_with("keys.reset_spend", |_| Reply::Lost);
    let page = open(stage);
    page.click("Reset to zero").await;
    let reading = gateway.clone();
    page.stage().answer_with("keys.info", |_| Reply::Bad(unreachable()));
    confirm(&page, "Reset to zero").await;
    page.see("Whether the key was changed is not known.").await;
    gateway.borrow_mut()["spend"] = json!(0.5);
    page.stage().answer_with("keys.info", move |_| Reply::Good(json!({ "key": token(1), "info": *reading.borrow() })));
    page.click("Look again").await;
    page.see("The gateway says that the key has spent $0.50 now, after $3.25 before").await;
    gateway.borrow_mut()["spend"] = json!(0.0);
    page.click("Look again").await;
    page.see("What the key has spent is set to zero").await;
    assert_eq!(page.asked("keys.reset_spend").len(), 1);
}

#[wasm_bindgen_test]
async fn the_service_key_is_not_edited() {
    let stage = Stage::new();
    let mut own = crate::canned::own_key();
    own["key"] = json!(token(1));
    stage.answer("keys.self", own);
    let page = open(stage);
    page.see("This is the key with which the plugin itself reaches the gateway. It cannot be changed from here.").await;
    assert!(page.find_control("Save changes").is_none());
}

#[wasm_bindgen_test]
async fn a_key_that_is_gone_says_so() {
    let stage = Stage::new();
    stage.answer_with("keys.info", |_| Reply::Bad(error("gateway_refused", 404, "", "Key not found in database")));
    let page = open(stage);
    page.see("This no longer exists").await;
}

/// Newer LiteLLM keeps what it has deleted, and answers as if it were there.
#[wasm_bindgen_test]
async fn a_deleted_key_is_not_edited() {
    let stage = Stage::new();
    gateway(&stage, json!({ "status": "deleted" }));
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&action=edit&key={}", token(1)));
    page.see("This no longer exists").await;
    assert!(page.parts("form").is_empty());
}

#[wasm_bindgen_test]
async fn names_of_others_are_text() {
    let odd = "<img src=x onerror=alert(1)>\u{202e}\n👩‍👩‍👧";
    let (page, gateway) = {
        let stage = Stage::new();
        let gateway =
            gateway(&stage, json!({ "key_alias": odd, "team_id": "<b>t", "metadata": { "<i>": "<script>" } }));
        let page = open(stage);
        page.control("Alias").await;
        (page, gateway)
    };
    page.see("⟨U+202E⟩").await;
    page.type_into("Budget", "5").await;
    gateway.borrow_mut()["team_id"] = json!("<u>other");
    gateway.borrow_mut()["metadata"] = json!({ "<i>": "<iframe>" });
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("<u>other").await;
    page.see("<iframe>").await;
    page.assert_harmless();
    confirm(&page, "Save mine").await;
    page.see("The key was changed").await;
    assert_eq!(sent(&page).await, json!({ "max_budget": 5.0 }), "an alias that the form would refuse stays");
    page.assert_harmless();
}

/// The table still had what was before: it is not read anew within a minute.
#[wasm_bindgen_test]
async fn the_table_shows_what_was_saved() {
    let stage = Stage::new();
    gateway(&stage, json!({}));
    let page = stage.open("keys");
    page.click("Edit web").await;
    page.type_into("Budget", "25").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("The key was changed").await;
    page.click("Back to all keys").await;
    page.row("web").await.see("$0.00 of $25.00").await;
}

#[wasm_bindgen_test]
async fn it_is_opened_from_the_row_and_from_the_drawer() {
    let page = Stage::new().open("keys");
    page.click("Edit web").await;
    page.see("Edit “web”").await;
    page.see_address(&format!("action=edit&key={}", token(1))).await;
    page.click("Show the key").await;
    page.part("dialog[open]").await.click("Edit web").await;
    page.see("Edit “web”").await;
}
