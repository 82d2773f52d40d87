//! Talking to WordPress: one `send`, reads gathered into batches, one error type.
//!
//! Reads that are asked for in the same moment travel as one request: starting WordPress is most of what a request costs.

pub mod activity;
pub mod gateway;
pub mod keys;
pub mod logs;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::channel::oneshot;
use gloo_net::http::{Request, Response};
use leptos::prelude::*;
use model::{
    endpoint::{BATCH, Endpoint},
    failure::{ApiError, classify, classify_value},
    series::{Day, Days},
    wire::{BatchItem, Wire},
};
use serde_json::{Value, json};

use crate::{boot::Boot, poll::run};

/// What a read gives: the data, and whether it is old because the gateway fails now.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    pub data: T,
    /// How long ago LiteLLM gave it.
    pub age_s: u64,
    /// Why it is old; none while the gateway answers.
    pub stale: Option<ApiError>,
    /// How long LiteLLM took; none for an answer from the cache.
    pub took_ms: Option<u64>,
}

impl<T> Answer<T> {
    pub fn with<U>(&self, data: U) -> Answer<U> {
        Answer { data, age_s: self.age_s, stale: self.stale.clone(), took_ms: self.took_ms }
    }
}

pub type Result<T> = std::result::Result<T, ApiError>;

/// The most reads that WordPress takes in one batch.
const BATCH_MOST: usize = 80;

/// Batches in a row that bring nothing. WordPress waits 0.3 s before it answers with such a one.
const STUCK_MOST: u32 = 100;

#[derive(Clone)]
pub struct Api(Rc<Inner>);

struct Inner {
    boot: Boot,
    nonce: RefCell<String>,
    queue: RefCell<Vec<Waiting>>,
    /// What is asked for meanwhile goes out with the next batch.
    sending: Cell<bool>,
    /// The days that have arrived since the page was loaded: moving between pages or ranges asks only for what is new.
    days: RefCell<Days>,
}

struct Waiting {
    endpoint: Endpoint,
    params: Value,
    tell: oneshot::Sender<Result<Answer<Value>>>,
}

/// A read that is on its way. Several travel together: ask for all of them first, then wait for one after the other.
#[must_use]
pub struct Asked {
    endpoint: Endpoint,
    told: oneshot::Receiver<Result<Answer<Value>>>,
}

impl Asked {
    pub async fn value(self) -> Result<Answer<Value>> {
        self.told.await.unwrap_or(Err(ApiError::Offline))
    }

    pub async fn read<T: Wire>(self) -> Result<Answer<T>> {
        let endpoint = self.endpoint;
        let answer = self.value().await?;
        check(endpoint, &answer.data)?;
        Ok(answer.with(T::read(&answer.data)))
    }
}

#[derive(Clone, Copy)]
struct ApiContext(StoredValue<Api, LocalStorage>);

pub fn provide_api(boot: &Boot) {
    let inner = Inner {
        boot: boot.clone(),
        nonce: RefCell::new(boot.nonce.clone()),
        queue: RefCell::default(),
        sending: Cell::new(false),
        days: RefCell::default(),
    };
    provide_context(ApiContext(StoredValue::new_local(Api(Rc::new(inner)))));
}

pub fn use_api() -> Api {
    expect_context::<ApiContext>().0.get_value()
}

impl Api {
    pub fn days(&self) -> Days {
        self.0.days.borrow().clone()
    }

    pub fn keep_day(&self, date: &str, day: &Day) {
        self.0.days.borrow_mut().insert(date.to_owned(), day.clone());
    }

    /// Asks for a read; goes out together with the others of this moment.
    pub fn ask(&self, endpoint: Endpoint, params: Value) -> Asked {
        let (tell, told) = oneshot::channel();
        let mut queue = self.0.queue.borrow_mut();
        queue.push(Waiting { endpoint, params, tell });
        if queue.len() == 1 && !self.0.sending.get() {
            let api = self.clone();
            // After the current task: whatever the page asks for while it is being built comes along.
            run(async move {
                let_others_go_on().await;
                api.0.sending.set(true);
                api.flush().await;
                api.0.sending.set(false);
            });
        }
        Asked { endpoint, told }
    }

    /// Sends a write. It is never repeated by itself, except where WordPress turned it away unread for an old nonce.
    pub async fn write(&self, endpoint: Endpoint, params: &Value) -> Result<Value> {
        let body = self.send(endpoint.name(), params).await?;
        let envelope = parse(endpoint.name(), &body)?;
        check(endpoint, &envelope["data"])?;
        Ok(envelope["data"].clone())
    }

