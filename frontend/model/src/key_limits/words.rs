//! What stops a key, in a sentence.

use super::{Binding, Limit, Of, holder};
use crate::{
    language::{t, tf},
    msg,
    text::Msg,
    visible::{isolated, visible},
    wire::{Team, User},
};

/// How a user is called: by the alias, else the e-mail, else the id.
pub fn name_of_user(user: &User) -> String {
    visible(holder::name_of(user))
}

pub fn name_of_team(team: &Team) -> String {
    visible(if team.team_alias.is_empty() { &team.team_id } else { &team.team_alias })
}

/// Whose limit it is, as the head of a row.
pub fn source(binding: &Binding) -> String {
    let sentence = match binding.of {
        Of::Key => return t(msg!("The key itself")),
        Of::Budget => msg!("Budget {name}"),
        Of::Team => msg!("Team {name}"),
        Of::Member => msg!("Owner {name}, in the team"),
        Of::Organization => msg!("Organization {name}"),
        Of::Owner => msg!("Owner {name}"),
    };
    tf(sentence, &[("name", &isolated(&binding.name))])
}

/// Why calls are refused, as one sentence; empty for what refuses none.
pub fn sentence(binding: &Binding) -> String {
    words(binding).map_or_else(String::new, |sentence| tf(sentence, &[("name", &isolated(&binding.name))]))
}

fn words(binding: &Binding) -> Option<Msg> {
    let exactly = |spent: Option<f64>, budget: f64| spent.is_some_and(|spent| spent <= budget);
    Some(match (binding.of, &binding.limit) {
        (_, Limit::Rate { .. }) => return None,
        (_, Limit::Expiry { .. }) => msg!("The key has expired."),
        (Of::Key, Limit::Blocked) => msg!("The key is blocked."),
        (_, Limit::Blocked) => msg!("Team {name} is blocked."),
        (_, Limit::Gone) => msg!("Team {name} no longer exists."),
        (Of::Key, Limit::NoModel) => msg!("The key may call no model."),
        (Of::Owner, Limit::NoModel) => msg!("Owner {name} may call models in teams only."),
        (Of::Member, Limit::NoModel) => msg!("Owner {name} may call no model in the team."),
        (_, Limit::NoModel) => msg!("Team {name} may call no model."),
        (Of::Key, Limit::Models(_)) => return None,
        (Of::Owner, Limit::Models(_)) => msg!("The key and owner {name} have no model in common."),
        (Of::Member, Limit::Models(_)) => msg!("The key and owner {name} have no model in common in the team."),
        (_, Limit::Models(_)) => msg!("The key and team {name} have no model in common."),
        (Of::Key, Limit::Money(money)) if money.window => msg!("The key has spent one of its budgets."),
        (Of::Key, Limit::Money(_)) => msg!("The key has spent its budget."),
        (Of::Budget, Limit::Money(_)) => msg!("The key has spent what budget {name} allows."),
        (_, Limit::Money(money)) if exactly(money.spent, money.budget) => match binding.of {
            Of::Team => msg!("Team {name} has spent its budget."),
            Of::Member => msg!("Owner {name} has spent the budget for the team."),
            Of::Organization => msg!("Organization {name} has spent its budget."),
            _ => msg!("Owner {name} has spent the whole budget."),
        },
        (Of::Team, Limit::Money(_)) => msg!("Team {name} is over its budget."),
        (Of::Member, Limit::Money(_)) => msg!("Owner {name} is over the budget for the team."),
        (Of::Organization, Limit::Money(_)) => msg!("Organization {name} is over its budget."),
        (Of::Owner, Limit::Money(_)) => msg!("Owner {name} is over budget."),
    })
}
