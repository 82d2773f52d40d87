//! Changing a key: what is to become different is shown before it is sent, what others changed meanwhile is noticed, and
//! what came of it is read from the gateway and told.

mod asked;
mod told;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{Change, KeyDraft, Outcome, change, fields},
    language::{t, tf},
    msg,
    route::{KeysOpen, KeysRoute, Route},
    visible::{isolated, visible},
    wire::KeyInfo,
};

use self::{
    asked::{Asked, question},
    told::{Told, told_in_words},
};
use super::{
    actions::name_of,
    choices::{self, Choices},
    create::{all_fields, back, message_place, submit_row},
    form::{Form, by_rules, control, money, placed, refused},
    source::{KeysCache, use_keys_cache},
};
use crate::{
    action::actions,
    api::{Api, keys, use_api},
    components::{Confirm, Field, Typed, confirm, field, header, region, still_region, text_input_of},
    format,
    markup::{Markup, html},
    router::{href, use_router},
    store::Store,
    task::{Task, now_ms, spawn, yield_now},
};

/// A write whose answer was lost, for as long as it may still be done.
#[derive(Clone)]
enum Sent {
    Changes {
        changes: Vec<Change>,
        at_ms: i64,
        /// What was filled in then: what is typed later is not among the changes.
        draft: Box<KeyDraft>,
    },
    Reset {
        before: f64,
    },
}

struct State {
    /// The key as it was read last: what is in the form began as this.
    opened: KeyInfo,
    asked: Option<Asked>,
    busy: bool,
    error: Option<ApiError>,
    told: Option<Told>,
    /// Why its answer was lost, as well.
    sent: Option<(Sent, ApiError)>,
}

#[derive(Clone)]
struct Edition {
    api: Api,
    hash: String,
    form: Form,
    choices: Store<Choices>,
    state: Store<State>,
    cache: KeysCache,
}

actions! {
    enum EditAction {
        LookAgain = "look-again",
        Reset = "reset",
    }
}

pub fn edit(hash: String, info: KeyInfo) -> AnyView {
    let api = use_api();
    let draft = KeyDraft::of(&info, format::decimal_mark());
    let choices = Store::new(Choices::default());
    let edition = Edition {
        api: api.clone(),
        hash,
        form: Form::new(draft.clone()),
        choices,
        state: Store::new(State { opened: info, asked: None, busy: false, error: None, told: None, sent: None }),
        cache: use_keys_cache(),
    };
    let Edition { form, state, .. } = edition.clone();
    form.guard(use_router());
    choices::find_owner(&api, choices, &draft.owner, &Task::new());
    let submitting = edition.clone();
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        submitting.submit();
    };
    let (looking, resetting, answering) = (edition.clone(), edition.clone(), edition.clone());
    let message = region(
        "gw-slot",
        move || {
            state.with(|state| {
                choices.with(|choices| state.told.as_ref().map(|told| told_in_words(told, choices)).unwrap_or_default())
            })
        },
        move |action: EditAction| {
            if action == EditAction::LookAgain {
                looking.look_again();
            }
        },
    );
    let of_budget = view! {
        {raise(form)}
        {spent(state, move || resetting.ask(Asked::Reset))}
    };
    let (alias, masked) =
        state.with_untracked(|state| (name_of(&state.opened.info), state.opened.info.key_name.clone()));
    let asking = edition.clone();
    view! {
        {still_region("", move || head(&edition.hash, &alias, &masked))}
        <div class="gw-content gw-content-narrow">
            {message_place(message)}
            <form class="gw-panel gw-form" novalidate on:submit=on_submit>
                {all_fields(form, choices, &api, Some(of_budget.into_any()))}
                {submit_row(form, msg!("Save changes"))}
            </form>
        </div>
        {confirm("gw-edit-question", move || asking.confirm(), move |yes| answering.answer(yes))}
    }
    .into_any()
}

