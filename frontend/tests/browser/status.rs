//! The status page: what it finds, and what it says to do.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{console_check, own_key, plugin_status, recorded},
    stage::{Page, Reply, Stage, error, unreachable},
};

/// Opens every part of the report once it is there, and looks for the line in the part of this name.
async fn see_line(page: &Page, panel: &str, line: &str) {
    page.wait_for(&format!("{panel}: {line}"), |part| {
        for fold in part.parts("details") {
            fold.element().set_attribute("open", "").expect("an attribute can be set");
        }
        let folds = part.parts("details").into_iter();
        folds.chain(part.find_panel(panel)).find(|fold| fold.text().starts_with(panel) && fold.shows(line))
    })
    .await;
}

/// A service key with some fields changed.
fn own(name: &str, value: Value) -> Value {
    let mut own = own_key();
    own["info"][name] = value;
    own
}

#[wasm_bindgen_test]
async fn everything_in_order_is_said_to_be() {
    let page = Stage::new().open("status");
    page.see("Checked at 12:00:00 PM.").await;
    for (panel, line) in [
        ("Settings", "LITELLM_API_BASE In order: http://127.0.0.1:24157, from wp-config.php"),
        ("Settings", "LITELLM_SERVICE_KEY In order: sk-…oxHw, from the environment"),
        ("Gateway", "Gateway answers In order: Yes, in 12 ms"),
        ("Gateway", "LiteLLM version In order: 1.106.2"),
        ("Gateway", "Database In order: Connected"),
        ("Gateway", "Cache In order: redis"),
        ("Service key", "Key In order: wordpress (sk-...oxHw)"),
        ("Service key", "User In order: wordpress"),
        ("Service key", "Expires In order: Never"),
        ("What the service key may do", "List keys In order: Works GET /key/list"),
        ("What the service key may do", "Delete keys In order: Allowed POST /key/delete"),
        ("Console", "Console in WordPress In order: Can be shown"),
        ("This site", "WordPress In order: 7.1.1"),
        ("This site", "HTTPS In order: Yes"),
    ] {
        see_line(&page, panel, line).await;
    }
    page.see("Everything is in order.").await;
    for light in ["Not in order", "Please look", "Not known"] {
        assert!(!page.shows(light), "{light}");
    }
    assert_eq!(page.parts("tr th[scope=row]").len(), page.parts("tr").len(), "each line has its heading");
}

/// A server an hour wrong was seen nowhere; its last calls were missing, and keys ended early.
#[wasm_bindgen_test]
async fn clocks_that_differ_are_told() {
    for (ahead_s, said) in [(3_600, "60 min ahead of"), (-86_400, "24 hr behind")] {
        let stage = Stage::new();
        stage.answer_with("gateway.liveliness", move |_| Reply::Ahead(json!("I'm alive!"), ahead_s));
        let page = stage.open("status");
        let line =
            format!("Clocks Please look: The time in LiteLLM’s answer is {said} the clock of WordPress’s server.");
        see_line(&page, "What needs attention", &line).await;
    }
}

#[wasm_bindgen_test]
async fn an_old_version_is_warned_of() {
    let stage = Stage::new();
    stage.answer("gateway.readiness", recorded!("1.80.11", "health_readiness", "gateway.readiness"));
    stage.answer_with("gateway.details", |_| {
        Reply::Bad(error("gateway_too_old", 501, "", "LiteLLM does not know this."))
    });
    let page = stage.open("status");
    see_line(&page, "Gateway", "LiteLLM version Please look: 1.80.11 This version has security holes that are exploited. Update LiteLLM to 1.84.3 or newer.").await;
    see_line(&page, "Gateway", "Cache In order: redis").await;
    assert!(!page.shows("Not in order"));
}

#[wasm_bindgen_test]
async fn a_malicious_release_is_told() {
    let stage = Stage::new();
    stage.answer(
        "gateway.details",
        json!({ "status": "healthy", "db": "Not connected", "cache": null, "litellm_version": "1.82.8" }),
    );
    let page = stage.open("status");
    see_line(&page, "Gateway", "LiteLLM version Not in order: 1.82.8 This release contains malicious code.").await;
    see_line(&page, "Gateway", "Database Not in order: Not connected Without one it knows no keys").await;
    see_line(&page, "Gateway", "Cache Not known: None, or the gateway does not tell").await;
}

