//! A place on the page whose HTML follows a signal. All that changes on a page changes in slots.

use leptos::{html::Div, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// What a control in a slot asks for: its `data-act`, and the `data-id` of what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub name: String,
    pub id: String,
}

/// The HTML is written anew only when it is another one, and the keyboard stays where it was.
#[component]
pub fn Slot(
    #[prop(into)] html: Signal<String>,
    #[prop(optional)] class: &'static str,
    /// Clicks on controls with a `data-act`.
    #[prop(optional)] on_act: Option<Callback<Act>>,
    /// Changes of inputs and selects with a `data-act`.
    #[prop(optional)] on_change: Option<Callback<(Act, String)>>,
) -> impl IntoView {
    let place: NodeRef<Div> = NodeRef::new();
    Effect::new(move |before: Option<String>| {
        let now = html.get();
        if let Some(place) = place.get()
            && before.as_ref() != Some(&now)
        {
            let focused = focused_act(&place);
            place.set_inner_html(&now);
            focused.inspect(|act| focus_act(&place, act));
        }
        now
    });
    let click = move |event: Event| {
        if let (Some(on_act), Some(act)) = (on_act, act_of(&event)) {
            on_act.run(act);
        }
    };
    let change = move |event: Event| {
        if let (Some(on_change), Some(act)) = (on_change, act_of(&event)) {
            on_change.run((act, event_target_value(&event)));
        }
    };
    view! { <div node_ref=place class=class on:click=move |event| click(event.into()) on:input=change></div> }
}

/// The act of the control that an event is about; none where it is switched off.
pub fn act_of(event: &Event) -> Option<Act> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let control = element.closest("[data-act]").ok()??;
    if control.get_attribute("aria-disabled").as_deref() == Some("true") {
        return None;
    }
    Some(read_act(&control))
}

fn read_act(control: &Element) -> Act {
    Act {
        name: control.get_attribute("data-act").unwrap_or_default(),
        id: control.get_attribute("data-id").unwrap_or_default(),
    }
}

fn focused_act(place: &Element) -> Option<Act> {
    let focused = document().active_element()?;
    (place.contains(Some(&focused)) && focused.has_attribute("data-act")).then(|| read_act(&focused))
}

/// The same control of the new HTML; where its act is gone (Block became Unblock), another one about the same thing.
fn focus_act(place: &Element, wanted: &Act) {
    let Ok(controls) = place.query_selector_all("[data-act]") else { return };
    let mut second_best = None;
    for index in 0..controls.length() {
        let Some(control) = controls.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { continue };
        let act = read_act(&control);
        if act == *wanted {
            let _ = control.focus();
            return;
        }
        if second_best.is_none() && !wanted.id.is_empty() && act.id == wanted.id {
            second_best = Some(control);
        }
    }
    if let Some(control) = second_best {
        let _ = control.focus();
    }
}
