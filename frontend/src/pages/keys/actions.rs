//! Blocking, unblocking and deleting, each after a question that names the key and what will happen.

use std::rc::Rc;

use leptos::prelude::*;
use model::{failure::ApiError, text::Msg, wire::Key};

use super::source::KeysSource;
use crate::{
    api::{Api, keys, let_others_go_on, use_api},
    components::{Asking, Question, confirm},
    i18n::{t, tf},
    poll::run,
    store::Store,
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
    pub fn label(self) -> Msg {
        match self {
            Action::Block => msg!("Block"),
            Action::Unblock => msg!("Unblock"),
            Action::Delete => msg!("Delete"),
        }
    }

    fn question(self, key: &Key) -> Question {
        let (title, text, action) = match self {
            Action::Block => (
                msg!("Block “{key}”?"),
                msg!("Calls with this key ({masked}) are refused from now on. You can unblock it at any time."),
                msg!("Block key"),
            ),
            Action::Unblock => (
                msg!("Unblock “{key}”?"),
                msg!("Calls with this key ({masked}) are answered again, within its limits."),
                msg!("Unblock key"),
            ),
            Action::Delete => (
                msg!("Delete “{key}”?"),
                msg!(
                    "Applications that use this key ({masked}) stop working at once. This cannot be undone; what it has spent stays in the statistics."
                ),
                msg!("Delete key"),
            ),
        };
        let name = name_of(key);
        let with_names = |text: Msg| tf(text, &[("key", &name), ("masked", &key.key_name)]);
        Question {
            title: with_names(title),
            text: with_names(text),
            action: t(action),
            destructive: self != Action::Unblock,
        }
    }

    fn done(self) -> Msg {
        match self {
            Action::Block => msg!("“{key}” is blocked."),
            Action::Unblock => msg!("“{key}” is active again."),
            Action::Delete => msg!("“{key}” is deleted."),
        }
    }
}

/// How a key is called in a sentence: its alias, else its masked form.
pub fn name_of(key: &Key) -> String {
    if key.key_alias.is_empty() { key.key_name.clone() } else { key.key_alias.clone() }
}

/// What is asked at the moment: the dialog, and what it is about.
#[derive(Clone)]
pub struct Actions {
    keys: Rc<KeysSource>,
    asking: Store<Asking>,
    pending: Store<Option<(Action, Key)>>,
}

impl Actions {
    pub fn new(keys: Rc<KeysSource>) -> Actions {
        Actions { keys, asking: Store::new(Asking::default()), pending: Store::new(None) }
    }

    pub fn ask(&self, action: Action, token: &str) {
        let Some(key) = self.keys.state.peek(|state| state.key(token).cloned()) else { return };
        self.keys.state.change(|state| state.done = None);
        self.asking.change(|asking| *asking = Asking { question: Some(action.question(&key)), ..Asking::default() });
        self.pending.change(|pending| *pending = Some((action, key)));
    }

    pub fn dialog(&self) -> AnyView {
        let actions = self.clone();
        let api = use_api();
        confirm(self.asking.clone(), move || {
            let (actions, api) = (actions.clone(), api.clone());
            run(async move { actions.carry_out(&api).await });
        })
    }

    async fn carry_out(&self, api: &Api) {
        let Some((action, key)) = self.pending.peek(Option::clone) else { return };
        self.asking.change(|asking| {
            asking.busy = true;
            asking.error = None;
        });
        let outcome = match action {
            Action::Block => keys::set_blocked(api, &key.token, true).await,
            Action::Unblock => keys::set_blocked(api, &key.token, false).await,
            Action::Delete => keys::delete(api, &key.token).await,
        };
        match outcome {
            Ok(()) => {
                // First the dialog gives the focus back, then the row changes under it and keeps it.
                self.asking.change(|asking| *asking = Asking::default());
                let_others_go_on().await;
                self.keys.state.change(|state| {
                    if action != Action::Delete {
                        state.set_blocked(&key.token, action == Action::Block);
                    }
                    state.done = Some(tf(action.done(), &[("key", &name_of(&key))]));
                });
                self.keys.ask();
            }
            Err(failed) => {
                // What may have happened all the same is looked at, not repeated.
                if failed.outcome_unknown() || matches!(failed, ApiError::NotFound(_)) {
                    self.keys.ask();
                }
                self.asking.change(|asking| {
                    asking.busy = false;
                    asking.error = Some(failed);
                });
            }
        }
    }
}
