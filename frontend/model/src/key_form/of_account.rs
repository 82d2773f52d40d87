//! The form as it is filled in for a team or a user.

use serde_json::{Value, json};

use super::{Change, Field, KeyDraft, ModelChoice, Rules, typed::shown};
use crate::people::{Account, Kind, Role};

/// LiteLLM's words for all models.
pub(super) const ALL_MODELS: &str = "all-proxy-models";

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

/// Takes the period of a team's budget away.
fn takes_period(change: &Change) -> bool {
    change.field == Field::BudgetPeriod && change.after.is_null() && !change.before.is_null()
}

/// What has to be written back after `changes`: where 1.80.11 takes the period of a team's budget away it leaves the moment of
/// the next reset, and from then on sets what the team has spent to zero again and again.
pub fn half_taken(changes: &[Change], now: &Account) -> Option<Value> {
    let is_half = now.kind == Kind::Team && now.budget_duration.is_empty() && !now.budget_reset_at.is_empty();
    let change = changes.iter().find(|change| takes_period(change)).filter(|_| is_half)?;
    Some(json!({ "budget_duration": change.before }))
}

/// Whether that may be so, as long as nobody has looked.
pub fn may_be_half_taken(kind: Option<Kind>, changes: &[Change]) -> bool {
    kind == Some(Kind::Team) && changes.iter().any(takes_period)
}

/// With a role LiteLLM sets its own budget for users over the one that a user has, unless that is sent, too. `after`: what the
/// user is to become.
pub fn with_role(mut params: Value, after: &KeyDraft, rules: &Rules) -> Value {
    if !params["role"].is_null() {
        for field in [Field::MaxBudget, Field::BudgetPeriod] {
            if let (true, Ok(setting)) = (params.get(field.param()).is_none(), after.setting(field, rules))
                && !setting.is_null()
            {
                params[field.param()] = setting;
            }
        }
    }
    params
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::{
        key_form::{Problem, change},
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

    #[test]
    fn a_period_that_was_taken_by_half_is_written_back() {
        let before = KeyDraft::of_account(&team(), '.');
        let after = KeyDraft { budget_period: String::new(), ..before.clone() };
        let changes = with_rules(|rules| after.changes(&before, rules)).unwrap_or_default();
        assert!(may_be_half_taken(Some(Kind::Team), &changes) && !may_be_half_taken(Some(Kind::User), &changes));
        let now = |period: &str, reset: &str| Account {
            budget_duration: period.into(),
            budget_reset_at: reset.into(),
            ..team()
        };
        let half = now("", "2026-12-01T00:00:00Z");
        assert_eq!(half_taken(&changes, &half), Some(json!({"budget_duration": "30d"})));
        assert_eq!(half_taken(&changes, &now("", "")), None);
        assert_eq!(half_taken(&changes, &now("30d", "2026-12-01T00:00:00Z")), None);
        assert_eq!(half_taken(&[], &half), None, "it is not of this change");
    }

    #[test]
    fn a_role_is_sent_with_the_budget_that_stays() {
        let of = |budget: &str, period: &str| KeyDraft {
            max_budget: budget.into(),
            budget_period: period.into(),
            ..KeyDraft::of_account(&user(), '.')
        };
        let sent = |params: Value, draft: KeyDraft| with_rules(|rules| with_role(params, &draft, rules));
        let role = json!({"role": "internal_user"});
        assert_eq!(
            sent(role.clone(), of("5", "30d")),
            json!({"role": "internal_user", "max_budget": 5.0, "budget_duration": "30d"})
        );
        assert_eq!(sent(role.clone(), of("", "")), role);
        let taken = json!({"role": "internal_user", "max_budget": null});
        assert_eq!(sent(taken.clone(), of("", "")), taken);
        let other = json!({"rpm_limit": 5});
        assert_eq!(sent(other.clone(), of("5", "")), other);
    }

    #[test]
    fn all_models_of_a_user_are_said_in_a_word() {
        let ada = Account { models: vec!["a".into()], ..user() };
        let before = KeyDraft::of_account(&ada, '.');
        let after = KeyDraft { which: ModelChoice::All, ..before.clone() };
        assert_eq!(sent(&before, &after), Ok(json!({"models": ["all-proxy-models"]})));
        // Both are the same.
        let word = KeyDraft::of_account(&Account { models: vec![ALL_MODELS.into()], ..user() }, '.');
        assert_eq!(sent(&KeyDraft::of_account(&user(), '.'), &word), Ok(json!({})));
    }
}
