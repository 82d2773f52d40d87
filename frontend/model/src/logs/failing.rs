//! What fails, and why: folded out of calls that the log gives.

use super::{call, cause::Cause};
use crate::{
    language::t,
    live_log::{Reason, reason},
    route::{CallFilter, CallStatus, LogsRoute, Quick, TimeRange, WITHOUT},
    visible::visible,
    wire::{LogCount, LogRow},
};

/// So far back is now.
pub const RANGE: Quick = Quick::Hour;

/// How much of LiteLLM's own words is shown, in characters.
const WORDS_MOST: usize = 60;

/// A model of which calls have failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// As the log calls it; empty: it has no name for it.
    pub model: String,
    /// It is the public name of a model, by which newer LiteLLM narrows the log down.
    pub is_public: bool,
    pub failed: usize,
    /// Of how many; none: not known.
    pub calls: Option<f64>,
    causes: Vec<(String, usize)>,
}

impl Failing {
    /// The most frequent one.
    pub fn cause(&self) -> &str {
        self.causes.first().map_or("", |(cause, _)| cause)
    }

    /// Its failed calls.
    pub fn logs(&self) -> LogsRoute {
        let mut route = failed(TimeRange::Quick(RANGE));
        match self.model.as_str() {
            "" => WITHOUT.clone_into(&mut route.calls.model),
            model if self.is_public => model.clone_into(&mut route.calls.model),
            // A name that the gateway does not know is looked for in what the log says.
            model => model.clone_into(&mut route.search),
        }
        route
    }

    /// Takes a count of this model's calls, where it can be one: LiteLLM passes over what it does not know, and older
    /// versions count the calls of all models.
    pub fn take_count(&mut self, count: LogCount, of_all: f64) {
        let is_own = !count.total_is_capped && count.total >= self.failed as f64 && count.total < of_all;
        self.calls = is_own.then_some(count.total);
    }
}

/// All failed calls of a range.
pub fn failed(range: TimeRange) -> LogsRoute {
    LogsRoute::of(range, CallFilter { status: CallStatus::Failure, ..CallFilter::default() })
}

/// How often each cause is among these calls, the most frequent first. Those that did not fail count for nothing.
pub fn causes(rows: &[LogRow]) -> Vec<(String, usize)> {
    let mut causes = Vec::new();
    for row in rows {
        if let Some(reason) = reason(row) {
            add(&mut causes, in_short(&reason));
        }
    }
    causes
}

/// The models of these calls of which any failed, those with the most failures first.
pub fn failing(rows: &[LogRow]) -> Vec<Failing> {
    let mut models: Vec<Failing> = Vec::new();
    for row in rows {
        let Some(reason) = reason(row) else { continue };
        let name = call::model(row);
        let mut at = models.iter().position(|known| known.model == name).unwrap_or(models.len());
        if at == models.len() {
            let (model, causes) = (name.to_owned(), Vec::new());
            models.push(Failing { model, is_public: true, failed: 0, calls: None, causes });
        }
        let model = &mut models[at];
        model.failed += 1;
        model.is_public &= !row.model_group.is_empty();
        add(&mut model.causes, in_short(&reason));
        while at > 0 && models[at - 1].failed < models[at].failed {
            models.swap(at - 1, at);
            at -= 1;
        }
    }
    models
}

/// Of how many calls, where these are all that there were.
pub fn count_calls(models: &mut [Failing], all: &[LogRow]) {
    for model in models {
        model.calls = Some(all.iter().filter(|row| call::model(row) == model.model).count() as f64);
    }
}

/// The kind of the error where it is known, else what LiteLLM says.
fn in_short(reason: &Reason) -> String {
    if let Some(cause) = Cause::of(&reason.class, &reason.code) {
        return t(cause.label());
    }
    let words = visible(&reason.in_words());
    match words.char_indices().nth(WORDS_MOST) {
        Some((at, _)) => [&words[..at], "…"].concat(),
        None => words,
    }
}

