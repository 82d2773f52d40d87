//! Making a key. Checked before it is sent; what LiteLLM refuses lands on the field it belongs to.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    key_form::{KeyDraft, ModelChoice, fields},
    language::{t, tf},
    msg,
    people::Kind,
    route::{KeysList, KeysOpen, KeysRoute, PageName, Route},
    text::Msg,
    wire::{CreatedKey, KeyInfo, Wire},
};
use serde_json::Value;

use super::{
    advanced::advanced,
    choices::{self, Choices},
    created::{Made, created},
    edit::edit,
    form::{self, Form, by_rules, ceilings, placed, refused},
    source::keys_route,
};
use crate::{
    action::{Action as _, actions},
    api::{self, Api, keys, use_api},
    chunk::{self, Chunk, chunk, load_ahead},
    components::{Tone, explained, header, notice, problem, region, section, skeleton_rows, still_region},
    effect::{is, watch},
    format,
    markup::{Markup, html},
    pages::people::quick::Quick,
    router::{href, use_router},
    store::Store,
    task::{Task, now_ms, spawn},
};

/// How far the gateway's clock may be from that of WordPress.
pub const CLOCKS_DIFFER_MS: i64 = 5 * clock::MINUTE_MS;

/// Why nothing was made, or why that is not known.
#[derive(Debug, Clone)]
enum Trouble {
    Failed(ApiError),
    /// The answer was lost, and the gateway knows no key of this alias.
    NotMade(ApiError),
    /// The answer was lost with the secret in it, but the key is there.
    SecretLost(String),
    /// The answer was lost, and whether the key is there could not be found out.
    Unknown(ApiError),
    /// What shows the secret could not be had, so that nothing was sent.
    Incomplete,
}

/// The form at this address: for a new key, for one like another, or for one that is there.
pub fn create() -> AnyView {
    let router = use_router();
    let open = Memo::new(move |_| keys_route(&router.route()).open);
    (move || match open.get() {
        KeysOpen::Edit(hash) => with_key(hash, Purpose::Edit),
        KeysOpen::Like(hash) => with_key(hash, Purpose::Like),
        KeysOpen::Create => new_key(blank()),
        // Another page is on its way.
        _ => ().into_any(),
    })
    .into_any()
}

/// Where this site allows some models only, one has to choose.
fn blank() -> KeyDraft {
    let which = if ceilings().models.is_empty() { ModelChoice::All } else { ModelChoice::Some };
    KeyDraft { which, ..KeyDraft::default() }
}

#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Edit,
    Like,
}

actions! {
    enum ReadAction {
        Retry = "retry",
    }
}

