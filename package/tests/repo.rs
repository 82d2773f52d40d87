//! What must be true of the tree as a whole. Each failure names the file to edit.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use package::{Files, contract, languages, minify::Minifier, repo, split, strings, versions};
use serde_json::Value;

fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the crate lies in the project")?;
    Ok(root.to_owned())
}

/// Every tracked text file that is there; nothing outside a git checkout.
fn tracked() -> Result<Vec<(String, String)>> {
    let listing = Command::new("git").args(["ls-files", "-z"]).current_dir(root()?).output();
    let Some(listing) = listing.ok().filter(|listing| listing.status.success()) else {
        return Ok(Vec::new());
    };
    let listing = String::from_utf8(listing.stdout).context("git names a file in another encoding than UTF-8")?;
    let mut files = Vec::new();
    for path in listing.split_terminator('\0') {
        // What is deleted and not committed yet is not there, and what is not UTF-8 is not text.
        if let Ok(text) = fs::read_to_string(root()?.join(path)) {
            files.push((path.to_owned(), text));
        }
    }
    Ok(files)
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n- {}", problems.join("\n- "));
}

#[test]
fn versions_agree() -> Result<()> {
    let mut plugin = Files::new();
    for (path, place) in repo::walk(&root()?.join("php-shim"))? {
        plugin.insert(path, fs::read(&place).with_context(|| format!("cannot read {}", place.display()))?);
    }
    assert_none(&versions::problems(versions::in_plugin(&plugin).into_iter().chain(versions::in_repo(&root()?)?)));
    Ok(())
}

#[test]
fn every_row_of_the_contract_is_well_formed() -> Result<()> {
    let contract = fs::read_to_string(root()?.join("php-shim/contract.json")).context("cannot read the contract")?;
    assert_none(&contract::problems(&contract));
    Ok(())
}

/// The deployment kit makes the service key of these; it is shipped without the contract.
#[test]
fn service_routes_of_the_kit_are_those_of_the_contract() -> Result<()> {
    let root = root()?;
    let contract = fs::read_to_string(root.join("php-shim/contract.json")).context("cannot read the contract")?;
    let expected = contract::service_routes(&contract)?;
    let found = fs::read_to_string(root.join("deploy/service-routes.txt")).context("cannot read the kit's routes")?;
    assert!(
        found == expected,
        "deploy/service-routes.txt does not follow the contract: write this into it\n\n{expected}"
    );
    Ok(())
}

#[test]
fn no_tracked_file_names_a_place_on_somebodys_machine() -> Result<()> {
    // Put together here, so that this file does not hold them.
    let folders = ["work", "root", "home"].map(|folder| format!("/{folder}/"));
    let mut problems = Vec::new();
    for (path, text) in tracked()? {
        for (number, line) in text.lines().enumerate() {
            if let Some(found) = folders.iter().find_map(|folder| machine_path(line, folder)) {
                problems.push(format!(
                    "{path}:{}: {found} is a place on one machine: say where it is relative to the project",
                    number + 1
                ));
            }
        }
    }
    assert_none(&problems);
    Ok(())
}

/// The folder and what follows, where it starts a path: not inside an address, and with a name after it.
fn machine_path(line: &str, folder: &str) -> Option<String> {
    let of_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '$' | '}' | ')');
    line.match_indices(folder).find_map(|(at, _)| {
        let name: String = line[at + folder.len()..].chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let starts = !line[..at].ends_with(of_path);
        (starts && !name.is_empty()).then(|| format!("{folder}{name}"))
    })
}

#[test]
fn a_path_of_a_machine_is_told_from_an_address() {
    let folder = ["/", "home/"].concat();
    assert_eq!(machine_path(&format!("see {folder}ada/notes"), &folder), Some(format!("{folder}ada")));
    for harmless in
        [format!("https://example.com{folder}ada"), format!("$prefix{folder}ada"), format!("{folder}<name>")]
    {
        assert_eq!(machine_path(&harmless, &folder), None, "{harmless}");
    }
}

#[test]
fn lock_files_name_no_place_to_download_from() -> Result<()> {
    let npm = |path: &str| path.ends_with("package-lock.json") || path.ends_with("npm-shrinkwrap.json");
    let mut problems = Vec::new();
    for (path, text) in tracked()? {
        if npm(&path) && text.contains("\"resolved\"") {
            problems.push(format!("{path}: has download addresses: npm install --omit-lockfile-registry-resolved"));
        }
        // The name that cargo writes for its default registry is the same everywhere; any other one is somebody's own.
        if path.ends_with("Cargo.lock") && text.lines().any(is_foreign_source) {
            problems.push(format!("{path}: names another registry than the default one: resolve it without a mirror"));
        }
    }
    assert_none(&problems);
    Ok(())
}

fn is_foreign_source(line: &str) -> bool {
    line.starts_with("source = ") && line != "source = \"registry+https://github.com/rust-lang/crates.io-index\""
}

#[test]
fn every_recorded_answer_says_what_was_asked_and_what_came() -> Result<()> {
    let folder = root()?.join("tests/fixtures/litellm");
    let recorded = if folder.is_dir() { repo::walk(&folder)? } else { Vec::new() };
    let mut problems = Vec::new();
    // A name with `_` in front is a list of our own making beside the answers.
    let is_answer = |path: &str| path.ends_with(".json") && !path.contains("/_");
    for (path, place) in recorded.iter().filter(|(path, _)| is_answer(path)) {
        let text = fs::read(place).with_context(|| format!("cannot read {}", place.display()))?;
        if let Err(why) = check_recorded(&text) {
            problems.push(format!("tests/fixtures/litellm/{path}: {why:#}: record it again"));
        }
    }
    assert_none(&problems);
    Ok(())
}

