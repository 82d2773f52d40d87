//! Teams and users, which keys belong to: what both have is one type, so that one list, one drawer and one form serve them.

pub mod reading;
pub mod select;

use crate::{
    msg,
    text::Msg,
    wire::{Key, Member, Team, User},
};

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Team,
    User,
}

/// A team or a user.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    pub kind: Kind,
    pub id: String,
    pub alias: String,
    /// Of a user.
    pub email: String,
    /// Of a user, in LiteLLM's words; empty: none.
    pub role: String,
    /// The id of a team's organization.
    pub organization: String,
    /// Empty: all models.
    pub models: Vec<String>,
    pub spend: f64,
    pub max_budget: Option<f64>,
    pub budget_duration: String,
    pub budget_reset_at: String,
    pub rpm_limit: Option<f64>,
    pub tpm_limit: Option<f64>,
    /// Of a team.
    pub blocked: bool,
    /// Of a team, in a list without e-mails.
    pub members: Vec<Member>,
    /// Of a user: the ids of its teams.
    pub teams: Vec<String>,
    /// None: older LiteLLM does not count those of a team in a list.
    pub keys: Option<f64>,
    pub created_at: String,
    pub updated_at: String,
}

/// The roles that can be given here: who has one of them manages nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    #[default]
    User,
    Viewer,
}

impl Role {
    pub const ALL: [Role; 2] = [Role::User, Role::Viewer];

    pub fn value(self) -> &'static str {
        match self {
            Role::User => "internal_user",
            Role::Viewer => "internal_user_viewer",
        }
    }

    pub fn from_value(value: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.value() == value)
    }

    pub fn label(self) -> Msg {
        match self {
            Role::User => msg!("User"),
            Role::Viewer => msg!("Viewer"),
        }
    }
}

/// What LiteLLM calls a role, in words; none for one that is not known here.
pub fn role_label(role: &str) -> Option<Msg> {
    Some(match role {
        "proxy_admin" => msg!("Administrator"),
        "proxy_admin_viewer" => msg!("Administrator who only looks"),
        "org_admin" => msg!("Administrator of an organization"),
        "" => msg!("None"),
        role => Role::from_value(role)?.label(),
    })
}

/// The user that LiteLLM's master key stands for.
const MASTER: &str = "default_user_id";

/// As PHP has them, which refuses to change a user with another role.
const MANAGE_NOTHING: [&str; 5] = ["", "internal_user", "internal_user_viewer", "customer", "team"];

/// See [`Account::is_askable`].
pub fn is_askable(kind: Kind, id: &str) -> bool {
    kind == Kind::Team || (!id.contains(',') && id.trim() == id)
}

impl Account {
    pub fn of_team(team: Team) -> Account {
        Account {
            kind: Kind::Team,
            id: team.team_id,
            alias: team.team_alias,
            organization: team.organization_id,
            models: team.models,
            spend: team.spend,
            max_budget: team.max_budget,
            budget_duration: team.budget_duration,
            budget_reset_at: team.budget_reset_at,
            rpm_limit: team.rpm_limit,
            tpm_limit: team.tpm_limit,
            blocked: team.blocked,
            members: team.members,
            keys: team.keys_count,
            created_at: team.created_at,
            updated_at: team.updated_at,
            ..Account::default()
        }
    }

    pub fn of_user(user: User) -> Account {
        Account {
            kind: Kind::User,
            id: user.user_id,
            alias: user.user_alias,
            email: user.user_email,
            role: user.user_role,
            models: user.models,
            spend: user.spend,
            max_budget: user.max_budget,
            budget_duration: user.budget_duration,
            budget_reset_at: user.budget_reset_at,
            rpm_limit: user.rpm_limit,
            tpm_limit: user.tpm_limit,
            teams: user.teams,
            keys: Some(user.key_count),
            created_at: user.created_at,
            updated_at: user.updated_at,
            ..Account::default()
        }
    }

    /// By name, else by e-mail, else by id.
    pub fn name(&self) -> &str {
        [&self.alias, &self.email].into_iter().find(|name| !name.trim().is_empty()).unwrap_or(&self.id)
    }

