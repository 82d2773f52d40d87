//! What the calls of a range cost, and whose they were: figures, their course by day, a line for each model, key, team…, and
//! what they say of the month and of other models.

mod calls;
mod cards;
mod files;
mod outlook;
mod report;
mod source;
mod stack;
mod table;
mod whole;
mod words;

use leptos::prelude::*;
use model::{
    clock::DAY_MS,
    failure::ApiError,
    language::{t, tf, tn},
    msg, plural,
    route::{Bounds, CallFilter, Compare, Dimension, Grain, PageName, Quick, Route, Unit, UsageRoute},
    series,
    text::{self, Msg, fill},
    usage::{
        days::{self, Days},
        sample,
        spans::{Spans, Timed},
    },
    visible::isolated,
};

use self::source::{Asking, State, Timing, usage_route, use_usage};
use crate::{
    action::{Action as _, Subject, actions},
    boot::with_boot,
    chunk::{self, chunk, load_ahead},
    components::{
        RangeChoice, Tone, header, notice, problem, range_choice, region, segments, stale_notice, still_region, updated,
    },
    effect::is,
    format,
    markup::{Markup, html},
    router::{History, Router, is_closed, use_router},
    store::Store,
    task::now_ms,
};

/// LiteLLM adds up whole days; hours are added up here.
const RANGES: [Quick; 8] = [
    Quick::Day,
    Quick::Today,
    Quick::Week,
    Quick::Month,
    Quick::Ninety,
    Quick::ThisMonth,
    Quick::LastMonth,
    Quick::Quarter,
];

impl Subject for Grain {
    fn print(&self) -> String {
        self.value().to_owned()
    }

    fn parse(text: &str) -> Option<Grain> {
        Grain::ALL.into_iter().find(|grain| grain.value() == text)
    }
}

impl Subject for Unit {
    fn print(&self) -> String {
        self.value().to_owned()
    }

    fn parse(text: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.value() == text)
    }
}

actions! {
    enum UsageAction {
        Show(Unit) = "unit",
        Bars(Grain) = "bars",
        All = "all",
        Refresh = "refresh",
        Retry = "retry",
        Report = "report",
        LeaveReport = "leave-report",
        Print = "print",
    }
}

pub fn usage() -> AnyView {
    let router = use_router();
    let (state, asking) = use_usage();
    let on_action = move |action| match action {
        UsageAction::Show(unit) => change(router, |route| route.unit = unit),
        UsageAction::Bars(grain) => change(router, |route| route.grain = grain),
        UsageAction::All => change(router, |route| route.calls = CallFilter::default()),
        UsageAction::Refresh => asking.ask_anew(),
        UsageAction::Retry => asking.ask(),
        UsageAction::Report => change(router, |route| route.report = true),
        UsageAction::LeaveReport => change(router, |route| route.report = false),
        UsageAction::Print => report::print(),
    };
    let is_report = is(move || usage_route(&router.route()).report);
    (move || {
        if is_report.get() { printed(state, on_action) } else { screen(router, state, asking, on_action) }
    })
    .into_any()
}

/// The report, with the range to choose above it.
fn printed(state: Store<State>, on_action: impl Fn(UsageAction) + Copy + 'static) -> AnyView {
    let shown = move |render: fn(&State, i64) -> Markup| move || state.with(|state| render(state, now_ms()));
    view! {
        {region("", shown(report::head), on_action)}
        <div class="gw-content">
            {region("gw-slot", shown(trouble), on_action)}
            <section class="gw-panel"><div class="gw-panel-body">{still_region("", shown(report::report))}</div></section>
        </div>
    }
    .into_any()
}

