//! The fields of the form for a team or a user: on a page of their own, and in a dialog over the form for a key.

use leptos::prelude::*;
use model::{
    key_form::fields::{self, FieldSpec},
    language::t,
    msg,
    people::{Kind, Role, role_label},
    visible::visible,
};

use crate::{
    components::{Typed, field, section, select, text_input},
    pages::keys::{
        choices::Choices,
        form::{self, Form, MODEL_IDS, ModelIds, control, plain_field_of},
    },
    store::Store,
};

/// Two forms may be on the page at once.
pub struct Ids {
    name: &'static str,
    email: &'static str,
    budget: &'static str,
    period: &'static str,
    models: ModelIds,
}

pub const OF_PAGE: Ids = Ids {
    name: "gw-alias",
    email: "gw-email",
    budget: "gw-max_budget",
    period: "gw-budget_duration",
    models: MODEL_IDS,
};

pub const OF_DIALOG: Ids = Ids {
    name: "gw-quick-alias",
    email: "gw-quick-email",
    budget: "gw-quick-max_budget",
    period: "gw-quick-budget_duration",
    models: ModelIds { field: "gw-quick-models", filter: "gw-quick-model-filter", list: "gw-quick-model" },
};

fn line(form: Form, id: &'static str, spec: &FieldSpec, required: bool) -> AnyView {
    let control = control(form, id, spec);
    let place = plain_field_of(&control, spec);
    let place = if required { place.required() } else { place };
    field(place, text_input(control, Typed::Text, None, None))
}

/// Name, budget and models: what one needs to go on.
pub fn few(form: Form, kind: Kind, choices: Store<Choices>, ids: &'static Ids, retry: Box<dyn Fn()>) -> AnyView {
    view! {
        {(kind == Kind::User).then(|| line(form, ids.email, &fields::EMAIL, false))}
        {line(form, ids.name, &fields::NAME, kind == Kind::Team)}
        {form::budget_of(form, ids.budget, ids.period)}
        {form::models_of(form, choices, &ids.models, retry)}
    }
    .into_any()
}

pub fn all(form: Form, kind: Kind, choices: Store<Choices>, is_new: bool, retry: Box<dyn Fn()>) -> AnyView {
    let basics = view! {
        {(kind == Kind::User).then(|| line(form, OF_PAGE.email, &fields::EMAIL, false))}
        {line(form, OF_PAGE.name, &fields::NAME, kind == Kind::Team)}
        {(kind == Kind::User).then(|| role(form))}
        // Which organization a team belongs to is said when it is made.
        {(kind == Kind::Team && is_new).then(|| form::organization(form, choices, "gw-organization"))}
        {form::models_of(form, choices, &OF_PAGE.models, retry)}
    };
    let limits = view! {
        {form::budget_of(form, OF_PAGE.budget, OF_PAGE.period)}
        {form::rate(form, "gw-rpm_limit", &fields::RPM)}
        {form::rate(form, "gw-tpm_limit", &fields::TPM)}
    };
    view! {
        {section(msg!("Basics"), basics.into_any())}
        {section(msg!("Limits"), limits.into_any())}
    }
    .into_any()
}

/// Those that manage nothing, and the one that the user has.
fn role(form: Form) -> AnyView {
    let control = control(form, "gw-role", &fields::ROLE);
    let options = Signal::derive(move || {
        let own = form.initial(|draft| draft.role.clone());
        let mut options: Vec<(String, String)> =
            Role::ALL.map(|role| (role.value().to_owned(), t(role.label()))).into();
        if Role::from_value(&own).is_none() {
            options.insert(0, (own.clone(), role_label(&own).map_or_else(|| visible(&own), t)));
        }
        options
    });
    field(plain_field_of(&control, &fields::ROLE), select(control, None, options))
}
