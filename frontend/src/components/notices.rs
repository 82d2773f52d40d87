//! What went wrong, in words, with what to do about it.

use model::{
    failure::ApiError,
    language::{t, tf},
    msg,
    route::Route,
};

use crate::{
    boot::with_boot,
    format,
    markup::{Markup, html},
    router::href,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Error,
    Warning,
    Success,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Error => "notice notice-error inline gw-notice",
            Tone::Warning => "notice notice-warning inline gw-notice",
            Tone::Success => "notice notice-success inline gw-notice",
        }
    }
}

/// A notice in wp-admin's own style. Errors are read out at once.
pub fn notice(tone: Tone, title: &str, body: &Markup) -> Markup {
    let role = if tone == Tone::Error { "alert" } else { "group" };
    html! {
        div class=(tone.class()) role=(role) aria-label=(title) {
            p.gw-notice-title { (title) }
            (body)
        }
    }
}

/// A failed request: what happened, LiteLLM's or WordPress's own words, what to do, and a way to try again: an action as
/// it is printed.
pub fn problem(error: &ApiError, retry: Option<String>) -> Markup {
    let body = html! {
        (explained(error))
        @if let Some(doubt) = error.doubt() { p { (doubt) } }
        p.gw-notice-actions {
            @if *error == ApiError::SignedOut { (login_link()) }
            @else if let Some(retry) = &retry { (retry_button(retry)) }
            @if matches!(error, ApiError::Gateway(_) | ApiError::NotConfigured(_)) { (status_link()) }
        }
    };
    notice(Tone::Error, &t(error.title()), &body)
}

/// More than the title says, and what to do.
pub fn explained(error: &ApiError) -> Markup {
    html! {
        @if let Some(message) = error.message() { p dir="auto" { (message) } }
        p { (error.advice()) }
    }
}

/// What is shown is old: since when, and why.
pub fn stale_notice(error: &ApiError, age_s: u64, retry: &str) -> Markup {
    let signed_out = *error == ApiError::SignedOut;
    let text = tf(msg!("What is shown was read from the gateway {age}."), &[("age", &*format::age(age_s))]);
    let body = html! {
        p { (text) }
        (explained(error))
        p.gw-notice-actions {
            @if signed_out { (login_link()) } @else { (retry_button(retry)) (status_link()) }
        }
    };
    notice(Tone::Warning, &t(error.title()), &body)
}

/// Beside this page, as a form that is filled in would be lost with it; whoever comes back goes on with it.
fn login_link() -> Markup {
    html! {
        a .button .button-primary href=(with_boot(|boot| boot.login.clone())) target="_blank" rel="noopener" { (msg!("Log in")) }
    }
}

fn retry_button(action: &str) -> Markup {
    html! { button.button type="button" data-action=(action) { (msg!("Try again")) } }
}

fn status_link() -> Markup {
    html! { a .button-link .gw-notice-link href=(href(&Route::Status)) { (msg!("Check the connection")) } }
}
