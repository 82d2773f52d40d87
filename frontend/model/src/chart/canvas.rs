//! Drawing with plotters, in colours that are CSS.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::{RGBAColor, ShapeStyle};

use super::geometry::length;
use super::{Palette, SCALE, Size};

/// What is drawn, by what the palette calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Primary,
    Failed,
    Grid,
}

impl Paint {
    /// plotters knows only RGB, and CSS variables are none: each paint is drawn in a colour that stands for it
    /// and is replaced in the text. No other colour is ever drawn.
    fn stand_in(self) -> (u8, u8, u8) {
        match self {
            Paint::Primary => (1, 1, 1),
            Paint::Failed => (2, 2, 2),
            Paint::Grid => (3, 3, 3),
        }
    }

    fn written(self) -> &'static str {
        match self {
            Paint::Primary => "\"#010101\"",
            Paint::Failed => "\"#020202\"",
            Paint::Grid => "\"#030303\"",
        }
    }
}

/// How something is drawn. The width is in CSS pixels, as lines do not stretch with the drawing.
fn pen(paint: Paint, alpha: f64, width: u32) -> ShapeStyle {
    let (r, g, b) = paint.stand_in();
    ShapeStyle { color: RGBAColor(r, g, b, alpha), filled: true, stroke_width: width }
}

/// Draws into text, which cannot fail, so that plotters' results say nothing.
pub(super) struct Canvas<'a> {
    width: i32,
    height: i32,
    backend: SVGBackend<'a>,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(text: &'a mut String, size: Size) -> Self {
        let (width, height) = size.units();
        Canvas { width, height, backend: SVGBackend::with_string(text, (width as u32, height as u32)) }
    }

    pub(super) fn rect(&mut self, upper_left: (i32, i32), lower_right: (i32, i32), paint: Paint) {
        if lower_right.0 > upper_left.0 && lower_right.1 > upper_left.1 {
            self.backend.draw_rect(upper_left, lower_right, &pen(paint, 1.0, 0), true).ok();
        }
    }

    /// A grid line at a share of the height, counted from the bottom.
    pub(super) fn grid_across(&mut self, share: f64) {
        let y = inside(self.height - length(share, 1.0, self.height), self.height);
        self.backend.draw_line((0, y), (self.width, y), &pen(Paint::Grid, 1.0, 1)).ok();
    }

    /// A grid line at a share of the width, counted from the left.
    pub(super) fn grid_down(&mut self, share: f64) {
        let x = inside(length(share, 1.0, self.width), self.width);
        self.backend.draw_line((x, 0), (x, self.height), &pen(Paint::Grid, 1.0, 1)).ok();
    }

    pub(super) fn area_and_line(&mut self, points: &[(i32, i32)]) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let mut area = points.to_vec();
        area.extend([(last.0, self.height), (first.0, self.height)]);
        self.backend.fill_polygon(area, &pen(Paint::Primary, 0.125, 0)).ok();
        self.backend.draw_path(points.iter().copied(), &pen(Paint::Primary, 1.0, 2)).ok();
    }

    /// Closes what plotters has opened.
    pub(super) fn finish(mut self) {
        self.backend.present().ok();
    }
}

/// What plotters wrote, within an `<svg>` of our own and in the palette's colours.
/// `crisp`: edges fall on whole pixels of the screen.
pub(super) fn framed(drawn: &str, size: Size, palette: &Palette, crisp: bool) -> String {
    let (width, height) = size.units();
    let body = drawn.split_once(">\n").and_then(|(_, rest)| rest.rsplit_once("</svg>")).map_or("", |(body, _)| body);
    let mut body = body
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" stroke-width=", " vector-effect=\"non-scaling-stroke\" stroke-width=");
    for (paint, css) in
        [(Paint::Primary, palette.primary), (Paint::Failed, palette.failed), (Paint::Grid, palette.grid)]
    {
        body = body.replace(paint.written(), &attribute(css));
    }
    [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ",
        &width.to_string(),
        " ",
        &height.to_string(),
        "\" width=\"100%\" height=\"100%\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\" ",
        if crisp { "shape-rendering=\"crispEdges\">" } else { "stroke-linejoin=\"round\">" },
        &body,
        "</svg>",
    ]
    .concat()
}

/// Moves a line at the edge of the drawing half a pixel inside, where all of it is seen.
fn inside(at: i32, room: i32) -> i32 {
    at.clamp(SCALE / 2, (room - SCALE / 2).max(SCALE / 2))
}

/// A quoted attribute.
fn attribute(css: &str) -> String {
    ["\"", &css.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"), "\""].concat()
}
