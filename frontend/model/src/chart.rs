//! Charts as SVG text, drawn by plotters' SVG backend, and where their labels go.
//!
//! Convention: the SVG is the plot area and nothing else; it stretches to its box. Text is not drawn: labels are HTML, placed by the
//! percentages given here (from the left and from the top), so that they can be selected, translated and written in any direction.
//! plotters rounds to whole units, so that there are `SCALE` units to a pixel.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::{RGBAColor, ShapeStyle};

/// Units of the drawing to a CSS pixel.
const SCALE: i32 = 4;

/// What is above this is drawn as this; beyond it whole numbers are no longer exact.
const LARGEST: f64 = 1e15;

/// What is below this is drawn as nothing.
const SMALLEST: f64 = 1e-12;

/// CSS colours, such as `var(--gw-accent)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette<'a> {
    pub primary: &'a str,
    pub failed: &'a str,
    pub grid: &'a str,
}

/// CSS pixels. The drawing stretches to other sizes; this decides how many labels and grid lines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// In units, at least a pixel and at most 16384 of them.
    fn units(self) -> (i32, i32) {
        let units = |px: u32| px.clamp(1, 16_384) as i32 * SCALE;
        (units(self.width), units(self.height))
    }
}

/// One column of the trend, in requests.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bar {
    pub succeeded: f64,
    pub failed: f64,
}

/// Which column surely has a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// For hours: 0, 3, 6, …
    First,
    /// For days: today, and back from it.
    Last,
}

/// A chart of columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawing {
    pub svg: String,
    /// The centre of a column in percent from the left, and the column's index.
    pub x_labels: Vec<(f64, usize)>,
    /// A grid line in percent from the top, and its value. Bottom first.
    pub y_labels: Vec<(f64, f64)>,
    /// Left edge and width in percent of what belongs to each column, for the pointer.
    pub bands: Vec<(f64, f64)>,
}

/// A chart of horizontal bars.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Grows to the right; mirror it where the text runs to the left.
    pub svg: String,
    /// A grid line in percent from the left, and its value. Zero first.
    pub x_labels: Vec<(f64, f64)>,
    /// Top edge and height in percent of what belongs to each bar.
    pub bands: Vec<(f64, f64)>,
    /// Where each bar ends, in percent from the left.
    pub ends: Vec<f64>,
}

/// Requests by day or hour: a column each, the successful ones below, the failed ones on top.
/// `label_width` is the room that a label on the x axis needs, in pixels.
pub fn request_trend(bars: &[Bar], size: Size, label_width: u32, anchor: Anchor, palette: &Palette) -> Drawing {
    let (width, height) = size.units();
    let bars: Vec<Bar> =
        bars.iter().map(|bar| Bar { succeeded: drawable(bar.succeeded), failed: drawable(bar.failed) }).collect();
    let max = bars.iter().map(|bar| bar.succeeded + bar.failed).fold(0.0, f64::max);
    let values = ticks(max, (size.height / 45).clamp(2, 5), true);
    let top = values.last().copied().unwrap_or(0.0);

    let mut text = String::new();
    let mut canvas = Canvas::new(&mut text, size);
    let lines: Vec<f64> = if top > 0.0 { values.iter().map(|v| v / top).collect() } else { CALM_GRID.to_vec() };
    for line in &lines {
        canvas.grid_across(*line);
    }
    for (index, bar) in bars.iter().enumerate() {
        let (left, right) = band(index, bars.len(), width);
        let (left, right) = inner(left, right, 0.72, 44);
        let (succeeded, failed) = stack(bar, top, height);
        canvas.rect((left, height - succeeded), (right, height), Paint::Primary);
        canvas.rect((left, height - succeeded - failed), (right, height - succeeded), Paint::Failed);
    }
    canvas.finish();

    Drawing {
        svg: framed(&text, size, palette, true),
        x_labels: label_indices(bars.len(), size.width, label_width, anchor)
            .into_iter()
            .map(|index| ((index as f64 + 0.5) / bars.len() as f64 * 100.0, index))
            .collect(),
        y_labels: values.iter().map(|v| (if top > 0.0 { (1.0 - v / top) * 100.0 } else { 100.0 }, *v)).collect(),
        bands: bands(bars.len()),
    }
}

