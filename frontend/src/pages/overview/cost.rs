//! What each model cost in the range.

use leptos::prelude::*;
use model::{
    chart::{self, Size},
    period::Range,
    series,
};

use super::source::Activity;
use crate::{
    components::{Empty, Panel, SkeletonRows},
    format,
    hooks::now_ms,
    i18n::{t, tf},
};

/// Models by name; what is dearer than the rest together is never hidden in it.
const MOST: usize = 7;

/// The height of a row, as in the stylesheet.
const ROW_PX: u32 = 32;

#[component]
pub fn CostByModel(range: Memo<Range>, activity: Activity) -> impl IntoView {
    let bars = Memo::new(move |_| activity.days.with(|days| series::cost_by_model(days, range.get(), now_ms(), MOST)));
    view! {
        <Panel title=t("Cost by model") class="gw-panel-cost">
            {move || match (bars.with(Vec::is_empty), activity.loading.get()) {
                (true, true) => view! { <SkeletonRows rows=5 /> }.into_any(),
                (true, false) => view! { <Empty title=t("Nothing was spent in this range") /> }.into_any(),
                _ => bars.with(|bars| view! { <Bars bars=bars.clone() /> }.into_any()),
            }}
        </Panel>
    }
}

/// Names, bars and amounts side by side; the bars are one drawing, so that they share a scale.
#[component]
fn Bars(bars: Vec<(Option<String>, f64)>) -> impl IntoView {
    let total: f64 = bars.iter().map(|bar| bar.1).sum();
    let values: Vec<f64> = bars.iter().map(|bar| bar.1).collect();
    let height = values.len() as u32 * ROW_PX;
    let drawing = chart::cost_by_model(&values, Size { width: 240, height }, &super::PALETTE);
    let rows: Vec<Row> = bars
        .into_iter()
        .map(|(name, cost)| Row {
            label: match name {
                None => t("All others"),
                Some(name) if name.is_empty() => t("Unknown model"),
                Some(name) => name,
            },
            cost,
            share: if total > 0.0 { cost / total } else { 0.0 },
        })
        .collect();
    let names = rows.iter().map(|row| view! { <span class="gw-clip" title=row.label.clone()>{row.label.clone()}</span> }).collect_view();
    let amounts = rows.iter().map(|row| view! {
        <span tabindex="0" title=row.in_words()>
            {format::usd(row.cost)} <span class="gw-minor">{format::percent(row.share)}</span>
        </span>
    }).collect_view();
    view! {
        <div class="gw-cost" style=format!("--gw-rows: {}", rows.len())>
            <div class="gw-cost-names" aria-hidden="true">{names}</div>
            <div class="gw-cost-plot gw-mirror" aria-hidden="true" inner_html=drawing.svg></div>
            <div class="gw-cost-amounts" aria-hidden="true">{amounts}</div>
        </div>
        <table class="screen-reader-text">
            <caption>{t("Cost by model")}</caption>
            <thead>
                <tr><th scope="col">{t("Model")}</th><th scope="col">{t("Cost")}</th><th scope="col">{t("Share")}</th></tr>
            </thead>
            <tbody>
                {rows.iter().map(|row| view! {
                    <tr><th scope="row">{row.label.clone()}</th><td>{format::usd_exact(row.cost)}</td><td>{format::percent(row.share)}</td></tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

struct Row {
    label: String,
    /// US dollars.
    cost: f64,
    /// 0–1.
    share: f64,
}

impl Row {
    fn in_words(&self) -> String {
        tf(
            "{model}: {cost}, {share} of the cost",
            &[("model", &self.label), ("cost", &format::usd_exact(self.cost)), ("share", &format::percent(self.share))],
        )
    }
}
