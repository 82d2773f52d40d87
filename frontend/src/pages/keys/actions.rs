//! Blocking, unblocking and deleting, each after a question that names the key and what will happen.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    wire::{BlockedKey, Key},
};
use wasm_bindgen_futures::spawn_local;

use super::source::KeysSource;
use crate::{
    api::{keys, use_api},
    components::{Confirm, Note, Question, Tone},
    i18n::{t, tf},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Block,
    Unblock,
    Delete,
}

/// What is asked at the moment, and what came of the last action.
#[derive(Clone, Copy)]
pub struct Actions {
    pub asked: RwSignal<Option<(Act, Key)>>,
    done: RwSignal<Option<String>>,
}

impl Actions {
    pub fn new() -> Actions {
        Actions { asked: RwSignal::new(None), done: RwSignal::new(None) }
    }

    pub fn ask(&self, act: Act, key: &Key) {
        self.done.set(None);
        self.asked.set(Some((act, key.clone())));
    }
}

/// How a key is called in a sentence: its alias, else its masked form.
pub fn name_of(key: &Key) -> String {
    if key.key_alias.is_empty() { key.key_name.clone() } else { key.key_alias.clone() }
}

fn question(act: Act, key: &Key) -> Question {
    let name = name_of(key);
    let with_name = |text: &str| tf(text, &[("key", &name), ("masked", &key.key_name)]);
    match act {
        Act::Block => Question {
            title: with_name("Block “{key}”?"),
            text: with_name("Calls with this key ({masked}) are refused from now on. You can unblock it at any time."),
            action: t("Block key"),
            destructive: true,
        },
        Act::Unblock => Question {
            title: with_name("Unblock “{key}”?"),
            text: with_name("Calls with this key ({masked}) are answered again, within its limits."),
            action: t("Unblock key"),
            destructive: false,
        },
        Act::Delete => Question {
            title: with_name("Delete “{key}”?"),
            text: with_name("Applications that use this key ({masked}) stop working at once. This cannot be undone; what it has spent stays in the statistics."),
            action: t("Delete key"),
            destructive: true,
        },
    }
}

#[component]
pub fn ActionDialog(actions: Actions, keys: KeysSource) -> impl IntoView {
    let api = StoredValue::new_local(use_api());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<ApiError>> = RwSignal::new(None);
    let close = Callback::new(move |()| {
        actions.asked.set(None);
        error.set(None);
    });
    let confirm = Callback::new(move |()| {
        let Some((act, key)) = actions.asked.get_untracked() else { return };
        busy.set(true);
        error.set(None);
        let api = api.get_value();
        spawn_local(async move {
            let outcome = match act {
                Act::Block => keys::block(&api, &key.token).await.and_then(|answer| blocked_is(true, &answer)),
                Act::Unblock => keys::unblock(&api, &key.token).await.and_then(|answer| blocked_is(false, &answer)),
                Act::Delete => keys::delete(&api, &key.token).await.map(|_| ()),
            };
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    carried_out(act, &key, keys);
                    let text = match act {
                        Act::Block => "“{key}” is blocked.",
                        Act::Unblock => "“{key}” is active again.",
                        Act::Delete => "“{key}” is deleted.",
                    };
                    let _ = actions.done.try_set(Some(tf(text, &[("key", &name_of(&key))])));
                    let _ = actions.asked.try_set(None);
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
    let asked = Signal::derive(move || actions.asked.with(|asked| asked.as_ref().map(|(act, key)| question(*act, key))));
    view! {
        <Confirm question=asked busy=busy error=error confirm=confirm cancel=close />
        {move || actions.done.get().map(|text| view! { <Note tone=Tone::Success><p>{text}</p></Note> })}
    }
}

fn carried_out(act: Act, key: &Key, keys: KeysSource) {
    match act {
        Act::Block => keys.change(&key.token, |key| key.blocked = true),
        Act::Unblock => keys.change(&key.token, |key| key.blocked = false),
        Act::Delete => {}
    }
    keys.reload();
}

fn blocked_is(wanted: bool, answer: &BlockedKey) -> Result<(), ApiError> {
    if answer.blocked == wanted { Ok(()) } else { Err(ApiError::Unreadable { endpoint: "keys.block" }) }
}
