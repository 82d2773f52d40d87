//! The page of logs: what it asks, how far, what it shows of it, and what a click leads to.

use model::clock;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{call, recorded, token},
    page::Part,
    stage::{NOON_MS, Page, Reply, Stage, address, document, error, unreachable},
};

/// A log as LiteLLM gives it: both ends count in, the newest comes first.
fn gateway(stage: &Stage, rows: Vec<Value>, is_newer: bool) {
    let mut rows = rows;
    rows.sort_by_key(|row| std::cmp::Reverse(start(row)));
    let counted = rows.clone();
    stage.answer_with("logs.list", move |params| {
        let found = within(&rows, params, is_newer);
        let (page, size) = (number(&params["page"]), number(&params["page_size"]));
        let data: Vec<Value> = found.iter().skip((page - 1) * size).take(size).cloned().collect();
        let mut answer = json!({ "data": data, "total": found.len(), "page": page, "page_size": size });
        if is_newer {
            answer["total_is_capped"] = json!(false);
        }
        Reply::Good(answer)
    });
    stage.answer_with("logs.count", move |params| {
        Reply::Good(json!({ "total": within(&counted, params, is_newer).len(), "total_is_capped": false }))
    });
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).expect("a number")
}

fn start(row: &Value) -> Option<i64> {
    row["startTime"].as_str().and_then(clock::parse_utc_ms)
}

fn within(rows: &[Value], params: &Value, is_newer: bool) -> Vec<Value> {
    let bound = |name: &str| params[name].as_str().and_then(clock::parse_utc_ms);
    let is = |param: &str, value: &Value| params[param].is_null() || params[param] == *value;
    // As 1.106.2 looks for a session.
    let has_in_it = |param: &str, value: &Value| {
        let value = value.as_str().unwrap_or_default();
        params[param].as_str().is_none_or(|part| value.contains(part))
    };
    let wanted = |row: &&Value| {
        start(row) >= bound("start")
            && start(row) <= bound("end")
            && is("status", &row["status"])
            && is("team", &row["team_id"])
            && is("request", &row["request_id"])
            && (!is_newer || is("model", &row["model_group"]) && has_in_it("session", &row["session_id"]))
    };
    rows.iter().filter(wanted).cloned().collect()
}

/// Calls a second apart, the newest first: call-0 at 11:59:50.
fn many(count: usize) -> Vec<Value> {
    (0..count)
        .map(|id| {
            let at = clock::format_utc(NOON_MS - 10_000 - id as i64 * 1_000).replace(' ', "T");
            call(&format!("call-{id}"), 0, json!({ "startTime": format!("{at}.250000Z"), "metadata": { "user_api_key_alias": format!("call-{id}") } }))
        })
        .collect()
}

fn opened(stage: Stage, query: &str) -> Page {
    stage.open_at(&["?page=litellm-dashboard-logs", query].concat())
}

fn rows(page: &Part) -> Vec<Part> {
    page.parts(".gw-logs tbody tr:not(.gw-spacer)")
}

#[wasm_bindgen_test]
async fn a_call_is_a_line_with_all_that_matters() {
    let stage = Stage::new();
    let row = call(
        "a",
        3_590,
        json!({ "prompt_tokens": 10, "completion_tokens": 1_234, "team_id": "t-1", "metadata": { "user_api_key_alias": "web", "user_api_key_team_alias": "Support" } }),
    );
    gateway(&stage, vec![row], true);
    let page = opened(stage, "");
    page.see("Time Status Model Key Team Tokens in / out Cost Duration").await;
    let row = page.row("11:59:50").await;
    assert_eq!(row.text(), "Nov 20 11:59:50 AM Success gpt-4o web Support 10 / 1,234 $0.013 158 ms");
    page.see("1 call").await;
    page.see("Of all calls of the range.").await;
    page.quiet().await;
    assert_eq!(
        page.asked("logs.list"),
        [json!({ "start": "2026-11-19 12:00:00", "end": "2026-11-20 12:01:10", "page": 1, "page_size": 50 })]
    );
    assert!(page.asked("logs.count").is_empty(), "the calls that were read tell already");
}

#[wasm_bindgen_test]
async fn the_calls_of_both_versions_are_shown() {
    for (answer, text) in [
        (recorded!("1.106.2", "spend_logs_v2", "logs.list"), "/v1/models no key"),
        (recorded!("1.80.11", "spend_logs_v2", "logs.list"), "claude-3-5-sonnet data-batch"),
    ] {
        let stage = Stage::new();
        stage.answer("logs.list", answer);
        opened(stage, "").see(text).await;
    }
}

/// LiteLLM counts all calls before a page; deep ones take it seconds.
#[wasm_bindgen_test]
async fn no_page_is_deep_and_no_second_has_two_questions() {
    let stage = Stage::new();
    gateway(&stage, many(400), true);
    let page = opened(stage, "");
    page.row("call-0").await;
    page.see("400 calls").await;
    page.quiet().await;
    assert_eq!(page.asked("logs.list").len() + page.asked("logs.count").len(), 1);
    for _ in 0..6 {
        let before = page.asked("logs.list").len() + page.asked("logs.count").len();
        page.pass(1_000).await;
        page.quiet().await;
        let after = page.asked("logs.list").len() + page.asked("logs.count").len();
        assert!(after - before <= 1, "{} questions in a second", after - before);
    }
    let asked = page.asked("logs.list");
    assert!(asked.iter().all(|params| params["page"] == 1), "{asked:?}");
}

