//! What a key has spent, against what it may.

use leptos::prelude::*;
use model::{key_status, wire::Key};

use crate::{
    format,
    i18n::{t, tf},
};

#[component]
pub fn BudgetBar(key: Key) -> impl IntoView {
    let spent = format::usd(key.spend);
    let Some((budget, share)) = key.max_budget.zip(key_status::budget_share(&key)) else {
        return view! { <span class="gw-amount">{spent}</span> }.into_any();
    };
    let text = tf("{spent} of {budget}", &[("spent", &spent), ("budget", &format::usd(budget))]);
    let level = if share >= 1.0 {
        "gw-bar-over"
    } else if share >= 0.8 {
        "gw-bar-near"
    } else {
        ""
    };
    let period = period(&key.budget_duration);
    view! {
        <span class="gw-amount">{text}</span>
        <span class=format!("gw-bar {level}") role="img" aria-label=tf("{percent} of the budget spent", &[("percent", &format::percent(share))])>
            <span class="gw-bar-fill" style:width=format!("{:.1}%", share.clamp(0.0, 1.0) * 100.0)></span>
        </span>
        {period.map(|period| view! { <span class="gw-minor">{period}</span> })}
    }
    .into_any()
}

/// LiteLLM's `30d`, in words.
fn period(duration: &str) -> Option<String> {
    Some(match duration {
        "" => return None,
        "1d" | "24h" => t("a day"),
        "7d" => t("a week"),
        "30d" | "1mo" => t("a month"),
        other => tf("every {period}", &[("period", other)]),
    })
}
