//! What can go wrong between a page and LiteLLM, and what an administrator can do about it.
//!
//! The sentences are English and are translated where they are shown; `message()` comes from the server, in its language.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::{msg, text::Msg};

/// An error as WordPress writes it: `{code, message, data: {status, reason, fields}}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Failure {
    /// WordPress's stable name, such as `gateway_refused`; empty when the answer was no error of WordPress.
    pub code: String,
    /// A sentence for an administrator; may be empty.
    pub message: String,
    /// HTTP status; 0 when unknown.
    pub status: u16,
    /// Which kind of `code`, such as `dns`; may be empty.
    pub reason: String,
    /// Our parameter name to what is wrong with it.
    pub fields: BTreeMap<String, String>,
}

impl Failure {
    /// Reads the error of a batch or of an old answer; takes any JSON.
    pub fn from_value(value: &Value) -> Self {
        let data = &value["data"];
        Failure {
            code: words(&value["code"]),
            message: words(&value["message"]),
            status: data["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0),
            reason: words(&data["reason"]),
            fields: fields(data),
        }
    }

    /// Reads the body of a failed request; takes any text. `status` is that of the answer.
    pub fn from_body(status: u16, body: &str) -> Self {
        let value: Value = serde_json::from_str(body.trim_start_matches('\u{feff}').trim()).unwrap_or(Value::Null);
        Failure { status, ..Failure::from_value(&value) }
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The `params` of WordPress's own schema check and the plugin's `fields`, which count for more.
fn fields(data: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (name, value) in ["params", "fields"].iter().filter_map(|name| data[*name].as_object()).flatten() {
        let text = words(value);
        if !text.is_empty() {
            found.insert(name.clone(), text);
        }
    }
    found
}

/// A failed request, by what a page does about it.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiError {
    /// The WordPress login has expired.
    SignedOut,
    /// The user lacks the capability.
    NotAllowed,
    /// The nonce is too old: take over the fresh one and ask once more.
    StaleNonce,
    /// The constants in `wp-config.php` are missing or wrong.
    NotConfigured(Failure),
    /// No answer: the browser is offline, or WordPress is down.
    Offline,
    /// What was asked for is no longer there, such as a key that someone else deleted.
    NotFound(Failure),
    /// Parameters were refused; `fields` says which.
    Invalid { message: String, fields: BTreeMap<String, String> },
    /// The plugin protects its own service key and that key's user.
    Protected(Failure),
    /// LiteLLM could not be reached, or refused.
    Gateway(Failure),
    /// WordPress itself, or something in front of it, failed or refused.
    Site(Failure),
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

fn sort_out(endpoint: &'static str, failure: Failure) -> ApiError {
    match failure.code.as_str() {
        "rest_cookie_invalid_nonce" => return ApiError::StaleNonce,
        "rest_not_logged_in" => return ApiError::SignedOut,
        "rest_forbidden" if failure.status == 401 => return ApiError::SignedOut,
        "rest_forbidden" => return ApiError::NotAllowed,
        "litellm_not_configured" => return ApiError::NotConfigured(failure),
        "litellm_own_key" | "litellm_own_user" => return ApiError::Protected(failure),
        "gateway_refused" if failure.status == 404 => return ApiError::NotFound(failure),
        "gateway_refused" if failure.fields.is_empty() => return ApiError::Gateway(failure),
        "gateway_refused" | "litellm_invalid_request" | "rest_invalid_param" | "rest_missing_callback_param" => {
            return ApiError::Invalid { message: failure.message, fields: failure.fields };
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
            ApiError::StaleNonce => msg!("This page has been open for too long"),
            ApiError::NotConfigured(_) => msg!("The gateway is not configured yet"),
            ApiError::Offline => msg!("WordPress did not answer"),
            ApiError::NotFound(_) => msg!("This no longer exists"),
            ApiError::Invalid { .. } => msg!("Please check the marked fields"),
            ApiError::Protected(_) => msg!("The plugin’s own service key is protected"),
            ApiError::Gateway(failure) => gateway_title(failure),
            ApiError::Site(failure) if failure.status == 403 => msg!("WordPress refused the request"),
            ApiError::Site(failure) if failure.status == 404 => msg!("The plugin’s REST route was not found"),
            ApiError::Site(failure) if failure.status == 503 => msg!("WordPress is not available at the moment"),
            ApiError::Site(_) => msg!("WordPress reported an error"),
            ApiError::Unreadable { .. } => msg!("The answer could not be read"),
        }
    }

    /// What to do, as a sentence.
    pub fn advice(&self) -> Msg {
        match self {
            ApiError::SignedOut => msg!("Log in again, then come back to this page."),
            ApiError::NotAllowed => msg!("Ask an administrator of this site for access to LiteLLM."),
            ApiError::StaleNonce => msg!("Reload the page and try again."),
            ApiError::NotConfigured(_) => msg!("Add the address and the service key of the gateway to wp-config.php."),
            ApiError::Offline => msg!("Check your connection, then try again."),
            ApiError::NotFound(_) => msg!("Reload the list: someone else may have deleted it."),
            ApiError::Invalid { .. } => msg!("Correct the values and try again."),
            ApiError::Protected(_) => msg!("Use LiteLLM’s own console to change it."),
            ApiError::Gateway(failure) => gateway_advice(failure),
            ApiError::Site(failure) if failure.status == 403 => {
                msg!("A security plugin or a firewall may block the REST API: allow litellm-dashboard/v1 there.")
            }
            ApiError::Site(failure) if failure.status == 404 => {
                msg!("Check that the plugin is active and that the REST API is not switched off.")
            }
            ApiError::Site(failure) if failure.status == 503 => {
                msg!("It may be in maintenance mode. Try again in a minute.")
            }
            ApiError::Site(_) => msg!("Look into the error log of WordPress, then try again."),
            ApiError::Unreadable { .. } => {
                msg!("Something between the browser and WordPress may have changed the answer. Reload the page.")
            }
        }
    }

    /// The server's own words; empty when it gave none.
    pub fn message(&self) -> &str {
        match self {
            ApiError::Invalid { message, .. } => message,
            _ => self.failure().map_or("", |failure| &failure.message),
        }
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

    /// Whether the same request may succeed later without anyone changing anything.
    /// A page offers to try again, and polling goes on; a write is never repeated by the machine.
    pub fn retryable(&self) -> bool {
        match self {
            ApiError::Offline | ApiError::StaleNonce | ApiError::Unreadable { .. } => true,
            ApiError::Gateway(failure) => {
                failure.status == 429
                    || matches!(failure.code.as_str(), "gateway_unreachable" | "gateway_error" | "gateway_not_json")
            }
            ApiError::Site(failure) => failure.status >= 500 || failure.status == 429,
            _ => false,
        }
    }

    /// Whether a write that failed like this may have been carried out all the same:
    /// it may have reached LiteLLM, and only its answer was lost.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            ApiError::Offline | ApiError::Unreadable { .. } => true,
            ApiError::Gateway(failure) => match failure.code.as_str() {
                "gateway_unreachable" => !matches!(failure.reason.as_str(), "dns" | "refused" | "tls"),
                "gateway_error" | "gateway_not_json" | "gateway_too_large" => true,
                _ => false,
            },
            ApiError::Site(failure) => failure.status >= 500,
            _ => false,
        }
    }
}

impl fmt::Display for ApiError {
    /// One sentence in English: the server's, else ours.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApiError::Unreadable { endpoint } => write!(f, "The answer to {endpoint} could not be read."),
            _ if !self.message().is_empty() => f.write_str(self.message()),
            _ => write!(f, "{}. {}", self.title().english(), self.advice().english()),
        }
    }
}

