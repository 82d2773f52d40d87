//! New calls come in by themselves, for as long as that is switched on and the tab can be seen.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use model::{
    failure::ApiError,
    live_log::Backoff,
    logs::{
        call::{id_of, is_of_id},
        reading::Reading,
    },
    wire::LogRow,
};

use super::{
    ADDED_MOST, ANSWERS_MOST, LATE_MS, NARROWED_MOST, OVERLAP_MS, WAITING_MOST,
    live::{Live, scrolled, take_in},
    source::Source,
};
use crate::{
    api, format,
    query::use_poll,
    task::{Task, now_ms},
};

/// While there is nothing to ask yet.
const SOON_MS: u32 = 1_000;

/// Shows nothing; ends where it stands no more.
pub fn coming() -> AnyView {
    let live = expect_context::<Live>();
    let (task, backoff) = (Task::new(), Rc::new(Cell::new(Backoff::default())));
    let poll = use_poll(move |poll| {
        let backoff = backoff.clone();
        task.run(async move {
            let wait_ms = ask(live, &backoff).await;
            poll.again(wait_ms);
        });
    });
    poll.ask();
    ().into_any()
}

/// What has come in since the last time.
struct Newer {
    rows: Vec<Rc<LogRow>>,
    seen_ms: Option<i64>,
    given_ms: Option<i64>,
    /// It does not reach back to what is known: too much came in.
    is_gap: bool,
}

/// After how many milliseconds it is asked again.
async fn ask(live: Live, backoff: &Cell<Backoff>) -> u32 {
    let (source, now) = (live.source, now_ms());
    let begun = source.log.with_untracked(|log| {
        let reading = &log.reading;
        let most = if reading.is_narrowed() { NARROWED_MOST } else { ANSWERS_MOST };
        (log.is_settled() && !log.asking)
            .then(|| (reading.newer(OVERLAP_MS, now), reading.seen_ms(), log.generation, most))
    });
    let Some((newer, seen_ms, generation, most)) = begun else { return SOON_MS };
    let is_last = newer.question.closes_ms.is_some_and(|closes| now >= closes + LATE_MS);
    let reached_ms = seen_ms.map_or(i64::MIN, |seen| seen - LATE_MS);
    let outcome = read(source, newer, reached_ms, generation, most).await;
    // Another question has been put meanwhile.
    let Some(outcome) = outcome.filter(|_| source.generation() == Some(generation)) else { return SOON_MS };
    let failed = outcome.is_err();
    let mut failures = backoff.get();
    if failed {
        failures.failed()
    } else {
        failures.succeeded()
    }
    backoff.set(failures);
    live.failing.update(|failing| *failing = failed);
    match outcome {
        Ok(newer) => {
            arrive(source, newer);
            if is_last {
                live.asked_last.update(|()| ());
            }
            failures.wait_ms()
        }
        Err(error) => error.wait_ms(failures.wait_ms()),
    }
}

/// Reads until what is known is reached, but not for ever. None: it is of no use any more.
async fn read(
    source: Source,
    mut newer: Reading,
    reached_ms: i64,
    generation: u32,
    most: usize,
) -> Option<Result<Newer, ApiError>> {
    let mut given_ms = None;
    let mut is_gap = true;
    for _ in 0..most {
        let Some(next) = newer.following().filter(|_| newer.read_back_to_ms().is_none_or(|back| back > reached_ms))
        else {
            is_gap = false;
            break;
        };
        if !source.turn(false).await || source.generation() != Some(generation) {
            return None;
        }
        let params = next.place.params(newer.question.params());
        match api::logs::page(&source.api(), params).response().await {
            Ok(response) => {
                given_ms = given_ms.or(Some(now_ms() - response.age_s as i64 * 1_000));
                newer.take(next, &response.data, 0, format::lower);
            }
            Err(error) if error.is_too_large() && newer.too_large(next) => {}
            Err(error) => return Some(Err(error)),
        }
    }
    is_gap &= !newer.is_whole() && newer.read_back_to_ms().is_none_or(|back| back > reached_ms);
    Some(Ok(Newer { rows: newer.kept().cloned().collect(), seen_ms: newer.seen_ms(), given_ms, is_gap }))
}

fn arrive(source: Source, newer: Newer) {
    let at_top = scrolled().is_none_or(|place| place.scroll_top() < 8);
    let mut anew = false;
    source.log.update(|log| {
        log.given_ms = newer.given_ms.or(log.given_ms);
        if let Some(seen_ms) = newer.seen_ms {
            log.reading.saw(seen_ms);
        }
        for row in log.reading.fresh(&newer.rows) {
            let id = id_of(&row);
            if !log.waiting.iter().any(|known| is_of_id(known, &id)) {
                log.waiting.push(row);
            }
        }
        log.gap |= newer.is_gap;
        // Where all that is asked for can be had at once it is read anew, without a gap. Where it has to be looked for, what
        // was found would be gone each time.
        let is_much = log.gap && log.reading.is_narrowed() || log.reading.added() > ADDED_MOST;
        anew = at_top && is_much;
        if at_top && !anew {
            take_in(log);
        } else if log.waiting.len() > WAITING_MOST {
            log.waiting.truncate(WAITING_MOST);
            log.gap = true;
        }
    });
    if anew {
        source.refresh();
    }
}
