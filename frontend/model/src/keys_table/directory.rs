//! The names of whom keys belong to, and which key is the plugin's own. Without them keys are listed all the same.

use crate::{
    order,
    wire::{Key, Organization, OwnKey, Person, Team, User},
};

#[derive(Debug, Clone, Default)]
pub struct Directory {
    pub own: OwnKey,
    // Each in the order of its ids.
    teams: Vec<Team>,
    organizations: Vec<Organization>,
    people: Vec<User>,
}

/// In the order of their ids.
fn in_order<T>(things: Vec<T>, id: fn(&T) -> &str) -> Vec<T> {
    let order = order::sorted(things.len(), &|a, b| id(&things[a as usize]).cmp(id(&things[b as usize])));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| things[at as usize].take()).collect()
}

impl Directory {
    pub fn set_teams(&mut self, teams: Vec<Team>) {
        self.teams = in_order(teams, |team| &team.team_id);
    }

    pub fn set_organizations(&mut self, organizations: Vec<Organization>) {
        self.organizations = in_order(organizations, |organization| &organization.organization_id);
    }

    pub fn add_people(&mut self, people: Vec<User>) {
        let mut all = std::mem::take(&mut self.people);
        all.extend(people);
        self.people = in_order(all, |user| &user.user_id);
    }

    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    pub fn is_own(&self, key: &Key) -> bool {
        !key.token.is_empty() && self.own.key == key.token
    }

    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.binary_search_by(|team| team.team_id.as_str().cmp(id)).ok().map(|at| &self.teams[at])
    }

    pub fn user(&self, id: &str) -> Option<&User> {
        self.people.binary_search_by(|user| user.user_id.as_str().cmp(id)).ok().map(|at| &self.people[at])
    }

    pub fn organization(&self, id: &str) -> Option<&Organization> {
        let found = self.organizations.binary_search_by(|one| one.organization_id.as_str().cmp(id));
        found.ok().map(|at| &self.organizations[at])
    }

    /// The team's name, else its id, else nothing.
    pub fn team_name(&self, key: &Key) -> String {
        if !key.team_alias.is_empty() {
            return key.team_alias.clone();
        }
        self.team_called(&key.team_id)
    }

    pub fn team_called(&self, id: &str) -> String {
        match self.team(id) {
            Some(team) if !team.team_alias.is_empty() => team.team_alias.clone(),
            _ => id.to_owned(),
        }
    }

    /// The organization of a key, which may also be that of its team.
    pub fn organization_id<'a>(&'a self, key: &'a Key) -> &'a str {
        match self.team(&key.team_id) {
            Some(team) if key.org_id.is_empty() => &team.organization_id,
            _ => &key.org_id,
        }
    }

    /// Its name, else its id, else nothing.
    pub fn organization_called(&self, id: &str) -> String {
        match self.organization(id) {
            Some(one) if !one.organization_alias.is_empty() => one.organization_alias.clone(),
            _ => id.to_owned(),
        }
    }

    /// The owner's name and e-mail, as far as they are known: newer LiteLLM tells them with the key.
    pub fn person(&self, key: &Key) -> Person {
        match (&key.user, self.user(&key.user_id)) {
            (Some(person), _) => person.clone(),
            (None, Some(user)) => Person { user_email: user.user_email.clone(), user_alias: user.user_alias.clone() },
            (None, None) => Person::default(),
        }
    }

    /// What the owner is called: by name, else by e-mail, else by id, else nothing.
    pub fn owner_name(&self, key: &Key) -> String {
        let Person { user_email, user_alias } = self.person(key);
        [user_alias, user_email, key.user_id.clone()].into_iter().find(|name| !name.is_empty()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(id: &str, alias: &str, organization: &str) -> Team {
        Team { team_id: id.into(), team_alias: alias.into(), organization_id: organization.into(), ..Team::default() }
    }

    #[test]
    fn names_are_found_whatever_the_order_they_came_in() {
        let mut directory = Directory::default();
        directory.set_teams(vec![team("t3", "Ops", ""), team("t1", "Support", "o1"), team("t2", "", "")]);
        let of = |team: &str| directory.team_name(&Key { team_id: team.into(), ..Key::default() });
        assert_eq!(["t1", "t2", "t3", "t4", ""].map(of), ["Support", "t2", "Ops", "t4", ""]);
        let key = Key { team_id: "t1".into(), ..Key::default() };
        assert_eq!(directory.organization_id(&key), "o1");
        assert_eq!(directory.organization_id(&Key { org_id: "o2".into(), ..key }), "o2");
    }

    #[test]
    fn the_owner_is_called_by_what_is_known() {
        let user = |id: &str, alias: &str, email: &str| User {
            user_id: id.into(),
            user_alias: alias.into(),
            user_email: email.into(),
            ..User::default()
        };
        let mut directory = Directory::default();
        directory.add_people(vec![user("u2", "", "b@example.com")]);
        directory.add_people(vec![user("u1", "Ada", "a@example.com"), user("u0", "", "")]);
        let of =
            |id: &str, user: Option<Person>| directory.owner_name(&Key { user_id: id.into(), user, ..Key::default() });
        assert_eq!(of("u1", None), "Ada");
        assert_eq!(of("u2", None), "b@example.com");
        assert_eq!(of("u0", None), "u0");
        assert_eq!(of("u9", None), "u9");
        assert_eq!(of("", None), "");
        let newer = Person { user_alias: "Ada L.".into(), ..Person::default() };
        assert_eq!(of("u1", Some(newer)), "Ada L.");
    }
}
