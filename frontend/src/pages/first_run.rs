//! The page of a plugin that does not know its gateway yet: the lines to paste into `wp-config.php`.

use leptos::prelude::*;

use crate::{
    components::{code_block, header, panel, slot},
    i18n::t,
    markup::{Html, html},
    nav::Page,
};

const LINES: &str = "define( 'LITELLM_API_BASE', 'http://127.0.0.1:24157' );\ndefine( 'LITELLM_SERVICE_KEY', 'sk-…' );";

pub fn first_run() -> AnyView {
    let reload = |_| {
        let _ = window().location().reload();
    };
    slot("", page).on_act(reload).view()
}

fn page() -> String {
    let mut h = Html::new();
    let head =
        header(&t("Connect your gateway"), &t("Two lines in wp-config.php, and this page shows your LiteLLM."), |h| {
            html!(h, r#"<a class="button" href=""# {Page::Status.href()} "\">" ["What is missing?"] "</a>");
        });
    h.drawing(&head).raw(r#"<div class="gw-content gw-content-narrow">"#);
    panel(&mut h, &t("1. Make a service key"), false, |h| {
        html!(h, "<p>" ["A service key belongs to this plugin alone and may do only what the plugin needs. Do not use the master key."]
            "</p><p>" ["The deployment kit makes one with: deploy-full.sh --service-key"] "</p>");
    });
    panel(&mut h, &t("2. Add these lines to wp-config.php"), false, |h| {
        html!(h, "<p>" ["Put them above the line that says “That’s all, stop editing!”, with your own address and key."] "</p>"
            (code_block(h, "gw-config-lines", LINES, "Copy"))
            r#"<p class="description">"# ["Environment variables of the same names come first. Nothing is stored in the database, and the key never reaches the browser."] "</p>");
    });
    panel(&mut h, &t("3. Come back"), false, |h| {
        html!(h, "<p>" ["Reload this page: the overview appears as soon as both lines are there."]
            r#"</p><p><button type="button" class="button button-primary" data-act="reload">"# ["Reload"] "</button></p>");
    });
    h.raw("</div>");
    h.finish()
}
