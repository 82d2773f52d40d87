//! Numbers, money and times in the user's locale and the site's timezone, written by the browser's `Intl`.
//!
//! How many digits a figure deserves is decided in `model::number`.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use model::{
    clock,
    language::{t, tn},
    msg,
    number::{self, Digits, Span},
    plural,
};
use wasm_bindgen::{JsCast, JsValue};

/// The value of an option of `Intl`.
#[derive(Clone, Copy)]
enum Choice<'a> {
    Word(&'a str),
    Number(u8),
}

impl<'a> From<&'a str> for Choice<'a> {
    fn from(word: &'a str) -> Choice<'a> {
        Choice::Word(word)
    }
}

impl From<u8> for Choice<'_> {
    fn from(number: u8) -> Self {
        Choice::Number(number)
    }
}

struct Writer {
    locale: String,
    /// A name that `Intl` knows; `UTC` where the site has a bare offset.
    timezone: String,
    /// Added before writing where the site's timezone is a bare offset: not every browser takes `+05:30` as a name.
    offset_ms: i64,
    /// Making a formatter costs far more than using one.
    formatters: Vec<(String, Function)>,
}

thread_local! {
    static WRITER: RefCell<Writer> = const {
        RefCell::new(Writer { locale: String::new(), timezone: String::new(), offset_ms: 0, formatters: Vec::new() })
    };
}

pub fn set_locale(locale: &str, timezone: &str) {
    let offset_ms = offset_ms(timezone);
    let named = offset_ms.is_none() && construct("DateTimeFormat", "en", &[("timeZone", timezone.into())]).is_some();
    let timezone = if named { timezone } else { "UTC" };
    let locale = if construct("NumberFormat", locale, &[]).is_some() { locale } else { "en" };
    WRITER.with(|cell| {
        cell.replace(Writer {
            locale: locale.to_owned(),
            timezone: timezone.to_owned(),
            offset_ms: offset_ms.unwrap_or(0),
            formatters: Vec::new(),
        })
    });
}

/// The character between whole and part in the user's locale, for reading what they type.
pub fn decimal_mark() -> char {
    number_with(1.5, &[("minimumFractionDigits", 1.into())])
        .chars()
        .find(|c| matches!(c, '.' | ',' | '٫'))
        .unwrap_or('.')
}

pub fn count(value: f64) -> String {
    with_digits(value, number::count(value), 1.0, &[])
}

/// For axis labels and other narrow places.
pub fn short(value: f64) -> String {
    with_digits(value, number::short(value), 1.0, &[])
}

/// Every digit, whatever the size.
pub fn whole(value: f64) -> String {
    with_digits(value, Digits { min_fraction: 0, max_fraction: 0, compact: false }, 1.0, &[])
}

/// To a millionth of a dollar.
pub fn usd_exact(value: f64) -> String {
    money(value, Digits { min_fraction: 2, max_fraction: 6, compact: false })
}

pub fn usd(value: f64) -> String {
    // Something is not nothing.
    if value > 0.0 && value < 0.000_000_5 {
        return ["<", &money(0.000_001, number::usd(0.000_001))].concat();
    }
    money(value, number::usd(value))
}

pub fn percent(share: f64) -> String {
    // Something is not nothing.
    if share > 0.0 && share < 0.000_5 {
        return ["<", &percent(0.001)].concat();
    }
    with_digits(share, number::percent(share), 100.0, &[("style", "percent".into())])
}

/// `+12%`, `−3.4%`.
pub fn signed_percent(ratio: f64) -> String {
    let digits = if ratio.abs() >= 0.1 { number::percent(1.0) } else { number::percent(ratio) };
    with_digits(ratio, digits, 100.0, &[("style", "percent".into()), ("signDisplay", "exceptZero".into())])
}

/// The difference of two shares in points of a percent: `+1.5`, `−3`.
pub fn points(difference: f64) -> String {
    let digits = Digits { min_fraction: 0, max_fraction: 1, compact: false };
    with_digits(difference * 100.0, digits, 1.0, &[("signDisplay", "exceptZero".into())])
}

pub fn duration(ms: f64) -> String {
    let (value, unit) = match number::span(ms) {
        Span::Milliseconds(value) => (value, "millisecond"),
        Span::Seconds(value) => (value, "second"),
        Span::Minutes(value) => (value, "minute"),
        Span::Hours(value) => (value, "hour"),
        Span::Days(value) => (value, "day"),
    };
    number_with(
        value,
        &[
            ("style", "unit".into()),
            ("unit", unit.into()),
            ("unitDisplay", "short".into()),
            ("maximumFractionDigits", 1.into()),
        ],
    )
}

