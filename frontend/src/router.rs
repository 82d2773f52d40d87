//! Moving between our pages without loading one: the address, back and forward, the title and wp-admin's own menu.
//!
//! wp-admin's addresses are `admin.php?page=…`, so pages are told apart by a query argument and not by a path.
//! What an address means is `model::route`'s business.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    language::tf,
    msg,
    route::{PageName, Route},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};

use crate::{
    boot::{Boot, with_boot},
    components::Question,
    effect::watch,
    store::Store,
};

/// Why the user stays where they are.
#[derive(Debug, Clone, PartialEq)]
pub enum Guard {
    /// An answer is awaited that is shown once.
    Wait,
    /// Something would be lost; they are asked first.
    Ask(Question),
}

/// What the page that is shown says when somebody wants to leave it; none: nothing is in the way.
pub type Leave = dyn Fn() -> Option<Guard>;

/// Somebody wants to leave a page that has something against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    pub question: Question,
    wanted: Route,
    /// By the browser's own button: it is there, behind what was put back over it.
    by_browser: bool,
}

/// Whether the place before stays in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    Push,
    Replace,
}

#[derive(Clone, Copy)]
pub struct Router {
    route: RwSignal<Route>,
    guard: StoredValue<Option<Rc<Leave>>, LocalStorage>,
    pub leaving: Store<Option<Leaving>>,
    /// What stands behind our part of the document's title, such as ` ‹ My site — WordPress`.
    title_end: StoredValue<String>,
}

pub fn use_router() -> Router {
    expect_context::<Router>()
}

/// Takes over the address and the menu of the page that PHP printed.
pub fn provide_router(boot: &Boot) -> Router {
    let title = document().title();
    let title_end = title.find(" ‹ ").map_or(String::new(), |at| title[at..].to_owned());
    let router = Router {
        route: RwSignal::new(route_of_address(&boot.page)),
        guard: StoredValue::new_local(None),
        leaving: Store::new(None),
        title_end: StoredValue::new(title_end),
    };
    provide_context(router);
    let fallback = boot.page.clone();
    let on_pop = Closure::<dyn Fn()>::new(move || {
        let wanted = route_of_address(&fallback);
        if router.may_leave(&wanted, true) {
            router.route.set(wanted);
            request_animation_frame(focus_title);
        } else {
            // Forward again: the address stays with what is on the page.
            router.write_address(History::Push);
        }
    });
    let _ = window().add_event_listener_with_callback("popstate", on_pop.as_ref().unchecked_ref());
    on_pop.forget();
    let on_unload = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        if router.objection().is_some() {
            event.prevent_default();
        }
    });
    let _ = window().add_event_listener_with_callback("beforeunload", on_unload.as_ref().unchecked_ref());
    on_unload.forget();
    if let Some(menu) = our_menu() {
        router.take_over_links(&menu);
    }
    // The world outside: the title, and which entry of wp-admin's menu is lit.
    watch(move || {
        let page = router.page();
        let title = tf(msg!("LiteLLM: {page}"), &[("page", &page_title(page))]);
        document().set_title(&[title, router.title_end.get_value()].concat());
        light_menu(page);
    });
    router
}

/// Its title in the user's language, as PHP knows it.
pub fn page_title(page: PageName) -> String {
    with_boot(|boot| boot.page(page).map(|link| link.title.clone())).unwrap_or_default()
}

/// Whether this user may not open the page.
pub fn is_closed(page: PageName) -> bool {
    with_boot(|boot| boot.is_closed(page))
}

/// The address of a route, for links that also open in a new tab; empty, and so no link, where it is closed to the user.
pub fn href(route: &Route) -> String {
    if is_closed(route.page()) {
        return String::new();
    }
    let mut href = with_boot(|boot| boot.page(route.page()).map(|link| link.url.clone())).unwrap_or_default();
    let query = route.query();
    if !query.is_empty()
        && let Ok(arguments) = UrlSearchParams::new()
    {
        for (name, value) in &query {
            arguments.append(name, value);
        }
        href.push(if href.contains('?') { '&' } else { '?' });
        href.push_str(&String::from(arguments.to_string()));
    }
    href
}

impl Router {
    /// Where the user is; whoever reads it is told when that changes.
    pub fn route(&self) -> Route {
        self.route.get()
    }

    pub fn route_untracked(&self) -> Route {
        self.route.get_untracked()
    }

    pub fn page(&self) -> PageName {
        self.route.with(Route::page)
    }

    /// Goes there, or asks whether to, where something would be lost.
    pub fn navigate(&self, route: Route, history: History) {
        if self.may_leave(&route, false) {
            self.show(route, history);
        }
    }

