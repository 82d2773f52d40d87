//! Talking to WordPress: one `send`, reads gathered into batches, one error type.
//!
//! Reads that are asked for in the same moment travel as one request: starting WordPress is most of what a request costs.
//! A read whose `Read` is dropped is not sent any more, and a batch that nobody waits for is given up.

pub mod activity;
pub mod audit;
pub mod gateway;
pub mod journal;
pub mod keys;
mod known;
pub mod logs;
pub mod teams;
pub mod usage;
pub mod users;

use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    rc::Rc,
};

use futures::channel::oneshot;
use gloo_net::http::{Request, Response as HttpResponse};
use js_sys::Promise;
use leptos::prelude::*;
use model::{
    endpoint::{BATCH, Endpoint},
    failure::{self, ApiError, classify, classify_value},
    first,
    wire::{BatchItem, Wire},
};
use serde_json::{Value, json};
use wasm_bindgen::{
    JsCast,
    closure::Closure,
    prelude::{JsValue, wasm_bindgen},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use self::known::Known;
use crate::{
    boot::Boot,
    task::{browser_ms, now_ms, server_says, spawn, yield_now},
};

/// What a read gives: the data, and whether it is old because the gateway fails now.
#[derive(Debug, Clone, PartialEq)]
pub struct Response<T> {
    pub data: T,
    /// How long ago LiteLLM gave it.
    pub age_s: u64,
    /// Why it is old; none while the gateway answers.
    pub stale: Option<ApiError>,
    /// How long LiteLLM took; none for an answer from the cache.
    pub took_ms: Option<u64>,
    /// How far LiteLLM's clock is ahead of WordPress's; none where they agree to a minute.
    pub clock_s: Option<f64>,
}

impl<T> Response<T> {
    pub fn with<U>(&self, data: U) -> Response<U> {
        Response { data, age_s: self.age_s, stale: self.stale.clone(), took_ms: self.took_ms, clock_s: self.clock_s }
    }
}

pub type Result<T> = std::result::Result<T, ApiError>;

/// The most reads that WordPress takes in one batch.
const BATCH_MOST: usize = 80;

/// Batches that are under way at the same time: a slow one does not hold up the next page.
const BATCHES_MOST: usize = 3;

/// Rounds of a batch in a row that bring nothing. WordPress waits 0.3 s before it answers with such a one.
const STUCK_MOST: u32 = 100;

#[derive(Clone)]
pub struct Api(Rc<Inner>, Source);

/// Where reads are answered from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    WordPress,
    /// What is there already, of whatever age; the others fail at once.
    Known,
}

struct Inner {
    boot: Boot,
    nonce: RefCell<String>,
    /// Reads that are not sent yet.
    queue: RefCell<Vec<Waiting>>,
    /// Whether the reads of this moment are being gathered.
    gathering: Cell<bool>,
    batches: RefCell<Vec<Rc<Batch>>>,
    /// The login has expired, or gets lost: nothing is polled until it is back.
    signed_out: RwSignal<bool>,
    known: Known,
    /// Something on the way drops the header with the nonce, so that it travels in the address.
    nonce_in_address: Cell<bool>,
    /// Nobody else knows it: by it an answer is found among what others print around it.
    mark: String,
    /// What was printed around the last batch's answer.
    noise: RefCell<String>,
    /// The last request did not get through although WordPress answers.
    is_stopped: Cell<bool>,
}

struct Waiting {
    endpoint: Endpoint,
    params: Value,
    /// By hand: what WordPress knows is not new enough.
    anew: bool,
    answer: oneshot::Sender<Result<Response<Value>>>,
}

/// Reads that travel together.
struct Batch {
    reads: RefCell<Vec<Waiting>>,
    abort: Option<AbortController>,
}

/// A read that is on its way. Several travel together: ask for all of them first, then wait for one after the other.
#[must_use]
pub struct Read<T> {
    endpoint: Endpoint,
    answer: oneshot::Receiver<Result<Response<Value>>>,
    reads: PhantomData<T>,
}

impl<T: Wire> Read<T> {
    pub async fn response(self) -> Result<Response<T>> {
        let response = checked(self.endpoint, self.answer.await)?;
        Ok(response.with(T::read(&response.data)))
    }
}

impl<T> Read<T> {
    /// The answer as it came, for what keeps answers of several kinds.
    pub fn untyped(self) -> Read<Value> {
        Read { endpoint: self.endpoint, answer: self.answer, reads: PhantomData }
    }
}

