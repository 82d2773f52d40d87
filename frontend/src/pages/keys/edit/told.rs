//! What is told above the form, once something was sent.

use model::{
    failure::ApiError,
    key_form::{Change, Field as Name, Outcome},
    language::{t, tf},
    msg,
    text::Msg,
};
use serde_json::Value;

use super::{
    super::{choices::Choices, words},
    EditAction,
};
use crate::{
    components::{Tone, explained, notice, problem},
    format,
    markup::{Markup, html},
};

#[derive(Clone)]
pub enum Told {
    Unchanged,
    Failed(ApiError),
    /// What the gateway made of each change. `lost`: its answer did not come, and it was looked instead.
    Saved {
        changes: Vec<(Change, Outcome)>,
        lost: Option<ApiError>,
    },
    /// The answer did not come, and what there is now is not known either.
    Unknown(ApiError),
    /// It was accepted, but what there is now could not be read.
    Unread(ApiError),
    /// What others changed, which is in the form now.
    Theirs(Vec<Change>),
    SpendReset,
    /// The answer did not come; what the key had spent when it was sent, and what it has spent as the gateway says now.
    SpendInDoubt {
        lost: ApiError,
        before: f64,
        now: f64,
    },
}

/// What is said of a key, and of others.
fn of(choices: &Choices, key: Msg, other: Msg) -> Msg {
    if choices.of.is_none() { key } else { other }
}

pub fn told_in_words(told: &Told, choices: &Choices) -> Markup {
    match told {
        Told::Unchanged => notice(Tone::Warning, &t(msg!("Nothing is changed")), &Markup::default()),
        Told::Failed(error) => problem(error, None),
        Told::Saved { changes, lost } => saved(changes, lost.as_ref(), choices),
        Told::Unknown(error) => {
            let body = html! {
                (explained(error))
                p { (of(choices, msg!("Whether the key was changed is not known. Look again before you save once more."), msg!("Whether anything was changed is not known. Look again before you save once more."))) }
                (look_again())
            };
            notice(Tone::Error, &t(error.title()), &body)
        }
        Told::Unread(error) => {
            let body = html! {
                p { (of(choices, msg!("The gateway has accepted the changes, but what the key is now could not be read."), msg!("The gateway has accepted the changes, but what has come of them could not be read."))) }
                (explained(error))
            };
            notice(Tone::Warning, &t(error.title()), &body)
        }
        Told::Theirs(theirs) => {
            let body = html! {
                p { (of(choices, msg!("What the form shows is the key as it is now, with what you have filled in. Nothing was saved."), msg!("What the form shows is what there is now, with what you have filled in. Nothing was saved."))) }
                (words::difference(theirs, choices))
            };
            notice(
                Tone::Warning,
                &t(of(choices, msg!("Somebody else has changed this key"), msg!("Somebody else has changed this"))),
                &body,
            )
        }
        Told::SpendReset => {
            notice(Tone::Success, &t(msg!("What the key has spent is set to zero")), &Markup::default())
        }
        Told::SpendInDoubt { lost, before, now } => {
            let words = if now < before {
                msg!(
                    "The gateway says that the key has spent {amount} now, after {before} before: it seems to be reset, and to have spent this since."
                )
            } else {
                msg!(
                    "The gateway says that the key has spent {amount}. It may still be at it: look again before you try once more."
                )
            };
            let text = tf(words, &[("amount", &format::usd(*now)), ("before", &format::usd(*before))]);
            notice(Tone::Error, &t(lost.title()), &html! { (explained(lost)) p { (text) } (look_again()) })
        }
    }
}

fn look_again() -> Markup {
    html! { p.gw-notice-actions { button.button type="button" data-action=(EditAction::LookAgain) { (msg!("Look again")) } } }
}

fn saved(changes: &[(Change, Outcome)], lost: Option<&ApiError>, choices: &Choices) -> Markup {
    let rows = |wanted: fn(&Outcome) -> bool| {
        let mut rows: Vec<(Name, Vec<Value>)> = Vec::new();
        for (change, outcome) in changes {
            if wanted(outcome) {
                let (field, mut values) = words::before_and_after(change);
                if let Outcome::Otherwise(now) = outcome {
                    values.push(now.clone());
                }
                rows.push((field, values));
            }
        }
        rows
    };
    let done = rows(|outcome| *outcome == Outcome::Done);
    let not = rows(|outcome| *outcome == Outcome::Not);
    let otherwise = rows(|outcome| matches!(outcome, Outcome::Otherwise(_)));
    let (now, then) = (msg!("Before"), msg!("Now"));
    let (tone, title) = match (lost, not.is_empty() && otherwise.is_empty()) {
        (_, true) => (Tone::Success, t(of(choices, msg!("The key was changed"), msg!("The changes are saved")))),
        (Some(error), _) => (Tone::Error, t(error.title())),
        // Somebody else may have been there in between.
        (None, _) if !otherwise.is_empty() => (Tone::Warning, t(msg!("Not all is as you chose"))),
        (None, _) if done.is_empty() => (Tone::Warning, t(msg!("The gateway has not done this"))),
        (None, _) => (Tone::Warning, t(msg!("The gateway has done only a part of this"))),
    };
    let body = html! {
        @if lost.is_some() && tone == Tone::Success { p { (of(choices, msg!("The answer got lost, but the key has the new settings."), msg!("The answer got lost, but the new settings are there."))) } }
        @if !done.is_empty() { (words::table(msg!("What was changed"), &[now, then], &done, choices)) }
        @if !otherwise.is_empty() {
            p { (msg!("This is otherwise than you chose: the gateway made something else of it, or somebody else has changed it in between.")) }
            (words::table(msg!("What became otherwise"), &[now, msg!("You chose"), then], &otherwise, choices))
        }
        @if !not.is_empty() {
            p { (msg!("This is as it was before:")) }
            (words::table(msg!("What was not changed"), &[msg!("Now"), msg!("You chose")], &not, choices))
        }
        @if let (Some(error), false) = (lost, tone == Tone::Success) {
            (explained(error))
            p { (msg!("The answer got lost, and the gateway may still be at it. Look again before you save once more.")) }
            (look_again())
        }
    };
    notice(tone, &title, &body)
}
