//! What stands in for WordPress: canned answers, a clock that the test moves, and a record of what was asked.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use dashboard::Boot;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

use crate::{canned, page::Part};

#[wasm_bindgen(module = "/tests/browser/stage.js")]
extern "C" {
    fn raise(now_ms: f64, answer_to: &Closure<AnswerTo>);
    fn hold(end: &str, let_through: u32);
    fn date(ahead_ms: f64);
    #[wasm_bindgen(js_name = putClock)]
    fn put_clock(ms: f64);
    fn release();
    fn quiet() -> js_sys::Promise;
    fn pass(ms: f64) -> js_sys::Promise;
    fn stored() -> js_sys::Promise;
    fn hide(hidden: bool);
    fn back() -> js_sys::Promise;
    #[wasm_bindgen(js_name = leftToTheBrowser)]
    fn left_to_the_browser() -> Vec<String>;
    #[wasm_bindgen(js_name = copiedTexts)]
    fn copied_texts() -> Vec<String>;
    #[wasm_bindgen(js_name = saveData)]
    fn save_data();
    #[wasm_bindgen(js_name = askEarly)]
    fn ask_early(text: &str);
    #[wasm_bindgen(js_name = forbidCopying)]
    fn forbid_copying();
}

const REST_PATH: &str = "/wp-json/litellm-dashboard/v1/";
const ACCOUNT_PATH: &str = "/wp-json/wp/v2/users/me";
const NONCE_PATH: &str = "/wp-admin/admin-ajax.php?action=rest-nonce";

type AnswerTo = dyn FnMut(String, String, String, String) -> Option<String>;

/// 2026-11-20 12:00 UTC, a Friday: when every test begins.
pub const NOON_MS: i64 = 1_795_176_000_000;

thread_local! {
    /// Every test has a site of its own: what an app before it still asks for is nobody's business.
    static SITES: Cell<u32> = const { Cell::new(0) };
}

/// What WordPress says to one operation.
#[derive(Debug, Clone)]
pub enum Reply {
    Good(Value),
    /// A good answer of so many seconds ago, out of WordPress's cache.
    Cached(Value, u64),
    /// A good answer of a gateway whose clock is so many seconds ahead of WordPress's.
    Ahead(Value, i64),
    /// The last good answer, its age in seconds, and why it is old.
    Old(Value, u64, Value),
    /// An error as WordPress writes it.
    Bad(Value),
    /// 202: to be asked for again.
    Later,
    /// The whole request is answered with this status and body.
    Http(u16, String),
    /// The whole request gets no answer.
    Lost,
}

/// An error of WordPress's shape: the words are WordPress's own for its codes, and for ours LiteLLM's.
pub fn error(code: &str, status: u16, reason: &str, words: &str) -> Value {
    let (message, detail) = if code.starts_with("rest_") { (words, "") } else { ("", words) };
    json!({
        "code": code, "message": message,
        "data": { "status": status, "reason": reason, "detail": detail, "path": "/some/path" },
    })
}

pub fn unreachable() -> Value {
    error("gateway_unreachable", 502, "refused", "")
}

/// One operation that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub operation: String,
    pub params: Value,
    /// By hand: not out of WordPress's cache.
    pub anew: bool,
    pub nonce: String,
}

type Answer = Box<dyn FnMut(&Value) -> Reply>;

#[derive(Default)]
struct World {
    /// `https://wp1.example.com`
    site: String,
    answers: BTreeMap<String, Answer>,
    asked: Vec<Asked>,
    /// How often each address was asked for: `batch`, an operation, `nonce`.
    requests: Vec<String>,
    /// What the address for nonces says: status and body.
    nonce: Option<(u16, String)>,
    /// Comes with every answer.
    fresh_nonce: Option<String>,
    /// Nonces that are taken for old.
    old_nonces: Vec<String>,
    /// Something before WordPress drops the header with the nonce, and perhaps the one in the address as well.
    drops_header: bool,
    drops_query: bool,
    /// What other plugins print before and after each answer.
    noise: (String, String),
    /// What is kept with the user's account, and the status with which that is answered.
    account: Value,
    account_status: u16,
}

