//! The fields of the form for a new key. Each id is `gw-` and the parameter's name.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{BudgetPeriod, Expiry, Field as Name, FieldSpec, KeyDraft, fields},
    language::{t, tf},
    msg,
    visible::visible,
    wire::{Model, Team},
};

use crate::{
    action::{Action as _, actions},
    components::{self, Control, Field, Typed, empty, field, problem, radio_choice, region, select, text_input},
    effect::is,
    format,
    markup::{Markup, html},
    store::Store,
};

/// From how many models on the list gets a filter.
const FILTER_FROM: usize = 12;

pub type Form = components::Form<KeyDraft, Name>;

/// What can be chosen, as far as it has come.
#[derive(Default)]
pub struct Choices {
    /// None: it is awaited.
    pub models: Option<Result<Vec<Model>, ApiError>>,
    pub teams: Vec<Team>,
    /// What of their names the models on the list contain.
    pub filter: String,
}

fn control(form: Form, id: &'static str, spec: &FieldSpec) -> Control {
    form.control(id, spec.field, spec.get, spec.set)
}

fn field_of(control: &Control, spec: &FieldSpec) -> Field {
    let field = Field::new(control, spec.label);
    match spec.help {
        Some(help) => field.help(help),
        None => field,
    }
}

pub fn alias(form: Form) -> AnyView {
    let control = control(form, "gw-alias", &fields::ALIAS);
    let remark =
        move || form.draft(|draft| draft.alias_remark().filter(|_| !draft.alias.is_empty()).map(t).unwrap_or_default());
    field(
        Field { remark: Signal::derive(remark), ..field_of(&control, &fields::ALIAS).required() },
        text_input(control, Typed::Text, None, None),
    )
}

/// An amount, and how often it starts anew: what is wrong with either is wrong with the budget.
pub fn budget(form: Form) -> AnyView {
    let (amount, period) =
        (control(form, "gw-max_budget", &fields::BUDGET), control(form, "gw-budget_duration", &fields::BUDGET_PERIOD));
    let options =
        Signal::derive(|| BudgetPeriod::ALL.map(|period| (period.value().to_owned(), t(period.label()))).to_vec());
    let help = move || t(form.draft(|draft| draft.budget_period).help());
    field(
        Field { help: Signal::derive(help), ..Field::new(&amount, fields::BUDGET.label) },
        view! {
            <span class="gw-inline">
                <span class="gw-money" dir="ltr">
                    <span aria-hidden="true">"$"</span>
                    {text_input(amount, Typed::Decimal, None, Some(msg!("No limit")))}
                </span>
                {select(period, Some(fields::BUDGET_PERIOD.label), options)}
            </span>
        }
        .into_any(),
    )
}

pub fn rate(form: Form, id: &'static str, spec: &FieldSpec) -> AnyView {
    let control = control(form, id, spec);
    field(field_of(&control, spec), text_input(control, Typed::Whole, None, None))
}

/// Where another number of days is typed, that is what an error is about.
pub fn expiry(form: Form) -> AnyView {
    let (mut choice, days) =
        (control(form, "gw-duration", &fields::EXPIRY), control(form, "gw-expiry-days", &fields::EXPIRY_DAYS));
    let place = field_of(&choice, &fields::EXPIRY);
    let is_custom = move || form.draft(|draft| draft.expiry == Expiry::Custom);
    let error = choice.error;
    choice.error = Signal::derive(move || if is_custom() { String::new() } else { error.get() });
    let options = Signal::derive(|| Expiry::ALL.map(|expiry| (expiry.value().to_owned(), t(expiry.label()))).to_vec());
    let custom = is(is_custom);
    let typed = move || {
        custom.get().then(|| {
            view! {
                <span class="gw-inline">
                    {text_input(days, Typed::Whole, Some(fields::EXPIRY_DAYS.label), None)} <span>{t(msg!("days"))}</span>
                </span>
            }
        })
    };
    field(place, view! { <span class="gw-inline">{select(choice, None, options)} {typed}</span> }.into_any())
}

