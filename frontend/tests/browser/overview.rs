//! The overview's figures, trend and cost.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{self, day},
    stage::{Page, Reply, Stage, error, unreachable},
};

const MINUTE_MS: u32 = 60_000;
const HOUR_MS: u32 = 60 * MINUTE_MS;

const TREND: &str = "Requests by day. Use the arrow keys to read the values, and Enter to see what is behind one.";

/// A week of 10 calls a day after a week of 8 calls a day, without a failure then.
fn busier_week() -> Stage {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let before = params["day"].as_str() < Some("2026-11-14");
        Reply::Good(if before { day(&params["day"], 8, 0, 0.4) } else { day(&params["day"], 10, 1, 0.5) })
    });
    stage
}

async fn see_days(page: &Page, count: usize) -> Vec<Vec<String>> {
    page.wait_for("the days", |part| part.read_table("Requests by day").filter(|rows| rows.len() == count)).await
}

#[wasm_bindgen_test]
async fn the_cards_show_the_sums_and_the_change() {
    let page = busier_week().open("overview");
    page.see("API requests 70 +25% against 7 days earlier").await;
    page.see("Tokens 700 +25% against 7 days earlier").await;
    page.see("Cost $3.50 +25% against 7 days earlier").await;
    page.see("Error rate 10% +10 points against 7 days earlier").await;
    page.control("API requests by day: 10, 10, 10, 10, 10, 10, 10").await;
}

#[wasm_bindgen_test]
async fn an_equal_period_is_unchanged() {
    let page = Stage::new().open("overview");
    page.see("API requests 70 Unchanged against 7 days earlier").await;
}

#[wasm_bindgen_test]
async fn the_trend_is_a_table_for_those_who_cannot_see_it() {
    let page = busier_week().open("overview");
    page.see("API requests 70").await;
    let days = see_days(&page, 7).await;
    assert_eq!(days[0], ["Saturday, November 14", "9", "1", "10", "10%"]);
    assert_eq!(days[6], ["Friday, November 20", "9", "1", "10", "10%"]);
    page.wait_for("the drawings of the trend and the cost", |page| (page.parts("figure svg").len() == 2).then_some(()))
        .await;
}

#[wasm_bindgen_test]
async fn the_arrow_keys_and_the_pointer_read_the_trend() {
    let page = busier_week().open("overview");
    page.see("API requests 70").await;
    see_days(&page, 7).await;
    let plot = page.control(TREND).await;
    plot.focus();
    plot.press("ArrowLeft");
    let said = page.part("figure [aria-live]").await;
    said.wait_for("the day in words", |part| {
        (part.whole_text() == "Friday, November 20: Successful: 9, Failed: 1, Total: 10, Error rate: 10%").then_some(())
    })
    .await;
    plot.press("ArrowLeft");
    said.wait_for("the day before", |part| part.whole_text().starts_with("Thursday, November 19").then_some(())).await;
    plot.press("Home");
    said.wait_for("the first day", |part| part.whole_text().starts_with("Saturday, November 14").then_some(())).await;
    plot.press("Escape");
    said.wait_for("nothing", |part| part.whole_text().is_empty().then_some(())).await;
    plot.point(0.99);
    plot.see("Friday, November 20 Successful 9 Failed 1 Total 10 Error rate 10%").await;
}

#[wasm_bindgen_test]
async fn the_cost_is_told_by_model_dearest_first() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    let rows = page.table("Cost by model").await;
    assert_eq!(rows, [["gpt-4o", "$2.80", "80%"], ["claude-3-5-sonnet", "$0.70", "20%"]]);
}

/// Nine models, and calls without one.
fn opened_with_many_models() -> Page {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let mut answer = day(&params["day"], 10, 0, 0.0);
        let mut groups = json!({ "": { "metrics": { "spend": 20.0 } } });
        for number in 1..=9 {
            groups[format!("model-{number}")] = json!({ "metrics": { "spend": f64::from(number) } });
        }
        answer["results"][0]["breakdown"]["model_groups"] = groups;
        Reply::Good(answer)
    });
    stage.open_at("?page=litellm-dashboard&range=today")
}

