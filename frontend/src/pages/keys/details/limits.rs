//! Everything that limits the key, with how much of it is left and when it starts anew.

use leptos::prelude::*;
use model::{
    key_limits::{Binding, Force, Limit, Money, Of as Whose, Rate, sentence, source},
    language::{t, tf, tn},
    msg, plural,
    text::Msg,
    visible::{isolated, visible},
};

use super::{
    full::{heading, trouble},
    source::{Of, Parts},
};
use crate::{
    action::actions,
    components::{region, skeleton_rows},
    format,
    markup::{Markup, html},
    task::now_ms,
};

actions! {
    enum LimitsAction {
        Team = "team",
        Owner = "owner",
        Organization = "organization",
    }
}

pub fn limits(parts: Parts) -> AnyView {
    region(
        "gw-part",
        move || render(parts),
        move |action| match action {
            LimitsAction::Team => parts.team.refetch(),
            LimitsAction::Owner => parts.owner.refetch(),
            LimitsAction::Organization => parts.organization.refetch(),
        },
    )
}

fn render(parts: Parts) -> Markup {
    if parts.key().is_none() {
        return Markup::default();
    }
    let bindings = parts.bindings();
    let missing = parts.missing();
    let awaited = missing.iter().any(|(_, query)| query.with(|state| state.error.is_none()));
    // Newer versions pass over all budgets where the model has no price.
    let spent = bindings.iter().any(|binding| binding.stops() && matches!(binding.limit, Limit::Money(_)));
    html! {
        (heading(msg!("What limits it"), ""))
        @if bindings.is_empty() && missing.is_empty() {
            p.gw-minor { (msg!("Nothing: it may call all models, and spend without a limit.")) }
        }
        ul.gw-limits { @for binding in &bindings { (row(binding, now_ms())) } }
        @for (of, query) in &missing {
            @if let Some(error) = query.with(|state| state.error.clone()) { (failed(*of, &error)) }
        }
        @if awaited { (skeleton_rows(2)) }
        @if spent {
            p.gw-minor { (msg!("Newer versions of LiteLLM answer calls of models without a price although a budget is spent.")) }
        }
    }
}

fn failed(of: Of, error: &model::failure::ApiError) -> Markup {
    let (text, retry) = match of {
        Of::Team => (msg!("What its team allows could not be read."), LimitsAction::Team),
        Of::Owner => (msg!("What its owner may do could not be read."), LimitsAction::Owner),
        Of::Organization => (msg!("What its organization allows could not be read."), LimitsAction::Organization),
    };
    trouble(&t(text), error, &crate::action::Action::print(&retry))
}

fn row(binding: &Binding, now_ms: i64) -> Markup {
    let refuses = binding.force == Force::Refuses;
    html! {
        li class=(if refuses { "gw-limit gw-limit-stops" } else { "gw-limit" }) {
            div.gw-limit-source dir="auto" {
                (source(binding))
                @if refuses { " " span .gw-chip .gw-chip-failed { (msg!("Stops calls")) } }
            }
            div.gw-limit-what { (what(binding, now_ms)) }
        }
    }
}

fn what(binding: &Binding, now_ms: i64) -> Markup {
    match &binding.limit {
        Limit::Blocked | Limit::NoModel => html! { span dir="auto" { (sentence(binding)) } },
        Limit::Gone => html! {
            span dir="auto" { (sentence(binding)) }
            span .gw-line .gw-minor { (msg!("Newer versions of LiteLLM refuse its calls, older ones answer them.")) }
        },
        Limit::Expiry { at_ms } => {
            let sentence = if *at_ms <= now_ms { msg!("Expired on {date}") } else { msg!("Expires on {date}") };
            html! { (tf(sentence, &[("date", &format::date_time(*at_ms))])) }
        }
        Limit::Models(models) => html! {
            span .gw-line { (msg!("Only these models, or groups of models:")) }
            @for model in models { span.gw-line dir="auto" { (visible(model)) } }
            @if binding.force == Force::Refuses { span .gw-line { (sentence(binding)) } }
        },
        Limit::Rate { rate, most, model } => html! {
            (rate_text(*rate, *most))
            @if !model.is_empty() { span .gw-line .gw-minor dir="auto" { (for_model(model)) } }
        },
        Limit::Money(money) => money_text(binding, money, now_ms),
    }
}

fn rate_text(rate: Rate, most: f64) -> String {
    let text = match rate {
        Rate::RequestsPerMinute => plural!("{count} request/min", "{count} requests/min"),
        Rate::TokensPerMinute => plural!("{count} token/min", "{count} tokens/min"),
        Rate::AtOnce => plural!("{count} at once", "{count} at once"),
    };
    tn(text, most.max(0.0) as u64, &format::count(most))
}

fn for_model(model: &str) -> String {
    tf(msg!("For the model {model}"), &[("model", &isolated(model))])
}

