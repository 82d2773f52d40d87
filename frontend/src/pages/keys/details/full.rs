//! What is in the drawer, from what matters most down.

use leptos::prelude::*;
use model::{
    key_limits::{first, sentence},
    key_status::KeyStatus,
    language::t,
    msg,
    route::PageName,
    wire::Key,
};

use super::{
    Opened, budget, calls, facts, limits,
    source::{Parts, is_gone},
    spend,
};
use crate::{
    action::Action as _,
    components::{problem, region, skeleton_rows, stale_notice},
    markup::{Markup, html},
    pages::keys::actions::{Act, KeysAction, all_actions},
    router::is_closed,
    task::now_ms,
};

pub fn full() -> AnyView {
    let parts = Parts::ask(expect_context::<Opened>());
    view! {
        <div class="gw-drawer-body">
            {head(parts)}
            {limits::limits(parts)}
            {budget::budget(parts)}
            {spend::spend(parts)}
            {(!is_closed(PageName::Logs)).then(|| calls::calls(parts))}
            {facts::facts(parts)}
        </div>
    }
    .into_any()
}

/// Whether the key can be used, why not, and what can be done.
fn head(parts: Parts) -> AnyView {
    let opened = parts.opened;
    let ask = move |act| {
        if let Some(key) = untrack(|| parts.key()) {
            opened.actions.ask(act, key);
        }
    };
    region(
        "gw-drawer-top",
        move || match parts.key() {
            Some(key) => top(parts, &key),
            None => not_there(parts),
        },
        move |action| match action {
            KeysAction::Block(_) => ask(Act::Block),
            KeysAction::Unblock(_) => ask(Act::Unblock),
            KeysAction::Delete(_) => ask(Act::Delete),
            KeysAction::Retry => parts.info.refetch(),
            form => opened.actions.open_form(form),
        },
    )
}

fn top(parts: Parts, key: &Key) -> Markup {
    let now = now_ms();
    let bindings = parts.bindings();
    let status = KeyStatus::within(key, &bindings, now);
    let own = parts.opened.is_own(key);
    let deleted = parts.info().is_some_and(|info| info.more.status == "deleted");
    let trouble = parts.info.with(|state| state.error.clone().map(|error| (error, state.age_s(now))));
    // What is shown of the list stays, also when the key is gone meanwhile.
    let gone = parts.info.with(is_gone);
    html! {
        @if deleted || gone {
            p.gw-line-note { (msg!("This key is deleted. What it has spent stays in the statistics.")) }
        } @else {
            p.gw-key-status {
                span class={ "gw-chip gw-chip-" (status.slug()) } { (status.label()) }
                @if let Some(first) = first(&bindings) { span dir="auto" { (sentence(first)) } }
            }
        }
        @if own { p.gw-minor { (msg!("This plugin uses it; it is protected here.")) } }
        @match &trouble {
            Some((error, Some(age_s))) if !gone => { (stale_notice(error, *age_s, &KeysAction::Retry.print())) }
            Some((error, None)) if !gone => { (problem(error, Some(KeysAction::Retry.print()))) }
            _ => {}
        }
        @if parts.opened.can_manage && !own && !deleted && !gone {
            div.gw-drawer-actions {
                @for action in all_actions(key) {
                    button class=(if action.destructive { "button gw-delete" } else { "button" }) type="button"
                        data-action=(action.action) aria-label=(action.name) { (action.label) }
                }
            }
        }
    }
}

fn not_there(parts: Parts) -> Markup {
    parts.info.with(|state| match &state.error {
        _ if is_gone(state) => {
            html! { p { (msg!("The gateway knows no key with this hash. It may have been deleted.")) } }
        }
        Some(error) if !state.loading => problem(error, Some(KeysAction::Retry.print())),
        _ => skeleton_rows(3),
    })
}

/// The heading of a part, and what it is about.
pub fn heading(title: model::text::Msg, aside: &str) -> Markup {
    html! { div.gw-part-head { h3.gw-part-title { (title) } @if !aside.is_empty() { span.gw-minor { (aside) } } } }
}

/// A part that could not be read: why, and a way to try again.
pub fn trouble(text: &str, error: &model::failure::ApiError, retry: &str) -> Markup {
    html! {
        p.gw-line-note {
            strong { (text) } " " (error.title())
            " " button.button-link type="button" data-action=(retry) { (t(msg!("Try again"))) }
        }
    }
}
