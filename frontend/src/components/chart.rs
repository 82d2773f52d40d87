//! A chart with all that belongs to it: labels, what the pointer and the arrow keys read, a legend that switches series on
//! and off, and the numbers as a table. A page says what its data are.
//!
//! Time, like every axis, runs from left to right in every language.

use leptos::{html::Div, prelude::*};
use model::{
    chart::{Align, Anchor, Chart, Color, Drawing, Kind, Series, Size},
    language::{t, tf},
    msg,
    text::Msg,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, ResizeObserver};

use super::{region, skeleton_rows, still_region};
use crate::{action::actions, effect::watch, format, markup::*, store::Store};

/// As in the style sheet.
const HEIGHT_PX: u32 = 220;
const ROW_PX: u32 = 44;

/// The room of a label under the axis.
const LABEL_PX: u32 = 64;

/// One category in words.
#[derive(Debug, Clone)]
pub struct ChartPoint {
    /// Under the axis; of a horizontal bar: the name at its start.
    pub short: String,
    /// At the head of the tooltip and of the table's row.
    pub title: String,
    /// One for each series, then one for each figure; or why there are none.
    pub values: Result<Vec<String>, Msg>,
    /// What stands at the end of a horizontal bar, the most important first.
    pub aside: Vec<String>,
    /// Where it leads; empty: nowhere.
    pub href: String,
}

/// What a chart shows.
#[derive(Debug, Clone, Default)]
pub struct ChartData {
    /// What it is called, with the range that it is about.
    pub label: String,
    /// Of the first column of the table.
    pub row_label: String,
    pub kind: Kind,
    /// The values are counts.
    pub whole: bool,
    pub anchor: Anchor,
    /// What is missing is not a number there.
    pub series: Vec<Series>,
    /// What is told beside the series, such as their total.
    pub figures: Vec<String>,
    pub points: Vec<ChartPoint>,
    /// Over the plot, where it would else be misread: that all is zero.
    pub note: String,
}

pub enum ChartView {
    /// Grey, and without an axis: it would say that there was nothing.
    Loading(Kind),
    /// What is said where there is nothing to draw.
    Instead(Markup),
    Ready(ChartData),
}

/// What is on the screen at one width.
struct Drawn {
    view: ChartView,
    /// Which series are shown.
    on: Vec<bool>,
    drawing: Drawing,
}

impl Drawn {
    /// Where the category is now that stood at this place before.
    fn place_of(&self, before: &Drawn, at: usize) -> Option<usize> {
        let title = &before.data()?.points.get(at)?.title;
        self.data()?.points.iter().position(|point| point.title == *title)
    }

    fn new(view: ChartView, width: u32, off: &[String]) -> Drawn {
        let ChartView::Ready(data) = &view else {
            return Drawn { view, on: Vec::new(), drawing: Drawing::default() };
        };
        let mut on: Vec<bool> = data.series.iter().map(|series| !off.contains(&series.name)).collect();
        if !on.contains(&true) {
            // Those that were left are gone from the data.
            on.fill(true);
        }
        let mut shown = data.series.clone();
        for (series, on) in shown.iter_mut().zip(&on) {
            if !on {
                series.values.fill(f64::NAN);
            }
        }
        let height = if data.kind == Kind::HorizontalBars { data.points.len() as u32 * ROW_PX } else { HEIGHT_PX };
        let drawing = if width == 0 {
            Drawing::default()
        } else {
            let size = Size { width, height };
            let ChartData { kind, whole, anchor, .. } = *data;
            Chart { kind, series: &shown, size, whole, label_width: LABEL_PX, anchor }.draw()
        };
        Drawn { on, drawing, view }
    }

    fn data(&self) -> Option<&ChartData> {
        if let ChartView::Ready(data) = &self.view { Some(data) } else { None }
    }

    fn is_lying(&self) -> bool {
        self.data().is_some_and(|data| data.kind == Kind::HorizontalBars)
    }
}

