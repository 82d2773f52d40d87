//! The wp-admin application of LiteLLM Dashboard.

mod action;
mod api;
mod app;
mod boot;
mod chunk;
mod clipboard;
mod clock;
mod columns;
mod components;
mod effect;
mod format;
mod markup;
mod morph;
mod pages;
mod prefetch;
mod query;
mod router;
mod store;
mod task;
mod turn;

use leptos::prelude::*;
use model::{
    language::{set_language, t},
    msg,
    route::{PageName, Route},
    text::Language,
};
use wasm_bindgen::JsCast;

pub use boot::Boot;
#[doc(hidden)]
pub use chunk::{Chunk, view as chunk_view};

/// Takes over the mount point that PHP printed. Does nothing on a page without one.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        say_it_ended();
    }));
    let Some(mount) = document().get_element_by_id("litellm-dashboard") else { return };
    let Ok(mount) = mount.dyn_into::<web_sys::HtmlElement>() else { return };
    let boot = Boot::from_page();
    task::spawn(async move {
        let (first, configured) = (Route::parse(&boot.page, &[]).page(), boot.configured);
        // What PHP printed stays until there is something to put in its place.
        (app::chunk_of(first, configured).load)().await;
        mount_into(mount, boot).forget();
        chunk::load_ahead(PageName::ALL.map(|page| app::chunk_of(page, configured)).to_vec());
    });
}

/// After a panic nothing answers any more, and the page must not look as if it did.
fn say_it_ended() {
    let Some(mount) = document().get_element_by_id("litellm-dashboard") else { return };
    let text = msg!("An error in the app ended it; the browser’s console says which. Reload the page to go on.");
    let body = markup::html! { p { (text) } };
    let notice = components::notice(components::Tone::Error, &t(msg!("LiteLLM Dashboard has stopped")), &body);
    let _ = mount.insert_adjacent_html("afterbegin", notice.as_str());
}

/// Makes the children of an element those of a text: the morph alone, for its tests.
#[doc(hidden)]
pub fn morph_into(place: &web_sys::Element, html: &str) {
    morph::morph_text(place, html);
}

/// Mounts the app into an element; the mount ends with what is returned.
pub fn mount_into(mount: web_sys::HtmlElement, mut boot: Boot) -> leptos::mount::UnmountHandle<impl Mountable> {
    set_language(Language::new(boot.strings.clone(), boot.plural_rule.clone()));
    format::set_locale(&boot.locale, &boot.timezone);
    let (known, asked) = (std::mem::take(&mut boot.answers), std::mem::take(&mut boot.ask));
    boot::set_boot(boot.clone());
    task::server_says(boot.now_ms + boot.waited_ms);
    mount.set_inner_html("");
    clipboard::serve(&mount);
    let root = mount.clone();
    leptos::mount::mount_to(mount, move || view! { <app::App boot=boot known=known asked=asked root=root /> })
}
