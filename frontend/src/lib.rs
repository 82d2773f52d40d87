//! The wp-admin application of LiteLLM Dashboard.

pub fn start() {}
