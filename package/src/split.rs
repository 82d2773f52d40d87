//! Cuts the compiled app into the module and its chunks: one for each `chunk!` of the app. What several chunks use is in the
//! module, so that a page is never more than two files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

use crate::{
    hash::sha256_hex,
    module::{STAMP, shipped},
    repo::Repo,
};

/// How the module comes by a chunk; below it stand which build this is, and an export for each chunk, by the name that the
/// app was compiled with.
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

    // As the tool of that name does; as a library it is compiled with the packer.
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&main).out_name("dashboard").typescript(false).keep_lld_exports(true).demangle(false);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(&app)).context("wasm-bindgen failed")?;
    let (module, merged) = (app.join("dashboard_bg.wasm"), work.join("merged.wasm"));
    let mut merge = Command::new("wasm-merge");
    // `__wasm_split` is what chunks call the module.
    merge.args(FEATURES).args(["-g", "-o"]).args([&merged, &module]).arg("__wasm_split");
    for (number, file) in shared.iter().enumerate() {
        merge.arg(file).arg(format!("shared_{number}"));
    }
    run(&mut merge)?;
    optimize(&merged, &module)?;
    let mut chunks = vec![(module.clone(), read(&module)?)];
    for (name, file) in names.iter().zip(&pages) {
        ensure!(file.exists(), "the chunk {name} is empty: is its code that of another one?");
        let chunk = app.join(format!("{name}.wasm"));
        optimize(file, &chunk)?;
        chunks.push((chunk.clone(), read(&chunk)?));
    }
    let build = build_of(chunks.iter().map(|(_, code)| code.as_slice()))?;
    for (chunk, code) in chunks.into_iter().skip(1) {
        fs::write(&chunk, stamped(code, &build)).with_context(|| format!("cannot write {}", chunk.display()))?;
    }
    fs::write(app.join("chunks.js"), glue(&build, &names)).context("cannot write chunks.js")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Which build the module and its chunks are: by what is shipped of them, as the names that are left out tell in which folder
/// they were compiled.
fn build_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Result<String> {
    let mut all = Vec::new();
    for part in parts {
        all.extend(sha256_hex(&shipped(part)?).into_bytes());
    }
    Ok(sha256_hex(&all)[..16].to_owned())
}

/// A chunk with the build that it is of. An address keeps its name when the plugin is updated, and a module that was loaded
/// before must not take code that was made for another one.
fn stamped(mut chunk: Vec<u8>, build: &str) -> Vec<u8> {
    let section = [&[STAMP.len() as u8], STAMP.as_bytes(), build.as_bytes()].concat();
    // A section of the kind that browsers pass over; less than 128 bytes have a length of one byte.
    chunk.extend([0, section.len() as u8]);
    chunk.extend(section);
    chunk
}

fn glue(build: &str, names: &[String]) -> String {
    let build = format!("const BUILD = '{build}';\n");
    let exports = names.iter().map(|name| format!("export const __wasm_split_load_{name} = load( '{name}' );\n"));
    [GLUE, &build, &exports.collect::<String>()].concat()
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
        let script = glue("0123456789abcdef", &["keys".to_owned(), "status".to_owned()]);
        assert!(script.starts_with(GLUE), "{script}");
        assert!(script.contains("const BUILD = '0123456789abcdef';\n"), "{script}");
        for name in ["keys", "status"] {
            let line = format!("export const __wasm_split_load_{name} = load( '{name}' );");
            assert_eq!(script.lines().filter(|known| *known == line).count(), 1, "{script}");
        }
    }

    /// They tell the folder: two builds of the same files were two builds.
    #[test]
    fn names_make_no_other_build() -> Result<()> {
        let module = b"\0asm\x01\0\0\0\x01\x01\0";
        let named = |name: u8| [&module[..], b"\0\x0b\x04name\x01\x04\x01\0\x01", &[name]].concat();
        let build = |first: &[u8], second: &[u8]| build_of([first, second].into_iter());
        assert_eq!(build(&named(b'a'), module)?, build(&named(b'b'), module)?);
        let other = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0";
        assert_ne!(build(module, module)?, build(module, other)?);
        Ok(())
    }

    #[test]
    fn the_build_is_part_of_what_is_shipped() -> Result<()> {
        let (module, names) = (b"\0asm\x01\0\0\0\x01\x01\0", b"\0\x0b\x04name\x01\x04\x01\0\x01a");
        let chunk = stamped([&module[..], names].concat(), "0123456789abcdef");
        let expected = [&module[..], b"\0\x16\x05build0123456789abcdef"].concat();
        assert_eq!(shipped(&chunk)?, expected);
        Ok(())
    }
}