impl Read<Value> {
    /// Checked like one that is read at once.
    pub async fn checked(self) -> Result<Response<Value>> {
        checked(self.endpoint, self.answer.await)
    }

    /// For what is looked at only for whether it came.
    pub async fn raw(self) -> Result<Response<Value>> {
        self.answer.await.unwrap_or(Err(ApiError::Offline))
    }
}

#[inline(never)]
fn checked(
    endpoint: Endpoint,
    answer: std::result::Result<Result<Response<Value>>, oneshot::Canceled>,
) -> Result<Response<Value>> {
    let response = answer.unwrap_or(Err(ApiError::Offline))?;
    check(endpoint, &response.data)?;
    Ok(response)
}

#[derive(Clone, Copy)]
struct ApiContext(StoredValue<Api, LocalStorage>);

#[wasm_bindgen]
extern "C" {
    /// Of the loader: the text of the answers to what it asked for while the app was on its way.
    #[wasm_bindgen(catch, js_namespace = litellmDashboard)]
    fn answers() -> std::result::Result<Promise, JsValue>;
}

/// `known`: what WordPress handed over with the page; `asked`: what the loader asks for.
pub fn provide_api(boot: &Boot, known: &Value, asked: &Value) -> Api {
    let inner = Inner {
        boot: boot.clone(),
        nonce: RefCell::new(boot.nonce.clone()),
        queue: RefCell::default(),
        gathering: Cell::new(false),
        batches: RefCell::default(),
        signed_out: RwSignal::new(false),
        known: Known::default(),
        nonce_in_address: Cell::new(false),
        mark: ((js_sys::Math::random() * 1e15) as u64).to_string(),
        noise: RefCell::default(),
        is_stopped: Cell::new(false),
    };
    // By the browser’s own clock: the server’s is taken from the page, so that it never tells that the page is old.
    inner.known.hand_over(known, browser_ms() - boot.now_ms, now_ms());
    let api = Api(Rc::new(inner), Source::WordPress);
    api.take_up(first::reads(asked, now_ms()));
    let returning = api.clone();
    // Whoever comes back from another tab may have logged in there.
    let on_focus = Closure::<dyn Fn()>::new(move || {
        if returning.0.signed_out.get_untracked() {
            let api = returning.clone();
            spawn(async move {
                if api.renew_nonce(BATCH).await.is_ok() {
                    api.set_signed_out(false);
                }
            });
        }
    });
    let listener: js_sys::Function = on_focus.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let _ = window().add_event_listener_with_callback("focus", &listener);
    let kept = StoredValue::new_local(Some((on_focus, listener)));
    on_cleanup(move || {
        if let Some(Some((_on_focus, listener))) = kept.try_update_value(Option::take) {
            let _ = window().remove_event_listener_with_callback("focus", &listener);
        }
    });
    provide_context(ApiContext(StoredValue::new_local(api.clone())));
    api
}

pub fn use_api() -> Api {
    expect_context::<ApiContext>().0.get_value()
}

impl Api {
    /// Whether the login has expired; whoever reads it is told when it is back.
    pub fn signed_out(&self) -> bool {
        self.0.signed_out.get()
    }

    pub fn signed_out_untracked(&self) -> bool {
        self.0.signed_out.get_untracked()
    }

    /// Asks for a read; goes out together with the others of this moment.
    pub fn read<T>(&self, endpoint: Endpoint, params: Value) -> Read<T> {
        self.read_anew(endpoint, params, false)
    }

    /// With `anew` the gateway is asked even where WordPress knows an answer, except one of the last minute.
    pub fn read_anew<T>(&self, endpoint: Endpoint, params: Value, anew: bool) -> Read<T> {
        Read { endpoint, answer: self.enqueue(endpoint, params, anew), reads: PhantomData }
    }

    /// The same, answered with what is there already, fresh or old, and without asking: to be shown until that is done.
    pub fn known(&self) -> Api {
        Api(self.0.clone(), Source::Known)
    }

    /// Asks for what will be asked for next, while nothing else waits.
    pub fn ask_ahead(&self, reads: Vec<(Endpoint, Value)>) {
        let busy = !self.0.queue.borrow().is_empty() || !self.0.batches.borrow().is_empty();
        if busy || self.signed_out_untracked() {
            return;
        }
        let mut asked = Vec::new();
        for (endpoint, params) in reads {
            if self.0.known.expect(endpoint.name(), &params, now_ms()) {
                asked.push((endpoint, params.clone(), self.ask(endpoint, params, false)));
            }
        }
        let api = self.clone();
        spawn(async move {
            for (endpoint, params, answer) in asked {
                let outcome = answer.await.unwrap_or(Err(ApiError::Offline));
                api.arrive(endpoint, &params, Some(outcome));
            }
        });
    }