/// 1.80.11 says "connected" for two minutes after its database has gone.
#[wasm_bindgen_test]
async fn a_database_that_is_gone_is_not_called_connected() {
    let stage = Stage::new();
    stage.answer_with("keys.self", |_| {
        Reply::Bad(error("gateway_error", 502, "database", "Can't reach database server"))
    });
    let page = stage.open("status");
    see_line(
        &page,
        "Gateway",
        "Database Not in order: LiteLLM cannot reach its database LiteLLM says: Can't reach database server See that the database runs",
    )
    .await;
    see_line(
        &page,
        "Service key",
        "Key Not in order: LiteLLM cannot reach its database LiteLLM says: Can't reach database server",
    )
    .await;
    assert!(!page.shows("Connected"));
}

#[wasm_bindgen_test]
async fn the_settings_of_a_login_and_a_header_are_named_and_masked() {
    let stage = Stage::new();
    let mut status = plugin_status();
    status["base"]["cut"] = json!("v1");
    status["basic_auth"] = json!({ "masked": "wp:…", "source": "environment", "problem": null, "hint": null });
    status["key_header"] = json!({ "value": null, "source": "constant", "problem": "invalid", "hint": "login" });
    stage.answer("status", status);
    let page = stage.open("status");
    see_line(
        &page,
        "Settings",
        "LITELLM_API_BASE In order: http://127.0.0.1:24157, from wp-config.php /v1 at its end is left out",
    )
    .await;
    see_line(&page, "Settings", "LITELLM_BASIC_AUTH In order: wp:…, from the environment").await;
    see_line(&page, "Settings", "LITELLM_KEY_HEADER Not in order: Not usable, from wp-config.php The login before the gateway needs the header Authorization").await;
}

#[wasm_bindgen_test]
async fn missing_and_unusable_settings_say_what_to_write() {
    let mut stage = Stage::new();
    stage.boot("configured", false);
    let mut status = plugin_status();
    status["base"] = json!({ "value": null, "source": "missing", "problem": "missing", "hint": null });
    status["key"] = json!({ "masked": null, "source": "constant", "problem": "invalid", "hint": "characters" });
    stage.answer("status", status);
    let page = stage.open("status");
    see_line(
        &page,
        "Settings",
        "LITELLM_API_BASE Not in order: Missing Add a line to wp-config.php: define( 'LITELLM_API_BASE', '…' );",
    )
    .await;
    see_line(
        &page,
        "Settings",
        "LITELLM_SERVICE_KEY Not in order: Not usable, from wp-config.php The service key contains a space",
    )
    .await;
}

#[wasm_bindgen_test]
async fn rights_that_are_missing_are_named_operation_by_operation() {
    let stage = Stage::new();
    stage.answer("keys.self", own("allowed_routes", json!(["/key/list", "/key/block"])));
    stage.answer_with("models.list", |_| Reply::Bad(error("gateway_unauthorized", 502, "route_not_allowed", "")));
    let page = stage.open("status");
    let panel = "What the service key may do";
    see_line(
        &page,
        panel,
        "Delete keys Not in order: Not allowed POST /key/delete Add /key/delete to the key’s allowed_routes.",
    )
    .await;
    see_line(&page, panel, "Block keys In order: Allowed POST /key/block").await;
    see_line(
        &page,
        panel,
        "List models Not in order: The service key may not do this GET /model_group/info The service key may not call /some/path. Add it to the key’s allowed_routes",
    )
    .await;
    assert!(
        page.asked("keys.block").is_empty() && page.asked("keys.create").is_empty(),
        "writes are judged, not tried"
    );
}

#[wasm_bindgen_test]
async fn a_group_of_routes_is_not_guessed_at() {
    let stage = Stage::new();
    stage.answer("keys.self", own("allowed_routes", json!(["management_routes"])));
    let page = stage.open("status");
    see_line(
        &page,
        "What the service key may do",
        "Delete keys Not known: Not known POST /key/delete It depends on a group of routes; LiteLLM decides.",
    )
    .await;
}

