//! The markup of a table: its tools, its rows, what stands in their place, and its pager.

use std::ops::Range;

use model::{
    language::{tf, tn},
    msg, plural,
    text::Msg,
};

use super::{Align, Body, Head, Pager, Row, RowAction, Rows, TableAction, TableState, TableView, scroll::Window};
use crate::{
    action::Action as _,
    components::{skeleton_rows, updated},
    format,
    markup::{Markup, html, truth},
};

fn is_shown(head: &Head, state: &TableState) -> bool {
    head.hidden == state.switched.iter().any(|switched| switched == head.id)
}

fn class_of(head: &Head) -> &'static str {
    match (head.align, head.secondary) {
        (Align::Start, false) => "",
        (Align::Start, true) => "gw-secondary",
        (Align::End, false) => "gw-number",
        (Align::End, true) => "gw-number gw-secondary",
    }
}

fn shown(heads: &[Head], state: &TableState) -> Vec<usize> {
    (0..heads.len()).filter(|index| *index == 0 || is_shown(&heads[*index], state)).collect()
}

/// The columns that are shown.
pub fn shown_ids(heads: &[Head], state: &TableState) -> Vec<&'static str> {
    shown(heads, state).into_iter().map(|index| heads[index].id).collect()
}

/// Which columns there are, how old the rows are, and a way to ask anew.
pub fn tools(id: &str, heads: &[Head], view: &TableView, state: &TableState) -> Markup {
    html! {
        @if view.pager == Pager::Whole && !view.count.is_empty() { span.gw-count { (view.count) } }
        @if !view.progress.is_empty() { span.gw-progress { (view.progress) } }
        (updated(view.loading, view.age_s.filter(|_| view.progress.is_empty()), &TableAction::Refresh.print()))
        @if view.export {
            button .button .gw-icon-button type="button" data-action=(TableAction::Export) aria-label=(msg!("Download as CSV"))
                title=(msg!("Download as CSV")) { span .dashicons .dashicons-download aria-hidden="true" {} }
        }
        details #{ (id) "-columns" } .gw-menu {
            summary .button .gw-icon-button aria-label=(msg!("Columns")) title=(msg!("Columns")) {
                span .dashicons .dashicons-admin-generic aria-hidden="true" {}
            }
            div.gw-menu-items role="group" aria-label=(msg!("Columns")) {
                @for head in heads.iter().skip(1) {
                    label class=(if head.secondary { "gw-choice gw-secondary" } else { "gw-choice" }) {
                        input #{ (id) "-column-" (head.id) } type="checkbox" data-action=(TableAction::Column(head.id.to_owned()))
                            checked[is_shown(head, state)];
                        (head.label)
                    }
                }
            }
        }
    }
}

pub fn bulk_bar(selected: &[String], bulk: fn() -> Vec<RowAction>) -> Markup {
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

pub fn body(id: &str, caption: Msg, heads: &[Head], view: &TableView, state: &TableState, window: &Window) -> Markup {
    let rows = match &view.body {
        Body::Loading => skeleton_rows(8),
        Body::Instead(instead) => instead.clone(),
        Body::Rows(rows) => table_of(id, caption, heads, view, state, rows, window),
    };
    html! { (view.notice) (rows) (pagination(id, view)) }
}

fn table_of(
    id: &str,
    caption: Msg,
    heads: &[Head],
    view: &TableView,
    state: &TableState,
    rows: &Rows,
    window: &Window,
) -> Markup {
    let count = rows.count;
    let shown = shown(heads, state);
    let is_virtual = view.is_virtual(shown.len());
    let range = if is_virtual { window.range(count) } else { 0..count };
    let any_selectable = rows.selectable_count > 0;
    let all = any_selectable && state.selected.len() == rows.selectable_count;
    let head: Vec<Markup> = shown.iter().map(|index| heading(id, &heads[*index], view.sort)).collect();
    let (before, after) = (range.start, count - range.end);
    let class = if is_virtual { "wp-list-table widefat gw-table gw-fixed" } else { "wp-list-table widefat gw-table" };
    html! {
        table #{ (id) "-table" } class=(class) style=(least_width(heads, &shown, is_virtual)) role="table" aria-rowcount=((count + 1).to_string()) aria-busy=(truth(view.loading)) {
            caption.screen-reader-text { (caption) }
            @if is_virtual { (widths(heads, &shown, any_selectable)) }
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
                @if is_virtual { (spacer(&[id, "-before"].concat(), before, window.row_px)) }
                (lines(id, heads, rows, state, range.clone()))
                @if is_virtual { (spacer(&[id, "-after"].concat(), after, window.row_px)) }
            }
        }
    }
}

