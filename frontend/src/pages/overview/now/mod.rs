//! What needs somebody now: models that fail, and keys near their budget; and why calls of the range have failed.
//!
//! A chunk of its own. It comes when the page has its figures, puts one question at a time, and none while the tab is hidden.

mod causes;
mod keys;
mod models;

use leptos::prelude::*;
use model::{failure::ApiError, msg, number, period::Range, route::PageName, series, text::Msg, wire::LogPage};

use super::source::Activity;
use crate::{
    action::{Action as _, actions},
    api::{Api, Response, Result, logs, use_api},
    components::{panel, region, skeleton_rows},
    effect::watch,
    markup::{Markup, html},
    pages::keys::{KeysCache, use_keys_cache},
    query::use_poll,
    router::is_closed,
    store::Store,
    task::{Task, now_ms},
};

/// What it has to do with the rest of the page.
#[derive(Clone, Copy)]
pub struct Beside {
    pub activity: Store<Activity>,
    /// Why calls of the range failed, for the card of the error rate.
    pub cause: Store<Markup>,
    /// How often somebody wanted everything anew.
    pub refreshed: Store<u32>,
}

/// So long the page is left alone with what it has just drawn.
const CALM_MS: u32 = 500;

/// How often it is asked what fails.
const RHYTHM_MS: u32 = 60_000;

/// How often for what changes slowly: causes of days, and budgets.
const SLOW_MS: i64 = 300_000;

/// Rows in each list.
const SHOWN: usize = 5;

actions! {
    enum NowAction {
        Retry = "retry",
    }
}

#[derive(Default)]
enum Known {
    #[default]
    Awaited,
    /// What is old says nothing of now.
    Failed(ApiError),
    Is(Markup),
}

#[derive(Default)]
struct State {
    models: Known,
    keys: Known,
    models_ms: Option<i64>,
    keys_ms: Option<i64>,
    /// Of which range the causes are told, and since when.
    causes: Option<(Range, i64)>,
}

impl State {
    fn forget_when(&mut self) {
        (self.models_ms, self.keys_ms, self.causes) = (None, None, None);
    }
}

pub fn now() -> AnyView {
    let beside = expect_context::<Beside>();
    let (api, task, cache) = (use_api(), Task::new(), use_keys_cache());
    let state = Store::new(State::default());
    let under_way = task.clone();
    let poll = use_poll(move |poll| {
        let api = api.clone();
        task.run(async move {
            poll.again(ask(&api, beside, state, cache).await);
        });
    });
    let asking = poll.clone();
    let (mut range, mut refreshed) = (None, 0);
    let mut failed = false;
    watch(move || {
        let (range_now, failed_now) = beside.activity.with(|activity| (activity.range, has_failures(activity)));
        let refreshed_now = beside.refreshed.with(|refreshed| *refreshed);
        let known = (range.replace(range_now), std::mem::replace(&mut refreshed, refreshed_now));
        let failed_before = std::mem::replace(&mut failed, failed_now);
        if known.0.is_some() && known.0 != Some(range_now) {
            state.quietly(|state| state.causes = None);
            beside.cause.update(|cause| *cause = Markup::default());
        }
        if known.1 != refreshed_now {
            state.quietly(State::forget_when);
        }
        // What failed in a range is told as soon as it is known that something did.
        if known != (Some(range_now), refreshed_now) || failed_now && !failed_before {
            // What is on its way is of what was.
            under_way.cancel();
            asking.again(CALM_MS);
        }
    });
    region(
        "gw-now-parts",
        move || state.with(|state| beside.activity.with(|activity| render(state, activity))),
        move |NowAction::Retry| {
            state.quietly(State::forget_when);
            poll.ask();
        },
    )
}

/// Whether the card of the error rate has anything to explain.
fn has_failures(activity: &Activity) -> bool {
    let summary = series::summary(&activity.days, activity.range, now_ms());
    summary.missing == 0 && summary.error_rate.value > 0.0 && number::is_plausible(summary.requests.value)
}

