//! Days are chosen from two calendars: by keyboard, and by clicks.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    page::Part,
    stage::{Stage, address},
};

/// The day that has the keyboard, once it is this one.
async fn at(dialog: &Part, date: &str) -> Part {
    let day = |part: &Part| {
        let day = part.parts("td[tabindex='0']").into_iter().next()?;
        (day.has_focus() && day.attribute("aria-label")?.contains(date)).then_some(day)
    };
    dialog.wait_for(date, day).await
}

fn day(dialog: &Part, date: &str) -> Part {
    let days = dialog.parts("td[role=gridcell]");
    let is = |day: &Part| day.attribute("aria-label").is_some_and(|name| name.contains(date));
    days.into_iter().find(is).expect("the day is shown")
}

#[wasm_bindgen_test]
async fn days_are_chosen_in_two_calendars_by_keyboard() {
    let page = Stage::new().open("usage");
    page.see("Cost $3.50").await;
    page.choose("Range", "Another range…").await;
    page.click("Choose days in a calendar").await;
    let dialog = page.part("dialog.gw-calendar[open]").await;
    dialog.see("November 2026").await;
    assert_eq!(dialog.parts("table[role=grid]").len(), 2);
    // The last day of the range that is shown.
    at(&dialog, "Friday, November 20, 2026").await.press("ArrowUp");
    at(&dialog, "November 13").await.press("Home");
    // Weeks begin with Sunday there.
    at(&dialog, "Sunday, November 8").await.press("PageUp");
    at(&dialog, "October 8").await.press("ArrowRight");
    at(&dialog, "October 9").await.press("Enter");
    dialog.see("From Oct 9, 2026. Choose the last day.").await;
    at(&dialog, "October 9").await.press("PageDown");
    at(&dialog, "November 9").await;
    assert!(dialog.parts("td.gw-day-between").len() > 20, "the range is shown as it grows");
    at(&dialog, "November 9").await.press("End");
    at(&dialog, "Saturday, November 14").await.press(" ");
    dialog.see("Oct 9, 2026 – Nov 14, 2026").await;
    dialog.click("Show").await;
    page.see_address("from=2026-10-09&to=2026-11-14").await;
    page.wait_for("it is closed", |part| part.parts("dialog.gw-calendar[open]").is_empty().then_some(())).await;
    page.click("Choose days in a calendar").await;
    let dialog = page.part("dialog.gw-calendar[open]").await;
    dialog.click("Cancel").await;
    page.wait_for("it is closed", |part| part.parts("dialog.gw-calendar[open]").is_empty().then_some(())).await;
    assert!(address().contains("from=2026-10-09&to=2026-11-14"), "nothing was chosen");
}

/// A day of the site is not one of UTC, which stands in the address.
#[wasm_bindgen_test]
async fn on_the_page_of_logs_days_are_those_of_the_site() {
    let mut stage = Stage::new();
    stage.boot("timezone", "Europe/Berlin");
    let page = stage.open("logs");
    page.choose("Range", "Own range…").await;
    page.click("Choose days in a calendar").await;
    let dialog = page.part("dialog.gw-calendar[open]").await;
    at(&dialog, "November 20, 2026, the last day").await;
    // The later one first.
    day(&dialog, "November 4").touch();
    dialog.see("From Nov 4, 2026. Choose the last day.").await;
    assert_eq!(dialog.part("button[data-action=show]").await.attribute("aria-disabled").as_deref(), Some("true"));
    day(&dialog, "November 2").touch();
    dialog.see("Nov 2, 2026 – Nov 4, 2026").await;
    dialog.click("Show").await;
    page.see_address("from=2026-11-01T23%3A00&to=2026-11-04T23%3A00").await;
}
