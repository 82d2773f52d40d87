//! Everything that must be true of a plugin before it is given to anybody. All problems are told at once.

use anyhow::{Result, bail};

use crate::{Files, contents, contract, leaks::Machine, php, repo::Repo, sizes, text, versions};

/// What the files are held against.
pub struct Expected {
    pub machine: Machine,
    /// Versions that are stated outside the plugin.
    pub versions: Vec<versions::Stated>,
    /// Whether a missing PHP is an error and not only a note.
    pub require_php: bool,
}

impl Expected {
    pub fn of(repo: &Repo, versions: Vec<versions::Stated>) -> Expected {
        let require_php = std::env::var("REQUIRE_PHP").is_ok_and(|value| value == "1");
        Expected { machine: Machine::of_builder(&repo.root), versions, require_php }
    }
}

/// Files that passed every check, and what could not be checked.
pub struct Inspection {
    pub files: Files,
    pub notes: Vec<String>,
}

pub fn inspect(files: Files, expected: &Expected) -> Result<Inspection> {
    let mut problems = contents::problems(&files);
    problems
        .extend(versions::problems(versions::in_plugin(&files).into_iter().chain(expected.versions.iter().cloned())));
    problems.extend(contract::problems(text(&files, "contract.json")));
    problems.extend(expected.machine.problems(&files));
    problems.extend(sizes::problems(&files));
    let php = php::check(&files);
    problems.extend(php.problems);
    if expected.require_php {
        problems.extend(php.skipped.clone());
    }
    if !problems.is_empty() {
        bail!("the plugin is not fit to ship:\n- {}", problems.join("\n- "));
    }
    Ok(Inspection { files, notes: php.skipped.into_iter().collect() })
}
