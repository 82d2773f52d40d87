//! What each model cost in the range.

use model::{
    chart::{Anchor, Chart, Color, Kind, Series, Size},
    language::{t, tf},
    msg, series,
    visible::visible,
};

use super::source::Activity;
use crate::{
    components::{empty, panel as panel_of, skeleton_rows},
    format,
    markup::{Markup, html},
};

/// Models by name; the rest is one bar.
const MOST: usize = 6;

/// The height of a row, as in the stylesheet.
const ROW_PX: u32 = 44;

pub fn panel(activity: &Activity, now_ms: i64) -> Markup {
    let bars = series::cost_by_model(&activity.days, activity.range, now_ms, MOST);
    let all_there = activity.range.current(now_ms).iter().all(|date| activity.days.contains(date));
    let body = match (bars.is_empty(), activity.loading, all_there) {
        (true, true, _) => skeleton_rows(5),
        (true, false, false) => Markup::default(),
        (true, false, true) => empty(&t(msg!("Nothing was spent in this range")), "", &Markup::default()),
        _ => chart(bars),
    };
    panel_of(msg!("Cost by model"), false, &body)
}

/// US dollars, and 0–1.
struct Row {
    label: String,
    cost: f64,
    share: f64,
}

impl Row {
    fn in_words(&self) -> String {
        tf(
            msg!("{model}: {cost}, {share} of the cost"),
            &[("model", &self.label), ("cost", &format::usd_exact(self.cost)), ("share", &format::percent(self.share))],
        )
    }
}

/// Names and amounts, each over its bar; the bars are one drawing, so that they share a scale. The table says the same.
fn chart(bars: Vec<(Option<String>, f64)>) -> Markup {
    let values: Vec<f64> = bars.iter().map(|(_, cost)| *cost).collect();
    let total: f64 = values.iter().sum();
    let rows: Vec<Row> = bars
        .into_iter()
        .map(|(name, cost)| {
            let label = match name {
                None => t(msg!("All others")),
                Some(name) if name.is_empty() => t(msg!("Unknown model")),
                Some(name) => visible(&name),
            };
            Row { label, cost, share: if total > 0.0 { cost / total } else { 0.0 } }
        })
        .collect();
    let size = Size { width: 240, height: values.len() as u32 * ROW_PX };
    let series = [Series { name: t(msg!("Cost")), color: Color::Series(0), values }];
    let kind = Kind::HorizontalBars;
    let drawing = Chart { kind, series: &series, size, whole: false, label_width: 0, anchor: Anchor::First }.draw();
    html! {
        div.gw-cost aria-hidden="true" style={ "--gw-rows:" (rows.len().to_string()) } {
            div.gw-cost-names { @for row in &rows { span.gw-clip title=(row.label) { (row.label) } } }
            div .gw-cost-plot .gw-mirror { (Markup::svg(&drawing.svg)) }
            div.gw-cost-amounts {
                @for row in &rows {
                    span title=(row.in_words()) { (format::usd(row.cost)) " " span.gw-minor { (format::percent(row.share)) } }
                }
            }
        }
        table.screen-reader-text {
            caption { (msg!("Cost by model")) }
            thead { tr { th scope="col" { (msg!("Model")) } th scope="col" { (msg!("Cost")) } th scope="col" { (msg!("Share")) } } }
            tbody {
                @for row in &rows {
                    tr { th scope="row" { (row.label) } td { (format::usd_exact(row.cost)) } td { (format::percent(row.share)) } }
                }
            }
        }
    }
}
