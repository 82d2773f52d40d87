//! What can go wrong between a page and LiteLLM, and what an administrator can do about it.
//!
//! The plugin answers with a code, a reason and values; all sentences are here, and are translated where they are shown.

use std::fmt;

use serde_json::Value;

use crate::{html_text, msg, sentence::Sentence, setting_problem, text::Msg};

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
    pub host: String,
    /// Which rule an invalid setting breaks.
    pub hint: String,
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
            host: words(&data["host"]),
            hint: words(&data["hint"]),
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
            ("litellm_own_key", _) => msg!("This is the service key with which WordPress itself reaches LiteLLM."),
            ("litellm_own_user", "owner") => msg!("The service key belongs to this user."),
            ("litellm_own_user", "owner_unknown") => msg!(
                "A key for a named user cannot be made now, because LiteLLM does not say which user the service key belongs to."
            ),
            ("gateway_unreachable", "dns") => msg!("The host name in LITELLM_API_BASE cannot be found."),
            ("gateway_unreachable", "refused") => msg!("Nothing answers at LITELLM_API_BASE."),
            ("gateway_unreachable", "tls") => {
                msg!("The certificate could not be verified, or no secure connection could be made.")
            }
            ("gateway_unreachable", "blocked") => msg!("This site does not allow requests to the gateway."),
            ("gateway_unreachable", "timeout") => return None,
            ("gateway_unreachable", _) => msg!("The connection broke off."),
            ("gateway_unauthorized", "key_unknown") => msg!("LiteLLM does not know the service key."),
            ("gateway_unauthorized", "route_not_allowed") => msg!("The service key may not call {path}."),
            ("gateway_too_old", _) => msg!("This LiteLLM does not know {path}."),
            ("gateway_redirect", _) if self.host.is_empty() => {
                msg!("Redirects are not followed, so that the service key goes nowhere else.")
            }
            ("gateway_redirect", _) => {
                msg!("It leads to {host} and is not followed, so that the service key goes nowhere else.")
            }
            ("gateway_too_large", _) => msg!("It is larger than this site can take."),
            ("gateway_not_json", _) if self.gateway_status > 0 => {
                msg!("It has the status {status}, and not the form that LiteLLM gives its answers.")
            }
            ("gateway_not_json", _) => msg!("It has not the form that LiteLLM gives its answers."),
            _ if !self.detail.is_empty() => msg!("LiteLLM says: {words}"),
            _ if !self.message.is_empty() => return Some(Sentence::Theirs(self.message.clone())),
            _ => return None,
        };
        let status = self.gateway_status.to_string();
        let values = [("path", &*self.path), ("host", &self.host), ("status", &status), ("words", &self.detail)];
        Some(Sentence::with(ours, &values))
    }
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
        _ if code.starts_with("rest_") => msg!("This does not have the right form."),
        _ => return None,
    })
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

