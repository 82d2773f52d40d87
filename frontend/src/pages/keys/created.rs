//! The new secret, shown once, with an example that works when pasted.

use leptos::{html::Button, prelude::*};
use model::{
    address, clock,
    key_form::{Filled, are_any, fields, filled},
    language::{t, tf},
    msg,
    route::{KeysRoute, Route},
    snippet::{self, Language},
    text::Msg,
    visible::{isolated, visible},
    wire::{CreatedKey, Model, Team, Wire},
};
use serde_json::Value;

use super::{form::period_label, table::models_in_full};

use crate::{
    action::{Action as _, Subject, actions},
    boot::with_boot,
    clipboard,
    components::{Question, Tone, code_block, header, notice, region, segments, still_region, use_messages},
    effect::watch,
    format,
    markup::{Markup, html},
    router::{Guard, href, use_router},
    store::Store,
    task::spawn,
};

/// What came of the form, until the page is left: the answer has the secret in it, which lives here and in the page, and
/// nowhere else.
pub struct Made {
    pub answer: Value,
    /// The parameters of `keys.create`.
    pub asked: Value,
    pub created_ms: i64,
    /// Those of the gateway, as far as they are known.
    pub models: Vec<Model>,
    /// That of the key, likewise.
    pub team: Option<Team>,
}

/// A key that was just made.
#[derive(Clone)]
struct NewKey {
    key: CreatedKey,
    /// A model that the key may call.
    model: String,
    /// What that model does (`chat`, `embedding`, …).
    mode: String,
    /// What the gateway set otherwise than was asked for.
    filled: Vec<Filled>,
    /// The name of the team, where it is known.
    team: String,
}

impl NewKey {
    fn new(made: &Made) -> NewKey {
        let Made { answer, asked, created_ms, models: known, team } = made;
        let key = CreatedKey::read(answer);
        let team_models = team.as_ref().map_or(&[][..], |team| &team.models);
        let among = |models: &[String], name: &String| are_any(models) || models.contains(name);
        let allowed = |model: &&Model| among(&key.models, &model.model_group) && among(team_models, &model.model_group);
        let fits =
            known.iter().filter(allowed).find(|model| model.mode == "chat").or_else(|| known.iter().find(allowed));
        let named =
            [&key.models, team_models].into_iter().find(|models| !are_any(models)).and_then(|models| models.first());
        let (model, mode) = match fits {
            Some(model) => (model.model_group.clone(), model.mode.clone()),
            None => (named.cloned().unwrap_or_else(|| "gpt-4o".to_owned()), "chat".to_owned()),
        };
        let team = team.as_ref().map(|team| team.team_alias.clone()).unwrap_or_default();
        NewKey { filled: filled(asked, answer, *created_ms), key, model, mode, team }
    }
}

impl Subject for Language {
    fn print(&self) -> String {
        self.label().to_owned()
    }

    fn parse(text: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.label() == text)
    }
}

actions! {
    enum CreatedAction {
        Choose(Language) = "language",
    }
}

/// What was made is in the context.
pub fn created() -> AnyView {
    let made = expect_context::<Store<Option<Made>>>();
    let Some(new_key) = made.with_untracked(|made| made.as_ref().map(NewKey::new)) else { return ().into_any() };
    let state = Store::new((new_key, Language::Curl));
    let (router, copied) = (use_router(), RwSignal::new(false));
    // Nobody leaves with the only copy uncopied without being asked.
    router.guard(move || (!copied.get_untracked()).then(|| Guard::Ask(not_copied())));
    let button: NodeRef<Button> = NodeRef::new();
    // The form that had the keyboard is gone.
    watch(move || {
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    });
    let secret = state.with_untracked(|(new_key, _)| new_key.key.key.to_string());
    view! {
        {still_region("", move || state.with(|(new_key, _)| head(new_key)))}
        <div class="gw-content gw-content-narrow">
            {still_region("gw-stack", move || state.with(|(new_key, _)| notices(new_key)))}
            <section class="gw-panel">
                <div class="gw-panel-head"><label class="gw-panel-title" for="gw-secret">{t(msg!("Your new key"))}</label></div>
                {secret_field(secret, copied, button)}
            </section>
            {region(
                "gw-panel",
                move || state.with(|(new_key, language)| in_code(new_key, *language)),
                move |CreatedAction::Choose(language)| state.update(|state| state.1 = language),
            )}
        </div>
    }
    .into_any()
}

