//! Which of many rows are in sight. While one scrolls, rows are added at one end and taken away at the other; nothing else
//! on the page is looked at.
//!
//! What is there after that is what the region would write for the same window, so that either can follow the other.

use std::ops::Range;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::{render::spacer_px, rows::ROW_CONTROLS};
use crate::markup::Markup;

/// Rows beyond the edges of what is in sight.
const OVERSCAN: usize = 16;

/// After how many rows others are written.
const STEP: usize = 4;

/// A row's height until one was measured, in CSS pixels.
const ROW_PX: f64 = 51.0;

/// What is written of a table with many rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The first row in sight.
    pub first: usize,
    pub in_sight: usize,
    pub row_px: f64,
    /// What the rows answer.
    pub question: String,
}

impl Default for Window {
    fn default() -> Self {
        Window { first: 0, in_sight: 20, row_px: ROW_PX, question: String::new() }
    }
}

impl Window {
    /// The rows that are written, of so many.
    pub fn range(&self, count: usize) -> Range<usize> {
        let first = self.first.min(count.saturating_sub(self.in_sight));
        first.saturating_sub(OVERSCAN)..(first + self.in_sight + OVERSCAN).min(count)
    }
}

/// The row's place in the list, by what is told to screen readers.
fn index_of(row: &Element) -> Option<usize> {
    row.get_attribute("aria-rowindex")?.parse::<usize>().ok()?.checked_sub(2)
}

/// Writes the rows that are in sight by now, of `count`; `lines` gives those of a range.
pub fn look_around(
    place: &HtmlElement,
    window: StoredValue<Window, LocalStorage>,
    count: usize,
    lines: &dyn Fn(Range<usize>) -> Markup,
) {
    let Ok(Some(body)) = place.query_selector("tbody") else { return };
    // Between the room of what is before and of what is after.
    let (Some(before), Some(after)) = (body.first_element_child(), body.last_element_child()) else { return };
    let (Some(first), Some(last)) = (before.next_element_sibling(), after.previous_element_sibling()) else { return };
    let (Some(from), Some(to)) = (index_of(&first), index_of(&last)) else { return };
    if to >= count {
        return;
    }
    let written = from..to + 1;
    let top_of = |element: &Element| element.get_bounding_client_rect().top();
    let (rows_top, rows_bottom) = (top_of(&first), last.get_bounding_client_rect().bottom());
    let row_px = ((rows_bottom - rows_top) / written.len() as f64).max(1.0);
    let head_px =
        place.query_selector("thead").ok().flatten().map_or(0.0, |head| head.get_bounding_client_rect().height());
    let sight_top = top_of(place) + head_px;
    // Among what is written by where it is, else by what a row takes.
    let in_rows = (sight_top - rows_top) / row_px;
    let jumped = in_rows < 0.0 || sight_top >= rows_bottom;
    // Whoever jumps to the end means the last row, whatever the rows on the way were taken for.
    let to_end = jumped && place.scroll_top() + place.client_height() + 1 >= place.scroll_height();
    let first_in_sight = match (to_end, jumped) {
        (true, _) => count,
        (false, true) => (f64::from(place.scroll_top()) / row_px) as usize,
        (false, false) => from + in_rows as usize,
    };
    let in_sight = (f64::from(place.client_height()) / row_px).ceil().max(1.0) as usize;
    let now = Window { first: first_in_sight.min(count), in_sight, row_px, ..window.get_value() };
    let wanted = now.range(count);
    let is_near = wanted.start.abs_diff(written.start) < STEP && wanted.end.abs_diff(written.end) < STEP;
    // The ends of the list are written when they are near, too.
    if is_near && (wanted.start > 0 || written.start == 0) && (wanted.end < count || written.end == count) {
        return;
    }
    window.set_value(now);
    let focused = document().active_element().filter(|element| body.contains(Some(element)));
    let stays = written.start.max(wanted.start)..written.end.min(wanted.end);
    let rows: Vec<Element> = rows_between(&before, &after);
    // What stays must not move on the screen, whatever the height of what comes and goes.
    let anchor = rows.get(stays.start.wrapping_sub(written.start)).filter(|_| !stays.is_empty()).cloned();
    let stood = anchor.as_ref().map(top_of);
    for (index, row) in written.clone().zip(&rows) {
        if !stays.contains(&index) {
            row.remove();
        }
    }
    match &anchor {
        Some(anchor) => {
            insert(anchor, &lines(wanted.start..stays.start));
            insert(&after, &lines(stays.end..wanted.end));
        }
        None => insert(&after, &lines(wanted.clone())),
    }
    set_height(&before, spacer_px(wanted.start, row_px));
    set_height(&after, spacer_px(count - wanted.end, row_px));
    if let (Some(anchor), Some(stood)) = (&anchor, stood) {
        let moved = (top_of(anchor) - stood).round() as i32;
        if moved != 0 {
            place.set_scroll_top(place.scroll_top() + moved);
        }
    }
    if to_end {
        place.set_scroll_top(place.scroll_height());
    }
    // The keyboard was in a row that is out of sight now: it goes on in the nearest that is written.
    if focused.is_some_and(|element| !element.is_connected()) {
        let down = wanted.start > written.start;
        let row = if down { before.next_element_sibling() } else { after.previous_element_sibling() };
        let control = row.and_then(|row| row.query_selector(ROW_CONTROLS).ok().flatten());
        if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let _ = control.focus_with_options(&still);
        }
    }
}

fn rows_between(before: &Element, after: &Element) -> Vec<Element> {
    let mut rows = Vec::new();
    let mut next = before.next_element_sibling();
    while let Some(row) = next.filter(|row| row != after) {
        next = row.next_element_sibling();
        rows.push(row);
    }
    rows
}

fn insert(before: &Element, lines: &Markup) {
    if !lines.as_str().is_empty() {
        let _ = before.insert_adjacent_html("beforebegin", lines.as_str());
    }
}

fn set_height(spacer: &Element, px: u64) {
    if let Some(cell) = spacer.first_element_child() {
        let _ = cell.set_attribute("style", &["height:", &px.to_string(), "px"].concat());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_in_sight_and_some_more() {
        let window = Window { first: 100, in_sight: 14, ..Window::default() };
        assert_eq!(window.range(10_000), 100 - OVERSCAN..114 + OVERSCAN);
        assert_eq!(Window { first: 0, ..window.clone() }.range(10_000), 0..14 + OVERSCAN);
        // The end of the list, and beyond it.
        assert_eq!(window.range(105), 91 - OVERSCAN..105);
        assert_eq!(Window { first: 9_999, ..window.clone() }.range(300), 286 - OVERSCAN..300);
        assert_eq!(window.range(0), 0..0);
    }
}
