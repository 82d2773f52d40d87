//! How the gateway is used: four figures, the trend, the cost by model, and the newest calls.

mod cost;
mod figures;
mod live_log;
mod source;
mod trend;

use leptos::prelude::*;
use model::{chart::Palette, clock, period::Range};

use self::{live_log::LiveLogPanel, source::use_activity, trend::Trend};
use crate::{
    components::{Act, Slot, header, problem, segments, stale_note},
    format,
    hooks::now_ms,
    i18n::{t, tf},
    markup::Html,
    nav::use_nav,
};

/// The colours of the administrator's scheme, as the stylesheet names them.
const PALETTE: Palette = Palette { primary: "var(--gw-accent)", failed: "var(--gw-failed)", grid: "var(--gw-grid)" };

#[component]
pub fn Overview() -> impl IntoView {
    let nav = use_nav();
    let asked = nav.query("range");
    let range = Signal::derive(move || asked.with(|value| Range::from_value(value.as_deref().unwrap_or_default())));
    let activity = use_activity(range);

    let head = Signal::derive(move || head(range.get()));
    let choose = Callback::new(move |act: Act| nav.set(&[("range", Some(act.id.as_str()))], true));
    let trouble = Signal::derive(move || {
        let mut h = Html::new();
        match activity.trouble.get() {
            None => {}
            Some((error, None)) => problem(&mut h, &error, true),
            Some((error, Some(age_s))) => stale_note(&mut h, &error, age_s),
        }
        h.finish()
    });
    let figures = Signal::derive(move || figures::cards(range.get(), activity));
    let cost = Signal::derive(move || cost::panel(range.get(), activity));
    view! {
        <Slot html=head on_act=choose />
        <div class="gw-content">
            <Slot class="gw-slot" html=trouble on_act=Callback::new(move |_: Act| activity.retry()) />
            <Slot class="gw-cards" html=figures />
            <div class="gw-columns">
                <Trend range=range activity=activity />
                <Slot class="gw-panel" html=cost />
            </div>
            <LiveLogPanel />
        </div>
    }
}

fn head(range: Range) -> String {
    // Where a site is not on UTC, LiteLLM's days begin at another hour than the site's.
    let midnight = format::time(clock::day_start(now_ms()));
    let note = tf("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time.", &[("time", &midnight)]);
    header(&t("Overview"), &note, |h| {
        segments(h, "range", &t("Range"), Range::ALL.into_iter().map(|choice| (choice.value(), t(choice.label()), choice == range)));
    })
}
