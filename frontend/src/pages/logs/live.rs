//! New calls come in by themselves. Whoever has scrolled down is left where they are, and told how many wait at the top.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    language::tn,
    live_log::Backoff,
    logs::{
        call::{id_of, is_of_id},
        question::closes_ms,
        reading::Reading,
    },
    msg, plural,
    wire::LogRow,
};
use web_sys::Element;

use super::{
    ADDED_MOST, ANSWERS_MOST, LATE_MS, NARROWED_MOST, OVERLAP_MS, WAITING_MOST,
    source::{Log, Source, logs_route},
};
use crate::{
    action::actions,
    api,
    components::region,
    effect::watch,
    format,
    markup::{Markup, html, truth},
    query::use_poll,
    router::{History, Router, use_router},
    store::Store,
    task::{Task, now_ms},
};

/// While there is nothing to ask yet.
const SOON_MS: u32 = 1_000;

actions! {
    pub enum LiveAction {
        Toggle = "live",
        Show = "show-new",
        Anew = "read-anew",
    }
}

#[derive(Default)]
pub struct Live {
    backoff: Backoff,
    failing: bool,
    /// The range is over: nothing is asked any more.
    stopped: bool,
}

/// Whether calls may still come in: those of the range's last seconds are written a little later.
fn can_be_live(router: Router) -> bool {
    let route = logs_route(&router.route());
    let now = now_ms();
    let ends_ms = closes_ms(&route, now).map_or_else(|| route.range.bounds(now).end_ms, |closes| closes + LATE_MS);
    route.request.is_empty() && ends_ms >= now
}

/// The switch, and what it does.
pub fn switch(source: Source) -> AnyView {
    let router = use_router();
    let live = Store::new(Live::default());
    let task = Task::new();
    let asking = task.clone();
    let poll = use_poll(move |poll| {
        task.run(async move {
            match ask(source, live).await {
                Some(wait_ms) => poll.again(wait_ms),
                None => live.update(|live| live.stopped = true),
            }
        });
    });
    let mut was_on = false;
    watch(move || {
        let on = logs_route(&router.route()).live && can_be_live(router);
        let begins = on && (!was_on || live.with_untracked(|live| live.stopped));
        if begins || on != was_on {
            poll.pause(!on);
        }
        if begins {
            live.update(|live| live.stopped = false);
            poll.ask();
        } else if was_on && !on {
            asking.cancel();
        }
        was_on = on;
    });
    region(
        "gw-live-switch",
        move || {
            let route = logs_route(&router.route());
            let failing = live.with(|live| live.failing) || source.log.with(|log| log.error.is_some());
            let on = route.live;
            if !can_be_live(router) {
                // One call by its ID is no range.
                return if on && route.request.is_empty() { over() } else { Markup::default() };
            }
            let (class, word) = match (on, failing) {
                (false, _) => ("gw-live gw-live-paused", msg!("Paused")),
                (true, true) => ("gw-live gw-live-failing", msg!("Waiting for an answer")),
                (true, false) => ("gw-live", msg!("Live")),
            };
            html! {
                span class=(class) role="status" { @if on { (word) } }
                button.button type="button" data-action=(LiveAction::Toggle) aria-pressed=(truth(on)) { (msg!("Live")) }
            }
        },
        move |action: LiveAction| {
            if action == LiveAction::Toggle {
                super::change(router, History::Replace, |route| route.live = !route.live);
            }
        },
    )
}

fn over() -> Markup {
    html! { span .gw-live .gw-live-paused role="status" { (msg!("The range is over: no new calls come in.")) } }
}

/// What has come in since the last time.
struct Newer {
    rows: Vec<Rc<LogRow>>,
    seen_ms: Option<i64>,
    given_ms: Option<i64>,
    /// It does not reach back to what is known: too much came in.
    is_gap: bool,
}

/// After how many milliseconds it is asked again; none: no more.
async fn ask(source: Source, live: Store<Live>) -> Option<u32> {
    let now = now_ms();
    let begun = source.log.with_untracked(|log| {
        let reading = &log.reading;
        let most = if reading.is_narrowed() { NARROWED_MOST } else { ANSWERS_MOST };
        (log.is_settled() && !log.asking)
            .then(|| (reading.newer(OVERLAP_MS, now), reading.seen_ms(), log.generation, most))
    });
    let Some((newer, seen_ms, generation, most)) = begun else { return Some(SOON_MS) };
    let is_last = newer.question.closes_ms.is_some_and(|closes| now >= closes + LATE_MS);
    let reached_ms = seen_ms.map_or(i64::MIN, |seen| seen - LATE_MS);
    let outcome = read(source, newer, reached_ms, generation, most).await;
    // Another question has been put meanwhile.
    let Some(outcome) = outcome.filter(|_| source.generation() == Some(generation)) else { return Some(SOON_MS) };
    let mut wait_ms = SOON_MS;
    live.update(|live| {
        live.failing = outcome.is_err();
        if live.failing {
            live.backoff.failed()
        } else {
            live.backoff.succeeded()
        }
        let rhythm_ms = live.backoff.wait_ms();
        wait_ms = outcome.as_ref().err().map_or(rhythm_ms, |error| error.wait_ms(rhythm_ms));
    });
    if let Ok(newer) = outcome {
        arrive(source, newer);
        if is_last {
            return None;
        }
    }
    Some(wait_ms)
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

/// What waits is put where it belongs.
fn take_in(log: &mut Log) {
    let waiting = std::mem::take(&mut log.waiting);
    if waiting.is_empty() {
        return;
    }
    log.fresh = waiting.iter().map(|row| id_of(row)).collect();
    log.reading.add_newer(&waiting);
}

/// The table, where it scrolls by itself.
fn scrolled() -> Option<Element> {
    document().query_selector(".gw-logs .gw-table-scroll").ok().flatten()
}

/// How many calls wait at the top, and whether some could not be read.
pub fn waiting(source: Source) -> AnyView {
    region(
        "gw-waiting",
        move || source.log.with(|log| waiting_of(log.waiting.len(), log.gap)),
        move |action: LiveAction| {
            match action {
                // Among those that wait some are missing: the newest are read anew.
                LiveAction::Show if source.log.with_untracked(|log| log.gap) => source.refresh(),
                LiveAction::Show => source.log.update(take_in),
                LiveAction::Anew => source.refresh(),
                LiveAction::Toggle => return,
            }
            if let Some(place) = scrolled() {
                place.set_scroll_top(0);
            }
        },
    )
}

fn waiting_of(count: usize, gap: bool) -> Markup {
    if count == 0 && !gap {
        return Markup::default();
    }
    if count == 0 {
        return html! {
            p.gw-line-note role="status" {
                (msg!("More calls came in than could be read one after the other: some of the newest may be missing below.")) " "
                button.button-link type="button" data-action=(LiveAction::Anew) { (msg!("Read anew")) }
            }
        };
    }
    let text = if gap {
        plural!("{count} new call or more", "{count} new calls or more")
    } else {
        plural!("{count} new call", "{count} new calls")
    };
    html! {
        p.gw-line-note role="status" {
            button.button-link type="button" data-action=(LiveAction::Show) { (tn(text, count as u64, &format::whole(count as f64))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_wait_are_told_and_many_are_told_as_many() {
        assert_eq!(waiting_of(0, false), Markup::default());
        assert!(waiting_of(1, false).as_str().contains("1 new call<"));
        assert!(waiting_of(100, true).as_str().contains("100 new calls or more"));
        let gap = waiting_of(0, true);
        assert!(gap.as_str().contains("may be missing") && gap.as_str().contains("Read anew"), "{gap:?}");
    }
}
