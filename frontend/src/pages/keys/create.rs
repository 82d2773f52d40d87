//! The form for a new key. Checked before it is sent; what LiteLLM refuses lands on the field it belongs to.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{BudgetPeriod, Expiry, Field as FormField, KeyDraft},
    wire::{CreatedKey, Model, Team},
};
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::created::{Created, Made};
use crate::{
    api::{Api, keys, use_api},
    components::{Field, Note, PageHeader, Problem, TextInput, Tone},
    format,
    hooks::now_ms,
    i18n::{t, tf},
    nav::{Page, PageLink},
};

/// From how many models on the list gets a filter.
const FILTER_FROM: usize = 12;

#[derive(Clone, Copy)]
struct Form {
    alias: RwSignal<String>,
    all_models: RwSignal<bool>,
    models: RwSignal<Vec<String>>,
    max_budget: RwSignal<String>,
    budget_period: RwSignal<BudgetPeriod>,
    rpm: RwSignal<String>,
    tpm: RwSignal<String>,
    expiry: RwSignal<Expiry>,
    expiry_days: RwSignal<String>,
    team: RwSignal<String>,
    problems: RwSignal<BTreeMap<FormField, String>>,
}

impl Form {
    fn new() -> Form {
        Form {
            alias: RwSignal::default(),
            all_models: RwSignal::new(true),
            models: RwSignal::default(),
            max_budget: RwSignal::default(),
            budget_period: RwSignal::default(),
            rpm: RwSignal::default(),
            tpm: RwSignal::default(),
            expiry: RwSignal::default(),
            expiry_days: RwSignal::default(),
            team: RwSignal::default(),
            problems: RwSignal::default(),
        }
    }

    fn draft(&self) -> KeyDraft {
        KeyDraft {
            alias: self.alias.get(),
            models: self.models.get(),
            all_models: self.all_models.get(),
            max_budget: self.max_budget.get(),
            budget_period: self.budget_period.get(),
            rpm: self.rpm.get(),
            tpm: self.tpm.get(),
            expiry: self.expiry.get(),
            expiry_days: self.expiry_days.get(),
            team: self.team.get(),
        }
    }

    fn problem(&self, field: FormField) -> Signal<Option<String>> {
        let problems = self.problems;
        Signal::derive(move || problems.with(|problems| problems.get(&field).cloned()))
    }
}

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
    let form = Form::new();
    let busy = RwSignal::new(false);
    let trouble: RwSignal<Option<Trouble>> = RwSignal::new(None);
    let models: RwSignal<Option<Result<Vec<Model>, ApiError>>> = RwSignal::new(None);
    let teams: RwSignal<Vec<Team>> = RwSignal::new(Vec::new());
    let load = move || {
        let api = api.get_value();
        spawn_local(async move {
            let (asked_models, asked_teams) = futures::join!(keys::models(&api), keys::teams(&api));
            let _ = models.try_set(Some(asked_models.map(|answer| answer.data.data)));
            if let Ok(answer) = asked_teams {
                let _ = teams.try_set(answer.data.teams);
            }
        });
    };
    load();

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let draft = untrack(|| form.draft());
        trouble.set(None);
        match draft.validate(format::decimal_mark()) {
            Err(problems) => {
                form.problems.set(problems.into_iter().map(|(field, problem)| (field, t(problem.message()))).collect());
                focus_first_problem();
            }
            Ok(params) => {
                form.problems.set(BTreeMap::new());
                busy.set(true);
                let api = api.get_value();
                let known = models.with_untracked(|models| models.as_ref().and_then(|models| models.as_ref().ok().cloned()).unwrap_or_default());
                spawn_local(async move {
                    let created_ms = now_ms();
                    match send(&api, &params, &draft.alias).await {
                        Ok(key) => {
                            let asked_days = draft.days().ok().flatten();
                            let _ = made.try_set(Some(Made::new(key, asked_days, created_ms, &known)));
                        }
                        Err(failed) => {
                            if let Trouble::Failed(ApiError::Invalid { fields, .. }) = &failed {
                                let named = fields.iter().filter_map(|(param, text)| Some((FormField::from_param(param)?, text.clone()))).collect();
                                let _ = form.problems.try_set(named);
                            }
                            let _ = busy.try_set(false);
                            let _ = trouble.try_set(Some(failed));
                            focus_first_problem();
                        }
                    }
                });
            }
        }
    };

    let remark = move || form.draft().alias_remark().filter(|_| !form.alias.with(String::is_empty)).map(t);
    let alias_problem = form.problem(FormField::Alias);
    view! {
        <PageHeader title=t("Create key") subtitle=t("The key can call models and nothing else: it never manages the gateway.")>
            <PageLink page=Page::Keys class="button">{t("Back to all keys")}</PageLink>
        </PageHeader>
        <div class="gw-content gw-content-narrow">
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
            <form class="gw-panel gw-form" novalidate on:submit=submit>
                <Field id="gw-alias" label=t("Alias") required=true error=alias_problem help=t("The name by which you will recognise the key, such as the application that uses it.")>
                    <TextInput id="gw-alias" value=form.alias error=alias_problem class="regular-text" required=true />
                    <p class="gw-remark">{remark}</p>
                </Field>
                <ModelsField form=form models=models retry=Callback::new(move |()| load()) />
                <BudgetField form=form />
                <Field id="gw-rpm" label=t("Requests per minute") error=form.problem(FormField::Rpm) help=t("Empty: no limit.")>
                    <TextInput id="gw-rpm" value=form.rpm error=form.problem(FormField::Rpm) class="small-text gw-digits" inputmode="numeric" />
                </Field>
                <Field id="gw-tpm" label=t("Tokens per minute") error=form.problem(FormField::Tpm) help=t("Empty: no limit.")>
                    <TextInput id="gw-tpm" value=form.tpm error=form.problem(FormField::Tpm) class="small-text gw-digits" inputmode="numeric" />
                </Field>
                <ExpiryField form=form />
                <Field id="gw-team" label=t("Team") error=form.problem(FormField::Team) help=t("The team’s own limits and models apply too.")>
                    <select id="gw-team" aria-describedby="gw-team-error gw-team-help" on:change=move |event| form.team.set(event_target_value(&event))>
                        <option value="" selected=move || form.team.with(String::is_empty)>{t("No team")}</option>
                        {move || teams.get().into_iter().filter(|team| !team.blocked).map(|team| {
                            let id = team.team_id.clone();
                            let name = if team.team_alias.is_empty() { team.team_id.clone() } else { team.team_alias };
                            view! { <option value=team.team_id selected=move || form.team.with(|chosen| *chosen == id)>{name}</option> }
                        }).collect_view()}
                    </select>
                </Field>
                <div class="gw-form-actions">
                    <button type="submit" class="button button-primary" aria-disabled=move || busy.get().to_string()>
                        {move || if busy.get() { t("Waiting for the gateway…") } else { t("Create key") }}
                    </button>
                    <PageLink page=Page::Keys class="button">{t("Cancel")}</PageLink>
                </div>
            </form>
        </div>
    }
}

