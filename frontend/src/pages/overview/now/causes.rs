//! Why calls of the range failed, by the newest of them that the log has.

use model::{
    language::{tf, tn},
    logs::failing,
    msg,
    period::Range,
    plural,
    text::fill,
    visible::isolated,
};

use super::{is_all, newest};
use crate::{
    api::{Api, Result},
    format,
    markup::{Markup, html},
    task::now_ms,
};

/// So many kinds are told where there is room for them.
const KINDS: usize = 5;

/// Empty: the log has no failed call of this range.
pub async fn read(api: &Api, range: Range) -> Result<Markup> {
    let start_ms = range.in_time().bounds(now_ms()).start_ms;
    let page = newest(api, start_ms, true).await?;
    Ok(render(&failing::causes(&page.data), is_all(&page)))
}

fn render(causes: &[(String, usize)], is_all: bool) -> Markup {
    let Some((cause, found)) = causes.first() else { return Markup::default() };
    let all: usize = causes.iter().map(|(_, count)| count).sum();
    let sentence = match (found * 2 > all, is_all) {
        (true, true) => plural!(
            "Mostly: {cause} ({found} of {count} failed call that the log shows)",
            "Mostly: {cause} ({found} of {count} failed calls that the log shows)"
        ),
        (true, false) => plural!(
            "Mostly: {cause} ({found} of the newest {count} failed call)",
            "Mostly: {cause} ({found} of the newest {count} failed calls)"
        ),
        // The most frequent one, and yet less than half of them.
        (false, true) => plural!(
            "Most often: {cause} ({found} of {count} failed call that the log shows)",
            "Most often: {cause} ({found} of {count} failed calls that the log shows)"
        ),
        (false, false) => plural!(
            "Most often: {cause} ({found} of the newest {count} failed call)",
            "Most often: {cause} ({found} of the newest {count} failed calls)"
        ),
    };
    let text = tn(sentence, all as u64, &format::whole(all as f64));
    let text = fill(&text, &[("cause", &isolated(cause)), ("found", &format::whole(*found as f64))]);
    let mut kinds = Vec::new();
    for (cause, count) in causes.iter().take(KINDS) {
        let count = format::whole(*count as f64);
        kinds.push(tf(msg!("{name}: {value}"), &[("name", &isolated(cause)), ("value", &count)]));
    }
    html! { span title=(format::list(&kinds)) { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(causes: &[(&str, usize)], is_all: bool) -> String {
        let causes: Vec<(String, usize)> = causes.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        render(&causes, is_all).as_str().to_owned()
    }

    #[test]
    fn mostly_is_more_than_half_and_what_it_rests_on_is_said() {
        assert!(
            told(&[("no such model", 12), ("no valid key", 8)], true)
                .contains("Mostly: no such model (12 of 20 failed calls that the log shows)")
        );
        assert!(told(&[("a", 1)], true).contains("Mostly: a (1 of 1 failed call that the log shows)"));
        assert!(told(&[("a", 2), ("b", 2)], true).contains("Most often: a (2 of 4 failed calls that the log shows)"));
        assert!(told(&[("a", 51), ("b", 49)], false).contains("Mostly: a (51 of the newest 100 failed calls)"));
        assert!(told(&[("a", 40), ("b", 60)], false).contains("Most often: a (40 of the newest 100 failed calls)"));
        assert_eq!(told(&[], true), "");
    }

    #[test]
    fn words_of_others_are_text() {
        let told = told(&[("<b>{found}\"", 2), ("b", 1)], true);
        assert!(told.contains("&lt;b&gt;{found}") && !told.contains("<b>"), "{told}");
        assert!(told.contains("title=\"&lt;b&gt;{found}&quot;: 2, b: 1\""), "{told}");
    }
}
