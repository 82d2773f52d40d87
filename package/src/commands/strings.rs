//! `strings`: what PHP offers to translators, as it goes into the zip.

use anyhow::Result;

use crate::{repo::Repo, strings};

pub fn run(repo: &Repo) -> Result<()> {
    print!("{}", strings::to_json(&strings::of_repo(repo)?)?);
    Ok(())
}
