//! What stands beside the budget of a key that is there: a raise for now, and what was spent.

use leptos::prelude::*;
use model::{
    key_form::fields,
    language::{t, tf},
    msg,
    visible::visible,
};

use super::{
    super::form::{Form, control, money},
    EditAction, State,
};
use crate::{
    components::{Field, Typed, field, region, text_input_of},
    format,
    markup::html,
    store::Store,
    task::now_ms,
};

/// For some days above the budget.
pub fn raise(form: Form) -> AnyView {
    let (amount, days) =
        (control(form, "gw-temp_budget_increase", &fields::RAISE), control(form, "gw-raise-days", &fields::RAISE_DAYS));
    let help = move || {
        form.draft(|draft| match &draft.raised {
            Some(raised) if is_ahead(&raised.until) => {
                let amount = format::usd_exact(raised.increase);
                let moment = moment(&raised.until);
                tf(
                    msg!("It is raised by {amount} until {moment}. Enter 0 to end that."),
                    &[("amount", &amount), ("moment", &moment)],
                )
            }
            _ => t(msg!("Added to the budget for so many days. Then the budget is as above again, by itself.")),
        })
    };
    let body = view! {
        <span class="gw-inline">
            {money(amount, None)} <span>{t(msg!("for"))}</span>
            {text_input_of(amount.id, days, Typed::Whole, Some(fields::RAISE_DAYS.label), None)} <span>{t(msg!("days"))}</span>
        </span>
    };
    field(Field { help: Signal::derive(help), ..Field::new(&amount, fields::RAISE.label) }, body.into_any())
}

fn is_ahead(moment: &str) -> bool {
    model::clock::parse_utc_ms(moment).is_none_or(|ms| ms > now_ms())
}

fn moment(text: &str) -> String {
    model::clock::parse_utc_ms(text).map_or_else(|| visible(text), format::date_time)
}

/// What the key has spent, and the way to make nothing of it.
pub fn spent(state: Store<State>, reset: impl Fn() + 'static) -> AnyView {
    let amount = region(
        "gw-inline",
        move || {
            let spent = state.with(|state| state.opened.spend());
            html! {
                span { (format::usd(spent)) }
                @if spent > 0.0 { button.button type="button" data-action=(EditAction::Reset) { (msg!("Reset to zero")) } }
            }
        },
        move |action: EditAction| {
            if action == EditAction::Reset {
                reset();
            }
        },
    );
    view! {
        <div class="gw-field" role="group" aria-labelledby="gw-spent-label">
            <span class="gw-label" id="gw-spent-label">{t(msg!("Spent so far"))}</span>
            <div class="gw-control">{amount}</div>
        </div>
    }
    .into_any()
}
