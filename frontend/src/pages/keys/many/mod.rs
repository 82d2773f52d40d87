//! Many keys at once: one question, then one key after the other, with what became of each.
//!
//! What does it is a chunk of its own, which is fetched when it is wanted: when several keys are to be changed, or when the
//! journal has work that is not finished. The form that says what is to change is in the chunk of the other forms.

mod carry_out;
mod change_form;
mod dialog;
mod notices;
mod shown;
mod view;
mod words;
mod work;

use leptos::prelude::*;
use model::{
    run::entry::{BULK, KILL_SWITCH},
    wire::JournalEntry,
};

use super::{actions::Act, found::Finder, rotate::ROTATION, source::Keys};
use crate::{
    api::{Api, journal, use_api},
    chunk::{self, chunk, load_ahead},
    effect::{is, watch},
    store::Store,
    task::Task,
};

/// What somebody wants to do.
#[derive(Clone)]
pub enum Asked {
    Act(Act, Vec<String>),
    Change(Vec<String>),
    /// With all keys that the table shows.
    KillSwitch,
}

/// What the page and the chunk share.
#[derive(Clone, Copy)]
pub struct Many {
    pub keys: Keys,
    finder: Finder,
    asked: Store<Option<Asked>>,
    /// A run is under way: nobody leaves.
    running: Store<bool>,
    journal: Store<Vec<JournalEntry>>,
    /// Of the journal as well: what `rotate` tells of.
    pub rotations: Store<Vec<JournalEntry>>,
    reading: StoredValue<(Api, Task), LocalStorage>,
}

impl Many {
    pub fn new(keys: Keys, finder: Finder) -> Many {
        let reading = StoredValue::new_local((use_api(), Task::new()));
        Many {
            keys,
            finder,
            asked: Store::new(None),
            running: Store::new(false),
            journal: Store::new(Vec::new()),
            rotations: Store::new(Vec::new()),
            reading,
        }
    }

    pub fn ask(self, asked: Asked) {
        self.asked.update(|place| *place = Some(asked));
    }

    pub fn is_running(self) -> bool {
        self.running.with_untracked(|running| *running)
    }

    /// What is not finished, as WordPress has it now. Where it cannot be read, what is known stays.
    fn read_journal(self) {
        let Some((api, task)) = self.reading.try_get_value() else { return };
        let read = journal::list(&api);
        task.run(async move {
            if let Ok(answer) = read.response().await {
                let entries = answer.data.entries.into_iter();
                let (rotations, mut runs): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.kind == ROTATION);
                runs.retain(|entry| matches!(entry.kind.as_str(), BULK | KILL_SWITCH));
                self.journal.update(|known| *known = runs);
                self.rotations.update(|known| *known = rotations);
            }
        });
    }
}

/// Notices of what is not finished, and the dialog in which it happens.
pub fn place(many: Many) -> AnyView {
    provide_context(many);
    let inside = chunk!(keys_many, view::many);
    load_ahead(vec![inside]);
    // After the keys, whenever they were read: it is no question of the first view.
    let there = is(move || many.keys.listing.with(|listing| listing.is_whole() && !listing.loading));
    watch(move || {
        if there.get() {
            many.read_journal();
        }
    });
    let wanted = Store::new(false);
    watch(move || {
        let is_wanted = many.asked.with(Option::is_some) || many.journal.with(|entries| !entries.is_empty());
        if is_wanted && !wanted.with_untracked(|wanted| *wanted) {
            wanted.update(|wanted| *wanted = true);
        }
    });
    (move || if wanted.with(|wanted| *wanted) { chunk::part(inside) } else { ().into_any() }).into_any()
}
