//! The choices of the form: which models, how often a budget starts anew, when a key ends, and what it may ask for.

use crate::{msg, text::Msg};

/// Which models the key may call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ModelChoice {
    #[default]
    All,
    /// Those of the key's team, as it changes.
    Team,
    /// Those that are chosen.
    Some,
}

impl ModelChoice {
    pub const ALL: [ModelChoice; 3] = [ModelChoice::All, ModelChoice::Team, ModelChoice::Some];

    pub fn value(self) -> &'static str {
        match self {
            ModelChoice::All => "all",
            ModelChoice::Team => "team",
            ModelChoice::Some => "some",
        }
    }

    pub fn from_value(value: &str) -> ModelChoice {
        ModelChoice::ALL.into_iter().find(|choice| choice.value() == value).unwrap_or_default()
    }

    pub fn label(self) -> Msg {
        match self {
            ModelChoice::All => msg!("All models, also those added later"),
            ModelChoice::Team => msg!("All models of the key’s team"),
            ModelChoice::Some => msg!("Only these"),
        }
    }
}

/// What a key may ask the gateway for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    #[default]
    Calls,
    /// Also what clients ask before they call: which models there are, and what they can do.
    Details,
    /// Other routes, which were given to the key elsewhere.
    Other,
}

impl Access {
    /// Those that can be chosen.
    pub const ALL: [Access; 2] = [Access::Calls, Access::Details];

    pub fn value(self) -> &'static str {
        match self {
            Access::Calls => "calls",
            Access::Details => "details",
            Access::Other => "",
        }
    }

    pub fn from_value(value: &str) -> Access {
        Access::ALL.into_iter().find(|access| access.value() == value).unwrap_or(Access::Other)
    }

    pub fn label(self) -> Msg {
        match self {
            Access::Calls => msg!("Calls of models only"),
            Access::Details => msg!("Calls of models, their details and pass-through routes"),
            Access::Other => msg!("The routes that it has now"),
        }
    }
}

/// How often the budget starts anew. LiteLLM resets at midnight UTC, unless its configuration has another timezone or hour; it does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BudgetPeriod {
    #[default]
    Total,
    Daily,
    Weekly,
    Monthly,
}

impl BudgetPeriod {
    pub const ALL: [BudgetPeriod; 4] =
        [BudgetPeriod::Total, BudgetPeriod::Daily, BudgetPeriod::Weekly, BudgetPeriod::Monthly];

    /// LiteLLM's duration; empty: never reset.
    pub fn value(self) -> &'static str {
        match self {
            BudgetPeriod::Total => "",
            BudgetPeriod::Daily => "1d",
            BudgetPeriod::Weekly => "7d",
            BudgetPeriod::Monthly => "30d",
        }
    }

    /// `None` for a duration that the form does not offer.
    pub fn from_value(value: &str) -> Option<BudgetPeriod> {
        match value {
            "24h" => Some(BudgetPeriod::Daily),
            "1mo" => Some(BudgetPeriod::Monthly),
            value => BudgetPeriod::ALL.into_iter().find(|period| period.value() == value),
        }
    }

    /// English, to be translated.
    pub fn label(self) -> Msg {
        match self {
            BudgetPeriod::Total => msg!("In total"),
            BudgetPeriod::Daily => msg!("A day"),
            BudgetPeriod::Weekly => msg!("A week"),
            BudgetPeriod::Monthly => msg!("A month"),
        }
    }

    /// What the amount is in, and when LiteLLM starts anew: English, to be translated.
    pub fn help(self) -> Msg {
        match self {
            BudgetPeriod::Total => msg!("In US dollars. The key stops for good once the budget is spent."),
            BudgetPeriod::Daily => {
                msg!("In US dollars. Starts anew each day. The gateway sets the hour, as a rule midnight UTC.")
            }
            BudgetPeriod::Weekly => {
                msg!("In US dollars. Starts anew each Monday. The gateway sets the hour, as a rule midnight UTC.")
            }
            BudgetPeriod::Monthly => msg!(
                "In US dollars. Starts anew on the first of each month. The gateway sets the hour, as a rule midnight UTC."
            ),
        }
    }
}

/// When the key ends. There is no 30 days among the choices: LiteLLM 1.80.11 takes that for the first of next month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Of a key that is edited: as it is.
    Keep,
    #[default]
    Never,
    Days14,
    Days31,
    Days90,
    Days180,
    Days365,
    /// As many days as are typed.
    Custom,
    /// On the day that is chosen.
    Date,
}

impl Expiry {
    /// Those of a new key.
    pub const ALL: [Expiry; 8] = [
        Expiry::Never,
        Expiry::Days14,
        Expiry::Days31,
        Expiry::Days90,
        Expiry::Days180,
        Expiry::Days365,
        Expiry::Custom,
        Expiry::Date,
    ];

    /// For a `<select>`.
    pub fn value(self) -> &'static str {
        match self {
            Expiry::Keep => "keep",
            Expiry::Never => "never",
            Expiry::Days14 => "14",
            Expiry::Days31 => "31",
            Expiry::Days90 => "90",
            Expiry::Days180 => "180",
            Expiry::Days365 => "365",
            Expiry::Custom => "custom",
            Expiry::Date => "date",
        }
    }

    pub fn from_value(value: &str) -> Expiry {
        if value == Expiry::Keep.value() {
            return Expiry::Keep;
        }
        Expiry::ALL.into_iter().find(|expiry| expiry.value() == value).unwrap_or_default()
    }

    /// English, to be translated.
    pub fn label(self) -> Msg {
        match self {
            Expiry::Keep => msg!("Stays as it is"),
            Expiry::Never => msg!("Never"),
            Expiry::Days14 => msg!("In 14 days"),
            Expiry::Days31 => msg!("In 31 days"),
            Expiry::Days90 => msg!("In 90 days"),
            Expiry::Days180 => msg!("In 180 days"),
            Expiry::Days365 => msg!("In 365 days"),
            Expiry::Custom => msg!("Another number of days"),
            Expiry::Date => msg!("On a day"),
        }
    }

    /// `None` for all that is not a number of days.
    pub(super) fn days(self) -> Option<u64> {
        self.value().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_found_by_their_value() {
        for period in BudgetPeriod::ALL {
            assert_eq!(BudgetPeriod::from_value(period.value()), Some(period));
        }
        for expiry in Expiry::ALL {
            assert_eq!(Expiry::from_value(expiry.value()), expiry);
            let has_none = matches!(expiry, Expiry::Never | Expiry::Custom | Expiry::Date);
            assert_eq!(expiry.days().is_none(), has_none, "{expiry:?}");
        }
        assert_eq!(Expiry::from_value("30"), Expiry::Never);
        assert_eq!(Expiry::from_value(Expiry::Keep.value()), Expiry::Keep);
        assert_eq!(BudgetPeriod::from_value("1mo"), Some(BudgetPeriod::Monthly));
        assert_eq!(BudgetPeriod::from_value("14d"), None);
        for choice in ModelChoice::ALL {
            assert_eq!(ModelChoice::from_value(choice.value()), choice);
        }
        for access in [Access::Calls, Access::Details, Access::Other] {
            assert_eq!(Access::from_value(access.value()), access);
        }
    }
}
