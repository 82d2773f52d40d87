//! How the gateway is used: four figures, the trend, the cost by model, what needs somebody now, and the newest calls. Each
//! leads to what is behind it.

mod cost;
mod figures;
mod links;
mod live_log;
mod now;
mod source;
mod trend;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    language::{t, tf, tn},
    msg,
    period::Range,
    plural,
    route::{OverviewRoute, PageName, Route},
    text::Msg,
};

pub use self::source::{DaysCache, provide_days};
use self::{
    now::Beside,
    source::{Activity, use_activity},
};
use crate::{
    action::{Action as _, Subject, actions},
    chunk::{self, chunk},
    components::{empty, header, problem, region, segments, skeleton_rows, stale_notice, still_region, updated},
    effect::watch,
    format,
    markup::{Markup, html},
    router::{History, is_closed, use_router},
    store::Store,
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
        Refresh = "refresh",
        Retry = "retry",
    }
}

pub fn overview() -> AnyView {
    let router = use_router();
    let (activity, source) = use_activity();
    let beside = Beside { activity, cause: Store::new(Markup::default()), refreshed: Store::new(0) };
    provide_context(beside);
    let on_action = move |action| match action {
        OverviewAction::Show(range) => {
            router.navigate(Route::Overview(OverviewRoute { range }), History::Push);
        }
        OverviewAction::Refresh => {
            source.ask_anew();
            beside.refreshed.update(|refreshed| *refreshed += 1);
        }
        OverviewAction::Retry => source.ask(),
    };
    let shown =
        move |render: fn(&Activity, i64) -> Markup| move || activity.with(|activity| render(activity, now_ms()));
    view! {
        {region("", shown(head), on_action.clone())}
        <div class="gw-content">
            {region("gw-slot", shown(trouble), on_action)}
            {still_region("gw-cards", move || {
                activity.with(|activity| beside.cause.with(|cause| figures::cards(activity, cause, now_ms())))
            })}
            <div class="gw-columns">
                {trend::trend(activity)}
                {cost::cost(activity)}
            </div>
            {later(activity)}
            {(!is_closed(PageName::Logs)).then(|| live_log::live_log(activity))}
        </div>
    }
    .into_any()
}

/// What is asked for when the figures are there. Its room is kept.
fn later(activity: Store<Activity>) -> AnyView {
    let code = chunk!(overview_now, now::now);
    let begun = Store::new(false);
    watch(move || {
        let is_drawn = activity
            .with(|activity| !activity.loading && (activity.trouble.is_some() || activity.age_s(now_ms()).is_some()));
        if is_drawn && !begun.with_untracked(|begun| *begun) {
            begun.update(|begun| *begun = true);
        }
    });
    let shown = move || {
        if begun.with(|begun| *begun) { chunk::part(code) } else { still_region("", || skeleton_rows(4)) }
    };
    view! { <div class="gw-now">{shown}</div> }.into_any()
}

fn head(activity: &Activity, now_ms: i64) -> Markup {
    // Where a site is not on UTC, LiteLLM's days begin at another hour than the site's.
    let midnight = format::time(clock::day_start(now_ms));
    let note = tf(
        msg!("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time. Changes are of whole days."),
        &[("time", &midnight)],
    );
    let ranges =
        Range::ALL.map(|range| (OverviewAction::Show(range).print(), t(range.label()), range == activity.range));
    let controls = html! {
        (updated(activity.asking_anew, activity.age_s(now_ms), &OverviewAction::Refresh.print()))
        (segments(msg!("Range"), &ranges))
    };
    header(&t(msg!("Overview")), &note, &controls)
}

fn trouble(activity: &Activity, now_ms: i64) -> Markup {
    let Some(error) = &activity.trouble else { return Markup::default() };
    match activity.age_s(now_ms).filter(|_| *error != ApiError::NotAllowed) {
        None => problem(error, Some(OverviewAction::Retry.print())),
        Some(age_s) => stale_notice(error, age_s, &OverviewAction::Retry.print()),
    }
}

const CANNOT_BE_TRUE: Msg = msg!("The gateway gives a number that cannot be true");

/// In the place of calls that were counted, and that no log tells of.
fn no_log(counted: f64) -> Markup {
    let text = tn(
        plural!(
            "The gateway has counted {count} request today. Where disable_spend_logs is set in its general_settings, it keeps no log of calls.",
            "The gateway has counted {count} requests today. Where disable_spend_logs is set in its general_settings, it keeps no log of calls."
        ),
        counted as u64,
        &format::count(counted),
    );
    empty(&t(msg!("No calls in the gateway’s log")), &text, &Markup::default())
}
