//! A table of things: columns as data, a toolbar, selection, row actions, a pager, and what stands in its place while
//! there is nothing to show. In WordPress's vocabulary; a page says what its rows are and what a click does.
//!
//! Roles are written out, as a table that is laid out in another way on a narrow screen loses those it was born with.

use leptos::{html::Div, prelude::*};
use model::{
    language::{t, tf, tn},
    msg, plural,
    text::Msg,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{region, skeleton_rows};
use crate::{
    action::actions,
    clock::use_minute,
    columns,
    effect::{is, watch},
    format,
    markup::{Markup, html, truth},
    store::Store,
};

/// From how many rows on only those in sight are written.
const VIRTUAL_FROM: usize = 200;

/// Rows beyond the edges of what is in sight.
const OVERSCAN: usize = 10;

/// A row's height until one was measured, in CSS pixels.
const ROW_PX: f64 = 48.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    #[default]
    Start,
    /// Numbers.
    End,
}

/// A column of rows of one type.
pub struct Column<R> {
    pub id: &'static str,
    pub label: Msg,
    pub write: fn(&R) -> Markup,
    pub align: Align,
    pub sortable: bool,
    /// Not shown until it is chosen.
    pub hidden: bool,
}

impl<R> Column<R> {
    pub const fn new(id: &'static str, label: Msg, write: fn(&R) -> Markup) -> Column<R> {
        Column { id, label, write, align: Align::Start, sortable: false, hidden: false }
    }

    pub const fn sortable(self) -> Column<R> {
        Column { sortable: true, ..self }
    }

    pub const fn number(self) -> Column<R> {
        Column { align: Align::End, ..self }
    }

    pub const fn hidden(self) -> Column<R> {
        Column { hidden: true, ..self }
    }
}

/// A column without how it is written, which is all that the kit needs.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    id: &'static str,
    label: Msg,
    align: Align,
    sortable: bool,
    hidden: bool,
}

pub fn heads<R>(columns: &[Column<R>]) -> Vec<Head> {
    columns
        .iter()
        .map(|Column { id, label, align, sortable, hidden, .. }| Head {
            id,
            label: *label,
            align: *align,
            sortable: *sortable,
            hidden: *hidden,
        })
        .collect()
}

/// What can be done with a row, or with the chosen rows.
pub struct RowAction {
    pub label: Msg,
    /// As it is printed.
    pub action: String,
    /// Names the row as well; what a screen reader reads. Not of an action on several.
    pub name: String,
    pub destructive: bool,
}

/// One row. The first cell is its heading and holds its actions.
pub struct Row {
    /// Of this row alone, on this page and after each update.
    pub id: String,
    pub name: String,
    pub class: &'static str,
    pub cells: Vec<Markup>,
    pub actions: Vec<RowAction>,
    /// Whether it can be chosen together with others.
    pub selectable: bool,
}

impl Row {
    pub fn new<R>(columns: &[Column<R>], row: &R, id: String, name: String) -> Row {
        let cells = columns.iter().map(|column| (column.write)(row)).collect();
        Row { id, name, class: "", cells, actions: Vec::new(), selectable: false }
    }
}

/// Which part of a list is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Pager {
    /// All there is.
    Whole,
    /// Page by page, with how many there are.
    Numbered { page: usize, pages: usize },
    /// The gateway knows only whether there is more.
    Cursor { earlier: bool, later: bool },
}

/// What the table shows now.
pub struct TableView {
    pub body: Body,
    /// Above the rows, such as why they are old.
    pub notice: Markup,
    /// The sorted column, and whether its largest value is first.
    pub sort: Option<(&'static str, bool)>,
    /// "4 keys"
    pub count: String,
    pub pager: Pager,
    /// How old what is shown is, in seconds.
    pub age_s: Option<u64>,
    /// An answer is awaited.
    pub loading: bool,
}

pub enum Body {
    Loading,
    /// Nothing to show: why, or what to do next.
    Instead(Markup),
    Rows(Rows),
}

/// Rows are made when they come into sight.
pub struct Rows {
    pub count: usize,
    pub row: Box<dyn Fn(usize) -> Row>,
    /// The ids of those that can be chosen.
    pub selectable: Box<dyn Fn() -> Vec<String>>,
}

/// What the kit keeps for a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableState {
    /// Ids of the chosen rows.
    pub selected: Vec<String>,
    /// Ids of the columns that are shown other than they were meant to be.
    switched: Vec<String>,
    /// The rows in sight, where there are too many for all.
    first: usize,
    in_sight: usize,
    row_px: f64,
}

