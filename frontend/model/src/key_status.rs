//! Whether a virtual key can be used now, and how much of its budget is spent.

use crate::clock;
use crate::key_limits::{self, Binding, Limit, Of};
use crate::wire::Key;
use crate::{msg, text::Msg};

/// A key that expires within this many milliseconds is said to expire soon.
pub const SOON_MS: i64 = 7 * clock::DAY_MS;

/// From what stops a key first to what does not. A blocked key stays blocked whatever else is true of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyStatus {
    Blocked,
    Expired,
    OverBudget,
    /// In order itself, and stopped by what it belongs to.
    HeldBack,
    ExpiringSoon,
    Active,
}

impl KeyStatus {
    pub const ALL: [KeyStatus; 6] = [
        KeyStatus::Blocked,
        KeyStatus::Expired,
        KeyStatus::OverBudget,
        KeyStatus::HeldBack,
        KeyStatus::ExpiringSoon,
        KeyStatus::Active,
    ];

    /// The status of a key with all that limits it.
    pub fn within(key: &Key, bindings: &[Binding], now_ms: i64) -> KeyStatus {
        let own = KeyStatus::of(key, now_ms);
        match key_limits::first(bindings) {
            Some(first) if own.is_usable() => match first.of {
                Of::Key | Of::Budget if matches!(first.limit, Limit::Money(_)) => KeyStatus::OverBudget,
                _ => KeyStatus::HeldBack,
            },
            _ => own,
        }
    }

    /// The status of `key` by itself at `now_ms` (Unix time in milliseconds).
    pub fn of(key: &Key, now_ms: i64) -> KeyStatus {
        if key.blocked {
            return KeyStatus::Blocked;
        }
        let left_ms = expires_ms(key).map(|expires| expires.saturating_sub(now_ms));
        if left_ms.is_some_and(|left| left <= 0) {
            return KeyStatus::Expired;
        }
        let raised = key_limits::raised(&key.marks, now_ms).map_or(0.0, |(more, _)| more);
        if key.max_budget.is_some_and(|budget| key.spend >= budget + raised) {
            return KeyStatus::OverBudget;
        }
        if left_ms.is_some_and(|left| left <= SOON_MS) {
            return KeyStatus::ExpiringSoon;
        }
        KeyStatus::Active
    }

    /// English, for the chip; translated where it is shown.
    pub fn label(self) -> Msg {
        match self {
            KeyStatus::Blocked => msg!("Blocked"),
            KeyStatus::Expired => msg!("Expired"),
            KeyStatus::OverBudget => msg!("Over budget"),
            KeyStatus::HeldBack => msg!("Held back"),
            KeyStatus::ExpiringSoon => msg!("Expiring soon"),
            KeyStatus::Active => msg!("Active"),
        }
    }

    /// For a class name.
    pub fn slug(self) -> &'static str {
        match self {
            KeyStatus::Blocked => "blocked",
            KeyStatus::Expired => "expired",
            KeyStatus::OverBudget => "over-budget",
            KeyStatus::HeldBack => "held-back",
            KeyStatus::ExpiringSoon => "expiring-soon",
            KeyStatus::Active => "active",
        }
    }

    /// Whether the gateway answers calls with such a key.
    pub fn is_usable(self) -> bool {
        matches!(self, KeyStatus::Active | KeyStatus::ExpiringSoon)
    }
}

/// When the key expires (Unix time in milliseconds); `None`: never, or not readable.
pub fn expires_ms(key: &Key) -> Option<i64> {
    clock::parse_utc_ms(&key.expires)
}

