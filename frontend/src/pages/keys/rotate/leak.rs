//! A key has leaked: it is found by its secret, which is hashed where it is pasted, and stopped.

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    key_days,
    key_status::KeyStatus,
    language::{t, tf},
    msg,
    route::{KeysOpen, KeysRoute, PageName, Route, hash_in, secret_in},
    text::Msg,
    visible::{isolated, visible},
    wire::{KeyInfo, LogPage, OwnKey, TeamInfo, User, Users, Wire},
};
use serde_json::Value;

use super::{
    leak_calls::{CALLS, calls},
    words::link,
};
use crate::{
    action::{Action as _, actions},
    api::{self, Api, Read, keys, use_api},
    components::{Tone, header, notice, problem, region, skeleton_rows, still_region, use_messages},
    effect::watch,
    format,
    markup::{Markup, html, truth},
    pages::keys::{
        actions::name_of,
        create::{back, message_place},
        source::{KeysCache, use_keys_cache},
        table::spend,
    },
    query::{Query, QueryState, idle_query},
    router::{History, is_closed, use_router},
    store::Store,
    task::{now_ms, spawn},
};

actions! {
    enum LeakAction {
        Block = "block",
        Read = "read",
        ReadCalls = "read-calls",
    }
}

/// Queries of one type, which costs its bytes once.
type Answer = Query<Value>;

/// What is known of the key with this hash.
#[derive(Clone, Copy)]
struct Found {
    info: Answer,
    own: Answer,
    owner: Answer,
    team: Answer,
    calls: Answer,
    blocking: Store<Blocking>,
}

#[derive(Default)]
struct Blocking {
    busy: bool,
    error: Option<ApiError>,
}

fn asked(
    read: impl Fn(&Api) -> Read<Value> + 'static,
) -> impl Fn(Api) -> futures::future::LocalBoxFuture<'static, api::Result<api::Response<Value>>> {
    move |api| Box::pin(read(&api).checked())
}

/// `hash`: of the key that was told; empty: none yet.
pub fn leak(hash: String) -> AnyView {
    let again = !hash.is_empty();
    let found = if hash.is_empty() { ().into_any() } else { found(hash) };
    view! {
        {still_region("", head)}
        <div class="gw-content gw-content-narrow">
            {found}
            {paste(again)}
        </div>
    }
    .into_any()
}

fn head() -> Markup {
    let text = t(msg!(
        "Paste the secret: it is hashed in this window and neither sent nor kept. The key is found by its hash."
    ));
    header(&t(msg!("A key has leaked")), &text, &back())
}

/// The secret is read out of the field, and taken out of it, in one moment.
fn paste(again: bool) -> AnyView {
    let (router, field) = (use_router(), NodeRef::<leptos::html::Input>::new());
    let wrong = RwSignal::new(String::new());
    let look = move || {
        let Some(field) = field.get_untracked() else { return };
        let pasted = field.value();
        let hash = hash_in(&pasted);
        if hash.is_empty() {
            wrong.set(t(match pasted.trim() {
                "" => msg!("Paste the secret first."),
                text if secret_in(text).is_some() => msg!("This is only the beginning of a secret."),
                _ => msg!("There is no secret in this: those of virtual keys begin with sk-."),
            }));
            let _ = field.focus();
            return;
        }
        field.set_value("");
        router
            .navigate(Route::Keys(KeysRoute { open: KeysOpen::Leak(hash), ..KeysRoute::default() }), History::Replace);
    };
    let title = if again { msg!("Another secret") } else { msg!("The secret") };
    view! {
        <form
            class="gw-panel gw-form"
            novalidate
            autocomplete="off"
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                look();
            }
        >
            <div class=move || if wrong.with(String::is_empty) { "gw-field" } else { "gw-field gw-field-invalid" }>
                <label class="gw-label" for="gw-leaked">{t(title)}</label>
                <div class="gw-control">
                    <input
                        node_ref=field
                        type="password"
                        id="gw-leaked"
                        class="regular-text code"
                        dir="ltr"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="gw-leaked-error gw-leaked-help"
                        aria-invalid=move || (!wrong.with(String::is_empty)).then_some("true")
                        on:input=move |_| wrong.set(String::new())
                    />
                    <p class="gw-field-error" role="alert" id="gw-leaked-error">{move || wrong.get()}</p>
                    <p class="description" id="gw-leaked-help">{t(msg!("What stands around it does not matter: a line of a file, a header or an address will do."))}</p>
                </div>
            </div>
            <div class="gw-form-actions"><button type="submit" class="button button-primary">{t(msg!("Look for it"))}</button></div>
        </form>
    }
    .into_any()
}

