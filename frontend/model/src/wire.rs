//! The answers of the WordPress route, as far as the app reads them.
//!
//! Read leniently: LiteLLM adds fields between versions, leaves some out, and sends `null` where a list or a number is meant.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What every read comes back in: the kept part of LiteLLM's answer, and how old it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Envelope<T> {
    pub data: T,
    #[serde(default)]
    pub age_s: u64,
    /// Why `data` is old: LiteLLM failed now, and this is its last good answer.
    #[serde(default)]
    pub error: Option<Value>,
}

/// One answer of a batch. `status` 202 means: not asked yet, ask again.
#[derive(Debug, Clone, Deserialize)]
pub struct BatchItem {
    pub status: u16,
    #[serde(default)]
    pub data: Value,
    #[serde(default)]
    pub age_s: u64,
    #[serde(default)]
    pub error: Option<Value>,
    /// How long LiteLLM took; none where it was not asked.
    #[serde(default)]
    pub took_ms: Option<u64>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct BatchAnswer {
    pub answers: Vec<BatchItem>,
}

/// `activity.day`: the sums of one UTC day.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Activity {
    #[serde(default, deserialize_with = "list")]
    pub results: Vec<DayResult>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct DayResult {
    #[serde(default)]
    pub date: String,
    #[serde(default)]
    pub metrics: Metrics,
    #[serde(default)]
    pub breakdown: Breakdown,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Breakdown {
    /// By public model name; the empty name stands for calls of a model that does not exist.
    #[serde(default, deserialize_with = "map")]
    pub model_groups: BTreeMap<String, Group>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Group {
    #[serde(default)]
    pub metrics: Metrics,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
pub struct Metrics {
    /// US dollars.
    #[serde(default, deserialize_with = "number")]
    pub spend: f64,
    #[serde(default, deserialize_with = "number")]
    pub prompt_tokens: f64,
    #[serde(default, deserialize_with = "number")]
    pub completion_tokens: f64,
    #[serde(default, deserialize_with = "number")]
    pub total_tokens: f64,
    #[serde(default, deserialize_with = "number")]
    pub api_requests: f64,
    #[serde(default, deserialize_with = "number")]
    pub successful_requests: f64,
    #[serde(default, deserialize_with = "number")]
    pub failed_requests: f64,
}

/// `logs.count`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
pub struct LogCount {
    #[serde(default, deserialize_with = "number")]
    pub total: f64,
    /// LiteLLM stopped counting: there are at least this many.
    #[serde(default, deserialize_with = "flag")]
    pub total_is_capped: bool,
}

/// `logs.list`, newest first.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct LogPage {
    #[serde(default, deserialize_with = "list")]
    pub data: Vec<LogRow>,
    #[serde(default, deserialize_with = "number")]
    pub total: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct LogRow {
    #[serde(default, deserialize_with = "text")]
    pub request_id: String,
    #[serde(default, deserialize_with = "text")]
    pub call_type: String,
    /// The key's hash; empty for a call without a valid key.
    #[serde(default, deserialize_with = "text")]
    pub api_key: String,
    #[serde(default, deserialize_with = "number")]
    pub spend: f64,
    #[serde(default, deserialize_with = "number")]
    pub total_tokens: f64,
    #[serde(default, deserialize_with = "number")]
    pub prompt_tokens: f64,
    #[serde(default, deserialize_with = "number")]
    pub completion_tokens: f64,
    #[serde(default, rename = "startTime", deserialize_with = "text")]
    pub start_time: String,
    #[serde(default, rename = "endTime", deserialize_with = "text")]
    pub end_time: String,
    #[serde(default, deserialize_with = "maybe_number")]
    pub request_duration_ms: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    pub model: String,
    /// The public model name; empty where the model was unknown.
    #[serde(default, deserialize_with = "text")]
    pub model_group: String,
    #[serde(default, deserialize_with = "text")]
    pub custom_llm_provider: String,
    #[serde(default, deserialize_with = "text")]
    pub user: String,
    #[serde(default, deserialize_with = "text")]
    pub cache_hit: String,
    #[serde(default, deserialize_with = "text")]
    pub status: String,
    #[serde(default)]
    pub metadata: LogMetadata,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct LogMetadata {
    #[serde(default, deserialize_with = "text")]
    pub status: String,
    #[serde(default, deserialize_with = "text")]
    pub user_api_key_alias: String,
    #[serde(default, deserialize_with = "text")]
    pub user_api_key_team_alias: String,
    #[serde(default)]
    pub error_information: Option<ErrorInformation>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ErrorInformation {
    #[serde(default, deserialize_with = "text")]
    pub error_code: String,
    #[serde(default, deserialize_with = "text")]
    pub error_class: String,
    #[serde(default, deserialize_with = "text")]
    pub error_message: String,
}

/// `keys.list`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct KeyPage {
    #[serde(default, deserialize_with = "list")]
    pub keys: Vec<Key>,
    #[serde(default, deserialize_with = "number")]
    pub total_count: f64,
    #[serde(default, deserialize_with = "number")]
    pub current_page: f64,
    #[serde(default, deserialize_with = "number")]
    pub total_pages: f64,
}

/// A virtual key. Its secret is not among the fields: LiteLLM keeps only the hash.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Key {
    /// The SHA-256 of the key, in hex: its identity everywhere.
    #[serde(default, deserialize_with = "text")]
    pub token: String,
    /// Masked, such as `sk-...4Cfw`.
    #[serde(default, deserialize_with = "text")]
    pub key_name: String,
    #[serde(default, deserialize_with = "text")]
    pub key_alias: String,
    #[serde(default, deserialize_with = "number")]
    pub spend: f64,
    #[serde(default, deserialize_with = "maybe_number")]
    pub max_budget: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    pub expires: String,
    /// Empty: all models.
    #[serde(default, deserialize_with = "list")]
    pub models: Vec<String>,
    #[serde(default, deserialize_with = "text")]
    pub user_id: String,
    #[serde(default, deserialize_with = "text")]
    pub team_id: String,
    #[serde(default, deserialize_with = "text")]
    pub team_alias: String,
    #[serde(default, deserialize_with = "maybe_number")]
    pub tpm_limit: Option<f64>,
    #[serde(default, deserialize_with = "maybe_number")]
    pub rpm_limit: Option<f64>,
    #[serde(default, deserialize_with = "maybe_number")]
    pub max_parallel_requests: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    pub budget_duration: String,
    #[serde(default, deserialize_with = "text")]
    pub budget_reset_at: String,
    #[serde(default, deserialize_with = "flag")]
    pub blocked: bool,
    #[serde(default, deserialize_with = "text")]
    pub created_at: String,
    #[serde(default, deserialize_with = "text")]
    pub created_by: String,
    #[serde(default, deserialize_with = "text")]
    pub updated_at: String,
    #[serde(default, deserialize_with = "text")]
    pub last_active: String,
}

/// `keys.aliases`. Older LiteLLM ignores the search, gives every alias, and no total.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Aliases {
    #[serde(default, deserialize_with = "list")]
    pub aliases: Vec<String>,
    #[serde(default, deserialize_with = "maybe_number")]
    pub total_count: Option<f64>,
}

/// `keys.self`: the plugin's own service key.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct OwnKey {
    /// The hash, as in [`Key::token`].
    #[serde(default, deserialize_with = "text")]
    pub key: String,
    #[serde(default)]
    pub info: OwnKeyInfo,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct OwnKeyInfo {
    #[serde(default, deserialize_with = "text")]
    pub key_alias: String,
    #[serde(default, deserialize_with = "text")]
    pub key_name: String,
    #[serde(default, deserialize_with = "text")]
    pub user_id: String,
    #[serde(default, deserialize_with = "flag")]
    pub blocked: bool,
    #[serde(default, deserialize_with = "text")]
    pub expires: String,
    #[serde(default, deserialize_with = "list")]
    pub models: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    pub allowed_routes: Vec<String>,
}

/// `keys.create`. `key` is the secret: shown once, never stored.
#[derive(Clone, Default, PartialEq, Deserialize)]
pub struct CreatedKey {
    #[serde(default, deserialize_with = "text")]
    pub key: String,
    #[serde(default, deserialize_with = "text")]
    pub key_name: String,
    #[serde(default, deserialize_with = "text")]
    pub key_alias: String,
    #[serde(default, deserialize_with = "text")]
    pub token: String,
    #[serde(default, deserialize_with = "text")]
    pub expires: String,
    #[serde(default, deserialize_with = "list")]
    pub models: Vec<String>,
}

impl std::fmt::Debug for CreatedKey {
    /// Leaves the secret out, so that no log can hold it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKey").field("key_alias", &self.key_alias).field("token", &self.token).finish_non_exhaustive()
    }
}

/// `keys.block` and `keys.unblock`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct BlockedKey {
    #[serde(default, deserialize_with = "text")]
    pub token: String,
    #[serde(default, deserialize_with = "flag")]
    pub blocked: bool,
}

/// `keys.delete`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct DeletedKeys {
    #[serde(default, deserialize_with = "list")]
    pub deleted_keys: Vec<String>,
}

