//! What can go wrong between a page and LiteLLM, and what an administrator can do about it.
//!
//! The plugin answers with a code, a reason and values; all sentences are here, and are translated where they are shown.

use std::fmt;

use serde_json::Value;

use crate::{html_text, msg, sentence::Sentence, setting_problem, text::Msg, visible::visible};

/// An error as WordPress writes it: `{code, message, data: {status, reason, …}}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Failure {
    /// WordPress's stable name, such as `gateway_refused`; empty when the answer was no error of WordPress.
    pub code: String,
    /// WordPress's own words or those of another plugin; ours has none.
    pub message: String,
    /// HTTP status; 0 when unknown.
    pub status: u16,
    /// Which kind of `code`, such as `dns`; may be empty.
    pub reason: String,
    /// LiteLLM's own words.
    pub detail: String,
    /// The status with which LiteLLM, or what stands before it, answered; 0 when it did not.
    pub gateway_status: u16,
    /// LiteLLM's path of the operation.
    pub path: String,
    /// Where a redirect leads.
    pub address: String,
    /// The operation that failed.
    pub endpoint: &'static str,
    /// Which rule an invalid setting breaks.
    pub hint: String,
    /// What is known of an answer that is not LiteLLM's, so that an administrator recognises who gave it: its status, its
    /// `Server` header, the title of its page.
    pub marks: String,
    /// It asks for a user and a password.
    pub asks_login: bool,
    /// The proxy of this site that the request went through.
    pub proxy: String,
    /// How long to wait before the next question; 0: not said.
    pub retry_after_s: u32,
    /// Of a write: it may have been done all the same.
    pub in_doubt: bool,
    /// Our parameter name to what is wrong with it.
    pub fields: Vec<(String, Sentence)>,
}

impl Failure {
    /// Reads the error of a batch or of an old answer; takes any JSON.
    pub fn from_value(value: &Value) -> Self {
        let data = &value["data"];
        Failure {
            code: words(&value["code"]),
            message: html_text::plain(&words(&value["message"])),
            status: status(&data["status"]),
            reason: words(&data["reason"]),
            detail: words(&data["detail"]),
            gateway_status: status(&data["gateway_status"]),
            path: words(&data["path"]),
            address: words(&data["address"]),
            endpoint: "",
            hint: words(&data["hint"]),
            marks: marks(data),
            asks_login: data["scheme"] == "basic",
            proxy: words(&data["proxy"]),
            retry_after_s: data["retry_after_s"].as_u64().map_or(0, |seconds| seconds.min(3_600) as u32),
            in_doubt: data["outcome"] == "unknown",
            fields: fields(data),
        }
    }

    /// Reads the body of a failed request; takes any text. `status` is that of the answer.
    pub fn from_body(status: u16, body: &str) -> Self {
        let value: Value = serde_json::from_str(body.trim_start_matches('\u{feff}').trim()).unwrap_or(Value::Null);
        Failure { status, ..Failure::from_value(&value) }
    }

    /// More than the title says: what exactly, or the words of who refused.
    fn message(&self) -> Option<Sentence> {
        let ours = match (self.code.as_str(), self.reason.as_str()) {
            ("litellm_not_configured", "base_missing") => {
                msg!("The address of the gateway, LITELLM_API_BASE, is missing.")
            }
            ("litellm_not_configured", "key_missing") => msg!("The service key, LITELLM_SERVICE_KEY, is missing."),
            ("litellm_not_configured", "base_invalid") => setting_problem::of_address(&self.hint),
            ("litellm_not_configured", "key_invalid") => setting_problem::of_key(&self.hint),
            ("litellm_not_configured", "basic_invalid") => setting_problem::of_login(&self.hint),
            ("litellm_not_configured", "header_invalid") => setting_problem::of_header(&self.hint),
            ("litellm_own_key", _) => msg!("This is the service key with which WordPress itself reaches LiteLLM."),
            ("litellm_own_user", "owner") => msg!("The service key belongs to this user."),
            ("litellm_own_team", "owner") => msg!("The service key belongs to this team."),
            ("litellm_admin_user", "role") => msg!("This user manages the gateway."),
            ("litellm_own_user" | "litellm_own_team" | "litellm_admin_user", "owner_unknown" | "role_unknown") => {
                msg!("This cannot be done now, because LiteLLM does not say who manages the gateway.")
            }
            ("litellm_not_configured", "limits_invalid") => msg!("LITELLM_KEY_LIMITS cannot be read."),
            ("gateway_unreachable", "dns") => {
                msg!("WordPress’s server cannot find the host name in LITELLM_API_BASE.")
            }
            ("gateway_unreachable", "refused") => msg!("Nothing answers at LITELLM_API_BASE."),
            ("gateway_unreachable", "tls") => {
                msg!("The certificate could not be verified, or no secure connection could be made.")
            }
            ("gateway_unreachable", "blocked") => msg!("This site does not allow requests to the gateway."),
            ("gateway_unreachable", "proxy") if self.proxy.is_empty() => {
                msg!("The proxy on the way did not let the request through.")
            }
            ("gateway_unreachable", "proxy") => {
                msg!("The proxy of this site, {proxy}, did not let the request through.")
            }
            ("gateway_unreachable", "timeout") => return None,
            ("gateway_unreachable", _) => {
                msg!("No usable answer came: the connection broke off, or a plugin on this site forbade it.")
            }
            ("gateway_unauthorized", "route_not_allowed") => msg!("The service key may not call {path}."),
            ("gateway_too_old", _) => msg!("{path} is not known there."),
            ("gateway_redirect", _) if self.address.is_empty() => {
                msg!("Redirects are not followed, so that the service key goes nowhere else.")
            }
            ("gateway_redirect", _) => {
                msg!("It is sent on to {address}, which is not followed, so that the service key goes nowhere else.")
            }
            ("gateway_too_large", _) => msg!("It is larger than this site can take."),
            ("gateway_not_litellm", _) if !self.proxy.is_empty() => {
                msg!("What came: {marks}. It came through the proxy of this site, {proxy}, which may have refused.")
            }
            ("gateway_not_litellm", _) if self.marks.is_empty() => {
                msg!("Something answers at this address, but not as LiteLLM does.")
            }
            ("gateway_not_litellm", _) => msg!("What came: {marks}."),
            _ if !self.detail.is_empty() => msg!("LiteLLM says: {words}"),
            _ if !self.message.is_empty() => return Some(Sentence::Theirs(self.message.clone())),
            _ if self.code.is_empty() => msg!("The answer has the status {status}."),
            _ => return None,
        };
        let status = self.status.to_string();
        let values = [
            ("status", &*status),
            ("path", &self.path),
            ("address", &self.address),
            ("marks", &self.marks),
            ("words", &self.detail),
            ("proxy", &self.proxy),
        ];
        Some(Sentence::with(ours, &values))
    }

