//! Looking at the page and touching it, as a person does: by role, by name, by what can be read.

use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

use crate::stage::document;

#[wasm_bindgen(module = "/tests/browser/stage.js")]
extern "C" {
    fn pause() -> js_sys::Promise;
    fn read(element: &Element) -> String;
    fn press(element: &Element, key: &str);
    fn happen(element: &Element, name: &str);
    fn point(element: &Element, share: f64);
    #[wasm_bindgen(js_name = clickWith)]
    fn click_with(element: &Element, modifier: &str);
    #[wasm_bindgen(js_name = nameOf)]
    fn name_of(element: &Element) -> String;
    #[wasm_bindgen(js_name = typeAtCaret)]
    fn type_at_caret(text: &str);
    fn cancel(dialog: &Element) -> bool;
    fn fill(field: &Element, value: &str);
    #[wasm_bindgen(js_name = valueOf)]
    fn value_of(field: &Element) -> String;
    #[wasm_bindgen(js_name = isChecked)]
    fn is_checked(field: &Element) -> bool;
    #[wasm_bindgen(js_name = isVisible)]
    fn is_visible(element: &Element) -> bool;
    #[wasm_bindgen(js_name = realMs)]
    fn real_ms() -> f64;
}

/// How long a condition may take to come true.
const LIMIT_MS: f64 = 10_000.0;

/// The page or a part of it.
#[derive(Clone)]
pub struct Part(Element);

impl Part {
    pub fn new(element: Element) -> Part {
        Part(element)
    }

    pub fn element(&self) -> &Element {
        &self.0
    }

    /// All that can be read, with one space between words.
    pub fn text(&self) -> String {
        read(&self.0)
    }

    /// All that is there, hidden or not.
    pub fn whole_text(&self) -> String {
        let text = self.0.text_content().unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Until `look` finds something; fails with what is on the page instead.
    pub async fn wait_for<T>(&self, what: &str, mut look: impl FnMut(&Part) -> Option<T>) -> T {
        let end = real_ms() + LIMIT_MS;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(real_ms() < end, "not there in time: {what}\non the page: {}", self.text());
            JsFuture::from(pause()).await.expect("waiting does not fail");
        }
    }

    pub async fn see(&self, text: &str) {
        self.wait_for(text, |part| part.text().contains(text).then_some(())).await;
    }

    pub async fn see_no_more(&self, text: &str) {
        self.wait_for(&format!("no more “{text}”"), |part| (!part.text().contains(text)).then_some(())).await;
    }

    pub fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The first part that matches a selector; for what has neither role nor name.
    pub async fn part(&self, selector: &str) -> Part {
        self.wait_for(selector, |part| part.parts(selector).into_iter().next()).await
    }

    pub fn parts(&self, selector: &str) -> Vec<Part> {
        let found = self.0.query_selector_all(selector).expect("the selector is right");
        (0..found.length()).filter_map(|index| found.item(index)).map(|node| Part(node.unchecked_into())).collect()
    }

    /// The control (button, link or field) with this name.
    pub async fn control(&self, name: &str) -> Part {
        self.wait_for(&format!("a control named “{name}”"), |part| part.find_control(name)).await
    }

    pub fn find_control(&self, name: &str) -> Option<Part> {
        let controls = self
            .parts("a[href], button, input, select, textarea, [role=img], [role=application], [role=region], iframe");
        controls.into_iter().find(|control| control.name() == name && control.is_visible())
    }

    /// The row of a table in which this can be read.
    pub async fn row(&self, text: &str) -> Part {
        self.wait_for(&format!("a row with “{text}”"), |part| {
            part.parts("tbody tr").into_iter().find(|row| row.shows(text))
        })
        .await
    }

    /// The box under this heading.
    pub fn find_panel(&self, heading: &str) -> Option<Part> {
        let headings = self.parts("h2, .gw-panel-title").into_iter().find(|part| part.text() == heading);
        headings.and_then(|part| part.0.closest(".gw-panel").ok().flatten()).map(Part)
    }

    /// The rows of the table with this caption, cell by cell.
    pub async fn table(&self, caption: &str) -> Vec<Vec<String>> {
        self.wait_for(&format!("a table “{caption}”"), |part| part.read_table(caption)).await
    }

    pub fn read_table(&self, caption: &str) -> Option<Vec<Vec<String>>> {
        let tables = self.parts("table");
        let table = tables
            .into_iter()
            .find(|table| table.parts("caption").first().is_some_and(|part| part.whole_text() == caption))?;
        Some(
            table
                .parts("tbody tr")
                .iter()
                .map(|row| row.parts("th, td").iter().map(Part::whole_text).collect())
                .collect(),
        )
    }

    /// As a screen reader calls it: its label, else what stands in it.
    pub fn name(&self) -> String {
        name_of(&self.0)
    }

    /// As a person types, letter by letter, where the keyboard is.
    pub fn type_letters(&self, text: &str) {
        type_at_caret(text);
    }

    pub fn attribute(&self, name: &str) -> Option<String> {
        self.0.get_attribute(name)
    }

    /// Until an attribute has this value.
    pub async fn see_attribute(&self, name: &str, value: &str) {
        self.wait_for(&format!("{name}={value}"), |part| {
            (part.attribute(name).as_deref() == Some(value)).then_some(())
        })
        .await;
    }

    pub fn is_visible(&self) -> bool {
        is_visible(&self.0)
    }

    pub fn has_focus(&self) -> bool {
        document().active_element().is_some_and(|focused| focused == self.0)
    }

    pub async fn click(&self, name: &str) {
        self.control(name).await.touch();
    }

    pub fn touch(&self) {
        self.html().focus().expect("a control takes the keyboard");
        self.html().click();
    }

    /// With `ctrlKey`, `metaKey`, `shiftKey` or `altKey`.
    pub fn touch_with(&self, modifier: &str) {
        click_with(&self.0, modifier);
    }

    pub fn focus(&self) {
        self.html().focus().expect("a control takes the keyboard");
    }

    pub async fn type_into(&self, label: &str, text: &str) {
        fill(&self.control(label).await.0, text);
    }

    /// Chooses by what can be read in the list.
    pub async fn choose(&self, label: &str, option: &str) {
        let field = self.control(label).await;
        let options = field.parts("option");
        let chosen = options.iter().find(|one| one.whole_text() == option).expect("the option is in the list");
        fill(&field.0, &chosen.attribute("value").unwrap_or_default());
    }

    pub fn value(&self) -> String {
        value_of(&self.0)
    }

    pub fn is_checked(&self) -> bool {
        is_checked(&self.0)
    }

    pub fn press(&self, key: &str) {
        press(&self.0, key);
    }

    /// An event such as `pointerover`.
    pub fn happen(&self, name: &str) {
        happen(&self.0, name);
    }

    /// Moves the pointer to a share of the width.
    pub fn point(&self, share: f64) {
        point(&self.0, share);
    }

    /// Escape in an open dialog.
    pub fn escape(&self) -> bool {
        cancel(&self.0)
    }

    fn html(&self) -> &HtmlElement {
        self.0.unchecked_ref()
    }
}
