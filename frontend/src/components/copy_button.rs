//! Puts a text into the clipboard, and says so.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::i18n::t;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Copied,
    /// The page is not served over HTTPS, or the browser forbids it.
    Failed,
}

#[component]
pub fn CopyButton(#[prop(into)] text: Signal<String>, #[prop(into)] label: String, #[prop(optional)] primary: bool) -> impl IntoView {
    let state = RwSignal::new(State::Idle);
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            // Without a secure context there is no clipboard at all.
            let there = js_sys::Reflect::has(&window().navigator(), &"clipboard".into()).unwrap_or(false) && window().is_secure_context();
            let copied = there && JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
            let _ = state.try_set(if copied { State::Copied } else { State::Failed });
            if copied {
                set_timeout(move || { let _ = state.try_set(State::Idle); }, Duration::from_secs(3));
            }
        });
    };
    let class = if primary { "button button-primary" } else { "button" };
    view! {
        <button type="button" class=class on:click=copy>
            {move || match state.get() {
                State::Copied => t("Copied"),
                State::Idle | State::Failed => label.clone(),
            }}
        </button>
        <span class="screen-reader-text" role="status">{move || if state.get() == State::Copied { t("Copied") } else { String::new() }}</span>
        {move || (state.get() == State::Failed).then(|| view! {
            <span class="gw-minor" role="status">{t("The browser does not allow copying here: select the text and copy it by hand.")}</span>
        })}
    }
}