#[wasm_bindgen_test]
async fn many_models_end_in_all_others_and_a_missing_name_is_told() {
    let page = opened_with_many_models();
    page.see("API requests 10").await;
    let rows = page.wait_for("the rows", |part| part.read_table("Cost by model").filter(|rows| rows.len() > 2)).await;
    assert_eq!(rows[0][..2], ["Unknown model", "$20.00"]);
    assert_eq!(rows[1][..2], ["model-9", "$9.00"]);
    let named = rows.len() - 1;
    let rest: usize = (1..=10 - named).sum();
    assert_eq!(rows[named][..2], ["All others".to_owned(), format!("${rest}.00")]);
}

#[wasm_bindgen_test]
async fn a_figure_appears_when_its_days_have_arrived_and_its_change_later() {
    let stage = busier_week();
    let mut first = true;
    stage.answer_with("activity.day", move |params| {
        if std::mem::take(&mut first) {
            return Reply::Good(day(&params["day"], 10, 1, 0.5));
        }
        Reply::Later
    });
    stage.hold_after(1, "batch");
    let page = stage.open("overview");
    page.see_asked("activity.day", 14 + 13).await;
    assert!(!page.shows("API requests 10"), "a part of the range says nothing");
    assert_eq!(page.parts(".gw-skeleton-value").len(), 4);
    drop(page);

    let stage = busier_week();
    let mut asked = 0;
    stage.answer_with("activity.day", move |params| {
        asked += 1;
        // The first request brings the week, the second one more day, the third the rest.
        match asked {
            1..=7 | 15 => Reply::Good(day(&params["day"], if asked == 15 { 8 } else { 10 }, 0, 0.5)),
            8..=21 => Reply::Later,
            _ => Reply::Good(day(&params["day"], 8, 0, 0.4)),
        }
    });
    stage.hold_after(1, "batch");
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.see_asked("activity.day", 14 + 7).await;
    assert!(!page.shows("against 7 days earlier"), "the period before is not there yet");
    page.release();
    page.see("API requests 70 +25% against 7 days earlier").await;
    assert_eq!(page.asked("activity.day").len(), 14 + 7 + 6);
}

#[wasm_bindgen_test]
async fn the_rest_is_asked_for_until_all_is_there() {
    let stage = Stage::new();
    let mut asked = 0;
    stage.answer_with("activity.day", move |params| {
        asked += 1;
        // Five of each request, as WordPress does with eight.
        if matches!(asked, 1..=5 | 15..=19 | 24..=28) {
            Reply::Good(day(&params["day"], 10, 1, 0.5))
        } else {
            Reply::Later
        }
    });
    let page = stage.open("overview");
    page.see("API requests 70 Unchanged").await;
    assert_eq!(page.requests("batch"), 3);
    assert_eq!(page.asked("activity.day").len(), 14 + 9 + 4);
}

#[wasm_bindgen_test]
async fn a_gateway_without_calls_says_so() {
    let stage = Stage::new();
    stage.answer("activity.day", json!({ "results": [] }));
    stage.answer("logs.list", canned::calls(&[]));
    let page = stage.open("overview");
    page.see("API requests 0 Unchanged").await;
    page.see("Cost $0.00").await;
    page.see("Error rate 0%").await;
    page.see("No calls in this range").await;
    page.see("Nothing was spent in this range").await;
    page.see("No calls in the last 24 hours").await;
}

#[wasm_bindgen_test]
async fn a_gateway_that_is_down_is_told_and_trying_again_helps() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Bad(unreachable()));
    let page = stage.open("overview");
    page.see("The gateway cannot be reached Nothing answers at LITELLM_API_BASE. Check that LiteLLM is running").await;
    page.see("API requests –").await;
    assert!(!page.shows("No calls in this range"), "what is not known is not said to be nothing");
    assert!(
        page.control("Check the connection")
            .await
            .attribute("href")
            .is_some_and(|href| href.ends_with("page=litellm-dashboard-status"))
    );
    canned::answer_everything(page.stage());
    page.click("Try again").await;
    page.see("API requests 70").await;
    page.pass(60_000).await;
    page.see_no_more("The gateway cannot be reached").await;
}

