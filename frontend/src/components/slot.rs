//! A place on the page whose HTML follows what it reads. All that changes on a page changes in slots.

use leptos::{html::Div, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// What a control in a slot asks for: its `data-act`, and the `data-id` of what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub name: String,
    pub id: String,
}

/// A slot before it is put on the page.
pub struct Slot {
    class: &'static str,
    html: Box<dyn Fn() -> String>,
    on_act: Box<dyn Fn(Act)>,
    on_change: Box<dyn Fn(Act, String)>,
}

/// The HTML is written anew only when it is another one, and the keyboard stays where it was.
pub fn slot(class: &'static str, html: impl Fn() -> String + 'static) -> Slot {
    Slot { class, html: Box::new(html), on_act: Box::new(|_| {}), on_change: Box::new(|_, _| {}) }
}

impl Slot {
    /// Clicks on controls with a `data-act`.
    pub fn on_act(mut self, on_act: impl Fn(Act) + 'static) -> Slot {
        self.on_act = Box::new(on_act);
        self
    }

    /// What is typed and chosen in inputs and selects with a `data-act`.
    pub fn on_change(mut self, on_change: impl Fn(Act, String) + 'static) -> Slot {
        self.on_change = Box::new(on_change);
        self
    }

    pub fn view(self) -> AnyView {
        let Slot { class, html, on_act, on_change } = self;
        let place: NodeRef<Div> = NodeRef::new();
        Effect::new(move |before: Option<String>| {
            let now = html();
            if let Some(place) = place.get()
                && before.as_ref() != Some(&now)
            {
                write(&place, &now);
            }
            now
        });
        let click = move |event: web_sys::MouseEvent| {
            act_of(&event).inspect(|act| on_act(act.clone()));
        };
        let change = move |event: Event| {
            act_of(&event).inspect(|act| on_change(act.clone(), event_target_value(&event)));
        };
        view! { <div node_ref=place class=class on:click=click on:input=change></div> }.into_any()
    }
}

fn write(place: &Element, html: &str) {
    let focused = focused_act(place);
    let kept = kept(place);
    place.set_inner_html(html);
    for (name, left, top, had_focus) in kept {
        if let Ok(Some(region)) = place.query_selector(&["[data-keep=", &name, "]"].concat()) {
            region.set_scroll_left(left);
            region.set_scroll_top(top);
            if let Some(region) = region.dyn_ref::<HtmlElement>().filter(|_| had_focus) {
                let _ = region.focus();
            }
        }
    }
    if let Some(act) = focused {
        focus_act(place, &act);
    }
}

/// Regions with a `data-keep` (one of our own words): how far they are scrolled, and whether they have the focus.
fn kept(place: &Element) -> Vec<(String, i32, i32, bool)> {
    let mut kept = Vec::new();
    let Ok(regions) = place.query_selector_all("[data-keep]") else { return kept };
    for index in 0..regions.length() {
        if let Some(region) = regions.item(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            let name = region.get_attribute("data-keep").unwrap_or_default();
            let focused = document().active_element().as_ref() == Some(&region);
            kept.push((name, region.scroll_left(), region.scroll_top(), focused));
        }
    }
    kept
}

/// The act of the control that an event is about; none where it is switched off.
fn act_of(event: &Event) -> Option<Act> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let control = element.closest("[data-act]").ok()??;
    let off = control.get_attribute("aria-disabled").as_deref() == Some("true");
    (!off).then(|| read_act(&control))
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
    let mut best = None;
    for index in 0..controls.length() {
        let Some(control) = controls.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { continue };
        let act = read_act(&control);
        let same = act == *wanted;
        if same || (best.is_none() && !wanted.id.is_empty() && act.id == wanted.id) {
            best = Some(control);
        }
        if same {
            break;
        }
    }
    // The thing itself is gone (it was deleted): the keyboard goes on with what is there.
    let next = || place.query_selector("[data-keep], [data-act]").ok().flatten().and_then(|next| next.dyn_into().ok());
    if let Some(control) = best.or_else(next) {
        let _ = control.focus();
    }
}
