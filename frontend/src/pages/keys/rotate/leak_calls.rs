//! The newest calls of a key that has leaked, each with the address from which it came.

use model::{
    clock,
    language::t,
    msg,
    visible::visible,
    wire::{LogPage, LogRow},
};

use crate::{
    format,
    markup::{Markup, html},
};

/// Calls that are shown.
pub const CALLS: usize = 25;

pub fn calls(page: &LogPage) -> Markup {
    if page.data.is_empty() {
        return html! { p.gw-minor { (msg!("The log has no calls of it in the last 30 days. LiteLLM can be told to keep none (disable_spend_logs).")) } };
    }
    let has_addresses = page.data.iter().any(|row| !row.address.is_empty());
    html! {
        @if !has_addresses {
            p.gw-minor { (msg!("The log has no addresses of callers: older LiteLLM keeps them with a licence only.")) }
        } @else {
            p.gw-minor { (msg!("Behind a proxy an address may be that of the proxy (use_x_forwarded_for of LiteLLM).")) }
        }
        table.gw-calls {
            caption.screen-reader-text { (msg!("Its newest calls")) }
            thead { tr {
                th scope="col" { (msg!("Time")) }
                th scope="col" { (msg!("Address")) }
                th scope="col" { (msg!("Model")) }
                th scope="col" { (msg!("Status")) }
                th .gw-number scope="col" { (msg!("Cost")) }
            } }
            tbody { @for row in page.data.iter().take(CALLS) { (call(row)) } }
        }
    }
}

fn call(row: &LogRow) -> Markup {
    let model = [&row.model_group, &row.model, &row.call_type].into_iter().find(|name| !name.is_empty());
    let model = model.map_or_else(|| t(msg!("unknown")), |name| visible(name));
    let failed = row.status == "failure" || row.metadata.status == "failure";
    let address = if row.address.is_empty() { t(msg!("Not known")) } else { visible(&row.address) };
    html! {
        tr {
            th scope="row" { @match clock::parse_utc_ms(&row.start_time) {
                Some(ms) => { time title=(format::date_time_long(ms)) { (format::date_time(ms)) } }
                None => { (visible(&row.start_time)) }
            } }
            td { code.gw-masked dir="ltr" { (address) } }
            td { span.gw-clip dir="auto" title=(model) { (model) } }
            td {
                @if failed { span .gw-chip .gw-chip-failed { (msg!("Failed")) } }
                @else { span .gw-chip .gw-chip-active { (msg!("Success")) } }
            }
            td.gw-number { (format::usd(row.spend)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_from_where_it_came() {
        let row = LogRow { address: "<203.0.113.7>\u{202e}".into(), model_group: "gpt-4o".into(), ..LogRow::default() };
        let text = call(&row);
        assert!(text.as_str().contains("&lt;203.0.113.7&gt;⟨U+202E⟩"), "{text:?}");
        let page = |row: LogRow| LogPage { data: vec![row], total: 1.0, ..LogPage::default() };
        assert!(calls(&page(row)).as_str().contains("use_x_forwarded_for"));
        assert!(calls(&page(LogRow::default())).as_str().contains("no addresses of callers"));
        assert!(calls(&LogPage::default()).as_str().contains("no calls of it"));
    }
}
