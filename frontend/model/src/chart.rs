//! Charts as SVG, and where their labels go: one way to draw all kinds of them.
//!
//! Convention: the SVG is the plot area and nothing else; it stretches to its box. Text is not drawn: labels are HTML, placed by the
//! percentages given here (from the left and from the top), so that they can be selected, translated and written in any direction.
//! plotters rounds to whole units, so that there are `SCALE` units to a pixel.
//!
//! Values are counts, amounts and durations: what is below zero is drawn as zero, and what is no number is missing.

mod color;
mod geometry;
mod plot;
mod svg;
#[cfg(test)]
mod tests;

use plotters_backend::DrawingBackend;

use geometry::{bands, labels};
use plot::Plot;
use svg::{Backend, PLAIN};

pub use color::Color;
pub use geometry::{bins, ticks};
pub use svg::Svg;

/// Units of the drawing to a CSS pixel.
const SCALE: i32 = 4;

/// What a chart looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Columns; those of several series stand side by side.
    #[default]
    Bars,
    /// Columns; those of several series stand on each other, the first at the bottom.
    StackedBars,
    /// Horizontal bars from the top, the largest as long as the drawing is wide; several series follow each other.
    HorizontalBars,
    /// Columns that touch; each is a count of what lies between two edges.
    Histogram,
    Lines,
    /// Areas on each other, the first at the bottom.
    Areas,
    /// A line over an area from edge to edge, without axes.
    Sparkline,
}

/// One value for each category. What is not finite is missing: no bar, and a gap in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub name: String,
    pub color: Color,
    pub values: Vec<f64>,
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

/// Which category surely has a label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Anchor {
    /// For hours: 0, 3, 6, …
    #[default]
    First,
    /// For days: today, and back from it.
    Last,
}

/// What of a label is at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

/// A label under the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// In percent from the left.
    pub at: f64,
    pub align: Align,
    /// Of the category; of a histogram: of the edge, which are one more than the categories.
    pub index: usize,
}

#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    pub kind: Kind,
    pub series: &'a [Series],
    pub size: Size,
    /// Grid lines at whole numbers only.
    pub whole: bool,
    /// The room that a label under the axis needs, in pixels.
    pub label_width: u32,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawing {
    pub svg: Svg,
    /// Empty for horizontal bars and sparklines.
    pub x_labels: Vec<Label>,
    /// A grid line in percent from the top, and its value. Bottom first; empty for horizontal bars and sparklines.
    pub y_labels: Vec<(f64, f64)>,
    /// Start and width in percent of what belongs to each category, for the pointer: from the left, of horizontal bars from
    /// the top.
    pub bands: Vec<(f64, f64)>,
    /// By series and category, how far the value reaches, in percent from zero; none where it is missing.
    pub ends: Vec<Vec<Option<f64>>>,
}

/// Where grid lines are, as shares of the height, when there are no values.
const CALM_GRID: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

impl Chart<'_> {
    pub fn draw(&self) -> Drawing {
        let plot = Plot::new(self);
        let mut backend = Backend::new(self.size.units());
        let y_labels = self.grid(&plot, &mut backend);
        match self.kind {
            Kind::Lines | Kind::Areas | Kind::Sparkline => plot.lines(&mut backend),
            _ => plot.bars(&mut backend),
        }
        let (places, offset) = match self.kind {
            Kind::HorizontalBars | Kind::Sparkline => (0, 0.0),
            Kind::Histogram => (plot.count + 1, 0.0),
            _ => (plot.count, 0.5),
        };
        Drawing {
            svg: backend.finish(),
            x_labels: labels(places, plot.count, offset, self.size.width, self.label_width, self.anchor),
            y_labels,
            bands: bands(plot.count),
            ends: plot.ends(),
        }
    }

    /// Draws the lines and tells their values.
    fn grid(&self, plot: &Plot, backend: &mut Backend) -> Vec<(f64, f64)> {
        if matches!(self.kind, Kind::HorizontalBars | Kind::Sparkline) || plot.count == 0 {
            return Vec::new();
        }
        let (width, height) = self.size.units();
        let shares: Vec<f64> =
            if plot.top > 0.0 { plot.ticks.iter().map(|value| value / plot.top).collect() } else { CALM_GRID.to_vec() };
        backend.open("gw-grid", "");
        for share in &shares {
            // A line at the edge is moved half a pixel inside, where all of it is seen.
            let y = height - (share * f64::from(height)) as i32;
            let y = y.min(height - SCALE / 2).max(SCALE / 2);
            backend.draw_line((0, y), (width, y), &PLAIN).ok();
        }
        backend.close();
        plot.ticks.iter().zip(&shares).map(|(value, share)| ((1.0 - share) * 100.0, *value)).collect()
    }
}
