//! What the dialog is about: a run that is asked about, is carried out, or has stopped.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::tf,
    msg,
    route::{KeysList, KeysRoute, Route},
    run::{Act, MOST, Purpose, Run, change::KeyChange, has_expired},
    wire::{JournalEntry, Key},
};

use super::{Asked, Many};
use crate::{
    api::{Api, use_api},
    effect::watch,
    pages::keys::actions::{self, name_of},
    store::Store,
    task::{Task, now_ms},
};

/// A run over more than these is kept in WordPress.
const KEPT_FROM: usize = 10;

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
    /// So many keys more than a run may have.
    pub beyond: usize,
    /// The places of what was done since it was last saved.
    pub unsaved: Vec<usize>,
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
    /// Somebody else goes on with it, by this name; none: it is no longer kept. `since`: how the keys are called that this
    /// kill switch has blocked unknown to the undo.
    Taken {
        by: Option<String>,
        since: Vec<String>,
    },
    Over,
}

pub struct State {
    pub job: Option<Job>,
    pub phase: Phase,
    /// All keys are listed, not only the first and the odd ones.
    pub all: bool,
}

/// What the form gives; none: something in it is wrong, which it says itself.
pub type ReadForm = Box<dyn Fn() -> Option<KeyChange>>;

#[derive(Clone, Copy)]
pub struct Worker {
    pub many: Many,
    pub state: Store<State>,
    pub form: StoredValue<Option<ReadForm>, LocalStorage>,
    /// With a word for this window.
    tools: StoredValue<(Api, Task, String), LocalStorage>,
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

    /// By which this window knows what it saved itself.
    pub fn window(self) -> String {
        self.tools.with_value(|(_, _, window)| window.clone())
    }

    pub fn set(self, phase: Phase) {
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
        let mut beyond = 0;
        for key in about.iter().filter(|key| !owners.is_own(key)) {
            if tokens.len() < MOST {
                tokens.push(key.token.clone());
                names.push(name_of(key));
            } else {
                beyond += 1;
            }
        }
        let is_kept = tokens.len() > KEPT_FROM || purpose != Purpose::Chosen;
        let kept = is_kept.then(|| Kept { id: random(), revision: 0 });
        Job { run: Run::new(act, purpose, tokens, now_ms()), names, kept, unkept: false, beyond, unsaved: Vec::new() }
    }

    pub fn open(self, asked: Asked) {
        let (mut act, tokens) = match asked {
            Asked::Act(actions::Act::Block, tokens) => (Act::Block, tokens),
            Asked::Act(actions::Act::Unblock, tokens) => (Act::Unblock, tokens),
            Asked::Act(actions::Act::Delete, tokens) => (Act::Delete { expired: false }, tokens),
            Asked::Change(tokens) => (Act::Change(KeyChange::default()), tokens),
            Asked::KillSwitch => return self.read_all(),
        };
        let mut about = Vec::new();
        for token in &tokens {
            about.extend(self.many.keys.find(token));
        }
        if let Act::Delete { expired } = &mut act {
            let now_ms = now_ms();
            *expired = about.iter().all(|key| has_expired(key, now_ms));
        }
        let job = self.job(act, Purpose::Chosen, &about);
        if !job.names.is_empty() {
            self.show(job, Phase::Ask);
        }
    }

    /// Before a kill switch, so that it misses none: also a key that was unblocked a moment ago.
    pub fn read_all(self) {
        self.state.update(|state| *state = State { job: None, phase: Phase::Reading { began: false }, all: false });
        self.many.keys.refetch();
    }

    /// Of all keys that the table shows now and that are not blocked.
    fn ask_kill_switch(self) {
        let found = untrack(|| self.many.finder.found());
        let whole = self
            .many
            .keys
            .listing
            .with_untracked(|listing| listing.is_whole() && listing.error.is_none() && !listing.uncertain);
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
    pub fn kept(self, entry: &JournalEntry, change: impl FnOnce(Run) -> Run) -> Option<Job> {
        let run = change(Run::parse(&entry.kind, &entry.entry)?);
        let names = self.names(&run);
        Some(Job {
            run,
            names,
            kept: Some(Kept { id: entry.id.clone(), revision: entry.revision }),
            unkept: false,
            beyond: 0,
            unsaved: Vec::new(),
        })
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
        let may = self
            .state
            .with_untracked(|state| state.job.is_some() && !matches!(state.phase, Phase::Running | Phase::Stopping));
        if !may {
            return;
        }
        self.set(Phase::Running);
        self.many.running.update(|running| *running = true);
        self.tools.with_value(|(_, task, _)| {
            task.run(async move {
                self.carry_out().await;
                self.many.running.update(|running| *running = false);
                self.many.read_journal();
            });
        });
    }

    pub fn with_run<T: Default>(self, read: impl FnOnce(&Run) -> T) -> T {
        self.state.with_untracked(|state| state.job.as_ref().map(|job| read(&job.run)).unwrap_or_default())
    }

    pub fn change_run(self, change: impl FnOnce(&mut Run)) {
        self.state.update(|state| {
            if let Some(job) = &mut state.job {
                change(&mut job.run);
            }
        });
    }
}
