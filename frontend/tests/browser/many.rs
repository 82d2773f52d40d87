//! Many keys at once: what becomes of each, a gateway that dies in the middle, two administrators, and the kill switch.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{key, own_key, token},
    create_key::pick,
    navigation::menu,
    page::Part,
    stage::{NOON_MS, Page, Reply, Stage, error, unreachable},
};

/// A gateway that keeps what is done to its keys, and WordPress's journal.
#[derive(Default)]
struct Gateway {
    keys: BTreeMap<String, Value>,
    journal: BTreeMap<String, Value>,
    /// How many writes have come.
    writes: usize,
    /// What happens instead of the write with this number; the gateway is gone from then on, unless it only refuses.
    trouble: Option<(usize, Trouble)>,
    gone: bool,
    /// When the journal says that it was saved.
    saved_at: i64,
    saved_by: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    /// Nothing answers, and nothing was done.
    Away,
    /// It was done, and the answer got lost; then nothing answers.
    Lost,
    /// This key is refused.
    Refused,
}

type World = Rc<RefCell<Gateway>>;

fn numbered(number: u64, other: Value) -> Value {
    let created = format!("2026-11-{:02}T{:02}:{:02}:00Z", 1 + number / 1_440 % 19, number / 60 % 24, number % 60);
    let mut row =
        key(&format!("key-{number}"), json!({ "token": token(number), "created_at": created, "metadata": {} }));
    crate::canned::put(&mut row, other);
    row
}

fn world(count: u64) -> World {
    let keys = (1..=count).map(|number| (token(number), numbered(number, json!({})))).collect();
    let saved_at = NOON_MS / 1_000;
    Rc::new(RefCell::new(Gateway { keys, saved_at, saved_by: "Ada".into(), ..Gateway::default() }))
}

impl Gateway {
    fn list(&self, params: &Value) -> Reply {
        if self.gone {
            return Reply::Bad(unreachable());
        }
        let (page, size) =
            (params["page"].as_u64().unwrap_or(1) as usize, params["size"].as_u64().unwrap_or(10) as usize);
        let newest: Vec<&Value> = self.keys.values().rev().collect();
        let rows: Vec<Value> = newest.into_iter().skip((page - 1) * size).take(size).cloned().collect();
        let pages = self.keys.len().div_ceil(size);
        Reply::Good(json!({ "keys": rows, "total_count": self.keys.len(), "current_page": page, "total_pages": pages }))
    }

    fn info(&self, params: &Value) -> Reply {
        let token = params["key"].as_str().unwrap_or_default();
        match self.keys.get(token) {
            _ if self.gone => Reply::Bad(unreachable()),
            Some(known) => Reply::Good(json!({ "key": token, "info": known })),
            None => Reply::Bad(error("gateway_refused", 404, "", "Key not found in database")),
        }
    }

    fn write(&mut self, operation: &str, params: &Value) -> Reply {
        if self.gone {
            return Reply::Bad(unreachable());
        }
        self.writes += 1;
        let trouble = self.trouble.filter(|(number, _)| *number == self.writes).map(|(_, trouble)| trouble);
        match trouble {
            Some(Trouble::Away) => {
                self.gone = true;
                return Reply::Bad(unreachable());
            }
            Some(Trouble::Refused) => return Reply::Bad(error("gateway_refused", 400, "", "This key is odd.")),
            _ => {}
        }
        let token = params["key"].as_str().unwrap_or_default().to_owned();
        let Some(known) = self.keys.get_mut(&token) else {
            return Reply::Bad(error("gateway_refused", 404, "", "Key not found."));
        };
        let answer = match operation {
            "keys.block" | "keys.unblock" => {
                known["blocked"] = json!(operation == "keys.block");
                json!({ "token": token, "blocked": known["blocked"] })
            }
            "keys.delete" => {
                self.keys.remove(&token);
                json!({ "deleted_keys": [token] })
            }
            _ => {
                for (name, value) in params.as_object().into_iter().flatten() {
                    match name.as_str() {
                        "key" => {}
                        "metadata" => {
                            known["metadata"] =
                                serde_json::from_str(value.as_str().unwrap_or_default()).expect("metadata are JSON");
                        }
                        "team" => known["team_id"] = value.clone(),
                        name => known[name] = value.clone(),
                    }
                }
                let mut answer = known.clone();
                answer["key"] = json!(token);
                answer
            }
        };
        if trouble == Some(Trouble::Lost) {
            self.gone = true;
            return Reply::Lost;
        }
        Reply::Good(answer)
    }

