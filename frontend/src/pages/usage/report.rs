//! The range by team and key, as a page to print: A4, heads that repeat, and nothing to click on paper.

use leptos::prelude::window;
use model::{
    language::{t, tf},
    msg,
    route::Dimension,
    series,
    text::Msg,
    usage::{
        days::{Days, date},
        fold::{Line, Usage},
        select::{LineSort, select},
    },
    visible::visible,
};

use super::{UsageAction, source::State, words};
use crate::{
    boot::with_boot,
    components::{header, skeleton_rows},
    format,
    markup::{Markup, html},
};

pub fn head(state: &State, _: i64) -> Markup {
    let controls = html! {
        button .button type="button" data-action=(UsageAction::LeaveReport) { (msg!("Back to usage")) }
        button .button .button-primary type="button" data-action=(UsageAction::Print) { (msg!("Print")) }
    };
    header(&t(msg!("Usage report")), &range(state.periods.current), &controls)
}

fn range(days: Days) -> String {
    if days.is_empty() {
        return String::new();
    }
    let (from, to) = (format::day_of_year(&date(days.first)), format::day_of_year(&date(days.end - 1)));
    tf(msg!("{from} – {to}, UTC days"), &[("from", &from), ("to", &to)])
}

pub fn report(state: &State, now_ms: i64) -> Markup {
    if state.periods.current.is_empty() {
        return html! { p { (msg!("No day of this range has begun.")) } };
    }
    if state.loading && state.usage.missing + state.keys.missing > 0 {
        return skeleton_rows(12);
    }
    let total = state.usage.total.now;
    let base = with_boot(|boot| boot.base.clone());
    // What may still change is as old as its oldest part.
    let read_ms = state.oldest_ms().unwrap_or(now_ms);
    let made = [("gateway", &*visible(&base)), ("time", &*format::date_time(read_ms))];
    let missing = missing(state);
    html! {
        article.gw-report {
            p { (tf(msg!("Gateway {gateway}, as read on {time}."), &made)) }
            @if !missing.is_empty() { p { strong { (missing) } } }
            dl.gw-report-figures {
                (figure(msg!("Cost"), format::usd_exact(total.spend)))
                (figure(msg!("Requests"), format::whole(series::requests(&total))))
                (figure(msg!("Failed requests"), format::whole(total.failed_requests)))
                (figure(msg!("Tokens in"), format::whole(total.prompt_tokens)))
                (figure(msg!("Tokens out"), format::whole(total.completion_tokens)))
            }
            h2 { (msg!("By team")) }
            (lines(&state.usage, Dimension::Team, None))
            h2 { (msg!("By key")) }
            (lines(&state.keys, Dimension::Key, Some(&state.usage)))
            p.gw-minor { (msg!("A call counts for the team that its key was in at the time; beside a key stands the team that it is in now.")) }
        }
    }
}

fn missing(state: &State) -> String {
    let shelf = &state.shelf;
    let mut missing = Vec::new();
    for day in state.periods.current.iter() {
        let known = |by| model::usage::fold::is_known(shelf, model::usage::shelf::Source::of(by), day);
        if !(known(Dimension::Team) && known(Dimension::Key)) {
            missing.push(format::day(&date(day)));
        }
    }
    match missing.is_empty() {
        true => String::new(),
        false => tf(msg!("Not all is in it: {days} could not be read."), &[("days", &format::list(&missing))]),
    }
}

fn figure(label: Msg, value: String) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

/// The dearest first, whatever the table is sorted by.
fn lines(usage: &Usage, by: Dimension, teams: Option<&Usage>) -> Markup {
    let name = |line: &Line| words::name_of(by, line);
    let places = select(&usage.lines, "", (LineSort::Cost, true), model::route::Unit::Cost, &name, format::lower);
    let team = |line: &Line| {
        let known = teams.and_then(|teams| teams.lines.iter().find(|team| team.id == line.team));
        match known {
            _ if line.team.is_empty() => String::new(),
            Some(team) => words::name_of(Dimension::Team, team),
            None => visible(&line.team),
        }
    };
    html! {
        table .widefat .gw-plain-table .gw-report-table {
            thead { tr {
                th scope="col" { (words::dimension(by)) }
                @if teams.is_some() { th scope="col" { (msg!("Team")) } }
                th.gw-number scope="col" { (msg!("Requests")) }
                th.gw-number scope="col" { (msg!("Failed")) }
                th.gw-number scope="col" { (msg!("Tokens in")) }
                th.gw-number scope="col" { (msg!("Tokens out")) }
                th.gw-number scope="col" { (msg!("Cost")) }
            } }
            tbody {
                @for place in &places {
                    @let line = &usage.lines[*place];
                    @let sums = &line.sums.now;
                    tr {
                        th scope="row" { bdi { (name(line)) } }
                        @if teams.is_some() { td { bdi { (team(line)) } } }
                        td.gw-number { (format::whole(series::requests(sums))) }
                        td.gw-number { (format::whole(sums.failed_requests)) }
                        td.gw-number { (format::whole(sums.prompt_tokens)) }
                        td.gw-number { (format::whole(sums.completion_tokens)) }
                        td.gw-number { (format::usd(sums.spend)) }
                    }
                }
            }
        }
    }
}

/// The browser's own dialog.
pub fn print() {
    let _ = window().print();
}