/// The page before the app is on it. Everything is answered as by a gateway in order until a test says otherwise.
pub struct Stage {
    world: Rc<RefCell<World>>,
    boot: Value,
    _answer_to: Closure<AnswerTo>,
}

impl Stage {
    pub fn new() -> Stage {
        let number = SITES.with(|sites| sites.replace(sites.get() + 1));
        let site = format!("https://wp{number}.example.com");
        let boot = boot(&site);
        let world = Rc::new(RefCell::new(World { site, account_status: 200, ..World::default() }));
        let answering = world.clone();
        let answer_to = Closure::<AnswerTo>::new(move |url: String, method: String, nonce: String, body: String| {
            answering.borrow_mut().take(&url, &method, &nonce, &body)
        });
        raise(NOON_MS as f64, &answer_to);
        let stage = Stage { world, boot, _answer_to: answer_to };
        canned::answer_everything(&stage);
        stage
    }

    /// The same answer each time.
    pub fn answer(&self, operation: &str, data: Value) {
        self.answer_with(operation, move |_| Reply::Good(data.clone()));
    }

    pub fn answer_with(&self, operation: &str, answer: impl FnMut(&Value) -> Reply + 'static) {
        self.world.borrow_mut().answers.insert(operation.to_owned(), Box::new(answer));
    }

    /// One after the other; the last one stays.
    pub fn answer_in_turn(&self, operation: &str, replies: Vec<Reply>) {
        let mut replies = replies.into_iter().peekable();
        let mut last = None;
        self.answer_with(operation, move |_| {
            last = replies.next().or(last.take());
            last.clone().expect("at least one reply")
        });
    }

    /// Every read and write gets this reply.
    pub fn answer_all(&self, reply: &Reply) {
        let names: Vec<String> = self.world.borrow().answers.keys().cloned().collect();
        for name in names {
            let reply = reply.clone();
            self.answer_with(&name, move |_| reply.clone());
        }
    }

    pub fn nonce_is_old(&self, nonce: &str) {
        self.world.borrow_mut().old_nonces.push(nonce.to_owned());
    }

    pub fn save_data(&self) {
        save_data();
    }

    /// The loader has asked for this and gets this text, which waits where `early` is held.
    pub fn asks_early(&mut self, ask: Value, text: &str) {
        self.boot("ask", ask);
        ask_early(text);
    }

    pub fn drop_nonce(&self, of_query_too: bool) {
        let mut world = self.world.borrow_mut();
        (world.drops_header, world.drops_query) = (true, of_query_too);
    }

    /// Another plugin prints this before and after each answer.
    pub fn print_around(&self, before: &str, after: &str) {
        self.world.borrow_mut().noise = (before.to_owned(), after.to_owned());
    }

    /// What another window has kept there.
    pub fn keep_in_account(&self, meta: Value) {
        self.world.borrow_mut().account = meta;
    }

    /// WordPress keeps nothing with the user's account.
    pub fn refuse_account(&self) {
        self.world.borrow_mut().account_status = 403;
    }

    pub fn give_nonce(&self, status: u16, body: &str) {
        self.world.borrow_mut().nonce = Some((status, body.to_owned()));
    }

    pub fn send_fresh_nonce(&self, nonce: &str) {
        self.world.borrow_mut().fresh_nonce = Some(nonce.to_owned());
    }

    /// Another value in the boot data.
    pub fn boot(&mut self, name: &str, value: impl Into<Value>) {
        self.boot[name] = value.into();
    }

    /// The page that PHP printed.
    pub fn open(mut self, page: &str) -> Page {
        self.boot("page", page);
        self.mount()
    }

    /// The first so many answers to addresses with this end come, the others wait for `release`.
    pub fn hold_after(&self, let_through: u32, end: &str) {
        hold(end, let_through);
    }

    /// An address such as `?page=litellm-dashboard-keys&paged=2`.
    pub fn open_at(self, search: &str) -> Page {
        visit(search);
        self.mount()
    }

