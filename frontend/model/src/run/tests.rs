use serde_json::json;

use super::*;
use crate::failure::classify;

fn tokens(count: u64) -> Vec<String> {
    (1..=count).map(|number| format!("{number:064x}")).collect()
}

fn run(count: u64) -> Run {
    Run::new(Act::Block, Purpose::Chosen, tokens(count), 0)
}

fn error(code: &str, status: u16, reason: &str) -> ApiError {
    classify("keys.block", status, &json!({"code": code, "data": {"status": status, "reason": reason}}).to_string())
}

#[test]
fn nothing_is_sent_for_what_is_so_already() {
    let (free, blocked) = (Key::default(), Key { blocked: true, ..Key::default() });
    assert_eq!(Act::Block.step(&free, 0), Step::Block(true));
    assert_eq!(Act::Block.step(&blocked, 0), Step::Nothing);
    assert_eq!(Act::Unblock.step(&blocked, 0), Step::Block(false));
    assert_eq!(Act::Unblock.step(&free, 0), Step::Nothing);
    assert_eq!(Act::Delete { expired: false }.step(&blocked, 0), Step::Delete);
    assert_eq!(Act::Change(KeyChange::default()).step(&free, 0), Step::Nothing);
}

/// Somebody may have moved the end of a key since it was chosen among those that had expired.
#[test]
fn of_expired_keys_only_those_are_deleted_that_still_are() {
    let key = |expires: &str| Key { expires: expires.into(), ..Key::default() };
    let delete = Act::Delete { expired: true };
    let now = 1_795_176_000_000;
    assert_eq!(delete.step(&key("2026-11-20T11:59:59Z"), now), Step::Delete);
    for revived in ["2026-11-21T00:00:00Z", ""] {
        assert_eq!(delete.step(&key(revived), now), Step::Refuse(Why::NotExpired));
    }
}

#[test]
fn a_run_goes_on_where_it_was_and_looks_first_at_what_is_not_known() {
    let mut run = run(5);
    assert_eq!(run.next(2), [0, 1]);
    run.settle(0, State::Done, String::new());
    run.settle(3, State::Unknown, String::new());
    run.settle(1, State::Failed, "no".into());
    assert_eq!(run.next(9), [3, 2, 4]);
    let counts = run.counts();
    assert_eq!((counts.done, counts.failed, counts.unknown, counts.waiting, counts.left()), (1, 1, 1, 2, 3));
    assert_eq!(State::ALL.into_iter().map(|state| counts.of(state)).sum::<usize>(), 5);
    run.again();
    assert_eq!((run.next(9), run.items[1].why.as_str()), (vec![3, 1, 2, 4], ""));
}

/// What is so although this run sent nothing was somebody else's doing, and stays when it is undone.
#[test]
fn what_was_so_is_told_from_what_was_done() {
    let mut run = run(4);
    run.settle_same(0);
    run.settle(1, State::Unknown, String::new());
    run.settle_same(1);
    run.settle_gone(2);
    assert_eq!(
        run.items.iter().map(|item| item.state).collect::<Vec<_>>()[..3],
        [State::Same, State::Done, State::Gone]
    );
    let mut deleting = Run { act: Act::Delete { expired: false }, ..run };
    deleting.settle(3, State::Unknown, String::new());
    deleting.settle_gone(3);
    assert_eq!(deleting.items[3].state, State::Done);
}

#[test]
fn an_undo_takes_back_what_was_done_and_nothing_else() {
    let filter = vec![("team".to_owned(), "t1".to_owned())];
    let mut run = Run { purpose: Purpose::KillSwitch { filter: filter.clone(), undo: false }, ..run(6) };
    for (at, state) in
        [State::Unknown, State::Done, State::Same, State::Gone, State::Failed, State::Waiting].into_iter().enumerate()
    {
        run.settle(at, state, String::new());
    }
    assert!(!run.is_settled());
    let mut undo = run.undo();
    assert_eq!((undo.act.clone(), undo.purpose.clone()), (Act::Unblock, Purpose::KillSwitch { filter, undo: true }));
    let all = tokens(6);
    assert_eq!(undo.items.iter().map(|item| &item.token).collect::<Vec<_>>(), [&all[0], &all[1]]);
    assert_eq!((undo.next(9), undo.about()), (vec![1], 1), "what somebody else may have blocked is left");
    undo.settle(1, State::Unknown, String::new());
    assert_eq!((undo.next(9), undo.is_settled()), (vec![1], false));
    undo.settle_same(1);
    assert_eq!((undo.counts().done, undo.is_settled()), (1, false), "who reads it can see which were left");
    undo.settle(0, State::Same, String::new());
    assert!(undo.is_settled());
}