fn gateway_title(failure: &Failure) -> Msg {
    match (failure.code.as_str(), failure.reason.as_str()) {
        ("gateway_unreachable", "timeout") => msg!("The gateway did not answer in time"),
        ("gateway_unreachable", _) => msg!("The gateway cannot be reached"),
        ("gateway_unauthorized", "key_blocked") => msg!("The service key is blocked"),
        ("gateway_unauthorized", "key_expired") => msg!("The service key has expired"),
        ("gateway_unauthorized", "key_over_budget") => msg!("The service key is over its budget"),
        ("gateway_unauthorized", "route_not_allowed") => msg!("The service key may not do this"),
        ("gateway_unauthorized", _) => msg!("The gateway does not accept the service key"),
        ("gateway_refused", _) if failure.status == 429 => msg!("The gateway asks to slow down"),
        ("gateway_refused", _) => msg!("The gateway refused the request"),
        ("gateway_redirect", _) => msg!("The gateway sent the request elsewhere"),
        ("gateway_too_large", _) => msg!("The gateway’s answer is too large"),
        ("gateway_not_json", _) => msg!("The answer is not from LiteLLM"),
        ("gateway_too_old", _) => msg!("This needs a newer LiteLLM"),
        _ => msg!("The gateway reported an error"),
    }
}

