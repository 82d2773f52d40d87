//! The list as a file for a spreadsheet. What others chose (aliases, names) must not be a formula there.

/// One field of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// As somebody wrote it.
    Text(String),
    /// As it is, with all its digits, and a point whatever the language.
    Number(f64),
    Nothing,
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Cell {
        number.map_or(Cell::Nothing, Cell::Number)
    }
}

/// What makes a spreadsheet take a text for a formula, by OWASP's list, and the wide forms that some take for it as well.
const BEGINS_A_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A line of RFC 4180.
pub fn line(cells: &[Cell]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) => line.push_str(&number.to_string()),
            Cell::Text(text) => {
                line.push('"');
                // Also behind blanks, which some spreadsheets pass over.
                if text.trim_start_matches(' ').starts_with(BEGINS_A_FORMULA) {
                    line.push('\'');
                }
                line.push_str(&text.replace('"', "\"\""));
                line.push('"');
            }
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_line_is_read_as_it_was_meant() {
        let cells =
            [text("a,b"), text("say \"hi\""), text("two\nlines"), Cell::Number(0.000001), Cell::Nothing, text("")];
        assert_eq!(line(&cells), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",0.000001,,\"\"\r\n");
        assert_eq!(line(&[Cell::Number(1e15), Cell::Number(-2.5), None.into()]), "1000000000000000,-2.5,\r\n");
    }

    #[test]
    fn nothing_that_others_chose_is_a_formula() {
        for evil in [
            "=1+1",
            "=HYPERLINK(\"https://evil.example\",\"x\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "  =1",
        ] {
            assert!(line(&[text(evil)]).starts_with("\"'"), "{evil:?}");
        }
        // A quote or a comma of theirs does not begin another cell.
        assert_eq!(line(&[text("\",=1")]), "\"\"\",=1\"\r\n");
        for fine in ["web", "a=b", "x-1", "", "👩", "'quoted"] {
            assert_eq!(line(&[text(fine)]), format!("\"{fine}\"\r\n"));
        }
    }
}
