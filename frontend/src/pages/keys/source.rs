//! What the table shows: asked for when the address changes, and again after a write.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    wire::{Key, KeyPage, OwnKey, Team, Teams},
};

use crate::{
    api::{
        Api,
        keys::{self, Listing},
        use_api,
    },
    nav::{Nav, use_nav},
    poll::run,
    store::Store,
};

/// Rows a page.
pub const PAGE_SIZE: usize = 25;

/// Columns that LiteLLM can sort by.
const SORTABLE: [&str; 4] = ["key_alias", "spend", "max_budget", "created_at"];

#[derive(Default)]
pub struct KeysState {
    pub listing: Listing,
    /// The last page that arrived; stays on screen while the next is on its way.
    pub page: Option<KeyPage>,
    pub loading: bool,
    pub error: Option<ApiError>,
    /// Why the page is old, and its age in seconds.
    pub stale: Option<(ApiError, u64)>,
    own: OwnKey,
    teams: Vec<Team>,
    /// What came of the last action.
    pub done: Option<String>,
    /// Counts the questions: the answer to an older one is not shown any more.
    round: u32,
}

impl KeysState {
    pub fn key(&self, token: &str) -> Option<&Key> {
        self.page.as_ref()?.keys.iter().find(|key| key.token == token)
    }

    /// Changes one row as the gateway has confirmed it.
    pub fn set_blocked(&mut self, token: &str, blocked: bool) {
        for key in self.page.iter_mut().flat_map(|page| &mut page.keys) {
            if key.token == token {
                key.blocked = blocked;
            }
        }
    }

    pub fn is_own(&self, token: &str) -> bool {
        !token.is_empty() && self.own.key == token
    }

    /// The team's name, else its id, else nothing.
    pub fn team_name<'a>(&'a self, key: &'a Key) -> &'a str {
        if !key.team_alias.is_empty() {
            return &key.team_alias;
        }
        match self.teams.iter().find(|team| team.team_id == key.team_id) {
            Some(team) if !team.team_alias.is_empty() => &team.team_alias,
            _ => &key.team_id,
        }
    }
}

#[derive(Clone)]
pub struct KeysSource {
    pub state: Store<KeysState>,
    api: Api,
}

pub fn use_keys() -> Rc<KeysSource> {
    let nav = use_nav();
    let source = Rc::new(KeysSource { state: Store::new(KeysState::default()), api: use_api() });
    let asking = source.clone();
    Effect::new(move |before: Option<Listing>| {
        let listing = listing(&nav);
        if before.as_ref() != Some(&listing) {
            asking.state.change(|state| state.listing = listing.clone());
            asking.ask();
        }
        listing
    });
    source
}

fn listing(nav: &Nav) -> Listing {
    let order_by = nav.get("orderby").unwrap_or_default();
    Listing {
        page: nav.get("paged").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 100_000),
        size: PAGE_SIZE,
        sort_by: SORTABLE.into_iter().find(|known| *known == order_by).unwrap_or("created_at"),
        descending: nav.get("order").as_deref() != Some("asc"),
        search: nav.get("s").unwrap_or_default().chars().take(255).collect(),
    }
}

impl KeysSource {
    /// Asks for the page of the listing.
    pub fn ask(&self) {
        let source = self.clone();
        run(async move { source.load().await });
    }

    async fn load(self) {
        let (listing, round) = self.state.change(|state| {
            state.loading = true;
            state.round = state.round.wrapping_add(1);
            (state.listing.clone(), state.round)
        });
        // Beside the keys, in the same batch: which of them is ours, and the names of the teams.
        let (own, teams) = (keys::own(&self.api), keys::teams(&self.api));
        let answer = if listing.search.trim().is_empty() {
            keys::list(&self.api, &listing).read::<KeyPage>().await
        } else {
            keys::search(&self.api, &listing).await
        };
        self.state.change(|state| {
            if state.round != round {
                return;
            }
            state.loading = false;
            match answer {
                Ok(answer) => {
                    state.stale = answer.stale.map(|error| (error, answer.age_s));
                    state.error = None;
                    state.page = Some(answer.data);
                }
                Err(error) => state.error = Some(error),
            }
        });
        let (own, teams) = (own.read::<OwnKey>().await, teams.read::<Teams>().await);
        self.state.change(|state| {
            if let Ok(own) = own {
                state.own = own.data;
            }
            if let Ok(teams) = teams {
                state.teams = teams.data.teams;
            }
        });
    }
}
