//! Virtual keys: the table, and the form that makes one.

mod actions;
mod advanced;
mod choices;
mod create;
mod created;
mod details;
mod edit;
mod form;
mod source;
mod table;
mod words;

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    language::{t, tf, tn},
    msg, plural,
    route::{KeySort, KeysList, KeysOpen, KeysRoute, PageName, Route},
    wire::{Key, KeyPage},
};

use self::{
    actions::{Act, Actions, KeysAction, bulk_actions, name_of, row_actions},
    create::create,
    details::details,
    source::{Keys, Listed, Owners, keys_route, use_keys},
    table::{COLUMNS, KeyRow},
};
use crate::{
    action::Action as _,
    api::keys::PAGE_SIZE,
    boot::with_boot,
    chunk::{self, chunk, load_ahead},
    components::{
        Body, Pager, Row, Rows, Table, TableEvent, TableView, empty, header, heads, search_box, still_region,
        table as data_table, use_messages,
    },
    effect::{is, watch},
    format,
    markup::{Markup, html},
    query::QueryState,
    router::{History, Router, href, use_router},
    task::now_ms,
};

pub fn keys() -> AnyView {
    let router = use_router();
    let can_manage = with_boot(|boot| boot.can_manage_keys);
    let in_form = |open| matches!(open, KeysOpen::Create | KeysOpen::Like(_) | KeysOpen::Edit(_));
    let creating = is(move || can_manage && in_form(keys_route(&router.route()).open));
    // As much code again as the list, which is what one comes for.
    let form = chunk!(keys_create, create);
    if can_manage {
        load_ahead(vec![form]);
    }
    (move || if creating.get() { chunk::view(PageName::Keys, form) } else { list(can_manage) }).into_any()
}

fn list(can_manage: bool) -> AnyView {
    let router = use_router();
    let keys = use_keys();
    let actions = Actions::new(keys);
    stay_within_the_last_page(keys, router);
    announce_results(keys);
    let on_event = move |event: TableEvent| match event {
        TableEvent::Sort(column) => sort(router, &column),
        // A page that could not be had is in the address already.
        TableEvent::Page(page) if keys_route(&router.route_untracked()).list.page == page => keys.refetch(),
        TableEvent::Page(page) => change_list(router, History::Push, |list| list.page = page),
        TableEvent::Refresh => keys.refetch(),
        TableEvent::Action(printed) => match KeysAction::parse(&printed) {
            Some(KeysAction::Block(token)) => actions.ask_of(Act::Block, &[token]),
            Some(KeysAction::Unblock(token)) => actions.ask_of(Act::Unblock, &[token]),
            Some(KeysAction::Delete(token)) => actions.ask_of(Act::Delete, &[token]),
            Some(action) => actions.open_form(action),
            None => {}
        },
        TableEvent::Bulk(printed, tokens) => match KeysAction::parse(&printed) {
            Some(KeysAction::Block(_)) => actions.ask_of(Act::Block, &tokens),
            Some(KeysAction::Unblock(_)) => actions.ask_of(Act::Unblock, &tokens),
            Some(KeysAction::Delete(_)) => actions.ask_of(Act::Delete, &tokens),
            _ => {}
        },
        TableEvent::Earlier | TableEvent::Later => {}
    };
    let table = data_table(Table {
        id: "keys",
        caption: msg!("Virtual keys"),
        heads: heads(&COLUMNS),
        toolbar: search(router),
        bulk: bulk_actions,
        view: Box::new(move || {
            let owners = keys.owners.with(|state| state.data.clone()).unwrap_or_default();
            let asked = keys_route(&router.route()).list;
            keys.listed.with(|state| view(state, &asked, &owners, can_manage, now_ms()))
        }),
        on_event: Box::new(on_event),
    });
    view! {
        {still_region("", move || head(can_manage))}
        <div class="gw-content">
            <section class="gw-panel gw-panel-flush">{table}</section>
            {details(keys, actions, can_manage)}
            {actions.dialog()}
        </div>
    }
    .into_any()
}

fn head(can_manage: bool) -> Markup {
    let create = if can_manage { create_link() } else { Markup::default() };
    header(&t(msg!("Keys")), &t(msg!("Virtual keys with which applications call the gateway.")), &create)
}

fn create_link() -> Markup {
    let create = Route::Keys(KeysRoute { open: KeysOpen::Create, ..KeysRoute::default() });
    html! { a .button .button-primary href=(href(&create)) { (msg!("Create key")) } }
}

/// How many pages there are, at least one.
fn pages(page: &KeyPage) -> usize {
    (page.total_count as usize).div_ceil(PAGE_SIZE).max(1)
}

