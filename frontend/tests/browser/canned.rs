//! Answers: what LiteLLM really said, reduced as the contract does it, and what is made up where sums are checked.

use serde_json::{Map, Value, json};

use crate::stage::{Reply, Stage};

/// The body of a recording, reduced to what the contract lets through for an operation.
macro_rules! recorded {
    ($version:literal, $name:literal, $operation:literal) => {
        $crate::canned::kept(
            $operation,
            include_str!(concat!("../../../tests/fixtures/litellm/", $version, "/", $name, ".json")),
        )
    };
}
pub(crate) use recorded;

pub fn kept(operation: &str, recording: &str) -> Value {
    let contract: Value =
        serde_json::from_str(include_str!("../../../php-shim/contract.json")).expect("the contract is JSON");
    let recording: Value = serde_json::from_str(recording).expect("a recording is JSON");
    let row = &contract["operations"][operation];
    match row["bare"].as_str() {
        Some(name) if !recording["body"].is_object() => {
            keep(&Value::Object(Map::from_iter([(name.to_owned(), recording["body"].clone())])), &row["keep"])
        }
        _ => keep(&recording["body"], &row["keep"]),
    }
}

fn keep(value: &Value, wanted: &Value) -> Value {
    match (value, wanted) {
        (Value::Object(_), Value::Bool(true)) => Value::Null,
        (value, Value::Bool(true)) => value.clone(),
        (Value::Array(items), Value::Array(each)) => items.iter().map(|item| keep(item, &each[0])).collect(),
        (Value::Object(fields), Value::Object(names)) if names.contains_key("**") => {
            let without = names["**"].as_array().cloned().unwrap_or_default();
            let kept = fields.iter().filter(|(name, _)| !without.iter().any(|known| known == *name));
            Value::Object(kept.map(|(name, field)| (name.clone(), field.clone())).collect())
        }
        (Value::Object(fields), Value::Object(names)) => {
            let mut kept = Map::new();
            for (name, field) in fields {
                if let Some(wanted) = names.get(name).or_else(|| names.get("*")) {
                    kept.insert(name.clone(), keep(field, wanted));
                }
            }
            Value::Object(kept)
        }
        _ => Value::Null,
    }
}

/// A gateway in order, with calls on each day.
pub fn answer_everything(stage: &Stage) {
    stage.answer_with("activity.day", |params| Reply::Good(day(&params["day"], 10, 1, 0.5)));
    stage.answer_with("logs.count", |params| {
        Reply::Good(json!({ "total": if params["status"] == "failure" { 1 } else { 4 }, "total_is_capped": false }))
    });
    for operation in ["calls", "keys", "owners", "teams", "organizations", "tags", "end_users"] {
        stage.answer(&format!("usage.{operation}"), json!({ "results": [], "metadata": { "total_pages": 1 } }));
    }
    stage.answer("logs.list", recorded!("1.106.2", "spend_logs_v2", "logs.list"));
    stage.answer("logs.outcomes", recorded!("1.106.2", "spend_logs_v2", "logs.outcomes"));
    stage.answer("logs.session", recorded!("1.106.2", "spend_logs_session", "logs.session"));
    stage.answer(
        "logs.content",
        json!({ "rows": [{ "request_id": "a", "messages": {}, "response": {}, "proxy_server_request": {} }] }),
    );
    stage.answer("keys.list", keys(&[key("web", json!({}))]));
    stage.answer("keys.self", own_key());
    stage.answer("models.list", recorded!("1.106.2", "model_group_info", "models.list"));
    stage.answer("teams.list", json!({ "teams": [{ "team_id": "team-1", "team_alias": "Support", "models": [], "blocked": false }], "total": 1 }));
    stage.answer("keys.info", key_info("web", json!({})));
    stage.answer("keys.activity", recorded!("1.106.2", "user_daily_activity_aggregated_key", "keys.activity"));
    stage.answer("teams.info", recorded!("1.106.2", "team_info", "teams.info"));
    stage.answer("users.list", json!({ "users": [{ "user_id": "ada", "user_alias": "Ada Lovelace", "user_email": "ada@example.com" }], "total": 1, "total_pages": 1 }));
    stage.answer("organizations.list", json!({ "organizations": [] }));
    stage.answer("budgets.list", recorded!("1.106.2", "budget_list", "budgets.list"));
    stage.answer("journal.list", json!({ "entries": [] }));
    stage.answer("audit.list", json!({ "rows": [], "earlier": false, "later": false, "days": 400, "most": 50000 }));
    stage.answer("gateway.liveliness", json!("I'm alive!"));
    stage.answer("gateway.readiness", recorded!("1.106.2", "health_readiness", "gateway.readiness"));
    stage.answer("gateway.details", recorded!("1.106.2", "health_readiness_details", "gateway.details"));
    stage.answer("status", plugin_status());
    stage.answer("console.check", console_check(json!({})));
    stage.answer("keys.create", created("web"));
    stage.answer("keys.block", json!({ "token": token(1), "blocked": true }));
    stage.answer("keys.unblock", json!({ "token": token(1), "blocked": false }));
    stage.answer("keys.delete", json!({ "deleted_keys": [token(1)] }));
}

