//! Moves through the pages of a list.

use leptos::prelude::*;

use crate::{
    format,
    i18n::{t, tf, tn},
};

/// `page` counts from 1; `go` is given the page to show.
#[component]
pub fn Pagination(#[prop(into)] page: Signal<usize>, #[prop(into)] pages: Signal<usize>, #[prop(into)] total: Signal<usize>, #[prop(into)] go: Callback<usize>) -> impl IntoView {
    let step = move |label: &'static str, sign: &'static str, enabled: Signal<bool>, to: Signal<usize>| {
        view! {
            <button type="button" class="button gw-page-button" aria-label=t(label) title=t(label) disabled=move || !enabled.get() on:click=move |_| go.run(to.get_untracked())>
                <span aria-hidden="true" class="gw-mirror">{sign}</span>
            </button>
        }
    };
    let back = Signal::derive(move || page.get() > 1);
    let on = Signal::derive(move || page.get() < pages.get());
    view! {
        <div class="gw-pagination">
            <span class="gw-minor">{move || tn("{count} key", "{count} keys", total.get(), &format::count(total.get() as f64))}</span>
            {move || (pages.get() > 1).then(|| view! {
                <nav class="gw-pages" aria-label=t("Pages")>
                    {step("First page", "«", back, Signal::derive(|| 1))}
                    {step("Previous page", "‹", back, Signal::derive(move || page.get().saturating_sub(1).max(1)))}
                    <span class="gw-minor" aria-current="page">
                        {move || tf("{page} of {pages}", &[("page", &format::count(page.get() as f64)), ("pages", &format::count(pages.get() as f64))])}
                    </span>
                    {step("Next page", "›", on, Signal::derive(move || (page.get() + 1).min(pages.get())))}
                    {step("Last page", "»", on, pages)}
                </nav>
            })}
        </div>
    }
}
