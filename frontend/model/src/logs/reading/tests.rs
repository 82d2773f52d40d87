#![allow(clippy::expect_used, clippy::panic)]

use super::*;
use crate::{
    clock,
    route::{Edge, LogsRoute, TimeRange},
};

/// 2026-11-20 12:00 UTC.
const NOON: i64 = 1_795_176_000_000;

fn row(id: usize, at_ms: i64) -> LogRow {
    let text = clock::format_utc(at_ms);
    LogRow {
        request_id: format!("r-{id}"),
        start_time: format!("{}T{}.{:03}Z", &text[..10], &text[11..], at_ms.rem_euclid(1_000)),
        status: "success".into(),
        model_group: if id.is_multiple_of(2) { "even" } else { "odd" }.into(),
        ..LogRow::default()
    }
}

/// A log as LiteLLM gives it: both ends count in, and the newest comes first.
struct Log {
    rows: Vec<LogRow>,
    /// The id of a call that no answer can have, with whatever else.
    huge: Vec<String>,
    most: usize,
    asked: Vec<Place>,
}

impl Log {
    fn of(rows: Vec<LogRow>) -> Log {
        let mut rows = rows;
        rows.sort_by_key(|row| std::cmp::Reverse(start_ms(row)));
        Log { rows, huge: Vec::new(), most: 1_000, asked: Vec::new() }
    }

    /// None: it is too large.
    fn answer(&mut self, place: Place) -> Option<LogPage> {
        self.asked.push(place);
        let within =
            |row: &&LogRow| start_ms(row).is_some_and(|start| start >= place.start_ms && start <= place.end_ms);
        let window: Vec<&LogRow> = self.rows.iter().filter(within).collect();
        let page: Vec<LogRow> =
            window.iter().skip((place.page - 1) * place.size).take(place.size).map(|row| (*row).clone()).collect();
        let is_large = page.len() > self.most || page.iter().any(|row| self.huge.contains(&row.request_id));
        let total = window.len() as f64;
        (!is_large).then_some(LogPage { data: page, total, total_is_capped: Some(false) })
    }
}

fn question(from: &str, to: &str) -> Question {
    let edge = |text| Edge::parse(text).expect("a day or a minute");
    let range = TimeRange::own(edge(from), Some(edge(to))).expect("a range");
    Question::of(&LogsRoute { range, ..LogsRoute::default() }, NOON + 86_400_000 * 30, str::to_lowercase)
}

fn day() -> Question {
    question("2026-11-20", "2026-11-20")
}

fn step(reading: &mut Reading, log: &mut Log, next: Next, sight: usize) {
    match log.answer(next.place) {
        Some(page) => reading.take(next, &page, sight, str::to_lowercase),
        None => assert!(reading.too_large(next), "{next:?}"),
    }
}

fn read_all(reading: &mut Reading, log: &mut Log) {
    for _ in 0..5_000 {
        let Some(next) = reading.following() else { return };
        step(reading, log, next, 0);
    }
    panic!("it does not end: {:?}", log.asked.last());
}

/// Each call of the log once, newest first.
fn assert_all(log: &mut Log, without: &[&str]) -> Reading {
    let mut reading = Reading::new(day());
    read_all(&mut reading, log);
    let found: Vec<String> = (0..reading.count())
        .map(|index| reading.get(index).map_or_else(|| "given up".to_owned(), |row| row.request_id.clone()))
        .collect();
    let mut distinct = found.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), found.len(), "twice");
    let wanted = log.rows.iter().filter(|row| !without.contains(&row.request_id.as_str())).count();
    assert_eq!((found.len(), reading.read), (wanted, wanted));
    let starts: Vec<_> = (0..found.len()).filter_map(|index| start_ms(&*reading.get(index)?)).collect();
    assert!(starts.is_sorted_by(|a, b| a >= b), "newest first");
    assert_eq!(reading.total.map(|(total, _)| total), Some(log.rows.len() as f64));
    reading
}

