//! The note of a rotation in the journal: whoever saves it first is the one who goes on.

use model::{failure::ApiError, rotation::Plan, wire::JournalEntry};

use super::{
    state::{Phase, Trouble},
    work::Rotation,
};
use crate::api::journal;

/// The journal's word for it.
pub const KIND: &str = "rotation";

impl Rotation {
    /// An entry of another page or browser; says whether it is one of ours.
    pub fn take_up(&self, entry: JournalEntry) -> bool {
        let Some(plan) = Plan::read(&entry.entry).filter(|plan| plan.old == self.hash) else { return false };
        self.state.update(|state| {
            (state.plan, state.revision) = (plan, entry.revision);
            state.saved = Some((entry.saved_by, entry.saved_at));
        });
        true
    }

    pub async fn end(&self, back: bool) {
        let (id, revision) = self.state.with_untracked(|state| (state.plan.id(), state.revision));
        match journal::remove(&self.api, &id, revision).await {
            Ok(()) => self.state.update(|state| {
                state.phase = if back { Phase::Undone } else { Phase::Done };
                (state.busy, state.secret) = (false, None);
            }),
            Err(error) if is(&error, "litellm_journal_changed") => self.stop(Trouble::Elsewhere),
            Err(error) => self.stop(Trouble::Failed(error)),
        }
    }

    /// Saves the entry over the one that is known.
    pub async fn save(&self) -> Result<(), Trouble> {
        let (plan, revision) = self.state.with_untracked(|state| (state.plan.clone(), state.revision));
        let saved = match journal::save(&self.api, &plan.id(), KIND, revision, &plan.print()).await {
            Ok(saved) => saved,
            Err(error) if is(&error, "litellm_journal_changed") => return Err(Trouble::Elsewhere),
            Err(error) if is(&error, "litellm_journal_full") => return Err(Trouble::JournalFull),
            Err(error) if is_secret(&error) => return Err(Trouble::NameIsSecret),
            // The answer was lost: what is in there now tells.
            Err(error) if error.outcome_unknown() => {
                let entries = journal::list(&self.api).response().await.map(|answer| answer.data.entries);
                let entry = entries.unwrap_or_default().into_iter().find(|entry| entry.id == plan.id());
                let is_ours = |entry: &JournalEntry| Plan::read(&entry.entry).as_ref() == Some(&plan);
                match entry.filter(|entry| entry.revision > revision) {
                    Some(entry) if is_ours(&entry) => entry.revision,
                    Some(_) => return Err(Trouble::Elsewhere),
                    None => return Err(Trouble::Failed(error)),
                }
            }
            Err(error) => return Err(Trouble::Failed(error)),
        };
        self.state.update(|state| state.revision = saved);
        Ok(())
    }
}

fn is(error: &ApiError, code: &str) -> bool {
    error.failure().is_some_and(|failure| failure.code == code)
}

fn is_secret(error: &ApiError) -> bool {
    error.failure().is_some_and(|failure| {
        failure.code == "litellm_invalid_request" && failure.fields.iter().any(|(param, _)| param == "entry")
    })
}
