//! Where the overview's numbers come from: LiteLLM's days, asked for one by one, so that days that are over are asked for
//! once, and those of the last week once an hour.

use std::{cell::Cell, cell::RefCell, rc::Rc};

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    finality::{finality, is_newer},
    period::{Hour, Range, hours_of_today},
    route::Route,
    series::{self, Days},
    wire::{self, LogCount},
};

use crate::{
    api::{self, Api, Response, use_api},
    effect::watch,
    query::{Poll, use_poll},
    router::{Router, use_router},
    store::Store,
    task::{Task, now_ms},
};

/// What has arrived since wp-admin's page was loaded: moving between pages or ranges asks only for what is new.
#[derive(Clone, Copy)]
pub struct DaysCache(StoredValue<Rc<Kept>, LocalStorage>);

#[derive(Default)]
struct Kept {
    days: RefCell<Days>,
    /// Several days at once were too much for the gateway or for this site.
    one_by_one: Cell<bool>,
    /// The service key sees all that there is, as far as the gateway tells.
    is_whole: Cell<bool>,
}

pub fn provide_days() -> DaysCache {
    let days = DaysCache(StoredValue::new_local(Rc::default()));
    provide_context(days);
    days
}

impl DaysCache {
    /// Whether this day may be asked for ahead, together with others.
    pub fn is_wanted_ahead(self, date: &str) -> bool {
        self.0.with_value(|kept| !kept.one_by_one.get() && kept.days.borrow().is_due(date, now_ms()))
    }
}

/// How often the running day is asked for again.
const REFRESH_MS: u32 = 20_000;

/// Where days are heavy, or nothing comes.
const HEAVY_REFRESH_MS: u32 = 60_000;

/// Calls of one hour: all, and those that failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourCount {
    pub hour: Hour,
    pub all: LogCount,
    pub failed: LogCount,
    /// When the older of both was asked for, and whether one of them is old.
    asked_ms: i64,
    old: bool,
}

impl HourCount {
    fn is_due(&self, now_ms: i64) -> bool {
        finality(self.hour.end_ms(), self.asked_ms, self.old).is_due(self.asked_ms, now_ms)
    }
}

#[derive(Default)]
pub struct Activity {
    pub range: Range,
    pub days: Days,
    /// By hour, for today, in no order.
    pub hours: Vec<HourCount>,
    /// What failed.
    pub trouble: Option<ApiError>,
    /// Whether a first answer for this range is still awaited.
    pub loading: bool,
    /// All of it is asked for again, by hand.
    pub asking_anew: bool,
}

impl Activity {
    /// How old the oldest of what is shown and may still change is; none where not all of it is there.
    pub fn age_s(&self, now_ms: i64) -> Option<u64> {
        let oldest_ms = self.days.oldest_ms(&self.range.current(now_ms))?;
        Some(((now_ms - oldest_ms).max(0) / clock::SECOND_MS) as u64)
    }

    /// Calls of today by LiteLLM's daily sums, which count also what is in no log.
    pub fn counted_today(&self, now_ms: i64) -> f64 {
        self.days.get(&clock::day(now_ms)).map_or(0.0, |day| series::requests(&day.metrics))
    }

    fn is_hour_due(&self, hour: Hour, now_ms: i64) -> bool {
        self.hours.iter().find(|known| known.hour == hour).is_none_or(|known| known.is_due(now_ms))
    }

    fn take_hour(&mut self, count: HourCount) {
        match self.hours.iter_mut().find(|known| known.hour == count.hour) {
            Some(known) if is_newer(known.asked_ms, count.asked_ms) => {}
            Some(known) => *known = count,
            None => self.hours.push(count),
        }
    }
}

/// The ways in which the page has its numbers asked for.
#[derive(Clone)]
pub struct Source {
    poll: Poll,
    anew: Rc<Cell<bool>>,
}

impl Source {
    /// What is not known, and what may have changed.
    pub fn ask(&self) {
        self.poll.ask();
    }

    /// All that is shown, also what changes no more as a rule.
    pub fn ask_anew(&self) {
        self.anew.set(true);
        self.poll.ask();
    }
}

/// Asks for what the range needs, at once and then regularly while the tab is in front. A question for another range
/// takes the place of the one before.
pub fn use_activity() -> (Store<Activity>, Source) {
    let router = use_router();
    let api = use_api();
    let kept = expect_context::<DaysCache>().0.get_value();
    // What arrived before the page was left is still good.
    let activity = Store::new(Activity { days: kept.days.borrow().clone(), ..Activity::default() });
    let task = Task::new();
    let anew = Rc::new(Cell::new(false));
    let asked_by_hand = anew.clone();
    // In a row: a gateway that fails is asked less often.
    let failures = Rc::new(Cell::new(0));
    let poll = use_poll(move |poll| {
        let (api, kept, anew, failures) = (api.clone(), kept.clone(), asked_by_hand.take(), failures.clone());
        task.run(async move {
            show_known(&api.known(), activity).await;
            let rhythm_ms = ask(&api, activity, &kept, anew).await;
            poll.again(activity.with_untracked(|activity| {
                let Some(error) = &activity.trouble else {
                    failures.set(0);
                    return rhythm_ms;
                };
                let before = failures.replace(failures.get() + 1);
                error.wait_ms((rhythm_ms << before.min(4)).min(HEAVY_REFRESH_MS))
            }));
        });
    });
    let source = Source { poll, anew };
    let asking = source.clone();
    let mut before = None;
    watch(move || {
        let range = range_of(router);
        if before != Some(range) {
            before = Some(range);
            activity.update(|activity| {
                activity.range = range;
                activity.trouble = None;
                activity.loading = true;
            });
            asking.ask();
        }
    });
    (activity, source)
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
        if let Ok(response) = api::activity::day(known, &date, false).response().await {
            found.push((date, response));
        }
    }
    if found.is_empty() {
        return;
    }
    activity.update(|activity| {
        for (date, response) in found {
            let (asked_ms, _) = asked_at(&response, now);
            if activity.days.is_due(&date, now) {
                activity.days.insert(date, series::day(&response.data), asked_ms, true);
            }
        }
    });
}

