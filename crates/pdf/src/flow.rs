//! Where the next block goes: down the page, and over to the next one.

use crate::about::About;
use crate::error::{PdfError, Place};
use crate::faces::Faces;
use crate::heading::{Heading, Level};
use crate::outline::Entry;
use crate::press::Press;
use crate::sheet::Sheet;
use crate::style::{self, Frame, Type};
use crate::tree::{Node, Tag, Tree};
use crate::words::{Line, measure};

/// A document while it is being filled.
pub(crate) struct Flow {
    pub(crate) frame: Frame,
    pub(crate) faces: Faces,
    pub(crate) tree: Tree,
    pub(crate) sheet: Sheet,
    pub(crate) outline: Vec<Entry>,
    pub(crate) press: Press,
    /// Pages before this one.
    pub(crate) page: u32,
    /// How far the page is filled, from its top.
    pub(crate) y: f32,
    /// The space that the next block keeps from the one before.
    space: f32,
    /// Headings that wait for what they stand above, so that none is left alone at a page's foot.
    waiting: Vec<Heading>,
}

impl Flow {
    pub(crate) fn new(about: &About) -> Result<Self, PdfError> {
        let frame = Frame::of(about.orientation);
        Ok(Self {
            frame,
            faces: Faces::new()?,
            tree: Tree::new(),
            sheet: Sheet::new(&frame),
            outline: Vec::new(),
            press: Press::new(frame),
            page: 0,
            y: frame.top,
            space: 0.0,
            waiting: Vec::new(),
        })
    }

    /// The lines of a text in a column of this width.
    pub(crate) fn lines(
        &mut self,
        text: &str,
        style: &Type,
        width: f32,
        place: &dyn Fn() -> Place,
    ) -> Result<Vec<Line>, PdfError> {
        let face = self.faces.get(style.weight);
        Ok(measure(face, text, place)?.lines(face, style.size, width))
    }

    /// Keeps at least this much space before the next block.
    pub(crate) fn gap(&mut self, space: f32) {
        self.space = self.space.max(space);
    }

    /// What is left of the page below the last block and its space.
    pub(crate) fn room(&self) -> f32 {
        self.frame.bottom - self.y - if self.is_at_top() { 0.0 } else { self.space }
    }

    /// What an empty page holds.
    pub(crate) fn page_room(&self) -> f32 {
        self.frame.bottom - self.frame.top
    }

    fn is_at_top(&self) -> bool {
        self.y <= self.frame.top
    }

    /// Makes room for a block whose first part is this high, and puts the headings that wait above
    /// it. Afterwards `y` is where the block begins.
    pub(crate) fn reserve(&mut self, height: f32) -> Result<(), PdfError> {
        let headings: f32 = self.waiting.iter().map(Heading::height).sum();
        if self.room() < headings + height && !self.is_at_top() {
            self.next_page()?;
        }
        for heading in std::mem::take(&mut self.waiting) {
            let (above, below) = heading.level.around();
            self.gap(above);
            self.settle();
            self.set_heading(heading);
            self.gap(below);
        }
        self.settle();
        Ok(())
    }

    fn settle(&mut self) {
        if !self.is_at_top() {
            self.y += self.space;
        }
        self.space = 0.0;
    }

    /// Lets a heading wait for the block below it.
    pub(crate) fn wait(&mut self, heading: Heading) {
        self.waiting.push(heading);
    }

    fn set_heading(&mut self, heading: Heading) {
        let node = self.tree.add(Tree::ROOT, Tag::Heading(heading.level.tag()));
        self.outline.push(Entry {
            level: heading.level,
            title: heading.title,
            page: self.page,
            top: self.frame.height - self.y + 6.0,
        });
        let style = heading.level.style();
        self.set_marked(node, heading.level.tag_name(), self.frame.left, &style, heading.lines);
    }

    /// Ends the page and begins the next one.
    pub(crate) fn next_page(&mut self) -> Result<(), PdfError> {
        let full = std::mem::replace(&mut self.sheet, Sheet::new(&self.frame));
        self.press.take(full, &self.faces)?;
        self.page += 1;
        self.y = self.frame.top;
        self.space = 0.0;
        Ok(())
    }

    /// Ends the last page.
    pub(crate) fn close(&mut self) -> Result<(), PdfError> {
        if !self.is_at_top() || self.page == 0 {
            self.next_page()?;
        }
        Ok(())
    }

    /// Ends the page if anything stands on it.
    pub(crate) fn break_page(&mut self) -> Result<(), PdfError> {
        self.reserve(0.0)?;
        if self.is_at_top() { Ok(()) } else { self.next_page() }
    }

    /// Begins text of an element.
    pub(crate) fn begin(&mut self, node: Node, tag: &str) {
        let number = self.sheet.begin(tag);
        self.tree.mark(node, self.page, number);
    }

    /// Sets lines below each other as text of one element, and moves down past them.
    pub(crate) fn set_marked(
        &mut self,
        node: Node,
        tag: &str,
        left: f32,
        style: &Type,
        lines: impl IntoIterator<Item = Line>,
    ) {
        self.begin(node, tag);
        for line in lines {
            self.sheet.set(left, self.y, style, line.text);
            self.y += style.leading;
        }
        self.sheet.end();
    }

    /// Sets lines as a paragraph that may go on on the next page, never with a line by itself. The
    /// room for its first lines was made before.
    pub(crate) fn set_paragraph(
        &mut self,
        node: Node,
        style: &Type,
        lines: Vec<Line>,
    ) -> Result<(), PdfError> {
        let mut rest = lines.into_iter();
        loop {
            let mut fitting = style::lines_in(self.frame.bottom - self.y, style.leading);
            if fitting >= rest.len() {
                let last: Vec<Line> = rest.collect();
                self.set_marked(node, "P", self.frame.left, style, last);
                return Ok(());
            }
            if rest.len() - fitting == 1 && fitting > 2 {
                fitting -= 1;
            }
            let part: Vec<Line> = rest.by_ref().take(fitting.max(1)).collect();
            self.set_marked(node, "P", self.frame.left, style, part);
            self.next_page()?;
        }
    }

    /// Sets the title block of the first page.
    pub(crate) fn set_title(&mut self, about: &About) -> Result<(), PdfError> {
        let measure = self.frame.measure();
        let title = self.lines(&about.title, &style::TITLE, measure, &|| Place::Title)?;
        let node = self.tree.add(Tree::ROOT, Tag::Heading(1));
        self.set_marked(node, "H1", self.frame.left, &style::TITLE, title);
        if !about.subtitle.trim().is_empty() {
            let lines = self.lines(&about.subtitle, &style::SUBTITLE, measure, &|| Place::Title)?;
            self.y += 3.0;
            let node = self.tree.add(Tree::ROOT, Tag::Paragraph);
            self.set_marked(node, "P", self.frame.left, &style::SUBTITLE, lines);
        }
        self.gap(style::AFTER_TITLE);
        Ok(())
    }

    /// A heading with its lines broken.
    pub(crate) fn heading(&mut self, level: Level, text: &str) -> Result<Heading, PdfError> {
        let width = self.frame.measure();
        let lines = self.lines(text, &level.style(), width, &|| Place::Heading)?;
        Ok(Heading { level, title: crate::words::clean(text).replace('\n', " "), lines })
    }
}