/// What a page is told.
#[derive(Debug, Clone, PartialEq)]
pub enum TableEvent {
    Sort(String),
    Page(usize),
    Earlier,
    Later,
    Refresh,
    /// A row's action, or one of what stands in the place of rows, as printed.
    Action(String),
    /// An action on the chosen rows.
    Bulk(String, Vec<String>),
}

actions! {
    enum TableAction {
        Sort(String) = "table-sort",
        Page(usize) = "table-page",
        Earlier = "table-earlier",
        Later = "table-later",
        Refresh = "table-refresh",
        Select(String) = "table-select",
        SelectAll = "table-select-all",
        SelectNone = "table-select-none",
        Column(String) = "table-column",
        Bulk(String) = "table-bulk",
        Row(String) = "row",
    }
}

/// A page's own action, for a control in a row or instead of rows.
pub fn row_action(printed: &str) -> String {
    ["row:", printed].concat()
}

pub struct Table {
    /// Of this table alone; its columns are remembered under it.
    pub id: &'static str,
    pub caption: Msg,
    pub heads: Vec<Head>,
    /// Before the columns and the refresh: search, filters, export.
    pub toolbar: AnyView,
    pub bulk: fn() -> Vec<RowAction>,
    pub view: Box<dyn Fn() -> TableView>,
    pub on_event: Box<dyn Fn(TableEvent)>,
}

pub fn table(table: Table) -> AnyView {
    let Table { id, caption, heads, toolbar, bulk, view, on_event } = table;
    let state = Store::new(TableState { switched: columns::load(id), row_px: ROW_PX, ..TableState::default() });
    let minute = use_minute();
    let place: NodeRef<Div> = NodeRef::new();
    let heads = StoredValue::new_local(heads);
    let view = StoredValue::new_local(view);
    let on_event = StoredValue::new_local(on_event);

    let on_action = move |action: TableAction| {
        let event = match action {
            TableAction::Select(row) => return state.update(|state| toggle(&mut state.selected, row)),
            TableAction::SelectNone => return state.update(|state| state.selected.clear()),
            TableAction::SelectAll => {
                let all = view.with_value(|view| selectable(&view()));
                return state.update(|state| {
                    let every = all.iter().all(|row| state.selected.contains(row));
                    state.selected = if every { Vec::new() } else { all };
                });
            }
            TableAction::Column(column) => {
                state.update(|state| toggle(&mut state.switched, column));
                return state.with_untracked(|state| columns::save(id, &state.switched));
            }
            TableAction::Sort(column) => TableEvent::Sort(column),
            TableAction::Page(page) => TableEvent::Page(page),
            TableAction::Earlier => TableEvent::Earlier,
            TableAction::Later => TableEvent::Later,
            TableAction::Refresh => TableEvent::Refresh,
            TableAction::Row(printed) => TableEvent::Action(printed),
            TableAction::Bulk(printed) => {
                TableEvent::Bulk(printed, state.with_untracked(|state| state.selected.clone()))
            }
        };
        on_event.with_value(|on_event| on_event(event));
    };
    let tools = region(
        "gw-table-tools",
        move || {
            minute.track();
            view.with_value(|view| state.with(|state| heads.with_value(|heads| tools(id, heads, &view(), state))))
        },
        on_action,
    );
    let bulk_bar = region("gw-bulk-place", move || state.with(|state| bulk_bar(&state.selected, bulk)), on_action);
    let body = region(
        "gw-table-body",
        move || {
            view.with_value(|view| {
                let view = view();
                heads.with_value(|heads| state.with(|state| body(id, caption, heads, &view, state)))
            })
        },
        on_action,
    );
    let on_scroll = move |_| {
        if let Some(place) = place.get_untracked() {
            look_around(&place, state);
        }
    };
    // Rows that are gone are not chosen any more.
    watch(move || {
        let view = view.with_value(|view| view());
        if state.with_untracked(|state| state.selected.is_empty()) {
            return;
        }
        let there = selectable(&view);
        if state.with_untracked(|state| state.selected.iter().any(|row| !there.contains(row))) {
            state.update(|state| state.selected.retain(|row| there.contains(row)));
        }
    });
    let is_virtual =
        is(move || view.with_value(|view| matches!(&view().body, Body::Rows(rows) if rows.count >= VIRTUAL_FROM)));
    // Only what scrolls by itself has rows out of sight.
    let style = move || if is_virtual.get() { "max-height:70vh;overflow:auto;overflow-anchor:none" } else { "" };
    // How high a row really is, before anybody scrolls.
    watch(move || {
        if is_virtual.get() {
            request_animation_frame(move || {
                if let Some(place) = place.try_get_untracked().flatten() {
                    look_around(&place, state);
                }
            });
        }
    });
    view! {
        <div class="gw-toolbar">{toolbar}{tools}</div>
        {bulk_bar}
        <div node_ref=place class="gw-table-scroll" style=style on:scroll=on_scroll on:keydown=on_key>{body}</div>
    }
    .into_any()
}

