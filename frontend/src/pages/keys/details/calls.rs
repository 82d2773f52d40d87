//! The key's newest calls, from LiteLLM's log.

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tn},
    msg, plural,
    visible::visible,
    wire::LogRow,
};

use super::{
    full::{heading, trouble},
    source::{CALLS, Parts},
};
use crate::{
    action::{Action as _, actions},
    components::{region, skeleton_rows},
    format,
    markup::{Markup, html},
};

actions! {
    enum CallsAction {
        Retry = "retry",
    }
}

pub fn calls(parts: Parts) -> AnyView {
    region("gw-part", move || render(parts), move |CallsAction::Retry| parts.calls.refetch())
}

fn render(parts: Parts) -> Markup {
    let error = parts.calls.with(|state| state.error.clone());
    let calls = parts.calls();
    html! {
        (heading(msg!("Newest calls"), ""))
        @if let Some(error) = &error {
            (trouble(&t(msg!("The calls could not be read.")), error, &CallsAction::Retry.print()))
        }
        @match &calls {
            Some(calls) if calls.data.is_empty() => { p.gw-minor { (nothing(parts)) } }
            Some(calls) => { (table(&calls.data)) }
            None if error.is_some() => {}
            None => { (skeleton_rows(4)) }
        }
    }
}

/// The daily table counts calls also where the gateway keeps no log of them.
fn nothing(parts: Parts) -> String {
    match parts.days().map(|days| days.requests()) {
        Some(counted) if counted > 0.0 => tn(
            plural!(
                "The log has none, although the gateway has counted {count} request. It may be switched off (disable_spend_logs), or be cleared after some time.",
                "The log has none, although the gateway has counted {count} requests. It may be switched off (disable_spend_logs), or be cleared after some time."
            ),
            counted as u64,
            &format::count(counted),
        ),
        _ => t(msg!("No calls in the last 30 days")),
    }
}

fn table(rows: &[LogRow]) -> Markup {
    html! {
        table.gw-calls {
            caption.screen-reader-text { (msg!("Newest calls")) }
            thead { tr {
                th scope="col" { (msg!("Time")) }
                th scope="col" { (msg!("Model")) }
                th scope="col" { (msg!("Status")) }
                th .gw-number scope="col" { (msg!("Cost")) }
                th .gw-number scope="col" { (msg!("Duration")) }
            } }
            tbody { @for row in rows.iter().take(CALLS) { (call(row)) } }
        }
    }
}

fn call(row: &LogRow) -> Markup {
    let start_ms = clock::parse_utc_ms(&row.start_time);
    let model = [&row.model_group, &row.model, &row.call_type].into_iter().find(|name| !name.is_empty());
    let model = model.map_or_else(|| t(msg!("unknown")), |name| visible(name));
    let failure = row.metadata.error_information.as_ref();
    // Older versions tell in one place, newer ones in both.
    let failed = row.status == "failure" || row.metadata.status == "failure";
    let why = failure.map(|error| {
        [&error.error_code, &error.error_message]
            .into_iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
    });
    let why = why.map(|texts| visible(&format::list(&texts))).unwrap_or_default();
    html! {
        tr {
            th scope="row" { @match start_ms {
                Some(ms) => { time title=(format::date_time_long(ms)) { (format::date_time(ms)) } }
                None => { (visible(&row.start_time)) }
            } }
            td { span.gw-clip dir="auto" title=(model) { (model) } }
            td {
                @if failed {
                    span .gw-chip .gw-chip-failed title=(why) { (msg!("Failed")) }
                    @if !why.is_empty() { span.screen-reader-text { " " (why) } }
                } @else { span .gw-chip .gw-chip-active { (msg!("Success")) } }
            }
            td.gw-number { (format::usd(row.spend)) }
            td.gw-number { (duration(row, start_ms)) }
        }
    }
}

/// As it was measured, else between start and end; 1.80.11 gives failed calls the same moment for both.
fn duration(row: &LogRow, start_ms: Option<i64>) -> String {
    let between = || Some((clock::parse_utc_ms(&row.end_time)? - start_ms?) as f64);
    let ms = row.request_duration_ms.filter(|ms| *ms >= 0.0).or_else(|| between().filter(|ms| *ms > 0.0));
    ms.map_or_else(|| "–".to_owned(), format::duration)
}

#[cfg(test)]
mod tests {
    use model::wire::{ErrorInformation, LogMetadata};

    use super::*;

    #[test]
    fn a_call_says_when_what_and_why_not() {
        let row = LogRow {
            start_time: "2026-11-20T11:00:00Z".into(),
            end_time: "2026-11-20T11:00:02Z".into(),
            model_group: "<b>".into(),
            status: "failure".into(),
            metadata: LogMetadata {
                error_information: Some(ErrorInformation {
                    error_code: "429".into(),
                    error_message: "too\u{202e} many".into(),
                    ..ErrorInformation::default()
                }),
                ..LogMetadata::default()
            },
            ..LogRow::default()
        };
        let text = call(&row);
        for part in ["2026-11-20", "&lt;b&gt;", "Failed", "429, too⟨U+202E⟩ many"] {
            assert!(text.as_str().contains(part), "{part}: {text:?}");
        }
        assert!(!text.as_str().contains("Success"));
        let nothing = call(&LogRow::default());
        assert!(nothing.as_str().contains("unknown") && nothing.as_str().contains("–"), "{nothing:?}");
    }
}
