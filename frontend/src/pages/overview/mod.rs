//! How the gateway is used: four figures, the trend, the cost by model, and the newest calls.

mod cost;
mod figures;
mod live_log;
mod source;
mod trend;

use leptos::prelude::*;
use model::{chart::Palette, clock, period::Range};

use self::{cost::CostByModel, figures::Figures, live_log::LiveLogPanel, source::use_activity, trend::Trend};
use crate::{
    components::{PageHeader, Problem, StaleNote},
    format,
    hooks::now_ms,
    i18n::{t, tf},
    nav::use_nav,
};

/// The colours of the administrator's scheme, as the stylesheet names them.
const PALETTE: Palette = Palette { primary: "var(--gw-accent)", failed: "var(--gw-failed)", grid: "var(--gw-grid)" };

#[component]
pub fn Overview() -> impl IntoView {
    let nav = use_nav();
    let asked = nav.query("range");
    let range = Memo::new(move |_| asked.with(|value| Range::from_value(value.as_deref().unwrap_or_default())));
    let activity = use_activity(range);

    // Where a site is not on UTC, LiteLLM's days begin and end at another hour than the site's.
    let day_note = Memo::new(move |_| {
        let midnight = format::time(clock::day_start(now_ms()));
        tf("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time.", &[("time", &midnight)])
    });

    view! {
        <PageHeader title=t("Overview") subtitle=day_note>
            <div class="gw-segments" role="group" aria-label=t("Range")>
                {Range::ALL.map(|choice| view! {
                    <button
                        type="button"
                        class="gw-segment"
                        aria-pressed=move || (range.get() == choice).to_string()
                        on:click=move |_| nav.set(&[("range", Some(choice.value()))], true)
                    >
                        {t(choice.label())}
                    </button>
                }).collect_view()}
            </div>
        </PageHeader>
        <div class="gw-content">
            {move || match activity.trouble.get() {
                None => None,
                Some((error, None)) => Some(view! { <Problem error=error retry=activity.retry /> }.into_any()),
                Some((error, Some(age_s))) => Some(view! { <StaleNote error=error age_s=age_s retry=activity.retry /> }.into_any()),
            }}
            <Figures range=range activity=activity />
            <div class="gw-columns">
                <Trend range=range activity=activity />
                <CostByModel range=range activity=activity />
            </div>
            <LiveLogPanel />
        </div>
    }
}
