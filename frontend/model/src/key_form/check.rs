//! What a field of the form asks for, or what is wrong with it.

use serde_json::{Map, Value, json};

use super::{
    ALIAS_MOST, BUDGET_MOST, DAYS_MOST, EMAIL_MOST, Expiry, Field, KeyDraft, MODEL_LIMITS_MOST, MODELS_MOST,
    ModelChoice, PARALLEL_MOST, Problem, RPM_MOST, Rules, TAG_MOST, TAGS_MOST, TPM_MOST, metadata,
    of_account::ALL_MODELS,
    typed::{amount, whole},
};
use crate::{clock, people::Kind};

impl KeyDraft {
    /// What the gateway is to hold for a field; null: nothing. It is what is compared, told and sent.
    pub fn setting(&self, field: Field, rules: &Rules) -> Result<Value, Problem> {
        let setting = match field {
            Field::Alias => self.alias()?,
            Field::Email => self.email()?,
            Field::Role => text(&self.role),
            Field::Models => self.models()?,
            Field::Owner => text(&self.owner),
            Field::Team => text(&self.team),
            Field::Organization => text(&self.organization),
            Field::Expiry => self.end(rules.today)?,
            Field::MaxBudget => self.budget(rules.decimal)?,
            Field::BudgetPeriod => text(&self.budget_period),
            Field::Raise => self.raise(rules)?,
            Field::Rpm => number(whole(&self.rpm, RPM_MOST, Problem::RpmRange)?),
            Field::Tpm => number(whole(&self.tpm, TPM_MOST, Problem::TpmRange)?),
            Field::Parallel => number(whole(&self.parallel, PARALLEL_MOST, Problem::ParallelRange)?),
            Field::ModelLimits => self.limits()?,
            Field::Access => text(self.access.value()),
            Field::Tags => self.tag_list()?,
            Field::Metadata => object(metadata::object(&self.metadata)?),
        };
        // They are those of keys.
        if self.of.is_none() {
            rules.ceilings.check(field, &setting)?;
        }
        Ok(setting)
    }

