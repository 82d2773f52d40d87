//! A key gets a successor: in order, cut at every step, undone, and after a leak.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{call, calls, key, keys, token},
    stage::{NOON_MS, Page, Reply, Stage, address, error},
};

/// What the gateway hashes to be the successor's name.
const SECRET: &str = "sk-successor-1234567890";

/// When an answer gets lost: of which operation, the how many-th time, and whether it was done before.
#[derive(Clone, Copy)]
struct Cut {
    operation: &'static str,
    times: usize,
    is_done: bool,
}

/// Keys by their hashes, and the journal.
#[derive(Default)]
struct World {
    keys: BTreeMap<String, Value>,
    journal: Vec<Value>,
    made: u32,
    counts: BTreeMap<String, usize>,
    cut: Option<Cut>,
    /// As 1.80.11, which keeps an end.
    keeps_end: bool,
}

type Gateway = Rc<RefCell<World>>;

impl World {
    /// Whether the answer of this write gets lost, and whether it is carried out.
    fn fate(&mut self, operation: &str) -> (bool, bool) {
        let count = self.counts.entry(operation.to_owned()).or_default();
        *count += 1;
        match self.cut {
            Some(cut) if cut.operation == operation && cut.times == *count => (true, cut.is_done),
            _ => (false, true),
        }
    }

    fn key(&mut self, hash: &str) -> &mut Value {
        self.keys.get_mut(hash).expect("a key that is there")
    }

    fn endless(&self) -> usize {
        self.keys.values().filter(|key| key["blocked"] != true && key["expires"].is_null()).count()
    }

    fn write(&mut self, operation: &str, params: &Value) -> Reply {
        let hash = params["key"].as_str().unwrap_or_default().to_owned();
        if operation != "keys.create" && !self.keys.contains_key(&hash) {
            return Reply::Bad(error("gateway_refused", 404, "", "Key not found in database"));
        }
        let (is_lost, is_done) = self.fate(operation);
        let answer = if is_done { self.carry_out(operation, &hash, params) } else { Reply::Lost };
        assert!(self.endless() <= 1, "two keys without an end: {:#?}", self.keys);
        if is_lost { Reply::Lost } else { answer }
    }

    fn carry_out(&mut self, operation: &str, hash: &str, params: &Value) -> Reply {
        match operation {
            "keys.create" => return self.create(params),
            "keys.delete" => {
                self.keys.remove(hash);
                return Reply::Good(json!({ "deleted_keys": [hash] }));
            }
            "keys.block" | "keys.unblock" => {
                let blocked = operation == "keys.block";
                self.key(hash)["blocked"] = json!(blocked);
                return Reply::Good(json!({ "token": hash, "blocked": blocked }));
            }
            _ => {}
        }
        if let Some(patch) = params["metadata"].as_str() {
            let patch: Value = serde_json::from_str(patch).expect("metadata are JSON");
            self.key(hash)["metadata"]["litellm_dashboard"]["replaced_by"] =
                patch["litellm_dashboard"]["replaced_by"].clone();
        }
        match params.get("duration") {
            Some(Value::String(duration)) => {
                let seconds: i64 = duration.trim_end_matches('s').parse().expect("an end is told in seconds");
                self.key(hash)["expires"] = json!(moment(seconds));
            }
            Some(_) if !self.keeps_end => self.key(hash)["expires"] = Value::Null,
            _ => {}
        }
        Reply::Good(json!({ "key": hash }))
    }

