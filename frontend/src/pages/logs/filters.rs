//! Which calls: the range, the search, how they ended, and whom and what they are of. All of it is in the address.

use leptos::prelude::*;
use model::{
    clock,
    language::{t, tf},
    live_log::reason,
    logs::{call, question::can_be_asked},
    msg,
    route::{CallStatus, Edge, LogsRoute, Quick, TimeRange, amount, safe_search},
    text::Msg,
    usage::days::{date, day_of},
    visible::{isolated, visible},
    wire::LogRow,
};

use super::{
    change,
    export::{self, Wanted},
    live::{self, Live},
    source::{Source, logs_route},
    table::key_name,
};
use crate::{
    action::actions,
    components::{calendar, region, search_box, still_region},
    format,
    markup::{Markup, html, truth},
    router::{History, Router},
    store::Store,
    task::now_ms,
};

actions! {
    enum FilterAction {
        Status(String) = "status",
        Without(String) = "without",
        Clear = "clear",
    }
}

/// What one calls are narrowed down by, beside the range, the search and the status.
struct Filter {
    /// In ids; of the address.
    name: &'static str,
    label: Msg,
    field: fn(&mut LogsRoute) -> &mut String,
    /// What a call has for it, and how that is called.
    of: fn(&LogRow) -> (String, String),
}

const fn filter(
    name: &'static str,
    label: Msg,
    field: fn(&mut LogsRoute) -> &mut String,
    of: fn(&LogRow) -> (String, String),
) -> Filter {
    Filter { name, label, field, of }
}

fn plain(text: &str) -> (String, String) {
    (text.to_owned(), String::new())
}

static FILTERS: [Filter; 14] = [
    filter("model", msg!("Model"), |route| &mut route.calls.model, |row| plain(&row.model_group)),
    filter(
        "key",
        msg!("Key"),
        |route| &mut route.calls.key,
        |row| (row.api_key.clone(), key_name(row).unwrap_or_default()),
    ),
    filter(
        "team",
        msg!("Team"),
        |route| &mut route.calls.team,
        |row| (row.team_id.clone(), row.metadata.user_api_key_team_alias.clone()),
    ),
    filter("owner", msg!("Owner"), |route| &mut route.calls.owner, |row| plain(&row.user)),
    filter("end_user", msg!("End user"), |route| &mut route.calls.end_user, |row| plain(&row.end_user)),
    filter("tag", msg!("Tag"), |route| &mut route.calls.tag, |row| plain(call::tags(row).first().unwrap_or(&""))),
    filter("provider", msg!("Provider"), |route| &mut route.calls.provider, |row| plain(&row.custom_llm_provider)),
    filter("org", msg!("Organization"), |route| &mut route.calls.organization, |row| plain(call::organization(row))),
    filter("call", msg!("Call type"), |route| &mut route.calls.call, |row| plain(&row.call_type)),
    filter(
        "error",
        msg!("Error’s class or status"),
        |route| &mut route.error,
        |row| plain(&reason(row).unwrap_or_default().class),
    ),
    filter("request", msg!("Request ID"), |route| &mut route.request, |_| plain("")),
    filter("session", msg!("Session"), |route| &mut route.session, |_| plain("")),
    filter("cost_from", msg!("Cost in US dollars, at least"), |route| &mut route.cost_from, |_| plain("")),
    filter("cost_to", msg!("Cost in US dollars, at most"), |route| &mut route.cost_to, |_| plain("")),
];

fn value_of(filter: &Filter, route: &LogsRoute) -> String {
    (filter.field)(&mut route.clone()).clone()
}

pub fn toolbar(source: Source, router: Router, live: Live, wanted: Wanted) -> AnyView {
    let search = search_box(
        msg!("Search the calls that are read"),
        msg!("Model, key, error, ID"),
        move || logs_route(&router.route()).search,
        move |search| change(router, History::Replace, |route| route.search = search),
        None,
    );
    view! { {range(router)} {search} {panel(source, router)} {export::menu(wanted)} {live::switch(live)} }.into_any()
}

const FROM: &str = "gw-logs-from";
const TO: &str = "gw-logs-to";

