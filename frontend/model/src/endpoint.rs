//! The operations that WordPress offers, one variant a row of `php-shim/contract.json`: `build.rs` reads it.
//!
//! What an operation takes and gives is in `wire` and in the app's api functions.

/// Several reads in one request; not an operation of its own.
pub const BATCH: &str = "batch";

macro_rules! endpoints {
    (routes: $routes:literal; $($(#[$doc:meta])* $variant:ident = $name:literal, write: $write:literal;)*) => {
        /// An operation of the contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Endpoint { $($(#[$doc])* $variant,)* }

        impl Endpoint {
            pub const ALL: &[Endpoint] = &[$(Endpoint::$variant,)*];

            /// The name in the contract, and the last part of the address.
            pub fn name(self) -> &'static str {
                match self { $(Endpoint::$variant => $name,)* }
            }

            /// Writes are sent by `POST`, never repeated by the machine, and not allowed in a batch.
            pub fn is_write(self) -> bool {
                match self { $(Endpoint::$variant => $write,)* }
            }
        }

        /// The paths of all of them, as the elements of a JSON list: what the service key has to be allowed.
        pub const SERVICE_ROUTES: &str = $routes;
    };
}

include!(concat!(env!("OUT_DIR"), "/endpoints.rs"));

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

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
        assert_eq!(ours, rows, "left: Endpoint, right: the contract. Edit frontend/model/build.rs");
        assert_eq!(Endpoint::ActivityDay.name(), "activity.day");
    }

    /// The first view of the plugin and the deployment kit make the same key.
    #[test]
    fn service_routes_equal_those_of_the_kit() {
        let ours: BTreeSet<String> = serde_json::from_str(&format!("[{SERVICE_ROUTES}]")).expect("a list in JSON");
        let kit = include_str!("../../../deploy/service-routes.txt").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(
            ours,
            kit.map(str::to_owned).collect(),
            "left: the contract, right: deploy/service-routes.txt. `cargo test -p package service_routes` prints the file"
        );
    }
}
