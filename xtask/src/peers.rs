//! Other programs that sync, which ours is compared with: installed once, each in a folder of its own,
//! by its ordinary package client.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Outcome, program, root, run, step};

/// The packages of each, in the versions that were measured first.
const NODE: &[(&str, &[&str])] = &[
    ("pouch", &["pouchdb@9.0.0", "express-pouchdb@4.2.0", "express@4.21.2"]),
    (
        "actual",
        &["@actual-app/sync-server@25.6.0", "@actual-app/crdt@3.1.1", "better-sqlite3@11.10.0"],
    ),
];
const ANKI: &str = "anki==26.9.3";

/// Puts them under `target/tools/peers`, which is the answer.
pub(crate) fn install() -> Outcome<PathBuf> {
    let tools = root().join("target").join("tools").join("peers");
    for (peer, packages) in NODE {
        step(peer, || {
            once(&tools.join(peer), &packages.join(" "), |folder| {
                fs::create_dir_all(folder).map_err(|error| format!("{peer}: {error}"))?;
                run(program("npm", ["init", "--yes", "--silent"]).current_dir(folder))?;
                let install = ["install", "--silent", "--no-audit", "--no-fund"];
                run(program("npm", install).args(*packages).current_dir(folder))
            })
        })?;
    }
    step("anki", || {
        once(&tools.join("anki"), ANKI, |folder| {
            run(program("python3", ["-m", "venv"]).arg(folder))?;
            let pip = folder.join("bin").join("pip");
            let install = ["install", "--quiet", "--disable-pip-version-check", ANKI];
            run(&mut program(&pip.to_string_lossy(), install))
        })
    })?;
    Ok(tools)
}

/// Does it where it was not done, or was done with something else.
fn once(folder: &Path, stamp: &str, install: impl FnOnce(&Path) -> Outcome) -> Outcome {
    let file = folder.join("stamp");
    if fs::read_to_string(&file).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(folder);
    install(folder)?;
    fs::write(&file, stamp).map_err(|error| format!("{}: {error}", file.display()))
}
