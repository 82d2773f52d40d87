//! Where the user is: the page, and what its own part of the address says.
//!
//! Reading takes whatever an address holds and falls back to the defaults; printing leaves the defaults out.
//! How a page name becomes an address of wp-admin is the app's business.

use crate::{
    keys_table::select::Show,
    people::{Kind, select},
    period::Range,
    sha256,
};

/// The pages, by the names that PHP knows them by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageName {
    #[default]
    Overview,
    Keys,
    Teams,
    Users,
    Console,
    Status,
}

impl PageName {
    pub const ALL: [PageName; 6] =
        [PageName::Overview, PageName::Keys, PageName::Teams, PageName::Users, PageName::Console, PageName::Status];

    pub fn as_str(self) -> &'static str {
        match self {
            PageName::Overview => "overview",
            PageName::Keys => "keys",
            PageName::Teams => "teams",
            PageName::Users => "users",
            PageName::Console => "console",
            PageName::Status => "status",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Overview(OverviewRoute),
    Keys(KeysRoute),
    /// Teams or users.
    People(PeopleRoute),
    Console,
    Status,
}

impl Default for Route {
    fn default() -> Self {
        Route::Overview(OverviewRoute::default())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverviewRoute {
    pub range: Range,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeysRoute {
    pub list: KeysList,
    pub open: KeysOpen,
}

/// Which keys the table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysList {
    /// A part of a name or of a hash; see [`safe_search`] for what of it gets into the address.
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

/// Teams or users: which of them, and what is open over them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleRoute {
    pub kind: Kind,
    pub list: PeopleList,
    pub open: PeopleOpen,
}

/// Which of them the table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleList {
    /// A part of a name, an e-mail or an id.
    pub search: String,
    pub show: select::Show,
    pub sort: select::PeopleSort,
    pub descending: bool,
}

impl Default for PeopleList {
    fn default() -> Self {
        PeopleList {
            search: String::new(),
            show: select::Show::All,
            sort: select::PeopleSort::Created,
            descending: true,
        }
    }
}

impl PeopleList {
    /// The same order of all.
    pub fn unfiltered(&self) -> PeopleList {
        PeopleList { sort: self.sort, descending: self.descending, ..PeopleList::default() }
    }

    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }
}

/// What is open over the table of teams or users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PeopleOpen {
    #[default]
    Nothing,
    Create,
    /// The form for the one with this id.
    Edit(String),
    /// One, by its id.
    One(String),
}

impl PeopleRoute {
    /// All of them.
    pub fn all(kind: Kind) -> Route {
        Route::People(PeopleRoute { kind, ..PeopleRoute::default() })
    }

    /// One of them, over the list of all.
    pub fn one(kind: Kind, id: &str) -> Route {
        Route::People(PeopleRoute { kind, open: PeopleOpen::One(id.to_owned()), ..PeopleRoute::default() })
    }

    fn parse<'a>(kind: Kind, get: impl Fn(&str) -> &'a str) -> Route {
        let show = select::Show::from_value(get("show"));
        let id = safe_search(get(id_of(kind)));
        Route::People(PeopleRoute {
            kind,
            list: PeopleList {
                search: safe_search(get("s")),
                show: if show.is_of(kind) { show } else { select::Show::All },
                sort: select::PeopleSort::from_value(get("orderby")).unwrap_or_default(),
                descending: get("order") != "asc",
            },
            open: match get("action") {
                "new" => PeopleOpen::Create,
                _ if id.is_empty() => PeopleOpen::Nothing,
                "edit" => PeopleOpen::Edit(id),
                _ => PeopleOpen::One(id),
            },
        })
    }
}

/// By this argument the address names one of them.
fn id_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Team => "team",
        Kind::User => "user",
    }
}

/// The longest text of a search or a filter, in characters.
pub const SEARCH_MOST: usize = 255;

impl Route {
    /// The route of a page with these arguments. Of an argument that is there twice the first counts, as in PHP's forms.
    pub fn parse(page_name: &str, query: &[(String, String)]) -> Route {
        let get = |name: &str| query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
        match PageName::ALL.into_iter().find(|page| page.as_str() == page_name).unwrap_or_default() {
            PageName::Overview => Route::Overview(OverviewRoute { range: Range::from_value(get("range")) }),
            PageName::Keys => Route::Keys(KeysRoute {
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
            }),
            PageName::Teams => PeopleRoute::parse(Kind::Team, get),
            PageName::Users => PeopleRoute::parse(Kind::User, get),
            PageName::Console => Route::Console,
            PageName::Status => Route::Status,
        }
    }

