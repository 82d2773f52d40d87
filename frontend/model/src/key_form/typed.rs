//! Numbers as people type them.

use super::Problem;

/// What was typed, with the digits of other scripts and the wide forms of East Asian keyboards as plain ones.
fn plain(typed: &str) -> String {
    let digit = |c: char, zero: u32| char::from_digit(u32::from(c) - zero, 10).unwrap_or(c);
    typed
        .trim()
        .chars()
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => digit(c, 0xff10),
            '\u{660}'..='\u{669}' => digit(c, 0x660),
            '\u{6f0}'..='\u{6f9}' => digit(c, 0x6f0),
            '\u{ff0e}' | '\u{3002}' => '.',
            '\u{ff0c}' => ',',
            '\u{2212}' | '\u{ff0d}' => '-',
            _ => c,
        })
        .collect()
}

/// What people write between groups of digits, besides points and commas.
fn is_group_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '’' | '_' | '\u{66c}')
}

/// An amount that is not negative, with a decimal point or comma; `None`: nothing was typed.
/// What may be a thousands separator is refused rather than guessed: `1.000` is a thousand to some and one to others.
pub(super) fn amount(typed: &str, locale_decimal: char) -> Result<Option<f64>, Problem> {
    let text = plain(typed);
    let text = text.strip_prefix('$').unwrap_or(&text).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim()));
    let is_decimal = |c: char| c == '.' || c == ',' || c == '\u{66b}' || c == locale_decimal;
    if !text.chars().all(|c| c.is_ascii_digit() || is_decimal(c) || is_group_mark(c)) {
        return Err(Problem::NotANumber);
    }
    if text.contains(is_group_mark) {
        return Err(Problem::Separators);
    }
    let mut parts = text.split(is_decimal);
    let (units, fraction) = (parts.next().unwrap_or(""), parts.next());
    if parts.next().is_some() {
        return Err(Problem::Separators);
    }
    let foreign = |c: char| is_decimal(c) && c != locale_decimal;
    let looks_like_thousands = fraction.is_some_and(|digits| digits.len() == 3)
        && text.contains(foreign)
        && (1..=3).contains(&units.len())
        && !units.starts_with('0');
    if looks_like_thousands {
        return Err(Problem::Separators);
    }
    let fraction = fraction.unwrap_or("");
    if units.is_empty() && fraction.is_empty() {
        return Err(Problem::NotANumber);
    }
    let number = decimal(units, fraction);
    if negative && number > 0.0 { Err(Problem::Negative) } else { Ok(Some(number)) }
}

/// The number that digits before and after the decimal sign are. Exact to 15 digits; `str::parse` would be so for any
/// number of them, but brings 10 KB of tables into the module.
fn decimal(units: &str, fraction: &str) -> f64 {
    let fraction = &fraction[..fraction.len().min(12)];
    let digits = units.bytes().chain(fraction.bytes()).map(|digit| f64::from(digit.saturating_sub(b'0')));
    let scale = fraction.bytes().fold(1.0, |scale, _| scale * 10.0);
    digits.fold(0.0, |number, digit| number * 10.0 + digit) / scale
}

/// A whole number from 1 to `most`; `None`: nothing was typed.
pub(super) fn whole(typed: &str, most: u64, out_of_range: Problem) -> Result<Option<u64>, Problem> {
    let text = plain(typed);
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::NotWhole);
    }
    match digits.parse() {
        Ok(number) if number >= 1 && number <= most && !text.starts_with('-') => Ok(Some(number)),
        _ => Err(out_of_range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_amount(typed: &str, decimal: char, expected: Result<Option<f64>, Problem>) {
        assert_eq!(amount(typed, decimal), expected, "{typed:?} where the decimal sign is {decimal:?}");
    }

    #[test]
    fn amounts_are_read_as_they_were_meant_or_not_at_all() {
        for decimal in ['.', ','] {
            assert_amount("", decimal, Ok(None));
            assert_amount("  ", decimal, Ok(None));
            assert_amount("0", decimal, Ok(Some(0.0)));
            assert_amount("-0", decimal, Ok(Some(0.0)));
            assert_amount("25", decimal, Ok(Some(25.0)));
            assert_amount("$25", decimal, Ok(Some(25.0)));
            assert_amount("12.5", decimal, Ok(Some(12.5)));
            assert_amount("12,5", decimal, Ok(Some(12.5)));
            assert_amount(".5", decimal, Ok(Some(0.5)));
            assert_amount("5.", decimal, Ok(Some(5.0)));
            assert_amount("0.125", decimal, Ok(Some(0.125)));
            assert_amount("0,125", decimal, Ok(Some(0.125)));
            assert_amount("1500.50", decimal, Ok(Some(1500.5)));
            assert_amount("0.1", decimal, Ok(Some(0.1)));
            assert_amount("1234567.89", decimal, Ok(Some(1_234_567.89)));
            assert_amount("0.000001", decimal, Ok(Some(0.000_001)));
            assert_amount("1500,1234", decimal, Ok(Some(1500.1234)));
            assert_amount("２５．５", decimal, Ok(Some(25.5)));
            assert_amount("٢٥٫٥", decimal, Ok(Some(25.5)));
            assert_amount("1,234.50", decimal, Err(Problem::Separators));
            assert_amount("1.234,50", decimal, Err(Problem::Separators));
            assert_amount("1,234,567", decimal, Err(Problem::Separators));
            assert_amount("1 500", decimal, Err(Problem::Separators));
            assert_amount("1\u{202f}500,5", decimal, Err(Problem::Separators));
            assert_amount("1'500", decimal, Err(Problem::Separators));
            assert_amount("-1", decimal, Err(Problem::Negative));
            assert_amount("−0,5", decimal, Err(Problem::Negative));
            assert_amount(".", decimal, Err(Problem::NotANumber));
            assert_amount("-", decimal, Err(Problem::NotANumber));
            assert_amount("1e5", decimal, Err(Problem::NotANumber));
            assert_amount("inf", decimal, Err(Problem::NotANumber));
            assert_amount("NaN", decimal, Err(Problem::NotANumber));
            assert_amount("ten", decimal, Err(Problem::NotANumber));
            assert_amount("5 €", decimal, Err(Problem::NotANumber));
        }
        // The same text means a thousand to one and one to the other.
        assert_amount("1.000", '.', Ok(Some(1.0)));
        assert_amount("1.000", ',', Err(Problem::Separators));
        assert_amount("1,000", ',', Ok(Some(1.0)));
        assert_amount("1,000", '.', Err(Problem::Separators));
    }

    fn assert_whole(typed: &str, expected: Result<Option<u64>, Problem>) {
        assert_eq!(whole(typed, 1_000, Problem::RpmRange), expected, "{typed:?}");
    }

    #[test]
    fn limits_are_whole_and_positive() {
        assert_whole("", Ok(None));
        assert_whole(" 7 ", Ok(Some(7)));
        assert_whole("１２", Ok(Some(12)));
        assert_whole("1000", Ok(Some(1_000)));
        assert_whole("1001", Err(Problem::RpmRange));
        assert_whole("0", Err(Problem::RpmRange));
        assert_whole("-5", Err(Problem::RpmRange));
        assert_whole("99999999999999999999999", Err(Problem::RpmRange));
        assert_whole("1.5", Err(Problem::NotWhole));
        assert_whole("1,000", Err(Problem::NotWhole));
        assert_whole("1 000", Err(Problem::NotWhole));
        assert_whole("many", Err(Problem::NotWhole));
        assert_whole("-", Err(Problem::NotWhole));
    }
}
