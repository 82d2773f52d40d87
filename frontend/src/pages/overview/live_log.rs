//! The newest calls, moving.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    language::t,
    live_log::{Backoff, LiveLog, LogLine},
    msg,
    text::Msg,
    visible::visible,
};

use super::{links, no_log, source::Activity};
use crate::{
    action::{Action as _, actions},
    api::{self, Api, use_api},
    components::{
        Body, Column, Pager, Row, Rows, Table, TableEvent, TableView, empty, heads, problem, refresh_action, region,
        table,
    },
    format,
    markup::{Markup, html, truth},
    query::{QueryState, use_poll},
    store::Store,
    task::{Task, now_ms},
};

/// Rows on screen.
const SHOWN: usize = 25;

/// Every so many questions everything of the last day is asked for again: long calls are filed under their start.
const FULL_EVERY: u32 = 12;

#[derive(Default)]
struct State {
    log: Rc<LiveLog>,
    /// Calls that came in after the first answer: lit up for a moment.
    fresh: Vec<String>,
    failed_only: bool,
    /// How many of the newest are passed over, to see earlier ones.
    skipped: usize,
    paused: bool,
    loaded: bool,
    loaded_ms: i64,
    trouble: Option<ApiError>,
    backoff: Backoff,
    rounds: u32,
}

actions! {
    enum LogAction {
        ShowAll = "all",
        ShowFailed = "failed",
        Pause = "pause",
    }
}

const COLUMNS: [Column<LogLine>; 7] = [
    Column::new("time", msg!("Time"), time),
    Column::new("model", msg!("Model"), |line: &LogLine| clipped(&line.model, msg!("unknown"))),
    Column::new("key", msg!("Key"), |line: &LogLine| clipped(line.key.as_deref().unwrap_or_default(), msg!("no key"))),
    Column::new("tokens", msg!("Tokens"), |line: &LogLine| {
        figure((line.failed.is_none()).then(|| format::count(line.tokens)))
    })
    .number(),
    Column::new("cost", msg!("Cost"), |line: &LogLine| {
        figure((line.failed.is_none() || line.spend > 0.0).then(|| format::usd(line.spend)))
    })
    .number(),
    Column::new("duration", msg!("Duration"), |line: &LogLine| figure(line.duration_ms.map(format::duration))).number(),
    Column::new("status", msg!("Status"), status),
];

/// Beside the `activity` of the page, which may have told already what is wrong.
pub fn live_log(activity: Store<Activity>) -> AnyView {
    let api = use_api();
    let state = Store::new(State::default());
    let task = Task::new();
    let poll = use_poll(move |poll| {
        let api = api.clone();
        task.run(async move {
            ask(&api, state).await;
            poll.again(state.with_untracked(|state| {
                let rhythm_ms = state.backoff.wait_ms();
                state.trouble.as_ref().map_or(rhythm_ms, |error| error.wait_ms(rhythm_ms))
            }));
        });
    });
    poll.ask();
    let (pausing, asking) = (poll.clone(), poll);
    let on_action = move |action| match action {
        LogAction::ShowAll => state.update(|state| (state.failed_only, state.skipped) = (false, 0)),
        LogAction::ShowFailed => state.update(|state| (state.failed_only, state.skipped) = (true, 0)),
        LogAction::Pause => {
            state.update(|state| state.paused = !state.paused);
            pausing.pause(state.with_untracked(|state| state.paused));
        }
    };
    let head = region("gw-log-head", move || state.with(head), on_action.clone());
    let chips = region("gw-chips", move || state.with(chips), on_action.clone());
    let table = table(Table {
        id: "log",
        caption: msg!("Live calls"),
        heads: heads(&COLUMNS),
        toolbar: chips,
        bulk: Vec::new,
        view: Box::new(move || {
            let now_ms = now_ms();
            activity.with(|activity| state.with(|state| view(state, activity, now_ms)))
        }),
        on_event: Box::new(move |event| match event {
            TableEvent::Refresh => asking.ask(),
            TableEvent::Earlier => state.update(|state| state.skipped += SHOWN),
            TableEvent::Later => state.update(|state| state.skipped = state.skipped.saturating_sub(SHOWN)),
            TableEvent::Action(printed) => {
                if let Some(action) = LogAction::parse(&printed) {
                    on_action(action);
                }
            }
            _ => {}
        }),
    });
    view! { <section class="gw-panel gw-panel-flush gw-log">{head} {table}</section> }.into_any()
}

