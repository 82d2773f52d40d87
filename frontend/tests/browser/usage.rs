//! What the calls of a range cost, and whose they were.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::call,
    stage::{Page, Reply, Stage, address, error, unreachable},
};

const EVIL: &str = "=HYPERLINK(\"x\")<img src=x onerror=alert(1)>\u{202e}";

fn metrics(spend: f64, requests: u32, failed: u32) -> Value {
    json!({
        "spend": spend, "prompt_tokens": 100 * requests, "completion_tokens": 10 * requests,
        "cache_read_input_tokens": 40 * requests, "cache_creation_input_tokens": 0,
        "api_requests": requests, "successful_requests": requests - failed, "failed_requests": failed,
    })
}

/// A day on which gpt-4o costs four dollars of five, a model with an evil name the rest but for a call of no model.
fn day(date: &Value, times: u32) -> Value {
    let times_f = f64::from(times);
    json!({ "results": [{
        "date": date,
        "metrics": metrics(5.0 * times_f, 10 * times, times),
        "breakdown": { "model_groups": {
            "gpt-4o": { "metrics": metrics(4.0 * times_f, 6 * times, 0) },
            EVIL: { "metrics": metrics(times_f, 3 * times, 0) },
        } },
    }] })
}

/// Twice as many calls in the week as in the week before.
fn busier_week() -> Stage {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let before = params["day"].as_str() < Some("2026-11-14");
        Reply::Good(day(&params["day"], if before { 1 } else { 2 }))
    });
    stage
}

fn of_teams(entities: Value, pages: u32) -> Value {
    json!({ "results": [{ "breakdown": { "entities": entities } }], "metadata": { "total_pages": pages } })
}

async fn lines(page: &Page, count: usize) -> Vec<Vec<String>> {
    page.wait_for("the lines", |part| part.read_table("Usage").filter(|rows| rows.len() == count)).await
}

#[wasm_bindgen_test]
async fn figures_and_changes_are_those_of_the_range() {
    let page = busier_week().open("usage");
    page.see("Cost $70.00 +100% from $30.00").await;
    page.see("Requests 140 +100% from 60").await;
    page.see("Failed requests 14 +100% from 6").await;
    page.see("Error rate 10% Unchanged from 10%").await;
    page.see("Tokens in 14,000 +100% from 6,000 Of these 5,600 read from a cache, 0 written to it").await;
    page.see("Cost per request $0.50").await;
    page.see("Cost per million tokens").await;
    page.see("Changes are those of the whole days Nov 14, 2026 – Nov 19, 2026 against Nov 7, 2026 – Nov 12, 2026.")
        .await;
    assert!(!page.shows("UTC days: they begin at"), "the site is on UTC");
}

#[wasm_bindgen_test]
async fn lines_add_up_and_what_others_chose_is_text() {
    let page = busier_week().open("usage");
    let rows = lines(&page, 3).await;
    assert_eq!(rows[0][..5], ["gpt-4o", "$56.00", "80%", "+100%", "84"]);
    assert_eq!(rows[1][1..5], ["$14.00", "20%", "+100%", "42"]);
    assert!(rows[1][0].starts_with("=HYPERLINK(\"x\")<img src=x"), "{rows:?}");
    assert_eq!(rows[2][..5], ["Unknown model", "$0.00", "0%", "Unchanged", "14"]);
    page.assert_harmless();
    page.click("Requests").await;
    page.see_address("unit=requests").await;
    page.wait_for("other shares", |part| part.read_table("Usage").filter(|rows| rows[0][2] == "60%")).await;
}

#[wasm_bindgen_test]
async fn every_figure_leads_to_its_calls() {
    let page = busier_week().open_at("?page=litellm-dashboard-usage&range=month");
    page.see("Cost").await;
    let rows = lines(&page, 3).await;
    assert_eq!(rows.len(), 3);
    let row = page.row("gpt-4o").await;
    let links: Vec<String> = row.parts("a").iter().filter_map(|link| link.attribute("href")).collect();
    assert!(links.iter().all(|href| href.contains("litellm-dashboard-logs")), "{links:?}");
    assert!(links.iter().all(|href| href.contains("range=month") && href.contains("model=gpt-4o")), "{links:?}");
    assert!(links.iter().any(|href| href.contains("status=failure")), "{links:?}");
}

