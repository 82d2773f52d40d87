//! Words, numbers and times: the user's language, the site's timezone, and texts of others that stay texts.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{call, calls, console_check, created, day, key, keys, own_key, plugin_status},
    create_key::pick,
    stage::{Page, Reply, Stage, document, error},
};

const HOSTILE: &str = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&lt;";

fn at(locale: &str, timezone: &str) -> Stage {
    let mut stage = Stage::new();
    stage.boot("locale", locale);
    stage.boot("timezone", timezone);
    stage
}

/// A day worth writing: 12,345 calls, 123,450 tokens, 1,234.5 dollars, a fiftieth failed.
fn busy(stage: Stage) -> Stage {
    stage.answer_with("activity.day", |params| Reply::Good(day(&params["day"], 12_345, 247, 1_234.5)));
    stage.answer("logs.list", calls(&[call("a", 3_590, json!({ "total_tokens": 1_234, "spend": 0.025 }))]));
    stage
}

#[wasm_bindgen_test]
async fn numbers_and_times_are_written_in_german() {
    let page = busy(at("de-DE", "Europe/Berlin")).open_at("?page=litellm-dashboard&range=today");
    page.see("12.345").await;
    page.see("123.450").await;
    page.see("1.234,50 $").await;
    page.see("2,0 %").await;
    page.see("12:59:50 gpt-4o web 1.234 0,025 $ 158 ms").await;
    page.see("they begin at 01:00 in this site’s time").await;
}

#[wasm_bindgen_test]
async fn numbers_and_times_are_written_in_chinese() {
    let page = busy(at("zh-CN", "Asia/Shanghai")).open("overview");
    page.see("86,415").await;
    page.see("$8,641.50").await;
    page.see("19:59:50 gpt-4o web 1,234").await;
    page.see("they begin at 08:00 in this site’s time").await;
    let days =
        page.wait_for("the days", |part| part.read_table("Requests by day").filter(|rows| rows.len() == 7)).await;
    assert_eq!(days[6][0], "11月20日星期五");
}

#[wasm_bindgen_test]
async fn a_site_with_a_bare_offset_has_its_own_time() {
    let page = busy(at("en-GB", "+05:30")).open("overview");
    page.see("17:29:50 gpt-4o").await;
    page.see("they begin at 05:30 in this site’s time").await;
    drop(page);
    let page = busy(at("en-GB", "-03:00")).open("overview");
    page.see("08:59:50 gpt-4o").await;
}

#[wasm_bindgen_test]
async fn a_locale_or_timezone_that_the_browser_does_not_know_ends_nothing() {
    let page = busy(at("not a locale", "Mars/Olympus")).open("overview");
    page.see("86,415").await;
    page.see("11:59:50").await;
}

#[wasm_bindgen_test]
async fn texts_are_in_the_users_language() {
    let mut stage = Stage::new();
    stage.boot(
        "strings",
        json!({
            "Overview": "概览", "LiteLLM: {page}": "LiteLLM：{page}", "API requests": "API 请求", "7 days": "7 天", "Live calls": "实时调用", "Pause": "暂停", "Keys": "密钥",
            "Create key": "创建密钥", "Block": "停用", "Delete": "删除", "Block {key}": "停用“{key}”", "Block “{key}”?": "停用“{key}”？", "Block key": "停用密钥",
            "Alias": "名称", "Enter a name by which you will recognise the key.": "请输入名称。", "The gateway cannot be reached": "无法连接网关", "Try again": "重试",
        }),
    );
    let page = stage.open_at("?page=litellm-dashboard");
    page.see("概览").await;
    page.see("API 请求 70").await;
    page.control("7 天").await;
    page.see("实时调用").await;
    page.control("暂停").await;
    page.wait_for("the title", |_| document().title().starts_with("LiteLLM：Overview ‹ ").then_some(())).await;
    drop(page);

    let mut stage = Stage::new();
    stage.boot("strings", json!({ "Block": "停用", "Block {key}": "停用“{key}”", "Block “{key}”?": "停用“{key}”？", "Create key": "创建密钥", "Enter a name by which you will recognise the key.": "请输入名称。" }));
    let page = stage.open("keys");
    page.click("停用“web”").await;
    page.see("停用“web”？").await;
    page.click("Cancel").await;
    page.part(".gw-header").await.click("创建密钥").await;
    page.part("form.gw-form").await.click("创建密钥").await;
    page.see("请输入名称。").await;
}

