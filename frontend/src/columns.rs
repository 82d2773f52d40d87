//! Which columns the user has switched on and off, kept for each table with the user's account, as WordPress keeps its own
//! screen options; where that is not possible, in the browser.

use leptos::prelude::*;
use serde_json::{Map, Value, json};

use crate::{api::use_api, boot::with_boot, task::spawn};

/// In the account: an object, the ids of a table's switched columns by the table's id.
const META: &str = "litellm_dashboard_columns";

/// As they were chosen last.
#[derive(Clone, Copy)]
struct Chosen(StoredValue<Map<String, Value>>);

/// Where the app is put together.
pub fn provide_columns() {
    let known = with_boot(|boot| boot.columns.as_object().cloned());
    provide_context(Chosen(StoredValue::new(known.unwrap_or_default())));
}

fn key(table: &str) -> String {
    ["litellm-dashboard-columns-", table].concat()
}

/// What a table begins with, and how that is changed.
pub fn use_columns(table: &'static str) -> (Vec<String>, impl Fn(&[String]) + Copy) {
    let (chosen, api) = (expect_context::<Chosen>().0, StoredValue::new_local(use_api()));
    // What the account would not take is newer than what it has.
    let here = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(&key(table)).ok().flatten());
    let known = || chosen.with_value(|chosen| chosen.get(table).and_then(Value::as_str).map(str::to_owned));
    let kept = here.or_else(known).unwrap_or_default();
    let columns = kept.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    // Where nothing may be kept, the choice lasts as long as the page.
    let save = move |columns: &[String]| {
        let (columns, api) = (columns.join(","), api.get_value());
        chosen.update_value(|chosen| drop(chosen.insert(table.to_owned(), columns.as_str().into())));
        let all = chosen.get_value();
        spawn(async move {
            let is_kept = api.keep_in_account(json!({ META: all })).await;
            let Ok(Some(storage)) = window().local_storage() else { return };
            let _ = if is_kept { storage.remove_item(&key(table)) } else { storage.set_item(&key(table), &columns) };
        });
    };
    (columns, save)
}
