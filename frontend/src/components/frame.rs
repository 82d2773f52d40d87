//! The frame of a page: its header, its panels, and what stands in a panel while there is nothing to show.

use model::{
    language::{t, tf},
    msg,
    text::Msg,
};

use crate::{
    format,
    markup::{Markup, html, truth},
};

/// Title, one line on what the page is for, and the page's own controls.
pub fn header(title: &str, subtitle: &str, controls: &Markup) -> Markup {
    html! {
        div.gw-header {
            div.gw-header-text {
                h1.gw-title tabindex="-1" { (title) }
                p.gw-subtitle { (subtitle) }
            }
            div.gw-header-actions { (controls) }
        }
    }
}

/// A titled box. `flush`: what is in it reaches to the edges.
pub fn panel(title: Msg, flush: bool, body: &Markup) -> Markup {
    html! {
        section class=(if flush { "gw-panel gw-panel-flush" } else { "gw-panel" }) {
            div.gw-panel-head { h2.gw-panel-title { (title) } }
            div.gw-panel-body { (body) }
        }
    }
}

/// A choice of one, as buttons in a row: the action of each as it is printed, its label, and whether it is the chosen one.
pub fn segments(label: Msg, choices: &[(String, String, bool)]) -> Markup {
    html! {
        div.gw-segments role="group" aria-label=(label) {
            @for (action, text, chosen) in choices {
                button.gw-segment type="button" data-action=(action) aria-pressed=(truth(*chosen)) { (text) }
            }
        }
    }
}

/// How old what is shown is, and a way to ask anew: an action as it is printed.
pub fn updated(loading: bool, age_s: Option<u64>, refresh: &str) -> Markup {
    let updated = match (loading, age_s) {
        (true, None) => t(msg!("Loading…")),
        // What stands there meanwhile may be old.
        (true, Some(age_s)) => tf(msg!("Updated {age}. Loading…"), &[("age", &format::age(age_s))]),
        (false, Some(age_s)) => tf(msg!("Updated {age}"), &[("age", &format::age(age_s))]),
        (false, None) => String::new(),
    };
    html! {
        span.gw-updated { (updated) }
        button .button .gw-icon-button type="button" data-action=(refresh) aria-disabled=(truth(loading))
            aria-label=(msg!("Refresh")) title=(msg!("Refresh")) { span .dashicons .dashicons-update aria-hidden="true" {} }
    }
}

/// What an empty place says: what is missing, and what to do next.
pub fn empty(title: &str, text: &str, more: &Markup) -> Markup {
    html! {
        div.gw-empty {
            p.gw-empty-title { (title) }
            @if !text.is_empty() { p { (text) } }
            (more)
        }
    }
}

/// Grey bars where rows will be, of the same height.
pub fn skeleton_rows(rows: usize) -> Markup {
    html! {
        div.gw-skeleton-rows aria-hidden="true" {
            @for _ in 0..rows { div .gw-skeleton .gw-skeleton-row {} }
        }
    }
}

/// Lines to paste, with a button that copies them.
pub fn code_block(id: &str, label: Msg, code: &str) -> Markup {
    html! {
        pre #(id) .gw-code dir="ltr" translate="no" tabindex="0" role="region" aria-label=(label) { (code) }
        p { (copy_button(id, msg!("Copy"), "button")) }
    }
}

/// Copies the text of the element with this id; says so in itself for a moment.
pub fn copy_button(id: &str, label: Msg, class: &'static str) -> Markup {
    html! { button class=(class) type="button" data-copy=(id) { (label) } }
}
