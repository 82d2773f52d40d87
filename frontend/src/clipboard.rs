//! Buttons with `data-copy="{id}"` put the text of that element into the clipboard, and say so in themselves for a moment.

use std::time::Duration;

use leptos::prelude::*;
use model::{language::t, msg};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlInputElement};

use crate::task::spawn;

/// How long a button says what it did.
const SAID: Duration = Duration::from_secs(3);

pub fn serve(root: &Element) {
    let on_click = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let button = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("[data-copy]").ok().flatten());
        if let Some(button) = button {
            spawn(copy_for(button));
        }
    });
    let _ = root.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
    on_click.forget();
}

async fn copy_for(button: Element) {
    let Some(id) = button.get_attribute("data-copy") else { return };
    let label = button.text_content().unwrap_or_default();
    let copied = copy(&id).await;
    let said = if copied { t(msg!("Copied")) } else { t(msg!("Selected: copy it by hand")) };
    // A second click meanwhile must not take what is said for the label.
    if button.get_attribute("data-copied").is_some() {
        return;
    }
    let _ = button.set_attribute("data-copied", "");
    button.set_text_content(Some(&said));
    set_timeout(
        move || {
            let _ = button.remove_attribute("data-copied");
            button.set_text_content(Some(&label));
        },
        SAID,
    );
}

/// Whether the text of the element with this id is in the clipboard; where that is not allowed, it is selected instead.
pub async fn copy(id: &str) -> bool {
    let Some(source) = document().get_element_by_id(id) else { return false };
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
    copied
}

/// Whether all that stands in an input is selected: a part of a key is no key.
pub fn is_all_selected(id: &str) -> bool {
    let input = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    input.is_some_and(|input| {
        let end = input.selection_end().ok().flatten().unwrap_or(0);
        input.selection_start() == Ok(Some(0)) && end as usize == input.value().encode_utf16().count()
    })
}
