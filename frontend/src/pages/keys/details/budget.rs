//! How the key's own budget is being spent, and when it will be, if it goes on like this.

use leptos::prelude::*;
use model::{
    burn_down::{BurnDown, End, LOOK_BACK, Left, burn_down, left_by_day},
    chart::{Anchor, Color, Kind, Series},
    clock,
    key_days::KeyDays,
    key_limits::{Limit, Money, Of},
    key_status::expires_ms,
    language::{t, tf, tn},
    msg, plural,
    text::Plural,
    wire::Key,
};

use super::{full::heading, source::Parts};
use crate::{
    chunk,
    components::{ChartData, ChartPoint, ChartView, still_region},
    format,
    markup::{Markup, html},
    task::now_ms,
};

/// The budget that what the key spends counts against: its own, else that of its budget object. Of several the tightest.
fn own_budget(parts: Parts) -> Option<Money> {
    let mut tightest: Option<Money> = None;
    for binding in parts.bindings() {
        let Limit::Money(money) = binding.limit else { continue };
        let whole = money.model.is_empty() && !money.window;
        let tighter = tightest.as_ref().is_none_or(|known| money.budget < known.budget);
        if matches!(binding.of, Of::Key | Of::Budget) && whole && tighter {
            tightest = Some(money);
        }
    }
    tightest
}

pub fn budget(parts: Parts) -> AnyView {
    let has_budget = crate::effect::is(move || own_budget(parts).is_some());
    (move || {
        if !has_budget.get() {
            return ().into_any();
        }
        let drawing = chunk::chart(move || line(parts), format::usd);
        let words = still_region("", move || words(parts));
        view! { <div class="gw-part">{still_region("", || heading(msg!("Budget"), ""))} {words} {drawing}</div> }
            .into_any()
    })
    .into_any()
}

fn line(parts: Parts) -> ChartView {
    let (Some(money), Some(days)) = (own_budget(parts), parts.days()) else {
        return match parts.days.with(|state| state.error.is_some()) {
            // The part about spend says why.
            true => ChartView::Instead(html! { p.gw-minor { (msg!("What was spent on which day is not known.")) } }),
            false => ChartView::Loading(Kind::Lines),
        };
    };
    let created_ms = parts.key().and_then(|key| clock::parse_utc_ms(&key.created_at));
    drawn(&money, &days, &created_ms.map(clock::day).unwrap_or_default())
}

/// `made`: on which day the key was, as far as that is known.
fn drawn(money: &Money, days: &KeyDays, made: &str) -> ChartView {
    let left = left_by_day(&days.days, money.spent.unwrap_or_default(), money.budget);
    let mut values = Vec::new();
    let mut points = Vec::new();
    for (day, left) in days.days.iter().zip(left) {
        let left = left.filter(|_| *day.date >= *made);
        values.push(left.unwrap_or(f64::NAN));
        points.push(ChartPoint {
            short: format::day(&day.date),
            title: format::day_long(&day.date),
            values: match left {
                Some(left) => Ok(vec![format::usd_exact(left), format::usd_exact(day.spend)]),
                None => Err(msg!("Before this budget began")),
            },
            aside: Vec::new(),
            href: String::new(),
        });
    }
    ChartView::Ready(ChartData {
        label: t(msg!("What was left of the budget, by day")),
        row_label: t(msg!("Day")),
        kind: Kind::Lines,
        whole: false,
        anchor: Anchor::Last,
        series: vec![Series { name: t(msg!("Left")), color: Color::Series(0), values }],
        figures: vec![t(msg!("Spent on the day"))],
        points,
        note: String::new(),
    })
}

fn words(parts: Parts) -> Markup {
    let (Some(money), Some(key)) = (own_budget(parts), parts.key()) else { return Markup::default() };
    match parts.days() {
        Some(days) => outlook(&money, &key, &days, now_ms()),
        None => Markup::default(),
    }
}