    fn save(&mut self, params: &Value) -> Reply {
        let id = params["id"].as_str().unwrap_or_default().to_owned();
        let revision = self.journal.get(&id).map_or(0, |entry| entry["revision"].as_u64().unwrap_or(0));
        if params["revision"] != revision {
            return Reply::Bad(error("litellm_journal_changed", 409, "", ""));
        }
        let entry: Value =
            serde_json::from_str(params["entry"].as_str().unwrap_or_default()).expect("an entry is JSON");
        let saved = json!({
            "id": id, "kind": params["kind"], "revision": revision + 1, "saved_at": self.saved_at, "saved_by": self.saved_by,
            "entry": entry,
        });
        self.journal.insert(id, saved);
        Reply::Good(json!({ "revision": revision + 1 }))
    }

    fn remove(&mut self, params: &Value) -> Reply {
        let id = params["id"].as_str().unwrap_or_default();
        if self.journal.get(id).is_some_and(|entry| entry["revision"] != params["revision"]) {
            return Reply::Bad(error("litellm_journal_changed", 409, "", ""));
        }
        self.journal.remove(id);
        Reply::Good(json!({ "revision": 0 }))
    }

    fn is_blocked(&self, number: u64) -> bool {
        self.keys.get(&token(number)).is_some_and(|known| known["blocked"] == true)
    }

    fn blocked(&self) -> usize {
        self.keys.values().filter(|known| known["blocked"] == true).count()
    }
}

fn on(world: &World) -> Stage {
    let stage = Stage::new();
    let with = |answer: fn(&mut Gateway, &Value) -> Reply| {
        let world = world.clone();
        move |params: &Value| answer(&mut world.borrow_mut(), params)
    };
    let mut own = own_key();
    own["key"] = json!(token(9_999));
    stage.answer("keys.self", own);
    stage.answer_with("keys.list", with(|gateway, params| gateway.list(params)));
    stage.answer_with("keys.info", with(|gateway, params| gateway.info(params)));
    stage.answer_with("keys.block", with(|gateway, params| gateway.write("keys.block", params)));
    stage.answer_with("keys.unblock", with(|gateway, params| gateway.write("keys.unblock", params)));
    stage.answer_with("keys.delete", with(|gateway, params| gateway.write("keys.delete", params)));
    stage.answer_with("keys.update", with(|gateway, params| gateway.write("keys.update", params)));
    stage.answer_with("journal.save", with(|gateway, params| gateway.save(params)));
    stage.answer_with("journal.remove", with(|gateway, params| gateway.remove(params)));
    stage.answer_with(
        "journal.list",
        with(|gateway, _| Reply::Good(json!({ "entries": gateway.journal.values().collect::<Vec<_>>() }))),
    );
    stage
}

async fn choose_all(page: &Page, count: u64) {
    page.click("Choose all rows").await;
    page.see(&format!("{count} chosen")).await;
}

async fn dialog(page: &Page) -> Part {
    page.part("dialog[open]").await
}

async fn see_closed(page: &Page) {
    page.wait_for("no dialog", |page| page.parts("dialog[open]").is_empty().then_some(())).await;
}

/// What is counted in the dialog, label by label.
fn counted(dialog: &Part) -> Vec<(String, String)> {
    let texts = |selector: &str| dialog.parts(selector).iter().map(Part::text).collect::<Vec<_>>();
    texts(".gw-facts dt").into_iter().zip(texts(".gw-facts dd")).collect()
}

async fn see_counted(dialog: &Part, wanted: &[(&str, &str)]) {
    let wanted: Vec<(String, String)> =
        wanted.iter().map(|(label, count)| ((*label).to_owned(), (*count).to_owned())).collect();
    dialog.wait_for(&format!("{wanted:?}"), |part| (counted(part) == wanted).then_some(())).await;
}

fn tokens(page: &Page, operation: &str) -> Vec<String> {
    page.asked(operation).iter().map(|params| params["key"].as_str().unwrap_or_default().to_owned()).collect()
}

#[wasm_bindgen_test]
async fn several_keys_are_blocked_after_one_question_that_names_them() {
    let world = world(3);
    let page = on(&world).open("keys");
    page.click("Choose key-1").await;
    page.click("Choose key-3").await;
    page.see("2 chosen").await;
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = dialog(&page).await;
    dialog.see("Block 2 keys? Their calls are refused within a minute at the latest.").await;
    dialog.see("“key-1”, “key-3”").await;
    assert!(page.asked("keys.block").is_empty());
    dialog.click("Block 2 keys").await;
    dialog.see("2 keys are blocked. Their calls are refused within a minute at the latest.").await;
    see_counted(&dialog, &[("Done", "2")]).await;
    assert_eq!(tokens(&page, "keys.block"), [token(1), token(3)]);
    assert!(page.asked("journal.save").is_empty(), "a few keys need no list");
    dialog.click("Close").await;
    see_closed(&page).await;
    page.row("key-3").await.see("Blocked").await;
    page.row("key-2").await.see("Active").await;
}