fn toggle(list: &mut Vec<String>, item: String) {
    match list.iter().position(|known| *known == item) {
        Some(at) => drop(list.remove(at)),
        None => list.push(item),
    }
}

fn selectable(view: &TableView) -> Vec<String> {
    if let Body::Rows(rows) = &view.body { (rows.selectable)() } else { Vec::new() }
}

fn is_shown(head: &Head, state: &TableState) -> bool {
    head.hidden == state.switched.iter().any(|switched| switched == head.id)
}

/// Which columns there are, how old the rows are, and a way to ask anew.
fn tools(id: &str, heads: &[Head], view: &TableView, state: &TableState) -> Markup {
    let updated = match (view.loading, view.age_s) {
        (true, _) => t(msg!("Loading…")),
        (false, Some(age_s)) => tf(msg!("Updated {age}"), &[("age", &format::age(age_s))]),
        (false, None) => String::new(),
    };
    html! {
        span.gw-updated { (updated) }
        button .button .gw-icon-button type="button" data-action=(TableAction::Refresh) aria-disabled=(truth(view.loading))
            aria-label=(msg!("Refresh")) title=(msg!("Refresh")) { span .dashicons .dashicons-update aria-hidden="true" {} }
        details #{ (id) "-columns" } .gw-menu {
            summary .button .gw-icon-button aria-label=(msg!("Columns")) title=(msg!("Columns")) {
                span .dashicons .dashicons-admin-generic aria-hidden="true" {}
            }
            div.gw-menu-items role="group" aria-label=(msg!("Columns")) {
                @for head in heads.iter().skip(1) {
                    label.gw-choice {
                        input #{ (id) "-column-" (head.id) } type="checkbox" data-action=(TableAction::Column(head.id.to_owned()))
                            checked[is_shown(head, state)];
                        (head.label)
                    }
                }
            }
        }
    }
}

fn bulk_bar(selected: &[String], bulk: fn() -> Vec<RowAction>) -> Markup {
    if selected.is_empty() {
        return Markup::default();
    }
    let count = selected.len();
    let text = tn(plural!("{count} chosen", "{count} chosen"), count as u64, &format::count(count as f64));
    html! {
        div.gw-bulk role="group" aria-label=(msg!("Chosen rows")) {
            strong { (text) }
            @for action in bulk() {
                button class=(if action.destructive { "button gw-delete" } else { "button" }) type="button" data-action=(TableAction::Bulk(action.action)) { (action.label) }
            }
            button.button-link type="button" data-action=(TableAction::SelectNone) { (msg!("Choose none")) }
        }
    }
}

fn body(id: &str, caption: Msg, heads: &[Head], view: &TableView, state: &TableState) -> Markup {
    let rows = match &view.body {
        Body::Loading => skeleton_rows(8),
        Body::Instead(instead) => instead.clone(),
        Body::Rows(rows) => table_of(id, caption, heads, view, state, rows),
    };
    html! { (view.notice) (rows) (pagination(id, view)) }
}

