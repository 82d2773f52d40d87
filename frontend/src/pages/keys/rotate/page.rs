//! The page on which a key gets a successor: the form, then the work, and what came of it.

use leptos::{html::Button, prelude::*};
use model::{
    language::{t, tf},
    msg,
    rotation::{self, OVERLAPS_S, Step},
    route::KeysOpen,
    wire::KeyInfo,
};

use super::{
    form::{self, Form, RotationAction, Wanted},
    state::{Asked, Phase, State, Trouble},
    words,
    work::Rotation,
};
use crate::{
    api::{Api, keys, use_api},
    components::{Confirm, Question, confirm, header, region, skeleton_rows, still_region},
    effect::watch,
    format,
    markup::{Markup, html},
    pages::keys::{
        actions::name_of,
        choices::{self, Choices},
        create::{back, message_place},
        created::{not_copied, secret_field},
        source::use_keys_cache,
    },
    router::{Guard, focus_title, use_router},
    store::Store,
    task::{Task, now_ms, spawn},
};

pub fn page(hash: String, at_once: bool) -> AnyView {
    let rotation = Rotation { api: use_api(), hash, state: Store::new(State::new(at_once)), cache: use_keys_cache() };
    let (state, api) = (rotation.state, rotation.api.clone());
    let form = Form::new(Wanted::default());
    let choices = Store::new(Choices::default());
    let loading = Task::new();
    choices::load(&api, choices, false, &loading);
    let finding = Task::new();
    let read = {
        let rotation = rotation.clone();
        move || {
            let (rotation, finding) = (rotation.clone(), finding.clone());
            state.update(|state| *state = State::new(at_once));
            spawn(async move { open(&rotation, form, choices, at_once, &finding).await });
        }
    };
    read();
    // A secret goes with the page, also when the browser keeps it to come back to.
    let hidden = window_event_listener_untyped("pagehide", move |_| state.update(|state| state.secret = None));
    on_cleanup(move || hidden.remove());
    use_router().guard(move || {
        let (busy, secret) = state.with_untracked(|state| (state.busy, state.shows_secret()));
        if busy { Some(Guard::Wait) } else { secret.then(|| Guard::Ask(not_copied())) }
    });
    let reading = StoredValue::new_local(read.clone());
    let signed = api.clone();
    watch(move || {
        let signed_out = signed.signed_out();
        let was = |state: &State| {
            state.phase == Phase::Reading
                && matches!(&state.trouble, Some(Trouble::Failed(error)) if *error == model::failure::ApiError::SignedOut)
        };
        if !signed_out && state.with_untracked(was) {
            reading.with_value(|read| read());
        }
    });
    let message = region(
        "gw-slot",
        move || state.with(|state| choices.with(|choices| words::trouble(state, choices))),
        move |action: RotationAction| {
            if action == RotationAction::Read {
                read();
            }
        },
    );
    let phase = Memo::new(move |_| state.with(|state| state.phase));
    // The button that ended it is gone.
    watch(move || {
        if matches!(phase.get(), Phase::Done | Phase::Undone) {
            request_animation_frame(focus_title);
        }
    });
    let (asking, answering, working) = (rotation.clone(), rotation.clone(), StoredValue::new_local(rotation));
    let content = move || match phase.get() {
        Phase::Reading => awaited(state),
        Phase::Form => working.with_value(|rotation| form::form_view(rotation, form, choices)),
        Phase::Work => working.with_value(work_view),
        Phase::Done => still_region("gw-slot", move || state.with(|state| words::done(state, now_ms()))),
        Phase::Undone => still_region("gw-slot", move || state.with(words::undone)),
    };
    view! {
        {still_region("", move || state.with(head))}
        <div class="gw-content gw-content-narrow">
            {message_place(message)}
            {content}
        </div>
        {confirm("gw-rotation-question", move || asking.state.with(question), move |yes| answer(&answering, yes))}
    }
    .into_any()
}

async fn open(rotation: &Rotation, form: Form, choices: Store<Choices>, at_once: bool, finding: &Task) {
    let Some(info) = rotation.read().await else { return };
    choices::find_owner(&rotation.api, choices, &info.info.user_id, finding);
    let wanted = wanted(&info, free_alias(&rotation.api, &info.info.key_alias).await, at_once);
    form.rebase(wanted.clone(), wanted);
    rotation.state.update(|state| state.phase = Phase::Form);
}

/// A name that no key has yet.
async fn free_alias(api: &Api, alias: &str) -> String {
    let first = rotation::successor_alias(alias, &format::iso_day(now_ms()));
    let mut name = first.clone();
    for number in 2..=9 {
        match keys::by_alias(api, &name).response().await {
            Ok(answer) if !answer.data.keys.is_empty() => name = [&first, "-", &number.to_string()].concat(),
            _ => break,
        }
    }
    name
}

