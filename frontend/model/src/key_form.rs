//! The form for a new key: what was typed, whether it can be sent, and as what.
//!
//! The rules are those of `keys.create` in the contract and of LiteLLM, so that refusals come before the request.

mod choice;
pub mod fields;
mod filled;
mod problem;
mod typed;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{clock, msg, text::Msg};

pub use choice::{BudgetPeriod, Expiry};
pub use fields::FieldSpec;
pub use filled::{Filled, are_any, filled};
pub use problem::{Field, Problem};
use typed::{amount, whole};

/// Characters, as LiteLLM and the contract count them.
pub const ALIAS_MOST: usize = 255;
/// US dollars.
pub const BUDGET_MOST: f64 = 1e9;
/// Requests a minute.
pub const RPM_MOST: u64 = 1_000_000_000;
/// Tokens a minute.
pub const TPM_MOST: u64 = 2_000_000_000;
/// Days until a key expires.
pub const DAYS_MOST: u64 = 3_650;
/// Models that one key may name.
pub const MODELS_MOST: usize = 500;

/// The form as it is filled in. Texts are as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyDraft {
    pub alias: String,
    pub models: Vec<String>,
    /// The chosen models do not matter.
    pub all_models: bool,
    /// US dollars; empty: no limit.
    pub max_budget: String,
    pub budget_period: BudgetPeriod,
    /// Requests a minute; empty: no limit.
    pub rpm: String,
    /// Tokens a minute; empty: no limit.
    pub tpm: String,
    pub expiry: Expiry,
    /// Only for [`Expiry::Custom`].
    pub expiry_days: String,
    /// A team's id; empty: none.
    pub team: String,
}

impl KeyDraft {
    /// The parameters of `keys.create`, or what is wrong, by field. `locale_decimal` is the user's decimal sign.
    pub fn validate(&self, locale_decimal: char) -> Result<Value, BTreeMap<Field, Problem>> {
        let mut params = Map::new();
        let mut problems = BTreeMap::new();
        let mut take = |field: Field, checked: Result<Option<Value>, Problem>| match checked {
            Ok(Some(value)) => {
                params.insert(field.param().to_owned(), value);
            }
            Ok(None) => {}
            Err(problem) => {
                problems.insert(field, problem);
            }
        };

        take(Field::Alias, self.checked_alias());
        take(Field::Models, self.checked_models());
        take(Field::MaxBudget, self.checked_budget(locale_decimal));
        take(Field::BudgetPeriod, Ok(some_text(self.budget_period.value())));
        take(Field::Rpm, whole(&self.rpm, RPM_MOST, Problem::RpmRange).map(|limit| limit.map(Value::from)));
        take(Field::Tpm, whole(&self.tpm, TPM_MOST, Problem::TpmRange).map(|limit| limit.map(Value::from)));
        take(Field::Expiry, self.days().map(|days| days.map(|days| Value::from([&days.to_string(), "d"].concat()))));
        take(Field::Team, Ok(some_text(self.team.trim())));

        if problems.is_empty() { Ok(Value::Object(params)) } else { Err(problems) }
    }

    /// In how many days the key shall expire; `None`: never.
    pub fn days(&self) -> Result<Option<u64>, Problem> {
        if self.expiry != Expiry::Custom {
            return Ok(self.expiry.days());
        }
        match whole(&self.expiry_days, DAYS_MOST, Problem::DaysRange)? {
            Some(days) => Ok(Some(days)),
            None => Err(Problem::DaysMissing),
        }
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

    fn checked_alias(&self) -> Result<Option<Value>, Problem> {
        let alias = self.alias.trim();
        if alias.is_empty() {
            return Err(Problem::AliasMissing);
        }
        if alias.chars().count() > ALIAS_MOST {
            return Err(Problem::AliasTooLong);
        }
        if alias.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(Problem::AliasHiddenCharacters);
        }
        if alias.split('/').any(|part| part == "..") {
            return Err(Problem::AliasDots);
        }
        Ok(Some(Value::from(alias)))
    }

    /// LiteLLM takes no models for all models, so that the parameter is left out then.
    fn checked_models(&self) -> Result<Option<Value>, Problem> {
        if self.all_models {
            return Ok(None);
        }
        let mut models: Vec<&str> = Vec::new();
        for model in &self.models {
            if !model.is_empty() && !models.contains(&model.as_str()) {
                models.push(model);
            }
        }
        match models.len() {
            0 => Err(Problem::NoModels),
            count if count > MODELS_MOST => Err(Problem::TooManyModels),
            _ => Ok(Some(Value::from(models))),
        }
    }

