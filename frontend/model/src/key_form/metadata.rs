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
pub const OWN: [&str; 5] =
    ["tags", "model_rpm_limit", "model_tpm_limit", "temp_budget_increase", "temp_budget_expiry"];

/// What was typed; nothing is an empty object.
pub(super) fn object(typed: &str) -> Result<Map<String, Value>, Problem> {
    if typed.trim().is_empty() {
        return Ok(Map::new());
    }
    let object = match serde_json::from_str(typed) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(Problem::JsonNoObject),
        Err(error) if error.is_eof() => return Err(Problem::JsonEnd),
        Err(error) => return Err(fault(typed, error.line(), error.column())),
    };
    match OWN.into_iter().find(|name| object.contains_key(*name)) {
        Some(name) => Err(Problem::JsonOwnField(name)),
        None => Ok(object),
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

/// Whether secrets were taken out on the way here: what is left must not be written back over them.
pub fn is_masked(value: &Value) -> bool {
    let text = value.to_string();
    text.contains('…') || text.contains("[secret]")
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

    #[test]
    fn what_was_masked_is_seen() {
        assert!(is_masked(&json!({"logging": [{"key": "sk-…abcd"}]})));
        assert!(is_masked(&json!({"a": "[secret]"})));
        assert!(!is_masked(&json!({"a": "sk-...abcd", "list": [1, "[secrets]"]})));
    }
}