fn head(hash: &str, alias: &str, masked: &str) -> Markup {
    let title = tf(msg!("Edit “{key}”"), &[("key", &isolated(alias))]);
    let key = href(&Route::Keys(KeysRoute { open: KeysOpen::Key(hash.to_owned()), ..KeysRoute::default() }));
    let links = html! {
        a.button href=(key) { (msg!("Show the key")) }
        (back())
    };
    header(&title, &tf(msg!("The secret stays as it is: {masked}"), &[("masked", masked)]), &links)
}

/// For some days above the budget.
fn raise(form: Form) -> AnyView {
    let (amount, days) =
        (control(form, "gw-temp_budget_increase", &fields::RAISE), control(form, "gw-raise-days", &fields::RAISE_DAYS));
    let help = move || {
        form.draft(|draft| match &draft.raised {
            Some(raised) if is_ahead(&raised.until) => {
                let amount = format::usd_exact(raised.increase);
                let moment = moment(&raised.until);
                tf(
                    msg!("It is raised by {amount} until {moment}. Enter 0 to end that."),
                    &[("amount", &amount), ("moment", &moment)],
                )
            }
            _ => t(msg!("Added to the budget for so many days. Then the budget is as above again, by itself.")),
        })
    };
    let body = view! {
        <span class="gw-inline">
            {money(amount, None)} <span>{t(msg!("for"))}</span>
            {text_input_of(amount.id, days, Typed::Whole, Some(fields::RAISE_DAYS.label), None)} <span>{t(msg!("days"))}</span>
        </span>
    };
    field(Field { help: Signal::derive(help), ..Field::new(&amount, fields::RAISE.label) }, body.into_any())
}

fn is_ahead(moment: &str) -> bool {
    model::clock::parse_utc_ms(moment).is_none_or(|ms| ms > now_ms())
}

fn moment(text: &str) -> String {
    model::clock::parse_utc_ms(text).map_or_else(|| visible(text), format::date_time)
}

/// What the key has spent, and the way to make nothing of it.
fn spent(state: Store<State>, reset: impl Fn() + 'static) -> AnyView {
    let amount = region(
        "gw-inline",
        move || {
            let spent = state.with(|state| state.opened.info.spend);
            html! {
                span { (format::usd(spent)) }
                @if spent > 0.0 { button.button type="button" data-action=(EditAction::Reset) { (msg!("Reset to zero")) } }
            }
        },
        move |action: EditAction| {
            if action == EditAction::Reset {
                reset();
            }
        },
    );
    view! {
        <div class="gw-field" role="group" aria-labelledby="gw-spent-label">
            <span class="gw-label" id="gw-spent-label">{t(msg!("Spent so far"))}</span>
            <div class="gw-control">{amount}</div>
        </div>
    }
    .into_any()
}

impl Edition {
    fn submit(&self) {
        if self.form.is_busy_untracked() {
            return;
        }
        self.state.update(|state| state.told = None);
        match self.changes() {
            Err(problems) => self.form.fail(placed(problems)),
            Ok(changes) if changes.is_empty() => {
                self.form.fail(Vec::new());
                self.tell(Told::Unchanged);
            }
            Ok(changes) => {
                self.form.fail_quietly();
                self.ask(Asked::Save(changes));
            }
        }
    }

    fn changes(&self) -> Result<Vec<Change>, model::key_form::Problems> {
        let before = self.opened();
        by_rules(|rules| self.form.draft_untracked().changes(&before, rules))
    }

    fn opened(&self) -> KeyDraft {
        self.state.with_untracked(|state| KeyDraft::of(&state.opened, format::decimal_mark()))
    }

    fn ask(&self, asked: Asked) {
        self.state.update(|state| (state.asked, state.error) = (Some(asked), None));
    }

    fn tell(&self, told: Told) {
        self.state.update(|state| (state.asked, state.busy, state.told) = (None, false, Some(told)));
    }

