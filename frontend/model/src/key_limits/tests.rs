#![allow(clippy::panic)]

use serde_json::json;

use super::*;
use crate::wire::{Key, KeyInfo, Organization, Team, User, Wire};

/// 2026-11-20 12:00 UTC.
const NOW: i64 = 1_795_176_000_000;

fn read<T: Wire>(value: serde_json::Value) -> T {
    T::read(&value)
}

fn key(value: serde_json::Value) -> Key {
    let mut key = json!({ "token": "ab", "key_alias": "web" });
    if let (Some(fields), serde_json::Value::Object(more)) = (key.as_object_mut(), value) {
        fields.extend(more);
    }
    read(key)
}

fn team(value: serde_json::Value) -> Team {
    let mut team = json!({ "team_id": "t1", "team_alias": "Support" });
    if let (Some(fields), serde_json::Value::Object(more)) = (team.as_object_mut(), value) {
        fields.extend(more);
    }
    read(team)
}

/// What LiteLLM would say first; empty: the call is answered.
fn said(key: &Key, around: &Around) -> String {
    first(&binding(key, around, NOW)).map(sentence).unwrap_or_default()
}

fn names(models: &[&str]) -> Vec<String> {
    models.iter().map(|model| (*model).to_owned()).collect()
}

#[test]
fn a_key_without_limits_has_none() {
    assert_eq!(binding(&key(json!({})), &Around::default(), NOW), []);
    for models in [json!([]), json!(["all-proxy-models"]), json!(["*", "gpt-4o"]), json!(["all-team-models"])] {
        assert_eq!(binding(&key(json!({ "models": models })), &Around::default(), NOW), [], "{models}");
    }
}

#[test]
fn what_stops_first_is_said_first() {
    let everything = json!({
        "blocked": true, "models": ["no-default-models"], "expires": "2026-11-01T00:00:00Z", "spend": 9, "max_budget": 1,
        "team_id": "t1", "user_id": "ada",
    });
    let spent = team(json!({ "blocked": true, "spend": 9, "max_budget": 1 }));
    let around = Around { team: Some(&spent), ..Around::default() };
    let mut wrong = key(everything);
    assert_eq!(said(&wrong, &around), "The key is blocked.");
    wrong.blocked = false;
    assert_eq!(said(&wrong, &around), "The key may call no model.");
    wrong.models.clear();
    assert_eq!(said(&wrong, &around), "The key has expired.");
    wrong.expires.clear();
    assert_eq!(said(&wrong, &around), "The key has spent its budget.");
    wrong.max_budget = None;
    assert_eq!(said(&wrong, &around), "Team Support is blocked.");
    let unblocked = Team { blocked: false, ..spent.clone() };
    let around = Around { team: Some(&unblocked), ..Around::default() };
    assert_eq!(said(&wrong, &around), "Team Support is over its budget.");
}

#[test]
fn budgets_are_compared_as_litellm_does() {
    let of_team = |spend: f64, budget: f64| {
        let team = team(json!({ "spend": spend, "max_budget": budget }));
        said(&key(json!({ "team_id": "t1" })), &Around { team: Some(&team), ..Around::default() })
    };
    assert_eq!(of_team(0.5, 1.0), "");
    assert_eq!(of_team(1.0, 1.0), "Team Support has spent its budget.");
    assert_eq!(of_team(1.5, 1.0), "Team Support is over its budget.");
    // Both versions answer while nothing is spent.
    assert_eq!(of_team(0.0, 0.0), "");
    assert_eq!(of_team(0.1, 0.0), "Team Support is over its budget.");
    let of_key =
        |spend: f64, budget: f64| said(&key(json!({ "spend": spend, "max_budget": budget })), &Around::default());
    assert_eq!(of_key(0.5, 1.0), "");
    assert_eq!(of_key(1.0, 1.0), "The key has spent its budget.");
    assert_eq!(of_key(0.0, 0.0), "The key has spent its budget.");
}

#[test]
fn in_a_team_neither_budget_nor_models_of_the_owner_count() {
    let ada: User = read(json!({
        "user_id": "ada", "user_alias": "Ada", "spend": 9, "max_budget": 1, "models": ["no-default-models"], "rpm_limit": 5,
    }));
    let support = team(json!({}));
    let around = Around { team: Some(&support), owner: Some(&ada), ..Around::default() };
    let mut shared = key(json!({ "user_id": "ada", "team_id": "t1" }));
    assert_eq!(said(&shared, &around), "");
    // The rate counts everywhere.
    let rate = Limit::Rate { rate: Rate::RequestsPerMinute, most: 5.0, model: String::new() };
    assert_eq!(binding(&shared, &around, NOW).last().map(|last| last.limit.clone()), Some(rate));
    shared.team_id.clear();
    assert_eq!(said(&shared, &around), "Owner Ada may call models in teams only.");
    let ada = User { models: Vec::new(), ..ada };
    assert_eq!(said(&shared, &Around { owner: Some(&ada), ..Around::default() }), "Owner Ada is over budget.");
    // Of somebody whose key it is not nothing counts.
    shared.user_id.clear();
    assert_eq!(said(&shared, &Around { owner: Some(&ada), ..Around::default() }), "");
}

