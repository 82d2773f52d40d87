//! The settings of the key itself, and what LiteLLM knows of when they changed.

use leptos::prelude::*;
use model::{
    clock,
    key_limits::{are_all, name_of_team, name_of_user},
    language::{t, tf},
    msg,
    route::{KeysOpen, KeysRoute, Route},
    text::Msg,
    visible::{isolated, visible},
    wire::{Key, KeyInfo, KeyMore},
};

use super::{full::heading, source::Parts};
use crate::{
    components::{copy_button, still_region},
    format,
    markup::{Markup, html},
    pages::keys::actions::name_of,
    router::href,
};

/// Where the metadata are copied from.
const METADATA: &str = "gw-key-metadata";

pub fn facts(parts: Parts) -> AnyView {
    still_region("gw-part", move || match parts.key() {
        Some(key) => {
            let info = parts.info();
            let others = |hash: &str| parts.opened.listed(hash);
            html! {
                (settings(parts, &key, info.as_ref()))
                (history(&key, info.as_ref().map(|info| &info.more), &others))
            }
        }
        None => Markup::default(),
    })
}

fn list(facts: &[(Msg, Markup)]) -> Markup {
    html! { dl.gw-facts { @for (label, value) in facts { dt { (label) } dd { (value) } } } }
}

fn text(text: &str, nothing: Msg) -> Markup {
    match text {
        "" => html! { span.gw-minor { (nothing) } },
        text => html! { span dir="auto" { (visible(text)) } },
    }
}

/// A name, and below it the id that it stands for.
fn named(name: &str, id: &str) -> Markup {
    match (name, id) {
        (_, "") => text("", msg!("None")),
        (name, id) if name.is_empty() || name == visible(id) => text(id, msg!("None")),
        (name, id) => html! {
            span.gw-line dir="auto" { (name) }
            span .gw-line .gw-minor dir="auto" { (visible(id)) }
        },
    }
}

fn moment(text: &str, nothing: Msg) -> Markup {
    match (text, clock::parse_utc_ms(text)) {
        ("", _) => html! { span.gw-minor { (nothing) } },
        (_, Some(ms)) => html! { time title=(format::date_time_long(ms)) { (format::date_time(ms)) } },
        (odd, None) => html! { (visible(odd)) },
    }
}

fn settings(parts: Parts, key: &Key, info: Option<&KeyInfo>) -> Markup {
    let (owner, team, organization) = (parts.owner(), parts.team(), parts.organization());
    let owner_name = owner.as_ref().map(name_of_user).unwrap_or_default();
    let team_name = team.as_ref().map(|team| name_of_team(&team.team)).unwrap_or_default();
    let organization = organization.map(|known| visible(&known.organization_alias)).unwrap_or_default();
    let email = owner
        .as_ref()
        .map(|owner| visible(&owner.user_email))
        .filter(|email| !email.is_empty() && *email != owner_name);
    let mut facts: Vec<(Msg, Markup)> = vec![
        (msg!("Alias"), text(&key.key_alias, msg!("None"))),
        (msg!("Key"), html! { code dir="ltr" { (visible(&key.key_name)) } }),
        (
            msg!("Owner"),
            html! {
                (named(&owner_name, &key.user_id))
                @if let Some(email) = &email { span .gw-line .gw-minor dir="auto" { (email) } }
            },
        ),
        (msg!("Team"), named(&team_name, &key.team_id)),
    ];
    if !key.org_id.is_empty() {
        facts.push((msg!("Organization"), named(&organization, &key.org_id)));
    }
    facts.push((msg!("Models"), models(&key.models)));
    facts.push((msg!("Spend"), html! { (format::usd_exact(key.spend)) }));
    if !key.budget_id.is_empty() {
        facts.push((msg!("Budget object"), text(&key.budget_id, msg!("None"))));
    }
    facts.push((msg!("Expires"), moment(&key.expires, msg!("Never"))));
    if !key.marks.tags.is_empty() {
        facts
            .push((msg!("Tags"), html! { @for tag in &key.marks.tags { span.gw-line dir="auto" { (visible(tag)) } } }));
    }
    if let Some(info) = info {
        facts.push((msg!("Access"), access(&info.more.allowed_routes)));
        facts.push((msg!("Metadata"), metadata(&info.more)));
    }
    facts.push((msg!("Hash"), html! { code.gw-hash dir="ltr" { (key.token) } }));
    html! { (heading(msg!("Settings"), "")) (list(&facts)) }
}

fn models(models: &[String]) -> Markup {
    if are_all(models) {
        return html! { (msg!("All models")) };
    }
    html! {
        @for model in models {
            span.gw-line dir="auto" {
                @match model.as_str() {
                    "all-team-models" => { (msg!("All models of the team")) }
                    "no-default-models" => { (msg!("None")) }
                    model => { (visible(model)) }
                }
            }
        }
    }
}

fn access(routes: &[String]) -> Markup {
    match routes {
        [] => html! { (msg!("Everything that its owner may do")) },
        [only] if only == "llm_api_routes" => html! { (msg!("Calls of models only")) },
        routes => html! { @for route in routes { span.gw-line { code dir="ltr" { (visible(route)) } } } },
    }
}

