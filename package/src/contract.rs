//! The shape of `contract.json`: a slip there is a hole in the gateway's wall, so each row is held to the letter.
//! doc/architecture.md explains the columns.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

const COLUMNS: [&str; 14] = [
    "method",
    "path",
    "handler",
    "capability",
    "params",
    "fixed",
    "guard",
    "main",
    "keep",
    "secret",
    "ttl_s",
    "settled",
    "timeout_s",
    "max_bytes",
];

/// JSON schema as WordPress validates it, and our two words for how a parameter travels.
const SCHEMA: [&str; 16] = [
    "type",
    "required",
    "to",
    "wrap",
    "enum",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
];

const TYPES: [&str; 5] = ["string", "integer", "number", "boolean", "array"];
const CAPABILITIES: [&str; 2] = ["litellm_view", "litellm_manage_keys"];
const HANDLERS: [&str; 2] = ["status", "console"];

/// A guard, and the parameter that it looks at.
const GUARDS: [(&str, &str); 2] = [("not_own_key", "key"), ("not_own_user", "user")];

/// With these a key for an application could manage the gateway.
const NEVER_A_PARAMETER: [&str; 3] = ["allowed_routes", "permissions", "key_type"];

const SERVICE_ROUTES_HEAD: &str = "\
# What the service key of the plugin may call (deploy-full.sh --service-key): the paths of php-shim/contract.json.
# A route opens itself and what lies below it. Lines after \"# manage\" are left out of a read-only key.";

/// Sentences, each naming the row; empty when all is well.
pub fn problems(json: &str) -> Vec<String> {
    let contract: Value = match serde_json::from_str(json) {
        Ok(contract) => contract,
        Err(error) => return vec![format!("php-shim/contract.json is not JSON: {error}")],
    };
    let Some(operations) = contract["operations"].as_object().filter(|rows| !rows.is_empty()) else {
        return vec!["php-shim/contract.json has no `operations`".to_owned()];
    };
    let mut problems = Vec::new();
    for (name, row) in operations {
        let mut found = Vec::new();
        match row.as_object() {
            Some(row) => Row { row }.check(&mut found),
            None => found.push("is not an object".to_owned()),
        }
        if !name.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_')) {
            found.push("has a name with other characters than a–z, `_` and dots".to_owned());
        }
        problems.extend(found.into_iter().map(|problem| format!("php-shim/contract.json, `{name}` {problem}")));
    }
    problems
}

/// What `deploy/service-routes.txt` has to be: the paths that the operations call, reads first.
pub fn service_routes(json: &str) -> Result<String> {
    let contract: Value = serde_json::from_str(json).context("php-shim/contract.json is not JSON")?;
    let operations = contract["operations"].as_object().context("php-shim/contract.json has no `operations`")?;
    let paths = |read: bool| -> BTreeSet<&str> {
        operations
            .values()
            .filter(|row| (row["method"] == "GET") == read)
            .filter_map(|row| row["path"].as_str())
            .collect()
    };
    let (reads, writes) = (paths(true), paths(false));
    // A route opens every method: what a write calls is not for a read-only key.
    let reads = reads.difference(&writes).copied();
    let lines = [SERVICE_ROUTES_HEAD].into_iter().chain(reads).chain(["# manage"]).chain(writes.iter().copied());
    Ok(lines.map(|line| format!("{line}\n")).collect())
}

struct Row<'a> {
    row: &'a Map<String, Value>,
}