#[wasm_bindgen_test]
async fn one_chosen_key_is_asked_about_like_any_single_one() {
    let page = on(&world(2)).open("keys");
    page.click("Choose key-1").await;
    page.see("1 chosen").await;
    page.part(".gw-bulk").await.click("Delete").await;
    dialog(&page).await.see("Delete “key-1”?").await;
}

/// One key that somebody else had deleted kept all behind it from being reached.
#[wasm_bindgen_test]
async fn one_key_that_fails_does_not_keep_back_the_others_and_can_be_tried_again() {
    let world = world(4);
    world.borrow_mut().trouble = Some((2, Trouble::Refused));
    let page = on(&world).open("keys");
    choose_all(&page, 4).await;
    let gone = token(3);
    world.borrow_mut().keys.remove(&gone);
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = dialog(&page).await;
    dialog.click("Block 4 keys").await;
    dialog.see("Done, but not with all of them").await;
    see_counted(&dialog, &[("Done", "2"), ("No longer there", "1"), ("Not done", "1")]).await;
    dialog.see("LiteLLM did not accept the request: LiteLLM says: This key is odd.").await;
    assert_eq!(dialog.parts("tbody tr").len(), 2, "what went well is only counted");
    dialog.click("Show 2 more").await;
    dialog.wait_for("all four", |part| (part.parts("tbody tr").len() == 4).then_some(())).await;
    assert_eq!(world.borrow().blocked(), 2);
    dialog.click("Try those again").await;
    see_counted(&dialog, &[("Done", "3"), ("No longer there", "1")]).await;
    assert_eq!((world.borrow().blocked(), page.asked("keys.block").len()), (3, 4));
}

#[wasm_bindgen_test]
async fn what_is_so_already_is_not_sent_again() {
    let world = world(3);
    let page = on(&world).open("keys");
    choose_all(&page, 3).await;
    world.borrow_mut().keys.get_mut(&token(2)).expect("it is there")["blocked"] = json!(true);
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = dialog(&page).await;
    dialog.click("Block 3 keys").await;
    see_counted(&dialog, &[("Done", "2"), ("Was so already", "1")]).await;
    assert!(!tokens(&page, "keys.block").contains(&token(2)));
}

#[wasm_bindgen_test]
async fn a_gateway_that_dies_at_the_hundredth_of_200_keys_leaves_a_true_picture() {
    let world = world(200);
    world.borrow_mut().trouble = Some((100, Trouble::Away));
    let page = on(&world).open("keys");
    page.see("All 200 keys are there.").await;
    choose_all(&page, 200).await;
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = dialog(&page).await;
    dialog.see("Show 190 more").await;
    dialog.click("Block 200 keys").await;
    dialog.see("Blocking stopped after 99 of 200 keys. The gateway cannot be reached").await;
    see_counted(&dialog, &[("Done", "99"), ("Not tried", "101")]).await;
    assert_eq!(world.borrow().blocked(), 99);
    assert_eq!(page.asked("keys.block").len(), 100, "the other hundred are not tried in vain");
    (world.borrow_mut().gone, world.borrow_mut().trouble) = (false, None);
    dialog.click("Go on").await;
    dialog.see("200 keys are blocked.").await;
    assert_eq!(world.borrow().blocked(), 200);
    let mut sent = tokens(&page, "keys.block");
    assert_eq!(sent.len(), 201, "only the one that was refused is sent once more");
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), 200);
    assert!(world.borrow().journal.is_empty(), "nothing is left to keep");
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_looked_at_after_a_reload_and_not_sent_twice() {
    let world = world(200);
    world.borrow_mut().trouble = Some((100, Trouble::Lost));
    let page = on(&world).open("keys");
    page.see("All 200 keys are there.").await;
    choose_all(&page, 200).await;
    page.part(".gw-bulk").await.click("Block").await;
    let first = dialog(&page).await;
    first.click("Block 200 keys").await;
    first.see("Blocking stopped after 99 of 200 keys.").await;
    see_counted(&first, &[("Done", "99"), ("Not known", "1"), ("Not tried", "100")]).await;
    first.see("Its answer got lost. It is looked at before anything is sent once more.").await;
    let lost = tokens(&page, "keys.block").pop().expect("it was sent");
    let stage = page.leave();
    drop(stage);
    // Another browser, a while later.
    (world.borrow_mut().gone, world.borrow_mut().trouble) = (false, None);
    world.borrow_mut().saved_at -= 300;
    for entry in world.borrow_mut().journal.values_mut() {
        entry["saved_at"] = json!(NOON_MS / 1_000 - 300);
    }
    let page = on(&world).open("keys");
    page.see("Blocking stopped after 99 of 200 keys. It was saved by Ada, 5 minutes ago.").await;
    page.click("Go on").await;
    let again = dialog(&page).await;
    again.see("200 keys are blocked.").await;
    see_counted(&again, &[("Done", "200")]).await;
    assert!(!tokens(&page, "keys.block").contains(&lost), "what was lost had been done");
    assert_eq!((page.asked("keys.block").len(), world.borrow().blocked()), (100, 200));
    again.click("Close").await;
    page.quiet().await;
    assert!(!page.shows("not finished") && world.borrow().journal.is_empty());
}