/// What is typed for a range of one's own.
#[derive(Default)]
struct Draft {
    open: bool,
    from: String,
    to: String,
    /// Which of the fields is wrong, and why.
    wrong: Option<(&'static str, Msg)>,
}

fn range(router: Router) -> AnyView {
    let draft = Store::new(Draft::default());
    let value = move || {
        if draft.with(|draft| draft.open) {
            return "own";
        }
        match logs_route(&router.route()).range {
            TimeRange::Quick(quick) => quick.value(),
            TimeRange::Own(_) => "own",
        }
    };
    let on_change = move |event: web_sys::Event| {
        let chosen = event_target_value(&event);
        match Quick::ALL.into_iter().find(|quick| quick.value() == chosen) {
            Some(quick) => {
                draft.update(|draft| *draft = Draft::default());
                change(router, History::Push, |route| route.range = TimeRange::Quick(quick));
            }
            None => {
                let bounds = logs_route(&router.route_untracked()).range.bounds(now_ms());
                let (from, to) = (format::iso_minute(bounds.start_ms), format::iso_minute(bounds.end_ms));
                draft.update(|draft| *draft = Draft { open: true, from, to, wrong: None });
            }
        }
    };
    let apply = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let range = draft.with_untracked(|draft| own(&draft.from, &draft.to));
        match range {
            Ok(range) => {
                draft.update(|draft| *draft = Draft::default());
                change(router, History::Push, |route| route.range = range);
            }
            Err(wrong) => draft.update(|draft| draft.wrong = Some(wrong)),
        }
    };
    let field = move |id: &'static str, label: Msg, get: fn(&Draft) -> &String, set: fn(&mut Draft, String)| {
        view! {
            <label class="gw-label" for=id>{t(label)}</label>
            <input
                type="datetime-local"
                id=id
                aria-invalid=move || draft.with(|draft| draft.wrong.is_some_and(|(wrong, _)| wrong == id)).then_some("true")
                aria-describedby="gw-logs-range-wrong"
                prop:value=move || draft.with(|draft| get(draft).clone())
                on:input=move |event| draft.update(|draft| {
                    draft.wrong = None;
                    set(draft, event_target_value(&event));
                })
            />
        }
        .into_any()
    };
    // The select has its value before it has its options.
    let first = untrack(value);
    let options: Vec<AnyView> = Quick::ALL
        .into_iter()
        .map(|quick| (quick.value(), quick.label()))
        .chain([("own", msg!("Own range…"))])
        .map(|(value, label)| view! { <option value=value selected=value == first>{t(label)}</option> }.into_any())
        .collect();
    let days = move || {
        // In both fields stands the site's time.
        let day = |text: &str, back_ms: i64| clock::parse_utc_ms(text).map(|ms| day_of(ms - back_ms));
        let known = draft.with_untracked(|draft| day(&draft.from, 0).zip(day(&draft.to, 1)));
        (known, day_of(format::local_ms(now_ms())))
    };
    let choose_days = move |first: i64, last: i64| {
        let midnight = |day: i64| [&date(day), "T00:00"].concat();
        if let Ok(range) = own(&midnight(first), &midnight(last + 1)) {
            draft.update(|draft| *draft = Draft::default());
            change(router, History::Push, |route| route.range = range);
        }
    };
    let form = move || {
        draft.with(|draft| draft.open).then(|| {
            view! {
                <form class="gw-own-range" on:submit=apply>
                    {field(FROM, msg!("From"), |draft| &draft.from, |draft, text| draft.from = text)}
                    {field(TO, msg!("To"), |draft| &draft.to, |draft, text| draft.to = text)}
                    {calendar(days, choose_days)}
                    <button type="submit" class="button">{t(msg!("Show"))}</button>
                    <span id="gw-logs-range-wrong" class="gw-reason" role="alert">
                        {move || draft.with(|draft| draft.wrong.map(|(_, why)| t(why)))}
                    </span>
                </form>
            }
            .into_any()
        })
    };
    // A choice of its own stays that also when the select says so already.
    view! {
        <select class="gw-range" aria-label=t(msg!("Range")) prop:value=value on:change=on_change>
            {options}
        </select>
        {form}
    }
    .into_any()
}

/// Of what stands in the two fields, in the site's time; else which of them is wrong, and why.
fn own(from: &str, to: &str) -> Result<TimeRange, (&'static str, Msg)> {
    let minute = |moment: Option<i64>| moment.map(Edge::minute);
    let Some(from) = minute(format::moment_of(from)) else {
        return Err((FROM, msg!("Say when the range begins.")));
    };
    let until = minute(format::last_moment_of(to));
    let range = if to.is_empty() || until.is_some() { TimeRange::own(from, until) } else { None };
    range.ok_or((TO, msg!("The end must be after the beginning.")))
}

