//! Which calls are asked for: what of a filter LiteLLM understands, and what has to be looked at here.
//!
//! LiteLLM passes over parameters that it does not know, so that each call that it gives is looked at here as well.

use serde_json::{Map, Value, json};

use super::{call, endpoint::endpoint};
use crate::{
    clock::{self, MINUTE_MS, SECOND_MS},
    live_log::reason,
    route::{CallStatus, LogsRoute, Own, TimeRange, WITHOUT, is_hash, safe_search},
    visible::visible,
    wire::LogRow,
};

/// LiteLLM was written after this: a call that is asked for by its id is looked for from here on.
const BEGINNING_MS: i64 = 1_577_836_800_000;

/// Clocks differ: what the gateway has just logged may be of a moment that is still to come here.
const AHEAD_MS: i64 = MINUTE_MS;

/// A question about the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    route: LogsRoute,
    /// In small letters.
    search: String,
    /// The first moment, a whole second.
    pub start_ms: i64,
    /// Calls of this moment are not meant any more, unless it is to come.
    pub end_ms: i64,
    /// Where the range ends at a fixed moment: calls from then on are not meant, however long one waits. None: it ends now,
    /// whenever that is.
    pub closes_ms: Option<i64>,
}

/// How far LiteLLM itself narrows the log down to what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowed {
    /// It gives what is asked for, and nothing else; it can count it, too.
    Fully,
    /// 1.80.11 does not know all of it.
    ByNewer,
    /// No version knows all of it.
    ByNone,
}

impl Question {
    /// `lower`: puts into small letters as the browser does.
    pub fn of(route: &LogsRoute, now_ms: i64, lower: fn(&str) -> String) -> Question {
        let route = LogsRoute { open: String::new(), live: false, ..route.clone() };
        let bounds = route.range.bounds(now_ms);
        // An id is of one call, whenever it was.
        let by_id = !route.request.is_empty();
        let closes_ms = closes_ms(&route, now_ms);
        let runs = by_id || bounds.end_ms >= now_ms - SECOND_MS;
        let ahead_ms = ahead_ms(now_ms);
        Question {
            search: lower(route.search.trim()),
            start_ms: if by_id { BEGINNING_MS } else { bounds.start_ms.div_euclid(SECOND_MS) * SECOND_MS },
            end_ms: if runs { closes_ms.unwrap_or(ahead_ms).min(ahead_ms) } else { bounds.end_ms },
            closes_ms,
            route,
        }
    }

    /// One call by its ID, whenever it was.
    pub fn is_by_id(&self) -> bool {
        !self.route.request.is_empty()
    }

    pub fn is_filtered(&self) -> bool {
        self.route.is_filtered()
    }