#[wasm_bindgen_test]
async fn a_tab_that_was_closed_in_the_middle_has_lost_nothing() {
    let world = world(40);
    let stage = on(&world);
    stage.hold_after(10, "keys.block");
    let page = stage.open("keys");
    choose_all(&page, 40).await;
    page.part(".gw-bulk").await.click("Delete").await;
    let first = dialog(&page).await;
    first.click("Cancel").await;
    page.see_no_more("Delete 40 keys?").await;
    page.part(".gw-bulk").await.click("Block").await;
    dialog(&page).await.click("Block 40 keys").await;
    page.see_asked("keys.block", 11).await;
    let stage = page.leave();
    drop(stage);
    assert_eq!(world.borrow().blocked(), 11, "ten of which the tab knew, and one of which it did not");
    let page = on(&world).open("keys");
    page.see("Blocking 40 keys… 8 of 40 keys so far. Ada may be at it in another window").await;
    page.click("Show").await;
    let again = dialog(&page).await;
    see_counted(&again, &[("Done", "8"), ("Not known", "8"), ("Not tried", "24")]).await;
    again.click("Go on").await;
    see_counted(&again, &[("Done", "40")]).await;
    assert_eq!(page.asked("keys.block").len(), 29, "what the closed tab had done is not done again");
}

#[wasm_bindgen_test]
async fn a_run_is_stopped_after_the_key_that_is_under_way() {
    let world = world(20);
    let stage = on(&world);
    let menu = menu();
    stage.hold_after(5, "keys.delete");
    let page = stage.open("keys");
    choose_all(&page, 20).await;
    page.part(".gw-bulk").await.click("Delete").await;
    let dialog = dialog(&page).await;
    dialog.see("This cannot be undone; what they have spent stays in the statistics.").await;
    dialog.click("Delete 20 keys").await;
    dialog.see("Deleting 20 keys…").await;
    page.see_asked("keys.delete", 6).await;
    dialog.see("5 of 20 keys").await;
    menu.click("Console").await;
    page.quiet().await;
    assert!(dialog.shows("Deleting 20 keys…"), "nobody leaves while it runs");
    dialog.escape();
    dialog.see("It stops after the key that is under way.").await;
    page.release();
    dialog.see("Deleting stopped after 6 of 20 keys. What is left was not touched.").await;
    see_counted(&dialog, &[("Done", "6"), ("Not tried", "14")]).await;
    assert_eq!((page.asked("keys.delete").len(), world.borrow().keys.len()), (6, 14));
    dialog.click("Close").await;
    page.see("Deleting stopped after 6 of 20 keys. It was saved by Ada, less than a minute ago.").await;
    page.click("Dismiss").await;
    page.see("Dismiss this list? The keys stay as they are.").await;
    page.part("dialog[open]").await.click("Dismiss").await;
    page.see_no_more("It was saved by Ada").await;
    assert!(world.borrow().journal.is_empty());
    page.quiet().await;
    assert_eq!(world.borrow().keys.len(), 14);
}

