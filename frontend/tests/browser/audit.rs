//! The audit log: what it asks, what it shows of it, and the file of it.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{put, token},
    stage::{Page, Reply, Stage, error},
};

fn entry(id: u64, other: Value) -> Value {
    let mut entry = json!({
        "id": id, "began": "2026-11-20 11:58:00", "ended": "2026-11-20 11:58:01", "user_id": 1, "login": "ada", "channel": "page",
        "address": "192.0.2.7", "site": 1, "gateway": "http://gateway.test", "operation": "keys.block", "key": token(1),
        "alias": format!("web-{id}"), "user": "", "team": "", "changes": [], "result": "done", "reason": "", "detail": "",
    });
    put(&mut entry, other);
    entry
}

fn answer(rows: &[Value], earlier: bool, later: bool) -> Value {
    json!({ "rows": rows, "earlier": earlier, "later": later, "days": 400, "most": 50000, "missed": 0, "missed_at": null })
}

/// A log of so many entries, as WordPress pages it.
fn log(stage: &Stage, count: u64) {
    stage.answer_with("audit.list", move |params| {
        let size = params["size"].as_u64().expect("a size");
        let newest = match (params["before"].as_u64(), params["after"].as_u64()) {
            (Some(before), _) => before.min(count + 1) - 1,
            (None, Some(after)) => (after + size).min(count),
            (None, None) => count,
        };
        let oldest = newest.saturating_sub(size) + 1;
        let rows: Vec<Value> = (oldest..=newest).rev().map(|id| entry(id, json!({}))).collect();
        Reply::Good(answer(&rows, oldest > 1, newest < count))
    });
}

fn opened(stage: Stage, query: &str) -> Page {
    stage.open_at(&["?page=litellm-dashboard-audit", query].concat())
}

#[wasm_bindgen_test]
async fn an_entry_says_who_did_what_and_what_came_of_it_and_opens() {
    let stage = Stage::new();
    let changes = json!([{ "field": "max_budget", "asked": 10, "before": 5 }]);
    let rows = [
        entry(
            2,
            json!({ "operation": "keys.update", "result": "unknown", "reason": "interrupted", "ended": null, "changes": changes }),
        ),
        entry(1, json!({ "login": "cron", "user_id": 0, "channel": "cron", "alias": "<b>evil" })),
    ];
    stage.answer("audit.list", answer(&rows, false, false));
    let page = opened(stage, "");
    let row = page.row("web-2").await;
    for words in ["Change a key", "ada", "Not known", "ended before an answer came", "Budget in US dollars"] {
        row.see(words).await;
    }
    page.row("<b>evil").await.see("WordPress’s schedule").await;
    page.assert_harmless();
    row.part("th a").await.touch();
    let drawer = page.part("#gw-entry[open]").await;
    drawer.see("Asked for").await;
    drawer.see("192.0.2.7").await;
    page.see_address("open=2").await;
    page.quiet().await;
    assert_eq!(page.requests("audit.list"), 0, "reads go in batches");
    assert_eq!(page.asked("audit.list").len(), 1, "the list has it");
}

#[wasm_bindgen_test]
async fn an_entry_by_its_address_is_looked_for_and_may_be_gone() {
    let stage = Stage::new();
    log(&stage, 300);
    let page = opened(stage, "&open=7");
    page.part("#gw-entry[open]").await.see("web-7").await;
    let stage = Stage::new();
    stage.answer("audit.list", answer(&[], false, false));
    let page = opened(stage, "&open=7");
    page.part("#gw-entry[open]").await.see("The log has no entry 7 any more").await;
}

#[wasm_bindgen_test]
async fn filters_are_asked_for_and_stand_in_the_address() {
    let stage = Stage::new();
    log(&stage, 3);
    let page = opened(stage, "");
    page.row("web-3").await;
    page.click("Not done").await;
    page.see_address("result=refused").await;
    page.see_asked("audit.list", 2).await;
    assert_eq!(page.last_asked("audit.list"), json!({ "result": "refused", "size": 50 }));
    page.part(".gw-filters summary").await.touch();
    page.choose("Operation", "Delete a key").await;
    page.type_into("Search by key, user or team", "a% ").await;
    page.see_address("s=a%25").await;
    page.pass(300).await;
    let wanted = json!({ "result": "refused", "operation": "keys.delete", "text": "a%", "size": 50 });
    page.wait_for("the question", |_| (page.last_asked("audit.list") == wanted).then_some(())).await;
    page.click("Clear filters").await;
    page.pass(300).await;
    page.wait_for("all", |_| (page.last_asked("audit.list") == json!({ "size": 50 })).then_some(())).await;
}

#[wasm_bindgen_test]
async fn the_pager_goes_by_the_edges() {
    let stage = Stage::new();
    log(&stage, 120);
    let page = opened(stage, "");
    page.row("web-120").await;
    page.click("Earlier").await;
    page.see_address("before=71").await;
    page.row("web-70").await;
    assert!(page.control("Earlier").await.has_focus(), "whoever turns pages by the keyboard stays there");
    page.click("Later").await;
    page.see_address("after=70").await;
    page.row("web-120").await;
}

#[wasm_bindgen_test]
async fn the_file_has_all_that_the_filter_leaves() {
    let stage = Stage::new();
    log(&stage, 450);
    let page = opened(stage, "&before=100");
    page.row("web-99").await;
    page.click("Download as CSV").await;
    let files = page.wait_for_files(1).await;
    assert!(files[0].0.starts_with("audit-2026-11-20"), "{}", files[0].0);
    assert_eq!(files[0].1.lines().count(), 451);
    assert_eq!(page.asked("audit.list").len(), 4);
}

#[wasm_bindgen_test]
async fn nothing_failed_and_missed_are_told_apart() {
    let stage = Stage::new();
    stage.answer("audit.list", answer(&[], false, false));
    opened(stage, "").see("Nothing was changed yet").await;
    let stage = Stage::new();
    stage.answer_with("audit.list", |_| Reply::Bad(error("audit_failed", 500, "", "")));
    opened(stage, "").see("The request to WordPress failed").await;
    let stage = Stage::new();
    let mut missed = answer(&[entry(1, json!({}))], false, false);
    put(&mut missed, json!({ "missed": 3, "missed_at": "2026-11-20 11:00:00" }));
    stage.answer("audit.list", missed);
    opened(stage, "").see("The database refused an entry 3 times").await;
}
