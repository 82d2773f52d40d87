//! Which page is shown. State that outlives a page is in the address or in the api.

use leptos::prelude::*;

use crate::{
    api::provide_api,
    boot::Boot,
    nav::{Page, provide_nav},
    pages::{console::console, first_run::first_run, keys::keys, overview::overview, status::status},
};

#[component]
pub fn App(boot: Boot, root: web_sys::HtmlElement) -> impl IntoView {
    provide_api(&boot);
    let nav = provide_nav(&boot);
    nav.take_over_links(&root);
    let page = Memo::new(move |_| nav.page());
    let configured = boot.configured;
    move || match page.get() {
        // Status says what is missing, so it is there from the start.
        Page::Status => status(),
        _ if !configured => first_run(),
        Page::Overview => overview(),
        Page::Keys => keys(),
        Page::Console => console(),
    }
}
