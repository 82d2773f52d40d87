//! SVG as text, and the backend by which plotters writes it.

use std::convert::Infallible;

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

/// An SVG element. `model::chart` alone makes the text, of literals and whole numbers, so that it may go into a page as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Svg(String);

impl Svg {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes shapes in groups. Colours and the widths of lines are the style sheet's, by the class of the group, so that
/// plotters' own styles say nothing here. Lines keep their width where the drawing stretches.
pub(super) struct Backend {
    text: String,
    size: (i32, i32),
}

/// What plotters expects as a style, and nobody reads.
pub(super) const PLAIN: BackendColor = BackendColor { alpha: 1.0, rgb: (0, 0, 0) };

impl Backend {
    pub(super) fn new(size: (i32, i32)) -> Backend {
        let mut backend = Backend { text: String::new(), size };
        backend.push("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gw-drawing\" viewBox=\"0 0 ");
        backend.number(size.0);
        backend.push(" ");
        backend.number(size.1);
        backend.push(
            "\" width=\"100%\" height=\"100%\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">",
        );
        backend
    }

    /// What is drawn until `close` is of these classes.
    pub(super) fn open(&mut self, shape: &'static str, color: &'static str) {
        self.push("<g class=\"");
        self.push(shape);
        self.push(color);
        self.push("\">");
    }

    pub(super) fn close(&mut self) {
        self.push("</g>");
    }

    pub(super) fn finish(mut self) -> Svg {
        self.push("</svg>");
        Svg(self.text)
    }

    #[inline(never)]
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    #[inline(never)]
    fn number(&mut self, number: i32) {
        self.text.push_str(&number.to_string());
    }

    fn attribute(&mut self, name: &str, number: i32) {
        self.push(name);
        self.push("=\"");
        self.number(number);
        self.push("\"");
    }

    #[inline(never)]
    fn points(&mut self, element: &str, points: &mut dyn Iterator<Item = BackendCoord>) {
        self.push(element);
        self.push(" points=\"");
        for (index, (x, y)) in points.enumerate() {
            if index > 0 {
                self.push(" ");
            }
            self.number(x);
            self.push(",");
            self.number(y);
        }
        self.push("\" vector-effect=\"non-scaling-stroke\"/>");
    }
}

/// Writing text cannot fail.
type Done = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Backend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0.unsigned_abs(), self.size.1.unsigned_abs())
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, _: BackendColor) -> Done {
        self.draw_rect((x, y), (x + 1, y + 1), &PLAIN, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, _: &S) -> Done {
        self.points("<polyline", &mut [from, to].into_iter());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, _: &S, _: bool) -> Done {
        self.attribute("<rect x", from.0);
        self.attribute(" y", from.1);
        self.attribute(" width", to.0 - from.0);
        self.attribute(" height", to.1 - from.1);
        self.push("/>");
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, _: &S) -> Done {
        self.points("<polyline", &mut path.into_iter());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, _: &S) -> Done {
        self.points("<polygon", &mut corners.into_iter());
        Ok(())
    }
}
