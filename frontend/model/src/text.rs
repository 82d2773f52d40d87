//! Texts of ours that reach the screen. English is the key; the language that is in use gives the words.
//!
//! A text is made by `msg!` or `plural!` and by nothing else, so that `package strings` finds all of them.

use std::collections::BTreeMap;

/// An English text that is translated where it is shown. `{names}` in it are filled in by [`fill`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Msg(&'static str);

/// A text that reads differently by number, with `{count}` for the number.
/// It is kept as gettext keeps it: singular and plural with a zero byte between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural(&'static str);

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
    pub const fn new(one_and_other: &'static str) -> Plural {
        Plural(one_and_other)
    }

    pub fn english(self, count: u64) -> &'static str {
        let (one, other) = self.0.split_once('\0').unwrap_or((self.0, self.0));
        if count == 1 { one } else { other }
    }
}

/// `msg!("Error rate")`
#[macro_export]
macro_rules! msg {
    ($english:literal $(,)?) => {
        $crate::text::Msg::new($english)
    };
    (concat!($($part:literal),+ $(,)?) $(,)?) => {
        $crate::text::Msg::new(concat!($($part),+))
    };
}

/// `plural!("{count} key", "{count} keys")`
#[macro_export]
macro_rules! plural {
    ($one:literal, $other:literal $(,)?) => {
        $crate::text::Plural::new(concat!($one, "\0", $other))
    };
}

/// A language: what stands for each English text, and which form of a plural a number takes.
#[derive(Debug, Clone, Default)]
pub struct Language {
    strings: BTreeMap<String, String>,
    plural_rule: String,
}

impl Language {
    /// For a plural, `strings` holds all its forms with a zero byte between, as gettext does.
    /// `plural_rule` has a digit for each number from 0 to 199, which says the form it takes, and one for whole millions.
    pub fn new(strings: BTreeMap<String, String>, plural_rule: String) -> Language {
        Language { strings, plural_rule }
    }

    pub fn text(&self, msg: Msg) -> &str {
        self.strings.get(msg.0).map_or(msg.0, String::as_str)
    }

    pub fn plural(&self, plural: Plural, count: u64) -> &str {
        let forms = self.strings.get(plural.0).map(|forms| forms.split('\0'));
        let form = forms.zip(self.form(count)).and_then(|(mut forms, at)| forms.nth(at));
        form.filter(|form| !form.is_empty()).unwrap_or_else(|| plural.english(count))
    }

