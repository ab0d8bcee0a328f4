//! Pages handed to printpdf, and the compressed streams it makes of them.
//!
//! printpdf writes whole documents. Here it gets some dozens of finished pages at a time, in a
//! thread of their own while the next pages are laid out, so that a long report never stands in
//! memory as operations.

use std::collections::BTreeMap;
use std::thread::JoinHandle;

use lopdf::Object;
use printpdf::{FontId, Op, PdfDocument, PdfFont, PdfSaveOptions};

use crate::error::PdfError;
use crate::faces::Faces;
use crate::file::{QUICK, THOROUGH, deflate};
use crate::sheet::{Sheet, page};
use crate::style::Frame;

/// Pages that are written together.
const BATCH: usize = 48;

/// Compressed streams, one for each page.
type Streams = Result<Vec<Vec<u8>>, PdfError>;

/// Writes pages as they are finished.
pub(crate) struct Press {
    frame: Frame,
    waiting: Vec<Vec<Op>>,
    working: Option<JoinHandle<Streams>>,
    done: Vec<Vec<u8>>,
}

impl Press {
    pub(crate) fn new(frame: Frame) -> Self {
        Self { frame, waiting: Vec::new(), working: None, done: Vec::new() }
    }

    /// Takes a finished page.
    pub(crate) fn take(&mut self, sheet: Sheet, faces: &Faces) -> Result<(), PdfError> {
        self.waiting.push(sheet.into_ops());
        if self.waiting.len() < BATCH {
            return Ok(());
        }
        let pages = std::mem::take(&mut self.waiting);
        let (fonts, frame) = (faces.fonts(false)?, self.frame);
        self.collect()?;
        self.working = Some(
            std::thread::Builder::new()
                .name("pdf pages".to_owned())
                .spawn(move || print(&frame, fonts, pages, QUICK))
                .map_err(|error| PdfError::Page(error.to_string()))?,
        );
        Ok(())
    }

    /// The streams of all pages.
    pub(crate) fn finish(mut self, faces: &Faces) -> Streams {
        self.collect()?;
        let pages = std::mem::take(&mut self.waiting);
        let last = print(&self.frame, faces.fonts(false)?, pages, THOROUGH)?;
        self.done.extend(last);
        Ok(self.done)
    }

    fn collect(&mut self) -> Result<(), PdfError> {
        if let Some(working) = self.working.take() {
            let streams = working
                .join()
                .map_err(|_| PdfError::Page("its thread ended early".to_owned()))??;
            self.done.extend(streams);
        }
        Ok(())
    }
}

/// Writes pages and compresses what they show.
fn print(
    frame: &Frame,
    fonts: BTreeMap<FontId, PdfFont>,
    pages: Vec<Vec<Op>>,
    level: u32,
) -> Streams {
    let mut document = PdfDocument::default();
    document.resources.fonts.map = fonts;
    document.pages = pages.into_iter().map(|ops| page(frame, ops)).collect();
    let mut lopdf = to_lopdf(&document)?;
    let ids: Vec<_> = lopdf.page_iter().collect();
    ids.into_iter().map(|id| Ok(deflate(&content(&mut lopdf, id)?, level))).collect()
}

/// What printpdf makes of a document, unless it finds fault with it.
pub(crate) fn to_lopdf(document: &PdfDocument) -> Result<lopdf::Document, PdfError> {
    let mut warnings = Vec::new();
    let made = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    match warnings.first() {
        None => Ok(made),
        Some(warning) => Err(PdfError::Page(format!("{warning:?}"))),
    }
}

/// Takes the content of a page out of a document.
pub(crate) fn content(
    document: &mut lopdf::Document,
    page: lopdf::ObjectId,
) -> Result<Vec<u8>, PdfError> {
    let stream = document
        .get_dictionary(page)
        .and_then(|page| page.get(b"Contents"))
        .and_then(Object::as_reference)
        .map_err(|error| PdfError::Page(error.to_string()))?;
    match document.objects.remove(&stream) {
        Some(Object::Stream(stream)) => Ok(stream.content),
        _ => Err(PdfError::Page("it has no content".to_owned())),
    }
}
