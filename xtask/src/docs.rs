//! What is generated from the code and committed: documents and TypeScript types.

use crate::shell::{Outcome, cargo, output, program, run};

/// Where generated files stand.
const GENERATED: [&str; 6] = [
    "crates/protocol/tests/golden",
    "crates/simulation/tests/golden",
    "docs/field-register.md",
    "docs/schemas",
    "docs/what-the-hub-sees.md",
    "ui/src/lib/generated",
];

/// Writes the generated files again.
pub(crate) fn write() -> Outcome {
    // The types are written by the tests that ts-rs derives.
    let packages = ["-p", "booqing-model", "-p", "booqing-desk"];
    run(cargo(["test", "--quiet", "--lib"]).args(packages).arg("export_bindings"))?;
    let register = ["booqing-model", "register", ""];
    let schema = ["booqing-desk", "schema", ""];
    let hub = ["booqing-sync", "it", "the_page_is_up_to_date"];
    let frames = ["booqing-protocol", "golden", "every_frame_is_as_it_was"];
    let transcript = ["booqing-simulation", "transcript", "desks_say_what_they_said"];
    [register, schema, hub, frames, transcript].iter().try_for_each(|[package, test, name]| {
        let which = ["--quiet", "-p", package, "--test", test, name];
        run(cargo(["test"]).args(which).env("BOOQING_WRITE_DOCS", "1"))
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
