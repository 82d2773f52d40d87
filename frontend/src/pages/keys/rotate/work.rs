//! The work itself: one step after the other, each decided by what the gateway shows, so that it can break off anywhere.

use model::{
    clock,
    failure::ApiError,
    key_form::{self, KeyDraft, Problems},
    rotation::{self, Facts, Plan, Step, Undo, duration},
    sha256,
    wire::{CreatedKey, KeyInfo, Wire},
};
use serde_json::{Value, json};

use super::{
    note::KIND,
    state::{Phase, State, Trouble},
};
use crate::{
    api::{self, Api, journal, keys},
    format,
    pages::keys::{
        form::{by_rules, ceilings},
        source::KeysCache,
    },
    store::Store,
    task::now_ms,
};

/// What a step has come to.
enum Came {
    On,
    /// Its answer was lost, or the key is gone: the gateway is looked at.
    Lost(ApiError),
    Refused(Trouble),
}

impl Came {
    fn of<T>(outcome: api::Result<T>) -> Came {
        match outcome {
            Ok(_) => Came::On,
            Err(error) if error.outcome_unknown() || matches!(error, ApiError::NotFound(_)) => Came::Lost(error),
            Err(error) => Came::Refused(Trouble::Failed(error)),
        }
    }
}

#[derive(Debug, PartialEq)]
enum Next {
    On(Step),
    Back(Undo),
}

impl Next {
    /// Whether the step before has changed nothing: how long until an end differs from one moment to the next.
    fn is_same(&self, before: &Next) -> bool {
        use std::mem::discriminant;
        match (self, before) {
            (Next::Back(Undo::Restore(now)), Next::Back(Undo::Restore(before))) => {
                let kind = |end: &Option<Value>| end.as_ref().map(Value::is_null);
                kind(now) == kind(before)
            }
            (Next::On(now), Next::On(before)) => discriminant(now) == discriminant(before),
            (Next::Back(now), Next::Back(before)) => discriminant(now) == discriminant(before),
            _ => false,
        }
    }
}

/// The rotation of one key.
#[derive(Clone)]
pub struct Rotation {
    pub api: Api,
    pub hash: String,
    pub state: Store<State>,
    pub cache: KeysCache,
}

impl Rotation {
    /// What there is to know before anything is asked: the key, whether it is the plugin's own, and what was begun. Gives the
    /// key where it can be begun with.
    pub async fn read(&self) -> Option<KeyInfo> {
        match self.read_all().await {
            Ok(info) => info,
            Err(trouble) => {
                self.stop(trouble);
                None
            }
        }
    }

    async fn read_all(&self) -> Result<Option<KeyInfo>, Trouble> {
        let (info, own) = (keys::info(&self.api, &self.hash), keys::own(&self.api));
        let journal = journal::list(&self.api);
        let (info, own, journal) = (info.response().await, own.response().await, journal.response().await);
        let journal = journal.map_err(Trouble::Failed)?.data;
        if own.is_ok_and(|own| own.data.key == self.hash) {
            return Err(Trouble::Own);
        }
        let id = rotation::id_of(&self.hash);
        if let Some(entry) = journal.entries.into_iter().find(|entry| entry.kind == KIND && entry.id == id)
            && self.take_up(entry)
        {
            self.look().await.map_err(Trouble::Failed)?;
            self.state.update(|state| state.phase = Phase::Work);
            return Ok(None);
        }
        let info = info.map_err(Trouble::Failed)?;
        if let Some(error) = info.stale {
            return Err(Trouble::Failed(error));
        }
        // Newer versions keep what they have deleted.
        if info.data.more.status == "deleted" {
            return Err(Trouble::Failed(ApiError::gone()));
        }
        self.state.update(|state| state.info = Some(info.data.clone()));
        let ends = clock::parse_utc_ms(&info.data.info.expires);
        if ends.is_some_and(|end| end <= now_ms()) { Err(Trouble::Expired) } else { Ok(Some(info.data)) }
    }

