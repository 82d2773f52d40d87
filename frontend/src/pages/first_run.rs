//! The page of a plugin that does not know its gateway yet: the lines to paste into `wp-config.php`.

use leptos::prelude::*;
use model::{
    endpoint::SERVICE_ROUTES,
    failure::{ApiError, classify_value},
    language::t,
    msg,
    route::Route,
};

use crate::{
    action::actions,
    boot::with_boot,
    components::{Tone, code_block, explained, header, notice, panel, region},
    markup::{Markup, html},
    router::href,
};

const LINES: &str = "define( 'LITELLM_API_BASE', 'http://127.0.0.1:24157' );\ndefine( 'LITELLM_SERVICE_KEY', 'sk-…' );";

/// The account behind the key, and the key, which may call the routes of the contract and no others.
fn key_requests() -> String {
    let before = r#"curl http://127.0.0.1:24157/user/new \
  --header "Authorization: Bearer $LITELLM_MASTER_KEY" --header 'Content-Type: application/json' \
  --data '{"user_id": "wordpress", "user_role": "proxy_admin", "auto_create_key": false}'
curl http://127.0.0.1:24157/key/generate \
  --header "Authorization: Bearer $LITELLM_MASTER_KEY" --header 'Content-Type: application/json' \
  --data '{"key_alias": "wordpress", "user_id": "wordpress", "allowed_routes": [
"#;
    [before, SERVICE_ROUTES, "]}'"].concat()
}

actions! {
    enum FirstRunAction {
        Reload = "reload",
    }
}

pub fn first_run() -> AnyView {
    region("", page, |FirstRunAction::Reload| {
        let _ = window().location().reload();
    })
}

/// What of the settings is there already and keeps them from being used. Where nothing is there, the page says all.
fn problem() -> Markup {
    let error = with_boot(|boot| classify_value("status", 503, &boot.problem));
    let ApiError::NotConfigured(failure) = &error else { return Markup::default() };
    let tone = if failure.reason.ends_with("_invalid") { Tone::Error } else { Tone::Warning };
    if failure.reason == "base_missing" {
        Markup::default()
    } else {
        notice(tone, &t(error.title()), &explained(&error))
    }
}

fn page() -> Markup {
    let what_is_missing = html! { a.button href=(href(&Route::Status)) { (msg!("What is missing or not valid?")) } };
    let key = html! {
        p { (msg!("A service key belongs to this plugin alone and may do only what the plugin needs. Do not use the master key.")) }
        p { (msg!("These two requests make one; run them where LiteLLM runs, with its master key in LITELLM_MASTER_KEY, and with the address of your LiteLLM in place of http://127.0.0.1:24157. The second one answers with the key.")) }
        (code_block("gw-key-lines", msg!("Requests that make a service key"), &key_requests()))
    };
    let config = html! {
        p { (msg!("Put them above the line that says “That’s all, stop editing!”, with your own address and key.")) }
        (code_block("gw-config-lines", msg!("Lines for wp-config.php"), LINES))
        p.description { (msg!("Environment variables of the same names come first. Nothing is stored in the database, and the key never reaches the browser.")) }
    };
    let back = html! {
        p { (msg!("Reload this page: the overview appears as soon as both settings are there and can be used.")) }
        p { button .button .button-primary type="button" data-action=(FirstRunAction::Reload) { (msg!("Reload")) } }
    };
    html! {
        (header(
            &t(msg!("Connect your gateway")),
            &t(msg!("Two settings in wp-config.php, and this page shows your LiteLLM.")),
            &what_is_missing,
        ))
        div .gw-content .gw-content-narrow {
            (problem())
            (panel(msg!("1. Make a service key"), false, &key))
            (panel(msg!("2. Add these lines to wp-config.php"), false, &config))
            (panel(msg!("3. Come back"), false, &back))
        }
    }
}
