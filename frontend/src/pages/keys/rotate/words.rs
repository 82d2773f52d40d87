//! What is said of a rotation: how far it is, what is left to do, and what went wrong.

use model::{
    clock,
    language::{t, tf, tn},
    msg, plural,
    rotation::{Left, Stage, Step},
    route::{KeysOpen, KeysRoute, Route},
    text::Msg,
    visible::isolated,
    wire::{Key, KeyInfo},
};

use super::{
    form::{self, RotationAction},
    state::{Phase, State, Trouble},
};
use crate::{
    action::Action as _,
    components::{Tone, explained, notice, problem},
    format,
    markup::{Markup, html, truth},
    pages::keys::{actions::name_of, choices::Choices, words},
    router::href,
};

pub fn name(info: Option<&KeyInfo>) -> String {
    info.map(|info| isolated(&name_of(&info.info))).unwrap_or_default()
}

pub fn link(open: KeysOpen) -> String {
    href(&Route::Keys(KeysRoute { open, ..KeysRoute::default() }))
}

/// `1 hour`, `7 days`.
pub fn span(seconds: u64) -> String {
    match seconds {
        0..86_400 => {
            let hours = seconds / 3_600;
            tn(plural!("{count} hour", "{count} hours"), hours, &format::whole(hours as f64))
        }
        _ => {
            let days = seconds / 86_400;
            tn(plural!("{count} day", "{count} days"), days, &format::whole(days as f64))
        }
    }
}

fn stage(stage: Stage) -> Msg {
    match stage {
        Stage::Block => msg!("Block the old key"),
        Stage::Create => msg!("Create the successor"),
        Stage::Copy => msg!("Copy the secret of the successor"),
        Stage::Mark => msg!("Note the successor on the old key"),
        Stage::Activate => msg!("Let the successor be used"),
        Stage::End => msg!("Set the end of the old key"),
    }
}

/// The steps, and which of them are done.
pub fn steps(state: &State) -> Markup {
    let (all, next) = (Stage::all(state.plan.is_at_once()), state.next().stage());
    let status = |of: Stage| match next {
        Some(next) if of > next => ("gw-step", msg!("Not yet")),
        Some(next) if of == next => ("gw-step gw-step-now", if state.busy { msg!("Under way") } else { msg!("Next") }),
        _ => ("gw-step gw-step-done", msg!("Done")),
    };
    html! {
        ol.gw-steps {
            @for of in all {
                @let (class, word) = status(*of);
                li class=(class) {
                    span { (stage(*of)) }
                    " " span.gw-minor { (word) }
                }
            }
        }
    }
}

/// Which keys can be used in this moment, and for how long.
pub fn in_force(state: &State, now_ms: i64) -> Markup {
    let successor = state.facts.successor.as_ref().map(|key| {
        let text = match key.blocked {
            true => msg!("The successor {key} cannot be used yet: it is blocked."),
            false => msg!("The successor {key} can be used."),
        };
        tf(text, &[("key", &isolated(&name_of(key)))])
    });
    let old = state.facts.old.as_ref();
    let old = old.map_or_else(|| t(msg!("The old key is gone.")), |old| force_of_old(old, now_ms));
    let successor = successor.unwrap_or_else(|| t(msg!("There is no successor yet.")));
    html! { p { (old) } p { (successor) } }
}

fn force_of_old(key: &Key, now_ms: i64) -> String {
    let name = isolated(&name_of(key));
    let end = clock::parse_utc_ms(&key.expires);
    let moment = end.map(format::date_time).unwrap_or_default();
    let values = [("key", name.as_str()), ("moment", moment.as_str())];
    match end {
        _ if key.blocked => tf(msg!("The old key {key} is blocked."), &values),
        Some(end) if end <= now_ms => tf(msg!("The old key {key} has expired."), &values),
        Some(_) => tf(msg!("The old key {key} can be used until {moment}."), &values),
        None => tf(msg!("The old key {key} can be used."), &values),
    }
}

