//! `t( '…' )` in the loader. It is one small file of ours, so nothing but such a call is looked for, and what is not
//! plainly a literal there is an error.

use super::Found;

pub fn read(source: &str) -> Found {
    let mut found = Found::default();
    for (at, _) in source.match_indices("t(") {
        let before = source[..at].trim_end_matches(' ');
        let part_of_a_name = source[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
            || before.ends_with("function");
        if part_of_a_name {
            continue;
        }
        match literal(source[at + 2..].trim_start()) {
            Some(text) => found.texts.push(text.to_owned()),
            None => {
                let line = source[..at].matches('\n').count() + 1;
                found.problems.push(format!("{line}: t() takes a literal without a backslash"));
            }
        }
    }
    found
}

/// What stands in the quotes at the start, when nothing is added to it.
fn literal(source: &str) -> Option<&str> {
    let quote = source.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let (text, rest) = source[1..].split_once(quote)?;
    let ends = rest.trim_start().starts_with([',', ')']);
    (ends && !text.contains(['\\', '\n'])).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loaders_texts_are_found() {
        let found = read(
            "fail( t( 'It failed: {why}', { why } ), t(\"can't\") ); at( 'no' ); a.t( 'no' );\nfunction t( english ) {}",
        );
        assert_eq!((found.texts, found.problems), (vec!["It failed: {why}".to_owned(), "can't".to_owned()], vec![]));
    }

    #[test]
    fn what_is_not_a_literal_is_told_with_its_line() {
        for source in ["\nt( words );", "\nt( 'a' + b );", "\nt( `a` );", "\nt( 'it\\'s' );", "\nt( 'never ends );"] {
            assert_eq!(read(source).problems, ["2: t() takes a literal without a backslash"], "{source}");
        }
    }
}