pub fn team(form: Form, choices: Store<Choices>) -> AnyView {
    let control = control(form, "gw-team", &fields::TEAM);
    let options = Signal::derive(move || {
        let mut options = vec![(String::new(), t(msg!("No team")))];
        choices.with(|choices| {
            for team in choices.teams.iter().filter(|team| !team.blocked) {
                let name = if team.team_alias.is_empty() { &team.team_id } else { &team.team_alias };
                options.push((team.team_id.clone(), visible(name)));
            }
        });
        options
    });
    field(field_of(&control, &fields::TEAM), select(control, None, options))
}

actions! {
    enum ModelsAction {
        Toggle(String) = "model",
        Retry = "retry",
    }
}

pub fn models(form: Form, choices: Store<Choices>, retry: impl Fn() + 'static) -> AnyView {
    let which = form.control(
        "gw-models",
        Name::Models,
        |draft| if draft.all_models { "all" } else { "some" }.to_owned(),
        |draft, which| draft.all_models = which == "all",
    );
    let radios =
        radio_choice(which, &[("all", msg!("All models, also those added later")), ("some", msg!("Only these"))]);
    let some = is(move || form.draft(|draft| !draft.all_models));
    let many =
        is(move || choices.with(|choices| matches!(&choices.models, Some(Ok(models)) if models.len() >= FILTER_FROM)));
    let filter = Control {
        id: "gw-model-filter",
        value: Signal::derive(move || choices.with(|choices| choices.filter.clone())),
        set: Callback::new(move |filter| choices.update(|choices| choices.filter = filter)),
        error: Signal::derive(String::new),
    };
    let filter = move || {
        (some.get() && many.get())
            .then(|| text_input(filter, Typed::Search, Some(msg!("Filter models")), Some(msg!("Filter models"))))
    };
    let list = region(
        "gw-models",
        move || {
            if !some.get() {
                return Markup::default();
            }
            form.draft(|draft| choices.with(|choices| model_list(choices, &draft.models)))
        },
        move |action| match action {
            ModelsAction::Retry => retry(),
            ModelsAction::Toggle(name) => {
                form.edit(|draft| match draft.models.iter().position(|known| *known == name) {
                    Some(at) => drop(draft.models.remove(at)),
                    None => draft.models.push(name),
                })
            }
        },
    );
    field(Field { group: true, ..Field::new(&which, msg!("Models")) }, view! { {radios} {filter} {list} }.into_any())
}

fn model_list(choices: &Choices, chosen: &[String]) -> Markup {
    let models = match &choices.models {
        None => return html! { p.gw-minor { (msg!("Asking the gateway for its models…")) } },
        Some(Err(error)) => return problem(error, Some(ModelsAction::Retry.print())),
        Some(Ok(models)) if models.is_empty() => {
            return empty(&t(msg!("The gateway has no models yet.")), "", &Markup::default());
        }
        Some(Ok(models)) => models,
    };
    // A filter that is not offered does not count.
    let wanted = if models.len() >= FILTER_FROM { format::lower(&choices.filter) } else { String::new() };
    let shown: Vec<&Model> =
        models.iter().filter(|model| format::lower(&model.model_group).contains(&wanted)).collect();
    html! {
        div #gw-model-list .gw-model-list role="group" aria-labelledby="gw-models-label" tabindex="-1" {
            @for model in &shown {
                label #{ "gw-model-" (model.model_group) } .gw-choice {
                    input type="checkbox" data-action=(ModelsAction::Toggle(model.model_group.clone())) checked[chosen.contains(&model.model_group)];
                    span.gw-model-name { (visible(&model.model_group)) }
                    span.gw-minor { (price(model)) }
                }
            }
            @if shown.is_empty() { p.gw-minor { (msg!("No model’s name contains this.")) } }
        }
    }
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
