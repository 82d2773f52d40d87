//! What is said of a failure: what happened, what exactly, and what to do.

use std::fmt;

use super::{ApiError, FORMS, Failure, Foreign, STOPPED};
use crate::{msg, sentence::Sentence, setting_problem, text::Msg};

impl Failure {
    /// More than the title says: what exactly, or the words of who refused.
    pub(super) fn message(&self) -> Option<Sentence> {
        let ours = match (self.code.as_str(), self.reason.as_str()) {
            ("litellm_not_configured", "base_missing") => {
                msg!("The address of the gateway, LITELLM_API_BASE, is missing.")
            }
            ("litellm_not_configured", "key_missing") => msg!("The service key, LITELLM_SERVICE_KEY, is missing."),
            ("litellm_not_configured", "base_invalid") => setting_problem::of_address(&self.hint),
            ("litellm_not_configured", "key_invalid") => setting_problem::of_key(&self.hint),
            ("litellm_not_configured", "basic_invalid") => setting_problem::of_login(&self.hint),
            ("litellm_not_configured", "header_invalid") => setting_problem::of_header(&self.hint),
            ("litellm_own_key", _) => msg!("This is the service key with which WordPress itself reaches LiteLLM."),
            ("litellm_own_user", "owner") => msg!("The service key belongs to this user."),
            ("litellm_own_team", "owner") => msg!("The service key belongs to this team."),
            ("litellm_admin_user", "role") => msg!("This user manages the gateway."),
            ("litellm_own_user" | "litellm_own_team" | "litellm_admin_user", "owner_unknown" | "role_unknown") => {
                msg!("This cannot be done now, because LiteLLM does not say who manages the gateway.")
            }
            ("litellm_not_configured", "limits_invalid") => msg!("LITELLM_KEY_LIMITS cannot be read."),
            ("gateway_unreachable", "dns") => {
                msg!("WordPress’s server cannot find the host name in LITELLM_API_BASE.")
            }
            ("gateway_unreachable", "refused") => msg!("Nothing answers at LITELLM_API_BASE."),
            ("gateway_unreachable", "tls") => {
                msg!("The certificate could not be verified, or no secure connection could be made.")
            }
            ("gateway_unreachable", "blocked") => msg!("This site does not allow requests to the gateway."),
            ("gateway_unreachable", "proxy") if self.proxy.is_empty() => {
                msg!("The proxy on the way did not let the request through.")
            }
            ("gateway_unreachable", "proxy") => {
                msg!("The proxy of this site, {proxy}, did not let the request through.")
            }
            ("gateway_unreachable", "timeout") => return None,
            ("gateway_unreachable", "connect") => msg!("No connection came about in time."),
            ("gateway_unreachable", "plugin") => msg!("A plugin of this site forbids it: {words}"),
            ("gateway_unreachable", _) => {
                msg!("No usable answer came: the connection broke off.")
            }
            ("gateway_unauthorized", "route_not_allowed") => msg!("The service key may not call {path}."),
            ("gateway_too_old", _) => msg!("{path} is not known there."),
            ("gateway_redirect", _) if self.address.is_empty() => {
                msg!("Redirects are not followed, so that the service key goes nowhere else.")
            }
            ("gateway_redirect", _) => {
                msg!("It is sent on to {address}, which is not followed, so that the service key goes nowhere else.")
            }
            ("gateway_too_large", _) => msg!("It is larger than the plugin takes."),
            ("gateway_not_litellm", _) if !self.proxy.is_empty() => {
                msg!("What came: {marks}. It came through the proxy of this site, {proxy}, which may have refused.")
            }
            ("gateway_not_litellm", _) if self.marks.is_empty() => {
                msg!("Something answers at this address, but not as LiteLLM does.")
            }
            ("gateway_not_litellm", _) => msg!("What came: {marks}."),
            _ if !self.detail.is_empty() => msg!("LiteLLM says: {words}"),
            _ if !self.message.is_empty() => return Some(Sentence::Theirs(self.message.clone())),
            _ if self.code.is_empty() => msg!("The answer has the status {status}."),
            _ => return None,
        };
        let status = self.status.to_string();
        let values = [
            ("status", &*status),
            ("path", &self.path),
            ("address", &self.address),
            ("marks", &self.marks),
            ("words", &self.detail),
            ("proxy", &self.proxy),
        ];
        Some(Sentence::with(ours, &values))
    }
}

