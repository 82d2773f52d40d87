//! What is chosen before a key gets a successor, and what that will have.

use leptos::prelude::*;
use model::{
    key_form::{Field as Name, fields},
    language::{t, tf},
    msg, rotation,
    wire::KeyInfo,
};

use super::{
    state::{Phase, State, Trouble},
    words::{self, span},
    work::{Rotation, draft_of},
};
use crate::{
    action::actions,
    components::{self, Field, Typed, field, section, select, still_region, text_input},
    effect::is,
    format,
    markup::{Markup, html},
    pages::keys::{
        choices::Choices,
        form::{by_rules, ceilings, placed, refused},
        words as key_words,
    },
    router::href,
    store::Store,
    task::spawn,
};

actions! {
    pub enum RotationAction {
        Read = "read",
        GoOn = "go-on",
        Block = "block",
        Copied = "copied",
        Another = "another",
        Undo = "undo",
    }
}

/// What is filled in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    pub alias: String,
    /// In seconds; `0`: the old key is blocked at once.
    pub overlap_s: String,
}

pub type Form = components::Form<Wanted, Name>;

impl Wanted {
    fn overlap_s(&self) -> u64 {
        self.overlap_s.parse().unwrap_or(0)
    }
}

/// What is wrong with the key's own settings, by field, in words. Of the name the form tells by itself.
pub fn problems(info: &KeyInfo, alias: &str) -> Vec<(Name, String)> {
    let problems = by_rules(|rules| draft_of(info, alias).validate(rules)).err().unwrap_or_default();
    let mut told = placed(problems);
    told.retain(|(field, _)| *field != Name::Alias);
    told
}

/// Nothing can be begun with it.
fn is_forbidden(state: &State) -> bool {
    let Some(info) = &state.info else { return true };
    rotation::left_behind(info).iter().any(rotation::Left::forbids) || !problems(info, "key").is_empty()
}

pub fn form_view(rotation: &Rotation, form: Form, choices: Store<Choices>) -> AnyView {
    let state = rotation.state;
    let beginning = rotation.clone();
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        // Before the work begins it is looked whether the name is free: a second click begins nothing meanwhile.
        let busy = form.is_busy_untracked() || state.with_untracked(|state| state.busy || is_forbidden(state));
        if busy {
            return;
        }
        let (rotation, wanted) = (beginning.clone(), form.draft_untracked());
        form.begin();
        spawn(async move { begin(&rotation, form, wanted).await });
    };
    let alias = form.control("gw-alias", Name::Alias, |draft| draft.alias.clone(), |draft, alias| draft.alias = alias);
    let overlap = form.control(
        "gw-overlap",
        Name::Expiry,
        |draft| draft.overlap_s.clone(),
        |draft, overlap_s| draft.overlap_s = overlap_s,
    );
    // What is blocked already cannot be used for a while longer.
    let is_blocked = is(move || state.with(|state| state.info.as_ref().is_some_and(|info| info.info.blocked)));
    let options = Signal::derive(move || {
        let is_blocked = is_blocked.get();
        let mut options = Vec::new();
        for overlap_s in if is_blocked { Vec::new() } else { rotation::overlaps(&ceilings()) } {
            options.push((overlap_s.to_string(), span(overlap_s)));
        }
        let none =
            if is_blocked { msg!("None: it is blocked already") } else { msg!("None: block the old key at once") };
        options.push(("0".to_owned(), t(none)));
        options
    });
    let help = move || match form.draft(Wanted::overlap_s) {
        0 if is_blocked.get() => t(msg!("The old key is blocked already. Its successor can be used at once.")),
        0 => t(msg!(
            "The old key is blocked first. Applications that use it stop until they have the successor’s secret."
        )),
        overlap_s => tf(
            msg!(
                "For {time} from when the secret is copied. Then the gateway ends the old key by itself, also where nobody looks; never later than it was to end anyway."
            ),
            &[("time", &span(overlap_s))],
        ),
    };
    let label = move || {
        t(match (form.is_busy() || state.with(|state| state.busy), form.draft(Wanted::overlap_s)) {
            (true, _) => msg!("Waiting for the gateway…"),
            (_, 0) if !is_blocked.get() => msg!("Block the key and create its successor"),
            _ => msg!("Create the successor"),
        })
    };
    let fields = view! {
        {field(Field::new(&alias, msg!("Name of the successor")).required().help(msg!("LiteLLM has each name once, so the successor needs another one than the old key.")), text_input(alias, Typed::Text, None, None))}
        {field(Field { help: Signal::derive(help), ..Field::new(&overlap, msg!("Both keys work for")) }, select(overlap, None, options))}
    };
    let back = href(&model::route::Route::Keys(model::route::KeysRoute::default()));
    view! {
        {still_region("gw-slot", move || state.with(warnings))}
        <form class="gw-panel gw-form" novalidate on:submit=on_submit>
            {section(msg!("The successor"), fields.into_any())}
            {still_region("gw-form-section", move || {
                let both = form.draft(Wanted::overlap_s) > 0;
                state.with(|state| choices.with(|choices| summary(state, choices, both)))
            })}
            <div class="gw-form-actions">
                <button type="submit" class="button button-primary" aria-disabled=move || (form.is_busy() || state.with(|state| state.busy || is_forbidden(state))).to_string()>{label}</button>
                <a class="button" href=back>{t(msg!("Cancel"))}</a>
            </div>
        </form>
    }
    .into_any()
}

