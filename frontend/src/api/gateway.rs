//! Whether the gateway is there, what it is, and whether its console can be shown.

use model::{
    endpoint::Endpoint,
    wire::{ConsoleCheck, PluginStatus, Readiness},
};
use serde_json::{Value, json};

use super::{Answer, Api, Result};

pub async fn plugin_status(api: &Api) -> Result<Answer<PluginStatus>> {
    api.read(Endpoint::Status, json!({})).await
}

pub async fn alive(api: &Api) -> Result<Answer<Value>> {
    api.read(Endpoint::GatewayLiveliness, json!({})).await
}

pub async fn readiness(api: &Api) -> Result<Answer<Readiness>> {
    api.read(Endpoint::GatewayReadiness, json!({})).await
}

/// Newer LiteLLM tells its version here only; older does not know the operation.
pub async fn details(api: &Api) -> Result<Answer<Readiness>> {
    api.read(Endpoint::GatewayDetails, json!({})).await
}

pub async fn console(api: &Api) -> Result<Answer<ConsoleCheck>> {
    api.read(Endpoint::ConsoleCheck, json!({})).await
}
