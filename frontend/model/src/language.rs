//! The user's language while the page lives: handed in once, read wherever text is shown.

use std::cell::RefCell;

use hypertext::{
    Buffer, Renderable,
    context::{AttributeValue, Node},
};

use crate::text::{Language, Msg, Plural, fill};

thread_local! {
    static LANGUAGE: RefCell<Language> = RefCell::default();
}

/// Once, before anything is shown.
pub fn set_language(language: Language) {
    LANGUAGE.with(|cell| cell.replace(language));
}

/// The text in the user's language.
pub fn t(msg: Msg) -> String {
    LANGUAGE.with(|cell| cell.borrow().text(msg).to_owned())
}

/// The text with its `{names}` filled in.
pub fn tf(msg: Msg, values: &[(&str, &str)]) -> String {
    LANGUAGE.with(|cell| fill(cell.borrow().text(msg), values))
}

/// The text for a number, with `{count}` filled in by `shown`.
pub fn tn(plural: Plural, count: u64, shown: &str) -> String {
    LANGUAGE.with(|cell| fill(cell.borrow().plural(plural, count), &[("count", shown)]))
}

/// In markup a text stands by itself: `p { (msg!("No keys yet")) }`.
impl Renderable for Msg {
    #[inline(never)]
    fn render_to(&self, buffer: &mut Buffer) {
        LANGUAGE.with(|cell| Renderable::<Node>::render_to(cell.borrow().text(*self), buffer));
    }
}

impl Renderable<AttributeValue> for Msg {
    #[inline(never)]
    fn render_to(&self, buffer: &mut Buffer<AttributeValue>) {
        LANGUAGE.with(|cell| Renderable::<AttributeValue>::render_to(cell.borrow().text(*self), buffer));
    }
}