    fn checked_budget(&self, locale_decimal: char) -> Result<Option<Value>, Problem> {
        match amount(&self.max_budget, locale_decimal)? {
            None if self.budget_period != BudgetPeriod::Total => Err(Problem::BudgetMissing),
            None => Ok(None),
            Some(budget) if budget > BUDGET_MOST => Err(Problem::BudgetTooLarge),
            Some(budget) => Ok(Some(Value::from(budget))),
        }
    }
}

/// Whether LiteLLM set another end than was asked for, by more than a day: 1.80.11 moves some to the start of a week or month.
/// All times are Unix times in milliseconds.
pub fn expiry_differs(requested_days: u64, created_ms: i64, expires_ms: i64) -> bool {
    let requested_ms = i64::try_from(requested_days).unwrap_or(i64::MAX).saturating_mul(clock::DAY_MS);
    expires_ms.saturating_sub(created_ms.saturating_add(requested_ms)).saturating_abs() > clock::DAY_MS
}

fn some_text(text: &str) -> Option<Value> {
    if text.is_empty() { None } else { Some(Value::from(text)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft() -> KeyDraft {
        KeyDraft { alias: "web".into(), all_models: true, ..KeyDraft::default() }
    }

    fn assert_sent(draft: &KeyDraft, expected: Value) {
        assert_eq!(draft.validate('.'), Ok(expected), "{draft:?}");
    }

    fn assert_refused(draft: &KeyDraft, field: Field, problem: Problem) {
        assert_eq!(draft.validate('.'), Err(BTreeMap::from([(field, problem)])), "{draft:?}");
    }

    #[test]
    fn only_what_was_filled_in_is_sent() {
        assert_sent(&draft(), json!({"alias": "web"}));
        let full = KeyDraft {
            alias: "  Web, größer  ".into(),
            models: vec!["gpt-4o".into(), "a/b".into(), "gpt-4o".into(), String::new()],
            all_models: false,
            max_budget: "12,5".into(),
            budget_period: BudgetPeriod::Monthly,
            rpm: " 60 ".into(),
            tpm: "100000".into(),
            expiry: Expiry::Days90,
            expiry_days: "not looked at".into(),
            team: "t-1".into(),
        };
        assert_sent(
            &full,
            json!({
                "alias": "Web, größer", "models": ["gpt-4o", "a/b"], "max_budget": 12.5, "budget_duration": "30d",
                "rpm_limit": 60, "tpm_limit": 100_000, "duration": "90d", "team": "t-1",
            }),
        );
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let wrong = KeyDraft { max_budget: "x".into(), rpm: "0".into(), tpm: "1.5".into(), ..KeyDraft::default() };
        let expected = BTreeMap::from([
            (Field::Alias, Problem::AliasMissing),
            (Field::Models, Problem::NoModels),
            (Field::MaxBudget, Problem::NotANumber),
            (Field::Rpm, Problem::RpmRange),
            (Field::Tpm, Problem::NotWhole),
        ]);
        assert_eq!(wrong.validate('.'), Err(expected));
    }

    fn assert_alias(alias: &str, expected: Option<Problem>) {
        let draft = KeyDraft { alias: alias.into(), ..draft() };
        match expected {
            None => assert_sent(&draft, json!({"alias": alias.trim()})),
            Some(problem) => assert_refused(&draft, Field::Alias, problem),
        }
    }

    #[test]
    fn aliases_that_litellm_refuses_are_refused() {
        assert_alias("a", None);
        assert_alias(" client <b>x</b> 客户 ", None);
        assert_alias("release-1.0..2", None);
        assert_alias("team/web", None);
        assert_alias(&"客".repeat(255), None);
        assert_alias(&"a".repeat(256), Some(Problem::AliasTooLong));
        assert_alias("", Some(Problem::AliasMissing));
        assert_alias(" \t\n", Some(Problem::AliasMissing));
        assert_alias("a\tb", Some(Problem::AliasHiddenCharacters));
        assert_alias("a\u{2028}b", Some(Problem::AliasHiddenCharacters));
        assert_alias("a\u{9f}b", Some(Problem::AliasHiddenCharacters));
        assert_alias("..", Some(Problem::AliasDots));
        assert_alias("../a", Some(Problem::AliasDots));
        assert_alias("a/../b", Some(Problem::AliasDots));
    }

    #[test]
    fn an_alias_that_some_gateways_refuse_gets_a_remark() {
        for alias in ["", "web", "a", "team/web-1.0_x@y.z"] {
            assert_eq!(KeyDraft { alias: alias.into(), ..draft() }.alias_remark(), None, "{alias}");
        }
        for alias in ["my key", "-web", "web.", "größer", "客户", "<b>"] {
            assert!(KeyDraft { alias: alias.into(), ..draft() }.alias_remark().is_some(), "{alias}");
        }
    }

    #[test]
    fn models_are_counted() {
        let models = |count: usize| KeyDraft {
            models: (0..count).map(|i| i.to_string()).collect(),
            all_models: false,
            ..draft()
        };
        assert_refused(&models(0), Field::Models, Problem::NoModels);
        assert!(models(500).validate('.').is_ok());
        assert_refused(&models(501), Field::Models, Problem::TooManyModels);
        assert_sent(&KeyDraft { all_models: true, ..models(501) }, json!({"alias": "web"}));
    }

    #[test]
    fn a_budget_has_limits() {
        let budget = |typed: &str| KeyDraft { max_budget: typed.into(), ..draft() };
        assert_sent(&budget("0"), json!({"alias": "web", "max_budget": 0.0}));
        assert_sent(&budget("1000000000"), json!({"alias": "web", "max_budget": 1e9}));
        assert_refused(&budget("1000000000.01"), Field::MaxBudget, Problem::BudgetTooLarge);
        assert_refused(&budget(&"9".repeat(400)), Field::MaxBudget, Problem::BudgetTooLarge);
    }

    #[test]
    fn a_period_needs_a_budget() {
        for period in BudgetPeriod::ALL {
            let draft = KeyDraft { budget_period: period, ..draft() };
            if period == BudgetPeriod::Total {
                assert_sent(&draft, json!({"alias": "web"}));
            } else {
                assert_refused(&draft, Field::MaxBudget, Problem::BudgetMissing);
            }
        }
    }

    #[test]
    fn an_expiry_is_sent_in_days() {
        let custom = |typed: &str| KeyDraft { expiry: Expiry::Custom, expiry_days: typed.into(), ..draft() };
        assert_sent(&custom("45"), json!({"alias": "web", "duration": "45d"}));
        assert_sent(&custom("007"), json!({"alias": "web", "duration": "7d"}));
        assert_sent(&custom("3650"), json!({"alias": "web", "duration": "3650d"}));
        assert_refused(&custom(""), Field::Expiry, Problem::DaysMissing);
        assert_refused(&custom("0"), Field::Expiry, Problem::DaysRange);
        assert_refused(&custom("3651"), Field::Expiry, Problem::DaysRange);
        assert_refused(&custom("1.5"), Field::Expiry, Problem::NotWhole);
        assert_sent(&KeyDraft { expiry: Expiry::Never, ..draft() }, json!({"alias": "web"}));
        assert_sent(&KeyDraft { expiry: Expiry::Days365, ..draft() }, json!({"alias": "web", "duration": "365d"}));
    }

    fn assert_differs(days: u64, created: &str, expires: &str, expected: bool) {
        let ms = |text| clock::parse_utc_ms(text).unwrap_or_default();
        assert_eq!(expiry_differs(days, ms(created), ms(expires)), expected, "{days} days from {created} to {expires}");
    }

    #[test]
    fn another_end_than_asked_for_is_noticed() {
        // 1.106.2 adds to the moment, 1.80.11 to the midnight before.
        assert_differs(90, "2026-11-20T07:14:57Z", "2027-02-18T07:14:57.5Z", false);
        assert_differs(90, "2026-11-20T07:14:57Z", "2027-02-18T00:00:00Z", false);
        // 1.80.11: 30 days end with the month, 7 days with the week, one at midnight.
        assert_differs(30, "2026-11-20T07:14:57Z", "2026-12-01T00:00:00Z", true);
        assert_differs(7, "2026-11-20T07:14:57Z", "2026-11-23T00:00:00Z", true);
        assert_differs(1, "2026-11-20T07:14:57Z", "2026-11-21T00:00:00Z", false);
        assert!(expiry_differs(u64::MAX, 0, 0));
    }

    #[test]
    fn the_rules_are_those_of_the_contract() {
        let contract: Value = serde_json::from_str(include_str!("../../../php-shim/contract.json")).unwrap_or_default();
        let params = &contract["operations"]["keys.create"]["params"];
        for field in Field::ALL {
            let name = field.param();
            assert!(params[name].is_object(), "{name} is no parameter of keys.create: edit php-shim/contract.json");
            assert_eq!(Field::from_param(name), Some(field));
        }
        assert_eq!(Field::from_param("user"), None);
        let bounds = [
            (&params["alias"]["maxLength"], ALIAS_MOST as f64),
            (&params["models"]["maxItems"], MODELS_MOST as f64),
            (&params["max_budget"]["maximum"], BUDGET_MOST),
            (&params["rpm_limit"]["maximum"], RPM_MOST as f64),
            (&params["tpm_limit"]["maximum"], TPM_MOST as f64),
        ];
        for (bound, ours) in bounds {
            assert_eq!(bound.as_f64(), Some(ours), "edit frontend/model/src/key_form.rs or php-shim/contract.json");
        }
    }
}
