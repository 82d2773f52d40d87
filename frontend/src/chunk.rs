//! Chunks: code that is not in the module, but fetched when it is opened, or before, while there is nothing else to do.
//! Each page is one; what several of them use is in the module.
//!
//! Only the build for release is split (`--cfg=split`, `package split`); elsewhere everything is there from the start.

use std::{pin::Pin, rc::Rc};

use futures::FutureExt as _;
use js_sys::Promise;
use leptos::prelude::*;
use model::{language::t, msg, route::PageName};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::{
    action::actions,
    components::{ChartView, Tone, header, notice, plain_chart, region, skeleton_rows, still_region},
    markup::{Markup, html},
    router::{focus_title, page_title},
    store::Store,
    task::spawn,
};

actions! {
    enum ChunkAction {
        Reload = "reload",
    }
}

#[wasm_bindgen]
extern "C" {
    /// Of the loader: done when the code has been fetched while the browser had nothing else to do.
    #[wasm_bindgen(catch, js_namespace = litellmDashboard)]
    fn ahead(name: &str) -> Result<Promise, JsValue>;
}

/// The code of a view.
#[derive(Clone, Copy)]
pub struct Chunk {
    pub name: &'static str,
    /// Fetches it, unless it is there; says whether it is there then.
    pub load: fn() -> Pin<Box<dyn Future<Output = bool>>>,
    /// The view; none before its code is there.
    pub view: fn() -> Option<AnyView>,
}

/// The chunk of a page, whose function has the name of its folder in `pages/`, or of another view, with a name of its own. A view
/// that shares most of its code with that of another chunk can be in it, as a function with a name of its own.
macro_rules! chunk {
    ($page:ident) => {
        $crate::chunk::chunk!($page, $crate::pages::$page::$page)
    };
    ($name:ident, $view:path) => {
        $crate::chunk::chunk!($name, $name, $view)
    };
    ($name:ident, $function:ident, $view:path) => {{
        #[cfg(split)]
        #[wasm_split_helpers::wasm_split($name, fallible, preload(load))]
        fn $function() -> Result<leptos::prelude::AnyView, wasm_split_helpers::SplitLoaderError> {
            Ok($view())
        }
        #[cfg(split)]
        let chunk = $crate::chunk::Chunk {
            name: stringify!($name),
            load: || Box::pin(async { load().await.is_ok() }),
            view: || futures::FutureExt::now_or_never($function())?.ok(),
        };
        #[cfg(not(split))]
        let chunk = $crate::chunk::Chunk {
            name: stringify!($name),
            load: || Box::pin(std::future::ready(true)),
            view: || Some($view()),
        };
        chunk
    }};
}
pub(crate) use chunk;

/// Fetches what may be opened next, one after the other, so that it is there at once then.
pub fn load_ahead(chunks: Vec<Chunk>) {
    spawn(async move {
        for chunk in chunks {
            let Ok(fetched) = ahead(chunk.name) else { return };
            // No connection, or data is to be saved: what is opened is fetched then.
            if JsFuture::from(fetched).await.is_err() {
                return;
            }
            (chunk.load)().await;
        }
    });
}

/// The view of a page, or what stands in its place until its code is there, and for as long as it cannot be had.
pub fn view(page: PageName, chunk: Chunk) -> AnyView {
    let there = loading((chunk.load)(), true);
    let shown = move || {
        let loaded = there.with(|there| *there);
        let view = if loaded == Some(true) { (chunk.view)() } else { None };
        view.unwrap_or_else(|| {
            region(
                "",
                move || stand_in(page, loaded.is_none()),
                |ChunkAction::Reload| {
                    let _ = window().location().reload();
                },
            )
        })
    };
    shown.into_any()
}

/// A part of a page, likewise.
pub fn part(chunk: Chunk) -> AnyView {
    shown_or(chunk, part_awaited)
}

