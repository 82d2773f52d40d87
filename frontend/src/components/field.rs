//! One field of a form: label, control, help, and what is wrong with it.

use leptos::prelude::*;

/// The frame of a field. The control inside names `{id}-help` and `{id}-error` in `aria-describedby`.
#[component]
pub fn Field(
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(into, optional)] help: String,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="gw-field" class:gw-field-invalid=move || error.with(Option::is_some)>
            <label class="gw-label" for=id>
                {label}
                {required.then(|| view! { <span class="gw-required" aria-hidden="true">" *"</span> })}
            </label>
            <div class="gw-control">
                {children()}
                <p class="gw-field-error" id=format!("{id}-error") role="alert">{move || error.get()}</p>
                {(!help.is_empty()).then(|| view! { <p class="description" id=format!("{id}-help")>{help}</p> })}
            </div>
        </div>
    }
}

/// A line of text bound to a signal.
#[component]
pub fn TextInput(
    id: &'static str,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(into, optional)] class: String,
    #[prop(optional, default = "text")] inputmode: &'static str,
    #[prop(into, optional)] placeholder: String,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <input
            type="text"
            id=id
            class=class
            inputmode=inputmode
            placeholder=placeholder
            autocomplete="off"
            spellcheck="false"
            required=required
            disabled=disabled
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=format!("{id}-error {id}-help")
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
}
