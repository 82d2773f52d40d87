//! How teams spend their budgets, and when these will be spent: by the same reckoning as that of a key.

use super::{
    days::{Days, day_of},
    fold,
    shelf::{Shelf, Source},
};
use crate::{
    burn_down::{BurnDown, LOOK_BACK, Left, TooLittle, burn_down, left_by_day, too_little},
    clock::{self, DAY_MS},
    key_days::KeyDay,
    route::Dimension,
    wire::Team,
};

/// A team that has a budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Budgeted {
    pub id: String,
    pub name: String,
    /// US dollars, since the budget began anew.
    pub spent: f64,
    pub budget: f64,
    /// What the last days say; none where they say too little.
    pub burn_down: Option<BurnDown>,
    /// Why they do.
    pub too_little: Option<TooLittle>,
    /// What was left at the end of each of the last whole days, and is now; none before the budget began anew.
    pub left: Vec<Option<f64>>,
    /// When the budget starts anew; none: not known, or never.
    pub resets_ms: Option<i64>,
}

/// So many days ahead are reckoned.
pub const AHEAD: usize = 7;

impl Budgeted {
    pub fn share(&self) -> f64 {
        if self.budget > 0.0 { self.spent / self.budget } else { 1.0 }
    }

    /// What share of the budget is left, of an amount of it.
    fn share_of(&self, left: f64) -> f64 {
        if self.budget > 0.0 { (left / self.budget).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The share that was left on each of the last days, today last, and that will be left on each of the next as far as it
    /// can be reckoned: not beyond the day on which the budget starts anew.
    pub fn course(&self, now_ms: i64) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
        let past = self.left.iter().map(|left| left.map(|left| self.share_of(left))).collect();
        let mut ahead = Vec::new();
        for day in 1..=AHEAD as i64 {
            let left = self.burn_down.and_then(|burn_down| {
                // The end of the day, as with those that are over.
                let at_ms = clock::day_start(now_ms) + (day + 1) * DAY_MS;
                let is_renewed = self.resets_ms.is_some_and(|resets_ms| resets_ms <= at_ms);
                let left = self.budget - self.spent - burn_down.per_day * (at_ms - now_ms) as f64 / DAY_MS as f64;
                (!is_renewed).then(|| self.share_of(left))
            });
            ahead.push(left);
        }
        (past, ahead)
    }
}

/// The days by which budgets are reckoned: the last whole ones, and today.
pub fn days(now_ms: i64) -> Days {
    let today = day_of(now_ms);
    Days::new(today - LOOK_BACK as i64, today + 1)
}

/// A team that has a budget.
pub fn is_budgeted(team: &Team) -> bool {
    team.max_budget.is_some_and(|budget| budget >= 0.0)
}

/// When the budget of a team began: when the team was made, or when it began anew for the last time.
fn began_ms(team: &Team) -> Option<i64> {
    let created_ms = clock::parse_utc_ms(&team.created_at);
    let renewed_ms = clock::parse_utc_ms(&team.budget_reset_at).and_then(|at_ms| before(at_ms, &team.budget_duration));
    created_ms.max(renewed_ms)
}

/// A period before a moment: `30d`, `1mo`, `12h`.
fn before(at_ms: i64, period: &str) -> Option<i64> {
    let digits = period.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = period.split_at(digits);
    let number: i64 = number.parse().ok().filter(|number| (1..=9_999).contains(number))?;
    let is_first = clock::month_start(at_ms, 0) == at_ms;
    Some(match unit {
        // 30 days are a month of the calendar to LiteLLM.
        "d" if number == 30 && is_first => clock::month_start(at_ms, -1),
        "mo" if is_first => clock::month_start(at_ms, -number),
        "mo" => at_ms - number * 30 * DAY_MS,
        "w" => at_ms - number * 7 * DAY_MS,
        "d" => at_ms - number * DAY_MS,
        "h" => at_ms - number * clock::HOUR_MS,
        "m" => at_ms - number * clock::MINUTE_MS,
        "s" => at_ms - number * clock::SECOND_MS,
        _ => return None,
    })
}

/// Those that have spent most of theirs first. None while the last days are not known.
pub fn budgets(shelf: &Shelf, teams: &[Team], now_ms: i64) -> Option<Vec<Budgeted>> {
    let days = days(now_ms);
    if !days.iter().all(|day| fold::is_known(shelf, Source::Teams, day)) {
        return None;
    }
    let mut budgets: Vec<Budgeted> = Vec::new();
    for team in teams {
        let Some(budget) = team.max_budget.filter(|_| is_budgeted(team)) else { continue };
        let mut spend = Vec::new();
        for day in days.iter() {
            let parts = shelf.get(Source::Teams, day).map(|day| day.parts(Dimension::Team)).unwrap_or_default();
            let part = parts.iter().find(|part| part.id == team.team_id);
            spend.push(KeyDay { spend: part.map_or(0.0, |part| part.sums.spend), ..KeyDay::default() });
        }
        let left = Left {
            left: budget - team.spend,
            resets_ms: clock::parse_utc_ms(&team.budget_reset_at),
            expires_ms: None,
            created_ms: clock::parse_utc_ms(&team.created_at),
        };
        let mut course = left_by_day(&spend, team.spend, budget);
        if let Some(began_ms) = began_ms(team) {
            for (day, left) in days.iter().zip(&mut course) {
                // Days that were over by then.
                if (day + 1) * DAY_MS <= began_ms {
                    *left = None;
                }
            }
        }
        let budgeted = Budgeted {
            id: team.team_id.clone(),
            name: team.team_alias.clone(),
            spent: team.spend,
            budget,
            burn_down: burn_down(&spend, left, now_ms),
            too_little: too_little(&spend, left.created_ms, now_ms),
            left: course,
            resets_ms: clock::parse_utc_ms(&team.budget_reset_at),
        };
        let at = budgets.iter().position(|known| known.share() < budgeted.share()).unwrap_or(budgets.len());
        budgets.insert(at, budgeted);
    }
    Some(budgets)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::burn_down::End;
    use crate::{
        usage::shelf::{Day, Part},
        wire::Metrics,
    };

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    fn team(id: &str, spend: f64, budget: Option<f64>) -> Team {
        Team { team_id: id.to_owned(), spend, max_budget: budget, ..Team::default() }
    }

    /// Eight days on each of which this team spent two dollars.
    fn shelf(id: &str, days: i64) -> Shelf {
        let mut shelf = Shelf::default();
        for day in day_of(NOW) - days + 1..=day_of(NOW) {
            let sums = Metrics { spend: 2.0, ..Metrics::default() };
            let parts = vec![Part { id: id.to_owned(), sums, ..Part::default() }];
            shelf.insert(Source::Teams, day, Day { parts, ..Day::default() }, 0, false);
            shelf.insert(Source::Models, day, Day::default(), 0, false);
        }
        shelf
    }

    /// Of days before there was a team, all of its budget was said to be left; and of days before it began anew, what is spent
    /// of it since.
    #[test]
    fn the_course_begins_with_the_team_and_with_the_period() {
        let course = |team: Team| {
            let found = budgets(&shelf("busy", 8), &[team], NOW).expect("eight days are known");
            found[0].left.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        let young = Team { created_at: "2026-11-18T09:00:00Z".into(), ..team("idle", 0.0, Some(10.0)) };
        assert_eq!(course(young), [false, false, false, false, false, true, true, true]);
        let of = |reset: &str, period: &str| Team {
            budget_reset_at: reset.into(),
            budget_duration: period.into(),
            created_at: "2026-01-01T00:00:00Z".into(),
            ..team("idle", 0.0, Some(10.0))
        };
        // At the midnight with which the 17th begins: the 16th is of the period before.
        let a_week = [false, false, false, false, true, true, true, true];
        assert_eq!(course(of("2026-11-24T00:00:00Z", "7d")), a_week);
        assert_eq!(course(of("2026-11-24T00:00:00Z", "1w")), a_week);
        assert_eq!(course(of("2026-12-01T00:00:00Z", "30d")), [true; 8]);
        assert_eq!(course(of("2026-12-17T12:00:00Z", "30d")), a_week, "in the course of the 17th");
        assert_eq!(course(of("2026-11-21T00:00:00Z", "1d")), [false, false, false, false, false, false, false, true]);
        assert_eq!(course(of("2026-11-24T00:00:00Z", "fortnight")), [true; 8], "not known");
    }

    #[test]
    fn those_that_are_nearest_to_their_end_come_first() {
        let teams = [
            team("none", 9.0, None),
            team("idle", 1.0, Some(10.0)),
            team("busy", 5.0, Some(15.0)),
            team("spent", 7.0, Some(7.0)),
        ];
        let found = budgets(&shelf("busy", 8), &teams, NOW).expect("eight days are known");
        let ids: Vec<&str> = found.iter().map(|budget| budget.id.as_str()).collect();
        assert_eq!(ids, ["spent", "busy", "idle"]);
        let busy = found[1].burn_down.expect("it spent on each day");
        assert_eq!((busy.per_day, busy.end), (2.0, End::RunsOut { at_ms: NOW + 5 * DAY_MS }));
        assert_eq!((found[0].burn_down, found[2].burn_down), (None, None));
        assert_eq!((found[1].too_little, found[2].too_little), (None, Some(TooLittle::NoSpend(7))));
    }

    #[test]
    fn the_course_ends_where_the_budget_is_spent_or_starts_anew() {
        // Two a day, five spent since it began anew: the days before that are none.
        let busy = &budgets(&shelf("busy", 8), &[team("busy", 5.0, Some(10.0))], NOW).expect("eight days are known")[0];
        let (past, ahead) = busy.course(NOW);
        assert_eq!((past.len(), past[4], past[5], past[7]), (8, None, Some(0.9), Some(0.5)));
        assert_eq!(
            ahead[..4].iter().map(|left| left.map(|left| (left * 10.0).round())).collect::<Vec<_>>(),
            [Some(2.0), Some(0.0), Some(0.0), Some(0.0),],
            "a day and a half from noon on, and each day more"
        );
        let renewed = Team { budget_reset_at: "2026-11-22T12:00:00Z".into(), ..team("busy", 5.0, Some(100.0)) };
        let renewed = &budgets(&shelf("busy", 8), &[renewed], NOW).expect("eight days are known")[0];
        let (_, ahead) = renewed.course(NOW);
        assert_eq!(
            ahead.iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, false, false, false, false, false, false]
        );
        // Spent before that: it is full again, and not empty for ever.
        let early = Team { budget_reset_at: "2026-11-23T00:00:00Z".into(), ..team("busy", 9.0, Some(10.0)) };
        let early = &budgets(&shelf("busy", 8), &[early], NOW).expect("eight days are known")[0];
        assert!(matches!(early.burn_down.map(|burn_down| burn_down.end), Some(End::RunsOut { .. })));
        let (_, ahead) = early.course(NOW);
        assert_eq!(ahead[..3], [Some(0.0), None, None]);
        let idle = &budgets(&shelf("busy", 8), &[team("idle", 5.0, Some(10.0))], NOW).expect("eight days are known")[0];
        assert!(idle.course(NOW).1.iter().all(Option::is_none), "nothing can be reckoned");
    }

    #[test]
    fn nothing_is_said_while_days_are_missing() {
        assert_eq!(budgets(&shelf("busy", 7), &[team("busy", 5.0, Some(15.0))], NOW), None);
    }
}