#[wasm_bindgen_test]
async fn the_master_key_is_recognised() {
    let stage = Stage::new();
    stage.answer_with("keys.self", |_| Reply::Bad(error("gateway_refused", 404, "", "Key not found in database")));
    let page = stage.open("status");
    see_line(
        &page,
        "Service key",
        "Kind Please look: Not a virtual key; probably the master key The master key may do everything.",
    )
    .await;
    see_line(&page, "What the service key may do", "List keys In order: Works").await;
    assert!(!page.shows("Not in order") && !page.shows("Read about itself"));

    // Another service, which writes its errors as LiteLLM does.
    let stage = Stage::new();
    stage.answer_all(&Reply::Bad(error("gateway_refused", 404, "", "Not here")));
    stage.answer("status", plugin_status());
    let page = stage.open("status");
    see_line(
        &page,
        "Service key",
        "Key Not in order: LiteLLM did not find what was asked for LiteLLM says: Not here Check that LITELLM_API_BASE",
    )
    .await;
    assert!(!page.shows("master key"));
}

/// A key of an internal user saw its own calls and keys, and the pages showed them as all that there are.
#[wasm_bindgen_test]
async fn a_service_key_that_sees_only_a_part_is_told() {
    let partial = || {
        error(
            "gateway_unauthorized",
            502,
            "not_admin",
            "Only admin users can query all teams. Your user role=internal_user",
        )
    };
    let stage = Stage::new();
    stage.answer_with("teams.list", move |_| Reply::Bad(partial()));
    let page = stage.open("status");
    see_line(&page, "What needs attention", "User Not in order: wordpress, who is no administrator of LiteLLM").await;
    see_line(&page, "What needs attention", "give its user the role proxy_admin").await;
    for name in ["overview", "keys"] {
        let stage = Stage::new();
        stage.answer_with("teams.list", move |_| Reply::Bad(partial()));
        let page = stage.open(name);
        page.see("The service key sees only a part of the gateway").await;
        page.see("give its user the role proxy_admin").await;
    }
    // Where the list of keys is refused likewise, once is enough.
    let stage = Stage::new();
    for operation in ["teams.list", "keys.list"] {
        stage.answer_with(operation, move |_| Reply::Bad(partial()));
    }
    let page = stage.open("keys");
    page.see("The service key sees only a part of the gateway").await;
    page.quiet().await;
    assert_eq!(page.parts(".notice-error").len(), 1);
}

/// A gateway that was gone was told nine times.
#[wasm_bindgen_test]
async fn one_cause_is_one_line_with_all_that_fails_by_it() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Bad(unreachable()));
    stage.answer("status", plugin_status());
    stage.answer("console.check", console_check(json!({})));
    let page = stage.open("status");
    see_line(&page, "What needs attention", "Gateway answers Not in order: The gateway cannot be reached").await;
    see_line(&page, "What needs attention", "The same reason holds for: Key, Read the use of a day, List keys,").await;
    let attention = page.find_panel("What needs attention").expect("something needs attention");
    assert_eq!(attention.text().matches("The gateway cannot be reached").count(), 1);
    see_line(&page, "What the service key may do", "List keys Not in order: The gateway cannot be reached").await;
}

#[wasm_bindgen_test]
async fn the_service_key_is_read_once_for_all_that_is_said_of_it() {
    let page = Stage::new().open("status");
    see_line(&page, "What the service key may do", "Read about itself In order: Works").await;
    assert_eq!(page.asked("keys.self").len(), 1);
}

#[wasm_bindgen_test]
async fn a_service_key_near_its_end_is_told() {
    for (expires, line) in [
        ("2026-11-01T00:00:00Z", "Expires Not in order: Nov 1, 2026, 12:00 AM Make a new service key"),
        ("2026-11-25T00:00:00Z", "Expires Please look: Nov 25, 2026, 12:00 AM Make a new service key"),
        ("2027-11-25T00:00:00Z", "Expires In order: Nov 25, 2027, 12:00 AM"),
    ] {
        let stage = Stage::new();
        stage.answer("keys.self", own("expires", json!(expires)));
        see_line(&stage.open("status"), "Service key", line).await;
    }
    let stage = Stage::new();
    let mut blocked = own("blocked", json!(true));
    blocked["info"]["user_id"] = Value::Null;
    stage.answer("keys.self", blocked);
    let page = stage.open("status");
    see_line(&page, "Service key", "Blocked Not in order: Yes").await;
    see_line(&page, "Service key", "User Please look: None A key without a user sees its own data only.").await;
}