/// What somebody has to do, or can.
pub fn what_now(state: &State) -> Markup {
    let at_once = state.plan.is_at_once();
    let text = match state.next() {
        Step::Copy if state.secret().is_some() && state.is_blocked() => {
            msg!("Copy the secret and store it where the application reads it. It is shown only here and only now.")
        }
        Step::Copy if state.secret().is_some() => msg!(
            "Copy the secret and store it safely, then go on: from then on both keys can be used, until the old one ends. It is shown only here and only now."
        ),
        Step::Copy => msg!(
            "The secret of the successor was shown once, on the page that made it. Go on if it was copied there. If nobody has it, have another successor made: this one is deleted then."
        ),
        Step::OldGone => msg!("Somebody has deleted the old key, so that there is nothing left to replace."),
        Step::SuccessorGone => msg!(
            "Somebody has deleted the successor after its secret was copied. Have another one made, or undo what was begun."
        ),
        Step::Stopped => msg!(
            "The old key was blocked since this was begun, so its successor stays blocked until you say otherwise. Go on all the same, or undo what was begun."
        ),
        Step::Forget => msg!("All is done but to remove the note of it."),
        _ if at_once => {
            msg!("Go on, and what is left is done. Undone, the successor is deleted; the old key stays blocked.")
        }
        _ => msg!("Go on, and what is left is done. Undone, the successor is deleted and the old key is as it was."),
    };
    html! { p { (text) } }
}

pub fn buttons(state: &State) -> Markup {
    let (next, has_secret) = (state.next(), state.secret().is_some());
    let is_copy = next == Step::Copy;
    let go_on = match next {
        Step::OldGone | Step::SuccessorGone => None,
        Step::Copy if has_secret => Some((RotationAction::Copied, msg!("I have copied it: go on"))),
        Step::Copy => Some((RotationAction::Copied, msg!("The secret is copied: go on"))),
        Step::Stopped => Some((RotationAction::GoOn, msg!("Go on all the same"))),
        _ => Some((RotationAction::GoOn, msg!("Go on"))),
    };
    let can_block = state.can_block();
    let another = (is_copy && !has_secret) || next == Step::SuccessorGone;
    let busy = truth(state.busy);
    html! {
        div.gw-form-actions {
            @if can_block {
                button.button type="button" data-action=(RotationAction::Block) aria-disabled=(busy) { (msg!("Block the old key")) }
            }
            @if let Some((action, label)) = &go_on {
                button .button .button-primary type="button" data-action=(action) aria-disabled=(busy) {
                    @if state.busy { (msg!("Waiting for the gateway…")) } @else { (label) }
                }
            }
            @if another {
                button.button type="button" data-action=(RotationAction::Another) aria-disabled=(busy) { (msg!("Make another successor")) }
            }
            button.button type="button" data-action=(RotationAction::Undo) aria-disabled=(busy) { (msg!("Undo")) }
        }
    }
}

/// Where it broke off in another page, and whose it was.
pub fn continued(state: &State, now_ms: i64) -> Markup {
    let Some((by, at_s)) = &state.saved else { return Markup::default() };
    let at_ms = i64::try_from(*at_s).unwrap_or(0).saturating_mul(clock::SECOND_MS);
    let values = [("user", &*isolated(by)), ("moment", &*format::date_time(at_ms))];
    let recent = now_ms - at_ms < 2 * clock::MINUTE_MS;
    let body = html! {
        p { (tf(msg!("It was begun or gone on with by {user} on {moment}."), &values)) }
        @if recent { p { (msg!("That was a moment ago: it may be under way in another window right now.")) } }
        (changed_since(state))
    };
    notice(Tone::Warning, &t(msg!("This rotation is not finished")), &body)
}

