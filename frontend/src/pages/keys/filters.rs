//! What narrows the table down: the search, chips by state, and whom a key belongs to. All of it is in the address, so that an
//! address is a view to come back to.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use model::{
    keys_table::select::Show,
    language::{t, tf},
    msg,
    route::{KeysList, Route, WITHOUT},
    text::Msg,
};

use super::{
    found::{Finder, Pasted},
    many::{Asked, Many},
    source::{Keys, keys_route},
};
use crate::{
    action::actions,
    api,
    components::{Choice, Control, Entry, Offer, choice, region, search_box},
    effect::is,
    format,
    markup::{Markup, html, truth},
    query::{Query, idle_query},
    router::{History, Router},
    store::Store,
};

actions! {
    enum FilterAction {
        Show(String) = "show",
        Clear = "clear",
    }
}

/// The filters beside search and chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Team,
    Owner,
    Organization,
    Model,
}

impl By {
    const ALL: [By; 4] = [By::Team, By::Owner, By::Organization, By::Model];

    fn words(self) -> (&'static str, Msg, Msg) {
        match self {
            By::Team => ("gw-filter-team", msg!("Team"), msg!("Any team")),
            By::Owner => ("gw-filter-owner", msg!("Owner"), msg!("Any owner")),
            By::Organization => ("gw-filter-organization", msg!("Organization"), msg!("Any organization")),
            By::Model => ("gw-filter-model", msg!("May call"), msg!("Any model")),
        }
    }

    fn of(self, list: &KeysList) -> &String {
        match self {
            By::Team => &list.team,
            By::Owner => &list.owner,
            By::Organization => &list.organization,
            By::Model => &list.model,
        }
    }

    fn set(self, list: &mut KeysList, value: String) {
        *match self {
            By::Team => &mut list.team,
            By::Owner => &mut list.owner,
            By::Organization => &mut list.organization,
            By::Model => &mut list.model,
        } = value;
    }
}

pub fn change_list(router: Router, history: History, change: impl FnOnce(&mut KeysList)) {
    let mut route = keys_route(&router.route_untracked());
    change(&mut route.list);
    router.navigate(Route::Keys(route), history);
}

/// A pasted key stays on the page; all else that is typed is in the address.
pub fn search(router: Router, pasted: Store<Pasted>) -> AnyView {
    search_box(
        msg!("Search keys"),
        msg!("Name, owner, team, hash"),
        move || match pasted.with(|pasted| pasted.typed.to_string()) {
            typed if typed.is_empty() => keys_route(&router.route()).list.search,
            typed => typed,
        },
        move |search| {
            pasted.update(|pasted| *pasted = Pasted::default());
            change_list(router, History::Replace, |list| list.search = search);
        },
        Some(Callback::new(move |typed: String| {
            pasted.update(|pasted| *pasted = Pasted::of(&typed));
            change_list(router, History::Replace, |list| list.search = String::new());
        })),
    )
}

/// How many there are of each state, given the other filters; a click leaves those.
pub fn chips(finder: Finder, router: Router, pasted: Store<Pasted>) -> AnyView {
    region(
        "gw-key-chips",
        move || {
            let list = keys_route(&router.route()).list;
            let filtered = list.is_filtered() || pasted.with(|pasted| !pasted.hash.is_empty());
            finder.found().map(|found| chips_of(&list, &found.selected.counts, filtered)).unwrap_or_default()
        },
        move |action| match action {
            FilterAction::Show(value) => {
                let show = Show::from_value(&value);
                change_list(router, History::Push, |list| {
                    list.show = if list.show == show { Show::All } else { show };
                });
            }
            FilterAction::Clear => {
                pasted.update(|pasted| *pasted = Pasted::default());
                change_list(router, History::Push, |list| *list = list.unfiltered());
            }
        },
    )
}

