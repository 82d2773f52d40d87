//! What the calls of a range cost, and whose they were: LiteLLM's daily sums, folded for the page *Usage*.
//!
//! `doc/usage.md` says where each figure comes from.

pub mod budgets;
pub mod days;
pub mod file;
pub mod fold;
pub mod forecast;
pub mod latency;
pub mod reprice;
pub mod sample;
pub mod select;
pub mod shelf;
pub mod spans;
