//! What was done through the plugin, by whom, and what came of it: the newest first, page by page.

mod csv;
mod details;
mod filters;
mod source;
mod table;

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tf, tn},
    msg, plural,
    route::{AuditFilter, AuditPlace, AuditRoute, Route},
    text::fill,
    wire::Audit,
};

use self::{
    source::{Answer, Source, audit_route, use_source},
    table::{COLUMNS, Entry},
};
use crate::{
    components::{
        Body, Pager, Row, Rows, Table, TableEvent, TableView, Tone, empty, header, heads, notice, still_region,
        table as data_table,
    },
    format,
    markup::{Markup, html},
    query::QueryState,
    router::{History, Router, href, use_router},
    task::now_ms,
};

pub fn audit() -> AnyView {
    let router = use_router();
    let source = use_source(router);
    let table = data_table(Table {
        id: "audit",
        caption: msg!("Audit log"),
        heads: heads(&COLUMNS),
        toolbar: filters::toolbar(router),
        bulk: Vec::new,
        view: Box::new(move || {
            let route = audit_route(&router.route());
            let progress = source.progress();
            source.list.with(|state| TableView { progress, ..view(state, &route, now_ms()) })
        }),
        on_event: Box::new(move |event| match event {
            TableEvent::Refresh => source.list.refetch(),
            TableEvent::Earlier => turn(router, source, false),
            TableEvent::Later => turn(router, source, true),
            TableEvent::Export(_) => source.export(audit_route(&router.route_untracked()).filter),
            _ => {}
        }),
    });
    view! {
        {still_region("", head)}
        <div class="gw-content">
            <section class="gw-panel gw-panel-flush gw-audit">{filters::chips(router)} {table}</section>
            {details::details(source, router)}
        </div>
    }
    .into_any()
}

fn head() -> Markup {
    let text = t(msg!(
        "Who changed what through this plugin, and what came of it. What is changed in LiteLLM’s own console is not in here."
    ));
    header(&t(msg!("Audit log")), &text, &Markup::default())
}

fn change(router: Router, history: History, change: impl FnOnce(&mut AuditRoute)) {
    let mut route = audit_route(&router.route_untracked());
    change(&mut route);
    router.navigate(Route::Audit(route), history);
}

/// Other entries are looked at from the newest on.
fn change_filter(router: Router, history: History, narrow: impl FnOnce(&mut AuditFilter)) {
    change(router, history, |route| {
        route.place = AuditPlace::Newest;
        narrow(&mut route.filter);
    });
}

/// The pager goes by the entries at the edges of what is shown.
fn turn(router: Router, source: Source, later: bool) {
    let route = audit_route(&router.route_untracked());
    let edge = source.list.state.with_untracked(|state| {
        let audit = &state.data.as_ref().filter(|answer| answer.is_to(&route))?.audit;
        let is_there = if later { audit.later } else { audit.earlier };
        let row = if later { audit.rows.first() } else { audit.rows.last() };
        row.filter(|_| is_there).map(|row| row.id)
    });
    if let Some(id) = edge {
        let place = if later { AuditPlace::After(id) } else { AuditPlace::Before(id) };
        change(router, History::Push, |route| route.place = place);
    }
}

fn view(state: &QueryState<Answer>, route: &AuditRoute, now_ms: i64) -> TableView {
    // What answers another question is no answer to this one, also while it is all there is. Of the same filter the page before
    // stays until the next is there, and the keyboard with it; not where there will be none.
    let stays = |answer: &Answer| state.error.is_none() && answer.filter == route.filter;
    let answer = state.data.as_ref().filter(|answer| answer.is_to(route) || stays(answer));
    let age_s = state.age_s(now_ms).filter(|_| answer.is_some());
    let mut view = TableView::new(state.error.as_ref(), age_s, answer.is_some(), state.loading);
    let Some(Answer { audit, .. }) = answer else { return view };
    for (name, value) in Route::Audit(AuditRoute { open: 0, ..route.clone() }).query() {
        view.question.push_str(name);
        view.question.push_str(&value);
    }
    if state.error.is_none() && audit.missed > 0.0 {
        view.notice = missed(audit);
    }
    view.pager = Pager::Cursor { earlier: audit.earlier, later: audit.later };
    view.count = kept(audit);
    if audit.rows.is_empty() {
        view.body = Body::Instead(nothing(route));
        return view;
    }
    view.export = true;
    let (rows, list) = (audit.rows.clone(), AuditRoute { open: 0, ..route.clone() });
    view.body = Body::Rows(Rows {
        count: rows.len(),
        row: Box::new(move |index, shown| {
            let row = rows[index].clone();
            let href = href(&Route::Audit(AuditRoute { open: row.id, ..list.clone() }));
            let (id, name) = (row.id.to_string(), model::audit::operation(&row.operation));
            Row::new(&COLUMNS, shown, &Entry { row, href }, id, name)
        }),
        selectable_count: 0,
        selectable: Box::new(Vec::new),
    });
    view
}

