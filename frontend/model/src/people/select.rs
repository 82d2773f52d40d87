//! Which teams or users the table shows, in which order, and how many there are of each state.

use std::cmp::Ordering;

use super::{Account, Kind};
use crate::{clock, keys_table::Lower, msg, order, route::PeopleList, text::Msg};

/// An account, with what is looked at often.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub account: Account,
    created_ms: Option<i64>,
    resets_ms: Option<i64>,
    /// What it is found by, in small letters: its name comes first.
    text: String,
}

impl Found {
    pub fn new(account: Account, lower: Lower) -> Found {
        let text = lower(&[account.name(), "\0", &account.email, "\0", &account.id].concat());
        let moment = |text: &str| clock::parse_utc_ms(text);
        Found { created_ms: moment(&account.created_at), resets_ms: moment(&account.budget_reset_at), account, text }
    }
}

/// What the chips above the table leave in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    #[default]
    All,
    OverBudget,
    Blocked,
}

impl Show {
    pub const ALL: [Show; 3] = [Show::All, Show::OverBudget, Show::Blocked];

    /// In the address.
    pub fn value(self) -> &'static str {
        match self {
            Show::All => "all",
            Show::OverBudget => "over-budget",
            Show::Blocked => "blocked",
        }
    }

    pub fn from_value(value: &str) -> Show {
        Show::ALL.into_iter().find(|show| show.value() == value).unwrap_or_default()
    }

    pub fn label(self) -> Msg {
        match self {
            Show::All => msg!("All"),
            Show::OverBudget => msg!("Over budget"),
            Show::Blocked => msg!("Blocked"),
        }
    }

    /// LiteLLM blocks teams, not users.
    pub fn is_of(self, kind: Kind) -> bool {
        self != Show::Blocked || kind == Kind::Team
    }

    fn takes(self, account: &Account) -> bool {
        match self {
            Show::All => true,
            Show::OverBudget => account.is_over_budget(),
            Show::Blocked => account.blocked,
        }
    }
}

/// The columns by which teams and users can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PeopleSort {
    Name,
    Email,
    Role,
    Status,
    Spend,
    Budget,
    BudgetSpent,
    Resets,
    Members,
    Teams,
    Keys,
    #[default]
    Created,
    Id,
}

impl PeopleSort {
    pub const ALL: [PeopleSort; 13] = [
        PeopleSort::Name,
        PeopleSort::Email,
        PeopleSort::Role,
        PeopleSort::Status,
        PeopleSort::Spend,
        PeopleSort::Budget,
        PeopleSort::BudgetSpent,
        PeopleSort::Resets,
        PeopleSort::Members,
        PeopleSort::Teams,
        PeopleSort::Keys,
        PeopleSort::Created,
        PeopleSort::Id,
    ];

    /// The name of its column; in the address, too.
    pub fn value(self) -> &'static str {
        match self {
            PeopleSort::Name => "name",
            PeopleSort::Email => "email",
            PeopleSort::Role => "role",
            PeopleSort::Status => "status",
            PeopleSort::Spend => "spend",
            PeopleSort::Budget => "max_budget",
            PeopleSort::BudgetSpent => "budget_spent",
            PeopleSort::Resets => "budget_reset_at",
            PeopleSort::Members => "members",
            PeopleSort::Teams => "teams",
            PeopleSort::Keys => "keys",
            PeopleSort::Created => "created_at",
            PeopleSort::Id => "id",
        }
    }

    pub fn from_value(value: &str) -> Option<PeopleSort> {
        PeopleSort::ALL.into_iter().find(|sort| sort.value() == value)
    }

    /// Whether the column starts with the largest.
    pub fn starts_descending(self) -> bool {
        matches!(
            self,
            PeopleSort::Spend
                | PeopleSort::Budget
                | PeopleSort::BudgetSpent
                | PeopleSort::Members
                | PeopleSort::Teams
                | PeopleSort::Keys
                | PeopleSort::Created
        )
    }
}

/// What the table shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selected {
    /// Places in the list, in the order in which they are shown.
    pub rows: Vec<u32>,
    /// How many there would be of each of [`Show::ALL`], the search being what it is.
    pub counts: [usize; Show::ALL.len()],
}

pub fn select(all: &[Found], list: &PeopleList, lower: Lower) -> Selected {
    let wanted = lower(list.search.trim());
    let mut selected = Selected::default();
    let order = order::sorted(all.len(), &|one, other| compare(&all[one as usize], &all[other as usize], list));
    for at in order {
        let found = &all[at as usize];
        if !found.text.contains(&wanted) {
            continue;
        }
        for (count, show) in selected.counts.iter_mut().zip(Show::ALL) {
            *count += usize::from(show.takes(&found.account));
        }
        if list.show.takes(&found.account) {
            selected.rows.push(at);
        }
    }
    selected
}

