//! The search of a toolbar.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use model::{language::t, msg, route::safe_search, text::Msg};

use crate::components::use_messages;

/// How long nothing was typed before the search begins.
const REST: Duration = Duration::from_millis(300);

/// Searches while one types, a moment after the last letter; `text` is what the address says, `search` puts it there.
/// A key that was pasted by mistake gets neither into the address nor into the history.
pub fn search_box(
    label: Msg,
    placeholder: Msg,
    text: impl Fn() -> String + Send + Sync + 'static,
    search: impl Fn(String) + 'static,
) -> AnyView {
    let text = Signal::derive(text);
    let search: Rc<dyn Fn(String)> = Rc::new(search);
    let messages = use_messages();
    let waiting: Rc<Cell<Option<TimeoutHandle>>> = Rc::default();
    let stop = |waiting: &Cell<Option<TimeoutHandle>>| {
        if let Some(timer) = waiting.take() {
            timer.clear();
        }
    };
    let left = StoredValue::new_local(waiting.clone());
    on_cleanup(move || {
        left.try_update_value(|waiting| stop(waiting));
    });
    let on_input = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        stop(&waiting);
        let safe = safe_search(&typed);
        if safe.is_empty() && !typed.trim().is_empty() {
            return messages.show(t(msg!("Keys themselves are not searched for, so that none gets into the address.")));
        }
        let search = search.clone();
        waiting.set(set_timeout_with_handle(move || search(safe), REST).ok());
    };
    view! {
        <form class="gw-search-form" role="search" on:submit=move |event| event.prevent_default()>
            <input
                type="search"
                class="gw-search"
                aria-label=t(label)
                placeholder=t(placeholder)
                autocomplete="off"
                maxlength="255"
                prop:value=text
                on:input=on_input
            />
        </form>
    }
    .into_any()
}
