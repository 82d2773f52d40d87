//! Reading the log from the newest call on, whatever its length: never a deep page, but the first page of what is before the
//! oldest call that was read. Of what was read only what is around the sight is kept; the rest is read again when one comes
//! back to it.
//!
//! LiteLLM's ends are whole seconds, so that calls of the second in which a part ends come again with the next: they are told
//! apart by their ids. Where one second has more calls than a page, its next page is asked for.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::{Map, Value, json};

use super::{
    call::{id_of, is_failed, is_of_id, start_ms},
    question::{Narrowed, Question, up_to_second, window},
};
use crate::{
    clock::{MINUTE_MS, SECOND_MS},
    wire::{LogPage, LogRow},
};

/// Calls of the first answer: those that are in sight first.
pub const FIRST: usize = 50;
/// Calls of each further answer: the most that 1.80.11 gives.
pub const PAGE: usize = 100;
/// Calls of an answer where more are too large.
const SIZES: [usize; 5] = [PAGE, FIRST, 25, 5, 1];
/// After so many answers in a row more calls are asked for again.
const CALM: usize = 8;

/// So many calls in a row are left out before it is said that nothing can be had.
const LEFT_IN_ROW: usize = 10;
/// Rows that are kept, around those in sight.
pub const KEPT: usize = 5_000;
/// So many calls, which are five answers, are read to their end whether one looks at them or not.
const SOON_WHOLE: f64 = 5.0 * PAGE as f64;
/// Rows that are told by id only, at most, which calls of one second may take.
const SECOND_MOST: usize = 20_000;
/// A question reaches back as far as so many answers like the last would: LiteLLM counts all calls of its window each time.
const AHEAD_PARTS: i64 = 30;

/// A place in the log: a page of what is from a moment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub start_ms: i64,
    /// A whole second; calls in it count in.
    pub end_ms: i64,
    pub page: usize,
    pub size: usize,
}

impl Place {
    /// With the filter of a question, as LiteLLM is asked.
    pub fn params(&self, filter: Map<String, Value>) -> Value {
        let mut params = filter;
        for (name, value) in window(self.start_ms, self.end_ms) {
            params.insert(name.to_owned(), value);
        }
        params.insert("page".to_owned(), json!(self.page));
        params.insert("page_size".to_owned(), json!(self.size));
        Value::Object(params)
    }
}

/// What one answer has brought.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    place: Place,
    /// Ids of its answer that the parts before have already.
    before: Vec<String>,
    /// How many calls of it are asked for.
    count: usize,
    /// Those; none: they were given up, and are read again when they come into sight.
    rows: Option<Vec<Rc<LogRow>>>,
}

/// What is to be asked next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    pub place: Place,
    /// The part that is read again; none: what follows the last.
    again: Option<usize>,
}

impl Next {
    /// It goes on where the last answer ended.
    pub fn is_following(&self) -> bool {
        self.again.is_none()
    }
}

/// The calls that a question has brought so far, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub question: Question,
    parts: Vec<Part>,
    /// Where it goes on; none: this was all.
    next: Option<Place>,
    /// Calls that may come again with the next answer, and when they began.
    edge: Vec<(String, i64)>,
    /// How many calls LiteLLM has given, whether they are asked for or not.
    pub read: usize,
    /// Calls that are too large to be had.
    pub left_out: usize,
    /// So many of them in a row.
    left_in_row: usize,
    /// One was left out. The end of the window stays until it is before the next call, which began at this moment (none: it is
    /// not read yet), as the large one would come again otherwise.
    hold: Option<Option<i64>>,
    /// How many calls an answer may have, as far as is known.
    size: usize,
    /// Answers in a row that were not too large.
    calm: usize,
    /// How many there are as LiteLLM counts them, and whether there may be more. None: not told yet.
    pub total: Option<(f64, bool)>,
    /// LiteLLM narrows down by the model, the session and the error as well; none: not known yet.
    pub is_newer: Option<bool>,
    /// Calls of the first part that came in after it was read.
    added: usize,
    /// How far back the first part was read: what comes in later and is older belongs to another.
    top_ms: i64,
    /// When the newest call began, whether it is asked for or not.
    seen_ms: Option<i64>,
    /// By the minute in which they began: how many calls that are asked for, and how many of them failed. Stays of what is
    /// given up.
    pub tally: BTreeMap<i64, (u32, u32)>,
}

