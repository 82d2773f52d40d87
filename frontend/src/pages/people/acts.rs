//! What can be done with a team or a user, and what is said of it.

use model::{
    language::tf,
    msg,
    people::{Account, Kind},
    text::Msg,
    visible::isolated,
};

use crate::{action::Action as _, components::RowAction};

crate::action::actions! {
    /// What a click means; each names the team or the user by its id.
    pub enum PeopleAction {
        Block(String) = "block",
        Unblock(String) = "unblock",
        Delete(String) = "delete",
        Edit(String) = "edit",
        /// A member of the team that is open.
        RemoveMember(String) = "remove-member",
        Retry = "retry",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Block,
    Unblock,
    Delete,
    /// A user's id, and what the user is called.
    AddMember(String, String),
    RemoveMember(String, String),
}

pub struct Words {
    pub title: Msg,
    pub text: Msg,
    pub yes: Msg,
    pub done: Msg,
}

impl Act {
    pub fn words(&self, kind: Kind) -> Words {
        match (self, kind) {
            (Act::Block, _) => Words {
                title: msg!("Block team “{name}”?"),
                text: msg!(
                    "Calls with the keys of this team are refused within about a minute. You can unblock it at any time."
                ),
                yes: msg!("Block team"),
                done: msg!("Team “{name}” is blocked. Calls with its keys are refused within a minute at the latest."),
            },
            (Act::Unblock, _) => Words {
                title: msg!("Unblock team “{name}”?"),
                text: msg!(
                    "Calls with the keys of this team are answered again, within their limits, within about a minute."
                ),
                yes: msg!("Unblock team"),
                done: msg!(
                    "Team “{name}” is no longer blocked. Calls with its keys are answered again within a minute at the latest."
                ),
            },
            (Act::Delete, Kind::Team) => Words {
                title: msg!("Delete team “{name}”?"),
                text: msg!(
                    "LiteLLM deletes the keys of the team along with it: applications that use them stop working within about a minute. Its members stay. Newer LiteLLM also deletes the models that belong to this team alone. This cannot be undone; what was spent stays in the statistics."
                ),
                yes: msg!("Delete team and its keys"),
                done: msg!("Team “{name}” is deleted, and so are its keys."),
            },
            (Act::Delete, Kind::User) => Words {
                title: msg!("Delete user “{name}”?"),
                text: msg!(
                    "LiteLLM deletes all keys of the user along with it, also those in teams: applications that use them stop working within about a minute. This cannot be undone; what was spent stays in the statistics."
                ),
                yes: msg!("Delete user and all keys"),
                done: msg!("User “{name}” is deleted, and so are the user’s keys."),
            },
            (Act::AddMember(..), _) => Words {
                title: msg!("Add “{user}” to team “{name}”?"),
                text: msg!(
                    "The user becomes a member. What members may do in LiteLLM’s own interface is decided there."
                ),
                yes: msg!("Add to the team"),
                done: msg!("“{user}” is in team “{name}”."),
            },
            (Act::RemoveMember(..), _) => Words {
                title: msg!("Remove “{user}” from team “{name}”?"),
                text: msg!(
                    "LiteLLM deletes the keys that the user has in this team along with the membership: applications that use them stop working within about a minute. The user’s other keys stay. This cannot be undone."
                ),
                yes: msg!("Remove from the team"),
                done: msg!("“{user}” is no longer in team “{name}”, and the keys that the user had in it are deleted."),
            },
        }
    }

    pub fn user(&self) -> &str {
        match self {
            Act::AddMember(_, name) | Act::RemoveMember(_, name) => name,
            _ => "",
        }
    }

    pub fn is_destructive(&self) -> bool {
        !matches!(self, Act::Unblock | Act::AddMember(..))
    }
}

/// What can be done with a team or a user that is not protected.
pub fn row_actions(account: &Account) -> Vec<RowAction> {
    let name = isolated(account.name());
    let action = |label: Msg, name_of_it: Msg, action: PeopleAction, destructive: bool| RowAction {
        label,
        action: action.print(),
        name: tf(name_of_it, &[("name", &name)]),
        destructive,
    };
    let id = || account.id.clone();
    let mut actions = vec![action(msg!("Edit"), msg!("Edit {name}"), PeopleAction::Edit(id()), false)];
    match (account.kind, account.blocked) {
        (Kind::User, _) => {}
        (Kind::Team, false) => {
            actions.push(action(msg!("Block"), msg!("Block {name}"), PeopleAction::Block(id()), false))
        }
        (Kind::Team, true) => {
            actions.push(action(msg!("Unblock"), msg!("Unblock {name}"), PeopleAction::Unblock(id()), false))
        }
    }
    actions.push(action(msg!("Delete"), msg!("Delete {name}"), PeopleAction::Delete(id()), true));
    actions
}

/// As others wrote it, for a sentence.
pub fn said(name: &str) -> String {
    isolated(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(kind: Kind, blocked: bool) -> Account {
        Account { kind, id: "t-1".into(), alias: "Support".into(), blocked, ..Account::default() }
    }

    fn labels(account: &Account) -> Vec<String> {
        row_actions(account).into_iter().map(|action| action.name).collect()
    }

    #[test]
    fn only_teams_are_blocked() {
        assert_eq!(labels(&account(Kind::Team, false)), ["Edit Support", "Block Support", "Delete Support"]);
        assert_eq!(labels(&account(Kind::Team, true)), ["Edit Support", "Unblock Support", "Delete Support"]);
        assert_eq!(labels(&account(Kind::User, false)), ["Edit Support", "Delete Support"]);
    }
}
