//! What is asked to find out whether everything is in order. Each answer is shown as soon as it is there.

use std::pin::Pin;

use futures::future::{self, Join};
use model::{
    clock,
    endpoint::Endpoint,
    failure::ApiError,
    html_text,
    period::Hour,
    route::PageName,
    wire::{ConsoleCheck, OwnKey, PluginStatus, Readiness, Wire},
};
use serde_json::Value;

use crate::{
    api::{self, Api, Read, Response},
    router::is_closed,
    store::Store,
    task::now_ms,
};

/// What came of a question; none: it is awaited.
pub type Outcome<T> = Option<Result<Response<T>, ApiError>>;

/// All that is asked for, as far as it has come.
#[derive(Default)]
pub struct Findings {
    pub plugin: Outcome<PluginStatus>,
    /// Whether LiteLLM answers at all.
    pub alive: Outcome<Value>,
    pub readiness: Outcome<Readiness>,
    pub details: Outcome<Readiness>,
    pub own: Outcome<OwnKey>,
    pub console: Outcome<ConsoleCheck>,
    /// Reads that were tried, by operation, and what came of them.
    pub tried: Vec<(Endpoint, Option<ApiError>)>,
    /// Between the browser and WordPress.
    pub loses_nonce_header: bool,
    /// What other plugins print around the answers.
    pub noise: String,
    pub checked_ms: Option<i64>,
    /// A check is under way; what the one before found stays until it is found again.
    pub checking: bool,
}

/// Asks everything. How fast the gateway answers is measured without the others in its way; only the console is looked at
/// meanwhile, as that can take long.
pub async fn look(api: Api, findings: Store<Findings>) {
    findings.update(|findings| findings.checking = true);
    // WordPress's own part needs no gateway.
    let plugin = api::gateway::plugin_status(&api).response().await;
    let reachable = plugin.is_ok();
    findings.update(|findings| findings.plugin = Some(plugin));
    if reachable {
        let alive = api::gateway::alive(&api);
        api.part();
        let console = (!is_closed(PageName::Console)).then(|| api::gateway::console(&api));
        let console = async {
            let Some(console) = console else { return };
            let console = console.response().await;
            findings.update(|findings| findings.console = Some(console));
        };
        let gateway = async {
            let alive = alive.raw().await;
            findings.update(|findings| findings.alive = Some(alive));
            look_closer(&api, findings).await;
        };
        join(console, gateway).await;
    }
    findings.update(|findings| {
        findings.loses_nonce_header = api.loses_nonce_header();
        findings.noise = html_text::plain(&api.noise());
        findings.checked_ms = Some(now_ms());
        findings.checking = false;
    });
}

/// The gateway with its key, and what the key may do: two requests, of which neither waits for the other.
async fn look_closer(api: &Api, findings: Store<Findings>) {
    let now = now_ms();
    let readiness = api::gateway::readiness(api);
    let details = api::gateway::details(api);
    let own = api::keys::own(api);
    api.part();
    let mut tried = Vec::new();
    for endpoint in Endpoint::ALL {
        tried.extend(attempt(api, *endpoint, now).map(|read| (*endpoint, read)));
    }
    let gateway = async {
        let readiness = readiness.response().await;
        findings.update(|findings| findings.readiness = Some(readiness));
        let details = details.response().await;
        findings.update(|findings| findings.details = Some(details));
        let own = own.response().await;
        findings.update(|findings| findings.own = Some(own));
    };
    let rights = async {
        let mut errors = Vec::new();
        for (endpoint, read) in tried {
            errors.push((endpoint, read.await));
        }
        findings.update(|findings| findings.tried = errors);
    };
    join(gateway, rights).await;
}

/// The least that shows whether a read works; none: a write, which would change something, or what is asked for anyway.
fn attempt(api: &Api, endpoint: Endpoint, now: i64) -> Option<Tried> {
    Some(match endpoint {
        Endpoint::ActivityDay => try_read(api::activity::day(api, &clock::day(now), false)),
        Endpoint::LogsList if !is_closed(PageName::Logs) => {
            try_read(api::logs::since(api, now - clock::HOUR_MS, now, 1))
        }
        Endpoint::LogsCount => {
            try_read(api::activity::hour(api, Hour { start_ms: clock::day_start(now) }, true, false))
        }
        Endpoint::KeysList => try_read(api::keys::page_of_all(api, 1)),
        Endpoint::ModelsList => try_read(api::keys::models(api)),
        Endpoint::TeamsList => try_read(api::keys::teams(api)),
        // Asked for anyway, about ourselves, about one key, team or call, or a write; or what is read where it is there or wanted
        // only: users, budgets, organizations, which newer LiteLLM has with a licence only, and sums by any of them. Routes tell
        // of these.
        _ => return None,
    })
}

type Boxed<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Both at once; of one type, as each other type of task would cost bytes.
fn join<'a>(one: impl Future<Output = ()> + 'a, other: impl Future<Output = ()> + 'a) -> Join<Boxed<'a>, Boxed<'a>> {
    future::join(Box::pin(one), Box::pin(other))
}

type Tried = Pin<Box<dyn Future<Output = Option<ApiError>>>>;

fn try_read<T: Wire + 'static>(read: Read<T>) -> Tried {
    Box::pin(async move {
        match read.response().await {
            Ok(response) => response.stale,
            Err(error) => Some(error),
        }
    })
}
