//! What was found, in lines: what is not in order first, then everything by its part. Each line says what to do.

use model::{
    clock,
    endpoint::Endpoint,
    failure::{ApiError, no_database},
    language::{t, tf, tn},
    msg, plural,
    rights::{Right, right},
    route::PageName,
    setting_problem,
    text::{self, Msg},
    version::{Verdict, verdict},
    visible::visible,
    wire::{PluginStatus, Readiness, Setting},
};

use super::{
    StatusAction,
    source::{Findings, Outcome},
};
use crate::{
    action::Action as _,
    components::{copy_button, panel, problem, skeleton_rows},
    format,
    markup::{Markup, html},
    router::is_closed,
};

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

    /// For the text that is copied.
    fn mark(self) -> &'static str {
        match self {
            Light::Good => "ok",
            Light::Warning => "WARNING",
            Light::Bad => "BAD",
            Light::Unknown => "unknown",
        }
    }
}

/// One line: what it is about, what was found, what to do.
struct Line {
    light: Light,
    label: String,
    value: String,
    /// More than the value says, where something failed.
    message: String,
    /// What only an administrator of the gateway reads, such as a route.
    detail: String,
    advice: String,
}

impl Line {
    fn new(light: Light, label: Msg, value: impl Into<String>) -> Line {
        Line::named(light, &t(label), value)
    }

    /// A label that is no word of a language.
    fn named(light: Light, label: &str, value: impl Into<String>) -> Line {
        let [message, detail, advice] = <[String; 3]>::default();
        Line { light, label: label.to_owned(), value: value.into(), message, detail, advice }
    }

    fn advise(mut self, advice: impl Into<String>) -> Line {
        self.advice = advice.into();
        self
    }

    fn failed(label: &str, error: &ApiError) -> Line {
        let message = error.message().map(|message| message.text()).unwrap_or_default();
        Line { message, ..Line::named(Light::Bad, label, t(error.title())).advise(t(error.advice())) }
    }
}

/// A part of the report; no lines: it is awaited.
struct Part {
    title: Msg,
    id: &'static str,
    lines: Option<Vec<Line>>,
}

pub fn report(findings: &Findings, now_ms: i64) -> Markup {
    let plugin = match &findings.plugin {
        None => return panel(msg!("Settings"), false, &skeleton_rows(2)),
        // WordPress itself does not answer: then nothing else was asked either.
        Some(Err(error)) => return problem(error, Some(StatusAction::Check.print())),
        Some(Ok(response)) => &response.data,
    };
    let parts = parts(findings, plugin, now_ms);
    let lines: Vec<&Line> = parts.iter().filter_map(|part| part.lines.as_ref()).flatten().collect();
    let bad: Vec<&Line> = [Light::Bad, Light::Warning]
        .iter()
        .flat_map(|light| lines.iter().copied().filter(move |line| line.light == *light))
        .collect();
    html! {
        @if !bad.is_empty() { (panel(msg!("What needs attention"), true, &write_causes(&causes(&bad)))) }
        @else if findings.checked_ms.is_some() { p.gw-all-good { span .dashicons .dashicons-yes-alt .gw-light-good aria-hidden="true" {} (msg!("Everything is in order.")) } }
        section .gw-panel .gw-panel-flush {
            @for part in &parts { (folded(part)) }
        }
        p { (copy_button("gw-support", msg!("Copy for support"), "button")) }
        pre #gw-support hidden { (for_support(&parts)) }
    }
}

/// What is announced when the check is done.
pub fn summary(findings: &Findings) -> String {
    let plugin = match &findings.plugin {
        Some(Ok(plugin)) => plugin,
        Some(Err(error)) => return t(error.title()),
        None => return String::new(),
    };
    let parts = parts(findings, &plugin.data, findings.checked_ms.unwrap_or_default());
    let lines = parts.iter().filter_map(|part| part.lines.as_ref()).flatten();
    let bad: Vec<&Line> = lines.filter(|line| matches!(line.light, Light::Bad | Light::Warning)).collect();
    let bad = causes(&bad).len() as u64;
    if bad == 0 {
        return t(msg!("Everything is in order."));
    }
    tn(plural!("{count} thing needs attention.", "{count} things need attention."), bad, &format::count(bad as f64))
}

