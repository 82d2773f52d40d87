//! One key in full: what the row has no room for.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    keys_table::directory::Directory,
    language::t,
    msg,
    route::{KeysOpen, Route},
    text::Msg,
    visible::visible,
    wire::{Key, KeyPage},
};

use super::{
    actions::{Act, Actions, KeysAction, name_of, row_actions},
    source::{Keys, keys_route},
    standing::standing,
    table::{KeyRow, limits, models_in_full, spend},
};
use crate::{
    action::Action as _,
    api,
    components::{drawer, problem, region, skeleton_rows},
    effect::watch,
    format,
    markup::{Markup, html},
    query::{Query, QueryState, idle_query},
    router::{History, Router, use_router},
    task::now_ms,
};

/// The hash of the key that is open; empty: none is.
fn open_key(route: &Route) -> String {
    match keys_route(route).open {
        KeysOpen::Key(hash) => hash,
        _ => String::new(),
    }
}

pub fn details(keys: Keys, actions: Actions, can_manage: bool) -> AnyView {
    let router = use_router();
    let hash = Memo::new(move |_| open_key(&router.route()));
    // A key that is not on the page of the list is asked for by its hash.
    let elsewhere =
        idle_query(move |api| async move { api::keys::by_hash(&api, &hash.get_untracked()).response().await });
    watch(move || {
        let hash = hash.get();
        if !hash.is_empty() && keys.is_settled() && keys.get(&hash).is_none() {
            elsewhere.turn();
        }
    });
    let title = Signal::derive(move || match hash.get() {
        none if none.is_empty() => none,
        hash => find(keys, elsewhere, &hash).map_or_else(|| t(msg!("Key")), |key| name_of(&key)),
    });
    let shown = move |token: &str| untrack(|| find(keys, elsewhere, token)).into_iter().collect();
    let content = region(
        "gw-drawer-body",
        move || {
            let hash = hash.get();
            if hash.is_empty() {
                return Markup::default();
            }
            let owners = keys.owners.with(|state| state.data.clone()).unwrap_or_default();
            match find(keys, elsewhere, &hash) {
                Some(key) => in_full(key, &owners, can_manage, now_ms()),
                None => elsewhere.with(not_there),
            }
        },
        move |action| match action {
            KeysAction::Block(token) => actions.ask(Act::Block, shown(&token)),
            KeysAction::Unblock(token) => actions.ask(Act::Unblock, shown(&token)),
            KeysAction::Delete(token) => actions.ask(Act::Delete, shown(&token)),
            KeysAction::Retry => elsewhere.refetch(),
            form => actions.open_form(form),
        },
    );
    drawer("gw-key-details", title, Callback::new(move |()| close(router)), content)
}

pub fn close(router: Router) {
    let mut route = keys_route(&router.route_untracked());
    route.open = KeysOpen::Nothing;
    router.navigate(Route::Keys(route), History::Push);
}

fn find(keys: Keys, elsewhere: Query<KeyPage>, hash: &str) -> Option<Key> {
    let among = |page: &KeyPage| page.keys.iter().find(|key| key.token == hash).cloned();
    keys.get(hash).or_else(|| elsewhere.with(|state| state.data.as_ref().and_then(among)))
}

fn not_there(state: &QueryState<KeyPage>) -> Markup {
    match (state.loading, &state.error) {
        (true, _) => skeleton_rows(6),
        (false, Some(error)) => problem(error, Some(KeysAction::Retry.print())),
        // Before the first answer nothing is known.
        (false, None) if state.data.is_none() => skeleton_rows(6),
        (false, None) => html! { p { (msg!("The gateway knows no key with this hash. It may have been deleted.")) } },
    }
}

fn in_full(key: Key, directory: &Rc<Directory>, can_manage: bool, now_ms: i64) -> Markup {
    let row = KeyRow { key, directory: directory.clone(), now_ms, href: String::new() };
    let key = &row.key;
    let or_none = |text: &str| if text.is_empty() { t(msg!("None")) } else { visible(text) };
    let date = |text: &str, nothing: Msg| match (text, clock::parse_utc_ms(text)) {
        ("", _) => t(nothing),
        (_, Some(ms)) => format::date_time(ms),
        (other, None) => visible(other),
    };
    let facts: Vec<(Msg, Markup)> = vec![
        (msg!("Status"), standing(key, directory, now_ms).chip()),
        (msg!("Key"), html! { code dir="ltr" { (key.key_name) } }),
        (msg!("Owner"), html! { span dir="auto" { (or_none(&key.user_id)) } }),
        (msg!("Team"), html! { span dir="auto" { (or_none(&directory.team_name(key))) } }),
        (msg!("Models"), models_in_full(&key.models)),
        (msg!("Spend"), spend(key)),
        (msg!("Budget starts anew"), html! { (date(&key.budget_reset_at, msg!("Never"))) }),
        (msg!("Limits"), limits(key)),
        (msg!("Expires"), html! { (date(&key.expires, msg!("Never"))) }),
        (msg!("Last used"), html! { (date(&key.last_active, msg!("Not known"))) }),
        (msg!("Created"), html! { (date(&key.created_at, msg!("Not known"))) }),
        (msg!("Changed"), html! { (date(&key.updated_at, msg!("Not known"))) }),
        (msg!("Hash"), html! { code.gw-hash dir="ltr" { (key.token) } }),
    ];
    let changeable = can_manage && !row.is_own();
    html! {
        @if row.is_own() { p.gw-minor { (msg!("This plugin uses it; it is protected here.")) } }
        dl.gw-facts { @for (label, value) in &facts { dt { (label) } dd { (value) } } }
        @if changeable {
            div.gw-drawer-actions {
                @for action in row_actions(key) {
                    button class=(if action.destructive { "button gw-delete" } else { "button" }) type="button"
                        data-action=(action.action) aria-label=(action.name) { (action.label) }
                }
            }
        }
    }
}
