//! The embedded fonts: which glyph stands for a character and how wide it is.

use std::sync::OnceLock;

use printpdf::ParsedFont;

use crate::error::PdfError;

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.ttf");
const STRONG: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf");

/// One of the two weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Running text.
    Regular,
    /// Headings, totals, emphasis.
    Strong,
}

/// A glyph of a whole font.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Glyph {
    /// Its number; 0 means that the font has none.
    pub(crate) id: u16,
    /// Its advance in font units.
    pub(crate) advance: u16,
    /// Its advance in thousandths of the size, cut off as printpdf cuts off the widths it writes.
    pub(crate) width: u16,
}

/// A whole font, with its glyphs by character.
pub(crate) struct Font {
    pub(crate) bytes: &'static [u8],
    pub(crate) parsed: ParsedFont,
    /// By code point, up to the last character that has a glyph.
    glyphs: Vec<Glyph>,
}

impl Font {
    /// The glyph of a character, if the font has one.
    pub(crate) fn glyph(&self, character: char) -> Option<Glyph> {
        self.glyphs.get(character as usize).copied().filter(|glyph| glyph.id != 0)
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let mut parsed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        let units = f32::from(parsed.units_per_em);
        let last = *parsed.codepoint_to_glyph.last_key_value()?.0;
        let mut glyphs = vec![Glyph::default(); last as usize + 1];
        for (code, id) in &parsed.codepoint_to_glyph {
            let advance = parsed.get_glyph_width(*id)?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a width of a few thousand, cut off on purpose"
            )]
            let width = (f32::from(advance) * 1000.0 / units) as u16;
            if let Some(glyph) = glyphs.get_mut(*code as usize) {
                *glyph = Glyph { id: *id, advance, width };
            }
        }
        // What describes the font is wanted below; its bytes and tables are not.
        parsed.original_bytes = Vec::new();
        parsed.codepoint_to_glyph.clear();
        parsed.glyph_widths.clear();
        Some(Self { bytes, parsed, glyphs })
    }
}

/// The font of a weight, read at the first use.
pub(crate) fn font(weight: Weight) -> Result<&'static Font, PdfError> {
    static FONTS: [OnceLock<Option<Font>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [regular, strong] = &FONTS;
    let read = match weight {
        Weight::Regular => regular.get_or_init(|| Font::read(REGULAR)),
        Weight::Strong => strong.get_or_init(|| Font::read(STRONG)),
    };
    read.as_ref().ok_or_else(|| PdfError::Font("it cannot be parsed".to_owned()))
}

/// Whether a character can stand on a page. White space and invisible marks can.
#[must_use]
pub fn can_show(character: char) -> bool {
    crate::words::is_invisible(character)
        || character.is_whitespace()
        || (font(Weight::Regular).is_ok_and(|font| font.glyph(character).is_some())
            && font(Weight::Strong).is_ok_and(|font| font.glyph(character).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_the_scripts_of_europe_and_figures_of_one_width() {
        for sample in ["Zażółć gęślą jaźń", "Příliš žluťoučký kůň", "Şişli, Iğdır", "Ţară, țară"]
            .into_iter()
            .chain([
                "Ελληνική Δημοκρατία ΐ",
                "Ἀθῆναι",
                "Щастие, Їжак, Ґанок, Љубав",
                "€ £ – — „” ≥ ✓",
            ])
        {
            assert!(sample.chars().all(can_show), "{sample} is not covered");
        }
        for weight in [Weight::Regular, Weight::Strong] {
            let font = font(weight).expect("the font");
            let widths: Vec<u16> = ('0'..='9')
                .filter_map(|digit| font.glyph(digit))
                .map(|glyph| glyph.width)
                .collect();
            assert_eq!(widths.len(), 10);
            assert!(
                widths.iter().all(|width| *width == widths[0]),
                "figures must align: {widths:?}"
            );
        }
        assert!(!can_show('漢'));
        assert!(!can_show('\u{7}'));
    }
}