fn parts(findings: &Findings, plugin: &PluginStatus, now_ms: i64) -> Vec<Part> {
    let part = |title: Msg, id: &'static str, lines: Option<Vec<Line>>| Part { title, id, lines };
    let mut parts = vec![
        part(msg!("Settings"), "settings", Some(settings(plugin))),
        part(msg!("Gateway"), "gateway", gateway(findings)),
        part(msg!("Service key"), "key", service_key(findings, now_ms)),
        part(msg!("What the service key may do"), "rights", rights(findings, plugin)),
        part(msg!("This site"), "site", Some(site(findings, plugin))),
    ];
    // Whoever may not open it is not told of it.
    if !is_closed(PageName::Console) {
        parts.insert(4, part(msg!("Console"), "console", console(findings)));
    }
    parts
}

fn folded(part: &Part) -> Markup {
    let Some(lines) = &part.lines else {
        return html! {
            div.gw-fold-waiting aria-busy="true" { strong { (part.title) } (skeleton_rows(1)) }
        };
    };
    // One thing that the gateway does not tell leaves the others in order.
    let order = [Light::Bad, Light::Warning, Light::Good, Light::Unknown];
    let light = order.into_iter().find(|light| lines.iter().any(|line| line.light == *light)).unwrap_or(Light::Unknown);
    let shown: Vec<&Line> = lines.iter().collect();
    html! {
        details #{ "gw-fold-" (part.id) } .gw-fold {
            summary { span class=(light.class()) aria-hidden="true" {} strong { (part.title) } " " span.gw-minor { (light.word()) } }
            (write_lines(&shown))
        }
    }
}

/// Lines that fail by the same are one, with the labels of the others.
fn causes<'a>(lines: &[&'a Line]) -> Vec<(&'a Line, Vec<String>)> {
    let mut causes: Vec<(&Line, Vec<String>)> = Vec::new();
    for line in lines {
        let is_same = |(first, _): &&mut (&Line, Vec<String>)| {
            let of = |line: &Line| (line.light, [&line.value, &line.message, &line.advice].map(Clone::clone));
            line.light == Light::Bad && of(first) == of(line)
        };
        match causes.iter_mut().find(is_same) {
            Some((_, others)) => others.push(line.label.clone()),
            None => causes.push((line, Vec::new())),
        }
    }
    causes
}

fn write_lines(lines: &[&Line]) -> Markup {
    let lines: Vec<(&Line, Vec<String>)> = lines.iter().map(|line| (*line, Vec::new())).collect();
    write_causes(&lines)
}

fn write_causes(lines: &[(&Line, Vec<String>)]) -> Markup {
    html! {
        table.gw-lines role="table" {
            tbody role="rowgroup" {
                @for (line, others) in lines {
                    tr role="row" {
                        th scope="row" role="rowheader" { span class=(line.light.class()) aria-hidden="true" {} (line.label) }
                        td role="cell" {
                            span.screen-reader-text { (tf(msg!("{state}:"), &[("state", &line.light.word())])) " " }
                            span.gw-line-value dir="auto" { (visible(&line.value)) }
                            @if !line.detail.is_empty() { code.gw-line-detail dir="ltr" { (line.detail) } }
                            @if !line.message.is_empty() { p.gw-line-advice dir="auto" { (visible(&line.message)) } }
                            @if !line.advice.is_empty() { p.gw-line-advice { (line.advice) } }
                            @if !others.is_empty() { p.gw-line-advice { (tf(msg!("The same reason holds for: {list}."), &[("list", &format::list(others))])) } }
                        }
                    }
                }
            }
        }
    }
}

/// Plain text for a forum or a ticket. No line holds a secret.
fn for_support(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        for line in part.lines.iter().flatten() {
            let fields =
                [part.title.english(), &line.label, line.light.mark(), &line.value, &line.message, &line.detail];
            text.push_str(&fields.iter().filter(|field| !field.is_empty()).copied().collect::<Vec<_>>().join(" | "));
            text.push('\n');
        }
    }
    text
}

