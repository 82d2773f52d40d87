//! Answers that are there before their question: WordPress hands them over with the page, or they were asked for while the
//! pointer rested on a link. Each serves one question, of the next few seconds.

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

struct Answer {
    operation: String,
    params: Value,
    /// None: on its way.
    response: Option<Response<Value>>,
    arrived_ms: i64,
    /// How long from then on it need not be asked for anew.
    fresh_ms: i64,
    /// Whoever asked the same meanwhile.
    waiting: Vec<Sender>,
}

impl Answer {
    fn is_to(&self, endpoint: Endpoint, params: &Value) -> bool {
        self.operation == endpoint.name() && self.params == *params
    }

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
    /// Takes over what came with the page, which WordPress printed at a moment of its own clock.
    pub fn hand_over(&self, answers: &Value, printed_ms: i64, now_ms: i64) {
        // An old page that the browser has kept, or clocks that differ: then nobody knows how old they are.
        let since_ms = now_ms - printed_ms;
        if since_ms.abs() > HANDED_OVER_MS {
            return;
        }
        let since_ms = since_ms.max(0);
        for answer in answers.as_array().into_iter().flatten() {
            self.0.borrow_mut().push(Answer {
                operation: answer["operation"].as_str().unwrap_or_default().to_owned(),
                params: answer["params"].clone(),
                response: Some(Response {
                    data: answer["data"].clone(),
                    age_s: answer["age_s"].as_u64().unwrap_or(0).saturating_add(since_ms as u64 / 1_000),
                    stale: None,
                    took_ms: None,
                }),
                arrived_ms: now_ms,
                fresh_ms: answer["fresh_s"].as_i64().unwrap_or(0).saturating_mul(1_000) - since_ms,
                waiting: Vec::new(),
            });
        }
    }

    /// What can be shown until it is asked for.
    pub fn peek(&self, endpoint: Endpoint, params: &Value, now_ms: i64) -> Option<Response<Value>> {
        self.forget_old(now_ms);
        self.0.borrow().iter().find(|answer| answer.is_to(endpoint, params))?.response(now_ms)
    }

    /// The answer to a question, where it need not be asked any more; it is no longer known then.
    pub fn take(&self, endpoint: Endpoint, params: &Value, now_ms: i64) -> Option<Receiver> {
        self.forget_old(now_ms);
        let mut answers = self.0.borrow_mut();
        let at = answers.iter().position(|answer| answer.is_to(endpoint, params))?;
        let (sender, receiver) = oneshot::channel();
        if answers[at].response.is_none() {
            answers[at].waiting.push(sender);
            return Some(receiver);
        }
        let answer = answers.swap_remove(at);
        let response =
            answer.response(now_ms).filter(|_| now_ms < answer.arrived_ms.saturating_add(answer.fresh_ms))?;
        let _ = sender.send(Ok(response));
        Some(receiver)
    }

    /// Whether this is to be asked for ahead: if so, it is on its way now.
    pub fn expect(&self, endpoint: Endpoint, params: &Value, now_ms: i64) -> bool {
        self.forget_old(now_ms);
        let mut answers = self.0.borrow_mut();
        if answers.iter().any(|answer| answer.is_to(endpoint, params)) {
            return false;
        }
        let (operation, params) = (endpoint.name().to_owned(), params.clone());
        answers.push(Answer {
            operation,
            params,
            response: None,
            arrived_ms: now_ms,
            fresh_ms: 0,
            waiting: Vec::new(),
        });
        true
    }

    /// What was asked for ahead has come: for those who wait for it, else for the next who asks.
    pub fn arrive(&self, endpoint: Endpoint, params: &Value, outcome: &Result<Response<Value>>, now_ms: i64) {
        let mut answers = self.0.borrow_mut();
        let on_its_way = |answer: &Answer| answer.response.is_none() && answer.is_to(endpoint, params);
        let Some(at) = answers.iter().position(on_its_way) else { return };
        let mut answer = answers.swap_remove(at);
        let awaited = !answer.waiting.is_empty();
        for sender in answer.waiting.drain(..) {
            let _ = sender.send(outcome.clone());
        }
        if let (Ok(response), false) = (outcome, awaited) {
            answer.fresh_ms = if response.stale.is_none() { AHEAD_FRESH_MS } else { 0 };
            answer.arrived_ms = now_ms;
            answer.response = Some(response.clone());
            answers.push(answer);
        }
    }

    /// What is on its way is not old.
    fn forget_old(&self, now_ms: i64) {
        self.0.borrow_mut().retain(|answer| answer.response.is_none() || now_ms - answer.arrived_ms <= KEPT_MS);
    }
}
