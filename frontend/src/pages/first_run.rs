//! The page of a plugin that does not know its gateway yet: the lines to paste into `wp-config.php`.

use leptos::prelude::*;

use crate::{
    components::{code_block, header, panel, slot},
    i18n::t,
    markup::{Html, html},
    nav::Page,
};

const LINES: &str = "define( 'LITELLM_API_BASE', 'http://127.0.0.1:24157' );\ndefine( 'LITELLM_SERVICE_KEY', 'sk-…' );";

/// The account behind the key, and the key, which may call the routes of the contract and no others.
const KEY_REQUESTS: &str = r#"curl http://127.0.0.1:24157/user/new \
  --header "Authorization: Bearer $LITELLM_MASTER_KEY" --header 'Content-Type: application/json' \
  --data '{"user_id": "wordpress", "user_role": "proxy_admin", "auto_create_key": false}'
curl http://127.0.0.1:24157/key/generate \
  --header "Authorization: Bearer $LITELLM_MASTER_KEY" --header 'Content-Type: application/json' \
  --data '{"key_alias": "wordpress", "user_id": "wordpress", "allowed_routes": [
    "/user/daily/activity", "/spend/logs", "/key/list", "/key/info", "/key/aliases", "/model_group/info", "/v2/team/list",
    "/health/readiness", "/key/generate", "/key/block", "/key/unblock", "/key/delete"]}'"#;

pub fn first_run() -> AnyView {
    let reload = |_| {
        let _ = window().location().reload();
    };
    slot("", page).on_act(reload).view()
}

fn page() -> String {
    let mut h = Html::new();
    let head = header(
        &t(msg!("Connect your gateway")),
        &t(msg!("Two lines in wp-config.php, and this page shows your LiteLLM.")),
        |h| {
            html!(h, r#"<a class="button" href=""# {Page::Status.href()} "\">" [msg!("What is missing?")] "</a>");
        },
    );
    h.drawing(&head).raw(r#"<div class="gw-content gw-content-narrow">"#);
    panel(&mut h, &t(msg!("1. Make a service key")), false, |h| {
        html!(h, "<p>" [msg!("A service key belongs to this plugin alone and may do only what the plugin needs. Do not use the master key.")]
            "</p><p>" [msg!("These two requests make one; run them where LiteLLM runs, with its master key in LITELLM_MASTER_KEY. The second one answers with the key.")] "</p>"
            (code_block(h, "gw-key-lines", KEY_REQUESTS, msg!("Copy"))));
    });
    panel(&mut h, &t(msg!("2. Add these lines to wp-config.php")), false, |h| {
        html!(h, "<p>" [msg!("Put them above the line that says “That’s all, stop editing!”, with your own address and key.")] "</p>"
            (code_block(h, "gw-config-lines", LINES, msg!("Copy")))
            r#"<p class="description">"# [msg!("Environment variables of the same names come first. Nothing is stored in the database, and the key never reaches the browser.")] "</p>");
    });
    panel(&mut h, &t(msg!("3. Come back")), false, |h| {
        html!(h, "<p>" [msg!("Reload this page: the overview appears as soon as both lines are there.")]
            r#"</p><p><button type="button" class="button button-primary" data-act="reload">"# [msg!("Reload")] "</button></p>");
    });
    h.raw("</div>");
    h.finish()
}
