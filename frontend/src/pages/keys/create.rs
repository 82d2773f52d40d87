//! Making a key. Checked before it is sent; what LiteLLM refuses lands on the field it belongs to.

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    key_form::{Field as Name, KeyDraft, Problem, fields},
    language::{t, tf},
    msg,
    route::{KeysList, KeysRoute, Route},
    wire::{CreatedKey, Wire},
};
use serde_json::Value;

use super::{
    created::{NewKey, created},
    form::{self, Choices, Form},
};
use crate::{
    api::{Api, keys, use_api},
    components::{Tone, explained, header, notice, problem, still_region},
    effect::watch,
    format,
    markup::{Markup, html},
    router::{Router, href, use_router},
    store::Store,
    task::{Task, now_ms, spawn},
};

/// How far the gateway's clock may be from that of WordPress.
const CLOCKS_DIFFER_MS: i64 = 5 * clock::MINUTE_MS;

/// Why nothing was made, or why that is not known.
#[derive(Debug, Clone)]
enum Trouble {
    Failed(ApiError),
    /// The answer was lost, and the gateway knows no key of this alias.
    NotMade(ApiError),
    /// The answer was lost with the secret in it, but the key is there.
    SecretLost(String),
    /// The answer was lost, and whether the key is there could not be found out.
    Unknown(ApiError),
}

pub fn create() -> AnyView {
    // Whether there is a new key to show; the key itself is gone from memory when the page is left.
    let new_key: Store<Option<NewKey>> = Store::new(None);
    // Also when the browser keeps the page to come back to.
    let hidden = window_event_listener_untyped("pagehide", move |_| new_key.update(|key| *key = None));
    on_cleanup(move || hidden.remove());
    (move || match new_key.with(Option::clone) {
        Some(key) => created(key),
        None => create_form(new_key),
    })
    .into_any()
}

#[derive(Clone)]
struct Creation {
    api: Api,
    router: Router,
    form: Form,
    choices: Store<Choices>,
    trouble: Store<Option<Trouble>>,
    new_key: Store<Option<NewKey>>,
    loading: Task,
}

