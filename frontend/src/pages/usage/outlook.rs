//! What the month will have cost, and what the range would have cost on another model.

use leptos::prelude::*;
use model::{
    burn_down::{End, LOOK_BACK, TooLittle},
    chart::{Anchor, Color, Kind as ChartKind, Series},
    language::{t, tf, tn},
    msg,
    people::Kind,
    plural,
    route::{Dimension, PeopleRoute},
    usage::{
        budgets::{AHEAD, Budgeted, budgets},
        days::{date, day_of},
        forecast::{Forecast, Method, month_end},
        reprice::{Repriced, reprice},
        shelf::Source,
    },
    visible::{isolated, visible},
};

use super::{source::State, words};
use crate::{
    chunk,
    components::{ChartData, ChartPoint, ChartView, panel, still_region},
    format,
    markup::{Markup, html},
    router::href,
    store::Store,
    task::now_ms,
};

/// Names told before the rest is counted.
const NAMED: usize = 8;

/// Of a chunk of its own: it stands below all else.
pub fn outlook() -> AnyView {
    let Some(state) = use_context::<Store<State>>() else { return ().into_any() };
    let words = still_region("gw-slot gw-outlook", move || state.with(|state| text(state, now_ms())));
    let has_chart = crate::effect::is(move || state.with(|state| !known_budgets(state, now_ms()).is_empty()));
    let course = move || {
        if !has_chart.get() {
            return ().into_any();
        }
        let title = still_region(
            "gw-panel-head",
            || html! { h2.gw-panel-title { (msg!("How the budgets of teams run down")) } },
        );
        let drawing = chunk::chart(
            move || state.with(|state| course(&known_budgets(state, now_ms()), now_ms())),
            format::percent,
        );
        let method = still_region("", || html! { p.gw-minor { (course_method()) } });
        view! {
            <section class="gw-panel">
                {title}
                <div class="gw-panel-body">{drawing} {method}</div>
            </section>
        }
        .into_any()
    };
    view! { {words} {course} }.into_any()
}

