//! One key in full: at the side of the list, and with an address of its own.
//!
//! The drawer is the list's; what is in it is a chunk of its own, fetched when the list is there, and lives as long as one key
//! is open.

mod budget;
mod calls;
mod facts;
mod full;
mod limits;
mod source;
mod spend;

use leptos::prelude::*;
use model::{
    language::t,
    msg,
    route::{KeysOpen, Route},
    wire::Key,
};

use super::{
    actions::{Actions, name_of},
    source::{Keys, keys_route},
};
use crate::{
    chunk::{self, chunk, load_ahead},
    components::drawer,
    router::{History, Router, use_router},
    store::Store,
};

/// What the drawer and its content share.
#[derive(Clone, Copy)]
struct Opened {
    keys: Keys,
    actions: Actions,
    can_manage: bool,
    /// The hash of the key that is open; empty: none is.
    hash: Memo<String>,
    /// How it is called, once that was read.
    name: Store<String>,
}

impl Opened {
    /// The key as the list has it.
    fn listed(self, hash: &str) -> Option<Key> {
        self.keys.get(hash)
    }

    /// It is the plugin's own.
    fn is_own(self, key: &Key) -> bool {
        self.keys.owners.with(|state| state.data.as_ref().is_some_and(|owners| owners.is_own(key)))
    }
}

fn open_key(route: &Route) -> String {
    match keys_route(route).open {
        KeysOpen::Key(hash) => hash,
        _ => String::new(),
    }
}

pub fn details(keys: Keys, actions: Actions, can_manage: bool) -> AnyView {
    let router = use_router();
    let hash = Memo::new(move |_| open_key(&router.route()));
    let opened = Opened { keys, actions, can_manage, hash, name: Store::new(String::new()) };
    provide_context(opened);
    let title = Signal::derive(move || {
        let hash = hash.get();
        if hash.is_empty() {
            return hash;
        }
        match (opened.listed(&hash), opened.name.with(String::clone)) {
            (Some(key), _) => name_of(&key),
            (None, name) if !name.is_empty() => name,
            _ => t(msg!("Key")),
        }
    });
    let inside = chunk!(keys_details, full::full);
    load_ahead(vec![inside]);
    let content = move || {
        // Of another key everything is asked for anew.
        if hash.get().is_empty() { ().into_any() } else { chunk::part(inside) }
    };
    drawer("gw-key-details", title, Callback::new(move |()| close(router)), content.into_any())
}

pub fn close(router: Router) {
    let mut route = keys_route(&router.route_untracked());
    route.open = KeysOpen::Nothing;
    router.navigate(Route::Keys(route), History::Push);
}