/// Markup in a translation is text, too: translations come from elsewhere.
#[wasm_bindgen_test]
async fn a_translation_is_text() {
    let mut stage = Stage::new();
    stage.boot(
        "strings",
        json!({ "API requests": HOSTILE, "Overview": HOSTILE, "Pause": HOSTILE, "Range": HOSTILE, "7 days": HOSTILE }),
    );
    let page = stage.open("overview");
    page.see(&format!("{HOSTILE} 70")).await;
    page.assert_harmless();
}

async fn see_harmless(page: &Page, times: usize) {
    page.wait_for(&format!("the text {times} times"), |part| {
        (part.text().matches(HOSTILE).count() >= times).then_some(())
    })
    .await;
    page.quiet().await;
    page.assert_harmless();
}

#[wasm_bindgen_test]
async fn texts_of_others_stay_texts_on_the_overview() {
    let stage = Stage::new();
    stage.answer_with("activity.day", |params| {
        let mut answer = day(&params["day"], 10, 1, 0.5);
        answer["results"][0]["breakdown"]["model_groups"] = json!({ HOSTILE: { "metrics": { "spend": 0.5 } } });
        Reply::Good(answer)
    });
    let information = json!({ "error_code": HOSTILE, "error_class": HOSTILE, "error_message": HOSTILE });
    let metadata = json!({ "status": "failure", "user_api_key_alias": HOSTILE, "error_information": information });
    stage.answer(
        "logs.list",
        calls(&[call(HOSTILE, 10, json!({ "model_group": HOSTILE, "status": "failure", "metadata": metadata }))]),
    );
    let page = stage.open("overview");
    page.see("API requests 70").await;
    // The table of the cost, whose bar has its name in two parts; model, key, reason and code of the call.
    see_harmless(&page, 4).await;
}

#[wasm_bindgen_test]
async fn texts_of_others_stay_texts_among_the_keys() {
    let stage = Stage::new();
    let odd = json!({
        "key_name": HOSTILE, "user_id": HOSTILE, "team_alias": HOSTILE, "models": [HOSTILE, HOSTILE], "budget_duration": HOSTILE, "max_budget": 10.0,
        "created_at": HOSTILE, "expires": HOSTILE,
    });
    stage.answer("keys.list", keys(&[key(HOSTILE, odd)]));
    stage.answer_with("keys.block", |_| Reply::Bad(error("gateway_error", 502, "", HOSTILE)));
    let page = stage.open_at("?page=litellm-dashboard-keys");
    see_harmless(&page, 9).await;
    page.click(&format!("Block {HOSTILE}")).await;
    page.click("Block key").await;
    page.part("dialog[open] [role=alert]").await;
    // The question's title and text, and the failure.
    see_harmless(&page, 9 + 3).await;
}

#[wasm_bindgen_test]
async fn a_hostile_address_stays_text() {
    let stage = Stage::new();
    stage.answer("keys.list", keys(&[]));
    let search: String = js_sys::encode_uri_component(HOSTILE).into();
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&s={search}"));
    page.see(&format!("No key has “{HOSTILE}” in its names or its hash")).await;
    page.assert_harmless();
    assert_eq!(page.control("Search keys").await.value(), HOSTILE);
}