/// The secret, with a button that copies it. `copied` tells whether somebody has.
pub fn secret_field(secret: String, copied: RwSignal<bool>, button: NodeRef<Button>) -> AnyView {
    let messages = use_messages();
    let copy = move |_| {
        spawn(async move {
            if clipboard::copy("gw-secret").await {
                let _ = copied.try_set(true);
            } else {
                messages
                    .show(t(msg!("The browser does not allow copying here: the text is selected, copy it by hand.")));
            }
        });
    };
    let label = move || t(if copied.get() { msg!("Copied") } else { msg!("Copy key") });
    view! {
        <div class="gw-panel-body gw-secret">
            <input
                type="text"
                id="gw-secret"
                class="gw-secret-text code"
                dir="ltr"
                translate="no"
                readonly
                autocomplete="off"
                spellcheck="false"
                prop:value=secret
                on:copy=move |_| {
                    if clipboard::is_all_selected("gw-secret") {
                        copied.set(true);
                    }
                }
            />
            <button node_ref=button type="button" class="button button-primary" on:click=copy>{label}</button>
        </div>
    }
    .into_any()
}

pub fn not_copied() -> Question {
    Question {
        title: t(msg!("Leave without copying the key?")),
        text: t(msg!("It is shown only here and only now. Once you leave, nobody can show it again.")),
        action: msg!("Leave"),
        cancel: msg!("Stay"),
        destructive: true,
    }
}

fn head(new_key: &NewKey) -> Markup {
    let title = tf(msg!("“{alias}” is ready"), &[("alias", &isolated(&new_key.key.key_alias))]);
    let back = html! { a.button href=(href(&Route::Keys(KeysRoute::default()))) { (msg!("Done")) } };
    header(&title, &t(msg!("Copy the key now: it is not shown again.")), &back)
}

fn notices(new_key: &NewKey) -> Markup {
    let gone = html! { p { (msg!("LiteLLM keeps only a fingerprint of it. When you leave this page the key is gone from here, too.")) } };
    html! {
        (notice(Tone::Success, &t(msg!("The key was created")), &gone))
        @if !new_key.filled.is_empty() {
            (notice(
                Tone::Warning,
                &t(msg!("The gateway set some values otherwise than you chose")),
                &html! {
                    dl.gw-facts {
                        @for (label, value) in new_key.filled.iter().map(|value| in_words(value, &new_key.team)) {
                            dt { (label) }
                            dd dir="auto" { (value) }
                        }
                    }
                },
            ))
        }
    }
}

/// How a value is called, and what it is now.
fn in_words(value: &Filled, team: &str) -> (Msg, Markup) {
    let limit = |limit: &Option<f64>| limit.map_or_else(|| t(msg!("No limit")), format::whole);
    let name = |name: &str| if name.is_empty() { t(msg!("None")) } else { visible(name) };
    let (label, text) = match value {
        Filled::Models(models) => return (msg!("Models"), models_in_full(models)),
        Filled::Budget(budget) => (fields::BUDGET.label, budget.map_or_else(|| t(msg!("No limit")), format::usd)),
        Filled::Period(period) => (fields::BUDGET_PERIOD.label, period_label(period)),
        Filled::Rpm(requests) => (fields::RPM.label, limit(requests)),
        Filled::Tpm(tokens) => (fields::TPM.label, limit(tokens)),
        Filled::Parallel(requests) => (fields::PARALLEL.label, limit(requests)),
        Filled::End(end) if end.is_empty() => (fields::EXPIRY.label, t(msg!("Never"))),
        Filled::End(end) => {
            (fields::EXPIRY.label, clock::parse_utc_ms(end).map_or_else(|| visible(end), format::date_time))
        }
        Filled::Team(id) => (fields::TEAM.label, name(if id.is_empty() || team.is_empty() { id } else { team })),
        Filled::Owner(user) => (fields::OWNER.label, name(user)),
    };
    (label, html! { (text) })
}

fn in_code(new_key: &NewKey, language: Language) -> Markup {
    let base = with_boot(|boot| boot.public_base());
    let code = snippet::example(language, &base, &new_key.key.key, &new_key.model, &new_key.mode);
    let languages = Language::ALL
        .map(|choice| (CreatedAction::Choose(choice).print(), choice.label().to_owned(), choice == language));
    html! {
        div.gw-panel-head {
            h2.gw-panel-title { (msg!("Try it")) }
            div.gw-panel-aside { (segments(msg!("Language"), &languages)) }
        }
        div.gw-panel-body {
            (code_block("gw-example", msg!("Example"), &code))
            @if address::is_internal(&base) { p.description { (msg!("Only the server and its network know this address. Applications elsewhere need the public address of LiteLLM; defined as LITELLM_CONSOLE_URL, it is used here.")) } }
        }
    }
}
