//! What is in the chunk: notices, and the dialog.

use leptos::prelude::*;

use super::{Many, dialog::dialog, notices::notices, work::Worker};
use crate::effect::watch;

pub fn many() -> AnyView {
    let many = expect_context::<Many>();
    let worker = Worker::new(many);
    watch(move || {
        if let Some(asked) = many.asked.with(Clone::clone) {
            many.asked.update(|place| *place = None);
            worker.open(asked);
        }
    });
    view! { {notices(worker)} {dialog(worker)} }.into_any()
}