    pub fn stop(&self, trouble: Trouble) {
        self.state.update(|state| (state.busy, state.asked, state.trouble) = (false, None, Some(trouble)));
    }

    fn begin_work(&self) {
        self.state.update(|state| (state.busy, state.asked, state.trouble) = (true, None, None));
    }

    /// Begins, unless the key is another one by now. What is wrong with what was filled in is given back.
    pub async fn begin(&self, alias: &str, overlap_s: u64) -> Result<(), Problems> {
        self.begin_work();
        let opened = self.state.with_untracked(|state| state.info.clone()).unwrap_or_default();
        let now = match keys::info(&self.api, &self.hash).response().await {
            Ok(now) if now.stale.is_none() && now.data.more.status == "deleted" => {
                self.stop(Trouble::Failed(ApiError::gone()));
                return Ok(());
            }
            Ok(now) if now.stale.is_none() => now.data,
            Ok(now) => {
                self.stop(Trouble::Failed(now.stale.unwrap_or(ApiError::Offline)));
                return Ok(());
            }
            Err(error) => {
                self.stop(Trouble::Failed(error));
                return Ok(());
            }
        };
        let of = |info: &KeyInfo| KeyDraft::of(info, format::decimal_mark());
        let theirs = by_rules(|rules| key_form::differences(&of(&opened), &of(&now), rules));
        self.cache.put(&now.key());
        self.state.update(|state| state.info = Some(now.clone()));
        if !theirs.is_empty() {
            self.stop(Trouble::Theirs(theirs));
            return Ok(());
        }
        if let Err(problems) = by_rules(|rules| draft_of(&now, alias).validate(rules)) {
            self.state.update(|state| state.busy = false);
            return Err(problems);
        }
        let plan = Plan {
            old: self.hash.clone(),
            marker: marker(),
            alias: alias.trim().to_owned(),
            overlap_s,
            ends: now.info.expires.clone(),
            copied: String::new(),
            began_ms: now_ms(),
        };
        self.state.update(|state| (state.plan, state.revision, state.saved) = (plan, 0, None));
        if let Err(trouble) = self.save().await {
            self.stop(trouble);
            return Ok(());
        }
        self.state.update(|state| state.phase = Phase::Work);
        self.run(false, true).await;
        Ok(())
    }

    /// Goes on, or back, to the end or to where somebody has to do something.
    pub async fn go(&self, back: bool) {
        self.begin_work();
        self.state.update(|state| state.all_the_same |= !back && state.next() == Step::Stopped);
        self.run(back, false).await;
    }

    /// The old key has leaked while it was to go on for a while.
    pub async fn block(&self) {
        self.begin_work();
        if let Came::Refused(trouble) = Came::of(keys::set_blocked(&self.api, &self.hash, true).await) {
            return self.stop(trouble);
        }
        match self.look().await {
            Ok(()) if self.state.with_untracked(State::can_block) => self.stop(Trouble::NotShown),
            Ok(()) => self.state.update(|state| state.busy = false),
            Err(error) => self.stop(Trouble::Failed(error)),
        }
    }

    /// The secret is in safety.
    pub async fn copied(&self) {
        self.begin_work();
        let before = self.state.with_untracked(|state| state.plan.copied.clone());
        self.state.update(|state| {
            state.plan.copied = state.facts.successor.as_ref().map(|key| key.token.clone()).unwrap_or_default();
        });
        match self.save().await {
            Ok(()) => {
                self.state.update(|state| state.secret = None);
                self.run(false, true).await;
            }
            Err(trouble) => {
                self.state.update(|state| state.plan.copied = before);
                self.stop(trouble);
            }
        }
    }