    pub fn page(&self) -> PageName {
        match self {
            Route::Overview(_) => PageName::Overview,
            Route::Keys(_) => PageName::Keys,
            Route::People(PeopleRoute { kind: Kind::Team, .. }) => PageName::Teams,
            Route::People(PeopleRoute { kind: Kind::User, .. }) => PageName::Users,
            Route::Console => PageName::Console,
            Route::Status => PageName::Status,
        }
    }

    /// The arguments of the address, without those that say what is so anyway.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        let mut add = |name, value: &str, is_default: bool| {
            if !is_default {
                query.push((name, value.to_owned()));
            }
        };
        match self {
            Route::Overview(overview) => add("range", overview.range.value(), overview.range == Range::default()),
            Route::Keys(KeysRoute { list, open }) => {
                let texts = [
                    ("s", &list.search),
                    ("team", &list.team),
                    ("organization", &list.organization),
                    ("owner", &list.owner),
                    ("model", &list.model),
                ];
                for (name, text) in texts {
                    let text = safe_search(text);
                    add(name, &text, text.is_empty());
                }
                add("show", list.show.value(), list.show == Show::All);
                add("orderby", list.sort.value(), list.sort == KeySort::default());
                add("order", "asc", list.descending);
                match open {
                    KeysOpen::Nothing => {}
                    KeysOpen::Create => add("action", "new", false),
                    KeysOpen::Like(hash) => {
                        add("action", "new", false);
                        add("like", hash, !is_hash(hash));
                    }
                    KeysOpen::Edit(hash) => {
                        add("action", "edit", !is_hash(hash));
                        add("key", hash, !is_hash(hash));
                    }
                    KeysOpen::Rotate(hash) => {
                        add("action", "rotate", !is_hash(hash));
                        add("key", hash, !is_hash(hash));
                    }
                    KeysOpen::Replace(hash) => {
                        add("action", "replace", !is_hash(hash));
                        add("key", hash, !is_hash(hash));
                    }
                    KeysOpen::Leak(hash) => {
                        add("action", "leak", false);
                        add("key", hash, !is_hash(hash));
                    }
                    KeysOpen::Key(hash) => add("key", hash, !is_hash(hash)),
                }
            }
            Route::People(PeopleRoute { kind, list, open }) => {
                let search = safe_search(&list.search);
                add("s", &search, search.is_empty());
                add("show", list.show.value(), list.show == select::Show::All);
                add("orderby", list.sort.value(), list.sort == select::PeopleSort::default());
                add("order", "asc", list.descending);
                match open {
                    PeopleOpen::Nothing => {}
                    PeopleOpen::Create => add("action", "new", false),
                    PeopleOpen::Edit(id) => {
                        add("action", "edit", safe_search(id).is_empty());
                        add(id_of(*kind), id, safe_search(id).is_empty());
                    }
                    PeopleOpen::One(id) => add(id_of(*kind), id, safe_search(id).is_empty()),
                }
            }
            Route::Console | Route::Status => {}
        }
        query
    }
}

/// The SHA-256 by which LiteLLM knows a key.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What of a typed search may stand in the address, and so in the browser's history and the server's log:
/// not a key that was pasted, not blanks alone, and not more than a name can have.
pub fn safe_search(text: &str) -> String {
    let cut: String = text.chars().take(SEARCH_MOST).collect();
    if cut.trim().is_empty() || secret_in(text).is_some() { String::new() } else { cut }
}

/// The word that begins like a key of LiteLLM, if there is one. `task-7` and `eu-sk-1` do not, `"sk-…"`, `KEY=sk-…` and
/// `Bearer sk-…` do. What a list shows of a key (`sk-...4Cfw`) is no secret.
pub fn secret_in(text: &str) -> Option<&str> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let begins =
            before.is_none_or(|before: char| !before.is_alphanumeric() && !matches!(before, '-' | '_' | '.' | '/'));
        before = Some(c);
        if !begins || !text[at..].get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sk-")) {
            continue;
        }
        // A key that somebody has chosen may have signs of base64 in it.
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | '=' | '~');
        let word = text[at..].split(|c| !is_part(c)).next().unwrap_or_default();
        if !is_masked(word) {
            return Some(word);
        }
    }
    None
}

