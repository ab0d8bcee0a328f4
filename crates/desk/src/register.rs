//! The field register: everything an administration can hold, and what it is.

use booqing_model::register;
pub use booqing_model::register::Line;

/// The register, a line a field.
pub fn lines() -> Vec<Line> {
    register::lines().collect()
}

/// The register as a page of Markdown.
pub fn page() -> String {
    register::markdown()
}
