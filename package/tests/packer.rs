//! The packer on a tree of a few lines: it makes the same zip twice, and refuses what must not be shipped.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use package::{
    Files, archive, commands,
    minify::Minifier,
    repo::Repo,
    sizes::{BUDGET, CHUNK},
    stage,
};

const MAIN: &str = "<?php
/**
 * Plugin Name: LiteLLM Dashboard
 * Description: A test.
 * Version: 1.2.3
 * Author: Nobody
 * Requires at least: 6.2
 * Requires PHP: 7.4
 * License: GPL-2.0-or-later
 * License URI: https://example.com/
 * Text Domain: litellm-dashboard
 * Update URI: https://example.com/
 */
const VERSION = '1.2.3';
";

const README: &str =
    "=== A ===\nRequires at least: 6.2\nRequires PHP: 7.4\nStable tag: 1.2.3\nLicense: GPL-2.0-or-later\n";

const CONTRACT: &str =
    r#"{"operations":{"status":{"method":"GET","handler":"status","capability":"litellm_view","params":{}}}}"#;

const PAGES: &[u8] = br#"[{ "name": "keys", "slug": "k", "title": "Keys", "capability": "x" }]"#;

/// A module with nothing in it but a list of types, and no type in that.
const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x01\0";

/// A section of less than 16 KB: 0 is one of those that browsers pass over, 11 holds the texts of a program.
fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id, (content.len() & 0x7f) as u8 | 0x80, (content.len() >> 7) as u8], content].concat()
}

/// A tree that passes every check, and what was changed about it.
struct Tree {
    root: PathBuf,
}

impl Tree {
    fn new(name: &str) -> Result<Tree> {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).context("cannot clear the tree of an earlier run")?;
        }
        let tree = Tree { root };
        tree.write("Cargo.toml", b"[workspace.package]\nversion = \"1.2.3\"\n")?;
        tree.write("CHANGELOG.md", b"# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-20\n")?;
        tree.write("LICENSE", b"the licence\n")?;
        tree.write("php-shim/litellm-dashboard.php", MAIN.as_bytes())?;
        tree.write("php-shim/uninstall.php", b"<?php\nexit;\n")?;
        tree.write("php-shim/readme.txt", README.as_bytes())?;
        tree.write("php-shim/contract.json", CONTRACT.as_bytes())?;
        tree.write("php-shim/includes/A.php", b"<?php\nfinal class A {}\n")?;
        tree.write("php-shim/assets/loader.js", b"fail( t( 'It failed' ) );\n")?;
        tree.write("frontend/src/lib.rs", b"fn label() -> Msg { msg!(\"Keys\") }\nfn keys() -> Plural { plural!(\"{count} key\", \"{count} keys\") }\n")?;
        tree.write("frontend/dist/dashboard.js", b"export default () => {};\n")?;
        tree.write("frontend/dist/boot.css", b".gw-boot { color: grey }\n")?;
        tree.write("frontend/dist/dashboard.css", b".gw-root { color: red }\n")?;
        tree.write("frontend/dist/dashboard_bg.wasm", MODULE)?;
        tree.write("php-shim/pages.json", PAGES)?;
        for chunk in ["first_run", "keys", "keys_create"] {
            tree.write(&format!("frontend/dist/{chunk}.wasm"), MODULE)?;
        }
        Ok(tree)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let place = self.root.join(path);
        let folder = place.parent().context("a file lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(&place, bytes).with_context(|| format!("cannot write {}", place.display()))
    }

    fn remove(&self, path: &str) -> Result<()> {
        fs::remove_file(self.root.join(path)).with_context(|| format!("cannot remove {path}"))
    }

    fn repo(&self) -> Repo {
        Repo { root: self.root.clone() }
    }

    fn zip(&self) -> Result<Vec<u8>> {
        let (zip, _) =
            commands::zip::make(&self.repo(), &Minifier::Off, b"theirs\n".to_vec(), &self.root.join("dist"))?;
        fs::read(zip).context("cannot read the zip")
    }

    /// What the packer says against the tree; it must not have left a zip behind.
    fn refusal(&self) -> Result<String> {
        let error = self.zip().err().context("the packer refused nothing")?;
        assert!(!self.root.join("dist/litellm-dashboard.zip").exists(), "a zip was written all the same");
        Ok(format!("{error:#}"))
    }
}

fn assert_refused(name: &str, spoil: impl Fn(&Tree) -> Result<()>, told: &str) -> Result<()> {
    let tree = Tree::new(name)?;
    spoil(&tree)?;
    let refusal = tree.refusal()?;
    assert!(refusal.contains(told), "expected {told:?} in:\n{refusal}");
    Ok(())
}

