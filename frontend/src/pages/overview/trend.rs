//! Requests by day, or by hour for today; successful and failed.

use leptos::prelude::*;
use model::{
    chart::{self, Anchor, Bar, Size},
    period::{Range, hours_of_today},
    series,
};

use super::source::Activity;
use crate::{
    components::{Chart, ChartPoint, Empty, Legend, Panel},
    format,
    hooks::now_ms,
    i18n::{t, tf},
};

const HEIGHT_PX: u32 = 220;

#[component]
pub fn Trend(range: Memo<Range>, activity: Activity) -> impl IntoView {
    let columns = Memo::new(move |_| columns(range.get(), activity));
    let points = Signal::derive(move || columns.with(|columns| columns.iter().map(|column| column.point.clone()).collect::<Vec<_>>()));
    let draw = Callback::new(move |width: u32| {
        let bars: Vec<Bar> = columns.with(|columns| columns.iter().map(|column| column.bar).collect());
        let anchor = if range.get() == Range::Today { Anchor::First } else { Anchor::Last };
        chart::request_trend(&bars, Size { width, height: HEIGHT_PX }, 64, anchor, &super::PALETTE)
    });
    let empty = move || !activity.loading.get() && columns.with(|columns| columns.iter().all(|column| column.bar == Bar::default()));
    let by = Memo::new(move |_| range.get() == Range::Today);
    view! {
        <Panel title=t("Requests") class="gw-panel-trend">
            {move || {
                let (label, row_label) = if by.get() {
                    (t("Requests by hour"), t("Hour"))
                } else {
                    (t("Requests by day"), t("Day"))
                };
                let legend = vec![
                    Legend { label: t("Successful"), class: "gw-swatch-primary" },
                    Legend { label: t("Failed"), class: "gw-swatch-failed" },
                ];
                view! { <Chart label=label points=points legend=legend row_label=row_label draw=draw write=format::short /> }
            }}
            {move || (empty() && !activity.failed()).then(|| view! {
                <div class="gw-chart-empty"><Empty title=t("No calls in this range") /></div>
            })}
        </Panel>
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Column {
    bar: Bar,
    point: ChartPoint,
}

fn columns(range: Range, activity: Activity) -> Vec<Column> {
    if range == Range::Today { by_hour(activity) } else { by_day(range, activity) }
}

fn by_day(range: Range, activity: Activity) -> Vec<Column> {
    activity.days.with(|days| {
        range
            .current(now_ms())
            .into_iter()
            .map(|date| {
                let metrics = days.get(&date).map(|day| day.metrics).unwrap_or_default();
                let failed = metrics.failed_requests;
                let bar = Bar { succeeded: (series::requests(&metrics) - failed).max(0.0), failed };
                let values = vec![format::whole(bar.succeeded), format::whole(bar.failed)];
                Column { bar, point: ChartPoint { short: format::day(&date), title: format::day_long(&date), values } }
            })
            .collect()
    })
}

/// All 24 hours of LiteLLM's day, those to come without a column.
fn by_hour(activity: Activity) -> Vec<Column> {
    activity.hours.with(|counts| {
        let first = hours_of_today(now_ms()).first().map_or(0, |hour| hour.start_ms);
        (0..24)
            .map(|index| {
                let start_ms = first + index * model::clock::HOUR_MS;
                let count = counts.iter().find(|count| count.hour.start_ms == start_ms);
                let (all, failed) = count.map_or((0.0, 0.0), |count| (count.all.total, count.failed.total));
                let bar = Bar { succeeded: (all - failed).max(0.0), failed };
                let capped = count.is_some_and(|count| count.all.total_is_capped);
                let write = |value: f64| {
                    let text = format::whole(value);
                    if capped { tf("at least {count}", &[("count", &text)]) } else { text }
                };
                let hours = tf(
                    "{from}–{to}",
                    &[("from", &format::time(start_ms)), ("to", &format::time(start_ms + model::clock::HOUR_MS))],
                );
                let values = vec![write(bar.succeeded), write(bar.failed)];
                Column { bar, point: ChartPoint { short: format::time(start_ms), title: hours, values } }
            })
            .collect()
    })
}
