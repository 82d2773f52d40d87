//! The page of a plugin that does not know its gateway yet: the lines to paste into `wp-config.php`.

use leptos::prelude::*;

use crate::{
    components::{CopyButton, PageHeader, Panel},
    i18n::t,
    nav::{Page, PageLink},
};

const LINES: &str = "define( 'LITELLM_API_BASE', 'http://127.0.0.1:24157' );\ndefine( 'LITELLM_SERVICE_KEY', 'sk-…' );";

#[component]
pub fn FirstRun() -> impl IntoView {
    view! {
        <PageHeader title=t("Connect your gateway") subtitle=t("Two lines in wp-config.php, and this page shows your LiteLLM.")>
            <PageLink page=Page::Status class="button">{t("What is missing?")}</PageLink>
        </PageHeader>
        <div class="gw-content gw-content-narrow">
            <Panel title=t("1. Make a service key")>
                <p>{t("A service key belongs to this plugin alone and may do only what the plugin needs. Do not use the master key.")}</p>
                <p>{t("The deployment kit makes one with: deploy-full.sh --service-key")}</p>
            </Panel>
            <Panel title=t("2. Add these lines to wp-config.php")>
                <p>{t("Put them above the line that says “That’s all, stop editing!”, with your own address and key.")}</p>
                <pre class="gw-code" dir="ltr" tabindex="0">{LINES}</pre>
                <p><CopyButton text=Signal::derive(|| LINES.to_owned()) label=t("Copy") /></p>
                <p class="description">
                    {t("Environment variables of the same names come first. Nothing is stored in the database, and the key never reaches the browser.")}
                </p>
            </Panel>
            <Panel title=t("3. Come back")>
                <p>{t("Reload this page: the overview appears as soon as both lines are there.")}</p>
                <p><button type="button" class="button button-primary" on:click=|_| { let _ = window().location().reload(); }>{t("Reload")}</button></p>
            </Panel>
        </div>
    }
}
