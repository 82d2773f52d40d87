//! How the gateway is used: four figures, the trend, the cost by model, and the newest calls.

mod cost;
mod figures;
mod live_log;
mod source;
mod trend;

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tf},
    msg,
    period::Range,
    route::{OverviewRoute, Route},
};

use self::source::{Activity, use_activity};
pub use self::source::{DaysCache, provide_days};
use crate::{
    action::{Action as _, Subject, actions},
    components::{header, problem, region, segments, stale_notice, still_region},
    format,
    markup::Markup,
    router::{History, use_router},
    task::now_ms,
};

impl Subject for Range {
    fn print(&self) -> String {
        self.value().to_owned()
    }

    fn parse(text: &str) -> Option<Range> {
        Range::ALL.into_iter().find(|range| range.value() == text)
    }
}

actions! {
    enum OverviewAction {
        Show(Range) = "range",
        Retry = "retry",
    }
}

pub fn overview() -> AnyView {
    let router = use_router();
    let (activity, poll) = use_activity();
    let on_action = move |action| match action {
        OverviewAction::Show(range) => {
            router.navigate(Route::Overview(OverviewRoute { range }), History::Push);
        }
        OverviewAction::Retry => poll.ask(),
    };
    let shown =
        move |render: fn(&Activity, i64) -> Markup| move || activity.with(|activity| render(activity, now_ms()));
    view! {
        {region("", shown(head), on_action.clone())}
        <div class="gw-content">
            {region("gw-slot", shown(trouble), on_action)}
            {still_region("gw-cards", shown(figures::cards))}
            <div class="gw-columns">
                {trend::trend(activity)}
                {cost::cost(activity)}
            </div>
            {live_log::live_log(activity)}
        </div>
    }
    .into_any()
}

fn head(activity: &Activity, now_ms: i64) -> Markup {
    // Where a site is not on UTC, LiteLLM's days begin at another hour than the site's.
    let midnight = format::time(clock::day_start(now_ms));
    let note =
        tf(msg!("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time."), &[("time", &midnight)]);
    let ranges =
        Range::ALL.map(|range| (OverviewAction::Show(range).print(), t(range.label()), range == activity.range));
    header(&t(msg!("Overview")), &note, &segments(msg!("Range"), &ranges))
}

fn trouble(activity: &Activity, _now_ms: i64) -> Markup {
    match &activity.trouble {
        None => Markup::default(),
        Some((error, None)) => problem(error, Some(OverviewAction::Retry.print())),
        Some((error, Some(age_s))) => stale_notice(error, *age_s, &OverviewAction::Retry.print()),
    }
}
