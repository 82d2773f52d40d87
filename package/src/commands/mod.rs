//! One file a command.

pub mod check;
pub mod strings;
pub mod zip;
