//! Kinds of errors, by what LiteLLM's log says of them for programs.

use crate::{msg, text::Msg};

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Budget,
    TooMany,
    ProvidersKey,
    NoSuchModel,
    TooLong,
    Policy,
    Timeout,
    Provider,
    NotUnderstood,
    NoKey,
    NotAllowed,
}

impl Cause {
    /// By LiteLLM's class of the error, such as `RateLimitError`, and its status. None: it may be anything.
    pub fn of(class: &str, code: &str) -> Option<Cause> {
        Some(match (class, code) {
            ("BudgetExceededError", _) | (_, "402") => Cause::Budget,
            ("RateLimitError" | "RouterRateLimitError", _) | (_, "429") => Cause::TooMany,
            // LiteLLM's own refusals have other classes: a provider's 403 is for the gateway's account with it.
            ("AuthenticationError" | "PermissionDeniedError", _) => Cause::ProvidersKey,
            ("ProxyModelNotFoundError" | "NotFoundError", _) => Cause::NoSuchModel,
            ("ContextWindowExceededError", _) => Cause::TooLong,
            ("ContentPolicyViolationError", _) => Cause::Policy,
            ("Timeout" | "APITimeoutError", _) | (_, "408" | "504") => Cause::Timeout,
            ("ServiceUnavailableError" | "InternalServerError" | "APIConnectionError", _) | (_, "502" | "503") => {
                Cause::Provider
            }
            ("BadRequestError" | "UnsupportedParamsError", _) | (_, "422") => Cause::NotUnderstood,
            (_, "401") => Cause::NoKey,
            (_, "403") => Cause::NotAllowed,
            _ => return None,
        })
    }

    /// A few words, as they stand after a colon or in a list.
    pub fn label(self) -> Msg {
        match self {
            Cause::Budget => msg!("budget spent"),
            Cause::TooMany => msg!("too many requests or tokens"),
            Cause::ProvidersKey => msg!("key for the provider not accepted"),
            Cause::NoSuchModel => msg!("no such model"),
            Cause::TooLong => msg!("prompt too long"),
            Cause::Policy => msg!("refused for what it is about"),
            Cause::Timeout => msg!("no answer in time"),
            Cause::Provider => msg!("provider failed"),
            Cause::NotUnderstood => msg!("request not understood"),
            Cause::NoKey => msg!("no valid key"),
            Cause::NotAllowed => msg!("not allowed"),
        }
    }
}
