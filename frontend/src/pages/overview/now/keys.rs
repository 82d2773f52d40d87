//! Keys near their budget: of all where the browser has them, else of those that have spent most.

use model::{
    key_limits::{
        Limit, Of,
        near::{Near, nearest, team_of},
        source,
    },
    language::{t, tf, tn},
    msg, plural,
    route::{KeySort, KeysList, KeysOpen, KeysRoute, Route},
    text,
    visible::visible,
    wire::{Key, Team},
};

use super::{SHOWN, fresh};
use crate::{
    api::{self, Api, Result},
    format,
    markup::{Markup, html},
    pages::keys::KeysCache,
    router::href,
    task::now_ms,
};

pub struct Keys {
    /// The nearest, of how many.
    near: Vec<Near>,
    count: usize,
    /// Keys that were looked at, and whether these are all.
    looked: usize,
    is_all: bool,
    /// Keys belong to teams of which nothing is known.
    lacks_teams: bool,
}

impl Keys {
    fn of<'a>(keys: impl Iterator<Item = &'a Key> + Clone, is_all: bool, teams: &[Team], now_ms: i64) -> Keys {
        let lacks_teams = keys.clone().any(|key| is_of_team(key) && team_of(key, teams).is_none());
        let (looked, mut near) = (keys.clone().count(), nearest(keys, teams, now_ms));
        let count = near.len();
        near.truncate(SHOWN);
        Keys { near, count, looked, is_all, lacks_teams }
    }
}

fn is_of_team(key: &Key) -> bool {
    !key.team_id.is_empty()
}

pub async fn read(api: &Api, cache: KeysCache) -> Result<Keys> {
    let now = now_ms();
    let known = cache.lately(now, |entries, teams| Keys::of(entries.iter().map(|entry| &entry.key), true, teams, now));
    if let Some(known) = known {
        return Ok(known);
    }
    let page = fresh(api::keys::dearest(api).response().await)?;
    let mut teams = Vec::new();
    if page.keys.iter().any(is_of_team)
        && let Ok(first) = fresh(api::teams::page(api, 1).response().await)
    {
        teams = first.teams;
    }
    let is_all = page.total_count <= page.keys.len() as f64;
    Ok(Keys::of(page.keys.iter(), is_all, &teams, now))
}

pub fn render(keys: &Keys, now_ms: i64) -> Markup {
    let list = KeysList { sort: KeySort::BudgetSpent, ..KeysList::default() };
    let all = href(&Route::Keys(KeysRoute { list, open: KeysOpen::Nothing }));
    let more = (keys.count - keys.near.len()) as u64;
    let mut said = Vec::new();
    if more > 0 {
        said.push(tn(plural!("And {count} more.", "And {count} more."), more, &format::whole(more as f64)));
    }
    said.push(basis(keys));
    if keys.lacks_teams {
        said.push(t(msg!("Budgets of some teams are not known here.")));
    }
    html! {
        @if keys.near.is_empty() {
            p { (msg!("None: no key has spent four fifths of its budget.")) }
        } @else {
            ul.gw-now-list {
                @for near in &keys.near {
                    li {
                        (name(near))
                        span title=(format::percent(near.share)) { (left(near)) }
                        (resets(near, now_ms))
                    }
                }
            }
        }
        p.gw-minor {
            (text::sentences(&said)) " "
            a href=(all) { (msg!("All keys")) }
        }
    }
}

fn name(near: &Near) -> Markup {
    let name = visible(if near.alias.is_empty() { &near.key_name } else { &near.alias });
    let open = KeysOpen::Key(near.token.clone());
    let link = href(&Route::Keys(KeysRoute { list: KeysList::default(), open }));
    // A budget that is shared, or is not the key's own.
    let whose = if near.binding.of == Of::Key { String::new() } else { source(&near.binding) };
    html! {
        span {
            a href=(link) title=(name) { bdi { (name) } }
            @if !whose.is_empty() { " " span.gw-minor title=(whose) { (whose) } }
        }
    }
}

fn left(near: &Near) -> String {
    let budget = format::usd(near.budget);
    if near.left <= 0.0 {
        return tf(msg!("nothing left of {budget}"), &[("budget", &budget)]);
    }
    tf(msg!("{left} left of {budget}"), &[("left", &format::usd(near.left)), ("budget", &budget)])
}

fn resets(near: &Near, now_ms: i64) -> Markup {
    let has_period = matches!(&near.binding.limit, Limit::Money(money) if !money.period.is_empty());
    let (text, title) = match near.resets_ms {
        Some(at_ms) if at_ms > now_ms => {
            (tf(msg!("starts anew {when}"), &[("when", &format::until(at_ms - now_ms))]), format::date_time(at_ms))
        }
        // LiteLLM looks every ten minutes or so.
        Some(_) => (t(msg!("starts anew within minutes")), String::new()),
        None if has_period => (t(msg!("starts anew, LiteLLM does not say when")), String::new()),
        None => (t(msg!("does not start anew")), String::new()),
    };
    html! { span.gw-minor title=(title) { (text) } }
}

fn basis(keys: &Keys) -> String {
    let sentence = if keys.is_all {
        plural!(
            "Of {count} key, by its own budget and its team’s.",
            "Of all {count} keys, by their own budgets and their teams’."
        )
    } else {
        plural!(
            "Of the {count} key that has spent most, by its own budget and its team’s.",
            "Of the {count} keys that have spent most, by their own budgets and their teams’."
        )
    };
    tn(sentence, keys.looked as u64, &format::whole(keys.looked as f64))
}
