//! The columns of the table. Each call is one line.

use std::rc::Rc;

use model::{language::t, live_log::reason, logs::call, msg, visible::visible, wire::LogRow};

use crate::{
    components::Column,
    format,
    markup::{Markup, html},
};

/// A call, and where its details are.
pub struct CallRow {
    pub row: Rc<LogRow>,
    pub href: String,
}

pub const COLUMNS: [Column<CallRow>; 19] = [
    Column::new("time", msg!("Time"), time).px(150),
    Column::new("status", msg!("Status"), status).px(162),
    Column::new("model", msg!("Model"), |call: &CallRow| clipped(call::model(&call.row), &t(msg!("unknown")))).px(130),
    Column::new("key", msg!("Key"), key).px(120),
    Column::new("team", msg!("Team"), team).px(110).secondary(),
    Column::new("tokens", msg!("Tokens in / out"), tokens).number().px(120),
    Column::new("cost", msg!("Cost"), |call: &CallRow| html! { (format::usd(call.row.spend)) }).number().px(90),
    Column::new("duration", msg!("Duration"), |call: &CallRow| duration(call::duration_ms(&call.row))).number().px(90),
    Column::new("first_token", msg!("First token"), |call: &CallRow| duration(call::first_token_ms(&call.row)))
        .number()
        .px(100)
        .hidden(),
    Column::new("provider", msg!("Provider"), |call: &CallRow| clipped(&call.row.custom_llm_provider, DASH))
        .px(110)
        .hidden(),
    Column::new("owner", msg!("Owner"), |call: &CallRow| clipped(&call.row.user, DASH)).px(120).hidden(),
    Column::new("end_user", msg!("End user"), |call: &CallRow| clipped(&call.row.end_user, DASH)).px(120).hidden(),
    Column::new("tags", msg!("Tags"), tags).px(140).hidden(),
    Column::new("call", msg!("Call type"), |call: &CallRow| clipped(&call.row.call_type, DASH)).px(120).hidden(),
    Column::new("cache", msg!("Cache hit"), cache).px(90).hidden(),
    Column::new("error_class", msg!("Error’s class"), |call: &CallRow| {
        clipped(&reason(&call.row).unwrap_or_default().class, DASH)
    })
    .px(150)
    .hidden(),
    Column::new("error_code", msg!("Error’s status"), |call: &CallRow| {
        clipped(&reason(&call.row).unwrap_or_default().code, DASH)
    })
    .px(100)
    .hidden(),
    Column::new("session", msg!("Session"), |call: &CallRow| id(&call.row.session_id)).px(140).hidden(),
    Column::new("request", msg!("Request ID"), |call: &CallRow| id(&call.row.request_id)).px(160).hidden(),
];

/// Stands where there is nothing to say.
const DASH: &str = "–";

pub fn clipped(text: &str, nothing: &str) -> Markup {
    let text = if text.is_empty() { nothing.to_owned() } else { visible(text) };
    html! { span.gw-clip dir="auto" title=(text) { (text) } }
}

fn id(text: &str) -> Markup {
    if text.is_empty() {
        return html! { (DASH) };
    }
    let text = visible(text);
    html! { span .gw-clip .gw-hash dir="ltr" title=(text) { (text) } }
}

fn time(call: &CallRow) -> Markup {
    match call::start_ms(&call.row) {
        Some(ms) => html! { a.gw-nowrap href=(call.href) { time title=(format::date_time_long(ms)) { (moment(ms)) } } },
        None => html! { a href=(call.href) { (msg!("not known")) } },
    }
}

/// With the day, as a range may have several.
pub fn moment(ms: i64) -> String {
    [&format::day(&format::iso_day(ms)), "\u{a0}", &format::time_with_seconds(ms)].concat()
}

fn status(call: &CallRow) -> Markup {
    match reason(&call.row) {
        None => html! { span .gw-chip .gw-chip-active { (msg!("Success")) } },
        Some(reason) => {
            let words = visible(&reason.in_words());
            html! { span .gw-chip .gw-chip-failed { (msg!("Failed")) } " " span .gw-reason dir="auto" title=(words) { (words) } }
        }
    }
}

/// The alias, else the end of the hash.
pub fn key_name(row: &LogRow) -> Option<String> {
    model::live_log::LogLine::from_row(row).key
}

fn key(call: &CallRow) -> Markup {
    clipped(&key_name(&call.row).unwrap_or_default(), &t(msg!("no key")))
}

fn team(call: &CallRow) -> Markup {
    let alias = &call.row.metadata.user_api_key_team_alias;
    clipped(if alias.is_empty() { &call.row.team_id } else { alias }, DASH)
}

fn tokens(call: &CallRow) -> Markup {
    let row = &call.row;
    if row.total_tokens == 0.0 && row.prompt_tokens == 0.0 && row.completion_tokens == 0.0 {
        return html! { (DASH) };
    }
    html! { (format::count(row.prompt_tokens)) " / " (format::count(row.completion_tokens)) }
}

fn duration(ms: Option<f64>) -> Markup {
    match ms {
        Some(ms) => html! { (format::duration(ms)) },
        None => html! { (DASH) },
    }
}

fn tags(call: &CallRow) -> Markup {
    let tags: Vec<String> = call::tags(&call.row).into_iter().map(str::to_owned).collect();
    clipped(&format::list(&tags), DASH)
}

fn cache(call: &CallRow) -> Markup {
    match call::cache_hit(&call.row) {
        Some(true) => html! { (msg!("Yes")) },
        Some(false) => html! { (msg!("No")) },
        None => html! { (DASH) },
    }
}

#[cfg(test)]
mod tests {
    use model::wire::{ErrorInformation, LogMetadata};

    use super::*;

    fn cells(row: LogRow) -> String {
        let call = CallRow { row: Rc::new(row), href: "?open".to_owned() };
        COLUMNS.iter().map(|column| (column.write)(&call).as_str().to_owned()).collect()
    }

    #[test]
    fn what_others_chose_is_text_and_can_be_seen() {
        let evil = "<img src=x onerror=alert(1)>\u{202e}";
        let text = || evil.to_owned();
        let row = LogRow {
            request_id: text(),
            session_id: text(),
            model_group: text(),
            custom_llm_provider: text(),
            user: text(),
            end_user: text(),
            team_id: text(),
            call_type: text(),
            request_tags: vec![text()],
            status: "failure".into(),
            metadata: LogMetadata {
                user_api_key_alias: text(),
                error_information: Some(ErrorInformation {
                    error_message: text(),
                    error_class: text(),
                    error_code: text(),
                    ..ErrorInformation::default()
                }),
                ..LogMetadata::default()
            },
            ..LogRow::default()
        };
        let cells = cells(row);
        assert!(!cells.contains("<img") && !cells.contains('\u{202e}'), "{cells}");
        assert!(cells.matches("&lt;img src=x onerror=alert(1)&gt;⟨U+202E⟩").count() > 12, "{cells}");
    }

    #[test]
    fn a_row_without_anything_says_so() {
        let cells = cells(LogRow::default());
        for word in ["not known", "unknown", "no key", "–"] {
            assert!(cells.contains(word), "{word}: {cells}");
        }
        assert!(!cells.contains("NaN"));
    }
}
