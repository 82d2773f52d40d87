//! Virtual keys: reading, making, blocking, deleting.

use model::{
    endpoint::Endpoint,
    wire::{Aliases, BlockedKey, CreatedKey, DeletedKeys, KeyPage, Models, OwnKey, Teams},
};
use serde_json::{Value, json};

use super::{Answer, Api, Result, params};

/// What the table shows: LiteLLM pages and sorts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// From 1.
    pub page: usize,
    pub size: usize,
    /// A column that LiteLLM can sort by; empty: its own order.
    pub sort_by: String,
    pub descending: bool,
    pub search: String,
}

pub async fn list(api: &Api, listing: &Listing) -> Result<Answer<KeyPage>> {
    let search = listing.search.trim();
    let page = api.read(Endpoint::KeysList, list_params(listing, search)).await?;
    if search.is_empty() {
        return Ok(page);
    }
    by_part_of_alias(api, listing, search, page).await
}

/// The key with exactly this alias, if there is one.
pub async fn by_alias(api: &Api, alias: &str) -> Result<Answer<KeyPage>> {
    api.read(Endpoint::KeysList, json!({ "alias": alias, "page": 1, "size": 1 })).await
}

/// Parts of an alias: newer LiteLLM searches for them itself, older takes whole aliases only, and says so in no way.
/// The list of aliases tells them apart: where it knows more matches than the answer has, the matches are asked for by name.
async fn by_part_of_alias(api: &Api, listing: &Listing, search: &str, page: Answer<KeyPage>) -> Result<Answer<KeyPage>> {
    let aliases: Answer<Aliases> = api.read(Endpoint::KeysAliases, json!({ "search": search, "page": 1, "size": 100 })).await?;
    let wanted = search.to_lowercase();
    let matches: Vec<&String> = aliases.data.aliases.iter().filter(|alias| alias.to_lowercase().contains(&wanted)).collect();
    if page.data.total_count >= matches.len() as f64 {
        return Ok(page);
    }
    let first = (listing.page - 1) * listing.size;
    let questions = matches.iter().skip(first).take(listing.size).map(|alias| by_alias(api, alias));
    let mut found = KeyPage { total_count: matches.len() as f64, ..KeyPage::default() };
    for answer in futures::future::join_all(questions).await {
        found.keys.extend(answer?.data.keys);
    }
    Ok(aliases.map(|_| found))
}

fn list_params(listing: &Listing, search: &str) -> Value {
    let mut given = params(&[
        ("page", listing.page.into()),
        ("size", listing.size.into()),
        ("sort_by", listing.sort_by.as_str().into()),
        ("alias", search.into()),
    ]);
    if !listing.sort_by.is_empty() {
        given["sort_order"] = json!(if listing.descending { "desc" } else { "asc" });
    }
    if !search.is_empty() {
        given["partial"] = json!(true);
    }
    given
}

/// The plugin's own key, which is marked and protected.
pub async fn own(api: &Api) -> Result<Answer<OwnKey>> {
    api.read(Endpoint::KeysSelf, json!({})).await
}

pub async fn models(api: &Api) -> Result<Answer<Models>> {
    api.read(Endpoint::ModelsList, json!({})).await
}

/// The first hundred teams.
pub async fn teams(api: &Api) -> Result<Answer<Teams>> {
    api.read(Endpoint::TeamsList, json!({ "page": 1, "page_size": 100 })).await
}

pub async fn create(api: &Api, draft: &Value) -> Result<CreatedKey> {
    api.write(Endpoint::KeysCreate, draft).await
}

pub async fn block(api: &Api, token: &str) -> Result<BlockedKey> {
    api.write(Endpoint::KeysBlock, &json!({ "key": token })).await
}

pub async fn unblock(api: &Api, token: &str) -> Result<BlockedKey> {
    api.write(Endpoint::KeysUnblock, &json!({ "key": token })).await
}

pub async fn delete(api: &Api, token: &str) -> Result<DeletedKeys> {
    api.write(Endpoint::KeysDelete, &json!({ "key": token })).await
}
