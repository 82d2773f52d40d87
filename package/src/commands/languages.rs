//! `languages`: brings the template and the translations up to the sources; what is new in them is empty.

use std::fs;

use anyhow::{Context, Result};

use crate::{SLUG, languages, repo::Repo};

pub fn run(repo: &Repo) -> Result<()> {
    let folder = repo.plugin().join("languages");
    fs::create_dir_all(&folder).context("cannot make php-shim/languages")?;
    let template = languages::template(repo)?;
    write(repo, languages::TEMPLATE, &languages::to_po(&template)?)?;
    println!("{}: {} texts", languages::TEMPLATE, template.count());
    for (locale, known) in languages::catalogs(repo)? {
        let catalog = languages::merged(&template, &known);
        let path = format!("languages/{SLUG}-{locale}.po");
        write(repo, &path, &languages::to_po(&catalog)?)?;
        let problems = languages::problems(&template, &catalog);
        println!("{path}: {} to do", problems.len());
        problems.iter().for_each(|problem| println!("- {problem}"));
    }
    Ok(())
}

fn write(repo: &Repo, path: &str, bytes: &[u8]) -> Result<()> {
    fs::write(repo.plugin().join(path), bytes).with_context(|| format!("cannot write php-shim/{path}"))
}
