//! Changing a key, a team or a user: what is to become different is shown before it is sent, what others changed meanwhile is
//! noticed, and what came of it is read from the gateway and told.

mod asked;
mod beside;
mod edited;
mod told;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{Change, KeyDraft, Outcome, change, differences, half_taken, may_be_half_taken, with_role},
    key_status,
    language::{t, tf},
    msg,
    people::Kind,
    route::{KeysOpen, KeysRoute, Route, is_hash},
    visible::isolated,
    wire::{Key, KeyInfo},
};
use serde_json::Value;

pub use self::edited::Edited;
use self::{
    asked::{Asked, question},
    beside::{raise, spent},
    told::{Told, told_in_words},
};
use super::{
    actions::name_of,
    choices::{self, Choices},
    create::{all_fields, back, message_place, submit_row},
    form::{Form, by_rules, placed, refused},
    source::{KeysCache, use_keys_cache},
};
use crate::{
    action::actions,
    api::{self, Api, keys, teams, use_api, users},
    components::{Confirm, Tone, confirm, header, notice, region, still_region},
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
    /// What is in the form began as this.
    opened: Edited,
    asked: Option<Asked>,
    busy: bool,
    error: Option<ApiError>,
    told: Option<Told>,
    /// Why its answer was lost, as well.
    sent: Option<(Sent, ApiError)>,
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
            {still_region("gw-slot", move || state.with(|state| match &state.opened {
                Edited::Key(info) => replaced(&info.info, now_ms()),
                Edited::Account(_) => Markup::default(),
            }))}
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
    let links = html! {
        a.button href=(key_at(hash)) { (msg!("Show the key")) }
        (back())
    };
    header(&title, &tf(msg!("The secret stays as it is: {masked}"), &[("masked", masked)]), &links)
}

fn key_at(hash: &str) -> String {
    href(&Route::Keys(KeysRoute { open: KeysOpen::Key(hash.to_owned()), ..KeysRoute::default() }))
}

/// Of a key that has a successor: when it ends, and that the successor stays as it is.
fn replaced(key: &Key, now_ms: i64) -> Markup {
    let successor = &key.marks.ours.replaced_by;
    if successor.is_empty() {
        return Markup::default();
    }
    let end = match key_status::expires_ms(key) {
        Some(end_ms) if end_ms > now_ms => tf(msg!("It ends on {moment}."), &[("moment", &format::date_time(end_ms))]),
        Some(_) => t(msg!("It has ended.")),
        None => t(msg!("It does not end by itself.")),
    };
    let body = html! {
        p { (end) " " (msg!("What you change here does not change its successor.")) }
        @if is_hash(successor) { p.gw-notice-actions { a.button href=(key_at(successor)) { (msg!("Show the successor")) } } }
    };
    notice(Tone::Warning, &t(msg!("Another key takes the place of this one")), &body)
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
        let params = by_rules(|rules| with_role(change::params(&changes, at_ms), &draft, rules));
        match self.send(&params).await {
            Ok(()) => self.tell_outcome(changes, at_ms, draft, None).await,
            Err(error) if error.outcome_unknown() => self.tell_outcome(changes, at_ms, draft, Some(error)).await,
            Err(error) => {
                let errors = refused(&error);
                self.tell(Told::Failed(error));
                self.form.fail(errors);
            }
        }
    }

    /// Reads it, and tells what has come of the changes. `draft`: what was filled in when they were sent; `lost`: why the
    /// answer did not come.
    async fn tell_outcome(&self, changes: Vec<Change>, at_ms: i64, draft: Box<KeyDraft>, lost: Option<ApiError>) {
        let now = match (self.read().await, lost.clone()) {
            (Ok(now), lost) => match self.whole(&changes, now).await {
                Ok(now) => now,
                Err(error) => {
                    self.form.fail(Vec::new());
                    return self.doubt(Sent::Changes { changes, at_ms, draft }, lost.unwrap_or(error));
                }
            },
            (Err(_), Some(lost)) => {
                self.form.fail(Vec::new());
                return self.doubt(Sent::Changes { changes, at_ms, draft }, lost);
            }
            (Err(error), None) if may_be_half_taken(self.kind, &changes) => {
                self.form.fail(Vec::new());
                return self.doubt(Sent::Changes { changes, at_ms, draft }, error);
            }
            (Err(error), None) => {
                self.form.mark_saved();
                self.form.fail(Vec::new());
                return self.tell(Told::Unread(error));
            }
        };
        self.put(&now);
        let newer = now.draft();
        let mut outcomes: Vec<(Change, Outcome)> = by_rules(|rules| {
            let outcome = |change: Change| (newer.outcome(&change, rules, at_ms), change);
            changes.iter().cloned().map(outcome).map(|(outcome, change)| (change, outcome)).collect()
        });
        outcomes.extend(self.besides(&changes, &newer));
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

    /// What an older version did by half is taken back. Gives what there is then.
    async fn whole(&self, changes: &[Change], now: Edited) -> Result<Edited, ApiError> {
        let half = match &now {
            Edited::Account(account) => half_taken(changes, account),
            Edited::Key(_) => None,
        };
        let Some(back) = half else { return Ok(now) };
        self.send(&back).await?;
        self.read().await
    }

    /// What became different of a team or a user although nobody has chosen it.
    fn besides(&self, changes: &[Change], now: &KeyDraft) -> Vec<(Change, Outcome)> {
        if self.kind.is_none() {
            return Vec::new();
        }
        let mut besides = by_rules(|rules| differences(&self.opened(), now, rules));
        besides.retain(|beside| changes.iter().all(|change| change.field != beside.field));
        let stays = |Change { field, before, after }| {
            (Change { field, after: before.clone(), before }, Outcome::Otherwise(after))
        };
        besides.into_iter().map(stays).collect()
    }

    /// Neither an answer came, nor can it be read.
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
        let before = self.state.with_untracked(|state| state.opened.spend());
        match keys::reset_spend(&self.api, &self.id).await {
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
                self.put(&now);
                now.spend()
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
            if let Edited::Key(info) = &mut state.opened {
                info.info.spend = spend;
            }
            state.sent = in_doubt.clone().map(|lost| (Sent::Reset { before }, lost));
        });
        self.tell(in_doubt.map_or(Told::SpendReset, |lost| Told::SpendInDoubt { lost, before, now: spend }));
        self.form.focus_message();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_key_that_has_a_successor_it_is_said_when_it_ends() {
        let mut key = Key { expires: "2026-11-29T00:00:00Z".into(), ..Key::default() };
        let told = |key: &Key, now_ms| replaced(key, now_ms).as_str().to_owned();
        assert_eq!(told(&key, 0), "");
        // What is no hash leads nowhere.
        key.marks.ours.replaced_by = "<b>".into();
        let (before, after) = (told(&key, 1_795_176_000_000), told(&key, 1_796_000_000_000));
        assert!(before.contains("It ends on ") && !before.contains("href"), "{before}");
        assert!(after.contains("It has ended."), "{after}");
        key.expires.clear();
        assert!(told(&key, 0).contains("It does not end by itself."));
    }
}
