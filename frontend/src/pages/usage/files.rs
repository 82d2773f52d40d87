//! What is on screen, or each day of the range, as a file: that is in the browser already. All of the range by everything is
//! asked for day by day, in a chunk of its own.

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tf},
    msg,
    route::Grain,
    text::Msg,
    usage::{
        days::date,
        file::{Called, days_csv, days_json, table_csv},
        fold::Line,
    },
};

use super::{source::State, words};
use crate::{
    action::actions,
    boot::with_boot,
    chunk::{self, chunk},
    components::region,
    format,
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
    let what = match grain(state) {
        Grain::Hours => "-by-log",
        Grain::SiteDays => "-site-days",
        Grain::UtcDays => "",
    };
    download(state, what, "csv", &file);
}

/// What is shown, and so what is in a file.
fn grain(state: &State) -> Grain {
    state.timed().map_or(Grain::UtcDays, |timed| timed.spans.grain)
}

/// Below the table.
pub fn links(state: Store<State>) -> AnyView {
    let wanted = Wanted(Store::new(None));
    provide_context(wanted);
    let region = region(
        "gw-table-files",
        move || {
            state.with(|state| {
                let has_files = !state.usage.lines.is_empty() && state.is_whole();
                if has_files { buttons(grain(state)) } else { Markup::default() }
            })
        },
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

fn buttons(grain: Grain) -> Markup {
    let (csv, json) = match grain {
        Grain::Hours => (msg!("Download each hour as CSV"), msg!("Download each hour as JSON")),
        _ => (msg!("Download each day as CSV"), msg!("Download each day as JSON")),
    };
    // These are LiteLLM's days, also where others are shown.
    let (whole_csv, whole_json) = match grain {
        Grain::UtcDays => {
            (msg!("Download each day by everything as CSV"), msg!("Download each day by everything as JSON"))
        }
        _ => (msg!("Download each UTC day by everything as CSV"), msg!("Download each UTC day by everything as JSON")),
    };
    html! {
        p.gw-files {
            button.button-link type="button" data-action=(FileAction::DaysCsv) { (csv) }
            button.button-link type="button" data-action=(FileAction::DaysJson) { (json) }
            button.button-link type="button" data-action=(FileAction::WholeCsv) { (whole_csv) }
            button.button-link type="button" data-action=(FileAction::WholeJson) { (whole_json) }
        }
    }
}

fn days(state: &State, json: bool) {
    let (by, grain, now) = (state.route.by, grain(state), now_ms());
    let (shelf, periods) = state.shown();
    let zone = if grain == Grain::SiteDays { with_boot(|boot| boot.timezone.clone()) } else { "UTC".to_owned() };
    let name = |day: i64| match state.timed().and_then(|timed| timed.spans.get(usize::try_from(day).ok()?)) {
        // Of the site's hours one may come twice.
        Some(span) if grain == Grain::Hours => clock::format_utc(span.start_ms),
        Some(span) => format::iso_day(span.start_ms),
        None => date(day),
    };
    let called = Called { days: periods.current, are_hours: grain == Grain::Hours, zone: &zone, name: &name };
    let what = match grain {
        Grain::UtcDays => "-by-day",
        Grain::SiteDays => "-by-site-day",
        Grain::Hours => "-by-hour",
    };
    if json {
        let asked_ms = state.age_s(now).map_or(now, |age_s| now - age_s as i64 * clock::SECOND_MS);
        return download(state, what, "json", &days_json(shelf, by, &called, &clock::format_utc(asked_ms)));
    }
    let head = match grain {
        Grain::UtcDays => t(msg!("Day (UTC)")),
        Grain::SiteDays => tf(msg!("Day ({zone})"), &[("zone", &zone)]),
        Grain::Hours => t(msg!("Hour (UTC)")),
    };
    let heads = [vec![head], heads(&[words::dimension(by), msg!("ID")], 7, &[])].concat();
    let file = days_csv(&heads, shelf, by, &called, &|id, name| words::name(by, id, name));
    download(state, what, "csv", &file);
}

/// Gives the file to the browser, which stores it; one that gives no file shows that itself.
fn download(state: &State, what: &str, kind: &str, file: &str) {
    let (first, last) = match state.timed().and_then(|timed| timed.spans.bounds()) {
        Some(bounds) if grain(state) == Grain::SiteDays => {
            (format::iso_day(bounds.start_ms), format::iso_day(bounds.end_ms - 1))
        }
        Some(bounds) => (clock::day(bounds.start_ms), clock::day(bounds.end_ms - 1)),
        None => (date(state.periods.current.first), date(state.periods.current.end - 1)),
    };
    // What is told of days that are missing, or were cut, stays on the page.
    let is_whole = state.usage.missing == 0 && (state.timed().is_some() || state.cut_days() == 0);
    let missing = if is_whole { "" } else { "-incomplete" };
    let name = ["usage-", state.route.by.value(), what, "-", &first, "-", &last, missing, ".", kind].concat();
    let _ = give(&name, file);
}