/// The category that is pointed at.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Active {
    at: Option<usize>,
    /// By the keyboard: it is read aloud.
    by_key: bool,
}

actions! {
    enum ChartAction {
        /// Switches the series of this name.
        Series(String) = "series",
    }
}

/// `show` is called again when what it reads changes; `write` is for the axis.
pub fn chart(show: impl Fn() -> ChartView + 'static, write: fn(f64) -> String) -> AnyView {
    plain_chart(Box::new(show), write)
}

/// The same, of one type for all.
pub fn plain_chart(show: Box<dyn Fn() -> ChartView>, write: fn(f64) -> String) -> AnyView {
    let place: NodeRef<Div> = NodeRef::new();
    let width = Store::new(0_u32);
    let off = Store::new(Vec::<String>::new());
    let drawn = Store::new(Drawn::new(ChartView::Loading(Kind::Bars), 0, &[]));
    let active = Store::new(Active::default());
    watch_width(place, width);
    watch(move || {
        let next = Drawn::new(show(), width.with(|width| *width), &off.with(Vec::clone));
        // The pointer points at a place, the keyboard at a thing: that may stand elsewhere now.
        let now = active.with_untracked(|active| *active);
        let at = drawn.with_untracked(|drawn| now.at.and_then(|at| next.place_of(drawn, at)));
        drawn.update(|drawn| *drawn = next);
        if now.by_key && now.at != at {
            active.update(|active| active.at = at);
        }
    });

    let parts = still_region("gw-chart-parts", move || drawn.with(|drawn| parts(drawn, write)));
    let tip = still_region("", move || {
        active.with(|active| drawn.with(|drawn| html! { (links(drawn)) (tooltip(drawn, *active)) }))
    });
    let said =
        still_region("screen-reader-text", move || active.with(|active| drawn.with(|drawn| in_words(drawn, *active))));
    let legend = region(
        "gw-legend",
        move || drawn.with(legend),
        move |ChartAction::Series(name)| {
            off.update(|off| match off.iter().position(|known| *known == name) {
                Some(index) => drop(off.remove(index)),
                None => off.push(name),
            });
        },
    );
    let below = still_region("", move || drawn.with(below));
    let label = move || {
        let (chart, leads) = drawn.with(|drawn| match drawn.data() {
            Some(data) => (data.label.clone(), data.points.iter().any(|point| !point.href.is_empty())),
            None => (String::new(), false),
        });
        let sentence = if leads {
            msg!("{chart}. Use the arrow keys to read the values, and Enter to see what is behind one.")
        } else {
            msg!("{chart}. Use the arrow keys to read the values.")
        };
        tf(sentence, &[("chart", &chart)])
    };
    let lying = move || drawn.with(Drawn::is_lying);
    let class = move || if lying() { "gw-chart-main gw-chart-lying" } else { "gw-chart-main" };

    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            if let (Some(place), Some(at)) = (place.get_untracked(), active.with_untracked(|active| active.at)) {
                follow(&place, at);
            }
            return;
        }
        let to = drawn.with_untracked(|drawn| {
            let points = drawn.data().map_or(0, |data| data.points.len());
            key_to(&event.key(), active.with_untracked(|active| active.at), points, drawn.is_lying())
        });
        if let Some(at) = to {
            event.prevent_default();
            active.update(|active| *active = Active { at, by_key: true });
        }
    };
    let on_move = move |event: MouseEvent| {
        let Some(place) = place.get_untracked() else { return };
        let rect = place.get_bounding_client_rect();
        let at = drawn.with_untracked(|drawn| {
            let share = if drawn.is_lying() {
                (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0)
            } else {
                (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0)
            };
            let inside = |(start, width): &(f64, f64)| (*start..start + width).contains(&(share * 100.0));
            drawn.drawing.bands.iter().position(inside)
        });
        point(active, at);
    };
    view! {
        <figure class="gw-chart">
            <div class=class hidden=move || drawn.with(|drawn| drawn.data().is_none())>
                {parts}
                <div
                    class="gw-chart-over"
                    node_ref=place
                    role="application"
                    tabindex="0"
                    aria-label=label
                    on:keydown=on_key
                    on:mousemove=on_move
                    on:mouseleave=move |_| point(active, None)
                    on:blur=move |_| point(active, None)
                >
                    {tip}
                </div>
            </div>
            <div aria-live="polite">{said}</div>
            {legend}
            {below}
        </figure>
    }
    .into_any()
}

