//! The marks of a chart: bars, lines and areas of one series after the other.

use plotters_backend::DrawingBackend;

use super::{
    Chart, Kind, SCALE, Series,
    geometry::{Axis, drawable, inner, ticks},
    svg::{Backend, PLAIN},
};

/// Start and end of a value in units from zero.
type Span = (i32, i32);

/// A chart while it is drawn.
pub(super) struct Plot<'a> {
    kind: Kind,
    series: &'a [Series],
    /// Of categories.
    pub count: usize,
    pub ticks: Vec<f64>,
    /// The value at the end of the axis; 0 when there is nothing to show.
    pub top: f64,
    categories: Axis,
    values: Axis,
    /// By category and series; none where a value is missing.
    spans: Vec<Vec<Option<Span>>>,
    size: (i32, i32),
    /// Free on both ends of the values, in units.
    margin: i32,
}

impl<'a> Plot<'a> {
    pub(super) fn new(chart: &Chart<'a>) -> Plot<'a> {
        let Chart { kind, series, size, .. } = *chart;
        let count = series.iter().map(|series| series.values.len()).fold(0, usize::max);
        let stacked = matches!(kind, Kind::StackedBars | Kind::HorizontalBars | Kind::Areas);
        let mut max = 0.0_f64;
        for category in 0..count {
            let mut all = 0.0;
            for value in amounts(series, category) {
                all = if stacked { all + value } else { value.max(all) };
            }
            max = max.max(all);
        }
        let ticks = ticks(max, (size.height / 45).clamp(2, 5), chart.whole);
        let top = match kind {
            Kind::HorizontalBars | Kind::Sparkline => max,
            _ => ticks.last().copied().unwrap_or(0.0),
        };
        let (width, height) = size.units();
        // Room for half of the line's width, so that it is not cut at the edges.
        let margin = if kind == Kind::Sparkline { (SCALE * 3 / 2).min(height / 4) } else { 0 };
        let (across, along) = if kind == Kind::HorizontalBars { (height, width) } else { (width, height - 2 * margin) };
        // Points are in the middle of their categories, but a sparkline runs from the first to the last one.
        let last = if kind == Kind::Sparkline { count.saturating_sub(1) } else { count };
        let (categories, values) = (Axis::new(last as f64, across), Axis::new(top, along));

        let mut spans = Vec::new();
        for category in 0..count {
            let amounts = amounts(series, category);
            let all: Vec<Span> = match kind {
                _ if stacked => values.stack(&amounts),
                Kind::Lines | Kind::Sparkline => amounts.iter().map(|amount| (0, values.at(*amount))).collect(),
                _ => amounts.iter().map(|amount| (0, values.visible(*amount))).collect(),
            };
            let there = |index: usize| series[index].values.get(category).is_some_and(|value| value.is_finite());
            spans.push(all.into_iter().enumerate().map(|(index, span)| there(index).then_some(span)).collect());
        }
        Plot { kind, series, count, ticks, top, categories, values, spans, size: (width, height), margin }
    }

    pub(super) fn bars(&self, backend: &mut Backend) {
        let (share, most) = match self.kind {
            Kind::HorizontalBars => (0.25, 12),
            Kind::Histogram => (1.0, i32::MAX / SCALE),
            _ => (0.72, 44),
        };
        for (index, series) in self.series.iter().enumerate() {
            backend.open("gw-bars ", series.color.class());
            for (first, end) in self.pixels() {
                let (from, to) = (self.categories.at(first as f64), self.categories.at(end as f64));
                let (mut from, mut to) = inner(from, to, share, most);
                if self.kind == Kind::Bars {
                    let (room, count) = (to - from, self.series.len() as i32);
                    (from, to) = (from + room * index as i32 / count, from + room * (index as i32 + 1) / count);
                }
                if self.kind == Kind::Histogram && to - from > 2 * SCALE {
                    to -= SCALE;
                }
                if let Some((low, high)) = self.spans[self.largest(first, end)][index]
                    && high > low
                    && to > from
                {
                    let (from, to) = match self.kind {
                        Kind::HorizontalBars => ((low, from), (high, to)),
                        _ => ((from, self.size.1 - high), (to, self.size.1 - low)),
                    };
                    backend.draw_rect(from, to, &PLAIN, true).ok();
                }
            }
            backend.close();
        }
    }

    pub(super) fn lines(&self, backend: &mut Backend) {
        for (index, series) in self.series.iter().enumerate() {
            let color = series.color.class();
            let runs = self.runs(index);
            if self.kind != Kind::Lines {
                backend.open(if self.kind == Kind::Areas { "gw-areas " } else { "gw-shade " }, color);
                for run in &runs {
                    let upper = run.iter().map(|(x, (_, high))| (*x, self.y(*high)));
                    let floor = |low| if self.kind == Kind::Areas { self.y(low) } else { self.size.1 };
                    let lower = run.iter().rev().map(|(x, (low, _))| (*x, floor(*low)));
                    backend.fill_polygon(upper.chain(lower), &PLAIN).ok();
                }
                backend.close();
            }
            if self.kind != Kind::Areas {
                backend.open("gw-lines ", color);
                for run in &runs {
                    backend.draw_path(run.iter().map(|(x, (_, high))| (*x, self.y(*high))), &PLAIN).ok();
                }
                backend.close();
            }
        }
    }

    fn y(&self, reach: i32) -> i32 {
        self.size.1 - self.margin - reach
    }

    /// The points of a line with their places, in pieces: it is broken where values are missing.
    fn runs(&self, series: usize) -> Vec<Vec<(i32, Span)>> {
        let mut runs = Vec::new();
        let mut run: Vec<(i32, Span)> = Vec::new();
        for category in self.sampled(series) {
            let x = self.categories.at(category as f64 + if self.kind == Kind::Sparkline { 0.0 } else { 0.5 });
            match self.spans[category][series] {
                Some(span) => run.push((x, span)),
                None => runs.push(std::mem::take(&mut run)),
            }
        }
        runs.push(run);
        runs.retain(|run| !run.is_empty());
        for run in &mut runs {
            // A point alone has no length, and would not be seen.
            if let [(x, span)] = run[..] {
                let half = if self.count == 1 && self.kind == Kind::Sparkline { self.size.0 } else { SCALE / 2 };
                *run = vec![((x - half).max(0), span), ((x + half).min(self.size.0), span)];
            }
        }
        runs
    }

    /// The categories that share a pixel: the first of them, and the one after the last.
    fn pixels(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let count = self.count;
        let step = count.div_ceil((self.categories.room / SCALE) as usize).max(1);
        (0..count).step_by(step).map(move |first| (first, (first + step).min(count)))
    }

    /// Which of the categories that share a pixel is drawn there: the one that reaches farthest.
    fn largest(&self, first: usize, end: usize) -> usize {
        let reach = |category: usize| self.spans[category].iter().flatten().map(|span| span.1).fold(0, i32::max);
        (first..end).fold(first, |best, next| if reach(next) > reach(best) { next } else { best })
    }

    /// The categories that a line goes through: of those that share a pixel the lowest and the highest.
    fn sampled(&self, series: usize) -> Vec<usize> {
        let mut sampled = Vec::new();
        for (first, end) in self.pixels() {
            if self.kind == Kind::Areas {
                // The same for all that stand on each other.
                sampled.push(self.largest(first, end));
                continue;
            }
            let reach = |category: usize| self.spans[category][series].map(|span| span.1);
            let (mut low, mut high) = (first, first);
            for category in first..end {
                let Some(at) = reach(category) else { continue };
                low = if reach(low).is_none_or(|known| at < known) { category } else { low };
                high = if reach(high).is_none_or(|known| at > known) { category } else { high };
            }
            sampled.push(low.min(high));
            if low != high {
                sampled.push(low.max(high));
            }
        }
        sampled
    }

    pub(super) fn ends(&self) -> Vec<Vec<Option<f64>>> {
        let percent = |span: Span| f64::from(span.1) / f64::from(self.values.room) * 100.0;
        (0..self.series.len())
            .map(|series| self.spans.iter().map(|spans| spans[series].map(percent)).collect())
            .collect()
    }
}

/// What is drawn of a category, by series.
fn amounts(series: &[Series], category: usize) -> Vec<f64> {
    series.iter().map(|series| series.values.get(category).copied().map_or(0.0, drawable)).collect()
}
