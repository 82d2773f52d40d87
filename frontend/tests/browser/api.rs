//! The way to WordPress: batches, nonces, and answers that are none.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Reply, Stage, error};

#[wasm_bindgen_test]
async fn an_old_nonce_is_renewed_and_the_question_asked_once_more() {
    let stage = Stage::new();
    stage.nonce_is_old("first12345");
    let page = stage.mount();
    page.see("API requests 70").await;
    assert_eq!(page.requests("nonce"), 1);
    assert!(page.asked_in_full("activity.day").iter().all(|asked| asked.nonce == "fresh67890"));
}
