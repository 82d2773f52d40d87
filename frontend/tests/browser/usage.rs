//! What the calls of a range cost, and whose they were.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Page, Reply, Stage, address, error, unreachable};

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
