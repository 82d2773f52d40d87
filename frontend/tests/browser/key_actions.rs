//! Blocking, unblocking and deleting.

use std::{cell::Cell, rc::Rc};

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{key, keys, token},
    page::Part,
    stage::{Page, Reply, Stage, error, unreachable},
};

/// A gateway with one key, which keeps what is done to it.
fn with_memory() -> Stage {
    let stage = Stage::new();
    let (blocked, there) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(true)));
    let (is_blocked, is_there) = (blocked.clone(), there.clone());
    stage.answer_with("keys.list", move |_| {
        Reply::Good(if is_there.get() {
            keys(&[key("web", json!({ "blocked": is_blocked.get() }))])
        } else {
            keys(&[])
        })
    });
    let (is_blocked, is_there) = (blocked.clone(), there.clone());
    stage.answer_with("keys.info", move |params| {
        if is_there.get() {
            Reply::Good(json!({ "key": params["key"], "info": key("web", json!({ "blocked": is_blocked.get() })) }))
        } else {
            Reply::Bad(error("gateway_refused", 404, "", "Key not found in database"))
        }
    });
    for (operation, state) in [("keys.block", true), ("keys.unblock", false)] {
        let blocked = blocked.clone();
        stage.answer_with(operation, move |_| {
            blocked.set(state);
            Reply::Good(json!({ "token": token(1), "key_alias": "web", "blocked": state }))
        });
    }
    stage.answer_with("keys.delete", move |_| {
        there.set(false);
        Reply::Good(json!({ "deleted_keys": [token(1)] }))
    });
    stage
}

async fn chip(page: &Page) -> String {
    page.row("web").await.part(".gw-chip").await.text()
}

async fn see_chip(page: &Page, state: &str) {
    page.wait_for(state, |part| part.parts("tbody .gw-chip").first().filter(|chip| chip.text() == state).map(|_| ()))
        .await;
}

#[wasm_bindgen_test]
async fn a_key_is_blocked_after_a_question_that_names_it() {
    let page = with_memory().open("keys");
    page.click("Block web").await;
    page.see("Block “web”? Calls with this key (sk-...4Cfw) are refused, by other instances of LiteLLM within about a minute. You can unblock it at any time.")
        .await;
    assert!(page.asked("keys.block").is_empty());
    page.click("Block key").await;
    page.see("“web” is blocked. Its calls are refused within a minute at the latest.").await;
    see_chip(&page, "Blocked").await;
    assert_eq!(page.asked("keys.block"), [json!({ "key": token(1) })]);
    assert_eq!(page.asked("keys.info"), [json!({ "key": token(1) })], "it is looked whether that is so");
    page.control("Unblock web").await;
    assert!(!page.shows("Block “web”?"));
}

#[wasm_bindgen_test]
async fn a_key_is_unblocked_after_a_question() {
    let stage = with_memory();
    let page = {
        let page = stage.open("keys");
        page.click("Block web").await;
        page.click("Block key").await;
        see_chip(&page, "Blocked").await;
        page
    };
    page.click("Unblock web").await;
    page.see("Unblock “web”? Calls with this key (sk-...4Cfw) are answered again, within its limits, by other instances of LiteLLM within about a minute.").await;
    page.click("Unblock key").await;
    page.see("“web” is no longer blocked. Its calls are answered again within a minute at the latest.").await;
    see_chip(&page, "Active").await;
    assert_eq!(page.asked("keys.unblock"), [json!({ "key": token(1) })]);
}

#[wasm_bindgen_test]
async fn a_key_is_deleted_after_a_question_that_says_what_happens() {
    let page = with_memory().open("keys");
    page.click("Delete web").await;
    page.see("Delete “web”? Applications that use this key (sk-...4Cfw) stop working, at other instances of LiteLLM within about a minute. This cannot be undone")
        .await;
    page.click("Delete key").await;
    page.see("“web” is deleted.").await;
    page.see("No keys yet").await;
    assert_eq!(page.asked("keys.delete"), [json!({ "key": token(1) })]);
}

