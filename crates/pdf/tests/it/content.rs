//! What stands on the pages, and how it is tagged.

use booqing_pdf::{Column, Document, Emphasis, Level, Table};
use lopdf::Object;

use crate::reading::{Piece, Read};
use crate::samples;

#[test]
fn all_text_can_be_read_back_in_order() {
    let read = Read::new(&samples::dossier());
    let whole = read.whole();
    let mut at = 0;
    for text in [
        "Cliëntdossier",
        "Anna de Vries-Jönsson · cliënt K-2041",
        "Persoonsgegevens",
        "Prinsengracht 263-H",
        "1016 GV Amsterdam",
        "Bewaard tot en met 31 december 2033",
        "Afspraken",
        "Behandeling",
        "64 afspraken",
        "Boekjaar 2025",
        "4.039,71",
        "Verantwoording",
    ] {
        at += whole[at..].find(text).unwrap_or_else(|| panic!("{text} is not where it should be"));
    }
    let last = read.pages.len();
    assert!((3..=6).contains(&last), "{last} pages");
    assert!(read.text(0).contains(&format!("1 / {last}")));
    assert!(read.text(last - 1).contains(&format!("{last} / {last}")));
}

#[test]
fn scripts_come_back_as_they_were_put_in() {
    let whole = Read::new(&samples::scripts()).whole();
    for text in [
        "Ελληνικά, Кириллица, Łódź",
        "Zażółć gęślą jaźń",
        "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
        "Съешь же ещё этих мягких французских булок",
        "İstanbul",
        "țigara",
        "André Zöe",
    ] {
        assert!(whole.contains(text), "{text} is missing in:\n{whole}");
    }
}

#[test]
fn a_table_repeats_its_header_on_every_page_for_the_eye_only() {
    let read = Read::new(&samples::report(200));
    assert!(read.pages.len() > 4);
    let titles = |page: &[Piece], tag: &str| {
        page.iter().filter(|piece| piece.text == "Kept until" && piece.tag == tag).count()
    };
    for (number, page) in read.pages.iter().enumerate() {
        assert_eq!(titles(page, "TH"), usize::from(number == 0), "page {number}");
        assert_eq!(titles(page, "Artifact"), usize::from(number > 0), "page {number}");
        let footer = page.iter().find(|piece| piece.text.contains(" / ")).unwrap();
        assert_eq!(footer.tag, "Artifact");
    }
    assert_eq!(read.elements("TH").len(), 5);
    assert_eq!(read.elements("TR").len(), 202);
    assert_eq!(read.elements("TD").len(), 201 * 5);
    assert_eq!(read.elements("Table").len(), 1);
    let numbers: Vec<String> =
        read.whole().lines().filter(|line| line.starts_with("R-")).map(str::to_owned).collect();
    let expected: Vec<String> = (0..200).map(|number| format!("R-{number:06}")).collect();
    assert_eq!(numbers, expected, "every row stands on a page once");
}

#[test]
fn amounts_stand_at_the_right_under_each_other() {
    let read = Read::new(&samples::report(60));
    let edge = 841.89 - 62.0;
    let amounts: Vec<&Piece> = read.pages[0]
        .iter()
        .filter(|piece| piece.tag == "TD" && piece.text.contains(','))
        .collect();
    assert!(amounts.len() > 15);
    for piece in &amounts {
        assert!((piece.right - edge).abs() < 0.02, "{piece:?} does not end at {edge}");
    }
    // Figures are tabular: amounts with as many figures are equally wide.
    let wide = |length: usize| {
        let of_length = amounts.iter().filter(move |piece| piece.text.chars().count() == length);
        of_length.map(|piece| piece.right - piece.left).collect::<Vec<f32>>()
    };
    let eight = wide(8);
    assert!(eight.len() > 5);
    assert!(eight.iter().all(|width| (width - eight[0]).abs() < 0.001), "{eight:?}");
}

#[test]
fn nothing_stands_outside_the_margins() {
    for (name, bytes) in samples::all() {
        let read = Read::new(&bytes);
        for piece in read.pages.iter().flatten() {
            let right = if name == "report" { 841.89 } else { 595.28 } - 61.9;
            assert!(piece.left > 61.9 && piece.right < right, "{name}: {piece:?}");
            assert!(piece.y > 30.0, "{name}: {piece:?}");
        }
    }
}

#[test]
fn long_words_and_high_rows_lose_nothing() {
    let read = Read::new(&samples::long_words());
    let whole = read.whole().replace('\n', "");
    assert!(whole.contains(&"onbreekbaar".repeat(60)));
    assert!(whole.contains(&"x".repeat(300)));
    assert!(whole.contains("123.456.789.012.345.678,00"));
    let words = |text: &str, word: &str| text.split_whitespace().filter(|w| *w == word).count();
    let spaced = read.whole().replace('\n', " ");
    assert_eq!(words(&spaced, "bladzijde."), 160);
    assert_eq!(words(&spaced, "noot"), 200);
    assert_eq!(words(&spaced, "waarde."), 400);
}