/// Says after how long to ask again.
async fn ask(api: &Api, activity: Store<Activity>, kept: &Kept, anew: bool) -> u32 {
    let now = now_ms();
    activity.update(|activity| activity.asking_anew = anew);
    let range = activity.with_untracked(|activity| activity.range);
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    for date in range.needed(now) {
        if !anew && !activity.with_untracked(|activity| activity.days.is_due(&date, now)) {
            continue;
        }
        if kept.one_by_one.get() {
            alone.push(date);
        } else {
            together.push((api::activity::day(api, &date, anew), date));
        }
    }
    let mut hours = Vec::new();
    if range == Range::Today {
        for hour in hours_of_today(now) {
            if anew || activity.with_untracked(|activity| activity.is_hour_due(hour, now)) {
                let (all, failed) =
                    (api::activity::hour(api, hour, false, anew), api::activity::hour(api, hour, true, anew));
                hours.push((hour, all, failed));
            }
        }
    }
    let scope = (!kept.is_whole.get()).then(|| api::gateway::scope(api));
    let (mut trouble, mut slow, mut answered) = (None, None, false);
    for (read, date) in together {
        let response = read.response().await;
        take_day(activity, kept, &date, &response, now);
        answered |= failure(&response).is_none();
        if failure(&response).is_some_and(ApiError::is_too_much) {
            kept.one_by_one.set(true);
            alone.push(date);
            note(&mut slow, &response);
        } else {
            note(&mut trouble, &response);
        }
    }
    // Where none came, that is said now: to ask for less takes as long again.
    if slow.is_some() && !answered {
        activity.update(|activity| activity.trouble = slow);
    }
    for (hour, all, failed) in hours {
        let (all, failed) = (all.response().await, failed.response().await);
        if let (Ok(all), Ok(failed)) = (&all, &failed) {
            let ((all_ms, all_old), (failed_ms, failed_old)) = (asked_at(all, now), asked_at(failed, now));
            let (asked_ms, old) = (all_ms.min(failed_ms), all_old || failed_old);
            let count = HourCount { hour, all: all.data, failed: failed.data, asked_ms, old };
            activity.update(|activity| activity.take_hour(count));
        }
        note(&mut trouble, &all);
        note(&mut trouble, &failed);
    }
    // Each is a request by itself, with all the time of the gateway. One may fail for itself, such as the running day; after two
    // in a row there is no more to be had.
    let mut failed = false;
    for date in alone {
        let response = api::activity::day(api, &date, anew).response().await;
        take_day(activity, kept, &date, &response, now);
        note(&mut trouble, &response);
        let fails = failure(&response).is_some_and(|error| !error.is_too_large());
        if fails && failed {
            break;
        }
        failed = fails;
    }
    if let Some(scope) = scope {
        let answer = scope.raw().await;
        kept.is_whole.set(answer.is_ok());
        if failure(&answer).is_some_and(ApiError::is_partial) {
            note(&mut trouble, &answer);
        }
    }
    activity.update(|activity| {
        activity.trouble = trouble;
        (activity.loading, activity.asking_anew) = (false, false);
    });
    if kept.one_by_one.get() { HEAVY_REFRESH_MS } else { REFRESH_MS }
}

fn take_day(
    activity: Store<Activity>,
    kept: &Kept,
    date: &str,
    response: &api::Result<Response<wire::Activity>>,
    now_ms: i64,
) {
    if let Ok(response) = response {
        let day = series::day(&response.data);
        let (asked_ms, old) = asked_at(response, now_ms);
        kept.days.borrow_mut().insert(date.to_owned(), day.clone(), asked_ms, old);
        activity.update(|activity| activity.days.insert(date.to_owned(), day, asked_ms, old));
    }
}

/// When LiteLLM was asked for this answer of a question of `now_ms`, and whether it is an old one.
fn asked_at<T>(answer: &Response<T>, now_ms: i64) -> (i64, bool) {
    (now_ms - answer.age_s as i64 * clock::SECOND_MS, answer.stale.is_some())
}

/// Why there is no answer, or no newer one.
fn failure<T>(response: &api::Result<Response<T>>) -> Option<&ApiError> {
    match response {
        Ok(response) => response.stale.as_ref(),
        Err(error) => Some(error),
    }
}

/// One sentence for the page, not one for each day.
fn note<T>(trouble: &mut Option<ApiError>, response: &api::Result<Response<T>>) {
    if trouble.is_none() {
        *trouble = failure(response).cloned();
    }
}
