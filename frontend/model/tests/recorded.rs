//! What LiteLLM really answered decodes into the types of `wire`, after the contract's `keep` has been applied to it,
//! and says the same as the raw answer. Long lists in the recordings are cut to two or three elements.
#![allow(clippy::expect_used, clippy::panic)]

mod keep;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::live_log::{LiveLog, LogLine};
use model::logs::{self, call, failing};
use model::wire;
use model::wire::Wire;
use model::{clock, key_status, rights, version};
use serde_json::{Map, Value};

use keep::keep;

const VERSIONS: [&str; 2] = ["1.80.11", "1.106.2"];

/// Operations that a version does not have, or only with a licence.
const ABSENT: [(&str, &str); 3] =
    [("1.80.11", "gateway.details"), ("1.106.2", "organizations.list"), ("1.106.2", "usage.organizations")];

/// One recorded answer.
struct Recording {
    /// `1.80.11/key_list_full.json`
    name: String,
    method: String,
    path: String,
    query: Value,
    status: u64,
    body: Value,
}

fn folder(version: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/litellm").join(version)
}

/// Every recording of a version. A file that starts with `_` is an overview and no recording.
fn recordings(version: &str) -> Vec<Recording> {
    let files = std::fs::read_dir(folder(version)).expect("tests/fixtures/litellm has a folder for each version");
    let mut all: Vec<Recording> = files
        .map(|file| file.expect("the folder can be listed").path())
        .filter(|path| !path.file_name().unwrap_or_default().to_string_lossy().starts_with('_'))
        .map(|path| {
            let name = format!("{version}/{}", path.file_name().unwrap_or_default().to_string_lossy());
            let text = std::fs::read_to_string(&path).expect("a recording can be read");
            let whole: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name} is no JSON: {error}"));
            let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            Recording {
                method: text_of(&whole["request"]["method"]),
                path: text_of(&whole["request"]["path"]),
                query: whole["request"]["query"].clone(),
                status: whole["status"].as_u64().unwrap_or_default(),
                body: whole["body"].clone(),
                name,
            }
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The rows of the contract that ask LiteLLM, by operation.
fn operations() -> Map<String, Value> {
    let text = include_str!("../../../php-shim/contract.json");
    let contract: Value = serde_json::from_str(text).expect("php-shim/contract.json is JSON");
    let rows = contract["operations"].as_object().expect("php-shim/contract.json has operations").clone();
    rows.into_iter().filter(|(_, row)| row["path"].is_string()).collect()
}

/// Whether a recording was asked for as the operation asks: the same method, path and fixed parameters of the query.
/// The fixed parameters of writes change nothing about the form of the answer.
fn is_answer_to(recording: &Recording, row: &Value) -> bool {
    let shape = &row["fixed"]["return_full_object"];
    recording.status == 200
        && recording.method == row["method"]
        && recording.path == row["path"]
        && (shape.is_null() || *shape == recording.query["return_full_object"])
}

/// Every recorded success of an operation in every version: its name, the kept part, and the raw answer.
fn answers(operation: &str) -> Vec<(String, Value, Value)> {
    let rows = operations();
    let row = &rows[operation];
    VERSIONS
        .iter()
        .flat_map(|version| recordings(version))
        .filter(|recording| is_answer_to(recording, row))
        .map(|recording| (recording.name, keep(&named(&recording.body, row), &row["keep"]), recording.body))
        .collect()
}

/// What is no object gets a name.
fn named(body: &Value, row: &Value) -> Value {
    match row["bare"].as_str() {
        Some(name) if !body.is_object() => Value::Object(Map::from_iter([(name.to_owned(), body.clone())])),
        _ => body.clone(),
    }
}

fn decode<T: Wire>(name: &str, kept: &Value) -> T {
    assert!(kept.is_object(), "{name} is no object: {kept}");
    T::read(kept)
}

/// The elements of a list in a raw answer.
fn items<'a>(raw: &'a Value, field: &str) -> &'a [Value] {
    raw[field].as_array().map_or(&[], Vec::as_slice)
}

