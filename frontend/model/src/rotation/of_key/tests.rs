use super::*;
use crate::{
    rotation::tests::{MONTHS, NOW, hash, plan},
    wire::{KeyLimits, Wire},
};

fn info(more: Value) -> KeyInfo {
    let mut info = json!({
        "key_alias": "web", "models": ["gpt-4o"], "max_budget": 10, "budget_duration": "30d", "spend": 4.5, "rpm_limit": 60,
        "user_id": "ada", "team_id": "t", "organization_id": "o", "budget_id": "b", "expires": MONTHS,
        "allowed_routes": ["llm_api_routes"],
        "metadata": {
            "tags": ["prod"], "project": "x", "model_rpm_limit": {"gpt-4o": 5}, "litellm_dashboard": {"replaces": "0"},
            "temp_budget_increase": 5, "temp_budget_expiry": "2026-12-01T00:00:00",
        },
    });
    if let (Value::Object(info), Value::Object(more)) = (&mut info, more) {
        info.extend(more);
    }
    KeyInfo::read(&json!({"key": hash(1), "info": info}))
}

#[test]
fn a_successor_has_what_its_key_has_and_what_is_left_of_the_budget() {
    let (info, plan) = (info(json!({})), plan(3_600, MONTHS));
    let limits = KeyLimits::default();
    let rules = crate::key_form::Rules { decimal: '.', today: "2026-11-20", ceilings: &limits };
    let form = draft(&info, &plan.alias, NOW, '.').validate(&rules).expect("it can be sent");
    let sent = params(form.clone(), &info, &plan, NOW);
    let metadata = json!({
        "tags": ["prod"], "project": "x", "model_rpm_limit": {"gpt-4o": 5}, "temp_budget_increase": 5,
        "temp_budget_expiry": "2026-12-01T00:00:00", "litellm_dashboard": {"replaces": hash(1), "rotation": "m-1"},
    });
    let expected = json!({
        "alias": "web-2026-11-20", "models": ["gpt-4o"], "max_budget": 10.0, "budget_duration": "30d", "spend": 4.5,
        "rpm_limit": 60, "user": "ada", "team": "t", "organization": "o", "budget": "b", "duration": "92d", "access": "calls",
        "blocked": true, "metadata": metadata,
    });
    assert_eq!(sent, expected);
    let at_once = params(form, &info, &Plan { overlap_s: 0, ..plan }, clock::parse_utc_ms("2026-12-02").unwrap_or(0));
    assert_eq!((at_once.get("blocked"), at_once["metadata"].get("temp_budget_increase")), (None, None));
    assert_eq!(left_behind(&info), []);
}

#[test]
fn what_a_successor_does_not_get_is_told() {
    let odd = info(json!({
        "model_max_budget": {"gpt-4o": {"max_budget": 1}}, "access_group_ids": ["g"], "allowed_routes": [], "auto_rotate": true,
        "metadata": {"guardrails": ["pii"], "hook": {"key": "sk-…abcd"}, "fine": 1},
    }));
    let names = Left::Metadata(vec!["guardrails".into(), "hook".into()]);
    assert_eq!(left_behind(&odd), [Left::Budgets, Left::AccessGroups, Left::Routes, names, Left::OwnRotation]);
    assert!(left_behind(&odd)[0].forbids() && !left_behind(&odd)[1].forbids());
    for (name, value, expected) in [
        ("object_permission_id", json!("p"), Left::Permissions),
        ("aliases", json!({"gpt-4o": "gpt-4o-mini"}), Left::Aliases),
        ("project_id", json!("p"), Left::Project),
        ("allowed_routes", json!(["/chat/completions"]), Left::OwnRoutes),
    ] {
        let left = left_behind(&info(json!({ name: value })));
        assert!(left[0].forbids(), "{name}");
        assert_eq!(left, [expected]);
    }
    assert_eq!(left_behind(&info(json!({"aliases": {}, "object_permission_id": null}))), []);
    let windows = info(json!({"budget_limits": [{"budget_duration": "1d", "max_budget": 1}]}));
    assert_eq!(left_behind(&windows), [Left::Budgets]);
    let details = info(json!({"allowed_routes": ["llm_api_routes", "/model/info"]}));
    assert_eq!(left_behind(&details), []);
    assert_eq!(left_behind(&info(json!({"allowed_routes": ["llm_api_routes", "/spend/logs"]}))), [Left::Routes]);
}
