//! The table: a line for each model, key, team… Every figure leads to the calls behind it.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    language::{t, tf, tn},
    msg, plural,
    route::{Dimension, Grain, Route, Unit, UsageRoute},
    series, sha256,
    usage::{
        fold::{Line, Usage, change, cost_of_a_call, cost_of_a_million, value},
        select::{LineSort, select},
    },
    visible::isolated,
};

use super::{
    cards::in_words,
    files,
    source::{Asking, State, usage_route},
    words,
};
use crate::{
    components::{
        Body, Column, Row, Rows, Table, TableEvent, TableView, empty, heads, problem, refresh_action, search_box,
        table as data_table,
    },
    format,
    markup::{Markup, html},
    router::{History, Router, use_router},
    store::Store,
    task::now_ms,
};

/// A line as it is shown.
pub struct LineRow {
    by: Dimension,
    unit: Unit,
    grain: Grain,
    line: Line,
    /// Of the figure of all calls.
    share: f64,
    calls: String,
    failed: String,
}

const COLUMNS: [Column<LineRow>; 13] = [
    Column::new("name", msg!("Name"), |row: &LineRow| {
        let name = html! { bdi { (words::name_of(row.by, &row.line)) } };
        if row.calls.is_empty() {
            return html! { span.gw-clip { (name) } };
        }
        html! { a.gw-clip href=(row.calls) { (name) } }
    })
    .sortable()
    .px(240),
    Column::new("cost", msg!("Cost"), |row: &LineRow| linked(&row.calls, format::usd(row.line.sums.now.spend)))
        .number()
        .sortable()
        .px(110),
    Column::new("share", msg!("Share"), share).number().sortable().px(110),
    Column::new("change", msg!("Change"), changed).number().sortable().px(120),
    Column::new("requests", msg!("Requests"), |row: &LineRow| {
        linked(&row.calls, format::count(series::requests(&row.line.sums.now)))
    })
    .number()
    .sortable()
    .px(100),
    Column::new("failed", msg!("Failed"), |row: &LineRow| {
        linked(&row.failed, format::count(row.line.sums.now.failed_requests))
    })
    .number()
    .sortable()
    .px(90),
    Column::new("error_rate", msg!("Error rate"), |row: &LineRow| {
        html! { (format::percent(series::error_rate(&row.line.sums.now))) }
    })
    .number()
    .sortable()
    .hidden()
    .px(90),
    Column::new("tokens_in", msg!("Tokens in"), |row: &LineRow| {
        linked(&row.calls, format::count(row.line.sums.now.prompt_tokens))
    })
    .number()
    .sortable()
    .px(110),
    Column::new("tokens_out", msg!("Tokens out"), |row: &LineRow| {
        linked(&row.calls, format::count(row.line.sums.now.completion_tokens))
    })
    .number()
    .sortable()
    .secondary()
    .px(110),
    Column::new("cache_read", msg!("Tokens read from a cache"), |row: &LineRow| {
        html! { (format::count(row.line.sums.now.cache_read_input_tokens)) }
    })
    .number()
    .sortable()
    .hidden()
    .px(120),
    Column::new("cache_written", msg!("Tokens written to a cache"), |row: &LineRow| {
        html! { (format::count(row.line.sums.now.cache_creation_input_tokens)) }
    })
    .number()
    .sortable()
    .hidden()
    .px(120),
    Column::new("per_call", msg!("Cost per request"), |row: &LineRow| money(cost_of_a_call(&row.line.sums.now)))
        .number()
        .sortable()
        .hidden()
        .px(110),
    Column::new("per_million", msg!("Cost per million tokens"), |row: &LineRow| {
        money(cost_of_a_million(&row.line.sums.now))
    })
    .number()
    .sortable()
    .hidden()
    .px(120),
];

fn linked(href: &str, text: String) -> Markup {
    if href.is_empty() {
        return html! { (text) };
    }
    html! { a.gw-plain-link href=(href) { (text) } }
}

fn money(value: Option<f64>) -> Markup {
    html! { (value.map_or_else(|| "–".to_owned(), format::usd)) }
}

fn share(row: &LineRow) -> Markup {
    let percent = (row.share.clamp(0.0, 1.0) * 100.0).round() as u32;
    let width = ["width:", &percent.to_string(), "%"].concat();
    html! {
        span.gw-share {
            span.gw-share-bar aria-hidden="true" { span style=(width) {} }
            (format::percent(row.share))
        }
    }
}

fn changed(row: &LineRow) -> Markup {
    let unit = row.unit;
    let change = change(&row.line.sums, &|sums| value(unit, sums));
    let Some(change) = change else { return html! { span.gw-minor { "–" } } };
    let before = row.line.sums.before.map_or(0.0, |before| value(unit, &before));
    let title = words::before(row.grain, &words::write_exact(unit, before));
    let shown = in_words(change).unwrap_or_else(|| t(if before > 0.0 { msg!("Not comparable") } else { msg!("New") }));
    html! { span title=(title) { (shown) } }
}

