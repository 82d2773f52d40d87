//! Calls and failures over the range, above the table. Bars are counted by the gateway, one number a second; what it cannot
//! count is told as far as it was read. A range is chosen by dragging, or by the keyboard: arrows, with Shift, and Enter.

use leptos::prelude::*;
use model::{
    language::{t, tf, tn},
    logs::{
        histogram::{self, Bar, Count, bars, is_counted, most, of_rows},
        reading::Reading,
    },
    msg, plural,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::{
    change,
    filters::span,
    source::{Log, Source, logs_route},
};
use crate::{
    api,
    components::still_region,
    effect::watch,
    format,
    markup::{Markup, html, truth},
    router::{History, Router},
    store::Store,
    task::{Task, now_ms, pause},
};

/// While the tab is hidden, or the page is still awaited.
const REST_MS: u32 = 1_000;

#[derive(Default)]
struct State {
    /// The question that the bars are of.
    of: String,
    bars: Vec<Bar>,
    /// Why there are no more numbers.
    failed: bool,
    /// From which bar to which one is choosing.
    chosen: Option<(usize, usize)>,
    /// The bar that Tab comes to.
    at: usize,
    dragging: bool,
}

pub fn histogram(source: Source, router: Router) -> AnyView {
    let state = Store::new(State::default());
    let task = Task::new();
    // Once for each question, as soon as its first answer is there.
    let question = Memo::new(move |_| source.log.with(|log| log.is_loaded().then(|| log.reading.question.text())));
    watch(move || {
        let Some(of) = question.get() else { return };
        let bounds = logs_route(&router.route_untracked()).range.bounds(now_ms());
        let bars = bars(bounds.start_ms, bounds.end_ms);
        let at = bars.len().saturating_sub(1);
        state.update(|state| *state = State { of, bars, at, ..State::default() });
        task.run(count(source, state));
    });
    let drawn = still_region("", move || source.log.with(|log| state.with(|state| render(log, state))));
    let apply = move || {
        let range = state.with_untracked(|state| {
            let (one, other) = state.chosen?;
            histogram::range(&state.bars, one, other)
        });
        state.update(|state| (state.chosen, state.dragging) = (None, false));
        if let Some(range) = range {
            change(router, History::Push, |route| route.range = range);
        }
    };
    let on_down = move |event: web_sys::PointerEvent| {
        if let Some(bar) = bar_of(&event).filter(|_| event.button() == 0) {
            event.prevent_default();
            state.update(|state| (state.chosen, state.dragging, state.at) = (Some((bar, bar)), true, bar));
        }
    };
    let on_move = move |event: web_sys::PointerEvent| {
        if state.with_untracked(|state| state.dragging)
            && let Some(bar) = bar_of(&event)
        {
            state.update(|state| {
                if let Some((from, _)) = state.chosen.filter(|(_, to)| *to != bar) {
                    state.chosen = Some((from, bar));
                }
            });
        }
    };
    let on_up = move |_: web_sys::PointerEvent| {
        if state.with_untracked(|state| state.dragging) {
            apply();
        }
    };
    let on_leave = move |_: web_sys::PointerEvent| {
        if state.with_untracked(|state| state.dragging) {
            state.update(|state| (state.chosen, state.dragging) = (None, false));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let last = state.with_untracked(|state| state.bars.len()).saturating_sub(1);
        let at = state.with_untracked(|state| state.at);
        // Time goes with the reading.
        let rtl = document().dir() == "rtl";
        let to = match event.key().as_str() {
            "ArrowLeft" if rtl => (at + 1).min(last),
            "ArrowRight" if rtl => at.saturating_sub(1),
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowRight" => (at + 1).min(last),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                state.update(|state| state.chosen = state.chosen.or(Some((at, at))));
                return apply();
            }
            "Escape" => return state.update(|state| state.chosen = None),
            _ => return,
        };
        event.prevent_default();
        state.update(|state| {
            state.at = to;
            state.chosen = event.shift_key().then(|| (state.chosen.map_or(at, |(from, _)| from), to));
        });
        focus(to);
    };
    view! {
        <div class="gw-histogram" on:pointerdown=on_down on:pointermove=on_move on:pointerup=on_up on:pointerleave=on_leave on:keydown=on_key>
            {drawn}
        </div>
    }
    .into_any()
}

fn bar_of(event: &MouseEvent) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-bar]").ok()??.get_attribute("data-bar")?.parse().ok()
}