/// How wide the columns are beside each other, so that they stay where they are while other rows come.
fn widths(heads: &[Head], shown: &[usize], any_selectable: bool) -> Markup {
    let all: f64 = shown.iter().map(|index| f64::from(heads[*index].px)).sum();
    let share = |head: &Head| (f64::from(head.px) * 1_000.0 / all).round() / 10.0;
    html! {
        colgroup {
            @if any_selectable { col.gw-check-width; }
            // The first has what is left, also by those that give way.
            @for index in shown {
                @if *index == 0 { col; }
                @else { col class=(if heads[*index].secondary { "gw-secondary" } else { "" }) style={ "width:" (share(&heads[*index]).to_string()) "%" }; }
            }
        }
    }
}

/// They may be a fifth narrower than they were meant to be; then the table scrolls. Without those that give way.
fn least_width(heads: &[Head], shown: &[usize], is_virtual: bool) -> String {
    if !is_virtual {
        return String::new();
    }
    let px: u32 = shown.iter().filter(|index| !heads[**index].secondary).map(|index| u32::from(heads[*index].px)).sum();
    ["min-width:", &(px * 4 / 5).to_string(), "px"].concat()
}

/// Rows from one to another.
pub fn lines(id: &str, heads: &[Head], rows: &Rows, state: &TableState, range: Range<usize>) -> Markup {
    let shown = shown(heads, state);
    let any_selectable = rows.selectable_count > 0;
    let mut lines = Vec::new();
    for index in range {
        lines.push(line(id, heads, &shown, &(rows.row)(index, &shown), index, any_selectable, state));
    }
    html! { (lines) }
}

/// So much room rows take that are out of sight, in CSS pixels.
pub fn spacer_px(rows: usize, row_px: f64) -> u64 {
    (rows as f64 * row_px).round() as u64
}