    fn confirm(&self) -> Confirm {
        self.state.with(|state| {
            let Some(asked) = &state.asked else { return Confirm::default() };
            let name = isolated(&name_of(&state.opened.info));
            let (question, details) = self.choices.with(|choices| question(asked, &name, choices, &self.mine()));
            let (question, error) = (Some(question), state.error.clone());
            Confirm { question, busy: state.busy, error, since: None, details }
        })
    }

    /// What is filled in, changed or not, by field.
    fn mine(&self) -> Vec<Change> {
        self.changes().unwrap_or_default()
    }

    fn answer(&self, yes: bool) {
        let asked = self.state.with_untracked(|state| state.asked.clone());
        let edition = self.clone();
        match (asked, yes) {
            (Some(Asked::Theirs(theirs)), false) => self.tell(Told::Theirs(theirs)),
            (Some(Asked::Save(_) | Asked::Theirs(_)), true) => spawn(async move { edition.save().await }),
            (Some(Asked::Reset), true) => spawn(async move { edition.reset_spend().await }),
            _ => self.state.update(|state| (state.asked, state.error) = (None, None)),
        }
    }

    fn begin(&self) {
        self.form.begin();
        self.state.update(|state| (state.busy, state.error) = (true, None));
    }

    /// Nothing was sent; the question stays.
    fn stay(&self, error: ApiError) {
        self.form.fail_quietly();
        self.state.update(|state| (state.busy, state.error) = (false, Some(error)));
    }

    /// The key as it is now.
    async fn read(&self) -> Result<KeyInfo, ApiError> {
        let response = keys::info(&self.api, &self.hash).response().await?;
        match response.stale {
            Some(error) => Err(error),
            None => Ok(response.data),
        }
    }

    async fn save(&self) {
        self.begin();
        let now = match self.read().await {
            Ok(now) => now,
            Err(error) => return self.stay(error),
        };
        self.cache.put(&now.key());
        let (before, newer) = (self.opened(), KeyDraft::of(&now, format::decimal_mark()));
        let mut theirs = by_rules(|rules| model::key_form::differences(&before, &newer, rules));
        if let Some((Sent::Changes { changes, at_ms, .. }, _)) = self.state.with_untracked(|state| state.sent.clone()) {
            // What was lost, and has been done after all, is one's own.
            let own = |theirs: &Change| changes.iter().find(|own| own.field == theirs.field);
            by_rules(|rules| {
                theirs.retain(|theirs| own(theirs).is_none_or(|own| newer.outcome(own, rules, at_ms) != Outcome::Done));
            });
        }
        // What was typed stays; where nothing was, theirs is in the form now.
        let over = self.form.draft_untracked().over(&before, &newer);
        self.form.rebase(newer, over);
        self.state.update(|state| state.opened = now);
        if !theirs.is_empty() {
            self.form.fail_quietly();
            self.state.update(|state| (state.asked, state.busy) = (None, false));
            // Another question: the keyboard begins at the answer that changes nothing.
            yield_now().await;
            return self.ask(Asked::Theirs(theirs));
        }
        let changes = match self.changes() {
            Ok(changes) if changes.is_empty() => {
                self.form.fail_quietly();
                return self.tell(Told::Unchanged);
            }
            Ok(changes) => changes,
            Err(problems) => {
                self.state.update(|state| (state.asked, state.busy) = (None, false));
                return self.form.fail(placed(problems));
            }
        };
        let (at_ms, draft) = (now_ms(), Box::new(self.form.draft_untracked()));
        match keys::update(&self.api, &self.hash, &change::params(&changes, at_ms)).await {
            Ok(_) => self.tell_outcome(changes, at_ms, draft, None).await,
            Err(error) if error.outcome_unknown() => self.tell_outcome(changes, at_ms, draft, Some(error)).await,
            Err(error) => {
                let errors = refused(&error);
                self.tell(Told::Failed(error));
                self.form.fail(errors);
            }
        }
    }

