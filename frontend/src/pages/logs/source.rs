//! What the page knows of the log, and when it asks for more: never more than once a second, not while the tab is hidden, and
//! only as far as one looks. A file is what somebody waits for elsewhere: it goes on.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::*;
use model::{
    failure::ApiError,
    logs::{
        question::Question,
        reading::{Next, Reading},
    },
    route::{LogsRoute, PageName, Route},
    wire::LogRow,
};

use crate::{
    api::{self, Api, use_api},
    effect::watch,
    format,
    query::{Poll, use_poll},
    router::{Router, use_router},
    store::Store,
    task::{Task, now_ms, pause, steady_ms},
    turn::Turns,
};

/// Between two questions of this page to the gateway.
const APART_MS: f64 = 1_000.0;

/// How often it is looked whether the tab can be seen again.
const REST_MS: u32 = 1_000;

/// While one types, nothing is asked.
const TYPING_MS: u32 = 400;

/// Answers in a row without a call that is asked for, until somebody has to say that reading should go on.
const BARREN_MOST: usize = 10;

/// Rows beyond what was just written that count as in sight.
const AROUND: usize = 60;

/// What is known of the log.
pub struct Log {
    pub reading: Reading,
    /// Until its first answer what was there stays.
    coming: Option<Reading>,
    /// What is there answers another question than the one that is asked.
    pub turned: bool,
    pub asking: bool,
    pub error: Option<ApiError>,
    /// When the newest answer was given.
    pub given_ms: Option<i64>,
    /// When the first was.
    pub read_ms: i64,
    barren: usize,
    /// It goes on only when somebody says so.
    pub rests: bool,
    /// Calls that came in while one was looking at others.
    pub waiting: Vec<Rc<LogRow>>,
    /// More calls came in than could be read: below the newest some are missing.
    pub gap: bool,
    /// Ids of calls that have just come in.
    pub fresh: Vec<String>,
    /// Another number for each time that reading begins anew: what was asked before is no answer then, also where it is the
    /// same question.
    pub generation: u32,
}

impl Log {
    fn new(question: Question) -> Log {
        Log {
            reading: Reading::new(question),
            coming: None,
            turned: true,
            asking: false,
            error: None,
            given_ms: None,
            read_ms: 0,
            barren: 0,
            rests: false,
            waiting: Vec::new(),
            gap: false,
            fresh: Vec::new(),
            generation: 0,
        }
    }

    /// With a first answer.
    #[cfg(test)]
    pub fn read(reading: Reading) -> Log {
        let question = reading.question.clone();
        Log { reading, turned: false, ..Log::new(question) }
    }

    pub fn is_loaded(&self) -> bool {
        !self.turned
    }

    /// There is an answer, and no other is on its way that would take its place.
    pub fn is_settled(&self) -> bool {
        !self.turned && self.coming.is_none()
    }

    /// The few calls that are left are read, whether one looks at them or not.
    pub fn tells_soon(&self) -> bool {
        self.error.is_none() && !self.rests && self.reading.is_soon_whole()
    }

    pub fn age_s(&self, now_ms: i64) -> Option<u64> {
        self.given_ms.filter(|_| self.is_loaded()).map(|given| (now_ms - given).max(0) as u64 / 1_000)
    }

    /// All of it is another question, or the same once more.
    fn turn(&mut self, question: Question) {
        let generation = self.generation.wrapping_add(1);
        *self = Log { generation, ..Log::new(question) };
    }

    /// What is read on: the new one, once there is one.
    fn current(&mut self) -> &mut Reading {
        self.coming.as_mut().unwrap_or(&mut self.reading)
    }

    /// What is to be asked now, with these rows in sight.
    fn wanted(&self, (from, to): (usize, usize)) -> Option<Next> {
        if self.error.is_some() {
            return None;
        }
        // Few that are left tell all of them, in the bars as well.
        let all = || self.reading.following().filter(|_| self.reading.is_soon_whole());
        let next = match &self.coming {
            Some(coming) => coming.following(),
            None => self.reading.needs(from, to).or_else(all),
        };
        next.filter(|next| !self.rests || !next.is_following())
    }

    fn arrive(&mut self) {
        if self.turned || self.coming.is_some() {
            self.read_ms = self.given_ms.unwrap_or_default();
        }
        if let Some(reading) = self.coming.take() {
            self.reading = reading;
            self.waiting.clear();
            self.fresh.clear();
            self.gap = false;
        }
        self.turned = false;
    }
}