#[test]
fn all_of_a_log_is_read_once_and_no_page_is_deep() {
    let rows = (0..2_345).map(|id| row(id, NOON - id as i64 * 1_357)).collect();
    let mut log = Log::of(rows);
    assert_all(&mut log, &[]);
    assert!(log.asked.iter().all(|place| place.page == 1), "{:?}", log.asked);
    assert_eq!(log.asked[0].size, FIRST);
    // Some more than its pages: calls of the last second come again, and the end of a window is one, too.
    assert!(log.asked.len() < 2_345 / 99 + 6, "{} questions", log.asked.len());
    // The whole range is counted once; then only what is near.
    let day_ms = 86_400_000;
    assert!(log.asked[1..].iter().all(|place| place.end_ms - place.start_ms < day_ms / 4), "{:?}", log.asked[1]);
}

#[test]
fn calls_of_one_second_are_told_apart_by_their_ids() {
    // 3 calls a millisecond, for half a second, and others around them.
    let mut rows: Vec<LogRow> = (0..1_500).map(|id| row(id, NOON + id as i64 / 3)).collect();
    rows.extend((1_500..1_700).map(|id| row(id, NOON - id as i64 * 10)));
    rows.extend((1_700..1_900).map(|id| row(id, NOON + id as i64 * 10)));
    let mut log = Log::of(rows);
    assert_all(&mut log, &[]);
    let deepest = log.asked.iter().map(|place| place.page).max();
    assert!(deepest.is_some_and(|page| page > 10 && page < 20), "{deepest:?}");
}

#[test]
fn a_pause_in_the_log_does_not_end_it() {
    let mut rows: Vec<LogRow> = (0..300).map(|id| row(id, NOON + id as i64)).collect();
    rows.extend((300..320).map(|id| row(id, NOON - 11 * 3_600_000 + id as i64)));
    assert_all(&mut Log::of(rows), &[]);
}

#[test]
fn a_log_of_exactly_one_page_and_an_empty_one_end() {
    for count in [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + PAGE] {
        let rows = (0..count).map(|id| row(id, NOON - id as i64 * 1_000)).collect();
        assert_all(&mut Log::of(rows), &[]);
    }
}

/// 25 calls with a megabyte of prompt each were more than an answer may have, and nothing at all was shown.
#[test]
fn where_calls_are_large_fewer_are_asked_for() {
    let rows = (0..200).map(|id| row(id, NOON - id as i64 * 700)).collect();
    let mut log = Log { most: 5, ..Log::of(rows) };
    assert_all(&mut log, &[]);
    let refused = log.asked.iter().filter(|place| place.size > 5).count();
    assert!(refused < 12, "{refused} of {} questions were for more than there could be", log.asked.len());
}

/// Then it is not the calls, and nobody would see why nothing comes.
#[test]
fn where_no_answer_is_small_enough_it_ends_and_can_be_tried_again() {
    let mut log = Log { most: 0, ..Log::of((0..200).map(|id| row(id, NOON - id as i64 * 700)).collect()) };
    let mut reading = Reading::new(day());
    for _ in 0..2 {
        let mut tries = 0;
        while let Some(next) = reading.following() {
            tries += 1;
            assert!(log.answer(next.place).is_none() && tries < 20, "{next:?}");
            if !reading.too_large(next) {
                break;
            }
        }
        assert!(tries > LEFT_IN_ROW, "{tries}");
    }
    assert!(reading.following().is_some());
}

#[test]
fn a_call_that_is_too_large_by_itself_is_left_out_and_counted_once() {
    let huge = ["r-60", "r-61", "r-130"];
    // Several calls a second, so that a large one would come again with the next window.
    for apart_ms in [90, 1_000, 5_000] {
        let rows = (0..300).map(|id| row(id, NOON - id as i64 * apart_ms)).collect();
        let mut log = Log { huge: huge.map(str::to_owned).to_vec(), ..Log::of(rows) };
        let reading = assert_all(&mut log, &huge);
        assert_eq!(reading.left_out, huge.len(), "{apart_ms} ms apart");
    }
    let rows = (0..3).map(|id| row(id, NOON - id as i64)).collect();
    let mut log = Log { huge: vec!["r-2".to_owned()], ..Log::of(rows) };
    assert_eq!(assert_all(&mut log, &["r-2"]).left_out, 1, "the last of all");
}

