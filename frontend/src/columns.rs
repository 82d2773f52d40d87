//! Which columns the user has switched on and off, kept for each table with the user's account, as WordPress keeps its own
//! screen options; where that is not possible, in the browser.
//!
//! What is switched is put over what the account has in that moment: another window may have switched something else.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use web_sys::Storage;

use crate::{
    api::{Api, use_api},
    boot::with_boot,
    task::spawn,
};

/// In the account: an object, the ids of a table's switched columns by the table's id.
const META: &str = "litellm_dashboard_columns";

#[derive(Default)]
struct Chosen {
    /// As it was kept last.
    known: Map<String, Value>,
    /// Table and column of what was switched since, and whether it is shown other than it is meant to be.
    switched: Vec<(&'static str, String, bool)>,
    /// They are on their way.
    saving: bool,
}

#[derive(Clone, Copy)]
struct Place(StoredValue<Chosen>);

/// Where the app is put together.
pub fn provide_columns() {
    let known = with_boot(|boot| boot.columns.as_object().cloned()).unwrap_or_default();
    provide_context(Place(StoredValue::new(Chosen { known, ..Chosen::default() })));
}

fn key(table: &str) -> String {
    ["litellm-dashboard-columns-", table].concat()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What the account would not take is newer than what it has.
fn put_kept_here(all: &mut Map<String, Value>, table: &str) {
    if let Some(here) = storage().and_then(|storage| storage.get_item(&key(table)).ok().flatten()) {
        all.insert(table.to_owned(), here.into());
    }
}

fn columns_of(all: &Map<String, Value>, table: &str) -> Vec<String> {
    let kept = all.get(table).and_then(Value::as_str).unwrap_or_default();
    kept.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn switch(all: &mut Map<String, Value>, (table, column, on): &(&'static str, String, bool)) {
    let mut columns = columns_of(all, table);
    columns.retain(|id| id != column);
    if *on {
        columns.push(column.clone());
    }
    all.insert((*table).to_owned(), columns.join(",").into());
}

/// What a table begins with, and how one of its columns is switched.
pub fn use_columns(table: &'static str) -> (Vec<String>, impl Fn(&str, bool) + Copy) {
    let (place, api) = (expect_context::<Place>().0, StoredValue::new_local(use_api()));
    let columns = place.with_value(|chosen| {
        let mut all = chosen.known.clone();
        put_kept_here(&mut all, table);
        for switched in &chosen.switched {
            switch(&mut all, switched);
        }
        columns_of(&all, table)
    });
    let save = move |column: &str, on: bool| {
        let mut begins = false;
        place.update_value(|chosen| {
            chosen.switched.push((table, column.to_owned(), on));
            begins = !std::mem::replace(&mut chosen.saving, true);
        });
        if begins {
            let api = api.get_value();
            spawn(async move { keep(place, &api).await });
        }
    };
    (columns, save)
}

/// One after the other, until nothing is left.
async fn keep(place: StoredValue<Chosen>, api: &Api) {
    loop {
        let (known, switched) = place.with_value(|chosen| (chosen.known.clone(), chosen.switched.clone()));
        if switched.is_empty() {
            return place.update_value(|chosen| chosen.saving = false);
        }
        let account = api.account(json!({})).await;
        let is_there = account.is_some();
        let mut all = account.map_or(known, |meta| meta[META].as_object().cloned().unwrap_or_default());
        for (table, ..) in &switched {
            put_kept_here(&mut all, table);
        }
        for switched in &switched {
            switch(&mut all, switched);
        }
        let is_kept = is_there && api.account(json!({ META: all })).await.is_some();
        // Where nothing may be kept, the choice lasts as long as the page.
        for (table, ..) in &switched {
            let Some(storage) = storage() else { break };
            let columns = columns_of(&all, table).join(",");
            let _ = if is_kept { storage.remove_item(&key(table)) } else { storage.set_item(&key(table), &columns) };
        }
        place.update_value(|chosen| {
            chosen.known = all;
            chosen.switched.drain(..switched.len());
        });
    }
}
