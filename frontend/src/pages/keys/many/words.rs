//! What is said of a run: what it does, how far it has come, and what became of each key.

use model::{
    key_form::BudgetPeriod,
    keys_table::{directory::Directory, select::Show},
    language::{t, tf, tn},
    msg, plural,
    route::{KeysList, Route, WITHOUT},
    run::{
        Act, Purpose, Run, State,
        change::{End, How, KeyChange, Part},
    },
    text::{Msg, Plural, fill},
    visible::{isolated, visible},
};

use crate::format;

/// So many names are told before the rest is counted.
pub const NAMED: usize = 10;

struct Words {
    title: Plural,
    text: Msg,
    yes: Plural,
    running: Plural,
    done: Plural,
    stopped: Plural,
}

fn words(run: &Run) -> Words {
    let (is_kill, is_undo) = match run.purpose {
        Purpose::KillSwitch { undo, .. } => (!undo, undo),
        Purpose::Chosen => (false, false),
    };
    match run.act {
        Act::Block => Words {
            title: if is_kill {
                plural!("Block the {count} key found?", "Block all {count} keys found?")
            } else {
                plural!("Block {count} key?", "Block {count} keys?")
            },
            text: if is_kill {
                msg!(
                    "Their calls are refused within a minute at the latest. What is blocked already is left out. WordPress keeps the list, so that exactly these keys can be unblocked again, also later and from another browser."
                )
            } else {
                msg!("Their calls are refused within a minute at the latest. You can unblock them at any time.")
            },
            yes: plural!("Block {count} key", "Block {count} keys"),
            running: plural!("Blocking {count} key…", "Blocking {count} keys…"),
            done: plural!(
                "{count} key is blocked. Its calls are refused within a minute at the latest.",
                "{count} keys are blocked. Their calls are refused within a minute at the latest."
            ),
            stopped: plural!(
                "Blocking stopped after {done} of {count} key.",
                "Blocking stopped after {done} of {count} keys."
            ),
        },
        Act::Unblock => Words {
            title: if is_undo {
                plural!(
                    "Unblock the {count} key that the kill switch has blocked?",
                    "Unblock the {count} keys that the kill switch has blocked?"
                )
            } else {
                plural!("Unblock {count} key?", "Unblock {count} keys?")
            },
            text: if is_undo {
                msg!(
                    "Each is looked at first: what somebody else has unblocked or deleted since stays as it is. Their calls are answered again, within their limits, within a minute at the latest."
                )
            } else {
                msg!("Their calls are answered again, within their limits, within a minute at the latest.")
            },
            yes: plural!("Unblock {count} key", "Unblock {count} keys"),
            running: plural!("Unblocking {count} key…", "Unblocking {count} keys…"),
            done: plural!(
                "{count} key is no longer blocked. Its calls are answered again within a minute at the latest.",
                "{count} keys are no longer blocked. Their calls are answered again within a minute at the latest."
            ),
            stopped: plural!(
                "Unblocking stopped after {done} of {count} key.",
                "Unblocking stopped after {done} of {count} keys."
            ),
        },
        Act::Delete { expired } => Words {
            title: plural!("Delete {count} key?", "Delete {count} keys?"),
            text: if expired {
                msg!(
                    "All of them have expired; one whose expiry is moved meanwhile stays. This cannot be undone; what they have spent stays in the statistics."
                )
            } else {
                msg!(
                    "Applications that use them stop working within a minute at the latest. This cannot be undone; what they have spent stays in the statistics."
                )
            },
            yes: plural!("Delete {count} key", "Delete {count} keys"),
            running: plural!("Deleting {count} key…", "Deleting {count} keys…"),
            done: plural!(
                "{count} key is deleted. Its calls are refused within a minute at the latest.",
                "{count} keys are deleted. Their calls are refused within a minute at the latest."
            ),
            stopped: plural!(
                "Deleting stopped after {done} of {count} key.",
                "Deleting stopped after {done} of {count} keys."
            ),
        },
        Act::Change(_) => Words {
            title: plural!("Change {count} key", "Change {count} keys"),
            text: msg!("Only what you choose here changes. Their calls follow it within a minute at the latest."),
            yes: plural!("Change {count} key", "Change {count} keys"),
            running: plural!("Changing {count} key…", "Changing {count} keys…"),
            done: plural!(
                "{count} key was changed. Its calls follow that within a minute at the latest.",
                "{count} keys were changed. Their calls follow that within a minute at the latest."
            ),
            stopped: plural!(
                "Changing stopped after {done} of {count} key.",
                "Changing stopped after {done} of {count} keys."
            ),
        },
    }
}

