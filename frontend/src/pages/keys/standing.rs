//! What is said of a key's state: by the key itself, and by what is known of whom it belongs to.

use model::{key_status::KeyStatus, keys_table::directory::Directory, wire::Key};

use crate::markup::{Markup, html};

pub struct Standing {
    pub status: KeyStatus,
    /// What stops it first, in a sentence. Empty: the status says it all.
    pub why: String,
}

/// The one place that judges a key: the row, the chips and the order by status follow it.
pub fn standing(key: &Key, _directory: &Directory, now_ms: i64) -> Standing {
    Standing { status: KeyStatus::of(key, now_ms), why: String::new() }
}

impl Standing {
    pub fn chip(&self) -> Markup {
        html! {
            span class={ "gw-chip gw-chip-" (self.status.slug()) } { (self.status.label()) }
            @if !self.why.is_empty() { span .gw-line .gw-minor { (self.why) } }
        }
    }
}
