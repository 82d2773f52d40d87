//! What a page knows, and who is told when it changes.
//!
//! One signal for a whole page: every kind of signal costs the module two kilobytes, and a region whose markup did not
//! change touches nothing. Like a signal it is a handle to copy, and ends with the page that made it.

use leptos::prelude::*;

pub struct Store<S: 'static> {
    state: StoredValue<S, LocalStorage>,
    version: RwSignal<u32>,
}

impl<S> Clone for Store<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Store<S> {}

impl<S> Store<S> {
    pub fn new(state: S) -> Store<S> {
        Store { state: StoredValue::new_local(state), version: RwSignal::new(0) }
    }

    /// Reads, and is called again after each change where that is possible (in a region, in an effect).
    /// `read` only reads: what it calls must not change this store.
    pub fn with<T>(self, read: impl FnOnce(&S) -> T) -> T {
        self.version.track();
        self.state.with_value(read)
    }

    /// Reads this once.
    pub fn with_untracked<T>(self, read: impl FnOnce(&S) -> T) -> T {
        self.state.with_value(read)
    }

    /// Reads this once, where an event may come after the page is gone: browsers tell that the keyboard has left an element
    /// while they remove it.
    pub fn try_with_untracked<T>(self, read: impl FnOnce(&S) -> T) -> Option<T> {
        self.state.try_with_value(read)
    }

    /// Changes what nobody shows.
    pub fn quietly(self, change: impl FnOnce(&mut S)) {
        let _ = self.state.try_update_value(change);
    }

    /// Changes, then tells. Nothing happens once the page is gone.
    pub fn update(self, change: impl FnOnce(&mut S)) {
        if self.state.try_update_value(change).is_some() {
            notify(self.version);
        }
    }
}

fn notify(version: RwSignal<u32>) {
    let _ = version.try_update(|version| *version = version.wrapping_add(1));
}
