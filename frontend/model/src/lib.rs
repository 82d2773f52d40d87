//! What LiteLLM Dashboard knows without a browser: wire types, folding, formatting rules, form rules, charts.
//!
//! Plain Rust: no leptos, no web-sys, so that all of it is tested natively.

pub mod address;
pub mod audit;
pub mod burn_down;
pub mod calendar;
pub mod chart;
pub mod clock;
pub mod console_problem;
pub mod endpoint;
pub mod failure;
pub mod finality;
pub mod first;
pub mod html_text;
pub mod key_days;
pub mod key_form;
pub mod key_limits;
pub mod key_status;
pub mod keys_table;
pub mod language;
pub mod live_log;
pub mod logs;
pub mod number;
pub mod order;
pub mod people;
pub mod period;
pub mod rights;
pub mod rotation;
pub mod route;
pub mod run;
pub mod secret;
pub mod sentence;
pub mod series;
pub mod setting_problem;
pub mod sha256;
pub mod snippet;
pub mod text;
pub mod usage;
pub mod version;
pub mod visible;
pub mod wire;
