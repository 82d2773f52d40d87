//! Teams: the table, one in full, making, changing, blocking and deleting them.

use std::{cell::RefCell, rc::Rc};

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    canned::{own_key, put},
    create_key::{pick, see_marked},
    stage::{Page, Reply, Stage, error, unreachable},
};

/// A team with nothing special; other fields go over it.
pub fn team(id: &str, alias: &str, other: Value) -> Value {
    let mut team = json!({
        "team_id": id, "team_alias": alias, "organization_id": null, "models": [], "spend": 0.0, "max_budget": null,
        "budget_duration": null, "budget_reset_at": null, "tpm_limit": null, "rpm_limit": null, "blocked": false,
        "members_with_roles": [], "keys_count": 0, "created_at": "2026-11-01T09:00:00Z",
    });
    put(&mut team, other);
    team
}

/// The teams of a gateway, which keeps what is done to them.
pub type Teams = Rc<RefCell<Vec<Value>>>;

/// A page as LiteLLM gives it: by the moment in which they were made.
fn listed(teams: &[Value], params: &Value) -> Value {
    let size = params["page_size"].as_u64().unwrap_or(10) as usize;
    let page = params["page"].as_u64().unwrap_or(1) as usize;
    let mut teams = teams.to_vec();
    teams.retain(|team| params["team"].is_null() || team["team_id"] == params["team"]);
    if params["sort_order"] == "desc" {
        teams.reverse();
    }
    let shown: Vec<&Value> = teams.iter().skip((page - 1) * size).take(size).collect();
    json!({ "teams": shown, "total": teams.len(), "total_pages": teams.len().div_ceil(size) })
}

pub fn gateway(stage: &Stage, teams: &[Value]) -> Teams {
    let teams: Teams = Rc::new(RefCell::new(teams.to_vec()));
    let known = teams.clone();
    stage.answer_with("teams.list", move |params| Reply::Good(listed(&known.borrow(), params)));
    let known = teams.clone();
    stage.answer_with("teams.info", move |params| {
        let team = known.borrow().iter().find(|team| team["team_id"] == params["team"]).cloned();
        let Some(team) = team else {
            return Reply::Bad(error("gateway_refused", 404, "", "Team not found"));
        };
        let keys = team["keys_count"].as_u64().unwrap_or(0);
        let keys: Vec<Value> = (0..keys).map(|number| json!({ "token": format!("{number:064x}") })).collect();
        Reply::Good(json!({ "team_id": team["team_id"], "team_info": team, "keys": keys, "team_memberships": [] }))
    });
    let known = teams.clone();
    stage.answer_with("teams.create", move |params| {
        let made = team(
            "t-new",
            params["alias"].as_str().unwrap_or_default(),
            json!({ "max_budget": params["max_budget"], "models": params["models"], "created_at": "2026-11-20T12:00:01Z" }),
        );
        known.borrow_mut().push(made);
        Reply::Good(json!({ "team_id": "t-new", "team_alias": params["alias"] }))
    });
    for (operation, blocked) in [("teams.block", true), ("teams.unblock", false)] {
        let known = teams.clone();
        stage.answer_with(operation, move |params| {
            change(&known, params, |team| team["blocked"] = json!(blocked));
            Reply::Good(json!({ "team_id": params["team"], "blocked": blocked }))
        });
    }
    let known = teams.clone();
    stage.answer_with("teams.update", move |params| Reply::Good(write(&known, params)));
    let known = teams.clone();
    stage.answer_with("teams.delete", move |params| {
        known.borrow_mut().retain(|team| team["team_id"] != params["team"]);
        Reply::Good(json!({ "deleted_teams": [params["team"]] }))
    });
    for (operation, joins) in [("teams.add_member", true), ("teams.remove_member", false)] {
        let known = teams.clone();
        stage.answer_with(operation, move |params| {
            let user = params["user"].clone();
            let now = change(&known, params, |team| {
                let members = team["members_with_roles"].as_array_mut().expect("a list of members");
                members.retain(|member| member["user_id"] != user);
                if joins {
                    members.push(json!({ "user_id": user, "role": "user" }));
                }
            });
            Reply::Good(json!({ "team_id": params["team"], "members_with_roles": now["members_with_roles"] }))
        });
    }
    teams
}