#[wasm_bindgen_test]
async fn of_two_administrators_one_stops_and_shows_what_the_other_does() {
    let world = world(30);
    let stage = on(&world);
    let taking = world.clone();
    // While this window is at its second stretch, somebody takes the list up elsewhere and brings it to its end.
    stage.answer_with("keys.block", move |params| {
        let mut gateway = taking.borrow_mut();
        let answer = gateway.write("keys.block", params);
        if gateway.writes == 10 {
            let mut done = Vec::new();
            for (token, known) in &mut gateway.keys {
                known["blocked"] = json!(true);
                done.push(token.clone());
            }
            for entry in gateway.journal.values_mut() {
                let revision = entry["revision"].as_u64().unwrap_or(0) + 1;
                (entry["revision"], entry["saved_by"]) = (json!(revision), json!("Bob"));
                entry["entry"] = json!({ "act": "block", "keys": { "done": done }, "window": "another" });
            }
        }
        answer
    });
    let page = stage.open("keys");
    choose_all(&page, 30).await;
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = dialog(&page).await;
    dialog.click("Block 30 keys").await;
    dialog.see("This window has stopped Bob goes on with it in another window.").await;
    see_counted(&dialog, &[("Done", "30")]).await;
    assert!(page.asked("keys.block").len() <= 16, "it ends with the keys that it had noted");
    assert_eq!(dialog.parts("button").iter().map(Part::text).collect::<Vec<_>>(), ["Show 30 more", "Close"]);
}

#[wasm_bindgen_test]
async fn a_save_whose_answer_was_lost_is_known_again() {
    let world = world(12);
    let stage = on(&world);
    let (saving, mut saves) = (world.clone(), 0);
    stage.answer_with("journal.save", move |params| {
        saves += 1;
        let answer = saving.borrow_mut().save(params);
        if saves == 1 { Reply::Lost } else { answer }
    });
    let page = stage.open("keys");
    choose_all(&page, 12).await;
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = dialog(&page).await;
    dialog.click("Block 12 keys").await;
    dialog.see("12 keys are blocked.").await;
    assert!(world.borrow().journal.is_empty());
}

#[wasm_bindgen_test]
async fn settings_of_several_keys_change_where_they_differ() {
    let world = world(3);
    world.borrow_mut().keys.get_mut(&token(2)).expect("it is there")["max_budget"] = json!(25);
    world.borrow_mut().keys.get_mut(&token(3)).expect("it is there")["metadata"] = json!({ "tags": ["old"] });
    let page = on(&world).open("keys");
    choose_all(&page, 3).await;
    page.part(".gw-bulk").await.click("Change…").await;
    let dialog = dialog(&page).await;
    dialog.see("Only what you choose here changes.").await;
    dialog.click("Change 3 keys").await;
    dialog.see("Choose what is to change.").await;
    assert!(page.asked("keys.update").is_empty());
    dialog.type_into("Their budget", "new").await;
    dialog.type_into("Budget", "x").await;
    dialog.click("Change 3 keys").await;
    dialog.see("Enter a number, such as 25 or 0.50.").await;
    dialog.type_into("Budget", "25").await;
    dialog.type_into("Their tags", "add").await;
    dialog.type_into("Which tags", "prod").await;
    dialog.type_into("Their team", "new").await;
    pick(&page, "New team", "Supp").await;
    dialog.click("Change 3 keys").await;
    dialog.see("3 keys were changed.").await;
    let sent = page.asked("keys.update");
    let tags = |list: Value| json!({ "tags": list }).to_string();
    assert_eq!(
        sent,
        [
            json!({ "key": token(1), "max_budget": 25.0, "team": "team-1", "metadata": tags(json!(["prod"])) }),
            json!({ "key": token(2), "team": "team-1", "metadata": tags(json!(["prod"])) }),
            json!({ "key": token(3), "max_budget": 25.0, "team": "team-1", "metadata": tags(json!(["old", "prod"])) }),
        ]
    );
}

#[wasm_bindgen_test]
async fn what_the_gateway_left_as_it_was_is_not_called_done() {
    let world = world(2);
    let stage = on(&world);
    // 1.80.11 takes no period away, and answers well.
    let keeping = world.clone();
    stage.answer_with("keys.update", move |params| {
        let mut answer = keeping.borrow().keys[params["key"].as_str().unwrap_or_default()].clone();
        (answer["key"], answer["budget_duration"]) = (params["key"].clone(), json!("30d"));
        Reply::Good(answer)
    });
    for known in world.borrow_mut().keys.values_mut() {
        (known["max_budget"], known["budget_duration"]) = (json!(5), json!("30d"));
    }
    let page = stage.open("keys");
    choose_all(&page, 2).await;
    page.part(".gw-bulk").await.click("Change…").await;
    let dialog = dialog(&page).await;
    dialog.type_into("Their budget", "new").await;
    dialog.type_into("Budget", "5").await;
    dialog.click("Change 2 keys").await;
    dialog.see("The gateway has accepted this, and has it otherwise all the same: Budget period.").await;
    see_counted(&dialog, &[("Not done", "2")]).await;
}

fn of_team(world: &World, number: u64, blocked: bool) {
    let mut gateway = world.borrow_mut();
    let known = gateway.keys.get_mut(&token(number)).expect("it is there");
    (known["team_id"], known["blocked"]) = (json!("team-1"), json!(blocked));
}

