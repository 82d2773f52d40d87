//! LiteLLM's version numbers, and which of them should not be run.

use crate::{msg, text::Msg};

type Numbers = (u32, u32, u32);

// Of `litellm` in php-shim/contract.json, which PHP reads too: the first release without the holes that are known to be
// exploited, and releases with malicious code on the Python package index.
include!(concat!(env!("OUT_DIR"), "/versions.rs"));

pub const SAFE_FLOOR: Version =
    Version { major: SAFE_FROM.0, minor: SAFE_FROM.1, patch: SAFE_FROM.2, release: true, candidate: 0 };

/// A version number. Ordered: a release candidate or nightly comes before its release, which `-stable` and the like name too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
    /// Not a candidate, nightly or development build.
    pub release: bool,
    /// The number of the candidate; 0 for a release.
    pub candidate: u32,
}

impl Version {
    /// Reads `1.80.11`, `v1.80.11-stable`, `1.84.0-rc.1`, `1.84.0rc1`, `1.84`.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (major, rest) = leading_number(text)?;
        let (minor, rest) = leading_number(rest.strip_prefix('.')?)?;
        let (patch, suffix) = match rest.strip_prefix('.') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => leading_number(rest)?,
            _ => (0, rest),
        };
        let suffix = suffix.to_ascii_lowercase();
        let release = !["rc", "nightly", "dev", "alpha", "beta", "a", "b"].iter().any(|mark| {
            suffix.trim_start_matches(['.', '-', '_']).strip_prefix(mark).is_some_and(|rest| !starts_with_letter(rest))
        });
        let candidate = suffix.find(|c: char| c.is_ascii_digit()).and_then(|at| leading_number(&suffix[at..]));
        let candidate = if release { 0 } else { candidate.map_or(0, |(number, _)| number) };
        Some(Version { major, minor, patch, release, candidate })
    }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What is to be said about a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The gateway does not tell it, or it cannot be read.
    Unknown,
    BelowSafeFloor,
    /// The release itself is an attack.
    Malicious,
    Fine,
}

/// What is to be said about the version as LiteLLM writes it.
pub fn verdict(version: &str) -> Verdict {
    let Some(version) = Version::parse(version) else {
        return Verdict::Unknown;
    };
    if MALICIOUS.contains(&(version.major, version.minor, version.patch)) {
        return Verdict::Malicious;
    }
    if version < SAFE_FLOOR { Verdict::BelowSafeFloor } else { Verdict::Fine }
}

impl Verdict {
    /// What to do; none when there is nothing to say.
    pub fn advice(self) -> Option<Msg> {
        Some(match self {
            Verdict::Unknown => msg!("Make sure that it is 1.84.3 or newer."),
            Verdict::BelowSafeFloor => {
                msg!("This version has security holes that are exploited. Update LiteLLM to 1.84.3 or newer.")
            }
            Verdict::Malicious => {
                msg!(
                    "This release contains malicious code. Stop the gateway, replace every secret that it could read, and install another release."
                )
            }
            Verdict::Fine => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_read(text: &str, numbers: (u32, u32, u32), release: bool, candidate: u32) {
        let (major, minor, patch) = numbers;
        assert_eq!(Version::parse(text), Some(Version { major, minor, patch, release, candidate }), "{text}");
    }

    #[test]
    fn versions_are_read_in_all_their_forms() {
        assert_read("1.80.11", (1, 80, 11), true, 0);
        assert_read(" v1.80.11-stable ", (1, 80, 11), true, 0);
        assert_read("v1.80.11-stable.2", (1, 80, 11), true, 0);
        assert_read("1.80.11.post1", (1, 80, 11), true, 0);
        assert_read("1.84.0-rc.1", (1, 84, 0), false, 1);
        assert_read("1.84.0rc12", (1, 84, 0), false, 12);
        assert_read("v1.84.0.rc.1", (1, 84, 0), false, 1);
        assert_read("v1.81.3-nightly", (1, 81, 3), false, 0);
        assert_read("1.84.0.dev3", (1, 84, 0), false, 3);
        assert_read("1.84.0b2", (1, 84, 0), false, 2);
        assert_read("1.84", (1, 84, 0), true, 0);
        assert_read("1.84-rc.1", (1, 84, 0), false, 1);
    }

    #[test]
    fn what_is_no_version_is_not_read() {
        for text in ["", "1", "v", "latest", "main-stable", "1.x.3", "-1.2.3", "99999999999.1.1", "1..2"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn versions_are_in_order() {
        let ordered =
            ["0.9.99", "1.9.0", "1.80.9", "1.80.11", "1.84.3-rc.1", "1.84.3-rc.2", "1.84.3", "1.106.2", "2.0.0"];
        for pair in ordered.windows(2) {
            assert!(Version::parse(pair[0]) < Version::parse(pair[1]), "{} before {}", pair[0], pair[1]);
        }
        assert_eq!(Version::parse("v1.80.11-stable"), Version::parse("1.80.11"));
        assert_eq!(Version::parse("1.84.3"), Some(SAFE_FLOOR));
    }

    fn assert_verdict(version: &str, expected: Verdict) {
        assert_eq!(verdict(version), expected, "{version}");
    }

    #[test]
    fn the_verdict_on_a_version() {
        assert_verdict("", Verdict::Unknown);
        assert_verdict("unknown", Verdict::Unknown);
        assert_verdict("1.80.11", Verdict::BelowSafeFloor);
        assert_verdict("1.82.6", Verdict::BelowSafeFloor);
        assert_verdict("1.82.7", Verdict::Malicious);
        assert_verdict("v1.82.8", Verdict::Malicious);
        assert_verdict("1.82.9", Verdict::BelowSafeFloor);
        assert_verdict("1.84.2", Verdict::BelowSafeFloor);
        assert_verdict("1.84.3-rc.1", Verdict::BelowSafeFloor);
        assert_verdict("1.84.3", Verdict::Fine);
        assert_verdict("1.106.2", Verdict::Fine);
    }

    #[test]
    fn the_advice_names_the_floor() {
        let floor = [SAFE_FLOOR.major, SAFE_FLOOR.minor, SAFE_FLOOR.patch].map(|part| part.to_string()).join(".");
        for verdict in [Verdict::BelowSafeFloor, Verdict::Unknown] {
            assert!(verdict.advice().is_some_and(|advice| advice.english().contains(&floor)), "{verdict:?}");
        }
    }
}
