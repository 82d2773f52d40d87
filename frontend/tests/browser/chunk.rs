//! What stands in the place of a page until its code is there. In these tests the module is in one piece; the code of a page
//! of its own comes when the test says so.

use std::cell::RefCell;

use dashboard::Chunk;
use futures::channel::oneshot;
use leptos::prelude::*;
use model::route::PageName;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    page::Part,
    stage::{Stage, body_append, document},
};

thread_local! {
    static COMING: RefCell<Option<oneshot::Receiver<bool>>> = const { RefCell::new(None) };
}

/// The page *Keys*, and what says whether its code has come.
fn open() -> (Part, oneshot::Sender<bool>) {
    // The titles of pages are those of the app that was mounted last.
    drop(Stage::new().open("overview").leave());
    let (came, coming) = oneshot::channel();
    COMING.set(Some(coming));
    let chunk = Chunk {
        name: "keys",
        load: || {
            let coming = COMING.take().expect("it is asked for once");
            Box::pin(async { coming.await.unwrap_or(false) })
        },
        view: || Some(view! { <h1 class="gw-title" tabindex="-1">"The page itself"</h1> }.into_any()),
    };
    let place = document().create_element("div").expect("a div can be made");
    place.set_class_name("stage gw-root");
    body_append(&place);
    let mount = place.clone().unchecked_into();
    leptos::mount::mount_to(mount, move || dashboard::chunk_view(PageName::Keys, chunk)).forget();
    (Part::new(place), came)
}

#[wasm_bindgen_test]
async fn a_page_whose_code_is_on_its_way_has_its_title_and_its_shape() {
    let (page, came) = open();
    page.see("Keys Loading…").await;
    assert_eq!(page.parts(".gw-boot .gw-skeleton").len(), 1);
    came.send(true).expect("it is awaited");
    page.see("The page itself").await;
    assert!(!page.shows("Loading…") && page.parts(".gw-skeleton").is_empty(), "{}", page.text());
    // Whoever had come to the first title goes on at that of the page.
    let focused = |_: &Part| document().active_element().filter(|element| element.class_name() == "gw-title").map(drop);
    page.wait_for("the keyboard at the title", focused).await;
}

#[wasm_bindgen_test]
async fn a_page_whose_code_does_not_come_says_so() {
    let (page, came) = open();
    page.see("Loading…").await;
    came.send(false).expect("it is awaited");
    page.see("This page could not be loaded").await;
    page.see("The connection may have been interrupted, or the plugin updated meanwhile.").await;
    assert_eq!(page.parts("[role=alert]").len(), 1);
    assert_eq!(page.parts("button").iter().map(Part::text).collect::<Vec<_>>(), ["Reload the page"]);
    assert!(!page.shows("Loading…") && page.parts(".gw-skeleton").is_empty(), "{}", page.text());
    assert!(!page.shows("The page itself"));
}
