//! Files that are wrong, by accident or on purpose.

use std::io::{self, Read, Seek, SeekFrom};

use booqing_formats::Language;
use booqing_formats::clients::{ClientsError, Reason};
use booqing_formats::csv::{CsvError, CsvFile, CsvOptions, Limits, Lookalike};

use crate::support::{cells, ids, open, problems, rows, utf16};

fn refused(list: impl Into<Vec<u8>>) -> CsvError {
    match open(list).expect_err("refused") {
        ClientsError::Csv(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn files_without_rows_are_refused() {
    for empty in [b"".as_slice(), b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n\r\n", b"sep=;\r\n"] {
        assert!(matches!(refused(empty), CsvError::Empty), "{empty:?}");
    }
    for header in ["naam;plaats", "naam;plaats\r\n", "naam;plaats\r\n\r\n;\r\n;;;\r\n"] {
        assert!(matches!(refused(header), CsvError::NoRows), "{header}");
    }
}

#[test]
fn what_is_no_list_is_named_with_what_to_do() {
    let random: Vec<u8> =
        (0..10_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (bytes, kind) in [
        (b"PK\x03\x04\x14\0xl/workbook.xml".to_vec(), Lookalike::Xlsx),
        (b"%PDF-1.7\n".to_vec(), Lookalike::Pdf),
        (b"<html><table>".to_vec(), Lookalike::Html),
        (vec![0; 100_000], Lookalike::Binary),
        (random, Lookalike::Binary),
    ] {
        let error = refused(bytes);
        assert!(matches!(error, CsvError::NotAList { kind: found } if found == kind), "{error}");
        assert!(error.sentence(Language::Nl).contains("CSV"), "{}", error.sentence(Language::Nl));
        assert!(error.sentence(Language::En).starts_with("This is a"));
    }
}

#[test]
fn a_nul_or_bytes_that_are_no_text_refuse_their_row_only() {
    let rows = rows(
        b"naam;plaats\nPi\0et;Goes\nZo\xff\xc3\xab \xc3\xa9n \xc3\xa9n;Goes\nAnna;Goes\n"
            .as_slice(),
    );
    let problem = |at: usize| rows[at].outcome.as_ref().expect_err("rejected")[0].clone();
    assert_eq!(problem(0).reason, Reason::Control { code: 0, position: 3 });
    assert_eq!((problem(0).row, problem(0).value.as_str()), (2, "Pi‹U+0000›et"));
    assert_eq!((problem(1).reason, problem(1).line), (Reason::Unreadable, 3));
    assert_eq!(rows[1].outcome.as_ref().expect_err("rejected").len(), 1, "said once");
    assert!(rows[2].outcome.is_ok());
    let mut wide = utf16("naam;plaats\r\nPiet;Goes\r\n");
    wide.extend_from_slice(b"\0\xd8\n\0");
    assert_eq!(open(wide).expect("a list").rows(&mut ids()).count(), 2);
}

#[test]
fn uneven_rows_are_rejected_and_the_next_ones_are_read() {
    let rows =
        rows("naam;plaats;land\nPiet;Goes\nAnna;Delft;NL\nKees;Goes;NL;extra\nJan;Ede;NL;;\n");
    let reasons: Vec<_> =
        rows.iter().map(|row| row.outcome.as_ref().err().map(|list| list[0].reason)).collect();
    assert_eq!(
        reasons,
        [
            Some(Reason::Uneven { columns: 3, cells: 2 }),
            None,
            Some(Reason::Uneven { columns: 3, cells: 4 }),
            None
        ]
    );
    assert_eq!(rows[2].number, 4);
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_told_with_its_row() {
    let mut file = open("naam;plaats\nAnna;Goes\nPiet;\"Delft\nKees;Ede\n").expect("a list");
    let mut ids = ids();
    let results: Vec<_> = file.rows(&mut ids).collect();
    assert_eq!(results.len(), 2, "nothing comes behind an error");
    let error = results[1].as_ref().expect_err("refused");
    assert!(matches!(error, CsvError::UnclosedQuote { row: 3, line: 3 }), "{error}");
    // Inside a cell, or closed at the very end, it is a character like any other.
    assert!(problems_free("naam;plaats\n12\" scherm;\"Goes\""));
    let mut swallowing = b"naam;plaats\nPiet;\"".to_vec();
    swallowing.resize(100 << 20, b'x');
    assert!(matches!(refused(swallowing), CsvError::CellTooLarge { row: 2, line: 2, .. }));
}

fn problems_free(list: &str) -> bool {
    rows(list).iter().all(|row| row.outcome.is_ok())
}

#[test]
fn lines_and_headers_beyond_the_limits_are_refused() {
    let line = vec![b'x'; 10 << 20];
    assert!(matches!(refused(line), CsvError::CellTooLarge { row: 1, line: 1, .. }));
    let header = vec!["kolom"; 100_000].join(";");
    assert!(matches!(refused(header), CsvError::TooManyColumns { row: 1, limit: 1_000, .. }));
    let wide = [vec!["x".repeat(1 << 19); 20].join(";"), "\n".to_owned()].concat();
    assert!(matches!(refused(wide), CsvError::RowTooLarge { row: 1, .. }));
}

/// A source without end, such as a device, that counts what is taken from it.
#[derive(Debug)]
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        out.fill(b'x');
        self.0 += out.len() as u64;
        Ok(out.len())
    }
}

impl Seek for Endless {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
}

#[test]
fn a_source_without_end_is_given_up_at_the_limit() {
    let limits = Limits { file: 1 << 20, ..Limits::default() };
    let options = CsvOptions { limits, ..CsvOptions::default() };
    let error = CsvFile::open(Endless(0), &options).expect_err("refused");
    assert!(matches!(error, CsvError::FileTooLarge { limit: 1_048_576 }));
}

#[test]
fn a_mark_in_the_middle_is_passed_over() {
    let list = "naam;plaats\nPiet;Goes\n\u{feff}Anna;Delft\n";
    let rows = rows(list);
    assert_eq!(rows[1].outcome.as_ref().expect("a client").text("family_name"), Some("Anna"));
}

#[test]
fn formulas_are_texts() {
    let (_, rows) = cells(b"naam;formule\nPiet;\"=cmd|' /C calc'!A0\"\n").expect("a list");
    assert_eq!(rows[0][1], "=cmd|' /C calc'!A0");
    let (_, rows) = cells(b"naam;telefoon\nPiet;'+31 6 1234\n").expect("a list");
    assert_eq!(rows[0][1], "+31 6 1234", "an apostrophe that made a cell harmless is taken off");
}

#[test]
fn what_is_too_long_or_hides_is_told_short_and_visible() {
    let problem = problems(format!("naam;plaats\n{}\u{202e};Goes\n", "x".repeat(600)));
    assert_eq!(problem[0].reason, Reason::TooLong { length: 601, limit: 500 });
    assert_eq!(problem[0].value, format!("{}…", "x".repeat(40)));
}

#[test]
fn a_hundred_thousand_rows_are_read_one_by_one() {
    let mut list = String::from(
        "Klantnummer;Naam;E-mail;Telefoon;Straat;Huisnummer;Postcode;Plaats;Land;IBAN;Geboortedatum\r\n",
    );
    for row in 0..100_000 {
        list.push_str(&format!(
            "K{row};Anna van der Berg;anna{row}@voorbeeld.nl;06 12345678;Dorpsstraat;{};1234 AB;Den Haag;Nederland;NL91ABNA0417164300;31-01-1980\r\n",
            row % 200
        ));
    }
    let mut file = open(list).expect("a list");
    let mut ids = ids();
    let mut rows = file.rows(&mut ids);
    let mut clients = 0;
    while let Some(row) = rows.next() {
        clients += u32::from(row.expect("a row").outcome.is_ok());
        if clients == 50_000 {
            let progress = rows.progress();
            assert!(progress.read > progress.total / 3 && progress.read < progress.total);
        }
    }
    assert_eq!(clients, 100_000);
}

#[test]
fn errors_have_sentences_in_both_languages() {
    let errors = [
        CsvError::Read(io::Error::other("stuk")),
        CsvError::Empty,
        CsvError::NoRows,
        CsvError::FileTooLarge { limit: 512 << 20 },
        CsvError::TooManyColumns { row: 1, line: 1, limit: 1_000 },
        CsvError::CellTooLarge { row: 1, line: 1, limit: 1 << 20 },
        CsvError::RowTooLarge { row: 1, line: 1, limit: 8 << 20 },
        CsvError::UnclosedQuote { row: 1, line: 1 },
    ];
    for error in errors {
        let (dutch, english) = (error.sentence(Language::Nl), error.sentence(Language::En));
        assert!(dutch != english && dutch.ends_with('.') && english.ends_with('.'), "{dutch}");
        assert!(!error.code().is_empty());
    }
}
