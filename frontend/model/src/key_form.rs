//! The form for a key, new or not: what was typed, whether it can be sent, as what, and what of it is a change. Teams and
//! users have the fields that they share with keys, and some of their own.
//!
//! The rules are those of `keys.create` and `keys.update` in the contract and of LiteLLM, so that refusals come before
//! the request.

mod ceilings;
pub mod change;
mod check;
mod choice;
pub mod fields;
mod filled;
mod metadata;
mod of_account;
mod of_key;
mod problem;
mod typed;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{clock, msg, people::Kind, text::Msg, wire::KeyLimits};

pub use change::{Change, Outcome, differences};
pub use choice::{Access, BudgetPeriod, Expiry, ModelChoice};
pub use fields::FieldSpec;
pub use filled::{Filled, are_any, filled};
pub use metadata::Place;
pub use of_account::{half_taken, may_be_half_taken, with_role};
pub use of_key::not_copied;
pub use problem::{Field, Problem};

/// Characters, as LiteLLM and the contract count them.
pub const ALIAS_MOST: usize = 255;
/// Likewise.
pub const EMAIL_MOST: usize = 255;
/// US dollars.
pub const BUDGET_MOST: f64 = 1e9;
/// Requests a minute.
pub const RPM_MOST: u64 = 1_000_000_000;
/// Tokens a minute.
pub const TPM_MOST: u64 = 2_000_000_000;
/// Requests at the same time.
pub const PARALLEL_MOST: u64 = 1_000_000;
/// Days until a key expires.
pub const DAYS_MOST: u64 = 3_650;
/// Models that one key may name.
pub const MODELS_MOST: usize = 500;
/// Models that have limits of their own.
pub const MODEL_LIMITS_MOST: usize = 100;
pub const TAGS_MOST: usize = 50;
/// Characters of a tag.
pub const TAG_MOST: usize = 255;

/// The form as it is filled in. Texts are as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyDraft {
    /// What it is filled in for; none: a key.
    pub of: Option<Kind>,
    pub alias: String,
    /// Of a user. Likewise the role, in LiteLLM's words.
    pub email: String,
    pub role: String,
    pub which: ModelChoice,
    /// For [`ModelChoice::Some`].
    pub models: Vec<String>,
    /// A user's id; empty: none. Likewise the team's.
    pub owner: String,
    pub team: String,
    /// The id; of a new key or a new team.
    pub organization: String,
    pub expiry: Expiry,
    /// Only for [`Expiry::Custom`].
    pub expiry_days: String,
    /// Only for [`Expiry::Date`]: `2026-11-20`.
    pub expiry_date: String,
    /// When the key ends, in LiteLLM's words: what [`Expiry::Keep`] means. Nobody types it.
    pub ends: String,
    /// US dollars; empty: no limit.
    pub max_budget: String,
    /// LiteLLM's duration; empty: in total.
    pub budget_period: String,
    /// US dollars above the budget, and for how many days.
    pub raise: String,
    pub raise_days: String,
    /// What is in force of such a raise. Nobody types it.
    pub raised: Option<Raised>,
    /// Requests a minute; empty: no limit. Likewise the others.
    pub rpm: String,
    pub tpm: String,
    pub parallel: String,
    pub model_limits: Vec<ModelLimit>,
    pub access: Access,
    /// One on each line.
    pub tags: String,
    /// An object in JSON, or nothing; without what the form has fields for.
    pub metadata: String,
}

/// The limits of one model within a key; empty: none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelLimit {
    pub model: String,
    pub rpm: String,
    pub tpm: String,
}

/// LiteLLM adds the amount to the budget up to a moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Raised {
    pub increase: f64,
    /// In LiteLLM's words.
    pub until: String,
}

/// What a draft is read and judged by.
pub struct Rules<'a> {
    /// The user's decimal sign.
    pub decimal: char,
    /// The day in the site's time, `2026-11-20`.
    pub today: &'a str,
    pub ceilings: &'a KeyLimits,
}

pub type Problems = BTreeMap<Field, Problem>;