/// A handle to copy, which ends with the page.
#[derive(Clone, Copy)]
pub struct Source {
    pub log: Store<Log>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

struct Inner {
    api: Api,
    router: Router,
    /// A question is under way, or waits for its turn.
    busy: Cell<bool>,
    poll: RefCell<Option<Poll>>,
    turns: Turns,
    /// When the gateway was asked last and the time before that, by the steady clock.
    asked_ms: Cell<(f64, f64)>,
    /// The rows that were written since it was looked at last.
    written: Cell<Option<(usize, usize)>>,
    sight: Cell<(usize, usize)>,
    looking: Cell<bool>,
}

pub fn logs_route(route: &Route) -> LogsRoute {
    match route {
        Route::Logs(logs) => logs.clone(),
        _ => LogsRoute::default(),
    }
}

fn question_of(router: Router) -> Question {
    Question::of(&logs_route(&router.route_untracked()), now_ms(), format::lower)
}

pub fn use_source() -> Source {
    let (router, api) = (use_router(), use_api());
    let inner = Rc::new(Inner {
        api: api.clone(),
        router,
        busy: Cell::new(false),
        poll: RefCell::default(),
        turns: Turns::default(),
        asked_ms: Cell::new((f64::NEG_INFINITY, f64::NEG_INFINITY)),
        written: Cell::new(None),
        sight: Cell::new((0, 0)),
        looking: Cell::new(false),
    });
    let source =
        Source { log: Store::new(Log::new(question_of(router))), inner: StoredValue::new_local(inner.clone()) };
    let task = Task::new();
    let asking = task.clone();
    let poll = use_poll(move |poll| {
        let api = api.clone();
        source.set_busy(true);
        task.run(async move {
            source.ask(api, poll).await;
            source.set_busy(false);
        });
    });
    inner.poll.replace(Some(poll.clone()));
    // What is asked, without what is open and whether new calls come in by themselves.
    let asked = Memo::new(move |_| LogsRoute { open: String::new(), live: false, ..logs_route(&router.route()) });
    let mut before: Option<LogsRoute> = None;
    watch(move || {
        let route = asked.get();
        let known = before.replace(route.clone());
        if router.route_untracked().page() != PageName::Logs {
            return;
        }
        let typed = known.as_ref().is_some_and(|known| known.search != route.search);
        // Neither its answer nor its place in the line is of use any more.
        asking.cancel();
        source.set_busy(false);
        source.log.update(|log| log.turn(question_of(router)));
        source.inner.with_value(|inner| inner.sight.set((0, 0)));
        if typed { poll.again(TYPING_MS) } else { poll.ask() }
    });
    source
}

impl Source {
    fn set_busy(self, busy: bool) {
        self.inner.try_with_value(|inner| inner.busy.set(busy));
    }

    pub fn api(self) -> Api {
        self.inner.with_value(|inner| inner.api.clone())
    }

    /// Waits until the gateway may be asked again, and the tab can be seen, but for the first question and for a file; false:
    /// the page is gone. Whoever gives up waiting leaves the line.
    pub async fn turn(self, is_file: bool) -> bool {
        loop {
            let Some(turns) = self.inner.try_with_value(|inner| inner.turns.clone()) else { return false };
            let turn = turns.next().await;
            let Some((asked_ms, _)) = self.inner.try_with_value(|inner| inner.asked_ms.get()) else { return false };
            let wait_ms = wait_ms(asked_ms, steady_ms());
            if wait_ms > 0 {
                pause(wait_ms).await;
            }
            let is_first = asked_ms == f64::NEG_INFINITY;
            if is_file || is_first || !document().hidden() {
                let asked = |inner: &Rc<Inner>| inner.asked_ms.set((steady_ms(), inner.asked_ms.get().0));
                return self.inner.try_with_value(asked).is_some();
            }
            // Its place is for a file meanwhile.
            drop(turn);
            pause(REST_MS).await;
        }
    }

    /// By what `unasked` knows whose turn it was.
    pub fn asked_ms(self) -> f64 {
        self.inner.try_with_value(|inner| inner.asked_ms.get().0).unwrap_or_default()
    }

    /// WordPress knew the answer: nobody has to wait because of that question.
    pub fn unasked(self, at_ms: f64) {
        self.inner.try_with_value(|inner| {
            let (asked_ms, before_ms) = inner.asked_ms.get();
            if asked_ms == at_ms {
                inner.asked_ms.set((before_ms, before_ms));
            }
        });
    }

    pub fn generation(self) -> Option<u32> {
        self.log.try_with_untracked(|log| log.generation)
    }

