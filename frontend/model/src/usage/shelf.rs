//! The days that have arrived, by what they were asked for: the sums of each, and its parts.

use super::days::date;
use crate::{
    finality::{self, Finality, finality},
    route::Dimension,
    wire::{Activity, Metrics, UsageDay, UsageGroup},
};

/// What is asked for of a day. One answer may have several dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// All calls, and those of each model.
    Models,
    /// Providers and endpoints.
    Calls,
    Keys,
    Owners,
    Teams,
    Organizations,
    Tags,
    EndUsers,
}

impl Source {
    pub fn of(dimension: Dimension) -> Source {
        match dimension {
            Dimension::Model => Source::Models,
            Dimension::Provider | Dimension::Endpoint => Source::Calls,
            Dimension::Key => Source::Keys,
            Dimension::Owner => Source::Owners,
            Dimension::Team => Source::Teams,
            Dimension::Organization => Source::Organizations,
            Dimension::Tag => Source::Tags,
            Dimension::EndUser => Source::EndUsers,
        }
    }

    /// Whether a day may come in several pages.
    pub fn is_paged(self) -> bool {
        !matches!(self, Source::Models | Source::Calls | Source::Keys)
    }
}

/// The calls of one model, key, team… on a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// Empty: of none.
    pub id: String,
    /// As LiteLLM calls it; empty where it has no other name than its id.
    pub name: String,
    /// Of a key: the team that it is in now.
    pub team: String,
    pub sums: Metrics,
}

/// What is known of a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Day {
    /// All calls; of `Models` only.
    pub total: Metrics,
    /// By id, in order.
    pub parts: Vec<Part>,
    /// Endpoints, beside providers.
    pub others: Vec<Part>,
}

impl Day {
    pub fn parts(&self, dimension: Dimension) -> &[Part] {
        if dimension == Dimension::Endpoint { &self.others } else { &self.parts }
    }

    /// The answer to `activity.day`. A day without calls has no results; a day may come in several parts.
    pub fn of_models(answer: &Activity) -> Day {
        let mut day = Day::default();
        for result in &answer.results {
            crate::series::add(&mut day.total, &result.metrics);
            for (name, group) in &result.breakdown.model_groups {
                add(&mut day.parts, name, "", "", &group.metrics);
            }
        }
        day
    }

    /// One page of the answer to another operation.
    pub fn take(&mut self, source: Source, answer: &UsageDay) {
        for result in &answer.results {
            let breakdown = &result.breakdown;
            match source {
                Source::Models => {}
                Source::Calls => {
                    add_all(&mut self.parts, &breakdown.providers, |_| "");
                    add_all(&mut self.others, &breakdown.endpoints, |_| "");
                }
                Source::Keys => add_all(&mut self.parts, &breakdown.api_keys, |group| &group.metadata.key_alias),
                Source::Teams => add_all(&mut self.parts, &breakdown.entities, |group| &group.metadata.team_alias),
                Source::Organizations => {
                    add_all(&mut self.parts, &breakdown.entities, |group| &group.metadata.organization_alias);
                }
                Source::EndUsers => add_all(&mut self.parts, &breakdown.entities, |group| &group.metadata.alias),
                Source::Owners | Source::Tags => add_all(&mut self.parts, &breakdown.entities, |_| ""),
            }
        }
    }
}

fn add_all(parts: &mut Vec<Part>, groups: &[(String, UsageGroup)], name: fn(&UsageGroup) -> &str) {
    for (id, group) in groups {
        // LiteLLM's own words for nobody.
        let id = if matches!(id.as_str(), "Unassigned" | "unknown") { "" } else { id };
        // The software that called: LiteLLM makes it a tag, in older versions several times over.
        if !id.starts_with("User-Agent: ") {
            add(parts, id, name(group), &group.metadata.team_id, &group.metrics);
        }
    }
}

/// Finds the part of this id, or makes one.
pub(super) fn part<'a>(parts: &'a mut Vec<Part>, id: &str) -> &'a mut Part {
    let at = match parts.binary_search_by(|part| part.id.as_str().cmp(id)) {
        Ok(at) => at,
        Err(at) => {
            parts.insert(at, Part { id: id.to_owned(), ..Part::default() });
            at
        }
    };
    &mut parts[at]
}

pub(super) fn add(parts: &mut Vec<Part>, id: &str, name: &str, team: &str, sums: &Metrics) {
    let part = part(parts, id);
    crate::series::add(&mut part.sums, sums);
    for (known, now) in [(&mut part.name, name), (&mut part.team, team)] {
        if !now.is_empty() {
            now.clone_into(known);
        }
    }
}

/// The days that have arrived.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Vec<Arrived>);

#[derive(Debug, Clone)]
struct Arrived {
    source: Source,
    day: i64,
    what: Day,
    asked_ms: i64,
    old: bool,
}

impl Arrived {
    fn finality(&self) -> Finality {
        let end_ms = finality::day_end_ms(&date(self.day));
        end_ms.map_or(Finality::Running, |end_ms| finality(end_ms, self.asked_ms, self.old))
    }
}

impl Shelf {
    pub fn get(&self, source: Source, day: i64) -> Option<&Day> {
        self.find(source, day).map(|arrived| &arrived.what)
    }

