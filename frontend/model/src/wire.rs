//! The answers of the WordPress route, as far as the app reads them.
//!
//! Read leniently: LiteLLM adds fields between versions, leaves some out, and sends `null` where a list or a number is meant.
//! Not derived: derived decoders make up a third of the module, for refusals that are not wanted here.

use serde_json::Value;

use crate::{number, secret::Secret};

/// An object of an answer. Whatever is missing or of another kind is empty; reading cannot fail.
pub trait Wire: Sized {
    fn read(v: &Value) -> Self;
}

/// What a field of an object may be; its type says how it is read.
trait Field: Sized {
    fn field(v: &Value, name: &str) -> Self;
}

/// Structs with public fields, each read from the field of the same name, or of the name after its type.
macro_rules! wire {
    ($($(#[$of_struct:meta])* pub struct $struct:ident {
        $($(#[$of_field:meta])* $field:ident: $type:ty $(= $name:literal)?,)*
    })*) => { $(
        $(#[$of_struct])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $struct { $($(#[$of_field])* pub $field: $type,)* }

        impl Wire for $struct {
            fn read(v: &Value) -> Self {
                $struct { $($field: Field::field(v, wire!(@name $field $($name)?)),)* }
            }
        }
    )* };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}

wire! {
    /// One answer of a batch. `status` 202 means: not asked yet, ask again.
    pub struct BatchItem {
        status: u16, data: Value, age_s: u64, error: Option<Value>,
        /// How long LiteLLM took; none where it was not asked.
        took_ms: Option<u64>,
        /// How far its clock is ahead of WordPress's; none where they agree to a minute.
        clock_s: Option<f64>,
    }

    /// `activity.day`: the sums of one UTC day.
    pub struct Activity { results: Vec<DayResult>, }
    pub struct DayResult { date: String, metrics: Metrics, breakdown: Breakdown, }
    pub struct Breakdown {
        /// By public model name; the empty name stands for calls of a model that does not exist.
        model_groups: Vec<(String, Group)>,
    }
    pub struct Group { metrics: Metrics, }
    #[derive(Copy)]
    pub struct Metrics {
        /// US dollars.
        spend: f64,
        prompt_tokens: f64, completion_tokens: f64, total_tokens: f64,
        /// Of the prompt tokens: what was read from the provider's cache, and what was written to it.
        cache_read_input_tokens: f64, cache_creation_input_tokens: f64,
        api_requests: f64, successful_requests: f64, failed_requests: f64,
    }
    /// `usage.…`: one UTC day, by something else than models; of a long one a page.
    pub struct UsageDay { results: Vec<UsageResult>, metadata: UsagePages, }
    pub struct UsageResult { breakdown: UsageBreakdown, }
    pub struct UsageBreakdown {
        providers: Vec<(String, UsageGroup)>,
        /// Older LiteLLM does not add up by them.
        endpoints: Vec<(String, UsageGroup)>,
        api_keys: Vec<(String, UsageGroup)>,
        /// Owners, teams and the like, by their ids.
        entities: Vec<(String, UsageGroup)>,
    }
    pub struct UsageGroup { metrics: Metrics, metadata: UsageName, }
    pub struct UsageName { key_alias: String, team_id: String, team_alias: String, organization_alias: String, alias: String, }
    #[derive(Copy)]
    pub struct UsagePages { total_pages: f64, }
    /// `logs.count`.
    #[derive(Copy)]
    pub struct LogCount {
        total: f64,
        /// LiteLLM stopped counting: there are at least this many.
        total_is_capped: bool,
    }

    /// `logs.list`, newest first.
    pub struct LogPage {
        data: Vec<LogRow>, total: f64,
        /// LiteLLM stopped counting: there are at least so many. Older versions never do, and do not say.
        total_is_capped: Option<bool>,
    }
    pub struct LogRow {
        request_id: String,
        /// By which callers know the call; newer LiteLLM only.
        litellm_call_id: String,
        session_id: String, call_type: String,
        /// The key's hash; empty for a call without a valid key.
        api_key: String,
        spend: f64, total_tokens: f64, prompt_tokens: f64, completion_tokens: f64,
        start_time: String = "startTime", end_time: String = "endTime", first_token: String = "completionStartTime",
        request_duration_ms: Option<f64>,
        model: String, model_id: String,
        /// The public model name; empty where the model was unknown.
        model_group: String,
        custom_llm_provider: String, user: String, end_user: String, team_id: String, organization_id: String,
        request_tags: Vec<String>, cache_hit: String, status: String,
        /// Which tool of which server, of a call by MCP.
        mcp_tool: String = "mcp_namespaced_tool_name",
        /// The caller's address; older LiteLLM has it with a licence only.
        address: String = "requester_ip_address",
        metadata: LogMetadata,
    }
    pub struct LogMetadata {
        status: String, user_api_key_alias: String, user_api_key_team_alias: String,
        organization_id: String = "user_api_key_org_id",
        user_agent: String,
        /// How long the gateway itself took, in milliseconds.
        overhead_ms: Option<f64> = "litellm_overhead_time_ms",
        attempted_retries: f64, attempted_fallbacks: f64,
        /// Where prompt and answer are kept, if not in the database.
        cold_storage: String = "cold_storage_object_key",
        error_information: Option<ErrorInformation>,
        usage: LogUsage = "usage_object",
        cost: Option<CostBreakdown> = "cost_breakdown",
    }
    pub struct ErrorInformation { error_code: String, error_class: String, error_message: String, llm_provider: String, }
    /// What the tokens of a call were, as far as its provider tells.
    pub struct LogUsage {
        prompt: PromptTokens = "prompt_tokens_details", completion: CompletionTokens = "completion_tokens_details",
        cache_read_input_tokens: Option<f64>, cache_creation_input_tokens: Option<f64>,
    }
    pub struct PromptTokens { cached_tokens: Option<f64>, cache_creation_tokens: Option<f64>, }
    pub struct CompletionTokens { reasoning_tokens: Option<f64>, }
    /// What a call cost, in US dollars. `input_cost` is that of older LiteLLM with what came from a cache, of newer without.
    #[derive(Copy)]
    pub struct CostBreakdown {
        input_cost: Option<f64>, output_cost: Option<f64>, cache_read_cost: Option<f64>, cache_creation_cost: Option<f64>,
        /// A part of `output_cost`.
        reasoning_cost: Option<f64>,
        tool_usage_cost: Option<f64>, guardrail_cost: Option<f64>, discount_amount: Option<f64>,
        margin_total_amount: Option<f64>, original_cost: Option<f64>, total_cost: Option<f64>,
    }
    /// `logs.content`: what is stored of one call, in whatever form its endpoint has.
    pub struct LogContents { rows: Vec<LogContent>, }
    pub struct LogContent {
        request_id: String, messages: Value, response: Value,
        /// The body as the caller sent it.
        request: Value = "proxy_server_request",
    }

    /// `keys.list`: what a table of all keys needs, as there may be ten thousand. The rest of one key is in [`KeyInfo`].
    pub struct KeyPage { keys: Vec<Key>, total_count: f64, current_page: f64, total_pages: f64, }
    /// A virtual key. Its secret is not among the fields: LiteLLM keeps only the hash.
    pub struct Key {
        /// The SHA-256 of the key, in hex: its identity everywhere.
        token: String,
        /// Masked, such as `sk-...4Cfw`.
        key_name: String,
        key_alias: String, spend: f64, max_budget: Option<f64>, expires: String,
        /// Empty: all models. `all-team-models` stands for those of the team, `no-default-models` for none.
        models: Vec<String>,
        user_id: String,
        /// The owner's name and e-mail; older LiteLLM does not give them here.
        user: Option<Person>,
        team_id: String,
        /// Mostly empty: LiteLLM gives the team's name in `teams.list`.
        team_alias: String,
        /// The organization.
        org_id: String,
        tpm_limit: Option<f64>, rpm_limit: Option<f64>, max_parallel_requests: Option<f64>,
        budget_duration: String, budget_reset_at: String,
        /// The budget object that limits it as well, and that object itself. In a list, older LiteLLM gives neither.
        budget_id: String, budget: Option<Budget> = "litellm_budget_table",
        /// Several budgets at once, each for its own period; newer LiteLLM only.
        budget_limits: Vec<BudgetWindow>,
        /// Groups of models that it may call beside `models`; newer LiteLLM only.
        access_group_ids: Vec<String>,
        blocked: bool,
        created_at: String, created_by: String, created_by_user: Option<Person>,
        /// Moves with every call, as the spend does.
        updated_at: String,
        updated_by: String,
        /// When its settings were changed; newer LiteLLM only.
        settings_updated_at: String,
        last_active: String,
        marks: KeyMarks = "metadata",
    }
    /// What the metadata of a key say of it in a list.
    pub struct KeyMarks {
        tags: Vec<String>,
        /// Added to the budget until it expires.
        temp_budget_increase: Option<f64>, temp_budget_expiry: String,
        /// What this plugin notes about a key.
        ours: OwnMarks = "litellm_dashboard",
    }
    /// In the metadata of a key, under `litellm_dashboard`.
    pub struct OwnMarks {
        /// The hash of its successor, or of its predecessor.
        replaced_by: String, replaces: String,
        /// Of a successor: the rotation that made it.
        rotation: String,
    }
    /// A user's name and e-mail.
    pub struct Person { user_email: String, user_alias: String, }
    /// A budget object (`budgets.list`), which keys, organizations and members of teams may share.
    pub struct Budget {
        budget_id: String, max_budget: Option<f64>, budget_duration: String, budget_reset_at: String,
        tpm_limit: Option<f64>, rpm_limit: Option<f64>, max_parallel_requests: Option<f64>,
        /// Of a member of a team, in newer LiteLLM; empty: those of the team.
        allowed_models: Vec<String>,
    }
    /// One of several budgets at once.
    pub struct BudgetWindow { budget_duration: String, max_budget: Option<f64>, reset_at: String, }

    /// `keys.info`: one key in full, as LiteLLM's database has it now. [`KeyInfo::key`] is it as in a list.
    pub struct KeyInfo {
        token: String = "key",
        /// Without its hash.
        info: Key,
        more: KeyMore = "info",
    }
    /// What `keys.info` has and a list has not.
    pub struct KeyMore {
        organization_id: String,
        /// An object as it is, without what only the gateway's operators set (such as `logging`); what looks like a secret is
        /// masked. Changes are sent as what is to change: see `api::keys::update`.
        metadata: Value,
        allowed_routes: Vec<String>,
        /// What it may use beside models; an object of names for models; the project, of newer LiteLLM.
        object_permission_id: String, aliases: Value, project_id: String,
        /// By model.
        model_max_budget: Vec<(String, ModelBudget)>, model_max_budget_usage: Vec<(String, BudgetUse)>,
        /// By the period of the window.
        budget_limits_usage: Vec<(String, BudgetUse)>,
        /// `deleted`: it comes out of the archive of newer LiteLLM. Older LiteLLM does not say.
        status: String, deleted_at: String, deleted_by: String,
        auto_rotate: bool, rotation_interval: String, last_rotation_at: String, key_rotation_at: String,
    }
    /// A budget for one model; LiteLLM writes it with either pair of names.
    pub struct ModelBudget {
        max_budget: Option<f64>, budget_duration: String,
        budget_limit: Option<f64>, time_period: String,
    }
    /// What was spent of a budget in its current period.
    pub struct BudgetUse { current_spend: f64, }


    /// `keys.self`: the plugin's own service key.
    pub struct OwnKey {
        /// The hash, as in [`Key::token`].
        key: String,
        info: OwnKeyInfo,
    }
    pub struct OwnKeyInfo {
        key_alias: String, key_name: String, user_id: String, team_id: String, blocked: bool, expires: String,
        models: Vec<String>, allowed_routes: Vec<String>,
    }

    /// `keys.create`.
    pub struct CreatedKey {
        key: Secret,
        key_name: String, key_alias: String, token: String, expires: String, models: Vec<String>, team_id: String,
    }
    /// `keys.block` and `keys.unblock`.
    pub struct BlockedKey { token: String, blocked: bool, }
    /// `keys.update`: what the key is now.
    pub struct UpdatedKey {
        token: String = "key",
        key_alias: String, models: Vec<String>, max_budget: Option<f64>, budget_duration: String, budget_reset_at: String,
        rpm_limit: Option<f64>, tpm_limit: Option<f64>, max_parallel_requests: Option<f64>,
        expires: String, team_id: String, user_id: String, blocked: bool, updated_at: String, settings_updated_at: String,
        metadata: Value,
    }
    /// `keys.reset_spend`.
    pub struct ResetKey { token: String = "key", spend: Option<f64>, }
    /// `keys.delete`.
    pub struct DeletedKeys { deleted_keys: Vec<String>, }

    /// `models.list`: the model groups that callers may name.
    pub struct Models { data: Vec<Model>, }
    pub struct Model {
        model_group: String, providers: Vec<String>,
        /// `chat`, `embedding`, …
        mode: String,
        input_cost_per_token: Option<f64>, output_cost_per_token: Option<f64>,
    }
    /// `teams.list`.
    pub struct Teams { teams: Vec<Team>, total: f64, total_pages: f64, }
    pub struct Team {
        team_id: String, team_alias: String, organization_id: String,
        /// Empty: all models.
        models: Vec<String>,
        spend: f64, max_budget: Option<f64>, budget_duration: String, budget_reset_at: String,
        budget_limits: Vec<BudgetWindow>,
        tpm_limit: Option<f64>, rpm_limit: Option<f64>, max_parallel_requests: Option<f64>,
        blocked: bool,
        access_group_ids: Vec<String>,
        /// In a list without e-mails.
        members: Vec<Member> = "members_with_roles",
        /// None: older LiteLLM does not count in a list.
        keys_count: Option<f64>,
        created_at: String, updated_at: String,
    }
    pub struct Member {
        user_id: String, user_email: String,
        /// `user` or `admin`.
        role: String,
    }
    /// `teams.info`: one team with its keys and with what its members spent.
    pub struct TeamInfo {
        team_id: String,
        team: Team = "team_info",
        rules: TeamRules = "team_info",
        keys: Vec<KeyOfTeam>,
        memberships: Vec<Membership> = "team_memberships",
    }
    pub struct TeamRules {
        /// What each member may spend who has no budget of its own in this team.
        member_budget: Option<Budget> = "team_member_budget_table",
    }
    pub struct KeyOfTeam { token: String, }
    /// A user within a team.
    pub struct Membership {
        user_id: String, spend: f64, budget_id: String,
        budget: Option<Budget> = "litellm_budget_table",
    }
    /// `teams.create`, `teams.update`, `teams.block`, `teams.unblock`, and changes of members.
    pub struct ChangedTeam {
        team_id: String, blocked: bool,
        members: Vec<Member> = "members_with_roles",
        /// Of `teams.update`: what the team is now.
        data: Option<Team>,
    }
    /// `teams.delete`.
    pub struct DeletedTeams { deleted_teams: Vec<String>, }

    /// `users.list`.
    pub struct Users { users: Vec<User>, total: f64, total_pages: f64, }
    /// A user of the gateway.
    pub struct User {
        user_id: String, user_email: String, user_alias: String,
        /// `proxy_admin`, `proxy_admin_viewer`, `internal_user` or `internal_user_viewer`.
        user_role: String,
        spend: f64, max_budget: Option<f64>, budget_duration: String, budget_reset_at: String,
        /// Empty: all models.
        models: Vec<String>,
        tpm_limit: Option<f64>, rpm_limit: Option<f64>,
        /// The ids of its teams.
        teams: Vec<String>,
        key_count: f64,
        created_at: String, updated_at: String,
    }
    /// `users.create` and `users.update`.
    pub struct ChangedUser {
        user_id: String,
        /// Of `users.update`: what the user is now.
        data: Option<User>,
    }
    /// `users.delete`: how many.
    #[derive(Copy)]
    pub struct DeletedUsers { deleted: f64, }

    /// `organizations.list`.
    pub struct Organizations { organizations: Vec<Organization>, }
    pub struct Organization {
        organization_id: String, organization_alias: String,
        /// Empty: all models.
        models: Vec<String>,
        spend: f64, budget_id: String, budget: Option<Budget> = "litellm_budget_table",
    }
    /// `budgets.list`.
    pub struct Budgets { budgets: Vec<Budget>, }

    /// `journal.list`: work on keys that has to survive a reload, and that other browsers see.
    pub struct Journal { entries: Vec<JournalEntry>, }
    pub struct JournalEntry {
        id: String,
        /// `kill_switch`, `rotation` or `bulk`.
        kind: String,
        /// Counts from 1; a save names the one that it replaces.
        revision: u64,
        /// Unix time in seconds, and the name of the WordPress user who saved it last.
        saved_at: u64, saved_by: String,
        /// What the page wrote.
        entry: Value,
    }
    /// `journal.save` and `journal.remove`.
    #[derive(Copy)]
    pub struct JournalSaved { revision: u64, }

    /// `audit.list`: what was done through the plugin, the newest first.
    pub struct Audit {
        rows: Vec<AuditRow>, earlier: bool, later: bool,
        /// After so many days, and above so many of them, entries are removed.
        days: f64, most: f64,
        /// How many could not be written, and the last of these (UTC).
        missed: f64, missed_at: String,
    }
    pub struct AuditRow {
        id: u64, began: String, ended: String,
        /// 0: nobody that was signed in.
        user_id: u64, login: String,
        /// `page`, `ability`, `cli` or `cron`.
        channel: String,
        address: String, site: u64, gateway: String, operation: String,
        /// The hash of a key, its name or that of a user or a team, and their ids.
        key: String, alias: String, user: String, team: String,
        /// A list: `field`, `asked`, and where it is known `before` and `after`.
        changes: Value,
        /// `done`, `refused`, `unknown` or `under_way`, and the code of an error with its reason.
        result: String, reason: String, detail: String,
    }

    /// `gateway.readiness` and `gateway.details`; which fields are there differs by version.
    pub struct Readiness { status: String, db: String, cache: String, litellm_version: String, }

    /// `status`: what the plugin knows of its own settings.
    pub struct PluginStatus {
        plugin: String, wordpress: String, php: String, base: Setting, key: Setting,
        /// `LITELLM_CONSOLE_URL`, which may be missing.
        console: Setting,
        /// `LITELLM_BASIC_AUTH` and `LITELLM_KEY_HEADER`, likewise.
        basic_auth: Setting, key_header: Setting,
        /// `LITELLM_KEY_LIMITS`, likewise.
        key_limits: Setting,
        operations: Vec<(String, OperationInfo)>, object_cache: bool, https: bool,
    }
    /// One of the constants, as the plugin found it.
    pub struct Setting {
        /// The address, for the base; the service key's is `masked`.
        value: String,
        masked: String,
        /// What was left out at its end, such as `v1`.
        cut: String,
        /// `environment`, `constant` or `missing`.
        source: String,
        /// Empty, `missing` or `invalid`.
        problem: String,
        /// The rule that an invalid value breaks; `setting_problem` has the words.
        hint: String,
    }
    pub struct OperationInfo { method: String, path: String, write: bool, }

    /// What boot data say of `LITELLM_KEY_LIMITS`: ceilings for new and changed keys. Where there is one, the limit has to be set.
    pub struct KeyLimits {
        /// It cannot be read, so that no key can be made or changed.
        broken: bool,
        max_budget: Option<f64>,
        /// The shortest period of a budget.
        budget_days: Option<f64>,
        /// The longest life of a key.
        duration_days: Option<f64>,
        rpm_limit: Option<f64>, tpm_limit: Option<f64>, max_parallel_requests: Option<f64>,
        /// Empty: all. Else a key names some of these.
        models: Vec<String>,
        /// Parameters that must be set, though without a ceiling.
        required: Vec<String>,
    }

    /// `console.check`: whether `/ui` can be shown in a frame, and if not, why.
    pub struct ConsoleCheck {
        url: String, embeddable: bool, reachable: bool, x_frame_options: String, frame_ancestors: String,
        problems: Vec<ConsoleProblem>, nginx: String,
    }
    pub struct ConsoleProblem {
        code: String,
        /// Of `unreachable`: such as `dns`.
        reason: String,
        /// Of `bad_status`.
        status: u16,
        /// Both origins of `other_site`; `console`: also the host of `internal`.
        console: String, site: String,
    }
}

impl KeyInfo {
    /// The key as in a list.
    pub fn key(&self) -> Key {
        let mut key = self.info.clone();
        key.token.clone_from(&self.token);
        key.org_id.clone_from(&self.more.organization_id);
        key
    }
}

/// How a type is read from the value of its field.
macro_rules! field {
    ($($(where $generic:ident: $bound:ident =>)? $type:ty: |$v:ident| $read:expr;)*) => { $(
        impl$(<$generic: $bound>)? Field for $type {
            fn field(v: &Value, name: &str) -> Self {
                let $v = &v[name];
                $read
            }
        }
    )* };
}

field! {
    String: |v| text(v);
    Secret: |v| text(v).into();
    f64: |v| finite(v).unwrap_or(0.0);
    Option<f64>: |v| finite(v);
    u64: |v| v.as_u64().unwrap_or(0);
    Option<u64>: |v| v.as_u64();
    u16: |v| v.as_u64().and_then(|number| u16::try_from(number).ok()).unwrap_or(0);
    bool: |v| *v == Value::Bool(true);
    Option<bool>: |v| v.as_bool();
    Value: |v| v.clone();
    Option<Value>: |v| (!v.is_null()).then(|| v.clone());
    // Lists are filled in loops: collecting an iterator costs the module a kilobyte.
    Vec<String>: |v| {
        let mut texts = Vec::new();
        for item in elements(v) {
            if let Value::String(text) = item {
                texts.push(text.clone());
            }
        }
        texts
    };
    where T: Wire => T: |v| T::read(v);
    where T: Wire => Option<T>: |v| v.is_object().then(|| T::read(v));
    // One odd element must not hide the others.
    where T: Wire => Vec<T>: |v| {
        let mut items = Vec::new();
        for item in elements(v) {
            if item.is_object() {
                items.push(T::read(item));
            }
        }
        items
    };
    // PHP writes an empty map as a list.
    where T: Wire => Vec<(String, T)>: |v| {
        let mut map = Vec::new();
        for (key, item) in v.as_object().into_iter().flatten() {
            if item.is_object() {
                map.push((key.clone(), T::read(item)));
            }
        }
        map
    };
}

fn text(v: &Value) -> String {
    match v {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) => "false".to_owned(),
        _ => String::new(),
    }
}

/// A number that may be an integer, a float or a text.
fn finite(v: &Value) -> Option<f64> {
    let number = match v {
        Value::String(text) => serde_json::from_str::<Value>(text.trim()).ok()?.as_f64(),
        other => other.as_f64(),
    };
    number.filter(|number| number.is_finite()).map(number::sane)
}

fn elements(v: &Value) -> impl Iterator<Item = &Value> {
    v.as_array().into_iter().flatten()
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
    fn what_is_no_object_is_empty() {
        for odd in [json!(null), json!(7), json!("x"), json!(true), json!([{"keys": [{}]}]), json!({"keys": {}})] {
            assert_eq!(KeyPage::read(&odd), KeyPage::default(), "{odd}");
            let row: LogRow = Wire::read(&json!({"metadata": odd, "startTime": [], "spend": {}, "user": null}));
            assert_eq!(row, LogRow::default(), "{odd}");
        }
    }

    #[test]
    fn figures_at_the_edge_are_sane() {
        for (given, read) in [("1e300", 1e15), ("-1e300", -1e15), ("NaN", 0.0), ("1e999", 0.0)] {
            assert_eq!(Metrics::read(&json!({"spend": given})).spend, read, "{given}");
        }
        assert!(Metrics::read(&json!({"spend": -0.0})).spend.is_sign_positive());
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
}
