//! Where the overview's numbers come from: LiteLLM's days, asked for one by one, so that days that are over are asked for once.

use std::cell::Cell;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    period::{Hour, Range, hours_of_today},
    series::{self, Days},
    wire::{self, LogCount},
};

use crate::{
    api::{self, Answer, Api, use_api},
    nav::use_nav,
    poll::{Poll, now_ms, run},
    store::Store,
};

/// How often the running day is asked for again.
const REFRESH_MS: u32 = 20_000;

/// Calls of one hour: all, and those that failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourCount {
    pub hour: Hour,
    pub all: LogCount,
    pub failed: LogCount,
}

#[derive(Default)]
pub struct Activity {
    pub range: Range,
    pub days: Days,
    /// By hour, for today, in no order. Hours that ended an hour ago do not change any more.
    pub hours: Vec<HourCount>,
    /// What failed; with the age in seconds of what is shown instead, where there is something.
    pub trouble: Option<(ApiError, Option<u64>)>,
    /// Whether a first answer for this range is still awaited.
    pub loading: bool,
    last_good_ms: Option<i64>,
    /// Counts the questions: answers to an older one do not speak for the page.
    round: u32,
}

/// Asks for what the range needs, at once and then regularly while the tab is in front.
pub fn use_activity() -> (Store<Activity>, Poll) {
    let nav = use_nav();
    let api = use_api();
    // What arrived before the page was left is still good.
    let activity = Store::new(Activity { days: api.days(), ..Activity::default() });
    let poll = Poll::new();
    poll.asks({
        let (activity, poll) = (activity.clone(), poll.clone());
        move || {
            let (api, activity, poll) = (api.clone(), activity.clone(), poll.clone());
            run(async move {
                if ask(&api, &activity).await {
                    poll.again(REFRESH_MS);
                }
            });
        }
    });
    Effect::new({
        let (activity, poll, first) = (activity.clone(), poll.clone(), Cell::new(true));
        move |_| {
            let range = Range::from_value(&nav.get("range").unwrap_or_default());
            if first.replace(false) || activity.peek(|activity| activity.range != range) {
                activity.change(|activity| {
                    activity.range = range;
                    // What was good of another range says nothing of this one.
                    activity.last_good_ms = None;
                    activity.trouble = None;
                    activity.loading = true;
                });
                poll.ask();
            }
        }
    });
    (activity, poll)
}

/// Whether this question was still the newest when its last answer came.
async fn ask(api: &Api, activity: &Store<Activity>) -> bool {
    let now = now_ms();
    let (range, round) = activity.change(|activity| {
        activity.round = activity.round.wrapping_add(1);
        (activity.range, activity.round)
    });
    let mut asked = Vec::new();
    for date in range.needed(now) {
        if !activity.peek(|activity| known_for_good(&activity.days, &date, now)) {
            asked.push((api::activity::day(api, &date), date));
        }
    }
    let mut asked_hours = Vec::new();
    if range == Range::Today {
        for hour in hours_of_today(now) {
            if activity.peek(|activity| {
                activity.hours.iter().any(|known| known.hour == hour && hour.start_ms + 2 * clock::HOUR_MS < now)
            }) {
                continue;
            }
            asked_hours.push((hour, api::activity::hour(api, hour, false), api::activity::hour(api, hour, true)));
        }
    }
    let mut outcome = Outcome::default();
    for (day, date) in asked {
        let answer = day.read::<wire::Activity>().await;
        if let Ok(answer) = &answer {
            let day = series::day(&answer.data);
            api.keep_day(&date, &day);
            activity.change(|activity| activity.days.insert(date, day));
        }
        outcome.take(answer.map(|answer| answer.with(())));
    }
    let mut hours = Vec::new();
    for (hour, all, failed) in asked_hours {
        let (all, failed) = (all.read::<LogCount>().await, failed.read::<LogCount>().await);
        if let (Ok(all), Ok(failed)) = (&all, &failed) {
            hours.push(HourCount { hour, all: all.data, failed: failed.data });
        }
        outcome.take(all.map(|answer| answer.with(())));
        outcome.take(failed.map(|answer| answer.with(())));
    }
    activity.change(|activity| {
        if activity.round != round {
            return false;
        }
        for count in hours {
            activity.hours.retain(|known| known.hour != count.hour);
            activity.hours.push(count);
        }
        if outcome.failed.is_none() && outcome.stale.is_none() {
            activity.last_good_ms = Some(now);
        }
        let age_s = activity.last_good_ms.map(|then| ((now - then).max(0) / clock::SECOND_MS) as u64);
        activity.trouble = outcome.trouble(age_s);
        activity.loading = false;
        true
    })
}

/// Days that ended more than an hour ago do not change any more; LiteLLM writes calls up to 15 s late.
fn known_for_good(days: &Days, date: &str, now_ms: i64) -> bool {
    let ended = clock::parse_utc_ms(date).is_some_and(|start| start + clock::DAY_MS + clock::HOUR_MS < now_ms);
    ended && days.contains(date)
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
