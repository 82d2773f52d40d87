//! A column chart: the drawing, its labels, what the pointer or the arrow keys point at, and the numbers as a table.

use leptos::{html::Div, prelude::*};
use model::chart::Drawing;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{KeyboardEvent, MouseEvent, ResizeObserver};

use super::slot;
use crate::{
    format,
    i18n::tf,
    markup::{Html, html},
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
    watch_width(place, width.clone());

    let drawn = state.clone();
    let drawing = slot("gw-chart-parts", move || {
        let width = width.read(|width| *width);
        let shown = if width > 0 { show(width) } else { Shown::default() };
        let html = parts(&shown, write);
        drawn.change(|state| state.shown = shown);
        html
    });
    let (tipped, told, named, listed) = (state.clone(), state.clone(), state.clone(), state.clone());
    let tip = slot("", move || tipped.read(tooltip));
    let said = slot("screen-reader-text", move || told.read(in_words));
    let list = slot("", move || listed.read(|state| below(&state.shown)));
    let label = move || {
        let chart = named.read(|state| state.shown.label.clone());
        tf(msg!("{chart}. Use the arrow keys to read the values."), &[("chart", &chart)])
    };

    let on_key = {
        let state = state.clone();
        move |event: KeyboardEvent| {
            if let Some(to) = state.peek(|state| key_to(&event.key(), state.active, state.shown.points.len())) {
                event.prevent_default();
                state.change(|state| state.active = to);
            }
        }
    };
    let on_move = {
        let state = state.clone();
        move |event: MouseEvent| {
            let Some(place) = place.get_untracked() else { return };
            let rect = place.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0) * 100.0;
            let to = state.peek(|state| {
                state.shown.drawing.bands.iter().position(|(left, width)| share >= *left && share < left + width)
            });
            point(&state, to);
        }
    };
    let on_leave = {
        let state = state.clone();
        move |_| point(&state, None)
    };
    let on_blur = move |_| point(&state, None);
    view! {
        <figure class="gw-chart" dir="ltr">
            <div class="gw-chart-main" role="application" tabindex="0" aria-label=label on:keydown=on_key on:mousemove=on_move on:mouseleave=on_leave on:blur=on_blur>
                {drawing.view()}
                <div class="gw-chart-over" node_ref=place>{tip.view()}</div>
            </div>
            <div aria-live="polite">{said.view()}</div>
            {list.view()}
        </figure>
    }
    .into_any()
}

fn point(state: &Store<State>, to: Option<usize>) {
    if state.peek(|state| state.active != to) {
        state.change(|state| state.active = to);
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
fn parts(shown: &Shown, write: fn(f64) -> String) -> String {
    let mut h = Html::new();
    h.raw(r#"<div class="gw-chart-y" aria-hidden="true">"#);
    // The widest label, unseen, gives the axis its width.
    let mut widest = String::new();
    for (top, value) in &shown.drawing.y_labels {
        let text = write(*value);
        html!(h, r#"<span style="top:"# {percent(*top)} "\">" {text} "</span>");
        if text.len() > widest.len() {
            widest = text;
        }
    }
    html!(h, r#"<b class="gw-chart-widest">"# {widest} r#"</b></div><div class="gw-chart-plot">"#);
    h.drawing(&shown.drawing.svg).raw(r#"</div><div class="gw-chart-x" aria-hidden="true">"#);
    for (left, index) in &shown.drawing.x_labels {
        if let Some(point) = shown.points.get(*index) {
            html!(h, r#"<span style="left:"# {percent(*left)} "\">" {point.short} "</span>");
        }
    }
    h.raw("</div>");
    h.finish()
}

/// The legend for the eye, and the numbers as a table for everybody else.
fn below(shown: &Shown) -> String {
    let mut h = Html::new();
    h.raw(r#"<div class="gw-legend" aria-hidden="true">"#);
    for series in &shown.legend {
        html!(h, r#"<span class="gw-legend-item"><span class="gw-swatch "# {series.class} r#""></span>"# {series.label} "</span>");
    }
    html!(h, r#"</div><table class="screen-reader-text"><caption>"# {shown.label} r#"</caption><thead><tr><th scope="col">"# {shown.row_label} "</th>");
    for series in &shown.legend {
        html!(h, r#"<th scope="col">"# {series.label} "</th>");
    }
    h.raw("</tr></thead><tbody>");
    for point in &shown.points {
        html!(h, r#"<tr><th scope="row">"# {point.title} "</th>");
        for value in &point.values {
            html!(h, "<td>" {value} "</td>");
        }
        h.raw("</tr>");
    }
    h.raw("</tbody></table>");
    h.finish()
}

/// Beside the column: to its right in the left half of the chart, else to its left.
fn tooltip(state: &State) -> String {
    let mut h = Html::new();
    let Some(at) = state.active else { return h.finish() };
    let (Some(point), Some((left, width))) = (state.shown.points.get(at), state.shown.drawing.bands.get(at)) else {
        return h.finish();
    };
    let middle = left + width / 2.0;
    let side = if middle < 50.0 { "gw-tooltip gw-tooltip-right" } else { "gw-tooltip gw-tooltip-left" };
    html!(h, r#"<div class="gw-chart-band" style="left:"# {percent(*left)} ";width:" {percent(*width)} r#""></div><div class=""# {side}
        r#"" style="left:"# {percent(middle)} r#"" aria-hidden="true"><span class="gw-tooltip-title">"# {point.title} "</span>");
    for (series, value) in state.shown.legend.iter().zip(&point.values) {
        html!(h, r#"<span class="gw-tooltip-row"><span class="gw-swatch "# {series.class} r#""></span><span>"# {series.label} "</span><strong>" {value} "</strong></span>");
    }
    h.raw("</div>");
    h.finish()
}

fn in_words(state: &State) -> String {
    let mut h = Html::new();
    let Some(point) = state.active.and_then(|at| state.shown.points.get(at)) else { return h.finish() };
    let mut values = Vec::new();
    for (series, value) in state.shown.legend.iter().zip(&point.values) {
        values.push(tf(msg!("{name}: {value}"), &[("name", &series.label), ("value", value)]));
    }
    html!(h, { tf(msg!("{name}: {value}"), &[("name", &point.title), ("value", &format::list(&values))]) });
    h.finish()
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
        let (measured, width) = (element.clone(), width.clone());
        let on_resize = Closure::<dyn Fn()>::new(move || {
            let now = u32::try_from(measured.client_width()).unwrap_or(0);
            if width.peek(|known| *known != now) {
                width.change(|known| *known = now);
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
