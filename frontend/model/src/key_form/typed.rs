//! Numbers as people type them, which includes how they are shown: in the digits and with the separators of any language.

use super::Problem;

/// The zeros of the scripts that have decimal digits of their own, in order; the wide forms of East Asian keyboards last.
const ZEROS: [u32; 40] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x10d30, 0x11136, 0x1e950, 0xff10,
];

/// What was typed, with plain digits and signs, and without the marks of direction that come with a copied number.
fn plain(typed: &str) -> String {
    let mut text = String::new();
    for c in typed.trim().chars() {
        let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&u32::from(c)));
        match (zero, c) {
            (Some(zero), _) => text.extend(char::from_digit(u32::from(c) - zero, 10)),
            (_, '\u{ff0e}' | '\u{3002}') => text.push('.'),
            (_, '\u{ff0c}' | '\u{60c}') => text.push(','),
            (_, '\u{2212}' | '\u{ff0d}') => text.push('-'),
            (_, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}') => {}
            (_, c) => text.push(c),
        }
    }
    text
}

/// What people write between groups of digits, besides points and commas.
fn is_group_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '’' | '_' | '\u{66c}')
}

fn is_separator(c: char) -> bool {
    is_group_mark(c) || matches!(c, '.' | ',' | '\u{66b}')
}

/// The digits of a whole number, without one mark between its groups: of three, in India of two before the last three.
fn ungrouped(text: &str) -> Option<String> {
    let Some(mark) = text.chars().find(|c| is_separator(*c)) else { return Some(text.to_owned()) };
    let groups: Vec<&str> = text.split(mark).collect();
    let (last, others) = groups.split_last()?;
    let size = others.get(1).map_or(3, |second| second.len());
    let fits = last.len() == 3
        && (size == 2 || size == 3)
        && (1..=size).contains(&groups[0].len())
        && others[1..].iter().all(|group| group.len() == size)
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    fits.then(|| groups.concat())
}

/// An amount that is not negative, with a decimal point or comma; `None`: nothing was typed.
/// What may be one thing or another is refused rather than guessed: `1.000` is a thousand to some and one to others.
pub(super) fn amount(typed: &str, locale_decimal: char) -> Result<Option<f64>, Problem> {
    let text = plain(typed);
    let text = text.trim_matches(|c: char| c == '$' || c.is_whitespace());
    if text.is_empty() {
        return Ok(None);
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim()));
    if !text.chars().all(|c| c.is_ascii_digit() || is_separator(c) || c == locale_decimal) {
        return Err(Problem::NotANumber);
    }
    // The last mark is the decimal one, where it can be one and is the only one of its kind.
    let last = text.char_indices().rfind(|(_, c)| !c.is_ascii_digit());
    let decimal = last.filter(|(_, mark)| !is_group_mark(*mark) && text.matches(*mark).count() == 1);
    let (units, fraction) = match decimal {
        Some((at, mark)) => (&text[..at], &text[at + mark.len_utf8()..]),
        None => (text, ""),
    };
    let may_be_thousands =
        decimal.is_some_and(|(_, mark)| mark != locale_decimal) && fraction.len() == 3 && !units.starts_with('0');
    if may_be_thousands && (1..=3).contains(&units.len()) {
        return Err(Problem::Separators);
    }
    let units = ungrouped(units).ok_or(Problem::Separators)?;
    if units.is_empty() && fraction.is_empty() {
        return Err(Problem::NotANumber);
    }
    let number = number(&units, fraction);
    if negative && number > 0.0 { Err(Problem::Negative) } else { Ok(Some(number)) }
}

/// The number that digits before and after the decimal sign are. Exact to 15 digits; `str::parse` would be so for any
/// number of them, but brings 10 KB of tables into the module.
fn number(units: &str, fraction: &str) -> f64 {
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
    let digits = ungrouped(text.strip_prefix(['-', '+']).unwrap_or(&text)).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::NotWhole);
    }
    match digits.parse() {
        Ok(number) if number >= 1 && number <= most && !text.starts_with('-') => Ok(Some(number)),
        _ => Err(out_of_range),
    }
}

