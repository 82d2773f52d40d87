//! The fields of the form, and what can be wrong with them.

use super::{ALIAS_MOST, BUDGET_MOST, DAYS_MOST, MODELS_MOST, RPM_MOST, TPM_MOST};
use crate::{msg, text::Msg};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Alias,
    Models,
    MaxBudget,
    BudgetPeriod,
    Rpm,
    Tpm,
    Expiry,
    Team,
}

impl Field {
    pub const ALL: [Field; 8] = [
        Field::Alias,
        Field::Models,
        Field::MaxBudget,
        Field::BudgetPeriod,
        Field::Rpm,
        Field::Tpm,
        Field::Expiry,
        Field::Team,
    ];

    /// The parameter of `keys.create`.
    pub fn param(self) -> &'static str {
        match self {
            Field::Alias => "alias",
            Field::Models => "models",
            Field::MaxBudget => "max_budget",
            Field::BudgetPeriod => "budget_duration",
            Field::Rpm => "rpm_limit",
            Field::Tpm => "tpm_limit",
            Field::Expiry => "duration",
            Field::Team => "team",
        }
    }

    /// The field on which a server's error for `param` belongs.
    pub fn from_param(param: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.param() == param)
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    AliasMissing,
    AliasTooLong,
    AliasHiddenCharacters,
    AliasDots,
    NoModels,
    TooManyModels,
    BudgetMissing,
    NotANumber,
    Separators,
    Negative,
    BudgetTooLarge,
    NotWhole,
    RpmRange,
    TpmRange,
    DaysMissing,
    DaysRange,
}

impl Problem {
    /// With `{most}` where there is a bound.
    pub fn message(self) -> Msg {
        match self {
            Problem::AliasMissing => msg!("Enter a name by which you will recognise the key."),
            Problem::AliasTooLong => msg!("At most {most} characters."),
            Problem::AliasHiddenCharacters => msg!("Remove line breaks, tabs and other invisible characters."),
            Problem::AliasDots => msg!("LiteLLM does not accept “..” as a part between slashes."),
            Problem::NoModels => msg!("Choose at least one model, or allow all of them."),
            Problem::TooManyModels => msg!("At most {most} models. Allow all of them instead."),
            Problem::BudgetMissing => msg!("Enter a budget, or choose “In total” as its period."),
            Problem::NotANumber => msg!("Enter a number, such as 25 or 0.50."),
            Problem::Separators => msg!("Write the number without thousands separators, such as 1500 or 1500.50."),
            Problem::Negative => msg!("Enter 0 or more."),
            Problem::BudgetTooLarge => msg!("At most {most}."),
            Problem::NotWhole => msg!("Enter a whole number."),
            Problem::RpmRange => msg!("Enter a number from 1 to {most}, or leave it empty for no limit."),
            Problem::TpmRange => msg!("Enter a number from 1 to {most}, or leave it empty for no limit."),
            Problem::DaysMissing => msg!("Enter after how many days the key expires."),
            Problem::DaysRange => msg!("Enter a number of days from 1 to {most}."),
        }
    }

    /// The bound that the message names.
    pub fn most(self) -> Option<f64> {
        Some(match self {
            Problem::AliasTooLong => ALIAS_MOST as f64,
            Problem::TooManyModels => MODELS_MOST as f64,
            Problem::BudgetTooLarge => BUDGET_MOST,
            Problem::RpmRange => RPM_MOST as f64,
            Problem::TpmRange => TPM_MOST as f64,
            Problem::DaysRange => DAYS_MOST as f64,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_its_bound() {
        use Problem::*;
        for problem in [
            AliasMissing,
            AliasTooLong,
            AliasHiddenCharacters,
            AliasDots,
            NoModels,
            TooManyModels,
            BudgetMissing,
            NotANumber,
            Separators,
            Negative,
            BudgetTooLarge,
            NotWhole,
            RpmRange,
            TpmRange,
            DaysMissing,
            DaysRange,
        ] {
            let names_it = problem.message().english().contains("{most}");
            assert_eq!(names_it, problem.most().is_some(), "{problem:?}");
        }
    }
}
