//! What really limits a key: its own settings, and those of all that it belongs to, in the order in which LiteLLM looks at
//! them.
//!
//! From `user_api_key_auth.py` and `auth_checks.py` of LiteLLM 1.80.11 and 1.106.2. doc/keys.md has the table, and
//! tests/php/contract/Limits_Test.php holds both against the real ones.

mod holder;
mod models;
pub mod near;
mod words;

#[cfg(test)]
mod tests;

use crate::{
    key_status,
    wire::{Budget, Key, KeyMore, Membership, Organization, Team, User},
};

pub use holder::{budget_object, member_of, raised};
pub use models::are_all;
pub use words::{name_of_team, name_of_user, sentence, source};

use holder::Holder;

/// All that is known around a key. What is none was not read or is not there: then nothing is said of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    pub team: Option<&'a Team>,
    /// The gateway has no such team.
    pub team_is_gone: bool,
    /// The user whose key it is.
    pub owner: Option<&'a User>,
    /// The owner as a member of the team.
    pub member: Option<&'a Membership>,
    /// What members of the team may spend who have no budget of their own.
    pub member_budget: Option<&'a Budget>,
    /// The key's own, else that of its team.
    pub organization: Option<&'a Organization>,
    /// The budget object that the key names, where the key does not bring it along.
    pub budget: Option<&'a Budget>,
    pub more: Option<&'a KeyMore>,
    /// All models of the gateway; empty: not known. With them it can be told whether two lists have anything in common.
    pub models: &'a [String],
}

/// Whose limit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Key,
    /// A budget object.
    Budget,
    Team,
    /// The owner, as a member of the team.
    Member,
    Organization,
    Owner,
}

/// Something that limits a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    pub of: Of,
    /// How that is called; empty for the key itself.
    pub name: String,
    pub limit: Limit,
    pub force: Force,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    Blocked,
    /// There is no such thing any more.
    Gone,
    Expiry {
        at_ms: i64,
    },
    Money(Money),
    /// Only these models, or groups of them.
    Models(Vec<String>),
    /// No model at all.
    NoModel,
    Rate {
        rate: Rate,
        most: f64,
        /// For this model only; empty: for all.
        model: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    RequestsPerMinute,
    TokensPerMinute,
    AtOnce,
}

/// A budget, in US dollars.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Money {
    /// None: LiteLLM does not tell.
    pub spent: Option<f64>,
    /// With what was added for now.
    pub budget: f64,
    /// What was added for now, and until when.
    pub raised: Option<(f64, i64)>,
    /// As LiteLLM writes it, such as `30d`; empty: it never starts anew.
    pub period: String,
    /// When LiteLLM says that it starts anew.
    pub resets_ms: Option<i64>,
    /// For this model only; empty: for all.
    pub model: String,
    /// One of several budgets with periods of their own.
    pub window: bool,
}

impl Money {
    /// What may still be spent.
    pub fn left(&self) -> Option<f64> {
        self.spent.map(|spent| (self.budget - spent).max(0.0))
    }

    /// What is spent, as a share of the budget; of nothing, all is spent.
    pub fn share(&self) -> Option<f64> {
        self.spent.map(|spent| if self.budget > 0.0 { spent / self.budget } else { 1.0 })
    }
}

/// What a limit does to the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// It is refused.
    Refuses,
    /// It is answered, within the limit.
    Open,
    /// That depends on what is not known: the version or the settings of the gateway, or what was spent.
    Unsure,
}

impl Binding {
    /// Whether it stops the key as a whole, and not only for one model.
    pub fn stops(&self) -> bool {
        let for_one_model = matches!(&self.limit, Limit::Money(money) if !money.model.is_empty());
        self.force == Force::Refuses && !for_one_model
    }
}

/// The first that stops a key: what LiteLLM would say.
pub fn first(bindings: &[Binding]) -> Option<&Binding> {
    bindings.iter().find(|binding| binding.stops())
}

/// Everything that limits a key, in LiteLLM's order.
pub fn binding(key: &Key, around: &Around, now_ms: i64) -> Vec<Binding> {
    let mut found = Found { key, around, now_ms, bindings: Vec::new() };
    let mine = Holder::of_key(key);
    found.of_itself(&mine);

    // In a team neither the models nor the budget of the owner count; without one nobody is a member.
    let (in_team, owned) = (!key.team_id.is_empty(), !key.user_id.is_empty());
    let team = around.team.filter(|_| in_team).map(Holder::of_team);
    let member = holder::of_member(around).filter(|_| in_team && owned);
    let owner = around.owner.filter(|_| owned).map(Holder::of_owner);
    let alone = if in_team { None } else { owner.as_ref() };
    let organization = around.organization.map(Holder::of_organization);

    if in_team && around.team_is_gone {
        // Newer versions refuse; older ones answer as if there were no team.
        found.add(Of::Team, &key.team_id, Limit::Gone, Force::Unsure);
    }
    if let Some(team) = &team {
        if team.blocked {
            found.add(Of::Team, team.name, Limit::Blocked, Force::Refuses);
        }
        found.models(Of::Team, team);
    }
    if let Some(member) = &member {
        found.models(Of::Member, member);
    }
    if let Some(owner) = alone {
        found.models(Of::Owner, owner);
    }
    for (of, holder) in [
        (Of::Team, team.as_ref()),
        (Of::Organization, organization.as_ref()),
        (Of::Owner, alone),
        (Of::Member, member.as_ref()),
    ] {
        if let Some(holder) = holder {
            found.budgets(of, holder);
        }
    }

    let object = budget_object(key, around.budget).map(Holder::of_budget);
    for (of, holder) in [
        (Of::Key, Some(&mine)),
        (Of::Budget, object.as_ref()),
        (Of::Team, team.as_ref()),
        (Of::Member, member.as_ref()),
        (Of::Owner, owner.as_ref()),
        (Of::Organization, organization.as_ref()),
    ] {
        if let Some(holder) = holder {
            found.rates(of, holder);
        }
    }
    found.bindings
}

