//! The switch for calls that come in by themselves, and what waits of them. Whoever has scrolled down is left where they are,
//! and told how many wait at the top. What asks for them is a chunk of its own, as it may never be switched on.

use leptos::prelude::*;
use model::{
    language::tn,
    logs::{call::id_of, question::closes_ms},
    msg, plural,
};
use web_sys::Element;

use super::{
    LATE_MS,
    source::{Log, Source, logs_route},
};
use crate::{
    action::actions,
    chunk::{self, chunk, load_ahead},
    components::region,
    effect, format,
    markup::{Markup, html, truth},
    router::{History, Router, use_router},
    store::Store,
    task::now_ms,
};

actions! {
    pub enum LiveAction {
        Toggle = "live",
        Show = "show-new",
        Anew = "read-anew",
    }
}

/// What the switch and what it switches share.
#[derive(Clone, Copy)]
pub struct Live {
    pub source: Source,
    /// There was no answer.
    pub failing: Store<bool>,
    /// The last calls of a range that ends were asked for: then it is looked whether it is over.
    pub asked_last: Store<()>,
}

pub fn use_live(source: Source) -> Live {
    let live = Live { source, failing: Store::new(false), asked_last: Store::new(()) };
    provide_context(live);
    live
}

/// Whether calls may still come in: those of the range's last seconds are written a little later.
fn can_be_live(router: Router) -> bool {
    let route = logs_route(&router.route());
    let now = now_ms();
    let ends_ms = closes_ms(&route, now).map_or_else(|| route.range.bounds(now).end_ms, |closes| closes + LATE_MS);
    route.request.is_empty() && ends_ms >= now
}

pub fn switch(live: Live) -> AnyView {
    let router = use_router();
    region(
        "gw-live-switch",
        move || {
            let route = logs_route(&router.route());
            let failing = live.failing.with(|failing| *failing) || live.source.log.with(|log| log.error.is_some());
            let on = route.live;
            live.asked_last.with(|()| ());
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

/// What waits is put where it belongs.
pub fn take_in(log: &mut Log) {
    let waiting = std::mem::take(&mut log.waiting);
    if waiting.is_empty() {
        return;
    }
    log.fresh = waiting.iter().map(|row| id_of(row)).collect();
    log.reading.add_newer(&waiting);
}

/// The table, where it scrolls by itself.
pub fn scrolled() -> Option<Element> {
    document().query_selector(".gw-logs .gw-table-scroll").ok().flatten()
}

/// How many calls wait at the top, and whether some could not be read; and what asks for them while it is switched on.
pub fn waiting(live: Live) -> AnyView {
    let (router, source) = (use_router(), live.source);
    let coming = chunk!(logs_live, super::coming::coming);
    load_ahead(vec![coming]);
    let is_on = effect::is(move || {
        live.asked_last.with(|()| ());
        logs_route(&router.route()).live && can_be_live(router)
    });
    let asking = move || if is_on.get() { chunk::unseen(coming) } else { ().into_any() };
    let waiting = region(
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
    );
    view! { {waiting} {asking} }.into_any()
}

fn waiting_of(count: usize, gap: bool) -> Markup {
    let text = if gap {
        plural!("{count} new call or more", "{count} new calls or more")
    } else {
        plural!("{count} new call", "{count} new calls")
    };
    // There before its words: what comes together with them is announced by no screen reader.
    html! {
        p.gw-line-note role="status" {
            @if count > 0 {
                button.button-link type="button" data-action=(LiveAction::Show) { (tn(text, count as u64, &format::whole(count as f64))) }
            } @else if gap {
                (msg!("More calls came in than could be read one after the other: some of the newest may be missing below.")) " "
                button.button-link type="button" data-action=(LiveAction::Anew) { (msg!("Read anew")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_wait_are_told_and_many_are_told_as_many() {
        assert_eq!(waiting_of(0, false).as_str(), "<p class=\"gw-line-note\" role=\"status\"></p>");
        assert!(waiting_of(1, false).as_str().contains("1 new call<"));
        assert!(waiting_of(100, true).as_str().contains("100 new calls or more"));
        let gap = waiting_of(0, true);
        assert!(gap.as_str().contains("may be missing") && gap.as_str().contains("Read anew"), "{gap:?}");
    }
}