    /// What an answer that is not LiteLLM's means, from its status.
    fn foreign(&self) -> Foreign {
        match self.gateway_status {
            401 if self.asks_login => Foreign::Login,
            407 => Foreign::Proxy,
            429 => Foreign::TooMany,
            502..=504 | 520..=530 => Foreign::Away,
            404 | 405 => Foreign::Elsewhere,
            // Also through a proxy: an answer within its tunnel is not its own.
            400..=499 => Foreign::Refused,
            500..=599 => Foreign::Failed,
            _ => Foreign::Elsewhere,
        }
    }
}

/// What stands before LiteLLM, or in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Foreign {
    /// HTTP Basic.
    Login,
    /// The proxy by which this site reaches others.
    Proxy,
    TooMany,
    /// It is there, and has no answer from LiteLLM.
    Away,
    Refused,
    Failed,
    /// Not LiteLLM at all, as far as can be seen.
    Elsewhere,
}

fn marks(data: &Value) -> String {
    let mut marks = String::new();
    for name in ["gateway_status", "server", "title"] {
        let mark = words(&data[name]);
        if !mark.is_empty() && !marks.is_empty() {
            marks.push_str(" · ");
        }
        marks.push_str(&visible(&mark));
    }
    marks
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn status(value: &Value) -> u16 {
    value.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0)
}

/// The `params` that a schema refused (the plugin gives WordPress's code, WordPress's own check words), and LiteLLM's words
/// in `fields`, which count for more.
fn fields(data: &Value) -> Vec<(String, Sentence)> {
    let mut found: Vec<(String, Sentence)> = Vec::new();
    for (name, value) in data["fields"].as_object().into_iter().flatten() {
        let text = words(value);
        if !text.is_empty() {
            found.push((name.clone(), Sentence::Theirs(text)));
        }
    }
    for (name, value) in data["params"].as_object().into_iter().flatten() {
        let text = words(value);
        if !text.is_empty() && !found.iter().any(|(known, _)| known == name) {
            found.push((name.clone(), param_problem(&text).map_or(Sentence::Theirs(text), Sentence::from)));
        }
    }
    found
}

fn param_problem(code: &str) -> Option<Msg> {
    Some(match code {
        "missing" => msg!("This is missing."),
        "unknown" => msg!("The plugin does not know this field. Reload the page."),
        "characters" => msg!("Line breaks and control characters are not allowed."),
        "rest_too_short" | "rest_too_few_items" => msg!("This is too short."),
        "rest_too_long" | "rest_too_many_items" => msg!("This is too long."),
        "rest_out_of_bounds" => msg!("This number is too small or too large."),
        "rest_not_in_enum" => msg!("This is none of the possible values."),
        "rest_duplicate_items" => msg!("One of these is there twice."),
        "limit" => msg!("This site allows less."),
        "limit_required" => msg!("This site wants a limit here."),
        "limit_short" => msg!("This site wants a longer period."),
        "json" => msg!("This is no JSON object."),
        "reserved" => msg!("It has a field that only LiteLLM’s operators set."),
        _ if code.starts_with("rest_") => msg!("This does not have the right form."),
        _ => return None,
    })
}

/// Until a read is asked for again where nobody says how long to wait.
const AGAIN_S: u32 = 20;

/// A question starts WordPress: not more often than this, whatever a gateway says.
const LEAST_AGAIN_S: u32 = 5;

/// A failed request, by what a page does about it.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiError {
    /// The WordPress login has expired.
    SignedOut,
    /// The user lacks the capability.
    NotAllowed,
    /// WordPress takes the request for nobody’s. With an old nonce it is sent once more with a fresh one; where that does not
    /// help, the login gets lost on the way.
    NotRecognised,
    /// The constants in `wp-config.php` are missing or wrong.
    NotConfigured(Box<Failure>),
    /// No answer: the browser is offline, or WordPress is down.
    Offline,
    /// What was asked for is no longer there, such as a key that someone else deleted.
    NotFound(Box<Failure>),
    /// Parameters were refused; `fields` says which.
    Invalid { message: Option<Sentence>, fields: Vec<(String, Sentence)> },
    /// The plugin protects its own service key and that key's user.
    Protected(Box<Failure>),
    /// LiteLLM could not be reached, or refused.
    Gateway(Box<Failure>),
    /// WordPress itself, or something in front of it, failed or refused; or the plugin does not know what this page asks.
    Site(Box<Failure>),
    /// An answer that is not what the operation gives.
    Unreadable { endpoint: &'static str },
}

/// Which error an answer of `endpoint` is, from its HTTP status (0: there was no answer) and its body.
pub fn classify(endpoint: &'static str, status: u16, body: &str) -> ApiError {
    sort_out(endpoint, Failure::from_body(status, body))
}

/// The same for one answer of a batch, whose error is JSON already.
pub fn classify_value(endpoint: &'static str, status: u16, error: &Value) -> ApiError {
    sort_out(endpoint, Failure { status, ..Failure::from_value(error) })
}

/// What a key can be missing for, as it is about one that there was.
const OF_A_KEY: [&str; 6] =
    ["keys.block", "keys.unblock", "keys.delete", "keys.update", "keys.reset_spend", "keys.info"];

/// The operations whose parameters someone has typed.
const FORMS: [&str; 6] = ["keys.create", "keys.update", "users.create", "users.update", "teams.create", "teams.update"];