fn gateway_advice(failure: &Failure) -> Msg {
    match (failure.code.as_str(), failure.reason.as_str()) {
        ("gateway_unreachable", "dns") => msg!("Check the host name in LITELLM_API_BASE."),
        ("gateway_unreachable", "refused") => {
            msg!("Check that LiteLLM is running, and the host and port in LITELLM_API_BASE.")
        }
        ("gateway_unreachable", "timeout") => msg!("LiteLLM or its database may be busy. Try again in a moment."),
        ("gateway_unreachable", "tls") => msg!("Check the certificate of the gateway."),
        ("gateway_unreachable", _) => msg!("Check that WordPress’s server can reach the gateway."),
        ("gateway_unauthorized", "key_blocked") => msg!("Unblock it in LiteLLM’s console, or configure another one."),
        ("gateway_unauthorized", "key_expired") => msg!("Make a new service key and put it into LITELLM_SERVICE_KEY."),
        ("gateway_unauthorized", "key_over_budget") => msg!("Raise or remove its budget in LiteLLM’s console."),
        ("gateway_unauthorized", "route_not_allowed") => {
            msg!("Give the key the missing route; the Status page lists what it needs.")
        }
        ("gateway_unauthorized", _) => msg!("Check LITELLM_SERVICE_KEY."),
        ("gateway_refused", _) if failure.status == 429 => msg!("Wait a moment, then try again."),
        ("gateway_refused", _) => msg!("Correct the values and try again."),
        ("gateway_redirect", _) => msg!("Put the final address of the gateway into LITELLM_API_BASE."),
        ("gateway_too_large", _) => msg!("Choose a shorter range."),
        ("gateway_not_json", _) => {
            msg!("Check that LITELLM_API_BASE is the address of LiteLLM and not of a page before it.")
        }
        ("gateway_too_old", _) => msg!("Update LiteLLM to use it."),
        _ => msg!("Look into the log of LiteLLM, then try again."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error body as the plugin writes it.
    fn body(code: &str, status: u16, reason: &str) -> String {
        format!(r#"{{"code":"{code}","message":"Words.","data":{{"status":{status},"reason":"{reason}"}}}}"#)
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
        assert_kind(403, &body("rest_cookie_invalid_nonce", 403, ""), "StaleNonce");
        assert_kind(403, &body("rest_forbidden", 403, ""), "NotAllowed");
        assert_kind(403, "<html>Blocked by the firewall</html>", "Site");
        assert_kind(503, &body("litellm_not_configured", 503, "key_missing"), "NotConfigured");
        assert_kind(409, &body("litellm_own_key", 409, ""), "Protected");
        assert_kind(409, &body("litellm_own_user", 409, ""), "Protected");
        assert_kind(502, &body("gateway_unreachable", 502, "dns"), "Gateway");
        assert_kind(502, &body("gateway_of_the_future", 502, ""), "Gateway");
        assert_kind(400, &body("gateway_refused", 400, ""), "Gateway");
        assert_kind(404, &body("gateway_refused", 404, ""), "NotFound");
        assert_kind(400, &body("litellm_invalid_request", 400, ""), "Invalid");
        assert_kind(400, &body("rest_invalid_param", 400, ""), "Invalid");
        assert_kind(404, &body("rest_no_route", 404, ""), "Site");
        assert_kind(404, &body("litellm_unknown_operation", 404, ""), "Site");
        assert_kind(500, "<p>There has been a critical error on this website.</p>", "Site");
        assert_kind(503, "", "Site");
        assert_kind(200, "<!DOCTYPE html><title>Log in</title>", "Unreadable");
        assert_kind(200, "{\"data\": ", "Unreadable");
    }

    #[test]
    fn field_errors_reach_their_fields() {
        let text = r#"{"code":"gateway_refused","message":"Taken.","data":{"status":400,"fields":{"alias":"Taken."}}}"#;
        let ApiError::Invalid { message, fields } = classify("keys.create", 400, text) else {
            unreachable!("a refusal with fields is Invalid")
        };
        assert_eq!(message, "Taken.");
        assert_eq!(fields.get("alias").map(String::as_str), Some("Taken."));
    }

    #[test]
    fn the_schema_check_of_wordpress_names_fields_too() {
        let text = r#"{"code":"rest_invalid_param","message":"m","data":{"status":400,"params":{"key":"Bad."}}}"#;
        let failure = Failure::from_body(400, text);
        assert_eq!(failure.fields.get("key").map(String::as_str), Some("Bad."));
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

    fn assert_retry(status: u16, body: &str, retryable: bool, outcome_unknown: bool) {
        let error = classify("keys.create", status, body);
        assert_eq!(error.retryable(), retryable, "retryable: {error:?}");
        assert_eq!(error.outcome_unknown(), outcome_unknown, "outcome unknown: {error:?}");
    }

    #[test]
    fn what_may_be_asked_again_and_what_may_have_happened() {
        assert_retry(0, "", true, true);
        assert_retry(504, &body("gateway_unreachable", 504, "timeout"), true, true);
        assert_retry(502, &body("gateway_unreachable", 502, "other"), true, true);
        assert_retry(502, &body("gateway_unreachable", 502, "refused"), true, false);
        assert_retry(502, &body("gateway_unreachable", 502, "dns"), true, false);
        assert_retry(502, &body("gateway_error", 502, ""), true, true);
        assert_retry(502, &body("gateway_unauthorized", 502, "key_unknown"), false, false);
        assert_retry(502, &body("gateway_redirect", 502, ""), false, false);
        assert_retry(501, &body("gateway_too_old", 501, ""), false, false);
        assert_retry(429, &body("gateway_refused", 429, ""), true, false);
        assert_retry(400, &body("gateway_refused", 400, ""), false, false);
        assert_retry(401, "", false, false);
        assert_retry(403, &body("rest_forbidden", 403, ""), false, false);
        assert_retry(403, &body("rest_cookie_invalid_nonce", 403, ""), true, false);
        assert_retry(500, "<html>", true, true);
        assert_retry(200, "<html>", true, true);
        assert_retry(503, &body("litellm_not_configured", 503, "base_missing"), false, false);
    }

    #[test]
    fn each_reason_has_its_own_advice() {
        let advice = |code: &str, reason: &str| classify("status", 502, &body(code, 502, reason)).advice();
        let of_reach =
            ["dns", "refused", "timeout", "tls", "other"].map(|reason| advice("gateway_unreachable", reason));
        let of_key = ["key_unknown", "key_blocked", "key_expired", "key_over_budget", "route_not_allowed"]
            .map(|reason| advice("gateway_unauthorized", reason));
        for list in [of_reach, of_key] {
            for (i, text) in list.iter().enumerate() {
                assert!(!list[..i].contains(text), "twice: {text:?}");
            }
        }
    }
}
