//! All calls of the question as a file: what offers it. What writes it is a chunk of its own, as it may never be asked for.

use leptos::prelude::*;
use model::{language::t, logs::file::Format, msg};

use super::source::Source;
use crate::{
    action::actions,
    chunk::{self, chunk},
    components::region,
    effect,
    markup::html,
    store::Store,
};

actions! {
    enum ExportAction {
        Csv = "csv",
        Json = "json",
    }
}

/// The file that somebody wants, and where its calls come from.
#[derive(Clone, Copy)]
pub struct Wanted {
    pub source: Source,
    pub format: Store<Option<Format>>,
}

pub fn use_wanted(source: Source) -> Wanted {
    let wanted = Wanted { source, format: Store::new(None) };
    provide_context(wanted);
    wanted
}

/// The menu of the toolbar.
pub fn menu(wanted: Wanted) -> AnyView {
    let items = region(
        "",
        || {
            html! {
                button.button-link type="button" data-action=(ExportAction::Csv) { (msg!("All of these calls as CSV")) }
                button.button-link type="button" data-action=(ExportAction::Json) { (msg!("All of these calls as JSON")) }
            }
        },
        move |action| {
            let format = match action {
                ExportAction::Csv => Format::Csv,
                ExportAction::Json => Format::Json,
            };
            wanted.format.update(|wanted| *wanted = Some(format));
        },
    );
    view! {
        <details class="gw-menu gw-download">
            <summary class="button">{t(msg!("Download"))}</summary>
            <div class="gw-menu-items" role="group" aria-label=t(msg!("Download"))>{items}</div>
        </details>
    }
    .into_any()
}

/// How far the file has come; nothing while there is none.
pub fn written(wanted: Wanted) -> AnyView {
    let is_wanted = effect::is(move || wanted.format.with(Option::is_some));
    (move || if is_wanted.get() { chunk::part(chunk!(logs_file, super::file::file)) } else { ().into_any() }).into_any()
}
