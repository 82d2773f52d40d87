//! `strings`: what PHP offers to translators, as it goes into the zip.

use anyhow::Result;

use crate::{repo::Repo, strings};

pub fn run(repo: &Repo) -> Result<()> {
    let found = strings::of_repo(repo)?;
    for place in &found.without_literal {
        eprintln!("note: {place}: the text is not a literal, so it is not in the list");
    }
    print!("{}", strings::to_json(&found.texts)?);
    Ok(())
}
