//! What the page asks for, and the file of all entries that a filter leaves.

use std::rc::Rc;

use leptos::prelude::*;
use model::{
    clock,
    failure::ApiError,
    language::{t, tn},
    plural,
    route::{AuditFilter, AuditPlace, AuditRoute, Route},
    wire::{Audit, AuditRow},
};
use serde_json::{Map, Value};

use super::csv;
use crate::{
    api::{self, Api, use_api},
    components::{Messages, use_messages},
    effect::watch,
    format,
    query::{Query, waiting_query},
    router::Router,
    store::Store,
    task::{Task, now_ms, pause},
};

/// While one types, nothing is asked.
const TYPING_MS: u32 = 300;

/// Entries, and what they answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub filter: AuditFilter,
    pub place: AuditPlace,
    pub audit: Audit,
}

impl Answer {
    pub fn is_to(&self, route: &AuditRoute) -> bool {
        self.filter == route.filter && self.place == route.place
    }
}

/// A handle to copy.
#[derive(Clone, Copy)]
pub struct Source {
    pub list: Query<Answer>,
    /// How many entries of a file were read.
    written: Store<Option<usize>>,
    rest: StoredValue<(Api, Rc<Task>, Messages), LocalStorage>,
}

/// The default while another page is on its way.
pub fn audit_route(route: &Route) -> AuditRoute {
    match route {
        Route::Audit(audit) => audit.clone(),
        _ => AuditRoute::default(),
    }
}

pub fn use_source(router: Router) -> Source {
    let asked = Memo::new(move |_| {
        let AuditRoute { filter, place, .. } = audit_route(&router.route());
        (filter, place)
    });
    let list = waiting_query(move |api| async move {
        let (filter, place) = asked.get_untracked();
        let response = api::audit::list(&api, params(&filter, place, api::audit::PAGE)).response().await?;
        let audit = response.data.clone();
        Ok(response.with(Answer { filter, place, audit }))
    });
    let (typing, mut before) = (Task::new(), None);
    watch(move || {
        let search = asked.with(|(filter, _)| filter.search.clone());
        let Some(searched) = before.replace(search.clone()) else { return };
        typing.run(async move {
            if search != searched {
                pause(TYPING_MS).await;
            }
            list.turn();
        });
    });
    list.refetch();
    let rest = StoredValue::new_local((use_api(), Rc::new(Task::new()), use_messages()));
    Source { list, written: Store::new(None), rest }
}

/// The parameters of `audit.list`. Days are the site's.
fn params(filter: &AuditFilter, place: AuditPlace, size: u64) -> Map<String, Value> {
    let mut params = Map::new();
    params.insert("size".to_owned(), size.into());
    match place {
        AuditPlace::Newest => {}
        AuditPlace::Before(id) => drop(params.insert("before".to_owned(), id.into())),
        AuditPlace::After(id) => drop(params.insert("after".to_owned(), id.into())),
    }
    let begins = |day: &str, more: i64| {
        let day = clock::parse_utc_ms(day).map(|ms| clock::day(ms + more * clock::DAY_MS));
        let moment = day.and_then(|day| format::moment_of(&[&day, "T00:00"].concat()));
        moment.map(clock::format_utc).unwrap_or_default()
    };
    // WordPress's names are no longer than that.
    let user: String = filter.user.chars().take(60).collect();
    let search = filter.search.trim().to_owned();
    let (from, to) = (begins(&filter.from, 0), begins(&filter.to, 1));
    for (name, value) in [
        ("from", &from),
        ("to", &to),
        ("text", &search),
        ("user", &user),
        ("operation", &filter.operation),
        ("result", &filter.result),
        ("channel", &filter.channel),
    ] {
        if !value.is_empty() {
            params.insert(name.to_owned(), value.as_str().into());
        }
    }
    params
}

impl Source {
    /// How far a file has come; empty while none is written.
    pub fn progress(self) -> String {
        self.written.with(|written| match written {
            None => String::new(),
            Some(count) => tn(
                plural!("{count} entry read for the file…", "{count} entries read for the file…"),
                *count as u64,
                &format::whole(*count as f64),
            ),
        })
    }

    /// All entries that the filter leaves, from the newest on, as a file. A part of them would look like all there are.
    pub fn export(self, filter: AuditFilter) {
        let (api, task, messages) = self.rest.get_value();
        self.written.update(|written| *written = Some(0));
        task.run(async move {
            let read = self.read_all(api, filter).await;
            self.written.update(|written| *written = None);
            match read {
                Ok(rows) => csv::download(&rows, now_ms()),
                Err(error) => messages.show(t(error.title())),
            }
        });
    }

    async fn read_all(self, api: Api, filter: AuditFilter) -> Result<Vec<AuditRow>, ApiError> {
        let (mut rows, mut place) = (Vec::new(), AuditPlace::Newest);
        loop {
            let response = api::audit::list(&api, params(&filter, place, api::audit::PIECE)).response().await?;
            let Audit { rows: more, earlier, .. } = response.data;
            let last = more.last().map(|row| row.id);
            rows.extend(more);
            self.written.update(|written| *written = Some(rows.len()));
            match last {
                Some(id) if earlier => place = AuditPlace::Before(id),
                _ => return Ok(rows),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_day_is_a_part_of_the_time() {
        let filter = AuditFilter {
            from: "2026-11-20".into(),
            to: "2026-11-30".into(),
            search: "a%".into(),
            ..AuditFilter::default()
        };
        let asked = Value::Object(params(&filter, AuditPlace::Before(7), 50));
        let wanted = json!({ "size": 50, "before": 7, "text": "a%", "from": "2026-11-20 00:00:00", "to": "2026-12-01 00:00:00" });
        assert_eq!(asked, wanted);
        assert_eq!(Value::Object(params(&AuditFilter::default(), AuditPlace::Newest, 50)), json!({ "size": 50 }));
    }
}