fn change_route(router: Router, history: History, change: impl FnOnce(&mut UsageRoute)) {
    let mut route = usage_route(&router.route_untracked());
    change(&mut route);
    router.navigate(Route::Usage(route), history);
}

pub fn table(state: Store<State>, asking: Asking) -> AnyView {
    let router = use_router();
    let search = search_box(
        msg!("Search by name"),
        msg!("Name"),
        move || usage_route(&router.route()).search,
        move |search| change_route(router, History::Replace, |route| route.search = search),
        None,
    );
    let on_event = move |event: TableEvent| match event {
        TableEvent::Sort(column) => change_route(router, History::Replace, |route| {
            if let Some(sort) = LineSort::ALL.into_iter().find(|sort| sort.value() == column) {
                route.sort = sort.turned(&route.sort);
            }
        }),
        TableEvent::Refresh => asking.ask_anew(),
        TableEvent::Export(_) => state.with_untracked(|state| files::table(state, &places(state))),
        _ => {}
    };
    let table = data_table(Table {
        id: "usage",
        caption: msg!("Usage"),
        heads: heads(&COLUMNS),
        toolbar: search,
        bulk: Vec::new,
        view: Box::new(move || state.with(|state| view(state, now_ms()))),
        on_event: Box::new(on_event),
    });
    view! { <section class="gw-panel gw-panel-flush">{table} {files::links(state)}</section> }.into_any()
}

/// The lines that are shown, in order.
fn places(state: &State) -> Vec<usize> {
    let UsageRoute { by, unit, search, sort, .. } = &state.route;
    let name = |line: &Line| words::name_of(*by, line);
    select(&state.usage.lines, search, LineSort::parse(sort), *unit, &name, format::lower)
}

fn view(state: &State, now_ms: i64) -> TableView {
    let route = &state.route;
    let days = state.shown().1.current.len();
    let error = state.trouble.as_ref().or(state.refused.as_ref());
    let age_s = state.age_s(now_ms);
    // Why the sums of all calls are missing is said at the head of the page.
    let mut view = TableView::new(None, age_s, true, state.loading);
    if let Some(refused) = &state.refused {
        view.notice = problem(refused, Some(refresh_action()));
    }
    let missing = state.usage.missing;
    if days > 0 && missing == days {
        let waiting = state.loading || error.is_none();
        view.body = if waiting { Body::Loading } else { Body::Instead(Markup::default()) };
        return view;
    }
    if state.loading && missing > 0 {
        let known = format::count((days - missing) as f64);
        view.progress = tf(msg!("{known} of {all} days"), &[("known", &known), ("all", &format::count(days as f64))]);
    } else if missing > 0 {
        view.progress = tn(
            plural!("Without {count} day that is not known", "Without {count} days that are not known"),
            missing as u64,
            &format::count(missing as f64),
        );
    }
    let (sort, descending) = LineSort::parse(&route.sort);
    view.sort = Some((sort.value(), descending));
    let places = places(state);
    if places.is_empty() || state.usage.is_untold {
        view.body = Body::Instead(nothing(state));
        return view;
    }
    view.export = state.is_whole();
    let count = places.len();
    view.count = tn(plural!("{count} line", "{count} lines"), count as u64, &format::count(count as f64));
    view.question = [route.by.value(), " ", &route.search, " ", &route.sort].concat();
    view.many = state.usage.lines.len() >= 200;
    view.body = Body::Rows(rows(state.linked(), state.shown_grain(), state.usage.clone(), places));
    view
}

fn rows(route: UsageRoute, grain: Grain, usage: Rc<Usage>, places: Vec<usize>) -> Rows {
    let all = value(route.unit, &usage.total.now);
    Rows {
        count: places.len(),
        row: Box::new(move |index, shown| {
            let line = &usage.lines[places[index]];
            let own = value(route.unit, &line.sums.now);
            let row = LineRow {
                by: route.by,
                unit: route.unit,
                grain,
                line: line.clone(),
                share: if all > 0.0 { own / all } else { 0.0 },
                calls: words::calls(&route, Some(&line.id), false),
                failed: words::calls(&route, Some(&line.id), true),
            };
            // Anything may stand in a tag, but not in an id of the page.
            Row::new(&COLUMNS, shown, &row, sha256::hex(&line.id), words::name_of(route.by, line))
        }),
        selectable_count: 0,
        selectable: Box::new(Vec::new),
    }
}

fn nothing(state: &State) -> Markup {
    let search = state.route.search.trim();
    let title = if state.usage.is_untold {
        t(words::untold(state))
    } else if search.is_empty() {
        t(match state.route.by {
            Dimension::Tag => msg!("No call of this range has a tag"),
            _ => msg!("No calls in this range"),
        })
    } else {
        tf(msg!("No name contains “{text}”"), &[("text", &isolated(search))])
    };
    empty(&title, "", &Markup::default())
}