/// `models.list`: the model groups that callers may name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Models {
    #[serde(default, deserialize_with = "list")]
    pub data: Vec<Model>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Model {
    #[serde(default, deserialize_with = "text")]
    pub model_group: String,
    #[serde(default, deserialize_with = "list")]
    pub providers: Vec<String>,
    /// `chat`, `embedding`, …
    #[serde(default, deserialize_with = "text")]
    pub mode: String,
    #[serde(default, deserialize_with = "maybe_number")]
    pub input_cost_per_token: Option<f64>,
    #[serde(default, deserialize_with = "maybe_number")]
    pub output_cost_per_token: Option<f64>,
}

/// `teams.list`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Teams {
    #[serde(default, deserialize_with = "list")]
    pub teams: Vec<Team>,
    #[serde(default, deserialize_with = "number")]
    pub total: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Team {
    #[serde(default, deserialize_with = "text")]
    pub team_id: String,
    #[serde(default, deserialize_with = "text")]
    pub team_alias: String,
    /// Empty: all models.
    #[serde(default, deserialize_with = "list")]
    pub models: Vec<String>,
    #[serde(default, deserialize_with = "flag")]
    pub blocked: bool,
}

/// `gateway.readiness` and `gateway.details`; which fields are there differs by version.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Readiness {
    #[serde(default, deserialize_with = "text")]
    pub status: String,
    #[serde(default, deserialize_with = "text")]
    pub db: String,
    #[serde(default, deserialize_with = "text")]
    pub cache: String,
    #[serde(default, deserialize_with = "text")]
    pub litellm_version: String,
}