#[wasm_bindgen_test]
async fn a_dimension_is_asked_for_when_it_is_chosen_with_all_its_pages() {
    let stage = busier_week();
    stage.answer_with("usage.teams", |params| {
        let entities = match params["page"].as_u64() {
            Some(1) => json!({ "t-1": { "metrics": metrics(1.0, 2, 0), "metadata": { "team_alias": "Support" } } }),
            _ => json!({ "t-2": { "metrics": metrics(2.0, 3, 1), "metadata": { "team_alias": null } } }),
        };
        Reply::Good(of_teams(entities, 2))
    });
    let page = stage.open("usage");
    lines(&page, 3).await;
    assert_eq!(page.asked("usage.teams"), [] as [Value; 0]);
    page.choose("By", "Team").await;
    page.see("No team $49.00").await;
    let rows = lines(&page, 3).await;
    assert_eq!(rows[0][..2], ["No team", "$49.00"], "what no team has");
    assert_eq!(rows[1][..2], ["t-2", "$14.00"]);
    assert_eq!(rows[2][..2], ["Support", "$7.00"]);
    // Two pages of each day.
    page.see_asked("usage.teams", 2 * 14).await;
    page.see_address("by=team").await;
}

#[wasm_bindgen_test]
async fn a_refusal_of_one_dimension_leaves_the_figures() {
    let stage = busier_week();
    let refused = error("gateway_unauthorized", 502, "route_not_allowed", "");
    stage.answer_with("usage.tags", move |_| Reply::Bad(refused.clone()));
    let page = stage.open_at("?page=litellm-dashboard-usage&by=tag");
    page.see("Cost $70.00").await;
    page.part(".gw-notice").await;
    page.choose("By", "Model").await;
    lines(&page, 3).await;
    page.wait_for("no notice", |part| part.parts(".gw-notice").is_empty().then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_range_of_ones_own_has_a_first_and_a_last_day() {
    let page = busier_week().open("usage");
    page.see("Cost $70.00").await;
    page.choose("Range", "Another range…").await;
    page.type_into("From (UTC)", "2026-11-15").await;
    page.type_into("To (UTC)", "2026-11-14").await;
    page.click("Show").await;
    page.see("The range ends before it begins.").await;
    page.type_into("To (UTC)", "2026-11-16").await;
    page.click("Show").await;
    page.see_address("from=2026-11-15&to=2026-11-16").await;
    page.see("Cost $20.00").await;
    page.choose("Range", "Today").await;
    page.see("Cost $10.00 $10.00 in all of the day before").await;
}

#[wasm_bindgen_test]
async fn a_refresh_asks_anew_also_for_what_changes_no_more() {
    let page = busier_week().open("usage");
    page.see("Cost $70.00").await;
    page.quiet().await;
    let before = page.asked_in_full("activity.day").len();
    page.part(".gw-header").await.click("Refresh").await;
    page.see_asked("activity.day", before + 14).await;
    assert!(page.asked_in_full("activity.day")[before..].iter().all(|asked| asked.anew));
}

#[wasm_bindgen_test]
async fn where_the_sites_day_is_another_it_is_said() {
    for (timezone, begins) in [("Pacific/Kiritimati", "02:00 PM"), ("Pacific/Pago_Pago", "01:00 PM"), ("UTC", "")] {
        let mut stage = busier_week();
        stage.boot("timezone", timezone);
        let page = stage.open("usage");
        page.see("Cost $70.00").await;
        let said = "Days are LiteLLM’s UTC days: they begin at ";
        assert_eq!(page.shows(said), !begins.is_empty(), "{timezone}");
        assert!(page.shows(begins), "{timezone}");
    }
}

#[wasm_bindgen_test]
async fn what_is_on_screen_and_each_day_can_be_had_as_files() {
    let page = busier_week().open("usage");
    lines(&page, 3).await;
    page.see("Cost $70.00").await;
    page.type_into("Search by name", "hyper").await;
    lines(&page, 1).await;
    page.click("Download as CSV").await;
    page.click("Download each day as JSON").await;
    page.click("Download each day as CSV").await;
    let files = page.stored().await;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "usage-model-2026-11-14-2026-11-20.csv",
            "usage-model-by-day-2026-11-14-2026-11-20.json",
            "usage-model-by-day-2026-11-14-2026-11-20.csv",
        ]
    );
    assert!(files[0].1.contains("\"'=HYPERLINK(\"\"x\"\")<img"), "{}", files[0].1);
    assert_eq!(files[0].1.lines().count(), 2);
    let read: Value = serde_json::from_str(&files[1].1).expect("it is JSON");
    let cost: f64 = read["rows"].as_array().into_iter().flatten().filter_map(|row| row["cost_usd"].as_f64()).sum();
    assert_eq!((read["totals"].as_array().map(Vec::len), cost), (Some(7), 70.0));
    assert_eq!(files[2].1.lines().count(), 1 + 7 * 3);
}