/// How long entries stay.
fn kept(audit: &Audit) -> String {
    let text = tn(
        plural!(
            "Entries are removed after {count} day, and the oldest of more than {most}.",
            "Entries are removed after {count} days, and the oldest of more than {most}."
        ),
        audit.days as u64,
        &format::whole(audit.days),
    );
    fill(&text, &[("most", &format::whole(audit.most))])
}

fn missed(audit: &Audit) -> Markup {
    let last = clock::parse_utc_ms(&audit.missed_at).map(format::date_time).unwrap_or_default();
    let text = tf(
        msg!(
            "The last time was {time}. What was done then is not in here, or without its result; PHP’s error log says why."
        ),
        &[("time", &last)],
    );
    let title = tn(
        plural!("The database refused an entry {count} time", "The database refused an entry {count} times"),
        audit.missed as u64,
        &format::whole(audit.missed),
    );
    notice(Tone::Warning, &title, &html! { p { (text) } })
}

/// Why no row is there.
fn nothing(route: &AuditRoute) -> Markup {
    let link = |route: AuditRoute, label| {
        let href = href(&Route::Audit(route));
        html! { a.button href=(href) { (label) } }
    };
    if route.place != AuditPlace::Newest {
        let newest = AuditRoute { place: AuditPlace::Newest, ..route.clone() };
        return empty(&t(msg!("No entries here any more")), "", &link(newest, msg!("Show the newest")));
    }
    if route.filter.is_set() {
        let all = link(AuditRoute::default(), msg!("Clear filters"));
        return empty(&t(msg!("No entry matches these filters")), "", &all);
    }
    let text = t(msg!(
        "When a key, a user or a team is made, changed, blocked or deleted through this plugin, an entry appears here: from these pages, by an ability, on the command line or by WordPress’s schedule."
    ));
    empty(&t(msg!("Nothing was changed yet")), &text, &Markup::default())
}

#[cfg(test)]
mod tests {
    use model::{failure::ApiError, wire::AuditRow};

    use super::*;

    fn answered(route: &AuditRoute, audit: Audit) -> QueryState<Answer> {
        let data = Answer { filter: route.filter.clone(), place: route.place, audit };
        let mut state = QueryState::default();
        state.data = Some(data);
        state.given_ms = Some(0);
        state
    }

    #[test]
    fn awaited_failed_empty_and_filtered_are_different_sights() {
        let route = AuditRoute::default();
        let mut state = QueryState::default();
        state.loading = true;
        let awaited = view(&state, &route, 0);
        assert!(matches!(awaited.body, Body::Loading));
        (state.loading, state.error) = (false, Some(ApiError::Offline));
        let failed = view(&state, &route, 0);
        assert!(matches!(failed.body, Body::Instead(_)) && !failed.notice.as_str().is_empty());
        let text = |route: &AuditRoute| match view(&answered(route, Audit::default()), route, 0).body {
            Body::Instead(text) => text.as_str().to_owned(),
            _ => String::new(),
        };
        assert!(text(&route).contains("Nothing was changed yet"));
        let mut filtered = route.clone();
        filtered.filter.user = "ada".to_owned();
        assert!(text(&filtered).contains("No entry matches these filters"));
        let beyond = AuditRoute { place: AuditPlace::Before(3), ..AuditRoute::default() };
        assert!(text(&beyond).contains("No entries here any more"));
    }

    /// Rows of the filter before would look like those of this one.
    #[test]
    fn an_answer_to_another_question_is_not_shown() {
        let mut state = answered(&AuditRoute::default(), Audit { rows: vec![AuditRow::default()], ..Audit::default() });
        let mut other = AuditRoute::default();
        other.filter.search = "abc".to_owned();
        assert!(matches!(view(&state, &other, 0).body, Body::Loading));
        assert!(matches!(view(&state, &AuditRoute { open: 7, ..AuditRoute::default() }, 0).body, Body::Rows(_)));
        let next = AuditRoute { place: AuditPlace::Before(3), ..AuditRoute::default() };
        assert!(matches!(view(&state, &next, 0).body, Body::Rows(_)), "until the next page is there");
        state.error = Some(model::failure::ApiError::Offline);
        assert!(!matches!(view(&state, &next, 0).body, Body::Rows(_)), "the rows of another page");
    }

    #[test]
    fn what_could_not_be_written_and_how_long_the_rest_stays_is_told() {
        let audit = Audit {
            days: 400.0,
            most: 50_000.0,
            missed: 2.0,
            missed_at: "2026-11-20 12:00:00".into(),
            ..Audit::default()
        };
        let view = view(&answered(&AuditRoute::default(), audit), &AuditRoute::default(), 0);
        assert!(view.notice.as_str().contains("refused an entry 2 times"), "{:?}", view.notice);
        assert!(view.count.contains("after 400 days") && view.count.contains("50"), "{}", view.count);
    }
}