#[wasm_bindgen_test]
async fn old_numbers_are_shown_with_their_age() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| Reply::Old(day(&params["day"], 10, 1, 0.5), 185, unreachable()));
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.see("The gateway cannot be reached What is shown was read from the gateway 3 minutes ago.").await;
}

/// "These are the last numbers" stood over four dashes.
#[wasm_bindgen_test]
async fn nobody_is_told_of_last_numbers_that_are_not_there() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let database = error("gateway_error", 502, "database", "Can't reach database server");
        let known = params["day"] != "2026-11-20";
        if known { Reply::Old(day(&params["day"], 10, 1, 0.5), 185, database) } else { Reply::Bad(database) }
    });
    let page = stage.open("overview");
    page.see("LiteLLM cannot reach its database LiteLLM says: Can't reach database server See that the database runs")
        .await;
    page.see("API requests –").await;
    assert!(!page.shows("What is shown was read"));
}

#[wasm_bindgen_test]
async fn the_last_numbers_stay_when_the_gateway_goes_down() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.stage().answer_all(&Reply::Bad(unreachable()));
    page.pass(20_000).await;
    page.see("What is shown was read from the gateway less than a minute ago.").await;
    page.pass(120_000).await;
    page.see("What is shown was read from the gateway 2 minutes ago.").await;
    assert!(page.shows("API requests 70"));
    canned::answer_everything(page.stage());
    page.click("Try again").await;
    page.see_no_more("What is shown was read").await;
}

#[wasm_bindgen_test]
async fn only_the_running_day_is_asked_for_again() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.stage().answer_with("activity.day", |params| Reply::Good(day(&params["day"], 17, 1, 0.5)));
    page.pass(20_000).await;
    page.see("API requests 77").await;
    assert_eq!(page.asked("activity.day")[14..], [json!({ "day": "2026-11-20" })]);
}

#[wasm_bindgen_test]
async fn another_range_changes_the_address_and_asks_for_what_is_new() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    assert_eq!(page.control("7 days").await.attribute("aria-pressed").as_deref(), Some("true"));
    page.click("30 days").await;
    page.see("API requests 300 Unchanged against 30 days earlier").await;
    page.see_address("range=30d").await;
    page.control("30 days").await.see_attribute("aria-pressed", "true").await;
    page.control("7 days").await.see_attribute("aria-pressed", "false").await;
    assert!(page.control("30 days").await.has_focus(), "the keyboard stays where it was");
    see_days(&page, 30).await;
    let mut asked: Vec<Value> = page
        .asked("activity.day")
        .into_iter()
        .map(|params| params["day"].clone())
        .filter(|day| day != "2026-11-20")
        .collect();
    let count = asked.len();
    asked.sort_by_key(Value::to_string);
    asked.dedup();
    assert_eq!((count, asked.len()), (59, 59), "no day that is over is asked for twice");
}

#[wasm_bindgen_test]
async fn a_range_in_the_address_is_shown() {
    let page = Stage::new().open_at("?page=litellm-dashboard&range=30d");
    page.see("API requests 300").await;
    drop(page);
    let page = Stage::new().open_at("?page=litellm-dashboard&range=nonsense");
    page.see("API requests 70").await;
}

#[wasm_bindgen_test]
async fn today_is_shown_by_hour_from_counts() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.click("Today").await;
    page.see("API requests 10 10 in all of yesterday").await;
    let hours = page
        .wait_for("the hours", |part| {
            part.read_table("Requests by hour").filter(|rows| rows.len() == 24 && rows[12][1] == "3")
        })
        .await;
    assert_eq!(hours[0], ["12:00 AM–01:00 AM", "3", "1", "4", "25%"]);
    assert_eq!(hours[12], ["12:00 PM–01:00 PM", "3", "1", "4", "25%"]);
    assert_eq!(hours[13][1..], ["Still to come"]);
    let asked = page.asked("logs.count");
    assert_eq!(asked.len(), 26);
    assert!(asked.contains(&json!({ "start": "2026-11-20 00:00:00", "end": "2026-11-20 00:59:59" })));
    assert!(
        asked.contains(&json!({ "start": "2026-11-20 12:00:00", "end": "2026-11-20 12:59:59", "status": "failure" }))
    );
    assert_eq!(page.asked("logs.list").len(), 1, "rows are counted, never loaded");
}

