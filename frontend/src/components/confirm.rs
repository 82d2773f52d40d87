//! Asks before something that cannot be taken back, or that stops calls.

use leptos::{html::Dialog, prelude::*};
use model::failure::ApiError;

use super::{Act, Slot, problem};
use crate::{
    i18n::t,
    markup::{Html, html},
};

/// What is asked. The texts name the thing and what will happen to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub title: String,
    pub text: String,
    pub action: String,
    /// Deleting is coloured as such.
    pub destructive: bool,
}

/// The browser's own modal dialog: it holds the focus, closes on Escape, and gives the focus back.
///
/// Stays open while `busy`, and shows `error` when the action failed.
#[component]
pub fn Confirm(
    question: RwSignal<Option<Question>>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    confirm: Callback<()>,
) -> impl IntoView {
    let dialog: NodeRef<Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let open = question.with(Option::is_some);
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let close = move || {
        if !busy.get_untracked() {
            error.set(None);
            question.set(None);
        }
    };
    let html = Signal::derive(move || {
        let mut h = Html::new();
        question.with(|question| {
            if let Some(question) = question {
                body(&mut h, question, busy.get(), error.get().as_ref());
            }
        });
        h.finish()
    });
    let on_act = Callback::new(move |act: Act| if act.name == "confirm" { confirm.run(()) } else { close() });
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        close();
    };
    view! {
        <dialog node_ref=dialog class="gw-dialog" aria-labelledby="gw-confirm-title" aria-describedby="gw-confirm-text" on:cancel=on_cancel>
            <Slot html=html on_act=on_act />
        </dialog>
    }
}

fn body(h: &mut Html, question: &Question, busy: bool, error: Option<&ApiError>) {
    html!(h, r#"<h2 id="gw-confirm-title" class="gw-dialog-title">"# {question.title} r#"</h2><p id="gw-confirm-text">"# {question.text} "</p>");
    if let Some(error) = error {
        problem(h, error, false);
    }
    let disabled = if busy { "true" } else { "false" };
    let class = if question.destructive { "button button-primary gw-button-destructive" } else { "button button-primary" };
    let action = if busy { t("Waiting for the gateway…") } else { question.action.clone() };
    html!(h, r#"<div class="gw-dialog-actions"><button type="button" class="button" data-act="cancel" aria-disabled=""# {disabled} "\">" ["Cancel"]
        r#"</button><button type="button" class=""# {class} r#"" data-act="confirm" aria-disabled=""# {disabled} "\">" {action} "</button></div>");
}
