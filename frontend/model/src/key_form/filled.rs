//! What the gateway set otherwise than was asked for: its configuration fills in what was left empty, and may cut the rest.

use serde_json::Value;

use super::expiry_differs;
use crate::{
    clock,
    wire::{Key, Wire},
};

/// A value of a new key that the gateway chose.
#[derive(Debug, Clone, PartialEq)]
pub enum Filled {
    Models(Vec<String>),
    /// US dollars; none: no limit.
    Budget(Option<f64>),
    /// LiteLLM's duration; empty: in total.
    Period(String),
    Rpm(Option<f64>),
    Tpm(Option<f64>),
    Parallel(Option<f64>),
    /// A moment in LiteLLM's words; empty: never.
    End(String),
    /// A team's id; empty: none.
    Team(String),
    Owner(String),
}

/// `asked`: the parameters of `keys.create`; `answer`: what came back. What the answer does not tell is not known, and left out.
pub fn filled(asked: &Value, answer: &Value, created_ms: i64) -> Vec<Filled> {
    // Most names are the same on both sides.
    let (wanted, key) = (Key::read(asked), Key::read(answer));
    let text = |name: &str| asked[name].as_str().unwrap_or_default();
    let mut found = Vec::new();
    let mut compare = |name: &str, is_same: bool, value: Filled| {
        if !is_same && answer.get(name).is_some() {
            found.push(value);
        }
    };
    compare("models", same_models(&wanted.models, &key.models), Filled::Models(key.models.clone()));
    compare("max_budget", wanted.max_budget == key.max_budget, Filled::Budget(key.max_budget));
    compare(
        "budget_duration",
        wanted.budget_duration == key.budget_duration,
        Filled::Period(key.budget_duration.clone()),
    );
    compare("rpm_limit", wanted.rpm_limit == key.rpm_limit, Filled::Rpm(key.rpm_limit));
    compare("tpm_limit", wanted.tpm_limit == key.tpm_limit, Filled::Tpm(key.tpm_limit));
    compare(
        "max_parallel_requests",
        wanted.max_parallel_requests == key.max_parallel_requests,
        Filled::Parallel(key.max_parallel_requests),
    );
    compare("expires", same_end(text("duration"), &key.expires, created_ms), Filled::End(key.expires.clone()));
    compare("team_id", text("team") == key.team_id, Filled::Team(key.team_id.clone()));
    compare("user_id", text("user") == key.user_id, Filled::Owner(key.user_id.clone()));
    found
}

/// Whether a list of models is LiteLLM's way to say "all of them", or all of the key's team.
pub fn are_any(models: &[String]) -> bool {
    models.is_empty() || models.iter().any(|model| model == "all-proxy-models" || model == "all-team-models")
}

fn same_models(wanted: &[String], set: &[String]) -> bool {
    let holds = |all: &[String], each: &[String]| each.iter().all(|model| all.contains(model));
    if are_any(wanted) { are_any(set) } else { holds(wanted, set) && holds(set, wanted) }
}

fn same_end(duration: &str, expires: &str, created_ms: i64) -> bool {
    match (duration.strip_suffix('d').and_then(|days| days.parse().ok()), clock::parse_utc_ms(expires)) {
        (Some(days), Some(end_ms)) => !expiry_differs(days, created_ms, end_ms),
        _ => duration.is_empty() == expires.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CREATED_MS: i64 = 1_795_161_600_000;

    fn assert_filled(asked: Value, answer: Value, expected: &[Filled]) {
        assert_eq!(filled(&asked, &answer, CREATED_MS), expected, "{asked} became {answer}");
    }

    #[test]
    fn what_the_gateway_fills_in_is_found() {
        let answer = json!({
            "key_alias": "web", "models": ["gpt-4o"], "max_budget": 10, "budget_duration": "30d", "rpm_limit": 60,
            "tpm_limit": 1000, "max_parallel_requests": 4, "team_id": "t", "user_id": "u", "expires": "2026-12-20T00:00:00Z",
        });
        let all = [
            Filled::Models(vec!["gpt-4o".into()]),
            Filled::Budget(Some(10.0)),
            Filled::Period("30d".into()),
            Filled::Rpm(Some(60.0)),
            Filled::Tpm(Some(1000.0)),
            Filled::Parallel(Some(4.0)),
            Filled::End("2026-12-20T00:00:00Z".into()),
            Filled::Team("t".into()),
            Filled::Owner("u".into()),
        ];
        assert_filled(json!({"alias": "web"}), answer.clone(), &all);
        let asked = json!({
            "alias": "web", "models": ["gpt-4o"], "max_budget": 10.0, "budget_duration": "30d", "rpm_limit": 60,
            "tpm_limit": 1000, "max_parallel_requests": 4, "team": "t", "user": "u", "duration": "31d",
        });
        assert_eq!(filled(&asked, &answer, clock::parse_utc_ms("2026-11-19T00:00:00Z").unwrap_or_default()), []);
    }

    #[test]
    fn what_was_asked_for_and_changed_or_dropped_is_found() {
        assert_filled(
            json!({"max_budget": 50, "rpm_limit": 5}),
            json!({"max_budget": 20, "rpm_limit": null}),
            &[Filled::Budget(Some(20.0)), Filled::Rpm(None)],
        );
        assert_filled(json!({"models": ["a", "b"]}), json!({"models": ["b"]}), &[Filled::Models(vec!["b".into()])]);
        assert_filled(json!({"models": ["a"]}), json!({"models": []}), &[Filled::Models(vec![])]);
        assert_filled(json!({"duration": "31d"}), json!({"expires": null}), &[Filled::End(String::new())]);
    }

    #[test]
    fn what_is_the_same_in_other_words_is_none() {
        assert_filled(json!({"models": ["a", "b"]}), json!({"models": ["b", "a"]}), &[]);
        assert_filled(json!({"team": "t"}), json!({"team_id": "t", "models": ["all-team-models"]}), &[]);
        assert_filled(json!({"max_budget": 5}), json!({"max_budget": "5.0"}), &[]);
        let nothing = json!({"models": null, "max_budget": null, "user_id": null, "team_id": "", "expires": null});
        assert_filled(json!({"alias": "web"}), nothing, &[]);
    }

    /// A gateway that does not repeat a value has not changed it for all that is known.
    #[test]
    fn what_is_not_told_is_left_out() {
        assert_filled(
            json!({"max_budget": 5, "models": ["a"], "team": "t", "duration": "31d"}),
            json!({"key_alias": "web"}),
            &[],
        );
    }
}
