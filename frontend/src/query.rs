//! What a page asks WordPress for: its data, how old they are, why they are not newer, and when they are asked for again.

use std::{cell::Cell, pin::Pin, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use model::{failure::ApiError, finality::is_newer};
use wasm_bindgen::{JsCast, closure::Closure};

use crate::{
    api::{Api, Response, Result, use_api},
    effect::watch,
    store::Store,
    task::{Task, now_ms},
};

/// What is known of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryState<T> {
    /// The last good answer; it stays while a newer one is awaited, and when that fails.
    pub data: Option<T>,
    /// When the gateway gave it, ms since 1970; none where nothing was given yet.
    pub given_ms: Option<i64>,
    /// Why it is not newer.
    pub error: Option<ApiError>,
    /// Whether an answer is awaited.
    pub loading: bool,
    /// The question is another one than that of `data`.
    turned: bool,
}

impl<T> Default for QueryState<T> {
    fn default() -> Self {
        QueryState { data: None, given_ms: None, error: None, loading: false, turned: false }
    }
}

impl<T> QueryState<T> {
    /// How old the data are, in whole seconds.
    pub fn age_s(&self, now_ms: i64) -> Option<u64> {
        self.given_ms.map(|given_ms| (now_ms - given_ms).max(0) as u64 / 1_000)
    }

    /// Takes over an answer that arrived at this moment. One that is older than what is known, such as that of another
    /// server's cache, says at most why there is no newer one.
    pub fn settle(&mut self, outcome: Result<Response<T>>, arrived_ms: i64) {
        self.loading = false;
        match outcome {
            Ok(response) => {
                let given_ms = arrived_ms - response.age_s as i64 * 1_000;
                self.error = response.stale;
                if self.turned || self.given_ms.is_none_or(|known_ms| !is_newer(known_ms, given_ms)) {
                    self.given_ms = Some(given_ms);
                    self.data = Some(response.data);
                    self.turned = false;
                }
            }
            Err(error) => self.error = Some(error),
        }
    }
}

type Fetch<T> = dyn Fn(Api) -> Pin<Box<dyn Future<Output = Result<Response<T>>>>>;

/// A query of the page that is shown. Ends with the page; what it waits for is given up then.
pub struct Query<T: 'static> {
    pub state: Store<QueryState<T>>,
    poll: StoredValue<Poll, LocalStorage>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Query<T> {}

/// Asks at once, and again on `refetch`. What `fetch` reads of the page is read anew each time.
pub fn use_query<T: 'static, F>(fetch: impl Fn(Api) -> F + 'static) -> Query<T>
where
    F: Future<Output = Result<Response<T>>> + 'static,
{
    let query = waiting_query(fetch);
    query.refetch();
    query
}

/// The same, but for the first time on `refetch`.
pub fn waiting_query<T: 'static, F>(fetch: impl Fn(Api) -> F + 'static) -> Query<T>
where
    F: Future<Output = Result<Response<T>>> + 'static,
{
    new_query(Box::new(move |api| Box::pin(fetch(api))), true)
}

/// Asks on `refetch` only.
pub fn idle_query<T: 'static, F>(fetch: impl Fn(Api) -> F + 'static) -> Query<T>
where
    F: Future<Output = Result<Response<T>>> + 'static,
{
    new_query(Box::new(move |api| Box::pin(fetch(api))), false)
}

/// `again`: what fails now and may come later by itself is asked for by itself.
fn new_query<T: 'static>(fetch: Box<Fetch<T>>, again: bool) -> Query<T> {
    let api = use_api();
    let state = Store::new(QueryState::default());
    let (task, session) = (Task::new(), api.clone());
    let poll = use_poll(move |poll| {
        state.update(|state| state.loading = true);
        let mut answers = Vec::new();
        // What is known already is shown until the answer comes.
        if state.with_untracked(|state| state.data.is_none()) {
            answers.push(fetch(api.known()));
        }
        answers.push(fetch(api.clone()));
        task.run(async move {
            let mut left = answers.len();
            for answer in answers {
                let outcome = answer.await;
                left -= 1;
                if left == 0 || outcome.is_ok() {
                    state.update(|state| {
                        state.settle(outcome, now_ms());
                        state.loading = left > 0;
                    });
                }
            }
            if again {
                state.with_untracked(|state| poll.again_after(state.error.as_ref()));
            }
        });
    });
    let query = Query { state, poll: StoredValue::new_local(poll) };
    // What could not be had without a login is asked for when it is back.
    watch(move || {
        let signed_out = session.signed_out();
        if !signed_out && state.with_untracked(|state| state.error == Some(ApiError::SignedOut)) {
            query.refetch();
        }
    });
    query
}

/// Not once for each type: it costs its bytes once.
#[inline(never)]
fn ask_if_there(poll: StoredValue<Poll, LocalStorage>) {
    if let Some(poll) = poll.try_get_value() {
        poll.ask();
    }
}

impl<T> Query<T> {
    /// Asks anew; what was awaited before is given up.
    pub fn refetch(self) {
        ask_if_there(self.poll);
    }

    /// Asks another question, of which what is known says nothing.
    pub fn turn(self) {
        self.state.update(|state| state.turned = true);
        self.refetch();
    }

