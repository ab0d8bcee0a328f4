//! The register that is committed is the one the entities declare, and takes nothing of an earlier one
//! back.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::fs;
use std::path::Path;

use serde_json::Value;

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

/// What lies under a key, and what is merged as one, is decided once for a field: records of earlier
/// versions are sealed so. `docs/registers` has the register of each version, as
/// `booqing register --format json` prints it.
#[test]
fn no_field_changes_what_it_was_in_an_earlier_version() {
    let now: Vec<Value> =
        register::lines().map(|line| serde_json::to_value(line).expect("JSON")).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/registers");
    let mut versions = 0;
    for entry in fs::read_dir(&folder).expect("docs/registers") {
        let path = entry.expect("an entry").path();
        versions += 1;
        for line in fs::read_to_string(&path).expect("a register").lines() {
            let then: Value = serde_json::from_str(line).expect("a line of a register");
            let name = (&then["record"], &then["field"]);
            let same = now.iter().find(|line| (&line["record"], &line["field"]) == name);
            let same = same.unwrap_or_else(|| panic!("{name:?} of {} is gone", path.display()));
            for fixed in ["class", "person", "ground", "group", "kind"] {
                assert_eq!(
                    same[fixed],
                    then[fixed],
                    "{fixed} of {name:?} since {}",
                    path.display()
                );
            }
        }
    }
    assert!(versions > 0, "there are registers to compare with");
}
