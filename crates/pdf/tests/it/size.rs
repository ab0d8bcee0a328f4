//! How large files are, and that the same calls give the same bytes.

use std::process::Command;

use crate::reading::Read;
use crate::samples;

#[test]
fn a_dossier_is_small() {
    let size = samples::dossier().len();
    assert!(size <= 60_000, "{size} bytes");
}

#[test]
fn a_table_of_ten_thousand_rows_is_whole() {
    let bytes = samples::long_table(10_000);
    let read = Read::new(&bytes);
    assert!(read.pages.len() > 150, "{} pages", read.pages.len());
    assert_eq!(read.elements("TR").len(), 10_002);
    assert!(read.whole().contains("R-009999"));
    assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    for (first, again) in samples::all().into_iter().zip(samples::all()) {
        assert!(first == again, "{} differs", first.0);
    }
}

/// Maps with random order differ between processes more than within one.
#[test]
fn another_process_gives_the_same_bytes() {
    let length = samples::dossier().len();
    if std::env::var_os("BOOQING_PDF_ANOTHER").is_some() {
        let sum: u64 =
            samples::dossier().iter().zip(1..).map(|(byte, at)| u64::from(*byte) * at).sum();
        println!("sum {length} {sum}");
        return;
    }
    let sums: Vec<String> = (0..2)
        .map(|_| {
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "size::another_process_gives_the_same_bytes", "--nocapture"])
                .env("BOOQING_PDF_ANOTHER", "1")
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            text[text.find("sum ").unwrap()..].lines().next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(sums[0], sums[1]);
}
