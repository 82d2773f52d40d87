//! Work on keys that must survive a reload and be seen from other browsers, kept in WordPress.

use model::{
    endpoint::Endpoint,
    failure::ApiError,
    wire::{Journal, JournalSaved, Wire},
};
use serde_json::{Value, json};

use super::{Api, Read, Result};

pub fn list(api: &Api) -> Read<Journal> {
    api.read(Endpoint::JournalList, json!({}))
}

/// Saves an entry over the revision that is known, 0 for a new one, and gives the new revision. Where somebody else has
/// saved it since, this fails with `litellm_journal_changed` (409), and nothing is lost.
pub async fn save(api: &Api, id: &str, kind: &str, revision: u64, entry: &Value) -> Result<u64> {
    let params = json!({ "id": id, "kind": kind, "revision": revision, "entry": entry.to_string() });
    let saved = JournalSaved::read(&api.write(Endpoint::JournalSave, &params).await?);
    if saved.revision > revision { Ok(saved.revision) } else { Err(unreadable(Endpoint::JournalSave)) }
}

/// Removes an entry, unless somebody else has saved it since. One that is gone already counts as removed.
pub async fn remove(api: &Api, id: &str, revision: u64) -> Result<()> {
    api.write(Endpoint::JournalRemove, &json!({ "id": id, "revision": revision })).await.map(|_| ())
}

fn unreadable(endpoint: Endpoint) -> ApiError {
    ApiError::Unreadable { endpoint: endpoint.name() }
}