/// How much of a budget is spent and left, until when.
fn money_text(binding: &Binding, money: &Money, now_ms: i64) -> Markup {
    let budget = format::usd(money.budget);
    let spent = money.spent.map(format::usd);
    let sentence = match (spent.is_some(), money.period.as_str()) {
        (true, "") => msg!("{spent} of {budget}"),
        (true, "1d" | "24h") => msg!("{spent} of {budget} a day"),
        (true, "7d") => msg!("{spent} of {budget} a week"),
        (true, "30d" | "1mo") => msg!("{spent} of {budget} a month"),
        (true, _) => msg!("{spent} of {budget} every {period}"),
        (false, "") => msg!("At most {budget}"),
        (false, _) => msg!("At most {budget} every {period}"),
    };
    let values = [("spent", spent.as_deref().unwrap_or_default()), ("budget", &budget), ("period", &money.period)];
    html! {
        span.gw-amount { (tf(sentence, &values)) }
        @if let Some(share) = money.share() { (bar(share)) }
        @if let Some(left) = money.left() {
            span .gw-line { (tf(msg!("{amount} left"), &[("amount", &format::usd(left))])) }
        } @else {
            span .gw-line .gw-minor { (msg!("LiteLLM does not tell how much of it is spent.")) }
        }
        span .gw-line .gw-minor { (anew(money, now_ms)) }
        @if let Some((more, until_ms)) = money.raised { span .gw-line .gw-minor { (raised(more, until_ms)) } }
        @if !money.model.is_empty() { span .gw-line .gw-minor dir="auto" { (for_model(&money.model)) } }
        @if let Some(doubt) = doubt(binding, money) { span .gw-line .gw-minor { (doubt) } }
    }
}

fn raised(more: f64, until_ms: i64) -> String {
    let values = [("amount", &*format::usd(more)), ("date", &*format::date_time(until_ms))];
    tf(msg!("With {amount} that was added until {date}"), &values)
}

fn anew(money: &Money, now_ms: i64) -> String {
    match money.resets_ms {
        Some(at_ms) if at_ms <= now_ms => t(msg!("Is to start anew within minutes")),
        Some(at_ms) => tf(msg!("Starts anew on {date}"), &[("date", &*format::date_time(at_ms))]),
        None if money.period.is_empty() => t(msg!("Never starts anew")),
        None => t(msg!("LiteLLM does not tell when it starts anew.")),
    }
}

/// What is not the same in all versions.
fn doubt(binding: &Binding, money: &Money) -> Option<Msg> {
    let full = money.share().is_some_and(|share| share >= 1.0);
    match (binding.of, binding.force) {
        (_, Force::Unsure) if full => {
            Some(msg!("Whether it stops calls depends on the version and the settings of LiteLLM."))
        }
        (Whose::Budget | Whose::Organization, _) if money.resets_ms.is_some() => {
            Some(msg!("Older versions of LiteLLM do not start it anew."))
        }
        _ => None,
    }
}

/// How much of a budget is spent.
pub fn bar(share: f64) -> Markup {
    let level = match share {
        _ if share >= 1.0 => "gw-bar gw-bar-over",
        _ if share >= 0.8 => "gw-bar gw-bar-near",
        _ => "gw-bar",
    };
    let width = (share.clamp(0.0, 1.0) * 100.0).round() as u32;
    let label = tf(msg!("{percent} of the budget spent"), &[("percent", &format::percent(share))]);
    html! {
        span class=(level) role="img" aria-label=(label) {
            span.gw-bar-fill style={ "inline-size:" (width.to_string()) "%" } {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row_of(binding: &Binding) -> String {
        row(binding, 1_795_176_000_000).as_str().to_owned()
    }

    fn binding(limit: Limit, force: Force) -> Binding {
        Binding { of: Whose::Team, name: "<b>Support".into(), limit, force }
    }

    #[test]
    fn what_is_left_and_when_it_starts_anew_stand_beside_whose_it_is() {
        let money = Money { spent: Some(12.0), budget: 10.0, period: "30d".into(), ..Money::default() };
        let text = row_of(&binding(Limit::Money(money.clone()), Force::Refuses));
        for part in
            ["Team &lt;b&gt;Support", "Stops calls", "12 of 10 a month", "0 left", "gw-bar-over", "does not tell when"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let open = Money { spent: Some(2.5), resets_ms: Some(1_795_176_000_001), ..money.clone() };
        let text = row_of(&binding(Limit::Money(open), Force::Open));
        assert!(
            text.contains("7.5 left") && text.contains("Starts anew on") && !text.contains("Stops calls"),
            "{text}"
        );
        let untold = Money { spent: None, ..money };
        let text = row_of(&binding(Limit::Money(untold), Force::Unsure));
        assert!(text.contains("At most 10 every 30d") && text.contains("how much of it is spent"), "{text}");
    }

    #[test]
    fn what_depends_on_the_version_is_said_to() {
        let money = Money { spent: Some(12.0), budget: 10.0, resets_ms: Some(0), ..Money::default() };
        let organization = Binding { of: Whose::Organization, ..binding(Limit::Money(money), Force::Unsure) };
        let text = row_of(&organization);
        assert!(text.contains("depends on the version") && text.contains("within minutes"), "{text}");
    }

    #[test]
    fn models_of_others_are_text() {
        let text = row_of(&binding(Limit::Models(vec!["<img src=x>\u{202e}".into()]), Force::Open));
        assert!(text.contains("&lt;img src=x&gt;⟨U+202E⟩"), "{text}");
    }
}