fn settings(plugin: &PluginStatus) -> Vec<Line> {
    let mut lines = vec![
        setting("LITELLM_API_BASE", &plugin.base, &plugin.base.value),
        setting("LITELLM_SERVICE_KEY", &plugin.key, &plugin.key.masked),
    ];
    if !plugin.base.cut.is_empty() {
        let cut = tf(
            msg!("/{end} at its end is left out: LiteLLM’s own paths do not begin with it."),
            &[("end", &plugin.base.cut)],
        );
        lines[0].advice = cut;
    }
    // These may be missing.
    for (name, optional, shown) in [
        ("LITELLM_CONSOLE_URL", &plugin.console, &plugin.console.value),
        ("LITELLM_BASIC_AUTH", &plugin.basic_auth, &plugin.basic_auth.masked),
        ("LITELLM_KEY_HEADER", &plugin.key_header, &plugin.key_header.value),
        ("LITELLM_KEY_LIMITS", &plugin.key_limits, &plugin.key_limits.value),
    ] {
        if !matches!(optional.source.as_str(), "missing" | "") {
            lines.push(setting(name, optional, shown));
        }
    }
    lines
}

fn setting(name: &str, setting: &Setting, shown: &str) -> Line {
    let (good, bad) = match setting.source.as_str() {
        "environment" => (msg!("{value}, from the environment"), msg!("Not usable, from the environment")),
        _ => (msg!("{value}, from wp-config.php"), msg!("Not usable, from wp-config.php")),
    };
    match setting.problem.as_str() {
        "" => Line::named(Light::Good, name, tf(good, &[("value", shown)])),
        "missing" => Line::named(Light::Bad, name, t(msg!("Missing")))
            .advise(tf(msg!("Add a line to wp-config.php: define( '{name}', '…' );"), &[("name", name)])),
        _ => Line::named(Light::Bad, name, t(bad)).advise(t(setting_problem::of(name, &setting.hint))),
    }
}

/// Newer LiteLLM tells more under `details`, older all under `readiness`.
fn current(outcome: &Outcome<Readiness>) -> Option<&Readiness> {
    outcome.as_ref()?.as_ref().ok().filter(|response| response.stale.is_none()).map(|response| &response.data)
}

fn gateway(findings: &Findings) -> Option<Vec<Line>> {
    let alive = findings.alive.as_ref()?;
    let mut lines = vec![match alive {
        Ok(answer) if answer.stale.is_none() => {
            let took = answer.took_ms.map(|ms| tf(msg!("Yes, in {time}"), &[("time", &format::duration(ms as f64))]));
            Line::new(Light::Good, msg!("Gateway answers"), took.unwrap_or_else(|| t(msg!("Yes"))))
        }
        Ok(answer) => Line::failed(&t(msg!("Gateway answers")), answer.stale.as_ref().unwrap_or(&ApiError::Offline)),
        Err(error) => Line::failed(&t(msg!("Gateway answers")), error),
    }];
    if let Ok(Some(ahead_s)) = alive.as_ref().map(|answer| answer.clock_s) {
        lines.push(clock_line(ahead_s));
    }
    let Some(readiness) = current(&findings.details).or_else(|| current(&findings.readiness)) else {
        // Both have to have answered before it is said that neither did.
        if let (Some(Err(error)), Some(_), Ok(_)) = (&findings.readiness, &findings.details, alive) {
            lines.push(Line::failed(&t(msg!("Ready")), error));
        }
        return (findings.readiness.is_some() && findings.details.is_some()).then_some(lines);
    };
    lines.push(version_line(&readiness.litellm_version));
    lines.push(match (without_database(findings), readiness.db.as_str()) {
        // 1.80.11 looks once in two minutes, and says what it saw then.
        (Some(error), _) => Line::failed(&t(msg!("Database")), error),
        (None, "connected") => Line::new(Light::Good, msg!("Database"), t(msg!("Connected"))),
        (None, "") => Line::new(Light::Unknown, msg!("Database"), t(msg!("The gateway does not tell"))),
        (None, other) => Line::new(Light::Bad, msg!("Database"), other).advise(t(no_database())),
    });
    lines.push(match readiness.cache.as_str() {
        "" => Line::new(Light::Unknown, msg!("Cache"), t(msg!("None, or the gateway does not tell"))),
        other => Line::new(Light::Good, msg!("Cache"), other),
    });
    Some(lines)
}

