//! Nothing missing, nothing extra, and each file what its name says.

use serde_json::Value;

use crate::{Files, SLUG, gzip, stage, text};

/// Path, and what to do when it is not there.
const REQUIRED: [(&str, &str); 16] = [
    ("litellm-dashboard.php", "add php-shim/litellm-dashboard.php"),
    ("uninstall.php", "add php-shim/uninstall.php"),
    ("contract.json", "add php-shim/contract.json"),
    ("readme.txt", "add php-shim/readme.txt"),
    (stage::LICENSE, "add LICENSE with the text of the GPL"),
    (stage::THIRD_PARTY, "make the zip again: make zip"),
    (stage::LOADER, "add php-shim/assets/loader.js"),
    (stage::BOOT, "build the app: make build"),
    (stage::STYLE, "build the app: make build"),
    (stage::GLUE, "build the app: make build"),
    (stage::MODULE, "build the app: make build"),
    (stage::SHELL, "make the zip again: make zip"),
    (stage::COMPRESSED, "make the zip again: make zip"),
    (stage::BUILD, "make the zip again: make zip"),
    (stage::STRINGS, "make the zip again: make zip"),
    ("includes/", "add the classes of php-shim/includes/"),
];

/// The end of a name, and the folder below which it may lie (empty: anywhere).
const ALLOWED: [(&str, &str); 13] = [
    (".php", ""),
    (".json", ""),
    (".txt", ""),
    (".js", "assets/"),
    (".css", "assets/"),
    (".wasm", "assets/app/"),
    (".bin", "assets/app/"),
    (".svg", "assets/"),
    (".png", "assets/"),
    (".mo", "languages/"),
    (".po", "languages/"),
    (".pot", "languages/"),
    (".json", "languages/"),
];

/// Folders that belong to development, whatever is in them.
const DEVELOPMENT: [&str; 7] = ["node_modules", "vendor", "test", "tests", "src", "target", "dist"];

const HEADERS: [(&str, &str); 10] = [
    ("Plugin Name:", ""),
    ("Description:", ""),
    ("Version:", ""),
    ("Author:", ""),
    ("Requires at least:", "6.2"),
    ("Requires PHP:", "7.4"),
    ("License:", "GPL-2.0-or-later"),
    ("License URI:", ""),
    ("Text Domain:", SLUG),
    ("Update URI:", ""),
];

pub fn problems(files: &Files) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, remedy) in REQUIRED {
        if !files.keys().any(|known| known == path || path.ends_with('/') && known.starts_with(path)) {
            problems.push(format!("{path} is missing: {remedy}"));
        }
    }
    for name in stage::page_chunks(files) {
        let path = format!("assets/app/{name}.wasm");
        if !files.contains_key(&path) {
            problems.push(format!("{path} is missing: has the page an arm in frontend/src/app.rs? Then `make build`"));
        }
    }
    for (path, bytes) in files {
        if let Some(why) = refusal(path, files) {
            problems.push(format!("{path} does not belong into the zip ({why}): remove it from php-shim/"));
        }
        problems.extend(malformed(path, bytes).map(|why| format!("{path} {why}")));
    }
    problems.extend(header_problems(files));
    problems.extend(app_problems(files));
    problems
}

fn refusal(path: &str, files: &Files) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let app = [stage::BOOT, stage::STYLE, stage::GLUE, stage::MODULE, stage::SHELL, stage::COMPRESSED, stage::BUILD];
    let of_chunk = || {
        let mut chunks = files.keys().filter(|path| stage::chunk_of(path).is_some());
        chunks.any(|chunk| chunk == path || stage::compressed(chunk) == path)
    };
    if path.split('/').any(|part| part.starts_with('.') || part.is_empty()) {
        Some("a hidden file, or outside the plugin's folder")
    } else if !path.chars().all(plain) {
        Some("a name with other characters than letters, digits, dot, hyphen and underscore")
    } else if path.split('/').any(|part| DEVELOPMENT.contains(&part)) {
        Some("a folder of development")
    } else if path.starts_with("assets/app/") && !app.contains(&path) && !of_chunk() {
        Some("not one of the app's files")
    } else if !ALLOWED.iter().any(|(end, folder)| path.ends_with(end) && path.starts_with(folder)) {
        Some("a kind of file that a plugin does not need there")
    } else {
        None
    }
}

fn malformed(path: &str, bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return Some("is empty: fill it or remove it".to_owned());
    }
    if path.ends_with(".php") && !bytes.starts_with(b"<?php") {
        return Some("does not begin with <?php: anything before it would be sent ahead of every answer".to_owned());
    }
    if path.ends_with(".json") {
        return serde_json::from_slice::<Value>(bytes).err().map(|error| format!("is not JSON: {error}"));
    }
    if (path.ends_with(".js") || path.ends_with(".css")) && std::str::from_utf8(bytes).is_err() {
        return Some("is not UTF-8: save it as such".to_owned());
    }
    if path.ends_with(".wasm") && !bytes.starts_with(b"\0asm") {
        return Some("is not a WebAssembly module: build the app again".to_owned());
    }
    None
}