fn found(hash: String) -> AnyView {
    let (api, cache) = (use_api(), use_keys_cache());
    let token = StoredValue::new(hash);
    let belongs = StoredValue::new((String::new(), String::new()));
    let found = Found {
        info: idle_query(asked(move |api| keys::info(api, &token.get_value()).untyped())),
        own: idle_query(asked(|api| keys::own(api).untyped())),
        owner: idle_query(asked(move |api| {
            let id = belongs.with_value(|(owner, _)| owner.clone());
            // One alone is taken for a part of an id.
            api::users::by_ids(api, &[&id, &id]).untyped()
        })),
        team: idle_query(asked(move |api| {
            api::teams::info(api, &belongs.with_value(|(_, team)| team.clone())).untyped()
        })),
        calls: idle_query(asked(move |api| {
            let now = now_ms();
            let since = now - key_days::DAYS as i64 * clock::DAY_MS;
            api::logs::of_key(api, &token.get_value(), since, now, CALLS).untyped()
        })),
        blocking: Store::new(Blocking::default()),
    };
    for query in [found.info, found.own] {
        query.refetch();
    }
    if !is_closed(PageName::Logs) {
        found.calls.refetch();
    }
    watch(move || {
        let Some(info) = found.info() else { return };
        let now = (info.info.user_id.clone(), info.info.team_id.clone());
        if belongs.with_value(|before| *before == now) {
            return;
        }
        belongs.set_value(now.clone());
        for (query, id) in [(found.owner, now.0), (found.team, now.1)] {
            if !id.is_empty() {
                query.turn();
            }
        }
    });
    // It stands above the field in which the keyboard is.
    let messages = use_messages();
    let said = Memo::new(move |_| found.said());
    // Of another secret nothing is known yet, which takes back what was said.
    watch(move || messages.announce(said.get()));
    let act = move |action: LeakAction| match action {
        LeakAction::Block => {
            let api = api.clone();
            spawn(async move { block(&api, found, &token.get_value(), cache).await });
        }
        LeakAction::Read => found.info.refetch(),
        LeakAction::ReadCalls => found.calls.refetch(),
    };
    view! {
        {message_place(still_region("gw-slot", move || found.message()))}
        {region("gw-stack", move || found.render(), act)}
    }
    .into_any()
}

/// Asks the gateway once more whether it is so: an answer that was lost tells nothing.
async fn block(api: &Api, found: Found, hash: &str, cache: KeysCache) {
    if found.blocking.with_untracked(|blocking| blocking.busy) {
        return;
    }
    found.blocking.update(|blocking| *blocking = Blocking { busy: true, error: None });
    let error = keys::set_blocked(api, hash, true).await.err();
    let now = keys::info(api, hash).response().await;
    let is_blocked = now.as_ref().is_ok_and(|now| now.stale.is_none() && now.data.info.blocked);
    if let Ok(now) = &now {
        cache.put(&now.data.key());
    }
    found.info.refetch();
    found.blocking.update(|blocking| *blocking = Blocking { busy: false, error: error.filter(|_| !is_blocked) });
}

impl Found {
    fn info(self) -> Option<KeyInfo> {
        self.info.with(|state| state.data.as_ref().map(KeyInfo::read))
    }

    /// What came of looking for it, in a word; empty: nothing yet.
    fn said(self) -> String {
        if self.info.with(is_unknown) {
            return t(UNKNOWN);
        }
        let Some(info) = self.info() else { return String::new() };
        let key = info.key();
        let status =
            if info.more.status == "deleted" { msg!("Deleted") } else { KeyStatus::of(&key, now_ms()).label() };
        tf(msg!("{label}: {value}"), &[("label", &isolated(&name_of(&key))), ("value", &t(status))])
    }

    fn is_own(self, hash: &str) -> bool {
        self.own.with(|state| state.data.as_ref().is_some_and(|data| OwnKey::read(data).key == hash))
    }

    fn message(self) -> Markup {
        self.blocking.with(|blocking| blocking.error.as_ref().map(|error| problem(error, None)).unwrap_or_default())
    }

    fn render(self) -> Markup {
        let unknown = self.info.with(is_unknown);
        match self.info() {
            _ if unknown => not_here(),
            Some(info) => self.of(&info),
            None => self.info.with(|state| match &state.error {
                Some(error) if !state.loading => problem(error, Some(LeakAction::Read.print())),
                _ => html! { div .gw-panel .gw-panel-body { (skeleton_rows(5)) } },
            }),
        }
    }

    fn of(self, info: &KeyInfo) -> Markup {
        let key = info.key();
        let (now, deleted) = (now_ms(), info.more.status == "deleted");
        let (status, own) = (KeyStatus::of(&key, now), self.is_own(&key.token));
        let name = name_of(&key);
        html! {
            section.gw-panel {
                div.gw-panel-head { h2.gw-panel-title dir="auto" { (name) } }
                div.gw-panel-body {
                    (self.facts(info, if deleted { None } else { Some(status) }))
                    @if own {
                        (notice(Tone::Error, &t(msg!("This is the plugin’s own service key")), &html! { p { (msg!("With it the whole gateway can be managed. It cannot be blocked from here: make another one at once (rotate-service-key.sh of the deployment kit does), enter it in wp-config.php, and delete this one in LiteLLM’s own console.")) } }))
                    } @else if deleted {
                        p { (msg!("This key is deleted: its calls are refused.")) }
                    } @else {
                        (self.buttons(&key.token, key.blocked, status))
                    }
                }
            }
            @if !is_closed(PageName::Logs) { (self.calls_panel()) }
        }
    }

