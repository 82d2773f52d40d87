//! A form: a draft of `model`, fields whose help and errors belong to their inputs, and what the server says about them.

use leptos::prelude::*;
use model::{language::t, msg, text::Msg};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Question;
use crate::{
    router::{Guard, Router},
    store::Store,
};

/// What is known while a form is filled in. `D` is the draft, `F` names its fields.
pub struct FormState<D, F> {
    draft: D,
    initial: D,
    errors: Vec<(F, String)>,
    busy: bool,
}

/// A handle to copy.
pub struct Form<D: 'static, F: 'static>(Store<FormState<D, F>>);

impl<D, F> Clone for Form<D, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, F> Copy for Form<D, F> {}

impl<D: Clone + PartialEq, F: Copy + PartialEq + Send + Sync> Form<D, F> {
    pub fn new(initial: D) -> Form<D, F> {
        Form(Store::new(FormState { draft: initial.clone(), initial, errors: Vec::new(), busy: false }))
    }

    pub fn draft<T>(self, read: impl FnOnce(&D) -> T) -> T {
        self.0.with(|form| read(&form.draft))
    }

    /// As it was before anything was filled in.
    pub fn initial<T>(self, read: impl FnOnce(&D) -> T) -> T {
        self.0.with(|form| read(&form.initial))
    }

    pub fn draft_untracked(self) -> D {
        self.0.with_untracked(|form| form.draft.clone())
    }

    pub fn edit(self, change: impl FnOnce(&mut D)) {
        self.0.update(|form| change(&mut form.draft));
    }

    /// Edits a field: what was wrong with it is not wrong any more.
    pub fn edit_field(self, field: F, change: impl FnOnce(&mut D)) {
        self.0.update(|form| {
            change(&mut form.draft);
            form.errors.retain(|(of, _)| *of != field);
        });
    }

    pub fn is_busy(self) -> bool {
        self.0.with(|form| form.busy)
    }

    pub fn is_busy_untracked(self) -> bool {
        self.0.with_untracked(|form| form.busy)
    }

    /// It is being sent: what was wrong before is not wrong any more.
    pub fn begin(self) {
        self.0.update(|form| {
            form.busy = true;
            form.errors.clear();
        });
    }

    /// Back to whoever fills it in, with what is wrong by field; the keyboard goes to the first of them.
    pub fn fail(self, errors: Vec<(F, String)>) {
        self.0.update(|form| {
            form.busy = false;
            form.errors = errors;
        });
        focus_first_error();
    }

    /// Back to whoever fills it in, with nothing wrong; the keyboard stays.
    pub fn fail_quietly(self) {
        self.0.update(|form| {
            form.busy = false;
            form.errors.clear();
        });
    }

    /// The keyboard goes to what is said above the form.
    pub fn focus_message(self) {
        focus_first_error();
    }

    /// Asks before what was typed is thrown away. While it is sent nobody leaves.
    pub fn guard(self, router: Router) {
        router.guard(move || {
            let (changed, busy) = self.0.with_untracked(|form| (form.draft != form.initial, form.busy));
            if busy { Some(Guard::Wait) } else { changed.then(|| Guard::Ask(unsaved())) }
        });
    }

    /// What was filled in goes on from another beginning.
    pub fn rebase(self, initial: D, draft: D) {
        self.0.update(|form| (form.initial, form.draft) = (initial, draft));
    }

    /// What is filled in is not lost when the page is left.
    pub fn mark_saved(self) {
        self.0.update(|form| form.initial = form.draft.clone());
    }

    /// A control's value, how it is changed, and what is wrong with its field.
    #[inline(never)]
    pub fn control(self, id: &'static str, field: F, get: fn(&D) -> String, set: fn(&mut D, String)) -> Control {
        Control {
            id,
            value: Signal::derive(move || self.draft(get)),
            set: Callback::new(move |value| {
                self.0.update(|form| {
                    set(&mut form.draft, value);
                    form.errors.retain(|(of, _)| *of != field);
                });
            }),
            error: self.error(field),
        }
    }

