//! The columns of the table of keys. LiteLLM pages and sorts; the state of each key is judged here.

use model::{
    clock,
    key_status::{self, KeyStatus},
    language::{t, tf, tn},
    msg, plural,
    visible::visible,
    wire::Key,
};

use super::actions::name_of;
use crate::{
    components::Column,
    format,
    markup::{Markup, html},
};

/// Model names shown before the rest is counted.
const MODELS_SHOWN: usize = 2;

/// A key, with what else is known of it.
pub struct KeyRow {
    pub key: Key,
    /// It is the plugin's own.
    pub own: bool,
    /// Empty: none.
    pub team: String,
    pub now_ms: i64,
    /// Where it is shown in full.
    pub href: String,
}

pub const COLUMNS: [Column<KeyRow>; 9] = [
    Column::new("key_alias", msg!("Key"), name).sortable(),
    Column::new("status", msg!("Status"), status),
    Column::new("owner", msg!("Owner"), owner),
    Column::new("models", msg!("Models"), |row: &KeyRow| models(&row.key.models)),
    Column::new("spend", msg!("Spend"), |row: &KeyRow| spend(&row.key)).sortable(),
    Column::new("limits", msg!("Limits"), |row: &KeyRow| limits(&row.key)).secondary(),
    Column::new("created_at", msg!("Created"), created).sortable(),
    Column::new("expires", msg!("Expires"), expires).secondary(),
    Column::new("token", msg!("Hash"), |row: &KeyRow| html! { code.gw-masked dir="ltr" { (row.key.token) } }).hidden(),
];

fn name(row: &KeyRow) -> Markup {
    html! {
        strong.gw-key-name dir="auto" { a href=(row.href) { (name_of(&row.key)) } }
        @if row.own { " " span .gw-chip .gw-chip-own { (msg!("Service key")) } }
        @if !row.key.key_alias.is_empty() { code.gw-masked dir="ltr" { (row.key.key_name) } }
        @if row.own { span .gw-line .gw-minor { (msg!("This plugin uses it; it is protected here.")) } }
    }
}

fn status(row: &KeyRow) -> Markup {
    let status = KeyStatus::of(&row.key, row.now_ms);
    html! { span class={ "gw-chip gw-chip-" (status.slug()) } { (status.label()) } }
}

fn owner(row: &KeyRow) -> Markup {
    let user = visible(&row.key.user_id);
    html! {
        @if !user.is_empty() { span.gw-clip dir="auto" title=(user) { (user) } }
        @if !row.team.is_empty() { span .gw-line .gw-minor { (tf(msg!("Team {team}"), &[("team", &visible(&row.team))])) } }
        @if user.is_empty() && row.team.is_empty() { (none()) }
    }
}

/// LiteLLM's own words for "all of them".
fn are_all(models: &[String]) -> bool {
    models.is_empty() || models.iter().any(|model| model == "all-proxy-models")
}

fn model_name(model: &String) -> String {
    if model == "all-team-models" { t(msg!("All models of the team")) } else { visible(model) }
}

/// All of them, each on a line.
pub fn models_in_full(models: &[String]) -> Markup {
    if are_all(models) {
        return html! { (msg!("All models")) };
    }
    html! { @for model in models { span.gw-line { (model_name(model)) } } }
}

fn models(models: &[String]) -> Markup {
    if are_all(models) {
        return html! { span.gw-minor { (msg!("All models")) } };
    }
    let shown: Vec<String> = models.iter().take(MODELS_SHOWN).map(model_name).collect();
    let rest = models.len() - shown.len();
    let more = tn(plural!("and {count} more", "and {count} more"), rest as u64, &format::count(rest as f64));
    html! {
        span title=(format::list(models)) {
            @for name in &shown { span .gw-line .gw-clip { (name) } }
            @if rest > 0 { span .gw-line .gw-minor { (more) } }
        }
    }
}

