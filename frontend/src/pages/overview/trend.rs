//! Requests by day, or by hour for today; successful and failed.

use leptos::prelude::*;
use model::{
    chart::{Anchor, Chart, Color, Kind, Series, Size},
    clock,
    language::{t, tf},
    msg,
    period::Range,
    series,
};

use super::source::Activity;
use crate::{
    components::{ChartPoint, Legend, Shown, chart, empty, still_region},
    format,
    markup::{Markup, html},
    store::Store,
    task::now_ms,
};

const HEIGHT_PX: u32 = 220;

/// The room of a label under the axis.
const LABEL_PX: u32 = 64;

pub fn trend(activity: Store<Activity>) -> AnyView {
    let drawing = chart(move |width| activity.with(|activity| show(activity, width, now_ms())), format::short);
    let over = still_region("", move || activity.with(|activity| nothing(activity, now_ms())));
    view! {
        <section class="gw-panel">
            <div class="gw-panel-head"><h2 class="gw-panel-title">{t(msg!("Requests"))}</h2></div>
            <div class="gw-panel-body">{drawing} {over}</div>
        </section>
    }
    .into_any()
}

fn show(activity: &Activity, width: u32, now_ms: i64) -> Shown {
    let (label, row_label, anchor) = match activity.range {
        Range::Today => (msg!("Requests by hour"), msg!("Hour"), Anchor::First),
        _ => (msg!("Requests by day"), msg!("Day"), Anchor::Last),
    };
    let (mut succeeded, mut failed) = (Vec::new(), Vec::new());
    let mut points = Vec::new();
    for column in columns(activity, now_ms) {
        succeeded.push(column.bar.succeeded);
        failed.push(column.bar.failed);
        points.push(column.point);
    }
    let series = [
        Series { name: t(msg!("Successful")), color: Color::Series(0), values: succeeded },
        Series { name: t(msg!("Failed")), color: Color::Failed, values: failed },
    ];
    let (kind, size) = (Kind::StackedBars, Size { width, height: HEIGHT_PX });
    let drawing = Chart { kind, series: &series, size, whole: true, label_width: LABEL_PX, anchor }.draw();
    let legend = series.into_iter().map(|series| Legend { label: series.name, class: series.color.class() }).collect();
    Shown { label: t(label), legend, row_label: t(row_label), points, drawing }
}

fn nothing(activity: &Activity, now_ms: i64) -> Markup {
    let nothing = columns(activity, now_ms).iter().all(|column| column.bar == Bar::default());
    // What has not arrived is not nothing.
    let all_there = match activity.range {
        Range::Today => !activity.hours.is_empty(),
        range => range.current(now_ms).iter().all(|date| activity.days.contains(date)),
    };
    if !nothing || !all_there || activity.loading {
        return Markup::default();
    }
    html! { div.gw-chart-empty { (empty(&t(msg!("No calls in this range")), "", &Markup::default())) } }
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Bar {
    succeeded: f64,
    failed: f64,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Column {
    bar: Bar,
    point: ChartPoint,
}

fn columns(activity: &Activity, now_ms: i64) -> Vec<Column> {
    if activity.range == Range::Today { by_hour(activity, now_ms) } else { by_day(activity, now_ms) }
}

fn by_day(activity: &Activity, now_ms: i64) -> Vec<Column> {
    let mut columns = Vec::new();
    for date in activity.range.current(now_ms) {
        let metrics = activity.days.get(&date).map(|day| day.metrics).unwrap_or_default();
        let failed = metrics.failed_requests;
        let bar = Bar { succeeded: (series::requests(&metrics) - failed).max(0.0), failed };
        let values = vec![format::whole(bar.succeeded), format::whole(bar.failed)];
        columns.push(Column {
            bar,
            point: ChartPoint { short: format::day(&date), title: format::day_long(&date), values },
        });
    }
    columns
}

/// All 24 hours of LiteLLM's day, those to come without a column.
fn by_hour(activity: &Activity, now_ms: i64) -> Vec<Column> {
    let first = clock::day_start(now_ms);
    let mut columns = Vec::new();
    for index in 0..24 {
        let start_ms = first + index * clock::HOUR_MS;
        let count = activity.hours.iter().find(|count| count.hour.start_ms == start_ms);
        let (all, failed) = count.map_or((0.0, 0.0), |count| (count.all.total, count.failed.total));
        let bar = Bar { succeeded: (all - failed).max(0.0), failed };
        let capped = count.is_some_and(|count| count.all.total_is_capped);
        let write = |value: f64| {
            let text = format::whole(value);
            if capped { tf(msg!("at least {count}"), &[("count", &text)]) } else { text }
        };
        let (from, to) = (format::time(start_ms), format::time(start_ms + clock::HOUR_MS));
        let title = tf(msg!("{from}–{to}"), &[("from", &from), ("to", &to)]);
        let values = vec![write(bar.succeeded), write(bar.failed)];
        columns.push(Column { bar, point: ChartPoint { short: format::time(start_ms), title, values } });
    }
    columns
}
