//! Moving between our pages without loading one: the address, back and forward, the title and wp-admin's own menu.
//!
//! wp-admin's addresses are `admin.php?page=…`, so pages are told apart by a query argument and not by a path.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};

use crate::{
    boot::{Boot, with_boot},
    i18n::{t, tf},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    #[default]
    Overview,
    Keys,
    Console,
    Status,
}

impl Page {
    pub const ALL: [Page; 4] = [Page::Overview, Page::Keys, Page::Console, Page::Status];

    /// The name in the boot data.
    pub fn name(self) -> &'static str {
        match self {
            Page::Overview => "overview",
            Page::Keys => "keys",
            Page::Console => "console",
            Page::Status => "status",
        }
    }

    /// The value of `page` in the address.
    pub fn slug(self) -> &'static str {
        match self {
            Page::Overview => "litellm-dashboard",
            Page::Keys => "litellm-dashboard-keys",
            Page::Console => "litellm-dashboard-console",
            Page::Status => "litellm-dashboard-status",
        }
    }

    pub fn title(self) -> String {
        match self {
            Page::Overview => t(msg!("Overview")),
            Page::Keys => t(msg!("Keys")),
            Page::Console => t(msg!("Console")),
            Page::Status => t(msg!("Status")),
        }
    }

    /// Its address, for links that also open in a new tab.
    pub fn href(self) -> String {
        self.href_with(&[])
    }

    pub fn href_with(self, query: &[(&str, &str)]) -> String {
        let mut href = with_boot(|boot| boot.pages.get(self.name()).cloned()).unwrap_or_default();
        if let Ok(arguments) = UrlSearchParams::new()
            && !query.is_empty()
        {
            for (name, value) in query {
                arguments.append(name, value);
            }
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str(&String::from(arguments.to_string()));
        }
        href
    }

    fn from_slug(slug: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.slug() == slug)
    }
}

/// Where the user is: the page, and the arguments after it in the address.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    pub page: Page,
    /// In the order of the address, without `page`.
    pub query: Vec<(String, String)>,
}

impl Place {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Copy)]
pub struct Nav {
    place: RwSignal<Place>,
    /// Nobody moves on: an answer is awaited that is shown once.
    held: StoredValue<bool>,
    /// What stands behind our part of the document's title, such as ` ‹ My site — WordPress`.
    title_end: StoredValue<String>,
}

pub fn use_nav() -> Nav {
    expect_context::<Nav>()
}

/// Takes over the address and the menu of the page that PHP printed.
pub fn provide_nav(boot: &Boot) -> Nav {
    let title = document().title();
    let title_end = title.find(" ‹ ").map_or(String::new(), |at| title[at..].to_owned());
    let nav = Nav {
        place: RwSignal::new(read_place(&boot.page)),
        held: StoredValue::new(false),
        title_end: StoredValue::new(title_end),
    };
    provide_context(nav);
    let fallback = boot.page.clone();
    let on_pop = Closure::<dyn Fn()>::new(move || {
        if nav.held.get_value() {
            // Forward again: the address stays with what is on the page.
            nav.write_address(true);
        } else {
            nav.place.set(read_place(&fallback));
        }
    });
    let _ = window().add_event_listener_with_callback("popstate", on_pop.as_ref().unchecked_ref());
    on_pop.forget();
    if let Some(menu) = our_menu() {
        nav.take_over_links(&menu);
    }
    // The world outside: the title, and which entry of wp-admin's menu is lit.
    Effect::new(move |_| {
        let page = nav.page();
        document().set_title(
            &[&tf(msg!("LiteLLM: {page}"), &[("page", &page.title())]), &*nav.title_end.get_value()].concat(),
        );
        nav.light_menu(page);
    });
    nav
}

impl Nav {
    pub fn page(&self) -> Page {
        self.place.with(|place| place.page)
    }

    /// One argument of the address; whoever reads it is told when the place changes.
    pub fn get(&self, name: &str) -> Option<String> {
        self.place.with(|place| place.get(name).map(str::to_owned))
    }

