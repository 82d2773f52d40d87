//! One of many, found by typing: a combobox with a list, by ARIA's practices. For what a select has too many of.
//!
//! The keyboard stays in the input; what Enter would choose is told by `aria-activedescendant`.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    language::{t, tf, tn},
    msg, plural,
    text::Msg,
    visible::{isolated, visible},
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::{Control, region};
use crate::{
    action::actions,
    format,
    markup::{Markup, html, truth},
    store::Store,
};

/// So many are listed; the others are found by typing.
const LISTED: usize = 100;

/// How far the keys for a page go.
const PAGE: usize = 10;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub value: String,
    label: String,
    detail: String,
    /// What it is found by, in small letters.
    lower: String,
}

impl Entry {
    /// Both texts as others wrote them; it is found by them and by its value. The detail stands second, and may be empty.
    pub fn new(value: &str, label: &str, detail: &str) -> Entry {
        let lower = format::lower(&[label, "\n", detail, "\n", value].concat());
        Entry { value: value.to_owned(), label: visible(label), detail: visible(detail), lower }
    }
}

/// What there is to choose from, as far as it is known.
#[derive(Default)]
pub struct Offer {
    pub entries: Rc<[Entry]>,
    /// Below the list: that more is awaited, or why it did not come. Empty: this is all.
    pub note: String,
    /// More is on its way: what is not listed may be there all the same.
    pub is_awaited: bool,
}

pub struct Choice {
    pub control: Control,
    /// Its name, where no label is `for` it.
    pub label: Option<Msg>,
    /// Stands there while nothing is chosen, such as `No team`.
    pub none: Msg,
    /// Whether nothing can be chosen, too.
    pub can_be_none: bool,
    /// What it reads is followed.
    pub offer: Box<dyn Fn() -> Offer>,
    /// Told what is typed, for those who have to ask for what matches.
    pub on_search: Option<Callback<String>>,
}

/// What can be made where it is missing.
#[derive(Clone, Copy)]
pub struct Make {
    /// Names what was typed, as `{name}`.
    pub label: Msg,
    /// Told what was typed.
    pub run: Callback<String>,
}

#[derive(Default)]
struct State {
    open: bool,
    /// None: what is chosen stands there.
    typed: Option<String>,
    /// What Enter would choose.
    active: usize,
}

impl State {
    fn typed(&self) -> &str {
        self.typed.as_deref().unwrap_or_default()
    }
}

actions! {
    enum ChoiceAction {
        Pick(usize) = "pick",
    }
}

/// What is listed of an offer for what was typed: value and texts; how many more there are.
struct Listed {
    lines: Vec<(String, String, String)>,
    more: usize,
    /// The last line is not of the offer: it makes what was typed.
    makes: bool,
}

fn listed(offer: &Offer, typed: &str, none: Option<Msg>, make: Option<Msg>) -> Listed {
    let wanted = format::lower(typed.trim());
    let mut listed = Listed { lines: Vec::new(), more: 0, makes: false };
    let mut is_there = wanted.is_empty();
    if let Some(none) = none.filter(|_| wanted.is_empty()) {
        listed.lines.push((String::new(), t(none), String::new()));
    }
    for entry in offer.entries.iter() {
        if !entry.lower.contains(&wanted) {
            continue;
        }
        is_there |= entry.lower.split('\n').any(|part| part == wanted);
        if listed.lines.len() < LISTED {
            listed.lines.push((entry.value.clone(), entry.label.clone(), entry.detail.clone()));
        } else {
            listed.more += 1;
        }
    }
    if let Some(label) = make.filter(|_| !is_there && !offer.is_awaited) {
        listed.makes = true;
        listed.lines.push((String::new(), tf(label, &[("name", &isolated(typed.trim()))]), String::new()));
    }
    listed
}

/// What was typed in full, where only one is called so: whoever goes on to the next field has chosen it.
fn exact(offer: &Offer, typed: &str) -> Option<String> {
    let wanted = format::lower(typed.trim());
    let mut called = offer.entries.iter().filter(|entry| entry.lower.split('\n').any(|part| part == wanted));
    match (called.next(), called.next()) {
        (Some(entry), None) if !wanted.is_empty() => Some(entry.value.clone()),
        _ => None,
    }
}

/// What stands in the input for a value: its label as soon as that is known.
fn label_of(offer: &Offer, value: &str) -> String {
    match offer.entries.iter().find(|entry| entry.value == value) {
        Some(entry) => entry.label.clone(),
        None => visible(value),
    }
}

pub fn choice(choice: Choice) -> AnyView {
    choice_or_make(choice, None)
}

