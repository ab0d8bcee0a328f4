//! Reads a finished file back: the texts of its pages with where they stand.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// A line of text on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// The tag of the marked content around it.
    pub(crate) tag: String,
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) y: f32,
}

/// A file that was read.
pub(crate) struct Read {
    pub(crate) document: Document,
    pub(crate) pages: Vec<Vec<Piece>>,
}

struct FontTable {
    text: BTreeMap<u16, String>,
    widths: BTreeMap<u16, f32>,
}

impl Read {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let document = Document::load_mem(bytes).unwrap();
        let ids: Vec<ObjectId> = document.page_iter().collect();
        let fonts = fonts(&document, ids[0]);
        let pages = ids.iter().map(|id| pieces(&document, *id, &fonts)).collect();
        Self { document, pages }
    }

    /// All text of a page, one line per piece.
    pub(crate) fn text(&self, page: usize) -> String {
        self.pages[page].iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// All text of the document that is no artifact.
    pub(crate) fn whole(&self) -> String {
        let pieces = self.pages.iter().flatten().filter(|piece| piece.tag != "Artifact");
        pieces.map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn catalog(&self) -> &Dictionary {
        self.document.catalog().unwrap()
    }

    /// The elements of the structure of one type, in object order.
    pub(crate) fn elements(&self, kind: &str) -> Vec<&Dictionary> {
        let is = |dictionary: &&Dictionary| {
            dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == kind.as_bytes())
                && dictionary.has(b"P")
        };
        self.document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok())
            .filter(is)
            .collect()
    }
}

fn fonts(document: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, FontTable> {
    let fonts = document.get_page_fonts(page).unwrap();
    fonts.into_iter().map(|(name, font)| (name, font_table(document, font))).collect()
}

fn font_table(document: &Document, font: &Dictionary) -> FontTable {
    let stream = font.get(b"ToUnicode").and_then(Object::as_reference).unwrap();
    let stream = document.get_object(stream).and_then(Object::as_stream).unwrap();
    let map = String::from_utf8(stream.decompressed_content().unwrap()).unwrap();
    let descendants = font.get(b"DescendantFonts").and_then(Object::as_array).unwrap();
    let descendant = document.dereference(&descendants[0]).unwrap().1.as_dict().unwrap();
    let mut widths = BTreeMap::new();
    let list = document.dereference(descendant.get(b"W").unwrap()).unwrap().1.as_array().unwrap();
    for pair in list.chunks(2) {
        let first = u16::try_from(pair[0].as_i64().unwrap()).unwrap();
        for (step, width) in (0..).zip(pair[1].as_array().unwrap()) {
            widths.insert(first + step, width.as_float().unwrap());
        }
    }
    FontTable { text: characters(&map), widths }
}

fn characters(map: &str) -> BTreeMap<u16, String> {
    let hex = |digits: &str| u16::from_str_radix(digits.trim_matches(['<', '>']), 16).unwrap();
    let mut characters = BTreeMap::new();
    let mut mode = "";
    for line in map.lines().map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [_, "beginbfchar"] => mode = "char",
            [_, "beginbfrange"] => mode = "range",
            ["endbfchar" | "endbfrange"] => mode = "",
            [code, to] if mode == "char" => {
                characters.insert(hex(code), String::from_utf16(&[hex(to)]).unwrap());
            }
            [from, until, to] if mode == "range" => {
                for (step, code) in (0..).zip(hex(from)..=hex(until)) {
                    characters.insert(code, String::from_utf16(&[hex(to) + step]).unwrap());
                }
            }
            _ => {}
        }
    }
    characters
}

fn pieces(document: &Document, page: ObjectId, fonts: &BTreeMap<Vec<u8>, FontTable>) -> Vec<Piece> {
    let content = Content::decode(&document.get_page_content(page)).unwrap();
    let number = |object: &Object| object.as_float().unwrap();
    let (mut at, mut font, mut size) = ((0.0, 0.0), Vec::new(), 0.0);
    let mut tags = Vec::new();
    let mut pieces = Vec::new();
    for operation in &content.operations {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "BT" => at = (0.0, 0.0),
            "Td" => at = (at.0 + number(&operands[0]), at.1 + number(&operands[1])),
            "Tf" => {
                font = operands[0].as_name().unwrap().to_vec();
                size = number(&operands[1]);
            }
            "BMC" | "BDC" => {
                tags.push(String::from_utf8(operands[0].as_name().unwrap().to_vec()).unwrap());
            }
            "EMC" => {
                tags.pop().expect("marked content that was begun");
            }
            "Tj" => {
                let table = &fonts[&font];
                let codes = operands[0].as_str().unwrap().chunks(2);
                let codes: Vec<u16> =
                    codes.map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                let text = codes.iter().map(|code| table.text[code].as_str()).collect();
                let width: f32 = codes.iter().map(|code| table.widths[code]).sum();
                pieces.push(Piece {
                    text,
                    tag: tags.last().expect("all text is marked").clone(),
                    left: at.0,
                    right: at.0 + width * size / 1000.0,
                    y: at.1,
                });
            }
            "Tm" | "TJ" => panic!("text is placed by Td and shown by Tj"),
            _ => {}
        }
    }
    assert!(tags.is_empty(), "marked content that was not ended");
    pieces
}
