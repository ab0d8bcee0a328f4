//! How a page looks: sizes, spaces and colours. Points throughout.

use crate::about::Orientation;
use crate::glyphs::Weight;

/// A kind of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Type {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    /// From one baseline to the next.
    pub(crate) leading: f32,
    pub(crate) ink: Ink,
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Text that is read.
    Text,
    /// Text that helps finding: labels, column titles, page numbers.
    Muted,
    /// The bar of a note.
    Accent,
    /// The bar of a note that asks for attention.
    Attention,
    /// The light modules of a QR code and the quiet zone around it.
    Paper,
    /// The dark modules of a QR code.
    Black,
    /// The ground of a note.
    Ground,
    /// The ground of a note that asks for attention.
    AttentionGround,
    /// A rule that closes: under a table's header, above its totals.
    Rule,
    /// A rule between rows.
    Hairline,
}

impl Ink {
    /// Red, green and blue in the profile of the document.
    pub(crate) fn rgb(self) -> [u8; 3] {
        match self {
            Self::Text => [0x1a, 0x20, 0x2b],
            Self::Muted => [0x5b, 0x65, 0x76],
            Self::Accent => [0x2f, 0x5f, 0x9e],
            Self::Attention => [0xb4, 0x6a, 0x0b],
            Self::Paper => [0xff, 0xff, 0xff],
            Self::Black => [0x00, 0x00, 0x00],
            Self::Ground => [0xf3, 0xf6, 0xfa],
            Self::AttentionGround => [0xfd, 0xf6, 0xea],
            Self::Rule => [0x6b, 0x75, 0x86],
            Self::Hairline => [0xdb, 0xdf, 0xe6],
        }
    }
}

const fn regular(size: f32, leading: f32, ink: Ink) -> Type {
    Type { weight: Weight::Regular, size, leading, ink }
}

const fn strong(size: f32, leading: f32, ink: Ink) -> Type {
    Type { weight: Weight::Strong, size, leading, ink }
}

pub(crate) const TITLE: Type = strong(20.0, 26.0, Ink::Text);
pub(crate) const SUBTITLE: Type = regular(11.0, 15.0, Ink::Muted);
pub(crate) const HEADINGS: [Type; 3] =
    [strong(13.5, 18.0, Ink::Text), strong(10.5, 15.0, Ink::Text), strong(9.0, 13.0, Ink::Muted)];
pub(crate) const BODY: Type = regular(9.5, 14.0, Ink::Text);
pub(crate) const BODY_STRONG: Type = strong(9.5, 14.0, Ink::Text);
pub(crate) const SMALL: Type = regular(8.0, 12.0, Ink::Muted);
pub(crate) const LABEL: Type = regular(9.0, 13.0, Ink::Muted);
pub(crate) const VALUE: Type = regular(9.0, 13.0, Ink::Text);
pub(crate) const NOTE_TITLE: Type = strong(8.5, 14.5, Ink::Text);
pub(crate) const NOTE: Type = regular(8.5, 12.5, Ink::Text);
pub(crate) const CODE: Type = strong(19.0, 25.0, Ink::Text);
pub(crate) const CODE_NUMBER: Type = regular(8.0, 11.0, Ink::Muted);
pub(crate) const FURNITURE: Type = regular(7.5, 10.0, Ink::Muted);

/// How the rows of a table are set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rowing {
    pub(crate) title: Type,
    pub(crate) cell: Type,
    pub(crate) total: Type,
    /// Space above and below the text of a row.
    pub(crate) padding: f32,
}

impl Rowing {
    pub(crate) fn of(compact: bool) -> Self {
        if compact {
            Self {
                title: strong(7.5, 10.0, Ink::Muted),
                cell: regular(7.5, 10.0, Ink::Text),
                total: strong(7.5, 10.0, Ink::Text),
                padding: 1.9,
            }
        } else {
            Self {
                title: strong(8.0, 11.0, Ink::Muted),
                cell: regular(8.5, 12.0, Ink::Text),
                total: strong(8.5, 12.0, Ink::Text),
                padding: 3.5,
            }
        }
    }
}

/// Space above and below a heading, by level.
pub(crate) const AROUND_HEADING: [(f32, f32); 3] = [(24.0, 7.0), (15.0, 5.0), (11.0, 3.0)];
/// Space after the title block.
pub(crate) const AFTER_TITLE: f32 = 20.0;
/// Space between paragraphs.
pub(crate) const BETWEEN_PARAGRAPHS: f32 = 7.0;
/// Space around tables, details and notes.
pub(crate) const AROUND_BLOCK: f32 = 12.0;
/// Space between two columns.
pub(crate) const GUTTER: f32 = 12.0;
/// Space between two details.
pub(crate) const BETWEEN_DETAILS: f32 = 3.0;
/// Space around the text of a note.
pub(crate) const NOTE_PADDING: (f32, f32) = (12.0, 9.0);
/// Width of the bar of a note.
pub(crate) const NOTE_BAR: f32 = 2.5;
/// Thickness of a rule that closes.
pub(crate) const RULE: f32 = 0.75;
/// Thickness of a rule between rows.
pub(crate) const HAIRLINE: f32 = 0.4;

/// The sheet and where on it the text goes, from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    /// Middle of the line with the running title.
    pub(crate) header: f32,
    /// Middle of the line with the page number.
    pub(crate) footer: f32,
}

impl Frame {
    pub(crate) fn of(orientation: Orientation) -> Self {
        // A4: 210 by 297 mm, 72 points to the inch of 25.4 mm.
        let (width, height) = match orientation {
            Orientation::Portrait => (595.28, 841.89),
            Orientation::Landscape => (841.89, 595.28),
        };
        Self {
            width,
            height,
            left: 62.0,
            right: width - 62.0,
            top: 68.0,
            bottom: height - 70.0,
            header: 42.0,
            footer: height - 42.0,
        }
    }

    /// The width of the text.
    pub(crate) fn measure(&self) -> f32 {
        self.right - self.left
    }
}

/// How many lines fit in a height.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a page holds fewer than a hundred lines"
)]
pub(crate) fn lines_in(height: f32, leading: f32) -> usize {
    // A hundredth of slack for what adding up lines rounds.
    ((height + 0.01) / leading).max(0.0) as usize
}

/// A number of lines, for multiplying with their leading.
#[expect(clippy::cast_precision_loss, reason = "far fewer lines than 2^24")]
pub(crate) fn whole_lines(lines: usize) -> f32 {
    lines as f32
}
