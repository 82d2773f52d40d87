//! A column chart: the drawing, its labels, what the pointer or the arrow keys point at, and the numbers as a table.

use leptos::{html::Div, prelude::*};
use model::{
    chart::{Align, Drawing},
    language::tf,
    msg,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{KeyboardEvent, MouseEvent, ResizeObserver};

use super::still_region;
use crate::{
    format,
    markup::{Markup, html},
    store::Store,
};

/// One column in words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChartPoint {
    /// Under the axis.
    pub short: String,
    /// At the head of the tooltip and of the table's row.
    pub title: String,
    /// One for each series, as in the legend.
    pub values: Vec<String>,
}

/// A series: its name and the CSS class that gives its colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Legend {
    pub label: String,
    pub class: &'static str,
}

/// What a chart shows at one width.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// What it is called.
    pub label: String,
    pub legend: Vec<Legend>,
    /// Of the first column of the table.
    pub row_label: String,
    pub points: Vec<ChartPoint>,
    pub drawing: Drawing,
}

#[derive(Default)]
struct State {
    shown: Shown,
    /// The column that is pointed at.
    active: Option<usize>,
}

/// `show` is given the width in pixels and asked again when it, or what it reads, changes.
/// Time runs from left to right in every language.
pub fn chart(show: impl Fn(u32) -> Shown + 'static, write: fn(f64) -> String) -> AnyView {
    let place: NodeRef<Div> = NodeRef::new();
    let state = Store::new(State::default());
    let width = Store::new(0_u32);
    watch_width(place, width);

    let drawing = still_region("gw-chart-parts", move || {
        let width = width.with(|width| *width);
        let shown = if width > 0 { show(width) } else { Shown::default() };
        let markup = parts(&shown, write);
        state.update(|state| state.shown = shown);
        markup
    });
    let tip = still_region("", move || state.with(tooltip));
    let said = still_region("screen-reader-text", move || state.with(in_words));
    let list = still_region("", move || state.with(|state| below(&state.shown)));
    let label = move || {
        let chart = state.with(|state| state.shown.label.clone());
        tf(msg!("{chart}. Use the arrow keys to read the values."), &[("chart", &chart)])
    };

    let on_key = move |event: KeyboardEvent| {
        let to = state.with_untracked(|state| key_to(&event.key(), state.active, state.shown.points.len()));
        if let Some(to) = to {
            event.prevent_default();
            state.update(|state| state.active = to);
        }
    };
    let on_move = move |event: MouseEvent| {
        let Some(place) = place.get_untracked() else { return };
        let rect = place.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0) * 100.0;
        let to = state.with_untracked(|state| {
            state.shown.drawing.bands.iter().position(|(left, width)| share >= *left && share < left + width)
        });
        point(state, to);
    };
    view! {
        <figure class="gw-chart" dir="ltr">
            <div
                class="gw-chart-main"
                role="application"
                tabindex="0"
                aria-label=label
                on:keydown=on_key
                on:mousemove=on_move
                on:mouseleave=move |_| point(state, None)
                on:blur=move |_| point(state, None)
            >
                {drawing}
                <div class="gw-chart-over" node_ref=place>{tip}</div>
            </div>
            <div aria-live="polite">{said}</div>
            {list}
        </figure>
    }
    .into_any()
}

fn point(state: Store<State>, to: Option<usize>) {
    if state.with_untracked(|state| state.active != to) {
        state.update(|state| state.active = to);
    }
}

/// Where a key moves from the active column; none for keys that are not ours.
fn key_to(key: &str, active: Option<usize>, points: usize) -> Option<Option<usize>> {
    let last = points.checked_sub(1)?;
    Some(match (key, active) {
        ("ArrowLeft", at) => Some(at.map_or(last, |at| at.saturating_sub(1))),
        ("ArrowRight", at) => Some(at.map_or(0, |at| (at + 1).min(last))),
        ("Home", _) => Some(0),
        ("End", _) => Some(last),
        ("Escape", _) => None,
        _ => return None,
    })
}