async fn begin(rotation: &Rotation, form: Form, wanted: Wanted) {
    if wanted.alias.trim() != "" && is_taken(rotation, wanted.alias.trim()).await {
        return form.fail(vec![(Name::Alias, t(msg!("There is a key of this name already.")))]);
    }
    let problems = rotation.begin(&wanted.alias, wanted.overlap_s()).await;
    let errors = match problems {
        Err(problems) => placed(problems),
        // What the gateway has refused belongs to its field.
        Ok(()) => rotation.state.with_untracked(|state| match &state.trouble {
            Some(Trouble::Failed(error)) => refused(error),
            _ => Vec::new(),
        }),
    };
    match rotation.state.with_untracked(|state| state.phase) {
        Phase::Form => form.fail(errors),
        // The work itself stands in its place now.
        _ => form.fail_quietly(),
    }
}

/// Of a gateway that does not answer it is not known; it refuses the name itself then.
async fn is_taken(rotation: &Rotation, alias: &str) -> bool {
    let answer = crate::api::keys::by_alias(&rotation.api, alias).response().await;
    answer.is_ok_and(|answer| !answer.data.keys.is_empty())
}

fn warnings(state: &State) -> Markup {
    let left = state.info.as_ref().map(rotation::left_behind).unwrap_or_default();
    html! { (words::not_allowed(state, "key")) (words::left_behind(&left)) }
}

/// What the successor has of its key.
const SHOWN: [Name; 11] = [
    Name::Models,
    Name::Owner,
    Name::Team,
    Name::MaxBudget,
    Name::BudgetPeriod,
    Name::Rpm,
    Name::Tpm,
    Name::Parallel,
    Name::ModelLimits,
    Name::Access,
    Name::Tags,
];

/// `both`: for some time both keys can be used.
fn summary(state: &State, choices: &Choices, both: bool) -> Markup {
    let Some(info) = &state.info else { return Markup::default() };
    let draft = draft_of(info, "key");
    let mut rows: Vec<(Name, Vec<String>)> = Vec::new();
    for name in SHOWN {
        // What this site does not allow is told above.
        let Ok(setting) = by_rules(|rules| draft.setting(name, rules)) else { continue };
        if !setting.is_null() || name == Name::MaxBudget {
            rows.push((name, key_words::lines(name, &setting, choices)));
        }
    }
    let key = &info.info;
    let left = key.max_budget.map(|budget| {
        let values = [
            ("left", &*format::usd((budget - key.spend).max(0.0))),
            ("budget", &*format::usd(budget)),
            ("spent", &*format::usd(key.spend)),
        ];
        let text = if both {
            msg!("The successor begins with {spent} spent: of {budget} it has {left} left. While both keys work, each can spend that.")
        } else {
            msg!("The successor begins with {spent} spent: of {budget} it has {left} left.")
        };
        tf(text, &values)
    });
    let ends = model::clock::parse_utc_ms(&key.expires).map(format::date_time);
    html! {
        h2.gw-form-title { (msg!("What it has of the old key")) }
        dl.gw-facts {
            @for (name, lines) in &rows {
                dt { (key_words::label(*name)) }
                dd { @for line in lines { span.gw-line dir="auto" { (line) } } }
            }
            dt { (fields::EXPIRY.label) }
            dd { @match &ends { Some(ends) => { (ends) } None => { (msg!("Never")) } } }
        }
        @if let Some(left) = &left { p.description { (left) } }
        @if !key.budget_duration.is_empty() {
            p.description { (msg!("When its budget starts anew is up to the gateway; where the period is not a day, a week or a month that may be later than for the old key.")) }
        }
    }
}
