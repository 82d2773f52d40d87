//! What the calls of a range would have cost on another model, by the gateway's own prices.
//!
//! The tokens stay the same, and each is paid in full: what was read from a cache is cheaper as a rule, and another model counts
//! tokens in another way. So it is an estimate.

use super::fold::Line;
use crate::{series, wire::Model};

/// The models that answer in words.
const CHAT: &str = "chat";

/// What would be otherwise on one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub model: String,
    /// US dollars for the calls that can be reckoned.
    pub cost: f64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repriced {
    /// What the calls that can be reckoned did cost.
    pub cost: f64,
    /// By model, the cheapest first.
    pub estimates: Vec<Estimate>,
    /// Models whose calls cannot be reckoned: the list does not have them, or what they do is counted in something else than
    /// tokens of words. The empty name stands for calls of no model that is known.
    pub left_out: Vec<String>,
    /// Models of the list that have no price.
    pub without_price: Vec<String>,
}

/// `lines`: by public model name.
pub fn reprice(lines: &[Line], models: &[Model]) -> Repriced {
    let mut repriced = Repriced::default();
    let (mut tokens_in, mut tokens_out) = (0.0, 0.0);
    for line in lines {
        let sums = &line.sums.now;
        let is_chat = models.iter().any(|model| model.model_group == line.id && model.mode == CHAT);
        if is_chat && series::tokens(sums) > 0.0 {
            tokens_in += sums.prompt_tokens;
            tokens_out += sums.completion_tokens;
            repriced.cost += sums.spend;
        } else if sums.spend > 0.0 || series::tokens(sums) > 0.0 {
            repriced.left_out.push(line.id.clone());
        }
    }
    for model in models {
        if model.mode != CHAT {
            continue;
        }
        match (model.input_cost_per_token, model.output_cost_per_token) {
            (Some(input), Some(output)) if input > 0.0 || output > 0.0 => {
                let cost = crate::number::sane(tokens_in * input + tokens_out * output);
                let estimate = Estimate { model: model.model_group.clone(), cost };
                let estimates = &mut repriced.estimates;
                let at = estimates.iter().position(|known| known.cost > cost).unwrap_or(estimates.len());
                estimates.insert(at, estimate);
            }
            _ => repriced.without_price.push(model.model_group.clone()),
        }
    }
    repriced
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{usage::fold::Sums, wire::Metrics};

    fn line(id: &str, spend: f64, tokens_in: f64, tokens_out: f64) -> Line {
        let now = Metrics {
            spend,
            prompt_tokens: tokens_in,
            completion_tokens: tokens_out,
            api_requests: 1.0,
            ..Metrics::default()
        };
        Line { id: id.to_owned(), sums: Sums { now, ..Sums::default() }, ..Line::default() }
    }

    fn model(name: &str, mode: &str, prices: Option<(f64, f64)>) -> Model {
        Model {
            model_group: name.to_owned(),
            mode: mode.to_owned(),
            input_cost_per_token: prices.map(|prices| prices.0),
            output_cost_per_token: prices.map(|prices| prices.1),
            ..Model::default()
        }
    }

    #[test]
    fn the_tokens_are_paid_at_the_price_of_each_model_of_words() {
        let lines = [
            line("large", 10.0, 1_000_000.0, 100_000.0),
            line("small", 1.0, 1_000_000.0, 0.0),
            line("embedding", 0.5, 9e9, 0.0),
            line("", 0.25, 5.0, 5.0),
            line("gone", 2.0, 5.0, 5.0),
            line("failed", 0.0, 0.0, 0.0),
        ];
        let models = [
            model("large", "chat", Some((5e-6, 5e-5))),
            model("small", "chat", Some((1e-6, 2e-6))),
            model("embedding", "embedding", Some((1e-8, 0.0))),
            model("free", "chat", Some((0.0, 0.0))),
            model("own", "chat", None),
        ];
        let repriced = reprice(&lines, &models);
        assert_eq!(repriced.cost, 11.0);
        let found: Vec<(&str, f64)> = repriced
            .estimates
            .iter()
            .map(|estimate| (estimate.model.as_str(), (estimate.cost * 1e6).round() / 1e6))
            .collect();
        assert_eq!(found, [("small", 2.2), ("large", 15.0)]);
        assert_eq!(repriced.left_out, ["embedding", "", "gone"]);
        assert_eq!(repriced.without_price, ["free", "own"]);
    }
}
