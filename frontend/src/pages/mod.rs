//! The screens. They ask the api, and never build an address of it themselves.

pub mod audit;
pub mod console;
pub mod first_run;
pub mod keys;
pub mod logs;
pub mod overview;
pub mod people;
pub mod status;
pub mod usage;
