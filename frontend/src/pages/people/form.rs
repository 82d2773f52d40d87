//! Making a team or a user, and changing one.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    failure::ApiError,
    key_form::KeyDraft,
    language::{t, tf},
    msg,
    people::{Account, Kind, is_askable},
    route::{PeopleOpen, PeopleRoute, Route},
    visible::isolated,
};

use super::{
    details::not_askable,
    fields,
    make::{Trouble, in_words, make},
    source::{People, one, people_route},
    table::own_note,
};
use crate::{
    action::{Action as _, actions},
    api::{self, use_api},
    components::{header, problem, region, skeleton_rows, still_region, use_messages},
    effect::{is, watch},
    markup::{Markup, html},
    pages::keys::{
        choices::{self, Choices},
        create::{message_place, submit_row_to},
        edit::{Edited, Edition},
        form::{Form, by_rules, placed, refused},
    },
    router::{History, href, use_router},
    store::Store,
    task::{Task, spawn},
};

/// The form at this address.
pub fn form() -> AnyView {
    let router = use_router();
    let people = expect_context::<People>();
    let open = Memo::new(move |_| people_route(&router.route(), people.kind).open);
    (move || match open.get() {
        PeopleOpen::Create => create(people),
        PeopleOpen::Edit(id) => read_first(people, id),
        // Another page is on its way.
        PeopleOpen::Nothing | PeopleOpen::One(_) => ().into_any(),
    })
    .into_any()
}

fn back(kind: Kind) -> Markup {
    let label = match kind {
        Kind::Team => msg!("Back to all teams"),
        Kind::User => msg!("Back to all users"),
    };
    html! { a.button href=(href(&PeopleRoute::all(kind))) { (label) } }
}

/// What one can choose from, asked for now and when a login is back.
fn load(choices: Store<Choices>, organizations: bool) -> Box<dyn Fn()> {
    let (api, loading) = (use_api(), Task::new());
    choices::load_models(&api, choices, organizations, &loading);
    let again = Rc::new(move || choices::load_models(&api, choices, organizations, &loading));
    let (returning, session) = (again.clone(), use_api());
    watch(move || {
        let failed = |choices: &Choices| matches!(choices.models, Some(Err(ApiError::SignedOut)));
        if !session.signed_out() && choices.with_untracked(failed) {
            returning();
        }
    });
    Box::new(move || again())
}

fn create(people: People) -> AnyView {
    let kind = people.kind;
    let form = Form::new(KeyDraft::new_account(kind));
    let choices = Store::new(Choices { of: Some(kind), ..Choices::default() });
    let trouble: Store<Option<Trouble>> = Store::new(None);
    let (router, messages, api) = (use_router(), use_messages(), use_api());
    form.guard(router);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if form.is_busy_untracked() {
            return;
        }
        trouble.update(|trouble| *trouble = None);
        let params = match by_rules(|rules| form.draft_untracked().validate(rules)) {
            Ok(params) => params,
            Err(problems) => return form.fail(placed(problems)),
        };
        form.begin();
        let api = api.clone();
        spawn(async move {
            match make(&api, kind, &params).await {
                Ok(made) => {
                    // Nothing is lost when the page is left now.
                    form.fail_quietly();
                    form.mark_saved();
                    let text = match kind {
                        Kind::Team => msg!("Team “{name}” is created."),
                        Kind::User => msg!("User “{name}” is created."),
                    };
                    messages.show(made.in_words(text));
                    let id = made.account.id.clone();
                    people.put(made.account);
                    router.navigate(PeopleRoute::one(kind, &id), History::Replace);
                }
                Err(failed) => {
                    let errors = match &failed {
                        Trouble::Failed(error) => refused(error),
                        _ => Vec::new(),
                    };
                    trouble.update(|trouble| *trouble = Some(failed));
                    form.fail(errors);
                }
            }
        });
    };
    let retry = load(choices, kind == Kind::Team);
    let action = match kind {
        Kind::Team => msg!("Create team"),
        Kind::User => msg!("Create user"),
    };
    let message =
        move || trouble.with(|trouble| trouble.as_ref().map(|trouble| in_words(trouble, kind)).unwrap_or_default());
    view! {
        {still_region("", move || header(&t(action), &subtitle(kind), &back(kind)))}
        <div class="gw-content gw-content-narrow">
            {message_place(still_region("gw-slot", message))}
            <form class="gw-panel gw-form" novalidate on:submit=on_submit>
                {fields::all(form, kind, choices, true, retry)}
                {submit_row_to(form, action, &PeopleRoute::all(kind))}
            </form>
        </div>
    }
    .into_any()
}