    /// Reads the key, and tells what has come of the changes. `draft`: what was filled in when they were sent; `lost`: why the
    /// answer did not come.
    async fn tell_outcome(&self, changes: Vec<Change>, at_ms: i64, draft: Box<KeyDraft>, lost: Option<ApiError>) {
        let now = match (self.read().await, lost.clone()) {
            (Ok(now), _) => now,
            (Err(_), Some(lost)) => {
                self.form.fail(Vec::new());
                return self.doubt(Sent::Changes { changes, at_ms, draft }, lost);
            }
            (Err(error), None) => {
                self.form.mark_saved();
                self.form.fail(Vec::new());
                return self.tell(Told::Unread(error));
            }
        };
        self.cache.put(&now.key());
        let newer = KeyDraft::of(&now, format::decimal_mark());
        let outcomes: Vec<(Change, Outcome)> = by_rules(|rules| {
            let outcome = |change: Change| (newer.outcome(&change, rules, at_ms), change);
            changes.iter().cloned().map(outcome).map(|(outcome, change)| (change, outcome)).collect()
        });
        let is_done = outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Done);
        // Where the answer was lost the gateway may still be at it: what was filled in stays, to be looked at or sent again.
        // What was typed since stays in any case.
        let before = if lost.is_none() || is_done { (*draft).clone() } else { self.opened() };
        let over = self.form.draft_untracked().over(&before, &newer);
        self.form.rebase(newer, over);
        self.form.fail_quietly();
        let in_doubt = lost.clone().filter(|_| !is_done);
        self.state.update(|state| {
            state.opened = now;
            state.sent = in_doubt.map(|lost| (Sent::Changes { changes, at_ms, draft }, lost));
        });
        self.tell(Told::Saved { changes: outcomes, lost });
        self.form.focus_message();
    }

    /// Neither an answer came, nor can the key be read.
    fn doubt(&self, sent: Sent, lost: ApiError) {
        self.state.update(|state| state.sent = Some((sent, lost.clone())));
        self.tell(Told::Unknown(lost));
    }

    /// Whether what was lost has happened by now.
    fn look_again(&self) {
        let Some((sent, lost)) = self.state.with_untracked(|state| state.sent.clone()) else { return };
        if self.form.is_busy_untracked() {
            return;
        }
        self.form.begin();
        let edition = self.clone();
        spawn(async move {
            match sent {
                Sent::Changes { changes, at_ms, draft } => {
                    edition.tell_outcome(changes, at_ms, draft, Some(lost)).await
                }
                Sent::Reset { before } => edition.tell_spend(before, Some(lost)).await,
            }
        });
    }

    async fn reset_spend(&self) {
        self.begin();
        let before = self.state.with_untracked(|state| state.opened.info.spend);
        match keys::reset_spend(&self.api, &self.hash).await {
            Ok(()) => self.tell_spend(before, None).await,
            Err(error) if error.outcome_unknown() => self.tell_spend(before, Some(error)).await,
            Err(error) => self.stay(error),
        }
    }

    /// Reads what the key has spent, and tells it. `lost`: why no answer to the reset came.
    async fn tell_spend(&self, before: f64, lost: Option<ApiError>) {
        let now = self.read().await;
        self.form.fail_quietly();
        let spend = match (now, &lost) {
            (Ok(now), _) => {
                self.cache.put(&now.key());
                now.info.spend
            }
            // LiteLLM has confirmed it.
            (Err(_), None) => 0.0,
            (Err(_), Some(lost)) => {
                self.doubt(Sent::Reset { before }, lost.clone());
                return self.form.focus_message();
            }
        };
        // A key in use spends on at once, and a budget that begins anew makes nothing of it as well.
        let in_doubt = lost.filter(|_| spend > 0.0);
        self.state.update(|state| {
            state.opened.info.spend = spend;
            state.sent = in_doubt.clone().map(|lost| (Sent::Reset { before }, lost));
        });
        self.tell(in_doubt.map_or(Told::SpendReset, |lost| Told::SpendInDoubt { lost, before, now: spend }));
        self.form.focus_message();
    }
}