/// Amounts as horizontal bars, from the top, in the order given.
pub fn cost_by_model(values: &[f64], size: Size, palette: &Palette) -> Rows {
    let (width, height) = size.units();
    let values: Vec<f64> = values.iter().map(|value| drawable(*value)).collect();
    let max = values.iter().copied().fold(0.0, f64::max);
    let grid = ticks(max, (size.width / 90).clamp(2, 6), false);
    let top = grid.last().copied().unwrap_or(0.0);

    let mut text = String::new();
    let mut canvas = Canvas::new(&mut text, size);
    let lines: Vec<f64> = if top > 0.0 { grid.iter().map(|v| v / top).collect() } else { CALM_GRID.to_vec() };
    for line in &lines {
        canvas.grid_down(*line);
    }
    let lengths: Vec<i32> = values.iter().map(|value| visible(*value, top, width)).collect();
    for (index, length) in lengths.iter().enumerate() {
        let (upper, lower) = band(index, values.len(), height);
        let (upper, lower) = inner(upper, lower, 0.6, 20);
        canvas.rect((0, upper), (*length, lower), Paint::Primary);
    }
    canvas.finish();

    Rows {
        svg: framed(&text, size, palette, true),
        x_labels: grid.iter().map(|v| (if top > 0.0 { v / top * 100.0 } else { 0.0 }, *v)).collect(),
        bands: bands(values.len()),
        ends: lengths.iter().map(|length| f64::from(*length) / f64::from(width) * 100.0).collect(),
    }
}

/// A line over an area, from the first value at the left to the last at the right; zero is at the bottom. No axes.
pub fn sparkline(values: &[f64], size: Size, palette: &Palette) -> String {
    let (width, height) = size.units();
    let values: Vec<f64> = values.iter().map(|value| drawable(*value)).collect();
    let max = values.iter().copied().fold(0.0, f64::max);
    // Room for half of the line's width, so that it is not cut at the edges.
    let margin = (SCALE * 3 / 2).min(height / 4);
    let y = |value: f64| height - margin - length(value, max, height - 2 * margin);
    let x = |index: usize| (index as f64 / (values.len() - 1) as f64 * f64::from(width)).round() as i32;

    let points: Vec<(i32, i32)> = match values.as_slice() {
        [] => Vec::new(),
        [only] => vec![(0, y(*only)), (width, y(*only))],
        _ => values.iter().enumerate().map(|(index, value)| (x(index), y(*value))).collect(),
    };
    let mut text = String::new();
    let mut canvas = Canvas::new(&mut text, size);
    canvas.area_and_line(&points);
    canvas.finish();
    framed(&text, size, palette, false)
}

/// Values for grid lines: from 0 in steps of 1, 2 or 5 times a power of ten to the first that is not below `max`;
/// at most `most` steps. With `whole`, whole numbers only. `[0]` when there is nothing to show.
pub fn ticks(max: f64, most: u32, whole: bool) -> Vec<f64> {
    let max = drawable(max);
    let most = most.max(1);
    if max == 0.0 {
        return vec![0.0];
    }
    // The step is `digit * unit / divisor`; dividing by a power of ten gives 0.3, multiplying by 0.1 gives 0.30000000000000004.
    let (mut unit, mut divisor) = (1.0_f64, 1.0_f64);
    let wanted = max / f64::from(most);
    while unit * 10.0 <= wanted {
        unit *= 10.0;
    }
    while !whole && 1.0 / divisor > wanted {
        divisor *= 10.0;
    }
    let fits = |digit: f64| digit * unit / divisor * f64::from(most) >= max * (1.0 - 1e-9);
    let digit = [1.0, 2.0, 5.0].into_iter().find(|digit| fits(*digit)).unwrap_or(10.0);

    let mut values = vec![0.0];
    for i in 1..=most {
        let value = f64::from(i) * digit * unit / divisor;
        values.push(value);
        if value >= max * (1.0 - 1e-9) {
            break;
        }
    }
    values
}