async fn read_all(page: &Page, seconds: usize) {
    for _ in 0..seconds {
        page.pass(1_000).await;
        page.quiet().await;
    }
}

#[wasm_bindgen_test]
async fn what_is_scrolled_to_is_read_and_each_call_is_there_once() {
    let stage = Stage::new();
    gateway(&stage, many(330), true);
    // The bars are not what this is about.
    stage.answer("logs.count", json!({ "total": 1, "total_is_capped": false }));
    let page = opened(stage, "");
    page.row("call-0").await;
    for _ in 0..12 {
        let place = page.part(".gw-logs .gw-table-scroll").await;
        place.element().set_scroll_top(1_000_000);
        place.happen("scroll");
        read_all(&page, 3).await;
    }
    page.row("call-329").await;
    page.see("330 calls").await;
    let shown: Vec<String> = rows(&page).iter().map(|row| row.attribute("id").unwrap_or_default()).collect();
    let mut distinct = shown.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), shown.len());
}

#[wasm_bindgen_test]
async fn a_filter_is_in_the_address_and_asked_of_the_gateway() {
    let stage = Stage::new();
    gateway(
        &stage,
        vec![
            call(
                "a",
                10,
                json!({ "team_id": "t-1", "metadata": { "user_api_key_alias": "web", "user_api_key_team_alias": "Support" } }),
            ),
            call("b", 20, json!({ "team_id": "t-2", "metadata": { "user_api_key_alias": "batch" } })),
        ],
        true,
    );
    let page = opened(stage, "");
    page.row("batch").await;
    page.part(".gw-filters summary").await.touch();
    // Whoever types a name means what is called so.
    page.type_into("Team", "Support").await;
    page.control("Team").await.happen("change");
    page.see_address("team=t-1").await;
    read_all(&page, 2).await;
    page.see_no_more("batch").await;
    page.row("web").await;
    assert_eq!(page.last_asked("logs.list")["team"], "t-1");
    page.see("Team: t-1").await;
    page.click("Take away: Team: t-1").await;
    read_all(&page, 2).await;
    page.row("batch").await;
    assert!(!address().contains("team="));
}

/// 1.80.11 passes over the model; what it gives is looked at here.
#[wasm_bindgen_test]
async fn what_the_gateway_does_not_narrow_down_is_narrowed_down_here_and_that_is_said() {
    let stage = Stage::new();
    let mut rows = many(60);
    rows.push(call("other", 10, json!({ "model_group": "claude", "metadata": { "user_api_key_alias": "other" } })));
    gateway(&stage, rows, false);
    let page = opened(stage, "&model=claude");
    read_all(&page, 6).await;
    page.row("other").await;
    page.see("1 call").await;
    page.see("Of all calls that match the filters.").await;
    assert_eq!(rows_count(&page), 1);
    drop(page);
    let stage = Stage::new();
    gateway(&stage, many(60), false);
    let page = opened(stage, "&model=claude");
    read_all(&page, 6).await;
    page.see("No call of this range matches these filters").await;
}

/// 1.106.2 narrows down by the public name only: another one, which the drawer led to, found nothing there.
#[wasm_bindgen_test]
async fn a_call_without_a_public_model_leads_to_what_finds_it() {
    let stage = Stage::new();
    let odd = json!({ "model": "no-such-model", "model_group": "", "metadata": { "user_api_key_alias": "odd" } });
    gateway(&stage, [many(3), vec![call("odd", 10, odd)]].concat(), true);
    let page = opened(stage, "&open=odd");
    let drawer = page.part("#gw-call[open]").await;
    drawer.see("no-such-model").await;
    drawer.click("Search for it").await;
    page.see_address("s=no-such-model").await;
    read_all(&page, 2).await;
    page.row("odd").await;
    assert_eq!(rows_count(&page), 1);
    page.part(".gw-filters summary").await.touch();
    page.wait_for("what is offered", |page| page.parts("#gw-logs-list-key option").pop()).await;
    assert!(page.parts("#gw-logs-list-model option").is_empty());
}

/// 1.106.2 gives and counts all sessions whose id has this one in it.
#[wasm_bindgen_test]
async fn the_calls_of_a_session_are_not_counted_with_those_of_another() {
    let stage = Stage::new();
    let mut rows = many(160);
    for (at, row) in rows.iter_mut().enumerate() {
        row["session_id"] = json!(if at % 4 == 0 { "s-1" } else { "s-12" });
    }
    gateway(&stage, rows, true);
    let page = opened(stage, "&session=s-1");
    page.row("call-0").await;
    assert_eq!(page.last_asked("logs.list")["session"], "s-1");
    page.see("13 among 50 calls that were read").await;
    assert!(!page.shows("160 calls"));
    read_all(&page, 6).await;
    page.see("40 calls").await;
    assert!(page.asked("logs.count").is_empty(), "no number of another session");
}

