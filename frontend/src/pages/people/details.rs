//! A team or a user in full, at the side of the list, and with an address of its own.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tf},
    msg,
    people::{Account, Kind, is_askable},
    route::{PeopleOpen, PeopleRoute, Route},
    text::Msg,
    visible::visible,
    wire::{Member, User},
};

use super::{
    actions::Actions,
    acts::{Act, PeopleAction, row_actions, said},
    source::{One, People, name_members, one, people_route},
    table::{keys_href, name_of, own_note, role, status},
};
use crate::{
    action::Action as _,
    api::{Response, use_api, users},
    components::{
        Choice, Control, Entry, Offer, choice, drawer, problem, region, skeleton_rows, stale_notice, still_region,
    },
    effect::{is, watch},
    format,
    markup::{Markup, html},
    pages::keys::{
        choices::{Search, found_users},
        table::{limits, models_in_full, spend},
    },
    query::{Query, use_query},
    router::{History, href, use_router},
    store::Store,
    task::{Task, now_ms},
};

/// What the parts of the drawer share.
#[derive(Clone, Copy)]
struct Opened {
    people: People,
    actions: Actions,
    can_manage: bool,
    /// In full; of a team with its members.
    full: Query<Option<One>>,
}

impl Opened {
    /// As it was read by itself, else as the list has it.
    fn account(self, id: &str) -> Option<Account> {
        let full = self.full.with(|state| state.data.clone());
        match full {
            Some(full) if full.is_some() || is_askable(self.people.kind, id) => full.map(|one| one.account),
            _ => self.people.listing.with(|listing| listing.find(id).cloned()),
        }
    }

    fn is_gone(self, id: &str) -> bool {
        is_askable(self.people.kind, id) && self.full.with(|state| matches!(state.data, Some(None)))
    }

    /// It may be changed from here.
    fn is_open(self, account: &Account) -> bool {
        self.can_manage
            && !self.people.is_own(account)
            && !account.manages()
            && account.is_askable()
            && !self.is_gone(&account.id)
    }
}

pub fn details(people: People, actions: Actions, can_manage: bool) -> AnyView {
    let router = use_router();
    let kind = people.kind;
    let id = Memo::new(move |_| match people_route(&router.route(), kind).open {
        PeopleOpen::One(id) => id,
        _ => String::new(),
    });
    // How it is called, where the list does not know it.
    let read = Store::new(String::new());
    let title = Signal::derive(move || {
        let id = id.get();
        match people.listing.with(|listing| listing.find(&id).map(name_of)) {
            _ if id.is_empty() => id,
            Some(name) => name,
            None if read.with(|name| !name.is_empty()) => read.with(String::clone),
            None => t(if kind == Kind::Team { msg!("Team") } else { msg!("User") }),
        }
    });
    let content = move || {
        let id = id.get();
        read.update(String::clear);
        if id.is_empty() { ().into_any() } else { full(people, actions, can_manage, id, read) }
    };
    let on_close = Callback::new(move |()| {
        let mut route = people_route(&router.route_untracked(), kind);
        route.open = PeopleOpen::Nothing;
        router.navigate(Route::People(route), History::Push);
    });
    drawer("gw-people-details", title, on_close, content.into_any())
}

