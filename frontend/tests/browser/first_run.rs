//! The page of a plugin that does not know its gateway yet.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::Stage;

fn unconfigured() -> Stage {
    let mut stage = Stage::new();
    stage.boot("configured", false);
    stage
}

#[wasm_bindgen_test]
async fn every_page_shows_the_lines_to_paste_and_asks_nothing() {
    for name in ["overview", "keys", "teams", "users", "console"] {
        let page = unconfigured().open(name);
        page.see("Connect your gateway").await;
        page.see("define( 'LITELLM_API_BASE', 'http://127.0.0.1:24157' ); define( 'LITELLM_SERVICE_KEY', 'sk-…' );")
            .await;
        page.control("Reload").await;
        page.quiet().await;
        assert_eq!(page.requests("batch"), 0, "{name}");
    }
}

/// "Connect your gateway" alone sends whoever has mistyped one of the two to look for what is there.
#[wasm_bindgen_test]
async fn what_is_there_and_cannot_be_used_is_told_at_once() {
    for (reason, hint, said) in [
        ("base_invalid", "scheme", "A setting of the gateway cannot be used"),
        ("key_missing", "", "The service key, LITELLM_SERVICE_KEY, is missing."),
        ("base_missing", "", ""),
    ] {
        let mut stage = unconfigured();
        let data = json!({ "status": 503, "reason": reason, "hint": hint });
        stage.boot("problem", json!({ "code": "litellm_not_configured", "message": "", "data": data }));
        let page = stage.open("keys");
        page.see("Connect your gateway").await;
        page.see(said).await;
        assert_eq!(page.parts(".notice").len(), usize::from(!said.is_empty()), "{reason}");
    }
}

#[wasm_bindgen_test]
async fn the_lines_can_be_copied_as_they_are() {
    let page = unconfigured().open("overview");
    page.wait_for("the lines", |part| part.find_panel("2. Add these lines to wp-config.php")).await.click("Copy").await;
    page.see("Copied").await;
    assert_eq!(
        page.copied(),
        ["define( 'LITELLM_API_BASE', 'http://127.0.0.1:24157' );\ndefine( 'LITELLM_SERVICE_KEY', 'sk-…' );"]
    );
}

#[wasm_bindgen_test]
async fn what_is_missing_is_told_by_the_status_page() {
    let page = unconfigured().open("overview");
    page.click("What is missing or not valid?").await;
    page.see("Checked at").await;
    page.see_address("page=litellm-dashboard-status").await;
    assert!(page.left_to_the_browser().is_empty());
}
