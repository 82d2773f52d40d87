//! How many digits a figure deserves, and how a change is told. The browser's `Intl` does the writing in the user's locale.

/// The largest figure that is told from a larger one: beyond it whole numbers are no longer exact, and nothing that is
/// counted or paid gets there.
pub const LARGEST: f64 = 1e15;

/// What of a number can be added up, drawn and written: no infinity, no hundreds of digits, no zero with a minus.
pub fn sane(value: f64) -> f64 {
    // Adding zero takes the sign from a zero.
    if value.is_nan() { 0.0 } else { value.clamp(-LARGEST, LARGEST) + 0.0 }
}

/// Whether a figure can be what it says. What is clamped above, or a sum with such a number in it, cannot.
pub fn is_plausible(value: f64) -> bool {
    value.abs() < LARGEST
}

/// What a number is written with; `Intl.NumberFormat` takes these as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    pub min_fraction: u8,
    pub max_fraction: u8,
    /// `12K` instead of `12,345`.
    pub compact: bool,
}

impl Digits {
    const fn plain(min_fraction: u8, max_fraction: u8) -> Self {
        Self { min_fraction, max_fraction, compact: false }
    }
}

/// Requests and tokens: whole numbers, short from a million on.
pub fn count(value: f64) -> Digits {
    if value.abs() >= 1_000_000.0 {
        Digits { min_fraction: 0, max_fraction: 2, compact: true }
    } else {
        Digits::plain(0, 0)
    }
}

/// Axis labels and other narrow places: short from ten thousand on.
pub fn short(value: f64) -> Digits {
    if value.abs() >= 10_000.0 {
        Digits { min_fraction: 0, max_fraction: 1, compact: true }
    } else {
        Digits::plain(0, 2)
    }
}

/// US dollars: short from a million on, cents from one dollar on, and below that as many places as leave two digits that
/// say something. LiteLLM's single calls cost fractions of a cent; beyond six places nothing is left to see.
pub fn usd(value: f64) -> Digits {
    let size = value.abs();
    if size >= 1_000_000.0 {
        return count(size);
    }
    if size == 0.0 || !size.is_finite() || size >= 1.0 {
        return Digits::plain(2, 2);
    }
    let mut places = 2;
    let mut scale = 100.0;
    while places < 6 && (size * scale).round() < 10.0 {
        places += 1;
        scale *= 10.0;
    }
    Digits::plain(2, places)
}

/// A share given as 0–1, written in percent.
pub fn percent(share: f64) -> Digits {
    let size = share.abs() * 100.0;
    if size == 0.0 || size >= 10.0 { Digits::plain(0, 0) } else { Digits::plain(1, 1) }
}

/// A figure against the one of the period before. When which of them is said: `doc/decisions.md`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Nothing before.
    FromNothing,
    /// The period before is no measure for this one.
    NotComparable,
    /// More than ten times as much.
    Manifold,
    /// Less than half a percent either way, or less than can be written.
    Same,
    /// +0.25 is a quarter more.
    Ratio(f64),
    /// Of shares: +0.25 is 25 points of a percent more.
    Points(f64),
}

/// Beyond so many times as much a ratio says more about the period before than about this one.
pub const MANIFOLD: f64 = 10.0;

pub fn change(now: f64, before: f64) -> Change {
    if !is_plausible(now) || !is_plausible(before) || before < 0.0 || now < 0.0 {
        return Change::NotComparable;
    }
    if before == 0.0 {
        return if now == 0.0 { Change::Same } else { Change::FromNothing };
    }
    let ratio = (now - before) / before;
    if ratio.abs() < 0.005 {
        Change::Same
    } else if now > MANIFOLD * before {
        Change::Manifold
    } else {
        Change::Ratio(ratio)
    }
}

/// The change of a share of 0–1.
pub fn change_of_share(now: f64, before: f64) -> Change {
    if (now - before).abs() < 0.000_5 { Change::Same } else { Change::Points(now - before) }
}

/// A number as it is written with so many decimals: what would be rounded to nothing is nothing, without a minus.
pub fn rounded(value: f64, digits: Digits, scale: f64) -> f64 {
    let least = 10_f64.powi(-i32::from(digits.max_fraction)) / 2.0;
    if (value * scale).abs() < least { 0.0 } else { sane(value) }
}

/// A duration in the unit in which it reads best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Span {
    Milliseconds(f64),
    Seconds(f64),
    Minutes(f64),
    Hours(f64),
    Days(f64),
}