    fn create(&mut self, params: &Value) -> Reply {
        let alias = params["alias"].as_str().unwrap_or_default();
        if self.keys.values().any(|key| key["key_alias"] == alias) {
            let mut taken = error("gateway_refused", 400, "", "Key with alias already exists");
            taken["data"]["fields"] = json!({ "alias": "This name is taken" });
            return Reply::Bad(taken);
        }
        self.made += 1;
        let secret = format!("{SECRET}{}", self.made);
        let hash = model::sha256::hex(&secret);
        let days: Option<i64> =
            params["duration"].as_str().map(|days| days.trim_end_matches('d').parse().expect("a life in days"));
        let metadata: Value =
            serde_json::from_str(params["metadata"].as_str().unwrap_or_default()).expect("metadata are JSON");
        let made = key(
            alias,
            json!({
                "token": hash, "blocked": params["blocked"], "spend": params["spend"], "max_budget": params["max_budget"],
                "models": params["models"], "expires": days.map(|days| moment(days * 86_400)), "metadata": metadata,
                "allowed_routes": ["llm_api_routes"],
            }),
        );
        self.keys.insert(hash.clone(), made);
        Reply::Good(json!({ "key": secret, "key_name": "sk-...7890", "key_alias": alias, "token": hash }))
    }

    fn save(&mut self, params: &Value) -> Reply {
        let (is_lost, is_done) = self.fate("journal.save");
        let revision = params["revision"].as_u64().unwrap_or_default();
        let at = self.journal.iter().position(|entry| entry["id"] == params["id"]);
        let known = at.map_or(0, |at| self.journal[at]["revision"].as_u64().unwrap_or_default());
        if known != revision {
            return Reply::Bad(error("litellm_journal_changed", 409, "", ""));
        }
        let text = params["entry"].as_str().unwrap_or_default();
        assert!(!text.contains("sk-"), "a secret in the journal: {text}");
        if is_done {
            let entry: Value = serde_json::from_str(text).expect("an entry is JSON");
            let entry = json!({
                "id": params["id"], "kind": params["kind"], "revision": revision + 1, "saved_at": NOON_MS / 1_000 - 600,
                "saved_by": "Grace", "entry": entry,
            });
            match at {
                Some(at) => self.journal[at] = entry,
                None => self.journal.push(entry),
            }
        }
        if is_lost { Reply::Lost } else { Reply::Good(json!({ "revision": revision + 1 })) }
    }

    fn remove(&mut self, params: &Value) -> Reply {
        let (is_lost, is_done) = self.fate("journal.remove");
        if is_done {
            self.journal.retain(|entry| entry["id"] != params["id"]);
        }
        if is_lost { Reply::Lost } else { Reply::Good(json!({ "revision": 0 })) }
    }
}

fn moment(seconds: i64) -> String {
    format!("{}Z", model::clock::format_utc(NOON_MS + seconds * 1_000).replace(' ', "T"))
}

fn old(other: Value) -> Value {
    let mut fields = json!({
        "blocked": false, "max_budget": 10.0, "spend": 4.0, "models": ["gpt-4o"], "metadata": {}, "allowed_routes": ["llm_api_routes"],
    });
    crate::canned::put(&mut fields, other);
    key("web", fields)
}

fn stage(other: Value) -> (Stage, Gateway) {
    let (stage, gateway) = (Stage::new(), Gateway::default());
    gateway.borrow_mut().keys.insert(token(1), old(other));
    serve(&stage, &gateway);
    (stage, gateway)
}

fn serve(stage: &Stage, gateway: &Gateway) {
    for operation in ["keys.create", "keys.update", "keys.block", "keys.unblock", "keys.delete"] {
        let gateway = gateway.clone();
        stage.answer_with(operation, move |params| gateway.borrow_mut().write(operation, params));
    }
    let world = gateway.clone();
    stage.answer_with("keys.info", move |params| {
        match world.borrow().keys.get(params["key"].as_str().unwrap_or_default()) {
            Some(info) => Reply::Good(json!({ "key": params["key"], "info": info })),
            None => Reply::Bad(error("gateway_refused", 404, "", "Key not found in database")),
        }
    });
    let world = gateway.clone();
    stage.answer_with("keys.list", move |params| {
        let found = |key: &&Value| {
            let is = |param: &str, field: &str| params[param].is_null() || key[field] == params[param];
            is("alias", "key_alias") && is("key", "token")
        };
        let found: Vec<Value> = world.borrow().keys.values().filter(found).cloned().collect();
        Reply::Good(keys(&found))
    });
    let world = gateway.clone();
    stage.answer_with("journal.list", move |_| Reply::Good(json!({ "entries": world.borrow().journal })));
    let world = gateway.clone();
    stage.answer_with("journal.save", move |params| world.borrow_mut().save(params));
    let world = gateway.clone();
    stage.answer_with("journal.remove", move |params| world.borrow_mut().remove(params));
}

