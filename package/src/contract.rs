//! The shape of `contract.json`: a slip there is a hole in the gateway's wall, so each row is held to the letter.
//! doc/architecture.md explains the columns.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

const COLUMNS: [&str; 16] = [
    "method",
    "path",
    "handler",
    "capability",
    "params",
    "fixed",
    "guard",
    "bare",
    "main",
    "keep",
    "merge",
    "secret",
    "ttl_s",
    "settled",
    "timeout_s",
    "max_bytes",
];

/// JSON schema as WordPress validates it, and our words for how a parameter travels.
const SCHEMA: [&str; 19] = [
    "type",
    "required",
    "to",
    "wrap",
    "null",
    "json",
    "sets",
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
const CAPABILITIES: [&str; 5] =
    ["litellm_view", "litellm_view_logs", "litellm_view_content", "litellm_view_console", "litellm_manage_keys"];
const HANDLERS: [&str; 4] = ["status", "console", "journal", "audit"];

/// A guard, and the parameter that it looks at.
const GUARDS: [(&str, &str); 5] = [
    ("not_own_key", "key"),
    ("not_own_user", "user"),
    ("not_own_team", "team"),
    ("not_admin_user", "user"),
    ("key_limits", "max_budget"),
];

/// Whoever may change a key, a user or a team must not reach what the service key rests on.
const NEEDS_GUARD: [(&str, &str, &str); 3] =
    [("keys.", "key", "not_own_key"), ("users.", "user", "not_own_user"), ("teams.", "team", "not_own_team")];

/// With these a key for an application could manage the gateway.
const NEVER_A_PARAMETER: [&str; 5] = ["allowed_routes", "permissions", "key_type", "spend", "password"];

/// The roles that a user can be given here: they manage nothing.
const ROLES: [&str; 2] = ["internal_user", "internal_user_viewer"];

/// What in the metadata of a key decides where its calls are logged, what guards them, and what it may reach.
const NEVER_IN_METADATA: [&str; 5] =
    ["logging", "callback_settings", "secret_manager_settings", "allowed_passthrough_routes", "guardrails"];

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
            Some(row) => Row { name, row }.check(&mut found),
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
    name: &'a str,
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
        if self.row.contains_key("bare") && self.row.get("bare") != self.row.get("main") {
            found.push("needs in `bare` what is its `main` field".to_owned());
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
            // A new key that has spent something may spend less; one that is there could spend more.
            let is_less = target == "spend" && self.name == "keys.create" && schema.get("minimum") == Some(&0.into());
            if NEVER_A_PARAMETER.contains(&target) && !is_less {
                found.push(format!("lets the browser set `{target}`, which could widen a key: take it out"));
            }
            if self.row.get("fixed").is_some_and(|fixed| !fixed[target].is_null()) {
                found.push(format!(
                    "has the parameter `{param}` for `{target}`, which is fixed: a parameter cannot override it"
                ));
            }
        }
        self.check_role(param, schema, found);
        check_choice(param, schema, found);
        if schema.get("json").is_some_and(|json| !json.is_object() || schema.get("type") != Some(&"string".into())) {
            found.push(format!("has the parameter `{param}` with a `json` that is no object, or that is no text"));
        }
        if targets(param, schema).contains(&"metadata") {
            let without = schema.get("json").and_then(|json| json["without"].as_array()).cloned().unwrap_or_default();
            for name in NEVER_IN_METADATA.iter().filter(|name| !without.iter().any(|known| known == *name)) {
                found.push(format!("lets the browser set `{name}` in the metadata: add it to `without`"));
            }
        }
        if schema.get("wrap").is_some_and(|wrap| wrap != "list") {
            found.push(format!("has the parameter `{param}` with another `wrap` than \"list\""));
        }
        check_bounds(param, schema, found);
    }

    /// A user who was made or changed here must not manage the gateway.
    fn check_role(&self, param: &str, schema: &Map<String, Value>, found: &mut Vec<String>) {
        let roles = schema.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_role = self.text("method") != "GET" && targets(param, schema).contains(&"user_role");
        if is_role && (roles.is_empty() || roles.iter().any(|role| !ROLES.iter().any(|known| role == known))) {
            found.push(format!("lets the browser set `user_role` to something else than {ROLES:?}"));
        }
    }

    fn check_guards(&self, found: &mut Vec<String>) {
        for (names, param, guard) in NEEDS_GUARD {
            let writes = self.text("method") != "GET" && self.name.starts_with(names);
            let changes = writes && self.params().any(|(known, schema)| known == param && schema["required"] == true);
            if changes && self.list("guard").all(|known| known != guard) {
                found.push(format!("changes a `{param}` and needs the guard `{guard}`"));
            }
        }
        if self
            .row
            .get("merge")
            .is_some_and(|merge| merge != "metadata" || self.params().all(|(known, _)| known != "metadata"))
        {
            found.push("needs in `merge` its parameter `metadata`".to_owned());
        }
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

/// What a choice stands for is fixed for each of its values.
fn check_choice(param: &str, schema: &Map<String, Value>, found: &mut Vec<String>) {
    let Some(sets) = schema.get("sets") else { return };
    let choices = schema.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
    let names = sets.as_object().map(|sets| sets.keys().map(|name| Value::from(name.as_str())).collect::<Vec<_>>());
    let mut sorted = choices.iter().map(ToString::to_string).collect::<Vec<_>>();
    sorted.sort();
    let mut known = names.unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>();
    known.sort();
    if sorted.is_empty() || sorted != known || sets.as_object().into_iter().flatten().any(|(_, sent)| !sent.is_object())
    {
        found.push(format!("has the parameter `{param}` with `sets` that are not for each value of its `enum`"));
    }
    for (choice, sent) in sets.as_object().into_iter().flatten() {
        let routes = sent["allowed_routes"].as_array().cloned();
        if sent["key_type"] != "llm_api" && routes.is_none_or(|routes| routes.is_empty()) {
            found.push(format!("has the parameter `{param}` with `{choice}`, which does not say what a key may call"));
        }
    }
}

fn check_keep(keep: &Value, place: &str, found: &mut Vec<String>) {
    match keep {
        Value::Bool(true) => {}
        Value::String(whatever) if whatever == "**" => {}
        Value::Object(fields) if fields.contains_key("**") => {
            let without = fields["**"].as_array().is_some_and(|names| names.iter().all(Value::is_string));
            if !without || fields.len() > 1 {
                found.push(format!("has in `{place}.**` something else than a list of names, or fields beside it"));
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            for (field, keep) in fields {
                check_keep(keep, &format!("{place}.{field}"), found);
            }
        }
        Value::Array(items) if items.len() == 1 => check_keep(&items[0], &format!("{place}[]"), found),
        _ => found.push(format!("has in `{place}` something else than true, \"**\", fields, or a list of one")),
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
            (r#""key":{"type""#, r#""spend":{"type""#, "could widen a key"),
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
            (r#""keep":{"keys":[{"token":true}]}"#, r#""keep":{"keys":{"**":[]},"x":{"**":true}}"#, "`keep.x.**`"),
            (r#""main":"keys""#, r#""main":"keys","bare":"list""#, "needs in `bare` what is its `main` field"),
            (r#""maxLength":64}"#, r#""maxLength":64,"json":true}"#, "with a `json` that is no object"),
            (
                r#""maxLength":64}"#,
                r#""maxLength":64},"metadata":{"type":"string","maxLength":9,"json":{}}"#,
                "`logging` in the metadata",
            ),
            (
                r#""maxLength":64}"#,
                r#""maxLength":64},"role":{"type":"string","enum":["proxy_admin"],"to":"user_role"}"#,
                "`user_role` to something else",
            ),
            (
                r#""maxLength":64}"#,
                r#""maxLength":64},"role":{"type":"string","maxLength":9,"to":"user_role"}"#,
                "`user_role` to something else",
            ),
            (
                r#""maxLength":64}"#,
                r#""enum":["a","b"],"sets":{"a":{"key_type":"llm_api"}}}"#,
                "not for each value of its `enum`",
            ),
            (
                r#""maxLength":64}"#,
                r#""enum":["a"],"sets":{"a":{"key_type":"management"}}}"#,
                "does not say what a key may call",
            ),
            (r#""guard":["not_own_key"],"#, r#""guard":["not_own_key"],"merge":"models","#, "needs in `merge`"),
            (
                r#"{"type":"string","maxLength":64}},"fixed":{},"guard":["not_own_key"]"#,
                r#"{"type":"string","maxLength":64,"required":true}},"fixed":{}"#,
                "needs the guard `not_own_key`",
            ),
            ("}}", "}", "is not JSON"),
        ] {
            assert!(GOOD.contains(from), "the sample no longer has {from}");
            let found = problems(&GOOD.replacen(from, to, 1));
            assert!(found.iter().any(|problem| problem.contains(told)), "{to}: expected {told:?}, found {found:?}");
        }
    }
}
