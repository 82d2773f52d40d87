//! Every field of a call; what others have in common with it leads to them.

use leptos::prelude::*;
use model::{
    clock,
    live_log::reason,
    logs::{
        call::{self, Cost},
        question::can_be_asked,
    },
    msg,
    people::Kind,
    route::{KeysOpen, KeysRoute, LogsRoute, PeopleRoute, Route, safe_search},
    text::Msg,
    visible::visible,
    wire::LogRow,
};

use super::Opened;
use crate::{
    components::still_region,
    format,
    markup::{Markup, html},
    pages::logs::table::key_name,
    router::href,
};

pub fn facts(opened: Opened) -> AnyView {
    still_region("gw-part", move || match opened.row() {
        Some(row) => html! { (figures(&row)) (costs(&row)) (who(opened, &row)) (what(opened, &row)) },
        None => Markup::default(),
    })
}

fn heading(title: Msg) -> Markup {
    html! { div.gw-part-head { h3.gw-part-title { (title) } } }
}

fn list(facts: &[(Msg, Markup)]) -> Markup {
    html! { dl.gw-facts { @for (label, value) in facts { dt { (label) } dd { (value) } } } }
}

fn none() -> Markup {
    html! { span.gw-minor { (msg!("None")) } }
}

fn moment(text: &str) -> Markup {
    match clock::parse_utc_ms(text) {
        Some(ms) => {
            html! { (format::date_time_long(ms)) span.gw-minor { " +" (format::duration(ms.rem_euclid(1_000) as f64)) } }
        }
        None if text.is_empty() => html! { span.gw-minor { (msg!("not known")) } },
        None => html! { (visible(text)) },
    }
}

fn duration(ms: Option<f64>) -> Markup {
    match ms {
        Some(ms) => html! { (format::duration(ms)) },
        None => html! { span.gw-minor { (msg!("not known")) } },
    }
}

fn figures(row: &LogRow) -> Markup {
    let mut facts = vec![
        (msg!("Began"), moment(&row.start_time)),
        (msg!("Ended"), moment(&row.end_time)),
        (msg!("Duration"), duration(call::duration_ms(row))),
    ];
    if let Some(ms) = call::first_token_ms(row) {
        facts.push((msg!("First token after"), duration(Some(ms))));
    }
    if let Some(ms) = row.metadata.overhead_ms {
        facts.push((msg!("Of it the gateway"), duration(Some(ms))));
    }
    facts.push((msg!("Tokens in"), html! { (format::whole(row.prompt_tokens)) }));
    facts.push((msg!("Tokens out"), html! { (format::whole(row.completion_tokens)) }));
    let labels = [msg!("Read from cache"), msg!("Written to cache"), msg!("Reasoning")];
    for (label, tokens) in labels.into_iter().zip(call::special_tokens(row)) {
        if let Some(tokens) = tokens.filter(|tokens| *tokens > 0.0) {
            facts.push((label, html! { (format::whole(tokens)) }));
        }
    }
    if let Some(hit) = call::cache_hit(row) {
        facts.push((msg!("From the gateway’s cache"), html! { (if hit { msg!("Yes") } else { msg!("No") }) }));
    }
    html! { (heading(msg!("Time and tokens"))) (list(&facts)) }
}

fn label_of(cost: Cost) -> Msg {
    match cost {
        Cost::Input => msg!("Tokens in"),
        Cost::CacheRead => msg!("Read from cache"),
        Cost::CacheWritten => msg!("Written to cache"),
        Cost::Output => msg!("Tokens out"),
        Cost::Tools => msg!("Tools"),
        Cost::Guardrails => msg!("Guardrails"),
        Cost::Discount => msg!("Discount"),
        Cost::Margin => msg!("Margin"),
        Cost::Other => msg!("Not told apart"),
    }
}

fn costs(row: &LogRow) -> Markup {
    let mut facts: Vec<(Msg, Markup)> = Vec::new();
    for (cost, amount) in call::costs(row) {
        facts.push((label_of(cost), html! { (exact(amount)) }));
    }
    let is_told = !facts.is_empty();
    facts.push((msg!("Together"), html! { strong { (exact(row.spend)) } }));
    html! {
        (heading(msg!("Cost")))
        (list(&facts))
        @if !is_told && row.spend > 0.0 { p.gw-minor { (msg!("This version of LiteLLM does not tell what the parts of it cost.")) } }
    }
}

