//! How many digits a figure deserves, and how a change is told. The browser's `Intl` does the writing in the user's locale.

/// The largest figure that is told from a larger one: beyond it whole numbers are no longer exact, and nothing that is
/// counted or paid gets there.
pub const LARGEST: f64 = 1e15;

/// What of a number can be added up, drawn and written: no infinity, no hundreds of digits, no zero with a minus.
pub fn sane(value: f64) -> f64 {
    // Adding zero takes the sign from a zero.
    if value.is_nan() { 0.0 } else { value.clamp(-LARGEST, LARGEST) + 0.0 }
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

/// US dollars: cents from one dollar on, and below that as many places as leave two digits that say something.
/// LiteLLM's single calls cost fractions of a cent; beyond six places nothing is left to see.
pub fn usd(value: f64) -> Digits {
    let size = value.abs();
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

/// A figure against the one of the period before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Nothing before, so a ratio would say nothing.
    FromNothing,
    /// Less than half a percent either way.
    Same,
    /// +0.25 is a quarter more.
    Ratio(f64),
}

pub fn change(now: f64, before: f64) -> Change {
    if before == 0.0 {
        return if now == 0.0 { Change::Same } else { Change::FromNothing };
    }
    let ratio = (now - before) / before;
    if !ratio.is_finite() {
        return Change::FromNothing;
    }
    if ratio.abs() < 0.005 { Change::Same } else { Change::Ratio(sane(ratio)) }
}

/// A duration in the unit in which it reads best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Span {
    Milliseconds(f64),
    Seconds(f64),
    Minutes(f64),
}

pub fn span(ms: f64) -> Span {
    let ms = sane(ms);
    if ms < 1_000.0 {
        Span::Milliseconds(ms.round())
    } else if ms < 120_000.0 {
        Span::Seconds((ms / 100.0).round() / 10.0)
    } else {
        Span::Minutes((ms / 6_000.0).round() / 10.0)
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
    fn a_change_from_nothing_has_no_ratio() {
        assert_eq!(change(5.0, 0.0), Change::FromNothing);
        assert_eq!(change(0.0, 0.0), Change::Same);
        assert_eq!(change(5.0, 4.0), Change::Ratio(0.25));
        assert_eq!(change(0.0, 4.0), Change::Ratio(-1.0));
        assert_eq!(change(1000.0, 1001.0), Change::Same);
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
        assert_eq!(span(f64::INFINITY), Span::Minutes((LARGEST / 6_000.0).round() / 10.0));
        assert_eq!(span(f64::NAN), Span::Milliseconds(0.0));
        assert_eq!(change(1e300, 1.0), Change::Ratio(LARGEST));
        for (now, before) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::INFINITY, 1.0), (1e300, 1e-300)] {
            assert_eq!(change(now, before), Change::FromNothing, "{now} after {before}");
        }
    }

    #[test]
    fn durations_take_the_unit_that_reads_best() {
        assert_eq!(span(34.4), Span::Milliseconds(34.0));
        assert_eq!(span(1_250.0), Span::Seconds(1.3));
        assert_eq!(span(150_000.0), Span::Minutes(2.5));
    }
}