/// A day, as long as this site allows that.
fn wanted(info: &KeyInfo, alias: String, at_once: bool) -> Wanted {
    let allowed = rotation::overlaps(&crate::pages::keys::form::ceilings());
    let overlap_s = match (at_once || info.info.blocked, allowed.contains(&OVERLAPS_S[2]), allowed.last()) {
        (true, _, _) | (_, false, None) => 0,
        (_, true, _) => OVERLAPS_S[2],
        (_, false, Some(longest)) => *longest,
    };
    Wanted { alias, overlap_s: overlap_s.to_string() }
}

fn awaited(state: Store<State>) -> AnyView {
    still_region("", move || {
        let failed = state.with(|state| state.trouble.is_some());
        if failed {
            Markup::default()
        } else {
            html! { div .gw-panel .gw-panel-body { (skeleton_rows(8)) } }
        }
    })
}

fn head(state: &State) -> Markup {
    let name = words::name(state.info.as_ref());
    let title = if name.is_empty() { t(msg!("Rotate key")) } else { tf(msg!("Rotate “{key}”"), &[("key", &name)]) };
    let text = t(msg!(
        "A successor takes its place: with the same limits, what is left of the budget, and a secret of its own."
    ));
    let links = match &state.info {
        Some(info) => html! {
            a.button href=(words::link(KeysOpen::Key(info.token.clone()))) { (msg!("Show the key")) }
            (back())
        },
        None => back(),
    };
    header(&title, &text, &links)
}

/// How far it is, the secret while it can be seen, and what can be done.
fn work_view(rotation: &Rotation) -> AnyView {
    let state = rotation.state;
    let shows = Memo::new(move |_| state.with(|state| state.next() == Step::Copy && state.secret().is_some()));
    let secret = move || {
        if !shows.get() {
            return ().into_any();
        }
        let secret = state.with_untracked(|state| state.secret().map(|secret| secret.to_string())).unwrap_or_default();
        let (copied, button) = (RwSignal::new(false), NodeRef::<Button>::new());
        watch(move || {
            if let Some(button) = button.get() {
                let _ = button.focus();
            }
        });
        view! {
            <section class="gw-panel">
                <div class="gw-panel-head"><label class="gw-panel-title" for="gw-secret">{t(msg!("The secret of the successor"))}</label></div>
                {secret_field(secret, copied, button)}
            </section>
        }
        .into_any()
    };
    let acting = rotation.clone();
    let steps = region(
        "gw-panel gw-panel-body",
        move || {
            state.with(|state| {
                html! {
                    (words::steps(state))
                    (words::in_force(state, now_ms()))
                    (words::what_now(state))
                    (words::buttons(state))
                }
            })
        },
        move |action: RotationAction| act(&acting, &action),
    );
    view! {
        {still_region("gw-slot", move || state.with(|state| words::continued(state, now_ms())))}
        {secret}
        {steps}
    }
    .into_any()
}

fn act(rotation: &Rotation, action: &RotationAction) {
    let (rotation, state) = (rotation.clone(), rotation.state);
    if state.with_untracked(|state| state.busy) {
        return;
    }
    match action {
        RotationAction::GoOn => spawn(async move { rotation.go(false).await }),
        RotationAction::Block => spawn(async move { rotation.block().await }),
        RotationAction::Copied => spawn(async move { rotation.copied().await }),
        RotationAction::Another => state.update(|state| state.asked = Some(Asked::Another)),
        RotationAction::Undo => state.update(|state| state.asked = Some(Asked::Undo)),
        RotationAction::Read => {}
    }
}

fn question(state: &State) -> Confirm {
    let successor = state.facts.successor.as_ref().map(|key| model::visible::isolated(&name_of(key)));
    let successor = successor.unwrap_or_else(|| model::visible::isolated(&state.plan.alias));
    let values = [("key", successor.as_str())];
    let question = state.asked.map(|asked| match asked {
        Asked::Undo => Question {
            title: t(msg!("Undo this rotation?")),
            text: match state.plan.is_at_once() {
                true => tf(msg!("The successor {key} is deleted, and applications that use it stop. The old key stays blocked."), &values),
                false => tf(msg!("The successor {key} is deleted, and applications that use it stop. The old key ends as it was to end before."), &values),
            },
            action: msg!("Undo"),
            cancel: msg!("Cancel"),
            destructive: true,
        },
        Asked::Another => Question {
            title: t(msg!("Make another successor?")),
            text: tf(msg!("{key} is deleted, and applications that use it already stop. Then another one of this name is made, and its secret is shown here."), &values),
            action: msg!("Make another"),
            cancel: msg!("Cancel"),
            destructive: true,
        },
    });
    Confirm { question, ..Confirm::default() }
}

fn answer(rotation: &Rotation, yes: bool) {
    let (rotation, state) = (rotation.clone(), rotation.state);
    let asked = state.with_untracked(|state| state.asked);
    state.update(|state| state.asked = None);
    match asked.filter(|_| yes) {
        Some(Asked::Undo) => spawn(async move { rotation.go(true).await }),
        Some(Asked::Another) => spawn(async move { rotation.another().await }),
        None => {}
    }
}
