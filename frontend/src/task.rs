//! Tasks that end with the page that started them, and with the question that takes their place.

use std::{cell::Cell, pin::Pin, rc::Rc};

use futures::future::{AbortHandle, abortable};
use leptos::prelude::*;
use model::clock;

/// Starts a task that nobody ends. All are of one type, as each other type of task would cost half a kilobyte.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(task));
}

fn spawn_boxed(task: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(task);
}

/// Room for one task at a time.
#[derive(Clone)]
pub struct Task(Rc<Cell<Option<AbortHandle>>>);

impl Task {
    /// What runs in it is dropped when the page is left, and with it what it waits for.
    pub fn new() -> Task {
        let task = Task(Rc::default());
        let left = StoredValue::new_local(task.clone());
        on_cleanup(move || {
            left.try_update_value(|task| task.cancel());
        });
        task
    }

    /// Runs this instead of what ran before.
    pub fn run(&self, task: impl Future<Output = ()> + 'static) {
        self.run_boxed(Box::pin(task));
    }

    fn run_boxed(&self, task: Pin<Box<dyn Future<Output = ()>>>) {
        self.cancel();
        let (task, handle) = abortable(task);
        self.0.set(Some(handle));
        spawn(async move {
            let _ = task.await;
        });
    }

    pub fn cancel(&self) {
        if let Some(running) = self.0.take() {
            running.abort();
        }
    }
}

/// Comes back after a while.
pub async fn pause(ms: u32) {
    let (done, wait) = futures::channel::oneshot::channel::<()>();
    let after = std::time::Duration::from_millis(u64::from(ms));
    set_timeout(
        move || {
            let _ = done.send(());
        },
        after,
    );
    let _ = wait.await;
}

/// Lets the browser go on, and with it everything else that waits in this moment.
pub async fn yield_now() {
    let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&wasm_bindgen::JsValue::NULL)).await;
}

thread_local! {
    static AHEAD_MS: Cell<i64> = const { Cell::new(0) };
}

/// The present moment by the server's clock, ms since 1970 UTC: the browser's may be wrong by hours, and what is asked for by it
/// would end too early.
pub fn now_ms() -> i64 {
    browser_ms().saturating_add(AHEAD_MS.get())
}

/// The server has just said what time it is.
pub fn server_says(server_ms: i64) {
    if server_ms > 0 {
        AHEAD_MS.set(clock::ahead_ms(server_ms, browser_ms(), AHEAD_MS.get()));
    }
}

/// The present moment by the browser’s clock.
pub fn browser_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Milliseconds since some moment, by a clock that nobody puts back: for how long something is to wait.
pub fn steady_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}
