//! What the form changes: a key, a team or a user.

use model::{key_form::KeyDraft, people::Account, visible::visible, wire::KeyInfo};

use super::super::actions::name_of;
use crate::format;

/// What is edited, as it was read last.
#[derive(Clone)]
pub enum Edited {
    Key(Box<KeyInfo>),
    Account(Box<Account>),
}

impl Edited {
    pub fn draft(&self) -> KeyDraft {
        match self {
            Edited::Key(info) => KeyDraft::of(info, format::decimal_mark()),
            Edited::Account(account) => KeyDraft::of_account(account, format::decimal_mark()),
        }
    }

    pub fn name(&self) -> String {
        match self {
            Edited::Key(info) => name_of(&info.info),
            Edited::Account(account) => visible(account.name()),
        }
    }

    pub fn spend(&self) -> f64 {
        match self {
            Edited::Key(info) => info.info.spend,
            Edited::Account(account) => account.spend,
        }
    }
}