/// Of another one everything is asked for anew.
fn full(people: People, actions: Actions, can_manage: bool, id: String, name: Store<String>) -> AnyView {
    let (kind, asked) = (people.kind, id.clone());
    let full = use_query(move |api| {
        let id = asked.clone();
        async move {
            if !is_askable(kind, &id) {
                return Ok(Response { data: None, age_s: 0, stale: None, took_ms: None, clock_s: None });
            }
            let mut response = one(&api, kind, &id).await?;
            if let Some(team) = response.data.as_mut().filter(|_| kind == Kind::Team) {
                name_members(&api, team).await;
            }
            // So that the table has the same.
            if let (Some(one), None) = (&response.data, &response.stale) {
                people.put(one.account.clone());
            }
            let called = response.data.as_ref().map(|one| name_of(&one.account)).unwrap_or_default();
            name.update(|name| *name = called);
            Ok::<Response<Option<One>>, _>(response)
        }
    });
    let opened = Opened { people, actions, can_manage, full };
    // What was done here is looked at.
    let before = actions.done();
    let looked = StoredValue::new(before);
    watch(move || {
        let done = actions.done();
        if looked.try_get_value().is_some_and(|looked| looked != done) {
            looked.set_value(done);
            full.refetch();
        }
    });
    let id = StoredValue::new(id);
    view! {
        <div class="gw-drawer-body">
            {region(
                "gw-drawer-top",
                move || id.with_value(|id| head(opened, id)),
                move |action| if action == PeopleAction::Retry { full.refetch() } else { act(opened, action) },
            )}
            {still_region("gw-part", move || {
                let account = id.with_value(|id| opened.account(id));
                account.map(|account| settings(opened, &account)).unwrap_or_default()
            })}
            {(kind == Kind::Team).then(|| team_members(opened, id))}
        </div>
    }
    .into_any()
}

/// A click on a button at the top: of one that the list does not have, too.
fn act(opened: Opened, action: PeopleAction) {
    let account = untrack(|| opened.full.with(|state| state.data.clone()).flatten().map(|one| one.account));
    match (action, account) {
        (PeopleAction::Block(_), Some(account)) => opened.actions.ask(Act::Block, account),
        (PeopleAction::Unblock(_), Some(account)) => opened.actions.ask(Act::Unblock, account),
        (PeopleAction::Delete(_), Some(account)) => opened.actions.ask(Act::Delete, account),
        (action, _) => opened.actions.on_action(action),
    }
}

fn head(opened: Opened, id: &str) -> Markup {
    let kind = opened.people.kind;
    if opened.is_gone(id) {
        let text = match kind {
            Kind::Team => msg!("The gateway knows no team with this ID. It may have been deleted."),
            Kind::User => msg!("The gateway knows no user with this ID. The user may have been deleted."),
        };
        return html! { p { (text) } };
    }
    let trouble =
        opened.full.with(|state| state.error.clone().map(|error| (error, state.age_s(now_ms()), state.loading)));
    let trouble = match trouble {
        Some((error, Some(age_s), _)) => stale_notice(&error, age_s, &PeopleAction::Retry.print()),
        Some((error, None, false)) => problem(&error, Some(PeopleAction::Retry.print())),
        _ => Markup::default(),
    };
    let Some(account) = opened.account(id) else {
        return if trouble == Markup::default() { skeleton_rows(3) } else { trouble };
    };
    html! {
        @if kind == Kind::Team { p.gw-key-status { (status(&account)) } }
        @if opened.people.is_own(&account) { p.gw-minor { (own_note(kind)) } }
        @else if account.manages() {
            p.gw-minor { (msg!("This user manages the gateway, and is changed in LiteLLM’s own interface only.")) }
        }
        @if !account.is_askable() { p.gw-minor { (not_askable()) } }
        (trouble)
        div.gw-drawer-actions {
            @if opened.is_open(&account) {
                @for action in row_actions(&account) {
                    button class=(if action.destructive { "button gw-delete" } else { "button" }) type="button"
                        data-action=(action.action) aria-label=(action.name) { (action.label) }
                }
            }
            a.button href=(keys_href(&account)) { (msg!("Show the keys")) }
        }
    }
}

pub fn not_askable() -> Msg {
    msg!(
        "LiteLLM cannot be asked for one user whose ID has a comma, or a blank at an end; change this user in its own interface."
    )
}

fn heading(title: Msg) -> Markup {
    html! { div.gw-part-head { h3.gw-part-title { (title) } } }
}

fn text(text: &str, nothing: Msg) -> Markup {
    match text {
        "" => html! { span.gw-minor { (nothing) } },
        text => html! { span dir="auto" { (visible(text)) } },
    }
}

fn moment(text: &str, nothing: Msg) -> Markup {
    match (text, clock::parse_utc_ms(text)) {
        ("", _) => html! { span.gw-minor { (nothing) } },
        (_, Some(ms)) => html! { time title=(format::date_time_long(ms)) { (format::date_time(ms)) } },
        (odd, None) => html! { (visible(odd)) },
    }
}

