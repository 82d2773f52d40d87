//! What can be chosen in the form for a key: models, teams, users and organizations, read page by page while one fills it in.

use std::rc::Rc;

use model::{
    failure::ApiError,
    language::{t, tn},
    msg,
    people::Kind,
    plural,
    wire::{Model, Organization, Organizations, Team, User},
};

use crate::{
    api::{Api, Read, keys, teams, users},
    components::{Entry, Offer},
    format,
    store::Store,
    task::Task,
};

/// So many pages of a hundred are read; what is beyond is searched for.
const PAGES_MOST: usize = 50;

/// A list as far as it has come.
pub struct Known<T> {
    pub items: Vec<T>,
    entries: Rc<[Entry]>,
    more: More,
    pub search: Search,
}

/// What was typed is searched for in the whole gateway.
#[derive(Debug, Default)]
pub enum Search {
    #[default]
    None,
    Awaited,
    Failed(ApiError),
}

impl Search {
    pub fn of<T>(outcome: &Result<T, ApiError>) -> Search {
        outcome.as_ref().err().map_or(Search::None, |error| Search::Failed(error.clone()))
    }

    /// Empty: there is nothing to say.
    pub fn note(&self) -> String {
        match self {
            Search::None => String::new(),
            Search::Awaited => t(msg!("Waiting for the gateway…")),
            Search::Failed(error) => t(error.title()),
        }
    }
}

enum More {
    Awaited,
    None,
    /// The gateway has this many.
    Beyond(f64),
    Failed(ApiError),
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Known { items: Vec::new(), entries: Rc::default(), more: More::Awaited, search: Search::None }
    }
}

impl<T> Known<T> {
    pub fn offer(&self) -> Offer {
        let note = match &self.more {
            _ if !matches!(self.search, Search::None) => self.search.note(),
            More::Awaited => t(msg!("The list is still being read…")),
            More::None => String::new(),
            More::Beyond(total) => tn(
                plural!(
                    "The gateway has {count}: type a part of the name or the ID of those that are missing here.",
                    "The gateway has {count}: type a part of the name or the ID of those that are missing here."
                ),
                *total as u64,
                &format::count(*total),
            ),
            More::Failed(error) => t(error.title()),
        };
        let is_awaited = match &self.search {
            Search::None => matches!(self.more, More::Awaited),
            search => matches!(search, Search::Awaited),
        };
        Offer { entries: self.entries.clone(), note, is_awaited }
    }

    /// Whether there is somebody who is not listed.
    fn is_partial(&self) -> bool {
        !matches!(self.more, More::None)
    }
}

#[derive(Default)]
pub struct Choices {
    /// What the form is for; none: a key.
    pub of: Option<Kind>,
    /// None: it is awaited.
    pub models: Option<Result<Vec<Model>, ApiError>>,
    /// What of their names the models on the list contain.
    pub filter: String,
    pub teams: Known<Team>,
    pub users: Known<User>,
    /// Newer LiteLLM has none without a licence.
    pub organizations: Known<Organization>,
}

impl Choices {
    pub fn known_models(&self) -> &[Model] {
        self.models.as_ref().and_then(|models| models.as_ref().ok()).map_or(&[], Vec::as_slice)
    }

    /// The name of a team, else its id.
    pub fn team_name(&self, id: &str) -> String {
        let team = self.teams.items.iter().find(|team| team.team_id == id);
        team.map(|team| team.team_alias.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_owned())
    }

    /// The name of an organization, else its id.
    pub fn organization_name(&self, id: &str) -> String {
        let known = self.organizations.items.iter().find(|known| known.organization_id == id);
        let name = known.map(|known| known.organization_alias.clone()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| id.to_owned())
    }

    /// One that was just made.
    pub fn add_team(&mut self, team: Team) {
        let more = std::mem::replace(&mut self.teams.more, More::None);
        add_teams(&mut self.teams, vec![team], more);
    }

    pub fn add_user(&mut self, user: User) {
        add_users(&mut self.users, vec![user], None);
    }

    /// The name of a user, else the e-mail, else the id.
    pub fn user_name(&self, id: &str) -> String {
        self.users.items.iter().find(|user| user.user_id == id).map_or(id, name_of).to_owned()
    }
}

