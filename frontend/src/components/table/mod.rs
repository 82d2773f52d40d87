//! A table of things: columns as data, a toolbar, selection, row actions, a pager, and what stands in its place while
//! there is nothing to show. In WordPress's vocabulary; a page says what its rows are and what a click does.
//!
//! Roles are written out, as a table that is laid out in another way on a narrow screen loses those it was born with.

mod render;
mod rows;
mod scroll;
mod search;

use leptos::{html::Div, prelude::*};
use model::{failure::ApiError, order, text::Msg};

pub use self::search::search_box;
use self::{
    rows::{close_left_menu, close_menu, focus_by_id, on_key},
    scroll::{Window, look_around},
};
use super::{problem, region, stale_notice};
use crate::{
    action::{Action as _, actions},
    clock::use_minute,
    columns::use_columns,
    effect::{is, watch},
    markup::Markup,
    query::QueryState,
    store::Store,
};

/// So many columns fit beside each other on a wide screen; with more the table scrolls by itself.
const COLUMNS_MOST: usize = 9;

/// From how many rows on only those in sight are written.
const VIRTUAL_FROM: usize = 200;

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
    /// Gives way where there is no room for all.
    pub secondary: bool,
    /// How wide it is in a table of so many rows that only those in sight are written: its columns must not move with them.
    pub px: u16,
}

impl<R> Column<R> {
    pub const fn new(id: &'static str, label: Msg, write: fn(&R) -> Markup) -> Column<R> {
        Column { id, label, write, align: Align::Start, sortable: false, hidden: false, secondary: false, px: 120 }
    }