    /// What the loader has asked for already. What it got no answer to is asked for here, once somebody wants it.
    fn take_up(&self, asked: Vec<(Endpoint, Value)>) {
        let Ok(answers) = answers() else { return };
        for (endpoint, params) in &asked {
            self.0.known.await_anew(endpoint.name(), params, now_ms());
        }
        let api = self.clone();
        spawn(async move {
            let text = JsFuture::from(answers).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
            let batch: Value = serde_json::from_str(&text).unwrap_or_default();
            let answers = batch["answers"].as_array().filter(|answers| answers.len() == asked.len());
            for (index, (endpoint, params)) in asked.into_iter().enumerate() {
                let outcome = answers.and_then(|answers| item(endpoint, BatchItem::read(&answers[index])));
                api.arrive(endpoint, &params, outcome);
            }
        });
    }

    /// Gives an answer to those who wait for it, or asks for them where it is none.
    fn arrive(&self, endpoint: Endpoint, params: &Value, outcome: Option<Result<Response<Value>>>) {
        for answer in self.0.known.arrive(endpoint.name(), params, outcome, now_ms()) {
            self.queue(Waiting { endpoint, params: params.clone(), anew: false, answer });
        }
    }

    /// Whether the header with the nonce gets lost on the way to WordPress.
    pub fn loses_nonce_header(&self) -> bool {
        self.0.nonce_in_address.get()
    }

    /// What is printed around the answers of WordPress; nothing as a rule.
    pub fn noise(&self) -> String {
        self.0.noise.borrow().clone()
    }

    /// Sends what was asked for so far: what follows travels by itself, and neither waits for the other.
    pub fn part(&self) {
        self.give_up_unwanted();
        self.send_gathered();
    }

    /// Whether it only gives what is there already.
    pub fn is_known(&self) -> bool {
        self.1 == Source::Known
    }

    fn enqueue(&self, endpoint: Endpoint, params: Value, anew: bool) -> known::Receiver {
        if self.is_known() {
            let (answer, receiver) = oneshot::channel();
            if let Some(response) = self.0.known.peek(endpoint, &params, now_ms()) {
                let _ = answer.send(Ok(response));
            }
            return receiver;
        }
        let known = if anew { None } else { self.0.known.take(endpoint, &params, now_ms()) };
        known.unwrap_or_else(|| self.ask(endpoint, params, anew))
    }

    fn ask(&self, endpoint: Endpoint, params: Value, anew: bool) -> known::Receiver {
        let (answer, receiver) = oneshot::channel();
        self.queue(Waiting { endpoint, params, anew, answer });
        receiver
    }

    fn queue(&self, read: Waiting) {
        self.0.queue.borrow_mut().push(read);
        if !self.0.gathering.replace(true) {
            let api = self.clone();
            // After the current task: whatever the page asks for while it is being built comes along.
            spawn(async move {
                yield_now().await;
                api.0.gathering.set(false);
                api.give_up_unwanted();
                api.send_gathered();
            });
        }
    }

    /// Sends a write. It is never repeated by itself, except where WordPress turned it away unread for an old nonce.
    pub async fn write(&self, endpoint: Endpoint, params: &Value) -> Result<Value> {
        self.0.known.forget();
        let envelope = self.send(endpoint.name(), params.clone(), None).await?;
        check(endpoint, &envelope["data"])?;
        Ok(envelope["data"].clone())
    }

    /// Pages that were left have dropped what they waited for.
    fn give_up_unwanted(&self) {
        self.0.queue.borrow_mut().retain(|read| !read.answer.is_canceled());
        for batch in self.0.batches.borrow().iter() {
            if batch.reads.borrow().iter().all(|read| read.answer.is_canceled())
                && let Some(abort) = &batch.abort
            {
                abort.abort();
            }
        }
    }

    fn send_gathered(&self) {
        while self.0.batches.borrow().len() < BATCHES_MOST {
            let mut reads = self.0.queue.take();
            if reads.is_empty() {
                return;
            }
            if reads.len() > BATCH_MOST {
                self.0.queue.replace(reads.split_off(BATCH_MOST));
            }
            let batch = Rc::new(Batch { reads: RefCell::new(reads), abort: AbortController::new().ok() });
            self.0.batches.borrow_mut().push(batch.clone());
            let api = self.clone();
            spawn(async move {
                api.run(&batch).await;
                api.0.batches.borrow_mut().retain(|known| !Rc::ptr_eq(known, &batch));
                api.send_gathered();
            });
        }
    }

