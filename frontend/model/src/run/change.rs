//! What of many keys is to become different. Only what differs in a key is sent for it, and what came of it is compared.

use serde_json::{Map, Value, json};

use crate::{
    clock,
    key_form::{BudgetPeriod, TAGS_MOST},
    key_status, msg,
    text::Msg,
    wire::{Key, KeyMarks, UpdatedKey, Wire},
};

/// None: it stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyChange {
    pub end: Option<End>,
    pub budget: Option<NewBudget>,
    /// A team's id; empty: none.
    pub team: Option<String>,
    pub tags: Option<Tags>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Never,
    /// Unix time in milliseconds: a run that is taken up days later ends keys at the same moment.
    At(i64),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewBudget {
    /// US dollars; none: no limit.
    pub usd: Option<f64>,
    /// LiteLLM's duration; empty: in total.
    pub period: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    pub how: How,
    pub list: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Set,
    Add,
    Remove,
}

impl How {
    pub const ALL: [How; 3] = [How::Set, How::Add, How::Remove];

    pub fn value(self) -> &'static str {
        match self {
            How::Set => "set",
            How::Add => "add",
            How::Remove => "remove",
        }
    }

    pub fn from_value(value: &str) -> Option<How> {
        How::ALL.into_iter().find(|how| how.value() == value)
    }
}

/// What of a key a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    End,
    Budget,
    Period,
    Team,
    Tags,
}

impl Part {
    pub fn label(self) -> Msg {
        match self {
            Part::End => msg!("Expires"),
            Part::Budget => msg!("Budget"),
            Part::Period => msg!("Budget period"),
            Part::Team => msg!("Team"),
            Part::Tags => msg!("Tags"),
        }
    }
}

/// Why a change is not sent for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its models are those of its team: without one it could call all of them.
    ModelsOfTeam,
    /// The moment has passed.
    Past,
    TooManyTags,
    /// It was to be deleted because it had expired.
    NotExpired,
    /// Another key has taken its place.
    Replaced,
}

impl Why {
    pub fn message(self) -> Msg {
        match self {
            Why::ModelsOfTeam => {
                msg!("It may call the models of its team, and without a team all of them. Choose its models first.")
            }
            Why::Past => msg!("The moment at which it was to expire has passed."),
            Why::TooManyTags => msg!("It would have more than 50 tags."),
            Why::NotExpired => msg!("Its expiry was moved meanwhile, so it was not deleted."),
            Why::Replaced => msg!("It has a successor; unblock it by itself if that is wanted."),
        }
    }
}

