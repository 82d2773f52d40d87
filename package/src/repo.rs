//! Where things lie in the tree.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

pub struct Repo {
    pub root: PathBuf,
}

impl Repo {
    pub fn around_current_dir() -> Result<Repo> {
        let here = env::current_dir().context("cannot find the current folder")?;
        let root = here.ancestors().find(|folder| folder.join("php-shim/contract.json").is_file());
        let root = root.context("cannot find php-shim/contract.json here or above: run this inside the project")?;
        Ok(Repo { root: root.to_owned() })
    }

    pub fn plugin(&self) -> PathBuf {
        self.root.join("php-shim")
    }

    /// What the compiler has made of the app.
    pub fn compiled(&self) -> PathBuf {
        self.root.join("target/wasm32-unknown-unknown/release/dashboard.wasm")
    }

    /// What trunk leaves behind, and `split` after it.
    pub fn app(&self) -> PathBuf {
        self.root.join("frontend/dist")
    }

    /// Results worth keeping between two runs.
    pub fn cache(&self) -> PathBuf {
        self.root.join("target/package")
    }
}

/// Every file below a folder, as a path with `/` and the place to read it from, sorted.
pub fn walk(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push((format!("{path}/"), entry.path()));
            } else {
                found.push((path, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}
