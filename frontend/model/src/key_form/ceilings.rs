//! What this site allows at most (`LITELLM_KEY_LIMITS`). PHP enforces it; the form says so before.

use serde_json::Value;

use super::{Field, Problem};

/// None of a value: no ceiling.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ceilings {
    /// US dollars.
    pub max_budget: Option<f64>,
    pub days: Option<u64>,
    pub rpm: Option<u64>,
    pub tpm: Option<u64>,
    pub parallel: Option<u64>,
    /// Empty: any.
    pub models: Vec<String>,
}

impl Ceilings {
    /// Of the boot data.
    pub fn read(v: &Value) -> Ceilings {
        let mut models = Vec::new();
        for model in v["models"].as_array().into_iter().flatten() {
            models.extend(model.as_str().map(str::to_owned));
        }
        Ceilings {
            max_budget: v["max_budget"].as_f64(),
            days: v["days"].as_u64(),
            rpm: v["rpm_limit"].as_u64(),
            tpm: v["tpm_limit"].as_u64(),
            parallel: v["max_parallel_requests"].as_u64(),
            models,
        }
    }

    /// What is allowed at most of a field, where that is a number.
    pub fn most(&self, field: Field) -> Option<f64> {
        let whole = |most: Option<u64>| most.map(|most| most as f64);
        match field {
            Field::MaxBudget => self.max_budget,
            Field::Expiry => whole(self.days),
            Field::Rpm => whole(self.rpm),
            Field::Tpm => whole(self.tpm),
            Field::Parallel => whole(self.parallel),
            _ => None,
        }
    }

    /// Whether a key of this site may have this: a value of `KeyDraft::setting`.
    pub(super) fn check(&self, field: Field, setting: &Value) -> Result<(), Problem> {
        if field == Field::Models {
            let wanted = setting.as_array().map_or(&[][..], Vec::as_slice);
            let is_allowed = |model: &Value| self.models.iter().any(|allowed| model == allowed.as_str());
            let is_in_order = self.models.is_empty() || (!wanted.is_empty() && wanted.iter().all(is_allowed));
            return if is_in_order { Ok(()) } else { Err(Problem::ModelsNotAllowed) };
        }
        let Some(most) = self.most(field) else { return Ok(()) };
        let wanted = match setting {
            Value::String(duration) => duration.strip_suffix('d').and_then(|days| days.parse().ok()),
            setting => setting.as_f64(),
        };
        match wanted {
            Some(wanted) if wanted <= most => Ok(()),
            // Nothing is more than anything.
            _ if field == Field::MaxBudget => Err(Problem::BudgetCeiling(most)),
            _ if field == Field::Expiry => Err(Problem::DaysCeiling(most)),
            _ => Err(Problem::Ceiling(most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_ceiling_allows_everything() {
        for field in Field::ALL {
            for setting in [Value::Null, json!(1e9), json!("3650d"), json!(["a"])] {
                assert_eq!(Ceilings::default().check(field, &setting), Ok(()), "{field:?} {setting}");
                assert_eq!(Ceilings::read(&Value::Null).check(field, &setting), Ok(()), "{field:?} {setting}");
            }
        }
    }

    #[test]
    fn what_is_above_or_unlimited_is_refused() {
        let site = Ceilings::read(&json!({
            "max_budget": 12.5, "days": 90, "rpm_limit": 60, "tpm_limit": 1000, "max_parallel_requests": 4, "models": ["a", "b"],
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
}
