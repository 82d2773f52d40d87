//! What is asked to find out whether everything is in order. Each answer is shown as soon as it is there.

use model::{
    clock,
    failure::ApiError,
    period::Hour,
    route::KeysList,
    wire::{ConsoleCheck, OwnKey, PluginStatus, Readiness, Wire},
};
use serde_json::Value;

use crate::{
    api::{self, Api, Read, Response},
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
    pub tried: Vec<(&'static str, Option<ApiError>)>,
    pub checked_ms: Option<i64>,
    /// A check is under way; what the one before found stays until it is found again.
    pub checking: bool,
}

/// Asks everything. How fast the gateway answers is measured alone and first, without the others in its way.
pub async fn look(api: Api, findings: Store<Findings>) {
    findings.update(|findings| findings.checking = true);
    // WordPress's own part needs no gateway.
    let plugin = api::gateway::plugin_status(&api);
    let plugin = plugin.response().await;
    let reachable = plugin.is_ok();
    findings.update(|findings| findings.plugin = Some(plugin));
    if reachable {
        let alive = api::gateway::alive(&api).raw().await;
        findings.update(|findings| findings.alive = Some(alive));
        look_closer(&api, findings).await;
    }
    findings.update(|findings| {
        findings.checked_ms = Some(now_ms());
        findings.checking = false;
    });
}

/// Everything else at once: the questions of one moment travel together, and the console's own check does not hold them up.
async fn look_closer(api: &Api, findings: Store<Findings>) {
    let now = now_ms();
    let list = KeysList::default();
    let readiness = api::gateway::readiness(api);
    let details = api::gateway::details(api);
    let own = api::keys::own(api);
    let tried = [
        ("activity.day", try_read(api::activity::day(api, &clock::day(now), false))),
        ("logs.list", try_read(api::logs::since(api, now - clock::HOUR_MS, now, 1))),
        ("logs.count", try_read(api::activity::hour(api, Hour { start_ms: clock::day_start(now) }, true, false))),
        ("keys.list", try_read(api::keys::list(api, &list))),
        ("keys.aliases", try_read(api::keys::aliases(api, "-"))),
        ("keys.self", try_read(api::keys::own(api))),
        ("models.list", try_read(api::keys::models(api))),
        ("teams.list", try_read(api::keys::teams(api))),
    ];
    let console = api::gateway::console(api);
    let readiness = readiness.response().await;
    findings.update(|findings| findings.readiness = Some(readiness));
    let details = details.response().await;
    findings.update(|findings| findings.details = Some(details));
    let own = own.response().await;
    findings.update(|findings| findings.own = Some(own));
    let mut errors = Vec::new();
    for (name, read) in tried {
        errors.push((name, read.await));
    }
    findings.update(|findings| findings.tried = errors);
    let console = console.response().await;
    findings.update(|findings| findings.console = Some(console));
}

type Tried = std::pin::Pin<Box<dyn Future<Output = Option<ApiError>>>>;

fn try_read<T: Wire + 'static>(read: Read<T>) -> Tried {
    Box::pin(async move {
        match read.response().await {
            Ok(response) => response.stale,
            Err(error) => Some(error),
        }
    })
}
