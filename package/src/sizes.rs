//! What a first view costs on the wire when the host compresses nothing.

use crate::{Files, stage};

/// Decimal kilobytes, as browsers show them.
pub const BUDGET: usize = 275_000;

/// What a browser takes of ours; the plain files stand in for the compressed ones where those cannot be used.
pub const FIRST_VIEW: [&str; 4] = [stage::LOADER, stage::BOOT, stage::SHELL, stage::COMPRESSED];

pub fn first_view(files: &Files) -> usize {
    FIRST_VIEW.iter().filter_map(|path| files.get(*path)).map(Vec::len).sum()
}

pub fn over_budget(files: &Files) -> Option<String> {
    let total = first_view(files);
    (total > BUDGET).then(|| {
        format!(
            "a first view takes {total} bytes, {} more than the {BUDGET} allowed: make the app smaller\n{}",
            total - BUDGET,
            table(files)
        )
    })
}

pub fn table(files: &Files) -> String {
    let mut lines = vec![format!("{:<32}{:>10}", "on the wire, first view", "bytes")];
    for path in FIRST_VIEW {
        lines.push(format!("  {:<30}{:>10}", path, files.get(path).map_or(0, Vec::len)));
    }
    lines.push(format!("  {:<30}{:>10}", format!("together, of {BUDGET}"), first_view(files)));
    lines.push(format!("{:<32}{:>10}", "the module itself", files.get(stage::MODULE).map_or(0, Vec::len)));
    lines.push(format!(
        "{:<32}{:>10}",
        format!("all {} files", files.len()),
        files.values().map(Vec::len).sum::<usize>()
    ));
    lines.join("\n")
}
