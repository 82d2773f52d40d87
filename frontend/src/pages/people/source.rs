//! All teams, or all users, read page by page, one question at a time; and what is known around them.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use model::{
    failure::ApiError,
    keys_table::directory::Directory,
    people::{
        Account, Kind,
        reading::{Next, Reading},
        select::Found,
    },
    route::{PeopleRoute, Route},
    wire::{Member, Membership, User},
};

use crate::{
    api::{Api, Response, Result, keys, teams, use_api, users},
    effect::watch,
    format::lower,
    query::{Poll, Query, use_poll, use_query},
    store::Store,
    task::{Task, now_ms},
};

/// What is known of the list. It stays while a form is open over it.
#[derive(Default)]
pub struct Listing {
    /// All of them, and they stay while they are read anew.
    whole: Option<Vec<Found>>,
    reading: Reading,
    /// The gateway said another count than came, also when they were read once more.
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
}

impl Listing {
    /// As far as they are known.
    pub fn all(&self) -> &[Found] {
        self.whole.as_deref().unwrap_or_else(|| self.reading.known())
    }

    /// A first answer has come.
    pub fn has_data(&self) -> bool {
        self.given().is_some()
    }

    fn given(&self) -> Option<i64> {
        if self.whole.is_some() { self.given_ms } else { self.reading_since_ms }
    }

    pub fn age_s(&self, now_ms: i64) -> Option<u64> {
        self.given().map(|given_ms| (now_ms - given_ms).max(0) as u64 / 1_000)
    }

    pub fn is_whole(&self) -> bool {
        self.whole.is_some()
    }

    /// How many have been read, of how many; none: they are all there, and nothing is awaited.
    pub fn progress(&self) -> Option<(usize, usize)> {
        (self.loading || self.whole.is_none()).then(|| self.reading.progress())
    }

    pub fn find(&self, id: &str) -> Option<&Account> {
        self.all().iter().map(|found| &found.account).find(|account| account.id == id)
    }

    fn begin(&mut self) {
        self.reading = Reading::default();
        self.reading_since_ms = None;
    }

    /// Takes the page that was asked for; says whether another follows.
    fn take(&mut self, response: Response<Page>) -> bool {
        let given_ms = now_ms() - response.age_s as i64 * 1_000;
        self.reading_since_ms = Some(self.reading_since_ms.map_or(given_ms, |known| known.min(given_ms)));
        self.error = response.stale;
        let next = self.reading.take(response.data.accounts, response.data.total, lower);
        self.version = self.version.wrapping_add(1);
        let Next::Done { complete } = next else { return true };
        self.whole = Some(std::mem::take(&mut self.reading).into_known());
        self.uncertain = !complete;
        self.given_ms = self.reading_since_ms.take();
        false
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<Found>)) {
        if let Some(whole) = &mut self.whole {
            change(whole);
            self.version = self.version.wrapping_add(1);
        }
    }
}

/// A page of a list.
struct Page {
    accounts: Vec<Account>,
    total: f64,
}

async fn page(api: &Api, kind: Kind, number: usize) -> Result<Response<Page>> {
    match kind {
        Kind::Team => {
            let response = teams::page(api, number).response().await?;
            let accounts = response.data.teams.iter().cloned().map(Account::of_team).collect();
            Ok(response.with(Page { accounts, total: response.data.total }))
        }
        Kind::User => {
            let response = users::page(api, number).response().await?;
            let accounts = response.data.users.iter().cloned().map(Account::of_user).collect();
            Ok(response.with(Page { accounts, total: response.data.total }))
        }
    }
}

/// The ways to what is known.
#[derive(Clone, Copy)]
pub struct People {
    pub kind: Kind,
    pub listing: Store<Listing>,
    /// Which key is the plugin's own, and the names of teams and organizations.
    pub around: Query<Rc<Directory>>,
    poll: StoredValue<Poll, LocalStorage>,
    /// Whether the next reading begins with the first page.
    anew: StoredValue<Rc<Cell<bool>>, LocalStorage>,
}