/// Whether the old key has other limits by now than the successor was made with.
fn changed_since(state: &State) -> Markup {
    let settings = |key: &Key| (key.max_budget, key.rpm_limit, key.tpm_limit, key.max_parallel_requests);
    let differs = match (&state.facts.old, &state.facts.successor) {
        (Some(old), Some(new)) => {
            settings(old) != settings(new)
                || old.models != new.models
                || old.team_id != new.team_id
                || old.user_id != new.user_id
        }
        _ => false,
    };
    html! {
        @if differs { p { (msg!("The successor has not the same limits, models, team or owner as the old key: one of them was changed meanwhile, or the gateway has set something otherwise. Look at both.")) } }
    }
}

/// What the successor does not get.
pub fn left_behind(left: &[Left]) -> Markup {
    if left.is_empty() {
        return Markup::default();
    }
    let line = |left: &Left| match left {
        Left::Budgets => t(msg!("Budgets for single models or for several periods at once")),
        Left::Permissions => t(msg!("What it may use beside models, such as MCP servers and vector stores")),
        Left::Aliases => t(msg!("Its own names for models")),
        Left::Project => t(msg!("The project")),
        Left::OwnRoutes => t(msg!("That it may use certain routes only")),
        Left::AccessGroups => t(msg!("Access groups")),
        Left::Routes => t(msg!("Routes beyond calls of models and their details")),
        Left::Metadata(names) => {
            let names: Vec<String> = names.iter().map(|name| isolated(name)).collect();
            tf(msg!("Of the metadata: {names}"), &[("names", &format::list(&names))])
        }
        Left::OwnRotation => t(msg!("The rotation by LiteLLM itself")),
    };
    let forbids = left.iter().any(Left::forbids);
    let body = html! {
        ul.gw-list { @for left in left { li { (line(left)) } } }
        @if forbids { p { (msg!("Without them the successor could do more than this key, so none is made from here. LiteLLM’s own console can set them.")) } }
        @else { p { (msg!("Set them in LiteLLM’s own console before the successor is used, if it needs them.")) } }
    };
    let tone = if forbids { Tone::Error } else { Tone::Warning };
    notice(tone, &t(msg!("The successor does not get everything from here")), &body)
}

pub fn trouble(state: &State, choices: &Choices) -> Markup {
    let Some(trouble) = &state.trouble else { return Markup::default() };
    let retry = html! {
        p.gw-notice-actions { button.button type="button" data-action=(RotationAction::Read) { (msg!("Read it again")) } }
    };
    match trouble {
        Trouble::Own => {
            let body = html! { p { (msg!("This is the key with which the plugin itself reaches the gateway. Make another one (rotate-service-key.sh of the deployment kit does) and enter it in wp-config.php.")) } };
            notice(Tone::Error, &t(msg!("The plugin’s own service key is protected")), &body)
        }
        Trouble::Expired => {
            let like = state.info.as_ref().map(|info| link(KeysOpen::Like(info.token.clone()))).unwrap_or_default();
            let body = html! {
                p { (msg!("Nothing is replaced by a successor any more. Create a key like it instead.")) }
                p.gw-notice-actions { a.button href=(like) { (msg!("Create a key like it")) } }
            };
            notice(Tone::Warning, &t(msg!("This key has expired")), &body)
        }
        Trouble::Failed(error) if state.phase == Phase::Reading => problem(error, Some(RotationAction::Read.print())),
        Trouble::Failed(error) => {
            let doubt = error.outcome_unknown();
            let body = html! {
                (explained(error))
                @if doubt { p { (msg!("Whether this step was done is not known. What is shown was read from the gateway since; going on looks again first, and does nothing twice.")) } }
            };
            notice(Tone::Error, &t(error.title()), &body)
        }
        Trouble::NotShown => {
            let body = html! { p { (msg!("Nothing is lost. Wait a minute, then go on.")) } };
            notice(
                Tone::Warning,
                &t(msg!("LiteLLM has confirmed the change, but still shows the key as it was")),
                &body,
            )
        }
        Trouble::Elsewhere => {
            let body = html! {
                p { (msg!("Somebody else has gone on with this rotation, or has ended it. Nothing more was done here.")) }
                (retry)
            };
            notice(Tone::Warning, &t(msg!("Somebody else was faster")), &body)
        }
        Trouble::JournalFull => {
            let body = html! { p { (msg!("WordPress keeps notes of work that is not finished, and there are as many as it takes. Finish or undo some of them first. Nothing was done.")) } };
            notice(Tone::Error, &t(msg!("There is too much unfinished work")), &body)
        }
        Trouble::NameIsSecret => {
            let body = html! { p { (msg!("It would stand in a note in WordPress, which takes no secrets. Choose another name. Nothing was done.")) } };
            notice(Tone::Error, &t(msg!("The name looks like a secret")), &body)
        }
        Trouble::Theirs(theirs) => {
            let body = html! {
                p { (msg!("What is below is the key as it is now. No successor was made.")) }
                @if !theirs.is_empty() { (words::difference(theirs, choices)) }
            };
            notice(Tone::Warning, &t(msg!("Somebody else has changed this key")), &body)
        }
    }
}