impl ApiError {
    /// Whether it is the same that is wrong, though its particulars may be others, as two questions fail in two ways.
    pub fn is_like(&self, other: &ApiError) -> bool {
        self.title() == other.title()
    }

    /// What happened, as a heading.
    pub fn title(&self) -> Msg {
        match self {
            ApiError::SignedOut => msg!("Your login has expired"),
            ApiError::NotAllowed => msg!("You are not allowed to do this"),
            ApiError::NotRecognised => msg!("WordPress does not recognise you here"),
            ApiError::NotConfigured(failure) if failure.reason.ends_with("_invalid") => {
                msg!("A setting of the gateway cannot be used")
            }
            ApiError::NotConfigured(_) => msg!("The gateway is not configured yet"),
            ApiError::Offline => msg!("WordPress did not answer"),
            ApiError::NotFound(_) => msg!("This no longer exists"),
            ApiError::Invalid { .. } => msg!("Please check the marked fields"),
            ApiError::Protected(failure) if failure.code == "litellm_admin_user" => msg!("This is not done from here"),
            ApiError::Protected(_) => msg!("The plugin’s own service key is protected"),
            ApiError::Gateway(failure) => gateway_title(failure),
            ApiError::Site(failure) if failure.code == "litellm_journal_changed" => {
                msg!("Somebody else has taken this up")
            }
            ApiError::Site(failure) if failure.code == "litellm_journal_full" => {
                msg!("WordPress keeps too many unfinished lists")
            }
            ApiError::Site(failure) if failure.code == "litellm_journal_failed" => {
                msg!("WordPress could not store the list")
            }
            ApiError::Site(failure) if failure.code.starts_with("litellm_") => {
                msg!("This page and the plugin do not fit together")
            }
            ApiError::Site(failure) if matches!(failure.status, 403 | 406) => {
                msg!("The request to WordPress was refused")
            }
            ApiError::Site(failure) if failure.status == 413 => msg!("The request to WordPress is too large"),
            ApiError::Site(failure) if failure.status == 429 => msg!("This site asks to slow down"),
            ApiError::Site(failure) if failure.status == 404 => msg!("The plugin’s REST route was not found"),
            ApiError::Site(failure) if failure.status == 503 => msg!("WordPress is not available at the moment"),
            ApiError::Site(failure) if failure.code == STOPPED => msg!("Something stops the requests of this page"),
            ApiError::Site(_) => msg!("The request to WordPress failed"),
            ApiError::Unreadable { .. } => msg!("The answer could not be read"),
        }
    }

    /// What to do, as a sentence.
    pub fn advice(&self) -> Msg {
        match self {
            ApiError::SignedOut => msg!("Log in again, then come back to this page."),
            ApiError::NotAllowed => msg!("Ask whoever runs LiteLLM here for access."),
            ApiError::NotRecognised => msg!(
                "You are logged in, but requests to litellm-dashboard/v1 arrive without your login: look for a password protection, a security plugin or a cache."
            ),
            ApiError::NotConfigured(failure) if failure.reason.ends_with("_invalid") => {
                msg!("Correct it in wp-config.php or in the environment; the Status page names it.")
            }
            ApiError::NotConfigured(_) => msg!("Add what is missing to wp-config.php or to the environment."),
            ApiError::Offline => msg!("Check your connection, then try again."),
            ApiError::NotFound(_) => msg!("Reload the list: someone else may have deleted it."),
            ApiError::Invalid { .. } => msg!("Correct the values and try again."),
            ApiError::Protected(failure) => match failure.reason.as_str() {
                "owner" if failure.endpoint.starts_with("keys.") => {
                    msg!("A key for an application needs another user, or none.")
                }
                "owner_unknown" if failure.endpoint.starts_with("keys.") => {
                    msg!("Leave the user out, or try again when the gateway answers.")
                }
                "owner_unknown" | "role_unknown" => msg!("Try again when the gateway answers."),
                "unknown_guard" => msg!("Files of the plugin are damaged: install it again."),
                _ => msg!("Use LiteLLM’s own console to change it."),
            },
            ApiError::Gateway(failure) => gateway_advice(failure),
            ApiError::Site(failure) if failure.code == "litellm_journal_changed" => {
                msg!("Reload the page to see how far it has come.")
            }
            ApiError::Site(failure) if failure.code == "litellm_journal_full" => {
                msg!("Finish or dismiss some of those that the Keys page shows, then try again.")
            }
            ApiError::Site(failure) if failure.code == "litellm_journal_failed" => {
                msg!("Its database may be full, or read-only for a while. Try again.")
            }
            ApiError::Site(failure) if failure.code.starts_with("litellm_") => {
                msg!("Reload the page: the plugin may have been updated meanwhile.")
            }
            ApiError::Site(failure) if matches!(failure.status, 403 | 406) => {
                msg!("A security plugin or a firewall may block the REST API: allow litellm-dashboard/v1 there.")
            }
            ApiError::Site(failure) if failure.status == 413 => msg!(
                "The web server of this site takes none of this size: raise its limit (client_max_body_size in nginx), or choose fewer keys."
            ),
            ApiError::Site(failure) if failure.status == 404 => {
                msg!(
                    "Check that the plugin is active, that the REST API is not switched off, and that the web server passes /wp-json/ to WordPress (save the permalinks once)."
                )
            }
            ApiError::Site(failure) if failure.status == 503 => {
                msg!("It may be in maintenance mode, or a security plugin turns requests away. Try again in a minute.")
            }
            ApiError::Site(failure) if failure.status == 429 => {
                msg!(
                    "A security plugin or the web server limits requests: wait, or allow litellm-dashboard/v1 more there."
                )
            }
            ApiError::Site(failure) if failure.code == STOPPED => msg!(
                "WordPress answers, but not at litellm-dashboard/v1: look for an ad blocker or another extension of this browser, or for a firewall."
            ),
            ApiError::Site(_) => msg!("Look into the error log of PHP or of the web server."),
            ApiError::Unreadable { .. } => {
                msg!("Something between the browser and WordPress may have changed the answer. Reload the page.")
            }
        }
    }

