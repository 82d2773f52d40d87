//! Teams and users, which keys belong to: two pages of one kind.

mod actions;
mod acts;
mod csv;
mod details;
mod fields;
mod form;
mod make;
pub mod quick;
pub mod source;
mod table;
mod words;

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use model::{
    failure::ApiError,
    keys_table::directory::Directory,
    language::{t, tf, tn},
    msg,
    people::{
        Kind,
        select::{PeopleSort, Selected, Show, select},
    },
    route::{PeopleList, PeopleOpen, PeopleRoute, Route},
    text::fill,
    visible::isolated,
};

use self::{
    actions::Actions,
    acts::{PeopleAction, row_actions},
    details::details,
    form::form,
    source::{Listing, People, people_route, use_people},
    table::{AccountRow, columns, keys_href, name_of},
    words::words,
};
use crate::{
    action::{Action as _, actions},
    boot::with_boot,
    chunk::{self, chunk, load_ahead},
    components::{
        Body, Row, Rows, Table, TableEvent, TableView, Tone, empty, explained, header, heads, notice, problem,
        refresh_action, region, search_box, still_region, table as data_table, use_messages,
    },
    effect::{is, watch},
    format,
    markup::{Markup, html, truth},
    router::{History, Router, href, use_router},
    task::now_ms,
};

/// From so many on only the rows in sight are written, whatever is found of them.
const MANY: usize = 200;

/// Both pages; which one, the address says.
pub fn people() -> AnyView {
    let router = use_router();
    let kind = match router.route_untracked() {
        Route::People(route) => route.kind,
        _ => Kind::default(),
    };
    let people = use_people(kind);
    provide_context(people);
    let can_manage = with_boot(|boot| boot.can_manage_keys);
    let in_form = is(move || {
        let open = people_route(&router.route(), kind).open;
        can_manage && matches!(open, PeopleOpen::Create | PeopleOpen::Edit(_))
    });
    // It shares its fields with the form for a key, and so its chunk.
    let form = chunk!(keys_create, people_form, form);
    if can_manage {
        load_ahead(vec![form]);
    }
    (move || if in_form.get() { chunk::view(words(kind).page, form) } else { list(people, can_manage) }).into_any()
}

/// What the table shows, worked out once for each list and each question.
#[derive(Default)]
struct Last {
    of: Option<(u32, PeopleList)>,
    selected: Rc<Selected>,
}

#[derive(Clone, Copy)]
struct Finder {
    people: People,
    router: Router,
    last: StoredValue<Rc<RefCell<Last>>, LocalStorage>,
}

impl Finder {
    fn list(self) -> PeopleList {
        people_route(&self.router.route(), self.people.kind).list
    }

    fn selected(self) -> Rc<Selected> {
        let list = self.list();
        self.people.listing.with(|listing| {
            let last = self.last.get_value();
            let mut last = last.borrow_mut();
            let of = Some((listing.version, list.clone()));
            if last.of != of {
                last.selected = Rc::new(select(listing.all(), &list, format::lower));
                last.of = of;
            }
            last.selected.clone()
        })
    }
}

actions! {
    enum FilterAction {
        Show(String) = "show",
        Clear = "clear",
    }
}

fn change_list(router: Router, kind: Kind, history: History, change: impl FnOnce(&mut PeopleList)) {
    let mut route = people_route(&router.route_untracked(), kind);
    change(&mut route.list);
    router.navigate(Route::People(route), history);
}