/// A field that was emptied was filled with what the first call had; an amount that is none stood there as a filter.
#[wasm_bindgen_test]
async fn a_filter_is_taken_away_by_emptying_it_and_an_amount_is_a_number() {
    let stage = Stage::new();
    gateway(&stage, many(3), true);
    let page = opened(stage, "&model=gpt-4o");
    page.row("call-0").await;
    page.part(".gw-filters summary").await.touch();
    page.type_into("Model", "").await;
    page.control("Model").await.happen("change");
    page.see_no_more("Model: gpt-4o").await;
    assert!(!address().contains("model="), "{}", address());
    let least = "Cost in US dollars, at least";
    page.type_into(least, "-1").await;
    page.control(least).await.happen("change");
    page.quiet().await;
    assert!(!address().contains("cost_from="), "{}", address());
    assert_eq!(page.control(least).await.value(), "");
    page.type_into(least, "0.5").await;
    page.control(least).await.happen("change");
    page.see_address("cost_from=0.5").await;
}

/// What is no end of a range was told as one.
#[wasm_bindgen_test]
async fn live_says_nothing_of_a_range_where_one_call_is_looked_for() {
    let stage = Stage::new();
    gateway(&stage, many(2), true);
    let page = opened(stage, "&request=call-1&live=1");
    page.row("call-1").await;
    page.pass(12_000).await;
    assert!(!page.shows("The range is over"));
    assert!(page.parts(".gw-time").is_empty(), "bars of the last day say nothing of it");
    drop(page);
    let stage = Stage::new();
    gateway(&stage, many(2), true);
    let page = opened(stage, "&request=gone");
    page.see("The gateway’s log has no call with this ID that matches these filters").await;
}

/// What was begun went on: up to eight answers, the bars, and whatever waited for its turn.
#[wasm_bindgen_test]
async fn a_hidden_tab_asks_nothing_but_for_a_file_and_goes_on_when_it_is_back() {
    let stage = Stage::new();
    gateway(&stage, many(2), true);
    let page = opened(stage, "&live=1&s=new-7");
    page.see("No call of this range matches these filters").await;
    gateway(page.stage(), [many(2), burst(250)].concat(), true);
    let before = page.asked("logs.list").len();
    while page.asked("logs.list").len() < before + 2 {
        read_all(&page, 1).await;
    }
    page.hide_tab();
    let asked = page.asked("logs.list").len();
    read_all(&page, 60).await;
    assert_eq!(page.asked("logs.list").len(), asked, "live");
    page.show_tab();
    page.pass(12_000).await;
    page.row("new-7").await;
    drop(page);

    let stage = Stage::new();
    gateway(&stage, many(5_000), true);
    let page = opened(stage, "&s=nowhere");
    read_all(&page, 3).await;
    page.hide_tab();
    let asked = page.asked("logs.list").len();
    read_all(&page, 60).await;
    assert_eq!(page.asked("logs.list").len(), asked, "reading on");
    page.show_tab();
    read_all(&page, 3).await;
    let asked = page.asked("logs.list").len();
    assert!(asked > 4, "{asked}");
    page.part(".gw-download summary").await.touch();
    page.hide_tab();
    page.click("All of these calls as CSV").await;
    read_all(&page, 4).await;
    assert!(page.asked("logs.list").len() > asked + 1, "a file");
    page.show_tab();
}

fn rows_count(page: &Page) -> usize {
    rows(page).len()
}

#[wasm_bindgen_test]
async fn looking_in_vain_ends_until_somebody_wants_more() {
    let stage = Stage::new();
    gateway(&stage, many(5_000), true);
    stage.answer("logs.count", json!({ "total": 1, "total_is_capped": false }));
    let page = opened(stage, "&s=nowhere");
    read_all(&page, 14).await;
    page.see("No such call yet").await;
    let asked = page.asked("logs.list").len();
    assert_eq!(asked, 10);
    page.click("Look further back").await;
    read_all(&page, 2).await;
    assert!(page.asked("logs.list").len() > asked);
}