fn check_recorded(text: &[u8]) -> Result<()> {
    let recorded: Value = serde_json::from_slice(text).context("is not JSON")?;
    for field in ["request", "status", "body"] {
        ensure!(recorded.get(field).is_some(), "lacks `{field}`");
    }
    let status = recorded["status"].as_u64().unwrap_or_default();
    ensure!((100..600).contains(&status), "has a `status` that HTTP does not know");
    Ok(())
}

/// Looks for them in another way than the list is made: by what stands right before the quote.
#[test]
fn every_text_of_the_app_is_in_the_list_for_translators() -> Result<()> {
    let listed = strings::of_repo(&repo::Repo { root: root()? })?;
    let (mut seen, mut problems) = (0, Vec::new());
    for folder in ["frontend/src", "frontend/model/src"] {
        for (path, place) in repo::walk(&root()?.join(folder))?.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let source = fs::read_to_string(place).with_context(|| format!("cannot read {path}"))?;
            let source = source.split("\n#[cfg(test)]").next().unwrap_or_default();
            let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            for text in lines.flat_map(texts_of).filter(|text| !text.contains('\\')) {
                seen += 1;
                if !listed.texts.contains(text) && !listed.plurals.contains_key(text) {
                    problems.push(format!("{folder}/{path}: {text:?} is not in `package strings`"));
                }
            }
        }
    }
    assert_none(&problems);
    ensure!(seen > 100, "only {seen} texts were found: the app writes them in a way that this test does not know");
    Ok(())
}

/// `make languages` brings them up to the sources; what is new is then to be translated.
#[test]
fn every_text_is_translated() -> Result<()> {
    let repo = repo::Repo { root: root()? };
    let template = languages::template(&repo)?;
    let written =
        fs::read(repo.plugin().join(languages::TEMPLATE)).context("there is no template: `make languages`")?;
    ensure!(written == languages::to_po(&template)?, "{} is out of date: `make languages`", languages::TEMPLATE);
    let catalogs = languages::catalogs(&repo)?;
    let names: Vec<&str> = catalogs.iter().map(|(locale, _)| locale.as_str()).collect();
    ensure!(names == ["zh_CN", "zh_TW"], "{names:?}");
    for (locale, catalog) in &catalogs {
        let problems = languages::problems(&template, catalog);
        assert_none(&problems.iter().map(|problem| format!("{locale}: {problem}")).collect::<Vec<_>>());
    }
    Ok(())
}

/// What stands in `msg!("…")` and first in `plural!("…"` on this line.
fn texts_of(line: &str) -> impl Iterator<Item = &str> {
    ["msg!(\"", "plural!(\""]
        .into_iter()
        .flat_map(|call| line.split(call).skip(1))
        .filter_map(|rest| rest.split_once('"').map(|(text, _)| text))
}

#[test]
fn texts_are_told_from_other_literals() {
    let line =
        r#"html!(h, "<p>" [msg!("one")] {tf(msg!("two"), x)} {tn(plural!("three", "no"), n)} {row["no"]} msg("no""#;
    assert_eq!(texts_of(line).collect::<Vec<_>>(), ["one", "two", "three"]);
}

/// The scripts as they are shipped: what the minifier makes of them must still be what browsers can read.
#[test]
fn the_minifier_keeps_what_others_call() -> Result<()> {
    let minifier = Minifier::install(&root()?.join("package"))?;
    let glue = "let wasm;\n// a comment\nasync function __wbg_init(module_or_path) {\n    const imports = { __wbg_log_0cc1: function(arg0) { console.log(arg0); } };\n    return [import.meta.url, imports, module_or_path.module_or_path, wasm];\n}\nexport { __wbg_init as default };\n";
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("glue.js");
    fs::write(&place, glue)?;
    let small = String::from_utf8(minifier.bundle(&place)?)?;
    for kept in ["as default", "__wbg_log_0cc1", "module_or_path", "import.meta.url"] {
        assert!(small.contains(kept), "{kept} is gone: {small}");
    }
    assert!(small.len() < glue.len() && !small.contains("a comment"), "{small}");
    let loader = "const own = document.currentScript.src;\n// a comment\nasync function start() { return import( own ); }\nstart();\n";
    let small = String::from_utf8(minifier.minify("js", loader.as_bytes())?)?;
    assert!(small.starts_with("(()=>{") && small.contains("import("), "names of ours for all of wp-admin: {small}");
    assert!(!small.contains("a comment"), "{small}");
    assert!(minifier.minify("js", b"export {").is_err());
    assert_eq!(minifier.minify("css", b".a {\n  color: #ff0000;\n}\n")?, b".a{color:red}\n");
    Ok(())
}

/// PHP names the files that a page begins with, so that the browser fetches them early; without one of them nothing would
/// break, and each page would begin later.
#[test]
fn php_names_the_files_that_the_packer_cuts() -> Result<()> {
    let php = fs::read_to_string(root()?.join("php-shim/includes/Boot.php"))?;
    for page in ["overview", "keys", "people", "usage", "logs", "audit"] {
        let line = format!("'{page}' => '{} '", split::before(page).join(" "));
        ensure!(php.contains(&line), "Boot.php has no {line}");
    }
    ensure!(php.contains(&format!("?? '{} '", split::before("status").join(" "))), "the other pages");
    Ok(())
}