    /// As an address has it: two questions with the same one have the same answer.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, value) in crate::route::Route::Logs(self.route.clone()).query() {
            text.push_str(name);
            text.push('=');
            text.push_str(&value);
            text.push('&');
        }
        text
    }

    /// What LiteLLM is told of it, without times and pages.
    pub fn params(&self) -> Map<String, Value> {
        let (route, calls) = (&self.route, &self.route.calls);
        let mut params = Map::new();
        for (name, value) in [
            ("request", &route.request),
            ("session", &route.session),
            ("team", &calls.team),
            ("owner", &calls.owner),
            ("end_user", &calls.end_user),
            ("model", &calls.model),
        ] {
            if !value.is_empty() && value != WITHOUT {
                params.insert(name.to_owned(), json!(value));
            }
        }
        if is_hash(&calls.key) {
            params.insert("key".to_owned(), json!(calls.key));
        }
        if is_code(&route.error) {
            params.insert("error_code".to_owned(), json!(route.error));
        }
        if calls.status != CallStatus::Any {
            params.insert("status".to_owned(), json!(calls.status.value()));
        }
        for (name, value) in [("cost_from", &route.cost_from), ("cost_to", &route.cost_to)] {
            if let Ok(amount) = value.parse::<f64>() {
                params.insert(name.to_owned(), json!(amount));
            }
        }
        params
    }

    pub fn narrowed(&self) -> Narrowed {
        let (route, calls) = (&self.route, &self.route.calls);
        // Of a session 1.106.2 gives all whose id has this one in it: fewer calls, but not just these.
        let here_only = [&calls.provider, &calls.organization, &calls.tag, &calls.call, &route.session, &route.search];
        let without = [&calls.model, &calls.owner, &calls.team, &calls.end_user, &route.request]
            .into_iter()
            .any(|value| value == WITHOUT);
        let is_set = |text: &&String| !text.is_empty();
        if here_only.iter().any(is_set)
            || without
            || !calls.key.is_empty() && !is_hash(&calls.key)
            || !route.error.is_empty() && !is_code(&route.error)
        {
            return Narrowed::ByNone;
        }
        if [&calls.model, &route.error].iter().any(is_set) { Narrowed::ByNewer } else { Narrowed::Fully }
    }

    /// Whether a call is one of those that are asked for.
    pub fn is_met_by(&self, row: &LogRow, lower: fn(&str) -> String) -> bool {
        let (route, calls) = (&self.route, &self.route.calls);
        let is =
            |wanted: &str, value: &str| wanted.is_empty() || wanted == value || wanted == WITHOUT && value.is_empty();
        let spend_is =
            |bound: &str, so: fn(f64, f64) -> bool| bound.parse::<f64>().map_or(true, |bound| so(row.spend, bound));
        let why = reason(row);
        let status_is = match calls.status {
            CallStatus::Any => true,
            CallStatus::Success => why.is_none(),
            CallStatus::Failure => why.is_some(),
        };
        let tags = call::tags(row);
        let tag_is = match calls.tag.as_str() {
            "" => true,
            WITHOUT => tags.is_empty(),
            tag => tags.contains(&tag),
        };
        let why = why.unwrap_or_default();
        let error_is = match route.error.as_str() {
            "" => true,
            WITHOUT => why.code.is_empty() && why.class.is_empty(),
            error => why.code == error || why.class == error,
        };
        // Who has typed its name means the key, too, though no call of it was read yet that tells its hash.
        let is_key =
            is(&calls.key, &row.api_key) || !is_hash(&calls.key) && calls.key == row.metadata.user_api_key_alias;
        call::start_ms(row).is_none_or(|start| start >= self.start_ms && start < self.end_ms)
            && (is(&route.request, &row.request_id) || row.litellm_call_id == route.request)
            && is(&route.session, &row.session_id)
            // As newer LiteLLM does it: what has no public name is not found by another one.
            && is(&calls.model, &row.model_group)
            && is(&calls.provider, &row.custom_llm_provider)
            && is_key
            && is(&calls.owner, &row.user)
            && is(&calls.team, &row.team_id)
            && is(&calls.organization, call::organization(row))
            && is(&calls.end_user, &row.end_user)
            && (is(&calls.call, &row.call_type) || calls.call == endpoint(&row.call_type))
            && spend_is(&route.cost_from, |spend, bound| spend >= bound)
            && spend_is(&route.cost_to, |spend, bound| spend <= bound)
            && status_is
            && tag_is
            && error_is
            && (self.search.is_empty() || self.is_found_in(row, lower))
    }

    /// The same question of the calls since a moment that came in by now: the range goes on, until it closes.
    pub fn since(&self, start_ms: i64, now_ms: i64) -> Question {
        let end_ms = ahead_ms(now_ms);
        Question {
            start_ms: start_ms.max(self.start_ms).div_euclid(SECOND_MS) * SECOND_MS,
            end_ms: self.closes_ms.unwrap_or(end_ms).min(end_ms),
            ..self.clone()
        }
    }

    /// The search looks at what names a call, and at why it failed.
    fn is_found_in(&self, row: &LogRow, lower: fn(&str) -> String) -> bool {
        let why = reason(row).unwrap_or_default();
        let texts = [
            row.request_id.as_str(),
            &row.litellm_call_id,
            &row.session_id,
            call::model(row),
            &row.model,
            &row.custom_llm_provider,
            &row.metadata.user_api_key_alias,
            &row.api_key,
            &row.metadata.user_api_key_team_alias,
            &row.team_id,
            &row.user,
            &row.end_user,
            &row.call_type,
            &row.mcp_tool,
            &row.address,
            &why.words,
            &why.class,
            &why.code,
        ];
        // As it stands on the page, too: somebody may have copied it from there.
        let is_in = |text: &str| {
            let text = lower(text);
            text.contains(&self.search) || lower(&visible(&text)).contains(&self.search)
        };
        texts.into_iter().any(is_in) || call::tags(row).into_iter().any(is_in)
    }

    /// The end of the first part of the answer, a whole second: LiteLLM counts it in.
    pub fn last_second_ms(&self) -> i64 {
        up_to_second(self.end_ms)
    }
}

/// Where the calls of this range end for good; none: with the present moment.
pub fn closes_ms(route: &LogsRoute, now_ms: i64) -> Option<i64> {
    match route.range {
        TimeRange::Own(Own { to: Some(_), .. }) if route.request.is_empty() => Some(route.range.bounds(now_ms).end_ms),
        _ => None,
    }
}

