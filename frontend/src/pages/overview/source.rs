//! Where the overview's numbers come from: LiteLLM's days, asked for one by one, so that days that are over are asked for once.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    finality,
    period::{Hour, Range, hours_of_today},
    route::Route,
    series::{self, Day, Days},
    wire::LogCount,
};

use crate::{
    api::{self, Api, Response, use_api},
    effect::watch,
    query::{Poll, use_poll},
    router::{Router, use_router},
    store::Store,
    task::{Task, now_ms},
};

/// The days that have arrived since wp-admin's page was loaded: moving between pages or ranges asks only for what is new.
#[derive(Clone, Copy)]
pub struct DaysCache(StoredValue<Rc<RefCell<Days>>, LocalStorage>);

pub fn provide_days() -> DaysCache {
    let days = DaysCache(StoredValue::new_local(Rc::default()));
    provide_context(days);
    days
}

impl DaysCache {
    fn all(self) -> Days {
        self.0.with_value(|days| days.borrow().clone())
    }

    /// Whether this day need not be asked for again.
    pub fn is_final(self, date: &str) -> bool {
        self.0.with_value(|days| days.borrow().is_final(date))
    }

    fn keep(self, date: &str, day: &Day, asked_ms: i64, old: bool) {
        self.0.with_value(|days| days.borrow_mut().insert(date.to_owned(), day.clone(), asked_ms, old));
    }
}

/// How often the running day is asked for again.
const REFRESH_MS: u32 = 20_000;

/// Calls of one hour: all, and those that failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourCount {
    pub hour: Hour,
    pub all: LogCount,
    pub failed: LogCount,
    /// Asked for so late that it changes no more.
    is_final: bool,
}

#[derive(Default)]
pub struct Activity {
    pub range: Range,
    pub days: Days,
    /// By hour, for today, in no order.
    pub hours: Vec<HourCount>,
    /// What failed; with the age in seconds of what is shown instead, where there is something.
    pub trouble: Option<(ApiError, Option<u64>)>,
    /// Whether a first answer for this range is still awaited.
    pub loading: bool,
    last_good_ms: Option<i64>,
}

/// Asks for what the range needs, at once and then regularly while the tab is in front. A question for another range
/// takes the place of the one before.
pub fn use_activity() -> (Store<Activity>, Poll) {
    let router = use_router();
    let api = use_api();
    let cache = expect_context::<DaysCache>();
    // What arrived before the page was left is still good.
    let activity = Store::new(Activity { days: cache.all(), ..Activity::default() });
    let task = Task::new();
    let poll = use_poll(move |poll| {
        let api = api.clone();
        task.run(async move {
            show_known(&api.known(), activity).await;
            ask(&api, activity, cache).await;
            let rhythm = |(error, _): &(ApiError, _)| error.wait_ms(REFRESH_MS);
            poll.again(activity.with_untracked(|activity| activity.trouble.as_ref().map_or(REFRESH_MS, rhythm)));
        });
    });
    let asking = poll.clone();
    let mut before = None;
    watch(move || {
        let range = range_of(router);
        if before != Some(range) {
            before = Some(range);
            activity.update(|activity| {
                activity.range = range;
                // What was good of another range says nothing of this one.
                activity.last_good_ms = None;
                activity.trouble = None;
                activity.loading = true;
            });
            asking.ask();
        }
    });
    (activity, poll)
}

fn range_of(router: Router) -> Range {
    match router.route() {
        Route::Overview(overview) => overview.range,
        _ => Range::default(),
    }
}

/// What is there before anything is asked counts as an old answer: it is shown, and asked for.
async fn show_known(known: &Api, activity: Store<Activity>) {
    let now = now_ms();
    let mut found = Vec::new();
    for date in activity.with_untracked(|activity| activity.range).needed(now) {
        if let Ok(response) = api::activity::day(known, &date).response().await {
            found.push((date, response));
        }
    }
    if found.is_empty() {
        return;
    }
    activity.update(|activity| {
        for (date, response) in found {
            let (asked_ms, _) = asked_at(&response, now);
            if date == clock::day(now) {
                activity.last_good_ms = Some(asked_ms);
            }
            if !activity.days.is_final(&date) {
                activity.days.insert(date, series::day(&response.data), asked_ms, true);
            }
        }
    });
}

async fn ask(api: &Api, activity: Store<Activity>, cache: DaysCache) {
    let now = now_ms();
    let range = activity.with_untracked(|activity| activity.range);
    let mut days = Vec::new();
    for date in range.needed(now) {
        if !activity.with_untracked(|activity| activity.days.is_final(&date)) {
            days.push((api::activity::day(api, &date), date));
        }
    }
    let mut hours = Vec::new();
    if range == Range::Today {
        for hour in hours_of_today(now) {
            let settled = activity
                .with_untracked(|activity| activity.hours.iter().any(|known| known.hour == hour && known.is_final));
            if !settled {
                hours.push((hour, api::activity::hour(api, hour, false), api::activity::hour(api, hour, true)));
            }
        }
    }
    let mut outcome = Outcome::default();
    for (read, date) in days {
        let response = read.response().await;
        if let Ok(response) = &response {
            let day = series::day(&response.data);
            let (asked_ms, old) = asked_at(response, now);
            cache.keep(&date, &day, asked_ms, old);
            activity.update(|activity| activity.days.insert(date, day, asked_ms, old));
        }
        outcome.take(response.map(|response| response.with(())));
    }
    let mut counts = Vec::new();
    for (hour, all, failed) in hours {
        let (all, failed) = (all.response().await, failed.response().await);
        if let (Ok(all), Ok(failed)) = (&all, &failed) {
            let is_final = [asked_at(all, now), asked_at(failed, now)]
                .iter()
                .all(|(asked_ms, old)| finality::is_final(hour.end_ms(), *asked_ms, *old));
            counts.push(HourCount { hour, all: all.data, failed: failed.data, is_final });
        }
        outcome.take(all.map(|response| response.with(())));
        outcome.take(failed.map(|response| response.with(())));
    }
    activity.update(|activity| {
        for count in counts {
            activity.hours.retain(|known| known.hour != count.hour);
            activity.hours.push(count);
        }
        if outcome.failed.is_none() && outcome.stale.is_none() {
            activity.last_good_ms = Some(now);
        }
        let age_s = activity.last_good_ms.map(|then| ((now - then).max(0) / clock::SECOND_MS) as u64);
        // Nobody is told of last numbers that are not there.
        let shown = series::summary(&activity.days, range, now).missing == 0;
        activity.trouble = outcome.trouble(age_s).map(|(error, age_s)| (error, age_s.filter(|_| shown)));
        activity.loading = false;
    });
}

/// When LiteLLM was asked for this answer of a question of `now_ms`, and whether it is an old one.
fn asked_at<T>(answer: &Response<T>, now_ms: i64) -> (i64, bool) {
    (now_ms - answer.age_s as i64 * clock::SECOND_MS, answer.stale.is_some())
}

/// The worst of many answers: one sentence for the page, not one for each day.
#[derive(Default)]
struct Outcome {
    failed: Option<ApiError>,
    stale: Option<(ApiError, u64)>,
}

impl Outcome {
    fn take(&mut self, response: api::Result<Response<()>>) {
        match response {
            Err(error) => self.failed = self.failed.take().or(Some(error)),
            Ok(Response { stale: Some(error), age_s, .. }) => {
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
