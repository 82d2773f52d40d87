//! What an update of a region leaves alone, whatever else it changes.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::stage::{Stage, body_append, document, window};

/// A region with this content.
fn place(html: &str) -> Element {
    // Clears away what earlier tests have left.
    drop(Stage::new());
    let place = document().create_element("div").expect("a div can be made");
    place.set_class_name("stage");
    dashboard::morph_into(&place, html);
    body_append(&place);
    place
}

fn find<T: JsCast>(place: &Element, selector: &str) -> T {
    let found = place.query_selector(selector).expect("the selector is right");
    found.expect("it is there").dyn_into().ok().expect("it is of that kind")
}

fn rows(names: &[&str]) -> String {
    let row = |name: &&str| format!("<li id='{name}'><button>Open {name}</button> <span>text of {name}</span></li>");
    format!("<ul>{}</ul>", names.iter().map(row).collect::<String>())
}

#[wasm_bindgen_test]
fn the_keyboard_stays_where_it_was_when_rows_come_and_move() {
    let place = place(&rows(&["a", "b", "c"]));
    let button: HtmlElement = find(&place, "#b button");
    button.focus().expect("a button takes the keyboard");
    for names in [&["new", "a", "b", "c"][..], &["c", "b", "a"], &["b"]] {
        dashboard::morph_into(&place, &rows(names));
        let now: Element = find(&place, "#b button");
        assert_eq!(now, *button.unchecked_ref::<Element>(), "the same element: {names:?}");
        assert_eq!(document().active_element(), Some(now), "{names:?}");
    }
}

#[wasm_bindgen_test]
fn what_is_selected_stays_selected_while_rows_come() {
    let place = place(&rows(&["a", "b"]));
    let text: Element = find(&place, "#b span");
    let selection = window().get_selection().expect("a window has one").expect("a window has one");
    selection.select_all_children(&text).expect("it can be selected");
    for names in [&["new", "a", "b"][..], &["newer", "new", "a", "b"]] {
        dashboard::morph_into(&place, &rows(names));
        assert_eq!(String::from(selection.to_string()), "text of b", "{names:?}");
    }
}

#[wasm_bindgen_test]
fn how_far_something_is_scrolled_stays() {
    let list = |last: &str| {
        format!("<div id='list' style='height:40px;overflow:auto'><p style='height:400px'>long</p>{last}</div>")
    };
    let place = place(&list(""));
    let scrolled: Element = find(&place, "#list");
    scrolled.set_scroll_top(150);
    dashboard::morph_into(&place, &list("<p>more</p>"));
    let now: Element = find(&place, "#list");
    assert_eq!((now.scroll_top(), now.child_element_count()), (150, 2));
}

#[wasm_bindgen_test]
fn what_was_opened_stays_open() {
    let fold = |text: &str| format!("<details id='fold'><summary>More</summary>{text}</details>");
    let place = place(&fold("one"));
    let details: Element = find(&place, "details");
    details.set_attribute("open", "").expect("it can be opened");
    dashboard::morph_into(&place, &fold("two"));
    let now: Element = find(&place, "details");
    assert!(now.has_attribute("open") && now.text_content().is_some_and(|text| text.ends_with("two")));
}

#[wasm_bindgen_test]
fn what_was_typed_and_ticked_stays() {
    let form = |text: &str| {
        format!("<p>{text}</p><input id='text' name='text' value='given'><input id='tick' name='tick' type='checkbox'>")
    };
    let place = place(&form("one"));
    let (text, tick): (HtmlInputElement, HtmlInputElement) = (find(&place, "#text"), find(&place, "#tick"));
    text.set_value("typed");
    tick.set_checked(true);
    dashboard::morph_into(&place, &form("two"));
    let (text, tick): (HtmlInputElement, HtmlInputElement) = (find(&place, "#text"), find(&place, "#tick"));
    assert_eq!((text.value().as_str(), tick.checked()), ("typed", true));
}

#[wasm_bindgen_test]
fn a_tick_that_the_markup_asks_for_is_made_and_taken_back() {
    let tick = |checked: &str| format!("<input id='tick' type='checkbox' {checked}>");
    let place = place(&tick(""));
    for (checked, is) in [("checked", true), ("", false), ("checked", true)] {
        dashboard::morph_into(&place, &tick(checked));
        assert_eq!(find::<HtmlInputElement>(&place, "#tick").checked(), is);
    }
}

/// A live region that is replaced is not read out.
#[wasm_bindgen_test]
fn a_live_region_stays_the_same_element() {
    let status = |text: &str| format!("<p>before</p><p role='status' id='status'>{text}</p>");
    let place = place(&status("one"));
    let before: Element = find(&place, "#status");
    dashboard::morph_into(&place, &status("two"));
    let after: Element = find(&place, "#status");
    assert_eq!((before == after, after.text_content().as_deref()), (true, Some("two")));
}

#[wasm_bindgen_test]
fn what_is_gone_is_gone_and_nothing_is_left_over() {
    let place = place(&rows(&["a", "b", "c"]));
    dashboard::morph_into(&place, "<p>empty</p>");
    assert_eq!(place.inner_html(), "<p>empty</p>");
    dashboard::morph_into(&place, "");
    assert_eq!(place.inner_html(), "");
}

/// The library passes over every second attribute that has to go: a row kept the height of the room it was made of.
#[wasm_bindgen_test]
fn every_attribute_that_is_gone_is_gone() {
    let place = place("<p title='a' style='height:9px' aria-label='b' class='c' lang='de'>text</p>");
    dashboard::morph_into(&place, "<p class='c'>text</p>");
    assert_eq!(place.inner_html(), "<p class=\"c\">text</p>");
}
