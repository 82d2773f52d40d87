//! Virtual keys: reading, making, blocking, deleting.

use model::{
    endpoint::Endpoint,
    failure::ApiError,
    keys_table::reading,
    wire::{Activity, BlockedKey, DeletedKeys, KeyInfo, KeyPage, Models, OwnKey, ResetKey, Teams, UpdatedKey, Wire},
};
use serde_json::{Value, json};

use super::{Api, Read, Result};

/// The key with exactly this alias, if there is one.
pub fn by_alias(api: &Api, alias: &str) -> Read<KeyPage> {
    api.read(Endpoint::KeysList, json!({ "alias": alias, "page": 1, "size": 1 }))
}

/// The key with this hash, if there is one.
pub fn by_hash(api: &Api, hash: &str) -> Read<KeyPage> {
    api.read(Endpoint::KeysList, json!({ "key": hash, "page": 1, "size": 1 }))
}

/// A page of all keys, the newest first. Without an order that is asked for LiteLLM also puts those in order that were made in
/// the same moment (by their hashes), so that none is on two pages and none on no page.
pub fn page_of_all(api: &Api, page: usize) -> Read<KeyPage> {
    api.read(Endpoint::KeysList, json!({ "page": page, "size": reading::LARGEST_PAGE }))
}

/// The hundred keys that have spent most, in both versions.
pub fn dearest(api: &Api) -> Read<KeyPage> {
    let size = reading::LARGEST_PAGE;
    api.read(Endpoint::KeysList, json!({ "page": 1, "size": size, "sort_by": "spend", "sort_order": "desc" }))
}

/// One key in full. Never from the cache.
pub fn info(api: &Api, token: &str) -> Read<KeyInfo> {
    api.read(Endpoint::KeysInfo, json!({ "key": token }))
}

/// The sums of one key's days, `YYYY-MM-DD` both.
pub fn activity(api: &Api, token: &str, start: &str, end: &str) -> Read<Activity> {
    api.read(Endpoint::KeysActivity, json!({ "key": token, "start": start, "end": end }))
}

/// The plugin's own key, which is marked and protected.
pub fn own(api: &Api) -> Read<OwnKey> {
    api.read(Endpoint::KeysSelf, json!({}))
}

pub fn models(api: &Api) -> Read<Models> {
    api.read(Endpoint::ModelsList, json!({}))
}

/// The first hundred teams.
pub fn teams(api: &Api) -> Read<Teams> {
    api.read(Endpoint::TeamsList, json!({ "page": 1, "page_size": 100 }))
}

/// The answer as it came: what is read of it depends on what was asked for.
pub async fn create(api: &Api, draft: &Value) -> Result<Value> {
    api.write(Endpoint::KeysCreate, &with_metadata_as_text(draft)).await
}

/// Changes a key. Only what is among `changes` changes; null takes a limit, a team, an owner or the expiry away.
///
/// `metadata` is an object of what is to change in it (a JSON merge patch, RFC 7396): an object within it is merged, null
/// removes a field, all else replaces. Tags are `metadata.tags`, limits for each model `metadata.model_rpm_limit` and
/// `metadata.model_tpm_limit` (objects of numbers by model). What is in there and not named stays, seen or not.
/// A temporary increase is `temp_budget_increase` with `temp_budget_expiry` (`YYYY-MM-DDTHH:MM:SS`, UTC: with a zone 1.80.11 refuses every call of the key), and taken away by
/// null for both in `metadata`.
pub async fn update(api: &Api, token: &str, changes: &Value) -> Result<UpdatedKey> {
    let mut params = with_metadata_as_text(changes);
    params["key"] = json!(token);
    let key = UpdatedKey::read(&api.write(Endpoint::KeysUpdate, &params).await?);
    if key.token == token { Ok(key) } else { Err(ApiError::Unreadable { endpoint: Endpoint::KeysUpdate.name() }) }
}

/// Sets what a key has spent to nothing.
pub async fn reset_spend(api: &Api, token: &str) -> Result<()> {
    let key = ResetKey::read(&api.write(Endpoint::KeysResetSpend, &json!({ "key": token })).await?);
    if key.spend == Some(0.0) {
        Ok(())
    } else {
        Err(ApiError::Unreadable { endpoint: Endpoint::KeysResetSpend.name() })
    }
}

/// PHP would make a list of an empty object, so that what is an object travels as text.
fn with_metadata_as_text(params: &Value) -> Value {
    let mut params = params.clone();
    if params["metadata"].is_object() {
        params["metadata"] = json!(params["metadata"].to_string());
    }
    params
}

/// Blocks or unblocks; in order only when LiteLLM confirms the new state.
pub async fn set_blocked(api: &Api, token: &str, blocked: bool) -> Result<()> {
    let endpoint = if blocked { Endpoint::KeysBlock } else { Endpoint::KeysUnblock };
    let answer = api.write(endpoint, &json!({ "key": token })).await?;
    if BlockedKey::read(&answer).blocked == blocked {
        Ok(())
    } else {
        Err(ApiError::Unreadable { endpoint: endpoint.name() })
    }
}

pub async fn delete(api: &Api, token: &str) -> Result<()> {
    let answer = api.write(Endpoint::KeysDelete, &json!({ "key": token })).await?;
    let deleted = DeletedKeys::read(&answer).deleted_keys;
    if deleted.is_empty() { Err(ApiError::Unreadable { endpoint: Endpoint::KeysDelete.name() }) } else { Ok(()) }
}
