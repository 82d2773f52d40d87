//! All calls of the question as a file, read page by page: as many as there are, and never more of them at once than a few.

use std::rc::Rc;

use js_sys::Array;
use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    language::{t, tf, tn},
    logs::{file::Format, question::Question, reading::Reading},
    msg, plural, text,
};
use web_sys::Blob;

use super::{export::Wanted, left_out, source::logs_route};
use crate::{
    action::actions,
    api,
    components::{Messages, region, use_messages},
    effect::watch,
    format,
    markup::{Markup, html},
    pages::keys::csv::give_parts,
    router::use_router,
    store::Store,
    task::{Task, now_ms},
};

/// So much text is put away at once.
const PIECE: usize = 500_000;

actions! {
    enum FileAction {
        Cancel = "cancel",
        Again = "again",
        Save = "save",
    }
}

/// A file that is being written.
struct File {
    format: Format,
    reading: Reading,
    /// The browser keeps these, where it likes.
    pieces: Array,
    text: String,
    written: usize,
}

impl File {
    fn new(format: Format, question: Question) -> File {
        File { format, reading: Reading::new(question), pieces: Array::new(), text: format.begin(), written: 0 }
    }

    fn put_away(&mut self) {
        let piece = Blob::new_with_str_sequence(&Array::of1(&self.text.as_str().into()));
        if let Ok(piece) = piece {
            self.pieces.push(&piece);
            self.text.clear();
        }
    }

    /// Writes what was read since.
    fn write(&mut self) {
        let count = self.reading.count();
        for index in self.written..count {
            if let Some(row) = self.reading.get(index) {
                self.text.push_str(&self.format.row(&row, index == 0));
            }
        }
        self.written = count;
        if self.text.len() > PIECE {
            self.put_away();
        }
    }

    /// One that is not complete says so in its name.
    fn give(&mut self) {
        self.text.push_str(self.format.end());
        self.put_away();
        let partial = if self.reading.is_whole() { "" } else { "-partial" };
        let name = ["calls-", &clock::day(now_ms()), partial, ".", self.format.ending()].concat();
        // A browser that gives no file shows that itself.
        let _ = give_parts(&name, &self.pieces);
    }
}

#[derive(Default)]
struct State {
    file: Option<File>,
    error: Option<ApiError>,
}

/// A handle to copy.
#[derive(Clone, Copy)]
struct Writing {
    state: Store<State>,
    task: StoredValue<Rc<Task>, LocalStorage>,
    wanted: Wanted,
    messages: Messages,
}

/// What is wanted is begun at once; another click begins anew.
pub fn file() -> AnyView {
    let (wanted, router) = (expect_context::<Wanted>(), use_router());
    let writing = Writing {
        state: Store::new(State::default()),
        task: StoredValue::new_local(Rc::new(Task::new())),
        wanted,
        messages: use_messages(),
    };
    watch(move || {
        let Some(format) = wanted.format.with(|format| *format) else { return };
        let question = Question::of(&logs_route(&router.route_untracked()), now_ms(), format::lower);
        writing.state.update(|state| *state = State { file: Some(File::new(format, question)), error: None });
        writing.go_on();
    });
    region(
        "gw-export",
        move || writing.state.with(render),
        move |action| match action {
            FileAction::Cancel => writing.cancel(),
            FileAction::Again => writing.go_on(),
            FileAction::Save => {
                writing.task.with_value(|task| task.cancel());
                writing.give();
            }
        },
    )
}

impl Writing {
    fn go_on(self) {
        self.state.update(|state| state.error = None);
        self.task.with_value(|task| {
            task.run(async move {
                if self.read().await {
                    self.give();
                }
            });
        });
    }