fn name_of(user: &User) -> &str {
    [&user.user_alias, &user.user_email].into_iter().find(|name| !name.is_empty()).unwrap_or(&user.user_id)
}

/// Asks for the models, and for the organizations where one can be chosen.
pub fn load_models(api: &Api, choices: Store<Choices>, organizations: bool, loading: &Task) {
    let models = keys::models(api);
    let organizations = organizations.then(|| teams::organizations(api));
    choices.update(|choices| choices.models = None);
    loading.run(async move {
        let models = models.response().await.map(|response| response.data.data);
        choices.update(|choices| choices.models = Some(models));
        if let Some(read) = organizations {
            take_organizations(choices, read).await;
        }
    });
}

async fn take_organizations(choices: Store<Choices>, read: Read<Organizations>) {
    if let Ok(response) = read.response().await {
        choices.update(|choices| {
            let known = &mut choices.organizations;
            known.items = response.data.organizations;
            let entry = |one: &Organization| {
                let name =
                    if one.organization_alias.is_empty() { &one.organization_id } else { &one.organization_alias };
                Entry::new(&one.organization_id, name, "")
            };
            known.entries = known.items.iter().map(entry).collect::<Vec<Entry>>().into();
            known.more = More::None;
        });
    }
}

/// Asks for the models and for the first of the teams and users at once, then for the others, one page after the other.
pub fn load(api: &Api, choices: Store<Choices>, organizations: bool, loading: &Task) {
    let api = api.clone();
    let (models, first_teams, first_users) = (keys::models(&api), teams::page(&api, 1), users::page(&api, 1));
    let organizations = organizations.then(|| teams::organizations(&api));
    choices.update(|choices| choices.models = None);
    loading.run(async move {
        let models = models.response().await.map(|response| response.data.data);
        choices.update(|choices| choices.models = Some(models));
        if let Some(read) = organizations {
            take_organizations(choices, read).await;
        }
        let mut next = Some(first_teams);
        let mut page = 1;
        while let Some(read) = next.take() {
            let outcome = read.response().await.map(|response| response.data);
            let pages = outcome.as_ref().map_or(0, |teams| teams.total_pages as usize);
            choices.update(|choices| match outcome {
                Ok(answer) => add_teams(&mut choices.teams, answer.teams, more(page, pages, answer.total)),
                Err(error) => choices.teams.more = More::Failed(error),
            });
            if page < pages.min(PAGES_MOST) {
                page += 1;
                next = Some(teams::page(&api, page));
            }
        }
        let mut next = Some(first_users);
        let mut page = 1;
        while let Some(read) = next.take() {
            let outcome = read.response().await.map(|response| response.data);
            let pages = outcome.as_ref().map_or(0, |users| users.total_pages as usize);
            choices.update(|choices| match outcome {
                Ok(answer) => add_users(&mut choices.users, answer.users, Some(more(page, pages, answer.total))),
                Err(error) => choices.users.more = More::Failed(error),
            });
            if page < pages.min(PAGES_MOST) {
                page += 1;
                next = Some(users::page(&api, page));
            }
        }
    });
}

/// Users whose e-mail or id has this.
pub async fn found_users(api: &Api, typed: &str) -> Result<Vec<User>, ApiError> {
    let (by_email, by_id) = (users::by_email(api, typed), users::by_ids(api, &[typed]));
    let mut found = by_email.response().await?.data.users;
    found.extend(by_id.response().await?.data.users);
    Ok(found)
}

/// Asks for the users whose e-mail or id has this, where not all are known.
pub fn find_users(api: &Api, choices: Store<Choices>, typed: &str, finding: &Task) {
    let typed = typed.trim().to_owned();
    if typed.chars().count() < 3 || !choices.with_untracked(|choices| choices.users.is_partial()) {
        return;
    }
    let api = api.clone();
    choices.update(|choices| choices.users.search = Search::Awaited);
    finding.run(async move {
        let found = found_users(&api, &typed).await;
        choices.update(|choices| {
            choices.users.search = Search::of(&found);
            add_users(&mut choices.users, found.unwrap_or_default(), None);
        });
    });
}

