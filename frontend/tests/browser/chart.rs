//! Charts as they are used: read by keys and pointer, with series switched off, and while not all is known.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{DomRect, Element};

use crate::{
    canned::day,
    page::Part,
    stage::{Page, Reply, Stage, document, unreachable},
};

/// The app's style sheets, until it is dropped.
struct Style(Element);

impl Style {
    fn new() -> Style {
        let style = document().create_element("style").expect("a style can be made");
        let sheets = [
            include_str!("../../style/boot.css"),
            include_str!("../../style/dashboard.css"),
            include_str!("../../style/data.css"),
            include_str!("../../style/chart.css"),
        ];
        style.set_text_content(Some(&sheets.concat()));
        document().body().expect("a page has a body").append_child(&style).expect("a page takes a style");
        Style(style)
    }
}

impl Drop for Style {
    fn drop(&mut self) {
        self.0.remove();
    }
}

fn place(part: &Part) -> DomRect {
    part.element().get_bounding_client_rect()
}

const REQUESTS: &str = "Requests by day. Use the arrow keys to read the values, and Enter to see what is behind one.";
/// The successful ones.
const TREND_BARS: &str = ".gw-chart-main:not(.gw-chart-lying) .gw-series-1 rect";

const COST: &str = "Cost by model. Use the arrow keys to read the values, and Enter to see what is behind one.";

/// A gateway with two models whose long names differ at their ends.
fn long_names() -> Stage {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let mut answer = day(&params["day"], 10, 1, 0.5);
        answer["results"][0]["breakdown"]["model_groups"] = json!({
            LONG: { "metrics": { "spend": 4.0 } },
            LONGER: { "metrics": { "spend": 1.0 } },
        });
        Reply::Good(answer)
    });
    stage
}

const LONG: &str = "azure/eu-central/production/contoso-department-of-languages/gpt-4o-mini-2026-07-18";
const LONGER: &str = "azure/eu-central/production/contoso-department-of-languages/gpt-4o-mini-2026-08-06-preview";

async fn open(stage: Stage) -> Page {
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.part(TREND_BARS).await;
    page
}

#[wasm_bindgen_test]
async fn a_series_is_switched_off_and_on_and_one_stays() {
    let page = open(Stage::new()).await;
    let [succeeded, failed] = [page.control("Successful").await, page.control("Failed").await];
    let all_failures = |page: &Part| (page.parts(".gw-series-failed rect").len() == 7).then_some(());
    page.wait_for("the failures", all_failures).await;
    failed.touch();
    failed.see_attribute("aria-pressed", "false").await;
    page.wait_for("a chart without failures", |page| page.parts(".gw-series-failed rect").is_empty().then_some(()))
        .await;
    assert!(failed.has_focus(), "the keyboard stays on the button");
    let plot = page.control(REQUESTS).await;
    plot.point(0.99);
    plot.see("Friday, November 20 Successful 9 Total 10 Error rate 10%").await;
    assert_eq!(page.read_table("Requests by day").expect("the table stays")[6].len(), 5, "the table has all");

    succeeded.see_attribute("aria-disabled", "true").await;
    succeeded.touch();
    page.quiet().await;
    assert_eq!(succeeded.attribute("aria-pressed").as_deref(), Some("true"), "the last one stays");
    assert_eq!(page.parts(TREND_BARS).len(), 7);

    failed.touch();
    page.wait_for("the failures again", all_failures).await;
    succeeded.see_attribute("aria-disabled", "false").await;
}

#[wasm_bindgen_test]
async fn a_long_name_is_read_by_keys_and_by_a_tap() {
    let _style = Style::new();
    let page = open(long_names()).await;
    let plot = page.control(COST).await;
    plot.focus();
    plot.press("ArrowDown");
    plot.see(&format!("{LONG} Cost $28.00 Share 80%")).await;
    plot.press("End");
    plot.see(&format!("{LONGER} Cost $7.00 Share 20%")).await;
    plot.press("ArrowUp");
    plot.see(LONG).await;
    plot.press("Escape");
    plot.see_no_more("Share").await;
    // A tap moves the pointer there.
    plot.point(0.5);
    plot.see("Share").await;
}

