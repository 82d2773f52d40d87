//! Whether everything is in order: settings, gateway, service key, rights, console. Each line says what it found, and what to do.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    period::Hour,
    rights::{Right, right},
    text::Msg,
    version::{Verdict, verdict},
    wire::{ConsoleCheck, OwnKey, PluginStatus, Readiness, Setting},
};
use serde_json::Value;

use crate::{
    api::{self, Answer, Api, use_api},
    components::{header, panel, problem, skeleton_rows, slot},
    format,
    i18n::{t, tf},
    markup::{Html, html},
    poll::{now_ms, run},
    store::Store,
};

type Asked<T> = Result<Answer<T>, ApiError>;

/// All that is asked for, as it came.
struct Findings {
    plugin: Asked<PluginStatus>,
    /// Whether LiteLLM answers at all.
    alive: Asked<Value>,
    readiness: Asked<Readiness>,
    details: Asked<Readiness>,
    own: Asked<OwnKey>,
    console: Asked<ConsoleCheck>,
    /// Reads that were tried, by operation, and what came of them.
    tried: Vec<(&'static str, Option<ApiError>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Light {
    Good,
    Warning,
    Bad,
    Unknown,
}

impl Light {
    fn class(self) -> &'static str {
        match self {
            Light::Good => "dashicons dashicons-yes-alt gw-light-good",
            Light::Warning => "dashicons dashicons-warning gw-light-warning",
            Light::Bad => "dashicons dashicons-dismiss gw-light-bad",
            Light::Unknown => "dashicons dashicons-minus gw-light-unknown",
        }
    }

    fn word(self) -> String {
        match self {
            Light::Good => t(msg!("In order")),
            Light::Warning => t(msg!("Please look")),
            Light::Bad => t(msg!("Not in order")),
            Light::Unknown => t(msg!("Not known")),
        }
    }
}

/// One line: what it is about, what was found, what to do.
struct Line {
    light: Light,
    label: String,
    value: String,
    advice: String,
}

impl Line {
    fn new(light: Light, label: Msg, value: impl Into<String>) -> Line {
        Line::named(light, &t(label), value)
    }

    /// A label that is no word of a language.
    fn named(light: Light, label: &str, value: impl Into<String>) -> Line {
        Line { light, label: label.to_owned(), value: value.into(), advice: String::new() }
    }

    fn advise(mut self, advice: impl Into<String>) -> Line {
        self.advice = advice.into();
        self
    }

    fn failed(label: Msg, error: &ApiError) -> Line {
        let said = if error.message().is_empty() { t(error.title()) } else { error.message().to_owned() };
        Line::new(Light::Bad, label, said).advise(t(error.advice()))
    }
}

#[derive(Default)]
struct State {
    findings: Option<Findings>,
    checked_ms: i64,
    busy: bool,
}

pub fn status() -> AnyView {
    let api = use_api();
    let state = Store::new(State::default());
    let asked = state.clone();
    let ask = Rc::new(move || {
        if asked.peek(|state| state.busy) {
            return;
        }
        asked.change(|state| state.busy = true);
        let (api, state) = (api.clone(), asked.clone());
        run(async move {
            let findings = look(&api).await;
            state.change(|state| *state = State { findings: Some(findings), checked_ms: now_ms(), busy: false });
        });
    });
    ask();
    let (headed, again) = (state.clone(), ask.clone());
    let head = slot("", move || headed.read(head)).on_act(move |_| again());
    let body = slot("gw-content gw-content-narrow", move || state.read(|state| report(state.findings.as_ref())))
        .on_act(move |_| ask());
    view! { {head.view()} {body.view()} }.into_any()
}

fn head(state: &State) -> String {
    let subtitle = match state.checked_ms {
        0 => t(msg!("Checking the connection to the gateway…")),
        ms => tf(msg!("Checked at {time}."), &[("time", &format::time_with_seconds(ms))]),
    };
    header(&t(msg!("Status")), &subtitle, |h| {
        html!(h, r#"<button type="button" class="button" data-act="retry" aria-disabled=""# {if state.busy { "true" } else { "false" }} "\">"
            [if state.busy { msg!("Checking…") } else { msg!("Check again") }] "</button>");
    })
}

