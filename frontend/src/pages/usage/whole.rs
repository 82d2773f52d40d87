//! Each day of the range by everything that calls are told apart by, as a file: asked for day by day, so that neither the gateway
//! nor the browser has all of it at once.

use std::rc::Rc;

use js_sys::Array;
use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::{t, tf, tn},
    msg, plural,
    route::Dimension,
    text,
    usage::{
        days::{Days, date},
        file,
        shelf::{Shelf, Source},
    },
};
use web_sys::Blob;

use super::{
    files::{Wanted, heads},
    source::{self, State, Trouble},
    too_many_lines, words,
};
use crate::{
    action::actions,
    api::{Api, use_api},
    components::{Messages, region, use_messages},
    format,
    markup::{Markup, html},
    pages::keys::csv::give_parts,
    store::Store,
    task::{Task, now_ms},
};

/// So much text is put away at once.
const PIECE: usize = 500_000;

/// What is asked for of each day.
const SOURCES: [Source; 8] = [
    Source::Models,
    Source::Calls,
    Source::Keys,
    Source::Owners,
    Source::Teams,
    Source::Organizations,
    Source::Tags,
    Source::EndUsers,
];

actions! {
    enum WholeAction {
        Cancel = "cancel",
        Again = "again",
        Save = "save",
    }
}

/// A file that is being written.
struct Written {
    file: file::Whole,
    days: Days,
    next: i64,
    /// The browser keeps these, where it likes.
    pieces: Array,
    text: String,
    /// What the gateway does not tell, such as organizations without a licence: it is not asked for again.
    refused: Vec<Source>,
    error: Option<ApiError>,
}

impl Written {
    fn new(is_json: bool, days: Days) -> Written {
        let mut names = vec![t(msg!("All calls"))];
        names.extend(Dimension::ALL.into_iter().map(|by| t(words::dimension(by))));
        let file = file::Whole::new(is_json, days, names);
        let heads = heads(&[msg!("Day (UTC)"), msg!("By"), msg!("Name"), msg!("ID")], 7, &[msg!("Asked at (UTC)")]);
        let text = file.begin(&heads);
        Written { file, days, next: days.first, pieces: Array::new(), text, refused: Vec::new(), error: None }
    }

    fn put_away(&mut self) {
        if let Ok(piece) = Blob::new_with_str_sequence(&Array::of1(&self.text.as_str().into())) {
            self.pieces.push(&piece);
            self.text.clear();
        }
    }

    fn write(&mut self, shelf: &Shelf, cut: &[Source]) {
        let text = self.file.day(shelf, self.next, cut, &|by, id, name| words::name(by, id, name));
        self.text.push_str(&text);
        self.next += 1;
        if self.text.len() > PIECE {
            self.put_away();
        }
    }

    fn is_whole(&self) -> bool {
        self.next >= self.days.end
    }

    /// What of it is there; a part of it says so in its name.
    fn give(&mut self) {
        self.text.push_str(&self.file.end(self.next));
        self.put_away();
        let (first, last) = (date(self.days.first), date(self.next.max(self.days.first + 1) - 1));
        let part = if self.is_whole() { "" } else { "-partial" };
        let ending = if self.file.is_json { ".json" } else { ".csv" };
        let name = ["usage-all-", &first, "-", &last, part, ending].concat();
        // A browser that gives no file shows that itself.
        let _ = give_parts(&name, &self.pieces);
    }
}

/// `Wanted` says which file; it begins at once.
pub fn whole() -> AnyView {
    let (Some(wanted), Some(state)) = (use_context::<Wanted>(), use_context::<Store<State>>()) else {
        return ().into_any();
    };
    let (api, messages, task) = (use_api(), use_messages(), Rc::new(Task::new()));
    let written: Store<Option<Written>> = Store::new(None);
    let go_on = {
        let task = task.clone();
        move || task.run(write(api.clone(), messages, wanted, written))
    };
    let begin = go_on.clone();
    let mut before = None;
    crate::effect::watch(move || {
        let Some(is_json) = wanted.0.with(|wanted| *wanted) else {
            before = None;
            return;
        };
        // One at a time: another click while it is written begins the other kind anew.
        if before.replace(is_json) != Some(is_json) {
            let days = state.with_untracked(|state| state.periods.current);
            written.update(|written| *written = Some(Written::new(is_json, days)));
            begin();
        }
    });
    region(
        "gw-export",
        move || written.with(|written| written.as_ref().map(render).unwrap_or_default()),
        move |action| match action {
            WholeAction::Again => {
                written.update(|written| {
                    if let Some(written) = written {
                        written.error = None;
                    }
                });
                go_on();
            }
            WholeAction::Save => {
                task.cancel();
                written.update(|written| {
                    if let Some(written) = written {
                        written.give();
                    }
                });
                end(wanted, written);
            }
            WholeAction::Cancel => {
                task.cancel();
                end(wanted, written);
                messages.show(t(msg!("Cancelled: no file was saved.")));
            }
        },
    )
}

