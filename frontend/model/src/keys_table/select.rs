//! Which keys the table shows, in which order, and how many there are of each state.

use std::cmp::Ordering;

use super::{Entry, Lower, directory::Directory, moment};
use crate::{
    clock::DAY_MS,
    key_status::{self, KeyStatus},
    msg, order,
    route::{KeySort, KeysList, WITHOUT},
    text::Msg,
    wire::{Key, Team},
};

/// Since when a key has to have expired for nobody to miss it.
pub const LONG_AGO_MS: i64 = 30 * DAY_MS;

/// What the chips above the table leave in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    #[default]
    All,
    Status(KeyStatus),
    ExpiredLongAgo,
    NeverUsed,
}

impl Show {
    pub const ALL: [Show; 8] = [
        Show::All,
        Show::Status(KeyStatus::Active),
        Show::Status(KeyStatus::ExpiringSoon),
        Show::Status(KeyStatus::OverBudget),
        Show::Status(KeyStatus::Blocked),
        Show::Status(KeyStatus::Expired),
        Show::ExpiredLongAgo,
        Show::NeverUsed,
    ];

    /// In the address.
    pub fn value(self) -> &'static str {
        match self {
            Show::All => "all",
            Show::Status(status) => status.slug(),
            Show::ExpiredLongAgo => "expired-long-ago",
            Show::NeverUsed => "never-used",
        }
    }

    pub fn from_value(value: &str) -> Show {
        Show::ALL.into_iter().find(|show| show.value() == value).unwrap_or_default()
    }

    pub fn label(self) -> Msg {
        match self {
            Show::All => msg!("All"),
            Show::Status(status) => status.label(),
            Show::ExpiredLongAgo => msg!("Expired over 30 days ago"),
            Show::NeverUsed => msg!("Never used"),
        }
    }

    /// Each time it is told what the key's state is: that takes more than the key.
    fn takes(self, entry: &Entry, status: KeyStatus, now_ms: i64) -> bool {
        match self {
            Show::All => true,
            Show::Status(wanted) => status == wanted,
            Show::ExpiredLongAgo => {
                entry.expires_ms.is_some_and(|expires| expires <= now_ms.saturating_sub(LONG_AGO_MS))
            }
            Show::NeverUsed => is_never_used(&entry.key),
        }
    }
}

/// As far as LiteLLM tells: older versions know no last use, so that a key with free calls alone counts as never used.
fn is_never_used(key: &Key) -> bool {
    key.last_active.is_empty() && key.spend == 0.0
}

/// What the table shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selected {
    /// Places in the table, in the order in which they are shown.
    pub rows: Vec<u32>,
    /// How many there would be of each of [`Show::ALL`], all other filters being what they are.
    pub counts: [usize; Show::ALL.len()],
}

