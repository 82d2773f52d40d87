//! What each model cost in the range.

use model::{
    chart::{self, Size},
    series,
};

use super::{PALETTE, source::Activity};
use crate::{
    components::{empty, skeleton_rows},
    format,
    i18n::{t, tf},
    markup::{Html, html},
    poll::now_ms,
};

/// Models by name; the rest is one bar.
const MOST: usize = 6;

/// The height of a row, as in the stylesheet.
const ROW_PX: u32 = 44;

pub fn panel(activity: &Activity) -> String {
    let bars = series::cost_by_model(&activity.days, activity.range, now_ms(), MOST);
    let mut h = Html::new();
    html!(h, r#"<div class="gw-panel-head"><h2 class="gw-panel-title">"# [msg!("Cost by model")] r#"</h2></div><div class="gw-panel-body">"#);
    let all_there = activity.range.current(now_ms()).iter().all(|date| activity.days.contains(date));
    match (bars.is_empty(), activity.loading, all_there) {
        (true, true, _) => skeleton_rows(&mut h, 5),
        (true, false, false) => {}
        (true, false, true) => empty(&mut h, &t(msg!("Nothing was spent in this range")), "", |_| {}),
        _ => chart(&mut h, bars),
    }
    h.raw("</div>");
    h.finish()
}

/// US dollars, and 0–1.
struct Row {
    label: String,
    cost: f64,
    share: f64,
}

/// Names and amounts, each over its bar; the bars are one drawing, so that they share a scale. The table says the same.
fn chart(h: &mut Html, bars: Vec<(Option<String>, f64)>) {
    let mut values = Vec::new();
    let mut total = 0.0;
    for (_, cost) in &bars {
        values.push(*cost);
        total += cost;
    }
    let mut rows = Vec::new();
    for (name, cost) in bars {
        let label = match name {
            None => t(msg!("All others")),
            Some(name) if name.is_empty() => t(msg!("Unknown model")),
            Some(name) => name,
        };
        rows.push(Row { label, cost, share: if total > 0.0 { cost / total } else { 0.0 } });
    }
    let drawing = chart::cost_by_model(&values, Size { width: 240, height: values.len() as u32 * ROW_PX }, &PALETTE);
    html!(h, r#"<div class="gw-cost" aria-hidden="true" style="--gw-rows:"# {rows.len().to_string()} r#""><div class="gw-cost-names">"#);
    for row in &rows {
        html!(h, r#"<span class="gw-clip" title=""# {row.label} "\">" {row.label} "</span>");
    }
    h.raw(r#"</div><div class="gw-cost-plot gw-mirror">"#)
        .drawing(&drawing.svg)
        .raw(r#"</div><div class="gw-cost-amounts">"#);
    for row in &rows {
        let title = tf(
            msg!("{model}: {cost}, {share} of the cost"),
            &[("model", &row.label), ("cost", &format::usd_exact(row.cost)), ("share", &format::percent(row.share))],
        );
        html!(h, r#"<span title=""# {title} "\">" {format::usd(row.cost)} r#" <span class="gw-minor">"# {format::percent(row.share)} "</span></span>");
    }
    html!(h, r#"</div></div><table class="screen-reader-text"><caption>"# [msg!("Cost by model")] r#"</caption><thead><tr><th scope="col">"#
        [msg!("Model")] r#"</th><th scope="col">"# [msg!("Cost")] r#"</th><th scope="col">"# [msg!("Share")] "</th></tr></thead><tbody>");
    for row in &rows {
        html!(h, r#"<tr><th scope="row">"# {row.label} "</th><td>" {format::usd_exact(row.cost)} "</td><td>" {format::percent(row.share)} "</td></tr>");
    }
    h.raw("</tbody></table>");
}
