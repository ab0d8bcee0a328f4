//! The glyphs that a document uses, numbered in the order of their first use, and the fonts cut
//! down to them.
//!
//! Numbering at first use means that a page can be written while later pages, with characters
//! not met yet, are still to come.

use std::collections::BTreeMap;

use printpdf::{FontId, ParsedFont, PdfFont};
use subsetter::GlyphRemapper;

use crate::error::PdfError;
use crate::glyphs::{Font, Glyph, Weight, font};

/// Both weights as this document uses them.
pub(crate) struct Faces {
    regular: Face,
    strong: Face,
}

/// One weight as this document uses it.
pub(crate) struct Face {
    font: &'static Font,
    /// A bit for each code point that was used.
    used: Vec<u64>,
    remapper: GlyphRemapper,
    /// New glyph number by code point.
    codes: BTreeMap<u32, u16>,
    /// Advance in font units by new glyph number.
    advances: BTreeMap<u16, u16>,
    /// One character for each glyph, the first that used it.
    specimen: String,
}

impl Faces {
    pub(crate) fn new() -> Result<Self, PdfError> {
        let mut faces =
            Self { regular: Face::new(Weight::Regular)?, strong: Face::new(Weight::Strong)? };
        // What page numbers need must be there before the number of pages is known. The space
        // comes first, so that copied text has it and not the space that does not break.
        for character in " 0123456789/".chars() {
            faces.regular.advance(character);
        }
        Ok(faces)
    }

    pub(crate) fn get(&mut self, weight: Weight) -> &mut Face {
        match weight {
            Weight::Regular => &mut self.regular,
            Weight::Strong => &mut self.strong,
        }
    }

    /// The fonts for printpdf. With their programs they can be embedded; without, text can be
    /// written with them.
    pub(crate) fn fonts(&self, programs: bool) -> Result<BTreeMap<FontId, PdfFont>, PdfError> {
        [(Weight::Regular, &self.regular), (Weight::Strong, &self.strong)]
            .into_iter()
            .map(|(weight, face)| Ok((id(weight), PdfFont::new(face.parsed(weight, programs)?))))
            .collect()
    }

    /// A line of each weight with every glyph in it.
    pub(crate) fn specimens(&self) -> [(Weight, &str); 2] {
        [(Weight::Regular, &self.regular.specimen), (Weight::Strong, &self.strong.specimen)]
    }
}

/// The name of a weight in the resources of a page.
pub(crate) fn id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "R".to_owned(),
        Weight::Strong => "S".to_owned(),
    })
}

impl Face {
    fn new(weight: Weight) -> Result<Self, PdfError> {
        Ok(Self {
            font: font(weight)?,
            used: vec![0; 1024],
            remapper: GlyphRemapper::new(),
            codes: BTreeMap::new(),
            advances: BTreeMap::new(),
            specimen: String::new(),
        })
    }

    /// The advance of a character in thousandths of the size, noting its use; none if the font
    /// has no glyph for it.
    pub(crate) fn advance(&mut self, character: char) -> Option<u16> {
        let glyph = self.font.glyph(character)?;
        let code = character as u32;
        let bit = 1_u64 << (code % 64);
        let word = self.used.get_mut(code as usize / 64)?;
        if *word & bit == 0 {
            *word |= bit;
            self.note(character, glyph);
        }
        Some(glyph.width)
    }

    fn note(&mut self, character: char, glyph: Glyph) {
        let new = self.remapper.remap(glyph.id);
        self.codes.insert(character as u32, new);
        if self.advances.insert(new, glyph.advance).is_none() {
            self.specimen.push(character);
        }
    }

    fn parsed(&self, weight: Weight, program: bool) -> Result<ParsedFont, PdfError> {
        let mut parsed = self.font.parsed.clone();
        parsed.codepoint_to_glyph = self.codes.clone();
        parsed.glyph_widths = self.advances.clone();
        // ISO 32000-1, 9.6.4: the name of a font that was cut down begins with six letters.
        parsed.font_name = Some(match weight {
            Weight::Regular => "BOOQNR+Inter-Regular".to_owned(),
            Weight::Strong => "BOOQNS+Inter-SemiBold".to_owned(),
        });
        parsed.original_bytes = if program {
            subsetter::subset(self.font.bytes, 0, &self.remapper)
                .map_err(|error| PdfError::Font(error.to_string()))?
        } else {
            vec![0, 1, 0, 0]
        };
        Ok(parsed)
    }
}
