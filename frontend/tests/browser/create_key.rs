//! The form for a new key, and the new secret.

use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::{
    canned::{self, created, key, keys, token},
    page::Part,
    stage::{Page, Reply, Stage, address, error, go_back, unreachable, window},
};

const ALIAS_MISSING: &str = "Enter a name by which you will recognise the key.";

fn open(stage: Stage) -> Page {
    stage.open_at("?page=litellm-dashboard-keys&action=new")
}

/// The form with an alias, sent.
async fn send(stage: Stage) -> Page {
    let page = open(stage);
    page.type_into("Alias", "web").await;
    page.click("Create key").await;
    page
}

/// Types into a combobox and takes what is found first.
pub async fn pick(page: &Page, label: &str, typed: &str) {
    let field = page.control(label).await;
    field.focus();
    page.type_letters(typed);
    page.wait_for(&format!("something with “{typed}” for {label}"), |page| {
        page.parts("[role=option]").into_iter().find(Part::is_visible).map(drop)
    })
    .await;
    field.press("Enter");
}

pub async fn open_advanced(page: &Page) {
    page.part("details > summary").await.element().unchecked_ref::<HtmlElement>().click();
}

/// What a screen reader says about a field beyond its name.
pub fn described(field: &Part) -> String {
    let document = crate::stage::document();
    let ids = field.attribute("aria-describedby").unwrap_or_default();
    let texts = ids
        .split_whitespace()
        .filter_map(|id| document.get_element_by_id(id))
        .filter_map(|element| element.text_content());
    texts.collect::<Vec<_>>().join(" ")
}

pub async fn see_marked(page: &Page, label: &str, words: &str) {
    let field = page.control(label).await;
    field.see_attribute("aria-invalid", "true").await;
    assert!(described(&field).contains(words), "{label}: {}", described(&field));
}

/// Wherever it may hide: in the page, in its fields, or in its attributes.
fn holds(page: &Page, text: &str) -> bool {
    page.element().inner_html().contains(text) || page.parts("input").iter().any(|input| input.value().contains(text))
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_told_on_its_field_before_anything_is_sent() {
    let page = open(Stage::new());
    page.type_into("Budget", "a lot").await;
    page.type_into("Requests per minute", "0").await;
    page.type_into("Tokens per minute", "1.5").await;
    page.choose("Expires", "Another number of days").await;
    page.click("Create key").await;
    see_marked(&page, "Alias", ALIAS_MISSING).await;
    see_marked(&page, "Budget", "Enter a number, such as 25 or 0.50.").await;
    see_marked(&page, "Requests per minute", "Enter a number from 1 to 1,000,000,000").await;
    see_marked(&page, "Tokens per minute", "Enter a whole number").await;
    page.see("Enter after how many days.").await;
    let alias = page.control("Alias").await;
    alias.wait_for("the keyboard on the first problem", |alias| alias.has_focus().then_some(())).await;
    assert!(page.asked("keys.create").is_empty());
    assert_eq!(page.control("Budget").await.value(), "a lot", "what was typed stays");
}

#[wasm_bindgen_test]
async fn a_problem_that_is_gone_is_no_longer_told() {
    let page = open(Stage::new());
    page.click("Create key").await;
    see_marked(&page, "Alias", ALIAS_MISSING).await;
    page.type_into("Alias", "web").await;
    page.type_into("Tokens per minute", "x").await;
    page.click("Create key").await;
    see_marked(&page, "Tokens per minute", "whole number").await;
    assert_eq!(page.control("Alias").await.attribute("aria-invalid"), None);
    assert!(!page.shows(ALIAS_MISSING));
    let tokens = page.control("Tokens per minute").await;
    tokens.wait_for("the keyboard", |tokens| tokens.has_focus().then_some(())).await;
}

/// What was wrong with the days was told of the choice beside them, and the keyboard went there.
#[wasm_bindgen_test]
async fn what_is_wrong_with_typed_days_is_told_of_them() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    page.choose("Expires", "Another number of days").await;
    page.click("Create key").await;
    let days = page.control("Days until the key expires").await;
    days.see_attribute("aria-invalid", "true").await;
    days.wait_for("the keyboard", |days| days.has_focus().then_some(())).await;
    assert_eq!(page.control("Expires").await.attribute("aria-invalid"), None);
}

#[wasm_bindgen_test]
async fn choosing_no_model_is_a_problem_of_the_models() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    page.click("Only these").await;
    page.click("Create key").await;
    page.see("Choose at least one model, or allow all of them.").await;
    assert!(page.asked("keys.create").is_empty());
    assert_eq!(page.control("Alias").await.value(), "web");
}

