//! Talking to WordPress: one `send`, reads gathered into batches, one error type.
//!
//! Reads that are asked for in the same moment travel as one request: starting WordPress is most of what a request costs.

pub mod activity;
pub mod gateway;
pub mod keys;
pub mod logs;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use futures::channel::oneshot;
use gloo_net::http::{Request, Response};
use leptos::prelude::*;
use model::{
    endpoint::{BATCH, Endpoint},
    failure::{ApiError, classify, classify_value},
    series::Days,
    wire::{BatchAnswer, Envelope},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::boot::Boot;

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
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { data: change(self.data), age_s: self.age_s, stale: self.stale, took_ms: self.took_ms }
    }
}

pub type Result<T> = std::result::Result<T, ApiError>;

/// The most reads that WordPress takes in one batch.
const BATCH_MOST: usize = 80;

#[derive(Clone)]
pub struct Api(Rc<Inner>);

struct Inner {
    boot: Boot,
    nonce: RefCell<String>,
    queue: RefCell<Vec<Waiting>>,
    /// The days that have arrived since the page was loaded: moving between pages or ranges asks only for what is new.
    days: RwSignal<Days>,
}

struct Waiting {
    endpoint: Endpoint,
    params: Value,
    tell: oneshot::Sender<Result<Answer<Value>>>,
}

#[derive(Clone, Copy)]
struct ApiContext(StoredValue<Api, LocalStorage>);

pub fn provide_api(boot: &Boot) {
    let inner = Inner {
        boot: boot.clone(),
        nonce: RefCell::new(boot.nonce.clone()),
        queue: RefCell::default(),
        days: RwSignal::new(Days::new()),
    };
    provide_context(ApiContext(StoredValue::new_local(Api(Rc::new(inner)))));
}

pub fn use_api() -> Api {
    expect_context::<ApiContext>().0.get_value()
}

impl Api {
    pub fn days(&self) -> RwSignal<Days> {
        self.0.days
    }

    /// Asks for a read; goes out together with the others of this moment.
    pub async fn read<T: DeserializeOwned>(&self, endpoint: Endpoint, params: Value) -> Result<Answer<T>> {
        let (tell, told) = oneshot::channel();
        let first = {
            let mut queue = self.0.queue.borrow_mut();
            queue.push(Waiting { endpoint, params, tell });
            queue.len() == 1
        };
        if first {
            let api = self.clone();
            // After the current task: whatever the page asks for while it is being built comes along.
            spawn_local(async move {
                gloo_yield().await;
                api.flush().await;
            });
        }
        let answer = told.await.unwrap_or(Err(ApiError::Offline))?;
        let data = decode(endpoint, answer.data)?;
        Ok(Answer { data, age_s: answer.age_s, stale: answer.stale, took_ms: answer.took_ms })
    }

    /// Sends a write. It is never repeated by itself, except where WordPress turned it away unread for an old nonce.
    pub async fn write<T: DeserializeOwned>(&self, endpoint: Endpoint, params: &Value) -> Result<T> {
        let body = self.send(endpoint.name(), params).await?;
        let envelope: Envelope<Value> =
            serde_json::from_str(&body).map_err(|_| ApiError::Unreadable { endpoint: endpoint.name() })?;
        decode(endpoint, envelope.data)
    }

    /// Sends what has gathered, until nothing is left: WordPress hands back (202) what was too much for one request.
    async fn flush(&self) {
        loop {
            let mut queue = self.0.queue.take();
            if queue.is_empty() {
                return;
            }
            if queue.len() > BATCH_MOST {
                self.0.queue.borrow_mut().extend(queue.split_off(BATCH_MOST));
            }
            let requests: Vec<Value> =
                queue.iter().map(|one| json!({"operation": one.endpoint.name(), "params": one.params})).collect();
            let outcome = self.send(BATCH, &json!({ "requests": requests })).await.and_then(|body| {
                let answer: BatchAnswer =
                    serde_json::from_str(&body).map_err(|_| ApiError::Unreadable { endpoint: BATCH })?;
                if answer.answers.len() == queue.len() { Ok(answer.answers) } else { Err(ApiError::Unreadable { endpoint: BATCH }) }
            });
            let answers = match outcome {
                Ok(answers) => answers,
                Err(error) => {
                    for one in queue {
                        let _ = one.tell.send(Err(error.clone()));
                    }
                    continue;
                }
            };
            let mut later = Vec::new();
            let mut any = false;
            for (one, item) in queue.into_iter().zip(answers) {
                if item.status == 202 {
                    later.push(one);
                    continue;
                }
                any = true;
                let name = one.endpoint.name();
                let answer = if (200..300).contains(&item.status) {
                    let stale = item.error.as_ref().filter(|error| !error.is_null()).map(|error| {
                        let status = error["data"]["status"].as_u64().and_then(|status| u16::try_from(status).ok());
                        classify_value(name, status.unwrap_or(502), error)
                    });
                    Ok(Answer { data: item.data, age_s: item.age_s, stale, took_ms: item.took_ms })
                } else {
                    Err(classify_value(name, item.status, item.error.as_ref().unwrap_or(&Value::Null)))
                };
                let _ = one.tell.send(answer);
            }
            // A batch that moved nothing on would go round for ever.
            if !any {
                for one in later.drain(..) {
                    let _ = one.tell.send(Err(ApiError::Unreadable { endpoint: BATCH }));
                }
            }
            self.0.queue.borrow_mut().extend(later);
            gloo_yield().await;
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

/// The parameters that are there; an empty text is none.
pub fn params(pairs: &[(&str, Value)]) -> Value {
    let given: BTreeMap<&str, &Value> =
        pairs.iter().filter(|(_, value)| !value.is_null() && *value != "").map(|(name, value)| (*name, value)).collect();
    Value::Object(given.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect::<Map<_, _>>())
}

fn decode<T: DeserializeOwned>(endpoint: Endpoint, data: Value) -> Result<T> {
    serde_json::from_value(data).map_err(|error| {
        leptos::logging::error!("LiteLLM Dashboard: {}: {error}", endpoint.name());
        ApiError::Unreadable { endpoint: endpoint.name() }
    })
}

/// Lets the browser go on, and with it everything else that waits in this moment.
async fn gloo_yield() {
    let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&wasm_bindgen::JsValue::NULL)).await;
}
