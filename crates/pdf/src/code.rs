//! A code that is to be typed over: its groups, large, and the same as a QR code.

use qrcode::{Color, EcLevel, QrCode};

use crate::error::{PdfError, Place};
use crate::flow::Flow;
use crate::style::{self, Ink, whole_lines};
use crate::tree::{Tag, Tree};

/// The side of the square with the QR code and its quiet zone.
const SQUARE: f32 = 132.0;
/// Modules of quiet zone on each side (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;
/// Groups in a line.
const IN_LINE: usize = 4;
/// Space around the groups, on their ground.
const PADDING: f32 = 16.0;
/// Space between two lines of groups.
const BETWEEN: f32 = 10.0;

/// Sets a code on a ground of its own, on one page.
pub(crate) fn code<G: AsRef<str>>(flow: &mut Flow, groups: &[G]) -> Result<(), PdfError> {
    let whole = groups.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("-");
    let qr = QrCode::with_error_correction_level(whole.as_bytes(), EcLevel::Q)
        .map_err(|error| PdfError::Code(error.to_string()))?;
    let high = style::CODE_NUMBER.leading + style::CODE.leading;
    let lines = whole_lines(groups.len().div_ceil(IN_LINE));
    let text = lines * (high + BETWEEN) - BETWEEN;
    let height = SQUARE.max(text) + 2.0 * PADDING;
    flow.gap(style::AROUND_BLOCK);
    flow.reserve(height)?;
    let (left, top, measure) = (flow.frame.left, flow.y, flow.frame.measure());
    flow.sheet.fill(left, top, measure, height, Ink::Ground);
    let square = left + measure - PADDING - SQUARE;
    draw(flow, &qr, square, top + (height - SQUARE) / 2.0);

    let room = square - left - 2.0 * PADDING;
    let step = room / whole_lines(IN_LINE);
    let first = top + (height - text) / 2.0;
    let block = flow.tree.add(Tree::ROOT, Tag::Note);
    for (index, group) in groups.iter().enumerate() {
        let at = left + PADDING + step * whole_lines(index % IN_LINE);
        flow.y = first + whole_lines(index / IN_LINE) * (high + BETWEEN);
        let number = format!("{}", index + 1);
        let number = flow.lines(&number, &style::CODE_NUMBER, step, &|| Place::Code)?;
        let group = flow.lines(group.as_ref(), &style::CODE, step, &|| Place::Code)?;
        let node = flow.tree.add(block, Tag::Paragraph);
        flow.set_marked(node, "P", at, &style::CODE_NUMBER, number);
        flow.set_marked(node, "P", at, &style::CODE, group);
    }
    flow.y = top + height;
    flow.gap(style::AROUND_BLOCK);
    Ok(())
}

/// Draws the modules, row by row, dark ones beside each other as one rectangle: a reader of pages that
/// smooths edges would leave hairlines between them.
fn draw(flow: &mut Flow, qr: &QrCode, left: f32, top: f32) {
    flow.sheet.fill(left, top, SQUARE, SQUARE, Ink::Paper);
    let width = qr.width();
    let module = SQUARE / whole_lines(width + 2 * QUIET);
    let colors = qr.to_colors();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                flow.sheet.fill(
                    left + module * whole_lines(QUIET + x),
                    top + module * whole_lines(QUIET + y),
                    module * whole_lines(run.len()),
                    module,
                    Ink::Black,
                );
            }
            x += run.len();
        }
    }
}
