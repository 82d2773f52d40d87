//! The table of keys: rows, order, search, filters, and reading all of them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{key, keys, recorded, token},
    navigation::menu,
    page::Part,
    stage::{Page, Reply, Stage, address, document, error, unreachable, window},
};

/// A key of the gateway with a number: the higher, the newer.
fn numbered(number: u64) -> Value {
    let created = format!("2026-11-{:02}T{:02}:{:02}:00Z", 1 + number / 1_440 % 19, number / 60 % 24, number % 60);
    key(&format!("key-{number}"), json!({ "token": token(number), "spend": number, "created_at": created }))
}

/// A page of a gateway with the keys of these numbers.
fn page_of(params: &Value, numbers: &[u64]) -> Value {
    let (page, size) = (params["page"].as_u64().unwrap_or(1) as usize, params["size"].as_u64().unwrap_or(10) as usize);
    let newest: Vec<u64> = numbers.iter().rev().copied().collect();
    let rows: Vec<Value> = newest.iter().skip((page - 1) * size).take(size).map(|number| numbered(*number)).collect();
    json!({ "keys": rows, "total_count": numbers.len(), "current_page": page, "total_pages": numbers.len().div_ceil(size) })
}

fn some(numbers: std::ops::RangeInclusive<u64>) -> Vec<u64> {
    numbers.collect()
}

/// A gateway with so many keys.
fn with_keys(stage: &Stage, count: u64) {
    stage.answer_with("keys.list", move |params| Reply::Good(page_of(params, &some(1..=count))));
}

fn names(page: &Part) -> Vec<String> {
    page.parts("tbody tr:not(.gw-spacer)").iter().map(|row| row.parts("th a")[0].text()).collect()
}

async fn see_names(page: &Part, wanted: &[&str]) {
    page.wait_for(&format!("{wanted:?}"), |page| (names(page) == wanted).then_some(())).await;
}

/// What is counted above the rows.
async fn see_count(page: &Part, wanted: &str) {
    page.wait_for(&format!("“{wanted}” above the rows"), |page| {
        page.parts(".gw-count").first().filter(|foot| foot.text() == wanted).map(|_| ())
    })
    .await;
}

fn pages_asked(page: &Page) -> Vec<u64> {
    page.asked("keys.list").iter().filter_map(|params| params["page"].as_u64()).collect()
}

#[wasm_bindgen_test]
async fn a_key_is_told_with_owner_models_spend_and_limits() {
    let stage = Stage::new();
    let web = json!({
        "spend": 25.0, "max_budget": 100.0, "budget_duration": "30d", "rpm_limit": 60, "tpm_limit": 100_000, "max_parallel_requests": 5,
        "models": ["gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet"], "user_id": "ada", "team_id": "team-1", "expires": "2027-11-01T09:00:00Z",
    });
    let bare = json!({ "token": token(2), "key_alias": null, "key_name": "sk-...bare", "spend": 0.5 });
    stage.answer("keys.list", keys(&[key("web", web), key("", bare)]));
    let page = stage.open("keys");
    page.see("Key Status Owner Models Spend Limits Created").await;
    let row = page.row("web").await;
    for text in [
        "web sk-...4Cfw Edit Block Delete Active Ada Lovelace Team Support gpt-4o gpt-4o-mini and 1 more $25.00 of $100.00 a month",
        "60 requests/min 100,000 tokens/min, 5 at once Nov 1, 2026 Nov 1, 2027",
    ] {
        row.see(text).await;
    }
    row.control("25% of the budget spent").await;
    let row = page.row("sk-...bare").await;
    row.see("Active – All models $0.50 None Nov 1, 2026 Never").await;
    row.control("Block sk-...bare").await;
}