    /// Until nothing of the batch is left: WordPress hands back (202) what was too much for one request.
    async fn run(&self, batch: &Batch) {
        let mut stuck = 0;
        while stuck < STUCK_MOST {
            let mut requests = Vec::new();
            for read in batch.reads.borrow().iter() {
                let mut request = json!({"operation": read.endpoint.name(), "params": read.params});
                if read.anew {
                    request["anew"] = true.into();
                }
                requests.push(request);
            }
            let asked = requests.len();
            let outcome = self.send(BATCH, json!({ "requests": requests }), batch.abort.as_ref()).await;
            let left = deliver(batch.reads.take(), outcome);
            if left.is_empty() {
                return;
            }
            // Somebody else may be asking the same right now; but what never moves on would go round for ever.
            stuck = if left.len() == asked { stuck + 1 } else { 0 };
            batch.reads.replace(left);
            yield_now().await;
        }
        for read in batch.reads.take() {
            let _ = read.answer.send(Err(ApiError::Unreadable { endpoint: BATCH }));
        }
    }

    /// The one way out. An old nonce is renewed, and the request, which WordPress has not looked at, sent again once.
    /// Without a nonce WordPress takes everyone for nobody: if the login still gives one, its header got lost on the way, or
    /// something else takes the login away.
    async fn send(&self, name: &'static str, mut params: Value, abort: Option<&AbortController>) -> Result<Value> {
        params["litellm_dashboard"] = self.0.mark.as_str().into();
        let params = params.to_string();
        let in_address = self.0.nonce_in_address.get();
        let mut outcome = self.post(name, &params, abort, in_address).await;
        // Twice in a row, so that no line that came back meanwhile is taken for it.
        let is_lost = outcome == Err(ApiError::Offline) && abort.is_none_or(|abort| !abort.signal().aborted());
        if is_lost && self.renew_nonce(name).await.is_ok() {
            if self.0.is_stopped.replace(true) {
                outcome = Err(failure::stopped());
            }
        } else {
            self.0.is_stopped.set(false);
        }
        let is_nobody = outcome == Err(ApiError::SignedOut);
        if is_nobody || outcome == Err(ApiError::NotRecognised) {
            outcome = match self.renew_nonce(name).await {
                Ok(()) => match self.post(name, &params, abort, in_address || is_nobody).await {
                    // The login has just given a nonce, so it has not expired.
                    Err(ApiError::SignedOut) => Err(ApiError::NotRecognised),
                    outcome => outcome,
                },
                Err(error) => Err(error),
            };
            self.0.nonce_in_address.set(in_address || (is_nobody && outcome.is_ok()));
        }
        match &outcome {
            Err(ApiError::SignedOut | ApiError::NotRecognised) => self.set_signed_out(true),
            Ok(_) => self.set_signed_out(false),
            Err(_) => {}
        }
        outcome
    }

    async fn post(
        &self,
        name: &'static str,
        params: &str,
        abort: Option<&AbortController>,
        nonce_in_address: bool,
    ) -> Result<Value> {
        let mut url = [&self.0.boot.rest, name].concat();
        if nonce_in_address {
            url.push_str(if url.contains('?') { "&_wpnonce=" } else { "?_wpnonce=" });
            url.push_str(&self.0.nonce.borrow());
        }
        let request = Request::post(&url)
            .header("X-WP-Nonce", &self.0.nonce.borrow())
            .header("Content-Type", "application/json")
            .abort_signal(abort.map(AbortController::signal).as_ref())
            .body(params)
            .map_err(|_| ApiError::Offline)?;
        let response = request.send().await.map_err(|_| ApiError::Offline)?;
        self.take_over_nonce(&response);
        take_over_clock(&response);
        let status = response.status();
        let body = response.text().await.map_err(|_| ApiError::Offline)?;
        if !response.ok() {
            return Err(classify(name, status, &body).wait_of_site(retry_after_s(&response)));
        }
        let answer = failure::open(name, &self.0.mark, &body);
        // Around a write it may hold a secret.
        if name == BATCH {
            self.0.noise.replace(answer.noise);
        }
        answer.outcome
    }

