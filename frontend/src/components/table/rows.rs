//! Moving among the rows of a table by keyboard, and closing its menu.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, KeyboardEvent};

/// Up and down go from row to row; Space chooses the row whose link has the keyboard.
pub fn on_key(event: KeyboardEvent) {
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

pub const ROW_CONTROLS: &str = "a[href], button, input";

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

pub fn focus_by_id(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

fn open_menu(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest("details[open]").ok().flatten()
}

/// Escape closes the menu of columns, and the keyboard goes back to what opened it.
pub fn close_menu(event: KeyboardEvent) {
    if event.key() == "Escape"
        && let Some(menu) = open_menu(&event)
    {
        let _ = menu.remove_attribute("open");
        let summary = menu.query_selector("summary").ok().flatten();
        if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
            let _ = summary.focus();
        }
    }
}

/// Whoever goes on elsewhere is done with the menu.
pub fn close_left_menu(event: FocusEvent) {
    let to = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    if let (Some(menu), Some(to)) = (open_menu(&event), to)
        && !menu.contains(Some(&to))
    {
        let _ = menu.remove_attribute("open");
    }
}
