//! What the audit log says of what was done, in words.

use serde_json::{Value, json};

use crate::{
    endpoint::Endpoint,
    failure::classify_value,
    key_form::fields,
    language::{t, tf},
    msg,
    text::Msg,
    visible::visible,
    wire::AuditRow,
};

/// What a write is called that was done; also in the choice of a filter.
const OPERATIONS: [(Endpoint, Msg); 16] = [
    (Endpoint::KeysCreate, msg!("Create a key")),
    (Endpoint::KeysUpdate, msg!("Change a key")),
    (Endpoint::KeysBlock, msg!("Block a key")),
    (Endpoint::KeysUnblock, msg!("Unblock a key")),
    (Endpoint::KeysResetSpend, msg!("Set a key’s spend to zero")),
    (Endpoint::KeysDelete, msg!("Delete a key")),
    (Endpoint::UsersCreate, msg!("Create a user")),
    (Endpoint::UsersUpdate, msg!("Change a user")),
    (Endpoint::UsersDelete, msg!("Delete a user")),
    (Endpoint::TeamsCreate, msg!("Create a team")),
    (Endpoint::TeamsUpdate, msg!("Change a team")),
    (Endpoint::TeamsBlock, msg!("Block a team")),
    (Endpoint::TeamsUnblock, msg!("Unblock a team")),
    (Endpoint::TeamsAddMember, msg!("Add a member to a team")),
    (Endpoint::TeamsRemoveMember, msg!("Remove a member from a team")),
    (Endpoint::TeamsDelete, msg!("Delete a team")),
];

/// What can be in the log: name and words.
pub fn operations() -> Vec<(&'static str, Msg)> {
    let mut operations = Vec::new();
    for (endpoint, label) in &OPERATIONS {
        operations.push((endpoint.name(), *label));
    }
    operations
}

/// An operation in words; of one that this version does not know its name.
pub fn operation(name: &str) -> String {
    OPERATIONS
        .iter()
        .find(|(endpoint, _)| endpoint.name() == name)
        .map_or_else(|| visible(name), |(_, label)| t(*label))
}

pub fn channel(name: &str) -> String {
    t(match name {
        "page" => msg!("These pages"),
        "ability" => msg!("An ability"),
        "cli" => msg!("Command line"),
        "cron" => msg!("WordPress’s schedule"),
        _ => return visible(name),
    })
}

pub fn result(name: &str) -> String {
    t(match name {
        "done" => msg!("Done"),
        "refused" => msg!("Not done"),
        "unknown" => msg!("Not known"),
        "under_way" => msg!("Under way"),
        _ => return visible(name),
    })
}

/// Who did it: a login name, or what is no user.
pub fn who(row: &AuditRow) -> String {
    match (row.user_id, row.login.as_str()) {
        (0, "cli") => t(msg!("Command line")),
        (0, "cron") => t(msg!("WordPress’s schedule")),
        (0, "(removed)") => t(msg!("(removed)")),
        (_, "") => t(msg!("not known")),
        (_, login) => visible(login),
    }
}

/// A parameter of an operation.
pub fn field(name: &str) -> String {
    t(match name {
        "alias" => fields::NAME.label,
        "email" => fields::EMAIL.label,
        "role" => fields::ROLE.label,
        "models" => fields::MODELS.label,
        "user" => fields::OWNER.label,
        "team" => fields::TEAM.label,
        "organization" => fields::ORGANIZATION.label,
        "duration" => msg!("Expires after"),
        "max_budget" => msg!("Budget in US dollars"),
        "budget_duration" => fields::BUDGET_PERIOD.label,
        "temp_budget_increase" => msg!("Budget raised for now, in US dollars"),
        "temp_budget_expiry" => msg!("Budget raised until (UTC)"),
        "rpm_limit" => fields::RPM.label,
        "tpm_limit" => fields::TPM.label,
        "max_parallel_requests" => fields::PARALLEL.label,
        "access" => fields::ACCESS.label,
        "blocked" => msg!("Blocked"),
        "metadata.tags" => fields::TAGS.label,
        _ => return visible(name),
    })
}

