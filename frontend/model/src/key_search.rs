//! Searching keys in a LiteLLM that takes whole aliases only: the list is read to its end, and searched and sorted here.
//!
//! A key cannot be asked for by its alias instead: two keys may have the same, some have characters or a length that no
//! request takes, and the list of aliases gives them without the spaces around.

use std::cmp::Ordering;

use crate::{
    route::{KeySort, KeysList},
    wire::{Aliases, Key, KeyPage},
};

/// The most keys that LiteLLM gives in one page.
pub const LARGEST_PAGE: usize = 100;

/// Whether an answer to a search for this text lacks keys that have it in their alias. `lower` writes in small letters.
///
/// No version says how it searches; the list of aliases tells: it has an alias that the answer should have, and does not.
pub fn lacks_matches(text: &str, page: &KeyPage, aliases: &Aliases, lower: fn(&str) -> String) -> bool {
    let wanted = lower(text);
    let is_other = |alias: &String| alias != text;
    let matches: Vec<&String> = aliases.aliases.iter().filter(|alias| lower(alias).contains(&wanted)).collect();
    page.total_count < matches.len() as f64
        || matches.into_iter().any(is_other) && !page.keys.iter().any(|key| is_other(&key.key_alias))
}

/// How many pages of the largest size there are, from the first of them.
pub fn pages(first: &KeyPage) -> usize {
    (first.total_count.clamp(0.0, 1e7) as usize).div_ceil(LARGEST_PAGE)
}

/// The page of `size` that the list asks for, of all keys that have its text in their alias, in its order.
pub fn find(keys: &[Key], list: &KeysList, size: usize, lower: fn(&str) -> String) -> KeyPage {
    let wanted = lower(list.search.trim());
    // Put where they belong: a sort of the library's is three kilobytes.
    let mut found: Vec<&Key> = Vec::new();
    for key in keys {
        if lower(&key.key_alias).contains(&wanted) {
            let stands_before = |other: &&Key| match compare(list.sort, other, key) {
                Ordering::Equal => true,
                order => (order == Ordering::Less) != list.descending,
            };
            found.insert(found.partition_point(stands_before), key);
        }
    }
    let mut page = KeyPage { total_count: found.len() as f64, ..KeyPage::default() };
    for key in found.into_iter().skip((list.page - 1) * size).take(size) {
        page.keys.push(key.clone());
    }
    page
}

/// As PostgreSQL has it: no budget is more than any.
fn compare(sort: KeySort, a: &Key, b: &Key) -> Ordering {
    let budget = |key: &Key| key.max_budget.unwrap_or(f64::INFINITY);
    match sort {
        KeySort::Alias => a.key_alias.cmp(&b.key_alias),
        KeySort::Spend => a.spend.total_cmp(&b.spend),
        KeySort::Budget => budget(a).total_cmp(&budget(b)),
        KeySort::Created => a.created_at.cmp(&b.created_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(token: &str, alias: &str, spend: f64) -> Key {
        Key { token: token.into(), key_alias: alias.into(), spend, ..Key::default() }
    }

    fn page(keys: &[Key]) -> KeyPage {
        KeyPage { keys: keys.to_vec(), total_count: keys.len() as f64, ..KeyPage::default() }
    }

    fn aliases(aliases: &[&str]) -> Aliases {
        Aliases { aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(), total_count: None }
    }

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    fn found(keys: &[Key], list: &KeysList, size: usize) -> (Vec<String>, f64) {
        let page = find(keys, list, size, lower);
        (page.keys.into_iter().map(|key| key.token).collect(), page.total_count)
    }

    fn search(text: &str) -> KeysList {
        KeysList { search: text.into(), sort: KeySort::Alias, descending: false, page: 1 }
    }

    #[test]
    fn an_answer_to_whole_aliases_only_is_told_apart() {
        let twins = [key("1", "twin", 0.0), key("2", "twin", 0.0)];
        for (text, answer, known, lacks) in [
            ("twin", &twins[..], &["twin"][..], false),
            // As many rows as there are matches, and still not all of them.
            ("twin", &twins, &["twin", "twins"], true),
            ("twin", &twins, &["twin", "two"], false),
            ("tw", &[], &["twin"], true),
            ("TWIN", &[], &["twin"], true),
            ("spaces", &[], &["spaces around"], true),
            ("nothing", &[], &["twin"], false),
            // A newer one.
            ("win", &twins, &["twin", "twin"], false),
            ("twin", &[key("1", "twin", 0.0), key("3", "twins", 0.0)], &["twin", "twins"], false),
        ] {
            assert_eq!(lacks_matches(text, &page(answer), &aliases(known), lower), lacks, "{text} {known:?}");
        }
    }

    /// One of them killed the search, and of two with the same alias one was shown.
    #[test]
    fn odd_aliases_are_found_and_counted() {
        let long = ["long-", &"x".repeat(295)].concat();
        let keys = [
            key("1", "twin", 0.0),
            key("2", "twin", 0.0),
            key("3", &long, 0.0),
            key("4", "two\nlines", 0.0),
            key("5", "  spaces around  ", 0.0),
            key("6", "", 0.0),
        ];
        for (text, tokens) in [
            ("tw", &["1", "2", "4"][..]),
            ("TWIN", &["1", "2"]),
            ("xxx", &["3"]),
            ("lines", &["4"]),
            ("  around ", &["5"]),
            ("nothing", &[]),
        ] {
            assert_eq!(
                found(&keys, &search(text), 25),
                (tokens.iter().map(|t| (*t).to_owned()).collect(), tokens.len() as f64),
                "{text}"
            );
        }
    }

    #[test]
    fn the_order_is_what_the_header_says() {
        let budget = |token: &str, alias: &str, spend, max_budget, created_at: &str| Key {
            max_budget,
            created_at: created_at.into(),
            ..key(token, alias, spend)
        };
        let keys = [
            budget("1", "b", 2.0, Some(1.0), "2026-11-03"),
            budget("2", "a", 3.0, None, "2026-11-01"),
            budget("3", "c", 1.0, Some(5.0), "2026-11-02"),
        ];
        for (sort, ascending) in [
            (KeySort::Alias, ["2", "1", "3"]),
            (KeySort::Spend, ["3", "1", "2"]),
            (KeySort::Budget, ["1", "3", "2"]),
            (KeySort::Created, ["2", "3", "1"]),
        ] {
            let list = |descending| KeysList { sort, descending, ..search("") };
            assert_eq!(found(&keys, &list(false), 25).0, ascending, "{sort:?}");
            let mut descending = ascending;
            descending.reverse();
            assert_eq!(found(&keys, &list(true), 25).0, descending, "{sort:?}");
        }
    }

    #[test]
    fn a_page_is_cut_out_of_what_was_found() {
        let keys: Vec<Key> =
            (0..60).map(|number| key(&format!("{number:02}"), &format!("web-{number:02}"), 0.0)).collect();
        let (tokens, total) = found(&keys, &KeysList { page: 3, ..search("web") }, 25);
        assert_eq!((tokens.len(), tokens[0].as_str(), total), (10, "50", 60.0));
        assert_eq!(found(&keys, &KeysList { page: 9, ..search("web") }, 25), (Vec::new(), 60.0));
        assert_eq!(
            [0.0, 1.0, 100.0, 101.0].map(|total_count| pages(&KeyPage { total_count, ..KeyPage::default() })),
            [0, 1, 1, 2]
        );
    }
}
