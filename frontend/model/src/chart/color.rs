//! The colours of data. They are their own, not the admin scheme's: a scheme may be red, and failures are.
//! What they look like, also where colours are forced, is `style/data.css`.

/// The colour of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Counted from 0; the ninth has the first one's again. Neighbours are light and dark in turn, so that they are
    /// told apart in a stack.
    Series(usize),
    Failed,
    /// What is left over, on top of an even number of series.
    Other,
}

impl Color {
    /// Sets `--gw-data` for an element and what is in it.
    pub fn class(self) -> &'static str {
        match self {
            Color::Series(index) => SERIES[index % SERIES.len()],
            Color::Failed => "gw-series-failed",
            Color::Other => "gw-series-other",
        }
    }
}

const SERIES: [&str; 8] = [
    "gw-series-1",
    "gw-series-2",
    "gw-series-3",
    "gw-series-4",
    "gw-series-5",
    "gw-series-6",
    "gw-series-7",
    "gw-series-8",
];
