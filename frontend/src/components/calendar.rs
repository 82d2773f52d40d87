//! Two calendars beside each other to choose a first and a last day from, by ARIA's practices for a date picker in a dialog.
//! The keyboard is on one day; arrows, Home, End and the keys for a page move it, Enter chooses, Escape closes.

use std::rc::Rc;

use leptos::{html::Dialog, prelude::*};
use model::{
    calendar::{Picked, month, moved, weeks},
    language::{t, tf},
    msg,
    text::Msg,
    usage::days::date,
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::region;
use crate::{
    action::actions,
    chunk::{self, chunk},
    format,
    markup::{Markup, html, truth},
    store::Store,
};

/// Below this width one month is shown; as in the style sheet.
const TWO_PX: f64 = 640.0;

/// A week whose days have names: it begins with a Monday.
const SOME_MONDAY: i64 = 4;

actions! {
    enum CalendarAction {
        Pick(usize) = "pick",
        Earlier = "earlier",
        Later = "later",
        Cancel = "cancel",
        Show = "show",
    }
}

type Choose = Rc<dyn Fn(i64, i64)>;
/// The first and the last day that are chosen, and today.
type Days = Rc<dyn Fn() -> (Option<(i64, i64)>, i64)>;

/// What the calendar of a page begins with, and who is told what was chosen.
#[derive(Clone, Copy)]
struct Calendar(StoredValue<(Days, Choose), LocalStorage>);

#[derive(Default)]
struct State {
    open: bool,
    picked: Picked,
    /// The day that has the keyboard.
    at: i64,
    /// The first of the months that are shown, by its first day.
    shown: i64,
    today: i64,
    /// 1 is Monday.
    begins: i64,
}

/// A button that opens the calendars. `days`: the first and the last day that stand there now, and today; `choose` is told
/// others. All of it is in the chunk: each page that has a range would have it on its first view.
pub fn calendar(
    days: impl Fn() -> (Option<(i64, i64)>, i64) + 'static,
    choose: impl Fn(i64, i64) + 'static,
) -> AnyView {
    calendar_boxed(Rc::new(days), Rc::new(choose))
}

fn calendar_boxed(days: Days, choose: Choose) -> AnyView {
    provide_context(Calendar(StoredValue::new_local((days, choose))));
    chunk::part(chunk!(calendar, crate::components::calendar_dialog))
}

/// Of the chunk of this name.
pub fn calendar_dialog() -> AnyView {
    let Some(Calendar(inner)) = use_context::<Calendar>() else { return ().into_any() };
    let state = Store::new(State::default());
    let on_click = move |_| {
        let (known, today) = inner.with_value(|(days, _)| days.clone())();
        let at = known.map_or(today, |(_, last)| last);
        let picked = Picked { first: known.map(|(first, _)| first), last: known.map(|(_, last)| last) };
        state.update(|state| *state = State { open: true, picked, at, shown: 0, today, begins: 1 });
    };
    let dialog: NodeRef<Dialog> = NodeRef::new();
    let is_open = crate::effect::is(move || state.with(|state| state.open));
    crate::effect::watch(move || {
        let (open, dialog) = (is_open.get(), dialog.get());
        let Some(dialog) = dialog else { return };
        if open && !dialog.open() {
            state.update(|state| {
                state.begins = i64::from(format::first_weekday());
                let end = month(state.at, 0);
                state.shown = if shows_two() { month(end, -1) } else { end };
            });
            let _ = dialog.show_modal();
            focus_later(state);
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let close = move || state.update(|state| state.open = false);
    let show = move || {
        if let Some((first, last)) = state.with_untracked(|state| state.picked.whole()) {
            close();
            inner.with_value(|(_, choose)| choose.clone())(first, last);
        }
    };
    let on_action = move |action| match action {
        CalendarAction::Pick(day) => {
            state.update(|state| {
                state.at = day as i64;
                state.picked = state.picked.pick(day as i64);
            });
            focus_later(state);
        }
        CalendarAction::Earlier => turn(state, -1),
        CalendarAction::Later => turn(state, 1),
        CalendarAction::Cancel => close(),
        CalendarAction::Show => show(),
    };
    let on_key = move |event: KeyboardEvent| {
        let is_day = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok())
            .is_some_and(|target| target.get_attribute("role").as_deref() == Some("gridcell"));
        if !is_day || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let key = event.key();
        if key == "Enter" || key == " " {
            event.prevent_default();
            state.update(|state| state.picked = state.picked.pick(state.at));
            return;
        }
        let is_rtl = document().dir() == "rtl";
        let to = state.with_untracked(|state| moved(state.at, &key, event.shift_key(), is_rtl, state.begins));
        if let Some(to) = to {
            event.prevent_default();
            state.update(|state| state.go_to(to, if shows_two() { 2 } else { 1 }));
            focus_later(state);
        }
    };
    let content = region("", move || state.with(render), on_action);
    view! {
        <button
            type="button"
            class="button gw-icon-button"
            aria-haspopup="dialog"
            aria-label=t(msg!("Choose days in a calendar"))
            title=t(msg!("Choose days in a calendar"))
            on:click=on_click
        >
            <span class="dashicons dashicons-calendar-alt" aria-hidden="true"></span>
        </button>
        <dialog
            node_ref=dialog
            id="gw-calendar"
            class="gw-dialog gw-calendar"
            aria-label=t(msg!("Choose days"))
            on:keydown=on_key
            on:close=move |_| close()
        >
            {content}
        </dialog>
    }
    .into_any()
}

impl State {
    /// `shown`: how many months the window has room for.
    fn turn(&mut self, months: i64, shown: i64) {
        // Where there was room for two, the one that is looked at may be the second.
        let first = if shown == 1 { month(self.at, 0) } else { self.shown };
        self.shown = month(first, months);
        if self.at < self.shown || self.at >= month(self.shown, shown) {
            self.at = self.shown;
        }
    }

    /// The keyboard goes to a day, and the months with it where it is in none that is shown.
    fn go_to(&mut self, day: i64, months: i64) {
        self.at = day;
        let of = month(day, 0);
        if of < self.shown {
            self.shown = of;
        } else if of >= month(self.shown, months) {
            self.shown = month(of, 1 - months);
        }
    }
}

/// Other months are shown; the keyboard stays on the button, and its day is one of these.
fn turn(state: Store<State>, months: i64) {
    state.update(|state| state.turn(months, if shows_two() { 2 } else { 1 }));
}

fn shows_two() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width > TWO_PX)
}

/// Once the day is there.
fn focus_later(state: Store<State>) {
    request_animation_frame(move || {
        let Some(id) = state.try_with_untracked(|state| id_of(state.at)) else { return };
        let day = document().get_element_by_id(&id).and_then(|day| day.dyn_into::<HtmlElement>().ok());
        if let Some(day) = day {
            let _ = day.focus();
        }
    });
}

fn id_of(day: i64) -> String {
    ["gw-day-", &day.to_string()].concat()
}

fn render(state: &State) -> Markup {
    let (first, second) = (state.shown, month(state.shown, 1));
    html! {
        div.gw-calendar-months {
            (one_month(state, first))
            (one_month(state, second))
            button .button .gw-icon-button .gw-calendar-earlier type="button" data-action=(CalendarAction::Earlier)
                aria-label=(msg!("Earlier month")) title=(msg!("Earlier month")) { span .dashicons .dashicons-arrow-left-alt2 aria-hidden="true" {} }
            button .button .gw-icon-button .gw-calendar-later type="button" data-action=(CalendarAction::Later)
                aria-label=(msg!("Later month")) title=(msg!("Later month")) { span .dashicons .dashicons-arrow-right-alt2 aria-hidden="true" {} }
        }
        p.gw-minor role="status" { (said(state.picked)) }
        div.gw-dialog-actions {
            button.button type="button" data-action=(CalendarAction::Cancel) { (msg!("Cancel")) }
            button .button .button-primary type="button" data-action=(CalendarAction::Show)
                aria-disabled=(truth(state.picked.whole().is_none())) { (msg!("Show")) }
        }
    }
}

fn said(picked: Picked) -> String {
    let day = |day: i64| format::day_of_year(&date(day));
    match (picked.first, picked.last) {
        (Some(first), Some(last)) => tf(msg!("{from} – {to}"), &[("from", &day(first)), ("to", &day(last))]),
        (Some(first), None) => tf(msg!("From {day}. Choose the last day."), &[("day", &day(first))]),
        _ => t(msg!("Choose the first day.")),
    }
}

fn one_month(state: &State, first: i64) -> Markup {
    let id = ["gw-month-", &first.to_string()].concat();
    // Where there is room for one month, it is that of the keyboard.
    let class = if month(state.at, 0) == first { "gw-calendar-month" } else { "gw-calendar-month gw-calendar-aside" };
    let weekdays: Vec<String> = (0..7).map(|at| date(SOME_MONDAY + state.begins - 1 + at)).collect();
    html! {
        div #{ "of-" (id) } class=(class) {
            h2 #(id) .gw-calendar-title aria-live="polite" { (format::month(&date(first))) }
            table role="grid" aria-labelledby=(id) {
                thead { tr {
                    @for weekday in &weekdays { th scope="col" abbr=(format::weekday(weekday, "long")) { (format::weekday(weekday, "short")) } }
                } }
                tbody {
                    @for week in weeks(first, state.begins) {
                        tr {
                            @for day in week {
                                @if let Some(day) = day { (one_day(state, day)) } @else { td {} }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn one_day(state: &State, day: i64) -> Markup {
    let picked = state.picked;
    let in_range = picked.contains(day, state.at);
    let class = match (picked.is_end(day), in_range, day == state.today) {
        (true, _, false) => "gw-day gw-day-end",
        (true, _, true) => "gw-day gw-day-end gw-day-today",
        (_, true, false) => "gw-day gw-day-between",
        (_, true, true) => "gw-day gw-day-between gw-day-today",
        (_, _, true) => "gw-day gw-day-today",
        _ => "gw-day",
    };
    let name = format::day_in_full(&date(day));
    let text: Msg = match (picked.first == Some(day), picked.last == Some(day), day == state.today) {
        (true, true, _) => msg!("{day}, the first and the last day"),
        (true, ..) => msg!("{day}, the first day"),
        (_, true, _) => msg!("{day}, the last day"),
        (.., true) => msg!("{day}, today"),
        _ => msg!("{day}"),
    };
    html! {
        td #(id_of(day)) class=(class) role="gridcell" data-action=(CalendarAction::Pick(day.max(0) as usize)) tabindex=(if day == state.at { "0" } else { "-1" })
            aria-selected=(truth(picked.is_end(day) || picked.whole().is_some() && in_range)) aria-label=(tf(text, &[("day", &name)])) { (format::day_number(&date(day))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        // November 2026, begun with a Monday.
        let at = 20_777;
        State { at, today: at, begins: 1, shown: month(at, -1), ..State::default() }
    }

    #[test]
    fn the_months_follow_the_keyboard_and_no_further() {
        let mut state = state();
        let november = month(state.at, 0);
        state.go_to(november - 1, 2);
        assert_eq!(state.shown, month(november, -1), "it is shown");
        state.go_to(month(november, 1), 2);
        assert_eq!(state.shown, november);
        state.go_to(month(november, -3), 2);
        assert_eq!(state.shown, month(november, -3));
        state.go_to(november, 1);
        assert_eq!(state.shown, november, "where only one month is shown");
    }

    /// A window that got narrow had the first of the months, also where the second was looked at.
    #[test]
    fn where_there_is_room_for_one_month_it_is_the_one_that_is_looked_at() {
        let mut state = state();
        let november = month(state.at, 0);
        let aside = |state: &State| {
            let markup = render(state).as_str().to_owned();
            let months: Vec<String> = markup.split("of-gw-month-").skip(1).map(str::to_owned).collect();
            months
                .iter()
                .map(|month| month.split('>').next().is_some_and(|tag| tag.contains("aside")))
                .collect::<Vec<_>>()
        };
        assert_eq!(aside(&state), [true, false], "November is the second");
        state.go_to(november - 1, 2);
        assert_eq!(aside(&state), [false, true]);
        state.go_to(november, 2);
        state.turn(-1, 1);
        assert_eq!(
            (state.shown, month(state.at, 0)),
            (month(november, -1), month(november, -1)),
            "the month before it"
        );
        state.go_to(november, 2);
        state.turn(1, 1);
        assert_eq!((state.shown, state.at), (month(november, 1), month(november, 1)));
        state.turn(-1, 2);
        assert_eq!((state.shown, state.at), (november, month(november, 1)), "both are shown");
    }

    #[test]
    fn the_range_the_day_of_the_keyboard_and_today_are_told() {
        let mut state = state();
        state.picked = Picked::default().pick(state.at - 3);
        let markup = render(&state).as_str().to_owned();
        assert_eq!(markup.matches("tabindex=\"0\"").count(), 1, "Tab comes to one day");
        assert_eq!(markup.matches("gw-day-between").count(), 3, "to where the keyboard is");
        assert_eq!(markup.matches("aria-selected=\"true\"").count(), 1);
        assert!(markup.contains(", today") && markup.contains(", the first day"), "{markup}");
        assert!(markup.contains("data-action=\"show\" aria-disabled=\"true\""), "{markup}");
        state.picked = state.picked.pick(state.at);
        let markup = render(&state).as_str().to_owned();
        assert_eq!(markup.matches("aria-selected=\"true\"").count(), 4);
        assert!(markup.contains("aria-disabled=\"false\""));
    }
}