impl Row<'_> {
    fn check(&self, found: &mut Vec<String>) {
        for column in self.row.keys().filter(|column| !COLUMNS.contains(&column.as_str())) {
            found.push(format!("has an unknown column `{column}`"));
        }
        if !CAPABILITIES.contains(&self.text("capability")) {
            found.push(format!("needs a `capability` of {CAPABILITIES:?}"));
        }
        if !matches!(self.text("method"), "GET" | "POST") {
            found.push("needs a `method` of GET or POST".to_owned());
        }
        if !self.row.get("params").is_some_and(Value::is_object) {
            found.push("needs `params`, if only {}".to_owned());
        }
        for (param, schema) in self.params() {
            self.check_param(param, schema, found);
        }
        match (self.row.get("path"), self.row.get("handler")) {
            (Some(_), None) => self.check_upstream(found),
            (None, Some(_)) if HANDLERS.contains(&self.text("handler")) => {}
            (None, Some(_)) => found.push(format!("needs a `handler` of {HANDLERS:?}")),
            _ => found.push("needs either `path` or `handler`".to_owned()),
        }
        self.check_guards(found);
        self.check_secret(found);
        self.check_cache(found);
    }

    /// What only a row that asks LiteLLM has to say.
    fn check_upstream(&self, found: &mut Vec<String>) {
        let path = self.text("path");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-');
        if !path.starts_with('/') || path.contains("//") || !path.chars().all(plain) {
            found
                .push(format!("has the path {path:?}: begin with `/`, and use letters, digits, `_`, `-` and `/` only"));
        }
        for limit in ["timeout_s", "max_bytes"] {
            if self.row.get(limit).and_then(Value::as_u64).unwrap_or(0) == 0 {
                found.push(format!("needs `{limit}` above 0"));
            }
        }
        let Some(fixed) = self.row.get("fixed").and_then(Value::as_object) else {
            found.push("needs `fixed`, if only {}".to_owned());
            return;
        };
        if fixed.values().any(|value| value.is_object() || value.is_array() || value.is_null()) {
            found.push("has something else than a plain value in `fixed`".to_owned());
        }
        match self.row.get("keep") {
            None => found.push("needs `keep`: without it nothing reaches the browser".to_owned()),
            Some(keep) => {
                check_keep(keep, "keep", found);
                let main = self.row.get("main").and_then(Value::as_str);
                match (keep.as_object(), main) {
                    (Some(fields), Some(main)) if fields.contains_key(main) => {}
                    (Some(_), _) => found
                        .push("needs in `main` a field of `keep`: without it an answer is not LiteLLM’s".to_owned()),
                    (None, Some(_)) => found.push("has `main` and no fields in `keep`".to_owned()),
                    (None, None) => {}
                }
            }
        }
    }

    fn check_param(&self, param: &str, schema: &Value, found: &mut Vec<String>) {
        let Some(schema) = schema.as_object() else {
            found.push(format!("has the parameter `{param}` without a schema"));
            return;
        };
        for keyword in schema.keys().filter(|keyword| !SCHEMA.contains(&keyword.as_str())) {
            found.push(format!("has the parameter `{param}` with the unknown keyword `{keyword}`"));
        }
        for target in targets(param, schema) {
            if NEVER_A_PARAMETER.contains(&target) {
                found.push(format!("lets the browser set `{target}`, which could widen a key: take it out"));
            }
            if self.row.get("fixed").is_some_and(|fixed| !fixed[target].is_null()) {
                found.push(format!(
                    "has the parameter `{param}` for `{target}`, which is fixed: a parameter cannot override it"
                ));
            }
        }
        if schema.get("wrap").is_some_and(|wrap| wrap != "list") {
            found.push(format!("has the parameter `{param}` with another `wrap` than \"list\""));
        }
        check_bounds(param, schema, found);
    }

    fn check_guards(&self, found: &mut Vec<String>) {
        for guard in self.list("guard") {
            match GUARDS.iter().find(|(known, _)| *known == guard) {
                None => found.push(format!("has the unknown guard `{guard}`")),
                Some((_, param)) if self.params().all(|(known, _)| known != param) => {
                    found.push(format!("has the guard `{guard}` and no parameter `{param}` to look at"));
                }
                Some(_) => {}
            }
        }
    }

    /// A read can be repeated by whoever may look, so it never shows a secret.
    fn check_secret(&self, found: &mut Vec<String>) {
        let Some(secret) = self.row.get("secret") else { return };
        let kept = secret.as_str().is_some_and(|field| self.row.get("keep").is_some_and(|keep| keep[field] == true));
        if self.text("method") == "GET" || !kept {
            found.push("needs in `secret` a field that it keeps, and to be a write".to_owned());
        }
    }

    fn check_cache(&self, found: &mut Vec<String>) {
        let reads = self.text("method") == "GET";
        if !reads && (self.row.contains_key("settled") || self.row.get("ttl_s").is_some_and(|ttl| ttl != 0)) {
            found.push("is a write and must not be answered from the cache: take out `ttl_s` and `settled`".to_owned());
        }
        if self.row.get("ttl_s").is_some_and(|ttl| ttl.as_u64().is_none()) {
            found.push("needs whole seconds in `ttl_s`".to_owned());
        }
        if let Some(settled) = self.row.get("settled") {
            let param = settled["param"].as_str().unwrap_or_default();
            if settled["ttl_s"].as_u64().is_none() || self.params().all(|(known, _)| known != param) {
                found.push("needs in `settled` one of its parameters, and `ttl_s`".to_owned());
            }
        }
    }

    fn text(&self, column: &str) -> &str {
        self.row.get(column).and_then(Value::as_str).unwrap_or_default()
    }

    fn list(&self, column: &str) -> impl Iterator<Item = &str> {
        self.row
            .get(column)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|item| item.as_str().unwrap_or_default())
    }

    fn params(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.row.get("params").and_then(Value::as_object).into_iter().flatten()
    }
}