/// The first days stood in a file as if they were all of the range.
#[wasm_bindgen_test]
async fn there_is_no_file_of_days_that_still_arrive() {
    let stage = busier_week();
    let mut refused = 0;
    stage.answer_with("usage.teams", move |params| {
        let is_late = params["day"] == "2026-11-16" && refused < 3;
        refused += u32::from(is_late);
        if is_late {
            Reply::Later
        } else {
            Reply::Good(of_teams(json!({ "t1": { "metrics": metrics(1.0, 2, 0) } }), 1))
        }
    });
    stage.hold_after(2, "batch");
    let page = stage.open_at("?page=litellm-dashboard-usage&by=team");
    page.wait_for("some days", |part| part.read_table("Usage")).await;
    assert!(page.find_control("Download as CSV").is_none() && page.find_control("Download each day as CSV").is_none());
    page.release();
    page.control("Download as CSV").await;
    page.control("Download each day as CSV").await;
    assert_eq!(lines(&page, 2).await[1][1], "$7.00", "all seven days");
}

#[wasm_bindgen_test]
async fn what_did_not_arrive_makes_a_file_incomplete() {
    let stage = busier_week();
    stage.answer_with("usage.teams", |params| match params["day"].as_str() {
        Some("2026-11-16") => Reply::Bad(error("gateway_error", 502, "", "x")),
        _ => Reply::Good(of_teams(json!({ "t1": { "metrics": metrics(1.0, 2, 0) } }), 1)),
    });
    let page = stage.open_at("?page=litellm-dashboard-usage&by=team");
    page.see("Without 1 day that is not known").await;
    page.click("Download as CSV").await;
    assert_eq!(page.stored().await[0].0, "usage-team-2026-11-14-2026-11-20-incomplete.csv");
}

/// To ask for less takes as long again: until then nobody knew why there was nothing.
#[wasm_bindgen_test]
async fn a_slow_gateway_is_told_before_it_is_asked_for_less() {
    for name in ["overview", "usage"] {
        let stage = Stage::new();
        stage.answer_with("activity.day", |_| Reply::Bad(error("gateway_unreachable", 504, "timeout", "")));
        stage.hold_after(1, "batch");
        let page = stage.open(name);
        page.see("The gateway did not answer in time").await;
        page.release();
        page.quiet().await;
        page.see("The gateway did not answer in time").await;
    }
}

#[wasm_bindgen_test]
async fn a_month_has_a_forecast_with_its_method_and_a_price_on_other_models() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| Reply::Good(day(&params["day"], 2)));
    let page = stage.open_at("?page=litellm-dashboard-usage&range=month&compare=nothing");
    // 19 whole days, today, and ten to come, of ten dollars each.
    page.see("About $300.00 by Nov 30; $200.00 so far.").await;
    page.see("Each day to come is reckoned like the average of the same days of the last 4 weeks.").await;
    page.see("What each model would have cost").await;
}

#[wasm_bindgen_test]
async fn endpoints_of_an_older_gateway_are_not_known() {
    let stage = busier_week();
    stage.answer(
        "usage.calls",
        json!({ "results": [{ "breakdown": { "providers": { "openai": { "metrics": metrics(10.0, 20, 2) } } } }] }),
    );
    let page = stage.open_at("?page=litellm-dashboard-usage&by=call");
    page.see("The gateway does not tell calls apart by endpoint.").await;
    page.choose("By", "Provider").await;
    let rows = lines(&page, 1).await;
    assert_eq!(rows[0][..3], ["openai", "$70.00", "100%"]);
}

#[wasm_bindgen_test]
async fn a_filter_that_does_not_apply_is_told() {
    let page = busier_week().open_at("?page=litellm-dashboard-usage&team=t-1");
    page.see("The filter does not apply here").await;
    page.click("Remove the filter").await;
    page.see_no_more("The filter does not apply here").await;
    assert!(!address().contains("team="));
}

#[wasm_bindgen_test]
async fn a_gateway_that_is_gone_leaves_no_zero() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |_| Reply::Bad(unreachable()));
    let page = stage.open("usage");
    page.see("Cost –").await;
    assert!(!page.shows("$0.00"));
}

/// The log has these calls, whatever is asked for, and says that there are so many.
fn log(stage: &Stage, rows: Vec<Value>, total: usize) {
    stage.answer_with("logs.list", move |_| Reply::Good(json!({ "data": rows, "total": total })));
}

