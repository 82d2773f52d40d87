//! Keys, teams, owners and the like, as far as each can limit a key.

use serde_json::Value;

use super::{Around, Money, Rate};
use crate::{
    clock,
    wire::{Budget, BudgetUse, BudgetWindow, Key, KeyMarks, KeyMore, Membership, Organization, Team, User},
};

/// What has limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Holder<'a> {
    pub name: &'a str,
    pub blocked: bool,
    spend: f64,
    budget: Purse<'a>,
    pub windows: &'a [BudgetWindow],
    /// Empty: all.
    pub models: &'a [String],
    /// Groups give it more models than the list has.
    pub in_groups: bool,
    pub rpm_limit: Option<f64>,
    pub tpm_limit: Option<f64>,
    pub max_parallel_requests: Option<f64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Purse<'a> {
    max: Option<f64>,
    duration: &'a str,
    reset_at: &'a str,
}

impl<'a> Purse<'a> {
    fn of(budget: &'a Budget) -> Purse<'a> {
        Purse { max: budget.max_budget, duration: &budget.budget_duration, reset_at: &budget.budget_reset_at }
    }
}

impl<'a> Holder<'a> {
    pub fn of_key(key: &'a Key) -> Holder<'a> {
        Holder {
            name: "",
            blocked: key.blocked,
            spend: key.spend,
            budget: Purse { max: key.max_budget, duration: &key.budget_duration, reset_at: &key.budget_reset_at },
            windows: &key.budget_limits,
            models: &key.models,
            in_groups: !key.access_group_ids.is_empty(),
            rpm_limit: key.rpm_limit,
            tpm_limit: key.tpm_limit,
            max_parallel_requests: key.max_parallel_requests,
        }
    }

    /// Calls at once are counted of keys only.
    pub fn of_team(team: &'a Team) -> Holder<'a> {
        Holder {
            name: if team.team_alias.is_empty() { &team.team_id } else { &team.team_alias },
            blocked: team.blocked,
            spend: team.spend,
            budget: Purse { max: team.max_budget, duration: &team.budget_duration, reset_at: &team.budget_reset_at },
            windows: &team.budget_limits,
            models: &team.models,
            in_groups: !team.access_group_ids.is_empty(),
            rpm_limit: team.rpm_limit,
            tpm_limit: team.tpm_limit,
            ..Holder::default()
        }
    }

    pub fn of_owner(user: &'a User) -> Holder<'a> {
        Holder {
            name: name_of(user),
            spend: user.spend,
            budget: Purse { max: user.max_budget, duration: &user.budget_duration, reset_at: &user.budget_reset_at },
            models: &user.models,
            rpm_limit: user.rpm_limit,
            tpm_limit: user.tpm_limit,
            ..Holder::default()
        }
    }

    /// Its list of models counts when a team is made, and not when a key is used.
    pub fn of_organization(organization: &'a Organization) -> Holder<'a> {
        let alias = &organization.organization_alias;
        let of_budget = organization.budget.as_ref().map(Holder::of_budget).unwrap_or_default();
        Holder {
            name: if alias.is_empty() { &organization.organization_id } else { alias },
            spend: organization.spend,
            max_parallel_requests: None,
            ..of_budget
        }
    }

    /// Calls at once are not taken from it.
    pub fn of_budget(budget: &'a Budget) -> Holder<'a> {
        Holder {
            name: &budget.budget_id,
            budget: Purse::of(budget),
            rpm_limit: budget.rpm_limit,
            tpm_limit: budget.tpm_limit,
            ..Holder::default()
        }
    }

    pub fn money(&self) -> Option<Money> {
        let budget = self.budget.max.filter(|budget| budget.is_finite())?;
        Some(Money {
            spent: Some(if self.spend.is_finite() { self.spend.max(0.0) } else { 0.0 }),
            budget,
            period: self.budget.duration.to_owned(),
            resets_ms: clock::parse_utc_ms(self.budget.reset_at),
            ..Money::default()
        })
    }
}

/// A name to be called by: the alias, else the e-mail, else the id.
pub fn name_of(user: &User) -> &str {
    [&user.user_alias, &user.user_email].into_iter().find(|name| !name.is_empty()).unwrap_or(&user.user_id)
}

/// The budget object that a key names.
pub fn budget_object<'a>(key: &'a Key, read: Option<&'a Budget>) -> Option<&'a Budget> {
    key.budget.as_ref().or_else(|| read.filter(|budget| !key.budget_id.is_empty() && budget.budget_id == key.budget_id))
}

/// The owner of a key among the members of its team.
pub fn member_of<'a>(key: &Key, memberships: &'a [Membership]) -> Option<&'a Membership> {
    memberships.iter().find(|member| !key.user_id.is_empty() && member.user_id == key.user_id)
}

pub fn has_its_own_budget(member: Option<&Membership>) -> bool {
    member.is_some_and(|member| member.budget.as_ref().is_some_and(|budget| budget.max_budget.is_some()))
}

/// With the budget of its own, else with what each member may spend; that of nothing is none.
pub fn of_member<'a>(around: &Around<'a>) -> Option<Holder<'a>> {
    let member = around.member?;
    let of_all = around.member_budget.filter(|budget| budget.max_budget.is_some_and(|budget| budget > 0.0));
    let own = member.budget.as_ref();
    let budget = if has_its_own_budget(Some(member)) { own } else { of_all.or(own) };
    let rates = own.map(Holder::of_budget).unwrap_or_default();
    Some(Holder {
        name: around.owner.map_or(&member.user_id, name_of),
        spend: member.spend,
        budget: budget.map(Purse::of).unwrap_or_default(),
        models: own.map_or(&[], |budget| &budget.allowed_models),
        ..rates
    })
}

/// What was added to the budget for now, and until when.
pub fn raised(marks: &KeyMarks, now_ms: i64) -> Option<(f64, i64)> {
    let until_ms = clock::parse_utc_ms(&marks.temp_budget_expiry).filter(|until_ms| *until_ms > now_ms)?;
    Some((marks.temp_budget_increase?, until_ms))
}

pub fn slows_down(key: &Key, more: Option<&KeyMore>) -> bool {
    let chosen = more.is_some_and(|more| more.metadata["throttle_on_budget_exceeded"] == true);
    chosen && (key.tpm_limit.is_some() || key.rpm_limit.is_some())
}

/// One of several budgets; a window without a sum is none.
pub fn of_window(window: &BudgetWindow, usage: &[(String, BudgetUse)]) -> Option<Money> {
    Some(Money {
        spent: spent_of(usage, &window.budget_duration),
        budget: window.max_budget?,
        period: window.budget_duration.clone(),
        resets_ms: clock::parse_utc_ms(&window.reset_at),
        window: true,
        ..Money::default()
    })
}

/// The budgets for single models.
pub fn by_model(more: &KeyMore) -> Vec<Money> {
    let mut found = Vec::new();
    for (model, budget) in &more.model_max_budget {
        let period = if budget.budget_duration.is_empty() { &budget.time_period } else { &budget.budget_duration };
        if let Some(most) = budget.max_budget.or(budget.budget_limit) {
            found.push(Money {
                spent: spent_of(&more.model_max_budget_usage, model),
                budget: most,
                period: period.clone(),
                model: model.clone(),
                ..Money::default()
            });
        }
    }
    found
}

fn spent_of(usage: &[(String, BudgetUse)], name: &str) -> Option<f64> {
    usage.iter().find(|(known, _)| known == name).map(|(_, usage)| usage.current_spend)
}

/// The rates for single models, which LiteLLM keeps in the metadata.
pub fn rates_by_model(metadata: &Value) -> Vec<(Rate, String, f64)> {
    let mut found = Vec::new();
    for (rate, name) in [(Rate::RequestsPerMinute, "model_rpm_limit"), (Rate::TokensPerMinute, "model_tpm_limit")] {
        for (model, most) in metadata[name].as_object().into_iter().flatten() {
            if let Some(most) = most.as_f64() {
                found.push((rate, model.clone(), most));
            }
        }
    }
    found
}
