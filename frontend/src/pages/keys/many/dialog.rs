//! The dialog of a run, and what its buttons do.

use leptos::{html::Dialog, prelude::*};
use model::run::Act;
use wasm_bindgen::JsCast;

use super::{
    change_form::change_form,
    shown::{self, DialogAction, NO, buttons, said},
    work::{Phase, Worker},
};
use crate::{
    chunk::{self, chunk},
    components::{region, use_messages},
    effect::{is, watch},
    markup::html,
    pages::keys::progress,
};

const ID: &str = "gw-many";

pub fn dialog(worker: Worker) -> AnyView {
    let element: NodeRef<Dialog> = NodeRef::new();
    let messages = use_messages();
    let state = worker.state;
    let is_open = is(move || state.with(|state| state.phase != Phase::Closed));
    watch(move || {
        let open = is_open.get();
        let Some(dialog) = element.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
            // What is in it is written in this moment.
            request_animation_frame(focus_no);
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    // Each turn of it is read out.
    let turn = Memo::new(move |_| state.with(said));
    watch(move || {
        let said = turn.get();
        if !said.is_empty() {
            messages.announce(said);
            // The button that was pressed may be gone.
            request_animation_frame(|| {
                if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
                    focus_no();
                }
            });
        }
    });
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        worker.no();
    };
    // A second Escape closes it whatever the page says.
    let on_close = move |_: web_sys::Event| {
        let Some(dialog) = element.get_untracked().filter(|dialog| is_open.get_untracked() && !dialog.open()) else {
            return;
        };
        let runs = state.with_untracked(|state| matches!(state.phase, Phase::Running | Phase::Stopping));
        if runs {
            let _ = dialog.show_modal();
        }
        worker.no();
    };
    let on_action = move |action| match action {
        DialogAction::Yes => worker.yes(),
        DialogAction::No => worker.no(),
        DialogAction::GoOn => worker.go_on(),
        DialogAction::Again => worker.again(),
        DialogAction::ReadAgain => worker.read_all(),
        DialogAction::All => state.update(|state| state.all = true),
    };
    let has_form = is(move || {
        state.with(|state| {
            state.phase == Phase::Ask && state.job.as_ref().is_some_and(|job| matches!(job.run.act, Act::Change(_)))
        })
    });
    let form = chunk!(keys_create, change_form);
    provide_context(worker);
    let owners = worker.many.keys.owners;
    let details = region(
        "gw-many-details",
        move || {
            let directory = owners.with(|owners| owners.data.clone()).unwrap_or_default();
            state.with(|state| match state.phase {
                Phase::Reading { .. } => html! { p { (worker.many.keys.listing.with(progress)) } },
                _ => shown::details(state, &directory),
            })
        },
        on_action,
    );
    let buttons = region("gw-dialog-actions", move || state.with(buttons), on_action);
    let form = move || if has_form.get() { chunk::part(form) } else { ().into_any() };
    view! {
        <dialog
            node_ref=element
            id=ID
            class="gw-dialog gw-many"
            role="alertdialog"
            aria-labelledby="gw-many-title"
            aria-describedby="gw-many-text"
            on:cancel=on_cancel
            on:close=on_close
        >
            <div class="screen-reader-text" role="status">{move || if is_open.get() { messages.announced() } else { String::new() }}</div>
            <h2 class="gw-dialog-title" id="gw-many-title">{move || state.with(shown::title)}</h2>
            <p id="gw-many-text">{move || state.with(shown::text)}</p>
            {details}
            {form}
            {buttons}
        </dialog>
    }
    .into_any()
}

fn focus_no() {
    let button = document().get_element_by_id(NO).and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(button) = button {
        let _ = button.focus();
    }
}
