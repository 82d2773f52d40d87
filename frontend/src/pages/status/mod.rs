//! Whether everything is in order: settings, gateway, service key, rights, console. What is not comes first.

mod report;
mod source;

use leptos::prelude::*;
use model::{
    language::{t, tf},
    msg,
};

use self::{
    report::report,
    source::{Findings, look},
};
use crate::{
    action::actions,
    api::use_api,
    components::{header, region, use_messages},
    effect::watch,
    format,
    markup::{Markup, html, truth},
    store::Store,
    task::{Task, now_ms},
};

actions! {
    pub enum StatusAction {
        Check = "check",
    }
}

pub fn status() -> AnyView {
    let (api, messages) = (use_api(), use_messages());
    let findings = Store::new(Findings::default());
    let task = Task::new();
    let check = move || {
        let api = api.clone();
        task.run(look(api, findings));
    };
    check();
    let again = check.clone();
    let on_action = move |StatusAction::Check| {
        again();
    };
    // Read out when somebody has asked for it again.
    let mut before = None;
    watch(move || {
        let now = findings.with(|findings| findings.checked_ms);
        if before.is_some() && now != before {
            messages.announce(findings.with_untracked(report::summary));
        }
        before = now;
    });
    view! {
        {region("", move || findings.with(head), on_action.clone())}
        {region("gw-content gw-content-narrow", move || findings.with(|findings| report(findings, now_ms())), on_action)}
    }
    .into_any()
}

fn head(findings: &Findings) -> Markup {
    let subtitle = match findings.checked_ms.filter(|_| !findings.checking) {
        None => t(msg!("Checking the connection to the gateway…")),
        Some(ms) => tf(msg!("Checked at {time}."), &[("time", &format::time_with_seconds(ms))]),
    };
    let label = if findings.checking { msg!("Checking…") } else { msg!("Check again") };
    let check = html! {
        button.button type="button" data-action=(StatusAction::Check) aria-disabled=(truth(findings.checking)) { (label) }
    };
    header(&t(msg!("Status")), &subtitle, &check)
}