fn settings(opened: Opened, account: &Account) -> Markup {
    let around = opened.people.around.with(|state| state.data.clone()).unwrap_or_default();
    let key = account.as_key();
    let is_team = account.kind == Kind::Team;
    let mut facts: Vec<(Msg, Markup)> = vec![(msg!("Name"), text(&account.alias, msg!("None")))];
    if is_team {
        if !account.organization.is_empty() {
            let name = around.organization_called(&account.organization);
            facts.push((msg!("Organization"), text(&name, msg!("None"))));
        }
    } else {
        facts.push((msg!("E-mail"), text(&account.email, msg!("None"))));
        facts.push((msg!("Role"), role(&account.role)));
        let teams = html! {
            @for id in &account.teams {
                span.gw-line dir="auto" { a href=(href(&PeopleRoute::one(Kind::Team, id))) { (visible(&around.team_called(id))) } }
            }
            @if account.teams.is_empty() { span.gw-minor { (msg!("None")) } }
        };
        facts.push((msg!("Teams"), teams));
    }
    facts.push((msg!("Spend"), spend(&key)));
    if account.max_budget.is_some() {
        facts.push((msg!("Budget starts anew"), moment(&account.budget_reset_at, msg!("Never"))));
    }
    facts.push((msg!("Models"), models_in_full(&account.models)));
    facts.push((msg!("Limits"), limits(&key)));
    if let Some(keys) = account.keys {
        facts.push((msg!("Keys"), html! { (format::whole(keys)) }));
    }
    facts.push((msg!("Created"), moment(&account.created_at, msg!("Not known"))));
    facts.push((msg!("ID"), html! { code dir="ltr" { (visible(&account.id)) } }));
    html! {
        (heading(msg!("Settings")))
        dl.gw-facts { @for (label, value) in &facts { dt { (label) } dd { (value) } } }
    }
}

fn team_members(opened: Opened, id: StoredValue<String>) -> AnyView {
    let can_add = is(move || {
        let account = id.with_value(|id| opened.account(id));
        account.is_some_and(|account| opened.is_open(&account))
    });
    let list = region(
        "gw-part",
        move || {
            opened.full.with(|state| match &state.data {
                Some(Some(one)) => members(opened, one),
                _ => Markup::default(),
            })
        },
        move |action: PeopleAction| {
            let PeopleAction::RemoveMember(user) = action else { return };
            let one = untrack(|| opened.full.with(|state| state.data.clone())).flatten();
            let Some(one) = one else { return };
            let member = one.account.members.iter().find(|member| member.user_id == user);
            let name = member.map_or_else(|| user.clone(), |member| one.name_of(member));
            opened.actions.ask(Act::RemoveMember(user, said(&name)), one.account);
        },
    );
    let add = move || if can_add.get() { add_member(opened) } else { ().into_any() };
    view! { {list} {add} }.into_any()
}

fn members(opened: Opened, one: &One) -> Markup {
    let may = opened.is_open(&one.account);
    // Whom PHP protects is known from it.
    let around = opened.people.around.with(|state| state.data.clone());
    let may = may && around.is_some();
    let around = around.unwrap_or_default();
    let manages = |member: &Member| {
        let known = one.people.iter().find(|user| user.user_id == member.user_id);
        known.is_some_and(|user| Account::of_user(user.clone()).manages())
    };
    let spent = |member: &Member| {
        let membership = one.memberships.iter().find(|membership| membership.user_id == member.user_id);
        let Some(membership) = membership else { return String::new() };
        let spent = format::usd(membership.spend);
        match membership.budget.as_ref().and_then(|budget| budget.max_budget) {
            Some(budget) => tf(msg!("{spent} of {budget}"), &[("spent", &spent), ("budget", &format::usd(budget))]),
            None => spent,
        }
    };
    html! {
        (heading(msg!("Members")))
        @if one.account.members.is_empty() { p.gw-minor { (msg!("None")) } }
        @else { dl.gw-facts {
            @for member in &one.account.members {
                dt dir="auto" { a href=(href(&PeopleRoute::one(Kind::User, &member.user_id))) { (visible(&one.name_of(member))) } }
                dd {
                    span.gw-line {
                        @if member.role == "admin" { (msg!("Administrator of the team")) } @else { (msg!("Member")) }
                        @let spent = spent(member);
                        @if !spent.is_empty() { " · " (spent) }
                    }
                    @if may && member.user_id != around.own.info.user_id && !manages(member) {
                        button.button-link.gw-delete type="button" data-action=(PeopleAction::RemoveMember(member.user_id.clone()))
                            aria-label=(tf(msg!("Remove {user} from the team"), &[("user", &said(&one.name_of(member)))])) { (msg!("Remove")) }
                    }
                }
            }
        } }
    }
}

