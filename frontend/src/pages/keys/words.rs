//! The settings of a key in words: before and after, theirs and ours.

use model::{
    clock,
    key_form::{Access, Change, Field, fields},
    language::{t, tf, tn},
    msg,
    people::role_label,
    plural,
    text::Msg,
    visible::visible,
};
use serde_json::{Map, Value};

use super::{choices::Choices, form::period_label};
use crate::{
    format,
    markup::{Markup, html},
};

pub fn label(field: Field) -> Msg {
    match field {
        Field::Alias => fields::ALIAS.label,
        Field::Email => fields::EMAIL.label,
        Field::Role => fields::ROLE.label,
        Field::Models => fields::MODELS.label,
        Field::Owner => fields::OWNER.label,
        Field::Team => fields::TEAM.label,
        Field::Organization => fields::ORGANIZATION.label,
        Field::Expiry => fields::EXPIRY.label,
        Field::MaxBudget => fields::BUDGET.label,
        Field::BudgetPeriod => fields::BUDGET_PERIOD.label,
        Field::Raise => fields::RAISE.label,
        Field::Rpm => fields::RPM.label,
        Field::Tpm => fields::TPM.label,
        Field::Parallel => fields::PARALLEL.label,
        Field::ModelLimits => fields::MODEL_LIMITS.label,
        Field::Access => fields::ACCESS.label,
        Field::Tags => fields::TAGS.label,
        Field::Metadata => fields::METADATA.label,
    }
}

/// As the form calls it.
fn label_for(field: Field, choices: &Choices) -> Msg {
    if choices.of.is_some() && field == Field::Alias { fields::NAME.label } else { label(field) }
}

/// One line for each thing. `setting`: of `KeyDraft::setting`.
pub fn lines(field: Field, setting: &Value, choices: &Choices) -> Vec<String> {
    let text = || setting.as_str().unwrap_or_default();
    let nothing = |words: Msg| vec![t(words)];
    match (field, setting) {
        (Field::Models, Value::Array(models)) if models.is_empty() => nothing(msg!("All models")),
        (Field::Models, Value::Array(models)) => models.iter().map(model).collect(),
        (Field::Tags, Value::Array(tags)) => tags.iter().map(|tag| visible(tag.as_str().unwrap_or_default())).collect(),
        (Field::Expiry, Value::Null) => nothing(msg!("Never")),
        (Field::Expiry, _) => vec![end(text())],
        (Field::BudgetPeriod, _) => vec![period_label(text())],
        (Field::Raise, Value::Object(raise)) => vec![raise_in_words(raise)],
        (Field::ModelLimits, Value::Object(limits)) => {
            limits.iter().map(|(model, limit)| model_limit(model, limit)).collect()
        }
        (Field::Metadata, Value::Object(metadata)) => {
            metadata.iter().map(|(name, value)| [&visible(name), ": ", &visible(&value.to_string())].concat()).collect()
        }
        (Field::Access, _) => vec![t(Access::from_value(text()).label())],
        (Field::MaxBudget | Field::Rpm | Field::Tpm | Field::Parallel | Field::ModelLimits, Value::Null) => {
            nothing(msg!("No limit"))
        }
        (_, Value::Null) => nothing(msg!("None")),
        (Field::Owner, _) => vec![visible(&choices.user_name(text()))],
        (Field::Team, _) => vec![visible(&choices.team_name(text()))],
        (Field::Organization, _) => vec![visible(&choices.organization_name(text()))],
        (Field::Role, _) => vec![role_label(text()).map_or_else(|| visible(text()), t)],
        (Field::MaxBudget, Value::Number(_)) => vec![format::usd_exact(setting.as_f64().unwrap_or(0.0))],
        (_, Value::Number(_)) => vec![format::whole(setting.as_f64().unwrap_or(0.0))],
        _ => vec![visible(text())],
    }
}

fn model(name: &Value) -> String {
    match name.as_str().unwrap_or_default() {
        "all-team-models" => t(msg!("All models of the team")),
        "all-proxy-models" => t(msg!("All models")),
        name => visible(name),
    }
}

/// `90d` from now on, or a moment.
fn end(text: &str) -> String {
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()) {
        return tn(plural!("In {count} day", "In {count} days"), u64::from(days), &format::whole(f64::from(days)));
    }
    clock::parse_utc_ms(text).map_or_else(|| visible(text), format::date_time)
}

fn raise_in_words(raise: &Map<String, Value>) -> String {
    let number = |name: &str| raise.get(name).and_then(Value::as_f64);
    let amount = format::usd_exact(number("increase").unwrap_or(0.0));
    if let Some(days) = number("days") {
        let text = tn(
            plural!("{amount} more for {count} day", "{amount} more for {count} days"),
            days as u64,
            &format::whole(days),
        );
        return text.replace("{amount}", &amount);
    }
    match raise.get("until").and_then(Value::as_str) {
        Some(until) => {
            let moment = clock::parse_utc_ms(until).map_or_else(|| visible(until), format::date_time);
            tf(msg!("{amount} more until {moment}"), &[("amount", &amount), ("moment", &moment)])
        }
        None => t(msg!("Ended now")),
    }
}