#[test]
fn two_runs_give_the_same_bytes() -> Result<()> {
    let tree = Tree::new("same")?;
    let first = tree.zip()?;
    // As on another day and machine: nothing remembered, every file written anew.
    let again = Tree::new("same-again")?;
    assert!(first == again.zip()?, "the second zip differs from the first");
    assert!(first == tree.zip()?, "a zip made with the remembered module differs");
    Ok(())
}

#[test]
fn the_zip_holds_exactly_the_plugin() -> Result<()> {
    let files = archive::read(&Tree::new("contents")?.zip()?)?;
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "assets/app/boot.css",
            "assets/app/build.json",
            "assets/app/dashboard.bin",
            "assets/app/dashboard.css",
            "assets/app/dashboard.js",
            "assets/app/dashboard_bg.wasm",
            "assets/app/first_run.bin",
            "assets/app/first_run.wasm",
            "assets/app/keys.bin",
            "assets/app/keys.wasm",
            "assets/app/keys_create.bin",
            "assets/app/keys_create.wasm",
            "assets/app/shell.bin",
            "assets/loader.js",
            "contract.json",
            "includes/A.php",
            "languages/strings.json",
            "license.txt",
            "litellm-dashboard.php",
            "pages.json",
            "readme.txt",
            "third-party.txt",
            "uninstall.php",
        ]
    );
    assert_eq!(package::gzip::inflate(&files[stage::COMPRESSED])?, MODULE);
    assert_eq!(
        String::from_utf8(package::gzip::inflate(&files[stage::SHELL])?)?,
        r#"[".gw-root { color: red }\n","export default () => {};\n"]"#
    );
    let texts = serde_json::from_slice::<serde_json::Value>(&files[stage::STRINGS])?;
    assert_eq!(
        texts,
        serde_json::json!({ "texts": ["It failed", "Keys"], "plurals": { "{count} key": "{count} keys" } })
    );
    Ok(())
}

#[test]
fn titles_of_pages_are_texts() -> Result<()> {
    let tree = Tree::new("titles")?;
    tree.write(
        "php-shim/pages.json",
        br#"[{ "name": "reports", "slug": "r", "title": "Reports", "capability": "x" }]"#,
    )?;
    tree.write("frontend/dist/reports.wasm", MODULE)?;
    let files = stage::stage(&tree.repo(), &Minifier::Off)?;
    assert!(String::from_utf8_lossy(&files[stage::STRINGS]).contains("\"Reports\""));
    assert_refused("bad-titles", |tree| tree.write("php-shim/pages.json", b"[{}]"), "cannot read php-shim/pages.json")
}

#[test]
fn pages_may_share_a_chunk_which_has_to_be_there() -> Result<()> {
    let shared: &[u8] = br#"[{ "name": "a", "slug": "a", "title": "A", "capability": "x", "chunk": "both" },
        { "name": "b", "slug": "b", "title": "B", "capability": "x", "chunk": "both" }]"#;
    assert_refused("no-shared", |tree| tree.write("php-shim/pages.json", shared), "assets/app/both.wasm is missing")?;
    let tree = Tree::new("shared")?;
    tree.write("php-shim/pages.json", shared)?;
    tree.write("frontend/dist/both.wasm", MODULE)?;
    tree.zip().map(drop)
}

#[test]
fn a_text_that_cannot_be_listed_is_refused_by_file_and_line() -> Result<()> {
    let spoil =
        |tree: &Tree| tree.write("frontend/src/pages/keys.rs", b"fn a(x: X) {\n    view! { <b>{msg!(x)}</b> }\n}\n");
    assert_refused("bad-text", spoil, "frontend/src/pages/keys.rs:2: msg! takes 1 literal")?;
    let spoil = |tree: &Tree| tree.write("php-shim/assets/loader.js", b"fail( t( words ) );\n");
    assert_refused("bad-loader-text", spoil, "php-shim/assets/loader.js:1: t() takes a literal")
}

#[test]
fn the_checksum_is_that_of_the_zip() -> Result<()> {
    let tree = Tree::new("checksum")?;
    let zip = tree.zip()?;
    let checksum = fs::read_to_string(tree.root.join("dist/litellm-dashboard.zip.sha256"))?;
    assert_eq!(checksum, format!("{}  litellm-dashboard.zip\n", package::hash::sha256_hex(&zip)));
    commands::check::run(&tree.repo(), &tree.root.join("dist/litellm-dashboard.zip"))?;
    tree.write("dist/litellm-dashboard.zip.sha256", b"00  litellm-dashboard.zip\n")?;
    assert!(commands::check::run(&tree.repo(), &tree.root.join("dist/litellm-dashboard.zip")).is_err());
    Ok(())
}

