//! The one way by which text reaches the screen. English is the key; PHP hands over the user's language.

use std::{cell::RefCell, collections::BTreeMap};

thread_local! {
    static STRINGS: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

pub fn set_strings(strings: BTreeMap<String, String>) {
    STRINGS.with(|cell| cell.replace(strings));
}

/// The text in the user's language.
pub fn t(english: &str) -> String {
    STRINGS.with(|cell| cell.borrow().get(english).cloned()).unwrap_or_else(|| english.to_owned())
}

/// The text with its `{names}` filled in; translations may put them in another order.
pub fn tf(english: &str, values: &[(&str, &str)]) -> String {
    let template = t(english);
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template.as_str();
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

/// One of two texts by number, with `{count}` filled in by `shown`.
pub fn tn(one: &str, many: &str, count: usize, shown: &str) -> String {
    tf(if count == 1 { one } else { many }, &[("count", shown)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_braces_are_left_alone() {
        assert_eq!(tf("Delete {alias} of {team}?", &[("alias", "{team}"), ("team", "Web")]), "Delete {team} of Web?");
        assert_eq!(tf("a {unknown} {", &[]), "a {unknown} {");
    }

    #[test]
    fn a_translation_may_change_the_order() {
        set_strings([("{a} of {b}".to_owned(), "{b}的{a}".to_owned())].into());
        assert_eq!(tf("{a} of {b}", &[("a", "x"), ("b", "y")]), "y的x");
        set_strings(BTreeMap::new());
    }
}
