//! What each model cost in the range.

use leptos::prelude::*;
use model::{
    chart::{Anchor, Color, Kind, Series},
    language::{t, tf, tn},
    msg, number, plural, series,
    visible::{isolated, visible},
};

use super::{CANNOT_BE_TRUE, links, source::Activity};
use crate::{
    components::{ChartData, ChartPoint, ChartView, chart, empty, still_region},
    format,
    markup::{Markup, html},
    store::Store,
    task::now_ms,
};

/// Models by name; the rest is one bar.
const MOST: usize = 6;

pub fn cost(activity: Store<Activity>) -> AnyView {
    let drawing = chart(move || activity.with(|activity| view(activity, now_ms())), format::usd);
    let remark = still_region("", move || activity.with(|activity| remark(activity, now_ms())));
    view! {
        <section class="gw-panel">
            <div class="gw-panel-head">
                <h2 class="gw-panel-title">{t(msg!("Cost by model"))}</h2>
                <span class="gw-minor">{move || activity.with(|activity| t(activity.range.label()))}</span>
            </div>
            <div class="gw-panel-body">{drawing} {remark}</div>
        </section>
    }
    .into_any()
}

fn view(activity: &Activity, now_ms: i64) -> ChartView {
    let bars = series::cost_by_model(&activity.days, activity.range, now_ms, MOST);
    if bars.is_empty() {
        let nothing = match missing(activity, now_ms) {
            0 => msg!("Nothing was spent in this range"),
            _ if activity.loading || activity.trouble.is_none() => return ChartView::Loading(Kind::HorizontalBars),
            _ => msg!("Nothing is known of this range"),
        };
        return ChartView::Instead(empty(&t(nothing), "", &Markup::default()));
    }
    let total: f64 = bars.iter().map(|(_, cost)| *cost).sum();
    if !number::is_plausible(total) {
        return ChartView::Instead(empty(&t(CANNOT_BE_TRUE), "", &Markup::default()));
    }
    let mut costs = Vec::new();
    let mut points = Vec::new();
    for (name, cost) in bars {
        let href = links::model(activity.range, name.as_deref());
        let name = match name {
            None => t(msg!("All others")),
            Some(name) if name.is_empty() => t(msg!("Unknown model")),
            Some(name) => visible(&name),
        };
        let share = format::percent(if total > 0.0 { cost / total } else { 0.0 });
        points.push(ChartPoint {
            short: name.clone(),
            title: name,
            aside: vec![format::usd(cost), share.clone()],
            values: Ok(vec![format::usd_exact(cost), share]),
            href,
        });
        costs.push(cost);
    }
    ChartView::Ready(ChartData {
        label: t(msg!("Cost by model")),
        row_label: t(msg!("Model")),
        kind: Kind::HorizontalBars,
        whole: false,
        anchor: Anchor::First,
        series: vec![Series { name: t(msg!("Cost")), color: Color::Series(0), values: costs }],
        figures: vec![t(msg!("Share"))],
        points,
        note: String::new(),
    })
}

/// Days of the range that have not arrived.
fn missing(activity: &Activity, now_ms: i64) -> usize {
    activity.range.current(now_ms).iter().filter(|date| !activity.days.contains(date)).count()
}

/// A part of the range is not taken for all of it.
fn remark(activity: &Activity, now_ms: i64) -> Markup {
    let count = missing(activity, now_ms);
    // What is still awaited is not said to be missing.
    if count > 0 && (activity.loading || !matches!(view(activity, now_ms), ChartView::Ready(_))) {
        return Markup::default();
    }
    let missing = tn(
        plural!("Without {count} day that is not known", "Without {count} days that are not known"),
        count as u64,
        &format::count(count as f64),
    );
    let mut unpriced = Vec::new();
    for name in series::without_price(&activity.days, activity.range, now_ms).iter().take(MOST) {
        unpriced.push(isolated(name));
    }
    let models = [("models", &*format::list(&unpriced))];
    html! {
        @if count > 0 { p.gw-minor { (missing) } }
        @if !unpriced.is_empty() { p.gw-minor { (tf(msg!("Tokens without a cost: {models}. LiteLLM knows no price for them, or they are free."), &models)) } }
    }
}
