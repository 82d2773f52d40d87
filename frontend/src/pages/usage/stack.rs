//! The largest models, keys, teams… and all others, by day or hour, on each other; of a single one beside each other.

use leptos::prelude::*;
use model::{
    chart::{Anchor, Color, Kind, Series},
    language::{t, tf},
    msg,
    route::{Grain, Unit},
    usage::fold::{self, Stacked, stack},
};

use super::{source::State, words};
use crate::{
    chunk,
    components::{ChartData, ChartPoint, ChartView, empty},
    format,
    markup::Markup,
    store::Store,
};

/// So many by name; an even number, so that the rest is told apart from the last.
const MOST: usize = 6;

pub fn chart(state: Store<State>) -> AnyView {
    // How an axis is written stays as it is for as long as there is a chart.
    let is_money = crate::effect::is(move || state.with(|state| state.route.unit == Unit::Cost));
    let drawing = move || {
        let write: fn(f64) -> String = if is_money.get() { format::usd } else { format::short };
        chunk::chart(move || state.with(view), write)
    };
    view! {
        <section class="gw-panel">
            <div class="gw-panel-head">
                <h2 class="gw-panel-title">{move || state.with(|state| t(words::title(state.route.by, state.route.unit)))}</h2>
            </div>
            <div class="gw-panel-body">{drawing}</div>
        </section>
    }
    .into_any()
}

fn view(state: &State) -> ChartView {
    let (shelf, periods) = state.shown();
    let (route, days) = (&state.route, periods.current);
    let kind = if days.len() == 1 { Kind::HorizontalBars } else { Kind::StackedBars };
    let any_known = days.iter().any(|day| fold::is_known(shelf, state.source(), day));
    if !any_known {
        let is_refused = state.trouble.is_some() || state.refused.is_some();
        if state.loading || !is_refused && !days.is_empty() {
            return ChartView::Loading(kind);
        }
        return instead(msg!("Nothing is known of this range"));
    }
    if state.usage.is_untold {
        return instead(words::untold(state));
    }
    let stacked = stack(shelf, route.by, days, route.unit, &state.usage, MOST);
    if stacked.is_empty() {
        return instead(match route.unit {
            Unit::Cost => msg!("Nothing was spent in this range"),
            Unit::Failed => msg!("No call of this range has failed"),
            _ => msg!("No calls in this range"),
        });
    }
    let name = |stacked: &Stacked| match stacked.line {
        Some(line) => words::name_of(route.by, &state.usage.lines[line]),
        None => t(msg!("All others")),
    };
    if kind == Kind::HorizontalBars {
        return lying(state, &stacked, &name);
    }
    let mut points = Vec::new();
    for (index, day) in days.iter().enumerate() {
        let ((short, title), mut total, mut values) = (words::bar(state, day), 0.0, Vec::new());
        for stacked in &stacked {
            total += stacked.values[index];
            values.push(words::write_exact(route.unit, stacked.values[index]));
        }
        values.push(words::write_exact(route.unit, total));
        let values = if total.is_nan() {
            Err(if state.loading { msg!("Loading…") } else { msg!("Not known") })
        } else {
            Ok(values)
        };
        points.push(ChartPoint { short, title, values, aside: Vec::new(), href: String::new() });
    }
    let mut series = Vec::new();
    for (index, stacked) in stacked.iter().enumerate() {
        let color = if stacked.line.is_some() { Color::Series(index) } else { Color::Other };
        series.push(Series { name: name(stacked), color, values: stacked.values.clone() });
    }
    let lines = stacked.iter().filter_map(|stacked| stacked.line);
    let ids: Vec<String> = lines.map(|line| words::name(route.by, &state.usage.lines[line].id, "")).collect();
    tell_apart(&mut series, &ids);
    ChartView::Ready(ChartData {
        label: t(words::title(route.by, route.unit)),
        row_label: t(if state.timed().is_some_and(|timed| timed.spans.grain == Grain::Hours) {
            msg!("Hour")
        } else {
            msg!("Day")
        }),
        kind,
        whole: route.unit != Unit::Cost,
        anchor: Anchor::Last,
        series,
        // A call with several tags is in several bars.
        figures: vec![t(if state.usage.overlaps { msg!("All of these") } else { msg!("Total") })],
        points,
        note: String::new(),
    })
}

/// The legend knows series by their names, and two keys may share one.
fn tell_apart(series: &mut [Series], ids: &[String]) {
    for index in 0..series.len() {
        let name = &series[index].name;
        let is_twin = series.iter().filter(|known| known.name == *name).count() > 1;
        if let Some(id) = ids.get(index).filter(|_| is_twin) {
            series[index].name = tf(msg!("{name} ({id})"), &[("name", name), ("id", id)]);
        }
    }
}

fn lying(state: &State, stacked: &[Stacked], name: &dyn Fn(&Stacked) -> String) -> ChartView {
    let unit = state.route.unit;
    let all: f64 = stacked.iter().map(|stacked| stacked.values[0]).sum();
    let (mut points, mut values) = (Vec::new(), Vec::new());
    for stacked in stacked {
        let (name, value) = (name(stacked), stacked.values[0]);
        let share = format::percent(if all > 0.0 { value / all } else { 0.0 });
        points.push(ChartPoint {
            short: name.clone(),
            title: name,
            aside: vec![words::write(unit, value), share.clone()],
            values: Ok(vec![words::write_exact(unit, value), share]),
            href: String::new(),
        });
        values.push(value);
    }
    ChartView::Ready(ChartData {
        label: t(words::title(state.route.by, unit)),
        row_label: t(words::dimension(state.route.by)),
        kind: Kind::HorizontalBars,
        whole: false,
        anchor: Anchor::First,
        series: vec![Series { name: t(words::unit(unit)), color: Color::Series(0), values }],
        figures: vec![t(msg!("Share"))],
        points,
        note: String::new(),
    })
}

fn instead(why: model::text::Msg) -> ChartView {
    ChartView::Instead(empty(&t(why), "", &Markup::default()))
}
