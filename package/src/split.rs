//! Cuts the compiled app into the module and its chunks: one for each `chunk!` of the app. What several chunks use is in the
//! module, so that a page is never more than two files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};

use crate::repo::Repo;

/// How the module comes by a chunk; below it stands an export for each, by the name that the app was compiled with.
const GLUE: &str = include_str!("split/chunks.js");

/// What browsers can that are old enough to be asked for: those of `minify`.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Replaces the module in one piece that trunk has made, in its folder.
pub fn split(repo: &Repo) -> Result<()> {
    let compiled = repo.compiled();
    let compiled =
        fs::read(&compiled).with_context(|| format!("cannot read {}: `make build` makes it", compiled.display()))?;
    let (work, app) = (repo.cache().join("split"), repo.app());
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("cannot clear {}", work.display()))?;
    }
    let main = work.join("main.wasm");
    let mut options = Options::new(&compiled);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = "./chunks.js";
    let split = transform(options).map_err(|error| anyhow!("cannot split the app: {error:#}"))?;
    let mut names: Vec<String> = split.prefetch_map.into_keys().collect();
    names.sort();
    let pages: Vec<PathBuf> = names.iter().map(|name| work.join(format!("split_{name}.wasm"))).collect();
    let mut shared: Vec<&PathBuf> = split.split_modules.iter().filter(|file| !pages.contains(file)).collect();
    shared.sort();

    run(Command::new("wasm-bindgen")
        .args([
            "--target=web",
            "--no-typescript",
            "--keep-lld-exports",
            "--no-demangle",
            "--out-name=dashboard",
            "--out-dir",
        ])
        .args([&app, &main]))?;
    let (module, merged) = (app.join("dashboard_bg.wasm"), work.join("merged.wasm"));
    let mut merge = Command::new("wasm-merge");
    // `__wasm_split` is what chunks call the module.
    merge.args(FEATURES).args(["-g", "-o"]).args([&merged, &module]).arg("__wasm_split");
    for (number, file) in shared.iter().enumerate() {
        merge.arg(file).arg(format!("shared_{number}"));
    }
    run(&mut merge)?;
    optimize(&merged, &module)?;
    for (name, file) in names.iter().zip(&pages) {
        ensure!(file.exists(), "the chunk {name} is empty: is its code that of another one?");
        optimize(file, &app.join(format!("{name}.wasm")))?;
    }
    fs::write(app.join("chunks.js"), glue(&names)).context("cannot write chunks.js")
}

fn glue(names: &[String]) -> String {
    let exports = names.iter().map(|name| format!("export const __wasm_split_load_{name} = load( '{name}' );\n"));
    GLUE.to_owned() + &exports.collect::<String>()
}

fn optimize(from: &Path, to: &Path) -> Result<()> {
    run(Command::new("wasm-opt").args(FEATURES).args(["-Oz", "-g", "-o"]).args([to, from]))
}

/// The tools are those that `dev/with-tools` puts on the path.
fn run(command: &mut Command) -> Result<()> {
    let tool = command.get_program().to_string_lossy().into_owned();
    let done = command.output().with_context(|| format!("cannot start {tool}: use dev/with-tools"))?;
    ensure!(done.status.success(), "{tool} failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chunk_has_an_export_of_its_own() {
        let script = glue(&["keys".to_owned(), "status".to_owned()]);
        assert!(script.starts_with(GLUE), "{script}");
        for name in ["keys", "status"] {
            let line = format!("export const __wasm_split_load_{name} = load( '{name}' );");
            assert_eq!(script.lines().filter(|known| *known == line).count(), 1, "{script}");
        }
    }
}