#[component]
fn ModelsField(form: Form, models: RwSignal<Option<Result<Vec<Model>, ApiError>>>, retry: Callback<()>) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let problem = form.problem(FormField::Models);
    let toggle = move |name: String, on: bool| {
        form.models.update(|chosen| {
            chosen.retain(|known| *known != name);
            if on {
                chosen.push(name);
            }
        });
    };
    view! {
        <fieldset class="gw-field" class:gw-field-invalid=move || problem.with(Option::is_some)>
            <legend class="gw-label">{t("Models")}</legend>
            <div class="gw-control">
                <label class="gw-choice">
                    <input type="radio" name="gw-models" prop:checked=move || form.all_models.get() on:change=move |_| form.all_models.set(true) />
                    {t("All models, also those added later")}
                </label>
                <label class="gw-choice">
                    <input type="radio" name="gw-models" id="gw-models-some" prop:checked=move || !form.all_models.get() on:change=move |_| form.all_models.set(false) />
                    {t("Only these")}
                </label>
                {move || (!form.all_models.get()).then(|| match models.get() {
                    None => view! { <p class="gw-minor">{t("Asking the gateway for its models…")}</p> }.into_any(),
                    Some(Err(error)) => view! { <Problem error=error retry=retry /> }.into_any(),
                    Some(Ok(models)) if models.is_empty() => view! { <p class="gw-minor">{t("The gateway has no models yet.")}</p> }.into_any(),
                    Some(Ok(models)) => {
                        let many = models.len() >= FILTER_FROM;
                        let shown = move || {
                            let wanted = filter.get().to_lowercase();
                            models.iter().filter(|model| model.model_group.to_lowercase().contains(&wanted)).cloned().collect::<Vec<_>>()
                        };
                        view! {
                            {many.then(|| view! {
                                <input type="search" class="gw-model-filter" placeholder=t("Filter models") aria-label=t("Filter models")
                                    prop:value=move || filter.get() on:input=move |event| filter.set(event_target_value(&event)) />
                            })}
                            <div class="gw-model-list" role="group" aria-label=t("Models")>
                                <For each=shown key=|model| model.model_group.clone() let:model>
                                    {
                                        let name = model.model_group.clone();
                                        let (chosen, picked) = (name.clone(), name.clone());
                                        view! {
                                            <label class="gw-choice">
                                                <input type="checkbox" prop:checked=move || form.models.with(|models| models.contains(&chosen))
                                                    on:change=move |event| toggle(picked.clone(), event_target_checked(&event)) />
                                                <span class="gw-model-name">{name}</span>
                                                <span class="gw-minor">{price(&model)}</span>
                                            </label>
                                        }
                                    }
                                </For>
                            </div>
                        }.into_any()
                    }
                })}
                <p class="gw-field-error" role="alert">{move || problem.get()}</p>
            </div>
        </fieldset>
    }
}

