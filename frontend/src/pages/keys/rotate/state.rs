//! What is on the page of a rotation.

use model::{
    failure::ApiError,
    key_form::Change,
    rotation::{self, Facts, Plan, Step},
    secret::Secret,
    wire::KeyInfo,
};

use crate::{pages::keys::form::ceilings, task::now_ms};

/// What is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Reading,
    Form,
    Work,
    Done,
    Undone,
}

/// Why it does not go on.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The plugin's own key.
    Own,
    /// It has expired.
    Expired,
    Failed(ApiError),
    /// The gateway has confirmed a step, and shows the keys as they were.
    NotShown,
    /// Somebody else has gone on with it, or has ended it.
    Elsewhere,
    /// There are as many entries in the journal as it takes.
    JournalFull,
    /// The name looks like a secret, which the journal does not take.
    NameIsSecret,
    /// What others changed of the key since the page was opened; nothing was begun.
    Theirs(Vec<Change>),
}

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Undo,
    /// The successor is deleted, as nobody has its secret, and made once more.
    Another,
}

pub struct State {
    pub phase: Phase,
    /// It was opened to block the old key at once.
    pub at_once: bool,
    /// Somebody has said to go on though the old key was blocked meanwhile.
    pub all_the_same: bool,
    /// The old key as it was read last; none: it is gone.
    pub info: Option<KeyInfo>,
    pub plan: Plan,
    pub revision: u64,
    /// Who saved the entry last, and when (Unix time in seconds), where that was not this page.
    pub saved: Option<(String, u64)>,
    pub facts: Facts,
    /// That of the successor which was made here, and its hash.
    pub secret: Option<(Secret, String)>,
    pub busy: bool,
    pub asked: Option<Asked>,
    pub trouble: Option<Trouble>,
}

impl State {
    pub fn new(at_once: bool) -> State {
        State {
            phase: Phase::Reading,
            at_once,
            all_the_same: false,
            info: None,
            plan: Plan::default(),
            revision: 0,
            saved: None,
            facts: Facts::default(),
            secret: None,
            busy: false,
            asked: None,
            trouble: None,
        }
    }

    pub fn next(&self) -> Step {
        match rotation::next(&self.plan, &self.facts, now_ms(), &ceilings()) {
            Step::Stopped if self.all_the_same => Step::Activate,
            next => next,
        }
    }

    /// The old key was to be blocked at once, but what is under way lets it go on.
    pub fn can_block(&self) -> bool {
        let can_be_used = self.facts.old.as_ref().is_some_and(|old| !old.blocked);
        self.at_once && !self.plan.is_at_once() && can_be_used
    }

    /// Nobody waits for the end of the old key.
    pub fn is_blocked(&self) -> bool {
        self.plan.is_at_once() || self.facts.old.as_ref().is_some_and(|old| old.blocked)
    }

    /// Nothing of the old key has been changed, but that it may be blocked.
    pub fn is_untouched(&self) -> bool {
        let old = self.facts.old.as_ref();
        old.is_some_and(|old| old.marks.ours.replaced_by.is_empty() && old.expires == self.plan.ends)
    }

    /// The secret of the successor that is there, if it can still be shown.
    pub fn secret(&self) -> Option<&Secret> {
        let (secret, hash) = self.secret.as_ref()?;
        let is_of = self.facts.successor.as_ref().is_some_and(|successor| successor.token == *hash);
        is_of.then_some(secret)
    }

    /// It would be lost if the page was left now.
    pub fn shows_secret(&self) -> bool {
        self.phase == Phase::Work && self.next() == Step::Copy && self.secret().is_some()
    }
}
