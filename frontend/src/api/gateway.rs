//! Whether the gateway is there, what it is, and whether its console can be shown.

use model::{
    endpoint::Endpoint,
    wire::{ConsoleCheck, PluginStatus, Readiness},
};
use serde_json::{Value, json};

use super::{Api, Read};

pub fn plugin_status(api: &Api) -> Read<PluginStatus> {
    api.read(Endpoint::Status, json!({}))
}

/// A bare word.
pub fn alive(api: &Api) -> Read<Value> {
    api.read(Endpoint::GatewayLiveliness, json!({}))
}

pub fn readiness(api: &Api) -> Read<Readiness> {
    api.read(Endpoint::GatewayReadiness, json!({}))
}

/// Newer LiteLLM tells its version here only; older does not know the operation.
pub fn details(api: &Api) -> Read<Readiness> {
    api.read(Endpoint::GatewayDetails, json!({}))
}

pub fn console(api: &Api) -> Read<ConsoleCheck> {
    api.read(Endpoint::ConsoleCheck, json!({}))
}

/// Something that only an administrator of LiteLLM gets. A key of anybody else is refused, and sees a part of what the other
/// reads tell, as if that were all.
pub fn scope(api: &Api) -> Read<Value> {
    api.read(Endpoint::TeamsList, json!({ "page": 1, "page_size": 1 }))
}