fn sort_out(endpoint: &'static str, failure: Failure) -> ApiError {
    let failure = Failure { endpoint, ..failure };
    let failure = Box::new(failure);
    match failure.code.as_str() {
        "rest_cookie_invalid_nonce" => return ApiError::NotRecognised,
        "rest_not_logged_in" => return ApiError::SignedOut,
        "rest_forbidden" if failure.status == 401 => return ApiError::SignedOut,
        "rest_forbidden" => return ApiError::NotAllowed,
        "litellm_not_configured" => return ApiError::NotConfigured(failure),
        "litellm_own_key" | "litellm_own_user" | "litellm_own_team" | "litellm_admin_user" => {
            return ApiError::Protected(failure);
        }
        "gateway_refused" if failure.status == 404 && OF_A_KEY.contains(&endpoint) => {
            return ApiError::NotFound(failure);
        }
        "gateway_refused"
        | "litellm_invalid_request"
        | "litellm_key_limits"
        | "rest_invalid_param"
        | "rest_missing_callback_param"
            if FORMS.contains(&endpoint) && !failure.fields.is_empty() =>
        {
            return ApiError::Invalid { message: failure.message(), fields: failure.fields };
        }
        code if code.starts_with("gateway_") => return ApiError::Gateway(failure),
        _ => {}
    }
    match failure.status {
        0 => ApiError::Offline,
        401 => ApiError::SignedOut,
        200..=399 => ApiError::Unreadable { endpoint },
        _ => ApiError::Site(failure),
    }
}

impl ApiError {
    /// What happened, as a heading.
    pub fn title(&self) -> Msg {
        match self {
            ApiError::SignedOut => msg!("Your login has expired"),
            ApiError::NotAllowed => msg!("You are not allowed to do this"),
            ApiError::NotRecognised => msg!("WordPress does not recognise you here"),
            ApiError::NotConfigured(failure) if failure.reason.ends_with("_invalid") => {
                msg!("A setting of the gateway cannot be used")
            }
            ApiError::NotConfigured(_) => msg!("The gateway is not configured yet"),
            ApiError::Offline => msg!("WordPress did not answer"),
            ApiError::NotFound(_) => msg!("This no longer exists"),
            ApiError::Invalid { .. } => msg!("Please check the marked fields"),
            ApiError::Protected(failure) if failure.code == "litellm_admin_user" => msg!("This is not done from here"),
            ApiError::Protected(_) => msg!("The plugin’s own service key is protected"),
            ApiError::Gateway(failure) => gateway_title(failure),
            ApiError::Site(failure) if failure.code.starts_with("litellm_") => {
                msg!("This page and the plugin do not fit together")
            }
            ApiError::Site(failure) if matches!(failure.status, 403 | 406) => {
                msg!("The request to WordPress was refused")
            }
            ApiError::Site(failure) if failure.status == 429 => msg!("This site asks to slow down"),
            ApiError::Site(failure) if failure.status == 404 => msg!("The plugin’s REST route was not found"),
            ApiError::Site(failure) if failure.status == 503 => msg!("WordPress is not available at the moment"),
            ApiError::Site(_) => msg!("The request to WordPress failed"),
            ApiError::Unreadable { .. } => msg!("The answer could not be read"),
        }
    }

    /// What to do, as a sentence.
    pub fn advice(&self) -> Msg {
        match self {
            ApiError::SignedOut => msg!("Log in again, then come back to this page."),
            ApiError::NotAllowed => msg!("Ask an administrator of this site for access to LiteLLM."),
            ApiError::NotRecognised => msg!(
                "You are logged in, but requests to litellm-dashboard/v1 arrive without your login: look for a password protection, a security plugin or a cache."
            ),
            ApiError::NotConfigured(failure) if failure.reason.ends_with("_invalid") => {
                msg!("Correct it in wp-config.php or in the environment; the Status page names it.")
            }
            ApiError::NotConfigured(_) => msg!("Add the address and the service key of the gateway to wp-config.php."),
            ApiError::Offline => msg!("Check your connection, then try again."),
            ApiError::NotFound(_) => msg!("Reload the list: someone else may have deleted it."),
            ApiError::Invalid { .. } => msg!("Correct the values and try again."),
            ApiError::Protected(failure) => match failure.reason.as_str() {
                "owner" => msg!("A key for an application needs another user, or none."),
                "owner_unknown" => msg!("Leave the user out, or try again when the gateway answers."),
                "unknown_guard" => msg!("Files of the plugin are damaged: install it again."),
                _ => msg!("Use LiteLLM’s own console to change it."),
            },
            ApiError::Gateway(failure) => gateway_advice(failure),
            ApiError::Site(failure) if failure.code.starts_with("litellm_") => {
                msg!("Reload the page: the plugin may have been updated meanwhile.")
            }
            ApiError::Site(failure) if matches!(failure.status, 403 | 406) => {
                msg!("A security plugin or a firewall may block the REST API: allow litellm-dashboard/v1 there.")
            }
            ApiError::Site(failure) if failure.status == 404 => {
                msg!(
                    "Check that the plugin is active, that the REST API is not switched off, and that the web server passes /wp-json/ to WordPress (save the permalinks once)."
                )
            }
            ApiError::Site(failure) if failure.status == 503 => {
                msg!("It may be in maintenance mode. Try again in a minute.")
            }
            ApiError::Site(failure) if failure.status == 429 => msg!("Wait a moment, then try again."),
            ApiError::Site(_) => msg!("Look into the error log of PHP or of the web server."),
            ApiError::Unreadable { .. } => {
                msg!("Something between the browser and WordPress may have changed the answer. Reload the page.")
            }
        }
    }

    /// More than the title says: what exactly, or the words of LiteLLM or WordPress. None where there is no more to say.
    pub fn message(&self) -> Option<Sentence> {
        match self {
            ApiError::Invalid { message, .. } => message.clone(),
            _ => self.failure().and_then(Failure::message),
        }
    }

    /// Of a write that may have been carried out all the same.
    pub fn doubt(&self) -> Option<Msg> {
        (self.failure()?.in_doubt && self.outcome_unknown())
            .then_some(msg!("It is not known whether the change was made: look before you try again."))
    }

