//! The form as it is filled in for a key that is there: to edit it, or as the pattern for another one.

use serde_json::{Map, Value};

use super::{
    Access, DAYS_MOST, Expiry, KeyDraft, ModelChoice, ModelLimit, Raised,
    check::TEAM_MODELS,
    metadata::{OURS, OWN, may_be_copied, written},
    typed::shown,
};
use crate::{clock, wire::KeyInfo};

/// LiteLLM's words for the routes of a key that calls models only, and for all models.
const CALLS: &str = "llm_api_routes";
/// Beside those it is a key for details, as `keys.create` makes it.
const DETAILS: &str = "/model/info";
const ALL_MODELS: &str = "all-proxy-models";

impl KeyDraft {
    pub fn of(info: &KeyInfo, decimal: char) -> KeyDraft {
        let (key, metadata) = (info.info.clone(), &info.more.metadata);
        let limit = |limit: Option<f64>| limit.map(|limit| shown(limit, decimal)).unwrap_or_default();
        let which = match key.models.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] | [ALL_MODELS] => ModelChoice::All,
            [TEAM_MODELS] => ModelChoice::Team,
            _ => ModelChoice::Some,
        };
        KeyDraft {
            alias: key.key_alias,
            which,
            models: if which == ModelChoice::Some { key.models } else { Vec::new() },
            owner: key.user_id,
            team: key.team_id,
            organization: info.more.organization_id.clone(),
            expiry: Expiry::Keep,
            ends: key.expires,
            max_budget: limit(key.max_budget),
            budget_period: key.budget_duration,
            raised: raised(metadata),
            rpm: limit(key.rpm_limit),
            tpm: limit(key.tpm_limit),
            parallel: limit(key.max_parallel_requests),
            model_limits: model_limits(metadata, decimal),
            access: access(&info.more.allowed_routes),
            tags: lines(&metadata["tags"]),
            metadata: written(&others(metadata)),
            ..KeyDraft::default()
        }
    }

    /// A new key like this one: not its alias, and as many days from now on as it had. What only the gateway's operators
    /// set is not taken over, nor what is a secret.
    pub fn like(info: &KeyInfo, now_ms: i64, decimal: char) -> KeyDraft {
        let of = KeyDraft::of(info, decimal);
        let begins = clock::parse_utc_ms(&info.info.created_at).unwrap_or(now_ms);
        let lasts_ms = clock::parse_utc_ms(&of.ends).map(|ends| ends - begins);
        // A part of a day is a day, except where the gateway only took its time, or has moved the end to a midnight.
        let days = lasts_ms.map(|ms| (ms + clock::DAY_MS - clock::HOUR_MS).div_euclid(clock::DAY_MS));
        let days = days.map(|days| days.clamp(1, DAYS_MOST as i64).to_string());
        let expiry = match &days {
            None => Expiry::Never,
            Some(days) => match Expiry::from_value(days) {
                Expiry::Never => Expiry::Custom,
                offered => offered,
            },
        };
        KeyDraft {
            alias: String::new(),
            expiry_days: if expiry == Expiry::Custom { days.unwrap_or_default() } else { String::new() },
            expiry,
            ends: String::new(),
            raised: None,
            access: if of.access == Access::Other { Access::Calls } else { of.access },
            metadata: written(&may_be_copied(others(&info.more.metadata))),
            ..of
        }
    }
}

/// The names of what is in a key's metadata and given to no other key from here.
pub fn not_copied(metadata: &Value) -> Vec<String> {
    let copied = may_be_copied(others(metadata));
    let mut names = Vec::new();
    for (name, _) in others(metadata) {
        if !copied.contains_key(&name) {
            names.push(name);
        }
    }
    names
}

fn access(routes: &[String]) -> Access {
    let has = |wanted: &str| routes.iter().any(|route| route == wanted);
    match routes {
        [only] if only == CALLS => Access::Calls,
        _ if has(CALLS) && has(DETAILS) => Access::Details,
        _ => Access::Other,
    }
}

