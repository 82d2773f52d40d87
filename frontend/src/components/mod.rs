//! Pieces that pages share. They show what they are given and never fetch.

mod budget_bar;
mod chart;
mod confirm;
mod copy_button;
mod field;
mod figure_card;
mod frame;
mod key_chip;
mod notices;
mod pagination;

pub use budget_bar::BudgetBar;
pub use chart::{Chart, ChartPoint, Legend};
pub use confirm::{Confirm, Question};
pub use copy_button::CopyButton;
pub use field::{Field, TextInput};
pub use figure_card::{FigureCard, News};
pub use frame::{Empty, PageHeader, Panel, SkeletonRows};
pub use key_chip::KeyChip;
pub use notices::{Note, Problem, StaleNote, Tone};
pub use pagination::Pagination;