#[test]
fn the_build_hash_changes_with_any_asset_and_with_nothing_else() -> Result<()> {
    let files = stage::stage(&Tree::new("hash")?.repo(), &Minifier::Off)?;
    let hash = stage::build_hash(&files);
    let with = |path: &str| {
        let mut other: Files = files.clone();
        other.insert(path.to_owned(), b"other".to_vec());
        stage::build_hash(&other)
    };
    assert_eq!(hash.len(), 16);
    for path in
        [stage::LOADER, stage::BOOT, stage::STYLE, stage::GLUE, stage::MODULE, stage::SHELL, "assets/app/keys.bin"]
    {
        assert_ne!(with(path), hash, "{path}");
    }
    for path in [stage::BUILD, "readme.txt"] {
        assert_eq!(with(path), hash, "{path}");
    }
    Ok(())
}

#[test]
fn a_built_app_among_the_sources_is_passed_over() -> Result<()> {
    let tree = Tree::new("passed-over")?;
    let clean = tree.zip()?;
    tree.write("php-shim/assets/app/dashboard.js", b"old")?;
    tree.write("php-shim/assets/app/other.js", b"old")?;
    assert!(clean == tree.zip()?);
    Ok(())
}

#[test]
fn an_extra_file_is_refused() -> Result<()> {
    for (name, path) in [("extra-md", "notes.md"), ("extra-hidden", ".env"), ("extra-test", "tests/A.php")] {
        let told = format!("{path} does not belong into the zip");
        assert_refused(name, |tree| tree.write(&format!("php-shim/{path}"), b"<?php\n"), &told)?;
    }
    Ok(())
}

#[test]
fn a_missing_file_is_refused() -> Result<()> {
    for (name, path, told) in [
        ("no-uninstall", "php-shim/uninstall.php", "uninstall.php is missing: add php-shim/uninstall.php"),
        ("no-classes", "php-shim/includes/A.php", "includes/ is missing"),
        ("no-licence", "LICENSE", "license.txt is missing: add LICENSE"),
        ("no-style", "frontend/dist/dashboard.css", "build the app first"),
        ("no-boot-style", "frontend/dist/boot.css", "build the app first"),
        ("no-page", "frontend/dist/keys.wasm", "assets/app/keys.wasm is missing: has the page an arm"),
        ("no-first-run", "frontend/dist/first_run.wasm", "assets/app/first_run.wasm is missing"),
    ] {
        assert_refused(name, |tree| tree.remove(path), told)?;
    }
    Ok(())
}

#[test]
fn differing_versions_are_refused() -> Result<()> {
    for (name, path, text) in [
        ("version-readme", "php-shim/readme.txt", README.replace("1.2.3", "1.2.4")),
        ("version-header", "php-shim/litellm-dashboard.php", MAIN.replace("Version: 1.2.3", "Version: 1.2.4")),
        ("version-constant", "php-shim/litellm-dashboard.php", MAIN.replace("'1.2.3'", "'1.2.4'")),
        ("version-workspace", "Cargo.toml", "[workspace.package]\nversion = \"1.2.4\"\n".to_owned()),
        ("version-changelog", "CHANGELOG.md", "## [1.2.4]\n".to_owned()),
    ] {
        let told = format!("{path}, ");
        assert_refused(name, |tree| tree.write(path, text.as_bytes()), "the versions differ")?;
        assert_refused(name, |tree| tree.write(path, text.as_bytes()), &told)?;
    }
    Ok(())
}

#[test]
fn names_of_functions_stay_at_home() -> Result<()> {
    let tree = Tree::new("names")?;
    let (names, tools) = (section(0, b"\x04name\x01\x02\x01\0\0"), section(0, b"\x09producers\0"));
    let text = section(11, b"\x01\x01\x05after");
    tree.write("frontend/dist/dashboard_bg.wasm", &[MODULE, &names, &text, &tools].concat())?;
    let files = archive::read(&tree.zip()?)?;
    assert_eq!(files[stage::MODULE], [MODULE, &text].concat());
    assert_eq!(package::gzip::inflate(&files[stage::COMPRESSED])?, files[stage::MODULE]);
    Ok(())
}