async fn ask(api: &Api, state: Store<State>) {
    let now = now_ms();
    let mut since = 0;
    state.update(|state| {
        let full = state.rounds.is_multiple_of(FULL_EVERY);
        state.rounds = state.rounds.wrapping_add(1);
        since = if full { LiveLog::window_start(now) } else { state.log.since(now) };
    });
    let response = api::logs::since(api, since, now, SHOWN).response().await;
    state.update(|state| {
        match response {
            Ok(response) => {
                let known = state.log.clone();
                let log = Rc::make_mut(&mut state.log);
                if log.merge(&response.data.data) > 0 && state.loaded {
                    state.fresh.clear();
                    for line in &log.lines {
                        if !known.lines.iter().any(|known| known.id == line.id) {
                            state.fresh.push(line.id.clone());
                        }
                    }
                }
                state.loaded = true;
                state.loaded_ms = now_ms() - response.age_s as i64 * 1_000;
                state.trouble = response.stale;
            }
            Err(error) => state.trouble = Some(error),
        }
        if state.trouble.is_some() { state.backoff.failed() } else { state.backoff.succeeded() }
    });
}

fn head(state: &State) -> Markup {
    // Nothing is live before the first answer.
    let (class, word) = match (state.paused, state.trouble.is_some(), state.loaded) {
        (true, ..) => ("gw-live gw-live-paused", msg!("Paused")),
        (false, true, _) => ("gw-live gw-live-failing", msg!("Waiting for an answer")),
        (false, false, false) => ("gw-live gw-live-paused", msg!("Loading…")),
        (false, false, true) => ("gw-live", msg!("Live")),
    };
    let pause = if state.paused { msg!("Resume") } else { msg!("Pause") };
    html! {
        div.gw-panel-head {
            h2.gw-panel-title { (msg!("Live calls")) }
            div.gw-panel-aside {
                span class=(class) role="status" { (word) }
                button.button type="button" data-action=(LogAction::Pause) { (pause) }
            }
        }
    }
}

fn chips(state: &State) -> Markup {
    let chip = |action: LogAction, label: Msg, chosen: bool| {
        html! { button.gw-filter-chip type="button" data-action=(action) aria-pressed=(truth(chosen)) { (label) } }
    };
    html! {
        div.gw-filter-chips role="group" aria-label=(msg!("Filter")) {
            (chip(LogAction::ShowAll, msg!("All"), !state.failed_only))
            (chip(LogAction::ShowFailed, msg!("Failed"), state.failed_only))
        }
    }
}