    /// More than the title says: what exactly, or the words of LiteLLM or WordPress. None where there is no more to say.
    pub fn message(&self) -> Option<Sentence> {
        match self {
            ApiError::Invalid { message, .. } => message.clone(),
            _ => self.failure().and_then(Failure::message),
        }
    }

    /// Of a write that may have been carried out all the same.
    pub fn doubt(&self) -> Option<Msg> {
        (self.failure()?.in_doubt && self.outcome_unknown()).then_some(doubt())
    }
}

impl fmt::Display for ApiError {
    /// In English, for the console.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ApiError::Unreadable { endpoint } = self {
            return write!(f, "The answer to {endpoint} could not be read.");
        }
        write!(f, "{}.", self.title().english())?;
        match self.message() {
            Some(message) => write!(f, " {}", message.english()),
            None => write!(f, " {}", self.advice().english()),
        }
    }
}

fn gateway_title(failure: &Failure) -> Msg {
    match (failure.code.as_str(), failure.reason.as_str()) {
        ("gateway_unreachable", "timeout") => msg!("The gateway did not answer in time"),
        ("gateway_unreachable", _) => msg!("The gateway cannot be reached"),
        ("gateway_unauthorized", "key_blocked") => msg!("The service key is blocked"),
        ("gateway_unauthorized", "team_blocked") => msg!("The team of the service key is blocked"),
        ("gateway_unauthorized", "key_expired") => msg!("The service key has expired"),
        ("gateway_unauthorized", "key_over_budget") => msg!("A budget of the service key is used up"),
        ("gateway_unauthorized", "route_not_allowed") => msg!("The service key may not do this"),
        ("gateway_unauthorized", "key_unknown") => msg!("LiteLLM does not know the service key"),
        ("gateway_unauthorized", "not_admin") => msg!("The service key sees only a part of the gateway"),
        ("gateway_unauthorized", "key_not_received") => msg!("LiteLLM did not receive the service key"),
        ("gateway_unauthorized", _) => msg!("LiteLLM does not allow this"),
        ("gateway_error", "database") => msg!("LiteLLM cannot reach its database"),
        ("gateway_error", "no_database") => msg!("LiteLLM has no database"),
        ("gateway_error", "schema") => msg!("LiteLLM’s database does not fit its version"),
        ("gateway_error", _) => msg!("LiteLLM reported an error"),
        ("gateway_refused", _) if failure.status == 429 => msg!("The gateway asks to slow down"),
        ("gateway_refused", _) if failure.status == 404 => msg!("LiteLLM did not find what was asked for"),
        ("gateway_refused", _) => msg!("LiteLLM did not accept the request"),
        ("gateway_redirect", _) => msg!("The request is redirected"),
        ("gateway_too_large", _) => msg!("The gateway’s answer is too large"),
        ("gateway_not_litellm", _) => match failure.foreign() {
            Foreign::Login => msg!("A login stands before the gateway"),
            Foreign::Proxy => msg!("The proxy of this site refused the request"),
            Foreign::TooMany => msg!("Something before the gateway asks to slow down"),
            Foreign::Kit => msg!("The nginx before LiteLLM keeps this server out"),
            Foreign::Away if matches!(failure.gateway_status, 525 | 526) => {
                msg!("What stands before LiteLLM does not accept LiteLLM’s certificate")
            }
            Foreign::Away => msg!("What stands before LiteLLM has no answer from it"),
            Foreign::Refused => msg!("Something on the way to LiteLLM refused the request"),
            Foreign::Failed => msg!("Something before LiteLLM, or in its place, reported an error"),
            Foreign::Elsewhere => msg!("This is not an answer that the plugin knows"),
        },
        ("gateway_too_old", _) => msg!("The gateway does not know this request"),
        _ => msg!("The gateway reported an error"),
    }
}