    /// Empty: nothing is wrong.
    #[inline(never)]
    pub fn error(self, field: F) -> Signal<String> {
        Signal::derive(move || {
            self.0.with(|form| {
                let error = form.errors.iter().find(|(of, _)| *of == field);
                error.map(|(_, text)| text.clone()).unwrap_or_default()
            })
        })
    }
}

fn unsaved() -> Question {
    Question {
        title: t(msg!("Leave without saving?")),
        text: t(msg!("What you have filled in is lost.")),
        action: msg!("Leave"),
        cancel: msg!("Stay"),
        destructive: true,
    }
}

/// Something to type into or to choose from.
#[derive(Clone, Copy)]
pub struct Control {
    /// Its help is under `{id}-help`, its error under `{id}-error`.
    pub id: &'static str,
    pub value: Signal<String>,
    pub set: Callback<String>,
    pub error: Signal<String>,
}

impl Control {
    pub fn described_by(self) -> String {
        described_by(self.id)
    }
}

/// What there is to say about the field of this id.
fn described_by(id: &str) -> String {
    [id, "-error ", id, "-help"].concat()
}

/// A label, what is filled in, and what there is to say about it.
pub struct Field {
    pub id: &'static str,
    pub label: Msg,
    pub required: bool,
    /// Several controls, none of which is what the label names.
    pub group: bool,
    /// Empty: none. It gives way to the error, which says the same and more.
    pub help: Signal<String>,
    /// What is odd, but does not keep the form from being sent. Empty: nothing.
    pub remark: Signal<String>,
    pub error: Signal<String>,
}

impl Field {
    pub fn new(control: &Control, label: Msg) -> Field {
        let nothing = Signal::derive(String::new);
        Field {
            id: control.id,
            label,
            required: false,
            group: false,
            help: nothing,
            remark: nothing,
            error: control.error,
        }
    }

    pub fn help(self, help: Msg) -> Field {
        Field { help: Signal::derive(move || t(help)), ..self }
    }

    pub fn required(self) -> Field {
        Field { required: true, ..self }
    }
}

pub fn field(field: Field, control: AnyView) -> AnyView {
    let Field { id, label, required, group, help, remark, error } = field;
    let class = move || if error.with(String::is_empty) { "gw-field" } else { "gw-field gw-field-invalid" };
    let shown_help = move || if error.with(String::is_empty) { help.get() } else { String::new() };
    let star = required.then(|| view! { <span class="gw-required" aria-hidden="true">" *"</span> });
    let label = if group {
        view! { <span class="gw-label" id=[id, "-label"].concat()>{t(label)}{star}</span> }.into_any()
    } else {
        view! { <label class="gw-label" for=id>{t(label)}{star}</label> }.into_any()
    };
    view! {
        <div class=class role=group.then_some("group") aria-labelledby=group.then(|| [id, "-label"].concat())>
            {label}
            <div class="gw-control">
                {control}
                <p class="gw-field-error" role="alert" id=[id, "-error"].concat()>{move || error.get()}</p>
                <p class="gw-remark" role="status">{move || remark.get()}</p>
                <p class="description" id=[id, "-help"].concat()>{shown_help}</p>
            </div>
        </div>
    }
    .into_any()
}

/// What is typed into an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    Text,
    /// A number with decimals, in the user's digits.
    Decimal,
    Whole,
    Search,
    /// A day, `2026-11-20`, as the browser has them chosen.
    Date,
}

pub fn text_input(control: Control, typed: Typed, label: Option<Msg>, placeholder: Option<Msg>) -> AnyView {
    text_input_of(control.id, control, typed, label, placeholder)
}

