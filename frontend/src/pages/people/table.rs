//! The columns of the tables of teams and of users. A cell has two lines at most, so that each row is as high as the others.

use std::rc::Rc;

use model::{
    keys_table::directory::Directory,
    language::{t, tn},
    msg,
    people::{Account, Kind, role_label},
    plural,
    route::{KeysList, KeysRoute, Route},
    visible::visible,
    wire::Key,
};

use super::source::is_own;
use crate::{
    components::Column,
    format,
    markup::{Markup, html},
    pages::keys::table::{clipped, figure, limits, models, moment, none, spend},
    router::href,
};

/// Names of teams shown before the rest is counted.
const TEAMS_SHOWN: usize = 2;

/// A team or a user, with what else is known of it.
pub struct AccountRow {
    pub account: Account,
    /// What it has as a key has it.
    pub key: Key,
    pub around: Rc<Directory>,
    /// Where it is shown in full.
    pub href: String,
    /// Where its keys are.
    pub keys_href: String,
}

impl AccountRow {
    pub fn new(account: Account, around: Rc<Directory>, href: String, keys_href: String) -> AccountRow {
        AccountRow { key: account.as_key(), account, around, href, keys_href }
    }

    pub fn is_own(&self) -> bool {
        is_own(&self.around, &self.account)
    }
}

const NAME: Column<AccountRow> = Column::new("name", msg!("Name"), name).sortable().px(230);
const SPEND: Column<AccountRow> =
    Column::new("spend", msg!("Spend"), |row: &AccountRow| spend(&row.key)).sortable().px(180);
const BUDGET: Column<AccountRow> =
    Column::new("max_budget", msg!("Budget"), |row: &AccountRow| figure(row.key.max_budget.map(format::usd)))
        .number()
        .sortable()
        .hidden()
        .px(100);
const BUDGET_SPENT: Column<AccountRow> = Column::new("budget_spent", msg!("Budget spent"), |row: &AccountRow| {
    figure(row.account.budget_share().map(format::percent))
})
.number()
.sortable()
.hidden()
.px(120);
const RESETS: Column<AccountRow> =
    Column::new("budget_reset_at", msg!("Budget starts anew"), |row: &AccountRow| moment(&row.key.budget_reset_at))
        .sortable()
        .px(150);
const MODELS: Column<AccountRow> =
    Column::new("models", msg!("Models"), |row: &AccountRow| models(&row.key.models)).px(160);
const LIMITS: Column<AccountRow> =
    Column::new("limits", msg!("Limits"), |row: &AccountRow| limits(&row.key)).secondary().px(140);
const KEYS: Column<AccountRow> = Column::new("keys", msg!("Keys"), keys).number().sortable().px(80);
const CREATED: Column<AccountRow> =
    Column::new("created_at", msg!("Created"), |row: &AccountRow| moment(&row.account.created_at)).sortable().px(105);
const ID: Column<AccountRow> =
    Column::new("id", msg!("ID"), |row: &AccountRow| clipped(&row.account.id)).sortable().hidden().px(260);

pub const TEAM_COLUMNS: [Column<AccountRow>; 13] = [
    NAME,
    Column::new("status", msg!("Status"), |row: &AccountRow| status(&row.account)).sortable().px(120),
    Column::new("organization", msg!("Organization"), |row: &AccountRow| {
        clipped(&row.around.organization_called(&row.account.organization))
    })
    .hidden()
    .px(140),
    SPEND,
    BUDGET,
    BUDGET_SPENT,
    RESETS,
    Column::new("members", msg!("Members"), |row: &AccountRow| {
        html! { (format::whole(row.account.members.len() as f64)) }
    })
    .number()
    .sortable()
    .px(90),
    MODELS,
    LIMITS,
    KEYS,
    CREATED,
    ID,
];

pub const USER_COLUMNS: [Column<AccountRow>; 13] = [
    NAME,
    Column::new("email", msg!("E-mail"), |row: &AccountRow| clipped(&row.account.email)).sortable().px(200),
    Column::new("role", msg!("Role"), |row: &AccountRow| role(&row.account.role)).sortable().px(140),
    SPEND,
    BUDGET,
    BUDGET_SPENT,
    Column { hidden: true, ..RESETS },
    Column::new("teams", msg!("Teams"), teams).sortable().px(150),
    Column { hidden: true, ..MODELS },
    LIMITS,
    KEYS,
    CREATED,
    ID,
];

pub fn columns(kind: Kind) -> &'static [Column<AccountRow>] {
    match kind {
        Kind::Team => &TEAM_COLUMNS,
        Kind::User => &USER_COLUMNS,
    }
}

/// How it is called.
pub fn name_of(account: &Account) -> String {
    visible(account.name())
}

fn name(row: &AccountRow) -> Markup {
    html! {
        strong.gw-key-name dir="auto" { a href=(row.href) { (name_of(&row.account)) } }
        @if row.is_own() { " " span .gw-chip .gw-chip-own { (msg!("Service key")) } }
        @if row.is_own() { span .gw-line .gw-minor { (own_note(row.account.kind)) } }
    }
}

