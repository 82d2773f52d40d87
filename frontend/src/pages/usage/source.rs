//! Where the sums come from: LiteLLM's days, asked for one by one as on the overview, so that WordPress keeps those that are over.
//! By what they are told apart is asked for when it is chosen.

use std::{cell::Cell, pin::Pin, rc::Rc};

use futures::FutureExt as _;
use leptos::prelude::*;
use model::{
    clock::{DAY_MS, MINUTE_MS, SECOND_MS},
    failure::ApiError,
    route::{Bounds, Compare, Dimension, Edge, Grain, PageName, Quick, Route, TimeRange, UsageRoute},
    usage::{
        budgets,
        days::{Days, Periods, date, day_of},
        fold::{self, Usage},
        forecast,
        sample::Sample,
        shelf::{Day, Shelf, Source},
        spans::{HOURS_MOST_MS, Spans, Timed, hours_before},
    },
    wire::{Activity, Model, Team, UsageDay, Wire},
};
use serde_json::Value;

use crate::{
    api::{self, Api, Response, use_api},
    effect::watch,
    format,
    query::{Poll, use_poll},
    router::{Router, is_closed, use_router},
    store::Store,
    task::{Task, now_ms},
};

/// How often the running day is asked for again.
const REFRESH_MS: u32 = 60_000;

/// A day with more pages than this is not read to its end.
const PAGES_MOST: u32 = 100;

/// So many days are put on the shelf before the page is told.
const AT_ONCE: usize = 10;

/// What is shown, and what it rests on.
pub struct State {
    pub route: UsageRoute,
    pub periods: Periods,
    pub usage: Rc<Usage>,
    /// By key, of a report, which is by team and key.
    pub keys: Rc<Usage>,
    pub shelf: Shelf,
    /// What the gateway's models cost; none until it is known.
    pub models: Option<Vec<Model>>,
    /// The teams, with their budgets; none until all that are read are there.
    pub teams: Option<Vec<Team>>,
    /// The gateway has more of them.
    pub teams_are_cut: bool,
    /// Days that have more lines than are read.
    pub cut_days: Vec<(Source, i64)>,
    /// Why days are missing or old.
    pub trouble: Option<ApiError>,
    /// Why they are not told apart by what was chosen.
    pub refused: Option<ApiError>,
    pub loading: bool,
    /// All of it is asked for again, by hand.
    pub asking_anew: bool,
    /// How far hours, or the days of the site, have come.
    pub timing: Timing,
    /// These, when they are there, what they answer, and when they were read.
    timed: Option<(Rc<Timed>, (TimeRange, Grain), i64)>,
    /// How these are compared.
    compared: Compare,
    /// Why they are not, though it is wanted.
    pub uncompared: Timing,
    /// How often the log was wanted anew.
    rereads: u32,
    /// By what the site's clock is ahead when a day of the range begins, with the first such day: of two where the clock is
    /// changed within the range.
    pub ahead: Vec<(i64, i64)>,
}

/// What becomes of hours and days of the site, which are added up here.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Timing {
    #[default]
    Nothing,
    /// So many calls of so many.
    Reading(usize, f64),
    /// More than are read.
    TooMany,
    Failed,
    /// The log has fewer than LiteLLM has counted.
    Lacking,
}

impl State {
    fn new(route: UsageRoute) -> State {
        let periods = Periods::of(route.range, route.compare, now_ms());
        State {
            route,
            periods,
            usage: Rc::default(),
            keys: Rc::default(),
            shelf: Shelf::default(),
            models: None,
            teams: None,
            teams_are_cut: false,
            cut_days: Vec::new(),
            trouble: None,
            refused: None,
            loading: true,
            asking_anew: false,
            timing: Timing::default(),
            timed: None,
            compared: Compare::Nothing,
            uncompared: Timing::default(),
            rereads: 0,
            ahead: ahead(periods.current),
        }
    }

    /// What a bar is: only a short range has hours, and only one of days has days of the site.
    pub fn grain(&self) -> Grain {
        let grain = self.route.grain;
        if self.route.report || !self.can_be(grain) { Grain::UtcDays } else { grain }
    }