fn view(state: &State, activity: &Activity, now_ms: i64) -> TableView {
    let mut view = TableView::of(&QueryState::<()>::default(), now_ms);
    view.age_s = state.loaded.then(|| (now_ms - state.loaded_ms).max(0) as u64 / 1_000);
    if !state.loaded {
        if let Some(error) = &state.trouble {
            view.body = Body::Instead(if activity.trouble.as_ref().is_some_and(|trouble| trouble.is_like(error)) {
                let again =
                    html! { button.button type="button" data-action=(refresh_action()) { (msg!("Try again")) } };
                empty(&t(msg!("The calls could not be read")), "", &again)
            } else {
                problem(error, Some(refresh_action()))
            });
        }
        return view;
    }
    if let Some(error) = &state.trouble {
        view.notice = html! { p.gw-line-note {
            strong { (error.title()) } " "
            @if let Some(message) = error.message() { (message) " " }
            (error.advice())
        } };
    }
    if view.notice.as_str().is_empty() && lacks_sums(state, activity, now_ms) {
        view.notice = html! { p.gw-line-note { (msg!("LiteLLM’s daily sums lack calls of this log: the figures above are too low.")) } };
    }
    let wanted: Vec<usize> = (0..state.log.lines.len())
        .filter(|index| !state.failed_only || state.log.lines[*index].failed.is_some())
        .collect();
    // Calls that came in meanwhile may have pushed out those that one was looking at.
    let last_page = wanted.len().saturating_sub(1) / SHOWN * SHOWN;
    let skipped = state.skipped.min(last_page);
    let shown: Vec<usize> = wanted.iter().copied().skip(skipped).take(SHOWN).collect();
    view.pager = Pager::Cursor { earlier: skipped < last_page, later: skipped > 0 };
    if shown.is_empty() {
        let counted = activity.counted_today(now_ms);
        view.body = Body::Instead(if state.log.lines.is_empty() && counted > 0.0 {
            no_log(counted)
        } else if state.log.lines.is_empty() {
            let text = t(msg!("Calls appear here some seconds after the gateway has answered them."));
            empty(&t(msg!("No calls in the last 24 hours")), &text, &Markup::default())
        } else {
            empty(&t(msg!("None of the newest calls failed")), "", &Markup::default())
        });
        return view;
    }
    let (log, fresh) = (state.log.clone(), state.fresh.clone());
    view.body = Body::Rows(Rows {
        count: shown.len(),
        row: Box::new(move |index, columns| row(&log.lines[shown[index]], columns, &fresh)),
        selectable_count: 0,
        selectable: Box::new(Vec::new),
    });
    view
}

/// Whether calls of today that ended well are in the log, and none in the sums of today, although these had time enough.
fn lacks_sums(state: &State, activity: &Activity, now_ms: i64) -> bool {
    let times = clock::day_start(now_ms)..now_ms - 10 * clock::MINUTE_MS;
    activity.days.contains(&clock::day(now_ms))
        && activity.counted_today(now_ms) == 0.0
        && state
            .log
            .lines
            .iter()
            .any(|line| line.failed.is_none() && line.start_ms.is_some_and(|ms| times.contains(&ms)))
}

fn row(line: &LogLine, columns: &[usize], fresh: &[String]) -> Row {
    let class = match (line.failed.is_some(), fresh.contains(&line.id)) {
        (true, true) => "gw-row-failed gw-row-new",
        (true, false) => "gw-row-failed",
        (false, true) => "gw-row-new",
        (false, false) => "",
    };
    Row { class, ..Row::new(&COLUMNS, columns, line, line.id.clone(), String::new()) }
}

fn time(line: &LogLine) -> Markup {
    let link = links::call(&line.id);
    match line.start_ms {
        Some(ms) => {
            html! { a.gw-nowrap href=(link) { time title=(format::date_time_long(ms)) { (format::time_with_seconds(ms)) } } }
        }
        None => html! { a href=(link) { (msg!("not known")) } },
    }
}

fn clipped(text: &str, nothing: Msg) -> Markup {
    let text = if text.is_empty() { t(nothing) } else { visible(text) };
    html! { span.gw-clip dir="auto" title=(text) { (text) } }
}

fn figure(text: Option<String>) -> Markup {
    let text = text.unwrap_or_else(|| "–".to_owned());
    html! { (text) }
}

fn status(line: &LogLine) -> Markup {
    match &line.failed {
        None => html! { span .gw-chip .gw-chip-active { (msg!("Success")) } },
        Some(reason) => html! {
            span .gw-chip .gw-chip-failed { (msg!("Failed")) } " " span.gw-reason dir="auto" { (visible(&reason.in_words())) }
        },
    }
}
