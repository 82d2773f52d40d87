use super::*;
use crate::{clock::MINUTE_MS, wire::KeyInfo};

/// 2026-11-20 12:00 UTC.
pub(super) const NOW: i64 = 1_795_176_000_000;
const DAY_S: u64 = 86_400;

pub(super) fn hash(number: u64) -> String {
    format!("{number:064x}")
}

pub(super) fn plan(overlap_s: u64, ends: &str) -> Plan {
    Plan {
        old: hash(1),
        marker: "m-1".into(),
        alias: "web-2026-11-20".into(),
        overlap_s,
        ends: ends.into(),
        began_ms: NOW,
        ..Plan::default()
    }
}

/// A gateway with the two keys; `cannot_take_end_away`: as 1.80.11, which also counts a new key's life to a midnight.
#[derive(Clone)]
struct Gateway {
    facts: Facts,
    made: u64,
    cannot_take_end_away: bool,
    now_ms: i64,
}

impl Gateway {
    fn new(ends: &str, cannot_take_end_away: bool) -> Gateway {
        let old = Key { token: hash(1), key_alias: "web".into(), expires: ends.into(), ..Key::default() };
        Gateway { facts: Facts { old: Some(old), successor: None }, made: 1, cannot_take_end_away, now_ms: NOW }
    }

    fn end(&self, seconds: u64) -> String {
        clock::format_utc(self.now_ms + seconds as i64 * SECOND_MS)
    }

    fn make(&mut self, plan: &Plan) {
        self.made += 1;
        let info = KeyInfo { info: self.old().clone(), ..KeyInfo::default() };
        let days = days_to(&as_begun(info, plan).info.expires, self.now_ms).unwrap_or(0);
        let expires = match (days, self.cannot_take_end_away) {
            (0, _) => String::new(),
            (days, false) => self.end(days * DAY_S),
            (days, true) => clock::format_utc(clock::day_start(self.now_ms) + days as i64 * DAY_MS),
        };
        let mut key = Key { token: hash(self.made), expires, blocked: !plan.is_at_once(), ..Key::default() };
        key.marks.ours.replaces.clone_from(&plan.old);
        key.marks.ours.rotation.clone_from(&plan.marker);
        assert!(plan.is_successor(&key));
        self.facts.successor = Some(key);
    }

    fn set_end(&mut self, duration: &Value) {
        let end = match duration.as_str().and_then(|text| text.strip_suffix('s')).and_then(|text| text.parse().ok()) {
            Some(seconds) => self.end(seconds),
            None if self.cannot_take_end_away => return,
            None => String::new(),
        };
        if let Some(old) = &mut self.facts.old {
            old.expires = end;
        }
    }

    fn carry_out(&mut self, step: &Step, plan: &Plan) {
        let successor = self.facts.successor.clone().unwrap_or_default().token;
        match step {
            Step::Block => self.old().blocked = true,
            Step::Create => self.make(plan),
            Step::Align(seconds) => self.successor().expires = self.end(*seconds),
            Step::Mark(end) => {
                self.old().marks.ours.replaced_by = successor;
                if let Some(seconds) = end {
                    self.set_end(&json!(duration(*seconds)));
                }
            }
            Step::Activate => self.successor().blocked = false,
            Step::End(seconds) => self.set_end(&json!(duration(*seconds))),
            Step::Copy | Step::Stopped | Step::Forget | Step::OldGone | Step::SuccessorGone => {}
        }
    }

    fn take_back(&mut self, step: &Undo) {
        match step {
            Undo::Spare(seconds) => self.set_end(&json!(duration(*seconds))),
            Undo::Stop => self.successor().blocked = true,
            Undo::Restore(end) => {
                self.old().marks.ours.replaced_by.clear();
                if let Some(end) = end {
                    self.set_end(end);
                }
            }
            Undo::Delete => self.facts.successor = None,
            Undo::Forget => {}
        }
    }

    fn old(&mut self) -> &mut Key {
        self.facts.old.as_mut().expect("the old key is there")
    }

