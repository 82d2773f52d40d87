//! The zip itself: the same files give the same bytes, whenever and wherever it is made.

use std::io::{Cursor, Read, Write};

use anyhow::{Context, Result};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{Files, SLUG};

/// No file of ours comes near; a zip that was tampered with must not fill the memory.
const LARGEST_FILE: u64 = 32 * 1024 * 1024;

pub fn write(files: &Files) -> Result<Vec<u8>> {
    // The zip format's first day; a file's real time would make every build different.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(format!("{SLUG}/{path}"), options).with_context(|| format!("cannot add {path}"))?;
        writer.write_all(bytes).with_context(|| format!("cannot add {path}"))?;
    }
    Ok(writer.finish().context("cannot finish the zip")?.into_inner())
}

/// The files below the top folder. An entry elsewhere keeps its whole path, so that the inspection refuses it.
pub fn read(zipped: &[u8]) -> Result<Files> {
    let mut archive = ZipArchive::new(Cursor::new(zipped)).context("this is not a zip")?;
    let mut files = Files::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).with_context(|| format!("cannot read entry {index}"))?;
        let name = entry.name().with_context(|| format!("cannot read the name of entry {index}"))?.into_owned();
        let path = name.strip_prefix(&format!("{SLUG}/")).map_or_else(|| format!("../{name}"), str::to_owned);
        let mut bytes = Vec::new();
        entry.take(LARGEST_FILE).read_to_end(&mut bytes).with_context(|| format!("cannot unpack {name}"))?;
        files.insert(path, bytes);
    }
    Ok(files)
}
