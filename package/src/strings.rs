//! The English texts that reach the screen, for PHP to look up in the user's language:
//! those that `msg!` and `plural!` make, the loader's, and the titles of the pages.

mod php;
mod rust;
mod script;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::{repo::Repo, stage};

/// What `languages/strings.json` holds.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Texts {
    pub texts: BTreeSet<String>,
    /// gettext's singular, which is the key, and its plural.
    pub plurals: BTreeMap<String, String>,
}

/// Texts of one file, and why some of them cannot be read.
#[derive(Debug, Default)]
struct Found {
    texts: Vec<String>,
    plurals: Vec<(String, String)>,
    /// `line: what is wrong`
    problems: Vec<String>,
}

#[derive(Deserialize)]
struct Page {
    title: String,
}

/// Every text of the plugin, as its singular and plural, with the files in which it stands.
pub type Sources = BTreeMap<(String, Option<String>), BTreeSet<String>>;

pub fn of_repo(repo: &Repo) -> Result<Texts> {
    together(of_app(repo)?)
}

/// Those of the app, and the sentences of PHP.
pub fn sources(repo: &Repo) -> Result<Sources> {
    let mut files = of_app(repo)?;
    files.extend(php::of_plugin(repo)?);
    let mut sources = Sources::new();
    for (path, found) in &files {
        let texts = found.texts.iter().map(|text| (text.clone(), None));
        let plurals = found.plurals.iter().map(|(one, other)| (one.clone(), Some(other.clone())));
        for text in texts.chain(plurals) {
            sources.entry(text).or_default().insert(path.clone());
        }
    }
    together(files)?;
    Ok(sources)
}

fn of_app(repo: &Repo) -> Result<Vec<(String, Found)>> {
    let mut files = Vec::new();
    for folder in ["frontend/src", "frontend/model/src"] {
        files.extend(rust::of_folder(repo, folder)?);
    }
    let loader = format!("php-shim/{}", stage::LOADER);
    if let Ok(source) = fs::read_to_string(repo.root.join(&loader)) {
        files.push((loader, script::read(&source)));
    }
    if let Ok(pages) = fs::read(repo.plugin().join("pages.json")) {
        let pages: Vec<Page> = serde_json::from_slice(&pages).context("cannot read php-shim/pages.json")?;
        let texts = pages.into_iter().map(|page| page.title).collect();
        files.push(("php-shim/pages.json".to_owned(), Found { texts, ..Found::default() }));
    }
    Ok(files)
}

fn together(files: Vec<(String, Found)>) -> Result<Texts> {
    let (mut all, mut problems) = (Texts::default(), Vec::new());
    for (path, found) in files {
        problems.extend(found.problems.iter().map(|problem| format!("{path}:{problem}")));
        for text in found.texts.iter().chain(found.plurals.iter().flat_map(|(one, other)| [one, other])) {
            // What stands between two things, such as `, `, is no sentence.
            let glued = text.trim() != text && text.contains(char::is_alphabetic);
            if glued || text.is_empty() {
                problems.push(format!("{path}: {text:?} is empty or a part of a sentence: give translators all of it"));
            }
        }
        all.texts.extend(found.texts);
        for (one, other) in found.plurals {
            if let Some(known) = all.plurals.insert(one.clone(), other.clone()).filter(|known| *known != other) {
                problems.push(format!(
                    "{path}: the plural of {one:?} is {other:?} here and {known:?} elsewhere, and translators have one place for it"
                ));
            }
        }
    }
    if !problems.is_empty() {
        bail!("the texts for translators cannot be listed:\n- {}", problems.join("\n- "));
    }
    Ok(all)
}

/// One text a line.
pub fn to_json(texts: &Texts) -> Result<String> {
    let mut json = serde_json::to_string_pretty(texts).context("cannot write the list of texts")?;
    json.push('\n');
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_singular_has_one_plural() {
        let file = |other: &str| {
            let plurals = vec![("{count} key".to_owned(), other.to_owned())];
            ("a.rs".to_owned(), Found { plurals, ..Found::default() })
        };
        assert!(together(vec![file("{count} keys"), file("{count} keys")]).is_ok());
        let refused = together(vec![file("{count} keys"), file("keys")]);
        assert!(refused.is_err_and(|error| error.to_string().contains("a.rs: the plural of \"{count} key\"")));
    }

    #[test]
    fn a_part_of_a_sentence_is_refused() {
        let file = |text: &str| ("a.rs".to_owned(), Found { texts: vec![text.to_owned()], ..Found::default() });
        assert!(together(vec![file("of these"), file(", ")]).is_ok());
        assert!(together(vec![file(" of these")]).is_err());
        assert!(together(vec![file("")]).is_err());
    }
}