/// What is searched: a part of a name or a hash, or exactly the key with this hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search<'a> {
    Text(&'a str),
    Hash(&'a str),
}

/// Whether a filter lets a value through; the other way round for "without".
fn is(filter: &str, value: &str) -> bool {
    filter.is_empty() || if filter == WITHOUT { value.is_empty() } else { filter == value }
}

/// Whether one of the names is that of the model, or stands for it.
fn names_model(names: &[String], model: &str) -> bool {
    names.iter().any(|name| match name.strip_suffix('*') {
        _ if name == "all-proxy-models" => true,
        Some(start) => model.starts_with(start),
        None => name == model,
    })
}

/// Whether a key may call a model, by its own list and that of its team.
fn may_call(key: &Key, team: Option<&Team>, model: &str) -> bool {
    let team_allows = team.is_none_or(|team| team.models.is_empty() || names_model(&team.models, model));
    let own = key.models.is_empty() || key.models.iter().any(|name| name == "all-team-models");
    team_allows && (own || names_model(&key.models, model))
}

/// Goes through the entries in `order` once. `status`: what is said of a key's state.
pub fn select(
    entries: &[Entry],
    order: &[u32],
    list: &KeysList,
    search: &Search,
    directory: &Directory,
    status: &dyn Fn(&Entry) -> KeyStatus,
    (now_ms, lower): (i64, Lower),
) -> Selected {
    let wanted = match search {
        Search::Text(text) => lower(text.trim()),
        Search::Hash(hash) => (*hash).to_owned(),
    };
    let mut selected = Selected::default();
    for at in order {
        let entry = &entries[*at as usize];
        let key = &entry.key;
        let found = match search {
            Search::Text(_) => wanted.is_empty() || entry.contains(&wanted),
            Search::Hash(_) => key.token == wanted,
        };
        if !found || !is(&list.team, &key.team_id) || !is(&list.owner, &key.user_id) {
            continue;
        }
        if !list.organization.is_empty() && !is(&list.organization, directory.organization_id(key)) {
            continue;
        }
        if !list.model.is_empty() && !may_call(key, directory.team(&key.team_id), &list.model) {
            continue;
        }
        let state = status(entry);
        for (show, count) in Show::ALL.into_iter().zip(&mut selected.counts) {
            *count += usize::from(show.takes(entry, state, now_ms));
        }
        if list.show.takes(entry, state, now_ms) {
            selected.rows.push(*at);
        }
    }
    selected
}

/// What a column is sorted by.
enum By {
    /// In small letters. Empty: it is not there.
    Text(String),
    Number(Option<f64>),
}

fn by(sort: KeySort, entry: &Entry, directory: &Directory, status: &dyn Fn(&Entry) -> KeyStatus, lower: Lower) -> By {
    let key = &entry.key;
    match sort {
        KeySort::Alias => By::Text(entry.alias().to_owned()),
        KeySort::Status => By::Number(Some(f64::from(status(entry) as u8))),
        KeySort::Owner => By::Text(lower(&directory.owner_name(key))),
        KeySort::Team => By::Text(lower(&directory.team_name(key))),
        KeySort::Organization => By::Text(lower(&directory.organization_called(directory.organization_id(key)))),
        KeySort::Spend => By::Number(Some(key.spend)),
        KeySort::Budget => By::Number(key.max_budget),
        KeySort::BudgetSpent => By::Number(key_status::budget_share(key)),
        KeySort::Resets => By::Number(moment(&key.budget_reset_at)),
        KeySort::Created => By::Text(key.created_at.clone()),
        KeySort::CreatedBy => By::Text(lower(&key.created_by)),
        KeySort::Updated => By::Number(moment(&key.updated_at)),
        KeySort::LastUsed => By::Number(moment(&key.last_active)),
        KeySort::Expires => By::Number(entry.expires_ms.map(|ms| ms as f64)),
        KeySort::Hash => By::Text(key.token.clone()),
    }
}

/// The places of the entries in the order of a column. What is equal is in the order of its making, the newest first; what
/// has nothing there comes last, whichever way the others go.
pub fn sorted(
    entries: &[Entry],
    sort: KeySort,
    descending: bool,
    directory: &Directory,
    status: &dyn Fn(&Entry) -> KeyStatus,
    lower: Lower,
) -> Vec<u32> {
    let newest = order::sorted(entries.len(), &|a, b| {
        let (a, b) = (&entries[a as usize].key, &entries[b as usize].key);
        (&b.created_at, &b.token).cmp(&(&a.created_at, &a.token))
    });
    if sort == KeySort::Created && descending {
        return newest;
    }
    let values: Vec<By> = newest.iter().map(|at| by(sort, &entries[*at as usize], directory, status, lower)).collect();
    let directed = |order: Ordering| if descending { order.reverse() } else { order };
    let places = order::sorted(values.len(), &|a, b| match (&values[a as usize], &values[b as usize]) {
        (By::Text(a), By::Text(b)) if a.is_empty() || b.is_empty() => a.is_empty().cmp(&b.is_empty()),
        (By::Text(a), By::Text(b)) => directed(a.cmp(b)),
        (By::Number(Some(a)), By::Number(Some(b))) => directed(a.total_cmp(b)),
        (By::Number(a), By::Number(b)) => a.is_none().cmp(&b.is_none()),
        _ => Ordering::Equal,
    });
    places.into_iter().map(|place| newest[place as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys_table::Table, wire::Person};

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    fn key(token: &str, alias: &str) -> Key {
        Key { token: token.into(), key_alias: alias.into(), ..Key::default() }
    }

    fn directory() -> Directory {
        let mut directory = Directory::default();
        directory.set_teams(vec![
            Team { team_id: "t1".into(), team_alias: "Support".into(), ..Team::default() },
            Team {
                team_id: "t2".into(),
                organization_id: "o2".into(),
                models: vec!["gpt-4o".into()],
                ..Team::default()
            },
        ]);
        directory
    }

    fn table(keys: &[Key]) -> Table {
        let mut table = Table::default();
        for key in keys {
            table.put(key.clone(), lower);
        }
        table.name(&directory(), lower);
        table
    }

    fn status(entry: &Entry) -> KeyStatus {
        KeyStatus::of(&entry.key, NOW)
    }

    fn selected(table: &Table, list: &KeysList, search: &Search) -> Selected {
        let order: Vec<u32> = (0..table.entries.len() as u32).collect();
        select(&table.entries, &order, list, search, &directory(), &status, (NOW, lower))
    }

    fn found(table: &Table, list: &KeysList) -> Vec<String> {
        let selected = selected(table, list, &Search::Text(&list.search));
        selected.rows.iter().map(|at| table.entries[*at as usize].key.token.clone()).collect()
    }

    fn searching(text: &str) -> KeysList {
        KeysList { search: text.into(), ..KeysList::default() }
    }

    /// One of them killed the search, and of two with the same alias one was shown.
    #[test]
    fn odd_aliases_are_found_and_counted() {
        let table = table(&[
            key("1", "twin"),
            key("2", "twin"),
            key("3", &["long-", &"x".repeat(295)].concat()),
            key("4", "two\nlines"),
            key("5", "  spaces around  "),
            key("6", ""),
            key("7", "<img src=x onerror=alert(1)>"),
            key("8", "\u{202e}مفتاح 👩\u{200d}💻"),
        ]);
        for (text, tokens) in [
            ("tw", &["1", "2", "4"][..]),
            ("TWIN", &["1", "2"]),
            ("xxx", &["3"]),
            ("lines", &["4"]),
            ("o\nl", &["4"]),
            ("  around ", &["5"]),
            ("<IMG", &["7"]),
            ("مفتاح", &["8"]),
            ("💻", &["8"]),
            ("nothing", &[]),
            ("", &["1", "2", "3", "4", "5", "6", "7", "8"]),
        ] {
            assert_eq!(found(&table, &searching(text)), tokens, "{text}");
        }
    }

    #[test]
    fn a_key_is_found_by_each_of_its_names() {
        let person = Person { user_email: "Ada@Example.com".into(), user_alias: "Ada L.".into() };
        let hash = "0f".repeat(32);
        let table = table(&[
            Key {
                key_name: "sk-...4Cfw".into(),
                user_id: "user-17".into(),
                user: Some(person),
                team_id: "t1".into(),
                ..key(&hash, "web")
            },
            key("2", "other"),
        ]);
        for text in ["WEB", "...4cfw", "sk-...4Cfw", "user-17", "ada@example", "ada l", "support", &hash, &hash[10..20]]
        {
            assert_eq!(found(&table, &searching(text)), [hash.as_str()], "{text}");
        }
        // A word does not reach from one part into the next.
        assert_eq!(found(&table, &searching("websk")), Vec::<String>::new());
        let by_hash = |hash| selected(&table, &KeysList::default(), &Search::Hash(hash)).rows;
        assert_eq!((by_hash(&hash), by_hash(&hash[1..])), (vec![0], vec![]));
    }

    #[test]
    fn filters_narrow_down_together() {
        let owned = |token: &str, team: &str, user: &str, models: &[&str]| Key {
            team_id: team.into(),
            user_id: user.into(),
            models: models.iter().map(|model| (*model).to_owned()).collect(),
            ..key(token, token)
        };
        let table = table(&[
            owned("1", "t1", "ada", &["gpt-4o", "o1"]),
            owned("2", "t2", "ada", &[]),
            owned("3", "t2", "", &["o1"]),
            owned("4", "", "", &["openai/*"]),
            owned("5", "t2", "", &["all-team-models"]),
            Key { org_id: "o1".into(), ..owned("6", "", "bob", &["no-default-models"]) },
        ]);
        let list = |change: fn(&mut KeysList)| {
            let mut list = KeysList::default();
            change(&mut list);
            found(&table, &list)
        };
        assert_eq!(list(|list| list.team = "t2".into()), ["2", "3", "5"]);
        assert_eq!(list(|list| list.team = WITHOUT.into()), ["4", "6"]);
        assert_eq!(list(|list| list.owner = "ada".into()), ["1", "2"]);
        assert_eq!(list(|list| list.owner = WITHOUT.into()), ["3", "4", "5"]);
        assert_eq!(list(|list| (list.owner, list.team) = ("ada".into(), "t2".into())), ["2"]);
        assert_eq!(list(|list| list.organization = "o2".into()), ["2", "3", "5"], "by the team");
        assert_eq!(list(|list| list.organization = "o1".into()), ["6"]);
        assert_eq!(list(|list| list.organization = WITHOUT.into()), ["1", "4"]);
        assert_eq!(list(|list| list.model = "gpt-4o".into()), ["1", "2", "5"]);
        assert_eq!(list(|list| list.model = "o1".into()), ["1"], "the team of 3 has no o1");
        assert_eq!(list(|list| list.model = "openai/gpt-5".into()), ["4"]);
    }

    #[test]
    fn states_are_counted_within_the_other_filters() {
        let table = table(&[
            Key { blocked: true, ..key("1", "web") },
            Key { expires: "2026-11-01T00:00:00Z".into(), spend: 1.0, ..key("2", "web") },
            Key { expires: "2026-10-21T12:00:00Z".into(), spend: 1.0, ..key("3", "web") },
            Key { expires: "2026-11-22T00:00:00Z".into(), spend: 1.0, ..key("4", "web") },
            Key { spend: 9.0, max_budget: Some(1.0), ..key("5", "web") },
            Key { last_active: "2026-11-19T00:00:00Z".into(), ..key("6", "web") },
            key("7", "batch"),
        ]);
        let web = searching("web");
        // All, active, expiring soon, over budget, blocked, expired, expired long ago, never used.
        assert_eq!(selected(&table, &web, &Search::Text("web")).counts, [6, 1, 1, 1, 1, 2, 1, 1]);
        assert_eq!(selected(&table, &web, &Search::Text("")).counts, [7, 2, 1, 1, 1, 2, 1, 2]);
        for (show, tokens) in [
            (Show::Status(KeyStatus::Expired), &["2", "3"][..]),
            (Show::ExpiredLongAgo, &["3"]),
            (Show::NeverUsed, &["1"]),
            (Show::Status(KeyStatus::Active), &["6"]),
        ] {
            let list = KeysList { show, ..web.clone() };
            assert_eq!(found(&table, &list), tokens, "{show:?}");
            assert_eq!(selected(&table, &list, &Search::Text("web")).counts[0], 6, "the chips stay what they are");
        }
    }

    #[test]
    fn the_order_is_what_the_header_says_and_what_is_missing_comes_last() {
        let made = |token: &str, alias: &str, spend, max_budget, day: &str| Key {
            spend,
            max_budget,
            created_at: ["2026-11-", day, "T00:00:00Z"].concat(),
            ..key(token, alias)
        };
        let table = table(&[
            Key { user_id: "zoe".into(), ..made("1", "B", 2.0, Some(1.0), "03") },
            Key { expires: "2027-01-01".into(), ..made("2", "a", 3.0, None, "01") },
            Key { user_id: "Ada".into(), team_id: "t1".into(), ..made("3", "", 1.0, Some(5.0), "02") },
            Key { expires: "2026-12-01".into(), blocked: true, ..made("4", "b", 2.0, None, "04") },
        ]);
        let sort = |sort, descending| -> Vec<String> {
            let order = sorted(&table.entries, sort, descending, &directory(), &status, lower);
            order.iter().map(|at| table.entries[*at as usize].key.token.clone()).collect()
        };
        for (by, ascending, descending) in [
            (KeySort::Created, ["2", "3", "1", "4"], ["4", "1", "3", "2"]),
            // Equal ones: the newest first.
            (KeySort::Alias, ["2", "4", "1", "3"], ["4", "1", "2", "3"]),
            (KeySort::Spend, ["3", "4", "1", "2"], ["2", "4", "1", "3"]),
            (KeySort::Budget, ["1", "3", "4", "2"], ["3", "1", "4", "2"]),
            (KeySort::BudgetSpent, ["3", "1", "4", "2"], ["1", "3", "4", "2"]),
            (KeySort::Owner, ["3", "1", "4", "2"], ["1", "3", "4", "2"]),
            (KeySort::Team, ["3", "4", "1", "2"], ["3", "4", "1", "2"]),
            (KeySort::Expires, ["4", "2", "1", "3"], ["2", "4", "1", "3"]),
            (KeySort::Status, ["4", "1", "3", "2"], ["3", "2", "1", "4"]),
            (KeySort::Hash, ["1", "2", "3", "4"], ["4", "3", "2", "1"]),
        ] {
            assert_eq!(sort(by, false), ascending, "{by:?}");
            assert_eq!(sort(by, true), descending, "{by:?}");
        }
    }

    #[test]
    fn each_chip_has_a_value_of_its_own() {
        for (at, show) in Show::ALL.into_iter().enumerate() {
            assert_eq!(Show::from_value(show.value()), show);
            assert!(Show::ALL[..at].iter().all(|other| other.value() != show.value()));
        }
        assert_eq!(Show::from_value("DROP"), Show::All);
    }
}
