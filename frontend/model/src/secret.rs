//! A key that is shown once and never stored.

use std::{fmt, ops::Deref};

/// Its `Debug` leaves the text out, so that no log can hold it, whatever it is a part of.
#[derive(Clone, Default, PartialEq)]
pub struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text)
    }
}

impl Deref for Secret {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::wire::{CreatedKey, Wire};

    #[test]
    fn a_created_key_does_not_print_its_secret() {
        let created = CreatedKey::read(&json!({"key": "sk-secret", "key_alias": "a"}));
        assert_eq!(&*created.key, "sk-secret");
        assert!(!format!("{created:?} {created:#?}").contains("sk-secret"));
    }
}
