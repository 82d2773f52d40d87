//! The frame of a page: its header, its panels, and what stands in a panel while there is nothing to show.

use model::text::Msg;

use crate::markup::{Html, html};

/// Title, one line on what the page is for, and the page's own controls.
pub fn header(title: &str, subtitle: &str, controls: impl FnOnce(&mut Html)) -> String {
    let mut h = Html::new();
    html!(h, r#"<div class="gw-header"><div class="gw-header-text"><h1 class="gw-title" tabindex="-1">"# {title} r#"</h1><p class="gw-subtitle">"# {subtitle}
        r#"</p></div><div class="gw-header-actions">"# (controls(&mut h)) "</div></div>");
    h.finish()
}

/// A titled box.
pub fn panel(h: &mut Html, title: &str, flush: bool, body: impl FnOnce(&mut Html)) {
    h.raw(if flush { r#"<section class="gw-panel gw-panel-flush">"# } else { r#"<section class="gw-panel">"# });
    html!(h, r#"<div class="gw-panel-head"><h2 class="gw-panel-title">"# {title} r#"</h2></div><div class="gw-panel-body">"# (body(h)) "</div></section>");
}

/// A choice of one, as buttons in a row: value, label, and whether it is the chosen one.
pub fn segments(h: &mut Html, act: &str, label: &str, choices: impl Iterator<Item = (&'static str, String, bool)>) {
    html!(h, r#"<div class="gw-segments" role="group" aria-label=""# {label} "\">");
    for (value, text, chosen) in choices {
        html!(h, r#"<button type="button" class="gw-segment" data-act=""# {act} r#"" data-id=""# {value} r#"" aria-pressed=""#
            {if chosen { "true" } else { "false" }} "\">" {text} "</button>");
    }
    h.raw("</div>");
}

/// What an empty place says: what is missing, and what to do next.
pub fn empty(h: &mut Html, title: &str, text: &str, more: impl FnOnce(&mut Html)) {
    html!(h, r#"<div class="gw-empty"><p class="gw-empty-title">"# {title} "</p>");
    if !text.is_empty() {
        html!(h, "<p>" {text} "</p>");
    }
    html!(h, (more(h)) "</div>");
}

/// Grey bars where rows will be, of the same height.
pub fn skeleton_rows(h: &mut Html, rows: usize) {
    h.raw(r#"<div class="gw-skeleton-rows" aria-hidden="true">"#);
    for _ in 0..rows {
        h.raw(r#"<div class="gw-skeleton gw-skeleton-row"></div>"#);
    }
    h.raw("</div>");
}

/// Lines to paste, with a button that copies them.
pub fn code_block(h: &mut Html, id: &str, code: &str, copy: Msg) {
    html!(h, r#"<pre class="gw-code" dir="ltr" translate="no" tabindex="0" id=""# {id} "\">" {code} r##"</pre><p><button type="button" class="button" data-copy=""##
        {id} "\">" [copy] r#"</button> <span class="gw-minor" role="status"></span></p>"#);
}
