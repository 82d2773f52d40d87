//! Which time a page looks at: the ranges that are asked for most, or one's own, from a day or a minute to another, typed or
//! chosen in two calendars.

use leptos::prelude::*;
use model::{
    language::t,
    msg,
    route::{Edge, Own, Quick, TimeRange},
    text::Msg,
    usage::days::{date, day_of},
};

use super::calendar;
use crate::{effect::watch, format, store::Store, task::now_ms};

/// In the list, for a range that is none of it.
const OWN: &str = "own";

pub struct RangeChoice {
    pub quick: &'static [Quick],
    /// One's own begins and ends at a minute; else with a day.
    pub minutes: bool,
    /// Whether days and minutes are UTC; else they are the site's. What it reads is followed.
    pub is_utc: Box<dyn Fn() -> bool>,
    /// What it reads is followed.
    pub range: Box<dyn Fn() -> TimeRange>,
    pub choose: Box<dyn Fn(TimeRange)>,
}

#[derive(Default)]
struct Typing {
    /// The fields of an own range are there: one is shown, or was asked for.
    is_open: bool,
    from: String,
    to: String,
    error: Option<Msg>,
}

impl Typing {
    fn of(range: TimeRange, minutes: bool, is_open: bool, now_ms: i64) -> Typing {
        let bounds = range.bounds(now_ms);
        let (from, to) = if minutes {
            (Edge::minute(bounds.start_ms), Edge::minute(bounds.end_ms))
        } else {
            (Edge::day(bounds.start_ms), Edge::day((bounds.end_ms - 1).max(bounds.start_ms)))
        };
        let is_until_now = matches!(range, TimeRange::Own(Own { to: None, .. }));
        let to = if is_until_now { String::new() } else { to.value() };
        Typing { is_open, from: from.value(), to, error: None }
    }

    fn range(&self) -> Result<TimeRange, Msg> {
        let from = Edge::parse(&self.from).ok_or(msg!("Say when the range begins."))?;
        // An empty end is now; half of a moment is none.
        let to = Edge::parse(&self.to);
        TimeRange::own(from, to).ok_or(msg!("The range ends before it begins."))
    }

    /// The first and the last day that are typed, where both are; a minute at midnight is the end of the day before.
    fn days(&self) -> Option<(i64, i64)> {
        let (from, to) = (Edge::parse(&self.from)?, Edge::parse(&self.to)?);
        let (first, last) = (day_of(from.ms), day_of(if to.is_day { to.ms } else { to.ms - 1 }));
        (first <= last).then_some((first, last))
    }

    /// These days as a whole.
    fn choose(&mut self, first: i64, last: i64, minutes: bool) {
        let midnight = |day: i64| [&date(day), "T00:00"].concat();
        (self.from, self.to) = if minutes { (midnight(first), midnight(last + 1)) } else { (date(first), date(last)) };
        self.error = None;
    }
}

pub fn range_choice(choice: RangeChoice) -> AnyView {
    let RangeChoice { quick, minutes, is_utc, range, choose } = choice;
    let (range, choose) = (StoredValue::new_local(range), StoredValue::new_local(choose));
    let is_utc = StoredValue::new_local(is_utc);
    let is_utc = move || is_utc.with_value(|is_utc| is_utc());
    let typing = Store::new(Typing::default());
    // The days of a quick range are those of the site, where these are shown.
    let now_there = move || if is_utc() { now_ms() } else { format::local_ms(now_ms()) };
    let mut before = None;
    watch(move || {
        let range = range.with_value(|range| range());
        let wanted = (range, is_utc());
        if before.replace(wanted) == Some(wanted) {
            return;
        }
        let is_own = chosen(quick, range) == OWN;
        typing.update(|typing| *typing = Typing::of(range, minutes, is_own, now_there()));
    });
    let on_quick = move |event: web_sys::Event| {
        let value = event_target_value(&event);
        match quick.iter().find(|quick| quick.value() == value) {
            Some(quick) => {
                typing.update(|typing| typing.is_open = false);
                choose.with_value(|choose| choose(TimeRange::Quick(*quick)));
            }
            None => {
                let (range, now_ms) = untrack(|| (range.with_value(|range| range()), now_there()));
                typing.update(|typing| *typing = Typing::of(range, minutes, true, now_ms));
            }
        }
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match typing.with_untracked(Typing::range) {
            Ok(range) => choose.with_value(|choose| choose(range)),
            Err(error) => typing.update(|typing| typing.error = Some(error)),
        }
    };
    let is_open = crate::effect::is(move || typing.with(|typing| typing.is_open));
    let days = move || {
        if !is_open.get() {
            return ().into_any();
        }
        calendar(
            move || (typing.with_untracked(Typing::days), day_of(untrack(now_there))),
            move |first, last| {
                typing.update(|typing| typing.choose(first, last, minutes));
                if let Ok(range) = typing.with_untracked(Typing::range) {
                    choose.with_value(|choose| choose(range));
                }
            },
        )
    };
    let value = move || {
        let range = range.with_value(|range| range());
        if typing.with(|typing| typing.is_open) { OWN } else { chosen(quick, range) }
    };
    // The select has its value before it has its options.
    let first = untrack(value);
    let options: Vec<AnyView> = quick
        .iter()
        .map(|quick| (quick.value(), quick.label()))
        .chain([(OWN, msg!("Another range…"))])
        .map(|(value, label)| view! { <option value=value selected=value == first>{t(label)}</option> }.into_any())
        .collect();
    view! {
        <div class="gw-range">
            <select aria-label=t(msg!("Range")) prop:value=value on:change=on_quick>
                {options}
            </select>
            <form class="gw-range-own" hidden=move || typing.with(|typing| !typing.is_open) on:submit=on_submit>
                {end(move || if is_utc() { msg!("From (UTC)") } else { msg!("From") }, minutes, typing, true)}
                {end(move || if is_utc() { msg!("To (UTC)") } else { msg!("To") }, minutes, typing, false)}
                {days}
                <button class="button" type="submit">
                    {t(msg!("Show"))}
                </button>
                <p class="gw-field-error" role="alert">
                    {move || typing.with(|typing| typing.error.map(t).unwrap_or_default())}
                </p>
            </form>
        </div>
    }
    .into_any()
}