#[test]
fn an_empty_table_says_so() {
    let read = Read::new(&samples::empty_table());
    assert!(read.whole().contains("Geen regels"));
    assert!(read.whole().contains("Er zijn geen boekingen in dit jaar."));
}

#[test]
fn headings_are_bookmarks_and_stay_with_their_text() {
    let read = Read::new(&samples::prose());
    assert_eq!(read.elements("H1").len(), 1);
    assert_eq!(read.elements("H2").len(), 4);
    assert_eq!(read.elements("H4").len(), 12);
    for page in &read.pages {
        let body: Vec<&Piece> = page.iter().filter(|piece| piece.tag != "Artifact").collect();
        let last = body.last().unwrap();
        assert!(!last.tag.starts_with('H'), "a heading is alone at the foot of a page: {last:?}");
    }
    let outlines = read.catalog().get(b"Outlines").and_then(Object::as_reference).unwrap();
    let outlines = read.document.get_dictionary(outlines).unwrap();
    assert_eq!(outlines.get(b"Count").and_then(Object::as_i64).unwrap(), 4);
    let titles = read.document.objects.values().filter_map(|object| object.as_dict().ok());
    let titles: Vec<_> = titles.filter(|entry| entry.has(b"Dest")).collect();
    assert_eq!(titles.len(), 4 + 12 + 12);
}

#[test]
fn the_document_says_what_it_is() {
    let bytes = samples::dossier();
    let read = Read::new(&bytes);
    assert_eq!(read.catalog().get(b"Lang").and_then(Object::as_str).unwrap(), b"nl");
    let text = String::from_utf8_lossy(&bytes);
    for part in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "Cliëntdossier</rdf:li>",
        "Praktijk Zonnehof B.V.</rdf:li>",
        "<xmp:CreateDate>2026-03-02T09:30:00Z</xmp:CreateDate>",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    let info = read.document.trailer.get(b"Info").and_then(Object::as_reference).unwrap();
    let info = read.document.get_dictionary(info).unwrap();
    assert_eq!(info.get(b"CreationDate").and_then(Object::as_str).unwrap(), b"D:20260302093000Z");
}

#[test]
fn paragraphs_never_leave_a_line_alone() {
    for lines in 38..60 {
        let mut document: Document = samples::document("Regels");
        for number in 0..lines {
            document.paragraph(&format!("regel {number}"), Emphasis::Quiet).unwrap();
        }
        document
            .paragraph(&"zeven woorden die samen een regel vullen. ".repeat(6), Emphasis::Plain)
            .unwrap();
        let read = Read::new(&document.finish().unwrap());
        for page in &read.pages {
            let long = page.iter().filter(|piece| piece.text.contains("woorden")).count();
            assert_ne!(long, 1, "after {lines} lines");
        }
    }
}

#[test]
fn a_heading_goes_to_the_next_page_with_its_table() {
    let mut document = samples::document("Kop en tabel");
    for _ in 0..36 {
        document.paragraph("regel", Emphasis::Plain).unwrap();
        let rows = Table::new([Column::text("Kolom", 1.0)]);
        document.heading(Level::Section, "Kop").unwrap();
        document.table_of(&rows, [["cel"]], []).unwrap();
    }
    let read = Read::new(&document.finish().unwrap());
    for page in &read.pages {
        let body: Vec<&Piece> = page.iter().filter(|piece| piece.tag != "Artifact").collect();
        assert!(matches!(body.last().unwrap().tag.as_str(), "TD" | "P"));
    }
}

#[test]
fn a_header_keeps_its_first_row_and_totals_keep_their_last() {
    for count in 1..60 {
        let mut document = samples::document("Tabel");
        for _ in 0..20 {
            document.paragraph("regel", Emphasis::Quiet).unwrap();
        }
        document.space(f32::from(u8::try_from(count).unwrap()) * 7.0);
        let table = Table::new([Column::text("Kolom", 1.0)]);
        let high = "een cel van een aantal regels ".repeat(12);
        let rows = (0..count).map(|number| [if number == 0 { high.as_str() } else { "cel" }]);
        document.table_of(&table, rows, [["totaal"]]).unwrap();
        let read = Read::new(&document.finish().unwrap());
        for page in &read.pages {
            let has = |text: &str| page.iter().any(|piece| piece.text == text);
            let cells = page.iter().filter(|piece| piece.tag == "TD").count();
            assert!(!has("Kolom") || cells > 0, "{count} rows: a header is alone");
            assert!(!has("totaal") || cells > 1, "{count} rows: the totals are alone");
        }
    }
}
