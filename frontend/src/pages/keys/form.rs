//! The fields of the form for a key. Each id is `gw-` and the parameter's name.

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::{
        BudgetPeriod, Expiry, Field as Name, FieldSpec, KeyDraft, ModelChoice, Problem, Problems, Rules, fields,
    },
    language::{t, tf, tn},
    msg,
    people::Kind,
    plural,
    text::{self, Msg},
    visible::visible,
    wire::{KeyLimits, Model},
};

use super::choices::{Choices, find_teams, find_users};
use crate::{
    action::{Action as _, actions},
    api::Api,
    boot::with_boot,
    components::{
        self, Choice, Control, Field, Make, Typed, choice, choice_or_make, empty, field, problem, radio_choice, region,
        select, text_input, text_input_of,
    },
    effect::is,
    format,
    markup::{Markup, html},
    store::Store,
    task::{Task, now_ms},
};

/// So many models are listed; the others are found by typing.
const MODELS_LISTED: usize = 200;

pub type Form = components::Form<KeyDraft, Name>;

pub fn ceilings() -> KeyLimits {
    with_boot(|boot| boot.key_limits.clone())
}

/// Reads a draft by the rules of this user, this day and this site.
pub fn by_rules<T>(read: impl FnOnce(&Rules) -> T) -> T {
    let (today, ceilings) = (format::iso_day(now_ms()), ceilings());
    read(&Rules { decimal: format::decimal_mark(), today: &today, ceilings: &ceilings })
}

/// What is wrong, in words, at its place: the period has none of its own, and what is wrong with it is wrong with the budget.
pub fn placed(problems: Problems) -> Vec<(Name, String)> {
    problems.into_iter().map(|(field, problem)| (place(field), message(problem))).collect()
}

/// What a server refused, at its place.
pub fn refused(error: &ApiError) -> Vec<(Name, String)> {
    let mut errors = Vec::new();
    if let ApiError::Invalid { fields, .. } = error {
        for (param, text) in fields {
            errors.extend(Name::from_param(param).map(|field| (place(field), text.text())));
        }
    }
    errors
}

fn place(field: Name) -> Name {
    if field == Name::BudgetPeriod { Name::MaxBudget } else { field }
}

fn message(problem: Problem) -> String {
    let most = match (problem, problem.most()) {
        (_, None) => String::new(),
        (Problem::BudgetCeiling(most) | Problem::RaiseCeiling(most), _) => format::usd_exact(most),
        (_, Some(most)) => format::whole(most),
    };
    let (line, column) = problem.place().map_or((0, 0), |place| (place.line, place.column));
    let values = [
        ("most", most.as_str()),
        ("line", &format::whole(line as f64)),
        ("column", &format::whole(column as f64)),
        ("name", problem.name()),
    ];
    tf(problem.message(), &values)
}

pub fn control(form: Form, id: &'static str, spec: &FieldSpec) -> Control {
    form.control(id, spec.field, spec.get, spec.set)
}

/// With its help, and what this site allows at most.
pub fn field_of(control: &Control, spec: &FieldSpec) -> Field {
    let help = spec.help.map(t).unwrap_or_default();
    let ceiling = ceiling(spec.field);
    let help = text::sentences(&[help, ceiling]);
    Field { help: Signal::derive(move || help.clone()), ..Field::new(control, spec.label) }
}

/// The ceilings are those of keys. It never changes: whoever puts the form together must not be told of each letter.
fn of_key(form: Form) -> bool {
    untrack(|| form.initial(|draft| draft.of.is_none()))
}

