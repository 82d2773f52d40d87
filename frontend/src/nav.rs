//! Moving between our pages without loading one: the address, back and forward, the title and wp-admin's own menu.
//!
//! wp-admin's addresses are `admin.php?page=…`, so pages are told apart by a query argument and not by a path.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};

use crate::{boot::Boot, i18n::t};

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
            Page::Overview => t("Overview"),
            Page::Keys => t("Keys"),
            Page::Console => t("Console"),
            Page::Status => t("Status"),
        }
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
    boot: StoredValue<Boot>,
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
        boot: StoredValue::new(boot.clone()),
        title_end: StoredValue::new(title_end),
    };
    provide_context(nav);
    let fallback = boot.page.clone();
    let on_pop = Closure::<dyn Fn()>::new(move || nav.place.set(read_place(&fallback)));
    let _ = window().add_event_listener_with_callback("popstate", on_pop.as_ref().unchecked_ref());
    on_pop.forget();
    nav.take_over_menu();
    // The world outside: the title, and which entry of wp-admin's menu is lit.
    Effect::new(move |_| {
        let page = nav.page();
        document().set_title(&format!("{}{}", page.title(), nav.title_end.get_value()));
        nav.light_menu(page);
    });
    nav
}

impl Nav {
    pub fn page(&self) -> Page {
        self.place.with(|place| place.page)
    }

    /// One argument of the address; changes with it.
    pub fn query(&self, name: &'static str) -> Memo<Option<String>> {
        let place = self.place;
        Memo::new(move |_| place.with(|place| place.get(name).map(str::to_owned)))
    }

    /// Goes to a page of ours, with these arguments and no others.
    pub fn go(&self, page: Page, query: &[(&str, &str)]) {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.show(Place { page, query }, true);
        window().scroll_to_with_x_and_y(0.0, 0.0);
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

    /// The address of a page of ours, for links that also open in a new tab.
    pub fn href(&self, page: Page, query: &[(&str, &str)]) -> String {
        let mut href = self.boot.with_value(|boot| boot.pages.get(page.name()).cloned()).unwrap_or_default();
        if let Ok(arguments) = UrlSearchParams::new() {
            for (name, value) in query {
                arguments.append(name, value);
            }
            let arguments = String::from(arguments.to_string());
            if !arguments.is_empty() {
                href.push(if href.contains('?') { '&' } else { '?' });
                href.push_str(&arguments);
            }
        }
        href
    }

    fn show(&self, place: Place, keep: bool) {
        if place == self.place.get_untracked() {
            return;
        }
        let query: Vec<(&str, &str)> = place.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let href = self.href(place.page, &query);
        if let Ok(history) = window().history() {
            let null = wasm_bindgen::JsValue::NULL;
            let _ = if keep {
                history.push_state_with_url(&null, "", Some(&href))
            } else {
                history.replace_state_with_url(&null, "", Some(&href))
            };
        }
        self.place.set(place);
    }

    /// Clicks on our entries of wp-admin's menu stay in the app; with a modifier key they are the browser's.
    fn take_over_menu(self) {
        let Some(menu) = our_menu() else { return };
        let on_click = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            if let Some(page) = link_of(&event).and_then(|link| self.page_of(&link))
                && plain_click(&event)
            {
                event.prevent_default();
                self.go(page, &[]);
                close_mobile_menu();
            }
        });
        let _ = menu.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        on_click.forget();
    }

    fn page_of(&self, link: &HtmlAnchorElement) -> Option<Page> {
        let arguments = UrlSearchParams::new_with_str(&link.search()).ok()?;
        Page::from_slug(&arguments.get("page")?)
    }

    fn light_menu(&self, page: Page) {
        let Some(menu) = our_menu() else { return };
        let Ok(links) = menu.query_selector_all(".wp-submenu a") else { return };
        for index in 0..links.length() {
            let Some(link) = links.item(index).and_then(|node| node.dyn_into::<HtmlAnchorElement>().ok()) else { continue };
            let current = self.page_of(&link) == Some(page);
            let _ = link.class_list().toggle_with_force("current", current);
            if let Some(entry) = link.parent_element() {
                let _ = entry.class_list().toggle_with_force("current", current);
            }
            let _ = if current { link.set_attribute("aria-current", "page") } else { link.remove_attribute("aria-current") };
        }
    }
}

/// A link to a page of ours that moves without a page load and still has an address of its own.
#[component]
pub fn PageLink(page: Page, #[prop(optional)] query: Vec<(&'static str, String)>, #[prop(into, optional)] class: String, children: Children) -> impl IntoView {
    let nav = use_nav();
    let pairs: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let href = nav.href(page, &pairs);
    let on_click = move |event: MouseEvent| {
        if plain_click(&event) {
            event.prevent_default();
            let pairs: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            nav.go(page, &pairs);
        }
    };
    view! { <a href=href class=class on:click=on_click>{children()}</a> }
}

fn read_place(fallback: &str) -> Place {
    let search = window().location().search().unwrap_or_default();
    let Ok(arguments) = UrlSearchParams::new_with_str(&search) else { return Place::default() };
    let page = arguments
        .get("page")
        .and_then(|slug| Page::from_slug(&slug))
        .or_else(|| Page::ALL.into_iter().find(|page| page.name() == fallback))
        .unwrap_or_default();
    let mut query = Vec::new();
    for entry in js_sys::try_iter(&arguments).ok().flatten().into_iter().flatten().flatten() {
        let pair = js_sys::Array::from(&entry);
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string())
            && name != "page"
        {
            query.push((name, value));
        }
    }
    Place { page, query }
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
