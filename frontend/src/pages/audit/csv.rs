//! Entries as a file for a spreadsheet.

use model::{
    audit::{channel, operation, result, who, why},
    clock,
    keys_table::csv::{Cell, line},
    language::t,
    msg,
    text::Msg,
    wire::AuditRow,
};

use crate::pages::keys::csv::{give, moment, text};

type Field = (Msg, fn(&AuditRow) -> Cell);

const FIELDS: [Field; 17] = [
    (msg!("ID"), |row| Cell::Number(row.id as f64)),
    (msg!("Began (UTC)"), |row| moment(&row.began)),
    (msg!("Ended (UTC)"), |row| moment(&row.ended)),
    (msg!("Done by"), |row| text(&who(row))),
    (msg!("WordPress user ID"), |row| if row.user_id == 0 { Cell::Nothing } else { Cell::Number(row.user_id as f64) }),
    (msg!("Channel"), |row| text(&channel(&row.channel))),
    (msg!("IP address"), |row| text(&row.address)),
    (msg!("Operation"), |row| text(&operation(&row.operation))),
    (msg!("Operation’s name"), |row| text(&row.operation)),
    (msg!("Name"), |row| text(&row.alias)),
    (msg!("Key’s hash"), |row| text(&row.key)),
    (msg!("User of the gateway"), |row| text(&row.user)),
    (msg!("Team"), |row| text(&row.team)),
    (msg!("Changes"), |row| match row.changes.as_array() {
        Some(changes) if !changes.is_empty() => text(&row.changes.to_string()),
        _ => Cell::Nothing,
    }),
    (msg!("Result"), |row| text(&result(&row.result))),
    (msg!("Reason"), |row| text(&why(row))),
    (msg!("Gateway"), |row| text(&row.gateway)),
];

/// With a mark that tells spreadsheets that it is UTF-8.
fn file(rows: &[AuditRow]) -> String {
    let mut heads = Vec::new();
    for (label, _) in FIELDS {
        heads.push(Cell::Text(t(label)));
    }
    let mut file = ["\u{feff}", &line(&heads)].concat();
    for row in rows {
        let mut cells = Vec::new();
        for (_, cell) in FIELDS {
            cells.push(cell(row));
        }
        file.push_str(&line(&cells));
    }
    file
}

/// Gives the file to the browser, which stores it.
pub fn download(rows: &[AuditRow], now_ms: i64) {
    // A browser that gives no file shows that itself.
    let _ = give(&["audit-", &clock::day(now_ms), ".csv"].concat(), &file(rows));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_others_are_no_formulas() {
        let row = AuditRow {
            id: 7,
            began: "2026-11-20 12:00:00".into(),
            user_id: 3,
            login: "@ada".into(),
            operation: "keys.create".into(),
            alias: "=1+1".into(),
            changes: json!([{ "field": "alias", "asked": "=\"x\"" }]),
            result: "done".into(),
            ..AuditRow::default()
        };
        let file = file(&[row]);
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines[0].starts_with("\u{feff}\"ID\",\"Began (UTC)\",\"Ended (UTC)\",\"Done by\""), "{file}");
        assert!(lines[1].starts_with("7,\"2026-11-20 12:00:00\",,\"'@ada\",3,"), "{file}");
        assert!(lines[1].contains("\"Create a key\",\"keys.create\",\"'=1+1\","), "{file}");
        assert!(lines[1].contains("\"[{\"\"asked\"\":\"\"=\\\"\"x\\\"\"\"\""), "{file}");
        assert_eq!(lines.len(), 2);
    }
}
