//! Whether an address is of use elsewhere than on the server that has it in its configuration.

/// Endings of names that are never public.
const INNER: [&str; 11] = [
    ".localhost",
    ".local",
    ".internal",
    ".intranet",
    ".lan",
    ".corp",
    ".home",
    ".private",
    ".test",
    ".svc",
    ".home.arpa",
];

/// Whether only a machine or a network of its own knows the host of this address: a loopback or private address, a name
/// without a domain such as that of a container, or one under a domain that is never public.
pub fn is_internal(url: &str) -> bool {
    let host = host(url).to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    if let Some(v6) = host.strip_prefix('[') {
        // Of IPv6 only 2000::/3 is public.
        return !v6.starts_with(['2', '3']);
    }
    let mut labels = host.split('.');
    if host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()) {
        let second: u32 = labels.nth(1).and_then(|label| label.parse().ok()).unwrap_or(0);
        let first = host.split('.').next().unwrap_or_default();
        return match first {
            "0" | "10" | "127" => true,
            "100" => (64..128).contains(&second),
            "169" => second == 254,
            "172" => (16..32).contains(&second),
            "192" => second == 168,
            _ => !host.contains('.'),
        };
    }
    !host.contains('.') || INNER.iter().any(|ending| host.ends_with(ending))
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.find(']') {
        Some(end) => &authority[..end],
        None => authority.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn hosts_are_judged_as_the_plugin_judges_them() {
        let rows: Vec<Value> =
            serde_json::from_str(include_str!("../../../tests/fixtures/contract/hosts.json")).expect("JSON");
        assert!(rows.len() > 30);
        for row in rows {
            let host = row["host"].as_str().expect("a host");
            for url in [format!("http://{host}"), format!("https://{host}:4000/llm/")] {
                assert_eq!(is_internal(&url), row["internal"] == true, "{url}");
            }
        }
    }
}