fn report(findings: Option<&Findings>) -> String {
    let mut h = Html::new();
    match findings {
        None => {
            panel(&mut h, &t(msg!("Settings")), false, |h| skeleton_rows(h, 2));
            panel(&mut h, &t(msg!("Gateway")), false, |h| skeleton_rows(h, 4));
        }
        Some(findings) => match &findings.plugin {
            // WordPress itself does not answer: then nothing else was asked either.
            Err(error) => problem(&mut h, error, true),
            Ok(Answer { data: plugin, .. }) => {
                for (title, lines) in [
                    (msg!("Settings"), settings(plugin)),
                    (msg!("Gateway"), gateway(findings)),
                    (msg!("Service key"), service_key(findings)),
                    (msg!("What the service key may do"), rights(findings, plugin)),
                    (msg!("Console"), console(findings)),
                    (msg!("This site"), site(plugin)),
                ] {
                    panel(&mut h, &t(title), true, |h| write_lines(h, &lines));
                }
            }
        },
    }
    h.finish()
}

fn write_lines(h: &mut Html, lines: &[Line]) {
    h.raw(r#"<table class="gw-lines"><tbody>"#);
    for line in lines {
        html!(h, r#"<tr><th scope="row"><span class=""# {line.light.class()} r#"" aria-hidden="true"></span>"# {line.label}
            r#"</th><td><span class="screen-reader-text">"# {line.light.word()} r#": </span><span class="gw-line-value">"# {line.value} "</span>");
        if !line.advice.is_empty() {
            html!(h, r#"<p class="gw-line-advice">"# {line.advice} "</p>");
        }
        h.raw("</td></tr>");
    }
    h.raw("</tbody></table>");
}

/// Everything at once: the questions of one moment travel together.
async fn look(api: &Api) -> Findings {
    let now = now_ms();
    let first_key = api::keys::Listing { page: 1, size: 1, sort_by: "created_at", ..api::keys::Listing::default() };
    // Alone and first: how fast the gateway answers is measured without the others in its way.
    let alive = api::gateway::alive(api).value().await;
    let plugin = api::gateway::plugin_status(api);
    let readiness = api::gateway::readiness(api);
    let details = api::gateway::details(api);
    let own = api::keys::own(api);
    let console = api::gateway::console(api);
    let reads = [
        ("activity.day", api::activity::day(api, &clock::day(now))),
        ("logs.list", api::logs::since(api, now - clock::HOUR_MS, now, 1)),
        ("logs.count", api::activity::hour(api, Hour { start_ms: clock::day_start(now) }, true)),
        ("keys.list", api::keys::list(api, &first_key)),
        ("keys.aliases", api::keys::aliases(api, "-")),
        ("keys.self", api::keys::own(api)),
        ("models.list", api::keys::models(api)),
        ("teams.list", api::keys::teams(api)),
    ];
    let mut tried = Vec::new();
    for (name, read) in reads {
        tried.push((name, trouble(&read.value().await)));
    }
    Findings {
        plugin: plugin.read().await,
        alive,
        readiness: readiness.read().await,
        details: details.read().await,
        own: own.read().await,
        console: console.read().await,
        tried,
    }
}

fn trouble<T>(asked: &Asked<T>) -> Option<ApiError> {
    match asked {
        Ok(answer) => answer.stale.clone(),
        Err(error) => Some(error.clone()),
    }
}

fn settings(plugin: &PluginStatus) -> Vec<Line> {
    let mut lines = vec![
        setting("LITELLM_API_BASE", &plugin.base, &plugin.base.value),
        setting("LITELLM_SERVICE_KEY", &plugin.key, &plugin.key.masked),
    ];
    // This one may be missing.
    if plugin.console.source != "missing" {
        lines.push(setting("LITELLM_CONSOLE_URL", &plugin.console, &plugin.console.value));
    }
    lines
}

fn setting(name: &str, setting: &Setting, shown: &str) -> Line {
    let from = match setting.source.as_str() {
        "environment" => t(msg!("from the environment")),
        "constant" => t(msg!("from wp-config.php")),
        _ => String::new(),
    };
    match setting.problem.as_str() {
        "" => Line::named(Light::Good, name, tf(msg!("{value}, {source}"), &[("value", shown), ("source", &from)])),
        "missing" => Line::named(Light::Bad, name, t(msg!("Missing")))
            .advise(tf(msg!("Add a line to wp-config.php: define( '{name}', '…' );"), &[("name", name)])),
        _ => Line::named(Light::Bad, name, tf(msg!("Not usable, {source}"), &[("source", &from)]))
            .advise(setting.hint.clone()),
    }
}

fn gateway(findings: &Findings) -> Vec<Line> {
    let mut lines = vec![match &findings.alive {
        Ok(answer) if answer.stale.is_none() => {
            let took = answer.took_ms.map(|ms| tf(msg!("Yes, in {time}"), &[("time", &format::duration(ms as f64))]));
            Line::new(Light::Good, msg!("Answers"), took.unwrap_or_else(|| t(msg!("Yes"))))
        }
        Ok(answer) => Line::failed(msg!("Answers"), answer.stale.as_ref().unwrap_or(&ApiError::Offline)),
        Err(error) => Line::failed(msg!("Answers"), error),
    }];
    // Newer LiteLLM tells more under `details`, older all under `readiness`.
    let current = |asked: &Asked<Readiness>| {
        asked.as_ref().ok().filter(|answer| answer.stale.is_none()).map(|answer| answer.data.clone())
    };
    let details = current(&findings.details).or_else(|| current(&findings.readiness));
    let Some(readiness) = details else {
        if let (Err(error), Ok(_)) = (&findings.readiness, &findings.alive) {
            lines.push(Line::failed(msg!("Ready"), error));
        }
        return lines;
    };
    lines.push(version_line(&readiness.litellm_version));
    lines.push(match readiness.db.as_str() {
        "connected" => Line::new(Light::Good, msg!("Database"), t(msg!("Connected"))),
        "" => Line::new(Light::Unknown, msg!("Database"), t(msg!("The gateway does not tell"))),
        other => Line::new(Light::Bad, msg!("Database"), other)
            .advise(t(msg!("Without a database LiteLLM knows no keys and no spend: set DATABASE_URL."))),
    });
    lines.push(match readiness.cache.as_str() {
        "" => Line::new(Light::Unknown, msg!("Cache"), t(msg!("None, or the gateway does not tell"))),
        other => Line::new(Light::Good, msg!("Cache"), other),
    });
    lines
}

fn version_line(version: &str) -> Line {
    let found = verdict(version);
    let light = match found {
        Verdict::Fine => Light::Good,
        Verdict::Unknown => Light::Unknown,
        Verdict::BelowSafeFloor => Light::Warning,
        Verdict::Malicious => Light::Bad,
    };
    let shown = if version.is_empty() { t(msg!("The gateway does not tell")) } else { version.to_owned() };
    let advice = found.advice();
    Line::new(light, msg!("LiteLLM version"), shown).advise(advice.map(t).unwrap_or_default())
}

fn service_key(findings: &Findings) -> Vec<Line> {
    let own = match &findings.own {
        Ok(answer) => &answer.data,
        Err(ApiError::NotFound(_)) => {
            return vec![Line::new(Light::Warning, msg!("Kind"), t(msg!("Not a virtual key; probably the master key"))).advise(t(msg!("The master key may do everything. Make a service key of its own for this plugin, so that a leak can be stopped without stopping the gateway.")))];
        }
        Err(error) => return vec![Line::failed(msg!("Kind"), error)],
    };
    let info = &own.info;
    let name = if info.key_alias.is_empty() {
        info.key_name.clone()
    } else {
        tf(msg!("{alias} ({masked})"), &[("alias", &info.key_alias), ("masked", &info.key_name)])
    };
    let mut lines = vec![Line::new(Light::Good, msg!("Key"), name)];
    lines.push(if info.user_id.is_empty() {
        Line::new(Light::Warning, msg!("User"), t(msg!("None")))
            .advise(t(msg!("A key without a user sees its own data only. Give it a user with the role proxy_admin.")))
    } else {
        Line::new(Light::Good, msg!("User"), info.user_id.clone())
    });
    lines.push(match clock::parse_utc_ms(&info.expires) {
        None if info.expires.is_empty() => Line::new(Light::Good, msg!("Expires"), t(msg!("Never"))),
        None => Line::new(Light::Unknown, msg!("Expires"), info.expires.clone()),
        Some(ms) if ms <= now_ms() => Line::new(Light::Bad, msg!("Expires"), format::date_time(ms))
            .advise(t(msg!("Make a new service key and put it into LITELLM_SERVICE_KEY."))),
        Some(ms) if ms <= now_ms() + 14 * clock::DAY_MS => {
            Line::new(Light::Warning, msg!("Expires"), format::date_time(ms))
                .advise(t(msg!("Make a new service key and put it into LITELLM_SERVICE_KEY before then.")))
        }
        Some(ms) => Line::new(Light::Good, msg!("Expires"), format::date_time(ms)),
    });
    if info.blocked {
        lines.push(
            Line::new(Light::Bad, msg!("Blocked"), t(msg!("Yes")))
                .advise(t(msg!("Unblock it in LiteLLM’s console, or configure another one."))),
        );
    }
    lines
}

/// Reads are tried; writes are judged by the routes that the key was given, as trying them would change something.
fn rights(findings: &Findings, plugin: &PluginStatus) -> Vec<Line> {
    let routes = findings.own.as_ref().ok().map(|answer| answer.data.info.allowed_routes.as_slice());
    plugin
        .operations
        .iter()
        .filter(|(_, operation)| !operation.path.is_empty())
        .map(|(name, operation)| {
            let called = format!("{} {}", operation.method, operation.path);
            let tried = findings.tried.iter().find(|(known, _)| known == name).map(|(_, error)| error);
            let (light, value, advice) = match (tried, routes) {
                (Some(None), _) => (Light::Good, tf(msg!("Works: {route}"), &[("route", &called)]), String::new()),
                (Some(Some(error)), _) => {
                    (Light::Bad, tf(msg!("Fails: {route}"), &[("route", &called)]), error_in_words(error))
                }
                (None, None) => (Light::Unknown, called, String::new()),
                (None, Some(routes)) => match right(routes, &operation.path) {
                    Right::Allowed => (Light::Good, tf(msg!("Allowed: {route}"), &[("route", &called)]), String::new()),
                    Right::Denied => (
                        Light::Bad,
                        tf(msg!("Not allowed: {route}"), &[("route", &called)]),
                        tf(msg!("Add {route} to the key’s allowed_routes."), &[("route", &operation.path)]),
                    ),
                    Right::Unknown => {
                        (Light::Unknown, called, t(msg!("It depends on a group of routes; LiteLLM decides.")))
                    }
                },
            };
            Line { light, label: name.clone(), value, advice }
        })
        .collect()
}

fn error_in_words(error: &ApiError) -> String {
    let said = if error.message().is_empty() { t(error.title()) } else { error.message().to_owned() };
    [said, t(error.advice())].join(" ")
}

fn console(findings: &Findings) -> Vec<Line> {
    match &findings.console {
        Err(error) => vec![Line::failed(msg!("In this page"), error)],
        Ok(answer) => {
            let check = &answer.data;
            let address = Line::new(
                if check.reachable { Light::Good } else { Light::Warning },
                msg!("Address"),
                check.url.clone(),
            );
            let embedded = if check.embeddable {
                Line::new(Light::Good, msg!("In this page"), t(msg!("Can be shown")))
            } else {
                let why: Vec<String> = check.problems.iter().map(|problem| problem.message.clone()).collect();
                Line::new(Light::Warning, msg!("In this page"), t(msg!("Cannot be shown"))).advise(why.join(" "))
            };
            vec![address, embedded]
        }
    }
}

fn site(plugin: &PluginStatus) -> Vec<Line> {
    vec![
        Line::new(Light::Good, msg!("LiteLLM Dashboard"), plugin.plugin.clone()),
        Line::new(Light::Good, msg!("WordPress"), plugin.wordpress.clone()),
        Line::new(Light::Good, msg!("PHP"), plugin.php.clone()),
        if plugin.https {
            Line::new(Light::Good, msg!("HTTPS"), t(msg!("Yes")))
        } else {
            Line::new(Light::Warning, msg!("HTTPS"), t(msg!("No")))
                .advise(t(msg!("Without HTTPS new keys travel in the clear from WordPress to your browser.")))
        },
    ]
}