#[wasm_bindgen_test]
async fn hours_that_are_over_are_not_asked_for_again() {
    let page = Stage::new().open_at("?page=litellm-dashboard&range=today");
    page.see_asked("logs.count", 26).await;
    page.wait_for("the hours", |part| {
        part.read_table("Requests by hour").filter(|rows| rows.len() == 24 && rows[0][1] == "3")
    })
    .await;
    page.pass(20_000).await;
    let again = page.asked("logs.count").split_off(26);
    assert!(
        !again.is_empty() && again.iter().all(|params| params["start"].as_str() >= Some("2026-11-20 10:00:00")),
        "{again:?}"
    );
    page.wait_for("all the hours", |part| {
        part.read_table("Requests by hour").filter(|rows| rows[0][1] == "3" && rows[12][1] == "3")
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_has_not_arrived_is_not_nothing() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let there = params["day"] == "2026-11-20";
        if there { Reply::Good(json!({ "results": [] })) } else { Reply::Bad(unreachable()) }
    });
    let page = stage.open("overview");
    page.see("The gateway cannot be reached").await;
    page.quiet().await;
    assert!(!page.shows("No calls in this range") && !page.shows("Nothing was spent in this range"));
}

#[wasm_bindgen_test]
async fn a_count_that_litellm_gave_up_is_neither_subtracted_from_nor_divided() {
    let stage = Stage::new();
    stage.answer("logs.count", json!({ "total": 10_000, "total_is_capped": true }));
    let page = stage.open_at("?page=litellm-dashboard&range=today");
    let hours = page
        .wait_for("the hours", |part| {
            part.read_table("Requests by hour").filter(|rows| rows.len() == 24 && rows[0].len() > 2)
        })
        .await;
    // The hour was once drawn as if all of its calls had failed.
    assert_eq!(hours[0][1..], ["–", "–", "10,000 or more", "10,000 or more", "–"]);
    assert!(page.parts("figure .gw-series-failed rect").is_empty());
    page.control("Successful or failed").await;
}

#[wasm_bindgen_test]
async fn an_answer_to_an_older_question_does_not_replace_a_newer_one() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |_| Reply::Bad(unreachable()));
    stage.hold_after(0, "batch");
    let page = stage.open("overview");
    page.see_asked("activity.day", 14).await;
    page.stage().answer_with("activity.day", |params| Reply::Good(day(&params["day"], 10, 1, 0.5)));
    page.click("30 days").await;
    page.release();
    page.see("API requests 300").await;
    page.quiet().await;
    assert!(!page.shows("The gateway cannot be reached"));
}

/// Yesterday stayed at the sum of the evening, also after the page was left, as it was over when it was looked at.
#[wasm_bindgen_test]
async fn a_day_that_ends_while_the_page_is_open_or_hidden_gets_its_last_calls() {
    for hidden in [false, true] {
        let page = Stage::new().open("overview");
        page.see("API requests 70").await;
        page.stage().answer_with("activity.day", |params| {
            // A hundred calls in the evening, and three since midnight.
            let calls = match params["day"].as_str() {
                Some("2026-11-20") => 110,
                Some("2026-11-21") => 3,
                _ => 10,
            };
            Reply::Good(day(&params["day"], calls, 0, 0.5))
        });
        page.click("Pause").await;
        page.hide_tab();
        page.pass(11 * HOUR_MS + 50 * MINUTE_MS).await;
        if hidden {
            page.pass(HOUR_MS + 20 * MINUTE_MS).await;
            assert_eq!(page.asked("activity.day").len(), 14, "nobody looked");
            page.show_tab();
        } else {
            page.show_tab();
            page.see("API requests 170").await;
            page.pass(HOUR_MS + 20 * MINUTE_MS).await;
        }
        page.see("API requests 163").await;
        let days = see_days(&page, 7).await;
        assert_eq!(days[5][..4], ["Friday, November 20", "110", "0", "110"]);
        assert_eq!(days[6][..4], ["Saturday, November 21", "3", "0", "3"]);
        let asked = page.asked("activity.day").len();
        page.pass(MINUTE_MS).await;
        let again = page.asked("activity.day").split_off(asked);
        assert!(!again.is_empty() && again.iter().all(|params| params["day"] == "2026-11-21"), "{again:?}");
    }
}

