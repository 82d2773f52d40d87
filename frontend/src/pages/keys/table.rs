//! The table of keys. LiteLLM pages and sorts; the state of each key is judged here.

use model::{
    clock,
    key_status::{self, KeyStatus},
    wire::{Key, KeyPage},
};

use super::{
    actions::{Action, name_of},
    source::{KeysState, PAGE_SIZE},
};
use crate::{
    components::{empty, problem, skeleton_rows, stale_note},
    format,
    i18n::{t, tf, tn},
    markup::{Html, html},
    nav::Page,
    poll::now_ms,
};

/// Model names shown before the rest is counted.
const MODELS_SHOWN: usize = 2;

/// How many pages there are, at least one.
pub fn pages(page: &KeyPage) -> usize {
    (page.total_count as usize).div_ceil(PAGE_SIZE).max(1)
}

pub fn table(state: &KeysState, can_manage: bool) -> String {
    let mut h = Html::new();
    if let Some((error, age_s)) = &state.stale {
        stale_note(&mut h, error, *age_s);
    }
    if let Some(error) = &state.error {
        problem(&mut h, error, true);
    }
    match &state.page {
        None if state.error.is_none() => skeleton_rows(&mut h, 8),
        None => {}
        Some(page) if page.total_count == 0.0 => nothing(&mut h, state, can_manage),
        Some(page) => {
            rows(&mut h, page, state, can_manage);
            pagination(&mut h, page, state);
        }
    }
    h.finish()
}

