//! The table of the form's fields: how each is called, and how it stands in the draft.

use super::{BudgetPeriod, Expiry, Field, KeyDraft};
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
    get: |draft| draft.budget_period.value().to_owned(),
    set: |draft, period| draft.budget_period = BudgetPeriod::from_value(&period),
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

pub const TEAM: FieldSpec = FieldSpec {
    field: Field::Team,
    label: msg!("Team"),
    help: Some(msg!("The team’s own limits and models apply too.")),
    get: |draft| draft.team.clone(),
    set: |draft, team| draft.team = team,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_in_the_draft() {
        let fields = [
            (ALIAS, "web"),
            (BUDGET, "1.5"),
            (BUDGET_PERIOD, "7d"),
            (RPM, "60"),
            (TPM, "1000"),
            (EXPIRY, "custom"),
            (EXPIRY_DAYS, "45"),
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