impl KeyDraft {
    /// The fields that there are, in the order of the form.
    pub fn fields(&self) -> &'static [Field] {
        match self.of {
            None => &Field::OF_KEY,
            Some(Kind::Team) => &Field::OF_TEAM,
            Some(Kind::User) => &Field::OF_USER,
        }
    }

    /// The parameters with which it is made, or what is wrong, by field.
    pub fn validate(&self, rules: &Rules) -> Result<Value, Problems> {
        let mut params = Map::new();
        let mut problems = BTreeMap::new();
        for field in self.fields().iter().copied() {
            match self.setting(field, rules) {
                Ok(setting) => change::put(&mut params, field, &Value::Null, setting),
                Err(problem) => drop(problems.insert(field, problem)),
            }
        }
        // What is not said is nothing, or all models.
        params.retain(|_, value| {
            !value.is_null()
                && value.as_array().is_none_or(|list| !list.is_empty() && list[..] != [of_account::ALL_MODELS])
        });
        if problems.is_empty() { Ok(Value::Object(params)) } else { Err(problems) }
    }

    /// A remark that does not keep the form from being sent: LiteLLM can be told to accept simple aliases only.
    pub fn alias_remark(&self) -> Option<Msg> {
        let alias = self.alias.trim();
        let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '@');
        let edges = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
        if alias.chars().all(simple) && edges(alias.chars().next()) && edges(alias.chars().next_back()) {
            return None;
        }
        Some(msg!("Some gateways accept only letters, digits and - _ . / @ here, with a letter or digit at both ends."))
    }

    /// How many of the fields that few keys need are filled in.
    pub fn advanced(&self) -> usize {
        let tags = self.tags.lines().filter(|tag| !tag.trim().is_empty()).count();
        [!self.model_limits.is_empty(), self.access != Access::Calls, tags > 0, !self.metadata.trim().is_empty()]
            .into_iter()
            .filter(|set| *set)
            .count()
    }

    /// Takes over what another draft has in a field.
    pub fn take(&mut self, field: Field, from: &KeyDraft) {
        let from = from.clone();
        match field {
            Field::Alias => self.alias = from.alias,
            Field::Email => self.email = from.email,
            Field::Role => self.role = from.role,
            Field::Models => (self.which, self.models) = (from.which, from.models),
            Field::Owner => self.owner = from.owner,
            Field::Team => self.team = from.team,
            Field::Organization => self.organization = from.organization,
            Field::Expiry => {
                (self.expiry, self.expiry_days) = (from.expiry, from.expiry_days);
                (self.expiry_date, self.ends) = (from.expiry_date, from.ends);
            }
            Field::MaxBudget => self.max_budget = from.max_budget,
            Field::BudgetPeriod => self.budget_period = from.budget_period,
            Field::Raise => {
                (self.raise, self.raise_days, self.raised) = (from.raise, from.raise_days, from.raised);
            }
            Field::Rpm => self.rpm = from.rpm,
            Field::Tpm => self.tpm = from.tpm,
            Field::Parallel => self.parallel = from.parallel,
            Field::ModelLimits => self.model_limits = from.model_limits,
            Field::Access => self.access = from.access,
            Field::Tags => self.tags = from.tags,
            Field::Metadata => self.metadata = from.metadata,
        }
    }

    /// Whether a field is filled in as in another draft.
    pub fn is_same(&self, field: Field, other: &KeyDraft) -> bool {
        let mut copy = self.clone();
        copy.take(field, other);
        copy == *self
    }
}

/// Whether LiteLLM set another end than was asked for, by more than a day: 1.80.11 moves some to the start of a week or month.
/// All times are Unix times in milliseconds.
pub fn expiry_differs(requested_days: u64, created_ms: i64, expires_ms: i64) -> bool {
    let requested_ms = i64::try_from(requested_days).unwrap_or(i64::MAX).saturating_mul(clock::DAY_MS);
    expires_ms.saturating_sub(created_ms.saturating_add(requested_ms)).saturating_abs() > clock::DAY_MS
}

#[cfg(test)]
mod tests;
