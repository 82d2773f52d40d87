//! The new secret, shown once, with an example that works when pasted.

use leptos::prelude::*;
use model::{
    clock,
    key_form::expiry_differs,
    snippet::{self, Language},
    wire::{CreatedKey, Model},
};

use crate::{
    boot::with_boot,
    components::{Act, Tone, code_block, header, note, segments, slot},
    format,
    i18n::{t, tf},
    markup::{Html, html},
    nav::Page,
    store::Store,
};

/// A key that was just made. Its secret lives here and in the page, and nowhere else.
#[derive(Clone)]
pub struct Made {
    key: CreatedKey,
    /// A model that the key may call.
    model: String,
    /// What that model does (`chat`, `embedding`, …).
    mode: String,
    /// The end that LiteLLM set, when it is not the one that was asked for.
    other_end_ms: Option<i64>,
}

impl Made {
    /// `team_models`: what the key's team may call; empty: everything, or no team.
    pub fn new(
        key: CreatedKey,
        asked_days: Option<u64>,
        created_ms: i64,
        known: &[Model],
        team_models: &[String],
    ) -> Made {
        let among = |models: &[String], name: &String| models.is_empty() || models.contains(name);
        let allowed = |model: &&Model| among(&key.models, &model.model_group) && among(team_models, &model.model_group);
        let fits =
            known.iter().filter(allowed).find(|model| model.mode == "chat").or_else(|| known.iter().find(allowed));
        let (model, mode) = match fits {
            Some(model) => (model.model_group.clone(), model.mode.clone()),
            None => (key.models.first().cloned().unwrap_or_else(|| "gpt-4o".to_owned()), "chat".to_owned()),
        };
        let expires_ms = clock::parse_utc_ms(&key.expires);
        let other_end_ms = asked_days
            .zip(expires_ms)
            .filter(|(days, end)| expiry_differs(*days, created_ms, *end))
            .map(|(_, end)| end);
        Made { key, model, mode, other_end_ms }
    }
}

pub fn created(made: Made) -> AnyView {
    let state = Store::new((made, Language::Curl));
    let (headed, key, example, chosen) = (state.clone(), state.clone(), state.clone(), state);
    let choose = move |act: Act| {
        if let Some(choice) = Language::ALL.into_iter().find(|choice| choice.label() == act.id) {
            chosen.change(|(_, language)| *language = choice);
        }
    };
    view! {
        {slot("", move || headed.peek(|(made, _)| head(made))).view()}
        <div class="gw-content gw-content-narrow">
            {slot("gw-stack", move || key.peek(|(made, _)| secret(made))).view()}
            {slot("gw-panel", move || example.read(|(made, language)| in_code(made, *language))).on_act(choose).view()}
        </div>
    }
    .into_any()
}

fn head(made: &Made) -> String {
    let title = tf(msg!("“{alias}” is ready"), &[("alias", &made.key.key_alias)]);
    header(&title, &t(msg!("Copy the key now: it is not shown again.")), |h| {
        html!(h, r#"<a class="button" href=""# {Page::Keys.href()} "\">" [msg!("Done")] "</a>");
    })
}

fn secret(made: &Made) -> String {
    let mut h = Html::new();
    note(&mut h, Tone::Success, &t(msg!("The key was created")), |h| {
        html!(h, "<p>" [msg!("LiteLLM keeps only a fingerprint of it. When you leave this page the key is gone from here, too.")] "</p>");
    });
    if let Some(end) = made.other_end_ms {
        note(&mut h, Tone::Warning, &t(msg!("The gateway set another end than you chose")), |h| {
            html!(h, "<p>" {tf(msg!("The key expires on {date}."), &[("date", &format::date_time(end))])} "</p>");
        });
    }
    html!(h, r#"<section class="gw-panel"><div class="gw-panel-head"><label class="gw-panel-title" for="gw-secret">"# [msg!("Your new key")]
        r#"</label></div><div class="gw-panel-body"><div class="gw-secret"><input type="text" id="gw-secret" class="gw-secret-text code" dir="ltr" translate="no" readonly autocomplete="off" spellcheck="false" value=""#
        {made.key.key} r#""><button type="button" class="button button-primary" data-copy="gw-secret">"# [msg!("Copy key")]
        r#"</button><span class="gw-minor" role="status"></span></div></div></section>"#);
    h.finish()
}

fn in_code(made: &Made, language: Language) -> String {
    let base = with_boot(|boot| boot.public_base());
    let code = snippet::example(language, &base, &made.key.key, &made.model, &made.mode);
    let mut h = Html::new();
    html!(h, r#"<div class="gw-panel-head"><h2 class="gw-panel-title">"# [msg!("Try it")] r#"</h2><div class="gw-panel-aside">"#);
    segments(
        &mut h,
        "language",
        &t(msg!("Language")),
        Language::ALL.into_iter().map(|choice| (choice.label(), choice.label().to_owned(), choice == language)),
    );
    h.raw(r#"</div></div><div class="gw-panel-body">"#);
    code_block(&mut h, "gw-example", &code, msg!("Copy example"));
    h.raw("</div>");
    h.finish()
}
