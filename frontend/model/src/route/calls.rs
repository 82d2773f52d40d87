//! Which calls: the part of the address that *Usage* and *Logs* share, so that each number leads to the calls behind it.

use super::{Get, Printed, safe_search};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallStatus {
    #[default]
    Any,
    Success,
    Failure,
}

impl CallStatus {
    pub const ALL: [CallStatus; 3] = [CallStatus::Any, CallStatus::Success, CallStatus::Failure];

    /// LiteLLM's word; in the address, too.
    pub fn value(self) -> &'static str {
        match self {
            CallStatus::Any => "",
            CallStatus::Success => "success",
            CallStatus::Failure => "failure",
        }
    }
}

/// Empty: any; [`WITHOUT`](super::WITHOUT): none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallFilter {
    /// The public name of a model.
    pub model: String,
    pub provider: String,
    /// The hash of a key.
    pub key: String,
    /// The id of the user whom the key belongs to.
    pub owner: String,
    pub team: String,
    pub organization: String,
    pub tag: String,
    pub end_user: String,
    /// LiteLLM's type of the call, or the path of it.
    pub call: String,
    pub status: CallStatus,
}

impl CallFilter {
    pub(super) fn parse(get: Get) -> CallFilter {
        let text = |name| safe_search(get(name));
        CallFilter {
            model: text("model"),
            provider: text("provider"),
            key: text("key"),
            owner: text("owner"),
            team: text("team"),
            organization: text("org"),
            tag: text("tag"),
            end_user: text("end_user"),
            call: text("call"),
            status: CallStatus::ALL.into_iter().find(|status| status.value() == get("status")).unwrap_or_default(),
        }
    }

    pub(super) fn print(&self, query: &mut Printed) {
        query.text("model", &self.model);
        query.text("provider", &self.provider);
        query.text("key", &self.key);
        query.text("owner", &self.owner);
        query.text("team", &self.team);
        query.text("org", &self.organization);
        query.text("tag", &self.tag);
        query.text("end_user", &self.end_user);
        query.text("call", &self.call);
        query.add("status", self.status.value(), self.status == CallStatus::Any);
    }
}