    fn mount(self) -> Page {
        let document = document();
        let place = document.create_element("div").expect("a div can be made");
        place.set_class_name("stage gw-root");
        document.body().expect("a page has a body").append_child(&place).expect("a page takes a div");
        let mount: HtmlElement = place.clone().unchecked_into();
        let app = dashboard::mount_into(mount, Boot::read(&self.boot));
        Page { part: Part::new(place), stage: self, _app: Box::new(app) }
    }
}

/// The app on the page, until it is dropped.
pub struct Page {
    part: Part,
    stage: Stage,
    _app: Box<dyn Any>,
}

impl std::ops::Deref for Page {
    type Target = Part;

    fn deref(&self) -> &Part {
        &self.part
    }
}

impl Page {
    /// To change answers while the app is running.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The parameters with which an operation was asked for, first to last.
    pub fn asked(&self, operation: &str) -> Vec<Value> {
        self.asked_in_full(operation).into_iter().map(|asked| asked.params).collect()
    }

    pub fn asked_in_full(&self, operation: &str) -> Vec<Asked> {
        self.stage.world.borrow().asked.iter().filter(|asked| asked.operation == operation).cloned().collect()
    }

    pub fn last_asked(&self, operation: &str) -> Value {
        self.asked(operation).pop().unwrap_or_default()
    }

    /// How many requests went to `batch`, to an operation or to `nonce`.
    pub fn requests(&self, name: &str) -> usize {
        self.stage.world.borrow().requests.iter().filter(|known| *known == name).count()
    }

    /// Until nothing is on its way any more.
    pub async fn quiet(&self) {
        JsFuture::from(quiet()).await.expect("waiting does not fail");
    }

    pub async fn pass(&self, ms: u32) {
        self.stage.pass(ms).await;
    }

    /// Takes the app away; the stage stays.
    pub fn leave(self) -> Stage {
        self.stage
    }

    /// What is kept with the user's account by now.
    pub fn account(&self) -> Value {
        self.stage.world.borrow().account.clone()
    }

    /// Holds back the answers to addresses that end so, such as `batch`.
    pub fn hold(&self, end: &str) {
        hold(end, 0);
    }

    /// The server's answers have a date from now on, by a clock that is ahead so far.
    pub fn date_answers(&self, ahead_ms: i64) {
        date(ahead_ms as f64);
    }

    pub fn release(&self) {
        release();
    }

    /// Puts the browser's clock, back where it is less than nothing.
    pub fn put_clock(&self, ms: i64) {
        put_clock(ms as f64);
    }

    pub fn hide_tab(&self) {
        hide(true);
    }

    pub fn show_tab(&self) {
        hide(false);
    }

    /// The addresses of clicked links that the app has left alone.
    pub fn left_to_the_browser(&self) -> Vec<String> {
        left_to_the_browser()
    }

    pub fn copied(&self) -> Vec<String> {
        copied_texts()
    }

    /// Name and content of the files that were given to be stored.
    pub async fn stored(&self) -> Vec<(String, String)> {
        let files = JsFuture::from(stored()).await.expect("a file can be read");
        let files: Vec<String> = js_sys::Array::from(&files).iter().filter_map(|file| file.as_string()).collect();
        let parts = files.iter().filter_map(|file| file.split_once('\n'));
        parts.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    /// Until so many files were given to be stored.
    pub async fn wait_for_files(&self, count: usize) -> Vec<(String, String)> {
        for _ in 0..100 {
            let files = self.stored().await;
            if files.len() >= count {
                return files;
            }
            self.pass(0).await;
        }
        unreachable!("fewer than {count} files: {}", self.text())
    }

    pub fn forbid_copying(&self) {
        forbid_copying();
    }

    /// Until the question has arrived.
    pub async fn see_asked(&self, operation: &str, times: usize) {
        self.wait_for(&format!("{operation} asked {times} times"), |_| {
            (self.asked(operation).len() == times).then_some(())
        })
        .await;
    }

    /// Until the address has this part.
    pub async fn see_address(&self, part: &str) {
        self.wait_for(&format!("{part} in the address"), |_| address().contains(part).then_some(())).await;
    }

    /// No picture, script or frame has come into the page with somebody's text.
    pub fn assert_harmless(&self) {
        let found = self
            .element()
            .query_selector("img, script, iframe, object, embed, link, style, [onerror], [onload], [onclick]")
            .expect("the selector is right");
        assert!(found.is_none(), "a foreign element: {}", self.element().inner_html());
    }
}

impl Stage {
    /// All requests, whatever for.
    pub fn requests(&self) -> usize {
        self.world.borrow().requests.len()
    }

