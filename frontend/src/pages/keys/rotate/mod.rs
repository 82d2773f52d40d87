//! A key gets a successor, and what to do when one has leaked.
//!
//! What is done in which order, and what is left when it broke off, is `model::rotation`'s business.

mod form;
mod leak;
mod leak_calls;
mod note;
mod page;
mod state;
mod unfinished;
mod words;
mod work;

use leptos::prelude::*;
use model::route::KeysOpen;

pub use self::{note::KIND as ROTATION, unfinished::unfinished};

use super::source::keys_route;
use crate::router::use_router;

/// What is at this address.
pub fn rotate() -> AnyView {
    let router = use_router();
    let open = Memo::new(move |_| keys_route(&router.route()).open);
    (move || match open.get() {
        KeysOpen::Rotate(hash) => page::page(hash, false),
        KeysOpen::Replace(hash) => page::page(hash, true),
        KeysOpen::Leak(hash) => leak::leak(hash),
        // Another page is on its way.
        _ => ().into_any(),
    })
    .into_any()
}
