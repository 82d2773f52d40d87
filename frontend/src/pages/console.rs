//! LiteLLM's own console in a frame, where the browser can show it; otherwise why not, and what to change.

use leptos::prelude::*;
use model::{failure::ApiError, wire::ConsoleCheck};

use crate::{
    api::{self, use_api},
    components::{Tone, code_block, header, note, panel, problem, skeleton_rows, slot},
    i18n::t,
    markup::{Html, html},
    poll::run,
    store::Store,
};

type Check = Option<Result<ConsoleCheck, ApiError>>;

pub fn console() -> AnyView {
    let api = use_api();
    let check: Store<Check> = Store::new(None);
    let asked = check.clone();
    let ask = move || {
        asked.change(|check| *check = None);
        let (api, check) = (api.clone(), asked.clone());
        run(async move {
            let answer = api::gateway::console(&api).read::<ConsoleCheck>().await;
            check.change(|check| *check = Some(answer.map(|answer| answer.data)));
        });
    };
    ask();
    let headed = check.clone();
    let head = slot("", move || headed.read(head));
    let body = slot("", move || check.read(body)).on_act(move |_| ask());
    view! { {head.view()} {body.view()} }.into_any()
}

fn head(check: &Check) -> String {
    header(&t(msg!("Console")), &t(msg!("LiteLLM’s own interface. It asks for LiteLLM’s own login.")), |h| {
        if let Some(Ok(check)) = check {
            new_tab(h, "button", &check.url);
        }
    })
}

fn new_tab(h: &mut Html, class: &str, url: &str) {
    html!(h, r#"<a class=""# {class} r#"" href=""# {url} r#"" target="_blank" rel="noopener noreferrer">"# [msg!("Open in a new tab")] "</a>");
}

fn body(check: &Check) -> String {
    let mut h = Html::new();
    match check {
        Some(Ok(check)) if check.embeddable => {
            html!(h, r#"<iframe class="gw-console" src=""# {check.url} r#"" title=""# [msg!("LiteLLM’s console")] r#"" referrerpolicy="no-referrer" allow="clipboard-write"></iframe>"#);
            return h.finish();
        }
        _ => h.raw(r#"<div class="gw-content gw-content-narrow">"#),
    };
    match check {
        None => {
            panel(&mut h, &t(msg!("Checking whether the console can be shown here")), false, |h| skeleton_rows(h, 4))
        }
        Some(Err(error)) => problem(&mut h, error, true),
        Some(Ok(check)) => reasons(&mut h, check),
    }
    h.raw("</div>");
    h.finish()
}

fn reasons(h: &mut Html, check: &ConsoleCheck) {
    note(h, Tone::Warning, &t(msg!("The console cannot be shown inside this page")), |h| {
        h.raw(r#"<ul class="gw-list">"#);
        for problem in &check.problems {
            html!(h, "<li>" {problem.message} "</li>");
        }
        h.raw(r#"</ul><p class="gw-notice-actions">"#);
        if check.reachable {
            new_tab(h, "button button-primary", &check.url);
        }
        html!(h, r#"<button type="button" class="button" data-act="retry">"# [msg!("Check again")] "</button></p>");
    });
    if !check.nginx.is_empty() {
        panel(h, &t(msg!("What to change in nginx")), false, |h| {
            html!(h, "<p>" [msg!("Add these lines to the server block of the gateway, then reload nginx.")] "</p>");
            code_block(h, "gw-nginx-lines", &check.nginx, msg!("Copy"));
        });
    }
}
