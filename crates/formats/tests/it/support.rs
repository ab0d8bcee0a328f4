//! Lists from text, read whole.

use std::io::Cursor;

use booqing_formats::clients::{ClientsError, ClientsFile, Options, RejectedRow, Row};
use booqing_formats::csv::{CsvError, CsvFile, CsvOptions};
use booqing_model::{Fields, Id};

/// Ids that count up.
pub(crate) fn ids() -> impl FnMut() -> Id {
    let mut last = 0;
    move || {
        last += 1;
        Id::new(last, [0; 10])
    }
}

/// Opens a list of clients.
pub(crate) fn open(list: impl Into<Vec<u8>>) -> Result<ClientsFile<Cursor<Vec<u8>>>, ClientsError> {
    ClientsFile::open(Cursor::new(list.into()), &Options::default())
}

/// Every row of a list that can be opened.
pub(crate) fn rows(list: impl Into<Vec<u8>>) -> Vec<Row> {
    let mut file = open(list).expect("a list");
    let mut ids = ids();
    file.rows(&mut ids).map(|row| row.expect("a row")).collect()
}

/// The only client of a list.
pub(crate) fn client(list: &str) -> Fields {
    let mut rows = rows(list);
    assert_eq!(rows.len(), 1, "{list}");
    rows.remove(0).outcome.unwrap_or_else(|problems| panic!("{list}: {problems:?}"))
}

/// What is wrong with the only row of a list.
pub(crate) fn problems(list: impl Into<Vec<u8>>) -> Vec<RejectedRow> {
    let mut rows = rows(list);
    assert_eq!(rows.len(), 1);
    rows.remove(0).outcome.expect_err("rejected")
}

/// A list as JSON, to compare fields with.
pub(crate) fn json(fields: &Fields) -> serde_json::Value {
    serde_json::to_value(fields).expect("JSON")
}

/// The header and all rows of delimited text.
pub(crate) fn cells(bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), CsvError> {
    let mut file = CsvFile::open(Cursor::new(bytes), &CsvOptions::default())?;
    let mut rows = Vec::new();
    while let Some(record) = file.next_record()? {
        rows.push(record.cells);
    }
    Ok((file.header().to_vec(), rows))
}

/// Text in UTF-16 with its byte order mark.
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Text of Western Europe in Windows-1252.
pub(crate) fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c: char| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).expect("Latin") };
    text.chars().map(byte).collect()
}