/// A calendar day of LiteLLM's, `YYYY-MM-DD`. It is a UTC day, so no timezone moves it.
pub fn day(date: &str) -> String {
    let Some(ms) = clock::parse_utc_ms(date) else { return date.to_owned() };
    date_with(ms, "UTC", &[("month", "short"), ("day", "numeric")])
}

/// The same with its year.
pub fn day_of_year(date: &str) -> String {
    let Some(ms) = clock::parse_utc_ms(date) else { return date.to_owned() };
    date_with(ms, "UTC", &[("year", "numeric"), ("month", "short"), ("day", "numeric")])
}

pub fn day_long(date: &str) -> String {
    let Some(ms) = clock::parse_utc_ms(date) else { return date.to_owned() };
    date_with(ms, "UTC", &[("weekday", "long"), ("month", "long"), ("day", "numeric")])
}

/// The same with its year: `Friday, November 20, 2026`.
pub fn day_in_full(date: &str) -> String {
    let Some(ms) = clock::parse_utc_ms(date) else { return date.to_owned() };
    date_with(ms, "UTC", &[("weekday", "long"), ("year", "numeric"), ("month", "long"), ("day", "numeric")])
}

/// `November 2026`.
pub fn month(date: &str) -> String {
    let Some(ms) = clock::parse_utc_ms(date) else { return date.to_owned() };
    date_with(ms, "UTC", &[("year", "numeric"), ("month", "long")])
}

/// The name of a day of the week; `style`: `long` or `short`.
pub fn weekday(date: &str, style: &str) -> String {
    let Some(ms) = clock::parse_utc_ms(date) else { return date.to_owned() };
    date_with(ms, "UTC", &[("weekday", style)])
}

/// The day of the month as a bare number: a date of only that has a word beside it in some languages.
pub fn day_number(date: &str) -> String {
    whole(date.get(8..10).and_then(|day| day.parse::<u8>().ok()).map_or(0.0, f64::from))
}

/// With which day a week begins in the user's language, 1 for Monday. Where the browser does not know: Monday, as in ISO 8601.
pub fn first_weekday() -> u8 {
    let locale = WRITER.with(|cell| cell.borrow().locale.clone());
    let known = construct("Locale", &locale, &[]).and_then(|locale| {
        let info = match Reflect::get(&locale, &"getWeekInfo".into()).ok()?.dyn_into::<Function>() {
            Ok(info) => info.call0(&locale).ok()?,
            Err(_) => Reflect::get(&locale, &"weekInfo".into()).ok()?,
        };
        Reflect::get(&info, &"firstDay".into()).ok()?.as_f64()
    });
    known.filter(|day| (1.0..=7.0).contains(day)).map_or(1, |day| day as u8)
}

pub fn time(ms: i64) -> String {
    site_time(ms, &[("hour", "2-digit"), ("minute", "2-digit")])
}

