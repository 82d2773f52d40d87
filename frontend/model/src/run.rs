//! A run over many keys: what is to be done with each, how far it has come, and what is left.
//!
//! Each key is looked at before anything is sent for it, so that nothing is done twice, whoever did it: this run before it was
//! interrupted, or somebody else.

pub mod change;
pub mod entry;

use serde_json::Value;

use self::change::{KeyChange, Why};
use crate::{failure::ApiError, key_status, wire::Key};

/// So many keys a run has at most: as many as a list of them has room for.
pub const MOST: usize = 20_000;

/// What is done with each key.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Block,
    Unblock,
    Delete {
        /// All of them had expired: one that has not any more, as somebody has moved its end, stays.
        expired: bool,
    },
    Change(KeyChange),
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing was sent for it.
    Waiting,
    /// It may have been sent: whether it was done is seen when it is looked at.
    Unknown,
    Done,
    /// It was so before, and nothing was sent.
    Same,
    /// A key that a kill switch may have blocked, or somebody else: it is left as it is, and named.
    Doubtful,
    /// There is no such key any more.
    Gone,
    /// It was refused.
    Failed,
}

impl State {
    pub const ALL: [State; 7] =
        [State::Done, State::Same, State::Doubtful, State::Gone, State::Failed, State::Unknown, State::Waiting];
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The hash of the key.
    pub token: String,
    pub state: State,
    /// Why it failed, in words; they are not kept.
    pub why: String,
}

/// What a run is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Keys that somebody chose.
    Chosen,
    /// All keys of a filter, which is kept as the arguments of an address; the list stays until it is undone.
    KillSwitch { filter: Vec<(String, String)>, undo: bool },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub act: Act,
    pub purpose: Purpose,
    /// Unix time in milliseconds.
    pub began_ms: i64,
    pub items: Vec<Item>,
}

/// How many keys are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub done: usize,
    pub same: usize,
    pub doubtful: usize,
    pub gone: usize,
    pub failed: usize,
    pub unknown: usize,
    pub waiting: usize,
}

impl Counts {
    pub fn of(&self, state: State) -> usize {
        match state {
            State::Done => self.done,
            State::Same => self.same,
            State::Doubtful => self.doubtful,
            State::Gone => self.gone,
            State::Failed => self.failed,
            State::Unknown => self.unknown,
            State::Waiting => self.waiting,
        }
    }

    /// Not tried, or not known.
    pub fn left(&self) -> usize {
        self.waiting + self.unknown
    }
}

/// What has to happen for a key that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It is as it is to be.
    Nothing,
    Block(bool),
    Delete,
    /// The parameters of `keys.update`.
    Update(Value),
    /// It must not be sent.
    Refuse(Why),
}

impl Act {
    pub fn step(&self, key: &Key, now_ms: i64) -> Step {
        match self {
            Act::Block if key.blocked => Step::Nothing,
            Act::Unblock if !key.blocked => Step::Nothing,
            Act::Block | Act::Unblock => Step::Block(*self == Act::Block),
            Act::Delete { expired: true } if !has_expired(key, now_ms) => Step::Refuse(Why::NotExpired),
            Act::Delete { .. } => Step::Delete,
            Act::Change(change) => match change.params(key, now_ms) {
                Err(why) => Step::Refuse(why),
                Ok(params) if params.is_empty() => Step::Nothing,
                Ok(params) => Step::Update(Value::Object(params)),
            },
        }
    }
}

pub fn has_expired(key: &Key, now_ms: i64) -> bool {
    key_status::expires_ms(key).is_some_and(|expires_ms| expires_ms <= now_ms)
}

impl Run {
    /// Each key once, in this order.
    pub fn new(act: Act, purpose: Purpose, tokens: Vec<String>, began_ms: i64) -> Run {
        let mut items: Vec<Item> = Vec::new();
        for token in tokens {
            items.push(Item { token, state: State::Waiting, why: String::new() });
        }
        Run { act, purpose, began_ms, items }
    }

    /// Unblocks what a kill switch has blocked, and nothing else: not what was blocked before, and not what it has not come to.
    /// What it may have blocked is left, as somebody else may have.
    pub fn undo(&self) -> Run {
        let filter = match &self.purpose {
            Purpose::KillSwitch { filter, .. } => filter.clone(),
            Purpose::Chosen => Vec::new(),
        };
        let mut undo = Run::new(Act::Unblock, Purpose::KillSwitch { filter, undo: true }, Vec::new(), self.began_ms);
        for item in &self.items {
            let state = match item.state {
                State::Done => State::Waiting,
                State::Unknown | State::Doubtful => State::Doubtful,
                _ => continue,
            };
            undo.items.push(Item { token: item.token.clone(), state, why: String::new() });
        }
        undo
    }

