//! The calls of the gateway, one by one.

use leptos::prelude::*;
use model::{language::t, msg};

use crate::{
    components::{header, still_region},
    markup::Markup,
};

pub fn logs() -> AnyView {
    view! { {still_region("", head)} }.into_any()
}

fn head() -> Markup {
    header(&t(msg!("Logs")), &t(msg!("The calls of the gateway, one by one.")), &Markup::default())
}
