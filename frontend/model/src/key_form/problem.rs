//! The fields of the form, by the parameters that they are sent as, and what can be wrong with them.

use super::{
    ALIAS_MOST, BUDGET_MOST, DAYS_MOST, MODEL_LIMITS_MOST, MODELS_MOST, PARALLEL_MOST, RPM_MOST, TAG_MOST, TAGS_MOST,
    TPM_MOST, metadata::Place,
};
use crate::{msg, text::Msg};

/// In the order of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Alias,
    /// Of a user, as is the role.
    Email,
    Role,
    Models,
    Owner,
    Team,
    Organization,
    Expiry,
    MaxBudget,
    BudgetPeriod,
    /// For some days, above the budget. Of a key that is there.
    Raise,
    Rpm,
    Tpm,
    Parallel,
    ModelLimits,
    Access,
    Tags,
    Metadata,
}

impl Field {
    pub const ALL: [Field; 18] = [
        Field::Alias,
        Field::Email,
        Field::Role,
        Field::Models,
        Field::Owner,
        Field::Team,
        Field::Organization,
        Field::Expiry,
        Field::MaxBudget,
        Field::BudgetPeriod,
        Field::Raise,
        Field::Rpm,
        Field::Tpm,
        Field::Parallel,
        Field::ModelLimits,
        Field::Access,
        Field::Tags,
        Field::Metadata,
    ];

    pub const OF_KEY: [Field; 16] = [
        Field::Alias,
        Field::Models,
        Field::Owner,
        Field::Team,
        Field::Organization,
        Field::Expiry,
        Field::MaxBudget,
        Field::BudgetPeriod,
        Field::Raise,
        Field::Rpm,
        Field::Tpm,
        Field::Parallel,
        Field::ModelLimits,
        Field::Access,
        Field::Tags,
        Field::Metadata,
    ];

    pub const OF_TEAM: [Field; 7] = [
        Field::Alias,
        Field::Models,
        Field::Organization,
        Field::MaxBudget,
        Field::BudgetPeriod,
        Field::Rpm,
        Field::Tpm,
    ];

    pub const OF_USER: [Field; 8] = [
        Field::Alias,
        Field::Email,
        Field::Role,
        Field::Models,
        Field::MaxBudget,
        Field::BudgetPeriod,
        Field::Rpm,
        Field::Tpm,
    ];

