//! The table of keys: rows, order, pages, search.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{key, keys, recorded, token},
    page::Part,
    stage::{Reply, Stage, address, error, unreachable},
};

/// So many rows on the page, of so many altogether.
fn page_of(rows: u64, total: u64) -> Value {
    let rows: Vec<Value> =
        (1..=rows).map(|number| key(&format!("key-{number}"), json!({ "token": token(number) }))).collect();
    let mut page = keys(&rows);
    page["total_count"] = json!(total);
    page
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
        "web sk-...4Cfw Edit Duplicate Block Delete Active ada Team Support gpt-4o gpt-4o-mini and 1 more $25.00 of $100.00 a month",
        "60 requests/min 100,000 tokens/min 5 at once Nov 1, 2026 Nov 1, 2027",
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
    assert_eq!(page.row("web").await.parts("button").len(), 4);
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
async fn sorting_changes_the_address_and_the_question() {
    let page = Stage::new().open("keys");
    page.row("web").await;
    assert_eq!(
        page.asked("keys.list"),
        [json!({ "page": 1, "size": 25, "sort_by": "created_at", "sort_order": "desc" })]
    );
    for (column, order_by, order, state) in [
        ("Spend", "spend", "desc", "descending"),
        ("Spend", "spend", "asc", "ascending"),
        ("Key", "key_alias", "asc", "ascending"),
        ("Key", "key_alias", "desc", "descending"),
    ] {
        page.click(column).await;
        page.see_address(&format!("orderby={order_by}")).await;
        page.wait_for("the order in the address", |_| {
            (address().contains("order=asc") == (order == "asc")).then_some(())
        })
        .await;
        let wanted = json!({ "page": 1, "size": 25, "sort_by": order_by, "sort_order": order });
        page.wait_for("the question", |_| (page.last_asked("keys.list") == wanted).then_some(())).await;
        let heading = format!("th[aria-sort={state}]");
        page.wait_for(&heading, |part| part.parts(&heading).into_iter().find(|head| head.name() == column)).await;
        assert!(page.control(column).await.has_focus());
    }
}

#[wasm_bindgen_test]
async fn paging_changes_the_address_and_the_question() {
    let stage = Stage::new();
    stage.answer("keys.list", page_of(25, 60));
    let page = stage.open("keys");
    page.see("60 keys").await;
    page.see("1 of 3").await;
    for name in ["First page", "Previous page"] {
        assert_eq!(page.control(name).await.attribute("aria-disabled").as_deref(), Some("true"));
        page.click(name).await;
    }
    page.click("Next page").await;
    page.see("2 of 3").await;
    page.see_address("paged=2").await;
    page.see_asked("keys.list", 2).await;
    assert_eq!(page.last_asked("keys.list")["page"], 2);
    page.click("Last page").await;
    page.see("3 of 3").await;
    page.quiet().await;
    page.click("Next page").await;
    page.quiet().await;
    assert_eq!(page.asked("keys.list").len(), 3);
    page.click("First page").await;
    page.see("1 of 3").await;
    assert!(!address().contains("paged"), "the first page needs no argument");
}

#[wasm_bindgen_test]
async fn a_page_beyond_the_last_becomes_the_last() {
    let stage = Stage::new();
    stage.answer_with("keys.list", |params| {
        Reply::Good(if params["page"].as_u64() > Some(3) { page_of(0, 60) } else { page_of(10, 60) })
    });
    let page = stage.open_at("?page=litellm-dashboard-keys&paged=9");
    page.see("3 of 3").await;
    page.row("key-10").await;
    page.see_address("paged=3").await;
}

#[wasm_bindgen_test]
async fn arguments_in_the_address_are_asked_for() {
    let page = Stage::new().open_at("?page=litellm-dashboard-keys&paged=x&orderby=DROP&order=asc");
    page.row("web").await;
    assert_eq!(
        page.last_asked("keys.list"),
        json!({ "page": 1, "size": 25, "sort_by": "created_at", "sort_order": "asc" })
    );
}

#[wasm_bindgen_test]
async fn searching_waits_until_one_has_typed() {
    let page = Stage::new().open("keys");
    page.row("web").await;
    page.type_into("Search keys by alias", "we").await;
    page.pass(299).await;
    page.type_into("Search keys by alias", "web").await;
    page.pass(299).await;
    assert_eq!(page.asked("keys.list").len(), 1);
    page.pass(1).await;
    page.see_asked("keys.list", 2).await;
    assert_eq!(
        page.last_asked("keys.list"),
        json!({ "alias": "web", "partial": true, "page": 1, "size": 25, "sort_by": "created_at", "sort_order": "desc" })
    );
    assert_eq!(page.last_asked("keys.aliases"), json!({ "search": "web", "page": 1, "size": 100 }));
    page.see_address("s=web").await;
    assert_eq!(page.control("Search keys by alias").await.value(), "web");
}

#[wasm_bindgen_test]
async fn typing_goes_on_while_the_answer_comes() {
    let page = Stage::new().open("keys");
    page.row("web").await;
    page.control("Search keys by alias").await.focus();
    page.type_letters("we");
    page.pass(300).await;
    page.see_asked("keys.list", 2).await;
    page.type_letters("b f");
    page.pass(300).await;
    page.see_asked("keys.list", 3).await;
    assert_eq!(page.control("Search keys by alias").await.value(), "web f");
    assert_eq!(page.last_asked("keys.list")["alias"], "web f");
}

#[wasm_bindgen_test]
async fn a_secret_that_was_pasted_into_the_search_goes_nowhere() {
    let page = Stage::new().open("keys");
    page.row("web").await;
    page.type_into("Search keys by alias", " sk-1234567890").await;
    page.pass(1_000).await;
    assert_eq!(page.asked("keys.list").len(), 1);
    assert!(!address().contains("sk-"));
}

#[wasm_bindgen_test]
async fn a_search_stands_without_the_list_of_aliases() {
    let stage = Stage::new();
    stage.answer_with("keys.aliases", |_| Reply::Bad(error("gateway_unauthorized", 502, "route_not_allowed", "")));
    let page = stage.open_at("?page=litellm-dashboard-keys&s=web");
    page.row("web").await;
    assert!(!page.shows("The service key may not do this"));
}

#[wasm_bindgen_test]
async fn a_newer_litellm_searches_by_itself() {
    let stage = Stage::new();
    stage.answer("keys.list", keys(&[key("web-frontend", json!({}))]));
    stage.answer("keys.aliases", json!({ "aliases": ["web-frontend"], "total_count": 1 }));
    let page = stage.open_at("?page=litellm-dashboard-keys&s=FRONT");
    page.row("web-frontend").await;
    page.quiet().await;
    assert_eq!(page.asked("keys.list").len(), 1);
}

/// Twins were one, one odd alias killed the search, and the header named an order that the rows did not have.
#[wasm_bindgen_test]
async fn the_keys_of_an_older_litellm_are_all_read_searched_and_sorted_here() {
    let long = ["we-", &"x".repeat(297)].concat();
    let odd = ["web", "web", &long, "we\nb", "  web around  "].map(str::to_owned);
    let stage = Stage::new();
    let named = ["batch", "we\nb", "web", "web around", &long];
    stage.answer("keys.aliases", json!({ "aliases": named }));
    stage.answer_with("keys.list", move |params| {
        let row = |number: usize| {
            let alias = odd.get(number).map_or("batch", String::as_str);
            key(alias, json!({ "token": token(number as u64), "spend": number }))
        };
        let rows: Vec<Value> = match (params["alias"].as_str(), params["page"].as_u64()) {
            (Some(_), _) => Vec::new(),
            (None, Some(1)) => (100..200).map(row).collect(),
            _ => (0..100).map(row).collect(),
        };
        let mut page = keys(&rows);
        page["total_count"] = json!(if params["alias"].is_null() { 200 } else { 0 });
        Reply::Good(page)
    });
    let page = stage.open_at("?page=litellm-dashboard-keys&s=We&orderby=spend");
    page.see("5 keys").await;
    let rows = page.wait_for("five rows", |page| Some(page.parts("tbody tr")).filter(|rows| rows.len() == 5)).await;
    let names: Vec<String> = rows.iter().map(|row| row.parts("th a")[0].text()).collect();
    assert_eq!(names, ["web around", "we⏎b", &long, "web", "web"]);
    page.wait_for("the sort mark", |page| {
        page.parts("th[aria-sort=descending]").first().map(|head| assert!(head.shows("Spend")))
    })
    .await;
    assert_eq!(page.asked("keys.list").len(), 3);
    assert_eq!(
        page.last_asked("keys.list"),
        json!({ "page": 2, "size": 100, "sort_by": "created_at", "sort_order": "asc" })
    );
}

/// Two pages instead of the answer, and the page said that LiteLLM was the one to look at.
#[wasm_bindgen_test]
async fn a_gateway_that_is_starting_is_asked_again_by_itself() {
    let stage = Stage::new();
    let mut away = error("gateway_not_litellm", 502, "", "");
    away["data"]["gateway_status"] = json!(503);
    away["data"]["server"] = json!("nginx");
    away["data"]["retry_after_s"] = json!(7);
    stage.answer_in_turn("keys.list", vec![Reply::Bad(away), Reply::Good(page_of(2, 2))]);
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
    let stage = Stage::new();
    stage.answer_with("keys.list", |params| {
        Reply::Good(if params["alias"].is_null() { keys(&[key("web", json!({}))]) } else { keys(&[]) })
    });
    stage.answer("keys.aliases", json!({ "aliases": [], "total_count": 0 }));
    let page = stage.open_at("?page=litellm-dashboard-keys&s=zzz");
    page.see("No key’s alias contains “zzz”").await;
    page.click("Show all keys").await;
    page.row("web").await;
    assert_eq!(page.control("Search keys by alias").await.value(), "");
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
    stage.answer_in_turn("keys.list", vec![Reply::Bad(unreachable()), Reply::Good(page_of(2, 2))]);
    let page = stage.open("keys");
    page.see("The gateway cannot be reached").await;
    assert!(!page.shows("No keys yet"));
    page.click("Try again").await;
    page.row("key-2").await;
    assert!(!page.shows("The gateway cannot be reached"));
}

#[wasm_bindgen_test]
async fn a_page_that_fails_leaves_the_one_before_on_screen() {
    let stage = Stage::new();
    stage.answer_in_turn(
        "keys.list",
        vec![Reply::Good(page_of(25, 60)), Reply::Bad(unreachable()), Reply::Good(page_of(10, 60))],
    );
    let page = stage.open("keys");
    page.see("1 of 3").await;
    page.click("Next page").await;
    page.see("The gateway cannot be reached").await;
    page.row("key-25").await;
    // It said "2 of 3" over the rows of the first page.
    page.see("1 of 3").await;
    page.click("Next page").await;
    page.see("2 of 3").await;
    page.wait_for("ten rows", |page| (page.parts("tbody tr").len() == 10).then_some(())).await;
}

#[wasm_bindgen_test]
async fn old_keys_are_shown_with_their_age() {
    let stage = Stage::new();
    stage.answer_with("keys.list", |_| Reply::Old(page_of(2, 2), 7_300, unreachable()));
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

#[wasm_bindgen_test]
async fn only_the_answer_to_the_last_question_counts() {
    let stage = Stage::new();
    stage.answer_with("keys.list", |params| Reply::Good(page_of(if params["page"] == 1 { 25 } else { 3 }, 60)));
    let page = stage.open("keys");
    page.see("1 of 3").await;
    page.hold("batch");
    page.click("Next page").await;
    page.see_asked("keys.list", 2).await;
    page.click("First page").await;
    page.release();
    page.quiet().await;
    page.wait_for("the first page", |part| (part.parts("tbody tr").len() == 25 && part.shows("1 of 3")).then_some(()))
        .await;
}

/// Rows that are out of sight are not on the page.
#[wasm_bindgen_test]
async fn only_rows_in_sight_are_on_the_page() {
    let stage = Stage::new();
    stage.answer("keys.list", page_of(1_000, 1_000));
    let page = stage.open("keys");
    page.row("key-1").await;
    let place = page.part(".gw-table-scroll").await;
    let rows = |page: &Part| page.parts("tbody tr:not(.gw-spacer)").len();
    assert!(rows(&page) < 100, "{} rows", rows(&page));
    assert_eq!(page.part("table").await.attribute("aria-rowcount").as_deref(), Some("1001"));
    for (top, name) in [(20_000, None), (i32::MAX, Some("key-1000")), (0, Some("key-1"))] {
        let before = page.parts("tbody tr")[1].text();
        place.element().set_scroll_top(top);
        page.wait_for("other rows", |page| (page.parts("tbody tr")[1].text() != before).then_some(())).await;
        if let Some(name) = name {
            page.row(name).await;
        }
        assert!(rows(&page) < 100, "{} rows", rows(&page));
    }
}

#[wasm_bindgen_test]
async fn columns_can_be_hidden_and_stay_hidden() {
    let page = Stage::new().open("keys");
    page.see("Key Status Owner Models Spend Limits Created Expires").await;
    page.part("details").await.element().set_attribute("open", "").expect("it can be opened");
    page.click("Owner").await;
    page.see("Key Status Models Spend Limits Created Expires").await;
    page.click("Hash").await;
    page.see("Created Expires Hash").await;
    let stage = page.leave();
    let page = stage.open("keys");
    page.see("Key Status Models Spend Limits Created Expires Hash").await;
}

#[wasm_bindgen_test]
async fn several_keys_are_blocked_at_once() {
    let stage = Stage::new();
    stage.answer("keys.list", page_of(3, 3));
    stage.answer_with("keys.block", |params| Reply::Good(json!({ "token": params["key"], "blocked": true })));
    let page = stage.open("keys");
    page.click("Choose key-1").await;
    page.click("Choose key-3").await;
    page.see("2 chosen").await;
    page.part(".gw-bulk").await.click("Block").await;
    let dialog = page.part("dialog[open]").await;
    dialog.see("Block 2 keys? Calls with “key-1”, “key-3” are refused, by other instances of LiteLLM within about a minute.").await;
    dialog.click("Block").await;
    page.see("2 keys are blocked.").await;
    assert_eq!(page.asked("keys.block"), [json!({ "key": token(1) }), json!({ "key": token(3) })]);
}

#[wasm_bindgen_test]
async fn a_key_is_shown_in_full_and_the_address_knows() {
    let page = Stage::new().open("keys");
    page.row("web").await;
    page.click("web").await;
    let drawer = page.part("dialog[open]").await;
    drawer.see("web").await;
    drawer.see("Budget starts anew").await;
    page.see_address(&format!("key={}", token(1))).await;
    drawer.escape();
    page.wait_for("no drawer", |page| page.parts("dialog[open]").is_empty().then_some(())).await;
    assert!(!address().contains("key="));
}

/// An address that was sent by somebody, of a key that is not on the first page.
#[wasm_bindgen_test]
async fn a_key_that_is_not_in_the_list_is_asked_for_by_its_hash() {
    let stage = Stage::new();
    stage.answer_with("keys.list", |params| {
        let alias = if params["key"].is_null() { "web" } else { "elsewhere" };
        let number = if params["key"].is_null() { 1 } else { 7 };
        Reply::Good(keys(&[key(alias, json!({ "token": token(number) }))]))
    });
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&key={}", token(7)));
    page.part("dialog[open]").await.see("elsewhere").await;
    assert_eq!(page.last_asked("keys.list"), json!({ "key": token(7), "page": 1, "size": 1 }));
}
