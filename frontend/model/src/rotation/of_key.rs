//! What a successor is made of: everything that its key has and another key can be given.

use serde_json::{Map, Value, json};

use super::{Plan, days_to};
use crate::{
    clock,
    key_form::{Expiry, KeyDraft, not_copied},
    wire::{Key, KeyInfo},
};

/// Something of a key that its successor does not get from here.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// Budgets for single models, or several budgets at once: without them the successor could spend more.
    Budgets,
    /// What MCP servers, vector stores and agents it may use; without it the successor might use others.
    Permissions,
    /// Names of its own for models: without them a call goes to another model.
    Aliases,
    /// The project, which has limits of its own.
    Project,
    /// Only routes that are no calls of models, or some of them: the successor could call any model.
    OwnRoutes,
    /// Groups of models.
    AccessGroups,
    /// Routes beyond calls of models.
    Routes,
    /// Parts of the metadata that only the gateway's operators set, or that hold a secret.
    Metadata(Vec<String>),
    /// LiteLLM's own rotation.
    OwnRotation,
}

impl Left {
    /// A key must not get a successor that could do more.
    pub fn forbids(&self) -> bool {
        matches!(self, Left::Budgets | Left::Permissions | Left::Aliases | Left::Project | Left::OwnRoutes)
    }
}

pub fn left_behind(info: &KeyInfo) -> Vec<Left> {
    let (key, more) = (&info.info, &info.more);
    let mut left = Vec::new();
    if !more.model_max_budget.is_empty() || !key.budget_limits.is_empty() {
        left.push(Left::Budgets);
    }
    if !more.object_permission_id.is_empty() {
        left.push(Left::Permissions);
    }
    if more.aliases.as_object().is_some_and(|aliases| !aliases.is_empty()) {
        left.push(Left::Aliases);
    }
    if !more.project_id.is_empty() {
        left.push(Left::Project);
    }
    if !key.access_group_ids.is_empty() {
        left.push(Left::AccessGroups);
    }
    // What `keys.create` gives, it gives exactly.
    let is_details = |routes: &[String]| routes.iter().any(|route| route == "/model/info");
    let has_calls = more.allowed_routes.iter().any(|route| route == "llm_api_routes");
    if !has_calls && !more.allowed_routes.is_empty() {
        left.push(Left::OwnRoutes);
    } else if !has_calls || (more.allowed_routes.len() > 1 && !is_details(&more.allowed_routes)) {
        left.push(Left::Routes);
    }
    let names = not_copied(&more.metadata);
    if !names.is_empty() {
        left.push(Left::Metadata(names));
    }
    if more.auto_rotate {
        left.push(Left::OwnRotation);
    }
    left
}

/// The key as it was when this was begun: its end may have been moved since, which is not to be the successor's.
pub fn as_begun(info: KeyInfo, plan: &Plan) -> KeyInfo {
    let key = Key { expires: plan.ends.clone(), ..info.info };
    KeyInfo { info: key, ..info }
}

/// The form as it is filled in for the successor; [`params`] adds what it has no fields for.
pub fn draft(info: &KeyInfo, alias: &str, now_ms: i64, decimal: char) -> KeyDraft {
    let days = days_to(&info.info.expires, now_ms);
    KeyDraft {
        alias: alias.to_owned(),
        expiry: if days.is_some() { Expiry::Custom } else { Expiry::Never },
        expiry_days: days.map(|days| days.to_string()).unwrap_or_default(),
        ..KeyDraft::like(info, now_ms, decimal)
    }
}

/// The parameters of `keys.create`, from those that the form gives: with what the key has spent, so that the successor has
/// what is left of its budget, and with the marks by which it is found again.
pub fn params(form: Value, info: &KeyInfo, plan: &Plan, now_ms: i64) -> Value {
    let Value::Object(mut params) = form else { return form };
    if info.info.spend > 0.0 {
        params.insert("spend".to_owned(), json!(info.info.spend));
    }
    if !plan.is_at_once() {
        params.insert("blocked".to_owned(), json!(true));
    }
    for (name, id) in [("organization", &info.more.organization_id), ("budget", &info.info.budget_id)] {
        if !id.is_empty() {
            params.insert(name.to_owned(), json!(id));
        }
    }
    let metadata = params.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    metadata["litellm_dashboard"] = json!({ "replaces": plan.old, "rotation": plan.marker });
    let own = &info.more.metadata;
    let raised_until = own["temp_budget_expiry"].as_str().and_then(clock::parse_utc_ms);
    if raised_until.is_some_and(|until| until > now_ms) && own["temp_budget_increase"].is_number() {
        for name in ["temp_budget_increase", "temp_budget_expiry"] {
            metadata[name] = own[name].clone();
        }
    }
    Value::Object(params)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests;