    /// Whether LiteLLM is there and its database is not.
    pub fn is_database(&self) -> bool {
        let is = |failure: &Failure| matches!(&*failure.reason, "database" | "no_database");
        self.failure().is_some_and(|failure| failure.code == "gateway_error" && is(failure))
    }

    /// Whether LiteLLM, or another service that writes errors as it does, has answered that it knows no such thing.
    pub fn is_missing(&self) -> bool {
        self.failure().is_some_and(|failure| failure.code == "gateway_refused" && failure.status == 404)
    }

    /// What the server sent, where that is of use.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            ApiError::NotConfigured(failure)
            | ApiError::NotFound(failure)
            | ApiError::Protected(failure)
            | ApiError::Gateway(failure)
            | ApiError::Site(failure) => Some(failure),
            _ => None,
        }
    }

    /// After how many seconds a read that failed like this is asked for again by itself, as it may then succeed without
    /// anyone changing anything: the gateway is starting, or asks to slow down. A write never is.
    pub fn again_after_s(&self) -> Option<u32> {
        let ApiError::Gateway(failure) = self else { return None };
        let said = failure.retry_after_s;
        match (failure.code.as_str(), failure.foreign()) {
            _ if said > 0 => Some(said.max(LEAST_AGAIN_S)),
            ("gateway_not_litellm", Foreign::TooMany | Foreign::Away) => Some(AGAIN_S),
            ("gateway_refused", _) if failure.status == 429 => Some(AGAIN_S),
            _ => None,
        }
    }

    /// Milliseconds to the next question of what is polled anyway: its own rhythm, unless the gateway asks for more.
    pub fn wait_ms(&self, rhythm_ms: u32) -> u32 {
        let said_s = self.failure().map_or(0, |failure| failure.retry_after_s);
        rhythm_ms.max(said_s.saturating_mul(1_000))
    }

    /// Whether a write that failed like this may have been carried out all the same:
    /// it may have reached LiteLLM, and only its answer was lost.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            ApiError::Offline | ApiError::Unreadable { .. } => true,
            ApiError::Gateway(failure) => match failure.code.as_str() {
                "gateway_unreachable" => {
                    !matches!(failure.reason.as_str(), "dns" | "refused" | "proxy" | "tls" | "blocked")
                }
                // Turned away on the way.
                "gateway_not_litellm" => !matches!(failure.gateway_status, 401 | 403 | 407),
                "gateway_error" | "gateway_too_large" => true,
                _ => false,
            },
            ApiError::Site(failure) => failure.status >= 500,
            _ => false,
        }
    }
}

impl fmt::Display for ApiError {
    /// In English, for the console.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ApiError::Unreadable { endpoint } = self {
            return write!(f, "The answer to {endpoint} could not be read.");
        }
        write!(f, "{}.", self.title().english())?;
        match self.message() {
            Some(message) => write!(f, " {}", message.english()),
            None => write!(f, " {}", self.advice().english()),
        }
    }
}

fn gateway_title(failure: &Failure) -> Msg {
    match (failure.code.as_str(), failure.reason.as_str()) {
        ("gateway_unreachable", "timeout") => msg!("The gateway did not answer in time"),
        ("gateway_unreachable", _) => msg!("The gateway cannot be reached"),
        ("gateway_unauthorized", "key_blocked") => msg!("The service key is blocked"),
        ("gateway_unauthorized", "key_expired") => msg!("The service key has expired"),
        ("gateway_unauthorized", "key_over_budget") => msg!("A budget of the service key is used up"),
        ("gateway_unauthorized", "route_not_allowed") => msg!("The service key may not do this"),
        ("gateway_unauthorized", "key_unknown") => msg!("LiteLLM does not know the service key"),
        ("gateway_unauthorized", "key_not_received") => msg!("LiteLLM did not receive the service key"),
        ("gateway_unauthorized", _) => msg!("LiteLLM does not allow this"),
        ("gateway_error", "database") => msg!("LiteLLM cannot reach its database"),
        ("gateway_error", "no_database") => msg!("LiteLLM has no database"),
        ("gateway_error", _) => msg!("LiteLLM reported an error"),
        ("gateway_refused", _) if failure.status == 429 => msg!("The gateway asks to slow down"),
        ("gateway_refused", _) if failure.status == 404 => msg!("LiteLLM did not find what was asked for"),
        ("gateway_refused", _) => msg!("LiteLLM did not accept the request"),
        ("gateway_redirect", _) => msg!("The request is redirected"),
        ("gateway_too_large", _) => msg!("The gateway’s answer is too large"),
        ("gateway_not_litellm", _) => match failure.foreign() {
            Foreign::Login => msg!("A login stands before the gateway"),
            Foreign::Proxy => msg!("The proxy of this site refused the request"),
            Foreign::TooMany => msg!("Something before the gateway asks to slow down"),
            Foreign::Away if matches!(failure.gateway_status, 525 | 526) => {
                msg!("What stands before LiteLLM does not accept LiteLLM’s certificate")
            }
            Foreign::Away => msg!("What stands before LiteLLM has no answer from it"),
            Foreign::Refused => msg!("Something on the way to LiteLLM refused the request"),
            Foreign::Failed => msg!("Something before LiteLLM, or in its place, reported an error"),
            Foreign::Elsewhere => msg!("This is not an answer that the plugin knows"),
        },
        ("gateway_too_old", _) => msg!("The gateway does not know this request"),
        _ => msg!("The gateway reported an error"),
    }
}

fn of_proxy() -> Msg {
    msg!(
        "Allow the gateway there, check WP_PROXY_HOST, WP_PROXY_PORT, WP_PROXY_USERNAME and WP_PROXY_PASSWORD in wp-config.php or the variables http_proxy and https_proxy of the server, or let the gateway go past it with WP_PROXY_BYPASS_HOSTS."
    )
}

/// What LiteLLM lacks without a database.
pub fn no_database() -> Msg {
    msg!("Without one it knows no keys and no spend: set DATABASE_URL for LiteLLM, or start it anew where that is set.")
}

