//! Calls as a file: a table for spreadsheets, or JSON for programs. What others chose must not be a formula in either.

use serde_json::{Map, Number, Value};

use super::call;
use crate::{
    clock,
    keys_table::csv::{Cell, line},
    language::t,
    live_log::reason,
    msg,
    text::Msg,
    wire::LogRow,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

impl Format {
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
        }
    }

    /// What stands before the calls.
    pub fn begin(self) -> String {
        match self {
            Format::Csv => {
                let heads: Vec<Cell> = FIELDS.iter().map(|field| Cell::Text(t(field.label))).collect();
                ["\u{feff}", &line(&heads)].concat()
            }
            Format::Json => "[".to_owned(),
        }
    }

    /// A call; `is_first` of the file.
    pub fn row(self, row: &LogRow, is_first: bool) -> String {
        match self {
            Format::Csv => {
                let cells: Vec<Cell> = FIELDS.iter().map(|field| (field.cell)(row)).collect();
                line(&cells)
            }
            Format::Json => [if is_first { "\n" } else { ",\n" }, &object(row)].concat(),
        }
    }

    pub fn end(self) -> &'static str {
        match self {
            Format::Csv => "",
            Format::Json => "\n]\n",
        }
    }
}

struct Field {
    /// Its name in JSON.
    name: &'static str,
    label: Msg,
    cell: fn(&LogRow) -> Cell,
}

const fn field(name: &'static str, label: Msg, cell: fn(&LogRow) -> Cell) -> Field {
    Field { name, label, cell }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Nothing } else { Cell::Text(text.to_owned()) }
}

/// In UTC to the millisecond, as both spreadsheets and programs read it.
fn moment(written: &str) -> Cell {
    match clock::parse_utc_ms(written) {
        Some(ms) => Cell::Text(format!("{}.{:03}", clock::format_utc(ms), ms.rem_euclid(1_000))),
        None => text(written),
    }
}

const FIELDS: [Field; 33] = [
    field("start_time", msg!("Time (UTC)"), |row| moment(&row.start_time)),
    field("end_time", msg!("End (UTC)"), |row| moment(&row.end_time)),
    field("status", msg!("Status"), |row| text(if call::is_failed(row) { "failure" } else { "success" })),
    field("request_id", msg!("Request ID"), |row| text(&row.request_id)),
    field("call_id", msg!("Call ID"), |row| text(&row.litellm_call_id)),
    field("session_id", msg!("Session"), |row| text(&row.session_id)),
    field("cost", msg!("Cost in US dollars"), |row| Cell::Number(row.spend)),
    field("duration_ms", msg!("Duration in ms"), |row| call::duration_ms(row).into()),
    field("first_token_ms", msg!("Time to first token in ms"), |row| call::first_token_ms(row).into()),
    field("model", msg!("Model"), |row| text(call::model(row))),
    field("provider_model", msg!("Model of the provider"), |row| text(&row.model)),
    field("provider", msg!("Provider"), |row| text(&row.custom_llm_provider)),
    field("input_tokens", msg!("Tokens in"), |row| Cell::Number(row.prompt_tokens)),
    field("output_tokens", msg!("Tokens out"), |row| Cell::Number(row.completion_tokens)),
    field("total_tokens", msg!("Tokens"), |row| Cell::Number(row.total_tokens)),
    field("cache_read_tokens", msg!("Tokens read from cache"), |row| call::special_tokens(row)[0].into()),
    field("cache_written_tokens", msg!("Tokens written to cache"), |row| call::special_tokens(row)[1].into()),
    field("reasoning_tokens", msg!("Reasoning tokens"), |row| call::special_tokens(row)[2].into()),
    field("key_hash", msg!("Hash of the key"), |row| text(&row.api_key)),
    field("key_alias", msg!("Key"), |row| text(&row.metadata.user_api_key_alias)),
    field("team_id", msg!("Team’s ID"), |row| text(&row.team_id)),
    field("team", msg!("Team"), |row| text(&row.metadata.user_api_key_team_alias)),
    field("owner", msg!("Owner’s ID"), |row| text(&row.user)),
    field("organization", msg!("Organization’s ID"), |row| text(call::organization(row))),
    field("end_user", msg!("End user"), |row| text(&row.end_user)),
    field("tags", msg!("Tags"), |row| text(&call::tags(row).join(", "))),
    field("call_type", msg!("Call type"), |row| text(&row.call_type)),
    field("cache_hit", msg!("Cache hit"), |row| match call::cache_hit(row) {
        Some(true) => text("true"),
        Some(false) => text("false"),
        None => Cell::Nothing,
    }),
    field("error_code", msg!("Error’s status"), |row| text(&reason(row).unwrap_or_default().code)),
    field("error_class", msg!("Error’s class"), |row| text(&reason(row).unwrap_or_default().class)),
    field("error", msg!("Error"), |row| text(&reason(row).unwrap_or_default().words)),
    field("address", msg!("Caller’s address"), |row| text(&row.address)),
    field("program", msg!("Caller’s program"), |row| text(call::user_agent(row))),
];

