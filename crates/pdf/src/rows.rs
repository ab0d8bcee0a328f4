//! The rows of a table: measured, broken into lines, set one below the other over as many pages as
//! they need.

use crate::columns::{Span, place};
use crate::error::{PdfError, Place};
use crate::flow::Flow;
use crate::style::{self, HAIRLINE, Ink, RULE, Rowing, Type, lines_in, whole_lines};
use crate::table::{Table, Width};
use crate::tree::{Node, Tag, Tree};
use crate::words::{Line, measure};

/// Rows that are measured before the widths of the columns are settled.
const MEASURED: usize = 300;

/// Takes the rows of a table one by one.
pub struct Rows<'d> {
    flow: &'d mut Flow,
    table: &'d Table,
    no_rows: &'d str,
    rowing: Rowing,
    /// The first rows, until the columns are placed.
    first: Vec<(Kind, Vec<String>)>,
    /// What the texts of each column ask for.
    widest: Vec<f32>,
    taken: usize,
    set: Option<Setting>,
    /// The latest row, held back so that totals never begin a page by themselves.
    held: Option<Ready>,
}

/// A row with its lines broken.
struct Ready {
    kind: Kind,
    lines: Vec<Vec<Line>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Body,
    Total,
}

/// A table whose columns are placed.
struct Setting {
    spans: Vec<Span>,
    titles: Vec<Vec<Line>>,
    table: Node,
    /// The part of the table that takes rows now, and of which kind.
    part: Option<(Kind, Node)>,
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("taken", &self.taken).finish_non_exhaustive()
    }
}

impl<'d> Rows<'d> {
    pub(crate) fn new(
        flow: &'d mut Flow,
        table: &'d Table,
        no_rows: &'d str,
    ) -> Result<Self, PdfError> {
        if table.columns.is_empty() {
            return Err(PdfError::NoColumns);
        }
        let rowing = Rowing::of(table.compact);
        let mut widest = Vec::with_capacity(table.columns.len());
        for (index, column) in table.columns.iter().enumerate() {
            let face = flow.faces.get(rowing.title.weight);
            let place = || Place::ColumnTitle { column: index + 1 };
            let title = measure(face, &column.title, &place)?;
            // A title may be broken, its words should not.
            let word = title.longest_word(face, rowing.title.size);
            widest.push(word.max(title.width(face, rowing.title.size).min(64.0)));
        }
        Ok(Self {
            flow,
            table,
            no_rows,
            rowing,
            first: Vec::new(),
            widest,
            taken: 0,
            set: None,
            held: None,
        })
    }

    /// Adds a row: one text for each column.
    ///
    /// # Errors
    ///
    /// Another number of texts than columns, or a character that cannot be printed.
    pub fn row<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<(), PdfError> {
        self.take(Kind::Body, cells)
    }

    /// Adds a row of totals, set apart from the rows above it.
    ///
    /// # Errors
    ///
    /// As [`Self::row`].
    pub fn total<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<(), PdfError> {
        self.take(Kind::Total, cells)
    }

    fn take<C: AsRef<str>>(&mut self, kind: Kind, cells: &[C]) -> Result<(), PdfError> {
        self.taken += 1;
        let expected = self.table.columns.len();
        if cells.len() != expected {
            return Err(PdfError::Cells { row: self.taken, expected, found: cells.len() });
        }
        if self.set.is_some() {
            return self.hold(kind, cells, self.taken);
        }
        self.widen(kind, cells)?;
        self.first.push((kind, cells.iter().map(|cell| cell.as_ref().to_owned()).collect()));
        if self.first.len() < MEASURED { Ok(()) } else { self.place() }
    }

    fn widen<C: AsRef<str>>(&mut self, kind: Kind, cells: &[C]) -> Result<(), PdfError> {
        let style = self.style_of(kind);
        let face = self.flow.faces.get(style.weight);
        let columns = self.table.columns.iter().zip(&mut self.widest);
        for (cell, (column, widest)) in cells.iter().zip(columns) {
            let place = || Place::Cell { row: self.taken, column: column.title.clone() };
            let measured = measure(face, cell.as_ref(), &place)?;
            if column.width == Width::Fit {
                // A little more, so that rounding never breaks what was measured.
                *widest = widest.max(measured.width(face, style.size) + 0.1);
            }
        }
        Ok(())
    }