fn open(stage: Stage, action: &str) -> Page {
    stage.open_at(&format!("?page=litellm-dashboard-keys&action={action}&key={}", token(1)))
}

async fn begun(stage: Stage) -> Page {
    let page = open(stage, "rotate");
    page.see("Rotate “web”").await;
    page.wait_for("the name", |page| {
        page.find_control("Name of the successor *")
            .or(page.find_control("Name of the successor"))
            .filter(|field| field.value() == "web-2026-11-20")
    })
    .await;
    page.quiet().await;
    page.part("form.gw-form").await.click("Create the successor").await;
    page
}

async fn secret(page: &Page) -> String {
    page.part("#gw-secret").await.value()
}

async fn confirm(page: &Page, action: &str) {
    page.part("#gw-rotation-question[open]").await.click(action).await;
}

/// What became of both keys.
fn assert_rotated(gateway: &Gateway, what: &str) {
    let world = gateway.borrow();
    assert_eq!((world.keys.len(), world.journal.len()), (2, 0), "{what}: {:#?}", world.keys);
    let old = &world.keys[&token(1)];
    let (hash, new) = world.keys.iter().find(|(hash, _)| **hash != token(1)).expect("a successor");
    assert_eq!(old["metadata"]["litellm_dashboard"]["replaced_by"], json!(hash), "{what}");
    assert_eq!(old["expires"], json!(moment(86_400)), "{what}");
    assert_eq!(
        (&new["blocked"], &new["expires"], &new["spend"], &new["max_budget"]),
        (&json!(false), &Value::Null, &json!(4.0), &json!(10.0)),
        "{what}"
    );
}

#[wasm_bindgen_test]
async fn a_key_gets_a_successor_and_ends_after_the_overlap() {
    let (stage, gateway) = stage(json!({}));
    let page = open(stage, "rotate");
    page.see("The successor begins with $4.00 spent: of $10.00 it has $6.00 left.").await;
    page.choose("Both keys work for", "1 hour").await;
    page.choose("Both keys work for", "1 day").await;
    page.part("form.gw-form").await.click("Create the successor").await;
    assert_eq!(secret(&page).await, format!("{SECRET}1"));
    page.see("The successor web-2026-11-20 cannot be used yet: it is blocked.").await;
    let sent = page.last_asked("keys.create");
    assert_eq!(
        (&sent["alias"], &sent["spend"], &sent["blocked"]),
        (&json!("web-2026-11-20"), &json!(4.0), &json!(true))
    );
    assert!(!address().contains("sk-"));
    page.control("I have copied it: go on").await.focus();
    page.click("I have copied it: go on").await;
    page.see("web-2026-11-20 has taken the place of web").await;
    page.see("Until Nov 21, 2026, 12:00 PM both keys can be used.").await;
    page.wait_for("the keyboard at the heading", |page| page.parts(".gw-title")[0].has_focus().then_some(())).await;
    assert_rotated(&gateway, "at the end");
    assert!(page.parts("#gw-secret").is_empty(), "the secret is gone from the page");
    // The list tells them apart.
    page.click("Back to all keys").await;
    let row = page.row("Replaced by").await;
    assert!(row.text().contains("Ends in 1 day") && row.text().contains("web-2026-11-20"), "{}", row.text());
}