    pub const fn px(self, px: u16) -> Column<R> {
        Column { px, ..self }
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

    pub const fn secondary(self) -> Column<R> {
        Column { secondary: true, ..self }
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
    secondary: bool,
    px: u16,
}

pub fn heads<R>(columns: &[Column<R>]) -> Vec<Head> {
    columns
        .iter()
        .map(|Column { id, label, align, sortable, hidden, secondary, px, .. }| Head {
            id,
            label: *label,
            align: *align,
            sortable: *sortable,
            hidden: *hidden,
            secondary: *secondary,
            px: *px,
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
    /// Of the columns that are shown.
    pub cells: Vec<Markup>,
    pub actions: Vec<RowAction>,
    /// Whether it can be chosen together with others.
    pub selectable: bool,
}

impl Row {
    /// `shown`: which of the columns are.
    pub fn new<R>(columns: &[Column<R>], shown: &[usize], row: &R, id: String, name: String) -> Row {
        let cells = shown.iter().map(|column| (columns[*column].write)(row)).collect();
        Row { id, name, class: "", cells, actions: Vec::new(), selectable: false }
    }
}

/// Which part of a list is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Pager {
    /// All there is.
    Whole,
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
    /// "4 keys"; above the rows where all are in one place, else below.
    pub count: String,
    pub pager: Pager,
    /// What the rows answer: those to another question are seen from the first on.
    pub question: String,
    /// Instead of their age, such as how far a long list has come.
    pub progress: String,
    /// Whether they can be had as a file.
    pub export: bool,
    /// There are, or will be, many rows, though few may be shown now: the table does not change its way with each letter.
    pub many: bool,
    /// How old what is shown is, in seconds.
    pub age_s: Option<u64>,
    /// An answer is awaited.
    pub loading: bool,
}

impl TableView {
    /// What there is to say of a query before its rows: that it is awaited, why it failed, or why what is shown is old.
    pub fn of<T>(state: &QueryState<T>, now_ms: i64) -> TableView {
        TableView::new(state.error.as_ref(), state.age_s(now_ms), state.data.is_some(), state.loading)
    }

    /// Whether it scrolls by itself, and only the rows in sight are written.
    fn is_virtual(&self, columns: usize) -> bool {
        let many = self.many || columns > COLUMNS_MOST;
        matches!(&self.body, Body::Rows(rows) if many || rows.count >= VIRTUAL_FROM)
    }

    /// The same of what is no query.
    pub fn new(error: Option<&ApiError>, age_s: Option<u64>, has_data: bool, loading: bool) -> TableView {
        let retry = refresh_action();
        let notice = match (error, age_s) {
            (Some(error), Some(age_s)) => stale_notice(error, age_s, &retry),
            (Some(error), None) => problem(error, Some(retry)),
            (None, _) => Markup::default(),
        };
        // The notice says why there is nothing.
        let is_awaited = has_data || error.is_none();
        let body = if is_awaited { Body::Loading } else { Body::Instead(Markup::default()) };
        TableView {
            body,
            notice,
            sort: None,
            count: String::new(),
            pager: Pager::Whole,
            question: String::new(),
            progress: String::new(),
            export: false,
            many: false,
            age_s,
            loading,
        }
    }
}

pub enum Body {
    Loading,
    /// Nothing to show: why, or what to do next.
    Instead(Markup),
    Rows(Rows),
}

/// Writes the row at a place, with the columns that are shown.
pub type WriteRow = dyn Fn(usize, &[usize]) -> Row;

/// Rows are made when they come into sight.
pub struct Rows {
    pub count: usize,
    /// By its place, with the columns that are shown.
    pub row: Box<WriteRow>,
    /// How many can be chosen.
    pub selectable_count: usize,
    /// Their ids.
    pub selectable: Box<dyn Fn() -> Vec<String>>,
}

/// What the kit keeps for a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableState {
    /// Ids of the chosen rows, in order.
    selected: Vec<String>,
    /// Ids of the columns that are shown other than they were meant to be.
    switched: Vec<String>,
}

impl TableState {
    fn is_selected(&self, id: &String) -> bool {
        self.selected.binary_search(id).is_ok()
    }

    fn select(&mut self, id: String) {
        match self.selected.binary_search(&id) {
            Ok(at) => drop(self.selected.remove(at)),
            Err(at) => self.selected.insert(at, id),
        }
    }

    fn select_all(&mut self, ids: Vec<String>) {
        let order = order::sorted(ids.len(), &|a, b| ids[a as usize].cmp(&ids[b as usize]));
        self.selected.clear();
        for at in order {
            self.selected.push(ids[at as usize].clone());
        }
    }

    /// Of those that are chosen only these stay.
    fn keep_selected(&mut self, ids: &[String]) {
        let mut stays = vec![false; self.selected.len()];
        for id in ids {
            if let Ok(at) = self.selected.binary_search(id) {
                stays[at] = true;
            }
        }
        let mut stays = stays.into_iter();
        self.selected.retain(|_| stays.next() == Some(true));
    }
}

/// What a page is told.
#[derive(Debug, Clone, PartialEq)]
pub enum TableEvent {
    Sort(String),
    Earlier,
    Later,
    Refresh,
    /// A file is wanted, with these columns.
    Export(Vec<&'static str>),
    /// A row's action, as printed.
    Action(String),
    /// An action on the chosen rows.
    Bulk(String, Vec<String>),
}

actions! {
    enum TableAction {
        Sort(String) = "table-sort",
        Earlier = "table-earlier",
        Later = "table-later",
        Refresh = "table-refresh",
        Export = "table-export",
        Select(String) = "table-select",
        SelectAll = "table-select-all",
        SelectNone = "table-select-none",
        Column(String) = "table-column",
        Bulk(String) = "table-bulk",
        Row(String) = "row",
    }
}

/// The table's own refresh, for a control that stands instead of rows.
pub fn refresh_action() -> String {
    TableAction::Refresh.print()
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
    let (switched, save_column) = use_columns(id);
    let state = Store::new(TableState { switched, ..TableState::default() });
    // Where one has scrolled to changes no state: only the rows in sight follow.
    let window = StoredValue::new_local(Window::default());
    let minute = use_minute();
    let place: NodeRef<Div> = NodeRef::new();
    let heads = StoredValue::new_local(heads);
    let view = StoredValue::new_local(view);
    let on_event = StoredValue::new_local(on_event);

    let on_action = move |action: TableAction| {
        let event = match action {
            TableAction::Select(row) => return state.update(|state| state.select(row)),
            TableAction::SelectNone => {
                state.update(|state| state.selected.clear());
                // The bar goes, and with it the button.
                return request_animation_frame(move || focus_by_id(&[id, "-select-all"].concat()));
            }
            TableAction::SelectAll => {
                let all = view.with_value(|view| selectable(&view()));
                return state.update(|state| {
                    if state.selected.len() == all.len() { state.selected.clear() } else { state.select_all(all) }
                });
            }
            TableAction::Column(column) => {
                state.update(|state| toggle(&mut state.switched, column.clone()));
                return save_column(&column, state.with_untracked(|state| state.switched.contains(&column)));
            }
            TableAction::Sort(column) => TableEvent::Sort(column),
            TableAction::Earlier => TableEvent::Earlier,
            TableAction::Later => TableEvent::Later,
            TableAction::Refresh => TableEvent::Refresh,
            TableAction::Export => TableEvent::Export(
                heads.with_value(|heads| state.with_untracked(|state| render::shown_ids(heads, state))),
            ),
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
            view.with_value(|view| {
                state.with(|state| heads.with_value(|heads| render::tools(id, heads, &view(), state)))
            })
        },
        on_action,
    );
    let bulk_bar =
        region("gw-bulk-place", move || state.with(|state| render::bulk_bar(&state.selected, bulk)), on_action);
    let body = region(
        "gw-table-body",
        move || {
            minute.track();
            let view = view.with_value(|view| view());
            let mut at = window.get_value();
            if at.question != view.question {
                at = Window { question: view.question.clone(), first: 0, ..at };
                window.set_value(at.clone());
                if let Some(place) = place.get_untracked() {
                    request_animation_frame(move || place.set_scroll_top(0));
                }
            }
            heads.with_value(|heads| state.with(|state| render::body(id, caption, heads, &view, state, &at)))
        },
        on_action,
    );
    let look = move || {
        let Some(place) = place.try_get_untracked().flatten() else { return };
        let view = view.with_value(|view| untrack(view));
        let Body::Rows(rows) = &view.body else { return };
        heads.with_value(|heads| {
            state.with_untracked(|state| {
                if !view.is_virtual(render::shown_ids(heads, state).len()) {
                    return;
                }
                look_around(&place, window, rows.count, &|range| render::lines(id, heads, rows, state, range));
            });
        });
    };
    // Rows that are gone are not chosen any more.
    watch(move || {
        let view = view.with_value(|view| view());
        if state.with_untracked(|state| state.selected.is_empty()) {
            return;
        }
        let mut left = state.with_untracked(TableState::clone);
        left.keep_selected(&selectable(&view));
        if state.with_untracked(|state| *state != left) {
            state.update(|state| *state = left);
        }
    });
    let is_virtual = is(move || {
        let columns = heads.with_value(|heads| state.with(|state| render::shown_ids(heads, state).len()));
        view.with_value(|view| view().is_virtual(columns))
    });
    // Only what scrolls by itself has rows out of sight.
    let style = move || if is_virtual.get() { "max-height:70vh;overflow:auto;overflow-anchor:none" } else { "" };
    // How high a row really is, before anybody scrolls.
    watch(move || {
        if is_virtual.get() {
            request_animation_frame(look);
        }
    });
    view! {
        <div class="gw-toolbar" on:keydown=close_menu on:focusout=close_left_menu>{toolbar}{tools}</div>
        {bulk_bar}
        <div node_ref=place class="gw-table-scroll" style=style on:scroll=move |_| look() on:keydown=on_key>{body}</div>
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
