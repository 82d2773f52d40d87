//! gzip as small as it gets, remembered by content: the module changes rarely, and zopfli takes seconds.

use std::{fs, io::Read, path::Path};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use zopfli::{Format, Options};

use crate::hash::sha256_hex;

/// Part of the remembered file's name, so that another compressor's result is never taken for this one's.
const COMPRESSOR: &str = "zopfli-0.8";

pub fn compress_cached(bytes: &[u8], cache: &Path) -> Result<Vec<u8>> {
    let known = cache.join(format!("{}.{COMPRESSOR}.gz", sha256_hex(bytes)));
    if let Ok(compressed) = fs::read(&known)
        && inflate(&compressed).is_ok_and(|inflated| inflated == bytes)
    {
        return Ok(compressed);
    }
    let compressed = compress(bytes)?;
    fs::create_dir_all(cache).with_context(|| format!("cannot make the folder {}", cache.display()))?;
    fs::write(&known, &compressed).with_context(|| format!("cannot write {}", known.display()))?;
    Ok(compressed)
}

/// The header holds no time and no name: the same bytes give the same result on any day and machine.
fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    zopfli::compress(Options::default(), Format::Gzip, bytes, &mut compressed).context("cannot compress")?;
    ensure!(inflate(&compressed)? == bytes, "what was compressed does not inflate to what it was");
    Ok(compressed)
}

pub fn inflate(compressed: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(compressed).read_to_end(&mut bytes).context("cannot inflate: not gzip, or cut short")?;
    Ok(bytes)
}