    /// The parameter with which it is made and changed; of two, the first.
    pub fn param(self) -> &'static str {
        match self {
            Field::Alias => "alias",
            Field::Email => "email",
            Field::Role => "role",
            Field::Models => "models",
            Field::Owner => "user",
            Field::Team => "team",
            Field::Organization => "organization",
            Field::Expiry => "duration",
            Field::MaxBudget => "max_budget",
            Field::BudgetPeriod => "budget_duration",
            Field::Raise => "temp_budget_increase",
            Field::Rpm => "rpm_limit",
            Field::Tpm => "tpm_limit",
            Field::Parallel => "max_parallel_requests",
            Field::ModelLimits => "model_rpm_limit",
            Field::Access => "access",
            Field::Tags => "tags",
            Field::Metadata => "metadata",
        }
    }

    /// The field on which a server's error for `param` belongs.
    pub fn from_param(param: &str) -> Option<Field> {
        match param {
            "model_tpm_limit" => Some(Field::ModelLimits),
            "temp_budget_expiry" => Some(Field::Raise),
            _ => Field::ALL.into_iter().find(|field| field.param() == param),
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Problem {
    AliasMissing,
    AliasTooLong,
    AliasHiddenCharacters,
    AliasDots,
    /// Of a team.
    NameMissing,
    /// Of a user.
    NameOrEmail,
    EmailOdd,
    /// A name or an e-mail: LiteLLM can change it, and not take it away.
    Stays,
    NoModels,
    TooManyModels,
    NoTeam,
    /// This site allows other models only.
    ModelsNotAllowed,
    BudgetMissing,
    NotANumber,
    Separators,
    Negative,
    BudgetTooLarge,
    /// What this site allows, in US dollars.
    BudgetCeiling(f64),
    /// The shortest period that this site allows, in days.
    BudgetShort(f64),
    RaiseWithoutBudget,
    /// What this site allows, in US dollars.
    RaiseCeiling(f64),
    NotWhole,
    RpmRange,
    TpmRange,
    ParallelRange,
    /// What this site allows.
    Ceiling(f64),
    /// This site wants one, of whatever size.
    LimitRequired,
    LimitWithoutModel,
    ModelWithoutLimit,
    ModelTwice,
    TooManyModelLimits,
    DaysMissing,
    DaysRange,
    DateMissing,
    DatePast,
    /// What this site allows.
    DaysCeiling(f64),
    TagTooLong,
    TooManyTags,
    JsonNoObject,
    JsonEnd,
    JsonSyntax(Place),
    JsonQuotes(Place),
    JsonComma(Place),
    JsonOwnField(&'static str),
    /// Only the gateway's operators set it.
    JsonNotHere(&'static str),
    /// It would be written over a secret that is not shown here.
    JsonMasked,
}

impl Problem {
    /// With `{most}`, `{line}` and `{column}`, or `{name}` where there are such.
    pub fn message(self) -> Msg {
        match self {
            Problem::AliasMissing => msg!("Enter a name by which you will recognise the key."),
            Problem::AliasTooLong => msg!("At most {most} characters."),
            Problem::AliasHiddenCharacters => msg!("Remove line breaks, tabs and other invisible characters."),
            Problem::AliasDots => msg!("LiteLLM does not accept “..” as a part between slashes."),
            Problem::NameMissing => msg!("Enter a name."),
            Problem::NameOrEmail => msg!("Enter a name or an e-mail address."),
            Problem::EmailOdd => msg!("Enter one e-mail address, such as name@example.com."),
            Problem::Stays => msg!("LiteLLM cannot take this away. Enter another one."),
            Problem::NoModels => msg!("Choose at least one model, or allow all of them."),
            Problem::TooManyModels => msg!("At most {most} models. Allow all of them instead."),
            Problem::NoTeam => msg!("Choose a team for the key, or other models."),
            Problem::ModelsNotAllowed => msg!("This site allows only the models named below."),
            Problem::BudgetMissing => msg!("Enter a budget, or choose “In total” as its period."),
            Problem::NotANumber => msg!("Enter a number, such as 25 or 0.50."),
            Problem::Separators => msg!("Write the number without thousands separators, such as 1500 or 1500.50."),
            Problem::Negative => msg!("Enter 0 or more."),
            Problem::BudgetTooLarge => msg!("At most {most}."),
            Problem::BudgetCeiling(_) => msg!("Enter a budget: this site allows at most {most}."),
            Problem::RaiseWithoutBudget => msg!("Without a budget there is nothing to raise."),
            Problem::RaiseCeiling(_) => {
                msg!("With this the key could spend more than the {most} that this site allows.")
            }
            Problem::BudgetShort(_) => msg!("Choose a longer period: this site wants at least {most} days."),
            Problem::LimitRequired => msg!("This site wants a limit here."),
            Problem::NotWhole => msg!("Enter a whole number."),
            Problem::RpmRange => msg!("Enter a number from 1 to {most}, or leave it empty for no limit."),
            Problem::TpmRange => msg!("Enter a number from 1 to {most}, or leave it empty for no limit."),
            Problem::ParallelRange => msg!("Enter a number from 1 to {most}, or leave it empty for no limit."),
            Problem::Ceiling(_) => msg!("Enter a number: this site allows at most {most}."),
            Problem::LimitWithoutModel => msg!("Choose the model of each limit."),
            Problem::ModelWithoutLimit => msg!("Enter a limit for each model, or remove the line."),
            Problem::ModelTwice => msg!("Name each model once."),
            Problem::TooManyModelLimits => msg!("At most {most} models have limits of their own."),
            Problem::DaysMissing => msg!("Enter after how many days."),
            Problem::DaysRange => msg!("Enter a number of days from 1 to {most}."),
            Problem::DateMissing => msg!("Choose the day on which the key expires."),
            Problem::DatePast => msg!("Choose a day after today, at most {most} days away."),
            Problem::DaysCeiling(_) => msg!("This site allows keys to live for at most {most} days."),
            Problem::TagTooLong => msg!("A tag has at most {most} characters."),
            Problem::TooManyTags => msg!("At most {most} tags."),
            Problem::JsonNoObject => msg!("Enter an object in JSON: names and values between { and }."),
            Problem::JsonEnd => msg!("The end is missing: a quotation mark or a bracket is not closed."),
            Problem::JsonSyntax(_) => msg!("Line {line}, character {column}: this is not JSON."),
            Problem::JsonQuotes(_) => {
                msg!("Line {line}, character {column}: names and texts stand between straight double quotation marks.")
            }
            Problem::JsonComma(_) => msg!("Line {line}, character {column}: remove the comma before this bracket."),
            Problem::JsonOwnField(_) => msg!("“{name}” has a field of its own in this form."),
            Problem::JsonNotHere(_) => {
                msg!("“{name}” cannot be set here: it changes more than this key’s description.")
            }
            Problem::JsonMasked => {
                msg!("A part of this is a secret that is not shown here, and would be lost. Leave that part as it is.")
            }
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
            Problem::ParallelRange => PARALLEL_MOST as f64,
            Problem::TooManyModelLimits => MODEL_LIMITS_MOST as f64,
            Problem::DaysRange | Problem::DatePast => DAYS_MOST as f64,
            Problem::TagTooLong => TAG_MOST as f64,
            Problem::TooManyTags => TAGS_MOST as f64,
            Problem::BudgetCeiling(most) | Problem::RaiseCeiling(most) | Problem::BudgetShort(most) => most,
            Problem::Ceiling(most) | Problem::DaysCeiling(most) => most,
            _ => return None,
        })
    }

    /// The place that the message names.
    pub fn place(self) -> Option<Place> {
        match self {
            Problem::JsonSyntax(place) | Problem::JsonQuotes(place) | Problem::JsonComma(place) => Some(place),
            _ => None,
        }
    }

    /// The name that the message names.
    pub fn name(self) -> &'static str {
        if let Problem::JsonOwnField(name) | Problem::JsonNotHere(name) = self { name } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_values_that_it_names() {
        use Problem::*;
        let place = Place { line: 1, column: 2 };
        for problem in [
            AliasMissing,
            AliasTooLong,
            AliasHiddenCharacters,
            AliasDots,
            NameMissing,
            NameOrEmail,
            EmailOdd,
            Stays,
            NoModels,
            TooManyModels,
            NoTeam,
            ModelsNotAllowed,
            BudgetMissing,
            NotANumber,
            Separators,
            Negative,
            BudgetTooLarge,
            BudgetCeiling(5.0),
            BudgetShort(7.0),
            RaiseWithoutBudget,
            RaiseCeiling(5.0),
            LimitRequired,
            NotWhole,
            RpmRange,
            TpmRange,
            ParallelRange,
            Ceiling(5.0),
            LimitWithoutModel,
            ModelWithoutLimit,
            ModelTwice,
            TooManyModelLimits,
            DaysMissing,
            DaysRange,
            DateMissing,
            DatePast,
            DaysCeiling(5.0),
            TagTooLong,
            TooManyTags,
            JsonNoObject,
            JsonEnd,
            JsonSyntax(place),
            JsonQuotes(place),
            JsonComma(place),
            JsonOwnField("tags"),
            JsonNotHere("logging"),
            JsonMasked,
        ] {
            let text = problem.message().english();
            assert_eq!(text.contains("{most}"), problem.most().is_some(), "{problem:?}");
            assert_eq!(text.contains("{line}"), problem.place().is_some(), "{problem:?}");
            assert_eq!(text.contains("{column}"), problem.place().is_some(), "{problem:?}");
            assert_eq!(text.contains("{name}"), !problem.name().is_empty(), "{problem:?}");
        }
    }

    #[test]
    fn each_field_is_one_of_something() {
        for field in Field::ALL {
            let lists: [&[Field]; 3] = [&Field::OF_KEY, &Field::OF_TEAM, &Field::OF_USER];
            assert!(lists.iter().any(|list| list.contains(&field)), "{field:?}");
        }
    }

    #[test]
    fn a_second_parameter_belongs_to_its_field() {
        assert_eq!(Field::from_param("model_tpm_limit"), Some(Field::ModelLimits));
        assert_eq!(Field::from_param("temp_budget_expiry"), Some(Field::Raise));
        for field in Field::ALL {
            assert_eq!(Field::from_param(field.param()), Some(field));
        }
        assert_eq!(Field::from_param("key"), None);
    }
}
