//! The search of a toolbar.

use leptos::prelude::*;
use model::{
    language::t,
    msg,
    route::{safe_search, secret_in},
    text::Msg,
};

use crate::components::use_messages;

/// Searches while one types; `text` is what stands in it, `search` puts it into the address.
/// A key that is pasted gets neither there nor into the history: it goes to `secret`, where a page knows how to look for one.
pub fn search_box(
    label: Msg,
    placeholder: Msg,
    text: impl Fn() -> String + Send + Sync + 'static,
    search: impl Fn(String) + 'static,
    secret: Option<Callback<String>>,
) -> AnyView {
    let text = Signal::derive(text);
    let messages = use_messages();
    let on_input = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        match (secret_in(&typed), secret) {
            (None, _) => search(safe_search(&typed)),
            (Some(_), Some(secret)) => secret.run(typed),
            (Some(_), None) => {
                messages.show(t(msg!("Keys themselves are not searched for, so that none gets into the address.")));
            }
        }
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