    /// Keeps the user where they are, or lets them go again. What leaves the page altogether is asked about by the browser.
    pub fn hold(&self, held: bool) {
        self.held.set_value(held);
        let ask = held.then(|| Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| event.prevent_default()));
        window().set_onbeforeunload(ask.as_ref().map(|ask| ask.as_ref().unchecked_ref()));
        if let Some(ask) = ask {
            ask.forget();
        }
    }

    /// Changes arguments of the address; `None` takes one out. `keep` leaves the place before in the history.
    pub fn set(&self, changes: &[(&str, Option<&str>)], keep: bool) {
        let mut place = self.place.get_untracked();
        for (name, value) in changes {
            place.query.retain(|(known, _)| known != name);
            if let Some(value) = value {
                place.query.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        self.show(place, keep);
    }

    fn show(&self, place: Place, keep: bool) {
        if place != self.place.get_untracked() {
            self.place.set(place);
            self.write_address(keep);
        }
    }

    fn write_address(&self, keep: bool) {
        let place = self.place.get_untracked();
        let mut query = Vec::new();
        for (name, value) in &place.query {
            query.push((name.as_str(), value.as_str()));
        }
        let href = place.page.href_with(&query);
        if let Ok(history) = window().history() {
            let null = wasm_bindgen::JsValue::NULL;
            let _ = if keep {
                history.push_state_with_url(&null, "", Some(&href))
            } else {
                history.replace_state_with_url(&null, "", Some(&href))
            };
        }
    }

    /// Clicks on links to our pages, in wp-admin's menu or in ours, stay in the app; with a modifier key they are the browser's.
    pub fn take_over_links(self, place: &Element) {
        let on_click = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            let Some(link) = link_of(&event).filter(|link| plain_click(&event) && link.target().is_empty()) else {
                return;
            };
            if let Some(place) = place_of(&link.search()) {
                event.prevent_default();
                if self.held.get_value() {
                    return;
                }
                self.show(place, true);
                window().scroll_to_with_x_and_y(0.0, 0.0);
                close_mobile_menu();
                request_animation_frame(focus_title);
            }
        });
        let _ = place.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        on_click.forget();
    }

    fn light_menu(&self, page: Page) {
        let Some(menu) = our_menu() else { return };
        let Ok(links) = menu.query_selector_all(".wp-submenu a") else { return };
        for index in 0..links.length() {
            let Some(link) = links.item(index).and_then(|node| node.dyn_into::<HtmlAnchorElement>().ok()) else {
                continue;
            };
            let current = place_of(&link.search()).is_some_and(|place| place.page == page);
            let _ = link.class_list().toggle_with_force("current", current);
            if let Some(entry) = link.parent_element() {
                let _ = entry.class_list().toggle_with_force("current", current);
            }
            let _ = if current {
                link.set_attribute("aria-current", "page")
            } else {
                link.remove_attribute("aria-current")
            };
        }
    }
}

/// Where the address is; on a page that is not in the address, such as in a test, the one that PHP named.
fn read_place(fallback: &str) -> Place {
    let named = Page::ALL.into_iter().find(|page| page.name() == fallback).unwrap_or_default();
    place_of(&window().location().search().unwrap_or_default()).unwrap_or(Place { page: named, query: Vec::new() })
}

/// The place that a query names, if it is one of ours.
fn place_of(search: &str) -> Option<Place> {
    let arguments = UrlSearchParams::new_with_str(search).ok()?;
    let page = Page::from_slug(&arguments.get("page")?)?;
    let mut query = Vec::new();
    for entry in js_sys::try_iter(&arguments).ok().flatten().into_iter().flatten().flatten() {
        let pair = js_sys::Array::from(&entry);
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string())
            && name != "page"
        {
            query.push((name, value));
        }
    }
    Some(Place { page, query })
}

/// Where the link that was followed is gone, the keyboard and the screen reader go on at the heading.
fn focus_title() {
    let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    let title = document()
        .query_selector(".gw-title")
        .ok()
        .flatten()
        .and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(title) = title.filter(|_| lost) {
        let _ = title.focus();
    }
}

fn our_menu() -> Option<Element> {
    document().get_element_by_id("toplevel_page_litellm-dashboard")
}

fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    event.target()?.dyn_into::<Element>().ok()?.closest("a").ok()??.dyn_into().ok()
}

fn plain_click(event: &MouseEvent) -> bool {
    event.button() == 0 && !event.meta_key() && !event.ctrl_key() && !event.shift_key() && !event.alt_key()
}

/// On a narrow screen wp-admin's menu covers the page until it is closed.
fn close_mobile_menu() {
    if let Ok(Some(wrap)) = document().query_selector("#wpwrap.wp-responsive-open") {
        let _ = wrap.class_list().remove_1("wp-responsive-open");
    }
}
