//! Giving a key a successor: what is done, in which order, and what is left to do when it broke off.
//!
//! Nobody can change two keys in one moment, so the order is such that after each step one of them can be used, and never both
//! without an end:
//!
//! 1. what is to be done is noted in the journal,
//! 2. the successor is made, blocked,
//! 3. its secret is copied,
//! 4. the old key notes its successor, and gets an end that is far enough for somebody to come back ([`SPARE_S`]),
//! 5. the successor is unblocked,
//! 6. the old key ends after the overlap, and the gateway sees to that.
//!
//! Where a key has leaked it is blocked first, and the successor can be used at once.
//!
//! What is left to do is read from the two keys as the gateway has them, not from a count of steps: so it is the same whether
//! an answer was lost, the page was closed, or somebody else has done a step.

mod of_key;
mod undo;

use serde_json::{Value, json};

use crate::{
    clock::{self, DAY_MS, HOUR_MS, SECOND_MS},
    key_form::{ALIAS_MOST, DAYS_MOST},
    wire::{Key, KeyLimits},
};

pub use of_key::{Left, as_begun, draft, left_behind, params};
pub use undo::{Undo, undo};

/// Of `-2026-11-20`.
const DAY_LENGTH: usize = 11;

/// How long both keys may be used, in seconds.
pub const OVERLAPS_S: [u64; 5] = [3_600, 6 * 3_600, 24 * 3_600, 3 * 86_400, 7 * 86_400];

/// How long the old key goes on while its successor cannot be used yet.
const SPARE_S: u64 = 30 * 86_400;

/// Two ends as far apart as this are the same one: it is the gateway that counts, and its clock may be another than this one.
const SAME_MS: i64 = HOUR_MS;

/// What is noted in the journal. No name of a key but the successor's, which is there to find it by; no secret.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The hash of the key that is replaced.
    pub old: String,
    /// Stands in the successor's metadata, so that it is told from any other key of its name.
    pub marker: String,
    /// The successor's name.
    pub alias: String,
    /// 0: the old key is blocked at once.
    pub overlap_s: u64,
    /// When the old key was to end before, in LiteLLM's words; empty: never.
    pub ends: String,
    /// The hash of the successor whose secret somebody has copied; empty: nobody has.
    pub copied: String,
    pub began_ms: i64,
}

impl Plan {
    pub fn print(&self) -> Value {
        json!({
            "old": self.old, "marker": self.marker, "alias": self.alias, "overlap_s": self.overlap_s, "ends": self.ends,
            "copied": self.copied, "began_ms": self.began_ms,
        })
    }

    /// None for what is no such entry.
    pub fn read(entry: &Value) -> Option<Plan> {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let plan = Plan {
            old: text("old"),
            marker: text("marker"),
            alias: text("alias"),
            overlap_s: entry["overlap_s"].as_u64()?,
            ends: text("ends"),
            copied: text("copied"),
            began_ms: entry["began_ms"].as_i64()?,
        };
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_sane = is_hash(&plan.old)
            && (plan.copied.is_empty() || is_hash(&plan.copied))
            && !plan.marker.is_empty()
            && !plan.alias.is_empty()
            && (plan.overlap_s == 0 || OVERLAPS_S.contains(&plan.overlap_s));
        is_sane.then_some(plan)
    }

    /// The old key is blocked at once.
    pub fn is_at_once(&self) -> bool {
        self.overlap_s == 0
    }

    /// The journal's name for it: of one key there is one at a time.
    pub fn id(&self) -> String {
        id_of(&self.old)
    }

    /// Whether a key is the successor that was made for this.
    pub fn is_successor(&self, key: &Key) -> bool {
        key.marks.ours.rotation == self.marker && key.marks.ours.replaces == self.old
    }
}

/// The journal's name for the rotation of a key.
pub fn id_of(hash: &str) -> String {
    hash.chars().take(32).collect()
}

/// The two keys as the gateway has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// None: it is gone.
    pub old: Option<Key>,
    /// None: there is none.
    pub successor: Option<Key>,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The old key is blocked.
    Block,
    Create,
    /// The successor ends when the old key was to end, in so many seconds: when a key is made LiteLLM counts in whole days.
    Align(u64),
    /// Somebody has to copy the secret, or to say that it is lost.
    Copy,
    /// The old key notes its successor; if told so it ends in so many seconds.
    Mark(Option<u64>),
    /// The successor is unblocked.
    Activate,
    /// The same, but the old key was blocked meanwhile: somebody has to say that its successor may be used all the same.
    Stopped,
    /// The old key ends in so many seconds.
    End(u64),
    /// All is done: the entry in the journal can go.
    Forget,
    /// The old key is gone and has no successor.
    OldGone,
    /// The successor is gone whose secret was copied.
    SuccessorGone,
}

/// What the steps are told as, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Block,
    Create,
    Copy,
    Mark,
    Activate,
    End,
}

impl Stage {
    pub fn all(at_once: bool) -> &'static [Stage] {
        if at_once {
            &[Stage::Block, Stage::Create, Stage::Copy, Stage::Mark]
        } else {
            &[Stage::Create, Stage::Copy, Stage::Mark, Stage::Activate, Stage::End]
        }
    }
}

impl Step {
    /// Where in the order it stands; none: at the end.
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Step::Block => Some(Stage::Block),
            Step::Create | Step::Align(_) | Step::OldGone => Some(Stage::Create),
            Step::Copy => Some(Stage::Copy),
            Step::Mark(_) | Step::SuccessorGone => Some(Stage::Mark),
            Step::Activate | Step::Stopped => Some(Stage::Activate),
            Step::End(_) => Some(Stage::End),
            Step::Forget => None,
        }
    }
}