    fn successor(&mut self) -> &mut Key {
        self.facts.successor.as_mut().expect("there is a successor")
    }

    fn can_be_used(&self, key: Option<&Key>, after_s: u64) -> bool {
        key.is_some_and(|key| {
            let ends = clock::parse_utc_ms(&key.expires);
            !key.blocked && ends.is_none_or(|end| end > self.now_ms + after_s as i64 * SECOND_MS)
        })
    }

    /// Never two keys without an end, and never none for as long as it takes somebody to come back; but where the old key was
    /// blocked on purpose and its successor is not made yet.
    fn assert_safe(&self, what: &str) {
        let (old, successor) = (self.facts.old.as_ref(), self.facts.successor.as_ref());
        let endless = |key: Option<&Key>| self.can_be_used(key, 60 * DAY_S);
        assert!(!(endless(old) && endless(successor)), "two without an end {what}: {:#?}", self.facts);
        let blocked_on_purpose =
            old.is_some_and(|old| old.blocked) && successor.is_none_or(|successor| successor.blocked);
        let any = self.can_be_used(old, 3 * DAY_S) || self.can_be_used(successor, 3 * DAY_S);
        assert!(any || blocked_on_purpose, "none can be used {what}: {:#?}", self.facts);
    }
}

/// Goes on to the end. `with_secret`: the page that made the successor is still there.
fn go_on(gateway: &mut Gateway, plan: &mut Plan, with_secret: bool, limits: &KeyLimits) {
    let mut has_secret = with_secret;
    for _ in 0..20 {
        match next(plan, &gateway.facts, gateway.now_ms, limits) {
            Step::Forget => return,
            Step::Copy if has_secret => plan.copied.clone_from(&gateway.successor().token),
            // The secret went with the page: that key is deleted, and another one made.
            Step::Copy => gateway.facts.successor = None,
            step => {
                has_secret |= step == Step::Create;
                gateway.carry_out(&step, plan);
                gateway.assert_safe(&format!("after {step:?}"));
            }
        }
    }
    unreachable!("it never ends: {plan:?} {:#?}", gateway.facts);
}

fn take_back(gateway: &mut Gateway, plan: &Plan, limits: &KeyLimits) {
    let mut kept_end = false;
    for _ in 0..10 {
        match undo(plan, &gateway.facts, gateway.now_ms, limits, kept_end) {
            Undo::Forget => return,
            step => {
                gateway.take_back(&step);
                gateway.assert_safe(&format!("after {step:?}"));
                let again = undo(plan, &gateway.facts, gateway.now_ms, limits, kept_end);
                kept_end |= step == Undo::Restore(Some(Value::Null)) && again == step;
            }
        }
    }
    unreachable!("it is never undone: {plan:?} {:#?}", gateway.facts);
}

pub(super) const MONTHS: &str = "2027-02-20T09:30:00Z";
const SOON: &str = "2026-11-27T09:30:00+00:00";

/// Every way to be cut off: before a step, and after it with its answer lost; with the page still there, and without it.
fn each_cut(check: impl Fn(Gateway, Plan, bool, &str)) {
    for (overlap_s, ends, older) in [3_600, 7 * DAY_S, 0].into_iter().flat_map(|overlap_s| {
        ["", MONTHS, SOON].into_iter().flat_map(move |ends| [false, true].map(|older| (overlap_s, ends, older)))
    }) {
        let limits = KeyLimits::default();
        let (mut gateway, mut plan) = (Gateway::new(ends, older), plan(overlap_s, ends));
        for number in 0.. {
            let step = next(&plan, &gateway.facts, gateway.now_ms, &limits);
            let what = format!("at step {number}, {step:?}; overlap {overlap_s}, ends {ends:?}, older {older}");
            gateway.assert_safe(&what);
            for page_is_there in [true, false] {
                check(gateway.clone(), plan.clone(), page_is_there && gateway.facts.successor.is_some(), &what);
            }
            match step {
                Step::Forget => break,
                Step::Copy => plan.copied.clone_from(&gateway.successor().token),
                step => gateway.carry_out(&step, &plan),
            }
        }
    }
}