fn screen(
    router: Router,
    state: Store<State>,
    asking: Asking,
    on_action: impl Fn(UsageAction) + Copy + 'static,
) -> AnyView {
    let shown = move |render: fn(&State, i64) -> Markup| move || state.with(|state| render(state, now_ms()));
    let range = range_choice(RangeChoice {
        quick: &RANGES,
        minutes: false,
        is_utc: Box::new(move || state.with(|state| state.grain() != Grain::SiteDays)),
        range: Box::new(move || usage_route(&router.route()).range),
        choose: Box::new(move |range| change(router, |route| route.range = range)),
    });
    let by = pick(
        "gw-usage-by",
        msg!("By"),
        Dimension::ALL.map(|by| (by.value(), words::dimension(by))).to_vec(),
        move || usage_route(&router.route()).by.value(),
        move |value| {
            if let Some(by) = Dimension::ALL.into_iter().find(|by| by.value() == value) {
                change(router, |route| (route.by, route.search) = (by, String::new()));
            }
        },
    );
    let compare = pick(
        "gw-usage-compare",
        msg!("Compare"),
        Compare::ALL.map(|compare| (compare.value(), words::compare(compare))).to_vec(),
        move || usage_route(&router.route()).compare.value(),
        move |value| {
            if let Some(compare) = Compare::ALL.into_iter().find(|compare| compare.value() == value) {
                change(router, |route| route.compare = compare);
            }
        },
    );
    provide_context(state);
    let (from_log, outlook) = (chunk!(usage_calls, calls::calls), chunk!(usage_outlook, outlook::outlook));
    let from_log = (!is_closed(PageName::Logs)).then_some(from_log);
    load_ahead(from_log.into_iter().chain([outlook]).collect());
    view! {
        {region("", shown(head), on_action)}
        <div class="gw-content">
            <div class="gw-usage-tools">{range} {compare}</div>
            {region("gw-slot", shown(grains), on_action)}
            {region("gw-slot", shown(trouble), on_action)}
            {still_region("gw-cards gw-cards-plain", move || state.with(cards::cards))}
            <div class="gw-usage-tools">{by} {region("", shown(units), on_action)}</div>
            {stack::chart(state)}
            {table::table(state, asking)}
            {from_log.map(chunk::part)}
            {chunk::part(outlook)}
        </div>
    }
    .into_any()
}

fn change(router: Router, change: impl FnOnce(&mut UsageRoute)) {
    let mut route = usage_route(&router.route_untracked());
    change(&mut route);
    router.navigate(Route::Usage(route), History::Push);
}