fn table_of(id: &str, caption: Msg, heads: &[Head], view: &TableView, state: &TableState, rows: &Rows) -> Markup {
    let count = rows.count;
    let (first, last) = if count < VIRTUAL_FROM {
        (0, count)
    } else {
        let first = state.first.min(count).saturating_sub(OVERSCAN);
        (first, (state.first + state.in_sight.max(20) + OVERSCAN).min(count))
    };
    let mut lines = Vec::new();
    let mut any_selectable = false;
    for index in first..last {
        let row = (rows.row)(index);
        any_selectable |= row.selectable;
        lines.push(row);
    }
    let shown: Vec<usize> = (0..heads.len()).filter(|index| *index == 0 || is_shown(&heads[*index], state)).collect();
    let columns = shown.len() + usize::from(any_selectable);
    let all = any_selectable && lines.iter().all(|row| !row.selectable || state.selected.contains(&row.id));
    let head: Vec<Markup> = shown.iter().map(|index| heading(id, &heads[*index], view.sort)).collect();
    let lines: Vec<Markup> = lines
        .iter()
        .enumerate()
        .map(|(index, row)| line(id, heads, &shown, row, first + index, any_selectable, state))
        .collect();
    html! {
        table #{ (id) "-table" } .wp-list-table .widefat .gw-table role="table" aria-rowcount=((count + 1).to_string()) aria-busy=(truth(view.loading)) {
            caption.screen-reader-text { (caption) }
            thead role="rowgroup" {
                tr role="row" aria-rowindex="1" {
                    @if any_selectable {
                        td.gw-check role="columnheader" {
                            input #{ (id) "-select-all" } type="checkbox" data-action=(TableAction::SelectAll) checked[all] aria-label=(msg!("Choose all rows"));
                        }
                    }
                    (head)
                }
            }
            tbody role="rowgroup" {
                @if first > 0 { (spacer(columns, first, state.row_px)) }
                (lines)
                @if last < count { (spacer(columns, count - last, state.row_px)) }
            }
        }
    }
}

/// The room of rows that are out of sight.
fn spacer(columns: usize, rows: usize, row_px: f64) -> Markup {
    let height = (rows as f64 * row_px).round() as u64;
    html! { tr.gw-spacer aria-hidden="true" { td colspan=(columns.to_string()) style={ "height:" (height.to_string()) "px" } {} } }
}

fn heading(id: &str, head: &Head, sort: Option<(&'static str, bool)>) -> Markup {
    let class = if head.align == Align::End { "gw-number" } else { "" };
    if !head.sortable {
        return html! { th class=(class) scope="col" role="columnheader" { (head.label) } };
    }
    let (order, mark) = match sort.filter(|(sorted, _)| *sorted == head.id) {
        None => ("none", "dashicons-sort gw-unsorted"),
        Some((_, true)) => ("descending", "dashicons-arrow-down"),
        Some((_, false)) => ("ascending", "dashicons-arrow-up"),
    };
    html! {
        th class=(class) scope="col" role="columnheader" aria-sort=(order) {
            button #{ (id) "-sort-" (head.id) } .gw-sort type="button" data-action=(TableAction::Sort(head.id.to_owned())) {
                (head.label)
                span class={ "dashicons gw-sort-mark " (mark) } aria-hidden="true" {}
            }
        }
    }
}

fn line(
    id: &str,
    heads: &[Head],
    shown: &[usize],
    row: &Row,
    index: usize,
    any_selectable: bool,
    state: &TableState,
) -> Markup {
    let selected = state.selected.contains(&row.id);
    let class = if selected { "gw-row-selected" } else { row.class };
    let cells: Vec<Markup> = shown.iter().map(|column| cell(id, &heads[*column], row, *column)).collect();
    html! {
        tr #{ (id) "-row-" (row.id) } class=(class) role="row" aria-rowindex=((index + 2).to_string()) {
            @if any_selectable {
                td.gw-check role="cell" {
                    @if row.selectable {
                        input #{ (id) "-select-" (row.id) } type="checkbox" data-action=(TableAction::Select(row.id.clone())) checked[selected]
                            aria-label=(tf(msg!("Choose {name}"), &[("name", &row.name)]));
                    }
                }
            }
            (cells)
        }
    }
}

fn cell(id: &str, head: &Head, row: &Row, column: usize) -> Markup {
    let class = if head.align == Align::End { "gw-number" } else { "" };
    let content = &row.cells[column];
    if column > 0 {
        return html! { td class=(class) role="cell" data-label=(head.label) { (content) } };
    }
    let actions: Vec<Markup> = row
        .actions
        .iter()
        .enumerate()
        .map(|(index, action)| {
            let class = if action.destructive { "button-link gw-delete" } else { "button-link" };
            html! {
                button #{ (id) "-action-" (index.to_string()) "-" (row.id) } class=(class) type="button"
                    data-action=(TableAction::Row(action.action.clone())) aria-label=(action.name) { (action.label) }
            }
        })
        .collect();
    html! {
        th.gw-primary scope="row" role="rowheader" {
            (content)
            @if !actions.is_empty() { span.gw-row-actions { (actions) } }
        }
    }
}

