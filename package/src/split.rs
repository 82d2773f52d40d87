//! Cuts the compiled app into the module and its chunks: one for each `chunk!` of the app, see [`places`]. A page is never more
//! than three files.

mod names;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_bindgen_cli_support::Bindgen;
use wasm_encoder::{
    EntityType, ExportKind, ExportSection, GlobalType, ImportSection, MemoryType, Module, RefType, TableType, ValType,
};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload, TypeRef};

use crate::{
    hash::sha256_hex,
    module::{STAMP, shipped},
    repo::Repo,
};

/// How the module comes by a chunk; below it stand which build this is, and an export for each chunk, by the name that the
/// app was compiled with.
const GLUE: &str = include_str!("split/chunks.js");

/// The module, as its chunks call it.
const MAIN: &str = "__wasm_split";
/// The page that most views begin with: it takes next to nothing that only others use.
const FIRST: &str = "overview";
/// What of several others is in one file.
const COMMON: &str = "common";
/// Pages that are tables. What only they share is in two more: what the table of keys has, too, and the rest.
pub const TABLES: [&str; 5] = ["keys", "people", "usage", "logs", "audit"];
/// Pages about calls, of which what the first page shares with others is in one.
const OF_CALLS: [&str; 3] = [FIRST, "usage", "logs"];
const LISTS: &str = "lists";
const FORMS: &str = "forms";
const CALLS: &str = "calls";
/// What the overview has when its figures are there, and what of it only the table of keys has, too.
const LATER: &str = "overview_now";
const LIMITS: &str = "limits";
/// From which tables choose a range.
const CALENDAR: &str = "calendar";

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
    let mut names: Vec<&str> = split.prefetch_map.keys().map(String::as_str).collect();
    names.sort_unstable();
    let places = places(&split.prefetch_map);
    for name in [COMMON, LISTS, FORMS, CALLS, LIMITS] {
        ensure!(places.contains_key(name), "{name} is empty, and pages load it: let Boot.php and before() not");
    }

    // As the tool of that name does; as a library it is compiled with the packer.
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&main).out_name("dashboard").typescript(false).keep_lld_exports(true).demangle(false);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(&app)).context("wasm-bindgen failed")?;
    let files = |parts: &[String]| parts.iter().map(|part| work.join(format!("{part}.wasm"))).collect::<Vec<_>>();
    let module = app.join("dashboard_bg.wasm");
    names::shorten(&module, &app.join("dashboard.js"))?;
    join(&module, &files(&places[MAIN]), &module)?;
    let mut chunks = vec![(module.clone(), read(&module)?)];
    for (name, parts) in places.iter().filter(|(name, _)| **name != MAIN) {
        let own = parts.iter().any(|part| part.strip_prefix("split_") == Some(name.as_str()));
        ensure!(own || !names.contains(&name.as_str()), "the chunk {name} is empty: is its code that of another one?");
        let (chunk, parts) = (app.join(format!("{name}.wasm")), files(parts));
        let module = work.join("stand_in.wasm");
        fs::write(&module, stand_in(&parts)?).context("cannot write the stand-in")?;
        join(&module, &parts, &chunk)?;
        chunks.push((chunk.clone(), read(&chunk)?));
    }
    let build = build_of(chunks.iter().map(|(_, code)| code.as_slice()))?;
    for (chunk, code) in chunks.into_iter().skip(1) {
        fs::write(&chunk, stamped(code, &build)).with_context(|| format!("cannot write {}", chunk.display()))?;
    }
    fs::write(app.join("chunks.js"), glue(&build, &names, &places)).context("cannot write chunks.js")
}

/// Where what several chunks use goes: into the module if the first page of the menu uses it, else into one file for all other
/// pages, or into those of the tables. If all of them belong to one page, as `keys` and `keys_create` do, it goes into the chunk of that page, which is there
/// before the others are; or, if the page itself has no use for it, into one that they share.
/// The parts of each file, by its name.
fn places(needs: &HashMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, parts) in needs {
        for part in parts {
            users.entry(part).or_default().insert(name);
        }
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::from([(MAIN.to_owned(), Vec::new())]);
    for (part, users) in users {
        // A calendar is of the table that opens it; what comes later on the overview can load what tables have.
        let is_of_others = |name: &&&str| **name != CALENDAR && (**name != LATER || users.contains(FIRST));
        let others: BTreeSet<&str> = users.iter().filter(is_of_others).map(|name| page_of(name, needs)).collect();
        let of_tables = !others.is_empty() && others.iter().all(|page| TABLES.contains(page));
        let pages: BTreeSet<&str> = users.iter().map(|name| page_of(name, needs)).collect();
        let place = match (users.first(), pages.first()) {
            (Some(user), _) if users.len() == 1 => (*user).to_owned(),
            (_, Some(page)) if pages.len() == 1 && users.contains(page) => (*page).to_owned(),
            (_, Some(page)) if pages.len() == 1 => shared_by(page),
            _ if pages.contains(FIRST) && pages.iter().all(|page| OF_CALLS.contains(page)) => CALLS.to_owned(),
            _ if users.contains(FIRST) => MAIN.to_owned(),
            // Not what the calendar has, too: it is opened from tables that do not load this file.
            _ if of_tables && others.len() == 1 && others.contains(TABLES[0]) && !users.contains(CALENDAR) => {
                LIMITS.to_owned()
            }
            _ if of_tables => (if users.contains(TABLES[0]) { LISTS } else { FORMS }).to_owned(),
            _ => COMMON.to_owned(),
        };
        places.entry(place).or_default().push(part.to_owned());
    }
    places
}

