//! The plugin's answer, among what others print around it.
//!
//! A notice of PHP, the mark of a byte order, a plugin's `echo`: WordPress sends them along, and the answer as a whole is no
//! JSON any more. The secret of a new key is in it all the same, and nowhere else. So every request brings a mark that nobody
//! can guess, and its answer is the object that begins with it.

use serde_json::Value;

use super::{ApiError, classify_value};

/// What was found in a body.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub outcome: Result<Value, ApiError>,
    /// What stood around it; nothing as a rule.
    pub noise: String,
}

/// Of what stood around an answer, so much is kept.
const NOISE_MOST: usize = 400;

/// Reads the body of a request that succeeded as far as its status tells. A refusal has its own status within.
pub fn open(endpoint: &'static str, mark: &str, body: &str) -> Answer {
    let body = body.trim();
    let (value, noise) = match serde_json::from_str(body) {
        Ok(value) => (value, String::new()),
        Err(_) => find(body, mark).unwrap_or_default(),
    };
    let outcome = match refused(&value["status"]) {
        Some(status) => Err(classify_value(endpoint, status, &value["error"])),
        None if value.is_null() => Err(unmarked(endpoint, body)),
        None => Ok(value),
    };
    Answer { outcome, noise }
}

/// An error of WordPress's own, which has no mark: what was printed before it has taken its status away.
fn unmarked(endpoint: &'static str, body: &str) -> ApiError {
    let error = lenient(body);
    match refused(&error["data"]["status"]) {
        Some(status) => classify_value(endpoint, status, &error),
        None => ApiError::Unreadable { endpoint },
    }
}

/// An error as JSON, also among other text.
pub(super) fn lenient(body: &str) -> Value {
    let body = body.trim_start_matches('\u{feff}').trim();
    serde_json::from_str(body).ok().or_else(|| Some(find(body, "\"code\":\"")?.0)).unwrap_or_default()
}

fn refused(status: &Value) -> Option<u16> {
    let status = u16::try_from(status.as_u64()?).ok()?;
    (status >= 400).then_some(status)
}

/// The object whose first field has this text in it, and what stands around it.
fn find(body: &str, text: &str) -> Option<(Value, String)> {
    if text.is_empty() {
        return None;
    }
    let start = body[..body.find(text)?].rfind('{')?;
    let end = start + length(&body[start..])?;
    let value = serde_json::from_str(&body[start..end]).ok()?;
    let around = [&body[..start], " ", &body[end..]].concat();
    Some((value, around.trim().chars().take(NOISE_MOST).collect()))
}

/// Of the object at the beginning, in bytes. A parser that goes on after an object is half a kilobyte more.
fn length(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
