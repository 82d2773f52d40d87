//! The app in a real browser, mounted for real, with canned answers in place of WordPress.
//!
//! `wasm-pack test --headless --chrome frontend --test browser`
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)]

mod canned;
mod page;
mod stage;

mod api;
mod audit;
mod calendar;
mod chart;
mod chunk;
mod console;
mod create_key;
mod edit_key;
mod first_run;
mod key_actions;
mod key_details;
mod keys;
mod known;
mod live_log;
mod logs;
mod many;
mod morph;
mod navigation;
mod now;
mod overview;
mod rotate;
mod status;
mod teams;
mod usage;
mod users;
mod words;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
