//! One file a command.

pub mod check;
pub mod languages;
pub mod split;
pub mod strings;
pub mod zip;
