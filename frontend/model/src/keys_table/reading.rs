//! Reading the whole list, a page after the other, while keys are made and deleted.
//!
//! The newest first, so that the first page is that of the table. A key that is made meanwhile moves others to the next page,
//! where they are known already; one that is deleted moves one to a page that was read before. Both show in the count, and
//! then the list is read once more.

use super::{Lower, Table, directory::Directory};
use crate::wire::KeyPage;

/// The most keys that LiteLLM gives in one page.
pub const LARGEST_PAGE: usize = 100;

/// How often the list is read before what is known has to do.
const PASSES: u8 = 2;

/// How far a list has been read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub table: Table,
    /// Which of them this pass has seen.
    seen: Vec<bool>,
    /// Pages read in this pass.
    pages: usize,
    /// Keys read in this pass.
    read: usize,
    /// How many there are, as the last page says.
    total: usize,
    /// They have become more or fewer in this pass.
    moved: bool,
    passes: u8,
}

/// What follows after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To ask for this page.
    Page(usize),
    /// That was all.
    Done {
        /// As many as the gateway says that there are.
        complete: bool,
    },
}

impl Reading {
    /// The page to ask for, counted from 1.
    pub fn page(&self) -> usize {
        self.pages + 1
    }

    /// How many are known, of how many.
    pub fn progress(&self) -> (usize, usize) {
        let known = if self.passes == 0 { self.table.entries.len() } else { self.read };
        (known, self.total.max(known))
    }

    /// From the first page again: what is known stays until it is known to be gone.
    pub fn begin(&mut self) {
        *self = Reading { table: std::mem::take(&mut self.table), total: self.total, ..Reading::default() };
        self.begin_pass();
    }

    fn begin_pass(&mut self) {
        self.seen = vec![false; self.table.entries.len()];
        (self.pages, self.read, self.moved) = (0, 0, false);
    }

    /// Takes the page that was asked for.
    pub fn take(&mut self, page: KeyPage, directory: &Directory, lower: Lower) -> Next {
        let total = page.total_count.clamp(0.0, 1e7) as usize;
        self.moved |= self.pages > 0 && total != self.total;
        self.total = total;
        self.pages += 1;
        let count = page.keys.len();
        for key in page.keys {
            let (at, new) = self.table.put(key, lower);
            if new {
                self.seen.push(false);
            }
            self.table.name_at(at, directory, lower);
            if !std::mem::replace(&mut self.seen[at], true) {
                self.read += 1;
            }
        }
        // A gateway that does not count has given all with a page that is not full.
        let ended = count == 0 || if total == 0 { count < LARGEST_PAGE } else { self.pages * LARGEST_PAGE >= total };
        if !ended {
            return Next::Page(self.page());
        }
        let agrees = total == 0 || self.read == total;
        if agrees && !self.moved {
            let seen = std::mem::take(&mut self.seen);
            self.table.retain(|at| seen[at]);
            return Next::Done { complete: true };
        }
        self.passes += 1;
        if self.passes < PASSES {
            self.begin_pass();
            return Next::Page(self.page());
        }
        if agrees {
            let seen = std::mem::take(&mut self.seen);
            self.table.retain(|at| seen[at]);
        }
        Next::Done { complete: self.table.entries.len() == total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Key;

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    /// A gateway with these keys, newest first.
    struct Gateway(Vec<u32>);

    impl Gateway {
        fn page(&self, page: usize) -> KeyPage {
            let keys = self.0.iter().skip((page - 1) * LARGEST_PAGE).take(LARGEST_PAGE);
            let keys = keys.map(|number| Key { token: number.to_string(), ..Key::default() }).collect();
            KeyPage { keys, total_count: self.0.len() as f64, ..KeyPage::default() }
        }
    }

    /// Reads to the end; `meanwhile` happens after the page with this number. How many pages it took.
    fn read(
        reading: &mut Reading,
        gateway: &mut Gateway,
        mut meanwhile: impl FnMut(usize, &mut Gateway),
    ) -> (usize, bool) {
        for asked in 1..1_000 {
            let page = gateway.page(reading.page());
            let next = reading.take(page, &Directory::default(), lower);
            meanwhile(asked, gateway);
            if let Next::Done { complete } = next {
                return (asked, complete);
            }
        }
        unreachable!("it never ends")
    }

    fn known(reading: &Reading) -> Vec<u32> {
        let mut known: Vec<u32> =
            reading.table.entries.iter().filter_map(|entry| entry.key.token.parse().ok()).collect();
        known.sort_unstable();
        known.reverse();
        known
    }

    fn gateway(count: u32) -> Gateway {
        Gateway((0..count).rev().collect())
    }

    #[test]
    fn every_page_is_read_once_when_nothing_happens() {
        for (count, pages) in [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (10_000, 100)] {
            let (mut reading, mut gateway) = (Reading::default(), gateway(count));
            assert_eq!(read(&mut reading, &mut gateway, |_, _| {}), (pages, true), "{count}");
            assert_eq!(known(&reading), gateway.0);
        }
    }

    #[test]
    fn a_gateway_that_does_not_count_is_read_to_a_page_that_is_not_full() {
        let gateway = gateway(250);
        let mut reading = Reading::default();
        for (number, next) in [(1, Next::Page(2)), (2, Next::Page(3)), (3, Next::Done { complete: true })] {
            let page = KeyPage { total_count: 0.0, ..gateway.page(number) };
            assert_eq!(reading.take(page, &Directory::default(), lower), next);
        }
        assert_eq!(known(&reading), gateway.0);
    }

    #[test]
    fn keys_that_are_made_meanwhile_are_there_and_none_twice() {
        let (mut reading, mut gateway) = (Reading::default(), gateway(350));
        let outcome = read(&mut reading, &mut gateway, |asked, gateway| {
            if asked == 2 {
                gateway.0.insert(0, 1_000);
            }
        });
        assert_eq!(outcome, (8, true), "read once more");
        assert_eq!(known(&reading), gateway.0);
    }

    #[test]
    fn keys_that_are_deleted_meanwhile_are_gone_and_none_is_missed() {
        let (mut reading, mut gateway) = (Reading::default(), gateway(350));
        let outcome = read(&mut reading, &mut gateway, |asked, gateway| {
            if asked == 2 {
                // One of the first page: the count of what is known is right, and one key is missed.
                gateway.0.remove(5);
            }
        });
        assert_eq!(outcome, (8, true));
        assert_eq!(known(&reading), gateway.0);
    }

    #[test]
    fn a_list_that_never_rests_is_said_to_be_uncertain() {
        let (mut reading, mut gateway) = (Reading::default(), gateway(250));
        let outcome = read(&mut reading, &mut gateway, |asked, gateway| {
            gateway.0.insert(0, 1_000 + asked as u32);
        });
        assert_eq!(outcome, (6, false));
        assert!(reading.table.entries.len() >= 250);
    }

    #[test]
    fn reading_goes_on_after_a_page_that_failed_and_begins_again_without_losing_what_is_known() {
        let (mut reading, mut gateway) = (Reading::default(), gateway(300));
        assert_eq!(reading.take(gateway.page(1), &Directory::default(), lower), Next::Page(2));
        assert_eq!((reading.page(), reading.progress()), (2, (100, 300)));
        // The page was left, and one of those that are known is deleted meanwhile.
        gateway.0.remove(0);
        reading.begin();
        assert_eq!((reading.page(), reading.table.entries.len()), (1, 100));
        assert_eq!(read(&mut reading, &mut gateway, |_, _| {}), (3, true));
        assert_eq!(known(&reading), gateway.0);
    }
}
