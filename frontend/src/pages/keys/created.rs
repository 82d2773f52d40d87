//! The new secret, shown once, with an example that works when pasted.

use leptos::prelude::*;
use model::{
    clock,
    key_form::expiry_differs,
    snippet::{self, Language},
    wire::{CreatedKey, Model},
};

use crate::{
    boot::use_boot,
    components::{CopyButton, Note, PageHeader, Panel, Tone},
    format,
    i18n::{t, tf},
    nav::{Page, PageLink},
};

/// A key that was just made. Its secret lives here and in the page, and nowhere else.
#[derive(Clone)]
pub struct Made {
    key: CreatedKey,
    /// A model that the key may call, and what it does (`chat`, `embedding`, …).
    model: (String, String),
    /// The end that LiteLLM set, when it is not the one that was asked for.
    other_end_ms: Option<i64>,
}

impl Made {
    pub fn new(key: CreatedKey, asked_days: Option<u64>, created_ms: i64, known: &[Model]) -> Made {
        let allowed = |model: &&Model| key.models.is_empty() || key.models.contains(&model.model_group);
        let fits = known.iter().filter(allowed).find(|model| model.mode == "chat").or_else(|| known.iter().find(allowed));
        let model = match fits {
            Some(model) => (model.model_group.clone(), model.mode.clone()),
            None => (key.models.first().cloned().unwrap_or_else(|| "gpt-4o".to_owned()), "chat".to_owned()),
        };
        let expires_ms = clock::parse_utc_ms(&key.expires);
        let other_end_ms = asked_days.zip(expires_ms).filter(|(days, end)| expiry_differs(*days, created_ms, *end)).map(|(_, end)| end);
        Made { key, model, other_end_ms }
    }
}

#[component]
pub fn Created(made: Made) -> impl IntoView {
    let base = use_boot().public_base();
    let language = RwSignal::new(Language::Curl);
    let secret = StoredValue::new(made.key.key.clone());
    let alias = made.key.key_alias.clone();
    let model = StoredValue::new(made.model);
    let example = Memo::new(move |_| {
        secret.with_value(|secret| model.with_value(|(name, mode)| snippet::example(language.get(), &base, secret, name, mode)))
    });
    on_cleanup(move || secret.set_value(String::new()));
    let tab = move |choice: Language| {
        view! {
            <button type="button" class="gw-segment" aria-pressed=move || (language.get() == choice).to_string() on:click=move |_| language.set(choice)>
                {choice.label()}
            </button>
        }
    };
    let tabs = view! {
        <div class="gw-segments" role="group" aria-label=t("Language")>{Language::ALL.map(tab).collect_view()}</div>
    }
    .into_any();
    view! {
        <PageHeader title=tf("“{alias}” is ready", &[("alias", &alias)]) subtitle=t("Copy the key now: it is not shown again.")>
            <PageLink page=Page::Keys class="button">{t("Done")}</PageLink>
        </PageHeader>
        <div class="gw-content gw-content-narrow">
            <Note tone=Tone::Success title=t("The key was created")>
                <p>{t("LiteLLM keeps only a fingerprint of it. When you leave this page the key is gone from here, too.")}</p>
            </Note>
            {made.other_end_ms.map(|end| view! {
                <Note tone=Tone::Warning title=t("The gateway set another end than you chose")>
                    <p>{tf("The key expires on {date}.", &[("date", &format::date_time(end))])}</p>
                </Note>
            })}
            <Panel title=t("Your new key")>
                <div class="gw-secret">
                    <label class="screen-reader-text" for="gw-secret">{t("Your new key")}</label>
                    <input type="text" id="gw-secret" class="gw-secret-text code" dir="ltr" readonly autocomplete="off" spellcheck="false"
                        prop:value=move || secret.get_value() on:focus={select_all} />
                    <CopyButton text=Signal::derive(move || secret.get_value()) label=t("Copy key") primary=true />
                </div>
            </Panel>
            <Panel title=t("Try it") aside=tabs>
                <pre class="gw-code" dir="ltr" tabindex="0">{move || example.get()}</pre>
                <p><CopyButton text=example label=t("Copy example") /></p>
            </Panel>
        </div>
    }
}

fn select_all(event: web_sys::FocusEvent) {
    event_target::<web_sys::HtmlInputElement>(&event).select();
}
