//! The columns of the table of keys. A cell has two lines at most, so that each row is as high as the others.

use std::rc::Rc;

use model::{
    clock, key_status,
    keys_table::directory::Directory,
    language::{t, tf, tn},
    msg, plural,
    visible::{isolated, visible},
    wire::Key,
};

use super::{actions::name_of, standing::standing};
use crate::{
    components::Column,
    format,
    markup::{Markup, html},
};

/// Model names shown before the rest is counted.
const MODELS_SHOWN: usize = 2;

/// Tags, likewise.
const TAGS_SHOWN: usize = 3;

/// A key, with what else is known of it.
pub struct KeyRow {
    pub key: Key,
    /// The name of the key that takes its place; empty: none, or one that is not in the list.
    pub successor: String,
    pub directory: Rc<Directory>,
    pub now_ms: i64,
    /// Where it is shown in full.
    pub href: String,
}

impl KeyRow {
    /// It is the plugin's own.
    pub fn is_own(&self) -> bool {
        self.directory.is_own(&self.key)
    }
}

pub const COLUMNS: [Column<KeyRow>; 19] = [
    Column::new("key_alias", msg!("Key"), name).sortable().px(230),
    Column::new("status", msg!("Status"), status).sortable().px(120),
    Column::new("owner", msg!("Owner"), owner).sortable().px(150),
    Column::new("email", msg!("Owner’s e-mail"), |row: &KeyRow| clipped(&row.directory.person(&row.key).user_email))
        .hidden()
        .px(170),
    Column::new("team", msg!("Team"), |row: &KeyRow| clipped(&row.directory.team_name(&row.key)))
        .sortable()
        .hidden()
        .px(140),
    Column::new("organization", msg!("Organization"), |row: &KeyRow| {
        clipped(&row.directory.organization_called(row.directory.organization_id(&row.key)))
    })
    .sortable()
    .hidden()
    .px(140),
    Column::new("models", msg!("Models"), |row: &KeyRow| models(&row.key.models)).px(160),
    Column::new("spend", msg!("Spend"), |row: &KeyRow| spend(&row.key)).sortable().px(180),
    Column::new("max_budget", msg!("Budget"), |row: &KeyRow| figure(row.key.max_budget.map(format::usd)))
        .number()
        .sortable()
        .hidden()
        .px(100),
    Column::new("budget_spent", msg!("Budget spent"), |row: &KeyRow| {
        figure(key_status::budget_share(&row.key).map(format::percent))
    })
    .number()
    .sortable()
    .hidden()
    .px(120),
    Column::new("budget_reset_at", msg!("Budget starts anew"), |row: &KeyRow| moment(&row.key.budget_reset_at))
        .sortable()
        .hidden()
        .px(150),
    Column::new("limits", msg!("Limits"), |row: &KeyRow| limits(&row.key)).secondary().px(140),
    Column::new("last_active", msg!("Last used"), |row: &KeyRow| moment(&row.key.last_active))
        .sortable()
        .hidden()
        .px(110),
    Column::new("created_at", msg!("Created"), |row: &KeyRow| moment(&row.key.created_at)).sortable().px(105),
    Column::new("created_by", msg!("Created by"), created_by).sortable().hidden().px(140),
    Column::new("updated_at", msg!("Changed"), |row: &KeyRow| moment(&row.key.updated_at)).sortable().hidden().px(110),
    Column::new("expires", msg!("Expires"), expires).sortable().secondary().px(110),
    Column::new("tags", msg!("Tags"), |row: &KeyRow| tags(&row.key.marks.tags)).hidden().px(140),
    Column::new("token", msg!("Hash"), |row: &KeyRow| html! { code.gw-masked dir="ltr" { (row.key.token) } })
        .sortable()
        .hidden()
        .px(260),
];

fn name(row: &KeyRow) -> Markup {
    html! {
        strong.gw-key-name dir="auto" { a href=(row.href) { (name_of(&row.key)) } }
        @if row.is_own() { " " span .gw-chip .gw-chip-own { (msg!("Service key")) } }
        @if !row.key.key_alias.trim().is_empty() { code.gw-masked dir="ltr" { (row.key.key_name) } }
        @if row.is_own() { span .gw-line .gw-minor { (msg!("This plugin uses it; it is protected here.")) } }
    }
}

/// Of a key that gets a successor: when it ends, and which one that is.
fn status(row: &KeyRow) -> Markup {
    let standing = standing(&row.key, &row.directory, row.now_ms);
    if row.key.marks.ours.replaced_by.is_empty() {
        return standing.chip();
    }
    let by = match row.successor.as_str() {
        "" => t(msg!("Replaced by another key")),
        successor => tf(msg!("Replaced by {key}"), &[("key", &isolated(successor))]),
    };
    let left_ms = key_status::expires_ms(&row.key).map(|end| end - row.now_ms);
    html! {
        @match left_ms {
            Some(left_ms) if standing.status.is_usable() && left_ms > 0 => {
                span .gw-chip .gw-chip-expiring-soon { (tf(msg!("Ends {moment}"), &[("moment", &format::until(left_ms))])) }
            }
            _ => { span class={ "gw-chip gw-chip-" (standing.status.slug()) } { (standing.status.label()) } }
        }
        span .gw-line .gw-clip .gw-minor dir="auto" title=(by) { (by) }
    }
}

fn owner(row: &KeyRow) -> Markup {
    let (owner, team) = (visible(&row.directory.owner_name(&row.key)), visible(&row.directory.team_name(&row.key)));
    html! {
        @if !owner.is_empty() { span.gw-clip dir="auto" title=(visible(&row.key.user_id)) { (owner) } }
        @if !team.is_empty() { span .gw-line .gw-clip .gw-minor { (tf(msg!("Team {team}"), &[("team", &team)])) } }
        @if owner.is_empty() && team.is_empty() { (none()) }
    }
}