/// What is left to do first. `limits`: those of this site, to which PHP holds every end.
pub fn next(plan: &Plan, facts: &Facts, now_ms: i64, limits: &KeyLimits) -> Step {
    let old = facts.old.as_ref();
    // Once it notes its successor somebody may have had a reason to unblock it.
    let known = facts.successor.as_ref().map_or(&plan.copied, |successor| &successor.token);
    if plan.is_at_once()
        && old.is_some_and(|old| !old.blocked && (known.is_empty() || old.marks.ours.replaced_by != *known))
    {
        return Step::Block;
    }
    let Some(successor) = &facts.successor else {
        return match (plan.copied.is_empty(), old) {
            (false, _) => Step::SuccessorGone,
            (true, None) => Step::OldGone,
            (true, Some(_)) => Step::Create,
        };
    };
    if let Some(in_s) = seconds_until(&plan.ends, now_ms)
        && !ends_in(successor, in_s, now_ms)
    {
        return Step::Align(in_s);
    }
    if plan.copied != successor.token {
        return Step::Copy;
    }
    let overlap_s = capped(plan.overlap_s, limits);
    if let Some(old) = old
        && old.marks.ours.replaced_by != successor.token
    {
        let spare_s = capped(SPARE_S.max(overlap_s), limits);
        return Step::Mark((!plan.is_at_once() && ends_after(old, spare_s, now_ms)).then_some(spare_s));
    }
    if successor.blocked && !plan.is_at_once() {
        return if old.is_some_and(|old| old.blocked) { Step::Stopped } else { Step::Activate };
    }
    match old {
        Some(old) if !plan.is_at_once() && ends_after(old, overlap_s, now_ms) => Step::End(overlap_s),
        _ => Step::Forget,
    }
}

fn capped(seconds: u64, limits: &KeyLimits) -> u64 {
    match limits.duration_days {
        Some(days) => seconds.min((days.max(1.0) as u64).saturating_mul(86_400)),
        None => seconds,
    }
}

/// None: it is past, or there is none.
fn seconds_until(ends: &str, now_ms: i64) -> Option<u64> {
    let left_ms = clock::parse_utc_ms(ends)?.saturating_sub(now_ms);
    u64::try_from(left_ms / SECOND_MS).ok().filter(|left| *left > 0)
}

fn ends_in(key: &Key, in_s: u64, now_ms: i64) -> bool {
    clock::parse_utc_ms(&key.expires).is_some_and(|end| (end - moment(in_s, now_ms)).abs() <= SAME_MS)
}

fn ends_after(key: &Key, in_s: u64, now_ms: i64) -> bool {
    // Of an hour half of it.
    let same_ms = SAME_MS.min(moment(in_s, 0) / 2);
    clock::parse_utc_ms(&key.expires).is_none_or(|end| end > moment(in_s, now_ms) + same_ms)
}

fn ends_before(key: &Key, in_s: u64, now_ms: i64) -> bool {
    clock::parse_utc_ms(&key.expires).is_some_and(|end| end < moment(in_s, now_ms) - SAME_MS)
}

fn moment(in_s: u64, now_ms: i64) -> i64 {
    now_ms.saturating_add(i64::try_from(in_s).unwrap_or(i64::MAX / SECOND_MS).saturating_mul(SECOND_MS))
}

/// LiteLLM's word for so many seconds, which it counts from the moment in which it is told.
pub fn duration(seconds: u64) -> String {
    [&seconds.to_string(), "s"].concat()
}

/// The overlaps that this site allows.
pub fn overlaps(limits: &KeyLimits) -> Vec<u64> {
    let mut allowed = Vec::new();
    for overlap_s in OVERLAPS_S {
        if capped(overlap_s, limits) == overlap_s {
            allowed.push(overlap_s);
        }
    }
    allowed
}

/// A name for the successor: that of the old key with the day. LiteLLM has each name once, and some gateways take letters,
/// digits and a few signs only.
pub fn successor_alias(alias: &str, today: &str) -> String {
    let alias = alias.trim();
    // `web-2026-08-01` is followed by `web-2026-11-20`.
    let base = alias.len().checked_sub(DAY_LENGTH).and_then(|at| alias.split_at_checked(at));
    let base = base.filter(|(_, day)| day.starts_with('-') && clock::parse_utc_ms(&day[1..]).is_some());
    let base = base.map_or(alias, |(base, _)| base);
    let cut: String = base.chars().take(ALIAS_MOST - DAY_LENGTH).collect();
    let name = if cut.is_empty() { "key" } else { cut.trim_end() };
    [name, "-", today].concat()
}

/// About how many days a new key has to live to end in this moment; the rest is for [`Step::Align`].
/// LiteLLM 1.80.11 takes 1, 7 and 30 for the next midnight, Monday and first of a month, so that these are not asked for.
pub fn days_to(ends: &str, now_ms: i64) -> Option<u64> {
    let left_ms = clock::parse_utc_ms(ends)?.saturating_sub(now_ms);
    let days = u64::try_from((left_ms + DAY_MS - HOUR_MS).div_euclid(DAY_MS)).unwrap_or(0);
    Some(match days.clamp(1, DAYS_MOST) {
        1 => 2,
        7 | 30 => days - 1,
        days => days,
    })
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests;