/// It may have been blocked because it leaked: its successor is what applications use.
#[test]
fn an_undo_puts_no_key_into_service_again_that_was_replaced() {
    let mut key = Key { blocked: true, ..Key::default() };
    key.marks.ours.replaced_by = "0f".repeat(32);
    let kill = Run { purpose: Purpose::KillSwitch { filter: Vec::new(), undo: false }, ..run(1) };
    let undo = kill.undo();
    assert_eq!(undo.step(&key, 0), Step::Refuse(Why::Replaced));
    assert_eq!(Run { act: Act::Unblock, ..run(1) }.step(&key, 0), Step::Block(false), "it was chosen");
    key.marks.ours.replaced_by.clear();
    assert_eq!(undo.step(&key, 0), Step::Block(false));
    key.blocked = false;
    assert_eq!(undo.step(&key, 0), Step::Nothing);
}

/// Noted as being tried by a window that was closed, and blocked since: by it, or by somebody else.
#[test]
fn what_a_kill_switch_may_have_blocked_is_not_called_its_own() {
    let mut kill = Run { purpose: Purpose::KillSwitch { filter: Vec::new(), undo: false }, ..run(2) };
    kill.settle(0, State::Unknown, String::new());
    kill.settle_same(0);
    kill.settle_same(1);
    assert_eq!((kill.items[0].state, kill.items[1].state), (State::Doubtful, State::Same));
    assert!(kill.next(9).is_empty() && !kill.is_settled());
    let undo = kill.undo();
    assert_eq!((undo.items[0].state, undo.items.len(), undo.about()), (State::Doubtful, 1, 0));
}

#[test]
fn a_kill_switch_that_is_through_is_kept_and_a_run_with_a_refusal_too() {
    let mut done = run(1);
    done.settle(0, State::Done, String::new());
    assert!(done.is_settled());
    let kill = Run { purpose: Purpose::KillSwitch { filter: Vec::new(), undo: false }, ..done.clone() };
    assert!(!kill.is_settled());
    let mut nothing = kill;
    nothing.settle(0, State::Same, String::new());
    assert!(nothing.is_settled(), "there is nothing to undo");
    done.settle(0, State::Failed, String::new());
    assert!(!done.is_settled());
}

#[test]
fn a_run_stops_for_the_gateway_and_not_for_a_key() {
    for (code, status, reason, stops) in [
        ("gateway_unreachable", 502, "refused", true),
        ("gateway_unreachable", 504, "timeout", true),
        ("gateway_unauthorized", 502, "key_blocked", true),
        ("gateway_not_litellm", 502, "", true),
        ("gateway_refused", 429, "", true),
        ("gateway_refused", 400, "", false),
        ("gateway_refused", 404, "", false),
        ("gateway_error", 502, "", false),
        ("gateway_error", 502, "database", true),
        ("litellm_own_key", 409, "", false),
        ("rest_forbidden", 403, "", true),
        ("litellm_journal_failed", 500, "", true),
    ] {
        assert_eq!(holds_up(&error(code, status, reason)), stops, "{code} {status} {reason}");
    }
    assert!(holds_up(&ApiError::Offline) && holds_up(&ApiError::SignedOut));
    assert!(is_answered(&error("gateway_error", 502, "")) && !is_answered(&ApiError::Offline));
    assert!(!is_answered(&error("gateway_unreachable", 504, "timeout")));
}

#[test]
fn long_lists_are_noted_in_longer_stretches() {
    assert_eq!([1, 200, 2_000, 20_000].map(|count| run(count).stretch()), [8, 8, 20, 80]);
}