#[wasm_bindgen_test]
async fn every_state_has_its_chip() {
    let stage = Stage::new();
    let states = [
        ("Active", json!({ "expires": "2027-01-01T00:00:00Z" })),
        ("Blocked", json!({ "blocked": true })),
        ("Expired", json!({ "expires": "2026-11-19T00:00:00Z" })),
        ("Over budget", json!({ "spend": 12.0, "max_budget": 10.0 })),
        ("Expiring soon", json!({ "expires": "2026-11-22T00:00:00Z" })),
    ];
    let mut rows = Vec::new();
    for (number, (state, fields)) in states.iter().enumerate() {
        let mut row = key(&format!("of {state}"), fields.clone());
        row["token"] = json!(token(number as u64 + 1));
        rows.push(row);
    }
    stage.answer("keys.list", keys(&rows));
    let page = stage.open("keys");
    for (state, _) in &states {
        let row = page.row(&format!("of {state}")).await;
        assert_eq!(row.part(".gw-chip").await.text(), *state);
    }
    page.control("120% of the budget spent").await;
    page.control("Unblock of Blocked").await;
}

#[wasm_bindgen_test]
async fn the_service_key_is_marked_and_protected() {
    let stage = Stage::new();
    stage.answer("keys.list", keys(&[key("wordpress", json!({ "token": token(99) })), key("web", json!({}))]));
    let page = stage.open("keys");
    let row = page.row("wordpress").await;
    row.see("Service key").await;
    row.see("This plugin uses it; it is protected here.").await;
    assert!(row.parts("button").is_empty());
    assert_eq!(page.row("web").await.parts("button").len(), 3);
}

#[wasm_bindgen_test]
async fn who_may_not_manage_keys_has_no_buttons() {
    let mut stage = Stage::new();
    stage.boot("can_manage_keys", false);
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.row("web").await;
    assert!(page.parts("tbody button").is_empty());
    assert!(page.find_control("Create key").is_none());
    assert!(page.asked("models.list").is_empty(), "the form is not there");
}

#[wasm_bindgen_test]
async fn the_keys_of_both_versions_are_shown() {
    for recording in
        [recorded!("1.80.11", "key_list_full", "keys.list"), recorded!("1.106.2", "key_list_full", "keys.list")]
    {
        let stage = Stage::new();
        stage.answer("keys.list", recording.clone());
        let page = stage.open("keys");
        page.see(recording["keys"][0]["key_alias"].as_str().expect("the first key has an alias")).await;
        page.see(recording["keys"][0]["key_name"].as_str().expect("the first key has a name")).await;
        assert_eq!(page.parts("tbody tr").len(), recording["keys"].as_array().map_or(0, Vec::len));
    }
}

#[wasm_bindgen_test]
async fn sorting_changes_the_address_and_the_rows() {
    let stage = Stage::new();
    let keys_of = [
        key("b", json!({ "token": token(1), "spend": 2.0 })),
        key("C", json!({ "token": token(2), "spend": 1.0, "expires": "2027-01-01T00:00:00Z" })),
        key("a", json!({ "token": token(3), "spend": 3.0 })),
    ];
    stage.answer("keys.list", keys(&keys_of));
    let page = stage.open("keys");
    see_names(&page, &["a", "C", "b"]).await;
    for (column, order_by, order, state, rows) in [
        ("Spend", "spend", "desc", "descending", ["a", "b", "C"]),
        ("Spend", "spend", "asc", "ascending", ["C", "b", "a"]),
        ("Key", "key_alias", "asc", "ascending", ["a", "b", "C"]),
        ("Key", "key_alias", "desc", "descending", ["C", "b", "a"]),
        ("Expires", "expires", "asc", "ascending", ["C", "a", "b"]),
    ] {
        page.click(column).await;
        page.see_address(&format!("orderby={order_by}")).await;
        page.wait_for("the order in the address", |_| {
            (address().contains("order=asc") == (order == "asc")).then_some(())
        })
        .await;
        see_names(&page, &rows).await;
        let heading = format!("th[aria-sort={state}]");
        page.wait_for(&heading, |part| part.parts(&heading).into_iter().find(|head| head.name() == column)).await;
        assert!(page.control(column).await.has_focus());
    }
    assert_eq!(page.asked("keys.list"), [json!({ "page": 1, "size": 100 })], "nothing is asked for it");
}

#[wasm_bindgen_test]
async fn odd_arguments_in_the_address_are_the_defaults() {
    let page = Stage::new().open_at("?page=litellm-dashboard-keys&paged=x&orderby=DROP&order=asc&show=x");
    page.row("web").await;
    assert_eq!(page.asked("keys.list"), [json!({ "page": 1, "size": 100 })]);
    page.part("th[aria-sort=ascending]").await.see("Created").await;
}

