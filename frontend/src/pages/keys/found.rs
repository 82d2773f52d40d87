//! Which keys the table shows: worked out anew when the list, the filters or the minute change, and not while one scrolls.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use model::{
    clock::MINUTE_MS,
    keys_table::{
        Entry,
        directory::Directory,
        select::{Search, Selected, select, sorted},
    },
    route::{KeySort, KeysList, hash_in},
    secret::Secret,
};

use super::{
    source::{Keys, keys_route},
    standing::status_of,
};
use crate::{format::lower, router::Router, store::Store, task::now_ms};

/// A key that was pasted into the search. It never leaves the page; it is looked for by its hash.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pasted {
    pub typed: Secret,
    /// Empty: what was typed is only the beginning of one.
    pub hash: String,
}

impl Pasted {
    pub fn of(typed: &str) -> Pasted {
        Pasted { typed: typed.to_owned().into(), hash: hash_in(typed) }
    }
}

pub struct Found {
    pub list: KeysList,
    pub selected: Selected,
    pub directory: Rc<Directory>,
    /// The hash of the pasted key that is looked for; empty: none is.
    pub secret_hash: String,
    /// How many of those that are shown are not the plugin's own.
    pub selectable: usize,
}

/// What was worked out last, and of what.
#[derive(Default)]
struct Last {
    order_of: Option<(u32, i64, KeySort, bool)>,
    order: Rc<Vec<u32>>,
    of: Option<(u32, i64, KeysList, String)>,
    found: Option<Rc<Found>>,
}

#[derive(Clone, Copy)]
pub struct Finder {
    keys: Keys,
    router: Router,
    pasted: Store<Pasted>,
    last: StoredValue<Rc<RefCell<Last>>, LocalStorage>,
}

impl Finder {
    pub fn new(keys: Keys, router: Router, pasted: Store<Pasted>) -> Finder {
        Finder { keys, router, pasted, last: StoredValue::new_local(Rc::default()) }
    }

    /// None: no key is known yet. Whoever reads it is told when it changes.
    pub fn found(self) -> Option<Rc<Found>> {
        let list = keys_route(&self.router.route()).list;
        let hash = self.pasted.with(|pasted| pasted.hash.clone());
        let directory = self.keys.owners.with(|state| state.data.clone()).unwrap_or_default();
        let now_ms = now_ms();
        let minute = now_ms / MINUTE_MS;
        self.keys.listing.with(|listing| {
            if !listing.has_data() {
                return None;
            }
            let last = self.last.get_value();
            let mut last = last.borrow_mut();
            let of = Some((listing.version, minute, list.clone(), hash.clone()));
            if last.of == of {
                return last.found.clone();
            }
            let entries = &listing.table().entries;
            let status = |entry: &Entry| status_of(&entry.key, &directory, now_ms);
            // The minute counts only where it changes the order.
            let order_minute = if list.sort == KeySort::Status { minute } else { 0 };
            let order_of = Some((listing.version, order_minute, list.sort, list.descending));
            if last.order_of != order_of {
                last.order = Rc::new(sorted(entries, list.sort, list.descending, &directory, &status, lower));
                last.order_of = order_of;
            }
            let search = if hash.is_empty() { Search::Text(&list.search) } else { Search::Hash(&hash) };
            let selected = select(entries, &last.order, &list, &search, &directory, &status, (now_ms, lower));
            let own = listing.table().position(&directory.own.key).map(|at| at as u32);
            let shows_own = own.is_some_and(|own| selected.rows.contains(&own));
            let found = Some(Rc::new(Found {
                selectable: selected.rows.len() - usize::from(shows_own),
                secret_hash: hash,
                list,
                selected,
                directory: directory.clone(),
            }));
            (last.of, last.found) = (of, found.clone());
            found
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_key_is_looked_for_by_its_hash_and_never_printed() {
        let hash = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b";
        for typed in ["sk-1234", " sk-1234\n", "Authorization: Bearer sk-1234", "\"sk-1234\""] {
            let pasted = Pasted::of(typed);
            assert_eq!(pasted.hash, hash, "{typed}");
            assert!(!format!("{pasted:?}").contains("1234"));
        }
        for typed in ["sk-", "sk-.", "sk-.."] {
            assert_eq!(Pasted::of(typed).hash, "", "{typed}");
        }
    }
}