/// A little after now, rounded so that equal questions of several tabs share an answer.
fn ahead_ms(now_ms: i64) -> i64 {
    (now_ms / (10 * SECOND_MS) + 1) * 10 * SECOND_MS + AHEAD_MS
}

/// The first whole second that is not before a moment.
pub fn up_to_second(ms: i64) -> i64 {
    -(-ms).div_euclid(SECOND_MS) * SECOND_MS
}

/// Start and end as LiteLLM wants them.
pub fn window(start_ms: i64, end_ms: i64) -> [(&'static str, Value); 2] {
    [("start", json!(clock::format_utc(start_ms))), ("end", json!(clock::format_utc(end_ms)))]
}

/// Whether a filter of this value can be put, and stands for nothing else: in an address it is neither cut nor left out.
pub fn can_be_asked(value: &str) -> bool {
    !value.is_empty() && value != WITHOUT && value.trim() == value && safe_search(value) == value
}

/// The status of an error, such as 429.
fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::{
        route::{CallFilter, Edge, Quick, TimeRange},
        wire::{ErrorInformation, LogMetadata},
    };

    use super::*;

    /// 2026-11-20 12:00 UTC.
    const NOON: i64 = 1_795_176_000_000;

    fn question(change: impl FnOnce(&mut LogsRoute)) -> Question {
        let mut route = LogsRoute::default();
        change(&mut route);
        Question::of(&route, NOON, str::to_lowercase)
    }

    fn row() -> LogRow {
        LogRow {
            request_id: "r-1".into(),
            litellm_call_id: "c-1".into(),
            session_id: "s-1".into(),
            call_type: "acompletion".into(),
            api_key: "0f".repeat(32),
            spend: 0.5,
            start_time: "2026-11-20T11:59:59.500Z".into(),
            model: "openai/gpt-4o".into(),
            model_group: "gpt-4o".into(),
            custom_llm_provider: "openai".into(),
            user: "ada".into(),
            end_user: "customer".into(),
            team_id: "t-1".into(),
            organization_id: "o-1".into(),
            request_tags: vec!["shop".into()],
            status: "success".into(),
            ..LogRow::default()
        }
    }

    fn failed(class: &str, code: &str) -> LogRow {
        let why = ErrorInformation {
            error_class: class.into(),
            error_code: code.into(),
            error_message: "Too many".into(),
            ..ErrorInformation::default()
        };
        let metadata = LogMetadata { error_information: Some(why), ..LogMetadata::default() };
        LogRow { status: "failure".into(), metadata, ..row() }
    }

    fn meets(row: &LogRow, change: impl FnOnce(&mut LogsRoute)) -> bool {
        question(change).is_met_by(row, str::to_lowercase)
    }

    #[test]
    fn a_running_range_ends_a_little_ahead_and_another_at_its_end() {
        let running = question(|_| {});
        assert_eq!((running.start_ms, running.end_ms), (NOON - 86_400_000, NOON + 70_000));
        assert!(running.is_met_by(&LogRow { start_time: "2026-11-20T12:00:30Z".into(), ..row() }, str::to_lowercase));
        let over = question(|route| route.range = TimeRange::Quick(Quick::LastMonth));
        assert_eq!(window(over.start_ms, over.last_second_ms())[1].1, json!("2026-11-01 00:00:00"));
        // LiteLLM counts the end in.
        let at_the_end = LogRow { start_time: "2026-11-01T00:00:00Z".into(), ..row() };
        assert!(!over.is_met_by(&at_the_end, str::to_lowercase));
        assert_eq!((up_to_second(1_001), up_to_second(2_000), up_to_second(-1)), (2_000, 2_000, 0));
    }

    #[test]
    fn an_endpoint_means_all_kinds_of_calls_to_it() {
        for (call_type, wanted, is_met) in [
            ("acompletion", "/chat/completions", true),
            ("aembedding", "/chat/completions", false),
            ("aresponses", "/responses", true),
            ("_aresponses_websocket", "/responses", true),
            ("/v1/other", "/v1/other", true),
            ("aresponses", "aresponses", true),
        ] {
            let row = LogRow { call_type: call_type.into(), ..row() };
            assert_eq!(meets(&row, |route| route.calls.call = wanted.into()), is_met, "{call_type} {wanted}");
        }
    }

    /// The calls of a model without a public name were offered by a name that newer LiteLLM does not look at.
    #[test]
    fn the_model_is_its_public_name_as_for_the_gateway() {
        let unknown = || LogRow { model_group: String::new(), model: "no-such-model".into(), ..row() };
        assert!(!meets(&unknown(), |route| route.calls.model = "no-such-model".into()));
        assert!(meets(&unknown(), |route| route.calls.model = WITHOUT.into()));
        assert!(meets(&unknown(), |route| route.search = "no-such-model".into()));
        assert!(!meets(&row(), |route| route.calls.model = "openai/gpt-4o".into()));
    }

    /// A call whose end user is "-" was offered by a filter that means calls without any.
    #[test]
    fn what_an_address_would_change_or_read_otherwise_is_no_filter() {
        for value in ["gpt-4o", "a b", "é".repeat(255).as_str(), "0f\u{202e}"] {
            assert!(can_be_asked(value), "{value}");
        }
        for value in ["", WITHOUT, " a", "a\n", "  ", "x".repeat(256).as_str(), "sk-Kq7vN2xPz0aJm4RtYw9BcD"] {
            assert!(!can_be_asked(value), "{value}");
        }
    }

    #[test]
    fn a_key_is_found_by_its_name_too() {
        let named =
            || LogRow { metadata: LogMetadata { user_api_key_alias: "web".into(), ..LogMetadata::default() }, ..row() };
        assert!(meets(&named(), |route| route.calls.key = "web".into()));
        assert!(!meets(&row(), |route| route.calls.key = "web".into()));
        assert!(!meets(&named(), |route| route.calls.key = "ab".repeat(32)));
    }

    /// The end of the first answer, and live calls after it, were of up to a minute after the end of the range.
    #[test]
    fn a_range_that_ends_soon_has_no_calls_after_its_end() {
        let edge = |text| Edge::parse(text).unwrap_or(Edge::day(0));
        let range = TimeRange::own(edge("2026-11-20T11:00"), Some(edge("2026-11-20T12:01")));
        let soon = question(|route| route.range = range.unwrap_or(route.range));
        assert_eq!((soon.closes_ms, soon.end_ms), (Some(NOON + 60_000), NOON + 60_000));
        let later = soon.since(NOON - 10_500, NOON + 3_600_000);
        assert_eq!((later.start_ms, later.end_ms), (NOON - 11_000, NOON + 60_000));
        let at = |time: &str| LogRow { start_time: ["2026-11-20T", time, "Z"].concat(), ..row() };
        assert!(later.is_met_by(&at("12:00:59.999"), str::to_lowercase));
        assert!(!later.is_met_by(&at("12:01:00"), str::to_lowercase));
        let running = question(|_| {});
        assert_eq!((running.closes_ms, running.since(0, NOON + 60_000).end_ms), (None, NOON + 130_000));
        assert_eq!(running.since(0, NOON).start_ms, running.start_ms);
        // A call that is looked for by its id may be of any time.
        let by_id = question(|route| (route.range, route.request) = (range.unwrap_or(route.range), "r-1".into()));
        assert_eq!((by_id.closes_ms, by_id.end_ms), (None, NOON + 70_000));
    }

    #[test]
    fn a_call_that_is_asked_for_by_its_id_may_be_of_any_time() {
        let by_id = question(|route| route.request = "r-1".into());
        let old = LogRow { start_time: "2024-01-01T00:00:00Z".into(), ..row() };
        assert!(by_id.is_met_by(&old, str::to_lowercase) && by_id.start_ms < NOON - 5 * 365 * 86_400_000);
        assert!(meets(&row(), |route| route.request = "c-1".into()), "callers know this id");
        assert!(!meets(&row(), |route| route.request = "r".into()));
        assert!(!meets(&old, |_| {}), "not in the last day");
    }

    #[test]
    fn each_filter_leaves_its_calls_and_no_others() {
        type Field = fn(&mut LogsRoute) -> &mut String;
        let fields: [(Field, &str); 11] = [
            (|route| &mut route.calls.model, "gpt-4o"),
            (|route| &mut route.calls.provider, "openai"),
            (|route| &mut route.calls.key, "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"),
            (|route| &mut route.calls.owner, "ada"),
            (|route| &mut route.calls.team, "t-1"),
            (|route| &mut route.calls.organization, "o-1"),
            (|route| &mut route.calls.tag, "shop"),
            (|route| &mut route.calls.end_user, "customer"),
            (|route| &mut route.calls.call, "acompletion"),
            (|route| &mut route.session, "s-1"),
            (|route| &mut route.search, "GPT"),
        ];
        let bare = LogRow { start_time: row().start_time, ..LogRow::default() };
        for (field, value) in fields {
            let set = |to: &str| {
                let to = to.to_owned();
                move |route: &mut LogsRoute| *field(route) = to
            };
            assert!(meets(&row(), set(value)), "{value}");
            assert!(!meets(&row(), set("another")), "not {value}");
            assert!(!meets(&bare, set(value)), "nothing is not {value}");
            if value != "GPT" {
                assert!(meets(&bare, set(WITHOUT)) && !meets(&row(), set(WITHOUT)), "without {value}");
            }
        }
        let cost = |from: &str, to: &str| {
            let (from, to) = (from.to_owned(), to.to_owned());
            meets(&row(), move |route| (route.cost_from, route.cost_to) = (from, to))
        };
        assert!(cost("0.5", "0.5") && cost("", "") && !cost("0.51", "") && !cost("", "0.49"));
    }

    #[test]
    fn status_and_error_are_what_the_row_says_in_whatever_place() {
        let with = |row: &LogRow, status: CallStatus, error: &str| {
            let error = error.to_owned();
            meets(row, move |route| (route.calls.status, route.error) = (status, error))
        };
        let refused = failed("RateLimitError", "429");
        assert!(with(&refused, CallStatus::Failure, "429") && with(&refused, CallStatus::Any, "RateLimitError"));
        assert!(!with(&refused, CallStatus::Success, "") && !with(&refused, CallStatus::Any, "500"));
        assert!(with(&row(), CallStatus::Success, "") && !with(&row(), CallStatus::Any, "429"));
        assert!(meets(&refused, |route| route.search = "too MANY".into()));
        // Nothing was found by "none".
        assert!(with(&row(), CallStatus::Any, WITHOUT) && !with(&refused, CallStatus::Any, WITHOUT));
        assert!(
            with(&failed("", ""), CallStatus::Failure, WITHOUT) && !with(&failed("", "429"), CallStatus::Any, WITHOUT)
        );
    }

    #[test]
    fn litellm_is_told_what_it_understands_and_nothing_else() {
        let asked = question(|route| {
            route.calls = CallFilter {
                model: "gpt-4o".into(),
                provider: "openai".into(),
                key: "0f".repeat(32),
                team: WITHOUT.into(),
                owner: "ada".into(),
                status: CallStatus::Failure,
                ..CallFilter::default()
            };
            route.error = "429".into();
            route.cost_from = "0.01".into();
        });
        let params = Value::Object(asked.params());
        let wanted = json!({
            "model": "gpt-4o", "key": "0f".repeat(32), "owner": "ada", "status": "failure", "error_code": "429", "cost_from": 0.01,
        });
        assert_eq!(params, wanted);
    }

    #[test]
    fn it_is_known_who_can_narrow_the_log_down() {
        let narrowed = |change: fn(&mut LogsRoute)| question(change).narrowed();
        assert_eq!(narrowed(|_| {}), Narrowed::Fully);
        assert_eq!(narrowed(|route| route.calls.team = "t".into()), Narrowed::Fully);
        assert_eq!(narrowed(|route| route.calls.model = "m".into()), Narrowed::ByNewer);
        assert_eq!(narrowed(|route| route.error = "429".into()), Narrowed::ByNewer);
        assert_eq!(narrowed(|route| route.error = "RateLimitError".into()), Narrowed::ByNone);
        assert_eq!(narrowed(|route| route.calls.tag = "t".into()), Narrowed::ByNone);
        assert_eq!(narrowed(|route| route.calls.team = WITHOUT.into()), Narrowed::ByNone);
        assert_eq!(narrowed(|route| route.calls.key = "litellm-health-check".into()), Narrowed::ByNone);
        assert_eq!(narrowed(|route| route.search = "x".into()), Narrowed::ByNone);
        // Its number counted every session with this one's id in its own.
        assert_eq!(narrowed(|route| route.session = "s-1".into()), Narrowed::ByNone);
        assert_eq!(question(|route| route.session = "s-1".into()).params()["session"], "s-1");
    }

    #[test]
    fn what_is_open_makes_no_other_question() {
        let own = Edge::parse("2026-11-01").and_then(|from| TimeRange::own(from, None));
        let range = own.unwrap_or(LogsRoute::default().range);
        let closed = question(|route| route.range = range);
        let open = question(|route| (route.range, route.open, route.live) = (range, "r-1".into(), true));
        assert_eq!(closed, open);
        assert_eq!(closed.text(), "from=2026-11-01&");
    }
}
