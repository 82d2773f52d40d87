//! Metadata as they are typed: an object in JSON, and in words where it is not one.

use serde_json::{Map, Value};

use super::Problem;

/// A place in a text, counted as people do: from one, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// The parts of a key's metadata that LiteLLM reads itself and the form has fields for.
pub(super) const OWN: [&str; 5] =
    ["tags", "model_rpm_limit", "model_tpm_limit", "temp_budget_increase", "temp_budget_expiry"];

/// What this plugin notes about a key; it is not shown, and stays.
pub(super) const OURS: &str = "litellm_dashboard";

/// What the contract lets nobody set: it is more than a description of the key.
const NOT_HERE: [&str; 18] = [
    "logging",
    "callback_settings",
    "callback_vars",
    "secret_manager_settings",
    "service_account_id",
    "allowed_passthrough_routes",
    "denied_passthrough_routes",
    "allowed_vector_store_indexes",
    "guardrails",
    "disable_global_guardrails",
    "policies",
    "prompts",
    "enforced_params",
    "opted_out_global_guardrails",
    "rpm_limit_type",
    "tpm_limit_type",
    "throttle_on_budget_exceeded",
    "litellm_disabled_callbacks",
];

/// What was typed; nothing is an empty object.
pub(super) fn object(typed: &str) -> Result<Map<String, Value>, Problem> {
    if typed.trim().is_empty() {
        return Ok(Map::new());
    }
    let mut object = match serde_json::from_str(typed) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(Problem::JsonNoObject),
        Err(error) if error.is_eof() => return Err(Problem::JsonEnd),
        Err(error) => return Err(fault(typed, error.line(), error.column())),
    };
    match OWN.into_iter().find(|name| object.contains_key(*name)) {
        Some(name) => Err(Problem::JsonOwnField(name)),
        None => {
            drop_nulls(&mut object);
            Ok(object)
        }
    }
}

/// Nothing is what is not there: a null takes a field away when it is sent.
fn drop_nulls(object: &mut Map<String, Value>) {
    object.retain(|_, value| {
        if let Value::Object(inner) = value {
            drop_nulls(inner);
        }
        !value.is_null()
    });
}

/// What has to be sent for `before` to become `after`, as a JSON merge patch: what is not named stays.
pub(super) fn patch(before: &Value, after: &Value) -> Map<String, Value> {
    let nothing = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&nothing), after.as_object().unwrap_or(&nothing));
    let mut patch = Map::new();
    for name in before.keys() {
        if !after.contains_key(name) {
            patch.insert(name.clone(), Value::Null);
        }
    }
    for (name, value) in after {
        match before.get(name) {
            Some(known) if is_same(known, value) => {}
            Some(known) if known.is_object() && value.is_object() => {
                patch.insert(name.clone(), Value::Object(self::patch(known, value)));
            }
            _ => {
                patch.insert(name.clone(), value.clone());
            }
        }
    }
    patch
}

/// Without what must not be sent for another key.
pub(super) fn may_be_copied(mut object: Map<String, Value>) -> Map<String, Value> {
    object.retain(|name, value| check(&Map::from_iter([(name.clone(), value.clone())])).is_ok());
    object
}

/// Whether it may be sent from here.
pub(super) fn check(patch: &Map<String, Value>) -> Result<(), Problem> {
    match NOT_HERE.into_iter().chain([OURS]).find(|name| patch.contains_key(*name)) {
        Some(name) => Err(Problem::JsonNotHere(name)),
        None if is_masked(patch) => Err(Problem::JsonMasked),
        None => Ok(()),
    }
}

/// Whether two values are the same to LiteLLM; 1 is 1.0 on the way through PHP.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let holds = |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(holds)
        }
        _ => one == other,
    }
}

