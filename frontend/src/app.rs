//! Which page is shown. State that outlives a page is in the address, in the api, or in a context provided here.

use leptos::prelude::*;
use model::route::PageName;

use crate::{
    api::provide_api,
    boot::Boot,
    chunk::{self, Chunk, chunk},
    columns::provide_columns,
    components::{Confirm, confirm, messages, provide_messages},
    pages::{keys::provide_keys, overview::provide_days},
    prefetch::prefetch,
    router::provide_router,
};

/// The code of a page.
pub fn chunk_of(page: PageName, configured: bool) -> Chunk {
    match page {
        // Status says what is missing, so it is there from the start.
        PageName::Status => chunk!(status),
        _ if !configured => chunk!(first_run),
        PageName::Overview => chunk!(overview),
        PageName::Usage => chunk!(usage),
        PageName::Logs => chunk!(logs),
        PageName::Keys => chunk!(keys),
        PageName::Teams | PageName::Users => chunk!(people),
        PageName::Audit => chunk!(audit),
        PageName::Console => chunk!(console),
    }
}

#[component]
pub fn App(
    boot: Boot,
    known: serde_json::Value,
    asked: serde_json::Value,
    root: web_sys::HtmlElement,
) -> impl IntoView {
    let api = provide_api(&boot, &known, &asked);
    let days = provide_days();
    provide_columns();
    provide_keys();
    let said = provide_messages();
    let router = provide_router(&boot);
    router.take_over_links(&root);
    if boot.configured {
        prefetch(&root, router, api, days);
    }
    let page = Memo::new(move |_| router.page());
    let configured = boot.configured;
    let leaving = confirm(
        "gw-leave",
        move || {
            let question = router.leaving.with(|leaving| leaving.as_ref().map(|leaving| leaving.question.clone()));
            Confirm { question, ..Confirm::default() }
        },
        move |yes| router.leave(yes),
    );
    let shown = move || {
        let page = page.get();
        chunk::view(page, chunk_of(page, configured))
    };
    view! { {shown} {messages(said)} {leaving} }
}