fn counted(text: Plural, count: usize) -> String {
    tn(text, count as u64, &format::whole(count as f64))
}

pub fn title(run: &Run) -> String {
    counted(words(run).title, run.about())
}

pub fn text(run: &Run) -> String {
    t(words(run).text)
}

pub fn yes(run: &Run) -> String {
    counted(words(run).yes, run.about())
}

pub fn running(run: &Run) -> String {
    counted(words(run).running, run.about())
}

/// How far it has come when it stopped.
pub fn stopped(run: &Run) -> String {
    let (all, left) = (run.about(), run.counts().left());
    fill(&counted(words(run).stopped, all), &[("done", &format::whole((all - left) as f64))])
}

/// Where somebody may be at it.
pub fn so_far(run: &Run) -> String {
    let (all, left) = (run.about(), run.counts().left());
    let text = counted(plural!("{done} of {count} key so far.", "{done} of {count} keys so far."), all);
    fill(&text, &[("done", &format::whole((all - left) as f64))])
}

/// Of keys that a kill switch may have blocked.
pub fn doubtful(count: usize) -> String {
    let text = plural!(
        "{count} key is left as it is, as somebody else may have blocked it.",
        "{count} keys are left as they are, as somebody else may have blocked them."
    );
    counted(text, count)
}

/// What was done.
pub fn done(run: &Run) -> String {
    counted(words(run).done, run.counts().done)
}

pub fn state(state: State) -> Msg {
    match state {
        State::Done => msg!("Done"),
        State::Same => msg!("Was so already"),
        State::Doubtful => msg!("Left as it is"),
        State::Gone => msg!("No longer there"),
        State::Failed => msg!("Not done"),
        State::Unknown => msg!("Not known"),
        State::Waiting => msg!("Not tried"),
    }
}

/// More on a state than its name, where the key has no reason of its own.
pub fn more(state: State) -> String {
    match state {
        State::Unknown => t(msg!("Its answer got lost. It is looked at before anything is sent once more.")),
        State::Failed => t(msg!("Try it once more to see why.")),
        State::Doubtful => t(msg!("Somebody else may have blocked it. It can be unblocked in the table.")),
        _ => String::new(),
    }
}

/// The first of them, or all, in quotation marks; and how many more there are.
pub fn names(names: &[String], all: bool) -> (String, usize) {
    let shown = if all { names.len() } else { names.len().min(NAMED) };
    let quoted: Vec<String> =
        names[..shown].iter().map(|name| tf(msg!("“{key}”"), &[("key", &isolated(name))])).collect();
    (format::list(&quoted), names.len() - shown)
}

fn line(label: Msg, value: &str) -> String {
    tf(msg!("{label}: {value}"), &[("label", &t(label)), ("value", value)])
}

/// What is to become different, line by line.
pub fn changes(change: &KeyChange, directory: &Directory) -> Vec<String> {
    let mut lines = Vec::new();
    match change.end {
        None => {}
        Some(End::Never) => lines.push(line(Part::End.label(), &t(msg!("Never")))),
        Some(End::At(ms)) => lines.push(line(Part::End.label(), &format::date_time(ms))),
    }
    if let Some(budget) = &change.budget {
        let usd = budget.usd.map_or_else(|| t(msg!("No limit")), format::usd_exact);
        lines.push(line(Part::Budget.label(), &usd));
        let period = BudgetPeriod::from_value(&budget.period);
        let period = period.map_or_else(|| visible(&budget.period), |period| t(period.label()));
        lines.push(line(Part::Period.label(), &period));
    }
    if let Some(team) = &change.team {
        let team = if team.is_empty() { t(msg!("No team")) } else { isolated(&directory.team_called(team)) };
        lines.push(line(Part::Team.label(), &team));
    }
    if let Some(tags) = &change.tags {
        let label = match tags.how {
            How::Set => msg!("Tags"),
            How::Add => msg!("Tags added"),
            How::Remove => msg!("Tags removed"),
        };
        let list: Vec<String> = tags.list.iter().map(|tag| isolated(tag)).collect();
        lines.push(line(label, &if list.is_empty() { t(msg!("None")) } else { format::list(&list) }));
    }
    lines
}

