//! Users of the gateway: the table, making, changing and deleting them; and making one, or a team, from the form for a key.

use std::{cell::RefCell, rc::Rc};

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{created, put},
    create_key::{pick, see_marked},
    stage::{Page, Reply, Stage, error},
    teams::{gateway as teams_gateway, team},
};

fn user(id: &str, alias: &str, email: &str, other: Value) -> Value {
    let mut user = json!({
        "user_id": id, "user_alias": alias, "user_email": email, "user_role": "internal_user", "spend": 0.0, "max_budget": null,
        "budget_duration": null, "budget_reset_at": null, "models": [], "tpm_limit": null, "rpm_limit": null, "teams": [],
        "key_count": 0, "created_at": "2026-11-01T09:00:00Z",
    });
    put(&mut user, other);
    user
}

type Users = Rc<RefCell<Vec<Value>>>;

/// The users of a gateway, which keeps what is done to them.
fn gateway(stage: &Stage, users: &[Value]) -> Users {
    let users: Users = Rc::new(RefCell::new(users.to_vec()));
    let known = users.clone();
    stage.answer_with("users.list", move |params| {
        let mut found: Vec<Value> = known.borrow().clone();
        if let Some(ids) = params["ids"].as_str() {
            found.retain(|user| ids.split(',').any(|id| user["user_id"] == id));
        }
        if let Some(email) = params["email"].as_str() {
            found.retain(|user| user["user_email"].as_str().is_some_and(|known| known.contains(email)));
        }
        Reply::Good(json!({ "users": found, "total": found.len(), "total_pages": 1 }))
    });
    let known = users.clone();
    stage.answer_with("users.create", move |params| {
        let text = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
        let made = user(
            "u-new",
            &text("alias"),
            &text("email"),
            json!({ "created_at": "2026-11-20T12:00:01Z", "max_budget": params["max_budget"] }),
        );
        known.borrow_mut().push(made);
        Reply::Good(json!({ "user_id": "u-new" }))
    });
    let known = users.clone();
    stage.answer_with("users.update", move |params| {
        let mut users = known.borrow_mut();
        let user = users.iter_mut().find(|user| user["user_id"] == params["user"]).expect("the user is there");
        for (param, value) in params.as_object().into_iter().flatten().filter(|(param, _)| *param != "user") {
            let name = match param.as_str() {
                "alias" => "user_alias",
                "email" => "user_email",
                "role" => "user_role",
                other => other,
            };
            user[name] = value.clone();
        }
        Reply::Good(json!({ "user_id": params["user"], "data": user }))
    });
    let known = users.clone();
    stage.answer_with("users.delete", move |params| {
        known.borrow_mut().retain(|user| user["user_id"] != params["user"]);
        Reply::Good(json!({ "deleted": 1 }))
    });
    users
}

fn three() -> Vec<Value> {
    vec![
        user(
            "ada",
            "Ada Lovelace",
            "ada@example.com",
            json!({ "key_count": 2, "teams": ["team-1"], "spend": 3.0, "max_budget": 5.0 }),
        ),
        user("bo", "", "bo@example.com", json!({ "user_role": "internal_user_viewer" })),
        user("root", "Root", "", json!({ "user_role": "proxy_admin" })),
    ]
}

fn open(query: &str) -> (Page, Users) {
    let stage = Stage::new();
    let users = gateway(&stage, &three());
    (stage.open_at(&format!("?page=litellm-dashboard-users{query}")), users)
}

#[wasm_bindgen_test]
async fn users_are_listed_with_role_teams_and_keys() {
    let (page, _) = open("");
    let row = page.row("Ada Lovelace").await;
    row.see("ada@example.com").await;
    row.see("Support").await;
    assert!(row.shows("$3.00 of $5.00"), "{}", row.text());
    let keys = row.control("2").await.attribute("href").unwrap_or_default();
    assert!(keys.contains("owner=ada"), "{keys}");
    page.row("bo@example.com").await.see("Viewer").await;
    let root = page.row("Root").await;
    root.see("Administrator").await;
    assert!(root.find_control("Delete Root").is_none(), "who manages the gateway is not changed from here");
    page.type_into("Search users", "bo@").await;
    page.see("1 of 3 users").await;
}