fn four_calls() -> Vec<Value> {
    let took = [40, 10, 30, 20];
    let row = |number: usize| {
        call(
            &format!("r-{number}"),
            60 * number as u32,
            json!({
                "request_duration_ms": took[number], "cache_hit": if number == 0 { "True" } else { "False" },
                "completionStartTime": format!("2026-11-20T11:{number:02}:00.005000Z"),
                "endTime": format!("2026-11-20T11:{number:02}:00.040000Z"),
                "metadata": { "status": "success", "usage_object": { "completion_tokens_details": { "reasoning_tokens": 12 } } },
            }),
        )
    };
    (0..4).map(row).collect()
}

#[wasm_bindgen_test]
async fn how_long_calls_take_is_read_from_the_log_when_it_is_asked_for() {
    let stage = busier_week();
    let mut rows = four_calls();
    rows.push(call("odd", 300, json!({ "request_duration_ms": null, "endTime": "2026-11-20T11:04:00Z" })));
    log(&stage, rows, 5);
    let page = stage.open("usage");
    page.see("Cost $70.00").await;
    page.see("How long calls take").await;
    page.quiet().await;
    assert_eq!(page.asked("logs.list").len(), 0, "nobody has asked for it");
    page.click("Read the log").await;
    page.see("Duration 20 ms 40 ms 4").await;
    page.see("Time to first token 5 ms 5 ms 4").await;
    page.see("Out of LiteLLM’s cache: 1 (25%) of 4 calls that say so or not.").await;
    page.see("Tokens of reasoning: 48, as 4 calls tell.").await;
    page.see("Left out of the durations: 1 call that ends before it starts.").await;
    page.see("Of all calls from Nov 14, 2026").await;
    page.see("nearest ranks").await;
    assert_eq!(
        page.asked("logs.list"),
        [json!({ "start": "2026-11-14 00:00:00", "end": "2026-11-20 12:00:00", "page": 1, "page_size": 100 })]
    );
}

#[wasm_bindgen_test]
async fn of_many_calls_some_are_read_one_question_a_second_and_it_is_said_which() {
    let stage = busier_week();
    log(&stage, four_calls(), 48_112);
    let page = stage.open("usage");
    page.see("Cost $70.00").await;
    page.click("Read the log").await;
    for asked in 1..=21 {
        page.see_asked("logs.list", asked).await;
        page.quiet().await;
        assert_eq!(page.asked("logs.list").len(), asked, "no second has two questions");
        page.pass(1_000).await;
    }
    page.see("of 48,112 calls from").await;
    page.see("20 equal parts of this time").await;
}

#[wasm_bindgen_test]
async fn a_range_with_few_calls_has_hours() {
    let stage = busier_week();
    log(&stage, four_calls(), 4);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today");
    page.see("Cost $10.00").await;
    page.click("Hours").await;
    page.see_address("days=hours").await;
    page.see("added up here from the gateway’s log.").await;
    page.see("Cost $0.05").await;
    page.see("Requests 4").await;
    let rows = lines(&page, 1).await;
    assert_eq!(rows[0][..3], ["gpt-4o", "$0.05", "100%"]);
    let links: Vec<String> =
        page.row("gpt-4o").await.parts("a").iter().filter_map(|link| link.attribute("href")).collect();
    assert!(links.iter().all(|href| href.contains("from=2026-11-20T00")), "the calls that were added up: {links:?}");
    page.click("UTC days").await;
    page.see("Cost $10.00").await;
}

#[wasm_bindgen_test]
async fn a_range_with_many_calls_says_why_it_has_no_hours() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| Reply::Good(day(&params["day"], 300)));
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&compare=nothing");
    page.see("only where the range has no more than 2,000 calls.").await;
    assert!(page.find_control("Hours").is_none());
    let page = page.leave().open_at("?page=litellm-dashboard-usage&range=30d&compare=nothing");
    page.see("Requests").await;
    page.quiet().await;
    assert!(!page.shows("Hours"), "days of the site are those of LiteLLM");
}

#[wasm_bindgen_test]
async fn a_log_that_has_more_calls_than_are_read_leaves_litellms_days() {
    let stage = busier_week();
    log(&stage, four_calls(), 48_112);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=24h&days=hours");
    page.see("Still UTC days.").await;
    page.pass(5_000).await;
    assert_eq!(page.asked("logs.list").len(), 1, "more would be of no use");
    page.see("Cost $20.00").await;
}

