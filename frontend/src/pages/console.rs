//! LiteLLM's own console in a frame, where the browser can show it; otherwise why not, and what to change.

use leptos::prelude::*;
use model::{failure::ApiError, wire::ConsoleCheck};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, use_api},
    components::{CopyButton, Note, PageHeader, Panel, Problem, SkeletonRows, Tone},
    i18n::t,
};

#[component]
pub fn Console() -> impl IntoView {
    let api = StoredValue::new_local(use_api());
    let check: RwSignal<Option<Result<ConsoleCheck, ApiError>>> = RwSignal::new(None);
    let ask = move || {
        check.set(None);
        let api = api.get_value();
        spawn_local(async move {
            let answer = api::gateway::console(&api).await.map(|answer| answer.data);
            let _ = check.try_set(Some(answer));
        });
    };
    ask();
    let url = Memo::new(move |_| check.with(|check| match check {
        Some(Ok(check)) => check.url.clone(),
        _ => String::new(),
    }));
    view! {
        <PageHeader title=t("Console") subtitle=t("LiteLLM’s own interface. It asks for LiteLLM’s own login.")>
            {move || (!url.with(String::is_empty)).then(|| view! {
                <a class="button" href=url.get() target="_blank" rel="noopener noreferrer">
                    {t("Open in a new tab")} <span class="screen-reader-text">{t("(opens in a new tab)")}</span>
                </a>
            })}
        </PageHeader>
        {move || match check.get() {
            None => view! { <div class="gw-content"><Panel title=t("Checking whether the console can be shown here")><SkeletonRows rows=4 /></Panel></div> }.into_any(),
            Some(Err(error)) => view! { <div class="gw-content"><Problem error=error retry=Callback::new(move |()| ask()) /></div> }.into_any(),
            Some(Ok(check)) if check.embeddable => view! {
                <iframe class="gw-console" src=check.url title=t("LiteLLM’s console") referrerpolicy="no-referrer" allow="clipboard-write"></iframe>
            }.into_any(),
            Some(Ok(check)) => view! { <Reasons check=check retry=Callback::new(move |()| ask()) /> }.into_any(),
        }}
    }
}

#[component]
fn Reasons(check: ConsoleCheck, retry: Callback<()>) -> impl IntoView {
    let nginx = check.nginx;
    let there = check.reachable;
    view! {
        <div class="gw-content gw-content-narrow">
            <Note tone=Tone::Warning title=t("The console cannot be shown inside this page")>
                <ul class="gw-list">
                    {check.problems.into_iter().map(|problem| view! { <li>{problem.message}</li> }).collect_view()}
                </ul>
                <p class="gw-notice-actions">
                    {there.then(|| view! { <a class="button button-primary" href=check.url.clone() target="_blank" rel="noopener noreferrer">{t("Open in a new tab")}</a> })}
                    <button type="button" class="button" on:click=move |_| retry.run(())>{t("Check again")}</button>
                </p>
            </Note>
            {(!nginx.is_empty()).then(|| {
                let text = nginx.clone();
                view! {
                    <Panel title=t("What to change in nginx")>
                        <p>{t("Add these lines to the server block of the gateway, then reload nginx.")}</p>
                        <pre class="gw-code" dir="ltr" tabindex="0">{nginx.clone()}</pre>
                        <p><CopyButton text=Signal::derive(move || text.clone()) label=t("Copy") /></p>
                    </Panel>
                }
            })}
        </div>
    }
}