/// LiteLLM's names for a parameter.
fn targets<'a>(param: &'a str, schema: &'a Map<String, Value>) -> Vec<&'a str> {
    match schema.get("to") {
        None => vec![param],
        Some(Value::String(name)) => vec![name],
        Some(names) => names.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

/// A value of any length or size must not get through: each type needs an end.
fn check_bounds(param: &str, schema: &Map<String, Value>, found: &mut Vec<String>) {
    let has = |keyword: &str| schema.contains_key(keyword);
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    let bounded = match kind {
        "string" => has("maxLength") || has("enum") || has("pattern"),
        "integer" | "number" => has("minimum") && has("maximum") || has("enum"),
        "array" => has("maxItems") && has("items"),
        _ => true,
    };
    if !TYPES.contains(&kind) {
        found.push(format!("has the parameter `{param}` without a `type` of {TYPES:?}"));
    } else if !bounded {
        found.push(format!(
            "has the parameter `{param}` without a limit: give it a maximum, a pattern or a list of values"
        ));
    }
    if let Some(pattern) = schema.get("pattern")
        && !pattern.as_str().is_some_and(|pattern| pattern.starts_with('^') && pattern.ends_with('$'))
    {
        found.push(format!("has the parameter `{param}` with a pattern that is not anchored by ^ and $"));
    }
    if let Some(items) = schema.get("items") {
        match items.as_object() {
            Some(items) => check_bounds(&format!("{param}[]"), items, found),
            None => found.push(format!("has the parameter `{param}` with `items` that are no schema")),
        }
    }
}

fn check_keep(keep: &Value, place: &str, found: &mut Vec<String>) {
    match keep {
        Value::Bool(true) => {}
        Value::Object(fields) if !fields.is_empty() => {
            for (field, keep) in fields {
                check_keep(keep, &format!("{place}.{field}"), found);
            }
        }
        Value::Array(items) if items.len() == 1 => check_keep(&items[0], &format!("{place}[]"), found),
        _ => found.push(format!("has in `{place}` something else than true, fields, or a list of one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"operations":{
        "keys.list": {"method":"GET","path":"/key/list","capability":"litellm_view",
            "params":{"page":{"type":"integer","minimum":1,"maximum":9},"day":{"type":"string","pattern":"^\\d$"}},
            "fixed":{"full":"true"},"main":"keys","keep":{"keys":[{"token":true}]},"ttl_s":3,
            "settled":{"param":"day","ttl_s":9},"timeout_s":5,"max_bytes":100},
        "keys.block": {"method":"POST","path":"/key/block","capability":"litellm_manage_keys",
            "params":{"key":{"type":"string","maxLength":64}},"fixed":{},"guard":["not_own_key"],
            "keep":true,"timeout_s":5,"max_bytes":100},
        "status": {"method":"GET","handler":"status","capability":"litellm_view","params":{}}
    }}"#;

    #[test]
    fn a_good_contract_has_no_problems() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
    }

    #[test]
    fn service_routes_are_the_paths_reads_first() -> Result<()> {
        let routes = |json: &str| -> Result<Vec<String>> {
            Ok(service_routes(json)?.lines().skip(SERVICE_ROUTES_HEAD.lines().count()).map(str::to_owned).collect())
        };
        assert_eq!(routes(GOOD)?, ["/key/list", "# manage", "/key/block"]);
        assert_eq!(routes(&GOOD.replace("/key/block", "/key/list"))?, ["# manage", "/key/list"]);
        Ok(())
    }

    #[test]
    fn every_slip_is_told_with_its_row() {
        for (from, to, told) in [
            (r#""ttl_s":3"#, r#""ttl":3"#, "`keys.list` has an unknown column `ttl`"),
            (r#""/key/list""#, r#""/key/../list""#, "`keys.list` has the path"),
            (r#""/key/list""#, r#""//evil.example""#, "`keys.list` has the path"),
            (r#""path":"/key/list","#, "", "`keys.list` needs either `path` or `handler`"),
            (r#""handler":"status""#, r#""handler":"shell""#, "`status` needs a `handler`"),
            (r#""litellm_manage_keys""#, r#""read""#, "`keys.block` needs a `capability`"),
            (r#""minimum":1,"maximum":9"#, r#""minimum":1"#, "`page` without a limit"),
            (r#""^\\d$""#, r#""\\d""#, "not anchored"),
            (r#""maxLength":64"#, r#""maxLength":64,"to":"full","default":1"#, "unknown keyword `default`"),
            (r#""page":{"#, r#""full":{"#, "a parameter cannot override it"),
            (r#""key":{"type""#, r#""key_type":{"type""#, "could widen a key"),
            (r#""not_own_key""#, r#""not_mine""#, "unknown guard `not_mine`"),
            (r#""key":{"type""#, r#""hash":{"type""#, "no parameter `key` to look at"),
            (r#"{"token":true}"#, r#"{"token":false}"#, "`keep.keys[].token`"),
            (r#""main":"keys","#, "", "needs in `main` a field of `keep`"),
            (r#""main":"keys""#, r#""main":"total""#, "needs in `main` a field of `keep`"),
            (r#""keep":true,"#, r#""keep":true,"main":"token","#, "has `main` and no fields"),
            (r#""keep":true,"#, r#""keep":true,"clears":[],"#, "unknown column `clears`"),
            (r#""ttl_s":3"#, r#""secret":"keys""#, "needs in `secret` a field that it keeps"),
            (r#""keep":true,"#, r#""keep":{"a":true},"secret":"b","#, "needs in `secret` a field that it keeps"),
            (r#""keep":true,"#, r#""keep":true,"ttl_s":5,"#, "must not be answered from the cache"),
            (r#""param":"day""#, r#""param":"week""#, "needs in `settled` one of its parameters"),
            (
                r#""timeout_s":5,"max_bytes":100},
        "keys.block""#,
                r#""max_bytes":100},
        "keys.block""#,
                "needs `timeout_s` above 0",
            ),
            (r#""keys.block""#, r#""keys/block""#, "has a name with other characters"),
            ("}}", "}", "is not JSON"),
        ] {
            assert!(GOOD.contains(from), "the sample no longer has {from}");
            let found = problems(&GOOD.replacen(from, to, 1));
            assert!(found.iter().any(|problem| problem.contains(told)), "{to}: expected {told:?}, found {found:?}");
        }
    }
}
