//! Whether the gateway is there, what it is, and whether its console can be shown.

use model::endpoint::Endpoint;
use serde_json::json;

use super::{Api, Asked};

/// A `wire::PluginStatus`.
pub fn plugin_status(api: &Api) -> Asked {
    api.ask(Endpoint::Status, json!({}))
}

/// A bare word.
pub fn alive(api: &Api) -> Asked {
    api.ask(Endpoint::GatewayLiveliness, json!({}))
}

/// A `wire::Readiness`.
pub fn readiness(api: &Api) -> Asked {
    api.ask(Endpoint::GatewayReadiness, json!({}))
}

/// A `wire::Readiness`. Newer LiteLLM tells its version here only; older does not know the operation.
pub fn details(api: &Api) -> Asked {
    api.ask(Endpoint::GatewayDetails, json!({}))
}

/// A `wire::ConsoleCheck`.
pub fn console(api: &Api) -> Asked {
    api.ask(Endpoint::ConsoleCheck, json!({}))
}
