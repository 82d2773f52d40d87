//! Making the user or the team that is missing in the form for a key: a small form over it, which then chooses what was made.

use leptos::{html::Dialog, prelude::*};
use model::{
    key_form::{Field, KeyDraft},
    language::t,
    msg,
    people::{Account, Kind},
    wire::{Team, User},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{
    fields,
    make::{Trouble, in_words, make},
};
use crate::{
    api::use_api,
    components::{still_region, use_messages},
    pages::keys::{
        choices::{self, Choices},
        form::{Form, by_rules, placed, refused},
    },
    store::Store,
    task::{Task, spawn},
};

/// What is being made, and for which form.
#[derive(Clone, Copy)]
pub struct Quick {
    /// The form for the key, and what can be chosen in it.
    of: Form,
    choices: Store<Choices>,
    /// None: the dialog is closed.
    open: Store<Option<Opened>>,
}

/// Each has a form of its own.
#[derive(Clone)]
struct Opened {
    kind: Kind,
    typed: String,
}

/// The browser gives the keyboard back to the field, and not the caret.
fn go_on_at(kind: Kind) {
    let id = if kind == Kind::Team { "gw-team" } else { "gw-user" };
    let field = document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = field {
        field.select();
    }
}

impl Quick {
    pub fn new(of: Form, choices: Store<Choices>) -> Quick {
        Quick { of, choices, open: Store::new(None) }
    }

    /// Told what was typed where it is missing.
    pub fn make(self, kind: Kind) -> Callback<String> {
        Callback::new(move |typed| self.open.update(|open| *open = Some(Opened { kind, typed })))
    }

    /// Beside the form, as no form stands in another.
    pub fn dialog(self) -> AnyView {
        let dialog: NodeRef<Dialog> = NodeRef::new();
        let busy = Store::new(false);
        let asked_for = StoredValue::new(Kind::default());
        Effect::new(move |_| {
            let open = self.open.with(|open| open.as_ref().map(|opened| opened.kind));
            let Some(dialog) = dialog.get() else { return };
            if let Some(kind) = open.filter(|_| !dialog.open()) {
                asked_for.set_value(kind);
                let _ = dialog.show_modal();
            } else if open.is_none() && dialog.open() {
                dialog.close();
                go_on_at(asked_for.get_value());
            }
        });
        let close = move || {
            if !busy.with_untracked(|busy| *busy) {
                self.open.update(|open| *open = None);
            }
        };
        let on_cancel = move |event: web_sys::Event| {
            event.prevent_default();
            close();
        };
        // A second Escape closes it whatever the page says; while it is being made it is opened again.
        let on_close = move |_: web_sys::Event| {
            let still_open = self.open.with_untracked(Option::is_some);
            let Some(dialog) = dialog.get_untracked().filter(|dialog| still_open && !dialog.open()) else { return };
            if busy.with_untracked(|busy| *busy) {
                let _ = dialog.show_modal();
            } else {
                close();
            }
        };
        let content = move || match self.open.with(Clone::clone) {
            Some(opened) => self.form(opened, busy, close),
            None => ().into_any(),
        };
        let title = move || {
            self.open.with(|open| match open.as_ref().map(|opened| opened.kind) {
                Some(Kind::Team) => t(msg!("Create a team for the key")),
                Some(Kind::User) => t(msg!("Create a user for the key")),
                None => String::new(),
            })
        };
        view! {
            <dialog
                node_ref=dialog
                id="gw-quick"
                class="gw-dialog gw-dialog-form"
                aria-labelledby="gw-quick-title"
                on:cancel=on_cancel
                on:close=on_close
            >
                <h2 class="gw-dialog-title" id="gw-quick-title">{title}</h2>
                {content}
            </dialog>
        }
        .into_any()
    }

    fn form(self, opened: Opened, busy: Store<bool>, close: impl Fn() + Copy + 'static) -> AnyView {
        let Opened { kind, typed } = opened;
        let mut draft = KeyDraft::new_account(kind);
        // What was typed for a user is an e-mail address as a rule.
        if kind == Kind::User && typed.contains('@') {
            draft.email = typed;
        } else {
            draft.alias = typed;
        }
        let form = Form::new(draft);
        let choices = Store::new(Choices { of: Some(kind), ..Choices::default() });
        let (api, loading) = (use_api(), Task::new());
        choices::load_models(&api, choices, false, &loading);
        let asking = api.clone();
        let retry = Box::new(move || choices::load_models(&asking, choices, false, &loading));
        let trouble: Store<Option<Trouble>> = Store::new(None);
        let messages = use_messages();
        let on_submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if form.is_busy_untracked() {
                return;
            }
            trouble.update(|trouble| *trouble = None);
            let params = match by_rules(|rules| form.draft_untracked().validate(rules)) {
                Ok(params) => params,
                Err(problems) => return form.fail(placed(problems)),
            };
            form.begin();
            busy.update(|busy| *busy = true);
            let api = api.clone();
            spawn(async move {
                let outcome = make(&api, kind, &params).await;
                busy.update(|busy| *busy = false);
                match outcome {
                    Ok(made) => {
                        let text = match kind {
                            Kind::Team => msg!("Team “{name}” is created and chosen."),
                            Kind::User => msg!("User “{name}” is created and chosen."),
                        };
                        messages.show(made.in_words(text));
                        self.open.update(|open| *open = None);
                        self.choose(made.account);
                    }
                    Err(failed) => {
                        let errors = match &failed {
                            Trouble::Failed(error) => refused(error),
                            _ => Vec::new(),
                        };
                        trouble.update(|trouble| *trouble = Some(failed));
                        form.fail(errors);
                    }
                }
            });
        };
        let action = match kind {
            Kind::Team => msg!("Create team"),
            Kind::User => msg!("Create user"),
        };
        let message =
            move || trouble.with(|trouble| trouble.as_ref().map(|trouble| in_words(trouble, kind)).unwrap_or_default());
        let label = move || t(if form.is_busy() { msg!("Waiting for the gateway…") } else { action });
        view! {
            {still_region("gw-slot", message)}
            <form novalidate on:submit=on_submit>
                {fields::few(form, kind, choices, &fields::OF_DIALOG, retry)}
                <div class="gw-dialog-actions">
                    <button type="button" class="button" aria-disabled=move || form.is_busy().to_string() on:click=move |_| close()>
                        {t(msg!("Cancel"))}
                    </button>
                    <button type="submit" class="button button-primary" aria-disabled=move || form.is_busy().to_string()>{label}</button>
                </div>
            </form>
        }
        .into_any()
    }

    /// The form for the key has it now.
    fn choose(self, account: Account) {
        let id = account.id.clone();
        self.choices.update(|choices| match account.kind {
            Kind::Team => choices.add_team(Team {
                team_id: account.id,
                team_alias: account.alias,
                models: account.models,
                ..Team::default()
            }),
            Kind::User => choices.add_user(User {
                user_id: account.id,
                user_alias: account.alias,
                user_email: account.email,
                ..User::default()
            }),
        });
        match account.kind {
            Kind::Team => self.of.edit_field(Field::Team, |draft| draft.team = id),
            Kind::User => self.of.edit_field(Field::Owner, |draft| draft.owner = id),
        }
    }
}