/// One question after the other. Says after how long to ask again.
async fn ask(api: &Api, beside: Beside, state: Store<State>, cache: KeysCache) -> u32 {
    let due =
        |since: Option<i64>, after_ms: i64| since.is_none_or(|since| !(0..after_ms).contains(&(now_ms() - since)));
    let mut wait_ms = RHYTHM_MS;
    if due(state.with_untracked(|state| state.models_ms), i64::from(RHYTHM_MS)) {
        let models = models::read(api).await.map(|models| models::render(&models));
        wait_ms = wait_of(&models, wait_ms);
        state.update(|state| (state.models, state.models_ms) = (Known::from(models), Some(now_ms())));
    }
    // Whoever looks away is not asked for; what is due is asked for when they are back.
    if document().hidden() {
        return wait_ms;
    }
    let range = beside.activity.with_untracked(|activity| has_failures(activity).then_some(activity.range));
    if let Some(range) = range {
        let since = state.with_untracked(|state| state.causes.filter(|(known, _)| *known == range));
        if due(since.map(|(_, ms)| ms), SLOW_MS) {
            let causes = causes::read(api, range).await;
            wait_ms = wait_of(&causes, wait_ms);
            state.quietly(|state| state.causes = causes.is_ok().then(|| (range, now_ms())));
            // Where it cannot be read nothing is said: the figure stands by itself, and the list beside says why.
            beside.cause.update(|cause| *cause = causes.unwrap_or_default());
        }
    }
    if document().hidden() {
        return wait_ms;
    }
    if due(state.with_untracked(|state| state.keys_ms), SLOW_MS) {
        let keys = keys::read(api, cache).await.map(|keys| keys::render(&keys, now_ms()));
        wait_ms = wait_of(&keys, wait_ms);
        state.update(|state| {
            // What failed is tried again with the rest.
            state.keys_ms = keys.is_ok().then(now_ms);
            state.keys = Known::from(keys);
        });
    }
    wait_ms
}

fn wait_of(outcome: &Result<Markup>, wait_ms: u32) -> u32 {
    outcome.as_ref().err().map_or(wait_ms, |error| error.wait_ms(wait_ms))
}

impl From<Result<Markup>> for Known {
    fn from(outcome: Result<Markup>) -> Known {
        match outcome {
            Ok(markup) => Known::Is(markup),
            Err(error) => Known::Failed(error),
        }
    }
}

/// The last good answer of a gateway that fails says nothing of now.
fn fresh<T>(outcome: Result<Response<T>>) -> Result<T> {
    let response = outcome?;
    response.stale.map_or(Ok(response.data), Err)
}

/// So many calls a question, and fewer where an answer with what is stored of them is too large.
const PAGES: [usize; 3] = [100, 25, 5];

/// The newest calls since a moment, or those of them that failed.
async fn newest(api: &Api, start_ms: i64, failed: bool) -> Result<LogPage> {
    if is_closed(PageName::Logs) {
        return Err(ApiError::NotAllowed);
    }
    let mut last = ApiError::Offline;
    for most in PAGES {
        match fresh(logs::outcomes(api, start_ms, now_ms(), most, failed).response().await) {
            Err(error) if error.is_too_large() => last = error,
            outcome => return outcome,
        }
    }
    Err(last)
}

/// Whether these are all that there are.
fn is_all(page: &LogPage) -> bool {
    page.total_is_capped != Some(true) && page.total <= page.data.len() as f64
}

fn render(state: &State, activity: &Activity) -> Markup {
    let log = msg!("Not known: the gateway’s log could not be read.");
    let keys = msg!("Not known: the keys could not be read.");
    html! {
        @if !is_closed(PageName::Logs) { (part(msg!("What fails now"), &state.models, log, activity)) }
        (part(msg!("Keys near their budget"), &state.keys, keys, activity))
    }
}

fn part(title: Msg, known: &Known, lost: Msg, activity: &Activity) -> Markup {
    let body = match known {
        // Who may not see it is not told that there is something.
        Known::Failed(ApiError::NotAllowed) => return Markup::default(),
        Known::Awaited => html! { span.screen-reader-text { (msg!("Loading…")) } (skeleton_rows(SHOWN)) },
        Known::Is(markup) => markup.clone(),
        Known::Failed(error) => html! {
            p { (lost) }
            // What is wrong with everything is said above.
            @if !activity.trouble.as_ref().is_some_and(|trouble| trouble.is_like(error)) {
                p.gw-minor { (error.title()) }
                p.gw-minor { (error.advice()) }
            }
            p { button.button type="button" data-action=(NowAction::Retry.print()) { (msg!("Try again")) } }
        },
    };
    panel(title, false, &body)
}
