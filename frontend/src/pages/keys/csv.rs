//! What the table shows as a file: the chosen columns, their figures with all digits, and the figures of money and limits in
//! any case.

use leptos::prelude::*;
use model::{
    clock,
    keys_table::csv::{Cell, line},
    language::t,
    msg,
    text::Msg,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

use super::{standing::standing, table::KeyRow};

/// A field of the file.
struct Field {
    /// The column with which it comes; empty: it always does.
    column: &'static str,
    label: Msg,
    cell: fn(&KeyRow) -> Cell,
}

const fn field(column: &'static str, label: Msg, cell: fn(&KeyRow) -> Cell) -> Field {
    Field { column, label, cell }
}

pub fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Nothing } else { Cell::Text(text.to_owned()) }
}

/// Several in one field, each as it is.
pub fn texts(texts: &[String]) -> Cell {
    text(&texts.join(", "))
}

/// As a spreadsheet reads it: `2026-11-20 12:00:00`.
pub fn moment(written: &str) -> Cell {
    text(&clock::parse_utc_ms(written).map_or_else(|| written.to_owned(), clock::format_utc))
}

const FIELDS: [Field; 26] = [
    field("key_alias", msg!("Key"), |row| text(&row.key.key_alias)),
    field("key_alias", msg!("Masked key"), |row| text(&row.key.key_name)),
    field("status", msg!("Status"), |row| text(&t(standing(&row.key, &row.directory, row.now_ms).status.label()))),
    field("owner", msg!("Owner"), |row| text(&row.directory.owner_name(&row.key))),
    field("owner", msg!("Owner’s ID"), |row| text(&row.key.user_id)),
    field("email", msg!("Owner’s e-mail"), |row| text(&row.directory.person(&row.key).user_email)),
    field("team", msg!("Team"), |row| text(&row.directory.team_name(&row.key))),
    field("team", msg!("Team’s ID"), |row| text(&row.key.team_id)),
    field("organization", msg!("Organization"), |row| {
        text(&row.directory.organization_called(row.directory.organization_id(&row.key)))
    }),
    field("organization", msg!("Organization’s ID"), |row| text(row.directory.organization_id(&row.key))),
    field("models", msg!("Models"), |row| match row.key.models.as_slice() {
        [] => text(&t(msg!("All models"))),
        models => texts(models),
    }),
    field("", msg!("Spend in US dollars"), |row| Cell::Number(row.key.spend)),
    field("", msg!("Budget in US dollars"), |row| row.key.max_budget.into()),
    field("", msg!("Budget’s period"), |row| text(&row.key.budget_duration)),
    field("budget_spent", msg!("Share of the budget spent"), |row| model::key_status::budget_share(&row.key).into()),
    field("budget_reset_at", msg!("Budget starts anew (UTC)"), |row| moment(&row.key.budget_reset_at)),
    field("", msg!("Requests per minute"), |row| row.key.rpm_limit.into()),
    field("", msg!("Tokens per minute"), |row| row.key.tpm_limit.into()),
    field("", msg!("Requests at once"), |row| row.key.max_parallel_requests.into()),
    field("last_active", msg!("Last used (UTC)"), |row| moment(&row.key.last_active)),
    field("created_at", msg!("Created (UTC)"), |row| moment(&row.key.created_at)),
    field("created_by", msg!("Created by"), |row| text(&row.key.created_by)),
    field("updated_at", msg!("Changed (UTC)"), |row| moment(&row.key.updated_at)),
    field("expires", msg!("Expires (UTC)"), |row| moment(&row.key.expires)),
    field("tags", msg!("Tags"), |row| texts(&row.key.marks.tags)),
    field("token", msg!("Hash"), |row| text(&row.key.token)),
];

/// With a mark that tells spreadsheets that it is UTF-8.
fn file(columns: &[&str], rows: impl Iterator<Item = KeyRow>) -> String {
    let is_wanted = |field: &&Field| match field.column {
        "" => true,
        // In the table it stands below the owner.
        "team" => columns.contains(&"team") || columns.contains(&"owner"),
        column => columns.contains(&column),
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
pub fn download(columns: &[&str], rows: impl Iterator<Item = KeyRow>, now_ms: i64) {
    let name = ["keys-", &clock::day(now_ms), ".csv"].concat();
    // A browser that gives no file shows that itself.
    let _ = give(&name, &file(columns, rows));
}

pub fn give(name: &str, content: &str) -> Result<(), JsValue> {
    give_parts(name, &js_sys::Array::of1(&content.into()))
}

/// A file in one piece that came in several: texts or blobs.
pub fn give_parts(name: &str, parts: &js_sys::Array) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence(parts)?)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken it by then.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(60),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use model::wire::Key;

    use super::{super::table::COLUMNS, *};

    fn row(key: Key) -> KeyRow {
        KeyRow {
            key,
            successor: String::new(),
            directory: Rc::default(),
            now_ms: 1_795_176_000_000,
            href: String::new(),
        }
    }

    #[test]
    fn the_chosen_columns_and_all_figures_are_in_the_file() {
        let key = Key {
            key_alias: "=1+1".into(),
            spend: 0.0130239,
            max_budget: Some(10.0),
            rpm_limit: Some(60.0),
            created_at: "2026-11-20T07:13:59.260000Z".into(),
            token: "0f".repeat(32),
            ..Key::default()
        };
        let file = file(&["key_alias", "created_at"], [row(key)].into_iter());
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines[0].starts_with("\u{feff}\"Key\",\"Masked key\",\"Spend in US dollars\""), "{file}");
        assert_eq!(lines[1], "\"'=1+1\",,0.0130239,10,,60,,,\"2026-11-20 07:13:59\"");
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn each_column_has_a_field_or_is_of_figures_that_are_there_anyway() {
        for column in COLUMNS {
            let anyway = ["spend", "max_budget", "limits"].contains(&column.id);
            let fields = FIELDS.iter().filter(|field| field.column == column.id).count();
            assert_eq!(fields == 0, anyway, "{}", column.id);
        }
    }
}
