//! What is not finished, and what a kill switch has blocked: kept in WordPress, and told on each visit until it is done with.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::{t, tf, tn},
    msg, plural,
    run::{Purpose, Run},
    text::fill,
    visible::isolated,
    wire::JournalEntry,
};

use super::{shown::about, words, work::Worker};
use crate::{
    action::actions,
    api::journal,
    clock::use_minute,
    components::{Confirm, Question, Tone, confirm, notice, region},
    effect::watch,
    format,
    markup::{Markup, html},
    store::Store,
    task::{now_ms, spawn},
};

/// Who saved within this time may be at it now, unless they said that they have stopped.
const AT_IT_S: u64 = 60;

actions! {
    enum NoticeAction {
        GoOn(String) = "go-on",
        Undo(String) = "undo",
        Show(String) = "show",
        Dismiss(String) = "dismiss",
    }
}

/// What is to be dismissed, and how that stands.
#[derive(Clone, Default)]
struct Dismissal {
    entry: Option<JournalEntry>,
    confirm: Confirm,
}

pub fn notices(worker: Worker) -> AnyView {
    let many = worker.many;
    let dismissal: Store<Dismissal> = Store::new(Dismissal::default());
    // Who may be at it now may have stopped, or have come further.
    let (minute, mut begins) = (use_minute(), true);
    watch(move || {
        minute.track();
        let is_told = many.journal.with_untracked(|entries| !entries.is_empty());
        if !std::mem::replace(&mut begins, false) && is_told && !document().hidden() && !many.is_running() {
            many.read_journal();
        }
    });
    // What this window is at is told in its dialog.
    let own = Memo::new(move |_| {
        worker.state.with(|state| {
            state.job.as_ref().and_then(|job| job.kept.as_ref()).map(|kept| kept.id.clone()).unwrap_or_default()
        })
    });
    let list = region(
        "gw-slot",
        move || {
            let own = own.get();
            let directory = many.keys.owners.with(|state| state.data.clone()).unwrap_or_default();
            many.journal.with(|entries| {
                let mut shown = Vec::new();
                for entry in entries.iter().filter(|entry| entry.id != own) {
                    if let Some(run) = Run::parse(&entry.kind, &entry.entry) {
                        shown.push(in_words(entry, &run, &directory, now_ms()));
                    }
                }
                html! { (shown) }
            })
        },
        move |action| match action {
            NoticeAction::GoOn(id) => worker.go_on_with(&id),
            NoticeAction::Undo(id) => worker.ask_undo(&id),
            NoticeAction::Show(id) => worker.show_kept(&id),
            NoticeAction::Dismiss(id) => {
                let entry = many.journal.with_untracked(|known| known.iter().find(|one| one.id == id).cloned());
                let question = entry.as_ref().map(question);
                let confirm = Confirm { question, ..Confirm::default() };
                dismissal.update(|place| *place = Dismissal { entry, confirm });
            }
        },
    );
    let asking = confirm(
        "gw-many-dismiss",
        move || dismissal.with(|dismissal| dismissal.confirm.clone()),
        move |yes| {
            let entry = dismissal.with_untracked(|dismissal| dismissal.entry.clone()).filter(|_| yes);
            let Some(entry) = entry else { return dismissal.update(|place| *place = Dismissal::default()) };
            dismissal.update(|place| (place.confirm.busy, place.confirm.error) = (true, None));
            let api = worker.api();
            spawn(async move {
                let outcome = journal::remove(&api, &entry.id, entry.revision).await;
                dismissal.update(|place| {
                    place.confirm.busy = false;
                    match outcome {
                        // Gone, or no longer what was asked about: what there is now is shown.
                        Ok(()) => *place = Dismissal::default(),
                        Err(error) if error.is_journal_changed() => *place = Dismissal::default(),
                        Err(error) => place.confirm.error = Some(ApiError::without_doubt(error)),
                    }
                });
                many.read_journal();
            });
        },
    );
    view! { {list} {asking} }.into_any()
}

fn question(entry: &JournalEntry) -> Question {
    let is_kill = entry.kind == model::run::entry::KILL_SWITCH;
    let text = if is_kill {
        msg!(
            "The keys stay as they are. Which of them the kill switch has blocked is not known any more then: they can only be unblocked one by one, or as you choose them."
        )
    } else {
        msg!("The keys stay as they are. Which of them are left is not known any more then.")
    };
    Question {
        title: t(msg!("Dismiss this list?")),
        text: t(text),
        action: msg!("Dismiss"),
        cancel: msg!("Keep it"),
        destructive: true,
    }
}