struct Found<'a> {
    key: &'a Key,
    around: &'a Around<'a>,
    now_ms: i64,
    bindings: Vec<Binding>,
}

impl Found<'_> {
    fn add(&mut self, of: Of, name: &str, limit: Limit, force: Force) {
        self.bindings.push(Binding { of, name: name.to_owned(), limit, force });
    }

    /// The key's own settings, but for its rates.
    fn of_itself(&mut self, mine: &Holder) {
        let key = self.key;
        if mine.blocked {
            self.add(Of::Key, "", Limit::Blocked, Force::Refuses);
        }
        if let Some((limit, force)) = models::of_key(key) {
            self.add(Of::Key, "", limit, force);
        }
        if let Some(at_ms) = key_status::expires_ms(key) {
            let force = if at_ms <= self.now_ms { Force::Refuses } else { Force::Open };
            self.add(Of::Key, "", Limit::Expiry { at_ms }, force);
        }
        self.own_budgets(mine);
        if let Some(more) = self.around.more {
            for money in holder::by_model(more) {
                let force = force_of(&money, true);
                self.add(Of::Key, "", Limit::Money(money), force);
            }
        }
        for window in mine.windows {
            let usage = self.around.more.map_or(&[][..], |more| &more.budget_limits_usage);
            if let Some(money) = holder::of_window(window, usage) {
                let force = force_of(&money, true);
                self.add(Of::Key, "", Limit::Money(money), force);
            }
        }
    }

    /// The key's own budget and that of its budget object: both are measured by what the key has spent. Where both say
    /// something, older versions take the object's, newer ones the key's own.
    fn own_budgets(&mut self, mine: &Holder) {
        let key = self.key;
        let raised = holder::raised(&key.marks, self.now_ms);
        let object = budget_object(key, self.around.budget).map(Holder::of_budget);
        let of_object = object.as_ref().and_then(|object| Some((Of::Budget, object.name, object.money()?)));
        let mut budgets: Vec<(Of, &str, Money, Force)> = Vec::new();
        for (of, name, mut money) in mine.money().map(|money| (Of::Key, "", money)).into_iter().chain(of_object) {
            money.spent = Some(key.spend);
            money.budget += raised.map_or(0.0, |(more, _)| more);
            money.raised = raised;
            let force = force_of(&money, true);
            budgets.push((of, name, money, force));
        }
        let disagree = budgets.iter().any(|(.., force)| *force != budgets[0].3);
        for (of, name, money, force) in budgets {
            // Newer versions can slow such a key down instead of stopping it.
            let doubt = disagree || holder::slows_down(key, self.around.more);
            self.add(
                of,
                name,
                Limit::Money(money),
                if force == Force::Refuses && doubt { Force::Unsure } else { force },
            );
        }
    }

    fn models(&mut self, of: Of, holder: &Holder) {
        if let Some((limit, force)) = models::of_holder(of, self.key, holder, self.around.models) {
            self.add(of, holder.name, limit, force);
        }
    }

    fn budgets(&mut self, of: Of, holder: &Holder) {
        if let Some(money) = holder.money() {
            let force = match force_of(&money, false) {
                Force::Refuses if self.is_in_doubt(of, &money) => Force::Unsure,
                force => force,
            };
            self.add(of, holder.name, Limit::Money(money), force);
        }
        for window in holder.windows {
            // What was spent of a window is told of keys only.
            if let Some(money) = holder::of_window(window, &[]) {
                self.add(of, holder.name, Limit::Money(money), Force::Unsure);
            }
        }
    }

    /// What only newer versions look at.
    fn is_in_doubt(&self, of: Of, money: &Money) -> bool {
        match of {
            // Of the team's organization, and where it may spend nothing.
            Of::Organization => self.key.org_id.is_empty() || money.budget <= 0.0,
            // What every member may spend.
            Of::Member => !holder::has_its_own_budget(self.around.member),
            _ => false,
        }
    }

    fn rates(&mut self, of: Of, holder: &Holder) {
        for (rate, most) in [
            (Rate::RequestsPerMinute, holder.rpm_limit),
            (Rate::TokensPerMinute, holder.tpm_limit),
            (Rate::AtOnce, holder.max_parallel_requests),
        ] {
            if let Some(most) = most {
                self.add(of, holder.name, Limit::Rate { rate, most, model: String::new() }, Force::Open);
            }
        }
        if let (Of::Key, Some(more)) = (of, self.around.more) {
            for (rate, model, most) in holder::rates_by_model(&more.metadata) {
                self.add(of, "", Limit::Rate { rate, most, model }, Force::Open);
            }
        }
    }
}

/// `nothing_stops`: a budget of nothing stops before anything is spent.
///
/// What has reached its budget exactly counts as stopped, although 1.80.11 lets one more call of a team, a member or an owner
/// through: nothing is left.
fn force_of(money: &Money, nothing_stops: bool) -> Force {
    match money.spent {
        Some(spent) if spent > money.budget => Force::Refuses,
        Some(spent) if spent < money.budget => Force::Open,
        Some(_) if money.budget > 0.0 || nothing_stops => Force::Refuses,
        // Some versions refuse at once, others after the first call that costs; and nobody tells what is not known.
        _ => Force::Unsure,
    }
}
