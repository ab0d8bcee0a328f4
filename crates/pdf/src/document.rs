//! The document as its makers see it.

use crate::about::About;
use crate::blocks::{self, Emphasis, Tone};
use crate::code;
use crate::error::PdfError;
use crate::finish::{Furniture, finish};
use crate::flow::Flow;
use crate::heading::Level;
use crate::rows::Rows;
use crate::table::Table;

/// A document that takes its blocks in the order of reading.
///
/// The title stands at the top of the first page, and from the second page on small above the text.
/// After an error nothing useful can be made of the document any more.
///
/// ```
/// use booqing_pdf::{About, Column, Document, Level, Table};
///
/// # fn main() -> Result<(), booqing_pdf::PdfError> {
/// let mut document = Document::new(About::new("Dossier", jiff::Timestamp::UNIX_EPOCH))?;
/// document.heading(Level::Section, "Boekingen")?;
/// let table = Table::new([Column::text("Omschrijving", 1.0), Column::number("Bedrag")]);
/// document.table(&table, |rows| {
///     rows.row(&["Massage", "85,00"])?;
///     rows.total(&["Totaal", "85,00"])
/// })?;
/// let bytes = document.finish()?;
/// # assert!(bytes.starts_with(b"%PDF-1.7"));
/// # Ok(())
/// # }
/// ```
pub struct Document {
    about: About,
    furniture: Furniture,
    flow: Flow,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("about", &self.about)
            .field("page", &(self.flow.page + 1))
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Begins a document with its title.
    ///
    /// # Errors
    ///
    /// A character of the title, the line under it or the footer that cannot be printed.
    pub fn new(about: About) -> Result<Self, PdfError> {
        let mut flow = Flow::new(&about)?;
        let furniture = Furniture::new(&about, &flow.frame, &mut flow.faces)?;
        flow.set_title(&about)?;
        Ok(Self { about, furniture, flow })
    }

    /// Adds a heading, which is a bookmark too. It stays with what comes after it.
    ///
    /// # Errors
    ///
    /// A character that cannot be printed.
    pub fn heading(&mut self, level: Level, text: &str) -> Result<&mut Self, PdfError> {
        let heading = self.flow.heading(level, text)?;
        self.flow.wait(heading);
        Ok(self)
    }

    /// Adds a paragraph. Line ends in the text are kept; an empty text adds nothing.
    ///
    /// # Errors
    ///
    /// A character that cannot be printed.
    pub fn paragraph(&mut self, text: &str, emphasis: Emphasis) -> Result<&mut Self, PdfError> {
        blocks::paragraph(&mut self.flow, text, emphasis)?;
        Ok(self)
    }

    /// Adds labels with their values, one pair below the other.
    ///
    /// # Errors
    ///
    /// A character that cannot be printed.
    pub fn details<K: AsRef<str>, V: AsRef<str>>(
        &mut self,
        pairs: &[(K, V)],
    ) -> Result<&mut Self, PdfError> {
        blocks::details(&mut self.flow, pairs)?;
        Ok(self)
    }

    /// Adds a note on a ground of its own: a title in bold and a text. Either may be empty.
    ///
    /// # Errors
    ///
    /// A character that cannot be printed.
    pub fn note(&mut self, title: &str, text: &str, tone: Tone) -> Result<&mut Self, PdfError> {
        blocks::note(&mut self.flow, title, text, tone)?;
        Ok(self)
    }

    /// Adds a code that somebody is to type over: its groups, large and numbered from 1, and beside them
    /// the same code as a QR code, groups joined by hyphens.
    ///
    /// # Errors
    ///
    /// A character that cannot be printed; more text than a QR code holds.
    pub fn code<G: AsRef<str>>(&mut self, groups: &[G]) -> Result<&mut Self, PdfError> {
        code::code(&mut self.flow, groups)?;
        Ok(self)
    }

    /// Adds a table. `fill` gives its rows one by one; each is laid out as it comes, so a table of
    /// any length takes little memory. The titles of the columns stand on every page.
    ///
    /// # Errors
    ///
    /// A table without columns, a row with another number of cells, a character that cannot be
    /// printed, or the error `fill` ends with.
    pub fn table<E: From<PdfError>>(
        &mut self,
        table: &Table,
        fill: impl FnOnce(&mut Rows<'_>) -> Result<(), E>,
    ) -> Result<&mut Self, E> {
        let no_rows =
            if table.no_rows.is_empty() { self.about.language.no_rows() } else { &table.no_rows };
        let mut rows = Rows::new(&mut self.flow, table, no_rows)?;
        fill(&mut rows)?;
        rows.finish()?;
        Ok(self)
    }

    /// Adds a table from rows and rows of totals that are there already.
    ///
    /// # Errors
    ///
    /// As [`Self::table`].
    pub fn table_of<R: AsRef<[C]>, C: AsRef<str>>(
        &mut self,
        table: &Table,
        rows: impl IntoIterator<Item = R>,
        totals: impl IntoIterator<Item = R>,
    ) -> Result<&mut Self, PdfError> {
        self.table(table, |into| {
            rows.into_iter().try_for_each(|row| into.row(row.as_ref()))?;
            totals.into_iter().try_for_each(|row| into.total(row.as_ref()))
        })
    }

    /// Keeps at least this many points free before the next block.
    pub fn space(&mut self, points: f32) -> &mut Self {
        self.flow.gap(points);
        self
    }

    /// Goes on at the top of a new page, unless it is there already.
    ///
    /// # Errors
    ///
    /// A page that cannot be written.
    pub fn page_break(&mut self) -> Result<&mut Self, PdfError> {
        self.flow.break_page()?;
        Ok(self)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    ///
    /// Embedded fonts that cannot be used, or a page that cannot be written.
    pub fn finish(self) -> Result<Vec<u8>, PdfError> {
        let Self { about, furniture, mut flow } = self;
        flow.reserve(0.0)?;
        flow.close()?;
        finish(flow, &about, &furniture)
    }
}
