//! What this site allows at most (`LITELLM_KEY_LIMITS`). PHP enforces it; the form says so before.

use serde_json::Value;

use super::{Field, Problem};
use crate::wire::KeyLimits;

impl KeyLimits {
    /// What is allowed at most of a field, where that is a number.
    pub fn most(&self, field: Field) -> Option<f64> {
        match field {
            Field::MaxBudget => self.max_budget,
            Field::Expiry => self.duration_days,
            Field::Rpm => self.rpm_limit,
            Field::Tpm => self.tpm_limit,
            Field::Parallel => self.max_parallel_requests,
            _ => None,
        }
    }

    /// Whether a key must have a limit there.
    pub fn is_required(&self, field: Field) -> bool {
        self.most(field).is_some() || self.required.iter().any(|name| name == field.param())
    }

    /// Whether a key of this site may have this: a value of `KeyDraft::setting`.
    pub(super) fn check(&self, field: Field, setting: &Value) -> Result<(), Problem> {
        match field {
            Field::Models => return self.check_models(setting),
            Field::BudgetPeriod => return self.check_period(setting),
            _ => {}
        }
        let wanted = match setting {
            Value::String(duration) => days(duration),
            setting => setting.as_f64(),
        };
        match (wanted, self.most(field)) {
            (Some(wanted), Some(most)) if wanted <= most => Ok(()),
            // Nothing is more than anything.
            (_, Some(most)) if field == Field::MaxBudget => Err(Problem::BudgetCeiling(most)),
            (_, Some(most)) if field == Field::Expiry => Err(Problem::DaysCeiling(most)),
            (_, Some(most)) => Err(Problem::Ceiling(most)),
            (None, None) if setting.is_null() && self.is_required(field) => Err(Problem::LimitRequired),
            _ => Ok(()),
        }
    }

    fn check_models(&self, setting: &Value) -> Result<(), Problem> {
        let wanted = setting.as_array().map_or(&[][..], Vec::as_slice);
        if wanted.is_empty() && self.models.is_empty() && self.is_required(Field::Models) {
            return Err(Problem::LimitRequired);
        }
        let is_allowed = |model: &Value| self.models.iter().any(|allowed| model == allowed.as_str());
        if self.models.is_empty() || (!wanted.is_empty() && wanted.iter().all(is_allowed)) {
            Ok(())
        } else {
            Err(Problem::ModelsNotAllowed)
        }
    }

    fn check_period(&self, setting: &Value) -> Result<(), Problem> {
        match (self.budget_days, setting.as_str().and_then(days)) {
            (Some(least), Some(wanted)) if wanted < least => Err(Problem::BudgetShort(least)),
            _ => Ok(()),
        }
    }
}

/// How many days a duration of LiteLLM's is; a month as long as the longest.
fn days(duration: &str) -> Option<f64> {
    let split = duration.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = duration.split_at(split);
    let days = match unit {
        "s" => 1.0 / 86_400.0,
        "m" => 1.0 / 1_440.0,
        "h" => 1.0 / 24.0,
        "d" => 1.0,
        "mo" => 31.0,
        _ => return None,
    };
    let count: u32 = count.parse().ok()?;
    Some(f64::from(count) * days)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::Wire;

    #[test]
    fn no_ceiling_allows_everything() {
        for field in Field::ALL {
            for setting in [Value::Null, json!(1e9), json!("3650d"), json!(["a"])] {
                assert_eq!(KeyLimits::default().check(field, &setting), Ok(()), "{field:?} {setting}");
                assert_eq!(KeyLimits::read(&Value::Null).check(field, &setting), Ok(()), "{field:?} {setting}");
            }
        }
    }

    #[test]
    fn what_is_above_or_unlimited_is_refused() {
        let site = KeyLimits::read(&json!({
            "max_budget": 12.5, "duration_days": 90, "rpm_limit": 60, "tpm_limit": 1000, "max_parallel_requests": 4, "models": ["a", "b"],
        }));
        for (field, allowed, refused, problem) in [
            (Field::MaxBudget, json!(12.5), json!(12.51), Problem::BudgetCeiling(12.5)),
            (Field::Expiry, json!("90d"), json!("91d"), Problem::DaysCeiling(90.0)),
            (Field::Rpm, json!(60), json!(61), Problem::Ceiling(60.0)),
            (Field::Tpm, json!(1), json!(1001), Problem::Ceiling(1000.0)),
            (Field::Parallel, json!(4), json!(5), Problem::Ceiling(4.0)),
            (Field::Models, json!(["b"]), json!(["b", "c"]), Problem::ModelsNotAllowed),
        ] {
            assert_eq!(site.check(field, &allowed), Ok(()), "{field:?}");
            for value in [refused, Value::Null] {
                assert_eq!(site.check(field, &value), Err(problem), "{field:?} {value}");
            }
        }
        assert_eq!(site.check(Field::Models, &json!(["all-team-models"])), Err(Problem::ModelsNotAllowed));
    }

    #[test]
    fn what_has_to_be_said_is_asked_for() {
        let site = KeyLimits::read(&json!({"required": ["max_budget", "models", "duration"], "budget_days": 7}));
        for field in [Field::MaxBudget, Field::Expiry] {
            assert_eq!(site.check(field, &Value::Null), Err(Problem::LimitRequired), "{field:?}");
            assert!(site.is_required(field));
        }
        assert_eq!(site.check(Field::Models, &json!([])), Err(Problem::LimitRequired));
        assert_eq!(site.check(Field::Models, &json!(["a"])), Ok(()));
        assert_eq!(site.check(Field::MaxBudget, &json!(1e9)), Ok(()));
        assert_eq!(site.check(Field::Expiry, &json!("3650d")), Ok(()));
        assert_eq!(site.check(Field::Rpm, &Value::Null), Ok(()));
        for (period, is_in_order) in [("7d", true), ("1mo", true), ("168h", true), ("6d", false), ("1h", false)] {
            let expected = if is_in_order { Ok(()) } else { Err(Problem::BudgetShort(7.0)) };
            assert_eq!(site.check(Field::BudgetPeriod, &json!(period)), expected, "{period}");
        }
        assert_eq!(site.check(Field::BudgetPeriod, &Value::Null), Ok(()), "in total");
    }
}