#[wasm_bindgen_test]
async fn the_sites_own_days_begin_at_its_midnight() {
    let mut stage = busier_week();
    stage.boot("timezone", "Europe/Berlin");
    log(&stage, four_calls(), 4);
    let page = stage.open("usage");
    page.see("Cost $70.00").await;
    let switch = page.wait_for("the switch", |part| {
        part.parts("button").into_iter().find(|button| button.text().contains("Europe/Berlin"))
    });
    switch.await.touch();
    page.see_address("days=site").await;
    page.see("added up here from the gateway’s log.").await;
    // The last question is of what these days are compared with.
    assert!(page.asked("logs.list").iter().any(|asked| asked["start"] == "2026-11-13 23:00:00"));
    page.see("Requests 4").await;
}

#[wasm_bindgen_test]
async fn all_of_the_range_by_everything_is_one_file_or_none() {
    let stage = busier_week();
    let teams = json!({ "t-1": { "metrics": metrics(2.0, 3, 1), "metadata": { "team_alias": EVIL } } });
    stage.answer("usage.teams", of_teams(teams, 1));
    let refused = error("gateway_unauthorized", 502, "route_not_allowed", "");
    stage.answer_with("usage.organizations", move |_| Reply::Bad(refused.clone()));
    let page = stage.open("usage");
    lines(&page, 3).await;
    page.click("Download each day by everything as JSON").await;
    let files = page.wait_for_files(1).await;
    assert_eq!(files[0].0, "usage-all-2026-11-14-2026-11-20.json");
    let read: Value = serde_json::from_str(&files[0].1).expect("it is JSON");
    let sum = |by: &str| -> f64 {
        let rows = read["rows"].as_array().into_iter().flatten().filter(|row| row["by"] == by);
        rows.filter_map(|row| row["cost_usd"].as_f64()).sum()
    };
    assert_eq!((sum("all"), sum("model"), sum("team"), sum("org")), (70.0, 70.0, 70.0, 0.0));
    assert_eq!(
        (&read["is_partial"], read["missing"].as_array().map(|all| all.iter().any(|one| one["by"] == "org"))),
        (&json!(false), Some(true))
    );
    page.see("Not in all of it, as the gateway did not tell: Organization").await;
    assert_eq!(page.asked("usage.organizations").len(), 1, "what is refused is not asked for again");
    // Given up on the way: nothing is saved.
    page.hold("batch");
    page.click("Download each day by everything as CSV").await;
    page.see("0 days of 7 written.").await;
    page.part(".gw-export").await.click("Cancel").await;
    page.see("Cancelled: no file was saved.").await;
    page.release();
    page.quiet().await;
    assert_eq!(page.stored().await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_file_that_breaks_off_says_so_and_a_part_of_it_is_called_one() {
    let stage = busier_week();
    stage.answer_with("usage.keys", |params| {
        if params["day"] == "2026-11-16" { Reply::Bad(unreachable()) } else { Reply::Good(of_teams(json!({}), 1)) }
    });
    let page = stage.open("usage");
    lines(&page, 3).await;
    page.click("Download each day by everything as CSV").await;
    page.see("The file broke off.").await;
    page.see("2 days of 7 written.").await;
    assert_eq!(page.stored().await.len(), 0);
    page.click("Save what was read").await;
    let files = page.wait_for_files(1).await;
    assert_eq!(files[0].0, "usage-all-2026-11-14-2026-11-15-partial.csv");
    assert!(files[0].1.contains("\"2026-11-15\"") && !files[0].1.contains("\"2026-11-16\""), "{}", files[0].1);
}

#[wasm_bindgen_test]
async fn budgets_of_teams_run_down_in_a_chart_with_its_method() {
    let stage = busier_week();
    stage.answer(
        "usage.teams",
        of_teams(json!({ "t-1": { "metrics": metrics(2.0, 3, 1), "metadata": { "team_alias": "Support" } } }), 1),
    );
    stage.answer(
        "teams.list",
        json!({ "teams": [{ "team_id": "t-1", "team_alias": "Support", "spend": 10.0, "max_budget": 20.0, "models": [], "blocked": false }], "total": 1, "total_pages": 1 }),
    );
    let page = stage.open_at("?page=litellm-dashboard-usage&by=team");
    page.see("How the budgets of teams run down").await;
    page.see("Runs out on Nov 25, 2026, if it goes on like this.").await;
    page.see("From tomorrow on it is reckoned from the last 7 whole days").await;
}

fn budgeted_team() -> Value {
    json!({ "teams": [{ "team_id": "t-1", "team_alias": "Support", "spend": 10.0, "max_budget": 20.0, "models": [], "blocked": false }], "total": 1, "total_pages": 1 })
}

/// They were shown for ranges only that have the last eight days.
#[wasm_bindgen_test]
async fn budgets_of_teams_are_told_whatever_the_range_is() {
    let stage = busier_week();
    let teams = json!({ "t-1": { "metrics": metrics(2.0, 3, 1), "metadata": { "team_alias": "Support" } } });
    stage.answer("usage.teams", of_teams(teams, 1));
    stage.answer("teams.list", budgeted_team());
    let page = stage.open_at("?page=litellm-dashboard-usage&by=team&from=2026-10-05&to=2026-10-06&compare=nothing");
    page.see("How the budgets of teams run down").await;
    page.see("Runs out on Nov 25, 2026, if it goes on like this.").await;
    page.see("Cost $10.00").await;
    page.quiet().await;
    assert_eq!(page.asked("usage.teams").len(), 2 + 8);
}

#[wasm_bindgen_test]
async fn without_budgets_no_other_days_are_asked_for() {
    let stage = busier_week();
    let teams = json!({ "t-1": { "metrics": metrics(2.0, 3, 1), "metadata": { "team_alias": "Support" } } });
    stage.answer("usage.teams", of_teams(teams, 1));
    let page = stage.open_at("?page=litellm-dashboard-usage&by=team&from=2026-10-05&to=2026-10-06&compare=nothing");
    lines(&page, 2).await;
    page.quiet().await;
    assert_eq!(page.asked("usage.teams").len(), 2);
}

/// A stale day was written down as one of now.
#[wasm_bindgen_test]
async fn a_file_names_the_days_that_are_old() {
    let stage = busier_week();
    stage.answer_with("usage.keys", |params| match params["day"].as_str() {
        Some("2026-11-16") => Reply::Old(of_teams(json!({}), 1), 7_200, unreachable()),
        _ => Reply::Good(of_teams(json!({}), 1)),
    });
    let page = stage.open("usage");
    lines(&page, 3).await;
    page.click("Download each day by everything as JSON").await;
    let files = page.wait_for_files(1).await;
    let read: Value = serde_json::from_str(&files[0].1).expect("it is JSON");
    assert_eq!(read["old"], json!([{ "day": "2026-11-16", "by": "key", "asked_at": "2026-11-20 10:00:00" }]));
    assert_eq!(read["asked_at"], "2026-11-20 10:00:00");
    page.see("Of 1 day the gateway gave nothing newer than an earlier answer").await;
    page.click("Download each day by everything as CSV").await;
    let files = page.wait_for_files(2).await;
    assert!(files[1].1.lines().next().is_some_and(|head| head.ends_with("\"Asked at (UTC)\"")), "{}", files[1].1);
}

/// They were called by UTC days, and had these in them.
#[wasm_bindgen_test]
async fn files_of_the_sites_days_and_of_hours_are_called_and_dated_so() {
    let mut stage = busier_week();
    // Fourteen hours ahead: there it is the 21st.
    stage.boot("timezone", "Pacific/Kiritimati");
    log(&stage, four_calls(), 4);
    let page = stage.open_at("?page=litellm-dashboard-usage&days=site");
    page.see("added up here from the gateway’s log.").await;
    page.see("Requests 4").await;
    page.click("Download as CSV").await;
    page.click("Download each day as CSV").await;
    page.click("Download each day as JSON").await;
    assert!(page.find_control("Download each UTC day by everything as CSV").is_some());
    let files = page.wait_for_files(3).await;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "usage-model-site-days-2026-11-15-2026-11-21.csv",
            "usage-model-by-site-day-2026-11-15-2026-11-21.csv",
            "usage-model-by-site-day-2026-11-15-2026-11-21.json",
        ]
    );
    assert!(files[1].1.contains("\"Day (Pacific/Kiritimati)\"") && files[1].1.contains("\"2026-11-21\",\"gpt-4o\""));
    let read: Value = serde_json::from_str(&files[2].1).expect("it is JSON");
    assert_eq!((&read["days_are"], &read["to"]), (&json!("Pacific/Kiritimati"), &json!("2026-11-21")));
    let requests: f64 = read["rows"].as_array().into_iter().flatten().filter_map(|row| row["requests"].as_f64()).sum();
    assert_eq!(requests, 4.0);
    let page = page.leave().open_at("?page=litellm-dashboard-usage&range=today&days=hours");
    page.see("added up here from the gateway’s log.").await;
    page.click("Download each hour as JSON").await;
    let files = page.wait_for_files(4).await;
    assert_eq!(files[3].0, "usage-model-by-hour-2026-11-20-2026-11-20.json");
    let read: Value = serde_json::from_str(&files[3].1).expect("it is JSON");
    assert_eq!((&read["rows"][0]["hour"], &read["days_are"]), (&json!("2026-11-20 11:00:00"), &json!("UTC")));
}

