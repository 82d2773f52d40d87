//! The way to WordPress: batches, nonces, and answers that are none.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned,
    stage::{Reply, Stage, error},
};

#[wasm_bindgen_test]
async fn what_a_page_needs_at_first_travels_as_one_request() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    assert_eq!((page.requests("batch"), page.asked("activity.day").len(), page.asked("logs.list").len()), (1, 14, 1));
}

#[wasm_bindgen_test]
async fn an_old_nonce_is_renewed_and_the_question_asked_once_more() {
    let stage = Stage::new();
    stage.nonce_is_old("first12345");
    let page = stage.open("overview");
    page.see("API requests 70").await;
    assert_eq!((page.requests("nonce"), page.requests("batch")), (1, 2));
    assert!(page.asked_in_full("activity.day").iter().all(|asked| asked.nonce == "fresh67890"));
}

#[wasm_bindgen_test]
async fn a_renewed_nonce_that_is_refused_is_not_renewed_again() {
    let stage = Stage::new();
    stage.nonce_is_old("first12345");
    stage.nonce_is_old("fresh67890");
    let page = stage.open("console");
    page.see("WordPress does not recognise you here").await;
    page.see("You are logged in, but requests to litellm-dashboard/v1 arrive without your login").await;
    page.control("Try again").await;
    page.quiet().await;
    assert_eq!((page.requests("nonce"), page.requests("batch")), (1, 2));
}

#[wasm_bindgen_test]
async fn a_write_that_was_turned_away_for_its_nonce_is_sent_once_more() {
    let page = Stage::new().open_at("?page=litellm-dashboard-keys&action=new");
    page.type_into("Alias", "web").await;
    page.quiet().await;
    page.stage().nonce_is_old("first12345");
    page.click("Create key").await;
    page.see("“web” is ready").await;
    assert_eq!((page.requests("keys.create"), page.asked("keys.create").len()), (2, 1));
}

#[wasm_bindgen_test]
async fn who_is_signed_out_is_told_to_log_in() {
    for (status, body) in [(403, "-1"), (400, "0"), (200, "0"), (200, "<html>Log in</html>"), (200, "")] {
        let stage = Stage::new();
        stage.nonce_is_old("first12345");
        stage.give_nonce(status, body);
        let page = stage.open("console");
        page.see("Your login has expired").await;
        page.see("Log in again, then come back to this page.").await;
        assert_eq!(
            page.control("Log in").await.attribute("href").as_deref(),
            Some("https://wp.example.com/wp-login.php")
        );
        assert!(page.find_control("Try again").is_none(), "trying again is of no use");
        page.quiet().await;
        assert_eq!((page.requests("nonce"), page.requests("batch")), (1, 1), "{status} {body}");
    }
}

/// A password before the REST API, or a plugin that closes it: "Your login has expired" was said, and for ever.
#[wasm_bindgen_test]
async fn a_login_that_gives_a_nonce_has_not_expired() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Http(401, "<html>Authorization Required</html>".to_owned()));
    let page = stage.open("console");
    page.see("WordPress does not recognise you here").await;
    page.quiet().await;
    assert_eq!((page.requests("nonce"), page.requests("batch")), (1, 2));
    canned::answer_everything(page.stage());
    page.click("Try again").await;
    page.part("iframe").await;
}

/// Of a firewall's page and of a server that is away nothing follows for the login.
#[wasm_bindgen_test]
async fn a_nonce_that_someone_else_refuses_tells_nothing_of_the_login() {
    for (status, title) in [
        (403, "The request to WordPress was refused"),
        (503, "WordPress is not available at the moment"),
        (500, "The request to WordPress failed"),
    ] {
        let stage = Stage::new();
        stage.nonce_is_old("first12345");
        stage.give_nonce(status, "<html>No</html>");
        stage.open("console").see(title).await;
    }
}

#[wasm_bindgen_test]
async fn a_fresh_nonce_is_taken_over() {
    let stage = Stage::new();
    stage.send_fresh_nonce("newer11111");
    let page = stage.open("keys");
    page.row("web").await;
    page.click("Refresh").await;
    page.see_asked("keys.list", 2).await;
    let nonces: Vec<String> = page.asked_in_full("keys.list").into_iter().map(|asked| asked.nonce).collect();
    assert_eq!(nonces, ["first12345", "newer11111"]);
}

