//! Requests by day, or by hour for today; successful and failed.

use leptos::prelude::*;
use model::{
    chart::{Anchor, Color, Kind, Series},
    clock,
    language::{t, tf},
    msg, number,
    period::Range,
    series,
    text::Msg,
};

use super::{CANNOT_BE_TRUE, links, no_log, source::Activity};
use crate::{
    components::{ChartData, ChartPoint, ChartView, chart, empty},
    format,
    markup::Markup,
    store::Store,
    task::now_ms,
};

pub fn trend(activity: Store<Activity>) -> AnyView {
    let drawing = chart(move || activity.with(|activity| view(activity, now_ms())), format::short);
    view! {
        <section class="gw-panel">
            <div class="gw-panel-head">
                <h2 class="gw-panel-title">{t(msg!("Requests"))}</h2>
                <span class="gw-minor">{move || activity.with(|activity| t(activity.range.label()))}</span>
            </div>
            <div class="gw-panel-body">{drawing}</div>
        </section>
    }
    .into_any()
}

/// Requests of a day or an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Count {
    Known {
        succeeded: f64,
        failed: f64,
    },
    /// LiteLLM stopped counting: there are this many or more, and how many of them failed cannot be told.
    Capped(f64),
    Unknown(Msg),
}

struct Column {
    short: String,
    title: String,
    count: Count,
    href: String,
}

fn view(activity: &Activity, now_ms: i64) -> ChartView {
    let (label, row_label, anchor, columns) = match activity.range {
        Range::Today => (msg!("Requests by hour"), msg!("Hour"), Anchor::First, by_hour(activity, now_ms)),
        _ => (msg!("Requests by day"), msg!("Day"), Anchor::Last, by_day(activity, now_ms)),
    };
    let is_known = |column: &Column| !matches!(column.count, Count::Unknown(_));
    if !columns.iter().any(is_known) {
        let absurd = columns.iter().any(|column| column.count == Count::Unknown(CANNOT_BE_TRUE));
        if !absurd && (activity.loading || activity.trouble.is_none()) {
            return ChartView::Loading(Kind::StackedBars);
        }
        let nothing = if absurd { CANNOT_BE_TRUE } else { msg!("Nothing is known of this range") };
        return ChartView::Instead(empty(&t(nothing), "", &Markup::default()));
    }
    let zero = Count::Known { succeeded: 0.0, failed: 0.0 };
    let none = columns.iter().all(|column| column.count == zero || column.count == Count::Unknown(TO_COME));
    // Hours are counted in the log, and days are not.
    let counted = activity.counted_today(now_ms);
    if none && activity.range == Range::Today && counted > 0.0 {
        return ChartView::Instead(no_log(counted));
    }

    let mut series = vec![
        Series { name: t(msg!("Successful")), color: Color::Series(0), values: Vec::new() },
        Series { name: t(msg!("Failed")), color: Color::Failed, values: Vec::new() },
    ];
    let any_capped = columns.iter().any(|column| matches!(column.count, Count::Capped(_)));
    if any_capped {
        series.push(Series { name: t(msg!("Successful or failed")), color: Color::Other, values: Vec::new() });
    }
    let mut points = Vec::new();
    for Column { short, title, count, href } in columns {
        let drawn = match count {
            Count::Known { succeeded, failed } => [succeeded, failed, 0.0],
            Count::Capped(least) => [0.0, 0.0, least],
            Count::Unknown(_) => [f64::NAN; 3],
        };
        for (series, value) in series.iter_mut().zip(drawn) {
            series.values.push(value);
        }
        points.push(ChartPoint { short, title, values: in_words(count, any_capped), aside: Vec::new(), href });
    }
    ChartView::Ready(ChartData {
        label: t(label),
        row_label: t(row_label),
        kind: Kind::StackedBars,
        whole: true,
        anchor,
        series,
        figures: vec![t(msg!("Total")), t(msg!("Error rate"))],
        points,
        note: if none { t(msg!("No calls in this range")) } else { String::new() },
    })
}

fn in_words(count: Count, any_capped: bool) -> Result<Vec<String>, Msg> {
    let unsaid = || "–".to_owned();
    let (parts, total, rate) = match count {
        Count::Unknown(why) => return Err(why),
        Count::Known { succeeded, failed } => {
            let total = succeeded + failed;
            let rate = if total > 0.0 { format::percent(failed / total) } else { unsaid() };
            ([format::whole(succeeded), format::whole(failed), unsaid()], format::whole(total), rate)
        }
        Count::Capped(least) => {
            let least = tf(msg!("{count} or more"), &[("count", &format::whole(least))]);
            ([unsaid(), unsaid(), least.clone()], least, unsaid())
        }
    };
    let parts = parts.into_iter().take(if any_capped { 3 } else { 2 });
    Ok(parts.chain([total, rate]).collect())
}

const TO_COME: Msg = msg!("Still to come");

/// Why there is no answer for a day or an hour.
fn unknown(activity: &Activity) -> Count {
    Count::Unknown(if activity.loading { msg!("Loading…") } else { msg!("Not known") })
}

fn by_day(activity: &Activity, now_ms: i64) -> Vec<Column> {
    let mut columns = Vec::new();
    for date in activity.range.current(now_ms) {
        let count = activity.days.get(&date).map_or(unknown(activity), |day| {
            let (all, failed) = (series::requests(&day.metrics), day.metrics.failed_requests);
            if all < 0.0 || failed < 0.0 || !number::is_plausible(all) {
                return Count::Unknown(CANNOT_BE_TRUE);
            }
            Count::Known { succeeded: (all - failed).max(0.0), failed }
        });
        let href = clock::parse_utc_ms(&date).map_or_else(String::new, links::day);
        columns.push(Column { short: format::day(&date), title: format::day_long(&date), count, href });
    }
    columns
}

/// All 24 hours of LiteLLM's day.
fn by_hour(activity: &Activity, now_ms: i64) -> Vec<Column> {
    let first = clock::day_start(now_ms);
    let mut columns = Vec::new();
    for index in 0..24 {
        let start_ms = first + index * clock::HOUR_MS;
        let known = activity.hours.iter().find(|count| count.hour.start_ms == start_ms);
        let count = match known {
            _ if start_ms > now_ms => Count::Unknown(TO_COME),
            None => unknown(activity),
            Some(count) if count.all.total_is_capped || count.failed.total_is_capped => Count::Capped(count.all.total),
            Some(count) => {
                let failed = count.failed.total;
                Count::Known { succeeded: (count.all.total - failed).max(0.0), failed }
            }
        };
        let (from, to) = (format::time(start_ms), format::time(start_ms + clock::HOUR_MS));
        let title = tf(msg!("{from}–{to}"), &[("from", &from), ("to", &to)]);
        let href = if count == Count::Unknown(TO_COME) { String::new() } else { links::hour(start_ms) };
        columns.push(Column { short: from, title, count, href });
    }
    columns
}
