//! The newest calls, moving.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    live_log::{Backoff, LiveLog, LogLine, Reason},
    text::Msg,
    wire::LogPage,
};

use crate::{
    api::{self, Api, use_api},
    components::{empty, problem, skeleton_rows, slot},
    format,
    i18n::{t, tf},
    markup::{Html, html},
    poll::{Poll, now_ms, run},
    store::Store,
};

/// Rows on screen.
const SHOWN: usize = 25;

/// Every so many questions everything of the last day is asked for again: long calls are filed under their start.
const FULL_EVERY: u32 = 12;

#[derive(Default)]
struct State {
    log: LiveLog,
    /// Calls that came in after the first answer: lit up for a moment.
    fresh: Vec<String>,
    paused: bool,
    loaded: bool,
    trouble: Option<ApiError>,
    backoff: Backoff,
    rounds: u32,
}

pub fn live_log() -> AnyView {
    let api = use_api();
    let state = Store::new(State::default());
    let poll = Poll::new();
    poll.asks({
        let (state, poll) = (state.clone(), poll.clone());
        move || {
            let (api, state, poll) = (api.clone(), state.clone(), poll.clone());
            run(async move {
                ask(&api, &state).await;
                poll.again(state.peek(|state| state.backoff.wait_ms()));
            });
        }
    });
    poll.ask();
    let (headed, shown, asking) = (state.clone(), state.clone(), poll.clone());
    let head = slot("gw-panel-head", move || headed.read(head)).on_act(move |_| {
        let paused = state.change(|state| {
            state.paused = !state.paused;
            state.paused
        });
        poll.pause(paused);
    });
    let body = slot("", move || shown.read(body)).on_act(move |act| {
        if act.name == "retry" {
            asking.ask();
        }
    });
    view! { <section class="gw-panel gw-panel-flush">{head.view()} {body.view()}</section> }.into_any()
}

async fn ask(api: &Api, state: &Store<State>) {
    let now = now_ms();
    let since = state.change(|state| {
        let full = state.rounds.is_multiple_of(FULL_EVERY);
        state.rounds = state.rounds.wrapping_add(1);
        if full { LiveLog::window_start(now) } else { state.log.since(now) }
    });
    let answer = api::logs::since(api, since, now, SHOWN).read::<LogPage>().await;
    state.change(|state| {
        match answer {
            Ok(answer) => {
                let known = state.log.clone();
                if state.log.merge(&answer.data.data) > 0 && state.loaded {
                    state.fresh.clear();
                    for line in &state.log.lines {
                        if !known.lines.iter().any(|known| known.id == line.id) {
                            state.fresh.push(line.id.clone());
                        }
                    }
                }
                state.loaded = true;
                state.trouble = answer.stale;
            }
            Err(error) => state.trouble = Some(error),
        }
        if state.trouble.is_some() { state.backoff.failed() } else { state.backoff.succeeded() }
    });
}