/// The models that arrived wrote their part of the form anew, and the problem with them was gone.
#[wasm_bindgen_test]
async fn a_problem_with_the_models_is_still_told_when_they_arrive() {
    let stage = Stage::new();
    stage.hold_after(0, "batch");
    let page = open(stage);
    page.type_into("Alias", "web").await;
    page.click("Only these").await;
    page.see("Asking the gateway for its models…").await;
    page.click("Create key").await;
    page.see("Choose at least one model, or allow all of them.").await;
    page.release();
    page.see("gpt-4o-mini").await;
    page.quiet().await;
    assert!(page.shows("Choose at least one model, or allow all of them."));
}

#[wasm_bindgen_test]
async fn only_what_was_filled_in_is_sent() {
    let page = send(Stage::new()).await;
    page.see("“web” is ready").await;
    assert_eq!(page.asked("keys.create"), [json!({ "alias": "web", "access": "calls" })]);
}

#[wasm_bindgen_test]
async fn everything_that_was_filled_in_is_sent() {
    let page = open(Stage::new());
    page.quiet().await;
    page.type_into("Alias", "  web  ").await;
    page.click("Only these").await;
    page.wait_for("the models", |part| part.parts("input[type=checkbox]").into_iter().next()).await;
    for model in ["gpt-4o-mini", "gpt-4o"] {
        page.wait_for(model, |part| {
            part.parts("input[type=checkbox]").into_iter().find(|input| input.name().starts_with(&format!("{model}$")))
        })
        .await
        .touch();
    }
    page.type_into("Budget", "12,5").await;
    page.choose("Budget period", "A month").await;
    page.see("Starts anew on the first of each month. The gateway sets the hour, as a rule midnight UTC.").await;
    page.type_into("Requests per minute", "60").await;
    page.type_into("Tokens per minute", "100000").await;
    page.choose("Expires", "Another number of days").await;
    page.type_into("Days until the key expires", "45").await;
    page.type_into("Requests at the same time", "4").await;
    pick(&page, "Team", "supp").await;
    pick(&page, "Owner", "ADA@").await;
    open_advanced(&page).await;
    page.click("Add a model").await;
    pick(&page, "Model of the limit", "mini").await;
    page.type_into("Requests per minute of this model", "5").await;
    page.click("Calls of models, their details and pass-through routes").await;
    page.type_into("Tags", "prod\n eu \n").await;
    page.type_into("Metadata", "{\"project\": \"search\"}").await;
    page.see("4 filled in").await;
    page.click("Create key").await;
    page.see("“web” is ready").await;
    let metadata = json!({ "model_rpm_limit": { "gpt-4o-mini": 5 }, "project": "search", "tags": ["prod", "eu"] });
    let sent = json!({
        "alias": "web", "models": ["gpt-4o-mini", "gpt-4o"], "max_budget": 12.5, "budget_duration": "30d",
        "rpm_limit": 60, "tpm_limit": 100_000, "max_parallel_requests": 4, "duration": "45d", "team": "team-1",
        "user": "ada", "access": "details", "metadata": metadata.to_string(),
    });
    assert_eq!(page.asked("keys.create"), [sent]);
}

#[wasm_bindgen_test]
async fn a_model_can_be_taken_back() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    page.click("Only these").await;
    let find = |part: &Part| part.parts("input[type=checkbox]").into_iter().next();
    page.wait_for("a model", find).await.touch();
    page.wait_for("the model chosen", |part| find(part).filter(Part::is_checked)).await.touch();
    page.wait_for("the model taken back", |part| find(part).filter(|model| !model.is_checked())).await;
    page.click("All models, also those added later").await;
    page.click("Create key").await;
    page.see("“web” is ready").await;
    assert_eq!(page.asked("keys.create"), [json!({ "alias": "web", "access": "calls" })]);
}

