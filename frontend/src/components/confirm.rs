//! Asks before something that cannot be taken back, or that stops calls.

use std::rc::Rc;

use leptos::{html::Dialog, prelude::*};
use model::failure::ApiError;

use super::{problem, slot};
use crate::{
    i18n::t,
    markup::{Html, html},
    store::Store,
};

/// What is asked. The texts name the thing and what will happen to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    pub title: String,
    pub text: String,
    pub action: String,
    /// Deleting is coloured as such.
    pub destructive: bool,
}

/// The state of the dialog.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// None: nothing is asked, and the dialog is closed.
    pub question: Option<Question>,
    /// The answer was yes, and it is being carried out; the dialog stays.
    pub busy: bool,
    /// It failed.
    pub error: Option<ApiError>,
}

/// The browser's own modal dialog: it holds the focus, closes on Escape, and gives the focus back.
pub fn confirm(asking: Store<Asking>, yes: impl Fn() + 'static) -> AnyView {
    let dialog: NodeRef<Dialog> = NodeRef::new();
    let opened = asking.clone();
    Effect::new(move |_| {
        let open = opened.read(|asking| asking.question.is_some());
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let (shown, asking_again) = (asking.clone(), asking.clone());
    let close = Rc::new(move || {
        if !asking.peek(|asking| asking.busy) {
            asking.change(|asking| *asking = Asking::default());
        }
    });
    let cancel = close.clone();
    let content =
        slot("", move || shown.read(content)).on_act(move |act| if act.name == "confirm" { yes() } else { close() });
    // A second Escape closes it whatever the page says; while the action is under way it is opened again.
    let closed = asking_again;
    let on_close = move |_: web_sys::Event| {
        if let Some(dialog) = dialog.get_untracked().filter(|_| closed.peek(|asking| asking.question.is_some())) {
            let _ = dialog.show_modal();
        }
    };
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        cancel();
    };
    view! {
        <dialog node_ref=dialog class="gw-dialog" aria-labelledby="gw-confirm-title" aria-describedby="gw-confirm-text" on:cancel=on_cancel on:close=on_close>
            {content.view()}
        </dialog>
    }
    .into_any()
}

fn content(asking: &Asking) -> String {
    let mut h = Html::new();
    let Some(question) = &asking.question else { return h.finish() };
    html!(h, r#"<h2 id="gw-confirm-title" class="gw-dialog-title">"# {question.title} r#"</h2><p id="gw-confirm-text">"# {question.text} "</p>");
    if let Some(error) = &asking.error {
        problem(&mut h, error, false);
    }
    let disabled = if asking.busy { "true" } else { "false" };
    let class = if question.destructive { " gw-button-destructive" } else { "" };
    let action = if asking.busy { t(msg!("Waiting for the gateway…")) } else { question.action.clone() };
    html!(h, r#"<div class="gw-dialog-actions"><button type="button" class="button" data-act="cancel" aria-disabled=""# {disabled} "\">" [msg!("Cancel")]
        r#"</button><button type="button" class="button button-primary"# {class} r#"" data-act="confirm" aria-disabled=""# {disabled} "\">" {action} "</button></div>");
    h.finish()
}
