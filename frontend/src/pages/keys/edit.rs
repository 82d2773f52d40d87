//! Changing a key, a team or a user: what is to become different is shown before it is sent, what others changed meanwhile is
//! noticed, and what came of it is read from the gateway and told.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{Change, Field as Name, KeyDraft, Outcome, change, fields},
    language::{t, tf},
    msg,
    people::{Account, Kind},
    route::{KeysOpen, KeysRoute, Route},
    text::Msg,
    visible::{isolated, visible},
    wire::KeyInfo,
};
use serde_json::Value;

use super::{
    actions::name_of,
    choices::{self, Choices},
    create::{all_fields, back, message_place, submit_row},
    form::{Form, by_rules, control, money, placed, refused},
    source::{KeysCache, use_keys_cache},
    words,
};
use crate::{
    action::actions,
    api::{self, Api, keys, teams, use_api, users},
    components::{
        Confirm, Field, Question, Tone, Typed, confirm, explained, field, header, notice, problem, region,
        still_region, text_input_of,
    },
    format,
    markup::{Markup, html},
    pages::people::{
        quick::Quick,
        source::{People, one},
    },
    router::{href, use_router},
    store::Store,
    task::{Task, now_ms, spawn, yield_now},
};

/// What is edited, as it was read last.
#[derive(Clone)]
pub enum Edited {
    Key(Box<KeyInfo>),
    Account(Box<Account>),
}

impl Edited {
    fn draft(&self) -> KeyDraft {
        match self {
            Edited::Key(info) => KeyDraft::of(info, format::decimal_mark()),
            Edited::Account(account) => KeyDraft::of_account(account, format::decimal_mark()),
        }
    }

    fn name(&self) -> String {
        match self {
            Edited::Key(info) => name_of(&info.info),
            Edited::Account(account) => visible(account.name()),
        }
    }

    fn spend(&self) -> f64 {
        match self {
            Edited::Key(info) => info.info.spend,
            Edited::Account(account) => account.spend,
        }
    }
}

/// What is asked before something is sent.
#[derive(Clone)]
enum Asked {
    /// These changes.
    Save(Vec<Change>),
    /// Somebody else has changed this meanwhile.
    Theirs(Vec<Change>),
    /// What the key has spent becomes nothing.
    Reset,
}

/// What is told above the form.
#[derive(Clone)]
enum Told {
    Unchanged,
    Failed(ApiError),
    /// What the gateway made of each change. `lost`: its answer did not come, and it was looked instead.
    Saved {
        changes: Vec<(Change, Outcome)>,
        lost: Option<ApiError>,
    },
    /// The answer did not come, and what there is now is not known either.
    Unknown(ApiError),
    /// It was accepted, but what there is now could not be read.
    Unread(ApiError),
    /// What others changed, which is in the form now.
    Theirs(Vec<Change>),
    SpendReset,
    /// The answer did not come, and the key has spent this much.
    SpendNotReset(ApiError, f64),
}

struct State {
    /// What is in the form began as this.
    opened: Edited,
    asked: Option<Asked>,
    busy: bool,
    error: Option<ApiError>,
    told: Option<Told>,
    /// What was sent when the answer was lost, and when.
    sent: Option<(Vec<Change>, i64)>,
}

#[derive(Clone)]
pub struct Edition {
    api: Api,
    /// The hash of a key, the id of a team or a user.
    id: String,
    /// None: a key.
    kind: Option<Kind>,
    pub form: Form,
    pub choices: Store<Choices>,
    state: Store<State>,
    cache: KeysCache,
    /// The list over which the form is open; none: that of keys.
    people: Option<People>,
}

actions! {
    enum EditAction {
        LookAgain = "look-again",
        Reset = "reset",
    }
}