/// One question at a time, the newest first, and what is there can be used.
#[wasm_bindgen_test]
async fn a_long_list_is_read_page_by_page_while_it_can_be_used() {
    let stage = Stage::new();
    with_keys(&stage, 250);
    stage.hold_after(1, "keys.list");
    let page = stage.open("keys");
    page.row("key-250").await;
    page.see("100 of 250 keys read").await;
    see_count(&page, "100 keys").await;
    page.see_asked("keys.list", 2).await;
    page.quiet().await;
    assert_eq!(pages_asked(&page), [1, 2], "the second page is on its way, and no other");
    page.type_into("Search keys", "key-15").await;
    see_names(
        &page,
        &["key-159", "key-158", "key-157", "key-156", "key-155", "key-154", "key-153", "key-152", "key-151"],
    )
    .await;
    page.release();
    see_count(&page, "11 of 250 keys").await;
    assert_eq!(names(&page).last().map(String::as_str), Some("key-15"));
    page.see_no_more("keys read").await;
    assert_eq!(pages_asked(&page), [1, 2, 3]);
    page.see("All 250").await;
}

/// Also the plugin's own key, the teams and the owners: the first page of keys is not held up by them.
#[wasm_bindgen_test]
async fn the_gateway_sees_one_question_at_a_time() {
    const ASKED: [&str; 5] = ["keys.list", "keys.self", "teams.list", "organizations.list", "users.list"];
    for let_through in 0..6 {
        let stage = Stage::new();
        with_keys(&stage, 250);
        stage.answer_with("teams.list", |params| {
            let team = |number: u64| json!({ "team_id": format!("team-{number}"), "team_alias": "", "organization_id": "org" });
            let page = params["page"].as_u64().unwrap_or(1);
            Reply::Good(json!({ "teams": [team(page)], "total": 2, "total_pages": 2 }))
        });
        stage.hold_after(let_through, "batch");
        let page = stage.open("keys");
        page.quiet().await;
        let asked: Vec<usize> = ASKED.iter().map(|operation| page.asked(operation).len()).collect();
        assert_eq!(asked[0].min(1), 1, "the keys first");
        assert!(asked.iter().sum::<usize>() <= let_through as usize + 1, "{ASKED:?} while one is held back: {asked:?}");
        page.release();
    }
}

#[wasm_bindgen_test]
async fn a_page_that_fails_leaves_what_is_there_and_is_asked_for_again() {
    let stage = Stage::new();
    let failures = Rc::new(Cell::new(1));
    stage.answer_with("keys.list", move |params| {
        if params["page"] == 3 && failures.get() > 0 {
            failures.set(failures.get() - 1);
            return Reply::Bad(unreachable());
        }
        Reply::Good(page_of(params, &some(1..=350)))
    });
    let page = stage.open("keys");
    page.see("The gateway cannot be reached The keys below are not all there are: reading them broke off. 200 of 350 keys read")
        .await;
    page.row("key-350").await;
    page.click("Try again").await;
    see_count(&page, "350 keys").await;
    page.see_no_more("The gateway cannot be reached").await;
    assert_eq!(pages_asked(&page), [1, 2, 3, 3, 4], "it goes on from there");
}

#[wasm_bindgen_test]
async fn keys_that_are_made_and_deleted_while_the_list_is_read_are_right_in_the_end() {
    let stage = Stage::new();
    let numbers = Rc::new(RefCell::new(some(1..=250)));
    let changing = numbers.clone();
    stage.answer_with("keys.list", move |params| {
        let answer = page_of(params, &changing.borrow());
        if params["page"] == 1 && changing.borrow().len() == 250 {
            changing.borrow_mut().retain(|number| ![240, 239].contains(number));
            changing.borrow_mut().push(1_000);
        }
        Reply::Good(answer)
    });
    let page = stage.open("keys");
    see_count(&page, "249 keys").await;
    page.row("key-1000").await;
    page.quiet().await;
    assert_eq!(pages_asked(&page), [1, 2, 3, 1, 2, 3], "once more, as the count changed");
    page.type_into("Search keys", "key-24").await;
    see_count(&page, "10 of 249 keys").await;
    assert!(!names(&page).contains(&"key-240".to_owned()), "it is deleted");
    assert!(!page.shows("The list changed while it was read"));
}