fn list(people: People, can_manage: bool) -> AnyView {
    let (router, kind) = (use_router(), people.kind);
    let actions = Actions::new(people);
    let finder = Finder { people, router, last: StoredValue::new_local(Rc::default()) };
    announce_results(finder);
    let on_event = move |event: TableEvent| match event {
        TableEvent::Sort(column) => sort(router, kind, &column),
        // From where it failed; else all anew.
        TableEvent::Refresh if people.listing.with_untracked(|listing| listing.error.is_some()) => people.go_on(),
        TableEvent::Refresh => people.refetch(),
        TableEvent::Export(columns) => export(finder, &columns),
        TableEvent::Action(printed) => {
            if let Some(action) = PeopleAction::parse(&printed) {
                actions.on_action(action);
            }
        }
        _ => {}
    };
    let search = search_box(
        words(kind).search,
        if kind == Kind::Team { msg!("Name, ID") } else { msg!("Name, e-mail, ID") },
        move || finder.list().search,
        move |search| change_list(router, kind, History::Replace, |list| list.search = search),
        None,
    );
    let table = data_table(Table {
        id: words(kind).id,
        caption: words(kind).caption,
        heads: heads(columns(kind)),
        toolbar: search,
        bulk: Vec::new,
        view: Box::new(move || {
            let (list, selected) = (finder.list(), finder.selected());
            let around = people.around.with(|state| state.data.clone()).unwrap_or_default();
            people.listing.with(|listing| view(listing, &list, selected, people, &around, can_manage, now_ms()))
        }),
        on_event: Box::new(on_event),
    });
    let chips = region(
        "gw-key-chips",
        move || {
            let list = finder.list();
            let counts = finder.selected().counts;
            if people.listing.with(Listing::has_data) { chips(kind, &list, &counts) } else { Markup::default() }
        },
        move |action| match action {
            FilterAction::Show(value) => {
                let show = Show::from_value(&value);
                change_list(router, kind, History::Push, |list| {
                    list.show = if list.show == show { Show::All } else { show };
                });
            }
            FilterAction::Clear => change_list(router, kind, History::Push, |list| *list = list.unfiltered()),
        },
    );
    view! {
        {still_region("", move || head(kind, can_manage))}
        <div class="gw-content">
            {still_region("gw-slot", move || people.around.with(|state| partial(state.error.as_ref())))}
            <section class="gw-panel gw-panel-flush">{chips} {table}</section>
            {details(people, actions, can_manage)}
            {actions.dialog()}
        </div>
    }
    .into_any()
}

/// That there are more than the service key sees.
fn partial(error: Option<&ApiError>) -> Markup {
    error.filter(|error| error.is_partial()).map_or_else(Markup::default, |error| problem(error, None))
}

fn head(kind: Kind, can_manage: bool) -> Markup {
    let words = words(kind);
    let create = if can_manage { create_link(kind) } else { Markup::default() };
    header(&t(words.title), &t(words.subtitle), &create)
}

fn create_link(kind: Kind) -> Markup {
    let create = Route::People(PeopleRoute { kind, open: PeopleOpen::Create, ..PeopleRoute::default() });
    html! { a .button .button-primary href=(href(&create)) { (words(kind).create) } }
}

