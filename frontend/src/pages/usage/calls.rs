//! What LiteLLM does not add up, from its log: how long calls take, hits of its cache, tokens of reasoning; and, where all calls
//! of the range can be read, their sums by hour or by the site's own days.
//!
//! It is a chunk of its own, and asks the gateway only when it is told to: at most once a second, and for at most 2,000 calls.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock::SECOND_MS,
    failure::ApiError,
    language::{t, tf, tn},
    msg, plural,
    route::{Compare, Grain, TimeRange},
    series,
    text::{self, Msg, fill},
    usage::{
        days::{Days, day_of},
        latency::{Latency, LeftOut, Percentiles, Told, latency},
        sample::{MOST, PAGE, Sample},
        shelf::{Day, Source},
        spans::{Spans, Timed},
    },
    wire::{Activity, Wire},
};

use super::source::{self, State, Timing};
use crate::{
    action::{Action as _, actions},
    api::{self, Api, use_api},
    components::{problem, region},
    effect::watch,
    format,
    markup::{Markup, html},
    store::Store,
    task::{Task, now_ms, pause},
};

/// Between two questions to the gateway; and to look whether the tab is seen again.
const APART_MS: u32 = 1_000;

actions! {
    enum CallsAction {
        Read = "read",
        Cancel = "cancel",
    }
}

#[derive(Default)]
struct Log {
    sample: Option<Sample>,
    /// Of the calls that were read.
    latency: Latency,
    reading: bool,
    error: Option<ApiError>,
    given_ms: i64,
}

impl Log {
    /// What was read is there: all that is to be read, or the newest until it ended. Of parts of the time some alone say nothing.
    fn done(&self) -> Option<&Sample> {
        let is_done = |sample: &&Sample| sample.next().is_none() || sample.count() > 0 && !sample.is_of_parts();
        self.sample.as_ref().filter(|_| !self.reading).filter(is_done)
    }
}

/// `state` is that of the page.
pub fn calls() -> AnyView {
    let Some(state) = use_context::<Store<State>>() else { return ().into_any() };
    let (api, log, task) = (use_api(), Store::new(Log::default()), Rc::new(Task::new()));
    let read = {
        let (api, task) = (api.clone(), task.clone());
        move || {
            let (spans, bounds) = state.with_untracked(|state| (state.spans(now_ms()), state.log_bounds(now_ms())));
            let bounds = spans.as_ref().and_then(Spans::bounds).unwrap_or(bounds);
            let sample = Sample::new(bounds.start_ms, bounds.end_ms);
            log.update(|log| *log = Log { sample: Some(sample), reading: true, ..Log::default() });
            uncompare(state);
            task.run(read(api.clone(), log, state, spans));
        }
    };
    let (by_hand, ended) = (read.clone(), task.clone());
    let mut before: Option<(TimeRange, Grain, u32, Days)> = None;
    let mut compared = Compare::default();
    watch(move || {
        let (wanted, compare) = state.with(|state| (state.timing_wanted(), state.route.compare));
        let is_compared_anew = std::mem::replace(&mut compared, compare) != compare;
        if before == Some(wanted) {
            // What is known is only compared with something else.
            let is_known = state.with_untracked(|state| state.timed().is_some());
            // What is being read is compared when it is there.
            if is_compared_anew && is_known && !log.with_untracked(|log| log.reading) {
                task.run(compare_hours(api.clone(), state));
            }
            return;
        }
        // Whoever refreshes what was read from the log wants it anew, too.
        let (grain, is_same) = (wanted.1, before.is_some_and(|known| (known.0, known.1) == (wanted.0, wanted.1)));
        let was_read = log.with_untracked(|log| log.sample.is_some());
        before = Some(wanted);
        task.cancel();
        log.update(|log| *log = Log::default());
        if grain != Grain::UtcDays || is_same && was_read {
            read();
        } else {
            tell(state, Timing::Nothing);
        }
    });
    let on_action = move |action| match action {
        CallsAction::Read => by_hand(),
        CallsAction::Cancel => {
            ended.cancel();
            finish(log, state, None);
            tell(state, Timing::Nothing);
            uncompare(state);
        }
    };
    region("gw-slot", move || log.with(|log| render(log, now_ms())), on_action)
}

