//! What the dialog says: the question, how far it has come, and what became of each key.

use model::{
    keys_table::directory::Directory,
    language::{t, tf, tn},
    msg, plural,
    run::{Act, Purpose, Run, State as KeyState},
    text::{Msg, fill},
    visible::{isolated, visible},
};

use super::{
    words,
    work::{Job, Pause, Phase, State},
};
use crate::{
    action::actions,
    components::problem,
    format,
    markup::{Markup, html},
};

/// The button that changes nothing, whatever it is called.
pub const NO: &str = "gw-many-no";

/// So many odd keys are listed before all of them are asked for.
const ODD: usize = 50;

actions! {
    pub enum DialogAction {
        Yes = "yes",
        No = "no",
        GoOn = "go-on",
        Again = "again",
        ReadAgain = "read-again",
        All = "all",
    }
}

/// What is read out when it has come so far.
pub fn said(state: &State) -> String {
    let Some(job) = &state.job else { return String::new() };
    match &state.phase {
        Phase::Running => words::running(&job.run),
        Phase::Paused(_) | Phase::Taken { .. } => words::stopped(&job.run),
        Phase::Over => words::done(&job.run),
        _ => String::new(),
    }
}

/// The heading.
pub fn title(state: &State) -> String {
    let Some(job) = &state.job else {
        return match state.phase {
            Phase::Reading { .. } => t(msg!("Reading all keys…")),
            Phase::NotWhole => t(msg!("Not all keys could be read")),
            _ => String::new(),
        };
    };
    let run = &job.run;
    match state.phase {
        Phase::Ask if run.items.is_empty() => t(msg!("There is no key to block")),
        Phase::Ask => words::title(run),
        Phase::Running | Phase::Stopping => words::running(run),
        Phase::Paused(_) => words::stopped(run),
        Phase::Taken { .. } => t(msg!("This window has stopped")),
        Phase::Over if run.counts().failed > 0 => t(msg!("Done, but not with all of them")),
        Phase::Over => t(msg!("Done")),
        _ => String::new(),
    }
}

/// Below it; empty: nothing.
pub fn text(state: &State) -> String {
    let Some(job) = &state.job else {
        return match state.phase {
            Phase::Reading { .. } => t(msg!("They are read anew, so that none is missed.")),
            Phase::NotWhole => {
                t(msg!("Some might be missed, so nothing was blocked. What went wrong stands above the table."))
            }
            _ => String::new(),
        };
    };
    let run = &job.run;
    match &state.phase {
        Phase::Ask if run.items.is_empty() => t(msg!("What the table shows is blocked already, or it shows no key.")),
        Phase::Ask => words::text(run),
        Phase::Running => t(msg!("Leave this page open until it is done.")),
        Phase::Stopping => t(msg!("It stops after the key that is under way.")),
        Phase::Paused(Pause::Refusals) => t(msg!(
            "Ten keys in a row were refused, and the others would hardly fare better. What is left was not touched."
        )),
        Phase::Paused(Pause::Wanted) => t(msg!("What is left was not touched.")),
        Phase::Taken { by, .. } => taken(by.as_deref()),
        Phase::Over if run.counts().done > 0 => words::done(run),
        _ => String::new(),
    }
}

/// Which keys, how far it has come, and what became of each.
pub fn details(state: &State, directory: &Directory) -> Markup {
    let Some(job) = state.job.as_ref().filter(|job| !job.run.items.is_empty()) else { return Markup::default() };
    let run = &job.run;
    match &state.phase {
        Phase::Ask => html! { (about(run, directory)) (named(job, state.all)) },
        Phase::Running | Phase::Stopping => html! { (progress(run)) (unkept(job)) (counts(run)) },
        Phase::Paused(pause) => html! {
            @if let Pause::Failed(error) = pause { (problem(error, None)) }
            (progress(run))
            (about(run, directory))
            (counts(run))
            @if job.kept.is_some() { p { (msg!("WordPress keeps the list: it can be taken up again, also later and from another browser.")) } }
            (unkept(job))
            (results(job, state.all))
        },
        Phase::Taken { since, .. } => html! {
            @if !since.is_empty() { p dir="auto" { strong { (blocked_since(since)) } } }
            (counts(run))
            (results(job, state.all))
        },
        Phase::Over => html! {
            @if is_undoable(run) { p { (msg!("A notice on the page of keys unblocks exactly these again, for everybody who manages keys, until it is dismissed.")) } }
            (counts(run))
            (results(job, state.all))
        },
        Phase::Closed | Phase::Reading { .. } | Phase::NotWhole => Markup::default(),
    }
}