    /// Lets time pass, also when the app is gone.
    pub async fn pass(&self, ms: u32) {
        JsFuture::from(pass(f64::from(ms))).await.expect("waiting does not fail");
    }
}

impl World {
    fn take(&mut self, url: &str, method: &str, nonce: &str, body: &str) -> Option<String> {
        let path = url.strip_prefix(&self.site)?;
        if path == NONCE_PATH {
            self.requests.push("nonce".to_owned());
            assert_eq!((method, nonce), ("GET", ""), "a nonce is asked for by the login cookie alone");
            let (status, body) = self.nonce.clone().unwrap_or((200, "fresh67890".to_owned()));
            return Some(http(status, &body, None));
        }
        let (path, query) = path.split_once("?_wpnonce=").unwrap_or((path, ""));
        if path == ACCOUNT_PATH {
            self.requests.push("account".to_owned());
            let asked: Value = serde_json::from_str(body).expect("a request is JSON");
            for (name, value) in asked["meta"].as_object().expect("only meta are kept") {
                self.account[name] = value.clone();
            }
            return Some(http(self.account_status, &json!({ "id": 1, "meta": self.account }).to_string(), None));
        }
        let name = path.strip_prefix(REST_PATH).expect("nothing else of the site is asked for");
        assert_eq!(method, "POST", "{name} is a POST");
        // WordPress looks into the address first.
        let nonce = if self.drops_header { "" } else { nonce };
        let nonce = if query.is_empty() || self.drops_query { nonce } else { query };
        if nonce.is_empty() {
            self.requests.push(name.to_owned());
            return Some(http(401, &error("rest_not_logged_in", 401, "", "").to_string(), None));
        }
        self.requests.push(name.to_owned());
        if self.old_nonces.iter().any(|old| old == nonce) {
            let error = error("rest_cookie_invalid_nonce", 403, "", "Cookie check failed");
            return Some(http(403, &error.to_string(), None));
        }
        let mut sent: Value = serde_json::from_str(body).expect("a request is JSON");
        let mark = sent["litellm_dashboard"].take();
        sent.as_object_mut().expect("a request is an object").remove("litellm_dashboard");
        let marked = |answer: &Value| {
            // Before all else, as PHP writes it.
            let text = answer.to_string().replacen('{', &format!("{{\"litellm_dashboard\":{mark},"), 1);
            [&self.noise.0, &text, &self.noise.1].map(String::as_str).concat()
        };
        let asked = if name == "batch" {
            let requests = sent["requests"].as_array().expect("a batch has requests");
            assert!((1..=80).contains(&requests.len()), "{} reads in a batch", requests.len());
            requests
                .iter()
                .map(|one| {
                    (
                        one["operation"].as_str().unwrap_or_default().to_owned(),
                        one["params"].clone(),
                        one["anew"] == true,
                    )
                })
                .collect()
        } else {
            vec![(name.to_owned(), sent, false)]
        };
        let mut answers = Vec::new();
        for (operation, params, anew) in asked {
            let answer = self.answers.get_mut(&operation).expect("the operation is in the contract");
            let reply = answer(&params);
            self.asked.push(Asked { operation, params, anew, nonce: nonce.to_owned() });
            match reply {
                Reply::Lost => return None,
                Reply::Http(status, body) => return Some(http(status, &body, None)),
                reply => answers.push(reply),
            }
        }
        let fresh = self.fresh_nonce.as_deref();
        if name == "batch" {
            let answers: Vec<Value> = answers.into_iter().map(item).collect();
            return Some(http(200, &marked(&json!({ "answers": answers })), fresh));
        }
        Some(http(200, &marked(&item(answers.remove(0))), fresh))
    }
}

fn item(reply: Reply) -> Value {
    match reply {
        Reply::Ahead(data, clock_s) => {
            json!({ "status": 200, "data": data, "age_s": 0, "error": null, "took_ms": 12, "clock_s": clock_s })
        }
        Reply::Good(data) => json!({ "status": 200, "data": data, "age_s": 0, "error": null, "took_ms": 12 }),
        Reply::Cached(data, age_s) => json!({ "status": 200, "data": data, "age_s": age_s, "error": null }),
        Reply::Old(data, age_s, error) => json!({ "status": 200, "data": data, "age_s": age_s, "error": error }),
        Reply::Bad(error) => json!({ "status": error["data"]["status"], "data": null, "age_s": 0, "error": error }),
        _ => json!({ "status": 202, "data": null, "age_s": 0, "error": null }),
    }
}

fn http(status: u16, body: &str, nonce: Option<&str>) -> String {
    json!({ "status": status, "body": body, "nonce": nonce }).to_string()
}

/// What a page asks first, as PHP hands it over.
pub fn first(page: &str) -> Value {
    let pages: Value = serde_json::from_str(include_str!("../../../php-shim/pages.json")).expect("the pages are JSON");
    let page = pages.as_array().into_iter().flatten().find(|known| known["name"] == page);
    page.map(|page| page["first"].clone()).unwrap_or_default()
}

/// The boot data of an administrator on an English site.
fn boot(site: &str) -> Value {
    let page = |name: &str, title: &str, slug: &str| json!({ "name": name, "title": title, "url": format!("{}/wp-admin/admin.php?page={slug}", origin()), "first": first(name) });
    json!({
        "rest": format!("{site}{REST_PATH}"), "nonce": "first12345", "nonce_url": format!("{site}{NONCE_PATH}"),
        "page": "overview",
        "pages": [
            page("overview", "Overview", "litellm-dashboard"),
            page("usage", "Usage", "litellm-dashboard-usage"), page("logs", "Logs", "litellm-dashboard-logs"),
            page("keys", "Keys", "litellm-dashboard-keys"), page("teams", "Teams", "litellm-dashboard-teams"), page("users", "Users", "litellm-dashboard-users"),
            page("audit", "Audit log", "litellm-dashboard-audit"),
            page("console", "Console", "litellm-dashboard-console"), page("status", "Status", "litellm-dashboard-status"),
        ],
        "configured": true, "base": "http://127.0.0.1:24157", "console_url": "",
        "version": "0.1.0", "locale": "en-US", "rtl": false, "timezone": "UTC", "now_ms": NOON_MS,
        "site": "Test site", "login": "https://wp.example.com/wp-login.php", "can_manage_keys": true,
        "strings": {},
    })
}

pub fn document() -> web_sys::Document {
    window().document().expect("a window has a document")
}

pub fn window() -> web_sys::Window {
    web_sys::window().expect("a browser has a window")
}

pub fn origin() -> String {
    window().location().origin().expect("a page has an origin")
}

pub fn address() -> String {
    window().location().href().expect("a page has an address")
}

/// The browser's own button.
pub async fn go_back() {
    JsFuture::from(back()).await.expect("there is a place before");
}

/// Puts an address of wp-admin in place of the present one, without a word to the app.
pub fn visit(search: &str) {
    let href = format!("{}/wp-admin/admin.php{search}", origin());
    let history = window().history().expect("a window has a history");
    history.replace_state_with_url(&JsValue::NULL, "", Some(&href)).expect("the same origin");
}

pub fn body_append(element: &Element) {
    document().body().expect("a page has a body").append_child(element).expect("a page takes an element");
}
