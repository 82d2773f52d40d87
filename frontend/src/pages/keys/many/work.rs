//! The run itself: each key is looked at, a few at a time, and then written to, one after the other. What a failure means for
//! one key is told of that key; what it means for all of them stops the run, which can go on from there.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::{t, tf},
    msg,
    route::{KeysList, KeysRoute, Route},
    run::{Act, MOST, Purpose, Run, State as KeyState, Step, change, change::KeyChange, holds_up, is_answered},
    visible::visible,
    wire::{JournalEntry, Key, KeyInfo},
};
use serde_json::json;

use super::{Asked, Many};
use crate::{
    api::{self, Api, Read, Response, journal, keys, use_api},
    effect::watch,
    format,
    pages::keys::actions::{self, name_of},
    store::Store,
    task::{Task, now_ms},
};

/// So many keys are looked at in one question: as many as WordPress asks LiteLLM for at once.
const LOOKED_AT: usize = 8;

/// A run over more than these is kept in WordPress.
const KEPT_FROM: usize = 10;

/// After so many refusals in a row the next ones are hardly different.
const REFUSALS_MOST: usize = 10;

/// Where a run is kept.
#[derive(Clone)]
pub struct Kept {
    pub id: String,
    pub revision: u64,
}

pub struct Job {
    pub run: Run,
    /// How each key is called.
    pub names: Vec<String>,
    pub kept: Option<Kept>,
    /// It was to be kept, and WordPress does not.
    pub unkept: bool,
}

/// Why a run has stopped.
#[derive(Debug, Clone, PartialEq)]
pub enum Pause {
    Wanted,
    Refusals,
    Failed(ApiError),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    Closed,
    /// All keys are read anew. `began`: their first page is awaited.
    Reading {
        began: bool,
    },
    /// Not all keys could be read.
    NotWhole,
    Ask,
    Running,
    /// It stops after the key that is under way.
    Stopping,
    Paused(Pause),
    /// Somebody else goes on with it, by this name; none: it is no longer kept.
    Taken(Option<String>),
    Over,
}

pub struct State {
    pub job: Option<Job>,
    pub phase: Phase,
    /// All keys are listed, not only the first and the odd ones.
    pub all: bool,
}

/// A change of rows in the table.
enum Row {
    Gone(String),
    Now(Box<Key>),
}

enum Halt {
    Wanted,
    Refusals,
    Failed(ApiError),
    Taken(Option<JournalEntry>),
}

/// What the form gives; none: something in it is wrong, which it says itself.
pub type ReadForm = Box<dyn Fn() -> Option<KeyChange>>;

#[derive(Clone, Copy)]
pub struct Worker {
    pub many: Many,
    pub state: Store<State>,
    pub form: StoredValue<Option<ReadForm>, LocalStorage>,
    /// A word for this window, by which it knows what it saved itself.
    tools: StoredValue<(Api, Task, String), LocalStorage>,
}

