//! Which columns the user has switched on and off, remembered by the browser for each table.

use leptos::prelude::*;

fn key(table: &str) -> String {
    ["litellm-dashboard-columns-", table].concat()
}

pub fn load(table: &str) -> Vec<String> {
    let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(&key(table)).ok().flatten());
    kept.unwrap_or_default().split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// Where nothing may be kept, the choice lasts as long as the page.
pub fn save(table: &str, columns: &[String]) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(&key(table), &columns.join(","));
    }
}