/// A number as it would be typed.
pub(super) fn shown(number: f64, locale_decimal: char) -> String {
    let mut text = serde_json::Value::from(number).to_string();
    if text.contains("e-") {
        let digits = ["000000000000", &((number * 1e12).round() as u64).to_string()].concat();
        text = ["0.", digits[digits.len() - 12..].trim_end_matches('0')].concat();
    }
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if locale_decimal == ',' { text.replace('.', ",") } else { text.to_owned() }
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
            assert_amount("25 $", decimal, Ok(Some(25.0)));
            // What is shown with separators can be typed so.
            assert_amount("1,234.50", decimal, Ok(Some(1_234.5)));
            assert_amount("1.234,50", decimal, Ok(Some(1_234.5)));
            assert_amount("1,234,567", decimal, Ok(Some(1_234_567.0)));
            assert_amount("12,34,567.5", decimal, Ok(Some(1_234_567.5)));
            assert_amount("1 500", decimal, Ok(Some(1_500.0)));
            assert_amount("1\u{202f}500,5", decimal, Ok(Some(1_500.5)));
            assert_amount("1'500", decimal, Ok(Some(1_500.0)));
            assert_amount("1’234’567.25", decimal, Ok(Some(1_234_567.25)));
            assert_amount("1,23,45", decimal, Err(Problem::Separators));
            assert_amount("1.2.456,7", decimal, Err(Problem::Separators));
            assert_amount("1 50", decimal, Err(Problem::Separators));
            assert_amount("1500 000", decimal, Err(Problem::Separators));
            assert_amount("1,234.567.890", decimal, Err(Problem::Separators));
            assert_amount("1..5", decimal, Err(Problem::Separators));
            assert_amount(",500,000", decimal, Err(Problem::Separators));
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

    /// The form showed "০.০১৮" to people who write Bengali, and refused "১০.৫" from them.
    #[test]
    fn the_digits_of_every_script_are_digits() {
        for (typed, decimal, expected) in [
            ("০.০১৮", '.', 0.018),
            ("১০.৫", '.', 10.5),
            ("१२,३४,५६७.५", '.', 1_234_567.5),
            ("۱٬۲۳۴٫۵", '٫', 1_234.5),
            ("\u{200f}١٬٢٣٤٬٥٦٧", '٫', 1_234_567.0),
            ("٢٥،٥", '٫', 25.5),
            ("၁၀.၅", '.', 10.5),
            ("༡༠.༥", '.', 10.5),
            ("᱑᱐.᱕", '.', 10.5),
            ("𑄷𑄶.𑄻", '.', 10.5),
            ("𞥑𞥐.𞥕", '.', 10.5),
            ("１０．５", '.', 10.5),
        ] {
            assert_amount(typed, decimal, Ok(Some(expected)));
        }
        for zero in ZEROS {
            let digits: String = (zero..zero + 10).filter_map(char::from_u32).collect();
            assert_eq!(plain(&digits), "0123456789", "from {zero:x}");
        }
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
        assert_whole("1.55", Err(Problem::NotWhole));
        assert_whole("1,00", Err(Problem::NotWhole));
        assert_whole("1 0000", Err(Problem::NotWhole));
        for thousand in ["1,000", "1.000", "1 000", "1\u{202f}000", "১,০০০", "١٬٠٠٠"] {
            assert_whole(thousand, Ok(Some(1_000)));
        }
        assert_whole("many", Err(Problem::NotWhole));
        assert_whole("-", Err(Problem::NotWhole));
    }

    #[test]
    fn what_is_shown_of_a_number_is_read_as_the_same() {
        for decimal in ['.', ',', '٫'] {
            for number in [0.0, 5.0, 12.5, 0.1, 1_234.125, 0.000_001, 1_234_567.89, 1e9] {
                let text = shown(number, decimal);
                assert_eq!(amount(&text, decimal), Ok(Some(number)), "{text}");
            }
        }
        assert_eq!(shown(200.0, ','), "200");
        assert_eq!(shown(0.5, ','), "0,5");
    }
}