    async fn ask(self, api: Api, poll: Poll) {
        self.log.quietly(|log| log.error = log.error.take().filter(|error| error.again_after_s().is_none()));
        if self.wanted().is_none() {
            // Nothing that could be asked is an answer, too.
            if self.log.with_untracked(|log| log.error.is_none() && (log.turned || log.coming.is_some())) {
                self.log.update(Log::arrive);
            }
            return;
        }
        // What is in sight may change while it waits.
        let Some(next) = (if self.turn(false).await { self.wanted() } else { None }) else { return };
        let mut asked = None;
        self.log.update(|log| {
            log.asking = true;
            asked = Some((log.current().question.clone(), log.generation));
        });
        let Some((question, generation)) = asked else { return };
        let response = api::logs::page(&api, next.place.params(question.params())).response().await;
        let sight = self.sight();
        // Somebody may have typed on meanwhile: then this is no answer any more.
        if self.generation() != Some(generation) {
            return;
        }
        self.log.update(|log| {
            log.asking = false;
            match response {
                Ok(response) => {
                    let before = log.current().count();
                    log.current().take(next, &response.data, sight.0, format::lower);
                    let found = log.current().count() > before;
                    // What is only read again finds nothing new.
                    if next.is_following() {
                        log.barren = if found { 0 } else { log.barren + 1 };
                        log.rests |= log.barren >= BARREN_MOST;
                    }
                    log.given_ms = Some(now_ms() - response.age_s as i64 * 1_000);
                    log.error = response.stale;
                    log.arrive();
                }
                Err(error) if error.is_too_large() && log.current().too_large(next) => {}
                Err(error) => log.error = Some(error),
            }
        });
        match self.log.with_untracked(|log| log.error.as_ref().map(ApiError::again_after_s)) {
            None => poll.again(0),
            // The gateway asks to slow down, or starts.
            Some(Some(after_s)) => poll.again(after_s * 1_000),
            Some(None) => {}
        }
    }

    fn sight(self) -> (usize, usize) {
        self.inner.try_with_value(|inner| inner.sight.get()).unwrap_or_default()
    }

    fn wanted(self) -> Option<Next> {
        let sight = self.sight();
        self.log.try_with_untracked(|log| log.wanted(sight)).flatten()
    }

    /// A row is written: it is in sight, or nearly.
    pub fn written(self, index: usize) {
        self.inner.with_value(|inner| {
            let (from, to) = inner.written.get().unwrap_or((index, index));
            inner.written.set(Some((from.min(index), to.max(index))));
            if !inner.looking.replace(true) {
                request_animation_frame(move || self.look());
            }
        });
    }

    fn look(self) {
        let poll = self.inner.try_with_value(|inner| {
            inner.looking.set(false);
            if let Some((from, to)) = inner.written.take() {
                inner.sight.set((from.saturating_sub(AROUND), to + AROUND));
            }
            if inner.busy.get() { None } else { inner.poll.borrow().clone() }
        });
        if let Some(poll) = poll.flatten()
            && self.wanted().is_some()
        {
            poll.again(0);
        }
    }

    /// All anew; what is there stays until the first answer.
    pub fn refresh(self) {
        let question = question_of(self.inner.with_value(|inner| inner.router));
        self.log.update(|log| {
            log.coming = Some(Reading::new(question));
            log.generation = log.generation.wrapping_add(1);
            log.error = None;
            (log.barren, log.rests, log.asking) = (0, false, false);
        });
        self.go_on();
    }

    /// Where it failed, or where it rests.
    pub fn go_on(self) {
        self.log.update(|log| {
            log.error = None;
            (log.barren, log.rests) = (0, false);
        });
        let poll = self.inner.with_value(|inner| inner.poll.borrow().clone());
        if let Some(poll) = poll {
            poll.ask();
        }
    }
}

/// How long it is until the gateway may be asked again; never longer than questions are apart.
fn wait_ms(asked_ms: f64, now_ms: f64) -> u32 {
    (asked_ms + APART_MS - now_ms).clamp(0.0, APART_MS).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_waits_for_a_second_at_most() {
        for (asked_ms, now_ms, waits_ms) in
            [(f64::NEG_INFINITY, 5.0, 0), (5.0, 5.0, 1_000), (5.0, 1_004.5, 1), (5.0, 1_005.0, 0), (9e9, 5.0, 1_000)]
        {
            assert_eq!(wait_ms(asked_ms, now_ms), waits_ms, "{asked_ms} {now_ms}");
        }
    }
}
