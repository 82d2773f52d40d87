//! Pieces that pages share. They show what they are given and never fetch.

mod chart;
mod confirm;
mod frame;
mod notices;
mod slot;

pub use chart::{ChartPoint, Legend, Shown, chart};
pub use confirm::{Asking, Question, confirm};
pub use frame::{code_block, empty, header, panel, segments, skeleton_rows};
pub use notices::{Tone, note, problem, stale_note};
pub use slot::{Act, slot};
