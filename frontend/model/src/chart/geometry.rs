//! Where things go in a chart: ticks, categories, values and labels, in whole units of the drawing.

use plotters::coord::{ranged1d::Ranged, types::RangedCoordf64};

use super::{Align, Anchor, Label, SCALE};

/// What is above this is drawn as this, so that the sum of many is still a number.
const LARGEST: f64 = 1e300;

/// What is below this is drawn as nothing.
const SMALLEST: f64 = 1e-12;

/// Between the parts of a stack.
const GAP: i32 = SCALE;

/// Numbers from 0 to `top` along `room` units. plotters does the mapping.
pub(super) struct Axis {
    range: RangedCoordf64,
    pub room: i32,
}

impl Axis {
    pub(super) fn new(top: f64, room: i32) -> Axis {
        Axis { range: (0.0..if top > 0.0 { top } else { 1.0 }).into(), room }
    }

    pub(super) fn at(&self, number: f64) -> i32 {
        self.range.map(&number, (0, self.room)).clamp(0, self.room)
    }

    /// The same, but what is more than nothing is seen: it has at least a pixel.
    pub(super) fn visible(&self, number: f64) -> i32 {
        if number > 0.0 { self.at(number).max(SCALE).min(self.room) } else { 0 }
    }

    /// Start and end of each part of a stack. Each part that is more than nothing is seen, with a gap before it, and the
    /// stack is still as high as its sum: small parts take their pixel from the larger ones.
    pub(super) fn stack(&self, parts: &[f64]) -> Vec<(i32, i32)> {
        let mut spans = Vec::new();
        let (mut sum, mut end, mut least) = (0.0, 0, 0);
        for part in parts {
            let start = end;
            if *part > 0.0 {
                sum += part;
                let needed = if start > 0 { GAP + SCALE } else { SCALE };
                least += needed;
                end = self.at(sum).max(start + needed);
            }
            spans.push((start, end));
        }
        // Down again from the top, which may be too high by now.
        let mut limit = self.at(sum).max(least).min(self.room);
        for (start, end) in spans.iter_mut().rev() {
            let gap = if *start > 0 { GAP } else { 0 };
            if *end > *start {
                (*start, *end) = ((*start).min(limit - SCALE - gap).max(0), limit);
                limit = *start;
                *start = (*start + gap).min(*end);
            } else {
                (*start, *end) = (limit, limit);
            }
        }
        spans
    }
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

/// Counts values between round edges, for a histogram: the edges from 0, and how many values lie between each and the
/// next, that one not included but for the last. What is negative or no number is not counted.
pub fn bins(values: &[f64], most: u32) -> (Vec<f64>, Vec<f64>) {
    let counted = |value: &&f64| value.is_finite() && **value >= 0.0;
    let max = values.iter().filter(counted).copied().fold(0.0, f64::max);
    let mut edges = ticks(max, most, false);
    if edges.len() == 1 {
        edges.push(1.0);
    }
    let mut counts = vec![0.0; edges.len() - 1];
    for value in values.iter().filter(counted) {
        let at = edges[1..].iter().position(|edge| value < edge).unwrap_or(counts.len() - 1);
        counts[at] += 1.0;
    }
    (edges, counts)
}

/// A number that can be drawn: finite, not negative, neither too small nor too large.
pub(super) fn drawable(value: f64) -> f64 {
    if value.is_finite() && value > SMALLEST { value.min(LARGEST) } else { 0.0 }
}

/// The middle of a band: a share of it, at least a pixel and at most `most` pixels thick, but never more than the band.
pub(super) fn inner(start: i32, end: i32, share: f64, most: i32) -> (i32, i32) {
    let room = end - start;
    let thick = ((f64::from(room) * share) as i32).min(most * SCALE).max(SCALE).min(room);
    let start = start + (room - thick) / 2;
    (start, start + thick)
}

/// The starts and widths of `count` equal parts, in percent.
pub(super) fn bands(count: usize) -> Vec<(f64, f64)> {
    let width = 100.0 / count.max(1) as f64;
    (0..count).map(|index| (index as f64 * width, width)).collect()
}

/// As many labels as fit without touching, at equal distances, for places at `offset`, `1 + offset`, … of `count` bands.
/// Counted from the first, the distance divides a day of hours. A label that would stick out is put against the edge.
pub(super) fn labels(
    places: usize,
    count: usize,
    offset: f64,
    width: u32,
    label_width: u32,
    anchor: Anchor,
) -> Vec<Label> {
    let mut labels = Vec::new();
    if places == 0 {
        return labels;
    }
    let (width, room) = (f64::from(width.max(1)), f64::from(label_width));
    let band = width / count.max(1) as f64;
    // How far the first and the last are moved inwards.
    let moved = (room / 2.0 - offset * band).max(0.0);
    let least = ((room + moved) / band).ceil().max(1.0) as usize;
    let step = match anchor {
        Anchor::First => [1, 2, 3, 4, 6, 12, 24].into_iter().find(|step| *step >= least).unwrap_or(least),
        Anchor::Last => least,
    };
    let mut index = match anchor {
        Anchor::First => 0,
        Anchor::Last => (places - 1) % step,
    };
    while index < places {
        let middle = (index as f64 + offset) * band;
        let (at, align) = if middle < room / 2.0 {
            (0.0, Align::Start)
        } else if middle + room / 2.0 > width {
            (100.0, Align::End)
        } else {
            (middle / width * 100.0, Align::Middle)
        };
        labels.push(Label { at, index, align });
        index += step;
    }
    // Two that were both moved inwards may touch.
    if labels.len() == 2 && 2.0 * room > width {
        labels.remove(if anchor == Anchor::First { 1 } else { 0 });
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for exponent in (-11..=15).chain([30, 100, 299]) {
            for digits in [1.0, 1.01, 1.99, 2.5, 3.33, 4.999, 5.0, 7.7, 9.99] {
                let max = digits * 10_f64.powi(exponent);
                for most in 1..=6 {
                    let values = ticks(max, most, false);
                    let last = values.last().copied().unwrap_or(-1.0);
                    assert!(last >= max * (1.0 - 1e-9), "{values:?} cover {max}");
                    assert!(values.len() as u32 <= most + 1 && values.len() >= 2, "{values:?} for {most} steps");
                    assert!(last <= max * 11.0, "{values:?} leave {max} at the bottom");
                    assert!(ticks(max, most, true).iter().all(|value| value.fract() == 0.0));
                }
            }
        }
    }

    #[test]
    fn every_value_of_a_histogram_is_counted_once() {
        let (edges, counts) = bins(&[0.0, 1.0, 1.9, 2.0, 9.0, 10.0], 5);
        assert_eq!((edges, counts), (vec![0.0, 2.0, 4.0, 6.0, 8.0, 10.0], vec![3.0, 1.0, 0.0, 0.0, 2.0]));
        assert_eq!(bins(&[], 5), (vec![0.0, 1.0], vec![0.0]));
        assert_eq!(bins(&[0.0, 0.0, -1.0, f64::NAN, f64::INFINITY], 5).1, [2.0], "what cannot be placed is left out");
        for values in [vec![1e300, 1.0, f64::MAX], (0..500).map(|value| f64::from(value) * 0.37).collect()] {
            let (edges, counts) = bins(&values, 20);
            assert_eq!(counts.iter().sum::<f64>(), values.len() as f64);
            assert!(edges.len() == counts.len() + 1 && edges.len() <= 21);
        }
    }

    fn assert_labels(count: usize, width: u32, label_width: u32, anchor: Anchor, expected: &[usize]) {
        let found = labels(count, count, 0.5, width, label_width, anchor);
        let found: Vec<usize> = found.iter().map(|label| label.index).collect();
        assert_eq!(found, expected, "{count} categories in {width} px");
    }

    #[test]
    fn as_many_labels_as_fit() {
        assert_labels(0, 600, 60, Anchor::Last, &[]);
        assert_labels(1, 600, 60, Anchor::Last, &[0]);
        assert_labels(7, 600, 60, Anchor::Last, &[0, 1, 2, 3, 4, 5, 6]);
        assert_labels(7, 300, 60, Anchor::Last, &[0, 2, 4, 6]);
        assert_labels(30, 600, 60, Anchor::Last, &[1, 5, 9, 13, 17, 21, 25, 29]);
        assert_labels(24, 600, 60, Anchor::First, &[0, 4, 8, 12, 16, 20]);
        assert_labels(24, 300, 60, Anchor::First, &[0, 12]);
        assert_labels(24, 10, 60, Anchor::First, &[0]);
        assert_labels(7, 0, 60, Anchor::Last, &[6]);
        assert_labels(3, 600, 0, Anchor::First, &[0, 1, 2]);
    }

    #[test]
    fn labels_neither_touch_nor_stick_out() {
        for (width, room) in [(320, 64), (600, 60), (1_000, 80), (100, 64), (130, 64), (64, 64)] {
            for count in 1..200 {
                for (places, offset) in [(count, 0.5), (count + 1, 0.0)] {
                    for anchor in [Anchor::First, Anchor::Last] {
                        let found = labels(places, count, offset, width, room, anchor);
                        assert!(!found.is_empty(), "{count} in {width} px");
                        let mut free = 0.0;
                        for label in &found {
                            let at = label.at / 100.0 * f64::from(width);
                            let start = match label.align {
                                Align::Start => at,
                                Align::Middle => at - f64::from(room) / 2.0,
                                Align::End => at - f64::from(room),
                            };
                            assert!(start >= free - 1e-6, "{found:?} of {count} in {width} px, {anchor:?}");
                            free = start + f64::from(room);
                        }
                        assert!(free <= f64::from(width) + 1e-6, "{found:?} of {count} in {width} px, {anchor:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_label_in_the_middle_is_above_its_category() {
        let found = labels(2, 2, 0.5, 600, 60, Anchor::First);
        assert_eq!(found[0], Label { at: 25.0, align: Align::Middle, index: 0 });
        assert_eq!(found[1], Label { at: 75.0, align: Align::Middle, index: 1 });
    }
}
