//! What a page asks first: the lists of `php-shim/pages.json`, by which WordPress hands over what it knows, and by which the
//! next page is asked for ahead. The browser tests hold each page to its list.

use serde_json::{Map, Value};

use crate::{
    clock::{self, DAY_MS},
    endpoint::Endpoint,
};

/// The reads of a list. `{day}` stands for each of the last `days` days (UTC), the newest first.
pub fn reads(list: &Value, now_ms: i64) -> Vec<(Endpoint, Value)> {
    reads_of(list, now_ms, true)
}

/// Those that may be asked for before the page is there; what comes `later` would only make the first of them slower.
pub fn reads_ahead(list: &Value, now_ms: i64) -> Vec<(Endpoint, Value)> {
    reads_of(list, now_ms, false)
}

fn reads_of(list: &Value, now_ms: i64, later: bool) -> Vec<(Endpoint, Value)> {
    let mut reads = Vec::new();
    for read in list.as_array().into_iter().flatten().filter(|read| later || read["later"] != true) {
        let Some(endpoint) = Endpoint::ALL.iter().find(|endpoint| read["operation"] == endpoint.name()) else {
            continue;
        };
        for back in 0..read["days"].as_i64().unwrap_or(1) {
            let mut params = Map::new();
            for (name, value) in read["params"].as_object().into_iter().flatten() {
                let value = if value == "{day}" { clock::day(now_ms - back * DAY_MS).into() } else { value.clone() };
                params.insert(name.clone(), value);
            }
            reads.push((*endpoint, params.into()));
        }
    }
    reads
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::period::Range;

    const NOON: i64 = 1_795_176_000_000; // 2026-11-20 12:00 UTC

    fn php(file: &str) -> Value {
        serde_json::from_str(file).expect("a file of php-shim is JSON")
    }

    #[test]
    fn each_list_asks_for_reads_of_the_contract_with_their_parameters() {
        let contract = php(include_str!("../../../php-shim/contract.json"));
        let pages = php(include_str!("../../../php-shim/pages.json"));
        for page in pages.as_array().expect("a list of pages") {
            let list = page["first"].as_array().expect("each page has a list, if an empty one");
            assert_eq!(reads(&page["first"], NOON).is_empty(), list.is_empty());
            for read in list {
                let name = read["operation"].as_str().expect("each read has an operation");
                let row = &contract["operations"][name];
                assert_eq!(row["method"], "GET", "{name} is a read of the contract");
                let given = read["params"].as_object().expect("each read has parameters, if none");
                let known = row["params"].as_object().expect("a row has parameters");
                assert!(given.keys().all(|param| known.contains_key(param)), "{read}");
                for (param, schema) in known {
                    assert!(schema["required"] != true || given.contains_key(param), "{name} needs {param}");
                }
                // What is never stored can never be handed over.
                let stored = row["ttl_s"].as_i64().unwrap_or(0) > 0 || row["handler"] == "status";
                assert!(stored, "{name} is stored");
            }
        }
    }

    #[test]
    fn days_are_those_of_the_overview() {
        let list = json!([{ "operation": "activity.day", "params": { "day": "{day}" }, "days": 14 }]);
        let days: Vec<Value> = Range::default().needed(NOON).into_iter().map(|day| json!({ "day": day })).collect();
        let found: Vec<Value> = reads(&list, NOON).into_iter().map(|(_, params)| params).collect();
        assert_eq!(found, days);
        assert!(reads(&json!([{ "operation": "no.such" }]), NOON).is_empty());
        assert!(reads(&Value::Null, NOON).is_empty());
    }

    #[test]
    fn what_comes_later_is_not_asked_for_ahead() {
        let list = json!([{ "operation": "keys.list", "params": {} }, { "operation": "keys.self", "params": {}, "later": true }]);
        assert_eq!(reads(&list, NOON).len(), 2);
        assert_eq!(reads_ahead(&list, NOON), [(Endpoint::KeysList, json!({}))]);
    }
}
