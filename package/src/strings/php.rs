//! What PHP says itself, which is little: `__( '…', 'litellm-dashboard' )` and its like, and the plugin's description.

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
        match literal(arguments).filter(|_| name == "__(") {
            Some(text) => found.texts.push(text),
            None => {
                let line = source[..at].matches('\n').count() + 1;
                found.problems.push(format!(
                    "{line}: a text is '…' in __(), esc_html__() or esc_attr__(), with '{SLUG}' after it"
                ));
            }
        }
    }
    found
}

fn literal(arguments: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = arguments.strip_prefix('\'')?.char_indices();
    let end = loop {
        match rest.next()? {
            (at, '\'') => break at + 2,
            (_, '\\') => text.push(rest.next()?.1),
            (_, other) => text.push(other),
        }
    };
    let domain = arguments[end..].trim_start().strip_prefix(',')?.trim_start().strip_prefix('\'')?;
    domain.strip_prefix(SLUG)?.starts_with('\'').then_some(text)
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
    fn another_domain_and_another_function_are_told() {
        for source in [
            "__( 'a' )",
            "__( 'a', 'other' )",
            "_n( 'a', 'b', 1, 'litellm-dashboard' )",
            "_e( 'a', 'litellm-dashboard' )",
        ] {
            assert_eq!(read(source).problems.len(), 1, "{source}");
        }
    }
}
