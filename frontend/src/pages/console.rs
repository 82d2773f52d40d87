//! LiteLLM's own console in a frame, where the browser can show it; otherwise why not, and what to change.

use leptos::prelude::*;
use model::{failure::ApiError, wire::ConsoleCheck};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, use_api},
    components::{Act, Slot, Tone, code_block, header, note, panel, problem, skeleton_rows},
    i18n::t,
    markup::{Html, html},
};

#[component]
pub fn Console() -> impl IntoView {
    let api = use_api();
    let check: RwSignal<Option<Result<ConsoleCheck, ApiError>>> = RwSignal::new(None);
    let ask = StoredValue::new_local(move || {
        check.set(None);
        let api = api.clone();
        spawn_local(async move {
            let answer = api::gateway::console(&api).read::<ConsoleCheck>().await.map(|answer| answer.data);
            let _ = check.try_set(Some(answer));
        });
    });
    ask.with_value(|ask| ask());
    let head = Signal::derive(move || {
        check.with(|check| {
            let url = check.as_ref().and_then(|check| check.as_ref().ok()).map(|check| check.url.clone()).unwrap_or_default();
            header(&t("Console"), &t("LiteLLM’s own interface. It asks for LiteLLM’s own login."), |h| {
                if !url.is_empty() {
                    new_tab(h, "button", &url);
                }
            })
        })
    });
    let body = Signal::derive(move || check.with(|check| body(check.as_ref())));
    view! {
        <Slot html=head />
        <Slot html=body on_act=Callback::new(move |_: Act| ask.with_value(|ask| ask())) />
    }
}

fn new_tab(h: &mut Html, class: &str, url: &str) {
    html!(h, r#"<a class=""# {class} r#"" href=""# {url} r#"" target="_blank" rel="noopener noreferrer">"# ["Open in a new tab"] "</a>");
}

fn body(check: Option<&Result<ConsoleCheck, ApiError>>) -> String {
    let mut h = Html::new();
    match check {
        Some(Ok(check)) if check.embeddable => {
            html!(h, r#"<iframe class="gw-console" src=""# {check.url} r#"" title=""# ["LiteLLM’s console"] r#"" referrerpolicy="no-referrer" allow="clipboard-write"></iframe>"#);
            return h.finish();
        }
        _ => h.raw(r#"<div class="gw-content gw-content-narrow">"#),
    };
    match check {
        None => panel(&mut h, &t("Checking whether the console can be shown here"), false, |h| skeleton_rows(h, 4)),
        Some(Err(error)) => problem(&mut h, error, true),
        Some(Ok(check)) => reasons(&mut h, check),
    }
    h.raw("</div>");
    h.finish()
}

fn reasons(h: &mut Html, check: &ConsoleCheck) {
    note(h, Tone::Warning, &t("The console cannot be shown inside this page"), |h| {
        h.raw(r#"<ul class="gw-list">"#);
        for problem in &check.problems {
            html!(h, "<li>" {problem.message} "</li>");
        }
        h.raw(r#"</ul><p class="gw-notice-actions">"#);
        if check.reachable {
            new_tab(h, "button button-primary", &check.url);
        }
        html!(h, r#"<button type="button" class="button" data-act="retry">"# ["Check again"] "</button></p>");
    });
    if !check.nginx.is_empty() {
        panel(h, &t("What to change in nginx"), false, |h| {
            html!(h, "<p>" ["Add these lines to the server block of the gateway, then reload nginx."] "</p>");
            code_block(h, "gw-nginx-lines", &check.nginx, "Copy");
        });
    }
}
