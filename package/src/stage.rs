//! Puts the plugin together in memory: `php-shim/`, the built app in its shipped form, the list of texts, the licence.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    Files, gzip,
    hash::sha256_hex,
    minify::Minifier,
    repo::{Repo, walk},
    strings,
};

pub const LOADER: &str = "assets/loader.js";
pub const GLUE: &str = "assets/app/dashboard.js";
pub const MODULE: &str = "assets/app/dashboard_bg.wasm";
pub const COMPRESSED: &str = "assets/app/dashboard.bin";
pub const STYLE: &str = "assets/app/dashboard.css";
pub const BUILD: &str = "assets/app/build.json";
pub const STRINGS: &str = "languages/strings.json";
pub const LICENSE: &str = "license.txt";

pub fn stage(repo: &Repo, minifier: &Minifier) -> Result<Files> {
    let mut files = Files::new();
    for (path, place) in walk(&repo.plugin())? {
        // A development server may keep a built app there; the zip takes it from trunk only.
        if !path.starts_with("assets/app/") {
            let bytes = fs::read(&place).with_context(|| format!("cannot read {}", place.display()))?;
            files.insert(path, bytes);
        }
    }
    if let Some(loader) = files.get(LOADER) {
        let loader = minifier.minify("js", loader).context("cannot minify php-shim/assets/loader.js")?;
        files.insert(LOADER.to_owned(), loader);
    }
    let module = built(repo, "dashboard_bg.wasm")?;
    let glue = minifier.minify("js", &built(repo, "dashboard.js")?).context("cannot minify dashboard.js")?;
    let style = minifier.minify("css", &built(repo, "dashboard.css")?).context("cannot minify dashboard.css")?;
    files.insert(COMPRESSED.to_owned(), gzip::compress_cached(&module, &repo.cache())?);
    files.insert(MODULE.to_owned(), module);
    files.insert(GLUE.to_owned(), glue);
    files.insert(STYLE.to_owned(), style);
    files.insert(BUILD.to_owned(), format!("{{\"hash\":\"{}\"}}\n", build_hash(&files)).into_bytes());
    files.insert(STRINGS.to_owned(), strings::to_json(&strings::of_repo(repo)?)?.into_bytes());
    if let Ok(license) = fs::read(repo.root.join("LICENSE")) {
        files.insert(LICENSE.to_owned(), license);
    }
    Ok(files)
}

/// What the addresses of the assets carry as `ver`: another one as soon as one byte of them is another.
pub fn build_hash(files: &Files) -> String {
    let mut all = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("assets/") && *path != BUILD) {
        all.extend_from_slice(format!("{path}\0{}\0", bytes.len()).as_bytes());
        all.extend_from_slice(bytes);
    }
    sha256_hex(&all)[..16].to_owned()
}

fn built(repo: &Repo, name: &str) -> Result<Vec<u8>> {
    let place = repo.app().join(name);
    fs::read(&place).with_context(|| format!("cannot read {}: build the app first, `make build`", place.display()))
}
