//! What the month will have cost, and what the range would have cost on another model.

use model::{
    burn_down::{End, LOOK_BACK},
    language::{t, tf, tn},
    msg,
    people::Kind,
    plural,
    route::{Dimension, PeopleRoute},
    usage::{
        budgets::{Budgeted, budgets},
        days::{date, day_of},
        forecast::{Forecast, Method, month_end},
        reprice::{Repriced, reprice},
        shelf::Source,
    },
    visible::{isolated, visible},
};

use super::{source::State, words};
use crate::{
    components::panel,
    format,
    markup::{Markup, html},
    router::href,
};

/// Names told before the rest is counted.
const NAMED: usize = 8;

pub fn outlook(state: &State, now_ms: i64) -> Markup {
    html! { (month(state, now_ms)) (team_budgets(state, now_ms)) (other_models(state)) }
}

fn month(state: &State, now_ms: i64) -> Markup {
    let Some(days) = state.forecast_days(now_ms) else { return Markup::default() };
    let mut past = Vec::new();
    for day in days.iter() {
        // With a gap nothing can be said.
        let Some(known) = state.shelf.get(Source::Models, day) else { return Markup::default() };
        past.push(known.total.spend);
    }
    let today = day_of(now_ms);
    let spent = state.shelf.get(Source::Models, today).map_or(0.0, |day| day.total.spend);
    // The clock may have been put back since the range was reckoned.
    let over = (today - state.periods.current.first).clamp(0, past.len() as i64) as usize;
    let end = day_of(model::clock::month_start(now_ms, 1));
    let forecast = month_end(&past, over, spent, (end - today).max(0) as usize);
    let so_far: f64 = past[past.len() - over..].iter().sum::<f64>() + spent;
    panel(msg!("At the end of the month"), false, &forecast_text(forecast, so_far, &date(end - 1)))
}

fn forecast_text(forecast: Option<Forecast>, so_far: f64, last: &str) -> Markup {
    let Some(forecast) = forecast else {
        return html! { p { (msg!("Too little is known yet: a forecast needs three whole days with calls.")) } };
    };
    let values =
        [("total", &*format::usd(forecast.total)), ("day", &*format::day(last)), ("spent", &*format::usd(so_far))];
    let sentence = tf(msg!("About {total} by {day}; {spent} so far."), &values);
    let method = match forecast.method {
        Method::Average(days) => tn(
            plural!(
                "Each day to come is reckoned like the average of the last {count} whole day, as there are no two weeks yet.",
                "Each day to come is reckoned like the average of the last {count} whole days, as there are no two weeks yet."
            ),
            days as u64,
            &format::count(days as f64),
        ),
        Method::Weekdays(weeks) => tn(
            plural!(
                "Each day to come is reckoned like the same day of the last {count} week.",
                "Each day to come is reckoned like the average of the same days of the last {count} weeks."
            ),
            weeks as u64,
            &format::count(weeks as f64),
        ),
        Method::Trend(growth) => tf(
            msg!(
                "Each day to come is reckoned like the same days of the last four weeks. Each of these weeks cost more, or each less, than the one before, {change} on average; that is taken to go on, weaker from week to week."
            ),
            &[("change", &format::signed_percent(growth - 1.0))],
        ),
    };
    let rest = t(msg!("It knows nothing of budgets that end before, or of what you plan."));
    html! {
        p.gw-forecast { strong { (sentence) } }
        p.gw-minor { (method) " " (rest) }
    }
}

/// So many teams are shown; of the others there is the page of teams.
const TEAMS: usize = 10;

fn team_budgets(state: &State, now_ms: i64) -> Markup {
    let Some(teams) = state.teams.as_ref().filter(|_| state.by() == Dimension::Team) else { return Markup::default() };
    let Some(budgets) = budgets(&state.shelf, teams, now_ms).filter(|budgets| !budgets.is_empty()) else {
        return Markup::default();
    };
    let days = LOOK_BACK as u64;
    let method = tn(
        plural!(
            "Reckoned from the last {count} whole day (UTC): what was spent a day on average is carried on.",
            "Reckoned from the last {count} whole days (UTC): what was spent a day on average is carried on."
        ),
        days,
        &format::count(days as f64),
    );
    let body = html! {
        table .widefat .gw-plain-table {
            thead { tr {
                th scope="col" { (msg!("Team")) }
                th.gw-number scope="col" { (msg!("Spent")) }
                th.gw-number scope="col" { (msg!("Budget")) }
                th scope="col" { (msg!("Outlook")) }
            } }
            tbody {
                @for budget in budgets.iter().take(TEAMS) {
                    tr {
                        th scope="row" {
                            a href=(href(&PeopleRoute::one(Kind::Team, &budget.id))) { bdi { (words::name(Dimension::Team, &budget.id, &budget.name)) } }
                        }
                        td.gw-number { (format::usd(budget.spent)) }
                        td.gw-number { (format::usd(budget.budget)) }
                        td { (end_of(budget)) }
                    }
                }
            }
        }
        p.gw-minor { (method) @if state.teams_are_cut { " " (of_the_first(teams.len())) } }
    };
    panel(msg!("Budgets of teams"), false, &body)
}