#[wasm_bindgen_test]
async fn what_comes_back_unasked_is_asked_for_again() {
    let stage = Stage::new();
    stage.answer_in_turn("console.check", vec![Reply::Later, Reply::Good(canned::console_check(json!({})))]);
    let page = stage.open("status");
    page.wait_for("what was found", |page| page.whole_text().contains("Can be shown").then_some(())).await;
    assert_eq!((page.asked("console.check").len(), page.asked("status").len()), (2, 1));
}

/// Two tabs at once: all that one asks for is being asked for by the other. The app took that for a broken answer.
#[wasm_bindgen_test]
async fn what_others_are_asking_for_already_is_waited_for() {
    let stage = Stage::new();
    let mut replies = vec![Reply::Later; 20];
    replies.push(Reply::Good(canned::console_check(json!({}))));
    stage.answer_in_turn("console.check", replies);
    let page = stage.open("console");
    page.part("iframe").await;
    assert_eq!(page.asked("console.check").len(), 21);
}

#[wasm_bindgen_test]
async fn a_batch_that_never_moves_on_is_given_up() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Later);
    let page = stage.open("console");
    page.part("[role=alert]").await;
    page.quiet().await;
    assert!(page.requests("batch") < 1_000);
}

#[wasm_bindgen_test]
async fn each_kind_of_failure_has_its_own_words() {
    let no_answers = json!({ "answers": [] }).to_string();
    let forbidden = error("rest_forbidden", 403, "", "Sorry, you are not allowed to do that.").to_string();
    let signed_out = error("rest_not_logged_in", 401, "", "You are not currently logged in.").to_string();
    for (reply, words) in [
        (Reply::Lost, "WordPress did not answer"),
        (Reply::Http(200, "<!doctype html><title>Hello</title>".to_owned()), "The answer could not be read"),
        (Reply::Http(200, no_answers), "The answer could not be read"),
        (
            Reply::Http(403, "<html>Blocked by the firewall</html>".to_owned()),
            "The request to WordPress was refused The answer has the status 403.",
        ),
        (Reply::Http(404, "<html>Not here</html>".to_owned()), "The plugin’s REST route was not found"),
        (Reply::Http(500, String::new()), "The request to WordPress failed The answer has the status 500."),
        (Reply::Http(503, "<html>Maintenance</html>".to_owned()), "WordPress is not available at the moment"),
        (Reply::Http(403, forbidden), "You are not allowed to do this"),
        (Reply::Http(401, signed_out), "WordPress does not recognise you here"),
        (
            Reply::Bad(error("gateway_unreachable", 504, "timeout", "")),
            "The gateway did not answer in time LiteLLM or its database may be busy:",
        ),
        (Reply::Bad(error("gateway_unauthorized", 502, "key_blocked", "")), "The service key is blocked"),
        (Reply::Bad(error("litellm_not_configured", 503, "key_missing", "")), "The gateway is not configured yet"),
        (Reply::Bad(error("gateway_not_litellm", 502, "", "")), "This is not an answer that the plugin knows"),
    ] {
        let stage = Stage::new();
        stage.answer_all(&reply);
        let page = stage.open("console");
        page.see(words).await;
        assert_eq!(page.part("[role=alert]").await.parts(".gw-notice-title").len(), 1);
    }
}

/// A plugin that prints into every answer made all of them unreadable, and took the secret of a new key with it.
#[wasm_bindgen_test]
async fn an_answer_is_found_among_what_others_print_and_status_tells_of_it() {
    let notice = "<br />\n<b>Deprecated</b>: Something {old} in <b>/srv/wp-content/plugins/other/other.php</b> on line 7<br />\n";
    let stage = Stage::new();
    stage.print_around(notice, "<!-- 12 queries -->");
    let page = stage.open("overview");
    page.see("API requests 70").await;
    let stage = Stage::new();
    stage.print_around(notice, "");
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.type_into("Alias", "web").await;
    page.click("Create key").await;
    page.wait_for("the secret", |page| {
        page.parts("input").iter().any(|field| field.value() == "sk-secret-1234567890").then_some(())
    })
    .await;
    let stage = Stage::new();
    stage.print_around(notice, "");
    let page = stage.open("status");
    page.see("Something prints into the answers of WordPress").await;
    page.see("Deprecated: Something {old} in /srv/wp-content/plugins/other/other.php on line 7").await;
    let page = Stage::new().open("status");
    page.see("Everything is in order.").await;
    assert!(!page.shows("prints into the answers"));
}