#[test]
fn only_what_is_around_the_sight_is_kept_and_the_rest_is_read_again() {
    let rows = (0..12_000).map(|id| row(id, NOON - id as i64 * 900)).collect();
    let mut log = Log::of(rows);
    let mut reading = Reading::new(day());
    let mut sight = 0;
    while let Some(next) = reading.needs(sight, sight + 40) {
        step(&mut reading, &mut log, next, sight);
        sight = reading.count().saturating_sub(40);
    }
    assert_eq!(reading.count(), 12_000);
    assert!(reading.kept().count() <= KEPT && !reading.keeps_all());
    assert_eq!((reading.get(FIRST), reading.find("r-60")), (None, None));
    // By the first part it is known what is new.
    assert_eq!((reading.find("r-0"), reading.find("r-11999")), (Some(0), Some(11_999)));
    // Back to the top.
    let next = reading.needs(0, 60).expect("the second part is read again");
    assert!(next.place.end_ms < day().last_second_ms());
    step(&mut reading, &mut log, next, 0);
    assert_eq!(reading.get(60).map(|row| row.request_id.clone()).as_deref(), Some("r-60"));
    assert_eq!(reading.count(), 12_000, "as many as before");
    assert!(reading.kept().count() <= KEPT);
    let middle = reading.needs(3_000, 3_040);
    if let Some(next) = middle {
        step(&mut reading, &mut log, next, 3_000);
    }
    assert_eq!(reading.get(3_000).map(|row| row.request_id.clone()).as_deref(), Some("r-3000"));
}

#[test]
fn what_litellm_does_not_narrow_down_is_narrowed_down_here() {
    let edge = |text| Edge::parse(text).expect("a day");
    let range = TimeRange::own(edge("2026-11-20"), Some(edge("2026-11-20"))).expect("a range");
    let mut route = LogsRoute { range, ..LogsRoute::default() };
    route.calls.model = "even".to_owned();
    let mut reading = Reading::new(Question::of(&route, NOON + 86_400_000, str::to_lowercase));
    let rows = (0..400).map(|id| row(id, NOON - id as i64 * 1_000)).collect();
    let mut log = Log::of(rows);
    assert!(!reading.is_narrowed(), "not known yet");
    read_all(&mut reading, &mut log);
    assert_eq!((reading.read, reading.count()), (400, 200));
    assert!(reading.is_narrowed(), "by newer versions");
    let old = LogPage { total: 3.0, ..LogPage::default() };
    let mut reading = Reading::new(Question::of(&route, NOON + 86_400_000, str::to_lowercase));
    let next = reading.following().expect("something to ask");
    reading.take(next, &old, 0, str::to_lowercase);
    assert!(!reading.is_narrowed());
}

#[test]
fn new_calls_come_in_at_the_top_and_once() {
    let rows = (0..10).map(|id| row(id, NOON - id as i64 * 1_000)).collect();
    let mut log = Log::of(rows);
    let mut reading = Reading::new(day());
    read_all(&mut reading, &mut log);
    let fresh: Vec<Rc<LogRow>> =
        [row(100, NOON + 5_000), row(3, NOON - 3_000), row(101, NOON - 1_500), row(100, NOON + 5_000)]
            .map(Rc::new)
            .to_vec();
    assert_eq!(reading.fresh(&fresh).len(), 2);
    assert_eq!(reading.add_newer(&fresh), 2);
    assert_eq!(reading.add_newer(&fresh), 0);
    let ids: Vec<_> = (0..4).filter_map(|index| Some(reading.get(index)?.request_id.clone())).collect();
    assert_eq!(ids, ["r-100", "r-0", "r-1", "r-101"]);
    assert_eq!((reading.count(), reading.total), (12, Some((12.0, false))));
}

/// What has come in since, as the page asks for it.
fn newer(reading: &Reading, log: &mut Log) -> Vec<Rc<LogRow>> {
    let mut newer = reading.newer(120_000, NOON + 86_400_000);
    read_all(&mut newer, log);
    if let Some(seen_ms) = newer.seen_ms() {
        assert!(reading.seen_ms().is_none_or(|before| before <= seen_ms));
    }
    newer.kept().cloned().collect()
}

