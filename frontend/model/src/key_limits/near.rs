//! Which keys have spent most of what stops them first.

use super::{Around, Binding, Force, Limit, Of, binding};
use crate::wire::{Key, Team};

/// From this share on a budget is nearly spent.
pub const NEAR: f64 = 0.8;

/// A key that is near its budget, or has spent it.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The hash.
    pub token: String,
    pub alias: String,
    /// Masked, such as `sk-...4Cfw`.
    pub key_name: String,
    /// The budget that runs out first, and whose it is.
    pub binding: Binding,
    pub left: f64,
    pub budget: f64,
    pub share: f64,
    /// When it starts anew; none: never, or LiteLLM does not say.
    pub resets_ms: Option<i64>,
}

/// Of these keys, those that have spent the largest share first.
pub fn nearest<'a>(keys: impl Iterator<Item = &'a Key>, teams: &[Team], now_ms: i64) -> Vec<Near> {
    let mut found: Vec<Near> = Vec::new();
    for key in keys {
        if let Some(near) = near(key, team_of(key, teams), now_ms) {
            let at = found.iter().position(|known| known.share < near.share).unwrap_or(found.len());
            found.insert(at, near);
        }
    }
    found
}

/// The team of a key among these.
pub fn team_of<'a>(key: &Key, teams: &'a [Team]) -> Option<&'a Team> {
    teams.iter().find(|team| team.team_id == key.team_id)
}

/// None: there is enough left, there is no budget, or the key is stopped by something else anyway.
fn near(key: &Key, team: Option<&Team>, now_ms: i64) -> Option<Near> {
    let around = Around { team, ..Around::default() };
    let mut first: Option<Near> = None;
    for binding in binding(key, &around, now_ms) {
        let Limit::Money(money) = &binding.limit else {
            if binding.stops() {
                return None;
            }
            continue;
        };
        // Who may spend nothing is not about to spend it: that was meant to stop the key.
        if money.budget <= 0.0 {
            if binding.force == Force::Refuses {
                return None;
            }
            continue;
        }
        // LiteLLM that tells of budget objects takes the key's own budget before them.
        let is_passed_over = binding.of == Of::Budget && key.max_budget.is_some();
        let (Some(left), Some(share)) = (money.left(), money.share()) else { continue };
        if is_passed_over || !money.model.is_empty() || first.as_ref().is_some_and(|known| known.left <= left) {
            continue;
        }
        let (budget, resets_ms) = (money.budget, money.resets_ms);
        first = Some(Near {
            token: key.token.clone(),
            alias: key.key_alias.clone(),
            key_name: key.key_name.clone(),
            binding,
            left,
            budget,
            share,
            resets_ms,
        });
    }
    first.filter(|near| near.share >= NEAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Budget, BudgetWindow, KeyMarks};

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    fn key(alias: &str, spend: f64, budget: impl Into<Option<f64>>) -> Key {
        Key { key_alias: alias.into(), token: alias.into(), spend, max_budget: budget.into(), ..Key::default() }
    }

    fn told(keys: &[Key], teams: &[Team]) -> Vec<(String, f64)> {
        nearest(keys.iter(), teams, NOON).into_iter().map(|near| (near.alias, near.left)).collect()
    }

    #[test]
    fn only_what_is_nearly_spent_is_told_and_the_most_of_it_first() {
        let keys = [
            key("half", 5.0, 10.0),
            key("just", 8.0, 10.0),
            key("below", 7.99, 10.0),
            key("over", 11.0, 10.0),
            key("nearly", 99.0, 100.0),
        ];
        let expected = [("over", 0.0), ("nearly", 1.0), ("just", 2.0)].map(|(name, left)| (name.to_owned(), left));
        assert_eq!(told(&keys, &[]), expected);
    }

    #[test]
    fn no_budget_and_a_budget_of_nothing_do_not_run_out() {
        let odd = [
            key("none", 1e6, None),
            key("zero", 0.0, 0.0),
            key("zero and spent", 5.0, 0.0),
            key("negative", 5.0, -1.0),
            key("endless", 5.0, f64::INFINITY),
            key("no number", f64::NAN, 10.0),
        ];
        assert_eq!(told(&odd, &[]), []);
    }

    #[test]
    fn a_key_that_is_stopped_by_something_else_is_not_told_of() {
        let blocked = Key { blocked: true, ..key("blocked", 9.0, 10.0) };
        let expired = Key { expires: "2026-11-20T11:59:59Z".into(), ..key("expired", 9.0, 10.0) };
        let of_team = Key { team_id: "t".into(), ..key("of a team", 9.0, 10.0) };
        let team = Team { team_id: "t".into(), blocked: true, ..Team::default() };
        assert_eq!(told(&[blocked, expired, of_team.clone()], &[team]), []);
        assert_eq!(told(&[of_team], &[]).len(), 1, "of a team that is not known nothing is said");
    }

    #[test]
    fn what_runs_out_first_counts() {
        let team = |spend: f64| Team {
            team_id: "t".into(),
            spend,
            max_budget: Some(1_000.0),
            budget_reset_at: "2026-12-01T00:00:00Z".into(),
            ..Team::default()
        };
        let key = Key { team_id: "t".into(), ..key("web", 20.0, 100.0) };
        let near = nearest([&key].into_iter(), &[team(990.0)], NOON);
        assert_eq!((near[0].binding.of, near[0].left, near[0].budget), (Of::Team, 10.0, 1_000.0));
        assert_eq!(near[0].resets_ms, Some(1_796_083_200_000));
        // The team has 100 left, and the key 80, of which it has spent a fifth.
        assert_eq!(nearest([&key].into_iter(), &[team(900.0)], NOON), []);
    }

    #[test]
    fn a_budget_object_counts_where_the_key_has_none_and_what_was_added_for_now() {
        let budget = Budget { budget_id: "b".into(), max_budget: Some(10.0), ..Budget::default() };
        let of_object = Key { budget: Some(budget.clone()), ..key("object", 9.0, None) };
        assert_eq!(told(&[of_object], &[]), [("object".to_owned(), 1.0)]);
        assert_eq!(told(&[Key { budget: Some(budget), ..key("own", 9.0, 100.0) }], &[]), []);
        let marks = KeyMarks {
            temp_budget_increase: Some(90.0),
            temp_budget_expiry: "2026-11-21T00:00:00".into(),
            ..KeyMarks::default()
        };
        assert_eq!(told(&[Key { marks, ..key("raised", 9.0, 10.0) }], &[]), []);
        // What was spent of one of several budgets is not in a list.
        let window = BudgetWindow { max_budget: Some(1.0), budget_duration: "1d".into(), ..BudgetWindow::default() };
        assert_eq!(told(&[Key { budget_limits: vec![window], ..key("windows", 9.0, None) }], &[]), []);
    }
}
