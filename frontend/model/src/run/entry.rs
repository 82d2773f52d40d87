//! A run as it is kept in the journal: hashes by state, and what is to be done. Read leniently: it is what some browser wrote.

use serde_json::{Map, Value, json};

use super::{
    Act, Item, MOST, Purpose, Run, State,
    change::{End, How, KeyChange, NewBudget, Tags},
};
use crate::{
    key_form::TAGS_MOST,
    route::{SEARCH_MOST, is_hash},
};

pub const BULK: &str = "bulk";
pub const KILL_SWITCH: &str = "kill_switch";

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Unknown => "unknown",
            State::Done => "done",
            State::Same => "same",
            State::Doubtful => "doubtful",
            State::Gone => "gone",
            State::Failed => "failed",
        }
    }
}

impl Run {
    /// The journal's kind of entry.
    pub fn kind(&self) -> &'static str {
        if self.purpose == Purpose::Chosen { BULK } else { KILL_SWITCH }
    }

    /// `trying`: places of keys that are tried next. Whoever reads this looks at them before anything is sent.
    pub fn print(&self, trying: &[usize]) -> Value {
        let mut keys = Map::new();
        for state in State::ALL {
            let mut tokens = Vec::new();
            for (at, item) in self.items.iter().enumerate() {
                let shown =
                    if trying.contains(&at) && item.state == State::Waiting { State::Unknown } else { item.state };
                if shown == state {
                    tokens.push(Value::from(item.token.as_str()));
                }
            }
            if !tokens.is_empty() {
                keys.insert(state.name().to_owned(), Value::Array(tokens));
            }
        }
        let mut entry = json!({ "act": self.act.name(), "began_ms": self.began_ms, "keys": keys });
        if let Act::Change(change) = &self.act {
            entry["change"] = change.print();
        }
        if self.act == (Act::Delete { expired: true }) {
            entry["expired"] = Value::from(true);
        }
        if let Purpose::KillSwitch { filter, undo } = &self.purpose {
            let filter: Vec<Value> = filter.iter().map(|(name, value)| json!([name, value])).collect();
            entry["filter"] = Value::Array(filter);
            entry["undo"] = Value::from(*undo);
        }
        entry
    }

    /// None: it is nothing that this page knows.
    pub fn parse(kind: &str, entry: &Value) -> Option<Run> {
        let purpose = match kind {
            BULK => Purpose::Chosen,
            KILL_SWITCH => Purpose::KillSwitch { filter: filter(&entry["filter"]), undo: entry["undo"] == true },
            _ => return None,
        };
        let act = match (entry["act"].as_str()?, &purpose) {
            ("block", Purpose::Chosen | Purpose::KillSwitch { undo: false, .. }) => Act::Block,
            ("unblock", Purpose::Chosen | Purpose::KillSwitch { undo: true, .. }) => Act::Unblock,
            ("delete", Purpose::Chosen) => Act::Delete { expired: entry["expired"] == true },
            ("change", Purpose::Chosen) => {
                Act::Change(KeyChange::parse(&entry["change"]).filter(|change| !change.is_empty())?)
            }
            _ => return None,
        };
        let mut items: Vec<Item> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for state in State::ALL {
            for token in entry["keys"][state.name()].as_array().into_iter().flatten() {
                let Some(token) = token.as_str().filter(|token| is_hash(token)) else { continue };
                if items.len() < MOST
                    && let Err(place) = known.binary_search(&token)
                {
                    known.insert(place, token);
                    items.push(Item { token: token.to_owned(), state, why: String::new() });
                }
            }
        }
        if items.is_empty() {
            return None;
        }
        Some(Run { act, purpose, began_ms: entry["began_ms"].as_i64().unwrap_or(0), items })
    }
}

impl Act {
    fn name(&self) -> &'static str {
        match self {
            Act::Block => "block",
            Act::Unblock => "unblock",
            Act::Delete { .. } => "delete",
            Act::Change(_) => "change",
        }
    }
}

fn filter(list: &Value) -> Vec<(String, String)> {
    let mut filter = Vec::new();
    for pair in list.as_array().into_iter().flatten().take(20) {
        if let (Some(name), Some(value)) = (pair[0].as_str(), pair[1].as_str())
            && value.chars().count() <= SEARCH_MOST
        {
            filter.push((name.to_owned(), value.to_owned()));
        }
    }
    filter
}

impl KeyChange {
    fn print(&self) -> Value {
        let mut change = Map::new();
        if let Some(end) = self.end {
            let ends_ms = match end {
                End::Never => Value::Null,
                End::At(ms) => Value::from(ms),
            };
            change.insert("ends_ms".to_owned(), ends_ms);
        }
        if let Some(NewBudget { usd, period }) = &self.budget {
            change.insert("budget".to_owned(), json!({ "usd": usd, "period": period }));
        }
        if let Some(team) = &self.team {
            change.insert("team".to_owned(), Value::from(team.as_str()));
        }
        if let Some(Tags { how, list }) = &self.tags {
            change.insert("tags".to_owned(), json!({ "how": how.value(), "list": list }));
        }
        Value::Object(change)
    }

    /// None: a part of it is not known here, and what is known would be half of what was meant.
    fn parse(change: &Value) -> Option<KeyChange> {
        let mut read = KeyChange::default();
        for (name, value) in change.as_object()? {
            match name.as_str() {
                "ends_ms" if value.is_null() => read.end = Some(End::Never),
                "ends_ms" => read.end = Some(End::At(value.as_i64()?)),
                "budget" => {
                    let usd = &value["usd"];
                    let usd = if usd.is_null() { None } else { Some(usd.as_f64().filter(|usd| *usd >= 0.0)?) };
                    read.budget = Some(NewBudget { usd, period: short(&value["period"])? });
                }
                "team" => read.team = Some(short(value)?),
                "tags" => {
                    let mut list = Vec::new();
                    for tag in value["list"].as_array()? {
                        list.push(short(tag)?);
                    }
                    let how = How::from_value(value["how"].as_str()?)?;
                    read.tags = Some(Tags { how, list }).filter(|tags| tags.list.len() <= TAGS_MOST);
                    read.tags.as_ref()?;
                }
                _ => return None,
            }
        }
        Some(read)
    }
}