#[wasm_bindgen_test]
async fn an_hour_that_ends_while_the_page_is_open_gets_its_last_calls() {
    let page = Stage::new().open_at("?page=litellm-dashboard&range=today");
    page.see("API requests 10").await;
    page.stage().answer_with("logs.count", |params| {
        let noon = params["start"] == "2026-11-20 12:00:00" && params["status"].is_null();
        Reply::Good(json!({ "total": if noon { 40 } else { 0 }, "total_is_capped": false }))
    });
    page.hide_tab();
    page.pass(2 * HOUR_MS + MINUTE_MS).await;
    page.show_tab();
    page.wait_for("noon with its last calls", |part| {
        part.read_table("Requests by hour")
            .filter(|rows| rows.len() == 24 && rows[12].get(3).is_some_and(|all| all == "40"))
    })
    .await;
}

/// A thousand calls of five days ago were written late; the day stayed wrong for a month.
#[wasm_bindgen_test]
async fn days_of_this_week_are_asked_for_again_once_an_hour() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.click("Pause").await;
    page.stage().answer_with("activity.day", |params| {
        let late = params["day"] == "2026-11-15";
        Reply::Good(day(&params["day"], if late { 1_010 } else { 10 }, 0, 0.5))
    });
    page.pass(59 * MINUTE_MS).await;
    assert!(page.shows("API requests 70"));
    page.see("Updated 59 minutes ago").await;
    page.pass(2 * MINUTE_MS).await;
    page.see("API requests 1,070").await;
    page.see("Updated 1 minute ago").await;
    let twice = page.asked("activity.day").iter().filter(|params| params["day"] == "2026-11-15").count();
    let once = page.asked("activity.day").iter().filter(|params| params["day"] == "2026-11-12").count();
    assert_eq!((twice, once), (2, 1), "and what is longer over is not");
}

#[wasm_bindgen_test]
async fn refresh_asks_anew_for_all_that_is_shown() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    assert!(page.asked_in_full("activity.day").iter().all(|asked| !asked.anew));
    page.stage().answer_with("activity.day", |params| Reply::Good(day(&params["day"], 20, 0, 0.5)));
    page.control("Refresh").await.touch();
    page.see("API requests 140").await;
    let mut anew = page.asked_in_full("activity.day").split_off(14);
    assert_eq!(anew.len(), 14);
    assert!(anew.iter().all(|asked| asked.anew));
    page.pass(20_000).await;
    anew = page.asked_in_full("activity.day").split_off(28);
    assert!(anew.len() == 1 && !anew[0].anew, "once: {anew:?}");
}

#[wasm_bindgen_test]
async fn days_that_are_too_much_at_once_come_one_by_one() {
    for (code, reason) in [("gateway_too_large", ""), ("gateway_unreachable", "timeout")] {
        let stage = Stage::new();
        let mut asked = 0;
        // Eight at once were too much but for one; alone, each is there.
        stage.answer_with("activity.day", move |params| {
            asked += 1;
            match asked {
                1 | 15.. => Reply::Good(day(&params["day"], 10, 1, 0.5)),
                _ => Reply::Bad(error(code, 502, reason, "")),
            }
        });
        let page = stage.open("overview");
        page.see("API requests 70 Unchanged").await;
        assert_eq!(page.asked("activity.day").len(), 14 + 13, "what had come is kept");
        assert_eq!(page.requests("batch"), 1 + 13);
        assert!(!page.shows("too large") && !page.shows("cannot be reached"), "all is well in the end");
        page.click("30 days").await;
        page.see("API requests 300").await;
        page.quiet().await;
        assert_eq!(page.requests("batch"), 1 + 13 + 46 + 1, "nor are the others tried at once");
    }
}

