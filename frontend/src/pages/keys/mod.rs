//! Virtual keys: the table, and the form that makes one.

mod actions;
mod advanced;
pub mod choices;
pub mod create;
mod created;
pub mod csv;
mod details;
pub mod edit;
mod filters;
pub mod form;
mod found;
mod many;
mod rotate;
mod source;
mod standing;
pub mod table;
pub mod words;

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::{t, tf, tn},
    msg, plural,
    route::{KeySort, KeysList, KeysOpen, KeysRoute, PageName, Route},
    text::{Msg, fill},
    visible::isolated,
    wire::Key,
};

pub use self::source::{KeysCache, provide_keys, use_keys_cache};

use self::{
    actions::{Act, Actions, KeysAction, bulk_actions, name_of, row_actions},
    create::create,
    details::details,
    filters::{change_list, chips, more_filters, search},
    found::{Finder, Found, Pasted},
    many::{Asked, Many},
    rotate::{rotate, unfinished},
    source::{Keys, Listing, keys_route, use_keys},
    table::{COLUMNS, KeyRow},
};
use crate::{
    action::Action as _,
    boot::with_boot,
    chunk::{self, chunk, load_ahead},
    components::{
        Body, Row, Rows, Table, TableEvent, TableView, Tone, empty, explained, header, heads, notice, problem,
        refresh_action, still_region, table as data_table, use_messages,
    },
    effect::{is, watch},
    format,
    markup::{Markup, html},
    router::{Guard, History, Router, href, use_router},
    store::Store,
    task::{now_ms, spawn},
};

/// From so many keys on only the rows in sight are written, whatever is found of them.
const MANY: usize = 200;

pub fn keys() -> AnyView {
    let router = use_router();
    let can_manage = with_boot(|boot| boot.can_manage_keys);
    let in_form = |open| matches!(open, KeysOpen::Create | KeysOpen::Like(_) | KeysOpen::Edit(_));
    let creating = is(move || can_manage && in_form(keys_route(&router.route()).open));
    let in_rotation = |open| matches!(open, KeysOpen::Rotate(_) | KeysOpen::Replace(_) | KeysOpen::Leak(_));
    let rotating = is(move || can_manage && in_rotation(keys_route(&router.route()).open));
    // As much code again as the list, which is what one comes for.
    let form = chunk!(keys_create, create);
    // With the form, as it has the parts of that.
    let rotation = chunk!(keys_create, rotate);
    if can_manage {
        load_ahead(vec![form]);
    }
    (move || match (creating.get(), rotating.get()) {
        (true, _) => chunk::view(PageName::Keys, form),
        (_, true) => chunk::view(PageName::Keys, rotation),
        _ => list(can_manage),
    })
    .into_any()
}

/// What is said of unfinished rotations, where there are any.
fn unfinished_rotations(many: Many) -> AnyView {
    let inside = chunk!(keys_create, unfinished);
    let there = Store::new(false);
    let is_wanted = is(move || many.rotations.with(|rotations| !rotations.is_empty()));
    watch(move || {
        if is_wanted.get() && !there.with_untracked(|there| *there) {
            spawn(async move {
                if (inside.load)().await {
                    there.update(|there| *there = true);
                }
            });
        }
    });
    (move || {
        let view = if there.with(|there| *there) { (inside.view)() } else { None };
        view.unwrap_or_else(|| ().into_any())
    })
    .into_any()
}