#[wasm_bindgen_test]
async fn nobody_leaves_with_the_secret_uncopied_unasked() {
    let (stage, _) = stage(json!({}));
    let page = begun(stage).await;
    secret(&page).await;
    page.click("Back to all keys").await;
    page.see("Leave without copying the key?").await;
}

/// The cut of every write: first it is not done, then its answer is lost. Each time the page goes on, and nothing is done twice.
#[wasm_bindgen_test]
async fn cut_at_every_step_the_page_goes_on() {
    for (operation, times) in [
        ("journal.save", 1),
        ("keys.create", 1),
        ("journal.save", 2),
        ("keys.update", 1),
        ("journal.save", 3),
        ("keys.unblock", 1),
        ("keys.update", 2),
        ("journal.remove", 1),
    ] {
        for is_done in [false, true] {
            let what = format!("{operation} {times}, done: {is_done}");
            let (stage, gateway) = stage(json!({}));
            gateway.borrow_mut().cut = Some(Cut { operation, times, is_done });
            let page = begun(stage).await;
            let mut steps = 0;
            while !page.shows("has taken the place of") {
                page.quiet().await;
                // What the page offers first is what there is to do.
                let offered = ["I have copied it: go on", "Make another successor", "Go on", "Create the successor"];
                let next = page
                    .wait_for(&what, |page| {
                        if page.shows("has taken the place of") {
                            return Some(None);
                        }
                        let found = offered.iter().find_map(|name| page.find_control(name));
                        found.filter(|control| control.attribute("aria-disabled").as_deref() != Some("true")).map(Some)
                    })
                    .await;
                let Some(next) = next else { break };
                let is_another = next.name() == "Make another successor";
                next.touch();
                if is_another {
                    confirm(&page, "Make another").await;
                }
                steps += 1;
                assert!(steps < 12, "{what}: it goes round: {}", page.text());
            }
            assert_rotated(&gateway, &what);
            drop(page);
        }
    }
}

/// The page is closed in the middle; another browser finds it on the list.
#[wasm_bindgen_test]
async fn a_rotation_that_broke_off_is_found_and_continued_elsewhere() {
    let (stage, gateway) = stage(json!({}));
    let page = begun(stage).await;
    secret(&page).await;
    drop(page);
    let stage = Stage::new();
    serve(&stage, &gateway);
    let page = stage.open("keys");
    page.see("The rotation of web is not finished").await;
    page.see("Its successor was to be web-2026-11-20. Grace was at it last").await;
    page.click("Go on or undo").await;
    page.see("This rotation is not finished").await;
    page.see("The secret of the successor was shown once").await;
    page.click("Make another successor").await;
    confirm(&page, "Make another").await;
    assert_eq!(secret(&page).await, format!("{SECRET}2"), "the first one is nobody's");
    page.click("I have copied it: go on").await;
    page.see("has taken the place of").await;
    assert_rotated(&gateway, "in another browser");
}

#[wasm_bindgen_test]
async fn it_is_undone_at_any_point() {
    for operation in ["", "keys.update", "keys.unblock"] {
        let (stage, gateway) = stage(json!({}));
        gateway.borrow_mut().cut =
            Some(Cut { operation: if operation.is_empty() { "none" } else { operation }, times: 1, is_done: true });
        // 1.80.11 keeps an end that a key has got.
        gateway.borrow_mut().keeps_end = operation == "keys.unblock";
        let page = begun(stage).await;
        secret(&page).await;
        if !operation.is_empty() {
            // Every answer is lost from then on: the gateway is gone.
            let world = gateway.clone();
            page.stage().answer_with("keys.info", move |_| {
                let _ = &world;
                Reply::Lost
            });
            page.click("I have copied it: go on").await;
            page.see("WordPress did not answer").await;
            serve(page.stage(), &gateway);
        }
        page.click("Undo").await;
        confirm(&page, "Undo").await;
        page.see("What was begun is undone").await;
        let world = gateway.borrow();
        assert_eq!((world.keys.len(), world.journal.len()), (1, 0), "{operation}");
        let old = &world.keys[&token(1)];
        assert!(old["metadata"]["litellm_dashboard"]["replaced_by"].is_null(), "{operation}");
        assert!(old["expires"].is_null() || world.keeps_end, "{operation}: {old}");
    }
}

