//! The shape of the house: who may know whom, and the four nevers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

const PICTURE: &str = "
    smartbooqing-desk   cli
                  \\     /
                   desk ───────────────┬────────────┬─────────┐
                    |                  |            |         |
                  sync               store       formats     pdf
                    |   \\              |  \\         |         |
                protocol  keys ────────┘   └──── retention    |
                    |                                \\        |
                   hub (knows protocol only)          model ──┘

A crate may know what stands below it and is joined to it, directly or through others.";

/// What each crate may depend on, directly.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("smartbooqing-desk", &["booqing-desk"]),
    ("booqing-cli", &["booqing-desk"]),
    (
        "booqing-desk",
        &[
            "booqing-sync",
            "booqing-store",
            "booqing-formats",
            "booqing-pdf",
            "booqing-keys",
            "booqing-retention",
            "booqing-model",
            "booqing-protocol",
        ],
    ),
    (
        "booqing-sync",
        &[
            "booqing-protocol",
            "booqing-keys",
            "booqing-store",
            "booqing-retention",
            "booqing-model",
        ],
    ),
    ("booqing-store", &["booqing-keys", "booqing-retention", "booqing-model"]),
    ("booqing-formats", &["booqing-retention", "booqing-model"]),
    ("booqing-pdf", &["booqing-model"]),
    ("booqing-keys", &["booqing-model"]),
    ("booqing-retention", &["booqing-model"]),
    ("booqing-hub", &["booqing-protocol"]),
    ("booqing-model", &["booqing-model-derive"]),
    ("booqing-model-derive", &[]),
    ("booqing-protocol", &[]),
    // Measures each of them from outside; nothing knows it.
    (
        "booqing-bench",
        &[
            "booqing-desk",
            "booqing-scratch-postgres",
            "booqing-sync",
            "booqing-store",
            "booqing-pdf",
            "booqing-keys",
            "booqing-retention",
            "booqing-model",
            "booqing-protocol",
        ],
    ),
    // Plays both sides of the sync against each other; nothing knows it.
    (
        "booqing-simulation",
        &[
            "booqing-hub",
            "booqing-sync",
            "booqing-store",
            "booqing-keys",
            "booqing-model",
            "booqing-protocol",
            "booqing-scratch-postgres",
        ],
    ),
    // Cuts connections and kills programs; nothing knows it.
    (
        "booqing-torture",
        &[
            "booqing-hub",
            "booqing-sync",
            "booqing-store",
            "booqing-keys",
            "booqing-model",
            "booqing-protocol",
        ],
    ),
    // A database server of a test's own.
    ("booqing-scratch-postgres", &[]),
    ("xtask", &[]),
];

/// Crates of ours by name, with the names of what each depends on when it is built.
fn workspace() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned(), "--locked".to_owned()])
        .exec()
        .expect("cargo metadata");
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| {
            let known = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind != DependencyKind::Development)
                .map(|dependency| dependency.name.clone())
                .collect();
            (package.name.to_string(), known)
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent").to_path_buf()
}

/// The files below a folder that end in one of these, folders made by tools left out.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            if !["target", "node_modules", "dist", "generated", ".git"].contains(&name.as_str()) {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn arrows_point_down_only() {
    let rules: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    for (name, known) in workspace() {
        let Some(allowed) = rules.get(name.as_str()) else {
            panic!("{name} has no place in the house yet{PICTURE}");
        };
        for other in known.iter().filter(|other| rules.contains_key(other.as_str())) {
            assert!(allowed.contains(&other.as_str()), "{name} may not know {other}{PICTURE}");
        }
    }
}

/// Everything a crate knows, directly or through others.
fn closure(workspace: &BTreeMap<String, BTreeSet<String>>, name: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut next = vec![name.to_owned()];
    while let Some(name) = next.pop() {
        for known in workspace.get(&name).into_iter().flatten() {
            if all.insert(known.clone()) {
                next.push(known.clone());
            }
        }
    }
    all
}

#[test]
fn never_1_the_hub_is_blind() {
    let workspace = workspace();
    let known = closure(&workspace, "booqing-hub");
    assert!(known.contains("booqing-protocol"), "there is no hub");
    for seeing in ["booqing-model", "booqing-keys", "booqing-store", "booqing-desk"] {
        assert!(!known.contains(seeing), "the hub knows {seeing}, directly or not{PICTURE}");
    }
    // It has no cipher that it could open anything with, either; rustls and SQLCipher bring theirs.
    for cipher in ["chacha20poly1305", "argon2", "keyring", "hkdf"] {
        assert!(!known.contains(cipher), "the hub has {cipher}");
    }
}

