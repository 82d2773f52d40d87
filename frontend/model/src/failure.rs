//! What can go wrong between a page and LiteLLM: the kinds, and what follows from each. Their sentences are in `words`.
//!
//! The plugin answers with a code, a reason and values; all sentences are here, and are translated where they are shown.

mod envelope;
mod read;
#[cfg(test)]
mod tests;
mod words;

use serde_json::Value;

pub use self::{
    envelope::{Answer, open},
    words::{Since, no_database},
};
use crate::sentence::Sentence;

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
    /// The deployment kit's own nginx has answered.
    pub is_kit: bool,
    /// How long to wait before the next question; 0: not said.
    pub retry_after_s: u32,
    /// Of a write: it may have been done all the same.
    pub in_doubt: bool,
    /// Our parameter name to what is wrong with it.
    pub fields: Vec<(String, Sentence)>,
}

impl Failure {
    /// What an answer that is not LiteLLM's means, from its status.
    fn foreign(&self) -> Foreign {
        match self.gateway_status {
            401 if self.asks_login => Foreign::Login,
            403 if self.is_kit => Foreign::Kit,
            407 => Foreign::Proxy,
            429 => Foreign::TooMany,
            502..=504 | 520..=530 => Foreign::Away,
            404 => Foreign::Elsewhere,
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
    /// The deployment kit's nginx, which lets in who is in its networks.
    Kit,
    /// It is there, and has no answer from LiteLLM.
    Away,
    Refused,
    Failed,
    /// Not LiteLLM at all, as far as can be seen.
    Elsewhere,
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

/// The code of a request that the browser did not get through although WordPress answers others.
const STOPPED: &str = "stopped";

/// WordPress answers at another address, and not at that of the plugin.
pub fn stopped() -> ApiError {
    ApiError::Site(Box::new(Failure { code: STOPPED.to_owned(), ..Failure::default() }))
}

/// Which error an answer of `endpoint` is, from its HTTP status (0: there was no answer) and its body.
pub fn classify(endpoint: &'static str, status: u16, body: &str) -> ApiError {
    sort_out(endpoint, Failure::from_body(status, body))
}

/// The same for one answer of a batch, whose error is JSON already.
pub fn classify_value(endpoint: &'static str, status: u16, error: &Value) -> ApiError {
    sort_out(endpoint, Failure { status, ..Failure::from_value(error) })
}

/// What a key, a team or a user can be missing for, as it is about one that there was.
const OF_ONE: [&str; 12] = [
    "keys.block",
    "keys.unblock",
    "keys.delete",
    "keys.update",
    "keys.reset_spend",
    "keys.info",
    "teams.block",
    "teams.unblock",
    "teams.delete",
    "teams.update",
    "users.delete",
    "users.update",
];

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
        "gateway_refused" if failure.status == 404 && OF_ONE.contains(&endpoint) => {
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
    /// Whether LiteLLM is there and its database is not.
    pub fn is_database(&self) -> bool {
        let is = |failure: &Failure| matches!(&*failure.reason, "database" | "no_database");
        self.failure().is_some_and(|failure| failure.code == "gateway_error" && is(failure))
    }

    /// Whether LiteLLM, or another service that writes errors as it does, has answered that it knows no such thing.
    pub fn is_missing(&self) -> bool {
        self.failure().is_some_and(|failure| failure.code == "gateway_refused" && failure.status == 404)
    }

    /// The answer is larger than this site takes.
    pub fn is_too_large(&self) -> bool {
        self.failure().is_some_and(|failure| failure.code == "gateway_too_large")
    }

    /// Whether it may go well where less is asked for at once: the answers together take the gateway or this site too long, or
    /// what is kept of them is too large for the memory, which may also end PHP.
    pub fn is_too_much(&self) -> bool {
        self.is_too_large()
            || self.failure().is_some_and(|failure| failure.reason == "timeout")
            || matches!(self, ApiError::Site(failure) if matches!(failure.status, 500 | 504))
    }

    /// A list no longer has what was to be changed.
    pub fn gone() -> ApiError {
        ApiError::NotFound(Box::default())
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

    /// A service key whose user is no administrator of LiteLLM: what it sees is only a part.
    pub fn is_partial(&self) -> bool {
        self.failure().is_some_and(|failure| failure.reason == "not_admin")
    }

    /// Somebody else has saved or removed the entry of the journal since it was read.
    pub fn is_journal_changed(&self) -> bool {
        self.failure().is_some_and(|failure| failure.code == "litellm_journal_changed")
    }

    /// Of a write whose outcome was looked at since.
    pub fn without_doubt(mut self) -> ApiError {
        if let ApiError::Gateway(failure) = &mut self {
            failure.in_doubt = false;
        }
        self
    }

    /// With the wait that the answer asks for, where it is none of LiteLLM.
    pub fn wait_of_site(mut self, after_s: u32) -> ApiError {
        if let ApiError::Site(failure) = &mut self {
            failure.retry_after_s = after_s.min(3_600);
        }
        self
    }

    /// After how many seconds a read that failed like this is asked for again by itself, as it may then succeed without
    /// anyone changing anything: the gateway is starting, or asks to slow down. A write never is.
    pub fn again_after_s(&self) -> Option<u32> {
        let failure = match self {
            ApiError::Gateway(failure) => failure,
            ApiError::Site(failure) if matches!(failure.status, 429 | 503) => {
                return Some(failure.retry_after_s.max(AGAIN_S));
            }
            _ => return None,
        };
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
                    !matches!(failure.reason.as_str(), "dns" | "refused" | "proxy" | "connect" | "tls" | "blocked")
                }
                // Turned away on the way.
                "gateway_not_litellm" => {
                    !matches!(failure.gateway_status, 401 | 403 | 405 | 407 | 413 | 414 | 429 | 431)
                }
                "gateway_error" | "gateway_too_large" => true,
                _ => false,
            },
            ApiError::Site(failure) => failure.status >= 500 || failure.code == STOPPED,
            _ => false,
        }
    }
}