/// The list is written anew with each letter: the caret went to the front, and words came out backwards.
#[wasm_bindgen_test]
async fn a_long_list_of_models_is_filtered_while_one_types() {
    let stage = Stage::new();
    let models: Vec<Value> =
        (1..=20).map(|number| json!({ "model_group": format!("model-{number}"), "mode": "chat" })).collect();
    stage.answer("models.list", json!({ "data": models }));
    let page = open(stage);
    page.click("Only these").await;
    page.see("model-20").await;
    page.control("Filter models").await.focus();
    for letter in ["E", "L", "-", "1", "7"] {
        page.type_letters(letter);
        page.quiet().await;
    }
    assert_eq!(page.control("Filter models").await.value(), "EL-17");
    assert_eq!(page.control("Filter models").await.value(), "EL-17");
    page.wait_for("one model", |part| (part.parts("input[type=checkbox]").len() == 1).then_some(())).await;
    assert!(page.control("Filter models").await.has_focus());
    page.parts("input[type=checkbox]")[0].touch();
    page.type_into("Filter models", "").await;
    page.wait_for("all models", |part| (part.parts("input[type=checkbox]").len() == 20).then_some(())).await;
    let checked: Vec<String> =
        page.parts("input[type=checkbox]").iter().filter(|input| input.is_checked()).map(Part::name).collect();
    assert!(checked.len() == 1 && checked[0].starts_with("model-17"), "{checked:?}");
}

#[wasm_bindgen_test]
async fn models_that_cannot_be_read_can_be_asked_for_again() {
    let stage = Stage::new();
    stage.answer_in_turn(
        "models.list",
        vec![Reply::Bad(unreachable()), Reply::Good(json!({ "data": [{ "model_group": "gpt-4o", "mode": "chat" }] }))],
    );
    let page = open(stage);
    page.click("Only these").await;
    page.see("The gateway cannot be reached").await;
    page.click("Try again").await;
    page.see("gpt-4o").await;
}

/// Each click among the models was taken for a second try.
#[wasm_bindgen_test]
async fn choosing_models_asks_for_nothing_again() {
    let page = open(Stage::new());
    page.click("Only these").await;
    for _ in 0..3 {
        page.wait_for("a model", |part| part.parts("input[type=checkbox]").into_iter().next()).await.touch();
        page.quiet().await;
    }
    assert_eq!((page.asked("models.list").len(), page.asked("teams.list").len()), (1, 1));
}

#[wasm_bindgen_test]
async fn a_gateway_without_models_says_so() {
    let stage = Stage::new();
    stage.answer("models.list", json!({ "data": [] }));
    let page = open(stage);
    page.click("Only these").await;
    page.see("The gateway has no models yet.").await;
}

#[wasm_bindgen_test]
async fn an_odd_alias_gets_a_remark_and_can_be_sent() {
    let page = open(Stage::new());
    page.type_into("Alias", "größer").await;
    page.see("Some gateways accept only letters, digits").await;
    page.type_into("Alias", "web").await;
    page.see_no_more("Some gateways accept only letters, digits").await;
}

#[wasm_bindgen_test]
async fn what_litellm_refuses_lands_on_its_field() {
    let stage = Stage::new();
    let mut refused = error("gateway_refused", 400, "", "LiteLLM refused it.");
    refused["data"]["fields"] =
        json!({ "alias": "Key with alias 'web' already exists.", "max_budget": "Too much for the team." });
    stage.answer_with("keys.create", move |_| Reply::Bad(refused.clone()));
    let page = send(stage).await;
    see_marked(&page, "Alias", "Key with alias 'web' already exists.").await;
    see_marked(&page, "Budget", "Too much for the team.").await;
    page.see("Please check the marked fields").await;
    let alias = page.control("Alias").await;
    assert_eq!(alias.value(), "web");
    alias.wait_for("the keyboard", |alias| alias.has_focus().then_some(())).await;
    page.control("Create key").await.see_attribute("aria-disabled", "false").await;
    assert_eq!(page.asked("keys.create").len(), 1);
}

#[wasm_bindgen_test]
async fn what_wordpress_refuses_lands_on_its_field_too() {
    let stage = Stage::new();
    let refused = json!({ "code": "rest_invalid_param", "message": "Invalid parameter(s): rpm_limit", "data": { "status": 400, "params": { "rpm_limit": "rpm_limit must be less than 10." } } });
    stage.answer_with("keys.create", move |_| Reply::Bad(refused.clone()));
    let page = send(stage).await;
    see_marked(&page, "Requests per minute", "rpm_limit must be less than 10.").await;
}

#[wasm_bindgen_test]
async fn a_refusal_without_a_field_is_told_above_the_form() {
    let stage = Stage::new();
    stage.answer_with("keys.create", |_| Reply::Bad(error("gateway_unauthorized", 502, "route_not_allowed", "")));
    let page = send(stage).await;
    page.see("The service key may not do this The service key may not call /some/path.").await;
    page.quiet().await;
    assert_eq!(
        (page.asked("keys.create").len(), page.asked("keys.list").len()),
        (1, 0),
        "a clear refusal needs no looking after"
    );
    page.stage().answer("keys.create", created("web"));
    page.click("Create key").await;
    page.see("“web” is ready").await;
}