/// When it runs out, and how that is reckoned.
fn outlook(money: &Money, key: &Key, days: &KeyDays, now_ms: i64) -> Markup {
    let left = money.left().unwrap_or_default();
    if left <= 0.0 {
        return html! { p { (msg!("Nothing is left of it.")) } };
    }
    let budget = Left {
        left,
        resets_ms: money.resets_ms,
        expires_ms: expires_ms(key),
        created_ms: clock::parse_utc_ms(&key.created_at),
    };
    match burn_down(&days.days, budget, now_ms) {
        Some(reckoned) => html! {
            p { strong { (end(reckoned.end)) } }
            p.gw-minor { (method(&reckoned)) }
        },
        None => html! { p.gw-minor { (too_little()) } },
    }
}

fn end(end: End) -> String {
    // To the day: more would be a precision that no average has.
    match end {
        End::RunsOut { at_ms } => {
            tf(msg!("Runs out on {date}, if it goes on like this."), &[("date", &format::date(at_ms))])
        }
        End::Renewed { at_ms, left } => tf(
            msg!("Lasts until it starts anew on {date}; about {amount} will be left then."),
            &[("date", &*format::date(at_ms)), ("amount", &*format::usd(left))],
        ),
        End::Expires { at_ms } => tf(msg!("Lasts until the key expires on {date}."), &[("date", &format::date(at_ms))]),
        End::NotSoon => t(msg!("Lasts for more than a year, if it goes on like this.")),
    }
}

const METHOD: Plural = plural!(
    "Reckoned from the last {count} whole day (UTC): {amount} a day.",
    "Reckoned from the last {count} whole days (UTC): {amount} a day on average."
);

fn method(reckoned: &BurnDown) -> String {
    let text = tn(METHOD, reckoned.days as u64, &format::count(reckoned.days as f64));
    model::text::fill(&text, &[("amount", &format::usd(reckoned.per_day))])
}

fn too_little() -> String {
    let days = LOOK_BACK as u64;
    tn(
        plural!(
            "When it runs out cannot be told: that takes three whole days (UTC) since the key was made, and something spent on two of the last {count}.",
            "When it runs out cannot be told: that takes three whole days (UTC) since the key was made, and something spent on two of the last {count}."
        ),
        days,
        &format::count(days as f64),
    )
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use model::key_days::KeyDay;

    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    fn days(spend: &[f64]) -> KeyDays {
        let days = spend.iter().map(|spend| KeyDay { spend: *spend, ..KeyDay::default() });
        KeyDays { days: days.collect(), cost: Vec::new() }
    }

    #[test]
    fn the_method_is_said_with_the_date() {
        let money = Money { spent: Some(5.0), budget: 15.0, ..Money::default() };
        let text = outlook(&money, &Key::default(), &days(&[2.0; 8]), NOW);
        for part in ["Runs out on 2026-11-25", "last 7 whole days (UTC): 2 a day on average"] {
            assert!(text.as_str().contains(part), "{part}: {text:?}");
        }
    }

    #[test]
    fn nothing_is_reckoned_from_too_little() {
        let money = Money { spent: Some(5.0), budget: 15.0, ..Money::default() };
        let text = outlook(&money, &Key::default(), &days(&[0.0; 8]), NOW);
        assert!(text.as_str().contains("cannot be told") && !text.as_str().contains("Runs out"), "{text:?}");
        let spent = Money { spent: Some(15.0), ..money };
        assert!(outlook(&spent, &Key::default(), &days(&[2.0; 8]), NOW).as_str().contains("Nothing is left"));
    }

    #[test]
    fn days_before_the_budget_are_not_drawn() {
        let money = Money { spent: Some(2.0), budget: 5.0, ..Money::default() };
        let ChartView::Ready(data) = drawn(&money, &days(&[9.0, 1.0, 1.0]), "") else { panic!("a chart") };
        assert!(data.series[0].values[1].is_finite() && data.points[1].values.is_ok());
        // At its end nine were spent of the budget before.
        assert!(data.series[0].values[0].is_nan() && data.points[0].values.is_err(), "it began after that day");
        let mut known = days(&[0.0, 0.0, 2.0]);
        for (day, date) in known.days.iter_mut().zip(["2026-11-18", "2026-11-19", "2026-11-20"]) {
            day.date = date.to_owned();
        }
        let ChartView::Ready(data) = drawn(&money, &known, "2026-11-19") else { panic!("a chart") };
        let is_drawn: Vec<bool> = data.points.iter().map(|point| point.values.is_ok()).collect();
        assert_eq!(is_drawn, [false, true, true], "before the key was made there was no budget");
    }
}