    /// Above 100 every language but Cornish looks at the last two digits, or for a whole number of millions.
    fn form(&self, count: u64) -> Option<usize> {
        let at = match count {
            0..200 => count,
            _ if count.is_multiple_of(1_000_000) => 200,
            _ => 100 + count % 100,
        };
        let digit = self.plural_rule.as_bytes().get(at as usize)?;
        digit.checked_sub(b'0').map(usize::from)
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

/// Whole sentences, one after the other; empty ones are left out. After the full stop of Chinese and Japanese there is no space.
pub fn sentences(parts: &[String]) -> String {
    let mut all = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !all.is_empty() && !all.ends_with(['。', '！', '？']) {
            all.push(' ');
        }
        all.push_str(part);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_stand_apart_as_their_language_has_it() {
        let join = |parts: &[&str]| sentences(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_eq!(join(&["", "One.", "", "Two."]), "One. Two.");
        assert_eq!(join(&["一。", "二。", ""]), "一。二。");
        assert_eq!(join(&[]), "");
    }

    #[test]
    fn values_with_braces_are_left_alone() {
        assert_eq!(fill("Delete {alias} of {team}?", &[("alias", "{team}"), ("team", "Web")]), "Delete {team} of Web?");
        assert_eq!(fill("a {unknown} {", &[]), "a {unknown} {");
    }

    #[test]
    fn a_translation_may_change_the_order() {
        let language = Language::new([("{a} of {b}".to_owned(), "{b}的{a}".to_owned())].into(), String::new());
        assert_eq!(fill(language.text(msg!("{a} of {b}")), &[("a", "x"), ("b", "y")]), "y的x");
        assert_eq!(language.text(msg!("Keys")), "Keys");
    }

    #[test]
    fn a_text_may_be_put_together_of_literals() {
        assert_eq!(msg!(concat!("Error ", "rate")), msg!("Error rate"));
    }

    /// gettext's expression.
    type Rule = fn(u64) -> usize;

    const KEYS: Plural = plural!("{count} key", "{count} keys");

    /// A language as PHP hands it over.
    fn language(forms: &[&str], form: Rule) -> Language {
        let numbers = (0..200).chain([1_000_000]);
        let rule = numbers.map(|n| form(n).to_string()).collect();
        Language::new([("{count} key\0{count} keys".to_owned(), forms.join("\0"))].into(), rule)
    }

    fn assert_forms(forms: &[&str], form: Rule) {
        let language = language(forms, form);
        let round = [1_000_000, 2_000_000, 10_000_000, 1_000_001, 1_000_002, u64::MAX, u64::MAX - 4, 3_000_000_000];
        for count in (0..12_000).chain(round) {
            assert_eq!(language.plural(KEYS, count), forms[form(count)], "{count}");
        }
    }

    #[test]
    fn arabic_has_six_forms() {
        assert_forms(
            &["لا مفاتيح", "مفتاح واحد", "مفتاحان", "{count} مفاتيح", "{count} مفتاحًا", "{count} مفتاح"],
            |n| match n {
                0..=2 => n as usize,
                _ if (3..=10).contains(&(n % 100)) => 3,
                _ if n % 100 >= 11 => 4,
                _ => 5,
            },
        );
    }

    #[test]
    fn chinese_has_one_form() {
        assert_forms(&["{count} 个密钥"], |_| 0);
    }

    #[test]
    fn polish_has_three_forms() {
        assert_forms(&["{count} klucz", "{count} klucze", "{count} kluczy"], |n| match (n, n % 10, n % 100) {
            (1, ..) => 0,
            (_, 2..=4, hundred) if !(12..=14).contains(&hundred) => 1,
            _ => 2,
        });
    }

    #[test]
    fn french_counts_nought_as_one_and_has_a_form_for_millions() {
        assert_forms(&["{count} clé", "{count} clés"], |n| usize::from(n > 1));
        assert_forms(&["{count} clé", "{count} de clés", "{count} clés"], |n| match n {
            0 | 1 => 0,
            _ if n.is_multiple_of(1_000_000) => 1,
            _ => 2,
        });
    }

    #[test]
    fn hebrew_has_a_dual_and_once_had_one_for_tens() {
        assert_forms(&["מפתח אחד", "שני מפתחות", "{count} מפתחות"], |n| match n {
            1 => 0,
            2 => 1,
            _ => 2,
        });
        assert_forms(&["א", "ב", "ג", "ד"], |n| match n {
            1 => 0,
            2 => 1,
            _ if n > 10 && n.is_multiple_of(10) => 2,
            _ => 3,
        });
    }

    /// The other expressions in gettext's manual and in CLDR. Cornish alone looks at more than the last two digits of a number
    /// that is not a whole million: its forms of 1,000 and some more are not told apart.
    #[test]
    fn the_rules_of_other_languages_hold_for_all_numbers() {
        let rules: [(&str, Rule); 16] = [
            ("Russian", |n| match (n % 10, n % 100) {
                (1, hundred) if hundred != 11 => 0,
                (2..=4, hundred) if !(12..=14).contains(&hundred) => 1,
                _ => 2,
            }),
            ("Czech", |n| if n == 1 { 0 } else { 2 - usize::from((2..=4).contains(&n)) }),
            ("Slovenian", |n| match n % 100 {
                1 => 0,
                2 => 1,
                3 | 4 => 2,
                _ => 3,
            }),
            ("Latvian", |n| if n % 10 == 1 && n % 100 != 11 { 0 } else { 1 + usize::from(n == 0) }),
            ("Latvian in CLDR", |n| match (n % 10, n % 100) {
                (0, _) | (_, 11..=19) => 0,
                (1, _) => 1,
                _ => 2,
            }),
            ("Lithuanian", |n| match (n % 10, n % 100) {
                (1, hundred) if hundred != 11 => 0,
                (2..=9, hundred) if !(10..=19).contains(&hundred) => 1,
                _ => 2,
            }),
            ("Romanian", |n| match n {
                1 => 0,
                _ if n == 0 || (1..20).contains(&(n % 100)) => 1,
                _ => 2,
            }),
            ("Irish", |n| match n {
                1 => 0,
                2 => 1,
                3..=6 => 2,
                7..=10 => 3,
                _ => 4,
            }),
            ("Scottish Gaelic", |n| match n {
                1 | 11 => 0,
                2 | 12 => 1,
                3..=19 => 2,
                _ => 3,
            }),
            ("Welsh", |n| match n {
                0..=3 => n as usize,
                6 => 4,
                _ => 5,
            }),
            ("Maltese", |n| match (n, n % 100) {
                (1, _) => 0,
                (0, _) | (_, 2..=10) => 1,
                (_, 11..=19) => 2,
                _ => 3,
            }),
            ("Icelandic", |n| usize::from(n % 10 != 1 || n % 100 == 11)),
            ("Macedonian", |n| usize::from(n % 10 != 1)),
            ("Filipino", |n| usize::from(n > 3 && matches!(n % 10, 4 | 6 | 9))),
            ("Tamazight", |n| usize::from(n > 1 && !(11..=99).contains(&n))),
            ("Breton", |n| match (n % 10, n % 100) {
                (1, hundred) if !matches!(hundred, 11 | 71 | 91) => 0,
                (2, hundred) if !matches!(hundred, 12 | 72 | 92) => 1,
                (3 | 4 | 9, hundred) if !matches!(hundred, 10..=19 | 70..=79 | 90..=99) => 2,
                _ => 4 - usize::from(n != 0 && n.is_multiple_of(1_000_000)),
            }),
        ];
        for (name, form) in rules {
            println!("{name}");
            assert_forms(&["first", "second", "third", "fourth", "fifth", "sixth"], form);
        }
    }

    #[test]
    fn english_needs_no_forms() {
        let english = Language::default();
        let forms = [0, 1, 2, 101, u64::MAX].map(|count| english.plural(KEYS, count));
        assert_eq!(forms, ["{count} keys", "{count} key", "{count} keys", "{count} keys", "{count} keys"]);
    }

    #[test]
    fn an_odd_rule_leaves_english() {
        let forms = "x\0".to_owned();
        for rule in ["", "9", " ", "ünï", "1111111111", &"7".repeat(500)] {
            let language =
                Language::new([("{count} key\0{count} keys".to_owned(), forms.clone())].into(), rule.to_owned());
            for count in [0, 1, 5, 199, 200, 1_000_000, u64::MAX] {
                assert_eq!(language.plural(KEYS, count), KEYS.english(count), "{rule:?} {count}");
            }
        }
    }
}
