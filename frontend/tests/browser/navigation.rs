//! Moving between our pages: links, wp-admin's menu, back and forward, the title.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    page::Part,
    stage::{Page, Reply, Stage, address, body_append, document, window},
};

/// wp-admin's menu as WordPress prints it, open as on a narrow screen.
pub fn menu() -> Part {
    let place = document().create_element("div").expect("a div can be made");
    place.set_class_name("stage");
    place.set_inner_html(
        r#"<div id="wpwrap" class="wp-responsive-open"><ul><li id="toplevel_page_litellm-dashboard">
            <a href="admin.php?page=litellm-dashboard" class="menu-top">LiteLLM</a>
            <ul class="wp-submenu">
                <li class="current"><a href="admin.php?page=litellm-dashboard" class="current" aria-current="page">Overview</a></li>
                <li><a href="admin.php?page=litellm-dashboard-usage">Usage</a></li>
                <li><a href="admin.php?page=litellm-dashboard-logs">Logs</a></li>
                <li><a href="admin.php?page=litellm-dashboard-keys">Keys</a></li>
                <li><a href="admin.php?page=litellm-dashboard-teams">Teams</a></li>
                <li><a href="admin.php?page=litellm-dashboard-users">Users</a></li>
                <li><a href="admin.php?page=litellm-dashboard-audit">Audit log</a></li>
                <li><a href="admin.php?page=litellm-dashboard-console"><span>Console</span></a></li>
                <li><a href="admin.php?page=litellm-dashboard-status">Status</a></li>
                <li><a href="admin.php?page=somebody-else">Foreign</a></li>
            </ul>
        </li></ul></div>"#,
    );
    body_append(&place);
    Part::new(place)
}

fn with_menu() -> (Part, Page) {
    let stage = Stage::new();
    let menu = menu();
    (menu, stage.open_at("?page=litellm-dashboard"))
}

fn go(steps: i32) {
    window().history().expect("a window has a history").go_with_delta(steps).expect("there is such a place");
}

async fn see_current(menu: &Part, name: &str) {
    menu.wait_for(&format!("{name} lit"), |menu| {
        let lit: Vec<String> = menu.parts(".wp-submenu a.current[aria-current=page]").iter().map(Part::text).collect();
        let entries: Vec<String> = menu.parts(".wp-submenu li.current").iter().map(Part::text).collect();
        (lit == [name] && entries == [name]).then_some(())
    })
    .await;
}

async fn see_title(page: &Page, title: &str) {
    page.wait_for(title, |_| (document().title() == title).then_some(())).await;
}

/// Who may see the pages, and not the calls one by one or the console.
#[wasm_bindgen_test]
async fn whoever_may_not_see_calls_is_not_led_there_and_asks_for_none() {
    for name in ["overview", "usage", "keys", "status"] {
        let mut stage = Stage::new();
        let pages = ["overview", "usage", "keys", "teams", "users", "status"].map(|name| {
            let slug = if name == "overview" { String::new() } else { ["-", name].concat() };
            let url = ["?page=litellm-dashboard", &slug].concat();
            json!({ "name": name, "title": name, "url": url })
        });
        stage.boot("pages", json!(pages));
        let page = stage.open(name);
        page.quiet().await;
        for operation in ["logs.list", "logs.outcomes", "console.check"] {
            assert!(page.asked(operation).is_empty(), "{name}: {operation}");
        }
        assert!(page.parts("a[href='']").is_empty(), "{name}");
        assert!(!page.shows("What fails now"), "{name}");
    }
}

#[wasm_bindgen_test]
async fn the_menu_of_wordpress_moves_within_the_app() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    see_title(&page, "LiteLLM: Overview ‹ Test site — WordPress").await;
    for (name, slug, text) in [
        ("Usage", "litellm-dashboard-usage", "Cost per million tokens"),
        ("Logs", "litellm-dashboard-logs", "The calls of the gateway, one by one: from"),
        ("Keys", "litellm-dashboard-keys", "Virtual keys with which applications call the gateway."),
        ("Teams", "litellm-dashboard-teams", "Teams share a budget, limits and models among their keys."),
        ("Users", "litellm-dashboard-users", "Users of the gateway, who own keys."),
        ("Audit log", "litellm-dashboard-audit", "Nothing was changed yet"),
        ("Console", "litellm-dashboard-console", "LiteLLM’s own interface."),
        ("Status", "litellm-dashboard-status", "Checked at"),
        ("Overview", "litellm-dashboard", "API requests 70"),
    ] {
        menu.click(name).await;
        page.see(text).await;
        assert!(address().ends_with(&format!("/wp-admin/admin.php?page={slug}")), "{}", address());
        see_title(&page, &format!("LiteLLM: {name} ‹ Test site — WordPress")).await;
        see_current(&menu, name).await;
    }
    assert!(page.left_to_the_browser().is_empty());
    assert!(menu.parts(".wp-responsive-open").is_empty(), "the menu of a narrow screen closes");
}