#[wasm_bindgen_test]
async fn the_hour_at_which_days_begin_is_that_of_the_range() {
    for (timezone, days, said) in [
        ("Europe/Berlin", "from=2026-07-01&to=2026-07-10", "they begin at 02:00 AM in this site’s time."),
        ("Europe/Berlin", "from=2026-11-01&to=2026-11-10", "they begin at 01:00 AM in this site’s time."),
        (
            "Europe/Berlin",
            "from=2026-10-20&to=2026-10-30",
            "they begin at 02:00 AM in this site’s time, and for a part of the range, as the clock is changed in it, at 01:00 AM.",
        ),
        // Today it is on UTC.
        ("Europe/London", "from=2026-07-01&to=2026-07-10", "they begin at 01:00 AM in this site’s time."),
    ] {
        let mut stage = busier_week();
        stage.boot("timezone", timezone);
        let page = stage.open_at(&format!("?page=litellm-dashboard-usage&compare=nothing&{days}"));
        page.see(said).await;
    }
}

#[wasm_bindgen_test]
async fn the_fields_of_a_range_have_the_days_that_are_shown() {
    let mut stage = busier_week();
    stage.boot("timezone", "Pacific/Kiritimati");
    log(&stage, four_calls(), 4);
    let page = stage.open("usage");
    page.see("Cost $70.00").await;
    page.choose("Range", "Another range…").await;
    assert_eq!(
        (page.control("From (UTC)").await.value(), page.control("To (UTC)").await.value()),
        ("2026-11-14".into(), "2026-11-20".into())
    );
    page.choose("Range", "7 days").await;
    page.wait_for("the fields are gone", |part| part.parts(".gw-range-own[hidden]").pop()).await;
    let page = page.leave().open_at("?page=litellm-dashboard-usage&days=site");
    page.see("added up here from the gateway’s log.").await;
    page.choose("Range", "Another range…").await;
    assert_eq!(
        (page.control("From").await.value(), page.control("To").await.value()),
        ("2026-11-15".into(), "2026-11-21".into())
    );
}

