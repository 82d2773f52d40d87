//! What one row of LiteLLM's log says, also where it is odd: without an end, ended before it began, or of no model at all.

use crate::{
    clock,
    live_log::{LogLine, reason},
    wire::{CostBreakdown, LogRow},
};

/// By what a row is told from others: its id, else all that says when and what it was.
pub fn id_of(row: &LogRow) -> String {
    if row.request_id.is_empty() {
        [&row.start_time, "/", &row.end_time, "/", &row.api_key, "/", &row.call_type].concat()
    } else {
        row.request_id.clone()
    }
}

/// The same, without a text for each row that is looked at.
pub fn is_of_id(row: &LogRow, id: &str) -> bool {
    if row.request_id.is_empty() { id_of(row) == id } else { row.request_id == id }
}

/// Unix time in milliseconds.
pub fn start_ms(row: &LogRow) -> Option<i64> {
    clock::parse_utc_ms(&row.start_time)
}

/// The public name of the model, else the provider's, else the tool or the path that was called; may be empty.
pub fn model(row: &LogRow) -> &str {
    let path = if row.call_type.starts_with('/') { row.call_type.as_str() } else { "" };
    let names = [row.model_group.as_str(), row.model.as_str(), row.mcp_tool.as_str(), path];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or("")
}

/// As measured, else from start to end. None where it has no end, or one that cannot be.
pub fn duration_ms(row: &LogRow) -> Option<f64> {
    LogLine::from_row(row).duration_ms
}

/// Until the first token came, of calls whose answer came in pieces. LiteLLM gives the others the end of the call for it, or
/// nothing.
pub fn first_token_ms(row: &LogRow) -> Option<f64> {
    let (start, first) = (start_ms(row)?, clock::parse_utc_ms(&row.first_token)?);
    let is_end = clock::parse_utc_ms(&row.end_time).is_none_or(|end| first >= end);
    (first > start && !is_end).then_some((first - start) as f64)
}

pub fn is_failed(row: &LogRow) -> bool {
    reason(row).is_some()
}

/// What LiteLLM says of its own cache: none where it does not say.
pub fn cache_hit(row: &LogRow) -> Option<bool> {
    match row.cache_hit.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Those that callers gave, each once: 1.80.11 adds the caller's program to them, again and again.
pub fn tags(row: &LogRow) -> Vec<&str> {
    let mut tags: Vec<&str> = Vec::new();
    for tag in &row.request_tags {
        if !tag.starts_with("User-Agent: ") && !tags.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    tags
}

/// The program of the caller.
pub fn user_agent(row: &LogRow) -> &str {
    let of_tag = row.request_tags.iter().filter_map(|tag| tag.strip_prefix("User-Agent: ")).max_by_key(|tag| tag.len());
    if row.metadata.user_agent.is_empty() { of_tag.unwrap_or("") } else { &row.metadata.user_agent }
}

pub fn organization(row: &LogRow) -> &str {
    if row.organization_id.is_empty() { &row.metadata.organization_id } else { &row.organization_id }
}

/// LiteLLM's own calls, such as health checks, and those without a valid key have no hash.
pub fn has_key(row: &LogRow) -> bool {
    crate::route::is_hash(&row.api_key)
}

/// Tokens that were read from the provider's cache, were written to it, and were thought and not said; none where the
/// provider does not tell.
pub fn special_tokens(row: &LogRow) -> [Option<f64>; 3] {
    let usage = &row.metadata.usage;
    [
        usage.cache_read_input_tokens.or(usage.prompt.cached_tokens),
        usage.cache_creation_input_tokens.or(usage.prompt.cache_creation_tokens),
        usage.completion.reasoning_tokens,
    ]
}

/// A part of what a call cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    Input,
    CacheRead,
    CacheWritten,
    Output,
    Tools,
    Guardrails,
    Discount,
    Margin,
    /// What the parts do not explain: LiteLLM says only what all of it cost.
    Other,
}

/// The parts that are known and not nothing, which add up to what the call cost; empty where LiteLLM tells none.
pub fn costs(row: &LogRow) -> Vec<(Cost, f64)> {
    let Some(CostBreakdown {
        input_cost,
        output_cost,
        cache_read_cost,
        cache_creation_cost,
        tool_usage_cost,
        guardrail_cost,
        discount_amount,
        margin_total_amount,
        ..
    }) = row.metadata.cost
    else {
        return Vec::new();
    };
    let parts = [
        (Cost::Input, input_cost),
        (Cost::CacheRead, cache_read_cost),
        (Cost::CacheWritten, cache_creation_cost),
        (Cost::Output, output_cost),
        (Cost::Tools, tool_usage_cost),
        (Cost::Guardrails, guardrail_cost),
        (Cost::Discount, discount_amount.map(|amount| -amount)),
        (Cost::Margin, margin_total_amount),
    ];
    let mut costs = Vec::new();
    let mut left = row.spend;
    for (cost, amount) in parts {
        if let Some(amount) = amount.filter(|amount| *amount != 0.0) {
            left -= amount;
            costs.push((cost, amount));
        }
    }
    if !costs.is_empty() && left.abs() > row.spend.abs() * 1e-6 + 1e-12 {
        costs.push((Cost::Other, left));
    }
    costs
}

/// What of a row is not as it should be, so that its figures mean less than they seem to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    NoId,
    NoStart,
    NoEnd,
    /// Its end is before its start: the clocks of two machines, or a batch.
    EndsBeforeStart,
}

