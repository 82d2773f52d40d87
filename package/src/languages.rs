//! The files of translators in `php-shim/languages/`: the template, a `.po` for each language, and what WordPress reads of them.

use std::{collections::BTreeSet, fs, io::BufWriter, path::Path};

use anyhow::{Context, Result, anyhow};
use polib::{
    catalog::Catalog,
    message::{Message, MessageView},
    metadata::CatalogMetadata,
    mo_file, po_file,
};

use crate::{
    Files, SLUG,
    repo::{Repo, walk},
    strings,
};

pub const TEMPLATE: &str = "languages/litellm-dashboard.pot";

/// All texts, with nothing translated.
pub fn template(repo: &Repo) -> Result<Catalog> {
    let mut catalog = Catalog::new(CatalogMetadata {
        project_id_version: "LiteLLM Dashboard".to_owned(),
        mime_version: "1.0".to_owned(),
        content_type: "text/plain; charset=UTF-8".to_owned(),
        content_transfer_encoding: "8bit".to_owned(),
        ..CatalogMetadata::default()
    });
    for ((one, other), files) in strings::sources(repo)? {
        let source = files.into_iter().collect::<Vec<_>>().join("\n");
        catalog.append_or_update(match other {
            None => Message::build_singular().with_msgid(one).with_source(source).done(),
            Some(other) => {
                let forms = vec![String::new(); 2];
                let mut plural = Message::build_plural();
                plural.with_msgid(one).with_msgid_plural(other).with_msgstr_plural(forms).with_source(source).done()
            }
        });
    }
    Ok(catalog)
}

/// The texts of the template, with what is known of their translation.
pub fn merged(template: &Catalog, known: &Catalog) -> Catalog {
    let mut catalog = Catalog::new(known.metadata.clone());
    catalog.preheader.clone_from(&known.preheader);
    for text in template.messages() {
        let there = find(known, text);
        let mut message = if text.is_plural() { Message::build_plural() } else { Message::build_singular() };
        message.with_msgid(text.msgid().to_owned()).with_source(text.source().to_owned());
        if let Some(there) = there {
            message.with_translator_comments(there.translator_comments().to_owned()).with_flags(there.flags().clone());
        }
        if let Ok(other) = text.msgid_plural() {
            let forms = there.and_then(|there| there.msgstr_plural().ok().cloned());
            let none = || vec![String::new(); known.metadata.plural_rules.nplurals];
            message.with_msgid_plural(other.to_owned()).with_msgstr_plural(forms.unwrap_or_else(none));
        } else {
            message.with_msgstr(there.and_then(|there| there.msgstr().ok()).unwrap_or_default().to_owned());
        }
        catalog.append_or_update(message.done());
    }
    catalog
}

fn find<'a>(catalog: &'a Catalog, text: &dyn MessageView) -> Option<&'a dyn MessageView> {
    catalog.find_message(None, text.msgid(), text.msgid_plural().ok())
}

/// What a translation lacks, and what of it would be wrong on the screen.
pub fn problems(template: &Catalog, catalog: &Catalog) -> Vec<String> {
    let mut problems = Vec::new();
    let forms = catalog.metadata.plural_rules.nplurals;
    for text in template.messages() {
        let english = text.msgid();
        let Some(there) = find(catalog, text).filter(|there| there.is_translated() && !there.is_fuzzy()) else {
            problems.push(format!("{english:?} is not translated"));
            continue;
        };
        let words: Vec<&str> = match there.msgstr_plural() {
            Ok(words) => words.iter().map(String::as_str).collect(),
            Err(_) => there.msgstr().into_iter().collect(),
        };
        if there.is_plural() && (words.len() != forms || words.contains(&"")) {
            problems.push(format!("{english:?} has not {forms} plural forms"));
        }
        let other = text.msgid_plural().map(places).unwrap_or_default();
        for words in words {
            let (wanted, found) = (places(english), places(words));
            // "One key" needs no number, "{count} keys" does.
            if found != wanted && found != other {
                problems.push(format!("{english:?} has {wanted:?}, and {words:?} has {found:?}"));
            }
        }
    }
    for there in catalog.messages().filter(|there| find(template, *there).is_none()) {
        problems.push(format!("{:?} is no text of the plugin any more", there.msgid()));
    }
    problems
}

/// What is filled in: `{name}`, `%s`, `%1$s`.
fn places(text: &str) -> BTreeSet<&str> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    let names = names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    let printed = text.match_indices('%').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$').len();
        rest[digits..].starts_with('s').then(|| &rest[..=digits])
    });
    names.chain(printed).collect()
}

/// The languages that are there, by WordPress's name: `zh_CN`.
pub fn catalogs(repo: &Repo) -> Result<Vec<(String, Catalog)>> {
    let folder = repo.plugin().join("languages");
    let mut catalogs = Vec::new();
    for (path, place) in if folder.is_dir() { walk(&folder)? } else { Vec::new() } {
        if let Some(locale) = path.strip_prefix(&format!("{SLUG}-")).and_then(|name| name.strip_suffix(".po")) {
            catalogs.push((locale.to_owned(), read(&place)?));
        }
    }
    Ok(catalogs)
}

pub fn read(place: &Path) -> Result<Catalog> {
    po_file::parse(place).map_err(|error| anyhow!("cannot read {}: {error}", place.display()))
}