    fn buttons(self, hash: &str, blocked: bool, status: KeyStatus) -> Markup {
        let busy = self.blocking.with(|blocking| blocking.busy);
        let replace = link(KeysOpen::Replace(hash.to_owned()));
        html! {
            @if blocked {
                p { (msg!("It is blocked: its calls are refused within a minute at the latest.")) }
            } @else if status == KeyStatus::Expired {
                p { (msg!("It has expired: its calls are refused.")) }
            } @else {
                p { (msg!("Blocked, its calls are refused within a minute at the latest, those of your own applications, too. You can unblock it at any time.")) }
            }
            div.gw-form-actions {
                @if !blocked {
                    button .button .button-primary .gw-button-destructive type="button" data-action=(LeakAction::Block) aria-disabled=(truth(busy)) {
                        @if busy { (msg!("Waiting for the gateway…")) } @else { (msg!("Block it now")) }
                    }
                }
                @if status != KeyStatus::Expired {
                    a class=(if blocked { "button button-primary" } else { "button" }) href=(replace) {
                        @if blocked { (msg!("Make a successor")) } @else { (msg!("Block it and make a successor")) }
                    }
                }
                a.button href=(link(KeysOpen::Key(hash.to_owned()))) { (msg!("Show the key")) }
            }
        }
    }

    /// `status`: none of a key that is deleted.
    fn facts(self, info: &KeyInfo, status: Option<KeyStatus>) -> Markup {
        let key = &info.info;
        let owner = self.owner.with(|state| {
            let users = Users::read(state.data.as_ref()?);
            api::users::find(&users, &key.user_id).map(called)
        });
        let team = self.team.with(|state| Some(TeamInfo::read(state.data.as_ref()?).team.team_alias));
        let moment = |text: &str, nothing: Msg| match clock::parse_utc_ms(text) {
            Some(ms) => format::date_time(ms),
            None if text.is_empty() => t(nothing),
            None => visible(text),
        };
        let named = |name: Option<String>, id: &str| match name.filter(|name| !name.is_empty()) {
            Some(name) => visible(&name),
            None if id.is_empty() => t(msg!("None")),
            None => visible(id),
        };
        let (owner, team) = (named(owner, &key.user_id), named(team, &key.team_id));
        html! {
            dl.gw-facts {
                dt { (msg!("Status")) }
                dd { @match status {
                    Some(status) => { span class={ "gw-chip gw-chip-" (status.slug()) } { (status.label()) } }
                    None => { span .gw-chip .gw-chip-expired { (msg!("Deleted")) } }
                } }
                dt { (msg!("Key")) } dd { code dir="ltr" { (visible(&key.key_name)) } }
                dt { (msg!("Owner")) } dd dir="auto" { (owner) }
                dt { (msg!("Team")) } dd dir="auto" { (team) }
                dt { (msg!("Spend")) } dd { (spend(key)) }
                dt { (msg!("Expires")) } dd { (moment(&key.expires, msg!("Never"))) }
                dt { (msg!("Last used")) } dd { (moment(&key.last_active, msg!("Not known"))) }
            }
        }
    }

    fn calls_panel(self) -> Markup {
        let body = self.calls.with(|state| match (&state.data, &state.error) {
            (Some(data), _) => calls(&LogPage::read(data)),
            (None, Some(error)) if !state.loading => problem(error, Some(LeakAction::ReadCalls.print())),
            _ => skeleton_rows(4),
        });
        html! {
            section.gw-panel {
                div.gw-panel-head { h2.gw-panel-title { (msg!("Its newest calls")) } }
                div.gw-panel-body { (body) }
            }
        }
    }
}

fn is_unknown(state: &QueryState<Value>) -> bool {
    state.error.as_ref().is_some_and(|error| error.is_missing() || matches!(error, ApiError::NotFound(_)))
}

fn called(user: &User) -> String {
    let names = [&user.user_alias, &user.user_email, &user.user_id];
    names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default()
}

const UNKNOWN: Msg = msg!("No key of this gateway has this secret");

/// The gateway has answered, and knows no such key.
fn not_here() -> Markup {
    let body = html! {
        p { (msg!("It may be of another gateway, or have been deleted here before.")) }
        p { (msg!("The master key of LiteLLM is in no list. If this might be it, change LITELLM_MASTER_KEY on the gateway at once: it opens everything.")) }
    };
    notice(Tone::Warning, &t(UNKNOWN), &body)
}
