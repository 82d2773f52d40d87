//! A column chart: the drawing, its labels, what the pointer or the arrow keys point at, and the numbers as a table.

use leptos::{html::Div, prelude::*};
use model::chart::Drawing;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{KeyboardEvent, MouseEvent, ResizeObserver};

use super::Slot;
use crate::{
    format,
    i18n::tf,
    markup::{Html, html},
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
    pub label: String,
    /// Of the first column of the table.
    pub row_label: String,
    pub points: Vec<ChartPoint>,
    pub drawing: Drawing,
}

/// `show` is given the width in pixels and asked again when it, or what it reads, changes.
/// Time runs from left to right in every language.
#[component]
pub fn Chart(show: Callback<u32, Shown>, legend: Vec<Legend>, write: fn(f64) -> String) -> impl IntoView {
    let plot: NodeRef<Div> = NodeRef::new();
    let width = use_width(plot);
    let shown = Memo::new(move |_| if width.get() > 0 { show.run(width.get()) } else { Shown::default() });
    let active: RwSignal<Option<usize>> = RwSignal::new(None);
    let legend = StoredValue::new(legend);

    let on_key = move |event: KeyboardEvent| {
        let Some(last) = shown.with(|shown| shown.points.len().checked_sub(1)) else { return };
        let to = match (event.key().as_str(), active.get()) {
            ("ArrowLeft", at) => Some(at.map_or(last, |at| at.saturating_sub(1))),
            ("ArrowRight", at) => Some(at.map_or(0, |at| (at + 1).min(last))),
            ("Home", _) => Some(0),
            ("End", _) => Some(last),
            ("Escape", _) => None,
            _ => return,
        };
        event.prevent_default();
        active.set(to);
    };
    let on_move = move |event: MouseEvent| {
        let Some(plot) = plot.get() else { return };
        let rect = plot.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0) * 100.0;
        active.set(shown.with(|shown| shown.drawing.bands.iter().position(|(left, width)| share >= *left && share < left + width)));
    };
    let axes = Signal::derive(move || shown.with(|shown| axes(shown, write)));
    let svg = Signal::derive(move || shown.with(|shown| shown.drawing.svg.clone()));
    let tip = Signal::derive(move || match active.get() {
        Some(at) => shown.with(|shown| legend.with_value(|legend| tooltip(shown, legend, at))),
        None => String::new(),
    });
    let below = Signal::derive(move || shown.with(|shown| legend.with_value(|legend| legend_and_table(shown, legend))));
    let said = Signal::derive(move || active.get().map_or(String::new(), |at| shown.with(|shown| legend.with_value(|legend| in_words(shown, legend, at)))));
    let label = Signal::derive(move || tf("{chart}. Use the arrow keys to read the values.", &[("chart", &shown.with(|shown| shown.label.clone()))]));
    view! {
        <figure class="gw-chart" dir="ltr">
            <div class="gw-chart-main">
                <Slot class="gw-chart-axes" html=axes />
                <div
                    node_ref=plot
                    class="gw-chart-plot"
                    role="img"
                    tabindex="0"
                    aria-label=label
                    on:keydown=on_key
                    on:mousemove=on_move
                    on:mouseleave=move |_| active.set(None)
                    on:blur=move |_| active.set(None)
                >
                    <Slot class="gw-chart-svg" html=svg />
                    <Slot html=tip />
                </div>
            </div>
            <p class="screen-reader-text" aria-live="polite">{said}</p>
            <Slot html=below />
        </figure>
    }
}

/// The labels of both axes, placed around the plot by the stylesheet.
fn axes(shown: &Shown, write: fn(f64) -> String) -> String {
    let mut h = Html::new();
    h.raw(r#"<div class="gw-chart-y" aria-hidden="true">"#);
    // The widest label, unseen, gives the axis its width.
    let widest = shown.drawing.y_labels.iter().map(|(_, value)| write(*value)).max_by_key(|text| text.chars().count());
    html!(h, r#"<span class="gw-chart-widest">"# {widest.unwrap_or_default()} "</span>");
    for (top, value) in &shown.drawing.y_labels {
        html!(h, r#"<span style="top:"# {percent(*top)} "\">" {write(*value)} "</span>");
    }
    h.raw(r#"</div><div class="gw-chart-x" aria-hidden="true">"#);
    for (left, index) in &shown.drawing.x_labels {
        if let Some(point) = shown.points.get(*index) {
            html!(h, r#"<span style="left:"# {percent(*left)} "\">" {point.short} "</span>");
        }
    }
    h.raw("</div>");
    h.finish()
}

/// Beside the column: to its right in the left half of the chart, else to its left.
fn tooltip(shown: &Shown, legend: &[Legend], at: usize) -> String {
    let mut h = Html::new();
    let (Some(point), Some((left, width))) = (shown.points.get(at), shown.drawing.bands.get(at)) else { return h.finish() };
    let middle = left + width / 2.0;
    html!(h, r#"<div class="gw-chart-band" style="left:"# {percent(*left)} ";width:" {percent(*width)} r#""></div><div class=""#
        {if middle < 50.0 { "gw-tooltip gw-tooltip-right" } else { "gw-tooltip gw-tooltip-left" }}
        r#"" style="left:"# {percent(middle)} r#"" aria-hidden="true"><span class="gw-tooltip-title">"# {point.title} "</span>");
    for (series, value) in legend.iter().zip(&point.values) {
        html!(h, r#"<span class="gw-tooltip-row"><span class="gw-swatch "# {series.class} r#""></span><span>"# {series.label} "</span><strong>" {value} "</strong></span>");
    }
    h.raw("</div>");
    h.finish()
}

fn legend_and_table(shown: &Shown, legend: &[Legend]) -> String {
    let mut h = Html::new();
    h.raw(r#"<div class="gw-legend" aria-hidden="true">"#);
    for series in legend {
        html!(h, r#"<span class="gw-legend-item"><span class="gw-swatch "# {series.class} r#""></span>"# {series.label} "</span>");
    }
    html!(h, r#"</div><table class="screen-reader-text"><caption>"# {shown.label} r#"</caption><thead><tr><th scope="col">"# {shown.row_label} "</th>");
    for series in legend {
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

fn in_words(shown: &Shown, legend: &[Legend], at: usize) -> String {
    let Some(point) = shown.points.get(at) else { return String::new() };
    let mut values = Vec::new();
    for (series, value) in legend.iter().zip(&point.values) {
        values.push(tf("{name}: {value}", &[("name", &series.label), ("value", value)]));
    }
    tf("{name}: {value}", &[("name", &point.title), ("value", &format::list(&values))])
}

/// For a style, to a thousandth.
fn percent(value: f64) -> String {
    let thousandths = (value * 1000.0).round() as i64;
    [&(thousandths / 1000).to_string(), ".", &(1000 + thousandths % 1000).to_string()[1..], "%"].concat()
}

/// The width of an element in whole pixels; 0 until it is on screen.
fn use_width(element: NodeRef<Div>) -> RwSignal<u32> {
    let width = RwSignal::new(0_u32);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let measured = element.clone();
        let on_resize = Closure::<dyn Fn()>::new(move || {
            let now = u32::try_from(measured.client_width()).unwrap_or(0);
            if width.try_get_untracked().is_some_and(|known| known != now) {
                let _ = width.try_set(now);
            }
        });
        let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let keep = StoredValue::new_local((observer, on_resize));
        on_cleanup(move || {
            keep.try_update_value(|(observer, _)| observer.disconnect());
        });
    });
    width
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