#[wasm_bindgen_test]
async fn a_day_that_is_too_large_even_alone_is_told_and_not_asked_for_all_the_time() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let heavy = params["day"] == "2026-11-18";
        if heavy {
            Reply::Bad(error("gateway_too_large", 502, "", ""))
        } else {
            Reply::Good(day(&params["day"], 10, 1, 0.5))
        }
    });
    let page = stage.open("overview");
    page.see("larger than the plugin takes").await;
    page.see("API requests –").await;
    assert_eq!(page.asked("activity.day").len(), 14 + 1);
    page.pass(59_000).await;
    assert_eq!(page.asked("activity.day").len(), 14 + 1);
    page.pass(2_000).await;
    assert_eq!(page.asked("activity.day").len(), 14 + 1 + 2, "today, and that day");
    assert_eq!(see_days(&page, 7).await[4][1..], ["Not known"]);
}

#[wasm_bindgen_test]
async fn an_older_answer_out_of_a_cache_does_not_replace_a_newer_one() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.stage().answer_with("activity.day", |params| Reply::Good(day(&params["day"], 17, 1, 0.5)));
    page.pass(20_000).await;
    page.see("API requests 77").await;
    // Another server of the same site, whose cache is its own.
    page.stage().answer_with("activity.day", |params| Reply::Cached(day(&params["day"], 12, 1, 0.5), 300));
    page.pass(20_000).await;
    page.quiet().await;
    assert!(page.shows("API requests 77"));
    page.stage().answer_with("activity.day", |params| Reply::Cached(day(&params["day"], 19, 1, 0.5), 5));
    page.pass(20_000).await;
    page.see("API requests 79").await;
}

/// Three cards said "Nothing before" and the fourth "+11 points".
#[wasm_bindgen_test]
async fn a_period_without_calls_before_is_told_alike_on_all_cards() {
    for (before, words) in [(0, "Nothing before"), (2, "No comparable period before")] {
        let stage = Stage::new();
        stage.answer_with("activity.day", move |params| {
            let earlier = params["day"].as_str() < Some("2026-11-14");
            let calls = if earlier { before } else { 9_000 };
            Reply::Good(day(&params["day"], calls, calls / 9, f64::from(calls)))
        });
        let page = stage.open("overview");
        page.see(&format!(
            "API requests 63,000 {words} Tokens 630,000 {words} Cost $63,000.00 {words} Error rate 11% {words}"
        ))
        .await;
    }
}

#[wasm_bindgen_test]
async fn figures_that_cannot_be_true_are_not_shown() {
    for (calls, spend) in [(json!(1e300), json!(1e300)), (json!(-5), json!("1e999"))] {
        let stage = Stage::new();
        stage.answer_with("activity.day", move |params| {
            let metrics =
                json!({ "spend": spend, "total_tokens": calls, "api_requests": calls, "failed_requests": calls });
            Reply::Good(json!({ "results": [{ "date": params["day"], "metrics": metrics,
                "breakdown": { "model_groups": { "m": { "metrics": metrics } } } }] }))
        });
        let page = stage.open("overview");
        page.see("API requests – The gateway gives a number that cannot be true").await;
        page.see("Error rate – The gateway gives a number that cannot be true").await;
        assert!(!page.shows("∞") && !page.shows("NaN") && !page.shows("-0"));
        page.see("Requests 7 days The gateway gives a number that cannot be true").await;
    }
}

/// "No calls in this range" stood beside 12,232 requests.
#[wasm_bindgen_test]
async fn a_gateway_that_keeps_no_log_is_not_without_calls() {
    let stage = Stage::new();
    stage.answer("logs.list", canned::calls(&[]));
    stage.answer("logs.count", json!({ "total": 0, "total_is_capped": false }));
    let page = stage.open_at("?page=litellm-dashboard&range=today");
    page.see("API requests 10").await;
    let words =
        "No calls in the gateway’s log The gateway has counted 10 requests today. Where disable_spend_logs is set";
    page.wait_for("both places", |page| (page.text().matches(words).count() == 2).then_some(())).await;
    assert!(!page.shows("No calls in this range") && !page.shows("No calls in the last 24 hours"));
}