/// A log in which the time before has half as many calls as this one, and a year ago as many.
fn log_of_two_days(stage: &Stage, total_before: usize) {
    stage.answer_with("logs.list", move |params| {
        let start = params["start"].as_str().unwrap_or_default().to_owned();
        let (day, count, total) = match start.as_str() {
            year if year < "2026" => ("2025-11-20", 4, 4),
            before if before < "2026-11-20" => ("2026-11-19", 2, total_before),
            _ => ("2026-11-20", 4, 4),
        };
        let moved = |row: &Value| serde_json::from_str(&row.to_string().replace("2026-11-20", day));
        let rows: Vec<Value> = four_calls()[..count].iter().map(|row| moved(row).expect("it is JSON")).collect();
        Reply::Good(json!({ "data": rows, "total": total }))
    });
    // As many as the log has.
    stage.answer_with("activity.day", |params| {
        let mut answer = day(&params["day"], 1);
        answer["results"][0]["metrics"]["api_requests"] = json!(2);
        Reply::Good(answer)
    });
}

#[wasm_bindgen_test]
async fn hours_are_compared_with_the_same_hours_before() {
    let stage = busier_week();
    log_of_two_days(&stage, 2);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&days=hours");
    page.see("Changes are those against Nov 19, 2026, 12:00 AM – Nov 19, 2026, 12:00 PM.").await;
    page.see("Requests 4 +100% from 2").await;
    let rows = lines(&page, 1).await;
    assert!(rows[0].iter().any(|cell| cell == "+100%"), "{rows:?}");
    let asked = page.asked("logs.list").len();
    page.choose("Compare", "Without comparison").await;
    page.see_address("compare=nothing").await;
    page.wait_for("no comparison", |part| (!part.shows("+100%")).then_some(())).await;
    page.quiet().await;
    assert_eq!(page.asked("logs.list").len(), asked, "what is known is not read anew");
    page.choose("Compare", "Against a year ago").await;
    page.see("Changes are those against Nov 20, 2025, 12:00 AM").await;
    page.see("Requests 4 Unchanged from 4").await;
    assert_eq!(page.last_asked("logs.list")["start"], "2025-11-20 00:00:00");
    assert_eq!(page.asked("logs.list").len(), asked + 1);
}