/// The labels of both axes around the plot.
fn parts(shown: &Shown, write: fn(f64) -> String) -> Markup {
    let labels: Vec<(f64, String)> = shown.drawing.y_labels.iter().map(|(top, value)| (*top, write(*value))).collect();
    // The widest label, unseen, gives the axis its width.
    let widest = labels.iter().map(|(_, text)| text.as_str()).max_by_key(|text| text.len()).unwrap_or_default();
    html! {
        div.gw-chart-y aria-hidden="true" {
            @for (top, text) in &labels { span style={ "top:" (percent(*top)) } { (text) } }
            b.gw-chart-widest { (widest) }
        }
        div.gw-chart-plot { (Markup::svg(&shown.drawing.svg)) }
        div.gw-chart-x aria-hidden="true" {
            @for label in &shown.drawing.x_labels {
                @if let Some(point) = shown.points.get(label.index) {
                    span class=(at_class(label.align)) style={ "left:" (percent(label.at)) } { (point.short) }
                }
            }
        }
    }
}

fn at_class(align: Align) -> &'static str {
    match align {
        Align::Start => "gw-at-start",
        Align::Middle => "gw-at-middle",
        Align::End => "gw-at-end",
    }
}

/// The legend for the eye, and the numbers as a table for everybody else.
fn below(shown: &Shown) -> Markup {
    html! {
        div.gw-legend aria-hidden="true" {
            @for series in &shown.legend {
                span.gw-legend-item { span class={ "gw-swatch " (series.class) } {} (series.label) }
            }
        }
        table.screen-reader-text {
            caption { (shown.label) }
            thead { tr { th scope="col" { (shown.row_label) } @for series in &shown.legend { th scope="col" { (series.label) } } } }
            tbody {
                @for point in &shown.points {
                    tr { th scope="row" { (point.title) } @for value in &point.values { td { (value) } } }
                }
            }
        }
    }
}

/// Beside the column: to its right in the left half of the chart, else to its left.
fn tooltip(state: &State) -> Markup {
    let at = state.active.and_then(|at| Some((state.shown.points.get(at)?, state.shown.drawing.bands.get(at)?)));
    let Some((point, (left, width))) = at else { return Markup::default() };
    let middle = left + width / 2.0;
    let side = if middle < 50.0 { "gw-tooltip gw-tooltip-right" } else { "gw-tooltip gw-tooltip-left" };
    html! {
        div.gw-chart-band style={ "left:" (percent(*left)) ";width:" (percent(*width)) } {}
        div class=(side) style={ "left:" (percent(middle)) } aria-hidden="true" {
            span.gw-tooltip-title { (point.title) }
            @for (series, value) in state.shown.legend.iter().zip(&point.values) {
                span.gw-tooltip-row { span class={ "gw-swatch " (series.class) } {} span { (series.label) } strong { (value) } }
            }
        }
    }
}

fn in_words(state: &State) -> Markup {
    let Some(point) = state.active.and_then(|at| state.shown.points.get(at)) else { return Markup::default() };
    let pair = |name: &str, value: &str| tf(msg!("{name}: {value}"), &[("name", name), ("value", value)]);
    let values: Vec<String> =
        state.shown.legend.iter().zip(&point.values).map(|(series, value)| pair(&series.label, value)).collect();
    html! { (pair(&point.title, &format::list(&values))) }
}

/// For a style, to a thousandth.
fn percent(value: f64) -> String {
    let thousandths = (value * 1000.0).round() as i64;
    [&(thousandths / 1000).to_string(), ".", &(1000 + thousandths % 1000).to_string()[1..], "%"].concat()
}

/// Keeps the width of an element, in whole pixels, up to date.
fn watch_width(element: NodeRef<Div>, width: Store<u32>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let measured = element.clone();
        let on_resize = Closure::<dyn Fn()>::new(move || {
            let now = u32::try_from(measured.client_width()).unwrap_or(0);
            if width.with_untracked(|known| *known != now) {
                width.update(|known| *known = now);
            }
        });
        let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let keep = StoredValue::new_local((observer, on_resize));
        on_cleanup(move || {
            keep.try_update_value(|(observer, _)| observer.disconnect());
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_three_places() {
        assert_eq!(percent(0.0), "0.000%");
        assert_eq!(percent(7.142857), "7.143%");
        assert_eq!(percent(100.0), "100.000%");
    }
}
