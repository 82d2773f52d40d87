//! Answers that are there before their question: WordPress hands them over with the page, the loader asked for them while the
//! app was on its way, or they were asked for while the pointer rested on a link. Each serves one question, of the next few
//! seconds.

use std::cell::RefCell;

use futures::channel::oneshot;
use model::endpoint::Endpoint;
use serde_json::Value;

use super::{Response, Result};

/// So long an answer waits for its question.
const KEPT_MS: i64 = 10_000;

/// So long a page may take to start: then what came with it is too old to be shown before it is asked for.
const HANDED_OVER_MS: i64 = 60_000;

/// So long what was asked for ahead counts as asked for now.
const AHEAD_FRESH_MS: i64 = 5_000;

type Sender = oneshot::Sender<Result<Response<Value>>>;
pub type Receiver = oneshot::Receiver<Result<Response<Value>>>;

#[derive(Default)]
struct Answer {
    operation: String,
    params: Value,
    response: Option<Response<Value>>,
    arrived_ms: i64,
    /// How long from then on it need not be asked for anew.
    fresh_ms: i64,
    /// It has been asked for.
    on_its_way: bool,
    /// Something was written since it was asked for.
    outdated: bool,
    /// Whoever asked the same meanwhile.
    waiting: Vec<Sender>,
}

impl Answer {
    /// With the age that it has by now.
    fn response(&self, now_ms: i64) -> Option<Response<Value>> {
        let mut response = self.response.clone()?;
        response.age_s += (now_ms - self.arrived_ms).max(0) as u64 / 1_000;
        Some(response)
    }
}

#[derive(Default)]
pub struct Known(RefCell<Vec<Answer>>);

impl Known {
    /// Takes over what came with the page. `since_ms`: how long ago WordPress printed it, as far as both clocks agree.
    pub fn hand_over(&self, answers: &Value, since_ms: i64, now_ms: i64) {
        // An old page that the browser has kept, or clocks that differ: then nobody knows how old they are.
        if since_ms.abs() > HANDED_OVER_MS {
            return;
        }
        let since_ms = since_ms.max(0);
        for answer in answers.as_array().into_iter().flatten() {
            let response = Response {
                data: answer["data"].clone(),
                age_s: answer["age_s"].as_u64().unwrap_or(0).saturating_add(since_ms as u64 / 1_000),
                stale: None,
                took_ms: None,
                clock_s: None,
            };
            let fresh_ms = answer["fresh_s"].as_i64().unwrap_or(0).saturating_mul(1_000) - since_ms;
            let operation = answer["operation"].as_str().unwrap_or_default().to_owned();
            let (params, response) = (answer["params"].clone(), Some(response));
            let answer = Answer { operation, params, response, arrived_ms: now_ms, fresh_ms, ..Answer::default() };
            self.0.borrow_mut().push(answer);
        }
    }

    /// What can be shown until it is asked for.
    pub fn peek(&self, endpoint: Endpoint, params: &Value, now_ms: i64) -> Option<Response<Value>> {
        let at = self.find(endpoint.name(), params, now_ms)?;
        self.0.borrow()[at].response(now_ms)
    }

    /// The answer to a question, where it need not be asked any more; it is no longer known then.
    pub fn take(&self, endpoint: Endpoint, params: &Value, now_ms: i64) -> Option<Receiver> {
        let at = self.find(endpoint.name(), params, now_ms)?;
        let mut answers = self.0.borrow_mut();
        let (sender, receiver) = oneshot::channel();
        let answer = &mut answers[at];
        let is_fresh = now_ms - answer.arrived_ms < answer.fresh_ms;
        match answer.response(now_ms).filter(|_| is_fresh) {
            Some(response) => {
                let _ = sender.send(Ok(response));
            }
            None if answer.outdated => return None,
            None if answer.on_its_way => {
                answer.waiting.push(sender);
                return Some(receiver);
            }
            None => {
                answers.swap_remove(at);
                return None;
            }
        }
        answers.swap_remove(at);
        Some(receiver)
    }

    /// What is there says nothing of what comes after a write.
    pub fn forget(&self) {
        self.0.borrow_mut().retain_mut(|answer| {
            answer.response = None;
            answer.outdated = answer.on_its_way;
            answer.on_its_way
        });
    }

    /// Whether nothing is known of this; then it is asked for, and on its way now.
    pub fn expect(&self, operation: &str, params: &Value, now_ms: i64) -> bool {
        let is_new = self.find(operation, params, now_ms).is_none();
        if is_new {
            self.await_anew(operation, params, now_ms);
        }
        is_new
    }

    /// It is on its way, also where an older answer is known.
    pub fn await_anew(&self, operation: &str, params: &Value, now_ms: i64) {
        let known = self.find(operation, params, now_ms);
        let mut answers = self.0.borrow_mut();
        let at = known.unwrap_or_else(|| {
            answers.push(Answer { operation: operation.to_owned(), params: params.clone(), ..Answer::default() });
            answers.len() - 1
        });
        answers[at].on_its_way = true;
    }

    /// What was on its way has come: for those who wait for it, else for the next who asks.
    /// `None`, or something was written meanwhile: it has to be asked for like any other, for those who are given back.
    pub fn arrive(
        &self,
        operation: &str,
        params: &Value,
        outcome: Option<Result<Response<Value>>>,
        now_ms: i64,
    ) -> Vec<Sender> {
        let Some(at) = self.find(operation, params, now_ms) else { return Vec::new() };
        let mut answers = self.0.borrow_mut();
        let answer = &mut answers[at];
        answer.on_its_way = false;
        let waiting = std::mem::take(&mut answer.waiting);
        if answer.outdated {
            answers.swap_remove(at);
            return waiting;
        }
        let Some(outcome) = outcome else { return waiting };
        if waiting.is_empty() {
            if let Ok(response) = outcome {
                answer.fresh_ms = if response.stale.is_none() { AHEAD_FRESH_MS } else { 0 };
                answer.arrived_ms = now_ms;
                answer.response = Some(response);
            }
            return waiting;
        }
        answers.swap_remove(at);
        for sender in waiting {
            let _ = sender.send(outcome.clone());
        }
        Vec::new()
    }

    /// Without those that are too old by now; what is on its way is not.
    fn find(&self, operation: &str, params: &Value, now_ms: i64) -> Option<usize> {
        let mut answers = self.0.borrow_mut();
        answers.retain(|answer| answer.on_its_way || now_ms - answer.arrived_ms <= KEPT_MS);
        answers.iter().position(|answer| answer.operation == operation && answer.params == *params)
    }
}
