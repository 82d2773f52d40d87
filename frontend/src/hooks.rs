//! Reading that repeats and rests: `use_poll`, and the visibility of the tab.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

/// Whether the tab is in front; changes with it.
pub fn use_visible() -> Signal<bool> {
    let visible = RwSignal::new(!document().hidden());
    let listener = Closure::<dyn Fn()>::new(move || visible.set(!document().hidden()));
    let function: js_sys::Function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let _ = document().add_event_listener_with_callback("visibilitychange", &function);
    let keep = StoredValue::new_local(Some((listener, function)));
    on_cleanup(move || {
        if let Some(Some((_listener, function))) = keep.try_update_value(Option::take) {
            let _ = document().remove_event_listener_with_callback("visibilitychange", &function);
        }
    });
    visible.into()
}

/// Calls `ask` `interval_ms()` after each time that `tick.done()` was called, while `on()` holds.
///
/// The next question waits for the answer before it, so a slow gateway is never asked twice at once.
pub fn use_poll(on: Signal<bool>, interval_ms: impl Fn() -> u64 + Copy + 'static, ask: impl Fn() + Copy + 'static) -> Poll {
    let answered = RwSignal::new(0_u32);
    let timer: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    let stop = move || {
        if let Some(Some(handle)) = timer.try_update_value(Option::take) {
            handle.clear();
        }
    };
    Effect::new(move |was_on: Option<bool>| {
        answered.track();
        let on = on.get();
        stop();
        if on {
            // Coming back to the tab asks at once.
            let wait = if was_on == Some(false) { 0 } else { interval_ms() };
            timer.set_value(set_timeout_with_handle(ask, Duration::from_millis(wait)).ok());
        }
        on
    });
    on_cleanup(stop);
    Poll(answered)
}

#[derive(Clone, Copy)]
pub struct Poll(RwSignal<u32>);

impl Poll {
    /// The answer is there, good or bad: the time until the next question begins.
    pub fn done(&self) {
        let _ = self.0.try_update(|count| *count = count.wrapping_add(1));
    }
}

/// The present moment, ms since 1970 UTC.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}