fn text(state: &State, now_ms: i64) -> Markup {
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

/// So many of them are drawn: the colours of the charts are told apart.
const DRAWN: usize = 6;

/// What share of each budget is left by day; the days to come are what the panel of the budgets reckons.
fn course(budgets: &[Budgeted], now_ms: i64) -> ChartView {
    let (mut series, mut courses) = (Vec::new(), Vec::new());
    for (index, budget) in budgets.iter().take(DRAWN).enumerate() {
        let (past, ahead) = budget.course(now_ms);
        let shares: Vec<Option<f64>> = past.into_iter().chain(ahead).collect();
        series.push(Series {
            name: words::name(Dimension::Team, &budget.id, &budget.name),
            color: Color::Series(index),
            values: shares.iter().map(|share| share.unwrap_or(f64::NAN)).collect(),
        });
        courses.push(shares);
    }
    let today = day_of(now_ms);
    let mut points = Vec::new();
    for (index, day) in (today - LOOK_BACK as i64..=today + AHEAD as i64).enumerate() {
        let shares = courses.iter().map(|shares| shares.get(index).copied().flatten());
        let title = format::day_long(&date(day));
        points.push(ChartPoint {
            short: format::day(&date(day)),
            title: if day > today { tf(msg!("{day}, reckoned"), &[("day", &title)]) } else { title },
            values: Ok(shares.map(|share| share.map_or_else(|| "–".to_owned(), format::percent)).collect()),
            aside: Vec::new(),
            href: String::new(),
        });
    }
    ChartView::Ready(ChartData {
        label: t(msg!("What is left of the budgets of teams, by day")),
        row_label: t(msg!("Day")),
        kind: ChartKind::Lines,
        whole: false,
        anchor: Anchor::Last,
        series,
        figures: Vec::new(),
        points,
        note: String::new(),
    })
}

fn course_method() -> String {
    tn(
        plural!(
            "What share of each budget was left at the end of the day (UTC). From tomorrow on it is reckoned from the last {count} whole day: what was spent a day on average is carried on, until the budget starts anew. Drawn are those that have spent most of theirs.",
            "What share of each budget was left at the end of the day (UTC). From tomorrow on it is reckoned from the last {count} whole days: what was spent a day on average is carried on, until the budget starts anew. Drawn are those that have spent most of theirs."
        ),
        LOOK_BACK as u64,
        &format::count(LOOK_BACK as f64),
    )
}

/// Of teams, where these are what is shown; none before all that is needed is known.
fn known_budgets(state: &State, now_ms: i64) -> Vec<Budgeted> {
    let teams = state.teams.as_ref().filter(|_| state.by() == Dimension::Team);
    teams.and_then(|teams| budgets(&state.shelf, teams, now_ms)).unwrap_or_default()
}

fn team_budgets(state: &State, now_ms: i64) -> Markup {
    let budgets = known_budgets(state, now_ms);
    if budgets.is_empty() {
        return Markup::default();
    }
    let days = LOOK_BACK as u64;
    let method = tn(
        plural!(
            "Reckoned from the last {count} whole day (UTC), of a newer team from those since it was made: what was spent a day on average is carried on.",
            "Reckoned from the last {count} whole days (UTC), of a newer team from those since it was made: what was spent a day on average is carried on."
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
        p.gw-minor { (method) @if state.teams_are_cut { " " (of_the_first(state.teams.as_ref().map_or(0, Vec::len))) } }
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
        None => budget.too_little.map(why_not).unwrap_or_default(),
    }
}

/// Why nothing is said of when it runs out.
fn why_not(too_little: TooLittle) -> String {
    let (text, days) = match too_little {
        TooLittle::New => return t(msg!("Made less than three whole days (UTC) ago: too little to tell.")),
        TooLittle::NoSpend(days) => (
            plural!(
                "Nothing was spent on the last {count} whole day (UTC): too little to tell.",
                "Nothing was spent on the last {count} whole days (UTC): too little to tell."
            ),
            days,
        ),
        TooLittle::OneDay(days) => (
            plural!(
                "Something was spent on only one of the last {count} whole day (UTC): too little to tell.",
                "Something was spent on only one of the last {count} whole days (UTC): too little to tell."
            ),
            days,
        ),
    };
    tn(text, days as u64, &format::count(days as f64))
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

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    #[test]
    fn what_is_reckoned_is_told_from_what_was() {
        let budget = Budgeted {
            id: "t-1".into(),
            name: "Support".into(),
            spent: 5.0,
            budget: 10.0,
            burn_down: Some(model::burn_down::BurnDown { per_day: 1.0, days: 7, end: End::NotSoon }),
            too_little: None,
            left: vec![None, None, Some(9.0), Some(8.0), Some(7.0), Some(6.0), Some(5.5), Some(5.0)],
            resets_ms: None,
        };
        let ChartView::Ready(data) = course(&[budget], NOW) else { panic!("a chart") };
        assert_eq!((data.points.len(), data.series[0].values.len()), (LOOK_BACK + 1 + AHEAD, LOOK_BACK + 1 + AHEAD));
        assert!(data.series[0].values[0].is_nan() && data.points[0].values == Ok(vec!["–".to_owned()]));
        assert_eq!((data.series[0].values[LOOK_BACK], data.series[0].values[LOOK_BACK + 1]), (0.5, 0.35));
        assert!(!data.points[LOOK_BACK].title.contains("reckoned"), "today is known");
        assert!(data.points[LOOK_BACK + 1].title.ends_with(", reckoned"), "{}", data.points[LOOK_BACK + 1].title);
    }
    /// Of all of them it was said that too little was spent.
    #[test]
    fn it_is_said_why_nothing_is_said() {
        for (why, text) in [
            (TooLittle::New, "Made less than three whole days"),
            (TooLittle::NoSpend(7), "Nothing was spent on the last 7 whole days"),
            (TooLittle::OneDay(5), "Something was spent on only one of the last 5 whole days"),
        ] {
            assert!(why_not(why).starts_with(text), "{}", why_not(why));
        }
    }
}
