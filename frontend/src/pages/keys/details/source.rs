//! What the drawer asks for. Each part stands by itself: it comes, fails and is tried again without the others.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_days::{self, KeyDays},
    key_limits::{Around, Binding, binding, member_of},
    route::PageName,
    wire::{Activity, Key, KeyInfo, LogPage, Models, Organization, Organizations, TeamInfo, User, Users, Wire},
};
use serde_json::Value;

use super::Opened;
use crate::{
    api::{self, Api, Read},
    effect::watch,
    query::{Query, QueryState, idle_query, use_query, waiting_query},
    router::is_closed,
    task::now_ms,
};

/// Calls that are shown.
pub const CALLS: usize = 10;

/// Queries of one type, which costs its bytes once: what an answer says is read where it is shown.
type Answer = Query<Value>;

/// All that is asked for about one key.
#[derive(Clone, Copy)]
pub struct Parts {
    pub opened: Opened,
    token: StoredValue<String>,
    pub info: Answer,
    pub team: Answer,
    pub owner: Answer,
    pub organization: Answer,
    pub days: Answer,
    pub calls: Answer,
    /// Of the gateway: without them it is not known whether two lists have anything in common.
    models: Answer,
}

/// What the key belongs to, by id; empty: to none.
#[derive(Debug, Clone, Default, PartialEq)]
struct Belongs {
    team: String,
    owner: String,
    organization: String,
}

fn asked(
    read: impl Fn(&Api) -> Read<Value> + 'static,
) -> impl Fn(Api) -> futures::future::LocalBoxFuture<'static, api::Result<api::Response<Value>>> {
    move |api| Box::pin(read(&api).checked())
}

impl Parts {
    pub fn ask(opened: Opened) -> Parts {
        let token = StoredValue::new(opened.hash.get_untracked());
        let belongs = StoredValue::new(Belongs::default());
        let parts = Parts {
            opened,
            token,
            info: use_query(asked(move |api| api::keys::info(api, &token.get_value()).untyped())),
            team: idle_query(asked(move |api| {
                api::teams::info(api, &belongs.with_value(|of| of.team.clone())).untyped()
            })),
            owner: idle_query(asked(move |api| {
                let id = belongs.with_value(|of| of.owner.clone());
                // One alone is taken for a part of an id.
                api::users::by_ids(api, &[&id, &id]).untyped()
            })),
            organization: idle_query(asked(|api| api::teams::organizations(api).untyped())),
            days: use_query(asked(move |api| {
                let dates = key_days::dates(now_ms());
                api::keys::activity(api, &token.get_value(), &dates[0], &dates[dates.len() - 1]).untyped()
            })),
            calls: waiting_query(asked(move |api| {
                let now = now_ms();
                let since = now - key_days::DAYS as i64 * model::clock::DAY_MS;
                api::logs::of_key(api, &token.get_value(), since, now, CALLS).untyped()
            })),
            models: use_query(asked(|api| api::keys::models(api).untyped())),
        };
        if !is_closed(PageName::Logs) {
            parts.calls.refetch();
        }
        // What it belongs to is asked for as soon as that is known, and again when it is another one.
        watch(move || {
            let now = parts.belongs();
            let before = belongs.with_value(Belongs::clone);
            belongs.set_value(now.clone());
            for (query, now, before) in [
                (parts.team, now.team, before.team),
                (parts.owner, now.owner, before.owner),
                (parts.organization, now.organization, before.organization),
            ] {
                if now != before && !now.is_empty() {
                    query.turn();
                }
            }
        });
        // What was done to the key changes the list first.
        let mut before = None;
        watch(move || {
            let now = opened.listed(&token.get_value()).map(|key| (key.blocked, key.updated_at));
            if before.is_some() && now.is_some() && now != before {
                parts.info.refetch();
            }
            if now.is_some() {
                before = now;
            }
        });
        // A key that is not in the list has its name from here.
        watch(move || {
            let name = parts.key().map(|key| super::name_of(&key)).unwrap_or_default();
            if opened.name.with_untracked(|known| *known != name) {
                opened.name.update(|known| *known = name);
            }
        });
        parts
    }