#[component]
fn BudgetField(form: Form) -> impl IntoView {
    let problem = Signal::derive(move || form.problem(FormField::MaxBudget).get().or_else(|| form.problem(FormField::BudgetPeriod).get()));
    view! {
        <Field id="gw-budget" label=t("Budget") error=problem>
            <span class="gw-inline">
                <span class="gw-money" dir="ltr"><span aria-hidden="true">"$"</span>
                    <TextInput id="gw-budget" value=form.max_budget error=problem class="small-text gw-digits" inputmode="decimal" placeholder=t("No limit") />
                </span>
                <label class="screen-reader-text" for="gw-budget-period">{t("Budget period")}</label>
                <select id="gw-budget-period" on:change=move |event| form.budget_period.set(BudgetPeriod::from_value(&event_target_value(&event)))>
                    {BudgetPeriod::ALL.map(|period| view! {
                        <option value=period.value() selected=move || form.budget_period.get() == period>{t(period.label())}</option>
                    }).collect_view()}
                </select>
            </span>
            <p class="description" id="gw-budget-help">{move || tf("In US dollars. {period}", &[("period", &t(form.budget_period.get().help()))])}</p>
        </Field>
    }
}

#[component]
fn ExpiryField(form: Form) -> impl IntoView {
    let problem = form.problem(FormField::Expiry);
    view! {
        <Field id="gw-expiry" label=t("Expires") error=problem help=t("Afterwards the gateway refuses the key. LiteLLM may round the time to the next midnight UTC.")>
            <span class="gw-inline">
                <select id="gw-expiry" aria-describedby="gw-expiry-error gw-expiry-help" on:change=move |event| form.expiry.set(Expiry::from_value(&event_target_value(&event)))>
                    {Expiry::ALL.map(|expiry| view! {
                        <option value=expiry.value() selected=move || form.expiry.get() == expiry>{t(expiry.label())}</option>
                    }).collect_view()}
                </select>
                {move || (form.expiry.get() == Expiry::Custom).then(|| view! {
                    <label class="gw-inline">
                        <span class="screen-reader-text">{t("Days until the key expires")}</span>
                        <TextInput id="gw-expiry-days" value=form.expiry_days error=problem class="small-text gw-digits" inputmode="numeric" />
                        {t("days")}
                    </label>
                })}
            </span>
        </Field>
    }
}

#[component]
fn TroubleNote(trouble: Trouble) -> impl IntoView {
    match trouble {
        Trouble::Failed(error) => view! { <Problem error=error /> }.into_any(),
        Trouble::NotMade(error) => view! {
            <Note tone=Tone::Error title=t(error.title())>
                <p>{t("The gateway knows no key with this alias, so nothing was created. You can try again.")}</p>
            </Note>
        }
        .into_any(),
        Trouble::SecretLost(alias) => view! {
            <Note tone=Tone::Warning title=t("The key was created, but its secret was lost on the way")>
                <p>{tf("LiteLLM shows a secret only once. Delete “{alias}” from the list and create it again.", &[("alias", &alias)])}</p>
                <p class="gw-notice-actions"><PageLink page=Page::Keys query=vec![("s", alias)] class="button">{t("Show the key")}</PageLink></p>
            </Note>
        }
        .into_any(),
        Trouble::Unknown(error) => view! {
            <Note tone=Tone::Error title=t(error.title())>
                <p>{t("Whether the key was created is not known. Look for its alias in the list before you try again.")}</p>
                <p class="gw-notice-actions"><PageLink page=Page::Keys class="button">{t("Back to all keys")}</PageLink></p>
            </Note>
        }
        .into_any(),
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
    match keys::by_alias(api, alias.trim()).await {
        Ok(answer) if answer.stale.is_some() => Err(Trouble::Unknown(error)),
        Ok(answer) if answer.data.keys.is_empty() => Err(Trouble::NotMade(error)),
        Ok(_) => Err(Trouble::SecretLost(alias.trim().to_owned())),
        Err(_) => Err(Trouble::Unknown(error)),
    }
}

/// Dollars for a million tokens, in and out: how providers state their prices.
fn price(model: &Model) -> String {
    let million = |cost: Option<f64>| cost.map(|cost| format::usd(cost * 1_000_000.0));
    match (million(model.input_cost_per_token), million(model.output_cost_per_token)) {
        (Some(input), Some(output)) => tf("{input} in, {output} out per million tokens", &[("input", &input), ("output", &output)]),
        _ => model.mode.clone(),
    }
}

/// After the page has shown the problems: the keyboard goes to the first.
fn focus_first_problem() {
    request_animation_frame(|| {
        let first = document().query_selector(".gw-form [aria-invalid], .gw-field-invalid input").ok().flatten();
        match first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            Some(element) => {
                let _ = element.focus();
            }
            None => window().scroll_to_with_x_and_y(0.0, 0.0),
        }
    });
}