fn list(can_manage: bool) -> AnyView {
    let router = use_router();
    let keys = use_keys();
    let actions = Actions::new(keys);
    let pasted = Store::new(Pasted::default());
    let finder = Finder::new(keys, router, pasted);
    let several = Many::new(keys, finder);
    announce_results(finder, keys);
    // What is on its way is told here or nowhere.
    router.guard(move || (actions.is_busy() || several.is_running()).then_some(Guard::Wait));
    let on_event = move |event: TableEvent| match event {
        TableEvent::Sort(column) => sort(router, &column),
        // From where it failed; else all anew.
        TableEvent::Refresh if keys.listing.with_untracked(|listing| listing.error.is_some()) => keys.go_on(),
        TableEvent::Refresh => keys.refetch(),
        TableEvent::Export(columns) => export(finder, keys, &columns),
        TableEvent::Action(printed) => match KeysAction::parse(&printed) {
            Some(KeysAction::Block(token)) => actions.ask_of(Act::Block, &token),
            Some(KeysAction::Unblock(token)) => actions.ask_of(Act::Unblock, &token),
            Some(KeysAction::Delete(token)) => actions.ask_of(Act::Delete, &token),
            Some(action) => actions.open_form(action),
            None => {}
        },
        TableEvent::Bulk(printed, tokens) => {
            let act = match KeysAction::parse(&printed) {
                Some(KeysAction::Block(_)) => Act::Block,
                Some(KeysAction::Unblock(_)) => Act::Unblock,
                Some(KeysAction::Delete(_)) => Act::Delete,
                Some(KeysAction::Change) => return several.ask(Asked::Change(tokens)),
                _ => return,
            };
            match tokens.as_slice() {
                [token] => actions.ask_of(act, token),
                _ => several.ask(Asked::Act(act, tokens)),
            }
        }
        TableEvent::Earlier | TableEvent::Later => {}
    };
    // A key that was pasted is in no list: its filter could not be told later.
    let kill_switch = can_manage.then(|| {
        let is_pasted = is(move || pasted.with(|pasted| !pasted.hash.is_empty()));
        view! { {move || (!is_pasted.get()).then(|| filters::kill_switch(several))} }.into_any()
    });
    let table = data_table(Table {
        id: "keys",
        caption: msg!("Virtual keys"),
        heads: heads(&COLUMNS),
        toolbar: view! { {search(router, pasted)} {more_filters(keys, router, kill_switch)} }.into_any(),
        bulk: bulk_actions,
        view: Box::new(move || {
            let found = finder.found();
            keys.listing.with(|listing| view(listing, found, keys, can_manage, now_ms()))
        }),
        on_event: Box::new(on_event),
    });
    view! {
        {still_region("", move || head(can_manage))}
        <div class="gw-content">
            {still_region("gw-slot", move || keys.owners.with(|owners| keys.listing.with(|listing| partial(owners.error.as_ref(), listing.error.as_ref()))))}
            {can_manage.then(|| many::place(several))}
            {can_manage.then(|| unfinished_rotations(several))}
            <section class="gw-panel gw-panel-flush">{chips(finder, router, pasted)} {table}</section>
            {details(keys, actions, can_manage)}
            {actions.dialog()}
        </div>
    }
    .into_any()
}

/// That there are more keys than the service key sees; where the list says the same of itself, once is enough.
fn partial(error: Option<&ApiError>, of_list: Option<&ApiError>) -> Markup {
    let is_new = |error: &&ApiError| !of_list.is_some_and(|of_list| of_list.is_like(error));
    error.filter(is_new).map_or_else(Markup::default, |error| problem(error, None))
}

fn head(can_manage: bool) -> Markup {
    let create = if can_manage {
        html! { (leak_link("", msg!("Has a key leaked?"))) (create_link()) }
    } else {
        Markup::default()
    };
    header(&t(msg!("Keys")), &t(msg!("Virtual keys with which applications call the gateway.")), &create)
}

/// `hash`: of the key that is asked about; empty: it is still to be told.
fn leak_link(hash: &str, text: Msg) -> Markup {
    let leak = Route::Keys(KeysRoute { open: KeysOpen::Leak(hash.to_owned()), ..KeysRoute::default() });
    html! { a.button href=(href(&leak)) { (text) } }
}

fn create_link() -> Markup {
    let create = Route::Keys(KeysRoute { open: KeysOpen::Create, ..KeysRoute::default() });
    html! { a .button .button-primary href=(href(&create)) { (msg!("Create key")) } }
}

fn count_of_keys(count: usize) -> String {
    tn(plural!("{count} key", "{count} keys"), count as u64, &format::whole(count as f64))
}

