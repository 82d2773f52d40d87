//! The other calls of the same session, in the order in which they were made; asked for when somebody wants them.

use leptos::prelude::*;
use model::{
    language::{t, tn},
    live_log::reason,
    logs::call::{self, id_of},
    msg, plural,
    wire::{LogPage, LogRow},
};

use super::{Opened, full::trouble};
use crate::{
    action::actions,
    components::{region, skeleton_rows},
    format,
    markup::{Markup, html},
    pages::logs::table::{clipped, moment},
};

/// The most that is asked for at once: 1.80.11 sends prompts and answers with each.
pub const MOST: usize = 50;

actions! {
    enum SessionAction {
        Ask = "ask-session",
        Open(String) = "open",
    }
}

pub fn session(opened: Opened) -> AnyView {
    region(
        "gw-part",
        move || render(opened),
        move |action| match action {
            SessionAction::Ask => {
                let of = untrack(|| opened.row()).map(|row| row.session_id.clone()).unwrap_or_default();
                opened.session_of.update(|session| *session = of);
                opened.session.turn();
            }
            SessionAction::Open(id) => opened.show(id),
        },
    )
}

fn render(opened: Opened) -> Markup {
    let Some(row) = opened.row().filter(|row| !row.session_id.is_empty()) else { return Markup::default() };
    let is_of_this = opened.session_of.with(|of| *of == row.session_id);
    let (error, data, loading) = opened.session.with(|state| (state.error.clone(), state.data.clone(), state.loading));
    html! {
        div.gw-part-head { h3.gw-part-title { (msg!("The session’s calls")) } }
        @match (is_of_this, &error, &data) {
            (false, ..) => { p { button.button type="button" data-action=(SessionAction::Ask) { (msg!("Show the session’s calls")) } } }
            (true, Some(error), _) if !loading => { (trouble(&t(msg!("The calls could not be read.")), error, "ask-session")) }
            (true, _, Some(page)) if !loading => { (calls(page, &id_of(&row))) }
            _ => { (skeleton_rows(3)) }
        }
    }
}

/// Older and newer versions give them in different orders.
fn in_order(page: &LogPage) -> Vec<&LogRow> {
    let mut rows: Vec<&LogRow> = page.data.iter().collect();
    rows.sort_by_key(|row| (call::start_ms(row), id_of(row)));
    rows
}

fn calls(page: &LogPage, open: &str) -> Markup {
    let rows = in_order(page);
    let more = (page.total as usize).saturating_sub(rows.len());
    let spend: f64 = rows.iter().map(|row| row.spend).sum();
    html! {
        table.gw-calls {
            caption.screen-reader-text { (msg!("The session’s calls")) }
            thead { tr {
                th scope="col" { (msg!("Time")) }
                th scope="col" { (msg!("Model")) }
                th scope="col" { (msg!("Status")) }
                th .gw-number scope="col" { (msg!("Cost")) }
            } }
            tbody { @for row in &rows { (line(row, open)) } }
        }
        p.gw-minor {
            (tn(plural!("{count} call", "{count} calls"), rows.len() as u64, &format::whole(rows.len() as f64))) ", " (format::usd(spend))
        }
        @if more > 0 {
            p.gw-minor { (tn(plural!("{count} more is not shown.", "{count} more are not shown."), more as u64, &format::whole(more as f64))) }
        }
    }
}

fn line(row: &LogRow, open: &str) -> Markup {
    let id = id_of(row);
    let time = call::start_ms(row).map_or_else(|| t(msg!("not known")), moment);
    html! {
        tr {
            th scope="row" {
                @if id == open { strong aria-current="true" { (time) } }
                @else { button.button-link type="button" data-action=(SessionAction::Open(id.clone())) { (time) } }
            }
            td { (clipped(call::model(row), &t(msg!("unknown")))) }
            td {
                @if reason(row).is_some() { span .gw-chip .gw-chip-failed { (msg!("Failed")) } }
                @else { span .gw-chip .gw-chip-active { (msg!("Success")) } }
            }
            td.gw-number { (format::usd(row.spend)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_a_session_stand_in_the_order_of_their_beginnings() {
        let row = |id: &str, time: &str| LogRow {
            request_id: id.into(),
            start_time: ["2026-11-20T", time, "Z"].concat(),
            ..LogRow::default()
        };
        let page = LogPage {
            data: vec![row("c", "12:00:02"), row("a", "12:00:00"), row("b", "12:00:01")],
            total: 5.0,
            ..LogPage::default()
        };
        let order: Vec<&str> = in_order(&page).iter().map(|row| row.request_id.as_str()).collect();
        assert_eq!(order, ["a", "b", "c"]);
        let shown = calls(&page, "b");
        assert!(shown.as_str().contains("2 more are not shown"), "{shown:?}");
        assert_eq!(shown.as_str().matches("aria-current").count(), 1);
    }
}
