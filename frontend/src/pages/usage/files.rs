//! What is on screen, or each day of the range, as a file: that is in the browser already. All of the range by everything is
//! asked for day by day, in a chunk of its own.

use leptos::prelude::*;
use model::{
    clock,
    language::t,
    msg,
    route::Grain,
    text::Msg,
    usage::{
        days::date,
        file::{days_csv, days_json, table_csv},
        fold::Line,
    },
};

use super::{source::State, words};
use crate::{
    action::actions,
    chunk::{self, chunk},
    components::region,
    markup::{Markup, html},
    pages::keys::csv::give,
    store::Store,
    task::now_ms,
};

actions! {
    enum FileAction {
        DaysCsv = "days-csv",
        DaysJson = "days-json",
        WholeCsv = "whole-csv",
        WholeJson = "whole-json",
    }
}

/// The figures as they are called at the head of a file; US dollars are said there, as the numbers are bare.
pub const FIGURES: [Msg; 9] = [
    msg!("Cost in US dollars"),
    msg!("Requests"),
    msg!("Failed requests"),
    msg!("Tokens in"),
    msg!("Tokens out"),
    msg!("Tokens read from a cache"),
    msg!("Tokens written to a cache"),
    msg!("Cost per request in US dollars"),
    msg!("Cost per million tokens in US dollars"),
];

pub fn heads(first: &[Msg], figures: usize, last: &[Msg]) -> Vec<String> {
    first.iter().chain(&FIGURES[..figures]).chain(last).map(|head| t(*head)).collect()
}

/// The table as it is.
pub fn table(state: &State, places: &[usize]) {
    let by = state.route.by;
    let first = [words::dimension(by), msg!("ID")];
    let last = [msg!("Cost before, in US dollars"), msg!("Requests before")];
    let file = table_csv(&heads(&first, 9, &last), &state.usage, places, &|line: &Line| words::name_of(by, line));
    let what = match state.timed().map(|timed| timed.spans.grain) {
        Some(Grain::Hours) => "-by-log",
        Some(Grain::SiteDays) => "-site-days",
        _ => "",
    };
    download(state, what, "csv", &file);
}

/// Below the table.
pub fn links(state: Store<State>) -> AnyView {
    let wanted = Wanted(Store::new(None));
    provide_context(wanted);
    let region = region(
        "gw-table-files",
        move || state.with(|state| if state.usage.lines.is_empty() { Markup::default() } else { buttons() }),
        move |action: FileAction| match action {
            FileAction::DaysCsv => state.with_untracked(|state| days(state, false)),
            FileAction::DaysJson => state.with_untracked(|state| days(state, true)),
            FileAction::WholeCsv => wanted.0.update(|wanted| *wanted = Some(false)),
            FileAction::WholeJson => wanted.0.update(|wanted| *wanted = Some(true)),
        },
    );
    let is_wanted = crate::effect::is(move || wanted.0.with(Option::is_some));
    let whole = move || {
        if is_wanted.get() { chunk::part(chunk!(usage_file, super::whole::whole)) } else { ().into_any() }
    };
    view! { {region} {whole} }.into_any()
}

/// A file of all of the range: none is wanted, or one for spreadsheets (false) or programs (true).
#[derive(Clone, Copy)]
pub struct Wanted(pub Store<Option<bool>>);

fn buttons() -> Markup {
    html! {
        p.gw-files {
            button.button-link type="button" data-action=(FileAction::DaysCsv) { (msg!("Download each day as CSV")) }
            button.button-link type="button" data-action=(FileAction::DaysJson) { (msg!("Download each day as JSON")) }
            button.button-link type="button" data-action=(FileAction::WholeCsv) { (msg!("Download each day by everything as CSV")) }
            button.button-link type="button" data-action=(FileAction::WholeJson) { (msg!("Download each day by everything as JSON")) }
        }
    }
}

fn days(state: &State, json: bool) {
    let (by, days) = (state.route.by, state.periods.current);
    let now = now_ms();
    if json {
        let asked_ms = state.age_s(now).map_or(now, |age_s| now - age_s as i64 * clock::SECOND_MS);
        return download(state, "-by-day", "json", &days_json(&state.shelf, by, days, &clock::format_utc(asked_ms)));
    }
    let heads = heads(&[msg!("Day (UTC)"), words::dimension(by), msg!("ID")], 7, &[]);
    let file = days_csv(&heads, &state.shelf, by, days, &|id, name| words::name(by, id, name));
    download(state, "-by-day", "csv", &file);
}

/// Gives the file to the browser, which stores it; one that gives no file shows that itself.
fn download(state: &State, what: &str, kind: &str, file: &str) {
    let days = state.periods.current;
    let (first, last) = (date(days.first), date(days.end - 1));
    let name = ["usage-", state.route.by.value(), what, "-", &first, "-", &last, ".", kind].concat();
    let _ = give(&name, file);
}
