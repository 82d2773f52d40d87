//! What is stored of prompt and answer, and the call as a command. Asked for by a click only, and shown as text.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    language::t,
    logs::{
        content::{Part, Title, is_redacted, parts, whole},
        curl::curl,
    },
    msg,
    text::Msg,
    wire::{LogContent, LogContents, LogRow},
};
use serde_json::Value;

use super::{Opened, full::trouble};
use crate::{
    action::actions,
    api,
    boot::with_boot,
    components::{code_block, copy_button, region, skeleton_rows},
    effect::watch,
    markup::{Markup, html},
    pages::keys::csv::give,
    query::{Query, idle_query},
    store::Store,
    task::{Task, pause},
};

actions! {
    enum ContentAction {
        Ask = "ask-content",
        More(String) = "more-of",
        Download(String) = "download-text",
    }
}

/// What is stored of a call as it is shown: made once, as it may be large.
#[derive(Default)]
struct Stored {
    /// The call that was asked about, and its ID.
    row: Rc<LogRow>,
    of: String,
    /// Made of the answer that has come.
    is_ready: bool,
    parts: Vec<Part>,
    /// Those of which not only the beginning is shown.
    opened: Vec<Title>,
    is_redacted: bool,
    command: Option<String>,
}

fn content_of<'a>(contents: &'a LogContents, of: &str) -> Option<&'a LogContent> {
    contents.rows.iter().find(|content| content.request_id == of)
}

pub fn content(opened: Opened) -> AnyView {
    let stored = Store::new(Stored::default());
    let answer: Query<LogContents> = idle_query(move |api| async move {
        let of = stored.with_untracked(|stored| stored.of.clone());
        api::logs::content(&api, &of).response().await
    });
    let making = Task::new();
    watch(move || {
        let is_there = answer.with(|state| !state.loading && state.error.is_none() && state.data.is_some());
        if is_there {
            making.run(make(stored, answer));
        }
    });
    region(
        "gw-part",
        move || {
            let Some(row) = opened.row().filter(|row| !row.request_id.is_empty()) else { return Markup::default() };
            let (error, loading) = answer.with(|state| (state.error.clone(), state.loading));
            let body = stored.with(|stored| {
                let is_of_this = stored.of == row.request_id;
                if !with_boot(|boot| boot.can_manage_keys) {
                    return html! {
                        p { (msg!("They are shown to those who may manage keys.")) }
                        (command(simple(&row).as_deref()))
                    };
                }
                match (is_of_this, error) {
                    (false, _) => html! {
                        p { button.button type="button" data-action=(ContentAction::Ask) { (msg!("Show prompt and answer")) } }
                        (command(simple(&row).as_deref()))
                    },
                    (true, Some(error)) if !loading => {
                        trouble(&t(msg!("They could not be read.")), &error, "ask-content")
                    }
                    (true, _) if stored.is_ready => html! { (texts(&row, stored)) (command(stored.command.as_deref())) },
                    (true, _) => skeleton_rows(3),
                }
            });
            html! {
                div.gw-part-head { h3.gw-part-title { (msg!("Prompt and answer")) } }
                (body)
            }
        },
        move |action| match action {
            ContentAction::Ask => {
                let row = untrack(|| opened.row()).unwrap_or_default();
                stored.update(|stored| {
                    *stored = Stored { of: row.request_id.clone(), row, ..Stored::default() };
                });
                answer.turn();
            }
            ContentAction::More(name) => stored.update(|stored| {
                if let Some(part) = stored.parts.iter().find(|part| slug(part.title) == name) {
                    stored.opened.push(part.title);
                }
            }),
            ContentAction::Download(name) => {
                let of = stored.with_untracked(|stored| stored.of.clone());
                let title =
                    [Title::Prompt, Title::Answer, Title::Request].into_iter().find(|title| slug(*title) == name);
                answer.state.with_untracked(|state| {
                    let content = state.data.as_ref().and_then(|contents| content_of(contents, &of));
                    if let (Some(content), Some(title)) = (content, title) {
                        // A browser that gives no file shows that itself.
                        let _ = give(&["call-", slug(title), ".txt"].concat(), &whole(content, title));
                    }
                });
            }
        },
    )
}

/// One after the other, so that the browser can go on in between: each may be megabytes.
async fn make(stored: Store<Stored>, answer: Query<LogContents>) {
    let (row, of) = stored.with_untracked(|stored| (stored.row.clone(), stored.of.clone()));
    pause(0).await;
    let look = |read: &dyn Fn(&LogContent, &mut Stored)| {
        let nothing = LogContent::default();
        stored.quietly(|stored| {
            let _ = answer.state.try_with_untracked(|state| {
                let content = state.data.as_ref().and_then(|contents| content_of(contents, &of));
                read(content.unwrap_or(&nothing), stored);
            });
        });
    };
    look(&|content, stored| stored.parts = parts(content));
    pause(0).await;
    look(&|content, stored| {
        stored.is_redacted = is_redacted(content);
        let base = with_boot(|boot| boot.public_base());
        stored.command = curl(&base, &row, &content.request);
    });
    stored.update(|stored| stored.is_ready = true);
}