pub fn oddities(row: &LogRow) -> Vec<Oddity> {
    let (start, end) = (start_ms(row), clock::parse_utc_ms(&row.end_time));
    let mut odd = Vec::new();
    let mut note = |is: bool, oddity: Oddity| {
        if is {
            odd.push(oddity);
        }
    };
    note(row.request_id.is_empty(), Oddity::NoId);
    note(start.is_none(), Oddity::NoStart);
    // Where newer LiteLLM has measured how long it took, nothing is missing.
    let is_measured = duration_ms(row).is_some();
    note(end.is_none() && !is_measured, Oddity::NoEnd);
    note(!is_measured && start.is_some_and(|start| end.is_some_and(|end| end < start)), Oddity::EndsBeforeStart);
    odd
}

#[cfg(test)]
mod tests {
    use crate::wire::{LogMetadata, LogUsage, PromptTokens};

    use super::*;

    fn row(end: &str, first: &str) -> LogRow {
        LogRow {
            request_id: "a".into(),
            start_time: "2026-11-20T12:00:00.500Z".into(),
            end_time: end.into(),
            first_token: first.into(),
            ..LogRow::default()
        }
    }

    /// LiteLLM writes the end of the call for answers that came in one piece: that is no time to the first token.
    #[test]
    fn only_an_answer_in_pieces_has_a_first_token() {
        let at = |end: &str, first: &str| first_token_ms(&row(end, first));
        assert_eq!(at("2026-11-20T12:00:09Z", "2026-11-20T12:00:00.750Z"), Some(250.0));
        assert_eq!(at("2026-11-20T12:00:09Z", "2026-11-20T12:00:09Z"), None);
        assert_eq!(at("2026-11-20T12:00:09Z", "2026-11-20T12:00:00.500Z"), None);
        assert_eq!(at("2026-11-20T12:00:09Z", "2026-11-20T11:00:00Z"), None);
        assert_eq!(at("", "2026-11-20T12:00:01Z"), None);
        assert_eq!(at("2026-11-20T12:00:09Z", ""), None);
    }

    #[test]
    fn odd_rows_say_what_is_odd_and_have_no_impossible_duration() {
        assert_eq!(oddities(&row("2026-11-20T12:00:09Z", "")), []);
        let early = row("2026-11-20T12:00:00Z", "");
        assert_eq!((oddities(&early), duration_ms(&early)), (vec![Oddity::EndsBeforeStart], None));
        let equal = row("2026-11-20T12:00:00.500Z", "");
        assert_eq!((oddities(&equal), duration_ms(&equal)), (vec![], None));
        let endless = row("", "");
        assert_eq!((oddities(&endless), duration_ms(&endless)), (vec![Oddity::NoEnd], None));
        assert_eq!(oddities(&LogRow::default()), [Oddity::NoId, Oddity::NoStart, Oddity::NoEnd]);
        let nameless = LogRow { call_type: "pass_through_endpoint".into(), ..LogRow::default() };
        assert_eq!(model(&nameless), "");
        assert_eq!(model(&LogRow { mcp_tool: "github/search".into(), ..LogRow::default() }), "github/search");
        assert_ne!(id_of(&nameless), id_of(&LogRow::default()));
    }

    /// It was said to have no duration, below its duration.
    #[test]
    fn what_was_measured_lacks_no_end() {
        for end in ["", "2026-11-20T11:00:00Z"] {
            let measured = LogRow { request_duration_ms: Some(1_500.0), ..row(end, "") };
            assert_eq!((oddities(&measured), duration_ms(&measured)), (vec![], Some(1_500.0)), "{end}");
            let negative = LogRow { request_duration_ms: Some(-1_500.0), ..row(end, "") };
            assert_eq!((oddities(&negative).len(), duration_ms(&negative)), (1, None), "{end}");
        }
    }