fn is_undoable(run: &Run) -> bool {
    matches!(run.purpose, Purpose::KillSwitch { undo: false, .. }) && run.counts().done > 0
}

fn taken(by: Option<&str>) -> String {
    match by {
        Some("") => t(msg!("Somebody goes on with it in another window. This is how far it has come there:")),
        Some(by) => {
            let name = isolated(by);
            tf(msg!("{name} goes on with it in another window. This is how far it has come there:"), &[("name", &name)])
        }
        None => t(msg!("Somebody has finished or dismissed it meanwhile. So far this window had come:")),
    }
}

fn blocked_since(names: &[String]) -> String {
    let (keys, _) = words::names(names, true);
    let text = msg!(
        "This window has blocked these keys before it learned of that, and no list has them: {keys}. They can be unblocked in the table."
    );
    tf(text, &[("keys", &keys)])
}

fn unkept(job: &Job) -> Markup {
    if !job.unkept {
        return Markup::default();
    }
    html! { p { strong { (msg!("WordPress could not keep the list: if this page is closed, what is left is not known any more.")) } } }
}

/// Which keys, or what is to become of them.
pub fn about(run: &Run, directory: &Directory) -> Markup {
    let lines = match (&run.purpose, &run.act) {
        (Purpose::KillSwitch { filter, .. }, _) => words::filter(filter, directory),
        (_, Act::Change(change)) => words::changes(change, directory),
        _ => Vec::new(),
    };
    html! {
        @if !lines.is_empty() { ul.gw-list { @for line in &lines { li dir="auto" { (line) } } } }
    }
}

fn all_button(count: usize) -> Markup {
    html! {
        button #gw-many-all .button-link type="button" data-action=(DialogAction::All) {
            (tn(plural!("Show {count} more", "Show {count} more"), count as u64, &format::whole(count as f64)))
        }
    }
}

fn named(job: &Job, all: bool) -> Markup {
    let (mut about, mut doubtful) = (Vec::new(), Vec::new());
    for (item, name) in job.run.items.iter().zip(&job.names) {
        let place = if item.state == KeyState::Doubtful { &mut doubtful } else { &mut about };
        place.push(name.clone());
    }
    let (names, more) = words::names(&about, all);
    let beyond = tn(
        plural!(
            "{count} more key is not among them: choose it afterwards.",
            "{count} more keys are not among them: choose them afterwards."
        ),
        job.beyond as u64,
        &format::whole(job.beyond as f64),
    );
    html! {
        p.gw-many-names dir="auto" { (names) @if more > 0 { " " (all_button(more)) } }
        @if job.beyond > 0 { p { strong { (beyond) } } }
        @if !doubtful.is_empty() { p { (words::doubtful(doubtful.len())) } p.gw-many-names dir="auto" { (words::names(&doubtful, true).0) } }
    }
}

fn progress(run: &Run) -> Markup {
    let all = run.about();
    let done = all - run.counts().left();
    let width = (done as f64 * 100.0 / all.max(1) as f64).round() as u32;
    let text = tn(plural!("{done} of {count} key", "{done} of {count} keys"), all as u64, &format::whole(all as f64));
    let text = fill(&text, &[("done", &format::whole(done as f64))]);
    html! {
        div.gw-many-progress {
            span.gw-amount { (text) }
            span .gw-bar role="progressbar" aria-label=(text) aria-valuemin="0" aria-valuemax=(all.to_string()) aria-valuenow=(done.to_string()) {
                span.gw-bar-fill style={ "inline-size:" (width.to_string()) "%" } {}
            }
        }
    }
}

fn counts(run: &Run) -> Markup {
    let counts = run.counts();
    html! {
        dl.gw-facts {
            @for state in KeyState::ALL {
                @if counts.of(state) > 0 {
                    dt { (words::state(state)) }
                    dd { (format::whole(counts.of(state) as f64)) }
                }
            }
        }
    }
}

/// Those that were not done, one by one; or all.
fn results(job: &Job, all: bool) -> Markup {
    let mut shown = Vec::new();
    let mut more = 0;
    for (item, name) in job.run.items.iter().zip(&job.names) {
        let is_odd = matches!(item.state, KeyState::Failed | KeyState::Unknown | KeyState::Doubtful | KeyState::Gone);
        if all || (is_odd && shown.len() < ODD) {
            shown.push((item, name));
        } else {
            more += 1;
        }
    }
    html! {
        @if !shown.is_empty() {
            div.gw-many-results tabindex="0" role="group" aria-label=(msg!("What became of each key")) { table.gw-diff {
                caption.screen-reader-text { (msg!("What became of each key")) }
                thead { tr { th scope="col" { (msg!("Key")) } th scope="col" { (msg!("Result")) } } }
                tbody {
                    @for (item, name) in &shown {
                        tr {
                            th scope="row" dir="auto" { (visible(name)) }
                            td dir="auto" {
                                (words::state(item.state))
                                @let why = if item.why.is_empty() { words::more(item.state) } else { item.why.clone() };
                                @if !why.is_empty() { span .gw-line .gw-minor { (why) } }
                            }
                        }
                    }
                }
            } }
        }
        @if more > 0 { p { (all_button(more)) } }
    }
}

