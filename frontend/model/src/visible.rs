//! Names that others chose, as they may stand on a page: nothing in them is invisible, and none turns its neighbours round.

/// Characters that are not seen, or that change the direction of what follows, are named instead; other text stays.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push('⏎'),
            '\t' => out.push('⇥'),
            c if is_hidden(c) => {
                out.push_str("⟨U+");
                let code = u32::from(c);
                for shift in [16, 12, 8, 4, 0].into_iter().skip(usize::from(code < 0x1_0000)) {
                    out.push(char::from_digit(code >> shift & 15, 16).unwrap_or('0').to_ascii_uppercase());
                }
                out.push('⟩');
            }
            c => out.push(c),
        }
    }
    out
}

/// For a sentence, where no element stands around the name: it keeps its own direction and leaves that of the sentence alone.
pub fn isolated(text: &str) -> String {
    let text = visible(text);
    if text.chars().any(is_right_to_left) { ["\u{2068}", &text, "\u{2069}"].concat() } else { text }
}

fn is_hidden(c: char) -> bool {
    // A joiner is part of words and of emoji, and is left alone (U+200C, U+200D).
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        // Letters and signs that are blank, and letters that are tags, of which nothing is seen.
        || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_named() {
        for (text, shown) in [
            ("web", "web"),
            ("größer 🙂 日本", "größer 🙂 日本"),
            ("abc\u{202e}def", "abc⟨U+202E⟩def"),
            ("a\nb\tc", "a⏎b⇥c"),
            ("\u{0}\u{7}", "⟨U+0000⟩⟨U+0007⟩"),
            ("a\u{200b}b\u{feff}", "a⟨U+200B⟩b⟨U+FEFF⟩"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("\u{3164}", "⟨U+3164⟩"),
            ("a\u{e0041}", "a⟨U+E0041⟩"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn only_right_to_left_names_are_isolated() {
        assert_eq!(isolated("web"), "web");
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
        assert_eq!(isolated("a\u{202e}b"), "a⟨U+202E⟩b");
    }
}