#[test]
fn a_budget_of_nothing_is_not_the_same_to_all_versions() {
    let ada: User = read(json!({ "user_id": "ada", "spend": 0, "max_budget": 0 }));
    let bindings = binding(&key(json!({ "user_id": "ada" })), &Around { owner: Some(&ada), ..Around::default() }, NOW);
    assert_eq!(bindings.iter().map(|binding| binding.force).collect::<Vec<_>>(), [Force::Unsure]);
}

#[test]
fn a_member_has_a_budget_of_its_own_or_that_of_all() {
    let support = team(json!({}));
    let shared = key(json!({ "user_id": "ada", "team_id": "t1" }));
    let own: Membership = read(json!({ "user_id": "ada", "spend": 2, "litellm_budget_table": { "max_budget": 1 } }));
    let around = Around { team: Some(&support), member: Some(&own), ..Around::default() };
    assert_eq!(said(&shared, &around), "Owner ada is over the budget for the team.");
    // That of all members is looked at by newer versions only.
    let none: Membership = read(json!({ "user_id": "ada", "spend": 2 }));
    let of_all: Budget = read(json!({ "max_budget": 1 }));
    let around = Around { member: Some(&none), member_budget: Some(&of_all), ..around };
    assert_eq!(said(&shared, &around), "");
    assert_eq!(binding(&shared, &around, NOW)[0].force, Force::Unsure);
    assert_eq!(member_of(&shared, &[none.clone(), own.clone()]).map(|member| member.spend), Some(2.0));
    assert_eq!(member_of(&key(json!({})), &[read(json!({ "user_id": "" }))]), None);
}

#[test]
fn the_budget_object_is_measured_by_the_key() {
    let object = json!({ "budget_id": "small", "max_budget": 10, "budget_duration": "7d", "rpm_limit": 60 });
    let of_list = key(json!({ "spend": 12, "budget_id": "small", "litellm_budget_table": object }));
    assert_eq!(said(&of_list, &Around::default()), "The key has spent what budget small allows.");
    let budget: Budget = read(object);
    let named = key(json!({ "spend": 12, "budget_id": "small" }));
    let around = Around { budget: Some(&budget), ..Around::default() };
    assert_eq!(said(&named, &around), "The key has spent what budget small allows.");
    assert_eq!(said(&key(json!({ "spend": 12 })), &around), "", "another budget than the key names");
    // Which of two counts depends on the version.
    let both = key(json!({ "spend": 12, "max_budget": 100, "budget_id": "small" }));
    assert_eq!(said(&both, &around), "");
    let forces: Vec<Force> = binding(&both, &around, NOW).iter().map(|binding| binding.force).collect();
    assert_eq!(forces, [Force::Open, Force::Unsure, Force::Open]);
    assert_eq!(said(&Key { spend: 101.0, ..both }, &around), "The key has spent its budget.");
}

#[test]
fn what_was_added_for_now_counts_until_it_expires() {
    let raised = |expiry: &str| {
        key(
            json!({ "spend": 12, "max_budget": 10, "metadata": { "temp_budget_increase": 5, "temp_budget_expiry": expiry } }),
        )
    };
    assert_eq!(said(&raised("2026-11-20T12:00:01"), &Around::default()), "");
    assert_eq!(said(&raised("2026-11-20T12:00:00+00:00"), &Around::default()), "The key has spent its budget.");
    let Limit::Money(money) = &binding(&raised("2026-11-21T12:00:00Z"), &Around::default(), NOW)[0].limit else {
        panic!("a budget")
    };
    assert_eq!((money.budget, money.left(), money.raised.map(|(more, _)| more)), (15.0, Some(3.0), Some(5.0)));
}

#[test]
fn windows_are_known_where_the_gateway_tells_what_was_spent() {
    let answer = json!({ "key": "ab", "info": {
        "spend": 3, "budget_limits": [
            { "budget_duration": "1d", "max_budget": 1, "reset_at": "2026-11-21T00:00:00Z" },
            { "budget_duration": "30d", "max_budget": 20, "reset_at": "2026-12-01T00:00:00Z" },
        ],
        "budget_limits_usage": { "1d": { "current_spend": 1.5 }, "30d": { "current_spend": 3 } },
        "model_max_budget": { "gpt-4o": { "budget_limit": 1, "time_period": "1d" } },
        "model_max_budget_usage": { "gpt-4o": { "current_spend": 1.25 } },
        "metadata": { "model_rpm_limit": { "gpt-4o": 3 } },
    } });
    let info: KeyInfo = read(answer);
    let around = Around { more: Some(&info.more), ..Around::default() };
    let bindings = binding(&info.key(), &around, NOW);
    assert_eq!(first(&bindings).map(sentence).as_deref(), Some("The key has spent one of its budgets."));
    let money: Vec<(Option<f64>, f64, Force, bool)> = bindings
        .iter()
        .filter_map(|binding| match &binding.limit {
            Limit::Money(money) => Some((money.spent, money.budget, binding.force, binding.stops())),
            _ => None,
        })
        .collect();
    assert_eq!(
        money,
        [
            // One model does not stop the key.
            (Some(1.25), 1.0, Force::Refuses, false),
            (Some(1.5), 1.0, Force::Refuses, true),
            (Some(3.0), 20.0, Force::Open, false),
        ]
    );
    let rate = Limit::Rate { rate: Rate::RequestsPerMinute, most: 3.0, model: "gpt-4o".to_owned() };
    assert_eq!(bindings.last().map(|last| &last.limit), Some(&rate));
    // The list of all keys has the windows, and not what was spent of them.
    assert_eq!(said(&info.key(), &Around::default()), "");
    assert_eq!(binding(&info.key(), &Around::default(), NOW)[0].force, Force::Unsure);
}

