//! What PHP hands over with the page: where the route is, who is looking, and in which language.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Deserialize;

/// The JSON of the script tag `#litellm-dashboard-boot`; doc/architecture.md describes the fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Boot {
    /// Ends in `litellm-dashboard/v1/` and may already contain a `?`.
    pub rest: String,
    pub nonce: String,
    /// Gives a fresh nonce to a user who is still signed in.
    pub nonce_url: String,
    pub page: String,
    pub pages: BTreeMap<String, String>,
    pub configured: bool,
    pub base: String,
    pub console_url: String,
    pub version: String,
    /// BCP 47, such as `zh-CN`.
    pub locale: String,
    /// A name such as `Asia/Shanghai`, or an offset such as `+05:30`.
    pub timezone: String,
    pub login: String,
    pub can_manage_keys: bool,
    pub strings: BTreeMap<String, String>,
}

impl Boot {
    /// Reads the page's boot data; defaults where the tag is missing or unreadable.
    pub fn from_page() -> Boot {
        document()
            .get_element_by_id("litellm-dashboard-boot")
            .and_then(|tag| tag.text_content())
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default()
    }

    /// The address of LiteLLM as callers outside WordPress reach it, without a slash at the end.
    pub fn public_base(&self) -> String {
        let console = self.console_url.trim_end_matches('/');
        let console = console.strip_suffix("/ui").unwrap_or(console);
        let base = if console.is_empty() { &self.base } else { console };
        base.trim_end_matches('/').to_owned()
    }
}

#[derive(Clone, Copy)]
struct BootContext(StoredValue<Boot>);

pub fn provide_boot(boot: Boot) {
    provide_context(BootContext(StoredValue::new(boot)));
}

pub fn use_boot() -> Boot {
    use_context::<BootContext>().map(|context| context.0.get_value()).unwrap_or_default()
}