    /// Nobody has the secret of the successor that is there: it goes, and another one is made.
    pub async fn another(&self) {
        self.begin_work();
        // Who saves first is the one who does it.
        self.state.update(|state| state.plan.copied.clear());
        if let Err(trouble) = self.save().await {
            return self.stop(trouble);
        }
        if let Err(error) = self.look().await {
            return self.stop(Trouble::Failed(error));
        }
        let successor = self.state.with_untracked(|state| state.facts.successor.as_ref().map(|key| key.token.clone()));
        if let Some(hash) = successor
            && let Came::Refused(trouble) = Came::of(keys::delete(&self.api, &hash).await)
        {
            return self.stop(trouble);
        }
        self.state.update(|state| state.secret = None);
        self.run(false, true).await;
    }

    /// `claimed`: the entry was saved just now, so that nobody else does the same, or the opposite.
    async fn run(&self, back: bool, mut claimed: bool) {
        let (mut before, mut lost, mut kept_end) = (None::<Next>, None, false);
        loop {
            if let Err(error) = self.look().await {
                return self.stop(Trouble::Failed(error));
            }
            let decide = |kept_end: bool| {
                self.state.with_untracked(|state| match back {
                    true => Next::Back(rotation::undo(&state.plan, &state.facts, now_ms(), &ceilings(), kept_end)),
                    false => Next::On(state.next()),
                })
            };
            let mut next = decide(kept_end);
            // 1.80.11 says yes, and keeps the end.
            let asked_for_none = |next: &Next| matches!(next, Next::Back(Undo::Restore(Some(Value::Null))));
            if !kept_end && asked_for_none(&next) && before.as_ref().is_some_and(asked_for_none) && lost.is_none() {
                kept_end = true;
                next = decide(true);
            }
            match &next {
                Next::On(Step::Copy | Step::Stopped | Step::OldGone | Step::SuccessorGone) => {
                    return self.state.update(|state| state.busy = false);
                }
                next if before.as_ref().is_some_and(|before| next.is_same(before)) => {
                    return self.stop(lost.map_or(Trouble::NotShown, Trouble::Failed));
                }
                Next::On(Step::Forget) | Next::Back(Undo::Forget) => return self.end(back).await,
                _ => {}
            }
            // Who has saved last is the one who goes on, or back.
            if !std::mem::take(&mut claimed)
                && let Err(trouble) = self.save().await
            {
                return self.stop(trouble);
            }
            match self.carry_out(&next).await {
                Came::On => lost = None,
                Came::Lost(error) => lost = Some(error),
                Came::Refused(trouble) => return self.refused(&next, trouble).await,
            }
            before = Some(next);
        }
    }

    async fn carry_out(&self, next: &Next) -> Came {
        let successor = self.state.with_untracked(|state| state.facts.successor.clone()).unwrap_or_default().token;
        let (api, old) = (&self.api, &self.hash);
        match next {
            Next::On(Step::Create) => self.create().await,
            Next::On(Step::Block) => Came::of(keys::set_blocked(api, old, true).await),
            Next::On(Step::Align(seconds)) => {
                Came::of(keys::update(api, &successor, &json!({ "duration": duration(*seconds) })).await)
            }
            Next::On(Step::Mark(end)) => {
                let end = end.map(|seconds| json!(duration(seconds)));
                Came::of(keys::update(api, old, &note_of_old(json!(successor), end)).await)
            }
            Next::On(Step::Activate) => Came::of(keys::set_blocked(api, &successor, false).await),
            Next::On(Step::End(seconds)) => {
                Came::of(keys::update(api, old, &json!({ "duration": duration(*seconds) })).await)
            }
            Next::Back(Undo::Spare(seconds)) => {
                Came::of(keys::update(api, old, &json!({ "duration": duration(*seconds) })).await)
            }
            Next::Back(Undo::Stop) => Came::of(keys::set_blocked(api, &successor, true).await),
            Next::Back(Undo::Restore(end)) => {
                Came::of(keys::update(api, old, &note_of_old(Value::Null, end.clone())).await)
            }
            Next::Back(Undo::Delete) => Came::of(keys::delete(api, &successor).await),
            Next::On(_) | Next::Back(Undo::Forget) => Came::On,
        }
    }