#[wasm_bindgen_test]
async fn a_kill_switch_blocks_what_the_filter_finds_and_its_undo_restores_exactly_that() {
    let world = world(8);
    for (number, blocked) in [(1, false), (2, false), (3, true), (4, false), (5, false)] {
        of_team(&world, number, blocked);
    }
    let stage = on(&world);
    let blocking = world.clone();
    stage.answer_with("keys.block", move |params| {
        let mut gateway = blocking.borrow_mut();
        assert_eq!(gateway.journal.len(), 1, "the list is there before the first key is blocked");
        gateway.write("keys.block", params)
    });
    world.borrow_mut().keys.get_mut(&token(4)).expect("it is there")["blocked"] = json!(true);
    let page = stage.open_at("?page=litellm-dashboard-keys&team=team-1");
    page.see("5 of 8 keys").await;
    // Unblocked since the table was read: it is one that could be used.
    world.borrow_mut().keys.get_mut(&token(4)).expect("it is there")["blocked"] = json!(false);
    page.part(".gw-filters").await.element().set_attribute("open", "").expect("it can be opened");
    page.click("Block all keys found…").await;
    let first = dialog(&page).await;
    first.see("Block all 4 keys found?").await;
    first.see("Team: Support").await;
    // Somebody blocks one of them in this moment: it is not this kill switch's.
    world.borrow_mut().keys.get_mut(&token(5)).expect("it is there")["blocked"] = json!(true);
    first.click("Block 4 keys").await;
    first.see("3 keys are blocked.").await;
    see_counted(&first, &[("Done", "3"), ("Was so already", "1")]).await;
    assert_eq!(world.borrow().blocked(), 5);
    first.click("Close").await;
    page.see("Kill switch of Nov 20, 2026, 12:00 PM It has blocked 3 keys.").await;
    let stage = page.leave();
    drop(stage);
    // Another browser. Meanwhile somebody has unblocked one, and deleted one.
    world.borrow_mut().keys.get_mut(&token(1)).expect("it is there")["blocked"] = json!(false);
    world.borrow_mut().keys.remove(&token(2));
    let page = on(&world).open("keys");
    page.see("It has blocked 3 keys. It was saved by Ada").await;
    page.see("Team: Support").await;
    page.click("Unblock these keys").await;
    let second = dialog(&page).await;
    second.see("Unblock the 3 keys that the kill switch has blocked?").await;
    second.click("Unblock 3 keys").await;
    second.see("1 key is no longer blocked.").await;
    see_counted(&second, &[("Done", "1"), ("Was so already", "1"), ("No longer there", "1")]).await;
    assert_eq!(tokens(&page, "keys.unblock"), [token(4)]);
    {
        let gateway = world.borrow();
        assert!(gateway.is_blocked(3) && gateway.is_blocked(5) && !gateway.is_blocked(4), "as it was before");
        assert!(gateway.journal.is_empty());
    }
    second.click("Close").await;
    page.see_no_more("Kill switch of").await;
}

/// A leaked key that a rotation has replaced was put back into service.
#[wasm_bindgen_test]
async fn the_undo_of_a_kill_switch_leaves_a_key_that_was_replaced() {
    let world = world(3);
    let page = on(&world).open("keys");
    block_all_found(&page, 3).await.see("3 keys are blocked.").await;
    dialog(&page).await.click("Close").await;
    world.borrow_mut().keys.get_mut(&token(2)).expect("it is there")["metadata"] =
        json!({ "litellm_dashboard": { "replaced_by": token(3) } });
    page.click("Unblock these keys").await;
    let dialog = dialog(&page).await;
    dialog.click("Unblock 3 keys").await;
    dialog.see("It has a successor; unblock it by itself if that is wanted.").await;
    see_counted(&dialog, &[("Done", "2"), ("Not done", "1")]).await;
    assert!(world.borrow().is_blocked(2) && world.borrow().blocked() == 1);
}

async fn block_all_found(page: &Page, count: u64) -> Part {
    page.see(&format!("{count} keys")).await;
    page.part(".gw-filters").await.element().set_attribute("open", "").expect("it can be opened");
    page.click("Block all keys found…").await;
    let dialog = dialog(page).await;
    dialog.click(&format!("Block {count} keys")).await;
    dialog
}

