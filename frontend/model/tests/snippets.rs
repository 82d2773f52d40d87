//! The examples are valid programs, whatever the model's name contains: each language's own tool says so, and the values
//! that arrive are the ones that were put in. A language whose tool is not installed is left out.
#![allow(clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use model::snippet::{Language, example};

/// All that has a meaning in one of the languages.
const ODD: &str = "x\"y'z\\n$HOME ${a} $(id) `id` %s #{b} {c} /* */ ?> <?php // # 客户 \u{2028} é";

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snippets");
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder.join(name)
}

/// Runs a tool on a file that holds `text`; `None` when the tool is not installed.
fn run(program: &str, arguments: &[&str], name: &str, text: &str) -> Option<Output> {
    let file = scratch(name);
    std::fs::write(&file, text).expect("the target folder can be written");
    Command::new(program).args(arguments).arg(&file).output().ok()
}

fn assert_valid(language: Language, program: &str, arguments: &[&str], ending: &str) {
    for (model, mode) in
        [("gpt-4o", "chat"), ("text-embedding-3-small", "embedding"), (ODD, "chat"), (ODD, "embedding")]
    {
        let text = example(language, "https://llm.example.com", "sk-secret", model, mode);
        let Some(output) = run(program, arguments, &format!("{mode}-{}.{ending}", model.len()), &text) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} refuses the example for {model:?}: {said}\n{text}");
    }
}

#[test]
fn curl_is_valid_shell() {
    assert_valid(Language::Curl, "bash", &["-n"], "sh");
}

#[test]
fn python_compiles() {
    assert_valid(Language::Python, "python3", &["-m", "py_compile"], "py");
}

#[test]
fn javascript_parses() {
    assert_valid(Language::JavaScript, "node", &["--check"], "js");
}

#[test]
fn php_parses() {
    assert_valid(Language::Php, "php", &["-l"], "php");
}

/// Runs the example with its one outward call replaced, and compares what would have been sent.
fn assert_arrives(language: Language, program: &str, arguments: &[&str], ending: &str, replace: &[(&str, &str)]) {
    let text = example(language, "https://llm.example.com", "sk-secret", ODD, "chat");
    let probe = replace.iter().fold(text.clone(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the example:\n{text}");
        text.replace(from, to)
    });
    let Some(output) = run(program, arguments, &format!("probe.{ending}"), &probe) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let sent: serde_json::Value = serde_json::from_str(said.trim()).unwrap_or_default();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert_eq!(sent["model"].as_str(), Some(ODD), "{program} would send {said}\n{problem}\n{text}");
    assert_eq!(sent["messages"][0]["role"].as_str(), Some("user"), "{program} would send {said}");
}

#[test]
fn the_shell_sends_the_name_as_it_is() {
    let script = [("curl '", "show() { printf '%s' \"${@: -1}\"; }\nshow '")];
    assert_arrives(Language::Curl, "bash", &[], "probe.sh", &script);
}

#[test]
fn python_sends_the_name_as_it_is() {
    let script = [
        ("json.load(urllib.request.urlopen(request))", "request.data.decode()"),
        ("answer[\"choices\"][0][\"message\"][\"content\"]", "answer"),
    ];
    assert_arrives(Language::Python, "python3", &[], "probe.py", &script);
}

#[test]
fn javascript_sends_the_name_as_it_is() {
    let script = [("await fetch(", "await (async (url, options) => { console.log(options.body); process.exit(); })(")];
    assert_arrives(Language::JavaScript, "node", &[], "probe.js", &script);
}

#[test]
fn php_sends_the_name_as_it_is() {
    let probe = "(fn($url, $path, $context) => exit(stream_context_get_options($context)['http']['content']))(";
    let script = [("file_get_contents(", probe)];
    assert_arrives(Language::Php, "php", &[], "probe.php", &script);
}