/// What is known of a write whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// Its answer says that it was not done.
    NotAsked,
    Done,
    NotDone,
    /// Nobody answers this, either.
    Unknown,
}

impl Since {
    pub fn in_words(self) -> Option<Msg> {
        match self {
            Since::NotAsked | Since::Done => None,
            // It may still be on its way.
            Since::NotDone => Some(msg!("LiteLLM was asked since: so far it has not been done.")),
            Since::Unknown => Some(doubt()),
        }
    }
}

/// Of a write of which nobody knows.
fn doubt() -> Msg {
    msg!("It is not known whether the change was made: look before you try again.")
}

fn of_proxy() -> Msg {
    msg!(
        "Allow the gateway there, check WP_PROXY_HOST, WP_PROXY_PORT, WP_PROXY_USERNAME and WP_PROXY_PASSWORD in wp-config.php or the variables http_proxy and https_proxy of the server, or let the gateway go past it with WP_PROXY_BYPASS_HOSTS."
    )
}

/// What LiteLLM lacks without a database.
pub fn no_database() -> Msg {
    msg!("Without one it knows no keys and no spend: set DATABASE_URL for LiteLLM, or start it anew where that is set.")
}

fn gateway_advice(failure: &Failure) -> Msg {
    match (failure.code.as_str(), failure.reason.as_str()) {
        ("gateway_unreachable", "dns") => msg!("Check the host name in LITELLM_API_BASE."),
        ("gateway_unreachable", "refused") => {
            msg!(
                "Check that LiteLLM is running, and the host and port in LITELLM_API_BASE. In a container, 127.0.0.1 is the container itself."
            )
        }
        ("gateway_unreachable", "timeout") => msg!(
            "LiteLLM or its database may be busy: wait a moment. If it stays so, look into LiteLLM’s log, and check the port in LITELLM_API_BASE."
        ),
        ("gateway_unreachable", "connect") => {
            msg!("A firewall may drop what WordPress’s server sends, or the host or port in LITELLM_API_BASE is wrong.")
        }
        ("gateway_unreachable", "plugin") => msg!("Allow the gateway’s host in that plugin."),
        ("gateway_unreachable", "proxy") => of_proxy(),
        ("gateway_unreachable", "tls") => msg!(
            "If LiteLLM has no certificate, begin LITELLM_API_BASE with http://. Otherwise its certificate must be valid for this host name and come from an authority in WordPress’s own list; the filter https_ssl_verify can name another list."
        ),
        ("gateway_unreachable", "blocked") => msg!("Add the gateway’s host to WP_ACCESSIBLE_HOSTS in wp-config.php."),
        // A port that speaks TLS breaks off, too, when it is spoken to without.
        ("gateway_unreachable", _) => msg!(
            "Check whether LITELLM_API_BASE must begin with https://, and its port. If they are right, look into the log of LiteLLM and of what stands before it."
        ),
        ("gateway_unauthorized", "key_blocked") => msg!("Unblock it in LiteLLM’s console, or configure another one."),
        ("gateway_unauthorized", "team_blocked") => {
            msg!("Unblock that team in LiteLLM’s console, or configure a service key without a team.")
        }
        ("gateway_unauthorized", "key_expired") => msg!("Make a new service key and put it into LITELLM_SERVICE_KEY."),
        ("gateway_unauthorized", "key_over_budget") => {
            msg!("Raise or remove it in LiteLLM’s console: it is that of the key, of its user or of its team.")
        }
        ("gateway_unauthorized", "route_not_allowed") => {
            msg!(
                "Add it to the key’s allowed_routes. All that it needs is on the Status page, under What the service key may do."
            )
        }
        ("gateway_unauthorized", "key_unknown") => {
            msg!(
                "Check that LITELLM_SERVICE_KEY is a key of the gateway at LITELLM_API_BASE, and has not been deleted."
            )
        }
        ("gateway_unauthorized", "key_not_received") => msg!(
            "Where LiteLLM has another header for its keys (litellm_key_header_name), put its name into LITELLM_KEY_HEADER in wp-config.php; where it has none, take LITELLM_KEY_HEADER out. Otherwise something before LiteLLM may take the header away."
        ),
        ("gateway_unauthorized", "not_admin") => msg!(
            "It gets its own keys and calls only: give its user the role proxy_admin, or take a key of one who has it."
        ),
        ("gateway_unauthorized", _) => {
            msg!(
                "Change what LiteLLM names, such as a blocked team, allowed_ips or a rule for keys, or ask whoever runs LiteLLM."
            )
        }
        ("gateway_error", "database") => {
            msg!("See that the database runs, that LiteLLM reaches it, and that it has connections left.")
        }
        ("gateway_error", "no_database") => no_database(),
        ("gateway_error", "schema") => {
            msg!("A migration has not run: start LiteLLM anew without DISABLE_SCHEMA_UPDATE, and look into its log.")
        }
        ("gateway_refused", _) if failure.status == 429 => msg!("Wait a moment, then try again."),
        ("gateway_refused", _) if FORMS.contains(&failure.endpoint) => msg!("Correct the values and try again."),
        ("gateway_refused", _) if failure.status == 404 => {
            msg!("Check that LITELLM_API_BASE is the address of LiteLLM.")
        }
        ("gateway_refused", _) => msg!("Go back to the first page of the list, or reload the page."),
        ("gateway_redirect", _) => msg!(
            "If that is LiteLLM, put its address into LITELLM_API_BASE, with https:// where it begins so. If it is a login, let this server pass it."
        ),
        ("gateway_too_large", _) => msg!(
            "The limit is the plugin’s own. Only where WordPress has very little memory may more of it help (WP_MAX_MEMORY_LIMIT in wp-config.php)."
        ),
        ("gateway_not_litellm", _) => match failure.foreign() {
            Foreign::Login => msg!(
                "Put its user and password into wp-config.php: define( 'LITELLM_BASIC_AUTH', 'user:password' ); The key then travels in a header of its own. If they are there, they are refused: correct them."
            ),
            Foreign::Proxy => of_proxy(),
            Foreign::TooMany => msg!("Wait a moment, then try again, or allow this server more requests there."),
            Foreign::Kit => msg!(
                "Add this server’s address to ADMIN_NETWORKS in the site file of nginx, then run nginx/render.sh with --install."
            ),
            Foreign::Away if matches!(failure.gateway_status, 525 | 526) => msg!(
                "Give LiteLLM, or what answers in its place there, a certificate that it accepts, or set how strictly it looks at it."
            ),
            Foreign::Away => {
                msg!(
                    "LiteLLM may be starting or busy: wait a moment. If it stays so, see that LiteLLM runs, and look into the log of that server."
                )
            }
            Foreign::Refused if failure.gateway_status == 400 => {
                msg!("Check whether LITELLM_API_BASE must begin with https://.")
            }
            Foreign::Refused if matches!(failure.gateway_status, 413 | 414 | 431) => msg!(
                "The request is larger than it takes: raise its limit (in nginx client_max_body_size, or large_client_header_buffers for addresses)."
            ),
            Foreign::Refused => msg!(
                "Allow the requests of this server there, such as in a firewall or an access list, or put an address into LITELLM_API_BASE that does not lead through it."
            ),
            Foreign::Failed => msg!("Look into the log of what stands before LiteLLM, then try again."),
            Foreign::Elsewhere => {
                msg!(
                    "Check that LITELLM_API_BASE is LiteLLM’s address, with its path where it has one. If it is, something before it may change its answers or cut them off, or LiteLLM may be newer than this plugin knows."
                )
            }
        },
        ("gateway_too_old", _) => {
            msg!(
                "Check that LITELLM_API_BASE is the address of LiteLLM and ends before its own paths, such as /key/list. If so, this LiteLLM may be too old: update it."
            )
        }
        _ => msg!("Look into the log of LiteLLM, then try again."),
    }
}