/// Where grid lines are, as shares of the height, when there are no values.
const CALM_GRID: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// A number that can be drawn: finite, not negative, neither too small nor too large.
fn drawable(value: f64) -> f64 {
    if value.is_finite() && value > SMALLEST { value.min(LARGEST) } else { 0.0 }
}

/// `value` in units, where `top` is `room` units long.
fn length(value: f64, top: f64, room: i32) -> i32 {
    if top > 0.0 { ((value / top * f64::from(room)).round() as i32).clamp(0, room) } else { 0 }
}

/// The same, but what is more than nothing is seen: it has at least a pixel.
fn visible(value: f64, top: f64, room: i32) -> i32 {
    if value > 0.0 { length(value, top, room).max(SCALE).min(room) } else { 0 }
}

/// The heights of the two parts of a column in units. A few failures among many calls are still seen.
fn stack(bar: &Bar, top: f64, height: i32) -> (i32, i32) {
    let failed = visible(bar.failed, top, height);
    let total = length(bar.succeeded + bar.failed, top, height);
    let succeeded = if bar.succeeded > 0.0 { (total - failed).max(SCALE) } else { 0 };
    (succeeded.min(height - failed), failed)
}

/// The start and end of the `index`th of `count` equal parts of `room` units.
fn band(index: usize, count: usize, room: i32) -> (i32, i32) {
    let edge = |index: usize| (index as i64 * i64::from(room) / count.max(1) as i64) as i32;
    (edge(index), edge(index + 1))
}

/// The middle of a band: a share of it, at least a pixel and at most `most` pixels thick, but never more than the band.
fn inner(start: i32, end: i32, share: f64, most: i32) -> (i32, i32) {
    let room = end - start;
    let thick = ((f64::from(room) * share) as i32).min(most * SCALE).max(SCALE).min(room);
    let start = start + (room - thick) / 2;
    (start, start + thick)
}

fn bands(count: usize) -> Vec<(f64, f64)> {
    let width = 100.0 / count.max(1) as f64;
    (0..count).map(|index| (index as f64 * width, width)).collect()
}

/// Which of `count` columns have a label: as many as fit, at equal distances. Counted from the first, the distance
/// divides a day of hours.
fn label_indices(count: usize, width: u32, label_width: u32, anchor: Anchor) -> Vec<usize> {
    if count == 0 {
        return Vec::new();
    }
    // The smallest distance at which neighbours do not touch.
    let least = (label_width as usize * count).div_ceil(width.max(1) as usize).max(1);
    let step = match anchor {
        Anchor::First => [1, 2, 3, 4, 6, 12, 24].into_iter().find(|step| *step >= least).unwrap_or(least),
        Anchor::Last => least,
    };
    let first = match anchor {
        Anchor::First => 0,
        Anchor::Last => (count - 1) % step,
    };
    (first..count).step_by(step).collect()
}

/// What is drawn, by what the palette calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    Primary,
    Failed,
    Grid,
}

impl Paint {
    /// plotters knows only RGB, and CSS variables are none: each paint is drawn in a colour that stands for it
    /// and is replaced in the text. No other colour is ever drawn.
    fn stand_in(self) -> (u8, u8, u8) {
        match self {
            Paint::Primary => (1, 1, 1),
            Paint::Failed => (2, 2, 2),
            Paint::Grid => (3, 3, 3),
        }
    }

    fn written(self) -> &'static str {
        match self {
            Paint::Primary => "\"#010101\"",
            Paint::Failed => "\"#020202\"",
            Paint::Grid => "\"#030303\"",
        }
    }
}

/// How something is drawn. The width is in CSS pixels, as lines do not stretch with the drawing.
fn pen(paint: Paint, alpha: f64, width: u32) -> ShapeStyle {
    let (r, g, b) = paint.stand_in();
    ShapeStyle { color: RGBAColor(r, g, b, alpha), filled: true, stroke_width: width }
}

/// Draws into text, which cannot fail, so that plotters' results say nothing.
struct Canvas<'a> {
    width: i32,
    height: i32,
    backend: SVGBackend<'a>,
}

impl<'a> Canvas<'a> {
    fn new(text: &'a mut String, size: Size) -> Self {
        let (width, height) = size.units();
        Canvas { width, height, backend: SVGBackend::with_string(text, (width as u32, height as u32)) }
    }