/// The hash of the key in a text, by which LiteLLM knows it; empty: there is none, or only the beginning of one.
pub fn hash_in(text: &str) -> String {
    let secret = secret_in(text).unwrap_or_default();
    // `sk-`, or `sk-..` on the way to what a list shows of a key.
    if secret.trim_end_matches('.').len() <= "sk-".len() {
        return String::new();
    }
    // The end of a sentence, or of an address.
    sha256::hex(secret.trim_end_matches(['.', '/']))
}

/// As LiteLLM masks a key: its last four characters.
fn is_masked(word: &str) -> bool {
    word.get(3..).and_then(|rest| rest.strip_prefix("...")).is_some_and(|end| end.chars().count() <= 4)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn page_names_are_those_of_php() {
        let pages: Value =
            serde_json::from_str(include_str!("../../../php-shim/pages.json")).expect("php-shim/pages.json is JSON");
        let names: Vec<&str> =
            pages.as_array().into_iter().flatten().filter_map(|page| page["name"].as_str()).collect();
        assert_eq!(
            PageName::ALL.map(PageName::as_str).to_vec(),
            names,
            "left: PageName::ALL in frontend/model/src/route.rs, right: php-shim/pages.json"
        );
    }

    fn again(route: &Route) -> Route {
        let query: Vec<(String, String)> =
            route.query().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Route::parse(route.page().as_str(), &query)
    }

    fn keys(query: &[(&str, &str)]) -> KeysRoute {
        let query: Vec<(String, String)> =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match Route::parse("keys", &query) {
            Route::Keys(keys) => keys,
            other => unreachable!("{other:?} for the page keys"),
        }
    }

    fn searching(search: &str) -> Route {
        Route::Keys(KeysRoute {
            list: KeysList { search: search.to_owned(), ..KeysList::default() },
            ..KeysRoute::default()
        })
    }

    /// Searches that an address can hold, each odd in its own way.
    fn searches() -> Vec<String> {
        let odd = [
            "",
            "a",
            " padded ",
            "a&s=b",
            "a=b",
            "a+b",
            "100%",
            "%41%00",
            "#frag?x",
            "\"><script>",
            "'; drop",
            "日本語の鍵",
            "مفتاح",
            "\u{202e}kcab",
            "👩‍👩‍👧 family",
            "line\nbreak\ttab",
            "\u{0}",
            "new",
            "asc",
            "created_at",
            "task-7",
            "eu-sk-1",
            "sk",
            "sk_",
            "sk-...4Cfw",
        ];
        odd.into_iter().map(str::to_owned).chain(["x".repeat(SEARCH_MOST), "鍵".repeat(SEARCH_MOST)]).collect()
    }

    #[test]
    fn what_is_printed_is_read_as_the_same_route() {
        let mut routes = vec![Route::Console, Route::Status];
        routes.extend(Range::ALL.map(|range| Route::Overview(OverviewRoute { range })));
        let hash = || "0f".repeat(32);
        let opens = [
            KeysOpen::Nothing,
            KeysOpen::Create,
            KeysOpen::Like(hash()),
            KeysOpen::Edit(hash()),
            KeysOpen::Rotate(hash()),
            KeysOpen::Replace(hash()),
            KeysOpen::Leak(hash()),
            KeysOpen::Leak(String::new()),
            KeysOpen::Key(hash()),
        ];
        for search in searches() {
            for sort in KeySort::ALL {
                for descending in [false, true] {
                    for open in &opens {
                        let list = KeysList { search: search.clone(), sort, descending, ..KeysList::default() };
                        routes.push(Route::Keys(KeysRoute { list, open: open.clone() }));
                    }
                }
            }
        }
        assert_eq!(routes.len(), 5 + 27 * 15 * 2 * 9);
        // A saved view is its address.
        for value in searches().into_iter().filter(|text| !text.is_empty()).chain([WITHOUT.to_owned()]) {
            for show in Show::ALL {
                let one = |team: &str, organization: &str, owner: &str, model: &str| KeysList {
                    show,
                    team: team.to_owned(),
                    organization: organization.to_owned(),
                    owner: owner.to_owned(),
                    model: model.to_owned(),
                    ..KeysList::default()
                };
                let v = value.as_str();
                for list in [one(v, "", "", ""), one("", v, "", ""), one("", "", v, ""), one("", "", "", v)] {
                    routes.push(Route::Keys(KeysRoute { list, open: KeysOpen::Nothing }));
                }
            }
        }
        for kind in [Kind::Team, Kind::User] {
            for open in [
                PeopleOpen::Nothing,
                PeopleOpen::Create,
                PeopleOpen::Edit("a b&c=d".to_owned()),
                PeopleOpen::One("チーム/1".to_owned()),
            ] {
                for search in searches() {
                    let list = PeopleList { search, ..PeopleList::default() };
                    routes.push(Route::People(PeopleRoute { kind, list, open: open.clone() }));
                }
                for sort in select::PeopleSort::ALL.into_iter().filter(|sort| *sort != select::PeopleSort::default()) {
                    let list = PeopleList { sort, descending: false, ..PeopleList::default() };
                    routes.push(Route::People(PeopleRoute { kind, list, open: open.clone() }));
                }
            }
            let list = PeopleList { show: select::Show::OverBudget, ..PeopleList::default() };
            routes.push(Route::People(PeopleRoute { kind, list, open: PeopleOpen::Nothing }));
        }
        for route in &routes {
            assert_eq!(again(route), *route);
        }
        for page in PageName::ALL {
            assert!(routes.iter().any(|route| route.page() == page), "{page:?} is missing in this list");
        }
        // No two of them share an address.
        let mut printed: Vec<_> = routes.iter().map(|route| (route.page().as_str(), route.query())).collect();
        printed.sort();
        printed.dedup();
        assert_eq!(printed.len(), routes.len());
    }

    #[test]
    fn defaults_are_not_printed() {
        for page in PageName::ALL {
            let route = Route::parse(page.as_str(), &[]);
            assert_eq!((route.page(), route.query()), (page, vec![]));
        }
        assert_eq!(Route::parse("overview", &[]), Route::default());
        let list = KeysList {
            search: "ci".into(),
            team: WITHOUT.into(),
            show: Show::NeverUsed,
            sort: KeySort::Spend,
            descending: false,
            ..KeysList::default()
        };
        assert_eq!(
            Route::Keys(KeysRoute { list, open: KeysOpen::Create }).query(),
            [
                ("s", "ci"),
                ("team", "-"),
                ("show", "never-used"),
                ("orderby", "spend"),
                ("order", "asc"),
                ("action", "new")
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn unknown_values_fall_back() {
        assert_eq!(Route::parse("plugins", &[("range".into(), "30d".into())]).page(), PageName::Overview);
        assert_eq!(Route::parse("", &[]), Route::default());
        let odd = [("orderby", "DROP"), ("order", "DESC"), ("show", "x"), ("paged", "3"), ("action", "delete")];
        assert_eq!(keys(&odd), KeysRoute::default());
        assert!(!keys(&[("order", "asc"), ("order", "desc")]).list.descending);
    }

    #[test]
    fn only_a_hash_opens_a_key() {
        let hash = "0f".repeat(32);
        assert_eq!(keys(&[("key", &hash)]).open, KeysOpen::Key(hash.clone()));
        assert_eq!(keys(&[("key", &hash), ("action", "new")]).open, KeysOpen::Create);
        assert_eq!(keys(&[("key", &hash), ("action", "edit")]).open, KeysOpen::Edit(hash.clone()));
        assert_eq!(keys(&[("like", &hash), ("action", "new")]).open, KeysOpen::Like(hash.clone()));
        assert_eq!(keys(&[("like", &hash)]).open, KeysOpen::Nothing);
        assert_eq!(keys(&[("key", &hash), ("action", "rotate")]).open, KeysOpen::Rotate(hash.clone()));
        assert_eq!(keys(&[("key", &hash), ("action", "replace")]).open, KeysOpen::Replace(hash.clone()));
        assert_eq!(keys(&[("key", &hash), ("action", "leak")]).open, KeysOpen::Leak(hash.clone()));
        for odd in ["", "sk-1234", &hash[1..], &hash.to_uppercase(), &format!("{hash}0")] {
            assert_eq!(keys(&[("key", odd)]).open, KeysOpen::Nothing, "{odd:?}");
            assert_eq!(keys(&[("key", odd), ("action", "edit")]).open, KeysOpen::Nothing, "{odd:?}");
            assert_eq!(keys(&[("like", odd), ("action", "new")]).open, KeysOpen::Create, "{odd:?}");
            assert_eq!(keys(&[("key", odd), ("action", "rotate")]).open, KeysOpen::Nothing, "{odd:?}");
            assert_eq!(keys(&[("key", odd), ("action", "leak")]).open, KeysOpen::Leak(String::new()), "{odd:?}");
        }
    }

    #[test]
    fn nobody_is_blocked_but_teams_and_a_key_is_no_id() {
        let parse = |page: &str, name: &str, value: &str| Route::parse(page, &[(name.to_owned(), value.to_owned())]);
        assert_eq!(parse("users", "show", "blocked"), PeopleRoute::all(Kind::User));
        assert_ne!(parse("teams", "show", "blocked"), PeopleRoute::all(Kind::Team));
        assert_eq!(parse("teams", "team", "t-1"), PeopleRoute::one(Kind::Team, "t-1"));
        assert_eq!(parse("teams", "user", "t-1"), PeopleRoute::all(Kind::Team));
        assert_eq!(parse("users", "user", "sk-1234"), PeopleRoute::all(Kind::User));
        assert_eq!(PeopleRoute::one(Kind::User, "sk-1234").query(), []);
    }

    #[test]
    fn a_key_never_enters_the_address() {
        for pasted in [
            "sk-1234",
            "  sk-1234",
            "SK-1234",
            "Bearer sk-1234",
            "key=sk-1234",
            "\"sk-1234\"",
            "\u{feff}sk-1234",
            "a sk-",
            &format!("{} sk-1234", "x".repeat(SEARCH_MOST)),
            "sk-...4Cfw sk-1234",
            "sk-...more-than-a-mask",
        ] {
            assert_eq!(searching(pasted).query(), [], "{pasted:?} is printed");
            assert_eq!(keys(&[("s", pasted)]).list.search, "", "{pasted:?} is read");
            assert_eq!(keys(&[("owner", pasted), ("team", pasted)]).list, KeysList::default());
        }
        assert_eq!(secret_in("Bearer sk-1234\n"), Some("sk-1234"));
        assert_eq!(secret_in("sk-...4Cfw"), None);
    }

    /// A key with `+` or `=` in it was cut there, and not found.
    #[test]
    fn a_key_is_found_in_what_stands_around_it() {
        for (text, expected) in [
            ("sk-a+b/c==", "sk-a+b/c=="),
            ("export LITELLM_API_KEY=sk-a+b= # prod", "sk-a+b="),
            ("OPENAI_API_KEY='sk-1_2-3'", "sk-1_2-3"),
            ("{\"api_key\": \"sk-12=\", \"x\": 1}", "sk-12="),
            ("{\\\"key\\\":\\\"sk-12\\\"}", "sk-12"),
            ("Authorization: Bearer sk-12,", "sk-12"),
            ("https://x/?api_key=sk-12&b=c", "sk-12"),
            ("`sk-...4Cfw` is (sk-12)", "sk-12"),
            ("<b>sk-12</b>", "sk-12"),
            ("ünï sk-12\u{a0}é", "sk-12"),
        ] {
            assert_eq!(secret_in(text), Some(expected), "{text}");
            assert_eq!(hash_in(text), sha256::hex(expected), "{text}");
        }
        assert_eq!(hash_in("It was sk-1234."), sha256::hex("sk-1234"));
        for nothing in ["", "task-7", "eu-sk-1", "x/sk-1", "sk", "sk-", "sk-..", "sk-...4Cfw"] {
            assert_eq!(hash_in(nothing), "", "{nothing}");
        }
    }

    #[test]
    fn a_search_is_cut_at_characters_and_blanks_are_none() {
        assert_eq!(keys(&[("s", &"鍵".repeat(SEARCH_MOST + 9))]).list.search.chars().count(), SEARCH_MOST);
        assert_eq!(keys(&[("s", " \t\u{3000}")]).list.search, "");
        assert_eq!(searching("   ").query(), []);
        // What is cut off must not have been all that there was.
        for long in ["x".repeat(SEARCH_MOST + 1), format!("{}x", " ".repeat(SEARCH_MOST))] {
            let once = again(&searching(&long));
            assert_eq!(again(&once), once);
        }
    }
}