/// A value as it was sent: the log tells what was, not how it would be written today.
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => t(msg!("nothing")),
        Value::Bool(true) => t(msg!("Yes")),
        Value::Bool(false) => t(msg!("No")),
        Value::String(text) if text.is_empty() => t(msg!("nothing")),
        Value::String(text) => visible(text),
        Value::Array(list) if list.is_empty() => t(msg!("an empty list")),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let mut texts = Vec::new();
            for text in list {
                texts.push(visible(text.as_str().unwrap_or_default()));
            }
            texts.join(", ")
        }
        other => visible(&other.to_string()),
    }
}

/// Why it was not done, or why that is not known; empty where there is nothing to say.
pub fn why(row: &AuditRow) -> String {
    let (code, reason) = row.reason.split_once(' ').unwrap_or((row.reason.as_str(), ""));
    let detail = || if row.detail.is_empty() { String::new() } else { visible(&row.detail) };
    let title = match code {
        "" => return detail(),
        "interrupted" => {
            return t(msg!(
                "WordPress’s server ended before an answer came: it may have been done or not. Look at what it is about."
            ));
        }
        "gateway_refused" => t(msg!("LiteLLM refused it")),
        "litellm_invalid_request" => t(msg!("The values were not valid")),
        "litellm_key_limits" => t(msg!("It would have exceeded LITELLM_KEY_LIMITS")),
        _ => {
            let endpoint = Endpoint::ALL.iter().find(|endpoint| endpoint.name() == row.operation);
            let error = json!({ "code": code, "message": "", "data": { "reason": reason } });
            let error = classify_value(endpoint.map_or("", |endpoint| endpoint.name()), 502, &error);
            t(error.title())
        }
    };
    let named = matches!(code, "litellm_invalid_request" | "litellm_key_limits") && !reason.is_empty();
    let more = if named { visible(reason) } else { detail() };
    if more.is_empty() { title } else { tf(msg!("{name}: {value}"), &[("name", &title), ("value", &more)]) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_write_has_its_words() {
        // The plugin's own lists of work are in no log.
        let is_logged = |one: &&Endpoint| one.is_write() && !one.name().starts_with("journal.");
        let writes: BTreeSet<&str> = Endpoint::ALL.iter().filter(is_logged).map(|one| one.name()).collect();
        let known: BTreeSet<&str> = OPERATIONS.iter().map(|(endpoint, _)| endpoint.name()).collect();
        assert_eq!(writes, known);
        assert_eq!(operations().len(), known.len());
        assert_eq!(
            (operation("keys.block"), operation("a.b\u{202e}")),
            ("Block a key".to_owned(), "a.b⟨U+202E⟩".to_owned())
        );
    }

    #[test]
    fn who_is_no_user_is_not_taken_for_one() {
        let row = |user_id, login: &str| who(&AuditRow { user_id, login: login.to_owned(), ..AuditRow::default() });
        assert_eq!(row(0, "cli"), "Command line");
        // Somebody may be called so.
        assert_eq!(row(7, "cli"), "cli");
        assert_eq!(
            (row(0, "(removed)"), row(0, ""), row(3, "<b>")),
            ("(removed)".into(), "not known".into(), "<b>".into())
        );
    }

    #[test]
    fn values_are_told_as_they_were() {
        for (is, told) in [
            (json!(null), "nothing"),
            (json!(12.50), "12.5"),
            (json!(["a", "b\n"]), "a, b⏎"),
            (json!([]), "an empty list"),
            (json!({"a": [1]}), "{\"a\":[1]}"),
            (json!("30d"), "30d"),
            (json!(false), "No"),
        ] {
            assert_eq!(value(&is), told);
        }
    }

    #[test]
    fn reasons_are_sentences_and_blame_nobody_without_a_reason() {
        let row = |reason: &str, detail: &str| {
            why(&AuditRow {
                operation: "keys.block".into(),
                reason: reason.into(),
                detail: detail.into(),
                ..AuditRow::default()
            })
        };
        assert_eq!(row("", ""), "");
        assert!(row("interrupted", "").starts_with("WordPress’s server ended"));
        assert_eq!(row("gateway_refused", "no such key"), "LiteLLM refused it: no such key");
        assert_eq!(row("litellm_invalid_request alias, odd", ""), "The values were not valid: alias, odd");
        assert_eq!(row("litellm_own_key", ""), "The plugin’s own service key is protected");
        assert!(
            row("gateway_unreachable timeout", "").contains("gateway"),
            "{}",
            row("gateway_unreachable timeout", "")
        );
    }
}
