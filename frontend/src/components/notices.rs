//! What went wrong, in words, with what to do about it.

use leptos::prelude::*;
use model::failure::ApiError;

use crate::{
    boot::use_boot,
    format,
    i18n::{t, tf},
    nav::{Page, PageLink},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Error,
    Warning,
    Info,
    Success,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Error => "notice notice-error inline gw-notice",
            Tone::Warning => "notice notice-warning inline gw-notice",
            Tone::Info => "notice notice-info inline gw-notice",
            Tone::Success => "notice notice-success inline gw-notice",
        }
    }
}

/// A notice in wp-admin's own style. Errors are read out at once.
#[component]
pub fn Note(tone: Tone, #[prop(into, optional)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class=tone.class() role=if tone == Tone::Error { "alert" } else { "status" }>
            {(!title.is_empty()).then(|| view! { <p class="gw-notice-title">{title}</p> })}
            {children()}
        </div>
    }
}

/// A failed request: what happened, LiteLLM's or WordPress's own words, what to do, and a way to try again.
#[component]
pub fn Problem(error: ApiError, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    let boot = use_boot();
    let message = error.message().to_owned();
    let advice = t(error.advice());
    let signed_out = error == ApiError::SignedOut;
    let about_gateway = matches!(error, ApiError::Gateway(_) | ApiError::NotConfigured(_));
    view! {
        <Note tone=Tone::Error title=t(error.title())>
            {(!message.is_empty()).then(|| view! { <p>{message}</p> })}
            <p class="gw-notice-advice">{advice}</p>
            <p class="gw-notice-actions">
                {signed_out.then(|| view! { <a class="button button-primary" href=boot.login.clone()>{t("Log in")}</a> })}
                {(!signed_out).then_some(retry).flatten().map(|retry| {
                    view! { <button type="button" class="button" on:click=move |_| retry.run(())>{t("Try again")}</button> }
                })}
                {about_gateway.then(|| view! { <PageLink page=Page::Status class="button button-link">{t("Check the connection")}</PageLink> })}
            </p>
        </Note>
    }
}

/// The numbers shown are old: since when, and why.
#[component]
pub fn StaleNote(error: ApiError, age_s: u64, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    let text = tf("These are the last numbers it gave, {age}.", &[("age", &format::age(age_s))]);
    view! {
        <Note tone=Tone::Warning title=t(error.title())>
            <p>{text} " " {t(error.advice())}</p>
            <p class="gw-notice-actions">
                {retry.map(|retry| view! { <button type="button" class="button" on:click=move |_| retry.run(())>{t("Try again")}</button> })}
                <PageLink page=Page::Status class="button button-link">{t("Check the connection")}</PageLink>
            </p>
        </Note>
    }
}
