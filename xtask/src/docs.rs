//! What is generated from the code and committed: documents and TypeScript types.

use crate::shell::{Outcome, cargo, output, program, run};

/// Where generated files stand.
const GENERATED: [&str; 3] = ["docs/field-register.md", "docs/schemas", "ui/src/lib/generated"];

/// Writes the generated files again.
pub(crate) fn write() -> Outcome {
    // The types are written by the tests that ts-rs derives.
    let packages = ["-p", "booqing-model", "-p", "booqing-desk"];
    run(cargo(["test", "--quiet", "--lib"]).args(packages).arg("export_bindings"))?;
    let register = ["-p", "booqing-model", "--test", "register"];
    let schema = ["-p", "booqing-desk", "--test", "schema"];
    [register, schema].iter().try_for_each(|test| {
        run(cargo(["test", "--quiet"]).args(test).env("BOOQING_WRITE_DOCS", "1"))
    })
}

/// Writes them again and refuses when that changed anything.
pub(crate) fn check() -> Outcome {
    write()?;
    let changed = output(program("git", ["status", "--porcelain", "--"]).args(GENERATED))?;
    if changed.trim().is_empty() {
        Ok(())
    } else {
        Err(format!("generated files were not up to date; they are now, commit them:\n{changed}"))
    }
}