#[test]
fn cut_at_every_step_it_is_continued_to_the_same_end() {
    each_cut(|mut gateway, mut plan, has_secret, what| {
        // Somebody comes back a while later.
        gateway.now_ms += 40 * MINUTE_MS;
        go_on(&mut gateway, &mut plan, has_secret, &KeyLimits::default());
        let (old, successor) = (gateway.facts.old.clone().unwrap_or_default(), gateway.successor().clone());
        assert!(!successor.blocked, "{what}");
        assert_eq!(old.marks.ours.replaced_by, successor.token, "{what}");
        assert_eq!(plan.copied, successor.token, "{what}: a successor whose secret nobody has");
        if plan.is_at_once() {
            assert!(old.blocked, "{what}");
            assert_eq!(old.expires, plan.ends, "{what}: its end is left alone");
        } else {
            let end = clock::parse_utc_ms(&old.expires).expect("the old key ends");
            assert!(end <= gateway.now_ms + plan.overlap_s as i64 * SECOND_MS + SAME_MS, "{what}: {}", old.expires);
        }
        match clock::parse_utc_ms(&plan.ends) {
            None => assert_eq!(successor.expires, "", "{what}"),
            Some(ends) => {
                let end = clock::parse_utc_ms(&successor.expires).expect("the successor ends");
                assert!((end - ends).abs() <= SAME_MS, "{what}: {} for {ends}", successor.expires);
            }
        }
    });
}

#[test]
fn cut_at_every_step_it_can_be_undone() {
    each_cut(|mut gateway, plan, _, what| {
        let was_blocked = gateway.old().blocked;
        take_back(&mut gateway, &plan, &KeyLimits::default());
        assert_eq!(gateway.facts.successor, None, "{what}");
        let old = gateway.old();
        assert_eq!(old.marks.ours.replaced_by, "", "{what}");
        assert_eq!(old.blocked, was_blocked, "{what}: a key that has leaked stays blocked");
        match (clock::parse_utc_ms(&plan.ends), clock::parse_utc_ms(&old.expires)) {
            (None, None) => {}
            // 1.80.11: far enough to be none.
            (None, Some(end)) => assert!(gateway.cannot_take_end_away && end > NOW + 90 * 365 * DAY_MS, "{what}"),
            (Some(before), Some(end)) => assert!((before - end).abs() <= SAME_MS, "{what}"),
            (Some(_), None) => unreachable!("{what}"),
        }
    });
}

/// Somebody has another one made, as nobody has the secret: the old key may be ending by then, its successor is not.
#[test]
fn a_successor_that_is_made_late_ends_as_its_key_was_to_end() {
    each_cut(|mut gateway, mut plan, _, what| {
        gateway.facts.successor = None;
        plan.copied.clear();
        let mut step = next(&plan, &gateway.facts, gateway.now_ms, &KeyLimits::default());
        while matches!(step, Step::Block | Step::Create | Step::Align(_)) {
            gateway.carry_out(&step, &plan);
            step = next(&plan, &gateway.facts, gateway.now_ms, &KeyLimits::default());
        }
        match clock::parse_utc_ms(&plan.ends) {
            None => assert_eq!(gateway.successor().expires, "", "{what}"),
            Some(ends) => {
                let end = clock::parse_utc_ms(&gateway.successor().expires).expect("the successor ends");
                assert!((end - ends).abs() <= SAME_MS, "{what}: {end} for {ends}");
            }
        }
    });
}

