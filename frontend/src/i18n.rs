//! The user's language, which PHP hands over with the page.

use std::cell::RefCell;

use model::text::{Language, Msg, Plural, fill};

thread_local! {
    static LANGUAGE: RefCell<Language> = RefCell::default();
}

/// Once, before the app is mounted.
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