/// What has nothing to be sorted by is last in either direction.
fn compare(one: &Found, other: &Found, list: &PeopleList) -> Ordering {
    let by_number = |number: fn(&Found) -> Option<f64>| {
        turned(number(one), number(other), list.descending, |one, other| one.total_cmp(other))
    };
    let by_text = |text: fn(&Account) -> &str| {
        let text = |account| Some(text(account)).filter(|text: &&str| !text.is_empty());
        turned(text(&one.account), text(&other.account), list.descending, |one, other| one.cmp(other))
    };
    let ordering = match list.sort {
        PeopleSort::Name => turned(Some(&one.text), Some(&other.text), list.descending, |one, other| one.cmp(other)),
        PeopleSort::Email => by_text(|account| &account.email),
        PeopleSort::Role => by_text(|account| &account.role),
        PeopleSort::Status => by_number(|found| {
            Some(if found.account.blocked {
                0.0
            } else if found.account.is_over_budget() {
                1.0
            } else {
                2.0
            })
        }),
        PeopleSort::Spend => by_number(|found| Some(found.account.spend)),
        PeopleSort::Budget => by_number(|found| found.account.max_budget),
        PeopleSort::BudgetSpent => by_number(|found| found.account.budget_share()),
        PeopleSort::Resets => by_number(|found| found.resets_ms.map(|ms| ms as f64)),
        PeopleSort::Members => by_number(|found| Some(found.account.members.len() as f64)),
        PeopleSort::Teams => by_number(|found| Some(found.account.teams.len() as f64)),
        PeopleSort::Keys => by_number(|found| found.account.keys),
        PeopleSort::Created => by_number(|found| found.created_ms.map(|ms| ms as f64)),
        PeopleSort::Id => by_text(|account| &account.id),
    };
    ordering.then_with(|| one.account.id.cmp(&other.account.id))
}

fn turned<T>(one: Option<T>, other: Option<T>, descending: bool, compare: fn(&T, &T) -> Ordering) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if descending => compare(&other, &one),
        (Some(one), Some(other)) => compare(&one, &other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    fn found(id: &str, alias: &str, spend: f64, budget: Option<f64>, blocked: bool, created: &str) -> Found {
        let account = Account {
            id: id.into(),
            alias: alias.into(),
            spend,
            max_budget: budget,
            blocked,
            created_at: created.into(),
            email: [id, "@example.org"].concat(),
            ..Account::default()
        };
        Found::new(account, lower)
    }

    fn all() -> Vec<Found> {
        vec![
            found("t1", "Support", 5.0, Some(10.0), false, "2026-11-01T00:00:00Z"),
            found("t2", "ops", 20.0, Some(10.0), false, "2026-11-03T00:00:00Z"),
            found("t3", "", 0.0, None, true, "2026-11-02T00:00:00Z"),
        ]
    }

    fn ids(list: &PeopleList) -> Vec<String> {
        let all = all();
        select(&all, list, lower).rows.iter().map(|at| all[*at as usize].account.id.clone()).collect()
    }

    #[test]
    fn each_column_sorts_both_ways_and_nothing_is_last() {
        for (sort, ascending, descending) in [
            (PeopleSort::Name, ["t2", "t1", "t3"], ["t3", "t1", "t2"]),
            (PeopleSort::Spend, ["t3", "t1", "t2"], ["t2", "t1", "t3"]),
            (PeopleSort::Budget, ["t1", "t2", "t3"], ["t1", "t2", "t3"]),
            (PeopleSort::BudgetSpent, ["t1", "t2", "t3"], ["t2", "t1", "t3"]),
            (PeopleSort::Created, ["t1", "t3", "t2"], ["t2", "t3", "t1"]),
            (PeopleSort::Status, ["t3", "t2", "t1"], ["t1", "t2", "t3"]),
            (PeopleSort::Id, ["t1", "t2", "t3"], ["t3", "t2", "t1"]),
        ] {
            for (is_descending, expected) in [(false, ascending), (true, descending)] {
                let list = PeopleList { sort, descending: is_descending, ..PeopleList::default() };
                assert_eq!(ids(&list), expected, "{sort:?} {is_descending}");
            }
        }
        for sort in PeopleSort::ALL {
            assert_eq!(PeopleSort::from_value(sort.value()), Some(sort));
        }
    }

    #[test]
    fn name_e_mail_and_id_are_searched_and_the_states_counted() {
        let search = |search: &str| PeopleList { search: search.into(), ..PeopleList::default() };
        assert_eq!(ids(&search(" SUPP ")), ["t1"]);
        assert_eq!(ids(&search("t3@example")), ["t3"]);
        assert_eq!(ids(&search("zzz")).len(), 0);
        assert_eq!(select(&all(), &PeopleList::default(), lower).counts, [3, 1, 1]);
        assert_eq!(ids(&PeopleList { show: Show::Blocked, ..PeopleList::default() }), ["t3"]);
        assert_eq!(ids(&PeopleList { show: Show::OverBudget, ..PeopleList::default() }), ["t2"]);
        for show in Show::ALL {
            assert_eq!(Show::from_value(show.value()), show);
        }
        assert!(!Show::Blocked.is_of(Kind::User));
    }
}
