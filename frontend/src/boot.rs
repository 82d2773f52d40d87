//! What PHP hands over with the page: where the route is, who is looking, and in which language.

use std::{cell::RefCell, collections::BTreeMap};

use leptos::prelude::*;
use model::{
    route::PageName,
    wire::{KeyLimits, Wire},
};
use serde_json::Value;

use crate::task::browser_ms;

/// The JSON of the script tag `#litellm-dashboard-boot`; doc/architecture.md describes the fields.
#[derive(Debug, Clone, Default)]
pub struct Boot {
    /// Ends in `litellm-dashboard/v1/` and may already contain a `?`.
    pub rest: String,
    pub nonce: String,
    /// Gives a fresh nonce to a user who is still signed in.
    pub nonce_url: String,
    pub page: String,
    /// In the order of the menu.
    pub pages: Vec<PageLink>,
    pub configured: bool,
    /// Why it is not; `first_run` reads it.
    pub problem: Value,
    pub base: String,
    pub console_url: String,
    /// BCP 47, such as `zh-CN`.
    pub locale: String,
    /// A name such as `Asia/Shanghai`, or an offset such as `+05:30`.
    pub timezone: String,
    pub login: String,
    /// When WordPress printed the page, by its own clock.
    pub now_ms: i64,
    /// How long the app has been on its way since: that has passed for the server as well.
    pub waited_ms: i64,
    pub can_manage_keys: bool,
    /// Which columns are switched, by table; `columns.rs` reads it.
    pub columns: Value,
    pub key_limits: KeyLimits,
    pub strings: BTreeMap<String, String>,
    /// Which form of a plural a number takes; `model::text::Language` reads it.
    pub plural_rule: String,
    /// What WordPress knows of the page's first reads; the api takes it.
    pub answers: Value,
    /// What of them the loader asks for; the api awaits it.
    pub ask: Value,
}

/// One of our pages, as PHP lists them.
#[derive(Debug, Clone, Default)]
pub struct PageLink {
    pub name: String,
    /// In the user's language.
    pub title: String,
    /// An address of wp-admin, with `page=…` in it.
    pub url: String,
    /// What it asks first; `model::first` reads it.
    pub first: Value,
}

impl Boot {
    pub fn page(&self, page: PageName) -> Option<&PageLink> {
        self.pages.iter().find(|link| link.name == page.as_str())
    }

    /// Whether this user may not open the page: PHP names those that they may.
    pub fn is_closed(&self, page: PageName) -> bool {
        !self.pages.is_empty() && self.page(page).is_none()
    }

    /// The name of the page that an address means by `page=…`.
    pub fn page_of_slug(&self, slug: &str) -> Option<String> {
        let ends_in_slug = |url: &str| {
            let arguments = url.split_once('?').map_or("", |(_, arguments)| arguments);
            arguments.split('&').any(|argument| argument.strip_prefix("page=") == Some(slug))
        };
        self.pages.iter().find(|link| ends_in_slug(&link.url)).map(|link| link.name.clone())
    }

    /// Reads the page's boot data; empty where the tag is missing or unreadable.
    pub fn from_page() -> Boot {
        let json = document().get_element_by_id("litellm-dashboard-boot").and_then(|tag| tag.text_content());
        let mut boot: Value = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let loader = js_sys::Reflect::get(&js_sys::global(), &"litellmDashboard".into());
        let begun = loader.and_then(|loader| js_sys::Reflect::get(&loader, &"begun".into()));
        boot["begun_ms"] = begun.ok().and_then(|begun| begun.as_f64()).into();
        Boot::read(&boot)
    }

    pub fn read(v: &Value) -> Boot {
        let text = |name: &str| v[name].as_str().unwrap_or_default().to_owned();
        let texts = |name: &str| {
            let mut texts = BTreeMap::new();
            for (key, value) in v[name].as_object().into_iter().flatten() {
                texts.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
            }
            texts
        };
        Boot {
            rest: text("rest"),
            nonce: text("nonce"),
            nonce_url: text("nonce_url"),
            page: text("page"),
            pages: pages(&v["pages"]),
            configured: v["configured"] == true,
            problem: v["problem"].clone(),
            base: text("base"),
            console_url: text("console_url"),
            locale: text("locale"),
            timezone: text("timezone"),
            login: text("login"),
            waited_ms: v["begun_ms"].as_f64().map_or(0, |begun| browser_ms() - begun as i64),
            now_ms: v["now_ms"].as_f64().unwrap_or(0.0) as i64,
            can_manage_keys: v["can_manage_keys"] == true,
            columns: v["columns"].clone(),
            key_limits: KeyLimits::read(&v["key_limits"]),
            strings: texts("strings"),
            plural_rule: text("plural_rule"),
            answers: v["answers"].clone(),
            ask: v["ask"].clone(),
        }
    }

    /// The address of LiteLLM as callers outside WordPress reach it, without a slash at the end.
    pub fn public_base(&self) -> String {
        let console = self.console_url.trim_end_matches('/');
        let console = console.strip_suffix("/ui").unwrap_or(console);
        let base = if console.is_empty() { &self.base } else { console };
        base.trim_end_matches('/').to_owned()
    }
}

fn pages(list: &Value) -> Vec<PageLink> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut pages = Vec::new();
    for page in list.as_array().into_iter().flatten() {
        pages.push(PageLink {
            name: text(&page["name"]),
            title: text(&page["title"]),
            url: text(&page["url"]),
            first: page["first"].clone(),
        });
    }
    pages
}

thread_local! {
    static BOOT: RefCell<Boot> = RefCell::default();
}

/// Once, before the app is mounted; it does not change while the page lives.
pub fn set_boot(boot: Boot) {
    BOOT.with(|cell| cell.replace(boot));
}

pub fn with_boot<T>(read: impl FnOnce(&Boot) -> T) -> T {
    BOOT.with(|cell| read(&cell.borrow()))
}

#[cfg(test)]
mod tests {
    use model::route::{LogsRoute, Route};
    use serde_json::json;

    use super::*;
    use crate::router::{href, is_closed};

    #[test]
    fn a_page_that_php_does_not_name_is_closed_and_no_link_leads_there() {
        set_boot(Boot::read(
            &json!({ "pages": [{ "name": "overview", "title": "Overview", "url": "?page=litellm-dashboard" }] }),
        ));
        assert!(is_closed(PageName::Logs) && !is_closed(PageName::Overview));
        assert_eq!(href(&Route::Logs(LogsRoute { open: "one".to_owned(), ..LogsRoute::default() })), "");
        assert_eq!(href(&Route::default()), "?page=litellm-dashboard");
    }

    /// As in tests that render without a page.
    #[test]
    fn without_a_list_of_pages_none_is_closed() {
        set_boot(Boot::default());
        assert!(PageName::ALL.into_iter().all(|page| !is_closed(page)));
    }
}