/// The sum of a number over the elements of a list.
fn sum(items: &[Value], pointer: &str) -> f64 {
    items.iter().filter_map(|item| item.pointer(pointer)?.as_f64()).sum()
}

fn assert_same(name: &str, what: &str, decoded: f64, raw: f64) {
    assert!(
        (decoded - raw).abs() <= 1e-12 * raw.abs().max(1.0),
        "{name}: {what} is {decoded}, and {raw} in the answer"
    );
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[test]
fn every_operation_has_a_recorded_answer_in_each_version() {
    for version in VERSIONS {
        let all = recordings(version);
        for (operation, row) in operations() {
            let found = all.iter().any(|recording| is_answer_to(recording, &row));
            let absent = ABSENT.contains(&(version, operation.as_str()));
            assert_eq!(found, !absent, "{operation} in tests/fixtures/litellm/{version}");
        }
    }
}

/// Without it an answer is taken for that of something else.
#[test]
fn every_recorded_answer_has_its_main_field() {
    for (operation, row) in operations() {
        for (name, kept, _) in answers(&operation) {
            if let Some(main) = row["main"].as_str() {
                assert!(!kept[main].is_null(), "{name}: {operation} has no {main}");
            }
        }
    }
}

#[test]
fn every_recording_is_whole() {
    for version in VERSIONS {
        let all = recordings(version);
        assert!(all.len() > 140, "{} recordings in tests/fixtures/litellm/{version}", all.len());
        for recording in all {
            assert!((200..600).contains(&recording.status), "{}: status {}", recording.name, recording.status);
            assert!(recording.path.starts_with('/') && !recording.method.is_empty(), "{}", recording.name);
        }
    }
}

#[test]
fn what_is_kept_holds_no_secret() {
    let forbidden = ["password", "litellm_params", "api_base", "traceback", "messages", "user_api_key"];
    for (operation, row) in operations() {
        for (name, kept, _) in answers(&operation) {
            let text = kept.to_string();
            // Shown by a click, as text.
            let asked_for = |field: &str| operation == "logs.content" && field == "messages";
            for field in forbidden.into_iter().filter(|field| !asked_for(field)) {
                assert!(!text.contains(&format!("\"{field}\":")), "{name}: {operation} keeps {field}: {}", row["keep"]);
            }
            let whole_keys = text.split("\"sk-").skip(1).filter(|rest| !rest.starts_with("...")).count();
            assert_eq!(whole_keys, usize::from(operation == "keys.create"), "{name}: {operation} keeps a key");
        }
    }
}

#[test]
fn days_have_the_sums_of_the_answer() {
    for (name, kept, raw) in answers("activity.day") {
        let activity: wire::Activity = decode(&name, &kept);
        let days = items(&raw, "results");
        assert!(!days.is_empty() && activity.results.len() == days.len(), "{name}");
        let total = |of: fn(&wire::Metrics) -> f64| activity.results.iter().map(|day| of(&day.metrics)).sum::<f64>();
        assert_same(&name, "spend", total(|m| m.spend), sum(days, "/metrics/spend"));
        assert_same(&name, "total_tokens", total(|m| m.total_tokens), sum(days, "/metrics/total_tokens"));
        assert_same(&name, "prompt_tokens", total(|m| m.prompt_tokens), sum(days, "/metrics/prompt_tokens"));
        assert_same(
            &name,
            "completion_tokens",
            total(|m| m.completion_tokens),
            sum(days, "/metrics/completion_tokens"),
        );
        assert_same(&name, "api_requests", total(|m| m.api_requests), sum(days, "/metrics/api_requests"));
        assert_same(&name, "successful", total(|m| m.successful_requests), sum(days, "/metrics/successful_requests"));
        assert_same(&name, "failed", total(|m| m.failed_requests), sum(days, "/metrics/failed_requests"));
        assert!(total(|m| m.api_requests) > 0.0, "{name} has calls");
        for (day, raw) in activity.results.iter().zip(days) {
            assert!(clock::parse_utc_ms(&day.date).is_some(), "{name}: {}", day.date);
            let groups = raw["breakdown"]["model_groups"].as_object().cloned().unwrap_or_default();
            assert_eq!(day.breakdown.model_groups.len(), groups.len(), "{name}: model groups of {}", day.date);
            for (group, decoded) in &day.breakdown.model_groups {
                let spend = groups[group]["metrics"]["spend"].as_f64().unwrap_or(f64::NAN);
                assert_same(&name, group, decoded.metrics.spend, spend);
            }
        }
        assert!(activity.results.iter().any(|day| !day.breakdown.model_groups.is_empty()), "{name} names models");
    }
}

/// The operations of usage, and the breakdown that each of them is about.
const USAGE: [(&str, &str); 8] = [
    ("usage.calls", "providers"),
    ("usage.calls", "endpoints"),
    ("usage.keys", "api_keys"),
    ("usage.owners", "entities"),
    ("usage.teams", "entities"),
    ("usage.organizations", "entities"),
    ("usage.tags", "entities"),
    ("usage.end_users", "entities"),
];

#[test]
fn usage_has_the_sums_of_the_answer() {
    for (operation, breakdown) in USAGE {
        let mut found = 0;
        for (name, kept, raw) in answers(operation) {
            let day: wire::UsageDay = decode(&name, &kept);
            for (result, raw) in day.results.iter().zip(items(&raw, "results")) {
                let groups = match breakdown {
                    "providers" => &result.breakdown.providers,
                    "endpoints" => &result.breakdown.endpoints,
                    "api_keys" => &result.breakdown.api_keys,
                    _ => &result.breakdown.entities,
                };
                let raw = raw["breakdown"][breakdown].as_object().cloned().unwrap_or_default();
                assert_eq!(groups.len(), raw.len(), "{name}: {breakdown}");
                for (id, group) in groups {
                    found += 1;
                    let metrics = &raw[id]["metrics"];
                    let of = |field: &str| metrics[field].as_f64().unwrap_or(f64::NAN);
                    assert_same(&name, id, group.metrics.spend, of("spend"));
                    assert_same(&name, id, group.metrics.prompt_tokens, of("prompt_tokens"));
                    assert_same(&name, id, group.metrics.completion_tokens, of("completion_tokens"));
                    assert_same(&name, id, group.metrics.cache_read_input_tokens, of("cache_read_input_tokens"));
                    assert_same(&name, id, group.metrics.api_requests, of("api_requests"));
                    assert_same(&name, id, group.metrics.failed_requests, of("failed_requests"));
                    let alias = raw[id]["metadata"]["team_alias"].as_str().unwrap_or_default();
                    assert_eq!(group.metadata.team_alias, alias, "{name}: {id}");
                }
            }
        }
        // Nothing is of an organization in the recorded gateways.
        assert!(found > 0 || operation == "usage.organizations", "{operation}: {breakdown}");
    }
}

#[test]
fn log_rows_are_all_there() {
    let mut seen = BTreeMap::new();
    for (name, kept, raw) in answers("logs.list") {
        let page: wire::LogPage = decode(&name, &kept);
        let rows = items(&raw, "data");
        assert_eq!(page.data.len(), rows.len(), "{name}");
        assert_same(&name, "total", page.total, raw["total"].as_f64().unwrap_or(f64::NAN));
        let (spend, tokens) = page.data.iter().fold((0.0, 0.0), |(s, t), row| (s + row.spend, t + row.total_tokens));
        assert_same(&name, "spend", spend, sum(rows, "/spend"));
        assert_same(&name, "tokens", tokens, sum(rows, "/total_tokens"));
        for (row, raw) in page.data.iter().zip(rows) {
            assert_eq!(Some(row.request_id.as_str()), raw["request_id"].as_str(), "{name}");
            let text = |field: &str| raw[field].as_str().unwrap_or_default().to_owned();
            assert_eq!(
                (&row.session_id, &row.first_token),
                (&text("session_id"), &text("completionStartTime")),
                "{name}"
            );
            assert_eq!((&row.team_id, &row.end_user), (&text("team_id"), &text("end_user")), "{name}");
            assert_eq!(row.request_tags.len(), items(raw, "request_tags").len(), "{name}");
            let parts: f64 = call::costs(row).iter().map(|(_, amount)| amount).sum();
            assert!(parts == 0.0 || (parts - row.spend).abs() < 1e-12, "{name}: {parts} of {}", row.spend);
            let told = raw["metadata"]["cost_breakdown"].is_object();
            assert_eq!(row.metadata.cost.is_some(), told, "{name}");
            assert_eq!(row.address, raw["requester_ip_address"].as_str().unwrap_or_default(), "{name}");
            let line = LogLine::from_row(row);
            assert!(line.start_ms.is_some(), "{name}: {:?}", row.start_time);
            assert!(!line.model.is_empty(), "{name}: {row:?}");
            assert_eq!(line.failed.is_some(), raw["status"] == "failure", "{name}: {row:?}");
            assert_eq!(line.key.is_some(), raw["api_key"] != "", "{name}: {row:?}");
            assert!(line.failed.is_some() || line.duration_ms.is_some_and(|ms| ms > 0.0), "{name}: {row:?}");
            if let Some(reason) = line.failed {
                assert!(!reason.in_words().contains("Model Group"), "{name}: {reason:?}");
                *seen.entry(name.split('/').next().unwrap_or_default().to_owned()).or_insert(0) += 1;
            }
        }
        let mut log = LiveLog::default();
        let distinct: BTreeSet<&str> = page.data.iter().map(|row| row.request_id.as_str()).collect();
        assert_eq!(log.merge(&page.data), distinct.len(), "{name}");
        assert_eq!(log.merge(&page.data), 0, "{name}");
    }
    assert_eq!(seen.len(), VERSIONS.len(), "failed calls of each version: {seen:?}");
}

/// What fails is told from less of each call, and must come out the same.
#[test]
fn outcomes_tell_what_rows_tell() {
    let mut failures = 0;
    for ((name, few, _), (_, all, _)) in answers("logs.outcomes").into_iter().zip(answers("logs.list")) {
        let [few, all] = [few, all].map(|kept| -> wire::LogPage { decode(&name, &kept) });
        assert_eq!(
            (few.data.len(), few.total, few.total_is_capped),
            (all.data.len(), all.total, all.total_is_capped),
            "{name}"
        );
        assert_eq!(failing::failing(&few.data), failing::failing(&all.data), "{name}");
        failures += failing::causes(&few.data).len();
        assert_eq!(failing::causes(&few.data), failing::causes(&all.data), "{name}");
    }
    assert!(failures > 1, "{failures}");
}

#[test]
fn only_newer_versions_say_whether_they_stopped_counting() {
    for (name, kept, _) in answers("logs.list") {
        let page: wire::LogPage = decode(&name, &kept);
        assert_eq!(page.total_is_capped.is_some(), name.starts_with("1.106"), "{name}");
    }
}

#[test]
fn the_calls_of_a_session_are_rows_like_others() {
    for (name, kept, raw) in answers("logs.session") {
        let page: wire::LogPage = decode(&name, &kept);
        assert_eq!(page.data.len(), items(&raw, "data").len(), "{name}");
        assert!(page.data.iter().all(|row| !row.session_id.is_empty() && !row.request_id.is_empty()), "{name}");
    }
}

/// Where nothing is stored, both leave empty objects.
#[test]
fn what_is_stored_of_a_call_is_in_its_row() {
    for (name, kept, raw) in answers("logs.content") {
        let contents: wire::LogContents = decode(&name, &kept);
        let rows = raw.as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(contents.rows.len(), rows.len(), "{name}");
        for (content, raw) in contents.rows.iter().zip(rows) {
            assert_eq!((&content.messages, &content.response), (&raw["messages"], &raw["response"]), "{name}");
            assert_eq!(content.request, raw["proxy_server_request"], "{name}");
            assert_eq!(logs::content::parts(content), [], "{name}");
        }
    }
}

#[test]
fn calls_are_counted() {
    for (name, kept, raw) in answers("logs.count") {
        let count: wire::LogCount = decode(&name, &kept);
        assert_same(&name, "total", count.total, raw["total"].as_f64().unwrap_or(f64::NAN));
        assert!(!count.total_is_capped, "{name}");
    }
}

#[test]
fn keys_are_all_there() {
    let mut found = 0;
    for (name, kept, raw) in answers("keys.list") {
        let page: wire::KeyPage = decode(&name, &kept);
        let keys = items(&raw, "keys");
        assert_eq!(page.keys.len(), keys.len(), "{name}");
        assert_same(&name, "total_count", page.total_count, raw["total_count"].as_f64().unwrap_or(f64::NAN));
        assert_same(&name, "spend", page.keys.iter().map(|key| key.spend).sum(), sum(keys, "/spend"));
        for (key, raw) in page.keys.iter().zip(keys) {
            found += 1;
            assert!(is_hash(&key.token), "{name}: {key:?}");
            assert!(key.key_name.starts_with("sk-..."), "{name}: {key:?}");
            assert!(clock::parse_utc_ms(&key.created_at).is_some(), "{name}: {key:?}");
            assert_eq!(key_status::expires_ms(key).is_some(), raw["expires"].is_string(), "{name}: {key:?}");
            assert_eq!(key.max_budget, raw["max_budget"].as_f64(), "{name}: {key:?}");
            assert_eq!(key_status::budget_share(key).is_some(), key.max_budget.is_some(), "{name}: {key:?}");
            assert_eq!(key.models.len(), items(raw, "models").len(), "{name}: {key:?}");
            assert_eq!(key.blocked, raw["blocked"] == true, "{name}: {key:?}");
        }
    }
    assert!(found >= 2 * VERSIONS.len(), "{found} keys");
}

#[test]
fn a_key_tells_its_routes() {
    for (name, kept, raw) in answers("keys.self") {
        let own: wire::OwnKey = decode(&name, &kept);
        assert!(is_hash(&own.key) && !own.info.key_alias.is_empty(), "{name}");
        assert_eq!(own.info.user_id, raw["info"]["user_id"].as_str().unwrap_or_default(), "{name}");
        assert_eq!(rights::right(&own.info.allowed_routes, "/key/list"), rights::Right::Allowed, "{name}");
    }
}

#[test]
fn one_key_is_told_in_full() {
    for (name, kept, raw) in answers("keys.info") {
        let info: wire::KeyInfo = decode(&name, &kept);
        let key = info.key();
        let raw = &raw["info"];
        let text = |field: &str| raw[field].as_str().unwrap_or_default().to_owned();
        assert!(is_hash(&key.token), "{name}");
        assert_eq!(
            (&key.key_alias, &key.user_id, &key.team_id),
            (&text("key_alias"), &text("user_id"), &text("team_id"))
        );
        assert_eq!((&key.org_id, &key.budget_id), (&text("organization_id"), &text("budget_id")), "{name}");
        assert_eq!(key.settings_updated_at, text("settings_updated_at"), "{name}");
        assert_eq!(info.more.metadata, raw["metadata"], "{name}");
        assert_eq!(info.more.allowed_routes.len(), items(raw, "allowed_routes").len(), "{name}");
    }
}

#[test]
fn a_changed_key_tells_what_it_is() {
    for (name, kept, raw) in answers("keys.update") {
        let key: wire::UpdatedKey = decode(&name, &kept);
        assert!(is_hash(&key.token) && key.models.len() == items(&raw, "models").len(), "{name}");
        assert_eq!((key.max_budget, &key.metadata), (raw["max_budget"].as_f64(), &raw["metadata"]), "{name}");
    }
    for (name, kept, raw) in answers("keys.reset_spend") {
        let key: wire::ResetKey = decode(&name, &kept);
        assert!(is_hash(&key.token) && key.spend == raw["spend"].as_f64(), "{name}");
    }
}

#[test]
fn users_have_a_role_and_no_password() {
    for (name, kept, raw) in answers("users.list") {
        let users: wire::Users = decode(&name, &kept);
        assert!(!users.users.is_empty() && users.users.len() == items(&raw, "users").len(), "{name}");
        assert_same(&name, "total", users.total, raw["total"].as_f64().unwrap_or(f64::NAN));
        assert_same(
            &name,
            "spend",
            users.users.iter().map(|user| user.spend).sum(),
            sum(items(&raw, "users"), "/spend"),
        );
        for (user, raw) in users.users.iter().zip(items(&raw, "users")) {
            assert!(!user.user_id.is_empty(), "{name}: {user:?}");
            assert_eq!(user.user_role, raw["user_role"].as_str().unwrap_or_default(), "{name}: {user:?}");
            assert_eq!(user.teams.len(), items(raw, "teams").len(), "{name}: {user:?}");
        }
    }
    for (name, kept, raw) in answers("users.create").into_iter().chain(answers("users.update")) {
        let user: wire::ChangedUser = decode(&name, &kept);
        assert_eq!(user.user_id, raw["user_id"].as_str().unwrap_or_default(), "{name}");
        assert_eq!(user.data.is_some(), raw["data"].is_object(), "{name}");
    }
    for (name, kept, _) in answers("users.delete") {
        assert_eq!(decode::<wire::DeletedUsers>(&name, &kept).deleted, 1.0, "{name}");
    }
}

#[test]
fn a_team_is_told_in_full() {
    for (name, kept, raw) in answers("teams.info") {
        let info: wire::TeamInfo = decode(&name, &kept);
        let team = &raw["team_info"];
        assert!(!info.team_id.is_empty() && info.team.team_alias == team["team_alias"].as_str().unwrap_or_default());
        assert_eq!(info.team.max_budget, team["max_budget"].as_f64(), "{name}");
        assert_eq!(info.team.members.len(), items(team, "members_with_roles").len(), "{name}");
        assert_eq!(info.keys.len(), items(&raw, "keys").len(), "{name}");
        assert!(info.keys.iter().all(|key| is_hash(&key.token)), "{name}");
        assert_eq!(info.memberships.len(), items(&raw, "team_memberships").len(), "{name}");
    }
    let changes =
        ["teams.create", "teams.update", "teams.block", "teams.unblock", "teams.add_member", "teams.remove_member"];
    for operation in changes {
        for (name, kept, raw) in answers(operation) {
            let team: wire::ChangedTeam = decode(&name, &kept);
            assert_eq!(team.team_id, raw["team_id"].as_str().unwrap_or_default(), "{name}");
            assert_eq!(team.blocked, operation == "teams.block", "{name}");
            assert_eq!(team.data.is_some(), operation == "teams.update", "{name}");
        }
    }
    for (name, kept, raw) in answers("teams.delete") {
        let deleted: wire::DeletedTeams = decode(&name, &kept);
        assert_eq!(deleted.deleted_teams.len(), items(&raw, "deleted_teams").len(), "{name}");
    }
}

#[test]
fn bare_lists_are_all_there() {
    for (name, kept, raw) in answers("organizations.list") {
        let list: wire::Organizations = decode(&name, &kept);
        let raw = raw.as_array().cloned().unwrap_or_default();
        assert!(!list.organizations.is_empty() && list.organizations.len() == raw.len(), "{name}");
        for (organization, raw) in list.organizations.iter().zip(&raw) {
            assert_eq!(Some(organization.organization_id.as_str()), raw["organization_id"].as_str(), "{name}");
            let budget = organization.budget.as_ref().and_then(|budget| budget.max_budget);
            assert_eq!(budget, raw["litellm_budget_table"]["max_budget"].as_f64(), "{name}");
        }
    }
    for (name, kept, raw) in answers("budgets.list") {
        let list: wire::Budgets = decode(&name, &kept);
        let raw = raw.as_array().cloned().unwrap_or_default();
        assert!(!list.budgets.is_empty() && list.budgets.len() == raw.len(), "{name}");
        for (budget, raw) in list.budgets.iter().zip(&raw) {
            assert_eq!(Some(budget.budget_id.as_str()), raw["budget_id"].as_str(), "{name}");
            assert_eq!(budget.max_budget, raw["max_budget"].as_f64(), "{name}");
        }
    }
}

#[test]
fn models_have_names_and_prices() {
    for (name, kept, raw) in answers("models.list") {
        let models: wire::Models = decode(&name, &kept);
        assert!(!models.data.is_empty() && models.data.len() == items(&raw, "data").len(), "{name}");
        for (model, raw) in models.data.iter().zip(items(&raw, "data")) {
            assert_eq!(Some(model.model_group.as_str()), raw["model_group"].as_str(), "{name}");
            // 1.106.2 does not know the mode of every model.
            assert_eq!(model.mode, raw["mode"].as_str().unwrap_or_default(), "{name}: {model:?}");
            assert!(!model.providers.is_empty() && model.input_cost_per_token.is_some(), "{name}: {model:?}");
        }
    }
}

#[test]
fn teams_have_names() {
    for (name, kept, raw) in answers("teams.list") {
        let teams: wire::Teams = decode(&name, &kept);
        assert!(!teams.teams.is_empty() && teams.teams.len() == items(&raw, "teams").len(), "{name}");
        assert_same(&name, "total", teams.total, raw["total"].as_f64().unwrap_or(f64::NAN));
        assert!(teams.teams.iter().all(|team| !team.team_id.is_empty() && !team.team_alias.is_empty()), "{name}");
    }
}

#[test]
fn the_gateway_tells_its_state() {
    for (name, kept, _) in answers("gateway.liveliness") {
        assert_eq!(kept, "I'm alive!", "{name}");
    }
    for operation in ["gateway.readiness", "gateway.details"] {
        for (name, kept, raw) in answers(operation) {
            let readiness: wire::Readiness = decode(&name, &kept);
            assert_eq!(readiness.db, "connected", "{name}");
            assert!(!readiness.status.is_empty(), "{name}");
            assert_eq!(readiness.litellm_version, raw["litellm_version"].as_str().unwrap_or_default(), "{name}");
            let expected = match readiness.litellm_version.as_str() {
                "" => version::Verdict::Unknown,
                "1.80.11" => version::Verdict::BelowSafeFloor,
                _ => version::Verdict::Fine,
            };
            assert_eq!(version::verdict(&readiness.litellm_version), expected, "{name}");
        }
    }
}

#[test]
fn a_new_key_comes_with_its_secret() {
    for (name, kept, raw) in answers("keys.create") {
        let created: wire::CreatedKey = decode(&name, &kept);
        assert!(created.key.starts_with("sk-") && is_hash(&created.token), "{name}");
        assert!(!created.key_alias.is_empty() && created.key_name.starts_with("sk-..."), "{name}");
        assert_eq!(clock::parse_utc_ms(&created.expires).is_some(), raw["expires"].is_string(), "{name}");
    }
}

#[test]
fn blocking_and_deleting_are_confirmed() {
    for (operation, blocked) in [("keys.block", true), ("keys.unblock", false)] {
        for (name, kept, _) in answers(operation) {
            let key: wire::BlockedKey = decode(&name, &kept);
            assert!(is_hash(&key.token), "{name}");
            assert_eq!(key.blocked, blocked, "{name}");
        }
    }
    for (name, kept, _) in answers("keys.delete") {
        let deleted: wire::DeletedKeys = decode(&name, &kept);
        assert_eq!(deleted.deleted_keys.len(), 1, "{name}");
    }
}

/// The sentence within each of the four shapes of LiteLLM's errors.
fn said(body: &Value) -> Option<&str> {
    let detail = &body["detail"];
    [&body["error"]["message"], detail, &detail["error"], &detail[0]["msg"]].into_iter().find_map(Value::as_str)
}

#[test]
fn every_refusal_says_why() {
    for recording in VERSIONS.iter().flat_map(|version| recordings(version)).filter(|recording| recording.status >= 400)
    {
        let words = said(&recording.body).unwrap_or_default();
        assert!(!words.trim().is_empty(), "{}: {}", recording.name, recording.body);
    }
}