#[wasm_bindgen_test]
async fn a_gateway_that_is_down_leaves_the_settings_readable() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Bad(unreachable()));
    stage.answer("status", plugin_status());
    stage.answer("console.check", console_check(json!({ "embeddable": false, "reachable": false, "problems": [{ "code": "unreachable", "reason": "refused" }] })));
    let page = stage.open("status");
    see_line(
        &page,
        "Gateway",
        "Gateway answers Not in order: The gateway cannot be reached Nothing answers at LITELLM_API_BASE. Check that LiteLLM is running",
    )
    .await;
    see_line(&page, "Settings", "LITELLM_API_BASE In order: http://127.0.0.1:24157").await;
    see_line(
        &page,
        "Console",
        "Console in WordPress Please look: Cannot be shown Nothing answers at the address of the console",
    )
    .await;
    see_line(
        &page,
        "What the service key may do",
        "List keys Not in order: The gateway cannot be reached GET /key/list Nothing answers at LITELLM_API_BASE.",
    )
    .await;
}

/// The last good answer is no sign of life.
#[wasm_bindgen_test]
async fn an_old_answer_does_not_count_as_one() {
    let stage = Stage::new();
    stage.answer_with("keys.list", |_| Reply::Old(json!({ "keys": [] }), 60, unreachable()));
    stage.answer_with("gateway.liveliness", |_| Reply::Old(json!("I'm alive!"), 60, unreachable()));
    let page = stage.open("status");
    see_line(
        &page,
        "Gateway",
        "Gateway answers Not in order: The gateway cannot be reached Nothing answers at LITELLM_API_BASE.",
    )
    .await;
    see_line(
        &page,
        "What the service key may do",
        "List keys Not in order: The gateway cannot be reached GET /key/list Nothing answers at LITELLM_API_BASE.",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_site_without_https_is_warned() {
    let stage = Stage::new();
    let mut status = plugin_status();
    status["https"] = json!(false);
    stage.answer("status", status);
    see_line(
        &stage.open("status"),
        "This site",
        "HTTPS Please look: No WordPress is not told of HTTPS. Without it new keys travel in the clear",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_wordpress_that_does_not_answer_is_told_and_can_be_asked_again() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Lost);
    let page = stage.open("status");
    page.see("WordPress did not answer").await;
    crate::canned::answer_everything(page.stage());
    page.click("Try again").await;
    see_line(&page, "This site", "WordPress In order: 7.1.1").await;
}

#[wasm_bindgen_test]
async fn checking_again_says_that_it_does_and_asks_once() {
    let page = Stage::new().open("status");
    page.see("Checked at").await;
    page.quiet().await;
    page.hold("batch");
    page.click("Check again").await;
    page.see("Checking…").await;
    page.click("Checking…").await;
    page.quiet().await;
    page.release();
    page.control("Check again").await;
    page.quiet().await;
    assert_eq!(page.asked("status").len(), 2);
}

/// Everything came at once, after the slowest.
#[wasm_bindgen_test]
async fn each_part_is_there_as_soon_as_it_is_known() {
    let stage = Stage::new();
    stage.hold_after(0, "console.check");
    let page = stage.open("status");
    see_line(&page, "Settings", "LITELLM_API_BASE In order").await;
    see_line(&page, "Gateway", "LiteLLM version In order: 1.106.2").await;
    see_line(&page, "Service key", "User In order: wordpress").await;
    see_line(&page, "What the service key may do", "List keys In order: Works").await;
    assert!(!page.whole_text().contains("Can be shown"));
    assert!(!page.shows("Everything is in order."), "not before all of it is known");
    page.release();
    see_line(&page, "Console", "Console in WordPress In order: Can be shown").await;

    let stage = Stage::new();
    stage.hold_after(0, "teams.list");
    let page = stage.open("status");
    see_line(&page, "Service key", "User In order: wordpress").await;
    see_line(&page, "Console", "Console in WordPress In order: Can be shown").await;
    assert!(!page.whole_text().contains("Works"));
    page.release();
    see_line(&page, "What the service key may do", "List keys In order: Works").await;
}
