//! Whether the service key may call an operation, from the routes that LiteLLM allows it.

/// LiteLLM answers these without looking at the key.
const OPEN: [&str; 2] = ["/health/liveliness", "/health/readiness"];

/// Whether a key may call a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Allowed,
    Denied,
    /// It depends on a group of routes that differs between LiteLLM's versions.
    Unknown,
}

/// Whether a key with these `allowed_routes` may call `path`; a key without any is not restricted by route.
///
/// As LiteLLM has it: a route matches exactly, as the beginning of the path up to a slash, or up to a `*` at its end.
/// What does not begin with a slash is a group, such as `management_routes`.
pub fn right(allowed_routes: &[String], path: &str) -> Right {
    if allowed_routes.is_empty() || OPEN.contains(&path) || allowed_routes.iter().any(|route| opens(route, path)) {
        return Right::Allowed;
    }
    if allowed_routes.iter().any(|route| !route.starts_with('/')) { Right::Unknown } else { Right::Denied }
}

fn opens(route: &str, path: &str) -> bool {
    match (route.strip_suffix('*'), path.strip_prefix(route)) {
        (Some(beginning), _) => path.starts_with(beginning),
        (None, Some(rest)) => rest.is_empty() || rest.starts_with('/'),
        (None, None) => false,
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::endpoint::SERVICE_ROUTES;

    fn assert_right(routes: &[&str], path: &str, expected: Right) {
        let routes: Vec<String> = routes.iter().map(|route| (*route).to_owned()).collect();
        assert_eq!(right(&routes, path), expected, "{path} with {routes:?}");
    }

    #[test]
    fn routes_match_as_in_litellm() {
        assert_right(&[], "/key/list", Right::Allowed);
        assert_right(&["/key/list"], "/key/list", Right::Allowed);
        assert_right(&["/spend/logs"], "/spend/logs/v2", Right::Allowed);
        assert_right(&["/spend/logs"], "/spend/logs_v2", Right::Denied);
        assert_right(&["/key/list"], "/key", Right::Denied);
        assert_right(&["/key/list/"], "/key/list", Right::Denied);
        assert_right(&["/key/*"], "/key/list", Right::Allowed);
        assert_right(&["/key/*"], "/keys", Right::Denied);
        assert_right(&["/key*"], "/keys", Right::Allowed);
        assert_right(&["/*/list"], "/key/list", Right::Denied);
        assert_right(&["*"], "/key/list", Right::Allowed);
        assert_right(&["/key/info", "/key/list"], "/key/list", Right::Allowed);
    }

    #[test]
    fn a_group_may_hold_the_route() {
        assert_right(&["management_routes"], "/key/list", Right::Unknown);
        assert_right(&["/key/info", "info_routes"], "/key/list", Right::Unknown);
        assert_right(&["llm_api_routes", "/key/list"], "/key/list", Right::Allowed);
    }

    #[test]
    fn some_paths_need_no_key() {
        assert_right(&["/key/info"], "/health/liveliness", Right::Allowed);
        assert_right(&["/key/info"], "/health/readiness", Right::Allowed);
        assert_right(&["/key/info"], "/health/readiness/details", Right::Denied);
        assert_right(&["/health/readiness"], "/health/readiness/details", Right::Allowed);
    }

    #[test]
    fn the_routes_of_the_service_key_open_every_operation_and_no_more() {
        let routes: Vec<String> = serde_json::from_str(&format!("[{SERVICE_ROUTES}]")).expect("a list in JSON");
        let contract: Value = serde_json::from_str(include_str!("../../../php-shim/contract.json")).expect("JSON");
        let rows = contract["operations"].as_object().expect("php-shim/contract.json has operations");
        let paths: Vec<&str> = rows.values().filter_map(|row| row["path"].as_str()).collect();
        assert!(paths.len() > 10, "{paths:?}");
        for path in paths {
            assert_eq!(right(&routes, path), Right::Allowed, "{path} with {routes:?}");
        }
        for path in [
            "/key/regenerate",
            "/user/bulk_update",
            "/team/permissions_update",
            "/spend/keys",
            "/global/spend",
            "/chat/completions",
        ] {
            assert_eq!(right(&routes, path), Right::Denied, "{path} with {routes:?}");
        }
    }
}
