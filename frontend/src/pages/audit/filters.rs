//! Which entries: what they are about, who did it, when, how, and what came of it. All of it is in the address.

use leptos::prelude::*;
use model::{
    audit::{channel, operation, operations, result},
    language::{t, tf},
    msg,
    route::{AuditFilter, safe_search},
    text::Msg,
    visible::isolated,
};

use super::{change_filter, source::audit_route};
use crate::{
    action::actions,
    components::{region, search_box},
    format,
    markup::{Markup, html, truth},
    router::{History, Router},
};

actions! {
    enum FilterAction {
        Result(String) = "result",
        Without(String) = "without",
        Clear = "clear",
    }
}

/// What entries are narrowed down by, beside the search and the result.
struct Filter {
    /// In ids; of the address.
    name: &'static str,
    label: Msg,
    field: fn(&mut AuditFilter) -> &mut String,
}

static FILTERS: [Filter; 5] = [
    Filter { name: "from", label: msg!("First day"), field: |filter| &mut filter.from },
    Filter { name: "to", label: msg!("Last day"), field: |filter| &mut filter.to },
    Filter { name: "user", label: msg!("Who (login name)"), field: |filter| &mut filter.user },
    Filter { name: "operation", label: msg!("Operation"), field: |filter| &mut filter.operation },
    Filter { name: "channel", label: msg!("Channel"), field: |filter| &mut filter.channel },
];

fn value_of(filter: &Filter, of: &AuditFilter) -> String {
    (filter.field)(&mut of.clone()).clone()
}

pub fn toolbar(router: Router) -> AnyView {
    let filter = move || audit_route(&router.route()).filter;
    let search = search_box(
        msg!("Search by key, user or team"),
        msg!("Name, hash, ID"),
        move || filter().search,
        move |search| change_filter(router, History::Replace, |filter| filter.search = search),
        None,
    );
    let count = move || {
        let filter = filter();
        FILTERS.iter().filter(|one| !value_of(one, &filter).is_empty()).count()
    };
    let label = move || match count() {
        0 => t(msg!("Filters")),
        count => tf(msg!("Filters ({count})"), &[("count", &format::count(count as f64))]),
    };
    let fields: Vec<AnyView> = FILTERS.iter().map(|filter| field(filter, router)).collect();
    view! {
        {search}
        <details class="gw-menu gw-filters" class:gw-filters-on=move || { count() > 0 }>
            <summary class="button">{label}</summary>
            <div class="gw-menu-items gw-filter-panel" role="group" aria-label=t(msg!("Filters"))>{fields}</div>
        </details>
    }
    .into_any()
}

/// What one chooses from; none: it is typed.
fn choices(name: &str) -> Vec<(&'static str, String)> {
    let mut choices = Vec::new();
    match name {
        "operation" => {
            for (name, label) in operations() {
                choices.push((name, t(label)));
            }
        }
        "channel" => {
            for name in AuditFilter::CHANNELS {
                choices.push((name, channel(name)));
            }
        }
        _ => {}
    }
    choices
}

fn field(filter: &'static Filter, router: Router) -> AnyView {
    let id = ["gw-audit-", filter.name].concat();
    let value = move || value_of(filter, &audit_route(&router.route()).filter);
    let on_change = move |event: web_sys::Event| {
        let chosen = safe_search(event_target_value(&event).trim());
        // While a date is typed, each year on the way is one.
        let history = if matches!(filter.name, "from" | "to") { History::Replace } else { History::Push };
        change_filter(router, history, |route| *(filter.field)(route) = chosen);
    };
    let choices = choices(filter.name);
    let control = if choices.is_empty() {
        let (kind, longest, latest) =
            if filter.name == "user" { ("text", Some("60"), None) } else { ("date", None, Some("9999-12-31")) };
        view! {
            <input type=kind id=id.clone() autocomplete="off" spellcheck="false" maxlength=longest max=latest prop:value=value on:change=on_change />
        }
        .into_any()
    } else {
        // The select has its value before it has its options.
        let first = untrack(value);
        let options: Vec<AnyView> = [("", t(msg!("All")))]
            .into_iter()
            .chain(choices)
            .map(|(name, label)| view! { <option value=name selected=name == first>{label}</option> }.into_any())
            .collect();
        view! { <select id=id.clone() prop:value=value on:change=on_change>{options}</select> }.into_any()
    };
    view! { <div class="gw-filter-field"><label class="gw-label" for=id>{t(filter.label)}</label>{control}</div> }
        .into_any()
}