#[wasm_bindgen_test]
async fn a_list_that_never_rests_is_said_not_to_be_whole() {
    let stage = Stage::new();
    let count = Rc::new(Cell::new(250));
    stage.answer_with("keys.list", move |params| {
        count.set(count.get() + 1);
        Reply::Good(page_of(params, &some(1..=count.get())))
    });
    let page = stage.open("keys");
    page.see("The list changed while it was read Keys were made or deleted while they were read").await;
    page.row("key-251").await;
}

/// What was read stays for as long as the app lives.
#[wasm_bindgen_test]
async fn coming_back_shows_all_keys_at_once_and_looks_for_newer_ones() {
    let stage = Stage::new();
    let numbers = Rc::new(RefCell::new(some(1..=250)));
    let growing = numbers.clone();
    stage.answer_with("keys.list", move |params| Reply::Good(page_of(params, &growing.borrow())));
    let menu = menu();
    let page = stage.open_at("?page=litellm-dashboard-keys");
    see_count(&page, "250 keys").await;
    menu.click("Console").await;
    page.see("LiteLLM’s own interface.").await;
    numbers.borrow_mut().push(300);
    page.hold("keys.list");
    menu.click("Keys").await;
    see_count(&page, "250 keys").await;
    page.release();
    see_count(&page, "251 keys").await;
    page.row("key-300").await;
    assert_eq!(pages_asked(&page), [1, 2, 3, 1], "the newest are enough");
    // After a while all of them may have changed.
    menu.click("Console").await;
    page.see("LiteLLM’s own interface.").await;
    page.pass(60_001).await;
    menu.click("Keys").await;
    page.see_asked("keys.list", 7).await;
}

#[wasm_bindgen_test]
async fn refreshing_keeps_what_is_shown_until_all_is_read_anew() {
    let stage = Stage::new();
    let numbers = Rc::new(RefCell::new(some(1..=250)));
    let shrinking = numbers.clone();
    stage.answer_with("keys.list", move |params| Reply::Good(page_of(params, &shrinking.borrow())));
    let page = stage.open("keys");
    see_count(&page, "250 keys").await;
    numbers.borrow_mut().remove(249);
    page.hold("keys.list");
    page.click("Refresh").await;
    page.quiet().await;
    see_count(&page, "250 keys").await;
    page.row("key-250").await;
    page.release();
    see_count(&page, "249 keys").await;
    assert_eq!(names(&page)[0], "key-249");
    assert_eq!(pages_asked(&page), [1, 2, 3, 1, 2, 3]);
}

#[wasm_bindgen_test]
async fn searching_is_done_here_with_every_letter() {
    let stage = Stage::new();
    let ada = json!({ "token": token(2), "user_id": "u-17", "user": { "user_email": "ada@example.com", "user_alias": "Ada" }, "key_name": "sk-...AbCd" });
    let support = json!({ "token": token(3), "team_id": "team-1" });
    stage.answer("keys.list", keys(&[key("web", json!({})), key("batch", ada), key("bot", support)]));
    let page = stage.open("keys");
    page.see("Team Support").await;
    page.control("Search keys").await.focus();
    page.type_letters("b");
    see_count(&page, "3 keys").await;
    page.type_letters("a");
    see_names(&page, &["batch"]).await;
    page.see_address("s=ba").await;
    for (typed, rows) in [
        ("SUPPORT", &["bot"][..]),
        ("ada@ex", &["batch"]),
        ("u-17", &["batch"]),
        ("sk-...abcd", &["batch"]),
        (&token(3), &["bot"]),
        ("", &["bot", "batch", "web"]),
    ] {
        page.type_into("Search keys", typed).await;
        see_names(&page, rows).await;
    }
    page.quiet().await;
    assert_eq!(page.asked("keys.list").len(), 1);
}

