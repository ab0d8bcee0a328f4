//! Encoding, delimiter, rows and lines.

use std::io::Cursor;

use booqing_formats::csv::{CsvFile, CsvOptions, Delimiter, Encoding};

use crate::support::{cells, utf16, windows_1252};

const LIST: &str =
    "naam;plaats;notitie\r\nZoë;Den Haag;\"twee\r\nregels; en \"\"meer\"\"\"\r\nIñes;Eén;\r\n";

fn file(bytes: &[u8]) -> CsvFile<Cursor<&[u8]>> {
    CsvFile::open(Cursor::new(bytes), &CsvOptions::default()).expect("a list")
}

#[test]
fn one_list_in_five_encodings_reads_the_same() {
    let big_endian: Vec<u8> = utf16(LIST).chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
    let cases = [
        (LIST.as_bytes().to_vec(), Encoding::Utf8),
        (format!("\u{feff}{LIST}").into_bytes(), Encoding::Utf8),
        (windows_1252(LIST), Encoding::Windows1252),
        (utf16(LIST), Encoding::Utf16Le),
        (utf16(LIST)[2..].to_vec(), Encoding::Utf16Le),
        (big_endian, Encoding::Utf16Be),
    ];
    let expected = cells(LIST.as_bytes()).expect("a list");
    assert_eq!(expected.0, ["naam", "plaats", "notitie"]);
    assert_eq!(expected.1[0], ["Zoë", "Den Haag", "twee\r\nregels; en \"meer\""]);
    for (bytes, encoding) in cases {
        let found = file(&bytes);
        assert_eq!((found.encoding(), found.delimiter()), (encoding, Delimiter::Semicolon));
        assert_eq!(cells(&bytes).expect("a list"), expected, "{encoding:?}");
    }
}

#[test]
fn an_accent_in_the_last_of_many_rows_decides() {
    let mut list = b"naam;plaats\n".to_vec();
    for _ in 0..90_000 {
        list.extend_from_slice(b"Piet Jansen;Utrecht\n");
    }
    list.extend_from_slice(b"Zo\xeb;Utrecht\n");
    let mut file = file(&list);
    assert_eq!(file.encoding(), Encoding::Windows1252);
    let mut last = None;
    while let Some(record) = file.next_record().expect("a row") {
        last = Some(record);
    }
    let last = last.expect("rows");
    assert_eq!((last.row, last.line, last.cells[0].as_str()), (90_002, 90_002, "Zoë"));
    let progress = file.progress();
    assert_eq!((progress.read, progress.total), (list.len() as u64, list.len() as u64));
}

#[test]
fn lines_end_in_three_ways_and_rows_count_as_in_a_spreadsheet() {
    for end in ["\n", "\r\n", "\r"] {
        let list = ["naam,plaats", "\"A\nB\",Utrecht", "", "C,Delft", ",", "D,Goes"].join(end);
        let mut file = file(list.as_bytes());
        let mut seen = Vec::new();
        while let Some(record) = file.next_record().expect("a row") {
            seen.push((record.row, record.line, record.cells[0].clone()));
        }
        let expected =
            [(2, 2, "A\nB"), (4, 5, "C"), (6, 7, "D")].map(|(r, l, c)| (r, l, c.to_owned()));
        assert_eq!(seen, expected, "{end:?}");
    }
}

#[test]
fn the_first_line_of_excel_is_no_header() {
    for mark in ["", "\u{feff}"] {
        let list = format!("{mark}sep=|\r\nnaam|a,b,c\r\nPiet|d,e,f\r\n");
        let (header, rows) = cells(list.as_bytes()).expect("a list");
        assert_eq!((header.len(), rows.len()), (2, 1));
        assert_eq!(rows[0], ["Piet", "d,e,f"]);
    }
}

#[test]
fn what_a_person_chose_goes_before_what_is_found_out() {
    let options = CsvOptions {
        encoding: Some(Encoding::Windows1252),
        delimiter: Some(Delimiter::Comma),
        ..CsvOptions::default()
    };
    let list = Cursor::new("naam;a,b\nZoë;c,d\n".as_bytes());
    let mut file = CsvFile::open(list, &options).expect("a list");
    let record = file.next_record().expect("a row").expect("a row");
    assert_eq!(record.cells, ["ZoÃ«;c", "d"]);
}
