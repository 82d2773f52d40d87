//! How the gateway is used: four figures, the trend, the cost by model, and the newest calls.

mod cost;
mod figures;
mod live_log;
mod source;
mod trend;

use leptos::prelude::*;
use model::{chart::Palette, clock, period::Range};

use self::source::{Activity, use_activity};
use crate::{
    components::{header, problem, segments, slot, stale_note},
    format,
    i18n::{t, tf},
    markup::Html,
    nav::use_nav,
    poll::now_ms,
};

/// The colours of the administrator's scheme, as the stylesheet names them.
const PALETTE: Palette = Palette { primary: "var(--gw-accent)", failed: "var(--gw-failed)", grid: "var(--gw-grid)" };

pub fn overview() -> AnyView {
    let nav = use_nav();
    let (activity, poll) = use_activity();
    let shown = |html: fn(&Activity) -> String| {
        let activity = activity.clone();
        move || activity.read(html)
    };
    let head = slot("", shown(head)).on_act(move |act| nav.set(&[("range", Some(act.id.as_str()))], true));
    let trouble = slot("gw-slot", shown(trouble)).on_act(move |_| poll.ask());
    view! {
        {head.view()}
        <div class="gw-content">
            {trouble.view()}
            {slot("gw-cards", shown(figures::cards)).view()}
            <div class="gw-columns">
                {trend::trend(activity.clone())}
                {slot("gw-panel", shown(cost::panel)).view()}
            </div>
            {live_log::live_log()}
        </div>
    }
    .into_any()
}

fn head(activity: &Activity) -> String {
    // Where a site is not on UTC, LiteLLM's days begin at another hour than the site's.
    let midnight = format::time(clock::day_start(now_ms()));
    let note =
        tf(msg!("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time."), &[("time", &midnight)]);
    header(&t(msg!("Overview")), &note, |h| {
        segments(
            h,
            "range",
            &t(msg!("Range")),
            Range::ALL.into_iter().map(|choice| (choice.value(), t(choice.label()), choice == activity.range)),
        );
    })
}

fn trouble(activity: &Activity) -> String {
    let mut h = Html::new();
    match &activity.trouble {
        None => {}
        Some((error, None)) => problem(&mut h, error, true),
        Some((error, Some(age_s))) => stale_note(&mut h, error, *age_s),
    }
    h.finish()
}
