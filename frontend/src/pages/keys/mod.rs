//! Virtual keys: the table, and the form that makes one.

mod actions;
mod create;
mod created;
mod form;
mod source;
mod table;

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use self::{
    actions::{Action, Actions},
    create::create,
    source::{KeysState, use_keys},
};
use crate::{
    boot::with_boot,
    components::{Act, Tone, header, note, slot},
    i18n::t,
    markup::{Html, html},
    nav::{Nav, use_nav},
};

pub fn keys() -> AnyView {
    let nav = use_nav();
    let can_manage = with_boot(|boot| boot.can_manage_keys);
    let creating = Memo::new(move |_| can_manage && nav.get("action").as_deref() == Some("new"));
    (move || if creating.get() { create() } else { listing(can_manage) }).into_any()
}

fn listing(can_manage: bool) -> AnyView {
    let nav = use_nav();
    let keys = use_keys();
    let actions = Actions::new(keys.clone());
    let dialog = actions.dialog();
    let on_act = {
        let keys = keys.clone();
        move |act: Act| match act.name.as_str() {
            "sort" => keys.state.peek(|state| sort(&nav, state, &act.id)),
            "page" => nav.set(&[("paged", Some(act.id.as_str()).filter(|page| *page != "1"))], true),
            "retry" => keys.ask(),
            name => {
                if let Some(action) = Action::ALL.into_iter().find(|action| action.name() == name) {
                    actions.ask(action, &act.id);
                }
            }
        }
    };
    // A page beyond the last, after deletions or by hand: the last is shown instead.
    let beyond = keys.clone();
    Effect::new(move |_| {
        let last = beyond.state.read(|state| {
            let page = state.page.as_ref().filter(|page| page.keys.is_empty() && page.total_count > 0.0)?;
            Some(table::pages(page)).filter(|last| *last < state.listing.page)
        });
        if let Some(last) = last {
            nav.set(&[("paged", Some(last.to_string().as_str()))], false);
        }
    });
    let (done, busy, shown) = (keys.clone(), keys.clone(), keys);
    view! {
        {slot("", move || head(can_manage)).view()}
        <div class="gw-content">
            {dialog}
            {slot("gw-slot", move || done.state.read(said)).view()}
            <section class="gw-panel gw-panel-flush">
                <form class="gw-toolbar" role="search" on:submit=move |event| event.prevent_default()>
                    {search()}
                    {slot("gw-minor", move || busy.state.read(loading)).view()}
                </form>
                {slot("", move || shown.state.read(|state| table::table(state, can_manage))).on_act(on_act).view()}
            </section>
        </div>
    }
    .into_any()
}

fn head(can_manage: bool) -> String {
    header(&t(msg!("Keys")), &t(msg!("Virtual keys with which applications call the gateway.")), |h| {
        if can_manage {
            table::create_link(h);
        }
    })
}

fn said(state: &KeysState) -> String {
    let mut h = Html::new();
    if let Some(done) = &state.done {
        note(&mut h, Tone::Success, done, |_| {});
    }
    h.finish()
}

fn loading(state: &KeysState) -> String {
    let mut h = Html::new();
    if state.loading && state.page.is_some() {
        html!(h, r#"<span role="status">"# [msg!("Loading…")] "</span>");
    }
    h.finish()
}

/// A column starts with what one looks for in it: the most, the newest, the beginning of the alphabet.
fn sort(nav: &Nav, state: &KeysState, column: &str) {
    let listing = &state.listing;
    let descending = if listing.sort_by == column { !listing.descending } else { column != "key_alias" };
    nav.set(
        &[("orderby", Some(column)), ("order", Some(if descending { "desc" } else { "asc" })), ("paged", None)],
        true,
    );
}

/// Searches while one types, a moment after the last letter.
fn search() -> AnyView {
    let nav = use_nav();
    let waiting: Rc<Cell<Option<TimeoutHandle>>> = Rc::default();
    let stop = |waiting: &Cell<Option<TimeoutHandle>>| {
        if let Some(timer) = waiting.take() {
            timer.clear();
        }
    };
    let left = StoredValue::new_local(waiting.clone());
    on_cleanup(move || left.with_value(|waiting| stop(waiting)));
    let on_input = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        stop(&waiting);
        // A key that was pasted by mistake must not get into the address and the history.
        if text.trim_start().starts_with("sk-") {
            return;
        }
        let search = move || {
            nav.set(&[("s", Some(text.as_str()).filter(|text| !text.trim().is_empty())), ("paged", None)], false)
        };
        waiting.set(set_timeout_with_handle(search, Duration::from_millis(300)).ok());
    };
    view! {
        <input
            type="search"
            class="gw-search"
            aria-label=t(msg!("Search keys by alias"))
            placeholder=t(msg!("Search by alias"))
            autocomplete="off"
            maxlength="255"
            prop:value=move || nav.get("s").unwrap_or_default()
            on:input=on_input
        />
    }
    .into_any()
}