    pub fn with<R>(self, read: impl FnOnce(&QueryState<T>) -> R) -> R {
        self.state.with(read)
    }
}

/// Asks again and again: after each answer, not while the tab is hidden, not while paused, and not without a login.
#[derive(Clone)]
pub struct Poll(Rc<Inner>);

struct Inner {
    api: Api,
    ask: Box<dyn Fn(Poll)>,
    timer: Cell<Option<TimeoutHandle>>,
    paused: Cell<bool>,
    /// A question is due and waits until it may be asked.
    due: Cell<bool>,
}

/// Ends with the page. `ask` puts the question; each answer, good or bad, is followed by `again`.
pub fn use_poll(ask: impl Fn(Poll) + 'static) -> Poll {
    new_poll(Box::new(ask))
}

fn new_poll(ask: Box<dyn Fn(Poll)>) -> Poll {
    let api = use_api();
    let poll = Poll(Rc::new(Inner {
        api: api.clone(),
        ask,
        timer: Cell::new(None),
        paused: Cell::new(false),
        due: Cell::new(false),
    }));
    let looking = poll.clone();
    let listener = Closure::<dyn Fn()>::new(move || looking.look());
    let function: js_sys::Function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let _ = document().add_event_listener_with_callback("visibilitychange", &function);
    let returning = poll.clone();
    watch(move || {
        api.signed_out();
        returning.look();
    });
    let kept = StoredValue::new_local(Some((poll.clone(), listener, function)));
    on_cleanup(move || {
        if let Some(Some((poll, _listener, function))) = kept.try_update_value(Option::take) {
            let _ = document().remove_event_listener_with_callback("visibilitychange", &function);
            poll.stop();
            poll.0.paused.set(true);
        }
    });
    poll
}

impl Poll {
    /// Asks at once.
    pub fn ask(&self) {
        self.stop();
        (self.0.ask)(self.clone());
    }

    /// Asks after this time; a slow gateway is never asked twice at once.
    pub fn again(&self, after_ms: u32) {
        self.stop();
        if self.rests() {
            self.0.due.set(true);
            return;
        }
        let poll = self.clone();
        let after = Duration::from_millis(u64::from(after_ms));
        self.0.timer.set(set_timeout_with_handle(move || poll.ask(), after).ok());
    }

    /// After a failure that may be over by itself.
    fn again_after(&self, error: Option<&ApiError>) {
        if let Some(after_s) = error.and_then(ApiError::again_after_s) {
            self.again(after_s * 1_000);
        }
    }

    pub fn pause(&self, paused: bool) {
        self.0.paused.set(paused);
        self.look();
    }

    fn rests(&self) -> bool {
        self.0.paused.get() || document().hidden() || self.0.api.signed_out_untracked()
    }

    fn stop(&self) {
        self.0.due.set(false);
        if let Some(timer) = self.0.timer.take() {
            timer.clear();
        }
    }

    /// After the tab, the button or the login has changed: a question that is waiting is put off, or asked now.
    fn look(&self) {
        match (self.rests(), self.0.timer.take()) {
            (true, Some(timer)) => {
                timer.clear();
                self.0.due.set(true);
            }
            (false, timer) if timer.is_some() || self.0.due.get() => {
                if let Some(timer) = timer {
                    timer.clear();
                }
                self.ask();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(data: u32, age_s: u64, stale: Option<ApiError>) -> Result<Response<u32>> {
        Ok(Response { data, age_s, stale, took_ms: None, clock_s: None })
    }

    #[test]
    fn an_error_leaves_what_was_good() {
        let mut state = QueryState::default();
        state.settle(response(1, 5, None), 60_000);
        assert_eq!((state.data, state.given_ms, state.age_s(70_000)), (Some(1), Some(55_000), Some(15)));
        state.loading = true;
        state.settle(Err(ApiError::Offline), 80_000);
        assert_eq!((state.data, state.given_ms, state.loading), (Some(1), Some(55_000), false));
        assert_eq!(state.error, Some(ApiError::Offline));
    }

    #[test]
    fn an_old_answer_says_why() {
        let mut state = QueryState::default();
        state.settle(response(1, 600, Some(ApiError::Offline)), 1_000_000);
        assert_eq!((state.data, state.age_s(1_000_000)), (Some(1), Some(600)));
        assert_eq!(state.error, Some(ApiError::Offline));
        state.settle(response(2, 0, None), 2_000_000);
        assert_eq!((state.data, state.error), (Some(2), None));
    }

    #[test]
    fn an_older_answer_does_not_take_the_place_of_a_newer_one() {
        let mut state = QueryState::default();
        state.settle(response(2, 0, None), 1_000_000);
        state.settle(response(1, 600, Some(ApiError::Offline)), 1_020_000);
        assert_eq!((state.data, state.age_s(1_020_000)), (Some(2), Some(20)));
        assert_eq!(state.error, Some(ApiError::Offline), "and yet it is told that there is no newer one");
        state.turned = true;
        state.settle(response(1, 600, None), 1_030_000);
        assert_eq!((state.data, state.age_s(1_030_000)), (Some(1), Some(600)), "to another question");
        state.settle(response(2, 700, None), 1_030_000);
        assert_eq!(state.data, Some(1));
    }
}