impl Reading {
    pub fn new(question: Question) -> Reading {
        Reading::beginning(question, FIRST)
    }

    /// What has come in by now since the calls that are known, and a little before them, as calls are written late.
    pub fn newer(&self, overlap_ms: i64, now_ms: i64) -> Reading {
        let since_ms = self.seen_ms.map_or(self.question.start_ms, |seen| seen - overlap_ms);
        Reading::beginning(self.question.since(since_ms, now_ms), PAGE)
    }

    fn beginning(question: Question, size: usize) -> Reading {
        let next = Place { start_ms: question.start_ms, end_ms: question.last_second_ms(), page: 1, size };
        let next = (next.end_ms > next.start_ms).then_some(next);
        Reading {
            question,
            parts: Vec::new(),
            next,
            edge: Vec::new(),
            read: 0,
            left_out: 0,
            left_in_row: 0,
            hold: None,
            size: PAGE,
            calm: 0,
            total: None,
            is_newer: None,
            added: 0,
            top_ms: i64::MIN,
            seen_ms: None,
            tally: BTreeMap::new(),
        }
    }

    /// Calls that are asked for, among those that were read.
    pub fn count(&self) -> usize {
        self.parts.iter().map(|part| part.count).sum()
    }

    pub fn is_whole(&self) -> bool {
        self.next.is_none()
    }

    /// Whether LiteLLM gives only what is asked for.
    pub fn is_narrowed(&self) -> bool {
        match self.question.narrowed() {
            Narrowed::Fully => true,
            Narrowed::ByNewer => self.is_newer == Some(true),
            Narrowed::ByNone => false,
        }
    }

    /// The call at a place of the list; none where it was given up.
    pub fn get(&self, index: usize) -> Option<Rc<LogRow>> {
        let (part, at) = self.part_of(index)?;
        self.parts[part].rows.as_ref()?.get(at).cloned()
    }

    /// The place of a call in the list, if it is kept.
    pub fn find(&self, id: &str) -> Option<usize> {
        let mut before = 0;
        for part in &self.parts {
            let at = part.rows.iter().flatten().position(|row| is_of_id(row, id));
            if let Some(at) = at {
                return Some(before + at);
            }
            before += part.count;
        }
        None
    }

    /// All calls that are kept.
    pub fn kept(&self) -> impl Iterator<Item = &Rc<LogRow>> {
        self.parts.iter().flat_map(|part| part.rows.iter().flatten())
    }

    /// Whether all that were read are kept.
    pub fn keeps_all(&self) -> bool {
        self.parts.iter().all(|part| part.rows.is_some())
    }

    /// When the oldest call that was read began; none before there is one.
    pub fn read_back_to_ms(&self) -> Option<i64> {
        match self.next {
            None => Some(self.question.start_ms),
            Some(next) => (!self.parts.is_empty()).then_some(next.end_ms),
        }
    }

    fn part_of(&self, index: usize) -> Option<(usize, usize)> {
        let mut left = index;
        for (at, part) in self.parts.iter().enumerate() {
            if left < part.count {
                return Some((at, left));
            }
            left -= part.count;
        }
        None
    }

    /// What has to be asked so that the rows from `from` to `to` are there, and some below them.
    pub fn needs(&self, from: usize, to: usize) -> Option<Next> {
        let mut before = 0;
        for (at, part) in self.parts.iter().enumerate() {
            let is_in_sight = before < to && before + part.count > from;
            if part.rows.is_none() && is_in_sight && part.count > 0 {
                return Some(Next { place: part.place, again: Some(at) });
            }
            before += part.count;
        }
        self.next.filter(|_| to + PAGE / 2 > before).map(|place| Next { place, again: None })
    }

    /// What follows the last, whatever is in sight.
    pub fn following(&self) -> Option<Next> {
        self.next.map(|place| Next { place, again: None })
    }

    /// Takes in an answer. `sight`: the first row in sight, around which rows are kept.
    pub fn take(&mut self, next: Next, page: &LogPage, sight: usize, lower: fn(&str) -> String) {
        if self.total.is_none() {
            self.total = Some((page.total, page.total_is_capped == Some(true)));
        }
        self.is_newer = Some(page.total_is_capped.is_some());
        match next.again {
            Some(at) => self.take_again(at, page, lower),
            None => self.take_following(next.place, page, lower),
        }
        self.give_up_beyond(sight);
    }

