//! Scripts in one file, and script and style sheet without what only readers need. Hosts that do not compress send them
//! as they are, and the generated glue is half white space and long names.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

/// The oldest browsers that run the module; newer syntax is rewritten for them.
const TARGET: &str = "--target=chrome96,firefox96,safari15.4";

pub enum Minifier {
    Esbuild(PathBuf),
    /// For tests that are about something else.
    Off,
}

impl Minifier {
    /// The pinned esbuild of `package/package-lock.json`; installs it when it is not there in that version.
    pub fn install(folder: &Path) -> Result<Minifier> {
        let program = folder.join("node_modules/.bin/esbuild");
        let manifest = std::fs::read(folder.join("package.json")).context("cannot read package/package.json")?;
        let manifest: serde_json::Value =
            serde_json::from_slice(&manifest).context("cannot read package/package.json as JSON")?;
        let wanted = manifest["dependencies"]["esbuild"].as_str().context("package/package.json names no esbuild")?;
        let found = || Command::new(&program).arg("--version").stderr(Stdio::null()).output().ok();
        let is_wanted = || found().is_some_and(|out| String::from_utf8_lossy(&out.stdout).trim() == wanted);
        if !is_wanted() {
            println!("installing esbuild {wanted}");
            let status = Command::new("npm").args(["ci", "--silent"]).current_dir(folder).status();
            let status = status.context("cannot start npm, which installs esbuild: install Node 18 or newer")?;
            ensure!(status.success(), "`npm ci` failed in package/: run it there to see why");
            ensure!(is_wanted(), "package/node_modules holds no working esbuild {wanted}: delete it and try again");
        }
        Ok(Minifier::Esbuild(program))
    }

    /// `kind` is `js`, a classic script whose names nobody else shall see, or `css`.
    pub fn minify(&self, kind: &str, source: &[u8]) -> Result<Vec<u8>> {
        let Minifier::Esbuild(program) = self else { return Ok(source.to_owned()) };
        let mut command = esbuild(program);
        command.arg(format!("--loader={kind}"));
        if kind == "js" {
            command.arg("--format=iife");
        }
        run(command, source).with_context(|| format!("esbuild refuses the {kind} file"))
    }

    /// A module with all that it imports, minified: the loader runs it from an address that no path can be relative to.
    pub fn bundle(&self, entry: &Path) -> Result<Vec<u8>> {
        let Minifier::Esbuild(program) = self else {
            return std::fs::read(entry).with_context(|| format!("cannot read {}", entry.display()));
        };
        let (folder, name) = entry.parent().zip(entry.file_name()).context("a script lies in a folder")?;
        let mut command = esbuild(program);
        command.args(["--bundle", "--format=esm", "--loader=js"]).current_dir(folder);
        // What it imports may import it in turn. Nobody asks for more of it than how to start.
        let start = format!("export {{ default }} from './{}';", name.to_string_lossy());
        run(command, start.as_bytes()).with_context(|| format!("esbuild cannot bundle {}", entry.display()))
    }
}

fn esbuild(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--minify", "--legal-comments=none", "--log-level=warning", TARGET]);
    command
}

fn run(mut command: Command, source: &[u8]) -> Result<Vec<u8>> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start it: run `npm ci` in package/")?;
    // esbuild reads to the end before it writes, so this cannot block both.
    child.stdin.take().context("it takes no input")?.write_all(source).context("cannot write to it")?;
    let done = child.wait_with_output().context("cannot wait for it")?;
    if !done.status.success() || done.stdout.is_empty() {
        bail!("{}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(done.stdout)
}