/// The table of what is known, which may be less than there is.
fn view(listing: &Listing, found: Option<Rc<Found>>, keys: Keys, can_manage: bool, now_ms: i64) -> TableView {
    let has_data = listing.has_data();
    let mut view = TableView::new(listing.error.as_ref(), listing.age_s(now_ms), has_data, listing.loading);
    let Some(found) = found else { return view };
    let all = listing.table().entries.len();
    view.sort = Some((found.list.sort.value(), found.list.descending));
    view.question = question(&found);
    view.progress = progress(listing);
    // A file of a part would look like all there is.
    view.export = listing.is_whole();
    view.many = listing.progress().map_or(all, |(_, total)| total.max(all)) >= MANY;
    if let Some(error) = listing.error.as_ref().filter(|error| !listing.is_whole() && **error != ApiError::SignedOut) {
        view.notice = broken_off(listing, error);
    } else if listing.uncertain && !listing.loading && listing.error.is_none() {
        view.notice = restless();
    } else if can_manage && listing.error.is_none() && !found.secret_hash.is_empty() && !found.selected.rows.is_empty()
    {
        view.notice = by_secret(&found.secret_hash);
    }
    let count = found.selected.rows.len();
    if count == 0 {
        // Nothing is known to be missing before all is there.
        if all == 0 && listing.loading {
            return view;
        }
        view.body = Body::Instead(nothing(&found, listing, can_manage));
        return view;
    }
    view.count = if count == all {
        count_of_keys(all)
    } else {
        let text =
            tn(plural!("{found} of {count} key", "{found} of {count} keys"), all as u64, &format::whole(all as f64));
        fill(&text, &[("found", &format::whole(count as f64))])
    };
    let (rows, chosen) = (found.clone(), found.clone());
    view.body = Body::Rows(Rows {
        count,
        row: Box::new(move |index, shown| {
            keys.listing.with_untracked(|listing| {
                let table = listing.table();
                let key = table.entries.get(rows.selected.rows[index] as usize).map(|entry| entry.key.clone());
                let key = key.unwrap_or_default();
                let successor = table.find(&key.marks.ours.replaced_by).map(name_of).unwrap_or_default();
                row(key, successor, &rows, shown, can_manage, now_ms)
            })
        }),
        selectable_count: if can_manage { found.selectable } else { 0 },
        selectable: Box::new(move || keys.listing.with_untracked(|listing| selectable(listing, &chosen, can_manage))),
    });
    view
}

/// What the rows answer: as the address has it, or the pasted key.
fn question(found: &Found) -> String {
    let list = KeysRoute { list: found.list.clone(), open: KeysOpen::Nothing };
    let mut question = found.secret_hash.clone();
    for (name, value) in Route::Keys(list).query() {
        question.push_str(name);
        question.push_str(&value);
    }
    question
}

fn selectable(listing: &Listing, found: &Found, can_manage: bool) -> Vec<String> {
    let mut tokens = Vec::new();
    let entries = &listing.table().entries;
    for at in found.selected.rows.iter().filter(|_| can_manage) {
        if let Some(entry) = entries.get(*at as usize).filter(|entry| !found.directory.is_own(&entry.key)) {
            tokens.push(entry.key.token.clone());
        }
    }
    tokens
}

/// How far a list has come that takes more than a moment.
fn progress(listing: &Listing) -> String {
    match listing.progress() {
        Some((read, all)) if read < all => {
            let text = tn(
                plural!("{read} of {count} key read", "{read} of {count} keys read"),
                all as u64,
                &format::whole(all as f64),
            );
            fill(&text, &[("read", &format::whole(read as f64))])
        }
        _ => String::new(),
    }
}

/// What is there stays, and the rest is asked for from where it ended.
fn broken_off(listing: &Listing, error: &ApiError) -> Markup {
    let body = html! {
        p { (msg!("The keys below are not all there are: reading them broke off.")) " " (progress(listing)) }
        (explained(error))
        p.gw-notice-actions { button.button type="button" data-action=(refresh_action()) { (msg!("Try again")) } }
    };
    notice(Tone::Warning, &t(error.title()), &body)
}

fn restless() -> Markup {
    let body = html! {
        p { (msg!("Keys were made or deleted while they were read, so that some may be missing below.")) }
        p.gw-notice-actions { button.button type="button" data-action=(refresh_action()) { (msg!("Read them again")) } }
    };
    notice(Tone::Warning, &t(msg!("The list changed while it was read")), &body)
}

/// Whoever has found a key by its secret has that secret, and may have it from where it should not be.
fn by_secret(hash: &str) -> Markup {
    let body = html! {
        p { (msg!("This key was found by its secret.")) }
        p.gw-notice-actions { (leak_link(hash, msg!("It has leaked"))) }
    };
    notice(Tone::Warning, &t(msg!("Where did you find this secret?")), &body)
}