#[test]
fn a_gateway_with_another_clock_comes_to_the_end_and_back() {
    let limits = KeyLimits::default();
    for (overlap_s, ends) in [(3_600, MONTHS), (3_600, ""), (DAY_S, SOON)] {
        for off_ms in [-20 * MINUTE_MS, 20 * MINUTE_MS] {
            let (mut gateway, mut plan) = (Gateway::new(ends, false), plan(overlap_s, ends));
            for number in 0.. {
                assert!(number < 10, "it never ends: {off_ms}, {overlap_s}");
                match next(&plan, &gateway.facts, gateway.now_ms + off_ms, &limits) {
                    Step::Forget => break,
                    Step::Copy => plan.copied.clone_from(&gateway.successor().token),
                    step => gateway.carry_out(&step, &plan),
                }
            }
            let end = clock::parse_utc_ms(&gateway.old().expires).expect("the old key ends");
            assert!(end <= NOW + overlap_s as i64 * SECOND_MS, "{off_ms}, {overlap_s}");
            for number in 0.. {
                assert!(number < 10, "it is never undone: {off_ms}, {overlap_s}");
                match undo(&plan, &gateway.facts, gateway.now_ms + off_ms, &limits, false) {
                    Undo::Forget => break,
                    step => gateway.take_back(&step),
                }
            }
        }
    }
}

#[test]
fn a_key_that_is_past_its_end_is_not_given_a_month_for_an_undo() {
    let limits = KeyLimits::default();
    let (mut gateway, mut plan) = (Gateway::new(SOON, false), plan(3_600, SOON));
    go_on(&mut gateway, &mut plan, true, &limits);
    gateway.now_ms += 30 * DAY_MS;
    assert_eq!(undo(&plan, &gateway.facts, gateway.now_ms, &limits, false), Undo::Stop);
}

#[test]
fn a_key_that_was_blocked_on_the_way_has_no_successor_unblocked_unasked() {
    let limits = KeyLimits::default();
    let (mut gateway, mut plan) = (Gateway::new("", false), plan(3_600, ""));
    gateway.carry_out(&Step::Create, &plan);
    plan.copied.clone_from(&gateway.successor().token);
    let mark = next(&plan, &gateway.facts, NOW, &limits);
    gateway.carry_out(&mark, &plan);
    assert_eq!(next(&plan, &gateway.facts, NOW, &limits), Step::Activate);
    gateway.old().blocked = true;
    assert_eq!(next(&plan, &gateway.facts, NOW, &limits), Step::Stopped);
    take_back(&mut gateway, &plan, &limits);
    assert!(gateway.facts.successor.is_none() && gateway.old().blocked);
}

#[test]
fn a_leaked_key_is_blocked_until_it_notes_its_successor() {
    let limits = KeyLimits::default();
    let (mut gateway, mut plan) = (Gateway::new("", false), plan(0, ""));
    gateway.carry_out(&Step::Block, &plan);
    gateway.carry_out(&Step::Create, &plan);
    plan.copied.clone_from(&gateway.successor().token);
    gateway.old().blocked = false;
    assert_eq!(next(&plan, &gateway.facts, NOW, &limits), Step::Block);
    gateway.carry_out(&Step::Block, &plan);
    gateway.carry_out(&Step::Mark(None), &plan);
    gateway.old().blocked = false;
    assert_eq!(next(&plan, &gateway.facts, NOW, &limits), Step::Forget, "somebody had a reason to");
}

#[test]
fn this_sites_limits_hold_for_every_end() {
    let limits = KeyLimits { duration_days: Some(5.0), ..KeyLimits::default() };
    assert_eq!(overlaps(&limits), [3_600, 6 * 3_600, DAY_S, 3 * DAY_S]);
    assert_eq!(overlaps(&KeyLimits::default()), OVERLAPS_S);
    let (mut gateway, mut plan) = (Gateway::new(SOON, false), plan(3_600, SOON));
    plan.ends = "2026-11-24T12:00:00Z".into();
    gateway.old().expires.clone_from(&plan.ends);
    go_on(&mut gateway, &mut plan, true, &limits);
    take_back(&mut gateway, &plan, &limits);
    assert_eq!(clock::parse_utc_ms(&gateway.old().expires), clock::parse_utc_ms(&plan.ends));
    // A key that never ended before there was a limit.
    plan.ends.clear();
    gateway.old().expires = gateway.end(3_600);
    let most = Undo::Restore(Some(json!("432000s")));
    assert_eq!(undo(&plan, &gateway.facts, NOW, &limits, false), most);
    gateway.take_back(&most);
    assert_eq!(undo(&plan, &gateway.facts, NOW, &limits, false), Undo::Forget);
}

