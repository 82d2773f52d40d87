//! PHP's own opinion of every PHP file, where there is a PHP to ask.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use crate::Files;

#[derive(Default)]
pub struct PhpCheck {
    pub problems: Vec<String>,
    /// Why nothing was checked.
    pub skipped: Option<String>,
}

pub fn check(files: &Files) -> PhpCheck {
    let mut check = PhpCheck::default();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".php")) {
        match complaint(bytes) {
            Ok(None) => {}
            Ok(Some(complaint)) => check.problems.push(format!("php-shim/{path}: {complaint}")),
            Err(error) => {
                check.skipped =
                    Some(format!("PHP syntax was not checked: cannot run php ({error}); install PHP 7.4 or newer"));
                break;
            }
        }
    }
    check
}

fn complaint(source: &[u8]) -> std::io::Result<Option<String>> {
    let mut child = Command::new("php")
        .args(["-n", "-d", "display_errors=1", "-d", "error_reporting=-1", "-l"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(source)?;
    }
    let done = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&done.stdout);
    let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("php -l fails").trim();
    // Deprecations are said although the syntax is right; they count.
    let clean = done.status.success() && first.starts_with("No syntax errors");
    Ok((!clean).then(|| first.replace("Standard input code", "this file")))
}
