//! The file of rejected rows: corrected, it is imported like any other.

use booqing_formats::Language;
use booqing_formats::clients::{RejectedFile, Row};

use crate::support::{ids, open, rows};

fn rejected(list: &str) -> (String, Vec<Row>) {
    let mut file = open(list).expect("a list");
    let mut target = RejectedFile::new(Vec::new(), file.columns(), file.delimiter(), Language::Nl)
        .expect("a vector");
    let mut ids = ids();
    let rows: Vec<Row> = file.rows(&mut ids).map(|row| row.expect("a row")).collect();
    for row in &rows {
        target.row(row).expect("a vector");
    }
    (String::from_utf8(target.finish().expect("a vector")).expect("UTF-8"), rows)
}

const LIST: &str = "Naam;E-mail;Formule\nAnna;anna@zon.nl;x\nPiet;nergens;=1+1\nKees;kees@zon.nl\n";

#[test]
fn the_cells_stay_as_they_were_and_formulas_are_harmless() {
    let (file, _) = rejected(LIST);
    let lines: Vec<&str> = file.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{file}");
    assert_eq!(lines[0], "\u{feff}Afgewezen rij;Reden van afwijzing;Naam;E-mail;Formule");
    assert!(lines[1].starts_with("3;E-mail: Dit is geen e-mailadres"), "{}", lines[1]);
    assert!(lines[1].ends_with(";Piet;nergens;'=1+1"), "{}", lines[1]);
    assert!(lines[2].ends_with(";Kees;kees@zon.nl"), "an uneven row keeps its shape: {}", lines[2]);
}

#[test]
fn it_is_read_again_and_corrected() {
    let (file, before) = rejected(LIST);
    let again = rows(file.as_bytes());
    assert_eq!(again[0].raw[2..], before[1].raw, "the same cells");
    assert!(again.iter().all(|row| row.outcome.is_err()));
    let corrected = file.replace("nergens", "piet@zon.nl").replace("kees@zon.nl", "kees@zon.nl;");
    assert!(rows(corrected).iter().all(|row| row.outcome.is_ok()));
    // Rejected once more, it has the two columns once.
    let (twice, _) = rejected(&file);
    assert_eq!(twice.matches("Afgewezen rij").count(), 1);
    assert!(twice.contains(";Piet;nergens;'=1+1\r\n"), "{twice}");
}
