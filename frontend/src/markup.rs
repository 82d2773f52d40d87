//! Pages as text. The module must stay small, and a tree of typed elements is many times the size of the HTML it makes.
//!
//! Only literals go in as they are; everything else is escaped, whoever says it is safe.

/// HTML that is being written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    pub fn new() -> Html {
        Html::default()
    }

    /// Markup of our own: a literal of the program.
    #[inline(never)]
    pub fn raw(&mut self, markup: &'static str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    /// Anything else, in an element or in a quoted attribute.
    #[inline(never)]
    pub fn text(&mut self, text: &str) -> &mut Html {
        for part in text.split_inclusive(['&', '<', '>', '"', '\'']) {
            let (plain, entity) = match part.as_bytes().last() {
                Some(b'&') => (&part[..part.len() - 1], "&amp;"),
                Some(b'<') => (&part[..part.len() - 1], "&lt;"),
                Some(b'>') => (&part[..part.len() - 1], "&gt;"),
                Some(b'"') => (&part[..part.len() - 1], "&quot;"),
                Some(b'\'') => (&part[..part.len() - 1], "&#39;"),
                _ => (part, ""),
            };
            self.0.push_str(plain);
            self.0.push_str(entity);
        }
        self
    }

    /// A text of ours in the user's language.
    #[inline(never)]
    pub fn translated(&mut self, msg: model::text::Msg) -> &mut Html {
        self.text(&crate::i18n::t(msg))
    }

    /// Markup that another `Html` has finished, or a drawing of `model::chart`, which escapes for itself.
    #[inline(never)]
    pub fn drawing(&mut self, svg: &str) -> &mut Html {
        self.0.push_str(svg);
        self
    }

    #[inline(never)]
    pub fn finish(self) -> String {
        self.0
    }
}

/// Writes a mixture: a literal is markup, `{expression}` is text, `[expression]` is English to be translated,
/// `(expression)` is run and writes by itself.
///
/// ```ignore
/// html!(h, "<td>" {name} "</td>" (price(h, model)));
/// ```
macro_rules! html {
    ($h:expr $(,)?) => {{}};
    ($h:expr, $markup:literal $($rest:tt)*) => {{ $h.raw($markup); $crate::markup::html!($h, $($rest)*) }};
    ($h:expr, { $text:expr } $($rest:tt)*) => {{ $h.text(::core::convert::AsRef::<str>::as_ref(&$text)); $crate::markup::html!($h, $($rest)*) }};
    ($h:expr, [ $english:expr ] $($rest:tt)*) => {{ $h.translated($english); $crate::markup::html!($h, $($rest)*) }};
    ($h:expr, ( $run:expr ) $($rest:tt)*) => {{ $run; $crate::markup::html!($h, $($rest)*) }};
}
pub(crate) use html;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_literal_is_escaped() {
        let mut h = Html::new();
        let alias = "<img src=x onerror=\"alert('1')\"> & Ünï";
        html!(h, "<td title=\"" {alias} "\">" {alias} "</td>");
        let escaped = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Ünï";
        assert_eq!(h.finish(), format!("<td title=\"{escaped}\">{escaped}</td>"));
    }

    #[test]
    fn an_expression_in_parentheses_writes_by_itself() {
        let mut h = Html::new();
        html!(h, "<ul>" (["a", "<"].iter().for_each(|item| { html!(h, "<li>" {item} "</li>"); })) "</ul>");
        assert_eq!(h.finish(), "<ul><li>a</li><li>&lt;</li></ul>");
    }
}