/// Of a kill switch, how many it has blocked; of what has stopped, how far it has come.
fn in_words(
    entry: &JournalEntry,
    run: &Run,
    directory: &model::keys_table::directory::Directory,
    now_ms: i64,
) -> Markup {
    let counts = run.counts();
    let (all, left) = (run.about(), counts.left());
    let began = format::date_time(run.began_ms);
    let age_s = (now_ms / 1_000).saturating_sub(entry.saved_at as i64).max(0) as u64;
    let may_be_at_it = left > 0 && age_s < AT_IT_S && entry.entry["stopped"] != true;
    let is_kill = matches!(run.purpose, Purpose::KillSwitch { undo: false, .. });
    let title = match &run.purpose {
        Purpose::Chosen if may_be_at_it => words::running(run),
        Purpose::KillSwitch { .. } => tf(msg!("Kill switch of {moment}"), &[("moment", &began)]),
        Purpose::Chosen => tf(msg!("Begun {moment}, and not finished"), &[("moment", &began)]),
    };
    let far = if may_be_at_it {
        words::so_far(run)
    } else if left > 0 {
        words::stopped(run)
    } else if is_kill {
        tn(
            plural!("It has blocked {count} key.", "It has blocked {count} keys."),
            counts.done as u64,
            &format::whole(counts.done as f64),
        )
    } else if counts.failed == 0 {
        String::new()
    } else {
        let text = plural!("{failed} of {count} key was not done.", "{failed} of {count} keys were not done.");
        let text = tn(text, all as u64, &format::whole(all as f64));
        fill(&text, &[("failed", &format::whole(counts.failed as f64))])
    };
    let doubtful = if counts.doubtful > 0 { words::doubtful(counts.doubtful) } else { String::new() };
    let (name, age) = (isolated(&entry.saved_by), format::age(age_s));
    let by = if may_be_at_it {
        msg!("{name} may be at it in another window: it was saved {age}.")
    } else {
        msg!("It was saved by {name}, {age}.")
    };
    let by = tf(by, &[("name", &name), ("age", &age)]);
    let id = || entry.id.clone();
    // What another window blocks beside an undo, the undo would not know of.
    let body = html! {
        p { (far) " " (doubtful) " " (by) }
        (about(run, directory))
        p.gw-notice-actions {
            @if is_kill && counts.done > 0 && !may_be_at_it { button.button type="button" data-action=(NoticeAction::Undo(id())) { (msg!("Unblock these keys")) } }
            @if left > 0 {
                button.button type="button" data-action=(NoticeAction::GoOn(id())) {
                    @if is_kill { (msg!("Go on blocking")) } @else { (msg!("Go on")) }
                }
            }
            button.button type="button" data-action=(NoticeAction::Show(id())) { (msg!("Show")) }
            button.button-link type="button" data-action=(NoticeAction::Dismiss(id())) { (msg!("Dismiss")) }
        }
    };
    notice(Tone::Warning, &title, &body)
}

#[cfg(test)]
mod tests {
    use model::{
        keys_table::directory::Directory,
        run::{Act, State},
    };

    use super::*;

    const NOW: i64 = 1_795_176_000_000;

    fn told(purpose: Purpose, act: Act, states: &[State], age_s: i64) -> String {
        let tokens = (1..=states.len()).map(|number| format!("{number:064x}")).collect();
        let mut run = Run::new(act, purpose, tokens, NOW);
        for (at, state) in states.iter().enumerate() {
            run.settle(at, *state, String::new());
        }
        let saved_at = (NOW / 1_000 - age_s) as u64;
        let entry =
            JournalEntry { id: "abcdefgh".into(), saved_by: "<Ada>".into(), saved_at, ..JournalEntry::default() };
        in_words(&entry, &run, &Directory::default(), NOW).as_str().to_owned()
    }

    #[test]
    fn a_kill_switch_can_be_undone_and_says_of_which_keys() {
        let purpose = || Purpose::KillSwitch { filter: vec![("team".into(), "t1".into())], undo: false };
        let through = told(purpose(), Act::Block, &[State::Done, State::Done, State::Same], 3_600);
        assert!(through.contains("It has blocked 2 keys.") && through.contains("Team: t1"), "{through}");
        assert!(through.contains("Unblock these keys") && !through.contains("Go on"), "{through}");
        assert!(through.contains("It was saved by &lt;Ada&gt;"), "{through}");
        let under_way = told(purpose(), Act::Block, &[State::Done, State::Waiting], 5);
        assert!(under_way.contains("may be at it in another window"), "{under_way}");
        assert!(!under_way.contains("Unblock these keys"), "{under_way}");
        let doubtful = told(purpose(), Act::Block, &[State::Done, State::Doubtful], 3_600);
        assert!(doubtful.contains("It has blocked 1 key. 1 key is left as it is,"), "{doubtful}");
        let half = told(purpose(), Act::Block, &[State::Done, State::Waiting], 3_600);
        assert!(half.contains("Go on blocking") && half.contains("Unblock these keys"), "{half}");
    }

    #[test]
    fn what_somebody_may_be_at_is_not_called_stopped_by_nobody() {
        let run = told(Purpose::Chosen, Act::Delete { expired: false }, &[State::Done, State::Waiting], 5);
        assert!(run.contains("&lt;Ada&gt; may be at it in another window"), "{run}");
        assert!(run.contains("1 of 2 keys so far.") && run.contains(">Go on<"), "{run}");
        let stopped = told(Purpose::Chosen, Act::Delete { expired: false }, &[State::Done, State::Waiting], 90);
        assert!(stopped.contains("Deleting stopped after 1 of 2 keys."), "{stopped}");
        let refused = told(Purpose::Chosen, Act::Delete { expired: false }, &[State::Done, State::Failed], 5);
        assert!(refused.contains("1 of 2 keys were not done.") && !refused.contains(">Go on<"), "{refused}");
    }
}