/// Empty: none.
fn ceiling(field: Name) -> String {
    match ceilings().most(field) {
        None => String::new(),
        Some(most) if field == Name::MaxBudget => {
            tf(msg!("This site allows at most {most}."), &[("most", &format::usd_exact(most))])
        }
        Some(most) if field == Name::Expiry => {
            let text = plural!("This site allows at most {count} day.", "This site allows at most {count} days.");
            tn(text, most as u64, &format::whole(most))
        }
        Some(most) => tf(msg!("This site allows at most {most}."), &[("most", &format::whole(most))]),
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

/// LiteLLM's duration in words.
pub fn period_label(duration: &str) -> String {
    if let Some(period) = BudgetPeriod::from_value(duration) {
        return t(period.label());
    }
    let split = duration.find(|c: char| !c.is_ascii_digit()).unwrap_or(duration.len());
    let (count, unit) = duration.split_at(split);
    let text = match unit {
        "d" => plural!("Every day", "Every {count} days"),
        "h" => plural!("Every hour", "Every {count} hours"),
        "mo" => plural!("Every month", "Every {count} months"),
        _ => return tf(msg!("Every {period}"), &[("period", &visible(duration))]),
    };
    let count: u32 = count.parse().unwrap_or(0);
    tn(text, u64::from(count), &format::whole(f64::from(count)))
}

/// Those of the form, and the one that the key has.
fn periods(form: Form) -> Vec<(String, String)> {
    let own = form.initial(|draft| draft.budget_period.clone());
    let mut periods = Vec::new();
    for period in BudgetPeriod::ALL {
        let is_own = BudgetPeriod::from_value(&own) == Some(period);
        let value = if is_own { &own } else { period.value() };
        periods.push((value.to_owned(), t(period.label())));
    }
    if BudgetPeriod::from_value(&own).is_none() {
        let label = period_label(&own);
        periods.push((own, label));
    }
    periods
}

pub fn budget(form: Form) -> AnyView {
    budget_of(form, "gw-max_budget", "gw-budget_duration")
}

/// An amount, and how often it starts anew: what is wrong with either is wrong with the budget.
pub fn budget_of(form: Form, amount: &'static str, period: &'static str) -> AnyView {
    let (amount, period) = (control(form, amount, &fields::BUDGET), control(form, period, &fields::BUDGET_PERIOD));
    let (is_key, of) = (of_key(form), untrack(|| form.initial(|draft| draft.of)));
    let ceiling = if is_key { ceiling(Name::MaxBudget) } else { String::new() };
    let help = move || {
        let period = form.draft(|draft| BudgetPeriod::from_value(&draft.budget_period));
        let help = match period {
            Some(BudgetPeriod::Total) if of == Some(Kind::User) => {
                msg!("In US dollars. Once it is spent, calls with the user’s keys that are in no team are refused.")
            }
            Some(BudgetPeriod::Total) if !is_key => msg!("In US dollars. Once it is spent, calls are refused."),
            Some(period) => period.help(),
            None => msg!("In US dollars. The gateway sets when it starts anew."),
        };
        text::sentences(&[t(help), ceiling.clone()])
    };
    // Whoever means no limit by it makes a key that cannot be used.
    let is_nothing = move || {
        let budget = form.draft(|draft| by_rules(|rules| draft.setting(Name::MaxBudget, rules)));
        is_key && budget.is_ok_and(|budget| budget.as_f64() == Some(0.0))
    };
    let remark = move || {
        if is_nothing() { t(msg!("With a budget of 0 every call is refused. Empty: no limit.")) } else { String::new() }
    };
    field(
        Field {
            help: Signal::derive(help),
            remark: Signal::derive(remark),
            ..Field::new(&amount, fields::BUDGET.label)
        },
        view! {
            <span class="gw-inline">
                {money(amount, Some(msg!("No limit")))}
                {select(period, Some(fields::BUDGET_PERIOD.label), Signal::derive(move || periods(form)))}
            </span>
        }
        .into_any(),
    )
}

pub fn money(amount: Control, placeholder: Option<Msg>) -> AnyView {
    view! {
        <span class="gw-money" dir="ltr">
            <span aria-hidden="true">"$"</span>
            {text_input(amount, Typed::Decimal, None, placeholder)}
        </span>
    }
    .into_any()
}

pub fn rate(form: Form, id: &'static str, spec: &FieldSpec) -> AnyView {
    let control = control(form, id, spec);
    let place = if of_key(form) { field_of(&control, spec) } else { plain_field_of(&control, spec) };
    field(place, text_input(control, Typed::Whole, None, None))
}

/// With its help.
pub fn plain_field_of(control: &Control, spec: &FieldSpec) -> Field {
    let help = spec.help;
    Field { help: Signal::derive(move || help.map(t).unwrap_or_default()), ..Field::new(control, spec.label) }
}

pub fn expiry(form: Form) -> AnyView {
    expiry_or(form, |draft| as_it_is(&draft.ends))
}

/// Of keys that do not end alike.
pub fn expiry_of_many(form: Form) -> AnyView {
    expiry_or(form, |_| t(Expiry::Keep.label()))
}

/// Where another number of days is typed, or a day chosen, that is what an error is about. `keep`: how it is called that it
/// stays as it is.
fn expiry_or(form: Form, keep: fn(&KeyDraft) -> String) -> AnyView {
    let mut choice = control(form, "gw-duration", &fields::EXPIRY);
    let days = control(form, "gw-expiry-days", &fields::EXPIRY_DAYS);
    let date = control(form, "gw-expiry-date", &fields::EXPIRY_DATE);
    let place = field_of(&choice, &fields::EXPIRY);
    let has_more = move || form.draft(|draft| matches!(draft.expiry, Expiry::Custom | Expiry::Date));
    let error = choice.error;
    choice.error = Signal::derive(move || if has_more() { String::new() } else { error.get() });
    let options = Signal::derive(move || {
        let mut options = Vec::new();
        if form.initial(|draft| draft.expiry == Expiry::Keep) {
            options.push((Expiry::Keep.value().to_owned(), form.initial(keep)));
        }
        options.extend(Expiry::ALL.map(|expiry| (expiry.value().to_owned(), t(expiry.label()))));
        options
    });
    let (is_custom, is_date) = (
        is(move || form.draft(|draft| draft.expiry == Expiry::Custom)),
        is(move || form.draft(|draft| draft.expiry == Expiry::Date)),
    );
    let more = move || {
        if is_custom.get() {
            let days = text_input_of(choice.id, days, Typed::Whole, Some(fields::EXPIRY_DAYS.label), None);
            view! { <span class="gw-inline">{days} <span>{t(msg!("days"))}</span></span> }.into_any()
        } else if is_date.get() {
            text_input_of(choice.id, date, Typed::Date, Some(fields::EXPIRY_DATE.label), None)
        } else {
            ().into_any()
        }
    };
    field(place, view! { <span class="gw-inline">{select(choice, None, options)} {more}</span> }.into_any())
}

fn as_it_is(ends: &str) -> String {
    match model::clock::parse_utc_ms(ends) {
        Some(ms) => tf(msg!("As it is: {moment}"), &[("moment", &format::date_time(ms))]),
        None => t(msg!("As it is: never")),
    }
}

/// Only where the gateway has any; LiteLLM takes those of a team's keys from the team.
pub fn organization(form: Form, choices: Store<Choices>, id: &'static str) -> AnyView {
    let control = control(form, id, &fields::ORGANIZATION);
    let are_any = is(move || {
        form.draft(|draft| !draft.organization.is_empty())
            || choices.with(|choices| !choices.organizations.items.is_empty())
    });
    let shown = move || {
        if !are_any.get() {
            return ().into_any();
        }
        field(
            plain_field_of(&control, &fields::ORGANIZATION),
            choice(Choice {
                control,
                label: None,
                none: msg!("No organization"),
                can_be_none: true,
                offer: Box::new(move || choices.with(|choices| choices.organizations.offer())),
                on_search: None,
            }),
        )
    };
    shown.into_any()
}

pub fn team(form: Form, choices: Store<Choices>, api: &Api, make: Callback<String>) -> AnyView {
    let control = control(form, "gw-team", &fields::TEAM);
    let finding = StoredValue::new_local((api.clone(), Task::new()));
    let on_search = Callback::new(move |typed: String| {
        finding.with_value(|(api, finding)| find_teams(api, choices, &typed, finding));
    });
    field(
        field_of(&control, &fields::TEAM),
        choice_or_make(
            Choice {
                control,
                label: None,
                none: msg!("No team"),
                can_be_none: true,
                offer: Box::new(move || choices.with(|choices| choices.teams.offer())),
                on_search: Some(on_search),
            },
            Some(Make { label: msg!("Create team “{name}”…"), run: make }),
        ),
    )
}

/// By name, e-mail or id.
pub fn owner(form: Form, choices: Store<Choices>, api: &Api, make: Callback<String>) -> AnyView {
    let control = control(form, "gw-user", &fields::OWNER);
    let finding = StoredValue::new_local((api.clone(), Task::new()));
    let on_search = Callback::new(move |typed: String| {
        finding.with_value(|(api, finding)| find_users(api, choices, &typed, finding));
    });
    field(
        field_of(&control, &fields::OWNER),
        choice_or_make(
            Choice {
                control,
                label: None,
                none: msg!("No owner"),
                can_be_none: true,
                offer: Box::new(move || choices.with(|choices| choices.users.offer())),
                on_search: Some(on_search),
            },
            Some(Make { label: msg!("Create user “{name}”…"), run: make }),
        ),
    )
}

actions! {
    enum ModelsAction {
        Toggle(String) = "model",
        Retry = "retry",
    }
}

/// Those that this site allows, where it does not allow all of them. Only a key can have those of a team.
fn model_choices(is_key: bool, allowed: &[String]) -> Vec<(&'static str, Msg)> {
    let all = ModelChoice::ALL.map(|choice| (choice.value(), choice.label()));
    match (is_key, allowed.is_empty()) {
        (true, true) => all.to_vec(),
        (true, false) => all[2..].to_vec(),
        (false, _) => vec![all[0], all[2]],
    }
}

/// By these the parts of the field are told apart where two forms are on the page.
pub struct ModelIds {
    pub field: &'static str,
    pub filter: &'static str,
    /// Of the list, and of each model in it.
    pub list: &'static str,
}

pub const MODEL_IDS: ModelIds = ModelIds { field: "gw-models", filter: "gw-model-filter", list: "gw-model" };

pub fn models(form: Form, choices: Store<Choices>, retry: impl Fn() + 'static) -> AnyView {
    models_of(form, choices, &MODEL_IDS, Box::new(retry))
}

pub fn models_of(form: Form, choices: Store<Choices>, ids: &'static ModelIds, retry: Box<dyn Fn()>) -> AnyView {
    let which = control(form, ids.field, &fields::MODELS);
    let allowed = if of_key(form) { ceilings().models } else { Vec::new() };
    let radios = radio_choice(which, &model_choices(of_key(form), &allowed));
    let some = is(move || form.draft(|draft| draft.which == ModelChoice::Some));
    let filter = Control {
        id: ids.filter,
        value: Signal::derive(move || choices.with(|choices| choices.filter.clone())),
        set: Callback::new(move |filter| choices.update(|choices| choices.filter = filter)),
        error: Signal::derive(String::new),
    };
    let filter = move || {
        some.get().then(|| text_input(filter, Typed::Search, Some(msg!("Filter models")), Some(msg!("Filter models"))))
    };
    let list = region(
        "gw-models",
        move || {
            if !some.get() {
                return Markup::default();
            }
            form.draft(|draft| choices.with(|choices| model_list(choices, &draft.models, &allowed, ids)))
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
    field(
        Field { group: true, ..Field::new(&which, fields::MODELS.label) },
        view! { {radios} {filter} {list} }.into_any(),
    )
}

/// `allowed`: by this site; empty: all.
fn model_list(choices: &Choices, chosen: &[String], allowed: &[String], ids: &ModelIds) -> Markup {
    let models = match &choices.models {
        // In the place of the list, so that nothing below it moves when it comes.
        None => {
            return html! {
                div .gw-model-list aria-busy="true" { p.gw-minor { (msg!("Asking the gateway for its models…")) } }
                (how_many(chosen))
            };
        }
        Some(Err(error)) => return problem(error, Some(ModelsAction::Retry.print())),
        Some(Ok(models)) => models,
    };
    // What the key has and the gateway does not list, such as a pattern or a model that is gone.
    let mut lines: Vec<(&str, String)> = Vec::new();
    for name in chosen {
        if models.iter().all(|model| model.model_group != *name) {
            lines.push((name, t(msg!("Not on the gateway’s list"))));
        }
    }
    let wanted = format::lower(&choices.filter);
    let mut more = 0;
    for model in models {
        let name = &model.model_group;
        let is_allowed = allowed.is_empty() || allowed.contains(name);
        if !is_allowed || !format::lower(name).contains(&wanted) {
            continue;
        }
        if lines.len() < MODELS_LISTED {
            lines.push((name, price(model)));
        } else {
            more += 1;
        }
    }
    if models.is_empty() && lines.is_empty() {
        return empty(&t(msg!("The gateway has no models yet.")), "", &Markup::default());
    }
    let rest = tn(
        plural!("{count} more: type to find it", "{count} more: type to find one"),
        more,
        &format::count(more as f64),
    );
    html! {
        div #{ (ids.list) "-list" } .gw-model-list role="group" aria-labelledby={ (ids.field) "-label" } tabindex="-1" {
            @for (name, detail) in &lines {
                label #{ (ids.list) "-" (name) } .gw-choice {
                    input type="checkbox" data-action=(ModelsAction::Toggle((*name).to_owned())) checked[chosen.iter().any(|one| one == name)];
                    span.gw-model-name { (visible(name)) }
                    span.gw-minor { (detail) }
                }
            }
            @if lines.is_empty() { p.gw-minor { (msg!("No model’s name contains this.")) } }
            @if more > 0 { p.gw-minor { (rest) } }
        }
        (how_many(chosen))
    }
}

fn how_many(chosen: &[String]) -> Markup {
    let count = chosen.len();
    let count = tn(plural!("{count} chosen", "{count} chosen"), count as u64, &format::count(count as f64));
    html! { @if !chosen.is_empty() { p.gw-minor { (count) } } }
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
