//! What the app says of keys, against what LiteLLM says to calls with them.
//!
//! `tests/php/run --contract` makes keys with every limit, reads them through WordPress, calls with each, writes what was read
//! and answered to the file that LIMITS names, and runs this test, which by itself has nothing to look at.
#![allow(clippy::expect_used, clippy::panic)]

use model::{
    key_limits::{Around, Binding, Force, Limit, Of, binding, first, member_of, sentence},
    key_status::KeyStatus,
    wire::{KeyInfo, Models, Organization, Organizations, TeamInfo, User, Users, Wire},
};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let file = std::env::var("LIMITS").expect("LIMITS names what tests/php/run --contract has written down");
    let text = std::fs::read_to_string(&file).expect("the file of LIMITS can be read");
    let cases: Value = serde_json::from_str(&text).expect("the file of LIMITS is JSON");
    cases.as_array().expect("the file of LIMITS is a list").clone()
}

/// What LiteLLM's message has to contain where we say that this stops the key: one of these.
fn litellms_words(binding: &Binding) -> &'static [&'static str] {
    match (binding.of, &binding.limit) {
        (Of::Key, Limit::Blocked) => &["Key is blocked"],
        (_, Limit::Blocked) => &["Team=", "is blocked"],
        (_, Limit::Expiry { .. }) => &["Expired Key"],
        (_, Limit::Models(_) | Limit::NoModel) => {
            &["not allowed to access model", "model_access_denied", "not have access"]
        }
        (_, Limit::Money(_)) => &["udget"],
        (_, Limit::Gone | Limit::Rate { .. }) => &[],
    }
}

/// Whose budget LiteLLM names; older versions do not name that of the key.
fn litellms_holder(of: Of, newer: bool) -> &'static str {
    match of {
        Of::Team => "Team=",
        Of::Organization => "Organization=",
        Of::Owner => "User=",
        Of::Member if newer => "TeamMember=",
        Of::Key | Of::Budget if newer => "Key",
        _ => "",
    }
}

/// A list that has neither this model nor a group that it may be in.
fn leaves_out(binding: &Binding, called: &str) -> bool {
    matches!(&binding.limit, Limit::Models(models) if !models.iter().any(|model| model == called))
}

#[test]
#[ignore = "needs keys of a running gateway: tests/php/run --contract"]
fn what_we_say_is_what_litellm_does() {
    let cases = cases();
    let (mut stopped, mut narrowed, mut answered, mut unsure) = (0, 0, 0, 0);
    for case in &cases {
        let what = case["case"].as_str().expect("each case has a name");
        let now_ms = case["now_ms"].as_i64().expect("each case has its time");
        let status = case["answer"]["status"].as_u64().expect("each call has a status");
        let called = case["model"].as_str().expect("each call names a model");
        let message = case["answer"]["message"].as_str().expect("each call has a message");
        let info = KeyInfo::read(&case["info"]);
        let key = info.key();
        let team = case["team"].is_object().then(|| TeamInfo::read(&case["team"]));
        let users = Users::read(&case["users"]).users;
        let owner: Option<&User> = users.iter().find(|user| user.user_id == key.user_id);
        let organizations = Organizations::read(&case["organizations"]).organizations;
        let id = case["organization"].as_str().unwrap_or_default();
        let organization: Option<&Organization> =
            organizations.iter().find(|known| !id.is_empty() && known.organization_id == id);
        let models: Vec<String> =
            Models::read(&case["models"]).data.into_iter().map(|model| model.model_group).collect();
        let around = Around {
            team: team.as_ref().map(|team| &team.team),
            team_is_gone: team.is_none(),
            owner,
            member: team.as_ref().and_then(|team| member_of(&key, &team.memberships)),
            member_budget: team.as_ref().and_then(|team| team.rules.member_budget.as_ref()),
            organization,
            more: Some(&info.more),
            models: &models,
            ..Around::default()
        };
        let bindings = binding(&key, &around, now_ms);
        let said = first(&bindings).map(sentence).unwrap_or_default();
        let all = format!("{what}: LiteLLM {status} {message}; we say “{said}” of {bindings:#?}");
        println!("{what}: {status} {said}");
        match first(&bindings) {
            Some(first) => {
                stopped += 1;
                assert!((400..500).contains(&status), "{all}");
                assert!(litellms_words(first).iter().any(|words| message.contains(words)), "{all}");
                let newer = case["version"] == "1.106.2";
                if matches!(first.limit, Limit::Money(_)) {
                    assert!(message.contains(litellms_holder(first.of, newer)), "{all}");
                }
                assert!(!KeyStatus::within(&key, &bindings, now_ms).is_usable(), "{all}");
            }
            None if bindings.iter().any(|binding| leaves_out(binding, called)) => {
                narrowed += 1;
                assert!((401..=403).contains(&status) && message.contains("model_access_denied"), "{all}");
            }
            None if bindings.iter().any(|binding| binding.force == Force::Unsure) => unsure += 1,
            None => {
                answered += 1;
                assert_eq!(status, 200, "{all}");
                assert!(KeyStatus::within(&key, &bindings, now_ms).is_usable(), "{all}");
            }
        }
    }
    // A run in which nothing was stopped would prove nothing.
    let count = format!("{stopped} stopped, {narrowed} by their model only, {answered} answered, {unsure} not judged");
    assert!(stopped >= 15 && narrowed >= 1 && answered >= 8, "{count}");
    assert!(unsure <= 5, "{unsure} not judged");
}
