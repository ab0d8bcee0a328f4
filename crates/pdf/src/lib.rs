//! Pages for people: business documents laid out on A4 and written as tagged PDF/A-2a.
//!
//! A [`Document`] takes headings, paragraphs, details, notes and tables in the order in which they
//! are read, breaks them over pages as they come, and gives the bytes of a file at the end. Rows of
//! a table are handed over one by one, so a long report is never held twice.
//!
//! * **No input or output and no clock.** Fonts and colour profile are part of the program; title,
//!   author and moment are passed in with [`About`]. The same calls give the same bytes.
//! * **What cannot be shown is refused.** A character without a glyph is a
//!   [`PdfError::MissingGlyph`] at the call that brings it; [`can_show`] asks beforehand.
//! * **Made to be kept.** Fonts are embedded and cut down to the text, colours have a profile, the
//!   structure (headings, paragraphs, tables with their header cells) is written along, and
//!   what stands on the page only for the eye (rules, running titles, page numbers, repeated
//!   table headers) is marked as such.
//!
//! printpdf writes what stands on the pages and describes the fonts; what PDF/A asks for besides
//! is added to the lopdf document it gives.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod about;
mod blocks;
mod code;
mod columns;
mod document;
mod error;
mod faces;
mod file;
mod finish;
mod flow;
mod glyphs;
mod heading;
mod object;
mod outline;
mod press;
mod rows;
mod sheet;
mod style;
mod table;
mod tree;
mod words;
mod xmp;

pub use about::{About, Language, Orientation};
pub use blocks::{Emphasis, Tone};
pub use document::Document;
pub use error::{PdfError, Place};
pub use glyphs::can_show;
pub use heading::Level;
pub use rows::Rows;
pub use table::{Align, Column, Table, Width};