#[test]
fn a_path_of_the_machine_is_refused() -> Result<()> {
    let spoil = |tree: &Tree| {
        let path = format!("{}/frontend/src/lib.rs", tree.root.display());
        let length = [(path.len() & 0x7f) as u8 | 0x80, (path.len() >> 7) as u8];
        let text = [&[1, 1], &length, path.as_bytes()].concat();
        tree.write("frontend/dist/dashboard_bg.wasm", &[MODULE, &section(11, &text)].concat())
    };
    assert_refused("machine-path", spoil, "dashboard_bg.wasm holds a path of this machine")?;
    let spoil = |tree: &Tree| tree.write("frontend/dist/dashboard.js", b"'/somewhere/.cargo/registry/src/a.rs'");
    assert_refused("cargo-path", spoil, "dashboard.js holds a path of this machine")
}

#[test]
fn a_key_is_refused_and_not_repeated() -> Result<()> {
    let tree = Tree::new("key")?;
    // Put together here, so that this file does not hold one.
    let key = ["sk-", "Ab3dEf6hIj9lMn2pQr5tUv"].concat();
    tree.write("php-shim/includes/A.php", format!("<?php\nconst KEY = '{key}';\n").as_bytes())?;
    let refusal = tree.refusal()?;
    assert!(refusal.contains("includes/A.php holds what looks like a key"), "{refusal}");
    assert!(!refusal.contains(&key), "the key is in the message");
    Ok(())
}

#[test]
fn broken_files_are_refused() -> Result<()> {
    for (name, path, bytes, told) in [
        ("bad-module", "frontend/dist/dashboard_bg.wasm", &b"<html>"[..], "is not a WebAssembly module"),
        ("bad-contract", "php-shim/contract.json", b"{\"operations\":{\"a\":{\"sql\":1}}}", "unknown column `sql`"),
        ("bad-json", "php-shim/contract.json", b"{", "contract.json is not JSON"),
        ("bad-start", "php-shim/includes/A.php", b"\xef\xbb\xbf<?php\n", "does not begin with <?php"),
        ("empty", "php-shim/includes/A.php", b"", "is empty"),
        (
            "bad-header",
            "php-shim/litellm-dashboard.php",
            b"<?php\n// Version: 1.2.3\n",
            "the header lacks `Update URI:`",
        ),
        ("snippets", "frontend/dist/dashboard.js", b"import './snippets/a.js';", "imports another file"),
        ("bad-style", "frontend/dist/dashboard.css", b".a { color: \xff }", "dashboard.css is not UTF-8"),
        ("style-image", "frontend/dist/dashboard.css", b".a { background: url(a.svg) }", "refers to another file"),
        ("style-import", "frontend/dist/dashboard.css", b"@import 'a.css';", "refers to another file"),
        ("source-map", "frontend/dist/dashboard.js", b"//# sourceMappingURL=a.map", "points to a source map"),
    ] {
        assert_refused(name, |tree| tree.write(path, bytes), told)?;
    }
    Ok(())
}