pub fn done(state: &State, now_ms: i64) -> Markup {
    let old = state.facts.old.as_ref();
    let successor = state.facts.successor.as_ref().map(|key| isolated(&name_of(key))).unwrap_or_default();
    let name = old.map(|key| isolated(&name_of(key))).unwrap_or_default();
    let end = old.and_then(|key| clock::parse_utc_ms(&key.expires)).map(format::date_time).unwrap_or_default();
    let values = [("key", name.as_str()), ("successor", successor.as_str()), ("moment", end.as_str())];
    let is_ending = !end.is_empty() && !state.plan.is_at_once();
    let text = match old {
        None => t(msg!("The old key is gone.")),
        Some(old) if old.blocked => tf(msg!("{key} is blocked, and stays so."), &values),
        Some(old) if !is_ending => force_of_old(old, now_ms),
        Some(_) => tf(msg!("Until {moment} both keys can be used. Then the gateway ends {key} by itself."), &values),
    };
    let is_on = old.is_some_and(|old| !old.blocked) && !is_ending;
    let tone = if is_on { Tone::Warning } else { Tone::Success };
    notice(tone, &tf(msg!("{successor} has taken the place of {key}"), &values), &html! { p { (text) } })
}

pub fn undone(state: &State) -> Markup {
    let Some(old) = &state.facts.old else {
        return notice(
            Tone::Success,
            &t(msg!("What was begun is undone")),
            &html! { p { (msg!("The old key is gone.")) } },
        );
    };
    let name = isolated(&name_of(old));
    let end = clock::parse_utc_ms(&old.expires);
    let moment = end.map(format::date_time).unwrap_or_default();
    let values = [("key", name.as_str()), ("moment", moment.as_str())];
    let text = match end {
        _ if old.blocked => tf(msg!("{key} is blocked; you can unblock it in the list."), &values),
        None => tf(msg!("{key} can be used as before."), &values),
        Some(_) if state.plan.ends.is_empty() => tf(
            msg!(
                "{key} can be used until {moment}: it had no end before, but this gateway or this site does not let one be taken away."
            ),
            &values,
        ),
        Some(_) => tf(msg!("{key} can be used until {moment}."), &values),
    };
    notice(Tone::Success, &t(msg!("What was begun is undone")), &html! { p { (text) } })
}

/// What is wrong with the key itself, so that no successor of it can be made here.
pub fn not_allowed(state: &State, alias: &str) -> Markup {
    let problems = state.info.as_ref().map(|info| form::problems(info, alias)).unwrap_or_default();
    if problems.is_empty() {
        return Markup::default();
    }
    let edit = state.info.as_ref().map(|info| link(KeysOpen::Edit(info.token.clone()))).unwrap_or_default();
    let body = html! {
        dl.gw-facts { @for (field, text) in &problems { dt { (words::label(*field)) } dd { (text) } } }
        p { (msg!("Edit the key first, so that it keeps to what this site allows.")) }
        p.gw-notice-actions { a.button href=(edit) { (msg!("Edit key")) } }
    };
    notice(Tone::Error, &t(msg!("No key like this one can be made here")), &body)
}
