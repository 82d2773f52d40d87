//! What a click means: an `enum` a page, printed into `data-action` and read from it in one place.

use hypertext::{Buffer, Renderable, context::AttributeValue};

/// What the controls of a region can ask for. Made by `actions!`.
pub trait Action: Sized {
    fn print(&self) -> String;
    /// None for what no control of this region says.
    fn parse(text: &str) -> Option<Self>;
}

/// What an action is about: a word, a number, one of an enum.
pub trait Subject: Sized {
    fn print(&self) -> String;
    fn parse(text: &str) -> Option<Self>;
}

impl Subject for String {
    fn print(&self) -> String {
        self.clone()
    }

    fn parse(text: &str) -> Option<String> {
        Some(text.to_owned())
    }
}

impl Subject for usize {
    fn print(&self) -> String {
        self.to_string()
    }

    fn parse(text: &str) -> Option<usize> {
        text.parse().ok()
    }
}

/// Declares the actions of a page, each with its name in the markup and, if it has one, what it is about.
///
/// ```ignore
/// actions! {
///     pub enum ListAction {
///         Retry = "retry",
///         ShowPage(usize) = "page",
///     }
/// }
/// maud! { button type="button" data-action=(ListAction::ShowPage(2)) { "2" } }
/// ```
macro_rules! actions {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident $(($subject:ty))? = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name { $($(#[$doc])* $variant $(($subject))?,)+ }

        impl $crate::action::Action for $name {
            fn print(&self) -> String {
                match self {
                    $($crate::action::actions!(@pattern $name $variant subject $(($subject))?) =>
                        $crate::action::actions!(@print $word subject $(($subject))?),)+
                }
            }

            fn parse(text: &str) -> Option<$name> {
                let (word, subject) = text.split_once(':').unwrap_or((text, ""));
                match word {
                    $($word => Some($crate::action::actions!(@parse $name $variant subject $(($subject))?)),)+
                    _ => None,
                }
            }
        }

        impl hypertext::Renderable<hypertext::context::AttributeValue> for $name {
            fn render_to(&self, buffer: &mut hypertext::Buffer<hypertext::context::AttributeValue>) {
                $crate::action::render(&$crate::action::Action::print(self), buffer);
            }
        }
    };
    (@pattern $name:ident $variant:ident $bound:ident) => { $name::$variant };
    (@pattern $name:ident $variant:ident $bound:ident ($subject:ty)) => { $name::$variant($bound) };
    (@print $word:literal $bound:ident) => { $word.to_owned() };
    (@print $word:literal $bound:ident ($subject:ty)) => { [$word, ":", &$crate::action::Subject::print($bound)].concat() };
    (@parse $name:ident $variant:ident $bound:ident) => {{ let _ = $bound; $name::$variant }};
    (@parse $name:ident $variant:ident $bound:ident ($subject:ty)) => {
        $name::$variant(<$subject as $crate::action::Subject>::parse($bound)?)
    };
}
pub(crate) use actions;

#[inline(never)]
pub fn render(printed: &str, buffer: &mut Buffer<AttributeValue>) {
    printed.render_to(buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    actions! {
        enum ListAction {
            Retry = "retry",
            ShowPage(usize) = "page",
            Open(String) = "open",
        }
    }

    #[test]
    fn what_is_printed_is_read_again() {
        for action in [
            ListAction::Retry,
            ListAction::ShowPage(12),
            ListAction::Open(String::new()),
            ListAction::Open("a:b \"<ü".to_owned()),
        ] {
            assert_eq!(ListAction::parse(&action.print()), Some(action));
        }
    }

    #[test]
    fn what_nobody_says_is_no_action() {
        for text in ["", "again", "page", "page:", "page:x", "page:-1", "Retry"] {
            assert_eq!(ListAction::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_action_is_escaped_where_it_stands() {
        let markup = crate::markup::html! { button data-action=(ListAction::Open("\"><script>".to_owned())) {} };
        assert_eq!(markup.as_str(), "<button data-action=\"open:&quot;&gt;&lt;script&gt;\"></button>");
    }
}