fn end(wanted: Wanted, written: Store<Option<Written>>) {
    written.update(|written| *written = None);
    wanted.0.update(|wanted| *wanted = None);
}

async fn write(api: Api, messages: Messages, wanted: Wanted, written: Store<Option<Written>>) {
    loop {
        let next = written.try_with_untracked(|written| {
            let written = written.as_ref()?;
            Some((written.next, written.is_whole(), written.refused.clone()))
        });
        let Some((day, is_whole, refused)) = next.flatten() else { return };
        if is_whole {
            break;
        }
        let ReadDay { shelf, refused, cut, error } = read_day(&api, day, &refused).await;
        let failed = error.is_some();
        written.update(|written| {
            let Some(written) = written else { return };
            written.refused.extend(refused);
            written.error = error;
            if !failed {
                written.write(&shelf, &cut);
            }
        });
        if failed {
            return;
        }
    }
    let mut said = String::new();
    written.update(|written| {
        if let Some(written) = written {
            written.give();
            said = told(written);
        }
    });
    end(wanted, written);
    messages.show(said);
}

/// A day by all there is.
#[derive(Default)]
struct ReadDay {
    shelf: Shelf,
    /// What the gateway does not tell.
    refused: Vec<Source>,
    /// What has more lines than are read.
    cut: Vec<Source>,
    /// Why it could not be read.
    error: Option<ApiError>,
}

async fn read_day(api: &Api, day: i64, refused: &[Source]) -> ReadDay {
    let now = now_ms();
    let mut found = ReadDay::default();
    // All of them are one request.
    let mut asked = Vec::new();
    for source in SOURCES {
        if !refused.contains(&source) {
            asked.push((source, source::read(api, source, day, 1, false)));
        }
    }
    for (source, read) in asked {
        let mut trouble = Trouble::default();
        let mut outcome = read.await;
        if outcome.as_ref().is_err_and(ApiError::is_too_much) {
            // By itself it has all the time and memory there is.
            outcome = source::read(api, source, day, 1, false).await;
        }
        match source::whole(api, source, day, false, outcome, now, &mut trouble).await {
            Some(arrived) => {
                if arrived.is_cut {
                    found.cut.push(source);
                }
                found.shelf.insert(source, day, arrived.what, arrived.asked_ms, arrived.old);
            }
            None => {
                let error = trouble.totals.or(trouble.parts);
                let is_refused = source != Source::Models && error.as_ref().is_some_and(is_refusal);
                if !is_refused {
                    found.error = error.or(Some(ApiError::Offline));
                    return found;
                }
                found.refused.push(source);
            }
        }
    }
    found
}

/// The gateway does not tell this to anybody, or not to the service key: asking again changes nothing.
fn is_refusal(error: &ApiError) -> bool {
    let code = error.failure().map(|failure| failure.code.as_str());
    error.again_after_s().is_none() && matches!(code, Some("gateway_refused" | "gateway_unauthorized"))
}

/// How many days, what is not in it, and what is not new.
fn told(written: &Written) -> String {
    let mut said = vec![days_written(written)];
    let lacks = written.file.lacks();
    if !lacks.is_empty() {
        let names: Vec<String> = lacks.into_iter().map(|by| t(words::dimension(by))).collect();
        let names = format::list(&names);
        said.push(tf(msg!("Not in all of it, as the gateway did not tell: {names}."), &[("names", &names)]));
    }
    let old = written.file.old_days();
    if old > 0 {
        said.push(tn(
            plural!(
                "Of {count} day the gateway gave nothing newer than an earlier answer; the file says when that was asked for.",
                "Of {count} days the gateway gave nothing newer than earlier answers; the file says when these were asked for."
            ),
            old as u64,
            &format::count(old as f64),
        ));
    }
    let cut = written.file.cut_days();
    if cut > 0 {
        said.push(too_many_lines(cut));
    }
    text::sentences(&said)
}

fn days_written(written: &Written) -> String {
    let (count, all) = ((written.next - written.days.first) as u64, written.days.len() as f64);
    let text = tn(
        plural!("{count} day of {all} written.", "{count} days of {all} written."),
        count,
        &format::whole(count as f64),
    );
    model::text::fill(&text, &[("all", &format::whole(all))])
}

fn render(written: &Written) -> Markup {
    html! {
        div.gw-pagination {
            span role="status" {
                @if let Some(error) = &written.error {
                    strong { (msg!("The file broke off.")) } " " (error.title()) " " (error.advice()) " "
                }
                (told(written))
            }
            span.gw-pages {
                @if written.error.is_some() {
                    button.button type="button" data-action=(WholeAction::Again) { (msg!("Try again")) }
                    @if written.next > written.days.first {
                        button.button type="button" data-action=(WholeAction::Save) { (msg!("Save what was read")) }
                    }
                }
                button.button type="button" data-action=(WholeAction::Cancel) { (msg!("Cancel")) }
            }
        }
    }
}
