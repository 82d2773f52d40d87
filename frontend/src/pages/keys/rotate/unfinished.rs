//! That a key was to get a successor, and is not through with it: told over the list, also in another browser.

use leptos::prelude::*;
use model::{clock, language::tf, msg, rotation::Plan, route::KeysOpen, visible::isolated, wire::JournalEntry};

use super::words::link;
use crate::{
    components::{Tone, notice, still_region},
    format,
    markup::{Markup, html},
    pages::keys::{
        actions::name_of,
        many::Many,
        source::{KeysCache, use_keys_cache},
    },
};

pub fn unfinished() -> AnyView {
    let cache = use_keys_cache();
    let many = expect_context::<Many>();
    still_region("gw-slot", move || many.rotations.with(|rotations| notices(rotations, cache)))
}

fn notices(entries: &[JournalEntry], cache: KeysCache) -> Markup {
    let mut rotations = Vec::new();
    for entry in entries {
        rotations.extend(Plan::read(&entry.entry).map(|plan| (plan, entry)));
    }
    html! { @for (plan, entry) in &rotations { (told(plan, entry, &called(&plan.old, cache))) } }
}

/// Its name where it is in the list, else the beginning of its hash.
fn called(hash: &str, cache: KeysCache) -> String {
    let name = cache.get(hash).map(|key| name_of(&key)).filter(|name| !name.is_empty());
    isolated(&name.unwrap_or_else(|| hash.chars().take(12).collect()))
}

fn told(plan: &Plan, entry: &JournalEntry, name: &str) -> Markup {
    let at_ms = i64::try_from(entry.saved_at).unwrap_or(0).saturating_mul(clock::SECOND_MS);
    let (user, moment) = (isolated(&entry.saved_by), format::date_time(at_ms));
    let values = [("user", user.as_str()), ("moment", moment.as_str()), ("alias", &*isolated(&plan.alias))];
    let open =
        link(if plan.is_at_once() { KeysOpen::Replace(plan.old.clone()) } else { KeysOpen::Rotate(plan.old.clone()) });
    let body = html! {
        p { (tf(msg!("Its successor was to be {alias}. {user} was at it last, on {moment}."), &values)) }
        p.gw-notice-actions { a.button href=(open) { (msg!("Go on or undo")) } }
    };
    notice(Tone::Warning, &tf(msg!("The rotation of {key} is not finished"), &[("key", name)]), &body)
}
