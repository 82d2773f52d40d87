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

/// Whether only a machine or a network of its own knows the host of this address, which is in small letters: a loopback or
/// private address, a name without a domain such as that of a container, or one under a domain that is never public.
pub fn is_internal(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or(url).as_bytes();
    if let [b'[', first, ..] = rest {
        // Of IPv6 only 2000::/3 is public.
        return !matches!(first, b'2' | b'3');
    }
    let end = rest.iter().position(|byte| matches!(byte, b':' | b'/')).unwrap_or(rest.len());
    let host = rest[..end].strip_suffix(b".").unwrap_or(&rest[..end]);
    if !host.contains(&b'.') {
        return true;
    }
    if host.iter().all(|byte| matches!(byte, b'.' | b'0'..=b'9')) {
        return match numbers(host) {
            [0 | 10 | 127, _] | [169, 254] | [192, 168] => true,
            [100, second] => (64..128).contains(&second),
            [172, second] => (16..32).contains(&second),
            _ => false,
        };
    }
    INNER.iter().any(|ending| host.ends_with(ending.as_bytes()))
}

/// The first two of the numbers with dots between.
fn numbers(host: &[u8]) -> [u32; 2] {
    let mut found = [0_u32; 2];
    let mut at = 0;
    for byte in host {
        match (byte, found.get_mut(at)) {
            (b'.', _) => at += 1,
            (digit, Some(number)) => *number = number.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')),
            _ => {}
        }
    }
    found
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
            let host = row["host"].as_str().expect("a host").to_ascii_lowercase();
            for url in [format!("http://{host}"), format!("https://{host}:4000/llm/")] {
                assert_eq!(is_internal(&url), row["internal"] == true, "{url}");
            }
        }
    }
}