#[wasm_bindgen_test]
async fn a_range_of_ones_own_is_in_the_address_as_utc() {
    let mut stage = Stage::new();
    stage.boot("timezone", "Asia/Tokyo");
    gateway(&stage, many(3), true);
    let page = opened(stage, "");
    page.row("call-0").await;
    page.choose("Range", "Own range…").await;
    page.type_into("From", "2026-11-20T09:00").await;
    page.type_into("To", "2026-11-20T10:30").await;
    page.click("Show").await;
    page.see_address("from=2026-11-20T00%3A00&to=2026-11-20T01%3A30").await;
    read_all(&page, 2).await;
    page.see("No calls in the gateway’s log for this range").await;
    page.choose("Range", "1 hour").await;
    page.see_address("range=1h").await;
    read_all(&page, 2).await;
    page.row("call-0").await;
    page.choose("Range", "Own range…").await;
    page.type_into("From", "2026-11-20T10:00").await;
    page.type_into("To", "2026-11-20T09:00").await;
    page.click("Show").await;
    page.see("The end must be after the beginning.").await;
    // It was told so where there was no beginning at all.
    page.type_into("From", "").await;
    page.see_no_more("The end must be after the beginning.").await;
    page.click("Show").await;
    page.see("Say when the range begins.").await;
    assert_eq!(page.control("From").await.attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(page.control("To").await.attribute("aria-invalid"), None);
}

fn counted(page: &Page) -> Vec<String> {
    let labels = page.parts(".gw-time").into_iter().filter_map(|bar| bar.attribute("aria-label"));
    labels.map(|label| label.replace('\u{202f}', " ")).collect()
}

#[wasm_bindgen_test]
async fn bars_are_counted_and_lead_to_their_time() {
    let stage = Stage::new();
    gateway(&stage, many(2_000), true);
    let page = opened(stage, "&range=1h");
    page.row("call-0").await;
    read_all(&page, 20).await;
    page.see("As the gateway counts them.").await;
    let bars = page.parts(".gw-time");
    assert!(bars.len() > 10 && bars.len() <= 24, "{}", bars.len());
    let told = counted(&page);
    assert!(told.iter().all(|text| text.ends_with(", 0 failed")), "{told:?}");
    // One question tells of all failures, one that there are none before the first calls.
    let asked = page.asked("logs.count").len();
    assert!(asked < bars.len(), "{asked} questions for {} bars", bars.len());
    // By the keyboard: the last two.
    let last = bars.last().expect("there are bars").clone();
    assert_eq!(last.attribute("tabindex").as_deref(), Some("0"));
    last.focus();
    last.press("Shift+ArrowLeft");
    page.wait_for("two bars chosen", |page| (page.parts(".gw-time-chosen").len() == 2).then_some(())).await;
    page.parts(".gw-time")[bars.len() - 2].press("Enter");
    page.see_address("from=2026-11-20T11%3A50&to=2026-11-20T12%3A00").await;
}

/// Few calls were counted bar by bar though five answers tell all of them.
#[wasm_bindgen_test]
async fn few_calls_are_read_and_nothing_is_counted() {
    let stage = Stage::new();
    gateway(&stage, many(400), true);
    let page = opened(stage, "&range=1h");
    page.row("call-0").await;
    read_all(&page, 6).await;
    page.see("Of all calls of the range.").await;
    assert!(page.asked("logs.count").is_empty());
    assert!(counted(&page).iter().any(|text| text.ends_with("291 calls, 0 failed")), "{:?}", counted(&page));
}

/// *Refresh* left the bars as they were.
#[wasm_bindgen_test]
async fn refreshing_counts_again_what_may_have_changed() {
    let stage = Stage::new();
    gateway(&stage, many(8_000), true);
    let page = opened(stage, "&from=2026-11-20T08:30");
    page.row("call-0").await;
    read_all(&page, 30).await;
    page.see("As the gateway counts them.").await;
    assert!(counted(&page).iter().any(|text| text.contains(": 591 calls")), "{:?}", counted(&page));
    let before = page.asked("logs.count").len();
    let mut rows = many(8_000);
    rows.extend((0..7).map(|id| call(&format!("late-{id}"), 3_000, json!({}))));
    gateway(page.stage(), rows, true);
    page.click("Refresh").await;
    read_all(&page, 1).await;
    assert!(counted(&page).iter().filter(|text| text.contains("not known")).count() < 2, "{:?}", counted(&page));
    read_all(&page, 12).await;
    page.see("As the gateway counts them.").await;
    assert!(counted(&page).iter().any(|text| text.contains(": 598 calls")), "{:?}", counted(&page));
    let again = page.asked("logs.count").len() - before;
    assert!((5..=7).contains(&again), "{again}");
}

/// A question that somebody had given up kept its second, and the next one waited for all of them.
#[wasm_bindgen_test]
async fn questions_that_are_given_up_keep_nobody_waiting() {
    let stage = Stage::new();
    gateway(&stage, many(3), true);
    let page = opened(stage, "");
    page.row("call-0").await;
    page.quiet().await;
    for name in ["Failed", "Successful", "All", "Successful", "All", "Failed"] {
        page.click(name).await;
        page.quiet().await;
    }
    page.pass(1_100).await;
    page.quiet().await;
    assert_eq!(page.last_asked("logs.list")["status"], "failure");
    assert_eq!(page.asked("logs.list").len(), 2);
}

/// Questions waited until the clock was where it had been.
#[wasm_bindgen_test]
async fn a_clock_that_is_put_back_keeps_nobody_waiting() {
    let stage = Stage::new();
    gateway(&stage, many(400), true);
    let page = opened(stage, "");
    page.row("call-0").await;
    page.quiet().await;
    let asked = page.asked("logs.list").len();
    page.put_clock(-3_600_000);
    read_all(&page, 3).await;
    assert!(page.asked("logs.list").len() > asked + 1);
}

/// The second answer to a question landed as the first of the same question that was put anew: its newest calls were missing.
#[wasm_bindgen_test]
async fn an_answer_to_what_was_asked_before_is_none() {
    let stage = Stage::new();
    gateway(&stage, many(400), true);
    let page = opened(stage, "");
    page.row("call-0").await;
    page.quiet().await;
    page.hold("logs.list");
    page.pass(1_000).await;
    page.see_asked("logs.list", 2).await;
    page.type_into("Search the calls that are read", "x").await;
    page.see_address("s=x").await;
    page.type_into("Search the calls that are read", "").await;
    page.wait_for("no search in the address", |_| (!address().contains("s=x")).then_some(())).await;
    page.release();
    page.quiet().await;
    read_all(&page, 8).await;
    page.see("400 calls").await;
    assert_eq!(rows(&page)[0].attribute("id").as_deref(), Some("logs-row-call-0"));
}

#[wasm_bindgen_test]
async fn a_call_in_full_has_an_address_and_neighbours() {
    let stage = Stage::new();
    gateway(&stage, many(3), true);
    let page = opened(stage, "&open=call-1");
    let drawer = page.part("#gw-call[open]").await;
    drawer.see("2 of 3 that are read").await;
    drawer.click("Older call").await;
    page.see_address("open=call-2").await;
    drawer.see("3 of 3 that are read").await;
    assert_eq!(drawer.control("Older call").await.attribute("aria-disabled").as_deref(), Some("true"));
    drawer.click("Newer call").await;
    drawer.see("2 of 3 that are read").await;
    drawer.escape();
    page.wait_for("it is closed", |page| page.parts("#gw-call[open]").is_empty().then_some(())).await;
    assert!(!address().contains("open="));
}

#[wasm_bindgen_test]
async fn a_call_of_another_time_is_looked_for_by_its_id() {
    let stage = Stage::new();
    let mut rows = many(1);
    rows.push(call(
        "old",
        0,
        json!({ "startTime": "2026-03-01T00:00:00Z", "metadata": { "user_api_key_alias": "old-key" } }),
    ));
    gateway(&stage, rows, true);
    let page = opened(stage, "&open=old");
    page.part("#gw-call[open]").await.see("old-key").await;
    assert_eq!(page.last_asked("logs.list")["request"], "old");
    drop(page);
    let stage = Stage::new();
    gateway(&stage, many(1), true);
    let page = opened(stage, "&open=gone");
    page.see("has no call with this ID").await;
}

#[wasm_bindgen_test]
async fn prompt_and_answer_are_asked_for_by_a_click_and_are_text() {
    let stage = Stage::new();
    gateway(&stage, many(1), true);
    let evil = "<img src=x onerror=alert(1)>";
    stage.answer(
        "logs.content",
        json!({ "rows": [{
            "request_id": "call-0", "messages": [{ "role": "user", "content": evil }], "response": { "choices": [] },
            "proxy_server_request": { "model": "gpt-4o", "messages": [{ "role": "user", "content": "it's" }] },
        }] }),
    );
    let page = opened(stage, "&open=call-0");
    let drawer = page.part("#gw-call[open]").await;
    drawer.see("Show prompt and answer").await;
    page.quiet().await;
    assert!(page.asked("logs.content").is_empty());
    drawer.click("Show prompt and answer").await;
    page.quiet().await;
    page.pass(10).await;
    drawer.see(evil).await;
    page.assert_harmless();
    let command = drawer.part("#gw-call-curl").await.whole_text();
    assert!(
        command.contains("$LITELLM_API_KEY") && command.contains("it'\\''s") && !command.contains("sk-"),
        "{command}"
    );
}

#[wasm_bindgen_test]
async fn the_calls_of_a_session_are_asked_for_by_a_click_and_stand_in_order() {
    let stage = Stage::new();
    let of = |id: &str, second| call(id, second, json!({ "session_id": "s-1", "model_group": id }));
    gateway(&stage, vec![of("second", 20)], true);
    stage.answer("logs.session", json!({ "data": [of("third", 30), of("first", 10), of("second", 20)], "total": 3 }));
    let page = opened(stage, "&open=second");
    let drawer = page.part("#gw-call[open]").await;
    drawer.click("Show the session’s calls").await;
    let found = drawer.table("The session’s calls").await;
    assert_eq!(found.iter().map(|cells| cells[1].as_str()).collect::<Vec<_>>(), ["first", "second", "third"]);
    assert_eq!(page.last_asked("logs.session"), json!({ "session": "s-1", "page": 1, "page_size": 50 }));
    drawer.row("third").await.parts("button")[0].touch();
    page.see_address("open=third").await;
    drawer.see("third").await;
}

/// A key that lacks the route keeps the rest of the page.
#[wasm_bindgen_test]
async fn a_refusal_of_one_part_leaves_the_others() {
    let stage = Stage::new();
    gateway(&stage, many(1), true);
    stage.answer_in_turn("logs.content", vec![Reply::Bad(error("gateway_unauthorized", 502, "route_not_allowed", ""))]);
    let page = opened(stage, "&open=call-0");
    let drawer = page.part("#gw-call[open]").await;
    drawer.click("Show prompt and answer").await;
    drawer.see("They could not be read.").await;
    drawer.see("Who").await;
}

#[wasm_bindgen_test]
async fn new_calls_come_in_by_themselves_and_what_is_open_stays() {
    let stage = Stage::new();
    gateway(&stage, many(2), true);
    let page = opened(stage, "&live=1");
    page.row("call-0").await;
    page.part(".gw-live").await.see("Live").await;
    let mut rows = many(2);
    rows.push(call("new", 3_595, json!({ "metadata": { "user_api_key_alias": "new" } })));
    gateway(page.stage(), rows, true);
    page.pass(6_000).await;
    page.row("new").await;
    let starts: Vec<_> = page.asked("logs.list").iter().map(|params| params["start"].clone()).collect();
    assert!(starts.contains(&json!("2026-11-20 11:57:50")), "two minutes before the newest call: {starts:?}");
    let ids: Vec<_> = self::rows(&page).iter().map(|row| row.attribute("id").unwrap_or_default()).collect();
    assert_eq!(ids, ["logs-row-new", "logs-row-call-0", "logs-row-call-1"]);
    page.see("3 calls").await;
    page.click("Live").await;
    let asked = page.asked("logs.list").len();
    page.pass(20_000).await;
    assert_eq!(page.asked("logs.list").len(), asked, "paused");
}

/// Calls a hundredth of a second apart from noon on.
fn burst(count: usize) -> Vec<Value> {
    (0..count)
        .map(|id| {
            let at = NOON_MS + id as i64 * 10;
            let start = format!("{}.{:03}Z", clock::format_utc(at).replace(' ', "T"), at.rem_euclid(1_000));
            call(
                &format!("new-{id}"),
                0,
                json!({ "startTime": start, "metadata": { "user_api_key_alias": format!("new-{id}") } }),
            )
        })
        .collect()
}

/// With a filter that is applied here no answer was full of hits, and what did not fit into one answer was missed.
#[wasm_bindgen_test]
async fn many_calls_that_come_in_at_once_are_all_looked_at() {
    let stage = Stage::new();
    gateway(&stage, many(2), true);
    let page = opened(stage, "&live=1&s=new-7");
    page.see("No call of this range matches these filters").await;
    gateway(page.stage(), [many(2), burst(250)].concat(), true);
    page.pass(16_000).await;
    page.row("new-7").await;
    assert!(!page.shows("may be missing"));
    // More than it reads on for.
    gateway(page.stage(), [many(2), burst(2_000)].concat(), true);
    page.pass(14_000).await;
    page.see("some of the newest may be missing below").await;
    page.row("new-7").await;
    // While so many come in, that stays true.
    page.pass(60_000).await;
    let later = json!({ "startTime": "2026-11-20T12:01:20Z", "metadata": { "user_api_key_alias": "later" } });
    gateway(page.stage(), [many(2), burst(2_000), vec![call("later", 0, later)]].concat(), true);
    page.click("Read anew").await;
    read_all(&page, 24).await;
    page.see_no_more("may be missing").await;
}

/// Live calls went on past the end of the range.
#[wasm_bindgen_test]
async fn a_range_that_ends_while_one_looks_is_over_then() {
    let stage = Stage::new();
    gateway(&stage, many(2), true);
    let page = opened(stage, "&from=2026-11-20T11:00&to=2026-11-20T12:01&live=1");
    page.row("call-0").await;
    page.part(".gw-live").await.see("Live").await;
    let at = |id: &str, time: &str| {
        call(id, 0, json!({ "startTime": format!("2026-11-20T12:{time}Z"), "metadata": { "user_api_key_alias": id } }))
    };
    gateway(page.stage(), [many(2), vec![at("within", "00:30"), at("after", "01:10")]].concat(), true);
    page.pass(45_000).await;
    page.row("within").await;
    page.pass(60_000).await;
    page.see("The range is over: no new calls come in.").await;
    assert!(!page.shows("after"));
    let asked = page.asked("logs.list").len();
    page.pass(60_000).await;
    assert_eq!(page.asked("logs.list").len(), asked);
    assert!(page.asked("logs.list").iter().all(|params| params["end"].as_str() <= Some("2026-11-20 12:01:00")));
    // Another range goes on.
    page.choose("Range", "1 hour").await;
    page.pass(12_000).await;
    page.row("after").await;
}

/// A text of several megabytes was drawn in full, again with each new call.
#[wasm_bindgen_test]
async fn of_a_large_answer_the_beginning_is_drawn_and_all_of_it_can_be_had() {
    let stage = Stage::new();
    gateway(&stage, many(1), true);
    let answer = "word ".repeat(600_000);
    stage.answer(
        "logs.content",
        json!({ "rows": [{ "request_id": "call-0", "messages": [], "response": answer, "proxy_server_request": {} }] }),
    );
    let page = opened(stage, "&open=call-0");
    let drawer = page.part("#gw-call[open]").await;
    drawer.click("Show prompt and answer").await;
    page.quiet().await;
    page.pass(100).await;
    let text = drawer.part("#gw-call-answer").await;
    let length = || text.element().text_content().map_or(0, |text| text.len());
    assert_eq!(length(), 20_000);
    drawer.see("This is the beginning of a long text.").await;
    drawer.click("Show more").await;
    drawer.see("all of it is in the download").await;
    assert_eq!(length(), 200_000);
    drawer.click("Download").await;
    let files = page.wait_for_files(1).await;
    assert_eq!((files[0].0.as_str(), files[0].1.len()), ("call-answer.txt", 3_000_000));
}

/// Days of 25 and 23 hours, an hour that is there twice, one that is not there, and sites at both ends of the world.
#[wasm_bindgen_test]
async fn moments_are_those_of_the_site_whatever_its_clock_does() {
    for (zone, from, to, query) in [
        ("Europe/Berlin", "2026-10-25T00:00", "2026-10-26T00:00", "from=2026-10-24T22%3A00&to=2026-10-25T23%3A00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30", "from=2026-10-25T00%3A30&to=2026-10-25T01%3A30"),
        ("America/New_York", "2026-03-08T00:00", "2026-03-09T00:00", "from=2026-03-08T05%3A00&to=2026-03-09T04%3A00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T04:00", "from=2026-03-08T07%3A30&to=2026-03-08T08%3A00"),
        ("Pacific/Kiritimati", "2026-11-20T00:00", "2026-11-21T00:00", "from=2026-11-19T10%3A00&to=2026-11-20T10%3A00"),
        ("Pacific/Pago_Pago", "2026-11-19T00:00", "2026-11-20T00:00", "from=2026-11-19T11%3A00&to=2026-11-20T11%3A00"),
        ("+14:00", "2026-11-20T00:00", "2026-11-21T00:00", "from=2026-11-19T10%3A00&to=2026-11-20T10%3A00"),
        ("-11:00", "2026-11-19T00:00", "2026-11-20T00:00", "from=2026-11-19T11%3A00&to=2026-11-20T11%3A00"),
    ] {
        let mut stage = Stage::new();
        stage.boot("timezone", zone);
        gateway(&stage, many(3), true);
        let page = opened(stage, "");
        page.row("call-0").await;
        page.choose("Range", "Own range…").await;
        page.type_into("From", from).await;
        page.type_into("To", to).await;
        page.click("Show").await;
        page.see_address(query).await;
    }
}

#[wasm_bindgen_test]
async fn an_hour_that_is_there_twice_is_told_with_its_zone() {
    let mut stage = Stage::new();
    stage.boot("timezone", "Europe/Berlin");
    let row = call("a", 0, json!({ "startTime": "2026-10-25T01:10:00Z" }));
    gateway(&stage, vec![row], true);
    let page = opened(stage, "&from=2026-10-25T00:00&to=2026-10-25T02:00");
    page.row("2:10:00").await;
    page.see("from Oct 25, 2026, 2:00 AM GMT+2 to Oct 25, 2026, 3:00 AM.").await;
    let told = counted(&page);
    let mut distinct = told.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), told.len(), "{told:?}");
    let bar = told.iter().find(|text| text.contains("1 call,")).expect("the bar of the call");
    assert!(bar.contains("2:10 AM GMT+1 to 2:15 AM GMT+1"), "{bar}");
    page.parts(".gw-time").last().expect("there are bars").press("Enter");
    page.see_address("from=2026-10-25T01%3A55&to=2026-10-25T02%3A00").await;
    page.see("from Oct 25, 2026, 2:55 AM GMT+1 to Oct 25, 2026, 3:00 AM.").await;
}