fn metadata(more: &KeyMore) -> Markup {
    let empty = more.metadata.as_object().is_none_or(serde_json::Map::is_empty);
    if empty {
        return text("", msg!("None"));
    }
    // Each character that is not seen is named; JSON's own line ends are not characters of others.
    let pretty = serde_json::to_string_pretty(&more.metadata).unwrap_or_default();
    let lines: Vec<String> = pretty.lines().map(visible).collect();
    html! {
        details {
            summary .button-link { (msg!("Show as JSON")) }
            pre #(METADATA) .gw-code dir="ltr" translate="no" tabindex="0" role="region" aria-label=(msg!("Metadata")) { (lines.join("\n")) }
            p { (copy_button(METADATA, msg!("Copy"), "button")) }
        }
    }
}

/// LiteLLM keeps when a key was made, changed and used, and nothing of what it was before.
fn history(key: &Key, more: Option<&KeyMore>, others: &dyn Fn(&str) -> Option<Key>) -> Markup {
    let by = |id: &str| {
        html! { @if !id.is_empty() {
            span .gw-line .gw-minor dir="auto" { (tf(msg!("by {user}"), &[("user", &isolated(id))])) }
        } }
    };
    let mut facts: Vec<(Msg, Markup)> =
        vec![(msg!("Created"), html! { (moment(&key.created_at, msg!("Not known"))) (by(&key.created_by)) })];
    // Newer versions tell when the settings were changed. In older ones each call counts as a change.
    let told = more.is_some_and(|more| !more.status.is_empty()) || !key.settings_updated_at.is_empty();
    facts.push(if told {
        let changed = !key.settings_updated_at.is_empty();
        (
            msg!("Settings changed"),
            html! {
                (moment(&key.settings_updated_at, msg!("Not since it was created")))
                @if changed { (by(&key.updated_by)) }
            },
        )
    } else {
        (msg!("Changed or used"), html! { (moment(&key.updated_at, msg!("Not known"))) (by(&key.updated_by)) })
    });
    if key.blocked {
        facts.push((msg!("Blocked"), html! { (msg!("Yes; LiteLLM does not keep since when.")) }));
    }
    facts.push((msg!("Last used"), moment(&key.last_active, msg!("Not known"))));
    if let Some(more) = more {
        for (label, text) in [
            (msg!("Last rotated"), &more.last_rotation_at),
            (msg!("Rotated next"), &more.key_rotation_at),
            (msg!("Deleted"), &more.deleted_at),
        ] {
            if !text.is_empty() {
                facts.push((label, moment(text, msg!("Not known"))));
            }
        }
    }
    for (label, hash) in
        [(msg!("Replaced by"), &key.marks.ours.replaced_by), (msg!("Replaces"), &key.marks.ours.replaces)]
    {
        if !hash.is_empty() {
            facts.push((label, other_key(hash, others)));
        }
    }
    html! {
        (heading(msg!("What changed and when"), ""))
        (list(&facts))
        p.gw-minor { (t(msg!("LiteLLM does not keep what a setting was before."))) }
    }
}

/// The key with this hash, by its name where it is in the list.
fn other_key(hash: &str, others: &dyn Fn(&str) -> Option<Key>) -> Markup {
    let Some(other) = others(hash) else { return html! { code.gw-hash dir="ltr" { (visible(hash)) } } };
    let open = KeysRoute { open: KeysOpen::Key(other.token.clone()), ..KeysRoute::default() };
    let open = href(&Route::Keys(open));
    html! { a href=(open) dir="auto" { (name_of(&other)) } }
}

#[cfg(test)]
mod tests {
    use model::wire::Wire;
    use serde_json::json;

    use super::*;

    #[test]
    fn older_versions_do_not_tell_calls_from_changes() {
        let key = Key { updated_at: "2026-11-20T10:00:00Z".into(), ..Key::default() };
        assert!(history(&key, None, &|_| None).as_str().contains("Changed or used"));
        let newer = KeyMore { status: "active".into(), ..KeyMore::default() };
        assert!(history(&key, Some(&newer), &|_| None).as_str().contains("Not since it was created"));
        let changed = Key { settings_updated_at: "2026-11-20T11:00:00Z".into(), updated_by: "<b>".into(), ..key };
        let text = history(&changed, Some(&newer), &|_| None);
        assert!(text.as_str().contains("by &lt;b&gt;"), "{text:?}");
    }

    #[test]
    fn metadata_are_text_whatever_is_in_them() {
        let more = KeyMore::read(&json!({ "metadata": { "note": "</pre><script>\u{202e}", "n": [1] } }));
        let text = metadata(&more);
        assert!(text.as_str().contains("&lt;/pre&gt;&lt;script&gt;⟨U+202E⟩"), "{text:?}");
        assert!(metadata(&KeyMore::default()).as_str().contains("None"));
        assert!(metadata(&KeyMore::read(&json!({ "metadata": {} }))).as_str().contains("None"));
    }

    #[test]
    fn a_name_stands_over_its_id() {
        assert!(named("Ada", "u-1").as_str().contains("u-1"));
        assert_eq!(named("ada", "ada").as_str().matches("ada").count(), 1);
        assert!(named("", "").as_str().contains("None"));
    }

    #[test]
    fn access_is_told_in_words() {
        assert!(access(&[]).as_str().contains("Everything"));
        assert!(access(&["llm_api_routes".to_owned()]).as_str().contains("Calls of models only"));
        assert!(access(&["/model/info".to_owned()]).as_str().contains("/model/info"));
    }
}