fn short(value: &Value) -> Option<String> {
    value.as_str().filter(|text| text.chars().count() <= SEARCH_MOST).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(count: u64) -> Vec<String> {
        (1..=count).map(|number| format!("{number:064x}")).collect()
    }

    fn again(run: &Run, trying: &[usize]) -> Option<Run> {
        let text = run.print(trying).to_string();
        Run::parse(run.kind(), &serde_json::from_str(&text).unwrap_or_default())
    }

    fn by_state(run: &Run) -> Vec<(String, State)> {
        let mut items: Vec<(String, State)> = run.items.iter().map(|item| (item.token.clone(), item.state)).collect();
        items.sort_by(|a, b| a.0.cmp(&b.0));
        items
    }

    #[test]
    fn what_is_kept_is_read_as_the_same() {
        let change = KeyChange {
            end: Some(End::At(1_795_176_000_000)),
            budget: Some(NewBudget { usd: Some(12.5), period: "30d".into() }),
            team: Some(String::new()),
            tags: Some(Tags { how: How::Add, list: vec!["prod".into()] }),
        };
        let never = KeyChange { end: Some(End::Never), budget: Some(NewBudget::default()), ..KeyChange::default() };
        let filter = vec![("team".to_owned(), "t\u{202e}1".to_owned()), ("s".to_owned(), "a&b".to_owned())];
        let kill = |undo| Purpose::KillSwitch { filter: filter.clone(), undo };
        for (act, purpose) in [
            (Act::Block, Purpose::Chosen),
            (Act::Unblock, Purpose::Chosen),
            (Act::Delete { expired: false }, Purpose::Chosen),
            (Act::Delete { expired: true }, Purpose::Chosen),
            (Act::Change(change), Purpose::Chosen),
            (Act::Change(never), Purpose::Chosen),
            (Act::Block, kill(false)),
            (Act::Unblock, kill(true)),
        ] {
            let mut run = Run::new(act, purpose, tokens(7), 1_795_000_000_000);
            for (at, state) in State::ALL.into_iter().enumerate() {
                run.settle(at, state, String::new());
            }
            let read = again(&run, &[]);
            assert_eq!(read.as_ref().map(by_state), Some(by_state(&run)));
            let read = read.map(|read| Run { items: run.items.clone(), ..read });
            assert_eq!(read, Some(run));
        }
    }

    #[test]
    fn what_is_tried_next_is_not_known_to_who_reads_it() {
        let mut run = Run::new(Act::Block, Purpose::Chosen, tokens(4), 0);
        run.settle(0, State::Done, String::new());
        let read = again(&run, &[0, 1]).map(|read| by_state(&read).into_iter().map(|(_, state)| state).collect());
        assert_eq!(read, Some(vec![State::Done, State::Unknown, State::Waiting, State::Waiting]));
    }

    #[test]
    fn ten_thousand_keys_fit_into_an_entry() {
        let run = Run::new(Act::Block, Purpose::Chosen, tokens(10_000), 0);
        assert!(run.print(&run.next(run.stretch())).to_string().len() < 1_500_000);
    }

    #[test]
    fn what_nobody_has_written_is_nothing() {
        let hash = "0f".repeat(32);
        let good = json!({"act": "block", "keys": {"waiting": [hash]}});
        assert!(Run::parse(BULK, &good).is_some());
        for (kind, entry) in [
            ("rotation", good.clone()),
            (BULK, Value::Null),
            (BULK, json!({"act": "drop", "keys": {"waiting": [hash]}})),
            (BULK, json!({"act": "block", "keys": {"waiting": ["../x", 7, null, "SK-1"]}})),
            (BULK, json!({"act": "block", "keys": [hash]})),
            (BULK, json!({"act": "change", "keys": {"waiting": [hash]}})),
            (BULK, json!({"act": "change", "change": {}, "keys": {"waiting": [hash]}})),
            (BULK, json!({"act": "change", "change": {"models": ["x"], "team": "t"}, "keys": {"waiting": [hash]}})),
            (
                BULK,
                json!({"act": "change", "change": {"budget": {"usd": -1, "period": ""}}, "keys": {"waiting": [hash]}}),
            ),
            (
                BULK,
                json!({"act": "change", "change": {"tags": {"how": "eval", "list": []}}, "keys": {"waiting": [hash]}}),
            ),
            // A kill switch blocks, and its undo unblocks; nothing deletes by one.
            (KILL_SWITCH, json!({"act": "delete", "keys": {"waiting": [hash]}})),
            (KILL_SWITCH, json!({"act": "unblock", "keys": {"waiting": [hash]}})),
            (KILL_SWITCH, json!({"act": "block", "undo": true, "keys": {"waiting": [hash]}})),
        ] {
            assert_eq!(Run::parse(kind, &entry), None, "{kind} {entry}");
        }
        let twice = json!({"act": "delete", "began_ms": "x", "keys": {"done": [hash, hash], "waiting": [hash]}});
        let states = Run::parse(BULK, &twice).map(|run| by_state(&run));
        assert_eq!(states, Some(vec![(hash, State::Done)]), "the one that does least counts");
    }
}
