//! What is said in passing: a snackbar that does not move the page, and one live region that is there from the start,
//! so that screen readers read what changes in it.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

/// How long a snackbar stays, as in WordPress's editors.
const SHOWN: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
pub struct Messages {
    announced: RwSignal<String>,
    snackbar: RwSignal<String>,
    timer: StoredValue<Rc<Cell<Option<TimeoutHandle>>>, LocalStorage>,
}

pub fn provide_messages() -> Messages {
    let messages = Messages {
        announced: RwSignal::new(String::new()),
        snackbar: RwSignal::new(String::new()),
        timer: StoredValue::new_local(Rc::default()),
    };
    provide_context(messages);
    messages
}

pub fn use_messages() -> Messages {
    expect_context::<Messages>()
}

impl Messages {
    /// What was said last.
    pub fn announced(&self) -> String {
        self.announced.get()
    }

    /// Read out, not shown. The same words again are read out again.
    pub fn announce(&self, text: String) {
        let same = self.announced.with_untracked(|before| *before == text);
        let _ = self.announced.try_set(if same { [&text, "\u{a0}"].concat() } else { text });
    }

    /// Shown for a while, and read out.
    pub fn show(&self, text: String) {
        self.announce(text.clone());
        let _ = self.snackbar.try_set(text);
        let messages = *self;
        let timer = set_timeout_with_handle(move || messages.dismiss(), SHOWN).ok();
        self.timer.with_value(|running| {
            if let Some(before) = running.replace(timer) {
                before.clear();
            }
        });
    }

    pub fn dismiss(&self) {
        let _ = self.snackbar.try_set(String::new());
    }
}

/// Once, beside the pages.
pub fn messages(messages: Messages) -> AnyView {
    view! {
        <div class="screen-reader-text" role="status" aria-live="polite">{move || messages.announced.get()}</div>
        <div class="gw-snackbars">
            <div class="gw-snackbar" class:gw-snackbar-shown=move || !messages.snackbar.with(String::is_empty) aria-hidden="true" on:click=move |_| messages.dismiss()>
                {move || messages.snackbar.get()}
            </div>
        </div>
    }
    .into_any()
}
