//! Pieces that pages share. They show what they are given and never fetch.

mod calendar;
mod chart;
mod choice;
mod dialog;
mod drawer;
mod form;
mod frame;
mod messages;
mod notices;
mod range;
mod region;
mod table;

pub use calendar::{calendar, calendar_dialog};
pub use chart::{ChartData, ChartPoint, ChartView, chart, plain_chart, sparkline};
pub use choice::{Choice, Entry, Make, Offer, choice, choice_or_make};
pub use dialog::{Confirm, Question, confirm};
pub use drawer::drawer;
pub use form::{
    Control, Field, Form, Typed, field, folded_section, radio_choice, section, select, text_area, text_input,
    text_input_of,
};
pub use frame::{code_block, copy_button, empty, header, panel, segments, skeleton_rows, updated};
pub use messages::{Messages, messages, provide_messages, use_messages};
pub use notices::{Tone, explained, notice, problem, stale_notice};
pub use range::{RangeChoice, range_choice};
pub use region::{region, still_region};
pub use table::{
    Body, Column, Pager, Row, RowAction, Rows, Table, TableEvent, TableView, heads, refresh_action, search_box, table,
};