/// A kill switch of 20 keys, whose window was closed at the eleventh. Then somebody else blocks one that it had only noted.
async fn interrupted() -> World {
    let world = world(20);
    let stage = on(&world);
    stage.hold_after(10, "keys.block");
    let page = stage.open("keys");
    block_all_found(&page, 20).await;
    page.see_asked("keys.block", 11).await;
    drop(page.leave());
    let mut gateway = world.borrow_mut();
    let mut noted = Vec::new();
    for entry in gateway.journal.values_mut() {
        entry["saved_at"] = json!(NOON_MS / 1_000 - 300);
        noted.extend(entry["entry"]["keys"]["unknown"].as_array().cloned().unwrap_or_default());
    }
    assert_eq!((noted.len(), gateway.blocked()), (8, 11));
    let free = noted.iter().filter_map(Value::as_str).find(|token| gateway.keys[*token]["blocked"] != true);
    let free = free.expect("some were not tried").to_owned();
    gateway.keys.get_mut(&free).expect("it is there")["blocked"] = json!(true);
    drop(gateway);
    world
}

#[wasm_bindgen_test]
async fn what_somebody_else_may_have_blocked_after_an_interruption_stays_and_is_named() {
    let world = interrupted().await;
    let page = on(&world).open("keys");
    page.see("Blocking stopped after 8 of 20 keys.").await;
    page.click("Go on blocking").await;
    let first = dialog(&page).await;
    see_counted(&first, &[("Done", "16"), ("Left as it is", "4")]).await;
    first.see("Somebody else may have blocked it. It can be unblocked in the table.").await;
    first.click("Close").await;
    page.see("It has blocked 16 keys. 4 keys are left as they are").await;
    page.click("Unblock these keys").await;
    let second = dialog(&page).await;
    second.see("Unblock the 16 keys that the kill switch has blocked?").await;
    second.see("4 keys are left as they are, as somebody else may have blocked them.").await;
    second.click("Unblock 16 keys").await;
    second.see("16 keys are no longer blocked.").await;
    see_counted(&second, &[("Done", "16"), ("Left as it is", "4")]).await;
    assert_eq!((world.borrow().blocked(), second.parts("tbody tr").len()), (4, 4));
    second.click("Close").await;
    page.see("4 keys are left as they are, as somebody else may have blocked them. It was saved by Ada").await;
}

#[wasm_bindgen_test]
async fn an_undo_after_an_interruption_looks_which_of_the_noted_keys_are_blocked() {
    let world = interrupted().await;
    let page = on(&world).open("keys");
    page.click("Unblock these keys").await;
    let dialog = dialog(&page).await;
    dialog.click("Unblock 8 keys").await;
    see_counted(&dialog, &[("Done", "8"), ("Was so already", "4"), ("Left as it is", "4")]).await;
    assert_eq!((world.borrow().blocked(), page.asked("keys.unblock").len()), (4, 8));
}

/// Whoever came back right after a browser had died was told for ever that somebody may be at it, and could undo nothing.
#[wasm_bindgen_test]
async fn who_may_be_at_it_is_asked_again_after_a_minute() {
    let world = interrupted().await;
    for entry in world.borrow_mut().journal.values_mut() {
        entry["saved_at"] = json!(NOON_MS / 1_000 - 5);
    }
    let page = on(&world).open("keys");
    page.see("Ada may be at it in another window").await;
    assert!(!page.shows("Unblock these keys"));
    page.pass(61_000).await;
    page.see("Blocking stopped after 8 of 20 keys.").await;
    page.see("Unblock these keys").await;
}

#[wasm_bindgen_test]
async fn a_window_that_blocks_beside_an_undo_names_what_the_undo_does_not_know() {
    let world = world(20);
    let stage = on(&world);
    let taking = world.clone();
    stage.answer_with("keys.block", move |params| {
        let mut gateway = taking.borrow_mut();
        let answer = gateway.write("keys.block", params);
        if gateway.writes == 10 {
            for entry in gateway.journal.values_mut() {
                let revision = entry["revision"].as_u64().unwrap_or(0) + 1;
                let known = entry["entry"]["keys"]["done"].clone();
                (entry["revision"], entry["saved_by"]) = (json!(revision), json!("Bob"));
                entry["entry"] =
                    json!({ "act": "unblock", "undo": true, "filter": [], "keys": { "done": known }, "window": "another" });
            }
        }
        answer
    });
    let page = stage.open("keys");
    let dialog = block_all_found(&page, 20).await;
    dialog.see("This window has stopped Bob goes on with it in another window.").await;
    dialog.see("This window has blocked these keys before it learned of that, and no list has them: “key-").await;
    let named = dialog.parts("p").iter().map(Part::text).find(|text| text.contains("no list has them"));
    assert_eq!(named.map(|text| text.matches("“key-").count()), Some(8), "those of its last stretch");
}