/// What came of it, and what entries are narrowed down by: each with a way to take it away.
pub fn chips(router: Router) -> AnyView {
    region(
        "gw-key-chips",
        move || chips_of(&audit_route(&router.route()).filter),
        move |action| match action {
            FilterAction::Result(value) => change_filter(router, History::Push, |filter| filter.result = value),
            FilterAction::Without(name) => {
                if let Some(one) = FILTERS.iter().find(|one| one.name == name) {
                    change_filter(router, History::Push, |filter| (one.field)(filter).clear());
                }
            }
            FilterAction::Clear => {
                change_filter(router, History::Push, |filter| *filter = AuditFilter::default());
            }
        },
    )
}

fn chips_of(filter: &AuditFilter) -> Markup {
    let [done, refused, unknown, under_way] = AuditFilter::RESULTS;
    let label = |name: &str| if name.is_empty() { t(msg!("All")) } else { result(name) };
    let mut set = Vec::new();
    for one in &FILTERS {
        let value = value_of(one, filter);
        if !value.is_empty() {
            set.push((one.name, said(one, &value)));
        }
    }
    html! {
        div.gw-filter-chips role="group" aria-label=(msg!("Filter by result")) {
            @for name in ["", done, refused, unknown, under_way] {
                button #{ "gw-result-" (name) } .gw-filter-chip type="button" data-action=(FilterAction::Result(name.to_owned()))
                    aria-pressed=(truth(filter.result == name)) { (label(name)) }
            }
        }
        @for (name, said) in &set {
            button #{ "gw-without-" (name) } .gw-set-filter type="button" data-action=(FilterAction::Without((*name).to_owned()))
                aria-label=(tf(msg!("Take away: {filter}"), &[("filter", said)])) title=(said) {
                span.gw-clip { (said) } span .dashicons .dashicons-no-alt aria-hidden="true" {}
            }
        }
        @if filter.is_set() { button #gw-clear-filters .button-link type="button" data-action=(FilterAction::Clear) { (msg!("Clear filters")) } }
    }
}

fn said(filter: &Filter, value: &str) -> String {
    let value = match filter.name {
        "operation" => operation(value),
        "channel" => channel(value),
        "user" => isolated(value),
        _ => format::day_in_full(value),
    };
    tf(msg!("{name}: {value}"), &[("name", &t(filter.label)), ("value", &value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_can_be_taken_away() {
        let filter = AuditFilter {
            user: "ada<b>".into(),
            operation: "keys.block".into(),
            result: "unknown".into(),
            ..AuditFilter::default()
        };
        let chips = chips_of(&filter);
        let chips = chips.as_str();
        assert!(chips.contains("without:user") && chips.contains("ada&lt;b&gt;"), "{chips}");
        assert!(chips.contains("Operation: Block a key") && chips.contains("Clear filters"), "{chips}");
        assert_eq!(chips.matches("aria-pressed=\"true\"").count(), 1);
        assert!(!chips_of(&AuditFilter::default()).as_str().contains("Clear filters"));
    }

    #[test]
    fn each_filter_is_of_a_field_of_its_own() {
        let mut all = AuditFilter::default();
        for one in &FILTERS {
            assert_eq!(value_of(one, &all), "", "{}", one.name);
            *(one.field)(&mut all) = one.name.to_owned();
        }
        for one in &FILTERS {
            assert_eq!(value_of(one, &all), one.name);
        }
    }
}
