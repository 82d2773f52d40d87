//! Virtual keys: reading, making, blocking, deleting.

use model::{
    endpoint::Endpoint,
    failure::ApiError,
    wire::{Aliases, BlockedKey, CreatedKey, DeletedKeys, KeyPage, Wire},
};
use serde_json::{Value, json};

use super::{Answer, Api, Asked, Result};
use crate::format::lower;

/// What the table shows: LiteLLM pages and sorts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// From 1.
    pub page: usize,
    pub size: usize,
    /// A column that LiteLLM can sort by.
    pub sort_by: &'static str,
    pub descending: bool,
    pub search: String,
}

/// Asks for a page without a search: a `wire::KeyPage`.
pub fn list(api: &Api, listing: &Listing) -> Asked {
    api.ask(Endpoint::KeysList, list_params(listing))
}

/// The key with exactly this alias, if there is one: a `wire::KeyPage`.
pub fn by_alias(api: &Api, alias: &str) -> Asked {
    api.ask(Endpoint::KeysList, json!({ "alias": alias, "page": 1, "size": 1 }))
}

/// Parts of an alias: newer LiteLLM searches for them itself, older takes whole aliases only, and says so in no way.
/// The list of aliases tells them apart: where it knows more matches than the answer has, the matches are asked for by name.
pub async fn search(api: &Api, listing: &Listing) -> Result<Answer<KeyPage>> {
    let text = listing.search.trim();
    let mut params = list_params(listing);
    params["alias"] = json!(text);
    params["partial"] = json!(true);
    let page = api.ask(Endpoint::KeysList, params);
    let aliases = aliases(api, text);
    let page: Answer<KeyPage> = page.read().await?;
    // Without the list the page stands as it is: the key may lack this one route.
    let Ok(aliases) = aliases.read::<Aliases>().await else { return Ok(page) };
    let wanted = lower(text);
    let mut matches = Vec::new();
    for alias in &aliases.data.aliases {
        if lower(alias).contains(&wanted) {
            matches.push(alias);
        }
    }
    if page.data.total_count >= matches.len() as f64 {
        return Ok(page);
    }
    let mut asked = Vec::new();
    for alias in matches.iter().skip((listing.page - 1) * listing.size).take(listing.size) {
        asked.push(by_alias(api, alias));
    }
    let mut found = KeyPage { total_count: matches.len() as f64, ..KeyPage::default() };
    for one in asked {
        found.keys.extend(one.read::<KeyPage>().await?.data.keys);
    }
    Ok(aliases.with(found))
}

/// The aliases that contain a text; from older LiteLLM all of them: a `wire::Aliases`.
pub fn aliases(api: &Api, text: &str) -> Asked {
    api.ask(Endpoint::KeysAliases, json!({ "search": text, "page": 1, "size": 100 }))
}

fn list_params(listing: &Listing) -> Value {
    let order = if listing.descending { "desc" } else { "asc" };
    json!({ "page": listing.page, "size": listing.size, "sort_by": listing.sort_by, "sort_order": order })
}

/// The plugin's own key, which is marked and protected: a `wire::OwnKey`.
pub fn own(api: &Api) -> Asked {
    api.ask(Endpoint::KeysSelf, json!({}))
}

/// A `wire::Models`.
pub fn models(api: &Api) -> Asked {
    api.ask(Endpoint::ModelsList, json!({}))
}

/// The first hundred teams: a `wire::Teams`.
pub fn teams(api: &Api) -> Asked {
    api.ask(Endpoint::TeamsList, json!({ "page": 1, "page_size": 100 }))
}

pub async fn create(api: &Api, draft: &Value) -> Result<CreatedKey> {
    let answer = api.write(Endpoint::KeysCreate, draft).await?;
    Ok(CreatedKey::read(&answer))
}

/// Blocks or unblocks; in order only when LiteLLM confirms the new state.
pub async fn set_blocked(api: &Api, token: &str, blocked: bool) -> Result<()> {
    let endpoint = if blocked { Endpoint::KeysBlock } else { Endpoint::KeysUnblock };
    let answer = api.write(endpoint, &json!({ "key": token })).await?;
    if BlockedKey::read(&answer).blocked == blocked {
        Ok(())
    } else {
        Err(ApiError::Unreadable { endpoint: endpoint.name() })
    }
}

pub async fn delete(api: &Api, token: &str) -> Result<()> {
    let answer = api.write(Endpoint::KeysDelete, &json!({ "key": token })).await?;
    let deleted = DeletedKeys::read(&answer).deleted_keys;
    if deleted.is_empty() { Err(ApiError::Unreadable { endpoint: Endpoint::KeysDelete.name() }) } else { Ok(()) }
}