fn tell(state: Store<State>, timing: Timing) {
    if state.with_untracked(|state| state.timing != timing) {
        state.update(|state| state.timing = timing);
    }
}

/// Nothing to compare with is on its way any more.
fn uncompare(state: Store<State>) {
    if state.with_untracked(State::awaits_comparison) {
        state.update(|state| state.uncompared = Timing::Nothing);
    }
}

async fn read(api: Api, log: Store<Log>, state: Store<State>, spans: Option<Spans>) {
    let timed = spans.is_some();
    loop {
        let next = log.try_with_untracked(|log| {
            let sample = log.sample.as_ref().filter(|_| log.reading)?;
            Some((sample.next(), sample.count(), sample.total()))
        });
        let Some((next, count, total)) = next.flatten() else { return };
        if timed {
            tell(state, Timing::Reading(count, total.map_or(0.0, |(total, _)| total)));
        }
        let Some(place) = next else { break };
        let response = api::logs::page(&api, Sample::params(place)).response().await;
        let mut error = None;
        log.update(|log| {
            let Some(sample) = &mut log.sample else { return };
            match response {
                Ok(response) if response.stale.is_none() => {
                    sample.take(place, &response.data);
                    log.given_ms = now_ms();
                }
                Ok(response) => error = response.stale,
                Err(too_large) if too_large.is_too_large() && sample.too_large(place) => {}
                Err(other) => error = Some(other),
            }
        });
        if let Some(error) = error {
            if timed {
                tell(state, Timing::Failed);
            }
            return finish(log, state, Some(error));
        }
        // Sums by hour need every call: where there are too many, it is not gone on.
        let are_many = log.with_untracked(|log| log.sample.as_ref().is_some_and(Sample::is_of_parts));
        if timed && are_many {
            tell(state, Timing::TooMany);
            // What was added up of fewer is no longer true.
            state.update(|state| state.take_timed(None, now_ms()));
            return log.update(|log| *log = Log::default());
        }
        if log.with_untracked(|log| log.sample.as_ref().is_some_and(|sample| sample.next().is_some())) {
            rest().await;
        }
    }
    finish(log, state, None);
    let Some(spans) = spans else { return };
    let found = log.with_untracked(|log| Timed::of(spans, log.sample.as_ref()?, now_ms()));
    state.update(|state| {
        state.timing = if found.is_some() { Timing::Nothing } else { Timing::Failed };
        state.take_timed(found, now_ms());
    });
    // After a single question another one is no burden.
    if log.with_untracked(|log| log.sample.as_ref().is_some_and(|sample| sample.count() >= PAGE)) {
        rest().await;
    }
    compare_hours(api, state).await;
}

/// Reads what hours or days of the site are compared with, and what they show stays meanwhile.
async fn compare_hours(api: Api, state: Store<State>) {
    let wanted = state.try_with_untracked(|state| state.spans_before(&state.timed()?.spans, now_ms())).flatten();
    let Some((before, whole)) = wanted else { return };
    let Some(bounds) = before.bounds() else { return };
    state.update(State::begin_comparing);
    let mut sample = Sample::new(bounds.start_ms, bounds.end_ms);
    let outcome = read_before(&api, state, &mut sample).await;
    state.update(|state| {
        state.uncompared = outcome;
        if outcome == Timing::Nothing {
            state.take_before(before, &sample, whole, now_ms());
        }
    });
}

/// `Timing::Nothing`: all of it was read.
async fn read_before(api: &Api, state: Store<State>, sample: &mut Sample) -> Timing {
    while let Some(place) = sample.next() {
        match api::logs::page(api, Sample::params(place)).response().await {
            Ok(response) if response.stale.is_none() => sample.take(place, &response.data),
            Err(too_large) if too_large.is_too_large() && sample.too_large(place) => {}
            _ => return Timing::Failed,
        }
        if sample.is_of_parts() {
            return Timing::TooMany;
        }
        if sample.next().is_some() {
            rest().await;
        }
    }
    if !sample.is_whole() {
        return Timing::Failed;
    }
    // An old part of the log may have been removed, which LiteLLM's own sums outlast.
    let mut counted = Vec::new();
    for day in day_of(sample.start_ms)..=day_of(sample.end_ms - 1) {
        let known = state.with_untracked(|state| Some(series::requests(&state.shelf.get(Source::Models, day)?.total)));
        let requests = match known {
            Some(requests) => requests,
            None => match source::read(api, Source::Models, day, 1, false).await {
                Ok(response) => series::requests(&Day::of_models(&Activity::read(&response.data)).total),
                // It is no reason to say nothing.
                Err(_) => continue,
            },
        };
        counted.push((day, requests));
    }
    if sample.lacks_calls(&counted) { Timing::Lacking } else { Timing::Nothing }
}

