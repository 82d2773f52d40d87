//! Where the overview's numbers come from: LiteLLM's days, asked for one by one, so that days that are over are asked for once.

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    period::{Hour, Range, hours_of_today},
    series::Days,
    wire::LogCount,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, Api, use_api},
    hooks::{now_ms, use_poll, use_visible},
};

/// How often the running day is asked for again.
const REFRESH_MS: u64 = 20_000;

/// Calls of one hour: all, and those that failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourCount {
    pub hour: Hour,
    pub all: LogCount,
    pub failed: LogCount,
}

#[derive(Clone, Copy)]
pub struct Activity {
    pub days: RwSignal<Days>,
    /// By hour, for today; empty until the first have arrived.
    pub hours: RwSignal<Vec<HourCount>>,
    /// What failed; with the age in seconds of what is shown instead, where there is something.
    pub trouble: RwSignal<Option<(ApiError, Option<u64>)>>,
    /// Whether a first answer is still awaited.
    pub loading: RwSignal<bool>,
    pub retry: Callback<()>,
}

impl Activity {
    /// Nothing is there and nothing is on its way.
    pub fn failed(&self) -> bool {
        self.trouble.with(|trouble| matches!(trouble, Some((_, None))))
    }
}

/// Asks for what the range needs, at once and then regularly while the tab is in front.
pub fn use_activity(range: Memo<Range>) -> Activity {
    let api = StoredValue::new_local(use_api());
    let days = api.with_value(Api::days);
    let hours = RwSignal::new(Vec::new());
    let trouble = RwSignal::new(None);
    let loading = RwSignal::new(true);
    let asked = RwSignal::new(0_u32);
    let last_good_ms: StoredValue<Option<i64>> = StoredValue::new(None);
    // Answers to an older question than the newest one are not let in.
    let generation = StoredValue::new(0_u32);

    let poll = use_poll(use_visible(), || REFRESH_MS, move || asked.update(|count| *count = count.wrapping_add(1)));
    let retry = Callback::new(move |()| asked.update(|count| *count = count.wrapping_add(1)));

    Effect::new(move |_| {
        let range = range.get();
        asked.track();
        generation.update_value(|count| *count = count.wrapping_add(1));
        let mine = generation.get_value();
        let current = move || generation.try_get_value() == Some(mine);
        let api = api.get_value();
        let now = now_ms();
        spawn_local(async move {
            let mut outcome = Outcome::default();
            let wanted = days.with_untracked(|days| range.needed(now).into_iter().filter(|date| !known_for_good(days, date, now)).collect::<Vec<_>>());
            let answers = wanted.iter().map(|date| {
                let api = api.clone();
                async move {
                    let answer = api::activity::day(&api, date).await?;
                    let _ = days.try_update(|days| days.insert(date.clone(), answer.data));
                    Ok(answer.stale.map(|error| (error, answer.age_s)))
                }
            });
            let by_hour = async {
                if range == Range::Today { hour_counts(&api, now, hours).await } else { Vec::new() }
            };
            let (answers, counts) = futures::join!(futures::future::join_all(answers), by_hour);
            for answer in answers.into_iter().chain(counts) {
                outcome.take(answer);
            }
            if current() {
                if outcome.good() {
                    last_good_ms.set_value(Some(now));
                }
                let age_s = last_good_ms.get_value().map(|then| ((now - then) / clock::SECOND_MS) as u64);
                let _ = trouble.try_set(outcome.trouble(age_s));
                let _ = loading.try_set(false);
                poll.done();
            }
        });
    });
    Activity { days, hours, trouble, loading, retry }
}

/// Days that ended more than an hour ago do not change any more; LiteLLM writes calls up to 15 s late.
fn known_for_good(days: &Days, date: &str, now_ms: i64) -> bool {
    let ended = clock::parse_utc_ms(date).is_some_and(|start| start + clock::DAY_MS + clock::HOUR_MS < now_ms);
    ended && days.contains_key(date)
}

type Told = Result<Option<(ApiError, u64)>, ApiError>;

async fn hour_counts(api: &Api, now: i64, hours: RwSignal<Vec<HourCount>>) -> Vec<Told> {
    let questions = hours_of_today(now).into_iter().map(|hour| async move {
        let (all, failed) = futures::join!(api::activity::hour(api, hour, false), api::activity::hour(api, hour, true));
        let (all, failed) = (all?, failed?);
        Ok((HourCount { hour, all: all.data, failed: failed.data }, all.stale.map(|error| (error, all.age_s))))
    });
    let mut counts = Vec::new();
    let mut told = Vec::new();
    for answer in futures::future::join_all(questions).await {
        match answer {
            Ok((count, stale)) => {
                counts.push(count);
                told.push(Ok(stale));
            }
            Err(error) => told.push(Err(error)),
        }
    }
    if !counts.is_empty() {
        let _ = hours.try_set(counts);
    }
    told
}

/// The worst of many answers: one sentence for the page, not one for each day.
#[derive(Default)]
struct Outcome {
    failed: Option<ApiError>,
    stale: Option<(ApiError, u64)>,
}

impl Outcome {
    fn take(&mut self, answer: Told) {
        match answer {
            Err(error) => self.failed = self.failed.take().or(Some(error)),
            Ok(Some((error, age_s))) => {
                let oldest = self.stale.as_ref().map_or(0, |(_, known)| *known).max(age_s);
                self.stale = Some((error, oldest));
            }
            Ok(None) => {}
        }
    }

    fn good(&self) -> bool {
        self.failed.is_none() && self.stale.is_none()
    }

    /// `age_s`: how old what is on screen is; none when there is nothing. A failure leaves it standing.
    fn trouble(self, age_s: Option<u64>) -> Option<(ApiError, Option<u64>)> {
        if let Some((error, age_s)) = self.stale {
            return Some((error, Some(age_s)));
        }
        let error = self.failed?;
        let signed_out = matches!(error, ApiError::SignedOut | ApiError::NotAllowed);
        Some((error, age_s.filter(|_| !signed_out)))
    }
}