fn raised(metadata: &Value) -> Option<Raised> {
    let increase = metadata["temp_budget_increase"].as_f64()?;
    let until = metadata["temp_budget_expiry"].as_str()?.to_owned();
    Some(Raised { increase, until })
}

fn model_limits(metadata: &Value, decimal: char) -> Vec<ModelLimit> {
    let mut limits: Vec<ModelLimit> = Vec::new();
    for (name, is_rpm) in [("model_rpm_limit", true), ("model_tpm_limit", false)] {
        for (model, limit) in metadata[name].as_object().into_iter().flatten() {
            let Some(limit) = limit.as_f64().map(|limit| shown(limit, decimal)) else { continue };
            let at = limits.iter().position(|known| known.model == *model).unwrap_or_else(|| {
                limits.push(ModelLimit { model: model.clone(), ..ModelLimit::default() });
                limits.len() - 1
            });
            if is_rpm {
                limits[at].rpm = limit;
            } else {
                limits[at].tpm = limit;
            }
        }
    }
    limits
}

fn lines(list: &Value) -> String {
    let mut lines = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        lines.extend(item.as_str());
    }
    lines.join("\n")
}

/// What of the metadata is nobody's but the administrator's.
fn others(metadata: &Value) -> Map<String, Value> {
    let mut others = metadata.as_object().cloned().unwrap_or_default();
    others.retain(|name, _| name != OURS && !OWN.contains(&name.as_str()));
    others
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        key_form::{Field, Rules},
        wire::{KeyLimits, Wire},
    };

    fn read(info: &Value) -> KeyInfo {
        KeyInfo::read(&json!({"key": "0f", "info": info}))
    }

    fn full() -> Value {
        json!({
            "key_alias": "web", "models": ["gpt-4o", "a/b"], "max_budget": 12.5, "budget_duration": "14d", "rpm_limit": 60,
            "tpm_limit": 1000.0, "max_parallel_requests": 4, "team_id": "t", "user_id": "u",
            "expires": "2027-02-18T07:14:57.500000Z", "created_at": "2026-11-20T07:14:57Z",
            "allowed_routes": ["llm_api_routes"],
            "metadata": {
                "project": {"deep": [1, "ü"]}, "tags": ["prod", "a, b"], "temp_budget_increase": 5,
                "temp_budget_expiry": "2026-12-01T00:00:00", "model_rpm_limit": {"gpt-4o": 5},
                "model_tpm_limit": {"gpt-4o": 700, "b": 8},
            },
        })
    }

    #[test]
    fn everything_of_a_key_is_in_the_form() {
        let limit =
            |model: &str, rpm: &str, tpm: &str| ModelLimit { model: model.into(), rpm: rpm.into(), tpm: tpm.into() };
        let expected = KeyDraft {
            alias: "web".into(),
            which: ModelChoice::Some,
            models: vec!["gpt-4o".into(), "a/b".into()],
            owner: "u".into(),
            team: "t".into(),
            expiry: Expiry::Keep,
            ends: "2027-02-18T07:14:57.500000Z".into(),
            max_budget: "12,5".into(),
            budget_period: "14d".into(),
            raised: Some(Raised { increase: 5.0, until: "2026-12-01T00:00:00".into() }),
            rpm: "60".into(),
            tpm: "1000".into(),
            parallel: "4".into(),
            model_limits: vec![limit("gpt-4o", "5", "700"), limit("b", "", "8")],
            access: Access::Calls,
            tags: "prod\na, b".into(),
            metadata: "{\n  \"project\": {\n    \"deep\": [\n      1,\n      \"ü\"\n    ]\n  }\n}".into(),
            ..KeyDraft::default()
        };
        assert_eq!(KeyDraft::of(&read(&full()), ','), expected);
    }

    #[test]
    fn what_is_missing_or_odd_is_empty() {
        for info in [
            json!(null),
            json!({"models": null, "metadata": null, "max_budget": null}),
            json!({"metadata": [], "models": ["all-proxy-models"], "allowed_routes": 7}),
            json!({"metadata": {"tags": "x", "model_rpm_limit": [], "temp_budget_increase": "5"}}),
        ] {
            let draft = KeyDraft::of(&read(&info), '.');
            let nothing = KeyDraft { expiry: Expiry::Keep, access: Access::Other, ..KeyDraft::default() };
            assert_eq!(draft, nothing, "{info}");
        }
        assert_eq!(KeyDraft::of(&read(&json!({"models": ["all-team-models"]})), '.').which, ModelChoice::Team);
        assert_eq!(KeyDraft::of(&read(&json!({"models": ["all-team-models", "a"]})), '.').which, ModelChoice::Some);
    }

    /// What is filled in for a key asks for what the key has.
    #[test]
    fn a_key_that_was_not_touched_can_be_sent_as_it_is() {
        let rules = Rules { decimal: '.', today: "2026-11-20", ceilings: &KeyLimits::default() };
        let draft = KeyDraft::of(&read(&full()), '.');
        for field in Field::ALL {
            assert!(draft.setting(field, &rules).is_ok(), "{field:?}: {:?}", draft.setting(field, &rules));
        }
    }

    fn like(created_at: &str, expires: &str) -> (Expiry, String) {
        let now_ms = clock::parse_utc_ms("2026-11-20T12:00:00Z").unwrap_or_default();
        let draft = KeyDraft::like(&read(&json!({"created_at": created_at, "expires": expires})), now_ms, '.');
        (draft.expiry, draft.expiry_days)
    }

    #[test]
    fn a_pattern_has_neither_the_alias_nor_the_end() {
        let pattern = KeyDraft::like(&read(&full()), 0, '.');
        let expected = KeyDraft {
            alias: String::new(),
            expiry: Expiry::Days90,
            ends: String::new(),
            raised: None,
            ..KeyDraft::of(&read(&full()), '.')
        };
        assert_eq!(pattern, expected);
        assert_eq!(KeyDraft::like(&read(&json!({})), 0, '.').access, Access::Calls, "routes cannot be taken over");
    }

    #[test]
    fn a_new_key_lives_as_long_as_its_pattern() {
        let custom = |days: &str| (Expiry::Custom, days.to_owned());
        assert_eq!(like("2026-11-01T00:00:00Z", ""), (Expiry::Never, String::new()));
        assert_eq!(like("2026-01-01T07:00:00Z", "2026-01-15T07:00:00.9Z"), (Expiry::Days14, String::new()));
        assert_eq!(like("2026-01-01T07:00:00Z", "2026-02-15T07:00:00Z"), custom("45"));
        // 1.80.11 moves the end to a midnight.
        assert_eq!(like("2026-01-01T07:00:00Z", "2026-02-01T00:00:00Z"), (Expiry::Days31, String::new()));
        assert_eq!(like("2026-01-01T07:00:00Z", "2026-01-01T09:00:00Z"), custom("1"));
        // It is not known when it began: what is left.
        assert_eq!(like("", "2026-11-30T12:00:00Z"), custom("10"));
        assert_eq!(like("", "2020-01-01T00:00:00Z"), custom("1"));
        assert_eq!(like("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"), custom("3650"));
    }

    #[test]
    fn the_routes_of_the_contract_are_known_again() {
        let contract: Value =
            serde_json::from_str(include_str!("../../../../php-shim/contract.json")).unwrap_or_default();
        let routes = &contract["operations"]["keys.create"]["params"]["access"]["sets"]["details"]["allowed_routes"];
        assert_eq!(KeyDraft::of(&read(&json!({"allowed_routes": routes})), '.').access, Access::Details);
        assert_eq!(KeyDraft::of(&read(&json!({"allowed_routes": ["/key/generate"]})), '.').access, Access::Other);
    }

    #[test]
    fn a_pattern_has_nothing_that_could_not_be_sent() {
        let info =
            read(&json!({"metadata": {"a": 1, "guardrails": ["x"], "service_account_id": "s", "hook": "sk-…abcd"}}));
        assert_eq!(KeyDraft::like(&info, 0, '.').metadata, "{\n  \"a\": 1\n}");
    }
}
