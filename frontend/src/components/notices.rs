//! What went wrong, in words, with what to do about it.

use model::failure::ApiError;

use crate::{
    boot::with_boot,
    format,
    i18n::{t, tf},
    markup::{Html, html},
    nav::Page,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Error,
    Warning,
    Success,
}

/// A notice in wp-admin's own style. Errors are read out at once.
pub fn note(h: &mut Html, tone: Tone, title: &str, body: impl FnOnce(&mut Html)) {
    h.raw(match tone {
        Tone::Error => r#"<div class="notice notice-error inline gw-notice" role="alert">"#,
        Tone::Warning => r#"<div class="notice notice-warning inline gw-notice" role="status">"#,
        Tone::Success => r#"<div class="notice notice-success inline gw-notice" role="status">"#,
    });
    html!(h, r#"<p class="gw-notice-title">"# {title} "</p>" (body(h)) "</div>");
}

/// A failed request: what happened, LiteLLM's or WordPress's own words, what to do, and a way to try again (`data-act="retry"`).
pub fn problem(h: &mut Html, error: &ApiError, retry: bool) {
    note(h, Tone::Error, &t(error.title()), |h| {
        if !error.message().is_empty() {
            html!(h, "<p>" {error.message()} "</p>");
        }
        html!(h, "<p>" [error.advice()] r#"</p><p class="gw-notice-actions">"#);
        if *error == ApiError::SignedOut {
            with_boot(
                |boot| html!(h, r#"<a class="button button-primary" href=""# {boot.login} "\">" [msg!("Log in")] "</a>"),
            );
        } else if retry {
            retry_button(h);
        }
        if matches!(error, ApiError::Gateway(_) | ApiError::NotConfigured(_)) {
            status_link(h);
        }
        h.raw("</p>");
    });
}

/// The numbers shown are old: since when, and why.
pub fn stale_note(h: &mut Html, error: &ApiError, age_s: u64) {
    note(h, Tone::Warning, &t(error.title()), |h| {
        let age = tf(msg!("These are the last numbers it gave, {age}."), &[("age", &format::age(age_s))]);
        html!(h, "<p>" {age} " " [error.advice()] r#"</p><p class="gw-notice-actions">"# (retry_button(h)) (status_link(h)) "</p>");
    });
}

fn retry_button(h: &mut Html) {
    html!(h, r#"<button type="button" class="button" data-act="retry">"# [msg!("Try again")] "</button>");
}

fn status_link(h: &mut Html) {
    html!(h, r#"<a class="button button-link" href=""# {Page::Status.href()} "\">" [msg!("Check the connection")] "</a>");
}
