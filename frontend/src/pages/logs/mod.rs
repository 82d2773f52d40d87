//! The calls of the gateway, one by one: whatever the range, from the newest on.

mod coming;
mod details;
mod export;
mod file;
mod filters;
mod histogram;
mod live;
mod source;
mod table;

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tf, tn},
    logs::{
        call::{id_of, is_failed},
        reading::PAGE,
    },
    msg, plural,
    route::{LogsRoute, Route},
    text::fill,
};

use self::{
    source::{Log, Source, logs_route, use_source},
    table::{COLUMNS, CallRow},
};
use crate::{
    action::{Action as _, actions},
    components::{
        Body, Row, Rows, Table, TableEvent, TableView, Tone, empty, explained, header, heads, notice, problem,
        refresh_action, stale_notice, still_region, table as data_table,
    },
    format,
    markup::{Markup, html},
    router::{History, Router, href, use_router},
    task::now_ms,
};

/// From so many calls on the table scrolls by itself.
const MANY: usize = 200;

actions! {
    /// What stands among the rows.
    enum LogsAction {
        GoOn = "go-on",
    }
}

pub fn logs() -> AnyView {
    let router = use_router();
    let source = use_source();
    let (live, wanted) = (live::use_live(source), export::use_wanted(source));
    let table = data_table(Table {
        id: "logs",
        caption: msg!("Calls"),
        heads: heads(&COLUMNS),
        toolbar: filters::toolbar(source, router, live, wanted),
        bulk: Vec::new,
        view: Box::new(move || {
            let route = logs_route(&router.route());
            source.log.with(|log| view(log, &route, source, now_ms()))
        }),
        on_event: Box::new(move |event| match event {
            // From where it failed; else all anew.
            TableEvent::Refresh if source.log.with_untracked(|log| log.error.is_some()) => source.go_on(),
            TableEvent::Refresh => source.refresh(),
            TableEvent::Action(printed) if LogsAction::parse(&printed) == Some(LogsAction::GoOn) => source.go_on(),
            _ => {}
        }),
    });
    view! {
        {still_region("", move || head(router))}
        <div class="gw-content">
            <section class="gw-panel gw-panel-flush gw-logs">
                {filters::chips(router)}
                {histogram::histogram(source, router)}
                {live::waiting(live)}
                {table}
                {export::written(wanted)}
            </section>
            {details::details(source)}
        </div>
    }
    .into_any()
}

pub fn change(router: Router, history: History, change: impl FnOnce(&mut LogsRoute)) {
    let mut route = logs_route(&router.route_untracked());
    change(&mut route);
    router.navigate(Route::Logs(route), history);
}

/// The range in the site's time, as its calls are told in it.
fn head(router: Router) -> Markup {
    let route = logs_route(&router.route());
    let bounds = route.range.bounds(now_ms());
    let from = format::date_time(bounds.start_ms);
    let text = if !route.request.is_empty() {
        t(msg!("The calls of the gateway, one by one. A call that is looked for by its ID may be of any time."))
    } else if bounds.end_ms >= now_ms() {
        tf(msg!("The calls of the gateway, one by one: from {from} until now."), &[("from", &from)])
    } else {
        let to = format::date_time(bounds.end_ms);
        tf(msg!("The calls of the gateway, one by one: from {from} to {to}."), &[("from", &from), ("to", &to)])
    };
    // Where the site's days begin at another moment, "today" is not what one may think.
    let is_midnight = format::iso_minute(bounds.start_ms).ends_with("T00:00");
    let days = if !route.request.is_empty() || !route.range.is_of_days() || is_midnight {
        String::new()
    } else {
        let begins = [("time", &*format::time(bounds.start_ms))];
        [" ", &tf(msg!("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time."), &begins)].concat()
    };
    let text = [text, days].concat();
    let usage = href(&Route::Usage(route.usage()));
    header(&t(msg!("Logs")), &text, &html! { a.button href=(usage) { (msg!("Usage of these")) } })
}

/// Of what is known, which may be less than there is.
fn view(log: &Log, route: &LogsRoute, source: Source, now_ms: i64) -> TableView {
    let (loaded, age_s) = (log.is_loaded(), log.age_s(now_ms));
    let loading = log.asking || !loaded && log.error.is_none();
    let mut view = TableView::new(log.error.as_ref().filter(|_| !loaded), age_s, loaded, loading);
    view.question = log.reading.question.text();
    if !loaded {
        return view;
    }
    let reading = &log.reading;
    let count = reading.count();
    view.count = count_of(log);
    view.many = !reading.is_whole() || count >= MANY;
    view.notice = noticed(log, age_s);
    if count == 0 {
        // Nothing is known to be missing before all is there.
        if reading.is_whole() || log.rests || log.error.is_some() {
            view.body = Body::Instead(nothing(log, route));
        }
        if !reading.is_whole() && log.error.is_none() {
            source.written(0);
        }
        return view;
    }
    let open = LogsRoute { open: String::new(), ..route.clone() };
    view.body = Body::Rows(Rows {
        count,
        row: Box::new(move |index, shown| {
            source.written(index);
            source.log.with_untracked(|log| row(log, index, shown, &open))
        }),
        selectable_count: 0,
        selectable: Box::new(Vec::new),
    });
    view
}

