//! Users of the gateway: who owns keys.

use model::{
    endpoint::Endpoint,
    failure::ApiError,
    wire::{ChangedUser, DeletedUsers, User, Users, Wire},
};
use serde_json::{Value, json};

use super::{Api, Read, Result};

/// A page of all users, by id, as that is the only order without ties: in another, one could be on two pages or on none.
pub fn page(api: &Api, page: usize) -> Read<Users> {
    let params = json!({ "page": page, "page_size": 100, "sort_by": "user_id", "sort_order": "asc" });
    api.read(Endpoint::UsersList, params)
}

/// The newest hundred: one that was just made is among them.
pub fn newest(api: &Api) -> Read<Users> {
    let params = json!({ "page": 1, "page_size": 100, "sort_by": "created_at", "sort_order": "desc" });
    api.read(Endpoint::UsersList, params)
}

/// Users whose e-mail contains a text, the first 100.
pub fn by_email(api: &Api, text: &str) -> Read<Users> {
    api.read(Endpoint::UsersList, json!({ "email": text, "page": 1, "page_size": 100 }))
}

/// Users by their ids, at most 100. LiteLLM parts ids by commas and takes one alone for a part of an id, so that others
/// may be among the answer: see [`find`].
pub fn by_ids(api: &Api, ids: &[&str]) -> Read<Users> {
    api.read(Endpoint::UsersList, json!({ "ids": ids.join(","), "page": 1, "page_size": 100 }))
}

/// The user with exactly this id.
pub fn find<'a>(users: &'a Users, id: &str) -> Option<&'a User> {
    users.users.iter().find(|user| user.user_id == id)
}

/// Makes a user: `email`, `alias`, `user` (the id; LiteLLM makes one without), `role`, `models`, `max_budget`,
/// `budget_duration`, `rpm_limit`, `tpm_limit`. Without a key. Gives the id, and what LiteLLM says of it.
pub async fn create(api: &Api, draft: &Value) -> Result<(String, Value)> {
    let answer = api.write(Endpoint::UsersCreate, draft).await?;
    Ok((confirmed(ChangedUser::read(&answer).user_id, Endpoint::UsersCreate)?, answer))
}

/// Changes a user; null takes a limit away. Gives what LiteLLM made of it.
pub async fn update(api: &Api, id: &str, changes: &Value) -> Result<User> {
    let mut params = changes.clone();
    params["user"] = json!(id);
    let user = ChangedUser::read(&api.write(Endpoint::UsersUpdate, &params).await?);
    user.data.ok_or(ApiError::Unreadable { endpoint: Endpoint::UsersUpdate.name() })
}

/// LiteLLM deletes the user's keys with it.
pub async fn delete(api: &Api, id: &str) -> Result<()> {
    let answer = DeletedUsers::read(&api.write(Endpoint::UsersDelete, &json!({ "user": id })).await?);
    if answer.deleted >= 1.0 { Ok(()) } else { Err(ApiError::Unreadable { endpoint: Endpoint::UsersDelete.name() }) }
}

fn confirmed(id: String, endpoint: Endpoint) -> Result<String> {
    if id.is_empty() { Err(ApiError::Unreadable { endpoint: endpoint.name() }) } else { Ok(id) }
}
