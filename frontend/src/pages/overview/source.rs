//! Where the overview's numbers come from: LiteLLM's days, asked for one by one, so that days that are over are asked for once.

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    period::{Hour, Range, hours_of_today},
    series::{self, Days},
    wire::{self, LogCount},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, Answer, Api, use_api},
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
    asked: RwSignal<u32>,
}

impl Activity {
    pub fn retry(&self) {
        self.asked.update(|count| *count = count.wrapping_add(1));
    }

    /// Nothing is there and nothing is on its way.
    pub fn failed(&self) -> bool {
        self.trouble.with(|trouble| matches!(trouble, Some((_, None))))
    }
}

/// Asks for what the range needs, at once and then regularly while the tab is in front.
pub fn use_activity(range: Signal<Range>) -> Activity {
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
            let mut asked = Vec::new();
            for date in range.needed(now) {
                if !days.with_untracked(|days| known_for_good(days, &date, now)) {
                    asked.push((api::activity::day(&api, &date), date));
                }
            }
            let mut asked_hours = Vec::new();
            if range == Range::Today {
                for hour in hours_of_today(now) {
                    asked_hours.push((hour, api::activity::hour(&api, hour, false), api::activity::hour(&api, hour, true)));
                }
            }
            for (day, date) in asked {
                let answer = day.read::<wire::Activity>().await;
                if let Ok(answer) = &answer {
                    let day = series::day(&answer.data);
                    let _ = days.try_update(|days| days.insert(date, day));
                }
                outcome.take(answer.map(|answer| answer.with(())));
            }
            let mut counts = Vec::new();
            for (hour, all, failed) in asked_hours {
                let (all, failed) = (all.read::<LogCount>().await, failed.read::<LogCount>().await);
                if let (Ok(all), Ok(failed)) = (&all, &failed) {
                    counts.push(HourCount { hour, all: all.data, failed: failed.data });
                }
                outcome.take(all.map(|answer| answer.with(())));
                outcome.take(failed.map(|answer| answer.with(())));
            }
            if !counts.is_empty() && current() {
                let _ = hours.try_set(counts);
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
    Activity { days, hours, trouble, loading, asked }
}

/// Days that ended more than an hour ago do not change any more; LiteLLM writes calls up to 15 s late.
fn known_for_good(days: &Days, date: &str, now_ms: i64) -> bool {
    let ended = clock::parse_utc_ms(date).is_some_and(|start| start + clock::DAY_MS + clock::HOUR_MS < now_ms);
    ended && days.contains_key(date)
}

/// The worst of many answers: one sentence for the page, not one for each day.
#[derive(Default)]
struct Outcome {
    failed: Option<ApiError>,
    stale: Option<(ApiError, u64)>,
}

impl Outcome {
    fn take(&mut self, answer: api::Result<Answer<()>>) {
        match answer {
            Err(error) => self.failed = self.failed.take().or(Some(error)),
            Ok(Answer { stale: Some(error), age_s, .. }) => {
                let oldest = self.stale.as_ref().map_or(0, |(_, known)| *known).max(age_s);
                self.stale = Some((error, oldest));
            }
            Ok(_) => {}
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
