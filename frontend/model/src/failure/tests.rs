//! Every kind of failure, and what is said of it.

use serde_json::json;

use super::*;
use crate::msg;

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
    for (code, title) in [
        ("litellm_journal_changed", "Somebody else has taken this up"),
        ("litellm_journal_full", "WordPress keeps too many unfinished lists"),
        ("litellm_journal_failed", "WordPress could not store the list"),
    ] {
        assert_kind(409, &body(code, 409, ""), "Site");
        let error = classify("journal.save", 409, &body(code, 409, ""));
        assert_eq!((error.title().english(), error.is_journal_changed()), (title, code.ends_with("changed")));
    }
    let unread = classify("audit.list", 500, &body("audit_failed", 500, ""));
    assert_eq!(unread.advice().english(), "Look into the error log of PHP or of the web server.");
    let large = classify("journal.save", 413, "<html><center>nginx</center></html>");
    assert_eq!(large.title().english(), "The request to WordPress is too large");
    assert!(large.advice().english().contains("client_max_body_size"));
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
    for reason in ["refused", "dns", "proxy", "connect", "tls", "blocked"] {
        assert_outcome(502, &body("gateway_unreachable", 502, reason), false);
    }
    assert_outcome(502, &body("gateway_error", 502, ""), true);
    assert_outcome(502, &body("gateway_not_litellm", 502, ""), true);
    // A login, a firewall, a proxy or a limit turned it away.
    let turned_away = [401, 403, 405, 407, 413, 414, 429, 431].map(|status| (status, false));
    for (status, unknown) in turned_away.into_iter().chain([(404, true), (502, true)]) {
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
    let (certificate, _, advice) = of(json!({ "gateway_status": 526 }));
    assert!(certificate.contains("certificate") && advice.contains("certificate"), "{advice}");
    assert!(of(json!({ "gateway_status": 400 })).2.contains("https://"), "HTTP where TLS is spoken");
    assert!(of(json!({ "gateway_status": 413 })).2.contains("client_max_body_size"));
    assert_eq!(of(json!({ "gateway_status": 405 })).0, title, "a method that it does not let through");
    assert_eq!(of(json!({ "gateway_status": 429 })).0, "Something before the gateway asks to slow down");
    assert_eq!(of(json!({ "gateway_status": 500 })).0, "Something before LiteLLM, or in its place, reported an error");
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
    let of_reach = ["dns", "refused", "proxy", "connect", "timeout", "tls", "blocked", "plugin", "other"]
        .map(|reason| advice("gateway_unreachable", reason));
    let of_key = [
        "key_unknown",
        "key_not_received",
        "key_blocked",
        "team_blocked",
        "key_expired",
        "key_over_budget",
        "route_not_allowed",
        "not_admin",
        "other",
    ]
    .map(|reason| advice("gateway_unauthorized", reason));
    for list in [&of_reach[..], &of_key[..]] {
        for (i, text) in list.iter().enumerate() {
            assert!(!list[..i].contains(text), "twice: {text:?}");
        }
    }
}

const MARK: &str = "0123456789abcdef";

/// The answer to a new key, as the plugin gives it.
fn answer() -> String {
    marked(&json!({ "status": 200, "data": { "key": "sk-secret {\"}" }, "error": null }))
}

/// The mark is before all else.
fn marked(rest: &Value) -> String {
    rest.to_string().replacen('{', &format!("{{\"litellm_dashboard\":\"{MARK}\","), 1)
}

/// A notice of PHP around the answer made it unreadable, and the secret of a new key was lost with it.
#[test]
fn an_answer_is_found_among_what_others_print() {
    let clean = open("keys.create", MARK, &answer());
    assert_eq!(clean.noise, "");
    let data = clean.outcome.map(|value| value["data"]["key"].clone());
    for (before, after) in [
        ("<b>Notice</b>: Undefined index {x} in /srv/a.php on line 7", ""),
        ("", "<!-- 42 queries -->"),
        ("{\"ok\":true}\n", "\n{\"ok\":true}"),
        ("\u{feff}\u{feff} {", "}"),
    ] {
        let found = open("keys.create", MARK, &[before, &answer(), after].concat());
        assert_eq!(found.outcome.map(|value| value["data"]["key"].clone()), data, "{before}…{after}");
        assert!(found.noise.contains(before.trim().trim_start_matches('\u{feff}')), "{}", found.noise);
    }
    let pretty = format!("Notice {{\n    \"litellm_dashboard\": \"{MARK}\",\n    \"answers\": []\n}}");
    assert!(open("batch", MARK, &pretty).outcome.is_ok());
}

