//! The fields of the form for a new key. Each id is `gw-` and the parameter's name, so that errors find their field.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{BudgetPeriod, Expiry, Field},
    text::Msg,
    wire::{Model, Team},
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};

use crate::{
    components::problem,
    format,
    i18n::{t, tf},
    markup::{Html, html},
};

/// From how many models on the list gets a filter.
const FILTER_FROM: usize = 12;

/// What stands in an input or a select; empty where there is none.
pub fn value(id: &str) -> String {
    let Some(element) = document().get_element_by_id(id) else { return String::new() };
    match element.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.value(),
        None => element.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default(),
    }
}

pub fn alias() -> String {
    let mut h = Html::new();
    let help = t(msg!("The name by which you will recognise the key, such as the application that uses it."));
    field(&mut h, Field::Alias, msg!("Alias"), &help, |h| {
        h.raw(r#"<input type="text" class="regular-text" id="gw-alias" data-act="alias" autocomplete="off" spellcheck="false" required aria-required="true" aria-describedby="gw-alias-error gw-alias-help">"#);
    });
    h.finish()
}

pub fn remark(text: Option<Msg>) -> String {
    let mut h = Html::new();
    if let Some(text) = text {
        html!(h, r#"<p class="gw-remark" role="status">"# [text] "</p>");
    }
    h.finish()
}

pub fn model_choice(some: bool, models: Option<&Result<Vec<Model>, ApiError>>) -> String {
    let mut h = Html::new();
    html!(h, r#"<fieldset class="gw-field"><legend class="gw-label">"# [msg!("Models")] r#"</legend><div class="gw-control">"#);
    for (value, label, on) in
        [("all", msg!("All models, also those added later"), !some), ("some", msg!("Only these"), some)]
    {
        html!(h, r#"<label class="gw-choice"><input type="radio" name="gw-which-models" data-act="which-models" data-id=""# {value} "\""
            {if on { " checked" } else { "" }} ">" [label] "</label>");
    }
    if some {
        match models {
            None => html!(h, r#"<p class="gw-minor">"# [msg!("Asking the gateway for its models…")] "</p>"),
            Some(Err(error)) => problem(&mut h, error, true),
            Some(Ok(models)) if models.is_empty() => {
                html!(h, r#"<p class="gw-minor">"# [msg!("The gateway has no models yet.")] "</p>")
            }
            Some(Ok(models)) if models.len() >= FILTER_FROM => {
                html!(h, r#"<input type="search" class="gw-model-filter" data-act="filter" placeholder=""# [msg!("Filter models")] r#"" aria-label=""# [msg!("Filter models")] "\">");
            }
            Some(Ok(_)) => {}
        }
    }
    error_place(&mut h, Field::Models);
    h.raw("</div></fieldset>");
    h.finish()
}

/// Apart from the choice and its filter, which one types into.
pub fn model_list(models: &[Model], filter: &str, chosen: &[String]) -> String {
    let mut h = Html::new();
    html!(h, r#"<div class="gw-model-list" id="gw-models" data-keep="models" role="group" aria-describedby="gw-models-error" aria-label=""# [msg!("Models")] "\">");
    let wanted = format::lower(filter);
    let mut any = false;
    for model in models {
        if !format::lower(&model.model_group).contains(&wanted) {
            continue;
        }
        any = true;
        let on = chosen.contains(&model.model_group);
        html!(h, r#"<label class="gw-choice"><input type="checkbox" data-act="model" data-id=""# {model.model_group} "\"" {if on { " checked" } else { "" }}
            r#"><span class="gw-model-name">"# {model.model_group} r#"</span><span class="gw-minor">"# {price(model)} "</span></label>");
    }
    if !any {
        html!(h, r#"<p class="gw-minor">"# [msg!("No model’s name contains this.")] "</p>");
    }
    h.raw("</div>");
    h.finish()
}

/// Dollars for a million tokens, in and out: how providers state their prices.
fn price(model: &Model) -> String {
    let million = |cost: Option<f64>| cost.map(|cost| format::usd(cost * 1_000_000.0));
    match (million(model.input_cost_per_token), million(model.output_cost_per_token)) {
        (Some(input), Some(output)) => {
            tf(msg!("{input} in, {output} out per million tokens"), &[("input", &input), ("output", &output)])
        }
        _ => model.mode.clone(),
    }
}

pub fn limits() -> String {
    let mut h = Html::new();
    field(&mut h, Field::MaxBudget, msg!("Budget"), "", |h| {
        html!(h, r#"<span class="gw-inline"><span class="gw-money" dir="ltr"><span aria-hidden="true">$</span><input type="text" class="small-text gw-digits" id="gw-max_budget" inputmode="decimal" autocomplete="off" aria-describedby="gw-max_budget-error gw-period-help" placeholder=""#
            [msg!("No limit")] r#""></span><select id="gw-budget_duration" data-act="period" aria-label=""# [msg!("Budget period")] "\">");
        for period in BudgetPeriod::ALL {
            html!(h, r#"<option value=""# {period.value()} "\">" [period.label()] "</option>");
        }
        h.raw("</select></span>");
    });
    h.finish()
}

pub fn period_help(period: BudgetPeriod) -> String {
    let mut h = Html::new();
    html!(h, r#"<p class="description" id="gw-period-help">"# {tf(msg!("In US dollars. {period}"), &[("period", &t(period.help()))])} "</p>");
    h.finish()
}

pub fn rates() -> String {
    let mut h = Html::new();
    for (name, label) in [(Field::Rpm, msg!("Requests per minute")), (Field::Tpm, msg!("Tokens per minute"))] {
        field(&mut h, name, label, &t(msg!("Empty: no limit.")), |h| {
            html!(h, r#"<input type="text" class="small-text gw-digits" inputmode="numeric" autocomplete="off" id="gw-"# {name.param()} r#"" aria-describedby="gw-"#
                {name.param()} r#"-error gw-"# {name.param()} r#"-help">"#);
        });
    }
    h.finish()
}

pub fn expiry() -> String {
    let mut h = Html::new();
    let help = t(msg!("Afterwards the gateway refuses the key. LiteLLM may round the time to the next midnight UTC."));
    field(&mut h, Field::Expiry, msg!("Expires"), &help, |h| {
        h.raw(r#"<select id="gw-duration" data-act="expiry" aria-describedby="gw-duration-error gw-duration-help">"#);
        for expiry in Expiry::ALL {
            html!(h, r#"<option value=""# {expiry.value()} "\">" [expiry.label()] "</option>");
        }
        h.raw("</select>");
    });
    h.finish()
}

pub fn expiry_days(expiry: Expiry) -> String {
    let mut h = Html::new();
    if expiry == Expiry::Custom {
        html!(h, r#"<label class="gw-inline"><input type="text" class="small-text gw-digits" id="gw-expiry-days" inputmode="numeric" autocomplete="off" aria-describedby="gw-duration-error" aria-label=""#
            [msg!("Days until the key expires")] r#""> "#
            [msg!("days")] "</label>");
    }
    h.finish()
}

pub fn team(teams: &[Team]) -> String {
    let mut h = Html::new();
    field(&mut h, Field::Team, msg!("Team"), &t(msg!("The team’s own limits and models apply too.")), |h| {
        html!(h, r#"<select id="gw-team" aria-describedby="gw-team-error gw-team-help"><option value="">"# [msg!("No team")] "</option>");
        for team in teams {
            if !team.blocked {
                let name = if team.team_alias.is_empty() { &team.team_id } else { &team.team_alias };
                html!(h, r#"<option value=""# {team.team_id} "\">" {name} "</option>");
            }
        }
        h.raw("</select>");
    });
    h.finish()
}

pub fn buttons(busy: bool) -> String {
    let mut h = Html::new();
    html!(h, r#"<button type="submit" class="button button-primary" aria-disabled=""# {if busy { "true" } else { "false" }} "\">"
        {t(if busy { msg!("Waiting for the gateway…") } else { msg!("Create key") })} r#"</button> <a class="button" href=""# {crate::nav::Page::Keys.href()} "\">" [msg!("Cancel")] "</a>");
    h.finish()
}

fn field(h: &mut Html, name: Field, label: Msg, help: &str, control: impl FnOnce(&mut Html)) {
    html!(h, r#"<div class="gw-field"><label class="gw-label" for="gw-"# {name.param()} "\">" [label]);
    if name == Field::Alias {
        h.raw(r#"<span class="gw-required" aria-hidden="true"> *</span>"#);
    }
    html!(h, r#"</label><div class="gw-control">"#(control(h))(error_place(h, name)));
    if !help.is_empty() {
        html!(h, r#"<p class="description" id="gw-"# {name.param()} r#"-help">"# {help} "</p>");
    }
    h.raw("</div></div>");
}

fn error_place(h: &mut Html, name: Field) {
    html!(h, r#"<p class="gw-field-error" role="alert" id="gw-"# {name.param()} r#"-error"></p>"#);
}

/// Puts each error under its field and marks the field; takes away those that are gone.
pub fn show_problems(problems: &[(Field, String)]) {
    for name in Field::ALL {
        // The period has no place of its own: what is wrong with it is wrong with the budget.
        let place = if name == Field::BudgetPeriod { Field::MaxBudget } else { name };
        let text = problems.iter().find(|(field, _)| *field == name).map(|(_, text)| text);
        if name == Field::BudgetPeriod && text.is_none() {
            continue;
        }
        let id = ["gw-", place.param()].concat();
        if let Some(error) = document().get_element_by_id(&[&id, "-error"].concat()) {
            // An alert is read out whenever it is set, so it is set only when it says something else.
            if error.text_content().unwrap_or_default() != text.map_or("", String::as_str) {
                error.set_text_content(text.map(String::as_str));
            }
            if let Ok(Some(field)) = error.closest(".gw-field") {
                let _ = field.class_list().toggle_with_force("gw-field-invalid", text.is_some());
            }
        }
        if let Some(control) = document().get_element_by_id(&id) {
            let _ = if text.is_some() {
                control.set_attribute("aria-invalid", "true")
            } else {
                control.remove_attribute("aria-invalid")
            };
        }
    }
}

/// Once the page has shown the problems: the keyboard goes to the first.
pub fn focus_first_problem() {
    request_animation_frame(|| {
        let first = document().query_selector(".gw-field-invalid input, .gw-field-invalid select").ok().flatten();
        match first.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            Some(element) => {
                let _ = element.focus();
            }
            None => window().scroll_to_with_x_and_y(0.0, 0.0),
        }
    });
}