fn create_form(new_key: Store<Option<NewKey>>) -> AnyView {
    let creation = Creation {
        api: use_api(),
        router: use_router(),
        form: Form::new(KeyDraft { all_models: true, ..KeyDraft::default() }),
        choices: Store::new(Choices::default()),
        trouble: Store::new(None),
        new_key,
        loading: Task::new(),
    };
    let Creation { form, choices, trouble, router, .. } = creation.clone();
    form.guard(router);
    creation.load();
    let (again, returning) = (creation.clone(), creation.clone());
    watch(move || {
        let failed = |choices: &Choices| matches!(choices.models, Some(Err(ApiError::SignedOut)));
        if !returning.api.signed_out() && choices.with_untracked(failed) {
            returning.load();
        }
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        creation.submit();
    };
    let busy = move || form.is_busy();
    let label = move || t(if busy() { msg!("Waiting for the gateway…") } else { msg!("Create key") });
    view! {
        {still_region("", head)}
        <div class="gw-content gw-content-narrow">
            <div class="gw-form-message" tabindex="-1">
                {still_region("gw-slot", move || trouble.with(|trouble| trouble.as_ref().map(in_words).unwrap_or_default()))}
            </div>
            <form class="gw-panel gw-form" novalidate on:submit=on_submit>
                {form::alias(form)}
                {form::models(form, choices, move || again.load())}
                {form::budget(form)}
                {form::rate(form, "gw-rpm_limit", &fields::RPM)}
                {form::rate(form, "gw-tpm_limit", &fields::TPM)}
                {form::expiry(form)}
                {form::team(form, choices)}
                <div class="gw-form-actions">
                    <button type="submit" class="button button-primary" aria-disabled=move || busy().to_string()>{label}</button>
                    <a class="button" href=href(&Route::Keys(KeysRoute::default()))>{t(msg!("Cancel"))}</a>
                </div>
            </form>
        </div>
    }
    .into_any()
}

fn head() -> Markup {
    let back = html! { a.button href=(href(&Route::Keys(KeysRoute::default()))) { (msg!("Back to all keys")) } };
    header(
        &t(msg!("Create key")),
        &t(msg!("The key can call models and nothing else: it never manages the gateway.")),
        &back,
    )
}

fn in_words(trouble: &Trouble) -> Markup {
    match trouble {
        Trouble::Failed(error) => problem(error, None),
        Trouble::NotMade(error) => notice(
            Tone::Error,
            &t(error.title()),
            &html! { (explained(error)) p { (msg!("The gateway knows no key with this alias, so nothing was created. You can try again.")) } },
        ),
        Trouble::SecretLost(alias) => {
            let list = KeysList { search: alias.clone(), ..KeysList::default() };
            let list = href(&Route::Keys(KeysRoute { list, ..KeysRoute::default() }));
            let text = tf(
                msg!("LiteLLM shows a secret only once. Delete “{alias}” from the list and create it again."),
                &[("alias", alias)],
            );
            let body = html! {
                p { (text) }
                p.gw-notice-actions {
                    a.button href=(list) { (msg!("Show the key")) }
                }
            };
            notice(Tone::Warning, &t(msg!("The key was created, but its secret was lost on the way")), &body)
        }
        Trouble::Unknown(error) => {
            let body = html! {
                (explained(error))
                p { (msg!("Whether the key was created is not known. Look for its alias in the list before you try again.")) }
                p.gw-notice-actions {
                    a.button href=(href(&Route::Keys(KeysRoute::default()))) { (msg!("Back to all keys")) }
                }
            };
            notice(Tone::Error, &t(error.title()), &body)
        }
    }
}

fn message(problem: Problem) -> String {
    let most = problem.most().map(format::whole).unwrap_or_default();
    tf(problem.message(), &[("most", &most)])
}

impl Creation {
    /// Asks for what can be chosen.
    fn load(&self) {
        let (models, teams) = (keys::models(&self.api), keys::teams(&self.api));
        let choices = self.choices;
        choices.update(|choices| choices.models = None);
        self.loading.run(async move {
            let models = models.response().await.map(|response| response.data.data);
            choices.update(|choices| choices.models = Some(models));
            if let Ok(response) = teams.response().await {
                choices.update(|choices| choices.teams = response.data.teams);
            }
        });
    }

    fn submit(&self) {
        if self.form.is_busy_untracked() {
            return;
        }
        let draft = self.form.draft_untracked();
        self.trouble.update(|trouble| *trouble = None);
        match draft.validate(format::decimal_mark()) {
            Ok(params) => {
                // Until the answer is there nobody leaves: it brings a secret that is shown once.
                self.form.begin();
                let creation = self.clone();
                spawn(async move { creation.send(draft, params).await });
            }
            Err(problems) => {
                self.form.fail(problems.into_iter().map(|(field, problem)| (place(field), message(problem))).collect());
            }
        }
    }

    async fn send(&self, draft: KeyDraft, params: Value) {
        let created_ms = now_ms();
        match send(&self.api, &params, draft.alias.trim(), created_ms).await {
            Ok(answer) => {
                let new_key = self.choices.with_untracked(|choices| {
                    let known = choices.models.as_ref().and_then(|models| models.as_ref().ok());
                    NewKey::new(&answer, &params, created_ms, known.map_or(&[][..], Vec::as_slice), &choices.teams)
                });
                self.new_key.update(|place| *place = Some(new_key));
            }
            Err(failed) => {
                let mut errors = Vec::new();
                if let Trouble::Failed(ApiError::Invalid { fields, .. }) = &failed {
                    for (param, text) in fields {
                        if let Some(field) = Name::from_param(param) {
                            errors.push((place(field), text.text()));
                        }
                    }
                }
                // There is a key, or there may be: this draft is not what would be lost.
                if matches!(failed, Trouble::SecretLost(_) | Trouble::Unknown(_)) {
                    self.form.mark_saved();
                }
                self.trouble.update(|trouble| *trouble = Some(failed));
                self.form.fail(errors);
            }
        }
    }
}

/// The period has no place of its own: what is wrong with it is wrong with the budget.
fn place(field: Name) -> Name {
    if field == Name::BudgetPeriod { Name::MaxBudget } else { field }
}

/// Sends the form once. Where the answer was lost, the alias tells whether there is a key now; nothing is sent again.
async fn send(api: &Api, params: &Value, alias: &str, sent_ms: i64) -> Result<Value, Trouble> {
    let error = match keys::create(api, params).await {
        Ok(answer) if !CreatedKey::read(&answer).key.is_empty() => return Ok(answer),
        Ok(_) => ApiError::Unreadable { endpoint: "keys.create" },
        Err(error) if !error.outcome_unknown() => return Err(Trouble::Failed(error)),
        Err(error) => error,
    };
    match keys::by_alias(api, alias).response().await {
        Ok(answer) if answer.stale.is_none() => Err(match answer.data.keys.first() {
            // A key that was there before is not the one that was asked for, and must not be deleted for it.
            Some(key)
                if clock::parse_utc_ms(&key.created_at).is_some_and(|created| created > sent_ms - CLOCKS_DIFFER_MS) =>
            {
                Trouble::SecretLost(alias.to_owned())
            }
            // Only where LiteLLM has answered it is done with it: after a timeout or a broken connection it may still be at it.
            None if is_answered(&error) => Trouble::NotMade(error),
            _ => Trouble::Unknown(error),
        }),
        _ => Err(Trouble::Unknown(error)),
    }
}

/// Whether LiteLLM itself has answered, though not well.
fn is_answered(error: &ApiError) -> bool {
    matches!(error, ApiError::Gateway(failure) if failure.code == "gateway_error")
}
