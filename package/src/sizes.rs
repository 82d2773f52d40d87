//! What a first view costs on the wire when the host compresses nothing.

use crate::{Files, split, stage};

/// For a first view of any page. Decimal kilobytes, as browsers show them.
pub const BUDGET: usize = 275_000;
/// For those that are a table of all there is, with filters, and what one does with its rows.
const TABLES_BUDGET: usize = 353_000;

/// For a chunk: a page of a table and what one does with its rows, of which other pages have the parts, too.
pub const CHUNK: usize = 12_000;
/// These have charts or a form to themselves, or came before the limit. They get less where another page shares a part.
const LARGER: [(&str, usize); 15] = [
    // A table with filters, a drawer and a file.
    ("audit", 24_500),
    // What usage and logs share is in it, too: the overview would load it with what it shares with them.
    ("forms", 23_000),
    ("keys", 51_000),
    // All forms of keys, teams and users.
    ("keys_create", 138_000),
    ("keys_details", 25_000),
    ("keys_many", 36_000),
    ("keys_shared", 30_000),
    ("lists", 44_000),
    // A table, a chart, a drawer and files.
    ("logs", 57_000),
    ("logs_details", 25_000),
    ("overview", 42_000),
    // Teams and users.
    ("people", 37_000),
    ("status", 17_100),
    ("usage", 45_000),
    // How long calls take, and hours with what they are compared with.
    ("usage_calls", 14_000),
];

/// What a browser takes of ours for any page; the plain files stand in for the compressed ones where those cannot be used.
pub const ALWAYS: [&str; 4] = [stage::LOADER, stage::BOOT, stage::SHELL, stage::COMPRESSED];

fn size(files: &Files, path: &str) -> usize {
    files.get(path).map_or(0, Vec::len)
}

fn always(files: &Files) -> usize {
    ALWAYS.iter().map(|path| size(files, path)).sum()
}

/// Each chunk's name, and its size as it travels.
fn chunks(files: &Files) -> Vec<(&str, usize)> {
    let chunks = files.keys().filter_map(|path| stage::chunk_of(path).map(|name| (name, stage::compressed(path))));
    chunks.map(|(name, compressed)| (name, size(files, &compressed))).collect()
}

/// What of ours a first view of a page takes.
fn view(files: &Files, page: &str, bytes: usize) -> usize {
    let before = split::before(page).iter().map(|name| size(files, &format!("{}{name}.bin", stage::APP)));
    always(files) + before.sum::<usize>() + bytes
}

fn budget(page: &str) -> usize {
    if split::TABLES.contains(&page) { TABLES_BUDGET } else { BUDGET }
}

pub fn problems(files: &Files) -> Vec<String> {
    let (mut problems, pages) = (Vec::new(), stage::page_chunks(files));
    for (name, bytes) in chunks(files) {
        let (view, budget) = (view(files, name, bytes), budget(name));
        if view > budget && pages.iter().any(|page| page == name) {
            let more = view - budget;
            problems.push(format!("a first view of {name} takes {view} bytes, {more} more than the {budget} allowed"));
        }
        let most = LARGER.iter().find(|(larger, _)| *larger == name).map_or(CHUNK, |(_, most)| *most);
        if bytes > most {
            let more = bytes - most;
            problems.push(format!("the chunk {name} takes {bytes} bytes, {more} more than the {most} allowed"));
        }
    }
    if !problems.is_empty() {
        problems.push(format!("make the app smaller:\n{}", table(files)));
    }
    problems
}

pub fn table(files: &Files) -> String {
    let line = |name: &str, bytes: usize| format!("  {name:<30}{bytes:>10}");
    let mut lines = vec![format!("{:<32}{:>10}{:>14}", "on the wire", "bytes", "first view")];
    lines.extend(ALWAYS.map(|path| line(path, size(files, path))));
    for (name, bytes) in chunks(files) {
        let view = if stage::page_chunks(files).iter().any(|page| page == name) {
            format!("{:>14}", view(files, name, bytes))
        } else {
            String::new()
        };
        lines.push(line(&format!("{name}.bin"), bytes) + &view);
    }
    lines.push(format!("a first view may take {BUDGET} bytes, of a table {TABLES_BUDGET}"));
    lines.push(format!("{:<32}{:>10}", "the module itself", size(files, stage::MODULE)));
    let all = format!("all {} files", files.len());
    lines.push(format!("{all:<32}{:>10}", files.values().map(Vec::len).sum::<usize>()));
    lines.join("\n")
}
