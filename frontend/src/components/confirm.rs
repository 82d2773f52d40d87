//! Asks before something that cannot be taken back, or that stops calls.

use leptos::{html::Dialog, prelude::*};
use model::failure::ApiError;

use super::Problem;
use crate::i18n::t;

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
    #[prop(into)] question: Signal<Option<Question>>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(into)] confirm: Callback<()>,
    #[prop(into)] cancel: Callback<()>,
) -> impl IntoView {
    let dialog: NodeRef<Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let open = question.with(|question: &Option<Question>| question.is_some());
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let text = move |part: fn(&Question) -> &String| {
        question.with(|question: &Option<Question>| question.as_ref().map(|question| part(question).clone()))
    };
    view! {
        <dialog
            node_ref=dialog
            class="gw-dialog"
            aria-labelledby="gw-confirm-title"
            aria-describedby="gw-confirm-text"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                if !busy.get_untracked() {
                    cancel.run(());
                }
            }
        >
            <h2 id="gw-confirm-title" class="gw-dialog-title">{move || text(|question| &question.title)}</h2>
            <p id="gw-confirm-text">{move || text(|question| &question.text)}</p>
            {move || error.get().map(|error| view! { <Problem error=error /> })}
            <div class="gw-dialog-actions">
                <button type="button" class="button" disabled=busy on:click=move |_| cancel.run(())>{t("Cancel")}</button>
                <button
                    type="button"
                    class="button button-primary"
                    class:gw-button-destructive=move || question.with(|question| question.as_ref().is_some_and(|question| question.destructive))
                    aria-disabled=move || busy.get().to_string()
                    on:click=move |_| {
                        if !busy.get_untracked() {
                            confirm.run(());
                        }
                    }
                >
                    {move || if busy.get() { t("Waiting for the gateway…") } else { text(|question| &question.action).unwrap_or_default() }}
                </button>
            </div>
        </dialog>
    }
}
