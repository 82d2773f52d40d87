//! Calls and failures over the range, above the table. Bars are told by the calls that were read; the others are counted by
//! the gateway, one number a second, and what it cannot count is told as far as it was read. A range is chosen by dragging, or
//! by the keyboard: arrows, with Shift, and Enter.

use leptos::prelude::*;
use model::{
    language::{t, tf, tn},
    logs::{
        histogram::{self, Ask, Asked, Bar, Count, is_counted, known, most},
        reading::Reading,
    },
    msg, plural,
};
use serde_json::Value;
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
    task::{Task, now_ms},
};

#[derive(Default)]
struct State {
    /// The question that the bars are of, and which time it is put.
    of: String,
    generation: u32,
    bars: Vec<Bar>,
    /// How long each of them is.
    length: i64,
    asked: Asked,
    /// Why there are no more numbers.
    failed: bool,
    /// From which bar to which one is choosing.
    chosen: Option<(usize, usize)>,
    /// The bar that Tab comes to.
    at: usize,
    dragging: bool,
    /// Somebody asks the gateway for numbers.
    counting: bool,
}

pub fn histogram(source: Source, router: Router) -> AnyView {
    let state = Store::new(State::default());
    let task = Task::new();
    // Once for each question, and again when it is put anew, as soon as its first answer is there; and when calls that could
    // be counted by themselves have to be counted by the gateway after all.
    let turned = Memo::new(move |_| source.log.with(change_of));
    let running = task.clone();
    watch(move || {
        let now = now_ms();
        if turned.get().is_empty() {
            // What the calls tell stays until others are there.
            source.log.with_untracked(|log| {
                state.quietly(|state| {
                    if log.is_loaded() && state.of == log.reading.question.text() {
                        state.bars = known(&state.bars, &log.reading, log.read_ms);
                    }
                });
            });
            return;
        }
        let bounds = logs_route(&router.route_untracked()).range.bounds(now);
        let (of, generation) = source.log.with_untracked(|log| (log.reading.question.text(), log.generation));
        state.update(|state| {
            state.failed = false;
            if (&state.of, state.generation) == (&of, generation) {
                return;
            }
            let known = if state.of == of { std::mem::take(&mut state.bars) } else { Vec::new() };
            let bars = histogram::again(&known, bounds.start_ms, bounds.end_ms, now);
            let length = histogram::length(bounds.start_ms, bounds.end_ms);
            let at = bars.len().saturating_sub(1);
            *state = State { of, generation, bars, length, at, ..State::default() };
        });
        task.run(count(source, state));
    });
    // New calls that come in by themselves are of bars of their own.
    let added = Memo::new(move |_| source.log.with(|log| log.reading.added().to_string()));
    watch(move || {
        if added.get() == "0" {
            return;
        }
        let now = now_ms();
        let (bars, length) = state.with_untracked(|state| (state.bars.clone(), state.length));
        let more = source.log.with_untracked(|log| {
            let end_ms = log.reading.question.closes_ms.unwrap_or(now).min(now);
            histogram::extended(&bars, length, end_ms, now, &log.reading)
        });
        if more == bars || state.with_untracked(|state| state.dragging) {
            return;
        }
        state.update(|state| {
            let last = more.len().saturating_sub(1);
            state.at = if state.at + 1 >= bars.len() { last } else { state.at.min(last) };
            state.bars = more;
        });
        if !state.with_untracked(|state| state.counting || state.failed) {
            running.run(count(source, state));
        }
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

/// What tells that the bars are to be counted, or counted anew; empty: not yet.
fn change_of(log: &Log) -> String {
    if !log.is_settled() {
        return String::new();
    }
    let is_counted = is_counted(&log.reading) && !log.tells_soon();
    let counted = if is_counted { "/counted" } else { "" };
    [&log.reading.question.text(), "/", &log.generation.to_string(), counted].concat()
}

/// Asks for one number after the other, the newest first, while they are of use.
async fn count(source: Source, state: Store<State>) {
    state.quietly(|state| state.counting = true);
    while let Some((ask, params, generation)) = next(source, state) {
        if !source.turn(false).await {
            return;
        }
        // What is in the answer of a read may have told it meanwhile, and a question may have been put in its place.
        if source.generation() != Some(generation) {
            break;
        }
        let asked_ms = source.asked_ms();
        let is_answered = match &ask {
            Ask::Failures { .. } => failures(source, state, &ask, params).await,
            _ => number(source, state, &ask, params, asked_ms).await,
        };
        if !is_answered {
            state.update(|state| state.failed = true);
            break;
        }
    }
    state.update(|state| state.counting = false);
}

fn next(source: Source, state: Store<State>) -> Option<(Ask, Value, u32)> {
    source.log.try_with_untracked(|log| {
        if !log.is_settled() || log.tells_soon() {
            return None;
        }
        let status = one_status(&log.reading);
        let ask = state.with_untracked(|state| {
            histogram::next(&state.bars, state.asked, &log.reading, status.is_some(), now_ms())
        })?;
        let params = ask.params(&log.reading.question);
        Some((ask, params, log.generation))
    })?
}

/// Of calls that ended in one way there is one number. Whether it is of failures.
fn one_status(reading: &Reading) -> Option<bool> {
    reading.question.params().get("status").map(|status| *status == "failure")
}

/// Whether there was an answer.
async fn number(source: Source, state: Store<State>, ask: &Ask, params: Value, asked_ms: f64) -> bool {
    let Ok(answer) = api::logs::count(&source.api(), params).response().await else { return false };
    if answer.took_ms.is_none() && answer.stale.is_none() {
        source.unasked(asked_ms);
    }
    let given_ms = now_ms() - answer.age_s as i64 * 1_000;
    let status = source.log.try_with_untracked(|log| one_status(&log.reading)).flatten();
    state.update(|state| {
        let number = Count::from(&answer.data);
        histogram::take_count(&mut state.bars, &mut state.asked, ask, number, given_ms, status);
    });
    true
}

async fn failures(source: Source, state: Store<State>, ask: &Ask, params: Value) -> bool {
    let rows = match api::logs::page(&source.api(), params).response().await {
        Ok(answer) => Some(answer.data.data),
        // They can still be counted.
        Err(error) if error.is_too_large() => None,
        Err(_) => return false,
    };
    state.update(|state| histogram::take_failures(&mut state.bars, &mut state.asked, ask, rows.as_deref(), now_ms()));
    true
}

fn render(log: &Log, state: &State) -> Markup {
    // One call by its ID may be of any time; a range may be still to come.
    if log.reading.question.is_by_id() || state.bars.is_empty() && state.of == log.reading.question.text() {
        return Markup::default();
    }
    if state.of != log.reading.question.text() {
        if log.error.is_some() && !log.asking {
            // The table says why.
            return Markup::default();
        }
        return html! { div.gw-bars aria-hidden="true" { div .gw-skeleton .gw-bars-awaited {} } };
    }
    let bars = known(&state.bars, &log.reading, log.read_ms);
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
        p .gw-minor .gw-bars-note { (format::date_time(bars[0].start_ms)) " – " (format::date_time(bars[bars.len() - 1].end_ms)) " · " (basis(log, &bars, state.failed)) }
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
fn basis(log: &Log, bars: &[Bar], failed: bool) -> String {
    let reading = &log.reading;
    if reading.is_whole() && reading.left_out == 0 {
        return t(if reading.question.is_filtered() {
            msg!("Of all calls that match the filters.")
        } else {
            msg!("Of all calls of the range.")
        });
    }
    if !is_counted(reading) {
        let back = reading.read_back_to_ms().map(format::date_time).unwrap_or_default();
        return tf(
            msg!("Of the calls that were read, back to {time}: the gateway does not count by these filters."),
            &[("time", &back)],
        );
    }
    if failed {
        return t(msg!("The gateway did not count all of it."));
    }
    if log.tells_soon() {
        return t(msg!("The calls are being read."));
    }
    if bars.iter().any(Bar::is_due) {
        return t(msg!("The gateway is counting, one number a second."));
    }
    t(msg!("As the gateway counts them."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(all: Option<(f64, bool)>, failed: Option<(f64, bool)>) -> Bar {
        let count = |(number, is_capped)| Count { number, is_capped };
        let mut bar = Bar::new(0, 3_600_000);
        (bar.all, bar.failed) = (all.map(count), failed.map(count));
        bar
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