fn model_limit(model: &str, limit: &Value) -> String {
    let mut limits = Vec::new();
    for (name, text) in [
        ("rpm", plural!("{count} request/min", "{count} requests/min")),
        ("tpm", plural!("{count} token/min", "{count} tokens/min")),
    ] {
        if let Some(most) = limit[name].as_f64() {
            limits.push(tn(text, most as u64, &format::whole(most)));
        }
    }
    tf(msg!("{model}: {limits}"), &[("model", &visible(model)), ("limits", &format::list(&limits))])
}

/// Of metadata only what differs: the rest may be long.
fn differing(one: &Value, other: &Value) -> Value {
    match one {
        Value::Object(one) => {
            let mut rest = one.clone();
            rest.retain(|name, value| other.get(name) != Some(value));
            if rest.is_empty() { Value::Null } else { Value::Object(rest) }
        }
        one => one.clone(),
    }
}

/// What is to become of a key, line by line. `after`: the heads of the columns; a third value is `mine`.
pub fn table(caption: Msg, heads: &[Msg], rows: &[(Field, Vec<Value>)], choices: &Choices) -> Markup {
    html! {
        table.gw-diff {
            caption.screen-reader-text { (caption) }
            thead { tr { th scope="col" { (msg!("Setting")) } @for head in heads { th scope="col" { (head) } } } }
            tbody {
                @for (field, values) in rows {
                    tr {
                        th scope="row" { (label_for(*field, choices)) }
                        @for (value, head) in values.iter().zip(heads) {
                            td data-label=(head) {
                                @for line in lines(*field, value, choices) { span.gw-line dir="auto" { (line) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn difference(changes: &[Change], choices: &Choices) -> Markup {
    let rows: Vec<(Field, Vec<Value>)> = changes.iter().map(before_and_after).collect();
    table(msg!("What changes"), &[msg!("Now"), msg!("Then")], &rows, choices)
}

pub fn before_and_after(change: &Change) -> (Field, Vec<Value>) {
    let Change { field, before, after } = change;
    match field {
        Field::Metadata => (*field, vec![differing(before, after), differing(after, before)]),
        _ => (*field, vec![before.clone(), after.clone()]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn assert_words(field: Field, setting: Value, expected: &[&str]) {
        assert_eq!(lines(field, &setting, &Choices::default()), expected, "{field:?} {setting}");
    }

    #[test]
    fn each_setting_has_its_words() {
        assert_words(Field::Alias, json!("web\u{202e}"), &["web⟨U+202E⟩"]);
        assert_words(Field::Models, json!([]), &["All models"]);
        assert_words(Field::Models, json!(["all-proxy-models"]), &["All models"]);
        assert_words(Field::Models, json!(["all-team-models", "a"]), &["All models of the team", "a"]);
        assert_words(Field::Owner, json!("ada"), &["ada"]);
        assert_words(Field::Team, Value::Null, &["None"]);
        assert_words(Field::Organization, json!("o-1"), &["o-1"]);
        assert_words(Field::Role, json!("internal_user_viewer"), &["Viewer"]);
        assert_words(Field::Expiry, Value::Null, &["Never"]);
        assert_words(Field::Expiry, json!("1d"), &["In 1 day"]);
        assert_words(Field::Expiry, json!("2026-11-20T12:00:00Z"), &["2026-11-20 12:00:00"]);
        assert_words(Field::MaxBudget, json!(12.5), &["12.5"]);
        assert_words(Field::MaxBudget, Value::Null, &["No limit"]);
        assert_words(Field::BudgetPeriod, Value::Null, &["In total"]);
        assert_words(Field::BudgetPeriod, json!("14d"), &["Every 14 days"]);
        assert_words(Field::Raise, json!({"increase": 5, "days": 3}), &["5 more for 3 days"]);
        assert_words(
            Field::Raise,
            json!({"increase": 5, "until": "2026-11-20"}),
            &["5 more until 2026-11-20 00:00:00"],
        );
        assert_words(Field::Raise, json!({"increase": 0.0}), &["Ended now"]);
        assert_words(Field::Rpm, Value::Null, &["No limit"]);
        let limits = json!({"a": {"rpm": 1, "tpm": null}, "b": {"rpm": 2, "tpm": 3}});
        assert_words(Field::ModelLimits, limits, &["a: 1 request/min", "b: 2 requests/min, 3 tokens/min"]);
        assert_words(Field::Tags, json!(["prod", "eu"]), &["prod", "eu"]);
        assert_words(Field::Metadata, json!({"a": {"b": 1}}), &["a: {\"b\":1}"]);
        assert_words(Field::Access, json!("details"), &["Calls of models, their details and pass-through routes"]);
    }

    #[test]
    fn a_difference_is_text_and_of_metadata_no_more_than_that() {
        let changes = [
            Change { field: Field::Alias, before: json!("web"), after: json!("<b>\n") },
            Change { field: Field::Metadata, before: json!({"a": 1, "same": 2}), after: json!({"a": 3, "same": 2}) },
        ];
        let table = difference(&changes, &Choices::default());
        assert!(table.as_str().contains("&lt;b&gt;⏎"), "{table:?}");
        assert!(table.as_str().contains("a: 3") && !table.as_str().contains("same"), "{table:?}");
    }
}