/// There are more teams than are read.
fn of_the_first(count: usize) -> String {
    tn(
        plural!(
            "Only {count} team of the gateway was looked at.",
            "Only the first {count} teams of the gateway were looked at."
        ),
        count as u64,
        &format::count(count as f64),
    )
}

fn end_of(budget: &Budgeted) -> String {
    if budget.spent >= budget.budget {
        return t(msg!("Nothing is left of it."));
    }
    // To the day: more would be a precision that no average has.
    match budget.burn_down.map(|burn_down| burn_down.end) {
        Some(End::RunsOut { at_ms }) => {
            tf(msg!("Runs out on {date}, if it goes on like this."), &[("date", &format::date(at_ms))])
        }
        Some(End::Renewed { at_ms, left }) => tf(
            msg!("Lasts until it starts anew on {date}; about {amount} will be left then."),
            &[("date", &*format::date(at_ms)), ("amount", &*format::usd(left))],
        ),
        Some(End::Expires { .. } | End::NotSoon) => t(msg!("Lasts for more than a year, if it goes on like this.")),
        None => t(msg!("Too little was spent lately to tell.")),
    }
}

fn other_models(state: &State) -> Markup {
    let Some(models) = state.models.as_ref().filter(|_| state.route.by == Dimension::Model) else {
        return Markup::default();
    };
    let repriced = reprice(&state.usage.lines, models);
    if state.usage.missing > 0 || repriced.estimates.is_empty() || repriced.cost <= 0.0 {
        return Markup::default();
    }
    panel(msg!("The same on another model"), false, &estimates(&repriced))
}

fn estimates(repriced: &Repriced) -> Markup {
    let cost = format::usd(repriced.cost);
    let intro = tf(
        msg!(
            "The calls that can be reckoned cost {cost}. Had one model answered all of them, by the gateway’s own prices and with the same tokens:"
        ),
        &[("cost", &cost)],
    );
    html! {
        details.gw-fold-plain {
            summary { (msg!("What each model would have cost")) }
            p { (intro) }
            table .widefat .gw-plain-table {
                thead { tr {
                    th scope="col" { (msg!("Model")) }
                    th.gw-number scope="col" { (msg!("Cost")) }
                    th.gw-number scope="col" { (msg!("Change")) }
                } }
                tbody {
                    @for estimate in &repriced.estimates {
                        tr {
                            th scope="row" { bdi { (visible(&estimate.model)) } }
                            td.gw-number { (format::usd(estimate.cost)) }
                            td.gw-number { (format::signed_percent(estimate.cost / repriced.cost - 1.0)) }
                        }
                    }
                }
            }
            p.gw-minor { (msg!("An estimate: another model counts tokens in its own way and may answer longer or shorter, and what is read from a cache is cheaper than it is reckoned here.")) }
            @if !repriced.left_out.is_empty() {
                p.gw-minor { (tf(msg!("Not in it: {models}. The gateway’s list has no such model, or it is not one that answers in words."), &[("models", &names(&repriced.left_out))])) }
            }
            @if !repriced.without_price.is_empty() {
                p.gw-minor { (tf(msg!("Without a price: {models}."), &[("models", &names(&repriced.without_price))])) }
            }
        }
    }
}

fn names(all: &[String]) -> String {
    let mut names = Vec::new();
    for name in all.iter().take(NAMED) {
        names.push(if name.is_empty() { t(msg!("Unknown model")) } else { isolated(name) });
    }
    if all.len() > NAMED {
        let more = all.len() - NAMED;
        names.push(tn(plural!("{count} more", "{count} more"), more as u64, &format::count(more as f64)));
    }
    format::list(&names)
}
