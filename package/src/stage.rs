//! Puts the plugin together in memory: `php-shim/`, the built app in its shipped form, the list of texts, the licence.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use crate::{
    Files, gzip,
    hash::sha256_hex,
    languages,
    minify::Minifier,
    module,
    repo::{Repo, walk},
    strings, text,
};

pub const APP: &str = "assets/app/";
const FIRST_RUN: &str = "first_run";

pub const LOADER: &str = "assets/loader.js";
/// What the page looks like before the app is there.
pub const BOOT: &str = "assets/app/boot.css";
pub const STYLE: &str = "assets/app/dashboard.css";
pub const GLUE: &str = "assets/app/dashboard.js";
pub const MODULE: &str = "assets/app/dashboard_bg.wasm";
/// `STYLE` and `GLUE` in one, and `MODULE`, compressed: what browsers take. Chunks lie beside them as `<name>.wasm` and
/// `<name>.bin`.
pub const SHELL: &str = "assets/app/shell.bin";
pub const COMPRESSED: &str = "assets/app/dashboard.bin";
pub const BUILD: &str = "assets/app/build.json";
pub const STRINGS: &str = "languages/strings.json";
pub const LICENSE: &str = "license.txt";
/// The licences of what others wrote.
pub const THIRD_PARTY: &str = "third-party.txt";

pub fn stage(repo: &Repo, minifier: &Minifier) -> Result<Files> {
    let mut files = Files::new();
    for (path, place) in walk(&repo.plugin())? {
        // A development server may keep a built app there; the zip takes it from trunk only.
        if !path.starts_with(APP) {
            let bytes = fs::read(&place).with_context(|| format!("cannot read {}", place.display()))?;
            files.insert(path, bytes);
        }
    }
    if let Some(loader) = files.get(LOADER) {
        let loader = minifier.minify("js", loader).context("cannot minify php-shim/assets/loader.js")?;
        files.insert(LOADER.to_owned(), loader);
    }
    for path in [BOOT, STYLE] {
        let small = minifier.minify("css", &built(repo, path)?).with_context(|| format!("cannot minify {path}"))?;
        files.insert(path.to_owned(), small);
    }
    files.insert(
        GLUE.to_owned(),
        minifier.bundle(&place(repo, GLUE)).context("cannot take in the app's script: is it built? `make build`")?,
    );
    let shell = shell(&files);
    files.insert(SHELL.to_owned(), gzip::compress_cached(&shell, &repo.cache())?);
    for path in modules(repo)? {
        let module = module::shipped(&built(repo, &path)?)
            .with_context(|| format!("{path} is not a WebAssembly module: build the app again, `make build`"))?;
        files.insert(compressed(&path), gzip::compress_cached(&module, &repo.cache())?);
        files.insert(path, module);
    }
    files.insert(BUILD.to_owned(), format!("{{\"hash\":\"{}\"}}\n", build_hash(&files)).into_bytes());
    languages::compile(repo, &mut files)?;
    files.insert(STRINGS.to_owned(), strings::to_json(&strings::of_repo(repo)?)?.into_bytes());
    if let Ok(license) = fs::read(repo.root.join("LICENSE")) {
        files.insert(LICENSE.to_owned(), license);
    }
    Ok(files)
}

/// The module, and the chunks that were built.
pub(crate) fn modules(repo: &Repo) -> Result<Vec<String>> {
    let mut modules = vec![MODULE.to_owned()];
    let built = walk(&repo.app()).context("is the app built? `make build`")?;
    let built = built.iter().map(|(path, _)| format!("{APP}{path}"));
    modules.extend(built.filter(|path| chunk_of(path).is_some()));
    Ok(modules)
}

/// The name of a chunk, by the path of its plain form.
pub(crate) fn chunk_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix(APP)?.strip_suffix(".wasm")?;
    (path != MODULE && !name.contains('/')).then_some(name)
}

/// Where the compressed form of a module or a chunk lies.
pub(crate) fn compressed(path: &str) -> String {
    chunk_of(path).map_or(COMPRESSED.to_owned(), |name| format!("{APP}{name}.bin"))
}

/// The chunks that show pages: those of pages.json, where a page may name that of another one, and what is shown until the
/// plugin is configured.
pub(crate) fn page_chunks(files: &Files) -> Vec<String> {
    let pages: serde_json::Value = serde_json::from_str(text(files, "pages.json")).unwrap_or_default();
    let pages =
        pages.as_array().into_iter().flatten().filter_map(|page| page["chunk"].as_str().or(page["name"].as_str()));
    let mut names: Vec<String> = pages.chain([FIRST_RUN]).map(str::to_owned).collect();
    names.dedup();
    names
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

/// `[style sheet, script]`: the loader tells it by its first byte from what a host may send instead.
pub(crate) fn shell(files: &Files) -> Vec<u8> {
    json!([text(files, STYLE), text(files, GLUE)]).to_string().into_bytes()
}

/// What trunk made under the last part of the path.
pub(crate) fn built(repo: &Repo, path: &str) -> Result<Vec<u8>> {
    let place = place(repo, path);
    fs::read(&place).with_context(|| format!("cannot read {}: build the app first, `make build`", place.display()))
}

fn place(repo: &Repo, path: &str) -> PathBuf {
    repo.app().join(path.trim_start_matches(APP))
}