    fn rect(&mut self, upper_left: (i32, i32), lower_right: (i32, i32), paint: Paint) {
        if lower_right.0 > upper_left.0 && lower_right.1 > upper_left.1 {
            self.backend.draw_rect(upper_left, lower_right, &pen(paint, 1.0, 0), true).ok();
        }
    }

    /// A grid line at a share of the height, counted from the bottom.
    fn grid_across(&mut self, share: f64) {
        let y = inside(self.height - length(share, 1.0, self.height), self.height);
        self.backend.draw_line((0, y), (self.width, y), &pen(Paint::Grid, 1.0, 1)).ok();
    }

    /// A grid line at a share of the width, counted from the left.
    fn grid_down(&mut self, share: f64) {
        let x = inside(length(share, 1.0, self.width), self.width);
        self.backend.draw_line((x, 0), (x, self.height), &pen(Paint::Grid, 1.0, 1)).ok();
    }

    fn area_and_line(&mut self, points: &[(i32, i32)]) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let mut area = points.to_vec();
        area.extend([(last.0, self.height), (first.0, self.height)]);
        self.backend.fill_polygon(area, &pen(Paint::Primary, 0.125, 0)).ok();
        self.backend.draw_path(points.iter().copied(), &pen(Paint::Primary, 1.0, 2)).ok();
    }

    /// Closes what plotters has opened.
    fn finish(mut self) {
        self.backend.present().ok();
    }
}

/// What plotters wrote, within an `<svg>` of our own and in the palette's colours.
/// `crisp`: edges fall on whole pixels of the screen.
fn framed(drawn: &str, size: Size, palette: &Palette, crisp: bool) -> String {
    let (width, height) = size.units();
    let body = drawn.split_once(">\n").and_then(|(_, rest)| rest.rsplit_once("</svg>")).map_or("", |(body, _)| body);
    let mut body = body
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" stroke-width=", " vector-effect=\"non-scaling-stroke\" stroke-width=");
    for (paint, css) in
        [(Paint::Primary, palette.primary), (Paint::Failed, palette.failed), (Paint::Grid, palette.grid)]
    {
        body = body.replace(paint.written(), &attribute(css));
    }
    [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ",
        &width.to_string(),
        " ",
        &height.to_string(),
        "\" width=\"100%\" height=\"100%\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\" ",
        if crisp { "shape-rendering=\"crispEdges\">" } else { "stroke-linejoin=\"round\">" },
        &body,
        "</svg>",
    ]
    .concat()
}

/// Moves a line at the edge of the drawing half a pixel inside, where all of it is seen.
fn inside(at: i32, room: i32) -> i32 {
    at.clamp(SCALE / 2, (room - SCALE / 2).max(SCALE / 2))
}

