//! What is stored of prompt and answer, and the call as a command. Asked for by a click only, and shown as text.

use leptos::prelude::*;
use model::{
    language::t,
    logs::{
        content::{Part, Title, is_redacted, parts},
        curl::curl,
    },
    msg,
    text::Msg,
    wire::{LogContent, LogRow},
};
use serde_json::Value;

use super::{Opened, full::trouble};
use crate::{
    action::actions,
    api,
    boot::with_boot,
    components::{code_block, region, skeleton_rows},
    markup::{Markup, html},
    query::idle_query,
    store::Store,
};

actions! {
    enum ContentAction {
        Ask = "ask-content",
    }
}

pub fn content(opened: Opened) -> AnyView {
    let asked_of = Store::new(String::new());
    let stored = idle_query(move |api| async move {
        let of = asked_of.with_untracked(String::clone);
        api::logs::content(&api, &of).response().await
    });
    region(
        "gw-part",
        move || {
            let Some(row) = opened.row().filter(|row| !row.request_id.is_empty()) else { return Markup::default() };
            let is_of_this = asked_of.with(|of| *of == row.request_id);
            let found = stored.with(|state| {
                let mut rows = state.data.iter().flat_map(|contents| &contents.rows);
                let of_this = rows.find(|content| content.request_id == row.request_id);
                (state.error.clone(), state.data.as_ref().map(|_| of_this.cloned().unwrap_or_default()), state.loading)
            });
            let shown = match (is_of_this, found) {
                _ if !with_boot(|boot| boot.can_manage_keys) => {
                    html! { p { (msg!("They are shown to those who may manage keys.")) } }
                }
                (false, _) => {
                    html! { p { button.button type="button" data-action=(ContentAction::Ask) { (msg!("Show prompt and answer")) } } }
                }
                (true, (Some(error), _, false)) => trouble(&t(msg!("They could not be read.")), &error, "ask-content"),
                (true, (None, Some(content), false)) => {
                    html! { (texts(&row, &content)) (command(&row, &content.request)) }
                }
                _ => skeleton_rows(3),
            };
            let before = if is_of_this { Markup::default() } else { command(&row, &Value::Null) };
            html! {
                div.gw-part-head { h3.gw-part-title { (msg!("Prompt and answer")) } }
                (shown) (before)
            }
        },
        move |ContentAction::Ask| {
            let of = untrack(|| opened.row()).map(|row| row.request_id.clone()).unwrap_or_default();
            asked_of.update(|asked| *asked = of);
            stored.turn();
        },
    )
}

fn title(title: Title) -> Msg {
    match title {
        Title::Prompt => msg!("Prompt"),
        Title::Answer => msg!("Answer"),
        Title::Request => msg!("Request"),
    }
}

fn texts(row: &LogRow, content: &LogContent) -> Markup {
    let parts = parts(content);
    if parts.is_empty() {
        let why = if row.metadata.cold_storage.is_empty() {
            msg!(
                "Nothing of them is stored: the gateway keeps prompts and answers only where store_prompts_in_spend_logs is set in its general_settings, and only of calls since then."
            )
        } else {
            msg!("They are not in the gateway’s database, but in its cold storage, which is not read here.")
        };
        return html! { p { (why) } };
    }
    html! {
        @if is_redacted(content) {
            p.gw-line-note { (msg!("The gateway leaves the words out of its log (turn_off_message_logging).")) }
        }
        @for part in &parts { (text(part)) }
    }
}

fn text(part: &Part) -> Markup {
    html! {
        h4 { (title(part.title)) }
        pre .gw-code .gw-call-text dir="auto" translate="no" tabindex="0" role="region" aria-label=(title(part.title)) { (part.text) }
        @if part.is_cut { p.gw-minor { (msg!("It is longer; the rest is not shown.")) } }
    }
}

/// The call as a command, without a key.
fn command(row: &LogRow, request: &Value) -> Markup {
    let base = with_boot(|boot| boot.public_base());
    let Some(command) = curl(&base, row, request) else { return Markup::default() };
    html! {
        details.gw-fold {
            summary { (msg!("As a curl command")) }
            p.gw-minor { (msg!("The key is not in it: the shell takes it from LITELLM_API_KEY. An ellipsis stands for what is not stored.")) }
            (code_block("gw-call-curl", msg!("As a curl command"), &command))
        }
    }
}

#[cfg(test)]
mod tests {
    use model::wire::LogMetadata;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_stored_is_text_and_what_is_not_is_told() {
        let evil = LogContent { response: json!("<script>alert(1)</script>"), ..LogContent::default() };
        let shown = texts(&LogRow::default(), &evil);
        assert!(shown.as_str().contains("&lt;script&gt;") && !shown.as_str().contains("<script"), "{shown:?}");
        let nothing = texts(&LogRow::default(), &LogContent::default());
        assert!(nothing.as_str().contains("store_prompts_in_spend_logs"));
        let metadata = LogMetadata { cold_storage: "bucket/key".into(), ..LogMetadata::default() };
        let cold = texts(&LogRow { metadata, ..LogRow::default() }, &LogContent::default());
        assert!(cold.as_str().contains("cold storage") && !cold.as_str().contains("bucket"));
    }
}