fn change(teams: &Teams, params: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut teams = teams.borrow_mut();
    let team = teams.iter_mut().find(|team| team["team_id"] == params["team"]).expect("the team is there");
    change(team);
    team.clone()
}

fn write(teams: &Teams, params: &Value) -> Value {
    let now = change(teams, params, |team| {
        for (param, value) in params.as_object().into_iter().flatten().filter(|(param, _)| *param != "team") {
            team[if param == "alias" { "team_alias" } else { param }] = value.clone();
        }
    });
    json!({ "team_id": params["team"], "data": now })
}

fn two() -> Vec<Value> {
    let members = json!([{ "user_id": "ada", "role": "user" }]);
    vec![
        team(
            "t-1",
            "Support",
            json!({ "spend": 4.0, "max_budget": 10.0, "budget_duration": "30d", "keys_count": 3, "members_with_roles": members }),
        ),
        team("t-2", "Ops", json!({ "spend": 12.0, "max_budget": 10.0, "created_at": "2026-11-02T09:00:00Z" })),
    ]
}

fn open(teams: &[Value], query: &str) -> (Page, Teams) {
    let stage = Stage::new();
    let teams = gateway(&stage, teams);
    (stage.open_at(&format!("?page=litellm-dashboard-teams{query}")), teams)
}

async fn names(page: &Page) -> Vec<String> {
    page.parts("tbody tr .gw-key-name").iter().map(|name| name.text()).collect()
}