fn object(row: &LogRow) -> String {
    let mut object = Map::new();
    for field in &FIELDS {
        let value = match (field.cell)(row) {
            Cell::Text(text) => Value::String(text),
            Cell::Number(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            Cell::Nothing => Value::Null,
        };
        object.insert(field.name.to_owned(), value);
    }
    let tags = call::tags(row).into_iter().map(|tag| Value::String(tag.to_owned())).collect();
    object.insert("tags".to_owned(), Value::Array(tags));
    Value::Object(object).to_string()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn row() -> LogRow {
        LogRow {
            request_id: "=cmd|' /C calc'!A0".into(),
            start_time: "2026-11-20T12:00:00.064000Z".into(),
            end_time: "2026-11-20T12:00:01.500+00:00".into(),
            spend: 0.000_013_5,
            model_group: "a \"model\", with\nmarkup <b>".into(),
            end_user: "\u{202e}+1".into(),
            request_tags: vec!["a".into(), "b".into(), "a".into()],
            ..LogRow::default()
        }
    }

    #[test]
    fn a_call_is_a_line_that_a_spreadsheet_reads_as_it_was_meant() {
        let heads = Format::Csv.begin();
        assert!(heads.starts_with("\u{feff}\"Time (UTC)\",\"End (UTC)\""), "{heads}");
        let line = Format::Csv.row(&row(), true);
        assert!(
            line.starts_with("\"2026-11-20 12:00:00.064\",\"2026-11-20 12:00:01.500\",\"success\",\"'=cmd|"),
            "{line}"
        );
        assert!(line.contains(",0.0000135,1436,") && line.contains("\"a \"\"model\"\", with\nmarkup <b>\""), "{line}");
        assert!(line.ends_with("\r\n") && line.contains("\"a, b\""), "{line}");
    }

    #[test]
    fn all_calls_are_one_document_of_json() {
        for count in [0, 1, 3] {
            let mut file = Format::Json.begin();
            for index in 0..count {
                file.push_str(&Format::Json.row(&row(), index == 0));
            }
            file.push_str(Format::Json.end());
            let read: Value = serde_json::from_str(&file).expect("a document of JSON");
            assert_eq!(read.as_array().map(Vec::len), Some(count));
            if count > 0 {
                assert_eq!(read[0]["request_id"], "=cmd|' /C calc'!A0");
                assert_eq!(
                    (&read[0]["cost"], &read[0]["tags"]),
                    (&serde_json::json!(0.000_013_5), &serde_json::json!(["a", "b"]))
                );
                assert!(read[0]["cache_hit"].is_null() && read[0]["duration_ms"] == 1436.0);
            }
        }
    }

    #[test]
    fn no_two_fields_have_one_name() {
        let mut names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
    }
}
