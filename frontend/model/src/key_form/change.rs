//! What of a key is to become different, what others have changed meanwhile, and what came of it.

use serde_json::{Map, Value, json};

use super::{Ceilings, Expiry, Field, KeyDraft, Problems, Rules, expiry_differs};
use crate::clock;

/// A field, and its settings (see [`KeyDraft::setting`]) before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub field: Field,
    pub before: Value,
    pub after: Value,
}

/// What a change has come to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done,
    /// As it was before.
    Not,
    /// The gateway made this of it.
    Otherwise(Value),
}

impl KeyDraft {
    /// What was changed since the form was filled in from `before`, or what is wrong with it. The rest is not looked at:
    /// a key may have what this form would refuse.
    pub fn changes(&self, before: &KeyDraft, rules: &Rules) -> Result<Vec<Change>, Problems> {
        let (mut changes, mut problems) = (Vec::new(), Problems::new());
        for field in Field::ALL {
            let is_touched = !self.is_same(field, before);
            match self.setting(field, rules) {
                // A period without a budget, a team's models without a team: what is wrong with one is told on the other.
                Err(problem) if is_touched || self.depends(field, before) => drop(problems.insert(field, problem)),
                Ok(after) if is_touched => {
                    let before = before.known(field, rules);
                    if !is_equal(field, &before, &after) {
                        changes.push(Change { field, before, after });
                    }
                }
                _ => {}
            }
        }
        if problems.is_empty() { Ok(changes) } else { Err(problems) }
    }

    /// Whether what a field asks for also hangs on another one that was changed.
    fn depends(&self, field: Field, before: &KeyDraft) -> bool {
        match field {
            Field::MaxBudget => !self.is_same(Field::BudgetPeriod, before),
            Field::Models => !self.is_same(Field::Team, before),
            _ => false,
        }
    }

    /// What a key has, be it allowed or not; what cannot be read is as it would be typed.
    fn known(&self, field: Field, rules: &Rules) -> Value {
        let rules = Rules { ceilings: &Ceilings::default(), ..*rules };
        self.setting(field, &rules).unwrap_or_else(|_| {
            Value::from(match field {
                Field::Alias => self.alias.as_str(),
                Field::MaxBudget => &self.max_budget,
                Field::Rpm => &self.rpm,
                Field::Tpm => &self.tpm,
                Field::Parallel => &self.parallel,
                Field::Metadata => &self.metadata,
                Field::Tags => &self.tags,
                _ => return Value::Null,
            })
        })
    }

    /// What came of a change: `self` is the key as it was read afterwards.
    pub fn outcome(&self, change: &Change, rules: &Rules, sent_ms: i64) -> Outcome {
        let now = match change.field {
            Field::Raise => match &self.raised {
                Some(raised) if raised.increase > 0.0 => json!({"increase": raised.increase, "until": raised.until}),
                _ => Value::Null,
            },
            field => self.known(field, rules),
        };
        let is_done = match change.field {
            Field::Expiry => is_end(&change.after, &self.ends, sent_ms),
            Field::Raise => is_raise(&change.after, &now, sent_ms),
            field => is_equal(field, &change.after, &now),
        };
        if is_done {
            Outcome::Done
        } else if now == change.before || (change.field == Field::Raise && now.is_null()) {
            Outcome::Not
        } else {
            Outcome::Otherwise(now)
        }
    }
}

/// Where two states of a key differ: what somebody else has changed.
pub fn differences(before: &KeyDraft, now: &KeyDraft, rules: &Rules) -> Vec<Change> {
    let mut found = Vec::new();
    for field in Field::ALL {
        let (old, new) = match field {
            Field::Raise => (raise_of(before), raise_of(now)),
            field => (before.known(field, rules), now.known(field, rules)),
        };
        if !is_equal(field, &old, &new) {
            found.push(Change { field, before: old, after: new });
        }
    }
    found
}

fn raise_of(draft: &KeyDraft) -> Value {
    match &draft.raised {
        Some(raised) => json!({"increase": raised.increase, "until": raised.until}),
        None => Value::Null,
    }
}

fn is_equal(field: Field, one: &Value, other: &Value) -> bool {
    match (one, other) {
        // In whatever order.
        (Value::Array(one), Value::Array(other)) if matches!(field, Field::Models | Field::Tags) => {
            one.iter().all(|item| other.contains(item)) && other.iter().all(|item| one.contains(item))
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

fn is_end(asked: &Value, ends: &str, sent_ms: i64) -> bool {
    let days = asked.as_str().and_then(|days| days.strip_suffix('d')).and_then(|days| days.parse().ok());
    match (days, clock::parse_utc_ms(ends)) {
        (Some(days), Some(end_ms)) => !expiry_differs(days, sent_ms, end_ms),
        (None, None) => asked.is_null() && ends.is_empty(),
        _ => false,
    }
}

fn is_raise(asked: &Value, now: &Value, sent_ms: i64) -> bool {
    let Some(days) = asked["days"].as_u64() else { return now.is_null() };
    let until = now["until"].as_str().and_then(clock::parse_utc_ms);
    asked["increase"].as_f64() == now["increase"].as_f64()
        && until.is_some_and(|until| !expiry_differs(days, sent_ms, until))
}

/// Adds what is sent for a field.
pub(super) fn put(params: &mut Map<String, Value>, field: Field, setting: Value) {
    if field != Field::ModelLimits {
        params.insert(field.param().to_owned(), setting);
        return;
    }
    for (param, name) in [("model_rpm_limit", "rpm"), ("model_tpm_limit", "tpm")] {
        let mut limits = Map::new();
        for (model, limit) in setting.as_object().into_iter().flatten() {
            if !limit[name].is_null() {
                limits.insert(model.clone(), limit[name].clone());
            }
        }
        let limits = if limits.is_empty() { Value::Null } else { Value::Object(limits) };
        params.insert(param.to_owned(), limits);
    }
}
