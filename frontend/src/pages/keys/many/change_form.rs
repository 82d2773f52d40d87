//! What of many keys is to become different: each setting stays as it is until it is chosen.
//!
//! It is a part of the chunk of the other forms, with which it shares its fields.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    key_form::{Expiry, Field as Name, KeyDraft, Problems, fields},
    language::t,
    msg,
    run::change::{End, How, KeyChange, NewBudget, Tags},
    text::Msg,
};
use serde_json::Value;

use super::work::Worker;
use crate::{
    components::{Choice, Control, Entry, Field, Offer, choice, field, select, text_area},
    effect::is,
    pages::keys::form::{self, Form, by_rules, control, field_of, placed},
    store::Store,
    task::now_ms,
};

/// Which settings are chosen; empty: as they are.
#[derive(Clone, Default)]
struct Chosen {
    budget: String,
    team: String,
    tags: String,
}

const NEW: &str = "new";

type ChosenStore = Store<Chosen>;

pub fn change_form() -> AnyView {
    let worker = expect_context::<Worker>();
    let form = Form::new(KeyDraft { expiry: Expiry::Keep, ..KeyDraft::default() });
    let chosen: ChosenStore = Store::new(Chosen::default());
    let nothing = Store::new(false);
    let read = move || {
        form.fail_quietly();
        let outcome = read(&form.draft_untracked(), &chosen.with_untracked(Clone::clone));
        let (change, problems) = match outcome {
            Ok(change) => (Some(change).filter(|change| !change.is_empty()), Vec::new()),
            Err(Wrong::Problems(problems)) => (None, placed(problems)),
            Err(Wrong::NoTags) => (None, vec![(Name::Tags, t(msg!("Enter at least one tag.")))]),
        };
        nothing.update(|nothing| *nothing = change.is_none() && problems.is_empty());
        if !problems.is_empty() {
            form.fail(problems);
        }
        change
    };
    worker.form.set_value(Some(Box::new(read)));
    let has = move |get: fn(&Chosen) -> &String| is(move || chosen.with(|chosen| !get(chosen).is_empty()));
    let (budget, team, tags) = (has(|one| &one.budget), has(|one| &one.team), has(|one| &one.tags));
    let remark =
        move || if nothing.with(|nothing| *nothing) { t(msg!("Choose what is to change.")) } else { String::new() };
    view! {
        <div class="gw-many-form">
            {form::expiry_of_many(form)}
            {switch(chosen, "gw-many-budget", msg!("Their budget"), |one| &mut one.budget, |one| &one.budget, &[(NEW, msg!("Another budget"))])}
            {move || budget.get().then(|| form::budget(form))}
            {switch(chosen, "gw-many-team", msg!("Their team"), |one| &mut one.team, |one| &one.team, &[(NEW, msg!("Another team, or none"))])}
            {move || team.get().then(|| teams(form, worker))}
            {switch(
                chosen,
                "gw-many-tags",
                msg!("Their tags"),
                |one| &mut one.tags,
                |one| &one.tags,
                &[
                    (How::Add.value(), msg!("Add these")),
                    (How::Remove.value(), msg!("Remove these")),
                    (How::Set.value(), msg!("These instead of all others")),
                ],
            )}
            {move || tags.get().then(|| tag_list(form))}
            <p class="gw-field-error" role="alert">{remark}</p>
        </div>
    }
    .into_any()
}

/// Whether a setting is to change.
fn switch(
    chosen: ChosenStore,
    id: &'static str,
    label: Msg,
    place: fn(&mut Chosen) -> &mut String,
    get: fn(&Chosen) -> &String,
    choices: &[(&'static str, Msg)],
) -> AnyView {
    let control = Control {
        id,
        value: Signal::derive(move || chosen.with(|chosen| get(chosen).clone())),
        set: Callback::new(move |value| chosen.update(|chosen| *place(chosen) = value)),
        error: Signal::derive(String::new),
    };
    let mut options = vec![(String::new(), t(msg!("Stays as it is")))];
    options.extend(choices.iter().map(|(value, label)| ((*value).to_owned(), t(*label))));
    let options = Signal::derive(move || options.clone());
    field(Field::new(&control, label), select(control, None, options))
}

fn teams(form: Form, worker: Worker) -> AnyView {
    let control = control(form, "gw-team", &fields::TEAM);
    let offer = move || {
        let directory = worker.many.keys.owners.with(|state| state.data.clone()).unwrap_or_default();
        let mut entries = Vec::new();
        for team in directory.teams() {
            let name = directory.team_called(&team.team_id);
            entries.push(Entry::new(&team.team_id, &name, if team.team_id == name { "" } else { &team.team_id }));
        }
        Offer { entries: Rc::from(entries), ..Offer::default() }
    };
    let place = field_of(&control, &fields::TEAM);
    field(
        Field { label: msg!("New team"), ..place },
        choice(Choice {
            control,
            label: None,
            none: msg!("No team"),
            can_be_none: true,
            offer: Box::new(offer),
            on_search: None,
        }),
    )
}

fn tag_list(form: Form) -> AnyView {
    let control = control(form, "gw-tags", &fields::TAGS);
    let place = field_of(&control, &fields::TAGS);
    field(Field { label: msg!("Which tags"), ..place }, text_area(control, 3, false))
}

enum Wrong {
    Problems(Problems),
    NoTags,
}

fn read(draft: &KeyDraft, chosen: &Chosen) -> Result<KeyChange, Wrong> {
    let mut problems = Problems::new();
    let mut change = KeyChange::default();
    by_rules(|rules| {
        let mut setting = |field: Name| match draft.setting(field, rules) {
            Ok(setting) => Some(setting),
            Err(problem) => {
                problems.insert(field, problem);
                None
            }
        };
        if draft.expiry != Expiry::Keep {
            change.end = setting(Name::Expiry).map(|days| end(&days, now_ms()));
        }
        if !chosen.budget.is_empty() {
            let (usd, period) = (setting(Name::MaxBudget), setting(Name::BudgetPeriod));
            change.budget = usd.zip(period).map(|(usd, period)| NewBudget { usd: usd.as_f64(), period: text(&period) });
        }
        if !chosen.team.is_empty() {
            change.team = setting(Name::Team).map(|team| text(&team));
        }
        if let Some(how) = How::from_value(&chosen.tags) {
            change.tags = setting(Name::Tags).map(|tags| Tags { how, list: list(&tags) });
        }
    });
    if !problems.is_empty() {
        return Err(Wrong::Problems(problems));
    }
    match &change.tags {
        Some(Tags { how: How::Add | How::Remove, list }) if list.is_empty() => Err(Wrong::NoTags),
        _ => Ok(change),
    }
}

/// So many days from now on, as a moment.
fn end(days: &Value, now_ms: i64) -> End {
    let days = days.as_str().and_then(|days| days.strip_suffix('d')).and_then(|days| days.parse::<i64>().ok());
    days.map_or(End::Never, |days| End::At(now_ms.saturating_add(days.saturating_mul(clock::DAY_MS))))
}

fn text(setting: &Value) -> String {
    setting.as_str().unwrap_or_default().to_owned()
}

fn list(setting: &Value) -> Vec<String> {
    let mut list = Vec::new();
    for tag in setting.as_array().into_iter().flatten() {
        list.push(text(tag));
    }
    list
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn days_become_a_moment() {
        assert_eq!(end(&json!("14d"), 1_000), End::At(1_000 + 14 * clock::DAY_MS));
        assert_eq!(end(&Value::Null, 1_000), End::Never);
    }
}
