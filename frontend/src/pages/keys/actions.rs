//! Blocking, unblocking and deleting, each after a question that names the key and what will happen.

use leptos::prelude::*;
use model::{failure::ApiError, wire::Key};
use wasm_bindgen_futures::spawn_local;

use super::source::KeysSource;
use crate::{
    api::{keys, use_api},
    components::{Confirm, Question, Slot, Tone, note},
    i18n::{t, tf},
    markup::Html,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Block,
    Unblock,
    Delete,
}

impl Action {
    pub const ALL: [Action; 3] = [Action::Block, Action::Unblock, Action::Delete];

    /// The `data-act` of its button.
    pub fn name(self) -> &'static str {
        match self {
            Action::Block => "block",
            Action::Unblock => "unblock",
            Action::Delete => "delete",
        }
    }

    /// To be translated.
    pub fn label(self) -> &'static str {
        match self {
            Action::Block => "Block",
            Action::Unblock => "Unblock",
            Action::Delete => "Delete",
        }
    }

    fn question(self, key: &Key) -> Question {
        let (title, text, action) = match self {
            Action::Block => (
                "Block “{key}”?",
                "Calls with this key ({masked}) are refused from now on. You can unblock it at any time.",
                "Block key",
            ),
            Action::Unblock => {
                ("Unblock “{key}”?", "Calls with this key ({masked}) are answered again, within its limits.", "Unblock key")
            }
            Action::Delete => (
                "Delete “{key}”?",
                "Applications that use this key ({masked}) stop working at once. This cannot be undone; what it has spent stays in the statistics.",
                "Delete key",
            ),
        };
        let name = name_of(key);
        let with_names = |text| tf(text, &[("key", &name), ("masked", &key.key_name)]);
        Question { title: with_names(title), text: with_names(text), action: t(action), destructive: self != Action::Unblock }
    }

    fn done(self) -> &'static str {
        match self {
            Action::Block => "“{key}” is blocked.",
            Action::Unblock => "“{key}” is active again.",
            Action::Delete => "“{key}” is deleted.",
        }
    }
}

/// What is asked at the moment, and what came of the last action.
#[derive(Clone, Copy)]
pub struct Actions {
    pending: RwSignal<Option<(Action, Key)>>,
    question: RwSignal<Option<Question>>,
    done: RwSignal<Option<String>>,
}

impl Actions {
    pub fn new() -> Actions {
        Actions { pending: RwSignal::new(None), question: RwSignal::new(None), done: RwSignal::new(None) }
    }

    pub fn ask(&self, action: Action, key: &Key) {
        self.done.set(None);
        self.question.set(Some(action.question(key)));
        self.pending.set(Some((action, key.clone())));
    }
}

/// How a key is called in a sentence: its alias, else its masked form.
pub fn name_of(key: &Key) -> String {
    if key.key_alias.is_empty() { key.key_name.clone() } else { key.key_alias.clone() }
}

#[component]
pub fn ActionDialog(actions: Actions, keys: KeysSource) -> impl IntoView {
    let api = StoredValue::new_local(use_api());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<ApiError>> = RwSignal::new(None);
    let confirm = Callback::new(move |()| {
        let Some((action, key)) = actions.pending.get_untracked() else { return };
        busy.set(true);
        error.set(None);
        let api = api.get_value();
        spawn_local(async move {
            let outcome = match action {
                Action::Block => keys::set_blocked(&api, &key.token, true).await,
                Action::Unblock => keys::set_blocked(&api, &key.token, false).await,
                Action::Delete => keys::delete(&api, &key.token).await,
            };
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    match action {
                        Action::Block => keys.set_blocked(&key.token, true),
                        Action::Unblock => keys.set_blocked(&key.token, false),
                        Action::Delete => {}
                    }
                    keys.reload();
                    let _ = actions.done.try_set(Some(tf(action.done(), &[("key", &name_of(&key))])));
                    let _ = actions.question.try_set(None);
                }
                // What may have happened all the same is looked at, not repeated.
                Err(failed) => {
                    if failed.outcome_unknown() || matches!(failed, ApiError::NotFound(_)) {
                        keys.reload();
                    }
                    let _ = error.try_set(Some(failed));
                }
            }
        });
    });
    let done = Signal::derive(move || {
        let mut h = Html::new();
        if let Some(text) = actions.done.get() {
            note(&mut h, Tone::Success, &text, |_| {});
        }
        h.finish()
    });
    view! {
        <Confirm question=actions.question busy=busy error=error confirm=confirm />
        <Slot class="gw-slot" html=done />
    }
}
