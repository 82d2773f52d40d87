//! The browser's own modal dialog: it holds the focus, closes on Escape, and gives the focus back.

use std::rc::Rc;

use leptos::{html::Dialog, prelude::*};
use model::{failure::ApiError, language::t, msg, text::Msg};

use super::{problem, still_region};
use crate::{
    effect::watch,
    markup::{Markup, html},
    store::Store,
};

/// What is asked. The texts name the thing and what will happen to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub title: String,
    pub text: String,
    /// What yes does.
    pub action: Msg,
    /// What no does; it has the keyboard at first.
    pub cancel: Msg,
    /// Deleting is coloured as such.
    pub destructive: bool,
}

/// The state of a question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Confirm {
    /// None: nothing is asked, and the dialog is closed.
    pub question: Option<Question>,
    /// The answer was yes, and it is being carried out; the dialog stays.
    pub busy: bool,
    /// It failed.
    pub error: Option<ApiError>,
    /// What is known of it since.
    pub since: Option<Msg>,
    /// Below the text: what it is about, where that is more than a sentence.
    pub details: Markup,
}

/// Asks before something that cannot be taken back. `id` is of this dialog alone.
pub fn confirm(id: &'static str, state: impl Fn() -> Confirm + 'static, on_answer: impl Fn(bool) + 'static) -> AnyView {
    confirm_boxed(id, Rc::new(state), Rc::new(on_answer))
}

fn confirm_boxed(id: &'static str, state: Rc<dyn Fn() -> Confirm>, on_answer: Rc<dyn Fn(bool)>) -> AnyView {
    let dialog: NodeRef<Dialog> = NodeRef::new();
    // What was asked last stays in the dialog while it closes.
    let shown = Store::new(Confirm::default());
    let asked = StoredValue::new(false);
    watch(move || {
        let now = state();
        let open = now.question.is_some();
        asked.set_value(open);
        shown.update(|shown| {
            let question = now.question.or(shown.question.take());
            *shown = Confirm { question, ..now };
        });
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let busy = move || shown.with(|shown| shown.busy);
    let part = move |read: fn(&Question) -> String| {
        move || shown.with(|shown| shown.question.as_ref().map(read).unwrap_or_default())
    };
    let answer = StoredValue::new_local(on_answer);
    let say = move |yes: bool| {
        if !shown.with_untracked(|shown| shown.busy) {
            answer.with_value(|answer| answer(yes));
        }
    };
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        say(false);
    };
    // A second Escape closes it whatever the page says; while the action is under way it is opened again. The browser tells
    // late: meanwhile something else may be asked.
    let on_close = move |_: web_sys::Event| {
        let Some(dialog) = dialog.get_untracked().filter(|dialog| asked.get_value() && !dialog.open()) else { return };
        if shown.with_untracked(|shown| shown.busy) {
            let _ = dialog.show_modal();
        } else {
            say(false);
        }
    };
    let yes_label = move || {
        if busy() { t(msg!("Waiting for the gateway…")) } else { part(|question| t(question.action))() }
    };
    let yes_class = move || {
        let destructive = shown.with(|shown| shown.question.as_ref().is_some_and(|question| question.destructive));
        if destructive { "button button-primary gw-button-destructive" } else { "button button-primary" }
    };
    let error = still_region("gw-stack", move || {
        shown.with(|shown| match &shown.error {
            None => Markup::default(),
            Some(error) => html! {
                (problem(error, None))
                @if let Some(since) = shown.since { p { strong { (since) } } }
            },
        })
    });
    let details = still_region("gw-dialog-details", move || shown.with(|shown| shown.details.clone()));
    view! {
        <dialog
            node_ref=dialog
            id=id
            class="gw-dialog"
            role="alertdialog"
            aria-labelledby=[id, "-title"].concat()
            aria-describedby=[id, "-text"].concat()
            on:cancel=on_cancel
            on:close=on_close
        >
            <h2 class="gw-dialog-title" id=[id, "-title"].concat()>{part(|question| question.title.clone())}</h2>
            <p id=[id, "-text"].concat()>{part(|question| question.text.clone())}</p>
            {details}
            {error}
            <div class="gw-dialog-actions">
                <button type="button" class="button" autofocus aria-disabled=move || busy().to_string() on:click=move |_| say(false)>
                    {part(|question| t(question.cancel))}
                </button>
                <button type="button" class=yes_class aria-disabled=move || busy().to_string() on:click=move |_| say(true)>
                    {yes_label}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
