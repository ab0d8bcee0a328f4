//! Every sample is PDF/A-2a, says veraPDF.

use std::path::Path;
use std::process::Command;

use crate::samples;

#[cfg(target_os = "linux")]
#[test]
fn every_sample_is_pdf_a_2a() {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let check = target.join("tools/verapdf/check");
    assert!(check.exists(), "veraPDF is not there: run cargo xtask setup");
    let folder = target.join("pdf-samples");
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(&check);
    for (name, bytes) in samples::all() {
        let path = folder.join(format!("{name}.pdf"));
        std::fs::write(&path, bytes).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches("PASS ").count(), samples::all().len(), "{said}");
}
