//! What is said of a key's state: by the key itself, and by what is known of whom it belongs to.

use model::{
    key_limits::{Around, Binding, binding, first, sentence},
    key_status::KeyStatus,
    keys_table::directory::Directory,
    wire::Key,
};

use crate::markup::{Markup, html};

pub struct Standing {
    pub status: KeyStatus,
    /// What stops it first, in a sentence. Empty: the status says it all.
    pub why: String,
}

/// The one place that judges a key: the row, the chips and the order by status follow it.
pub fn status_of(key: &Key, directory: &Directory, now_ms: i64) -> KeyStatus {
    KeyStatus::within(key, &bindings(key, directory, now_ms), now_ms)
}

/// The same with the reason, for those that are on screen.
pub fn standing(key: &Key, directory: &Directory, now_ms: i64) -> Standing {
    let bindings = bindings(key, directory, now_ms);
    let status = KeyStatus::within(key, &bindings, now_ms);
    // Of what is wrong with the key itself the status says it all.
    let held_back = status == KeyStatus::HeldBack;
    let why = first(&bindings).filter(|_| held_back).map(sentence).unwrap_or_default();
    Standing { status, why }
}

/// What limits the key, as far as its team, its owner and its organization have come.
fn bindings(key: &Key, directory: &Directory, now_ms: i64) -> Vec<Binding> {
    let around = Around {
        team: directory.team(&key.team_id),
        owner: directory.user(&key.user_id),
        organization: directory.organization(directory.organization_id(key)),
        ..Around::default()
    };
    binding(key, &around, now_ms)
}

impl Standing {
    pub fn chip(&self) -> Markup {
        html! {
            span class={ "gw-chip gw-chip-" (self.status.slug()) } { (self.status.label()) }
            @if !self.why.is_empty() { span .gw-line .gw-minor { (self.why) } }
        }
    }
}
