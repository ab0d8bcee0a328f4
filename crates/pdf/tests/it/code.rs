//! A code on paper: what a person reads and what a scanner reads is the same.

use std::process::Command;

use booqing_pdf::PdfError;
use rqrr::PreparedImage;

use crate::reading::Read;
use crate::samples::{self, CODE};

/// The page as poppler shows it: width, height and a byte for each point.
fn rendered(bytes: &[u8], dots_per_inch: u32) -> (usize, usize, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new("pdftoppm")
        .args(["-gray", "-singlefile", "-r", &dots_per_inch.to_string()])
        .arg(&path)
        .output()
        .expect("poppler-utils is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let image = output.stdout;
    let mut at = 0;
    let mut word = || {
        let rest = &image[at..];
        let end = rest.iter().position(u8::is_ascii_whitespace).expect("a header");
        at += end + 1;
        String::from_utf8(rest[..end].to_vec()).unwrap()
    };
    assert_eq!(word(), "P5");
    let (width, height) = (word().parse().unwrap(), word().parse().unwrap());
    assert_eq!(word(), "255");
    (width, height, image[at..].to_vec())
}

#[test]
fn a_scanner_reads_from_the_page_what_stands_beside_it() {
    for dots_per_inch in [72, 150, 300] {
        let (width, height, points) = rendered(&samples::code(), dots_per_inch);
        let mut image =
            PreparedImage::prepare_from_greyscale(width, height, |x, y| points[y * width + x]);
        let found = image.detect_grids();
        assert_eq!(found.len(), 1, "one code at {dots_per_inch} dots per inch");
        let (_, text) = found[0].decode().expect("readable");
        assert_eq!(text, CODE.join("-"), "{dots_per_inch}");
    }
}

#[test]
fn the_groups_are_read_in_their_order_each_after_its_number() {
    let whole = Read::new(&samples::code()).whole();
    let mut at = whole.find("Bewaar dit blad").expect("the text before");
    for (index, group) in CODE.iter().enumerate() {
        for text in [(index + 1).to_string(), (*group).to_owned()] {
            at += whole[at..].find(&text).unwrap_or_else(|| panic!("{text} comes too early"));
        }
    }
    assert!(whole[at..].contains("Zeven groepen"));
}

#[test]
fn more_than_a_code_holds_is_refused() {
    let groups = vec!["0123456789"; 400];
    let mut document = samples::document("Te veel");
    assert!(matches!(document.code(&groups), Err(PdfError::Code(_))));
}