#[wasm_bindgen_test]
async fn a_user_is_made_changed_and_deleted() {
    let (page, users) = open("");
    page.row("Ada Lovelace").await;
    page.click("Create user").await;
    page.control("E-mail").await;
    page.part("form.gw-form").await.click("Create user").await;
    see_marked(&page, "Name", "Enter a name or an e-mail address.").await;
    page.type_into("E-mail", "cy").await;
    page.part("form.gw-form").await.click("Create user").await;
    see_marked(&page, "E-mail", "Enter one e-mail address").await;
    page.type_into("E-mail", "cy@example.com").await;
    page.type_into("Budget", "5").await;
    page.part("form.gw-form").await.click("Create user").await;
    page.see("User “cy@example.com” is created.").await;
    let expected = json!({ "email": "cy@example.com", "role": "internal_user", "max_budget": 5.0 });
    assert_eq!(page.asked("users.create"), [expected]);

    let drawer = page.part("#gw-people-details[open]").await;
    drawer.click("Edit cy@example.com").await;
    page.see("Edit user “cy@example.com”").await;
    page.choose("Role", "Viewer").await;
    page.part("form.gw-form").await.click("Save changes").await;
    page.see("Role User Viewer").await;
    page.part("#gw-edit-question[open]").await.click("Save changes").await;
    page.see("The changes are saved").await;
    assert_eq!(
        page.asked("users.update"),
        [json!({ "user": "u-new", "role": "internal_user_viewer", "max_budget": 5.0 })]
    );

    page.click("Back to all users").await;
    page.click("Delete cy@example.com").await;
    page.see("LiteLLM deletes all keys of the user along with it").await;
    page.see("There are no such keys now.").await;
    page.click("Delete user and all keys").await;
    page.see("User “cy@example.com” is deleted").await;
    assert_eq!(users.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn who_manages_the_gateway_is_not_edited_by_address_either() {
    let (page, _) = open("&action=edit&user=root");
    page.see("This user manages the gateway, and is changed in LiteLLM’s own interface only.").await;
    assert!(page.find_control("Save changes").is_none());
    let (page, _) = open("&user=root");
    let drawer = page.part("#gw-people-details[open]").await;
    drawer.see("This user manages the gateway").await;
    assert!(drawer.find_control("Delete Root").is_none());
}

#[wasm_bindgen_test]
async fn a_role_that_changed_meanwhile_is_refused_in_words() {
    let (page, _) = open("");
    page.row("Ada Lovelace").await;
    page.stage().answer_with("users.delete", |_| Reply::Bad(error("litellm_admin_user", 409, "role", "")));
    page.click("Delete Ada Lovelace").await;
    page.click("Delete user and all keys").await;
    page.part("dialog[open]").await.see("This is not done from here This user manages the gateway.").await;
}

#[wasm_bindgen_test]
async fn making_a_user_is_not_repeated_when_its_answer_is_lost() {
    let stage = Stage::new();
    let users = gateway(&stage, &three());
    let known = users.clone();
    stage.answer_with("users.create", move |params| {
        if params["email"] == "cy@example.com" {
            let made = user("u-new", "", "cy@example.com", json!({ "created_at": "2026-11-20T12:00:01Z" }));
            known.borrow_mut().push(made);
        }
        Reply::Lost
    });
    let page = stage.open_at("?page=litellm-dashboard-users&action=new");
    page.type_into("E-mail", "dee@example.com").await;
    page.click("Create user").await;
    page.see("Whether the user was created is not known.").await;
    page.type_into("E-mail", "cy@example.com").await;
    page.click("Create user").await;
    page.see("User “cy@example.com” is created.").await;
    assert_eq!(page.asked("users.create").len(), 2);
    let drawer = page.part("#gw-people-details[open]").await;
    drawer.see("cy@example.com").await;
}

#[wasm_bindgen_test]
async fn no_user_and_a_key_that_sees_only_a_part_are_told_apart() {
    let stage = Stage::new();
    gateway(&stage, &[]);
    let page = stage.open_at("?page=litellm-dashboard-users");
    page.see("No users yet").await;
    let stage = Stage::new();
    gateway(&stage, &three()[..1]);
    let partial = error("gateway_unauthorized", 502, "not_admin", "Only admin users can do this");
    stage.answer_with("teams.list", move |_| Reply::Bad(partial.clone()));
    let page = stage.open_at("?page=litellm-dashboard-users");
    page.row("Ada Lovelace").await;
    page.part("[role=alert]").await;
}

#[wasm_bindgen_test]
async fn five_thousand_users_are_read_page_by_page_and_found_with_every_letter() {
    let stage = Stage::new();
    let all: Vec<Value> = (0..5_000)
        .map(|number| {
            user(&format!("u-{number}"), "", &format!("user{number}@example.com"), json!({ "spend": number }))
        })
        .collect();
    stage.answer_with("users.list", move |params| {
        let (page, size) = (params["page"].as_u64().unwrap_or(1) as usize, 100);
        let shown: Vec<&Value> = all.iter().skip((page - 1) * size).take(size).collect();
        Reply::Good(json!({ "users": shown, "total": all.len(), "total_pages": 50 }))
    });
    let page = stage.open_at("?page=litellm-dashboard-users");
    page.see_asked("users.list", 50).await;
    page.see_no_more("of 5,000 users read").await;
    page.see("5,000 users").await;
    assert!(page.parts("tbody tr").len() < 100, "only the rows in sight are written");
    page.type_into("Search users", "user4999@").await;
    page.see("1 of 5,000 users").await;
    page.row("user4999@example.com").await;
    page.type_into("Search users", "").await;
    page.click("Spend").await;
    page.wait_for("the largest first", |page| {
        page.parts("tbody tr .gw-key-name").first().filter(|name| name.text() == "user4999@example.com").map(|_| ())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_a_version_does_not_take_from_a_user_is_told() {
    let stage = Stage::new();
    gateway(&stage, &[user("ada", "Ada", "", json!({ "models": ["gpt-4o"] }))]);
    stage.answer_with("users.update", |_| Reply::Good(json!({ "user_id": "ada", "data": { "user_id": "ada" } })));
    let page = stage.open_at("?page=litellm-dashboard-users&action=edit&user=ada");
    page.click("All models, also those added later").await;
    page.part("form.gw-form").await.click("Save changes").await;
    page.see("Models gpt-4o All models").await;
    page.part("#gw-edit-question[open]").await.click("Save changes").await;
    page.see("The gateway has not done this").await;
    assert_eq!(page.asked("users.update"), [json!({ "user": "ada", "models": ["all-proxy-models"] })]);
}

fn form() -> (Stage, Users) {
    let stage = Stage::new();
    teams_gateway(&stage, &[team("team-1", "Support", json!({}))]);
    let users = gateway(&stage, &three());
    stage.answer("keys.create", created("web"));
    (stage, users)
}

#[wasm_bindgen_test]
async fn an_owner_who_is_missing_is_made_from_the_form_for_a_key() {
    let (stage, _) = form();
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.type_into("Alias", "web").await;
    page.quiet().await;
    pick(&page, "Owner", "cy@example.com").await;
    let dialog = page.part("#gw-quick[open]").await;
    dialog.see("Create a user for the key").await;
    assert_eq!(dialog.control("E-mail").await.value(), "cy@example.com");
    dialog.type_into("Budget", "a lot").await;
    dialog.click("Create user").await;
    dialog.see("Enter a number, such as 25 or 0.50.").await;
    assert!(page.asked("users.create").is_empty());
    dialog.type_into("Budget", "5").await;
    dialog.click("Create user").await;
    page.see("User “cy@example.com” is created and chosen.").await;
    let expected = json!({ "email": "cy@example.com", "role": "internal_user", "max_budget": 5.0 });
    assert_eq!(page.asked("users.create"), [expected]);
    assert_eq!(page.control("Owner").await.value(), "cy@example.com");
    page.click("Create key").await;
    page.see_asked("keys.create", 1).await;
    assert_eq!(page.last_asked("keys.create")["user"], "u-new");
}

#[wasm_bindgen_test]
async fn a_team_that_is_missing_is_made_too_and_cancelling_makes_none() {
    let (stage, _) = form();
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.type_into("Alias", "web").await;
    page.quiet().await;
    pick(&page, "Team", "Data").await;
    let dialog = page.part("#gw-quick[open]").await;
    dialog.click("Cancel").await;
    page.wait_for("the dialog closed", |page| page.parts("#gw-quick[open]").is_empty().then_some(())).await;
    page.quiet().await;
    assert!(page.asked("teams.create").is_empty());
    pick(&page, "Team", "Data").await;
    let dialog = page.part("#gw-quick[open]").await;
    assert_eq!(dialog.control("Name").await.value(), "Data");
    dialog.click("Create team").await;
    page.see("Team “Data” is created and chosen.").await;
    assert_eq!(page.control("Team").await.value(), "Data");
    page.click("Create key").await;
    page.see_asked("keys.create", 1).await;
    assert_eq!(page.last_asked("keys.create")["team"], "t-new");
}

#[wasm_bindgen_test]
async fn an_organization_is_offered_only_where_there_are_any() {
    let (stage, _) = form();
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.control("Alias").await;
    page.quiet().await;
    assert!(page.find_control("Organization").is_none());
    let (stage, _) = form();
    stage.answer_with("organizations.list", |_| Reply::Bad(error("gateway_unauthorized", 502, "enterprise", "")));
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.control("Alias").await;
    page.quiet().await;
    assert!(page.find_control("Organization").is_none());
    let (stage, _) = form();
    stage.answer(
        "organizations.list",
        json!({ "organizations": [{ "organization_id": "o-1", "organization_alias": "Acme" }] }),
    );
    let page = stage.open_at("?page=litellm-dashboard-keys&action=new");
    page.type_into("Alias", "web").await;
    pick(&page, "Organization", "acme").await;
    page.click("Create key").await;
    page.see_asked("keys.create", 1).await;
    assert_eq!(page.last_asked("keys.create")["organization"], "o-1");
}

#[wasm_bindgen_test]
async fn what_litellm_changes_beside_a_role_is_told() {
    let stage = Stage::new();
    let users = gateway(&stage, &[user("ada", "Ada", "", json!({ "user_role": "internal_user_viewer" }))]);
    let known = users.clone();
    stage.answer_with("users.update", move |params| {
        put(&mut known.borrow_mut()[0], json!({ "user_role": params["role"], "max_budget": 7.0 }));
        Reply::Good(json!({ "user_id": "ada", "data": { "user_id": "ada" } }))
    });
    let page = stage.open_at("?page=litellm-dashboard-users&action=edit&user=ada");
    page.choose("Role", "User").await;
    page.part("form.gw-form").await.click("Save changes").await;
    page.part("#gw-edit-question[open]").await.click("Save changes").await;
    page.see("the gateway made something else of it, or somebody else").await;
    page.see("Budget No limit No limit $7.00").await;
}

#[wasm_bindgen_test]
async fn who_cannot_be_asked_for_is_shown_and_not_called_deleted() {
    let page = stage_of_odd().open_at("?page=litellm-dashboard-users&user=a%2Cb");
    let drawer = page.part("#gw-people-details[open]").await;
    drawer.see("LiteLLM cannot be asked for one user whose ID has a comma").await;
    assert!(page.find_control("Delete Odd").is_none() && !page.shows("may have been deleted"), "{}", page.text());
    let page = stage_of_odd().open_at("?page=litellm-dashboard-users&action=edit&user=a%2Cb");
    page.see("LiteLLM cannot be asked for one user whose ID has a comma").await;
}

fn stage_of_odd() -> Stage {
    let stage = Stage::new();
    gateway(&stage, &[user("a,b", "Odd", "", json!({}))]);
    stage
}