    pub fn has(&self, source: Source, day: i64) -> bool {
        self.find(source, day).is_some()
    }

    /// When LiteLLM was asked for that day, and whether the answer was given because the gateway failed then.
    pub fn asked(&self, source: Source, day: i64) -> Option<(i64, bool)> {
        self.find(source, day).map(|arrived| (arrived.asked_ms, arrived.old))
    }

    /// Whether that day has to be asked for, again or for the first time.
    pub fn is_due(&self, source: Source, day: i64, now_ms: i64) -> bool {
        self.find(source, day).is_none_or(|arrived| arrived.finality().is_due(arrived.asked_ms, now_ms))
    }

    /// Takes the place of what was known, unless that is newer. `asked_ms`: when LiteLLM was asked, which for an answer from a
    /// cache is its age ago. `old`: an answer that was given because the gateway fails now.
    pub fn insert(&mut self, source: Source, day: i64, what: Day, asked_ms: i64, old: bool) {
        let arrived = Arrived { source, day, what, asked_ms, old };
        match self.0.binary_search_by(|known| order(known, source, day)) {
            Ok(at) if finality::is_newer(self.0[at].asked_ms, asked_ms) => {}
            Ok(at) => self.0[at] = arrived,
            Err(at) => self.0.insert(at, arrived),
        }
    }

    /// When the oldest of these days was asked for that may still change; none when none of them may, or one is missing.
    pub fn oldest_ms(&self, source: Source, days: super::days::Days) -> Option<i64> {
        let mut oldest: Option<i64> = None;
        for day in days.iter() {
            let arrived = self.find(source, day)?;
            if arrived.finality() != Finality::Final {
                oldest = Some(oldest.map_or(arrived.asked_ms, |known| known.min(arrived.asked_ms)));
            }
        }
        oldest
    }

    fn find(&self, source: Source, day: i64) -> Option<&Arrived> {
        let at = self.0.binary_search_by(|known| order(known, source, day)).ok()?;
        self.0.get(at)
    }
}

fn order(known: &Arrived, source: Source, day: i64) -> std::cmp::Ordering {
    (known.source as u8, known.day).cmp(&(source as u8, day))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::{DAY_MS, HOUR_MS},
        wire::Wire,
    };

    #[test]
    fn the_pages_of_a_day_are_added_up_and_what_is_of_nobody_has_no_id() {
        let page = |id: &str, spend: f64| {
            UsageDay::read(&json!({ "results": [{ "breakdown": { "entities": {
                id: { "metrics": { "spend": spend, "api_requests": 2 }, "metadata": { "team_alias": "Ops <b>" } },
                "User-Agent: curl": { "metrics": { "spend": 9 } },
            } } }] }))
        };
        let mut day = Day::default();
        for (id, spend) in [("b", 1.0), ("a", 2.0), ("b", 4.0), ("Unassigned", 8.0)] {
            day.take(Source::Teams, &page(id, spend));
        }
        let found: Vec<(&str, &str, f64)> =
            day.parts.iter().map(|part| (part.id.as_str(), part.name.as_str(), part.sums.spend)).collect();
        assert_eq!(found, [("", "Ops <b>", 8.0), ("a", "Ops <b>", 2.0), ("b", "Ops <b>", 5.0)]);
    }

    #[test]
    fn one_answer_has_providers_and_endpoints() {
        let group = json!({ "metrics": { "spend": 1 } });
        let answer = json!({ "results": [{ "breakdown": { "providers": { "openai": group }, "endpoints": { "/chat": group } } }] });
        let mut day = Day::default();
        day.take(Source::Calls, &UsageDay::read(&answer));
        assert_eq!(day.parts(Dimension::Provider)[0].id, "openai");
        assert_eq!(day.parts(Dimension::Endpoint)[0].id, "/chat");
    }

    #[test]
    fn a_day_is_asked_for_until_it_is_final_and_each_source_by_itself() {
        let mut shelf = Shelf::default();
        let end_ms = 21 * DAY_MS;
        assert!(shelf.is_due(Source::Models, 20, end_ms));
        shelf.insert(Source::Models, 20, Day::default(), end_ms - HOUR_MS, false);
        assert!(shelf.is_due(Source::Models, 20, end_ms), "it was not over when it was asked for");
        shelf.insert(Source::Models, 20, Day::default(), end_ms + 8 * DAY_MS, false);
        assert!(!shelf.is_due(Source::Models, 20, end_ms + 9 * DAY_MS));
        assert!(shelf.is_due(Source::Teams, 20, end_ms + 9 * DAY_MS));
        // An older answer does not take its place.
        shelf.insert(Source::Models, 20, Day { parts: vec![Part::default()], ..Day::default() }, end_ms, false);
        assert_eq!(shelf.get(Source::Models, 20), Some(&Day::default()));
        let days = |first| super::super::days::Days::new(first, 21);
        assert_eq!(shelf.oldest_ms(Source::Models, days(20)), None, "it changes no more");
        shelf.insert(Source::Models, 19, Day::default(), 20 * DAY_MS + 5, false);
        assert_eq!(shelf.oldest_ms(Source::Models, days(19)), Some(20 * DAY_MS + 5));
        assert_eq!(shelf.oldest_ms(Source::Models, days(18)), None, "one is missing");
    }
}
