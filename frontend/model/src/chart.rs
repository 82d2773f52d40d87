//! Charts as SVG text, drawn by plotters' SVG backend, and where their labels go.
//!
//! Convention: the SVG is the plot area and nothing else; it stretches to its box. Text is not drawn: labels are HTML, placed by the
//! percentages given here (from the left and from the top), so that they can be selected, translated and written in any direction.
//! plotters rounds to whole units, so that there are `SCALE` units to a pixel.

mod canvas;
mod geometry;

use canvas::{Canvas, Paint, framed};
use geometry::{band, bands, drawable, inner, label_indices, length, stack, visible};

pub use geometry::ticks;

/// Units of the drawing to a CSS pixel.
const SCALE: i32 = 4;

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
        let (upper, lower) = inner(upper, lower, 0.25, 12);
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

/// Where grid lines are, as shares of the height, when there are no values.
const CALM_GRID: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

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