fn chips(kind: Kind, list: &PeopleList, counts: &[usize]) -> Markup {
    html! {
        div.gw-filter-chips role="group" aria-label=(msg!("Filter by state")) {
            @for (show, count) in Show::ALL.into_iter().zip(counts) {
                @if show.is_of(kind) {
                    button #{ "gw-show-" (show.value()) } .gw-filter-chip type="button" data-action=(FilterAction::Show(show.value().to_owned()))
                        aria-pressed=(truth(list.show == show)) { (show.label()) " " span.gw-minor { (format::whole(*count as f64)) } }
                }
            }
        }
        @if list.is_filtered() { button #gw-clear-filters .button-link type="button" data-action=(FilterAction::Clear) { (msg!("Clear filters")) } }
    }
}

/// The table of what is known, which may be less than there is.
fn view(
    listing: &Listing,
    list: &PeopleList,
    selected: Rc<Selected>,
    people: People,
    around: &Rc<Directory>,
    can_manage: bool,
    now_ms: i64,
) -> TableView {
    let kind = people.kind;
    let has_data = listing.has_data();
    let mut view = TableView::new(listing.error.as_ref(), listing.age_s(now_ms), has_data, listing.loading);
    if !has_data {
        return view;
    }
    let all = listing.all().len();
    view.sort = Some((list.sort.value(), list.descending));
    view.question = question(kind, list);
    view.progress = progress(kind, listing);
    // A file of a part would look like all there is.
    view.export = listing.is_whole();
    view.many = listing.progress().map_or(all, |(_, total)| total.max(all)) >= MANY;
    if let Some(error) = listing.error.as_ref().filter(|error| !listing.is_whole() && **error != ApiError::SignedOut) {
        view.notice = broken_off(kind, listing, error);
    } else if listing.uncertain && !listing.loading && listing.error.is_none() {
        view.notice = restless(kind);
    }
    let count = selected.rows.len();
    if count == 0 {
        // Nothing is known to be missing before all is there.
        if all == 0 && listing.loading {
            return view;
        }
        view.body = Body::Instead(nothing(kind, list, listing, can_manage));
        return view;
    }
    view.count = if count == all {
        count_of(kind, all)
    } else {
        let text = tn(words(kind).found, all as u64, &format::whole(all as f64));
        fill(&text, &[("found", &format::whole(count as f64))])
    };
    let (around, list) = (around.clone(), list.clone());
    view.body = Body::Rows(Rows {
        count,
        row: Box::new(move |index, shown| {
            people.listing.with_untracked(|listing| {
                let found = listing.all().get(selected.rows[index] as usize);
                let account = found.map(|found| found.account.clone()).unwrap_or_default();
                let open = PeopleOpen::One(account.id.clone());
                let href = href(&Route::People(PeopleRoute { kind, list: list.clone(), open }));
                let keys = keys_href(&account);
                let row = AccountRow::new(account, around.clone(), href, keys);
                let changeable = can_manage && !row.is_own() && !row.account.manages() && row.account.is_askable();
                let (id, name) = (row.account.id.clone(), name_of(&row.account));
                Row {
                    actions: if changeable { row_actions(&row.account) } else { Vec::new() },
                    ..Row::new(columns(kind), shown, &row, id, name)
                }
            })
        }),
        selectable_count: 0,
        selectable: Box::new(Vec::new),
    });
    view
}

fn count_of(kind: Kind, count: usize) -> String {
    tn(words(kind).count, count as u64, &format::whole(count as f64))
}

/// What the rows answer, as the address has it.
fn question(kind: Kind, list: &PeopleList) -> String {
    let mut question = String::new();
    for (name, value) in Route::People(PeopleRoute { kind, list: list.clone(), open: PeopleOpen::Nothing }).query() {
        question.push_str(name);
        question.push_str(&value);
    }
    question
}

/// How far a list has come that takes more than a moment.
fn progress(kind: Kind, listing: &Listing) -> String {
    match listing.progress() {
        Some((read, all)) if read < all => {
            let text = tn(words(kind).read, all as u64, &format::whole(all as f64));
            fill(&text, &[("read", &format::whole(read as f64))])
        }
        _ => String::new(),
    }
}

/// What is there stays, and the rest is asked for from where it ended.
fn broken_off(kind: Kind, listing: &Listing, error: &ApiError) -> Markup {
    let body = html! {
        p { (words(kind).broken_off) " " (progress(kind, listing)) }
        (explained(error))
        p.gw-notice-actions { button.button type="button" data-action=(refresh_action()) { (msg!("Try again")) } }
    };
    notice(Tone::Warning, &t(error.title()), &body)
}

fn restless(kind: Kind) -> Markup {
    let body = html! {
        p { (words(kind).restless) }
        p.gw-notice-actions { button.button type="button" data-action=(refresh_action()) { (msg!("Read them again")) } }
    };
    notice(Tone::Warning, &t(msg!("The list changed while it was read")), &body)
}

/// Why no row is there.
fn nothing(kind: Kind, list: &PeopleList, listing: &Listing, can_manage: bool) -> Markup {
    let words = words(kind);
    if !list.is_filtered() {
        let create = if can_manage { create_link(kind) } else { Markup::default() };
        return empty(&t(words.none), &t(words.none_text), &create);
    }
    let search = list.search.trim();
    let title = if list.show == Show::All && !search.is_empty() {
        tf(words.not_found, &[("text", &isolated(search))])
    } else {
        t(msg!("Nothing matches these filters"))
    };
    let text = if listing.is_whole() { String::new() } else { t(msg!("Not all have been read yet.")) };
    let all = href(&Route::People(PeopleRoute { kind, list: list.unfiltered(), open: PeopleOpen::Nothing }));
    empty(&title, &text, &html! { a.button href=(all) { (words.show_all) } })
}

/// A column starts with what one looks for in it: the most, the newest, the beginning of the alphabet.
fn sort(router: Router, kind: Kind, column: &str) {
    let Some(sort) = PeopleSort::from_value(column) else { return };
    change_list(router, kind, History::Push, |list| {
        list.descending = if list.sort == sort { !list.descending } else { sort.starts_descending() };
        list.sort = sort;
    });
}

fn export(finder: Finder, columns: &[&str]) {
    let (people, selected) = (finder.people, untrack(|| finder.selected()));
    let around = people.around.state.with_untracked(|state| state.data.clone()).unwrap_or_default();
    people.listing.with_untracked(|listing| {
        let all = listing.all();
        let rows = selected.rows.iter().filter_map(|at| all.get(*at as usize));
        let rows =
            rows.map(|found| AccountRow::new(found.account.clone(), around.clone(), String::new(), String::new()));
        csv::download(people.kind, columns, rows, now_ms());
    });
}

/// How many were found is read out when the search or the filters have another answer than before.
fn announce_results(finder: Finder) {
    let messages = use_messages();
    let mut before: Option<PeopleList> = None;
    watch(move || {
        let (list, count) = (finder.list(), finder.selected().rows.len());
        let question = PeopleList { sort: PeopleSort::default(), descending: true, ..list };
        if before.as_ref().is_some_and(|before| *before != question) {
            messages.announce(count_of(finder.people.kind, count));
        }
        before = Some(question);
    });
}