pub fn use_people(kind: Kind) -> People {
    let listing = Store::new(Listing::default());
    let (api, task) = (use_api(), Task::new());
    let anew = Rc::new(Cell::new(true));
    let (asked, session) = (anew.clone(), api.clone());
    let around = use_around(kind);
    let poll = use_poll(move |poll| {
        let (api, anew) = (api.clone(), asked.replace(false));
        task.run(async move {
            read(&api, kind, listing, anew).await;
            listing.update(|listing| listing.loading = false);
            let again_s = listing.with_untracked(|listing| listing.error.as_ref().and_then(ApiError::again_after_s));
            if let Some(again_s) = again_s {
                poll.again(again_s * 1_000);
            }
            name_organizations(&api, listing, around).await;
        });
    });
    poll.ask();
    let people =
        People { kind, listing, around, poll: StoredValue::new_local(poll), anew: StoredValue::new_local(anew) };
    // What could not be had without a login is asked for when it is back.
    watch(move || {
        let signed_out = session.signed_out();
        if !signed_out && listing.with_untracked(|listing| listing.error == Some(ApiError::SignedOut)) {
            people.go_on();
        }
    });
    people
}

/// One page after the other, to the end or to the first that fails.
async fn read(api: &Api, kind: Kind, listing: Store<Listing>, anew: bool) {
    listing.update(|listing| {
        listing.loading = true;
        if anew {
            listing.begin();
        }
    });
    // What came with the page is shown until it is asked for.
    if !listing.with_untracked(Listing::has_data)
        && let Ok(known) = page(&api.known(), kind, 1).await
    {
        listing.update(|listing| {
            listing.take(known);
            listing.begin_behind();
        });
    }
    loop {
        let number = listing.with_untracked(|listing| listing.reading.page());
        let outcome = page(api, kind, number).await;
        let mut goes_on = false;
        listing.update(|listing| match outcome {
            // The last good answer of a gateway that fails now: the next ones would take as long to fail.
            Ok(response) if response.stale.is_some() => {
                if listing.take(response) {
                    listing.begin_behind();
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

impl Listing {
    /// The same from the first page on, while what has come of it stays in sight.
    fn begin_behind(&mut self) {
        if self.whole.is_none() {
            self.reading.begin_behind();
        }
    }
}

fn use_around(kind: Kind) -> Query<Rc<Directory>> {
    use_query(move |api| {
        let own = keys::own(&api);
        // A user has the ids of teams only. And this tells of a service key that sees only a part of the users.
        let first = (kind == Kind::User).then(|| teams::page(&api, 1));
        async move {
            let mut directory = Directory::default();
            if let Ok(own) = own.response().await {
                directory.own = own.data;
            }
            let mut partial = None;
            match first {
                None => {}
                Some(first) => match first.response().await {
                    Err(error) => partial = Some(error).filter(ApiError::is_partial),
                    Ok(first) => {
                        let (mut all, pages) = (first.data.teams, first.data.total_pages.clamp(0.0, 1e4) as usize);
                        for page in 2..=pages {
                            match teams::page(&api, page).response().await {
                                Ok(next) => all.extend(next.data.teams),
                                Err(_) => break,
                            }
                        }
                        directory.set_teams(all);
                    }
                },
            }
            Ok(Response { data: Rc::new(directory), age_s: 0, stale: partial, took_ms: None, clock_s: None })
        }
    })
}

/// Where any team has one.
async fn name_organizations(api: &Api, listing: Store<Listing>, around: Query<Rc<Directory>>) {
    let organized =
        listing.with_untracked(|listing| listing.all().iter().any(|found| !found.account.organization.is_empty()));
    if !organized {
        return;
    }
    if let Ok(response) = teams::organizations(api).response().await {
        around.state.update(|state| {
            let mut directory = state.data.as_deref().cloned().unwrap_or_default();
            directory.set_organizations(response.data.organizations);
            state.data = Some(Rc::new(directory));
        });
    }
}

impl People {
    /// All anew; what is shown stays until they are there.
    pub fn refetch(self) {
        if let Some(anew) = self.anew.try_get_value() {
            anew.set(true);
        }
        self.go_on();
        self.around.refetch();
    }

    /// From the page that failed.
    pub fn go_on(self) {
        if let Some(poll) = self.poll.try_get_value() {
            poll.ask();
        }
    }

    pub fn find(self, id: &str) -> Option<Account> {
        self.listing.with_untracked(|listing| listing.find(id).cloned())
    }

    /// The plugin's own key belongs to it.
    pub fn is_own(self, account: &Account) -> bool {
        self.around.with(|state| state.data.as_ref().is_some_and(|around| is_own(around, account)))
    }

    pub fn is_own_untracked(self, account: &Account) -> bool {
        self.around.state.with_untracked(|state| state.data.as_ref().is_some_and(|around| is_own(around, account)))
    }

    /// Takes a row away that the gateway has deleted.
    pub fn remove(self, id: &str) {
        self.listing.update(|listing| listing.change(|all| all.retain(|found| found.account.id != id)));
    }

    /// One as it was read by itself. What only the list tells stays.
    pub fn put(self, account: Account) {
        self.listing.update(|listing| {
            listing.change(|all| match all.iter_mut().find(|found| found.account.id == account.id) {
                Some(known) => {
                    let keys = account.keys.or(known.account.keys);
                    *known = Found::new(Account { keys, ..account }, lower);
                }
                None => all.push(Found::new(account, lower)),
            });
        });
    }
}

/// As PHP compares it.
pub fn is_own(around: &Directory, account: &Account) -> bool {
    let own = match account.kind {
        Kind::Team => &around.own.info.team_id,
        Kind::User => &around.own.info.user_id,
    };
    !own.is_empty() && own.trim().eq_ignore_ascii_case(account.id.trim())
}

/// One in full, as the gateway has it now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct One {
    pub account: Account,
    /// Of a team: what its members have spent in it.
    pub memberships: Vec<Membership>,
    /// Of a team: who its members are, as far as that is known.
    pub people: Vec<User>,
}

impl One {
    /// Of a member: by name, else by e-mail, else by id.
    pub fn name_of(&self, member: &Member) -> String {
        let known = self.people.iter().find(|user| user.user_id == member.user_id);
        let names = [known.map(|user| &user.user_alias), known.map(|user| &user.user_email), Some(&member.user_email)];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        name.unwrap_or(&member.user_id).clone()
    }
}

/// So many ids are asked for at once.
const IDS_MOST: usize = 100;

/// None: the gateway knows no such one.
pub async fn one(api: &Api, kind: Kind, id: &str) -> Result<Response<Option<One>>> {
    match kind {
        Kind::Team => {
            let response = match teams::info(api, id).response().await {
                // LiteLLM says so also while its database is away: the list does not.
                Err(error) if error.is_missing() => {
                    let listed = teams::by_id(api, id).response().await?;
                    let team = listed.data.teams.iter().find(|team| team.team_id == id).cloned();
                    let one = team.map(|team| One { account: Account::of_team(team), ..One::default() });
                    return match (one, listed.stale) {
                        // Of one that is there after all this is not all.
                        (Some(one), _) => Ok(Response {
                            data: Some(one),
                            age_s: listed.age_s,
                            stale: Some(error),
                            took_ms: listed.took_ms,
                            clock_s: None,
                        }),
                        (None, Some(stale)) => Err(stale),
                        (None, None) => {
                            Ok(Response { data: None, age_s: 0, stale: None, took_ms: None, clock_s: None })
                        }
                    };
                }
                response => response?,
            };
            let mut account = Account::of_team(response.data.team.clone());
            account.keys = Some(response.data.keys.len() as f64);
            let memberships = response.data.memberships.clone();
            Ok(response.with(Some(One { account, memberships, people: Vec::new() })))
        }
        Kind::User => {
            // Twice the same is exact: LiteLLM takes one alone for a part of an id.
            let response = users::by_ids(api, &[id, id]).response().await?;
            let account = users::find(&response.data, id).cloned().map(Account::of_user);
            Ok(response.with(account.map(|account| One { account, ..One::default() })))
        }
    }
}

/// Who the members of a team are: of those that a version does not name.
pub async fn name_members(api: &Api, one: &mut One) {
    let ids: Vec<&str> =
        one.account.members.iter().map(|member| member.user_id.as_str()).filter(|id| !id.contains(',')).collect();
    let ids = &ids[..ids.len().min(IDS_MOST)];
    if !ids.is_empty()
        && let Ok(response) = users::by_ids(api, ids).response().await
    {
        one.people = response.data.users;
    }
}

/// Our own part of a route; the default while another page is on its way.
pub fn people_route(route: &Route, kind: Kind) -> PeopleRoute {
    match route {
        Route::People(people) if people.kind == kind => people.clone(),
        _ => PeopleRoute { kind, ..PeopleRoute::default() },
    }
}
