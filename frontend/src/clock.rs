//! Something that changes once a minute, for what says how long ago it was.

use std::time::Duration;

use leptos::prelude::*;

pub fn use_minute() -> Trigger {
    let minute = Trigger::new();
    if let Ok(interval) = set_interval_with_handle(move || minute.notify(), Duration::from_secs(60)) {
        on_cleanup(move || interval.clear());
    }
    minute
}