#[wasm_bindgen_test]
async fn back_and_forward_go_through_our_pages() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    page.click("30 days").await;
    page.see("API requests 300").await;
    menu.click("Keys").await;
    page.row("web").await;
    go(-1);
    page.see("API requests 300").await;
    page.control("30 days").await.see_attribute("aria-pressed", "true").await;
    see_current(&menu, "Overview").await;
    go(-1);
    page.see("API requests 70").await;
    go(2);
    page.row("web").await;
    see_title(&page, "LiteLLM: Keys ‹ Test site — WordPress").await;
    see_current(&menu, "Keys").await;
}

#[wasm_bindgen_test]
async fn the_keyboard_goes_on_at_the_heading_where_the_link_is_gone() {
    let page = Stage::new().open("keys");
    page.row("web").await;
    page.click("Create key").await;
    page.wait_for("the heading", |part| {
        part.parts("h1").into_iter().find(|head| head.text() == "Create key" && head.has_focus())
    })
    .await;
}

#[wasm_bindgen_test]
async fn days_that_are_there_are_shown_at_once_when_one_comes_back() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    menu.click("Keys").await;
    page.row("web").await;
    menu.click("Overview").await;
    page.see("API requests 70").await;
    page.quiet().await;
    let again: Vec<_> = page.asked("activity.day")[14..].iter().map(|params| params["day"].clone()).collect();
    assert_eq!(again, ["2026-11-20"], "days that are over are not asked for again");
}

#[wasm_bindgen_test]
async fn clicks_with_a_modifier_are_the_browsers() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    let keys = menu.control("Keys").await;
    for modifier in ["ctrlKey", "metaKey", "shiftKey", "altKey"] {
        keys.touch_with(modifier);
    }
    page.quiet().await;
    assert_eq!(page.left_to_the_browser().len(), 4);
    assert!(page.shows("API requests 70") && address().ends_with("?page=litellm-dashboard"));
}

#[wasm_bindgen_test]
async fn foreign_links_are_left_alone() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    menu.click("Foreign").await;
    assert_eq!(page.left_to_the_browser(), ["admin.php?page=somebody-else"]);
    menu.click("Console").await;
    page.click("Open in a new tab").await;
    assert_eq!(page.left_to_the_browser().len(), 2);
}

#[wasm_bindgen_test]
async fn clicking_where_one_is_adds_nothing_to_the_history() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    let before = window().history().expect("a window has a history").length();
    menu.click("Overview").await;
    page.quiet().await;
    assert_eq!(window().history().expect("a window has a history").length(), before);
    assert!(page.left_to_the_browser().is_empty(), "the page is not loaded again");
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_asks_nothing_more() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    menu.click("Keys").await;
    page.row("web").await;
    page.quiet().await;
    let (days, calls) = (page.asked("activity.day").len(), page.asked("logs.list").len());
    page.pass(300_000).await;
    page.hide_tab();
    page.show_tab();
    page.pass(60_000).await;
    assert_eq!((page.asked("activity.day").len(), page.asked("logs.list").len()), (days, calls));
}

#[wasm_bindgen_test]
async fn an_app_that_is_gone_asks_nothing_more() {
    let page = Stage::new().open("overview");
    page.see("API requests 70").await;
    page.quiet().await;
    let stage = page.leave();
    let before = stage.requests();
    stage.pass(300_000).await;
    assert_eq!(stage.requests(), before);
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_after_its_page_was_left_changes_nothing() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    menu.click("Console").await;
    page.part("iframe").await;
    page.hold("batch");
    menu.click("Keys").await;
    page.see_asked("keys.list", 1).await;
    menu.click("Overview").await;
    page.see("API requests 70").await;
    page.release();
    page.quiet().await;
    assert!(page.shows("API requests 70") && !page.shows("Virtual keys"));
    see_title(&page, "LiteLLM: Overview ‹ Test site — WordPress").await;
}

/// Hours-old figures stood there without their age.
#[wasm_bindgen_test]
async fn coming_back_while_wordpress_does_not_answer_tells_the_age() {
    let (menu, page) = with_menu();
    page.see("API requests 70").await;
    menu.click("Keys").await;
    page.see("Virtual keys with which applications call the gateway.").await;
    page.hide_tab();
    page.pass(3 * 3_600_000).await;
    page.stage().answer_all(&Reply::Lost);
    page.show_tab();
    menu.click("Overview").await;
    page.see("API requests 70").await;
    page.see("WordPress did not answer What is shown was read from the gateway 3 hours ago.").await;
    page.see("Updated 3 hours ago").await;
}
