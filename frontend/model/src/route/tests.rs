#![allow(clippy::expect_used)]

use serde_json::Value;

use super::*;
use crate::{
    keys_table::select::Show,
    people::{Kind, select},
    sha256,
};

#[test]
fn page_names_are_those_of_php() {
    let pages: Value =
        serde_json::from_str(include_str!("../../../../php-shim/pages.json")).expect("php-shim/pages.json is JSON");
    let names: Vec<&str> = pages.as_array().into_iter().flatten().filter_map(|page| page["name"].as_str()).collect();
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

fn ranges() -> Vec<TimeRange> {
    let mut ranges: Vec<TimeRange> = Quick::ALL.map(TimeRange::Quick).to_vec();
    for (from, to) in [
        ("2026-11-01", "2026-11-20"),
        ("2026-11-01", ""),
        ("2026-11-01T06:57", ""),
        ("2026-11-01T06:57", "2026-11-01T06:58"),
        ("2026-11-01T06:57", "2026-11-02"),
    ] {
        let edge = |text| Edge::parse(text);
        ranges.extend(edge(from).and_then(|from| TimeRange::own(from, edge(to))));
    }
    assert_eq!(ranges.len(), Quick::ALL.len() + 5);
    ranges
}

fn filters() -> Vec<CallFilter> {
    let fields: [fn(&mut CallFilter) -> &mut String; 9] = [
        |calls| &mut calls.model,
        |calls| &mut calls.provider,
        |calls| &mut calls.key,
        |calls| &mut calls.owner,
        |calls| &mut calls.team,
        |calls| &mut calls.organization,
        |calls| &mut calls.tag,
        |calls| &mut calls.end_user,
        |calls| &mut calls.call,
    ];
    let mut filters: Vec<CallFilter> =
        CallStatus::ALL.map(|status| CallFilter { status, ..CallFilter::default() }).to_vec();
    for field in fields {
        for value in searches().into_iter().filter(|text| !text.is_empty()).chain([WITHOUT.to_owned()]) {
            let mut calls = CallFilter::default();
            *field(&mut calls) = value;
            filters.push(calls);
        }
    }
    filters
}

/// A number on one page leads to the calls behind it on the other, and from there back.
#[test]
fn usage_and_logs_say_which_calls_in_the_same_words() {
    for range in ranges() {
        for calls in filters() {
            let logs = LogsRoute::of(range, calls);
            assert_eq!(logs.usage().logs(), logs);
            let query: Vec<(String, String)> =
                Route::Logs(logs.clone()).query().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            // Only the range that each page begins with is left unsaid.
            if range != TimeRange::Quick(LogsRoute::RANGE) && range != TimeRange::Quick(UsageRoute::RANGE) {
                assert_eq!(Route::parse("usage", &query), Route::Usage(logs.usage()));
            }
        }
    }
}

#[test]
fn what_is_no_amount_is_no_bound() {
    for odd in ["-1", "1e3", "NaN", "inf", ".", "1,5", "0x1", &"9".repeat(21)] {
        let query = [("cost_from".to_owned(), odd.to_owned())];
        assert_eq!(Route::parse("logs", &query), Route::Logs(LogsRoute::default()), "{odd}");
    }
}

/// Each value that its query can have.
const AUDIT_ROUTES: usize = 27 + 4 + 4 + 16 + 5;

fn audit_routes(routes: &mut Vec<Route>) {
    let mut add = |change: &dyn Fn(&mut AuditRoute)| {
        let mut route = AuditRoute::default();
        change(&mut route);
        routes.push(Route::Audit(route));
    };
    for search in searches() {
        add(&|route| route.filter.search = search.clone());
    }
    for result in AuditFilter::RESULTS {
        add(&|route| route.filter.result = result.to_owned());
    }
    for channel in AuditFilter::CHANNELS {
        add(&|route| route.filter.channel = channel.to_owned());
    }
    for (operation, _) in crate::audit::operations() {
        add(&|route| route.filter.operation = operation.to_owned());
    }
    add(&|route| (route.filter.from, route.filter.to) = ("2026-11-01".to_owned(), "2026-11-02".to_owned()));
    add(&|route| route.filter.user = "ada l. o'x%@example.com".to_owned());
    add(&|route| route.place = AuditPlace::Before(50_200));
    add(&|route| route.place = AuditPlace::After(1));
    add(&|route| route.open = 999_999_999_999_999);
}

#[test]
fn what_no_audit_log_has_is_no_filter() {
    for (name, odd) in [
        ("from", "2026-11-01T10:00"),
        ("to", "tomorrow"),
        ("user", "sk-Abcdefghijklmnop1234"),
        ("operation", "keys;drop"),
        ("result", "started"),
        ("channel", "Page"),
        ("before", "-1"),
        ("before", "1e3"),
        ("after", "9007199254740993"),
        ("open", "x"),
    ] {
        let query = [(name.to_owned(), odd.to_owned())];
        assert_eq!(Route::parse("audit", &query), Route::Audit(AuditRoute::default()), "{name}={odd}");
    }
}

#[test]
fn what_is_printed_is_read_as_the_same_route() {
    let mut routes = vec![Route::Console, Route::Status];
    audit_routes(&mut routes);
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
    assert_eq!(routes.len(), 5 + 27 * 15 * 2 * 9 + AUDIT_ROUTES);
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
    for range in ranges() {
        for calls in filters() {
            let logs = LogsRoute::of(range, calls.clone());
            routes.push(Route::Usage(logs.usage()));
            routes.push(Route::Logs(logs));
        }
    }
    for value in searches().into_iter().filter(|text| !text.is_empty()) {
        let fields: [fn(&mut LogsRoute) -> &mut String; 5] = [
            |logs| &mut logs.request,
            |logs| &mut logs.session,
            |logs| &mut logs.search,
            |logs| &mut logs.error,
            |logs| &mut logs.open,
        ];
        for field in fields {
            let mut logs = LogsRoute::default();
            field(&mut logs).clone_from(&value);
            routes.push(Route::Logs(logs));
        }
    }
    for cost in ["0", "0.5", "12.", "1000"] {
        routes.push(Route::Logs(LogsRoute { cost_from: cost.to_owned(), ..LogsRoute::default() }));
        routes.push(Route::Logs(LogsRoute { cost_to: cost.to_owned(), ..LogsRoute::default() }));
    }
    routes.push(Route::Logs(LogsRoute { live: true, ..LogsRoute::default() }));
    let usage = UsageRoute::default;
    routes.extend(Dimension::ALL[1..].iter().map(|by| Route::Usage(UsageRoute { by: *by, ..usage() })));
    routes.extend(Compare::ALL[1..].iter().map(|compare| Route::Usage(UsageRoute { compare: *compare, ..usage() })));
    routes.push(Route::Usage(UsageRoute {
        unit: Unit::Tokens,
        sort: "-spend".to_owned(),
        search: "gpt".to_owned(),
        ..usage()
    }));
    routes.extend(Grain::ALL[1..].iter().map(|grain| Route::Usage(UsageRoute { grain: *grain, ..usage() })));
    routes.push(Route::Usage(UsageRoute { report: true, ..usage() }));
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
        [("s", "ci"), ("team", "-"), ("show", "never-used"), ("orderby", "spend"), ("order", "asc"), ("action", "new")]
            .map(|(name, value)| (name, value.to_owned()))
    );
}

#[test]
fn unknown_values_fall_back() {
    assert_eq!(Route::parse("plugins", &[("range".into(), "30d".into())]).page(), PageName::Overview);
    let odd = ["range", "from", "to", "status", "by", "compare", "unit", "live"].map(|name| (name.into(), "x".into()));
    assert_eq!(Route::parse("logs", &odd), Route::Logs(LogsRoute::default()));
    assert_eq!(Route::parse("usage", &odd), Route::Usage(UsageRoute::default()));
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
