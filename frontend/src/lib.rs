//! The wp-admin application of LiteLLM Dashboard.

#[macro_use]
extern crate model;

mod api;
mod app;
mod boot;
mod clipboard;
mod components;
mod format;
mod i18n;
mod markup;
mod nav;
mod pages;
mod poll;
mod store;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

pub use boot::Boot;

/// Takes over the mount point that PHP printed. Does nothing on a page without one.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        say_it_ended();
    }));
    let Some(mount) = document().get_element_by_id("litellm-dashboard") else { return };
    let Ok(mount) = mount.dyn_into::<web_sys::HtmlElement>() else { return };
    mount_into(mount, Boot::from_page()).forget();
}

/// After a panic nothing answers any more, and the page must not look as if it did.
fn say_it_ended() {
    let Some(mount) = document().get_element_by_id("litellm-dashboard") else { return };
    let mut h = markup::Html::new();
    components::note(&mut h, components::Tone::Error, &i18n::t(msg!("LiteLLM Dashboard has stopped")), |h| {
        markup::html!(h, "<p>" [msg!("An error in the app ended it; the browser’s console says which. Reload the page to go on.")] "</p>");
    });
    let _ = mount.insert_adjacent_html("afterbegin", &h.finish());
}

/// Mounts the app into an element; the mount ends with what is returned.
pub fn mount_into(mount: web_sys::HtmlElement, boot: Boot) -> leptos::mount::UnmountHandle<impl Mountable> {
    i18n::set_language(model::text::Language::new(boot.strings.clone()));
    format::set_locale(&boot.locale, &boot.timezone);
    boot::set_boot(boot.clone());
    mount.set_inner_html("");
    clipboard::serve(&mount);
    let root = mount.clone();
    leptos::mount::mount_to(mount, move || view! { <app::App boot=boot root=root /> })
}