/// Crates that do no input or output, and what they may use.
const PURE: &[(&str, &[&str])] = &[
    (
        "model",
        &[
            "booqing-model-derive",
            "jiff",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "thiserror",
            "ts-rs",
            "unicode-normalization",
            "uuid",
        ],
    ),
    ("retention", &["booqing-model", "ed25519-dalek", "jiff", "serde", "serde_json", "thiserror"]),
    ("protocol", &["blake3", "minicbor", "thiserror", "zstd"]),
];

/// What asks the outside: for a file, a socket, the time, chance, or the terminal.
const OUTSIDE: &[&str] = &[
    "use std::{",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "std::thread",
    "File::open",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "now_v7",
    "new_v4",
    "getrandom",
    "rand::",
    "println!",
    "eprintln!",
    "TimeZone::system",
];

#[test]
fn never_2_the_inner_crates_ask_nothing_of_the_outside() {
    let workspace = workspace();
    for (name, allowed) in PURE {
        let folder = root().join("crates").join(name);
        if let Some(known) = workspace.get(&format!("booqing-{name}")) {
            for other in known {
                assert!(allowed.contains(&other.as_str()), "{name} may not use {other}");
            }
        }
        for file in files(&folder.join("src"), &[".rs"]) {
            let text = fs::read_to_string(&file).expect("a source");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (line, number) in code.lines().zip(1..) {
                let line = line.split("//").next().unwrap_or_default();
                for asked in OUTSIDE {
                    assert!(!line.contains(asked), "{}:{number} asks for {asked}", shown(&file));
                }
            }
        }
    }
    assert!(files(&root().join("crates/model/src"), &[".rs"]).len() > 10, "the sources were found");
}

#[test]
fn never_3_the_shells_decide_nothing() {
    for (name, known) in workspace() {
        if ["smartbooqing-desk", "booqing-cli"].contains(&name.as_str()) {
            let ours: Vec<&String> =
                known.iter().filter(|other| other.starts_with("booqing-")).collect();
            assert_eq!(ours, ["booqing-desk"], "{name} calls the desk and nothing else{PICTURE}");
        }
    }
    // A shell that opened files or databases itself would be deciding something.
    for folder in ["src-tauri/src", "crates/cli/src"] {
        for file in files(&root().join(folder), &[".rs"]) {
            let text = fs::read_to_string(&file).expect("a source");
            for deciding in ["rusqlite", "std::net", "fs::write", "File::create", "SELECT "] {
                assert!(!text.contains(deciding), "{} has {deciding}", shown(&file));
            }
        }
    }
}

#[test]
fn never_4_one_file_of_the_interface_knows_tauri() {
    let sources = files(&root().join("ui/src"), &[".ts", ".svelte", ".js"]);
    let knowing: Vec<String> = sources
        .iter()
        .filter(|file| {
            let text = fs::read_to_string(file).expect("a source");
            text.contains("@tauri-apps") || text.contains("__TAURI")
        })
        .map(|file| shown(file))
        .collect();
    assert_eq!(knowing, ["ui/src/lib/desk.ts"]);
}

#[test]
fn files_stay_readable() {
    let root = root();
    let mut long = Vec::new();
    for folder in ["crates", "src-tauri", "xtask", "tests", "ui/src", "ui/tests"] {
        for file in files(&root.join(folder), &[".rs", ".ts", ".svelte", ".css"]) {
            let lines = fs::read_to_string(&file).expect("a source").lines().count();
            if lines > 600 {
                long.push(format!("{} ({lines} lines)", shown(&file)));
            }
        }
    }
    assert!(long.is_empty(), "about more than one thing? {long:?}");
}

/// Commands, their permissions and the window's capability name the same things.
#[test]
fn every_command_has_a_permission_and_the_window_is_granted_each() {
    let root = root();
    let library = fs::read_to_string(root.join("src-tauri/src/lib.rs")).expect("lib.rs");
    let list = library
        .split_once("generate_handler![")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("the list of commands")
        .0;
    let commands: BTreeSet<String> = list
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let permitted: BTreeSet<String> = files(&root.join("src-tauri/permissions"), &[".toml"])
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).expect("permissions");
            text.lines()
                .filter_map(|line| line.strip_prefix("commands.allow = [\"")?.strip_suffix("\"]"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(commands, permitted);
    let capability =
        fs::read_to_string(root.join("src-tauri/capabilities/main.json")).expect("capability");
    for command in &commands {
        let permission = format!("\"allow-{}\"", command.replace('_', "-"));
        assert!(capability.contains(&permission), "the window is not granted {permission}");
    }
}