fn header_problems(files: &Files) -> Vec<String> {
    let main = text(files, "litellm-dashboard.php");
    let readme = text(files, "readme.txt");
    let mut problems = Vec::new();
    if main.is_empty() || readme.is_empty() {
        return problems;
    }
    for (name, wanted) in HEADERS {
        match header(main, name) {
            None => problems.push(format!("php-shim/litellm-dashboard.php: the header lacks `{name}`")),
            Some(found) if !wanted.is_empty() && found != wanted => {
                problems.push(format!("php-shim/litellm-dashboard.php: `{name} {found}` should be `{name} {wanted}`"));
            }
            Some(_) => {}
        }
    }
    for name in ["Requires at least:", "Requires PHP:", "License:"] {
        if header(main, name) != header(readme, name) {
            problems.push(format!("php-shim/readme.txt: `{name}` differs from php-shim/litellm-dashboard.php"));
        }
    }
    problems
}

/// The value of a line such as ` * Version: 0.1.0`.
pub fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .map(|line| line.trim_start_matches([' ', '\t', '*', '#', '/']))
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// The parts of the app belong together, and a browser finds all that the glue asks for.
fn app_problems(files: &Files) -> Vec<String> {
    let mut problems = Vec::new();
    let inflates_to = |path: &str, plain: &[u8]| {
        files.get(path).is_none_or(|compressed| gzip::inflate(compressed).is_ok_and(|inflated| inflated == plain))
    };
    for (path, plain) in files.iter().filter(|(path, _)| *path == stage::MODULE || stage::chunk_of(path).is_some()) {
        let compressed = stage::compressed(path);
        if !files.contains_key(&compressed) || !inflates_to(&compressed, plain) {
            problems.push(format!("{compressed} does not inflate to {path}: make the zip again"));
        }
    }
    if !inflates_to(stage::SHELL, &stage::shell(files)) {
        let parts = [stage::SHELL, stage::STYLE, stage::GLUE];
        problems.push(format!("{} does not inflate to {} and {}: make the zip again", parts[0], parts[1], parts[2]));
    }
    // A sheet out of the shell has no address that others could be relative to, and browsers ignore its imports.
    if text(files, stage::STYLE).replace("url(data:", "").replace("url(\"data:", "").contains("url(")
        || text(files, stage::STYLE).contains("@import")
    {
        problems.push(format!("{} refers to another file: put that into the sheet itself", stage::STYLE));
    }
    if imports(text(files, stage::GLUE)) {
        problems.push(format!("{} imports another file, which the zip does not carry: bundle it", stage::GLUE));
    }
    for path in [stage::LOADER, stage::GLUE, stage::BOOT, stage::STYLE] {
        if text(files, path).contains("sourceMappingURL=") {
            problems.push(format!("{path} points to a source map, which the zip does not carry: build without one"));
        }
    }
    let stated: Value = serde_json::from_str(text(files, stage::BUILD)).unwrap_or_default();
    if files.contains_key(stage::BUILD) && stated["hash"].as_str() != Some(&stage::build_hash(files)) {
        problems.push(format!("{} states another hash than that of the assets: make the zip again", stage::BUILD));
    }
    problems
}

/// Whether a script asks for another one: `import … from "…"`, `import "…"`, `import(…)`, `export … from "…"`.
/// `import.meta` is its own address.
fn imports(script: &str) -> bool {
    let of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let quote = |c: char| matches!(c, '"' | '\'' | '`');
    let asks = |word: &str, is_next: &dyn Fn(char) -> bool| {
        script.match_indices(word).any(|(at, _)| {
            let (before, after) = (&script[..at], &script[at + word.len()..]);
            let alone = !before.ends_with(|c| of_name(c) || c == '.') && !after.starts_with(of_name);
            alone && after.trim_start().starts_with(is_next)
        })
    };
    asks("import", &|c| quote(c) || of_name(c) || matches!(c, '(' | '{' | '*')) || asks("from", &quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_plugin_needs_is_let_in() {
        let files = Files::from([("assets/app/keys.wasm".to_owned(), Vec::new())]);
        for path in [
            "includes/Rest.php",
            "languages/litellm-dashboard-zh_CN.l10n.php",
            "languages/a.mo",
            "assets/icon.svg",
            "assets/app/keys.wasm",
            "assets/app/keys.bin",
        ] {
            assert_eq!(refusal(path, &files), None, "{path}");
        }
        for path in [
            ".htaccess",
            "includes/.DS_Store",
            "../evil.php",
            "tests/RestTest.php",
            "assets/app/dashboard.js.map",
            "assets/app/dashboard.html",
            "assets/app/other.js",
            "assets/app/other.bin",
            "includes/a b.php",
            "notes.md",
            "script.js",
            "node_modules/x/index.js",
        ] {
            assert!(refusal(path, &files).is_some(), "{path}");
        }
    }

    #[test]
    fn a_header_is_read_out_of_its_comment() {
        assert_eq!(header("<?php\n/**\n * Version:     0.1.0 \n */", "Version:"), Some("0.1.0"));
        assert_eq!(header("Stable tag: 0.1.0\r\n", "Stable tag:"), Some("0.1.0"));
        assert_eq!(header(" * Version:\n", "Version:"), None);
    }

    #[test]
    fn an_import_is_told_from_the_address_of_the_script() {
        for script in [
            "import \"./a.js\"",
            "import{a as b}from'./a.js'",
            "import * as a from \"a\"",
            "import a from 'a'",
            "const a=await import(b)",
            "export*from\"https://example.com/a.js\"",
        ] {
            assert!(imports(script), "{script}");
        }
        for script in
            ["new URL('a',import.meta.url)", "const imports={}, a=__wbg_get_imports()", "Array.from('a'),a.import(b)"]
        {
            assert!(!imports(script), "{script}");
        }
    }
}
