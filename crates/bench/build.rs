//! Compiles the configuration of the empty window, where it is built.

fn main() {
    #[cfg(feature = "window")]
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new()) {
        println!("cargo::error={error:#}");
    }
}
