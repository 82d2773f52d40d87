//! One call in full: at the side of the list, and with an address of its own.
//!
//! What is in the drawer is a chunk of its own, fetched when the list is there.

mod content;
mod facts;
mod full;
mod session;

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    language::t,
    logs::call::{self, id_of},
    msg,
    route::{LogsRoute, Route},
    visible::visible,
    wire::{LogPage, LogRow},
};

use super::{
    change,
    source::{Source, logs_route},
};
use crate::{
    api,
    chunk::{self, chunk, load_ahead},
    components::drawer,
    effect::watch,
    query::{Query, idle_query},
    router::{History, Router, use_router},
    store::Store,
    task::now_ms,
};

/// What the drawer and its content share.
#[derive(Clone, Copy)]
struct Opened {
    source: Source,
    router: Router,
    /// The id of the call that is open; empty: none is.
    id: Memo<String>,
    /// The call, where the list does not have it.
    looked_for: Query<LogPage>,
    /// The calls of its session, once somebody has asked for them.
    session: Query<LogPage>,
    /// Which session that is.
    session_of: Store<String>,
}

impl Opened {
    /// The place of the call in the list.
    fn index(self) -> Option<usize> {
        let id = self.id.get();
        self.source.log.with(|log| log.reading.find(&id))
    }

    /// The call, wherever it was found.
    fn row(self) -> Option<Rc<LogRow>> {
        let id = self.id.get();
        let listed = self.source.log.with(|log| {
            let kept = log.reading.find(&id).and_then(|index| log.reading.get(index));
            kept.or_else(|| log.waiting.iter().find(|row| id_of(row) == id).cloned())
        });
        let of = |query: Query<LogPage>| {
            query.with(|state| {
                let mut rows = state.data.iter().flat_map(|page| &page.data);
                rows.find(|row| id_of(row) == id || row.litellm_call_id == id).cloned().map(Rc::new)
            })
        };
        listed.or_else(|| of(self.session)).or_else(|| of(self.looked_for))
    }

    /// Another call; the one before is not a place to come back to.
    fn show(self, id: String) {
        change(self.router, History::Replace, |route| route.open = id);
    }

    /// The address of the list with another filter.
    fn only(self, narrow: impl FnOnce(&mut LogsRoute)) -> String {
        let mut route = LogsRoute { open: String::new(), ..logs_route(&self.router.route()) };
        narrow(&mut route);
        crate::router::href(&Route::Logs(route))
    }
}

pub fn details(source: Source) -> AnyView {
    let router = use_router();
    let id = Memo::new(move |_| logs_route(&router.route()).open);
    let looked_for = idle_query(move |api| async move {
        let id = id.get_untracked();
        api::logs::one(&api, &id, now_ms()).response().await
    });
    let session_of = Store::new(String::new());
    let session = idle_query(move |api| async move {
        let of = session_of.with_untracked(String::clone);
        api::logs::session(&api, &of, session::MOST).response().await
    });
    let opened = Opened { source, router, id, looked_for, session, session_of };
    provide_context(opened);
    // Whoever comes by an address may come to a call that is not in the list, or not yet.
    let mut looked = String::new();
    watch(move || {
        let id = id.get();
        let loaded = source.log.with(|log| log.is_loaded() || log.error.is_some());
        // Once: what comes in meanwhile does not make it another question.
        if !id.is_empty() && loaded && looked != id && untrack(|| opened.row()).is_none() {
            looked.clone_from(&id);
            looked_for.turn();
        }
        // The calls around it are read as well.
        if let Some(index) = untrack(|| opened.index()) {
            source.written(index);
        }
    });
    let title = Signal::derive(move || {
        if id.get().is_empty() {
            return String::new();
        }
        match opened.row() {
            Some(row) if !call::model(&row).is_empty() => visible(call::model(&row)),
            _ => t(msg!("Call")),
        }
    });
    let inside = chunk!(logs_details, full::full);
    load_ahead(vec![inside]);
    let content = move || {
        // Of another call everything is asked for anew.
        if id.get().is_empty() { ().into_any() } else { chunk::part(inside) }
    };
    let on_close = Callback::new(move |()| change(router, History::Push, |route| route.open.clear()));
    drawer("gw-call", title, on_close, content.into_any())
}
