//! All keys of the gateway, in the browser for as long as the app lives: read page by page, one question at a time, and read
//! anew in the background.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use model::{
    failure::ApiError,
    keys_table::{
        Entry, Table,
        directory::Directory,
        reading::{Next, Reading},
    },
    route::{KeysRoute, Route},
    wire::{Key, KeyPage, Team, User, Wire},
};

use crate::{
    api::{Api, Read, Response, Result, keys, teams, use_api, users},
    effect::watch,
    format::lower,
    query::{Poll, Query, use_poll, waiting_query},
    store::Store,
    task::{Task, now_ms},
    turn::Turns,
};

/// What is known of the keys. It outlives the page: coming back shows it at once.
#[derive(Default)]
pub struct Listing {
    table: Table,
    /// All of them are in `table`, and stay there while they are read anew.
    whole: bool,
    reading: Reading,
    /// The gateway said another count than keys came, also when they were read once more.
    pub uncertain: bool,
    /// A page is awaited.
    pub loading: bool,
    /// Why there are no more, or no newer ones.
    pub error: Option<ApiError>,
    /// When the oldest page of what is shown was given, ms since 1970; none: nothing was.
    given_ms: Option<i64>,
    reading_since_ms: Option<i64>,
    /// Counts the changes.
    pub version: u32,
    /// As it was known last.
    directory: Rc<Directory>,
}

/// How the keys are asked for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// All, from the first page on.
    All,
    /// From the page that failed.
    Rest,
    /// The newest, and all if there are others than are known.
    Newest,
}

/// So long a list is not read in full again because one comes back to its page.
const RECENT_MS: i64 = 60_000;

#[derive(Clone, Copy)]
pub struct KeysCache(Store<Listing>);

/// For who shows one key only.
pub fn use_keys_cache() -> KeysCache {
    expect_context::<KeysCache>()
}

impl KeysCache {
    /// A key as the list has it; told again when it has changed.
    pub fn get(self, token: &str) -> Option<Key> {
        self.0.with(|listing| listing.table().find(token).cloned())
    }

    /// What is read of all keys and of the teams, where they were read to the end a moment ago.
    pub fn lately<R>(self, now_ms: i64, read: impl FnOnce(&[Entry], &[Team]) -> R) -> Option<R> {
        self.0.with_untracked(|listing| {
            listing.is_recent(now_ms).then(|| read(&listing.table.entries, listing.directory.teams()))
        })
    }

    /// A key as it was read by itself. What only the list tells stays.
    pub fn put(self, key: &Key) {
        self.0.update(|listing| {
            let Some(known) = listing.table().find(&key.token).cloned() else { return };
            let mut now = key.clone();
            if now.team_id == known.team_id {
                now.team_alias = known.team_alias;
            }
            if now.user_id == known.user_id {
                now.user = known.user;
            }
            now.created_by_user = known.created_by_user;
            listing.table_mut().put(now, lower);
            listing.version = listing.version.wrapping_add(1);
        });
    }
}

/// Where the app is put together.
pub fn provide_keys() {
    provide_context(KeysCache(Store::new(Listing::default())));
}

impl Listing {
    /// As far as they are known, in no order.
    pub fn table(&self) -> &Table {
        if self.whole { &self.table } else { &self.reading.table }
    }

    fn table_mut(&mut self) -> &mut Table {
        if self.whole { &mut self.table } else { &mut self.reading.table }
    }

    /// A first answer has come.
    pub fn has_data(&self) -> bool {
        self.given().is_some()
    }

    fn given(&self) -> Option<i64> {
        if self.whole { self.given_ms } else { self.reading_since_ms }
    }

    pub fn age_s(&self, now_ms: i64) -> Option<u64> {
        self.given().map(|given_ms| (now_ms - given_ms).max(0) as u64 / 1_000)
    }

    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// How many keys have been read, of how many; none: they are all there, and nothing is awaited.
    pub fn progress(&self) -> Option<(usize, usize)> {
        (self.loading || !self.whole).then(|| self.reading.progress())
    }

