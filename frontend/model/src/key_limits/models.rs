//! Which models a key may still name, after all that narrows it.

use super::{Force, Limit, Of, holder::Holder};
use crate::wire::Key;

/// LiteLLM's own words in lists of models.
const ALL: [&str; 2] = ["all-proxy-models", "*"];
const OF_THE_TEAM: &str = "all-team-models";
const NONE: &str = "no-default-models";

/// Whether a list leaves all models.
pub fn are_all(models: &[String]) -> bool {
    models.is_empty() || models.iter().any(|model| ALL.contains(&model.as_str()))
}

/// The key's own list; none where it leaves all of them, or those of the team.
pub fn of_key(key: &Key) -> Option<(Limit, Force)> {
    if are_all(&key.models) || key.models.iter().any(|model| model == OF_THE_TEAM) {
        return None;
    }
    // No model has that name. Groups that the key is in may add some.
    if key.models.iter().all(|model| model == NONE) {
        let force = if key.access_group_ids.is_empty() { Force::Refuses } else { Force::Unsure };
        return Some((Limit::NoModel, force));
    }
    Some((Limit::Models(key.models.clone()), Force::Open))
}

/// The list of a team or an owner.
pub fn of_holder(of: Of, key: &Key, holder: &Holder, all: &[String]) -> Option<(Limit, Force)> {
    let in_groups = holder.in_groups || !key.access_group_ids.is_empty();
    let nothing = |name: &String| name == NONE;
    // An owner with this word may call models in teams only, whatever else is in the list.
    if of == Of::Owner && holder.models.iter().any(nothing) {
        return Some((Limit::NoModel, Force::Refuses));
    }
    if are_all(holder.models) || holder.models.iter().any(|model| model == OF_THE_TEAM) {
        return None;
    }
    if holder.models.iter().all(nothing) {
        return Some((Limit::NoModel, if in_groups { Force::Unsure } else { Force::Refuses }));
    }
    let narrow_both = of_key(key).is_some() && !in_groups;
    let force = if narrow_both && have_nothing_in_common(&key.models, holder.models, all) {
        Force::Refuses
    } else {
        Force::Open
    };
    Some((Limit::Models(holder.models.to_vec()), force))
}

/// Only where every name is that of a model: others may be groups, patterns or aliases, into which only the gateway can look.
fn have_nothing_in_common(these: &[String], those: &[String], all: &[String]) -> bool {
    !these.iter().any(|model| those.contains(model)) && these.iter().chain(those).all(|model| all.contains(model))
}