#[test]
fn what_others_did_meanwhile_is_seen() {
    let limits = KeyLimits::default();
    let (mut gateway, mut plan) = (Gateway::new("", false), plan(3_600, ""));
    gateway.carry_out(&Step::Create, &plan);
    plan.copied.clone_from(&gateway.successor().token);
    let mut deleted = gateway.facts.clone();
    deleted.successor = None;
    assert_eq!(next(&plan, &deleted, NOW, &limits), Step::SuccessorGone);
    let mut gone = gateway.facts.clone();
    gone.old = None;
    assert_eq!(next(&plan, &gone, NOW, &limits), Step::Activate, "the successor is all there is");
    plan.copied.clear();
    gone.successor = None;
    assert_eq!(next(&plan, &gone, NOW, &limits), Step::OldGone);
    assert_eq!(undo(&plan, &gone, NOW, &limits, false), Undo::Forget);
    // Another successor than the one whose secret was copied.
    plan.copied = hash(9);
    assert_eq!(next(&plan, &gateway.facts, NOW, &limits), Step::Copy);
}

#[test]
fn stages_follow_the_steps() {
    for overlap_s in [0, 3_600] {
        let (mut gateway, mut plan) = (Gateway::new(MONTHS, true), plan(overlap_s, MONTHS));
        let mut seen = Vec::new();
        loop {
            let step = next(&plan, &gateway.facts, NOW, &KeyLimits::default());
            let Some(stage) = step.stage() else { break };
            if seen.last() != Some(&stage) {
                seen.push(stage);
            }
            match step {
                Step::Copy => plan.copied.clone_from(&gateway.successor().token),
                step => gateway.carry_out(&step, &plan),
            }
        }
        assert_eq!(seen, Stage::all(plan.is_at_once()));
    }
}

#[test]
fn an_entry_is_read_as_it_was_written_and_others_are_none() {
    let mut written = plan(3_600, MONTHS);
    written.copied = hash(2);
    assert_eq!(Plan::read(&written.print()), Some(written.clone()));
    assert!(written.id().len() == 32 && written.id().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    for (name, odd) in [
        ("old", json!("../x")),
        ("old", json!(null)),
        ("copied", json!("<b>")),
        ("marker", json!("")),
        ("alias", json!(7)),
        ("overlap_s", json!(5)),
        ("overlap_s", json!("3600")),
        ("began_ms", json!(null)),
    ] {
        let mut entry = written.print();
        entry[name] = odd;
        assert_eq!(Plan::read(&entry), None, "{entry}");
    }
    for odd in [json!(null), json!([]), json!("x"), json!({})] {
        assert_eq!(Plan::read(&odd), None);
    }
}

#[test]
fn a_successor_is_named_after_its_key_and_the_day() {
    for (alias, expected) in [
        ("web", "web-2026-11-20"),
        (" web ", "web-2026-11-20"),
        ("web-2026-08-01", "web-2026-11-20"),
        ("web-2026-8-01", "web-2026-8-01-2026-11-20"),
        ("", "key-2026-11-20"),
        ("-2026-08-01", "key-2026-11-20"),
        ("客户", "客户-2026-11-20"),
    ] {
        assert_eq!(successor_alias(alias, "2026-11-20"), expected, "{alias:?}");
    }
    assert_eq!(successor_alias(&"客".repeat(300), "2026-11-20").chars().count(), ALIAS_MOST);
}

#[test]
fn days_are_asked_for_that_no_version_takes_for_something_else() {
    for (ends, days) in [
        ("", None),
        ("2026-11-20T12:30:00Z", Some(2)),
        ("2026-11-22T12:00:00Z", Some(2)),
        ("2026-11-27T12:00:00Z", Some(6)),
        ("2026-12-20T12:00:00Z", Some(29)),
        ("2027-02-18T12:00:00Z", Some(90)),
        // As an undo on 1.80.11 leaves it.
        ("2126-10-27T12:00:00Z", Some(3_650)),
    ] {
        assert_eq!(days_to(ends, NOW), days, "{ends}");
    }
}
