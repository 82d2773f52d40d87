//! A part of the page that is only read and clicked: its markup follows the state, its controls say what they mean.

use leptos::{html::Div, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement};

use crate::{action::Action, effect::watch, markup::Markup, morph::morph, router::focus_title};

/// `render` is called again after each change of what it reads. Clicks on controls with a `data-action` go to `on_action`.
pub fn region<A: Action + 'static>(
    class: &'static str,
    render: impl Fn() -> Markup + 'static,
    on_action: impl Fn(A) + 'static,
) -> AnyView {
    plain_region(
        class,
        Box::new(render),
        Box::new(move |text| {
            if let Some(action) = A::parse(text) {
                on_action(action)
            }
        }),
    )
}

/// A region without controls of its own.
pub fn still_region(class: &'static str, render: impl Fn() -> Markup + 'static) -> AnyView {
    plain_region(class, Box::new(render), Box::new(|_| {}))
}

fn plain_region(class: &'static str, render: Box<dyn Fn() -> Markup>, on_action: Box<dyn Fn(&str)>) -> AnyView {
    let place: NodeRef<Div> = NodeRef::new();
    let mut written = None;
    watch(move || {
        // What is read is told to Leptos also while there is no place yet; then it counts as not written.
        let now = render();
        if let Some(place) = place.get()
            && written.as_ref() != Some(&now)
        {
            update(&place, &now);
            written = Some(now);
        }
    });
    let on_click = move |event: web_sys::MouseEvent| {
        if let Some(action) = action_of(&event) {
            on_action(&action);
        }
    };
    view! { <div node_ref=place class=class on:click=on_click></div> }.into_any()
}

/// The action of the control that an event is about; none where it is switched off.
fn action_of(event: &Event) -> Option<String> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let control = element.closest("[data-action]").ok()??;
    let off = control.get_attribute("aria-disabled").as_deref() == Some("true");
    control.get_attribute("data-action").filter(|_| !off)
}

/// The next state, and the keyboard where it was: where its control is gone, in the row that took the place, else at the
/// control before.
fn update(place: &Element, markup: &Markup) {
    let focused = document().active_element().filter(|element| place.contains(Some(element)));
    let stood = focused.as_ref().map(|element| Position::of(place, element));
    morph(place, markup);
    if let (Some(focused), Some(stood)) = (focused, stood)
        && document().active_element().as_ref() != Some(&focused)
        && !place.contains(document().active_element().as_deref())
    {
        // A link that is gone has led elsewhere: that begins at its heading.
        let followed = focused.tag_name() == "A" && stood.row.is_none();
        if followed || !stood.focus_nearest(place) {
            focus_title();
        }
    }
}

const CONTROLS: &str = "a[href], button, input, select, [tabindex]";

/// Where a control stands: in which row of the table, and as which control of the region.
struct Position {
    row: Option<u32>,
    control: u32,
}

impl Position {
    fn of(place: &Element, control: &Element) -> Position {
        let row = control.closest("tbody tr").ok().flatten();
        Position {
            row: row.and_then(|row| index_in(place, "tbody tr", &row)),
            control: index_in(place, CONTROLS, control).unwrap_or(0),
        }
    }

    /// Whether there was anything to focus.
    fn focus_nearest(&self, place: &Element) -> bool {
        let row = self.row.and_then(|row| nearest(place, "tbody tr", row));
        let in_row = row.and_then(|row| nearest(&row, CONTROLS, 0));
        let control = in_row.or_else(|| nearest(place, CONTROLS, self.control));
        let control = control.and_then(|control| control.dyn_into::<HtmlElement>().ok());
        let still = FocusOptions::new();
        still.set_prevent_scroll(true);
        control.is_some_and(|control| control.focus_with_options(&still).is_ok())
    }
}

fn index_in(place: &Element, selector: &str, wanted: &Element) -> Option<u32> {
    let all = place.query_selector_all(selector).ok()?;
    (0..all.length()).find(|index| all.item(*index).as_ref() == Some(wanted.as_ref()))
}

/// The one at this index, else the last.
fn nearest(place: &Element, selector: &str, index: u32) -> Option<Element> {
    let all = place.query_selector_all(selector).ok()?;
    let last = all.length().checked_sub(1)?;
    all.item(index.min(last))?.dyn_into().ok()
}
