//! Asking again and again: after each answer, not while the tab is hidden, and not while paused.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::{Rc, Weak},
    time::Duration,
};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

/// Starts a task. All are of one type, as each other type of task would cost half a kilobyte.
pub fn run(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}

/// The present moment, ms since 1970 UTC.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

#[derive(Clone)]
pub struct Poll(Rc<Inner>);

struct Inner {
    ask: RefCell<Box<dyn Fn()>>,
    timer: Cell<Option<TimeoutHandle>>,
    paused: Cell<bool>,
    /// A question is due and waits for the tab to be seen again.
    due: Cell<bool>,
}

impl Poll {
    /// Ends with the page. `ask` says what is asked; each answer, good or bad, is followed by `again`.
    pub fn new() -> Poll {
        let poll = Poll(Rc::new(Inner {
            ask: RefCell::new(Box::new(|| {})),
            timer: Cell::new(None),
            paused: Cell::new(false),
            due: Cell::new(false),
        }));
        let weak = Rc::downgrade(&poll.0);
        let listener = Closure::<dyn Fn()>::new(move || {
            if let Some(inner) = Weak::upgrade(&weak) {
                Poll(inner).look();
            }
        });
        let function: js_sys::Function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
        let _ = document().add_event_listener_with_callback("visibilitychange", &function);
        let keep = StoredValue::new_local(Some((poll.clone(), listener, function)));
        on_cleanup(move || {
            if let Some(Some((poll, _listener, function))) = keep.try_update_value(Option::take) {
                let _ = document().remove_event_listener_with_callback("visibilitychange", &function);
                poll.stop();
                poll.0.paused.set(true);
                // What asks holds this poll, and would keep both alive.
                poll.asks(|| {});
            }
        });
        poll
    }

    pub fn asks(&self, ask: impl Fn() + 'static) {
        *self.0.ask.borrow_mut() = Box::new(ask);
    }

    /// Asks at once.
    pub fn ask(&self) {
        self.stop();
        (self.0.ask.borrow())();
    }

    /// Asks after this time; a slow gateway is never asked twice at once.
    pub fn again(&self, after_ms: u32) {
        self.stop();
        if self.rests() {
            self.0.due.set(true);
            return;
        }
        let weak = Rc::downgrade(&self.0);
        let ask = move || {
            if let Some(inner) = Weak::upgrade(&weak) {
                Poll(inner).ask();
            }
        };
        self.0.timer.set(set_timeout_with_handle(ask, Duration::from_millis(u64::from(after_ms))).ok());
    }

    pub fn pause(&self, paused: bool) {
        self.0.paused.set(paused);
        self.look();
    }

    fn rests(&self) -> bool {
        self.0.paused.get() || document().hidden()
    }

    fn stop(&self) {
        self.0.due.set(false);
        if let Some(timer) = self.0.timer.take() {
            timer.clear();
        }
    }

    /// After the tab or the button has changed: a question that is waiting is put off, or asked now.
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