fn row(log: &Log, index: usize, shown: &[usize], route: &LogsRoute) -> Row {
    let Some(row) = log.reading.get(index) else {
        // It was there, and is read again.
        let cells = shown.iter().map(|_| html! { span.gw-minor { "…" } }).collect();
        let name = t(msg!("Loading…"));
        let id = ["at-", &index.to_string()].concat();
        return Row { id, name, class: "", cells, actions: Vec::new(), selectable: false };
    };
    let id = id_of(&row);
    let class = match (is_failed(&row), log.fresh.contains(&id)) {
        (true, true) => "gw-row-failed gw-row-new",
        (true, false) => "gw-row-failed",
        (false, true) => "gw-row-new",
        (false, false) => "",
    };
    let href = href(&Route::Logs(LogsRoute { open: id.clone(), ..route.clone() }));
    let call = CallRow { row, href };
    Row { class, ..Row::new(&COLUMNS, shown, &call, id, String::new()) }
}

/// How many there are, as far as anybody knows.
fn count_of(log: &Log) -> String {
    let reading = &log.reading;
    let count = reading.count();
    let calls = |count: f64| tn(plural!("{count} call", "{count} calls"), count as u64, &format::whole(count));
    if reading.is_whole() {
        return calls(count as f64);
    }
    if !reading.is_narrowed() {
        let text = tn(
            plural!("{found} among {count} call that was read", "{found} among {count} calls that were read"),
            reading.read as u64,
            &format::whole(reading.read as f64),
        );
        return fill(&text, &[("found", &format::whole(count as f64))]);
    }
    match reading.total {
        Some((total, true)) => tf(msg!("{count} calls or more"), &[("count", &format::whole(total))]),
        Some((total, false)) => calls(total.max(count as f64)),
        None => String::new(),
    }
}

/// Why the rows are not newer, or not all.
fn noticed(log: &Log, age_s: Option<u64>) -> Markup {
    let reading = &log.reading;
    if let (Some(error), Some(age_s)) = (&log.error, age_s) {
        if reading.is_whole() {
            return stale_notice(error, age_s, &refresh_action());
        }
        let body = html! {
            p { (msg!("The calls below are not all there are: reading them broke off.")) }
            (explained(error))
            p.gw-notice-actions { button.button type="button" data-action=(refresh_action()) { (msg!("Try again")) } }
        };
        return notice(Tone::Warning, &t(error.title()), &body);
    }
    let left_out = left_out(reading.left_out);
    html! {
        @if log.rests && reading.count() > 0 { p.gw-line-note { (rests(log)) " " (go_on()) } }
        @if !left_out.is_empty() { p.gw-line-note { (left_out) } }
    }
}

/// What a table or a file lacks; empty where it is nothing.
fn left_out(count: usize) -> String {
    if count == 0 {
        return String::new();
    }
    tn(
        plural!(
            "{count} call is left out: with what is stored of its prompt and answer it is larger than this site can take.",
            "{count} calls are left out: with what is stored of their prompts and answers they are larger than this site can take."
        ),
        count as u64,
        &format::whole(count as f64),
    )
}

/// How far it was looked, in vain.
fn rests(log: &Log) -> String {
    let back = log.reading.read_back_to_ms().map(format::date_time).unwrap_or_default();
    tf(msg!("Back to {time} no other call was found."), &[("time", &back)])
}

fn go_on() -> Markup {
    // Within the table's own region: a row's action.
    let action = ["row:", &LogsAction::GoOn.print()].concat();
    html! { button.button-link type="button" data-action=(action) { (msg!("Look further back")) } }
}

/// Why no row is there.
fn nothing(log: &Log, route: &LogsRoute) -> Markup {
    if let Some(error) = &log.error {
        return problem(error, Some(refresh_action()));
    }
    if log.rests {
        return empty(&t(msg!("No such call yet")), &rests(log), &go_on());
    }
    if route.is_filtered() {
        let all = href(&Route::Logs(route.unfiltered()));
        let more = html! { a.button href=(all) { (msg!("Clear filters")) } };
        // By its ID a call is looked for in all there is.
        let why = if route.request.is_empty() {
            msg!("No call of this range matches these filters")
        } else {
            msg!("The gateway’s log has no call with this ID that matches these filters")
        };
        return empty(&t(why), "", &more);
    }
    let text = t(msg!(
        "Calls appear here some seconds after the gateway has answered them. Where disable_spend_logs is set in its general_settings, it keeps no log of calls; and it may clear what is old (maximum_spend_logs_retention_period). Where only the newest are missing, the clock of WordPress’s server may be wrong."
    ));
    empty(&t(msg!("No calls in the gateway’s log for this range")), &text, &Markup::default())
}

/// How far a question for what is new reaches back: rows are written some seconds after the call.
pub const OVERLAP_MS: i64 = 2 * clock::MINUTE_MS;

/// So long after a call has ended it is written as a rule.
pub const LATE_MS: i64 = 30 * clock::SECOND_MS;

/// So many answers in a row are read for what is new; if more came in, there is a gap. Some bring less than a page: calls of
/// the second in which the one before ended come again.
pub const ANSWERS_MOST: usize = 8;

/// The same where all calls that are given are asked for: then the newest can as well be read anew.
pub const NARROWED_MOST: usize = 2;

/// So many new calls wait at the top.
pub const WAITING_MOST: usize = 5 * PAGE;

/// After so many calls that came in by themselves the newest are read anew: these cannot be given up one by one.
pub const ADDED_MOST: usize = 2_000;

#[cfg(test)]
mod tests;
