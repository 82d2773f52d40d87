//! Short names for what the module takes from its script: wasm-bindgen's have hashes in them, which hardly compress, and
//! stand in both files.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result, anyhow, ensure};
use walrus::{ImportKind, Module};

/// Renames them in both, in the order in which the module has them.
pub fn shorten(module: &Path, script: &Path) -> Result<()> {
    let mut wasm = Module::from_file(module).map_err(|error| anyhow!("cannot read {}: {error:#}", module.display()))?;
    let text = fs::read_to_string(script).with_context(|| format!("cannot read {}", script.display()))?;
    let mut names = HashMap::new();
    for import in wasm.imports.iter_mut() {
        if matches!(import.kind, ImportKind::Function(_)) && import.name.starts_with("__wb") {
            let short = format!("i{}", names.len());
            ensure!(!has_word(&text, &short), "the script has a name {short} already");
            names.insert(std::mem::replace(&mut import.name, short.clone()), short);
        }
    }
    ensure!(!names.is_empty(), "the module takes nothing from its script");
    wasm.emit_wasm_file(module).map_err(|error| anyhow!("cannot write {}: {error:#}", module.display()))?;
    fs::write(script, renamed(&text, &names)).with_context(|| format!("cannot write {}", script.display()))
}

fn is_part_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !before.is_some_and(is_part_of_word) && !after.is_some_and(is_part_of_word)
    })
}

/// Only whole words: one name may be the beginning of another.
fn renamed(text: &str, names: &HashMap<String, String>) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_part_of_word) {
        let (before, word) = rest.split_at(at);
        let (word, after) = word.split_at(word.find(|letter| !is_part_of_word(letter)).unwrap_or(word.len()));
        renamed.push_str(before);
        renamed.push_str(names.get(word).map_or(word, String::as_str));
        rest = after;
    }
    renamed + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_renamed() {
        let names = HashMap::from([("__wbg_new_1".to_owned(), "i0".to_owned())]);
        let text = "{ __wbg_new_1: f(), __wbg_new_12: g(), x__wbg_new_1: 1 }; a.__wbg_new_1";
        assert_eq!(renamed(text, &names), "{ i0: f(), __wbg_new_12: g(), x__wbg_new_1: 1 }; a.i0");
        assert!(has_word("f(i0)", "i0") && !has_word("i01 ai0 $i0", "i0"));
    }
}
