//! The table of keys: all of them are in the browser, where they are searched, narrowed down, sorted and counted, the same
//! for each version of LiteLLM.

pub mod csv;
pub mod directory;
pub mod reading;
pub mod select;

use crate::{clock, key_status, wire::Key};

use self::directory::Directory;

/// Writes in small letters; the browser knows the rules.
pub type Lower = fn(&str) -> String;

/// A key, with what is looked at often.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Key,
    pub expires_ms: Option<i64>,
    /// What of the key itself is searched, in small letters.
    text: String,
    /// The names of its owner and team, likewise.
    names: String,
}

/// Between the parts of what is searched: it is in none of them.
const BETWEEN: &str = "\0";

impl Entry {
    fn new(key: Key, lower: Lower) -> Entry {
        let text =
            lower(&[&key.key_alias, BETWEEN, &key.key_name, BETWEEN, &key.user_id, BETWEEN, &key.token].concat());
        Entry { expires_ms: key_status::expires_ms(&key), key, text, names: String::new() }
    }

    fn alias(&self) -> &str {
        self.text.split(BETWEEN).next().unwrap_or_default()
    }

    fn contains(&self, wanted: &str) -> bool {
        self.text.contains(wanted) || self.names.contains(wanted)
    }
}

/// Keys, none of them twice.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub entries: Vec<Entry>,
    /// The same, in the order of their hashes.
    by_token: Vec<u32>,
}

impl Table {
    /// The place of a key among `by_token`, or where it would be.
    fn place(&self, token: &str) -> Result<usize, usize> {
        self.by_token.binary_search_by(|at| self.entries[*at as usize].key.token.as_str().cmp(token))
    }

    pub fn position(&self, token: &str) -> Option<usize> {
        self.place(token).ok().map(|place| self.by_token[place] as usize)
    }

    pub fn find(&self, token: &str) -> Option<&Key> {
        self.position(token).map(|at| &self.entries[at].key)
    }

    /// Adds a key, or puts it over what was known of it. Where it is then, and whether it is new.
    pub fn put(&mut self, key: Key, lower: Lower) -> (usize, bool) {
        match self.place(&key.token) {
            Ok(place) => {
                let at = self.by_token[place] as usize;
                let names = std::mem::take(&mut self.entries[at].names);
                self.entries[at] = Entry { names, ..Entry::new(key, lower) };
                (at, false)
            }
            Err(place) => {
                let at = self.entries.len();
                self.by_token.insert(place, at as u32);
                self.entries.push(Entry::new(key, lower));
                (at, true)
            }
        }
    }

    /// Leaves those at the places that are to stay.
    pub fn retain(&mut self, stays: impl Fn(usize) -> bool) {
        let mut moved_to = Vec::new();
        let mut left = 0u32;
        for at in 0..self.entries.len() {
            moved_to.push(left);
            left += u32::from(stays(at));
        }
        self.by_token.retain(|at| stays(*at as usize));
        for at in &mut self.by_token {
            *at = moved_to[*at as usize];
        }
        let mut at = 0;
        self.entries.retain(|_| {
            at += 1;
            stays(at - 1)
        });
    }

    pub fn remove(&mut self, token: &str) {
        if let Some(gone) = self.position(token) {
            self.retain(|at| at != gone);
        }
    }

    /// Changes a key in place.
    pub fn change(&mut self, token: &str, change: impl FnOnce(&mut Key)) {
        if let Some(at) = self.position(token) {
            change(&mut self.entries[at].key);
            self.entries[at].expires_ms = key_status::expires_ms(&self.entries[at].key);
        }
    }

    /// From now on keys are found by these names, too.
    pub fn name(&mut self, directory: &Directory, lower: Lower) {
        for entry in &mut self.entries {
            entry.names = names(&entry.key, directory, lower);
        }
    }

    /// Likewise, of one that was just put.
    pub fn name_at(&mut self, at: usize, directory: &Directory, lower: Lower) {
        self.entries[at].names = names(&self.entries[at].key, directory, lower);
    }
}

fn names(key: &Key, directory: &Directory, lower: Lower) -> String {
    let (team, person) = (directory.team_name(key), directory.person(key));
    if team.is_empty() && person.user_alias.is_empty() && person.user_email.is_empty() {
        return String::new();
    }
    lower(&[&team, BETWEEN, &person.user_alias, BETWEEN, &person.user_email].concat())
}

/// A moment that LiteLLM has written, as a number to sort by.
fn moment(text: &str) -> Option<f64> {
    clock::parse_utc_ms(text).map(|ms| ms as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    fn key(token: &str, alias: &str) -> Key {
        Key { token: token.into(), key_alias: alias.into(), ..Key::default() }
    }

    fn tokens(table: &Table) -> Vec<&str> {
        table.entries.iter().map(|entry| entry.key.token.as_str()).collect()
    }

    #[test]
    fn a_key_is_there_once_and_found_by_its_hash() {
        let mut table = Table::default();
        for token in ["c", "a", "d", "b", "a"] {
            table.put(key(token, token), lower);
        }
        assert_eq!(tokens(&table), ["c", "a", "d", "b"]);
        assert_eq!(table.put(key("d", "other"), lower), (2, false));
        assert_eq!(table.find("d").map(|key| key.key_alias.as_str()), Some("other"));
        assert_eq!(table.find("e"), None);
        table.remove("a");
        assert_eq!(tokens(&table), ["c", "d", "b"]);
        for token in ["b", "c", "d"] {
            assert_eq!(table.find(token).map(|key| key.token.as_str()), Some(token));
        }
        table.retain(|at| at != 0);
        assert_eq!((tokens(&table), table.position("c"), table.position("b")), (vec!["d", "b"], None, Some(1)));
    }

    #[test]
    fn a_change_in_place_is_seen() {
        let mut table = Table::default();
        table.put(key("a", "web"), lower);
        table.change("a", |key| key.expires = "2026-11-20T12:00:00Z".into());
        assert_eq!(table.entries[0].expires_ms, Some(1_795_176_000_000));
        table.change("b", |key| key.blocked = true);
        assert!(!table.entries[0].key.blocked);
    }
}
