//! The one way by which a read-only region of the page becomes its next state.
//!
//! Elements are kept and changed, not replaced, and told apart by their `id`: the focus, a selection, how far something is
//! scrolled, what is open, what was typed, and live regions stay as they are.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Element, Node};

use crate::markup::Markup;

#[wasm_bindgen(module = "/node_modules/morphlex/dist/morphlex.js")]
extern "C" {
    #[wasm_bindgen(js_name = morphInner)]
    fn morph_inner(from: &Element, to: &Element, options: &JsValue);
}

type MayUpdate = dyn Fn(Element, String) -> bool;
type Visited = dyn Fn(Node, Node);

thread_local! {
    static OPTIONS: JsValue = options();
}

/// Makes the children of `place` those of `markup`.
pub fn morph(place: &Element, markup: &Markup) {
    morph_text(place, markup.as_str());
}

pub fn morph_text(place: &Element, html: &str) {
    let Ok(next) = place.clone_node() else { return };
    let next: Element = next.unchecked_into();
    next.set_inner_html(html);
    OPTIONS.with(|options| morph_inner(place, &next, options));
}

fn options() -> JsValue {
    let options = Object::new();
    // What was opened by hand stays open; whoever opens or closes by program does it by the element's own methods.
    let may_update = Closure::<MayUpdate>::new(|_: Element, name: String| name != "open");
    let _ = Reflect::set(&options, &"preserveChanges".into(), &true.into());
    let _ = Reflect::set(&options, &"beforeAttributeUpdated".into(), may_update.as_ref());
    may_update.forget();
    // The library passes over an attribute that follows one which it has taken out.
    let visited = Closure::<Visited>::new(|from: Node, to: Node| {
        if let (Some(from), Some(to)) = (from.dyn_ref::<Element>(), to.dyn_ref::<Element>()) {
            for name in from.get_attribute_names() {
                let name = name.as_string().unwrap_or_default();
                if name != "open" && !to.has_attribute(&name) {
                    let _ = from.remove_attribute(&name);
                }
            }
        }
    });
    let _ = Reflect::set(&options, &"afterNodeVisited".into(), visited.as_ref());
    visited.forget();
    options.into()
}
