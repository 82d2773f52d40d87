//! `cargo run --profile packer -p package -- zip`: makes the plugin zip and checks what is in it.

use std::{env, process::ExitCode};

use anyhow::Result;
use package::{
    commands::{check, languages, split, strings, zip},
    repo::Repo,
};

const USAGE: &str = "\
usage: package split                  cut the app that trunk has built into a module and chunks
       package zip [--out <folder>]   make litellm-dashboard.zip and its checksum (folder: dist)
       package check <zip>            check a zip that is there already
       package strings                print the texts of the app that can be translated, as JSON
       package languages              bring the files of translators up to the sources";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["zip"] => in_repo(|repo| zip::run(repo, &repo.root.join("dist"))),
        ["zip", "--out", folder] => in_repo(|repo| zip::run(repo, folder.as_ref())),
        ["check", file] => in_repo(|repo| check::run(repo, file.as_ref())),
        ["split"] => in_repo(split::run),
        ["strings"] => in_repo(strings::run),
        ["languages"] => in_repo(languages::run),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn in_repo(command: impl Fn(&Repo) -> Result<()>) -> Result<()> {
    command(&Repo::around_current_dir()?)
}