fn sort_out(endpoint: &'static str, failure: Failure) -> ApiError {
    let failure = Box::new(failure);
    match failure.code.as_str() {
        "rest_cookie_invalid_nonce" => return ApiError::StaleNonce,
        "rest_not_logged_in" => return ApiError::SignedOut,
        "rest_forbidden" if failure.status == 401 => return ApiError::SignedOut,
        "rest_forbidden" => return ApiError::NotAllowed,
        "litellm_not_configured" => return ApiError::NotConfigured(failure),
        "litellm_own_key" | "litellm_own_user" => return ApiError::Protected(failure),
        "gateway_refused" if failure.status == 404 => return ApiError::NotFound(failure),
        "gateway_refused" if failure.fields.is_empty() => return ApiError::Gateway(failure),
        "gateway_refused" | "litellm_invalid_request" | "rest_invalid_param" | "rest_missing_callback_param"
            if !failure.fields.is_empty() =>
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
            ApiError::StaleNonce => msg!("This page has been open for too long"),
            ApiError::NotConfigured(_) => msg!("The gateway is not configured yet"),
            ApiError::Offline => msg!("WordPress did not answer"),
            ApiError::NotFound(_) => msg!("This no longer exists"),
            ApiError::Invalid { .. } => msg!("Please check the marked fields"),
            ApiError::Protected(_) => msg!("The plugin’s own service key is protected"),
            ApiError::Gateway(failure) => gateway_title(failure),
            ApiError::Site(failure) if failure.code.starts_with("litellm_") => {
                msg!("This page and the plugin do not fit together")
            }
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
            ApiError::Protected(failure) => match failure.reason.as_str() {
                "owner" => msg!("A key for an application needs another user, or none."),
                "owner_unknown" => msg!("Leave the user out, or try again when the gateway answers."),
                "unknown_guard" => msg!("Files of the plugin are damaged: install it again."),
                _ => msg!("Use LiteLLM’s own console to change it."),
            },
            ApiError::Gateway(failure) if failure.in_doubt => {
                msg!("It is not known whether the change was made: look before you try again.")
            }
            ApiError::Gateway(failure) => gateway_advice(failure),
            ApiError::Site(failure) if failure.code.starts_with("litellm_") => {
                msg!("Reload the page: the plugin may have been updated meanwhile.")
            }
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

    /// More than the title says: what exactly, or the words of LiteLLM or WordPress. None where there is no more to say.
    pub fn message(&self) -> Option<Sentence> {
        match self {
            ApiError::Invalid { message, .. } => message.clone(),
            _ => self.failure().and_then(Failure::message),
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
                "gateway_unreachable" => !matches!(failure.reason.as_str(), "dns" | "refused" | "tls" | "blocked"),
                "gateway_error" | "gateway_not_json" | "gateway_too_large" => true,
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
        ("gateway_unreachable", "blocked") => msg!("Add the gateway’s host to WP_ACCESSIBLE_HOSTS in wp-config.php."),
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
        ("gateway_too_large", _) => msg!("Ask for less at a time, such as a shorter range."),
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
        let params =
            r#"{"code":"litellm_invalid_request","message":"","data":{"status":400,"params":{"alias":"missing"}}}"#;
        assert_kind(400, params, "Invalid");
        assert_kind(400, &params.replace("litellm_invalid_request", "rest_invalid_param"), "Invalid");
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
                json!({"gateway_status": 307, "host": "login.example"}),
                "It leads to login.example and is not followed, so that the service key goes nowhere else.",
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
                501,
                "gateway_too_old",
                json!({"path": "/health/readiness/details"}),
                "This LiteLLM does not know /health/readiness/details.",
            ),
            (
                502,
                "gateway_not_json",
                json!({"gateway_status": 403}),
                "It has the status 403, and not the form that LiteLLM gives its answers.",
            ),
            (502, "gateway_not_json", json!({}), "It has not the form that LiteLLM gives its answers."),
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
        assert_eq!(classify("keys.list", 403, "<html>").message(), None);
    }

    /// A page that does not say so invites to press the button a second time.
    #[test]
    fn a_write_in_doubt_says_so() {
        let text =
            r#"{"code":"gateway_error","message":"","data":{"status":502,"gateway_status":500,"outcome":"unknown"}}"#;
        let error = classify("keys.block", 502, text);
        assert_eq!(error.advice().english(), "It is not known whether the change was made: look before you try again.");
        assert!(error.outcome_unknown());
        assert_ne!(classify("keys.list", 502, &body("gateway_error", 502, "")).advice(), error.advice());
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
        assert_retry(502, &body("gateway_unreachable", 502, "blocked"), true, false);
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
        let of_reach = ["dns", "refused", "timeout", "tls", "blocked", "other"]
            .map(|reason| advice("gateway_unreachable", reason));
        let of_key = ["key_unknown", "key_blocked", "key_expired", "key_over_budget", "route_not_allowed"]
            .map(|reason| advice("gateway_unauthorized", reason));
        for list in [&of_reach[..], &of_key[..]] {
            for (i, text) in list.iter().enumerate() {
                assert!(!list[..i].contains(text), "twice: {text:?}");
            }
        }
    }
}
