//! `zip`: stage, inspect, write, and read back what was written.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{
    SLUG, archive,
    hash::sha256_hex,
    inspect::{self, Inspection},
    minify::Minifier,
    module,
    repo::Repo,
    sizes, stage, third_party, versions,
};

pub fn run(repo: &Repo, out: &Path) -> Result<()> {
    let minifier = Minifier::install(&repo.root.join("package"))?;
    println!("{}", module::table_of(repo)?);
    let (zip, inspection) = make(repo, &minifier, third_party::notices(repo)?, out)?;
    for note in &inspection.notes {
        println!("note: {note}");
    }
    let bytes = fs::metadata(&zip).context("cannot read the size of the zip")?.len();
    println!("{}\n{} is ready: {bytes} bytes", sizes::table(&inspection.files), zip.display());
    Ok(())
}

/// Writes `<out>/litellm-dashboard.zip` and its checksum; refuses, writing nothing, when a check fails.
pub fn make(
    repo: &Repo,
    minifier: &Minifier,
    third_party: Vec<u8>,
    out: &Path,
) -> Result<(std::path::PathBuf, Inspection)> {
    let mut files = stage::stage(repo, minifier)?;
    files.insert(stage::THIRD_PARTY.to_owned(), third_party);
    let inspection = inspect::inspect(files, &inspect::Expected::of(repo, versions::in_repo(&repo.root)?))?;
    let zipped = archive::write(&inspection.files).context("cannot make the zip")?;
    ensure!(archive::read(&zipped)? == inspection.files, "the zip does not give back the files that went in");

    let zip = out.join(format!("{SLUG}.zip"));
    let checksum = format!("{}  {SLUG}.zip\n", sha256_hex(&zipped));
    fs::create_dir_all(out).with_context(|| format!("cannot make the folder {}", out.display()))?;
    fs::write(&zip, &zipped).with_context(|| format!("cannot write {}", zip.display()))?;
    fs::write(out.join(format!("{SLUG}.zip.sha256")), checksum).context("cannot write the checksum")?;
    Ok((zip, inspection))
}
