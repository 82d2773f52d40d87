//! The operations that WordPress offers, one variant a row of `php-shim/contract.json`.
//!
//! What an operation takes and gives is in `wire` and in the app's api functions.

/// Several reads in one request; not an operation of its own.
pub const BATCH: &str = "batch";

/// An operation of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    ActivityDay,
    LogsList,
    LogsCount,
    KeysList,
    KeysAliases,
    KeysSelf,
    ModelsList,
    TeamsList,
    GatewayLiveliness,
    GatewayReadiness,
    GatewayDetails,
    Status,
    ConsoleCheck,
    KeysCreate,
    KeysBlock,
    KeysUnblock,
    KeysDelete,
}

impl Endpoint {
    pub const ALL: [Endpoint; 17] = [
        Endpoint::ActivityDay,
        Endpoint::LogsList,
        Endpoint::LogsCount,
        Endpoint::KeysList,
        Endpoint::KeysAliases,
        Endpoint::KeysSelf,
        Endpoint::ModelsList,
        Endpoint::TeamsList,
        Endpoint::GatewayLiveliness,
        Endpoint::GatewayReadiness,
        Endpoint::GatewayDetails,
        Endpoint::Status,
        Endpoint::ConsoleCheck,
        Endpoint::KeysCreate,
        Endpoint::KeysBlock,
        Endpoint::KeysUnblock,
        Endpoint::KeysDelete,
    ];

    /// The name in the contract, and the last part of the address.
    pub fn name(self) -> &'static str {
        match self {
            Endpoint::ActivityDay => "activity.day",
            Endpoint::LogsList => "logs.list",
            Endpoint::LogsCount => "logs.count",
            Endpoint::KeysList => "keys.list",
            Endpoint::KeysAliases => "keys.aliases",
            Endpoint::KeysSelf => "keys.self",
            Endpoint::ModelsList => "models.list",
            Endpoint::TeamsList => "teams.list",
            Endpoint::GatewayLiveliness => "gateway.liveliness",
            Endpoint::GatewayReadiness => "gateway.readiness",
            Endpoint::GatewayDetails => "gateway.details",
            Endpoint::Status => "status",
            Endpoint::ConsoleCheck => "console.check",
            Endpoint::KeysCreate => "keys.create",
            Endpoint::KeysBlock => "keys.block",
            Endpoint::KeysUnblock => "keys.unblock",
            Endpoint::KeysDelete => "keys.delete",
        }
    }

    /// Writes are sent by `POST`, never repeated by the machine, and not allowed in a batch.
    pub fn is_write(self) -> bool {
        matches!(self, Endpoint::KeysCreate | Endpoint::KeysBlock | Endpoint::KeysUnblock | Endpoint::KeysDelete)
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;

    #[test]
    fn endpoints_equal_the_contract() {
        let text = include_str!("../../../php-shim/contract.json");
        let contract: Value = serde_json::from_str(text).expect("php-shim/contract.json is JSON");
        let rows: BTreeMap<&str, &str> = contract["operations"]
            .as_object()
            .expect("php-shim/contract.json has operations")
            .iter()
            .map(|(name, row)| (name.as_str(), row["method"].as_str().unwrap_or("no method")))
            .collect();
        let ours: BTreeMap<&str, &str> = Endpoint::ALL
            .iter()
            .map(|endpoint| (endpoint.name(), if endpoint.is_write() { "POST" } else { "GET" }))
            .collect();
        assert_eq!(
            ours, rows,
            "left: Endpoint, right: the contract. Edit frontend/model/src/endpoint.rs or php-shim/contract.json"
        );
        assert_eq!(ours.len(), Endpoint::ALL.len(), "a name is there twice: edit frontend/model/src/endpoint.rs");
    }
}
