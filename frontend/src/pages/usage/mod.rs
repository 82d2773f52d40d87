//! What the calls of a range cost, and who made them.

use leptos::prelude::*;
use model::{language::t, msg};

use crate::{
    components::{header, still_region},
    markup::Markup,
};

pub fn usage() -> AnyView {
    view! { {still_region("", head)} }.into_any()
}

fn head() -> Markup {
    header(&t(msg!("Usage")), &t(msg!("What the calls of a range cost, and who made them.")), &Markup::default())
}