pub fn time_with_seconds(ms: i64) -> String {
    site_time(ms, &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")])
}

pub fn date(ms: i64) -> String {
    site_time(ms, &[("year", "numeric"), ("month", "short"), ("day", "numeric")])
}

pub fn date_time(ms: i64) -> String {
    if is_twice(ms) {
        return with_zone(ms, &[("year", "numeric"), ("month", "short"), ("day", "numeric"), HOUR, MINUTE]);
    }
    site_time(ms, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

pub fn date_time_long(ms: i64) -> String {
    if is_twice(ms) {
        let second = ("second", "2-digit");
        return with_zone(ms, &[("year", "numeric"), ("month", "long"), ("day", "numeric"), HOUR, MINUTE, second]);
    }
    site_time(ms, &[("dateStyle", "long"), ("timeStyle", "medium")])
}

/// The end of a time whose first moment is told with its day.
pub fn end_time(ms: i64) -> String {
    if is_twice(ms) { with_zone(ms, &[HOUR, MINUTE]) } else { time(ms) }
}

const HOUR: (&str, &str) = ("hour", "numeric");
const MINUTE: (&str, &str) = ("minute", "2-digit");

/// In autumn the clock goes through an hour a second time: then only with the zone it is said which one is meant.
fn is_twice(ms: i64) -> bool {
    let shown = time(ms);
    shown == time(ms - clock::HOUR_MS) || shown == time(ms + clock::HOUR_MS)
}

fn with_zone(ms: i64, parts: &[(&str, &str)]) -> String {
    site_time(ms, &[parts, &[("timeZoneName", "short")]].concat())
}

/// `3 minutes ago`.
pub fn age(seconds: u64) -> String {
    if seconds < 60 {
        return t(msg!("less than a minute ago"));
    }
    relative(seconds, -1.0)
        .unwrap_or_else(|| tn(plural!("{count} second ago", "{count} seconds ago"), seconds, &seconds.to_string()))
}

/// `in 3 hours`; less than a minute is one.
pub fn until(ms: i64) -> String {
    let seconds = u64::try_from(ms / 1_000).unwrap_or(0).max(60);
    // A day that has begun a second ago is not 23 hours.
    let seconds = if seconds > 5_400 { seconds + 1_800 } else { seconds };
    relative(seconds, 1.0).unwrap_or_else(|| {
        tn(plural!("in {count} minute", "in {count} minutes"), seconds / 60, &whole(seconds as f64 / 60.0))
    })
}

/// `sign`: -1 for what was, 1 for what will be.
fn relative(seconds: u64, sign: f64) -> Option<String> {
    let (value, unit) = match seconds {
        0..=3_599 => (seconds / 60, "minute"),
        3_600..=86_399 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let write = formatter("age", "RelativeTimeFormat", &[])?;
    write.call2(&JsValue::NULL, &(sign * value as f64).into(), &unit.into()).ok()?.as_string()
}

/// In small letters, by the rules of the user's browser: Rust's own tables would double the module's.
pub fn lower(text: &str) -> String {
    if cfg!(not(target_arch = "wasm32")) {
        return text.to_lowercase();
    }
    js_sys::JsString::from(text).to_lower_case().into()
}

pub fn list(items: &[String]) -> String {
    items.join(&t(msg!(", ")))
}

fn money(value: f64, digits: Digits) -> String {
    let text = with_digits(
        value,
        digits,
        1.0,
        &[("style", "currency".into()), ("currency", "USD".into()), ("currencyDisplay", "narrowSymbol".into())],
    );
    // What is larger than that was cut to it, such as a budget of 1e308.
    if value >= number::LARGEST { ["≥", &text].concat() } else { text }
}

/// `scale`: what is written of a 1.
fn with_digits(value: f64, digits: Digits, scale: f64, more: &[(&str, Choice)]) -> String {
    let mut options: Vec<(&str, Choice)> = vec![
        ("minimumFractionDigits", digits.min_fraction.into()),
        ("maximumFractionDigits", digits.max_fraction.into()),
    ];
    if digits.compact {
        options.push(("notation", "compact".into()));
    }
    options.extend_from_slice(more);
    number_with(number::rounded(value, digits, scale), &options)
}

fn number_with(value: f64, wanted: &[(&str, Choice)]) -> String {
    write(formatter(&name("number", wanted), "NumberFormat", wanted), value).unwrap_or_else(|| without_intl(value))
}

/// A browser that has no `Intl` shows nothing rather than digits without a unit.
#[cfg(target_arch = "wasm32")]
fn without_intl(_: f64) -> String {
    String::new()
}

/// In native tests, where what is rendered matters and not how a number is written.
#[cfg(not(target_arch = "wasm32"))]
fn without_intl(value: f64) -> String {
    value.to_string()
}

fn site_time(ms: i64, parts: &[(&str, &str)]) -> String {
    let (timezone, offset_ms) = WRITER.with(|cell| {
        let writer = cell.borrow();
        (writer.timezone.clone(), writer.offset_ms)
    });
    date_with(ms + offset_ms, &timezone, parts)
}

fn date_with(ms: i64, timezone: &str, parts: &[(&str, &str)]) -> String {
    let mut wanted: Vec<(&str, Choice)> = parts.iter().map(|(part, style)| (*part, (*style).into())).collect();
    wanted.push(("timeZone", timezone.into()));
    // As WordPress shows dates: in Thai or Persian, `Intl` would take another calendar.
    wanted.push(("calendar", "gregory".into()));
    write(formatter(&name("date", &wanted), "DateTimeFormat", &wanted), ms as f64)
        .unwrap_or_else(|| clock::format_utc(ms))
}

/// The day of a moment in the site's time, `2026-11-20`: as `<input type="date">` has it.
pub fn iso_day(ms: i64) -> String {
    swedish(ms, &[]).unwrap_or_else(|| clock::day(ms))
}

/// The minute of a moment in the site's time, `2026-11-20T12:00`: as `<input type="datetime-local">` has it.
pub fn iso_minute(ms: i64) -> String {
    let minute = swedish(ms, &[("dateStyle", "short".into()), ("timeStyle", "short".into())]);
    minute.unwrap_or_else(|| clock::format_utc(ms)[..16].to_owned()).replace(' ', "T")
}

/// The minute of a moment in the site's time, as if that were UTC.
pub fn local_ms(ms: i64) -> i64 {
    clock::parse_utc_ms(&iso_minute(ms)).unwrap_or(ms)
}

/// The moment of a minute in the site's time: the inverse of [`iso_minute`]. Of an hour that the clock goes through twice it
/// is the first. A minute that the clock leaps over is as if it had gone on.
pub fn moment_of(minute: &str) -> Option<i64> {
    let [before, after] = moments_of(minute)?;
    Some(before.min(after))
}

/// The same for the end of a time: the last that it can be.
pub fn last_moment_of(minute: &str) -> Option<i64> {
    let [before, after] = moments_of(minute)?;
    Some(before.max(after))
}

/// By what the clock is ahead before and after any change of it; one moment twice where that is all there is.
fn moments_of(minute: &str) -> Option<[i64; 2]> {
    let wanted = clock::parse_utc_ms(minute)?;
    let local = |ms: i64| clock::parse_utc_ms(&iso_minute(ms));
    let by = |ms: i64| Some(wanted - (local(ms)? - ms));
    let (before, after) = (by(wanted - clock::DAY_MS)?, by(wanted + clock::DAY_MS)?);
    let is = |ms: i64| local(ms) == Some(wanted);
    Some(match (is(before), is(after)) {
        (true, true) => [before, after],
        (false, true) => [after; 2],
        _ => [before; 2],
    })
}

/// In the site's time, as Sweden writes it: `2026-11-20 12:00`.
fn swedish(ms: i64, more: &[(&str, Choice)]) -> Option<String> {
    let (timezone, offset_ms) = WRITER.with(|cell| {
        let writer = cell.borrow();
        (writer.timezone.clone(), writer.offset_ms)
    });
    let mut wanted: Vec<(&str, Choice)> = vec![("timeZone", timezone.as_str().into()), ("calendar", "gregory".into())];
    wanted.extend_from_slice(more);
    let made = construct("DateTimeFormat", "sv-SE", &wanted);
    let format = made.and_then(|made| {
        let format: Function = Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()?;
        Some(format.bind0(&made))
    });
    write(format, (ms + offset_ms) as f64)
}

fn write(formatter: Option<Function>, value: f64) -> Option<String> {
    formatter?.call1(&JsValue::NULL, &value.into()).ok()?.as_string()
}

/// The `format` function of an `Intl` class with these options, made when it is first wanted.
fn formatter(name: &str, class: &str, wanted: &[(&str, Choice)]) -> Option<Function> {
    WRITER.with(|cell| {
        let mut writer = cell.borrow_mut();
        if let Some((_, known)) = writer.formatters.iter().find(|(known, _)| known == name) {
            return Some(known.clone());
        }
        let made = construct(class, &writer.locale, wanted)?;
        let format: Function = Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()?;
        // A no-op where `format` is a getter that gives a bound function already.
        let format = format.bind0(&made);
        writer.formatters.push((name.to_owned(), format.clone()));
        Some(format)
    })
}

/// `new Intl.{class}([locale], options)`. What the browser does not know throws; that must not end the app.
fn construct(class: &str, locale: &str, wanted: &[(&str, Choice)]) -> Option<JsValue> {
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    let options = Object::new();
    for (option, value) in wanted {
        let value = match value {
            Choice::Word(word) => JsValue::from(*word),
            Choice::Number(number) => JsValue::from(*number),
        };
        Reflect::set(&options, &JsValue::from(*option), &value).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &class.into()).ok()?.dyn_into().ok()?;
    Reflect::construct(&class, &Array::of2(&locale.into(), &options)).ok()
}

fn name(kind: &str, wanted: &[(&str, Choice)]) -> String {
    let mut name = kind.to_owned();
    for (option, value) in wanted {
        name.push_str(option);
        match value {
            Choice::Word(word) => name.push_str(word),
            Choice::Number(number) => name.push_str(&number.to_string()),
        }
    }
    name
}

/// `+05:30` in milliseconds; nothing for a named timezone.
fn offset_ms(timezone: &str) -> Option<i64> {
    let negative = timezone.starts_with(['-', '−']);
    let (hour, minute) = timezone.strip_prefix(['+', '-', '−'])?.split_once(':')?;
    let ms = hour.parse::<i64>().ok()? * clock::HOUR_MS + minute.parse::<i64>().ok()? * clock::MINUTE_MS;
    Some(if negative { -ms } else { ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_offsets_are_read() {
        assert_eq!(offset_ms("+05:30"), Some(19_800_000));
        assert_eq!(offset_ms("-03:00"), Some(-10_800_000));
        assert_eq!(offset_ms("Asia/Shanghai"), None);
    }
}