pub fn own_note(kind: Kind) -> String {
    t(match kind {
        Kind::Team => msg!("The plugin’s own key belongs to this team; it is protected here."),
        Kind::User => msg!("The plugin’s own key belongs to this user, who is protected here."),
    })
}

/// Whether its keys can be used, as far as it decides that.
pub fn status(account: &Account) -> Markup {
    let (class, label) = if account.blocked {
        ("gw-chip gw-chip-blocked", msg!("Blocked"))
    } else if account.is_over_budget() {
        ("gw-chip gw-chip-over-budget", msg!("Over budget"))
    } else {
        ("gw-chip gw-chip-active", msg!("Active"))
    };
    html! { span class=(class) { (label) } }
}

pub fn role(role: &str) -> Markup {
    match role_label(role) {
        Some(_) if role.is_empty() => none(),
        Some(label) => html! { (label) },
        None => clipped(role),
    }
}

fn teams(row: &AccountRow) -> Markup {
    let ids = &row.account.teams;
    let names: Vec<String> = ids.iter().map(|id| visible(&row.around.team_called(id))).collect();
    let rest = names.len().saturating_sub(TEAMS_SHOWN);
    let shown = &names[..names.len() - rest];
    let more = tn(plural!("and {count} more", "and {count} more"), rest as u64, &format::count(rest as f64));
    html! {
        @if names.is_empty() { (none()) }
        @else { span .gw-line .gw-clip dir="auto" title=(format::list(&names)) { (format::list(shown)) } }
        @if rest > 0 { span .gw-line .gw-minor { (more) } }
    }
}

/// How many there are, as a way to them. Older versions do not count those of a team.
fn keys(row: &AccountRow) -> Markup {
    let text = match row.account.keys {
        Some(count) => format::whole(count),
        None => t(msg!("Show")),
    };
    html! { a href=(row.keys_href) { (text) } }
}

/// The keys that belong to it.
pub fn keys_href(account: &Account) -> String {
    let list = match account.kind {
        Kind::Team => KeysList { team: account.id.clone(), ..KeysList::default() },
        Kind::User => KeysList { owner: account.id.clone(), ..KeysList::default() },
    };
    href(&Route::Keys(KeysRoute { list, ..KeysRoute::default() }))
}

#[cfg(test)]
mod tests {
    use model::people::select::PeopleSort;

    use super::*;

    fn row(account: Account) -> AccountRow {
        AccountRow::new(account, Rc::default(), String::new(), String::new())
    }

    #[test]
    fn an_order_is_that_of_a_column() {
        for sort in PeopleSort::ALL {
            let columns = TEAM_COLUMNS.iter().chain(&USER_COLUMNS);
            assert!(columns.filter(|column| column.id == sort.value()).all(|column| column.sortable), "{sort:?}");
        }
        for column in TEAM_COLUMNS.iter().chain(&USER_COLUMNS).filter(|column| column.sortable) {
            assert!(PeopleSort::from_value(column.id).is_some(), "{}", column.id);
        }
    }

    #[test]
    fn markup_in_a_name_is_text_and_the_own_team_is_marked() {
        let account = Account { id: "T-1".into(), alias: "<img src=x>\u{202e}".into(), ..Account::default() };
        let mut around = Directory::default();
        let cell = name(&row(account.clone()));
        assert!(
            cell.as_str().contains("&lt;img src=x&gt;⟨U+202E⟩") && !cell.as_str().contains("Service key"),
            "{cell:?}"
        );
        around.own.info.team_id = "t-1".into();
        let cell = name(&AccountRow::new(account.clone(), Rc::new(around.clone()), String::new(), String::new()));
        assert!(cell.as_str().contains("Service key"), "{cell:?}");
        let user = Account { kind: Kind::User, ..account };
        assert!(!is_own(&around, &user));
        assert!(!is_own(&Directory::default(), &Account::default()), "nobody is nobody’s");
    }

    #[test]
    fn what_stops_its_keys_is_said() {
        let over = Account { spend: 2.0, max_budget: Some(1.0), ..Account::default() };
        assert!(status(&over).as_str().contains("Over budget"));
        assert!(status(&Account { blocked: true, ..over }).as_str().contains("Blocked"));
        assert!(status(&Account::default()).as_str().contains("Active"));
        assert!(role("proxy_admin").as_str().contains("Administrator"));
        assert!(role("<b>").as_str().contains("&lt;b&gt;"));
    }

    #[test]
    fn no_cell_has_more_than_two_lines() {
        let long = || vec!["x".repeat(300), "two\nlines".to_owned(), "\u{202e}مفتاح".to_owned()];
        let account = Account {
            id: long()[1].clone(),
            alias: long()[0].clone(),
            models: long(),
            teams: long(),
            rpm_limit: Some(1.0),
            tpm_limit: Some(2.0),
            spend: 1.0,
            max_budget: Some(2.0),
            budget_duration: "30d".into(),
            ..Account::default()
        };
        for column in TEAM_COLUMNS.iter().chain(&USER_COLUMNS) {
            let cell = (column.write)(&row(account.clone()));
            assert!(cell.as_str().matches("gw-line").count() <= 2, "{}: {cell:?}", column.id);
            assert!(!cell.as_str().contains('\n'), "{}: {cell:?}", column.id);
        }
    }
}