/// "Today" is a day in UTC, as on *Usage*; at the other end of the world that is not what one thinks.
#[wasm_bindgen_test]
async fn days_are_said_to_be_days_in_utc_where_the_site_has_others() {
    for (zone, from, begins) in
        [("Pacific/Kiritimati", "Nov 20, 2026, 2:00 PM", "02:00 PM"), ("-11:00", "Nov 19, 2026, 1:00 PM", "01:00 PM")]
    {
        let mut stage = Stage::new();
        stage.boot("timezone", zone);
        gateway(&stage, many(3), true);
        let page = opened(stage, "&range=today");
        page.see(&format!("from {from} until now. Days are LiteLLM’s UTC days: they begin at {begins}")).await;
        assert_eq!(page.last_asked("logs.list")["start"], "2026-11-20 00:00:00");
    }
    let stage = Stage::new();
    gateway(&stage, many(3), true);
    let page = opened(stage, "&range=today");
    page.see("from Nov 20, 2026, 12:00 AM until now.").await;
    assert!(!page.shows("UTC days"));
}

#[wasm_bindgen_test]
async fn all_of_the_range_is_a_file_that_is_safe_to_open() {
    let stage = Stage::new();
    let mut rows = many(120);
    rows[0]["end_user"] = json!("=1+1");
    gateway(&stage, rows, true);
    stage.answer("logs.count", json!({ "total": 1, "total_is_capped": false }));
    let page = opened(stage, "");
    page.row("call-0").await;
    page.part(".gw-download summary").await.touch();
    page.click("All of these calls as CSV").await;
    // The bars and the rows take their turns, too.
    read_all(&page, 30).await;
    let files = page.wait_for_files(1).await;
    assert_eq!(files[0].0, "calls-2026-11-20.csv");
    let lines: Vec<&str> = files[0].1.trim_end().lines().collect();
    assert_eq!(lines.len(), 121);
    assert!(lines[0].starts_with("\u{feff}\"Time (UTC)\"") && lines[1].contains("\"'=1+1\""), "{}", lines[1]);
    assert!(lines[120].contains("\"call-119\""));
    page.click("All of these calls as JSON").await;
    // The bars and the rows take their turns, too.
    read_all(&page, 30).await;
    let files = page.wait_for_files(2).await;
    let read: Value = serde_json::from_str(&files[1].1).expect("a document of JSON");
    assert_eq!(read.as_array().map(Vec::len), Some(120));
    assert_eq!((&read[0]["request_id"], &read[0]["end_user"]), (&json!("call-0"), &json!("=1+1")));
}

