//! What PHP says itself: `__( '…', 'litellm-dashboard' )` and its like, `_n( '…', '…', …, 'litellm-dashboard' )`, and the
//! plugin's description.

use std::fs;

use anyhow::{Context, Result};

use super::Found;
use crate::{
    SLUG, contents,
    repo::{Repo, walk},
};

const MAIN: &str = "litellm-dashboard.php";
const FUNCTIONS: [&str; 5] = ["__(", "_e(", "_n(", "_x(", "_nx("];

pub fn of_plugin(repo: &Repo) -> Result<Vec<(String, Found)>> {
    let mut files = Vec::new();
    for (path, place) in walk(&repo.plugin())?.iter().filter(|(path, _)| path.ends_with(".php")) {
        let source = fs::read_to_string(place).with_context(|| format!("cannot read {}", place.display()))?;
        let mut found = read(&source);
        if path == MAIN {
            found.texts.extend(contents::header(&source, "Description:").map(str::to_owned));
        }
        files.push((format!("php-shim/{path}"), found));
    }
    Ok(files)
}

fn read(source: &str) -> Found {
    let mut found = Found::default();
    for (at, name) in FUNCTIONS.iter().flat_map(|name| source.match_indices(name)) {
        let arguments = source[at + name.len()..].trim_start();
        let part_of_a_name = name != "__(" && source[..at].ends_with(|c: char| c.is_alphanumeric());
        // A variable: what it holds comes from a list that is read elsewhere.
        if part_of_a_name || arguments.starts_with(['$', '(']) || source[..at].ends_with("function ") {
            continue;
        }
        match (name, literal(arguments), plural(arguments)) {
            ("__(", Some(text), _) => found.texts.push(text),
            ("_n(", _, Some(plural)) => found.plurals.push(plural),
            _ => {
                let line = source[..at].matches('\n').count() + 1;
                found.problems.push(format!(
                    "{line}: a text is '…' in __(), esc_html__() or esc_attr__(), or two of them in _n(), with '{SLUG}' after it"
                ));
            }
        }
    }
    found
}

fn literal(arguments: &str) -> Option<String> {
    let (text, rest) = quoted(arguments)?;
    let (domain, _) = quoted(rest.strip_prefix(',')?.trim_start())?;
    (domain == SLUG).then_some(text)
}

/// Singular and plural, then a number, whatever it is made of, then the domain.
fn plural(arguments: &str) -> Option<(String, String)> {
    let (one, rest) = quoted(arguments)?;
    let (other, rest) = quoted(rest.strip_prefix(',')?.trim_start())?;
    let (number, _) = rest.strip_prefix(',')?.split_once(&format!(", '{SLUG}'"))?;
    (!number.contains([';', '\n'])).then_some((one, other))
}

/// A text in single quotes, and what follows it.
fn quoted(source: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let inner = source.strip_prefix('\'')?;
    let mut rest = inner.char_indices();
    loop {
        match rest.next()? {
            (at, '\'') => return Some((text, inner[at + 1..].trim_start())),
            (_, '\\') => text.push(rest.next()?.1),
            (_, other) => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_found_and_variables_are_left_alone() {
        let found = read(
            "esc_html__( 'It isn\\'t', 'litellm-dashboard' ) . __( \"no\" ); __( $title, 'litellm-dashboard' ); \
             function __construct( array $a ) {} _n( (string) $one, $other, 1, 'litellm-dashboard' );",
        );
        assert_eq!(found.texts, ["It isn't"]);
        assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    }

    #[test]
    fn plurals_are_found_whatever_counts() {
        let found = read("_n( 'It isn\\'t', 'They aren\\'t', count( $all ), 'litellm-dashboard' )");
        assert_eq!(found.plurals, [("It isn't".to_owned(), "They aren't".to_owned())]);
        assert!(found.problems.is_empty(), "{:?}", found.problems);
    }

    #[test]
    fn another_domain_and_another_function_are_told() {
        for source in [
            "__( 'a' )",
            "__( 'a', 'other' )",
            "_n( 'a', 'b', 1 )",
            "_n( 'a', 'b', 1, 'other' )",
            "_n( 'a', $b, 1, 'litellm-dashboard' )",
            "_e( 'a', 'litellm-dashboard' )",
        ] {
            assert_eq!(read(source).problems.len(), 1, "{source}");
        }
    }
}
