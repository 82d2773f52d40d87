//! What was done through the plugin.

use model::{endpoint::Endpoint, wire::Audit};
use serde_json::{Map, Value, json};

use super::{Api, Read};

/// Entries on a page, and in one answer for a file.
pub const PAGE: u64 = 50;
pub const PIECE: u64 = 200;

pub fn list(api: &Api, params: Map<String, Value>) -> Read<Audit> {
    api.read(Endpoint::AuditList, Value::Object(params))
}

/// One of them, by its id: the first that is earlier than the next.
pub fn one(api: &Api, id: u64) -> Read<Audit> {
    api.read(Endpoint::AuditList, json!({ "before": id + 1, "size": 1 }))
}
