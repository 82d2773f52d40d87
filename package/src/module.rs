//! What the module's code is made of, by crate and by our own pages. The build leaves the names of functions in it for
//! that; what is shipped has none.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::DeflateEncoder};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::{gzip, repo::Repo, stage};

/// Ours, of which each module is a part of its own; of other crates each is one.
const OURS: [&str; 2] = ["dashboard", "model"];
/// Parts with less than this share of a module or chunk are told together.
const SMALL: f64 = 0.01;

/// The section that says of which build a chunk is.
pub const STAMP: &str = "build";

const DATA: &str = "texts and tables";
const REST: &str = "types, imports, exports";

/// The module without sections that neither browsers nor we read: names, and what tools say about themselves.
pub fn shipped(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = at(module, 0..8)?.to_vec();
    let mut start = 8;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("cannot read the module")?;
        let Some((_, section)) = payload.as_section() else { continue };
        if !matches!(&payload, Payload::CustomSection(custom) if custom.name() != STAMP) {
            // From where the last one ended, as the head of a section comes before what is in it.
            kept.extend_from_slice(at(module, start..section.end)?);
        }
        start = section.end;
    }
    Ok(kept)
}

fn at(module: &[u8], range: std::ops::Range<u64>) -> Result<&[u8]> {
    module.get(range.start as usize..range.end as usize).context("the module is cut short")
}

/// What the module and the chunks that were built last are made of. Asked before anything is checked: it is wanted most when
/// one of them became too large.
pub fn table_of(repo: &Repo) -> Result<String> {
    let mut tables = Vec::new();
    for path in stage::modules(repo)? {
        let module = stage::built(repo, &path)?;
        let compressed = gzip::compress_cached(&shipped(&module)?, &repo.cache())?;
        let name = stage::chunk_of(&path).unwrap_or("the module");
        tables.push(table(name, &module, compressed.len())?);
    }
    Ok(tables.join("\n"))
}

/// A table of `module`, which has names, and takes `compressed` bytes when it is shipped.
pub fn table(name: &str, module: &[u8], compressed: usize) -> Result<String> {
    let total = shipped(module)?.len();
    let parts = parts(module, total)?;
    let mut rows = Vec::new();
    for (name, bytes) in parts {
        let alone = deflated(&bytes)?;
        rows.push(Row { name, bytes: bytes.len(), compressed: alone });
    }
    // Together they compress better than each alone.
    let alone: usize = rows.iter().map(|row| row.compressed).sum();
    for row in &mut rows {
        row.compressed = row.compressed * compressed / alone.max(1);
    }
    let line = |name: &str, bytes: usize, compressed: usize| {
        let share = 100.0 * bytes as f64 / total as f64;
        format!("  {name:<38}{bytes:>10}{share:>8.1} %{compressed:>12}")
    };
    let name = format!("{name}, by what it is for");
    let mut lines = vec![format!("{name:<40}{:>10}{:>10}{:>12}", "bytes", "share", "compressed")];
    let (ours, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::is_ours);
    for group in [ours, others] {
        let (mut large, small): (Vec<Row>, Vec<Row>) =
            group.into_iter().partition(|row| row.bytes as f64 >= SMALL * total as f64);
        large.sort_by_key(|row| std::cmp::Reverse(row.bytes));
        lines.extend(large.iter().map(|row| line(&row.name, row.bytes, row.compressed)));
        if let Some(first) = small.first() {
            let name = format!("{} small parts of {}", small.len(), if first.is_ours() { "ours" } else { "others" });
            let sum = |of: fn(&Row) -> usize| small.iter().map(of).sum();
            lines.push(line(&name, sum(|row| row.bytes), sum(|row| row.compressed)));
        }
    }
    lines.push(line("together", total, compressed));
    Ok(lines.join("\n"))
}

struct Row {
    name: String,
    bytes: usize,
    compressed: usize,
}

impl Row {
    fn is_ours(&self) -> bool {
        OURS.iter().any(|ours| self.name.split("::").next() == Some(ours))
    }
}

/// The bytes of each part.
fn parts(module: &[u8], total: usize) -> Result<BTreeMap<String, Vec<u8>>> {
    let (mut imported, mut bodies, mut data, mut rest) = (0, Vec::new(), Vec::new(), Vec::new());
    let mut names: BTreeMap<u32, &str> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("cannot read the module")?;
        if let Some((_, section)) = payload.as_section()
            && !matches!(
                payload,
                Payload::CodeSectionStart { .. } | Payload::DataSection(_) | Payload::CustomSection(_)
            )
        {
            rest.extend_from_slice(at(module, section)?);
        }
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.context("cannot read what the module imports")?;
                    imported += u32::from(matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            Payload::DataSection(section) => data.extend_from_slice(at(module, section.range())?),
            Payload::CustomSection(custom) => {
                let KnownCustom::Name(sections) = custom.as_known() else { continue };
                for section in sections {
                    let Name::Function(functions) = section.context("cannot read the names in the module")? else {
                        continue;
                    };
                    for function in functions {
                        let function = function.context("cannot read a name in the module")?;
                        names.insert(function.index, function.name);
                    }
                }
            }
            _ => {}
        }
    }
    if names.is_empty() {
        bail!("the module has no names of functions: build the app again, `make build`");
    }
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (index, body) in (imported..).zip(&bodies) {
        let part = names.get(&index).map_or_else(|| "without a name".to_owned(), |name| part_of(name));
        parts.entry(part).or_default().extend_from_slice(body);
    }
    parts.insert(DATA.to_owned(), data);
    // And the heads of sections and functions, which are lengths.
    rest.resize(total.saturating_sub(parts.values().map(Vec::len).sum()), 0);
    parts.insert(REST.to_owned(), rest);
    Ok(parts)
}