    /// Whether it was read to the end a moment ago.
    fn is_recent(&self, now_ms: i64) -> bool {
        let is_recent = |given_ms: i64| now_ms - given_ms < RECENT_MS;
        self.whole && !self.uncertain && self.error.is_none() && self.given_ms.is_some_and(is_recent)
    }

    fn begin(&mut self) {
        self.reading.begin();
        if self.whole {
            self.reading_since_ms = None;
        }
    }

    /// Takes the page that was asked for; says whether another follows.
    fn take(&mut self, response: Response<KeyPage>) -> bool {
        let given_ms = now_ms() - response.age_s as i64 * 1_000;
        self.reading_since_ms = Some(self.reading_since_ms.map_or(given_ms, |known| known.min(given_ms)));
        self.error = response.stale;
        let next = self.reading.take(response.data, &self.directory, lower);
        self.version = self.version.wrapping_add(1);
        let Next::Done { complete } = next else { return true };
        self.table = std::mem::take(&mut self.reading).table;
        (self.whole, self.uncertain) = (true, !complete);
        self.given_ms = self.reading_since_ms.take();
        false
    }

    /// Takes the newest keys into a list that is whole; says whether it is so still.
    fn take_newest(&mut self, page: KeyPage) -> bool {
        for key in page.keys {
            let (at, _) = self.table.put(key, lower);
            self.table.name_at(at, &self.directory, lower);
        }
        self.version = self.version.wrapping_add(1);
        self.table.entries.len() as f64 == page.total_count
    }

    fn name(&mut self, directory: Rc<Directory>) {
        self.table.name(&directory, lower);
        self.reading.table.name(&directory, lower);
        self.directory = directory;
        self.version = self.version.wrapping_add(1);
    }
}

/// The ways to what is known.
#[derive(Clone, Copy)]
pub struct Keys {
    pub listing: Store<Listing>,
    pub owners: Query<Rc<Directory>>,
    poll: StoredValue<Poll, LocalStorage>,
    ask: StoredValue<Rc<Cell<Ask>>, LocalStorage>,
}

pub fn use_keys() -> Keys {
    let listing = expect_context::<KeysCache>().0;
    let (api, task) = (use_api(), Task::new());
    let recent = listing.with_untracked(|listing| listing.is_recent(now_ms()));
    let ask = Rc::new(Cell::new(if recent { Ask::Newest } else { Ask::All }));
    let (asked, session) = (ask.clone(), api.clone());
    let turns = Turns::default();
    let owners = owners_of(listing, turns.clone());
    let poll = use_poll(move |poll| {
        let (api, ask, turns) = (api.clone(), asked.replace(Ask::Rest), turns.clone());
        task.run(async move {
            read(&api, &turns, listing, ask).await;
            listing.update(|listing| listing.loading = false);
            let again_s = listing.with_untracked(|listing| listing.error.as_ref().and_then(ApiError::again_after_s));
            if let Some(again_s) = again_s {
                poll.again(again_s * 1_000);
            }
            name_the_rest(&api, &turns, listing, owners).await;
        });
    });
    // The keys first: by them the page can be used.
    poll.ask();
    owners.refetch();
    owners.state.update(|state| state.data = Some(listing.with_untracked(|listing| listing.directory.clone())));
    let keys = Keys { listing, owners, poll: StoredValue::new_local(poll), ask: StoredValue::new_local(ask) };
    // What could not be had without a login is asked for when it is back.
    watch(move || {
        let signed_out = session.signed_out();
        if !signed_out && listing.with_untracked(|listing| listing.error == Some(ApiError::SignedOut)) {
            keys.go_on();
        }
    });
    keys
}