async fn see_names(page: &Page, expected: &[&str]) {
    page.wait_for(&expected.join(", "), |page| {
        let names: Vec<String> = page.parts("tbody tr .gw-key-name").iter().map(|name| name.text()).collect();
        (names == expected).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn teams_are_listed_with_what_they_spend_and_found_with_every_letter() {
    let (page, _) = open(&two(), "");
    see_names(&page, &["Ops", "Support"]).await;
    let row = page.row("Support").await;
    row.see("$4.00 of $10.00 a month").await;
    assert!(row.shows("Active") && row.shows("All models"), "{}", row.text());
    page.row("Ops").await.see("Over budget").await;
    page.see("2 teams").await;
    page.type_into("Search teams", "SUP").await;
    see_names(&page, &["Support"]).await;
    page.see("1 of 2 teams").await;
    page.see_address("s=SUP").await;
    page.click("Clear filters").await;
    see_names(&page, &["Ops", "Support"]).await;
    page.click("Over budget 1").await;
    see_names(&page, &["Ops"]).await;
    page.click("Over budget 1").await;
    page.click("Name").await;
    page.see_address("orderby=name").await;
    page.click("Spend").await;
    see_names(&page, &["Ops", "Support"]).await;
    let keys = page.control("3").await.attribute("href").unwrap_or_default();
    assert!(keys.contains("page=litellm-dashboard-keys") && keys.contains("team=t-1"), "{keys}");
}

#[wasm_bindgen_test]
async fn a_team_is_blocked_and_unblocked_after_a_question() {
    let (page, _) = open(&two(), "");
    page.click("Block Support").await;
    page.see("Block team “Support”? Calls with the keys of this team are refused").await;
    assert!(page.asked("teams.block").is_empty());
    page.click("Block team").await;
    page.see("Team “Support” is blocked.").await;
    page.row("Support").await.see("Blocked").await;
    assert_eq!(page.asked("teams.block"), [json!({ "team": "t-1" })]);
    page.click("Unblock Support").await;
    page.click("Unblock team").await;
    page.row("Support").await.see("Active").await;
}

#[wasm_bindgen_test]
async fn deleting_says_that_the_keys_go_and_how_many_they_are() {
    let (page, teams) = open(&two(), "");
    page.click("Delete Support").await;
    let dialog = page.part("dialog[open]").await;
    dialog.see("Delete team “Support”? LiteLLM deletes the keys of the team along with it").await;
    dialog.see("There are 3 such keys now.").await;
    let link = dialog.control("Show the keys").await.attribute("href").unwrap_or_default();
    assert!(link.contains("team=t-1"), "{link}");
    dialog.click("Delete team and its keys").await;
    page.see("Team “Support” is deleted, and so are its keys.").await;
    see_names(&page, &["Ops"]).await;
    assert_eq!(page.asked("teams.delete"), [json!({ "team": "t-1" })]);
    assert_eq!(teams.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn how_many_keys_cannot_be_found_out_is_said_and_stops_nobody() {
    let (page, _) = open(&two(), "");
    see_names(&page, &["Ops", "Support"]).await;
    page.stage().answer_with("teams.info", |_| Reply::Bad(unreachable()));
    page.click("Delete Ops").await;
    page.see("How many keys these are could not be found out.").await;
    page.click("Delete team and its keys").await;
    page.see("Team “Ops” is deleted").await;
}

#[wasm_bindgen_test]
async fn what_was_done_although_its_answer_was_lost_is_told_as_done_and_never_sent_twice() {
    let (page, teams) = open(&two(), "");
    page.row("Support").await;
    let known = teams.clone();
    page.stage().answer_with("teams.delete", move |params| {
        known.borrow_mut().retain(|team| team["team_id"] != params["team"]);
        Reply::Lost
    });
    page.click("Delete Support").await;
    page.click("Delete team and its keys").await;
    page.see("Team “Support” is deleted").await;
    assert_eq!(page.asked("teams.delete").len(), 1);
    // It was not done.
    page.stage().answer_with("teams.block", |_| Reply::Lost);
    page.click("Block Ops").await;
    page.click("Block team").await;
    let dialog = page.part("dialog[open]").await;
    dialog.see("LiteLLM was asked since: so far it has not been done.").await;
    dialog.click("Cancel").await;
    // Nobody knows.
    page.stage().answer_with("teams.info", |_| Reply::Bad(unreachable()));
    page.click("Block Ops").await;
    page.click("Block team").await;
    page.part("dialog[open]").await.see("It is not known whether the change was made").await;
    assert_eq!(page.asked("teams.block").len(), 2);
}

#[wasm_bindgen_test]
async fn a_team_is_made_and_shown() {
    let stage = Stage::new();
    gateway(&stage, &two());
    stage.answer("models.list", json!({ "data": [{ "model_group": "gpt-4o" }] }));
    let page = stage.open_at("?page=litellm-dashboard-teams&action=new");
    page.click("Create team").await;
    see_marked(&page, "Name", "Enter a name.").await;
    page.type_into("Name", "Data").await;
    page.type_into("Budget", "50").await;
    page.choose("Budget period", "A month").await;
    page.type_into("Tokens per minute", "1000").await;
    page.click("Only these").await;
    page.click("gpt-4o").await;
    page.click("Create team").await;
    page.see("Team “Data” is created.").await;
    page.see_address("team=t-new").await;
    page.part("#gw-people-details[open]").await.see("Data").await;
    let expected = json!({
        "alias": "Data", "models": ["gpt-4o"], "max_budget": 50.0, "budget_duration": "30d", "tpm_limit": 1000,
    });
    assert_eq!(page.asked("teams.create"), [expected]);
}

#[wasm_bindgen_test]
async fn making_a_team_is_not_repeated_when_its_answer_is_lost() {
    let stage = Stage::new();
    let teams = gateway(&stage, &two());
    let known = teams.clone();
    stage.answer_with("teams.create", move |params| {
        let alias = params["alias"].as_str().unwrap_or_default();
        if alias == "Data" {
            known.borrow_mut().push(team("t-new", alias, json!({ "created_at": "2026-11-20T12:00:01Z" })));
        }
        Reply::Lost
    });
    let page = stage.open_at("?page=litellm-dashboard-teams&action=new");
    // One of that name was there before.
    page.type_into("Name", "Support").await;
    page.click("Create team").await;
    page.see("Whether the team was created is not known.").await;
    page.type_into("Name", "Data").await;
    page.click("Create team").await;
    page.see("Team “Data” is created.").await;
    assert_eq!(page.asked("teams.create").len(), 2);
}

#[wasm_bindgen_test]
async fn what_litellm_refuses_lands_on_its_field() {
    let stage = Stage::new();
    gateway(&stage, &two());
    let mut refused = error("gateway_refused", 400, "", "LiteLLM refused it.");
    refused["data"]["fields"] = json!({ "alias": "Taken." });
    stage.answer_with("teams.create", move |_| Reply::Bad(refused.clone()));
    let page = stage.open_at("?page=litellm-dashboard-teams&action=new");
    page.type_into("Name", "Support").await;
    page.click("Create team").await;
    see_marked(&page, "Name", "Taken.").await;
    page.click("Back to all teams").await;
    page.see("Leave without saving?").await;
}

async fn opened(team: Value) -> (Page, Teams) {
    let (page, teams) = open(&[team], "&action=edit&team=t-1");
    page.see("Edit team “Support”").await;
    page.control("Name").await;
    page.quiet().await;
    (page, teams)
}

async fn save(page: &Page) {
    page.part("form.gw-form").await.click("Save changes").await;
}

async fn confirm(page: &Page, action: &str) {
    page.part("#gw-edit-question[open]").await.click(action).await;
}

#[wasm_bindgen_test]
async fn a_team_is_changed_after_its_difference_was_shown() {
    let (page, teams) = opened(two()[0].clone()).await;
    page.type_into("Budget", "25").await;
    save(&page).await;
    page.see("Change “Support”? Calls with the keys of this team follow the new settings").await;
    page.see("Setting Now Then Budget $10.00 $25.00").await;
    assert!(page.asked("teams.update").is_empty());
    confirm(&page, "Save changes").await;
    page.see("The changes are saved").await;
    assert_eq!(page.asked("teams.update"), [json!({ "team": "t-1", "max_budget": 25.0 })]);
    assert_eq!(teams.borrow()[0]["max_budget"], 25.0);
    page.click("Back to all teams").await;
    page.row("Support").await.see("$4.00 of $25.00 a month").await;
}

#[wasm_bindgen_test]
async fn what_others_changed_meanwhile_is_shown_and_a_lost_answer_looked_at() {
    let (page, teams) = opened(two()[0].clone()).await;
    page.type_into("Budget", "25").await;
    teams.borrow_mut()[0]["rpm_limit"] = json!(7);
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("“Support” was changed meanwhile").await;
    assert!(page.asked("teams.update").is_empty());
    let known = teams.clone();
    page.stage().answer_with("teams.update", move |params| {
        write(&known, params);
        Reply::Lost
    });
    confirm(&page, "Save mine").await;
    page.see("The answer got lost, but the new settings are there.").await;
    assert_eq!(page.asked("teams.update"), [json!({ "team": "t-1", "max_budget": 25.0 })]);
    assert_eq!(page.control("Requests per minute").await.value(), "7");
}

#[wasm_bindgen_test]
async fn what_litellm_does_not_do_is_told() {
    let (page, _) = opened(two()[0].clone()).await;
    page.stage()
        .answer_with("teams.update", |_| Reply::Good(json!({ "team_id": "t-1", "data": { "team_id": "t-1" } })));
    page.type_into("Budget", "").await;
    page.choose("Budget period", "In total").await;
    save(&page).await;
    confirm(&page, "Save changes").await;
    page.see("The gateway has not done this").await;
}

#[wasm_bindgen_test]
async fn the_team_of_the_service_key_is_protected() {
    let stage = Stage::new();
    gateway(&stage, &two());
    let mut own = own_key();
    own["info"]["team_id"] = json!("t-1");
    stage.answer("keys.self", own);
    let page = stage.open_at("?page=litellm-dashboard-teams&team=t-1");
    let row = page.row("Support").await;
    row.see("Service key").await;
    assert!(row.find_control("Delete Support").is_none() && page.find_control("Edit Ops").is_some());
    let drawer = page.part("#gw-people-details[open]").await;
    drawer.see("The plugin’s own key belongs to this team; it is protected here.").await;
    assert!(drawer.find_control("Delete Support").is_none());
    // Nor by its address.
    let stage = Stage::new();
    gateway(&stage, &two());
    let mut own = own_key();
    own["info"]["team_id"] = json!("t-1");
    stage.answer("keys.self", own);
    let page = stage.open_at("?page=litellm-dashboard-teams&action=edit&team=t-1");
    page.see("The plugin’s own key belongs to this team; it is protected here.").await;
    assert!(page.find_control("Save changes").is_none());
}

#[wasm_bindgen_test]
async fn a_refusal_to_protect_it_is_in_words() {
    let (page, _) = open(&two(), "");
    page.row("Support").await;
    page.stage().answer_with("teams.block", |_| Reply::Bad(error("litellm_own_team", 409, "owner", "")));
    page.click("Block Support").await;
    page.click("Block team").await;
    page.part("dialog[open]").await.see("The service key belongs to this team.").await;
}

#[wasm_bindgen_test]
async fn members_are_shown_and_removing_one_says_what_becomes_of_the_keys() {
    let (page, teams) = open(&two(), "&team=t-1");
    let drawer = page.part("#gw-people-details[open]").await;
    drawer.see("Ada Lovelace").await;
    drawer.click("Remove Ada Lovelace from the team").await;
    page.see("Remove “Ada Lovelace” from team “Support”? LiteLLM deletes the keys that the user has in this team")
        .await;
    page.click("Remove from the team").await;
    page.see("“Ada Lovelace” is no longer in team “Support”").await;
    assert_eq!(page.asked("teams.remove_member"), [json!({ "team": "t-1", "user": "ada" })]);
    assert_eq!(teams.borrow()[0]["members_with_roles"], json!([]));
    pick(&page, "Add a user to the team", "ada").await;
    page.see("Add “Ada Lovelace” to team “Support”?").await;
    page.click("Add to the team").await;
    page.see("“Ada Lovelace” is in team “Support”.").await;
    page.control("Remove Ada Lovelace from the team").await;
}

#[wasm_bindgen_test]
async fn a_team_that_is_gone_says_so() {
    let (page, _) = open(&two(), "&team=gone");
    page.see("The gateway knows no team with this ID.").await;
    let (page, _) = open(&two(), "&action=edit&team=gone");
    page.see("This no longer exists").await;
}

#[wasm_bindgen_test]
async fn five_hundred_teams_are_read_page_by_page_and_a_part_is_called_one() {
    let stage = Stage::new();
    let many: Vec<Value> =
        (0..250).map(|number| team(&format!("t-{number:03}"), &format!("Team {number:03}"), json!({}))).collect();
    gateway(&stage, &many);
    let page = stage.open_at("?page=litellm-dashboard-teams");
    page.see_asked("teams.list", 3).await;
    page.see_no_more("of 250 teams read").await;
    page.see("250 teams").await;
    page.type_into("Search teams", "team 249").await;
    see_names(&page, &["Team 249"]).await;

    let stage = Stage::new();
    let known = many.clone();
    stage.answer_with("teams.list", move |params| {
        if params["page"] == 3 { Reply::Bad(unreachable()) } else { Reply::Good(listed(&known, params)) }
    });
    let page = stage.open_at("?page=litellm-dashboard-teams");
    page.see("The teams below are not all there are: reading them broke off. 200 of 250 teams read").await;
    page.stage().answer_with("teams.list", move |params| Reply::Good(listed(&many, params)));
    page.click("Try again").await;
    page.see_no_more("reading them broke off").await;
    page.see("250 teams").await;
    assert_eq!(page.last_asked("teams.list")["page"], 3);
    assert_eq!(page.asked("teams.list").len(), 4, "it goes on where it ended");
}

#[wasm_bindgen_test]
async fn no_team_and_a_key_that_sees_only_a_part_are_told_apart() {
    let (page, _) = open(&[], "");
    page.see("No teams yet").await;
    page.part(".gw-empty").await.control("Create team").await;
    let stage = Stage::new();
    stage
        .answer_with("teams.list", |_| Reply::Bad(error("gateway_unauthorized", 502, "not_admin", "Only admin users")));
    let page = stage.open_at("?page=litellm-dashboard-teams");
    page.part("[role=alert]").await;
    assert!(!page.shows("No teams yet"), "{}", page.text());
}

#[wasm_bindgen_test]
async fn who_may_only_look_changes_nothing() {
    let mut stage = Stage::new();
    gateway(&stage, &two());
    stage.boot("can_manage_keys", false);
    let page = stage.open_at("?page=litellm-dashboard-teams&team=t-1");
    page.part("#gw-people-details[open]").await.see("Ada Lovelace").await;
    for name in ["Create team", "Edit Support", "Delete Support", "Remove Ada Lovelace from the team"] {
        assert!(page.find_control(name).is_none(), "{name}");
    }
}

#[wasm_bindgen_test]
async fn names_of_others_are_text() {
    let odd = "<img src=x onerror=alert(1)>\u{202e}";
    let mut teams = two();
    teams[0]["team_alias"] = json!(odd);
    teams[0]["members_with_roles"] = json!([{ "user_id": odd, "role": "<b>" }]);
    let (page, _) = open(&teams, "&team=t-1");
    page.part("#gw-people-details[open]").await.see("⟨U+202E⟩").await;
    page.assert_harmless();
    assert_eq!(names(&page).await.len(), 2);
}

/// LiteLLM 1.80.11 leaves the moment of the next reset, and would then set what is spent to zero for ever.
#[wasm_bindgen_test]
async fn a_period_that_is_taken_away_by_half_is_written_back() {
    let mut known = two()[0].clone();
    known["budget_reset_at"] = json!("2026-12-01T00:00:00Z");
    for is_lost in [false, true] {
        let (page, teams) = opened(known.clone()).await;
        let kept = teams.clone();
        page.stage().answer_with("teams.update", move |params| {
            let answer = write(&kept, params);
            if is_lost && params["budget_duration"].is_null() { Reply::Lost } else { Reply::Good(answer) }
        });
        page.choose("Budget period", "In total").await;
        save(&page).await;
        confirm(&page, "Save changes").await;
        page.see("What was not changed Setting Now You chose Budget period A month In total").await;
        let sent =
            [json!({ "team": "t-1", "budget_duration": null }), json!({ "team": "t-1", "budget_duration": "30d" })];
        assert_eq!(page.asked("teams.update"), sent);
        assert_eq!(teams.borrow()[0]["budget_duration"], "30d");
    }
}

/// `/team/info` says that there is no such team while the database is away.
#[wasm_bindgen_test]
async fn a_team_is_gone_only_when_the_list_says_so_too() {
    let (page, _) = open(&two(), "");
    page.row("Support").await;
    page.stage().answer_with("teams.info", |_| Reply::Bad(error("gateway_refused", 404, "", "Team not found")));
    page.stage().answer_with("teams.delete", |_| Reply::Lost);
    page.click("Delete Support").await;
    page.click("Delete team and its keys").await;
    let dialog = page.part("dialog[open]").await;
    dialog.see("It is not known whether the change was made").await;
    page.stage().answer_with("teams.list", |_| Reply::Bad(unreachable()));
    dialog.click("Delete team and its keys").await;
    dialog.see("It is not known whether the change was made").await;
    assert!(!page.shows("is deleted, and so are its keys"), "{}", page.text());
}

#[wasm_bindgen_test]
async fn keys_that_went_although_the_team_is_still_there_are_told() {
    let (page, teams) = open(&two(), "");
    page.row("Support").await;
    let known = teams.clone();
    page.stage().answer_with("teams.delete", move |params| {
        change(&known, params, |team| team["keys_count"] = json!(1));
        Reply::Bad(error("gateway_refused", 500, "", "Broken"))
    });
    page.click("Delete Support").await;
    page.see("There are 3 such keys now.").await;
    page.click("Delete team and its keys").await;
    page.part("dialog[open]").await.see("It is still there, but 2 of its keys are deleted already.").await;
}

#[wasm_bindgen_test]
async fn what_the_gateway_fills_in_for_a_new_team_is_told_and_shown() {
    let stage = Stage::new();
    gateway(&stage, &two());
    stage.answer(
        "teams.create",
        json!({ "team_id": "t-new", "models": [], "max_budget": 20.0, "budget_duration": "30d", "rpm_limit": null }),
    );
    let page = stage.open_at("?page=litellm-dashboard-teams");
    page.row("Support").await;
    page.click("Create team").await;
    let form = page.part("form.gw-form").await;
    form.type_into("Name", "Data").await;
    form.click("Create team").await;
    page.see("Team “Data” is created. The gateway set this otherwise than you chose: Budget: $20.00").await;
    page.row("Data").await.see("$20.00 a month").await;
}