fn chips_of(list: &KeysList, counts: &[usize], filtered: bool) -> Markup {
    let shown =
        |show: Show, count: usize| count > 0 || matches!(show, Show::All | Show::Status(_)) || list.show == show;
    html! {
        div.gw-filter-chips role="group" aria-label=(msg!("Filter by state")) {
            @for (show, count) in Show::ALL.into_iter().zip(counts) {
                @if shown(show, *count) {
                    button #{ "gw-show-" (show.value()) } .gw-filter-chip type="button" data-action=(FilterAction::Show(show.value().to_owned()))
                        aria-pressed=(truth(list.show == show)) { (show.label()) " " span.gw-minor { (format::whole(*count as f64)) } }
                }
            }
        }
        @if filtered { button #gw-clear-filters .button-link type="button" data-action=(FilterAction::Clear) { (msg!("Clear filters")) } }
    }
}

/// What the keys themselves say that there is to choose from, made once for each list.
#[derive(Default)]
struct Offered {
    version: Option<(u32, usize)>,
    entries: [Rc<[Entry]>; 4],
}

/// A button that opens what else narrows the table down. `below`: what is done with all that is found.
pub fn more_filters(keys: Keys, router: Router, below: Option<AnyView>) -> AnyView {
    let offered = StoredValue::new_local(Rc::new(RefCell::new(Offered::default())));
    // Models that no key names can be asked about, too.
    let models = idle_query(|api| async move { api::keys::models(&api).response().await });
    let list = move || keys_route(&router.route()).list;
    let control = move |by: By| Control {
        id: by.words().0,
        value: Signal::derive(move || by.of(&list()).clone()),
        set: Callback::new(move |value| change_list(router, History::Push, |list| by.set(list, value))),
        error: Signal::derive(String::new),
    };
    let offer = move |by: By| {
        let names = models.with(|state| {
            let models = state.data.iter().flat_map(|models| &models.data);
            models.map(|model| model.model_group.clone()).collect::<Vec<String>>()
        });
        let entries = offered.with_value(|offered| entries_of(&mut offered.borrow_mut(), keys, &names, by));
        let note = match keys.listing.with(|listing| listing.progress()) {
            Some((read, all)) if read < all => t(msg!("More may come: not all keys have been read.")),
            _ => String::new(),
        };
        Offer { entries, note, ..Offer::default() }
    };
    let fields: Vec<AnyView> = By::ALL
        .into_iter()
        .map(|by| {
            let (id, label, none) = by.words();
            let field = choice(Choice {
                control: control(by),
                label: None,
                none,
                can_be_none: true,
                offer: Box::new(move || offer(by)),
                on_search: None,
            });
            view! { <div class="gw-filter-field"><label class="gw-label" for=id>{t(label)}</label>{field}</div> }
                .into_any()
        })
        .collect();
    let count = move || By::ALL.into_iter().filter(|by| !by.of(&list()).is_empty()).count();
    let any = is(move || count() > 0);
    let label = move || match count() {
        0 => t(msg!("Filters")),
        count => tf(msg!("Filters ({count})"), &[("count", &format::count(count as f64))]),
    };
    let on_toggle = move |_| ask_once(models);
    view! {
        <details class="gw-menu gw-filters" class:gw-filters-on=move || any.get() on:toggle=on_toggle>
            <summary class="button">{label}</summary>
            <div class="gw-menu-items gw-filter-panel" role="group" aria-label=t(msg!("Filters"))>{fields} {below}</div>
        </details>
    }
    .into_any()
}

/// Blocks all that is found, after a question, so that it can be taken back.
pub fn kill_switch(many: Many) -> AnyView {
    view! {
        <p class="gw-kill-switch">
            <button type="button" class="button gw-delete" on:click=move |_| many.ask(Asked::KillSwitch)>
                {t(msg!("Block all keys found…"))}
            </button>
        </p>
    }
    .into_any()
}

fn ask_once<T>(query: Query<T>) {
    if query.state.with_untracked(|state| state.data.is_none() && !state.loading) {
        query.refetch();
    }
}

/// Of teams, owners, organizations and models.
fn entries_of(offered: &mut Offered, keys: Keys, models: &[String], by: By) -> Rc<[Entry]> {
    let directory = keys.owners.with(|state| state.data.clone()).unwrap_or_default();
    keys.listing.with(|listing| {
        let version = Some((listing.version, models.len()));
        if offered.version != version {
            offered.version = version;
            let table = &listing.table().entries;
            let (mut teams, mut owners, mut organizations, mut named) =
                (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for model in models {
                note(&mut named, model, 0);
            }
            for (at, entry) in table.iter().enumerate() {
                note(&mut teams, &entry.key.team_id, at);
                note(&mut owners, &entry.key.user_id, at);
                note(&mut organizations, directory.organization_id(&entry.key), at);
                for model in &entry.key.models {
                    if !model.contains('*') && !MANY.contains(&model.as_str()) {
                        note(&mut named, model, at);
                    }
                }
            }
            let team = |id: &str| Entry::new(id, &directory.team_called(id), "");
            let owner = |(id, at): &(String, usize)| {
                let key = &table[*at].key;
                let (name, email) = (directory.owner_name(key), directory.person(key).user_email);
                Entry::new(id, &name, if email.is_empty() || email == name { id } else { &email })
            };
            offered.entries = [
                entries(msg!("Without a team"), teams.iter().map(|(id, _)| team(id)).collect()),
                entries(msg!("Without an owner"), owners.iter().map(owner).collect()),
                entries(
                    msg!("Without an organization"),
                    organizations
                        .iter()
                        .map(|(id, _)| Entry::new(id, &directory.organization_called(id), ""))
                        .collect(),
                ),
                named.iter().map(|(name, _)| Entry::new(name, name, "")).collect::<Vec<Entry>>().into(),
            ];
        }
        offered.entries[by as usize].clone()
    })
}

/// LiteLLM's words for several models, which are none themselves.
const MANY: [&str; 3] = ["all-proxy-models", "all-team-models", "no-default-models"];

/// Each id once, in their order, with a key that has it.
fn note(ids: &mut Vec<(String, usize)>, id: &str, at: usize) {
    if id.is_empty() {
        return;
    }
    if let Err(place) = ids.binary_search_by(|(known, _)| known.as_str().cmp(id)) {
        ids.insert(place, (id.to_owned(), at));
    }
}

fn entries(without: Msg, mut others: Vec<Entry>) -> Rc<[Entry]> {
    others.insert(0, Entry::new(WITHOUT, &t(without), ""));
    others.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_tells_how_many_and_which_is_on() {
        let list = KeysList { show: Show::NeverUsed, ..KeysList::default() };
        let chips = chips_of(&list, &[1_234, 5, 0, 0, 0, 0, 0, 0, 0], true);
        let chips = chips.as_str();
        assert_eq!(chips.matches("aria-pressed=\"true\"").count(), 1);
        assert!(chips.contains("gw-show-never-used") && !chips.contains("gw-show-expired-long-ago"), "{chips}");
        assert!(chips.contains("Expired") && chips.contains("Clear filters"), "{chips}");
        assert!(!chips_of(&KeysList::default(), &[0; 9], false).as_str().contains("Clear filters"));
    }

    #[test]
    fn each_id_is_offered_once() {
        let mut ids = Vec::new();
        for (at, id) in ["b", "", "a", "b", "c"].into_iter().enumerate() {
            note(&mut ids, id, at);
        }
        assert_eq!(ids, [("a".to_owned(), 2), ("b".to_owned(), 0), ("c".to_owned(), 4)]);
    }
}