#[wasm_bindgen_test]
async fn a_pasted_secret_finds_its_key_and_goes_nowhere() {
    let stage = Stage::new();
    let hash = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b";
    stage.answer("keys.list", keys(&[key("web", json!({})), key("leaked", json!({ "token": hash }))]));
    let page = stage.open("keys");
    page.row("web").await;
    page.type_into("Search keys", "Authorization: Bearer sk-1234").await;
    see_names(&page, &["leaked"]).await;
    page.type_into("Search keys", "sk-12345").await;
    page.see("No key of this gateway has this secret").await;
    page.quiet().await;
    assert!(!address().contains("sk-") && !address().contains("s="), "{}", address());
    assert_eq!(page.asked("keys.list").len(), 1);
    assert_eq!(page.control("Search keys").await.value(), "sk-12345");
    page.click("Clear filters").await;
    see_names(&page, &["leaked", "web"]).await;
    assert_eq!(page.control("Search keys").await.value(), "");
}

/// Two keys with one alias, one with 300 characters, with a newline, with spaces around, with markup, from right to left.
#[wasm_bindgen_test]
async fn odd_aliases_are_listed_found_and_acted_on() {
    let long = ["long-", &"x".repeat(295)].concat();
    let aliases = [
        "twin",
        "twin",
        &long,
        "two\nlines",
        "  spaces around  ",
        "<img src=x onerror=alert(1)>",
        "\u{202e}مفتاح",
        "👩\u{200d}💻",
        "",
    ];
    let rows: Vec<Value> =
        (1..).zip(aliases).map(|(number, alias)| key(alias, json!({ "token": token(number) }))).collect();
    let stage = Stage::new();
    stage.answer("keys.list", keys(&rows));
    stage.answer_with("keys.block", |params| Reply::Good(json!({ "token": params["key"], "blocked": true })));
    let page = stage.open("keys");
    see_count(&page, "9 keys").await;
    page.assert_harmless();
    for (number, typed) in [(3, "xxxx"), (4, "two"), (5, "around"), (6, "<img"), (7, "مفتاح"), (8, "💻")] {
        page.type_into("Search keys", typed).await;
        see_count(&page, "1 of 9 keys").await;
        page.part(&format!("#keys-row-{} .gw-row-actions button[aria-label^=Block]", token(number as u64)))
            .await
            .touch();
        page.part("dialog[open]").await.click("Block key").await;
        page.see_asked("keys.block", number - 2).await;
        assert_eq!(page.last_asked("keys.block"), json!({ "key": token(number as u64) }));
        page.wait_for("the chip", |page| {
            page.parts("tbody .gw-chip").first().filter(|chip| chip.text() == "Blocked").map(|_| ())
        })
        .await;
    }
    page.type_into("Search keys", "twin").await;
    see_count(&page, "2 of 9 keys").await;
    page.assert_harmless();
}

#[wasm_bindgen_test]
async fn chips_count_the_states_and_leave_one() {
    let stage = Stage::new();
    let rows = [
        key("on", json!({ "token": token(1), "spend": 1.0 })),
        key("off", json!({ "token": token(2), "spend": 1.0, "blocked": true })),
        key("old", json!({ "token": token(3), "spend": 1.0, "expires": "2026-09-19T00:00:00Z" })),
        key("over", json!({ "token": token(4), "spend": 12.0, "max_budget": 10.0 })),
        key("idle", json!({ "token": token(5) })),
    ];
    stage.answer("keys.list", keys(&rows));
    let page = stage.open("keys");
    page.see(
        "All 5 Active 2 Expiring soon 0 Over budget 1 Held back 0 Blocked 1 Expired 1 Expired over 30 days ago 1 Never used 1",
    )
    .await;
    page.click("Blocked 1").await;
    see_names(&page, &["off"]).await;
    see_count(&page, "1 of 5 keys").await;
    page.see_address("show=blocked").await;
    assert!(page.control("Blocked 1").await.has_focus());
    page.click("Never used 1").await;
    see_names(&page, &["idle"]).await;
    page.click("Clear filters").await;
    see_names(&page, &["idle", "over", "old", "off", "on"]).await;
    assert!(!address().contains("show="));
    // A key that is blocked changes its chip without a question for all.
    page.click("Block on").await;
    page.click("Block key").await;
    page.see("Active 1").await;
}

