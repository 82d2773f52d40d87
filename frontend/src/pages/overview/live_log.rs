//! The newest calls, moving.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    live_log::{Backoff, LiveLog, LogLine, Reason},
    wire::LogPage,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, use_api},
    components::{Act, Slot, empty, problem, skeleton_rows},
    format,
    hooks::{now_ms, use_poll, use_visible},
    i18n::{t, tf},
    markup::{Html, html},
};

/// Rows on screen.
const SHOWN: usize = 25;

/// Every so many questions everything of the last day is asked for again: long calls are filed under their start.
const FULL_EVERY: u32 = 12;

#[component]
pub fn LiveLogPanel() -> impl IntoView {
    let api = StoredValue::new_local(use_api());
    let log = RwSignal::new(LiveLog::default());
    let paused = RwSignal::new(false);
    let trouble: RwSignal<Option<ApiError>> = RwSignal::new(None);
    let loaded = RwSignal::new(false);
    let backoff = StoredValue::new(Backoff::default());
    let asked = RwSignal::new(0_u32);
    // Calls that came in after the first answer are lit up for a moment.
    let fresh: RwSignal<Vec<String>> = RwSignal::new(Vec::new());

    let visible = use_visible();
    let on = Signal::derive(move || visible.get() && !paused.get());
    let poll = use_poll(on, move || u64::from(backoff.get_value().wait_ms()), move || asked.update(|count| *count = count.wrapping_add(1)));
    Effect::new(move |_| {
        let round = asked.get();
        let api = api.get_value();
        spawn_local(async move {
            let now = now_ms();
            let full = round.is_multiple_of(FULL_EVERY);
            let since = if full { LiveLog::window_start(now) } else { log.try_with_untracked(|log| log.since(now)).unwrap_or(now) };
            let answer = api::logs::since(&api, since, now, SHOWN).read::<LogPage>().await;
            let failed = answer.as_ref().map_or_else(|error| Some(error.clone()), |answer| answer.stale.clone());
            if let Ok(answer) = answer {
                let known: Vec<String> = log.try_with_untracked(|log| log.lines.iter().map(|line| line.id.clone()).collect()).unwrap_or_default();
                let first = !loaded.try_get_untracked().unwrap_or(true);
                let added = log.try_maybe_update(|log| {
                    let added = log.merge(&answer.data.data);
                    (added > 0, added)
                });
                if added.unwrap_or(0) > 0 && !first {
                    let new = log.try_with_untracked(|log| log.lines.iter().map(|line| line.id.clone()).filter(|id| !known.contains(id)).collect());
                    let _ = fresh.try_set(new.unwrap_or_default());
                }
                let _ = loaded.try_set(true);
            }
            let _ = backoff.try_update_value(|backoff| if failed.is_some() { backoff.failed() } else { backoff.succeeded() });
            let _ = trouble.try_set(failed);
            poll.done();
        });
    });

    let head = Signal::derive(move || head(paused.get(), trouble.with(Option::is_some)));
    let body = Signal::derive(move || {
        let mut h = Html::new();
        match (loaded.get(), trouble.get()) {
            (false, None) => skeleton_rows(&mut h, 8),
            (false, Some(error)) => problem(&mut h, &error, true),
            (true, _) => log.with(|log| fresh.with(|fresh| table(&mut h, log, fresh))),
        }
        h.finish()
    });
    let on_act = Callback::new(move |act: Act| match act.name.as_str() {
        "pause" => paused.update(|on| *on = !*on),
        _ => asked.update(|count| *count = count.wrapping_add(1)),
    });
    view! {
        <section class="gw-panel gw-panel-flush">
            <Slot class="gw-panel-head" html=head on_act=on_act />
            <Slot html=body on_act=on_act />
        </section>
    }
}

fn head(paused: bool, failing: bool) -> String {
    let (class, state) = match (paused, failing) {
        (true, _) => ("gw-live gw-live-paused", t("Paused")),
        (false, true) => ("gw-live gw-live-failing", t("Waiting for the gateway")),
        (false, false) => ("gw-live", t("Live")),
    };
    let mut h = Html::new();
    html!(h, r#"<h2 class="gw-panel-title">"# ["Live calls"] r#"</h2><div class="gw-panel-aside"><span class=""# {class} r#"" role="status">"# {state}
        r#"</span><button type="button" class="button button-small" data-act="pause">"# {t(if paused { "Resume" } else { "Pause" })} "</button></div>");
    h.finish()
}

fn table(h: &mut Html, log: &LiveLog, fresh: &[String]) {
    if log.lines.is_empty() {
        empty(h, &t("No calls in the last 24 hours"), &t("Calls appear here some seconds after the gateway has answered them."), |_| {});
        return;
    }
    html!(h, r#"<div class="gw-table-scroll" tabindex="0" role="region" aria-label=""# ["Live calls"] r#""><table class="gw-table gw-log"><thead><tr>"#);
    for (label, number) in [("Time", false), ("Model", false), ("Key", false), ("Tokens", true), ("Cost", true), ("Duration", true), ("Status", false)] {
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
    html!(h, r#"<tr class=""# {if is_new { "gw-row-new" } else { "" }} {if failed { " gw-row-failed" } else { "" }} r#""><td class="gw-nowrap" data-label=""# ["Time"] "\">");
    if let Some(ms) = line.start_ms {
        html!(h, r#"<time title=""# {format::date_time_long(ms)} "\">" {format::time_with_seconds(ms)} "</time>");
    }
    let model = if line.model.is_empty() { t("unknown") } else { line.model.clone() };
    let key = line.key.clone().unwrap_or_else(|| t("no key"));
    clipped(h, "Model", &model);
    clipped(h, "Key", &key);
    let nothing = || "–".to_owned();
    number(h, "Tokens", &if failed { nothing() } else { format::count(line.tokens) });
    number(h, "Cost", &if failed && line.spend == 0.0 { nothing() } else { format::usd(line.spend) });
    number(h, "Duration", &line.duration_ms.map_or_else(nothing, format::duration));
    html!(h, r#"</td><td data-label=""# ["Status"] "\">");
    match &line.failed {
        None => html!(h, r#"<span class="gw-chip gw-chip-active">"# ["Success"] "</span>"),
        Some(reason) => {
            let words = reason_in_words(reason);
            html!(h, r#"<span class="gw-chip gw-chip-failed">"# ["Failed"] r#"</span> <span class="gw-reason">"# {words} "</span>");
        }
    }
    h.raw("</td></tr>");
}

fn clipped(h: &mut Html, label: &str, text: &str) {
    html!(h, r#"</td><td data-label=""# [label] r#""><span class="gw-clip" title=""# {text} "\">" {text} "</span>");
}

fn number(h: &mut Html, label: &str, text: &str) {
    html!(h, r#"</td><td class="gw-number" data-label=""# [label] "\">" {text});
}

fn reason_in_words(reason: &Reason) -> String {
    let words = if reason.words.is_empty() { t(Reason::WITHOUT_WORDS) } else { reason.words.trim_end_matches('.').to_owned() };
    let detail = if reason.code.is_empty() && reason.words.is_empty() { &reason.class } else { &reason.code };
    if detail.is_empty() { words } else { tf("{words} ({detail})", &[("words", &words), ("detail", detail)]) }
}