/// "Nothing was spent in this range", of models that LiteLLM has no price for.
#[wasm_bindgen_test]
async fn models_without_a_price_are_named_and_a_small_share_is_not_nothing() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let mut answer = day(&params["day"], 10, 0, 0.0);
        answer["results"][0]["breakdown"]["model_groups"] = json!({
            "house\u{202e}model": { "metrics": { "spend": 0.0, "total_tokens": 100, "successful_requests": 3 } },
            "always-fails": { "metrics": { "spend": 0.0, "total_tokens": 30, "successful_requests": 0 } },
        });
        Reply::Good(answer)
    });
    let page = stage.open("overview");
    page.see("Nothing was spent in this range").await;
    page.see("Tokens without a cost: house⟨U+202E⟩model. LiteLLM knows no price for them, or they are free.").await;

    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let mut answer = day(&params["day"], 10, 0, 0.0);
        answer["results"][0]["breakdown"]["model_groups"] =
            json!({ "dear": { "metrics": { "spend": 1000.0 } }, "cheap": { "metrics": { "spend": 0.01 } } });
        Reply::Good(answer)
    });
    let page = stage.open("overview");
    page.see("API requests 70").await;
    let rows = page.table("Cost by model").await;
    let shares: Vec<[&str; 2]> = rows.iter().map(|row| [row[0].as_str(), row[2].as_str()]).collect();
    assert_eq!(shares, [["dear", "100%"], ["cheap", "<0.1%"]]);
    assert!(!page.shows("Tokens without a cost"));
}

/// The daily sums stood still while calls came in, and the figures said that there were none.
#[wasm_bindgen_test]
async fn daily_sums_that_lack_what_the_log_has_are_told() {
    let words = "LiteLLM’s daily sums lack calls of this log: the figures above are too low.";
    let empty = |params: &Value| Reply::Good(day(&params["day"], 0, 0, 0.0));
    let stage = Stage::new();
    stage.answer_with("activity.day", empty);
    stage.answer("logs.list", canned::calls(&[canned::call("a", 0, json!({}))]));
    let page = stage.open("overview");
    page.see(words).await;
    // Of a call that has just ended, and of one that failed, the sums may know nothing yet or ever.
    for call in [
        json!({ "startTime": "2026-11-20T11:55:00.000000Z" }),
        json!({ "startTime": "2026-11-19T23:55:00.000000Z" }),
        json!({ "status": "failure", "metadata": { "status": "failure" } }),
    ] {
        let stage = Stage::new();
        stage.answer_with("activity.day", empty);
        stage.answer("logs.list", canned::calls(&[canned::call("a", 0, call)]));
        let page = stage.open("overview");
        page.part("#log-row-a").await;
        page.quiet().await;
        assert!(!page.shows(words));
    }
}

/// A gateway that was overloaded was asked for fourteen days every twenty seconds.
#[wasm_bindgen_test]
async fn a_gateway_that_keeps_failing_is_asked_less_often() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.quiet().await;
    page.click("Pause").await;
    page.stage().answer_with("activity.day", |_| Reply::Bad(unreachable()));
    let asked = |page: &Page| page.asked("activity.day").len();
    let before = asked(&page);
    page.pass(20 * MINUTE_MS).await;
    let failing = asked(&page) - before;
    assert!((18..=24).contains(&failing), "{failing} times in twenty minutes");
    canned::answer_everything(page.stage());
    page.pass(MINUTE_MS).await;
    let before = asked(&page);
    page.pass(2 * MINUTE_MS).await;
    assert_eq!(asked(&page) - before, 6, "in its rhythm again");
}

async fn address_of(page: &Page, name: &str) -> String {
    page.control(name).await.attribute("href").unwrap_or_default()
}