    fn alias(&self) -> Result<Value, Problem> {
        let alias = self.alias.trim();
        if alias.is_empty() {
            return match self.of {
                None => Err(Problem::AliasMissing),
                Some(Kind::Team) => Err(Problem::NameMissing),
                Some(Kind::User) if self.email.trim().is_empty() => Err(Problem::NameOrEmail),
                Some(Kind::User) => Ok(Value::Null),
            };
        }
        if alias.chars().count() > ALIAS_MOST {
            return Err(Problem::AliasTooLong);
        }
        if alias.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(Problem::AliasHiddenCharacters);
        }
        if self.of.is_none() && alias.split('/').any(|part| part == "..") {
            return Err(Problem::AliasDots);
        }
        Ok(Value::from(alias))
    }

    /// LiteLLM takes anything; what cannot be an address is a slip.
    fn email(&self) -> Result<Value, Problem> {
        let email = self.email.trim();
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == ',';
        let fits = email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !host.contains('@') && !email.chars().any(is_odd)
        });
        match email {
            "" => Ok(Value::Null),
            _ if fits && email.chars().count() <= EMAIL_MOST => Ok(Value::from(email)),
            _ => Err(Problem::EmailOdd),
        }
    }

    /// LiteLLM takes no models for all models; of a user it passes over an empty list, so that the word for all is said.
    fn models(&self) -> Result<Value, Problem> {
        let mut models: Vec<&str> = Vec::new();
        match self.which {
            ModelChoice::All if self.of == Some(Kind::User) => return Ok(json!([ALL_MODELS])),
            ModelChoice::All => return Ok(Value::from(models)),
            ModelChoice::Team if self.team.is_empty() => return Err(Problem::NoTeam),
            ModelChoice::Team => return Ok(json!([TEAM_MODELS])),
            ModelChoice::Some => {}
        }
        for model in &self.models {
            if !model.is_empty() && !models.contains(&model.as_str()) {
                models.push(model);
            }
        }
        match models.len() {
            0 => Err(Problem::NoModels),
            count if count > MODELS_MOST => Err(Problem::TooManyModels),
            _ => Ok(Value::from(models)),
        }
    }

    fn budget(&self, decimal: char) -> Result<Value, Problem> {
        match amount(&self.max_budget, decimal)? {
            None if !self.budget_period.is_empty() => Err(Problem::BudgetMissing),
            None => Ok(Value::Null),
            Some(budget) if budget > BUDGET_MOST => Err(Problem::BudgetTooLarge),
            Some(budget) => Ok(Value::from(budget)),
        }
    }

    /// LiteLLM adds it to the budget, and looks at it only where there is one. Nothing more ends what there is.
    fn raise(&self, rules: &Rules) -> Result<Value, Problem> {
        let increase = match amount(&self.raise, rules.decimal)? {
            None => return Ok(Value::Null),
            Some(increase) if increase > BUDGET_MOST => return Err(Problem::BudgetTooLarge),
            Some(0.0) if self.raised.is_none() => return Ok(Value::Null),
            Some(0.0) => return Ok(json!({"increase": 0.0})),
            Some(increase) => increase,
        };
        if self.max_budget.trim().is_empty() {
            return Err(Problem::RaiseWithoutBudget);
        }
        let budget = amount(&self.max_budget, rules.decimal).unwrap_or_default().unwrap_or_default();
        match rules.ceilings.max_budget {
            Some(most) if budget + increase > most => return Err(Problem::RaiseCeiling(most)),
            _ => {}
        }
        let days = whole(&self.raise_days, DAYS_MOST, Problem::DaysRange)?.ok_or(Problem::DaysMissing)?;
        Ok(json!({"increase": increase, "days": days}))
    }

    /// A number of days, such as `90d`, from the moment in which it is sent; as it is: the moment in LiteLLM's words.
    fn end(&self, today: &str) -> Result<Value, Problem> {
        let days = match self.expiry {
            Expiry::Keep => return Ok(text(&self.ends)),
            Expiry::Never => return Ok(Value::Null),
            Expiry::Custom => whole(&self.expiry_days, DAYS_MOST, Problem::DaysRange)?.ok_or(Problem::DaysMissing)?,
            Expiry::Date => {
                let day = clock::parse_utc_ms(self.expiry_date.trim()).ok_or(Problem::DateMissing)?;
                let today = clock::parse_utc_ms(today).unwrap_or(0);
                match u64::try_from((day - today).div_euclid(clock::DAY_MS)) {
                    Ok(days) if (1..=DAYS_MOST).contains(&days) => days,
                    _ => return Err(Problem::DatePast),
                }
            }
            chosen => chosen.days().unwrap_or(DAYS_MOST),
        };
        Ok(Value::from([&days.to_string(), "d"].concat()))
    }

    fn limits(&self) -> Result<Value, Problem> {
        let mut limits = Map::new();
        for limit in &self.model_limits {
            let model = limit.model.trim();
            let rpm = number(whole(&limit.rpm, RPM_MOST, Problem::RpmRange)?);
            let tpm = number(whole(&limit.tpm, TPM_MOST, Problem::TpmRange)?);
            match (model.is_empty(), rpm.is_null() && tpm.is_null()) {
                (true, true) => {}
                (true, false) => return Err(Problem::LimitWithoutModel),
                (false, true) => return Err(Problem::ModelWithoutLimit),
                (false, false) => {
                    if limits.insert(model.to_owned(), json!({"rpm": rpm, "tpm": tpm})).is_some() {
                        return Err(Problem::ModelTwice);
                    }
                }
            }
        }
        if limits.len() > MODEL_LIMITS_MOST { Err(Problem::TooManyModelLimits) } else { Ok(object(limits)) }
    }

    fn tag_list(&self) -> Result<Value, Problem> {
        let mut tags: Vec<&str> = Vec::new();
        for tag in self.tags.lines() {
            let tag = tag.trim();
            if tag.chars().count() > TAG_MOST {
                return Err(Problem::TagTooLong);
            }
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        match tags.len() {
            0 => Ok(Value::Null),
            count if count > TAGS_MOST => Err(Problem::TooManyTags),
            _ => Ok(Value::from(tags)),
        }
    }
}

/// LiteLLM's word for all models of a key's team.
pub(super) const TEAM_MODELS: &str = "all-team-models";

pub(super) fn text(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

fn number(number: Option<u64>) -> Value {
    number.map_or(Value::Null, Value::from)
}

fn object(object: Map<String, Value>) -> Value {
    if object.is_empty() { Value::Null } else { Value::Object(object) }
}