fn chosen(quick: &[Quick], range: TimeRange) -> &'static str {
    match range {
        TimeRange::Quick(range) if quick.contains(&range) => range.value(),
        _ => OWN,
    }
}

/// One end of an own range.
fn end(label: impl Fn() -> Msg + Send + 'static, minutes: bool, typing: Store<Typing>, is_start: bool) -> AnyView {
    let value = move || typing.with(|typing| if is_start { typing.from.clone() } else { typing.to.clone() });
    let on_input = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        typing.update(|typing| {
            *(if is_start { &mut typing.from } else { &mut typing.to }) = typed;
            typing.error = None;
        });
    };
    view! {
        <label class="gw-range-end">
            <span>{move || t(label())}</span>
            <input
                type=if minutes { "datetime-local" } else { "date" }
                class="gw-date"
                prop:value=value
                on:input=on_input
            />
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing(from: &str, to: &str) -> Typing {
        Typing { is_open: true, from: from.to_owned(), to: to.to_owned(), error: None }
    }

    #[test]
    fn what_is_typed_is_a_range_or_says_why_not() {
        let range = typing("2026-11-01", "2026-11-03").range();
        assert!(range.is_ok_and(|range| range.bounds(0).end_ms - range.bounds(0).start_ms == 3 * 86_400_000));
        assert!(typing("2026-11-01T10:00", "").range().is_ok(), "until now");
        assert!(typing("", "2026-11-03").range().is_err());
        assert!(typing("2026-11-03", "2026-11-01").range().is_err());
    }

    #[test]
    fn days_of_the_calendar_are_typed_and_typed_days_are_in_the_calendar() {
        for minutes in [false, true] {
            let mut typing = typing("2026-11-01T10:30", "");
            assert_eq!(typing.days(), None, "until now has no last day");
            typing.choose(20_777, 20_779, minutes);
            assert_eq!(typing.days(), Some((20_777, 20_779)), "{}", typing.to);
            let length = typing.range().map(|range| range.bounds(0).end_ms - range.bounds(0).start_ms);
            assert_eq!(length.ok(), Some(3 * 86_400_000));
        }
        assert_eq!(typing("2026-11-03", "2026-11-01").days(), None);
    }

    #[test]
    fn a_range_that_is_not_in_the_list_is_ones_own() {
        let quick = [Quick::Today, Quick::Week];
        assert_eq!(chosen(&quick, TimeRange::Quick(Quick::Week)), "7d");
        assert_eq!(chosen(&quick, TimeRange::Quick(Quick::Hour)), OWN);
        let own = typing("2026-11-01", "").range().map(|range| chosen(&quick, range));
        assert_eq!(own.ok(), Some(OWN));
    }

    #[test]
    fn the_fields_begin_with_the_range_that_is_shown() {
        let range = typing("2026-11-01", "2026-11-03").range().unwrap_or(TimeRange::Quick(Quick::Today));
        let of = |minutes| {
            let Typing { from, to, .. } = Typing::of(range, minutes, true, 0);
            (from, to)
        };
        assert_eq!(of(false), ("2026-11-01".to_owned(), "2026-11-03".to_owned()));
        // A minute is the end, a day is a part of the range.
        assert_eq!(of(true), ("2026-11-01T00:00".to_owned(), "2026-11-04T00:00".to_owned()));
    }
}
