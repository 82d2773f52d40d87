//! One figure: its value, how it compares with the period before, and its trend.

use leptos::prelude::*;

/// How a change is meant: more errors are bad, more calls are neither.
#[component]
pub fn FigureCard(
    #[prop(into)] label: String,
    /// None while its days are on their way.
    #[prop(into)] value: Signal<Option<String>>,
    /// The whole number where `value` is a short form.
    #[prop(into)] exact: Signal<String>,
    /// The change in words, and whether it is good or bad news.
    #[prop(into)] change: Signal<Option<(String, News)>>,
    #[prop(into)] compared_with: Signal<String>,
    /// An SVG text.
    #[prop(into)] trend: Signal<Option<String>>,
    /// The trend in words.
    #[prop(into)] trend_label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="gw-card">
            <h2 class="gw-card-label">{label}</h2>
            <p class="gw-card-value" title=move || exact.get()>
                {move || value.get().map_or_else(|| view! { <span class="gw-skeleton gw-skeleton-value"></span> }.into_any(), |value| value.into_any())}
            </p>
            <p class="gw-card-change">
                {move || match change.get() {
                    Some((text, news)) => view! {
                        <span class=news.class()>{text}</span> " " <span class="gw-minor">{compared_with.get()}</span>
                    }.into_any(),
                    None => view! { <span class="gw-skeleton gw-skeleton-text"></span> }.into_any(),
                }}
            </p>
            <div class="gw-card-trend" role="img" aria-label=move || trend_label.get() inner_html=move || trend.get().unwrap_or_default()></div>
        </div>
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Good,
    Bad,
    Neutral,
}

impl News {
    fn class(self) -> &'static str {
        match self {
            News::Good => "gw-change gw-change-good",
            News::Bad => "gw-change gw-change-bad",
            News::Neutral => "gw-change",
        }
    }
}
