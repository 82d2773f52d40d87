//! What the table shows as a file: the chosen columns, and the figures of money and limits in any case.

use model::{
    clock,
    keys_table::csv::{Cell, line},
    language::t,
    msg,
    people::{Kind, role_label},
    text::Msg,
};

use super::table::AccountRow;
use crate::pages::keys::csv::{give, moment, text, texts};

/// A field of the file.
struct Field {
    /// The column with which it comes; empty: it always does.
    column: &'static str,
    /// None: of both.
    of: Option<Kind>,
    label: Msg,
    cell: fn(&AccountRow) -> Cell,
}

const fn field(column: &'static str, of: Option<Kind>, label: Msg, cell: fn(&AccountRow) -> Cell) -> Field {
    Field { column, of, label, cell }
}

const TEAM: Option<Kind> = Some(Kind::Team);
const USER: Option<Kind> = Some(Kind::User);

const FIELDS: [Field; 18] = [
    field("", None, msg!("ID"), |row| text(&row.account.id)),
    field("", None, msg!("Name"), |row| text(&row.account.alias)),
    field("", USER, msg!("E-mail"), |row| text(&row.account.email)),
    field("role", USER, msg!("Role"), |row| {
        text(&role_label(&row.account.role).map_or_else(|| row.account.role.clone(), t))
    }),
    field("status", TEAM, msg!("Blocked"), |row| text(&t(if row.account.blocked { msg!("Yes") } else { msg!("No") }))),
    field("organization", TEAM, msg!("Organization"), |row| {
        text(&row.around.organization_called(&row.account.organization))
    }),
    field("", None, msg!("Spend in US dollars"), |row| Cell::Number(row.account.spend)),
    field("", None, msg!("Budget in US dollars"), |row| row.account.max_budget.into()),
    field("", None, msg!("Budget’s period"), |row| text(&row.account.budget_duration)),
    field("budget_spent", None, msg!("Share of the budget spent"), |row| row.account.budget_share().into()),
    field("budget_reset_at", None, msg!("Budget starts anew (UTC)"), |row| moment(&row.account.budget_reset_at)),
    field("members", TEAM, msg!("Members"), |row| Cell::Number(row.account.members.len() as f64)),
    field("teams", USER, msg!("Teams"), |row| {
        let names: Vec<String> = row.account.teams.iter().map(|id| row.around.team_called(id)).collect();
        texts(&names)
    }),
    field("models", None, msg!("Models"), |row| match row.account.models.as_slice() {
        [] => text(&t(msg!("All models"))),
        models => texts(models),
    }),
    field("", None, msg!("Requests per minute"), |row| row.account.rpm_limit.into()),
    field("", None, msg!("Tokens per minute"), |row| row.account.tpm_limit.into()),
    field("keys", None, msg!("Keys"), |row| row.account.keys.into()),
    field("created_at", None, msg!("Created (UTC)"), |row| moment(&row.account.created_at)),
];

/// With a mark that tells spreadsheets that it is UTF-8.
fn file(kind: Kind, columns: &[&str], rows: impl Iterator<Item = AccountRow>) -> String {
    let is_wanted = |field: &&Field| {
        field.of.is_none_or(|of| of == kind) && (field.column.is_empty() || columns.contains(&field.column))
    };
    let fields: Vec<&Field> = FIELDS.iter().filter(is_wanted).collect();
    let heads: Vec<Cell> = fields.iter().map(|field| Cell::Text(t(field.label))).collect();
    let mut file = ["\u{feff}", &line(&heads)].concat();
    for row in rows {
        let cells: Vec<Cell> = fields.iter().map(|field| (field.cell)(&row)).collect();
        file.push_str(&line(&cells));
    }
    file
}

/// Gives the file to the browser, which stores it.
pub fn download(kind: Kind, columns: &[&str], rows: impl Iterator<Item = AccountRow>, now_ms: i64) {
    let name = if kind == Kind::Team { "teams-" } else { "users-" };
    // A browser that gives no file shows that itself.
    let _ = give(&[name, &clock::day(now_ms), ".csv"].concat(), &file(kind, columns, rows));
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use model::people::Account;

    use super::{super::table::columns, *};

    #[test]
    fn names_of_others_are_no_formulas_and_figures_have_all_digits() {
        let account = Account { id: "t".into(), alias: "=1+1".into(), spend: 0.0130239, ..Account::default() };
        let row = AccountRow::new(account, Rc::default(), String::new(), String::new());
        let file = file(Kind::Team, &["name"], [row].into_iter());
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines[0].starts_with("\u{feff}\"ID\",\"Name\",\"Spend in US dollars\""), "{file}");
        assert!(lines[1].starts_with("\"t\",\"'=1+1\",0.0130239,"), "{file}");
        assert!(!lines[0].contains("E-mail"));
    }

    #[test]
    fn each_column_has_a_field_or_is_there_anyway() {
        for kind in [Kind::Team, Kind::User] {
            for column in columns(kind) {
                let anyway = ["name", "email", "id", "spend", "max_budget", "limits"].contains(&column.id);
                let fields = FIELDS.iter().filter(|field| field.column == column.id).count();
                assert_eq!(fields == 0, anyway, "{}", column.id);
            }
        }
    }
}