    pub fn can_be(&self, grain: Grain) -> bool {
        let range = self.route.range;
        let bounds = range.bounds(now_ms());
        match grain {
            Grain::UtcDays => true,
            // These are added up from the log.
            _ if is_closed(PageName::Logs) => false,
            Grain::Hours => bounds.end_ms > bounds.start_ms && bounds.end_ms - bounds.start_ms <= HOURS_MOST_MS,
            Grain::SiteDays => range.is_of_days() && self.has_days_of_its_own(),
        }
    }

    /// Where a site is not on UTC, LiteLLM's days begin at another hour than the site's.
    pub fn has_days_of_its_own(&self) -> bool {
        self.ahead.iter().any(|(ahead_ms, _)| *ahead_ms != 0)
    }

    /// What the log is read for; when it changes, what was read is of no use. Hours and days of the site are wanted anew when
    /// a day is over.
    pub fn timing_wanted(&self) -> (TimeRange, Grain, u32, Days) {
        let grain = self.grain();
        let days = match grain {
            Grain::UtcDays => Days::default(),
            Grain::Hours => self.periods.current,
            Grain::SiteDays => self.site_days(now_ms()),
        };
        (self.route.range, grain, self.rereads, days)
    }

    /// The range, as if the site's time were UTC.
    fn site_days(&self, now_ms: i64) -> Days {
        let local_ms = now_ms + offset_ms(now_ms);
        let bounds = self.route.range.bounds(local_ms);
        let end = day_of(bounds.end_ms - 1).min(day_of(local_ms)) + 1;
        Days::new(day_of(bounds.start_ms).max(end - model::usage::days::MOST), end)
    }

    /// The hours of the range, or its days by the site's calendar.
    pub fn spans(&self, now_ms: i64) -> Option<Spans> {
        match self.grain() {
            Grain::UtcDays => None,
            Grain::Hours => Some(Spans::hours(self.log_bounds(now_ms))),
            Grain::SiteDays => {
                let days = self.site_days(now_ms);
                // None of them may have begun here while it has in UTC.
                (!days.is_empty()).then(|| Spans::days(days, &offset_ms, now_ms))
            }
        }
    }

    /// What these are compared with, and how many of them are over.
    pub fn spans_before(&self, spans: &Spans, now_ms: i64) -> Option<(Spans, usize)> {
        let (range, compare) = (self.route.range, self.route.compare);
        match self.grain() {
            Grain::UtcDays => None,
            Grain::Hours => Some((hours_before(range, compare, spans)?, spans.len())),
            Grain::SiteDays => {
                // The calendar is another one, its periods are the same.
                let periods = Periods::of(range, compare, now_ms + offset_ms(now_ms));
                Some((Spans::days(periods.before?, &offset_ms, now_ms), periods.whole.len()))
            }
        }
    }

    /// The time whose calls the log is read for: that of the range, until now.
    pub fn log_bounds(&self, now_ms: i64) -> Bounds {
        let Bounds { start_ms, end_ms } = self.route.range.bounds(now_ms);
        Bounds { start_ms: start_ms.max(self.periods.current.first * DAY_MS), end_ms: end_ms.min(now_ms) }
    }

    pub fn take_timed(&mut self, timed: Option<Timed>, now_ms: i64) {
        let of = (self.route.range, self.grain());
        self.timed = timed.map(|timed| (Rc::new(timed), of, now_ms));
        (self.compared, self.uncompared) = (Compare::Nothing, Timing::Nothing);
        self.reckon();
    }

    /// What hours or days of the site are compared with is being read from now on.
    pub fn begin_comparing(&mut self) {
        (self.compared, self.uncompared) = (self.route.compare, Timing::Reading(0, 0.0));
    }

    /// It was read.
    pub fn take_before(&mut self, before: Spans, sample: &Sample, whole: usize, now_ms: i64) {
        if let Some((timed, ..)) = &mut self.timed {
            Rc::make_mut(timed).compare(before, sample, whole, now_ms);
        }
        self.reckon();
    }

    /// Hours or days of the site, when they are wanted and there.
    pub fn timed(&self) -> Option<&Timed> {
        let (timed, of, _) = self.timed.as_ref()?;
        let is_wanted = *of == (self.route.range, self.grain()) && !self.route.report && of.1 != Grain::UtcDays;
        is_wanted.then(|| &**timed)
    }

    /// What a bar is that is shown now.
    pub fn shown_grain(&self) -> Grain {
        self.timed().map_or(Grain::UtcDays, |timed| timed.spans.grain)
    }

