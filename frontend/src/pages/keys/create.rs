//! The form for a new key. Checked before it is sent; what LiteLLM refuses lands on the field it belongs to.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    key_form::{BudgetPeriod, Expiry, Field, KeyDraft},
    text::Msg,
    wire::{CreatedKey, KeyPage, Model, Models, Team, Teams},
};
use serde_json::Value;

use super::{
    created::{Made, created},
    form,
};
use crate::{
    api::{Api, keys, use_api},
    components::{Act, Tone, header, note, problem, slot},
    format,
    i18n::{t, tf},
    markup::{Html, html},
    nav::{Nav, Page, use_nav},
    poll::{now_ms, run},
    store::Store,
};

/// How far the gateway's clock may be from the browser's.
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

/// What has to be seen while one fills in the form; the rest is read when it is sent.
#[derive(Default)]
struct State {
    busy: bool,
    trouble: Option<Trouble>,
    problems: Vec<(Field, String)>,
    models: Option<Result<Vec<Model>, ApiError>>,
    teams: Vec<Team>,
    some_models: bool,
    chosen: Vec<String>,
    filter: String,
    period: BudgetPeriod,
    expiry: Expiry,
    remark: Option<Msg>,
}

pub fn create() -> AnyView {
    // Whether there is a new key to show; the key itself is gone from memory when the page is left.
    let made: Store<Option<Made>> = Store::new(None);
    // Also when the browser keeps the page to come back to.
    let left = made.clone();
    let hidden = window_event_listener_untyped("pagehide", move |_| left.change(|made| *made = None));
    on_cleanup(move || hidden.remove());
    (move || match made.read(Option::clone) {
        Some(key) => created(key),
        None => create_form(made.clone()),
    })
    .into_any()
}

fn create_form(made: Store<Option<Made>>) -> AnyView {
    let form = Rc::new(Form { nav: use_nav(), api: use_api(), state: Store::new(State::default()), made });
    form.clone().load();
    let shown = |html: fn(&State) -> String| {
        let state = form.state.clone();
        move || state.read(html)
    };
    let typed = || {
        let state = form.state.clone();
        move |act: Act, value: String| state.change(|state| state.take(&act, value))
    };
    let retry = || {
        let form = form.clone();
        move |act: Act| {
            if act.name == "retry" {
                form.clone().load();
            }
        }
    };
    let problems = form.state.clone();
    let sent = form.clone();
    let view = view! {
        {slot("", head).view()}
        <div class="gw-content gw-content-narrow">
            {slot("gw-slot", shown(said)).view()}
            <form class="gw-panel gw-form" novalidate on:submit=move |event| { event.prevent_default(); sent.clone().submit(); }>
                {slot("", form::alias).on_change(typed()).view()}
                {slot("gw-after-field", shown(|state| form::remark(state.remark))).view()}
                {slot("", shown(|state| form::model_choice(state.some_models, state.models.as_ref())))
                    .on_act(retry()).on_change(typed()).view()}
                {slot("gw-after-field", shown(models)).on_change(typed()).view()}
                {slot("", form::limits).on_change(typed()).view()}
                {slot("gw-after-field", shown(|state| form::period_help(state.period))).view()}
                {slot("", form::rates).view()}
                {slot("", form::expiry).on_change(typed()).view()}
                {slot("gw-after-field", shown(|state| form::expiry_days(state.expiry))).view()}
                {slot("", shown(|state| form::team(&state.teams))).view()}
                {slot("gw-form-actions", shown(|state| form::buttons(state.busy))).view()}
            </form>
        </div>
    };
    // The errors are put into the fields, not drawn with them: what was typed stays. After the slots, which may draw a field anew.
    Effect::new(move |_| problems.read(|state| form::show_problems(&state.problems)));
    view.into_any()
}

fn models(state: &State) -> String {
    match &state.models {
        Some(Ok(models)) if state.some_models && !models.is_empty() => {
            form::model_list(models, &state.filter, &state.chosen)
        }
        _ => String::new(),
    }
}