pub fn to_po(catalog: &Catalog) -> Result<Vec<u8>> {
    let mut writer = BufWriter::new(Vec::new());
    po_file::write(catalog, &mut writer).context("cannot write a translation")?;
    Ok(writer.into_inner()?)
}

/// In the place of the `.po` files, what WordPress loads: `.l10n.php` from 6.5 on, `.mo` before.
/// What is not translated yet is left out, and stays English.
pub fn compile(repo: &Repo, files: &mut Files) -> Result<()> {
    let template = template(repo)?;
    for (locale, known) in catalogs(repo)? {
        let catalog = translated(&merged(&template, &known));
        let name = format!("languages/{SLUG}-{locale}");
        files.remove(&format!("{name}.po"));
        files.insert(format!("{name}.mo"), to_mo(repo, &catalog)?);
        files.insert(format!("{name}.l10n.php"), to_php(&locale, &catalog).into_bytes());
    }
    Ok(())
}

fn translated(catalog: &Catalog) -> Catalog {
    let mut left = Catalog::new(catalog.metadata.clone());
    for message in catalog.messages().filter(|message| message.is_translated() && !message.is_fuzzy()) {
        let mut copy = if message.is_plural() { Message::build_plural() } else { Message::build_singular() };
        copy.with_msgid(message.msgid().to_owned());
        match (message.msgid_plural(), message.msgstr_plural()) {
            (Ok(other), Ok(forms)) => copy.with_msgid_plural(other.to_owned()).with_msgstr_plural(forms.clone()),
            _ => copy.with_msgstr(message.msgstr().unwrap_or_default().to_owned()),
        };
        left.append_or_update(copy.done());
    }
    left
}

fn to_mo(repo: &Repo, catalog: &Catalog) -> Result<Vec<u8>> {
    let place = repo.cache().join(format!("{}.mo", catalog.metadata.language));
    fs::create_dir_all(repo.cache()).context("cannot make target/package")?;
    mo_file::write(catalog, &place).context("cannot write a .mo file")?;
    let bytes = fs::read(&place).context("cannot read the .mo file")?;
    fs::remove_file(&place).context("cannot remove the .mo file")?;
    Ok(bytes)
}

fn to_php(locale: &str, catalog: &Catalog) -> String {
    let rules = &catalog.metadata.plural_rules;
    let mut php = format!(
        "<?php\nreturn array( 'domain' => '{SLUG}', 'language' => '{locale}', 'plural-forms' => 'nplurals={}; plural={};', 'messages' => array(\n",
        rules.nplurals, rules.expr
    );
    for message in catalog.messages() {
        let key =
            [Some(message.msgid()), message.msgid_plural().ok()].into_iter().flatten().map(quoted).collect::<Vec<_>>();
        let words = match message.msgstr_plural() {
            Ok(forms) => forms.iter().map(|form| quoted(form)).collect::<Vec<_>>(),
            Err(_) => message.msgstr().into_iter().map(quoted).collect(),
        };
        php.push_str(&format!("{} => {},\n", key.join(" . \"\\0\" . "), words.join(" . \"\\0\" . ")));
    }
    php.push_str(") );\n");
    php
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(texts: &[(&str, &str)]) -> Catalog {
        let mut catalog = Catalog::new(CatalogMetadata::default());
        for (english, words) in texts {
            let mut message = Message::build_singular();
            catalog.append_or_update(message.with_msgid((*english).to_owned()).with_msgstr((*words).to_owned()).done());
        }
        catalog
    }

    #[test]
    fn what_is_filled_in_is_told_from_what_stands_there() {
        assert_eq!(places("{a} of {b_2}, {not one} and {}"), ["a", "b_2"].into());
        assert_eq!(places("%1$s of %s, 5 % so"), ["1$s", "s"].into());
    }

    #[test]
    fn a_translation_is_whole_or_says_what_is_wrong() {
        let template = catalog(&[("{a} of {b}", ""), ("Keys", "")]);
        assert_eq!(
            problems(&template, &catalog(&[("{a} of {b}", "{b}的{a}"), ("Keys", "密钥")])),
            Vec::<String>::new()
        );
        assert_eq!(problems(&template, &catalog(&[("{a} of {b}", "{b}的{c}"), ("Keys", "密钥")])).len(), 1);
        assert_eq!(problems(&template, &catalog(&[("{a} of {b}", "{b}的{a}"), ("Keys", "")])).len(), 1);
        let old = catalog(&[("{a} of {b}", "{b}的{a}"), ("Keys", "密钥"), ("Gone", "没")]);
        assert_eq!(problems(&template, &old), ["\"Gone\" is no text of the plugin any more"]);
        assert_eq!(merged(&template, &old).count(), 2);
    }

    #[test]
    fn php_has_what_gettext_has() {
        let mut catalog = catalog(&[("It isn't \\", "不 '是'")]);
        let mut plural = Message::build_plural();
        let plural = plural.with_msgid("a".to_owned()).with_msgid_plural("b".to_owned());
        catalog.append_or_update(plural.with_msgstr_plural(vec!["甲".to_owned()]).done());
        catalog.append_or_update(Message::build_singular().with_msgid("New".to_owned()).done());
        let catalog = translated(&catalog);
        assert_eq!(catalog.count(), 2);
        let php = to_php("zh_CN", &catalog);
        assert!(php.contains("'It isn\\'t \\\\' => '不 \\'是\\'',\n"), "{php}");
        assert!(php.contains("'a' . \"\\0\" . 'b' => '甲',\n"), "{php}");
    }
}