    /// What figures, bars and lines are of: LiteLLM's days, else what was added up here.
    pub fn shown(&self) -> (&Shelf, &Periods) {
        match self.timed() {
            Some(timed) => (&timed.shelf, &timed.periods),
            None => (&self.shelf, &self.periods),
        }
    }

    /// The address of what is shown, for links to its calls.
    pub fn linked(&self) -> UsageRoute {
        let mut route = self.route.clone();
        if let Some(Bounds { start_ms, end_ms }) = self.timed().and_then(|timed| timed.spans.bounds()) {
            let end = Edge::minute(end_ms + MINUTE_MS - 1);
            route.range = TimeRange::own(Edge::minute(start_ms), Some(end)).unwrap_or(route.range);
        }
        route
    }

    /// What is shown apart.
    pub fn by(&self) -> Dimension {
        if self.route.report { Dimension::Team } else { self.route.by }
    }

    pub fn source(&self) -> Source {
        Source::of(self.by())
    }

    /// How old the oldest of what is shown and may still change is; none where not all of it is there.
    pub fn age_s(&self, now_ms: i64) -> Option<u64> {
        let oldest_ms = match &self.timed {
            Some((_, _, read_ms)) if self.timed().is_some() => *read_ms,
            _ => self.oldest_ms()?,
        };
        Some(((now_ms - oldest_ms).max(0) / SECOND_MS) as u64)
    }

    /// When the oldest of LiteLLM's sums of the range was asked for that may still change.
    pub fn oldest_ms(&self) -> Option<i64> {
        let mut oldest = self.shelf.oldest_ms(Source::Models, self.periods.current)?;
        // Parts may be missing, or refused.
        for source in [self.source(), if self.route.report { Source::Keys } else { Source::Models }] {
            oldest = oldest.min(self.shelf.oldest_ms(source, self.periods.current).unwrap_or(oldest));
        }
        Some(oldest)
    }

    /// Whether the sums of all calls are there, whatever is known of their parts.
    pub fn missing_totals(&self) -> usize {
        let (shelf, periods) = self.shown();
        periods.current.iter().filter(|day| !shelf.has(Source::Models, *day)).count()
    }

    /// Whether nothing more is on its way: a file of days that still arrive would look like all of them.
    pub fn is_whole(&self) -> bool {
        if self.timed().is_some() && self.awaits_comparison() {
            return false;
        }
        let was_tried = self.trouble.is_some() || self.refused.is_some();
        !self.loading || was_tried || (self.usage.missing == 0 && self.missing_totals() == 0)
    }

    /// What the range is compared with is on its way.
    pub fn awaits_comparison(&self) -> bool {
        match self.timed() {
            Some(_) => matches!(self.uncompared, Timing::Reading(..)),
            None => self.periods.before.is_some() && self.loading,
        }
    }

    /// All calls of the range.
    pub fn total(&self) -> fold::Sums {
        // Parts may still be on their way, or refused.
        let (shelf, periods) = self.shown();
        fold::fold(shelf, Dimension::Model, periods).total
    }

    /// Days of the range whose smallest parts are not all there.
    pub fn cut_days(&self) -> usize {
        let source = self.source();
        self.cut_days.iter().filter(|(of, day)| *of == source && self.periods.current.contains(*day)).count()
    }

    /// What each day of a forecast is reckoned by.
    pub fn forecast_days(&self, now_ms: i64) -> Option<Days> {
        let today = day_of(now_ms);
        let is_month = self.route.range == TimeRange::Quick(Quick::ThisMonth);
        is_month.then(|| Days::new((today - forecast::LOOK_BACK as i64).min(self.periods.current.first), today))
    }

    fn reckon(&mut self) {
        let days = self.periods.current;
        self.periods = Periods::of(self.route.range, self.route.compare, now_ms());
        if self.periods.current != days {
            self.ahead = ahead(self.periods.current);
        }
        if self.compared != self.route.compare
            && let Some((timed, ..)) = &mut self.timed
        {
            Rc::make_mut(timed).forget_before();
            (self.compared, self.uncompared) = (Compare::Nothing, Timing::Nothing);
        }
        let (shelf, periods) = self.shown();
        self.usage = Rc::new(fold::fold(shelf, self.by(), periods));
        if self.route.report {
            self.keys = Rc::new(fold::fold(&self.shelf, Dimension::Key, &self.periods));
        }
    }
}