/// That the clocks differ: LiteLLM's decides when a day, a budget and a key end.
fn clock_line(ahead_s: f64) -> Line {
    let span = format::duration(ahead_s.abs() * 1_000.0);
    let words = if ahead_s > 0.0 {
        msg!("The time in LiteLLM’s answer is {span} ahead of the clock of WordPress’s server.")
    } else {
        msg!("The time in LiteLLM’s answer is {span} behind the clock of WordPress’s server.")
    };
    Line::new(Light::Warning, msg!("Clocks"), tf(words, &[("span", &span)])).advise(t(msg!("Today’s figures, the newest calls and the ends of keys depend on both: let both servers set their clocks by the network (NTP). Where a proxy stands before LiteLLM, it may be its clock.")))
}

/// That LiteLLM cannot reach its database, when anything that was asked has told so.
fn without_database(findings: &Findings) -> Option<&ApiError> {
    let tried = findings.tried.iter().filter_map(|(_, error)| error.as_ref());
    own_error(findings).into_iter().chain(tried).find(|error| error.is_database())
}

/// Why the gateway does not tell of the service key now.
fn own_error(findings: &Findings) -> Option<&ApiError> {
    match findings.own.as_ref()? {
        Ok(answer) => answer.stale.as_ref(),
        Err(error) => Some(error),
    }
}