/// What an attacker may have had printed, such as an alias in a notice, is not taken for the answer.
#[test]
fn only_the_object_with_the_mark_is_the_answer() {
    let forged = r#"Notice: {"litellm_dashboard":"ffffffffffffffff","status":200,"data":{"key":"sk-forged"}} "#;
    let found = open("keys.create", MARK, &[forged, &answer()].concat()).outcome.unwrap_or_default();
    assert_eq!(found["data"]["key"], "sk-secret {\"}");
    for lost in [forged.to_owned(), ["x", &answer()[..60]].concat(), "<html>".to_owned(), String::new()] {
        assert_eq!(
            open("keys.create", MARK, &lost).outcome,
            Err(ApiError::Unreadable { endpoint: "keys.create" }),
            "{lost}"
        );
    }
    let unmarked = ["x", &answer()].concat();
    assert!(open("keys.create", "", &unmarked).outcome.is_err());
}

/// What was refused is in an envelope of success, so that no server on the way puts its own page in its place.
#[test]
fn a_refusal_is_in_the_envelope() {
    let error: Value = serde_json::from_str(&body("litellm_own_key", 409, "")).unwrap_or_default();
    let text = marked(&json!({ "status": 409, "data": null, "error": error }));
    for text in [text.clone(), ["Warning: ", &text].concat()] {
        assert!(matches!(open("keys.block", MARK, &text).outcome, Err(ApiError::Protected(_))), "{text}");
    }
    // WordPress's own, of which what was printed before it has taken the status.
    let text = ["Warning: x", &body("rest_forbidden", 403, "")].concat();
    assert_eq!(open("batch", MARK, &text).outcome, Err(ApiError::NotAllowed));
    assert_eq!(classify("batch", 403, &text), ApiError::NotAllowed);
}

#[test]
fn a_key_that_sees_only_a_part_is_told_apart() {
    let partial =
        error(502, "gateway_unauthorized", json!({ "reason": "not_admin", "detail": "Your role=internal_user" }));
    assert!(partial.is_partial() && partial.advice().english().contains("proxy_admin"));
    let rule = error(502, "gateway_unauthorized", json!({ "reason": "other", "detail": "Access forbidden" }));
    assert!(!rule.is_partial() && !rule.advice().english().contains("proxy_admin"), "a rule is not blamed on the role");
}

#[test]
fn the_nginx_of_the_kit_names_its_networks() {
    let kit = error(502, "gateway_not_litellm", json!({ "gateway_status": 403, "kit": true }));
    assert!(kit.advice().english().contains("ADMIN_NETWORKS"));
    assert!(!kit.outcome_unknown());
    let busy = error(502, "gateway_not_litellm", json!({ "gateway_status": 502, "kit": true }));
    assert_eq!(busy.title().english(), "What stands before LiteLLM has no answer from it");
}

#[test]
fn a_site_that_asks_to_wait_is_asked_again_then() {
    for (status, after_s, expected) in
        [(429, 90, Some(90)), (503, 0, Some(20)), (503, 9_999, Some(3_600)), (403, 90, None)]
    {
        let error = classify("batch", status, "<html>").wait_of_site(after_s);
        assert_eq!(error.again_after_s(), expected, "{status}");
        assert_eq!(error.wait_ms(5_000), (after_s.min(3_600) * 1_000).max(5_000));
    }
    assert_eq!(ApiError::Offline.wait_of_site(7), ApiError::Offline);
}

#[test]
fn what_stops_a_request_in_the_browser_leaves_a_write_in_doubt() {
    assert!(stopped().outcome_unknown());
    assert_ne!(stopped().title(), ApiError::Offline.title());
    assert_eq!(stopped().message(), None);
}

#[test]
fn a_plugin_that_forbids_the_request_is_quoted() {
    assert_eq!(
        message(502, "gateway_unreachable", &json!({ "reason": "plugin", "detail": "Egress is closed." })),
        "A plugin of this site forbids it: Egress is closed."
    );
}

#[test]
fn the_same_trouble_is_known_where_only_its_particulars_differ() {
    let (one, other) = (ApiError::Unreadable { endpoint: "a" }, ApiError::Unreadable { endpoint: "b" });
    assert!(one != other && one.is_like(&other));
    assert!(!one.is_like(&ApiError::Offline));
}