/// `line` and `column` as serde_json counts them: bytes, up to and with the one that it did not expect.
fn fault(typed: &str, line: usize, column: usize) -> Problem {
    let text = typed.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let mut end = column.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let upto = &text[..end];
    let place = Place { line, column: upto.chars().count().max(1) };
    let earlier: usize = typed.split('\n').take(line.saturating_sub(1)).map(|line| line.len() + 1).sum();
    let mut before = typed[..(earlier + end).min(typed.len())].chars();
    match before.next_back() {
        Some('\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '»') => Problem::JsonQuotes(place),
        Some('}' | ']') if before.as_str().trim_end().ends_with(',') => Problem::JsonComma(place),
        _ => Problem::JsonSyntax(place),
    }
}

/// As it is shown to be edited; nothing for an empty object.
pub(super) fn written(object: &Map<String, Value>) -> String {
    if object.is_empty() {
        return String::new();
    }
    serde_json::to_string_pretty(object).unwrap_or_default()
}

/// Whether a secret was taken out of it on the way here: what is left must not be written over it.
fn is_masked(object: &Map<String, Value>) -> bool {
    object.values().any(|value| {
        let text = value.to_string();
        text.contains("sk-…") || text.contains("…\"") || text.contains("…@") || text.contains("[secret]")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn assert_refused(typed: &str, problem: Problem) {
        assert_eq!(object(typed), Err(problem), "{typed}");
    }

    fn at(line: usize, column: usize) -> Place {
        Place { line, column }
    }

    #[test]
    fn an_object_is_read_and_written() {
        for typed in ["", " \n", "{}"] {
            assert_eq!(object(typed), Ok(Map::new()), "{typed:?}");
        }
        let Ok(read) = object("{\"project\": \"search\", \"deep\": {\"list\": [1, null, \"ü\"]}}") else {
            unreachable!("it is an object");
        };
        assert_eq!(Value::Object(read.clone()), json!({"project": "search", "deep": {"list": [1, null, "ü"]}}));
        assert_eq!(object(&written(&read)), Ok(read));
        assert_eq!(written(&Map::new()), "");
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        assert_refused("[1]", Problem::JsonNoObject);
        assert_refused("12", Problem::JsonNoObject);
        assert_refused("{", Problem::JsonEnd);
        assert_refused("{\"a\": \"b", Problem::JsonEnd);
        assert_refused("{\"a\": 1\n", Problem::JsonEnd);
        assert_refused("{'a': 1}", Problem::JsonQuotes(at(1, 2)));
        assert_refused("{“a”: 1}", Problem::JsonQuotes(at(1, 2)));
        assert_refused("{\n  \"a\": 1,\n}", Problem::JsonComma(at(3, 1)));
        assert_refused("{\"a\": [1, ]}", Problem::JsonComma(at(1, 11)));
        assert_refused("{\"a\": yes}", Problem::JsonSyntax(at(1, 7)));
        assert_refused("{\n  \"größer\": 1\n  \"b\": 2\n}", Problem::JsonSyntax(at(3, 3)));
        assert_refused("{\"ü\" 1}", Problem::JsonSyntax(at(1, 6)));
        assert_refused("{\"a\": 1} more", Problem::JsonSyntax(at(1, 10)));
        assert_refused("{\"a\": 1e999}", Problem::JsonSyntax(at(1, 11)));
    }

    #[test]
    fn what_the_form_has_a_field_for_is_not_edited_twice() {
        for name in OWN {
            assert_refused(&json!({"a": 1, name: []}).to_string(), Problem::JsonOwnField(name));
        }
        assert!(object("{\"deep\": {\"tags\": []}}").is_ok(), "only at the top it is LiteLLM's");
    }

    fn assert_patch(before: Value, after: Value, expected: Value) {
        assert_eq!(Value::Object(patch(&before, &after)), expected, "{before} becomes {after}");
    }

    #[test]
    fn only_what_changes_is_sent() {
        assert_patch(
            json!({"a": 1, "b": {"c": [1], "d": "x"}}),
            json!({"a": 1.0, "b": {"d": "x", "c": [1.0]}}),
            json!({}),
        );
        assert_patch(Value::Null, json!({"a": 1}), json!({"a": 1}));
        assert_patch(json!({"a": 1, "b": 2}), Value::Null, json!({"a": null, "b": null}));
        assert_patch(
            json!({"a": {"b": 1, "c": {"d": 2, "e": 3}}, "keep": "sk-…abcd"}),
            json!({"a": {"b": 1, "c": {"e": 4}}, "keep": "sk-…abcd"}),
            json!({"a": {"c": {"d": null, "e": 4}}}),
        );
        assert_patch(json!({"a": {"b": 1}}), json!({"a": {}}), json!({"a": {"b": null}}));
        assert_patch(json!({"a": {"b": 1}}), json!({"a": [1]}), json!({"a": [1]}));
        assert_patch(json!({"a": [1, 2]}), json!({"a": [1]}), json!({"a": [1]}));
    }

    #[test]
    fn nothing_is_what_is_not_there() {
        let read = object("{\"a\": null, \"b\": {\"c\": null}, \"d\": [null]}").map(Value::Object);
        assert_eq!(read, Ok(json!({"b": {}, "d": [null]})));
    }

    #[test]
    fn what_was_masked_is_not_written_back() {
        let refused = |value: Value| check(&patch(&Value::Null, &json!({"a": 1, "list": value})));
        for masked in [json!(["sk-…abcd"]), json!("[secret]"), json!({"password": "…"}), json!("https://…@host")]
        {
            assert_eq!(refused(masked.clone()), Err(Problem::JsonMasked), "{masked}");
        }
        for open in [json!("sk-...abcd"), json!("and so on … until then"), json!([1, "[secrets]"])] {
            assert_eq!(refused(open.clone()), Ok(()), "{open}");
        }
    }

    #[test]
    fn what_the_contract_refuses_is_refused_before() {
        let contract: Value =
            serde_json::from_str(include_str!("../../../../php-shim/contract.json")).unwrap_or_default();
        for operation in ["keys.create", "keys.update"] {
            let without = &contract["operations"][operation]["params"]["metadata"]["json"]["without"];
            assert_eq!(*without, json!(NOT_HERE), "left: {operation} in php-shim/contract.json");
        }
        for name in NOT_HERE {
            assert_eq!(check(&patch(&Value::Null, &json!({name: true}))), Err(Problem::JsonNotHere(name)));
            assert_eq!(check(&patch(&json!({name: true}), &json!({name: true}))), Ok(()), "it may stay");
        }
    }
}