#[wasm_bindgen_test]
async fn a_key_is_made_once_however_often_one_clicks() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    page.hold("keys.create");
    page.click("Create key").await;
    page.see("Waiting for the gateway…").await;
    for _ in 0..3 {
        page.click("Waiting for the gateway…").await;
    }
    page.see_asked("keys.create", 1).await;
    page.quiet().await;
    page.release();
    page.see("“web” is ready").await;
    page.quiet().await;
    assert_eq!(page.asked("keys.create").len(), 1);
}

#[wasm_bindgen_test]
async fn the_secret_is_shown_once_and_gone_when_one_leaves() {
    let page = send(Stage::new()).await;
    page.see("Copy the key now: it is not shown again.").await;
    let secret = page.control("Your new key").await;
    assert_eq!(secret.value(), "sk-secret-1234567890");
    assert!(secret.attribute("readonly").is_some());
    page.click("Copy key").await;
    page.control("Copied").await;
    page.click("Done").await;
    page.row("web").await;
    assert!(!holds(&page, "sk-secret"));
    go_back().await;
    page.see("The key can call models and nothing else").await;
    assert!(!holds(&page, "sk-secret"));
    assert_eq!(page.control("Alias").await.value(), "");
}

#[wasm_bindgen_test]
async fn the_secret_can_be_copied() {
    let page = send(Stage::new()).await;
    page.wait_for("the keyboard", |page| page.find_control("Copy key").filter(Part::has_focus)).await;
    page.click("Copy key").await;
    page.control("Copied").await;
    page.click("Copy").await;
    page.wait_for("two texts", |_| (page.copied().len() == 2).then_some(())).await;
    assert_eq!(page.copied()[0], "sk-secret-1234567890");
    assert_eq!(Some(page.copied()[1].clone()), page.part("pre").await.element().text_content());
}

#[wasm_bindgen_test]
async fn where_copying_is_forbidden_one_is_told() {
    let page = send(Stage::new()).await;
    page.forbid_copying();
    page.click("Copy key").await;
    page.see("The browser does not allow copying here: the text is selected, copy it by hand.").await;
}

#[wasm_bindgen_test]
async fn the_example_names_gateway_key_and_model_in_four_languages() {
    let mut stage = Stage::new();
    stage.boot("console_url", "https://llm.example.com/ui/");
    let page = send(stage).await;
    for (language, beginning) in
        [("curl", "curl "), ("Python", "import json"), ("JavaScript", "// For Node"), ("PHP", "<?php")]
    {
        page.click(language).await;
        let code = page
            .wait_for(language, |part| {
                part.parts("pre").first().map(Part::text).filter(|code| code.starts_with(beginning))
            })
            .await;
        for text in ["https://llm.example.com/v1/chat/completions", "Bearer sk-secret-1234567890", "gpt-4o"] {
            assert!(code.contains(text), "{language} without {text}: {code}");
        }
        page.control(language).await.see_attribute("aria-pressed", "true").await;
    }
}

#[wasm_bindgen_test]
async fn an_address_that_only_the_server_knows_is_called_so() {
    for (base, console_url, internal) in [
        ("http://litellm:4000", "", true),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000/ui/", true),
        ("http://litellm:4000", "https://llm.example.com/ui/", false),
    ] {
        let mut stage = Stage::new();
        stage.boot("base", base);
        stage.boot("console_url", console_url);
        let page = send(stage).await;
        page.see("Try it").await;
        assert_eq!(page.shows("Only the server and its network know this address."), internal, "{base} {console_url}");
    }
}

#[wasm_bindgen_test]
async fn the_example_calls_a_model_that_the_key_may_call() {
    let stage = Stage::new();
    stage.answer(
        "models.list",
        json!({ "data": [{ "model_group": "gpt-4o", "mode": "chat" }, { "model_group": "ada", "mode": "embedding" }] }),
    );
    let mut answer = created("web");
    answer["models"] = json!(["ada"]);
    stage.answer("keys.create", answer);
    let page = open(stage);
    page.quiet().await;
    page.type_into("Alias", "web").await;
    page.click("Create key").await;
    page.see("http://127.0.0.1:24157/v1/embeddings").await;
    assert!(page.part("pre").await.shows("\"ada\""));
}

const NOT_MADE: &str = "The gateway knows no key with this alias, so nothing was created. You can try again.";
const SECRET_LOST: &str = "The key was created, but its secret was lost on the way";
const UNKNOWN: &str = "Whether the key was created is not known.";

