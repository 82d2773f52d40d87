//! Reading a whole list, a page after the other, in the order of their ids. What is made or deleted meanwhile moves others to
//! another page, maybe one that was read before; that shows in the count, and then the list is read once more.

use super::{Account, select::Found};
use crate::keys_table::Lower;

/// How often the list is read before what is known has to do.
const PASSES: u8 = 2;

/// So many are asked for at once.
pub const PAGE: usize = 100;

#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What this pass has brought, none of them twice.
    found: Vec<Found>,
    /// Their places, in the order of their ids.
    by_id: Vec<u32>,
    /// What an earlier pass had.
    before: Vec<Found>,
    pages: usize,
    /// How many there are, as the last page says.
    total: usize,
    /// They have become more or fewer in this pass.
    moved: bool,
    passes: u8,
}

/// What follows after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another page is to be asked for.
    More,
    /// That was all; `complete`: as many as the gateway says that there are.
    Done { complete: bool },
}

impl Reading {
    /// The page to ask for, counted from 1.
    pub fn page(&self) -> usize {
        self.pages + 1
    }

    /// What is known by now.
    pub fn known(&self) -> &[Found] {
        if self.found.len() >= self.before.len() { &self.found } else { &self.before }
    }

    pub fn into_known(self) -> Vec<Found> {
        if self.found.len() >= self.before.len() { self.found } else { self.before }
    }

    /// From the first page again: what is known stays in sight until as much has come.
    pub fn begin_behind(&mut self) {
        *self = Reading { before: std::mem::take(&mut self.found), total: self.total, ..Reading::default() };
    }

    /// How many have been read, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.found.len(), self.total.max(self.found.len()))
    }

    /// Takes the page that was asked for.
    pub fn take(&mut self, page: Vec<Account>, total: f64, lower: Lower) -> Next {
        let total = total.clamp(0.0, 1e7) as usize;
        self.moved |= self.pages > 0 && total != self.total;
        self.total = total;
        self.pages += 1;
        let count = page.len();
        for account in page {
            let found = &self.found;
            let place = self.by_id.binary_search_by(|at| found[*at as usize].account.id.cmp(&account.id));
            if let Err(place) = place {
                self.by_id.insert(place, self.found.len() as u32);
                self.found.push(Found::new(account, lower));
            }
        }
        // A gateway that does not count has given all with a page that is not full.
        let ended = count == 0 || if total == 0 { count < PAGE } else { self.pages * PAGE >= total };
        if !ended {
            return Next::More;
        }
        // A gap is filled by as many as were moved past it.
        let complete = !self.moved && (total == 0 || self.found.len() == total);
        self.passes += 1;
        if complete || self.passes >= PASSES {
            return Next::Done { complete };
        }
        *self = Reading {
            before: std::mem::take(&mut self.found),
            total: self.total,
            passes: self.passes,
            ..Reading::default()
        };
        Next::More
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    fn page(all: &[usize], number: usize) -> Vec<Account> {
        let part = all.iter().skip((number - 1) * PAGE).take(PAGE);
        part.map(|id| Account { id: format!("{id:05}"), ..Account::default() }).collect()
    }

    /// Reads to the end; `meanwhile` happens after the page with this number. Pages, whether it is complete, how many are known.
    fn read(all: &mut Vec<usize>, mut meanwhile: impl FnMut(usize, &mut Vec<usize>)) -> (usize, bool, usize) {
        let mut reading = Reading::default();
        for asked in 1..200 {
            let next = reading.take(page(all, reading.page()), all.len() as f64, lower);
            meanwhile(asked, all);
            if let Next::Done { complete } = next {
                return (asked, complete, reading.into_known().len());
            }
        }
        unreachable!("it never ends")
    }

    #[test]
    fn each_page_is_read_once_when_nothing_happens() {
        for (count, pages) in [(0, 1), (1, 1), (100, 1), (101, 2), (5_000, 50)] {
            assert_eq!(read(&mut (0..count).collect(), |_, _| {}), (pages, true, count), "{count}");
        }
    }

    #[test]
    fn what_is_deleted_meanwhile_leaves_no_gap() {
        let mut all: Vec<usize> = (0..350).collect();
        let outcome = read(&mut all, |asked, all| {
            if asked == 2 {
                all.remove(5);
            }
        });
        assert_eq!(outcome, (8, true, 349), "read once more");
    }

    #[test]
    fn a_list_that_never_rests_is_said_to_be_uncertain() {
        let mut all: Vec<usize> = (0..250).collect();
        let (pages, complete, known) = read(&mut all, |asked, all| {
            if asked < 6 {
                all.remove(0);
            }
        });
        assert_eq!((pages, complete), (6, false));
        assert!(known >= 240, "{known}");
    }

    #[test]
    fn a_gateway_that_does_not_count_is_read_to_a_page_that_is_not_full() {
        let all: Vec<usize> = (0..150).collect();
        let mut reading = Reading::default();
        assert_eq!(reading.take(page(&all, 1), 0.0, lower), Next::More);
        assert_eq!((reading.page(), reading.progress()), (2, (100, 100)));
        assert_eq!(reading.take(page(&all, 2), 0.0, lower), Next::Done { complete: true });
        assert_eq!(reading.known().len(), 150);
    }
}