#[wasm_bindgen_test]
async fn an_address_is_a_view_to_come_back_to() {
    let stage = Stage::new();
    let rows = [
        key("a", json!({ "token": token(1), "team_id": "team-1", "user_id": "ada", "models": ["gpt-4o"] })),
        key("b", json!({ "token": token(2), "team_id": "team-1", "user_id": "bob" })),
        key("c", json!({ "token": token(3), "user_id": "ada" })),
    ];
    stage.answer("keys.list", keys(&rows));
    let page = stage.open_at("?page=litellm-dashboard-keys&team=team-1&orderby=key_alias&order=asc");
    see_names(&page, &["a", "b"]).await;
    page.see("Filters (1)").await;
    let stage = page.leave();
    let page = stage.open_at("?page=litellm-dashboard-keys&team=-&owner=ada");
    see_names(&page, &["c"]).await;
    page.see("Filters (2)").await;
}

#[wasm_bindgen_test]
async fn a_team_is_chosen_by_typing_a_part_of_its_name() {
    let stage = Stage::new();
    let teams: Vec<Value> = (1..=150)
        .map(|number| json!({ "team_id": format!("t-{number}"), "team_alias": format!("Team no. {number}") }))
        .collect();
    stage.answer_with("teams.list", move |params| {
        let page = params["page"].as_u64().unwrap_or(1) as usize;
        let of: Vec<&Value> = teams.iter().skip((page - 1) * 100).take(100).collect();
        Reply::Good(json!({ "teams": of, "total": 150, "total_pages": 2 }))
    });
    stage.answer_with("keys.list", |params| {
        let mut answer = page_of(params, &some(1..=150));
        for row in answer["keys"].as_array_mut().into_iter().flatten() {
            row["team_id"] = json!(format!("t-{}", row["spend"]));
        }
        Reply::Good(answer)
    });
    let page = stage.open("keys");
    see_count(&page, "150 keys").await;
    page.see("Team Team no. 137").await;
    page.part(".gw-filters summary").await.touch();
    page.control("Team").await.focus();
    page.type_letters("NO. 137");
    let input = page.control("Team").await;
    input.see_attribute("aria-expanded", "true").await;
    page.wait_for("one option", |page| (page.parts("[role=option]").len() == 1).then_some(())).await;
    input.press("Enter");
    see_names(&page, &["key-137"]).await;
    page.see_address("team=t-137").await;
    page.wait_for("its name", |page| {
        page.find_control("Team").filter(|input| input.value() == "Team no. 137").map(|_| ())
    })
    .await;
    // More than can be listed are counted, and Escape leaves things as they are.
    input.press("ArrowDown");
    page.see("52 more: type to find one").await;
    input.press("ArrowUp");
    input.press("Escape");
    input.see_attribute("aria-expanded", "false").await;
    page.see_address("team=t-137").await;
    input.press("ArrowDown");
    page.part("[data-action='pick:0']").await.touch();
    see_count(&page, "150 keys").await;
}

#[wasm_bindgen_test]
async fn what_is_shown_can_be_stored_as_a_file() {
    let stage = Stage::new();
    let evil = json!({ "token": token(2), "spend": 0.0130239, "max_budget": 10.0 });
    stage.answer("keys.list", keys(&[key("web", json!({})), key("=HYPERLINK(\"x\")", evil)]));
    let page = stage.open("keys");
    page.type_into("Search keys", "hyper").await;
    see_count(&page, "1 of 2 keys").await;
    page.click("Download as CSV").await;
    let files = page.stored().await;
    assert_eq!(files.len(), 1);
    let (name, text) = &files[0];
    assert_eq!(name, "keys-2026-11-20.csv");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("\u{feff}\"Key\",\"Masked key\",\"Status\",\"Owner\""), "{text}");
    assert!(lines[1].starts_with("\"'=HYPERLINK(\"\"x\"\")\",\"sk-...4Cfw\",\"Active\""), "{text}");
    assert!(lines[1].contains(",0.0130239,10,"), "{text}");
}

