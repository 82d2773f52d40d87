//! The fields that few keys need: limits for single models, access, tags and metadata.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    key_form::{Access, Field as Name, KeyDraft, MODEL_LIMITS_MOST, ModelLimit, fields},
    language::{t, tn},
    msg, plural,
};

use super::{
    choices::Choices,
    form::{Form, control, field_of},
};
use crate::{
    components::{
        Choice, Control, Entry, Field, Offer, Typed, choice, field, folded_section, radio_choice, text_area,
        text_input_of,
    },
    format,
    store::Store,
};

/// `is_new`: what a key may ask for is chosen when it is made.
pub fn advanced(form: Form, choices: Store<Choices>, is_new: bool) -> AnyView {
    let said = Signal::derive(move || {
        let count = form.draft(KeyDraft::advanced);
        if count == 0 {
            return t(msg!("Limits for single models, access, tags, metadata"));
        }
        tn(plural!("{count} filled in", "{count} filled in"), count as u64, &format::count(count as f64))
    });
    let fields = view! {
        {model_limits(form, choices)}
        {is_new.then(|| access(form))}
        {tags(form)}
        {metadata(form)}
    };
    folded_section(msg!("Advanced"), said, fields.into_any())
}

fn access(form: Form) -> AnyView {
    let control = control(form, "gw-access", &fields::ACCESS);
    let help = move || {
        t(match form.draft(|draft| draft.access) {
            Access::Details => msg!(
                "For clients that ask which models there are and what these can do before they call. The key manages nothing."
            ),
            _ => msg!("The key manages nothing. Clients that ask for the details of models are refused (403)."),
        })
    };
    field(
        Field { group: true, help: Signal::derive(help), ..Field::new(&control, fields::ACCESS.label) },
        radio_choice(control, &Access::ALL.map(|access| (access.value(), access.label()))),
    )
}

fn tags(form: Form) -> AnyView {
    let control = control(form, "gw-tags", &fields::TAGS);
    field(field_of(&control, &fields::TAGS), text_area(control, 2, false))
}

fn metadata(form: Form) -> AnyView {
    let control = control(form, "gw-metadata", &fields::METADATA);
    let help = msg!("An object in JSON, such as {\"project\": \"search\"}. Secrets in it are not shown, and stay.");
    field(Field::new(&control, fields::METADATA.label).help(help), text_area(control, 5, true))
}

const PLACE: &str = "gw-model_rpm_limit";

/// A line for each model, and one button for the next.
fn model_limits(form: Form, choices: Store<Choices>) -> AnyView {
    let group = Control {
        id: PLACE,
        value: Signal::derive(String::new),
        set: Callback::new(|_| {}),
        error: form.error(Name::ModelLimits),
    };
    let count = Memo::new(move |_| form.draft(|draft| draft.model_limits.len()));
    let lines = move || {
        let lines: Vec<AnyView> = (0..count.get()).map(|line| model_limit(form, choices, line)).collect();
        lines
    };
    let add = move |_: web_sys::MouseEvent| {
        form.edit_field(Name::ModelLimits, |draft| draft.model_limits.push(ModelLimit::default()));
        request_animation_frame(move || focus(line_id("model", count.get_untracked().saturating_sub(1))));
    };
    let is_full = move || count.get() >= MODEL_LIMITS_MOST;
    let body = view! {
        <div class="gw-model-limits">{lines}</div>
        <button type="button" id="gw-add-limit" class="button" disabled=is_full on:click=add>
            {t(msg!("Add a model"))}
        </button>
    };
    let help = msg!("They apply beside those of the key. Empty: no limit.");
    field(Field { group: true, ..Field::new(&group, fields::MODEL_LIMITS.label).help(help) }, body.into_any())
}

/// Ids have to live as long as the page; there are a few bytes of them for each line.
fn line_id(part: &str, line: usize) -> &'static str {
    ["gw-limit-", part, "-", &line.to_string()].concat().leak()
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id)
        && let Ok(element) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element)
    {
        let _ = element.focus();
    }
}

fn model_limit(form: Form, choices: Store<Choices>, line: usize) -> AnyView {
    let part = move |name: &str, get: fn(&ModelLimit) -> &String, set: fn(&mut ModelLimit) -> &mut String| Control {
        id: line_id(name, line),
        value: Signal::derive(move || {
            form.draft(|draft| draft.model_limits.get(line).map(get).cloned().unwrap_or_default())
        }),
        set: Callback::new(move |value| {
            form.edit_field(Name::ModelLimits, |draft| {
                if let Some(limit) = draft.model_limits.get_mut(line) {
                    *set(limit) = value;
                }
            });
        }),
        error: form.error(Name::ModelLimits),
    };
    let model = part("model", |limit| &limit.model, |limit| &mut limit.model);
    let rpm = part("rpm", |limit| &limit.rpm, |limit| &mut limit.rpm);
    let tpm = part("tpm", |limit| &limit.tpm, |limit| &mut limit.tpm);
    let remove = move |_: web_sys::MouseEvent| {
        form.edit_field(Name::ModelLimits, |draft| {
            if line < draft.model_limits.len() {
                draft.model_limits.remove(line);
            }
        });
        request_animation_frame(|| focus("gw-add-limit"));
    };
    let which = choice(Choice {
        control: model,
        label: Some(msg!("Model of the limit")),
        none: msg!("Choose a model"),
        can_be_none: false,
        offer: Box::new(move || choices.with(offer)),
        on_search: None,
    });
    view! {
        <div class="gw-model-limit">
            {which}
            {text_input_of(PLACE, rpm, Typed::Whole, Some(msg!("Requests per minute of this model")), Some(msg!("Requests/min")))}
            {text_input_of(PLACE, tpm, Typed::Whole, Some(msg!("Tokens per minute of this model")), Some(msg!("Tokens/min")))}
            <button type="button" class="button gw-icon-button" aria-label=t(msg!("Remove this model’s limits")) on:click=remove>
                <span class="dashicons dashicons-no-alt" aria-hidden="true"></span>
            </button>
        </div>
    }
    .into_any()
}

fn offer(choices: &Choices) -> Offer {
    let mut entries = Vec::new();
    for model in choices.known_models() {
        entries.push(Entry::new(&model.model_group, &model.model_group, ""));
    }
    let note = if choices.models.is_none() { t(msg!("Asking the gateway for its models…")) } else { String::new() };
    Offer { entries: Rc::from(entries), note, ..Offer::default() }
}
