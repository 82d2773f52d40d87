//! The licences of what others wrote and the zip carries: crates that are compiled into the module, packages of npm that are
//! bundled into the script. Most licences ask for their text to travel along.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::repo::Repo;

const HEAD: &str = "LiteLLM Dashboard contains the following software, under the licences below.\n";

/// For crates that name this licence and carry no text of it.
const MIT: &str = include_str!("third_party/mit.txt");

/// No licence is shorter.
const LEAST_BYTES: usize = 200;

/// A part: name, version, licence and who wrote it where that is told.
type Parts = BTreeMap<String, BTreeSet<String>>;

/// What goes into the zip.
pub fn notices(repo: &Repo) -> Result<Vec<u8>> {
    let mut parts = Parts::new();
    crates(&metadata(repo)?, &mut parts)?;
    npm_packages(&repo.root.join("frontend"), &mut parts)?;
    let mut text = HEAD.to_owned();
    for (licence, names) in &parts {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        text.push_str(&format!("\n----\n\n{}\n\n{licence}\n", names.join("\n")));
    }
    Ok(text.into_bytes())
}

fn metadata(repo: &Repo) -> Result<Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--filter-platform=wasm32-unknown-unknown", "--locked", "--offline"])
        .current_dir(&repo.root)
        .output()
        .context("cannot run cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list_of<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What the app is linked with: normal dependencies, but not the macros that run while it is compiled.
fn crates(metadata: &Value, parts: &mut Parts) -> Result<()> {
    let packages: BTreeMap<&str, &Value> =
        list_of(metadata, "packages").iter().map(|package| (text_of(package, "id"), package)).collect();
    let nodes: BTreeMap<&str, &Value> =
        list_of(&metadata["resolve"], "nodes").iter().map(|node| (text_of(node, "id"), node)).collect();
    let is_app = |package: &&&Value| text_of(package, "name") == "dashboard";
    let mut open: Vec<&str> = packages.values().filter(is_app).map(|package| text_of(package, "id")).collect();
    ensure!(!open.is_empty(), "cargo metadata knows no package `dashboard`");
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let (Some(package), Some(node)) = (packages.get(id), nodes.get(id)) else { continue };
        let is_macro = list_of(package, "targets")
            .iter()
            .any(|target| list_of(target, "kind").iter().any(|kind| kind == "proc-macro"));
        if is_macro || !seen.insert(id) {
            continue;
        }
        for dependency in list_of(node, "deps") {
            if list_of(dependency, "dep_kinds").iter().any(|kind| kind["kind"].is_null()) {
                open.push(text_of(dependency, "pkg"));
            }
        }
        // Ours are without a source.
        if package["source"].is_null() {
            continue;
        }
        let folder = Path::new(text_of(package, "manifest_path")).parent().context("a manifest lies in a folder")?;
        let name =
            format!("{} {} ({})", text_of(package, "name"), text_of(package, "version"), text_of(package, "license"));
        take(folder, name, text_of(package, "license"), list_of(package, "authors"), parts)?;
    }
    Ok(())
}

/// What the script is bundled with: the dependencies that package.json names.
fn npm_packages(folder: &Path, parts: &mut Parts) -> Result<()> {
    let read = |path: &Path| -> Result<Value> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    let own = read(&folder.join("package.json"))?;
    for name in own["dependencies"].as_object().into_iter().flat_map(|dependencies| dependencies.keys()) {
        let place = folder.join("node_modules").join(name);
        let package = read(&place.join("package.json"))?;
        let licence = text_of(&package, "license");
        take(&place, format!("{name} {} ({licence})", text_of(&package, "version")), licence, &[], parts)?;
    }
    Ok(())
}

/// The text that lies beside a manifest; of several, MIT's is the shortest.
fn take(folder: &Path, mut name: String, licence: &str, authors: &[Value], parts: &mut Parts) -> Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().to_uppercase();
        if ["LICENSE", "LICENCE", "COPYING"].iter().any(|start| file.starts_with(start)) && entry.path().is_file() {
            files.push((!file.contains("MIT"), file, entry.path()));
        }
    }
    files.sort();
    let text = match files.first() {
        Some((_, _, path)) => fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => String::new(),
    };
    let text = match text.len() {
        // Where it is a link to a file outside the crate, the link's target is all that was packed.
        LEAST_BYTES.. => text,
        _ => {
            ensure!(
                licence.contains("MIT"),
                "{name} carries no text of its licence: look at it, and teach third_party.rs"
            );
            let authors: Vec<&str> = authors.iter().filter_map(Value::as_str).collect();
            if !authors.is_empty() {
                name = format!("{name}, by {}", authors.join(", "));
            }
            MIT.to_owned()
        }
    };
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    parts.entry(lines.join("\n").trim().to_owned()).or_default().insert(name);
    Ok(())
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_named_with_its_licence_and_what_only_builds_is_not() {
        let repo = Repo::around_current_dir().expect("the tests run inside the project");
        let mut parts = Parts::new();
        crates(&metadata(&repo).expect("cargo metadata"), &mut parts).expect("every crate has a licence");
        let names: Vec<&String> = parts.values().flatten().collect();
        let named = |start: &str| names.iter().any(|name| name.starts_with(start));
        assert!(named("leptos 0.8") && named("serde_json 1") && named("plotters 0.3"), "{names:?}");
        assert!(!named("leptos_macro ") && !named("dashboard ") && !named("wasm-bindgen-test "), "{names:?}");
        assert!(parts.keys().all(|licence| licence.len() >= LEAST_BYTES), "a licence without words");
    }
}
