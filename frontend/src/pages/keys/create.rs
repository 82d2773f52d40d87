//! The form for a new key. Checked before it is sent; what LiteLLM refuses lands on the field it belongs to.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{BudgetPeriod, Expiry, Field, KeyDraft},
    wire::{CreatedKey, KeyPage, Model, Models, Team, Teams},
};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::{
    created::{Created, Made},
    form,
};
use crate::{
    api::{Api, keys, use_api},
    components::{Act, Slot, Tone, header, note, problem},
    format,
    hooks::now_ms,
    i18n::{t, tf},
    markup::{Html, html},
    nav::Page,
};

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

#[component]
pub fn Create() -> impl IntoView {
    let made: RwSignal<Option<Made>> = RwSignal::new(None);
    // The secret is gone from memory when the page is left.
    on_cleanup(move || {
        let _ = made.try_set(None);
    });
    move || match made.get() {
        Some(key) => view! { <Created made=key /> }.into_any(),
        None => view! { <CreateForm made=made /> }.into_any(),
    }
}

#[component]
fn CreateForm(made: RwSignal<Option<Made>>) -> impl IntoView {
    let api = StoredValue::new_local(use_api());
    let busy = RwSignal::new(false);
    let trouble: RwSignal<Option<Trouble>> = RwSignal::new(None);
    let problems: RwSignal<BTreeMap<Field, String>> = RwSignal::new(BTreeMap::new());
    let models: RwSignal<Option<Result<Vec<Model>, ApiError>>> = RwSignal::new(None);
    let teams: RwSignal<Vec<Team>> = RwSignal::new(Vec::new());
    // What has to be seen while one fills in the form; the rest is read when it is sent.
    let some_models = RwSignal::new(false);
    let chosen: RwSignal<Vec<String>> = RwSignal::new(Vec::new());
    let filter = RwSignal::new(String::new());
    let period = RwSignal::new(BudgetPeriod::default());
    let expiry = RwSignal::new(Expiry::default());
    let remark: RwSignal<Option<&'static str>> = RwSignal::new(None);

    let load = move || {
        let api = api.get_value();
        spawn_local(async move {
            let (asked_models, asked_teams) = (keys::models(&api), keys::teams(&api));
            let _ = models.try_set(Some(asked_models.read::<Models>().await.map(|answer| answer.data.data)));
            if let Ok(answer) = asked_teams.read::<Teams>().await {
                let _ = teams.try_set(answer.data.teams);
            }
        });
    };
    load();

    let read = move || KeyDraft {
        alias: form::value("gw-alias"),
        models: chosen.get_untracked(),
        all_models: !some_models.get_untracked(),
        max_budget: form::value("gw-max_budget"),
        budget_period: period.get_untracked(),
        rpm: form::value("gw-rpm_limit"),
        tpm: form::value("gw-tpm_limit"),
        expiry: expiry.get_untracked(),
        expiry_days: form::value("gw-expiry-days"),
        team: form::value("gw-team"),
    };
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        let draft = read();
        trouble.set(None);
        match draft.validate(format::decimal_mark()) {
            Err(found) => {
                let mut named = BTreeMap::new();
                for (field, problem) in found {
                    named.insert(field, t(problem.message()));
                }
                problems.set(named);
                form::focus_first_problem();
            }
            Ok(params) => {
                problems.set(BTreeMap::new());
                busy.set(true);
                let api = api.get_value();
                spawn_local(async move {
                    let created_ms = now_ms();
                    match send(&api, &params, draft.alias.trim()).await {
                        Ok(key) => {
                            let asked_days = draft.days().ok().flatten();
                            let known = models.try_with_untracked(|models| models.as_ref().and_then(|models| models.as_ref().ok().cloned())).flatten();
                            let _ = made.try_set(Some(Made::new(key, asked_days, created_ms, &known.unwrap_or_default())));
                        }
                        Err(failed) => {
                            if let Trouble::Failed(ApiError::Invalid { fields, .. }) = &failed {
                                let mut named = BTreeMap::new();
                                for (param, text) in fields {
                                    if let Some(field) = Field::from_param(param) {
                                        named.insert(field, text.clone());
                                    }
                                }
                                let _ = problems.try_set(named);
                            }
                            let _ = busy.try_set(false);
                            let _ = trouble.try_set(Some(failed));
                            form::focus_first_problem();
                        }
                    }
                });
            }
        }
    };

    let on_act = Callback::new(move |act: Act| match act.name.as_str() {
        "submit" => submit(),
        "retry" => load(),
        _ => {}
    });
    let on_change = Callback::new(move |(act, value): (Act, String)| match act.name.as_str() {
        "alias" => remark.set(KeyDraft { alias: value, ..KeyDraft::default() }.alias_remark()),
        "which-models" => some_models.set(act.id == "some"),
        "model" => chosen.update(|chosen| match chosen.iter().position(|name| *name == act.id) {
            Some(at) => {
                chosen.remove(at);
            }
            None => chosen.push(act.id),
        }),
        "filter" => filter.set(value),
        "period" => period.set(BudgetPeriod::from_value(&value)),
        "expiry" => expiry.set(Expiry::from_value(&value)),
        _ => {}
    });

    let head = Signal::derive(|| {
        header(&t("Create key"), &t("The key can call models and nothing else: it never manages the gateway."), |h| {
            html!(h, r#"<a class="button" href=""# {Page::Keys.href()} "\">" ["Back to all keys"] "</a>");
        })
    });
    let said = Signal::derive(move || {
        let mut h = Html::new();
        if let Some(trouble) = trouble.get() {
            in_words(&mut h, &trouble);
        }
        h.finish()
    });
    let alias = Signal::derive(form::alias);
    let alias_remark = Signal::derive(move || form::remark(remark.get()));
    let model_choice = Signal::derive(move || form::model_choice(some_models.get(), models.get().as_ref(), &filter.get(), &chosen.get()));
    let limits = Signal::derive(form::limits);
    let period_help = Signal::derive(move || form::period_help(period.get()));
    let expiry_choice = Signal::derive(form::expiry);
    let expiry_days = Signal::derive(move || form::expiry_days(expiry.get()));
    let team = Signal::derive(move || teams.with(|teams| form::team(teams)));
    let buttons = Signal::derive(move || form::buttons(busy.get()));
    // The errors are put into the fields, not drawn with them: what was typed stays.
    Effect::new(move |_| problems.with(form::show_problems));
    view! {
        <Slot html=head />
        <div class="gw-content gw-content-narrow">
            <Slot class="gw-slot" html=said on_act=on_act />
            <form class="gw-panel gw-form" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
                <Slot html=alias on_change=on_change />
                <Slot class="gw-after-field" html=alias_remark />
                <Slot html=model_choice on_act=on_act on_change=on_change />
                <Slot html=limits on_change=on_change />
                <Slot class="gw-after-field" html=period_help />
                <Slot html=Signal::derive(form::rates) />
                <Slot html=expiry_choice on_change=on_change />
                <Slot class="gw-after-field" html=expiry_days />
                <Slot html=team />
                <Slot class="gw-form-actions" html=buttons />
            </form>
        </div>
    }
}