    /// Keeps something with the user's account, by WordPress's own route, and gives what is kept there then; none: it was not
    /// taken. Not tried again: whoever asks has another place. Nothing to keep is a way to ask.
    pub async fn account(&self, meta: Value) -> Option<Value> {
        let url = self.0.boot.rest.replace("litellm-dashboard/v1/", "wp/v2/users/me");
        let request = Request::post(&url)
            .header("X-WP-Nonce", &self.0.nonce.borrow())
            .header("Content-Type", "application/json")
            .body(json!({ "meta": meta }).to_string());
        let response = request.ok()?.send().await.ok()?;
        self.take_over_nonce(&response);
        let body = response.text().await.ok().filter(|_| response.ok())?;
        let mut user: Value = serde_json::from_str(&body).ok()?;
        user.get_mut("meta").map(Value::take)
    }

    /// WordPress sends a fresh nonce with every answer; pages stay open for days.
    fn take_over_nonce(&self, response: &HttpResponse) {
        if let Some(nonce) = response.headers().get("X-WP-Nonce").filter(|nonce| !nonce.is_empty()) {
            self.0.nonce.replace(nonce);
        }
    }

    /// Asks WordPress for a nonce by the login cookie alone; without a login there is none.
    async fn renew_nonce(&self, name: &'static str) -> Result<()> {
        let response = Request::get(&self.0.boot.nonce_url).send().await.map_err(|_| ApiError::Offline)?;
        let body = response.text().await.unwrap_or_default();
        let nonce = body.trim();
        // WordPress answers nobody with a bare number; whoever else refuses tells nothing about the login.
        if !response.ok() && !matches!(nonce, "0" | "-1") {
            return Err(classify(name, response.status(), &body));
        }
        if !response.ok() || nonce.len() < 8 || !nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ApiError::SignedOut);
        }
        self.0.nonce.replace(nonce.to_owned());
        Ok(())
    }

    fn set_signed_out(&self, signed_out: bool) {
        if self.0.signed_out.try_get_untracked() == Some(!signed_out) {
            self.0.signed_out.set(signed_out);
        }
    }
}

/// Pages stay open for days, and a clock may be set right meanwhile.
fn take_over_clock(response: &HttpResponse) {
    if let Some(date) = response.headers().get("Date") {
        server_says(js_sys::Date::parse(&date) as i64);
    }
}

/// How long to wait, in seconds; of a date nothing is taken over.
fn retry_after_s(response: &HttpResponse) -> u32 {
    response.headers().get("Retry-After").map_or(0, |after| js_sys::Number::parse_float(&after) as u32)
}

/// Gives each read its answer; those that have to be asked for again are left over.
fn deliver(reads: Vec<Waiting>, outcome: Result<Value>) -> Vec<Waiting> {
    let mut left = Vec::new();
    let asked = reads.len();
    let answers = outcome.and_then(|batch| match &batch["answers"] {
        Value::Array(answers) if answers.len() == asked => Ok(answers.clone()),
        _ => Err(ApiError::Unreadable { endpoint: BATCH }),
    });
    for (index, read) in reads.into_iter().enumerate() {
        let answer = match &answers {
            Ok(answers) => item(read.endpoint, BatchItem::read(&answers[index])),
            Err(error) => Some(Err(error.clone())),
        };
        match answer {
            Some(answer) => {
                let _ = read.answer.send(answer);
            }
            None if read.answer.is_canceled() => {}
            None => left.push(read),
        }
    }
    left
}

/// None: not asked yet.
fn item(endpoint: Endpoint, item: BatchItem) -> Option<Result<Response<Value>>> {
    let name = endpoint.name();
    match item.status {
        202 => None,
        200..=299 => {
            let stale = item.error.map(|error| classify_value(name, error_status(&error), &error));
            Some(Ok(Response {
                data: item.data,
                age_s: item.age_s,
                stale,
                took_ms: item.took_ms,
                clock_s: item.clock_s,
            }))
        }
        status => Some(Err(classify_value(name, status, &item.error.unwrap_or(Value::Null)))),
    }
}

fn error_status(error: &Value) -> u16 {
    error["data"]["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(502)
}

/// Every answer but a bare word is an object; PHP writes an empty one as a list.
fn check(endpoint: Endpoint, data: &Value) -> Result<()> {
    if data.is_object() || data.as_array().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    leptos::logging::error!("LiteLLM Dashboard: {}: the answer is no object", endpoint.name());
    Err(ApiError::Unreadable { endpoint: endpoint.name() })
}