/// A quoted attribute.
fn attribute(css: &str) -> String {
    ["\"", &css.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"), "\""].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PALETTE: Palette =
        Palette { primary: "var(--gw-accent)", failed: "var(--gw-failed)", grid: "var(--gw-grid)" };
    const SIZE: Size = Size { width: 600, height: 240 };

    fn bar(succeeded: f64, failed: f64) -> Bar {
        Bar { succeeded, failed }
    }

    fn trend(bars: &[Bar]) -> Drawing {
        request_trend(bars, SIZE, 60, Anchor::Last, &PALETTE)
    }

    /// A number among the attributes of an element.
    fn read(element: &str, name: &str) -> i32 {
        let start = format!(" {name}=\"");
        let rest = element.split_once(&start).map_or("", |(_, rest)| rest);
        rest.split('"').next().and_then(|text| text.parse().ok()).unwrap_or(i32::MIN)
    }

    /// `(x, y, width, height)` of the rectangles of a colour, in units.
    fn rects(svg: &str, css: &str) -> Vec<(i32, i32, i32, i32)> {
        let fill = format!("fill=\"{css}\"");
        svg.split('<')
            .filter(|element| element.starts_with("rect ") && element.contains(&fill))
            .map(|r| (read(r, "x"), read(r, "y"), read(r, "width"), read(r, "height")))
            .collect()
    }

    /// Whatever was given, the text is SVG with whole numbers, and in the palette's colours only.
    fn assert_sound(svg: &str) {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
        assert_eq!(svg.matches("<svg").count(), 1, "{svg}");
        for odd in ["NaN", "inf", "#0", "rgb", "=\"-", ",-", "--1", "script"] {
            assert!(!svg.contains(odd), "{odd} in {svg}");
        }
        let power =
            svg.as_bytes().windows(2).find(|pair| pair[0].is_ascii_digit() && pair[1].eq_ignore_ascii_case(&b'e'));
        assert_eq!(power, None, "{svg}");
        assert!(svg.contains("aria-hidden=\"true\"") && svg.contains("focusable=\"false\""), "{svg}");
    }

    fn assert_ticks(max: f64, most: u32, whole: bool, expected: &[f64]) {
        assert_eq!(ticks(max, most, whole), expected, "up to {max} in {most} steps, whole: {whole}");
    }

    #[test]
    fn ticks_are_round_and_cover_the_largest_value() {
        assert_ticks(0.0, 5, true, &[0.0]);
        assert_ticks(-3.0, 5, true, &[0.0]);
        assert_ticks(f64::NAN, 5, false, &[0.0]);
        assert_ticks(f64::INFINITY, 5, false, &[0.0]);
        assert_ticks(1.0, 5, true, &[0.0, 1.0]);
        assert_ticks(3.0, 5, true, &[0.0, 1.0, 2.0, 3.0]);
        assert_ticks(5.0, 5, true, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_ticks(6.0, 5, true, &[0.0, 2.0, 4.0, 6.0]);
        assert_ticks(11.0, 5, true, &[0.0, 5.0, 10.0, 15.0]);
        assert_ticks(100.0, 5, true, &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_ticks(101.0, 5, true, &[0.0, 50.0, 100.0, 150.0]);
        assert_ticks(12_345.0, 4, true, &[0.0, 5_000.0, 10_000.0, 15_000.0]);
        assert_ticks(1.0, 5, false, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_ticks(0.3, 3, false, &[0.0, 0.1, 0.2, 0.3]);
        assert_ticks(0.000_34, 4, false, &[0.0, 0.000_1, 0.000_2, 0.000_3, 0.000_4]);
        assert_ticks(9.0, 1, false, &[0.0, 10.0]);
    }

    #[test]
    fn ticks_hold_for_any_size_and_number() {
        for exponent in -11..=15 {
            for digits in [1.0, 1.01, 1.99, 2.5, 3.33, 4.999, 5.0, 7.7, 9.99] {
                let max = digits * 10_f64.powi(exponent);
                for most in 1..=6 {
                    let values = ticks(max, most, false);
                    let last = values.last().copied().unwrap_or(-1.0);
                    assert!(last >= max.min(LARGEST) * (1.0 - 1e-9), "{values:?} cover {max}");
                    assert!(values.len() as u32 <= most + 1 && values.len() >= 2, "{values:?} for {most} steps");
                    assert!(last <= max * 11.0, "{values:?} leave {max} at the bottom");
                    assert!(ticks(max, most, true).iter().all(|value| value.fract() == 0.0));
                }
            }
        }
    }

    #[test]
    fn columns_are_stacked_in_proportion() {
        let drawing = trend(&[bar(60.0, 40.0), bar(30.0, 20.0), bar(50.0, 0.0)]);
        assert_sound(&drawing.svg);
        let heights = |css| rects(&drawing.svg, css).iter().map(|r| r.3).collect::<Vec<_>>();
        assert_eq!(heights(PALETTE.primary), [576, 288, 480]);
        assert_eq!(heights(PALETTE.failed), [384, 192]);
        let (below, above) = (rects(&drawing.svg, PALETTE.primary)[0], rects(&drawing.svg, PALETTE.failed)[0]);
        assert_eq!(below.1 + below.3, 960, "a column stands on the bottom");
        assert_eq!(above.1 + above.3, below.1, "the failed part stands on the successful one");
        assert_eq!((above.0, above.2), (below.0, below.2), "both are as wide");
    }

    #[test]
    fn columns_stay_inside_their_bands() {
        for count in [1, 2, 7, 24, 30, 365, 1_000] {
            let drawing = trend(&vec![bar(1.0, 1.0); count]);
            assert_eq!(drawing.bands.len(), count);
            for (index, r) in rects(&drawing.svg, PALETTE.primary).iter().enumerate() {
                let (left, width) = drawing.bands[index];
                // To the unit: a band's edge is rounded down.
                assert!(f64::from(r.0) >= left * 24.0 - 1.0, "{count} columns, {index}: {r:?}");
                assert!(f64::from(r.0 + r.2) <= (left + width) * 24.0 + 1.0, "{count} columns, {index}: {r:?}");
                assert!(r.1 >= 0 && r.1 + r.3 <= 960, "{count} columns, {index}: {r:?}");
            }
        }
    }

    #[test]
    fn a_few_failures_among_many_calls_are_seen() {
        let drawing = trend(&[bar(1_000_000.0, 1.0), bar(1.0, 1_000_000.0)]);
        assert_eq!(rects(&drawing.svg, PALETTE.failed)[0].3, SCALE);
        assert_eq!(rects(&drawing.svg, PALETTE.primary)[1].3, SCALE);
        for (succeeded, failed) in [(1e6, 1.0), (1.0, 1e6), (0.0, 5.0), (5.0, 0.0), (1.0, 1.0)] {
            let top = succeeded + failed;
            let (low, high) = stack(&bar(succeeded, failed), top, 960);
            assert_eq!(low + high, 960, "{succeeded} and {failed} fill the height");
        }
    }

    #[test]
    fn the_grid_has_a_line_for_each_label() {
        let drawing = trend(&[bar(10.0, 0.0)]);
        let values: Vec<f64> = drawing.y_labels.iter().map(|(_, value)| *value).collect();
        assert_eq!(values, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        for (percent, value) in &drawing.y_labels {
            assert!((percent - (100.0 - value * 10.0)).abs() < 1e-9);
        }
        assert_eq!(drawing.svg.matches("<line ").count(), drawing.y_labels.len());
        assert_eq!(drawing.svg.matches("non-scaling-stroke").count(), drawing.y_labels.len());
    }

    #[test]
    fn nothing_gives_a_calm_empty_grid() {
        for bars in [&[][..], &[Bar::default(); 7][..]] {
            let drawing = trend(bars);
            assert_sound(&drawing.svg);
            assert_eq!(drawing.svg.matches("<line ").count(), 5);
            assert_eq!(drawing.svg.matches("<rect ").count(), 0);
            assert_eq!(drawing.y_labels, [(100.0, 0.0)]);
            assert_eq!(drawing.bands.len(), bars.len());
        }
    }

    fn assert_labels(count: usize, width: u32, label_width: u32, anchor: Anchor, expected: &[usize]) {
        let found = label_indices(count, width, label_width, anchor);
        assert_eq!(found, expected, "{count} columns in {width} px");
    }

    #[test]
    fn as_many_labels_as_fit() {
        assert_labels(0, 600, 60, Anchor::Last, &[]);
        assert_labels(1, 600, 60, Anchor::Last, &[0]);
        assert_labels(7, 600, 60, Anchor::Last, &[0, 1, 2, 3, 4, 5, 6]);
        assert_labels(7, 300, 60, Anchor::Last, &[0, 2, 4, 6]);
        assert_labels(30, 600, 60, Anchor::Last, &[2, 5, 8, 11, 14, 17, 20, 23, 26, 29]);
        assert_labels(24, 600, 60, Anchor::First, &[0, 3, 6, 9, 12, 15, 18, 21]);
        assert_labels(24, 300, 60, Anchor::First, &[0, 6, 12, 18]);
        assert_labels(24, 10, 60, Anchor::First, &[0]);
        assert_labels(7, 0, 60, Anchor::Last, &[6]);
        assert_labels(3, 600, 0, Anchor::First, &[0, 1, 2]);
    }

    #[test]
    fn labels_are_at_the_centres_of_their_columns() {
        let drawing = trend(&[bar(1.0, 0.0), bar(2.0, 0.0)]);
        assert_eq!(drawing.x_labels, [(25.0, 0), (75.0, 1)]);
        assert_eq!(drawing.bands, [(0.0, 50.0), (50.0, 50.0)]);
    }

    #[test]
    fn bars_are_as_long_as_their_amounts() {
        let rows = cost_by_model(&[4.0, 2.0, 0.0, 0.000_001], SIZE, &PALETTE);
        assert_sound(&rows.svg);
        let found: Vec<i32> = rects(&rows.svg, PALETTE.primary).iter().map(|r| r.2).collect();
        assert_eq!(found, [2400, 1200, SCALE], "nothing has no bar, and next to nothing a pixel");
        assert_eq!(rows.ends, [100.0, 50.0, 0.0, f64::from(SCALE) / 2400.0 * 100.0]);
        assert_eq!(rows.bands, [(0.0, 25.0), (25.0, 25.0), (50.0, 25.0), (75.0, 25.0)]);
        assert_eq!(rows.x_labels.first(), Some(&(0.0, 0.0)));
        assert_eq!(rows.x_labels.last(), Some(&(100.0, 4.0)));
    }

    #[test]
    fn no_amounts_give_a_grid() {
        for values in [&[][..], &[0.0, 0.0][..]] {
            let rows = cost_by_model(values, SIZE, &PALETTE);
            assert_sound(&rows.svg);
            assert_eq!(rows.x_labels, [(0.0, 0.0)]);
            assert_eq!(rows.svg.matches("<line ").count(), 5);
        }
    }

    /// The points of the line, in units.
    fn line(values: &[f64]) -> Vec<(i32, i32)> {
        let svg = sparkline(values, Size { width: 100, height: 25 }, &PALETTE);
        assert_sound(&svg);
        let element = svg.split("<polyline ").nth(1).unwrap_or("");
        let points = element.split_once("points=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap_or(""));
        points
            .split_whitespace()
            .filter_map(|point| point.split_once(','))
            .map(|(x, y)| (x.parse().unwrap_or(-1), y.parse().unwrap_or(-1)))
            .collect()
    }

    #[test]
    fn a_sparkline_runs_from_edge_to_edge() {
        assert_eq!(line(&[0.0, 1.0, 0.5]), [(0, 94), (200, 6), (400, 50)]);
        assert_eq!(line(&[5.0]), [(0, 6), (400, 6)]);
        assert_eq!(line(&[0.0]), [(0, 94), (400, 94)]);
        assert_eq!(line(&[0.0, 0.0]), [(0, 94), (400, 94)]);
        assert_eq!(line(&[]), []);
        assert_eq!(line(&[f64::NAN, -5.0, 2.0, f64::INFINITY]), [(0, 94), (133, 94), (267, 6), (400, 94)]);
    }

    #[test]
    fn no_number_breaks_a_chart() {
        let odd =
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, f64::MIN_POSITIVE, 1e-9, 1e15, 1e300, f64::MAX];
        for a in odd {
            for b in odd {
                for size in [
                    SIZE,
                    Size { width: 0, height: 0 },
                    Size { width: 1, height: 1 },
                    Size { width: u32::MAX, height: u32::MAX },
                ] {
                    let drawing =
                        request_trend(&[bar(a, b), bar(b, a), bar(1.0, 1.0)], size, 60, Anchor::First, &PALETTE);
                    assert_sound(&drawing.svg);
                    assert!(
                        drawing
                            .y_labels
                            .iter()
                            .all(|(percent, value)| (0.0..=100.0).contains(percent) && value.is_finite())
                    );
                    let rows = cost_by_model(&[a, b], size, &PALETTE);
                    assert_sound(&rows.svg);
                    assert!(rows.ends.iter().all(|percent| (0.0..=100.0).contains(percent)));
                    assert_sound(&sparkline(&[a, b, a], size, &PALETTE));
                }
            }
        }
    }

    #[test]
    fn a_colour_cannot_leave_its_attribute() {
        let palette = Palette { primary: "red\"/><script>", ..PALETTE };
        let svg = sparkline(&[1.0, 2.0], SIZE, &palette);
        assert!(!svg.contains("<script"), "{svg}");
    }
}
