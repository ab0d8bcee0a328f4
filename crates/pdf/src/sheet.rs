//! One page while it is being filled.
//!
//! What is only for the eye (grounds and rules) is collected apart and drawn first, so that the
//! text of a page is a single text object in which little is said twice.

use std::collections::BTreeMap;

use printpdf::{
    Color, DictItem, Line, LinePoint, Op, PaintMode, PdfFontHandle, PdfPage, Point, Pt, Rect, Rgb,
    TextItem,
};

use crate::faces;
use crate::glyphs::Weight;
use crate::style::{Frame, Ink, Type};

/// A page under construction. Positions are points from the top left corner.
pub(crate) struct Sheet {
    height: f32,
    under: Vec<Op>,
    text: Vec<Op>,
    /// Where the last text began, in hundredths of a point from the bottom left corner.
    cursor: (i32, i32),
    font: Option<(Weight, f32)>,
    ink: Option<Ink>,
    stroke: Option<(Ink, f32)>,
    fill: Option<Ink>,
    marks: u32,
}

impl Sheet {
    pub(crate) fn new(frame: &Frame) -> Self {
        Self {
            height: frame.height,
            under: Vec::new(),
            text: Vec::new(),
            cursor: (0, 0),
            font: None,
            ink: None,
            stroke: None,
            fill: None,
            marks: 0,
        }
    }

    /// Begins text that belongs to an element of the structure, and gives its number on the page.
    pub(crate) fn begin(&mut self, tag: &str) -> u32 {
        let mark = self.marks;
        self.marks += 1;
        let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(i64::from(mark)))]);
        self.text.push(Op::BeginMarkedContentWithProperties {
            tag: tag.to_owned(),
            properties: DictItem::Dict { map },
        });
        mark
    }

    /// Begins text that is no part of the document: a page number, a repeated header.
    pub(crate) fn begin_artifact(&mut self) {
        self.text.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
    }

    /// Ends what [`Self::begin`] or [`Self::begin_artifact`] began.
    pub(crate) fn end(&mut self) {
        self.text.push(Op::EndMarkedContent);
    }

    /// Sets a line of text at its left end. `top` is the upper edge of the line, leading included.
    pub(crate) fn set(&mut self, left: f32, top: f32, style: &Type, text: String) {
        if text.is_empty() {
            return;
        }
        if self.font != Some((style.weight, style.size)) {
            self.font = Some((style.weight, style.size));
            let font = PdfFontHandle::External(faces::id(style.weight));
            self.text.push(Op::SetFont { font, size: Pt(style.size) });
        }
        if self.ink != Some(style.ink) {
            self.ink = Some(style.ink);
            self.text.push(Op::SetFillColor { col: color(style.ink) });
        }
        // Capitals, 0.727 of the size high, stand in the middle of the line.
        let baseline = top + style.leading / 2.0 + style.size * 0.364;
        let (x, y) = (hundredths(left), hundredths(self.height - baseline));
        let step = Point { x: exact(x - self.cursor.0), y: exact(y - self.cursor.1) };
        self.cursor = (x, y);
        self.text.push(Op::SetTextCursor { pos: step });
        self.text.push(Op::ShowText { items: vec![TextItem::Text(text)] });
    }

    /// Draws a horizontal rule.
    pub(crate) fn rule(&mut self, left: f32, right: f32, top: f32, thickness: f32, ink: Ink) {
        if self.stroke != Some((ink, thickness)) {
            self.stroke = Some((ink, thickness));
            self.under.push(Op::SetOutlineColor { col: color(ink) });
            self.under.push(Op::SetOutlineThickness { pt: Pt(thickness) });
        }
        let y = exact(hundredths(self.height - top));
        let points = [left, right]
            .map(|x| LinePoint { p: Point { x: exact(hundredths(x)), y }, bezier: false });
        self.under.push(Op::DrawLine { line: Line { points: points.to_vec(), is_closed: false } });
    }

    /// Fills a rectangle.
    pub(crate) fn fill(&mut self, left: f32, top: f32, width: f32, height: f32, ink: Ink) {
        if self.fill != Some(ink) {
            self.fill = Some(ink);
            self.under.push(Op::SetFillColor { col: color(ink) });
        }
        self.under.push(Op::DrawRectangle {
            rectangle: Rect {
                x: exact(hundredths(left)),
                y: exact(hundredths(self.height - top - height)),
                width: exact(hundredths(width)),
                height: exact(hundredths(height)),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            },
        });
    }

    /// What printpdf shall write for the page.
    pub(crate) fn into_ops(self) -> Vec<Op> {
        let mut ops = Vec::with_capacity(self.under.len() + self.text.len() + 4);
        if !self.under.is_empty() {
            ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            ops.extend(self.under);
            ops.push(Op::EndMarkedContent);
        }
        if !self.text.is_empty() {
            ops.push(Op::StartTextSection);
            ops.extend(self.text);
            ops.push(Op::EndTextSection);
        }
        ops
    }
}

/// A page of printpdf with these operations.
pub(crate) fn page(frame: &Frame, ops: Vec<Op>) -> PdfPage {
    let sheet = Rect {
        x: Pt(0.0),
        y: Pt(0.0),
        width: Pt(frame.width),
        height: Pt(frame.height),
        mode: None,
        winding_order: None,
    };
    PdfPage { media_box: sheet.clone(), trim_box: sheet.clone(), crop_box: sheet, ops }
}

fn color(ink: Ink) -> Color {
    // Three decimals tell 256 steps apart.
    let [r, g, b] = ink.rgb().map(|part| (f32::from(part) / 0.255).round() / 1000.0);
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

/// Positions are kept as whole hundredths, so that steps from one to the next add up exactly.
#[expect(clippy::cast_possible_truncation, reason = "a page is some 84,000 hundredths high")]
fn hundredths(points: f32) -> i32 {
    (points * 100.0).round() as i32
}

#[expect(clippy::cast_precision_loss, reason = "a page is some 84,000 hundredths high")]
fn exact(hundredths: i32) -> Pt {
    Pt(hundredths as f32 / 100.0)
}
