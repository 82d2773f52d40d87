//! The English texts that reach the screen: the literals inside `t("…")`, `tf("…")` and `tn("…", "…")` of the app,
//! and inside `t("…")` of the loader. PHP looks each of them up in the user's language.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result};

use crate::{
    repo::{Repo, walk},
    stage,
};

#[derive(Default)]
pub struct Found {
    pub texts: BTreeSet<String>,
    /// Where a text is computed, as `file:line`: it has to be a literal of `t` somewhere else.
    pub without_literal: Vec<String>,
}

pub fn of_repo(repo: &Repo) -> Result<Found> {
    let mut found = Found::default();
    let app = repo.root.join("frontend/src");
    let sources = if app.is_dir() { walk(&app)? } else { Vec::new() };
    for (path, place) in sources.into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let source = fs::read_to_string(&place).with_context(|| format!("cannot read {}", place.display()))?;
        collect(&source, &format!("frontend/src/{path}"), &mut found);
    }
    if let Ok(loader) = fs::read_to_string(repo.plugin().join(stage::LOADER)) {
        collect(&loader, &format!("php-shim/{}", stage::LOADER), &mut found);
    }
    Ok(found)
}

/// A JSON list, one text a line.
pub fn to_json(texts: &BTreeSet<String>) -> Result<String> {
    let mut json = serde_json::to_string_pretty(texts).context("cannot write the list of texts")?;
    json.push('\n');
    Ok(json)
}

/// Reads Rust, and JavaScript without regular expressions: whatever both write alike.
fn collect(source: &str, place: &str, found: &mut Found) {
    // Tests stand last in a file, and their texts are nobody's.
    let source = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut reader = Reader { rest: source, script: place.ends_with(".js") };
    // The word before this token, and whether a `.` or `fn` before it makes it something else than our function.
    let mut word = "";
    let mut foreign = false;
    while let Some(token) = reader.next() {
        match token {
            Token::Word(next) => {
                foreign = matches!(word, "fn" | "function" | ".");
                word = next;
            }
            Token::Sign('!') => {}
            Token::Sign('(') => {
                let wanted = if foreign { 0 } else { literals_of(word) };
                let line = 1 + source[..source.len() - reader.rest.len()].matches('\n').count();
                word = "";
                for at in 0..wanted {
                    match reader.next() {
                        Some(Token::Literal(text)) => found.texts.insert(text),
                        Some(Token::Sign(')')) if at > 0 => break,
                        _ => {
                            found.without_literal.push(format!("{place}:{line}"));
                            break;
                        }
                    };
                    if at + 1 < wanted {
                        reader.next();
                    }
                }
            }
            Token::Sign('.') => word = ".",
            Token::Sign(_) | Token::Literal(_) => word = "",
        }
    }
}

fn literals_of(function: &str) -> usize {
    match function {
        "t" | "tf" => 1,
        "tn" => 2,
        _ => 0,
    }
}

enum Token<'a> {
    Word(&'a str),
    Literal(String),
    Sign(char),
}

struct Reader<'a> {
    rest: &'a str,
    script: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blank();
        let first = self.rest.chars().next()?;
        let length = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        if let Some(raw) = self.raw_string() {
            return Some(Token::Literal(raw));
        }
        if length > 0 {
            return Some(Token::Word(self.take(length)));
        }
        match first {
            '"' => Some(Token::Literal(self.quoted('"'))),
            '\'' | '`' if self.script => Some(Token::Literal(self.quoted(first))),
            '\'' if self.is_char() => {
                self.quoted('\'');
                Some(Token::Sign('\''))
            }
            _ => {
                self.take(first.len_utf8());
                Some(Token::Sign(first))
            }
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn skip_blank(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let end = if self.rest.starts_with("//") {
                self.rest.find('\n')
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map(|at| at + 2)
            } else {
                return;
            };
            self.take(end.unwrap_or(self.rest.len()));
        }
    }

    /// `'x'` or `'\n'`, and not the lifetime `'a`.
    fn is_char(&self) -> bool {
        let mut chars = self.rest.chars().skip(1);
        chars.next() == Some('\\') || chars.next() == Some('\'')
    }

    /// `r"…"` and `r#"…"#`.
    fn raw_string(&mut self) -> Option<String> {
        let after = self.rest.strip_prefix('r').filter(|_| !self.script)?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        let body = after[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", &after[..hashes]);
        let text = body.split(&end).next().unwrap_or_default();
        self.rest = body.get(text.len() + end.len()..).unwrap_or_default();
        Some(text.to_owned())
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        let mut chars = self.rest[1..].chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => unescape(&mut chars, &mut text),
                c if c == quote => break,
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        text
    }
}

fn unescape(chars: &mut std::str::Chars, text: &mut String) {
    match chars.next() {
        Some('n') => text.push('\n'),
        Some('t') => text.push('\t'),
        Some('r') => text.push('\r'),
        Some('0') => text.push('\0'),
        Some('u') => {
            let body = chars.as_str();
            let digits = body.strip_prefix('{').and_then(|body| body.split('}').next()).unwrap_or_default();
            text.extend(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32));
            *chars = body.get(digits.len() + 2..).unwrap_or_default().chars();
        }
        // A line that goes on below: the break and the indentation are not part of the text.
        Some('\n') => *chars = chars.as_str().trim_start().chars(),
        Some(other) => text.push(other),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(place: &str, source: &str) -> Vec<String> {
        let mut found = Found::default();
        collect(source, place, &mut found);
        found.texts.into_iter().collect()
    }

    #[test]
    fn literals_of_the_translation_functions_are_found() {
        let source = r##"
            // t("in a comment") /* t("too") */
            let quote = '"'; let tick = '\''; fn of<'a>(x: &'a str) {}
            view! { <p>{t("Say \"hi\" \u{2026}")}</p> <b title=t!( "Macro" )/> }
            tf("{count} of \
                {total}", &[("count", &t("nested"))]);
            tn("one key", "{count} keys", n, &shown);
            i18n::t(r#"raw "text""#); text.t("a method"); format("no"); cat("no"); "t(\"inside\")";
            #[cfg(test)]"##;
        let source = format!("{source}\n#[cfg(test)]\nmod tests {{ t(\"of a test\") }}");
        assert_eq!(
            texts("a.rs", &source),
            ["Macro", "Say \"hi\" …", "nested", "one key", "raw \"text\"", "{count} keys", "{count} of {total}"]
        );
    }

    #[test]
    fn the_loaders_texts_are_found() {
        assert_eq!(texts("a.js", "const x = 'it is t(\"no\")'; fail(t('It failed'), `t(\"no\")`);"), ["It failed"]);
    }

    #[test]
    fn a_computed_text_is_told_with_its_line() {
        let mut found = Found::default();
        collect("fn t(english: &str) {}\nt(status.label());\n", "a.rs", &mut found);
        assert_eq!(found.without_literal, ["a.rs:2"]);
        assert!(found.texts.is_empty());
    }
}
