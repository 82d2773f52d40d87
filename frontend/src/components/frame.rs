//! The frame of a page: its header, its panels, and what stands in a panel while there is nothing to show.

use leptos::prelude::*;

/// Title, one line on what the page is for, and the page's own controls.
#[component]
pub fn PageHeader(#[prop(into)] title: String, #[prop(into)] subtitle: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <header class="gw-header">
            <div class="gw-header-text">
                <h1 class="gw-title" tabindex="-1">{title}</h1>
                <p class="gw-subtitle">{move || subtitle.get()}</p>
            </div>
            <div class="gw-header-actions">{children()}</div>
        </header>
    }
}

/// A titled box; `aside` stands at the other end of its title.
#[component]
pub fn Panel(
    #[prop(into)] title: String,
    #[prop(into, optional)] class: String,
    #[prop(optional)] aside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("gw-panel {class}")>
            <div class="gw-panel-head">
                <h2 class="gw-panel-title">{title}</h2>
                <div class="gw-panel-aside">{aside}</div>
            </div>
            <div class="gw-panel-body">{children()}</div>
        </section>
    }
}

/// What an empty place says: what is missing, and what to do next.
#[component]
pub fn Empty(#[prop(into)] title: String, #[prop(into, optional)] text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="gw-empty">
            <p class="gw-empty-title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Grey bars where rows will be, of the same height.
#[component]
pub fn SkeletonRows(rows: usize) -> impl IntoView {
    view! {
        <div class="gw-skeleton-rows" aria-hidden="true">
            {(0..rows).map(|_| view! { <div class="gw-skeleton gw-skeleton-row"></div> }).collect_view()}
        </div>
    }
}