    /// Settles the columns and sets what waited for them.
    fn place(&mut self) -> Result<(), PdfError> {
        let Rowing { title, cell, padding, .. } = self.rowing;
        let frame = self.flow.frame;
        let spans = place(&self.table.columns, &self.widest, frame.left, frame.measure());
        let mut titles = Vec::with_capacity(spans.len());
        for (index, (column, span)) in self.table.columns.iter().zip(&spans).enumerate() {
            let place = || Place::ColumnTitle { column: index + 1 };
            titles.push(self.flow.lines(&column.title, &title, span.width + 0.1, &place)?);
        }
        // The header stays with the first row, and two rows with each other.
        let header = height(&titles, &title, padding);
        let mut least = 2.0 * (cell.leading + 2.0 * padding);
        if let Some((kind, cells)) = self.first.first() {
            let (kind, cells) = (*kind, cells.clone());
            let lines = self.broken(&spans, kind, &cells, 1)?;
            least = least.max(height(&lines, &self.style_of(kind), padding));
        }
        let least = header + least.min(self.flow.page_room() - header);
        self.flow.gap(style::AROUND_BLOCK);
        self.flow.reserve(least)?;
        let table = self.flow.tree.add(Tree::ROOT, Tag::Table);
        self.set = Some(Setting { spans, titles, table, part: None });
        self.set_titles(false)?;
        let mut row = 0;
        for (kind, cells) in std::mem::take(&mut self.first) {
            row += 1;
            self.hold(kind, &cells, row)?;
        }
        Ok(())
    }

    /// Sets the titles of the columns: the first time as header cells, later on for the eye only.
    fn set_titles(&mut self, again: bool) -> Result<(), PdfError> {
        let Some(setting) = &self.set else { return Ok(()) };
        let Rowing { title, padding, .. } = self.rowing;
        let flow = &mut *self.flow;
        let top = flow.y + padding;
        let row = if again {
            flow.sheet.begin_artifact();
            None
        } else {
            let head = flow.tree.add(setting.table, Tag::Head);
            Some(flow.tree.add(head, Tag::Row))
        };
        let bottom = flow.y + height(&setting.titles, &title, padding);
        for (lines, span) in setting.titles.iter().zip(&setting.spans) {
            if let Some(row) = row {
                let cell = flow.tree.add(row, Tag::ColumnTitle);
                flow.begin(cell, "TH");
            }
            // Titles of several lines end on the same line.
            let high = title.leading * whole_lines(lines.len());
            let mut y = top.max(bottom - padding - high);
            for line in lines {
                flow.sheet.set(span.start(line.width), y, &title, line.text.clone());
                y += title.leading;
            }
            if row.is_some() {
                flow.sheet.end();
            }
        }
        if again {
            flow.sheet.end();
        }
        flow.y = bottom;
        flow.sheet.rule(flow.frame.left, flow.frame.right, bottom, RULE, Ink::Rule);
        Ok(())
    }

    /// The lines of a row's cells.
    fn broken<C: AsRef<str>>(
        &mut self,
        spans: &[Span],
        kind: Kind,
        cells: &[C],
        number: usize,
    ) -> Result<Vec<Vec<Line>>, PdfError> {
        let style = self.style_of(kind);
        let mut lines = Vec::with_capacity(cells.len());
        for ((cell, span), column) in cells.iter().zip(spans).zip(&self.table.columns) {
            let place = || Place::Cell { row: number, column: column.title.clone() };
            lines.push(self.flow.lines(cell.as_ref(), &style, span.width, &place)?);
        }
        Ok(lines)
    }

    /// Holds a row back and sets the one that was held.
    fn hold<C: AsRef<str>>(
        &mut self,
        kind: Kind,
        cells: &[C],
        number: usize,
    ) -> Result<(), PdfError> {
        let Some(setting) = self.set.take() else { return Ok(()) };
        let lines = self.broken(&setting.spans, kind, cells, number);
        self.set = Some(setting);
        let lines = lines?;
        let after = height(&lines, &self.style_of(kind), self.rowing.padding);
        match self.held.replace(Ready { kind, lines }) {
            Some(row) if kind == Kind::Total && row.kind == Kind::Body => self.set_row(row, after),
            Some(row) => self.set_row(row, 0.0),
            None => Ok(()),
        }
    }

    /// Sets a row. `after` is the height of what must stand on the same page below it.
    fn set_row(&mut self, row: Ready, after: f32) -> Result<(), PdfError> {
        let Ready { kind, lines } = row;
        let style = self.style_of(kind);
        let Some(setting) = &self.set else { return Ok(()) };
        let padding = self.rowing.padding;
        let high = height(&lines, &style, padding) + after;
        let titles = height(&setting.titles, &self.rowing.title, padding);
        if high > self.flow.frame.bottom - self.flow.y && high <= self.flow.page_room() - titles {
            self.turn_page()?;
        }
        let (row, first_total) = self.open_row(kind);
        if first_total {
            let (left, right, y) = (self.flow.frame.left, self.flow.frame.right, self.flow.y);
            self.flow.sheet.rule(left, right, y, RULE, Ink::Rule);
        }
        self.set_cells(row, &style, lines)
    }

