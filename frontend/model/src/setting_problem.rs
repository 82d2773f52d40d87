//! What is wrong with a value in `wp-config.php` or in the environment, from the rule that the plugin names as `hint`.
//!
//! The value itself is never shown: it may be the service key in the wrong place.

use crate::{msg, text::Msg};

const QUOTES: Msg =
    msg!("The value has a quote at its beginning or end: leave the quotes out, as they are taken literally here.");

/// Of an address: `LITELLM_API_BASE` or `LITELLM_CONSOLE_URL`.
pub fn of_address(hint: &str) -> Msg {
    match hint {
        "quotes" => QUOTES,
        "characters" => msg!("The address contains a space, a line break or a letter that is not ASCII."),
        "scheme" => msg!("The address must begin with http:// or https://."),
        "credentials" => {
            msg!("The address must not contain a user name or a password. Put them into LITELLM_BASIC_AUTH.")
        }
        "query" => msg!("The address must end before any ? or #."),
        "host" => msg!("The host or the port of the address is not valid."),
        "port" => msg!("The address has no valid port."),
        "path" => {
            msg!("The path of the address may only contain letters, digits and . _ ~ - between its slashes.")
        }
        _ => msg!("The address cannot be used."),
    }
}

/// Of `LITELLM_SERVICE_KEY`.
pub fn of_key(hint: &str) -> Msg {
    match hint {
        "quotes" => QUOTES,
        "characters" => {
            msg!(
                "The service key contains a space, a line break or another character that a key cannot have, or is too long."
            )
        }
        _ => msg!("The service key cannot be used."),
    }
}

/// Of `LITELLM_BASIC_AUTH`.
pub fn of_login(hint: &str) -> Msg {
    match hint {
        "quotes" => QUOTES,
        "characters" => {
            msg!("The login before the gateway contains a line break or a control character, or is too long.")
        }
        "pair" => msg!("The login before the gateway must be a user name, a colon and a password."),
        _ => msg!("The login before the gateway cannot be used."),
    }
}

/// Of `LITELLM_KEY_HEADER`.
pub fn of_header(hint: &str) -> Msg {
    match hint {
        "quotes" => QUOTES,
        "login" => msg!(
            "The login before the gateway needs the header Authorization, so the service key needs another one, such as x-litellm-api-key."
        ),
        _ => msg!("This is no name of a header that can carry the service key; one is x-litellm-api-key."),
    }
}

/// Of `LITELLM_KEY_LIMITS`.
pub fn of_limits(hint: &str) -> Msg {
    match hint {
        "json" => msg!("The limits for keys must be an array, or a JSON object as text."),
        "name" => msg!("One of the limits for keys has a name that is not known."),
        _ => msg!("One of the limits for keys is no whole number above 0, or no list of known names."),
    }
}

/// Of the setting with this name.
pub fn of(name: &str, hint: &str) -> Msg {
    match name {
        "LITELLM_SERVICE_KEY" => of_key(hint),
        "LITELLM_BASIC_AUTH" => of_login(hint),
        "LITELLM_KEY_HEADER" => of_header(hint),
        "LITELLM_KEY_LIMITS" => of_limits(hint),
        _ => of_address(hint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_its_sentence() {
        let rules = ["quotes", "characters", "scheme", "credentials", "query", "host", "port", "path", "of the future"];
        for (i, rule) in rules.iter().enumerate() {
            assert!(!rules[..i].iter().any(|other| of_address(other) == of_address(rule)), "{rule}");
        }
        for rule in ["quotes", "characters"] {
            assert_ne!(of_key(rule), of_key("of the future"), "{rule}");
        }
        assert_ne!(of_key("quotes"), of_key("characters"));
    }

    #[test]
    fn each_rule_of_the_limits_has_its_sentence() {
        let php = include_str!("../../../php-shim/includes/Key_Limits.php");
        for (rule, others) in [("json", ["name", "value"]), ("name", ["json", "value"]), ("value", ["json", "name"])] {
            assert!(php.contains(&format!("return '{rule}';")), "{rule}");
            assert!(others.iter().all(|other| of_limits(other) != of_limits(rule)), "{rule}");
        }
        assert_eq!(of("LITELLM_KEY_LIMITS", "json"), of_limits("json"));
    }

    /// The rules are names in PHP; one without a sentence would read as "cannot be used" and nothing more.
    #[test]
    fn every_rule_of_the_plugin_is_known() {
        let php = include_str!("../../../php-shim/includes/Settings.php");
        let complaint = php.split("function complaint(").nth(1).unwrap_or_default();
        let rules: Vec<&str> = complaint
            .split("return ")
            .filter_map(|rest| rest.split(';').next()?.rsplit('\'').nth(1))
            .filter(|rule| rule.bytes().all(|byte| byte.is_ascii_lowercase()))
            .collect();
        assert!(rules.len() >= 7, "{rules:?}");
        for rule in rules {
            let words = [of_address(rule), of_login(rule), of_header(rule)];
            let none = [of_address(""), of_login(""), of_header("")];
            // A wrong name of a header has one sentence for all.
            assert!(words != none || rule == "header", "{rule}");
        }
    }
}