    /// Whether all was read.
    async fn read(self) -> bool {
        let source = self.wanted.source;
        let api = source.api();
        loop {
            let next = self.state.with_untracked(|state| Some(state.file.as_ref()?.reading.following()));
            let Some(next) = next.flatten() else { return self.state.with_untracked(|state| state.file.is_some()) };
            if !source.turn(true).await {
                return false;
            }
            let params = self.state.with_untracked(|state| {
                state.file.as_ref().map(|file| next.place.params(file.reading.question.params()))
            });
            let response = api::logs::page(&api, params.unwrap_or_default()).response().await;
            let mut goes_on = false;
            self.state.update(|state| {
                let Some(file) = &mut state.file else { return };
                match response {
                    Ok(response) if response.stale.is_none() => {
                        let sight = file.reading.count();
                        file.reading.take(next, &response.data, sight, format::lower);
                        file.write();
                        goes_on = true;
                    }
                    Ok(response) => state.error = response.stale,
                    Err(error) if error.is_too_large() && file.reading.too_large(next) => goes_on = true,
                    Err(error) => state.error = Some(error),
                }
            });
            if !goes_on {
                return false;
            }
        }
    }

    /// Hands the file over and says what is in it, and what is not.
    fn give(self) {
        let mut said = String::new();
        self.state.update(|state| {
            if let Some(mut file) = state.file.take() {
                said = summary(file.written, file.reading.is_whole(), back_to(&file.reading), file.reading.left_out);
                file.give();
            }
        });
        self.messages.show(said);
        self.end();
    }

    fn cancel(self) {
        self.task.with_value(|task| task.cancel());
        self.messages.show(t(msg!("The download was given up: no file was saved.")));
        self.end();
    }

    /// All of this goes then.
    fn end(self) {
        self.wanted.format.update(|format| *format = None);
    }
}

/// What a file has, sentence by sentence.
fn summary(written: usize, is_whole: bool, back: String, lacks: usize) -> String {
    let said = if is_whole {
        tn(
            plural!("The file is saved: it has {count} call.", "The file is saved: it has {count} calls."),
            written as u64,
            &format::whole(written as f64),
        )
    } else {
        tn(
            plural!(
                "A part of the range is saved: the file has {count} call, and what is older is missing.",
                "A part of the range is saved: the file has {count} calls, and what is older is missing."
            ),
            written as u64,
            &format::whole(written as f64),
        )
    };
    text::sentences(&[said, if is_whole { String::new() } else { back }, left_out(lacks)])
}

/// How far a file has come.
fn back_to(reading: &Reading) -> String {
    let back = reading.read_back_to_ms().map(format::date_time);
    back.map_or_else(String::new, |back| tf(msg!("Back to {time}."), &[("time", &back)]))
}

fn count_written(count: usize) -> String {
    tn(plural!("{count} call is written.", "{count} calls are written."), count as u64, &format::whole(count as f64))
}

fn render(state: &State) -> Markup {
    let Some(file) = &state.file else { return Markup::default() };
    let told = [count_written(file.written), back_to(&file.reading), left_out(file.reading.left_out)];
    html! {
        div.gw-pagination {
            span role="status" {
                @if let Some(error) = &state.error {
                    strong { (msg!("The file broke off.")) } " " (error.title()) " " (error.advice()) " "
                }
                (text::sentences(&told))
            }
            span.gw-pages {
                @if state.error.is_some() {
                    button.button type="button" data-action=(FileAction::Again) { (msg!("Try again")) }
                }
                @if file.written > 0 {
                    button.button type="button" data-action=(FileAction::Save) { (msg!("Save what was read")) }
                }
                button.button type="button" data-action=(FileAction::Cancel) { (msg!("Cancel")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file without calls that were too large was told as if it were complete, and one that broke off like any other.
    #[test]
    fn what_a_file_has_and_lacks_is_told() {
        let told = |written, is_whole, lacks| summary(written, is_whole, "Back to noon.".to_owned(), lacks);
        assert_eq!(told(1, true, 0), "The file is saved: it has 1 call.");
        let lacks = told(120, true, 2);
        assert!(lacks.starts_with("The file is saved: it has 120 calls. 2 calls are left out: with"), "{lacks}");
        let partial = told(50, false, 1);
        assert!(
            partial.contains("the file has 50 calls, and what is older is missing. Back to noon. 1 call is left out")
        );
    }
}