fn gateway_advice(failure: &Failure) -> Msg {
    match (failure.code.as_str(), failure.reason.as_str()) {
        ("gateway_unreachable", "dns") => msg!("Check the host name in LITELLM_API_BASE."),
        ("gateway_unreachable", "refused") => {
            msg!(
                "Check that LiteLLM is running, and the host and port in LITELLM_API_BASE. In a container, 127.0.0.1 is the container itself."
            )
        }
        ("gateway_unreachable", "timeout") => msg!(
            "LiteLLM or its database may be busy: try again in a moment. If it never answers, a firewall may drop what WordPress’s server sends, or the host or port in LITELLM_API_BASE is wrong."
        ),
        ("gateway_unreachable", "proxy") => of_proxy(),
        ("gateway_unreachable", "tls") => msg!(
            "If LiteLLM has no certificate, begin LITELLM_API_BASE with http://. Otherwise its certificate must be valid for this host name and come from an authority in WordPress’s own list; the filter https_ssl_verify can name another list."
        ),
        ("gateway_unreachable", "blocked") => msg!("Add the gateway’s host to WP_ACCESSIBLE_HOSTS in wp-config.php."),
        ("gateway_unreachable", _) => msg!("Check that WordPress’s server can reach the gateway."),
        ("gateway_unauthorized", "key_blocked") => msg!("Unblock it in LiteLLM’s console, or configure another one."),
        ("gateway_unauthorized", "key_expired") => msg!("Make a new service key and put it into LITELLM_SERVICE_KEY."),
        ("gateway_unauthorized", "key_over_budget") => {
            msg!("Raise or remove it in LiteLLM’s console: it is that of the key, of its user or of its team.")
        }
        ("gateway_unauthorized", "route_not_allowed") => {
            msg!("Give the key the missing route; the Status page lists what it needs.")
        }
        ("gateway_unauthorized", "key_unknown") => {
            msg!(
                "Check that LITELLM_SERVICE_KEY is a key of the gateway at LITELLM_API_BASE, and has not been deleted."
            )
        }
        ("gateway_unauthorized", "key_not_received") => msg!(
            "Where LiteLLM has another header for its keys (litellm_key_header_name), put its name into LITELLM_KEY_HEADER in wp-config.php; where it has none, take LITELLM_KEY_HEADER out. Otherwise something before LiteLLM may take the header away."
        ),
        ("gateway_unauthorized", _) => {
            msg!(
                "Change what LiteLLM names, such as an allowed address or a right of the key, or ask whoever runs LiteLLM. The key may need a user with the role proxy_admin."
            )
        }
        ("gateway_error", "database") => {
            msg!("See that the database runs, that LiteLLM reaches it, and that it has connections left.")
        }
        ("gateway_error", "no_database") => no_database(),
        ("gateway_refused", _) if failure.status == 429 => msg!("Wait a moment, then try again."),
        ("gateway_refused", _) if FORMS.contains(&failure.endpoint) => msg!("Correct the values and try again."),
        ("gateway_refused", _) if failure.status == 404 => {
            msg!("Check that LITELLM_API_BASE is the address of LiteLLM.")
        }
        ("gateway_refused", _) => msg!("Go back to the first page of the list, or reload the page."),
        ("gateway_redirect", _) => msg!(
            "If that is LiteLLM, put its address into LITELLM_API_BASE, with https:// where it begins so. If it is a login, let this server pass it."
        ),
        ("gateway_too_large", _) => msg!(
            "Give WordPress more memory (WP_MAX_MEMORY_LIMIT in wp-config.php). If that does not help, the answer is larger than the plugin takes."
        ),
        ("gateway_not_litellm", _) => match failure.foreign() {
            Foreign::Login => msg!(
                "Put its user and password into wp-config.php: define( 'LITELLM_BASIC_AUTH', 'user:password' ); The key then travels in a header of its own. If they are there, they are refused: correct them."
            ),
            Foreign::Proxy => of_proxy(),
            Foreign::TooMany => msg!("Wait a moment, then try again, or allow this server more requests there."),
            Foreign::Away => {
                msg!(
                    "LiteLLM may be starting or busy: wait a moment. If it stays so, look into the log of that server."
                )
            }
            Foreign::Refused if failure.gateway_status == 400 => {
                msg!("Check whether LITELLM_API_BASE must begin with https://.")
            }
            Foreign::Refused => msg!(
                "Allow the requests of this server there, such as in a firewall or an access list, or put an address into LITELLM_API_BASE that does not lead through it."
            ),
            Foreign::Failed => msg!("Look into the log of what stands before LiteLLM, then try again."),
            Foreign::Elsewhere => {
                msg!(
                    "Check that LITELLM_API_BASE is LiteLLM’s address, with its path where it has one. If it is, LiteLLM may be newer than this plugin knows."
                )
            }
        },
        ("gateway_too_old", _) => {
            msg!(
                "Check that LITELLM_API_BASE is the address of LiteLLM and ends before its own paths, such as /key/list. If so, this LiteLLM may be too old: update it."
            )
        }
        _ => msg!("Look into the log of LiteLLM, then try again."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// An error body as the plugin writes it.
    fn body(code: &str, status: u16, reason: &str) -> String {
        format!(r#"{{"code":"{code}","message":"","data":{{"status":{status},"reason":"{reason}"}}}}"#)
    }

    /// What the page says beside the title, in English; empty when there is no more to say.
    fn message(status: u16, code: &str, data: &Value) -> String {
        let body = json!({ "code": code, "message": "", "data": data }).to_string();
        classify("keys.list", status, &body).message().map(|text| text.english()).unwrap_or_default()
    }

    /// A fatal error in another plugin: WordPress's message is a piece of a page.
    #[test]
    fn tags_in_wordpress_words_are_not_shown() {
        let body = json!({ "code": "internal_server_error", "message": "<p>There has been a critical error.</p><p><a href=\"https://wordpress.org/x/\">Learn&nbsp;more.</a></p>", "data": { "status": 500 } });
        let error = classify("batch", 500, &body.to_string());
        let message = error.message().map(|message| message.english()).unwrap_or_default();
        assert_eq!(message, "There has been a critical error. Learn more.");
    }

    fn assert_kind(status: u16, body: &str, expected: &str) {
        let error = classify("keys.list", status, body);
        let debug = format!("{error:?}");
        let kind = debug.split(['(', ' ']).next().unwrap_or_default();
        assert_eq!(kind, expected, "status {status}, body {body}");
        for text in [error.title().english(), error.advice().english()] {
            assert!(!text.is_empty() && !text.contains("  "), "{kind}: {text:?}");
        }
        assert!(!error.to_string().is_empty());
    }

    #[test]
    fn every_answer_has_its_kind() {
        assert_kind(0, "", "Offline");
        assert_kind(401, &body("rest_not_logged_in", 401, ""), "SignedOut");
        assert_kind(401, &body("rest_forbidden", 401, ""), "SignedOut");
        assert_kind(401, "", "SignedOut");
        assert_kind(403, &body("rest_cookie_invalid_nonce", 403, ""), "NotRecognised");
        assert_kind(403, &body("rest_forbidden", 403, ""), "NotAllowed");
        assert_kind(403, "<html>Blocked by the firewall</html>", "Site");
        assert_kind(503, &body("litellm_not_configured", 503, "key_missing"), "NotConfigured");
        assert_kind(409, &body("litellm_own_key", 409, ""), "Protected");
        assert_kind(409, &body("litellm_own_user", 409, ""), "Protected");
        assert_kind(502, &body("gateway_unreachable", 502, "dns"), "Gateway");
        assert_kind(502, &body("gateway_of_the_future", 502, ""), "Gateway");
        assert_kind(400, &body("gateway_refused", 400, ""), "Gateway");
        assert_kind(404, &body("gateway_refused", 404, ""), "Gateway");
        let params =
            r#"{"code":"litellm_invalid_request","message":"","data":{"status":400,"params":{"alias":"missing"}}}"#;
        for code in ["litellm_invalid_request", "rest_invalid_param"] {
            let text = params.replace("litellm_invalid_request", code);
            assert!(matches!(classify("keys.create", 400, &text), ApiError::Invalid { .. }), "{code}");
            assert_kind(400, &text, "Site");
        }
        assert_kind(400, &body("litellm_invalid_request", 400, "body"), "Site");
        assert_kind(413, &body("litellm_invalid_request", 413, "too_large"), "Site");
        assert_kind(400, &body("rest_invalid_param", 400, ""), "Site");
        assert_kind(404, &body("rest_no_route", 404, ""), "Site");
        assert_kind(404, &body("litellm_unknown_operation", 404, ""), "Site");
        assert_kind(500, "<p>There has been a critical error on this website.</p>", "Site");
        assert_kind(503, "", "Site");
        assert_kind(200, "<!DOCTYPE html><title>Log in</title>", "Unreadable");
        assert_kind(200, "{\"data\": ", "Unreadable");
    }

    /// Another service's 404 to a list was called a key that someone had deleted; a team that is not there, too.
    #[test]
    fn only_a_key_that_there_was_no_longer_exists() {
        let text = body("gateway_refused", 404, "");
        for endpoint in ["keys.block", "keys.unblock", "keys.delete"] {
            assert!(matches!(classify(endpoint, 404, &text), ApiError::NotFound(_)), "{endpoint}");
        }
        for endpoint in ["keys.list", "keys.self", "keys.create", "activity.day"] {
            let error = classify(endpoint, 404, &text);
            assert_eq!(error.title().english(), "LiteLLM did not find what was asked for", "{endpoint}");
            assert_eq!(error.advice().english().contains("LITELLM_API_BASE"), endpoint != "keys.create");
            assert!(error.is_missing());
        }
        let team = text.replace("\"reason\":\"\"", "\"fields\":{\"team\":\"No.\"}");
        assert!(matches!(classify("keys.create", 404, &team), ApiError::Invalid { .. }));
        assert!(matches!(classify("keys.list", 404, &team), ApiError::Gateway(_)), "no form has its fields marked");
    }

    #[test]
    fn a_litellm_without_a_database_is_not_told_to_look_after_one() {
        let [none, away] =
            ["no_database", "database"].map(|reason| classify("keys.list", 502, &body("gateway_error", 502, reason)));
        assert!(none.is_database() && away.is_database());
        assert_eq!(none.title().english(), "LiteLLM has no database");
        assert!(none.advice().english().contains("DATABASE_URL") && !away.advice().english().contains("DATABASE_URL"));
    }

    #[test]
    fn field_errors_reach_their_fields() {
        let text = r#"{"code":"gateway_refused","message":"","data":{"status":400,"detail":"Taken.","fields":{"alias":"Taken."}}}"#;
        let error = classify("keys.create", 400, text);
        let said = error.message().map(|message| message.english());
        assert_eq!(said.as_deref(), Some("LiteLLM says: Taken."));
        let ApiError::Invalid { fields, .. } = error else { unreachable!("a refusal with fields is Invalid") };
        assert_eq!(of(&fields, "alias"), Sentence::Theirs("Taken.".to_owned()));
    }

    fn of(fields: &[(String, Sentence)], name: &str) -> Sentence {
        fields.iter().find(|(known, _)| known == name).map_or(Sentence::Theirs(String::new()), |(_, text)| text.clone())
    }

    #[test]
    fn what_a_schema_refuses_is_said_in_our_words_or_in_those_of_wordpress() {
        let ours = json!({"code": "litellm_invalid_request", "data": {"status": 400, "params":
            {"alias": "rest_too_long", "day": "missing", "x": "rest_of_the_future"}}});
        let fields = Failure::from_value(&ours).fields;
        assert_eq!(of(&fields, "alias"), Sentence::from(msg!("This is too long.")));
        assert_eq!(of(&fields, "day"), Sentence::from(msg!("This is missing.")));
        assert_eq!(of(&fields, "x"), Sentence::from(msg!("This does not have the right form.")));
        let theirs = json!({"code": "rest_invalid_param", "data": {"params": {"key": "Bad."}}});
        assert_eq!(of(&Failure::from_value(&theirs).fields, "key"), Sentence::Theirs("Bad.".to_owned()));
    }

    #[test]
    fn the_values_are_in_the_sentence() {
        let cases = [
            (
                502,
                "gateway_redirect",
                json!({"gateway_status": 307, "address": "https://login.example/x"}),
                "It is sent on to https://login.example/x, which is not followed, so that the service key goes nowhere else.",
            ),
            (
                502,
                "gateway_redirect",
                json!({"gateway_status": 307}),
                "Redirects are not followed, so that the service key goes nowhere else.",
            ),
            (
                502,
                "gateway_unauthorized",
                json!({"reason": "route_not_allowed", "path": "/key/list", "detail": "No."}),
                "The service key may not call /key/list.",
            ),
            (
                502,
                "gateway_unauthorized",
                json!({"reason": "other", "path": "/key/list", "detail": "No."}),
                "LiteLLM says: No.",
            ),
            (502, "gateway_unauthorized", json!({"reason": "other", "path": "/key/list"}), ""),
            (
                502,
                "gateway_unreachable",
                json!({"reason": "proxy", "proxy": "10.0.0.1:3128"}),
                "The proxy of this site, 10.0.0.1:3128, did not let the request through.",
            ),
            (
                502,
                "gateway_unreachable",
                json!({"reason": "proxy"}),
                "The proxy on the way did not let the request through.",
            ),
            (502, "gateway_error", json!({"reason": "database", "detail": "No."}), "LiteLLM says: No."),
            (
                501,
                "gateway_too_old",
                json!({"path": "/health/readiness/details"}),
                "/health/readiness/details is not known there.",
            ),
            (502, "gateway_error", json!({"gateway_status": 500, "detail": "{path}"}), "LiteLLM says: {path}"),
            (429, "gateway_refused", json!({"status": 429}), ""),
            (
                503,
                "litellm_not_configured",
                json!({"reason": "base_invalid", "hint": "scheme"}),
                "The address must begin with http:// or https://.",
            ),
            (
                503,
                "litellm_not_configured",
                json!({"reason": "key_missing"}),
                "The service key, LITELLM_SERVICE_KEY, is missing.",
            ),
            (409, "litellm_own_user", json!({"reason": "owner"}), "The service key belongs to this user."),
            (504, "gateway_unreachable", json!({"reason": "timeout"}), ""),
        ];
        for (status, code, data, expected) in cases {
            assert_eq!(message(status, code, &data), expected, "{code} {data}");
        }
    }

    #[test]
    fn the_words_of_wordpress_and_its_plugins_are_passed_on() {
        let body = r#"{"code":"firewall","message":"Blocked by a rule.","data":{"status":403}}"#;
        assert_eq!(classify("keys.list", 403, body).message(), Some(Sentence::Theirs("Blocked by a rule.".to_owned())));
        let nobodys = classify("keys.list", 403, "<html>").message().map(|message| message.english());
        assert_eq!(nobodys.as_deref(), Some("The answer has the status 403."));
    }

    /// A page that does not say so invites to press the button a second time.
    #[test]
    fn a_write_in_doubt_says_so() {
        let text =
            r#"{"code":"gateway_error","message":"","data":{"status":502,"gateway_status":500,"outcome":"unknown"}}"#;
        let error = classify("keys.block", 502, text);
        let doubt = error.doubt().map(|doubt| doubt.english());
        assert_eq!(doubt, Some("It is not known whether the change was made: look before you try again."));
        assert!(error.outcome_unknown());
        let read = classify("keys.list", 502, &body("gateway_error", 502, ""));
        assert_eq!((read.doubt(), read.advice()), (None, error.advice()));
    }

    #[test]
    fn in_the_console_it_is_one_line_of_english() {
        assert_eq!(
            classify("keys.list", 502, &body("gateway_unreachable", 502, "refused")).to_string(),
            "The gateway cannot be reached. Nothing answers at LITELLM_API_BASE."
        );
        assert_eq!(ApiError::Offline.to_string(), "WordPress did not answer. Check your connection, then try again.");
        assert_eq!(ApiError::Unreadable { endpoint: "status" }.to_string(), "The answer to status could not be read.");
    }

    #[test]
    fn any_body_is_read() {
        for text in ["", "null", "[]", "7", "\"text\"", "{", "<html>", "\u{feff}{}", r#"{"data":[],"code":null}"#] {
            assert_eq!(Failure::from_body(500, text), Failure { status: 500, ..Failure::default() }, "{text}");
        }
        let odd = r#"{"code":7,"message":[],"data":{"status":"x","fields":[],"reason":null}}"#;
        assert_eq!(Failure::from_body(500, odd).code, "7");
        let marked = format!("\u{feff}{}", body("gateway_error", 502, ""));
        assert_eq!(Failure::from_body(502, &marked).code, "gateway_error");
    }

    #[test]
    fn an_error_of_a_batch_is_the_same_error() {
        let text = body("gateway_unreachable", 504, "timeout");
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(classify_value("keys.list", 504, &value), classify("keys.list", 504, &text));
        assert_eq!(Failure::from_value(&value).status, 504);
    }

    fn error(status: u16, code: &str, data: Value) -> ApiError {
        classify_value("keys.list", status, &json!({ "code": code, "message": "", "data": data }))
    }

    fn assert_outcome(status: u16, body: &str, unknown: bool) {
        let error = classify("keys.create", status, body);
        assert_eq!(error.outcome_unknown(), unknown, "{error:?}");
    }

    #[test]
    fn what_may_have_happened() {
        assert_outcome(0, "", true);
        assert_outcome(504, &body("gateway_unreachable", 504, "timeout"), true);
        assert_outcome(502, &body("gateway_unreachable", 502, "other"), true);
        for reason in ["refused", "dns", "proxy", "tls", "blocked"] {
            assert_outcome(502, &body("gateway_unreachable", 502, reason), false);
        }
        assert_outcome(502, &body("gateway_error", 502, ""), true);
        assert_outcome(502, &body("gateway_not_litellm", 502, ""), true);
        // A login, a firewall or a proxy turned it away.
        for (status, unknown) in [(401, false), (403, false), (407, false), (404, true), (502, true)] {
            let data = json!({ "status": 502, "gateway_status": status, "outcome": "unknown" });
            let body = json!({ "code": "gateway_not_litellm", "data": data }).to_string();
            assert_outcome(502, &body, unknown);
            assert_eq!(classify("keys.create", 502, &body).doubt().is_some(), unknown, "{status}");
        }
        assert_outcome(502, &body("gateway_unauthorized", 502, "key_unknown"), false);
        assert_outcome(502, &body("gateway_redirect", 502, ""), false);
        assert_outcome(501, &body("gateway_too_old", 501, ""), false);
        assert_outcome(429, &body("gateway_refused", 429, ""), false);
        assert_outcome(401, "", false);
        assert_outcome(500, "<html>", true);
        assert_outcome(200, "<html>", true);
        assert_outcome(503, &body("litellm_not_configured", 503, "base_missing"), false);
    }

    /// A read that may succeed by itself is asked for again by itself, and not before the gateway wants it.
    #[test]
    fn what_is_asked_for_again_and_when() {
        let other = |status: u64| json!({ "gateway_status": status });
        for (error, after_s) in [
            (error(502, "gateway_not_litellm", other(502)), Some(20)),
            (error(502, "gateway_not_litellm", other(503)), Some(20)),
            (error(502, "gateway_not_litellm", other(504)), Some(20)),
            (error(502, "gateway_not_litellm", other(429)), Some(20)),
            (error(502, "gateway_not_litellm", json!({ "gateway_status": 429, "retry_after_s": 7 })), Some(7)),
            (error(502, "gateway_not_litellm", json!({ "gateway_status": 429, "retry_after_s": 1 })), Some(5)),
            (error(429, "gateway_refused", json!({ "retry_after_s": 90 })), Some(90)),
            (error(429, "gateway_refused", json!({})), Some(20)),
            (error(502, "gateway_not_litellm", other(403)), None),
            (error(502, "gateway_not_litellm", json!({})), None),
            (error(502, "gateway_unauthorized", json!({ "reason": "key_unknown" })), None),
            (error(502, "gateway_unreachable", json!({ "reason": "refused" })), None),
            (error(502, "gateway_error", json!({ "gateway_status": 503 })), None),
        ] {
            assert_eq!(error.again_after_s(), after_s, "{error:?}");
            let said_s = error.failure().map_or(0, |failure| failure.retry_after_s);
            assert_eq!(error.wait_ms(20_000), (said_s * 1_000).max(20_000), "{error:?}");
        }
        assert_eq!(ApiError::Offline.again_after_s(), None);
        assert_eq!(ApiError::Offline.wait_ms(5_000), 5_000);
    }

    /// A firewall's page was blamed on the service key, and its log on LiteLLM's.
    #[test]
    fn what_is_not_litellm_is_called_what_it_is() {
        let of = |data: Value| {
            let error = error(502, "gateway_not_litellm", data);
            let message = error.message().map(|text| text.english()).unwrap_or_default();
            (error.title().english(), message, error.advice().english())
        };
        let (title, message, advice) =
            of(json!({ "gateway_status": 403, "server": "cloudflare", "title": "Access denied\u{202e}" }));
        assert_eq!(title, "Something on the way to LiteLLM refused the request");
        assert_eq!(message, "What came: 403 · cloudflare · Access denied⟨U+202E⟩.");
        assert!(advice.contains("firewall"), "{advice}");
        assert_eq!(
            of(json!({ "gateway_status": 401, "scheme": "basic" })).0,
            "A login stands before the gateway",
            "HTTP Basic"
        );
        assert!(of(json!({ "gateway_status": 401, "scheme": "basic" })).2.contains("LITELLM_BASIC_AUTH"));
        assert_eq!(of(json!({ "gateway_status": 401, "scheme": "bearer" })).0, title);
        assert_eq!(of(json!({ "gateway_status": 502 })).0, "What stands before LiteLLM has no answer from it");
        assert_eq!(of(json!({ "gateway_status": 522 })).0, "What stands before LiteLLM has no answer from it");
        assert!(of(json!({ "gateway_status": 526 })).0.contains("certificate"));
        assert!(of(json!({ "gateway_status": 400 })).2.contains("https://"), "HTTP where TLS is spoken");
        assert_eq!(of(json!({ "gateway_status": 429 })).0, "Something before the gateway asks to slow down");
        assert_eq!(
            of(json!({ "gateway_status": 500 })).0,
            "Something before LiteLLM, or in its place, reported an error"
        );
        assert_eq!(of(json!({ "gateway_status": 404 })).0, "This is not an answer that the plugin knows");
        assert_eq!(of(json!({})).1, "Something answers at this address, but not as LiteLLM does.");
        assert_eq!(of(json!({ "title": "Sign in" })).1, "What came: Sign in.");
        assert_eq!(of(json!({ "gateway_status": 503 })).1, "What came: 503.");
        // An answer within the tunnel through a proxy is not the proxy’s.
        let (through, message, _) = of(json!({ "gateway_status": 403, "proxy": "10.0.0.1:3128", "title": "squid" }));
        assert_eq!(through, title);
        assert_eq!(of(json!({ "gateway_status": 407 })).0, "The proxy of this site refused the request");
        assert!(message.contains("the proxy of this site, 10.0.0.1:3128,"), "{message}");
        for status in 0..600 {
            let words = of(json!({ "gateway_status": status }));
            for text in [words.0, &words.1, words.2] {
                assert!(!text.contains("key,") && !text.contains("log of LiteLLM"), "{status}: {text}");
            }
        }
    }

    #[test]
    fn each_reason_has_its_own_advice() {
        let advice = |code: &str, reason: &str| classify("status", 502, &body(code, 502, reason)).advice();
        let of_reach = ["dns", "refused", "proxy", "timeout", "tls", "blocked", "other"]
            .map(|reason| advice("gateway_unreachable", reason));
        let of_key = [
            "key_unknown",
            "key_not_received",
            "key_blocked",
            "key_expired",
            "key_over_budget",
            "route_not_allowed",
            "other",
        ]
        .map(|reason| advice("gateway_unauthorized", reason));
        for list in [&of_reach[..], &of_key[..]] {
            for (i, text) in list.iter().enumerate() {
                assert!(!list[..i].contains(text), "twice: {text:?}");
            }
        }
    }
}