/// One UTC day. Two models share the cost, four to one; ten tokens a call.
pub fn day(date: &Value, requests: u32, failed: u32, spend: f64) -> Value {
    let metrics = |requests: u32, failed: u32, spend: f64| json!({ "spend": spend, "total_tokens": 10 * requests, "api_requests": requests, "successful_requests": requests - failed, "failed_requests": failed });
    json!({ "results": [{
        "date": date,
        "metrics": metrics(requests, failed, spend),
        "breakdown": { "model_groups": {
            "gpt-4o": { "metrics": metrics(requests, failed, spend * 0.8) },
            "claude-3-5-sonnet": { "metrics": metrics(0, 0, spend * 0.2) },
        } },
    }] })
}

/// A call `second` seconds after eleven, with other fields over it.
pub fn call(id: &str, second: u32, other: Value) -> Value {
    let started = format!("2026-11-20T11:{:02}:{:02}.000000Z", second / 60, second % 60);
    let mut row = json!({
        "request_id": id, "call_type": "acompletion", "api_key": token(1), "spend": 0.0125, "total_tokens": 30,
        "startTime": started, "request_duration_ms": 158, "model": "openai/gpt-4o", "model_group": "gpt-4o", "status": "success",
        "metadata": { "status": "success", "user_api_key_alias": "web" },
    });
    put(&mut row, other);
    row
}

pub fn calls(rows: &[Value]) -> Value {
    json!({ "data": rows, "total": rows.len(), "page": 1, "page_size": 25, "total_pages": 1 })
}

/// The hash of a key.
pub fn token(number: u64) -> String {
    format!("{number:064x}")
}

/// An active key with nothing special; other fields go over it. Its hash is made of its number, 1 unless told.
pub fn key(alias: &str, other: Value) -> Value {
    let mut key = json!({
        "token": token(1), "key_name": "sk-...4Cfw", "key_alias": alias, "spend": 0.0, "max_budget": null, "expires": null, "models": [],
        "user_id": null, "team_id": null, "team_alias": null, "tpm_limit": null, "rpm_limit": null, "max_parallel_requests": null,
        "budget_duration": null, "budget_reset_at": null, "blocked": null, "created_at": "2026-11-01T09:00:00Z",
    });
    put(&mut key, other);
    key
}

pub fn keys(rows: &[Value]) -> Value {
    json!({ "keys": rows, "total_count": rows.len(), "current_page": 1, "total_pages": 1 })
}

/// A key in full; other fields go over it.
pub fn key_info(alias: &str, other: Value) -> Value {
    let mut info = key(alias, json!({ "metadata": {}, "organization_id": null, "allowed_routes": ["llm_api_routes"] }));
    put(&mut info, other);
    json!({ "key": token(1), "info": info })
}

/// With the routes of the kit.
pub fn own_key() -> Value {
    let routes = include_str!("../../../deploy/service-routes.txt").lines().filter(|line| line.starts_with('/'));
    let routes: Vec<&str> = routes.collect();
    json!({ "key": token(99), "info": {
        "key_alias": "wordpress", "key_name": "sk-...oxHw", "user_id": "wordpress", "blocked": null, "expires": null, "models": [],
        "allowed_routes": routes,
    } })
}

pub fn created(alias: &str) -> Value {
    json!({ "key": "sk-secret-1234567890", "key_name": "sk-...7890", "key_alias": alias, "token": token(7), "expires": null, "models": [] })
}

/// The operations are those of the contract.
pub fn plugin_status() -> Value {
    let contract: Value =
        serde_json::from_str(include_str!("../../../php-shim/contract.json")).expect("the contract is JSON");
    let mut operations = Map::new();
    for (name, row) in contract["operations"].as_object().expect("the contract has operations") {
        let write = row["method"] == "POST";
        operations.insert(name.clone(), json!({ "method": row["method"], "path": row["path"], "write": write }));
    }
    json!({
        "plugin": "0.1.0", "wordpress": "7.1.1", "php": "8.2.29",
        "base": { "value": "http://127.0.0.1:24157", "source": "constant", "problem": null, "hint": null },
        "key": { "masked": "sk-…oxHw", "source": "environment", "problem": null, "hint": null },
        "console": { "value": null, "source": "missing", "problem": "missing", "hint": null },
        "operations": operations,
        "compression": { "zlib": true }, "object_cache": false, "https": true,
    })
}

pub fn console_check(other: Value) -> Value {
    let mut check = json!({
        "url": format!("{}/ui/", crate::stage::origin()), "embeddable": true, "reachable": true, "http_status": 200,
        "x_frame_options": "", "frame_ancestors": "", "problems": [], "nginx": "",
    });
    put(&mut check, other);
    check
}

pub fn put(value: &mut Value, other: Value) {
    if let (Value::Object(fields), Value::Object(other)) = (value, other) {
        fields.extend(other);
    }
}