    /// What an account and a key have alike: it is shown in the same way.
    pub fn as_key(&self) -> Key {
        Key {
            models: self.models.clone(),
            spend: self.spend,
            max_budget: self.max_budget,
            budget_duration: self.budget_duration.clone(),
            budget_reset_at: self.budget_reset_at.clone(),
            rpm_limit: self.rpm_limit,
            tpm_limit: self.tpm_limit,
            ..Key::default()
        }
    }

    /// What was spent of the budget; none: there is none.
    pub fn budget_share(&self) -> Option<f64> {
        let budget = self.max_budget?;
        Some(if budget <= 0.0 { 1.0 } else { self.spend.max(0.0) / budget })
    }

    /// Nothing is left of the budget. Versions differ in what a budget of nothing means while nothing is spent.
    pub fn is_over_budget(&self) -> bool {
        self.spend > 0.0 && self.max_budget.is_some_and(|budget| self.spend >= budget)
    }

    /// Whether it can be asked for by itself: LiteLLM parts the ids of users by commas, and cuts blanks off.
    pub fn is_askable(&self) -> bool {
        is_askable(self.kind, &self.id)
    }

    /// Who manages the gateway is not changed from here: keys of theirs would follow.
    pub fn manages(&self) -> bool {
        self.kind == Kind::User
            && (self.id.trim().eq_ignore_ascii_case(MASTER) || !MANAGE_NOTHING.contains(&self.role.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;
    use serde_json::json;

    #[test]
    fn a_team_and_a_user_are_what_litellm_says() {
        let team = Team::read(&json!({
            "team_id": "t", "team_alias": "Support", "organization_id": "o", "models": ["a"], "spend": 2, "max_budget": 1,
            "budget_duration": "30d", "rpm_limit": 5, "blocked": true, "members_with_roles": [{"user_id": "ada"}], "keys_count": 3,
        }));
        let team = Account::of_team(team);
        assert_eq!(
            (team.kind, team.name(), team.organization.as_str(), team.keys),
            (Kind::Team, "Support", "o", Some(3.0))
        );
        assert!(team.blocked && team.is_over_budget() && !team.manages());
        assert_eq!((team.as_key().max_budget, team.as_key().rpm_limit), (Some(1.0), Some(5.0)));
        let user = User::read(&json!({
            "user_id": "u", "user_email": "ada@example.org", "user_role": "proxy_admin", "key_count": 2, "teams": ["t"],
        }));
        let user = Account::of_user(user);
        assert_eq!((user.name(), user.keys, user.teams.len()), ("ada@example.org", Some(2.0), 1));
        assert!(user.manages() && !user.is_over_budget());
    }

    #[test]
    fn who_manages_nothing_can_be_changed() {
        let user = |id: &str, role: &str| Account {
            kind: Kind::User,
            id: id.to_owned(),
            role: role.to_owned(),
            ..Account::default()
        };
        for role in ["", "internal_user", "internal_user_viewer"] {
            assert!(!user("u", role).manages(), "{role}");
        }
        for role in ["proxy_admin", "proxy_admin_viewer", "org_admin", "something new"] {
            assert!(user("u", role).manages(), "{role}");
        }
        assert!(user("default_user_id", "internal_user").manages());
        assert!(role_label("something new").is_none());
        for role in Role::ALL {
            assert_eq!(Role::from_value(role.value()), Some(role));
            assert!(role_label(role.value()).is_some());
        }
    }

    #[test]
    fn who_cannot_be_asked_for_is_known() {
        for (kind, id, expected) in [
            (Kind::User, "ada", true),
            (Kind::User, "ada lovelace", true),
            (Kind::User, "ada,bob", false),
            (Kind::User, " ada", false),
            (Kind::Team, "a,b", true),
        ] {
            assert_eq!(is_askable(kind, id), expected, "{id}");
        }
    }

    #[test]
    fn a_budget_of_nothing_is_over_only_when_something_was_spent() {
        let account = |spend: f64, budget: Option<f64>| Account { spend, max_budget: budget, ..Account::default() };
        for (spend, budget, over) in [
            (0.0, Some(0.0), false),
            (0.1, Some(0.0), true),
            (5.0, Some(5.0), true),
            (4.9, Some(5.0), false),
            (9.0, None, false),
        ] {
            assert_eq!(account(spend, budget).is_over_budget(), over, "{spend} of {budget:?}");
        }
    }
}