    /// A new row in the part of the table for its kind, and whether it is the first of the totals.
    fn open_row(&mut self, kind: Kind) -> (Node, bool) {
        let tree = &mut self.flow.tree;
        let Some(setting) = &mut self.set else { return (Tree::ROOT, false) };
        let part = match setting.part {
            Some((current, part)) if current == kind => (part, false),
            _ => {
                let tag = if kind == Kind::Total { Tag::Foot } else { Tag::Body };
                let part = tree.add(setting.table, tag);
                setting.part = Some((kind, part));
                (part, kind == Kind::Total)
            }
        };
        (tree.add(part.0, Tag::Row), part.1)
    }

    /// Sets the cells of a row; one that is higher than a page goes on on the next.
    fn set_cells(
        &mut self,
        row: Node,
        style: &Type,
        lines: Vec<Vec<Line>>,
    ) -> Result<(), PdfError> {
        let padding = self.rowing.padding;
        let mut cells: Vec<_> = lines
            .into_iter()
            .map(|lines| (self.flow.tree.add(row, Tag::Cell), lines.into_iter()))
            .collect();
        loop {
            let Some(setting) = &self.set else { return Ok(()) };
            let flow = &mut *self.flow;
            let room = flow.frame.bottom - flow.y - 2.0 * padding;
            let fitting = lines_in(room, style.leading).max(1);
            let mut high = 0;
            for ((cell, lines), span) in cells.iter_mut().zip(&setting.spans) {
                let mut y = flow.y + padding;
                let mut begun = false;
                for (index, line) in (1..).zip(lines.by_ref().take(fitting)) {
                    high = high.max(index);
                    if !begun && !line.text.is_empty() {
                        flow.begin(*cell, "TD");
                        begun = true;
                    }
                    flow.sheet.set(span.start(line.width), y, style, line.text);
                    y += style.leading;
                }
                if begun {
                    flow.sheet.end();
                }
            }
            flow.y += style.leading * whole_lines(high) + 2.0 * padding;
            let y = flow.y;
            flow.sheet.rule(flow.frame.left, flow.frame.right, y, HAIRLINE, Ink::Hairline);
            if cells.iter().all(|(_, lines)| lines.len() == 0) {
                return Ok(());
            }
            self.turn_page()?;
        }
    }

    fn style_of(&self, kind: Kind) -> Type {
        match kind {
            Kind::Body => self.rowing.cell,
            Kind::Total => self.rowing.total,
        }
    }

    fn turn_page(&mut self) -> Result<(), PdfError> {
        self.flow.next_page()?;
        self.set_titles(true)
    }

    /// Ends the table.
    pub(crate) fn finish(mut self) -> Result<(), PdfError> {
        if self.set.is_none() {
            self.place()?;
        }
        match self.held.take() {
            Some(row) => self.set_row(row, 0.0)?,
            None => self.set_no_rows()?,
        }
        self.flow.gap(style::AROUND_BLOCK);
        Ok(())
    }

    fn set_no_rows(&mut self) -> Result<(), PdfError> {
        let Some(setting) = &self.set else { return Ok(()) };
        let flow = &mut *self.flow;
        let padding = self.rowing.padding;
        let style = Type { ink: Ink::Muted, ..self.rowing.cell };
        let width = flow.frame.measure();
        let lines = flow.lines(self.no_rows, &style, width, &|| Place::NoRows)?;
        let body = flow.tree.add(setting.table, Tag::Body);
        let row = flow.tree.add(body, Tag::Row);
        let columns = u8::try_from(self.table.columns.len()).unwrap_or(u8::MAX);
        let cell = flow.tree.add(row, Tag::WideCell(columns));
        flow.y += padding;
        flow.set_marked(cell, "TD", flow.frame.left, &style, lines);
        flow.y += padding;
        let y = flow.y;
        flow.sheet.rule(flow.frame.left, flow.frame.right, y, HAIRLINE, Ink::Hairline);
        Ok(())
    }
}

/// The height of a row with these lines.
fn height(cells: &[Vec<Line>], style: &Type, padding: f32) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or_default().max(1);
    style.leading * whole_lines(lines) + 2.0 * padding
}
