//! Tasks that end with the page that started them, and with the question that takes their place.

use std::{cell::Cell, pin::Pin, rc::Rc};

use futures::future::{AbortHandle, abortable};
use leptos::prelude::*;

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

/// Lets the browser go on, and with it everything else that waits in this moment.
pub async fn yield_now() {
    let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&wasm_bindgen::JsValue::NULL)).await;
}

/// The present moment, ms since 1970 UTC.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}