/// One page after the other, to the end or to the first that fails.
async fn read(api: &Api, turns: &Turns, listing: Store<Listing>, ask: Ask) {
    listing.update(|listing| {
        listing.loading = true;
        if ask == Ask::All {
            listing.begin();
        }
    });
    if ask == Ask::Newest {
        // Whatever it says, all of them are asked for where it is not enough.
        let turn = turns.next().await;
        let newest = keys::page_of_all(api, 1).response().await.ok().filter(|newest| newest.stale.is_none());
        drop(turn);
        let mut is_whole = false;
        listing.update(|listing| {
            is_whole = newest.is_some_and(|newest| listing.take_newest(newest.data));
            if !is_whole {
                listing.begin();
            }
        });
        if is_whole {
            return;
        }
    }
    // What came with the page is shown until it is asked for.
    if !listing.with_untracked(Listing::has_data)
        && let Ok(known) = keys::page_of_all(&api.known(), 1).response().await
    {
        listing.update(|listing| {
            listing.take(known);
            listing.begin();
        });
    }
    loop {
        let turn = turns.next().await;
        let number = listing.with_untracked(|listing| listing.reading.page());
        let outcome = keys::page_of_all(api, number).response().await;
        drop(turn);
        let mut goes_on = false;
        listing.update(|listing| match outcome {
            // The last good answer of a gateway that fails now: the next ones would take as long to fail.
            Ok(response) if response.stale.is_some() => {
                if listing.take(response) {
                    listing.begin();
                }
            }
            Ok(response) => goes_on = listing.take(response),
            Err(error) => listing.error = Some(error),
        });
        if !goes_on {
            return;
        }
    }
}

/// Which key is the plugin's own, and the names of the teams. Asked for by whoever has it.
fn owners_of(listing: Store<Listing>, turns: Turns) -> Query<Rc<Directory>> {
    let known = move || listing.with_untracked(|listing| listing.directory.clone());
    let owners = waiting_query(move |api| {
        let turns = turns.clone();
        async move {
            let own = in_turn(&api, &turns, keys::own).await;
            let first = in_turn(&api, &turns, |api| teams::page(api, 1)).await;
            let (mut teams, mut partial) = (None, None);
            match first {
                // It tells of the keys as well.
                Err(error) => partial = Some(error).filter(ApiError::is_partial),
                Ok(first) => {
                    let (mut all, pages) = (first.data.teams, first.data.total_pages.clamp(0.0, 1e4) as usize);
                    for page in 2..=pages {
                        match in_turn(&api, &turns, |api| teams::page(api, page)).await {
                            Ok(next) => all.extend(next.data.teams),
                            Err(_) => break,
                        }
                    }
                    teams = Some(all);
                }
            }
            // What is known of the owners by now stays known when it cannot be read again.
            let mut directory = (*known()).clone();
            if let Ok(own) = own {
                directory.own = own.data;
            }
            if let Some(teams) = teams {
                directory.set_teams(teams);
            }
            Ok(Response { data: Rc::new(directory), age_s: 0, stale: partial, took_ms: None, clock_s: None })
        }
    });
    watch(move || {
        let Some(directory) = owners.with(|state| state.data.clone()) else { return };
        if !listing.with_untracked(|listing| Rc::ptr_eq(&listing.directory, &directory)) {
            listing.update(|listing| listing.name(directory));
        }
    });
    owners
}

/// Asks when it is its turn; what is there already need not wait for it.
async fn in_turn<T: Wire>(api: &Api, turns: &Turns, ask: impl Fn(&Api) -> Read<T>) -> Result<Response<T>> {
    let _turn = if api.is_known() { None } else { Some(turns.next().await) };
    ask(api).response().await
}