/// What else narrows the calls down: typed, or one of what the calls that were read have.
fn panel(source: Source, router: Router) -> AnyView {
    let open = Store::new(false);
    let fields: Vec<AnyView> = FILTERS.iter().map(|filter| filter_field(filter, source, router)).collect();
    let offers = still_region("", move || {
        if open.with(|open| *open) {
            source.log.with(|log| offers(log.reading.kept().map(|row| &**row)))
        } else {
            Markup::default()
        }
    });
    let count = move || {
        let route = logs_route(&router.route());
        FILTERS.iter().filter(|filter| !value_of(filter, &route).is_empty()).count()
    };
    let label = move || match count() {
        0 => t(msg!("Filters")),
        count => tf(msg!("Filters ({count})"), &[("count", &format::count(count as f64))]),
    };
    view! {
        <details class="gw-menu gw-filters" class:gw-filters-on=move || { count() > 0 } on:toggle=move |_| open.update(|open| *open = true)>
            <summary class="button">{label}</summary>
            <div class="gw-menu-items gw-filter-panel gw-filter-wide" role="group" aria-label=t(msg!("Filters"))>{fields}</div>
        </details>
        {offers}
    }
    .into_any()
}

fn filter_field(filter: &'static Filter, source: Source, router: Router) -> AnyView {
    let id = ["gw-logs-", filter.name].concat();
    let list = ["gw-logs-list-", filter.name].concat();
    // A number field takes the separators of the user's language.
    let is_amount = filter.name.starts_with("cost");
    let on_change = move |event: web_sys::Event| {
        let typed = safe_search(event_target_value(&event).trim());
        let value = if is_amount {
            amount(&typed)
        } else {
            source.log.with_untracked(|log| named(filter, log.reading.kept().map(|row| &**row), typed))
        };
        change(router, History::Push, |route| *(filter.field)(route) = value);
        // What is no filter, and what is one by another word, does not stay there either.
        event_target::<web_sys::HtmlInputElement>(&event)
            .set_value(&value_of(filter, &logs_route(&router.route_untracked())));
    };
    view! {
        <div class="gw-filter-field">
            <label class="gw-label" for=id.clone()>{t(filter.label)}</label>
            <input
                type=if is_amount { "number" } else { "text" }
                min=is_amount.then_some("0")
                step=is_amount.then_some("any")
                id=id
                list=list
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value_of(filter, &logs_route(&router.route()))
                on:change=on_change
            />
        </div>
    }
    .into_any()
}

/// Somebody who types a name means what is called so. Nothing is nobody's name.
fn named<'a>(filter: &Filter, rows: impl Iterator<Item = &'a LogRow>, typed: String) -> String {
    let mut known = rows.map(|row| (filter.of)(row));
    let called = known.find(|(value, name)| can_be_asked(value) && !name.is_empty() && *name == typed);
    called.map_or(typed, |(value, _)| value)
}

/// So many of each are offered; the others can be typed.
const OFFERED: usize = 50;

fn offers<'a>(rows: impl Iterator<Item = &'a LogRow>) -> Markup {
    let mut offered: Vec<Vec<(String, String)>> = vec![Vec::new(); FILTERS.len()];
    for row in rows {
        for (filter, values) in FILTERS.iter().zip(&mut offered) {
            let (value, name) = (filter.of)(row);
            if values.len() < OFFERED && can_be_asked(&value) && !values.iter().any(|(known, _)| *known == value) {
                values.push((value, name));
            }
        }
    }
    html! {
        @for (filter, values) in FILTERS.iter().zip(&offered) {
            datalist #{ "gw-logs-list-" (filter.name) } {
                @for (value, name) in values { option value=(value) { (visible(name)) } }
            }
        }
    }
}

/// How calls ended, and what they are narrowed down by: each with a way to take it away.
pub fn chips(router: Router) -> AnyView {
    region(
        "gw-key-chips",
        move || chips_of(&logs_route(&router.route())),
        move |action| match action {
            FilterAction::Status(value) => {
                let status = CallStatus::ALL.into_iter().find(|status| status.value() == value).unwrap_or_default();
                change(router, History::Push, |route| route.calls.status = status);
            }
            FilterAction::Without(name) => {
                if let Some(filter) = FILTERS.iter().find(|filter| filter.name == name) {
                    change(router, History::Push, |route| (filter.field)(route).clear());
                }
            }
            FilterAction::Clear => change(router, History::Push, |route| *route = route.unfiltered()),
        },
    )
}