/// What `keys.info` says: the key, or that there is none.
fn seen(look: api::Result<Response<KeyInfo>>) -> api::Result<Option<Key>> {
    match look {
        Ok(Response { stale: Some(error), .. }) => Err(error),
        // Newer versions keep what they have deleted.
        Ok(Response { data, .. }) if data.more.status == "deleted" => Ok(None),
        Ok(Response { data, .. }) => Ok(Some(data.key())),
        Err(ApiError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// In one line: what happened, and what exactly.
fn reason(error: &ApiError) -> String {
    let title = t(error.title());
    match error.message() {
        Some(words) => tf(msg!("{what}: {words}"), &[("what", &title), ("words", &visible(&words.text()))]),
        None => title,
    }
}

fn random() -> String {
    ((js_sys::Math::random() * 1e15) as u64 + 10_000_000).to_string()
}

impl Worker {
    pub fn new(many: Many) -> Worker {
        let worker = Worker {
            many,
            state: Store::new(State { job: None, phase: Phase::Closed, all: false }),
            form: StoredValue::new_local(None),
            tools: StoredValue::new_local((use_api(), Task::new(), random())),
        };
        // All keys are there, or they could not be read.
        watch(move || {
            let loading = many.keys.listing.with(|listing| listing.loading);
            match worker.state.with(|state| state.phase.clone()) {
                Phase::Reading { began: false } if loading => worker.set(Phase::Reading { began: true }),
                Phase::Reading { began: true } if !loading => worker.ask_kill_switch(),
                _ => {}
            }
        });
        worker
    }

    pub fn api(self) -> Api {
        self.tools.with_value(|(api, ..)| api.clone())
    }

    fn set(self, phase: Phase) {
        self.state.update(|state| state.phase = phase);
    }

    fn show(self, job: Job, phase: Phase) {
        self.form.set_value(None);
        self.state.update(|state| *state = State { job: Some(job), phase, all: false });
    }

    /// A new run over these keys, which are in the table. Never over the plugin's own.
    fn job(self, act: Act, purpose: Purpose, about: &[Key]) -> Job {
        let owners = self.many.keys.owners.state.with_untracked(|state| state.data.clone()).unwrap_or_default();
        let (mut tokens, mut names) = (Vec::new(), Vec::new());
        for key in about.iter().filter(|key| !owners.is_own(key)).take(MOST) {
            tokens.push(key.token.clone());
            names.push(name_of(key));
        }
        let is_kept = tokens.len() > KEPT_FROM || purpose != Purpose::Chosen;
        let kept = is_kept.then(|| Kept { id: random(), revision: 0 });
        Job { run: Run::new(act, purpose, tokens, now_ms()), names, kept, unkept: false }
    }

    pub fn open(self, asked: Asked) {
        let (act, tokens) = match asked {
            Asked::Act(actions::Act::Block, tokens) => (Act::Block, tokens),
            Asked::Act(actions::Act::Unblock, tokens) => (Act::Unblock, tokens),
            Asked::Act(actions::Act::Delete, tokens) => (Act::Delete, tokens),
            Asked::Change(tokens) => (Act::Change(KeyChange::default()), tokens),
            Asked::KillSwitch => return self.read_all(),
        };
        let mut about = Vec::new();
        for token in &tokens {
            about.extend(self.many.keys.find(token));
        }
        let job = self.job(act, Purpose::Chosen, &about);
        if !job.names.is_empty() {
            self.show(job, Phase::Ask);
        }
    }

    /// Before a kill switch, so that it misses none.
    pub fn read_all(self) {
        self.state.update(|state| *state = State { job: None, phase: Phase::Reading { began: false }, all: false });
        self.many.keys.renew();
    }

    /// Of all keys that the table shows now and that are not blocked.
    fn ask_kill_switch(self) {
        let found = untrack(|| self.many.finder.found());
        let whole = self.many.keys.listing.with_untracked(|listing| {
            listing.is_whole() && listing.error.is_none() && !listing.uncertain
        });
        let Some(found) = found.filter(|_| whole) else { return self.set(Phase::NotWhole) };
        let mut about = Vec::new();
        self.many.keys.listing.with_untracked(|listing| {
            for at in &found.selected.rows {
                about.extend(listing.table().entries.get(*at as usize).map(|entry| entry.key.clone()));
            }
        });
        about.retain(|key| !key.blocked);
        // In whichever order they are shown.
        let default = KeysList::default();
        let list = KeysList { sort: default.sort, descending: default.descending, ..found.list.clone() };
        let mut filter = Vec::new();
        for (name, value) in Route::Keys(KeysRoute { list, ..KeysRoute::default() }).query() {
            filter.push((name.to_owned(), value));
        }
        let purpose = Purpose::KillSwitch { filter, undo: false };
        self.show(self.job(Act::Block, purpose, &about), Phase::Ask);
    }

    /// A run as the journal has it.
    fn kept(self, entry: &JournalEntry, change: impl FnOnce(Run) -> Run) -> Option<Job> {
        let run = change(Run::parse(&entry.kind, &entry.entry)?);
        let names = self.names(&run);
        Some(Job { run, names, kept: Some(Kept { id: entry.id.clone(), revision: entry.revision }), unkept: false })
    }

    /// What a key is called that is gone: the beginning of its hash.
    fn names(self, run: &Run) -> Vec<String> {
        let mut names = Vec::new();
        for item in &run.items {
            let short = || tf(msg!("Key {hash}…"), &[("hash", &item.token[..8])]);
            names.push(self.many.keys.find(&item.token).map_or_else(short, |key| name_of(&key)));
        }
        names
    }

    fn entry(self, id: &str) -> Option<JournalEntry> {
        self.many.journal.with_untracked(|entries| entries.iter().find(|entry| entry.id == id).cloned())
    }

    pub fn show_kept(self, id: &str) {
        if let Some(job) = self.entry(id).and_then(|entry| self.kept(&entry, |run| run)) {
            let is_through = job.run.counts().left() == 0;
            self.show(job, if is_through { Phase::Over } else { Phase::Paused(Pause::Wanted) });
        }
    }

    pub fn go_on_with(self, id: &str) {
        self.show_kept(id);
        self.go_on();
    }

    pub fn ask_undo(self, id: &str) {
        if let Some(job) = self.entry(id).and_then(|entry| self.kept(&entry, |run| run.undo())) {
            self.show(job, Phase::Ask);
        }
    }

    /// The answer to the question is yes.
    pub fn yes(self) {
        let is_change = self.with_run(|run| matches!(run.act, Act::Change(_)));
        if is_change {
            let Some(change) = self.form.with_value(|form| form.as_ref().and_then(|read| read())) else { return };
            self.change_run(|run| run.act = Act::Change(change));
        }
        self.go_on();
    }

    pub fn again(self) {
        self.change_run(Run::again);
        self.go_on();
    }

    /// No, or enough; while it runs, that it is to stop.
    pub fn no(self) {
        match self.state.with_untracked(|state| state.phase.clone()) {
            Phase::Running => self.set(Phase::Stopping),
            Phase::Stopping => {}
            _ => {
                self.state.update(|state| *state = State { job: None, phase: Phase::Closed, all: false });
                self.many.read_journal();
            }
        }
    }

    pub fn go_on(self) {
        let may = self.state.with_untracked(|state| {
            state.job.is_some() && !matches!(state.phase, Phase::Running | Phase::Stopping)
        });
        if !may {
            return;
        }
        self.set(Phase::Running);
        self.many.running.update(|running| *running = true);
        self.tools.with_value(|(_, task, _)| {
            task.run(async move {
                self.work().await;
                self.many.running.update(|running| *running = false);
                self.many.read_journal();
            });
        });
    }

    fn with_run<T: Default>(self, read: impl FnOnce(&Run) -> T) -> T {
        self.state.with_untracked(|state| state.job.as_ref().map(|job| read(&job.run)).unwrap_or_default())
    }

    fn change_run(self, change: impl FnOnce(&mut Run)) {
        self.state.update(|state| {
            if let Some(job) = &mut state.job {
                change(&mut job.run);
            }
        });
    }

    async fn work(self) {
        let api = self.api();
        let mut outcome = self.go_through(&api).await;
        if !matches!(outcome, Err(Halt::Taken(_))) {
            let settled = self.with_run(Run::is_settled);
            let saved = if settled { self.remove(&api).await } else { self.save(&api, &[]).await };
            // What could not be saved is looked at again by whoever goes on.
            if let Err(Halt::Taken(newer)) = saved {
                outcome = Err(Halt::Taken(newer));
            }
        }
        match outcome {
            Ok(()) => self.set(Phase::Over),
            Err(Halt::Wanted) => self.set(Phase::Paused(Pause::Wanted)),
            Err(Halt::Refusals) => self.set(Phase::Paused(Pause::Refusals)),
            Err(Halt::Failed(error)) => return self.set(Phase::Paused(Pause::Failed(error))),
            Err(Halt::Taken(newer)) => self.give_up(newer),
        }
        self.many.keys.look_again();
    }

    /// Somebody else goes on with it: what they have come to is what is true.
    fn give_up(self, newer: Option<JournalEntry>) {
        let by = newer.as_ref().map(|entry| entry.saved_by.clone());
        let theirs = newer.and_then(|entry| self.kept(&entry, |run| run));
        self.state.update(|state| {
            state.phase = Phase::Taken(by);
            match theirs {
                Some(theirs) => state.job = Some(theirs),
                None => {
                    if let Some(job) = &mut state.job {
                        job.kept = None;
                    }
                }
            }
        });
    }

    async fn go_through(self, api: &Api) -> Result<(), Halt> {
        let mut refusals = 0;
        loop {
            let stretch = self.with_run(|run| run.next(run.stretch()));
            if stretch.is_empty() {
                return Ok(());
            }
            self.save(api, &stretch).await?;
            for group in stretch.chunks(LOOKED_AT) {
                let mut looks: Vec<(usize, Read<KeyInfo>)> = Vec::new();
                for at in group {
                    let token = self.with_run(|run| run.items[*at].token.clone());
                    looks.push((*at, keys::info(api, &token)));
                }
                let (mut rows, mut outcome) = (Vec::new(), Ok(()));
                for (at, look) in looks {
                    let look = look.response().await;
                    if self.state.with_untracked(|state| state.phase == Phase::Stopping) {
                        outcome = Err(Halt::Wanted);
                        break;
                    }
                    match self.one(api, at, look).await {
                        Ok(row) => rows.extend(row),
                        Err(halt) => outcome = Err(halt),
                    }
                    let is_refused = self.with_run(|run| run.items[at].state == KeyState::Failed);
                    refusals = if is_refused { refusals + 1 } else { 0 };
                    if outcome.is_ok() && refusals >= REFUSALS_MOST {
                        outcome = Err(Halt::Refusals);
                    }
                    if outcome.is_err() {
                        break;
                    }
                }
                self.change_rows(rows);
                outcome?;
            }
        }
    }

    /// One key, which has just been looked at.
    async fn one(self, api: &Api, at: usize, look: api::Result<Response<KeyInfo>>) -> Result<Option<Row>, Halt> {
        let token = self.with_run(|run| run.items[at].token.clone());
        let Some(known) = seen(look).map_err(Halt::Failed)? else {
            self.change_run(|run| run.settle_gone(at));
            return Ok(Some(Row::Gone(token)));
        };
        let step = self.state.with_untracked(|state| {
            state.job.as_ref().map_or(Step::Nothing, |job| job.run.act.step(&known, now_ms()))
        });
        match step {
            Step::Nothing => {
                self.change_run(|run| run.settle_same(at));
                return Ok(Some(Row::Now(Box::new(known))));
            }
            Step::Refuse(why) => {
                self.settle(at, KeyState::Failed, t(why.message()));
                return Ok(None);
            }
            _ => {}
        }
        match send(api, &token, &step, &known).await {
            Ok(now) => Ok(Some(self.done(at, token, now))),
            Err(ApiError::NotFound(_)) => {
                self.change_run(|run| run.settle_gone(at));
                Ok(Some(Row::Gone(token)))
            }
            Err(error) if error.outcome_unknown() => self.look_after(api, at, token, error).await,
            Err(error) if holds_up(&error) => Err(Halt::Failed(error)),
            Err(error) => {
                self.settle(at, KeyState::Failed, reason(&error));
                Ok(None)
            }
        }
    }

    /// The gateway has confirmed it; of a change, what the key is now.
    fn done(self, at: usize, token: String, now: Option<Key>) -> Row {
        let left = self.with_run(|run| match (&run.act, &now) {
            (Act::Change(change), Some(now)) => change.left(now),
            _ => Vec::new(),
        });
        if left.is_empty() {
            self.settle(at, KeyState::Done, String::new());
        } else {
            let parts: Vec<String> = left.into_iter().map(|part| t(part.label())).collect();
            let text = msg!("The gateway has accepted this, and has it otherwise all the same: {parts}.");
            self.settle(at, KeyState::Failed, tf(text, &[("parts", &format::list(&parts))]));
        }
        now.map_or(Row::Gone(token), |now| Row::Now(Box::new(now)))
    }

    /// The answer was lost: what has happened is looked at, and not repeated.
    async fn look_after(self, api: &Api, at: usize, token: String, lost: ApiError) -> Result<Option<Row>, Halt> {
        self.settle(at, KeyState::Unknown, String::new());
        match seen(keys::info(api, &token).response().await) {
            Ok(None) => {
                self.change_run(|run| run.settle_gone(at));
                Ok(Some(Row::Gone(token)))
            }
            Ok(Some(now)) => {
                let is_done = self.with_run(|run| run.act.step(&now, now_ms()) == Step::Nothing);
                if is_done {
                    self.change_run(|run| run.settle_same(at));
                    Ok(Some(Row::Now(Box::new(now))))
                } else if is_answered(&lost) && !holds_up(&lost) {
                    self.settle(at, KeyState::Failed, reason(&lost));
                    Ok(None)
                } else {
                    // It may still be on its way.
                    Err(Halt::Failed(lost))
                }
            }
            Err(_) => Err(Halt::Failed(lost)),
        }
    }

    fn settle(self, at: usize, state: KeyState, why: String) {
        self.change_run(|run| run.settle(at, state, why));
    }

    /// The table, in one go: it is worked out anew with each change.
    fn change_rows(self, rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        let cache = self.many.keys;
        cache.change(|table| {
            for row in &rows {
                match row {
                    Row::Gone(token) => table.remove(token),
                    Row::Now(now) => table.change(&now.token, |key| {
                        key.blocked = now.blocked;
                        key.max_budget = now.max_budget;
                        key.budget_duration.clone_from(&now.budget_duration);
                        key.budget_reset_at.clone_from(&now.budget_reset_at);
                        key.expires.clone_from(&now.expires);
                        if key.team_id != now.team_id {
                            key.team_id.clone_from(&now.team_id);
                            key.team_alias.clear();
                        }
                        key.marks = now.marks.clone();
                    }),
                }
            }
        });
    }

    /// Over what is known to be saved, with the keys that are tried next.
    async fn save(self, api: &Api, trying: &[usize]) -> Result<(), Halt> {
        let window = self.tools.with_value(|(_, _, window)| window.clone());
        let Some((kept, kind, entry)) = self.state.with_untracked(|state| {
            let job = state.job.as_ref()?;
            let mut entry = job.run.print(trying);
            entry["window"] = json!(window);
            Some((job.kept.clone()?, job.run.kind(), entry))
        }) else {
            return Ok(());
        };
        let error = match journal::save(api, &kept.id, kind, kept.revision, &entry).await {
            Ok(revision) => return self.saved(revision),
            Err(error) => error,
        };
        if error.is_journal_changed() || error.outcome_unknown() {
            let newest = journal::list(api).response().await.map_err(|_| Halt::Failed(error.clone()))?;
            let newest = newest.data.entries.into_iter().find(|entry| entry.id == kept.id);
            return match newest {
                // It was saved, and only the answer got lost.
                Some(newest) if newest.revision > kept.revision && newest.entry["window"] == window.as_str() => {
                    self.saved(newest.revision)
                }
                Some(newest) if newest.revision != kept.revision => Err(Halt::Taken(Some(newest))),
                None if kept.revision > 0 => Err(Halt::Taken(None)),
                _ => Err(Halt::Failed(error)),
            };
        }
        // What only helps to go on later is no reason not to begin. A kill switch cannot be undone without its list.
        let cannot = error.failure().is_some_and(|failure| {
            failure.code.starts_with("litellm_journal_") || failure.code == "litellm_invalid_request"
        });
        if cannot && kept.revision == 0 && kind == model::run::entry::BULK {
            self.state.update(|state| {
                if let Some(job) = &mut state.job {
                    (job.kept, job.unkept) = (None, true);
                }
            });
            return Ok(());
        }
        Err(Halt::Failed(error))
    }

    fn saved(self, revision: u64) -> Result<(), Halt> {
        self.state.update(|state| {
            if let Some(kept) = state.job.as_mut().and_then(|job| job.kept.as_mut()) {
                kept.revision = revision;
            }
        });
        Ok(())
    }

    /// Nothing is left of it.
    async fn remove(self, api: &Api) -> Result<(), Halt> {
        let kept = self.state.with_untracked(|state| state.job.as_ref().and_then(|job| job.kept.clone()));
        let Some(kept) = kept.filter(|kept| kept.revision > 0) else { return Ok(()) };
        journal::remove(api, &kept.id, kept.revision).await.map_err(Halt::Failed)?;
        self.state.update(|state| {
            if let Some(job) = &mut state.job {
                job.kept = None;
            }
        });
        Ok(())
    }
}

/// Gives what the key is then; none: it is gone.
async fn send(api: &Api, token: &str, step: &Step, known: &Key) -> api::Result<Option<Key>> {
    match step {
        Step::Block(blocked) => {
            keys::set_blocked(api, token, *blocked).await?;
            Ok(Some(Key { blocked: *blocked, ..known.clone() }))
        }
        Step::Delete => keys::delete(api, token).await.map(|()| None),
        Step::Update(params) => {
            let now = keys::update(api, token, params).await?;
            Ok(Some(change::updated(known, now)))
        }
        Step::Nothing | Step::Refuse(_) => Ok(Some(known.clone())),
    }
}