fn in_words(h: &mut Html, trouble: &Trouble) {
    match trouble {
        Trouble::Failed(error) => problem(h, error, false),
        Trouble::NotMade(error) => note(h, Tone::Error, &t(error.title()), |h| {
            html!(h, "<p>" ["The gateway knows no key with this alias, so nothing was created. You can try again."] "</p>");
        }),
        Trouble::SecretLost(alias) => note(h, Tone::Warning, &t("The key was created, but its secret was lost on the way"), |h| {
            html!(h, "<p>" {tf("LiteLLM shows a secret only once. Delete “{alias}” from the list and create it again.", &[("alias", alias)])}
                r#"</p><p class="gw-notice-actions"><a class="button" href=""# {Page::Keys.href_with(&[("s", alias)])} "\">" ["Show the key"] "</a></p>");
        }),
        Trouble::Unknown(error) => note(h, Tone::Error, &t(error.title()), |h| {
            html!(h, "<p>" ["Whether the key was created is not known. Look for its alias in the list before you try again."]
                r#"</p><p class="gw-notice-actions"><a class="button" href=""# {Page::Keys.href()} "\">" ["Back to all keys"] "</a></p>");
        }),
    }
}

/// Sends the form once. Where the answer was lost, the alias tells whether there is a key now; nothing is sent again.
async fn send(api: &Api, params: &Value, alias: &str) -> Result<CreatedKey, Trouble> {
    let error = match keys::create(api, params).await {
        Ok(key) if !key.key.is_empty() => return Ok(key),
        Ok(_) => ApiError::Unreadable { endpoint: "keys.create" },
        Err(error) if !error.outcome_unknown() => return Err(Trouble::Failed(error)),
        Err(error) => error,
    };
    match keys::by_alias(api, alias).read::<KeyPage>().await {
        Ok(answer) if answer.stale.is_some() => Err(Trouble::Unknown(error)),
        Ok(answer) if answer.data.keys.is_empty() => Err(Trouble::NotMade(error)),
        Ok(_) => Err(Trouble::SecretLost(alias.to_owned())),
        Err(_) => Err(Trouble::Unknown(error)),
    }
}