/// A key of the alias, as the gateway lists it.
fn made_at(created_at: &str) -> Value {
    keys(&[key("web", json!({ "created_at": created_at }))])
}

async fn see_lost(lost: &Reply, found: Reply, words: &str) {
    let stage = Stage::new();
    let answer = lost.clone();
    stage.answer_with("keys.create", move |_| answer.clone());
    stage.answer_with("keys.list", move |_| found.clone());
    let page = send(stage).await;
    page.see(words).await;
    page.quiet().await;
    assert_eq!(page.asked("keys.create").len(), 1, "{lost:?}");
    assert_eq!(page.asked("keys.list"), [json!({ "alias": "web", "page": 1, "size": 1 })]);
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_looked_after_and_never_sent_again() {
    for lost in [
        Reply::Lost,
        Reply::Http(200, "<html>".to_owned()),
        Reply::Http(504, "<html>Gateway timeout</html>".to_owned()),
        Reply::Good(json!({ "key_alias": "web" })),
    ] {
        // LiteLLM may still be at it: that nothing was created is not known.
        see_lost(&lost, Reply::Good(keys(&[])), UNKNOWN).await;
        see_lost(&lost, Reply::Good(made_at("2026-11-20T12:00:01Z")), SECRET_LOST).await;
        see_lost(&lost, Reply::Bad(unreachable()), UNKNOWN).await;
        see_lost(&lost, Reply::Old(keys(&[]), 60, unreachable()), UNKNOWN).await;
    }
}

#[wasm_bindgen_test]
async fn where_litellm_itself_has_failed_nothing_was_created() {
    let failed = Reply::Bad(error("gateway_error", 502, "", "Internal Server Error"));
    let words = [
        "LiteLLM reported an error LiteLLM says: Internal Server Error Look into the log of LiteLLM, then try again. ",
        NOT_MADE,
    ];
    see_lost(&failed, Reply::Good(keys(&[])), &words.concat()).await;
}

#[wasm_bindgen_test]
async fn a_gateway_that_was_too_slow_may_still_be_at_it() {
    let lost = Reply::Bad(error("gateway_unreachable", 504, "timeout", ""));
    see_lost(&lost, Reply::Good(keys(&[])), UNKNOWN).await;
    see_lost(&lost, Reply::Good(made_at("2026-11-20T12:00:01Z")), SECRET_LOST).await;
}

/// Nobody shall delete a key in use because another one of its alias could not be made.
#[wasm_bindgen_test]
async fn a_key_that_was_there_before_is_not_taken_for_the_new_one() {
    see_lost(&Reply::Lost, Reply::Good(made_at("2026-11-19T09:00:00Z")), UNKNOWN).await;
}

#[wasm_bindgen_test]
async fn a_key_whose_secret_was_lost_can_be_found() {
    let stage = Stage::new();
    stage.answer_with("keys.create", |_| Reply::Lost);
    stage.answer("keys.list", made_at("2026-11-20T12:00:01Z"));
    let page = send(stage).await;
    page.see("LiteLLM shows a secret only once. Delete “web” from the list and create it again.").await;
    page.click("Show the key").await;
    page.row("web").await;
    page.see_address("s=web").await;
    assert_eq!(page.control("Search keys").await.value(), "web");
}

#[wasm_bindgen_test]
async fn nobody_leaves_while_the_secret_is_on_its_way() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    page.hold("keys.create");
    page.click("Create key").await;
    page.see_asked("keys.create", 1).await;
    for link in ["Cancel", "Back to all keys"] {
        page.click(link).await;
    }
    page.quiet().await;
    assert!(page.shows("Waiting for the gateway…"));
    page.release();
    page.see("“web” is ready").await;
    assert!(page.left_to_the_browser().is_empty());
}

/// *Back*, *Done* and the menu threw the only copy away.
#[wasm_bindgen_test]
async fn nobody_leaves_with_an_uncopied_secret_unasked() {
    let page = Stage::new().open("keys");
    page.click("Create key").await;
    page.type_into("Alias", "web").await;
    page.part("form.gw-form").await.click("Create key").await;
    page.see("“web” is ready").await;
    page.click("Done").await;
    page.see("Leave without copying the key?").await;
    page.click("Stay").await;
    page.see_no_more("Leave without copying the key?").await;
    go_back().await;
    page.see("Leave without copying the key?").await;
    assert_eq!(page.control("Your new key").await.value(), "sk-secret-1234567890");
    page.click("Leave").await;
    page.see_no_more("“web” is ready").await;
    assert!(!holds(&page, "sk-secret"));
}

