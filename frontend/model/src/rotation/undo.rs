//! The way back: the successor goes, and the old key is as it was.

use serde_json::{Value, json};

use super::{Facts, Plan, SAME_MS, SPARE_S, capped, duration, ends_before, moment, seconds_until};
use crate::{
    clock::{self, DAY_MS},
    wire::{Key, KeyLimits},
};

/// A hundred years. LiteLLM 1.80.11 cannot take an end away that a key has.
const FAR_S: u64 = 3_153_600_000;

/// What is to be undone next.
#[derive(Debug, Clone, PartialEq)]
pub enum Undo {
    /// The old key goes on for so many seconds: it would end soon, and the successor is about to be blocked.
    Spare(u64),
    /// The successor is blocked, so that there are never two without an end.
    Stop,
    /// The old key notes no successor any more; if told so it also ends otherwise: a duration, or null for never.
    Restore(Option<Value>),
    /// The successor is deleted.
    Delete,
    /// All is undone: the entry in the journal can go.
    Forget,
}

/// `kept_end`: the gateway was asked to take the old key's end away, and has not done it.
pub fn undo(plan: &Plan, facts: &Facts, now_ms: i64, limits: &KeyLimits, kept_end: bool) -> Undo {
    if facts.successor.as_ref().is_some_and(|successor| !successor.blocked) {
        // Never longer than it was to go on.
        let until_s = if plan.ends.is_empty() { Some(SPARE_S) } else { seconds_until(&plan.ends, now_ms) };
        let spare_s = until_s.map(|until_s| capped(SPARE_S.min(until_s), limits));
        return match (&facts.old, spare_s) {
            (Some(old), Some(spare_s)) if !plan.is_at_once() && ends_before(old, spare_s, now_ms) => {
                Undo::Spare(spare_s)
            }
            _ => Undo::Stop,
        };
    }
    if let Some(old) = &facts.old {
        // Its end is none of ours where it was blocked at once.
        let end = if plan.is_at_once() { None } else { end_before(plan, old, now_ms, limits, kept_end) };
        if end.is_some() || !old.marks.ours.replaced_by.is_empty() {
            return Undo::Restore(end);
        }
    }
    if facts.successor.is_some() { Undo::Delete } else { Undo::Forget }
}

/// What has to be sent for the old key to end as before, or as near to that as the gateway and this site allow. None: it does.
fn end_before(plan: &Plan, old: &Key, now_ms: i64, limits: &KeyLimits, kept_end: bool) -> Option<Value> {
    let end_ms = clock::parse_utc_ms(&old.expires);
    let is_at = |in_s: u64, within_ms: i64| end_ms.is_some_and(|end| (end - moment(in_s, now_ms)).abs() <= within_ms);
    let most_s = limits.duration_days.map(|days| (days.max(1.0) as u64).saturating_mul(86_400));
    if !plan.ends.is_empty() {
        let in_s = seconds_until(&plan.ends, now_ms)?;
        return match most_s {
            _ if is_at(in_s, SAME_MS) => None,
            Some(most_s) if in_s > most_s => (!is_at(most_s, DAY_MS)).then(|| json!(duration(most_s))),
            _ => Some(json!(duration(in_s))),
        };
    }
    let end_ms = end_ms?;
    match most_s {
        Some(most_s) => (!is_at(most_s, DAY_MS)).then(|| json!(duration(most_s))),
        None if !kept_end && !limits.required.iter().any(|name| name == "duration") => Some(Value::Null),
        None => (end_ms < moment(FAR_S / 2, now_ms)).then(|| json!(duration(FAR_S))),
    }
}
