//! What the packer is made of. A plugin is a map from path to bytes all the way:
//! `stage` fills it, `inspect` judges it, `archive` writes and reads it.

use std::collections::BTreeMap;

pub mod archive;
pub mod commands;
mod contents;
pub mod contract;
pub mod gzip;
pub mod hash;
pub mod inspect;
pub mod languages;
pub mod leaks;
pub mod minify;
pub mod module;
mod php;
pub mod repo;
pub mod sizes;
pub mod split;
pub mod stage;
pub mod strings;
mod third_party;
pub mod versions;

/// The plugin's name in WordPress, and the top folder of the zip.
pub const SLUG: &str = "litellm-dashboard";

/// Paths below the plugin's folder, with `/`, in the order in which they lie in the zip.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A file's text; empty when it is missing or not UTF-8, which other checks report.
pub(crate) fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}
