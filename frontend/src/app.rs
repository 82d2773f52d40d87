//! Which page is shown. State that outlives a page is in the address or in the api.

use leptos::prelude::*;

use crate::{
    api::provide_api,
    boot::{Boot, provide_boot},
    nav::{Page, provide_nav},
    pages::{console::Console, first_run::FirstRun, keys::Keys, overview::Overview, status::Status},
};

#[component]
pub fn App(boot: Boot) -> impl IntoView {
    provide_boot(boot.clone());
    provide_api(&boot);
    let nav = provide_nav(&boot);
    let page = Memo::new(move |_| nav.page());
    let configured = boot.configured;
    move || match page.get() {
        // Status says what is missing, so it is there from the start.
        Page::Status => view! { <Status /> }.into_any(),
        _ if !configured => view! { <FirstRun /> }.into_any(),
        Page::Overview => view! { <Overview /> }.into_any(),
        Page::Keys => view! { <Keys /> }.into_any(),
        Page::Console => view! { <Console /> }.into_any(),
    }
}
