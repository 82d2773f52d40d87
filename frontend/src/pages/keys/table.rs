//! The table of keys. LiteLLM pages and sorts; the state of each key is judged here.

use leptos::prelude::*;
use model::{
    clock,
    key_status::{self, KeyStatus},
    wire::Key,
};

use super::{
    actions::{Act, ActionDialog, Actions, name_of},
    source::{KeysSource, PAGE_SIZE},
};
use crate::{
    components::{BudgetBar, Empty, KeyChip, Pagination, Problem, SkeletonRows, StaleNote},
    format,
    hooks::now_ms,
    i18n::{t, tf, tn},
    nav::{Page, PageLink, use_nav},
};

/// Model names shown before the rest is counted.
const MODELS_SHOWN: usize = 2;

#[component]
pub fn Table(keys: KeysSource, can_manage: bool) -> impl IntoView {
    let nav = use_nav();
    let actions = Actions::new();
    let retry = Callback::new(move |()| keys.reload());
    let total = Signal::derive(move || keys.page.with(|page| page.as_ref().map_or(0, |page| page.total_count as usize)));
    let pages = Signal::derive(move || total.get().div_ceil(PAGE_SIZE).max(1));
    let page = Signal::derive(move || keys.listing.with(|listing| listing.page));
    let go = Callback::new(move |page: usize| {
        let text = page.to_string();
        nav.set(&[("paged", (page > 1).then_some(text.as_str()))], true);
    });
    // A page beyond the last, after deletions or by hand: the last is shown instead.
    Effect::new(move |_| {
        if keys.page.with(|page| page.as_ref().is_some_and(|page| page.keys.is_empty() && page.total_count > 0.0)) && page.get_untracked() > pages.get() {
            go.run(pages.get_untracked());
        }
    });
    view! {
        <ActionDialog actions=actions keys=keys />
        {move || keys.stale.get().map(|(error, age_s)| view! { <StaleNote error=error age_s=age_s retry=retry /> })}
        {move || keys.error.get().map(|error| view! { <Problem error=error retry=retry /> })}
        {move || {
            if keys.page.with(Option::is_none) {
                return keys.error.with(Option::is_none).then(|| view! { <SkeletonRows rows=8 /> }.into_any());
            }
            if total.get() == 0 {
                return Some(view! { <Nothing keys=keys can_manage=can_manage /> }.into_any());
            }
            Some(view! { <Rows keys=keys can_manage=can_manage actions=actions /> <Pagination page=page pages=pages total=total go=go /> }.into_any())
        }}
    }
}

