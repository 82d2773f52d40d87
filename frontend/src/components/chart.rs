//! A column chart: the drawing, its labels, what the pointer or the arrow keys point at, and the numbers as a table.

use leptos::{html::Div, prelude::*};
use model::chart::Drawing;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{KeyboardEvent, MouseEvent, ResizeObserver};

use crate::{format, i18n::tf};

/// One column in words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChartPoint {
    /// Under the axis.
    pub short: String,
    /// At the head of the tooltip and of the table's row.
    pub title: String,
    /// One for each series, as in `legend`.
    pub values: Vec<String>,
}

/// A series: its name and the CSS class that gives its colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Legend {
    pub label: String,
    pub class: &'static str,
}

/// `draw` is given the width in pixels and draws again when it changes. Time runs from left to right in every language.
#[component]
pub fn Chart(
    #[prop(into)] label: String,
    #[prop(into)] points: Signal<Vec<ChartPoint>>,
    legend: Vec<Legend>,
    /// Of the first column of the table.
    #[prop(into)] row_label: String,
    draw: Callback<u32, Drawing>,
    /// Writes the numbers beside the grid lines.
    write: fn(f64) -> String,
) -> impl IntoView {
    let plot: NodeRef<Div> = NodeRef::new();
    let width = use_width(plot);
    let drawing = Memo::new(move |_| if width.get() > 0 { draw.run(width.get()) } else { Drawing::default() });
    let active: RwSignal<Option<usize>> = RwSignal::new(None);
    let legend = StoredValue::new(legend);

    let on_key = move |event: KeyboardEvent| {
        let last = points.with(Vec::len).checked_sub(1);
        let Some(last) = last else { return };
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
        let plot = plot.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - plot.left()) / plot.width().max(1.0) * 100.0;
        active.set(drawing.with(|drawing| drawing.bands.iter().position(|(left, width)| share >= *left && share < left + width)));
    };

    let said = move || {
        let point = active.get().and_then(|at| points.with(|points| points.get(at).cloned()))?;
        let values: Vec<String> = legend.with_value(|legend| {
            legend.iter().zip(&point.values).map(|(series, value)| tf("{name}: {value}", &[("name", &series.label), ("value", value)])).collect()
        });
        Some(tf("{name}: {value}", &[("name", &point.title), ("value", &format::list(&values))]))
    };

    view! {
        <figure class="gw-chart" dir="ltr">
            <div class="gw-chart-main">
                <div class="gw-chart-y" aria-hidden="true">
                    {move || drawing.with(|drawing| drawing.y_labels.iter().map(|(top, value)| view! {
                        <span style:top=format!("{top}%")>{write(*value)}</span>
                    }).collect_view())}
                </div>
                <div
                    node_ref=plot
                    class="gw-chart-plot"
                    role="img"
                    tabindex="0"
                    aria-label=tf("{chart}. Use the arrow keys to read the values.", &[("chart", &label)])
                    on:keydown=on_key
                    on:mousemove=on_move
                    on:mouseleave=move |_| active.set(None)
                    on:blur=move |_| active.set(None)
                >
                    <div class="gw-chart-svg" inner_html=move || drawing.with(|drawing| drawing.svg.clone())></div>
                    {move || {
                        let at = active.get()?;
                        let (left, width) = drawing.with(|drawing| drawing.bands.get(at).copied())?;
                        let point = points.with(|points| points.get(at).cloned())?;
                        Some(view! {
                            <div class="gw-chart-band" style:left=format!("{left}%") style:width=format!("{width}%")></div>
                            <Tooltip point=point legend=legend left=left + width / 2.0 />
                        })
                    }}
                </div>
                <div class="gw-chart-x" aria-hidden="true">
                    {move || points.with(|points| drawing.with(|drawing| drawing.x_labels.iter().filter_map(|(left, index)| {
                        let text = points.get(*index)?.short.clone();
                        Some(view! { <span style:left=format!("{left}%")>{text}</span> })
                    }).collect_view()))}
                </div>
            </div>
            <div class="gw-legend" aria-hidden="true">
                {legend.with_value(|legend| legend.iter().map(|series| view! {
                    <span class="gw-legend-item"><span class=format!("gw-swatch {}", series.class)></span>{series.label.clone()}</span>
                }).collect_view())}
            </div>
            <p class="screen-reader-text" aria-live="polite">{said}</p>
            <table class="screen-reader-text">
                <caption>{label.clone()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{row_label}</th>
                        {legend.with_value(|legend| legend.iter().map(|series| view! { <th scope="col">{series.label.clone()}</th> }).collect_view())}
                    </tr>
                </thead>
                <tbody>
                    {move || points.with(|points| points.iter().map(|point| view! {
                        <tr>
                            <th scope="row">{point.title.clone()}</th>
                            {point.values.iter().map(|value| view! { <td>{value.clone()}</td> }).collect_view()}
                        </tr>
                    }).collect_view())}
                </tbody>
            </table>
        </figure>
    }
}

/// Beside the column: to its right in the left half of the chart, else to its left.
#[component]
fn Tooltip(point: ChartPoint, legend: StoredValue<Vec<Legend>>, left: f64) -> impl IntoView {
    let side = if left < 50.0 { "gw-tooltip gw-tooltip-right" } else { "gw-tooltip gw-tooltip-left" };
    let rows = legend.with_value(|legend| {
        legend.iter().zip(point.values).map(|(series, value)| view! {
            <span class="gw-tooltip-row">
                <span class=format!("gw-swatch {}", series.class)></span>
                <span>{series.label.clone()}</span>
                <strong>{value}</strong>
            </span>
        }).collect_view()
    });
    view! {
        <div class=side style:left=format!("{left}%") aria-hidden="true">
            <span class="gw-tooltip-title">{point.title}</span>
            {rows}
        </div>
    }
}

/// The width of an element in whole pixels; 0 until it is on screen.
fn use_width(element: NodeRef<Div>) -> Signal<u32> {
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
    width.into()
}
