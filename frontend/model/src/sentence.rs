//! Sentences whose words are chosen where something is known, and translated where they are shown.

use hypertext::{Buffer, Renderable};

use crate::{
    language::tf,
    text::{Msg, fill},
};

/// A sentence for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// A text of ours, and what its `{names}` stand for.
    Ours { msg: Msg, values: Vec<(&'static str, String)> },
    /// The words of LiteLLM or WordPress, as they came.
    Theirs(String),
}

impl Sentence {
    pub fn with(msg: Msg, values: &[(&'static str, &str)]) -> Sentence {
        let values = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Sentence::Ours { msg, values }
    }

    /// In the user's language.
    pub fn text(&self) -> String {
        match self {
            Sentence::Ours { msg, values } => tf(*msg, &borrowed(values)),
            Sentence::Theirs(words) => words.clone(),
        }
    }

    /// For the console.
    pub fn english(&self) -> String {
        match self {
            Sentence::Ours { msg, values } => fill(msg.english(), &borrowed(values)),
            Sentence::Theirs(words) => words.clone(),
        }
    }
}

fn borrowed<'a>(values: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    values.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// In markup a sentence stands by itself, like a text.
impl Renderable for Sentence {
    #[inline(never)]
    fn render_to(&self, buffer: &mut Buffer) {
        self.text().render_to(buffer);
    }
}

impl From<Msg> for Sentence {
    fn from(msg: Msg) -> Sentence {
        Sentence::Ours { msg, values: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{language::set_language, msg, text::Language};

    #[test]
    fn ours_is_translated_and_filled_theirs_is_not() {
        set_language(Language::new(
            [("It leads to {host}.".to_owned(), "通向 {host}。".to_owned())].into(),
            String::new(),
        ));
        let ours = Sentence::with(msg!("It leads to {host}."), &[("host", "{host}")]);
        assert_eq!(ours.text(), "通向 {host}。");
        assert_eq!(ours.english(), "It leads to {host}.");
        assert_eq!(Sentence::from(msg!("Keys")).text(), "Keys");
        assert_eq!(Sentence::Theirs("It leads to {host}.".to_owned()).text(), "It leads to {host}.");
        let hostile = Sentence::Theirs("<b>".to_owned());
        assert_eq!(Renderable::render(&hostile).as_inner(), "&lt;b&gt;");
        set_language(Language::default());
    }
}
