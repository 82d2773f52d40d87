//! The markup of a table: its tools, its rows, what stands in their place, and its pager.

use model::{
    language::{tf, tn},
    msg, plural,
    text::Msg,
};

use super::{
    Align, Body, Head, OVERSCAN, Pager, Row, RowAction, Rows, TableAction, TableState, TableView, VIRTUAL_FROM,
};
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

/// Which columns there are, how old the rows are, and a way to ask anew.
pub fn tools(id: &str, heads: &[Head], view: &TableView, state: &TableState) -> Markup {
    html! {
        (updated(view.loading, view.age_s, &TableAction::Refresh.print()))
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

pub fn body(id: &str, caption: Msg, heads: &[Head], view: &TableView, state: &TableState) -> Markup {
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
    let selectable = (rows.selectable)();
    let any_selectable = !selectable.is_empty();
    for index in first..last {
        let row = (rows.row)(index);
        lines.push(row);
    }
    let shown: Vec<usize> = (0..heads.len()).filter(|index| *index == 0 || is_shown(&heads[*index], state)).collect();
    let columns = shown.len() + usize::from(any_selectable);
    let all = any_selectable && selectable.iter().all(|row| state.selected.contains(row));
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
                @if first > 0 { (spacer(&[id, "-before"].concat(), columns, first, state.row_px)) }
                (lines)
                @if last < count { (spacer(&[id, "-after"].concat(), columns, count - last, state.row_px)) }
            }
        }
    }
}

/// The room of rows that are out of sight.
fn spacer(id: &str, columns: usize, rows: usize, row_px: f64) -> Markup {
    let height = (rows as f64 * row_px).round() as u64;
    html! { tr #(id) .gw-spacer aria-hidden="true" { td colspan=(columns.to_string()) style={ "height:" (height.to_string()) "px" } {} } }
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
    let class = class_of(head);
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
        // The newest stand first.
        Pager::Cursor { earlier, later } => vec![
            page_button(id, "later", msg!("Later"), "‹", TableAction::Later, later),
            page_button(id, "earlier", msg!("Earlier"), "›", TableAction::Earlier, earlier),
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [Head; 3] = [
        Head { id: "name", label: msg!("Key"), align: Align::Start, sortable: true, hidden: false, secondary: false },
        Head { id: "spend", label: msg!("Spend"), align: Align::End, sortable: true, hidden: false, secondary: true },
        Head { id: "hash", label: msg!("Hash"), align: Align::Start, sortable: false, hidden: true, secondary: false },
    ];

    fn view(count: usize) -> TableView {
        TableView {
            body: Body::Rows(Rows {
                count,
                row: Box::new(|index| Row {
                    id: index.to_string(),
                    name: format!("<{index}>"),
                    class: "",
                    cells: vec![html! { "name" }, html! { "1" }, html! { "hash" }],
                    actions: Vec::new(),
                    selectable: index > 0,
                }),
                selectable: Box::new(move || (1..count).map(|index| index.to_string()).collect()),
            }),
            notice: Markup::default(),
            sort: Some(("spend", true)),
            count: "keys".to_owned(),
            pager: Pager::Numbered { page: 1, pages: 3 },
            age_s: None,
            loading: false,
        }
    }

    fn rendered(count: usize, state: &TableState) -> String {
        body("t", msg!("Keys"), &HEADS, &view(count), state).as_str().to_owned()
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
        let state = TableState { first: 500, in_sight: 10, row_px: 40.0, ..TableState::default() };
        let table = rendered(1_000, &state);
        assert_eq!(table.matches("<tr id=\"t-row-").count(), OVERSCAN + 20 + OVERSCAN);
        assert!(table.contains("style=\"height:19600px\""), "490 rows before");
        assert!(table.contains("style=\"height:18800px\""), "470 rows after");
        assert!(table.contains("aria-rowcount=\"1001\"") && table.contains("aria-rowindex=\"492\""));
        // Scrolled further than there are rows, as after a search that found fewer.
        let beyond = TableState { first: 5_000, ..state };
        assert!(rendered(1_000, &beyond).contains("id=\"t-row-999\""));
    }

    #[test]
    fn a_row_that_cannot_be_chosen_has_no_box() {
        let table = rendered(3, &TableState { selected: vec!["2".to_owned()], ..TableState::default() });
        assert!(!table.contains("t-select-0") && table.contains("t-select-1"));
        assert_eq!(table.matches("gw-row-selected").count(), 1);
        assert!(table.contains("aria-label=\"Choose &lt;1&gt;\""));
    }

    #[test]
    fn the_pager_goes_where_there_are_pages() {
        let table = rendered(1, &TableState::default());
        assert!(table.contains("data-action=\"table-page:2\" aria-label=\"Next page\" aria-disabled=\"false\""));
        assert!(table.contains("aria-label=\"Previous page\" aria-disabled=\"true\""));
        let one = TableView { pager: Pager::Numbered { page: 1, pages: 1 }, ..view(1) };
        assert!(!body("t", msg!("Keys"), &HEADS, &one, &TableState::default()).as_str().contains("<nav"));
    }
}