/// A choice of few.
fn pick(
    id: &'static str,
    label: Msg,
    options: Vec<(&'static str, Msg)>,
    value: impl Fn() -> &'static str + Send + 'static,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    // The select has its value before it has its options.
    let chosen = untrack(&value);
    let options: Vec<AnyView> = options
        .into_iter()
        .map(|(value, label)| view! { <option value=value selected=value == chosen>{t(label)}</option> }.into_any())
        .collect();
    view! {
        <div class="gw-pick">
            <label for=id>{t(label)}</label>
            <select id=id prop:value=value on:change=move |event| choose(event_target_value(&event))>
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn head(state: &State, now_ms: i64) -> Markup {
    let refresh = UsageAction::Refresh.print();
    let controls = html! {
        (updated(state.loading || state.asking_anew, state.age_s(now_ms), &refresh))
        button .button type="button" data-action=(UsageAction::Report) { (msg!("Report to print")) }
    };
    header(&t(msg!("Usage")), &note(state), &controls)
}

/// Which days are meant: said once.
fn note(state: &State) -> String {
    if let Some(bounds) = state.timed().and_then(|timed| timed.spans.bounds()) {
        let (from, to) = (format::date_time(bounds.start_ms), format::date_time(bounds.end_ms));
        let values = [("from", &*from), ("to", &*to)];
        let added_up = tf(msg!("{from} – {to}, added up here from the gateway’s log."), &values);
        return text::sentences(&[added_up, compared_hours(state)]);
    }
    let mut sentences = Vec::new();
    let periods = &state.periods;
    if !periods.current.is_empty() {
        sentences.push(between(msg!("{from} – {to}."), periods.current, &[]));
    }
    if let Some(before) = periods.before.filter(|_| periods.is_compared()) {
        let whole = periods.whole;
        let (from, to) =
            (format::day_of_year(&days::date(whole.first)), format::day_of_year(&days::date(whole.end - 1)));
        let sentence = msg!("Changes are those of the whole days {first} – {last} against {from} – {to}.");
        sentences.push(between(sentence, before, &[("first", &from), ("last", &to)]));
    }
    if state.has_days_of_its_own() {
        let times: Vec<String> = state.ahead.iter().map(|(_, day)| format::time(day * DAY_MS)).collect();
        let (first, others) = times.split_at(1.min(times.len()));
        let values = [("time", &*format::list(first)), ("other", &*format::list(others))];
        let sentence = if others.is_empty() {
            msg!("Days are LiteLLM’s UTC days: they begin at {time} in this site’s time.")
        } else {
            msg!(
                "Days are LiteLLM’s UTC days: they begin at {time} in this site’s time, and for a part of the range, as the clock is changed in it, at {other}."
            )
        };
        sentences.push(tf(sentence, &values));
    }
    if periods.is_wider {
        sentences.push(t(msg!("LiteLLM adds up whole days: shown are all of those that the range touches.")));
    }
    if periods.is_cut {
        let most = tn(
            plural!("Only the last {count} day of it is shown.", "Only the last {count} days of it are shown."),
            days::MOST as u64,
            &format::count(days::MOST as f64),
        );
        sentences.push(most);
    }
    let cut = state.cut_days();
    if cut > 0 {
        sentences.push(too_many_lines(cut));
    }
    text::sentences(&sentences)
}

fn too_many_lines(days: usize) -> String {
    tn(
        plural!(
            "Of {count} day the gateway has more lines than are read here: some are missing, and the sums of the others may be too low.",
            "Of {count} days the gateway has more lines than are read here: some are missing, and the sums of the others may be too low."
        ),
        days as u64,
        &format::count(days as f64),
    )
}

fn between(sentence: Msg, days: Days, more: &[(&str, &str)]) -> String {
    let (from, to) = (format::day_of_year(&days::date(days.first)), format::day_of_year(&days::date(days.end - 1)));
    let mut values = vec![("from", from.as_str()), ("to", to.as_str())];
    values.extend_from_slice(more);
    tf(sentence, &values)
}

/// What hours, or days of the site, are compared with, or why they are not.
fn compared_hours(state: &State) -> String {
    let Some(timed) = state.timed() else { return String::new() };
    if let Some(before) = &timed.before {
        if timed.spans.grain == Grain::SiteDays {
            return if timed.periods.is_compared() { whole_days(timed, before) } else { String::new() };
        }
        let Bounds { start_ms, end_ms } = before.bounds().unwrap_or(Bounds { start_ms: 0, end_ms: 0 });
        let (from, to) = (format::date_time(start_ms), format::date_time(end_ms));
        return tf(msg!("Changes are those against {from} – {to}."), &[("from", &from), ("to", &to)]);
    }
    match state.uncompared {
        Timing::Nothing => String::new(),
        Timing::Reading(..) => t(msg!("What it is compared with is being read.")),
        Timing::TooMany => tn(
            plural!(
                "It is not compared: the time before has more than {count} call.",
                "It is not compared: the time before has more than {count} calls."
            ),
            sample::MOST as u64,
            &format::whole(sample::MOST as f64),
        ),
        Timing::Failed => t(msg!("It is not compared: not all calls of the time before could be read.")),
        Timing::Lacking => t(msg!("It is not compared: the log may no longer have all calls of the time before.")),
    }
}

fn whole_days(timed: &Timed, before: &Spans) -> String {
    let name = |spans: &Spans, day: usize| {
        spans.get(day).map_or_else(String::new, |span| format::day_of_year(&format::iso_day(span.start_ms)))
    };
    let values = [
        ("first", &*name(&timed.spans, 0)),
        ("last", &*name(&timed.spans, timed.periods.whole.len().saturating_sub(1))),
        ("from", &*name(before, 0)),
        ("to", &*name(before, before.len().saturating_sub(1))),
    ];
    tf(msg!("Changes are those of the whole days {first} – {last} against {from} – {to}."), &values)
}

fn units(state: &State, _: i64) -> Markup {
    let choices =
        Unit::ALL.map(|unit| (UsageAction::Show(unit).print(), t(words::unit(unit)), unit == state.route.unit));
    segments(msg!("Show"), &choices)
}

/// Hours, and the days of the site, are made of single calls: only where these are few.
fn grains(state: &State, _: i64) -> Markup {
    let offered: Vec<Grain> = Grain::ALL.into_iter().filter(|grain| state.can_be(*grain)).collect();
    if offered.len() < 2 {
        return Markup::default();
    }
    let is_known = state.timed().is_none() && state.missing_totals() == 0;
    let requests = series::requests(&state.total().now);
    // Of a range that begins within a day the days say too much.
    let are_many = is_known && state.route.range.is_of_days() && requests > sample::MOST as f64;
    let grain = state.grain();
    if are_many && grain == Grain::UtcDays {
        return html! { p.gw-minor { (too_many()) } };
    }
    let zone = with_boot(|boot| boot.timezone.clone());
    let choices: Vec<(String, String, bool)> = offered
        .into_iter()
        .map(|known| {
            let label = match known {
                Grain::UtcDays => t(msg!("UTC days")),
                Grain::SiteDays => tf(msg!("Days of {zone}"), &[("zone", &isolated(&zone))]),
                Grain::Hours => t(msg!("Hours")),
            };
            (UsageAction::Bars(known).print(), label, known == grain)
        })
        .collect();
    let said = match state.timing {
        _ if grain == Grain::UtcDays || state.timed().is_some() => String::new(),
        Timing::Nothing => t(msg!("Still UTC days: the log was not read.")),
        Timing::Reading(_, 0.0) => t(msg!("Still UTC days: the log is being read.")),
        Timing::Reading(read, all) => {
            let text = tn(
                plural!(
                    "Still UTC days: the log is being read, {read} of {count} call.",
                    "Still UTC days: the log is being read, {read} of {count} calls."
                ),
                all as u64,
                &format::whole(all),
            );
            fill(&text, &[("read", &format::whole(read as f64))])
        }
        Timing::TooMany => text::sentences(&[t(msg!("Still UTC days.")), too_many()]),
        Timing::Failed | Timing::Lacking => t(msg!("Still UTC days: not all calls of the range could be read.")),
    };
    html! {
        div.gw-usage-tools {
            (segments(msg!("Days or hours"), &choices))
            p.gw-minor role="status" { (said) }
        }
    }
}

fn too_many() -> String {
    let most = sample::MOST;
    tn(
        plural!(
            "Hours, and days of this site, are added up from single calls of the log: only where the range has no more than {count} call.",
            "Hours, and days of this site, are added up from single calls of the log: only where the range has no more than {count} calls."
        ),
        most as u64,
        &format::whole(most as f64),
    )
}

fn trouble(state: &State, now_ms: i64) -> Markup {
    let missing = state.missing_totals();
    let error =
        state.trouble.as_ref().map(|error| match state.age_s(now_ms).filter(|_| *error != ApiError::NotAllowed) {
            Some(age_s) if missing == 0 => stale_notice(error, age_s, &UsageAction::Retry.print()),
            _ => problem(error, Some(UsageAction::Retry.print())),
        });
    html! {
        @if let Some(error) = &error { (error) }
        @if state.route.calls != CallFilter::default() { (unfiltered()) }
    }
}

/// An address that came from the page of logs names calls that LiteLLM does not add up.
fn unfiltered() -> Markup {
    let body = html! {
        p { (msg!("LiteLLM adds up by one thing at a time: what you see are all calls of the range, also those that the filter leaves out.")) }
        p.gw-notice-actions {
            button.button type="button" data-action=(UsageAction::All) { (msg!("Remove the filter")) }
        }
    };
    notice(Tone::Warning, &t(msg!("The filter does not apply here")), &body)
}
