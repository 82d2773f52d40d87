//! Why LiteLLM's own console cannot be shown inside wp-admin, in words.

use crate::{msg, sentence::Sentence, text::Msg, wire::ConsoleProblem};

impl ConsoleProblem {
    /// Whether no browser gets to the console, in a frame or not.
    pub fn is_out_of_reach(&self) -> bool {
        matches!(self.code.as_str(), "loopback" | "not_configured")
    }

    /// Whether it goes away with LiteLLM’s headers, which a web server before it can take out.
    pub fn is_of_headers(&self) -> bool {
        matches!(self.code.as_str(), "framing_denied" | "login_framing_denied")
    }

    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        let msg = match self.code.as_str() {
            "not_configured" => msg!(
                "The address of the console, LITELLM_CONSOLE_URL or else LITELLM_API_BASE, is missing or cannot be used: the Status page says why."
            ),
            "unreachable" => unreachable(&self.reason),
            "bad_status" if self.status == 404 => msg!(
                "Nothing is at the address of the console (status {status}). Where LiteLLM has a SERVER_ROOT_PATH, its address must end with that path."
            ),
            "bad_status" => msg!("The console answers with status {status} instead of a page."),
            "framing_denied" => msg!(
                "The console is sent with a header that forbids showing it in a frame. The web server before it can allow it for this site alone: the Console page has the lines to add to its configuration."
            ),
            "mixed_content" => msg!(
                "WordPress is served by HTTPS and the console is not. Browsers do not show it then: serve the console by HTTPS too."
            ),
            "other_site" => msg!(
                "The console ({console}) and WordPress ({site}) are different sites, so the browser withholds the console’s login cookie. Use host names of the same domain and the same scheme, such as litellm.example.com and wp.example.com."
            ),
            "same_origin" => msg!(
                "The console has the same origin as WordPress. Its login cookie would lie open to every script of this site: give it a host name of its own."
            ),
            "loopback" => msg!(
                "The address of the gateway is this server’s own loopback, which your browser cannot reach. Define LITELLM_CONSOLE_URL with the public address of LiteLLM."
            ),
            "internal" => msg!(
                "{console} looks like a name of the server’s own network. If your browser does not reach it, define LITELLM_CONSOLE_URL with the public address of LiteLLM."
            ),
            "login_before" => {
                msg!("A login stands before the console. Open the console in a new tab and log in there.")
            }
            "login_framing_denied" => msg!(
                "The login of the console forbids being shown in a frame. Open the console in a new tab and log in there, or allow it with the lines of the Console page."
            ),
            "assets_refused" => msg!(
                "The page of the console is there, but its scripts come with status {status}: something before LiteLLM may answer in their place. Let it pass /litellm-asset-prefix/ too."
            ),
            "policy" => msg!(
                "The Content-Security-Policy of this site forbids the console in a frame: add {console} to its frame-src directive, or open the console in a new tab."
            ),
            "disabled" => msg!(
                "LiteLLM’s console is switched off there. To have it, take DISABLE_ADMIN_UI out of the environment of LiteLLM and start it anew."
            ),
            "no_console" => msg!(
                "There is a page at this address, but not LiteLLM’s console: perhaps a login before it. Open it in a new tab to see."
            ),
            _ => msg!("The console cannot be shown here."),
        };
        let status = self.status.to_string();
        Sentence::with(msg, &[("status", &status), ("console", &self.console), ("site", &self.site)])
    }
}

fn unreachable(reason: &str) -> Msg {
    match reason {
        "proxy" => msg!("The proxy of this site did not let the request to the console through."),
        "dns" => msg!("This server cannot find the host name of the console."),
        "refused" => msg!("Nothing answers at the address of the console, asked from this server."),
        "timeout" | "connect" => msg!("The console did not answer this server in time."),
        "plugin" => msg!("A plugin of this site forbids the request to the console."),
        "tls" => msg!(
            "This server could not verify the certificate of the console, or could not make a secure connection to it."
        ),
        "blocked" => msg!(
            "This site does not allow requests to the console: add its host to WP_ACCESSIBLE_HOSTS in wp-config.php."
        ),
        _ => msg!("The console does not answer this server."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;
    use serde_json::json;

    fn words(problem: &serde_json::Value) -> String {
        ConsoleProblem::read(problem).sentence().english()
    }

    #[test]
    fn each_problem_has_its_sentence() {
        let codes = [
            "not_configured",
            "unreachable",
            "bad_status",
            "framing_denied",
            "mixed_content",
            "other_site",
            "same_origin",
            "loopback",
            "internal",
            "login_before",
            "login_framing_denied",
            "assets_refused",
            "disabled",
            "policy",
            "no_console",
            "of_the_future",
        ];
        let all: Vec<String> = codes.iter().map(|code| words(&json!({ "code": code }))).collect();
        for (i, text) in all.iter().enumerate() {
            assert!(!text.is_empty() && !all[..i].contains(text), "twice: {text}");
        }
    }

    #[test]
    fn values_are_filled_in() {
        assert_eq!(
            words(&json!({"code": "bad_status", "status": 503})),
            "The console answers with status 503 instead of a page."
        );
        assert!(words(&json!({"code": "bad_status", "status": 404})).contains("SERVER_ROOT_PATH"));
        let other =
            words(&json!({"code": "other_site", "console": "https://a.example", "site": "https://b.example:8443"}));
        assert!(
            other.starts_with(
                "The console (https://a.example) and WordPress (https://b.example:8443) are different sites"
            ),
            "{other}"
        );
        let reasons = ["proxy", "dns", "refused", "timeout", "tls", "blocked", "plugin", "other"]
            .map(|reason| words(&json!({"code": "unreachable", "reason": reason})));
        for (i, text) in reasons.iter().enumerate() {
            assert!(!reasons[..i].contains(text), "twice: {text}");
        }
    }

    /// The codes are names in PHP; one without a sentence would say less than is known.
    #[test]
    fn every_code_of_the_plugin_is_known() {
        let php = include_str!("../../../php-shim/includes/Console.php");
        let codes: Vec<&str> = php.split("'code'").skip(1).filter_map(|rest| rest.split('\'').nth(1)).collect();
        assert!(codes.len() >= 13, "{codes:?}");
        for code in codes {
            assert_ne!(words(&json!({ "code": code })), words(&json!({"code": "of_the_future"})), "{code}");
        }
    }
}
