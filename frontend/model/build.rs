//! Writes the operations of `php-shim/contract.json` as the rows that `src/endpoint.rs` makes its enum of, and the versions of
//! LiteLLM that should not be run as the constants of `src/version.rs`.

use std::{collections::BTreeSet, env, error::Error, fmt::Write, fs, path::Path};

use serde_json::Value;

const CONTRACT: &str = "../../php-shim/contract.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={CONTRACT}");
    println!("cargo::rerun-if-changed=build.rs");
    let contract: Value = serde_json::from_str(&fs::read_to_string(CONTRACT)?)?;
    let operations = contract["operations"].as_object().ok_or("php-shim/contract.json has no `operations`")?;
    let mut rows = String::new();
    let mut routes = BTreeSet::new();
    for (name, row) in operations {
        let method = row["method"].as_str().ok_or("an operation of php-shim/contract.json has no `method`")?;
        let path = row["path"].as_str();
        routes.extend(path.map(|path| format!("\"{path}\"")));
        let asked = path.map_or("answered by the plugin itself".to_owned(), |path| format!("`{method} {path}`"));
        writeln!(rows, "    /// {asked}\n    {} = {name:?}, write: {};", variant(name), method != "GET")?;
    }
    let routes: Vec<String> = routes.into_iter().collect();
    let routes = routes.chunks(4).map(|line| line.join(", ")).collect::<Vec<_>>().join(",\n");
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("endpoints.rs"), format!("endpoints! {{\n    routes: {routes:?};\n{rows}}}\n"))?;
    let safe_from = numbers(&contract["litellm"]["safe_from"])?;
    let malicious = contract["litellm"]["malicious"].as_array().ok_or("php-shim/contract.json has no `malicious`")?;
    let malicious = malicious.iter().map(numbers).collect::<Result<Vec<_>, _>>()?;
    Ok(fs::write(
        out.join("versions.rs"),
        format!("const SAFE_FROM: Numbers = {safe_from:?};\nconst MALICIOUS: &[Numbers] = &{malicious:?};\n"),
    )?)
}

/// The numbers of a release such as `1.84.3`.
fn numbers(version: &Value) -> Result<(u32, u32, u32), Box<dyn Error>> {
    let parts: Vec<u32> = version.as_str().unwrap_or_default().split('.').map(str::parse).collect::<Result<_, _>>()?;
    let &[major, minor, patch] = parts.as_slice() else {
        return Err("a version in php-shim/contract.json has not three numbers".into());
    };
    Ok((major, minor, patch))
}

/// `activity.day` is `ActivityDay`.
fn variant(name: &str) -> String {
    let upper_first = |word: &str| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default();
    name.split(['.', '_']).map(upper_first).collect()
}