/// Calls cost less than a millionth of a dollar, too.
fn exact(amount: f64) -> String {
    if amount != 0.0 && amount.abs() < 0.000_001 {
        return ["$", &amount.to_string()].concat();
    }
    format::usd_exact(amount)
}

/// A value, its name, and the way to the calls that have it too.
fn shared(name: &str, value: &str, only: &str, more: Option<(String, Msg)>) -> Markup {
    let only = can_be_asked(value).then(|| (only.to_owned(), msg!("Only these calls")));
    linked(name, value, [only, more])
}

fn linked(name: &str, value: &str, links: [Option<(String, Msg)>; 2]) -> Markup {
    if value.is_empty() {
        return none();
    }
    let links: Vec<_> = links.into_iter().flatten().collect();
    html! {
        span.gw-line dir="auto" { (if name.is_empty() { visible(value) } else { visible(name) }) }
        @if !name.is_empty() && name != value { span .gw-line .gw-minor dir="auto" { (visible(value)) } }
        @if !links.is_empty() {
            span.gw-line {
                @for (at, (href, label)) in links.iter().enumerate() {
                    @if at > 0 { " · " }
                    a href=(href) { (label) }
                }
            }
        }
    }
}

/// By its public name the gateway narrows its log down; another one is looked for in what the log says. `only` and `search`
/// lead to these.
fn model_of(row: &LogRow, only: &str, search: &str) -> Markup {
    let model = call::model(row);
    if !row.model_group.is_empty() {
        return shared("", model, only, None);
    }
    let can_be_searched = !safe_search(model).is_empty();
    linked("", model, [can_be_searched.then(|| (search.to_owned(), msg!("Search for it"))), None])
}

fn who(opened: Opened, row: &LogRow) -> Markup {
    let only = |narrow: &dyn Fn(&mut LogsRoute)| opened.only(|route| narrow(route));
    let metadata = &row.metadata;
    let key = call::has_key(row).then(|| {
        let open = KeysOpen::Key(row.api_key.clone());
        (href(&Route::Keys(KeysRoute { open, ..KeysRoute::default() })), msg!("The key"))
    });
    let of = |kind: Kind, id: &str, label: Msg| (!id.is_empty()).then(|| (href(&PeopleRoute::one(kind, id)), label));
    let key_called = key_name(row).unwrap_or_default();
    let mut facts = vec![
        (msg!("Key"), shared(&key_called, &row.api_key, &only(&|route| route.calls.key.clone_from(&row.api_key)), key)),
        (
            msg!("Team"),
            shared(
                &metadata.user_api_key_team_alias,
                &row.team_id,
                &only(&|route| route.calls.team.clone_from(&row.team_id)),
                of(Kind::Team, &row.team_id, msg!("The team")),
            ),
        ),
        (
            msg!("Owner"),
            shared(
                "",
                &row.user,
                &only(&|route| route.calls.owner.clone_from(&row.user)),
                of(Kind::User, &row.user, msg!("The user")),
            ),
        ),
    ];
    let organization = call::organization(row);
    for (label, value, link) in [
        (msg!("Organization"), organization, only(&|route| route.calls.organization = organization.to_owned())),
        (msg!("End user"), row.end_user.as_str(), only(&|route| route.calls.end_user.clone_from(&row.end_user))),
    ] {
        if !value.is_empty() {
            facts.push((label, shared("", value, &link, None)));
        }
    }
    for (label, value) in
        [(msg!("Caller’s address"), row.address.as_str()), (msg!("Caller’s program"), call::user_agent(row))]
    {
        if !value.is_empty() {
            facts.push((label, html! { span dir="auto" { (visible(value)) } }));
        }
    }
    html! { (heading(msg!("Who"))) (list(&facts)) }
}