/// Generic code is part of that module of ours for which it was made, other code of its crate.
fn part_of(function: &str) -> String {
    // Without the hashes that tell crates of one name apart.
    let function = format!("{:#}", rustc_demangle::demangle(function));
    let of_name = |c: char| c.is_alphanumeric() || c == '_';
    let starts = |at: usize| !function[..at].ends_with(|c| of_name(c) || c == ':');
    let ours = OURS.iter().flat_map(|ours| function.match_indices(ours));
    let ours = ours.filter(|(at, ours)| starts(*at) && function[at + ours.len()..].starts_with("::"));
    if let Some((at, _)) = ours.min_by_key(|(at, _)| *at) {
        let end = function[at..].find(|c: char| !of_name(c) && c != ':').map_or(function.len(), |end| at + end);
        let path: Vec<&str> = function[at..end].split("::").filter(|part| !part.is_empty()).collect();
        let depth = if path.get(1) == Some(&"pages") { 3 } else { 2 };
        // What is left behind the module is the function; right in a crate there is none.
        let depth = depth.min(if end == function.len() { path.len() - 1 } else { path.len() }).max(1);
        return path[..depth].join("::");
    }
    let first = function.split_once("::").and_then(|(first, _)| first.rsplit(|c| !of_name(c)).next());
    first.filter(|first| !first.is_empty()).unwrap_or("without a crate").to_owned()
}

fn deflated(bytes: &[u8]) -> Result<usize> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).context("cannot compress")?;
    Ok(encoder.finish().context("cannot compress")?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_belongs_to_the_module_of_ours_that_it_was_made_for() {
        for (function, part) in [
            ("dashboard::pages::keys::table::render", "dashboard::pages::keys"),
            ("dashboard::pages::status::page", "dashboard::pages::status"),
            ("dashboard::pages::title", "dashboard::pages"),
            ("dashboard::start", "dashboard"),
            ("dashboard::main", "dashboard"),
            ("dashboard::api::keys::list::{closure#0}", "dashboard::api"),
            ("<dashboard::boot::Boot as core::clone::Clone>::clone", "dashboard::boot"),
            ("<model::wire::Reader>::number", "model::wire"),
            ("<alloc::vec::Vec<model::series::Day> as core::ops::drop::Drop>::drop", "model::series"),
            (
                "tachys::view::build::<(), dashboard::pages::overview::Card, model::series::Day>",
                "dashboard::pages::overview",
            ),
            // As the compiler writes them: Formatter::pad, and drop_in_place::<Trouble>.
            ("_RNvMsa_NtCs1CYXbLPYCFn_4core3fmtNtB5_9Formatter3pad", "core"),
            (
                "_RINvNtCs1CYXbLPYCFn_4core3ptr13drop_in_placeNtNtNtNtCsaFvTTaLCunS_9dashboard5pages4keys6create7TroubleEBO_",
                "dashboard::pages::keys",
            ),
            ("core::ptr::drop_in_place::<[serde_json::value::Value]>", "core"),
            ("<&mut serde_json::de::Reader<R> as x::Y>::z", "serde_json"),
            ("leptos::dashboard::model::new", "leptos"),
            ("memcpy", "without a crate"),
        ] {
            assert_eq!(part_of(function), part, "{function}");
        }
    }

    /// A type, an import, and two functions whose bodies have 2 and 4 bytes, with names.
    fn module() -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend(b"\x01\x04\x01\x60\0\0"); // one type: () -> ()
        module.extend(b"\x02\x07\x01\x01a\x01b\0\0"); // one imported function
        module.extend(b"\x03\x03\x02\0\0"); // two functions
        module.extend(b"\x0a\x09\x02\x02\0\x0b\x04\0\x01\x01\x0b"); // their code
        let (first, second) = ("dashboard::pages::keys::page", "core::fmt::write");
        let mut names = vec![2];
        for (index, name) in [(1, first), (2, second)] {
            names.extend([index, name.len() as u8]);
            names.extend(name.as_bytes());
        }
        let mut section = b"\x04name\x01".to_vec();
        section.push(names.len() as u8);
        section.extend(names);
        module.extend([0, section.len() as u8]);
        module.extend(section);
        module
    }

    #[test]
    fn every_byte_is_counted_once() -> Result<()> {
        let total = shipped(&module())?.len();
        let parts = parts(&module(), total)?;
        assert_eq!(parts["dashboard::pages::keys"].len(), 2);
        assert_eq!(parts["core"].len(), 4);
        assert_eq!(parts.values().map(Vec::len).sum::<usize>(), total);
        let table = table("keys", &module(), 30)?;
        assert!(table.contains("dashboard::pages::keys") && table.ends_with("30"), "{table}");
        Ok(())
    }

    #[test]
    fn without_names_nothing_is_guessed() -> Result<()> {
        let shipped = super::shipped(&module())?;
        assert_eq!(super::shipped(&shipped)?, shipped);
        assert!(table("keys", &shipped, 30).is_err_and(|error| error.to_string().contains("has no names")));
        assert!(super::shipped(b"<html>").is_err());
        Ok(())
    }
}
