//! The choices of the form: how often a budget starts anew, and when a key ends.

use crate::{msg, text::Msg};

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

    pub fn from_value(value: &str) -> BudgetPeriod {
        BudgetPeriod::ALL.into_iter().find(|period| period.value() == value).unwrap_or_default()
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
    #[default]
    Never,
    Days14,
    Days31,
    Days90,
    Days180,
    Days365,
    /// As many days as are typed.
    Custom,
}

impl Expiry {
    pub const ALL: [Expiry; 7] = [
        Expiry::Never,
        Expiry::Days14,
        Expiry::Days31,
        Expiry::Days90,
        Expiry::Days180,
        Expiry::Days365,
        Expiry::Custom,
    ];

    /// For a `<select>`.
    pub fn value(self) -> &'static str {
        match self {
            Expiry::Never => "never",
            Expiry::Days14 => "14",
            Expiry::Days31 => "31",
            Expiry::Days90 => "90",
            Expiry::Days180 => "180",
            Expiry::Days365 => "365",
            Expiry::Custom => "custom",
        }
    }

    pub fn from_value(value: &str) -> Expiry {
        Expiry::ALL.into_iter().find(|expiry| expiry.value() == value).unwrap_or_default()
    }

    /// English, to be translated.
    pub fn label(self) -> Msg {
        match self {
            Expiry::Never => msg!("Never"),
            Expiry::Days14 => msg!("In 14 days"),
            Expiry::Days31 => msg!("In 31 days"),
            Expiry::Days90 => msg!("In 90 days"),
            Expiry::Days180 => msg!("In 180 days"),
            Expiry::Days365 => msg!("In 365 days"),
            Expiry::Custom => msg!("Another number of days"),
        }
    }

    /// `None` for never, and for what is typed.
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
            assert_eq!(BudgetPeriod::from_value(period.value()), period);
        }
        for expiry in Expiry::ALL {
            assert_eq!(Expiry::from_value(expiry.value()), expiry);
            assert_eq!(expiry.days().is_none(), matches!(expiry, Expiry::Never | Expiry::Custom), "{expiry:?}");
        }
        assert_eq!(Expiry::from_value("30"), Expiry::Never);
    }
}