/// Reads a key, then shows the form that is filled in with it.
fn with_key(hash: String, purpose: Purpose) -> AnyView {
    let state: Store<Option<api::Result<(KeyInfo, bool)>>> = Store::new(None);
    let (api, reading) = (use_api(), Task::new());
    let token = hash.clone();
    let read = Rc::new(move || {
        let (info, own) = (keys::info(&api, &token), keys::own(&api));
        let token = token.clone();
        state.update(|state| *state = None);
        reading.run(async move {
            let info = info.response().await.map(|response| response.data);
            // Newer versions keep what they have deleted: a pattern it can be, and nothing more.
            let info = match info {
                Ok(info) if purpose == Purpose::Edit && info.more.status == "deleted" => Err(ApiError::gone()),
                info => info,
            };
            // Without it PHP refuses what must not be.
            let is_own = own.response().await.is_ok_and(|own| own.data.key == token);
            state.update(|state| *state = Some(info.map(|info| (info, is_own))));
        });
    });
    read();
    let (again, returning) = (read.clone(), read);
    let api = use_api();
    watch(move || {
        if !api.signed_out() && state.with_untracked(|state| matches!(state, Some(Err(ApiError::SignedOut)))) {
            returning();
        }
    });
    let title = move || t(if purpose == Purpose::Edit { msg!("Edit key") } else { msg!("Create key") });
    let is_read =
        is(move || state.with(|state| matches!(state, Some(Ok((_, is_own))) if !*is_own || purpose == Purpose::Like)));
    let again = StoredValue::new_local(again);
    (move || {
        if is_read.get()
            && let Some(Some(Ok((info, _)))) = state.try_with_untracked(Clone::clone)
        {
            return match purpose {
                Purpose::Edit => edit(hash.clone(), info),
                Purpose::Like => new_key(KeyDraft::like(&info, now_ms(), format::decimal_mark())),
            };
        }
        view! {
            {still_region("", move || header(&title(), "", &back()))}
            <div class="gw-content gw-content-narrow">
                {region(
                    "gw-panel gw-panel-body",
                    move || state.with(|state| match state {
                        None => skeleton_rows(8),
                        Some(Err(error)) => problem(error, Some(ReadAction::Retry.print())),
                        Some(Ok(_)) => html! { p { (msg!("This is the key with which the plugin itself reaches the gateway. It cannot be changed from here.")) } },
                    }),
                    move |ReadAction::Retry| again.with_value(|again| again()),
                )}
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn new_key(draft: KeyDraft) -> AnyView {
    // Whether there is a new key to show; the key itself is gone from memory when the page is left.
    let made: Store<Option<Made>> = Store::new(None);
    provide_context(made);
    // Also when the browser keeps the page to come back to.
    let hidden = window_event_listener_untyped("pagehide", move |_| made.update(|made| *made = None));
    on_cleanup(move || hidden.remove());
    let there = is(move || made.with(Option::is_some));
    // It shows the secret: it has to be there before that comes.
    let shown = chunk!(keys_created, created);
    load_ahead(vec![shown]);
    (move || if there.get() { chunk::view(PageName::Keys, shown) } else { create_form(draft.clone(), made, shown) })
        .into_any()
}

#[derive(Clone)]
struct Creation {
    api: Api,
    form: Form,
    choices: Store<Choices>,
    trouble: Store<Option<Trouble>>,
    made: Store<Option<Made>>,
    shown: Chunk,
}

fn create_form(draft: KeyDraft, made: Store<Option<Made>>, shown: Chunk) -> AnyView {
    let creation = Creation {
        api: use_api(),
        form: Form::new(draft),
        choices: Store::new(Choices::default()),
        trouble: Store::new(None),
        made,
        shown,
    };
    let Creation { api, form, choices, trouble, .. } = creation.clone();
    form.guard(use_router());
    let quick = Quick::new(form, choices);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        creation.submit();
    };
    let message = move || trouble.with(|trouble| trouble.as_ref().map(in_words).unwrap_or_default());
    view! {
        {still_region("", head)}
        <div class="gw-content gw-content-narrow">
            {message_place(still_region("gw-slot", message))}
            <form class="gw-panel gw-form" novalidate on:submit=on_submit>
                {all_fields(form, choices, &api, quick, None)}
                {submit_row(form, msg!("Create key"))}
            </form>
            {quick.dialog()}
        </div>
    }
    .into_any()
}

/// Above the form, where the keyboard goes when no field is to blame.
pub fn message_place(message: AnyView) -> AnyView {
    view! { <div class="gw-form-message" tabindex="-1">{message}</div> }.into_any()
}

/// `of_budget`: what there is beside the budget of a key that is edited.
pub fn all_fields(form: Form, choices: Store<Choices>, api: &Api, quick: Quick, of_budget: Option<AnyView>) -> AnyView {
    let loading = Task::new();
    // Which organization a key belongs to is said when it is made.
    let is_new = of_budget.is_none();
    choices::load(api, choices, is_new, &loading);
    let again = {
        let api = api.clone();
        move || choices::load(&api, choices, is_new, &loading)
    };
    let returning = again.clone();
    let signed = api.clone();
    watch(move || {
        let failed = |choices: &Choices| matches!(choices.models, Some(Err(ApiError::SignedOut)));
        if !signed.signed_out() && choices.with_untracked(failed) {
            returning();
        }
    });
    let basics = view! {
        {form::alias(form)}
        {form::models(form, choices, again)}
        {form::owner(form, choices, api, quick.make(Kind::User))}
        {form::team(form, choices, api, quick.make(Kind::Team))}
        {is_new.then(|| form::organization(form, choices, "gw-organization"))}
        {form::expiry(form)}
    };
    let limits = view! {
        {form::budget(form)}
        {of_budget}
        {form::rate(form, "gw-rpm_limit", &fields::RPM)}
        {form::rate(form, "gw-tpm_limit", &fields::TPM)}
        {form::rate(form, "gw-max_parallel_requests", &fields::PARALLEL)}
    };
    view! {
        {section(msg!("Basics"), basics.into_any())}
        {section(msg!("Limits"), limits.into_any())}
        {advanced(form, choices, is_new)}
    }
    .into_any()
}

pub fn submit_row(form: Form, action: Msg) -> AnyView {
    submit_row_to(form, action, &Route::Keys(KeysRoute::default()))
}

/// With a way back to the list.
pub fn submit_row_to(form: Form, action: Msg, list: &Route) -> AnyView {
    let label = move || t(if form.is_busy() { msg!("Waiting for the gateway…") } else { action });
    view! {
        <div class="gw-form-actions">
            <button type="submit" class="button button-primary" aria-disabled=move || form.is_busy().to_string()>{label}</button>
            <a class="button" href=href(list)>{t(msg!("Cancel"))}</a>
        </div>
    }
    .into_any()
}

pub fn back() -> Markup {
    html! { a.button href=(href(&Route::Keys(KeysRoute::default()))) { (msg!("Back to all keys")) } }
}

fn head() -> Markup {
    header(
        &t(msg!("Create key")),
        &t(msg!("The key can call models and nothing else: it never manages the gateway.")),
        &back(),
    )
}

fn in_words(trouble: &Trouble) -> Markup {
    match trouble {
        Trouble::Failed(error) => problem(error, None),
        Trouble::NotMade(error) => notice(
            Tone::Error,
            &t(error.title()),
            &html! { (explained(error)) p { (msg!("The gateway knows no key with this alias, so nothing was created. You can try again.")) } },
        ),
        Trouble::SecretLost(alias) => {
            let list = KeysList { search: alias.clone(), ..KeysList::default() };
            let list = href(&Route::Keys(KeysRoute { list, ..KeysRoute::default() }));
            let text = tf(
                msg!("LiteLLM shows a secret only once. Delete “{alias}” from the list and create it again."),
                &[("alias", alias)],
            );
            let body = html! {
                p { (text) }
                p.gw-notice-actions {
                    a.button href=(list) { (msg!("Show the key")) }
                }
            };
            notice(Tone::Warning, &t(msg!("The key was created, but its secret was lost on the way")), &body)
        }
        Trouble::Incomplete => {
            let body = html! { p { (msg!("A file of this page did not come, so nothing was created. The connection may have been interrupted, or the plugin updated meanwhile: reload the page, then try again.")) } };
            notice(Tone::Error, &t(msg!("The form is not complete")), &body)
        }
        Trouble::Unknown(error) => {
            let body = html! {
                (explained(error))
                p { (msg!("Whether the key was created is not known. Look for its alias in the list before you try again.")) }
                p.gw-notice-actions {
                    a.button href=(href(&Route::Keys(KeysRoute::default()))) { (msg!("Back to all keys")) }
                }
            };
            notice(Tone::Error, &t(error.title()), &body)
        }
    }
}

impl Creation {
    fn submit(&self) {
        if self.form.is_busy_untracked() {
            return;
        }
        let draft = self.form.draft_untracked();
        self.trouble.update(|trouble| *trouble = None);
        match by_rules(|rules| draft.validate(rules)) {
            Ok(params) => {
                // Until the answer is there nobody leaves: it brings a secret that is shown once.
                self.form.begin();
                let creation = self.clone();
                spawn(async move { creation.send(draft, params).await });
            }
            Err(problems) => self.form.fail(placed(problems)),
        }
    }

    async fn send(&self, draft: KeyDraft, params: Value) {
        // What shows the secret has to be there first.
        if !(self.shown.load)().await {
            self.trouble.update(|trouble| *trouble = Some(Trouble::Incomplete));
            self.form.fail(Vec::new());
            return;
        }
        let created_ms = now_ms();
        match send(&self.api, &params, draft.alias.trim(), created_ms).await {
            Ok(answer) => {
                let (models, team) = self.choices.with_untracked(|choices| {
                    let id = match answer["team_id"].as_str() {
                        Some(id) if !id.is_empty() => id,
                        _ => params["team"].as_str().unwrap_or_default(),
                    };
                    let team = choices.teams.items.iter().find(|team| !id.is_empty() && team.team_id == id).cloned();
                    (choices.known_models().to_vec(), team)
                });
                let made = Made { answer, asked: params, created_ms, models, team };
                self.made.update(|place| *place = Some(made));
            }
            Err(failed) => {
                let errors = match &failed {
                    Trouble::Failed(error) => refused(error),
                    _ => Vec::new(),
                };
                // There is a key, or there may be: this draft is not what would be lost.
                if matches!(failed, Trouble::SecretLost(_) | Trouble::Unknown(_)) {
                    self.form.mark_saved();
                }
                self.trouble.update(|trouble| *trouble = Some(failed));
                self.form.fail(errors);
            }
        }
    }
}

/// Sends the form once. Where the answer was lost, the alias tells whether there is a key now; nothing is sent again.
async fn send(api: &Api, params: &Value, alias: &str, sent_ms: i64) -> Result<Value, Trouble> {
    let error = match keys::create(api, params).await {
        Ok(answer) if !CreatedKey::read(&answer).key.is_empty() => return Ok(answer),
        Ok(_) => ApiError::Unreadable { endpoint: "keys.create" },
        Err(error) if !error.outcome_unknown() => return Err(Trouble::Failed(error)),
        Err(error) => error,
    };
    match keys::by_alias(api, alias).response().await {
        Ok(answer) if answer.stale.is_none() => Err(match answer.data.keys.first() {
            // A key that was there before is not the one that was asked for, and must not be deleted for it.
            Some(key)
                if clock::parse_utc_ms(&key.created_at).is_some_and(|created| created > sent_ms - CLOCKS_DIFFER_MS) =>
            {
                Trouble::SecretLost(alias.to_owned())
            }
            // Only where LiteLLM has answered it is done with it: after a timeout or a broken connection it may still be at it.
            None if is_answered(&error) => Trouble::NotMade(error),
            _ => Trouble::Unknown(error),
        }),
        _ => Err(Trouble::Unknown(error)),
    }
}

/// Whether LiteLLM itself has answered, though not well.
pub fn is_answered(error: &ApiError) -> bool {
    matches!(error, ApiError::Gateway(failure) if failure.code == "gateway_error")
}