/// As a click on it would.
fn follow(place: &Element, at: usize) {
    let link = place.query_selector(&["[data-at=\"", &at.to_string(), "\"]"].concat()).ok().flatten();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

/// By the pointer, or by going away.
fn point(active: Store<Active>, at: Option<usize>) {
    let next = Active { at, by_key: false };
    // The pointer and the keyboard leave also while the chart itself goes.
    if active.try_with_untracked(|active| active.at != at) == Some(true) {
        active.update(|active| *active = next);
    }
}

/// Where a key moves from the active category; none for keys that are not ours.
fn key_to(key: &str, active: Option<usize>, points: usize, lying: bool) -> Option<Option<usize>> {
    let last = points.checked_sub(1)?;
    let (back, on) = if lying { ("ArrowUp", "ArrowDown") } else { ("ArrowLeft", "ArrowRight") };
    match key {
        _ if key == back => Some(Some(active.map_or(last, |at| at.min(last).saturating_sub(1)))),
        _ if key == on => Some(Some(active.map_or(0, |at| (at + 1).min(last)))),
        "Home" => Some(Some(0)),
        "End" => Some(Some(last)),
        // Where nothing is open here, it closes what is around.
        "Escape" if active.is_some() => Some(None),
        _ => None,
    }
}

/// The drawing and its labels.
fn parts(drawn: &Drawn, write: fn(f64) -> String) -> Markup {
    let Some(data) = drawn.data() else { return Markup::default() };
    let svg = Markup::svg(&drawn.drawing.svg);
    if drawn.is_lying() {
        return html! {
            div.gw-chart-names aria-hidden="true" {
                @for point in &data.points {
                    span.gw-chart-name { (clipped(&point.short)) }
                    span.gw-chart-aside {
                        @for (index, text) in point.aside.iter().enumerate() {
                            span class=(if index == 0 { "" } else { "gw-minor" }) { (text) }
                        }
                    }
                }
            }
            div .gw-chart-plot .gw-mirror style={ "height:" ((data.points.len() as u32 * ROW_PX).to_string()) "px" } { (svg) }
        };
    }
    let values: Vec<(f64, String)> = drawn.drawing.y_labels.iter().map(|(top, value)| (*top, write(*value))).collect();
    // The widest label, unseen, gives the axis its width.
    let widest = values.iter().map(|(_, text)| text.as_str()).max_by_key(|text| text.len()).unwrap_or_default();
    let unknown: Vec<&(f64, f64)> = data
        .points
        .iter()
        .zip(&drawn.drawing.bands)
        .filter(|(point, _)| point.values.is_err())
        .map(|(_, band)| band)
        .collect();
    html! {
        div.gw-chart-y aria-hidden="true" {
            @for (top, text) in &values { span style={ "top:" (percent(*top)) } { (text) } }
            b.gw-chart-widest { (widest) }
        }
        div.gw-chart-plot {
            @for (left, width) in &unknown { span.gw-chart-unknown style={ "left:" (percent(*left)) ";width:" (percent(*width)) } {} }
            (svg)
            @if !data.note.is_empty() { p.gw-chart-note { (data.note) } }
        }
        div.gw-chart-x aria-hidden="true" {
            @for label in &drawn.drawing.x_labels {
                @if let Some(point) = data.points.get(label.index) {
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

/// How many characters of a long name are always seen at its end.
const TAIL: usize = 12;

/// A name on one line, of which the middle gives way: names of one family differ at their ends.
fn clipped(name: &str) -> Markup {
    let at = name.char_indices().rev().nth(TAIL - 1).map_or(0, |(at, _)| at);
    let (head, tail) = name.split_at(at);
    html! { bdi.gw-middle-clip { span { (head) } span { (tail) } } }
}

/// The series and figures of a category, with those that are switched off left out: name, colour, value.
fn rows<'a>(drawn: &'a Drawn, data: &'a ChartData, values: &'a [String]) -> Vec<(&'a str, Option<Color>, &'a str)> {
    let mut rows = Vec::new();
    let (of_series, of_figures) = values.split_at(data.series.len().min(values.len()));
    for ((series, value), on) in data.series.iter().zip(of_series).zip(&drawn.on) {
        if *on {
            rows.push((series.name.as_str(), Some(series.color), value.as_str()));
        }
    }
    for (name, value) in data.figures.iter().zip(of_figures) {
        rows.push((name, None, value));
    }
    rows
}

/// Over the categories that lead somewhere: for the pointer, with all that a browser does with a link. The keyboard comes to
/// them by the arrow keys.
fn links(drawn: &Drawn) -> Markup {
    let points = drawn.data().map_or(&[][..], |data| &data.points);
    let names = if drawn.is_lying() { ["top:", ";height:"] } else { ["left:", ";width:"] };
    html! {
        @for (at, (point, (start, width))) in points.iter().zip(&drawn.drawing.bands).enumerate() {
            @if !point.href.is_empty() {
                a.gw-chart-link href=(point.href) tabindex="-1" data-at=(at.to_string()) aria-label=(point.title)
                    style={ (names[0]) (percent(*start)) (names[1]) (percent(*width)) } {}
            }
        }
    }
}

/// Beside the category: at the side, or above or below, where there is more room.
fn tooltip(drawn: &Drawn, active: Active) -> Markup {
    let of = |data: &ChartData| {
        let at = active.at?;
        Some((data.points.get(at)?.clone(), *drawn.drawing.bands.get(at)?, at))
    };
    let Some((data, (point, (start, width), at))) = drawn.data().and_then(|data| Some((data, of(data)?))) else {
        return Markup::default();
    };
    let middle = start + width / 2.0;
    let (band, place, class) = match (drawn.is_lying(), middle < 50.0) {
        (false, true) => (["left:", ";width:"], ["left:", &percent(middle)], "gw-tooltip gw-tooltip-right"),
        (false, false) => (["left:", ";width:"], ["left:", &percent(middle)], "gw-tooltip gw-tooltip-left"),
        (true, true) => (["top:", ";height:"], ["top:", &percent(start + width)], "gw-tooltip gw-tooltip-below"),
        (true, false) => (["top:", ";height:"], ["top:", &percent(start)], "gw-tooltip gw-tooltip-above"),
    };
    let dots: Vec<Markup> = match data.kind {
        Kind::Lines | Kind::Areas => data
            .series
            .iter()
            .zip(&drawn.drawing.ends)
            .filter_map(|(series, ends)| Some((series, (*ends.get(at)?)?)))
            .map(|(series, end)| {
                let place = ["left:", &percent(middle), ";top:", &percent(100.0 - end)].concat();
                html! { span class={ "gw-chart-dot " (series.color.class()) } style=(place) {} }
            })
            .collect(),
        _ => Vec::new(),
    };
    html! {
        div.gw-chart-band style={ (band[0]) (percent(start)) (band[1]) (percent(width)) } {}
        (dots)
        div class=(class) dir="auto" style={ (place[0]) (place[1]) } aria-hidden="true" {
            bdi.gw-tooltip-title { (point.title) }
            @match &point.values {
                Err(why) => { span { (why) } }
                Ok(values) => {
                    @for (name, color, value) in rows(drawn, data, values) {
                        span.gw-tooltip-row {
                            span class={ "gw-swatch " (color.map_or("gw-swatch-none", Color::class)) } {}
                            span { (name) }
                            strong { (value) }
                        }
                    }
                }
            }
        }
    }
}

fn in_words(drawn: &Drawn, active: Active) -> Markup {
    let point = drawn.data().and_then(|data| Some((data, data.points.get(active.at.filter(|_| active.by_key)?)?)));
    let Some((data, point)) = point else { return Markup::default() };
    let pair = |name: &str, value: &str| tf(msg!("{name}: {value}"), &[("name", name), ("value", value)]);
    let values = match &point.values {
        Err(why) => t(*why),
        Ok(values) => {
            let values: Vec<String> =
                rows(drawn, data, values).iter().map(|(name, _, value)| pair(name, value)).collect();
            format::list(&values)
        }
    };
    html! { (pair(&point.title, &values)) }
}

/// One button a series; one of them stays.
fn legend(drawn: &Drawn) -> Markup {
    let Some(data) = drawn.data().filter(|data| data.series.len() > 1) else { return Markup::default() };
    let alone = drawn.on.iter().filter(|on| **on).count() == 1;
    html! {
        div.gw-legend-items role="group" aria-label=(msg!("Shown in the chart")) {
            @for (series, on) in data.series.iter().zip(&drawn.on) {
                button.gw-legend-item type="button" data-action=(ChartAction::Series(series.name.clone()))
                    aria-pressed=(truth(*on)) aria-disabled=(truth(alone && *on)) {
                    span class={ "gw-swatch " (series.color.class()) } {}
                    (series.name)
                }
            }
        }
    }
}

/// The numbers as a table; or what stands in the chart's place.
fn below(drawn: &Drawn) -> Markup {
    let data = match &drawn.view {
        ChartView::Ready(data) => data,
        ChartView::Instead(instead) => return html! { div.gw-chart-instead { (instead) } },
        ChartView::Loading(kind) => return skeleton(*kind),
    };
    let names = || data.series.iter().map(|series| &series.name).chain(&data.figures);
    let columns = data.series.len() + data.figures.len();
    // A table takes the room of its rows, whatever it is told, and the page would go on below its end.
    html! {
        div.screen-reader-text {
            table {
                caption { (data.label) }
                thead { tr { th scope="col" { (data.row_label) } @for name in names() { th scope="col" { (name) } } } }
                tbody {
                    @for point in &data.points {
                        tr {
                            th scope="row" { (point.title) }
                            @match &point.values {
                                Ok(values) => { @for value in values { td { (value) } } }
                                Err(why) => { td colspan=(columns.to_string()) { (why) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn skeleton(kind: Kind) -> Markup {
    html! {
        span.screen-reader-text { (msg!("Loading…")) }
        @if kind == Kind::HorizontalBars {
            (skeleton_rows(5))
        } @else {
            div.gw-chart-instead { div .gw-skeleton .gw-chart-skeleton aria-hidden="true" {} }
        }
    }
}

/// A small line without axes, for a figure that stands beside it. `label` says what it shows, of which period.
pub fn sparkline(values: &[f64], color: Color, label: &str) -> Markup {
    let series = [Series { name: String::new(), color, values: values.to_vec() }];
    let (kind, size) = (Kind::Sparkline, Size { width: 240, height: 40 });
    let drawing = Chart { kind, series: &series, size, whole: false, label_width: 0, anchor: Anchor::First }.draw();
    html! { div.gw-sparkline role="img" aria-label=(label) { (Markup::svg(&drawing.svg)) } }
}

/// For a style, to a thousandth.
fn percent(value: f64) -> String {
    let thousandths = (value * 1000.0).round() as i64;
    [&(thousandths / 1000).to_string(), ".", &(1000 + thousandths % 1000).to_string()[1..], "%"].concat()
}

/// Keeps the width of an element, in whole pixels, up to date.
fn watch_width(element: NodeRef<Div>, width: Store<u32>) {
    watch(move || {
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

    /// A refresh that changed the order led to another model than the tooltip had named.
    #[test]
    fn what_is_pointed_at_by_the_keyboard_is_a_thing_and_no_place() {
        let drawn = |order: &[usize]| {
            let all = data(Kind::HorizontalBars);
            let points = order.iter().map(|at| all.points[*at].clone()).collect();
            Drawn::new(ChartView::Ready(ChartData { points, ..all }), 0, &[])
        };
        let before = drawn(&[0, 1]);
        assert_eq!(drawn(&[1, 0]).place_of(&before, 0), Some(1));
        assert_eq!(drawn(&[1]).place_of(&before, 0), None);
        assert_eq!(drawn(&[0, 1]).place_of(&before, 7), None);
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    /// Two days, of which the second is not known.
    fn data(kind: Kind) -> ChartData {
        let series = |name: &str, color, value| Series { name: name.to_owned(), color, values: vec![value, f64::NAN] };
        let point = |title: &str, values| ChartPoint {
            short: title[..3].to_owned(),
            title: title.to_owned(),
            values,
            aside: Vec::new(),
            href: if title == "Monday" { "?day=1&x".to_owned() } else { String::new() },
        };
        ChartData {
            label: "Requests by day".to_owned(),
            row_label: "Day".to_owned(),
            kind,
            series: vec![series("Successful", Color::Series(0), 9.0), series("Failed", Color::Failed, 1.0)],
            figures: texts(&["Total", "Error rate"]),
            points: vec![
                point("Monday", Ok(texts(&["9", "1", "10", "10%"]))),
                point("Tuesday", Err(msg!("Not known"))),
            ],
            ..ChartData::default()
        }
    }

    fn drawn(kind: Kind, off: &[&str]) -> Drawn {
        Drawn::new(ChartView::Ready(data(kind)), 600, &texts(off))
    }

    fn at(index: usize) -> Active {
        Active { at: Some(index), by_key: true }
    }

    /// What can be read of it.
    fn read(markup: &Markup) -> String {
        let parts = markup.as_str().split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text).trim());
        parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_pointed_at_is_told_with_total_and_rate() {
        let drawn = drawn(Kind::StackedBars, &[]);
        assert_eq!(read(&tooltip(&drawn, at(0))), "Monday Successful 9 Failed 1 Total 10 Error rate 10%");
        assert_eq!(read(&in_words(&drawn, at(0))), "Monday: Successful: 9, Failed: 1, Total: 10, Error rate: 10%");
        assert_eq!(read(&tooltip(&drawn, at(1))), "Tuesday Not known");
        assert_eq!(read(&in_words(&drawn, at(1))), "Tuesday: Not known");
        for nothing in [Active::default(), at(2)] {
            assert_eq!(tooltip(&drawn, nothing), Markup::default());
            assert_eq!(in_words(&drawn, nothing), Markup::default());
        }
        let by_pointer = Active { at: Some(0), by_key: false };
        assert_eq!(in_words(&drawn, by_pointer), Markup::default(), "the pointer is not read aloud");
    }

    #[test]
    fn what_leads_somewhere_is_a_link_over_its_category() {
        let found = links(&drawn(Kind::StackedBars, &[]));
        assert_eq!(found.as_str().matches("<a ").count(), 1, "{found:?}");
        for part in [
            "href=\"?day=1&amp;x\"",
            "data-at=\"0\"",
            "aria-label=\"Monday\"",
            "tabindex=\"-1\"",
            "left:0.000%;width:50.000%",
        ] {
            assert!(found.as_str().contains(part), "{part}: {found:?}");
        }
        assert!(links(&drawn(Kind::HorizontalBars, &[])).as_str().contains("top:0.000%;height:50.000%"));
        assert_eq!(links(&Drawn::new(ChartView::Loading(Kind::Bars), 600, &[])), Markup::default());
    }

    #[test]
    fn a_series_that_is_switched_off_is_in_the_table_only() {
        let drawn = drawn(Kind::StackedBars, &["Failed"]);
        assert_eq!(read(&tooltip(&drawn, at(0))), "Monday Successful 9 Total 10 Error rate 10%");
        assert_eq!(drawn.drawing.ends[1], [None, None]);
        assert_eq!(drawn.drawing.y_labels.last().map(|(_, top)| *top), Some(10.0));
        assert!(read(&below(&drawn)).ends_with("Monday 9 1 10 10% Tuesday Not known"));
    }

    #[test]
    fn the_last_series_cannot_be_switched_off() {
        let states = |off: &[&str]| {
            let legend = legend(&drawn(Kind::StackedBars, off));
            let buttons = legend.as_str().split("<button").skip(1);
            buttons
                .map(|button| (button.contains("aria-pressed=\"true\""), button.contains("aria-disabled=\"true\"")))
                .collect::<Vec<_>>()
        };
        assert_eq!(states(&[]), [(true, false), (true, false)]);
        assert_eq!(states(&["Failed"]), [(true, true), (false, false)]);
        // Both are off where the one that was left is gone from the data since.
        assert_eq!(states(&["Failed", "Successful"]), [(true, false), (true, false)]);
    }

    #[test]
    fn what_is_awaited_or_failed_has_no_axis() {
        for view in [ChartView::Loading(Kind::StackedBars), ChartView::Instead(html! { p { "Not known" } })] {
            let drawn = Drawn::new(view, 600, &[]);
            assert_eq!(parts(&drawn, |value| value.to_string()), Markup::default());
            assert_eq!(legend(&drawn), Markup::default());
            assert!(!below(&drawn).as_str().contains("<table"));
        }
        let drawn = drawn(Kind::StackedBars, &[]);
        let parts = parts(&drawn, |value| value.to_string());
        assert_eq!(parts.as_str().matches("gw-chart-unknown").count(), 1, "a day that is not known is marked");
    }

    #[test]
    fn a_line_has_a_dot_at_each_value_that_is_known() {
        let drawn = drawn(Kind::Lines, &["Failed"]);
        let dots = |active| tooltip(&drawn, active).as_str().matches("gw-chart-dot").count();
        assert_eq!((dots(at(0)), dots(at(1))), (1, 0));
    }

    #[test]
    fn keys_move_along_the_categories_and_stop_at_the_ends() {
        for (lying, back, on) in [(false, "ArrowLeft", "ArrowRight"), (true, "ArrowUp", "ArrowDown")] {
            let to = |key, active| key_to(key, active, 3, lying);
            assert_eq!((to(on, None), to(back, None)), (Some(Some(0)), Some(Some(2))));
            assert_eq!((to(on, Some(0)), to(on, Some(2))), (Some(Some(1)), Some(Some(2))));
            assert_eq!((to(back, Some(2)), to(back, Some(0))), (Some(Some(1)), Some(Some(0))));
            assert_eq!(to(back, Some(7)), Some(Some(1)), "of more categories before");
            assert_eq!((to("Home", Some(1)), to("End", None)), (Some(Some(0)), Some(Some(2))));
            assert_eq!(to("Escape", Some(1)), Some(None));
            assert_eq!((to("Escape", None), to("Tab", Some(1)), to("a", None)), (None, None, None), "not ours");
            assert_eq!(key_to(on, None, 0, lying), None, "there is nothing to read");
        }
        assert_eq!((key_to("ArrowDown", None, 3, false), key_to("ArrowLeft", None, 3, true)), (None, None));
    }

    #[test]
    fn a_name_gives_way_in_its_middle() {
        for (name, head, tail) in [
            ("gpt-4o", "", "gpt-4o"),
            ("gpt-4o-mini-2026-07-18", "gpt-4o-min", "i-2026-07-18"),
            ("モデルモデルモデルモデルモデル", "モデル", "モデルモデルモデルモデル"),
            ("", "", ""),
        ] {
            let markup = clipped(name);
            assert!(markup.as_str().contains(&format!("<span>{head}</span><span>{tail}</span>")), "{markup:?}");
        }
    }
}