/// It was dropped, and the key was made without a team.
#[wasm_bindgen_test]
async fn a_team_that_was_typed_in_full_is_chosen_by_going_on() {
    let page = open(Stage::new());
    page.quiet().await;
    page.type_into("Alias", "web").await;
    let team = page.control("Team").await;
    team.focus();
    page.type_letters("support");
    team.press("Tab");
    page.click("Create key").await;
    page.see("“web” is ready").await;
    assert_eq!(page.asked("keys.create")[0]["team"], "team-1");
}

#[wasm_bindgen_test]
async fn a_budget_of_nothing_is_said_to_refuse_every_call() {
    let page = open(Stage::new());
    page.type_into("Budget", "0").await;
    page.see("With a budget of 0 every call is refused.").await;
    page.type_into("Budget", "0.5").await;
    page.see_no_more("every call is refused").await;
}

/// The form stood in the history once more, behind the list to which one had gone back.
#[wasm_bindgen_test]
async fn going_back_from_a_form_does_not_put_it_behind_one_again() {
    let page = Stage::new().open("keys");
    page.click("Create key").await;
    page.type_into("Alias", "web").await;
    go_back().await;
    page.see("Leave without saving?").await;
    page.click("Leave").await;
    page.row("web").await;
    assert!(!address().contains("action=new"), "{}", address());
    page.wait_for("the keyboard at the heading", |page| page.parts(".gw-title")[0].has_focus().then_some(())).await;
    // The browser's entry ahead is the form: nothing was pushed over it.
    window().history().expect("a window has a history").forward().expect("there is such a place");
    page.control("Alias").await;
}

#[wasm_bindgen_test]
async fn what_was_typed_is_not_thrown_away_unasked() {
    let page = open(Stage::new());
    page.quiet().await;
    page.type_into("Alias", "web").await;
    page.click("Back to all keys").await;
    page.see("Leave without saving?").await;
    page.click("Stay").await;
    assert_eq!(page.control("Alias").await.value(), "web");
    page.type_into("Alias", "").await;
    page.click("Back to all keys").await;
    page.row("web").await;
    assert!(!page.shows("Leave without saving?"), "nothing was filled in any more");
}

#[wasm_bindgen_test]
async fn another_end_than_chosen_is_told() {
    for (expires, told) in
        [("2026-12-01T00:00:00Z", true), ("2026-12-21T12:00:00.5Z", false), ("2026-12-21T00:00:00Z", false)]
    {
        let stage = Stage::new();
        let mut answer = created("web");
        answer["expires"] = json!(expires);
        stage.answer("keys.create", answer);
        let page = open(stage);
        page.type_into("Alias", "web").await;
        page.choose("Expires", "In 31 days").await;
        page.click("Create key").await;
        page.see("“web” is ready").await;
        assert_eq!(page.asked("keys.create")[0]["duration"], "31d");
        assert_eq!(
            page.shows("The gateway set some values otherwise than you chose Expires Dec 1, 2026, 12:00 AM"),
            told,
            "{expires}"
        );
    }
}