/// One more of these; as many stay in the order in which they came.
fn add(counts: &mut Vec<(String, usize)>, name: String) {
    let mut at = counts.iter().position(|(known, _)| *known == name).unwrap_or(counts.len());
    if at == counts.len() {
        counts.push((name, 0));
    }
    counts[at].1 += 1;
    while at > 0 && counts[at - 1].1 < counts[at].1 {
        counts.swap(at - 1, at);
        at -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        route::{PageName, Route},
        wire::{ErrorInformation, LogMetadata},
    };

    fn good(model: &str) -> LogRow {
        LogRow { model_group: model.into(), status: "success".into(), ..LogRow::default() }
    }

    fn bad(model: &str, class: &str, code: &str) -> LogRow {
        let why = ErrorInformation {
            error_class: class.into(),
            error_code: code.into(),
            error_message: "litellm.Odd: It\u{202e} broke".into(),
            ..ErrorInformation::default()
        };
        let metadata = LogMetadata { error_information: Some(why), ..LogMetadata::default() };
        LogRow { status: "failure".into(), metadata, ..good(model) }
    }

    fn counted(counts: &[(String, usize)]) -> Vec<(&str, usize)> {
        counts.iter().map(|(name, count)| (name.as_str(), *count)).collect()
    }

    #[test]
    fn causes_are_counted_and_the_most_frequent_comes_first() {
        let rows = [
            bad("a", "RateLimitError", "429"),
            good("a"),
            bad("b", "ProxyModelNotFoundError", "400"),
            bad("b", "", "418"),
            bad("c", "NotFoundError", "404"),
        ];
        let found = causes(&rows);
        assert_eq!(
            counted(&found),
            [("no such model", 2), ("too many requests or tokens", 1), ("It⟨U+202E⟩ broke (418)", 1)]
        );
        assert_eq!(causes(&[good("a")]), []);
        assert_eq!(causes(&[]), []);
    }

    #[test]
    fn long_words_are_cut() {
        let mut row = bad("a", "", "");
        row.metadata.error_information =
            Some(ErrorInformation { error_message: "é".repeat(200), ..ErrorInformation::default() });
        assert_eq!(causes(&[row])[0].0.chars().count(), WORDS_MOST + 1);
    }

    #[test]
    fn the_model_with_the_most_failures_comes_first() {
        let rows = [
            bad("rare", "Timeout", ""),
            bad("often", "Timeout", ""),
            good("fine"),
            bad("often", "RateLimitError", ""),
            bad("often", "RateLimitError", ""),
            good("rare"),
        ];
        let mut found = failing(&rows);
        count_calls(&mut found, &rows);
        let told: Vec<_> = found.iter().map(|one| (one.model.as_str(), one.failed, one.calls, one.cause())).collect();
        assert_eq!(
            told,
            [("often", 3, Some(3.0), "too many requests or tokens"), ("rare", 1, Some(2.0), "no answer in time")]
        );
        assert_eq!(failing(&[good("fine")]), []);
    }

    /// LiteLLM narrows down by `model_group`, which is empty where the model is none of its own.
    #[test]
    fn each_model_leads_to_its_calls_whoever_can_narrow_the_log_down() {
        let of = |row: LogRow| failing(&[row]).remove(0).logs();
        let known = of(bad("gpt-4o", "", ""));
        assert_eq!((known.calls.model.as_str(), known.search.as_str()), ("gpt-4o", ""));
        assert_eq!((known.calls.status, known.range), (CallStatus::Failure, TimeRange::Quick(Quick::Hour)));
        let unknown = of(LogRow { model: "no-such-model".into(), ..bad("", "", "") });
        assert_eq!((unknown.calls.model.as_str(), unknown.search.as_str()), ("", "no-such-model"));
        assert_eq!(of(bad("", "", "")).calls.model, WITHOUT);
        assert_eq!(Route::Logs(known).page(), PageName::Logs);
    }

    /// Older LiteLLM passes over the model, and counts the calls of all of them.
    #[test]
    fn a_count_of_all_calls_is_not_taken_for_that_of_a_model() {
        let mut model = failing(&[bad("a", "", ""), bad("a", "", "")]).remove(0);
        let mut taken = |total: f64, capped: bool| {
            model.take_count(LogCount { total, total_is_capped: capped }, 300.0);
            model.calls
        };
        assert_eq!(taken(40.0, false), Some(40.0));
        for (total, capped) in [(300.0, false), (301.0, false), (1.0, false), (10_000.0, true)] {
            assert_eq!(taken(total, capped), None, "{total}");
        }
    }
}