fn pagination(id: &str, view: &TableView) -> Markup {
    let buttons = match view.pager {
        Pager::Whole | Pager::Numbered { pages: 0 | 1, .. } | Pager::Cursor { earlier: false, later: false } => {
            Vec::new()
        }
        Pager::Numbered { page, pages } => {
            let place = tf(
                msg!("{page} of {pages}"),
                &[("page", &format::count(page as f64)), ("pages", &format::count(pages as f64))],
            );
            let go = |name, label, sign, to: usize, on| page_button(id, name, label, sign, TableAction::Page(to), on);
            vec![
                go("first", msg!("First page"), "«", 1, page > 1),
                go("previous", msg!("Previous page"), "‹", page.saturating_sub(1), page > 1),
                html! { span.gw-minor aria-current="page" { (place) } },
                go("next", msg!("Next page"), "›", page + 1, page < pages),
                go("last", msg!("Last page"), "»", pages, page < pages),
            ]
        }
        Pager::Cursor { earlier, later } => vec![
            page_button(id, "previous", msg!("Previous page"), "‹", TableAction::Earlier, earlier),
            page_button(id, "next", msg!("Next page"), "›", TableAction::Later, later),
        ],
    };
    if view.count.is_empty() && buttons.is_empty() {
        return Markup::default();
    }
    html! {
        div.gw-pagination {
            span.gw-minor { (view.count) }
            @if !buttons.is_empty() { nav.gw-pages aria-label=(msg!("Pages")) { (buttons) } }
        }
    }
}

fn page_button(id: &str, name: &str, label: Msg, sign: &str, action: TableAction, enabled: bool) -> Markup {
    html! {
        button #{ (id) "-" (name) } .button .gw-page-button type="button" data-action=(action) aria-label=(label) aria-disabled=(truth(!enabled)) {
            span.gw-mirror aria-hidden="true" { (sign) }
        }
    }
}

/// Up and down go from row to row; Space chooses the row whose link has the keyboard.
fn on_key(event: KeyboardEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Ok(Some(row)) = target.closest("tbody tr") else { return };
    let tag = target.tag_name();
    match event.key().as_str() {
        "ArrowDown" => move_focus(&event, row.next_element_sibling(), &target, &row),
        "ArrowUp" => move_focus(&event, row.previous_element_sibling(), &target, &row),
        " " if tag != "BUTTON" && tag != "INPUT" => {
            if let Ok(Some(check)) = row.query_selector("input[type=checkbox]")
                && let Ok(check) = check.dyn_into::<HtmlElement>()
            {
                event.prevent_default();
                check.click();
            }
        }
        _ => {}
    }
}

const ROW_CONTROLS: &str = "a[href], button, input";

/// To the same control of the other row, else to its first.
fn move_focus(event: &KeyboardEvent, to: Option<Element>, from: &Element, row: &Element) {
    let Some(to) = to else { return };
    let (Ok(here), Ok(there)) = (row.query_selector_all(ROW_CONTROLS), to.query_selector_all(ROW_CONTROLS)) else {
        return;
    };
    let index = (0..here.length()).find(|index| here.item(*index).as_ref() == Some(from.as_ref())).unwrap_or(0);
    let control =
        there.item(index).or_else(|| there.item(0)).and_then(|control| control.dyn_into::<HtmlElement>().ok());
    if let Some(control) = control {
        event.prevent_default();
        let _ = control.focus();
    }
}

/// Which rows are in sight, and how high one is.
fn look_around(place: &HtmlElement, state: Store<TableState>) {
    let Ok(Some(row)) = place.query_selector("tbody tr:not(.gw-spacer)") else { return };
    let row_px = row.get_bounding_client_rect().height().max(1.0);
    let first = (f64::from(place.scroll_top()) / row_px) as usize;
    let in_sight = (f64::from(place.client_height()) / row_px).ceil() as usize;
    let moved = state.with_untracked(|state| state.first.abs_diff(first) >= OVERSCAN / 2 || state.in_sight != in_sight);
    if moved {
        state.update(|state| {
            state.first = first;
            state.in_sight = in_sight;
            state.row_px = row_px;
        });
    }
}
