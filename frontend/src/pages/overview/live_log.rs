//! The newest calls, moving.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    live_log::{Backoff, LiveLog, LogLine, Reason},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, use_api},
    components::{Empty, Panel, Problem, SkeletonRows},
    format,
    hooks::{now_ms, use_poll, use_visible},
    i18n::{t, tf},
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
            let answer = api::logs::since(&api, since, now, SHOWN).await;
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

    let state = move || match (paused.get(), trouble.with(Option::is_some)) {
        (true, _) => ("gw-live gw-live-paused", t("Paused")),
        (false, true) => ("gw-live gw-live-failing", t("Waiting for the gateway")),
        (false, false) => ("gw-live", t("Live")),
    };
    let aside = view! {
        <span class=move || state().0 role="status">{move || state().1}</span>
        <button type="button" class="button button-small" aria-pressed=move || paused.get().to_string() on:click=move |_| paused.update(|on| *on = !*on)>
            {move || if paused.get() { t("Resume") } else { t("Pause") }}
        </button>
    }
    .into_any();

    view! {
        <Panel title=t("Live calls") class="gw-panel-flush" aside=aside>
            {move || match (loaded.get(), trouble.get()) {
                (false, None) => view! { <SkeletonRows rows=8 /> }.into_any(),
                (false, Some(error)) => view! { <Problem error=error retry=Callback::new(move |()| asked.update(|count| *count = count.wrapping_add(1))) /> }.into_any(),
                (true, _) if log.with(|log| log.lines.is_empty()) => view! {
                    <Empty title=t("No calls in the last 24 hours") text=t("Calls appear here some seconds after the gateway has answered them.") />
                }.into_any(),
                (true, _) => view! { <Table log=log fresh=fresh /> }.into_any(),
            }}
        </Panel>
    }
}

#[component]
fn Table(log: RwSignal<LiveLog>, fresh: RwSignal<Vec<String>>) -> impl IntoView {
    let lines = move || log.with(|log| log.lines.iter().take(SHOWN).cloned().collect::<Vec<_>>());
    view! {
        <div class="gw-table-scroll" tabindex="0" role="region" aria-label=t("Live calls")>
            <table class="gw-table gw-log">
                <thead>
                    <tr>
                        <th scope="col">{t("Time")}</th>
                        <th scope="col">{t("Model")}</th>
                        <th scope="col">{t("Key")}</th>
                        <th scope="col" class="gw-number">{t("Tokens")}</th>
                        <th scope="col" class="gw-number">{t("Cost")}</th>
                        <th scope="col" class="gw-number">{t("Duration")}</th>
                        <th scope="col">{t("Status")}</th>
                    </tr>
                </thead>
                <tbody>
                    // A row that changed is another row: the key holds all that can change.
                    <For each=lines key=|line| (line.id.clone(), line.failed.is_some(), line.tokens as u64) let:line>
                        <Row line=line fresh=fresh />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(line: LogLine, fresh: RwSignal<Vec<String>>) -> impl IntoView {
    let is_new = fresh.with_untracked(|fresh| fresh.contains(&line.id));
    let failed = line.failed.is_some();
    let number = |there: bool, text: String| if there { text } else { "–".to_owned() };
    view! {
        <tr class:gw-row-new=is_new class:gw-row-failed=failed>
            <td class="gw-nowrap" data-label=t("Time")>
                {line.start_ms.map(|ms| view! { <time title=format::date_time_long(ms)>{format::time_with_seconds(ms)}</time> })}
            </td>
            <td data-label=t("Model")><span class="gw-clip" title=line.model.clone()>{if line.model.is_empty() { t("unknown") } else { line.model.clone() }}</span></td>
            <td data-label=t("Key")><span class="gw-clip" title=line.key.clone().unwrap_or_default()>{line.key.clone().unwrap_or_else(|| t("no key"))}</span></td>
            <td class="gw-number" data-label=t("Tokens")>{number(!failed, format::count(line.tokens))}</td>
            <td class="gw-number" data-label=t("Cost")>{number(!failed || line.spend > 0.0, format::usd(line.spend))}</td>
            <td class="gw-number" data-label=t("Duration")>{line.duration_ms.map_or_else(|| "–".to_owned(), format::duration)}</td>
            <td data-label=t("Status")>
                {match line.failed {
                    None => view! { <span class="gw-chip gw-chip-active">{t("Success")}</span> }.into_any(),
                    Some(reason) => {
                        let text = reason_in_words(&reason);
                        view! { <span class="gw-chip gw-chip-failed">{t("Failed")}</span> " " <span class="gw-reason" title=text.clone()>{text.clone()}</span> }.into_any()
                    }
                }}
            </td>
        </tr>
    }
}

fn reason_in_words(reason: &Reason) -> String {
    let words = if reason.words.is_empty() { t(Reason::WITHOUT_WORDS) } else { reason.words.trim_end_matches('.').to_owned() };
    let detail = if reason.code.is_empty() && reason.words.is_empty() { &reason.class } else { &reason.code };
    if detail.is_empty() { words } else { tf("{words} ({detail})", &[("words", &words), ("detail", detail)]) }
}