/// Two pages instead of the answer, and the page said that LiteLLM was the one to look at.
#[wasm_bindgen_test]
async fn a_gateway_that_is_starting_is_asked_again_by_itself() {
    let stage = Stage::new();
    let mut away = error("gateway_not_litellm", 502, "", "");
    away["data"]["gateway_status"] = json!(503);
    away["data"]["server"] = json!("nginx");
    away["data"]["retry_after_s"] = json!(7);
    stage.answer_in_turn("keys.list", vec![Reply::Bad(away), Reply::Good(page_of(&json!({}), &[1, 2]))]);
    let page = stage.open("keys");
    page.see("What stands before LiteLLM has no answer from it What came: 503 · nginx. LiteLLM may be starting").await;
    page.pass(6_999).await;
    assert_eq!(page.asked("keys.list").len(), 1, "not before the time that was asked for");
    page.pass(1).await;
    page.row("key-2").await;
    page.see_no_more("What stands before LiteLLM has no answer from it").await;
}

#[wasm_bindgen_test]
async fn a_search_without_a_match_offers_all_keys() {
    let page = Stage::new().open_at("?page=litellm-dashboard-keys&s=zzz");
    page.see("No key has “zzz” in its names or its hash").await;
    page.click("Show all keys").await;
    page.row("web").await;
    assert_eq!(page.control("Search keys").await.value(), "");
    assert!(page.left_to_the_browser().is_empty());
}

#[wasm_bindgen_test]
async fn a_gateway_without_keys_says_what_to_do() {
    let stage = Stage::new();
    stage.answer("keys.list", keys(&[]));
    let page = stage.open("keys");
    page.see("No keys yet Create a key for each application").await;
    page.part(".gw-empty").await.click("Create key").await;
    page.see("The key can call models and nothing else").await;
}

#[wasm_bindgen_test]
async fn a_failure_is_told_and_trying_again_helps() {
    let stage = Stage::new();
    stage.answer_in_turn("keys.list", vec![Reply::Bad(unreachable()), Reply::Good(page_of(&json!({}), &[1, 2]))]);
    let page = stage.open("keys");
    page.see("The gateway cannot be reached").await;
    assert!(!page.shows("No keys yet"));
    page.click("Try again").await;
    page.row("key-2").await;
    assert!(!page.shows("The gateway cannot be reached"));
}

#[wasm_bindgen_test]
async fn old_keys_are_shown_with_their_age() {
    let stage = Stage::new();
    stage.answer_with("keys.list", |_| Reply::Old(page_of(&json!({}), &[1, 2]), 7_300, unreachable()));
    let page = stage.open("keys");
    page.see("The gateway cannot be reached What is shown was read from the gateway 2 hours ago. Nothing answers at")
        .await;
    page.row("key-2").await;
}

#[wasm_bindgen_test]
async fn the_table_does_not_wait_for_teams_or_the_own_key() {
    let stage = Stage::new();
    for operation in ["keys.self", "teams.list"] {
        stage.answer_with(operation, |_| Reply::Bad(unreachable()));
    }
    stage.answer("keys.list", keys(&[key("web", json!({ "team_id": "team-1" }))]));
    let page = stage.open("keys");
    page.row("web").await.see("Team team-1").await;
    assert!(!page.shows("The gateway cannot be reached"));
}