fn row(key: Key, successor: String, found: &Found, shown: &[usize], can_manage: bool, now_ms: i64) -> Row {
    let in_full = KeysRoute { list: found.list.clone(), open: KeysOpen::Key(key.token.clone()) };
    let row = KeyRow { key, successor, directory: found.directory.clone(), now_ms, href: href(&Route::Keys(in_full)) };
    let changeable = can_manage && !row.is_own();
    Row {
        actions: if changeable { row_actions(&row.key) } else { Vec::new() },
        selectable: changeable,
        ..Row::new(&COLUMNS, shown, &row, row.key.token.clone(), name_of(&row.key))
    }
}

/// Why no row is there.
fn nothing(found: &Found, listing: &Listing, can_manage: bool) -> Markup {
    let list = &found.list;
    if !list.is_filtered() && found.secret_hash.is_empty() {
        let text = t(msg!("Create a key for each application, so that you can see what it spends and stop it alone."));
        let create = if can_manage { create_link() } else { Markup::default() };
        return empty(&t(msg!("No keys yet")), &text, &create);
    }
    let search = list.search.trim();
    let only_search = KeysList { search: list.search.clone(), ..list.unfiltered() };
    let title = if !found.secret_hash.is_empty() {
        t(msg!("No key of this gateway has this secret"))
    } else if *list == only_search && !search.is_empty() {
        tf(msg!("No key has “{text}” in its names or its hash"), &[("text", &isolated(search))])
    } else {
        t(msg!("No key matches these filters"))
    };
    let text = if listing.is_whole() { String::new() } else { t(msg!("Not all keys have been read yet.")) };
    let all = href(&Route::Keys(KeysRoute { list: list.unfiltered(), ..KeysRoute::default() }));
    let more = if !found.secret_hash.is_empty() {
        if can_manage && listing.is_whole() {
            leak_link(&found.secret_hash, msg!("It has leaked"))
        } else {
            Markup::default()
        }
    } else {
        html! { a.button href=(all) { (msg!("Show all keys")) } }
    };
    empty(&title, &text, &more)
}

/// A column starts with what one looks for in it: the most, the newest, the beginning of the alphabet.
fn sort(router: Router, column: &str) {
    let Some(sort) = KeySort::ALL.into_iter().find(|sort| sort.value() == column) else { return };
    change_list(router, History::Push, |list| {
        list.descending = if list.sort == sort { !list.descending } else { sort.starts_descending() };
        list.sort = sort;
    });
}

fn export(finder: Finder, keys: Keys, columns: &[&str]) {
    let Some(found) = untrack(|| finder.found()) else { return };
    let now_ms = now_ms();
    keys.listing.with_untracked(|listing| {
        let entries = &listing.table().entries;
        let rows = found.selected.rows.iter().filter_map(|at| entries.get(*at as usize)).map(|entry| KeyRow {
            key: entry.key.clone(),
            successor: String::new(),
            directory: found.directory.clone(),
            now_ms,
            href: String::new(),
        });
        csv::download(columns, rows, now_ms);
    });
}

/// How many were found is read out when the search or the filters have another answer than before; and that all are there.
fn announce_results(finder: Finder, keys: Keys) {
    let messages = use_messages();
    let mut before: Option<(KeysList, bool)> = None;
    watch(move || {
        let Some(found) = finder.found() else { return };
        let count = found.selected.rows.len();
        let question = (
            KeysList { sort: KeySort::default(), descending: true, ..found.list.clone() },
            !found.secret_hash.is_empty(),
        );
        if before.as_ref().is_some_and(|before| *before != question) {
            messages.announce(count_of_keys(count));
        }
        before = Some(question);
    });
    let mut was_long = false;
    watch(move || {
        let (awaits, all) = keys.listing.with(|listing| (listing.progress(), listing.table().entries.len()));
        match awaits {
            Some((read, total)) => was_long |= read < total,
            None if was_long => {
                was_long = false;
                messages.announce(tn(
                    plural!("{count} key is there.", "All {count} keys are there."),
                    all as u64,
                    &format::whole(all as f64),
                ));
            }
            None => {}
        }
    });
}
