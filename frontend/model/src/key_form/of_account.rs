//! The form as it is filled in for a team or a user.

use super::{KeyDraft, ModelChoice, typed::shown};
use crate::people::{Account, Kind, Role};

/// LiteLLM's words for all models.
const ALL_MODELS: &str = "all-proxy-models";

impl KeyDraft {
    /// A new one.
    pub fn new_account(kind: Kind) -> KeyDraft {
        let role = if kind == Kind::User { Role::default().value() } else { "" };
        KeyDraft { of: Some(kind), role: role.to_owned(), ..KeyDraft::default() }
    }

    pub fn of_account(account: &Account, decimal: char) -> KeyDraft {
        let account = account.clone();
        let limit = |limit: Option<f64>| limit.map(|limit| shown(limit, decimal)).unwrap_or_default();
        let are_all = matches!(account.models.iter().map(String::as_str).collect::<Vec<_>>()[..], [] | [ALL_MODELS]);
        KeyDraft {
            of: Some(account.kind),
            alias: account.alias,
            email: account.email,
            role: account.role,
            which: if are_all { ModelChoice::All } else { ModelChoice::Some },
            models: if are_all { Vec::new() } else { account.models },
            organization: account.organization,
            max_budget: limit(account.max_budget),
            budget_period: account.budget_duration,
            rpm: limit(account.rpm_limit),
            tpm: limit(account.tpm_limit),
            ..KeyDraft::default()
        }
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        key_form::{Change, Field, Problem, Rules, change},
        wire::{KeyLimits, Team, User, Wire},
    };

    fn with_rules<T>(read: impl FnOnce(&Rules) -> T) -> T {
        // They are those of keys, and say nothing of teams and users.
        let ceilings = KeyLimits { max_budget: Some(1.0), ..KeyLimits::default() };
        read(&Rules { decimal: '.', today: "2026-11-20", ceilings: &ceilings })
    }

    fn team() -> Account {
        Account::of_team(Team::read(&json!({
            "team_id": "t", "team_alias": "Support", "models": ["a"], "max_budget": 10, "budget_duration": "30d",
            "organization_id": "o", "rpm_limit": 5,
        })))
    }

    fn user() -> Account {
        Account::of_user(User::read(&json!({
            "user_id": "u", "user_alias": "Ada", "user_email": "ada@example.org", "user_role": "internal_user",
        })))
    }

    fn sent(before: &KeyDraft, after: &KeyDraft) -> Result<Value, Vec<(Field, Problem)>> {
        let changes: Result<Vec<Change>, _> = with_rules(|rules| after.changes(before, rules));
        changes.map(|changes| change::params(&changes, 0)).map_err(|problems| problems.into_iter().collect())
    }

    #[test]
    fn a_new_one_is_sent_as_the_contract_has_it() {
        let contract: Value =
            serde_json::from_str(include_str!("../../../../php-shim/contract.json")).expect("the contract is JSON");
        for (kind, create, update) in
            [(Kind::Team, "teams.create", "teams.update"), (Kind::User, "users.create", "users.update")]
        {
            let draft = KeyDraft::new_account(kind);
            for field in draft.fields() {
                let takes = |operation: &str| !contract["operations"][operation]["params"][field.param()].is_null();
                assert!(takes(create), "{field:?}");
                // Which organization a team belongs to is said when it is made.
                assert_eq!(takes(update), *field != Field::Organization, "{field:?}");
            }
        }
        let draft = KeyDraft {
            alias: " Support ".into(),
            which: ModelChoice::Some,
            models: vec!["a".into()],
            max_budget: "50".into(),
            budget_period: "30d".into(),
            tpm: "1000".into(),
            organization: "o".into(),
            ..KeyDraft::new_account(Kind::Team)
        };
        let expected = json!({
            "alias": "Support", "models": ["a"], "organization": "o", "max_budget": 50.0, "budget_duration": "30d", "tpm_limit": 1000,
        });
        assert_eq!(with_rules(|rules| draft.validate(rules)), Ok(expected));
        let draft = KeyDraft { email: "ada@example.org".into(), ..KeyDraft::new_account(Kind::User) };
        let expected = json!({"email": "ada@example.org", "role": "internal_user"});
        assert_eq!(with_rules(|rules| draft.validate(rules)), Ok(expected));
    }

    #[test]
    fn what_is_missing_or_odd_is_refused() {
        let refused = |draft: KeyDraft| match with_rules(|rules| draft.validate(rules)) {
            Err(problems) => problems.into_iter().collect::<Vec<_>>(),
            Ok(_) => Vec::new(),
        };
        assert_eq!(refused(KeyDraft::new_account(Kind::Team)), [(Field::Alias, Problem::NameMissing)]);
        assert_eq!(refused(KeyDraft::new_account(Kind::User)), [(Field::Alias, Problem::NameOrEmail)]);
        for email in ["ada", "@b", "a@", "a b@c", "a@b,c@d", "a@b@c"] {
            let draft = KeyDraft { email: email.into(), ..KeyDraft::new_account(Kind::User) };
            assert_eq!(refused(draft), [(Field::Email, Problem::EmailOdd)], "{email}");
        }
        let draft = KeyDraft { alias: "a/../b".into(), ..KeyDraft::new_account(Kind::Team) };
        assert_eq!(refused(draft), []);
    }

    #[test]
    fn only_what_changed_is_sent_and_a_name_is_not_taken_away() {
        let before = KeyDraft::of_account(&team(), '.');
        assert_eq!((before.max_budget.as_str(), before.which), ("10", ModelChoice::Some));
        let after = KeyDraft { max_budget: String::new(), budget_period: String::new(), ..before.clone() };
        assert_eq!(sent(&before, &after), Ok(json!({"max_budget": null, "budget_duration": null})));
        let after = KeyDraft { which: ModelChoice::All, rpm: "7".into(), ..before.clone() };
        assert_eq!(sent(&before, &after), Ok(json!({"models": [], "rpm_limit": 7})));
        assert_eq!(sent(&before, &before.clone()), Ok(json!({})));
        let before = KeyDraft::of_account(&user(), '.');
        let after = KeyDraft { alias: String::new(), ..before.clone() };
        assert_eq!(sent(&before, &after), Err(vec![(Field::Alias, Problem::Stays)]));
        let after = KeyDraft { role: Role::Viewer.value().into(), ..before.clone() };
        assert_eq!(sent(&before, &after), Ok(json!({"role": "internal_user_viewer"})));
    }
}