    fn take_again(&mut self, at: usize, page: &LogPage, lower: fn(&str) -> String) {
        let mut rows = Vec::new();
        for row in &page.data {
            let id = id_of(row);
            let is_before = self.parts.get(at).is_none_or(|part| part.before.contains(&id));
            // What was written late may have come in by itself meanwhile.
            let came_in = self.parts[0].rows.iter().flatten().any(|known| is_of_id(known, &id));
            if !is_before && !came_in && self.question.is_met_by(row, lower) {
                rows.push(Rc::new(row.clone()));
            }
        }
        let Some(part) = self.parts.get_mut(at) else { return };
        part.count = rows.len();
        part.rows = Some(rows);
    }

    fn take_following(&mut self, place: Place, page: &LogPage, lower: fn(&str) -> String) {
        let (mut rows, mut before) = (Vec::new(), Vec::new());
        let (mut oldest, mut newest) = (place.end_ms, i64::MIN);
        for row in &page.data {
            let (id, start) = (id_of(row), start_ms(row).unwrap_or(place.end_ms));
            oldest = oldest.min(start);
            newest = newest.max(start);
            if self.edge.iter().any(|(known, _)| *known == id) {
                before.push(id);
                continue;
            }
            self.read += 1;
            self.edge.push((id, start));
            if self.question.is_met_by(row, lower) {
                self.tell(row);
                rows.push(Rc::new(row.clone()));
            }
        }
        if self.parts.is_empty() {
            self.top_ms = if page.data.len() < place.size { place.start_ms } else { oldest };
        }
        if newest > i64::MIN {
            self.saw(newest);
        }
        self.parts.push(Part { place, before, count: rows.len(), rows: Some(rows) });
        self.left_in_row = 0;
        if self.hold == Some(None) {
            self.hold = Some(Some(oldest));
        }
        self.calm += 1;
        if self.calm >= CALM {
            self.size = SIZES.into_iter().rev().find(|larger| *larger > self.size).unwrap_or(self.size);
            self.calm = 0;
        }
        self.next = self.place_after(place, page.data.len(), oldest, newest);
        match self.next {
            Some(next) => self.edge.retain(|(_, start)| *start <= next.end_ms),
            None => self.edge.clear(),
        }
        if self.edge.len() > SECOND_MOST {
            self.edge.drain(..self.edge.len() - SECOND_MOST);
        }
    }

    fn tell(&mut self, row: &LogRow) {
        let Some(start) = start_ms(row) else { return };
        let (all, failed) = self.tally.entry(start.div_euclid(MINUTE_MS) * MINUTE_MS).or_default();
        *all += 1;
        *failed += u32::from(is_failed(row));
    }

    /// Where reading goes on after an answer of so many calls, of which the oldest and the newest began at these moments.
    fn place_after(&mut self, place: Place, given: usize, oldest: i64, newest: i64) -> Option<Place> {
        if given < place.size {
            self.hold = None;
            // The window is read. Before it there may be more, further apart.
            if place.start_ms <= self.question.start_ms {
                return None;
            }
            let reach = (place.end_ms - place.start_ms).saturating_mul(4);
            return Some(self.reaching(place.start_ms, reach));
        }
        let end_ms = up_to_second(oldest);
        let may_move = match self.hold {
            None => true,
            Some(held) => held.is_some_and(|held| end_ms < held),
        };
        if may_move && end_ms < place.end_ms {
            self.hold = None;
            let took = newest.saturating_sub(oldest).max(SECOND_MS);
            return Some(self.reaching(end_ms, took.saturating_mul(AHEAD_PARTS)));
        }
        // The next page of the same window, of as many calls as its pages can begin with.
        let over = place.page * place.size;
        let size = SIZES
            .into_iter()
            .find(|size| *size <= self.size.max(place.size) && over.is_multiple_of(*size))
            .unwrap_or(place.size);
        Some(Place { page: over / size + 1, size, ..place })
    }

    fn reaching(&self, end_ms: i64, reach: i64) -> Place {
        let start = end_ms.saturating_sub(reach).div_euclid(SECOND_MS) * SECOND_MS;
        Place { start_ms: start.max(self.question.start_ms), end_ms, page: 1, size: self.size }
    }