/// A part of a millionth of a dollar is none.
fn is_same_amount(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// `24h` is a day, too.
fn is_same_period(one: &str, other: &str) -> bool {
    one == other || BudgetPeriod::from_value(one).is_some_and(|period| BudgetPeriod::from_value(other) == Some(period))
}

impl Tags {
    /// The tags of a key that has these.
    fn over(&self, known: &[String]) -> Vec<String> {
        let mut tags = match self.how {
            How::Set => Vec::new(),
            How::Add | How::Remove => known.to_vec(),
        };
        for tag in &self.list {
            match self.how {
                How::Remove => tags.retain(|known| known != tag),
                How::Set | How::Add if tags.contains(tag) => {}
                How::Set | How::Add => tags.push(tag.clone()),
            }
        }
        tags
    }

    /// In whatever order.
    fn are_so(&self, known: &[String]) -> bool {
        let wanted = self.over(known);
        wanted.len() == known.len() && wanted.iter().all(|tag| known.contains(tag))
    }
}

impl KeyChange {
    pub fn is_empty(&self) -> bool {
        *self == KeyChange::default()
    }

    /// The parameters of `keys.update` for what differs.
    pub fn params(&self, key: &Key, now_ms: i64) -> Result<Map<String, Value>, Why> {
        let mut params = Map::new();
        if let Some(end) = self.end.filter(|end| !end.is_so(key, clock::HOUR_MS)) {
            params.insert("duration".to_owned(), end.duration(now_ms)?);
        }
        if let Some(budget) = &self.budget {
            if !is_same_amount(budget.usd, key.max_budget) {
                params.insert("max_budget".to_owned(), json!(budget.usd));
            }
            if !is_same_period(&budget.period, &key.budget_duration) {
                params.insert("budget_duration".to_owned(), or_null(&budget.period));
            }
        }
        if let Some(team) = self.team.as_ref().filter(|team| **team != key.team_id) {
            if team.is_empty() && key.models.iter().any(|model| model == "all-team-models") {
                return Err(Why::ModelsOfTeam);
            }
            params.insert("team".to_owned(), or_null(team));
        }
        if let Some(tags) = self.tags.as_ref().filter(|tags| !tags.are_so(&key.marks.tags)) {
            let tags = tags.over(&key.marks.tags);
            if tags.len() > TAGS_MOST {
                return Err(Why::TooManyTags);
            }
            let tags = if tags.is_empty() { Value::Null } else { json!(tags) };
            params.insert("metadata".to_owned(), json!({ "tags": tags }));
        }
        Ok(params)
    }

    /// What the gateway has left otherwise, though it has accepted the change.
    pub fn left(&self, now: &Key) -> Vec<Part> {
        let mut left = Vec::new();
        // It may move an end to a midnight.
        if self.end.is_some_and(|end| !end.is_so(now, clock::DAY_MS)) {
            left.push(Part::End);
        }
        if let Some(budget) = &self.budget {
            if !is_same_amount(budget.usd, now.max_budget) {
                left.push(Part::Budget);
            }
            if !is_same_period(&budget.period, &now.budget_duration) {
                left.push(Part::Period);
            }
        }
        if self.team.as_ref().is_some_and(|team| *team != now.team_id) {
            left.push(Part::Team);
        }
        if self.tags.as_ref().is_some_and(|tags| !tags.are_so(&now.marks.tags)) {
            left.push(Part::Tags);
        }
        left
    }
}

impl End {
    fn is_so(self, key: &Key, tolerance_ms: i64) -> bool {
        match (self, key_status::expires_ms(key)) {
            (End::Never, None) => key.expires.is_empty(),
            (End::At(wanted), Some(ends)) => ends.saturating_sub(wanted).saturating_abs() <= tolerance_ms,
            _ => false,
        }
    }

    /// In whole days, as every version takes only those as they are meant.
    fn duration(self, now_ms: i64) -> Result<Value, Why> {
        let End::At(wanted) = self else { return Ok(Value::Null) };
        let days = (wanted.saturating_sub(now_ms).saturating_add(clock::DAY_MS / 2)).div_euclid(clock::DAY_MS);
        if days < 1 { Err(Why::Past) } else { Ok(Value::from([&days.to_string(), "d"].concat())) }
    }
}

fn or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

/// Over what was known of a key, what `keys.update` says that it is now.
pub fn updated(known: &Key, now: UpdatedKey) -> Key {
    Key {
        max_budget: now.max_budget,
        budget_duration: now.budget_duration,
        budget_reset_at: now.budget_reset_at,
        expires: now.expires,
        team_id: now.team_id,
        marks: KeyMarks::read(&now.metadata),
        updated_at: now.updated_at,
        settings_updated_at: now.settings_updated_at,
        ..known.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOW: i64 = 1_795_176_000_000;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn web() -> Key {
        Key {
            max_budget: Some(10.0),
            budget_duration: "30d".into(),
            expires: "2026-12-20T12:00:00Z".into(),
            team_id: "t1".into(),
            marks: KeyMarks { tags: texts(&["a", "b"]), ..KeyMarks::default() },
            ..Key::default()
        }
    }

    fn sent(change: KeyChange) -> Value {
        change.params(&web(), NOW).map_or_else(|why| json!(why.message().english()), Value::Object)
    }

    fn budget(usd: Option<f64>, period: &str) -> KeyChange {
        KeyChange { budget: Some(NewBudget { usd, period: period.into() }), ..KeyChange::default() }
    }

    fn end(end: End) -> KeyChange {
        KeyChange { end: Some(end), ..KeyChange::default() }
    }

    fn team(id: &str) -> KeyChange {
        KeyChange { team: Some(id.into()), ..KeyChange::default() }
    }

    fn tags(how: How, list: &[&str]) -> KeyChange {
        KeyChange { tags: Some(Tags { how, list: texts(list) }), ..KeyChange::default() }
    }

    #[test]
    fn only_what_differs_is_sent() {
        assert_eq!(sent(KeyChange::default()), json!({}));
        assert_eq!(sent(budget(Some(10.0), "1mo")), json!({}));
        assert_eq!(sent(budget(Some(5.0), "30d")), json!({"max_budget": 5.0}));
        assert_eq!(sent(budget(None, "")), json!({"max_budget": null, "budget_duration": null}));
        assert_eq!(sent(end(End::Never)), json!({"duration": null}));
        assert_eq!(sent(end(End::At(NOW + 30 * clock::DAY_MS))), json!({}));
        assert_eq!(sent(end(End::At(NOW + 31 * clock::DAY_MS))), json!({"duration": "31d"}));
        assert_eq!(sent(team("t1")), json!({}));
        assert_eq!(sent(team("")), json!({"team": null}));
        assert_eq!(sent(tags(How::Set, &["b", "a"])), json!({}));
        assert_eq!(sent(tags(How::Set, &[])), json!({"metadata": {"tags": null}}));
        assert_eq!(sent(tags(How::Add, &["a", "c"])), json!({"metadata": {"tags": ["a", "b", "c"]}}));
        assert_eq!(sent(tags(How::Add, &["b"])), json!({}));
        assert_eq!(sent(tags(How::Remove, &["a", "c"])), json!({"metadata": {"tags": ["b"]}}));
        assert_eq!(sent(tags(How::Remove, &["a", "b"])), json!({"metadata": {"tags": null}}));
    }

    /// A run that goes on two days later must not give its last keys two days more.
    #[test]
    fn the_end_is_a_moment_and_not_a_number_of_days() {
        let later = end(End::At(NOW + 90 * clock::DAY_MS)).params(&web(), NOW + 2 * clock::DAY_MS + clock::HOUR_MS);
        assert_eq!(later.map(Value::Object), Ok(json!({"duration": "88d"})));
        assert_eq!(end(End::At(NOW + 5)).params(&web(), NOW), Err(Why::Past));
    }

    #[test]
    fn no_key_gets_more_models_by_losing_its_team() {
        let key = Key { models: texts(&["all-team-models"]), ..web() };
        assert_eq!(team("").params(&key, NOW), Err(Why::ModelsOfTeam));
        assert!(team("t2").params(&key, NOW).is_ok());
    }

    #[test]
    fn tags_beyond_the_most_are_not_sent() {
        let many: Vec<String> = (0..TAGS_MOST).map(|number| number.to_string()).collect();
        let key = Key { marks: KeyMarks { tags: many, ..KeyMarks::default() }, ..Key::default() };
        assert_eq!(tags(How::Add, &["one more"]).params(&key, NOW), Err(Why::TooManyTags));
        assert!(Why::TooManyTags.message().english().contains(&TAGS_MOST.to_string()));
    }

    #[test]
    fn what_the_gateway_leaves_as_it_was_is_found() {
        let both = KeyChange { end: Some(End::Never), ..budget(None, "") };
        let now =
            UpdatedKey::read(&json!({"max_budget": null, "budget_duration": "30d", "expires": "2026-12-20T12:00:00Z"}));
        assert_eq!(both.left(&updated(&web(), now)), [Part::End, Part::Period]);
        let moved = end(End::At(NOW + 7 * clock::DAY_MS));
        let now = |expires: &str| updated(&web(), UpdatedKey::read(&json!({"expires": expires})));
        assert_eq!(moved.left(&now("2026-11-28T00:00:00Z")), []);
        assert_eq!(moved.left(&now("2026-11-30T00:00:00Z")), [Part::End]);
        let tagged = tags(How::Add, &["c"]);
        let now = UpdatedKey::read(&json!({"metadata": {"tags": ["a", "b", "c"]}}));
        assert_eq!(tagged.left(&updated(&web(), now)), []);
        assert_eq!(tagged.left(&web()), [Part::Tags]);
        assert_eq!(team("t2").left(&web()), [Part::Team]);
    }
}