fn body(state: &State) -> String {
    let mut h = Html::new();
    match (state.loaded, &state.trouble) {
        (false, None) => skeleton_rows(&mut h, 8),
        (false, Some(error)) => problem(&mut h, error, true),
        (true, trouble) => {
            if let Some(error) = trouble {
                html!(h, r#"<p class="gw-line-note">"# [error.title()] ". " {error.message()} " " [error.advice()] "</p>");
            }
            table(&mut h, &state.log, &state.fresh);
        }
    }
    h.finish()
}

fn head(state: &State) -> String {
    let (class, word) = match (state.paused, state.trouble.is_some()) {
        (true, _) => ("gw-live gw-live-paused", t(msg!("Paused"))),
        (false, true) => ("gw-live gw-live-failing", t(msg!("Waiting for the gateway"))),
        (false, false) => ("gw-live", t(msg!("Live"))),
    };
    let mut h = Html::new();
    html!(h, r#"<h2 class="gw-panel-title">"# [msg!("Live calls")] r#"</h2><div class="gw-panel-aside"><span class=""# {class} r#"" role="status">"# {word}
        r#"</span><button type="button" class="button button-small" data-act="pause">"# {t(if state.paused { msg!("Resume") } else { msg!("Pause") })} "</button></div>");
    h.finish()
}

fn table(h: &mut Html, log: &LiveLog, fresh: &[String]) {
    if log.lines.is_empty() {
        empty(
            h,
            &t(msg!("No calls in the last 24 hours")),
            &t(msg!("Calls appear here some seconds after the gateway has answered them.")),
            |_| {},
        );
        return;
    }
    html!(h, r#"<div class="gw-table-scroll" tabindex="0" role="region" data-keep="log" aria-label=""# [msg!("Live calls")] r#""><table class="gw-table gw-log"><thead><tr>"#);
    for (label, number) in [
        (msg!("Time"), false),
        (msg!("Model"), false),
        (msg!("Key"), false),
        (msg!("Tokens"), true),
        (msg!("Cost"), true),
        (msg!("Duration"), true),
        (msg!("Status"), false),
    ] {
        html!(h, r#"<th scope="col" class=""# {if number { "gw-number" } else { "" }} "\">" [label] "</th>");
    }
    h.raw("</tr></thead><tbody>");
    for line in log.lines.iter().take(SHOWN) {
        row(h, line, fresh.contains(&line.id));
    }
    h.raw("</tbody></table></div>");
}

fn row(h: &mut Html, line: &LogLine, is_new: bool) {
    let failed = line.failed.is_some();
    html!(h, r#"<tr class=""# {if is_new { "gw-row-new" } else { "" }} {if failed { " gw-row-failed" } else { "" }} r#""><td class="gw-nowrap" data-label=""# [msg!("Time")] "\">");
    if let Some(ms) = line.start_ms {
        html!(h, r#"<time title=""# {format::date_time_long(ms)} "\">" {format::time_with_seconds(ms)} "</time>");
    }
    let model = if line.model.is_empty() { t(msg!("unknown")) } else { line.model.clone() };
    let key = line.key.clone().unwrap_or_else(|| t(msg!("no key")));
    clipped(h, msg!("Model"), &model);
    clipped(h, msg!("Key"), &key);
    let nothing = || "–".to_owned();
    number(h, msg!("Tokens"), &if failed { nothing() } else { format::count(line.tokens) });
    number(h, msg!("Cost"), &if failed && line.spend == 0.0 { nothing() } else { format::usd(line.spend) });
    number(h, msg!("Duration"), &line.duration_ms.map_or_else(nothing, format::duration));
    html!(h, r#"</td><td data-label=""# [msg!("Status")] "\">");
    match &line.failed {
        None => html!(h, r#"<span class="gw-chip gw-chip-active">"# [msg!("Success")] "</span>"),
        Some(reason) => {
            let words = reason_in_words(reason);
            html!(h, r#"<span class="gw-chip gw-chip-failed">"# [msg!("Failed")] r#"</span> <span class="gw-reason" dir="auto">"# {words} "</span>");
        }
    }
    h.raw("</td></tr>");
}

fn clipped(h: &mut Html, label: Msg, text: &str) {
    html!(h, r#"</td><td data-label=""# [label] r#""><span class="gw-clip" dir="auto" title=""# {text} "\">" {text} "</span>");
}

fn number(h: &mut Html, label: Msg, text: &str) {
    html!(h, r#"</td><td class="gw-number" data-label=""# [label] "\">" {text});
}

fn reason_in_words(reason: &Reason) -> String {
    let words =
        if reason.words.is_empty() { t(Reason::WITHOUT_WORDS) } else { reason.words.trim_end_matches('.').to_owned() };
    let detail = if reason.code.is_empty() && reason.words.is_empty() { &reason.class } else { &reason.code };
    if detail.is_empty() { words } else { tf(msg!("{words} ({detail})"), &[("words", &words), ("detail", detail)]) }
}