#[wasm_bindgen_test]
async fn a_kill_switch_without_a_list_blocks_nothing() {
    let world = world(3);
    let stage = on(&world);
    stage.answer_with("journal.save", |_| Reply::Bad(error("litellm_journal_failed", 500, "", "")));
    let page = stage.open("keys");
    page.see("3 keys").await;
    page.part(".gw-filters").await.element().set_attribute("open", "").expect("it can be opened");
    page.click("Block all keys found…").await;
    let dialog = dialog(&page).await;
    dialog.see("All keys of the gateway").await;
    dialog.click("Block 3 keys").await;
    dialog.see("WordPress could not store the list").await;
    assert!(page.asked("keys.block").is_empty());
}

#[wasm_bindgen_test]
async fn a_kill_switch_wants_all_keys() {
    let world = world(150);
    let stage = on(&world);
    let listing = world.clone();
    stage.answer_with("keys.list", move |params| {
        if params["page"] == 2 { Reply::Bad(unreachable()) } else { listing.borrow().list(params) }
    });
    let page = stage.open("keys");
    page.see("The keys below are not all there are").await;
    page.part(".gw-filters").await.element().set_attribute("open", "").expect("it can be opened");
    page.click("Block all keys found…").await;
    let dialog = dialog(&page).await;
    dialog.see("Not all keys could be read").await;
    assert_eq!(dialog.parts("button").iter().map(Part::text).collect::<Vec<_>>(), ["Close", "Read them again"]);
}

#[wasm_bindgen_test]
async fn who_may_only_look_is_told_of_no_list() {
    let world = world(1);
    world.borrow_mut().journal.insert(
        "abcdefgh".into(),
        json!({ "id": "abcdefgh", "kind": "bulk", "revision": 1, "entry": { "act": "block", "keys": { "waiting": [token(1)] } } }),
    );
    let mut stage = on(&world);
    stage.boot("can_manage_keys", false);
    let page = stage.open("keys");
    page.row("key-1").await;
    page.quiet().await;
    assert!(page.asked("journal.list").is_empty() && !page.shows("not finished"));
    assert!(page.find_control("Block all keys found…").is_none());
}

#[wasm_bindgen_test]
async fn of_keys_that_expired_long_ago_one_that_was_given_more_time_stays() {
    let world = world(3);
    for number in [1, 2] {
        world.borrow_mut().keys.get_mut(&token(number)).expect("it is there")["expires"] =
            json!("2026-10-01T00:00:00Z");
    }
    let page = on(&world).open_at("?page=litellm-dashboard-keys&show=expired-long-ago");
    choose_all(&page, 2).await;
    page.part(".gw-bulk").await.click("Delete").await;
    let dialog = dialog(&page).await;
    dialog.see("Delete 2 keys? All of them have expired; one whose expiry is moved meanwhile stays.").await;
    world.borrow_mut().keys.get_mut(&token(2)).expect("it is there")["expires"] = json!("2027-10-01T00:00:00Z");
    dialog.click("Delete 2 keys").await;
    dialog.see("Its expiry was moved meanwhile, so it was not deleted.").await;
    see_counted(&dialog, &[("Done", "1"), ("Not done", "1")]).await;
    assert_eq!(tokens(&page, "keys.delete"), [token(1)]);
}

/// It is what some browser wrote, or nobody.
#[wasm_bindgen_test]
async fn an_odd_list_harms_nothing() {
    let world = world(1);
    let odd = [
        json!({ "id": "odd00001", "kind": "bulk", "revision": 1, "entry": "<img src=x>" }),
        json!({ "id": "odd00002", "kind": "bulk", "revision": 1, "saved_by": "<img src=x onerror=alert(1)>",
            "entry": { "act": "block", "keys": { "waiting": [token(1), "<script>"] } } }),
        json!({ "id": "odd00003", "kind": "kill_switch", "revision": 1, "entry": { "act": "delete", "keys": { "waiting": [token(1)] } } }),
        json!({ "id": "odd00004", "kind": "kill_switch", "revision": 1, "saved_by": "Bob",
            "entry": { "act": "block", "filter": [["team", "<img src=x>"], ["x", 7]], "keys": { "done": [token(1)] } } }),
    ];
    for entry in odd {
        world.borrow_mut().journal.insert(entry["id"].as_str().unwrap_or_default().to_owned(), entry);
    }
    let page = on(&world).open("keys");
    page.see("Team: <img src=x>").await;
    page.see("0 of 1 key").await;
    assert_eq!(page.parts(".gw-notice").len(), 2);
    page.assert_harmless();
}