    async fn create(&self) -> Came {
        let (info, plan) = self.state.with_untracked(|state| (state.info.clone(), state.plan.clone()));
        let info = rotation::as_begun(info.unwrap_or_default(), &plan);
        let form = match by_rules(|rules| draft_of(&info, &plan.alias).validate(rules)) {
            Ok(form) => form,
            // The key was changed meanwhile to what this site does not allow.
            Err(_) => return Came::Refused(Trouble::Theirs(Vec::new())),
        };
        match keys::create(&self.api, &rotation::params(form, &info, &plan, now_ms())).await {
            Ok(answer) => {
                let secret = CreatedKey::read(&answer).key;
                if secret.is_empty() {
                    return Came::Lost(ApiError::Unreadable { endpoint: "keys.create" });
                }
                let hash = sha256::hex(&secret);
                self.state.update(|state| state.secret = Some((secret, hash)));
                Came::On
            }
            Err(error) => Came::of(Err::<(), _>(error)),
        }
    }

    /// Where no successor could be made, and nothing else was done, there is nothing to go on with: back to the form, and the
    /// note goes.
    async fn refused(&self, next: &Next, trouble: Trouble) {
        if *next == Next::On(Step::Create) && self.look().await.is_ok() {
            // A name is taken also by a successor that was made after its answer was given up.
            if self.state.with_untracked(|state| state.facts.successor.is_some()) {
                return self.state.update(|state| state.busy = false);
            }
            let (id, revision) = self.state.with_untracked(|state| (state.plan.id(), state.revision));
            if self.state.with_untracked(State::is_untouched) && journal::remove(&self.api, &id, revision).await.is_ok()
            {
                self.state.update(|state| state.phase = Phase::Form);
            }
        }
        self.stop(trouble);
    }

    /// Both keys as the gateway has them now.
    async fn look(&self) -> Result<(), ApiError> {
        let (plan, made) = self.state.with_untracked(|state| {
            (state.plan.clone(), state.secret.as_ref().map(|(_, hash)| hash.clone()).unwrap_or_default())
        });
        let known = if plan.copied.is_empty() { made } else { plan.copied.clone() };
        let info = keys::info(&self.api, &self.hash);
        let successor = match known.as_str() {
            "" => keys::by_alias(&self.api, &plan.alias),
            hash => keys::by_hash(&self.api, hash),
        };
        let info = match info.response().await {
            Ok(info) if info.stale.is_some() => return Err(info.stale.unwrap_or(ApiError::Offline)),
            // Newer versions keep what they have deleted.
            Ok(info) => Some(info.data).filter(|info| info.more.status != "deleted"),
            Err(error) if error.is_missing() || matches!(error, ApiError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let successor = successor.response().await?;
        if let Some(error) = successor.stale {
            return Err(error);
        }
        let successor = successor.data.keys.into_iter().find(|key| plan.is_successor(key));
        let old = info.as_ref().map(KeyInfo::key);
        for key in [&old, &successor].into_iter().flatten() {
            self.cache.put(key);
        }
        self.state.update(|state| {
            if info.is_some() {
                state.info = info;
            }
            state.facts = Facts { old, successor };
        });
        Ok(())
    }
}

/// What is noted on the old key, and its end where that changes.
fn note_of_old(replaced_by: Value, end: Option<Value>) -> Value {
    let mut changes = json!({ "metadata": { "litellm_dashboard": { "replaced_by": replaced_by } } });
    if let Some(end) = end {
        changes["duration"] = end;
    }
    changes
}

pub fn draft_of(info: &KeyInfo, alias: &str) -> KeyDraft {
    rotation::draft(info, alias, now_ms(), format::decimal_mark())
}

/// Nobody has to guess it: it tells one rotation from the next.
fn marker() -> String {
    let part = || ((js_sys::Math::random() * 1e15) as u64).to_string();
    [part(), part()].concat()
}
