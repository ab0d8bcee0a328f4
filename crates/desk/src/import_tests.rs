use std::io::Cursor;

use super::*;
use crate::client::ClientQuery;
use crate::testing::{TestDesk, desk};

const LIST: &str = "Klantnummer;Naam;E-mail;Tel.\n\
                    C-0002;Jansen, Anna;anna@example.nl;06 1\n\
                    ;Bakkerij De Ster B.V.;info@example.nl;\n\
                    ;Piet de Vries;geen adres;06 2\n";

fn request(good_only: bool) -> ImportRequest {
    ImportRequest { name: "lijst.csv".to_owned(), good_only, ..ImportRequest::default() }
}

fn run(desk: &TestDesk, list: &str, good_only: bool) -> Result<Imported> {
    let file = desk.folder.path().join("rejected.csv");
    let to = good_only.then_some(RejectedTo::File(&file));
    import(desk, Cursor::new(list.as_bytes()), &request(good_only), to, |_, _| {})
}

fn numbers_and_names(desk: &TestDesk) -> Vec<(String, String)> {
    let query = ClientQuery {
        sort: crate::client::ClientSort::Number,
        limit: 100,
        ..ClientQuery::default()
    };
    let rows = desk.clients(&query).expect("listed").rows;
    rows.into_iter().map(|row| (row.number, row.name)).collect()
}

#[test]
fn one_wrong_row_keeps_everything_out_and_says_which() {
    let desk = desk();
    let refused = run(&desk, LIST, false);
    let Err(DeskError::RowsRejected { rows, rejected, first, file }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((rows, rejected, file), (3, 1, None));
    assert_eq!(
        (first[0].row, first[0].column.as_str(), first[0].value.as_str()),
        (4, "E-mail", "geen adres")
    );
    assert!(numbers_and_names(&desk).is_empty());
}

#[test]
fn good_rows_come_in_as_one_step_and_the_others_in_a_file_that_can_be_read_again() {
    let desk = desk();
    let done = run(&desk, LIST, true).expect("imported");
    assert_eq!((done.rows, done.imported, done.rejected_count), (3, 2, 1));
    let expected = [("C-0001", "Bakkerij De Ster B.V."), ("C-0002", "Anna Jansen")];
    let found = numbers_and_names(&desk);
    let found: Vec<(&str, &str)> =
        found.iter().map(|(number, name)| (number.as_str(), name.as_str())).collect();
    assert_eq!(found, expected, "a number the list gives is not given out");

    let file = std::fs::read_to_string(done.rejected_file.expect("a file")).expect("read");
    let corrected = file.replace("geen adres", "piet@example.nl");
    assert_eq!(run(&desk, &corrected, false).expect("imported").imported, 1);

    let step = desk.last_step(Language::En).expect("read").expect("a step");
    assert_eq!(step.label, "Clients imported");
    desk.undo(step.step).expect("undone");
    assert_eq!(numbers_and_names(&desk).len(), 2);
}

#[test]
fn the_number_of_a_client_that_is_there_is_refused() {
    let desk = desk();
    desk.client(&["family_name=Berg"]);
    let refused = run(&desk, "Nummer;Naam\nc-0001;Jansen\n", false);
    let Err(DeskError::RowsRejected { first, .. }) = refused else { panic!("{refused:?}") };
    assert!(first[0].reason.contains("there already"), "{}", first[0].reason);
}

#[test]
fn a_preview_says_what_an_import_would_do_and_does_nothing() {
    let desk = desk();
    let seen = preview(&desk, Cursor::new(LIST.as_bytes()), &request(false)).expect("seen");
    assert_eq!((seen.rows, seen.accepted, seen.rejected_count), (3, 2, 1));
    assert_eq!((seen.encoding.as_str(), seen.delimiter.as_str()), ("UTF-8", ";"));
    let fields: Vec<Option<&str>> =
        seen.columns.iter().map(|column| column.field.as_deref()).collect();
    assert_eq!(fields, [Some("number"), Some("name"), Some("email"), Some("phone")]);
    assert_eq!(seen.preview.len(), 3);
    assert!(numbers_and_names(&desk).is_empty());

    let mapping = Mapping::from([("Tel.".to_owned(), None)]);
    let request = ImportRequest { mapping: Some(mapping), ..request(false) };
    let seen = preview(&desk, Cursor::new(LIST.as_bytes()), &request).expect("seen");
    assert_eq!(seen.columns[3].field, None);
    let unknown = Mapping::from([("Tel.".to_owned(), Some("shoe_size".to_owned()))]);
    let request = ImportRequest { mapping: Some(unknown), ..request };
    let refused = preview(&desk, Cursor::new(LIST.as_bytes()), &request);
    assert!(matches!(refused, Err(DeskError::Value { .. })));
}

#[test]
fn what_is_no_list_is_refused_by_name() {
    let desk = desk();
    for (content, code) in [("", "file_empty"), ("\u{0}\u{1}\u{2}\u{3}\u{0}\u{5}", "not_a_list")] {
        let refused = run(&desk, content, true).expect_err("refused");
        assert_eq!(refused.code(), code);
        assert!(refused.sentence(Language::Nl).ends_with('.'));
    }
}

#[test]
fn what_the_window_asks_is_read() {
    let text = "%7B%22name%22%3A%22caf%C3%A9.csv%22%2C%22goodOnly%22%3Atrue%2C%22language%22%3A%22nl%22%7D";
    let request: ImportRequest = read_request(text, Language::En).expect("read");
    assert_eq!((request.name.as_str(), request.good_only), ("café.csv", true));
    assert_eq!(
        read_request::<ImportRequest>("{", Language::En).expect_err("refused").code,
        "wrong_value"
    );
}

#[test]
fn ids_count_on_and_stay_apart() {
    let mut ids = ids().expect("ids");
    let made: std::collections::BTreeSet<Id> = (0..1_000).map(|_| ids.next()).collect();
    assert_eq!(made.len(), 1_000);
}