/// At most a question a second, and none of a tab that nobody sees.
async fn rest() {
    pause(APART_MS).await;
    while document().hidden() {
        pause(APART_MS).await;
    }
}

fn finish(log: Store<Log>, state: Store<State>, error: Option<ApiError>) {
    log.update(|log| {
        (log.reading, log.error) = (false, error);
        if let Some(sample) = &mut log.sample {
            state.with_untracked(|state| {
                let requests = |day: i64| Some(series::requests(&state.shelf.get(Source::Models, day)?.total));
                sample.count_by_days(&requests, now_ms());
            });
            log.latency = latency(sample);
        }
    });
}

fn render(log: &Log, now_ms: i64) -> Markup {
    let body = match (&log.sample, log.done()) {
        (Some(sample), None) if log.reading => reading(sample),
        (_, Some(sample)) if log.error.is_none() || sample.count() > 0 => {
            found(sample, &log.latency, age_s(log, now_ms))
        }
        _ => idle(),
    };
    html! {
        section.gw-panel {
            div.gw-panel-head { h2.gw-panel-title { (msg!("From the log of calls")) } }
            div.gw-panel-body {
                @if let Some(error) = &log.error { (problem(error, Some(CallsAction::Read.print()))) }
                (body)
            }
        }
    }
}

fn age_s(log: &Log, now_ms: i64) -> u64 {
    ((now_ms - log.given_ms).max(0) / SECOND_MS) as u64
}

fn idle() -> Markup {
    let text = tn(
        plural!(
            "How long calls take, hits of LiteLLM’s cache and tokens of reasoning are not in its daily sums. They are read from its log: at most {count} call, one question a second.",
            "How long calls take, hits of LiteLLM’s cache and tokens of reasoning are not in its daily sums. They are read from its log: at most {count} calls, one question a second."
        ),
        MOST as u64,
        &format::whole(MOST as f64),
    );
    html! {
        p { (text) }
        p { button.button type="button" data-action=(CallsAction::Read) { (msg!("Read the log")) } }
    }
}

fn reading(sample: &Sample) -> Markup {
    let read = sample.count();
    let text = tn(plural!("{count} call read", "{count} calls read"), read as u64, &format::whole(read as f64));
    html! {
        p role="status" { (text) }
        p { button.button type="button" data-action=(CallsAction::Cancel) { (msg!("Cancel")) } }
    }
}

fn found(sample: &Sample, latency: &Latency, age_s: u64) -> Markup {
    if sample.count() == 0 {
        return html! {
            p { (msg!("The log has no call of this time. It may be that the gateway keeps none.")) }
            p { button.button type="button" data-action=(CallsAction::Read) { (msg!("Read it again")) } }
        };
    }
    if sample.is_unweighted() {
        return html! {
            p { (msg!("Nothing can be said of all calls: the gateway stops counting at a number that parts of this time exceed, and its sums of these days are not there.")) }
            p { button.button type="button" data-action=(CallsAction::Read) { (msg!("Read it again")) } }
        };
    }
    let left_out = left_out(latency.left_out, sample.left_out);
    html! {
        table .widefat .gw-plain-table {
            thead { tr {
                td {}
                th.gw-number scope="col" { (msg!("p50")) }
                th.gw-number scope="col" { (msg!("p95")) }
                th.gw-number scope="col" { (msg!("Calls")) }
            } }
            tbody {
                (row(msg!("Duration"), latency.duration))
                (row(msg!("Time to first token"), latency.first_token))
            }
        }
        p { (hits(latency.hits, sample.is_of_parts())) " " (reasoning(latency.reasoning, sample.is_of_parts())) }
        p.gw-minor { (basis(sample)) " " (left_out) }
        p.gw-minor {
            (msg!("p50 and p95 are nearest ranks: the shortest time that half, or 95%, of these calls did not exceed, failed ones too. Only an answer that comes in pieces has a first token."))
        }
        p {
            button.button type="button" data-action=(CallsAction::Read) { (msg!("Read it again")) } " "
            span.gw-minor { (tf(msg!("Read {age}"), &[("age", &format::age(age_s))])) }
        }
    }
}