/// As wasm-bindgen writes them: the glue, and beside it the module that a crate brings along.
#[test]
fn a_snippet_becomes_part_of_the_script() -> Result<()> {
    let minifier = Minifier::install(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let tree = Tree::new("snippet")?;
    let snippet = "snippets/dashboard-0a1b2c3d/node_modules/morph/dist";
    let glue = format!(
        "import {{ Morph }} from './{snippet}/morph.esm.js';\nimport {{ load }} from './chunks.js';\nfunction initSync(m) {{ return m; }}\nasync function __wbg_init(o) {{ return [new URL('dashboard_bg.wasm', import.meta.url), o.module_or_path, Morph.morph, load]; }}\nexport {{ initSync, __wbg_init as default }};\n"
    );
    tree.write("frontend/dist/dashboard.js", glue.as_bytes())?;
    tree.write(
        &format!("frontend/dist/{snippet}/morph.esm.js"),
        b"import { help } from './help.js';\nexport var Morph = { morph: () => help('morphed here') };\nexport const unused = 'nobody asks for this';\n",
    )?;
    tree.write(&format!("frontend/dist/{snippet}/help.js"), b"export const help = (text) => text + '!';\n")?;
    tree.write(
        "frontend/dist/chunks.js",
        b"import { initSync } from './dashboard.js';\nexport const load = () => initSync();\n",
    )?;
    let files = stage::stage(&tree.repo(), &minifier)?;
    let script = String::from_utf8(files[stage::GLUE].clone())?;
    for kept in ["morphed here", "as default", "import.meta.url", "module_or_path", "dashboard_bg.wasm"] {
        assert!(script.contains(kept), "{kept} is gone: {script}");
    }
    for gone in ["snippets", "from\"", "nobody asks"] {
        assert!(!script.contains(gone), "{gone} is still there: {script}");
    }
    // Chunks belong to the module that runs: a second script would have none.
    assert_eq!(script.matches("module_or_path").count(), 1, "{script}");
    assert!(String::from_utf8(package::gzip::inflate(&files[stage::SHELL])?)?.contains("morphed here"));
    let again = stage::stage(&tree.repo(), &minifier)?;
    assert!(files == again, "two runs differ");

    tree.remove(&format!("frontend/dist/{snippet}/help.js"))?;
    let error = stage::stage(&tree.repo(), &minifier).err().context("a missing part was not refused")?;
    assert!(format!("{error:#}").contains("help.js"), "{error:#}");
    Ok(())
}

#[test]
fn broken_php_is_refused_where_there_is_php() -> Result<()> {
    if std::process::Command::new("php").arg("-v").output().is_err() {
        return Ok(());
    }
    let spoil = |tree: &Tree| tree.write("php-shim/includes/A.php", b"<?php\nfinal class A {\n");
    assert_refused("bad-php", spoil, "php-shim/includes/A.php: ")
}

#[test]
fn a_first_view_above_the_budget_is_refused() -> Result<()> {
    let long = "a".repeat(BUDGET + 1);
    let spoil = |tree: &Tree| tree.write("frontend/dist/boot.css", long.as_bytes());
    assert_refused("budget", spoil, &format!("more than the {BUDGET} allowed"))?;
    // The chunk of the page is part of it: without it this is not too much.
    let spoil = |tree: &Tree| {
        tree.write("frontend/dist/first_run.wasm", &chunk_of(2_000))?;
        tree.write("frontend/dist/boot.css", "a".repeat(BUDGET - 1_000).as_bytes())
    };
    assert_refused("budget-page", spoil, "a first view of first_run takes ")?;
    // So is what all pages but the overview share.
    let spoil = |tree: &Tree| {
        tree.write("frontend/dist/common.wasm", &chunk_of(2_000))?;
        tree.write("frontend/dist/boot.css", "a".repeat(BUDGET - 1_000).as_bytes())
    };
    assert_refused("budget-common", spoil, "a first view of first_run takes ")
}

#[test]
fn a_chunk_that_is_too_large_is_refused_by_name() -> Result<()> {
    let tree = Tree::new("chunk-fits")?;
    tree.write("frontend/dist/reports_new.wasm", &chunk_of(CHUNK - 100))?;
    tree.zip()?;
    let spoil = |tree: &Tree| tree.write("frontend/dist/reports_new.wasm", &chunk_of(CHUNK + 1));
    assert_refused("chunk", spoil, "the chunk reports_new takes ")
}

/// A chunk that takes about so many bytes, as nothing in it can be compressed.
fn chunk_of(bytes: usize) -> Vec<u8> {
    let mut noise = 1_u32;
    let mut text = vec![1];
    while text.len() < bytes {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push((noise >> 24) as u8);
    }
    [MODULE, &section(11, &text)].concat()
}

#[test]
fn what_travels_in_the_shell_counts_compressed() -> Result<()> {
    let tree = Tree::new("budget-shell")?;
    tree.write("frontend/dist/dashboard.css", "a".repeat(BUDGET + 1).as_bytes())?;
    tree.zip().map(|_| ())
}

#[test]
fn all_problems_are_told_at_once() -> Result<()> {
    let tree = Tree::new("all")?;
    tree.remove("php-shim/uninstall.php")?;
    tree.write("php-shim/notes.md", b"notes")?;
    tree.write("php-shim/readme.txt", README.replace("1.2.3", "1.2.4").as_bytes())?;
    let refusal = tree.refusal()?;
    for told in ["uninstall.php is missing", "notes.md does not belong", "the versions differ"] {
        assert!(refusal.contains(told), "expected {told:?} in:\n{refusal}");
    }
    Ok(())
}

#[test]
fn a_zip_that_was_tampered_with_is_refused() -> Result<()> {
    let tree = Tree::new("tampered")?;
    let mut files = archive::read(&tree.zip()?)?;
    files.insert(stage::GLUE.to_owned(), b"export default () => { steal(); };\n".to_vec());
    files.insert("assets/app/keys.wasm".to_owned(), [MODULE, &section(11, b"\x01\x01\x05other")].concat());
    files.remove("assets/app/keys_create.bin");
    tree.write("tampered.zip", &archive::write(&files)?)?;
    let error = commands::check::run(&tree.repo(), &tree.root.join("tampered.zip")).err();
    let error = format!("{:#}", error.context("the zip was not refused")?);
    for told in [
        "build.json states another hash",
        "shell.bin does not inflate to",
        "keys.bin does not inflate to",
        "keys_create.bin does not inflate to",
    ] {
        assert!(error.contains(told), "expected {told:?} in:\n{error}");
    }
    Ok(())
}
