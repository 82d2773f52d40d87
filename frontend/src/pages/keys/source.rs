//! What the table shows: asked for when the list in the address changes, and again after a write.

use std::{cell::RefCell, rc::Rc};

use model::{
    failure::ApiError,
    route::{KeysList, KeysRoute, Route},
    wire::{Key, KeyPage, OwnKey, Team},
};

use crate::{
    api::{Response, keys},
    effect::watch,
    query::{Query, use_query},
    router::{Router, use_router},
};

/// A page of the list, with what was asked for: the address may be further already.
#[derive(Clone, Default)]
pub struct Listed {
    pub list: KeysList,
    pub page: Rc<KeyPage>,
}

/// Whose the keys are: which one is ours, and the names of the teams. Without it keys are listed all the same.
#[derive(Clone, Default)]
pub struct Owners {
    own: OwnKey,
    teams: Vec<Team>,
}

impl Owners {
    pub fn is_own(&self, key: &Key) -> bool {
        !key.token.is_empty() && self.own.key == key.token
    }

    /// The team's name, else its id, else nothing.
    pub fn team_name(&self, key: &Key) -> String {
        if !key.team_alias.is_empty() {
            return key.team_alias.clone();
        }
        match self.teams.iter().find(|team| team.team_id == key.team_id) {
            Some(team) if !team.team_alias.is_empty() => team.team_alias.clone(),
            _ => key.team_id.clone(),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Keys {
    pub listed: Query<Listed>,
    pub owners: Query<Rc<Owners>>,
}

pub fn use_keys() -> Keys {
    let router = use_router();
    let listed = use_query(move |api| {
        let list = list_of(&router);
        async move {
            let response = if list.search.trim().is_empty() {
                keys::list(&api, &list).response().await?
            } else {
                keys::search(&api, &list).await?
            };
            let page = Rc::new(response.data.clone());
            Ok(response.with(Listed { list, page }))
        }
    });
    // What is known of the owners stays known when it cannot be read again.
    let known = Rc::new(RefCell::new(Owners::default()));
    let owners = use_query(move |api| {
        let (own, teams, known) = (keys::own(&api), keys::teams(&api), known.clone());
        async move {
            if let Ok(own) = own.response().await {
                known.borrow_mut().own = own.data;
            }
            let mut partial = None;
            match teams.response().await {
                Ok(teams) => known.borrow_mut().teams = teams.data.teams,
                // It tells of the keys as well.
                Err(error) => partial = Some(error).filter(ApiError::is_partial),
            }
            let owners = Rc::new(known.borrow().clone());
            Ok(Response { data: owners, age_s: 0, stale: partial, took_ms: None })
        }
    });
    let keys = Keys { listed, owners };
    let mut before = list_of(&router);
    watch(move || {
        let list = keys_route(&router.route()).list;
        if list != before {
            before = list;
            keys.listed.turn();
        }
    });
    keys
}

impl Keys {
    pub fn refetch(self) {
        self.listed.refetch();
        self.owners.refetch();
    }

    pub fn find(self, token: &str) -> Option<Key> {
        self.listed
            .state
            .with_untracked(|state| state.data.as_ref()?.page.keys.iter().find(|key| key.token == token).cloned())
    }

    /// Changes one row as the gateway has confirmed it.
    pub fn set_blocked(self, token: &str, blocked: bool) {
        self.listed.state.update(|state| {
            let Some(listed) = &mut state.data else { return };
            for key in &mut Rc::make_mut(&mut listed.page).keys {
                if key.token == token {
                    key.blocked = blocked;
                }
            }
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

fn list_of(router: &Router) -> KeysList {
    keys_route(&router.route_untracked()).list
}