    pub fn info(self) -> Option<KeyInfo> {
        self.info.with(|state| state.data.as_ref().map(KeyInfo::read))
    }

    /// The key as it was read just now, else as the list has it.
    pub fn key(self) -> Option<Key> {
        let token = self.token.get_value();
        self.info().map(|info| info.key()).or_else(|| self.opened.listed(&token))
    }

    pub fn team(self) -> Option<TeamInfo> {
        self.team.with(|state| state.data.as_ref().map(TeamInfo::read))
    }

    pub fn owner(self) -> Option<User> {
        let id = self.key()?.user_id;
        self.owner.with(|state| api::users::find(&Users::read(state.data.as_ref()?), &id).cloned())
    }

    pub fn organization(self) -> Option<Organization> {
        let id = self.belongs().organization;
        let find = |all: Organizations| all.organizations.into_iter().find(|known| known.organization_id == id);
        self.organization.with(|state| find(Organizations::read(state.data.as_ref()?)))
    }

    pub fn days(self) -> Option<KeyDays> {
        self.days.with(|state| Some(KeyDays::of(&Activity::read(state.data.as_ref()?), key_days::dates(now_ms()))))
    }

    pub fn calls(self) -> Option<LogPage> {
        self.calls.with(|state| state.data.as_ref().map(LogPage::read))
    }

    /// Everything that limits the key, as far as it was read.
    pub fn bindings(self) -> Vec<Binding> {
        let Some(key) = self.key() else { return Vec::new() };
        let (info, team, owner, organization) = (self.info(), self.team(), self.owner(), self.organization());
        let all = self.models.with(|state| state.data.as_ref().map(Models::read)).unwrap_or_default();
        let mut models = Vec::new();
        for model in all.data {
            models.push(model.model_group);
        }
        let around = Around {
            team: team.as_ref().map(|team| &team.team),
            team_is_gone: self.team_is_gone(),
            owner: owner.as_ref(),
            member: team.as_ref().and_then(|team| member_of(&key, &team.memberships)),
            member_budget: team.as_ref().and_then(|team| team.rules.member_budget.as_ref()),
            organization: organization.as_ref(),
            more: info.as_ref().map(|info| &info.more),
            models: &models,
            ..Around::default()
        };
        binding(&key, &around, now_ms())
    }

    pub fn team_is_gone(self) -> bool {
        self.team.with(is_gone)
    }

    fn belongs(self) -> Belongs {
        let Some(key) = self.key() else { return Belongs::default() };
        let of_team = || self.team().map(|team| team.team.organization_id).unwrap_or_default();
        let organization = if key.org_id.is_empty() { of_team() } else { key.org_id };
        Belongs { team: key.team_id, owner: key.user_id, organization }
    }

    /// What of that the key belongs to is not known yet, or could not be read.
    pub fn missing(self) -> Vec<(Of, Answer)> {
        let belongs = self.belongs();
        let mut missing = Vec::new();
        for (of, id, query) in [
            (Of::Team, belongs.team, self.team),
            (Of::Owner, belongs.owner, self.owner),
            (Of::Organization, belongs.organization, self.organization),
        ] {
            if !id.is_empty() && query.with(|state| state.data.is_none() && !is_gone(state)) {
                missing.push((of, query));
            }
        }
        missing
    }
}

/// A part of what the key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Team,
    Owner,
    Organization,
}

/// LiteLLM answered, and knows no such thing.
pub fn is_gone(state: &QueryState<Value>) -> bool {
    match &state.error {
        Some(ApiError::NotFound(_)) => true,
        Some(ApiError::Gateway(failure)) => failure.status == 404 && failure.code == "gateway_refused",
        _ => false,
    }
}
