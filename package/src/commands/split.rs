//! `split`: the second half of building the app, after trunk.

use anyhow::Result;

use crate::{repo::Repo, split};

pub fn run(repo: &Repo) -> Result<()> {
    split::split(repo)
}
