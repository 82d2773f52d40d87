//! One entry in full, at the side of the list, and with an address of its own.

use leptos::prelude::*;
use model::{
    audit::{channel, field, operation, value, who, why},
    language::{t, tf},
    msg,
    text::Msg,
    visible::visible,
    wire::{Audit, AuditRow},
};
use serde_json::Value;

use super::{
    change,
    source::{Source, audit_route},
    table::{chip, gone, moment, places},
};
use crate::{
    action::actions,
    api,
    components::{drawer, problem, region, skeleton_rows},
    effect::watch,
    format,
    markup::{Markup, html},
    query::{Query, idle_query},
    router::{History, Router},
};

actions! {
    enum DetailsAction {
        Retry = "retry",
    }
}

pub fn details(source: Source, router: Router) -> AnyView {
    let id = Memo::new(move |_| audit_route(&router.route()).open);
    let one = idle_query(move |api| async move { api::audit::one(&api, id.get_untracked()).response().await });
    // Whoever comes by an address may come to an entry that is not in the list.
    let mut looked = 0;
    watch(move || {
        let id = id.get();
        let loaded = source.list.with(|state| state.data.is_some() || state.error.is_some());
        if id != 0 && loaded && looked != id && untrack(|| listed(source, id)).is_none() {
            looked = id;
            one.turn();
        }
    });
    let title = Signal::derive(move || match id.get() {
        0 => String::new(),
        id => row(source, one, id).map_or_else(|| t(msg!("Entry")), |row| operation(&row.operation)),
    });
    let content = region(
        "gw-drawer-body",
        move || match id.get() {
            0 => Markup::default(),
            id => match row(source, one, id) {
                Some(row) => render(&row),
                None => waiting(one, id),
            },
        },
        move |DetailsAction::Retry| one.turn(),
    );
    let on_close = Callback::new(move |()| change(router, History::Push, |route| route.open = 0));
    drawer("gw-entry", title, on_close, content)
}

fn listed(source: Source, id: u64) -> Option<AuditRow> {
    source.list.with(|state| state.data.iter().flat_map(|answer| &answer.audit.rows).find(|row| row.id == id).cloned())
}

fn row(source: Source, one: Query<Audit>, id: u64) -> Option<AuditRow> {
    let looked_for =
        || one.with(|state| state.data.iter().flat_map(|audit| &audit.rows).find(|row| row.id == id).cloned());
    listed(source, id).or_else(looked_for)
}

/// It is looked for, or was in vain.
fn waiting(one: Query<Audit>, id: u64) -> Markup {
    one.with(|state| match (&state.error, &state.data) {
        (Some(error), _) => problem(error, Some(crate::action::Action::print(&DetailsAction::Retry))),
        (None, Some(_)) if !state.loading => {
            let text = tf(
                msg!("The log has no entry {id} any more: it may have been removed because of its age."),
                &[("id", &format::whole(id as f64))],
            );
            html! { p { (text) } }
        }
        _ => skeleton_rows(6),
    })
}

fn render(row: &AuditRow) -> Markup {
    let why = why(row);
    let text = |text: &str| html! { span dir="auto" { (text) } };
    let mut facts: Vec<(Msg, Markup)> =
        vec![(msg!("Done by"), text(&who(row))), (msg!("Channel"), text(&channel(&row.channel)))];
    if !row.address.is_empty() {
        facts.push((msg!("IP address"), html! { span dir="ltr" { (visible(&row.address)) } }));
    }
    facts.push((msg!("Began"), moment(&row.began)));
    if !row.ended.is_empty() {
        facts.push((msg!("Ended"), moment(&row.ended)));
    }
    if !row.alias.is_empty() {
        facts.push((msg!("Name"), text(&visible(&row.alias))));
    }
    for (label, id, link) in places(row) {
        facts.push((label, html! { a .gw-hash dir="auto" href=(link) { (visible(&id)) } }));
    }
    if !row.gateway.is_empty() {
        facts.push((msg!("Gateway"), text(&visible(&row.gateway))));
    }
    html! {
        p { (chip(row)) }
        @if !why.is_empty() { p dir="auto" { (why) } }
        @if let Some(gone) = gone(row) { p.gw-minor { (gone) } }
        dl.gw-facts { @for (label, value) in &facts { dt { (label) } dd { (value) } } }
        (changes(row))
    }
}

/// What was, what was asked for, and what the gateway made of it where it says something else.
fn changes(row: &AuditRow) -> Markup {
    let Some(changes) = row.changes.as_array().filter(|changes| !changes.is_empty()) else { return Markup::default() };
    let any = |name: &str| changes.iter().any(|change| change.get(name).is_some());
    let mut heads = Vec::new();
    for (name, head) in [("before", msg!("Before")), ("asked", msg!("Asked for")), ("after", msg!("Then"))] {
        if any(name) {
            heads.push((name, head));
        }
    }
    let cell = |change: &Value, name: &str| match change.get(name) {
        Some(known) => value(known),
        // Nobody looked, or it is what was asked for.
        None => {
            if name == "before" {
                t(msg!("not known"))
            } else {
                "–".to_owned()
            }
        }
    };
    html! {
        div.gw-part-head { h3.gw-part-title { (msg!("Changes")) } }
        table.gw-diff {
            caption.screen-reader-text { (msg!("Changes")) }
            thead { tr { th scope="col" { (msg!("Setting")) } @for (_, head) in &heads { th scope="col" { (head) } } } }
            tbody {
                @for change in changes {
                    tr {
                        th scope="row" dir="auto" { (field(change["field"].as_str().unwrap_or_default())) }
                        @for (name, head) in &heads { td data-label=(head) dir="auto" { (cell(change, name)) } }
                    }
                }
            }
        }
        @if !any("before") && row.operation.ends_with(".update") {
            p.gw-minor { (msg!("What was there before is not known: the gateway is not asked for the sake of this log.")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn before_and_after_stand_beside_each_other_and_what_nobody_looked_at_is_not_known() {
        let row = AuditRow {
            id: 1,
            operation: "keys.update".into(),
            login: "ada".into(),
            user_id: 2,
            alias: "<b>".into(),
            result: "done".into(),
            changes: json!([
                { "field": "max_budget", "asked": 10, "before": 5 },
                { "field": "budget_duration", "asked": null, "before": "7d", "after": "7d" },
                { "field": "rpm_limit", "asked": 3 }
            ]),
            ..AuditRow::default()
        };
        let text = render(&row);
        let text = text.as_str();
        for words in [
            "Before</th>",
            "Asked for</th>",
            "Then</th>",
            ">5</td>",
            ">10</td>",
            ">nothing</td>",
            ">7d</td>",
            ">not known</td>",
            "&lt;b&gt;",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let unknown = render(&AuditRow {
            operation: "keys.update".into(),
            changes: json!([{ "field": "alias", "asked": "x" }]),
            ..AuditRow::default()
        });
        assert!(
            unknown.as_str().contains("What was there before is not known")
                && !unknown.as_str().contains("Before</th>"),
            "{unknown:?}"
        );
    }
}
