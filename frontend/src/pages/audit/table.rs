//! The columns of the table.

use model::{
    audit::{channel, operation, result, who, why},
    clock,
    language::t,
    msg,
    people::Kind,
    route::{KeysOpen, KeysRoute, PeopleRoute, Route},
    visible::visible,
    wire::AuditRow,
};

use crate::{
    components::Column,
    format,
    markup::{Markup, html},
    router::href,
};

/// An entry, and where its details are.
pub struct Entry {
    pub row: AuditRow,
    pub href: String,
}

pub const COLUMNS: [Column<Entry>; 8] = [
    Column::new("time", msg!("Time"), time).px(150),
    Column::new("operation", msg!("Operation"), |entry: &Entry| html! { (operation(&entry.row.operation)) }).px(150),
    Column::new("subject", msg!("About"), |entry: &Entry| subject(&entry.row)).px(190),
    Column::new("who", msg!("Done by"), |entry: &Entry| text(&who(&entry.row))).px(120),
    Column::new("result", msg!("Result"), outcome).px(190),
    Column::new("changes", msg!("Changes"), |entry: &Entry| changed(&entry.row)).px(170).secondary(),
    Column::new("channel", msg!("Channel"), |entry: &Entry| text(&channel(&entry.row.channel))).px(110).secondary(),
    Column::new("address", msg!("IP address"), |entry: &Entry| text(&visible(&entry.row.address))).px(120).hidden(),
];

/// Stands where there is nothing to say.
const DASH: &str = "–";

fn text(text: &str) -> Markup {
    let text = if text.is_empty() { DASH } else { text };
    html! { span.gw-clip dir="auto" title=(text) { (text) } }
}

pub fn moment(written: &str) -> Markup {
    match clock::parse_utc_ms(written) {
        Some(ms) => html! { time title=(format::date_time_long(ms)) { (format::date_time(ms)) } },
        None => html! { (msg!("not known")) },
    }
}

fn time(entry: &Entry) -> Markup {
    html! { a.gw-nowrap href=(entry.href) { (moment(&entry.row.began)) } }
}

/// Done stands out least.
pub fn chip(row: &AuditRow) -> Markup {
    let class = match row.result.as_str() {
        "done" => "gw-chip gw-chip-active",
        "refused" => "gw-chip gw-chip-failed",
        _ => "gw-chip gw-chip-expiring-soon",
    };
    html! { span class=(class) { (result(&row.result)) } }
}

fn outcome(entry: &Entry) -> Markup {
    let why = why(&entry.row);
    html! { (chip(&entry.row)) @if !why.is_empty() { span .gw-line .gw-minor .gw-clip dir="auto" title=(why) { (why) } } }
}

/// Where the key, the team or the user is, if it is known which one.
pub fn places(row: &AuditRow) -> Vec<(model::text::Msg, String, String)> {
    let mut places = Vec::new();
    if !row.key.is_empty() {
        let open = KeysOpen::Key(row.key.clone());
        places.push((msg!("Key"), row.key.clone(), href(&Route::Keys(KeysRoute { open, ..KeysRoute::default() }))));
    }
    if !row.team.is_empty() {
        places.push((msg!("Team"), row.team.clone(), href(&PeopleRoute::one(Kind::Team, &row.team))));
    }
    if !row.user.is_empty() {
        places.push((msg!("User"), row.user.clone(), href(&PeopleRoute::one(Kind::User, &row.user))));
    }
    places
}

fn subject(row: &AuditRow) -> Markup {
    // A key that was not made has no page; its team or owner is not what the entry is about.
    let is_without = row.operation.starts_with("keys.") && row.key.is_empty();
    let places = if is_without { Vec::new() } else { places(row) };
    let Some((_, id, link)) = places.first() else { return text(&visible(&row.alias)) };
    // A key without a name is known by the beginning of its hash.
    let short = if row.key.is_empty() { visible(id) } else { [id.get(..12).unwrap_or(id), "…"].concat() };
    let name = if row.alias.is_empty() { short } else { visible(&row.alias) };
    html! { a.gw-clip dir="auto" href=(link) title=(name) { (name) } }
}

fn changed(row: &AuditRow) -> Markup {
    let mut names = Vec::new();
    for change in row.changes.as_array().into_iter().flatten() {
        names.push(model::audit::field(change["field"].as_str().unwrap_or_default()));
    }
    text(&format::list(&names))
}

/// From its deletion on there is nothing to be seen of it.
pub fn gone(row: &AuditRow) -> Option<String> {
    let is_gone = row.result == "done" && row.operation.ends_with(".delete");
    is_gone.then(|| t(msg!("It was deleted: its page may have nothing more to show.")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cells(row: AuditRow) -> String {
        let entry = Entry { row, href: "?open".to_owned() };
        COLUMNS.iter().map(|column| (column.write)(&entry).as_str().to_owned()).collect()
    }

    #[test]
    fn what_others_chose_is_text_and_can_be_seen() {
        let evil = || "<img src=x onerror=alert(1)>\u{202e}".to_owned();
        let cells = cells(AuditRow {
            login: evil(),
            user_id: 1,
            channel: evil(),
            address: evil(),
            operation: evil(),
            alias: evil(),
            changes: json!([{ "field": evil(), "asked": evil() }]),
            result: evil(),
            reason: "gateway_refused".to_owned(),
            detail: evil(),
            ..AuditRow::default()
        });
        assert!(!cells.contains("<img") && !cells.contains('\u{202e}'), "{cells}");
        assert!(cells.matches("&lt;img src=x onerror=alert(1)&gt;⟨U+202E⟩").count() > 7, "{cells}");
    }

    #[test]
    fn an_entry_says_what_it_is_about_in_words() {
        let row = AuditRow {
            began: "2026-11-20 12:00:00".into(),
            user_id: 1,
            login: "ada".into(),
            channel: "page".into(),
            operation: "keys.update".into(),
            changes: json!([{ "field": "max_budget", "asked": 5 }, { "field": "metadata.tags", "asked": [] }]),
            result: "unknown".into(),
            reason: "interrupted".into(),
            ..AuditRow::default()
        };
        let cells = cells(row);
        for words in [
            "Change a key",
            "ada",
            "Not known",
            "ended before an answer came",
            "Budget in US dollars",
            "Tags",
            "These pages",
        ] {
            assert!(cells.contains(words), "{words}: {cells}");
        }
    }

    #[test]
    fn a_row_without_anything_says_so() {
        let cells = cells(AuditRow::default());
        assert!(cells.contains("not known") && cells.contains('–'), "{cells}");
    }
}