fn created_by(row: &KeyRow) -> Markup {
    let key = &row.key;
    let by = key.created_by_user.as_ref();
    let names = [by.map(|by| &by.user_alias), by.map(|by| &by.user_email), Some(&key.created_by)];
    clipped(names.into_iter().flatten().find(|name| !name.is_empty()).map_or("", String::as_str))
}

pub fn clipped(text: &str) -> Markup {
    let text = visible(text);
    if text.is_empty() {
        none()
    } else {
        html! { span .gw-line .gw-clip dir="auto" title=(text) { (text) } }
    }
}

pub fn figure(text: Option<String>) -> Markup {
    text.map_or_else(none, |text| html! { (text) })
}

fn tags(tags: &[String]) -> Markup {
    let shown: Vec<String> = tags.iter().take(TAGS_SHOWN).map(|tag| visible(tag)).collect();
    let rest = tags.len() - shown.len();
    html! {
        @if tags.is_empty() { (none()) }
        @else { span .gw-line .gw-clip dir="auto" title=(visible(&format::list(tags))) { (format::list(&shown)) } }
        @if rest > 0 { span .gw-line .gw-minor { (more(rest)) } }
    }
}

fn more(rest: usize) -> String {
    tn(plural!("and {count} more", "and {count} more"), rest as u64, &format::count(rest as f64))
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

pub fn models(models: &[String]) -> Markup {
    if are_all(models) {
        return html! { span.gw-minor { (msg!("All models")) } };
    }
    let shown: Vec<String> = models.iter().take(MODELS_SHOWN).map(model_name).collect();
    let rest = models.len() - shown.len();
    html! {
        span title=(visible(&format::list(models))) {
            @for (index, name) in shown.iter().enumerate() {
                @if rest > 0 && index + 1 == shown.len() {
                    span .gw-line .gw-clip .gw-more-line { span { (name) } " " span.gw-minor { (more(rest)) } }
                } @else {
                    span .gw-line .gw-clip { (name) }
                }
            }
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
    // The first on a line of its own.
    let (first, others) = limits.split_first().map_or(("", &[][..]), |(first, others)| (first.as_str(), others));
    html! {
        @if limits.is_empty() { span.gw-minor { (msg!("None")) } }
        @else { span .gw-line { (first) } }
        @if !others.is_empty() { span .gw-line { (format::list(others)) } }
    }
}

pub fn moment(text: &str) -> Markup {
    if text.is_empty() { none() } else { date(clock::parse_utc_ms(text), text) }
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

pub fn none() -> Markup {
    html! { span.gw-minor { "–" } }
}

#[cfg(test)]
mod tests {
    use model::{route::KeySort, wire::KeyMarks};

    use super::*;

    fn row(key: Key) -> KeyRow {
        KeyRow {
            key,
            successor: String::new(),
            directory: Rc::default(),
            now_ms: 1_795_176_000_000,
            href: String::new(),
        }
    }

    #[test]
    fn markup_in_an_alias_is_text() {
        let cell =
            name(&row(Key { key_alias: "<img src=x>\u{202e}".into(), key_name: "sk-...1".into(), ..Key::default() }));
        assert!(cell.as_str().contains("&lt;img src=x&gt;⟨U+202E⟩"), "{cell:?}");
    }

    /// A key that was to end in an hour looked like any other that expires this week.
    #[test]
    fn a_key_with_a_successor_says_so_and_when_it_ends() {
        let mut key = Key { expires: "2026-11-20T15:00:00Z".into(), ..Key::default() };
        key.marks.ours.replaced_by = "0f".repeat(32);
        let replaced = KeyRow { successor: "web-2<b>".into(), ..row(key.clone()) };
        let cell = status(&replaced);
        assert!(cell.as_str().contains("Ends ") && cell.as_str().contains("web-2&lt;b&gt;"), "{cell:?}");
        assert!(status(&row(key.clone())).as_str().contains("Replaced by another key"));
        let blocked = status(&row(Key { blocked: true, ..key.clone() }));
        assert!(blocked.as_str().contains("Blocked") && !blocked.as_str().contains("Ends "), "{blocked:?}");
        let endless = status(&row(Key { expires: String::new(), ..key }));
        assert!(endless.as_str().contains("Active"), "{endless:?}");
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
    fn an_order_is_that_of_a_column() {
        for sort in KeySort::ALL {
            let column = COLUMNS.iter().find(|column| column.id == sort.value());
            assert!(column.is_some_and(|column| column.sortable), "{sort:?}");
        }
        assert_eq!(COLUMNS.iter().filter(|column| column.sortable).count(), KeySort::ALL.len());
    }

    #[test]
    fn no_cell_has_more_than_two_lines() {
        let long = ["x".repeat(300), "two\nlines".to_owned(), "\u{202e}مفتاح".to_owned(), "👩\u{200d}💻".to_owned()];
        let key = Key {
            key_alias: long[0].clone(),
            key_name: "sk-...4Cfw".into(),
            models: long.to_vec(),
            user_id: long[1].clone(),
            team_id: long[0].clone(),
            rpm_limit: Some(1.0),
            tpm_limit: Some(2.0),
            max_parallel_requests: Some(3.0),
            spend: 1.0,
            max_budget: Some(2.0),
            marks: KeyMarks { tags: long.to_vec(), ..KeyMarks::default() },
            ..Key::default()
        };
        for column in COLUMNS {
            let cell = (column.write)(&row(key.clone()));
            assert!(cell.as_str().matches("gw-line").count() <= 2, "{}: {cell:?}", column.id);
            assert!(!cell.as_str().contains('\n'), "{}: {cell:?}", column.id);
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