/// Where nothing is called exactly so, it can be made.
pub fn choice_or_make(choice: Choice, make: Option<Make>) -> AnyView {
    let Choice { control, label, none, can_be_none, offer, on_search } = choice;
    let id = control.id;
    let state = Store::new(State::default());
    let offer = StoredValue::new_local(offer);
    let none_listed = can_be_none.then_some(none);
    let listed_now = move || {
        let typed = state.with_untracked(|state| state.typed().to_owned());
        untrack(|| offer.with_value(|offer| listed(&offer(), &typed, none_listed, make.map(|make| make.label))))
    };
    let close = move || {
        // The keyboard also leaves when the page does.
        if state.try_with_untracked(|state| state.open || state.typed.is_some()) == Some(true) {
            state.update(|state| *state = State::default());
        }
    };
    let pick = move |index: usize| {
        let now = listed_now();
        let is_made = now.makes && index + 1 == now.lines.len();
        let Some((value, ..)) = now.lines.into_iter().nth(index) else { return };
        let typed = state.with_untracked(|state| state.typed().trim().to_owned());
        close();
        if let Some(make) = make.filter(|_| is_made) {
            return make.run.run(typed);
        }
        control.set.run(value);
    };
    let leave = move || {
        let typed = state.try_with_untracked(|state| state.typed.clone()).flatten();
        let value = typed.and_then(|typed| untrack(|| offer.with_value(|offer| exact(&offer(), &typed))));
        close();
        if let Some(value) = value {
            control.set.run(value);
        }
    };
    let open = move || {
        if state.with_untracked(|state| state.open) {
            return;
        }
        let chosen = control.value.get_untracked();
        let active = listed_now().lines.iter().position(|(value, ..)| *value == chosen).unwrap_or(0);
        state.update(|state| (state.open, state.active) = (true, active));
        request_animation_frame(move || show_active(id));
    };
    let go = move |to: usize| {
        let last = listed_now().lines.len().saturating_sub(1);
        state.update(|state| state.active = to.min(last));
        request_animation_frame(move || show_active(id));
    };
    let on_key = move |event: KeyboardEvent| {
        let (is_open, active) = state.with_untracked(|state| (state.open, state.active));
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !is_open => open(),
            "ArrowDown" => go(active + 1),
            "ArrowUp" => go(active.saturating_sub(1)),
            "PageDown" if is_open => go(active + PAGE),
            "PageUp" if is_open => go(active.saturating_sub(PAGE)),
            "Enter" if is_open => pick(active),
            "Tab" => return leave(),
            "Escape" if is_open => {
                close();
                // Nor does the dialog close in which it stands.
                event.stop_propagation();
            }
            _ => return,
        }
        event.prevent_default();
    };
    let on_input = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        if let Some(on_search) = on_search {
            on_search.run(typed.clone());
        }
        state.update(|state| *state = State { open: true, typed: Some(typed), active: 0 });
    };
    let text = move || {
        let typed = state.with(|state| state.typed.clone());
        typed.unwrap_or_else(|| match control.value.get() {
            nothing if nothing.is_empty() => nothing,
            value => offer.with_value(|offer| label_of(&offer(), &value)),
        })
    };
    let active = move || state.with(|state| state.open.then(|| option_id(id, state.active)));
    let list = region(
        "gw-options-place",
        move || {
            let chosen = control.value.get();
            state.with(|state| {
                if !state.open {
                    return Markup::default();
                }
                offer.with_value(|offer| {
                    let offer = offer();
                    let listed = listed(&offer, state.typed(), none_listed, make.map(|make| make.label));
                    options(id, label.unwrap_or(none), &listed, &offer.note, state.active, &chosen)
                })
            })
        },
        move |ChoiceAction::Pick(index)| pick(index),
    );
    // The keyboard stays in the input while one clicks.
    let keep_keyboard = move |event: web_sys::MouseEvent| {
        let on_input = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        if on_input.is_some_and(|element| element.id() != id) {
            event.prevent_default();
        }
    };
    view! {
        <div class="gw-choose" on:mousedown=keep_keyboard on:focusout=move |_| if can_be_none { leave() } else { close() }>
            <input
                type="text"
                class="gw-choose-input"
                id=id
                role="combobox"
                aria-label=label.map(t)
                aria-autocomplete="list"
                aria-haspopup="listbox"
                aria-controls=[id, "-options"].concat()
                aria-expanded=move || truth(state.with(|state| state.open))
                aria-activedescendant=active
                aria-describedby=control.described_by()
                aria-invalid=move || (!control.error.with(String::is_empty)).then_some("true")
                autocomplete="off"
                spellcheck="false"
                placeholder=t(none)
                prop:value=text
                on:input=on_input
                on:keydown=on_key
                on:click=move |_| open()
            />
            {list}
        </div>
    }
    .into_any()
}

fn option_id(id: &str, index: usize) -> String {
    [id, "-option-", &index.to_string()].concat()
}

