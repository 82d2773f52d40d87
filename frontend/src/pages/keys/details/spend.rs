//! What the key spent in the last days: by day and by model, from LiteLLM's daily table.

use leptos::prelude::*;
use model::{
    chart::{Anchor, Color, Kind, Series},
    key_days::{DAYS, KeyDays},
    language::{t, tf, tn},
    msg, number, plural,
    visible::visible,
};

use super::{
    full::{heading, trouble},
    source::Parts,
};
use crate::{
    action::{Action as _, actions},
    chunk,
    components::{ChartData, ChartPoint, ChartView, region},
    format,
    markup::{Markup, html},
};

/// Models by name; the rest is one bar.
const MOST: usize = 6;

actions! {
    enum SpendAction {
        Retry = "retry",
    }
}

pub fn spend(parts: Parts) -> AnyView {
    let head = region("", move || head(parts), move |SpendAction::Retry| parts.days.refetch());
    let by_day = chunk::chart(move || view(parts, Kind::Bars, by_day), format::usd);
    let by_model = chunk::chart(move || view(parts, Kind::HorizontalBars, by_model), format::usd);
    view! { <div class="gw-part">{head} {by_day} {by_model}</div> }.into_any()
}

fn head(parts: Parts) -> Markup {
    let period =
        tn(plural!("Last {count} day, UTC", "Last {count} days, UTC"), DAYS as u64, &format::count(DAYS as f64));
    let error = parts.days.with(|state| state.error.clone());
    html! {
        (heading(msg!("Spend"), &period))
        @if let Some(error) = &error {
            (trouble(&t(msg!("What it spent could not be read.")), error, &SpendAction::Retry.print()))
        }
        @if let Some(days) = parts.days() { p { (total(&days)) } }
    }
}

fn total(days: &KeyDays) -> String {
    let (requests, failed) = (days.requests(), days.failed());
    let values = [
        ("amount", &*format::usd(days.spend())),
        ("requests", &*format::count(requests)),
        ("failed", &*format::count(failed)),
    ];
    let sentence = if failed > 0.0 {
        msg!("{amount}; requests: {requests}, of which failed: {failed}")
    } else {
        msg!("{amount}; requests: {requests}")
    };
    tf(sentence, &values)
}

fn view(parts: Parts, kind: Kind, draw: fn(&KeyDays) -> ChartView) -> ChartView {
    match parts.days() {
        Some(days) if !number::is_plausible(days.spend()) => {
            ChartView::Instead(html! { p.gw-minor { (msg!("The gateway gives sums that cannot be true.")) } })
        }
        Some(days) => draw(&days),
        // Its heading says why.
        None if parts.days.with(|state| state.error.is_some() && !state.loading) => {
            ChartView::Instead(Markup::default())
        }
        None => ChartView::Loading(kind),
    }
}

fn by_day(days: &KeyDays) -> ChartView {
    let nothing = days.spend() <= 0.0;
    let mut values = Vec::new();
    let mut points = Vec::new();
    for day in &days.days {
        values.push(day.spend);
        points.push(ChartPoint {
            short: format::day(&day.date),
            title: format::day_long(&day.date),
            values: Ok(vec![format::usd_exact(day.spend), format::whole(day.requests), format::whole(day.failed)]),
            aside: Vec::new(),
            href: String::new(),
        });
    }
    ChartView::Ready(ChartData {
        label: t(msg!("Spend by day")),
        row_label: t(msg!("Day")),
        kind: Kind::Bars,
        whole: false,
        anchor: Anchor::Last,
        series: vec![Series { name: t(msg!("Spend")), color: Color::Series(0), values }],
        figures: vec![t(msg!("Requests")), t(msg!("Failed"))],
        points,
        note: if nothing { t(msg!("Nothing was spent in this range")) } else { String::new() },
    })
}

fn by_model(days: &KeyDays) -> ChartView {
    let total: f64 = days.cost.iter().map(|(_, cost)| *cost).sum();
    if total <= 0.0 {
        return ChartView::Instead(Markup::default());
    }
    let shown = if days.cost.len() > MOST { MOST - 1 } else { days.cost.len() };
    let (named, rest) = days.cost.split_at(shown);
    let mut bars: Vec<(String, f64)> = Vec::new();
    for (name, cost) in named {
        bars.push((if name.is_empty() { t(msg!("Unknown model")) } else { visible(name) }, *cost));
    }
    if !rest.is_empty() {
        bars.push((t(msg!("All others")), rest.iter().map(|(_, cost)| *cost).sum()));
    }
    let mut values = Vec::new();
    let mut points = Vec::new();
    for (name, cost) in bars {
        let share = format::percent(cost / total);
        values.push(cost);
        points.push(ChartPoint {
            short: name.clone(),
            title: name,
            aside: vec![format::usd(cost), share.clone()],
            values: Ok(vec![format::usd_exact(cost), share]),
            href: String::new(),
        });
    }
    ChartView::Ready(ChartData {
        label: t(msg!("Spend by model")),
        row_label: t(msg!("Model")),
        kind: Kind::HorizontalBars,
        whole: false,
        anchor: Anchor::First,
        series: vec![Series { name: t(msg!("Spend")), color: Color::Series(0), values }],
        figures: vec![t(msg!("Share"))],
        points,
        note: String::new(),
    })
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use model::key_days::KeyDay;

    use super::*;

    #[test]
    fn models_beyond_the_first_five_are_one_bar() {
        let cost = (1..=8).rev().map(|number| (format!("m{number}"), f64::from(number))).collect();
        let ChartView::Ready(data) = by_model(&KeyDays { days: Vec::new(), cost }) else { panic!("a chart") };
        let names: Vec<&str> = data.points.iter().map(|point| point.title.as_str()).collect();
        assert_eq!(names, ["m8", "m7", "m6", "m5", "m4", "All others"]);
        assert_eq!(data.series[0].values.last(), Some(&6.0));
    }

    #[test]
    fn a_key_without_calls_has_days_and_no_models() {
        let days = KeyDays { days: vec![KeyDay::default(); 30], cost: Vec::new() };
        let ChartView::Ready(data) = by_day(&days) else { panic!("a chart") };
        assert_eq!((data.points.len(), data.note.as_str()), (30, "Nothing was spent in this range"));
        assert!(matches!(by_model(&days), ChartView::Instead(_)));
        assert!(!total(&days).contains("failed"));
    }
}