fn nothing(h: &mut Html, state: &KeysState, can_manage: bool) {
    let search = state.listing.search.trim();
    if search.is_empty() {
        let text = t("Create a key for each application, so that you can see what it spends and stop it alone.");
        empty(h, &t("No keys yet"), &text, |h| {
            if can_manage {
                create_link(h);
            }
        });
    } else {
        empty(h, &tf("No key’s alias contains “{text}”", &[("text", search)]), "", |h| {
            html!(h, r#"<a class="button" href=""# {Page::Keys.href()} "\">" ["Show all keys"] "</a>");
        });
    }
}

pub fn create_link(h: &mut Html) {
    html!(h, r#"<a class="button button-primary" href=""# {Page::Keys.href_with(&[("action", "new")])} "\">" ["Create key"] "</a>");
}

fn rows(h: &mut Html, page: &KeyPage, state: &KeysState, can_manage: bool) {
    html!(h, r#"<div class="gw-table-scroll" tabindex="0" role="region" data-keep="keys" aria-label=""# ["Virtual keys"] r#""><table class="gw-table gw-keys"><thead><tr>"#);
    for (label, column) in [
        ("Key", "key_alias"),
        ("Status", ""),
        ("Owner", ""),
        ("Models", ""),
        ("Spend", "spend"),
        ("Limits", ""),
        ("Created", "created_at"),
        ("Expires", ""),
    ] {
        heading(h, state, label, column);
    }
    h.raw("</tr></thead><tbody>");
    for key in &page.keys {
        row(h, key, state, can_manage);
    }
    h.raw("</tbody></table></div>");
}

fn heading(h: &mut Html, state: &KeysState, label: &str, column: &str) {
    if column.is_empty() {
        html!(h, r#"<th scope="col">"# [label] "</th>");
        return;
    }
    let (order, mark) = match (state.listing.sort_by == column, state.listing.descending) {
        (false, _) => ("none", ""),
        (true, true) => ("descending", "▾"),
        (true, false) => ("ascending", "▴"),
    };
    html!(h, r#"<th scope="col" aria-sort=""# {order} r#""><button type="button" class="gw-sort" data-act="sort" data-id=""# {column} "\">" [label]
        r#"<span class="gw-sort-mark" aria-hidden="true">"# {mark} "</span></button></th>");
}

fn row(h: &mut Html, key: &Key, state: &KeysState, can_manage: bool) {
    let status = KeyStatus::of(key, now_ms());
    let own = state.is_own(&key.token);
    html!(h, r#"<tr><td class="gw-key-cell" data-label=""# ["Key"] r#""><strong class="gw-key-name" dir="auto">"# {name_of(key)} "</strong>");
    if own {
        html!(h, r#"<span class="gw-chip gw-chip-own">"# ["Service key"] "</span>");
    }
    if !key.key_alias.is_empty() {
        html!(h, r#"<code class="gw-masked" dir="ltr">"# {key.key_name} "</code>");
    }
    match (own, can_manage) {
        (true, _) => html!(h, r#"<span class="gw-minor">"# ["This plugin uses it; it is protected here."] "</span>"),
        (false, true) => row_actions(h, key),
        (false, false) => {}
    }
    cell(h, "Status", "");
    html!(h, r#"<span class="gw-chip gw-chip-"# {status.slug()} "\">" [status.label()] "</span>");
    cell(h, "Owner", "");
    owner(h, key, state.team_name(key));
    cell(h, "Models", "");
    models(h, &key.models);
    cell(h, "Spend", "");
    spend(h, key);
    cell(h, "Limits", "");
    limits(h, key);
    cell(h, "Created", "gw-nowrap");
    date(h, clock::parse_utc_ms(&key.created_at), &key.created_at);
    cell(h, "Expires", "gw-nowrap");
    if key.expires.is_empty() {
        html!(h, r#"<span class="gw-minor">"# ["Never"] "</span>");
    } else {
        date(h, key_status::expires_ms(key), &key.expires);
    }
    h.raw("</td></tr>");
}

/// Ends the cell before and begins one; the label is what a narrow screen shows in place of the heading.
fn cell(h: &mut Html, label: &str, class: &'static str) {
    html!(h, r#"</td><td class=""# {class} r#"" data-label=""# [label] "\">");
}

fn date(h: &mut Html, ms: Option<i64>, text: &str) {
    match ms {
        Some(ms) => html!(h, r#"<time title=""# {format::date_time_long(ms)} "\">" {format::date(ms)} "</time>"),
        None => html!(h, { text }),
    }
}

fn row_actions(h: &mut Html, key: &Key) {
    h.raw(r#"<span class="gw-row-actions">"#);
    let toggle = if key.blocked { Action::Unblock } else { Action::Block };
    for action in [toggle, Action::Delete] {
        let label = tf("{action} {key}", &[("action", &t(action.label())), ("key", &name_of(key))]);
        html!(h, r#"<button type="button" class="button-link"# {if action == Action::Delete { " gw-delete" } else { "" }} r#"" data-act=""# {action.name()}
            r#"" data-id=""# {key.token} r#"" aria-label=""# {label} "\">" [action.label()] "</button>");
    }
    h.raw("</span>");
}

fn owner(h: &mut Html, key: &Key, team: &str) {
    if !key.user_id.is_empty() {
        html!(h, r#"<span class="gw-clip" dir="auto" title=""# {key.user_id} "\">" {key.user_id} "</span>");
    }
    if !team.is_empty() {
        html!(h, r#"<span class="gw-minor gw-line">"# {tf("Team {team}", &[("team", team)])} "</span>");
    }
    if key.user_id.is_empty() && team.is_empty() {
        h.raw(r#"<span class="gw-minor">–</span>"#);
    }
}

fn models(h: &mut Html, models: &[String]) {
    // LiteLLM's own words for "all of them".
    if models.is_empty() || models.iter().any(|model| model == "all-proxy-models") {
        html!(h, r#"<span class="gw-minor">"# ["All models"] "</span>");
        return;
    }
    html!(h, r#"<span title=""# {format::list(models)} "\">");
    for model in models.iter().take(MODELS_SHOWN) {
        let name = if model == "all-team-models" { t("All models of the team") } else { model.clone() };
        html!(h, r#"<span class="gw-line gw-clip">"# {name} "</span>");
    }
    if let Some(rest) = models.len().checked_sub(MODELS_SHOWN).filter(|rest| *rest > 0) {
        html!(h, r#"<span class="gw-line gw-minor">"# {tn("and {count} more", "and {count} more", rest, &format::count(rest as f64))} "</span>");
    }
    h.raw("</span>");
}

/// What a key has spent, against what it may.
fn spend(h: &mut Html, key: &Key) {
    let spent = format::usd(key.spend);
    let Some((budget, share)) = key.max_budget.zip(key_status::budget_share(key)) else {
        html!(h, r#"<span class="gw-amount">"# {spent} "</span>");
        return;
    };
    let text = tf("{spent} of {budget}", &[("spent", &spent), ("budget", &format::usd(budget))]);
    let level = if share >= 1.0 {
        " gw-bar-over"
    } else if share >= 0.8 {
        " gw-bar-near"
    } else {
        ""
    };
    let width = (share.clamp(0.0, 1.0) * 100.0).round() as u32;
    let label = tf("{percent} of the budget spent", &[("percent", &format::percent(share))]);
    html!(h, r#"<span class="gw-amount">"# {text} r#"</span><span class="gw-bar"# {level} r#"" role="img" aria-label=""# {label}
        r#""><span class="gw-bar-fill" style="inline-size:"# {width.to_string()} r#"%"></span></span>"#);
    let period = match key.budget_duration.as_str() {
        "" => return,
        "1d" | "24h" => t("a day"),
        "7d" => t("a week"),
        "30d" | "1mo" => t("a month"),
        other => tf("every {period}", &[("period", other)]),
    };
    html!(h, r#"<span class="gw-minor">"# {period} "</span>");
}

fn limits(h: &mut Html, key: &Key) {
    let mut any = false;
    for (limit, text) in [
        (key.rpm_limit, "{count} requests/min"),
        (key.tpm_limit, "{count} tokens/min"),
        (key.max_parallel_requests, "{count} at once"),
    ] {
        if let Some(limit) = limit {
            any = true;
            html!(h, r#"<span class="gw-line gw-nowrap">"# {tf(text, &[("count", &format::count(limit))])} "</span>");
        }
    }
    if !any {
        html!(h, r#"<span class="gw-minor">"# ["None"] "</span>");
    }
}

fn pagination(h: &mut Html, page: &KeyPage, state: &KeysState) {
    let (at, last, total) = (state.listing.page, pages(page), page.total_count);
    html!(h, r#"<div class="gw-pagination"><span class="gw-minor">"# {tn("{count} key", "{count} keys", total as usize, &format::count(total))} "</span>");
    if last > 1 {
        html!(h, r#"<nav class="gw-pages" aria-label=""# ["Pages"] "\">");
        page_button(h, "First page", "«", 1, at > 1);
        page_button(h, "Previous page", "‹", at.saturating_sub(1), at > 1);
        let place =
            tf("{page} of {pages}", &[("page", &format::count(at as f64)), ("pages", &format::count(last as f64))]);
        html!(h, r#"<span class="gw-minor" aria-current="page">"# {place} "</span>");
        page_button(h, "Next page", "›", at + 1, at < last);
        page_button(h, "Last page", "»", last, at < last);
        h.raw("</nav>");
    }
    h.raw("</div>");
}

fn page_button(h: &mut Html, label: &str, sign: &str, to: usize, enabled: bool) {
    html!(h, r#"<button type="button" class="button gw-page-button" data-act="page" data-id=""# {to.to_string()} r#"" aria-label=""# [label]
        r#"" aria-disabled=""# {if enabled { "false" } else { "true" }} r#""><span class="gw-mirror" aria-hidden="true">"# {sign} "</span></button>");
}
