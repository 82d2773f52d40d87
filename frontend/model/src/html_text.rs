//! The text of a piece of HTML, such as WordPress puts into the `message` of an error when another plugin has ended it.

/// Without tags, with entities as the characters that they stand for, on one line. Text that is no HTML stays as it is.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = if rest.starts_with('<') { tag(rest) } else { entity(rest) };
        // What is neither is a character like any other.
        let (stands_for, length) = found.unwrap_or((rest.chars().next(), 1));
        text.extend(stands_for);
        rest = &rest[length..];
    }
    text.push_str(rest);
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// What a tag leaves of itself, and its length: a space, but nothing of one that stands within a word or a line.
fn tag(html: &str) -> Option<(Option<char>, usize)> {
    let name = html[1..].trim_start_matches('/');
    if html.starts_with("<!--") {
        return html.find("-->").map(|end| (None, end + 3));
    }
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut length = html.find('>')? + 1;
    for silent in ["script", "style"] {
        if name.eq_ignore_ascii_case(silent) && !html.starts_with("</") {
            let end = html.to_ascii_lowercase().find(&["</", silent].concat()).unwrap_or(html.len());
            length = html[end..].find('>').map_or(html.len(), |at| end + at + 1);
        }
    }
    let within_a_line = ["a", "abbr", "b", "code", "em", "i", "kbd", "small", "span", "strong", "u"];
    let space = if within_a_line.iter().any(|known| name.eq_ignore_ascii_case(known)) { None } else { Some(' ') };
    Some((space, length))
}

/// The character that an entity stands for, and the length of the entity.
fn entity(html: &str) -> Option<(Option<char>, usize)> {
    let name = html[1..].split_once(';')?.0;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "ndash" => '–',
        "mdash" => '—',
        _ => {
            let code = name.strip_prefix('#')?;
            let number = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => code.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    };
    Some((Some(character), name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_entities_are_characters() {
        for (html, text) in [
            (
                "<p>There has been a critical error on this website.</p><p><a href=\"https://wordpress.org/documentation/\">Learn more about troubleshooting WordPress.</a></p>",
                "There has been a critical error on this website. Learn more about troubleshooting WordPress.",
            ),
            (
                "<strong>Error:</strong> It&#8217;s &quot;closed&quot; &amp; gone&hellip;",
                "Error: It’s \"closed\" & gone…",
            ),
            ("one<br/>two<BR>three\n\n four", "one two three four"),
            ("half<b>way</b>", "halfway"),
            ("<style>p { color: red }</style>seen<script>alert(1)</script>", "seen"),
            ("<!-- a > b -->seen", "seen"),
            ("&#x27;&#039;&lt;b&gt;", "''<b>"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    #[test]
    fn what_is_no_html_stays() {
        for text in [
            "",
            "1 < 2 && 3 > 2",
            "a <3 b",
            "R&D; &unknown; &#xZZ; &#1114112;",
            "ends with <",
            "ends with &",
            "über <",
            "<p unclosed",
        ] {
            assert_eq!(plain(text), text);
        }
    }
}
