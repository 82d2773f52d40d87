//! While the pointer rests on a link to another of our pages, or the keyboard is there, WordPress is asked for what that page
//! asks first: when one goes there, it has its numbers.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use model::{endpoint::Endpoint, first, route::Route};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event};

use crate::{
    api::Api,
    boot::with_boot,
    pages::overview::DaysCache,
    router::{Router, link_of, our_menu, route_of_search},
    task::now_ms,
};

/// A pointer that passes over a link is not there for so long.
const RESTS_MS: u64 = 80;

/// For the links of the app and those of wp-admin's menu.
pub fn prefetch(root: &Element, router: Router, api: Api, days: DaysCache) {
    if saves_data() {
        return;
    }
    let resting: Rc<Cell<Option<TimeoutHandle>>> = Rc::default();
    let on_event = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(timer) = resting.take() {
            timer.clear();
        }
        let Some(route) = link_of(&event).and_then(|link| route_of_search(&link.search())) else { return };
        let api = api.clone();
        let ask = move || api.ask_ahead(reads_of(&route, router, days));
        match event.type_().as_str() {
            "focusin" => ask(),
            "pointerover" => resting.set(set_timeout_with_handle(ask, Duration::from_millis(RESTS_MS)).ok()),
            _ => {}
        }
    });
    for place in [Some(root.clone()), our_menu()].into_iter().flatten() {
        for name in ["pointerover", "pointerout", "focusin"] {
            let _ = place.add_event_listener_with_callback(name, on_event.as_ref().unchecked_ref());
        }
    }
    on_event.forget();
}

/// What a page as it is by default begins with, except what is known for good.
fn reads_of(route: &Route, router: Router, days: DaysCache) -> Vec<(Endpoint, serde_json::Value)> {
    if route.page() == router.route_untracked().page() || !route.query().is_empty() {
        return Vec::new();
    }
    let list = with_boot(|boot| boot.page(route.page()).map(|link| link.first.clone())).unwrap_or_default();
    let mut reads = first::reads_ahead(&list, now_ms());
    reads.retain(|(_, params)| params["day"].as_str().is_none_or(|day| days.is_wanted_ahead(day)));
    reads
}

/// Whether the browser was told to load as little as possible.
fn saves_data() -> bool {
    let get =
        |object: &wasm_bindgen::JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).unwrap_or_default();
    get(&get(&window().navigator(), "connection"), "saveData").is_truthy()
}
