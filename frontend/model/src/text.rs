//! Texts of ours that reach the screen. English is the key; the language that is in use gives the words.
//!
//! A text is made by `msg!` or `plural!` and by nothing else, so that `package strings` finds all of them.

use std::collections::BTreeMap;

/// An English text that is translated where it is shown. `{names}` in it are filled in by [`fill`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Msg(&'static str);

/// A text that reads differently by number, with `{count}` for the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural {
    one: &'static str,
    other: &'static str,
}

impl Msg {
    #[doc(hidden)]
    pub const fn new(english: &'static str) -> Msg {
        Msg(english)
    }

    pub const fn english(self) -> &'static str {
        self.0
    }
}

impl Plural {
    #[doc(hidden)]
    pub const fn new(one: &'static str, other: &'static str) -> Plural {
        Plural { one, other }
    }

    /// What PHP and translators know it by: gettext's singular.
    pub const fn key(self) -> &'static str {
        self.one
    }

    pub const fn english(self, count: u64) -> &'static str {
        if count == 1 { self.one } else { self.other }
    }
}

/// `msg!("Error rate")`
#[macro_export]
macro_rules! msg {
    ($english:literal) => {
        $crate::text::Msg::new($english)
    };
}

/// `plural!("{count} key", "{count} keys")`
#[macro_export]
macro_rules! plural {
    ($one:literal, $other:literal) => {
        $crate::text::Plural::new($one, $other)
    };
}

/// A language: what stands for each English text.
#[derive(Debug, Clone, Default)]
pub struct Language {
    strings: BTreeMap<String, String>,
}

impl Language {
    pub fn new(strings: BTreeMap<String, String>) -> Language {
        Language { strings }
    }

    pub fn text(&self, msg: Msg) -> &str {
        self.strings.get(msg.0).map_or(msg.0, String::as_str)
    }

    pub fn plural(&self, plural: Plural, count: u64) -> &str {
        let english = plural.english(count);
        self.strings.get(english).map_or(english, String::as_str)
    }
}

/// The `{names}` of a text filled in; translations may put them in another order.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    // One pass, so that a value that itself contains braces is left alone.
    while let Some(open) = rest.find('{') {
        let (before, from_brace) = rest.split_at(open);
        out.push_str(before);
        let found = from_brace.find('}').and_then(|close| {
            let name = &from_brace[1..close];
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, close))
        });
        match found {
            Some((value, close)) => {
                out.push_str(value);
                rest = &from_brace[close + 1..];
            }
            None => {
                out.push('{');
                rest = &from_brace[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_braces_are_left_alone() {
        assert_eq!(fill("Delete {alias} of {team}?", &[("alias", "{team}"), ("team", "Web")]), "Delete {team} of Web?");
        assert_eq!(fill("a {unknown} {", &[]), "a {unknown} {");
    }

    #[test]
    fn a_translation_may_change_the_order() {
        let language = Language::new([("{a} of {b}".to_owned(), "{b}的{a}".to_owned())].into());
        assert_eq!(fill(language.text(msg!("{a} of {b}")), &[("a", "x"), ("b", "y")]), "y的x");
        assert_eq!(language.text(msg!("Keys")), "Keys");
    }
}