fn subtitle(kind: Kind) -> String {
    t(match kind {
        Kind::Team => msg!("Its budget and limits count for all of its keys together."),
        Kind::User => msg!("Without a key: keys are made on their own page. No invitation is sent."),
    })
}

actions! {
    enum ReadAction {
        Retry = "retry",
    }
}

/// Reads it, then shows the form that is filled in with it.
fn read_first(people: People, id: String) -> AnyView {
    let kind = people.kind;
    let state: Store<Option<api::Result<Option<Account>>>> = Store::new(None);
    let (api, reading) = (use_api(), Task::new());
    let asked = id.clone();
    let read = Rc::new(move || {
        let (api, id) = (api.clone(), asked.clone());
        state.update(|state| *state = None);
        reading.run(async move {
            if !is_askable(kind, &id) {
                return state.update(|state| *state = Some(Ok(None)));
            }
            let account = match one(&api, kind, &id).await {
                Ok(response) => match response.stale {
                    // What is not as it is now is not written over.
                    Some(error) => Err(error),
                    None => Ok(response.data.map(|one| one.account)),
                },
                Err(error) => Err(error),
            };
            state.update(|state| *state = Some(account));
        });
    });
    read();
    let (again, returning) = (StoredValue::new_local(read.clone()), read);
    let session = use_api();
    watch(move || {
        if !session.signed_out() && state.with_untracked(|state| matches!(state, Some(Err(ApiError::SignedOut)))) {
            returning();
        }
    });
    let may = is(move || {
        state.with(|state| match state {
            Some(Ok(Some(account))) => !people.is_own(account) && !account.manages(),
            _ => false,
        })
    });
    (move || {
        if may.get()
            && let Some(Some(Ok(Some(account)))) = state.try_with_untracked(Clone::clone)
        {
            return edit(id.clone(), account);
        }
        let shown = id.clone();
        let title = if kind == Kind::Team { msg!("Edit team") } else { msg!("Edit user") };
        view! {
            {still_region("", move || header(&t(title), "", &back(kind)))}
            <div class="gw-content gw-content-narrow">
                {region(
                    "gw-panel gw-panel-body",
                    move || state.with(|state| not_edited(kind, &shown, state)),
                    move |ReadAction::Retry| again.with_value(|again| again()),
                )}
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn not_edited(kind: Kind, id: &str, state: &Option<api::Result<Option<Account>>>) -> Markup {
    match state {
        None => skeleton_rows(8),
        Some(Err(error)) => problem(error, Some(ReadAction::Retry.print())),
        Some(Ok(None)) if !is_askable(kind, id) => html! { p { (not_askable()) } },
        Some(Ok(None)) => problem(&ApiError::gone(), None),
        Some(Ok(Some(account))) if account.manages() => {
            html! { p { (msg!("This user manages the gateway, and is changed in LiteLLM’s own interface only.")) } }
        }
        Some(Ok(Some(_))) => html! { p { (own_note(kind)) } },
    }
}

fn edit(id: String, account: Account) -> AnyView {
    let kind = account.kind;
    let name = isolated(account.name());
    let shown = PeopleRoute::one(kind, &id);
    let edition = Edition::new(id, Edited::Account(Box::new(account)));
    let (form, choices) = (edition.form, edition.choices);
    let retry = load(choices, false);
    let head = move || {
        let (title, show) = match kind {
            Kind::Team => (msg!("Edit team “{name}”"), msg!("Show the team")),
            Kind::User => (msg!("Edit user “{name}”"), msg!("Show the user")),
        };
        let links = html! { a.button href=(href(&shown)) { (show) } (back(kind)) };
        header(&tf(title, &[("name", &name)]), "", &links)
    };
    let list: Route = PeopleRoute::all(kind);
    view! {
        {still_region("", head)}
        <div class="gw-content gw-content-narrow">
            {edition.message()}
            <form class="gw-panel gw-form" novalidate on:submit=edition.on_submit()>
                {fields::all(form, kind, choices, false, retry)}
                {submit_row_to(form, msg!("Save changes"), &list)}
            </form>
        </div>
        {edition.dialog()}
    }
    .into_any()
}
