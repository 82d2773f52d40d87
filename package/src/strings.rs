//! The English texts that reach the screen, for PHP to look up in the user's language: what stands inside
//! `t("…")`, `tf("…")`, `tn("…", "…")` and the brackets of `html!(h, ["…"])`, and, as the app also hands labels from
//! `model` to them, every other literal there that reads like text. One too many costs a translator a glance; one too few stays English.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result};

use crate::{
    repo::{Repo, walk},
    stage,
};

/// What is said to developers only.
const NOT_ON_SCREEN: [&str; 9] =
    ["format", "write", "writeln", "println", "panic", "assert", "debug_assert", "expect", "context"];

pub fn of_repo(repo: &Repo) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for folder in ["frontend/src", "frontend/model/src"] {
        let folder = repo.root.join(folder);
        let sources = if folder.is_dir() { walk(&folder)? } else { Vec::new() };
        for (_, place) in sources.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let source = fs::read_to_string(place).with_context(|| format!("cannot read {}", place.display()))?;
            collect(&source, Language::Rust, &mut texts);
        }
    }
    if let Ok(loader) = fs::read_to_string(repo.plugin().join(stage::LOADER)) {
        collect(&loader, Language::Script, &mut texts);
    }
    Ok(texts)
}

/// A JSON list, one text a line.
pub fn to_json(texts: &BTreeSet<String>) -> Result<String> {
    let mut json = serde_json::to_string_pretty(texts).context("cannot write the list of texts")?;
    json.push('\n');
    Ok(json)
}

#[derive(Clone, Copy, PartialEq)]
enum Language {
    Rust,
    /// JavaScript without regular expressions that hold a quote.
    Script,
}

fn collect(source: &str, language: Language, texts: &mut BTreeSet<String>) {
    // Tests stand last in a file, and their texts are nobody's.
    let source = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut reader = Reader { rest: source, language };
    // The function whose first argument comes next, and how many literals of a `tn` are still to come.
    let (mut word, mut call, mut method, mut awaited) = ("", "", false, 0);
    let mut glued = false;
    // What is open around the token; `!` is the parenthesis of an `html!`.
    let mut open = Vec::new();
    while let Some(token) = reader.next() {
        let assigns = matches!(token, Token::Sign('='));
        match token {
            Token::Sign('(') if word == "html" => open.push('!'),
            Token::Sign(sign @ ('(' | '[' | '{')) => open.push(sign),
            Token::Sign(')' | ']' | '}') => _ = open.pop(),
            _ => {}
        }
        match token {
            Token::Word(next) => {
                method = matches!(word, "." | "fn" | "function");
                word = next;
            }
            Token::Sign('!') => {}
            Token::Sign('(') => {
                call = if method && matches!(word, "t" | "tf" | "tn") { "" } else { word };
                awaited = if call == "tn" { 2 } else { 0 };
                word = "";
            }
            Token::Sign('.') => word = ".",
            Token::Sign(',') if awaited > 0 || NOT_ON_SCREEN.contains(&call) => word = "",
            Token::Sign(_) => (word, call) = ("", ""),
            Token::Literal(text) => {
                let translated = matches!(call, "t" | "tf" | "tn") || is_slot(&open);
                let shown = language == Language::Rust && !glued && !NOT_ON_SCREEN.contains(&call);
                if translated || shown && reads_like_text(&text) {
                    texts.insert(text);
                }
                awaited -= i32::from(awaited > 0);
                (word, call) = ("", if awaited > 0 { call } else { "" });
            }
        }
        // `class="…"`: an attribute's value, whereas a constant has a space there.
        glued = assigns && reader.rest.starts_with('"');
    }
}

/// `html!(h, ["…"])`, also in a choice, `[if new { "…" } else { "…" }]`; not what stands in other brackets, or in a call.
fn is_slot(open: &[char]) -> bool {
    let outside = open.len() - open.iter().rev().take_while(|sign| **sign == '{').count();
    open[..outside].ends_with(&['!', '['])
}

