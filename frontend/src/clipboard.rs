//! Buttons with `data-copy="{id}"` put the text of that element into the clipboard, and say so beside themselves.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlInputElement};

use crate::{i18n::t, poll::run};

pub fn serve(root: &Element) {
    let on_click = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let button = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("[data-copy]").ok().flatten());
        if let Some(button) = button {
            run(copy(button));
        }
    });
    let _ = root.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
    on_click.forget();
}

async fn copy(button: Element) {
    let Some(source) = button.get_attribute("data-copy").and_then(|id| document().get_element_by_id(&id)) else {
        return;
    };
    let input = source.dyn_ref::<HtmlInputElement>();
    let text = input.map_or_else(|| source.text_content().unwrap_or_default(), HtmlInputElement::value);
    // Without a secure context there is no clipboard at all.
    let there = window().is_secure_context()
        && js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).is_ok_and(|it| it.is_object());
    let copied = there && JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
    if !copied && let Some(selection) = window().get_selection().ok().flatten() {
        // The next best: selected, ready for the keyboard.
        let _ = selection.select_all_children(&source);
        input.inspect(|input| input.select());
    }
    let said = if copied {
        t(msg!("Copied"))
    } else {
        t(msg!("The browser does not allow copying here: the text is selected, copy it by hand."))
    };
    if let Some(place) = button.next_element_sibling() {
        place.set_text_content(Some(&said));
    }
}
