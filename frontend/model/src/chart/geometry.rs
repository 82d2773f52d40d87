//! Where things go in a chart: ticks, columns and labels, in whole units of the drawing.

use super::{Anchor, Bar, SCALE};

/// What is above this is drawn as this; beyond it whole numbers are no longer exact.
const LARGEST: f64 = 1e15;

/// What is below this is drawn as nothing.
const SMALLEST: f64 = 1e-12;

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

/// A number that can be drawn: finite, not negative, neither too small nor too large.
pub(super) fn drawable(value: f64) -> f64 {
    if value.is_finite() && value > SMALLEST { value.min(LARGEST) } else { 0.0 }
}

/// `value` in units, where `top` is `room` units long.
pub(super) fn length(value: f64, top: f64, room: i32) -> i32 {
    if top > 0.0 { ((value / top * f64::from(room)).round() as i32).clamp(0, room) } else { 0 }
}

/// The same, but what is more than nothing is seen: it has at least a pixel.
pub(super) fn visible(value: f64, top: f64, room: i32) -> i32 {
    if value > 0.0 { length(value, top, room).max(SCALE).min(room) } else { 0 }
}

/// The heights of the two parts of a column in units. A few failures among many calls are still seen.
pub(super) fn stack(bar: &Bar, top: f64, height: i32) -> (i32, i32) {
    let failed = visible(bar.failed, top, height);
    let total = length(bar.succeeded + bar.failed, top, height);
    let succeeded = if bar.succeeded > 0.0 { (total - failed).max(SCALE) } else { 0 };
    (succeeded.min(height - failed), failed)
}

/// The start and end of the `index`th of `count` equal parts of `room` units.
pub(super) fn band(index: usize, count: usize, room: i32) -> (i32, i32) {
    let edge = |index: usize| (index as i64 * i64::from(room) / count.max(1) as i64) as i32;
    (edge(index), edge(index + 1))
}

/// The middle of a band: a share of it, at least a pixel and at most `most` pixels thick, but never more than the band.
pub(super) fn inner(start: i32, end: i32, share: f64, most: i32) -> (i32, i32) {
    let room = end - start;
    let thick = ((f64::from(room) * share) as i32).min(most * SCALE).max(SCALE).min(room);
    let start = start + (room - thick) / 2;
    (start, start + thick)
}

pub(super) fn bands(count: usize) -> Vec<(f64, f64)> {
    let width = 100.0 / count.max(1) as f64;
    (0..count).map(|index| (index as f64 * width, width)).collect()
}

/// Which of `count` columns have a label: as many as fit, at equal distances. Counted from the first, the distance
/// divides a day of hours.
pub(super) fn label_indices(count: usize, width: u32, label_width: u32, anchor: Anchor) -> Vec<usize> {
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
}