pub fn edit(hash: String, info: KeyInfo) -> AnyView {
    let api = use_api();
    let (alias, masked, owner) = (name_of(&info.info), info.info.key_name.clone(), info.info.user_id.clone());
    let edition = Edition::new(hash, Edited::Key(Box::new(info)));
    let Edition { form, choices, state, .. } = edition.clone();
    choices::find_owner(&api, choices, &owner, &Task::new());
    let quick = Quick::new(form, choices);
    let (shown, resetting) = (edition.clone(), edition.clone());
    let of_budget = view! {
        {raise(form)}
        {spent(state, move || resetting.ask(Asked::Reset))}
    };
    view! {
        {still_region("", move || head(&shown.id, &alias, &masked))}
        <div class="gw-content gw-content-narrow">
            {edition.message()}
            <form class="gw-panel gw-form" novalidate on:submit=edition.on_submit()>
                {all_fields(form, choices, &api, quick, Some(of_budget.into_any()))}
                {submit_row(form, msg!("Save changes"))}
            </form>
            {quick.dialog()}
        </div>
        {edition.dialog()}
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
            let spent = state.with(|state| state.opened.spend());
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
    /// Nobody leaves what is filled in without being asked.
    pub fn new(id: String, opened: Edited) -> Edition {
        let draft = opened.draft();
        let kind = draft.of;
        let edition = Edition {
            api: use_api(),
            id,
            kind,
            form: Form::new(draft),
            choices: Store::new(Choices { of: kind, ..Choices::default() }),
            state: Store::new(State { opened, asked: None, busy: false, error: None, told: None, sent: None }),
            cache: use_keys_cache(),
            people: use_context::<People>().filter(|_| kind.is_some()),
        };
        edition.form.guard(use_router());
        edition
    }

    /// What is told above the form.
    pub fn message(&self) -> AnyView {
        let (state, choices, looking) = (self.state, self.choices, self.clone());
        message_place(region(
            "gw-slot",
            move || {
                let told = |state: &State, choices: &Choices| {
                    state.told.as_ref().map(|told| told_in_words(told, choices)).unwrap_or_default()
                };
                state.with(|state| choices.with(|choices| told(state, choices)))
            },
            move |action: EditAction| {
                if action == EditAction::LookAgain {
                    looking.look_again();
                }
            },
        ))
    }

    pub fn on_submit(&self) -> impl Fn(web_sys::SubmitEvent) + use<> {
        let edition = self.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            edition.submit();
        }
    }

    pub fn dialog(&self) -> AnyView {
        let (asking, answering) = (self.clone(), self.clone());
        confirm("gw-edit-question", move || asking.confirm(), move |yes| answering.answer(yes))
    }

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
        self.state.with_untracked(|state| state.opened.draft())
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
            let name = isolated(&state.opened.name());
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

    /// As it is now.
    async fn read(&self) -> Result<Edited, ApiError> {
        let (now, stale) = match self.kind {
            None => {
                let response = keys::info(&self.api, &self.id).response().await?;
                (Edited::Key(Box::new(response.data)), response.stale)
            }
            Some(kind) => {
                let response = one(&self.api, kind, &self.id).await?;
                let account = response.data.map(|one| one.account).ok_or_else(ApiError::gone)?;
                (Edited::Account(Box::new(account)), response.stale)
            }
        };
        stale.map_or(Ok(now), Err)
    }

    async fn send(&self, changes: &Value) -> api::Result<()> {
        match self.kind {
            None => keys::update(&self.api, &self.id, changes).await.map(drop),
            Some(Kind::Team) => teams::update(&self.api, &self.id, changes).await.map(drop),
            Some(Kind::User) => users::update(&self.api, &self.id, changes).await.map(drop),
        }
    }

    /// The list shows it, too.
    fn put(&self, now: &Edited) {
        match (now, self.people) {
            (Edited::Key(info), _) => self.cache.put(&info.key()),
            (Edited::Account(account), Some(people)) => people.put((**account).clone()),
            (Edited::Account(_), None) => {}
        }
    }

    async fn save(&self) {
        self.begin();
        let now = match self.read().await {
            Ok(now) => now,
            Err(error) => return self.stay(error),
        };
        self.put(&now);
        let (before, newer) = (self.opened(), now.draft());
        let theirs = by_rules(|rules| model::key_form::differences(&before, &newer, rules));
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
        let sent_ms = now_ms();
        match self.send(&change::params(&changes, sent_ms)).await {
            Ok(()) => self.tell_outcome(changes, sent_ms, None).await,
            Err(error) if error.outcome_unknown() => self.tell_outcome(changes, sent_ms, Some(error)).await,
            Err(error) => {
                let errors = refused(&error);
                self.tell(Told::Failed(error));
                self.form.fail(errors);
            }
        }
    }

    /// Reads it, and tells what has come of the changes. `lost`: why the answer did not come.
    async fn tell_outcome(&self, changes: Vec<Change>, sent_ms: i64, lost: Option<ApiError>) {
        let now = match (self.read().await, lost.clone()) {
            (Ok(now), _) => now,
            (Err(_), Some(lost)) => {
                self.state.update(|state| state.sent = Some((changes, sent_ms)));
                self.form.fail(Vec::new());
                return self.tell(Told::Unknown(lost));
            }
            (Err(error), None) => {
                self.form.mark_saved();
                self.form.fail(Vec::new());
                return self.tell(Told::Unread(error));
            }
        };
        self.put(&now);
        let draft = now.draft();
        let outcomes: Vec<(Change, Outcome)> = by_rules(|rules| {
            let outcome = |change: Change| (draft.outcome(&change, rules, sent_ms), change);
            changes.iter().cloned().map(outcome).map(|(outcome, change)| (change, outcome)).collect()
        });
        let is_done = outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Done);
        // Where the answer was lost the gateway may still be at it: what was filled in stays, to be looked at or sent again.
        if lost.is_none() || is_done {
            self.form.reset(draft);
        } else {
            let over = self.form.draft_untracked().over(&self.opened(), &draft);
            self.form.rebase(draft, over);
            self.form.fail_quietly();
        }
        self.state.update(|state| {
            state.opened = now;
            state.sent = (lost.is_some() && !is_done).then_some((changes, sent_ms));
        });
        self.tell(Told::Saved { changes: outcomes, lost });
        self.form.focus_message();
    }

    /// Whether what was lost has happened by now.
    fn look_again(&self) {
        let sent = self.state.with_untracked(|state| state.sent.clone());
        let lost = self.state.with_untracked(|state| match &state.told {
            Some(Told::Saved { lost: Some(error), .. } | Told::Unknown(error)) => Some(error.clone()),
            _ => None,
        });
        if let (Some((changes, sent_ms)), Some(lost)) = (sent, lost)
            && !self.form.is_busy_untracked()
        {
            self.form.begin();
            let edition = self.clone();
            spawn(async move { edition.tell_outcome(changes, sent_ms, Some(lost)).await });
        }
    }

    async fn reset_spend(&self) {
        self.begin();
        let before = self.state.with_untracked(|state| state.opened.spend());
        let lost = match keys::reset_spend(&self.api, &self.id).await {
            Ok(()) => None,
            Err(error) if error.outcome_unknown() => Some(error),
            Err(error) => return self.stay(error),
        };
        self.form.fail_quietly();
        let spend = match (self.read().await, &lost) {
            (Ok(now), _) => {
                self.put(&now);
                Some(now.spend())
            }
            (Err(_), None) => Some(0.0),
            (Err(_), Some(_)) => None,
        };
        if let Some(spend) = spend {
            self.state.update(|state| {
                if let Edited::Key(info) = &mut state.opened {
                    info.info.spend = spend;
                }
            });
        }
        self.tell(match (lost, spend) {
            (None, _) => Told::SpendReset,
            (Some(_), Some(spend)) if spend < before => Told::SpendReset,
            (Some(error), Some(spend)) => Told::SpendNotReset(error, spend),
            (Some(error), None) => Told::Unknown(error),
        });
        self.form.focus_message();
    }
}

