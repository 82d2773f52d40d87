//! The page of keys: which of them it shows, and what is open over them.

use super::{Get, Printed, is_hash, safe_search};
use crate::keys_table::select::Show;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeysRoute {
    pub list: KeysList,
    pub open: KeysOpen,
}

/// Which keys the table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysList {
    /// A part of a name or of a hash; see [`safe_search`](super::safe_search) for what of it gets into the address.
    pub search: String,
    pub show: Show,
    // Ids, and the name of a model. Empty: any; [`WITHOUT`]: none.
    pub team: String,
    pub organization: String,
    pub owner: String,
    pub model: String,
    pub sort: KeySort,
    pub descending: bool,
}

impl Default for KeysList {
    fn default() -> Self {
        KeysList {
            search: String::new(),
            show: Show::All,
            team: String::new(),
            organization: String::new(),
            owner: String::new(),
            model: String::new(),
            sort: KeySort::Created,
            descending: true,
        }
    }
}

impl KeysList {
    /// The same order of all keys.
    pub fn unfiltered(&self) -> KeysList {
        KeysList { sort: self.sort, descending: self.descending, ..KeysList::default() }
    }

    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }
}

/// Stands for keys without a team, an owner or an organization.
pub const WITHOUT: &str = "-";

/// The columns by which keys can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySort {
    Alias,
    Status,
    Owner,
    Team,
    Organization,
    Spend,
    Budget,
    BudgetSpent,
    Resets,
    #[default]
    Created,
    CreatedBy,
    Updated,
    LastUsed,
    Expires,
    Hash,
}

impl KeySort {
    pub const ALL: [KeySort; 15] = [
        KeySort::Alias,
        KeySort::Status,
        KeySort::Owner,
        KeySort::Team,
        KeySort::Organization,
        KeySort::Spend,
        KeySort::Budget,
        KeySort::BudgetSpent,
        KeySort::Resets,
        KeySort::Created,
        KeySort::CreatedBy,
        KeySort::Updated,
        KeySort::LastUsed,
        KeySort::Expires,
        KeySort::Hash,
    ];

    /// The name of its column, as LiteLLM has it where it has one; in the address, too.
    pub fn value(self) -> &'static str {
        match self {
            KeySort::Alias => "key_alias",
            KeySort::Status => "status",
            KeySort::Owner => "owner",
            KeySort::Team => "team",
            KeySort::Organization => "organization",
            KeySort::Spend => "spend",
            KeySort::Budget => "max_budget",
            KeySort::BudgetSpent => "budget_spent",
            KeySort::Resets => "budget_reset_at",
            KeySort::Created => "created_at",
            KeySort::CreatedBy => "created_by",
            KeySort::Updated => "updated_at",
            KeySort::LastUsed => "last_active",
            KeySort::Expires => "expires",
            KeySort::Hash => "token",
        }
    }

    /// Whether the column starts with the largest: one looks for the most and the newest, but for the beginning of the
    /// alphabet, and for what ends or begins anew first.
    pub fn starts_descending(self) -> bool {
        matches!(
            self,
            KeySort::Spend
                | KeySort::Budget
                | KeySort::BudgetSpent
                | KeySort::Created
                | KeySort::Updated
                | KeySort::LastUsed
        )
    }
}

/// What is open over the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeysOpen {
    #[default]
    Nothing,
    Create,
    /// The form for a new key like the one with this hash.
    Like(String),
    /// The form for the key with this hash.
    Edit(String),
    /// The key with this hash gets a successor, and both can be used for a while.
    Rotate(String),
    /// The same, and the key is blocked at once.
    Replace(String),
    /// A key has leaked: this one, by its hash, or one that is still to be told (empty).
    Leak(String),
    /// One key, by its hash.
    Key(String),
}

impl KeysRoute {
    pub(super) fn parse(get: Get) -> KeysRoute {
        KeysRoute {
            list: KeysList {
                search: safe_search(get("s")),
                show: Show::from_value(get("show")),
                team: safe_search(get("team")),
                organization: safe_search(get("organization")),
                owner: safe_search(get("owner")),
                model: safe_search(get("model")),
                sort: KeySort::ALL.into_iter().find(|sort| sort.value() == get("orderby")).unwrap_or_default(),
                descending: get("order") != "asc",
            },
            open: match (get("action"), get("key")) {
                ("new", _) if is_hash(get("like")) => KeysOpen::Like(get("like").to_owned()),
                ("new", _) => KeysOpen::Create,
                ("edit", hash) if is_hash(hash) => KeysOpen::Edit(hash.to_owned()),
                ("rotate", hash) if is_hash(hash) => KeysOpen::Rotate(hash.to_owned()),
                ("replace", hash) if is_hash(hash) => KeysOpen::Replace(hash.to_owned()),
                ("leak", hash) => KeysOpen::Leak(if is_hash(hash) { hash.to_owned() } else { String::new() }),
                (_, hash) if is_hash(hash) => KeysOpen::Key(hash.to_owned()),
                _ => KeysOpen::Nothing,
            },
        }
    }

    pub(super) fn print(&self, query: &mut Printed) {
        let KeysRoute { list, open } = self;
        query.text("s", &list.search);
        query.text("team", &list.team);
        query.text("organization", &list.organization);
        query.text("owner", &list.owner);
        query.text("model", &list.model);
        query.add("show", list.show.value(), list.show == Show::All);
        query.add("orderby", list.sort.value(), list.sort == KeySort::default());
        query.add("order", "asc", list.descending);
        let (action, hash) = match open {
            KeysOpen::Nothing => return,
            KeysOpen::Create => return query.add("action", "new", false),
            KeysOpen::Like(hash) => {
                query.add("action", "new", false);
                return query.add("like", hash, !is_hash(hash));
            }
            KeysOpen::Leak(hash) => {
                query.add("action", "leak", false);
                return query.add("key", hash, !is_hash(hash));
            }
            KeysOpen::Edit(hash) => ("edit", hash),
            KeysOpen::Rotate(hash) => ("rotate", hash),
            KeysOpen::Replace(hash) => ("replace", hash),
            KeysOpen::Key(hash) => ("", hash),
        };
        query.add("action", action, action.is_empty() || !is_hash(hash));
        query.add("key", hash, !is_hash(hash));
    }
}