    /// The answer is larger than this site can take: fewer calls are asked for, and one that is too large by itself is left
    /// out. Says whether it can go on.
    pub fn too_large(&mut self, next: Next) -> bool {
        let Place { page, size, .. } = next.place;
        if next.again.is_some() {
            return false;
        }
        self.calm = 0;
        // The same calls begin a page of the smaller size, too.
        let smaller = SIZES.into_iter().find(|smaller| *smaller < size && size.is_multiple_of(*smaller));
        self.next = Some(match smaller {
            Some(smaller) => {
                self.size = smaller;
                Place { page: (page - 1) * (size / smaller) + 1, size: smaller, ..next.place }
            }
            // Where none is small enough it is not the calls: who asks again goes on from here.
            None if self.left_in_row >= LEFT_IN_ROW => {
                self.left_in_row = 0;
                return false;
            }
            None => {
                self.left_out += 1;
                self.left_in_row += 1;
                self.hold = Some(None);
                Place { page: page + 1, ..next.place }
            }
        });
        true
    }

    fn give_up_beyond(&mut self, sight: usize) {
        let mut kept: usize = self.parts.iter().map(|part| part.rows.as_ref().map_or(0, Vec::len)).sum();
        while kept > KEPT {
            let Some(in_sight) = self.part_of(sight).map(|(at, _)| at).or(self.parts.len().checked_sub(1)) else {
                return;
            };
            let farthest = (0..self.parts.len())
                .filter(|at| self.parts[*at].rows.as_ref().is_some_and(|rows| !rows.is_empty()))
                // What came in by itself cannot be asked for again by its place, and by the first what comes in is known.
                .filter(|at| *at > 0)
                .max_by_key(|at| at.abs_diff(in_sight));
            let Some(farthest) = farthest.filter(|at| *at != in_sight) else { return };
            kept -= self.parts[farthest].rows.take().map_or(0, |rows| rows.len());
        }
    }

    /// Calls that came in since, in any order: those that are new are put where they belong, at the top. Says how many.
    pub fn add_newer(&mut self, rows: &[Rc<LogRow>]) -> usize {
        let fresh = self.fresh(rows);
        let count = fresh.len();
        for row in &fresh {
            self.tell(row);
            // The next answer may begin with the second that the first part ends in.
            if let (Some(next), Some(start)) = (self.next, start_ms(row))
                && start <= next.end_ms
            {
                self.edge.push((id_of(row), start));
            }
        }
        let Some(part) = self.parts.first_mut() else { return 0 };
        let Some(known) = &mut part.rows else { return 0 };
        for row in fresh {
            let start = start_ms(&row);
            let at = known.iter().position(|known| start_ms(known) <= start).unwrap_or(known.len());
            known.insert(at, row);
        }
        part.count = known.len();
        self.added += count;
        self.read += count;
        if let Some((total, _)) = &mut self.total {
            *total += count as f64;
        }
        count
    }

    /// Those of the question's calls that are not known yet and belong to its first part.
    pub fn fresh(&self, rows: &[Rc<LogRow>]) -> Vec<Rc<LogRow>> {
        let mut fresh: Vec<Rc<LogRow>> = Vec::new();
        if self.parts.is_empty() {
            return fresh;
        }
        for row in rows {
            let id = id_of(row);
            // What is older than the first part belongs to one that may have been given up, or is still to be read.
            let belongs = start_ms(row).is_some_and(|start| start >= self.top_ms);
            let is_known = || self.kept().any(|known| is_of_id(known, &id));
            if belongs && !is_known() && !fresh.iter().any(|known| is_of_id(known, &id)) {
                fresh.push(row.clone());
            }
        }
        fresh
    }

    /// A call that began at this moment was looked at.
    pub fn saw(&mut self, start_ms: i64) {
        self.seen_ms = self.seen_ms.max(Some(start_ms));
    }

    /// When the newest call that was looked at began.
    pub fn seen_ms(&self) -> Option<i64> {
        self.seen_ms
    }

    /// So few calls are left to be read that this tells of all of them sooner than counting.
    pub fn is_soon_whole(&self) -> bool {
        let Some((total, false)) = self.total else { return false };
        let left = total - self.read as f64;
        let answers = self.size == PAGE && self.left_out == 0;
        self.next.is_some() && self.is_narrowed() && answers && left <= SOON_WHOLE
    }

    /// How many calls have come in by themselves.
    pub fn added(&self) -> usize {
        self.added
    }
}

#[cfg(test)]
mod tests;