/// `Error rate`, `{count} at once`, `against the 7 days before`; not `NumberFormat`, `X-WP-Nonce`, `gw-chip gw-card`.
fn reads_like_text(text: &str) -> bool {
    let letters = text.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_lowercase));
    let of_code =
        text.contains(['<', '>', '=', ';', '"', '[', '$', '\n']) || text.contains("::") || text.trim() != text;
    let first = text.chars().next().unwrap_or_default();
    let sentence = text.contains(' ');
    // `NumberFormat`, `Content-Type`: one word with capitals inside.
    let name = !sentence && text.chars().skip(1).any(|c| c.is_ascii_uppercase());
    let opens = first.is_ascii_uppercase() || matches!(first, '“' | '{');
    let phrase = sentence && !text.contains('-') && (first.is_ascii_lowercase() || first == '(');
    letters && !of_code && !name && (opens || phrase)
}

enum Token<'a> {
    Word(&'a str),
    Literal(String),
    Sign(char),
}

struct Reader<'a> {
    rest: &'a str,
    language: Language,
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
            '\'' | '`' if self.language == Language::Script => Some(Token::Literal(self.quoted(first))),
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
        let after = self.rest.strip_prefix('r').filter(|_| self.language == Language::Rust)?;
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

    fn texts(language: Language, source: &str) -> Vec<String> {
        let mut texts = BTreeSet::new();
        collect(source, language, &mut texts);
        texts.into_iter().collect()
    }

    #[test]
    fn literals_of_the_translation_functions_are_found() {
        let source = r##"
            // t("in a comment") /* t("too") */
            let quote = '"'; let tick = '\''; fn of<'a>(x: &'a str) {}
            view! { <p>{t("say \"hi\" \u{2026}")}</p> <b title=t!( "macro" )/> }
            tf("{count} of \
                {total}", &[("count", &t("nested"))]);
            tn("one", "many", n, "shown");
            i18n::t(r#"raw "text""#); text.t("method"); cat("word");"##;
        let source = format!("{source}\n#[cfg(test)]\nmod tests {{ t(\"of a test\") }}");
        assert_eq!(
            texts(Language::Rust, &source),
            ["macro", "many", "nested", "one", "raw \"text\"", "say \"hi\" …", "{count} of {total}"]
        );
    }

    #[test]
    fn the_brackets_of_markup_are_found_whatever_they_hold() {
        let source = r##"
            html!(h, r#"<p class="a" title=""# ["sign-in"] "\">" {row["id"]} ["days"] ["of"] "</p>");
            crate::markup::html!(h, "<b>" [if busy { "busy" } else { "idle" }] "</b>"
                (for name in ["rpm", "tpm"] { html!(h, "<i>" {name} [ "per minute" ] [t("nested")] "</i>"); }) "<hr>");
            html!(h, "<td>" [label(["not", "these"])] [body["code"]] (cell(h, "plain")));
            let list = ["status"]; h.translated("Shown");"##;
        assert_eq!(
            texts(Language::Rust, source),
            ["Shown", "busy", "days", "idle", "nested", "of", "per minute", "sign-in"]
        );
    }

    #[test]
    fn labels_that_are_translated_elsewhere_are_found() {
        let source = r#"
            const WORDS: &str = "Refused by the gateway";
            match range { Today => "Today", Week => "against the 7 days before", Key => "“{key}” is blocked." }
            Intl::get("NumberFormat", "Content-Type"); view! { <b class="Some class"/> }
            ("gw-chip gw-card", "yes", "GET", "0 0 24 24"); format!("Wrong {x}"); x.expect("Never happens"); write!(f, "Not {x}");"#;
        assert_eq!(
            texts(Language::Rust, source),
            ["Refused by the gateway", "Today", "against the 7 days before", "“{key}” is blocked."]
        );
    }

    #[test]
    fn the_loaders_texts_are_found() {
        let source = "const x = 'It is t(\"no\")'; fail(t('It failed'), `Not t(\"this\")`);";
        assert_eq!(texts(Language::Script, source), ["It failed"]);
    }
}