/// The successor is to be made once more while the old key is ending already: the note of that stays.
#[wasm_bindgen_test]
async fn a_refused_successor_does_not_end_the_note_of_a_key_that_is_ending() {
    let (stage, gateway) = stage(json!({}));
    gateway.borrow_mut().cut = Some(Cut { operation: "keys.unblock", times: 1, is_done: false });
    let page = begun(stage).await;
    secret(&page).await;
    page.click("I have copied it: go on").await;
    page.see("Whether this step was done is not known").await;
    let foreign = old(json!({ "key_alias": "web-2026-11-20", "token": token(2), "blocked": true }));
    {
        let mut world = gateway.borrow_mut();
        world.keys.retain(|hash, _| *hash == token(1));
        world.keys.insert(token(2), foreign);
    }
    page.click("Go on").await;
    page.see("Somebody has deleted the successor").await;
    page.click("Make another successor").await;
    confirm(&page, "Make another").await;
    page.see("There is no successor yet.").await;
    page.control("Go on").await;
    assert_eq!(gateway.borrow().journal.len(), 1, "the old key is ending: that can still be undone");
    page.click("Undo").await;
    confirm(&page, "Undo").await;
    page.see("web can be used as before.").await;
    assert!(gateway.borrow().keys[&token(1)]["expires"].is_null());
}

/// It leaks while its rotation lets it go on for a while.
#[wasm_bindgen_test]
async fn a_key_that_leaks_during_its_rotation_is_blocked_with_a_click() {
    let (stage, gateway) = stage(json!({}));
    let page = begun(stage).await;
    secret(&page).await;
    drop(page);
    let stage = Stage::new();
    serve(&stage, &gateway);
    let page = open(stage, "replace");
    page.see("This rotation is not finished").await;
    page.click("Block the old key").await;
    page.see("The old key web is blocked.").await;
    assert_eq!(gateway.borrow().keys[&token(1)]["blocked"], json!(true));
    assert!(page.find_control("Block the old key").is_none());
    page.click("The secret is copied: go on").await;
    page.see("The old key was blocked since this was begun").await;
    assert_eq!(gateway.borrow().endless(), 0, "the successor is not unblocked by itself");
    page.click("Go on all the same").await;
    page.see("web is blocked, and stays so.").await;
    assert_eq!(gateway.borrow().endless(), 1);
}

/// Somebody unblocks a leaked key: before it notes its successor it is blocked again, and after that it is told.
#[wasm_bindgen_test]
async fn a_leaked_key_that_is_unblocked_again_is_no_success() {
    let (stage, gateway) = stage(json!({ "blocked": true }));
    let page = open(stage, "replace");
    page.see("Its successor can be used at once.").await;
    page.quiet().await;
    page.part("form.gw-form").await.click("Create the successor").await;
    secret(&page).await;
    // Its end keeps the stage's check of two without an end quiet.
    gateway.borrow_mut().key(&token(1))["expires"] = json!(moment(86_400));
    gateway.borrow_mut().key(&token(1))["blocked"] = json!(false);
    gateway.borrow_mut().cut = Some(Cut { operation: "journal.remove", times: 1, is_done: false });
    page.click("I have copied it: go on").await;
    page.see("Whether this step was done is not known").await;
    assert_eq!(gateway.borrow().keys[&token(1)]["blocked"], json!(true));
    gateway.borrow_mut().key(&token(1))["blocked"] = json!(false);
    page.click("Go on").await;
    page.see("The old key web can be used until Nov 21, 2026, 12:00 PM.").await;
    page.part(".notice-warning").await;
}

