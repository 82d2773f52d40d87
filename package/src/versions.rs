//! One version, stated in several places that other programs read.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{Files, contents::header, text};

/// A version and the place to edit when it is the wrong one. Nothing: the place states none.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    pub place: String,
    pub version: Option<String>,
}

impl Stated {
    fn new(place: impl Into<String>, version: Option<&str>) -> Stated {
        Stated { place: place.into(), version: version.map(str::to_owned) }
    }
}

/// In the plugin: the header, the readme, and every PHP constant called `VERSION` or `LITELLM_DASHBOARD_VERSION`.
pub fn in_plugin(files: &Files) -> Vec<Stated> {
    let main = "litellm-dashboard.php";
    let mut stated = vec![
        Stated::new(format!("php-shim/{main}, `Version:`"), header(text(files, main), "Version:")),
        Stated::new("php-shim/readme.txt, `Stable tag:`", header(text(files, "readme.txt"), "Stable tag:")),
    ];
    for path in files.keys().filter(|path| path.ends_with(".php")) {
        let constants = text(files, path).lines().filter_map(constant);
        stated.extend(constants.map(|version| Stated::new(format!("php-shim/{path}, the constant"), Some(version))));
    }
    stated
}

/// Outside the plugin: the workspace, and the newest release in the changelog when there is one.
pub fn in_repo(root: &Path) -> Result<Vec<Stated>> {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let mut stated = vec![Stated::new("Cargo.toml, [workspace.package]", workspace_version(&manifest))];
    if let Ok(changelog) = fs::read_to_string(root.join("CHANGELOG.md"))
        && let Some(version) = newest_release(&changelog)
    {
        stated.push(Stated::new("CHANGELOG.md, the newest release", Some(version)));
    }
    Ok(stated)
}

pub fn problems(stated: impl IntoIterator<Item = Stated>) -> Vec<String> {
    let stated: Vec<Stated> = stated.into_iter().collect();
    let none = stated.iter().filter(|one| one.version.is_none());
    let mut problems: Vec<String> = none.map(|one| format!("{} states no version: add it", one.place)).collect();
    let mut different: Vec<&str> = stated.iter().filter_map(|one| one.version.as_deref()).collect();
    different.sort_unstable();
    different.dedup();
    if different.len() > 1 {
        let places = stated.iter().filter_map(|one| Some(format!("{} says {}", one.place, one.version.as_deref()?)));
        problems.push(format!("the versions differ, edit the odd one: {}", places.collect::<Vec<_>>().join("; ")));
    }
    problems
}

fn workspace_version(manifest: &str) -> Option<&str> {
    let section = manifest.split("[workspace.package]").nth(1)?.split("\n[").next()?;
    section.lines().find_map(|line| quoted(line.trim().strip_prefix("version")?.trim_start().strip_prefix('=')?))
}

/// `## [0.1.0] - 2026-11-20`; an entry without a number, such as `## [Unreleased]`, is passed over.
fn newest_release(changelog: &str) -> Option<&str> {
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    let mut names = headings.filter_map(|heading| heading.trim_start_matches('[').split([']', ' ']).next());
    names.find(|name| name.starts_with(|c: char| c.is_ascii_digit()))
}

/// `const VERSION = '0.1.0';` or `define( 'LITELLM_DASHBOARD_VERSION', '0.1.0' );`, and no other `…_VERSION`.
fn constant(line: &str) -> Option<&str> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (before, after) = line.split_once("VERSION")?;
    let before = before.strip_suffix("LITELLM_DASHBOARD_").unwrap_or(before);
    if before.ends_with(of_name) || after.starts_with(of_name) {
        return None;
    }
    let value = after.trim_start_matches(['\'', '"']).trim_start();
    quoted(value.strip_prefix(['=', ','])?)
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plugins_own_constant_counts() {
        assert_eq!(constant("\tpublic const VERSION = '0.1.0';"), Some("0.1.0"));
        assert_eq!(constant("define( 'LITELLM_DASHBOARD_VERSION', \"0.1.0\" );"), Some("0.1.0"));
        assert_eq!(constant("const SAFE_VERSION = '1.84.3';"), None);
        assert_eq!(constant("if ( version_compare( PHP_VERSION, '7.4', '<' ) ) {"), None);
        assert_eq!(constant("wp_enqueue_style( 'x', $url, array(), self::VERSION );"), None);
    }

    #[test]
    fn the_changelogs_newest_release_is_the_first_with_a_number() {
        assert_eq!(
            newest_release("# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n## [0.1.0]\n"),
            Some("0.2.0")
        );
        assert_eq!(newest_release("## [Unreleased]\n- something\n"), None);
    }

    #[test]
    fn the_workspace_version_is_not_that_of_a_dependency() {
        let manifest =
            "[workspace]\nmembers = []\n[workspace.package]\nversion = \"0.1.0\"\n[dependencies]\nx = \"9\"\n";
        assert_eq!(workspace_version(manifest), Some("0.1.0"));
    }

    #[test]
    fn a_difference_names_every_place() {
        let stated = [Stated::new("a", Some("1.0.0")), Stated::new("b", Some("1.0.1")), Stated::new("c", None)];
        assert_eq!(
            problems(stated),
            ["c states no version: add it", "the versions differ, edit the odd one: a says 1.0.0; b says 1.0.1"]
        );
    }
}