/// The chunk of the page that opens a chunk: the one whose name it begins with, else it is a page itself.
fn page_of<'a>(name: &'a str, chunks: &HashMap<String, Vec<String>>) -> &'a str {
    let mut pages = name.match_indices('_').map(|(at, _)| &name[..at]);
    pages.find(|page| chunks.contains_key(*page)).unwrap_or(name)
}

/// The files that a page needs besides its own, as Boot.php has them.
pub fn before(page: &str) -> &'static [&'static str] {
    match page {
        FIRST => &[CALLS],
        "keys" => &[COMMON, LISTS, LIMITS],
        "people" | "audit" | CALENDAR => &[COMMON, LISTS, FORMS],
        "usage" | "logs" => &[COMMON, LISTS, FORMS, CALLS],
        _ => &[COMMON],
    }
}

fn shared_by(page: &str) -> String {
    format!("{page}_shared")
}

/// A tool of binaryen, which is JavaScript here and runs for a second: compiling it well would take longer than what it does.
fn binaryen(tool: &str) -> Command {
    let mut command = Command::new(tool);
    command.env("NODE_OPTIONS", concat!("--require=\"", env!("CARGO_MANIFEST_DIR"), "/src/split/liftoff.cjs\""));
    command
}

/// Puts parts behind another one, and makes the whole small.
fn join(first: &Path, parts: &[PathBuf], to: &Path) -> Result<()> {
    let merged = to.with_extension("merged");
    let mut merge = binaryen("wasm-merge");
    merge.args(FEATURES).args(["-g", "-o"]).args([&merged, first]).arg(MAIN);
    for (number, part) in parts.iter().enumerate() {
        merge.arg(part).arg(format!("part_{number}"));
    }
    run(&mut merge)?;
    run(binaryen("wasm-opt").args(FEATURES).args(["-Oz", "-g", "-o"]).args([to, &merged]))?;
    fs::remove_file(&merged).with_context(|| format!("cannot remove {}", merged.display()))
}

/// Stands for the module where parts are put together without it: gives them what all of them take from it, its memory, its
/// table and its stack, as one thing each. It has them from `main`.
fn stand_in(parts: &[PathBuf]) -> Result<Vec<u8>> {
    let mut known = BTreeSet::new();
    let (mut imports, mut exports) = (ImportSection::new(), ExportSection::new());
    let mut counts = [0, 0, 0];
    for part in parts {
        let part = read(part)?;
        for payload in Parser::new(0).parse_all(&part) {
            let Payload::ImportSection(section) = payload? else { continue };
            for import in section.into_imports() {
                let import = import?;
                if !known.insert(import.name.to_owned()) {
                    continue;
                }
                ensure!(import.module == MAIN, "a part takes {} from {}", import.name, import.module);
                let (entity, kind, count) = match import.ty {
                    TypeRef::Memory(memory) => {
                        let (minimum, maximum) = (memory.initial, memory.maximum);
                        let memory =
                            MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None };
                        (EntityType::Memory(memory), ExportKind::Memory, &mut counts[0])
                    }
                    TypeRef::Table(table) => {
                        let (minimum, maximum) = (table.initial, table.maximum);
                        let element_type = RefType::FUNCREF;
                        let table = TableType { element_type, minimum, maximum, table64: false, shared: false };
                        (EntityType::Table(table), ExportKind::Table, &mut counts[1])
                    }
                    TypeRef::Global(global) => {
                        let global = GlobalType { val_type: ValType::I32, mutable: global.mutable, shared: false };
                        (EntityType::Global(global), ExportKind::Global, &mut counts[2])
                    }
                    other => return Err(anyhow!("a part takes {} from the module, which is {other:?}", import.name)),
                };
                imports.import("main", import.name, entity);
                exports.export(import.name, kind, *count);
                *count += 1;
            }
        }
    }
    let mut module = Module::new();
    module.section(&imports).section(&exports);
    Ok(module.finish())
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