/// The table of what is known. Rows of another page than was asked for are shown as what they are, except while the answer
/// is awaited: then the pager goes on from where one wants to be.
fn view(state: &QueryState<Listed>, asked: &KeysList, owners: &Rc<Owners>, can_manage: bool, now_ms: i64) -> TableView {
    let mut view = TableView::of(state, now_ms);
    let Some(Listed { list, page }) = &state.data else { return view };
    view.sort = Some((list.sort.value(), list.descending));
    if page.keys.is_empty() && page.total_count == 0.0 {
        view.body = Body::Instead(nothing(&list.search, can_manage));
        return view;
    }
    // A gateway that does not count has at least those that it lists.
    let total = page.total_count.max(page.keys.len() as f64);
    view.count = tn(plural!("{count} key", "{count} keys"), total as u64, &format::count(total));
    let at = if state.loading { asked.page } else { list.page };
    view.pager = Pager::Numbered { page: at, pages: pages(page) };
    let shown = list.clone();
    let (rows, keys, their_owners, our) = (page.clone(), page.clone(), owners.clone(), owners.clone());
    view.body = Body::Rows(Rows {
        count: page.keys.len(),
        row: Box::new(move |index| row(&rows.keys[index], &shown, &their_owners, can_manage, now_ms)),
        selectable: Box::new(move || {
            let keys = keys.keys.iter().filter(|key| can_manage && !our.is_own(key));
            keys.map(|key| key.token.clone()).collect()
        }),
    });
    view
}

fn row(key: &Key, list: &KeysList, owners: &Owners, can_manage: bool, now_ms: i64) -> Row {
    let in_full = KeysRoute { list: list.clone(), open: KeysOpen::Key(key.token.clone()) };
    let href = href(&Route::Keys(in_full));
    let row = KeyRow { key: key.clone(), own: owners.is_own(key), team: owners.team_name(key), now_ms, href };
    let changeable = can_manage && !row.own;
    Row {
        actions: if changeable { row_actions(key) } else { Vec::new() },
        selectable: changeable,
        ..Row::new(&COLUMNS, &row, key.token.clone(), name_of(key))
    }
}

fn nothing(search: &str, can_manage: bool) -> Markup {
    let search = search.trim();
    if search.is_empty() {
        let text = t(msg!("Create a key for each application, so that you can see what it spends and stop it alone."));
        let create = if can_manage { create_link() } else { Markup::default() };
        return empty(&t(msg!("No keys yet")), &text, &create);
    }
    let all = href(&Route::Keys(KeysRoute::default()));
    let title = tf(msg!("No key’s alias contains “{text}”"), &[("text", search)]);
    empty(&title, "", &html! { a.button href=(all) { (msg!("Show all keys")) } })
}

fn change_list(router: Router, history: History, change: impl FnOnce(&mut KeysList)) {
    let mut route = keys_route(&router.route_untracked());
    change(&mut route.list);
    router.navigate(Route::Keys(route), history);
}

/// A column starts with what one looks for in it: the most, the newest, the beginning of the alphabet.
fn sort(router: Router, column: &str) {
    let Some(sort) = KeySort::ALL.into_iter().find(|sort| sort.value() == column) else { return };
    change_list(router, History::Push, |list| {
        list.descending = if list.sort == sort { !list.descending } else { sort != KeySort::Alias };
        list.sort = sort;
        list.page = 1;
    });
}

/// A page beyond the last, after deletions or by hand: the last is shown instead.
fn stay_within_the_last_page(keys: Keys, router: Router) {
    watch(move || {
        let last = keys.listed.with(|state| {
            let listed = state.data.as_ref().filter(|listed| listed.page.keys.is_empty())?;
            let last = pages(&listed.page);
            (listed.page.total_count > 0.0 && last < listed.list.page).then_some(last)
        });
        if let Some(last) = last {
            change_list(router, History::Replace, |list| list.page = last);
        }
    });
}

/// How many were found is read out when the search has another answer than before.
fn announce_results(keys: Keys) {
    let messages = use_messages();
    let mut before: Option<String> = None;
    watch(move || {
        let (search, count) = keys.listed.with(|state| match &state.data {
            Some(listed) => (Some(listed.list.search.clone()), listed.page.total_count),
            None => (None, 0.0),
        });
        if let (Some(before), Some(now)) = (&before, &search)
            && before != now
        {
            messages.announce(tn(plural!("{count} key", "{count} keys"), count as u64, &format::count(count)));
        }
        if search.is_some() {
            before = search;
        }
    });
}

fn search(router: Router) -> AnyView {
    search_box(
        msg!("Search keys by alias"),
        msg!("Search by alias"),
        move || keys_route(&router.route()).list.search,
        move |search| {
            change_list(router, History::Replace, |list| {
                list.search = search;
                list.page = 1;
            });
        },
    )
}