    /// Asks this before the page is left, until it is left. What leaves wp-admin's page altogether the browser asks about.
    pub fn guard(&self, guard: impl Fn() -> Option<Guard> + 'static) {
        let address_of = |guard: &Rc<Leave>| Rc::as_ptr(guard).cast::<()>().addr();
        let guard: Rc<Leave> = Rc::new(guard);
        let own = address_of(&guard);
        self.guard.set_value(Some(guard));
        let router = *self;
        on_cleanup(move || {
            // What comes in its place may have its own already.
            let set = router.guard.try_get_value().flatten();
            if set.is_some_and(|set| address_of(&set) == own) {
                router.unguard();
            }
        });
    }

    fn unguard(&self) {
        let _ = self.guard.try_set_value(None);
    }

    /// The answer to the question of a guard.
    pub fn leave(&self, yes: bool) {
        let wanted = self.leaving.with_untracked(Option::clone);
        self.leaving.update(|leaving| *leaving = None);
        let Some(Leaving { wanted, by_browser, .. }) = wanted.filter(|_| yes) else { return };
        self.unguard();
        match window().history() {
            Ok(browser) if by_browser => drop(browser.back()),
            _ => {
                self.show(wanted, History::Push);
                request_animation_frame(focus_title);
            }
        }
    }

    fn objection(&self) -> Option<Guard> {
        self.guard.try_get_value().flatten().and_then(|guard| guard())
    }

    fn may_leave(&self, to: &Route, by_browser: bool) -> bool {
        let Some(guard) = self.objection() else { return true };
        if *to == self.route_untracked() {
            return true;
        }
        if let Guard::Ask(question) = guard {
            self.leaving.update(|leaving| *leaving = Some(Leaving { question, wanted: to.clone(), by_browser }));
        }
        false
    }

    fn show(&self, route: Route, history: History) {
        if route != self.route_untracked() {
            let other_page = route.page() != self.route.with_untracked(Route::page);
            self.route.set(route);
            self.write_address(history);
            if other_page {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        }
    }

    fn write_address(&self, history: History) {
        let href = href(&self.route_untracked());
        if let Ok(browser) = window().history() {
            let null = wasm_bindgen::JsValue::NULL;
            let _ = match history {
                History::Push => browser.push_state_with_url(&null, "", Some(&href)),
                History::Replace => browser.replace_state_with_url(&null, "", Some(&href)),
            };
        }
    }

    /// Clicks on links to our pages, in wp-admin's menu or in ours, stay in the app; with a modifier key they are the browser's.
    pub fn take_over_links(self, place: &Element) {
        let on_click = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            let Some(link) = link_of(&event).filter(|link| plain_click(&event) && link.target().is_empty()) else {
                return;
            };
            if let Some(route) = route_of_search(&link.search()) {
                event.prevent_default();
                self.navigate(route, History::Push);
                close_mobile_menu();
                request_animation_frame(focus_title);
            }
        });
        let _ = place.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        on_click.forget();
    }
}

/// Where the address is; on a page that is not in the address, such as in a test, the one that PHP named.
fn route_of_address(fallback: &str) -> Route {
    let search = window().location().search().unwrap_or_default();
    route_of_search(&search).unwrap_or_else(|| Route::parse(fallback, &[]))
}

/// The route that a query names, if it is one of ours.
pub fn route_of_search(search: &str) -> Option<Route> {
    let arguments = UrlSearchParams::new_with_str(search).ok()?;
    let slug = arguments.get("page")?;
    let page = with_boot(|boot| boot.page_of_slug(&slug))?;
    let mut query = Vec::new();
    for entry in js_sys::try_iter(&arguments).ok().flatten().into_iter().flatten().flatten() {
        let pair = js_sys::Array::from(&entry);
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            query.push((name, value));
        }
    }
    Some(Route::parse(&page, &query))
}

fn light_menu(page: PageName) {
    let Some(menu) = our_menu() else { return };
    let Ok(links) = menu.query_selector_all(".wp-submenu a") else { return };
    for index in 0..links.length() {
        let Some(link) = links.item(index).and_then(|node| node.dyn_into::<HtmlAnchorElement>().ok()) else {
            continue;
        };
        let current = route_of_search(&link.search()).is_some_and(|route| route.page() == page);
        let _ = link.class_list().toggle_with_force("current", current);
        if let Some(entry) = link.parent_element() {
            let _ = entry.class_list().toggle_with_force("current", current);
        }
        let _ =
            if current { link.set_attribute("aria-current", "page") } else { link.remove_attribute("aria-current") };
    }
}

/// Where the link that was followed is gone, the keyboard and the screen reader go on at the heading.
pub fn focus_title() {
    let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    let title = document().query_selector(".gw-title").ok().flatten();
    if let Some(title) = title.filter(|_| lost).and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = title.focus();
    }
}

/// Our part of wp-admin's menu.
pub fn our_menu() -> Option<Element> {
    document().get_element_by_id("toplevel_page_litellm-dashboard")
}

/// The link in which something happens.
pub fn link_of(event: &web_sys::Event) -> Option<HtmlAnchorElement> {
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