/// Asks for the teams whose name has this, and for the one with this id, where not all are known.
pub fn find_teams(api: &Api, choices: Store<Choices>, typed: &str, finding: &Task) {
    let typed = typed.trim();
    if typed.chars().count() < 3 || !choices.with_untracked(|choices| choices.teams.is_partial()) {
        return;
    }
    let (by_name, by_id) = (teams::by_name(api, typed), teams::by_id(api, typed));
    choices.update(|choices| choices.teams.search = Search::Awaited);
    finding.run(async move {
        let found = async {
            let mut found = by_name.response().await?.data.teams;
            found.extend(by_id.response().await?.data.teams);
            Ok(found)
        };
        let found = found.await;
        choices.update(|choices| {
            choices.teams.search = Search::of(&found);
            let more = std::mem::replace(&mut choices.teams.more, More::None);
            add_teams(&mut choices.teams, found.unwrap_or_default(), more);
        });
    });
}

/// Asks who a user is, where that is not known.
pub fn find_owner(api: &Api, choices: Store<Choices>, id: &str, finding: &Task) {
    if id.is_empty() {
        return;
    }
    let read = users::by_ids(api, &[id]);
    finding.run(async move {
        if let Ok(response) = read.response().await {
            choices.update(|choices| add_users(&mut choices.users, response.data.users, None));
        }
    });
}

fn more(page: usize, pages: usize, total: f64) -> More {
    if page >= pages {
        More::None
    } else if page < PAGES_MOST {
        More::Awaited
    } else {
        More::Beyond(total)
    }
}

fn add_teams(known: &mut Known<Team>, teams: Vec<Team>, more: More) {
    for team in teams {
        if known.items.iter().all(|one| one.team_id != team.team_id) {
            known.items.push(team);
        }
    }
    known.more = more;
    let mut entries = Vec::new();
    for team in &known.items {
        let name = if team.team_alias.is_empty() { &team.team_id } else { &team.team_alias };
        let detail = if team.blocked { t(msg!("Blocked")) } else { String::new() };
        entries.push(Entry::new(&team.team_id, name, &detail));
    }
    known.entries = entries.into();
}

fn add_users(known: &mut Known<User>, users: Vec<User>, more: Option<More>) {
    for user in users {
        if known.items.iter().all(|one| one.user_id != user.user_id) {
            known.items.push(user);
        }
    }
    if let Some(more) = more {
        known.more = more;
    }
    let mut entries = Vec::new();
    for user in &known.items {
        let name = name_of(user);
        let detail = if name == user.user_email { &user.user_id } else { &user.user_email };
        entries.push(Entry::new(&user.user_id, name, detail));
    }
    known.entries = entries.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, alias: &str, email: &str) -> User {
        User { user_id: id.into(), user_alias: alias.into(), user_email: email.into(), ..User::default() }
    }

    #[test]
    fn people_are_called_by_what_is_known_of_them() {
        let mut choices = Choices::default();
        let people = vec![user("1", "Ada", "ada@x.org"), user("2", "", "bo@x.org"), user("3", "", "")];
        add_users(&mut choices.users, people.clone(), Some(More::None));
        add_users(&mut choices.users, people, None);
        assert_eq!(choices.users.items.len(), 3, "nobody twice");
        for (id, name) in [("1", "Ada"), ("2", "bo@x.org"), ("3", "3"), ("gone", "gone")] {
            assert_eq!(choices.user_name(id), name);
        }
        assert_eq!(choices.users.offer().entries.len(), 3);
        assert!(!choices.users.is_partial());
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut known = Known::<Team>::default();
        assert!(!known.offer().note.is_empty() && known.offer().is_awaited);
        add_teams(&mut known, vec![Team { team_id: "t".into(), ..Team::default() }], more(1, 1, 1.0));
        let offer = known.offer();
        assert_eq!((offer.note.as_str(), offer.entries.len(), offer.is_awaited), ("", 1, false));
        known.more = more(50, 60, 6_000.0);
        assert!(known.offer().note.contains("6000") && !known.offer().is_awaited, "{}", known.offer().note);
        known.search = Search::Awaited;
        assert!(known.offer().is_awaited, "whoever is searched for may be there");
    }
}