#[wasm_bindgen_test]
async fn the_pointer_is_not_read_aloud() {
    let page = open(Stage::new()).await;
    let said = page.part("figure [aria-live]").await;
    let plot = page.control(REQUESTS).await;
    plot.point(0.99);
    plot.see("Friday, November 20").await;
    assert_eq!(said.whole_text(), "");
    plot.press("Home");
    said.wait_for("the first day in words", |said| {
        (said.whole_text() == "Saturday, November 14: Successful: 9, Failed: 1, Total: 10, Error rate: 10%")
            .then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_is_awaited_has_no_axis_and_cannot_be_read() {
    let stage = Stage::new();
    stage.hold_after(0, "batch");
    let page = stage.open("overview");
    page.part("figure .gw-skeleton").await;
    assert!(page.parts("figure svg").is_empty(), "an axis would say that there was nothing");
    assert!(page.find_control(REQUESTS).is_none() && !page.shows("No calls in this range"));
    page.release();
    page.control(REQUESTS).await;
    assert!(page.parts("figure .gw-skeleton").is_empty());
}

#[wasm_bindgen_test]
async fn what_failed_is_a_sentence_without_an_axis() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Bad(unreachable()));
    let page = stage.open("overview");
    page.see("Nothing is known of this range").await;
    assert!(page.parts("figure svg, figure .gw-skeleton").is_empty());
    assert!(page.find_control(REQUESTS).is_none());
}

#[wasm_bindgen_test]
async fn a_day_that_did_not_arrive_is_not_a_day_without_calls() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        if params["day"] == "2026-11-17" {
            return Reply::Bad(unreachable());
        }
        Reply::Good(day(&params["day"], 10, 1, 0.5))
    });
    let page = stage.open("overview");
    page.see("The gateway cannot be reached").await;
    page.quiet().await;
    let days = page.table("Requests by day").await;
    assert_eq!(days[3], ["Tuesday, November 17", "Not known"]);
    assert_eq!(days[4][3], "10");
    page.see("Without 1 day that is not known").await;
    page.part(TREND_BARS).await;
    let plot = page.control(REQUESTS).await;
    plot.point(0.5);
    plot.see("Tuesday, November 17 Not known").await;
}

#[wasm_bindgen_test]
async fn the_largest_bar_is_as_long_as_the_panel_and_the_others_in_proportion() {
    let _style = Style::new();
    let page = open(Stage::new()).await;
    let plot = page.control(COST).await;
    let bars = page
        .wait_for("two bars", |page| Some(page.parts(".gw-chart-lying .gw-bars rect")).filter(|bars| bars.len() == 2))
        .await;
    let panel = plot.element().closest("figure").expect("the selector is right").map(Part::new).expect("it is there");
    let [all, first, second] = [&panel, &bars[0], &bars[1]].map(|part| place(part).width());
    assert!((first - all).abs() < 1.0, "{first} of {all}");
    assert!((second / first - 0.25).abs() < 0.01, "80 % and 20 %: {second} to {first}");
}

#[wasm_bindgen_test]
async fn labels_stay_inside_of_the_chart_and_free_of_the_focus_ring() {
    let _style = Style::new();
    for search in ["?page=litellm-dashboard&range=30d", "?page=litellm-dashboard&range=today"] {
        let page = Stage::new().open_at(search);
        let plot = page.part("figure [role=application]").await;
        page.wait_for("labels", |page| (page.parts(".gw-chart-x span").len() > 3).then_some(())).await;
        let (outer, inner) = (place(&page.part("figure").await), place(&plot));
        let labels = page.parts(".gw-chart-x span");
        let mut free = inner.left() - 1.0;
        for label in labels.iter().map(place) {
            assert!(label.left() >= free, "labels do not touch and do not stick out");
            assert!(label.right() <= outer.right() + 1.0, "{} is beyond {}", label.right(), outer.right());
            free = label.right();
        }
        // The ring is 2 px wide, 2 px around the plot.
        for label in page.parts(".gw-chart-y span").iter().chain(&labels).map(place) {
            let clear = label.right() <= inner.left() - 4.0 || label.top() >= inner.bottom() + 4.0;
            assert!(clear, "the ring is over a label");
        }
    }
}

#[wasm_bindgen_test]
async fn time_runs_from_left_to_right_in_every_language() {
    let _style = Style::new();
    let root = document().document_element().expect("a document has a root");
    root.set_attribute("dir", "rtl").expect("an attribute can be set");
    let page = open(Stage::new()).await;
    let labels = page
        .wait_for("seven labels", |page| Some(page.parts(".gw-chart-x span")).filter(|labels| labels.len() == 7))
        .await;
    let (first, last) = (place(&labels[0]).left(), place(&labels[6]).left());
    let (axis, plot) = (place(&page.part(".gw-chart-y").await), place(&page.control(REQUESTS).await));
    root.remove_attribute("dir").expect("an attribute can be removed");
    assert!(first < last, "{first} is left of {last}");
    assert!(axis.right() <= plot.left(), "the axis of values is where the time begins");
    assert_eq!(labels[6].whole_text(), "Nov 20");
}

#[wasm_bindgen_test]
async fn a_card_of_one_day_has_no_line_of_another_period() {
    let page = open(Stage::new()).await;
    assert_eq!(page.parts(".gw-sparkline").len(), 4);
    page.click("Today").await;
    page.see("API requests 10 10 in all of yesterday").await;
    assert!(page.parts(".gw-sparkline").is_empty());
}

#[wasm_bindgen_test]
async fn hours_to_come_are_not_hours_without_calls() {
    let page = Stage::new().open_at("?page=litellm-dashboard&range=today");
    let hours =
        page.wait_for("the hours", |page| page.read_table("Requests by hour").filter(|rows| rows[12].len() == 5)).await;
    assert_eq!(hours[12][1..], ["3", "1", "4", "25%"]);
    assert_eq!(hours[13][1..], ["Still to come"]);
    page.wait_for("bars of the hours that were", |page| (page.parts(TREND_BARS).len() == 13).then_some(())).await;
}