#[wasm_bindgen_test]
async fn cancelling_does_nothing_and_gives_the_keyboard_back() {
    let page = with_memory().open("keys");
    page.click("Delete web").await;
    page.see("Delete “web”?").await;
    page.click("Cancel").await;
    page.see_no_more("Delete “web”?").await;
    assert!(page.control("Delete web").await.has_focus());
    page.click("Delete web").await;
    page.see("Delete “web”?").await;
    page.part("dialog[open]").await.escape();
    page.see_no_more("Delete “web”?").await;
    page.quiet().await;
    assert!(page.asked("keys.delete").is_empty());
}

#[wasm_bindgen_test]
async fn the_row_changes_only_when_the_gateway_has_confirmed() {
    let page = with_memory().open("keys");
    page.click("Block web").await;
    page.hold("keys.block");
    page.click("Block key").await;
    page.see("Waiting for the gateway…").await;
    page.see_asked("keys.block", 1).await;
    for name in ["Cancel", "Waiting for the gateway…"] {
        assert_eq!(page.control(name).await.attribute("aria-disabled").as_deref(), Some("true"));
        page.click(name).await;
    }
    page.part("dialog[open]").await.escape();
    page.quiet().await;
    assert_eq!(chip(&page).await, "Active");
    assert!(page.shows("Waiting for the gateway…"), "what is on its way cannot be called off");
    page.release();
    see_chip(&page, "Blocked").await;
    page.see("“web” is blocked.").await;
    assert_eq!(page.asked("keys.block").len(), 1);
}

#[wasm_bindgen_test]
async fn a_refusal_is_told_in_the_dialog() {
    let stage = with_memory();
    stage.answer_with("keys.block", |_| Reply::Bad(error("gateway_unauthorized", 502, "route_not_allowed", "")));
    let page = stage.open("keys");
    page.click("Block web").await;
    page.click("Block key").await;
    let dialog = page.part("dialog[open]").await;
    dialog.see("The service key may not do this The service key may not call /some/path.").await;
    dialog.control("Block key").await.see_attribute("aria-disabled", "false").await;
    assert_eq!((chip(&page).await, page.asked("keys.list").len()), ("Active".to_owned(), 1));
    dialog.click("Cancel").await;
    page.see_no_more("Block “web”?").await;
    page.click("Block web").await;
    page.see("Block “web”?").await;
    assert!(!page.shows("The service key may not do this"), "an old failure is not shown again");
}

#[wasm_bindgen_test]
async fn a_second_try_in_the_dialog_may_succeed() {
    let stage = with_memory();
    stage.answer_in_turn(
        "keys.delete",
        vec![Reply::Bad(unreachable()), Reply::Good(json!({ "deleted_keys": [token(1)] }))],
    );
    stage.answer_with("keys.info", |_| Reply::Bad(error("gateway_refused", 404, "", "Key not found in database")));
    let page = stage.open("keys");
    page.click("Delete web").await;
    page.click("Delete key").await;
    page.see("The gateway cannot be reached").await;
    page.click("Delete key").await;
    page.see("“web” is deleted.").await;
}

#[wasm_bindgen_test]
async fn what_may_have_been_done_is_looked_at_and_not_repeated() {
    let mut doubtful = error("gateway_error", 502, "", "LiteLLM answered with 500.");
    doubtful["data"]["outcome"] = json!("unknown");
    for (reply, looked) in [
        (Reply::Lost, 1),
        (Reply::Good(json!({ "token": token(1), "blocked": false })), 1),
        (Reply::Http(200, "<html>".to_owned()), 1),
        (Reply::Bad(doubtful), 1),
        (Reply::Bad(error("gateway_refused", 404, "", "Key not found.")), 0),
    ] {
        let stage = with_memory();
        let answer = reply.clone();
        stage.answer_with("keys.block", move |_| answer.clone());
        let page = stage.open("keys");
        page.click("Block web").await;
        page.click("Block key").await;
        page.part("dialog[open] [role=alert]").await;
        page.see_asked("keys.list", 2 + looked).await;
        page.quiet().await;
        assert_eq!((page.asked("keys.block").len(), page.asked("keys.list").len()), (1, 2 + looked), "{reply:?}");
        let words = "LiteLLM was asked since: so far it has not been done.";
        assert_eq!(page.shows(words), looked == 1, "{reply:?}");
        assert!(!page.shows("It is not known whether"), "{reply:?}");
    }
}

