//! The state of a key in one word.

use leptos::prelude::*;
use model::key_status::KeyStatus;

use crate::i18n::t;

#[component]
pub fn KeyChip(status: KeyStatus) -> impl IntoView {
    view! { <span class=format!("gw-chip gw-chip-{}", status.slug())>{t(status.label())}</span> }
}
