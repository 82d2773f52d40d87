//! The table of the form's fields: how each is called, and how it stands in the draft.

use super::{Access, Expiry, Field, KeyDraft, ModelChoice};
use crate::{msg, text::Msg};

/// A field that is filled in with one text or one choice.
pub struct FieldSpec {
    pub field: Field,
    pub label: Msg,
    pub help: Option<Msg>,
    pub get: fn(&KeyDraft) -> String,
    pub set: fn(&mut KeyDraft, String),
}

pub const ALIAS: FieldSpec = FieldSpec {
    field: Field::Alias,
    label: msg!("Alias"),
    help: Some(msg!("The name by which you will recognise the key, such as the application that uses it.")),
    get: |draft| draft.alias.clone(),
    set: |draft, alias| draft.alias = alias,
};

/// What a team or a user is called.
pub const NAME: FieldSpec = FieldSpec { label: msg!("Name"), help: None, ..ALIAS };

pub const EMAIL: FieldSpec = FieldSpec {
    field: Field::Email,
    label: msg!("E-mail"),
    help: None,
    get: |draft| draft.email.clone(),
    set: |draft, email| draft.email = email,
};

pub const ROLE: FieldSpec = FieldSpec {
    field: Field::Role,
    label: msg!("Role"),
    help: Some(msg!("In LiteLLM’s own interface. With either role one manages nothing but one’s own keys.")),
    get: |draft| draft.role.clone(),
    set: |draft, role| draft.role = role,
};

pub const ORGANIZATION: FieldSpec = FieldSpec {
    field: Field::Organization,
    label: msg!("Organization"),
    help: Some(msg!("The organization’s own limits and models apply too.")),
    get: |draft| draft.organization.clone(),
    set: |draft, organization| draft.organization = organization,
};

pub const BUDGET: FieldSpec = FieldSpec {
    field: Field::MaxBudget,
    label: msg!("Budget"),
    help: None,
    get: |draft| draft.max_budget.clone(),
    set: |draft, budget| draft.max_budget = budget,
};

pub const BUDGET_PERIOD: FieldSpec = FieldSpec {
    field: Field::BudgetPeriod,
    label: msg!("Budget period"),
    help: None,
    get: |draft| draft.budget_period.clone(),
    set: |draft, period| draft.budget_period = period,
};

pub const RPM: FieldSpec = FieldSpec {
    field: Field::Rpm,
    label: msg!("Requests per minute"),
    help: Some(msg!("Empty: no limit.")),
    get: |draft| draft.rpm.clone(),
    set: |draft, rpm| draft.rpm = rpm,
};

pub const TPM: FieldSpec = FieldSpec {
    field: Field::Tpm,
    label: msg!("Tokens per minute"),
    help: Some(msg!("Empty: no limit.")),
    get: |draft| draft.tpm.clone(),
    set: |draft, tpm| draft.tpm = tpm,
};

pub const PARALLEL: FieldSpec = FieldSpec {
    field: Field::Parallel,
    label: msg!("Requests at the same time"),
    help: Some(msg!("Empty: no limit.")),
    get: |draft| draft.parallel.clone(),
    set: |draft, parallel| draft.parallel = parallel,
};

pub const EXPIRY: FieldSpec = FieldSpec {
    field: Field::Expiry,
    label: msg!("Expires"),
    help: Some(msg!("Afterwards the gateway refuses the key. LiteLLM may round the time to its next midnight.")),
    get: |draft| draft.expiry.value().to_owned(),
    set: |draft, expiry| draft.expiry = Expiry::from_value(&expiry),
};

/// Beside the expiry, when another number of days was chosen.
pub const EXPIRY_DAYS: FieldSpec = FieldSpec {
    field: Field::Expiry,
    label: msg!("Days until the key expires"),
    help: None,
    get: |draft| draft.expiry_days.clone(),
    set: |draft, days| draft.expiry_days = days,
};

