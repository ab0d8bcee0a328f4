//! The published schema of a dossier is the one that dossiers are made by.

use std::path::Path;

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/dossier.json");
    let schema = booqing_desk::dossier::schema();
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
    if std::env::var_os("BOOQING_WRITE_DOCS").is_some() {
        std::fs::write(&path, text).expect("written");
        return;
    }
    let committed = std::fs::read_to_string(&path).expect("docs/schemas/dossier.json");
    assert!(committed == text, "run `cargo xtask docs` and commit docs/schemas/dossier.json");
}