/// How far the site's time is ahead of UTC in a moment.
fn offset_ms(ms: i64) -> i64 {
    let minute = ms.div_euclid(MINUTE_MS) * MINUTE_MS;
    format::local_ms(minute) - minute
}

/// By what the site's clock is ahead when these days begin, each once. No change of a clock lasts less than a week.
fn ahead(days: Days) -> Vec<(i64, i64)> {
    let mut found: Vec<(i64, i64)> = Vec::new();
    for day in days.iter().step_by(7).chain(days.iter().last()) {
        let ahead_ms = offset_ms(day * DAY_MS);
        if !found.iter().any(|(known, _)| *known == ahead_ms) {
            found.push((ahead_ms, day));
        }
    }
    found
}

/// The ways in which the page has its numbers asked for. A handle to copy.
#[derive(Clone, Copy)]
pub struct Asking(StoredValue<(Poll, Rc<Cell<bool>>), LocalStorage>, Store<State>);

impl Asking {
    /// What is not known, and what may have changed.
    pub fn ask(self) {
        self.0.with_value(|(poll, _)| poll.clone()).ask();
    }

    /// All that is shown, also what changes no more as a rule.
    pub fn ask_anew(self) {
        self.0.with_value(|(_, anew)| anew.set(true));
        self.1.update(|state| state.rereads += 1);
        self.ask();
    }
}

/// What of an address decides on the questions.
fn question(route: &UsageRoute) -> (TimeRange, Grain, Compare, Dimension, bool) {
    (route.range, route.grain, route.compare, route.by, route.report)
}

pub fn usage_route(route: &Route) -> UsageRoute {
    match route {
        Route::Usage(route) => route.clone(),
        // Another page is on its way.
        _ => UsageRoute::default(),
    }
}

