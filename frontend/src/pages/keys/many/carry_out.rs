//! The run itself: each key is looked at, a few at a time, and then written to, one after the other. What a failure means for
//! one key is told of that key; what it means for all of them stops the run, which can go on from there.

use model::{
    failure::ApiError,
    language::{t, tf},
    msg,
    run::{Act, Run, State as KeyState, Step, change, entry::BULK, holds_up, is_answered},
    visible::visible,
    wire::{JournalEntry, Key, KeyInfo},
};
use serde_json::json;

use super::work::{Pause, Phase, Worker};
use crate::{
    api::{self, Api, Read, Response, journal, keys},
    format,
    task::now_ms,
};

/// So many keys are looked at in one question: as many as WordPress asks LiteLLM for at once.
const LOOKED_AT: usize = 8;

/// So long what was seen of a key is gone by. After more, as where a computer slept, somebody else may have gone on with it.
const SEEN_MOST_MS: i64 = 10_000;

/// After so many refusals in a row the next ones are hardly different.
const REFUSALS_MOST: usize = 10;

/// A change of rows in the table.
enum Row {
    Gone(String),
    Now(Box<Key>),
    /// None, and nothing was sent: it is no refusal of the gateway's.
    Kept,
}

enum Halt {
    Wanted,
    Refusals,
    Failed(ApiError),
    Taken(Option<JournalEntry>),
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

impl Worker {
    pub async fn carry_out(self) {
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
        // In whose list they are not known as blocked by it, and where there is none.
        let is_over = theirs.as_ref().is_none_or(|theirs| theirs.run.is_undo());
        self.state.update(|state| {
            let mut since = Vec::new();
            if let Some(job) = state.job.as_ref().filter(|job| is_over && job.run.is_kill_switch()) {
                since.extend(job.unsaved.iter().map(|at| job.names[*at].clone()));
            }
            state.phase = Phase::Taken { by, since };
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
            let mut stretch = self.with_run(|run| run.next(run.stretch()));
            if stretch.is_empty() {
                // Of what an undo leaves, what is not blocked needs nobody's care. What cannot be looked at stays among it.
                let _ = self.pass(api, &self.with_run(Run::doubtful), None).await;
                return Ok(());
            }
            // What is blocked before a kill switch notes it as being tried was not blocked by it, and is not its undo's.
            if self.with_run(Run::is_kill_switch) {
                self.pass(api, &stretch, None).await?;
                stretch.retain(|at| self.with_run(|run| run.items[*at].state == KeyState::Waiting));
                if stretch.is_empty() {
                    continue;
                }
            }
            self.save(api, &stretch).await?;
            self.pass(api, &stretch, Some(&mut refusals)).await?;
        }
    }

    /// Goes through these keys. `refusals`: how many there have been in a row; none: they are looked at, and nothing is sent.
    async fn pass(self, api: &Api, places: &[usize], mut refusals: Option<&mut usize>) -> Result<(), Halt> {
        for group in places.chunks(LOOKED_AT) {
            let mut looks: Vec<(usize, Read<KeyInfo>)> = Vec::new();
            for at in group {
                let token = self.with_run(|run| run.items[*at].token.clone());
                looks.push((*at, keys::info(api, &token)));
            }
            let (mut rows, mut outcome) = (Vec::new(), Ok(()));
            let (mut seen_ms, mut is_old) = (None, false);
            for (at, look) in looks {
                let look = look.response().await;
                if self.state.with_untracked(|state| state.phase == Phase::Stopping) {
                    outcome = Err(Halt::Wanted);
                    break;
                }
                // The first is never old, so that it goes on however slow the gateway is.
                is_old = refusals.is_some() && now_ms() - *seen_ms.get_or_insert_with(now_ms) > SEEN_MOST_MS;
                if is_old {
                    break;
                }
                let mut is_sent = true;
                match self.one(api, at, look, refusals.is_some()).await {
                    Ok(row) => {
                        is_sent = !matches!(row, Some(Row::Kept));
                        rows.extend(row);
                    }
                    Err(halt) => outcome = Err(halt),
                }
                if let Some(refusals) = &mut refusals {
                    let is_refused = is_sent && self.with_run(|run| run.items[at].state == KeyState::Failed);
                    **refusals = if is_refused { **refusals + 1 } else { 0 };
                    if outcome.is_ok() && **refusals >= REFUSALS_MOST {
                        outcome = Err(Halt::Refusals);
                    }
                }
                if outcome.is_err() {
                    break;
                }
            }
            self.change_rows(rows);
            outcome?;
            // The others are noted anew, which tells who is at it, and looked at anew.
            if is_old {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One key, which has just been looked at.
    async fn one(
        self,
        api: &Api,
        at: usize,
        look: api::Result<Response<KeyInfo>>,
        sends: bool,
    ) -> Result<Option<Row>, Halt> {
        let token = self.with_run(|run| run.items[at].token.clone());
        let Some(known) = seen(look).map_err(Halt::Failed)? else {
            self.change_run(|run| run.settle_gone(at));
            return Ok(Some(Row::Gone(token)));
        };
        let step = self
            .state
            .with_untracked(|state| state.job.as_ref().map_or(Step::Nothing, |job| job.run.step(&known, now_ms())));
        match step {
            Step::Nothing => {
                self.change_run(|run| run.settle_same(at));
                return Ok(Some(Row::Now(Box::new(known))));
            }
            _ if !sends => {
                self.change_run(|run| run.settle_open(at));
                return Ok(Some(Row::Kept));
            }
            Step::Refuse(why) => {
                self.settle(at, KeyState::Failed, t(why.message()));
                return Ok(Some(Row::Kept));
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
                let is_done = self.with_run(|run| run.step(&now, now_ms()) == Step::Nothing);
                if is_done {
                    self.settle(at, KeyState::Done, String::new());
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
        self.state.update(|place| {
            let Some(job) = &mut place.job else { return };
            job.run.settle(at, state, why);
            if state == KeyState::Done {
                job.unsaved.push(at);
            }
        });
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
                    Row::Kept => {}
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
        let window = self.window();
        let Some((kept, kind, entry)) = self.state.with_untracked(|state| {
            let job = state.job.as_ref()?;
            let mut entry = job.run.print(trying);
            entry["window"] = json!(window);
            // Nobody is at it any more.
            entry["stopped"] = json!(trying.is_empty());
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
        if cannot && kept.revision == 0 && kind == BULK {
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
            let Some(job) = &mut state.job else { return };
            job.unsaved.clear();
            if let Some(kept) = &mut job.kept {
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