fn head() -> String {
    header(
        &t(msg!("Create key")),
        &t(msg!("The key can call models and nothing else: it never manages the gateway.")),
        |h| {
            html!(h, r#"<a class="button" href=""# {Page::Keys.href()} "\">" [msg!("Back to all keys")] "</a>");
        },
    )
}

impl State {
    fn take(&mut self, act: &Act, value: String) {
        match act.name.as_str() {
            "alias" => self.remark = KeyDraft { alias: value, ..KeyDraft::default() }.alias_remark(),
            "which-models" => self.some_models = act.id == "some",
            "model" => match self.chosen.iter().position(|name| *name == act.id) {
                Some(at) => {
                    self.chosen.remove(at);
                }
                None => self.chosen.push(act.id.clone()),
            },
            "filter" => self.filter = value,
            "period" => self.period = BudgetPeriod::from_value(&value),
            "expiry" => self.expiry = Expiry::from_value(&value),
            _ => {}
        }
    }

    fn draft(&self) -> KeyDraft {
        KeyDraft {
            alias: form::value("gw-alias"),
            models: self.chosen.clone(),
            all_models: !self.some_models,
            max_budget: form::value("gw-max_budget"),
            budget_period: self.period,
            rpm: form::value("gw-rpm_limit"),
            tpm: form::value("gw-tpm_limit"),
            expiry: self.expiry,
            expiry_days: form::value("gw-expiry-days"),
            team: form::value("gw-team"),
        }
    }
}

struct Form {
    nav: Nav,
    api: Api,
    state: Store<State>,
    made: Store<Option<Made>>,
}

impl Form {
    /// Asks for what can be chosen.
    fn load(self: Rc<Self>) {
        run(async move {
            let (models, teams) = (keys::models(&self.api), keys::teams(&self.api));
            let models = models.read::<Models>().await.map(|answer| answer.data.data);
            self.state.change(|state| state.models = Some(models));
            if let Ok(answer) = teams.read::<Teams>().await {
                self.state.change(|state| state.teams = answer.data.teams);
            }
        });
    }

    fn submit(self: Rc<Self>) {
        if self.state.peek(|state| state.busy) {
            return;
        }
        let draft = self.state.peek(State::draft);
        let checked = draft.validate(format::decimal_mark());
        self.state.change(|state| {
            state.trouble = None;
            state.problems.clear();
            match &checked {
                Ok(_) => state.busy = true,
                Err(problems) => {
                    for (field, problem) in problems {
                        state.problems.push((*field, t(problem.message())));
                    }
                }
            }
        });
        match checked {
            Ok(params) => {
                // The answer brings a secret that is shown once: whoever leaves now would never see it.
                self.nav.hold(true);
                run(async move {
                    self.send(draft, params).await;
                    self.nav.hold(false);
                });
            }
            Err(_) => form::focus_first_problem(),
        }
    }

    async fn send(&self, draft: KeyDraft, params: Value) {
        let created_ms = now_ms();
        match send(&self.api, &params, draft.alias.trim(), created_ms).await {
            Ok(key) => {
                let asked_days = draft.days().ok().flatten();
                let made = self.state.peek(|state| {
                    let known =
                        state.models.as_ref().and_then(|models| models.as_ref().ok()).map_or(&[][..], Vec::as_slice);
                    let team = state.teams.iter().find(|team| !draft.team.is_empty() && team.team_id == draft.team);
                    Made::new(key, asked_days, created_ms, known, team.map_or(&[], |team| &team.models))
                });
                self.made.change(|place| *place = Some(made));
            }
            Err(failed) => {
                self.state.change(|state| {
                    state.busy = false;
                    if let Trouble::Failed(ApiError::Invalid { fields, .. }) = &failed {
                        for (param, text) in fields {
                            if let Some(field) = Field::from_param(param) {
                                state.problems.push((field, text.clone()));
                            }
                        }
                    }
                    state.trouble = Some(failed);
                });
                form::focus_first_problem();
            }
        }
    }
}

fn said(state: &State) -> String {
    let mut h = Html::new();
    if let Some(trouble) = &state.trouble {
        in_words(&mut h, trouble);
    }
    h.finish()
}

fn in_words(h: &mut Html, trouble: &Trouble) {
    match trouble {
        Trouble::Failed(error) => problem(h, error, false),
        Trouble::NotMade(error) => note(h, Tone::Error, &t(error.title()), |h| {
            html!(h, "<p>" [msg!("The gateway knows no key with this alias, so nothing was created. You can try again.")] "</p>");
        }),
        Trouble::SecretLost(alias) => {
            note(h, Tone::Warning, &t(msg!("The key was created, but its secret was lost on the way")), |h| {
                html!(h, "<p>" {tf(msg!("LiteLLM shows a secret only once. Delete “{alias}” from the list and create it again."), &[("alias", alias)])}
                r#"</p><p class="gw-notice-actions"><a class="button" href=""# {Page::Keys.href_with(&[("s", alias)])} "\">" [msg!("Show the key")] "</a></p>");
            })
        }
        Trouble::Unknown(error) => note(h, Tone::Error, &t(error.title()), |h| {
            html!(h, "<p>" [msg!("Whether the key was created is not known. Look for its alias in the list before you try again.")]
                r#"</p><p class="gw-notice-actions"><a class="button" href=""# {Page::Keys.href()} "\">" [msg!("Back to all keys")] "</a></p>");
        }),
    }
}

/// Sends the form once. Where the answer was lost, the alias tells whether there is a key now; nothing is sent again.
async fn send(api: &Api, params: &Value, alias: &str, sent_ms: i64) -> Result<CreatedKey, Trouble> {
    let error = match keys::create(api, params).await {
        Ok(key) if !key.key.is_empty() => return Ok(key),
        Ok(_) => ApiError::Unreadable { endpoint: "keys.create" },
        Err(error) if !error.outcome_unknown() => return Err(Trouble::Failed(error)),
        Err(error) => error,
    };
    match keys::by_alias(api, alias).read::<KeyPage>().await {
        Ok(answer) if answer.stale.is_none() => Err(match answer.data.keys.first() {
            // A key that was there before is not the one that was asked for, and must not be deleted for it.
            Some(key)
                if clock::parse_utc_ms(&key.created_at).is_some_and(|created| created > sent_ms - CLOCKS_DIFFER_MS) =>
            {
                Trouble::SecretLost(alias.to_owned())
            }
            // After a timeout LiteLLM may still be at it.
            None if error.failure().is_none_or(|failure| failure.reason != "timeout") => Trouble::NotMade(error),
            _ => Trouble::Unknown(error),
        }),
        _ => Err(Trouble::Unknown(error)),
    }
}