/// That the service key sees its own keys and calls only, where anything that was asked has told so.
fn partial(findings: &Findings) -> Option<&ApiError> {
    findings.tried.iter().filter_map(|(_, error)| error.as_ref()).find(|error| error.is_partial())
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

fn service_key(findings: &Findings, now_ms: i64) -> Option<Vec<Line>> {
    let own = match findings.own.as_ref()? {
        // An old answer tells nothing of today.
        Ok(answer) => match &answer.stale {
            None => &answer.data,
            Some(error) => return Some(vec![Line::failed(&t(msg!("Key")), error)]),
        },
        Err(_) if is_master(findings) => {
            return Some(vec![Line::new(Light::Warning, msg!("Kind"), t(msg!("Not a virtual key; probably the master key"))).advise(t(msg!("The master key may do everything. Make a service key of its own for this plugin, so that a leak can be stopped without stopping the gateway.")))]);
        }
        Err(error) => return Some(vec![Line::failed(&t(msg!("Key")), error)]),
    };
    let info = &own.info;
    let name = if info.key_alias.is_empty() {
        info.key_name.clone()
    } else {
        tf(msg!("{alias} ({masked})"), &[("alias", &info.key_alias), ("masked", &info.key_name)])
    };
    let mut lines = vec![Line::new(Light::Good, msg!("Key"), name)];
    lines.push(match partial(findings) {
        _ if info.user_id.is_empty() => Line::new(Light::Warning, msg!("User"), t(msg!("None")))
            .advise(t(msg!("A key without a user sees its own data only. Give it a user with the role proxy_admin."))),
        None => Line::new(Light::Good, msg!("User"), info.user_id.clone()),
        Some(error) => {
            let value = tf(msg!("{user}, who is no administrator of LiteLLM"), &[("user", &info.user_id)]);
            Line { value, ..Line::failed(&t(msg!("User")), error) }
        }
    });
    lines.push(match clock::parse_utc_ms(&info.expires) {
        None if info.expires.is_empty() => Line::new(Light::Good, msg!("Expires"), t(msg!("Never"))),
        None => Line::new(Light::Unknown, msg!("Expires"), info.expires.clone()),
        Some(ms) if ms <= now_ms => Line::new(Light::Bad, msg!("Expires"), format::date_time(ms))
            .advise(t(msg!("Make a new service key and put it into LITELLM_SERVICE_KEY."))),
        Some(ms) if ms <= now_ms + 14 * clock::DAY_MS => {
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
    Some(lines)
}

/// LiteLLM knows its master key by heart, and not as a key; another service knows neither.
fn is_master(findings: &Findings) -> bool {
    matches!(&findings.own, Some(Err(error)) if error.is_missing())
        && matches!(&findings.alive, Some(Ok(answer)) if answer.stale.is_none())
}

/// What an operation is for, in the words of whoever uses the pages; none: the plugin answers it itself.
fn purpose(endpoint: Endpoint) -> Option<Msg> {
    Some(match endpoint {
        Endpoint::ActivityDay => msg!("Read the use of a day"),
        Endpoint::UsageOwners => msg!("Read the use of a day by owner"),
        Endpoint::UsageTeams => msg!("Read the use of a day by team"),
        Endpoint::UsageOrganizations => msg!("Read the use of a day by organization"),
        Endpoint::UsageTags => msg!("Read the use of a day by tag"),
        Endpoint::UsageEndUsers => msg!("Read the use of a day by end user"),
        Endpoint::LogsList => msg!("Read the log of calls"),
        Endpoint::LogsOutcomes => msg!("Read how calls ended"),
        Endpoint::LogsCount => msg!("Count calls"),
        Endpoint::LogsSession => msg!("Read the calls of a session"),
        Endpoint::LogsContent => msg!("Read prompt and answer of a call"),
        Endpoint::KeysList => msg!("List keys"),
        Endpoint::KeysSelf => msg!("Read about itself"),
        Endpoint::ModelsList => msg!("List models"),
        Endpoint::TeamsList => msg!("List teams"),
        Endpoint::GatewayLiveliness => msg!("Ask whether the gateway answers"),
        Endpoint::GatewayReadiness => msg!("Ask whether the gateway is ready"),
        Endpoint::GatewayDetails => msg!("Read about the gateway"),
        Endpoint::TeamsInfo => msg!("Read about a team"),
        Endpoint::UsersList => msg!("List users"),
        Endpoint::OrganizationsList => msg!("List organizations"),
        Endpoint::BudgetsList => msg!("List budgets"),
        Endpoint::KeysCreate => msg!("Create keys"),
        Endpoint::KeysUpdate => msg!("Change keys"),
        Endpoint::KeysBlock => msg!("Block keys"),
        Endpoint::KeysUnblock => msg!("Unblock keys"),
        Endpoint::KeysDelete => msg!("Delete keys"),
        Endpoint::UsersCreate => msg!("Create users"),
        Endpoint::UsersUpdate => msg!("Change users"),
        Endpoint::UsersDelete => msg!("Delete users"),
        Endpoint::TeamsCreate => msg!("Create teams"),
        Endpoint::TeamsUpdate => msg!("Change teams"),
        Endpoint::TeamsDelete => msg!("Delete teams"),
        Endpoint::TeamsBlock => msg!("Block teams"),
        Endpoint::TeamsUnblock => msg!("Unblock teams"),
        Endpoint::TeamsAddMember => msg!("Add members to teams"),
        Endpoint::TeamsRemoveMember => msg!("Remove members from teams"),
        // The same route as another one.
        Endpoint::KeysInfo | Endpoint::KeysActivity | Endpoint::KeysResetSpend => return None,
        Endpoint::UsageCalls | Endpoint::UsageKeys => return None,
        Endpoint::JournalList | Endpoint::JournalSave | Endpoint::JournalRemove => return None,
        Endpoint::AuditList | Endpoint::Status | Endpoint::ConsoleCheck => return None,
    })
}

/// Reads are tried; writes are judged by the routes that the key was given, as trying them would change something.
fn rights(findings: &Findings, plugin: &PluginStatus) -> Option<Vec<Line>> {
    if findings.tried.is_empty() && findings.checked_ms.is_none() {
        return None;
    }
    let own = findings.own.as_ref().and_then(|own| own.as_ref().ok());
    let routes = own.map(|own| own.data.info.allowed_routes.as_slice());
    let mut lines = Vec::new();
    for endpoint in Endpoint::ALL {
        let Some(label) = purpose(*endpoint).map(t) else { continue };
        // That there is nothing to read is said once.
        if *endpoint == Endpoint::KeysSelf && is_master(findings) {
            continue;
        }
        let Some((_, operation)) = plugin.operations.iter().find(|(name, _)| name == endpoint.name()) else { continue };
        let tried = match endpoint {
            Endpoint::KeysSelf => findings.own.as_ref().map(|_| own_error(findings)),
            _ => findings.tried.iter().find(|(known, _)| known == endpoint).map(|(_, error)| error.as_ref()),
        };
        let line = match (tried, routes.map(|routes| right(routes, &operation.path))) {
            (Some(None), _) => Line::named(Light::Good, &label, t(msg!("Works"))),
            (Some(Some(error)), _) => Line::failed(&label, error),
            (None, Some(Right::Allowed)) if routes.is_some_and(<[String]>::is_empty) => {
                Line::named(Light::Good, &label, t(msg!("Not restricted by route; the role of its user decides")))
            }
            (None, Some(Right::Allowed)) => Line::named(Light::Good, &label, t(msg!("Allowed"))),
            (None, Some(Right::Denied)) => Line::named(Light::Bad, &label, t(msg!("Not allowed")))
                .advise(tf(msg!("Add {route} to the key’s allowed_routes."), &[("route", &operation.path)])),
            (None, Some(Right::Unknown)) => Line::named(Light::Unknown, &label, t(msg!("Not known")))
                .advise(t(msg!("It depends on a group of routes; LiteLLM decides."))),
            (None, None) => Line::named(Light::Unknown, &label, t(msg!("Not known"))),
        };
        lines.push(Line { detail: [&operation.method, " ", &operation.path].concat(), ..line });
    }
    Some(lines)
}

fn console(findings: &Findings) -> Option<Vec<Line>> {
    let check = match findings.console.as_ref()? {
        Err(error) => return Some(vec![Line::failed(&t(msg!("Console in WordPress")), error)]),
        Ok(response) => &response.data,
    };
    let light = if check.reachable { Light::Good } else { Light::Warning };
    let address = Line::new(light, msg!("Address of the console"), check.url.clone());
    let embedded = if check.embeddable {
        Line::new(Light::Good, msg!("Console in WordPress"), t(msg!("Can be shown")))
    } else {
        let why: Vec<String> = check.problems.iter().map(|problem| problem.sentence().text()).collect();
        Line::new(Light::Warning, msg!("Console in WordPress"), t(msg!("Cannot be shown")))
            .advise(text::sentences(&why))
    };
    // A setting that names none is told by the other line.
    Some(if check.url.is_empty() { vec![embedded] } else { vec![address, embedded] })
}

fn site(findings: &Findings, plugin: &PluginStatus) -> Vec<Line> {
    let mut lines = vec![
        Line::new(Light::Good, msg!("LiteLLM Dashboard"), plugin.plugin.clone()),
        Line::new(Light::Good, msg!("WordPress"), plugin.wordpress.clone()),
        Line::new(Light::Good, msg!("PHP"), plugin.php.clone()),
        if plugin.https {
            Line::new(Light::Good, msg!("HTTPS"), t(msg!("Yes")))
        } else {
            Line::new(Light::Warning, msg!("HTTPS"), t(msg!("No"))).advise(t(msg!(
                "WordPress is not told of HTTPS. Without it new keys travel in the clear to your browser."
            )))
        },
    ];
    if findings.loses_nonce_header {
        let advice = msg!(
            "Something between your browser and WordPress, such as a proxy, drops this header. The nonce travels in the address instead; let the header pass, so that it stays out of logs."
        );
        lines.push(Line::new(Light::Warning, msg!("Header X-WP-Nonce"), t(msg!("Does not arrive"))).advise(t(advice)));
    }
    if !findings.noise.is_empty() {
        let found = t(msg!("Something prints into the answers of WordPress"));
        let advice = msg!(
            "It is left out here, but other pages of WordPress may fail by it. Look for the plugin that it names, and set WP_DEBUG_DISPLAY to false in wp-config.php."
        );
        let line = Line::new(Light::Warning, msg!("Answers"), found).advise(t(advice));
        lines.push(Line { message: findings.noise.clone(), ..line });
    }
    lines
}