/// The dialog said that WordPress did not answer, over a key that was blocked already.
#[wasm_bindgen_test]
async fn what_was_done_although_its_answer_was_lost_is_told_as_done() {
    for (button, yes, said, operation) in [
        ("Block web", "Block key", "“web” is blocked.", "keys.block"),
        ("Delete web", "Delete key", "“web” is deleted.", "keys.delete"),
    ] {
        let stage = Stage::new();
        let done = Rc::new(Cell::new(false));
        let (is_done, does) = (done.clone(), done);
        stage.answer_with("keys.list", move |_| {
            Reply::Good(match (is_done.get(), operation) {
                (false, _) => keys(&[key("web", json!({}))]),
                (true, "keys.block") => keys(&[key("web", json!({ "blocked": true }))]),
                (true, _) => keys(&[]),
            })
        });
        stage.answer_with(operation, move |_| {
            does.set(true);
            Reply::Lost
        });
        let page = stage.open("keys");
        page.click(button).await;
        page.click(yes).await;
        page.see(said).await;
        assert_eq!(page.asked(operation).len(), 1);
    }
}

#[wasm_bindgen_test]
async fn what_nobody_tells_of_is_in_doubt() {
    let stage = with_memory();
    stage.answer_with("keys.block", |_| Reply::Lost);
    let page = stage.open("keys");
    page.click("Block web").await;
    page.stage().answer_with("keys.list", |_| Reply::Bad(unreachable()));
    page.click("Block key").await;
    page.part("dialog[open]")
        .await
        .see("It is not known whether the change was made: look before you try again.")
        .await;
}

#[wasm_bindgen_test]
async fn a_delete_that_deleted_nothing_is_no_success() {
    let stage = with_memory();
    stage.answer("keys.delete", json!({ "deleted_keys": [] }));
    let page = stage.open("keys");
    page.click("Delete web").await;
    page.click("Delete key").await;
    page.part("dialog[open]").await.see("The answer could not be read").await;
    assert!(!page.shows("is deleted"));
}

#[wasm_bindgen_test]
async fn the_protected_key_is_told_to_be_protected() {
    let stage = with_memory();
    stage.answer_with("keys.delete", |_| Reply::Bad(error("litellm_own_key", 409, "", "")));
    let page = stage.open("keys");
    page.click("Delete web").await;
    page.click("Delete key").await;
    page.see("The plugin’s own service key is protected This is the service key with which WordPress itself reaches LiteLLM.").await;
}

#[wasm_bindgen_test]
async fn the_keyboard_stays_in_the_table_when_a_row_changes() {
    let page = with_memory().open("keys");
    page.click("Block web").await;
    page.click("Block key").await;
    page.see("“web” is blocked.").await;
    page.wait_for("the keyboard on the other button", |part| part.find_control("Unblock web").filter(Part::has_focus))
        .await;
}

/// Where the gateway reads from a copy of its database, for one.
#[wasm_bindgen_test]
async fn what_the_gateway_does_not_show_is_not_said_to_be_done() {
    let stage = with_memory();
    stage.answer("keys.info", json!({ "key": token(1), "info": key("web", json!({ "blocked": null })) }));
    let page = stage.open("keys");
    page.click("Block web").await;
    page.click("Block key").await;
    page.see("LiteLLM has confirmed the change, but still shows the key as it was.").await;
}
