//! LiteLLM's console in a frame, or why not.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::console_check,
    stage::{Reply, Stage, origin, unreachable},
};

#[wasm_bindgen_test]
async fn a_console_that_may_be_embedded_is_embedded() {
    let page = Stage::new().open("console");
    let frame = page.control("LiteLLM’s console").await;
    let url = format!("{}/ui/", origin());
    assert_eq!(frame.attribute("src"), Some(url.clone()));
    assert_eq!(frame.attribute("referrerpolicy").as_deref(), Some("no-referrer"));
    page.see("Nothing to see here? Open the console in a new tab").await;
    let link = page.control("Open in a new tab").await;
    assert_eq!((link.attribute("href"), link.attribute("target").as_deref()), (Some(url), Some("_blank")));
}

/// Of the policy of wp-admin itself no server knows: the frame stayed empty.
#[wasm_bindgen_test]
async fn a_policy_that_keeps_the_console_out_is_named() {
    let violation = |directive: &str, blocked: &str| {
        let event = web_sys::Event::new("securitypolicyviolation").expect("an event can be made");
        for (name, value) in [("effectiveDirective", directive), ("blockedURI", blocked)] {
            js_sys::Reflect::set(&event, &name.into(), &value.into()).expect("an event takes a field");
        }
        crate::stage::document().dispatch_event(&event).expect("the document takes it");
    };
    let stage = Stage::new();
    let url = format!("{}/ui/", crate::stage::origin());
    let page = stage.open("console");
    page.part("iframe").await;
    violation("img-src", &url);
    violation("frame-src", "https://elsewhere.example");
    page.quiet().await;
    assert_eq!(page.parts("iframe").len(), 1);
    violation("frame-src", &crate::stage::origin());
    page.see("The Content-Security-Policy of this site forbids the console in a frame").await;
    page.control("Open in a new tab").await;
}

#[wasm_bindgen_test]
async fn a_console_that_may_not_be_embedded_is_explained() {
    let stage = Stage::new();
    let problems = json!([
        { "code": "bad_status", "status": 503 },
        { "code": "other_site", "console": "https://a.example", "site": "https://b.example" },
        { "code": "framing_denied" },
    ]);
    stage.answer("console.check", console_check(json!({ "embeddable": false, "problems": problems, "nginx": "proxy_hide_header X-Frame-Options;\nadd_header A \"b\";" })));
    let page = stage.open("console");
    page.see("The console cannot be shown inside this page").await;
    let reasons: Vec<String> = page.parts("li").iter().map(|part| part.text()).collect();
    assert_eq!(reasons[0], "The console answers with status 503 instead of a page.");
    assert!(
        reasons[1].starts_with("The console (https://a.example) and WordPress (https://b.example) are different sites")
    );
    page.see("What to change in nginx").await;
    assert_eq!(
        page.part("pre").await.element().text_content().as_deref(),
        Some("proxy_hide_header X-Frame-Options;\nadd_header A \"b\";")
    );
    page.control("Open in a new tab").await;
    assert!(page.parts("iframe").is_empty());
    page.stage().answer("console.check", console_check(json!({})));
    page.click("Check again").await;
    page.part("iframe").await;
    assert_eq!(page.asked("console.check").len(), 2);
}

/// The link led to this server's own loopback; of a name nobody knows from here who reaches it.
#[wasm_bindgen_test]
async fn an_address_that_no_browser_reaches_is_not_offered() {
    for (problem, words, offered) in [
        (
            json!({ "code": "internal", "console": "litellm" }),
            "litellm looks like a name of the server’s own network.",
            true,
        ),
        (json!({ "code": "loopback" }), "this server’s own loopback", false),
    ] {
        let stage = Stage::new();
        stage.answer("console.check", console_check(json!({ "embeddable": false, "problems": [problem] })));
        let page = stage.open("console");
        page.see(words).await;
        assert!(page.shows("LITELLM_CONSOLE_URL"));
        assert_eq!(page.shows("Open in a new tab"), offered, "{words}");
    }
}

#[wasm_bindgen_test]
async fn without_nginx_lines_nothing_is_to_be_changed_there() {
    let stage = Stage::new();
    let problems = json!([{ "code": "unreachable", "reason": "dns" }]);
    stage.answer(
        "console.check",
        console_check(
            json!({ "embeddable": false, "reachable": false, "problems": problems, "nginx": "add_header A \"b\";" }),
        ),
    );
    let page = stage.open("console");
    page.see("This server cannot find the host name of the console.").await;
    assert!(!page.shows("What to change in nginx"));
}

#[wasm_bindgen_test]
async fn a_check_that_fails_is_told_and_can_be_made_again() {
    let stage = Stage::new();
    stage.answer_in_turn("console.check", vec![Reply::Bad(unreachable()), Reply::Good(console_check(json!({})))]);
    let page = stage.open("console");
    page.see("The gateway cannot be reached").await;
    page.click("Try again").await;
    page.part("iframe").await;
    assert!(!page.shows("The gateway cannot be reached"));
}