fn question(asked: &Asked, name: &str, choices: &Choices, mine: &[Change]) -> (Question, Markup) {
    let (title, text, action, cancel, destructive) = match asked {
        Asked::Save(_) => (
            msg!("Change “{key}”?"),
            match choices.of {
                None => msg!(
                    "Calls with this key follow the new settings, with other instances of LiteLLM within about a minute."
                ),
                Some(Kind::Team) => msg!(
                    "Calls with the keys of this team follow the new settings, with other instances of LiteLLM within about a minute."
                ),
                Some(Kind::User) => msg!(
                    "Calls with keys of this user that are in no team follow the new settings, with other instances of LiteLLM within about a minute."
                ),
            },
            msg!("Save changes"),
            msg!("Cancel"),
            false,
        ),
        Asked::Theirs(_) => (
            msg!("“{key}” was changed meanwhile"),
            msg!(
                "Somebody else has changed this since you opened the form. What you have not touched stays as theirs; where both did, yours would take its place."
            ),
            msg!("Save mine"),
            msg!("Look at it first"),
            true,
        ),
        Asked::Reset => (
            msg!("Set to zero what “{key}” has spent?"),
            msg!("It can spend its whole budget once more. What it has spent stays in the statistics."),
            msg!("Reset to zero"),
            msg!("Cancel"),
            true,
        ),
    };
    let details = match asked {
        Asked::Save(changes) => words::difference(changes, choices),
        Asked::Theirs(theirs) => theirs_and_mine(theirs, mine, choices),
        Asked::Reset => Markup::default(),
    };
    (Question { title: tf(title, &[("key", name)]), text: t(text), action, cancel, destructive }, details)
}

/// What they made of it, beside what would be saved.
fn theirs_and_mine(theirs: &[Change], mine: &[Change], choices: &Choices) -> Markup {
    let mut rows: Vec<(Name, Vec<Value>)> = Vec::new();
    for change in theirs {
        let (field, mut values) = words::before_and_after(change);
        let own = mine.iter().find(|own| own.field == change.field);
        values.push(own.map_or_else(|| values[1].clone(), |own| words::before_and_after(own).1[1].clone()));
        rows.push((field, values));
    }
    words::table(
        msg!("What was changed meanwhile"),
        &[msg!("When you opened it"), msg!("Now"), msg!("When you save")],
        &rows,
        choices,
    )
}