/// Two windows: what the one goes on with, the other does not undo.
#[wasm_bindgen_test]
async fn nothing_is_undone_that_somebody_else_goes_on_with() {
    let (stage, gateway) = stage(json!({}));
    let page = begun(stage).await;
    secret(&page).await;
    gateway.borrow_mut().journal[0]["revision"] = json!(7);
    page.click("Undo").await;
    confirm(&page, "Undo").await;
    page.see("Somebody else was faster").await;
    page.quiet().await;
    assert!(page.asked("keys.delete").is_empty() && page.asked("keys.update").is_empty());
}

/// Two administrators: the second finds out before anything is made.
#[wasm_bindgen_test]
async fn of_two_who_begin_one_does() {
    let (stage, gateway) = stage(json!({}));
    let page = open(stage, "rotate");
    page.see("The successor begins with").await;
    page.quiet().await;
    gateway.borrow_mut().journal.push(json!({ "id": "0".repeat(32), "kind": "rotation", "revision": 1, "entry": {} }));
    page.part("form.gw-form").await.click("Create the successor").await;
    page.see("Somebody else was faster").await;
    page.quiet().await;
    assert!(page.asked("keys.create").is_empty());
}

/// The second click began it once more, and one was told that somebody else was faster.
#[wasm_bindgen_test]
async fn a_double_click_begins_once() {
    let (stage, gateway) = stage(json!({}));
    let page = open(stage, "rotate");
    page.see("The successor begins with").await;
    page.quiet().await;
    let button = page.control("Create the successor").await;
    button.touch();
    button.touch();
    assert_eq!(secret(&page).await, format!("{SECRET}1"));
    page.quiet().await;
    assert!(!page.shows("Somebody else was faster"));
    assert_eq!((page.asked("keys.create").len(), gateway.borrow().journal.len()), (1, 1));
    let marker = &gateway.borrow().journal[0]["entry"]["marker"];
    assert!(gateway.borrow().keys.values().any(|key| key["metadata"]["litellm_dashboard"]["rotation"] == *marker));
}

