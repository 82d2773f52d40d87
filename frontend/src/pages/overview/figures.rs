//! The four figures: requests, tokens, cost, error rate.

use leptos::prelude::*;
use model::{
    chart,
    number::{self, Change},
    period::Range,
    series::{self, Figure, Summary},
};

use super::source::Activity;
use crate::{
    components::{FigureCard, News},
    format,
    hooks::now_ms,
    i18n::{t, tf},
};

/// How a figure is written and what its change means.
#[derive(Clone, Copy)]
struct Kind {
    label: &'static str,
    part: fn(&Summary) -> &Figure,
    write: fn(f64) -> String,
    exact: fn(f64) -> String,
    color: &'static str,
    /// A rate is compared by its earlier value, not by the ratio of two rates.
    is_rate: bool,
}

impl Kind {
    fn palette(self) -> chart::Palette<'static> {
        chart::Palette { primary: self.color, ..super::PALETTE }
    }
}

const KINDS: [Kind; 4] = [
    Kind { label: "API requests", part: |all| &all.requests, write: format::count, exact: format::whole, color: "var(--gw-accent)", is_rate: false },
    Kind { label: "Tokens", part: |all| &all.tokens, write: format::count, exact: format::whole, color: "var(--gw-accent)", is_rate: false },
    Kind { label: "Cost", part: |all| &all.cost, write: format::usd, exact: format::usd_exact, color: "var(--gw-accent)", is_rate: false },
    Kind { label: "Error rate", part: |all| &all.error_rate, write: format::percent, exact: format::percent, color: "var(--gw-failed)", is_rate: true },
];

#[component]
pub fn Figures(range: Memo<Range>, activity: Activity) -> impl IntoView {
    let summary = Memo::new(move |_| activity.days.with(|days| series::summary(days, range.get(), now_ms())));
    // Half a range says nothing: a figure appears when all its days have arrived.
    let there = Memo::new(move |_| summary.with(|summary| summary.missing == 0));
    let cards = KINDS.map(|kind| {
        let figure = Memo::new(move |_| summary.with(|summary| (kind.part)(summary).clone()));
        let value = Memo::new(move |_| match (there.get(), activity.trouble.with(Option::is_some) && !activity.loading.get()) {
            (true, _) => Some((kind.write)(figure.with(|figure| figure.value))),
            (false, true) => Some("–".to_owned()),
            (false, false) => None,
        });
        let exact = Memo::new(move |_| if there.get() { (kind.exact)(figure.with(|figure| figure.value)) } else { String::new() });
        let change = Memo::new(move |_| {
            if !there.get() {
                return activity.failed().then(|| (String::new(), News::Neutral));
            }
            figure.with(|figure| figure.previous.map(|previous| change_in_words(kind, figure.value, previous)))
        });
        let compared_with = Signal::derive(move || if kind.is_rate || !there.get() { String::new() } else { t(range.get().before_label()) });
        let trend = Memo::new(move |_| there.get().then(|| figure.with(|figure| chart::sparkline(&figure.trend, chart::Size { width: 240, height: 40 }, &kind.palette()))));
        let trend_label = Memo::new(move |_| {
            let values: Vec<String> = figure.with(|figure| figure.trend.iter().map(|value| (kind.write)(*value)).collect());
            tf("{figure} by day: {values}", &[("figure", &t(kind.label)), ("values", &format::list(&values))])
        });
        view! { <FigureCard label=t(kind.label) value=value exact=exact change=change compared_with=compared_with trend=trend trend_label=trend_label /> }
    });
    view! { <div class="gw-cards">{cards.into_iter().collect_view()}</div> }
}

fn change_in_words(kind: Kind, now: f64, before: f64) -> (String, News) {
    if kind.is_rate {
        let news = match now - before {
            more if more > 0.002 => News::Bad,
            less if less < -0.002 => News::Good,
            _ => News::Neutral,
        };
        return (tf("{rate} in the period before", &[("rate", &format::percent(before))]), news);
    }
    let text = match number::change(now, before) {
        Change::Same => t("Unchanged"),
        Change::FromNothing => t("Nothing before"),
        Change::Ratio(ratio) => format::signed_percent(ratio),
    };
    (text, News::Neutral)
}