/// A plugin against attacks turned the polls away, and was asked again all the sooner.
#[wasm_bindgen_test]
async fn a_site_that_asks_to_slow_down_is_named_and_waited_for() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Http(429, "<html>Slow down</html>".to_owned()));
    let page = stage.open("overview");
    page.see("This site asks to slow down").await;
    page.see("A security plugin or the web server limits requests").await;
}

/// An ad blocker was called a WordPress that does not answer.
#[wasm_bindgen_test]
async fn what_stops_the_requests_of_this_page_is_told_from_a_lost_connection() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Lost);
    let page = stage.open("console");
    page.see("WordPress did not answer").await;
    page.click("Try again").await;
    page.see("Something stops the requests of this page").await;
    page.stage().give_nonce(502, "<html>");
    page.click("Try again").await;
    page.see("WordPress did not answer").await;
}

/// A tab that was forgotten over night asked for batches and nonces until the morning.
#[wasm_bindgen_test]
async fn nothing_is_polled_without_a_login_until_it_is_back() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.quiet().await;
    page.stage().nonce_is_old("first12345");
    page.stage().give_nonce(403, "-1");
    page.pass(30_000).await;
    page.see("Your login has expired").await;
    page.quiet().await;
    let (batches, nonces) = (page.requests("batch"), page.requests("nonce"));
    page.pass(600_000).await;
    page.quiet().await;
    assert_eq!((page.requests("batch"), page.requests("nonce")), (batches, nonces));

    // Logged in again in another tab.
    page.stage().give_nonce(200, "second12345");
    let focus = web_sys::Event::new("focus").expect("an event can be made");
    crate::stage::window().dispatch_event(&focus).expect("the window takes it");
    page.wait_for("the next batch", |_| (page.requests("batch") > batches).then_some(())).await;
    page.see_no_more("Your login has expired").await;
}

/// Something before WordPress dropped the header, and the page said for ever that the login had expired.
#[wasm_bindgen_test]
async fn a_nonce_whose_header_gets_lost_travels_in_the_address() {
    let stage = Stage::new();
    stage.drop_nonce(false);
    let page = stage.open("overview");
    page.see("API requests 70").await;
    page.quiet().await;
    let (batches, nonces) = (page.requests("batch"), page.requests("nonce"));
    page.pass(60_000).await;
    assert!(page.requests("batch") > batches);
    assert_eq!(page.requests("nonce"), nonces, "it is found out once");
    assert!(!page.shows("Your login has expired"));
    let stage = Stage::new();
    stage.drop_nonce(false);
    let page = stage.open("status");
    page.see("Header X-WP-Nonce").await;
    page.see("such as a proxy, drops this header").await;
}

#[wasm_bindgen_test]
async fn a_nonce_that_gets_lost_everywhere_is_no_loop() {
    let stage = Stage::new();
    stage.drop_nonce(true);
    let page = stage.open("console");
    page.see("WordPress does not recognise you here").await;
    page.quiet().await;
    assert_eq!((page.requests("batch"), page.requests("nonce")), (2, 1));
    page.pass(600_000).await;
    assert_eq!((page.requests("batch"), page.requests("nonce")), (2, 1));
}

/// A page that was left holds nothing up: what it asked for is not sent, and the next page's questions go out at once.
#[wasm_bindgen_test]
async fn the_questions_of_a_page_that_was_left_are_given_up() {
    let stage = Stage::new();
    stage.hold_after(0, "batch");
    let page = stage.open("overview");
    page.quiet().await;
    page.click("30 days").await;
    page.quiet().await;
    let asked = page.asked("activity.day").len();
    page.click("7 days").await;
    page.quiet().await;
    assert!(page.asked("activity.day").len() > asked, "the range is asked for while the one before is under way");
    page.release();
    page.see("API requests 70").await;
}
