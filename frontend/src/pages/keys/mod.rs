//! Virtual keys: the table, and the form that makes one.

mod actions;
mod create;
mod created;
mod form;
mod source;
mod table;

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use self::{
    actions::{Action, ActionDialog, Actions},
    create::Create,
    source::{KeysSource, use_keys},
};
use crate::{
    boot::with_boot,
    components::{Act, Slot, header},
    i18n::t,
    markup::{Html, html},
    nav::{Nav, use_nav},
};

#[component]
pub fn Keys() -> impl IntoView {
    let action = use_nav().query("action");
    let can_manage = with_boot(|boot| boot.can_manage_keys);
    let creating = Memo::new(move |_| can_manage && action.with(|action| action.as_deref() == Some("new")));
    move || if creating.get() { view! { <Create /> }.into_any() } else { view! { <Listing can_manage=can_manage /> }.into_any() }
}

#[component]
fn Listing(can_manage: bool) -> impl IntoView {
    let nav = use_nav();
    let keys = use_keys();
    let actions = Actions::new();
    let head = Signal::derive(move || {
        header(&t("Keys"), &t("Virtual keys with which applications call the gateway."), |h| {
            if can_manage {
                table::create_link(h);
            }
        })
    });
    let on_act = Callback::new(move |act: Act| match act.name.as_str() {
        "sort" => sort(nav, keys, &act.id),
        "page" => nav.set(&[("paged", Some(act.id.as_str()).filter(|page| *page != "1"))], true),
        "retry" => keys.reload(),
        name => {
            if let (Some(action), Some(key)) = (Action::ALL.into_iter().find(|action| action.name() == name), keys.key(&act.id)) {
                actions.ask(action, &key);
            }
        }
    });
    // A page beyond the last, after deletions or by hand: the last is shown instead.
    Effect::new(move |_| {
        let last = keys.page.with(|page| page.as_ref().filter(|page| page.keys.is_empty() && page.total_count > 0.0).map(table::pages));
        if let Some(last) = last.filter(|last| *last < keys.listing.with_untracked(|listing| listing.page)) {
            nav.set(&[("paged", Some(last.to_string().as_str()))], false);
        }
    });
    view! {
        <Slot html=head />
        <div class="gw-content">
            <ActionDialog actions=actions keys=keys />
            <section class="gw-panel gw-panel-flush">
                <Search keys=keys />
                <Slot html=Signal::derive(move || table::table(keys, can_manage)) on_act=on_act />
            </section>
        </div>
    }
}

/// A column starts with what one looks for in it: the most, the newest, the beginning of the alphabet.
fn sort(nav: Nav, keys: KeysSource, column: &str) {
    let descending = keys.listing.with_untracked(|listing| if listing.sort_by == column { !listing.descending } else { column != "key_alias" });
    nav.set(&[("orderby", Some(column)), ("order", Some(if descending { "desc" } else { "asc" })), ("paged", None)], true);
}

/// Searches while one types, a moment after the last letter.
#[component]
fn Search(keys: KeysSource) -> impl IntoView {
    let nav = use_nav();
    let asked = nav.query("s");
    let waiting: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    let stop = move || {
        if let Some(Some(handle)) = waiting.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(stop);
    let search = move |text: String| {
        nav.set(&[("s", Some(text.as_str()).filter(|text| !text.trim().is_empty())), ("paged", None)], false);
    };
    let on_input = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        stop();
        waiting.set_value(set_timeout_with_handle(move || search(text), Duration::from_millis(300)).ok());
    };
    let busy = Signal::derive(move || {
        let mut h = Html::new();
        if keys.loading.get() && keys.page.with(Option::is_some) {
            html!(h, r#"<span class="gw-minor" role="status">"# ["Loading…"] "</span>");
        }
        h.finish()
    });
    view! {
        <form class="gw-toolbar" role="search" on:submit=move |event| event.prevent_default()>
            <input
                type="search"
                class="gw-search"
                aria-label=t("Search keys by alias")
                placeholder=t("Search by alias")
                autocomplete="off"
                maxlength="255"
                prop:value=move || asked.get().unwrap_or_default()
                on:input=on_input
            />
            <Slot html=busy />
        </form>
    }
}
