//! The wp-admin application of LiteLLM Dashboard.

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
    console_error_panic_hook::set_once();
    let Some(mount) = document().get_element_by_id("litellm-dashboard") else { return };
    let Ok(mount) = mount.dyn_into::<web_sys::HtmlElement>() else { return };
    mount_into(mount, Boot::from_page()).forget();
}

/// Mounts the app into an element; the mount ends with what is returned.
pub fn mount_into(mount: web_sys::HtmlElement, boot: Boot) -> leptos::mount::UnmountHandle<impl Mountable> {
    i18n::set_strings(boot.strings.clone());
    format::set_locale(&boot.locale, &boot.timezone);
    boot::set_boot(boot.clone());
    mount.set_inner_html("");
    clipboard::serve(&mount);
    let root = mount.clone();
    leptos::mount::mount_to(mount, move || view! { <app::App boot=boot root=root /> })
}