fn row(label: Msg, percentiles: Option<Percentiles>) -> Markup {
    let write = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format::duration);
    let calls = percentiles.map_or(0, |percentiles| percentiles.calls);
    html! {
        tr {
            th scope="row" { (label) }
            td.gw-number { (write(percentiles.map(|percentiles| percentiles.p50))) }
            td.gw-number { (write(percentiles.map(|percentiles| percentiles.p95))) }
            td.gw-number { (format::whole(calls as f64)) }
        }
    }
}

fn hits(hits: Told, is_of_parts: bool) -> String {
    if hits.calls == 0 {
        return t(msg!("No call says whether it came out of LiteLLM’s cache."));
    }
    let share = format::percent(hits.sum / hits.of);
    let text = if is_of_parts {
        plural!(
            "Out of LiteLLM’s cache: about {share}, reckoned from {count} call that says so or not.",
            "Out of LiteLLM’s cache: about {share}, reckoned from {count} calls that say so or not."
        )
    } else {
        plural!(
            "Out of LiteLLM’s cache: {hits} ({share}) of {count} call that says so or not.",
            "Out of LiteLLM’s cache: {hits} ({share}) of {count} calls that say so or not."
        )
    };
    let text = tn(text, hits.calls as u64, &format::whole(hits.calls as f64));
    fill(&text, &[("share", &*share), ("hits", &*format::whole(hits.sum))])
}

fn reasoning(told: Told, is_of_parts: bool) -> String {
    if told.calls == 0 {
        return t(msg!("No call tells tokens of reasoning."));
    }
    let text = if is_of_parts {
        plural!(
            "Tokens of reasoning: about {tokens}, reckoned from {count} call that tells them.",
            "Tokens of reasoning: about {tokens}, reckoned from {count} calls that tell them."
        )
    } else {
        plural!(
            "Tokens of reasoning: {tokens}, as {count} call tells.",
            "Tokens of reasoning: {tokens}, as {count} calls tell."
        )
    };
    let tokens = if is_of_parts { format::count(told.sum) } else { format::whole(told.sum) };
    fill(&tn(text, told.calls as u64, &format::whole(told.calls as f64)), &[("tokens", &tokens)])
}

/// Which calls these are, and of how many.
fn basis(sample: &Sample) -> String {
    let (total, is_capped) = sample.total().unwrap_or((sample.count() as f64, false));
    let text = match (sample.is_whole(), sample.is_of_parts(), is_capped) {
        (_, true, _) if sample.is_reckoned() => plural!(
            "Of {read} of about {count} call from {from} to {to}: the newest of each of {parts} equal parts of this time, which count for all calls of their part. Where the gateway stops counting, these are reckoned from its sums of the days, spread evenly over the day.",
            "Of {read} of about {count} calls from {from} to {to}: the newest of each of {parts} equal parts of this time, which count for all calls of their part. Where the gateway stops counting, these are reckoned from its sums of the days, spread evenly over the day."
        ),
        (true, ..) => {
            plural!("Of all calls from {from} to {to}: {count}.", "Of all calls from {from} to {to}: {count}.")
        }
        (_, false, false) => plural!(
            "Of the newest {read} of {count} call from {from} to {to}.",
            "Of the newest {read} of {count} calls from {from} to {to}."
        ),
        (_, false, true) => plural!(
            "Of the newest {read} of {count} call or more from {from} to {to}.",
            "Of the newest {read} of {count} calls or more from {from} to {to}."
        ),
        (_, true, _) => plural!(
            "Of {read} of {count} call from {from} to {to}: the newest of each of {parts} equal parts of this time, which count for all calls of their part.",
            "Of {read} of {count} calls from {from} to {to}: the newest of each of {parts} equal parts of this time, which count for all calls of their part."
        ),
    };
    let all = if sample.is_whole() { sample.count() as f64 } else { total };
    let values = [
        ("read", &*format::whole(sample.count() as f64)),
        ("parts", &*format::whole(sample.parts() as f64)),
        ("from", &*format::date_time(sample.start_ms)),
        ("to", &*format::date_time(sample.end_ms)),
    ];
    fill(&tn(text, all as u64, &format::whole(all)), &values)
}