/// What is said of a key, and of others.
fn of(choices: &Choices, key: Msg, other: Msg) -> Msg {
    if choices.of.is_none() { key } else { other }
}

fn told_in_words(told: &Told, choices: &Choices) -> Markup {
    match told {
        Told::Unchanged => notice(Tone::Warning, &t(msg!("Nothing is changed")), &Markup::default()),
        Told::Failed(error) => problem(error, None),
        Told::Saved { changes, lost } => saved(changes, lost.as_ref(), choices),
        Told::Unknown(error) => {
            let body = html! {
                (explained(error))
                p { (of(choices, msg!("Whether the key was changed is not known. Look again before you save once more."), msg!("Whether anything was changed is not known. Look again before you save once more."))) }
                (look_again())
            };
            notice(Tone::Error, &t(error.title()), &body)
        }
        Told::Unread(error) => {
            let body = html! {
                p { (of(choices, msg!("The gateway has accepted the changes, but what the key is now could not be read."), msg!("The gateway has accepted the changes, but what has come of them could not be read."))) }
                (explained(error))
            };
            notice(Tone::Warning, &t(error.title()), &body)
        }
        Told::Theirs(theirs) => {
            let body = html! {
                p { (of(choices, msg!("What the form shows is the key as it is now, with what you have filled in. Nothing was saved."), msg!("What the form shows is what there is now, with what you have filled in. Nothing was saved."))) }
                (words::difference(theirs, choices))
            };
            notice(
                Tone::Warning,
                &t(of(choices, msg!("Somebody else has changed this key"), msg!("Somebody else has changed this"))),
                &body,
            )
        }
        Told::SpendReset => {
            notice(Tone::Success, &t(msg!("What the key has spent is set to zero")), &Markup::default())
        }
        Told::SpendNotReset(error, spend) => {
            let text = tf(
                msg!(
                    "The gateway says that the key has spent {amount}. It may still be at it: reload the page before you try again."
                ),
                &[("amount", &format::usd(*spend))],
            );
            notice(Tone::Error, &t(error.title()), &html! { (explained(error)) p { (text) } })
        }
    }
}

fn look_again() -> Markup {
    html! { p.gw-notice-actions { button.button type="button" data-action=(EditAction::LookAgain) { (msg!("Look again")) } } }
}

fn saved(changes: &[(Change, Outcome)], lost: Option<&ApiError>, choices: &Choices) -> Markup {
    let rows = |wanted: fn(&Outcome) -> bool| {
        let mut rows: Vec<(Name, Vec<Value>)> = Vec::new();
        for (change, outcome) in changes {
            if wanted(outcome) {
                let (field, mut values) = words::before_and_after(change);
                if let Outcome::Otherwise(now) = outcome {
                    values.push(now.clone());
                }
                rows.push((field, values));
            }
        }
        rows
    };
    let done = rows(|outcome| *outcome == Outcome::Done);
    let not = rows(|outcome| *outcome == Outcome::Not);
    let otherwise = rows(|outcome| matches!(outcome, Outcome::Otherwise(_)));
    let (now, then) = (msg!("Before"), msg!("Now"));
    let (tone, title) = match (lost, not.is_empty() && otherwise.is_empty()) {
        (_, true) => (Tone::Success, t(of(choices, msg!("The key was changed"), msg!("The changes are saved")))),
        (Some(error), _) => (Tone::Error, t(error.title())),
        (None, _) if done.is_empty() => (Tone::Warning, t(msg!("The gateway has not done this"))),
        (None, _) => (Tone::Warning, t(msg!("The gateway has done only a part of this"))),
    };
    let body = html! {
        @if lost.is_some() && tone == Tone::Success { p { (of(choices, msg!("The answer got lost, but the key has the new settings."), msg!("The answer got lost, but the new settings are there."))) } }
        @if !done.is_empty() { (words::table(msg!("What was changed"), &[now, then], &done, choices)) }
        @if !otherwise.is_empty() {
            p { (msg!("The gateway made something else of this:")) }
            (words::table(msg!("What became otherwise"), &[now, msg!("You chose"), then], &otherwise, choices))
        }
        @if !not.is_empty() {
            p { (msg!("This is as it was before:")) }
            (words::table(msg!("What was not changed"), &[msg!("Now"), msg!("You chose")], &not, choices))
        }
        @if let (Some(error), false) = (lost, tone == Tone::Success) {
            (explained(error))
            p { (msg!("The answer got lost, and the gateway may still be at it. Look again before you save once more.")) }
            (look_again())
        }
    };
    notice(tone, &title, &body)
}