pub fn span(ms: f64) -> Span {
    let ms = sane(ms);
    let tenths = |unit_ms: f64| (ms / unit_ms * 10.0).round() / 10.0;
    match ms / 1_000.0 {
        seconds if seconds < 1.0 => Span::Milliseconds(ms.round()),
        seconds if seconds < 120.0 => Span::Seconds(tenths(1_000.0)),
        seconds if seconds < 7_200.0 => Span::Minutes(tenths(60_000.0)),
        seconds if seconds < 172_800.0 => Span::Hours(tenths(3_600_000.0)),
        _ => Span::Days(tenths(86_400_000.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_shows_two_digits_that_say_something() {
        for (value, places) in [
            (0.0, 2),
            (12.5, 2),
            (1.0, 2),
            (0.25, 2),
            (0.012, 3),
            (0.0043, 4),
            (0.00021, 5),
            (0.0000031, 6),
            (0.0000000001, 6),
        ] {
            assert_eq!(usd(value).max_fraction, places, "{value}");
        }
    }

    #[test]
    fn a_change_is_told_by_what_it_is_measured_against() {
        assert_eq!(change(5.0, 0.0), Change::FromNothing);
        assert_eq!(change(0.0, 0.0), Change::Same);
        assert_eq!(change(5.0, 4.0), Change::Ratio(0.25));
        assert_eq!(change(0.0, 4.0), Change::Ratio(-1.0));
        assert_eq!(change(1000.0, 1001.0), Change::Same);
        assert_eq!(change(40.0, 4.0), Change::Ratio(9.0));
        // Two calls before once made +412,006 % of this.
        assert_eq!(change(8_242.0, 2.0), Change::Manifold);
        // With a credit before, the ratio would have the wrong sign.
        assert_eq!(change(4.0, -2.0), Change::NotComparable);
        assert_eq!(change(-4.0, 2.0), Change::NotComparable);
    }

    #[test]
    fn a_share_changes_by_points_that_can_be_written() {
        assert_eq!(change_of_share(0.1, 0.0), Change::Points(0.1));
        assert_eq!(change_of_share(0.1, 0.100_4), Change::Same);
        assert_eq!(change_of_share(0.0, 0.0), Change::Same);
    }

    /// `-0.0%` and `-$0.00` were on screen.
    #[test]
    fn what_is_rounded_to_nothing_has_no_sign() {
        for (value, digits, scale, expected) in [
            (-0.000_4, Digits::plain(1, 1), 100.0, 0.0),
            (-0.000_6, Digits::plain(1, 1), 100.0, -0.000_6),
            (-0.000_000_1, Digits::plain(2, 6), 1.0, 0.0),
            (-0.4, Digits::plain(0, 0), 1.0, 0.0),
            (f64::INFINITY, Digits::plain(0, 0), 1.0, LARGEST),
            (f64::NAN, Digits::plain(0, 0), 1.0, 0.0),
        ] {
            let found = rounded(value, digits, scale);
            assert_eq!(found, expected, "{value}");
            assert!(found != 0.0 || found.is_sign_positive(), "{value}");
        }
    }

    #[test]
    fn figures_at_the_edge_are_sane() {
        for (value, expected) in [
            (f64::NAN, 0.0),
            (f64::INFINITY, LARGEST),
            (f64::NEG_INFINITY, -LARGEST),
            (1e300, LARGEST),
            (-1e300, -LARGEST),
            (LARGEST, LARGEST),
            (5e-324, 5e-324),
            (-12.5, -12.5),
        ] {
            assert_eq!(sane(value), expected, "{value}");
        }
        assert!(sane(-0.0).is_sign_positive());
        assert_eq!(span(f64::INFINITY), Span::Days((LARGEST / 8_640_000.0).round() / 10.0));
        assert_eq!(span(f64::NAN), Span::Milliseconds(0.0));
        for (now, before) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::INFINITY, 1.0), (1e300, 1.0), (1.0, LARGEST)] {
            assert_eq!(change(now, before), Change::NotComparable, "{now} after {before}");
        }
        assert_eq!(
            usd(LARGEST),
            Digits { min_fraction: 0, max_fraction: 2, compact: true },
            "a card has room for ten signs"
        );
    }

    #[test]
    fn durations_take_the_unit_that_reads_best() {
        assert_eq!(span(34.4), Span::Milliseconds(34.0));
        assert_eq!(span(1_250.0), Span::Seconds(1.3));
        assert_eq!(span(150_000.0), Span::Minutes(2.5));
        // A pass-through call of a day was 1,440 minutes long.
        assert_eq!(span(86_400_000.0), Span::Hours(24.0));
        assert_eq!(span(9_000_000.0), Span::Hours(2.5));
        assert_eq!(span(216_000_000.0), Span::Days(2.5));
    }
}