/// Neither the table nor the file asks for ever, and both say why nothing comes.
#[wasm_bindgen_test]
async fn where_every_answer_is_too_large_it_ends_in_words() {
    let stage = Stage::new();
    gateway(&stage, many(60), true);
    stage.answer("logs.count", json!({ "total": 1, "total_is_capped": false }));
    let page = opened(stage, "");
    page.row("call-0").await;
    page.stage().answer_with("logs.list", |_| Reply::Bad(error("gateway_too_large", 502, "", "")));
    page.part(".gw-download summary").await.touch();
    page.click("All of these calls as JSON").await;
    read_all(&page, 80).await;
    page.see("The file broke off.").await;
    let stage = page.leave();
    let page = opened(stage, "");
    read_all(&page, 40).await;
    page.see("Try again").await;
    assert!(page.parts(".gw-skeleton").is_empty());
    let asked = page.asked("logs.list").len();
    read_all(&page, 5).await;
    assert_eq!(page.asked("logs.list").len(), asked);
}

#[wasm_bindgen_test]
async fn a_file_can_be_given_up_and_says_where_it_broke_off() {
    let stage = Stage::new();
    gateway(&stage, many(500), true);
    stage.answer("logs.count", json!({ "total": 1, "total_is_capped": false }));
    let page = opened(stage, "");
    page.row("call-0").await;
    page.part(".gw-download summary").await.touch();
    page.click("All of these calls as JSON").await;
    read_all(&page, 2).await;
    read_all(&page, 6).await;
    page.see("calls are written").await;
    page.stage().answer_with("logs.list", |_| Reply::Bad(unreachable()));
    read_all(&page, 12).await;
    page.see("The file broke off.").await;
    page.click("Save what was read").await;
    page.see("A part of the range is saved: the file has").await;
    let files = page.wait_for_files(1).await;
    assert_eq!(files[0].0, "calls-2026-11-20-partial.json");
    let read: Value = serde_json::from_str(&files[0].1).expect("a document of JSON");
    assert!(read.as_array().is_some_and(|rows| rows.len() >= 50));
    page.see_no_more("calls are written").await;
    gateway(page.stage(), many(500), true);
    page.part(".gw-download summary").await.touch();
    page.click("All of these calls as JSON").await;
    read_all(&page, 2).await;
    page.click("Cancel").await;
    page.see("The download was given up: no file was saved.").await;
    read_all(&page, 2).await;
    assert_eq!(page.stored().await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_gateway_that_fails_is_told_and_what_was_good_stays() {
    let stage = Stage::new();
    stage.answer_with("logs.list", |_| Reply::Bad(unreachable()));
    let page = opened(stage, "");
    page.see("The gateway cannot be reached").await;
    // It was called live.
    page.click("Live").await;
    page.part(".gw-live").await.see("Waiting for an answer").await;
    page.click("Live").await;
    gateway(page.stage(), many(3), true);
    page.click("Try again").await;
    read_all(&page, 2).await;
    page.row("call-0").await;
    page.stage().answer_with("logs.list", |_| Reply::Bad(unreachable()));
    page.pass(1_000).await;
    page.click("Refresh").await;
    read_all(&page, 2).await;
    page.see("What is shown was read from the gateway").await;
    page.row("call-0").await;
}

/// A call of several megabytes took the whole page away.
#[wasm_bindgen_test]
async fn one_call_that_is_too_large_does_not_hide_the_others() {
    let stage = Stage::new();
    let rows = many(6);
    stage.answer_with("logs.list", move |params| {
        let found = within(&rows, params, true);
        let (page, size) = (number(&params["page"]), number(&params["page_size"]));
        let data: Vec<Value> = found.iter().skip((page - 1) * size).take(size).cloned().collect();
        if data.iter().any(|row| row["request_id"] == "call-2") {
            return Reply::Bad(error("gateway_too_large", 502, "", ""));
        }
        Reply::Good(json!({ "data": data, "total": found.len(), "total_is_capped": false }))
    });
    let page = opened(stage, "");
    read_all(&page, 40).await;
    page.see("1 call is left out").await;
    page.row("call-5").await;
    page.row("call-1").await;
    assert!(!page.shows("call-2"));
}

#[wasm_bindgen_test]
async fn markup_in_a_call_is_text() {
    let stage = Stage::new();
    let evil = "<img src=x onerror=alert(1)>";
    let row = call(
        "\"><script>alert(1)</script>",
        10,
        json!({
            "status": "failure", "model_group": evil, "end_user": evil, "team_id": evil, "request_tags": [evil], "api_key": token(1),
            "metadata": { "user_api_key_alias": evil, "error_information": { "error_message": evil, "error_class": evil, "error_code": "" } },
        }),
    );
    gateway(&stage, vec![row], true);
    let page = opened(stage, "");
    let row = page.row("Failed").await;
    row.see(evil).await;
    row.parts("a")[0].touch();
    page.part("#gw-call[open]").await.see(evil).await;
    page.assert_harmless();
    assert!(document().query_selector(".gw-logs script").expect("the selector is right").is_none());
}