#[wasm_bindgen_test]
async fn each_figure_leads_to_what_it_is_made_of_in_the_same_range() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    // What a page begins with is left unsaid: a week, and the cost.
    for (name, end) in [
        ("API requests: 70", "page=litellm-dashboard-usage&unit=requests"),
        ("Tokens: 700", "page=litellm-dashboard-usage&unit=tokens"),
        ("Cost: $3.50", "page=litellm-dashboard-usage"),
        ("Error rate: 10%", "page=litellm-dashboard-logs&range=7d&status=failure"),
    ] {
        let address = address_of(&page, name).await;
        assert!(address.ends_with(end), "{name}: {address}");
    }
    page.click("30 days").await;
    page.see("API requests 300").await;
    for (name, part) in
        [("Tokens: 3,000", "-usage&range=30d&unit=tokens"), ("Error rate: 10%", "-logs&range=30d&status=failure")]
    {
        let address = address_of(&page, name).await;
        assert!(address.ends_with(part), "{name}: {address}");
    }
    page.click("Cost: $15.00").await;
    page.see_address("page=litellm-dashboard-usage&range=30d").await;
    page.see("Cost by model").await;
}

#[wasm_bindgen_test]
async fn what_is_not_known_leads_nowhere() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |_| Reply::Bad(unreachable()));
    let page = stage.open("overview");
    page.see("API requests –").await;
    assert!(page.parts(".gw-card a, a.gw-chart-link").is_empty());
}

#[wasm_bindgen_test]
async fn a_bar_leads_to_the_calls_of_its_day_by_the_pointer_and_by_enter() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    see_days(&page, 7).await;
    let bar = page.control("Saturday, November 14").await;
    assert!(bar.attribute("href").is_some_and(|href| href.ends_with("-logs&from=2026-11-14&to=2026-11-14")));
    assert_eq!(bar.attribute("tabindex").as_deref(), Some("-1"), "one stop of the keyboard for the chart");
    let plot = page.control(TREND).await;
    plot.focus();
    plot.press("Enter");
    page.quiet().await;
    assert!(page.shows("API requests 70"), "nothing is chosen yet");
    plot.press("ArrowLeft");
    plot.press("Enter");
    page.see_address("page=litellm-dashboard-logs&from=2026-11-20&to=2026-11-20").await;
    page.see("The calls of the gateway, one by one").await;
}

#[wasm_bindgen_test]
async fn an_hour_leads_to_its_calls_unless_it_is_still_to_come() {
    let page = Stage::new().open_at("?page=litellm-dashboard&range=today");
    page.see("API requests 10").await;
    let hours = page
        .wait_for("the hours", |part| {
            let links = part.parts(".gw-chart-main:not(.gw-chart-lying) a.gw-chart-link");
            (links.len() == 13).then_some(links)
        })
        .await;
    let href = hours[11].attribute("href").unwrap_or_default();
    assert!(href.ends_with("-logs&from=2026-11-20T11%3A00&to=2026-11-20T12%3A00"), "{href}");
}

#[wasm_bindgen_test]
async fn a_model_leads_to_its_calls_in_the_same_range_by_the_keyboard_too() {
    let page = Stage::new().open_at("?page=litellm-dashboard&range=30d");
    page.see("API requests 300").await;
    page.table("Cost by model").await;
    let model = page.control("claude-3-5-sonnet").await;
    assert!(model.attribute("href").is_some_and(|href| href.ends_with("-logs&range=30d&model=claude-3-5-sonnet")));
    let plot = page.control(&TREND.replace("Requests by day", "Cost by model")).await;
    plot.focus();
    plot.press("ArrowDown");
    plot.press("Enter");
    page.see_address("page=litellm-dashboard-logs&range=30d&model=gpt-4o").await;
}

#[wasm_bindgen_test]
async fn all_other_models_lead_to_each_of_them_and_those_without_a_name_to_theirs() {
    let page = opened_with_many_models();
    page.see("API requests 10").await;
    assert!(address_of(&page, "All others").await.ends_with("-usage&range=today"));
    assert!(address_of(&page, "Unknown model").await.ends_with("-logs&range=today&model=-"));
}
