//! Markup of what is only read. `html!` is hypertext's `maud!`, rendered: elements and attributes are checked by the
//! compiler, whatever stands in parentheses is escaped, and only finished markup can be nested as markup.
//!
//! ```ignore
//! html! { p.gw-minor { (msg!("Owner")) ": " (key.user_id) } }
//! ```

use hypertext::Buffer;
pub use hypertext::Renderable;
use model::chart::Svg;

/// Finished markup, made by `html!` and by nothing else.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Markup(String);

impl Markup {
    #[doc(hidden)]
    pub fn of(renderable: &impl Renderable) -> Markup {
        Markup(renderable.render().into_inner())
    }

    /// The only way by which a drawing gets into a page.
    pub fn svg(drawing: &Svg) -> Markup {
        Markup(drawing.as_str().to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Renderable for Markup {
    #[inline(never)]
    fn render_to(&self, buffer: &mut Buffer) {
        // XSS SAFETY: it was rendered, and so escaped, before.
        buffer.dangerously_get_string().push_str(&self.0);
    }
}

// hypertext's names are in scope within the markup only: Leptos has elements and attributes of its own.
macro_rules! html {
    ($($markup:tt)*) => {{
        #[allow(unused_imports)]
        use hypertext::prelude::*;
        $crate::markup::Markup::of(&hypertext::maud_borrow! { $($markup)* })
    }};
}
pub(crate) use html;

/// A sentence with a piece of markup where its placeholder stands.
pub fn around(sentence: &str, placeholder: &str, piece: &Markup) -> Markup {
    let (before, after) = sentence.split_once(placeholder).unwrap_or((sentence, ""));
    html! { (before) @if before.len() < sentence.len() { (piece) } (after) }
}

/// For attributes whose values are `true` and `false`, such as `aria-pressed`.
pub fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_literal_is_escaped() {
        let alias = "<img src=x onerror=\"alert('1')\"> & Ünï";
        let cell = html! { td title=(alias) { (alias) } };
        let text = "&lt;img src=x onerror=\"alert('1')\"&gt; &amp; Ünï";
        let attribute = "&lt;img src=x onerror=&quot;alert('1')&quot;&gt; &amp; Ünï";
        assert_eq!(cell.as_str(), format!("<td title=\"{attribute}\">{text}</td>"));
    }

    #[test]
    fn a_sentence_takes_markup_where_its_language_wants_it() {
        let piece = html! { b { "5 <" } };
        assert_eq!(around("so {much} & more", "{much}", &piece).as_str(), "so <b>5 &lt;</b> &amp; more");
        assert_eq!(around("{much}", "{much}", &piece).as_str(), "<b>5 &lt;</b>");
        assert_eq!(around("nothing", "{much}", &piece).as_str(), "nothing");
    }

    #[test]
    fn finished_markup_is_nested_as_it_is() {
        let items: Vec<Markup> = ["a", "<"].iter().map(|item| html! { li { (item) } }).collect();
        let list = html! { ul { @for item in &items { (item) } } };
        assert_eq!(list.as_str(), "<ul><li>a</li><li>&lt;</li></ul>");
    }
}