    /// What goes through the gateway without being a completion has a name and no impossible figure.
    #[test]
    fn calls_of_every_kind_have_a_name_and_only_figures_that_can_be() {
        let of = |call_type: &str, model: &str, tool: &str, end: &str| LogRow {
            call_type: call_type.into(),
            model: model.into(),
            mcp_tool: tool.into(),
            ..row(end, end)
        };
        let hours = Some(5.0 * 3_600_000.0);
        for (row, name, duration, odd) in [
            // A stream of hours, through the gateway to another service.
            (of("pass_through_endpoint", "", "", "2026-11-20T17:00:00.500Z"), "", hours, None),
            (of("pass_through_endpoint", "gemini-pro", "", "2026-11-20T17:00:00.500Z"), "gemini-pro", hours, None),
            (of("call_mcp_tool", "", "github/search", "2026-11-20T12:00:01Z"), "github/search", Some(500.0), None),
            (of("_arealtime", "gpt-4o-realtime", "", "2026-11-20T17:00:00.500Z"), "gpt-4o-realtime", hours, None),
            // A batch that is asked about has the times of the batch.
            (of("aretrieve_batch", "", "", "2026-11-19T12:00:00Z"), "", None, Some(Oddity::EndsBeforeStart)),
            (of("/v1/models", "", "", "2026-11-20T12:00:00.500Z"), "/v1/models", None, None),
            (of("", "", "", ""), "", None, Some(Oddity::NoEnd)),
        ] {
            assert_eq!((model(&row), duration_ms(&row), first_token_ms(&row)), (name, duration, None), "{row:?}");
            assert_eq!(oddities(&row), Vec::from_iter(odd), "{row:?}");
        }
        // Without an id each is told by the rest; what is the same in all is one call.
        let nameless = |end: &str| LogRow { request_id: String::new(), ..row(end, "") };
        let (one, other) = (nameless("2026-11-20T12:00:01Z"), nameless("2026-11-20T12:00:02Z"));
        assert!(is_of_id(&one, &id_of(&one)) && !is_of_id(&other, &id_of(&one)) && !id_of(&one).is_empty());
    }

    #[test]
    fn tags_are_those_of_callers_and_each_once() {
        let tags_of = |all: &[&str]| LogRow {
            request_tags: all.iter().map(|tag| (*tag).to_owned()).collect(),
            ..LogRow::default()
        };
        let row = tags_of(&["shop", "User-Agent: python-httpx", "shop", "User-Agent: python-httpx/0.28.1", "=1+1"]);
        assert_eq!((tags(&row), user_agent(&row)), (vec!["shop", "=1+1"], "python-httpx/0.28.1"));
        assert_eq!(user_agent(&LogRow::default()), "");
    }

    #[test]
    fn the_parts_of_a_cost_add_up_to_it() {
        let with = |spend: f64, cost: CostBreakdown| LogRow {
            spend,
            metadata: LogMetadata { cost: Some(cost), ..LogMetadata::default() },
            ..LogRow::default()
        };
        let cost = CostBreakdown {
            input_cost: Some(0.001),
            output_cost: Some(0.002),
            reasoning_cost: Some(0.0015),
            tool_usage_cost: Some(0.0),
            discount_amount: Some(0.0005),
            total_cost: Some(0.0025),
            ..CostBreakdown::default()
        };
        let row = with(0.0025, cost);
        assert_eq!(costs(&row), [(Cost::Input, 0.001), (Cost::Output, 0.002), (Cost::Discount, -0.0005)]);
        let more = costs(&with(0.0045, cost));
        assert!(more.iter().any(|(part, amount)| *part == Cost::Other && (amount - 0.002).abs() < 1e-9), "{more:?}");
        assert_eq!(costs(&LogRow { spend: 1.0, ..LogRow::default() }), []);
        assert_eq!(costs(&with(1.0, CostBreakdown::default())), []);
    }

    #[test]
    fn what_the_provider_tells_of_tokens_is_found_in_either_place() {
        let usage =
            |usage: LogUsage| LogRow { metadata: LogMetadata { usage, ..LogMetadata::default() }, ..LogRow::default() };
        let of_openai = LogUsage {
            prompt: PromptTokens { cached_tokens: Some(7.0), ..PromptTokens::default() },
            ..LogUsage::default()
        };
        assert_eq!(special_tokens(&usage(of_openai)), [Some(7.0), None, None]);
        let of_anthropic = LogUsage {
            cache_read_input_tokens: Some(5.0),
            cache_creation_input_tokens: Some(3.0),
            ..LogUsage::default()
        };
        assert_eq!(special_tokens(&usage(of_anthropic)), [Some(5.0), Some(3.0), None]);
    }

    #[test]
    fn the_cache_says_yes_no_or_nothing() {
        let says = |text: &str| cache_hit(&LogRow { cache_hit: text.into(), ..LogRow::default() });
        assert_eq!((says("True"), says("false"), says("None"), says("")), (Some(true), Some(false), None, None));
    }
}
