//! The page of a plugin that does not know its gateway yet.

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
