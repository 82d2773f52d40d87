//! Blocking, unblocking and deleting one key, each after a question that names it and what will happen. Several at once are
//! in `many`.

use leptos::prelude::*;
use model::{
    failure::{ApiError, Since},
    language::{t, tf},
    msg,
    route::{KeysOpen, Route},
    text::Msg,
    visible::{isolated, visible},
    wire::Key,
};

use super::source::{Keys, keys_route};
use crate::{
    action::Action as _,
    api::{self, Api, keys, use_api},
    components::{Confirm, Question, RowAction, confirm, use_messages},
    router::{History, Router, focus_title, use_router},
    store::Store,
    task::{spawn, yield_now},
};

crate::action::actions! {
    /// What a click in the table means; each names the key by its hash.
    pub enum KeysAction {
        Block(String) = "block",
        Unblock(String) = "unblock",
        Delete(String) = "delete",
        /// Settings of the chosen ones.
        Change = "change",
        Edit(String) = "edit",
        /// A new key like this one.
        Like(String) = "like",
        /// A successor for this one.
        Rotate(String) = "rotate",
        Retry = "retry",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Block,
    Unblock,
    Delete,
}

/// What is said of an act.
struct Words {
    button: Msg,
    button_of: Msg,
    title: Msg,
    text: Msg,
    yes: Msg,
    done: Msg,
}

impl Act {
    fn words(self) -> Words {
        match self {
            Act::Block => Words {
                button: msg!("Block"),
                button_of: msg!("Block {key}"),
                title: msg!("Block “{key}”?"),
                text: msg!(
                    "Calls with this key ({masked}) are refused, by other instances of LiteLLM within about a minute. You can unblock it at any time."
                ),
                yes: msg!("Block key"),
                done: msg!("“{key}” is blocked. Its calls are refused within a minute at the latest."),
            },
            Act::Unblock => Words {
                button: msg!("Unblock"),
                button_of: msg!("Unblock {key}"),
                title: msg!("Unblock “{key}”?"),
                text: msg!(
                    "Calls with this key ({masked}) are answered again, within its limits, by other instances of LiteLLM within about a minute."
                ),
                yes: msg!("Unblock key"),
                done: msg!("“{key}” is no longer blocked. Its calls are answered again within a minute at the latest."),
            },
            Act::Delete => Words {
                button: msg!("Delete"),
                button_of: msg!("Delete {key}"),
                title: msg!("Delete “{key}”?"),
                text: msg!(
                    "Applications that use this key ({masked}) stop working, at other instances of LiteLLM within about a minute. This cannot be undone; what it has spent stays in the statistics."
                ),
                yes: msg!("Delete key"),
                done: msg!("“{key}” is deleted. Its calls are refused within a minute at the latest."),
            },
        }
    }

    fn of(self, token: &str) -> KeysAction {
        let token = token.to_owned();
        match self {
            Act::Block => KeysAction::Block(token),
            Act::Unblock => KeysAction::Unblock(token),
            Act::Delete => KeysAction::Delete(token),
        }
    }

    /// Its button in the row of a key; none for several.
    fn button(self, key: Option<&Key>) -> RowAction {
        let words = self.words();
        RowAction {
            label: words.button,
            action: self.of(key.map_or("", |key| &key.token)).print(),
            name: key.map(|key| tf(words.button_of, &[("key", &isolated(&name_of(key)))])).unwrap_or_default(),
            destructive: self == Act::Delete,
        }
    }
}

/// What can be done with one key.
pub fn row_actions(key: &Key) -> Vec<RowAction> {
    let toggle = if key.blocked { Act::Unblock } else { Act::Block };
    let name = isolated(&name_of(key));
    let form = |label, name_of_it, action: KeysAction| RowAction {
        label,
        action: action.print(),
        name: tf(name_of_it, &[("key", &name)]),
        destructive: false,
    };
    vec![
        form(msg!("Edit"), msg!("Edit {key}"), KeysAction::Edit(key.token.clone())),
        toggle.button(Some(key)),
        Act::Delete.button(Some(key)),
    ]
}

/// That, and what a row has no room for.
pub fn all_actions(key: &Key) -> Vec<RowAction> {
    let mut actions = row_actions(key);
    let name = tf(msg!("Create a key like {key}"), &[("key", &isolated(&name_of(key)))]);
    let action = KeysAction::Like(key.token.clone()).print();
    actions.insert(1, RowAction { label: msg!("Duplicate"), action, name, destructive: false });
    let name = tf(msg!("Rotate {key}"), &[("key", &isolated(&name_of(key)))]);
    let action = KeysAction::Rotate(key.token.clone()).print();
    actions.insert(2, RowAction { label: msg!("Rotate"), action, name, destructive: false });
    actions
}

/// What can be done with several.
pub fn bulk_actions() -> Vec<RowAction> {
    let change = RowAction {
        label: msg!("Change…"),
        action: KeysAction::Change.print(),
        name: String::new(),
        destructive: false,
    };
    vec![Act::Block.button(None), Act::Unblock.button(None), change, Act::Delete.button(None)]
}

/// How a key is called: its alias, else its masked form.
pub fn name_of(key: &Key) -> String {
    visible(if key.key_alias.trim().is_empty() { &key.key_name } else { &key.key_alias })
}

fn question(act: Act, key: &Key) -> Question {
    let words = act.words();
    let name = isolated(&name_of(key));
    let values = [("key", name.as_str()), ("masked", key.key_name.as_str())];
    Question {
        title: tf(words.title, &values),
        text: tf(words.text, &values),
        action: words.yes,
        cancel: msg!("Cancel"),
        destructive: act != Act::Unblock,
    }
}

/// What is asked at the moment, and what it is about.
#[derive(Clone, Default)]
struct Pending {
    confirm: Confirm,
    about: Option<(Act, Key)>,
}

#[derive(Clone, Copy)]
pub struct Actions {
    keys: Keys,
    router: Router,
    pending: Store<Pending>,
}

impl Actions {
    pub fn new(keys: Keys) -> Actions {
        Actions { keys, router: use_router(), pending: Store::new(Pending::default()) }
    }

    /// Of the key of this hash, if it is in the list.
    pub fn ask_of(self, act: Act, token: &str) {
        if let Some(key) = self.keys.find(token) {
            self.ask(act, key);
        }
    }

    /// Never of the plugin's own.
    pub fn ask(self, act: Act, key: Key) {
        let owners = self.keys.owners.state.with_untracked(|state| state.data.clone()).unwrap_or_default();
        if !owners.is_own(&key) {
            let confirm = Confirm { question: Some(question(act, &key)), ..Confirm::default() };
            self.pending.update(|pending| *pending = Pending { confirm, about: Some((act, key)) });
        }
    }

    /// What is on its way is told here or nowhere.
    pub fn is_busy(self) -> bool {
        self.pending.with_untracked(|pending| pending.confirm.busy)
    }

    /// Goes to the form, where that is what a click means.
    pub fn open_form(self, action: KeysAction) {
        let open = match action {
            KeysAction::Edit(token) => KeysOpen::Edit(token),
            KeysAction::Like(token) => KeysOpen::Like(token),
            KeysAction::Rotate(token) => KeysOpen::Rotate(token),
            _ => return,
        };
        let mut route = keys_route(&self.router.route_untracked());
        route.open = open;
        self.router.navigate(Route::Keys(route), History::Push);
        request_animation_frame(focus_title);
    }

    pub fn dialog(self) -> AnyView {
        let (api, messages) = (use_api(), use_messages());
        confirm(
            "gw-key-question",
            move || self.pending.with(|pending| pending.confirm.clone()),
            move |yes| {
                if yes {
                    let api = api.clone();
                    spawn(async move {
                        if let Some(text) = self.carry_out(&api).await {
                            messages.show(text);
                        }
                    });
                } else {
                    self.pending.update(|pending| *pending = Pending::default());
                }
            },
        )
    }

    /// What failed stays in question, and can be tried again. Gives what is said when it is done.
    async fn carry_out(self, api: &Api) -> Option<String> {
        let (act, key) = self.pending.with_untracked(|pending| pending.about.clone())?;
        self.pending.update(|pending| {
            pending.confirm.busy = true;
            pending.confirm.error = None;
        });
        let mut looked = false;
        if let Err(error) = send(api, act, &key.token).await {
            // What may have happened all the same is looked at, not repeated.
            let since = if error.outcome_unknown() { look(api, act, &key.token).await } else { Since::NotAsked };
            looked = since == Since::Done;
            if !looked {
                if since != Since::NotAsked || matches!(error, ApiError::NotFound(_)) {
                    self.keys.refetch();
                }
                self.pending.update(|pending| {
                    let (question, error) = (Some(question(act, &key)), Some(error.without_doubt()));
                    pending.confirm = Confirm { question, error, since: since.in_words(), ..Confirm::default() };
                });
                return None;
            }
        }
        let shown = looked || is_shown(api, act, &key.token).await;
        // First the dialog gives the focus back, then the row changes under it and keeps it.
        self.pending.update(|pending| *pending = Pending::default());
        yield_now().await;
        match act {
            Act::Delete => {
                self.close_details_of(&key);
                self.keys.remove(&key.token);
            }
            Act::Block | Act::Unblock => self.keys.set_blocked(&key.token, act == Act::Block),
        }
        self.keys.look_again();
        let done = || tf(act.words().done, &[("key", &isolated(&name_of(&key)))]);
        Some(if shown { done() } else { t(NOT_SHOWN) })
    }

    /// There is no more to show of a key that is deleted.
    fn close_details_of(self, key: &Key) {
        let mut route = keys_route(&self.router.route_untracked());
        if route.open == KeysOpen::Key(key.token.clone()) {
            route.open = KeysOpen::Nothing;
            self.router.navigate(Route::Keys(route), History::Replace);
        }
    }
}

/// Whether it has been done, as the gateway’s list has it now.
async fn look(api: &Api, act: Act, token: &str) -> Since {
    let Ok(answer) = keys::by_hash(api, token).response().await else { return Since::Unknown };
    let key = answer.data.keys.iter().find(|key| key.token == token);
    let done = match act {
        Act::Delete => key.is_none(),
        Act::Block | Act::Unblock => key.is_some_and(|key| key.blocked == (act == Act::Block)),
    };
    match (done, answer.stale) {
        (_, Some(_)) => Since::Unknown,
        (true, None) => Since::Done,
        (false, None) => Since::NotDone,
    }
}

const NOT_SHOWN: Msg =
    msg!("LiteLLM has confirmed the change, but still shows the key as it was. Look again in a minute.");

/// Whether the gateway shows what was done when it is asked once more; one that cannot be asked is believed.
async fn is_shown(api: &Api, act: Act, token: &str) -> bool {
    let Ok(now) = keys::info(api, token).untyped().checked().await else { return true };
    let info = &now.data["info"];
    match act {
        // Newer versions keep what they have deleted.
        Act::Delete => info["status"] == "deleted",
        Act::Block => info["blocked"] == true,
        Act::Unblock => info["blocked"] != true,
    }
}

async fn send(api: &Api, act: Act, token: &str) -> api::Result<()> {
    match act {
        Act::Block => keys::set_blocked(api, token, true).await,
        Act::Unblock => keys::set_blocked(api, token, false).await,
        Act::Delete => keys::delete(api, token).await,
    }
}
