//! Which models fail now: of the calls of the last hour.

use leptos::prelude::document;
use model::{
    clock::HOUR_MS,
    language::{t, tn},
    logs::failing::{self, Failing, count_calls},
    msg, plural,
    route::{Route, TimeRange},
    text::fill,
    visible::visible,
};

use super::{SHOWN, fresh, is_all, newest};
use crate::{
    api::{Api, Result, logs},
    format,
    markup::{Markup, html},
    router::href,
    task::now_ms,
};

pub struct Models {
    failing: Vec<Failing>,
    /// All calls; none: more than LiteLLM counts.
    calls: Option<f64>,
    /// Failed calls that were looked at, and whether these are all.
    failed: usize,
    is_whole: bool,
}

pub async fn read(api: &Api) -> Result<Models> {
    let start_ms = now_ms() - HOUR_MS;
    let all = newest(api, start_ms, false).await?;
    let calls = (all.total_is_capped != Some(true)).then_some(all.total.max(all.data.len() as f64));
    if is_all(&all) {
        let mut failing = failing::failing(&all.data);
        count_calls(&mut failing, &all.data);
        return Ok(Models { failed: sum(&failing), failing, calls, is_whole: true });
    }
    let page = newest(api, start_ms, true).await?;
    let (mut failing, is_whole) = (failing::failing(&page.data), is_all(&page));
    // Where not all failed calls were read, all calls of a model are nothing to set them against.
    if let Some(of_all) = calls.filter(|_| is_whole) {
        for model in failing.iter_mut().take(SHOWN).filter(|model| model.is_public) {
            if document().hidden() {
                break;
            }
            let count = logs::count_of_model(api, &model.model, start_ms, now_ms()).response().await;
            let Ok(count) = fresh(count) else { break };
            model.take_count(count, of_all);
        }
    }
    Ok(Models { failed: sum(&failing), failing, calls, is_whole })
}

fn sum(failing: &[Failing]) -> usize {
    failing.iter().map(|model| model.failed).sum()
}

pub fn render(models: &Models) -> Markup {
    if models.failing.is_empty() {
        return html! { p { (none(models)) } };
    }
    let basis = if models.is_whole {
        plural!("Of {count} failed call of the last hour.", "Of {count} failed calls of the last hour.")
    } else {
        plural!(
            "Of the newest {count} failed call of the last hour; there are more.",
            "Of the newest {count} failed calls of the last hour; there are more."
        )
    };
    let all = href(&Route::Logs(failing::failed(TimeRange::Quick(failing::RANGE))));
    html! {
        ul.gw-now-list {
            @for model in models.failing.iter().take(SHOWN) {
                li {
                    a href=(href(&Route::Logs(model.logs()))) title=(name(model)) { bdi { (name(model)) } }
                    span { (of_calls(model)) }
                    span.gw-minor dir="auto" title=(model.cause()) { (model.cause()) }
                }
            }
        }
        p.gw-minor { (tn(basis, models.failed as u64, &format::whole(models.failed as f64))) " " a href=(all) { (msg!("All of them")) } }
    }
}

fn name(model: &Failing) -> String {
    if model.model.is_empty() { t(msg!("Unknown model")) } else { visible(&model.model) }
}

fn of_calls(model: &Failing) -> String {
    let failed = format::whole(model.failed as f64);
    let Some(calls) = model.calls else {
        return tn(plural!("{count} failed", "{count} failed"), model.failed as u64, &failed);
    };
    let text = tn(
        plural!("{failed} of {count} call failed", "{failed} of {count} calls failed"),
        calls as u64,
        &format::whole(calls),
    );
    fill(&text, &[("failed", &failed)])
}

/// A gateway that keeps no log looks like one without calls.
fn none(models: &Models) -> String {
    match models.calls {
        None => t(msg!("None: no call of the last hour has failed.")),
        Some(calls) if calls <= 0.0 => t(msg!("None: the gateway’s log has no calls of the last hour.")),
        Some(calls) => tn(
            plural!(
                "None: the log has {count} call of the last hour, which did not fail.",
                "None: the log has {count} calls of the last hour, and none of them failed."
            ),
            calls as u64,
            &format::whole(calls),
        ),
    }
}
