//! Teams, and the organizations that keys and teams may share.

use model::{
    endpoint::Endpoint,
    failure::ApiError,
    wire::{ChangedTeam, DeletedTeams, Organizations, Team, TeamInfo, Teams, Wire},
};
use serde_json::{Value, json};

use super::{Api, Read, Result};

/// A page of all teams, by id, as that is the only order without ties: in another, one could be on two pages or on none.
pub fn page(api: &Api, page: usize) -> Read<Teams> {
    let params = json!({ "page": page, "page_size": 100, "sort_by": "team_id", "sort_order": "asc" });
    api.read(Endpoint::TeamsList, params)
}

/// The newest hundred: one that was just made is among them.
pub fn newest(api: &Api) -> Read<Teams> {
    let params = json!({ "page": 1, "page_size": 100, "sort_by": "created_at", "sort_order": "desc" });
    api.read(Endpoint::TeamsList, params)
}

/// One team in full. Never from the cache.
pub fn info(api: &Api, id: &str) -> Read<TeamInfo> {
    api.read(Endpoint::TeamsInfo, json!({ "team": id }))
}

/// The team with this id, if there is one.
pub fn by_id(api: &Api, id: &str) -> Read<Teams> {
    api.read(Endpoint::TeamsList, json!({ "team": id, "page": 1, "page_size": 1 }))
}

/// Teams whose name contains a text, the first 100.
pub fn by_name(api: &Api, text: &str) -> Read<Teams> {
    api.read(Endpoint::TeamsList, json!({ "alias": text, "page": 1, "page_size": 100 }))
}

/// Newer LiteLLM refuses this without a licence (`gateway_unauthorized`, reason `enterprise`): then there are none.
pub fn organizations(api: &Api) -> Read<Organizations> {
    api.read(Endpoint::OrganizationsList, json!({}))
}

/// Makes a team: `alias`, `models`, `max_budget`, `budget_duration`, `rpm_limit`, `tpm_limit`, `organization`. Gives the id,
/// and what LiteLLM says of it.
pub async fn create(api: &Api, draft: &Value) -> Result<(String, Value)> {
    let answer = api.write(Endpoint::TeamsCreate, draft).await?;
    let team = ChangedTeam::read(&answer);
    if team.team_id.is_empty() { Err(unreadable(Endpoint::TeamsCreate)) } else { Ok((team.team_id, answer)) }
}

/// Changes a team; null takes a limit away. Gives what LiteLLM made of it.
pub async fn update(api: &Api, id: &str, changes: &Value) -> Result<Team> {
    let mut params = changes.clone();
    params["team"] = json!(id);
    let team = ChangedTeam::read(&api.write(Endpoint::TeamsUpdate, &params).await?);
    team.data.ok_or(unreadable(Endpoint::TeamsUpdate))
}

/// LiteLLM deletes the team's keys with it.
pub async fn delete(api: &Api, id: &str) -> Result<()> {
    let answer = DeletedTeams::read(&api.write(Endpoint::TeamsDelete, &json!({ "team": id })).await?);
    if answer.deleted_teams.is_empty() { Err(unreadable(Endpoint::TeamsDelete)) } else { Ok(()) }
}

/// Blocks or unblocks; in order only when LiteLLM confirms the new state.
pub async fn set_blocked(api: &Api, id: &str, blocked: bool) -> Result<()> {
    let endpoint = if blocked { Endpoint::TeamsBlock } else { Endpoint::TeamsUnblock };
    let team = ChangedTeam::read(&api.write(endpoint, &json!({ "team": id })).await?);
    if team.blocked == blocked { Ok(()) } else { Err(unreadable(endpoint)) }
}

/// Makes a user a member, or takes it out; then LiteLLM deletes the keys that the user has in this team. In order only when
/// LiteLLM confirms it.
pub async fn set_member(api: &Api, id: &str, user: &str, member: bool) -> Result<()> {
    let endpoint = if member { Endpoint::TeamsAddMember } else { Endpoint::TeamsRemoveMember };
    let team = ChangedTeam::read(&api.write(endpoint, &json!({ "team": id, "user": user })).await?);
    let is_member = team.members.iter().any(|known| known.user_id == user);
    if is_member == member { Ok(()) } else { Err(unreadable(endpoint)) }
}

fn unreadable(endpoint: Endpoint) -> ApiError {
    ApiError::Unreadable { endpoint: endpoint.name() }
}
