//! What is asked before something is changed.

use model::{
    key_form::{Change, Field as Name},
    language::{t, tf},
    msg,
    people::Kind,
};
use serde_json::Value;

use super::super::{choices::Choices, words};
use crate::{components::Question, markup::Markup};

/// What is asked before something is sent.
#[derive(Clone)]
pub enum Asked {
    /// These changes.
    Save(Vec<Change>),
    /// Somebody else has changed this meanwhile.
    Theirs(Vec<Change>),
    /// What the key has spent becomes nothing.
    Reset,
}

pub fn question(asked: &Asked, name: &str, choices: &Choices, mine: &[Change]) -> (Question, Markup) {
    let (title, text, action, cancel, destructive) = match asked {
        Asked::Save(_) => (
            msg!("Change “{key}”?"),
            match choices.of {
                None => msg!(
                    "Calls with this key follow the new settings, with other instances of LiteLLM within about a minute."
                ),
                Some(Kind::Team) => msg!(
                    "Calls with the keys of this team follow the new settings, with other instances of LiteLLM within about a minute."
                ),
                Some(Kind::User) => msg!(
                    "Calls with keys of this user that are in no team follow the new settings, with other instances of LiteLLM within about a minute."
                ),
            },
            msg!("Save changes"),
            msg!("Cancel"),
            false,
        ),
        Asked::Theirs(_) => (
            msg!("“{key}” was changed meanwhile"),
            msg!(
                "Somebody else has changed this since you opened the form. What you have not touched stays as theirs; where both did, yours would take its place."
            ),
            msg!("Save mine"),
            msg!("Look at it first"),
            true,
        ),
        Asked::Reset => (
            msg!("Set to zero what “{key}” has spent?"),
            msg!("It can spend its whole budget once more. What it has spent stays in the statistics."),
            msg!("Reset to zero"),
            msg!("Cancel"),
            true,
        ),
    };
    let details = match asked {
        Asked::Save(changes) => words::difference(changes, choices),
        Asked::Theirs(theirs) => theirs_and_mine(theirs, mine, choices),
        Asked::Reset => Markup::default(),
    };
    (Question { title: tf(title, &[("key", name)]), text: t(text), action, cancel, destructive }, details)
}

/// What they made of it, beside what would be saved.
fn theirs_and_mine(theirs: &[Change], mine: &[Change], choices: &Choices) -> Markup {
    let mut rows: Vec<(Name, Vec<Value>)> = Vec::new();
    for change in theirs {
        let (field, mut values) = words::before_and_after(change);
        let own = mine.iter().find(|own| own.field == change.field);
        values.push(own.map_or_else(|| values[1].clone(), |own| words::before_and_after(own).1[1].clone()));
        rows.push((field, values));
    }
    words::table(
        msg!("What was changed meanwhile"),
        &[msg!("When you opened it"), msg!("Now"), msg!("When you save")],
        &rows,
        choices,
    )
}
