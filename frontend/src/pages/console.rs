//! LiteLLM's own console in a frame, where the browser can show it; otherwise why not, and what to change.

use leptos::prelude::*;
use model::{
    language::t,
    msg,
    wire::{ConsoleCheck, ConsoleProblem},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::{
    action::{Action as _, actions},
    api,
    components::{Tone, code_block, header, notice, panel, problem, region, skeleton_rows, still_region},
    markup::{Markup, html, truth},
    query::{QueryState, use_query},
};

actions! {
    enum ConsoleAction {
        Retry = "retry",
    }
}

pub fn console() -> AnyView {
    let check = use_query(|api| async move { api::gateway::console(&api).response().await });
    // What the policy of wp-admin forbids, no server sees: the browser tells, once the frame is there.
    watch_policy(move |blocked| {
        check.state.update(|state| {
            let Some(found) = &mut state.data else { return };
            if found.embeddable && is_of(&found.url, &blocked) {
                let console = blocked.trim_end_matches('/').to_owned();
                found.problems =
                    vec![ConsoleProblem { code: "policy".to_owned(), console, ..ConsoleProblem::default() }];
                found.embeddable = false;
            }
        });
    });
    view! {
        {still_region("", move || check.with(head))}
        {region("", move || check.with(body), move |ConsoleAction::Retry| check.refetch())}
    }
    .into_any()
}

/// Whether the browser means this address: it tells all of it, or, of another origin, that alone.
fn is_of(url: &str, blocked: &str) -> bool {
    blocked.len() > "https://".len() && url.starts_with(blocked)
}

/// Tells what the page’s Content-Security-Policy has kept out of a frame.
fn watch_policy(on_frame: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let field = |name: &str| js_sys::Reflect::get(&event, &name.into()).ok().and_then(|value| value.as_string());
        if field("effectiveDirective").as_deref() == Some("frame-src")
            && let Some(blocked) = field("blockedURI")
        {
            on_frame(blocked);
        }
    });
    let function: js_sys::Function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let _ = document().add_event_listener_with_callback("securitypolicyviolation", &function);
    let kept = StoredValue::new_local(Some((listener, function)));
    on_cleanup(move || {
        if let Some(Some((_listener, function))) = kept.try_update_value(Option::take) {
            let _ = document().remove_event_listener_with_callback("securitypolicyviolation", &function);
        }
    });
}

fn head(check: &QueryState<ConsoleCheck>) -> Markup {
    let open = match &check.data {
        Some(check) if can_open(check) => new_tab("button", &check.url),
        _ => Markup::default(),
    };
    header(&t(msg!("Console")), &t(msg!("LiteLLM’s own interface. It asks for LiteLLM’s own login.")), &open)
}

/// Whether a browser gets there, as far as is known.
fn can_open(check: &ConsoleCheck) -> bool {
    !check.url.is_empty() && !check.problems.iter().any(ConsoleProblem::is_out_of_reach)
}

fn new_tab(class: &'static str, url: &str) -> Markup {
    html! { a class=(class) href=(url) target="_blank" rel="noopener noreferrer" { (msg!("Open in a new tab")) } }
}

fn body(check: &QueryState<ConsoleCheck>) -> Markup {
    // What was found stays while it is looked at again.
    let content = match (&check.data, &check.error) {
        (Some(check), _) if check.embeddable => {
            return html! {
                iframe #gw-console .gw-console src=(check.url) title=(msg!("LiteLLM’s console")) referrerpolicy="no-referrer" allow="clipboard-write" {}
                // What happens in the frame cannot be seen from here: a login of another site may refuse it.
                p .gw-console-note { (msg!("Nothing to see here? Open the console in a new tab, by the button above, log in there if it asks, then reload this page.")) }
            };
        }
        (Some(found), _) => reasons(found, check.loading),
        (None, Some(error)) => problem(error, Some(ConsoleAction::Retry.print())),
        (None, None) => panel(msg!("Checking whether the console can be shown here"), false, &skeleton_rows(4)),
    };
    html! { div .gw-content .gw-content-narrow { (content) } }
}

fn reasons(check: &ConsoleCheck, checking: bool) -> Markup {
    let again = if checking { msg!("Checking…") } else { msg!("Check again") };
    let problems = html! {
        ul.gw-list { @for problem in &check.problems { li { (problem.sentence()) } } }
        @if !check.reachable && can_open(check) { p { (msg!("Your browser may reach it all the same: open it in a new tab.")) } }
        p.gw-notice-actions {
            @if check.reachable && can_open(check) { (new_tab("button button-primary", &check.url)) }
            button.button type="button" data-action=(ConsoleAction::Retry) aria-disabled=(truth(checking)) { (again) }
        }
    };
    let lines = html! {
        p { (msg!("Where nginx stands before LiteLLM, add these lines to its server block, then reload it.")) }
        (code_block("gw-nginx-lines", msg!("Lines for nginx"), &check.nginx))
    };
    html! {
        (notice(Tone::Warning, &t(msg!("The console cannot be shown inside this page")), &problems))
        @if !check.nginx.is_empty() && check.problems.iter().any(ConsoleProblem::is_of_headers) { (panel(msg!("What to change in nginx"), false, &lines)) }
    }
}