/// `status`: what the plugin knows of its own settings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct PluginStatus {
    #[serde(default)]
    pub plugin: String,
    #[serde(default)]
    pub wordpress: String,
    #[serde(default)]
    pub php: String,
    #[serde(default)]
    pub base: Setting,
    #[serde(default)]
    pub key: Setting,
    #[serde(default)]
    pub operations: BTreeMap<String, OperationInfo>,
    #[serde(default)]
    pub object_cache: bool,
    #[serde(default)]
    pub https: bool,
}

/// One of the two constants, as the plugin found it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Setting {
    /// The address, for the base; the service key's is `masked`.
    #[serde(default, deserialize_with = "text")]
    pub value: String,
    #[serde(default, deserialize_with = "text")]
    pub masked: String,
    /// `environment`, `constant` or `missing`.
    #[serde(default, deserialize_with = "text")]
    pub source: String,
    /// Empty, `missing` or `invalid`.
    #[serde(default, deserialize_with = "text")]
    pub problem: String,
    #[serde(default, deserialize_with = "text")]
    pub hint: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct OperationInfo {
    #[serde(default, deserialize_with = "text")]
    pub method: String,
    #[serde(default, deserialize_with = "text")]
    pub path: String,
    #[serde(default, deserialize_with = "flag")]
    pub write: bool,
}

/// `console.check`: whether `/ui` can be shown in a frame, and if not, why.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ConsoleCheck {
    #[serde(default, deserialize_with = "text")]
    pub url: String,
    #[serde(default, deserialize_with = "flag")]
    pub embeddable: bool,
    #[serde(default, deserialize_with = "flag")]
    pub reachable: bool,
    #[serde(default, deserialize_with = "text")]
    pub x_frame_options: String,
    #[serde(default, deserialize_with = "text")]
    pub frame_ancestors: String,
    #[serde(default, deserialize_with = "list")]
    pub problems: Vec<ConsoleProblem>,
    #[serde(default, deserialize_with = "text")]
    pub nginx: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ConsoleProblem {
    #[serde(default, deserialize_with = "text")]
    pub code: String,
    #[serde(default, deserialize_with = "text")]
    pub message: String,
}

/// A number that may be an integer, a float, a text or missing.
fn loose_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
    .filter(|n: &f64| n.is_finite())
}

fn number<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    Ok(loose_number(&Value::deserialize(d)?).unwrap_or(0.0))
}

fn maybe_number<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    Ok(loose_number(&Value::deserialize(d)?))
}

fn text<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(d)? {
        Value::String(s) => s,
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        _ => String::new(),
    })
}

fn flag<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    Ok(matches!(Value::deserialize(d)?, Value::Bool(true)))
}

/// A list whose unreadable elements are left out: one odd row must not hide the others.
fn list<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(d: D) -> Result<Vec<T>, D::Error> {
    Ok(match Value::deserialize(d)? {
        Value::Array(items) => items.into_iter().filter_map(|item| T::deserialize(item).ok()).collect(),
        _ => Vec::new(),
    })
}

/// A map; PHP writes an empty one as `[]`.
fn map<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(d: D) -> Result<BTreeMap<String, T>, D::Error> {
    Ok(match Value::deserialize(d)? {
        Value::Object(fields) => {
            fields.into_iter().filter_map(|(name, value)| Some((name, T::deserialize(value).ok()?))).collect()
        }
        _ => BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nulls_texts_and_missing_fields_decode() {
        let key: Key = serde_json::from_value(json!({"token": "ab", "spend": 0, "max_budget": "5.5", "models": null, "blocked": null})).unwrap_or_default();
        assert_eq!(key.spend, 0.0);
        assert_eq!(key.max_budget, Some(5.5));
        assert!(key.models.is_empty() && !key.blocked);
    }

    #[test]
    fn an_odd_element_does_not_hide_the_others() {
        let page: LogPage = serde_json::from_value(json!({"data": [{"request_id": "a"}, 7, {"request_id": "b"}]})).unwrap_or_default();
        assert_eq!(page.data.len(), 2);
    }

    #[test]
    fn an_empty_map_written_as_a_list_decodes() {
        let day: DayResult = serde_json::from_value(json!({"date": "2026-11-20", "breakdown": {"model_groups": []}})).unwrap_or_default();
        assert!(day.breakdown.model_groups.is_empty());
    }

    #[test]
    fn a_created_key_does_not_print_its_secret() {
        let created = CreatedKey { key: "sk-secret".into(), key_alias: "a".into(), ..Default::default() };
        assert!(!format!("{created:?}").contains("sk-secret"));
    }
}
