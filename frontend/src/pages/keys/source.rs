//! What the table shows: asked for when the address changes, and again after a write.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    wire::{Key, KeyPage, OwnKey, Team, Teams},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{
        keys::{self, Listing},
        use_api,
    },
    nav::use_nav,
};

/// Rows a page.
pub const PAGE_SIZE: usize = 25;

/// Columns that LiteLLM can sort by.
pub const SORTABLE: [&str; 4] = ["key_alias", "spend", "max_budget", "created_at"];

#[derive(Clone, Copy)]
pub struct KeysSource {
    pub listing: Memo<Listing>,
    /// The last page that arrived; stays on screen while the next is on its way.
    pub page: RwSignal<Option<KeyPage>>,
    pub loading: RwSignal<bool>,
    pub error: RwSignal<Option<ApiError>>,
    /// Why the page is old, and its age in seconds.
    pub stale: RwSignal<Option<(ApiError, u64)>>,
    pub own: RwSignal<Option<OwnKey>>,
    pub teams: RwSignal<Vec<Team>>,
    again: RwSignal<u32>,
}

pub fn use_keys() -> KeysSource {
    let nav = use_nav();
    let (paged, order_by, order, search) = (nav.query("paged"), nav.query("orderby"), nav.query("order"), nav.query("s"));
    let listing = Memo::new(move |_| Listing {
        page: paged.get().and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 100_000),
        size: PAGE_SIZE,
        sort_by: order_by.with(|name| SORTABLE.into_iter().find(|known| Some(*known) == name.as_deref())).unwrap_or("created_at"),
        descending: order.with(|order| order.as_deref() != Some("asc")),
        search: search.get().unwrap_or_default().chars().take(255).collect(),
    });
    let source = KeysSource {
        listing,
        page: RwSignal::new(None),
        loading: RwSignal::new(true),
        error: RwSignal::new(None),
        stale: RwSignal::new(None),
        own: RwSignal::new(None),
        teams: RwSignal::new(Vec::new()),
        again: RwSignal::new(0),
    };
    let api = StoredValue::new_local(use_api());
    let generation = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let listing = listing.get();
        source.again.track();
        source.loading.set(true);
        generation.update_value(|count| *count = count.wrapping_add(1));
        let mine = generation.get_value();
        let api = api.get_value();
        spawn_local(async move {
            // Beside the keys: which of them is ours, and the names of the teams. The table does not wait for either.
            let (own, teams) = (keys::own(&api), keys::teams(&api));
            let answer = if listing.search.trim().is_empty() {
                keys::list(&api, &listing).read::<KeyPage>().await
            } else {
                keys::search(&api, &listing).await
            };
            if generation.try_get_value() == Some(mine) {
                match answer {
                    Ok(answer) => {
                        let _ = source.stale.try_set(answer.stale.map(|error| (error, answer.age_s)));
                        let _ = source.error.try_set(None);
                        let _ = source.page.try_set(Some(answer.data));
                    }
                    Err(error) => {
                        let _ = source.error.try_set(Some(error));
                    }
                }
                let _ = source.loading.try_set(false);
            }
            if let Ok(own) = own.read::<OwnKey>().await {
                let _ = source.own.try_set(Some(own.data));
            }
            if let Ok(teams) = teams.read::<Teams>().await {
                let _ = source.teams.try_set(teams.data.teams);
            }
        });
    });
    source
}

impl KeysSource {
    pub fn reload(&self) {
        self.again.update(|count| *count = count.wrapping_add(1));
    }

    /// Changes one row as the gateway has confirmed it.
    pub fn set_blocked(&self, token: &str, blocked: bool) {
        self.page.update(|page| {
            if let Some(key) = page.as_mut().and_then(|page| page.keys.iter_mut().find(|key| key.token == token)) {
                key.blocked = blocked;
            }
        });
    }

    pub fn key(&self, token: &str) -> Option<Key> {
        self.page.with_untracked(|page| page.as_ref().and_then(|page| page.keys.iter().find(|key| key.token == token).cloned()))
    }

    pub fn is_own(&self, token: &str) -> bool {
        self.own.with(|own| own.as_ref().is_some_and(|own| !own.key.is_empty() && own.key == token))
    }

    pub fn team_name(&self, key: &Key) -> String {
        if !key.team_alias.is_empty() {
            return key.team_alias.clone();
        }
        self.teams.with(|teams| teams.iter().find(|team| team.team_id == key.team_id).map(|team| team.team_alias.clone())).filter(|name| !name.is_empty()).unwrap_or_else(|| key.team_id.clone())
    }
}