#[wasm_bindgen_test]
async fn texts_of_others_stay_texts_in_the_form() {
    let stage = Stage::new();
    stage.answer("models.list", json!({ "data": [{ "model_group": HOSTILE, "mode": HOSTILE }] }));
    stage.answer("teams.list", json!({ "teams": [{ "team_id": HOSTILE, "team_alias": HOSTILE }], "total": 1 }));
    let mut refused = error("gateway_refused", 400, "", HOSTILE);
    refused["data"]["fields"] = json!({ "alias": HOSTILE });
    let mut answer = created(HOSTILE);
    answer["key"] = json!(HOSTILE);
    stage.answer_in_turn("keys.create", vec![Reply::Bad(refused), Reply::Good(answer)]);
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.click("Only these").await;
    page.wait_for("the model", |part| part.parts("input[type=checkbox]").into_iter().next()).await.touch();
    pick(&page, "Team", "img").await;
    page.type_into("Alias", HOSTILE).await;
    page.click("Create key").await;
    page.see("Please check the marked fields").await;
    // The model and its mode, the team, the failure and the field's.
    see_harmless(&page, 4).await;
    page.click("Create key").await;
    page.see(&format!("“{HOSTILE}” is ready")).await;
    page.assert_harmless();
    assert_eq!(page.control("Your new key").await.value(), HOSTILE);
    assert_eq!(
        page.asked("keys.create")[1],
        json!({ "access": "calls", "alias": HOSTILE, "models": [HOSTILE], "team": HOSTILE })
    );
}

#[wasm_bindgen_test]
async fn texts_of_others_stay_texts_on_console_and_status() {
    let hostile_check = || {
        console_check(
            json!({ "embeddable": false, "problems": [{ "code": "other_site", "console": HOSTILE, "site": HOSTILE }, { "code": "framing_denied" }], "nginx": HOSTILE, "url": format!("https://llm.example.com/\"{HOSTILE}") }),
        )
    };
    let stage = Stage::new();
    stage.answer("console.check", hostile_check());
    let page = stage.open("console");
    see_harmless(&page, 2).await;
    drop(page);

    let stage = Stage::new();
    stage.answer("console.check", hostile_check());
    let mut status = plugin_status();
    status["base"] = json!({ "value": HOSTILE, "source": "constant", "problem": null, "hint": null });
    status["key"] = json!({ "masked": "", "source": "constant", "problem": "invalid", "hint": HOSTILE });
    status["wordpress"] = json!(HOSTILE);
    status["operations"] = json!({ HOSTILE: { "method": HOSTILE, "path": HOSTILE, "write": false } });
    stage.answer("status", status);
    stage.answer(
        "gateway.details",
        json!({ "status": HOSTILE, "db": HOSTILE, "cache": HOSTILE, "litellm_version": HOSTILE }),
    );
    let mut own = own_key();
    for name in ["key_alias", "key_name", "user_id"] {
        own["info"][name] = Value::from(HOSTILE);
    }
    stage.answer("keys.self", own);
    let page = stage.open("status");
    page.see("Checked at").await;
    for part in page.parts("details") {
        part.element().set_attribute("open", "").expect("an attribute can be set");
    }
    see_harmless(&page, 12).await;
}

#[wasm_bindgen_test]
async fn a_hostile_failure_stays_text() {
    let stage = Stage::new();
    stage.answer_all(&Reply::Bad(error("gateway_error", 502, HOSTILE, HOSTILE)));
    let page = stage.open("overview");
    see_harmless(&page, 1).await;
}

/// WordPress counts years as everybody does; `Intl` takes the calendar of the country.
#[wasm_bindgen_test]
async fn dates_are_those_of_wordpress_in_every_language() {
    for (locale, year) in [("th-TH", "2026"), ("fa-IR", "۲۰۲۶"), ("ar-SA", "٢٠٢٦")] {
        let stage = at(locale, "UTC");
        stage.answer("keys.list", keys(&[key("web", json!({}))]));
        let page = stage.open("keys");
        page.see(year).await;
    }
}

/// A pass-through call of a day was 1,440 minutes long.
#[wasm_bindgen_test]
async fn long_calls_are_told_in_hours_and_days() {
    let stage = Stage::new();
    let lasting = |id: &str, ms: f64| call(id, 1, json!({ "request_duration_ms": ms }));
    stage.answer("logs.list", calls(&[lasting("a", 86_400_000.0), lasting("b", 302_400_000.0)]));
    let page = stage.open("overview");
    page.see("24 hr").await;
    page.see("3.5 days").await;
}
