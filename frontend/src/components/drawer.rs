//! One thing in full, at the side of its list. The browser's own modal dialog; the address says what is open.

use leptos::{html::Dialog, prelude::*};
use model::{language::t, msg};

use super::use_messages;

/// `title` is empty while it is closed. Closing, by Escape, its button or a click beside it, is up to `on_close`.
pub fn drawer(id: &'static str, title: Signal<String>, on_close: Callback<()>, content: AnyView) -> AnyView {
    let (dialog, messages) = (NodeRef::<Dialog>::new(), use_messages());
    Effect::new(move |_| {
        let open = !title.with(String::is_empty);
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        on_close.run(());
    };
    // What is inside has elements of its own: only the backdrop is the dialog itself.
    let on_click = move |event: web_sys::MouseEvent| {
        let on_backdrop = event.target() == dialog.get_untracked().map(Into::into);
        if on_backdrop {
            on_close.run(());
        }
    };
    let on_closed = move |_: web_sys::Event| {
        // The browser tells late: meanwhile another one may be open.
        let open = dialog.get_untracked().is_some_and(|dialog| dialog.open());
        if !open && !title.with_untracked(String::is_empty) {
            on_close.run(());
        }
    };
    let said = move || if title.with(String::is_empty) { String::new() } else { messages.announced() };
    view! {
        <dialog
            node_ref=dialog
            id=id
            class="gw-drawer"
            aria-labelledby=[id, "-title"].concat()
            on:cancel=on_cancel
            on:close=on_closed
            on:click=on_click
        >
            <div class="gw-drawer-inner">
                <div class="gw-drawer-head">
                    <h2 class="gw-dialog-title" id=[id, "-title"].concat()>{move || title.get()}</h2>
                    <button type="button" class="button gw-icon-button" aria-label=t(msg!("Close")) on:click=move |_| on_close.run(())>
                        <span class="dashicons dashicons-no-alt" aria-hidden="true"></span>
                    </button>
                </div>
                // What is said outside a modal dialog is not read out while it is open.
                <div class="screen-reader-text" role="status">{said}</div>
                {content}
            </div>
        </dialog>
    }
    .into_any()
}