fn glue(build: &str, names: &[&str], places: &BTreeMap<String, Vec<String>>) -> String {
    let mut script = [GLUE, &format!("const BUILD = '{build}';\n")].concat();
    for name in names {
        let page = names.iter().find(|page| name.strip_prefix(**page).is_some_and(|rest| rest.starts_with('_')));
        let mut files: Vec<String> = before(page.unwrap_or(name)).iter().map(|file| (*file).to_owned()).collect();
        if let Some(page) = page {
            // What it shares with pages that it shares nothing with itself.
            files.extend(Some(COMMON.to_owned()).filter(|common| !files.contains(common)));
            let more: &[&str] = match *name {
                LATER => &[LISTS, FORMS, LIMITS],
                // What it opens has forms, too.
                _ if TABLES.contains(page) => &[FORMS],
                _ => &[],
            };
            for file in more {
                files.extend(Some((*file).to_owned()).filter(|file| !files.contains(file)));
            }
            files.push((*page).to_owned());
            files.extend(Some(shared_by(page)).filter(|shared| places.contains_key(shared)));
        }
        files.push((*name).to_owned());
        let files = files.join("', '");
        script.push_str(&format!("export const __wasm_split_load_{name} = load( [ '{files}' ] );\n"));
    }
    script
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
        let places = ["keys_shared"].map(|name| (name.to_owned(), Vec::new()));
        let script = glue(
            "0123456789abcdef",
            &[
                "keys",
                "keys_create",
                "logs",
                "logs_details",
                "logs_file",
                "overview",
                "overview_now",
                "people",
                "status",
            ],
            &BTreeMap::from(places),
        );
        assert!(script.starts_with(GLUE), "{script}");
        assert!(script.contains("const BUILD = '0123456789abcdef';\n"), "{script}");
        for (name, files) in [
            ("keys", "'common', 'lists', 'limits', 'keys'"),
            ("keys_create", "'common', 'lists', 'limits', 'forms', 'keys', 'keys_shared', 'keys_create'"),
            ("logs_details", "'common', 'lists', 'forms', 'calls', 'logs', 'logs_details'"),
            ("logs_file", "'common', 'lists', 'forms', 'calls', 'logs', 'logs_file'"),
            ("people", "'common', 'lists', 'forms', 'people'"),
            ("status", "'common', 'status'"),
            ("overview", "'calls', 'overview'"),
            ("overview_now", "'calls', 'common', 'lists', 'forms', 'limits', 'overview', 'overview_now'"),
        ] {
            let line = format!("export const __wasm_split_load_{name} = load( [ {files} ] );");
            assert_eq!(script.lines().filter(|known| *known == line).count(), 1, "{script}");
        }
    }

    #[test]
    fn what_the_chunks_of_one_page_share_stays_with_it() {
        let needs = |list: &[(&str, &[&str])]| {
            let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
            list.iter().map(|(name, parts)| ((*name).to_owned(), owned(parts))).collect::<HashMap<_, _>>()
        };
        let found = places(&needs(&[
            ("keys", &["chunk_1", "chunk_15", "chunk_16", "chunk_17", "chunk_2", "chunk_6", "split_keys"]),
            ("keys_create", &["chunk_1", "chunk_2", "chunk_3", "chunk_5", "split_keys_create"]),
            ("keys_edit", &["chunk_2", "chunk_3", "chunk_6", "chunk_7", "split_keys_edit"]),
            ("people", &["chunk_6", "chunk_7", "split_people"]),
            ("calendar", &["chunk_15", "chunk_17", "split_calendar"]),
            ("usage", &["chunk_11", "chunk_15", "chunk_16", "chunk_8", "chunk_9", "split_usage"]),
            ("logs", &["chunk_8", "split_logs"]),
            ("logs_details", &["chunk_9", "chunk_10", "chunk_14", "split_logs_details"]),
            ("logs_file", &["chunk_15", "chunk_18", "split_logs_file"]),
            ("usage_file", &["chunk_15", "chunk_18", "split_usage_file"]),
            ("keys_details", &["chunk_10", "chunk_12", "split_keys_details"]),
            ("first_run", &["chunk_1", "chunk_5", "split_first_run"]),
            ("overview", &["chunk_1", "chunk_11", "chunk_13", "split_overview"]),
            ("overview_now", &["chunk_12", "chunk_13", "chunk_14", "chunk_16", "split_overview_now"]),
        ]));
        let expected = [
            (MAIN, vec!["chunk_1"]),
            ("calendar", vec!["split_calendar"]),
            ("calls", vec!["chunk_11", "chunk_14"]),
            ("common", vec!["chunk_5"]),
            ("first_run", vec!["split_first_run"]),
            ("forms", vec!["chunk_10", "chunk_18", "chunk_7", "chunk_8", "chunk_9"]),
            ("keys", vec!["chunk_2", "split_keys"]),
            ("keys_create", vec!["split_keys_create"]),
            ("keys_details", vec!["split_keys_details"]),
            ("keys_edit", vec!["split_keys_edit"]),
            ("keys_shared", vec!["chunk_3"]),
            ("limits", vec!["chunk_12"]),
            ("lists", vec!["chunk_15", "chunk_16", "chunk_17", "chunk_6"]),
            ("logs", vec!["split_logs"]),
            ("logs_details", vec!["split_logs_details"]),
            ("logs_file", vec!["split_logs_file"]),
            ("overview", vec!["chunk_13", "split_overview"]),
            ("overview_now", vec!["split_overview_now"]),
            ("people", vec!["split_people"]),
            ("usage", vec!["split_usage"]),
            ("usage_file", vec!["split_usage_file"]),
        ];
        let found: Vec<_> =
            found.iter().map(|(name, parts)| (name.as_str(), parts.iter().map(String::as_str).collect())).collect();
        assert_eq!(found, expected);
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
