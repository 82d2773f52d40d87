//! What is in the drawer, from what matters most down.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::{t, tf},
    live_log::reason,
    logs::{
        call::{self, Oddity, id_of},
        cause::Cause,
    },
    msg,
    text::Msg,
    visible::visible,
    wire::LogRow,
};

use super::{Opened, content, facts, session};
use crate::{
    action::{Action as _, actions},
    components::{problem, region, skeleton_rows},
    format,
    markup::{Markup, html, truth},
};

actions! {
    pub enum CallAction {
        Newer = "newer",
        Older = "older",
        Retry = "retry",
    }
}

pub fn full() -> AnyView {
    let opened = expect_context::<Opened>();
    view! {
        <div class="gw-drawer-body">
            {head(opened)}
            {facts::facts(opened)}
            {session::session(opened)}
            {content::content(opened)}
        </div>
    }
    .into_any()
}

/// How it ended and why, and the way to its neighbours.
fn head(opened: Opened) -> AnyView {
    region(
        "gw-drawer-top",
        move || match opened.row() {
            Some(row) => top(opened, &row),
            None => not_there(opened),
        },
        move |action| match action {
            CallAction::Newer => step(opened, -1),
            CallAction::Older => step(opened, 1),
            CallAction::Retry => opened.looked_for.refetch(),
        },
    )
}

/// To the call before or after it in the list.
fn step(opened: Opened, by: isize) {
    let to = untrack(|| opened.index()).and_then(|index| index.checked_add_signed(by));
    let id = to.and_then(|to| opened.source.log.with_untracked(|log| log.reading.get(to).map(|row| id_of(&row))));
    if let Some(id) = id {
        opened.show(id);
    }
}

fn top(opened: Opened, row: &LogRow) -> Markup {
    let index = opened.index();
    let count = opened.source.log.with(|log| log.reading.count());
    let why = reason(row);
    html! {
        p.gw-key-status {
            @match &why {
                None => { span .gw-chip .gw-chip-active { (msg!("Success")) } }
                Some(why) => { span .gw-chip .gw-chip-failed { (msg!("Failed")) } " " span.gw-reason dir="auto" { (visible(&why.in_words())) } }
            }
        }
        @if let Some(why) = &why { @if let Some(cause) = Cause::of(&why.class, &why.code) { p { (explained(cause)) } } }
        @for oddity in call::oddities(row) { p.gw-minor { (odd(oddity)) } }
        @if let Some(index) = index {
            div.gw-drawer-actions {
                (button(CallAction::Newer, msg!("Newer call"), index > 0))
                (button(CallAction::Older, msg!("Older call"), index + 1 < count))
                span.gw-minor { (place(index, count)) }
            }
        }
    }
}

fn place(index: usize, count: usize) -> String {
    let numbers = [("place", &*format::whole(index as f64 + 1.0)), ("count", &*format::whole(count as f64))];
    tf(msg!("{place} of {count} that are read"), &numbers)
}

fn button(action: CallAction, label: Msg, enabled: bool) -> Markup {
    html! { button #{ "gw-call-" (action.print()) } .button type="button" data-action=(action.print()) aria-disabled=(truth(!enabled)) { (label) } }
}

/// What an error of LiteLLM's means, and who can do something about it. Its own words stand above.
fn explained(cause: Cause) -> Msg {
    match cause {
        Cause::Budget => {
            msg!("A budget is spent: of the key, its owner, its team or the gateway. The provider was not asked.")
        }
        Cause::TooMany => {
            msg!("Too many requests or tokens at once: a limit of the key, its team or its owner, or of the provider.")
        }
        Cause::ProvidersKey => {
            msg!(
                "The provider did not accept the gateway’s own key for it. That is set in the gateway’s list of models."
            )
        }
        Cause::NoSuchModel => {
            msg!("No such model: the caller has named one that the gateway, or its provider, does not have.")
        }
        Cause::TooLong => msg!("The prompt is longer than the model takes."),
        Cause::Policy => msg!("The provider refused what the prompt is about."),
        Cause::Timeout => msg!("The provider did not answer in time."),
        Cause::Provider => {
            msg!("The provider could not be reached, or failed by itself. The gateway may have tried more than once.")
        }
        Cause::NotUnderstood => {
            msg!(
                "The provider did not understand the request: a parameter that this model does not have, or a wrong one."
            )
        }
        Cause::NoKey => {
            msg!("The caller had no key, or one that the gateway does not know, has blocked, or that has expired.")
        }
        Cause::NotAllowed => msg!("The caller’s key may not do this: not this model, or not this address."),
    }
}

fn odd(oddity: Oddity) -> Msg {
    match oddity {
        Oddity::NoId => msg!("The log has no ID of this call, so that nothing more can be asked about it."),
        Oddity::NoStart => msg!("The log does not say when this call began."),
        Oddity::NoEnd => msg!("The log does not say when this call ended, so that it has no duration."),
        Oddity::EndsBeforeStart => {
            msg!(
                "In the log this call ends before it begins, as calls of batches and of machines with other clocks do: it has no duration."
            )
        }
    }
}

fn not_there(opened: Opened) -> Markup {
    opened.looked_for.with(|state| match (&state.error, &state.data) {
        (Some(error), _) if !state.loading => problem(error, Some(CallAction::Retry.print())),
        (_, Some(_)) if !state.loading => {
            html! { p { (t(msg!("The gateway’s log has no call with this ID. It may have been cleared, or not be written yet."))) } }
        }
        _ => skeleton_rows(4),
    })
}

/// A part that could not be read: why, and a way to try again, as it is printed.
pub fn trouble(text: &str, error: &ApiError, retry: &'static str) -> Markup {
    html! {
        p.gw-line-note {
            strong { (text) } " " (error.title()) " " (error.advice())
            " " button.button-link type="button" data-action=(retry) { (msg!("Try again")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_where_it_is_known_and_nobody_is_blamed_where_not() {
        for (class, code, part) in [
            ("BudgetExceededError", "400", "budget"),
            ("RateLimitError", "429", "Too many"),
            ("ProxyModelNotFoundError", "400", "No such model"),
            ("ProxyException", "401", "no key"),
            ("AuthenticationError", "401", "gateway’s own key"),
            ("Timeout", "408", "in time"),
        ] {
            assert!(Cause::of(class, code).is_some_and(|cause| t(explained(cause)).contains(part)), "{class} {code}");
        }
        assert!(Cause::of("", "").is_none() && Cause::of("SomethingNew", "418").is_none());
    }
}
