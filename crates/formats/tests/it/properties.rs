//! What holds for any bytes and any cells.

use std::io::Cursor;

use booqing_formats::clients::{ClientField, ClientsFile, Options};
use booqing_formats::csv::{Cell, CsvFile, CsvOptions, Delimiter, Dialect, Encoding, Writer};
use booqing_model::entities::Client;
use proptest::prelude::*;

use crate::support::{cells, ids, open};

/// Bytes that look like a list more often than chance would have it.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"naam".to_vec()),
        Just("Zoë".as_bytes().to_vec()),
        Just(b"\xff\xfe".to_vec()),
        Just(b"\xef\xbb\xbf".to_vec()),
        Just(b"sep=;\r\n".to_vec()),
        proptest::collection::vec(
            prop_oneof![
                Just(b';'),
                Just(b','),
                Just(b'"'),
                Just(b'\r'),
                Just(b'\n'),
                Just(b'\t'),
                any::<u8>()
            ],
            0..8
        ),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A cell of characters that matter to delimited text.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Zéß€0-9;,|\t\"'=+@ \r\n-]{0,12}", "\\PC{0,12}"]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1usize..6).prop_flat_map(|columns| {
        proptest::collection::vec(proptest::collection::vec(cell(), columns), 1..8)
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in bytes()) {
        if let Ok((header, _)) = cells(&bytes) {
            prop_assert!(!header.is_empty());
        }
        for encoding in Encoding::ALL {
            let options = CsvOptions { encoding: Some(*encoding), ..CsvOptions::default() };
            let Ok(mut file) = CsvFile::open(Cursor::new(&bytes), &options) else { continue };
            while let Ok(Some(_)) = file.next_record() {}
        }
    }

    #[test]
    fn any_list_gives_clients_or_reasons(
        fields in proptest::collection::vec(proptest::sample::select(ClientField::ALL), 1..8),
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 8), 1..6),
    ) {
        let mut writer = Writer::new(Vec::new(), Dialect::DUTCH).expect("a vector");
        let labels = fields.iter().map(|field| field.label(booqing_formats::Language::Nl));
        writer.row(std::iter::once("Naam").chain(labels)).expect("a vector");
        for row in &rows {
            writer.row(row.iter().take(fields.len() + 1)).expect("a vector");
        }
        let list = writer.finish().expect("a vector");
        let Ok(mut file) = open(list.clone()) else { return Ok(()) };
        let mut first = ids();
        let read: Vec<_> = file.rows(&mut first).collect();
        for row in read.iter().flatten() {
            match &row.outcome {
                Ok(client) => {
                    let mut client = client.clone();
                    client.set("number", "C-1".into());
                    prop_assert!(client.to_entity::<Client>().is_ok(), "{:?}", client);
                }
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
        // A preview and an import see the same.
        let mut file = ClientsFile::open(Cursor::new(list), &Options::default()).expect("again");
        let mut second = ids();
        let again: Vec<_> = file.rows(&mut second).collect();
        prop_assert_eq!(read.len(), again.len());
        for (one, other) in read.iter().zip(&again) {
            if let (Ok(one), Ok(other)) = (one, other) {
                prop_assert!(one.outcome == other.outcome && one.raw == other.raw);
            }
        }
    }

    #[test]
    fn what_is_written_is_read(
        table in table(),
        delimiter in proptest::sample::select(Delimiter::ALL),
        mark in any::<bool>(),
    ) {
        let dialect = Dialect { delimiter, mark, ..Dialect::RFC_4180 };
        let mut writer = Writer::new(Vec::new(), dialect).expect("a vector");
        let width = table[0].len();
        // Names that cannot be mistaken for anything else, and a cell that makes no row blank.
        writer.row((0..=width).map(|_| "kolom")).expect("a vector");
        for row in &table {
            writer.row(row.iter().map(Cell::from).chain([Cell::Text("x")])).expect("a vector");
        }
        let written = writer.finish().expect("a vector");
        let options = CsvOptions {
            encoding: Some(Encoding::Utf8),
            delimiter: Some(delimiter),
            ..CsvOptions::default()
        };
        let mut file = CsvFile::open(Cursor::new(&written), &options).expect("a list");
        prop_assert_eq!(CsvFile::open(Cursor::new(&written), &CsvOptions::default()).expect("a list").encoding(), Encoding::Utf8);
        for row in &table {
            let record = file.next_record().expect("a row").expect("a row");
            prop_assert_eq!(&record.cells[..width], row.as_slice());
        }
        prop_assert!(file.next_record().expect("the end").is_none());
    }
}
