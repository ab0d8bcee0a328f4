//! What is refused, and that the refusal says where.

use booqing_pdf::{About, Column, Document, Emphasis, Level, PdfError, Place, Table, Tone};

use crate::samples::{document, moment};

fn missing(place: Place) -> PdfError {
    PdfError::MissingGlyph { character: '漢', code_point: 0x6f22, place }
}

#[test]
fn a_character_without_a_glyph_is_named_with_its_place() {
    let mut document = document("Titel");
    assert_eq!(document.heading(Level::Section, "Kop 漢").unwrap_err(), missing(Place::Heading));
    assert_eq!(
        document.paragraph("tekst 漢字", Emphasis::Plain).unwrap_err(),
        missing(Place::Paragraph)
    );
    assert_eq!(document.note("", "漢", Tone::Plain).unwrap_err(), missing(Place::Note));
    assert_eq!(
        document.details(&[("Naam", "漢")]).unwrap_err(),
        missing(Place::Detail { label: "Naam".to_owned() })
    );
    let table = Table::new([Column::short("Datum"), Column::text("Naam", 1.0)]);
    let cell = |row| missing(Place::Cell { row, column: "Naam".to_owned() });
    for count in [1, 400] {
        let refused = document.table(&table, |rows| {
            (1..count).try_for_each(|_| rows.row(&["1", "goed"]))?;
            rows.row(&["2", "漢"])
        });
        assert_eq!(refused.unwrap_err(), cell(count));
    }
    let about = About { footer: "漢".to_owned(), ..About::new("Titel", moment()) };
    assert_eq!(Document::new(about).unwrap_err(), missing(Place::Footer));
    assert_eq!(
        cell(3).to_string(),
        "the character '漢' (U+6F22) in row 3, column “Naam” cannot be printed"
    );
}

#[test]
fn a_row_must_fit_its_table() {
    let mut document = document("Titel");
    let table = Table::new([Column::short("a"), Column::short("b")]);
    let refused = document.table_of(&table, [vec!["1", "2"], vec!["3"]], []).unwrap_err();
    assert_eq!(refused, PdfError::Cells { row: 2, expected: 2, found: 1 });
    let refused = document.table_of(&Table::default(), Vec::<[&str; 0]>::new(), []).unwrap_err();
    assert_eq!(refused, PdfError::NoColumns);
}