/// The organizations, and the users whose names did not come with their keys: where there are any, once the keys are there,
/// as the gateway gets one question at a time.
async fn name_the_rest(api: &Api, turns: &Turns, listing: Store<Listing>, owners: Query<Rc<Directory>>) {
    let (organized, unnamed) = listing.with_untracked(|listing| {
        let teams = listing.directory.teams().iter().any(|team| !team.organization_id.is_empty());
        let keys = listing.table().entries.iter().any(|entry| !entry.key.org_id.is_empty());
        (teams || keys, if listing.whole { unnamed_owners(listing) } else { Vec::new() })
    });
    let organizations = match organized {
        true => in_turn(api, turns, teams::organizations).await.ok().map(|response| response.data.organizations),
        false => None,
    };
    let people = people(api, turns, unnamed).await;
    if organizations.is_none() && people.is_empty() {
        return;
    }
    owners.state.update(|state| {
        let mut directory = state.data.as_deref().cloned().unwrap_or_default();
        if let Some(organizations) = organizations {
            directory.set_organizations(organizations);
        }
        directory.add_people(people);
        state.data = Some(Rc::new(directory));
    });
}

/// So many ids in a question.
const IDS_A_PAGE: usize = 100;

/// The ids of owners whose names did not come with their keys.
fn unnamed_owners(listing: &Listing) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for entry in &listing.table().entries {
        let id = &entry.key.user_id;
        let is_known = entry.key.user.is_some() || listing.directory.user(id).is_some();
        if !is_known
            && !id.is_empty()
            && let Err(at) = ids.binary_search(id)
        {
            ids.insert(at, id.clone());
        }
    }
    ids
}

async fn people(api: &Api, turns: &Turns, ids: Vec<String>) -> Vec<User> {
    let mut people = Vec::new();
    for part in ids.chunks(IDS_A_PAGE) {
        // Ids that would part the list in another way are left out; their owners are told by id.
        let ids: Vec<&str> = part.iter().map(String::as_str).filter(|id| !id.contains(',')).collect();
        if ids.is_empty() {
            continue;
        }
        match in_turn(api, turns, |api| users::by_ids(api, &ids)).await {
            Ok(found) => people.extend(found.data.users),
            Err(_) => break,
        }
    }
    people
}

impl Keys {
    /// All anew; what is shown stays until they are there.
    pub fn refetch(self) {
        self.ask(Ask::All);
        self.owners.refetch();
    }

    /// From the page that failed.
    pub fn go_on(self) {
        self.ask(Ask::Rest);
    }

    /// After a write of our own, whose rows are changed already.
    pub fn look_again(self) {
        let whole = self.listing.with_untracked(|listing| listing.whole && !listing.loading);
        self.ask(if whole { Ask::Newest } else { Ask::All });
    }

    fn ask(self, ask: Ask) {
        if let (Some(asked), Some(poll)) = (self.ask.try_get_value(), self.poll.try_get_value()) {
            asked.set(ask);
            poll.ask();
        }
    }

    pub fn find(self, token: &str) -> Option<Key> {
        self.listing.with_untracked(|listing| listing.table().find(token).cloned())
    }

    /// The same, and told again when it has changed.
    pub fn get(self, token: &str) -> Option<Key> {
        self.listing.with(|listing| listing.table().find(token).cloned())
    }

    /// Changes one row as the gateway has confirmed it.
    pub fn set_blocked(self, token: &str, blocked: bool) {
        self.change(|table| table.change(token, |key| key.blocked = blocked));
    }

    /// Takes a row away that the gateway has deleted.
    pub fn remove(self, token: &str) {
        self.change(|table| table.remove(token));
    }

    /// Changes rows as the gateway has confirmed them.
    pub fn change(self, change: impl Fn(&mut Table)) {
        self.listing.update(|listing| {
            change(listing.table_mut());
            listing.version = listing.version.wrapping_add(1);
        });
    }
}

/// The keys' own part of a route; the default while another page is on its way.
pub fn keys_route(route: &Route) -> KeysRoute {
    match route {
        Route::Keys(keys) => keys.clone(),
        _ => KeysRoute::default(),
    }
}
