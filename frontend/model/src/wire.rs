//! The answers of the WordPress route, as far as the app reads them.
//!
//! Read leniently: LiteLLM adds fields between versions, leaves some out, and sends `null` where a list or a number is meant.

use serde_json::Value;

/// What an answer is read into. Whatever is missing or of another kind is empty; reading cannot fail.
///
/// By hand and not derived: derived decoders make up a third of the module, for refusals that are not wanted here.
pub trait Wire: Sized {
    fn read(v: &Value) -> Self;
}

/// One answer of a batch. `status` 202 means: not asked yet, ask again.
#[derive(Debug, Clone)]
pub struct BatchItem {
    pub status: u16,
    pub data: Value,
    pub age_s: u64,
    pub error: Option<Value>,
    /// How long LiteLLM took; none where it was not asked.
    pub took_ms: Option<u64>,
}

impl Wire for BatchItem {
    fn read(v: &Value) -> Self {
        BatchItem {
            status: status(v, "status"),
            data: value(v, "data"),
            age_s: whole(v, "age_s"),
            error: maybe_value(v, "error"),
            took_ms: maybe_whole(v, "took_ms"),
        }
    }
}

/// `activity.day`: the sums of one UTC day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activity {
    pub results: Vec<DayResult>,
}

impl Wire for Activity {
    fn read(v: &Value) -> Self {
        Activity { results: items(v, "results") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct DayResult {
    pub date: String,
    pub metrics: Metrics,
    pub breakdown: Breakdown,
}

impl Wire for DayResult {
    fn read(v: &Value) -> Self {
        DayResult { date: text(v, "date"), metrics: part(v, "metrics"), breakdown: part(v, "breakdown") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Breakdown {
    /// By public model name; the empty name stands for calls of a model that does not exist.
    pub model_groups: Vec<(String, Group)>,
}

impl Wire for Breakdown {
    fn read(v: &Value) -> Self {
        Breakdown { model_groups: map(v, "model_groups") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    pub metrics: Metrics,
}

impl Wire for Group {
    fn read(v: &Value) -> Self {
        Group { metrics: part(v, "metrics") }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Metrics {
    /// US dollars.
    pub spend: f64,
    pub prompt_tokens: f64,
    pub completion_tokens: f64,
    pub total_tokens: f64,
    pub api_requests: f64,
    pub successful_requests: f64,
    pub failed_requests: f64,
}

impl Wire for Metrics {
    fn read(v: &Value) -> Self {
        Metrics {
            spend: number(v, "spend"),
            prompt_tokens: number(v, "prompt_tokens"),
            completion_tokens: number(v, "completion_tokens"),
            total_tokens: number(v, "total_tokens"),
            api_requests: number(v, "api_requests"),
            successful_requests: number(v, "successful_requests"),
            failed_requests: number(v, "failed_requests"),
        }
    }
}

/// `logs.count`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LogCount {
    pub total: f64,
    /// LiteLLM stopped counting: there are at least this many.
    pub total_is_capped: bool,
}

impl Wire for LogCount {
    fn read(v: &Value) -> Self {
        LogCount { total: number(v, "total"), total_is_capped: flag(v, "total_is_capped") }
    }
}

/// `logs.list`, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogPage {
    pub data: Vec<LogRow>,
    pub total: f64,
}

impl Wire for LogPage {
    fn read(v: &Value) -> Self {
        LogPage { data: items(v, "data"), total: number(v, "total") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogRow {
    pub request_id: String,
    pub call_type: String,
    /// The key's hash; empty for a call without a valid key.
    pub api_key: String,
    pub spend: f64,
    pub total_tokens: f64,
    pub prompt_tokens: f64,
    pub completion_tokens: f64,
    pub start_time: String,
    pub end_time: String,
    pub request_duration_ms: Option<f64>,
    pub model: String,
    /// The public model name; empty where the model was unknown.
    pub model_group: String,
    pub custom_llm_provider: String,
    pub user: String,
    pub cache_hit: String,
    pub status: String,
    pub metadata: LogMetadata,
}

impl Wire for LogRow {
    fn read(v: &Value) -> Self {
        LogRow {
            request_id: text(v, "request_id"),
            call_type: text(v, "call_type"),
            api_key: text(v, "api_key"),
            spend: number(v, "spend"),
            total_tokens: number(v, "total_tokens"),
            prompt_tokens: number(v, "prompt_tokens"),
            completion_tokens: number(v, "completion_tokens"),
            start_time: text(v, "startTime"),
            end_time: text(v, "endTime"),
            request_duration_ms: maybe_number(v, "request_duration_ms"),
            model: text(v, "model"),
            model_group: text(v, "model_group"),
            custom_llm_provider: text(v, "custom_llm_provider"),
            user: text(v, "user"),
            cache_hit: text(v, "cache_hit"),
            status: text(v, "status"),
            metadata: part(v, "metadata"),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogMetadata {
    pub status: String,
    pub user_api_key_alias: String,
    pub user_api_key_team_alias: String,
    pub error_information: Option<ErrorInformation>,
}

impl Wire for LogMetadata {
    fn read(v: &Value) -> Self {
        LogMetadata {
            status: text(v, "status"),
            user_api_key_alias: text(v, "user_api_key_alias"),
            user_api_key_team_alias: text(v, "user_api_key_team_alias"),
            error_information: maybe_part(v, "error_information"),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorInformation {
    pub error_code: String,
    pub error_class: String,
    pub error_message: String,
}

impl Wire for ErrorInformation {
    fn read(v: &Value) -> Self {
        ErrorInformation {
            error_code: text(v, "error_code"),
            error_class: text(v, "error_class"),
            error_message: text(v, "error_message"),
        }
    }
}

/// `keys.list`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyPage {
    pub keys: Vec<Key>,
    pub total_count: f64,
    pub current_page: f64,
    pub total_pages: f64,
}

impl Wire for KeyPage {
    fn read(v: &Value) -> Self {
        KeyPage {
            keys: items(v, "keys"),
            total_count: number(v, "total_count"),
            current_page: number(v, "current_page"),
            total_pages: number(v, "total_pages"),
        }
    }
}

/// A virtual key. Its secret is not among the fields: LiteLLM keeps only the hash.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Key {
    /// The SHA-256 of the key, in hex: its identity everywhere.
    pub token: String,
    /// Masked, such as `sk-...4Cfw`.
    pub key_name: String,
    pub key_alias: String,
    pub spend: f64,
    pub max_budget: Option<f64>,
    pub expires: String,
    /// Empty: all models.
    pub models: Vec<String>,
    pub user_id: String,
    pub team_id: String,
    pub team_alias: String,
    pub tpm_limit: Option<f64>,
    pub rpm_limit: Option<f64>,
    pub max_parallel_requests: Option<f64>,
    pub budget_duration: String,
    pub budget_reset_at: String,
    pub blocked: bool,
    pub created_at: String,
    pub created_by: String,
    pub updated_at: String,
    pub last_active: String,
}

impl Wire for Key {
    fn read(v: &Value) -> Self {
        Key {
            token: text(v, "token"),
            key_name: text(v, "key_name"),
            key_alias: text(v, "key_alias"),
            spend: number(v, "spend"),
            max_budget: maybe_number(v, "max_budget"),
            expires: text(v, "expires"),
            models: texts(v, "models"),
            user_id: text(v, "user_id"),
            team_id: text(v, "team_id"),
            team_alias: text(v, "team_alias"),
            tpm_limit: maybe_number(v, "tpm_limit"),
            rpm_limit: maybe_number(v, "rpm_limit"),
            max_parallel_requests: maybe_number(v, "max_parallel_requests"),
            budget_duration: text(v, "budget_duration"),
            budget_reset_at: text(v, "budget_reset_at"),
            blocked: flag(v, "blocked"),
            created_at: text(v, "created_at"),
            created_by: text(v, "created_by"),
            updated_at: text(v, "updated_at"),
            last_active: text(v, "last_active"),
        }
    }
}

/// `keys.aliases`. Older LiteLLM ignores the search, gives every alias, and no total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Aliases {
    pub aliases: Vec<String>,
    pub total_count: Option<f64>,
}

impl Wire for Aliases {
    fn read(v: &Value) -> Self {
        Aliases { aliases: texts(v, "aliases"), total_count: maybe_number(v, "total_count") }
    }
}

/// `keys.self`: the plugin's own service key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnKey {
    /// The hash, as in [`Key::token`].
    pub key: String,
    pub info: OwnKeyInfo,
}

impl Wire for OwnKey {
    fn read(v: &Value) -> Self {
        OwnKey { key: text(v, "key"), info: part(v, "info") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnKeyInfo {
    pub key_alias: String,
    pub key_name: String,
    pub user_id: String,
    pub blocked: bool,
    pub expires: String,
    pub models: Vec<String>,
    pub allowed_routes: Vec<String>,
}

impl Wire for OwnKeyInfo {
    fn read(v: &Value) -> Self {
        OwnKeyInfo {
            key_alias: text(v, "key_alias"),
            key_name: text(v, "key_name"),
            user_id: text(v, "user_id"),
            blocked: flag(v, "blocked"),
            expires: text(v, "expires"),
            models: texts(v, "models"),
            allowed_routes: texts(v, "allowed_routes"),
        }
    }
}

/// `keys.create`. `key` is the secret: shown once, never stored.
#[derive(Clone, Default, PartialEq)]
pub struct CreatedKey {
    pub key: String,
    pub key_name: String,
    pub key_alias: String,
    pub token: String,
    pub expires: String,
    pub models: Vec<String>,
}

impl Wire for CreatedKey {
    fn read(v: &Value) -> Self {
        CreatedKey {
            key: text(v, "key"),
            key_name: text(v, "key_name"),
            key_alias: text(v, "key_alias"),
            token: text(v, "token"),
            expires: text(v, "expires"),
            models: texts(v, "models"),
        }
    }
}

impl std::fmt::Debug for CreatedKey {
    /// Leaves the secret out, so that no log can hold it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKey")
            .field("key_alias", &self.key_alias)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// `keys.block` and `keys.unblock`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BlockedKey {
    pub token: String,
    pub blocked: bool,
}

impl Wire for BlockedKey {
    fn read(v: &Value) -> Self {
        BlockedKey { token: text(v, "token"), blocked: flag(v, "blocked") }
    }
}

/// `keys.delete`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeletedKeys {
    pub deleted_keys: Vec<String>,
}

impl Wire for DeletedKeys {
    fn read(v: &Value) -> Self {
        DeletedKeys { deleted_keys: texts(v, "deleted_keys") }
    }
}

/// `models.list`: the model groups that callers may name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Models {
    pub data: Vec<Model>,
}

impl Wire for Models {
    fn read(v: &Value) -> Self {
        Models { data: items(v, "data") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    pub model_group: String,
    pub providers: Vec<String>,
    /// `chat`, `embedding`, …
    pub mode: String,
    pub input_cost_per_token: Option<f64>,
    pub output_cost_per_token: Option<f64>,
}

impl Wire for Model {
    fn read(v: &Value) -> Self {
        Model {
            model_group: text(v, "model_group"),
            providers: texts(v, "providers"),
            mode: text(v, "mode"),
            input_cost_per_token: maybe_number(v, "input_cost_per_token"),
            output_cost_per_token: maybe_number(v, "output_cost_per_token"),
        }
    }
}

/// `teams.list`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Teams {
    pub teams: Vec<Team>,
    pub total: f64,
}

impl Wire for Teams {
    fn read(v: &Value) -> Self {
        Teams { teams: items(v, "teams"), total: number(v, "total") }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Team {
    pub team_id: String,
    pub team_alias: String,
    /// Empty: all models.
    pub models: Vec<String>,
    pub blocked: bool,
}

impl Wire for Team {
    fn read(v: &Value) -> Self {
        Team {
            team_id: text(v, "team_id"),
            team_alias: text(v, "team_alias"),
            models: texts(v, "models"),
            blocked: flag(v, "blocked"),
        }
    }
}

/// `gateway.readiness` and `gateway.details`; which fields are there differs by version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readiness {
    pub status: String,
    pub db: String,
    pub cache: String,
    pub litellm_version: String,
}

impl Wire for Readiness {
    fn read(v: &Value) -> Self {
        Readiness {
            status: text(v, "status"),
            db: text(v, "db"),
            cache: text(v, "cache"),
            litellm_version: text(v, "litellm_version"),
        }
    }
}

/// `status`: what the plugin knows of its own settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PluginStatus {
    pub plugin: String,
    pub wordpress: String,
    pub php: String,
    pub base: Setting,
    pub key: Setting,
    /// `LITELLM_CONSOLE_URL`, which may be missing.
    pub console: Setting,
    pub operations: Vec<(String, OperationInfo)>,
    pub object_cache: bool,
    pub https: bool,
}

impl Wire for PluginStatus {
    fn read(v: &Value) -> Self {
        PluginStatus {
            plugin: text(v, "plugin"),
            wordpress: text(v, "wordpress"),
            php: text(v, "php"),
            base: part(v, "base"),
            key: part(v, "key"),
            console: part(v, "console"),
            operations: map(v, "operations"),
            object_cache: flag(v, "object_cache"),
            https: flag(v, "https"),
        }
    }
}

/// One of the constants, as the plugin found it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Setting {
    /// The address, for the base; the service key's is `masked`.
    pub value: String,
    pub masked: String,
    /// `environment`, `constant` or `missing`.
    pub source: String,
    /// Empty, `missing` or `invalid`.
    pub problem: String,
    pub hint: String,
}

impl Wire for Setting {
    fn read(v: &Value) -> Self {
        Setting {
            value: text(v, "value"),
            masked: text(v, "masked"),
            source: text(v, "source"),
            problem: text(v, "problem"),
            hint: text(v, "hint"),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct OperationInfo {
    pub method: String,
    pub path: String,
    pub write: bool,
}

impl Wire for OperationInfo {
    fn read(v: &Value) -> Self {
        OperationInfo { method: text(v, "method"), path: text(v, "path"), write: flag(v, "write") }
    }
}

/// `console.check`: whether `/ui` can be shown in a frame, and if not, why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsoleCheck {
    pub url: String,
    pub embeddable: bool,
    pub reachable: bool,
    pub x_frame_options: String,
    pub frame_ancestors: String,
    pub problems: Vec<ConsoleProblem>,
    pub nginx: String,
}

impl Wire for ConsoleCheck {
    fn read(v: &Value) -> Self {
        ConsoleCheck {
            url: text(v, "url"),
            embeddable: flag(v, "embeddable"),
            reachable: flag(v, "reachable"),
            x_frame_options: text(v, "x_frame_options"),
            frame_ancestors: text(v, "frame_ancestors"),
            problems: items(v, "problems"),
            nginx: text(v, "nginx"),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsoleProblem {
    pub code: String,
    pub message: String,
}

impl Wire for ConsoleProblem {
    fn read(v: &Value) -> Self {
        ConsoleProblem { code: text(v, "code"), message: text(v, "message") }
    }
}

fn text(v: &Value, name: &str) -> String {
    match &v[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) => "false".to_owned(),
        _ => String::new(),
    }
}

/// A number that may be an integer, a float or a text.
fn maybe_number(v: &Value, name: &str) -> Option<f64> {
    let number = match &v[name] {
        Value::String(text) => serde_json::from_str::<Value>(text.trim()).ok()?.as_f64(),
        other => other.as_f64(),
    };
    number.filter(|number| number.is_finite())
}

fn number(v: &Value, name: &str) -> f64 {
    maybe_number(v, name).unwrap_or(0.0)
}

fn maybe_whole(v: &Value, name: &str) -> Option<u64> {
    v[name].as_u64()
}

fn whole(v: &Value, name: &str) -> u64 {
    maybe_whole(v, name).unwrap_or(0)
}

fn status(v: &Value, name: &str) -> u16 {
    u16::try_from(whole(v, name)).unwrap_or(0)
}

fn flag(v: &Value, name: &str) -> bool {
    v[name] == Value::Bool(true)
}

fn value(v: &Value, name: &str) -> Value {
    v[name].clone()
}

fn maybe_value(v: &Value, name: &str) -> Option<Value> {
    (!v[name].is_null()).then(|| v[name].clone())
}

fn texts(v: &Value, name: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for item in v[name].as_array().into_iter().flatten() {
        if let Value::String(text) = item {
            texts.push(text.clone());
        }
    }
    texts
}

/// The objects of a list: one odd element must not hide the others.
fn items<T: Wire>(v: &Value, name: &str) -> Vec<T> {
    let mut items = Vec::new();
    for item in v[name].as_array().into_iter().flatten() {
        if item.is_object() {
            items.push(T::read(item));
        }
    }
    items
}

/// The objects of a map; PHP writes an empty one as a list.
fn map<T: Wire>(v: &Value, name: &str) -> Vec<(String, T)> {
    let mut map = Vec::new();
    for (key, item) in v[name].as_object().into_iter().flatten() {
        if item.is_object() {
            map.push((key.clone(), T::read(item)));
        }
    }
    map
}

fn part<T: Wire>(v: &Value, name: &str) -> T {
    T::read(&v[name])
}

fn maybe_part<T: Wire>(v: &Value, name: &str) -> Option<T> {
    v[name].is_object().then(|| T::read(&v[name]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nulls_texts_and_missing_fields_decode() {
        let key: Key =
            Wire::read(&json!({"token": "ab", "spend": 0, "max_budget": "5.5", "models": null, "blocked": null}));
        assert_eq!(key.spend, 0.0);
        assert_eq!(key.max_budget, Some(5.5));
        assert!(key.models.is_empty() && !key.blocked);
    }

    #[test]
    fn an_odd_element_does_not_hide_the_others() {
        let page: LogPage = Wire::read(&json!({"data": [{"request_id": "a"}, 7, {"request_id": "b"}]}));
        assert_eq!(page.data.len(), 2);
    }

    #[test]
    fn an_empty_map_written_as_a_list_decodes() {
        let day: DayResult = Wire::read(&json!({"date": "2026-11-20", "breakdown": {"model_groups": []}}));
        assert!(day.breakdown.model_groups.is_empty());
    }

    #[test]
    fn a_created_key_does_not_print_its_secret() {
        let created = CreatedKey { key: "sk-secret".into(), key_alias: "a".into(), ..Default::default() };
        assert!(!format!("{created:?}").contains("sk-secret"));
    }
}
