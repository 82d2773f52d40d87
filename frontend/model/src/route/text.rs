//! What of a text may stand in the address.

use crate::sha256;

/// The longest text of a search or a filter, in characters.
pub const SEARCH_MOST: usize = 255;

/// The SHA-256 by which LiteLLM knows a key.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What of a typed search may stand in the address, and so in the browser's history and the server's log:
/// not a key that was pasted, not blanks alone, and not more than a name can have.
pub fn safe_search(text: &str) -> String {
    let cut: String = text.chars().take(SEARCH_MOST).collect();
    if cut.trim().is_empty() || secret_in(text).is_some() { String::new() } else { cut }
}

/// The word that begins like a key of LiteLLM, if there is one. `task-7` and `eu-sk-1` do not, `"sk-…"`, `KEY=sk-…` and
/// `Bearer sk-…` do. What a list shows of a key (`sk-...4Cfw`) is no secret.
pub fn secret_in(text: &str) -> Option<&str> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let begins =
            before.is_none_or(|before: char| !before.is_alphanumeric() && !matches!(before, '-' | '_' | '.' | '/'));
        before = Some(c);
        if !begins || !text[at..].get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sk-")) {
            continue;
        }
        // A key that somebody has chosen may have signs of base64 in it.
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | '=' | '~');
        let word = text[at..].split(|c| !is_part(c)).next().unwrap_or_default();
        if !is_masked(word) {
            return Some(word);
        }
    }
    None
}

/// The hash of the key in a text, by which LiteLLM knows it; empty: there is none, or only the beginning of one.
pub fn hash_in(text: &str) -> String {
    let secret = secret_in(text).unwrap_or_default();
    // `sk-`, or `sk-..` on the way to what a list shows of a key.
    if secret.trim_end_matches('.').len() <= "sk-".len() {
        return String::new();
    }
    // The end of a sentence, or of an address.
    sha256::hex(secret.trim_end_matches(['.', '/']))
}

/// As LiteLLM masks a key: its last four characters.
fn is_masked(word: &str) -> bool {
    word.get(3..).and_then(|rest| rest.strip_prefix("...")).is_some_and(|end| end.chars().count() <= 4)
}