/// How much of the budget is spent: 0 is nothing, 1 all of it, and more is possible, as LiteLLM notices after the call.
/// `None`: no budget. A budget of nothing is spent from the start.
pub fn budget_share(key: &Key) -> Option<f64> {
    let budget = key.max_budget.filter(|budget| budget.is_finite())?;
    let spend = if key.spend.is_finite() { key.spend.max(0.0) } else { 0.0 };
    if budget <= 0.0 { Some(1.0) } else { Some(spend / budget) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    fn key(blocked: bool, expires: &str, spend: f64, max_budget: Option<f64>) -> Key {
        Key { blocked, expires: expires.into(), spend, max_budget, ..Key::default() }
    }

    fn assert_status(key: Key, expected: KeyStatus) {
        assert_eq!(KeyStatus::of(&key, NOW), expected, "{key:?}");
    }

    #[test]
    fn the_first_thing_that_stops_a_key_wins() {
        let past = "2026-11-01T00:00:00Z";
        let soon = "2026-11-22T00:00:00+00:00";
        let later = "2027-11-22T00:00:00Z";
        assert_status(key(true, past, 9.0, Some(1.0)), KeyStatus::Blocked);
        assert_status(key(false, past, 9.0, Some(1.0)), KeyStatus::Expired);
        assert_status(key(false, soon, 9.0, Some(1.0)), KeyStatus::OverBudget);
        assert_status(key(false, soon, 0.5, Some(1.0)), KeyStatus::ExpiringSoon);
        assert_status(key(false, later, 0.5, Some(1.0)), KeyStatus::Active);
        assert_status(key(false, "", 9.0, None), KeyStatus::Active);
        assert_status(key(false, "not a date", 9.0, None), KeyStatus::Active);
    }

    #[test]
    fn the_edges_are_those_of_litellm() {
        assert_status(key(false, "2026-11-20T12:00:00Z", 0.0, None), KeyStatus::Expired);
        assert_status(key(false, "2026-11-20T12:00:00.001000Z", 0.0, None), KeyStatus::ExpiringSoon);
        assert_status(key(false, "2026-11-27T12:00:00", 0.0, None), KeyStatus::ExpiringSoon);
        assert_status(key(false, "2026-11-27T12:00:01", 0.0, None), KeyStatus::Active);
        assert_status(key(false, "", 1.0, Some(1.0)), KeyStatus::OverBudget);
        assert_status(key(false, "", 0.0, Some(0.0)), KeyStatus::OverBudget);
    }

    /// A key in a blocked team was "Active".
    #[test]
    fn what_a_key_belongs_to_may_hold_it_back() {
        use crate::{
            key_limits::{Around, binding},
            wire::{Budget, Team},
        };
        let team = Team { team_id: "t1".into(), blocked: true, ..Team::default() };
        let around = Around { team: Some(&team), ..Around::default() };
        let within = |key: &Key| KeyStatus::within(key, &binding(key, &around, NOW), NOW);
        let shared = Key { team_id: "t1".into(), ..Key::default() };
        assert_eq!(within(&shared), KeyStatus::HeldBack);
        assert_eq!(within(&Key::default()), KeyStatus::Active);
        assert_eq!(within(&Key { blocked: true, ..shared.clone() }), KeyStatus::Blocked);
        let small = Budget { max_budget: Some(1.0), ..Budget::default() };
        assert_eq!(within(&Key { spend: 2.0, budget: Some(small), ..Key::default() }), KeyStatus::OverBudget);
    }

    #[test]
    fn a_budget_that_was_raised_for_now_is_not_spent_yet() {
        let mut raised = key(false, "", 9.0, Some(1.0));
        raised.marks.temp_budget_increase = Some(10.0);
        raised.marks.temp_budget_expiry = "2026-11-21T00:00:00Z".into();
        assert_status(raised.clone(), KeyStatus::Active);
        raised.marks.temp_budget_expiry = "2026-11-20T00:00:00Z".into();
        assert_status(raised, KeyStatus::OverBudget);
    }

    fn assert_share(spend: f64, budget: Option<f64>, expected: Option<f64>) {
        assert_eq!(budget_share(&key(false, "", spend, budget)), expected, "{spend} of {budget:?}");
    }

    #[test]
    fn the_share_of_the_budget() {
        assert_share(5.0, None, None);
        assert_share(0.0, Some(10.0), Some(0.0));
        assert_share(2.5, Some(10.0), Some(0.25));
        assert_share(12.5, Some(10.0), Some(1.25));
        assert_share(0.0, Some(0.0), Some(1.0));
        assert_share(-1.0, Some(10.0), Some(0.0));
        assert_share(f64::NAN, Some(10.0), Some(0.0));
        assert_share(1.0, Some(f64::INFINITY), None);
    }

    #[test]
    fn names_differ() {
        for (i, status) in KeyStatus::ALL.iter().enumerate() {
            assert!(KeyStatus::ALL[..i].iter().all(|s| s.slug() != status.slug() && s.label() != status.label()));
        }
    }
}