fn left_out(odd: LeftOut, too_large: usize) -> String {
    let mut sentences = Vec::new();
    for (count, text) in [
        (
            odd.no_end,
            plural!(
                "Left out of the durations: {count} call without a start or an end.",
                "Left out of the durations: {count} calls without a start or an end."
            ),
        ),
        (
            odd.ends_before_start,
            plural!(
                "Left out of the durations: {count} call that ends before it starts.",
                "Left out of the durations: {count} calls that end before they start."
            ),
        ),
        (
            odd.no_time,
            plural!(
                "Left out of the durations: {count} call that starts and ends in the same moment.",
                "Left out of the durations: {count} calls that start and end in the same moment."
            ),
        ),
        (
            too_large,
            plural!(
                "{count} call is left out: with what is stored of its prompt and answer it is larger than this site can take.",
                "{count} calls are left out: with what is stored of their prompts and answers they are larger than this site can take."
            ),
        ),
    ] {
        if count > 0 {
            sentences.push(tn(text, count as u64, &format::whole(count as f64)));
        }
    }
    text::sentences(&sentences)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use model::{
        clock,
        wire::{LogPage, Wire},
    };
    use serde_json::{Value, json};

    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    fn sample(rows: usize, total: usize) -> Sample {
        let mut sample = Sample::new(NOON, NOON + clock::DAY_MS);
        let row = |number: usize| {
            json!({
                "request_id": format!("r-{number}"), "startTime": clock::format_utc(NOON + 60_000 + number as i64),
                "request_duration_ms": 10 * (number + 1), "cache_hit": if number == 0 { "True" } else { "False" },
            })
        };
        let rows: Vec<Value> = (0..rows).map(row).collect();
        while let Some(place) = sample.next() {
            sample.take(place, &LogPage::read(&json!({ "data": rows, "total": total })));
        }
        sample
    }

    fn text(sample: &Sample) -> String {
        found(sample, &latency(sample), 0).as_str().to_owned()
    }

    #[test]
    fn it_says_of_which_calls_a_figure_is() {
        let all = text(&sample(4, 4));
        for part in
            ["Of all calls from", ": 4.", "20", "40", "1 (0.25) of 4 calls", "No call tells tokens of reasoning."]
        {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!(!all.contains("Left out"), "{all}");
        let some = sample(4, 48_112);
        assert!(
            basis(&some).contains("of 48112 calls from") && basis(&some).contains("20 equal parts"),
            "{}",
            basis(&some)
        );
        assert!(hits(latency(&some).hits, true).contains("about"));
    }

    /// Each of the calls that were read stood for the same share of 10,000.
    #[test]
    fn where_the_gateway_stops_counting_its_days_count_or_nothing_is_said() {
        let mut capped = Sample::new(NOON, NOON + clock::DAY_MS);
        while let Some(place) = capped.next() {
            let rows = [
                json!({ "request_id": "r", "startTime": clock::format_utc(place.start_ms), "request_duration_ms": 10 }),
            ];
            capped.take(place, &LogPage::read(&json!({ "data": rows, "total": 10_000, "total_is_capped": true })));
        }
        let said = text(&capped);
        assert!(said.contains("Nothing can be said of all calls") && !said.contains("p95"), "{said}");
        capped.count_by_days(&|_| Some(1e6), NOON + 9 * clock::DAY_MS);
        let said = text(&capped);
        assert!(
            said.contains("of about 1000000 calls") && said.contains("stops counting") && said.contains("p95"),
            "{said}"
        );
    }

    #[test]
    fn what_is_left_out_is_told_by_its_reason() {
        let odd = LeftOut { no_end: 1, ends_before_start: 2, no_time: 0 };
        let text = left_out(odd, 1);
        assert!(
            text.contains("1 call without a start or an end.") && text.contains("2 calls that end before"),
            "{text}"
        );
        assert!(text.contains("1 call is left out") && !text.contains("same moment"), "{text}");
    }

    #[test]
    fn no_calls_are_no_zeros() {
        assert!(text(&sample(0, 0)).contains("The log has no call of this time."));
        assert_eq!(row(msg!("Duration"), None).as_str().matches('–').count(), 2);
    }
}