/// LiteLLM can be told to fill in what a new key does not say, and nobody was told.
#[wasm_bindgen_test]
async fn what_the_gateway_fills_in_is_told() {
    let stage = Stage::new();
    stage.answer("teams.list", json!({ "teams": [{ "team_id": "t-1", "team_alias": "Search", "models": [] }] }));
    let mut answer = created("web");
    for (name, value) in [
        ("models", json!(["gpt-4o-mini"])),
        ("max_budget", json!(1234.5)),
        ("budget_duration", json!("30d")),
        ("rpm_limit", json!(1000)),
        ("tpm_limit", json!(2000)),
        ("max_parallel_requests", json!(4)),
        ("team_id", json!("t-1")),
        ("user_id", json!("ada")),
        ("expires", json!("2026-12-01T00:00:00Z")),
    ] {
        answer[name] = value;
    }
    stage.answer("keys.create", answer);
    let page = open(stage);
    page.quiet().await;
    page.type_into("Alias", "web").await;
    page.click("Create key").await;
    page.see(
        "The gateway set some values otherwise than you chose Models gpt-4o-mini Budget $1,234.50 Budget period A month \
         Requests per minute 1,000 Tokens per minute 2,000 Requests at the same time 4 Expires Dec 1, 2026, 12:00 AM \
         Team Search Owner ada",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_gateway_that_does_as_asked_is_told_nothing_of() {
    let stage = Stage::new();
    let mut answer = created("web");
    answer["max_budget"] = json!(25.0);
    answer["budget_duration"] = json!(null);
    stage.answer("keys.create", answer);
    let page = open(stage);
    page.type_into("Alias", "web").await;
    page.type_into("Budget", "25").await;
    page.click("Create key").await;
    page.see("“web” is ready").await;
    assert!(!page.shows("otherwise than you chose"));
}

#[wasm_bindgen_test]
async fn a_decimal_comma_is_read_by_the_users_locale() {
    for (locale, typed, sent) in [
        ("de-DE", "1,500", Some(1.5)),
        ("en-US", "1,500", None),
        ("en-US", "1.500", Some(1.5)),
        ("de-DE", "1.500", None),
    ] {
        let mut stage = Stage::new();
        stage.boot("locale", locale);
        let page = open(stage);
        page.type_into("Alias", "web").await;
        page.type_into("Budget", typed).await;
        page.click("Create key").await;
        match sent {
            Some(budget) => {
                page.see("“web” is ready").await;
                assert_eq!(
                    page.asked("keys.create"),
                    [json!({ "alias": "web", "max_budget": budget, "access": "calls" })],
                    "{locale} {typed}"
                );
            }
            None => page.see("Write the number without thousands separators").await,
        }
    }
}

/// The form showed "০.০১৮" to people who write Bengali, and refused "১০.৫" from them.
#[wasm_bindgen_test]
async fn what_is_shown_can_be_typed() {
    for (locale, budget, requests) in [
        ("bn-BD", "১০.৫", "১,২০০"),
        ("mr-IN", "१०.५", "१,२००"),
        ("fa-IR", "۱۰٫۵", "۱٬۲۰۰"),
        ("ar-EG", "١٠٫٥", "١٬٢٠٠"),
        ("de-DE", "10,5", "1.200"),
        ("fr-FR", "10,5", "1\u{202f}200"),
    ] {
        let mut stage = Stage::new();
        stage.boot("locale", locale);
        let page = open(stage);
        page.type_into("Alias", "web").await;
        page.type_into("Budget", budget).await;
        page.type_into("Requests per minute", requests).await;
        page.click("Create key").await;
        page.see("“web” is ready").await;
        let sent = json!({ "alias": "web", "max_budget": 10.5, "rpm_limit": 1_200, "access": "calls" });
        assert_eq!(page.asked("keys.create"), [sent], "{locale}");
    }
}

/// Metadata that are no JSON were sent, and LiteLLM's own words were no help.
#[wasm_bindgen_test]
async fn a_mistake_in_the_metadata_is_told_with_its_place() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    open_advanced(&page).await;
    page.type_into("Metadata", "{\n  'a': 1\n}").await;
    page.part("details > summary").await.element().unchecked_ref::<HtmlElement>().click();
    page.click("Create key").await;
    page.see("Line 2, character 3: names and texts stand between straight double quotation marks.").await;
    // The fold was closed: the keyboard would have gone nowhere.
    let metadata = page.control("Metadata").await;
    metadata.wait_for("the keyboard", |metadata| metadata.has_focus().then_some(())).await;
    assert!(page.asked("keys.create").is_empty());
    page.type_into("Metadata", "{\"tags\": []}").await;
    page.click("Create key").await;
    page.see("“tags” has a field of its own in this form.").await;
}

#[wasm_bindgen_test]
async fn limits_of_single_models_come_and_go() {
    let page = open(Stage::new());
    page.quiet().await;
    page.type_into("Alias", "web").await;
    open_advanced(&page).await;
    for _ in 0..2 {
        page.click("Add a model").await;
    }
    page.wait_for("two lines", |page| (page.parts(".gw-model-limit").len() == 2).then_some(())).await;
    page.type_into("Requests per minute of this model", "5").await;
    page.click("Create key").await;
    page.see("Choose the model of each limit.").await;
    page.click("Remove this model’s limits").await;
    page.wait_for("one line", |page| (page.parts(".gw-model-limit").len() == 1).then_some(())).await;
    page.click("Create key").await;
    page.see("“web” is ready").await;
    assert_eq!(page.asked("keys.create"), [json!({ "alias": "web", "access": "calls" })]);
}

#[wasm_bindgen_test]
async fn what_this_site_allows_at_most_is_said_and_checked() {
    let mut stage = Stage::new();
    stage.boot("key_limits", json!({ "max_budget": 12.5, "duration_days": 90, "rpm_limit": 60, "models": ["gpt-4o"], "required": ["tpm_limit"] }));
    let page = open(stage);
    for text in
        ["This site allows at most $12.50.", "This site allows at most 90 days.", "This site allows at most 60."]
    {
        page.see(text).await;
    }
    page.wait_for("one model", |page| (page.parts("#gw-model-list input").len() == 1).then_some(())).await;
    assert!(page.find_control("All models, also those added later").is_none());
    page.type_into("Alias", "web").await;
    page.click("Create key").await;
    see_marked(&page, "Budget", "Enter a budget: this site allows at most $12.50.").await;
    see_marked(&page, "Expires", "This site allows keys to live for at most 90 days.").await;
    see_marked(&page, "Tokens per minute", "This site wants a limit here.").await;
    assert!(page.asked("keys.create").is_empty());
    page.part("#gw-model-list input").await.touch();
    page.type_into("Budget", "12.50").await;
    page.choose("Expires", "In 90 days").await;
    page.type_into("Requests per minute", "60").await;
    page.type_into("Tokens per minute", "1000").await;
    page.click("Create key").await;
    page.see("“web” is ready").await;
}

/// What is refused for the site's limits stands at the fields, not above the form.
#[wasm_bindgen_test]
async fn what_the_server_refuses_for_its_limits_lands_on_its_field() {
    let stage = Stage::new();
    let refused = json!({ "code": "litellm_key_limits", "message": "", "data": { "status": 400, "params": { "max_budget": "limit", "duration": "limit_required" } } });
    stage.answer_with("keys.create", move |_| Reply::Bad(refused.clone()));
    let page = send(stage).await;
    see_marked(&page, "Budget", "This site allows less.").await;
    see_marked(&page, "Expires", "This site wants a limit here.").await;
}

#[wasm_bindgen_test]
async fn a_key_like_another_has_all_but_its_alias() {
    let stage = Stage::new();
    stage.answer("keys.info", canned::key_info("web", json!({
        "models": ["gpt-4o"], "max_budget": 12.5, "budget_duration": "14d", "rpm_limit": 60, "team_id": "team-1", "user_id": "ada",
        "created_at": "2026-11-01T00:00:00Z", "expires": "2026-12-16T00:00:00Z",
        "metadata": { "tags": ["prod"], "project": "x", "litellm_dashboard": { "replaces": token(9) }, "guardrails": ["g"] },
    })));
    let page = stage.open("keys");
    page.click("web").await;
    page.part("dialog[open]").await.click("Create a key like web").await;
    page.see_address(&format!("action=new&like={}", token(1))).await;
    page.see("2 filled in").await;
    assert_eq!(page.control("Alias").await.value(), "");
    assert_eq!(page.control("Budget").await.value(), "12.5");
    page.type_into("Alias", "twin").await;
    page.part("form.gw-form").await.click("Create key").await;
    page.see("“web” is ready").await;
    let metadata = json!({ "project": "x", "tags": ["prod"] });
    let sent = json!({
        "alias": "twin", "models": ["gpt-4o"], "max_budget": 12.5, "budget_duration": "14d", "rpm_limit": 60, "team": "team-1",
        "user": "ada", "duration": "45d", "access": "calls", "metadata": metadata.to_string(),
    });
    assert_eq!(page.asked("keys.create"), [sent]);
    // By the drawer and by the form.
    assert_eq!(page.asked("keys.info"), [json!({ "key": token(1) }), json!({ "key": token(1) })]);
}

#[wasm_bindgen_test]
async fn a_pattern_that_cannot_be_read_says_why() {
    let stage = Stage::new();
    stage.answer_in_turn("keys.info", vec![Reply::Bad(unreachable()), Reply::Good(canned::key_info("web", json!({})))]);
    let page = stage.open_at(&format!("?page=litellm-dashboard-keys&action=new&like={}", token(1)));
    page.see("The gateway cannot be reached").await;
    page.click("Try again").await;
    page.control("Alias").await;
}

#[wasm_bindgen_test]
async fn a_day_can_be_chosen_for_the_end() {
    let page = open(Stage::new());
    page.type_into("Alias", "web").await;
    page.choose("Expires", "On a day").await;
    page.click("Create key").await;
    see_marked(&page, "The day on which the key expires", "Choose the day on which the key expires.").await;
    page.type_into("The day on which the key expires", "2026-11-30").await;
    page.click("Create key").await;
    page.see("“web” is ready").await;
    assert_eq!(page.asked("keys.create")[0]["duration"], "10d");
}