/// Which keys a kill switch is about.
pub fn filter(filter: &[(String, String)], directory: &Directory) -> Vec<String> {
    let list = match Route::parse("keys", filter) {
        Route::Keys(keys) => keys.list,
        _ => KeysList::default(),
    };
    let named = |id: &str, without: Msg, name: String| if id == WITHOUT { t(without) } else { isolated(&name) };
    let mut lines = Vec::new();
    if !list.team.is_empty() {
        let name = named(&list.team, msg!("Without a team"), directory.team_called(&list.team));
        lines.push(line(msg!("Team"), &name));
    }
    if !list.owner.is_empty() {
        let known = directory.user(&list.owner).map(|user| user.user_alias.clone()).unwrap_or_default();
        let name = if known.is_empty() { list.owner.clone() } else { known };
        lines.push(line(msg!("Owner"), &named(&list.owner, msg!("Without an owner"), name)));
    }
    if !list.organization.is_empty() {
        let name = directory.organization_called(&list.organization);
        lines.push(line(msg!("Organization"), &named(&list.organization, msg!("Without an organization"), name)));
    }
    if !list.model.is_empty() {
        lines.push(line(msg!("May call"), &isolated(&list.model)));
    }
    if list.show != Show::All {
        lines.push(line(msg!("State"), &t(list.show.label())));
    }
    if !list.search.trim().is_empty() {
        lines.push(line(msg!("Search"), &isolated(list.search.trim())));
    }
    if lines.is_empty() {
        lines.push(t(msg!("All keys of the gateway")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use model::run::change::{NewBudget, Tags};

    use super::*;

    fn run(act: Act, count: u64) -> Run {
        let tokens = (1..=count).map(|number| format!("{number:064x}")).collect();
        Run::new(act, Purpose::Chosen, tokens, 0)
    }

    #[test]
    fn how_far_a_run_has_come_is_one_sentence() {
        let mut run = run(Act::Block, 200);
        for at in 0..99 {
            run.settle(at, State::Done, String::new());
        }
        run.settle(99, State::Unknown, String::new());
        assert_eq!(stopped(&run), "Blocking stopped after 99 of 200 keys.");
        assert_eq!((title(&run), yes(&run)), ("Block 200 keys?".into(), "Block 200 keys".into()));
        assert!(done(&run).starts_with("99 keys are blocked."), "{}", done(&run));
    }

    #[test]
    fn names_beyond_the_first_are_counted_and_are_text() {
        let all: Vec<String> = (1..=12).map(|number| format!("key-{number}")).collect();
        let (shown, more) = names(&all, false);
        assert!(shown.starts_with("“key-1”, “key-2”") && shown.ends_with("“key-10”"), "{shown}");
        assert_eq!((more, names(&all, true).1), (2, 0));
    }

    #[test]
    fn a_change_and_a_filter_are_told_in_words() {
        let change = KeyChange {
            end: Some(End::Never),
            budget: Some(NewBudget { usd: None, period: "30d".into() }),
            team: Some(String::new()),
            tags: Some(Tags { how: How::Add, list: vec!["prod\u{202e}".into()] }),
        };
        let lines = changes(&change, &Directory::default());
        for expected in ["Expires: Never", "Budget: No limit", "Team: No team", "Tags added: prod⟨U+202E⟩"] {
            assert!(lines.iter().any(|line| line == expected), "{lines:?}");
        }
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let directory = Directory::default();
        assert_eq!(filter(&pairs(&[("team", "t1"), ("show", "expired")]), &directory), ["Team: t1", "State: Expired"]);
        assert_eq!(filter(&pairs(&[("owner", "-")]), &directory), ["Owner: Without an owner"]);
        assert_eq!(filter(&[], &directory), ["All keys of the gateway"]);
    }
}