pub fn use_usage() -> (Store<State>, Asking) {
    let (router, api): (Router, Api) = (use_router(), use_api());
    let state = Store::new(State::new(usage_route(&router.route_untracked())));
    let task = Task::new();
    let anew = Rc::new(Cell::new(false));
    let (by_hand, failures, one_by_one) = (anew.clone(), Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let poll = use_poll(move |poll| {
        let (api, anew, failures, one_by_one) = (api.clone(), by_hand.take(), failures.clone(), one_by_one.clone());
        task.run(async move {
            show_known(&api.known(), state).await;
            ask(&api, state, &one_by_one, anew).await;
            poll.again(state.with_untracked(|state| {
                let Some(error) = &state.trouble else {
                    failures.set(0);
                    return REFRESH_MS;
                };
                failures.set(failures.get() + 1);
                error.wait_ms((REFRESH_MS / 3 * failures.get()).min(REFRESH_MS))
            }));
        });
    });
    let asking = Asking(StoredValue::new_local((poll, anew)), state);
    let mut before = None;
    watch(move || {
        let route = match router.route() {
            Route::Usage(route) => route,
            _ => return,
        };
        let wanted = question(&route);
        let is_other = before.replace(wanted) != Some(wanted);
        state.update(|state| {
            state.route = route;
            if is_other {
                (state.trouble, state.refused, state.loading) = (None, None, true);
                state.reckon();
            }
        });
        if is_other {
            asking.ask();
        }
    });
    (state, asking)
}

/// What is there before anything is asked counts as an old answer: it is shown, and asked for.
async fn show_known(known: &Api, state: Store<State>) {
    let now = now_ms();
    let mut arrived = Vec::new();
    for day in state.with_untracked(|state| state.periods.needed()) {
        if !state.with_untracked(|state| state.shelf.is_due(Source::Models, day, now)) {
            continue;
        }
        if let Ok(response) = read(known, Source::Models, day, 1, false).await {
            let asked_ms = now - response.age_s as i64 * SECOND_MS;
            let what = Day::of_models(&Activity::read(&response.data));
            arrived.push(Arrived { source: Source::Models, day, what, asked_ms, old: true, is_cut: false });
        }
    }
    settle(state, &mut arrived);
}

/// A day that was asked for.
struct Asked {
    source: Source,
    day: i64,
    read: Reading,
}

pub type Reading = Pin<Box<dyn Future<Output = api::Result<Response<Value>>>>>;

/// Of one type for all: each other would cost bytes.
pub fn read(api: &Api, source: Source, day: i64, page: u32, anew: bool) -> Reading {
    Box::pin(api::usage::day(api, source, &date(day), page, anew).checked())
}

async fn ask(api: &Api, state: Store<State>, one_by_one: &Cell<bool>, anew: bool) {
    let now = now_ms();
    state.update(|state| {
        state.reckon();
        (state.asking_anew, state.loading) = (anew, true);
    });
    let wanted = state.with_untracked(|state| wanted(state, now, anew));
    let wants_prices = state.with_untracked(|state| state.models.is_none() && state.route.by == Dimension::Model);
    let prices = wants_prices.then(|| api::keys::models(api));
    let mut trouble = Trouble::default();
    fetch(api, state, one_by_one, wanted, anew, &mut trouble).await;
    let prices = match prices {
        Some(prices) => prices.response().await.ok(),
        None => None,
    };
    // What they have spent is of now, as the days are.
    if state.with_untracked(|state| state.by() == Dimension::Team)
        && let Some((teams, is_cut)) = teams(api).await
    {
        state.update(|state| (state.teams, state.teams_are_cut) = (Some(teams), is_cut));
        // Budgets are of the last days, whatever the range is.
        let wanted = state.with_untracked(|state| wanted_for_budgets(state, now));
        fetch(api, state, one_by_one, wanted, anew, &mut Trouble::default()).await;
    }
    state.update(|state| {
        if let Some(prices) = prices {
            state.models = Some(prices.data.data);
        }
        (state.trouble, state.refused) = (trouble.totals, trouble.parts);
        (state.loading, state.asking_anew) = (false, false);
    });
}

/// Days by what they are told apart by, and the page is told as they come.
async fn fetch(
    api: &Api,
    state: Store<State>,
    one_by_one: &Cell<bool>,
    wanted: Vec<(Source, i64)>,
    anew: bool,
    trouble: &mut Trouble,
) {
    let now = now_ms();
    let mut alone = Vec::new();
    let mut together = Vec::new();
    for (source, day) in wanted {
        if one_by_one.get() {
            alone.push((source, day));
        } else {
            together.push(Asked { source, day, read: read(api, source, day, 1, anew) });
        }
    }
    let mut arrived = Vec::new();
    let (mut slow, mut answered) = (None, false);
    for Asked { source, day, mut read } in together {
        // Those that are there already are shown before the next is awaited.
        if arrived.len() >= AT_ONCE {
            settle(state, &mut arrived);
        }
        let outcome = match (&mut read).now_or_never() {
            Some(outcome) => outcome,
            None => {
                settle(state, &mut arrived);
                read.await
            }
        };
        if failure(&outcome).is_some_and(ApiError::is_too_much) {
            one_by_one.set(true);
            alone.push((source, day));
            slow = slow.or_else(|| Some((source, day, failure(&outcome)?.clone())));
            continue;
        }
        answered |= failure(&outcome).is_none();
        arrived.extend(whole(api, source, day, anew, outcome, now, trouble).await);
    }
    settle(state, &mut arrived);
    // Each is a request by itself, with all the memory of this site and all the time of the gateway. After two failures in a
    // row there is no more to be had. Where none came together, that is said now: to ask for less takes as long again.
    if let Some((source, day, error)) = slow.filter(|_| !answered) {
        state.update(|state| match source {
            // Of a forecast, or of budgets.
            _ if !state.periods.current.contains(day) => {}
            Source::Models => state.trouble = Some(error),
            _ => state.refused = Some(error),
        });
    }
    let mut failed = false;
    for (source, day) in alone {
        let outcome = read(api, source, day, 1, anew).await;
        let fails = failure(&outcome).is_some_and(|error| !error.is_too_large());
        arrived.extend(whole(api, source, day, anew, outcome, now, trouble).await);
        settle(state, &mut arrived);
        if fails && failed {
            break;
        }
        failed = fails;
    }
}

/// So many pages of teams are read.
const TEAM_PAGES_MOST: usize = 20;

/// The teams, and whether there are more of them; none where one page is missing.
async fn teams(api: &Api) -> Option<(Vec<Team>, bool)> {
    let mut all = Vec::new();
    for page in 1..=TEAM_PAGES_MOST {
        let answer = api::teams::page(api, page).response().await.ok()?.data;
        all.extend(answer.teams);
        if page as f64 >= answer.total_pages {
            return Some((all, false));
        }
    }
    Some((all, true))
}

/// The days that are to be asked for, the most important first.
fn wanted(state: &State, now: i64, anew: bool) -> Vec<(Source, i64)> {
    let source = state.source();
    let mut wanted = Vec::new();
    let mut want = |source: Source, day: i64| {
        if (anew || state.shelf.is_due(source, day, now)) && !wanted.contains(&(source, day)) {
            wanted.push((source, day));
        }
    };
    for day in state.periods.needed() {
        want(Source::Models, day);
        want(source, day);
        if state.route.report && state.periods.current.contains(day) {
            want(Source::Keys, day);
        }
    }
    for day in state.forecast_days(now).unwrap_or_default().iter().rev() {
        want(Source::Models, day);
    }
    wanted
}

/// What the outlook of budgets needs beside the range.
fn wanted_for_budgets(state: &State, now: i64) -> Vec<(Source, i64)> {
    let (mut wanted, known) = (Vec::new(), state.periods.needed());
    let is_shown = !state.route.report && state.teams.iter().flatten().any(budgets::is_budgeted);
    for day in budgets::days(now).iter().rev().filter(|day| is_shown && !known.contains(day)) {
        for source in [Source::Models, Source::Teams] {
            if state.shelf.is_due(source, day, now) {
                wanted.push((source, day));
            }
        }
    }
    wanted
}

pub struct Arrived {
    source: Source,
    day: i64,
    pub what: Day,
    pub asked_ms: i64,
    pub old: bool,
    /// It has more lines than are read.
    pub is_cut: bool,
}

/// Tells the page.
fn settle(state: Store<State>, arrived: &mut Vec<Arrived>) {
    if arrived.is_empty() {
        return;
    }
    state.update(|state| {
        for Arrived { source, day, what, asked_ms, old, is_cut } in arrived.drain(..) {
            state.cut_days.retain(|cut| *cut != (source, day));
            if is_cut {
                state.cut_days.push((source, day));
            }
            state.shelf.insert(source, day, what, asked_ms, old);
        }
        state.reckon();
    });
}

/// What keeps the page from knowing all: one reason for all days, of the sums and of their parts.
#[derive(Default)]
pub struct Trouble {
    pub totals: Option<ApiError>,
    pub parts: Option<ApiError>,
}

impl Trouble {
    fn note(&mut self, source: Source, error: &ApiError) {
        let place = if source == Source::Models { &mut self.totals } else { &mut self.parts };
        if place.is_none() {
            *place = Some(error.clone());
        }
    }
}

/// A day with all its pages; none where one of them is missing.
pub async fn whole(
    api: &Api,
    source: Source,
    day: i64,
    anew: bool,
    first: api::Result<Response<Value>>,
    now: i64,
    trouble: &mut Trouble,
) -> Option<Arrived> {
    let mut arrived = Arrived { source, day, what: Day::default(), asked_ms: now, old: false, is_cut: false };
    let mut outcome = first;
    let mut page = 1;
    loop {
        if let Some(error) = failure(&outcome) {
            trouble.note(source, error);
        }
        let response = outcome.ok()?;
        arrived.asked_ms = arrived.asked_ms.min(now - response.age_s as i64 * SECOND_MS);
        arrived.old |= response.stale.is_some();
        if source == Source::Models {
            arrived.what = Day::of_models(&Activity::read(&response.data));
            return Some(arrived);
        }
        let answer = UsageDay::read(&response.data);
        arrived.what.take(source, &answer);
        arrived.is_cut = page == PAGES_MOST && f64::from(page) < answer.metadata.total_pages;
        if f64::from(page) >= answer.metadata.total_pages || page == PAGES_MOST {
            return Some(arrived);
        }
        page += 1;
        outcome = read(api, source, day, page, anew).await;
    }
}

/// Why there is no answer, or no newer one.
fn failure(outcome: &api::Result<Response<Value>>) -> Option<&ApiError> {
    match outcome {
        Ok(response) => response.stale.as_ref(),
        Err(error) => Some(error),
    }
}