/// What a page does and does not show, likewise: only that it cannot be had is told.
pub fn unseen(chunk: Chunk) -> AnyView {
    shown_or(chunk, |awaited| if awaited { ().into_any() } else { part_awaited(false) })
}

fn shown_or(chunk: Chunk, stand_in: fn(bool) -> AnyView) -> AnyView {
    let there = loading((chunk.load)(), false);
    (move || {
        let loaded = there.with(|there| *there);
        let view = if loaded == Some(true) { (chunk.view)() } else { None };
        view.unwrap_or_else(|| stand_in(loaded.is_none()))
    })
    .into_any()
}

/// A chart on a page whose own chunk has none: the code is that of the overview, and fetched for it.
pub fn chart(show: impl Fn() -> ChartView + 'static, write: fn(f64) -> String) -> AnyView {
    chart_of_overview(Rc::new(show), write)
}

fn chart_of_overview(show: Rc<dyn Fn() -> ChartView>, write: fn(f64) -> String) -> AnyView {
    #[cfg(split)]
    #[wasm_split_helpers::wasm_split(overview, fallible, preload(load))]
    fn drawn(
        show: Box<dyn Fn() -> ChartView>,
        write: fn(f64) -> String,
    ) -> Result<AnyView, wasm_split_helpers::SplitLoaderError> {
        Ok(plain_chart(show, write))
    }
    #[cfg(split)]
    let (load, draw) =
        (Box::pin(async { load().await.is_ok() }) as Pin<Box<dyn Future<Output = bool>>>, |show, write| {
            drawn(show, write).now_or_never()?.ok()
        });
    #[cfg(not(split))]
    let (load, draw) = (
        Box::pin(std::future::ready(true)) as Pin<Box<dyn Future<Output = bool>>>,
        |show: Box<dyn Fn() -> ChartView>, write: fn(f64) -> String| Some(plain_chart(show, write)),
    );
    let there = loading(load, false);
    let show = StoredValue::new_local(show);
    (move || {
        let loaded = there.with(|there| *there);
        let show = show.get_value();
        let view = if loaded == Some(true) { draw(Box::new(move || show()), write) } else { None };
        view.unwrap_or_else(|| part_awaited(loaded.is_none()))
    })
    .into_any()
}

/// Whether code is there: none while it is fetched. What was fetched before is there in this moment: nothing flashes up.
fn loading(mut load: Pin<Box<dyn Future<Output = bool>>>, is_page: bool) -> Store<Option<bool>> {
    let loaded = (&mut load).now_or_never();
    let there = Store::new(loaded);
    if loaded.is_none() {
        spawn(async move {
            let loaded = load.await;
            there.update(|there| *there = Some(loaded));
            if is_page {
                request_animation_frame(focus_title);
            }
        });
    }
    there
}

fn part_awaited(awaited: bool) -> AnyView {
    still_region("", move || {
        if awaited {
            return skeleton_rows(4);
        }
        html! { p.gw-line-note { (msg!("A file of this page did not come. Reload the page to try again.")) } }
    })
}

fn stand_in(page: PageName, awaited: bool) -> Markup {
    let title = page_title(page);
    if awaited {
        return html! {
            (header(&title, &t(msg!("Loading…")), &Markup::default()))
            div.gw-boot aria-hidden="true" { div .gw-skeleton .gw-skeleton-chart {} }
        };
    }
    let body = html! {
        p { (msg!("A file of this page did not come. The connection may have been interrupted, or the plugin updated meanwhile. If reloading does not help, look whether a security plugin or the web server blocks files of the plugin.")) }
        p.gw-notice-actions {
            button .button .button-primary type="button" data-action=(ChunkAction::Reload) { (msg!("Reload the page")) }
        }
    };
    html! {
        (header(&title, "", &Markup::default()))
        div.gw-content { (notice(Tone::Error, &t(msg!("This page could not be loaded")), &body)) }
    }
}