/// One of several of the field with this id.
pub fn text_input_of(
    field: &'static str,
    control: Control,
    typed: Typed,
    label: Option<Msg>,
    placeholder: Option<Msg>,
) -> AnyView {
    let (kind, class, mode) = match typed {
        Typed::Text => ("text", "regular-text", "text"),
        Typed::Decimal => ("text", "small-text gw-digits", "decimal"),
        Typed::Whole => ("text", "small-text gw-digits", "numeric"),
        Typed::Search => ("search", "gw-model-filter", "search"),
        Typed::Date => ("date", "gw-date", "none"),
    };
    view! {
        <input
            type=kind
            class=class
            id=control.id
            inputmode=mode
            autocomplete="off"
            spellcheck="false"
            aria-label=label.map(t)
            placeholder=placeholder.map(t)
            aria-describedby=described_by(field)
            aria-invalid=move || (!control.error.with(String::is_empty)).then_some("true")
            prop:value=move || control.value.get()
            on:input=move |event| control.set.run(event_target_value(&event))
        />
    }
    .into_any()
}

/// Several lines; `code`: of something that is not prose.
pub fn text_area(control: Control, rows: u8, code: bool) -> AnyView {
    view! {
        <textarea
            class=if code { "gw-textarea code" } else { "gw-textarea" }
            id=control.id
            rows=rows.to_string()
            dir="auto"
            autocomplete="off"
            spellcheck="false"
            aria-describedby=control.described_by()
            aria-invalid=move || (!control.error.with(String::is_empty)).then_some("true")
            prop:value=move || control.value.get()
            on:input=move |event| control.set.run(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

/// Fields that belong together.
pub fn section(title: Msg, fields: AnyView) -> AnyView {
    view! {
        <section class="gw-form-section">
            <h2 class="gw-form-title">{t(title)}</h2>
            {fields}
        </section>
    }
    .into_any()
}

/// Fields that few need: closed at first, and what is filled in there is told in a word.
pub fn folded_section(title: Msg, said: Signal<String>, fields: AnyView) -> AnyView {
    view! {
        <details class="gw-form-section gw-form-fold">
            <summary>
                <h2 class="gw-form-title">{t(title)}</h2>
                <span class="gw-minor">{move || said.get()}</span>
            </summary>
            {fields}
        </details>
    }
    .into_any()
}

/// The choices are value and label.
pub fn select(control: Control, label: Option<Msg>, options: Signal<Vec<(String, String)>>) -> AnyView {
    let items = move || {
        let chosen = control.value.get_untracked();
        let items: Vec<AnyView> = options
            .get()
            .into_iter()
            .map(|(value, label)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{label}</option> }.into_any()
            })
            .collect();
        items
    };
    view! {
        <select
            id=control.id
            aria-label=label.map(t)
            aria-describedby=control.described_by()
            aria-invalid=move || (!control.error.with(String::is_empty)).then_some("true")
            prop:value=move || control.value.get()
            on:change=move |event| control.set.run(event_target_value(&event))
        >
            {items}
        </select>
    }
    .into_any()
}

/// One of few, each on a line of its own.
pub fn radio_choice(control: Control, options: &[(&'static str, Msg)]) -> AnyView {
    let items: Vec<AnyView> = options
        .iter()
        .map(|(value, label)| {
            let value = *value;
            view! {
                <label class="gw-choice">
                    <input
                        type="radio"
                        name=control.id
                        value=value
                        prop:checked=move || control.value.get() == value
                        on:change=move |_| control.set.run(value.to_owned())
                    />
                    {t(*label)}
                </label>
            }
            .into_any()
        })
        .collect();
    items.into_any()
}

/// Once the page shows the errors: the keyboard goes to the first of them, else to what is said above the form.
fn focus_first_error() {
    request_animation_frame(|| {
        // Nothing that is wrong stays hidden.
        let folds = document().query_selector_all("details:has(.gw-field-invalid)");
        for index in 0..folds.as_ref().map_or(0, |folds| folds.length()) {
            let fold = folds.as_ref().ok().and_then(|folds| folds.item(index));
            if let Some(fold) = fold.and_then(|fold| fold.dyn_into::<web_sys::Element>().ok()) {
                let _ = fold.set_attribute("open", "");
            }
        }
        let marked = "[aria-invalid=true], .gw-field-invalid input";
        let first = document()
            .query_selector(marked)
            .ok()
            .flatten()
            .or_else(|| document().query_selector(".gw-form-message").ok().flatten());
        if let Some(first) = first.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    });
}
