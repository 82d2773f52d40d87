//! What of a key is to become different, what others have changed meanwhile, and what came of it.

use serde_json::{Map, Value, json};

use super::{
    Field, KeyDraft, Problem, Problems, Rules,
    check::text,
    expiry_differs,
    metadata::{self, is_same},
};
use crate::{clock, wire::KeyLimits};

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
        for field in self.fields().iter().copied() {
            let is_touched = !self.is_same(field, before);
            match self.setting(field, rules) {
                // A period without a budget, a team's models without a team: what is wrong with one is told on the other.
                Err(problem) if is_touched || self.depends(field, before) => drop(problems.insert(field, problem)),
                Ok(after) if is_touched => {
                    let before = before.known(field, rules);
                    if let Err(problem) = may_be_sent(field, &before, &after) {
                        problems.insert(field, problem);
                    } else if !is_equal(field, &before, &after) {
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
            Field::Alias => self.of.is_some() && !self.is_same(Field::Email, before),
            _ => false,
        }
    }

    /// What a key has, be it allowed or not; what cannot be read is as it would be typed.
    fn known(&self, field: Field, rules: &Rules) -> Value {
        if field == Field::Raise {
            return self
                .raised
                .as_ref()
                .map_or(Value::Null, |raised| json!({"increase": raised.increase, "until": raised.until}));
        }
        let rules = Rules { ceilings: &KeyLimits::default(), ..*rules };
        self.setting(field, &rules).unwrap_or_else(|_| {
            text(match field {
                Field::Alias => &self.alias,
                Field::Email => &self.email,
                Field::MaxBudget => &self.max_budget,
                Field::Rpm => &self.rpm,
                Field::Tpm => &self.tpm,
                Field::Parallel => &self.parallel,
                _ => "",
            })
        })
    }

    /// What came of a change: `self` is the key as it was read afterwards.
    pub fn outcome(&self, change: &Change, rules: &Rules, sent_ms: i64) -> Outcome {
        let now = self.known(change.field, rules);
        let is_done = match change.field {
            Field::Expiry => is_end(&change.after, &self.ends, sent_ms),
            Field::Raise => is_raise(&change.after, &now, sent_ms),
            field => is_equal(field, &change.after, &now),
        };
        if is_done {
            Outcome::Done
        } else if is_equal(change.field, &change.before, &now) {
            Outcome::Not
        } else {
            Outcome::Otherwise(now)
        }
    }

    /// What was filled in since `opened`, over a newer state of the key.
    pub fn over(&self, opened: &KeyDraft, newer: &KeyDraft) -> KeyDraft {
        let mut over = newer.clone();
        for field in Field::ALL {
            if !self.is_same(field, opened) {
                over.take(field, self);
            }
        }
        // Nobody types these.
        over.ends.clone_from(&newer.ends);
        over.raised.clone_from(&newer.raised);
        over
    }
}

/// Where two states of a key differ: what somebody else has changed.
pub fn differences(before: &KeyDraft, now: &KeyDraft, rules: &Rules) -> Vec<Change> {
    let mut found = Vec::new();
    for field in now.fields().iter().copied() {
        let (before, after) = (before.known(field, rules), now.known(field, rules));
        if !is_equal(field, &before, &after) {
            found.push(Change { field, before, after });
        }
    }
    found
}

/// The parameters with which it is changed.
pub fn params(changes: &[Change], now_ms: i64) -> Value {
    let mut params = Map::new();
    for Change { field, before, after } in changes {
        match field {
            Field::Raise => put_raise(&mut params, after, now_ms),
            field => put(&mut params, *field, before, after.clone()),
        }
    }
    Value::Object(params)
}

/// Adds what is sent for a field. What the metadata hold is sent as what changes in them.
pub(super) fn put(params: &mut Map<String, Value>, field: Field, before: &Value, after: Value) {
    match field {
        Field::Metadata => add_metadata(params, metadata::patch(before, &after)),
        Field::Tags if *before == after => {}
        Field::Tags => add_metadata(params, Map::from_iter([("tags".to_owned(), after)])),
        Field::ModelLimits => {
            for (name, of_model) in [("model_rpm_limit", "rpm"), ("model_tpm_limit", "tpm")] {
                let patch = metadata::patch(&limits(before, of_model), &limits(&after, of_model));
                if !patch.is_empty() {
                    add_metadata(params, Map::from_iter([(name.to_owned(), Value::Object(patch))]));
                }
            }
        }
        field => {
            params.insert(field.param().to_owned(), after);
        }
    }
}

fn add_metadata(params: &mut Map<String, Value>, patch: Map<String, Value>) {
    if patch.is_empty() {
        return;
    }
    let metadata = params.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(metadata) = metadata {
        metadata.extend(patch);
    }
}

/// The limits of one kind, by model.
fn limits(setting: &Value, of_model: &str) -> Value {
    let mut limits = Map::new();
    for (model, limit) in setting.as_object().into_iter().flatten() {
        if !limit[of_model].is_null() {
            limits.insert(model.clone(), limit[of_model].clone());
        }
    }
    Value::Object(limits)
}

fn put_raise(params: &mut Map<String, Value>, raise: &Value, now_ms: i64) {
    let Some(days) = raise["days"].as_u64() else {
        let ended = json!({"temp_budget_increase": null, "temp_budget_expiry": null});
        return add_metadata(params, ended.as_object().cloned().unwrap_or_default());
    };
    let until_ms = now_ms.saturating_add(clock::DAY_MS.saturating_mul(days as i64));
    params.insert("temp_budget_increase".to_owned(), raise["increase"].clone());
    // In UTC and without a zone: 1.80.11 cannot compare one with its own clock, and refuses every call of the key.
    params.insert("temp_budget_expiry".to_owned(), Value::from(clock::format_utc(until_ms).replace(' ', "T")));
}

fn may_be_sent(field: Field, before: &Value, after: &Value) -> Result<(), Problem> {
    match field {
        Field::Metadata => metadata::check(&metadata::patch(before, after)),
        Field::Alias | Field::Email if after.is_null() && !before.is_null() => Err(Problem::Stays),
        _ => Ok(()),
    }
}

fn is_equal(field: Field, one: &Value, other: &Value) -> bool {
    match (one, other) {
        // In whatever order.
        (Value::Array(one), Value::Array(other)) if matches!(field, Field::Models | Field::Tags) => {
            one.iter().all(|item| other.contains(item)) && other.iter().all(|item| one.contains(item))
        }
        _ => is_same(one, other),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        key_form::{Expiry, ModelChoice, ModelLimit},
        wire::{KeyInfo, Wire},
    };

    const NOW_MS: i64 = 1_795_176_000_000;

    fn rules() -> Rules<'static> {
        static NONE: KeyLimits = KeyLimits {
            broken: false,
            max_budget: None,
            budget_days: None,
            duration_days: None,
            rpm_limit: None,
            tpm_limit: None,
            max_parallel_requests: None,
            models: Vec::new(),
            required: Vec::new(),
        };
        Rules { decimal: '.', today: "2026-11-20", ceilings: &NONE }
    }

    fn of(info: Value) -> KeyDraft {
        KeyDraft::of(&KeyInfo::read(&json!({"key": "0f", "info": info})), '.')
    }

    fn web() -> Value {
        json!({
            "key_alias": "web", "models": ["a", "b"], "max_budget": 10, "budget_duration": "30d", "rpm_limit": 60,
            "user_id": "ada", "team_id": "t", "expires": "2026-12-20T00:00:00Z",
            "metadata": {"project": {"name": "x", "list": [1]}, "tags": ["prod"], "model_rpm_limit": {"a": 5, "b": 6}},
        })
    }

    /// What is sent when a draft of `web` is edited.
    fn sent(edit: impl FnOnce(&mut KeyDraft)) -> Value {
        let before = of(web());
        let mut draft = before.clone();
        edit(&mut draft);
        match draft.changes(&before, &rules()) {
            Ok(changes) => params(&changes, NOW_MS),
            Err(problems) => unreachable!("{problems:?}"),
        }
    }

    #[test]
    fn what_is_not_changed_is_not_sent() {
        assert_eq!(sent(|_| {}), json!({}));
        assert_eq!(sent(|draft| draft.max_budget = "10.00".into()), json!({}));
        assert_eq!(sent(|draft| draft.models = vec!["b".into(), "a".into()]), json!({}));
        assert_eq!(sent(|draft| draft.tags = " prod \n\n".into()), json!({}));
        assert_eq!(
            sent(|draft| draft.metadata = "{\"project\": {\"list\": [1.0], \"name\": \"x\"}}".into()),
            json!({})
        );
        assert_eq!(sent(|draft| draft.model_limits.reverse()), json!({}));
    }

    #[test]
    fn each_field_is_sent_by_itself() {
        assert_eq!(sent(|draft| draft.alias = " new ".into()), json!({"alias": "new"}));
        assert_eq!(sent(|draft| draft.which = ModelChoice::All), json!({"models": []}));
        assert_eq!(sent(|draft| draft.which = ModelChoice::Team), json!({"models": ["all-team-models"]}));
        assert_eq!(sent(|draft| draft.owner.clear()), json!({"user": null}));
        assert_eq!(sent(|draft| draft.team = "t-2".into()), json!({"team": "t-2"}));
        assert_eq!(sent(|draft| draft.expiry = Expiry::Never), json!({"duration": null}));
        assert_eq!(sent(|draft| draft.expiry = Expiry::Days90), json!({"duration": "90d"}));
        assert_eq!(sent(|draft| draft.rpm.clear()), json!({"rpm_limit": null}));
        assert_eq!(sent(|draft| draft.parallel = "4".into()), json!({"max_parallel_requests": 4}));
        assert_eq!(
            sent(|draft| (draft.max_budget, draft.budget_period) = (String::new(), String::new())),
            json!({"max_budget": null, "budget_duration": null})
        );
    }

    #[test]
    fn of_the_metadata_only_what_changes_is_sent() {
        assert_eq!(sent(|draft| draft.tags.clear()), json!({"metadata": {"tags": null}}));
        assert_eq!(
            sent(|draft| draft.metadata = "{\"project\": {\"list\": [1]}, \"more\": true}".into()),
            json!({"metadata": {"project": {"name": null}, "more": true}})
        );
        let edited = sent(|draft| {
            draft.tags = "prod\nnew".into();
            draft.metadata.clear();
            draft.model_limits = vec![ModelLimit { model: "b".into(), rpm: "7".into(), tpm: "8".into() }];
        });
        let metadata = json!({
            "tags": ["prod", "new"], "project": null, "model_rpm_limit": {"a": null, "b": 7}, "model_tpm_limit": {"b": 8},
        });
        assert_eq!(edited, json!({ "metadata": metadata }));
    }

    #[test]
    fn a_raise_is_sent_with_its_end() {
        let raised = sent(|draft| (draft.raise, draft.raise_days) = ("2.5".into(), "3".into()));
        assert_eq!(raised, json!({"temp_budget_increase": 2.5, "temp_budget_expiry": "2026-11-23T12:00:00"}));
    }

    #[test]
    fn a_raise_is_ended_and_one_that_is_not_there_is_no_change() {
        let mut info = web();
        info["metadata"] = json!({"temp_budget_increase": 5, "temp_budget_expiry": "2026-12-01T00:00:00"});
        let before = of(info);
        let draft = KeyDraft { raise: "0".into(), ..before.clone() };
        let changes = draft.changes(&before, &rules()).unwrap_or_default();
        let ended = json!({"metadata": {"temp_budget_increase": null, "temp_budget_expiry": null}});
        assert_eq!(params(&changes, NOW_MS), ended);
        assert_eq!(of(web()).outcome(&changes[0], &rules(), NOW_MS), Outcome::Done);
        assert_eq!(before.outcome(&changes[0], &rules(), NOW_MS), Outcome::Not);
        assert_eq!(sent(|draft| draft.raise = "0".into()), json!({}));
    }

    fn problems(info: Value, edit: impl FnOnce(&mut KeyDraft)) -> Vec<(Field, Problem)> {
        let before = of(info);
        let mut draft = before.clone();
        edit(&mut draft);
        draft.changes(&before, &rules()).err().unwrap_or_default().into_iter().collect()
    }

    /// A key without an alias or with a limit of 0 could not be saved, whatever was changed.
    #[test]
    fn what_was_not_touched_is_not_refused() {
        let odd =
            json!({"key_alias": null, "rpm_limit": 0, "max_budget": 1e12, "models": [], "budget_duration": "30d"});
        assert_eq!(problems(odd.clone(), |draft| draft.tpm = "5".into()), []);
        assert_eq!(problems(odd, |draft| draft.alias = " ".into()), [(Field::Alias, Problem::AliasMissing)]);
    }

    #[test]
    fn what_hangs_together_is_checked_together() {
        let period = |draft: &mut KeyDraft| draft.budget_period = "7d".into();
        assert_eq!(problems(json!({}), period), [(Field::MaxBudget, Problem::BudgetMissing)]);
        let no_team = |draft: &mut KeyDraft| draft.team.clear();
        let of_team = json!({"team_id": "t", "models": ["all-team-models"]});
        assert_eq!(problems(of_team, no_team), [(Field::Models, Problem::NoTeam)]);
        let raise = |draft: &mut KeyDraft| (draft.raise, draft.raise_days) = ("5".into(), "1".into());
        assert_eq!(problems(json!({}), raise), [(Field::Raise, Problem::RaiseWithoutBudget)]);
    }

    #[test]
    fn a_masked_secret_stays_and_is_not_written_back() {
        let masked = json!({"metadata": {"hook": {"key": "sk-…abcd", "on": true}, "list": ["sk-…abcd"]}});
        let off = |draft: &mut KeyDraft| draft.metadata = draft.metadata.replace("true", "false");
        assert_eq!(problems(masked.clone(), off), []);
        let more = |draft: &mut KeyDraft| draft.metadata = draft.metadata.replace('[', "[1, ");
        assert_eq!(problems(masked, more), [(Field::Metadata, Problem::JsonMasked)]);
    }

    fn outcome(edit: impl FnOnce(&mut KeyDraft), now: Value) -> Outcome {
        let before = of(web());
        let mut draft = before.clone();
        edit(&mut draft);
        let changes = draft.changes(&before, &rules()).unwrap_or_default();
        assert_eq!(changes.len(), 1);
        let mut info = web();
        if let (Value::Object(info), Value::Object(now)) = (&mut info, now) {
            info.extend(now);
        }
        of(info).outcome(&changes[0], &rules(), NOW_MS)
    }

    #[test]
    fn what_the_gateway_made_of_a_change_is_told() {
        let budget = |draft: &mut KeyDraft| draft.max_budget = "50".into();
        assert_eq!(outcome(budget, json!({"max_budget": 50.0})), Outcome::Done);
        assert_eq!(outcome(budget, json!({})), Outcome::Not);
        assert_eq!(outcome(budget, json!({"max_budget": 20})), Outcome::Otherwise(json!(20.0)));
        assert_eq!(outcome(budget, json!({"max_budget": null})), Outcome::Otherwise(Value::Null));
        let days = |draft: &mut KeyDraft| draft.expiry = Expiry::Days31;
        assert_eq!(outcome(days, json!({"expires": "2026-12-21T12:00:02Z"})), Outcome::Done);
        assert_eq!(outcome(days, json!({})), Outcome::Not);
        let first = "2027-01-01T00:00:00Z";
        assert_eq!(outcome(days, json!({"expires": first})), Outcome::Otherwise(json!(first)));
        let never = |draft: &mut KeyDraft| draft.expiry = Expiry::Never;
        assert_eq!(outcome(never, json!({"expires": null})), Outcome::Done);
        assert_eq!(outcome(never, json!({})), Outcome::Not);
        let raise = |draft: &mut KeyDraft| (draft.raise, draft.raise_days) = ("5".into(), "3".into());
        let raised = json!({"temp_budget_increase": 5.0, "temp_budget_expiry": "2026-11-23T12:00:00+00:00"});
        assert_eq!(outcome(raise, json!({"metadata": raised})), Outcome::Done);
        assert_eq!(outcome(raise, json!({})), Outcome::Not);
        let period = |draft: &mut KeyDraft| draft.budget_period.clear();
        assert_eq!(outcome(period, json!({})), Outcome::Not, "1.80.11 cannot take it away");
    }

    #[test]
    fn what_others_changed_is_seen_and_what_was_typed_stays() {
        let opened = of(web());
        let mut info = web();
        info["max_budget"] = json!(20);
        info["tpm_limit"] = json!(9);
        info["metadata"]["tags"] = json!(["prod", "theirs"]);
        info["spend"] = json!(3);
        info["updated_at"] = json!("2026-11-20T12:00:00Z");
        let now = of(info);
        let fields: Vec<Field> = differences(&opened, &now, &rules()).iter().map(|change| change.field).collect();
        assert_eq!(fields, [Field::MaxBudget, Field::Tpm, Field::Tags]);
        assert_eq!(differences(&opened, &opened, &rules()), []);
        let typed = KeyDraft { max_budget: "30".into(), rpm: "1".into(), ..opened.clone() };
        let over = typed.over(&opened, &now);
        let expected = KeyDraft { max_budget: "30".into(), rpm: "1".into(), ..now.clone() };
        assert_eq!(over, expected);
        let sent = over.changes(&now, &rules()).map(|changes| params(&changes, NOW_MS));
        assert_eq!(sent, Ok(json!({"max_budget": 30.0, "rpm_limit": 1})), "theirs is not sent back");
    }
}
