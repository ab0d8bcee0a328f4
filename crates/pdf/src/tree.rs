//! The structure of a document: which text is a heading, which a cell, in the order of reading.
//!
//! A long table has hundreds of thousands of elements. They are kept as a few numbers each and
//! written straight into the file.

use std::io::Write as _;

use crate::file::File;

/// What an element is (ISO 32000-1, 14.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Document,
    /// A heading, from 1.
    Heading(u8),
    Paragraph,
    Note,
    Table,
    Head,
    Body,
    Foot,
    Row,
    /// The header of a column.
    ColumnTitle,
    /// The header of a row.
    RowTitle,
    Cell,
    /// A cell over this many columns.
    WideCell(u8),
}

impl Tag {
    /// The standard structure type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Heading(1) => "H1",
            Self::Heading(2) => "H2",
            Self::Heading(3) => "H3",
            Self::Heading(_) => "H4",
            Self::Paragraph => "P",
            Self::Note => "Div",
            Self::Table => "Table",
            Self::Head => "THead",
            Self::Body => "TBody",
            Self::Foot => "TFoot",
            Self::Row => "TR",
            Self::ColumnTitle | Self::RowTitle => "TH",
            Self::Cell | Self::WideCell(_) => "TD",
        }
    }
}

/// An element of the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node(u32);

struct Element {
    tag: Tag,
    parent: u32,
}

/// A piece of text on a page that belongs to an element.
#[derive(Clone, Copy)]
struct Mark {
    node: u32,
    page: u32,
    number: u32,
}

/// The elements and their pieces of text.
pub(crate) struct Tree {
    elements: Vec<Element>,
    marks: Vec<Mark>,
}

impl Tree {
    /// The element that holds all others.
    pub(crate) const ROOT: Node = Node(0);

    pub(crate) fn new() -> Self {
        Self { elements: vec![Element { tag: Tag::Document, parent: 0 }], marks: Vec::new() }
    }

    /// Adds an element after its elder siblings.
    pub(crate) fn add(&mut self, parent: Node, tag: Tag) -> Node {
        let node = Node(u32::try_from(self.elements.len()).unwrap_or(u32::MAX));
        self.elements.push(Element { tag, parent: parent.0 });
        node
    }

    /// Notes that a piece of text on a page belongs to an element.
    pub(crate) fn mark(&mut self, node: Node, page: u32, number: u32) {
        self.marks.push(Mark { node: node.0, page, number });
    }

    /// How many objects [`Self::write`] makes for so many pages.
    pub(crate) fn size(&self, pages: usize) -> u32 {
        u32::try_from(1 + pages + self.elements.len()).unwrap_or(u32::MAX)
    }

    /// Writes the structure: its root as object `first`, then for each page the list of its
    /// elements, then the elements. `pages` are the numbers of the page objects.
    pub(crate) fn write(mut self, file: &mut File, first: u32, pages: &[u32]) {
        let lists = first + 1;
        let elements = lists + length(pages);
        self.write_root(file, first, lists, elements, pages.len());
        self.write_pages(file, lists, elements, pages.len());
        self.marks.sort_by_key(|mark| mark.node);
        let (starts, children) = self.children();
        let mut marks = self.marks.iter().peekable();
        let mut kids = starts.windows(2);
        for (index, element) in (0_u32..).zip(&self.elements) {
            let mut texts = Vec::new();
            while let Some(mark) = marks.next_if(|mark| mark.node == index) {
                texts.push(*mark);
            }
            let own = match kids.next() {
                Some(&[from, to]) => children.get(from..to).unwrap_or_default(),
                _ => &[],
            };
            let parent = if index == 0 { first } else { elements + element.parent };
            file.pack(elements + index, |out| {
                write_element(out, element.tag, parent, own, elements, &texts, pages)
            });
        }
    }

    fn write_root(&self, file: &mut File, first: u32, lists: u32, elements: u32, pages: usize) {
        file.pack(first, |out| {
            write!(
                out,
                "<</Type/StructTreeRoot/K {elements} 0 R/ParentTreeNextKey {pages}\
                 /ParentTree<</Nums["
            )?;
            for page in 0..u32::try_from(pages).unwrap_or_default() {
                write!(out, "{page} {} 0 R ", lists + page)?;
            }
            write!(out, "]>>>>")
        });
    }

    /// The elements of each page in the order of their numbers there, which is that of painting.
    fn write_pages(&self, file: &mut File, lists: u32, elements: u32, pages: usize) {
        let mut marks = self.marks.iter().peekable();
        for page in 0..u32::try_from(pages).unwrap_or_default() {
            file.pack(lists + page, |out| {
                write!(out, "[")?;
                while let Some(mark) = marks.next_if(|mark| mark.page == page) {
                    write!(out, "{} 0 R ", elements + mark.node)?;
                }
                write!(out, "]")
            });
        }
    }

    /// The children of all elements, parent by parent, and where those of each begin.
    fn children(&self) -> (Vec<usize>, Vec<u32>) {
        let mut starts = vec![0_usize; self.elements.len() + 1];
        for element in self.elements.iter().skip(1) {
            if let Some(count) = starts.get_mut(element.parent as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut children = vec![0_u32; sum];
        for (index, element) in (0_u32..).zip(&self.elements).skip(1) {
            if let Some(place) = next.get_mut(element.parent as usize) {
                if let Some(child) = children.get_mut(*place) {
                    *child = index;
                }
                *place += 1;
            }
        }
        (starts, children)
    }
}

fn write_element(
    out: &mut Vec<u8>,
    tag: Tag,
    parent: u32,
    children: &[u32],
    elements: u32,
    texts: &[Mark],
    pages: &[u32],
) -> std::io::Result<()> {
    write!(out, "<</S/{}/P {parent} 0 R", tag.name())?;
    match tag {
        Tag::ColumnTitle => write!(out, "/A<</O/Table/Scope/Column>>")?,
        Tag::RowTitle => write!(out, "/A<</O/Table/Scope/Row>>")?,
        Tag::WideCell(columns) => write!(out, "/A<</O/Table/ColSpan {columns}>>")?,
        _ => {}
    }
    let page_of = |mark: &Mark| pages.get(mark.page as usize).copied().unwrap_or_default();
    match texts {
        [] => {
            if !children.is_empty() {
                write!(out, "/K[")?;
                for child in children {
                    write!(out, "{} 0 R ", elements + child)?;
                }
                write!(out, "]")?;
            }
        }
        [text] => write!(out, "/K {}/Pg {} 0 R", text.number, page_of(text))?,
        [head, ..] => {
            write!(out, "/Pg {} 0 R/K[", page_of(head))?;
            for text in texts {
                if text.page == head.page {
                    write!(out, "{} ", text.number)?;
                } else {
                    let page = page_of(text);
                    write!(out, "<</Type/MCR/Pg {page} 0 R/MCID {}>>", text.number)?;
                }
            }
            write!(out, "]")?;
        }
    }
    write!(out, ">>")
}

fn length(pages: &[u32]) -> u32 {
    u32::try_from(pages.len()).unwrap_or(u32::MAX)
}
