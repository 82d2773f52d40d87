//! LiteLLM's log of calls, of which there may be millions: which calls are asked for, how they are read from the newest on,
//! and what one of them says.

pub mod call;
pub mod cause;
pub mod content;
pub mod curl;
pub mod endpoint;
pub mod failing;
pub mod file;
pub mod histogram;
pub mod question;
pub mod reading;