/// One cell: over several columns it would keep the room of those that give way.
fn spacer(id: &str, rows: usize, row_px: f64) -> Markup {
    let height = spacer_px(rows, row_px).to_string();
    html! { tr #(id) .gw-spacer aria-hidden="true" { td style={ "height:" (height) "px" } {} } }
}

fn heading(id: &str, head: &Head, sort: Option<(&'static str, bool)>) -> Markup {
    let class = class_of(head);
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
    let selected = state.is_selected(&row.id);
    let class = if selected { "gw-row-selected" } else { row.class };
    let cells: Vec<Markup> =
        shown.iter().enumerate().map(|(place, column)| cell(id, &heads[*column], row, place)).collect();
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

fn cell(id: &str, head: &Head, row: &Row, place: usize) -> Markup {
    let class = class_of(head);
    let content = &row.cells[place];
    if place > 0 {
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
        Pager::Whole | Pager::Cursor { earlier: false, later: false } => Vec::new(),
        // The newest stand first.
        Pager::Cursor { earlier, later } => vec![
            page_button(id, "later", msg!("Later"), "‹", TableAction::Later, later),
            page_button(id, "earlier", msg!("Earlier"), "›", TableAction::Earlier, earlier),
        ],
    };
    // Where all rows are in one place their count stands above them.
    if view.pager == Pager::Whole || view.count.is_empty() && buttons.is_empty() {
        return Markup::default();
    }
    html! {
        // Of its own, or it would be moved here out of the grey rows that were before.
        div #{ (id) "-pages" } .gw-pagination {
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

#[cfg(test)]
mod tests {
    use super::{super::VIRTUAL_FROM, *};

    const HEADS: [Head; 3] = [
        Head {
            id: "name",
            label: msg!("Key"),
            align: Align::Start,
            sortable: true,
            hidden: false,
            secondary: false,
            px: 200,
        },
        Head {
            id: "spend",
            label: msg!("Spend"),
            align: Align::End,
            sortable: true,
            hidden: false,
            secondary: true,
            px: 90,
        },
        Head {
            id: "hash",
            label: msg!("Hash"),
            align: Align::Start,
            sortable: false,
            hidden: true,
            secondary: false,
            px: 120,
        },
    ];

    fn view(count: usize) -> TableView {
        TableView {
            body: Body::Rows(Rows {
                count,
                row: Box::new(|index, shown| Row {
                    id: index.to_string(),
                    name: format!("<{index}>"),
                    class: "",
                    cells: shown.iter().map(|column| html! { (["name", "1", "hash"][*column]) }).collect(),
                    actions: Vec::new(),
                    selectable: index > 0,
                }),
                selectable_count: count.saturating_sub(1),
                selectable: Box::new(move || (1..count).map(|index| index.to_string()).collect()),
            }),
            notice: Markup::default(),
            sort: Some(("spend", true)),
            count: "keys".to_owned(),
            pager: Pager::Cursor { earlier: true, later: false },
            ..TableView::new(None, None, true, false)
        }
    }

    fn rendered(count: usize, state: &TableState) -> String {
        rendered_at(count, state, &Window::default())
    }

    fn rendered_at(count: usize, state: &TableState, window: &Window) -> String {
        body("t", msg!("Keys"), &HEADS, &view(count), state, window).as_str().to_owned()
    }

    #[test]
    fn the_sorted_column_says_so_and_only_that() {
        let table = rendered(1, &TableState::default());
        assert_eq!(table.matches("aria-sort=\"descending\"").count(), 1);
        assert_eq!(table.matches("aria-sort=\"none\"").count(), 1);
    }

    #[test]
    fn a_column_is_hidden_until_it_is_chosen() {
        let hidden = TableState::default();
        let shown = TableState { switched: vec!["hash".to_owned(), "spend".to_owned()], ..TableState::default() };
        assert!(!rendered(1, &hidden).contains("hash"));
        let table = rendered(1, &shown);
        assert!(table.contains("data-label=\"Hash\"") && !table.contains("data-label=\"Spend\""), "{table}");
    }

    /// The style sheet takes it out of all of these at once: a menu that offers what it cannot show would not be true.
    #[test]
    fn a_column_that_may_give_way_does_so_in_head_rows_and_menu() {
        let table = rendered(2, &TableState::default());
        assert_eq!(table.matches("class=\"gw-number gw-secondary\"").count(), 3, "{table}");
        let menu = tools("t", &HEADS, &view(1), &TableState::default());
        assert_eq!(menu.as_str().matches("gw-choice gw-secondary").count(), 1, "{menu:?}");
    }

    #[test]
    fn only_rows_in_sight_are_written_and_the_room_of_the_others_is_kept() {
        let window = Window { first: 500, in_sight: 14, row_px: 40.0, ..Window::default() };
        let state = TableState::default();
        let table = rendered_at(1_000, &state, &window);
        let rows = window.range(1_000);
        assert_eq!(table.matches("<tr id=\"t-row-").count(), rows.len());
        assert!(table.contains("id=\"t-before\" class=\"gw-spacer\""), "{table}");
        assert!(table.contains(&format!("style=\"height:{}px\"", rows.start * 40)), "before");
        assert!(table.contains(&format!("style=\"height:{}px\"", (1_000 - rows.end) * 40)), "after");
        assert!(
            table.contains("aria-rowcount=\"1001\"")
                && table.contains(&format!("aria-rowindex=\"{}\"", rows.start + 2))
        );
        // Of 200 and 90.
        assert!(table.contains("<col class=\"gw-secondary\" style=\"width:31%\">"), "{table}");
        assert!(table.contains("style=\"min-width:160px\""), "{table}");
        // Scrolled further than there are rows, as after a search that found fewer.
        let beyond = Window { first: 5_000, ..window };
        assert!(rendered_at(1_000, &state, &beyond).contains("id=\"t-row-999\""));
        assert!(!rendered(VIRTUAL_FROM - 1, &state).contains("gw-spacer"));
        // Few that were found among many.
        let few = TableView { many: true, ..view(3) };
        let few = body("t", msg!("Keys"), &HEADS, &few, &state, &Window::default());
        assert_eq!(few.as_str().matches("style=\"height:0px\"").count(), 2, "{few:?}");
    }

    #[test]
    fn choosing_all_chooses_each_once_and_what_is_gone_is_not_chosen() {
        let texts = |texts: &[&str]| -> Vec<String> { texts.iter().map(|text| (*text).to_owned()).collect() };
        let mut state = TableState::default();
        for id in ["b", "c", "a", "c"] {
            state.select(id.to_owned());
        }
        assert_eq!(state.selected, ["a", "b"]);
        state.select_all(texts(&["3", "1", "2"]));
        assert_eq!(state.selected, ["1", "2", "3"]);
        state.keep_selected(&texts(&["9", "3", "1"]));
        assert_eq!(state.selected, ["1", "3"]);
        assert!(state.is_selected(&"3".to_owned()) && !state.is_selected(&"2".to_owned()));
    }

    #[test]
    fn a_row_that_cannot_be_chosen_has_no_box() {
        let table = rendered(3, &TableState { selected: vec!["2".to_owned()], ..TableState::default() });
        assert!(!table.contains("t-select-0") && table.contains("t-select-1"));
        assert_eq!(table.matches("gw-row-selected").count(), 1);
        assert!(table.contains("aria-label=\"Choose &lt;1&gt;\""));
    }

    #[test]
    fn the_pager_goes_where_there_is_more() {
        let table = rendered(1, &TableState::default());
        assert!(table.contains("data-action=\"table-earlier\" aria-label=\"Earlier\" aria-disabled=\"false\""));
        assert!(table.contains("aria-label=\"Later\" aria-disabled=\"true\""));
        let one = TableView { pager: Pager::Whole, ..view(1) };
        let one = body("t", msg!("Keys"), &HEADS, &one, &TableState::default(), &Window::default());
        assert!(!one.as_str().contains("<nav"));
    }
}