fn options(id: &str, label: Msg, listed: &Listed, note: &str, active: usize, chosen: &str) -> Markup {
    let more = tn(
        plural!("{count} more: type to find it", "{count} more: type to find one"),
        listed.more as u64,
        &format::count(listed.more as f64),
    );
    html! {
        div #{ (id) "-options" } .gw-options role="listbox" aria-label=(label) {
            @for (index, (value, label, detail)) in listed.lines.iter().enumerate() {
                @let makes = listed.makes && index + 1 == listed.lines.len();
                div #(option_id(id, index)) class=(if index == active { "gw-option gw-option-active" } else { "gw-option" })
                    role="option" aria-selected=(truth(!makes && value == chosen)) data-action=(ChoiceAction::Pick(index)) {
                    bdi { (label) }
                    @if !detail.is_empty() && detail != label { " " bdi.gw-minor { (detail) } }
                }
            }
        }
        @if listed.more > 0 { p.gw-option-note { (more) } }
        // There before its words: what comes together with them is announced by no screen reader.
        p.gw-option-note role="status" { @if !note.is_empty() { (note) } @else if listed.lines.is_empty() { (msg!("Nothing with this in its name")) } }
    }
}

/// The list scrolls by itself, and the page does not move.
fn show_active(id: &str) {
    let by_id = |id: &str| document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let Some(list) = by_id(&[id, "-options"].concat()) else { return };
    let Some(option) = list.query_selector(".gw-option-active").ok().flatten() else { return };
    let Ok(option) = option.dyn_into::<HtmlElement>() else { return };
    let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(count: usize) -> Offer {
        let mut entries = vec![Entry::new("t-1", "Support", "team of Ada"), Entry::new("t-2", "<b>\u{202e}Ops", "")];
        entries.extend((3..=count).map(|number| Entry::new(&format!("t-{number}"), &format!("Team {number}"), "")));
        Offer { entries: entries.into(), ..Offer::default() }
    }

    fn values(offer: &Offer, typed: &str, none: Option<Msg>) -> Vec<String> {
        listed(offer, typed, none, None).lines.into_iter().map(|(value, ..)| value).collect()
    }

    #[test]
    fn what_has_the_text_in_its_name_detail_or_value_is_listed() {
        let offer = offer(30);
        for (typed, found) in
            [("SUPP", &["t-1"][..]), (" of ada ", &["t-1"]), ("t-22", &["t-22"]), ("team 30", &["t-30"]), ("zzz", &[])]
        {
            assert_eq!(values(&offer, typed, Some(msg!("No team"))), found, "{typed}");
        }
    }

    #[test]
    fn nothing_can_be_chosen_until_something_is_typed() {
        assert_eq!(values(&offer(2), "", Some(msg!("No team"))), ["", "t-1", "t-2"]);
        assert_eq!(values(&offer(2), "", None), ["t-1", "t-2"]);
    }

    #[test]
    fn what_is_missing_can_be_made_and_what_is_there_cannot() {
        let of = |offer: &Offer, typed: &str| {
            let listed = listed(offer, typed, Some(msg!("No team")), Some(msg!("Create team “{name}”…")));
            (listed.makes, listed.lines.last().map(|(_, label, _)| label.clone()).unwrap_or_default())
        };
        let lines = |typed: &str| of(&offer(3), typed);
        assert_eq!(lines(" Data\u{202e} "), (true, "Create team “Data⟨U+202E⟩”…".to_owned()));
        assert!(lines("supp").0, "another one has it in its name");
        for typed in ["SUPPORT", "t-3", "team of ada", " "] {
            assert!(!lines(typed).0, "{typed}");
        }
        assert!(
            !of(&Offer { is_awaited: true, ..offer(3) }, "Data").0,
            "it may be there as soon as all of them are known"
        );
    }

    #[test]
    fn what_was_typed_in_full_is_chosen_where_only_one_is_called_so() {
        let mut offer = offer(3);
        for (typed, value) in
            [(" support ", Some("t-1")), ("T-2", Some("t-2")), ("supp", None), ("", None), (" ", None)]
        {
            assert_eq!(exact(&offer, typed).as_deref(), value, "{typed}");
        }
        offer.entries = [Entry::new("t-1", "Twin", ""), Entry::new("t-2", "twin", "")].into();
        assert_eq!(exact(&offer, "twin"), None);
        assert_eq!(exact(&offer, "t-2").as_deref(), Some("t-2"));
    }

    #[test]
    fn a_thousand_are_counted_and_not_written() {
        let offer = offer(1_000);
        let listed = listed(&offer, "", None, None);
        assert_eq!((listed.lines.len(), listed.more), (LISTED, 900));
        let list = options("gw-team", msg!("Team"), &listed, "", 1, "t-1");
        assert!(list.as_str().contains("900 more"), "{list:?}");
        assert_eq!(list.as_str().matches("role=\"option\"").count(), LISTED);
        assert_eq!(list.as_str().matches("gw-option-active").count(), 1);
        assert_eq!(list.as_str().matches("aria-selected=\"true\"").count(), 1);
    }

    #[test]
    fn names_are_text_and_a_value_without_a_name_stands_for_itself() {
        let offer = offer(2);
        let list = options("gw-team", msg!("Team"), &listed(&offer, "", None, None), "", 0, "");
        assert!(list.as_str().contains("&lt;b&gt;⟨U+202E⟩Ops"), "{list:?}");
        assert_eq!(label_of(&offer, "t-1"), "Support");
        assert_eq!(label_of(&offer, "gone\n"), "gone⏎");
    }
}