fn focus(bar: usize) {
    let element = document().get_element_by_id(&["gw-bar-", &bar.to_string()].concat());
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Asks for one number after the other, the newest first, while they are of use.
async fn count(source: Source, state: Store<State>) {
    let order = state.with_untracked(|state| state.bars.len());
    for bar in (0..order).rev() {
        // What is still to come has no calls.
        let is_to_come = state.with_untracked(|state| state.bars.get(bar).is_some_and(|bar| bar.start_ms > now_ms()));
        if is_to_come {
            state.update(|state| {
                if let Some(bar) = state.bars.get_mut(bar) {
                    (bar.all, bar.failed) = (Some(Count::default()), Some(Count::default()));
                }
            });
            continue;
        }
        for failed in [false, true] {
            while document().hidden() {
                pause(REST_MS).await;
            }
            let params = source.log.with_untracked(|log| {
                let is_wanted = log.is_loaded() && is_counted(&log.reading);
                let bar = state.with_untracked(|state| state.bars.get(bar).copied())?;
                is_wanted.then(|| histogram::params(&log.reading.question, &bar, failed))
            });
            let Some(params) = params else { return };
            let has_one = params["status"].is_string() && !failed;
            if !source.turn().await {
                return;
            }
            let answer = api::logs::count(&source.api(), params).response().await;
            let Ok(answer) = answer else {
                return state.update(|state| state.failed = true);
            };
            let number = Some(Count::from(&answer.data));
            // Of calls that ended in one way there is one number.
            let is_of_failed = has_one && is_failed_only(source);
            state.update(|state| {
                if let Some(bar) = state.bars.get_mut(bar) {
                    let none = Some(Count::default());
                    match (failed, has_one) {
                        (true, _) => bar.failed = number,
                        (false, false) => bar.all = number,
                        (false, true) => (bar.all, bar.failed) = (number, if is_of_failed { number } else { none }),
                    }
                }
            });
            if has_one {
                break;
            }
        }
    }
}

fn is_failed_only(source: Source) -> bool {
    source.log.with_untracked(|log| log.reading.question.params()["status"] == "failure")
}

/// As counted, or as read.
fn known(log: &Log, state: &State) -> Vec<Bar> {
    let reading = &log.reading;
    if is_counted(reading) {
        return state.bars.clone();
    }
    of_rows(state.bars.clone(), &reading.tally, reading.read_back_to_ms().unwrap_or(i64::MAX))
}

fn render(log: &Log, state: &State) -> Markup {
    if state.bars.is_empty() && state.of == log.reading.question.text() {
        // A range that is still to come.
        return Markup::default();
    }
    if state.of != log.reading.question.text() {
        if log.error.is_some() && !log.asking {
            // The table says why.
            return Markup::default();
        }
        return html! { div.gw-bars aria-hidden="true" { div .gw-skeleton .gw-bars-awaited {} } };
    }
    let bars = known(log, state);
    let most = most(&bars).max(1.0);
    let chosen = state.chosen.map(|(one, other)| one.min(other)..=one.max(other));
    let is_chosen = |index: usize| chosen.as_ref().is_some_and(|chosen| chosen.contains(&index));
    html! {
        div.gw-bars role="group" aria-label=(msg!("Calls and failures over the range. Arrow keys go from bar to bar, with Shift they choose, Enter shows what is chosen.")) {
            @for (index, bar) in bars.iter().enumerate() {
                button #{ "gw-bar-" (index.to_string()) } class=(if is_chosen(index) { "gw-time gw-time-chosen" } else { "gw-time" }) type="button"
                    data-bar=(index.to_string()) tabindex=(if index == state.at { "0" } else { "-1" })
                    aria-pressed=(truth(is_chosen(index))) aria-label=(in_words(bar)) title=(in_words(bar)) { (drawn(bar, most)) }
            }
        }
        p .gw-minor .gw-bars-note { (format::date_time(bars[0].start_ms)) " – " (format::date_time(bars[bars.len() - 1].end_ms)) " · " (basis(&log.reading, state)) }
    }
}

/// Failures stand on the ground, so that they can be compared.
fn drawn(bar: &Bar, most: f64) -> Markup {
    let share = |number: f64| ["height:", &format!("{:.1}", number / most * 100.0), "%"].concat();
    match (bar.parts(), bar.all) {
        (Some((failed, others)), _) => html! {
            @if others > 0.0 { span .gw-time-part .gw-series-1 style=(share(others)) {} }
            @if failed > 0.0 { span .gw-time-part .gw-series-failed style=(share(failed)) {} }
        },
        // Not known how they ended, or not yet.
        (None, Some(all)) => html! { span .gw-time-part .gw-series-other style=(share(all.number)) {} },
        (None, None) => html! { span.gw-time-unknown {} },
    }
}

fn in_words(bar: &Bar) -> String {
    let time = span(bar.start_ms, bar.end_ms);
    let calls = |count: Count| {
        let number = format::whole(count.number);
        if count.is_capped {
            return tf(msg!("{count} calls or more"), &[("count", &number)]);
        }
        tn(plural!("{count} call", "{count} calls"), count.number as u64, &number)
    };
    match (bar.all, bar.parts()) {
        (None, _) => tf(msg!("{time}: not known"), &[("time", &time)]),
        (Some(all), None) => tf(msg!("{time}: {calls}"), &[("time", &time), ("calls", &calls(all))]),
        (Some(all), Some((failed, _))) => {
            let failed = tn(plural!("{count} failed", "{count} failed"), failed as u64, &format::whole(failed));
            tf(msg!("{time}: {calls}, {failed}"), &[("time", &time), ("calls", &calls(all)), ("failed", &failed)])
        }
    }
}

/// What the bars rest on.
fn basis(reading: &Reading, state: &State) -> String {
    if reading.is_whole() {
        return t(msg!("Of all calls of the range."));
    }
    if !is_counted(reading) {
        let back = reading.read_back_to_ms().map(format::date_time).unwrap_or_default();
        return tf(
            msg!("Of the calls that were read, back to {time}: the gateway does not count by these filters."),
            &[("time", &back)],
        );
    }
    if state.failed {
        return t(msg!("The gateway did not count all of it."));
    }
    if state.bars.iter().any(|bar| bar.all.is_none()) {
        return t(msg!("The gateway is counting, one number a second."));
    }
    t(msg!("As the gateway counts them."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(all: Option<(f64, bool)>, failed: Option<(f64, bool)>) -> Bar {
        let count = |(number, is_capped)| Count { number, is_capped };
        Bar { start_ms: 0, end_ms: 3_600_000, all: all.map(count), failed: failed.map(count) }
    }

    #[test]
    fn a_bar_says_what_it_shows_and_no_more_than_is_known() {
        let known = bar(Some((24.0, false)), Some((6.0, false)));
        assert!(in_words(&known).ends_with("24 calls, 6 failed"), "{}", in_words(&known));
        let drawing = drawn(&known, 48.0);
        assert!(drawing.as_str().contains("height:37.5%") && drawing.as_str().contains("height:12.5%"), "{drawing:?}");
        let capped = bar(Some((10_000.0, true)), Some((10_000.0, true)));
        assert!(in_words(&capped).ends_with("10000 calls or more"), "{}", in_words(&capped));
        let drawing = drawn(&capped, 10_000.0);
        assert!(drawing.as_str().contains("gw-series-other") && !drawing.as_str().contains("gw-series-failed"));
        assert!(in_words(&bar(None, None)).ends_with("not known"));
        assert!(drawn(&bar(None, None), 1.0).as_str().contains("gw-time-unknown"));
    }
}
