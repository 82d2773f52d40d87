//! Virtual keys: the table, and the form that makes one.

mod actions;
mod create;
mod created;
mod source;
mod table;

use std::time::Duration;

use leptos::prelude::*;

use self::{create::Create, source::use_keys, table::Table};
use crate::{
    boot::use_boot,
    components::PageHeader,
    i18n::t,
    nav::{Page, PageLink, use_nav},
};

#[component]
pub fn Keys() -> impl IntoView {
    let nav = use_nav();
    let action = nav.query("action");
    let creating = Memo::new(move |_| action.with(|action| action.as_deref() == Some("new")));
    let can_manage = use_boot().can_manage_keys;
    move || {
        if creating.get() && can_manage {
            view! { <Create /> }.into_any()
        } else {
            view! { <Listing can_manage=can_manage /> }.into_any()
        }
    }
}

#[component]
fn Listing(can_manage: bool) -> impl IntoView {
    let nav = use_nav();
    let keys = use_keys();
    let typed = RwSignal::new(keys.listing.with_untracked(|listing| listing.search.clone()));
    // Back and forward change the search too.
    let asked = nav.query("s");
    Effect::new(move |_| typed.set(asked.get().unwrap_or_default()));
    let search = move |text: String| {
        let text = text.trim().to_owned();
        nav.set(&[("s", (!text.is_empty()).then_some(text.as_str())), ("paged", None)], false);
    };
    let typing = StoredValue::new(None::<leptos::leptos_dom::helpers::TimeoutHandle>);
    let on_input = move |event| {
        let text = event_target_value(&event);
        typed.set(text.clone());
        if let Some(Some(handle)) = typing.try_update_value(Option::take) {
            handle.clear();
        }
        typing.set_value(set_timeout_with_handle(move || search(text), Duration::from_millis(300)).ok());
    };
    on_cleanup(move || {
        if let Some(Some(handle)) = typing.try_update_value(Option::take) {
            handle.clear();
        }
    });
    view! {
        <PageHeader title=t("Keys") subtitle=t("Virtual keys with which applications call the gateway.")>
            {can_manage.then(|| view! { <PageLink page=Page::Keys query=vec![("action", "new".to_owned())] class="button button-primary">{t("Create key")}</PageLink> })}
        </PageHeader>
        <div class="gw-content">
            <section class="gw-panel gw-panel-flush">
                <form class="gw-toolbar" role="search" on:submit=move |event| { event.prevent_default(); search(typed.get_untracked()); }>
                    <label class="screen-reader-text" for="gw-key-search">{t("Search keys by alias")}</label>
                    <input
                        type="search"
                        id="gw-key-search"
                        class="gw-search"
                        placeholder=t("Search by alias")
                        autocomplete="off"
                        maxlength="255"
                        prop:value=move || typed.get()
                        on:input=on_input
                    />
                    <span class="gw-minor" role="status">{move || if keys.loading.get() && keys.page.with(Option::is_some) { t("Loading…") } else { String::new() }}</span>
                </form>
                <Table keys=keys can_manage=can_manage />
            </section>
        </div>
    }
}