fn title(title: Title) -> Msg {
    match title {
        Title::Prompt => msg!("Prompt"),
        Title::Answer => msg!("Answer"),
        Title::Request => msg!("Request"),
    }
}

/// In ids and names of files.
fn slug(title: Title) -> &'static str {
    match title {
        Title::Prompt => "prompt",
        Title::Answer => "answer",
        Title::Request => "request",
    }
}

fn texts(row: &LogRow, stored: &Stored) -> Markup {
    if stored.parts.is_empty() {
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
        @if stored.is_redacted {
            p.gw-line-note { (msg!("The gateway leaves the words out of its log (turn_off_message_logging).")) }
        }
        @for part in &stored.parts { (text(part, stored.opened.contains(&part.title))) }
    }
}

/// `is_opened`: not only its beginning.
fn text(part: &Part, is_opened: bool) -> Markup {
    let beginning = part.beginning().filter(|_| !is_opened);
    let id: &str = &["gw-call-", slug(part.title)].concat();
    html! {
        h4 { (title(part.title)) }
        pre #(id) .gw-code .gw-call-text dir="auto" translate="no" tabindex="0" role="region" aria-label=(title(part.title)) { (beginning.unwrap_or(&part.text)) }
        @if beginning.is_some() { p.gw-minor { (msg!("This is the beginning of a long text.")) } }
        @else if part.is_cut { p.gw-minor { (msg!("It is longer: all of it is in the download.")) } }
        p {
            @if beginning.is_some() {
                button.button type="button" data-action=(ContentAction::More(slug(part.title).to_owned())) { (if part.is_cut { msg!("Show more") } else { msg!("Show all") }) } " "
            } @else if !part.is_cut {
                (copy_button(id, msg!("Copy"), "button")) " "
            }
            button.button type="button" data-action=(ContentAction::Download(slug(part.title).to_owned())) { (msg!("Download")) }
        }
    }
}

/// As far as nothing of what was said is needed for it.
fn simple(row: &LogRow) -> Option<String> {
    curl(&with_boot(|boot| boot.public_base()), row, &Value::Null)
}

/// The call as a command, without a key.
fn command(command: Option<&str>) -> Markup {
    let Some(command) = command else { return Markup::default() };
    html! {
        details.gw-fold {
            summary { (msg!("As a curl command")) }
            p.gw-minor { (msg!("The key is not in it: the shell takes it from LITELLM_API_KEY. An ellipsis stands for what is not stored, or too long for a command.")) }
            (code_block("gw-call-curl", msg!("As a curl command"), command))
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{
        logs::content::{FIRST_CHARACTERS, MOST_CHARACTERS},
        wire::LogMetadata,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_stored_is_text_and_what_is_not_is_told() {
        let stored = |content: &LogContent| Stored { parts: parts(content), ..Stored::default() };
        let evil = LogContent { response: json!("<script>alert(1)</script>"), ..LogContent::default() };
        let shown = texts(&LogRow::default(), &stored(&evil));
        assert!(shown.as_str().contains("&lt;script&gt;") && !shown.as_str().contains("<script"), "{shown:?}");
        let nothing = texts(&LogRow::default(), &Stored::default());
        assert!(nothing.as_str().contains("store_prompts_in_spend_logs"));
        let metadata = LogMetadata { cold_storage: "bucket/key".into(), ..LogMetadata::default() };
        let cold = texts(&LogRow { metadata, ..LogRow::default() }, &Stored::default());
        assert!(cold.as_str().contains("cold storage") && !cold.as_str().contains("bucket"));
    }

    /// A text of several megabytes was drawn in full.
    #[test]
    fn of_a_long_text_the_beginning_is_drawn_and_the_rest_can_be_had() {
        let of = |length: usize| {
            let content = LogContent { response: json!("a".repeat(length)), ..LogContent::default() };
            parts(&content).pop().unwrap_or(Part { title: Title::Prompt, text: String::new(), is_cut: false })
        };
        let drawn = |length: usize, is_opened| text(&of(length), is_opened).as_str().to_owned();
        let short = drawn(FIRST_CHARACTERS, false);
        assert!(short.contains("data-copy=\"gw-call-answer\"") && !short.contains("Show"), "short");
        let long = drawn(FIRST_CHARACTERS + 1, false);
        assert!(long.contains("more-of:answer") && long.contains("Show all") && long.contains("download-text:answer"));
        assert!(long.len() < FIRST_CHARACTERS + 2_000 && !long.contains("data-copy"), "{}", long.len());
        let opened = drawn(FIRST_CHARACTERS + 1, true);
        assert!(opened.contains("data-copy") && !opened.contains("beginning of a long text"));
        let huge = drawn(MOST_CHARACTERS * 5, true);
        assert!(huge.len() < MOST_CHARACTERS + 2_000 && huge.contains("all of it is in the download"));
        assert!(drawn(MOST_CHARACTERS * 5, false).contains("Show more"));
    }
}
