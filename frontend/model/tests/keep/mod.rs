//! The contract's column `keep`, as PHP's `Keep` applies it to an answer of LiteLLM before the browser sees it.
//! `tests/fixtures/contract/keep.json` holds both to the same results.

use serde_json::{Map, Value};

/// What of an answer goes on to the browser; null where it has another form than the contract describes.
pub fn keep(answer: &Value, described: &Value) -> Value {
    form(answer, described).unwrap_or_default()
}

/// None: of another form than described. A null in a field stays, as LiteLLM sends it for whatever is not set.
fn form(value: &Value, described: &Value) -> Option<Value> {
    match (value, described) {
        (whatever, Value::String(star)) if star == "**" => Some(whatever.clone()),
        (Value::Object(_), Value::Bool(true)) => None,
        (Value::Array(items), Value::Bool(true)) => {
            Some(items.iter().filter(|item| !item.is_object() && !item.is_array()).cloned().collect())
        }
        (scalar, Value::Bool(true)) => Some(scalar.clone()),
        (Value::Array(items), Value::Array(each)) => {
            Some(items.iter().filter_map(|item| form(item, &each[0])).collect())
        }
        (Value::Object(fields), Value::Object(described)) if described.contains_key("**") => {
            let without =
                |name: &String| described["**"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
            Some(
                fields
                    .iter()
                    .filter(|(name, _)| !without(name))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect::<Map<_, _>>()
                    .into(),
            )
        }
        (Value::Object(fields), Value::Object(described)) => {
            let each = described.get("*");
            let kept: Map<String, Value> = fields
                .iter()
                .filter_map(|(name, value)| Some((name, value, each.or_else(|| described.get(name))?)))
                .filter_map(|(name, value, described)| {
                    let kept = if value.is_null() { Value::Null } else { form(value, described)? };
                    Some((name.clone(), kept))
                })
                .collect();
            Some(kept.into())
        }
        _ => None,
    }
}

#[test]
fn what_is_kept_is_what_php_keeps() {
    let table: Value = serde_json::from_str(include_str!("../../../../tests/fixtures/contract/keep.json"))
        .expect("tests/fixtures/contract/keep.json is JSON");
    let rows = table.as_array().expect("tests/fixtures/contract/keep.json is a list");
    assert!(rows.len() > 40, "{} rows in tests/fixtures/contract/keep.json", rows.len());
    for row in rows {
        assert!(row.get("kept").is_some() && row.get("keep").is_some(), "{row} is no row");
        assert_eq!(keep(&row["answer"], &row["keep"]), row["kept"], "{}", row["name"]);
    }
}
