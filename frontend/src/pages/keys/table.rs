//! The table of keys. LiteLLM pages and sorts; the state of each key is judged here.

use model::{
    clock,
    key_status::{self, KeyStatus},
    text::Msg,
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
        let text = t(msg!("Create a key for each application, so that you can see what it spends and stop it alone."));
        empty(h, &t(msg!("No keys yet")), &text, |h| {
            if can_manage {
                create_link(h);
            }
        });
    } else {
        empty(h, &tf(msg!("No key’s alias contains “{text}”"), &[("text", search)]), "", |h| {
            html!(h, r#"<a class="button" href=""# {Page::Keys.href()} "\">" [msg!("Show all keys")] "</a>");
        });
    }
}

pub fn create_link(h: &mut Html) {
    html!(h, r#"<a class="button button-primary" href=""# {Page::Keys.href_with(&[("action", "new")])} "\">" [msg!("Create key")] "</a>");
}

fn rows(h: &mut Html, page: &KeyPage, state: &KeysState, can_manage: bool) {
    html!(h, r#"<div class="gw-table-scroll" tabindex="0" role="region" data-keep="keys" aria-label=""# [msg!("Virtual keys")] r#""><table class="gw-table gw-keys"><thead><tr>"#);
    for (label, column) in [
        (msg!("Key"), "key_alias"),
        (msg!("Status"), ""),
        (msg!("Owner"), ""),
        (msg!("Models"), ""),
        (msg!("Spend"), "spend"),
        (msg!("Limits"), ""),
        (msg!("Created"), "created_at"),
        (msg!("Expires"), ""),
    ] {
        heading(h, state, label, column);
    }
    h.raw("</tr></thead><tbody>");
    for key in &page.keys {
        row(h, key, state, can_manage);
    }
    h.raw("</tbody></table></div>");
}

fn heading(h: &mut Html, state: &KeysState, label: Msg, column: &str) {
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
    html!(h, r#"<tr><td class="gw-key-cell" data-label=""# [msg!("Key")] r#""><strong class="gw-key-name" dir="auto">"# {name_of(key)} "</strong>");
    if own {
        html!(h, r#"<span class="gw-chip gw-chip-own">"# [msg!("Service key")] "</span>");
    }
    if !key.key_alias.is_empty() {
        html!(h, r#"<code class="gw-masked" dir="ltr">"# {key.key_name} "</code>");
    }
    match (own, can_manage) {
        (true, _) => {
            html!(h, r#"<span class="gw-minor">"# [msg!("This plugin uses it; it is protected here.")] "</span>")
        }
        (false, true) => row_actions(h, key),
        (false, false) => {}
    }
    cell(h, msg!("Status"), "");
    html!(h, r#"<span class="gw-chip gw-chip-"# {status.slug()} "\">" [status.label()] "</span>");
    cell(h, msg!("Owner"), "");
    owner(h, key, state.team_name(key));
    cell(h, msg!("Models"), "");
    models(h, &key.models);
    cell(h, msg!("Spend"), "");
    spend(h, key);
    cell(h, msg!("Limits"), "");
    limits(h, key);
    cell(h, msg!("Created"), "gw-nowrap");
    date(h, clock::parse_utc_ms(&key.created_at), &key.created_at);
    cell(h, msg!("Expires"), "gw-nowrap");
    if key.expires.is_empty() {
        html!(h, r#"<span class="gw-minor">"# [msg!("Never")] "</span>");
    } else {
        date(h, key_status::expires_ms(key), &key.expires);
    }
    h.raw("</td></tr>");
}

/// Ends the cell before and begins one; the label is what a narrow screen shows in place of the heading.
fn cell(h: &mut Html, label: Msg, class: &'static str) {
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
        let label = tf(msg!("{action} {key}"), &[("action", &t(action.label())), ("key", &name_of(key))]);
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
        html!(h, r#"<span class="gw-minor gw-line">"# {tf(msg!("Team {team}"), &[("team", team)])} "</span>");
    }
    if key.user_id.is_empty() && team.is_empty() {
        h.raw(r#"<span class="gw-minor">–</span>"#);
    }
}

fn models(h: &mut Html, models: &[String]) {
    // LiteLLM's own words for "all of them".
    if models.is_empty() || models.iter().any(|model| model == "all-proxy-models") {
        html!(h, r#"<span class="gw-minor">"# [msg!("All models")] "</span>");
        return;
    }
    html!(h, r#"<span title=""# {format::list(models)} "\">");
    for model in models.iter().take(MODELS_SHOWN) {
        let name = if model == "all-team-models" { t(msg!("All models of the team")) } else { model.clone() };
        html!(h, r#"<span class="gw-line gw-clip">"# {name} "</span>");
    }
    if let Some(rest) = models.len().checked_sub(MODELS_SHOWN).filter(|rest| *rest > 0) {
        html!(h, r#"<span class="gw-line gw-minor">"# {tn(plural!("and {count} more", "and {count} more"), rest as u64, &format::count(rest as f64))} "</span>");
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
    let text = tf(msg!("{spent} of {budget}"), &[("spent", &spent), ("budget", &format::usd(budget))]);
    let level = if share >= 1.0 {
        " gw-bar-over"
    } else if share >= 0.8 {
        " gw-bar-near"
    } else {
        ""
    };
    let width = (share.clamp(0.0, 1.0) * 100.0).round() as u32;
    let label = tf(msg!("{percent} of the budget spent"), &[("percent", &format::percent(share))]);
    html!(h, r#"<span class="gw-amount">"# {text} r#"</span><span class="gw-bar"# {level} r#"" role="img" aria-label=""# {label}
        r#""><span class="gw-bar-fill" style="inline-size:"# {width.to_string()} r#"%"></span></span>"#);
    let period = match key.budget_duration.as_str() {
        "" => return,
        "1d" | "24h" => t(msg!("a day")),
        "7d" => t(msg!("a week")),
        "30d" | "1mo" => t(msg!("a month")),
        other => tf(msg!("every {period}"), &[("period", other)]),
    };
    html!(h, r#"<span class="gw-minor">"# {period} "</span>");
}

fn limits(h: &mut Html, key: &Key) {
    let mut any = false;
    for (limit, text) in [
        (key.rpm_limit, msg!("{count} requests/min")),
        (key.tpm_limit, msg!("{count} tokens/min")),
        (key.max_parallel_requests, msg!("{count} at once")),
    ] {
        if let Some(limit) = limit {
            any = true;
            html!(h, r#"<span class="gw-line gw-nowrap">"# {tf(text, &[("count", &format::count(limit))])} "</span>");
        }
    }
    if !any {
        html!(h, r#"<span class="gw-minor">"# [msg!("None")] "</span>");
    }
}

fn pagination(h: &mut Html, page: &KeyPage, state: &KeysState) {
    let (at, last, total) = (state.listing.page, pages(page), page.total_count);
    html!(h, r#"<div class="gw-pagination"><span class="gw-minor">"# {tn(plural!("{count} key", "{count} keys"), total as u64, &format::count(total))} "</span>");
    if last > 1 {
        html!(h, r#"<nav class="gw-pages" aria-label=""# [msg!("Pages")] "\">");
        page_button(h, msg!("First page"), "«", 1, at > 1);
        page_button(h, msg!("Previous page"), "‹", at.saturating_sub(1), at > 1);
        let place = tf(
            msg!("{page} of {pages}"),
            &[("page", &format::count(at as f64)), ("pages", &format::count(last as f64))],
        );
        html!(h, r#"<span class="gw-minor" aria-current="page">"# {place} "</span>");
        page_button(h, msg!("Next page"), "›", at + 1, at < last);
        page_button(h, msg!("Last page"), "»", last, at < last);
        h.raw("</nav>");
    }
    h.raw("</div>");
}

fn page_button(h: &mut Html, label: Msg, sign: &str, to: usize, enabled: bool) {
    html!(h, r#"<button type="button" class="button gw-page-button" data-act="page" data-id=""# {to.to_string()} r#"" aria-label=""# [label]
        r#"" aria-disabled=""# {if enabled { "false" } else { "true" }} r#""><span class="gw-mirror" aria-hidden="true">"# {sign} "</span></button>");
}