    pub fn is_undo(&self) -> bool {
        matches!(self.purpose, Purpose::KillSwitch { undo: true, .. })
    }

    /// What is blocked already is told from what this run blocks, as its undo leaves it.
    pub fn is_kill_switch(&self) -> bool {
        matches!(self.purpose, Purpose::KillSwitch { undo: false, .. })
    }

    /// So many keys are worked on: an undo leaves some as they are from the beginning.
    pub fn about(&self) -> usize {
        let left = if self.is_undo() { self.counts().doubtful } else { 0 };
        self.items.len() - left
    }

    pub fn step(&self, key: &Key, now_ms: i64) -> Step {
        match self.act.step(key, now_ms) {
            // It may be blocked because it leaked.
            Step::Block(false) if self.is_undo() && !key.marks.ours.replaced_by.is_empty() => {
                Step::Refuse(Why::Replaced)
            }
            step => step,
        }
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            *match item.state {
                State::Done => &mut counts.done,
                State::Same => &mut counts.same,
                State::Doubtful => &mut counts.doubtful,
                State::Gone => &mut counts.gone,
                State::Failed => &mut counts.failed,
                State::Unknown => &mut counts.unknown,
                State::Waiting => &mut counts.waiting,
            } += 1;
        }
        counts
    }

    /// The places of the next keys: what is not known first.
    pub fn next(&self, most: usize) -> Vec<usize> {
        let mut places = Vec::new();
        for state in [State::Unknown, State::Waiting] {
            for (at, item) in self.items.iter().enumerate() {
                if places.len() < most && item.state == state {
                    places.push(at);
                }
            }
        }
        places
    }

    /// So many keys are noted as being tried before they are: a list of thousands is not saved for each few.
    pub fn stretch(&self) -> usize {
        (self.items.len() / 100).clamp(8, 80)
    }

    /// A key that is already as it is to be: who did it?
    pub fn settle_same(&mut self, at: usize) {
        let state = match self.items[at].state {
            State::Unknown if self.is_kill_switch() => State::Doubtful,
            // What this run may have sent was this run.
            State::Unknown => State::Done,
            _ => State::Same,
        };
        self.settle(at, state, String::new());
    }

    /// A key that is not as it is to be: what may have been sent for it was not done.
    pub fn settle_open(&mut self, at: usize) {
        if self.items[at].state == State::Unknown {
            self.settle(at, State::Waiting, String::new());
        }
    }

    /// The places of what an undo leaves.
    pub fn doubtful(&self) -> Vec<usize> {
        let mut places = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            if item.state == State::Doubtful && self.is_undo() {
                places.push(at);
            }
        }
        places
    }

    /// A key that is not there.
    pub fn settle_gone(&mut self, at: usize) {
        let was_tried = self.items[at].state == State::Unknown;
        let state = if matches!(self.act, Act::Delete { .. }) && was_tried { State::Done } else { State::Gone };
        self.settle(at, state, String::new());
    }

    pub fn settle(&mut self, at: usize, state: State, why: String) {
        self.items[at].state = state;
        self.items[at].why = why;
    }

    /// What was refused is tried once more.
    pub fn again(&mut self) {
        for item in &mut self.items {
            if item.state == State::Failed {
                (item.state, item.why) = (State::Waiting, String::new());
            }
        }
    }

    /// Nothing is left to do, and nothing to tell: a list of it need not be kept.
    pub fn is_settled(&self) -> bool {
        let counts = self.counts();
        let can_be_undone = self.is_kill_switch() && counts.done > 0;
        counts.left() + counts.failed + counts.doubtful == 0 && !can_be_undone
    }
}

/// Whether a failure tells of the way to the gateway and nothing of the key: the next ones would fail alike, so that a run
/// stops instead of going through all of them.
pub fn holds_up(error: &ApiError) -> bool {
    match error {
        ApiError::NotFound(_) | ApiError::Invalid { .. } | ApiError::Protected(_) => false,
        ApiError::Gateway(failure) => match failure.code.as_str() {
            "gateway_refused" => failure.status == 429,
            // LiteLLM itself: its database is everybody's, what else it failed at may be this key's.
            "gateway_error" => !failure.reason.is_empty(),
            "gateway_too_large" => false,
            _ => true,
        },
        _ => true,
    }
}

/// Whether LiteLLM has answered, and so is done with what it was asked for: after a connection that broke off it may be at it.
pub fn is_answered(error: &ApiError) -> bool {
    matches!(error, ApiError::Gateway(failure) if matches!(failure.code.as_str(), "gateway_error" | "gateway_refused"))
}

#[cfg(test)]
mod tests;
