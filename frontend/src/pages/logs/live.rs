//! New calls come in by themselves. Whoever has scrolled down is left where they are, and told how many wait at the top.

use leptos::prelude::*;
use model::{
    language::tn,
    live_log::Backoff,
    logs::{call::id_of, reading::Place},
    msg, plural,
};
use web_sys::Element;

use super::{
    LIVE_MOST, OVERLAP_MS,
    source::{Log, Source, logs_route},
};
use crate::{
    action::actions,
    api,
    components::region,
    effect::{is, watch},
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
    }
}

#[derive(Default)]
pub struct Live {
    backoff: Backoff,
    failing: bool,
}

/// Whether the range goes on.
fn can_be_live(router: Router) -> bool {
    let route = logs_route(&router.route());
    let now = now_ms();
    route.request.is_empty() && route.range.bounds(now).end_ms >= now
}

fn is_live(router: Router) -> bool {
    logs_route(&router.route()).live && can_be_live(router)
}

/// The switch, and what it does.
pub fn switch(source: Source) -> AnyView {
    let router = use_router();
    let live = Store::new(Live::default());
    let task = Task::new();
    let poll = use_poll(move |poll| {
        task.run(async move {
            let wait_ms = ask(source, live).await;
            poll.again(wait_ms);
        });
    });
    let on = is(move || is_live(router));
    watch(move || {
        let on = on.get();
        poll.pause(!on);
        if on {
            poll.ask();
        }
    });
    region(
        "gw-live-switch",
        move || {
            if !can_be_live(router) {
                return Markup::default();
            }
            let on = on.get();
            let (class, word) = match (on, live.with(|live| live.failing)) {
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

/// After how many milliseconds it is asked again.
async fn ask(source: Source, live: Store<Live>) -> u32 {
    let now = now_ms();
    let question = source.log.with_untracked(|log| {
        let since = log.reading.newest_ms().map_or(log.reading.question.start_ms, |newest| newest - OVERLAP_MS);
        let question = &log.reading.question;
        let place = Place {
            start_ms: since.max(question.start_ms),
            // Clocks differ.
            end_ms: (now / 10_000 + 1) * 10_000 + 60_000,
            page: 1,
            size: LIVE_MOST,
        };
        (log.is_loaded() && !log.asking).then(|| place.params(question.params()))
    });
    let Some(params) = question else { return SOON_MS };
    if !source.turn().await {
        return SOON_MS;
    }
    let response = api::logs::page(&source.api(), params).response().await;
    let mut wait_ms = SOON_MS;
    live.update(|live| {
        live.failing = response.is_err();
        if live.failing {
            live.backoff.failed()
        } else {
            live.backoff.succeeded()
        }
        let rhythm_ms = live.backoff.wait_ms();
        wait_ms = response.as_ref().err().map_or(rhythm_ms, |error| error.wait_ms(rhythm_ms));
    });
    if let Ok(response) = response {
        let rows = response.data.data;
        let fresh = source.log.with_untracked(|log| log.reading.fresh(&rows, format::lower));
        // So many came in that there are others between these and what is known.
        let is_gap = rows.len() >= LIVE_MOST && fresh.len() >= rows.len();
        let at_top = scrolled().is_none_or(|place| place.scroll_top() < 8);
        if is_gap && at_top {
            source.refresh();
        } else {
            let given_ms = now_ms() - response.age_s as i64 * 1_000;
            source.log.update(|log| {
                log.given_ms = Some(given_ms);
                log.waiting = fresh;
                if at_top {
                    take_in(log);
                }
            });
        }
    }
    wait_ms
}

/// What waits is put where it belongs.
fn take_in(log: &mut Log) {
    let waiting = std::mem::take(&mut log.waiting);
    if waiting.is_empty() {
        return;
    }
    log.fresh = waiting.iter().map(id_of).collect();
    log.reading.add_newer(&waiting, format::lower);
}

/// The table, where it scrolls by itself.
fn scrolled() -> Option<Element> {
    document().query_selector(".gw-logs .gw-table-scroll").ok().flatten()
}

/// How many calls wait at the top.
pub fn waiting(source: Source) -> AnyView {
    region(
        "gw-waiting",
        move || source.log.with(|log| waiting_of(log.waiting.len())),
        move |action: LiveAction| {
            if action == LiveAction::Show {
                // More of them than there is room for between two answers: the newest are read anew.
                if source.log.with_untracked(|log| log.waiting.len() >= LIVE_MOST) {
                    source.refresh();
                } else {
                    source.log.update(take_in);
                }
                if let Some(place) = scrolled() {
                    place.set_scroll_top(0);
                }
            }
        },
    )
}

fn waiting_of(count: usize) -> Markup {
    if count == 0 {
        return Markup::default();
    }
    let text = if count >= LIVE_MOST {
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
        assert_eq!(waiting_of(0), Markup::default());
        assert!(waiting_of(1).as_str().contains("1 new call<"));
        assert!(waiting_of(100).as_str().contains("100 new calls or more"));
    }
}
