//! `check`: the same questions to a zip that is there already, and to its checksum when it lies beside it.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{archive, hash::sha256_hex, inspect, repo::Repo, sizes};

pub fn run(repo: &Repo, zip: &Path) -> Result<()> {
    let zipped = fs::read(zip).with_context(|| format!("cannot read {}", zip.display()))?;
    if let Ok(checksum) = fs::read_to_string(format!("{}.sha256", zip.display())) {
        let stated = checksum.split_whitespace().next().unwrap_or_default();
        ensure!(stated == sha256_hex(&zipped), "{}.sha256 belongs to another file: make the zip again", zip.display());
    }
    let files = archive::read(&zipped).with_context(|| format!("cannot read {} as a zip", zip.display()))?;
    let inspection = inspect::inspect(files, &inspect::Expected::of(repo, Vec::new()))?;
    for note in &inspection.notes {
        println!("note: {note}");
    }
    println!("{}\n{} is in order", sizes::table(&inspection.files), zip.display());
    Ok(())
}