#[wasm_bindgen_test]
async fn what_others_changed_of_the_key_is_shown_first() {
    let (stage, gateway) = stage(json!({}));
    let page = open(stage, "rotate");
    page.see("The successor begins with").await;
    page.quiet().await;
    gateway.borrow_mut().key(&token(1))["max_budget"] = json!(99.0);
    page.part("form.gw-form").await.click("Create the successor").await;
    page.see("Somebody else has changed this key").await;
    page.see("Budget $10.00 $99.00").await;
    page.quiet().await;
    assert!(page.asked("keys.create").is_empty() && gateway.borrow().journal.is_empty());
    page.part("form.gw-form").await.click("Create the successor").await;
    secret(&page).await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_rotated_says_why() {
    let (stage, gateway) = stage(json!({ "expires": "2026-11-19T00:00:00Z" }));
    let page = open(stage, "rotate");
    page.see("This key has expired").await;
    page.control("Create a key like it").await;
    drop(page);
    let stage = Stage::new();
    serve(&stage, &gateway);
    gateway.borrow_mut().key(&token(1))["expires"] = Value::Null;
    gateway.borrow_mut().key(&token(1))["model_max_budget"] = json!({ "gpt-4o": { "max_budget": 1 } });
    let page = open(stage, "rotate");
    page.see("Without them the successor could do more than this key").await;
    page.control("Create the successor").await.see_attribute("aria-disabled", "true").await;
    drop(page);
    let mut stage = Stage::new();
    serve(&stage, &gateway);
    gateway.borrow_mut().key(&token(1))["model_max_budget"] = json!({});
    stage.boot("key_limits", json!({ "max_budget": 5, "duration_days": 90 }));
    let page = open(stage, "rotate");
    page.see("No key like this one can be made here").await;
    drop(page);
    let stage = Stage::new();
    serve(&stage, &gateway);
    stage.answer("keys.self", json!({ "key": token(1), "info": {} }));
    let page = open(stage, "rotate");
    page.see("The plugin’s own service key is protected").await;
    drop(page);
    // Newer LiteLLM keeps deleted keys.
    let stage = Stage::new();
    serve(&stage, &gateway);
    gateway.borrow_mut().key(&token(1))["status"] = json!("deleted");
    let page = open(stage, "rotate");
    page.see("This no longer exists").await;
    assert!(page.find_control("Create the successor").is_none());
}

#[wasm_bindgen_test]
async fn a_successor_of_a_blocked_key_is_not_said_to_work_beside_it() {
    let (stage, _) = stage(json!({ "blocked": true }));
    let page = open(stage, "rotate");
    page.see("of $10.00 it has $6.00 left.").await;
    assert!(!page.shows("While both keys work"));
}

#[wasm_bindgen_test]
async fn a_leaked_key_is_found_by_its_secret_blocked_and_replaced_with_two_clicks() {
    let leaked = "sk-le+ak/ed==";
    let hash = model::sha256::hex(leaked);
    let (stage, gateway) = stage(json!({}));
    let mut found = old(json!({ "team_id": "team-1" }));
    found["token"] = json!(hash);
    gateway.borrow_mut().keys.insert(hash.clone(), found);
    gateway.borrow_mut().keys.remove(&token(1));
    stage.answer("logs.list", calls(&[call("1", 1, json!({ "requester_ip_address": "203.0.113.7" }))]));
    let page = stage.open("keys");
    page.row("web").await;
    page.click("Has a key leaked?").await;
    page.see("neither sent nor kept").await;
    page.type_into("The secret", "nothing like that").await;
    page.click("Look for it").await;
    page.see("There is no secret in this").await;
    page.type_into("The secret", &format!("export API_KEY=\"{leaked}\"")).await;
    page.click("Look for it").await;
    page.see("203.0.113.7").await;
    page.see_address(&hash).await;
    assert!(!address().contains("sk-"));
    page.click("Block it now").await;
    page.see("It is blocked").await;
    assert_eq!(gateway.borrow().keys[&hash]["blocked"], json!(true));
    page.click("Make a successor").await;
    page.see("The old key is blocked already. Its successor can be used at once.").await;
    page.part("form.gw-form").await.click("Create the successor").await;
    assert!(secret(&page).await.starts_with(SECRET));
    page.see("The successor web-2026-11-20 can be used.").await;
    page.click("I have copied it: go on").await;
    page.see("web is blocked, and stays so.").await;
    let world = gateway.borrow();
    assert!(world.journal.is_empty());
    assert!(world.keys[&hash]["metadata"]["litellm_dashboard"]["replaced_by"].is_string());
    assert!(!page.asked_in_full("keys.info").iter().any(|asked| asked.params.to_string().contains("sk-")));
}

#[wasm_bindgen_test]
async fn a_secret_that_the_gateway_does_not_know_is_said_to_be_unknown() {
    let (stage, _) = stage(json!({}));
    let page = stage.open_at("?page=litellm-dashboard-keys&action=leak");
    page.type_into("The secret", "Authorization: Bearer sk-of-another-gateway").await;
    page.click("Look for it").await;
    page.see("No key of this gateway has this secret").await;
    page.see("The master key of LiteLLM is in no list.").await;
    // A gateway that does not answer is not one that does not know it.
    page.stage().answer("keys.list", keys(&[]));
    page.stage().answer_with("keys.info", |_| Reply::Bad(crate::stage::unreachable()));
    page.type_into("Another secret", "sk-one-more").await;
    page.click("Look for it").await;
    page.see("Try again").await;
    assert!(!page.shows("No key of this gateway has this secret"));
}