/// What a key has spent, against what it may.
pub fn spend(key: &Key) -> Markup {
    let spent = format::usd(key.spend);
    let Some((budget, share)) = key.max_budget.zip(key_status::budget_share(key)) else {
        return html! { span.gw-amount { (spent) } };
    };
    let sentence = match key.budget_duration.as_str() {
        "" => msg!("{spent} of {budget}"),
        "1d" | "24h" => msg!("{spent} of {budget} a day"),
        "7d" => msg!("{spent} of {budget} a week"),
        "30d" | "1mo" => msg!("{spent} of {budget} a month"),
        _ => msg!("{spent} of {budget} every {period}"),
    };
    let budget = format::usd(budget);
    let text = tf(sentence, &[("spent", &spent), ("budget", &budget), ("period", &key.budget_duration)]);
    let level = if share >= 1.0 {
        "gw-bar gw-bar-over"
    } else if share >= 0.8 {
        "gw-bar gw-bar-near"
    } else {
        "gw-bar"
    };
    let width = (share.clamp(0.0, 1.0) * 100.0).round() as u32;
    let label = tf(msg!("{percent} of the budget spent"), &[("percent", &format::percent(share))]);
    html! {
        span.gw-amount { (text) }
        span class=(level) role="img" aria-label=(label) {
            span.gw-bar-fill style={ "inline-size:" (width.to_string()) "%" } {}
        }
    }
}

pub fn limits(key: &Key) -> Markup {
    let limits = [
        (key.rpm_limit, plural!("{count} request/min", "{count} requests/min")),
        (key.tpm_limit, plural!("{count} token/min", "{count} tokens/min")),
        (key.max_parallel_requests, plural!("{count} at once", "{count} at once")),
    ];
    let limits: Vec<String> = limits
        .into_iter()
        .filter_map(|(limit, text)| limit.map(|limit| tn(text, limit as u64, &format::count(limit))))
        .collect();
    html! {
        @for limit in &limits { span .gw-line .gw-nowrap { (limit) } }
        @if limits.is_empty() { span.gw-minor { (msg!("None")) } }
    }
}

fn created(row: &KeyRow) -> Markup {
    date(clock::parse_utc_ms(&row.key.created_at), &row.key.created_at)
}

fn expires(row: &KeyRow) -> Markup {
    if row.key.expires.is_empty() {
        return html! { span.gw-minor { (msg!("Never")) } };
    }
    date(key_status::expires_ms(&row.key), &row.key.expires)
}

fn date(ms: Option<i64>, text: &str) -> Markup {
    match ms {
        Some(ms) => html! { time.gw-nowrap title=(format::date_time_long(ms)) { (format::date(ms)) } },
        None => html! { (text) },
    }
}

fn none() -> Markup {
    html! { span.gw-minor { "–" } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: Key) -> KeyRow {
        KeyRow { key, own: false, team: String::new(), now_ms: 1_795_176_000_000, href: String::new() }
    }

    #[test]
    fn markup_in_an_alias_is_text() {
        let cell =
            name(&row(Key { key_alias: "<img src=x>\u{202e}".into(), key_name: "sk-...1".into(), ..Key::default() }));
        assert!(cell.as_str().contains("&lt;img src=x&gt;⟨U+202E⟩"), "{cell:?}");
    }

    #[test]
    fn a_budget_is_drawn_to_its_end_and_no_further() {
        for (spend, width, level) in [(0.0, 0, "gw-bar\""), (85.0, 85, "gw-bar-near"), (250.0, 100, "gw-bar-over")] {
            let cell = super::spend(&Key { spend, max_budget: Some(100.0), ..Key::default() });
            assert!(cell.as_str().contains(&format!("inline-size:{width}%")), "{cell:?}");
            assert!(cell.as_str().contains(level), "{cell:?}");
        }
    }

    #[test]
    fn a_budget_and_its_period_are_one_sentence() {
        for (period, text) in [("", "1 of 100<"), ("7d", "1 of 100 a week<"), ("14d", "1 of 100 every 14d<")] {
            let key = Key { spend: 1.0, max_budget: Some(100.0), budget_duration: period.into(), ..Key::default() };
            assert!(super::spend(&key).as_str().contains(text), "{period}: {:?}", super::spend(&key));
        }
    }

    #[test]
    fn models_beyond_the_first_two_are_counted() {
        let cell = models(&["a", "b", "c", "d"].map(str::to_owned));
        assert!(cell.as_str().contains("and 2 more"), "{cell:?}");
        assert!(models(&[]).as_str().contains("All models"));
        assert!(models(&["all-team-models".to_owned()]).as_str().contains("All models of the team"));
    }
}