fn button(action: DialogAction, id: &str, class: &str, label: &str) -> Markup {
    html! { button #(id) class=(class) type="button" data-action=(action) { (label) } }
}

fn no(label: Msg) -> Markup {
    button(DialogAction::No, NO, "button", &t(label))
}

pub fn buttons(state: &State) -> Markup {
    let yes = |action, label: &str| button(action, "gw-many-yes", "button button-primary", label);
    let Some(job) = &state.job else {
        return match state.phase {
            Phase::NotWhole => {
                html! { (no(msg!("Close"))) (yes(DialogAction::ReadAgain, &t(msg!("Read them again")))) }
            }
            Phase::Closed => Markup::default(),
            _ => no(msg!("Cancel")),
        };
    };
    let run = &job.run;
    match &state.phase {
        Phase::Ask if run.items.is_empty() => no(msg!("Close")),
        Phase::Ask => {
            let class = match run.act {
                Act::Block | Act::Delete { .. } => "button button-primary gw-button-destructive",
                Act::Unblock | Act::Change(_) => "button button-primary",
            };
            html! { (no(msg!("Cancel"))) (button(DialogAction::Yes, "gw-many-yes", class, &words::yes(run))) }
        }
        Phase::Running => no(msg!("Stop")),
        Phase::Stopping => html! {
            button #(NO) .button type="button" aria-disabled="true" data-action=(DialogAction::No) { (msg!("Stopping…")) }
        },
        Phase::Paused(_) => html! { (no(msg!("Close"))) (yes(DialogAction::GoOn, &t(msg!("Go on")))) },
        Phase::Taken { .. } => no(msg!("Close")),
        Phase::Over if run.counts().failed > 0 => {
            html! { (no(msg!("Close"))) (yes(DialogAction::Again, &t(msg!("Try those again")))) }
        }
        _ => no(msg!("Close")),
    }
}

#[cfg(test)]
mod tests {
    use model::failure::ApiError;

    use super::*;

    fn state(phase: Phase, settle: &[KeyState]) -> State {
        let tokens = (1..=settle.len()).map(|number| format!("{number:064x}")).collect();
        let mut run = Run::new(Act::Delete { expired: false }, Purpose::Chosen, tokens, 0);
        for (at, state) in settle.iter().enumerate() {
            run.settle(at, *state, if *state == KeyState::Failed { "<b>no</b>".into() } else { String::new() });
        }
        let names = (1..=settle.len()).map(|number| format!("<key-{number}>")).collect();
        State {
            job: Some(Job { run, names, kept: None, unkept: false, beyond: 0, unsaved: Vec::new() }),
            phase,
            all: false,
        }
    }

    #[test]
    fn what_was_not_done_is_told_key_by_key_and_is_text() {
        let state = state(Phase::Over, &[KeyState::Done, KeyState::Failed, KeyState::Gone]);
        let markup = details(&state, &Directory::default());
        let shown = markup.as_str();
        assert_eq!(title(&state), "Done, but not with all of them");
        assert!(shown.contains("&lt;b&gt;no&lt;/b&gt;"), "{shown}");
        assert!(shown.contains("&lt;key-2&gt;") && !shown.contains("key-1"), "{shown}");
        assert!(shown.contains("Show 1 more") && buttons(&state).as_str().contains("Try those again"));
    }

    #[test]
    fn a_run_that_stopped_tells_why_and_can_go_on() {
        let left = [KeyState::Done, KeyState::Unknown, KeyState::Waiting];
        let state = state(Phase::Paused(Pause::Failed(ApiError::Offline)), &left);
        let shown = details(&state, &Directory::default());
        assert_eq!(title(&state), "Deleting stopped after 1 of 3 keys.");
        for text in ["WordPress did not answer", "Not known", "Not tried"] {
            assert!(shown.as_str().contains(text), "{text}: {shown:?}");
        }
        assert!(buttons(&state).as_str().contains("Go on"));
    }

    #[test]
    fn while_it_runs_it_can_be_stopped_and_nothing_else() {
        let running = buttons(&state(Phase::Running, &[KeyState::Waiting]));
        assert_eq!((running.as_str().matches("<button").count(), running.as_str().contains("Stop")), (1, true));
    }
}