/// Rows that are out of sight are not on the page.
#[wasm_bindgen_test]
async fn only_rows_in_sight_are_on_the_page() {
    let stage = Stage::new();
    with_keys(&stage, 1_000);
    let page = stage.open("keys");
    see_count(&page, "1,000 keys").await;
    let place = page.part(".gw-table-scroll").await;
    let rows = |page: &Part| page.parts("tbody tr:not(.gw-spacer)").len();
    assert!(rows(&page) < 100, "{} rows", rows(&page));
    assert_eq!(page.part("table").await.attribute("aria-rowcount").as_deref(), Some("1001"));
    for (top, name) in [(20_000, None), (i32::MAX, Some("key-1")), (0, Some("key-1000")), (600, None), (1_200, None)] {
        let before = names(&page);
        place.element().set_scroll_top(top);
        page.wait_for("other rows", |page| (names(page) != before).then_some(())).await;
        if let Some(name) = name {
            page.wait_for(name, |page| names(page).contains(&name.to_owned()).then_some(())).await;
        }
        assert!(rows(&page) < 100, "{} rows", rows(&page));
        // None is missing and none is twice.
        let numbers: Vec<u64> = names(&page).iter().filter_map(|name| name[4..].parse().ok()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1), "{numbers:?}");
        let (sight, first) = (place.element().get_bounding_client_rect(), page.parts("tbody tr:not(.gw-spacer)"));
        assert!(first[0].element().get_bounding_client_rect().top() <= sight.top() + 60.0, "no gap above at {top}");
        let bottom = first[first.len() - 1].element().get_bounding_client_rect().bottom();
        // Less than a row: a scroll bar, and the spacing of tables, as no style sheet is here.
        assert!(bottom >= sight.bottom() - 40.0, "no gap below at {top}: {bottom} of {}", sight.bottom());
    }
    // Rows to another question are seen from the first on.
    page.type_into("Search keys", "key-").await;
    page.wait_for("the first row", |page| names(page).contains(&"key-1000".to_owned()).then_some(())).await;
}

/// The keyboard goes on among the rows that are written.
#[wasm_bindgen_test]
async fn a_row_with_the_keyboard_that_is_scrolled_away_gives_it_to_another() {
    let stage = Stage::new();
    with_keys(&stage, 1_000);
    let page = stage.open("keys");
    see_count(&page, "1,000 keys").await;
    page.control("key-999").await.focus();
    page.control("key-999").await.press("ArrowDown");
    assert!(page.control("key-998").await.has_focus());
    let place = page.part(".gw-table-scroll").await;
    place.element().set_scroll_top(2_500);
    page.wait_for("other rows", |page| (!names(page).contains(&"key-998".to_owned())).then_some(())).await;
    let focused = document().active_element().and_then(|element| element.closest("tbody tr").ok().flatten());
    assert!(focused.is_some(), "the keyboard is in a row");
}

/// Hides the owner and shows the hash.
async fn switch_columns(page: &Page) {
    page.see("Key Status Owner Models Spend Limits Created Expires").await;
    page.part("#keys-columns").await.element().set_attribute("open", "").expect("it can be opened");
    page.click("Owner").await;
    page.see("Key Status Models Spend Limits Created Expires").await;
    page.click("Hash").await;
    page.see("Created Expires Hash").await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn columns_can_be_hidden_and_are_kept_with_the_account() {
    let page = Stage::new().open("keys");
    switch_columns(&page).await;
    assert_eq!(page.account(), json!({ "litellm_dashboard_columns": { "keys": "owner,token" } }));

    // Another browser.
    let mut stage = Stage::new();
    stage.boot("columns", json!({ "keys": "owner,token", "other": "x" }));
    let page = stage.open("keys");
    page.see("Key Status Models Spend Limits Created Expires Hash").await;
}

/// The one that was switched last took away what the other had chosen.
#[wasm_bindgen_test]
async fn two_windows_keep_the_columns_that_each_has_switched() {
    let page = Stage::new().open("keys");
    page.see("Key Status Owner Models Spend Limits Created Expires").await;
    page.stage().keep_in_account(json!({ "litellm_dashboard_columns": { "keys": "tags,token", "teams": "id" } }));
    switch_columns(&page).await;
    assert_eq!(page.account(), json!({ "litellm_dashboard_columns": { "keys": "tags,owner,token", "teams": "id" } }));
}

#[wasm_bindgen_test]
async fn columns_are_kept_in_the_browser_where_the_account_takes_nothing() {
    let stage = Stage::new();
    stage.refuse_account();
    let page = stage.open("keys");
    switch_columns(&page).await;
    let kept = window().local_storage().expect("a browser keeps things").expect("it does");
    assert_eq!(
        kept.get_item("litellm-dashboard-columns-keys").expect("it can be read").as_deref(),
        Some("owner,token")
    );
    let page = page.leave().open("keys");
    page.see("Key Status Models Spend Limits Created Expires Hash").await;
}