#[test]
fn a_key_that_slows_down_is_not_said_to_be_stopped() {
    let info: KeyInfo = read(json!({ "key": "ab", "info": {
        "spend": 2, "max_budget": 1, "rpm_limit": 10, "metadata": { "throttle_on_budget_exceeded": true },
    } }));
    assert_eq!(said(&info.key(), &Around { more: Some(&info.more), ..Around::default() }), "");
    let no_rate = Key { rpm_limit: None, ..info.key() };
    assert_eq!(
        said(&no_rate, &Around { more: Some(&info.more), ..Around::default() }),
        "The key has spent its budget."
    );
}

#[test]
fn models_are_narrowed_by_team_and_owner() {
    let all = names(&["gpt-4o", "gpt-4o-mini", "claude"]);
    let support = team(json!({ "models": ["gpt-4o"] }));
    let around = Around { team: Some(&support), models: &all, ..Around::default() };
    let of = |models: serde_json::Value| key(json!({ "team_id": "t1", "models": models }));
    assert_eq!(said(&of(json!([])), &around), "");
    assert_eq!(binding(&of(json!([])), &around, NOW)[0].limit, Limit::Models(names(&["gpt-4o"])));
    assert_eq!(said(&of(json!(["gpt-4o", "claude"])), &around), "");
    assert_eq!(said(&of(json!(["claude"])), &around), "The key and team Support have no model in common.");
    // A name that is no model's may be a group or a pattern: only the gateway knows.
    assert_eq!(said(&of(json!(["claude", "fast-ones"])), &around), "");
    assert_eq!(said(&of(json!(["claude"])), &Around { models: &[], ..around }), "");
    let grouped = key(json!({ "team_id": "t1", "models": ["claude"], "access_group_ids": ["g"] }));
    assert_eq!(said(&grouped, &around), "");
    let ada: User = read(json!({ "user_id": "ada", "models": ["gpt-4o"] }));
    let around = Around { owner: Some(&ada), models: &all, ..Around::default() };
    let hers = key(json!({ "user_id": "ada", "models": ["claude"] }));
    assert_eq!(said(&hers, &around), "The key and owner ada have no model in common.");
    let closed = team(json!({ "models": ["no-default-models"] }));
    let around = Around { team: Some(&closed), ..Around::default() };
    assert_eq!(said(&of(json!([])), &around), "Team Support may call no model.");
}

#[test]
fn the_organization_of_a_team_is_looked_at_by_newer_versions_only() {
    let acme: Organization = read(
        json!({ "organization_id": "o", "organization_alias": "Acme", "spend": 2, "litellm_budget_table": { "max_budget": 1 } }),
    );
    let around = Around { organization: Some(&acme), ..Around::default() };
    assert_eq!(said(&key(json!({ "org_id": "o" })), &around), "Organization Acme is over its budget.");
    let bindings = binding(&key(json!({ "team_id": "t1" })), &around, NOW);
    assert_eq!(bindings[0].force, Force::Unsure);
}

#[test]
fn a_team_that_is_gone_is_named_and_not_judged() {
    let around = Around { team_is_gone: true, ..Around::default() };
    let bindings = binding(&key(json!({ "team_id": "t1" })), &around, NOW);
    assert_eq!((bindings[0].force, sentence(&bindings[0])), (Force::Unsure, "Team t1 no longer exists.".to_owned()));
    assert_eq!(binding(&key(json!({})), &around, NOW), []);
}

#[test]
fn names_of_others_are_seen_and_turn_nothing_round() {
    let odd = team(json!({ "team_alias": "a\u{202e}b\n", "blocked": true }));
    let around = Around { team: Some(&odd), ..Around::default() };
    assert_eq!(said(&key(json!({ "team_id": "t1" })), &around), "Team a⟨U+202E⟩b⏎ is blocked.");
    let nameless = team(json!({ "team_alias": "" }));
    assert_eq!(name_of_team(&nameless), "t1");
    let ada: User = read(json!({ "user_id": "u-1", "user_email": "ada@example.test" }));
    assert_eq!(name_of_user(&ada), "ada@example.test");
}

#[test]
fn what_is_absurd_stops_nobody() {
    for value in [json!("NaN"), json!(-5), json!(null), json!([1])] {
        let odd = key(json!({ "spend": value, "max_budget": 10 }));
        assert_eq!(said(&odd, &Around::default()), "", "{value}");
    }
}
