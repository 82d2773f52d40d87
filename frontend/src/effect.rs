//! What happens whenever something that it reads has changed.

use leptos::prelude::*;

/// Leptos' effect, of one type for all: each other type would cost the module more than a kilobyte. What it needs to know
/// of its run before it keeps itself.
pub fn watch(run: impl FnMut() + 'static) {
    watch_boxed(Box::new(run));
}

fn watch_boxed(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}

/// Whether something is so, told only when that changes. Of one type for all, likewise.
pub fn is(so: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
    is_boxed(Box::new(so))
}

fn is_boxed(so: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<bool> {
    Memo::new(move |_| so())
}