fn chips_of(route: &LogsRoute) -> Markup {
    let label = |status: CallStatus| match status {
        CallStatus::Any => msg!("All"),
        CallStatus::Success => msg!("Successful"),
        CallStatus::Failure => msg!("Failed"),
    };
    let set: Vec<(&Filter, String)> =
        FILTERS.iter().map(|filter| (filter, value_of(filter, route))).filter(|(_, value)| !value.is_empty()).collect();
    html! {
        div.gw-filter-chips role="group" aria-label=(msg!("Filter by state")) {
            @for status in CallStatus::ALL {
                button #{ "gw-status-" (status.value()) } .gw-filter-chip type="button" data-action=(FilterAction::Status(status.value().to_owned()))
                    aria-pressed=(truth(route.calls.status == status)) { (label(status)) }
            }
        }
        @for (filter, value) in &set {
            button #{ "gw-without-" (filter.name) } .gw-set-filter type="button" data-action=(FilterAction::Without(filter.name.to_owned()))
                aria-label=(tf(msg!("Take away: {filter}"), &[("filter", &said(filter, value))])) title=(said(filter, value)) {
                span.gw-clip { (said(filter, value)) } span .dashicons .dashicons-no-alt aria-hidden="true" {}
            }
        }
        @if route.is_filtered() { button #gw-clear-filters .button-link type="button" data-action=(FilterAction::Clear) { (msg!("Clear filters")) } }
    }
}

fn said(filter: &Filter, value: &str) -> String {
    let value = if value == model::route::WITHOUT { t(msg!("none")) } else { isolated(value) };
    tf(msg!("{name}: {value}"), &[("name", &t(filter.label)), ("value", &value)])
}

/// For ranges that are told in words.
pub fn span(start_ms: i64, end_ms: i64) -> String {
    let is_of_one_day = format::iso_day(start_ms) == format::iso_day(end_ms - clock::SECOND_MS);
    let to = if is_of_one_day { format::end_time(end_ms) } else { format::date_time(end_ms) };
    tf(msg!("{from} to {to}"), &[("from", &format::date_time(start_ms)), ("to", &to)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_can_be_taken_away() {
        let mut route = LogsRoute::default();
        route.calls.team = "t-1<b>".to_owned();
        route.calls.status = CallStatus::Failure;
        let chips = chips_of(&route);
        let chips = chips.as_str();
        assert!(chips.contains("without:team") && chips.contains("Team: t-1&lt;b&gt;"), "{chips}");
        assert_eq!(chips.matches("aria-pressed=\"true\"").count(), 1);
        assert!(chips.contains("Clear filters") && !chips.contains("without:model"));
        let none = chips_of(&LogsRoute::default());
        assert!(!none.as_str().contains("Clear filters"));
    }

    #[test]
    fn what_was_read_is_offered_once_and_as_text() {
        let row = |team: &str| LogRow { team_id: team.into(), ..LogRow::default() };
        let rows = [row("a\"><script>"), row("b"), row("b"), row("")];
        let offered = offers(rows.iter());
        let offered = offered.as_str();
        assert!(offered.contains("value=\"b\"") && !offered.contains("<script"), "{offered}");
        assert_eq!(offered.matches("<option").count(), 2, "{offered}");
    }

    /// A call without a public name of its model was offered by another one, and one of "-" by what means none.
    #[test]
    fn what_is_offered_finds_the_calls_that_it_was_read_from() {
        let odd =
            LogRow { model: "no-such-model".into(), end_user: "-".into(), user: " ada".into(), ..LogRow::default() };
        let long = LogRow { model_group: "x".repeat(300), ..LogRow::default() };
        let offered = offers([odd, long].iter());
        assert!(!offered.as_str().contains("<option"), "{offered:?}");
        let fine = LogRow { model_group: "gpt-4o".into(), model: "openai/gpt-4o".into(), ..LogRow::default() };
        let offered = offers([fine].iter());
        assert_eq!(offered.as_str().matches("<option").count(), 1, "{offered:?}");
        assert!(offered.as_str().contains("value=\"gpt-4o\""), "{offered:?}");
    }

    /// A field that was cleared was filled with what the first call had.
    #[test]
    fn a_name_stands_for_what_is_called_so_and_nothing_for_nothing() {
        let team = FILTERS.iter().find(|filter| filter.name == "team");
        let mut row = LogRow { team_id: "t-1".into(), ..LogRow::default() };
        row.metadata.user_api_key_team_alias = "Support".into();
        let of = |typed: &str| team.map(|team| named(team, [row.clone()].iter(), typed.to_owned()));
        assert_eq!(of("Support").as_deref(), Some("t-1"));
        assert_eq!((of("t-2").as_deref(), of("").as_deref()), (Some("t-2"), Some("")));
        let model = &FILTERS[0];
        let row = LogRow { model_group: "gpt-4o".into(), ..LogRow::default() };
        assert_eq!(named(model, [row].iter(), String::new()), "");
    }

    #[test]
    fn each_filter_is_of_a_field_of_its_own() {
        let mut route = LogsRoute::default();
        for filter in &FILTERS {
            assert_eq!(value_of(filter, &route), "", "{}", filter.name);
            *(filter.field)(&mut route) = filter.name.to_owned();
        }
        for filter in &FILTERS {
            assert_eq!(value_of(filter, &route), filter.name);
        }
    }
}
