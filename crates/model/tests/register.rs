//! The register that is committed is the one the entities declare.

use std::fs;
use std::path::Path;

use booqing_model::register;

#[test]
fn the_committed_register_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/field-register.md");
    let page = register::markdown();
    if std::env::var_os("BOOQING_WRITE_DOCS").is_some() {
        fs::write(&path, page).expect("the register is written");
        return;
    }
    let committed = fs::read_to_string(&path).expect("docs/field-register.md");
    assert!(committed == page, "docs/field-register.md is out of date: run `cargo xtask docs`");
}
