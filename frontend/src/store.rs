//! What a page knows, and who is told when it changes.
//!
//! One signal for a whole page: every kind of signal costs the module two kilobytes, and a slot whose text did not
//! change touches nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leptos::prelude::*;

pub struct Store<S> {
    /// Views want what they hold to be sendable; in a browser the lock is a flag.
    state: Arc<Mutex<S>>,
    version: RwSignal<u32>,
}

impl<S> Clone for Store<S> {
    fn clone(&self) -> Self {
        Store { state: self.state.clone(), version: self.version }
    }
}

impl<S> Store<S> {
    pub fn new(state: S) -> Store<S> {
        Store { state: Arc::new(Mutex::new(state)), version: RwSignal::new(0) }
    }

    /// Reads, and is called again after each change where that is possible (in a slot, in an effect).
    pub fn read<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        self.version.track();
        read(&self.lock())
    }

    /// Reads this once.
    pub fn peek<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        read(&self.lock())
    }

    /// Changes, and tells. Nothing is told any more once the page is gone.
    pub fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let made = change(&mut self.lock());
        bump(self.version);
        made
    }

    fn lock(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bump(version: RwSignal<u32>) {
    let _ = version.try_update(|version| *version = version.wrapping_add(1));
}