#[wasm_bindgen_test]
async fn hours_say_why_they_are_not_compared() {
    let stage = busier_week();
    log_of_two_days(&stage, 48_112);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&days=hours");
    page.see("It is not compared: the time before has more than 2,000 calls.").await;
    page.see("Requests 4").await;
    // The days are asked for again.
    page.pass(61_000).await;
    page.quiet().await;
    assert!(page.shows("It is not compared: the time before has more than 2,000 calls.") && !page.shows("+100%"));
}

/// A gateway that keeps its log for some days said that there was nothing before.
#[wasm_bindgen_test]
async fn a_log_that_was_cut_is_nothing_to_compare_with() {
    let stage = busier_week();
    stage.answer_with("logs.list", |params| {
        let rows = if params["start"].as_str() < Some("2026-11-20") { Vec::new() } else { four_calls() };
        Reply::Good(json!({ "total": rows.len(), "data": rows }))
    });
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&days=hours");
    page.see("It is not compared: the log may no longer have all calls of the time before.").await;
    assert!(!page.shows("+100%"));
}

/// What was being read stayed so for good.
#[wasm_bindgen_test]
async fn another_comparison_leaves_a_refresh_alone() {
    let stage = busier_week();
    log_of_two_days(&stage, 2);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&days=hours");
    page.see("Requests 4 +100% from 2").await;
    page.click("Read it again").await;
    page.choose("Compare", "Against a year ago").await;
    page.see("Requests 4 Unchanged from 4").await;
    page.see("Of all calls from").await;
}

/// Of the days of a site those that are over are compared, as of LiteLLM's.
#[wasm_bindgen_test]
async fn days_of_the_site_are_compared_with_its_days_before() {
    let mut stage = busier_week();
    stage.boot("timezone", "Pacific/Kiritimati");
    log_of_two_days(&stage, 2);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&days=site");
    page.see("2 in all of the day before").await;
    assert!(!page.shows("Changes are those"), "a day that runs is not set against a whole one");
    page.choose("Compare", "Against a year ago").await;
    page.see("in all of that day a year ago").await;
}

/// The page stays open over midnight, seen or not.
#[wasm_bindgen_test]
async fn a_range_goes_on_with_the_day() {
    const HALF_A_DAY: i64 = 12 * 3_600_000;
    let page = busier_week().open("usage");
    page.see("Nov 14, 2026 – Nov 20, 2026.").await;
    page.quiet().await;
    page.put_clock(HALF_A_DAY);
    page.pass(61_000).await;
    page.see("Nov 15, 2026 – Nov 21, 2026.").await;
    assert!(page.asked("activity.day").contains(&json!({ "day": "2026-11-21" })));
    page.hide_tab();
    page.put_clock(2 * HALF_A_DAY);
    page.pass(600_000).await;
    assert!(!page.asked("activity.day").contains(&json!({ "day": "2026-11-22" })), "nobody looks");
    page.show_tab();
    page.see("Nov 16, 2026 – Nov 22, 2026.").await;
}

/// Hours stayed those of the day before.
#[wasm_bindgen_test]
async fn hours_are_read_anew_when_the_day_is_over() {
    let stage = busier_week();
    log(&stage, four_calls(), 4);
    let page = stage.open_at("?page=litellm-dashboard-usage&range=today&days=hours");
    page.see("Nov 20, 2026, 12:00 AM – Nov 20, 2026, 12:00 PM, added up here").await;
    page.put_clock(13 * 3_600_000);
    page.pass(61_000).await;
    page.see("Nov 21, 2026, 12:00 AM – Nov 21, 2026, 1:01 AM, added up here").await;
    assert!(page.asked("logs.list").iter().any(|asked| asked["start"] == "2026-11-21 00:00:00"));
}

/// It was said that all was read in this moment.
#[wasm_bindgen_test]
async fn a_report_is_as_old_as_its_oldest_part() {
    let stage = busier_week();
    let keys = json!({ "results": [], "metadata": { "total_pages": 1 } });
    stage.answer_with("usage.keys", move |_| Reply::Cached(keys.clone(), 3_600));
    let page = stage.open_at("?page=litellm-dashboard-usage&view=report");
    page.see("as read on Nov 20, 2026, 11:00").await;
}