fn what(opened: Opened, row: &LogRow) -> Markup {
    let only = |narrow: &dyn Fn(&mut LogsRoute)| opened.only(|route| narrow(route));
    let text = |value: &str| html! { span dir="auto" { (visible(value)) } };
    let code = |value: &str| html! { code.gw-hash dir="ltr" { (visible(value)) } };
    let model = call::model(row);
    let (of_model, searched) = (
        only(&|route| route.calls.model = model.to_owned()),
        only(&|route| (route.calls.model, route.search) = (String::new(), safe_search(model))),
    );
    let mut facts = vec![(msg!("Model"), model_of(row, &of_model, &searched))];
    if !row.model.is_empty() && row.model != model {
        facts.push((msg!("Model of the provider"), text(&row.model)));
    }
    if !row.custom_llm_provider.is_empty() {
        let link = only(&|route| route.calls.provider.clone_from(&row.custom_llm_provider));
        facts.push((msg!("Provider"), shared("", &row.custom_llm_provider, &link, None)));
    }
    let tags = call::tags(row);
    if !tags.is_empty() {
        let tags: Vec<Markup> = tags
            .into_iter()
            .map(|tag| shared("", tag, &only(&|route| route.calls.tag = tag.to_owned()), None))
            .collect();
        facts.push((msg!("Tags"), html! { (tags) }));
    }
    if !row.call_type.is_empty() {
        let link = only(&|route| route.calls.call.clone_from(&row.call_type));
        facts.push((msg!("Call type"), shared("", &row.call_type, &link, None)));
    }
    if !row.mcp_tool.is_empty() {
        facts.push((msg!("MCP tool"), text(&row.mcp_tool)));
    }
    if let Some(why) = reason(row) {
        if !why.class.is_empty() {
            let link = only(&|route| route.error.clone_from(&why.class));
            facts.push((msg!("Error’s class"), shared("", &why.class, &link, None)));
        }
        if !why.code.is_empty() {
            let link = only(&|route| route.error.clone_from(&why.code));
            facts.push((msg!("Error’s status"), shared("", &why.code, &link, None)));
        }
        let said = row.metadata.error_information.as_ref().map_or("", |error| error.error_message.trim());
        if !said.is_empty() && said != "None" {
            facts.push((msg!("In full"), html! { pre .gw-code .gw-call-text dir="auto" tabindex="0" role="region" aria-label=(msg!("The error in full")) { (said) } }));
        }
    }
    for (label, count) in [
        (msg!("Tries again"), row.metadata.attempted_retries),
        (msg!("Other models tried"), row.metadata.attempted_fallbacks),
    ] {
        if count > 0.0 {
            facts.push((label, html! { (format::whole(count)) }));
        }
    }
    for (label, value) in [
        (msg!("Request ID"), &row.request_id),
        (msg!("Call ID"), &row.litellm_call_id),
        (msg!("Session"), &row.session_id),
        (msg!("Deployment"), &row.model_id),
    ] {
        if !value.is_empty() {
            facts.push((label, code(value)));
        }
    }
    html! { (heading(msg!("What"))) (list(&facts)) }
}

#[cfg(test)]
mod tests {
    use model::wire::{CostBreakdown, LogMetadata};

    use super::*;

    #[test]
    fn parts_of_the_cost_are_told_and_where_they_are_not_that_is_told() {
        let cost = CostBreakdown { input_cost: Some(0.001), output_cost: Some(0.002), ..CostBreakdown::default() };
        let row = LogRow {
            spend: 0.003,
            metadata: LogMetadata { cost: Some(cost), ..LogMetadata::default() },
            ..LogRow::default()
        };
        let told = costs(&row);
        assert!(told.as_str().contains("Tokens out") && !told.as_str().contains("does not tell"), "{told:?}");
        let bare = costs(&LogRow { spend: 0.003, ..LogRow::default() });
        assert!(bare.as_str().contains("does not tell"));
        assert_eq!(exact(0.000_000_15), "$0.00000015");
    }

    /// Newer LiteLLM finds nothing by another name than the public one, and nobody by "-", which means none.
    #[test]
    fn a_link_finds_the_call_that_it_stands_with_or_is_not_there() {
        let of = |group: &str, model: &str| {
            let row = LogRow { model_group: group.into(), model: model.into(), ..LogRow::default() };
            model_of(&row, "?only", "?search").as_str().to_owned()
        };
        assert!(of("gpt-4o", "openai/gpt-4o").contains("\"?only\">Only these calls"));
        assert!(of("", "no-such-model").contains("\"?search\">Search for it"));
        assert_eq!(of("", ""), none().as_str());
        for odd in ["-", " a"] {
            let shown = shared("", odd, "?", Some(("?team".to_owned(), msg!("The team"))));
            assert!(!shown.as_str().contains("Only these") && shown.as_str().contains("The team"), "{shown:?}");
            assert!(!shared("", odd, "?", None).as_str().contains("<a"));
        }
    }

    #[test]
    fn figures_that_nobody_knows_are_not_zero() {
        let odd = figures(&LogRow { start_time: "soon<b>".into(), ..LogRow::default() });
        assert!(odd.as_str().contains("soon&lt;b&gt;") && odd.as_str().contains("not known"), "{odd:?}");
    }
}
