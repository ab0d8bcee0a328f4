//! Text made ready for a line: normalised, measured, broken.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::error::{PdfError, Place};
use crate::faces::Face;

/// The space at which a line is not broken, as long as lines are still to be broken.
const NO_BREAK: char = '\u{a0}';

/// Whether a character says something about the text and shows nothing itself.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}'
    )
}

/// The text with composed characters, one kind of line end and plain spaces.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let composed = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    };
    let mut cleaned = String::with_capacity(composed.len());
    let mut characters = composed.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\t' | '\u{b}' | '\u{c}' => cleaned.push(' '),
            other if is_invisible(other) => {}
            other => cleaned.push(other),
        }
    }
    Cow::Owned(cleaned)
}

/// A text measured against a face: the width of each of its characters.
pub(crate) struct Measured<'t> {
    text: Cow<'t, str>,
    /// Thousandths of the size, for the whole text.
    total: u32,
    several: bool,
}

/// Cleans and measures a text, or names the first character that cannot be shown.
pub(crate) fn measure<'t>(
    face: &mut Face,
    text: &'t str,
    place: &dyn Fn() -> Place,
) -> Result<Measured<'t>, PdfError> {
    let text = clean(text);
    let mut total = 0_u32;
    let mut several = false;
    for character in text.chars() {
        match face.advance(character) {
            Some(width) => total += u32::from(width),
            None if character == '\n' => several = true,
            None => {
                return Err(PdfError::MissingGlyph {
                    character,
                    code_point: character as u32,
                    place: place(),
                });
            }
        }
    }
    Ok(Measured { text, total, several })
}

impl Measured<'_> {
    /// The width of the text on one line, in points; of its longest line if it has several.
    pub(crate) fn width(&self, face: &mut Face, size: f32) -> f32 {
        if !self.several {
            return points(self.total, size);
        }
        self.text.split('\n').map(|line| points(width(face, line), size)).fold(0.0, f32::max)
    }

    /// The width of the longest word, in points.
    pub(crate) fn longest_word(&self, face: &mut Face, size: f32) -> f32 {
        self.text.split([' ', '\n']).map(|word| points(width(face, word), size)).fold(0.0, f32::max)
    }

    /// The lines of the text in a column of this width, each with its own width in points.
    pub(crate) fn lines(self, face: &mut Face, size: f32, column: f32) -> Vec<Line> {
        if !self.several && points(self.total, size) <= column {
            return vec![Line::new(self.text.trim_end(), points(self.total, size))];
        }
        let mut lines = Vec::new();
        for paragraph in self.text.split('\n') {
            break_paragraph(face, paragraph, size, column, &mut lines);
        }
        while lines.len() > 1 && lines.last().is_some_and(|line| line.text.is_empty()) {
            lines.pop();
        }
        lines
    }
}

/// A line ready to be set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Its text, without the spaces at its end.
    pub(crate) text: String,
    /// Its width in points.
    pub(crate) width: f32,
}

impl Line {
    pub(crate) fn empty() -> Self {
        Self { text: String::new(), width: 0.0 }
    }

    fn new(text: &str, width: f32) -> Self {
        let text =
            if text.contains(NO_BREAK) { text.replace(NO_BREAK, " ") } else { text.to_owned() };
        Self { text, width }
    }
}

#[expect(clippy::cast_precision_loss, reason = "widths of lines are far below 2^24")]
fn points(thousandths: u32, size: f32) -> f32 {
    thousandths as f32 * size / 1000.0
}

fn width(face: &mut Face, text: &str) -> u32 {
    text.chars().filter_map(|character| face.advance(character)).map(u32::from).sum()
}

/// Breaks at spaces and after hyphens and slashes; a word longer than a line between any two
/// characters.
fn break_paragraph(face: &mut Face, text: &str, size: f32, column: f32, lines: &mut Vec<Line>) {
    // One thousandth of slack for what rounding does.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the width of a column in thousandths is far below 2^32"
    )]
    let room = ((column * 1000.0 / size).max(0.0) as u32) + 1;
    let mut line = String::new();
    let mut used = 0_u32;
    // The width without the spaces at the end of the line.
    let mut inked = 0_u32;
    for piece in pieces(text) {
        let word = piece.trim_end_matches(' ');
        let word_width = width(face, word);
        if used + word_width > room && !line.is_empty() {
            lines.push(Line::new(line.trim_end(), points(inked, size)));
            line.clear();
            used = 0;
        }
        if word_width > room {
            let mut advance = 0;
            for character in word.chars() {
                let step = face.advance(character).map_or(0, u32::from);
                if advance + step > room && !line.is_empty() {
                    lines.push(Line::new(&line, points(advance, size)));
                    line.clear();
                    advance = 0;
                }
                line.push(character);
                advance += step;
            }
            used = advance;
        } else {
            line.push_str(word);
            used += word_width;
        }
        inked = used;
        let spaces = piece.get(word.len()..).unwrap_or_default();
        line.push_str(spaces);
        used += width(face, spaces);
    }
    lines.push(Line::new(line.trim_end(), points(inked, size)));
}

/// Cuts a text where a line may end. A piece keeps the spaces after it.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut previous = ' ';
        let mut cut = rest.len();
        // Characters since the last place where a line may end.
        let mut run = 0;
        for (index, character) in rest.char_indices() {
            let after_space = previous == ' ' && character != ' ' && index > 0;
            // Not within "e-mail" and not within numbers.
            let after_hyphen = matches!(previous, '-' | '–' | '—' | '/' | '\u{2010}')
                && character.is_alphabetic()
                && run > 2;
            if after_space || after_hyphen {
                cut = index;
                break;
            }
            run = if character == ' ' { 0 } else { run + 1 };
            previous = character;
        }
        let (piece, tail) = rest.split_at(cut);
        rest = tail;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::Faces;
    use crate::glyphs::Weight;

    fn set(text: &str, column: f32) -> Vec<String> {
        let mut faces = Faces::new().expect("fonts");
        let face = faces.get(Weight::Regular);
        let measured = measure(face, text, &|| Place::Paragraph).expect("covered");
        let lines = measured.lines(face, 10.0, column);
        assert!(column < 10.0 || lines.iter().all(|line| line.width <= column + 0.02), "{lines:?}");
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn breaks_at_spaces_hyphens_and_line_ends_and_last_of_all_inside_a_word() {
        assert_eq!(set("een twee drie", 500.0), ["een twee drie"]);
        assert_eq!(set("een twee\r\ndrie\n", 500.0), ["een twee", "drie"]);
        assert_eq!(set("regel een  en regel twee", 55.0), ["regel een", "en regel", "twee"]);
        assert_eq!(set("Zuid-Holland", 45.0), ["Zuid-", "Holland"]);
        assert_eq!(set("per e-mail", 35.0), ["per", "e-mail"]);
        assert_eq!(set("op 12-2027", 46.0), ["op", "12-2027"]);
        assert_eq!(set("aaaaaaaaaaaaaaaaaaaa", 30.0).concat(), "a".repeat(20));
        assert_eq!(set("tien\u{a0}euro", 30.0).concat(), "tien euro");
        assert_eq!(set("", 30.0), [""]);
    }

    #[test]
    fn a_column_narrower_than_a_character_still_ends() {
        assert_eq!(set("abc", 0.0), ["a", "b", "c"]);
    }

    #[test]
    fn text_is_composed_and_invisible_marks_go() {
        assert_eq!(clean("Andre\u{301}\u{ad}\u{feff}\t\u{200b}x"), "André x");
    }
}