    /// Sends what has gathered, until nothing is left: WordPress hands back (202) what was too much for one request.
    async fn flush(&self) {
        let mut stuck = 0;
        loop {
            let mut queue = self.0.queue.take();
            if queue.is_empty() {
                return;
            }
            if queue.len() > BATCH_MOST {
                self.0.queue.replace(queue.split_off(BATCH_MOST));
            }
            let mut requests = Vec::new();
            for one in &queue {
                requests.push(json!({"operation": one.endpoint.name(), "params": one.params}));
            }
            let outcome = self.send(BATCH, &json!({ "requests": requests })).await;
            let asked = queue.len();
            let later = deliver(queue, outcome.and_then(|body| parse(BATCH, &body)));
            // Somebody else may be asking the same right now; but what never moves on would go round for ever.
            stuck = if later.len() == asked { stuck + 1 } else { 0 };
            let later = if stuck < STUCK_MOST { later } else { give_up(later) };
            self.0.queue.borrow_mut().extend(later);
            let_others_go_on().await;
        }
    }

    /// The one way out. An old nonce is renewed, and the request, which WordPress has not looked at, sent again once.
    async fn send(&self, name: &'static str, params: &Value) -> Result<String> {
        match self.post(name, params).await {
            Err(ApiError::StaleNonce) => {
                self.renew_nonce().await?;
                self.post(name, params).await
            }
            outcome => outcome,
        }
    }

    async fn post(&self, name: &'static str, params: &Value) -> Result<String> {
        let url = format!("{}{name}", self.0.boot.rest);
        let request = Request::post(&url)
            .header("X-WP-Nonce", &self.0.nonce.borrow())
            .header("Content-Type", "application/json")
            .body(params.to_string())
            .map_err(|_| ApiError::Offline)?;
        let response = request.send().await.map_err(|_| ApiError::Offline)?;
        self.take_over_nonce(&response);
        let status = response.status();
        let body = response.text().await.map_err(|_| ApiError::Offline)?;
        if response.ok() { Ok(body) } else { Err(classify(name, status, &body)) }
    }

    /// WordPress sends a fresh nonce with every answer; pages stay open for days.
    fn take_over_nonce(&self, response: &Response) {
        if let Some(nonce) = response.headers().get("X-WP-Nonce").filter(|nonce| !nonce.is_empty()) {
            self.0.nonce.replace(nonce);
        }
    }

    /// Asks WordPress for a nonce by the login cookie alone; without a login there is none.
    async fn renew_nonce(&self) -> Result<()> {
        let response = Request::get(&self.0.boot.nonce_url).send().await.map_err(|_| ApiError::Offline)?;
        let nonce = response.text().await.unwrap_or_default();
        let nonce = nonce.trim();
        if !response.ok() || nonce.len() < 8 || !nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ApiError::SignedOut);
        }
        self.0.nonce.replace(nonce.to_owned());
        Ok(())
    }
}

/// Tells each read its answer; gives back those that have to be asked for again.
fn deliver(queue: Vec<Waiting>, outcome: Result<Value>) -> Vec<Waiting> {
    let mut later = Vec::new();
    let asked = queue.len();
    let answers = outcome.and_then(|batch| match &batch["answers"] {
        Value::Array(answers) if answers.len() == asked => Ok(answers.clone()),
        _ => Err(ApiError::Unreadable { endpoint: BATCH }),
    });
    for (index, one) in queue.into_iter().enumerate() {
        let answer = match &answers {
            Ok(answers) => item(one.endpoint, BatchItem::read(&answers[index])),
            Err(error) => Some(Err(error.clone())),
        };
        match answer {
            Some(answer) => {
                let _ = one.tell.send(answer);
            }
            None => later.push(one),
        }
    }
    later
}

fn give_up(queue: Vec<Waiting>) -> Vec<Waiting> {
    for one in queue {
        let _ = one.tell.send(Err(ApiError::Unreadable { endpoint: BATCH }));
    }
    Vec::new()
}

/// None: not asked yet.
fn item(endpoint: Endpoint, item: BatchItem) -> Option<Result<Answer<Value>>> {
    let name = endpoint.name();
    match item.status {
        202 => None,
        200..=299 => {
            let stale = item.error.map(|error| classify_value(name, error_status(&error), &error));
            Some(Ok(Answer { data: item.data, age_s: item.age_s, stale, took_ms: item.took_ms }))
        }
        status => Some(Err(classify_value(name, status, &item.error.unwrap_or(Value::Null)))),
    }
}

fn error_status(error: &Value) -> u16 {
    error["data"]["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(502)
}

fn parse(endpoint: &'static str, body: &str) -> Result<Value> {
    serde_json::from_str(body).map_err(|_| ApiError::Unreadable { endpoint })
}

/// Every answer but a bare word is an object; PHP writes an empty one as a list.
fn check(endpoint: Endpoint, data: &Value) -> Result<()> {
    if data.is_object() || data.as_array().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    leptos::logging::error!("LiteLLM Dashboard: {}: the answer is no object", endpoint.name());
    Err(ApiError::Unreadable { endpoint: endpoint.name() })
}

/// Lets the browser go on, and with it everything else that waits in this moment.
pub async fn let_others_go_on() {
    let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&wasm_bindgen::JsValue::NULL)).await;
}