/// Who can be added, as far as that was asked.
#[derive(Default)]
struct Candidates {
    users: Vec<User>,
    entries: Rc<[Entry]>,
    asked: bool,
    search: Search,
}

impl Candidates {
    fn add(&mut self, users: Vec<User>) {
        for user in users {
            if self.users.iter().all(|known| known.user_id != user.user_id) {
                self.users.push(user);
            }
        }
        let entry = |user: &User| {
            let account = Account::of_user(user.clone());
            let detail = if account.name() == account.email { &account.id } else { &account.email };
            Entry::new(&account.id, account.name(), detail)
        };
        self.entries = self.users.iter().map(entry).collect::<Vec<Entry>>().into();
    }
}

/// A user is found by name, e-mail or id among the newest, and by e-mail or id among all.
fn add_member(opened: Opened) -> AnyView {
    let candidates = Store::new(Candidates::default());
    let chosen = Store::new(String::new());
    let finding = StoredValue::new_local((use_api(), Task::new()));
    let search = move |typed: &str| {
        finding.with_value(|(api, finding)| {
            let (api, typed) = (api.clone(), typed.trim().to_owned());
            candidates.update(|candidates| candidates.search = Search::Awaited);
            finding.run(async move {
                let found = if typed.chars().count() < 3 {
                    users::newest(&api).response().await.map(|response| response.data.users)
                } else {
                    found_users(&api, &typed).await
                };
                candidates.update(|candidates| {
                    candidates.search = Search::of(&found);
                    candidates.add(found.unwrap_or_default());
                });
            });
        });
    };
    // Not before somebody wants to choose one.
    let first = move || {
        if !candidates.with_untracked(|candidates| candidates.asked) {
            candidates.update(|candidates| candidates.asked = true);
            search("");
        }
    };
    let control = Control {
        id: "gw-add-member",
        value: Signal::derive(move || chosen.with(String::clone)),
        set: Callback::new(move |id: String| {
            let one = untrack(|| opened.full.with(|state| state.data.clone())).flatten();
            let name = candidates.with_untracked(|candidates| {
                let user = candidates.users.iter().find(|user| user.user_id == id).cloned();
                user.map_or_else(|| id.clone(), |user| Account::of_user(user).name().to_owned())
            });
            let Some(one) = one.filter(|_| !id.is_empty()) else { return };
            if one.account.members.iter().all(|member| member.user_id != id) {
                opened.actions.ask(Act::AddMember(id, said(&name)), one.account);
            }
            // It is a way to ask, and keeps nothing.
            chosen.update(String::clear);
        }),
        error: Signal::derive(String::new),
    };
    let choose = choice(Choice {
        control,
        label: Some(msg!("Add a user to the team")),
        none: msg!("Add a user…"),
        can_be_none: false,
        offer: Box::new(move || {
            candidates.with(|candidates| Offer {
                entries: candidates.entries.clone(),
                note: candidates.search.note(),
                ..Offer::default()
            })
        }),
        on_search: Some(Callback::new(move |typed: String| search(&typed))),
    });
    view! { <div class="gw-part" on:focusin=move |_| first()>{choose}</div> }.into_any()
}