/// Those of the second answer were added to the first one, and came again when the second was read.
#[test]
fn what_is_still_to_be_read_does_not_come_in_as_new() {
    let mut rows: Vec<LogRow> = (0..200).map(|id| row(id, NOON - id as i64 * 700)).collect();
    let mut log = Log::of(rows.clone());
    let mut reading = Reading::new(day());
    let next = reading.following().expect("something to ask");
    step(&mut reading, &mut log, next, 0);
    // One is new, and one was written late: it is of the second in which the first answer ends.
    let last_ms = NOON - 49 * 700;
    rows.extend([row(500, NOON + 3_000), row(501, last_ms + 10)]);
    let mut log = Log::of(rows);
    let found = newer(&reading, &mut log);
    assert!(found.len() > 150, "{}", found.len());
    assert_eq!(reading.add_newer(&found), 2);
    read_all(&mut reading, &mut log);
    let mut ids: Vec<String> = reading.kept().map(|row| row.request_id.clone()).collect();
    assert_eq!((ids.len(), reading.count()), (202, 202));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 202, "each once");
}

/// With 5,000 others read the first rows were given up, and all of the newest calls were told as new ones.
#[test]
fn what_was_given_up_does_not_come_in_as_new() {
    let rows: Vec<LogRow> = (0..12_000).map(|id| row(id, NOON - id as i64 * 300)).collect();
    let mut log = Log::of(rows.clone());
    let mut reading = Reading::new(day());
    let mut sight = 0;
    while let Some(next) = reading.needs(sight, sight + 40) {
        step(&mut reading, &mut log, next, sight);
        sight = reading.count().saturating_sub(40);
    }
    assert!(!reading.keeps_all());
    let found = newer(&reading, &mut log);
    assert_eq!((found.len() > 300, reading.fresh(&found).len()), (true, 0));
    let mut log = Log::of([rows, vec![row(20_000, NOON + 9_000)]].concat());
    let found = newer(&reading, &mut log);
    assert_eq!(reading.add_newer(&found), 1);
    assert_eq!(reading.find("r-20000"), Some(0));
}

/// A filter that LiteLLM does not know left nothing to tell by what is new: the whole range was asked for each time.
#[test]
fn what_is_new_is_asked_for_since_the_newest_call_whether_it_is_asked_for_or_not() {
    let mut route = LogsRoute { range: day_range(), ..LogsRoute::default() };
    route.search = "nowhere".to_owned();
    let mut reading = Reading::new(Question::of(&route, NOON + 86_400_000, str::to_lowercase));
    let mut log = Log::of((0..400).map(|id| row(id, NOON - id as i64 * 1_000)).collect());
    let next = reading.following().expect("something to ask");
    step(&mut reading, &mut log, next, 0);
    assert_eq!((reading.count(), reading.seen_ms()), (0, Some(NOON)));
    let place = reading.newer(120_000, NOON).following().map(|next| next.place);
    assert_eq!(place.map(|place| (place.start_ms, place.size)), Some((NOON - 120_000, PAGE)));
    // A hit that is late belongs to what has been read since.
    let late = [Rc::new(row(900, NOON - 200_000))];
    assert_eq!(reading.fresh(&late).len(), 0);
}

#[test]
fn few_calls_are_read_to_their_end() {
    for (calls, is_soon) in [(FIRST + 1, true), (FIRST + 500, true), (FIRST + 501, false)] {
        let mut log = Log::of((0..calls).map(|id| row(id, NOON - id as i64 * 1_000)).collect());
        let mut reading = Reading::new(day());
        assert!(!reading.is_soon_whole(), "not known yet");
        let next = reading.following().expect("something to ask");
        step(&mut reading, &mut log, next, 0);
        assert_eq!(reading.is_soon_whole(), is_soon, "{calls}");
        read_all(&mut reading, &mut log);
        assert!(!reading.is_soon_whole());
    }
}

fn day_range() -> TimeRange {
    let edge = |text| Edge::parse(text).expect("a day");
    TimeRange::own(edge("2026-11-20"), Some(edge("2026-11-20"))).expect("a range")
}

#[test]
fn a_range_that_is_still_to_come_asks_nothing() {
    let edge = |text| Edge::parse(text).expect("a minute");
    let range = TimeRange::own(edge("2030-01-01T00:00"), None).expect("a range");
    let route = LogsRoute { range, ..LogsRoute::default() };
    assert_eq!(Reading::new(Question::of(&route, NOON, str::to_lowercase)).following(), None);
}