/// Beside the expiry, when a day was chosen.
pub const EXPIRY_DATE: FieldSpec = FieldSpec {
    field: Field::Expiry,
    label: msg!("The day on which the key expires"),
    help: None,
    get: |draft| draft.expiry_date.clone(),
    set: |draft, date| draft.expiry_date = date,
};

pub const MODELS: FieldSpec = FieldSpec {
    field: Field::Models,
    label: msg!("Models"),
    help: None,
    get: |draft| draft.which.value().to_owned(),
    set: |draft, which| draft.which = ModelChoice::from_value(&which),
};

pub const OWNER: FieldSpec = FieldSpec {
    field: Field::Owner,
    label: msg!("Owner"),
    help: Some(msg!("The user’s own budget and limits apply too, unless the key has a team.")),
    get: |draft| draft.owner.clone(),
    set: |draft, owner| draft.owner = owner,
};

pub const TEAM: FieldSpec = FieldSpec {
    field: Field::Team,
    label: msg!("Team"),
    help: Some(msg!("The team’s own limits and models apply too.")),
    get: |draft| draft.team.clone(),
    set: |draft, team| draft.team = team,
};

/// For some days.
pub const RAISE: FieldSpec = FieldSpec {
    field: Field::Raise,
    label: msg!("Raise the budget for now"),
    help: None,
    get: |draft| draft.raise.clone(),
    set: |draft, raise| draft.raise = raise,
};

pub const RAISE_DAYS: FieldSpec = FieldSpec {
    field: Field::Raise,
    label: msg!("Days for which the budget is raised"),
    help: None,
    get: |draft| draft.raise_days.clone(),
    set: |draft, days| draft.raise_days = days,
};

pub const MODEL_LIMITS: FieldSpec = FieldSpec {
    field: Field::ModelLimits,
    label: msg!("Limits for single models"),
    help: None,
    get: |_| String::new(),
    set: |_, _| {},
};

pub const ACCESS: FieldSpec = FieldSpec {
    field: Field::Access,
    label: msg!("Access"),
    help: None,
    get: |draft| draft.access.value().to_owned(),
    set: |draft, access| draft.access = Access::from_value(&access),
};

pub const TAGS: FieldSpec = FieldSpec {
    field: Field::Tags,
    label: msg!("Tags"),
    help: Some(msg!("One on each line. What the key spends is counted for each of its tags, too.")),
    get: |draft| draft.tags.clone(),
    set: |draft, tags| draft.tags = tags,
};

pub const METADATA: FieldSpec = FieldSpec {
    field: Field::Metadata,
    label: msg!("Metadata"),
    help: None,
    get: |draft| draft.metadata.clone(),
    set: |draft, metadata| draft.metadata = metadata,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_in_the_draft() {
        let fields = [
            (ALIAS, "web"),
            (EMAIL, "ada@example.org"),
            (ROLE, "internal_user"),
            (ORGANIZATION, "o-1"),
            (BUDGET, "1.5"),
            (BUDGET_PERIOD, "7d"),
            (RPM, "60"),
            (TPM, "1000"),
            (PARALLEL, "4"),
            (EXPIRY, "custom"),
            (EXPIRY_DAYS, "45"),
            (EXPIRY_DATE, "2026-11-20"),
            (MODELS, "some"),
            (OWNER, "ada"),
            (RAISE, "5"),
            (RAISE_DAYS, "3"),
            (ACCESS, "details"),
            (TAGS, "a\nb"),
            (METADATA, "{}"),
            (TEAM, "team-1"),
        ];
        let mut draft = KeyDraft::default();
        for (spec, value) in &fields {
            assert_ne!((spec.get)(&draft), *value, "{:?}", spec.field);
            (spec.set)(&mut draft, (*value).to_owned());
        }
        for (spec, value) in &fields {
            assert_eq!((spec.get)(&draft), *value, "{:?}", spec.field);
        }
    }
}