#[component]
fn Nothing(keys: KeysSource, can_manage: bool) -> impl IntoView {
    let nav = use_nav();
    let search = keys.listing.with(|listing| listing.search.clone());
    if search.is_empty() {
        return view! {
            <Empty title=t("No keys yet") text=t("Create a key for each application, so that you can see what it spends and stop it alone.")>
                {can_manage.then(|| view! { <PageLink page=Page::Keys query=vec![("action", "new".to_owned())] class="button button-primary">{t("Create key")}</PageLink> })}
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title=tf("No key’s alias contains “{text}”", &[("text", &search)])>
            <button type="button" class="button" on:click=move |_| nav.set(&[("s", None), ("paged", None)], false)>{t("Show all keys")}</button>
        </Empty>
    }
    .into_any()
}

#[component]
fn Rows(keys: KeysSource, can_manage: bool, actions: Actions) -> impl IntoView {
    let rows = move || keys.page.with(|page| page.as_ref().map(|page| page.keys.clone()).unwrap_or_default());
    view! {
        <div class="gw-table-scroll" aria-busy=move || keys.loading.get().to_string()>
            <table class="gw-table gw-keys">
                <caption class="screen-reader-text">{t("Virtual keys")}</caption>
                <thead>
                    <tr>
                        <SortHeader keys=keys column="key_alias" label="Key" />
                        <th scope="col">{t("Status")}</th>
                        <th scope="col">{t("Owner")}</th>
                        <th scope="col">{t("Models")}</th>
                        <SortHeader keys=keys column="spend" label="Spend" />
                        <th scope="col">{t("Limits")}</th>
                        <SortHeader keys=keys column="created_at" label="Created" />
                        <th scope="col">{t("Expires")}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=rows key=|key| (key.token.clone(), key.blocked, key.spend.to_bits(), key.expires.clone()) let:key>
                        <Row key=key keys=keys can_manage=can_manage actions=actions />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn SortHeader(keys: KeysSource, column: &'static str, label: &'static str) -> impl IntoView {
    let nav = use_nav();
    let state = Memo::new(move |_| keys.listing.with(|listing| (listing.sort_by == column).then_some(listing.descending)));
    let sort = move |_| {
        // A column starts with what one looks for in it: the most, the newest, the beginning of the alphabet.
        let descending = state.get_untracked().map_or(column != "key_alias", |descending| !descending);
        nav.set(&[("orderby", Some(column)), ("order", Some(if descending { "desc" } else { "asc" })), ("paged", None)], true);
    };
    view! {
        <th scope="col" aria-sort=move || match state.get() {
            None => "none",
            Some(true) => "descending",
            Some(false) => "ascending",
        }>
            <button type="button" class="gw-sort" on:click=sort>
                {t(label)}
                <span class="gw-sort-mark" aria-hidden="true">{move || match state.get() {
                    None => "",
                    Some(true) => "▾",
                    Some(false) => "▴",
                }}</span>
            </button>
        </th>
    }
}

#[component]
fn Row(key: Key, keys: KeysSource, can_manage: bool, actions: Actions) -> impl IntoView {
    let status = KeyStatus::of(&key, now_ms());
    let token = key.token.clone();
    let own = Memo::new(move |_| keys.is_own(&token));
    let for_team = key.clone();
    let team = Memo::new(move |_| keys.team_name(&for_team));
    let name = name_of(&key);
    let has_alias = !key.key_alias.is_empty();
    let (masked, owner) = (key.key_name.clone(), key.user_id.clone());
    let limits = limits(&key);
    let created = clock::parse_utc_ms(&key.created_at);
    let expires = key_status::expires_ms(&key);
    let never = key.expires.is_empty();
    view! {
        <tr>
            <td class="gw-key-cell" data-label=t("Key")>
                <strong class="gw-key-name">{name}</strong>
                {move || own.get().then(|| view! { <span class="gw-chip gw-chip-own">{t("Service key")}</span> })}
                {has_alias.then(|| view! { <code class="gw-masked" dir="ltr">{masked}</code> })}
                {
                    let key = key.clone();
                    move || can_manage.then(|| if own.get() {
                        view! { <span class="gw-minor">{t("This plugin uses it; it is protected here.")}</span> }.into_any()
                    } else {
                        view! { <RowActions key=key.clone() actions=actions /> }.into_any()
                    })
                }
            </td>
            <td data-label=t("Status")><KeyChip status=status /></td>
            <td data-label=t("Owner")>
                {(!owner.is_empty()).then(|| view! { <span class="gw-clip">{owner.clone()}</span> })}
                {move || (!team.with(String::is_empty)).then(|| view! { <span class="gw-minor gw-clip">{tf("Team {team}", &[("team", &team.get())])}</span> })}
                {
                    let nobody = owner.is_empty();
                    move || (nobody && team.with(String::is_empty)).then(|| view! { <span class="gw-minor" aria-label=t("None")>"–"</span> })
                }
            </td>
            <td data-label=t("Models")><ModelNames models=key.models.clone() /></td>
            <td data-label=t("Spend")><BudgetBar key=key.clone() /></td>
            <td data-label=t("Limits")>
                {if limits.is_empty() {
                    view! { <span class="gw-minor">{t("None")}</span> }.into_any()
                } else {
                    limits.into_iter().map(|limit| view! { <span class="gw-line">{limit}</span> }).collect_view().into_any()
                }}
            </td>
            <td data-label=t("Created") class="gw-nowrap">
                {created.map(|ms| view! { <time title=format::date_time_long(ms)>{format::date(ms)}</time> })}
            </td>
            <td data-label=t("Expires") class="gw-nowrap">
                {match expires {
                    Some(ms) => view! { <time title=format::date_time_long(ms)>{format::date(ms)}</time> }.into_any(),
                    None if never => view! { <span class="gw-minor">{t("Never")}</span> }.into_any(),
                    None => key.expires.clone().into_any(),
                }}
            </td>
        </tr>
    }
}

#[component]
fn RowActions(key: Key, actions: Actions) -> impl IntoView {
    let name = name_of(&key);
    let (toggle, label) = if key.blocked { (Act::Unblock, "Unblock") } else { (Act::Block, "Block") };
    let for_delete = key.clone();
    view! {
        <span class="gw-row-actions">
            <button type="button" class="button-link" aria-label=tf("{action} {key}", &[("action", &t(label)), ("key", &name)]) on:click=move |_| actions.ask(toggle, &key)>
                {t(label)}
            </button>
            <span aria-hidden="true" class="gw-divider">"|"</span>
            <button type="button" class="button-link gw-delete" aria-label=tf("{action} {key}", &[("action", &t("Delete")), ("key", &name)]) on:click=move |_| actions.ask(Act::Delete, &for_delete)>
                {t("Delete")}
            </button>
        </span>
    }
}

#[component]
fn ModelNames(models: Vec<String>) -> impl IntoView {
    // LiteLLM's own words for "all of them".
    let all = models.is_empty() || models.iter().any(|model| model == "all-proxy-models");
    if all {
        return view! { <span class="gw-minor">{t("All models")}</span> }.into_any();
    }
    let rest = models.len().saturating_sub(MODELS_SHOWN);
    let names = format::list(&models);
    view! {
        <span title=names>
            {models.into_iter().take(MODELS_SHOWN).map(|model| view! { <span class="gw-line gw-clip">{
                if model == "all-team-models" { t("All models of the team") } else { model }
            }</span> }).collect_view()}
            {(rest > 0).then(|| view! { <span class="gw-line gw-minor">{tn("and {count} more", "and {count} more", rest, &format::count(rest as f64))}</span> })}
        </span>
    }
    .into_any()
}

fn limits(key: &Key) -> Vec<String> {
    let line = |limit: Option<f64>, text: &str| limit.map(|limit| tf(text, &[("count", &format::count(limit))]));
    [
        line(key.rpm_limit, "{count} requests/min"),
        line(key.tpm_limit, "{count} tokens/min"),
        line(key.max_parallel_requests, "{count} at once"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
