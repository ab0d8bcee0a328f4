//! Compiles the window's configuration, capabilities and permissions into the binary.

use tauri_build::{AppManifest, Attributes};

fn main() {
    println!("cargo::rerun-if-changed=ui/dist");
    if !std::path::Path::new("ui/dist/index.html").exists() {
        println!(
            "cargo::error=the interface is not built yet: run `cargo xtask ui` first, \
             or `cargo xtask run`, which does everything"
        );
        return;
    }
    let attributes = Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
